#include "core/testing.h"

/* What is expected, written down once more in another shape: for each kind and role, in the order of
 * enum role, the verbs as letters on an own unit or one below it; then, behind a bar, those on any
 * other unit and on the whole centre; a "!" takes away those on units below the own one.  r read, c create, u change, d remove, s submit, a approve,
 * x administer. */
#define EXPECTED(X)                                                                                \
	X("unit", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "r|r")                   \
	X("unit_change", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")               \
	X("domain", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "r|r")                 \
	X("indicator", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                 \
	X("schedule", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                  \
	X("calendar", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                  \
	X("holiday", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                   \
	X("code_list", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                 \
	X("code_item", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                 \
	X("document", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                  \
	X("system", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                    \
	X("check_rule", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                \
	X("formula", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                   \
	X("criteria_set", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")              \
	X("criterion", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                 \
	X("target", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                    \
	X("pack", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                      \
	X("quality_dimension", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")         \
	X("outage", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")                    \
	X("figure", "rx", "rcs", "r", "rcs", "ra", "r", "r", "")                                   \
	X("restricted_figure", "", "", "r", "rs!", "ra", "r!", "r!", "")                           \
	X("delivery", "rx", "rcs", "r", "rcs", "ra", "r", "r", "")                                 \
	X("draft", "rx", "rcud", "r", "rcud", "r", "", "r", "")                                    \
	X("approval", "rx", "r", "r", "r", "ra", "r", "r", "")                                     \
	X("mapping", "rcudx", "rcud", "r", "rcud", "r", "", "r", "")                               \
	X("criteria_comment", "rx", "r", "rcud", "rcud", "r", "", "r", "")                         \
	X("account", "rcudx", "r", "", "", "", "", "r", "")                                        \
	X("api_token", "rcudx", "r", "", "", "", "", "r", "")                                      \
	X("journal", "rcudx", "r", "r", "r", "r", "", "r", "")                                     \
	X("system_health", "rcudx", "r", "", "", "", "", "r", "")                                  \
	X("setting", "rcudx", "r", "", "", "", "", "r", "")                                        \
	X("inspection_rule", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")           \
	X("ladder_step", "rcudx|r", "rcud|r", "r|r", "r|r", "r|r", "r|r", "r|r", "")               \
	X("reminder", "r", "rcua", "ra", "rs", "rs", "", "r", "")                                  \
	X("duty", "r", "ru", "r", "r", "r", "r", "r", "")                                          \
	X("nudge", "r", "rc", "rc", "r", "rc", "", "r", "")                                        \
	X("report", "rcud", "rcud", "r", "r", "r", "rcud", "r", "")                                \
	X("dashboard", "rcud|r", "rcud|r", "rcud|r", "rcud|r", "rcud|r", "rcud|r", "r|r", "")
static const struct expected {
	const char *kind, *by[ROLES];
} table[] = {
#define X(kind, ...) {kind, {__VA_ARGS__}},
	EXPECTED(X)
#undef X
};
static const char letters[VERBS] = {'r', 'c', 'u', 'd', 's', 'a', 'x'};

static void compare(const struct access *x, const struct principal *who, const struct expected *e,
		    int64_t unit, bool own)
{
	struct str elsewhere = STR(""),
		   here = str_until(str_of(e->by[who->grants[0].role]), '|', &elsewhere),
		   wanted = own ? here : elsewhere;
	if (str_ends(wanted, STR("!")) && (unit == 0 || unit != who->grants[0].unit))
		wanted = STR("");
	for (unsigned v = 0; v < VERBS; v++) {
		bool may = access_may(x, who, (enum verb)v, e->kind, unit),
		     should = wanted.len && memchr(wanted.ptr, letters[v], wanted.len);
		if (may != should)
			fail_msg("%s %s %s of unit %d: %s", access_role_name(who->grants[0].role),
				 access_verb_name((enum verb)v), e->kind, (int)unit,
				 may ? "allowed" : "refused");
	}
}

static void every_role_verb_kind_and_relation(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	for (unsigned r = 0; r < ROLES; r++)
		for (size_t i = 0; i < ARRAY_LEN(table); i++) {
			const struct expected *e = &table[i];
			struct principal *local = principal_of(a, (enum role)r, 11),
					 *whole = principal_of(a, (enum role)r, 0);
			compare(x, local, e, 11, true);
			compare(x, local, e, 111, true);
			compare(x, local, e, 12, false);
			compare(x, local, e, 1, false);
			compare(x, local, e, 0, false);
			compare(x, whole, e, 0, true);
			compare(x, whole, e, 21, true);
		}
	size_t kinds = 0;
	while (access_kind(kinds))
		kinds++;
	assert_int_equal(ARRAY_LEN(table), kinds);
}

static void what_is_open_is_everybodys(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	struct principal *nobody = access_nobody(a),
			 *officer = principal_of(a, ROLE_REPORTING_OFFICER, 11);
	assert_true(access_may_open(x, nobody, VERB_READ, "figure"));
	assert_true(access_may_open(x, officer, VERB_READ, "figure"));
	assert_true(access_may_open(x, nobody, VERB_READ, "indicator"));
	assert_false(access_may_open(x, nobody, VERB_SUBMIT, "figure"));
	assert_false(access_may_open(x, nobody, VERB_READ, "delivery"));
	assert_false(access_may(x, nobody, VERB_READ, "figure", 11));
	assert_true(access_may_somewhere(x, nobody, VERB_READ, "figure"));
	assert_false(access_may_somewhere(x, nobody, VERB_CREATE, "unit"));
	assert_true(access_may_somewhere(x, officer, VERB_SUBMIT, "delivery"));
	assert_false(access_may_somewhere(x, officer, VERB_APPROVE, "figure"));
}

static void restricted_figures_are_the_units_own(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	struct principal *officer = principal_of(a, ROLE_REPORTING_OFFICER, 11),
			 *leader = principal_of(a, ROLE_LEADER, 11),
			 *everywhere = principal_of(a, ROLE_REPORTING_OFFICER, 0);
	int64_t *units = NULL;
	bool all = true;
	assert_int_equal(access_units(x, officer, VERB_READ, "restricted_figure", a, &units, &all),
			 1);
	assert_int_equal(units[0], 11);
	assert_false(all);
	assert_true(access_units(x, leader, VERB_READ, "restricted_figure", a, &units, &all) > 1);
	assert_int_equal(
		access_units(x, everywhere, VERB_READ, "restricted_figure", a, &units, &all), 0);
	assert_false(all);
	assert_true(access_may_somewhere(x, officer, VERB_READ, "restricted_figure"));
	assert_false(access_may_somewhere(x, everywhere, VERB_READ, "restricted_figure"));
}

static void a_token_narrows_and_never_widens(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	struct principal *who = principal_of(a, ROLE_REPORTING_OFFICER, 11);
	who->token_verbs = VERB_BIT(VERB_SUBMIT) | VERB_BIT(VERB_APPROVE);
	assert_true(access_may(x, who, VERB_SUBMIT, "delivery", 11));
	assert_false(access_may(x, who, VERB_READ, "delivery", 11));
	assert_false(access_may(x, who, VERB_APPROVE, "figure", 11));
	assert_false(access_may_open(x, who, VERB_READ, "figure"));
}

static void unknown_kinds_are_nobodys(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	assert_false(access_may(x, access_centre(a), VERB_READ, "unicorn", 0));
	assert_false(
		access_may(x, principal_of(a, ROLE_ADMINISTRATOR, 0), VERB_READ, "unicorn", 0));
	assert_true(access_may(x, access_centre(a), VERB_APPROVE, "figure", 21));
}

static void units_of_overlapping_grants(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	struct principal *who = principal_of(a, ROLE_APPROVER, 1);
	who->grants[1] = (struct grant){ROLE_APPROVER, 11};
	who->grants[2] = (struct grant){ROLE_ANALYST, 21};
	who->n_grants = 3;
	int64_t *units;
	bool all;
	assert_int_equal(access_units(x, who, VERB_APPROVE, "figure", a, &units, &all), 4);
	assert_false(all);
	assert_int_equal(units[0], 1);
	assert_int_equal(units[3], 111);
	assert_int_equal(access_units(x, who, VERB_READ, "figure", a, &units, &all), 5);
	assert_int_equal(units[2], 12);
	assert_int_equal(access_units(x, who, VERB_SUBMIT, "figure", a, &units, &all), 0);
	assert_false(all);
	assert_int_equal(access_units(x, who, VERB_READ, "unit", a, &units, &all), 0);
	assert_true(all);
	assert_null(units);
	assert_int_equal(access_units(x, access_nobody(a), VERB_READ, "figure", a, &units, &all),
			 0);
	assert_false(all);
}

static void refusals_do_not_tell_what_exists(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	struct principal *who = principal_of(a, ROLE_REPORTING_OFFICER, 11);
	struct why why = {0};
	assert_ok(access_require(x, who, VERB_SUBMIT, "delivery", 111, &why), why);
	assert_err(access_require(x, who, VERB_READ, "delivery", 12, &why), ERR_NOT_FOUND);
	assert_err(access_require(x, who, VERB_SUBMIT, "delivery", 12, &why), ERR_NOT_FOUND);
	assert_err(access_require(x, who, VERB_APPROVE, "delivery", 11, &why), ERR_FORBIDDEN);
	assert_non_null(strstr(why.text, "administrator"));
}

static void rights_as_json(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	AUTO(buf_release) struct buf b;
	buf_init(&b, 10000);
	struct jw w;
	jw_init(&w, &b);
	access_json(&w, x, access_nobody(a));
	assert_str(
		buf_str(&b),
		"{\"unit\":[\"read\"],\"domain\":[\"read\"],\"indicator\":[\"read\"],\"figure\":[\"read\"],\"dashboard\":[\"read\"]}");
	buf_clear(&b);
	access_document(&b);
	assert_int_equal(b.error, OK);
	struct str row = STR(
		"| figure | read, administer | read, create, submit | read | read, create, submit |");
	assert_non_null(memmem(b.ptr, b.len, row.ptr, row.len));
}

static void names_read_back(void **state)
{
	(void)state;
	struct why why = {0};
	for (unsigned r = 0; r < ROLES; r++) {
		enum role role;
		assert_ok(access_role_parse(str_of(access_role_name((enum role)r)), &role, &why),
			  why);
		assert_int_equal(role, r);
		assert_true(strlen(access_role_label(role).vi) > 0);
	}
	enum verb verb;
	assert_ok(access_verb_parse(STR("approve"), &verb, &why), why);
	assert_int_equal(verb, VERB_APPROVE);
	assert_err(access_verb_parse(STR("fly"), &verb, &why), ERR_INVALID);
	assert_err(access_role_parse(STR("king"), &(enum role){0}, &why), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_verb_kind_and_relation),
		cmocka_unit_test(what_is_open_is_everybodys),
		cmocka_unit_test(restricted_figures_are_the_units_own),
		cmocka_unit_test(a_token_narrows_and_never_widens),
		cmocka_unit_test(unknown_kinds_are_nobodys),
		cmocka_unit_test(units_of_overlapping_grants),
		cmocka_unit_test(refusals_do_not_tell_what_exists),
		cmocka_unit_test(rights_as_json),
		cmocka_unit_test(names_read_back),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
