#include "report/gather.h"

#include <stdlib.h>

#include "base/text.h"

struct period gather_own(const struct indicator *i, struct period p)
{
	if (i->period == p.kind)
		return p;
	struct period own = period_at(i->period, period_end(p) - 1);
	if (period_end(own) > period_end(p))
		own.ordinal--;
	return own;
}

struct period gather_period(const struct indicator *i, struct period p)
{
	bool rolls = i->period < p.kind && i->over_time != AGGREGATE_NONE;
	return rolls ? p : gather_own(i, p);
}

static int64_t today(const struct composing *c)
{
	return date_days(date_local(c->now));
}

bool gather_today(const struct composing *c, const struct unit *root)
{
	return root->to == DAY_NEVER || root->to > today(c);
}

bool gather_moved(const struct composing *c, struct period p)
{
	const struct unit_event *events;
	size_t n = view_events(c->view, &events);
	int64_t last = period_last_day(p), now = today(c);
	for (size_t k = 0; k < n; k++)
		if (events[k].into && !str_is(events[k].kind, "reparent") && events[k].day > last &&
		    events[k].day <= now)
			return true;
	return false;
}

static struct reading_of reading(const struct pivot_cell *cell, size_t of, size_t of_periods)
{
	return (struct reading_of){.given = cell->why == PIVOT_VALUE,
				   .value = cell->value,
				   .n = cell->n,
				   .of = of,
				   .periods = cell->periods,
				   .of_periods = of_periods,
				   .provisional = cell->provisional > 0};
}

static enum err ask(const struct composing *c, struct pivot_question *q,
		    const struct indicator *const *i, struct period first, struct period last,
		    const struct pivot **ret, struct why *why)
{
	q->indicators = (const struct indicator **)(uintptr_t)i;
	q->n_indicators = 1;
	q->grain = first.kind;
	q->from = first.ordinal;
	q->to = last.ordinal;
	q->reach = figure_reach(c->access, c->who, VERB_READ, c->view, c->arena);
	return pivot_make(c->view, c->image, q, c->arena, ret, why);
}

enum err gather_totals(const struct composing *c, const struct indicator *i,
		       const struct unit *root, struct period first, struct period last,
		       struct reading_of **ret, struct why *why)
{
	struct pivot_question q = {
		.by = PIVOT_TOTAL, .root = root->id, .today = gather_today(c, root)};
	const struct pivot *p = NULL;
	assert(first.kind == last.kind && first.ordinal <= last.ordinal);
	enum err rc = ask(c, &q, &i, first, last, &p, why);
	if (rc != OK)
		return rc;
	struct reading_of *all = ARENA_ARRAY(c->arena, p->n_buckets, struct reading_of);
	for (size_t k = 0; k < p->n_buckets; k++) {
		struct period b = {first.kind, first.ordinal + (int32_t)k};
		size_t of = pivot_owing(c->view, &q, i, gather_own(i, b), c->arena);
		const struct pivot_cell *cell = pivot_at(p, 0, 0, p->n_units, k);
		all[k] = reading(cell, of > cell->n ? of : cell->n, pivot_periods(i, b));
	}
	*ret = all;
	return OK;
}

enum err gather_units(const struct composing *c, const struct indicator *i,
		      const struct unit *const *units, size_t n, struct period p,
		      struct reading_of **ret, struct why *why)
{
	struct reading_of *all = ARENA_ARRAY(c->arena, n + 1, struct reading_of);
	int64_t *ids = ARENA_ARRAY(c->arena, n + 1, int64_t);
	struct pivot_question q = {.by = PIVOT_EACH, .units = ids, .n_units = n, .today = true};
	const struct pivot *made = NULL;
	for (size_t k = 0; k < n; k++) {
		ids[k] = units[k]->id;
		q.today = q.today && gather_today(c, units[k]);
	}
	enum err rc = n ? ask(c, &q, &i, p, p, &made, why) : OK;
	for (size_t k = 0; k < n && rc == OK; k++)
		for (size_t m = 0; m < made->n_units; m++)
			if (made->units[m] == units[k])
				all[k] =
					reading(pivot_at(made, 0, 0, m, 0), 1, pivot_periods(i, p));
	*ret = all;
	return rc;
}

struct named {
	struct str key;
	const struct unit *unit;
};

static int by_key(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	return str_cmp(a->key, b->key);
}

size_t gather_communes(const struct composing *c, const struct unit *root, struct period p,
		       const struct unit ***ret)
{
	const struct unit *units;
	size_t all = view_units(c->view, &units), n = 0;
	int64_t day = gather_today(c, root) ? today(c) : period_last_day(p);
	struct named *list = ARENA_ARRAY(c->arena, all + 1, struct named);
	for (size_t i = 0; i < all; i++)
		if (unit_kind_is_commune(units[i].kind) && unit_alive(&units[i], day) &&
		    view_within(c->view, units[i].id, root->id))
			list[n++] =
				(struct named){text_fold(c->arena, units[i].name_vi), &units[i]};
	if (n)
		qsort(list, n, sizeof(*list), by_key);
	*ret = ARENA_ARRAY(c->arena, n + 1, const struct unit *);
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = list[i].unit;
	return n;
}
