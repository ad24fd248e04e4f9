#include "core/testing.h"

/* What is expected, written down once more in another shape: for each role and kind the verbs, as
 * letters, on an own unit, a child unit, a sibling unit and the whole centre.  r read, c create,
 * u change, d remove, s submit, a approve, x administer. */
struct expected {
	const char *kind;
	const char *own, *sibling, *centre; /* a child unit is as an own one */
};
#define SAME(kind, all)                                                                            \
	{                                                                                          \
		kind, all, all, all                                                                \
	}
#define MINE(kind, own, others)                                                                    \
	{                                                                                          \
		kind, own, others, others                                                          \
	}
#define REGISTRY(X, ...)                                                                           \
	X("unit", __VA_ARGS__), X("unit_change", __VA_ARGS__), X("domain", __VA_ARGS__),           \
		X("indicator", __VA_ARGS__), X("schedule", __VA_ARGS__),                           \
		X("calendar", __VA_ARGS__), X("holiday", __VA_ARGS__),                             \
		X("code_list", __VA_ARGS__), X("code_item", __VA_ARGS__),                          \
		X("document", __VA_ARGS__), X("system", __VA_ARGS__),                              \
		X("check_rule", __VA_ARGS__), X("formula", __VA_ARGS__), X("target", __VA_ARGS__), \
		X("pack", __VA_ARGS__), X("outage", __VA_ARGS__),                                  \
		X("quality_dimension", __VA_ARGS__)

static const struct expected administrator[] = {REGISTRY(MINE, "rcudx", "r"),
						MINE("figure", "rx", ""),
						MINE("delivery", "rx", ""),
						MINE("draft", "rx", ""),
						MINE("approval", "rx", ""),
						MINE("mapping", "rcudx", ""),
						MINE("account", "rcudx", ""),
						MINE("api_token", "rcudx", ""),
						MINE("journal", "rcudx", ""),
						MINE("system_health", "rcudx", ""),
						MINE("setting", "rcudx", ""),
						MINE("duty", "r", ""),
						{0}};
static const struct expected operator_[] = {REGISTRY(MINE, "rcud", "r"),
					    MINE("figure", "rcs", ""),
					    MINE("delivery", "rcs", ""),
					    MINE("draft", "rcud", ""),
					    MINE("approval", "r", ""),
					    MINE("mapping", "rcud", ""),
					    MINE("account", "r", ""),
					    MINE("api_token", "r", ""),
					    MINE("journal", "r", ""),
					    MINE("system_health", "r", ""),
					    MINE("setting", "r", ""),
					    MINE("duty", "ru", ""),
					    {0}};
static const struct expected leader[] = {REGISTRY(SAME, "r"),
					 MINE("figure", "r", ""),
					 MINE("delivery", "r", ""),
					 MINE("draft", "r", ""),
					 MINE("approval", "r", ""),
					 MINE("mapping", "r", ""),
					 SAME("account", ""),
					 SAME("api_token", ""),
					 MINE("journal", "r", ""),
					 SAME("system_health", ""),
					 SAME("setting", ""),
					 MINE("duty", "r", ""),
					 {0}};
static const struct expected reporting_officer[] = {REGISTRY(SAME, "r"),
						    MINE("figure", "rcs", ""),
						    MINE("delivery", "rcs", ""),
						    MINE("draft", "rcud", ""),
						    MINE("approval", "r", ""),
						    MINE("mapping", "rcud", ""),
						    SAME("account", ""),
						    SAME("api_token", ""),
						    MINE("journal", "r", ""),
						    SAME("system_health", ""),
						    SAME("setting", ""),
						    MINE("duty", "r", ""),
						    {0}};
static const struct expected approver[] = {REGISTRY(SAME, "r"),
					   MINE("figure", "ra", ""),
					   MINE("delivery", "ra", ""),
					   MINE("draft", "r", ""),
					   MINE("approval", "ra", ""),
					   MINE("mapping", "r", ""),
					   SAME("account", ""),
					   SAME("api_token", ""),
					   MINE("journal", "r", ""),
					   SAME("system_health", ""),
					   SAME("setting", ""),
					   MINE("duty", "r", ""),
					   {0}};
static const struct expected analyst[] = {REGISTRY(SAME, "r"),
					  MINE("figure", "r", ""),
					  MINE("delivery", "r", ""),
					  SAME("draft", ""),
					  MINE("approval", "r", ""),
					  SAME("mapping", ""),
					  SAME("account", ""),
					  SAME("api_token", ""),
					  SAME("journal", ""),
					  SAME("system_health", ""),
					  SAME("setting", ""),
					  MINE("duty", "r", ""),
					  {0}};
static const struct expected auditor[] = {REGISTRY(SAME, "r"),
					  MINE("figure", "r", ""),
					  MINE("delivery", "r", ""),
					  MINE("draft", "r", ""),
					  MINE("approval", "r", ""),
					  MINE("mapping", "r", ""),
					  MINE("account", "r", ""),
					  MINE("api_token", "r", ""),
					  MINE("journal", "r", ""),
					  MINE("system_health", "r", ""),
					  MINE("setting", "r", ""),
					  MINE("duty", "r", ""),
					  {0}};
static const struct expected public[] = {SAME("unit", "r"),
					 SAME("domain", "r"),
					 SAME("unit_change", ""),
					 SAME("indicator", ""),
					 SAME("schedule", ""),
					 SAME("calendar", ""),
					 SAME("holiday", ""),
					 SAME("code_list", ""),
					 SAME("code_item", ""),
					 SAME("document", ""),
					 SAME("system", ""),
					 SAME("check_rule", ""),
					 SAME("target", ""),
					 SAME("pack", ""),
					 SAME("figure", ""),
					 SAME("delivery", ""),
					 SAME("draft", ""),
					 SAME("approval", ""),
					 SAME("mapping", ""),
					 SAME("account", ""),
					 SAME("api_token", ""),
					 SAME("journal", ""),
					 SAME("system_health", ""),
					 SAME("setting", ""),
					 SAME("duty", ""),
					 SAME("outage", ""),
					 SAME("formula", ""),
					 SAME("quality_dimension", ""),
					 {0}};
static const struct expected *const table[ROLES] = {
	[ROLE_ADMINISTRATOR] = administrator,
	[ROLE_OPERATOR] = operator_,
	[ROLE_LEADER] = leader,
	[ROLE_REPORTING_OFFICER] = reporting_officer,
	[ROLE_APPROVER] = approver,
	[ROLE_ANALYST] = analyst,
	[ROLE_AUDITOR] = auditor,
	[ROLE_PUBLIC] = public,
};
static const char letters[VERBS] = {'r', 'c', 'u', 'd', 's', 'a', 'x'};

static void compare(const struct access *x, const struct principal *who, const struct expected *e,
		    int64_t unit, const char *wanted)
{
	for (unsigned v = 0; v < VERBS; v++) {
		bool may = access_may(x, who, (enum verb)v, e->kind, unit),
		     should = strchr(wanted, letters[v]);
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
	for (unsigned r = 0; r < ROLES; r++) {
		size_t n = 0;
		for (const struct expected *e = table[r]; e->kind; e++, n++) {
			struct principal *local = principal_of(a, (enum role)r, 11);
			compare(x, local, e, 11, e->own);
			compare(x, local, e, 111, e->own);
			compare(x, local, e, 12, e->sibling);
			compare(x, local, e, 1, e->sibling);
			compare(x, local, e, 0, e->centre);
			struct principal *whole = principal_of(a, (enum role)r, 0);
			compare(x, whole, e, 0, e->own);
			compare(x, whole, e, 21, e->own);
		}
		size_t kinds = 0;
		while (access_kind(kinds))
			kinds++;
		assert_int_equal(n, kinds);
	}
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
		"{\"unit\":[\"read\"],\"domain\":[\"read\"],\"indicator\":[\"read\"],\"figure\":[\"read\"]}");
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
