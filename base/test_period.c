#include "base/period.h"
#include "base/testing.h"

static struct str written(struct buf *b, struct period p)
{
	buf_clear(b);
	period_write(b, p);
	return buf_str(b);
}

static void kinds_have_names(void **state)
{
	(void)state;
	struct why why;
	for (enum period_kind k = PERIOD_DAILY; k < PERIOD_KINDS; k++) {
		enum period_kind back = PERIOD_KINDS;
		assert_ok(period_kind_parse(str_of(period_kind_name(k)), &back, &why), why);
		assert_int_equal(back, k);
	}
	enum period_kind k = PERIOD_YEARLY;
	assert_err(period_kind_parse(STR("Monthly"), &k, &why), ERR_INVALID);
	assert_err(period_kind_parse(STR(""), &k, NULL), ERR_INVALID);
	assert_int_equal(k, PERIOD_YEARLY);
}

static void what_people_write_is_understood(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	static const char *const cases[][2] = {
		{"2026", "2026"},
		{"năm 2026", "2026"},
		{"Cả năm 2026", "2026"},
		{"2026-H1", "2026-H1"},
		{"6 tháng đầu năm 2026", "2026-H1"},
		{"06 tháng đầu năm 2026", "2026-H1"},
		{"Sáu tháng cuối năm 2026", "2026-H2"},
		{"6 tháng cuối năm 2026", "2026-H2"},
		{"nửa đầu năm 2026", "2026-H1"},
		{"3 tháng đầu năm 2026", "2026-Q1"},
		{"12 tháng đầu năm 2026", "2026"},
		{"2026-Q3", "2026-Q3"},
		{"2026-q3", "2026-Q3"},
		{"2026Q3", "2026-Q3"},
		{"Quý III/2026", "2026-Q3"},
		{"quý 3-2026", "2026-Q3"},
		{"quý 3 năm 2026", "2026-Q3"},
		{"QUÝ IV NĂM 2026", "2026-Q4"},
		{"quý ba năm 2026", "2026-Q3"},
		{"quý tư/2026", "2026-Q4"},
		{"Q3 2026", "2026-Q3"},
		{"Q3/2026", "2026-Q3"},
		{"Quy\xcc\x81 II/2026", "2026-Q2"},
		{"Số liệu quý I năm 2026", "2026-Q1"},
		{"2026-11", "2026-11"},
		{"2026/11", "2026-11"},
		{"11/2026", "2026-11"},
		{"9.2026", "2026-09"},
		{"09-2026", "2026-09"},
		{"tháng 9 năm 2026", "2026-09"},
		{"Tháng 09/2026", "2026-09"},
		{"tha\xcc\x81ng 9 na\xcc\x86m 2026", "2026-09"},
		{"tháng 9, năm 2026", "2026-09"},
		{"Báo cáo tháng 9/2026", "2026-09"},
		{"Kỳ báo cáo: tháng 9/2026", NULL},
		{"Tháng Chín năm 2026", "2026-09"},
		{"tháng năm năm 2026", "2026-05"},
		{"tháng mười năm 2026", "2026-10"},
		{"tháng mười một năm 2026", "2026-11"},
		{"tháng mười hai năm 2026", "2026-12"},
		{"tháng XII năm 2026", "2026-12"},
		{"T11/2026", "2026-11"},
		{"t9 2026", "2026-09"},
		{"  T 11 - 2026 ", "2026-11"},
		{"2026-W47", "2026-W47"},
		{"2026W01", "2026-W01"},
		{"tuần 47/2026", "2026-W47"},
		{"Tuần thứ 47 năm 2026", "2026-W47"},
		{"2026-W53", "2026-W53"},
		{"2026-11-22", "2026-11-22"},
		{"22/11/2026", "2026-11-22"},
		{"5/6/2026", "2026-06-05"},
		{"ngày 22 tháng 11 năm 2026", "2026-11-22"},
		{"Ngày 22/11/2026", "2026-11-22"},
		{"29/02/2028", "2028-02-29"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct period p = {PERIOD_DAILY, 0};
		if (!cases[i][1]) {
			assert_err(period_parse(str_of(cases[i][0]), &p, &why), ERR_INVALID);
			continue;
		}
		if (period_parse(str_of(cases[i][0]), &p, &why) != OK)
			fail_msg("\"%s\": %s", cases[i][0], why.text);
		if (!str_is(written(&b, p), cases[i][1]))
			fail_msg("\"%s\" read as " STR_FMT, cases[i][0], STR_ARG(buf_str(&b)));
	}
}

static void what_is_no_period_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", "no period is given"},
		{"   ", "no period is given"},
		{"9 tháng đầu năm", "counted from the start of the year"},
		{"9 tháng đầu năm 2026", "9 months are counted from the start of the year"},
		{"9 tháng cuối năm 2026", "9 months are counted from the end"},
		{"lũy kế đến tháng 9/2026", "counted from the start of the year"},
		{"tháng 9", "needs a year of four digits"},
		{"quý III", "needs a year of four digits"},
		{"9/26", "needs a year of four digits"},
		{"22/11", "needs a year of four digits"},
		{"tháng 13/2026", "2026 has no month 13 (1 to 12)"},
		{"tháng 0/2026", "2026 has no month 0"},
		{"2026-Q5", "2026 has no quarter 5 (1 to 4)"},
		{"2026-H3", "2026 has no half 3"},
		{"2025-W53", "2025 has no week 53 (1 to 52)"},
		{"2026-W00", "2026 has no week 0"},
		{"31/02/2026", "there is no day 31 of month 2 in 2026"},
		{"2026-02-29", "there is no day 29 of month 2 in 2026"},
		{"1899", "the year must be 1900 to 2199"},
		{"9999-12", "the year must be 1900 to 2199"},
		{"2025-2026", "is no period"},
		{"20261122", "is no period"},
		{"202611", "is no period"},
		{"2026-11-22T00:00:00Z", "is no period"},
		{"-2026", "is no period"},
		{"2026,5", "is no period"},
		{"2026%", "is no period"},
		{"=2026", "is no period"},
		{"xã Diên Khánh", "is no period"},
		{"1 2 3 4 5 6 7 8 9 10 11 12 13", "is no period"},
		{"\xff", "a period is a short text"},
		{"2026-112026-112026-112026-112026-112026-112026-112026-112026-112026-112026-112026-112026-112026-112026-11"
		 "2026-11",
		 "a period is a short text"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct why why = {.text = ""};
		struct period p = {PERIOD_YEARLY, 77};
		if (period_parse(str_of(cases[i][0]), &p, &why) == OK)
			fail_msg("\"%s\" was read as %d", cases[i][0], p.ordinal);
		if (!strstr(why.text, cases[i][1]))
			fail_msg("\"%s\" refused with: %s", cases[i][0], why.text);
		assert_int_equal(p.ordinal, 77);
	}
	struct period p;
	assert_err(period_parse((struct str){"2026\0", 5}, &p, NULL), ERR_INVALID);
	assert_err(period_parse(STR_NULL, &p, NULL), ERR_INVALID);
}

/* Every day of three centuries: each kind's periods follow each other without gap, hold the
 * day, and write a text that reads back. */
static void periods_tile_the_calendar(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	int64_t first = date_days((struct date){1900, 1, 8}),
		last = date_days((struct date){2199, 12, 25});
	for (enum period_kind k = PERIOD_DAILY; k < PERIOD_KINDS; k++) {
		struct period before = period_at(k, first * USEC_DAY);
		for (int64_t day = first; day <= last; day++) {
			usec noon = day * USEC_DAY + 5 * USEC_HOUR;
			struct period p = period_at(k, noon);
			assert_true(period_start(p) <= noon && noon < period_end(p));
			assert_in_range(p.ordinal - before.ordinal, 0, 1);
			if (p.ordinal != before.ordinal) {
				assert_true(period_start(p) == period_end(before));
				struct period back;
				assert_ok(period_parse(written(&b, p), &back, &why), why);
				assert_true(back.kind == k && back.ordinal == p.ordinal);
			}
			before = p;
		}
	}
}

static void instants_are_those_of_the_zone(void **state)
{
	(void)state;
	struct why why;
	struct period p;
	usec start, end;
	assert_ok(period_parse(STR("2026-11"), &p, &why), why);
	assert_ok(time_parse(STR("2026-10-31T17:00:00Z"), &start, &why), why);
	assert_ok(time_parse(STR("2026-11-30T17:00:00Z"), &end, &why), why);
	assert_true(period_start(p) == start && period_end(p) == end);
	assert_true(period_at(PERIOD_MONTHLY, start).ordinal == p.ordinal);
	assert_true(period_at(PERIOD_MONTHLY, start - 1).ordinal == p.ordinal - 1);
	assert_true(period_at(PERIOD_MONTHLY, end - 1).ordinal == p.ordinal);
	assert_ok(time_parse(STR("2026-12-31T17:00:00Z"), &start, &why), why);
	assert_int_equal(period_at(PERIOD_YEARLY, start).ordinal, 2027);
	assert_int_equal(period_at(PERIOD_YEARLY, start - 1).ordinal, 2026);
}

static void iso_weeks_agree_with_known_ones(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	static const char *const cases[][2] = {
		{"2005-01-01", "2004-W53"}, {"2005-12-31", "2005-W52"}, {"2007-01-01", "2007-W01"},
		{"2007-12-31", "2008-W01"}, {"2008-12-28", "2008-W52"}, {"2008-12-29", "2009-W01"},
		{"2010-01-03", "2009-W53"}, {"2026-11-22", "2026-W47"}, {"2027-01-03", "2026-W53"},
		{"1970-01-01", "1970-W01"}, {"1969-12-28", "1969-W52"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct date d;
		assert_ok(date_parse(str_of(cases[i][0]), &d, &why), why);
		assert_str(written(&b, period_at(PERIOD_WEEKLY, date_start(d))), cases[i][1]);
	}
}

/* Said on Wednesday, 25 November 2026. */
static void what_people_say_is_understood_from_today(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	static const char *const cases[][2] = {
		{"hôm nay", "2026-11-25"},
		{"hôm qua", "2026-11-24"},
		{"tuần trước", "2026-W47"},
		{"tháng này", "2026-11"},
		{"tháng trước", "2026-10"},
		{"quý trước", "2026-Q3"},
		{"năm ngoái", "2025"},
		{"last year", "2025"},
		{"tháng 5", "2026-05"},
		{"T5", "2026-05"},
		{"tháng 12", "2025-12"},
		{"quý III", "2026-Q3"},
		{"quý 4", "2026-Q4"},
		{"6 tháng đầu năm", "2026-H1"},
		{"22/11", "2026-11-22"},
		{"30/11", "2025-11-30"},
		{"tháng 5 năm ngoái", "2025-05"},
		{"tháng 12 năm nay", "2026-12"},
		{"May 2026", "2026-05"},
		{"March", "2026-03"},
		{"dec", "2025-12"},
		{"2026-Q2", "2026-Q2"},
		{"tháng 10/2024", "2024-10"},
		{"Q2", "2026-Q2"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct period p;
		usec now = date_start((struct date){2026, 11, 25}) + 9 * USEC_HOUR;
		assert_ok(period_said(str_of(cases[i][0]), now, &p, &why), why);
		assert_str(written(&b, p), cases[i][1]);
	}
	static const char *const none[] = {"", "5", "may", "22 11", "nam", "mai", "tháng 13"};
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		struct period p;
		assert_err(period_said(str_of(none[i]), USEC_DAY * 20000, &p, &why), ERR_INVALID);
	}
}

static struct period parsed(const char *text)
{
	struct period p = {PERIOD_YEARLY, 0};
	struct why why;
	assert_ok(period_parse(str_of(text), &p, &why), why);
	return p;
}

static void a_year_before_is_the_calendars(void **state)
{
	static const char *const pairs[][2] = {
		{"2026", "2025"},
		{"2026-H2", "2025-H2"},
		{"2026-Q3", "2025-Q3"},
		{"2026-10", "2025-10"},
		{"2026-11-22", "2025-11-22"},
		{"2024-02-29", "2023-02-28"},
		{"2024-03-01", "2023-03-01"},
		{"2025-03-01", "2024-03-01"},
		{"2025-02-28", "2024-02-28"},
		{"2024-12-31", "2023-12-31"},
		{"2026-W47", "2025-W47"},
		{"2026-W53", "2025-W52"},
		{"2027-W01", "2026-W01"},
		{"2027-W52", "2026-W52"},
	};
	AUTO(buf_release) struct buf b;
	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		assert_str(written(&b, period_year_before(parsed(pairs[i][0]))), pairs[i][1]);
}

/* Over 60 years of each kind: never backwards, and the other way is the inverse. */
static void a_year_after_finds_the_way_back(void **state)
{
	(void)state;
	for (enum period_kind kind = PERIOD_DAILY; kind < PERIOD_KINDS; kind++) {
		struct period p = period_at(kind, date_start((struct date){1990, 1, 1}));
		struct period last = period_at(kind, date_start((struct date){2050, 1, 1}));
		for (; p.ordinal < last.ordinal; p.ordinal++) {
			struct period before = period_year_before(p), after = period_year_after(p);
			struct period next = {kind, after.ordinal + 1};
			assert_true(
				before.ordinal >=
				period_year_before((struct period){kind, p.ordinal - 1}).ordinal);
			assert_true(period_year_before(after).ordinal <= p.ordinal);
			assert_true(period_year_before(next).ordinal > p.ordinal);
			assert_true(period_year_after(before).ordinal >= p.ordinal);
		}
	}
}

/* A week of two years is of its Thursday's; months and quarters likewise. */
static void a_week_belongs_to_its_thursday(void **state)
{
	static const struct {
		const char *period, *kind, *belongs;
	} cases[] = {
		{"2026-W53", "yearly", "2026"},	       {"2027-W01", "yearly", "2027"},
		{"2025-W01", "yearly", "2025"},	       {"2026-W53", "monthly", "2026-12"},
		{"2026-W14", "quarterly", "2026-Q2"},  {"2026-11-22", "weekly", "2026-W47"},
		{"2026-05", "half_yearly", "2026-H1"}, {"2026", "yearly", "2026"},
	};
	AUTO(buf_release) struct buf b;
	struct why why;
	int32_t first = 0, last = 0;
	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct period p;
		enum period_kind kind = PERIOD_KINDS;
		assert_ok(period_parse(str_of(cases[i].period), &p, &why), why);
		assert_ok(period_kind_parse(str_of(cases[i].kind), &kind, &why), why);
		assert_str(written(&b, period_bucket(p, kind)), cases[i].belongs);
	}
	struct period year;
	assert_ok(period_parse(STR("2026"), &year, &why), why);
	period_range(PERIOD_WEEKLY, year, year, &first, &last);
	assert_str(written(&b, (struct period){PERIOD_WEEKLY, first}), "2026-W01");
	assert_str(written(&b, (struct period){PERIOD_WEEKLY, last}), "2026-W53");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_week_belongs_to_its_thursday),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(what_people_write_is_understood),
		cmocka_unit_test(what_people_say_is_understood_from_today),
		cmocka_unit_test(what_is_no_period_is_refused_with_a_sentence),
		cmocka_unit_test(periods_tile_the_calendar),
		cmocka_unit_test(instants_are_those_of_the_zone),
		cmocka_unit_test(iso_weeks_agree_with_known_ones),
		cmocka_unit_test(a_year_before_is_the_calendars),
		cmocka_unit_test(a_year_after_finds_the_way_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
