/* exception.c - the rules of exception.h. */
#include "operate/exception.h"
#include "operate/quality.h"
#include <math.h>
#include <stdlib.h>

static const char *const rule_names[] = {
#define X(code, name) name,
	RULE_TABLE(X)
#undef X
};

const char *rule_name(enum rule r)
{
	return rule_names[r];
}

struct finding_list {
	const struct exception_query *how;
	struct db *db;
	struct arena *a;
	struct exception *items;
	size_t n;
};

static void add(struct finding_list *l, struct exception e)
{
	*ARENA_APPEND(l->a, l->items, l->n) = e;
}

/* Figures that are owed and not there, by indicator, with deadlines in (from, to]. */
static enum err open_duties(struct finding_list *l, enum rule rule, usec from, usec to,
			    struct why *why)
{
	struct query query;
	query_init(&query, l->a);
	query_sql(&query,
		  SQL("SELECT subject, count(DISTINCT unit), min(until) FROM duty WHERE kind = "
		      "'figure' AND met = 0 AND excused = 0 AND until > "));
	query_int(&query, from);
	query_sql(&query, SQL(" AND until <= "));
	query_int(&query, to);
	query_sql(&query, SQL(" AND unit IN "));
	query_ints(&query, l->how->units, l->how->n_units);
	query_sql(&query, SQL(" GROUP BY subject"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, l->db);
	while (stmt_row(q)) {
		const struct indicator *i = view_indicator_id(l->how->view, stmt_int(q, 0));
		struct exception e = {.rule = rule,
				      .indicator = i,
				      .count = stmt_int(q, 1),
				      .since = stmt_int(q, 2),
				      .weight = (double)stmt_int(q, 1)};
		if (i)
			add(l, e);
	}
	return stmt_end(q, why);
}

/* Nearly all units have sent something lately, which is soon found; only the others' facts are added up. */
static enum err find_silent(struct finding_list *l, struct why *why)
{
	struct query query;
	query_init(&query, l->a);
	query_sql(&query,
		  SQL("SELECT unit, max(met), CAST(sum(CASE WHEN until > 0 AND met = 0 AND excused "
		      "= 0 AND until <= "));
	query_int(&query, l->how->now);
	query_sql(&query, SQL(" THEN 1 ELSE 0 END) AS BIGINT) FROM quality_fact WHERE unit IN "
			      "(SELECT u.id FROM unit u WHERE u.id IN "));
	query_ints(&query, l->how->units, l->how->n_units);
	query_sql(&query,
		  SQL(" AND NOT EXISTS (SELECT 1 FROM quality_fact f WHERE f.unit = u.id AND "
		      "f.met >= "));
	query_int(&query, l->how->now - EXCEPTION_SILENCE);
	query_sql(&query, SQL(")) GROUP BY unit"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, l->db);
	while (stmt_row(q)) {
		struct exception e = {.rule = RULE_SILENT,
				      .unit = view_unit_id(l->how->view, stmt_int(q, 0)),
				      .since = stmt_int(q, 1),
				      .count = stmt_int(q, 2)};
		e.weight = (double)e.count;
		if (e.unit && e.count)
			add(l, e);
	}
	return stmt_end(q, why);
}

/* -- beyond the target, and worse every time -- */
struct history { /* newest first */
	int64_t unit, figure;
	struct period period;
	struct decimal values[WORSE_PERIODS + 1];
	size_t n;
	struct str why;
	usec received;
};

static bool worse(const struct indicator *i, struct decimal now, struct decimal before)
{
	int order = decimal_cmp(now, before);
	return str_is(i->direction, "up") ? order < 0 : order > 0;
}

static void judge(struct finding_list *l, const struct indicator *i, const struct history *h)
{
	bool grew = h->n > WORSE_PERIODS && worse(i, h->values[0], i->target.value);
	for (size_t k = 0; grew && k < WORSE_PERIODS; k++)
		grew = worse(i, h->values[k], h->values[k + 1]);
	if (!grew)
		return;
	double target = decimal_double(i->target.value),
	       off = fabs(decimal_double(h->values[0]) - target);
	add(l, (struct exception){.rule = RULE_WORSENING,
				  .unit = view_unit_id(l->how->view, h->unit),
				  .indicator = i,
				  .count = WORSE_PERIODS,
				  .period = h->period,
				  .value = h->values[0],
				  .before = h->values[WORSE_PERIODS],
				  .why = h->why,
				  .since = h->received,
				  .figure = h->figure,
				  .weight = target != 0 ? off / fabs(target) : off});
}

static enum err find_worsening_of(struct finding_list *l, const struct indicator *i,
				  struct why *why)
{
	struct period last = period_at(i->period, l->how->now);
	struct query query;
	struct history h = {0};
	query_init(&query, l->a);
	query_sql(
		&query,
		SQL("SELECT unit, period, mantissa, scale, remark, received, id FROM figure f WHERE "
		    "current = 1 AND breakdown = '' AND mantissa IS NOT NULL AND indicator = "));
	query_int(&query, i->id);
	query_sql(&query, SQL(" AND period_kind = "));
	query_int(&query, i->period);
	query_sql(&query, SQL(" AND period >= "));
	query_int(&query, last.ordinal - WORSE_PERIODS - 2);
	query_sql(&query, SQL(" AND unit IN "));
	query_ints(&query, l->how->units, l->how->n_units);
	query_figure_reach(&query, &l->how->reach);
	query_sql(&query, SQL(" ORDER BY unit, period DESC"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, l->db);
	while (stmt_row(q)) {
		int32_t ordinal = (int32_t)stmt_int(q, 1);
		if (h.unit != stmt_int(q, 0)) {
			judge(l, i, &h);
			h = (struct history){.unit = stmt_int(q, 0),
					     .period = {i->period, ordinal},
					     .why = arena_str(l->a, stmt_str(q, 4)),
					     .received = stmt_int(q, 5),
					     .figure = stmt_int(q, 6)};
		}
		bool follows = ordinal == h.period.ordinal - (int32_t)h.n;
		if (follows && h.n <= WORSE_PERIODS)
			h.values[h.n++] = (struct decimal){stmt_int(q, 2), (int)stmt_int(q, 3)};
	}
	judge(l, i, &h);
	return stmt_end(q, why);
}

/* Its target is the year's: one period alone is never near it. */
static bool adds_up(const struct indicator *i)
{
	return i->over_time == AGGREGATE_SUM && i->period != PERIOD_YEARLY;
}

static enum err find_worsening(struct finding_list *l, struct why *why)
{
	const struct indicator *all;
	size_t n = view_indicators(l->how->view, &all);
	enum err rc = OK;
	for (size_t k = 0; k < n && rc == OK; k++)
		if (all[k].target.given && !str_is(all[k].direction, "none") && !adds_up(&all[k]))
			rc = find_worsening_of(l, &all[k], why);
	return rc;
}

/* -- quality that falls -- */
struct fall { /* of one unit; [0] the month before, [1] the last whole month */
	struct mean means[2];
};

static void fall_flush(struct fall *f, const struct dimensions *d,
		       struct share shares[2][DIMENSIONS_MAX])
{
	for (int m = 0; f && m < 2; m++)
		mean_add(&f->means[m], d, shares[m]);
	memset(shares, 0, 2 * sizeof(*shares));
}

static enum err measure_falls(struct finding_list *l, const struct dimensions *d,
			      struct period last, struct fall *falls, struct why *why)
{
	struct fact_query how = {.reach = l->how->reach,
				 .units = l->how->units,
				 .n_units = l->how->n_units,
				 .kind = -1};
	struct period before = {last.kind, last.ordinal - 1};
	struct share shares[2][DIMENSIONS_MAX] = {0};
	const struct unit *units;
	struct fall *at = NULL;
	struct fact f, key = {0};
	view_units(l->how->view, &units);
	how.from = date_days(date_local(period_start(before)));
	how.to = period_last_day(last);
	int64_t turn = date_days(date_local(period_start(last)));
	AUTO(stmt_free) struct stmt *q = facts_ask(l->db, &how, l->a);
	while (facts_next(q, &f)) {
		const struct unit *u = view_unit_id(l->how->view, f.unit);
		if (f.unit != key.unit || f.indicator != key.indicator)
			fall_flush(at, d, shares);
		at = u ? &falls[u - units] : NULL;
		key = f;
		const struct indicator *i = view_indicator_id(l->how->view, f.indicator);
		for (size_t k = 0; k < d->n; k++) {
			struct share s = fact_share(&f, &d->items[k], i, l->how->now);
			shares[f.day >= turn][k].good += s.good;
			shares[f.day >= turn][k].all += s.all;
		}
	}
	fall_flush(at, d, shares);
	return stmt_end(q, why);
}

/* By its weight in the whole; one that is measured both times. */
static void find_lost(struct exception *e, const struct fall *f, const struct dimensions *d)
{
	int64_t most = 0;
	for (size_t k = 0; k < d->n; k++) {
		int64_t before = mean_score(&f->means[0], k), now = mean_score(&f->means[1], k);
		int64_t by = (before - now) * d->items[k].weight;
		if (before < 0 || now < 0 || by <= most)
			continue;
		most = by;
		e->lost = &d->items[k];
		e->lost_from = before;
		e->lost_to = now;
	}
}

static enum err find_falls(struct finding_list *l, struct why *why)
{
	const struct unit *units;
	size_t n = view_units(l->how->view, &units);
	struct fall *falls = ARENA_ARRAY(l->a, n, struct fall);
	struct dimensions *d = ARENA_NEW(l->a, struct dimensions);
	struct period last = period_at(PERIOD_MONTHLY, l->how->now);
	last.ordinal -= 2; /* whose deadlines lie behind us by now */
	enum err rc = dimensions_read(l->db, l->a, d, why);
	if (rc == OK)
		rc = measure_falls(l, d, last, falls, why);
	for (size_t i = 0; i < n && rc == OK; i++) {
		int64_t before = mean_overall(&falls[i].means[0], d),
			now = mean_overall(&falls[i].means[1], d);
		if (before < 0 || now < 0 || before - now < EXCEPTION_FALL)
			continue;
		struct exception e = {.rule = RULE_QUALITY,
				      .unit = &units[i],
				      .period = last,
				      .score = now,
				      .earlier = before,
				      .weight = (double)(before - now)};
		find_lost(&e, &falls[i], d);
		add(l, e);
	}
	return rc;
}

static int by_rank(const void *left, const void *right)
{
	const struct exception *a = left, *b = right;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->weight > b->weight || a->weight < b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->since > b->since) - (a->since < b->since);
}

enum err exceptions_find(struct db *db, const struct exception_query *how, struct arena *a,
			 struct exception **ret, size_t *ret_n, size_t *ret_found, struct why *why)
{
	struct finding_list l = {.how = how, .db = db, .a = a};
	enum err rc = open_duties(&l, RULE_DUE_SOON, how->now, how->now + EXCEPTION_SOON, why);
	if (rc == OK)
		rc = open_duties(&l, RULE_OVERDUE, how->now - EXCEPTION_BACK, how->now, why);
	if (rc == OK)
		rc = find_silent(&l, why);
	if (rc == OK)
		rc = find_worsening(&l, why);
	if (rc == OK)
		rc = find_falls(&l, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < how->n_more; i++)
		add(&l, how->more[i]);
	size_t kept = 0, each[RULES] = {0};
	if (l.n)
		qsort(l.items, l.n, sizeof(*l.items), by_rank);
	for (size_t i = 0; i < l.n && kept < EXCEPTIONS_MAX; i++)
		if (each[l.items[i].rule]++ < EXCEPTIONS_EACH)
			l.items[kept++] = l.items[i];
	*ret = l.items;
	*ret_n = kept;
	*ret_found = l.n;
	return OK;
}
