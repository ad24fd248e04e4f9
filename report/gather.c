#include "report/gather.h"

#include <stdlib.h>

#include "base/text.h"

struct period gather_period(const struct indicator *i, struct period p)
{
	if (i->period == p.kind)
		return p;
	struct period own = period_at(i->period, period_end(p) - 1);
	if (period_end(own) > period_end(p))
		own.ordinal--;
	return own;
}

static struct figure_query question(const struct composing *c, const struct indicator *i,
				    struct period first, struct period last)
{
	return (struct figure_query){
		.reach = figure_reach(c->access, c->who, VERB_READ, c->view, c->arena),
		.indicators = &i->id,
		.n_indicators = 1,
		.period_kind = i->period,
		.has_from = true,
		.has_to = true,
		.from = first.ordinal,
		.to = last.ordinal,
	};
}

enum err gather_totals(const struct composing *c, const struct indicator *i,
		       const struct unit *root, struct period first, struct period last,
		       struct reading_of **ret, struct why *why)
{
	struct figure_query how = question(c, i, first, last);
	struct summary *sums = NULL;
	int64_t *units = NULL;
	size_t n = 0;
	assert(first.kind == i->period && last.kind == i->period && first.ordinal <= last.ordinal);
	how.n_units = view_subtree(c->view, root->id, c->arena, &units);
	how.units = units;
	how.no_units = how.n_units == 0;
	enum err rc = figure_totals(c->db, c->view, &how, c->arena, &sums, &n, why);
	if (rc != OK)
		return rc;
	size_t count = (size_t)(last.ordinal - first.ordinal) + 1;
	struct reading_of *all = ARENA_ARRAY(c->arena, count, struct reading_of);
	for (size_t k = 0; k < n; k++)
		all[sums[k].period.ordinal - first.ordinal] =
			(struct reading_of){.given = sums[k].defined,
					    .value = sums[k].value,
					    .n = sums[k].n,
					    .provisional = sums[k].provisional > 0};
	for (size_t k = 0; k < count; k++)
		all[k].of = figure_owing(c->view, &how, i,
					 (struct period){i->period, first.ordinal + (int32_t)k});
	*ret = all;
	return OK;
}

enum err gather_units(const struct composing *c, const struct indicator *i,
		      const struct unit *const *units, size_t n, struct period p,
		      struct reading_of **ret, struct why *why)
{
	struct reading_of *all = ARENA_ARRAY(c->arena, n + 1, struct reading_of);
	enum err rc = OK;
	for (size_t k = 0; k < n && rc == OK; k++) {
		struct figure_query how = question(c, i, p, p);
		struct summary *sums = NULL;
		size_t found = 0;
		how.units = &units[k]->id;
		how.n_units = 1;
		rc = figure_totals(c->db, c->view, &how, c->arena, &sums, &found, why);
		if (rc == OK && found)
			all[k] = (struct reading_of){.given = sums[0].defined,
						     .value = sums[0].value,
						     .n = 1,
						     .of = 1,
						     .provisional = sums[0].provisional > 0};
	}
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
	int64_t day = date_days(date_local(period_end(p) - 1));
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
