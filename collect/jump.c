/* jump.c - how far a value lies from its history. */
#include "collect/check.h"
#include <math.h>
#include <stdlib.h>

static int double_order(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return left < right ? -1 : left > right;
}

static double median_of(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), double_order);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Median of values and the scale in which distances from it are counted. */
static double centre_and_scale(double *values, size_t n, double least, double *ret_scale)
{
	double median = median_of(values, n), total = 0;
	for (size_t i = 0; i < n; i++) {
		values[i] = fabs(values[i] - median);
		total += values[i];
	}
	double mad = median_of(values, n);
	double scale = mad > 0 ? mad / 0.6745 : 1.2533 * total / (double)n;
	scale = fmax(scale, 0.05 * fabs(median));
	*ret_scale = fmax(scale, least);
	return median;
}

double check_robust_z(double x, double *values, size_t n, double least)
{
	double scale, median = centre_and_scale(values, n, least, &scale);
	return fabs(x - median) / scale;
}

static size_t history_values(const struct figure *history, size_t n, double *values)
{
	for (size_t i = 0; i < n; i++)
		values[i] = decimal_double(history[i].value);
	return n;
}

bool check_expected(const struct indicator *i, const struct figure *history, size_t n,
		    double *ret_low, double *ret_high)
{
	double values[CHECK_HISTORY], scale;
	if (n < CHECK_HISTORY_MIN || n > CHECK_HISTORY)
		return false;
	history_values(history, n, values);
	double median = centre_and_scale(values, n, pow(10, -i->decimals), &scale);
	*ret_low = median - i->jump_z * scale;
	*ret_high = median + i->jump_z * scale;
	return true;
}
