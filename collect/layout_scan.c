#include "collect/layout_scan.h"

#include "base/decimal.h"
#include "base/text.h"

struct hint_word {
	const char *words;
	enum scan_hint hint;
	bool whole; /* the whole header, not its beginning */
};
/* The first that fits counts. */
static const struct hint_word hint_words[] = {
	{"stt", HINT_NUMBERING, false},
	{"tt", HINT_NUMBERING, true},
	{"so tt", HINT_NUMBERING, true},
	{"so thu tu", HINT_NUMBERING, true},
	{"no", HINT_NUMBERING, true},
	{"don vi tinh", HINT_MEASURE, false},
	{"dvt", HINT_MEASURE, false},
	{"dv tinh", HINT_MEASURE, false},
	{"measure", HINT_MEASURE, false},
	{"ma so", HINT_CODE, false},
	{"ma chi tieu", HINT_CODE, false},
	{"ma", HINT_CODE, true},
	{"code", HINT_CODE, true},
	{"chi tieu giao", HINT_OTHER_VALUE, false},
	{"chi tieu ke hoach", HINT_OTHER_VALUE, false},
	{"chi tieu nam", HINT_OTHER_VALUE, false},
	{"ten chi tieu", HINT_INDICATOR, false},
	{"chi tieu", HINT_INDICATOR, false},
	{"noi dung", HINT_INDICATOR, false},
	{"indicator", HINT_INDICATOR, false},
	{"tieu chi", HINT_INDICATOR, false},
	{"don vi", HINT_UNIT, false},
	{"ten don vi", HINT_UNIT, false},
	{"dia phuong", HINT_UNIT, false},
	{"dia ban", HINT_UNIT, false},
	{"xa phuong", HINT_UNIT, false},
	{"ten xa", HINT_UNIT, false},
	{"unit", HINT_UNIT, true},
	{"ky bao cao", HINT_PERIOD, false},
	{"ky", HINT_PERIOD, true},
	{"thoi gian", HINT_PERIOD, false},
	{"thang", HINT_PERIOD, true},
	{"quy", HINT_PERIOD, true},
	{"nam", HINT_PERIOD, true},
	{"ngay", HINT_PERIOD, true},
	{"period", HINT_PERIOD, true},
	{"ngay bao cao", HINT_PERIOD, true},
	{"ghi chu", HINT_REMARK, false},
	{"dien giai", HINT_REMARK, false},
	{"giai trinh", HINT_REMARK, false},
	{"nguyen nhan", HINT_REMARK, false},
	{"remark", HINT_REMARK, false},
	{"note", HINT_REMARK, false},
	{"ke hoach", HINT_OTHER_VALUE, false},
	{"muc tieu", HINT_OTHER_VALUE, false},
	{"so sanh", HINT_OTHER_VALUE, false},
	{"so voi", HINT_OTHER_VALUE, false},
	{"cung ky", HINT_OTHER_VALUE, false},
	{"luy ke", HINT_OTHER_VALUE, false},
	{"ty le dat", HINT_OTHER_VALUE, false},
	{"ty le hoan thanh", HINT_OTHER_VALUE, false},
	{"dat ty le", HINT_OTHER_VALUE, false},
	{"ky truoc", HINT_OTHER_VALUE, false},
	{"thang truoc", HINT_OTHER_VALUE, false},
	{"du kien", HINT_OTHER_VALUE, false},
	{"tang giam", HINT_OTHER_VALUE, false},
	{"th ke hoach", HINT_OTHER_VALUE, false},
	{"thuc hien ky truoc", HINT_OTHER_VALUE, false},
	{"thuc hien thang truoc", HINT_OTHER_VALUE, false},
	{"thuc hien cung ky", HINT_OTHER_VALUE, false},
	{"thuc hien luy ke", HINT_OTHER_VALUE, false},
	{"thuc hien", HINT_VALUE, false},
	{"uoc thuc hien", HINT_VALUE, false},
	{"so lieu", HINT_VALUE, false},
	{"gia tri", HINT_VALUE, false},
	{"ket qua", HINT_VALUE, false},
	{"so luong", HINT_VALUE, false},
	{"value", HINT_VALUE, false},
	{"so bao cao", HINT_VALUE, false},
	{"tong so", HINT_TOTAL, false},
	{"tong cong", HINT_TOTAL, false},
	{"toan tinh", HINT_TOTAL, false},
	{"cong", HINT_TOTAL, true},
	{"tong", HINT_TOTAL, true},
	{"total", HINT_TOTAL, true},
};

static bool begins(struct str folded, const char *words)
{
	size_t n = strlen(words);
	return str_starts(folded, str_of(words)) && (folded.len == n || folded.ptr[n] == ' ');
}

enum scan_hint scan_hint_of(struct arena *a, struct str text)
{
	struct str folded = text_fold(a, text);
	/* Without its accent a year would be a man. */
	if (str_is(folded, "nam") && !memmem(text.ptr, text.len, "ă", 2) &&
	    !memmem(text.ptr, text.len, "Ă", 2))
		return HINT_NONE;
	for (size_t i = 0; i < ARRAY_LEN(hint_words); i++)
		if (hint_words[i].whole ? str_is(folded, hint_words[i].words)
					: begins(folded, hint_words[i].words))
			return hint_words[i].hint == HINT_VALUE && layout_accumulates(a, text)
				       ? HINT_OTHER_VALUE
				       : hint_words[i].hint;
	return HINT_NONE;
}

bool scan_is_number(struct sheet_cell c)
{
	struct decimal d;
	bool doubtful;
	return c.kind == SHEET_NUMBER || (c.kind == SHEET_TEXT && c.text.len < 40 &&
					  decimal_read(c.text, &d, &doubtful, NULL) == OK);
}

static bool is_year(struct sheet_cell c)
{
	int64_t v;
	return str_int(c.text, 1990, 2100, &v, NULL) == OK;
}

static struct sheet_cell head_at(const struct scan *k, int64_t row, uint32_t column)
{
	if (row < 0 || row >= k->n_head)
		return (struct sheet_cell){SHEET_EMPTY, STR("")};
	return k->head[(size_t)row * k->s->n_columns + column];
}

static void spread_head(struct scan *k)
{
	const struct sheet *s = k->s;
	k->n_head = s->n_rows < SCAN_HEAD ? s->n_rows : SCAN_HEAD;
	struct sheet_cell *head =
		ARENA_ARRAY(k->a, (size_t)k->n_head * s->n_columns + 1, struct sheet_cell);
	for (uint32_t row = 0; row < k->n_head; row++)
		for (uint32_t c = 0; c < s->n_columns; c++)
			head[(size_t)row * s->n_columns + c] = sheet_at(s, row, c);
	for (size_t i = 0; i < s->n_merges; i++) {
		const struct sheet_merge *m = &s->merges[i];
		for (uint32_t row = m->row; row <= m->last_row && row < k->n_head; row++)
			for (uint32_t c = m->column; c <= m->last_column && c < s->n_columns; c++)
				if (head[(size_t)row * s->n_columns + c].kind == SHEET_EMPTY)
					head[(size_t)row * s->n_columns + c] =
						sheet_at(s, m->row, m->column);
	}
	k->head = head;
}

struct row_look {
	size_t distinct, numbers, hints, words, periods;
};

static void look_at_text(const struct scan *k, struct sheet_cell cell, struct row_look *r)
{
	enum scan_hint hint = scan_hint_of(k->scratch, cell.text);
	if (hint != HINT_NONE)
		r->hints++;
	else if (layout_period(k->scratch, cell.text, 2000).ptr)
		r->periods++;
	else if (layout_exact(k->x, LAYOUT_INDICATOR, cell.text) ||
		 layout_exact(k->x, LAYOUT_UNIT, cell.text) ||
		 layout_exact(k->x, LAYOUT_ITEM, cell.text))
		r->words++;
}

static struct row_look look_at_row(const struct scan *k, int64_t row)
{
	struct row_look r = {.distinct = 0};
	arena_reset(k->scratch);
	struct str before = STR("");
	for (uint32_t c = 0; c < k->s->n_columns; c++) {
		struct sheet_cell cell = head_at(k, row, c);
		if (cell.kind == SHEET_EMPTY || str_eq(cell.text, before))
			continue;
		before = cell.text;
		r.distinct++;
		if (is_year(cell))
			r.periods++;
		else if (scan_is_number(cell))
			r.numbers++;
		else
			look_at_text(k, cell, &r);
	}
	return r;
}

/* The best header row: words of a header, or several known words, and no figures. */
static int64_t find_header(const struct scan *k)
{
	int64_t best = -1;
	size_t best_score = 0;
	for (int64_t row = 0; row < k->n_head; row++) {
		struct row_look r = look_at_row(k, row);
		if (r.distinct < 2 || r.numbers > 0)
			continue;
		size_t score = 3 * r.hints + 2 * r.words + 2 * r.periods;
		if (r.hints == 0 && r.words < 2 && r.periods < 2)
			score = 0;
		if (score > best_score && score >= 4) {
			best = row;
			best_score = score;
		}
	}
	return best;
}

static bool joined(const struct scan *k, int64_t upper)
{
	for (size_t i = 0; i < k->s->n_merges; i++) {
		const struct sheet_merge *m = &k->s->merges[i];
		if (m->row <= upper && m->last_row > upper &&
		    head_at(k, upper, m->column).kind != SHEET_EMPTY)
			return true;
	}
	return false;
}

/* Text in the upper row over columns where the lower has none, and the other way round. */
static bool completes(const struct scan *k, int64_t upper, int64_t lower)
{
	size_t only_upper = 0, both = 0;
	for (uint32_t c = 0; c < k->s->n_columns; c++) {
		bool u = head_at(k, upper, c).kind != SHEET_EMPTY,
		     l = head_at(k, lower, c).kind != SHEET_EMPTY;
		only_upper += u && !l;
		both += l;
	}
	return only_upper > 0 && both > 0;
}

static bool is_upper_header(const struct scan *k, int64_t row)
{
	struct row_look r = look_at_row(k, row);
	return r.numbers == 0 && r.distinct >= 2 &&
	       (joined(k, row) || (r.hints > 0 && completes(k, row, row + 1)));
}

/* The first column, which names the rows, is covered from above or has nothing there. */
static bool is_lower_header(const struct scan *k, int64_t row)
{
	struct row_look r = look_at_row(k, row);
	if (r.numbers > 0 || r.distinct == 0 || r.hints + r.words + r.periods == 0)
		return false;
	return sheet_at(k->s, (uint32_t)row, 0).kind == SHEET_EMPTY &&
	       (joined(k, row - 1) || completes(k, row - 1, row));
}

static void stretch_header(struct scan *k, int64_t row)
{
	int64_t top = row, bottom = row;
	while (top > 0 && bottom - top < SCAN_LEVELS - 1 && is_upper_header(k, top - 1))
		top--;
	while (bottom + 1 < k->n_head && bottom - top < SCAN_LEVELS - 1 &&
	       is_lower_header(k, bottom + 1))
		bottom++;
	k->header_top = top;
	k->header_bottom = bottom;
}

static bool is_footer(const struct scan *k, uint32_t row)
{
	static const char *const words[] = {"noi nhan", "nguoi lap", "thu truong", "chu tich",
					    "ghi chu",	"ky ten",    "nguon",	   "luu y",
					    "tm ",	"kt ",	     "t m ",	   "k t ",
					    "lap bieu", "ngay ",     "giam doc"};
	bool footer = false;
	arena_reset(k->scratch);
	for (uint32_t c = 0; c < k->s->n_columns; c++) {
		struct sheet_cell cell = sheet_at(k->s, row, c);
		if (cell.kind == SHEET_EMPTY)
			continue;
		if (scan_is_number(cell))
			return false;
		struct str folded = text_fold(k->scratch, cell.text);
		for (size_t i = 0; i < ARRAY_LEN(words); i++)
			footer = footer || str_starts(folded, str_of(words[i]));
		footer = footer || (memmem(folded.ptr, folded.len, " ngay ", 6) &&
				    memmem(folded.ptr, folded.len, " thang ", 7) &&
				    memmem(folded.ptr, folded.len, " nam ", 5));
	}
	return footer;
}

/* The last row that has a number; the first of the data when none has. */
static uint32_t last_figures(const struct scan *k)
{
	for (uint32_t row = k->s->n_rows; row-- > k->first_row;)
		for (uint32_t c = 0; c < k->s->n_columns; c++)
			if (scan_is_number(sheet_at(k->s, row, c)))
				return row;
	return k->first_row;
}

static void find_region(struct scan *k)
{
	k->first_row = k->header_bottom >= 0 ? (uint32_t)k->header_bottom + 1 : 0;
	if (k->header_bottom < 0)
		while (k->first_row < k->n_head && look_at_row(k, k->first_row).numbers == 0)
			k->first_row++;
	k->last_row = k->s->n_rows - 1;
	/* "Nguồn vốn" between figures is no footer. */
	for (uint32_t row = last_figures(k) + 1; row < k->s->n_rows; row++)
		if (is_footer(k, row)) {
			k->last_row = row - 1;
			break;
		}
	while (k->last_row > k->first_row) {
		bool empty = true;
		for (uint32_t c = 0; c < k->s->n_columns && empty; c++)
			empty = sheet_at(k->s, k->last_row, c).kind == SHEET_EMPTY;
		if (!empty)
			break;
		k->last_row--;
	}
}

static void read_headers(struct scan *k, uint32_t c)
{
	struct scan_column *column = &k->columns[c];
	for (int64_t row = k->header_top; k->header_top >= 0 && row <= k->header_bottom; row++) {
		struct sheet_cell cell = head_at(k, row, c);
		bool again = column->n_header > 0 &&
			     str_eq(column->header[column->n_header - 1], cell.text);
		if (cell.kind != SHEET_EMPTY && !again && column->n_header < SCAN_LEVELS)
			column->header[column->n_header++] = cell.text;
	}
	for (size_t i = column->n_header; i-- > 0 && column->hint == HINT_NONE;)
		column->hint = scan_hint_of(k->a, column->header[i]);
}

static void count_item(struct scan_column *column, const struct layout_word *item)
{
	if (!item)
		return;
	if (!column->list.ptr)
		column->list = item->list;
	column->items += str_eq(column->list, item->list);
}

static void count_cell(struct scan *k, struct scan_column *column, struct sheet_cell cell)
{
	column->filled++;
	bool period = cell.kind == SHEET_DATE || is_year(cell) ||
		      layout_period(k->scratch, cell.text, 2000).ptr;
	column->periods += period;
	if (scan_is_number(cell)) {
		column->numbers++;
		column->indicators += layout_exact(k->x, LAYOUT_INDICATOR, cell.text) != NULL;
		return;
	}
	if (period || cell.kind != SHEET_TEXT)
		return;
	column->words++;
	column->indicators +=
		layout_guess(k->x, LAYOUT_INDICATOR, cell.text).confidence >= LAYOUT_SURE;
	column->units += layout_guess(k->x, LAYOUT_UNIT, cell.text).confidence >= LAYOUT_SURE;
	count_item(column, layout_exact(k->x, LAYOUT_ITEM, cell.text));
}

static void judge_column(struct scan *k, uint32_t c)
{
	struct str before = STR("");
	uint32_t end = k->last_row < k->first_row + SCAN_SAMPLE ? k->last_row + 1
								: k->first_row + SCAN_SAMPLE;
	for (uint32_t row = k->first_row; row < end && row < k->s->n_rows; row++) {
		struct sheet_cell cell = sheet_at(k->s, row, c);
		if (cell.kind == SHEET_EMPTY ||
		    (cell.kind == SHEET_TEXT && str_eq(cell.text, before)))
			continue;
		before = cell.text;
		arena_reset(k->scratch);
		count_cell(k, &k->columns[c], cell);
	}
}

void scan_sheet(struct arena *a, const struct layout_index *x, const struct sheet *s,
		struct scan *ret)
{
	*ret = (struct scan){
		.a = a, .s = s, .x = x, .header_top = -1, .header_bottom = -1, .first_row = 1};
	ret->columns = ARENA_ARRAY(a, s->n_columns + 1, struct scan_column);
	AUTO(arena_free) struct arena *scratch = arena_new();
	ret->scratch = scratch;
	if (s->n_rows == 0 || s->n_columns == 0)
		return;
	spread_head(ret);
	int64_t header = find_header(ret);
	if (header >= 0)
		stretch_header(ret, header);
	find_region(ret);
	for (uint32_t c = 0; c < s->n_columns; c++) {
		read_headers(ret, c);
		judge_column(ret, c);
	}
	ret->scratch = NULL;
}
