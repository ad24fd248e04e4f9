#include "base/clock.h"
#include "base/testing.h"

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Counting day by day from a known one, over three centuries. */
static void calendar_agrees_with_counting(void **state)
{
	(void)state;
	struct date d = {1900, 1, 1};
	int64_t days = -25567;
	int weekday = 1; /* a Monday */
	while (d.year <= 2200) {
		assert_true(date_valid(d));
		assert_true(date_days(d) == days);
		struct date back = date_of_days(days);
		assert_true(back.year == d.year && back.month == d.month && back.day == d.day);
		assert_int_equal(date_weekday(d), weekday);
		assert_true(date_start(d) == days * USEC_DAY - ZONE_OFFSET);
		static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
		bool last = d.day == lengths[d.month - 1] + (d.month == 2 && leap(d.year));
		struct date next = {d.year, d.month, d.day + 1};
		assert_true(date_valid(next) == !last);
		d = !last	   ? next
		    : d.month < 12 ? (struct date){d.year, d.month + 1, 1}
				   : (struct date){d.year + 1, 1, 1};
		weekday = weekday % 7 + 1;
		days++;
	}
}

static void dates_outside_the_calendar_are_invalid(void **state)
{
	(void)state;
	static const struct date bad[] = {
		{2026, 0, 1},  {2026, 13, 1}, {2026, 1, 0}, {2026, 1, 32}, {2026, 4, 31},
		{2026, 2, 29}, {1900, 2, 29}, {0, 1, 1},    {10000, 1, 1}, {2026, -1, -1}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(date_valid(bad[i]));
	assert_true(date_valid((struct date){2000, 2, 29}));
}

static void local_fields_follow_the_zone(void **state)
{
	(void)state;
	struct why why;
	usec t;
	assert_ok(time_parse(STR("2026-12-31T16:59:59.999999Z"), &t, &why), why);
	struct civil c = civil_local(t);
	assert_true(c.date.year == 2026 && c.date.month == 12 && c.date.day == 31);
	assert_true(c.hour == 23 && c.minute == 59 && c.second == 59 && c.usec == 999999);
	c = civil_local(t + 1);
	assert_true(c.date.year == 2027 && c.date.month == 1 && c.date.day == 1 && c.hour == 0 &&
		    c.usec == 0);
	for (usec at = -4000 * USEC_DAY; at < 50000 * USEC_DAY; at += 12345678901) {
		assert_true(civil_usec(civil_local(at)) == at);
		assert_true(date_start(date_local(at)) <= at &&
			    at < date_start(date_local(at)) + USEC_DAY);
	}
}

static void times_are_read_and_written(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	static const char *const cases[][2] = {
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"},
		{"2026-11-22T16:42:07.123456Z", "2026-11-22T16:42:07.123456Z"},
		{"2026-11-22t23:42:07.1+07:00", "2026-11-22T16:42:07.100000Z"},
		{"2026-11-22 16:42:07z", "2026-11-22T16:42:07.000000Z"},
		{"2026-11-22T00:00:00-00:30", "2026-11-22T00:30:00.000000Z"},
		{"2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000000Z"},
		{"2026-11-22T16:42:07.123456789Z", "2026-11-22T16:42:07.123456Z"},
		{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
		{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		usec t;
		assert_ok(time_parse(str_of(cases[i][0]), &t, &why), why);
		buf_clear(&b);
		time_write(&b, t);
		assert_str(buf_str(&b), cases[i][1]);
	}
	buf_clear(&b);
	time_write(&b, INT64_MAX);
	time_write(&b, INT64_MIN);
	assert_str(buf_str(&b), "9999-12-31T23:59:59.999999Z0001-01-01T00:00:00.000000Z");
}

static void what_is_no_time_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
					  "2026-11-22",
					  "2026-11-22T16:42:07",
					  "2026-11-22T16:42Z",
					  "2026-11-22T24:00:00Z",
					  "2026-11-22T16:60:00Z",
					  "2026-11-22T16:42:61Z",
					  "2026-02-30T00:00:00Z",
					  "2026-11-22T16:42:07.Z",
					  "2026-11-22T16:42:07+7:00",
					  "2026-11-22T16:42:07+0700",
					  "2026-11-22T16:42:07+24:00",
					  "2026-11-22T16:42:07Zx",
					  "0000-01-01T00:00:00Z",
					  "26-11-22T16:42:07Z",
					  "2026-11-22T-1:42:07Z"};
	usec t = 77;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_err(time_parse(str_of(bad[i]), &t, NULL), ERR_INVALID);
	assert_true(t == 77);
	static const char *const dates[] = {"",		  "2026-1-2",	"2026-02-29", "2026-11-22 ",
					    "22/11/2026", "2026/11/22", "2026-11-2x"};
	struct date d = {7, 7, 7};
	for (size_t i = 0; i < ARRAY_LEN(dates); i++)
		assert_err(date_parse(str_of(dates[i]), &d, NULL), ERR_INVALID);
	assert_int_equal(d.year, 7);
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	assert_ok(date_parse(STR("2026-11-02"), &d, &why), why);
	date_write(&b, d);
	assert_str(buf_str(&b), "2026-11-02");
}

static void clocks_tell_the_time(void **state)
{
	(void)state;
	AUTO(clock_free) struct clock *simulated = clock_new_simulated(5);
	assert_true(clock_now(simulated) == 5);
	clock_set(simulated, 7 * USEC_DAY);
	assert_true(clock_now(simulated) == 7 * USEC_DAY);
	AUTO(clock_free) struct clock *machine = clock_new();
	assert_in_range(date_local(clock_now(machine)).year, 2024, 2200);
	usec before = clock_monotonic();
	assert_true(clock_monotonic() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calendar_agrees_with_counting),
		cmocka_unit_test(dates_outside_the_calendar_are_invalid),
		cmocka_unit_test(local_fields_follow_the_zone),
		cmocka_unit_test(times_are_read_and_written),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(clocks_tell_the_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
