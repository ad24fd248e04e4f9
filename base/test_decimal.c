#include "base/decimal.h"
#include "base/testing.h"

static struct str written(struct buf *b, struct decimal d)
{
	buf_clear(b);
	decimal_write(b, d);
	return buf_str(b);
}

static void canonical_form_is_strict_and_keeps_zeros(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	static const char *const good[] = {"0",
					   "5",
					   "-5",
					   "12.50",
					   "-0.50",
					   "1234.5",
					   "0.000000001",
					   "999999999999999999",
					   "9223372036854775807",
					   "-9223372036854775807",
					   "9223372036.854775807"};
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct decimal d;
		assert_ok(decimal_parse(str_of(good[i]), &d, &why), why);
		assert_str(written(&b, d), good[i]);
	}
	assert_str(written(&b, (struct decimal){INT64_MIN, 9}), "-9223372036.854775808");
	static const char *const bad[] = {"",	   "-",	  "+1",		  ".5",
					  "5.",	   "1e3", "1,5",	  "01",
					  "-01.5", " 1",  "1 ",		  "1.2.3",
					  "NaN",   "0x1", "1.0000000001", "9223372036854775808",
					  "--1",   "−5",  "1.5%",	  "(5)",
					  "1 234"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct decimal d = {77, 3};
		assert_err(decimal_parse(str_of(bad[i]), &d, &why), ERR_INVALID);
		assert_true(why.text[0] && d.mantissa == 77);
	}
}

static void typed_numbers_are_understood(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	static const struct {
		const char *typed, *read;
		bool doubtful;
	} cases[] = {
		{"0", "0", false},
		{"1234", "1234", false},
		{"1.234,5", "1234.5", false},
		{"1,234.5", "1234.5", false},
		{"1 234,5", "1234.5", false},
		{"1 234.5", "1234.5", false},
		{"1 234", "1234", false},
		{"1\u00a0234\u00a0567", "1234567", false},
		{"1\u202f234,50", "1234.50", false},
		{"12.345.678", "12345678", false},
		{"12,345,678", "12345678", false},
		{"12.345.678,90", "12345678.90", false},
		{"12,345,678.90", "12345678.90", false},
		{"1234.5", "1234.5", false},
		{"1234,5", "1234.5", false},
		{"1,5", "1.5", false},
		{"1.5", "1.5", false},
		{"98,25%", "98.25", false},
		{"12 %", "12", false},
		{"12%", "12", false},
		{"−5", "-5", false},
		{"– 5,25", "-5.25", false},
		{"-1.234,5", "-1234.5", false},
		{"+7", "7", false},
		{"(5)", "-5", false},
		{"( 1.234,5 )", "-1234.5", false},
		{"(12%)", "-12", false},
		{"  42\n", "42", false},
		{"\u00a042\u00a0", "42", false},
		{"1.234", "1234", true},
		{"12.345", "12345", true},
		{"123.456", "123456", true},
		{"1,234", "1.234", true},
		{"-1.500", "-1500", true},
		{"0.123", "0.123", false},
		{"0,123", "0.123", false},
		{"1234.567", "1234.567", false},
		{"1 234.567", "1234.567", false},
		{"1 234,567", "1234.567", false},
		{"1.2345", "1.2345", false},
		{",5", "0.5", false},
		{".25", "0.25", false},
		{"007", "7", false},
		{"-0", "0", false},
		{"100.000.000.000.000.000", "100000000000000000", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct decimal d;
		bool doubtful = !cases[i].doubtful;
		assert_ok(decimal_read(str_of(cases[i].typed), &d, &doubtful, &why), why);
		if (!str_is(written(&b, d), cases[i].read) || doubtful != cases[i].doubtful)
			fail_msg("\"%s\" read as \"" STR_FMT "\"%s", cases[i].typed,
				 STR_ARG(buf_str(&b)), doubtful ? ", doubtful" : "");
	}
}

static void typed_nonsense_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *sentence;
	} cases[] = {
		{"", "no number is given"},
		{"   ", "there is no digit"},
		{"-", "there is no digit"},
		{"%", "there is no digit"},
		{"()", "there is no digit"},
		{"(", "not closed"},
		{"(5", "not closed"},
		{"(-5)", "leave the sign out"},
		{"1,5 triệu", "write the number in full"},
		{"1,5 triệu", "\"triệu\" at character 5"},
		{"2 tỷ", "\"tỷ\" at character 3"},
		{"3 nghìn", "write the number in full"},
		{"5tr", "write the number in full"},
		{"1e3", "'e' at character 2: write the number without exponent"},
		{"12 người",
		 "\"n\" at character 4 is not part of a number; write the number alone"},
		{"12 đ", "\"đ\" at character 4"},
		{"n/a", "\"n\" at character 1 is not part of a number"},
		{"không có", "\"k\" at character 1"},
		{"1.23,4.5", "',' stands where"},
		{"1,2345.6", "three digits, not 4"},
		{"1.23.456", "three digits, not 2"},
		{"1.234.56", "three digits, not 2"},
		{"1234 567", "three digits, not 4"},
		{"1 23", "three digits, not 2"},
		{"1 2 3", "three digits, not 1"},
		{"1.234 567", "stands where no separator"},
		{"1..5", "three digits, not 0"},
		{"5.", "no digit follows"},
		{"1.234,", "no digit follows"},
		{".", "no digit follows"},
		{"5-", "\"-\" at character 2"},
		{"--5", "\"-\" at character 2"},
		{"1/2", "\"/\" at character 2"},
		{"5 %%", "\"%\" at character 3"},
		{"5‰", "is not part of a number"},
		{"1\n2", "at character 2 is not part"},
		{"٣", "is not part of a number"},
		{"\xff", "byte 1 is not UTF-8"},
		{"5\xe1\xba", "byte 2 is not UTF-8"},
		{"1,12345678901", "more than 9 digits after the decimal point"},
		{"99999999999999999999", "too many digits"},
		{"11111111111111111111111111111111111111111111111111111111111111111111111111",
		 "too many digits"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct why why;
		struct decimal d = {77, 3};
		bool doubtful = true;
		assert_err(decimal_read(str_of(cases[i].typed), &d, &doubtful, &why), ERR_INVALID);
		if (!strstr(why.text, cases[i].sentence))
			fail_msg("\"%s\" refused with: %s", cases[i].typed, why.text);
		assert_true(d.mantissa == 77 && d.scale == 3 && doubtful);
	}
	struct decimal d;
	bool doubtful;
	assert_err(decimal_read(STR_NULL, &d, &doubtful, NULL), ERR_INVALID);
	assert_err(decimal_read((struct str){"1\0002", 3}, &d, &doubtful, NULL), ERR_INVALID);
}

/* Every writing of the same value reads back as that value. */
static void all_styles_of_one_value_agree(void **state)
{
	(void)state;
	static const char *const styles[][2] = {{".", ","}, {",", "."},	     {" ", ","},
						{" ", "."}, {"\u00a0", ","}, {"", ","}};
	struct why why;
	AUTO(buf_release) struct buf typed;
	buf_init(&typed, 200);
	uint64_t random = 88172645463325252u;
	for (int round = 0; round < 20000; round++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		int64_t value = (int64_t)(random >> (4 + random % 60));
		int cents = (int)(random % 100);
		if (value > INT64_MAX / 100 - 1)
			continue;
		char digits[32];
		int n = snprintf(digits, sizeof digits, "%lld", (long long)value);
		const char *const *style = styles[round % (int)ARRAY_LEN(styles)];
		buf_clear(&typed);
		for (int i = 0; i < n; i++) {
			if (i > 0 && (n - i) % 3 == 0)
				buf_add(&typed, str_of(style[0]));
			buf_add_char(&typed, digits[i]);
		}
		buf_printf(&typed, "%s%02d", style[1], cents);
		struct decimal d;
		bool doubtful;
		assert_ok(decimal_read(buf_str(&typed), &d, &doubtful, &why), why);
		assert_true(d.mantissa == value * 100 + cents && d.scale == 2 && !doubtful);
	}
}

static void values_compare_and_add_exactly(void **state)
{
	(void)state;
	struct why why;
	struct decimal a = {10, 1}, b = {100, 2}, c, least = {INT64_MIN, 0}, most = {INT64_MAX, 9};
	assert_int_equal(decimal_cmp(a, b), 0);
	assert_true(decimal_cmp(least, most) < 0);
	assert_true(decimal_cmp(most, least) > 0);
	assert_true(decimal_cmp((struct decimal){INT64_MAX, 0}, most) > 0);
	assert_ok(decimal_add(a, (struct decimal){5, 3}, &c, &why), why);
	assert_true(c.mantissa == 1005 && c.scale == 3);
	assert_err(decimal_add((struct decimal){INT64_MAX, 0}, (struct decimal){1, 0}, &c, &why),
		   ERR_INVALID);
	assert_err(decimal_add((struct decimal){INT64_MAX, 0}, (struct decimal){0, 1}, &c, &why),
		   ERR_INVALID);
	assert_err(decimal_add(least, (struct decimal){-1, 0}, &c, &why), ERR_INVALID);
	assert_ok(decimal_shift((struct decimal){-45, 1}, 3, &c, &why), why);
	assert_true(c.mantissa == -4500 && c.scale == 0);
	assert_ok(decimal_shift((struct decimal){81500, 0}, -3, &c, &why), why);
	assert_true(c.mantissa == 815 && c.scale == 1);
	assert_ok(decimal_shift((struct decimal){125, 2}, 1, &c, &why), why);
	assert_true(c.mantissa == 125 && c.scale == 1);
	assert_err(decimal_shift((struct decimal){INT64_MAX, 0}, 1, &c, &why), ERR_INVALID);
	assert_err(decimal_shift((struct decimal){1, 5}, -5, &c, &why), ERR_INVALID);
	assert_true(decimal_double((struct decimal){-125, 2}) <= -1.25 &&
		    decimal_double((struct decimal){-125, 2}) >= -1.25);
}

static void vietnamese_readers_see_their_own_marks(void **state)
{
	(void)state;
	static const struct {
		struct decimal value;
		const char *text;
	} cases[] = {{{0, 0}, "0"},
		     {{999, 0}, "999"},
		     {{1000, 0}, "1.000"},
		     {{-123456, 0}, "-123.456"},
		     {{1234567, 2}, "12.345,67"},
		     {{-50, 2}, "-0,50"},
		     {{1234567890, 0}, "1.234.567.890"}};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_str(decimal_vi(a, cases[i].value), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_form_is_strict_and_keeps_zeros),
		cmocka_unit_test(typed_numbers_are_understood),
		cmocka_unit_test(typed_nonsense_is_refused_with_a_sentence),
		cmocka_unit_test(all_styles_of_one_value_agree),
		cmocka_unit_test(values_compare_and_add_exactly),
		cmocka_unit_test(vietnamese_readers_see_their_own_marks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
