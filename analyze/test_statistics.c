/* Correlation and decomposition against series whose answers are known. */
#include "analyze/statistics.h"
#include "base/testing.h"
#include <math.h>

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void a_shifted_series_correlates_at_its_shift(void **state)
{
	(void)state;
	double x[60], y[60];
	struct correlation c[13];
	uint32_t seed = 3;
	for (size_t i = 0; i < 60; i++) {
		seed = seed * 1664525 + 1013904223;
		x[i] = (double)(seed >> 16);
	}
	for (size_t i = 0; i < 60; i++)
		y[i] = i >= 4 ? 7 - 2 * x[i - 4] : (double)NAN;
	correlate(x, y, 60, 6, false, c);
	for (int lag = -6; lag <= 6; lag++) {
		assert_int_equal(c[lag + 6].lag, lag);
		if (lag == 4)
			assert_true(near(c[10].r, -1) && c[10].n == 56);
		else
			assert_true(fabs(c[lag + 6].r) < 0.5);
		assert_true(c[lag + 6].low <= c[lag + 6].r + 1e-6 &&
			    c[lag + 6].r <= c[lag + 6].high);
	}
}

/* By hand: x 1..8, y its squares: r = 0.976…; the interval of Fisher's z for n = 8. */
static void pearson_and_fisher_agree_with_a_table(void **state)
{
	(void)state;
	double x[8], y[8];
	struct correlation c;
	for (size_t i = 0; i < 8; i++) {
		x[i] = (double)(i + 1);
		y[i] = x[i] * x[i];
	}
	correlate(x, y, 8, 0, false, &c);
	assert_true(fabs(c.r - 0.976187) < 1e-6);
	assert_true(fabs(c.low - tanh(atanh(0.976187) - 1.96 / sqrt(5))) < 1e-5);
	correlate(x, y, 7, 0, false, &c); /* too few pairs */
	assert_true(isnan(c.r) && c.n == 7);
	for (size_t i = 0; i < 8; i++)
		y[i] = 5;
	correlate(x, y, 8, 0, false, &c); /* no variance */
	assert_true(isnan(c.r));
}

/* Two that only grow look alike; their changes do not. */
static void changes_take_the_common_growth_away(void **state)
{
	(void)state;
	double x[40], y[40];
	struct correlation levels, changes;
	for (size_t i = 0; i < 40; i++) {
		x[i] = 10.0 * (double)i + (i % 2 ? 1 : 0);
		y[i] = 3.0 * (double)i + (i % 4 < 2 ? 1 : 0);
	}
	correlate(x, y, 40, 0, false, &levels);
	correlate(x, y, 40, 0, true, &changes);
	assert_true(levels.r > 0.99);
	assert_true(fabs(changes.r) < 0.1);
	assert_int_equal(changes.n, 39);
}

static void a_made_up_season_is_found_again(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const double season[4] = {5, -1, -7, 3};
	double x[24];
	struct decomposition d;
	struct why why;
	for (size_t i = 0; i < 24; i++)
		x[i] = 100 + 2.0 * (double)i + season[i % 4];
	x[10] = (double)NAN; /* bridged, so the season is a little off there */
	assert_ok(decompose(x, 24, 4, a, &d, &why), why);
	assert_true(d.bridged[10]);
	x[10] = 100 + 20 + season[2];
	assert_ok(decompose(x, 24, 4, a, &d, &why), why);
	for (size_t i = 2; i < 22; i++) {
		assert_true(near(d.trend[i], 100 + 2.0 * (double)i));
		assert_true(near(d.seasonal[i], season[i % 4]));
		assert_true(near(d.remainder[i], 0));
		assert_false(d.bridged[i]);
	}
	assert_true(isnan(d.trend[1]) && isnan(d.trend[22]));
	assert_true(near(d.strength, 1));
	for (size_t i = 0; i < 24; i++) /* an odd season */
		x[i] = (double)(i % 3);
	assert_ok(decompose(x, 24, 3, a, &d, &why), why);
	assert_true(near(d.trend[1], 1) && near(d.seasonal[2], 1));
}

static void what_is_too_thin_is_refused(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	double x[24];
	struct decomposition d;
	struct why why;
	for (size_t i = 0; i < 24; i++)
		x[i] = (double)i;
	assert_err(decompose(x, 24, 1, a, &d, &why), ERR_INVALID);
	assert_err(decompose(x, 23, 12, a, &d, &why), ERR_INVALID);
	for (size_t i = 9; i < 9 + GAP_MAX + 1; i++)
		x[i] = (double)NAN;
	assert_err(decompose(x, 24, 4, a, &d, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "3 periods"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shifted_series_correlates_at_its_shift),
		cmocka_unit_test(pearson_and_fisher_agree_with_a_table),
		cmocka_unit_test(changes_take_the_common_growth_away),
		cmocka_unit_test(a_made_up_season_is_found_again),
		cmocka_unit_test(what_is_too_thin_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
