#include "collect/memory.h"
#include "collect/testing.h"

#include "collect/layout.h"

static enum err parse(struct arena *a, const char *text, struct mapping *ret, struct why *why)
{
	const struct json *json;
	enum err rc = json_parse(a, str_of(text), &json, why);
	return rc == OK ? mapping_parse(a, json, ret, why) : rc;
}

static const char good[] =
	"{\"sheet\":\"Sheet1\",\"header_row\":0,\"first_row\":1,\"columns\":[{\"column\":0,\"role\":\"unit\"},"
	"{\"column\":1,\"role\":\"value\",\"indicator\":\"DS01\",\"period\":\"2026-09\",\"breakdown\":\"sex=male\"},"
	"{\"column\":2,\"role\":\"breakdown:area\"},{\"column\":3,\"role\":\"remark\"}],"
	"\"fixed\":{},\"indicators\":{\"a\":\"DS01\"},\"units\":{\"Nhà mình\":\"U1\"},\"year\":2026}";

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		const char *json, *at;
	} cases[] = {
		{"[]", ""},
		{"{}", "/columns"},
		{"{\"columns\":7}", "/columns"},
		{"{\"columns\":[{\"role\":\"value\"}]}", "/columns/0"},
		{"{\"columns\":[{\"column\":5000,\"role\":\"value\"}]}", "/columns/0"},
		{"{\"columns\":[{\"column\":0,\"role\":\"value\"},{\"column\":1,\"role\":\"breakdown:\"}]}",
		 "/columns/1"},
		{"{\"columns\":[{\"column\":0,\"role\":\"magic\"}]}", "/columns/0"},
		{"{\"columns\":[{\"column\":0,\"role\":\"value\",\"unit\":7}]}", "unit"},
		{"{\"columns\":[],\"first_row\":-1}", "first_row"},
		{"{\"columns\":[],\"header_row\":\"x\"}", "header_row"},
		{"{\"columns\":[],\"first_row\":5,\"last_row\":2}", "/last_row"},
		{"{\"columns\":[],\"fixed\":[]}", "/fixed"},
		{"{\"columns\":[],\"units\":[]}", "/units"},
		{"{\"columns\":[],\"indicators\":{\"a\":1}}", "/indicators"}};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct mapping m;
		struct why why = {0};
		assert_err(parse(a, cases[i].json, &m, &why), ERR_INVALID);
		assert_string_equal(why.at, cases[i].at);
	}
}

static struct layout_index *words(struct arena *a)
{
	static struct layout_word kinds[3];
	kinds[0] = (struct layout_word){.code = STR("DS01"), .names = {STR("Dân số")}};
	kinds[1] = (struct layout_word){.code = STR("U1"), .names = {STR("Xã Một")}};
	kinds[2] = (struct layout_word){
		.code = STR("urban"), .list = STR("area"), .names = {STR("Thành thị")}};
	return layout_index_new(
		a,
		&(struct layout_words){.n = {1, 1, 1}, .words = {&kinds[0], &kinds[1], &kinds[2]}});
}

static void test_apply(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct mapping m;
	struct why why = {0};
	assert_ok(parse(a, good, &m, &why), why);
	struct sheet s = testing_sheet(
		a,
		"Đơn vị|Dân số|Khu vực|Ghi chú\nNHÀ MÌNH|#5|Thành thị|ước\nXã Một|(7)|Hải đảo|\nXã Hai|x|Thành thị|\n");
	struct mapping_result r;
	assert_ok(mapping_apply(a, &m, &s, words(a), &r, &why), why);
	assert_int_equal(r.n_cells, 2);
	assert_str(r.cells[0].unit, "U1");
	assert_str(r.cells[0].breakdown, "area=urban;sex=male");
	assert_str(r.cells[0].period, "2026-09");
	assert_str(r.cells[0].remark, "ước");
	assert_str(r.cells[1].value, "-7");
	assert_null(r.cells[1].breakdown.ptr); /* no such item */
	assert_str(r.cells[1].breakdown_text, "Hải đảo");
	assert_int_equal(r.cells[1].row, 2);
	assert_int_equal(r.cells[1].column, 1);
}

static void test_misfit(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct mapping m;
	struct why why = {0};
	struct mapping_result r;
	struct sheet narrow = testing_sheet(a, "a|b\nc|d\n"),
		     header = testing_sheet(a, "a|b|c|d\n");
	assert_ok(parse(a, good, &m, &why), why);
	assert_err(mapping_apply(a, &m, &narrow, words(a), &r, &why), ERR_INVALID);
	assert_string_equal(why.at, "/columns");
	assert_err(mapping_apply(a, &m, &header, words(a), &r, &why), ERR_INVALID);
	assert_string_equal(why.at, "/first_row");
	m.n_columns = 1;
	assert_err(mapping_apply(a, &m, &narrow, words(a), &r, &why), ERR_INVALID);
	struct sheet_book book = {.n = 1, .sheets = &narrow};
	assert_ptr_equal(mapping_sheet(&m, &book), &narrow);
	m.sheet = STR("another");
	assert_null(mapping_sheet(&m, &book));
}

static void test_too_many_figures(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet s = {.name = STR("a"), .n_rows = MAPPING_CELLS_MAX + 1, .n_columns = 1};
	struct sheet_cell *cells = ARENA_ARRAY(a, s.n_rows, struct sheet_cell);
	for (uint32_t i = 0; i < s.n_rows; i++)
		cells[i] = (struct sheet_cell){SHEET_NUMBER, STR("5")};
	s.cells = cells;
	struct mapping_column column = {.role = MAPPING_VALUE};
	struct mapping m = {.header_row = -1,
			    .last_row = MAPPING_CELLS_MAX - 1,
			    .n_columns = 1,
			    .columns = &column};
	struct mapping_result r;
	struct why why = {0};
	assert_ok(mapping_apply(a, &m, &s, words(a), &r, &why), why);
	assert_int_equal(r.n_cells, MAPPING_CELLS_MAX);
	m.last_row = -1;
	assert_err(mapping_apply(a, &m, &s, words(a), &r, &why), ERR_TOO_LARGE);
}

static void test_fingerprint(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet one =
		testing_sheet(a, "Báo cáo tháng 9\nChỉ tiêu|Thực hiện tháng 9/2026\nx|#1\n");
	struct sheet two = testing_sheet(
		a, "Báo cáo tháng 10\nCHỈ TIÊU|Thực hiện tháng 10/2026\ny|#2\nz|#3\n");
	struct sheet other =
		testing_sheet(a, "Báo cáo tháng 9\nChỉ tiêu|Kế hoạch tháng 9/2026\nx|#1\n");
	struct str print = mapping_fingerprint(a, &one, 1);
	assert_int_equal(print.len, 64);
	assert_true(str_eq(print, mapping_fingerprint(a, &two, 1)));
	assert_false(str_eq(print, mapping_fingerprint(a, &other, 1)));
	assert_false(str_eq(print, mapping_fingerprint(a, &one, -1)));
}

/* Next month's file of a remembered layout: another title, longer, two rows lower. */
static void test_memory(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct mapping_column then[] = {{.column = 0, .role = MAPPING_INDICATOR},
					{.column = 1,
					 .role = MAPPING_VALUE,
					 .period = STR("2026-09"),
					 .measure = STR("tỷ đồng")}};
	struct mapping_column now[] = {
		then[0], {.column = 1, .role = MAPPING_VALUE, .period = STR("2026-10")}};
	struct layout_proposal before = {.mapping = {.header_row = 3,
						     .first_row = 4,
						     .last_row = 9,
						     .n_columns = 2,
						     .columns = then,
						     .year = 2026}};
	struct layout_proposal after = {.mapping = {.header_row = 5,
						    .first_row = 6,
						    .last_row = 20,
						    .n_columns = 2,
						    .columns = now,
						    .year = 2027}};
	struct mapping kept = memory_of(&before.mapping, &before);
	assert_false(kept.ask_period);
	assert_true(memory_fit(a, &kept, &after, STR("X1")));
	assert_int_equal(kept.header_row, 5);
	assert_int_equal(kept.first_row, 6);
	assert_int_equal(kept.last_row, 20);
	assert_int_equal(kept.year, 2027);
	assert_true(str_is(kept.columns[1].period, "2026-10"));
	assert_null(kept.columns[1].measure.ptr);

	/* A person told the period: the next file's is another. */
	struct mapping told = before.mapping;
	struct mapping_column bare[] = {then[0], {.column = 1, .role = MAPPING_VALUE}};
	told.columns = bare;
	told.fixed_period = STR("2026-09");
	before.mapping.columns = after.mapping.columns = bare;
	kept = memory_of(&told, &before);
	assert_true(kept.ask_period);
	assert_false(memory_fit(a, &kept, &after, STR("X1")));
	assert_null(kept.fixed_period.ptr);

	/* The title told it, the next one does not. */
	before.mapping.fixed_period = STR("2026-09");
	kept = memory_of(&told, &before);
	assert_false(kept.ask_period);
	assert_false(memory_fit(a, &kept, &after, STR("X1")));
	after.mapping.fixed_period = STR("2026-10");
	kept = memory_of(&told, &before);
	assert_true(memory_fit(a, &kept, &after, STR("X1")));
	assert_true(str_is(kept.fixed_period, "2026-10"));

	/* Sent for another unit, which only a person told; one's own needs no word. */
	told.fixed_unit = STR("X2");
	kept = memory_of(&told, &before);
	assert_false(memory_fit(a, &kept, &after, STR("X1")));
	assert_null(kept.fixed_unit.ptr);
	kept = memory_of(&told, &before);
	assert_true(memory_fit(a, &kept, &after, STR("X2")));

	/* Rows that a person corrected move with the header. */
	told.header_row = 2;
	told.first_row = 5;
	told.last_row = 8;
	kept = memory_of(&told, &before);
	assert_true(memory_fit(a, &kept, &after, STR("X2")));
	assert_int_equal(kept.header_row, 4);
	assert_int_equal(kept.first_row, 7);
	assert_int_equal(kept.last_row, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),    cmocka_unit_test(test_apply),
		cmocka_unit_test(test_misfit),	    cmocka_unit_test(test_too_many_figures),
		cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_memory)};
	return cmocka_run_group_tests_name("collect/mapping", tests, NULL, NULL);
}
