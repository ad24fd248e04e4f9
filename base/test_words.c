#include "base/testing.h"
#include "base/words.h"

/* The library of the tests has a fail() of its own. */
#define FAIL(why, code, ...) (void)why_fail((why), (code), "", __FILE__, __LINE__, __VA_ARGS__)

static void every_sentence_is_found(void **state)
{
	(void)state;
	assert_true(words_n > 300);
	for (size_t i = 0; i < words_n; i++) {
		assert_ptr_equal(words_vi(words_table[i].en), words_table[i].vi);
		assert_true(words_table[i].vi[0]);
		assert_true(i == 0 || strcmp(words_table[i - 1].en, words_table[i].en) < 0);
	}
	const char *unknown = "no such sentence";
	assert_ptr_equal(words_vi(unknown), unknown);
}

static void a_failure_speaks_both_languages(void **state)
{
	(void)state;
	struct why why = {0};
	int64_t number;
	assert_int_equal(str_int(STR("12x"), 1, 9, &number, &why), ERR_INVALID);
	assert_string_equal(why.text, "must be a whole number from 1 to 9");
	assert_string_equal(why.vi, "phải là số nguyên từ 1 đến 9");
}

/* A word within a sentence, and a sentence within another one, come in the sentence's language. */
static void words_within_sentences(void **state)
{
	(void)state;
	struct why inner = {0}, outer = {0};
	struct label unit = {"Đơn vị", "Unit"};
	FAIL(&inner, ERR_NOT_FOUND, "there is no such " BOTH_FMT, LABEL_ARG(unit));
	assert_string_equal(inner.text, "there is no such Unit");
	assert_non_null(strstr(inner.vi, "Đơn vị"));
	assert_null(strstr(inner.vi, "Unit"));
	FAIL(&outer, ERR_INVALID, BOTH_FMT, WHY_ARG(inner));
	assert_string_equal(outer.text, inner.text);
	assert_string_equal(outer.vi, inner.vi);
	FAIL(&outer, ERR_INVALID, "the tree of units could not be read: " BOTH_FMT, WHY_ARG(inner));
	assert_non_null(strstr(outer.text, inner.text));
	assert_non_null(strstr(outer.vi, inner.vi));
	assert_null(strstr(outer.vi, inner.text));
}

/* Longer than there is room for: cut between two letters, in each language. */
static void a_long_sentence_is_cut_at_a_letter(void **state)
{
	(void)state;
	struct why why = {0};
	char long_name[600];
	memset(long_name, 0, sizeof long_name);
	for (size_t i = 0; i + 3 < sizeof long_name; i += 3)
		memcpy(long_name + i, "ế", 3);
	for (size_t shift = 0; shift < 3; shift++) {
		struct label label = {long_name, long_name};
		char lead[4] = "aaa";
		lead[shift] = '\0';
		FAIL(&why, ERR_INVALID, "%s" BOTH_FMT, lead, LABEL_ARG(label));
		assert_int_equal((strlen(why.vi) - shift) % 3, 0);
		assert_int_equal((strlen(why.text) - shift) % 3, 0);
		assert_true(strlen(why.vi) > sizeof why.vi - 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sentence_is_found),
		cmocka_unit_test(a_failure_speaks_both_languages),
		cmocka_unit_test(words_within_sentences),
		cmocka_unit_test(a_long_sentence_is_cut_at_a_letter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
