#include <iconv.h>

#include "collect/sheet_sink.h"
#include "collect/worker.h"
#include "collect/zip.h"

static bool looks_like_markup(struct str file)
{
	struct str head = str_trim((struct str){file.ptr, file.len < 512 ? file.len : 512});
	return str_starts(head, STR("<")) || str_starts(head, STR("\xef\xbb\xbf<"));
}

#define PICTURE                                                                                    \
	{                                                                                          \
		"Tệp là ảnh; hãy gửi bảng tính (XLSX, ODS hoặc CSV).",                             \
			"The file is a picture; send a spreadsheet (XLSX, ODS or CSV)."            \
	}
/* What people pick by mistake: how such a file begins, and what to do with it. */
static const struct {
	const char *start;
	struct label refusal;
} others[] = {
	{"%PDF",
	 {"Tệp PDF không đọc được số liệu; hãy gửi bảng tính gốc (XLSX, ODS hoặc CSV).",
	  "Figures cannot be read from a PDF; send the spreadsheet it was made from (XLSX, ODS or CSV)."}},
	{"\x89PNG", PICTURE},
	{"\xff\xd8\xff", PICTURE},
	{"Rar!",
	 {"Tệp nén RAR không đọc được; hãy giải nén rồi gửi từng bảng tính.",
	  "A RAR archive cannot be read; unpack it and send each spreadsheet."}},
	{"7z\xbc\xaf",
	 {"Tệp nén 7z không đọc được; hãy giải nén rồi gửi từng bảng tính.",
	  "A 7z archive cannot be read; unpack it and send each spreadsheet."}},
};

/* Told by content: names lie. */
static enum sheet_format format_of(struct arena *a, struct str file, struct label *ret_refusal)
{
	if (str_starts(file, STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
		return SHEET_XLS;
	if (str_starts(file, STR("PK\x03\x04"))) {
		struct zip z;
		if (zip_open(a, file, SHEET_UNPACKED_MAX, &z, NULL) != OK) {
			*ret_refusal =
				(struct label){"Tệp bị hỏng, có mật khẩu hoặc tải lên chưa trọn.",
					       "The file is damaged, protected or was cut off."};
			return SHEET_FORMATS;
		}
		if (zip_find(&z, "xl/workbook.xml"))
			return SHEET_XLSX;
		if (zip_find(&z, "content.xml"))
			return SHEET_ODS;
		if (zip_find(&z, "word/document.xml")) {
			*ret_refusal = (struct label){
				"Tệp Word không đọc được số liệu; hãy chép bảng sang bảng tính rồi gửi tệp XLSX.",
				"Figures cannot be read from a Word file; copy the table into a spreadsheet and send it as XLSX."};
			return SHEET_FORMATS;
		}
		*ret_refusal = (struct label){"Tệp nén này không phải bảng tính XLSX hay ODS.",
					      "This archive is no XLSX or ODS spreadsheet."};
		return SHEET_FORMATS;
	}
	if (file.len == 0) {
		*ret_refusal =
			(struct label){"Tệp rỗng, không có nội dung nào.", "The file is empty."};
		return SHEET_FORMATS;
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (str_starts(file, str_of(others[i].start))) {
			*ret_refusal = others[i].refusal;
			return SHEET_FORMATS;
		}
	if (looks_like_markup(file)) {
		*ret_refusal = (struct label){
			"Tệp là trang web hoặc XML mang tên bảng tính; hãy mở và lưu lại thành XLSX.",
			"The file is a web page or XML named like a spreadsheet; open it and save it as XLSX."};
		return SHEET_FORMATS;
	}
	return SHEET_CSV;
}

void sheet_job(struct str file, struct buf *output)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct label refusal = {"", ""};
	enum sheet_format format = format_of(a, file, &refusal);
	AUTO(sink_release) struct sink sink;
	sink_init(&sink, format);
	switch (format) {
	case SHEET_XLSX:
		sheet_xlsx(a, file, &sink);
		break;
	case SHEET_ODS:
		sheet_ods(a, file, &sink);
		break;
	case SHEET_XLS:
		sheet_xls(&sink);
		break;
	case SHEET_CSV:
		sheet_csv(a, file, &sink);
		break;
	case SHEET_FORMATS:
		sink_refuse(&sink, ERR_INVALID, refusal);
		break;
	}
	sink_end(&sink, output);
}

/* The converters of XLS are loaded from files on first use, which a child could not do any more;
 * they stay loaded as long as their handles are open, that is as long as the helper lives. */
static bool sheet_prepare(void)
{
	static const char *const encodings[] = {"UTF-16LE", "CP1252", "CP1258"};
	bool ok = true;
	for (size_t i = 0; i < ARRAY_LEN(encodings); i++)
		ok = iconv_open("UTF-8", encodings[i]) != (iconv_t)-1 && ok;
	return ok;
}

static const struct {
	const char *kind;
	bool (*prepare)(void); /* in the helper, before any foreign byte */
	sandbox_job *job;
} kinds[] = {{"sheet", sheet_prepare, sheet_job}};

int collect_worker_main(int argc, char **argv)
{
	for (size_t i = 0; argc > 0 && i < ARRAY_LEN(kinds); i++)
		if (strcmp(argv[0], kinds[i].kind) == 0)
			return kinds[i].prepare() ? sandbox_serve(kinds[i].job) : 1;
	return 2;
}
