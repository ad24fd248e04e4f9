#include "paper/testing.h"
#include "paper/model.h"

#include "base/testing.h"

static const struct paper_info plain = {.title = TEXT("Thử"), .created = 1796601600 * USEC_SECOND};

static struct str html_of(const struct paper *p, struct buf *out)
{
	struct why why = {0};
	buf_init(out, PAPER_FILE_MAX);
	assert_ok(paper_html(p, out, &why), why);
	return buf_str(out);
}

static bool holds(struct str text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void dates_are_written_as_the_decree_wants(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str place = STR("Khánh Hòa");
	assert_str(paper_place_date(a, PAPER_VI, place, (struct date){2026, 12, 7}),
		   "Khánh Hòa, ngày 07 tháng 12 năm 2026");
	assert_str(paper_place_date(a, PAPER_VI, place, (struct date){2026, 2, 13}),
		   "Khánh Hòa, ngày 13 tháng 02 năm 2026");
	assert_str(paper_place_date(a, PAPER_VI, place, (struct date){2026, 3, 1}),
		   "Khánh Hòa, ngày 01 tháng 3 năm 2026");
	assert_str(paper_place_date(a, PAPER_VI, STR_NULL, (struct date){2026, 3, 1}),
		   "ngày 01 tháng 3 năm 2026");
	assert_str(paper_place_date(a, PAPER_EN, place, (struct date){2026, 12, 7}),
		   "Khánh Hòa, 7 December 2026");
	assert_str(paper_roman(a, 1), "I");
	assert_str(paper_roman(a, 44), "XLIV");
	assert_str(paper_decimal(a, PAPER_VI, (struct decimal){-123456789, 2}), "-1.234.567,89");
	assert_str(paper_decimal(a, PAPER_EN, (struct decimal){-123456789, 2}), "-1,234,567.89");
}

static void an_annex_tells_what_it_belongs_to(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	assert_str(
		paper_attached_to(testing_report(a, &plain, 1)),
		"(Kèm theo Báo cáo số 12/BC-TTDH ngày 07 tháng 12 năm 2026 của Trung tâm giám sát, điều hành thông minh)");
	assert_str(
		paper_attached_to(testing_reminder(a)),
		"(Kèm theo Công văn số 03/TTDH-NN ngày 03 tháng 02 năm 2026 của Trung tâm giám sát, điều hành thông minh)");
	assert_null(paper_attached_to(paper_new(a, &plain)).ptr);
}

static void hostile_text_is_made_harmless(void **state)
{
	static const char bytes[] = "a\0b\xe2\x80\xae"
				    "c\xff"
				    "d\te<script>&\"'\xef\xbb\xbf";
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct paper *p = paper_new(a, &plain);
	paper_text(p, (struct str){bytes, sizeof(bytes) - 1});
	struct str text = html_of(p, &out);
	assert_true(holds(text, "abc\xef\xbf\xbd"
				"d e&lt;script&gt;&amp;&quot;&#39;</p>"));
	assert_false(holds(text, "<script"));
}

static void decomposed_letters_are_composed(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct paper *p = paper_new(a, &plain);
	paper_text(p, STR("Kha\xcc\x81nh Ho\xcc\x80"
			  "a"));
	assert_true(holds(html_of(p, &out), "Khánh Hòa"));
}

/* Every limit ends in ERR_TOO_LARGE of every writer, and says which. */
static void expect_too_large(const struct paper *p, const char *words)
{
	enum err (*const writers[])(const struct paper *, struct buf *,
				    struct why *) = {paper_pdf, paper_html, paper_xlsx};
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		AUTO(buf_release) struct buf out;
		struct why why = {0};
		buf_init(&out, PAPER_FILE_MAX);
		assert_err(writers[i](p, &out, &why), ERR_TOO_LARGE);
		assert_non_null(strstr(why.text, words));
		assert_int_equal(out.len, 0);
	}
}

static void limits_are_told(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct paper *p = paper_new(a, &plain);
	for (int i = 0; i <= PAPER_PARTS_MAX; i++)
		paper_heading(p, 1, STR("x"));
	expect_too_large(p, "2000 paragraphs");

	char *much = arena_alloc(a, PAPER_PARAGRAPH_MAX + 1);
	memset(much, 'x', PAPER_PARAGRAPH_MAX + 1);
	p = paper_new(a, &plain);
	paper_text(p, (struct str){much, PAPER_PARAGRAPH_MAX + 1});
	expect_too_large(p, "65536 bytes in one piece");

	p = paper_new(a, &plain);
	for (size_t i = 0; i <= PAPER_TEXT_MAX / PAPER_PARAGRAPH_MAX; i++)
		paper_text(p, (struct str){much, PAPER_PARAGRAPH_MAX});
	expect_too_large(p, "bytes of text");

	struct paper_column columns[PAPER_COLUMNS_MAX + 1] = {{0}};
	struct paper_cell *cells = ARENA_ARRAY(a, PAPER_ROWS_MAX + 1, struct paper_cell);
	p = paper_new(a, &plain);
	paper_table(p,
		    &(struct paper_table){.columns = columns, .n_columns = PAPER_COLUMNS_MAX + 1});
	expect_too_large(p, "24 columns");

	p = paper_new(a, &plain);
	paper_table(p, &(struct paper_table){.columns = columns,
					     .n_columns = 1,
					     .cells = cells,
					     .n_cells = PAPER_ROWS_MAX});
	paper_table(p, &(struct paper_table){
			       .columns = columns, .n_columns = 1, .cells = cells, .n_cells = 1});
	expect_too_large(p, "20000 rows");
}

static void charts_have_limits(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str *labels = ARENA_ARRAY(a, PAPER_POINTS_MAX + 1, struct str);
	struct paper_number *values = ARENA_ARRAY(a, PAPER_POINTS_MAX + 1, struct paper_number);
	struct paper_series series[PAPER_SERIES_MAX + 1];
	for (size_t i = 0; i < ARRAY_LEN(series); i++)
		series[i] = (struct paper_series){.values = values};
	struct paper *p = paper_new(a, &plain);
	paper_chart(p, &(struct paper_chart){.labels = labels,
					     .n_labels = PAPER_POINTS_MAX + 1,
					     .series = series,
					     .n_series = 1});
	expect_too_large(p, "400 points");
	p = paper_new(a, &plain);
	paper_chart(p, &(struct paper_chart){.labels = labels,
					     .n_labels = 1,
					     .series = series,
					     .n_series = PAPER_SERIES_MAX + 1});
	expect_too_large(p, "6 lines");
}

static void a_chart_is_told_in_words(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct paper *p = paper_new(a, &plain);
	const struct str months[] = {STR("T1"), STR("T2"), STR("T3")};
	const struct paper_number values[] = {{true, {100, 1}}, {true, {305, 1}}, {true, {20, 0}}};
	const struct paper_number none[3] = {{0}};
	const struct paper_series series[] = {{STR("Thu"), values, NULL}, {STR("Chi"), none, NULL}};
	paper_chart(p, &(struct paper_chart){.kind = PAPER_LINE,
					     .title = STR("Ngân sách"),
					     .measure = STR("tỷ"),
					     .labels = months,
					     .n_labels = 3,
					     .series = series,
					     .n_series = 2});
	struct str text = html_of(p, &out);
	assert_true(holds(
		text,
		"aria-label=\"Thu: từ 10,0 tỷ (T1) đến 20 tỷ (T3); cao nhất 30,5 tỷ (T2), thấp nhất 10,0 tỷ (T1). "
		"Chi: chưa có số liệu.\""));
	assert_true(holds(text, "<figcaption>Biểu đồ 1. Ngân sách</figcaption>"));
}

static void a_page_is_complete_and_alone(void **state)
{
	static const char *const parts[] = {"<html lang=\"vi-VN\">",
					    "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
					    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
					    "Số: 12/BC-TTDH",
					    "<h1 class=\"type\">BÁO CÁO<br>Tình hình",
					    "colspan=\"2\"",
					    "<td class=\"r\">123.456,7</td>",
					    "<tr class=\"total\">",
					    "Phụ lục I<br>DANH SÁCH",
					    "SỐ LIỆU MINH HỌA"};
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	AUTO(buf_release) struct buf again;
	struct paper_info info = plain;
	info.demonstration = true;
	struct paper *p = testing_report(a, &info, 3);
	struct str text = html_of(p, &out);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!holds(text, parts[i]))
			fail_msg("the page lacks %s", parts[i]);
	assert_false(holds(text, "http"));
	assert_false(holds(text, "<script"));
	assert_true(str_eq(text, html_of(testing_report(a, &info, 3), &again)));
	buf_release(&out);
	info.demonstration = false;
	assert_false(holds(html_of(testing_report(a, &info, 3), &out), "MINH HỌA"));
}

/* What the parts of the archive say, through Python's reader. */
static void tables_are_sheets(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	AUTO(buf_release) struct buf again;
	struct why why = {0};
	struct paper_info info = plain;
	info.demonstration = true;
	buf_init(&out, PAPER_FILE_MAX);
	buf_init(&again, PAPER_FILE_MAX);
	assert_ok(paper_xlsx(testing_report(a, &info, 3), &out, &why), why);
	assert_ok(paper_xlsx(testing_report(a, &info, 3), &again, &why), why);
	assert_true(str_eq(buf_str(&out), buf_str(&again)));
	struct str text = testing_run(
		a, buf_str(&out),
		(const char *const[]){"python3", "-c",
				      "import sys, zipfile\n"
				      "z = zipfile.ZipFile(sys.argv[1])\n"
				      "for n in z.namelist(): print(z.read(n).decode())",
				      NULL});
	assert_true(holds(text, "<v>123456.7</v>"));
	assert_true(holds(text, "=1+1 là chữ"));
	assert_false(holds(text, "<f>"));
	assert_true(holds(text, "name=\"Bảng 1. Thu ngân sách theo đơn \""));
	assert_true(holds(text, "Biểu đồ 3. Xếp hạng các xã, phư"));
	assert_true(holds(text, "2026-12-07T00:00:00Z"));
	assert_true(holds(text, "Số liệu minh họa"));
}

static void a_letter_is_no_spreadsheet(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct why why = {0};
	buf_init(&out, PAPER_FILE_MAX);
	assert_err(paper_xlsx(testing_reminder(a), &out, &why), ERR_INVALID);
}

static void a_file_ends_where_its_buffer_ends(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct paper *p = testing_report(a, &plain, 3);
	enum err (*const writers[])(const struct paper *, struct buf *,
				    struct why *) = {paper_pdf, paper_html, paper_xlsx};
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		AUTO(buf_release) struct buf out;
		struct why why = {0};
		buf_init(&out, 1000);
		assert_err(writers[i](p, &out, &why), ERR_TOO_LARGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_written_as_the_decree_wants),
		cmocka_unit_test(an_annex_tells_what_it_belongs_to),
		cmocka_unit_test(hostile_text_is_made_harmless),
		cmocka_unit_test(decomposed_letters_are_composed),
		cmocka_unit_test(limits_are_told),
		cmocka_unit_test(charts_have_limits),
		cmocka_unit_test(a_chart_is_told_in_words),
		cmocka_unit_test(a_page_is_complete_and_alone),
		cmocka_unit_test(tables_are_sheets),
		cmocka_unit_test(a_letter_is_no_spreadsheet),
		cmocka_unit_test(a_file_ends_where_its_buffer_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
