/* summary.c - totals over units, by the indicator's own aggregation. */
#include "registry/figure.h"
#include <math.h>
#include <stdlib.h>

/* What one unit gives to one period: the undivided figure, or the sum of its parts. */
struct share {
	struct period period;
	int64_t unit;
	struct decimal value;
	struct str breakdown;
	bool whole, provisional;
	bool beyond; /* its parts add up to more digits than a figure has */
	usec updated;
};

static int by_period_unit(const void *left, const void *right)
{
	const struct share *a = left, *b = right;
	if (a->period.ordinal != b->period.ordinal)
		return a->period.ordinal < b->period.ordinal ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->whole != b->whole)
		return b->whole - a->whole; /* the undivided one first */
	return str_cmp(a->breakdown, b->breakdown);
}

bool breakdown_alike(struct str a, struct str b)
{
	while (a.len && b.len) {
		struct str left = str_until(a, ';', &a), right = str_until(b, ';', &b), code;
		if (!str_eq(str_until(left, '=', &code), str_until(right, '=', &code)))
			return false;
	}
	return a.len == b.len;
}

static size_t shares_of(const struct indicator *i, const struct figure *figures, size_t n,
			struct share *shares)
{
	size_t count = 0;
	for (size_t k = 0; k < n; k++) {
		const struct figure *f = &figures[k];
		bool whole = f->breakdown.len == 0;
		if (f->empty || (!whole && i->over_units != AGGREGATE_SUM))
			continue;
		shares[count++] = (struct share){.period = f->period,
						 .unit = f->unit,
						 .value = f->value,
						 .breakdown = f->breakdown,
						 .whole = whole,
						 .provisional = f->status != FIGURE_APPROVED,
						 .updated = f->received};
	}
	return count;
}

/* Fold the parts of one unit and period into one share. */
static size_t shares_fold(struct share *shares, size_t n)
{
	size_t out = 0;
	for (size_t k = 0; k < n; k++) {
		struct share *last = out ? &shares[out - 1] : NULL;
		if (!last || last->unit != shares[k].unit ||
		    last->period.ordinal != shares[k].period.ordinal) {
			shares[out++] = shares[k];
			continue;
		}
		if (last->whole || !breakdown_alike(last->breakdown, shares[k].breakdown))
			continue;
		if (decimal_add(last->value, shares[k].value, &last->value, NULL) != OK)
			last->beyond = true;
		last->provisional |= shares[k].provisional;
		if (shares[k].updated > last->updated)
			last->updated = shares[k].updated;
	}
	return out;
}

/* false: it has more digits than a figure. */
static bool rounded(long double value, int scale, struct decimal *ret)
{
	for (int i = 0; i < scale; i++)
		value *= 10;
	if (fabsl(value) >= 9.2e18L)
		return false;
	*ret = (struct decimal){(int64_t)llroundl(value), scale};
	return true;
}

static int by_unit_period(const void *left, const void *right)
{
	const struct weight *a = left, *b = right;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->period.ordinal > b->period.ordinal) - (a->period.ordinal < b->period.ordinal);
}

/* The unit's weight in the period.  Where weights come in periods of another kind, such as people
 * by the year for a rate by the month, it is the last one that had begun by then.  0: none. */
static double weight_of(const struct weight *weights, size_t n, int64_t unit, struct period p)
{
	if (n == 0)
		return 0;
	enum period_kind kind = weights[0].period.kind;
	struct weight wanted = {unit, kind == p.kind ? p : period_at(kind, period_end(p) - 1), 0};
	size_t low = 0, high = n; /* the first that is later */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (by_unit_period(&weights[middle], &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	const struct weight *last = low ? &weights[low - 1] : NULL;
	bool fits =
		last && last->unit == unit && (kind != p.kind || last->period.ordinal == p.ordinal);
	return fits ? last->value : 0;
}

static bool mean_of(const struct indicator *i, const struct share *s, size_t n,
		    const struct weight *weights, size_t n_weights, struct decimal *ret)
{
	long double sum = 0, total = 0;
	for (size_t k = 0; k < n; k++) {
		double w = i->over_units == AGGREGATE_WEIGHTED
				   ? weight_of(weights, n_weights, s[k].unit, s[k].period)
				   : 1;
		sum += (long double)decimal_double(s[k].value) * (long double)w;
		total += (long double)w;
	}
	if (total <= 0)
		return false;
	return rounded(sum / total, i->decimals, ret);
}

static bool pick(const struct indicator *i, const struct share *s, size_t n, struct decimal *ret)
{
	const struct share *best = &s[0];
	for (size_t k = 1; k < n; k++) {
		int order = decimal_cmp(s[k].value, best->value);
		if ((i->over_units == AGGREGATE_MAX && order > 0) ||
		    (i->over_units == AGGREGATE_MIN && order < 0) ||
		    (i->over_units == AGGREGATE_LAST && s[k].updated > best->updated))
			best = &s[k];
	}
	*ret = best->value;
	return true;
}

static bool sum_of(const struct share *s, size_t n, struct decimal *ret)
{
	struct decimal sum = s[0].value;
	for (size_t k = 1; k < n; k++)
		if (decimal_add(sum, s[k].value, &sum, NULL) != OK)
			return false; /* beyond 18 digits: no total is better than a wrong one */
	*ret = sum;
	return true;
}

static bool aggregate(const struct indicator *i, const struct share *s, size_t n,
		      const struct weight *weights, size_t n_weights, struct decimal *ret)
{
	for (size_t k = 0; k < n; k++)
		if (s[k].beyond)
			return false;
	if (n == 1) { /* one unit's figure is its own total */
		*ret = s[0].value;
		return true;
	}
	switch (i->over_units) {
	case AGGREGATE_SUM:
		return sum_of(s, n, ret);
	case AGGREGATE_MEAN:
	case AGGREGATE_WEIGHTED:
		return mean_of(i, s, n, weights, n_weights, ret);
	case AGGREGATE_LAST:
	case AGGREGATE_MAX:
	case AGGREGATE_MIN:
		return pick(i, s, n, ret);
	case AGGREGATE_NONE:
		break;
	}
	return false;
}

size_t figure_summarise(const struct indicator *i, const struct figure *figures, size_t n,
			const struct weight *weights, size_t n_weights, struct arena *a,
			struct summary **ret)
{
	struct share *shares = ARENA_ARRAY(a, n, struct share);
	size_t count = shares_of(i, figures, n, shares), out = 0;
	if (count)
		qsort(shares, count, sizeof(*shares), by_period_unit);
	count = shares_fold(shares, count);
	struct weight *sorted = ARENA_ARRAY(a, n_weights, struct weight);
	if (n_weights) {
		memcpy(sorted, weights, n_weights * sizeof(*sorted));
		qsort(sorted, n_weights, sizeof(*sorted), by_unit_period);
	}
	struct summary *sums = ARENA_ARRAY(a, count, struct summary);
	for (size_t from = 0, to; from < count; from = to) {
		struct summary *s = &sums[out++];
		s->period = shares[from].period;
		for (to = from; to < count && shares[to].period.ordinal == s->period.ordinal;
		     to++) {
			s->provisional += shares[to].provisional;
			if (shares[to].updated > s->updated)
				s->updated = shares[to].updated;
		}
		s->n = to - from;
		s->defined = aggregate(i, shares + from, s->n, sorted, n_weights, &s->value);
	}
	*ret = sums;
	return out;
}
