#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/testing.h"

#include <math.h>

static const struct json *parsed(struct arena *a, struct str text)
{
	struct why why;
	const struct json *v = NULL;
	assert_ok(json_parse(a, text, &v, &why), why);
	return v;
}

static void values_of_every_type_are_read(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	const struct json *v = parsed(
		a, STR(" {\"a\" : [1, -2.50 ,\"x\",true,false,null,{ },[ ]],\r\n\t\"b\":\"\"} "));
	assert_int_equal(v->type, JSON_OBJECT);
	assert_int_equal(v->n, 2);
	assert_str(v->names[0], "a");
	const struct json *list = json_get(v, "a");
	assert_int_equal(list->n, 8);
	assert_int_equal(list->items[0].integer, 1);
	assert_int_equal(list->items[1].type, JSON_NUMBER);
	assert_str(list->items[1].text, "-2.50");
	assert_str(list->items[2].text, "x");
	assert_true(list->items[3].type == JSON_BOOL && list->items[3].boolean);
	assert_true(list->items[4].type == JSON_BOOL && !list->items[4].boolean);
	assert_true(json_is_null(&list->items[5]) && json_is_null(json_get(v, "c")));
	assert_true(list->items[6].type == JSON_OBJECT && list->items[6].n == 0);
	assert_true(list->items[7].type == JSON_ARRAY && list->items[7].n == 0);
	assert_str(json_get_str(v, "b"), "");
	assert_non_null(json_get_str(v, "b").ptr);
	assert_null(json_get_str(v, "a").ptr);
	assert_null(json_get_str(NULL, "a").ptr);
	assert_int_equal(json_get_int(NULL, "a"), 0);
	assert_int_equal(json_get_int(v, "b"), 0); /* a text is no number */
	assert_int_equal(json_get_int(v, "nothing"), 0);
	assert_null(json_get(list, "a"));
	assert_int_equal(parsed(a, STR("\xef\xbb\xbf 7"))->integer, 7);
}

static void numbers_keep_their_text(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum json_type type;
		int64_t integer;
	} cases[] = {
		{"0", JSON_INT, 0},
		{"-0", JSON_INT, 0},
		{"9223372036854775807", JSON_INT, INT64_MAX},
		{"-9223372036854775808", JSON_INT, INT64_MIN},
		{"9223372036854775808", JSON_NUMBER, 0},
		{"-9223372036854775809", JSON_NUMBER, 0},
		{"123456789012345678901234567890", JSON_NUMBER, 0},
		{"0.10", JSON_NUMBER, 0},
		{"1e3", JSON_NUMBER, 0},
		{"-1.5E-7", JSON_NUMBER, 0},
		{"1e-999", JSON_NUMBER, 0},
		{"0.1000000000000000055511151231257827", JSON_NUMBER, 0},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct json *v = parsed(a, str_of(cases[i].text));
		assert_int_equal(v->type, cases[i].type);
		assert_str(v->text, cases[i].text);
		assert_true(v->integer == cases[i].integer);
	}
}

static void strings_are_decoded_and_normalised(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"\"Diên Khánh\"", "Diên Khánh"},
		{"\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"", "a\"b\\c/d\b\f\n\r\t"},
		{"\"\\u0110\\u1ea1\\u0041\"", "ĐạA"},
		{"\"\\uD834\\uDD1E\"", "𝄞"},
		{"\"Ho\x61\xcc\x80\"", "Hoà"},
		{"\"Hoa\\u0300\"", "Hoà"},
		{"\"\\u001f\"", "\x1f"},
		{"\"12345678\\n12345678 ế 12345678\"", "12345678\n12345678 ế 12345678"},
		{"\"\x7f\"", "\x7f"},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_str(parsed(a, str_of(cases[i][0]))->text, cases[i][1]);
	const struct json *v = parsed(a, STR("{\"Hoa\xcc\x80\":1}"));
	assert_non_null(json_get(v, "Hoà"));
}

static void broken_text_is_refused_with_line_and_column(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		const char *at;
	} cases[] = {
		{{"", 0}, "line 1, column 1"},
		{{"  ", 2}, "line 1, column 3"},
		{{"{\"a\":1,\n \"b\":}", 14}, "line 2, column 6"},
		{{"{\"a\\n\":\"ế\\n\",\n  x}", 20}, "line 2, column 3"},
		{{"[1,]", 4}, "line 1, column 4"},
		{{"[1 2]", 5}, "line 1, column 4"},
		{{"{\"a\":1,}", 8}, "line 1, column 8"},
		{{"{a:1}", 5}, "line 1, column 2"},
		{{"{\"a\" 1}", 7}, "line 1, column 6"},
		{{"[1", 2}, "line 1, column 3"},
		{{"{", 1}, "line 1, column 2"},
		{{"[1]]", 4}, "line 1, column 4"},
		{{"1 2", 3}, "line 1, column 3"},
		{{"\"abc", 4}, "line 1, column 5"},
		{{"\"a\nb\"", 5}, "line 1, column 3"},
		{{"\"a\0b\"", 5}, "line 1, column 3"},
		{{"1\0", 2}, "line 1, column 2"},
		{{"\"\\u0000\"", 8}, "line 1, column 2"},
		{{"\"\\ud800\"", 8}, "line 1, column 2"},
		{{"\"\\udc00\\ud800\"", 14}, "line 1, column 2"},
		{{"\"\\ud800\\u0041\"", 14}, "line 1, column 2"},
		{{"\"\\u12g4\"", 8}, "line 1, column 2"},
		{{"\"\\u12", 5}, "line 1, column 2"},
		{{"\"\\x41\"", 6}, "line 1, column 2"},
		{{"\"\\", 2}, "line 1, column 2"},
		{{"\"\xff\"", 3}, "line 1, column 2"},
		{{"\"\xed\xa0\x80\"", 5}, "line 1, column 2"},
		{{"\"\xe1\xba\"", 4}, "line 1, column 2"},
		{{"\"ế\xe1", 5}, "line 1, column 3"},
		{{"NaN", 3}, "line 1, column 1"},
		{{"Infinity", 8}, "line 1, column 1"},
		{{"-Infinity", 9}, "line 1, column 1"},
		{{"tru", 3}, "line 1, column 1"},
		{{"truefalse", 9}, "line 1, column 5"},
		{{"01", 2}, "line 1, column 1"},
		{{"-", 1}, "line 1, column 1"},
		{{"+1", 2}, "line 1, column 1"},
		{{"1.", 2}, "line 1, column 1"},
		{{".5", 2}, "line 1, column 1"},
		{{"1e", 2}, "line 1, column 1"},
		{{"1e+", 3}, "line 1, column 1"},
		{{"1e999", 5}, "line 1, column 1"},
		{{"-1e999", 6}, "line 1, column 1"},
		{{"0x10", 4}, "line 1, column 2"},
		{{"'a'", 3}, "line 1, column 1"},
		{{"[1,//x\n2]", 9}, "line 1, column 4"},
		{{"{\"a\":1,\"b\":2,\"a\":3}", 19}, "line 1, column 20"},
		{{"{\"Ho\xc3\xa0\":1,\"Hoa\xcc\x80\":2}", 20}, "line 1, column 19"},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct why why;
		const struct json *v = NULL;
		if (json_parse(a, cases[i].text, &v, &why) != ERR_INVALID ||
		    strcmp(why.at, cases[i].at) != 0)
			fail_msg("case %zu " STR_FMT ": %s", i, STR_ARG(cases[i].text),
				 v ? "accepted" : why.text);
		assert_null(v);
	}
}

static void depth_and_size_are_limited(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct why why;
	const struct json *v = NULL;
	char deep[2 * JSON_DEPTH_MAX + 2];
	memset(deep, '[', JSON_DEPTH_MAX);
	memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_ok(json_parse(a, (struct str){deep, 2 * JSON_DEPTH_MAX}, &v, &why), why);
	memset(deep, '[', JSON_DEPTH_MAX + 1);
	memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_err(json_parse(a, (struct str){deep, sizeof deep}, &v, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "nested too deeply"));

	size_t size = 33 << 20;
	char *large = malloc(size);
	assert_non_null(large);
	for (size_t i = 0; i < size; i += 2)
		memcpy(large + i, ",0", 2);
	large[0] = '[';
	assert_err(json_parse(a, (struct str){large, size}, &v, &why), ERR_TOO_LARGE);
	arena_reset(a);
	assert_err(json_parse(a, (struct str){large, 32 << 20}, &v, &why), ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "more than 1048576 values"));
	free(large);
}

static void many_members_are_still_checked_for_doubles(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1 << 20);
	for (int doubled = 0; doubled < 2; doubled++) {
		buf_clear(&b);
		for (int i = 0; i < 20000; i++)
			buf_printf(&b, "%c\"k%d\":%d", i ? ',' : '{', doubled && i == 19999 ? 7 : i,
				   i);
		buf_add_char(&b, '}');
		struct why why;
		const struct json *v = NULL;
		if (doubled) {
			assert_err(json_parse(a, buf_str(&b), &v, &why), ERR_INVALID);
			assert_non_null(strstr(why.text, "\"k7\" is there twice"));
		} else {
			assert_ok(json_parse(a, buf_str(&b), &v, &why), why);
			assert_int_equal(json_get(v, "k19999")->integer, 19999);
			assert_str(v->names[12345], "k12345");
		}
	}
}

static void writer_places_commas_and_escapes(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4096);
	struct jw w;
	jw_init(&w, &b);
	jw_object(&w);
	jw_m_str(&w, "text", STR("a\"b\\c\n\x01</script> ế \u2028\u2029&"));
	jw_m_str(&w, "none", STR_NULL);
	jw_m_cstr(&w, "c", "x");
	jw_m_int(&w, "n", -5);
	jw_m_bool(&w, "yes", true);
	jw_m_bool(&w, "no", false);
	jw_m_id(&w, "id", 32);
	jw_m_id(&w, "no_id", 0);
	jw_m_time(&w, "at", 1500000);
	jw_m_time(&w, "never", 0);
	jw_name(&w, "list");
	jw_array(&w);
	jw_array(&w);
	jw_array_end(&w);
	jw_object(&w);
	jw_object_end(&w);
	jw_raw(&w, STR("1.50"));
	jw_null(&w);
	jw_array_end(&w);
	jw_object_end(&w);
	assert_int_equal(w.depth, 0);
	assert_str(
		buf_str(&b),
		"{\"text\":\"a\\\"b\\\\c\\n\\u0001\\u003c/script> ế \\u2028\\u2029&\",\"none\":null,\"c\":\"x\",\"n\":-5,"
		"\"yes\":true,\"no\":false,\"id\":\"0000000000010\",\"no_id\":null,\"at\":\"1970-01-01T00:00:01.500000Z\","
		"\"never\":null,\"list\":[[],{},1.50,null]}");
}

static void bytes_that_are_no_text_are_replaced(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4096);
	struct jw w;
	jw_init(&w, &b);
	jw_str(&w, STR("a\xff"
		       "b\xe1\xba"
		       "c\xe1\xba\xbf\xc3"));
	assert_str(buf_str(&b), "\"a\xef\xbf\xbd"
				"b\xef\xbf\xbd\xef\xbf\xbd"
				"c\xe1\xba\xbf\xef\xbf\xbd\"");
}

/* Any text goes out and comes back the same. */
static void what_is_written_reads_back(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1 << 20);
	static const char *const pieces[] = {"a",	 "\"",	 "\\",	   "<",	     "\n",
					     "\x02",	 "ế",	 "\u2028", "\u2029", "𝄞",
					     "12345678", "\x7f", "/",	   "漢"};
	uint64_t random = 12345;
	for (int round = 0; round < 20000; round++) {
		char text[64] = "";
		size_t len = 0;
		for (uint64_t n = random % 8; n > 0; n--) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			const char *piece = pieces[(random >> 33) % ARRAY_LEN(pieces)];
			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		random = random * 6364136223846793005u + 1442695040888963407u;
		buf_clear(&b);
		struct jw w;
		jw_init(&w, &b);
		jw_str(&w, (struct str){text, len});
		assert_null(memchr(b.ptr, '<', b.len));
		assert_true(str_eq(parsed(a, buf_str(&b))->text, (struct str){text, len}));
		arena_reset(a);
	}
}

static void doubles_are_short_and_exact(void **state)
{
	(void)state;
	static const struct {
		double value;
		const char *text;
	} cases[] = {{0.1, "0.1"},
		     {1.0 / 3, "0.3333333333333333"},
		     {-2.5, "-2.5"},
		     {1e21, "1e+21"},
		     {123456789, "123456789"},
		     {5e-324, "4.94065645841247e-324"}};
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4096);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct jw w;
		buf_clear(&b);
		jw_init(&w, &b);
		jw_double(&w, cases[i].value);
		assert_str(buf_str(&b), cases[i].text);
	}
	struct jw w;
	buf_clear(&b);
	jw_init(&w, &b);
	jw_double(&w, (double)NAN);
	jw_double(&w, (double)INFINITY);
	assert_str(buf_str(&b), "null,null");
}

static void a_parsed_value_is_written_as_it_was(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4096);
	const char *text =
		"{\"a\":[1,2.50,1e3,true,false,null,\"x\\n\",[],{}],\"b\":{\"c\":{\"d\":-0}}}";
	struct jw w;
	jw_init(&w, &b);
	jw_value(&w, parsed(a, str_of(text)));
	assert_str(buf_str(&b), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_every_type_are_read),
		cmocka_unit_test(numbers_keep_their_text),
		cmocka_unit_test(strings_are_decoded_and_normalised),
		cmocka_unit_test(broken_text_is_refused_with_line_and_column),
		cmocka_unit_test(depth_and_size_are_limited),
		cmocka_unit_test(many_members_are_still_checked_for_doubles),
		cmocka_unit_test(writer_places_commas_and_escapes),
		cmocka_unit_test(bytes_that_are_no_text_are_replaced),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(doubles_are_short_and_exact),
		cmocka_unit_test(a_parsed_value_is_written_as_it_was),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
