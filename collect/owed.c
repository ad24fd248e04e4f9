/* owed.c - what is owed, matched with what came. */
#include "collect/owed.h"
#include <stdlib.h>

static const char *const state_names[] = {"due", "late", "met"};

const char *owed_state_name(enum owed_state s)
{
	return state_names[s];
}

struct list {
	struct arena *a;
	struct owed *items;
	size_t n, cap;
};

static void append(struct list *l, struct owed o)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 256;
		struct owed *more = ARENA_ARRAY(l->a, l->cap, struct owed);
		if (l->n)
			memcpy(more, l->items, l->n * sizeof(*more));
		l->items = more;
	}
	l->items[l->n++] = o;
}

/* Deadlines grow with the period, so walk back from the last period that has begun. */
static void owed_of_indicator(struct list *l, const struct owed_query *how,
			      const struct indicator *i)
{
	struct period p = period_at(i->period, how->to);
	for (;; p.ordinal--) {
		usec deadline = view_deadline(how->view, i, p);
		if (deadline < how->from)
			return;
		for (size_t u = 0; u < how->n_units && deadline <= how->to; u++)
			if (unit_owes(how->units[u], i, p))
				append(l, (struct owed){.unit = how->units[u], .indicator = i, .period = p,
							.deadline = deadline});
	}
}

static int key_order(const struct owed *a, const struct owed *b)
{
	if (a->unit->id != b->unit->id)
		return a->unit->id < b->unit->id ? -1 : 1;
	if (a->indicator->id != b->indicator->id)
		return a->indicator->id < b->indicator->id ? -1 : 1;
	return (a->period.ordinal > b->period.ordinal) - (a->period.ordinal < b->period.ordinal);
}

static int by_key(const void *a, const void *b)
{
	return key_order(a, b);
}

static int by_deadline(const void *left, const void *right)
{
	const struct owed *a = left, *b = right;
	if (a->deadline != b->deadline)
		return a->deadline < b->deadline ? -1 : 1;
	int order = str_cmp(a->unit->code, b->unit->code);
	return order ? order : str_cmp(a->indicator->code, b->indicator->code);
}

/* " AND ((period_kind = .. AND period BETWEEN ..) OR ..)" for the periods in the list. */
static void query_periods(struct query *q, const struct list *l)
{
	int32_t low[PERIOD_KINDS], high[PERIOD_KINDS];
	bool any[PERIOD_KINDS] = {false};
	for (size_t i = 0; i < l->n; i++) {
		struct period p = l->items[i].period;
		if (!any[p.kind] || p.ordinal < low[p.kind])
			low[p.kind] = p.ordinal;
		if (!any[p.kind] || p.ordinal > high[p.kind])
			high[p.kind] = p.ordinal;
		any[p.kind] = true;
	}
	query_sql(q, SQL(" AND (period_kind = -1"));
	for (int k = 0; k < PERIOD_KINDS; k++) {
		if (!any[k])
			continue;
		query_sql(q, SQL(" OR (period_kind = "));
		query_int(q, k);
		query_sql(q, SQL(" AND period >= "));
		query_int(q, low[k]);
		query_sql(q, SQL(" AND period <= "));
		query_int(q, high[k]);
		query_sql(q, SQL(")"));
	}
	query_sql(q, SQL(")"));
}

/* The first revision that was not returned settles it. */
static enum err settle(struct db *db, struct list *l, const struct owed_query *how,
		       struct why *why)
{
	struct query query;
	int64_t *ids = ARENA_ARRAY(l->a, how->n_units, int64_t);
	for (size_t u = 0; u < how->n_units; u++)
		ids[u] = how->units[u]->id;
	query_init(&query, l->a);
	query_sql(&query, SQL("SELECT unit, indicator, period, min(received), max(id), "
			      "max(CASE WHEN status = 'approved' THEN 1 ELSE 0 END), period_kind FROM figure "
			      "WHERE status <> 'returned' AND unit IN "));
	query_ints(&query, ids, how->n_units);
	query_periods(&query, l);
	query_sql(&query, SQL(" GROUP BY unit, indicator, period_kind, period"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	while (stmt_row(q)) {
		struct unit unit = {.id = stmt_int(q, 0)};
		struct indicator indicator = {.id = stmt_int(q, 1)};
		struct owed key = {.unit = &unit, .indicator = &indicator,
				   .period = {(enum period_kind)stmt_int(q, 6), (int32_t)stmt_int(q, 2)}};
		struct owed *o = bsearch(&key, l->items, l->n, sizeof(*l->items), by_key);
		if (!o || o->period.kind != key.period.kind)
			continue;
		o->met = stmt_int(q, 3);
		o->figure = stmt_int(q, 4);
		o->status = stmt_int(q, 5) ? FIGURE_APPROVED : FIGURE_SUBMITTED;
	}
	return stmt_end(q, why);
}

enum err owed_list(struct db *db, const struct owed_query *how, struct arena *a,
		   struct owed **ret, size_t *ret_n, struct why *why)
{
	struct list l = {.a = a};
	const struct indicator *indicators;
	size_t n = view_indicators(how->view, &indicators);
	for (size_t i = 0; i < n; i++)
		owed_of_indicator(&l, how, &indicators[i]);
	enum err rc = OK;
	if (l.n) {
		qsort(l.items, l.n, sizeof(*l.items), by_key);
		rc = settle(db, &l, how, why);
	}
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < l.n; i++) {
		struct owed *o = &l.items[i];
		o->state = o->met ? OWED_MET : how->now >= o->deadline ? OWED_LATE : OWED_DUE;
		o->met_late = o->met >= o->deadline;
	}
	if (l.n)
		qsort(l.items, l.n, sizeof(*l.items), by_deadline);
	*ret = l.items;
	*ret_n = l.n;
	return OK;
}
