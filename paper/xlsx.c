#include "paper/xlsx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define TEXT_MAX 32767		/* characters of a cell */
#define EXACT 999999999999999LL /* what a spreadsheet's double holds */
#define SHEET_NAME_MAX 31

struct xlsx {
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_format *bold, *plain[DECIMAL_SCALE_MAX + 1];
	lxw_row_t row, head; /* head: last row of the header */
	lxw_col_t column, columns;
	enum lxw_error error;
	bool full, filtered;
	char path[64];
	const char *mark;
};

/* Characters, not bytes, are counted; forbidden ones become a space. */
static void sheet_name(struct str from, char ret[SHEET_NAME_MAX * 4 + 1])
{
	size_t n = 0, characters = 0;
	for (size_t i = 0; i < from.len && characters < SHEET_NAME_MAX; i++) {
		unsigned char c = (unsigned char)from.ptr[i];
		bool starts = (c & 0xc0) != 0x80;
		bool last = i + 1 == from.len || ((unsigned char)from.ptr[i + 1] & 0xc0) != 0x80;
		ret[n++] = starts && strchr("[]:*?/\\'", c) ? ' ' : (char)c;
		characters += last;
	}
	ret[n] = '\0';
}

static void keep(struct xlsx *x, enum lxw_error error)
{
	if (x->error == LXW_NO_ERROR)
		x->error = error;
}

static void sheet_begin(struct xlsx *x, struct str from)
{
	char name[SHEET_NAME_MAX * 4 + 1];
	sheet_name(from, name);
	x->sheet = workbook_add_worksheet(x->book, name[0] ? name : NULL);
	x->row = x->head = 0;
	x->column = x->columns = 0;
	x->filtered = false;
	if (!x->sheet)
		return;
	worksheet_freeze_panes(x->sheet, 1, 0);
	if (x->mark)
		keep(x, worksheet_set_header(x->sheet, x->mark));
}

enum err xlsx_new(struct str sheet, struct xlsx **ret, struct why *why)
{
	struct xlsx *x = calloc(1, sizeof(*x));
	if (!x)
		return fail(why, ERR_FULL, "out of memory");
	snprintf(x->path, sizeof(x->path), "/tmp/haidang-xlsx-XXXXXX");
	int fd = mkstemp(x->path);
	if (fd < 0) {
		int code = errno;
		free(x);
		return fail(why, ERR_FULL, "no room for a temporary file: %s", strerror(code));
	}
	close(fd);
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	x->book = workbook_new_opt(x->path, &options);
	sheet_begin(x, sheet);
	if (!x->sheet) {
		xlsx_free(x);
		return fail(why, ERR_INTERNAL, "the sheet's name \"" STR_FMT "\" is not taken",
			    STR_ARG(sheet));
	}
	x->bold = workbook_add_format(x->book);
	format_set_bold(x->bold);
	*ret = x;
	return OK;
}

void xlsx_free(struct xlsx *x)
{
	if (!x)
		return;
	if (x->book)
		workbook_close(x->book);
	unlink(x->path);
	free(x);
}

static void write_text(struct xlsx *x, struct str text, lxw_format *format)
{
	size_t end = text.len, characters = 0;
	for (size_t i = 0; i < text.len && end == text.len; i++) {
		characters += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
		if (characters > TEXT_MAX)
			end = i;
	}
	char *copy = strndup(text.ptr ? text.ptr : "", end);
	if (!copy) {
		keep(x, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return;
	}
	keep(x, worksheet_write_string(x->sheet, x->row, x->column, copy, format));
	free(copy);
}

void xlsx_head(struct xlsx *x, struct str text, int width)
{
	double wide = width ? width : (text.len < 10 ? 12 : (double)text.len + 2);
	assert(x->row == x->head);
	keep(x, worksheet_set_column(x->sheet, x->column, x->column, wide > 60 ? 60 : wide, NULL));
	write_text(x, text, x->bold);
	x->columns = ++x->column;
}

void xlsx_head_row(struct xlsx *x)
{
	assert(x->row == x->head);
	x->row = ++x->head;
	x->column = 0;
	worksheet_freeze_panes(x->sheet, x->head + 1, 0);
}

void xlsx_row(struct xlsx *x)
{
	x->column = 0;
	if (x->row == XLSX_ROWS_MAX)
		x->full = true;
	else
		x->row++;
}

void xlsx_str(struct xlsx *x, struct str text)
{
	if (text.ptr && !x->full)
		write_text(x, text, NULL);
	x->column++;
}

static lxw_format *decimals_format(struct xlsx *x, int scale)
{
	if (!x->plain[scale]) {
		char text[DECIMAL_SCALE_MAX + 8] = "#,##0";
		size_t n = strlen(text);
		if (scale)
			text[n++] = '.';
		for (int i = 0; i < scale; i++)
			text[n++] = '0';
		text[n] = '\0';
		x->plain[scale] = workbook_add_format(x->book);
		format_set_num_format(x->plain[scale], text);
	}
	return x->plain[scale];
}

void xlsx_int(struct xlsx *x, int64_t v)
{
	char text[24];
	if (v < -EXACT || v > EXACT) {
		snprintf(text, sizeof(text), "%lld", (long long)v);
		xlsx_str(x, str_of(text));
		return;
	}
	if (!x->full)
		keep(x, worksheet_write_number(x->sheet, x->row, x->column, (double)v, NULL));
	x->column++;
}

void xlsx_decimal(struct xlsx *x, struct decimal v)
{
	if (v.mantissa < -EXACT || v.mantissa > EXACT) {
		AUTO(buf_release) struct buf text;
		buf_init(&text, 64);
		decimal_write(&text, v);
		xlsx_str(x, buf_str(&text));
		return;
	}
	if (!x->full)
		keep(x, worksheet_write_number(x->sheet, x->row, x->column, decimal_double(v),
					       decimals_format(x, v.scale)));
	x->column++;
}

static enum err read_back(const char *path, struct buf *out, struct why *why)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		if (fd >= 0)
			close(fd);
		return fail(why, ERR_FULL, "the temporary file is gone");
	}
	size_t size = (size_t)st.st_size, done = 0;
	char *room = buf_room(out, size);
	ssize_t got = 1;
	while (room && done < size && got > 0) {
		got = read(fd, room + done, size - done);
		done += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	if (!room)
		return buf_end(out, why);
	if (done < size)
		return fail(why, ERR_FULL, "the temporary file cannot be read");
	buf_grew(out, size);
	return OK;
}

static void filter(struct xlsx *x)
{
	if (x->columns && !x->filtered)
		keep(x, worksheet_autofilter(x->sheet, x->head, 0, x->row, x->columns - 1));
	x->filtered = true;
}

void xlsx_note(struct xlsx *x, struct str text)
{
	filter(x);
	xlsx_row(x);
	xlsx_row(x);
	xlsx_str(x, text);
}

void xlsx_sheet(struct xlsx *x, struct str name)
{
	lxw_worksheet *before = x->sheet;
	filter(x);
	sheet_begin(x, name);
	if (x->sheet)
		return;
	x->sheet = before;
	keep(x, LXW_ERROR_SHEETNAME_ALREADY_USED);
}

void xlsx_describe(struct xlsx *x, const struct xlsx_info *info)
{
	lxw_doc_properties properties = {.title = info->title,
					 .author = info->author,
					 .created = (time_t)(info->created / USEC_SECOND)};
	keep(x, workbook_set_properties(x->book, &properties));
	x->mark = info->mark;
	if (x->mark)
		keep(x, worksheet_set_header(x->sheet, x->mark));
}

enum err xlsx_end(struct xlsx *x, struct buf *out, struct why *why)
{
	if (x->full)
		return fail(why, ERR_TOO_LARGE, "a sheet holds %d rows at most; ask for less",
			    XLSX_ROWS_MAX);
	filter(x);
	enum lxw_error closed = workbook_close(x->book);
	x->book = NULL;
	keep(x, closed);
	if (x->error != LXW_NO_ERROR)
		return fail(why, ERR_FULL, "the spreadsheet cannot be written: %s",
			    lxw_strerror(x->error));
	return read_back(x->path, out, why);
}
