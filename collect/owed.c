/* owed.c - the duties of a unit, matched with what came. */
#include "collect/owed.h"
#include <stdlib.h>

static int key_cmp(const struct owed *a, const struct owed *b)
{
	if (a->indicator->id != b->indicator->id)
		return a->indicator->id < b->indicator->id ? -1 : 1;
	return (a->period.ordinal > b->period.ordinal) - (a->period.ordinal < b->period.ordinal);
}

static int by_key(const void *a, const void *b)
{
	return key_cmp(a, b);
}

static int by_deadline(const void *left, const void *right)
{
	const struct owed *a = left, *b = right;
	if (a->deadline != b->deadline)
		return a->deadline < b->deadline ? -1 : 1;
	int order = str_cmp(a->indicator->code, b->indicator->code);
	return order ? order
		     : (a->period.ordinal > b->period.ordinal) -
			       (a->period.ordinal < b->period.ordinal);
}

static void sort(struct owed *items, size_t n, int (*order)(const void *, const void *))
{
	if (n)
		qsort(items, n, sizeof(*items), order);
}

/* max(status): approved only when every part is. */
static enum err read_figures(struct db *db, const struct owed_query *how, struct owed *items,
			     size_t n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT d.subject, d.period, max(f.id), max(f.status) FROM duty d JOIN figure f ON "
		    "f.unit = d.unit AND f.indicator = d.subject AND f.period_kind = d.period_kind AND "
		    "f.period = d.period AND f.current = 1 WHERE d.unit = $1 AND d.kind = 'figure' AND "
		    "d.until >= $2 AND d.until <= $3 AND d.met > 0 GROUP BY d.subject, d.period"));
	stmt_bind_int(q, 1, how->unit->id);
	stmt_bind_int(q, 2, how->from);
	stmt_bind_int(q, 3, how->to);
	while (stmt_row(q)) {
		const struct indicator *i = view_indicator_id(how->view, stmt_int(q, 0));
		struct owed key = {.indicator = i};
		key.period.ordinal = (int32_t)stmt_int(q, 1);
		struct owed *o = i && n ? bsearch(&key, items, n, sizeof(*items), by_key) : NULL;
		if (!o)
			continue;
		o->figure = stmt_int(q, 2);
		o->status = str_is(stmt_str(q, 3), "approved") ? FIGURE_APPROVED : FIGURE_SUBMITTED;
	}
	return stmt_end(q, why);
}

/* Sorted by key. */
static enum err read_duties(struct db *db, const struct owed_query *how, struct arena *a,
			    struct owed **ret, size_t *ret_n, struct why *why)
{
	struct duty_query query = {.units = &how->unit->id,
				   .n_units = 1,
				   .kind = STR(DUTY_FIGURE),
				   .state = -1,
				   .from = how->from,
				   .to = how->to,
				   .now = how->now};
	struct duty *duties = NULL;
	size_t n = 0, out = 0;
	enum err rc = duty_list(db, &query, a, &duties, &n, why);
	if (rc != OK)
		return rc;
	struct owed *items = ARENA_ARRAY(a, n, struct owed);
	for (size_t i = 0; i < n; i++) {
		const struct duty *d = &duties[i];
		const struct indicator *of = view_indicator_id(how->view, d->key.subject);
		if (!of)
			continue; /* removed since: nobody can send it */
		items[out++] = (struct owed){.unit = how->unit,
					     .indicator = of,
					     .period = d->key.period,
					     .deadline = d->until,
					     .state = duty_state(d, how->now),
					     .met_late = duty_met_late(d),
					     .met = d->met.at,
					     .duty = d->id};
	}
	sort(items, out, by_key);
	*ret = items;
	*ret_n = out;
	return read_figures(db, how, items, out, why);
}

enum err owed_list(struct db *db, const struct owed_query *how, struct arena *a, struct owed **ret,
		   size_t *ret_n, struct why *why)
{
	struct owed *items = NULL;
	size_t n = 0;
	enum err rc = read_duties(db, how, a, &items, &n, why);
	if (rc != OK)
		return rc;
	sort(items, n, by_deadline);
	*ret = items;
	*ret_n = n;
	return OK;
}

/* Periods of a kind within `only`; *ret_first the first of them. */
static int32_t periods_within(enum period_kind kind, struct period only, int32_t *ret_first)
{
	struct period p = period_at(kind, period_start(only));
	if (period_start(p) < period_start(only))
		p.ordinal++;
	*ret_first = p.ordinal;
	int32_t n = 0;
	while (period_end(p) <= period_end(only)) {
		p.ordinal++;
		n++;
	}
	return n;
}

enum err owed_within(struct db *db, const struct owed_query *how, struct period only,
		     struct arena *a, struct owed **ret, size_t *ret_n, struct why *why)
{
	struct owed *duties = NULL;
	size_t n_duties = 0, n = 0, max = 0;
	const struct indicator *indicators;
	size_t n_indicators = view_indicators(how->view, &indicators);
	int32_t first[PERIOD_KINDS], count[PERIOD_KINDS];
	struct deadlines *deadlines = deadlines_new(a, how->view);
	enum err rc = read_duties(db, how, a, &duties, &n_duties, why);
	if (rc != OK)
		return rc;
	for (unsigned k = 0; k < PERIOD_KINDS; k++)
		count[k] = periods_within((enum period_kind)k, only, &first[k]);
	for (size_t i = 0; i < n_indicators; i++)
		max += (size_t)count[indicators[i].period];
	struct owed *items = ARENA_ARRAY(a, max, struct owed);
	for (size_t i = 0; i < n_indicators; i++)
		for (int32_t k = 0; k < count[indicators[i].period]; k++) {
			struct owed o = {.unit = how->unit, .indicator = &indicators[i]};
			o.period = (struct period){indicators[i].period,
						   first[indicators[i].period] + k};
			if (!unit_owes(how->unit, &indicators[i], o.period))
				continue;
			const struct owed *duty =
				n_duties ? bsearch(&o, duties, n_duties, sizeof(*duties), by_key)
					 : NULL;
			o.deadline = duty ? duty->deadline
					  : deadlines_at(deadlines, o.indicator, o.period);
			items[n++] = duty ? *duty : o;
		}
	sort(items, n, by_deadline);
	*ret = items;
	*ret_n = n;
	return OK;
}
