/* quality_api.c - scores of the province, its units, domains, indicators and periods. */
#include "operate/operate.h"
#include "operate/quality_ask.h"
#include <stdlib.h>

enum by { BY_UNIT, BY_DOMAIN, BY_INDICATOR, BY_PERIOD, BYS };
static const char *const by_names[] = {"unit", "domain", "indicator", "period"};

struct group {
	struct str code, name_vi, name_en;
	struct period period; /* BY_PERIOD */
	struct mean whole, *months;
	int64_t overall;
	usec last; /* receipt of its newest figure; 0: none */
};
struct board {
	struct quality_ask q;
	enum by by;
	struct arena *a;
	struct group *groups, total;
	size_t n;
	bool followed;
	int32_t first_period; /* BY_PERIOD */
	/* the series being pooled */
	int64_t unit, indicator;
	usec last;
	struct share whole[DIMENSIONS_MAX];
	struct share (*months)[DIMENSIONS_MAX];
};

static void group_init(struct board *b, struct group *g)
{
	g->months = ARENA_ARRAY(b->a, b->q.n_months, struct mean);
}

static void make_groups(struct board *b)
{
	const struct unit *units;
	const struct domain *domains;
	const struct indicator *indicators;
	const struct indicator *i = b->q.indicator;
	struct period last = {0};
	size_t n[BYS] = {view_units(b->q.view, &units), view_domains(b->q.view, &domains),
			 view_indicators(b->q.view, &indicators), 0};
	if (i) {
		b->first_period =
			period_at(i->period, date_start(date_of_days(b->q.how.from))).ordinal;
		last = period_at(i->period, date_start(date_of_days(b->q.how.to)));
		n[BY_PERIOD] = (size_t)(last.ordinal - b->first_period) + 1;
	}
	b->n = n[b->by];
	b->groups = ARENA_ARRAY(b->a, b->n, struct group);
	for (size_t k = 0; k < b->n; k++) {
		struct group *g = &b->groups[k];
		if (b->by == BY_UNIT)
			*g = (struct group){.code = units[k].code,
					    .name_vi = units[k].name_vi,
					    .name_en = units[k].name_en};
		else if (b->by == BY_DOMAIN)
			*g = (struct group){.code = domains[k].code,
					    .name_vi = domains[k].name_vi,
					    .name_en = domains[k].name_en};
		else if (b->by == BY_INDICATOR)
			*g = (struct group){.code = indicators[k].code,
					    .name_vi = indicators[k].name_vi,
					    .name_en = indicators[k].name_en};
		else
			g->period = (struct period){last.kind, b->first_period + (int32_t)k};
		group_init(b, g);
	}
	group_init(b, &b->total);
	b->months = arena_array(b->a, b->q.n_months, sizeof(*b->months));
}

/* Group of a series, or NULL: it belongs to none (cells that name no indicator, removed things). */
static struct group *group_of(struct board *b, const struct fact *f)
{
	const struct indicator *i = view_indicator_id(b->q.view, f->indicator), *indicators;
	const struct unit *u = view_unit_id(b->q.view, f->unit), *units;
	const struct domain *d = i ? view_domain_id(b->q.view, i->domain) : NULL, *domains;
	size_t at;
	view_units(b->q.view, &units);
	view_indicators(b->q.view, &indicators);
	view_domains(b->q.view, &domains);
	switch (b->by) {
	case BY_UNIT:
		return u ? &b->groups[u - units] : NULL;
	case BY_DOMAIN:
		return d ? &b->groups[d - domains] : NULL;
	case BY_INDICATOR:
		return i ? &b->groups[i - indicators] : NULL;
	case BY_PERIOD:
		at = (size_t)(f->period.ordinal - b->first_period);
		return at < b->n ? &b->groups[at] : NULL;
	case BYS:
		break;
	}
	return NULL;
}

static void flush(struct board *b)
{
	struct fact key = {.unit = b->unit, .indicator = b->indicator};
	struct group *g = b->by == BY_PERIOD || !b->unit ? NULL : group_of(b, &key);
	if (!b->unit)
		return;
	mean_add(&b->total.whole, &b->q.dimensions, b->whole);
	b->total.last = b->last > b->total.last ? b->last : b->total.last;
	if (g) {
		mean_add(&g->whole, &b->q.dimensions, b->whole);
		g->last = b->last > g->last ? b->last : g->last;
	}
	for (size_t m = 0; m < b->q.n_months; m++) {
		mean_add(&b->total.months[m], &b->q.dimensions, b->months[m]);
		if (g)
			mean_add(&g->months[m], &b->q.dimensions, b->months[m]);
	}
	b->last = 0;
	memset(b->whole, 0, sizeof(b->whole));
	memset(b->months, 0, b->q.n_months * sizeof(*b->months));
}

static void take(struct board *b, const struct fact *f)
{
	const struct dimensions *d = &b->q.dimensions;
	const struct indicator *i = view_indicator_id(b->q.view, f->indicator);
	struct share shares[DIMENSIONS_MAX];
	int32_t month = period_at(PERIOD_MONTHLY, date_start(date_of_days(f->day))).ordinal;
	size_t m = (size_t)(month - b->q.first_month);
	if (f->unit != b->unit || f->indicator != b->indicator)
		flush(b);
	b->unit = f->unit;
	b->indicator = f->indicator;
	b->last = f->met > b->last ? f->met : b->last;
	for (size_t k = 0; k < d->n; k++) {
		shares[k] = fact_share(f, &d->items[k], i, b->q.now);
		b->whole[k].good += shares[k].good;
		b->whole[k].all += shares[k].all;
		b->months[m][k].good += shares[k].good;
		b->months[m][k].all += shares[k].all;
	}
	struct group *g = b->by == BY_PERIOD ? group_of(b, f) : NULL;
	if (g)
		mean_add(&g->whole, d, shares);
}

static enum err pool(struct board *b, struct db *db, struct why *why)
{
	struct fact f;
	AUTO(stmt_free) struct stmt *q = facts_ask(db, &b->q.how, b->a);
	while (facts_next(q, &f))
		take(b, &f);
	flush(b);
	return stmt_end(q, why);
}

static int worst_first(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	if (a->overall != b->overall)
		return a->overall < b->overall ? -1 : 1;
	return str_cmp(a->code, b->code);
}

static void trend_json(struct jw *w, const struct board *b, const struct group *g)
{
	jw_name(w, "trend");
	jw_array(w);
	for (size_t m = 0; m < b->q.n_months; m++)
		jw_m_score(w, NULL, mean_overall(&g->months[m], &b->q.dimensions));
	jw_array_end(w);
}

static void group_json(struct jw *w, const struct board *b, const struct group *g)
{
	jw_object(w);
	if (b->by == BY_PERIOD) {
		jw_m_period(w, "period", g->period);
	} else {
		jw_m_str(w, "code", g->code);
		jw_m_str(w, "name_vi", g->name_vi);
		jw_m_str(w, "name_en", g->name_en);
	}
	mean_json(w, &g->whole, &b->q.dimensions);
	if (b->by != BY_PERIOD) {
		trend_json(w, b, g);
		jw_m_time(w, "last", g->last);
	}
	jw_object_end(w);
}

static void head_json(struct jw *w, const struct board *b)
{
	jw_m_time(w, "now", b->q.now);
	jw_m_bool(w, "followed", b->followed); /* is everything that happened counted? */
	assert(b->by < BYS);
	jw_m_cstr(w, "by", by_names[b->by]);
	dimensions_json(w, &b->q.dimensions);
	jw_name(w, "months");
	jw_array(w);
	for (size_t m = 0; m < b->q.n_months; m++)
		jw_str(w, period_str(b->a, (struct period){PERIOD_MONTHLY,
							   b->q.first_month + (int32_t)m}));
	jw_array_end(w);
	jw_name(w, "overall");
	jw_object(w);
	mean_json(w, &b->total.whole, &b->q.dimensions);
	trend_json(w, b, &b->total);
	jw_m_time(w, "last", b->total.last);
	jw_object_end(w);
}

static enum err ask_by(struct request *req, struct board *b, struct why *why)
{
	struct str by = http_query(req, "by");
	b->by = BY_UNIT;
	for (int i = 0; by.ptr && i < BYS; i++)
		if (str_is(by, by_names[i])) {
			b->by = (enum by)i;
			if (b->by == BY_PERIOD && !b->q.indicator)
				return fail_at(
					why, ERR_INVALID, "indicator",
					"scores by period are those of one indicator: name it");
			return OK;
		}
	if (by.ptr)
		return fail_at(why, ERR_INVALID, "by", "must be unit, domain, indicator or period");
	return OK;
}

static enum err get_scores(struct request *req, struct why *why)
{
	struct board *b = ARENA_NEW(req->arena, struct board);
	b->a = req->arena;
	enum err rc = quality_ask(req, &b->q, why);
	if (rc == OK)
		rc = ask_by(req, b, why);
	if (rc == OK)
		rc = quality_followed(req->db, &b->followed, why);
	if (rc != OK)
		return rc;
	make_groups(b);
	rc = pool(b, req->db, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < b->n; i++)
		b->groups[i].overall = mean_overall(&b->groups[i].whole, &b->q.dimensions);
	if (b->by != BY_PERIOD && b->n)
		qsort(b->groups, b->n, sizeof(*b->groups), worst_first);
	struct jw w = http_list(req);
	for (size_t i = 0; i < b->n; i++)
		if (b->groups[i].whole.series)
			group_json(&w, b, &b->groups[i]);
	jw_array_end(&w);
	jw_m_id(&w, "next", 0);
	head_json(&w, b);
	jw_object_end(&w);
	return OK;
}

static const struct http_param scores_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "Code of the unit; what is below it counts too"},
	{.name = "indicator", .type = PARAM_TEXT, .max = 64, .help = "Code of the indicator"},
	{.name = "domain", .type = PARAM_TEXT, .max = 64, .help = "Code of the domain"},
	{.name = "period",
	 .type = PARAM_PERIOD,
	 .help = "Figures whose period ends in it; default: the last twelve months"},
	{.name = "from", .type = PARAM_PERIOD, .help = "From the first day of this period"},
	{.name = "to", .type = PARAM_PERIOD, .help = "To the last day of this period"},
	{.name = "by",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "unit (default), domain, indicator; period, of one indicator"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"dimension",
	 "{code:text name_vi:text name_en:text measure:text weight:int description_vi:text? "
	 "description_en:text?}"},
	{"mean", "{score:number? scores:number?[] series:int}"},
	{"scores", "{..mean trend:number?[] last:time?}"},
	{"score_row", "{..scores code:text name_vi:text name_en:text}"},
	{"score_of_period", "{..mean period:text}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/scores", PERMIT(VERB_READ, "figure"), get_scores,
	      "Quality of data: right, sufficient, clean, live, by unit, domain, indicator or period",
	      "Điểm chất lượng dữ liệu: đúng, đủ, sạch, sống", .flags = HTTP_SLOW,
	      .params = scores_params,
	      .answer =
		      "{items:score_row|score_of_period[] next:text? now:time "
		      "followed:bool by:text dimensions:dimension[] months:text[] overall:scores}"),
};
const struct route_table quality_routes = {routes, ARRAY_LEN(routes), shapes};
