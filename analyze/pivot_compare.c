/* pivot_compare.c - periods that contain others, rounding, and what is said by comparing cells. */
#include "analyze/pivot_units.h"
#include <math.h>

/* -- periods -- */

size_t pivot_periods(const struct indicator *i, struct period bucket)
{
	int32_t first, last;
	if (i->period > bucket.kind)
		return 0;
	period_range(i->period, bucket, bucket, &first, &last);
	return (size_t)(last - first) + 1;
}

/* -- comparing -- */

bool pivot_rounded(long double value, int scale, struct decimal *ret)
{
	for (int i = 0; i < scale; i++)
		value *= 10;
	if (fabsl(value) >= 9.2e18L)
		return false;
	*ret = (struct decimal){(int64_t)llroundl(value), scale};
	return true;
}

struct pivot_cell pivot_change(const struct pivot_cell *now, const struct pivot_cell *then)
{
	struct pivot_cell c = {.why = PIVOT_NOTHING};
	struct decimal minus = {-then->value.mantissa, then->value.scale};
	if (now->why == PIVOT_VALUE && then->why == PIVOT_VALUE)
		c.why = decimal_add(now->value, minus, &c.value, NULL) == OK ? PIVOT_VALUE
									     : PIVOT_BEYOND;
	return c;
}

struct pivot_cell pivot_percent(struct pivot_cell part, const struct pivot_cell *whole,
				int decimals)
{
	struct pivot_cell c = {.why = PIVOT_NOTHING};
	if (part.why != PIVOT_VALUE || whole->why != PIVOT_VALUE || whole->value.mantissa == 0)
		return c;
	long double ratio = (long double)decimal_double(part.value) /
			    fabsl((long double)decimal_double(whole->value));
	c.why = pivot_rounded(100 * ratio, decimals, &c.value) ? PIVOT_VALUE : PIVOT_BEYOND;
	return c;
}

size_t pivot_rank(const struct pivot *p, size_t indicator, size_t item, size_t unit, size_t bucket)
{
	const struct pivot_cell *mine = pivot_at(p, indicator, item, unit, bucket);
	bool down = str_is(p->asked->indicators[indicator]->direction, "down");
	size_t place = 1;
	if (mine->why != PIVOT_VALUE || unit >= p->n_units)
		return 0;
	for (size_t u = 0; u < p->n_units; u++) {
		const struct pivot_cell *other = pivot_at(p, indicator, item, u, bucket);
		int order = other->why == PIVOT_VALUE ? decimal_cmp(other->value, mine->value) : 0;
		place += down ? order < 0 : order > 0;
	}
	return place;
}
