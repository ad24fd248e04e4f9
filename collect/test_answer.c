#include "collect/testing.h"

#include "collect/answer.h"
#include "collect/layout.h"
#include "collect/sheet_sink.h"
#include "collect/template.h"
#include "collect/zip.h"

/* What was written is read by our own reader, without the sandbox. */
static struct sheet_book read_back(struct arena *a, const struct buf *file)
{
	struct buf table;
	buf_init(&table, SHEET_OUTPUT_MAX);
	sheet_job(buf_str(file), &table);
	struct sheet_book book = {.n = 0};
	struct why why = {0};
	assert_ok(sheet_unpack(a, arena_str(a, buf_str(&table)), &book, NULL, &why), why);
	buf_release(&table);
	return book;
}

static bool keep(void *context, const char *piece, size_t len, bool last)
{
	(void)last;
	buf_add_bytes(context, piece, len);
	return true;
}

static void assert_part_holds(const struct buf *file, const char *part, const char *text,
			      bool expected)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct zip z;
	struct why why = {0};
	assert_ok(zip_open(a, buf_str(file), 64 << 20, &z, &why), why);
	const struct zip_entry *e = zip_find(&z, part);
	assert_non_null(e);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 64 << 20);
	assert_ok(zip_unpack(&z, e, keep, &b, &why), why);
	if ((memmem(b.ptr, b.len, text, strlen(text)) != NULL) != expected)
		fail_msg("%s %s %s", part, expected ? "lacks" : "holds", text);
}

static void test_answer(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet sheets[2] = {
		testing_sheet(
			a,
			"BÁO CÁO|<|<\nChỉ tiêu|Giá trị|Ngày\nDân số|#12.5|@2026-09-30\n- Nữ|-5|=1+1\n01|1.234,5|x\n"),
		testing_sheet(a, "a\n")};
	sheets[0].name = STR("Biểu [01]: tên dài hơn ba mươi mốt ký tự");
	sheets[1].name = STR("Kết quả");
	struct sheet_book book = {.format = SHEET_XLSX, .n = 2, .sheets = sheets};
	struct answer_mark marks[] = {{0, 2, 1, ANSWER_ACCEPTED, STR("")},
				      {0, 3, 1, ANSWER_REFUSED, STR("Giá trị nhỏ hơn 0")},
				      {0, 3, 1, ANSWER_ACCEPTED, STR("")},
				      {0, 4, 1, ANSWER_DOUBTFUL, STR("Cần giải thích")},
				      {0, 1000, 1000, ANSWER_REFUSED, STR("ngoài bảng")}};
	struct answer_line lines[] = {{STR("Biên nhận"), STR("H32-9F2")},
				      {STR("Tệp"), STR("=HYPERLINK(\"x\")")}};
	struct answer answer = {.book = &book,
				.n_marks = ARRAY_LEN(marks),
				.marks = marks,
				.n_lines = ARRAY_LEN(lines),
				.lines = lines};
	AUTO(buf_release) struct buf out;
	buf_init(&out, ANSWER_MAX);
	struct why why = {0};
	assert_ok(answer_write(&answer, &out, &why), why);
	struct sheet_book back = read_back(a, &out);
	assert_int_equal(back.n, 3);
	assert_str(back.sheets[0].name, "Kết quả");
	assert_str(sheet_at(&back.sheets[0], 2, 1).text, "H32-9F2");
	assert_str(sheet_at(&back.sheets[0], 3, 1).text, "'=HYPERLINK(\"x\")");
	assert_str(back.sheets[1].name, "Biểu  01   tên dài hơn ba mươi");
	const struct sheet *s = &back.sheets[1];
	for (uint32_t row = 0; row < sheets[0].n_rows; row++)
		for (uint32_t c = 0; c < sheets[0].n_columns; c++) {
			struct sheet_cell was = sheet_at(&sheets[0], row, c),
					  is = sheet_at(s, row, c);
			if (row != 3 || c != 2)
				assert_true(str_eq(was.text, is.text) && was.kind == is.kind);
		}
	assert_str(sheet_at(s, 3, 2).text, "'=1+1");
	assert_int_equal(s->n_merges, 1);
	assert_part_holds(&out, "xl/worksheets/sheet2.xml", "<f>", false);
	assert_part_holds(&out, "xl/worksheets/sheet1.xml", "<f>", false);
	assert_part_holds(&out, "xl/comments1.xml", "Giá trị nhỏ hơn 0", true);
	assert_part_holds(&out, "xl/comments1.xml", "ngoài bảng", false);
	assert_part_holds(&out, "xl/styles.xml", "FFFFC7CE", true);
}

static void test_answer_of_odd_merges(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet s = testing_sheet(a, "a|b\nc|d\n");
	struct sheet_merge merges[] = {
		{0, 0, 0, 1}, {0, 0, 1, 0}, {1, 1, 1, 1}, {1, 0, 4000000, 0}};
	s.merges = merges;
	s.n_merges = ARRAY_LEN(merges);
	struct sheet_book book = {.n = 1, .sheets = &s};
	struct answer answer = {.book = &book, .english = true};
	AUTO(buf_release) struct buf out;
	buf_init(&out, ANSWER_MAX);
	struct why why = {0};
	assert_ok(answer_write(&answer, &out, &why), why);
	struct sheet_book back = read_back(a, &out);
	assert_str(back.sheets[0].name, "Result");
	assert_int_equal(back.sheets[1].n_merges, 1);
	AUTO(buf_release) struct buf tight;
	buf_init(&tight, 100);
	assert_err(answer_write(&answer, &tight, &why), ERR_TOO_LARGE);
}

static void test_template(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	const struct template_row rows[] = {
		{STR("DS01"), STR(""), STR("Dân số trung bình"), STR(""), STR("người"),
		 STR("2026-09"), STR("1200"), STR("1234"), STR("0"), STR_NULL, 0},
		{STR("DS01"), STR("sex=female"), STR("Dân số trung bình"), STR("Nữ"), STR("người"),
		 STR("2026-09"), STR_NULL, STR("600.5"), STR("0"), STR("2000"), 1},
		{STR("DS02"), STR(""), STR("=Tỷ lệ hộ nghèo"), STR(""), STR("%"), STR("2026-Q3"),
		 STR_NULL, STR_NULL, STR_NULL, STR("100"), 2}};
	const struct template t = {.unit = STR("H32-03"),
				   .unit_name = STR("Xã Diên Khánh"),
				   .period_name = STR("Tháng 9/2026"),
				   .n_rows = ARRAY_LEN(rows),
				   .rows = rows};
	AUTO(buf_release) struct buf out;
	buf_init(&out, TEMPLATE_MAX);
	struct why why = {0};
	assert_ok(template_write(&t, &out, &why), why);
	assert_part_holds(&out, "xl/worksheets/sheet1.xml", "<f>", false);
	assert_part_holds(&out, "xl/worksheets/sheet1.xml", "dataValidation", true);
	struct sheet_book back = read_back(a, &out);
	struct mapping m;
	assert_true(template_recognise(a, &back.sheets[0], &m));
	const struct layout_word indicators[] = {{.code = STR("DS01")}, {.code = STR("DS02")}};
	struct layout_index *x = layout_index_new(
		a, &(struct layout_words){.n = {2, 0, 0}, .words = {indicators, NULL, NULL}});
	struct mapping_result r;
	assert_ok(mapping_apply(a, &m, &back.sheets[0], x, &r, &why), why);
	assert_int_equal(r.n_cells, 2); /* the empty value is not a figure */
	assert_str(r.cells[0].indicator, "DS01");
	assert_str(r.cells[0].unit, "H32-03");
	assert_str(r.cells[0].period, "2026-09");
	assert_str(r.cells[0].breakdown, "");
	assert_str(r.cells[0].value, "1234");
	assert_str(r.cells[1].breakdown, "sex=female");
	assert_str(r.cells[1].value, "600.5");
	struct sheet other = testing_sheet(a, "a|b\n");
	assert_false(template_recognise(a, &other, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_answer),
					   cmocka_unit_test(test_answer_of_odd_merges),
					   cmocka_unit_test(test_template)};
	return cmocka_run_group_tests_name("collect/answer", tests, NULL, NULL);
}
