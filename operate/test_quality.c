/* Facts kept by the reader of the journal against facts counted from the beginning; the formulas. */
#include "core/duty.h"
#include "core/journal.h"
#include "operate/quality.h"
#include "registry/testing.h"

#include <stdlib.h>

enum { ROUNDS = 12, EVENTS = 60, MONTHS = 14, FIRST = 2025 * 12 + 9 };

static uint64_t seed;
static int64_t chance(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

static bool no_tree(void *arg, int64_t unit, int64_t root)
{
	(void)arg;
	return unit == root;
}
static size_t no_units(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	(void)arg;
	*ret = ARENA_NEW(a, int64_t);
	(*ret)[0] = root;
	return 1;
}

struct world {
	struct store *store;
	struct registry *registry;
	struct access *access;
	const struct view *view;
	struct arena *a;
	usec now;
	int64_t delivery;
};

static struct world *world_open(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct arena *a = arena_new();
	struct world *w = ARENA_NEW(a, struct world);
	struct why why = {0};
	w->a = a;
	w->store = registry_open(bed);
	registry_fill(w->store);
	w->registry = registry_new();
	w->access = access_new((struct unit_tree){NULL, no_tree, no_units});
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(w->store, &db, &why), why);
	assert_ok(registry_take(w->registry, db, &w->view, &why), why);
	w->now = TEST_NOW;
	return w;
}

static void world_close(struct world *w)
{
	view_free(w->view);
	access_free(w->access);
	registry_free(w->registry);
	store_close(w->store);
	arena_free(w->a);
}

/* -- things that happen -- */
enum happening { CAME, APPROVED, RETURNED, EXCUSED, REFUSED, PLANNED, HAPPENINGS };
struct happens {
	struct world *w;
	enum happening what;
	struct figure f;
};

static enum err note(struct db *tx, const struct happens *h, const char *kind, const char *subject,
		     int64_t unit, int64_t id, struct why *why)
{
	struct journal_entry e = {.at = h->w->now,
				  .kind = str_of(kind),
				  .unit = unit,
				  .subject = str_of(subject),
				  .subject_id = id,
				  .data = STR("{}")};
	return journal_append(tx, &e, why);
}

static enum err come(struct db *tx, struct happens *h, struct why *why)
{
	struct figure *f = &h->f;
	f->delivery = h->w->delivery;
	f->received = h->w->now;
	enum err rc = figure_put(tx, f, why);
	struct duty_key key = {f->unit, STR(DUTY_FIGURE), f->indicator, f->period};
	struct settlement s = {f->received, f->id, 0, 1};
	duty_meet(tx, &key, &s);
	return rc == OK ? note(tx, h, "delivery.received", "delivery", f->unit, f->delivery, why)
			: rc;
}

static enum err decide(struct db *tx, struct happens *h, struct why *why)
{
	struct figure f;
	enum err rc = figure_current(tx, &h->f, h->w->a, &f, why);
	bool approve = h->what == APPROVED;
	if (rc != OK || f.status != FIGURE_SUBMITTED)
		return rc == ERR_NOT_FOUND ? OK : rc;
	rc = figure_decide(tx, &f, approve ? FIGURE_APPROVED : FIGURE_RETURNED, STR("x"), 1,
			   h->w->now, why);
	return rc == OK ? note(tx, h, approve ? "figure.approved" : "figure.returned", "figure",
			       f.unit, f.id, why)
			: rc;
}

static enum err excuse(struct db *tx, struct happens *h, struct why *why)
{
	struct duty d;
	struct duty_key key = {h->f.unit, STR(DUTY_FIGURE), h->f.indicator, h->f.period};
	enum err rc = duty_find(tx, &key, h->w->a, &d, why);
	struct excuse e = {.reason = d.excused ? STR("") : STR("x"), .by = 1, .at = h->w->now};
	return rc == OK ? duty_excuse(tx, &d, &e, why) : rc == ERR_NOT_FOUND ? OK : rc;
}

static enum err refuse_cell(struct db *tx, struct happens *h, struct why *why)
{
	static const char *const findings[] = {
		"[{\"check\":\"number\"}]", "[{\"check\":\"range\"}]",
		"[{\"check\":\"jump\"},{\"check\":\"twice\"}]", "[{\"check\":\"indicator\"}]"};
	static const char *const indicators[] = {"POP", "BIRTHS", "RATE", "NOBODY KNOWS"};
	int64_t which = chance(4);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO delivery_cell (unit, delivery, n, row_no, column_no, state, indicator, "
		    "of_unit, period, findings) VALUES ($1, $2, 0, 0, 0, 'refused', $3, 'X1', '2026-03', $4)"));
	stmt_bind_int(q, 1, h->f.unit);
	stmt_bind_int(q, 2, h->w->delivery);
	stmt_bind(q, 3, str_of(indicators[which]));
	stmt_bind(q, 4, str_of(findings[which]));
	enum err rc = stmt_end(q, why);
	return rc == OK ? note(tx, h, "delivery.received", "delivery", h->f.unit, h->w->delivery,
			       why)
			: rc;
}

static enum err plan(struct db *tx, struct happens *h, struct why *why)
{
	struct duty d = {.key = {h->f.unit, STR(DUTY_FIGURE), h->f.indicator, h->f.period}};
	d.due = d.until = view_deadline(h->w->view, view_indicator_id(h->w->view, h->f.indicator),
					h->f.period);
	duty_add(tx, &d, h->w->now);
	return note(tx, h, "duty.planned", "duty", 0, 0, why);
}

static enum err happen(struct db *tx, void *arg, struct why *why)
{
	struct happens *h = arg;
	switch (h->what) {
	case CAME:
		return come(tx, h, why);
	case APPROVED:
	case RETURNED:
		return decide(tx, h, why);
	case EXCUSED:
		return excuse(tx, h, why);
	case REFUSED:
		return refuse_cell(tx, h, why);
	case PLANNED:
		return plan(tx, h, why);
	case HAPPENINGS:
		break;
	}
	return OK;
}

static struct figure some_figure(struct world *w)
{
	static const char *const units[] = {"X1", "X2", "P1"};
	static const char *const indicators[] = {"POP", "BIRTHS", "ZERO"};
	const char *i = indicators[chance(3)];
	struct figure f = figure_of(w->view, units[chance(3)], i, "2026-01", "0");
	f.period.ordinal = FIRST + (int32_t)chance(MONTHS);
	f.value = (struct decimal){chance(1000), 0};
	f.breakdown = *i == 'B' && chance(2) ? STR("sex=male") : STR("");
	f.flags = chance(4) ? 0 : FIGURE_EXPLAINED;
	return f;
}

static void one_event(struct world *w)
{
	/* Plans ask for everything to be counted anew: rare, so that the rest is followed step by step. */
	static const enum happening kinds[] = {CAME,	 CAME,	   CAME,    CAME,   APPROVED,
					       APPROVED, RETURNED, EXCUSED, REFUSED};
	struct happens h = {.w = w, .what = kinds[chance(ARRAY_LEN(kinds))]};
	struct why why = {0};
	w->now += chance(5 * USEC_DAY) + 1;
	w->delivery++;
	h.f = some_figure(w);
	if (chance(25) == 0)
		h.what = PLANNED;
	assert_ok(store_write(w->store, happen, &h, &why), why);
}

static struct str dump(struct world *w)
{
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	struct buf out;
	struct fact f;
	buf_init(&out, 1 << 22);
	assert_ok(store_take(w->store, &db, &why), why);
	struct fact_query how = {.reach.all = true, .from = 0, .to = INT32_MAX, .kind = -1};
	AUTO(stmt_free) struct stmt *q = facts_ask(db, &how, w->a);
	while (facts_next(q, &f))
		buf_printf(
			&out,
			"%lld %lld %d.%d %lld %lld %d %lld %lld/%lld %lld/%lld %lld-%lld %lld-%lld %lld "
			"%lld-%lld %lld\n",
			(long long)f.unit, (long long)f.indicator, (int)f.period.kind,
			(int)f.period.ordinal, (long long)f.day, (long long)f.until, f.excused,
			(long long)f.met, (long long)f.filled, (long long)f.owed,
			(long long)f.approved, (long long)f.standing, (long long)f.checks,
			(long long)f.explained, (long long)f.decided, (long long)f.returned,
			(long long)f.corrected, (long long)f.received, (long long)f.unclean,
			(long long)f.gap);
	assert_ok(stmt_end(q, &why), why);
	struct str text = arena_str(w->a, buf_str(&out));
	buf_release(&out);
	return text;
}

static enum err forget(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	return quality_forget(tx, why);
}

static void follow(struct world *w)
{
	struct quality_reader job = {w->registry, w->access, NULL};
	struct why why = {0};
	int64_t steps = 0;
	assert_ok(quality_follow(w->store, &job, &steps, &why), why);
}

/* Broken off at some call into the store, as a kill would; what is committed stays. */
static void follow_broken(struct world *w)
{
	struct quality_reader job = {w->registry, w->access, NULL};
	struct why why = {0};
	int64_t steps = 0;
	store_fault_at(w->store, 1 + chance(60));
	enum err rc = quality_follow(w->store, &job, &steps, &why);
	store_fault_at(w->store, 0);
	assert_true(rc == OK || why.text[0]);
}

static void following_is_counting_from_the_beginning(void **state)
{
	struct world *w = world_open(state);
	struct why why = {0};
	follow(w);
	for (int round = 0; round < ROUNDS; round++) {
		seed = (uint64_t)round + 1;
		for (int i = 0; i < EVENTS; i++) {
			one_event(w);
			if (chance(6) == 0)
				follow_broken(w);
			if (chance(6) == 0)
				follow(w);
		}
		follow(w);
		struct str kept = dump(w);
		assert_ok(store_write(w->store, forget, NULL, &why), why);
		follow(w);
		struct str counted = dump(w);
		assert_true(kept.len > 1000);
		if (!str_eq(kept, counted))
			fail_msg("round %d:\n" STR_FMT "\nis not\n" STR_FMT, round, STR_ARG(kept),
				 STR_ARG(counted));
	}
	world_close(w);
}

static bool followed(struct world *w)
{
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	bool is = false;
	assert_ok(store_take(w->store, &db, &why), why);
	assert_ok(quality_followed(db, &is, &why), why);
	return is;
}

/* One step for an entry: whoever finds the place moved by another undoes his own. */
static void two_servers_count_once(void **state)
{
	struct world *w = world_open(state);
	follow(w);
	seed = 7;
	for (int i = 0; i < 20; i++)
		one_event(w);
	follow(w);
	struct str once = dump(w);
	follow(w);
	assert_true(str_eq(once, dump(w)));
	assert_true(followed(w));
	one_event(w);
	one_event(w);
	one_event(w);
	assert_false(followed(w));
	world_close(w);
}

/* -- formulas -- */
static int64_t score(struct fact f, enum measure m)
{
	struct dimension d = {.measure = m,
			      .weight = 1,
			      .decay_days = 10,
			      .fresh_periods = 3,
			      .on_time_share = 70};
	struct indicator closed = {.openness = OPENNESS_INTERNAL};
	return share_score(fact_share(&f, &d, &closed, 100 * USEC_DAY));
}

static void formulas_say_what_the_header_says(void **state)
{
	(void)state;
	usec due = 50 * USEC_DAY;
	assert_int_equal(score((struct fact){.checks = 5}, MEASURE_RIGHT), 10000);
	assert_int_equal(score((struct fact){.checks = 5, .explained = 1}, MEASURE_RIGHT), 8000);
	assert_int_equal(
		score((struct fact){.checks = 4, .decided = 2, .returned = 1}, MEASURE_RIGHT),
		8333);
	assert_int_equal(score((struct fact){.checks = 5, .corrected = 1}, MEASURE_RIGHT), 8333);
	assert_int_equal(score((struct fact){0}, MEASURE_RIGHT), -1);
	struct fact owed = {.until = due, .owed = 3, .filled = 2, .standing = 2, .met = due - 1};
	assert_int_equal(score(owed, MEASURE_SUFFICIENT), 6667);
	assert_int_equal(score(owed, MEASURE_ON_TIME), 10000);
	owed.met = due; /* "before" excludes the instant itself */
	assert_int_equal(score(owed, MEASURE_ON_TIME), 9000);
	owed.met = due + USEC_DAY - 1;
	assert_int_equal(score(owed, MEASURE_ON_TIME), 9000);
	owed.met = due + USEC_DAY;
	assert_int_equal(score(owed, MEASURE_ON_TIME), 8000);
	assert_int_equal(score(owed, MEASURE_LIVE), 7 * 800 + 3000);
	owed.met = due + 9 * USEC_DAY;
	assert_int_equal(score(owed, MEASURE_ON_TIME), 0);
	struct fact missing = {.until = due, .owed = 1, .gap = 2};
	assert_int_equal(score(missing, MEASURE_SUFFICIENT), 0);
	assert_int_equal(score(missing, MEASURE_FRESH), 3330);
	missing.gap = 3;
	assert_int_equal(score(missing, MEASURE_LIVE), 0);
	missing.excused = true;
	assert_int_equal(score(missing, MEASURE_SUFFICIENT), -1);
	assert_int_equal(score(missing, MEASURE_LIVE), -1);
	missing.excused = false;
	missing.until = 100 * USEC_DAY + 1; /* not due yet */
	assert_int_equal(score(missing, MEASURE_SUFFICIENT), -1);
	missing.until--;
	assert_int_equal(score(missing, MEASURE_SUFFICIENT), 0);
	assert_int_equal(score((struct fact){.received = 8, .unclean = 1}, MEASURE_CLEAN), 8750);
	assert_int_equal(score((struct fact){.standing = 8}, MEASURE_SHARED), 0);
	assert_int_equal(score((struct fact){.standing = 8}, MEASURE_NONE), -1);
}

static void what_is_not_measured_counts_nowhere(void **state)
{
	(void)state;
	struct dimensions d = {.n = 3};
	struct mean m = {0};
	d.items[0] = (struct dimension){.measure = MEASURE_RIGHT, .weight = 3};
	d.items[1] = (struct dimension){.measure = MEASURE_CLEAN, .weight = 1};
	d.items[2] = (struct dimension){.measure = MEASURE_NONE, .weight = 50};
	assert_int_equal(mean_overall(&m, &d), -1);
	struct share one[DIMENSIONS_MAX] = {{1, 2}, {1, 1}}, two[DIMENSIONS_MAX] = {{3, 3}, {0, 0}};
	mean_add(&m, &d, one);
	mean_add(&m, &d, two);
	assert_int_equal(m.series, 2);
	assert_int_equal(mean_score(&m, 0), 7500);
	assert_int_equal(mean_score(&m, 1), 10000);
	assert_int_equal(mean_score(&m, 2), -1);
	assert_int_equal(mean_overall(&m, &d), 8125);
}

static void the_example_of_the_documents(void **state)
{
	(void)state;
	static const enum measure measures[] = {MEASURE_RIGHT, MEASURE_SUFFICIENT, MEASURE_CLEAN,
						MEASURE_LIVE};
	static const int64_t told[] = {8182, 6667, 8000, 6633};
	usec due = 50 * USEC_DAY, now = 60 * USEC_DAY;
	const struct fact months[] = {
		{.until = due,
		 .met = due - USEC_DAY,
		 .owed = 1,
		 .filled = 1,
		 .checks = 4,
		 .explained = 1,
		 .decided = 1,
		 .received = 2},
		{.until = due,
		 .met = due + 5 * USEC_DAY / 2,
		 .owed = 1,
		 .filled = 1,
		 .checks = 4,
		 .decided = 1,
		 .corrected = 1,
		 .received = 3,
		 .unclean = 1},
		{.until = due, .owed = 1, .gap = 1},
	};
	struct dimensions d = {.n = ARRAY_LEN(measures)};
	struct share shares[DIMENSIONS_MAX] = {0};
	struct mean m = {0};
	for (size_t k = 0; k < d.n; k++) {
		d.items[k] = (struct dimension){.measure = measures[k],
						.weight = 25,
						.decay_days = 10,
						.fresh_periods = 3,
						.on_time_share = 70};
		for (size_t i = 0; i < ARRAY_LEN(months); i++) {
			struct share s = fact_share(&months[i], &d.items[k], NULL, now);
			shares[k].good += s.good;
			shares[k].all += s.all;
		}
		assert_int_equal(share_score(shares[k]), told[k]);
	}
	mean_add(&m, &d, shares);
	assert_int_equal(mean_overall(&m, &d), 7371);
}

int main(void)
{
	crypt_init();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formulas_say_what_the_header_says),
		cmocka_unit_test(what_is_not_measured_counts_nowhere),
		cmocka_unit_test(the_example_of_the_documents),
		ON_EACH_ENGINE(following_is_counting_from_the_beginning),
		ON_EACH_ENGINE(two_servers_count_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
