/* figure_reach.c - who may do what with which figures: one figure, lists, SQL, one rule. */
#include "registry/figure.h"
#include "base/id.h"

/* A figure is sent and decided by its unit's people; to read it tells what it was made of. */
static bool may_read_sources(const struct access *x, const struct principal *who, enum verb verb,
			     const struct view *v, int64_t indicator)
{
	const struct restricted_of *of;
	size_t n = verb == VERB_READ ? view_restricted_of(v, indicator, &of) : 0;
	for (size_t i = 0; i < n; i++)
		if (!access_may(x, who, verb, "restricted_figure", of[i].unit))
			return false;
	return true;
}

bool figure_may(const struct access *x, const struct principal *who, enum verb verb,
		const struct view *v, int64_t unit, int64_t indicator)
{
	const struct indicator *i = view_indicator_id(v, indicator);
	if (view_restricted(v, indicator) &&
	    (!access_may(x, who, verb, "restricted_figure", unit) ||
	     !may_read_sources(x, who, verb, v, indicator)))
		return false;
	return access_may(x, who, verb, "figure", unit) ||
	       (i && indicator_open(i) && access_may_open(x, who, verb, "figure"));
}

enum err figure_require(const struct access *x, const struct principal *who, enum verb verb,
			const struct view *v, int64_t unit, int64_t indicator, struct why *why)
{
	enum err rc = access_require(x, who, verb, "figure", unit, why);
	if (rc != OK || !view_restricted(v, indicator))
		return rc;
	rc = access_require(x, who, verb, "restricted_figure", unit, why);
	if (rc == OK && !may_read_sources(x, who, verb, v, indicator))
		rc = fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return rc;
}

static void reach_open(struct figure_reach *r, const struct view *v, struct arena *a)
{
	const struct indicator *indicators;
	size_t n = view_indicators(v, &indicators);
	int64_t *open = ARENA_ARRAY(a, n, int64_t);
	for (size_t i = 0; i < n; i++)
		if (indicator_open(&indicators[i]))
			open[r->n_open++] = indicators[i].id;
	r->open = open;
}

static void reach_barred(struct figure_reach *r, const struct access *x,
			 const struct principal *who, enum verb verb, const struct view *v,
			 struct arena *a)
{
	int64_t *barred = ARENA_ARRAY(a, r->n_closed, int64_t);
	for (size_t i = 0; i < r->n_closed; i++)
		if (!may_read_sources(x, who, verb, v, r->closed[i]))
			barred[r->n_barred++] = r->closed[i];
	r->barred = barred;
}

struct figure_reach figure_reach(const struct access *x, const struct principal *who,
				 enum verb verb, const struct view *v, struct arena *a)
{
	struct figure_reach r = {0};
	int64_t *units = NULL;
	bool closed_too = false;
	r.n_units = access_units(x, who, verb, "figure", a, &units, &r.all);
	r.units = units;
	if (!r.all && access_may_open(x, who, verb, "figure"))
		reach_open(&r, v, a);
	r.n_closed_units = access_units(x, who, verb, "restricted_figure", a, &units, &closed_too);
	r.closed_units = units;
	if (!closed_too)
		r.n_closed = view_restricted_all(v, &r.closed);
	if (r.n_closed)
		reach_barred(&r, x, who, verb, v, a);
	return r;
}

bool figure_reached(const struct figure_reach *r, int64_t unit, int64_t indicator)
{
	if (id_among(r->closed, r->n_closed, indicator) &&
	    !id_among(r->closed_units, r->n_closed_units, unit))
		return false;
	if (id_among(r->barred, r->n_barred, indicator))
		return false;
	return r->all || id_among(r->units, r->n_units, unit) ||
	       id_among(r->open, r->n_open, indicator);
}

void query_figure_reach(struct query *q, const struct figure_reach *r)
{
	if (!r->all) {
		query_sql(q, SQL(" AND (f.unit IN "));
		query_ints(q, r->units, r->n_units);
		query_sql(q, SQL(" OR f.indicator IN "));
		query_ints(q, r->open, r->n_open);
		query_sql(q, SQL(")"));
	}
	if (r->n_closed) {
		query_sql(q, SQL(" AND (f.indicator NOT IN "));
		query_ints(q, r->closed, r->n_closed);
		query_sql(q, SQL(" OR f.unit IN "));
		query_ints(q, r->closed_units, r->n_closed_units);
		query_sql(q, SQL(")"));
	}
	if (r->n_barred) {
		query_sql(q, SQL(" AND f.indicator NOT IN "));
		query_ints(q, r->barred, r->n_barred);
	}
}

void figure_veil(const struct access *x, const struct principal *who, struct figure *figures,
		 size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!access_may(x, who, VERB_READ, "delivery", figures[i].unit))
			figures[i].remark = figures[i].reason = figures[i].decision_remark =
				STR_NULL;
}
