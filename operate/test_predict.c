/* Habits become probabilities, and a nudge comes once. */
#include "core/journal.h"
#include "operate/nudge.h"
#include "registry/testing.h"
#include <math.h>

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

/* -- histories of which the truth is known -- */
#define KNOWN_UNIT 7000 /* ids of units made up */
#define KNOWN_UNITS 240
#define KNOWN_EVERY (2 * USEC_DAY)

struct known { /* each unit is late with its own chance, the figures of a sending together */
	const struct view *v;
	int units, sendings;
	double (*chance)(int unit, int sending);
	uint64_t seed;
};

static double next_chance(uint64_t *seed) /* 0 to 1; splitmix64 */
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

#define CLASSES 6
static const double classes[CLASSES] = {0.03, 0.15, 0.3, 0.5, 0.7, 0.9};

static double steady(int unit, int sending)
{
	(void)sending;
	return classes[unit % CLASSES];
}

/* Two figures each; what is in time comes an hour before, the last deadline is twelve hours ahead. */
static enum err write_known(struct db *tx, void *arg, struct why *why)
{
	struct known *k = arg;
	(void)why;
	for (int u = 0; u < k->units; u++)
		for (int i = 0; i <= k->sendings; i++) {
			bool late = next_chance(&k->seed) < k->chance(u, i);
			usec until = TEST_NOW + 12 * USEC_HOUR - (k->sendings - i) * KNOWN_EVERY;
			struct settlement came = {until + (late ? USEC_DAY : -USEC_HOUR), 1, 0, 1};
			for (int f = 0; f < 2; f++) {
				const struct indicator *of =
					view_indicator(k->v, f ? STR("POP") : STR("BIRTHS"));
				struct duty d = {.key = {KNOWN_UNIT + u,
							 STR(DUTY_FIGURE),
							 of->id,
							 {PERIOD_DAILY, 20000 + 2 * i}},
						 .due = until,
						 .until = until};
				duty_add(tx, &d, until);
				if (i < k->sendings)
					duty_meet(tx, &d.key, &came);
			}
		}
	return OK;
}

/* Asks after a history was written: about all units, or one. */
static struct predictions ask_known(struct testbed *bed, struct known *k, int unit, struct arena *a)
{
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	AUTO(store_give) struct db *db = NULL;
	struct predictions found, again;
	struct why why = {0};
	int64_t id = KNOWN_UNIT + unit;
	struct duty_query whose = {.all_units = true, .now = TEST_NOW, .to = TEST_NOW + USEC_DAY};
	registry_fill(s);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(registry_view(r, db, a, &k->v, &why), why);
	assert_ok(store_write(s, write_known, k, &why), why);
	assert_ok(predict(db, k->v, &whose, true, a, &found, &why), why);
	if (unit < 0)
		return found;
	whose.all_units = false;
	whose.units = &id;
	whose.n_units = 1;
	assert_ok(predict(db, k->v, &whose, true, a, &again, &why), why);
	assert_int_equal(again.n, 2);
	for (size_t i = 0, at = 0; i < again.n; i++, at++) {
		while (at < found.n && found.items[at].duty.id != again.items[i].duty.id)
			at++;
		assert_true(at < found.n);
		assert_memory_equal(&found.items[at].late, &again.items[i].late, sizeof(double));
		assert_int_equal(again.items[i].duty.key.unit, id);
	}
	assert_int_equal(found.score.learned, again.score.learned);
	assert_true(again.score.n > 0 && again.score.n < found.score.n);
	return again;
}

/* Of what was said to be late with p, the share p was late, but for the chance of so many sendings, and that of the
 * twice as many from which it was learned. */
static void assert_keeps_its_word(const struct predict_score *s)
{
	int64_t n = 0;
	for (int i = 0; i < PREDICT_BINS; i++) {
		const struct predict_bin *b = &s->bins[i];
		n += b->n;
		if (b->n == 0)
			continue;
		assert_true(b->said * PREDICT_BINS >= i && b->said * PREDICT_BINS <= i + 1);
		double within = 3 * sqrt(1.5 * b->said * (1 - b->said) / (double)b->sendings);
		if (fabs(b->said - b->came) > within)
			fail_msg("said %.3f, came %.3f in %d sendings: more than %.3f apart",
				 b->said, b->came, (int)b->sendings, within);
	}
	assert_int_equal(n, s->n);
}

static void what_is_said_comes_true(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct known k = {.units = KNOWN_UNITS, .sendings = 89, .chance = steady, .seed = 1};
	struct predictions found = ask_known(bed, &k, -1, a);
	double mean[CLASSES] = {0}, noise = 0;
	assert_int_equal(found.n, 2 * KNOWN_UNITS);
	for (size_t i = 0; i < found.n; i++)
		mean[(found.items[i].duty.key.unit - KNOWN_UNIT) % CLASSES] += found.items[i].late;
	for (size_t i = 0; i < CLASSES; i++) {
		mean[i] /= (double)found.n / CLASSES;
		assert_true(fabs(mean[i] - classes[i]) < 0.1);
		noise += classes[i] * (1 - classes[i]) / CLASSES;
	}
	assert_true(found.score.enough);
	assert_int_equal(found.score.days, 59);
	assert_int_equal(found.score.n, 2 * KNOWN_UNITS * 29);
	assert_keeps_its_word(&found.score);
	/* who knew the chances could not do better than noise */
	assert_true(found.score.brier < noise * 1.1 && found.score.brier < found.score.base);
}

static void the_answer_is_the_same_whoever_asks(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct known k = {.units = 12, .sendings = 60, .chance = steady, .seed = 4};
	struct predictions found = ask_known(bed, &k, 5, a);
	assert_int_equal(found.score.n, 2 * 20);
	assert_false(found.score.enough); /* of this unit alone */
}

/* All are in time for two thirds of the history, then nobody is.  A map that had seen the last third would know;
 * this one must be surprised. */
static double until_two_thirds(int unit, int sending)
{
	(void)unit;
	return sending < 60 ? 0 : 1;
}

static void the_test_knows_nothing_of_what_it_tests(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct known k = {.units = 20, .sendings = 89, .chance = until_two_thirds};
	struct predictions found = ask_known(bed, &k, -1, a);
	const struct predict_score *s = &found.score;
	assert_int_equal(s->learned, 20 * 60);
	assert_true(s->enough && s->late > 0);
	double low = 0;
	for (int i = 0; i < PREDICT_BINS / 2; i++)
		low += (double)s->bins[i].late;
	assert_true(low >= 2 * 20 * 2);
	assert_true(s->brier > 0.05);
}

static void without_history_nobody_knows(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct known none = {.units = 2, .sendings = 0, .chance = steady};
	struct predictions found = ask_known(bed, &none, -1, a);
	assert_int_equal(found.n, 4);
	for (size_t i = 0; i < found.n; i++)
		assert_true(fabs(found.items[i].late - 0.5) < 1e-9);
	assert_int_equal(found.score.n, 0);
	assert_false(found.score.enough);
}

static void with_little_history_nothing_is_claimed(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct known few = {.units = 2, .sendings = 4, .chance = steady};
	struct predictions found = ask_known(bed, &few, -1, a);
	assert_true(found.items[0].late > 0.05 && found.items[0].late < 0.6);
	assert_true(found.score.learned < PREDICT_ENOUGH);
	assert_false(found.score.enough);
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
					   ON_EACH_ENGINE(what_is_said_comes_true),
					   ON_EACH_ENGINE(the_answer_is_the_same_whoever_asks),
					   ON_EACH_ENGINE(the_test_knows_nothing_of_what_it_tests),
					   ON_EACH_ENGINE(without_history_nobody_knows),
					   ON_EACH_ENGINE(with_little_history_nothing_is_claimed),
					   ON_EACH_ENGINE(a_nudge_comes_once),
					   ON_EACH_ENGINE(a_hand_nudges_once_a_day)};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
