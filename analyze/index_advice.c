/* index_advice.c - "what raises us two points?": each criterion's feasible change, its gain and its
 * cost; then the cheapest that together make what is wanted. */
#include "analyze/index.h"

#include <math.h>
#include <stdlib.h>

#define HISTORY 18	  /* periods looked back */
#define STEPS_AHEAD 3	  /* of its best steps a criterion may be asked for */
#define STEPS_SEARCHED 60 /* halvings that find the value of a wanted score */

struct past {
	double values[HISTORY];
	size_t n; /* newest first */
};

/* Does a greater value win? */
static bool rises(const struct criterion *c)
{
	if (c->method == CRITERION_STEPS)
		return c->n_steps == 0 || c->step_values[c->n_steps - 1] >= c->step_values[0];
	return c->truth || !c->has_low || c->low <= c->high;
}

static enum err read_past(const struct criterion *c, const struct standpoint *from, struct past *p,
			  struct arena *a, struct why *why)
{
	struct standpoint then = *from;
	struct formula_data data = cells_of(&then);
	enum err rc = OK;
	for (int k = 0; rc == OK && k < HISTORY; k++) {
		struct formula_result r;
		then.period.ordinal = from->period.ordinal - k;
		rc = formula_run(c->formula, &data, false, a, &r, why);
		if (rc == OK && r.value.reason == FORMULA_PRESENT && r.value.type == FORMULA_NUMBER)
			p->values[p->n++] = number_double(r.value.number);
	}
	return rc;
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Usual size of its change from one period to the next, and the best one. */
static void steps_of(const struct past *p, double sign, double *ret_usual, double *ret_best)
{
	double sizes[HISTORY];
	size_t n = 0;
	*ret_best = 0;
	for (size_t i = 0; i + 1 < p->n; i++) {
		double step = sign * (p->values[i] - p->values[i + 1]);
		*ret_best = fmax(*ret_best, step);
		if (fabs(step) > 0)
			sizes[n++] = fabs(step);
	}
	qsort(sizes, n, sizeof(*sizes), by_double);
	*ret_usual = n ? sizes[n / 2] : 0;
}

static double feasible(const struct criterion *c, const struct past *p, double sign,
		       double best_step)
{
	if (c->truth)
		return 1;
	double best = c->value + sign * STEPS_AHEAD * best_step;
	for (size_t i = 0; i < p->n; i++)
		if (sign * (p->values[i] - best) > 0)
			best = p->values[i];
	if (c->has_most)
		best = fmin(best, c->most);
	return c->has_least ? fmax(best, c->least) : best;
}

/* The value nearest to the present one that scores as much. */
static double value_for(const struct criterion *c, double best, double score)
{
	double low = c->truth ? best : c->value, high = best;
	for (int i = 0; i < STEPS_SEARCHED; i++) {
		double middle = low + (high - low) / 2;
		if (criterion_score(c, middle) + 1e-9 >= score)
			high = middle;
		else
			low = middle;
	}
	return high;
}

static enum err advise(const struct criterion *c, const struct standpoint *from, struct advice *ret,
		       struct arena *a, struct why *why)
{
	struct past p = {.n = 0};
	double sign = rises(c) ? 1 : -1, usual, best_step;
	enum err rc = read_past(c, from, &p, a, why);
	if (rc != OK)
		return rc;
	steps_of(&p, sign, &usual, &best_step);
	double best = feasible(c, &p, sign, best_step), now = criterion_score(c, c->value);
	double gain = criterion_score(c, best) - now;
	*ret = (struct advice){
		.criterion = c, .from = c->value, .to = best, .best = best, .gain = gain};
	if (gain < 0.005)
		return OK;
	ret->to = value_for(c, best, now + gain);
	ret->periods = usual > 0 ? fabs(ret->to - c->value) / usual : 1;
	ret->cost = c->effort * ret->periods / gain;
	return OK;
}

static int by_cost(const void *a, const void *b)
{
	const struct advice *x = a, *y = b;
	return (x->cost > y->cost) - (x->cost < y->cost);
}

/* Take the cheapest; of the last only as much as is still wanted. */
static void choose(struct advice *all, size_t n, double wanted)
{
	for (size_t i = 0; i < n && wanted > 0.005; i++) {
		struct advice *one = &all[i];
		one->chosen = true;
		if (one->gain > wanted) {
			const struct criterion *c = one->criterion;
			double whole = fabs(one->to - one->from);
			double now = criterion_score(c, c->value);
			one->to = value_for(c, one->best, now + wanted);
			one->gain = criterion_score(c, one->to) - now;
			one->periods *= whole > 0 ? fabs(one->to - one->from) / whole : 1;
		}
		wanted -= one->gain;
	}
}

enum err index_advice(struct criteria_set *set, const struct standpoint *from, double wanted,
		      struct arena *a, struct advice **ret, size_t *ret_n, struct why *why)
{
	struct standpoint at = *from;
	at.unit = set->whose;
	struct advice *all = ARENA_ARRAY(a, set->n + 1, struct advice);
	size_t n = 0;
	enum err rc = OK;
	for (size_t i = 0; rc == OK && i < set->n; i++) {
		const struct criterion *c = &set->criteria[i];
		if (c->method == CRITERION_GROUP || !c->present || !c->formula)
			continue;
		rc = advise(c, &at, &all[n], a, why);
		n += rc == OK && all[n].gain >= 0.005;
	}
	if (rc != OK)
		return rc;
	qsort(all, n, sizeof(*all), by_cost);
	choose(all, n, wanted);
	*ret = all;
	*ret_n = n;
	return OK;
}
