/* Habits become probabilities, and a nudge comes once. */
#include "core/journal.h"
#include "operate/nudge.h"
#include "registry/testing.h"

#define WEEKS 14

struct story { /* unit late: always, never */
	const struct view *v;
	usec now;
};

static int64_t unit_id(const struct view *v, const char *code)
{
	return view_unit(v, str_of(code))->id;
}

/* Weekly duties of two units: X1 sends two days late, X2 a day early; this week's have not come. */
static enum err write_past(struct db *tx, void *arg, struct why *why)
{
	const struct story *s = arg;
	const struct indicator *i = view_indicator(s->v, STR("POP"));
	static const char *const units[] = {"X1", "X2"};
	(void)why;
	for (int u = 0; u < 2; u++)
		for (int week = 0; week <= WEEKS; week++) {
			struct duty d = {.key = {unit_id(s->v, units[u]),
						 STR(DUTY_FIGURE),
						 i->id,
						 {PERIOD_WEEKLY, 3000 + week}}};
			d.due = s->now + (week - WEEKS) * 7 * USEC_DAY + 12 * USEC_HOUR;
			d.until = d.due;
			struct settlement came = {d.due + (u ? -1 : 2) * USEC_DAY, 1, 0, 1};
			duty_add(tx, &d, d.due);
			if (week < WEEKS)
				duty_meet(tx, &d.key, &came);
		}
	return OK;
}

static void habits_become_probabilities(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	AUTO(store_give) struct db *db = NULL;
	struct story story = {.now = TEST_NOW};
	struct predictions found;
	struct why why = {0};
	registry_fill(s);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(registry_view(r, db, a, &story.v, &why), why);
	assert_ok(store_write(s, write_past, &story, &why), why);
	struct duty_query all = {.all_units = true, .now = TEST_NOW, .to = TEST_NOW + 2 * USEC_DAY};
	assert_ok(predict(db, story.v, &all, true, a, &found, &why), why);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.items[0].duty.key.unit, unit_id(story.v, "X1"));
	assert_true(found.items[0].late > 0.7);
	/* X2's always came by this time: that it did not is unusual, but it says nothing about lateness */
	assert_true(found.items[1].late < found.items[0].late);
	assert_true(found.score.n > 0);
	assert_int_equal(found.score.late, found.score.n); /* only X1's are open a day before */
	assert_true(found.score.brier < 0.25);
	int64_t x2 = unit_id(story.v, "X2");
	all.all_units = false;
	all.units = &x2;
	all.n_units = 1;
	assert_ok(predict(db, story.v, &all, true, a, &found, &why), why);
	assert_int_equal(found.n, 1);
}

struct nudging {
	struct nudges found;
	int64_t by, nudged;
	usec now;
};
static enum err nudge_run(struct db *tx, void *arg, struct why *why)
{
	struct nudging *n = arg;
	return nudge_give(tx, &n->found, n->by, n->now, &n->nudged, why);
}

/* How many are given, by whom and when. */
static void assert_given(struct store *s, struct nudging *n, int64_t by, usec now, size_t given)
{
	struct why why = {0};
	n->by = by;
	n->now = now;
	assert_ok(store_write(s, nudge_run, n, &why), why);
	assert_int_equal(n->nudged, given);
}

static void a_nudge_comes_once(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	AUTO(store_give) struct db *db = NULL;
	struct story story = {.now = TEST_NOW};
	struct nudging n = {0};
	struct journal_page page;
	struct why why = {0};
	registry_fill(s);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(registry_view(r, db, a, &story.v, &why), why);
	assert_ok(store_write(s, write_past, &story, &why), why);
	assert_ok(nudge_find(db, story.v, TEST_NOW, a, &n.found, &why), why);
	assert_true(n.found.n >= 1);
	for (size_t i = 0; i < n.found.n; i++)
		assert_true(n.found.items[i].permille >= 500);
	assert_given(s, &n, 0, TEST_NOW, n.found.n);
	assert_given(s, &n, 0, TEST_NOW, 0);
	assert_given(s, &n, 0, TEST_NOW + 2 * USEC_DAY, 0);
	assert_ok(journal_history(db, STR("duty"), n.found.items[0].duty.id, 10, a, &page, &why),
		  why);
	assert_int_equal(page.n, 1);
	assert_str(page.entries[0].kind, "duty.nudged");
	assert_int_equal(page.entries[0].unit, n.found.items[0].duty.key.unit);
}

/* By hand: once a day for each duty, whatever the centre itself did before; the last one is told. */
static void a_hand_nudges_once_a_day(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	AUTO(store_give) struct db *db = NULL;
	struct story story = {.now = TEST_NOW};
	struct nudging n = {0};
	struct nudges last;
	struct why why = {0};
	struct duty_query all = {.all_units = true, .now = TEST_NOW};
	registry_fill(s);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(registry_view(r, db, a, &story.v, &why), why);
	assert_ok(store_write(s, write_past, &story, &why), why);
	assert_ok(nudge_find(db, story.v, TEST_NOW, a, &n.found, &why), why);
	assert_given(s, &n, 7, TEST_NOW, n.found.n);
	assert_given(s, &n, 8, TEST_NOW + 1, 0);
	assert_given(s, &n, 0, TEST_NOW + USEC_DAY, 0);
	assert_given(s, &n, 8, TEST_NOW + USEC_DAY, n.found.n);
	assert_ok(nudge_last(db, &all, a, &last, &why), why);
	assert_int_equal(last.n, n.found.n);
	const struct nudge *told = nudge_of(&last, n.found.items[0].duty.id);
	assert_non_null(told);
	assert_int_equal(told->by, 8);
	assert_int_equal(told->at, TEST_NOW + USEC_DAY);
	assert_null(nudge_of(&last, 1));
	all.now = TEST_NOW + 30 * USEC_DAY;
	assert_ok(nudge_last(db, &all, a, &last, &why), why);
	assert_int_equal(last.n, 0); /* what is late is not nudged about any more */
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_EACH_ENGINE(habits_become_probabilities),
					   ON_EACH_ENGINE(a_nudge_comes_once),
					   ON_EACH_ENGINE(a_hand_nudges_once_a_day)};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
