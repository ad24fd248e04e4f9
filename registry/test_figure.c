/* Figures: revisions, decisions, time travel, totals; and packs that go in twice. */
#include "registry/pack.h"
#include "registry/registry.h"
#include "registry/testing.h"

struct bench {
	struct store *s;
	struct registry *r;
	struct db *db;
	struct arena *a;
	const struct view *v;
};

static struct bench open_bench(struct testbed *bed)
{
	struct bench x = {.s = registry_open(bed), .r = registry_new(), .a = arena_new()};
	struct why why = {0};
	registry_fill(x.s);
	assert_ok(store_take(x.s, &x.db, &why), why);
	assert_ok(registry_view(x.r, x.db, x.a, &x.v, &why), why);
	return x;
}

static void close_bench(struct bench *x)
{
	store_give(x->db);
	arena_free(x->a);
	registry_free(x->r);
	store_close(x->s);
}

static struct figure give(struct bench *x, const char *unit, const char *indicator,
			  const char *value, usec at)
{
	struct figure f = figure_of(x->v, unit, indicator, "2026-10", value);
	f.received = at;
	figure_give(x->s, &f);
	return f;
}

static struct figure current(struct bench *x, const struct figure *key)
{
	struct figure f;
	struct why why = {0};
	assert_ok(figure_current(x->db, key, x->a, &f, &why), why);
	return f;
}

struct decide {
	struct figure f;
	enum figure_status what;
};

static enum err decide_run(struct db *tx, void *arg, struct why *why)
{
	const struct decide *d = arg;
	return figure_decide(tx, &d->f, d->what, STR("vì"), 7, TEST_NOW, why);
}

static enum err decide(struct bench *x, struct figure f, enum figure_status what)
{
	struct decide d = {f, what};
	return store_write(x->s, decide_run, &d, &(struct why){0});
}

static void revisions_and_decisions(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct figure one = give(&x, "X1", "POP", "1", TEST_NOW);
	assert_int_equal(one.revision, 1);
	assert_false(one.flags & FIGURE_CORRECTION);
	struct figure two = give(&x, "X1", "POP", "2", TEST_NOW + 5);
	assert_int_equal(two.revision, 2);
	assert_true(two.flags & FIGURE_CORRECTION);
	struct figure now = current(&x, &one);
	assert_int_equal(now.id, two.id);
	assert_int_equal(now.first_received, TEST_NOW);
	assert_err(decide(&x, one, FIGURE_APPROVED), ERR_CONFLICT); /* no longer current */
	assert_err(decide(&x, two, FIGURE_RETURNED), OK);
	assert_int_equal(current(&x, &one).id, one.id); /* the former counts again */
	assert_err(decide(&x, two, FIGURE_APPROVED), ERR_CONFLICT);
	assert_err(decide(&x, one, FIGURE_APPROVED), OK);
	now = current(&x, &one);
	assert_int_equal(now.status, FIGURE_APPROVED);
	assert_int_equal(now.decided_by, 7);
	struct figure three = give(&x, "X1", "POP", "3", TEST_NOW + 9);
	assert_int_equal(three.revision, 3);
	assert_err(decide(&x, three, FIGURE_RETURNED), OK);
	assert_int_equal(current(&x, &one).id, one.id);
	struct figure only = give(&x, "X2", "POP", "1", TEST_NOW);
	struct figure none;
	assert_err(decide(&x, only, FIGURE_RETURNED), OK);
	assert_err(figure_current(x.db, &only, x.a, &none, NULL), ERR_NOT_FOUND);
	struct figure again = give(&x, "X2", "POP", "1", TEST_NOW + 20);
	assert_int_equal(again.revision, 2);
	assert_int_equal(again.first_received,
			 TEST_NOW + 20); /* what was returned never counted as on time */
	close_bench(&x);
}

static size_t list_as_of(struct bench *x, const struct figure *key, usec as_of, struct figure **ret)
{
	struct figure_query how = {.reach = {.all = true},
				   .indicators = &key->indicator,
				   .n_indicators = 1,
				   .units = &key->unit,
				   .n_units = 1,
				   .as_of = as_of,
				   .limit = 100};
	size_t n = 0;
	struct why why = {0};
	assert_ok(figure_list(x->db, &how, x->a, ret, &n, &why), why);
	return n;
}

/* The history of a series has one value for each period, the one that counts. */
static void history_is_what_counts(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	static const char *const given[][2] = {
		{"2026-07", "7"}, {"2026-08", "80"}, {"2026-08", "8"}, {"2026-10", "10"}};
	struct figure key = figure_of(x.v, "X1", "POP", "2026-10", "0"), *past = NULL, newest;
	struct why why = {0};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		struct figure f = figure_of(x.v, "X1", "POP", given[i][0], given[i][1]);
		figure_give(x.s, &f);
	}
	assert_ok(figure_history(x.db, &key, 9, x.a, &past, &n, &why), why);
	assert_int_equal(n, 2);
	assert_int_equal(past[0].value.mantissa, 8);
	assert_int_equal(past[0].period.ordinal, key.period.ordinal - 2);
	assert_int_equal(past[1].value.mantissa, 7);
	assert_ok(figure_history(x.db, &key, 1, x.a, &past, &n, &why), why);
	assert_int_equal(n, 1);
	assert_ok(figure_before(x.db, &key, x.a, &newest, &why), why);
	assert_int_equal(newest.revision, 2);
	key.period.ordinal -= 3;
	assert_err(figure_before(x.db, &key, x.a, &newest, &why), ERR_NOT_FOUND);
	close_bench(&x);
}

static void time_travel(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct figure *found = NULL;
	struct figure one = give(&x, "X1", "POP", "1", TEST_NOW);
	struct figure two = give(&x, "X1", "POP", "2", TEST_NOW + 100);
	assert_int_equal(list_as_of(&x, &one, TEST_NOW - 1, &found), 0);
	assert_int_equal(list_as_of(&x, &one, TEST_NOW, &found), 1);
	assert_int_equal(found[0].id, one.id);
	assert_int_equal(list_as_of(&x, &one, TEST_NOW + 99, &found), 1);
	assert_int_equal(found[0].id, one.id);
	assert_int_equal(list_as_of(&x, &one, TEST_NOW + 100, &found), 1);
	assert_int_equal(found[0].id, two.id);
	close_bench(&x);
}

struct sum_case {
	const char *indicator, *expected; /* NULL: not defined */
};

static void totals(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	static const char *const units[] = {"X1", "X2", "P1"}, *const values[] = {"10.00", "20.00",
										  "60.00"};
	/* Weights 1, 1 and 2: (10 + 20 + 120) / 4. */
	static const struct sum_case cases[] = {
		{"POP", "90.00"}, {"RATE", "37.50"}, {"MEAN", "30.0"},	{"TOP", "60.00"},
		{"LOW", "10.00"}, {"ALONE", NULL},   {"LASTV", "60.00"}};
	struct weight weights[3];
	for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
		struct figure f[3];
		struct summary *sums = NULL;
		for (size_t i = 0; i < 3; i++) {
			f[i] = figure_of(x.v, units[i], cases[c].indicator, "2026-10", values[i]);
			f[i].received = TEST_NOW + (usec)i;
			f[i].status = i ? FIGURE_SUBMITTED : FIGURE_APPROVED;
			weights[i] = (struct weight){f[i].unit, f[i].period, i == 2 ? 2 : 1};
		}
		const struct indicator *i = view_indicator(x.v, str_of(cases[c].indicator));
		assert_int_equal(figure_summarise(i, f, 3, weights, 3, x.a, &sums), 1);
		assert_int_equal(sums[0].n, 3);
		assert_int_equal(sums[0].provisional, 2);
		assert_int_equal(sums[0].updated, TEST_NOW + 2);
		assert_int_equal(sums[0].defined, cases[c].expected != NULL);
		if (cases[c].expected)
			assert_str(decimal_str(x.a, sums[0].value), cases[c].expected);
	}
	close_bench(&x);
}

static void parts_fold_into_a_total(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	static const struct {
		const char *unit, *breakdown, *value;
	} given[] = {{"X1", "sex=female", "3"}, {"X1", "sex=male", "4"},   {"X1", "age=0-14", "7"},
		     {"X2", "", "100"},		{"X2", "sex=female", "1"}, {"P1", "sex=male", "20"},
		     {"OLD", "age=15+", "1000"}};
	struct figure f[ARRAY_LEN(given)];
	struct summary *sums = NULL;
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		f[i] = figure_of(x.v, given[i].unit, "BIRTHS", "2026-10", given[i].value);
		f[i].breakdown = str_of(given[i].breakdown);
	}
	const struct indicator *births = view_indicator(x.v, STR("BIRTHS"));
	assert_int_equal(figure_summarise(births, f, ARRAY_LEN(given), NULL, 0, x.a, &sums), 1);
	assert_str(decimal_str(x.a, sums[0].value),
		   "1127"); /* 7 + 100 + 20 + 1000: nothing counts twice or is lost */
	assert_int_equal(sums[0].n, 4);
	close_bench(&x);
}

struct install {
	struct pack *pack;
	struct arena *a;
	struct import_result result;
};

static enum err install_run(struct db *tx, void *arg, struct why *why)
{
	struct install *i = arg;
	struct problems p;
	problems_init(&p, i->a);
	return pack_install(tx, i->pack, (struct author){access_centre(i->a), TEST_NOW}, &i->result,
			    &p, why);
}

static void packs_go_in_twice(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	struct pack *packs = NULL;
	size_t n = 0;
	struct why why = {0};
	assert_ok(pack_embedded(a, &packs, &n, &why), why);
	assert_true(n >= 4);
	struct install early = {.pack = &packs[n - 1], .a = a};
	assert_true(packs[n - 1].n_requires > 0);
	assert_err(store_write(s, install_run, &early, &(struct why){0}), ERR_CONFLICT);
	for (size_t i = 0; i < n; i++) {
		struct install one = {.pack = &packs[i], .a = a}, two = one;
		assert_ok(store_write(s, install_run, &one, &why), why);
		assert_ok(store_write(s, install_run, &two, &why), why);
		assert_true(one.result.created > 0);
		assert_int_equal(two.result.created + two.result.changed, 0);
		assert_int_equal(two.result.same,
				 one.result.created + one.result.changed + one.result.same);
	}
}

/* By two lists together a total is divided anew; a yearly weight holds for its months and on. */
static void parts_and_weights_of_other_kinds(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	static const char *const parts[] = {"age=0-14", "age=0-14;sex=female", "age=15+",
					    "age=15+;sex=male"};
	struct figure f[ARRAY_LEN(parts)];
	struct summary *sums = NULL;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		f[i] = figure_of(x.v, "X1", "BIRTHS", "2026-10", "10");
		f[i].breakdown = str_of(parts[i]);
	}
	const struct indicator *births = view_indicator(x.v, STR("BIRTHS"));
	assert_int_equal(figure_summarise(births, f, ARRAY_LEN(parts), NULL, 0, x.a, &sums), 1);
	assert_str(decimal_str(x.a, sums[0].value), "20");

	const struct indicator *rate = view_indicator(x.v, STR("RATE"));
	f[0] = figure_of(x.v, "X1", "RATE", "2026-10", "10.00");
	f[1] = figure_of(x.v, "X2", "RATE", "2026-10", "20.00");
	const struct period last = {PERIOD_YEARLY, period_at(PERIOD_YEARLY, TEST_NOW).ordinal - 1};
	const struct weight weights[] = {{f[0].unit, last, 1},
					 {f[1].unit, last, 9},
					 {f[1].unit, {PERIOD_YEARLY, last.ordinal + 1}, 3},
					 {f[1].unit, {PERIOD_YEARLY, last.ordinal + 2}, 99}};
	assert_int_equal(figure_summarise(rate, f, 2, weights, ARRAY_LEN(weights), x.a, &sums), 1);
	assert_true(sums[0].defined);
	assert_str(decimal_str(x.a, sums[0].value), "17.50"); /* (10 + 3 · 20) / 4 */
	close_bench(&x);
}

/* A sum or a mean that does not fit a figure is none, rather than a wrong one. */
static void too_many_digits(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	static const struct {
		const char *indicator, *breakdown[2];
		const char *units[2];
	} cases[] = {{"POP", {"", ""}, {"X1", "X2"}},
		     {"BIRTHS", {"sex=female", "sex=male"}, {"X1", "X1"}},
		     {"RATE", {"", ""}, {"X1", "X2"}}};
	for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
		struct figure f[2];
		struct weight weights[2];
		struct summary *sums = NULL;
		for (size_t i = 0; i < 2; i++) {
			f[i] = figure_of(x.v, cases[c].units[i], cases[c].indicator, "2026-10",
					 "9000000000000000000");
			f[i].breakdown = str_of(cases[c].breakdown[i]);
			weights[i] = (struct weight){f[i].unit, f[i].period, 1};
		}
		const struct indicator *i = view_indicator(x.v, str_of(cases[c].indicator));
		assert_int_equal(figure_summarise(i, f, 2, weights, 2, x.a, &sums), 1);
		assert_false(sums[0].defined);
	}
	close_bench(&x);
}

/* DARK of communes and SECRET of SYT are restricted, TWICE is computed from SECRET by a formula, AGAIN from
 * TWICE, LIGHT is open. */
static void fill_restricted(struct bench *x)
{
	struct why why = {0};
	registry_load(
		x->s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,jump_z,aggregate_units,decimals,openness,scope,owner\n"
#define ROW(code, rest)                                                                            \
	code "," code "," code ",D1,n,số,count,monthly,M10,last,none,6,sum,0," rest "\n"
		ROW("DARK", "restricted,commune,") ROW("SECRET", "restricted,department,SYT")
			ROW("TWICE", "open,department,SYT") ROW("AGAIN", "internal,department,SYT")
				ROW("LIGHT", "open,commune,"));
#undef ROW
	registry_load(x->s, &formula_record,
		      "indicator,valid_from,formula\nTWICE,2030-01-01,[SECRET] * 2\n"
		      "AGAIN,2030-01-01,[TWICE] + 1\n");
	assert_ok(registry_view(x->r, x->db, x->a, &x->v, &why), why);
}

static const char *const reach_units[] = {"KH", "SYT", "SYT-CC", "SGD", "X1", "P1"};
static const char *const reach_indicators[] = {"POP",	"DARK",	 "SECRET", "TWICE",
					       "AGAIN", "LIGHT", "DEPT"};

static bool within(void *arg, int64_t unit, int64_t root)
{
	return view_within(arg, unit, root);
}

static size_t subtree(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	return view_subtree(arg, root, a, ret);
}

static bool listed(const struct figure *found, size_t n, int64_t unit, int64_t indicator)
{
	for (size_t i = 0; i < n; i++)
		if (found[i].unit == unit && found[i].indicator == indicator)
			return true;
	return false;
}

/* One question asked in three shapes: one figure, lists, SQL; returns how many are readable. */
static size_t same_in_every_shape(struct bench *x, const struct access *access,
				  const struct principal *who)
{
	struct figure_query how = {.limit = 1000};
	struct figure *found = NULL;
	struct why why = {0};
	size_t n = 0, readable = 0;
	how.reach = figure_reach(access, who, VERB_READ, x->v, x->a);
	assert_ok(figure_list(x->db, &how, x->a, &found, &n, &why), why);
	for (size_t u = 0; u < ARRAY_LEN(reach_units); u++)
		for (size_t i = 0; i < ARRAY_LEN(reach_indicators); i++) {
			int64_t unit = view_unit(x->v, str_of(reach_units[u]))->id,
				of = view_indicator(x->v, str_of(reach_indicators[i]))->id;
			bool may = figure_may(access, who, VERB_READ, x->v, unit, of);
			assert_int_equal(figure_reached(&how.reach, unit, of), may);
			assert_int_equal(listed(found, n, unit, of), may);
			readable += may;
		}
	return readable;
}

static void restricted_figures(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	fill_restricted(&x);
	AUTO(access_free) struct access *access =
		access_new((struct unit_tree){(void *)(uintptr_t)x.v, within, subtree});
	static const char *const closed[] = {"DARK", "SECRET", "TWICE", "AGAIN"};
	const int64_t *ids;
	assert_int_equal(view_restricted_all(x.v, &ids), ARRAY_LEN(closed));
	for (size_t i = 0; i < ARRAY_LEN(closed); i++)
		assert_true(view_restricted(x.v, view_indicator(x.v, str_of(closed[i]))->id));
	for (size_t u = 0; u < ARRAY_LEN(reach_units); u++)
		for (size_t i = 0; i < ARRAY_LEN(reach_indicators); i++) {
			struct figure f =
				figure_of(x.v, reach_units[u], reach_indicators[i], "2026-10", "1");
			figure_give(x.s, &f);
		}
	int64_t syt = view_unit(x.v, STR("SYT"))->id;
	/* of six units seven figures each, four of them restricted, one open */
	static const struct {
		enum role role;
		size_t whole, own;
	} cases[] = {{ROLE_ADMINISTRATOR, 18, 2 * 3 + 4}, {ROLE_OPERATOR, 18, 2 * 3 + 4},
		     {ROLE_LEADER, 42, 2 * 7 + 4},	  {ROLE_REPORTING_OFFICER, 18, 7 + 3 + 4},
		     {ROLE_APPROVER, 42, 2 * 7 + 4},	  {ROLE_ANALYST, 18, 7 + 3 + 4},
		     {ROLE_AUDITOR, 18, 7 + 3 + 4},	  {ROLE_PUBLIC, 6, 6}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(
			same_in_every_shape(&x, access, principal_of(x.a, cases[i].role, 0)),
			cases[i].whole);
		assert_int_equal(
			same_in_every_shape(&x, access, principal_of(x.a, cases[i].role, syt)),
			cases[i].own);
	}
	assert_int_equal(same_in_every_shape(&x, access, access_nobody(x.a)), 6);
	assert_int_equal(same_in_every_shape(&x, access, access_centre(x.a)), 42);
	close_bench(&x);
}

/* THEIRS of SGD is computed from SECRET of SYT, SUM of SYT from DARK of the communes. */
static void restricted_by_what_they_are_made_of(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	fill_restricted(&x);
	struct why why = {0};
	registry_load(
		x.s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,jump_z,aggregate_units,decimals,openness,scope,owner\n"
		"THEIRS,T,T,D1,n,số,count,monthly,M10,last,none,6,sum,0,open,department,SGD\n"
		"SUM,S,S,D1,n,số,count,monthly,M10,last,none,6,sum,0,internal,department,SYT\n"
		"OWN,O,O,D1,n,số,count,monthly,M10,last,none,6,sum,0,internal,commune,\n");
	registry_load(
		x.s, &formula_record,
		"indicator,valid_from,formula\nTHEIRS,2030-01-01,[AGAIN] * 2\n"
		"SUM,2030-01-01,\"sum([DARK], units: communes)\"\nOWN,2030-01-01,[DARK] + 1\n");
	assert_ok(registry_view(x.r, x.db, x.a, &x.v, &why), why);
	AUTO(access_free) struct access *access =
		access_new((struct unit_tree){(void *)(uintptr_t)x.v, within, subtree});
	static const struct {
		enum role role;
		const char *of, *unit, *indicator;
		bool may;
	} cases[] = {
		{ROLE_REPORTING_OFFICER, "SGD", "SGD", "THEIRS", false},
		{ROLE_REPORTING_OFFICER, "SYT", "SGD", "THEIRS", false},
		{ROLE_LEADER, "SGD", "SGD", "THEIRS", false},
		{ROLE_APPROVER, "KH", "SGD", "THEIRS", true},
		{ROLE_PUBLIC, "", "SGD", "THEIRS", false},
		{ROLE_REPORTING_OFFICER, "SYT", "SYT", "SUM", false},
		{ROLE_LEADER, "KH", "SYT", "SUM", true},
		{ROLE_REPORTING_OFFICER, "X1", "X1", "OWN", true},
		{ROLE_REPORTING_OFFICER, "X1", "P1", "OWN", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct figure f = figure_of(x.v, cases[i].unit, cases[i].indicator, "2026-10", "1");
		const struct unit *of = view_unit(x.v, str_of(cases[i].of));
		const struct principal *who = principal_of(x.a, cases[i].role, of ? of->id : 0);
		struct figure_query how = {
			.limit = 10, .indicators = &f.indicator, .n_indicators = 1};
		struct figure *found = NULL;
		size_t n = 0;
		figure_give(x.s, &f);
		how.reach = figure_reach(access, who, VERB_READ, x.v, x.a);
		assert_ok(figure_list(x.db, &how, x.a, &found, &n, &why), why);
		if (figure_may(access, who, VERB_READ, x.v, f.unit, f.indicator) != cases[i].may ||
		    figure_reached(&how.reach, f.unit, f.indicator) != cases[i].may ||
		    listed(found, n, f.unit, f.indicator) != cases[i].may)
			fail_msg("case %zu", i);
	}
	close_bench(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(revisions_and_decisions),
		ON_EACH_ENGINE(history_is_what_counts),
		ON_EACH_ENGINE(time_travel),
		ON_EACH_ENGINE(totals),
		ON_EACH_ENGINE(parts_fold_into_a_total),
		ON_EACH_ENGINE(parts_and_weights_of_other_kinds),
		ON_EACH_ENGINE(too_many_digits),
		ON_EACH_ENGINE(restricted_figures),
		ON_EACH_ENGINE(restricted_by_what_they_are_made_of),
		ON_EACH_ENGINE(packs_go_in_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
