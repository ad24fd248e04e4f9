#include <utf8proc.h>

#include "base/csv.h"
#include "base/text.h"
#include "collect/sheet_sink.h"

/* What spreadsheets call "Unicode text". */
static struct str from_utf16(struct arena *a, struct str s, bool big)
{
	char *out = arena_alloc(a, s.len * 2 + 1);
	size_t n = 0;
	for (size_t i = 2; i + 1 < s.len; i += 2) {
		unsigned char high = (unsigned char)s.ptr[big ? i : i + 1],
			      low = (unsigned char)s.ptr[big ? i + 1 : i];
		utf8proc_int32_t c = high << 8 | low;
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < s.len) {
			i += 2;
			high = (unsigned char)s.ptr[big ? i : i + 1];
			low = (unsigned char)s.ptr[big ? i + 1 : i];
			c = 0x10000 + ((c - 0xd800) << 10) + ((high << 8 | low) & 0x3ff);
		}
		if (c >= 0xd800 && c < 0xe000)
			c = 0xfffd;
		n += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + n);
	}
	return (struct str){out, n};
}

void sheet_csv(struct arena *a, struct str file, struct sink *k)
{
	if (str_starts(file, STR("\xff\xfe")) || str_starts(file, STR("\xfe\xff")))
		file = from_utf16(a, file, file.ptr[0] == '\xfe');
	if (file.len && memchr(file.ptr, 0, file.len)) {
		sink_refuse(k, ERR_INVALID,
			    (struct label){"Tệp không phải bảng tính XLSX, ODS, XLS hay CSV.",
					   "The file is no XLSX, ODS, XLS or CSV spreadsheet."});
		return;
	}
	if (!text_valid(file)) {
		sink_refuse(
			k, ERR_INVALID,
			(struct label){
				"Tệp CSV không dùng bảng mã Unicode (UTF-8); hãy lưu lại thành “CSV UTF-8”.",
				"The CSV file is not in Unicode (UTF-8); save it as “CSV UTF-8”."});
		return;
	}
	sink_sheet(k, STR("CSV"), false);
	struct csv *csv = csv_open(a, file, 0);
	struct csv_row row;
	while (k->error == OK && csv_next(csv, &row))
		for (size_t i = 0; i < row.n; i++)
			sink_cell(k,
				  row.number > SHEET_ROWS_MAX ? SHEET_ROWS_MAX
							      : (uint32_t)(row.number - 1),
				  (uint32_t)i, SHEET_TEXT, row.cells[i]);
	if (k->error == OK && csv_end(csv, NULL) != OK)
		sink_refuse(
			k, ERR_INVALID,
			(struct label){
				"Tệp CSV sai cấu trúc: dấu nháy không đóng, hoặc dòng, ô quá dài.",
				"The CSV file is malformed: an unclosed quote, or a row or cell that is too long."});
}
