#include "base/testing.h"

static void every_code_has_a_status_and_a_slug(void **state)
{
	(void)state;
	for (enum err e = OK; e < ERR_COUNT; e++) {
		assert_in_range(err_status(e), 200, 599);
		assert_true(strlen(err_slug(e)) > 0 && strlen(err_title(e)) > 0);
		for (enum err other = OK; other < e; other++)
			assert_string_not_equal(err_slug(e), err_slug(other));
	}
	assert_int_equal(err_status(ERR_STALE), 412);
}

#define why_fail_here(why, ...) why_fail((why), ERR_INVALID, "/a/0", "f.c", 7, __VA_ARGS__)

static void an_explanation_is_written_once_and_whole(void **state)
{
	(void)state;
	struct why why;
	assert_err(why_fail_here(&why, "row %d", 12), ERR_INVALID);
	assert_string_equal(why.text, "row 12");
	assert_string_equal(why.at, "/a/0");
	assert_string_equal(why.file, "f.c");
	assert_int_equal(why.line, 7);
	assert_err(why_fail_here(NULL, "nobody asks"), ERR_INVALID);
}

static void a_long_explanation_ends_at_a_character(void **state)
{
	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		char text[1024] = "";
		memset(text, 'x', lead);
		while (strlen(text) < 600)
			memcpy(text + strlen(text), "ế", 4);
		struct why why;
		assert_err(why_fail_here(&why, "%s", text), ERR_INVALID);
		size_t len = strlen(why.text);
		assert_int_equal((len - lead) % 3, 0);
		assert_true(len + 3 >= sizeof why.text);
		assert_memory_equal(why.text, text, len);
	}
}

static void strings_compare_by_bytes(void **state)
{
	(void)state;
	assert_true(str_eq(STR(""), STR_NULL));
	assert_true(str_starts(STR("nhà máy"), STR("nhà")));
	assert_false(str_starts(STR("nh"), STR("nhà")));
	assert_true(str_ends(STR("a.csv"), STR(".csv")));
	assert_true(str_ends(STR_NULL, STR("")));
	assert_false(str_ends(STR("csv"), STR(".csv")));
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR_NULL, STR("")), 0);
}

static void strings_are_trimmed_and_split(void **state)
{
	(void)state;
	assert_str(str_trim(STR(" \t a b\r\n")), "a b");
	assert_str(str_trim(STR(" \n ")), "");
	struct str rest;
	assert_str(str_until(STR("a,b,c"), ',', &rest), "a");
	assert_str(rest, "b,c");
	assert_str(str_until(STR("a,"), ',', &rest), "a");
	assert_non_null(rest.ptr);
	assert_int_equal(rest.len, 0);
	assert_str(str_until(STR("a"), ',', &rest), "a");
	assert_null(rest.ptr);
	assert_str(str_until(STR_NULL, ',', &rest), "");
	assert_null(rest.ptr);
}

static void whole_numbers_are_read_strictly(void **state)
{
	(void)state;
	struct why why;
	int64_t v = 77;
	assert_ok(str_int(STR("-12"), -100, 100, &v, &why), why);
	assert_int_equal(v, -12);
	assert_ok(str_int(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &v, &why), why);
	assert_true(v == INT64_MAX);
	assert_ok(str_int(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v, &why), why);
	assert_true(v == INT64_MIN);
	static const char *const bad[] = {"",
					  "-",
					  "+1",
					  " 1",
					  "1 ",
					  "1.0",
					  "0x1",
					  "1e3",
					  "101",
					  "-101",
					  "9223372036854775808",
					  "-9223372036854775809",
					  "99999999999999999999"};
	v = 77;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_err(str_int(str_of(bad[i]), -100, 100, &v, &why), ERR_INVALID);
	assert_err(str_int(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &v, &why),
		   ERR_INVALID);
	assert_int_equal(v, 77);
	assert_string_equal(
		why.text,
		"must be a whole number from -9223372036854775808 to 9223372036854775807");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_status_and_a_slug),
		cmocka_unit_test(an_explanation_is_written_once_and_whole),
		cmocka_unit_test(a_long_explanation_ends_at_a_character),
		cmocka_unit_test(strings_compare_by_bytes),
		cmocka_unit_test(strings_are_trimmed_and_split),
		cmocka_unit_test(whole_numbers_are_read_strictly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
