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
	struct deadlines *deadlines;
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
		usec deadline = deadlines_at(l->deadlines, i, p);
		if (deadline < how->from)
			return;
		for (size_t u = 0; u < how->n_units && deadline <= how->to; u++)
			if (unit_owes(how->units[u], i, p))
				append(l, (struct owed){.unit = how->units[u],
							.indicator = i,
							.period = p,
							.deadline = deadline});
	}
}

static int key_order(const struct owed *a, const struct owed *b)
{
	if (a->indicator->id != b->indicator->id)
		return a->indicator->id < b->indicator->id ? -1 : 1;
	if (a->unit->id != b->unit->id)
		return a->unit->id < b->unit->id ? -1 : 1;
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

/* One indicator's items stand together; its periods are one range.  max(status): approved only when
 * every part is. */
static enum err settle_indicator(struct db *db, struct owed *items, size_t n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT unit, period, min(first_received), max(id), max(status) FROM figure WHERE "
		    "indicator = $1 AND period_kind = $2 AND period >= $3 AND period <= $4 AND current = 1 "
		    "GROUP BY unit, period"));
	struct owed key = {.indicator = items[0].indicator, .period = items[0].period};
	int32_t low = key.period.ordinal, high = low;
	for (size_t i = 1; i < n; i++) {
		low = items[i].period.ordinal < low ? items[i].period.ordinal : low;
		high = items[i].period.ordinal > high ? items[i].period.ordinal : high;
	}
	stmt_bind_int(q, 1, key.indicator->id);
	stmt_bind_int(q, 2, key.period.kind);
	stmt_bind_int(q, 3, low);
	stmt_bind_int(q, 4, high);
	while (stmt_row(q)) {
		struct unit unit = {.id = stmt_int(q, 0)};
		key.unit = &unit;
		key.period.ordinal = (int32_t)stmt_int(q, 1);
		struct owed *o = bsearch(&key, items, n, sizeof(*items), by_key);
		if (!o)
			continue;
		o->met = stmt_int(q, 2);
		o->figure = stmt_int(q, 3);
		o->status = str_is(stmt_str(q, 4), "approved") ? FIGURE_APPROVED : FIGURE_SUBMITTED;
	}
	return stmt_end(q, why);
}

static enum err settle(struct db *db, struct list *l, struct why *why)
{
	for (size_t from = 0, to; from < l->n; from = to) {
		for (to = from; to < l->n && l->items[to].indicator == l->items[from].indicator;)
			to++;
		enum err rc = settle_indicator(db, l->items + from, to - from, why);
		if (rc != OK)
			return rc;
	}
	return OK;
}

enum err owed_list(struct db *db, const struct owed_query *how, struct arena *a, struct owed **ret,
		   size_t *ret_n, struct why *why)
{
	struct list l = {.a = a, .deadlines = deadlines_new(a, how->view)};
	const struct indicator *indicators;
	size_t n = view_indicators(how->view, &indicators);
	for (size_t i = 0; i < n; i++)
		owed_of_indicator(&l, how, &indicators[i]);
	enum err rc = OK;
	if (l.n) {
		qsort(l.items, l.n, sizeof(*l.items), by_key);
		rc = settle(db, &l, why);
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
