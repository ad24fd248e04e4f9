/* Duties, the clock that outages stop, and settings: against plain recounts, and in any order of arrival. */
#include "base/embed.h"
#include "core/duty.h"
#include "core/outage.h"
#include "core/setting.h"
#include "core/testing.h"

#include <stdlib.h>

#define DAY_ONE ((usec)1766077200 * USEC_SECOND) /* 2025-12-19, midnight in Vietnam */

static uint64_t seed;
static int64_t chance(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

static struct str migration_text(const char *tail)
{
	size_t n = 0;
	const struct embedded *files = embedded_list(EMBED_MIGRATION, &n);
	for (size_t i = 0; i < n; i++)
		if (str_ends(files[i].path, str_of(tail)))
			return files[i].plain;
	fail_msg("no migration %s", tail);
	return STR_NULL;
}

static struct store *open_duties(const struct testbed *bed)
{
	const struct migration list[] = {{1, "core", migration_text("_core.sql")},
					 {2, "duty", migration_text("_duty.sql")},
					 {3, "duty_edition", migration_text("_duty_edition.sql")}};
	return testbed_open(bed, list, ARRAY_LEN(list));
}

static struct duty_key key_of(int64_t unit, int64_t subject, int32_t period)
{
	return (struct duty_key){unit, STR(DUTY_FIGURE), subject, {PERIOD_DAILY, period}};
}

/* -- changes -- */
struct act {
	enum { ADD, MEET, SETTLE, OPEN, WITHDRAW, MOVE } what;
	struct duty d;
	struct settlement s;
};
struct acts {
	const struct act *items;
	size_t n;
};
static enum err acts_run(struct db *tx, void *arg, struct why *why)
{
	(void)why;
	const struct acts *all = arg;
	for (size_t i = 0; i < all->n; i++) {
		const struct act *x = &all->items[i];
		switch (x->what) {
		case ADD:
			duty_add(tx, &x->d, x->d.due);
			break;
		case MEET:
			duty_meet(tx, &x->d.key, &x->s);
			break;
		case SETTLE:
			duty_settle(tx, &x->d.key, &x->s);
			break;
		case OPEN:
			duty_settle(tx, &x->d.key, NULL);
			break;
		case WITHDRAW:
			duty_withdraw(tx, &x->d.key);
			break;
		case MOVE:
			duty_move(tx, &x->d.key, x->d.due, x->d.until);
			break;
		}
	}
	return OK;
}

static void act(struct store *s, const struct act *items, size_t n)
{
	struct acts all = {items, n};
	struct why why = {0};
	assert_ok(store_write(s, acts_run, &all, &why), why);
}

static struct duty found(struct store *s, struct duty_key key, struct arena *a)
{
	AUTO(store_give) struct db *db = NULL;
	struct duty d;
	struct why why = {0};
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(duty_find(db, &key, a, &d, &why), why);
	return d;
}

static void a_deadline_is_exact(void **state)
{
	(void)state;
	usec five = date_start((struct date){2026, 12, 31}) + 17 * USEC_HOUR; /* the year's last */
	struct duty d = {.due = five, .until = five};
	assert_int_equal(duty_state(&d, five - 1), DUTY_DUE);
	assert_int_equal(duty_state(&d, five), DUTY_LATE);
	assert_int_equal(duty_state(&d, date_start((struct date){2027, 1, 1})), DUTY_LATE);
	d.met.at = five - 1;
	assert_int_equal(duty_state(&d, five + USEC_DAY), DUTY_MET);
	assert_false(duty_met_late(&d));
	d.met.at = five;
	assert_true(duty_met_late(&d));
	d.until = five + 1;
	assert_false(duty_met_late(&d));
	d.until = five;
	d.excused = five + USEC_DAY;
	assert_int_equal(duty_state(&d, five + USEC_DAY), DUTY_EXCUSED);
	assert_false(duty_met_late(&d));
}

static void a_life(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	struct duty d = {.key = key_of(7, 3, 20000), .due = DAY_ONE, .until = DAY_ONE};
	struct act add = {ADD, d, {0}}, again = {ADD, d, {0}};
	again.d.due = again.d.until = DAY_ONE + 5;
	act(s, (struct act[]){add, again}, 2);
	struct duty now = found(s, d.key, a);
	assert_int_equal(now.due, DAY_ONE); /* one that stands stays */
	assert_int_equal(now.met.at, 0);
	struct settlement late = {DAY_ONE + 9, 50, 0, 4}, early = {DAY_ONE - 9, 40, 0, 3};
	act(s, (struct act[]){{MEET, d, late}, {MEET, d, early}, {MEET, d, late}}, 3);
	now = found(s, d.key, a);
	assert_int_equal(now.met.at, early.at); /* the earlier counts, whichever was told first */
	assert_int_equal(now.met.by, 40);
	assert_int_equal(now.met.seq, 3);
	act(s, (struct act[]){{OPEN, d, {0}}}, 1);
	assert_int_equal(found(s, d.key, a).met.at, 0);
	act(s, (struct act[]){{SETTLE, d, late}}, 1);
	assert_int_equal(found(s, d.key, a).met.by, 50);
	struct act move = {MOVE, d, {0}};
	move.d.due = DAY_ONE + 3;
	move.d.until = DAY_ONE + 4;
	act(s, &move, 1);
	now = found(s, d.key, a);
	assert_int_equal(now.due, DAY_ONE + 3);
	assert_int_equal(now.until, DAY_ONE + 4);
	act(s, (struct act[]){{WITHDRAW, d, {0}}}, 1);
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	assert_ok(store_take(s, &db, &why), why);
	assert_err(duty_find(db, &d.key, a, &now, &why), ERR_NOT_FOUND);
}

/* What comes in any order ends the same. */
static void order_does_not_matter(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	seed = 20261125;
	for (int round = 0; round < 40; round++) {
		struct duty d = {.key = key_of(1, 1, round), .due = DAY_ONE, .until = DAY_ONE};
		struct act acts[9] = {{ADD, d, {0}}};
		usec first = INT64_MAX;
		for (int i = 1; i < 9; i++) {
			acts[i] = (struct act){MEET, d, {DAY_ONE + chance(50) - 25, 100 + i, 0, i}};
			first = acts[i].s.at < first ? acts[i].s.at : first;
		}
		for (size_t i = 8; i > 1; i--) {
			size_t k = 1 + (size_t)chance((int64_t)i);
			struct act keep = acts[i];
			acts[i] = acts[k];
			acts[k] = keep;
		}
		act(s, acts, 9);
		assert_int_equal(found(s, d.key, a).met.at, first);
	}
}

/* -- lists and counts -- */
#define MANY 600
static struct duty made[MANY];

static void make_many(struct store *s, struct arena *a)
{
	struct act *acts = ARENA_ARRAY(a, 2 * MANY, struct act);
	size_t n = 0;
	for (int i = 0; i < MANY; i++) {
		struct duty *d = &made[i];
		*d = (struct duty){.key = key_of(1 + chance(5), 1 + chance(7), i),
				   .id = 1000 + i,
				   .due = DAY_ONE + chance(40) * USEC_DAY};
		d->until = d->due + (chance(5) == 0 ? USEC_HOUR : 0);
		if (chance(9) == 0)
			d->key.kind = STR(DUTY_ACKNOWLEDGEMENT);
		acts[n++] = (struct act){ADD, *d, {0}};
		if (chance(2)) {
			d->met = (struct settlement){d->until + chance(7) - 3, i + 1, 0, i + 1};
			acts[n++] = (struct act){MEET, *d, d->met};
		}
	}
	act(s, acts, n);
}

struct excusing {
	const struct duty *d;
	struct excuse e;
};
static enum err excuse_run(struct db *tx, void *arg, struct why *why)
{
	const struct excusing *x = arg;
	return duty_excuse(tx, x->d, &x->e, why);
}

static void excuse_some(struct store *s)
{
	struct why why = {0};
	for (int i = 0; i < MANY; i += 17) {
		struct excusing x = {&made[i],
				     {.reason = STR("mất điện"), .by = 3, .at = DAY_ONE + 1}};
		assert_ok(store_write(s, excuse_run, &x, &why), why);
		made[i].excused = x.e.at;
	}
}

static bool asked(const struct duty_query *how, const struct duty *d)
{
	bool unit = how->all_units;
	for (size_t i = 0; i < how->n_units; i++)
		unit |= how->units[i] == d->key.unit;
	if (!unit || d->until < how->from || (how->to && d->until > how->to))
		return false;
	if (how->kind.ptr && !str_eq(how->kind, d->key.kind))
		return false;
	if (how->subject && how->subject != d->key.subject)
		return false;
	if (how->met_late && !duty_met_late(d))
		return false;
	return how->state < 0 || (int)duty_state(d, how->now) == how->state;
}

static void compare_list(struct db *db, const struct duty_query *how, struct arena *a)
{
	struct duty *list = NULL;
	size_t n = 0, wanted = 0;
	struct why why = {0};
	assert_ok(duty_list(db, how, a, &list, &n, &why), why);
	for (int i = 0; i < MANY; i++)
		wanted += asked(how, &made[i]);
	assert_int_equal(n, wanted);
	for (size_t i = 0; i < n; i++) {
		const struct duty *d = &made[list[i].id - 1000];
		assert_true(asked(how, d));
		assert_int_equal(list[i].met.at, d->met.at);
		assert_int_equal(list[i].excused, d->excused);
		if (i)
			assert_true(list[i - 1].until < list[i].until ||
				    (list[i - 1].until == list[i].until &&
				     list[i - 1].id < list[i].id));
	}
	/* page by page it is the same */
	struct duty_query page = *how;
	size_t seen = 0, got = 1;
	page.limit = 7;
	while (got) {
		struct duty *part = NULL;
		assert_ok(duty_list(db, &page, a, &part, &got, &why), why);
		for (size_t i = 0; i < got; i++)
			assert_int_equal(part[i].id, list[seen++].id);
		if (got) {
			page.after = part[got - 1].id;
			page.after_until = part[got - 1].until;
		}
	}
	assert_int_equal(seen, n);
}

static void compare_counts(struct db *db, const struct duty_query *how, enum duty_group by,
			   struct arena *a)
{
	struct duty_count *counts = NULL;
	size_t n = 0;
	int64_t total = 0, listed = 0;
	struct why why = {0};
	assert_ok(duty_count(db, how, by, a, &counts, &n, &why), why);
	if (by == DUTY_WHOLE)
		assert_int_equal(n, 1);
	for (size_t g = 0; g < n; g++) {
		struct duty_count sum = {0};
		for (int i = 0; i < MANY; i++) {
			const struct duty *d = &made[i];
			int64_t of = by == DUTY_BY_UNIT	     ? d->key.unit
				     : by == DUTY_BY_SUBJECT ? d->key.subject
							     : 0;
			if (!asked(how, d) || of != counts[g].of)
				continue;
			enum duty_state state = duty_state(d, how->now);
			sum.states[state]++;
			sum.met_late += duty_met_late(d);
			if (state == DUTY_LATE && (!sum.oldest || d->until < sum.oldest))
				sum.oldest = d->until;
		}
		for (int k = 0; k < DUTY_STATES; k++) {
			assert_int_equal(counts[g].states[k], sum.states[k]);
			total += counts[g].states[k];
		}
		assert_int_equal(counts[g].met_late, sum.met_late);
		assert_int_equal(counts[g].oldest, sum.oldest);
	}
	for (int i = 0; i < MANY; i++)
		listed += asked(how, &made[i]);
	assert_int_equal(total, listed);
}

static void lists_and_counts_agree_with_a_recount(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	static const int64_t units[] = {1, 3, 4};
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	seed = 77;
	make_many(s, a);
	excuse_some(s);
	assert_ok(store_take(s, &db, &why), why);
	for (int round = 0; round < 60; round++) {
		struct duty_query how = {
			.all_units = chance(2),
			.units = units,
			.n_units = (size_t)chance(4),
			.state = (int)chance(DUTY_STATES + 1) - 1,
			.from = chance(2) ? DAY_ONE + chance(20) * USEC_DAY : 0,
			.to = chance(2) ? DAY_ONE + (20 + chance(20)) * USEC_DAY : 0,
			.subject = chance(3) ? 0 : 1 + chance(7),
			.kind = chance(3) ? STR_NULL : STR(DUTY_FIGURE),
			.met_late = chance(6) == 0,
			.now = DAY_ONE + chance(40) * USEC_DAY + chance(2),
		};
		compare_list(db, &how, a);
		compare_counts(db, &how, (enum duty_group)chance(3), a);
	}
}

static void excuses(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	struct duty d = {.key = key_of(7, 3, 1), .due = DAY_ONE, .until = DAY_ONE};
	act(s, (struct act[]){{ADD, d, {0}}}, 1);
	d = found(s, d.key, a);
	struct excusing x = {&d, {STR("bão số 9, mất điện"), 12, 5, DAY_ONE + 7}};
	struct why why = {0};
	assert_ok(store_write(s, excuse_run, &x, &why), why);
	struct duty now = found(s, d.key, a);
	assert_int_equal(duty_state(&now, DAY_ONE + 9), DUTY_EXCUSED);
	assert_str(now.excuse, "bão số 9, mất điện");
	assert_int_equal(now.excuse_document, 12);
	assert_int_equal(now.excused_by, 5);
	assert_err(in_change(s, excuse_run, &x), ERR_CONFLICT);
	x.e.reason = STR("");
	assert_ok(store_write(s, excuse_run, &x, &why), why);
	now = found(s, d.key, a);
	assert_int_equal(duty_state(&now, DAY_ONE + 9), DUTY_LATE);
	assert_null(now.excuse.ptr);
	assert_err(in_change(s, excuse_run, &x), ERR_CONFLICT);
	AUTO(store_give) struct db *db = NULL;
	struct journal_page page;
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(journal_history(db, STR("duty"), d.id, 10, a, &page, &why), why);
	assert_int_equal(page.n, 2);
	assert_str(page.entries[0].kind, "duty.excuse_withdrawn");
	assert_str(page.entries[1].kind, "duty.excused");
	assert_int_equal(page.entries[1].unit, 7);
	assert_non_null(memmem(page.entries[1].data.ptr, page.entries[1].data.len, "mất điện", 10));
}

/* -- the stopped clock -- */
#define MINUTES 6000
/* Minute by minute: the first at which so many good minutes have passed since due − protect. */
static int64_t slow_until(const bool *out, int64_t due, int64_t protect)
{
	int64_t at = due - protect, good = 0;
	while (good < protect || (protect == 0 && at < MINUTES && out[at])) {
		good += at < 0 || at >= MINUTES || !out[at];
		at++;
	}
	return at;
}

static void the_clock_stops_in_outages(void **state)
{
	(void)state;
	static bool out[MINUTES];
	seed = 4;
	for (int round = 0; round < 400; round++) {
		struct outage items[30];
		size_t n = 0;
		memset(out, 0, sizeof(out));
		for (int64_t at = chance(900); at < MINUTES - 600 && n < 30;) {
			int64_t length = 1 + chance(chance(3) ? 40 : 500);
			items[n++] = (struct outage){at * USEC_MINUTE, (at + length) * USEC_MINUTE};
			for (int64_t k = at; k < at + length && k < MINUTES; k++)
				out[k] = true;
			at += length + 1 + chance(600);
		}
		int64_t hours = chance(6);
		struct outages o = {items, n, hours * USEC_HOUR};
		for (int probe = 0; probe < 60; probe++) {
			int64_t due = 400 + chance(MINUTES - 800);
			usec until = outages_until(&o, due * USEC_MINUTE);
			assert_int_equal(until, slow_until(out, due, hours * 60) * USEC_MINUTE);
			assert_true(until >= due * USEC_MINUTE);
		}
	}
	struct outage five = {100 * USEC_SECOND, 105 * USEC_SECOND};
	struct outages o = {&five, 1, USEC_HOUR};
	assert_int_equal(outages_until(&o, USEC_HOUR), USEC_HOUR + 5 * USEC_SECOND);
	assert_int_equal(outages_until(&o, five.from), five.from); /* it was over before */
	assert_int_equal(outages_until(&o, five.from + 1), five.to + 1);
}

struct declare {
	struct arena *a;
	struct row *row; /* of the outage; changed */
	usec begins, ends;
	enum { CREATE, CHANGE, REMOVE } verb;
	struct problems problems;
	usec now;
};

static enum err declare_run(struct db *tx, void *arg, struct why *why)
{
	struct declare *x = arg;
	struct author by = {access_centre(x->a), x->now};
	struct row *old = NULL;
	problems_init(&x->problems, x->a);
	struct row *row = ARENA_NEW(x->a, struct row);
	*row = (struct row){.values = ARENA_ARRAY(x->a, outage_record.n_fields, struct value)};
	memset(row->values, 0, outage_record.n_fields * sizeof(struct value));
	if (x->verb != CREATE) {
		enum err rc = record_get(tx, &outage_record, x->row->id, x->a, &old, why);
		if (rc != OK)
			return rc;
		memcpy(row->values, old->values, outage_record.n_fields * sizeof(struct value));
	}
	if (x->verb == REMOVE)
		return record_remove(tx, &outage_record, old, by, &x->problems, why);
	*row_value(&outage_record, row, "begins") = (struct value){true, x->begins, STR_NULL};
	*row_value(&outage_record, row, "ends") = (struct value){true, x->ends, STR_NULL};
	*row_value(&outage_record, row, "reason") = (struct value){true, 0, STR("bảo trì")};
	if (!old)
		*row_value(&outage_record, row, "automatic") = (struct value){true, 0, STR_NULL};
	x->row = row;
	return old ? record_update(tx, &outage_record, old, row, by, &x->problems, why)
		   : record_create(tx, &outage_record, row, by, &x->problems, why);
}

static void agree_with_outages(struct store *s, struct arena *a)
{
	AUTO(store_give) struct db *db = NULL;
	struct outages o;
	struct duty *all = NULL;
	size_t n = 0, moved = 0;
	struct why why = {0};
	struct duty_query how = {.all_units = true, .state = -1};
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(outages_read(db, a, &o, &why), why);
	assert_ok(duty_list(db, &how, a, &all, &n, &why), why);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(all[i].until, outages_until(&o, all[i].due));
		moved += all[i].until != all[i].due;
	}
	if (o.n > 3)
		assert_true(moved > 0);
}

static void outages_move_deadlines(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	struct act *acts = ARENA_ARRAY(a, 300, struct act);
	struct declare given[12] = {{0}};
	struct why why = {0};
	seed = 99;
	for (int i = 0; i < 300; i++) {
		struct duty d = {.key = key_of(1 + chance(5), 1, i),
				 .due = DAY_ONE + chance(20) * USEC_DAY + chance(24) * USEC_HOUR};
		d.until = d.due;
		acts[i] = (struct act){ADD, d, {0}};
	}
	act(s, acts, 300);
	for (int i = 0; i < 40; i++) {
		struct declare *x = &given[chance(12)];
		x->a = a;
		x->now = DAY_ONE + i;
		x->verb = !x->row ? CREATE : chance(3) ? CHANGE : REMOVE;
		x->begins = DAY_ONE + chance(20 * 24 * 60) * USEC_MINUTE;
		x->ends = x->begins + (1 + chance(chance(2) ? 90 : 3000)) * USEC_MINUTE;
		assert_ok(store_write(s, declare_run, x, &why), why);
		if (x->verb == REMOVE)
			x->row = NULL;
		agree_with_outages(s, a);
	}
	struct declare bad = {.a = a, .begins = DAY_ONE, .ends = DAY_ONE};
	assert_err(in_change(s, declare_run, &bad), ERR_INVALID);
	assert_str(bad.problems.items[0].at, "/ends");
	bad.ends = DAY_ONE + (OUTAGE_DAYS_MAX + 1) * USEC_DAY;
	assert_err(in_change(s, declare_run, &bad), ERR_INVALID);
}

/* -- settings -- */
struct set {
	struct arena *a;
	const char *code, *value;
	struct problems problems;
};
static enum err set_run(struct db *tx, void *arg, struct why *why)
{
	struct set *x = arg;
	problems_init(&x->problems, x->a);
	struct row row = {.values = ARENA_ARRAY(x->a, setting_record.n_fields, struct value)};
	memset(row.values, 0, setting_record.n_fields * sizeof(struct value));
	*row_value(&setting_record, &row, "code") = (struct value){true, 0, str_of(x->code)};
	*row_value(&setting_record, &row, "value") = (struct value){true, 0, str_of(x->value)};
	return record_create(tx, &setting_record, &row,
			     (struct author){access_centre(x->a), DAY_ONE}, &x->problems, why);
}

static void settings_have_defaults_and_limits(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	AUTO(store_give) struct db *db = NULL;
	struct settings now;
	struct why why = {0};
	struct problems differences;
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(settings_read(db, &now, &why), why);
	assert_int_equal(now.value[SETTING_PROTECTED_HOURS], 4);
	struct set x = {.a = a, .code = setting_name(SETTING_PROTECTED_HOURS), .value = "73"};
	assert_err(in_change(s, set_run, &x), ERR_INVALID);
	assert_str(x.problems.items[0].at, "/value");
	x.code = "duty.nonsense";
	assert_err(in_change(s, set_run, &x), ERR_INVALID);
	assert_str(x.problems.items[0].at, "/code");
	/* the protected hours decide at once about what was moved */
	struct duty d = {.key = key_of(1, 1, 1), .due = DAY_ONE + 5 * USEC_HOUR};
	d.until = d.due;
	act(s, (struct act[]){{ADD, d, {0}}}, 1);
	struct declare o = {.a = a, .begins = DAY_ONE, .ends = DAY_ONE + USEC_HOUR};
	assert_ok(store_write(s, declare_run, &o, &why), why);
	assert_int_equal(found(s, d.key, a).until, d.due);
	x = (struct set){.a = a, .code = setting_name(SETTING_PROTECTED_HOURS), .value = "5"};
	assert_ok(store_write(s, set_run, &x, &why), why);
	assert_int_equal(found(s, d.key, a).until, d.due + USEC_HOUR);
	assert_ok(settings_read(db, &now, &why), why);
	assert_int_equal(now.value[SETTING_PROTECTED_HOURS], 5);
	problems_init(&differences, a);
	assert_ok(record_check_table(db, &setting_record, a, &differences, &why), why);
	assert_ok(record_check_table(db, &outage_record, a, &differences, &why), why);
	assert_int_equal(differences.n, 0);
}

/* -- signs of life -- */
static size_t noted(struct store *s, struct arena *a, struct outage *ret)
{
	AUTO(store_give) struct db *db = NULL;
	struct outages o;
	struct why why = {0};
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(outages_read(db, a, &o, &why), why);
	if (o.n)
		*ret = o.items[o.n - 1];
	return o.n;
}

static void silence_is_noted(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_duties(bed);
	struct heart first = {0}, again = {0}, asleep = {0};
	struct outage o = {0};
	struct why why = {0};
	usec t = DAY_ONE, steady = 5;
	assert_ok(heart_beat(s, &first, t, steady, &why), why);
	assert_ok(heart_beat(s, &first, t + HEART_EVERY, steady + HEART_EVERY, &why), why);
	assert_int_equal(noted(s, a, &o), 0);
	/* the clock is set a year ahead: nobody slept */
	t += 365 * USEC_DAY;
	assert_ok(heart_beat(s, &first, t, steady + 2 * HEART_EVERY, &why), why);
	assert_int_equal(noted(s, a, &o), 0);
	/* another process: it was not running for three seconds */
	assert_ok(heart_beat(s, &again, t + 3 * USEC_SECOND, 1, &why), why);
	assert_int_equal(noted(s, a, &o), 1);
	assert_int_equal(o.from, t);
	assert_int_equal(o.to, t + 3 * USEC_SECOND);
	/* the machine slept, or its disk was full, for an hour */
	asleep = again;
	t += 3 * USEC_SECOND;
	assert_ok(heart_beat(s, &asleep, t + USEC_HOUR, 1 + USEC_HOUR, &why), why);
	assert_int_equal(noted(s, a, &o), 1); /* it touches the one before it */
	assert_int_equal(o.to, t + USEC_HOUR);
	/* what the centre noted is not edited */
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT min(id) FROM outage"));
	assert_true(stmt_row(q));
	struct row row = {.id = stmt_int(q, 0)};
	struct declare edit = {.a = a, .row = &row, .verb = CHANGE, .begins = t, .ends = t + 1};
	assert_err(in_change(s, declare_run, &edit), ERR_INVALID);
	edit.row = &row;
	edit.verb = REMOVE;
	assert_ok(store_write(s, declare_run, &edit, &why), why);
}

static void another_server_was_alive(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *other = testbed_new(true);
	struct testbed there = *bed;
	memcpy(there.dir, other->dir, sizeof(there.dir));
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *one = open_duties(bed), *two = open_duties(&there);
	struct heart first = {0}, second = {0}, again = {0};
	struct outage o = {0};
	struct why why = {0};
	assert_ok(heart_beat(one, &first, DAY_ONE, 1, &why), why);
	assert_ok(heart_beat(two, &second, DAY_ONE + 30 * USEC_SECOND, 1, &why), why);
	assert_ok(heart_beat(one, &again, DAY_ONE + 50 * USEC_SECOND, 1, &why), why);
	assert_int_equal(noted(one, a, &o), 0);
	assert_ok(
		heart_beat(two, &second, DAY_ONE + 300 * USEC_SECOND, 1 + 270 * USEC_SECOND, &why),
		why);
	assert_int_equal(noted(one, a, &o), 1);
	assert_int_equal(o.from, DAY_ONE + 50 * USEC_SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deadline_is_exact),
		ON_EACH_ENGINE(a_life),
		ON_EACH_ENGINE(order_does_not_matter),
		ON_EACH_ENGINE(lists_and_counts_agree_with_a_recount),
		ON_EACH_ENGINE(excuses),
		cmocka_unit_test(the_clock_stops_in_outages),
		ON_EACH_ENGINE(outages_move_deadlines),
		ON_EACH_ENGINE(settings_have_defaults_and_limits),
		ON_EACH_ENGINE(silence_is_noted),
		ON_POSTGRES(another_server_was_alive),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
