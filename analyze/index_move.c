/* index_move.c - where the indices stand, and since when they rise or fall. */
#include "analyze/index.h"

#define NEWEST_OF 3 /* whole periods */

/* What each criterion won in one period. */
struct moment {
	struct period period;
	struct index_total total;
	bool *present;
	double *won;
};

static enum err take(struct criteria_set *set, const struct standpoint *from, struct period p,
		     struct arena *a, struct moment *ret, struct why *why)
{
	struct standpoint at = *from;
	at.period = p;
	*ret = (struct moment){.period = p,
			       .present = ARENA_ARRAY(a, set->n, bool),
			       .won = ARENA_ARRAY(a, set->n, double)};
	enum err rc = index_score(set, &at, a, why);
	if (rc != OK)
		return rc;
	ret->total = index_total(set);
	for (size_t i = 0; i < set->n; i++) {
		const struct criterion *c = &set->criteria[i];
		ret->present[i] = c->method != CRITERION_GROUP && c->present;
		ret->won[i] = c->won;
	}
	return OK;
}

static bool enough(const struct criteria_set *set, double points)
{
	return points > 0 && points >= set->points / 2;
}

static struct index_change compare(const struct criteria_set *set, const struct moment *now,
				   const struct moment *then)
{
	struct index_change c = {.then = then->period};
	double both = 0;
	for (size_t i = 0; i < set->n; i++) {
		if (!now->present[i] || !then->present[i])
			continue;
		both += set->criteria[i].points;
		c.by += now->won[i] - then->won[i];
	}
	c.known = enough(set, both);
	return c;
}

static void find_worst(struct index_move *m, const struct moment *now, const struct moment *then)
{
	for (size_t i = 0; i < m->set.n; i++) {
		double by = now->won[i] - then->won[i];
		if (!now->present[i] || !then->present[i] || by >= m->worst_by)
			continue;
		m->worst = &m->set.criteria[i];
		m->worst_by = by;
	}
}

static enum err newest(struct index_move *m, const struct standpoint *from, usec now,
		       struct arena *a, struct moment *ret, struct why *why)
{
	struct period last = period_at(m->set.period, now);
	struct moment at = {0};
	for (int back = 1; back <= NEWEST_OF; back++) {
		struct period p = {last.kind, last.ordinal - back};
		enum err rc = take(&m->set, from, p, a, &at, why);
		if (rc != OK)
			return rc;
		if (back == 1 || enough(&m->set, at.total.reachable))
			*ret = at;
		if (enough(&m->set, at.total.reachable))
			break;
	}
	return OK;
}

static enum err measure(struct index_move *m, const struct standpoint *from, usec now,
			struct arena *a, struct why *why)
{
	struct moment at = {0}, before = {0}, year = {0}, one = {0};
	enum err rc = newest(m, from, now, a, &at, why);
	if (rc != OK)
		return rc;
	m->period = at.period;
	m->total = at.total;
	rc = take(&m->set, from, period_year_before(at.period), a, &year, why);
	for (int k = 0; k < MOVE_TREND && rc == OK; k++) {
		struct period p = {at.period.kind, at.period.ordinal - MOVE_TREND + 1 + k};
		rc = take(&m->set, from, p, a, &one, why);
		if (rc != OK)
			return rc;
		m->trend[k] = one.total.won;
		m->known[k] = enough(&m->set, one.total.reachable);
		if (k == MOVE_TREND - 2)
			before = one;
	}
	if (rc != OK)
		return rc;
	m->before = compare(&m->set, &at, &before);
	m->year = compare(&m->set, &at, &year);
	find_worst(m, &at, &before);
	return OK;
}

enum err index_moves(const struct standpoint *from, usec now, struct arena *a,
		     struct index_move **ret, size_t *ret_n, struct why *why)
{
	struct criteria_set *sets = NULL;
	size_t n = 0;
	int64_t day = date_days(date_local(now));
	enum err rc = index_sets(from->db, STR_NULL, a, &sets, &n, why);
	if (rc != OK)
		return rc;
	*ret = ARENA_ARRAY(a, n, struct index_move);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		bool again =
			*ret_n && str_eq((*ret)[*ret_n - 1].set.index_code, sets[i].index_code);
		bool holds = str_is(sets[i].status, "promulgated") && sets[i].from <= day &&
			     day < sets[i].to;
		if (again || !holds)
			continue;
		struct index_move *m = &(*ret)[*ret_n];
		*m = (struct index_move){.set = sets[i]};
		rc = index_load(from->db, from->view, a, &m->set, why);
		if (rc == OK)
			rc = measure(m, from, now, a, why);
		if (rc != OK)
			return rc;
		(*ret_n)++;
	}
	return OK;
}
