#include "collect/sheet_sink.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

static const struct label too_large = {"Bảng tính quá lớn.", "The spreadsheet is too large."};

void sink_init(struct sink *k, enum sheet_format format)
{
	*k = (struct sink){.format = format, .scratch = arena_new()};
	buf_init(&k->out, SHEET_OUTPUT_MAX);
	buf_init(&k->cells, SHEET_OUTPUT_MAX);
	buf_init(&k->merges, SHEET_MERGES_MAX * sizeof(struct sheet_merge));
}

void sink_release(struct sink *k)
{
	buf_release(&k->out);
	buf_release(&k->cells);
	buf_release(&k->merges);
	arena_free(k->scratch);
}

void sink_refuse(struct sink *k, enum err error, struct label why)
{
	if (k->error != OK)
		return;
	k->error = error;
	k->why = why;
}

static void put32(struct buf *b, uint32_t v)
{
	char bytes[4] = {(char)(v & 255), (char)(v >> 8 & 255), (char)(v >> 16 & 255),
			 (char)(v >> 24 & 255)};
	buf_add_bytes(b, bytes, sizeof(bytes));
}

static void put_str(struct buf *b, struct str s)
{
	put32(b, (uint32_t)s.len);
	buf_add(b, s);
}

static void end_sheet(struct sink *k)
{
	if (!k->open || k->error != OK)
		return;
	k->open = false;
	k->area += (size_t)k->n_rows * k->n_columns;
	if (k->area > SHEET_CELLS_MAX) {
		sink_refuse(k, ERR_TOO_LARGE,
			    (struct label){"Bảng tính có quá 1.000.000 ô.",
					   "The spreadsheet has more than 1,000,000 cells."});
		return;
	}
	put_str(&k->out, k->name);
	buf_add_char(&k->out, k->hidden ? 1 : 0);
	put32(&k->out, k->n_rows);
	put32(&k->out, k->n_columns);
	put32(&k->out, k->n_cells);
	put32(&k->out, k->n_merges);
	buf_add(&k->out, buf_str(&k->cells));
	buf_add(&k->out, buf_str(&k->merges));
	if (k->out.error != OK)
		sink_refuse(k, ERR_TOO_LARGE, too_large);
	k->n_sheets++;
}

/* Valid and normal, or the nearest to it: what may not stand in a text is left out. */
static struct str clean(struct arena *a, struct str s)
{
	size_t plain = 0;
	while (plain < s.len && s.ptr[plain] >= 0x20 && s.ptr[plain] < 0x7f)
		plain++;
	if (plain == s.len)
		return s;
	struct str ret;
	if (text_clean(a, s, &ret, NULL) == OK)
		return ret;
	char *kept = arena_alloc(a, s.len + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x20 || s.ptr[i] == '\n')
			kept[n++] = s.ptr[i];
	if (text_clean(a, (struct str){kept, n}, &ret, NULL) == OK)
		return ret;
	n = 0;
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f)
			kept[n++] = s.ptr[i];
	return (struct str){kept, n};
}

/* ASCII white space and the non-breaking space that spreadsheets are full of. */
static struct str trim(struct str s)
{
	for (;;) {
		s = str_trim(s);
		if (str_starts(s, STR("\xc2\xa0")))
			s = (struct str){s.ptr + 2, s.len - 2};
		else if (str_ends(s, STR("\xc2\xa0")))
			s.len -= 2;
		else
			return s;
	}
}

static struct str cut(struct str s)
{
	if (s.len <= SHEET_TEXT_MAX)
		return s;
	s.len = SHEET_TEXT_MAX;
	while (s.len > 0 && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80)
		s.len--;
	return s;
}

void sink_sheet(struct sink *k, struct str name, bool hidden)
{
	end_sheet(k);
	if (k->n_sheets == SHEET_SHEETS_MAX)
		sink_refuse(k, ERR_TOO_LARGE,
			    (struct label){"Tệp có quá 64 trang tính.",
					   "The file has more than 64 sheets."});
	buf_clear(&k->cells);
	buf_clear(&k->merges);
	k->n_rows = k->n_columns = k->n_cells = k->n_merges = 0;
	k->name = name;
	k->hidden = hidden;
	k->open = true;
}

void sink_cell(struct sink *k, uint32_t row, uint32_t column, enum sheet_cell_kind kind,
	       struct str text)
{
	arena_reset(k->scratch);
	text = cut(trim(clean(k->scratch, text)));
	if (text.len == 0 || k->error != OK)
		return;
	if (row >= SHEET_ROWS_MAX) {
		sink_refuse(k, ERR_TOO_LARGE,
			    (struct label){"Trang tính có quá 100.000 dòng.",
					   "A sheet has more than 100,000 rows."});
		return;
	}
	if (column >= SHEET_COLUMNS_MAX) {
		sink_refuse(k, ERR_TOO_LARGE,
			    (struct label){"Trang tính có quá 1.024 cột.",
					   "A sheet has more than 1,024 columns."});
		return;
	}
	if (row >= k->n_rows)
		k->n_rows = row + 1;
	if (column >= k->n_columns)
		k->n_columns = column + 1;
	put32(&k->cells, row);
	put32(&k->cells, column);
	buf_add_char(&k->cells, (char)kind);
	put_str(&k->cells, text);
	if (++k->n_cells > SHEET_CELLS_MAX || k->cells.error != OK)
		sink_refuse(k, ERR_TOO_LARGE, too_large);
}

/* A double carries 15 digits that mean something; what is written beyond them is noise. */
static int write_number(char *text, size_t size, double v)
{
	int n = snprintf(text, size, "%.15g", v);
	if (!memchr(text, 'e', (size_t)n))
		return n;
	if (fabs(v) >= 1)
		return snprintf(text, size, "%.0f", v);
	n = snprintf(text, size, "%.9f", v);
	while (n > 1 && text[n - 1] == '0')
		n--;
	return text[n - 1] == '.' ? n - 1 : n;
}

void sink_number(struct sink *k, uint32_t row, uint32_t column, struct str raw, bool percent,
		 unsigned zeros)
{
	raw = str_trim(raw);
	char text[400];
	if (raw.len == 0)
		return;
	if (raw.len >= 64) {
		sink_cell(k, row, column, SHEET_TEXT, raw);
		return;
	}
	memcpy(text, raw.ptr, raw.len);
	text[raw.len] = 0;
	char *end;
	double v = strtod(text, &end);
	if (*end || !isfinite(v)) {
		sink_cell(k, row, column, SHEET_TEXT, raw);
		return;
	}
	int n = write_number(text, sizeof(text), percent ? v * 100 : v);
	struct str s = {text, (size_t)n};
	char padded[400];
	if (v >= 0 && s.len < zeros && zeros < 32 && !memchr(text, '.', s.len)) {
		memset(padded, '0', zeros - s.len);
		memcpy(padded + (zeros - s.len), text, s.len);
		s = (struct str){padded, zeros};
	}
	sink_cell(k, row, column, SHEET_NUMBER, s);
}

void sink_merge(struct sink *k, struct sheet_merge r)
{
	bool sane = r.row <= r.last_row && r.column <= r.last_column && r.last_column < 65536;
	if (k->error != OK || !sane || k->n_merges == SHEET_MERGES_MAX)
		return;
	put32(&k->merges, r.row);
	put32(&k->merges, r.column);
	put32(&k->merges, r.last_row);
	put32(&k->merges, r.last_column);
	k->n_merges++;
}

void sink_end(struct sink *k, struct buf *output)
{
	end_sheet(k);
	if (k->error == OK && k->area == 0)
		sink_refuse(k, ERR_INVALID,
			    (struct label){"Tệp không có ô nào có nội dung.",
					   "No cell of the file holds anything."});
	buf_add(output, STR(SHEET_MAGIC));
	buf_add_char(output, (char)k->error);
	if (k->error != OK) {
		put_str(output, str_of(k->why.vi));
		put_str(output, str_of(k->why.en));
		return;
	}
	buf_add_char(output, (char)k->format);
	put32(output, k->n_sheets);
	buf_add(output, buf_str(&k->out));
}
