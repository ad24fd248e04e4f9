#include "base/testing.h"
#include "core/schedule.h"

static int64_t day(int y, int m, int d)
{
	return date_days((struct date){y, m, d});
}

static void expect_first(const char *rule, int64_t from, int64_t expected)
{
	struct why why = {0};
	int64_t found = 0;
	assert_ok(rrule_first(str_of(rule), from, &found, &why), why);
	if (found != expected)
		fail_msg("%s: %d days off", rule, (int)(found - expected));
}

static void rules_name_days(void **state)
{
	(void)state;
	expect_first("FREQ=DAILY", day(2026, 11, 22), day(2026, 11, 22));
	expect_first("FREQ=MONTHLY;BYMONTHDAY=25", day(2026, 11, 25), day(2026, 11, 25));
	expect_first("FREQ=MONTHLY;BYMONTHDAY=25", day(2026, 11, 26), day(2026, 12, 25));
	expect_first("FREQ=MONTHLY;BYMONTHDAY=-1", day(2028, 2, 1), day(2028, 2, 29));
	expect_first("FREQ=MONTHLY;BYMONTHDAY=31", day(2026, 11, 1), day(2026, 12, 31));
	expect_first("FREQ=WEEKLY;BYDAY=FR", day(2026, 11, 22), day(2026, 11, 27));
	expect_first("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", day(2026, 10, 31),
		     day(2026, 11, 30));
	expect_first("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", day(2026, 5, 1),
		     day(2026, 5, 29));
	expect_first("FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=15", day(2026, 9, 16),
		     day(2026, 12, 15));
	expect_first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", day(2026, 3, 1), day(2028, 2, 29));
	expect_first("FREQ=MONTHLY;BYDAY=2TU", day(2026, 11, 11), day(2026, 12, 8));
	expect_first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", day(2096, 3, 1),
		     day(2104, 2, 29)); /* 2100 leaps not */
}

static void foolish_rules_are_refused(void **state)
{
	(void)state;
	const char *bad[] = {"",
			     "x",
			     "FREQ",
			     "FREQ=",
			     "FREQ=SECONDLY",
			     "FREQ=HOURLY",
			     "BYMONTHDAY=25",
			     "FREQ=MONTHLY;BYHOUR=5",
			     "FREQ=MONTHLY;COUNT=3",
			     "FREQ=MONTHLY;UNTIL=20260101",
			     "FREQ=MONTHLY;INTERVAL=0",
			     "FREQ=MONTHLY;INTERVAL=999999999",
			     "FREQ=MONTHLY;BYMONTHDAY=99",
			     "FREQ=MONTHLY;BYDAY=XX",
			     "FREQ=MONTHLY;;",
			     "FREQ=MONTHLY;RSCALE=CHINESE",
			     "FREQ=MONTHLY;BYMONTHDAY=%n",
			     "FREQ=MONTHLY;BYMONTHDAY=",
			     "FREQ=MONTHLY;BYDAY=111111111111131MO",
			     "FREQ=MONTHLY;BYDAY=6MO",
			     "FREQ=WEEKLY;BYDAY=1MO",
			     "FREQ=DAILY;BYMONTH=2",
			     "FREQ=MONTHLY;BYMONTHDAY=0",
			     "FREQ=YEARLY;BYWEEKNO=54",
			     "FREQ=YEARLY;BYYEARDAY=-367",
			     "FREQ=MONTHLY;BYMONTH=-1",
			     "BYMONTH=2;FREQ=YEARLY",
			     "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"};
	struct why why = {0};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (rrule_check(str_of(bad[i]), &why) != ERR_INVALID)
			fail_msg("%s is taken", bad[i]);
	assert_err(rrule_check((struct str){"FREQ=DAILY\0;", 12}, &why), ERR_INVALID);
	int64_t d;
	assert_err(
		rrule_first(STR("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), day(2026, 1, 1), &d, &why),
		ERR_INVALID);
	assert_non_null(strstr(why.text, "no day"));
	assert_err(rrule_check(STR("FREQ=WEEKLY;BYDAY=MO"), &why), OK);
}

/* Tết 2027: Thursday 4 to Wednesday 10 February; 30 April 2026 is a Thursday, 1 May a Friday. */
static const struct date free_days[] = {{2026, 4, 30}, {2026, 5, 1}, {2027, 2, 4}, {2027, 2, 5},
					{2027, 2, 8},  {2027, 2, 9}, {2027, 2, 10}};
static struct calendar calendar_of(enum holiday_rule rule, int64_t days[ARRAY_LEN(free_days)])
{
	for (size_t i = 0; i < ARRAY_LEN(free_days); i++)
		days[i] = date_days(free_days[i]);
	return (struct calendar){rule, days, ARRAY_LEN(free_days)};
}

static void holidays_move_deadlines(void **state)
{
	(void)state;
	int64_t days[ARRAY_LEN(free_days)], moved;
	struct calendar next = calendar_of(HOLIDAY_NEXT_WORKDAY, days),
			before = calendar_of(HOLIDAY_PREVIOUS_WORKDAY, days),
			none = calendar_of(HOLIDAY_NONE, days);
	struct why why = {0};
	const struct {
		int64_t from, next, before;
	} cases[] = {
		{day(2026, 4, 29), day(2026, 4, 29), day(2026, 4, 29)},
		{day(2026, 4, 30), day(2026, 5, 4), day(2026, 4, 29)},
		{day(2026, 5, 3), day(2026, 5, 4), day(2026, 4, 29)},
		{day(2027, 2, 6), day(2027, 2, 11), day(2027, 2, 3)},
		{day(2026, 11, 22), day(2026, 11, 23), day(2026, 11, 20)},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_ok(calendar_move(&next, cases[i].from, &moved, &why), why);
		assert_int_equal(moved, cases[i].next);
		assert_ok(calendar_move(&before, cases[i].from, &moved, &why), why);
		assert_int_equal(moved, cases[i].before);
		assert_ok(calendar_move(&none, cases[i].from, &moved, &why), why);
		assert_int_equal(moved, cases[i].from);
	}
	int64_t all[500];
	for (int i = 0; i < 500; i++)
		all[i] = day(2026, 1, 1) + i;
	struct calendar closed = {HOLIDAY_NEXT_WORKDAY, all, 500};
	assert_err(calendar_move(&closed, day(2026, 1, 2), &moved, &why), ERR_INVALID);
}

static void expect_deadline(struct schedule s, const char *period, const char *expected)
{
	struct why why = {0};
	struct period p;
	usec t = 0, wanted = 0;
	assert_ok(period_parse(str_of(period), &p, &why), why);
	assert_ok(schedule_deadline(&s, p, &t, &why), why);
	assert_ok(time_parse(str_of(expected), &wanted, &why), why);
	if (t != wanted)
		fail_msg("%s: off by %lld us from %s", period, (long long)(t - wanted), expected);
}

static void deadlines_of_periods(void **state)
{
	(void)state;
	int64_t days[ARRAY_LEN(free_days)];
	struct calendar next = calendar_of(HOLIDAY_NEXT_WORKDAY, days),
			before = calendar_of(HOLIDAY_PREVIOUS_WORKDAY, days);
	const usec five = 17 * USEC_HOUR;
	expect_deadline((struct schedule){.at = five}, "2026-11-20", "2026-11-20T17:00:00+07:00");
	expect_deadline((struct schedule){.at = five, .calendar = &next}, "2026-11-21",
			"2026-11-23T17:00:00+07:00");
	expect_deadline((struct schedule){.at = five, .offset_days = 5, .calendar = &next},
			"2026-11", "2026-12-07T17:00:00+07:00");
	expect_deadline((struct schedule){.at = five,
					  .offset_days = -20,
					  .rrule = STR("FREQ=MONTHLY;BYMONTHDAY=25"),
					  .calendar = &before},
			"2026-11", "2026-11-25T17:00:00+07:00");
	expect_deadline((struct schedule){.at = five,
					  .offset_days = -20,
					  .rrule = STR("FREQ=MONTHLY;BYMONTHDAY=25"),
					  .calendar = &before},
			"2026-10", "2026-10-23T17:00:00+07:00"); /* the 25th is a Sunday */
	expect_deadline((struct schedule){.at = USEC_DAY}, "2026", "2027-01-01T00:00:00+07:00");
	expect_deadline((struct schedule){.at = five, .offset_days = 10}, "2026-Q4",
			"2027-01-10T17:00:00+07:00");
	expect_deadline((struct schedule){.at = five, .offset_days = 1}, "2026-W53",
			"2027-01-04T17:00:00+07:00");
	expect_deadline((struct schedule){.at = 0, .offset_days = 1}, "2028-02",
			"2028-03-01T00:00:00+07:00");
	expect_deadline((struct schedule){.at = five, .offset_days = 15}, "2026-H1",
			"2026-07-15T17:00:00+07:00");
	struct why why = {0};
	usec t;
	struct period p;
	assert_ok(period_parse(STR("2026"), &p, &why), why);
	assert_err(schedule_deadline(&(struct schedule){.offset_days = SCHEDULE_OFFSET_MAX + 1}, p,
				     &t, &why),
		   ERR_INVALID);
	assert_err(schedule_deadline(&(struct schedule){.at = USEC_DAY + 1}, p, &t, &why),
		   ERR_INVALID);
}

static void five_o_clock_to_the_microsecond(void **state)
{
	(void)state;
	struct why why = {0};
	struct period p;
	usec deadline, arrived;
	assert_ok(period_parse(STR("2026-12-31"), &p, &why), why);
	assert_ok(schedule_deadline(&(struct schedule){.at = 17 * USEC_HOUR}, p, &deadline, &why),
		  why);
	assert_ok(time_parse(STR("2026-12-31T16:59:59.999999+07:00"), &arrived, &why), why);
	assert_false(schedule_late(arrived, deadline));
	assert_true(schedule_late(arrived + 1, deadline));
	assert_int_equal(arrived + 1, deadline);
}

static void times_of_day(void **state)
{
	(void)state;
	struct why why = {0};
	usec at = 0;
	assert_ok(schedule_time_parse(STR("17:00"), &at, &why), why);
	assert_int_equal(at, 17 * USEC_HOUR);
	assert_ok(schedule_time_parse(STR("23:59:59"), &at, &why), why);
	assert_int_equal(at, USEC_DAY - USEC_SECOND);
	assert_ok(schedule_time_parse(STR("24:00"), &at, &why), why);
	const char *bad[] = {"",      "17",	"17:",	       "7:00",	"17:0",	 "17:60",   "24:01",
			     "25:00", "17:00:", "17:00:00:00", "17h00", "-1:00", "24:00:01"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (schedule_time_parse(str_of(bad[i]), &at, &why) != ERR_INVALID)
			fail_msg("%s is taken", bad[i]);
	enum holiday_rule rule;
	assert_ok(holiday_rule_parse(STR("next_workday"), &rule, &why), why);
	assert_int_equal(rule, HOLIDAY_NEXT_WORKDAY);
	assert_err(holiday_rule_parse(STR("never"), &rule, &why), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_name_days),
		cmocka_unit_test(foolish_rules_are_refused),
		cmocka_unit_test(holidays_move_deadlines),
		cmocka_unit_test(deadlines_of_periods),
		cmocka_unit_test(five_o_clock_to_the_microsecond),
		cmocka_unit_test(times_of_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
