/* Checks at the door, one by one, on both engines; the last microsecond before 17:00; the robust z-score. */
#include "collect/check.h"
#include "registry/registry.h"
#include "registry/testing.h"

struct door {
	struct store *s;
	struct registry *r;
	struct db *db;
	struct arena *a;
	struct access *access;
	struct check_context c;
};

static bool within(void *arg, int64_t unit, int64_t root)
{
	AUTO(view_free) const struct view *v = registry_current(arg);
	return v && view_within(v, unit, root);
}

static size_t subtree(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	AUTO(view_free) const struct view *v = registry_current(arg);
	*ret = NULL;
	return v ? view_subtree(v, root, a, ret) : 0;
}

static void door_open(struct door *d, struct testbed *bed)
{
	struct why why = {0};
	*d = (struct door){.s = registry_open(bed), .r = registry_new(), .a = arena_new()};
	registry_fill(d->s);
	assert_ok(store_take(d->s, &d->db, &why), why);
	d->access = access_new((struct unit_tree){d->r, within, subtree});
	d->c = (struct check_context){.db = d->db,
				      .access = d->access,
				      .who = access_centre(d->a),
				      .now = TEST_NOW,
				      .arena = d->a};
	assert_ok(registry_view(d->r, d->db, d->a, &d->c.view, &why), why);
}

static void door_close(struct door *d)
{
	store_give(d->db);
	access_free(d->access);
	arena_free(d->a);
	registry_free(d->r);
	store_close(d->s);
}

static struct cell cell(const char *indicator, const char *unit, const char *period,
			const char *value)
{
	return (struct cell){.row = 1,
			     .indicator = str_of(indicator),
			     .unit = str_of(unit),
			     .period = str_of(period),
			     .value = str_of(value)};
}

static struct checked *look(struct door *d, const struct cell *cells, size_t n)
{
	struct checked *got = NULL;
	struct why why = {0};
	assert_ok(check_cells(&d->c, cells, n, &got, &why), why);
	return got;
}

/* The only finding of the cell; NULL expected: none. */
static void expect(struct door *d, struct cell one, enum cell_state state, const char *check)
{
	struct checked *k = look(d, &one, 1);
	if (k->state != state)
		fail_msg(STR_FMT " " STR_FMT ": %s instead of %s", STR_ARG(one.indicator),
			 STR_ARG(one.value), cell_state_name(k->state), cell_state_name(state));
	if (!check) {
		assert_null(k->findings);
		return;
	}
	assert_non_null(k->findings);
	assert_string_equal(k->findings->check, check);
	assert_null(k->findings->next);
	assert_true(k->findings->vi.len > 5 && k->findings->en.len > 5);
	assert_int_equal(k->findings->hard, state == CELL_REFUSED);
}

static void what_is_not_understood(void **state)
{
	struct door d;
	door_open(&d, testbed_of(state));
	expect(&d, cell("POP", "X1", "2026-10", "5"), CELL_ACCEPTED, NULL);
	expect(&d, cell("POP", "X1", "tháng 10/2026", "5"), CELL_ACCEPTED, NULL);
	expect(&d, cell("NONE", "X1", "2026-10", "5"), CELL_REFUSED, "indicator");
	expect(&d, cell("POP", "NONE", "2026-10", "5"), CELL_REFUSED, "unit");
	expect(&d, cell("POP", "X1", "khi nào", "5"), CELL_REFUSED, "period");
	expect(&d, cell("POP", "X1", "2026-Q3", "5"), CELL_REFUSED, "period");
	expect(&d, cell("POP", "X1", "2026-12", "5"), CELL_REFUSED, "period");
	expect(&d, cell("POP", "X1", "2026-11", "5"), CELL_ACCEPTED, NULL); /* has begun */
	expect(&d, cell("POP", "SYT", "2026-10", "5"), CELL_REFUSED, "owed");
	expect(&d, cell("POP", "OLD", "2025-07", "5"), CELL_REFUSED, "owed");
	expect(&d, cell("POP", "OLD", "2025-06", "5"), CELL_ACCEPTED, NULL);
	expect(&d, cell("POP", "X1", "2026-10", "năm"), CELL_REFUSED, "number");
	struct cell one = cell("POP", "X1", "2026-10", "1.234");
	one.typed = true; /* in whole numbers this can only be 1234 */
	expect(&d, one, CELL_ACCEPTED, NULL);
	one.indicator = STR("RATE"); /* 1234 or 1.234? */
	struct checked *asked = look(&d, &one, 1);
	assert_string_equal(asked->findings->check, "number");
	assert_false(asked->findings->hard);
	one = cell("POP", "X1", "2026-10", "");
	one.no_value = true;
	expect(&d, one, CELL_REFUSED, "number");
	one.remark = STR("mất sổ");
	expect(&d, one, CELL_ACCEPTED, NULL);
	one = cell("POP", "X1", "2026-10", "5");
	one.breakdown = STR("sex=male");
	expect(&d, one, CELL_REFUSED, "breakdown");
	one = cell("BIRTHS", "X1", "2026-10", "5");
	one.breakdown = STR(" sex = male ; age=0-14");
	struct checked *k = look(&d, &one, 1);
	assert_int_equal(k->state, CELL_ACCEPTED);
	assert_str(k->figure.breakdown, "age=0-14;sex=male");
	door_close(&d);
}

static void rules(void **state)
{
	struct door d;
	door_open(&d, testbed_of(state));
	expect(&d, cell("POP", "X1", "2026-10", "-1"), CELL_REFUSED, "range");
	expect(&d, cell("POP", "X1", "2026-10", "0"), CELL_ACCEPTED, NULL);
	expect(&d, cell("POP", "X1", "2026-10", "1000000"), CELL_ACCEPTED, NULL);
	expect(&d, cell("POP", "X1", "2026-10", "1000001"), CELL_REFUSED, "range");
	expect(&d, cell("POP", "X1", "2026-10", "1.5"), CELL_REFUSED, "integer");
	expect(&d, cell("POP", "X1", "2026-10", "2.00"), CELL_ACCEPTED, NULL);
	expect(&d, cell("RATE", "X1", "2026-10", "1.234"), CELL_REFUSED, "integer");
	expect(&d, cell("RATE", "X1", "2026-10", "1.23"), CELL_ACCEPTED, NULL);
	expect(&d, cell("ZERO", "X1", "2026-10", "0"), CELL_DOUBTFUL, "remark_if_zero");
	expect(&d, cell("ZERO", "X1", "2026-10", "1"), CELL_ACCEPTED, NULL);
	expect(&d, cell("BIRTHS", "X1", "2026-10", "5"), CELL_REFUSED, "required_breakdown");
	expect(&d, cell("SOLVED", "X1", "2026-10", "9"), CELL_ACCEPTED,
	       NULL); /* WHOLE is not known */
	struct cell sums[] = {
		cell("WHOLE", "X1", "2026-10", "10"), cell("PARTA", "X1", "2026-10", "4"),
		cell("PARTB", "X1", "2026-10", "6"), cell("SOLVED", "X1", "2026-10", "11")};
	struct checked *k = look(&d, sums, 4);
	assert_int_equal(k[0].state, CELL_ACCEPTED);
	assert_int_equal(k[3].state, CELL_REFUSED);
	assert_string_equal(k[3].findings->check, "not_greater_than");
	assert_non_null(memmem(k[3].findings->en.ptr, k[3].findings->en.len, "Too many", 8));
	sums[2].value = STR("7");
	sums[3].value = STR("10");
	k = look(&d, sums, 4);
	assert_string_equal(k[0].findings->check, "sum_of_parts");
	assert_int_equal(k[0].state, CELL_REFUSED);
	assert_int_equal(k[3].state, CELL_ACCEPTED);
	struct cell twice[] = {
		cell("TOP", "X1", "2026-10", "1"), cell("TOP", "X1", "2026-10", "1.0"),
		cell("LOW", "X1", "2026-10", "1"), cell("LOW", "X1", "2026-10", "2")};
	k = look(&d, twice, 4);
	assert_int_equal(k[0].state, CELL_ACCEPTED);
	assert_int_equal(k[1].state, CELL_SAME);
	assert_int_equal(k[2].state, CELL_REFUSED);
	assert_int_equal(k[3].state, CELL_REFUSED);
	door_close(&d);
}

static void against_what_was_sent(void **state)
{
	struct door d;
	door_open(&d, testbed_of(state));
	struct figure f = figure_of(d.c.view, "X1", "POP", "2026-10", "5");
	figure_give(d.s, &f);
	expect(&d, cell("POP", "X1", "2026-10", "5.0"), CELL_SAME, NULL);
	expect(&d, cell("POP", "X1", "2026-10", "6"), CELL_DOUBTFUL, "correction");
	struct cell one = cell("POP", "X1", "2026-10", "6");
	one.reason = STR("nhầm");
	struct checked *k = look(&d, &one, 1);
	assert_int_equal(k->state, CELL_ACCEPTED);
	for (int m = 1; m <= 6; m++) {
		char period[32];
		snprintf(period, sizeof(period), "2026-%02d", m);
		struct figure old = figure_of(d.c.view, "X2", "TOP", period, m % 2 ? "100" : "104");
		figure_give(d.s, &old);
	}
	/* median 102, MAD 2, scale max(2/0.6745, 5 % of 102) = 5.1; six of them: 71.4 to 132.6 */
	expect(&d, cell("TOP", "X2", "2026-07", "132"), CELL_ACCEPTED, NULL);
	expect(&d, cell("TOP", "X2", "2026-07", "133"), CELL_DOUBTFUL, "jump");
	expect(&d, cell("TOP", "X2", "2026-07", "72"), CELL_ACCEPTED, NULL);
	expect(&d, cell("TOP", "X2", "2026-07", "71"), CELL_DOUBTFUL, "jump");
	expect(&d, cell("TOP", "X2", "2026-06", "999"), CELL_DOUBTFUL,
	       "correction"); /* five before it: too few */
	one = cell("TOP", "X2", "2026-07", "133");
	one.remark = STR("lũ");
	k = look(&d, &one, 1);
	assert_int_equal(k->state, CELL_ACCEPTED);
	assert_true(k->figure.flags & FIGURE_EXPLAINED);
	door_close(&d);
}

static void to_the_microsecond(void **state)
{
	struct door d;
	door_open(&d, testbed_of(state));
	struct cell one = cell("POP", "X1", "2026-10", "5");
	usec seventeen = date_start((struct date){2026, 11, 10}) + 17 * 3600 * USEC_SECOND;
	d.c.now = seventeen - 1;
	assert_false(look(&d, &one, 1)->figure.flags & FIGURE_LATE);
	d.c.now = seventeen;
	assert_true(look(&d, &one, 1)->figure.flags & FIGURE_LATE);
	d.c.now = date_start((struct date){2026, 11, 1}) - 1;
	assert_true(look(&d, &one, 1)->figure.flags & FIGURE_EARLY);
	d.c.now++;
	assert_false(look(&d, &one, 1)->figure.flags & FIGURE_EARLY);
	one = cell("POP", "X1", "2027-01", "5");
	d.c.now = date_start((struct date){2027, 1, 1}) - 1; /* year end */
	assert_int_equal(look(&d, &one, 1)->state, CELL_REFUSED);
	d.c.now++;
	assert_int_equal(look(&d, &one, 1)->state, CELL_ACCEPTED);
	door_close(&d);
}

static void a_correction_of_what_came_in_time(void **state)
{
	struct door d;
	door_open(&d, testbed_of(state));
	usec seventeen = date_start((struct date){2026, 11, 10}) + 17 * USEC_HOUR;
	struct figure in_time = figure_of(d.c.view, "X1", "POP", "2026-10", "5");
	in_time.received = seventeen - 1;
	figure_give(d.s, &in_time);
	struct figure late = figure_of(d.c.view, "X2", "POP", "2026-10", "5");
	late.received = seventeen;
	figure_give(d.s, &late);
	d.c.now = seventeen + USEC_DAY;
	struct cell one = cell("POP", "X1", "2026-10", "6");
	assert_false(look(&d, &one, 1)->figure.flags & FIGURE_LATE);
	one.unit = STR("X2");
	assert_true(look(&d, &one, 1)->figure.flags & FIGURE_LATE);
	door_close(&d);
}

static void only_ones_own_unit(void **state)
{
	struct door d;
	door_open(&d, testbed_of(state));
	d.c.who = principal_of(d.a, ROLE_REPORTING_OFFICER, view_unit(d.c.view, STR("X1"))->id);
	expect(&d, cell("POP", "X1", "2026-10", "5"), CELL_ACCEPTED, NULL);
	expect(&d, cell("POP", "X2", "2026-10", "5"), CELL_REFUSED, "permission");
	door_close(&d);
}

static void robust_z(void **state)
{
	(void)state;
	/* median 11.5, MAD 1: 0.6745 · 8.5 */
	double a[] = {10, 12, 11, 13, 10, 12};
	assert_float_equal(check_robust_z(20, a, 6, 0.001), 5.73325, 1e-5);
	/* MAD 0, mean deviation 2: 5 / (1.2533 · 2) */
	double b[] = {5, 5, 17, 5, 5, 5};
	assert_float_equal(check_robust_z(10, b, 6, 0.001), 1.99473, 1e-4);
	double c[] = {100, 100, 100, 100, 100, 100}; /* never below 5 % of the median */
	assert_float_equal(check_robust_z(110, c, 6, 1), 2, 1e-9);
	double e[] = {0, 0, 0, 0, 0, 0}; /* nor below one step */
	assert_float_equal(check_robust_z(3, e, 6, 1), 3, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(what_is_not_understood),
		ON_EACH_ENGINE(rules),
		ON_EACH_ENGINE(against_what_was_sent),
		ON_EACH_ENGINE(to_the_microsecond),
		ON_EACH_ENGINE(only_ones_own_unit),
		ON_EACH_ENGINE(a_correction_of_what_came_in_time),
		cmocka_unit_test(robust_z),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
