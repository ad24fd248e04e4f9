#include "collect/testing.h"

#include <unistd.h>
#include <zlib.h>
#include <xlsxwriter.h>

#include "collect/sheet_sink.h"

static struct sandbox *sandbox;

static struct sheet_book read_good(struct arena *a, struct str file)
{
	struct why why = {0};
	struct sheet_refusal refusal = {STR(""), STR("")};
	struct sheet_book book = {.n = 0};
	assert_ok(sheet_read(sandbox, a, file, &book, &refusal, &why), why);
	return book;
}

static void assert_cell(const struct sheet *s, uint32_t row, uint32_t column,
			enum sheet_cell_kind kind, const char *text)
{
	struct sheet_cell c = sheet_at(s, row, column);
	assert_str(c.text, text);
	assert_int_equal(c.kind, kind);
}

static void assert_refused(struct str file, enum err expected, const char *vi)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct why why = {0};
	struct sheet_refusal refusal = {STR(""), STR("")};
	struct sheet_book book;
	assert_err(sheet_read(sandbox, a, file, &book, &refusal, &why), expected);
	assert_true(refusal.en.len > 0);
	if (!memmem(refusal.vi.ptr, refusal.vi.len, vi, strlen(vi)))
		fail_msg("\"" STR_FMT "\" does not say \"%s\"", STR_ARG(refusal.vi), vi);
}

/* The fixtures hold what this writes; bao-cao.ods and bao-cao.xls were saved from it by LibreOffice. */
static struct str make_report(struct arena *a)
{
	char path[] = "/tmp/haidang-sheet-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	lxw_workbook *w = workbook_new(path);
	lxw_worksheet *s = workbook_add_worksheet(w, "Biểu 01"),
		      *t = workbook_add_worksheet(w, "Phụ lục");
	lxw_format *percent = workbook_add_format(w), *zeros = workbook_add_format(w),
		   *day = workbook_add_format(w);
	format_set_num_format(percent, "0.0%");
	format_set_num_format(zeros, "00000");
	format_set_num_format(day, "dd/mm/yyyy");
	worksheet_merge_range(s, 0, 0, 0, 3, "BÁO CÁO THÁNG 9 NĂM 2026", NULL);
	static const char *const heads[] = {"Mã", "Chỉ tiêu", "Giá trị", "Ngày"};
	for (lxw_col_t i = 0; i < 4; i++)
		worksheet_write_string(s, 2, i, heads[i], NULL);
	worksheet_write_string(s, 3, 0, "01", NULL);
	worksheet_write_string(s, 3, 1, "Dân số", NULL);
	worksheet_write_string(s, 3, 2, "1.234,5", NULL);
	lxw_datetime when = {2026, 9, 30, 0, 0, 0};
	worksheet_write_datetime(s, 3, 3, &when, day);
	worksheet_write_number(s, 4, 0, 123, zeros);
	worksheet_write_number(s, 4, 2, 94.1, NULL);
	worksheet_write_number(s, 5, 2, 0.125, percent);
	worksheet_write_formula_num(s, 6, 2, "=1.234+0", NULL, 1.234);
	worksheet_write_string(t, 1, 1, "ghi chú", NULL);
	assert_int_equal(workbook_close(w), LXW_NO_ERROR);
	struct str file = testing_file(a, path);
	unlink(path);
	return file;
}

static void assert_report(const struct sheet_book *book, bool styles)
{
	assert_int_equal(book->n, 2);
	const struct sheet *s = &book->sheets[0];
	assert_str(s->name, "Biểu 01");
	assert_str(book->sheets[1].name, "Phụ lục");
	assert_cell(&book->sheets[1], 1, 1, SHEET_TEXT, "ghi chú");
	assert_int_equal(s->n_columns, 4);
	assert_cell(s, 0, 0, SHEET_TEXT, "BÁO CÁO THÁNG 9 NĂM 2026");
	assert_cell(s, 2, 1, SHEET_TEXT, "Chỉ tiêu");
	assert_cell(s, 3, 0, SHEET_TEXT, "01");
	assert_cell(s, 3, 2, SHEET_TEXT, "1.234,5");
	assert_cell(s, 3, 3, SHEET_DATE, "2026-09-30");
	assert_cell(s, 4, 2, SHEET_NUMBER, "94.1");
	if (!styles) /* freexl gives neither formats nor results of formulas */
		return;
	assert_int_equal(s->n_rows, 7);
	assert_cell(s, 6, 2, SHEET_NUMBER, "1.234");
	assert_cell(s, 4, 0, SHEET_NUMBER, "00123");
	assert_cell(s, 5, 2, SHEET_NUMBER, "12.5");
	assert_int_equal(s->n_merges, 1);
	assert_str(sheet_at_merged(s, 0, 3).text, "BÁO CÁO THÁNG 9 NĂM 2026");
}

static void test_formats(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet_book book = read_good(a, make_report(a));
	assert_int_equal(book.format, SHEET_XLSX);
	assert_report(&book, true);
	book = read_good(a, testing_file(a, "collect/fixtures/bao-cao.ods"));
	assert_int_equal(book.format, SHEET_ODS);
	assert_report(&book, true);
	book = read_good(a, testing_file(a, "collect/fixtures/bao-cao.xls"));
	assert_int_equal(book.format, SHEET_XLS);
	assert_report(&book, false);
}

static void test_csv(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet_book book = read_good(
		a, STR("\xef\xbb\xbfMã;Tên;Giá trị\n01;\"Hộ; nghèo\";1.234,5\n\n02;x;7\n"));
	assert_int_equal(book.format, SHEET_CSV);
	assert_cell(&book.sheets[0], 0, 0, SHEET_TEXT, "Mã");
	assert_cell(&book.sheets[0], 1, 0, SHEET_TEXT, "01");
	assert_cell(&book.sheets[0], 1, 1, SHEET_TEXT, "Hộ; nghèo");
	assert_cell(&book.sheets[0], 1, 2, SHEET_TEXT, "1.234,5");
	assert_cell(&book.sheets[0], 3, 0, SHEET_TEXT, "02");
	book = read_good(a, STR("\xff\xfeM\0\xe3\0\t\0x\0\n\0"
				"1\0\t\0"
				"2\0"));
	assert_cell(&book.sheets[0], 0, 0, SHEET_TEXT, "Mã");
	assert_cell(&book.sheets[0], 1, 1, SHEET_TEXT, "2");
}

static void test_cell_names(void **state)
{
	(void)state;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100);
	sheet_cell_name(&b, 13, 5);
	buf_add_char(&b, ' ');
	sheet_cell_name(&b, 0, 26);
	buf_add_char(&b, ' ');
	sheet_cell_name(&b, 0, 701);
	buf_add_char(&b, ' ');
	sheet_cell_name(&b, 0, 702);
	assert_str(buf_str(&b), "F14 AA1 ZZ1 AAA1");
}

#define RELS "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>"
#define WORKBOOK                                                                                   \
	"<workbook><sheets><sheet name='A' sheetId='1' r:id='r1' xmlns:r='r'/></sheets></workbook>"
static struct str xlsx_of(struct arena *a, const char *sheet)
{
	const char *parts[] = {"xl/workbook.xml",
			       WORKBOOK,
			       "xl/_rels/workbook.xml.rels",
			       RELS,
			       "../../../../tmp/haidang-slip",
			       "slip",
			       "xl/worksheets/sheet1.xml",
			       sheet};
	return testing_zip(a, parts, 4);
}

static void test_odd_xlsx(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet_book book = read_good(
		a,
		xlsx_of(a,
			"<worksheet><sheetData><row><c><v>1</v></c><c t='inlineStr'><is><r><t>a</t></r><r><t>b</t></r></is></c></row>"
			"<row r='5'><c r='C5'><v>1.5E-3</v></c><c r='D5' t='e'><v>#DIV/0!</v></c><c r='E5' t='b'><v>1</v></c><c r='F5' t='s'><v>7</v></c>"
			"<c r='G5'><v>0.94099999999999995</v></c><c r='H5'><v>1.2345E+20</v></c><c r='I5'><v>nan</v></c></row></sheetData></worksheet>"));
	const struct sheet *s = &book.sheets[0];
	assert_cell(s, 0, 0, SHEET_NUMBER, "1");
	assert_cell(s, 0, 1, SHEET_TEXT, "ab");
	assert_cell(s, 4, 2, SHEET_NUMBER, "0.0015");
	assert_cell(s, 4, 3, SHEET_ERROR, "#DIV/0!");
	assert_cell(s, 4, 4, SHEET_TEXT, "TRUE");
	assert_cell(s, 4, 5, SHEET_EMPTY, "");
	assert_cell(s, 4, 6, SHEET_NUMBER, "0.941");
	assert_cell(s, 4, 7, SHEET_NUMBER, "123450000000000000000");
	assert_cell(s, 4, 8, SHEET_TEXT, "nan");
	assert_int_equal(access("/tmp/haidang-slip", F_OK), -1);
}

static void test_hostile_xlsx(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	assert_refused(
		xlsx_of(a,
			"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><worksheet><sheetData><row><c t='str'><v>&e;</v></c></row></sheetData></worksheet>"),
		ERR_INVALID, "DOCTYPE");
	assert_refused(
		xlsx_of(a,
			"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><worksheet>&b;</worksheet>"),
		ERR_INVALID, "DOCTYPE");
	assert_refused(
		xlsx_of(a,
			"<worksheet><sheetData><row r='900000'><c r='A900000'><v>1</v></c></row></sheetData></worksheet>"),
		ERR_TOO_LARGE, "100.000 dòng");
	assert_refused(
		xlsx_of(a,
			"<worksheet><sheetData><row r='1'><c r='XFD1'><v>1</v></c></row></sheetData></worksheet>"),
		ERR_TOO_LARGE, "1.024 cột");
	assert_refused(
		xlsx_of(a,
			"<worksheet><sheetData><row r='90000'><c r='ZZ90000'><v>1</v></c></row></sheetData></worksheet>"),
		ERR_TOO_LARGE, "1.000.000 ô");
	assert_refused(xlsx_of(a, "<worksheet><sheetData>"), ERR_INVALID, "bị hỏng");
	struct str file = make_report(a);
	for (size_t cut = 4; cut < file.len; cut += 97)
		assert_refused((struct str){file.ptr, cut}, ERR_INVALID, "hỏng");
}

static struct str bomb(struct arena *a, size_t size)
{
	AUTO(arena_free) struct arena *spare = arena_new();
	size_t most = compressBound(size);
	char *zeros = arena_alloc(spare, size), *packed = arena_alloc(a, most + 1000);
	memset(zeros, ' ', size);
	z_stream z = {.next_in = (Bytef *)zeros,
		      .avail_in = (uInt)size,
		      .next_out = (Bytef *)packed,
		      .avail_out = (uInt)most};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	size_t n = z.total_out;
	deflateEnd(&z);
	/* A zip whose only part, stored, is the deflated text; then it is called deflated. */
	char *text = arena_alloc(a, n + 1);
	memcpy(text, packed, n);
	const char *parts[] = {"xl/workbook.xml", "x"};
	struct str zip = testing_zip(a, parts, 1);
	char *out = arena_alloc(a, zip.len + n);
	size_t head = 30 + 15, tail = zip.len - head - 1;
	memcpy(out, zip.ptr, head);
	memcpy(out + head, text, n);
	memcpy(out + head + n, zip.ptr + head + 1, tail);
	char *entry = out + head + n, *end = entry + 46 + 15;
	out[8] = entry[10] = Z_DEFLATED;
	for (int i = 0; i < 4; i++) {
		entry[20 + i] = (char)(n >> 8 * i & 255);
		end[16 + i] = (char)((head + n) >> 8 * i & 255);
	}
	return (struct str){out, zip.len + n - 1};
}

static void test_bombs(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str file = bomb(a, SHEET_UNPACKED_MAX + (1 << 20));
	assert_true(file.len < 1 << 20);
	assert_refused(file, ERR_TOO_LARGE, "giải nén");
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4 << 20);
	for (int i = 0; i < 1000000; i++)
		buf_add(&b, STR("a,"));
	assert_refused(buf_str(&b), ERR_INVALID, "quá dài");
	buf_clear(&b);
	buf_add(&b, STR("a,b\n\""));
	for (int i = 0; i < 100000; i++)
		buf_add(&b, STR("xxxxxxxxxx\n"));
	assert_refused(buf_str(&b), ERR_INVALID, "dấu nháy");
	buf_clear(&b);
	for (int i = 0; i < 2000; i++)
		buf_add(&b, STR("a,"));
	assert_refused(buf_str(&b), ERR_TOO_LARGE, "1.024 cột");
}

static void test_no_spreadsheets(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	assert_refused(STR(""), ERR_INVALID, "rỗng");
	assert_refused(STR("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), ERR_INVALID, "PDF");
	assert_refused(STR("\x89PNG\r\n\x1a\n"), ERR_INVALID, "ảnh");
	assert_refused(STR("Rar!\x1a\x07"), ERR_INVALID, "RAR");
	assert_refused(STR("\xff\xfe"), ERR_INVALID, "không có ô nào");
	assert_refused(STR("\xef\xbb\xbf"), ERR_INVALID, "không có ô nào");
	assert_refused(STR(" ;\t\r\n;;"), ERR_INVALID, "không có ô nào");
	assert_refused(xlsx_of(a, "<worksheet><sheetData/></worksheet>"), ERR_INVALID,
		       "không có ô nào");
	assert_refused(STR("\0\1\2\3"), ERR_INVALID, "không phải bảng tính");
	assert_refused(STR("<html><table><tr><td>1"), ERR_INVALID, "trang web");
	assert_refused(STR("T\xeanh;S\xf4\n"), ERR_INVALID, "UTF-8");
	assert_refused(STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"), ERR_INVALID, "XLS");
	const char *parts[] = {"word/document.xml", "<x/>"};
	assert_refused(testing_zip(a, parts, 1), ERR_INVALID, "Word");
	char *big = arena_alloc(a, SHEET_FILE_MAX + 1);
	memset(big, 'a', SHEET_FILE_MAX + 1);
	assert_refused((struct str){big, SHEET_FILE_MAX + 1}, ERR_TOO_LARGE, "16 MB");
}

/* Whatever single byte of a file is wrong, there is an answer and the helper lives. */
static void test_flipped_bytes(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const char *const files[] = {"collect/fixtures/bao-cao.ods",
					    "collect/fixtures/bao-cao.xls"};
	for (size_t f = 0; f < ARRAY_LEN(files); f++) {
		struct str file = testing_file(a, files[f]);
		char *bytes = arena_alloc(a, file.len);
		for (size_t at = 0; at < file.len; at += file.len / 60) {
			memcpy(bytes, file.ptr, file.len);
			bytes[at] = (char)~bytes[at];
			struct why why = {0};
			struct sheet_book book;
			enum err rc = sheet_read(sandbox, a, (struct str){bytes, file.len}, &book,
						 NULL, &why);
			assert_true(rc == OK || rc == ERR_INVALID || rc == ERR_TOO_LARGE ||
				    rc == ERR_TIMEOUT);
		}
	}
	read_good(a, STR("a,b\n1,2\n"));
}

/* The parent trusts nothing of what the child says. */
static void test_unpack(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1 << 20);
	sheet_job(STR("a,b\n1,2\n"), &out);
	struct sheet_book book;
	struct why why = {0};
	assert_ok(sheet_unpack(a, buf_str(&out), &book, NULL, &why), why);
	assert_cell(&book.sheets[0], 1, 1, SHEET_TEXT, "2");
	for (size_t n = 0; n < out.len; n++)
		assert_err(sheet_unpack(a, (struct str){out.ptr, n}, &book, NULL, NULL),
			   ERR_INTERNAL);
	buf_add_char(&out, 0);
	assert_err(sheet_unpack(a, buf_str(&out), &book, NULL, NULL), ERR_INTERNAL);
	for (size_t i = 0; i + 1 < out.len; i++) {
		char kept = out.ptr[i];
		out.ptr[i] = (char)~kept;
		enum err rc =
			sheet_unpack(a, (struct str){out.ptr, out.len - 1}, &book, NULL, NULL);
		assert_true(rc == OK || rc == ERR_INTERNAL || rc == ERR_INVALID);
		out.ptr[i] = kept;
	}
}

int main(int argc, char **argv)
{
	int code;
	if (testing_worker(argc, argv, &code))
		return code;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_cell_names),	cmocka_unit_test(test_odd_xlsx),
		cmocka_unit_test(test_hostile_xlsx),	cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_no_spreadsheets), cmocka_unit_test(test_flipped_bytes),
		cmocka_unit_test(test_unpack),
	};
	sandbox = sandbox_new(&(struct sandbox_options){.kind = "sheet"});
	int failed = cmocka_run_group_tests_name("collect/sheet", tests, NULL, NULL);
	sandbox_free(sandbox);
	return failed;
}
