/* totals.c - what is asked about figures, read and added up. */
#include "registry/figure.h"

size_t figure_owing(const struct view *v, const struct figure_query *how, const struct indicator *i,
		    struct period p)
{
	const struct unit *units;
	size_t n = view_units(v, &units), count = 0;
	for (size_t k = 0; k < n; k++) {
		bool asked = how->n_units == 0 && !how->no_units;
		for (size_t m = 0; m < how->n_units && !asked; m++)
			asked = how->units[m] == units[k].id;
		count += asked && unit_has(&units[k], i, p);
	}
	return count;
}

struct asking {
	struct db *db;
	const struct view *view;
	struct arena *arena;
};

/* Never a total of only some of the figures. */
static enum err list_whole(const struct asking *k, struct figure_query *how, struct figure **ret,
			   size_t *ret_n, struct why *why)
{
	how->limit = FIGURE_TOTALS_MAX + 1;
	enum err rc = figure_list(k->db, how, k->arena, ret, ret_n, why);
	if (rc == OK && *ret_n == how->limit)
		return fail(
			why, ERR_TOO_LARGE,
			"more than %d figures: ask for fewer periods or units (from, to, under)",
			FIGURE_TOTALS_MAX);
	return rc;
}

/* Values of the weighting indicator for the same question. */
static enum err weights_of(const struct asking *k, const struct indicator *i,
			   const struct figure_query *asked, struct weight **ret, size_t *ret_n,
			   struct why *why)
{
	const struct indicator *by = i->weight.len ? view_indicator(k->view, i->weight) : NULL;
	if (i->over_units != AGGREGATE_WEIGHTED || !by)
		return OK;
	struct figure_query how = *asked;
	struct figure *found = NULL;
	size_t n = 0;
	how.indicators = &by->id;
	how.breakdown = STR("");
	if (by->period != i->period)
		how.has_from = how.has_to = false;
	enum err rc = list_whole(k, &how, &found, &n, why);
	if (rc != OK)
		return rc;
	struct weight *weights = ARENA_ARRAY(k->arena, n, struct weight);
	for (size_t m = 0; m < n; m++)
		weights[m] = (struct weight){found[m].unit, found[m].period,
					     decimal_double(found[m].value)};
	*ret = weights;
	*ret_n = n;
	return OK;
}

enum err figure_totals(struct db *db, const struct view *v, const struct figure_query *asked,
		       struct arena *a, struct summary **ret, size_t *ret_n, struct why *why)
{
	struct figure_query how = *asked;
	struct figure *found = NULL;
	struct weight *weights = NULL;
	size_t n = 0, n_weights = 0;
	assert(how.n_indicators == 1);
	const struct indicator *i = view_indicator_id(v, how.indicators[0]);
	const struct asking k = {db, v, a};
	enum err rc = list_whole(&k, &how, &found, &n, why);
	if (rc == OK)
		rc = weights_of(&k, i, &how, &weights, &n_weights, why);
	if (rc == OK)
		*ret_n = figure_summarise(i, found, n, weights, n_weights, a, ret);
	return rc;
}
