/* statistics.c - correlation and decomposition; see statistics.h. */
#include "analyze/statistics.h"
#include <math.h>

struct sums {
	size_t n;
	double x, y, xx, yy, xy;
};

/* Differences from the first pair keep the sums small. */
static void sums_add(struct sums *s, double x, double y)
{
	s->n++;
	s->x += x;
	s->y += y;
	s->xx += x * x;
	s->yy += y * y;
	s->xy += x * y;
}

static struct correlation correlation_of(const struct sums *s, int lag)
{
	struct correlation c = {
		.lag = lag, .n = s->n, .r = (double)NAN, .low = (double)NAN, .high = (double)NAN};
	double n = (double)s->n;
	double vx = s->xx - s->x * s->x / n, vy = s->yy - s->y * s->y / n;
	if (s->n < CORRELATION_PAIRS || vx <= 1e-12 * s->xx || vy <= 1e-12 * s->yy)
		return c;
	c.r = fmax(-1, fmin(1, (s->xy - s->x * s->y / n) / sqrt(vx * vy)));
	double z = atanh(fmax(-0.9999999, fmin(0.9999999, c.r))), half = 1.96 / sqrt(n - 3);
	c.low = tanh(z - half);
	c.high = tanh(z + half);
	return c;
}

static double at(const double *x, size_t n, int64_t i, bool differences)
{
	if (i < 0 || i >= (int64_t)n)
		return (double)NAN;
	if (!differences)
		return x[i];
	return i == 0 ? (double)NAN : x[i] - x[i - 1];
}

void correlate(const double *x, const double *y, size_t n, int max, bool differences,
	       struct correlation *ret)
{
	for (int lag = -max; lag <= max; lag++) {
		struct sums s = {0};
		double x0 = (double)NAN, y0 = (double)NAN;
		for (int64_t t = 0; t < (int64_t)n; t++) {
			double a = at(x, n, t, differences), b = at(y, n, t + lag, differences);
			if (isnan(a) || isnan(b))
				continue;
			x0 = isnan(x0) ? a : x0;
			y0 = isnan(y0) ? b : y0;
			sums_add(&s, a - x0, b - y0);
		}
		ret[lag + max] = correlation_of(&s, lag);
	}
}

/* -- decomposition -- */

/* Gaps inside become a straight line between their ends. */
static enum err bridge(double *x, size_t n, bool *bridged, struct why *why)
{
	size_t last = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		size_t gap = last == SIZE_MAX ? 0 : i - last - 1;
		if (gap > GAP_MAX)
			return fail(
				why, ERR_INVALID,
				"%zu periods in a row have no figure; at most %d can be bridged",
				gap, GAP_MAX);
		for (size_t k = 1; k <= gap; k++) {
			x[last + k] = x[last] + (x[i] - x[last]) * (double)k / (double)(gap + 1);
			bridged[last + k] = true;
		}
		last = i;
	}
	return OK;
}

/* Mean of one season around i, half weight at both ends where it has an even length. */
static double centred(const double *x, size_t n, size_t season, size_t i)
{
	size_t half = season / 2;
	if (i < half || i + half >= n)
		return (double)NAN;
	double sum = 0;
	for (size_t k = i - half; k <= i + half; k++) {
		bool end = season % 2 == 0 && (k == i - half || k == i + half);
		sum += end ? x[k] / 2 : x[k];
	}
	return sum / (double)season;
}

static void seasonal_means(const double *x, const double *trend, size_t n, size_t season,
			   struct arena *a, double *ret)
{
	double *means = ARENA_ARRAY(a, season, double), all = 0;
	for (size_t s = 0; s < season; s++) {
		size_t count = 0;
		for (size_t i = s; i < n; i += season)
			if (!isnan(x[i]) && !isnan(trend[i])) {
				means[s] += x[i] - trend[i];
				count++;
			}
		means[s] = count ? means[s] / (double)count : 0;
		all += means[s];
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = means[i % season] - all / (double)season;
}

static double variance(const double *x, const double *plus, size_t n)
{
	double sum = 0, squares = 0, count = 0;
	for (size_t i = 0; i < n; i++) {
		double v = x[i] + (plus ? plus[i] : 0);
		if (isnan(v))
			continue;
		sum += v;
		squares += v * v;
		count++;
	}
	return count > 0 ? squares / count - (sum / count) * (sum / count) : 0;
}

enum err decompose(const double *given, size_t n, size_t season, struct arena *a,
		   struct decomposition *ret, struct why *why)
{
	double *x = ARENA_ARRAY(a, n, double);
	size_t known = 0;
	struct decomposition d = {.trend = ARENA_ARRAY(a, n, double),
				  .seasonal = ARENA_ARRAY(a, n, double),
				  .remainder = ARENA_ARRAY(a, n, double),
				  .bridged = ARENA_ARRAY(a, n, bool)};
	for (size_t i = 0; i < n; i++) {
		x[i] = given[i];
		known += isnan(x[i]) ? 0 : 1;
	}
	if (season < 2)
		return fail(why, ERR_INVALID, "yearly figures have no season within a year");
	enum err rc = bridge(x, n, d.bridged, why);
	if (rc == OK && known < 2 * season)
		rc = fail(why, ERR_INVALID, "two whole seasons are needed: %zu periods, not %zu",
			  2 * season, known);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		d.trend[i] = centred(x, n, season, i);
	seasonal_means(x, d.trend, n, season, a, d.seasonal);
	for (size_t i = 0; i < n; i++)
		d.remainder[i] = x[i] - d.trend[i] - d.seasonal[i];
	double rest = variance(d.remainder, NULL, n), both = variance(d.remainder, d.seasonal, n);
	d.strength = both > 0 ? fmax(0, 1 - rest / both) : 0;
	*ret = d;
	return OK;
}
