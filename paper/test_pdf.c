#include "paper/testing.h"
#include "paper/libs.h"

#include "base/testing.h"

static const struct paper_info plain = {.title = TEXT("Báo cáo tháng 11"),
					.author = TEXT("Trung tâm"),
					.created = 1796601600 * USEC_SECOND};

static struct str pdf_of(struct arena *a, const struct paper *p)
{
	AUTO(buf_release) struct buf out;
	struct why why = {0};
	buf_init(&out, PAPER_FILE_MAX);
	assert_ok(paper_pdf(p, &out, &why), why);
	return arena_str(a, buf_str(&out));
}

static struct str text_of(struct arena *a, struct str pdf)
{
	return testing_run(
		a, pdf,
		(const char *const[]){
			"sh", "-c",
			"qpdf --check \"$0\" >/dev/null && exec pdftotext -layout \"$0\" -", NULL});
}

static struct str info_of(struct arena *a, struct str pdf)
{
	return testing_run(
		a, pdf,
		(const char *const[]){
			"sh", "-c",
			"pdfinfo \"$0\"; qpdf --qdf \"$0\" - | grep -a -o '/Lang ([a-zA-Z-]*)'; pdffonts \"$0\" | tail -n +3 | awk '{print $(NF-4)}'",
			NULL});
}

static size_t count(struct str text, const char *part)
{
	size_t n = 0, len = strlen(part);
	for (size_t i = 0; i + len <= text.len; i++)
		n += memcmp(text.ptr + i, part, len) == 0;
	return n;
}

static void expect(struct str text, const char *part)
{
	if (!count(text, part))
		fail_msg("\"%s\" is not in:\n%.3000s", part, text.ptr);
}

static void a_report_is_a_good_pdf(void **state)
{
	static const char *const parts[] = {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
					    "Độc lập - Tự do - Hạnh phúc",
					    "Số: 12/BC-TTDH",
					    "Khánh Hòa, ngày 07 tháng 12 năm 2026",
					    "BÁO CÁO",
					    "Tình hình kinh tế - xã hội tháng 11 năm 2026",
					    "Bảng 1. Thu ngân sách theo đơn vị",
					    "123.456,7",
					    "Biểu đồ 3. Xếp hạng các xã, phường",
					    "KT. GIÁM ĐỐC",
					    "Nguyễn Thị Hải Đăng",
					    "- Lưu: VT, TTDH.",
					    "Phụ lục I",
					    "Trang 2/4"};
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str pdf = pdf_of(a, testing_report(a, &plain, 40)), text = text_of(a, pdf),
		   info = info_of(a, pdf);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		expect(text, parts[i]);
	assert_int_equal(count(text, "Trang 1/"), 0);
	assert_int_equal(count(text, "MINH HỌA"), 0);
	expect(info, "Báo cáo tháng 11");
	expect(info, "Tagged:          yes");
	expect(info, "Pages:           4");
	expect(info, "(A4)");
	expect(info, "Mon Dec  7 ");
	expect(info, "/Lang (vi-VN)");
	/* Every font is embedded: yes in the column emb. */
	assert_int_equal(count(info, "\nno"), 0);
	assert_true(str_eq(pdf, pdf_of(a, testing_report(a, &plain, 40))));
}

static void every_page_of_a_demonstration_says_so(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct paper_info info = plain;
	info.demonstration = true;
	info.language = PAPER_EN;
	struct str pdf = pdf_of(a, testing_report(a, &info, 40)), text = text_of(a, pdf);
	assert_int_equal(count(text, "The figures are invented for demonstration"), 4);
	expect(text, "SOCIALIST REPUBLIC OF VIET NAM");
	expect(text, "123,456.7");
	expect(info_of(a, pdf), "/Lang (en)");
}

static void a_letter_stands_on_one_page(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str pdf = pdf_of(a, testing_reminder(a)), text = text_of(a, pdf);
	expect(text, "V/v gửi số liệu chậm hạn");
	expect(text, "Kính gửi: Ủy ban nhân dân xã Khánh Sơn");
	expect(text, "ngày 03 tháng 02 năm 2026");
	expect(info_of(a, pdf), "Pages:           1");
}

/* Edges of a word on the first page, from pdftotext -bbox. */
static double edge(struct str boxes, const char *word, const char *which)
{
	char pattern[64];
	snprintf(pattern, sizeof(pattern), ">%s</word>", word);
	const char *end = memmem(boxes.ptr, boxes.len, pattern, strlen(pattern));
	if (!end)
		fail_msg("there is no word %s", word);
	const char *at = end;
	while (strncmp(at, "<word", 5) != 0)
		at--;
	snprintf(pattern, sizeof(pattern), "%s=\"", which);
	return strtod(strstr(at, pattern) + strlen(pattern), NULL);
}

static void everything_stands_where_the_decree_wants_it(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str boxes = testing_run(
		a, pdf_of(a, testing_report(a, &plain, 40)),
		(const char *const[]){"sh", "-c", "exec pdftotext -bbox -l 1 \"$0\" -", NULL});
	const double left = 85.0, right = 552.8, middle = 297.6;
	/* The agency left of the country's name, both heads on one height. */
	assert_true(edge(boxes, "ỦY", "xMin") >= left - 0.5);
	assert_true(edge(boxes, "HÒA", "xMax") < edge(boxes, "CỘNG", "xMin"));
	assert_true(edge(boxes, "NAM", "xMax") <= right + 0.5);
	/* Number and date on one line; the date right of the middle. */
	assert_true(edge(boxes, "Số:", "yMin") - edge(boxes, "ngày", "yMin") < 1);
	assert_true(edge(boxes, "ngày", "xMin") > middle);
	/* The type in the middle of the text. */
	double centre = (edge(boxes, "BÁO", "xMin") + edge(boxes, "CÁO", "xMax")) / 2;
	assert_true(centre > (left + right) / 2 - 1 && centre < (left + right) / 2 + 1);
	/* 13 points: the distance of two lines of a paragraph. */
	double step = edge(boxes, "nhà", "yMin") - edge(boxes, "Trong", "yMin");
	assert_true(step > 13 && step < 20);
	/* The first line is indented by 1 cm, the second begins at the margin. */
	assert_true(edge(boxes, "Trong", "xMin") - edge(boxes, "nhà", "xMin") > 27);
	assert_true(edge(boxes, "TÌNH", "yMin") > edge(boxes, "BÁO", "yMin"));
}

static void a_long_table_repeats_its_header(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str pdf = pdf_of(a, testing_report(a, &plain, 400)), text = text_of(a, pdf);
	size_t pages = 0;
	for (struct str rest = text; rest.ptr;) {
		struct str page = str_until(rest, '\f', &rest);
		if (!count(page, "xã Khánh Vĩnh số"))
			continue;
		pages++;
		assert_int_equal(count(page, "Thực hiện tháng"), 1);
		assert_int_equal(count(page, "So cùng kỳ"), 1);
	}
	assert_in_range(pages, 11, 14);
	for (int i = 1; i <= 400; i++) {
		char row[64];
		snprintf(row, sizeof(row), "xã Khánh Vĩnh số %d ", i);
		if (!count(text, row))
			fail_msg("row %d is missing", i);
	}
}

/* One cell of a table; for rows that are higher than a page. */
static struct paper *cell_paper(struct arena *a, struct str text)
{
	struct paper *p = paper_new(a, &plain);
	static const struct paper_column columns[] = {{.width = 1}, {.width = 6}};
	const struct paper_cell cells[] = {
		{.text = STR("A")}, {.text = STR("B")}, {.text = text}, {.text = STR("cuối")}};
	paper_table(p, &(struct paper_table){.columns = columns,
					     .n_columns = 2,
					     .cells = cells,
					     .n_cells = 4,
					     .n_header = 1});
	return p;
}

static void a_row_higher_than_a_page_is_whole(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf words;
	buf_init(&words, PAPER_PARAGRAPH_MAX);
	for (int i = 0; i < 300; i++)
		buf_printf(&words, "từ%d ", i);
	struct str text = text_of(a, pdf_of(a, cell_paper(a, buf_str(&words))));
	for (int i = 0; i < 300; i++) {
		char word[32];
		snprintf(word, sizeof(word), "từ%d\n", i);
		char spaced[32];
		snprintf(spaced, sizeof(spaced), "từ%d ", i);
		if (!count(text, word) && !count(text, spaced))
			fail_msg("word %d is missing", i);
	}
}

static void a_huge_word_is_broken(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	char *word = arena_alloc(a, 5000);
	memset(word, 'w', 5000);
	struct str text = text_of(a, pdf_of(a, cell_paper(a, (struct str){word, 5000})));
	assert_int_equal(count(text, "w"), 5000);
}

static void hostile_text_does_no_harm(void **state)
{
	static const char bytes[] =
		"\xf0\x9f\x98\x80 \xe2\x80\xae"
		"evil \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85 \0 \xff (Lang) endobj \xcc\x81\xcc\x81\xcc\x81"
		" cuối";
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str hostile = {bytes, sizeof(bytes) - 1};
	struct paper_info info = plain;
	info.title = hostile;
	info.author = hostile;
	info.subject = hostile;
	struct paper *p = paper_new(a, &info);
	paper_heading(p, 1, hostile);
	paper_heading(p, 3, hostile);
	paper_text(p, hostile);
	struct str pdf = pdf_of(a, p), text = text_of(a, pdf);
	expect(text, "(Lang) endobj");
	expect(text, "evil");
	expect(text, "cuối");
	expect(info_of(a, pdf), "/Lang (vi-VN)");
}

static void too_many_pages_are_refused(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct why why = {0};
	struct paper *p = paper_new(a, &plain);
	for (int i = 0; i < PAPER_PAGES_MAX; i++)
		paper_annex(p, STR("x"), false);
	buf_init(&out, PAPER_FILE_MAX);
	assert_err(paper_pdf(p, &out, &why), ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "500 pages"));
	assert_int_equal(out.len, 0);
}

static void a_header_that_fills_the_page_is_refused(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct why why = {0};
	char *word = arena_alloc(a, 5000);
	memset(word, 'w', 5000);
	static const struct paper_column columns[] = {{.width = 1}};
	const struct paper_cell cells[] = {{.text = {word, 5000}}, {.text = STR("x")}};
	struct paper *p = paper_new(a, &plain);
	paper_table(p, &(struct paper_table){.caption = STR("Bảng lạ"),
					     .columns = columns,
					     .n_columns = 1,
					     .cells = cells,
					     .n_cells = 2,
					     .n_header = 1});
	buf_init(&out, PAPER_FILE_MAX);
	assert_err(paper_pdf(p, &out, &why), ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "Bảng lạ"));
}

static void a_missing_font_names_its_package(void **state)
{
	char path[128];
	struct why why = {0};
	(void)state;
	assert_ok(libs_font("Bold", path, &why), why);
	assert_err(libs_font("Nowhere", path, &why), ERR_UNAVAILABLE);
	assert_non_null(strstr(why.text, "fonts-liberation2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_is_a_good_pdf),
		cmocka_unit_test(every_page_of_a_demonstration_says_so),
		cmocka_unit_test(a_letter_stands_on_one_page),
		cmocka_unit_test(everything_stands_where_the_decree_wants_it),
		cmocka_unit_test(a_long_table_repeats_its_header),
		cmocka_unit_test(a_row_higher_than_a_page_is_whole),
		cmocka_unit_test(a_huge_word_is_broken),
		cmocka_unit_test(hostile_text_does_no_harm),
		cmocka_unit_test(too_many_pages_are_refused),
		cmocka_unit_test(a_header_that_fills_the_page_is_refused),
		cmocka_unit_test(a_missing_font_names_its_package),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
