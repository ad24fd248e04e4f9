/* The cube: totals by each indicator's own aggregation, boundaries of then and today, comparing. */
#include "analyze/pivot_units.h"
#include "analyze/testing.h"

static struct period month(const char *text)
{
	struct period p;
	struct why why = {0};
	assert_ok(period_parse(str_of(text), &p, &why), why);
	return p;
}

/* A question about one indicator, months as they are. */
static struct pivot_question ask(struct desk *d, const char *indicator, const char *from,
				 const char *to)
{
	const struct indicator **one = ARENA_NEW(d->a, const struct indicator *);
	*one = view_indicator(d->v, str_of(indicator));
	assert_non_null(*one);
	return (struct pivot_question){.indicators = one,
				       .n_indicators = 1,
				       .grain = PERIOD_MONTHLY,
				       .from = month(from).ordinal,
				       .to = month(to).ordinal,
				       .today = true,
				       .reach = {.all = true}};
}

static const struct pivot *make(struct desk *d, const struct pivot_question *q)
{
	const struct pivot *p = NULL;
	struct why why = {0};
	assert_ok(pivot_make(d->v, desk_image(d), q, d->a, &p, &why), why);
	return p;
}

static size_t member(const struct pivot *p, const char *unit)
{
	for (size_t i = 0; i < p->n_units; i++)
		if (str_is(p->units[i]->code, unit))
			return i;
	fail_msg("%s is no member", unit);
	return 0;
}

static void expect(struct desk *d, const struct pivot_cell *c, const char *value)
{
	assert_string_equal(pivot_why_name((enum pivot_why)c->why), "value");
	assert_str(decimal_str(d->a, c->value), value);
}

#define TOTAL(p, bucket) pivot_at((p), 0, 0, (p)->n_units, (bucket))

static void each_indicator_by_its_own_aggregation(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	static const char *const indicators[] = {"POP", "RATE", "MEAN", "TOP", "LOW"};
	static const char *const values[][3] = {{"100", "300", "600"},
						{"10.00", "20.00", "30.00"},
						{"1.0", "2.0", "4.0"},
						{"5", "9", "7"},
						{"5", "9", "7"}};
	static const char *const totals[] = {"1000", "25.00", "2.3", "9", "5"};
	static const char *const units[] = {"X1", "X2", "P1"};
	for (size_t i = 0; i < ARRAY_LEN(indicators); i++)
		for (size_t u = 0; u < 3; u++)
			desk_give(&d, units[u], indicators[i], "2026-10", "", values[i][u]);
	for (size_t i = 0; i < ARRAY_LEN(indicators); i++) {
		struct pivot_question q = ask(&d, indicators[i], "2026-10", "2026-10");
		const struct pivot *p = make(&d, &q);
		assert_int_equal(p->n_units, 4); /* DK1 owes it, too */
		expect(&d, TOTAL(p, 0), totals[i]);
		assert_int_equal(TOTAL(p, 0)->n, 3);
		assert_int_equal(TOTAL(p, 0)->provisional, 3);
		expect(&d, pivot_at(p, 0, 0, member(p, "X2"), 0), values[i][1]);
		assert_true(pivot_at(p, 0, 0, member(p, "X2"), 0)->figure != 0);
		assert_int_equal(pivot_at(p, 0, 0, member(p, "DK1"), 0)->why, PIVOT_NOTHING);
	}
	desk_close(&d);
}

static void what_has_no_total_says_why(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	desk_give(&d, "X1", "ALONE", "2026-10", "", "1");
	struct pivot_question q = ask(&d, "ALONE", "2026-10", "2026-10");
	expect(&d, TOTAL(make(&d, &q), 0), "1"); /* one stands for itself */
	desk_give(&d, "X2", "ALONE", "2026-10", "", "2");
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_NO_UNITS);

	desk_give(&d, "X1", "RATE", "2026-10", "", "10.00");
	desk_give(&d, "X2", "RATE", "2026-10", "", "20.00");
	q = ask(&d, "RATE", "2026-10", "2026-10"); /* nobody gave a population */
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_NO_WEIGHT);

	q.grain = PERIOD_DAILY;
	q.from = q.to = 20000;
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_FINER);

	desk_give(&d, "X1", "WHOLE", "2026-10", "", "9000000000000000000");
	desk_give(&d, "X2", "WHOLE", "2026-10", "", "9000000000000000000");
	q = ask(&d, "WHOLE", "2026-10", "2026-10");
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_BEYOND);
	desk_close(&d);
}

/* Quarters: here every indicator's over_time is "last"; sums and means are set by hand. */
static void time_rolls_up(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	static const char *const months[] = {"2026-07", "2026-08", "2026-09"};
	static const char *const values[] = {"10", "30", "20"};
	for (size_t i = 0; i < 3; i++) {
		desk_give(&d, "X1", "POP", months[i], "", values[i]);
		if (i < 2)
			desk_give(&d, "X2", "POP", months[i], "", "100");
	}
	struct pivot_question q = ask(&d, "POP", "2026-07", "2026-09");
	q.grain = PERIOD_QUARTERLY;
	q.from = q.to = month("2026-Q3").ordinal;
	struct indicator changed = *q.indicators[0];
	const struct indicator *one = &changed;
	q.indicators = &one;
	static const struct {
		enum aggregate how;
		const char *x1, *total;
	} cases[] = {{AGGREGATE_LAST, "20", "20"}, /* X2 has not given September yet */
		     {AGGREGATE_SUM, "60", "260"},
		     {AGGREGATE_MEAN, "20", "87"},
		     {AGGREGATE_MAX, "30", "130"},
		     {AGGREGATE_MIN, "10", "20"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		changed.over_time = cases[i].how;
		const struct pivot *p = make(&d, &q);
		expect(&d, pivot_at(p, 0, 0, member(p, "X1"), 0), cases[i].x1);
		expect(&d, TOTAL(p, 0), cases[i].total);
		assert_int_equal(pivot_at(p, 0, 0, member(p, "X2"), 0)->periods, 2);
		assert_int_equal(pivot_periods(one, (struct period){q.grain, q.from}), 3);
		expect(&d, TOTAL(p, 1), cases[i].total); /* of all buckets */
	}
	changed.over_time = AGGREGATE_NONE;
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_NO_TIME);
	desk_close(&d);
}

static void parts_stand_for_the_undivided(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	desk_give(&d, "X1", "BIRTHS", "2026-10", "sex=female", "4");
	desk_give(&d, "X1", "BIRTHS", "2026-10", "sex=male", "5");
	desk_give(&d, "X1", "BIRTHS", "2026-10", "age=0-14;sex=female", "3");
	desk_give(&d, "X2", "BIRTHS", "2026-10", "", "7");
	desk_give(&d, "X2", "BIRTHS", "2026-10", "age=0-14;sex=female", "1");
	desk_give(&d, "X2", "BIRTHS", "2026-10", "age=15+;sex=female", "2");
	struct pivot_question q = ask(&d, "BIRTHS", "2026-10", "2026-10");
	const struct pivot *p = make(&d, &q);
	/* parts by several ways of dividing: those of the first alone count */
	assert_int_equal(pivot_at(p, 0, 0, member(p, "X1"), 0)->why, PIVOT_VALUE);
	expect(&d, pivot_at(p, 0, 0, member(p, "X2"), 0), "7");
	q.list = STR("sex");
	p = make(&d, &q);
	assert_int_equal(p->n_items, 2);
	assert_str(p->items[0]->code, "male");
	expect(&d, pivot_at(p, 0, 0, p->n_units, 0), "5");
	expect(&d, pivot_at(p, 0, 1, member(p, "X1"), 0), "4");
	expect(&d, pivot_at(p, 0, 1, member(p, "X2"), 0), "3"); /* made of its ages */
	expect(&d, pivot_at(p, 0, 1, p->n_units, 0), "7");
	q.list_code = STR("female");
	assert_int_equal(make(&d, &q)->n_items, 1);
	q.list = STR("none");
	const struct pivot *none = NULL;
	assert_err(pivot_make(d.v, desk_image(&d), &q, d.a, &none, NULL), ERR_INVALID);
	desk_close(&d);
}

/* OLD went into X1 on 1 July 2025. */
static void merged_units_join_their_heirs(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	desk_give(&d, "OLD", "POP", "2025-05", "", "40");
	desk_give(&d, "X1", "POP", "2025-05", "", "60");
	desk_give(&d, "OLD", "RATE", "2025-05", "", "10.00");
	desk_give(&d, "X1", "RATE", "2025-05", "", "20.00");
	desk_give(&d, "X1", "POP", "2025-08", "", "101");
	struct pivot_question q = ask(&d, "POP", "2025-05", "2025-08");
	const struct pivot *p = make(&d, &q);
	for (size_t i = 0; i < p->n_units; i++)
		assert_false(str_is(p->units[i]->code, "OLD"));
	expect(&d, pivot_at(p, 0, 0, member(p, "X1"), 0), "100");
	expect(&d, pivot_at(p, 0, 0, member(p, "X1"), 3), "101");
	expect(&d, TOTAL(p, 0), "100");
	q.today = false;
	p = make(&d, &q);
	expect(&d, pivot_at(p, 0, 0, member(p, "X1"), 0), "60");
	expect(&d, pivot_at(p, 0, 0, member(p, "OLD"), 0), "40");
	expect(&d, TOTAL(p, 0), "100");
	q = ask(&d, "RATE", "2025-05", "2025-05");
	p = make(&d, &q);
	expect(&d, pivot_at(p, 0, 0, member(p, "X1"), 0), "16.00"); /* by the people of then */
	desk_close(&d);
}

/* A third of X2 went to P1 on 1 March 2026. */
static void split_units_are_divided_where_that_is_possible(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	registry_load(d.s, &unit_change_record,
		      "on_date,kind,unit,into_unit,share\n2026-03-01,split,X2,P1,0.3333\n");
	desk_renew(&d);
	desk_give(&d, "X2", "POP", "2026-02", "", "100");
	desk_give(&d, "P1", "POP", "2026-02", "", "10");
	desk_give(&d, "X2", "POP", "2026-03", "", "67");
	desk_give(&d, "X2", "TOP", "2026-02", "", "9");
	struct pivot_question q = ask(&d, "POP", "2026-02", "2026-03");
	const struct pivot *p = make(&d, &q);
	expect(&d, pivot_at(p, 0, 0, member(p, "P1"), 0), "43");
	expect(&d, pivot_at(p, 0, 0, member(p, "X2"), 0), "67");
	expect(&d, TOTAL(p, 0), "110"); /* nothing is lost to rounding */
	expect(&d, pivot_at(p, 0, 0, member(p, "X2"), 1), "67");
	q = ask(&d, "TOP", "2026-02", "2026-02");
	p = make(&d, &q);
	assert_int_equal(pivot_at(p, 0, 0, member(p, "P1"), 0)->why, PIVOT_SPLIT);
	assert_int_equal(pivot_at(p, 0, 0, member(p, "X2"), 0)->why, PIVOT_SPLIT);
	expect(&d, TOTAL(p, 0), "9"); /* of all of them it is whole again */
	q.today = false;
	expect(&d, pivot_at(make(&d, &q), 0, 0, member(make(&d, &q), "X2"), 0), "9");

	struct heirs h;
	heirs_of(d.v, view_unit(d.v, STR("X2"))->id, 0, &h);
	assert_int_equal(h.n, 2);
	assert_false(h.lost);
	desk_close(&d);
}

/* X2 ended on 1 March 2026: 0.6 of it became P1, the rest N1, one row of the registry each. */
static void a_split_unit_goes_to_all_it_became(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	registry_load(d.s, &unit_record,
		      "code,kind,name_vi,name_en,parent,valid_from,valid_to\n"
		      "X2,commune,Xã Hai,X2,KH,1990-01-01,2026-03-01\n"
		      "N1,commune,Xã Mới,N1,KH,2026-03-01,\n");
	registry_load(d.s, &unit_change_record,
		      "on_date,kind,unit,into_unit,share\n2026-03-01,split,X2,P1,0.6\n");
	desk_renew(&d);
	desk_give(&d, "X2", "POP", "2026-02", "", "101");
	desk_give(&d, "P1", "POP", "2026-02", "", "10");
	desk_give(&d, "X2", "MEAN", "2026-02", "", "7.0");
	struct pivot_question q = ask(&d, "POP", "2026-02", "2026-02");
	const struct pivot *p = make(&d, &q);
	/* nobody can say yet where 0.4 of it went, and that is what is said */
	assert_int_equal(pivot_at(p, 0, 0, member(p, "P1"), 0)->why, PIVOT_SHARES);

	registry_load(d.s, &unit_change_record,
		      "on_date,kind,unit,into_unit,share\n2026-03-01,split,X2,N1,0.4\n");
	desk_renew(&d);
	p = make(&d, &q);
	expect(&d, pivot_at(p, 0, 0, member(p, "P1"), 0), "71"); /* 10 and 61 of 101 */
	expect(&d, pivot_at(p, 0, 0, member(p, "N1"), 0), "40");
	expect(&d, TOTAL(p, 0), "111");
	q.today = false;
	p = make(&d, &q);
	expect(&d, pivot_at(p, 0, 0, member(p, "X2"), 0), "101");
	expect(&d, pivot_at(p, 0, 0, member(p, "P1"), 0), "10");
	q = ask(&d, "MEAN", "2026-02", "2026-02");
	p = make(&d, &q);
	assert_int_equal(pivot_at(p, 0, 0, member(p, "N1"), 0)->why, PIVOT_SPLIT);
	expect(&d, TOTAL(p, 0), "7.0");
	desk_close(&d);
}

/* Of a split whose shares nobody told, sums say so, instead of counting twice. */
static void a_split_without_shares_is_not_counted_twice(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	registry_load(d.s, &unit_change_record,
		      "on_date,kind,unit,into_unit\n2026-03-01,split,X2,P1\n"
		      "2026-03-01,split,X2,X1\n");
	desk_renew(&d);
	desk_give(&d, "X2", "POP", "2026-02", "", "100");
	struct pivot_question q = ask(&d, "POP", "2026-02", "2026-02");
	const struct pivot *p = make(&d, &q);
	assert_int_equal(pivot_at(p, 0, 0, member(p, "P1"), 0)->why, PIVOT_SHARES);
	assert_int_equal(pivot_at(p, 0, 0, member(p, "X1"), 0)->why, PIVOT_SHARES);
	expect(&d, TOTAL(p, 0), "100");
	desk_close(&d);
}

static void units_are_gathered_under_their_parents(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	desk_give(&d, "X1", "POP", "2026-10", "", "1");
	desk_give(&d, "X2", "POP", "2026-10", "", "2");
	desk_give(&d, "SYT", "DEPT", "2026-10", "", "5");
	struct pivot_question q = ask(&d, "DEPT", "2026-10", "2026-10");
	q.by = PIVOT_CHILDREN;
	q.root = view_unit(d.v, STR("KH"))->id;
	const struct pivot *p = make(&d, &q);
	expect(&d, pivot_at(p, 0, 0, member(p, "SYT"), 0), "5");
	q = ask(&d, "POP", "2026-10", "2026-10");
	q.level = PIVOT_NOT_COMMUNES;
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_NOTHING);
	q.level = PIVOT_COMMUNES;
	q.by = PIVOT_TOTAL;
	p = make(&d, &q);
	assert_int_equal(p->n_units, 0);
	expect(&d, TOTAL(p, 0), "3");
	/* X2 stood under SGD until 2019 */
	desk_give(&d, "X2", "POP", "2018-10", "", "8");
	q = ask(&d, "POP", "2018-10", "2018-10");
	q.root = view_unit(d.v, STR("SGD"))->id;
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_NOTHING);
	q.today = false;
	expect(&d, TOTAL(make(&d, &q), 0), "8");
	desk_close(&d);
}

static void only_what_the_asker_may_read(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	desk_give(&d, "X1", "POP", "2026-10", "", "1");
	desk_give(&d, "X2", "POP", "2026-10", "", "2");
	struct pivot_question q = ask(&d, "POP", "2026-10", "2026-10");
	int64_t mine = view_unit(d.v, STR("X2"))->id, open = q.indicators[0]->id;
	q.reach = (struct figure_reach){.units = &mine, .n_units = 1};
	expect(&d, TOTAL(make(&d, &q), 0), "2");
	q.reach = (struct figure_reach){.open = &open, .n_open = 1};
	expect(&d, TOTAL(make(&d, &q), 0), "3");
	q.reach = (struct figure_reach){0};
	assert_int_equal(TOTAL(make(&d, &q), 0)->why, PIVOT_NOTHING);
	desk_close(&d);
}

static void comparing(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	static const char *const units[] = {"X1", "X2", "P1", "DK1"}, *const values[] = {"30", "50",
											 "50",
											 "10"};
	for (size_t i = 0; i < 4; i++)
		desk_give(&d, units[i], "POP", "2026-10", "", values[i]);
	desk_give(&d, "X1", "POP", "2026-09", "", "40");
	struct pivot_question q = ask(&d, "POP", "2026-10", "2026-10");
	q.lead = 1;
	const struct pivot *p = make(&d, &q);
	assert_int_equal(pivot_rank(p, 0, 0, member(p, "P1"), 1), 1);
	assert_int_equal(pivot_rank(p, 0, 0, member(p, "X2"), 1), 1);
	assert_int_equal(pivot_rank(p, 0, 0, member(p, "X1"), 1), 3);
	assert_int_equal(pivot_rank(p, 0, 0, member(p, "X2"), 0), 0); /* has no value */
	const struct pivot_cell *now = pivot_at(p, 0, 0, member(p, "X1"), 1),
				*then = pivot_at(p, 0, 0, member(p, "X1"), 0);
	struct pivot_cell change = pivot_change(now, then),
			  percent = pivot_percent(change, then, 1);
	expect(&d, &change, "-10");
	expect(&d, &percent, "-25.0");
	expect(&d, TOTAL(p, 2), "140"); /* the lead is not in the total */
	struct pivot_cell zero = {.why = PIVOT_VALUE};
	assert_int_equal(pivot_percent(*now, &zero, 1).why, PIVOT_NOTHING);
	desk_close(&d);
}

static void limits_are_told(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	const struct pivot *p = NULL;
	struct why why = {0};
	struct pivot_question q = ask(&d, "POP", "2026-10", "2026-10");
	q.from = q.to - PIVOT_CELLS_MAX / 2;
	assert_err(pivot_make(d.v, desk_image(&d), &q, d.a, &p, &why), ERR_TOO_LARGE);
	q.from = q.to - PIVOT_SLOTS_MAX / 4;
	assert_err(pivot_make(d.v, desk_image(&d), &q, d.a, &p, &why), ERR_TOO_LARGE);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(each_indicator_by_its_own_aggregation),
		ON_SQLITE(what_has_no_total_says_why),
		ON_SQLITE(time_rolls_up),
		ON_SQLITE(parts_stand_for_the_undivided),
		ON_EACH_ENGINE(merged_units_join_their_heirs),
		ON_SQLITE(split_units_are_divided_where_that_is_possible),
		ON_EACH_ENGINE(a_split_unit_goes_to_all_it_became),
		ON_SQLITE(a_split_without_shares_is_not_counted_twice),
		ON_SQLITE(units_are_gathered_under_their_parents),
		ON_SQLITE(only_what_the_asker_may_read),
		ON_SQLITE(comparing),
		ON_SQLITE(limits_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
