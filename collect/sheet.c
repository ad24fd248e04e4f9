#include "collect/sheet.h"

#include "base/text.h"
#include "collect/sheet_sink.h"

/* The child's bytes; once something is missing nothing more is read. */
struct reader {
	struct str left;
	bool bad;
};

struct str sheet_media_type(enum sheet_format format)
{
	static const char *const types[SHEET_FORMATS] = {
		[SHEET_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		[SHEET_ODS] = "application/vnd.oasis.opendocument.spreadsheet",
		[SHEET_XLS] = "application/vnd.ms-excel",
		[SHEET_CSV] = "text/csv",
	};
	return str_of(types[format]);
}

static struct str take(struct reader *r, size_t n)
{
	if (r->bad || r->left.len < n) {
		r->bad = true;
		return STR("");
	}
	struct str ret = {r->left.ptr, n};
	r->left = (struct str){r->left.ptr + n, r->left.len - n};
	return ret;
}

static uint32_t take8(struct reader *r)
{
	struct str s = take(r, 1);
	return s.len == 1 ? (unsigned char)s.ptr[0] : 0;
}

static uint32_t take32(struct reader *r)
{
	struct str s = take(r, 4);
	uint32_t v = 0;
	for (size_t i = s.len; i-- > 0;)
		v = v << 8 | (unsigned char)s.ptr[i];
	return v;
}

static struct str take_text(struct reader *r, struct arena *a, size_t max)
{
	size_t n = take32(r);
	if (n > max)
		r->bad = true;
	struct str s = take(r, n);
	if (!text_valid(s))
		r->bad = true;
	return r->bad ? STR("") : arena_str(a, s);
}

static void take_cells(struct reader *r, struct arena *a, const struct sheet *s,
		       struct sheet_cell *cells, uint32_t n)
{
	for (uint32_t i = 0; i < n && !r->bad; i++) {
		uint32_t row = take32(r), column = take32(r), kind = take8(r);
		struct str text = take_text(r, a, SHEET_TEXT_MAX);
		if (row >= s->n_rows || column >= s->n_columns || kind == SHEET_EMPTY ||
		    kind >= SHEET_KINDS || text.len == 0)
			r->bad = true;
		else
			cells[(size_t)row * s->n_columns + column] =
				(struct sheet_cell){(enum sheet_cell_kind)kind, text};
	}
}

static void take_merges(struct reader *r, struct arena *a, struct sheet *s, uint32_t n)
{
	struct sheet_merge *merges = ARENA_ARRAY(a, (size_t)n + 1, struct sheet_merge);
	for (uint32_t i = 0; i < n && !r->bad; i++) {
		struct sheet_merge m = {.row = take32(r),
					.column = take32(r),
					.last_row = take32(r),
					.last_column = take32(r)};
		if (m.row > m.last_row || m.column > m.last_column)
			r->bad = true;
		if (m.row < s->n_rows && m.column < s->n_columns)
			merges[s->n_merges++] = m;
	}
	s->merges = merges;
}

static void take_sheet(struct reader *r, struct arena *a, struct sheet *s, size_t *area)
{
	s->name = take_text(r, a, SHEET_TEXT_MAX);
	s->hidden = take8(r) != 0;
	s->n_rows = take32(r);
	s->n_columns = take32(r);
	uint32_t n_cells = take32(r), n_merges = take32(r);
	if (s->n_rows > SHEET_ROWS_MAX || s->n_columns > SHEET_COLUMNS_MAX ||
	    n_merges > SHEET_MERGES_MAX)
		r->bad = true;
	size_t mine = r->bad ? 0 : (size_t)s->n_rows * s->n_columns;
	*area += mine;
	if (*area > SHEET_CELLS_MAX)
		r->bad = true;
	if (r->bad)
		return;
	struct sheet_cell *cells = ARENA_ARRAY(a, mine + 1, struct sheet_cell);
	for (size_t i = 0; i < mine; i++)
		cells[i].text = STR("");
	s->cells = cells;
	take_cells(r, a, s, cells, n_cells);
	take_merges(r, a, s, n_merges);
}

static enum err take_refusal(struct reader *r, struct arena *a, uint32_t code,
			     struct sheet_refusal *ret, struct why *why)
{
	struct sheet_refusal refusal = {.vi = take_text(r, a, 1024)};
	refusal.en = take_text(r, a, 1024);
	if (r->bad || (code != ERR_INVALID && code != ERR_TOO_LARGE))
		return fail(why, ERR_INTERNAL, "the reader's answer is malformed");
	if (ret)
		*ret = refusal;
	return fail(why, (enum err)code, BOTH_FMT, refusal.en.ptr, refusal.vi.ptr);
}

enum err sheet_unpack(struct arena *a, struct str bytes, struct sheet_book *ret,
		      struct sheet_refusal *ret_refusal, struct why *why)
{
	struct reader r = {.left = bytes};
	if (!str_eq(take(&r, 4), STR(SHEET_MAGIC)))
		return fail(why, ERR_INTERNAL, "the reader's answer is malformed");
	uint32_t code = take8(&r);
	if (code != OK)
		return take_refusal(&r, a, code, ret_refusal, why);
	uint32_t format = take8(&r), n = take32(&r);
	if (format >= SHEET_FORMATS || n == 0 || n > SHEET_SHEETS_MAX)
		r.bad = true;
	struct sheet *sheets = ARENA_ARRAY(a, SHEET_SHEETS_MAX, struct sheet);
	size_t area = 0;
	for (uint32_t i = 0; i < n && !r.bad; i++)
		take_sheet(&r, a, &sheets[i], &area);
	if (r.bad || r.left.len > 0)
		return fail(why, ERR_INTERNAL, "the reader's answer is malformed");
	*ret = (struct sheet_book){.format = (enum sheet_format)format, .n = n, .sheets = sheets};
	return OK;
}

enum err sheet_read(struct sandbox *sandbox, struct arena *a, struct str file,
		    struct sheet_book *ret, struct sheet_refusal *ret_refusal, struct why *why)
{
	struct label label = {"Tệp lớn hơn 16 MB.", "The file is larger than 16 MB."};
	if (file.len > SHEET_FILE_MAX) {
		if (ret_refusal)
			*ret_refusal = (struct sheet_refusal){str_of(label.vi), str_of(label.en)};
		return fail(why, ERR_TOO_LARGE, BOTH_FMT, LABEL_ARG(label));
	}
	AUTO(buf_release) struct buf output;
	buf_init(&output, SHEET_OUTPUT_MAX + 1024);
	enum sandbox_end end;
	enum err rc = sandbox_run(sandbox, file, &output, &end, why);
	if (rc == OK)
		return sheet_unpack(a, buf_str(&output), ret, ret_refusal, why);
	label = sandbox_end_label(end);
	if (ret_refusal) {
		ret_refusal->vi = arena_fmt(a, "Không đọc được tệp: %s.", label.vi);
		ret_refusal->en = arena_fmt(a, "The file could not be read: %s.", label.en);
	}
	return rc;
}

struct sheet_cell sheet_at(const struct sheet *s, uint32_t row, uint32_t column)
{
	if (row >= s->n_rows || column >= s->n_columns)
		return (struct sheet_cell){SHEET_EMPTY, STR("")};
	return s->cells[(size_t)row * s->n_columns + column];
}

struct sheet_cell sheet_at_merged(const struct sheet *s, uint32_t row, uint32_t column)
{
	struct sheet_cell c = sheet_at(s, row, column);
	for (size_t i = 0; c.kind == SHEET_EMPTY && i < s->n_merges; i++) {
		const struct sheet_merge *m = &s->merges[i];
		if (row >= m->row && row <= m->last_row && column >= m->column &&
		    column <= m->last_column)
			return sheet_at(s, m->row, m->column);
	}
	return c;
}

void sheet_cell_name(struct buf *b, uint32_t row, uint32_t column)
{
	char letters[8];
	size_t at = sizeof(letters);
	for (uint64_t n = (uint64_t)column + 1; n > 0; n = (n - 1) / 26)
		letters[--at] = (char)('A' + (n - 1) % 26);
	buf_add_bytes(b, letters + at, sizeof(letters) - at);
	buf_add_int(b, (int64_t)row + 1);
}
