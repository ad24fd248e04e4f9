#include "base/csv.h"
#include "base/testing.h"

/* Rows as "a|b⏎c|d" so that one line tells all. */
static struct str shown(struct arena *a, struct str text, char separator, enum err *ret,
			struct why *why)
{
	struct csv *c = csv_open(a, text, separator);
	struct csv_row row;
	char *out = arena_alloc(a, text.len * 8 + 100);
	size_t len = 0;
	for (int64_t number = 1; csv_next(c, &row); number++) {
		assert_int_equal(row.number, number);
		for (size_t i = 0; i < row.n; i++) {
			if (i > 0)
				out[len++] = '|';
			if (row.cells[i].len)
				memcpy(out + len, row.cells[i].ptr, row.cells[i].len);
			len += row.cells[i].len;
		}
		out[len++] = '#';
	}
	assert_false(csv_next(c, &row));
	*ret = csv_end(c, why);
	return (struct str){out, len};
}

static void files_of_all_sorts_are_read(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", ""},
		{"a", "a#"},
		{"a,b\nc,d\n", "a|b#c|d#"},
		{"a,b\r\nc,d\r\n", "a|b#c|d#"},
		{"a,b\rc,d", "a|b#c|d#"},
		{"\xef\xbb\xbfMã;Giá trị\n01;1.234,5\n", "Mã|Giá trị#01|1.234,5#"},
		{"a\tb\n1,5\t2\n", "a|b#1,5|2#"},
		{"a,,\n,,\n", "a||#||#"},
		{"a\n\nb\n", "a##b#"},
		{"\"a,b\",\"c\"\"d\"\n", "a,b|c\"d#"},
		{"\"a\nb\";x\nc;d", "a\nb|x#c|d#"},
		{"\"\",\"\"\"\"\n", "|\"#"},
		{"a b\"c,d\n", "a b\"c|d#"},
		{"\"x;y;z\",1\n", "x;y;z|1#"},
		{"\"\"\"a\"\"\",\"\"\"b\"\"\",\"\"\"c\"\"\"\n", "\"a\"|\"b\"|\"c\"#"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct why why;
		enum err rc;
		struct str got = shown(a, str_of(cases[i][0]), 0, &rc, &why);
		assert_ok(rc, why);
		assert_str(got, cases[i][1]);
	}
	AUTO(arena_free) struct arena *a = arena_new();
	enum err rc;
	assert_str(shown(a, STR("a;b,c"), ',', &rc, NULL), "a;b|c#");
	assert_str(shown(a, STR_NULL, 0, &rc, NULL), "");
	assert_err(rc, OK);
}

static void broken_files_end_with_the_place(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		const char *at, *sentence;
	} cases[] = {
		{{"a,b\nc,\"d\ne\n", 11}, "row 2, column 2", "never closed"},
		{{"a,b\nc,\"d\"x\n", 11}, "row 2, column 2", "written twice"},
		{{"\"a\" ,b", 6}, "row 1, column 1", "the cell must end"},
		{{"\xff\xfe"
		  "a\0",
		  4},
		 "",
		 "UTF-16"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct why why;
		enum err rc;
		shown(a, cases[i].text, 0, &rc, &why);
		assert_err(rc, ERR_INVALID);
		assert_string_equal(why.at, cases[i].at);
		assert_non_null(strstr(why.text, cases[i].sentence));
	}
}

static enum err read_all(struct str text, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct csv *c = csv_open(a, text, ',');
	struct csv_row row;
	while (csv_next(c, &row))
		;
	/* A bomb must not cost more than a few times its size. */
	assert_true(arena_used(a) < 8 * text.len + 100000);
	return csv_end(c, why);
}

static void bombs_are_refused(void **state)
{
	(void)state;
	struct why why;
	size_t size = 4 << 20;
	char *text = malloc(size);
	assert_non_null(text);
	memset(text, 'x', size);
	assert_err(read_all((struct str){text, CSV_CELL_MAX}, &why), OK);
	assert_err(read_all((struct str){text, CSV_CELL_MAX + 1}, &why), ERR_INVALID);
	assert_string_equal(why.at, "row 1, column 1");
	text[0] = '"';
	assert_err(read_all((struct str){text, size}, &why), ERR_INVALID);
	memset(text, '"', size);
	assert_err(read_all((struct str){text, size}, &why), ERR_INVALID);
	memset(text, ',', size);
	assert_err(read_all((struct str){text, CSV_COLUMNS_MAX - 1}, &why), OK);
	assert_err(read_all((struct str){text, CSV_COLUMNS_MAX}, &why), ERR_INVALID);
	assert_string_equal(why.at, "row 1, column 4097");
	for (size_t i = 0; i + 8 <= size; i += 8)
		memcpy(text + i, "\"a\"\"b\",\n", 8);
	assert_err(read_all((struct str){text, size}, &why), OK);
	free(text);
}

static void cells_are_written_safely(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", ""},
		{"Diên Khánh", "Diên Khánh"},
		{"a,b", "\"a,b\""},
		{"a;b", "\"a;b\""},
		{"say \"hi\"", "\"say \"\"hi\"\"\""},
		{"\"", "\"\"\"\""},
		{"two\nlines", "\"two\nlines\""},
		{" x", "\" x\""},
		{"-5", "-5"},
		{"-1234.50", "-1234.50"},
		{"=1+1", "'=1+1"},
		{"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
		{"+84 123", "'+84 123"},
		{"-2+3", "'-2+3"},
		{"-", "'-"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "\"'\t=1\""},
		{"\r=1", "\"'\r=1\""},
	};
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_clear(&b);
		csv_write(&b, true, str_of(cases[i][0]));
		assert_str(buf_str(&b), cases[i][1]);
	}
	buf_clear(&b);
	csv_write(&b, true, STR("a"));
	csv_write(&b, false, STR_NULL);
	csv_write(&b, false, STR("c"));
	assert_str(buf_str(&b), "a,,c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_all_sorts_are_read),
		cmocka_unit_test(broken_files_end_with_the_place),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(cells_are_written_safely),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
