/* The picture of figures: it holds every commit before it was taken, and nothing else. */
#include "analyze/testing.h"
#include <pthread.h>

static const struct series *only(struct desk *d, const struct image *m, const char *indicator)
{
	const struct series *const *series;
	size_t n = image_series(m, view_indicator(d->v, str_of(indicator))->id, &series);
	assert_int_equal(n, 1);
	return series[0];
}

struct decide {
	struct figure f;
	enum figure_status what;
};

static enum err decide_run(struct db *tx, void *arg, struct why *why)
{
	const struct decide *d = arg;
	enum err rc = figure_turn(tx, why);
	return rc == OK ? figure_decide(tx, &d->f, d->what, STR("vì"), 7, TEST_NOW, why) : rc;
}

static void decide(struct desk *d, struct figure f, enum figure_status what)
{
	struct decide one = {f, what};
	struct why why = {0};
	assert_ok(store_write(d->s, decide_run, &one, &why), why);
}

static void every_commit_is_in_it(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	assert_int_equal(image_figures(desk_image(&d)), 0);
	struct figure one = desk_give(&d, "X1", "POP", "2026-10", "", "1");
	desk_give(&d, "X1", "POP", "2026-08", "", "8");
	const struct image *early = desk_image(&d);
	const struct series *s = only(&d, early, "POP");
	assert_int_equal(s->n, 2);
	assert_int_equal(s->points[0].mantissa, 8); /* by the time */
	assert_int_equal(s->points[1].id, one.id);
	assert_int_equal(series_at(s, s->points[0].period + 1), 1);

	struct figure two = desk_give(&d, "X1", "POP", "2026-10", "", "2.50");
	s = only(&d, desk_image(&d), "POP");
	assert_int_equal(s->n, 2);
	assert_int_equal(s->points[1].id, two.id);
	assert_int_equal(s->points[1].scale, 2);
	assert_false(s->points[1].approved);
	assert_int_equal(only(&d, early, "POP")->points[1].id,
			 one.id); /* that one stays as it was */

	decide(&d, two, FIGURE_RETURNED);
	s = only(&d, desk_image(&d), "POP");
	assert_int_equal(s->points[1].id, one.id); /* the former counts again */
	decide(&d, one, FIGURE_APPROVED);
	assert_true(only(&d, desk_image(&d), "POP")->points[1].approved);
	desk_close(&d);
}

static void what_nobody_stands_by_is_gone(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	desk_give(&d, "X2", "POP", "2026-09", "", "9");
	struct figure only_one = desk_give(&d, "X1", "TOP", "2026-10", "", "1");
	assert_int_equal(image_figures(desk_image(&d)), 2);
	decide(&d, only_one, FIGURE_RETURNED);
	const struct image *m = desk_image(&d);
	const struct series *const *series;
	assert_int_equal(image_figures(m), 1);
	assert_int_equal(image_series(m, view_indicator(d.v, STR("TOP"))->id, &series), 0);
	desk_close(&d);
}

/* Renewed step by step it is what reading everything gives. */
static void in_steps_or_at_once(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	static const char *const units[] = {"X1", "X2", "P1", "DK1"},
				 *const indicators[] = {"POP", "BIRTHS", "LASTV"},
				 *const months[] = {"2026-07", "2026-08", "2026-09", "2026-10"};
	uint32_t seed = 7;
	for (int i = 0; i < 120; i++) {
		char value[16];
		seed = seed * 1664525 + 1013904223;
		size_t k = seed >> 8;
		snprintf(value, sizeof(value), "%u", (seed >> 5) % 900);
		const char *indicator = indicators[k % 3];
		struct figure f = desk_give(&d, units[k / 3 % 4], indicator, months[k / 12 % 4],
					    k % 3 != 1 ? ""
					    : k & 1024 ? "sex=male"
						       : "sex=female",
					    value);
		if (k % 5 == 0)
			decide(&d, f, k % 10 ? FIGURE_RETURNED : FIGURE_APPROVED);
		if (k % 2)
			desk_image(&d);
	}
	struct images *other = images_new();
	const struct image *steps = desk_image(&d), *once = NULL;
	struct why why = {0};
	assert_ok(image_take(other, d.db, &once, &why), why);
	assert_int_equal(image_figures(steps), image_figures(once));
	for (size_t i = 0; i < ARRAY_LEN(indicators); i++) {
		const struct series *const *a, *const *b;
		int64_t id = view_indicator(d.v, str_of(indicators[i]))->id;
		size_t n = image_series(steps, id, &a);
		assert_int_equal(n, image_series(once, id, &b));
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(a[k]->unit, b[k]->unit);
			assert_true(str_eq(a[k]->breakdown, b[k]->breakdown));
			assert_int_equal(a[k]->n, b[k]->n);
			for (size_t p = 0; p < a[k]->n; p++) {
				assert_int_equal(a[k]->points[p].id, b[k]->points[p].id);
				assert_int_equal(a[k]->points[p].approved,
						 b[k]->points[p].approved);
			}
		}
	}
	image_free(once);
	images_free(other);
	desk_close(&d);
}

struct taker {
	struct desk *desk;
	pthread_t thread;
	bool good;
};

/* Figures only come here, so what is seen never becomes less. */
static void *take_often(void *arg)
{
	struct taker *t = arg;
	AUTO(store_give) struct db *db = NULL;
	size_t seen = 0;
	t->good = store_take(t->desk->s, &db, NULL) == OK;
	for (int i = 0; i < 60 && t->good; i++) {
		const struct image *m = NULL;
		t->good =
			image_take(t->desk->images, db, &m, NULL) == OK && image_figures(m) >= seen;
		seen = t->good ? image_figures(m) : 0;
		image_free(m);
	}
	return NULL;
}

static void many_take_while_figures_come(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	struct taker takers[4];
	static const char *const units[] = {"X1", "X2", "P1", "DK1"};
	for (size_t i = 0; i < ARRAY_LEN(takers); i++) {
		takers[i].desk = &d;
		assert_int_equal(pthread_create(&takers[i].thread, NULL, take_often, &takers[i]),
				 0);
	}
	for (int i = 0; i < 24; i++) {
		const char *month = arena_fmt(d.a, "2025-%02d", i % 12 + 1).ptr;
		desk_give(&d, units[i % 4], i < 12 ? "POP" : "TOP", month, "", "5");
	}
	for (size_t i = 0; i < ARRAY_LEN(takers); i++) {
		pthread_join(takers[i].thread, NULL);
		assert_true(takers[i].good);
	}
	assert_int_equal(image_figures(desk_image(&d)), 24);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(every_commit_is_in_it),
		ON_EACH_ENGINE(what_nobody_stands_by_is_gone),
		ON_EACH_ENGINE(in_steps_or_at_once),
		ON_EACH_ENGINE(many_take_while_figures_come),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
