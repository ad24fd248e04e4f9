#include "base/testing.h"
#include "base/text.h"

#include <utf8proc.h>

static void utf8_is_checked_strictly(void **state)
{
	(void)state;
	assert_true(text_valid(STR("Khánh Hòa, Trường Sa 𝄞 漢")));
	assert_true(text_valid(STR_NULL));
	static const char *const bad[] = {"\xff",
					  "a\x80",
					  "\xc0\xaf",
					  "\xc1\xbf",
					  "\xe0\x80\x80",
					  "\xed\xa0\x80",
					  "\xf0\x80\x80\x80",
					  "\xf4\x90\x80\x80",
					  "\xf5\x80\x80\x80",
					  "abcdefgh\xe1\xba",
					  "\xe1\xba",
					  "\xc3"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(text_valid(str_of(bad[i])));
	assert_int_equal(text_length(STR("Hòa đẹp")), 7);
}

static void every_code_point_survives_reading(void **state)
{
	(void)state;
	for (utf8proc_int32_t c = 0; c <= 0x10FFFF; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		utf8proc_uint8_t bytes[4];
		utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);
		uint32_t back = 0;
		assert_int_equal(text_next((struct str){(char *)bytes, (size_t)n}, &back), n);
		assert_int_equal(back, c);
		assert_int_equal(text_next((struct str){(char *)bytes, (size_t)n - 1}, &back), 0);
	}
}

static struct str reference_nfc(struct arena *a, struct str in)
{
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t len =
		utf8proc_map((const utf8proc_uint8_t *)in.ptr, (utf8proc_ssize_t)in.len, &made,
			     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	assert_true(len >= 0);
	struct str ret = arena_str(a, (struct str){(char *)made, (size_t)len});
	free(made);
	return ret;
}

static void normal_form_agrees_with_utf8proc(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	for (utf8proc_int32_t c = 1; c <= 0x10FFFF; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		char bytes[8] = "e";
		size_t n = 1 + (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)bytes + 1);
		struct str in = {bytes, n};
		assert_true(str_eq(text_nfc(a, in), reference_nfc(a, in)));
		arena_reset(a);
	}
	assert_str(text_nfc(a, STR("Hoa\xcc\x80")), "Hoà");
	struct str same = STR("Đường Trần Phú");
	assert_ptr_equal(text_nfc(a, same).ptr, same.ptr);
}

static void clean_text_is_kept_and_normalised(void **state)
{
	(void)state;
	struct why why;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str got;
	assert_ok(text_clean(a, STR("Tie\xcc\x82\xcc\x81ng Vie\xcc\xa3\xcc\x82t\t1\r\n2"), &got,
			     &why),
		  why);
	assert_str(got, "Tiếng Việt\t1\n2");
	assert_ok(text_clean(a, STR(""), &got, &why), why);
	assert_non_null(got.ptr);
	assert_ok(text_clean(a, STR_NULL, &got, &why), why);
	assert_int_equal(got.len, 0);
}

static void unfit_text_is_refused_with_its_place(void **state)
{
	(void)state;
	struct why why;
	AUTO(arena_free) struct arena *a = arena_new();
	static const struct {
		struct str in;
		const char *place;
	} bad[] = {
		{{"ab\0c", 4}, "byte 3 is a NUL"},
		{{"a\x1b[0m", 5}, "byte 2 is a control character (U+001B)"},
		{{"a\rb", 3}, "byte 2 is a control character"},
		{{"a\r", 2}, "byte 2 is a control character"},
		{{"a\x7f", 2}, "byte 2 is a control character"},
		{{"\xc2\x85", 2}, "byte 1 is a control character (U+0085)"},
		{{"abc\xe2\x80\xae", 6}, "byte 4 is a character that reverses"},
		{{"\xe2\x81\xa6", 3}, "byte 1 is a character that reverses"},
		{{"\xef\xb7\x90", 3}, "byte 1 is a code that is no character"},
		{{"\xf4\x8f\xbf\xbf", 4}, "byte 1 is a code that is no character"},
		{{"\xe1\xba", 2}, "byte 1 is not UTF-8"},
		{{"Di\xeam", 4}, "byte 3 is not UTF-8"},
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct str got = STR("untouched");
		assert_err(text_clean(a, bad[i].in, &got, &why), ERR_INVALID);
		if (!strstr(why.text, bad[i].place))
			fail_msg("%s: %s", why.text, bad[i].place);
		assert_str(got, "untouched");
	}
}

static void folding_makes_search_accent_blind(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const char *const cases[][2] = {
		{"Đường Trần-Phú", "duong tran phu"},
		{"  Xã   Diên Khánh ", "xa dien khanh"},
		{"Hòa", "hoa"},
		{"Hoà", "hoa"},
		{"Ho\x61\xcc\x80", "hoa"},
		{"Đặc khu Trường Sa", "dac khu truong sa"},
		{"Ðà Nẵng", "da nang"}, /* eth typed for Đ */
		{"đắk lắk", "dak lak"},
		{"QUÝ III/2026", "quy iii 2026"},
		{"Tỷ lệ (%) – hồ sơ “đúng hạn”", "ty le ho so dung han"},
		{"m² / người", "m² nguoi"},
		{"Straße ÆON", "strasse æon"},
		{"\xff\xfe"
		 "a\x80z",
		 "az"},
		{"...", ""},
		{"", ""},
		{"Ή Ω", "η ω"},
		{"가", "가"},
		{"so\xc2\xad"
		 "ft",
		 "soft"},
		{"a\xe2\x80\x8b"
		 "b",
		 "ab"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_str(text_fold(a, str_of(cases[i][0])), cases[i][1]);
	assert_str(text_fold(a, STR_NULL), "");
}

/* The same by utf8proc alone: NFD, marks off, case folded. */
static struct str reference_fold(struct arena *a, utf8proc_int32_t c)
{
	if (c == 0xD0 || c == 0xF0 || c == 0x110 || c == 0x111 || c == 0x189 || c == 0x256)
		return STR("d");
	utf8proc_int32_t bases[16], codes[16];
	int boundary = 0;
	utf8proc_ssize_t marked = utf8proc_decompose_char(
		c, bases, 16, UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, &boundary);
	utf8proc_ssize_t n = 0;
	for (utf8proc_ssize_t i = 0; i < marked; i++)
		n += utf8proc_decompose_char(
			bases[i], codes + n, 16 - n,
			UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &boundary);
	char *out = arena_alloc(a, 64);
	size_t len = 0;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		const char *kind = utf8proc_category_string(codes[i]);
		if (strchr("PSZ", kind[0]) || strcmp(kind, "Cc") == 0 || strcmp(kind, "Cf") == 0)
			continue;
		len += (size_t)utf8proc_encode_char(codes[i], (utf8proc_uint8_t *)out + len);
	}
	return reference_nfc(a, (struct str){out, len});
}

static void folding_agrees_with_utf8proc_on_every_character(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	for (utf8proc_int32_t c = 1; c <= 0x10FFFF; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		char bytes[5];
		struct str in = {bytes, (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)bytes)};
		bytes[in.len] = 0;
		struct str got = text_fold(a, in), expected = reference_fold(a, c);
		if (!str_eq(got, expected))
			fail_msg("U+%04X folds to \"" STR_FMT "\", not \"" STR_FMT "\"",
				 (unsigned)c, STR_ARG(got), STR_ARG(expected));
		assert_true(got.len <= 3 * in.len);
		assert_true(str_eq(text_fold(a, got), got));
		char *apart = (char *)utf8proc_NFD((utf8proc_uint8_t *)bytes);
		if (!str_eq(text_fold(a, str_of(apart)), got))
			fail_msg("U+%04X folds otherwise when it is written in parts", (unsigned)c);
		free(apart);
		arena_reset(a);
	}
}

static void lower_case_keeps_the_marks(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	assert_str(text_lower(a, STR("ỦY BAN NHÂN DÂN Xã Đ")), "ủy ban nhân dân xã đ");
	assert_str(text_lower(a, STR("")), "");
	assert_str(text_upper(a, STR("ủy ban nhân dân xã Đ, ơ ư ẵ z")),
		   "ỦY BAN NHÂN DÂN XÃ Đ, Ơ Ư Ẵ Z");
	for (utf8proc_int32_t c = 1; c <= 0x1FFFF; c++) {
		char bytes[4];
		size_t n = (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)bytes);
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		assert_true(text_lower(a, (struct str){bytes, n}).len <= 2 * n);
		assert_true(text_upper(a, (struct str){bytes, n}).len <= 2 * n);
	}
}

/* Where the tone stands is a matter of fashion; which tone, and which letter, is not. */
static void spelling_minds_tones_but_not_their_place(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const char *const same[][2] = {{"Hoà", "hòa"},
					      {"THUỶ", "thủy"},
					      {"khoẻ", "Khỏe"},
					      {"Die\u0302n kha\u0301nh", "diên khánh"}};
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		assert_true(str_eq(text_spelling(a, str_of(same[i][0])),
				   text_spelling(a, str_of(same[i][1]))));
	static const char *const other[][2] = {
		{"sở", "sơ"}, {"hồ", "hộ"}, {"đa", "da"}, {"hoa", "hòa"}};
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_false(str_eq(text_spelling(a, str_of(other[i][0])),
				    text_spelling(a, str_of(other[i][1]))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_is_checked_strictly),
		cmocka_unit_test(every_code_point_survives_reading),
		cmocka_unit_test(normal_form_agrees_with_utf8proc),
		cmocka_unit_test(clean_text_is_kept_and_normalised),
		cmocka_unit_test(unfit_text_is_refused_with_its_place),
		cmocka_unit_test(folding_makes_search_accent_blind),
		cmocka_unit_test(folding_agrees_with_utf8proc_on_every_character),
		cmocka_unit_test(spelling_minds_tones_but_not_their_place),
		cmocka_unit_test(lower_case_keeps_the_marks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
