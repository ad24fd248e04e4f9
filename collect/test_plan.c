/* Planned duties against a slow reference that walks day by day, over random schedules, calendars and figures; and how
 * they follow the registry. */
#include "collect/owed.h"
#include "collect/plan.h"
#include "core/outage.h"
#include "registry/registry.h"
#include "registry/testing.h"

#include <stdlib.h>

enum { SCHEDULES = 8, HOLIDAYS = 40, ROUNDS = 20, DAYS_FROM = 20454 /* 2026-01-01 */, DAYS = 365 };

static uint64_t seed;
static int64_t chance(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* Within so many days, to the second. */
static usec moment(int64_t days)
{
	return chance(days) * USEC_DAY + chance(86400) * USEC_SECOND;
}

struct rule {			    /* of one schedule, as it was drawn */
	int offset, hour, calendar; /* calendar: 0 next, 1 previous, 2 none */
	bool weekly;
};
static struct rule drawn[SCHEDULES];
static bool holiday[3][DAYS + 400];

static void date_text(char *out, size_t size, int64_t days)
{
	struct date d = date_of_days(days);
	snprintf(out, size, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static void draw(struct store *s, struct arena *a)
{
	struct buf csv;
	char day[16];
	registry_load(
		s, &calendar_record,
		"code,name_vi,name_en,rule\nC0,a,a,next_workday\nC1,b,b,previous_workday\nC2,c,c,none\n");
	buf_init(&csv, 1 << 20);
	buf_printf(&csv, "calendar,on_date,name_vi,name_en\n");
	memset(holiday, 0, sizeof(holiday));
	for (int i = 0; i < HOLIDAYS; i++) {
		int64_t c = chance(3), d = chance(DAYS);
		if (holiday[c][d])
			continue;
		holiday[c][d] = true;
		date_text(day, sizeof(day), DAYS_FROM + d);
		buf_printf(&csv, "C%d,%s,x,x\n", (int)c, day);
	}
	registry_load(s, &holiday_record, arena_cstr(a, buf_str(&csv)));
	buf_clear(&csv);
	buf_printf(&csv, "code,name_vi,name_en,period,offset_days,at_time,calendar\n");
	for (int i = 0; i < SCHEDULES; i++) {
		drawn[i] = (struct rule){(int)chance(25) - 3, (int)chance(24), (int)chance(3),
					 chance(2) == 1};
		buf_printf(&csv, "S%d,x,x,%s,%d,%02d:00,C%d\n", i,
			   drawn[i].weekly ? "weekly" : "monthly", drawn[i].offset, drawn[i].hour,
			   drawn[i].calendar);
	}
	registry_load(s, &schedule_record, arena_cstr(a, buf_str(&csv)));
	buf_clear(&csv);
	buf_printf(
		&csv,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,scope,decimals,"
		"aggregate_units,aggregate_time,direction,openness,owed_from\n");
	for (int i = 0; i < SCHEDULES; i++)
		buf_printf(&csv,
			   "R%d,x,x,D1,n,n,n,%s,S%d,commune,0,sum,last,none,open,2025-06-01\n", i,
			   drawn[i].weekly ? "weekly" : "monthly", i);
	registry_load(s, &indicator_record, arena_cstr(a, buf_str(&csv)));
	buf_release(&csv);
}

static bool work(int calendar, int64_t day)
{
	int64_t weekday = (day + 3) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
	int64_t at = day - DAYS_FROM;
	return weekday < 5 && !(at >= 0 && at < DAYS && holiday[calendar][at]);
}

/* If a period of the rule ends with this day, its deadline; else 0. */
static usec deadline_of_day(const struct rule *r, int64_t day)
{
	struct date here = date_of_days(day), next = date_of_days(day + 1);
	bool last = r->weekly ? (day + 3) % 7 == 6 : here.month != next.month;
	if (!last)
		return 0;
	int64_t due = day + r->offset;
	while (r->calendar != 2 && !work(r->calendar, due))
		due += r->calendar == 0 ? 1 : -1;
	return (due * 24 + r->hour - 7) * 3600 * USEC_SECOND;
}

static const struct figure *came(const struct figure *given, size_t n, const struct duty_key *key)
{
	for (size_t k = 0; k < n; k++)
		if (given[k].unit == key->unit && given[k].indicator == key->subject &&
		    given[k].period.ordinal == key->period.ordinal)
			return &given[k];
	return NULL;
}

static const struct duty *find(const struct duty *all, size_t n, const struct duty_key *key)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].key.unit == key->unit && all[i].key.subject == key->subject &&
		    all[i].key.period.ordinal == key->period.ordinal)
			return &all[i];
	return NULL;
}

struct scene {
	struct store *s;
	struct registry *r;
	struct arena *a;
	const struct view *v;
	const struct figure *given;
	size_t n_given;
	usec now;
};

static size_t duties(const struct scene *x, int64_t subject, struct duty **ret)
{
	AUTO(store_give) struct db *db = NULL;
	size_t n = 0;
	struct why why = {0};
	struct duty_query how = {
		.all_units = true, .state = -1, .subject = subject, .kind = STR(DUTY_FIGURE)};
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(duty_list(db, &how, x->a, ret, &n, &why), why);
	return n;
}

static struct planned planned(const struct scene *x, usec now)
{
	struct planned p = {0};
	struct why why = {0};
	assert_ok(plan_duties(x->s, x->r, now, &p, &why), why);
	return p;
}

static void look(struct scene *x)
{
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(registry_view(x->r, db, x->a, &x->v, &why), why);
}

/* One indicator: every duty is what the reference says, and none is missing. */
static size_t compare(const struct scene *x, int r, usec horizon)
{
	char code[16];
	struct duty *all = NULL;
	const struct unit *units;
	size_t total = 0, n_units = view_units(x->v, &units);
	snprintf(code, sizeof(code), "R%d", r);
	const struct indicator *i = view_indicator(x->v, str_of(code));
	size_t n = duties(x, i->id, &all);
	for (int64_t day = date_days((struct date){2025, 6, 1}); day < DAYS_FROM + DAYS; day++) {
		usec deadline = deadline_of_day(&drawn[r], day);
		if (!deadline || deadline > horizon)
			continue;
		for (size_t u = 0; u < n_units; u++) {
			if (!unit_kind_is_commune(units[u].kind) || day < units[u].from ||
			    day >= units[u].to)
				continue;
			struct duty_key key = {units[u].id, STR(DUTY_FIGURE), i->id,
					       period_at(i->period, date_start(date_of_days(day)))};
			const struct duty *d = find(all, n, &key);
			const struct figure *f = came(x->given, x->n_given, &key);
			if (!d) {
				fail_msg("%s owes nothing for day %lld", code, (long long)day);
				continue;
			}
			assert_int_equal(d->due, deadline);
			assert_int_equal(d->until, deadline);
			assert_int_equal(d->met.at, f ? f->received : 0);
			assert_int_equal(d->met.by, f ? f->id : 0);
			assert_int_equal(duty_met_late(d), f && f->received >= deadline);
			total++;
		}
	}
	assert_int_equal(n, total);
	return total;
}

struct give {
	struct figure *f;
};
static enum err give_and_settle(struct db *tx, void *arg, struct why *why)
{
	struct give *g = arg;
	enum err rc = figure_put(tx, g->f, why);
	return rc == OK ? plan_settle(tx, g->f, why) : rc;
}

/* Half of them before the duties are planned, half after: it must not matter. */
static size_t give_some(const struct scene *x, struct figure *given, size_t from, size_t max)
{
	static const char *const units[] = {"X1", "X2", "P1", "DK1"};
	size_t n = from;
	struct why why = {0};
	while (n < max) {
		char code[16];
		snprintf(code, sizeof(code), "R%d", (int)chance(SCHEDULES));
		struct figure f = figure_of(x->v, units[chance(4)], code, "2026-05", "1");
		const struct indicator *i = view_indicator(x->v, str_of(code));
		f.period = period_at(i->period, (DAYS_FROM + chance(DAYS)) * USEC_DAY);
		f.received = n % 2 ? DAYS_FROM * USEC_DAY + moment(DAYS)
				   : view_deadline(x->v, i, f.period) + chance(3) -
					     1; /* to the microsecond */
		struct duty_key key = {f.unit, STR(DUTY_FIGURE), f.indicator, f.period};
		if (came(given, n, &key))
			continue;
		struct give g = {&f};
		assert_ok(store_write(x->s, give_and_settle, &g, &why), why);
		given[n++] = f;
	}
	return n;
}

static void small_province(struct store *s)
{
	registry_load(s, &domain_record, "code,position,name_vi,name_en\nD1,1,a,a\n");
	registry_load(
		s, &unit_record,
		"code,kind,name_vi,name_en,valid_from,valid_to\nX1,commune,a,a,1990-01-01,\n"
		"X2,commune,a,a,1990-01-01,2026-06-15\nP1,ward,a,a,1990-01-01,\nDK1,special_zone,a,a,2026-04-01,\n"
		"SYT,department,a,a,1990-01-01,\n");
}

static void agrees_with_the_reference(void **state)
{
	struct testbed *bed = testbed_of(state);
	seed = 20261122;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	static struct figure given[120];
	struct scene x = {.s = s, .r = r, .a = a, .given = given};
	size_t total = 0;
	small_province(s);
	draw(s, a);
	look(&x);
	x.n_given = give_some(&x, given, 0, ARRAY_LEN(given) / 2);
	usec now = (DAYS_FROM + 30) * USEC_DAY;
	planned(&x, now);
	for (int i = 0; i < SCHEDULES; i++)
		compare(&x, i, now + 100 * USEC_DAY);
	x.n_given = give_some(&x, given, x.n_given, ARRAY_LEN(given));
	for (int day = 31; day < 230; day += 1 + (int)chance(20))
		planned(&x, now = (DAYS_FROM + day) * USEC_DAY + moment(1));
	planned(&x, now = (DAYS_FROM + 230) * USEC_DAY);
	assert_int_equal(planned(&x, now).added, 0); /* again: nothing */
	for (int i = 0; i < SCHEDULES; i++)
		total += compare(&x, i, now + 100 * USEC_DAY);
	assert_true(total > 300);
}

/* A centre that slept for most of a year writes down what was owed meanwhile. */
static void a_long_silence_is_made_up_for(void **state)
{
	struct testbed *bed = testbed_of(state);
	seed = 5;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a};
	small_province(s);
	draw(s, a);
	look(&x);
	planned(&x, DAYS_FROM * USEC_DAY);
	planned(&x, (DAYS_FROM + 240) * USEC_DAY);
	for (int i = 0; i < SCHEDULES; i++)
		compare(&x, i, (DAYS_FROM + 340) * USEC_DAY);
}

/* -- the registry changes -- */
static const char indicator_head[] =
	"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,scope,owner,decimals,"
	"aggregate_units,aggregate_time,direction,openness,owed_from\n";

static void indicator(const struct scene *x, const char *row)
{
	registry_load(x->s, &indicator_record, arena_fmt(x->a, "%s%s\n", indicator_head, row).ptr);
}

static size_t of_unit(const struct scene *x, const char *unit, usec from, usec *ret_first)
{
	struct duty *all = NULL;
	size_t n = duties(x, 0, &all), out = 0;
	const struct unit *u = view_unit(x->v, str_of(unit));
	for (size_t i = 0; i < n; i++)
		if (all[i].key.unit == u->id && all[i].due > from && out++ == 0)
			*ret_first = all[i].due;
	return out;
}

static void the_future_follows_the_past_stays(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a};
	usec now = date_start((struct date){2026, 11, 22}), first = 0, ignored = 0;
	usec ten = date_start((struct date){2026, 12, 10}) + 17 * USEC_HOUR;
	small_province(s);
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,10,17:00\n");
	indicator(&x, "I,x,x,D1,n,n,n,monthly,M,department,SYT,0,sum,last,none,open,2026-08-01");
	look(&x);
	/* August to October are past, November to January lie within a hundred days */
	assert_int_equal(planned(&x, now).added, 6);
	assert_int_equal(of_unit(&x, "SYT", now, &first), 3);
	assert_int_equal(first, ten);
	/* a later deadline: the future moves, the past does not */
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,15,17:00\n");
	assert_int_equal(planned(&x, now).moved, 3);
	assert_int_equal(of_unit(&x, "SYT", now, &first), 3);
	assert_int_equal(first, ten + 5 * USEC_DAY);
	assert_int_equal(of_unit(&x, "SYT", 0, &first), 6);
	assert_int_equal(first, date_start((struct date){2026, 9, 10}) + 17 * USEC_HOUR);
	/* one that would be over already keeps its old time */
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,-20,17:00\n");
	planned(&x, now);
	assert_int_equal(of_unit(&x, "SYT", 0, &ignored), 7); /* February's came into sight */
	assert_int_equal(of_unit(&x, "SYT", now, &first), 4);
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,10,17:00\n");
	planned(&x, now);
	/* another owner: the old one's future is withdrawn */
	registry_load(
		s, &unit_record,
		"code,kind,name_vi,name_en,valid_from,valid_to\nSGD,department,a,a,1990-01-01,\n");
	indicator(&x, "I,x,x,D1,n,n,n,monthly,M,department,SGD,0,sum,last,none,open,2026-08-01");
	look(&x);
	struct planned p = planned(&x, now);
	assert_int_equal(p.withdrawn, of_unit(&x, "SGD", now, &first) + 1);
	assert_int_equal(of_unit(&x, "SYT", now, &ignored), 0);
	assert_int_equal(of_unit(&x, "SYT", 0, &ignored), 3);
	assert_int_equal(first, ten);
	/* the unit ends: what it would owe after that is withdrawn */
	registry_load(
		s, &unit_record,
		"code,kind,name_vi,name_en,valid_from,valid_to\nSGD,department,a,a,1990-01-01,2026-12-15\n");
	look(&x);
	planned(&x, now);
	assert_int_equal(of_unit(&x, "SGD", now, &first), 1); /* November's */
	/* owed from an earlier day than before: those are written down too */
	indicator(&x, "I,x,x,D1,n,n,n,monthly,M,department,SGD,0,sum,last,none,open,2026-06-01");
	look(&x);
	assert_int_equal(planned(&x, now).added, 2);
	assert_int_equal(of_unit(&x, "SGD", 0, &first), 3);
	assert_int_equal(first, date_start((struct date){2026, 7, 10}) + 17 * USEC_HOUR);
}

static void time_alone_adds_what_comes_into_sight(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a};
	usec now = date_start((struct date){2026, 11, 22}), first = 0;
	small_province(s);
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,10,17:00\n");
	indicator(&x, "I,x,x,D1,n,n,n,monthly,M,department,SYT,0,sum,last,none,open,2026-08-01");
	look(&x);
	assert_int_equal(planned(&x, now).added, 6);
	assert_int_equal(planned(&x, now + 31 * USEC_DAY).added, 1); /* February's */
	struct planned p = planned(&x, now + 31 * USEC_DAY);
	assert_int_equal(p.added + p.moved + p.withdrawn, 0);
	assert_int_equal(of_unit(&x, "SYT", 0, &first), 7);
	/* nobody planned for half a year: what became due meanwhile is written down as well */
	assert_int_equal(planned(&x, now + 213 * USEC_DAY).added, 6);
	assert_int_equal(of_unit(&x, "SYT", 0, &first), 13);
}

/* What was owed before the centre asked for it is not owed. */
static void nothing_is_owed_before_the_indicator(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a};
	usec first = 0;
	small_province(s);
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,10,17:00\n");
	indicator(&x, "I,x,x,D1,n,n,n,monthly,M,commune,,0,sum,last,none,open,");
	look(&x);
	planned(&x, TEST_NOW + USEC_DAY); /* the rows were made at TEST_NOW, in November */
	assert_true(of_unit(&x, "X1", 0, &first) >= 3);
	assert_int_equal(first, date_start((struct date){2026, 12, 10}) + 17 * USEC_HOUR);
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	bool followed = false;
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(plan_followed(db, &followed, &why), why);
	assert_true(followed);
	indicator(&x, "J,x,x,D1,n,n,n,monthly,M,commune,,0,sum,last,none,open,");
	assert_ok(plan_followed(db, &followed, &why), why);
	assert_false(followed);
}

/* -- in the words of the registry -- */
static void owed_shows_what_came(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a};
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	small_province(s);
	registry_load(s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nM,M,M,monthly,10,17:00\n");
	indicator(&x, "I,x,x,D1,n,n,n,monthly,M,commune,,0,sum,last,none,open,2026-09-01");
	look(&x);
	planned(&x, TEST_NOW);
	struct figure f = figure_of(x.v, "X1", "I", "2026-10", "5");
	struct give g = {&f};
	assert_ok(store_write(s, give_and_settle, &g, &why), why);
	assert_ok(store_take(s, &db, &why), why);
	struct owed_query how = {x.v, view_unit(x.v, STR("X1")), 0, TEST_NOW + 30 * USEC_DAY,
				 TEST_NOW};
	struct owed *items = NULL;
	size_t n = 0;
	struct period october, year;
	assert_ok(owed_list(db, &how, a, &items, &n, &why), why);
	assert_int_equal(n, 3);
	assert_int_equal(items[0].state, DUTY_LATE);
	assert_int_equal(items[1].state, DUTY_MET);
	assert_true(items[1].met_late);
	assert_int_equal(items[1].figure, f.id);
	assert_int_equal(items[1].status, FIGURE_SUBMITTED);
	assert_int_equal(items[2].state, DUTY_DUE);
	assert_ok(period_parse(STR("2026-10"), &october, &why), why);
	assert_ok(owed_within(db, &how, october, a, &items, &n, &why), why);
	assert_int_equal(n, 1);
	assert_int_equal(items[0].figure, f.id);
	/* what was never owed may be sent too */
	assert_ok(period_parse(STR("2026"), &year, &why), why);
	assert_ok(owed_within(db, &how, year, a, &items, &n, &why), why);
	assert_int_equal(n, 12);
	assert_int_equal(items[0].duty, 0);
	assert_int_equal(items[0].state, DUTY_DUE);
	assert_true(items[8].duty != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_EACH_ENGINE(agrees_with_the_reference),
					   ON_EACH_ENGINE(a_long_silence_is_made_up_for),
					   ON_EACH_ENGINE(the_future_follows_the_past_stays),
					   ON_EACH_ENGINE(time_alone_adds_what_comes_into_sight),
					   ON_EACH_ENGINE(nothing_is_owed_before_the_indicator),
					   ON_EACH_ENGINE(owed_shows_what_came)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
