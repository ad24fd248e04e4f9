/* What is owed, against a slow reference that walks day by day, over random schedules, calendars and figures. */
#include "collect/owed.h"
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
		"aggregate_units,aggregate_time,direction,openness\n");
	for (int i = 0; i < SCHEDULES; i++)
		buf_printf(&csv, "R%d,x,x,D1,n,n,n,%s,S%d,commune,0,sum,last,none,open\n", i,
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

static const struct owed *find(const struct owed *items, size_t n, const struct unit *u,
			       const struct indicator *i, struct period p)
{
	for (size_t k = 0; k < n; k++)
		if (items[k].unit == u && items[k].indicator == i &&
		    items[k].period.ordinal == p.ordinal)
			return &items[k];
	return NULL;
}

static const struct figure *came(const struct figure *given, size_t n, const struct unit *u,
				 const struct indicator *i, struct period p)
{
	for (size_t k = 0; k < n; k++)
		if (given[k].unit == u->id && given[k].indicator == i->id &&
		    given[k].period.ordinal == p.ordinal)
			return &given[k];
	return NULL;
}

static void one_duty(const struct owed *o, usec deadline, const struct figure *f, usec now)
{
	if (!o) {
		fail_msg("what is due at %lld is not there", (long long)deadline);
		return;
	}
	assert_int_equal(o->deadline, deadline);
	assert_int_equal(o->state, f ? OWED_MET : now >= deadline ? OWED_LATE : OWED_DUE);
	assert_int_equal(o->met_late, f && f->received >= deadline);
	if (f)
		assert_int_equal(o->figure, f->id);
}

static size_t compare(const struct owed_query *how, const struct owed *items, size_t n,
		      const struct figure *given, size_t n_given)
{
	size_t total = 0;
	for (int r = 0; r < SCHEDULES; r++) {
		char code[16];
		snprintf(code, sizeof(code), "R%d", r);
		const struct indicator *i = view_indicator(how->view, str_of(code));
		for (int64_t day = DAYS_FROM - 60; day < DAYS_FROM + DAYS + 60; day++) {
			usec deadline = deadline_of_day(&drawn[r], day);
			if (!deadline || deadline < how->from || deadline > how->to)
				continue;
			struct period p = period_at(i->period, date_start(date_of_days(day)));
			for (size_t u = 0; u < how->n_units; u++) {
				const struct unit *unit = how->units[u];
				if (!unit_kind_is_commune(unit->kind) || day < unit->from ||
				    day >= unit->to)
					continue;
				one_duty(find(items, n, unit, i, p), deadline,
					 came(given, n_given, unit, i, p), how->now);
				total++;
			}
		}
	}
	return total;
}

static size_t give_some(struct store *s, const struct view *v, struct figure *given, size_t max)
{
	static const char *const units[] = {"X1", "X2", "P1", "DK1"};
	size_t n = 0;
	while (n < max) {
		char code[16];
		snprintf(code, sizeof(code), "R%d", (int)chance(SCHEDULES));
		struct figure f = figure_of(v, units[chance(4)], code, "2026-05", "1");
		const struct indicator *i = view_indicator(v, str_of(code));
		f.period = period_at(i->period, (DAYS_FROM + chance(DAYS)) * USEC_DAY);
		f.received = n % 2 ? DAYS_FROM * USEC_DAY + moment(DAYS)
				   : view_deadline(v, i, f.period) + chance(3) -
					     1; /* to the microsecond */
		bool twice = false;
		for (size_t k = 0; k < n; k++)
			twice |= given[k].unit == f.unit && given[k].indicator == f.indicator &&
				 given[k].period.ordinal == f.period.ordinal;
		if (twice)
			continue;
		figure_give(s, &f);
		given[n++] = f;
	}
	return n;
}

static void agrees_with_the_reference(void **state)
{
	struct testbed *bed = testbed_of(state);
	seed = 20261122;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	AUTO(store_give) struct db *db = NULL;
	const struct view *v = NULL;
	struct why why = {0};
	registry_load(s, &domain_record, "code,position,name_vi,name_en\nD1,1,a,a\n");
	registry_load(
		s, &unit_record,
		"code,kind,name_vi,name_en,valid_from,valid_to\nX1,commune,a,a,1990-01-01,\n"
		"X2,commune,a,a,1990-01-01,2026-06-15\nP1,ward,a,a,1990-01-01,\nDK1,special_zone,a,a,2026-04-01,\n"
		"SYT,department,a,a,1990-01-01,\n");
	draw(s, a);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(registry_view(r, db, a, &v, &why), why);
	static struct figure given[120];
	size_t n_given = give_some(s, v, given, ARRAY_LEN(given));
	const struct unit *all, *units[5];
	size_t n_units = view_units(v, &all), total = 0;
	for (size_t u = 0; u < n_units; u++)
		units[u] = &all[u];
	for (int round = 0; round < ROUNDS; round++) {
		usec from = DAYS_FROM * USEC_DAY + moment(DAYS);
		struct owed_query how = {
			v, units, n_units, from, from + moment(60), from + moment(80)};
		struct owed *items = NULL;
		size_t n = 0;
		assert_ok(owed_list(db, &how, a, &items, &n, &why), why);
		size_t expected = compare(&how, items, n, given, n_given);
		assert_int_equal(n, expected);
		for (size_t k = 1; k < n; k++)
			assert_true(items[k - 1].deadline <= items[k].deadline);
		total += n;
	}
	assert_true(total > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_EACH_ENGINE(agrees_with_the_reference)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
