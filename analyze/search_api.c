/* search_api.c - one question in people's words: things to go to, and the number when one is meant. */
#include "analyze/analyze.h"
#include "analyze/pivot.h"
#include "analyze/search.h"
#include "registry/records.h"

#define SERIES_POINTS 12 /* of the short series beside the number */

static const struct kind_words {
	const char *kind; /* in permissions and JSON */
	const char *page; /* of the screen, before the code */
} kind_words[THING_KINDS] = {
	[THING_INDICATOR] = {"indicator", "/indicators/"},
	[THING_UNIT] = {"unit", "/units/"},
	[THING_DOMAIN] = {"domain", "/indicators?domain="},
	[THING_DOCUMENT] = {"document", "/registry/documents/"},
	[THING_SYSTEM] = {"system", "/registry/systems/"},
	[THING_DASHBOARD] = {"dashboard", "/dashboards/"},
};

struct asker {
	struct request *req;
	const struct view *view;
};

static bool may_see(void *arg, const struct thing *t)
{
	const struct asker *k = arg;
	const struct access *x = k->req->app->access;
	const char *kind = kind_words[t->kind].kind;
	if (access_may(x, k->req->who, VERB_READ, kind, 0))
		return true;
	if (t->kind == THING_UNIT)
		return access_may(x, k->req->who, VERB_READ, kind, t->id);
	if (t->kind == THING_DASHBOARD)
		return t->open && access_may_open(x, k->req->who, VERB_READ, kind);
	const struct indicator *i =
		t->kind == THING_INDICATOR ? view_indicator_id(k->view, t->id) : NULL;
	return i && indicator_open(i) && access_may_open(x, k->req->who, VERB_READ, kind);
}

/* -- the number -- */

/* Has the unit figures of its own? Else the total of what is below it is meant. */
static bool gives_itself(const struct image *m, const struct indicator *i, const struct unit *u)
{
	const struct series *const *series;
	size_t n = image_series(m, i->id, &series);
	for (size_t k = 0; k < n; k++)
		if (series[k]->unit == u->id)
			return true;
	return false;
}

/* The last bucket that has a value, no later than now; SIZE_MAX: none. */
static size_t last_of(const struct pivot *p)
{
	for (size_t b = p->n_buckets; b-- > 0;)
		if (pivot_at(p, 0, 0, p->n_units, b)->why != PIVOT_NOTHING)
			return b;
	return SIZE_MAX;
}

/* Own periods within [from, to] of the question, and the most units that owe one of them. */
static size_t owing(const struct view *v, const struct pivot_question *q, struct period from,
		    struct period to, struct arena *a, size_t *ret_units)
{
	const struct indicator *i = q->indicators[0];
	int64_t day = DAY_NEVER;
	size_t periods = 0;
	*ret_units = 0;
	for (struct period b = from; b.ordinal <= to.ordinal; b.ordinal++)
		periods += pivot_periods(i, b);
	struct period own = period_at(i->period, period_end(to) - 1);
	/* boundaries change on few days: one period of each is asked */
	for (size_t k = 0; k < periods; k++, own.ordinal--) {
		const struct unit_event *events;
		size_t n = view_events(v, &events), units = 0;
		bool changed = day == DAY_NEVER;
		for (size_t e = 0; e < n && !changed; e++)
			changed = events[e].day > period_last_day(own) && events[e].day <= day;
		if (!changed)
			continue;
		day = period_last_day(own);
		units = pivot_owing(v, q, i, own, a);
		if (units > *ret_units)
			*ret_units = units;
	}
	return periods;
}

static void number_json(struct jw *w, const char *name, const struct pivot_cell *c)
{
	struct figure f = {.value = c->value, .empty = c->why != PIVOT_VALUE};
	jw_name(w, name);
	figure_json_value(w, &f);
}

static void series_json(struct jw *w, const struct pivot *p, size_t last)
{
	size_t first = last + 1 > SERIES_POINTS ? last + 1 - SERIES_POINTS : 0;
	jw_name(w, "series");
	jw_array(w);
	for (size_t b = first; b <= last && b < p->n_buckets; b++) {
		jw_object(w);
		jw_m_period(w, "period",
			    (struct period){p->asked->grain, p->asked->from + (int32_t)b});
		number_json(w, "value", pivot_at(p, 0, 0, p->n_units, b));
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void unit_json(struct jw *w, const struct unit *u)
{
	jw_name(w, "unit");
	if (!u) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_str(w, "code", u->code);
	jw_m_str(w, "name_vi", u->name_vi);
	jw_m_str(w, "name_en", u->name_en);
	jw_object_end(w);
}

static void indicator_json(struct jw *w, const struct indicator *i)
{
	jw_name(w, "indicator");
	jw_object(w);
	jw_m_str(w, "code", i->code);
	jw_m_str(w, "name_vi", i->name_vi);
	jw_m_str(w, "name_en", i->name_en);
	jw_m_str(w, "measure_vi", i->measure_vi);
	jw_m_str(w, "measure_en", i->measure_en);
	jw_m_int(w, "decimals", i->decimals);
	jw_m_str(w, "direction", i->direction);
	jw_object_end(w);
}

static struct str answer_url(struct request *req, const struct indicator *i, const struct unit *u,
			     struct period p)
{
	struct str period = period_str(req->arena, p);
	if (!u || u->kind == UNIT_PROVINCE)
		return arena_fmt(req->arena, "/indicators/" STR_FMT "?at=" STR_FMT,
				 STR_ARG(i->code), STR_ARG(period));
	return arena_fmt(req->arena, "/indicators/" STR_FMT "?at=" STR_FMT "&unit=" STR_FMT,
			 STR_ARG(i->code), STR_ARG(period), STR_ARG(u->code));
}

/* The buckets up to the one asked for; the first months of a year are the buckets of that year. */
static void question_periods(const struct search *s, usec now, struct pivot_question *q)
{
	enum period_kind own = s->indicator->period;
	q->grain = s->has_period && s->period.kind > own ? s->period.kind : own;
	if (s->from_january) {
		usec from =
			date_start((struct date){date_local(period_start(s->period)).year, 1, 1});
		bool whole = own <= PERIOD_MONTHLY ||
			     period_end(period_at(own, period_start(s->period))) ==
				     period_end(s->period);
		q->grain = own > PERIOD_MONTHLY && whole ? own : PERIOD_MONTHLY;
		q->from = period_at(q->grain, from).ordinal;
		q->to = period_at(q->grain, period_start(s->period)).ordinal;
		return;
	}
	usec end =
		s->unit && s->unit->to != DAY_NEVER ? date_start(date_of_days(s->unit->to)) : now;
	q->to = s->has_period ? period_at(q->grain, period_end(s->period) - 1).ordinal
			      : period_at(q->grain, end < now ? end - 1 : now).ordinal;
	/* without a period the last one that has a value is looked for further back */
	q->from = q->to - (s->has_period ? SERIES_POINTS : 3 * SERIES_POINTS) + 1;
}

/* The question as a cube of one row.  A unit that is no more is asked for as it was. */
static struct pivot_question question(struct request *req, const struct view *v,
				      const struct image *m, const struct search *s)
{
	const struct indicator **one = ARENA_NEW(req->arena, const struct indicator *);
	struct pivot_question q = {.indicators = one, .n_indicators = 1, .by = PIVOT_TOTAL};
	*one = s->indicator;
	q.today = !s->unit || s->unit->to == DAY_NEVER ||
		  s->unit->to > date_days(date_local(req->now));
	question_periods(s, req->now, &q);
	if (s->unit && gives_itself(m, s->indicator, s->unit)) {
		int64_t *id = ARENA_NEW(req->arena, int64_t);
		*id = s->unit->id;
		q.units = id;
		q.n_units = 1;
	} else if (s->unit) {
		q.root = s->unit->id;
	}
	q.reach = figure_reach(req->app->access, req->who, VERB_READ, v, req->arena);
	return q;
}

static void cell_json(struct jw *w, const struct pivot_cell *c, usec now)
{
	number_json(w, "value", c);
	jw_m_cstr(w, "why", pivot_why_name((enum pivot_why)c->why));
	jw_m_int(w, "n", c->n);
	jw_m_int(w, "provisional", c->provisional);
	jw_m_cstr(w, "status",
		  c->why == PIVOT_NOTHING ? "none"
		  : c->provisional	  ? "submitted"
					  : "approved");
	jw_m_time(w, "updated", c->updated);
	jw_name(w, "age_seconds");
	if (c->updated)
		jw_int(w, (now - c->updated) / USEC_SECOND);
	else
		jw_null(w);
	jw_m_id(w, "figure", c->figure);
}

static enum err answer_json(struct request *req, const struct view *v, const struct search *s,
			    struct jw *w, struct why *why)
{
	const struct analyze *own = req->app->analyze;
	const struct image *m = NULL;
	const struct pivot *p = NULL;
	jw_name(w, "answer");
	if (!s->indicator) {
		jw_null(w);
		return OK;
	}
	enum err rc = image_view(own->images, req->db, req->arena, &m, why);
	if (rc != OK)
		return rc;
	struct pivot_question q = question(req, v, m, s);
	rc = pivot_make(v, m, &q, req->arena, &p, why);
	if (rc != OK)
		return rc;
	size_t last = s->has_period ? p->n_buckets - 1 : last_of(p);
	if (last == SIZE_MAX)
		last = p->n_buckets - 1;
	struct period at = {q.grain, q.from + (int32_t)last}, first = at;
	if (s->from_january)
		first.ordinal = q.from;
	/* the total of all buckets is that of the year's first months */
	const struct pivot_cell *cell =
		pivot_at(p, 0, 0, p->n_units, s->from_january ? p->n_buckets : last);
	size_t units = 0, periods = owing(v, &q, first, at, req->arena, &units);
	jw_object(w);
	indicator_json(w, s->indicator);
	unit_json(w, s->unit);
	jw_m_period(w, "period", at);
	jw_m_str(w, "from", s->from_january ? period_str(req->arena, first) : STR_NULL);
	jw_m_cstr(w, "boundaries", q.today ? "today" : "then");
	cell_json(w, cell, req->now);
	jw_m_int(w, "of", (int64_t)(units > cell->n ? units : cell->n));
	jw_m_int(w, "periods", cell->periods);
	jw_m_int(w, "of_periods", (int64_t)periods);
	series_json(w, p, last);
	jw_m_str(w, "url", answer_url(req, s->indicator, s->unit, at));
	jw_object_end(w);
	return OK;
}

/* -- things to go to -- */

static void hit_json(struct jw *w, struct request *req, const struct hit *h)
{
	const struct thing *t = h->thing;
	jw_object(w);
	jw_m_cstr(w, "kind", kind_words[t->kind].kind);
	jw_m_str(w, "code", t->code);
	jw_m_str(w, "name_vi", t->name_vi);
	jw_m_str(w, "name_en", t->name_en);
	jw_m_str(w, "url",
		 arena_fmt(req->arena, "%s" STR_FMT, kind_words[t->kind].page, STR_ARG(t->code)));
	jw_object_end(w);
}

static enum err get_search(struct request *req, struct why *why)
{
	const struct analyze *own = req->app->analyze;
	struct asker asker = {.req = req};
	const struct finder *f = NULL;
	struct search *s = ARENA_NEW(req->arena, struct search);
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &asker.view, why);
	if (rc == OK)
		rc = finder_view(own->finders, req->db, asker.view, req->arena, &f, why);
	if (rc != OK)
		return rc;
	struct search_from from = {f, asker.view, req->now, may_see, &asker};
	search_read(&from, http_query(req, "q"), req->arena, s);
	struct jw w = http_jw(req);
	jw_object(&w);
	rc = answer_json(req, asker.view, s, &w, why);
	jw_name(&w, "items");
	jw_array(&w);
	for (size_t i = 0; i < s->n_hits; i++)
		hit_json(&w, req, &s->hits[i]);
	http_list_end(&w, STR_NULL);
	return rc;
}

static const struct http_param search_params[] = {
	{.name = "q",
	 .type = PARAM_TEXT,
	 .required = true,
	 .min = 1,
	 .max = 200,
	 .help = "Words, with or without accents: what, where and when"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"search_answer",
	 "{indicator:{code:text name_vi:text name_en:text measure_vi:text measure_en:text "
	 "decimals:int direction:text} unit:{code:text name_vi:text name_en:text}? period:text "
	 "from:text? boundaries:'today'|'then' periods:int of_periods:int "
	 "value:text? why:text n:int of:int provisional:int status:'none'|'submitted'|'approved' "
	 "updated:time? age_seconds:int? figure:id? series:past_value[] url:text}"},
	{"search_hit", "{kind:text code:text name_vi:text name_en:text url:text}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/search", PERMIT(VERB_READ, "indicator"), get_search,
	      "Indicators, units, domains, documents, systems and dashboards by words; the number when an indicator is meant",
	      "Tìm chỉ tiêu, đơn vị, lĩnh vực, văn bản, hệ thống, bảng theo dõi; trả lời bằng số liệu khi hỏi về một chỉ tiêu",
	      .flags = HTTP_SLOW, .params = search_params,
	      .answer = "{items:search_hit[] next:text? answer:search_answer?}"),
};
const struct route_table search_routes = {routes, ARRAY_LEN(routes), shapes};
