/* A map from what was said to what came of it rises, comes near the truth with data and stays with what was said
 * without. */
#include "base/testing.h"
#include "operate/calibrate.h"
#include <math.h>

static double chance(uint64_t *seed) /* 0 to 1; splitmix64 */
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static void assert_near(double a, double b, double within)
{
	if (fabs(a - b) > within)
		fail_msg("%.4f is not within %.4f of %.4f", a, within, b);
}

static void assert_rises(const struct calibration *c)
{
	double before = -1;
	for (int i = 0; i <= 1000; i++) {
		double here = calibrated(c, i / 1000.0);
		assert_true(here > before && here >= 0 && here <= 1);
		before = here;
	}
}

static void nothing_seen_changes_nothing(void **state)
{
	(void)state;
	static struct calibration c;
	calibration_fit(&c);
	for (int i = 0; i <= 100; i++)
		assert_near(calibrated(&c, i / 100.0), i / 100.0, 1e-12);
}

static double squared(double said)
{
	return said * said;
}
static double bent(double said) /* twice too bold on both sides */
{
	return 0.25 + said / 2;
}

static void the_truth_is_found(void **state)
{
	(void)state;
	double (*const truths[])(double) = {squared, bent};
	for (size_t k = 0; k < ARRAY_LEN(truths); k++) {
		static struct calibration c;
		uint64_t seed = 1;
		memset(&c, 0, sizeof(c));
		for (int i = 0; i < 20000; i++) {
			double said = chance(&seed);
			calibration_add(&c, said, chance(&seed) < truths[k](said), 1);
		}
		calibration_fit(&c);
		assert_rises(&c);
		for (int i = 10; i <= 90; i++)
			assert_near(calibrated(&c, i / 100.0), truths[k](i / 100.0), 0.08);
	}
}

/* The higher the score, the rarer: no order of scores can be right, so all are told the mean, but they
 * still rise. */
static void what_falls_is_pooled(void **state)
{
	(void)state;
	static struct calibration c;
	uint64_t seed = 2;
	for (int i = 0; i < 20000; i++) {
		double said = chance(&seed);
		calibration_add(&c, said, chance(&seed) < 0.6 - said / 5, 1);
	}
	calibration_fit(&c);
	assert_rises(&c);
	assert_near(calibrated(&c, 0.5), 0.5, 0.03);
}

static void little_says_little(void **state)
{
	(void)state;
	static struct calibration c, light;
	for (int i = 0; i < 5; i++) {
		calibration_add(&c, 0.1, true, 1);
		calibration_add(&light, 0.1, true, 0.1);
	}
	calibration_fit(&c);
	calibration_fit(&light);
	assert_rises(&c);
	assert_true(calibrated(&c, 0.1) > 0.1 && calibrated(&c, 0.1) < 0.45);
	assert_true(calibrated(&light, 0.1) > 0.1 && calibrated(&light, 0.1) < 0.15);
	assert_near(calibrated(&c, 0.9), 0.9, 0.05);
}

/* Scores at the very ends, where the map has no room on one side. */
static void ends_are_no_harm(void **state)
{
	(void)state;
	static struct calibration c;
	for (int i = 0; i < 100; i++) {
		calibration_add(&c, 0, i % 10 == 0, 1);
		calibration_add(&c, 1, i % 10 != 0, 1);
	}
	calibration_fit(&c);
	assert_rises(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_seen_changes_nothing),
		cmocka_unit_test(the_truth_is_found),
		cmocka_unit_test(what_falls_is_pooled),
		cmocka_unit_test(little_says_little),
		cmocka_unit_test(ends_are_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
