#include "collect/answer.h"

#include <stdlib.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"
#include "collect/xlsx_out.h"

#define NAME_MAX_CHARACTERS 31
#define COMMENT_MAX 1000
#define UNMARKED ANSWER_STATES

static const uint32_t colours[ANSWER_STATES] = {0xC6EFCE, 0xE2EFDA, 0xFFEB9C, 0xFFC7CE};
static const struct label state_names[ANSWER_STATES] = {{"Đã nhận", "Accepted"},
							{"Không đổi", "Unchanged"},
							{"Cần giải thích", "Needs a remark"},
							{"Từ chối", "Refused"}};

struct making {
	struct arena *a;
	const struct answer *answer;
	lxw_workbook *w;
	/* the last row has the cells that carry no mark; dates need a format of their own */
	lxw_format *formats[ANSWER_STATES + 1], *dates[ANSWER_STATES + 1], *bold, *plain;
	size_t counts[ANSWER_STATES];
};

static const char *say(const struct making *k, struct label l)
{
	return k->answer->english ? l.en : l.vi;
}

static void make_formats(struct making *k)
{
	for (size_t i = 0; i <= ANSWER_STATES; i++) {
		uint32_t colour = i < ANSWER_STATES ? colours[i] : 0;
		k->formats[i] = xlsx_out_format(k->w, XLSX_PLAIN, colour);
		k->dates[i] = xlsx_out_format(k->w, XLSX_PLAIN, colour);
		format_set_num_format(k->dates[i], "dd/mm/yyyy");
	}
	k->bold = xlsx_out_format(k->w, XLSX_BOLD, 0);
	k->plain = xlsx_out_format(k->w, XLSX_PLAIN, 0);
}

/* Excel's rules: 1 to 31 characters, none of []:*?/\, no quote at an end. */
static const char *sheet_name(struct arena *a, struct str name)
{
	char *out = arena_cstr(a, name);
	size_t characters = 0, i = 0;
	for (; out[i]; i++) {
		if (strchr("[]:*?/\\'", out[i]))
			out[i] = ' ';
		characters += ((unsigned char)out[i] & 0xc0) != 0x80;
		if (characters > NAME_MAX_CHARACTERS)
			break;
	}
	return arena_cstr(a, str_trim((struct str){out, i}));
}

static lxw_worksheet *add_sheet(struct making *k, size_t number, struct str name)
{
	const char *wanted = sheet_name(k->a, name);
	if (workbook_validate_sheet_name(k->w, wanted) != LXW_NO_ERROR)
		wanted = arena_fmt(k->a, "%zu", number + 1).ptr;
	if (workbook_validate_sheet_name(k->w, wanted) != LXW_NO_ERROR)
		wanted = arena_fmt(k->a, "Sheet %zu", number + 1).ptr;
	return workbook_add_worksheet(k->w, wanted);
}

/* A number that a double holds as it is; anything longer, or with leading zeros, stays text. */
static bool plain_number(struct str s, double *ret)
{
	char text[32];
	size_t digits = s.ptr[0] == '-' ? 1 : 0;
	bool zeros = s.len > digits + 1 && s.ptr[digits] == '0' && s.ptr[digits + 1] != '.';
	if (s.len > 16 || zeros)
		return false;
	memcpy(text, s.ptr, s.len);
	text[s.len] = 0;
	char *end;
	*ret = strtod(text, &end);
	return *end == 0;
}

/* "=1+1", "@SUM(A1)", "-cmd|x", but not "-5" nor the dash of "- Nữ". */
static bool like_formula(struct str s)
{
	struct decimal d;
	bool doubtful;
	return s.len > 1 && strchr("=+-@\t", s.ptr[0]) && s.ptr[1] != ' ' &&
	       decimal_read(s, &d, &doubtful, NULL) != OK;
}

/* Texts are written as texts: nothing here can become a formula, and those that would on editing
 * begin with an apostrophe. */
static void put_text(struct making *k, lxw_worksheet *s, uint32_t row, uint32_t column,
		     struct str text, lxw_format *f)
{
	struct str safe = like_formula(text) ? arena_fmt(k->a, "'" STR_FMT, STR_ARG(text)) : text;
	worksheet_write_string(s, row, (lxw_col_t)column, arena_cstr(k->a, safe), f);
}

static void put_cell(struct making *k, lxw_worksheet *s, uint32_t row, uint32_t column,
		     struct sheet_cell c, size_t state)
{
	double number;
	struct date d;
	if (c.kind == SHEET_EMPTY && state == UNMARKED)
		return;
	if (c.kind == SHEET_EMPTY) {
		worksheet_write_blank(s, row, (lxw_col_t)column, k->formats[state]);
	} else if (c.kind == SHEET_NUMBER && plain_number(c.text, &number)) {
		worksheet_write_number(s, row, (lxw_col_t)column, number, k->formats[state]);
	} else if (c.kind == SHEET_DATE && date_parse(c.text, &d, NULL) == OK && d.year >= 1900) {
		lxw_datetime when = {d.year, d.month, d.day, 0, 0, 0};
		worksheet_write_datetime(s, row, (lxw_col_t)column, &when, k->dates[state]);
	} else {
		put_text(k, s, row, column, c.text, k->formats[state]);
	}
}

static bool overlap(const struct sheet_merge *a, const struct sheet_merge *b)
{
	return a->row <= b->last_row && b->row <= a->last_row && a->column <= b->last_column &&
	       b->column <= a->last_column;
}

/* Only ranges that a spreadsheet program accepts: several cells, inside the sheet, none over another. */
static void put_merges(struct making *k, lxw_worksheet *s, const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->n_merges; i++) {
		const struct sheet_merge *m = &sheet->merges[i];
		bool good = (m->row < m->last_row || m->column < m->last_column) &&
			    m->last_row < SHEET_ROWS_MAX && m->last_column < SHEET_COLUMNS_MAX;
		for (size_t j = 0; j < i && good; j++)
			good = !overlap(m, &sheet->merges[j]);
		if (good)
			worksheet_merge_range(s, m->row, (lxw_col_t)m->column, m->last_row,
					      (lxw_col_t)m->last_column, "", k->formats[UNMARKED]);
	}
}

static void put_comment(struct making *k, lxw_worksheet *s, const struct answer_mark *m)
{
	struct str text = m->explanation;
	if (text.len == 0)
		return;
	if (text.len > COMMENT_MAX)
		text.len = COMMENT_MAX;
	while (text.len > 0 && !text_valid(text))
		text.len--;
	lxw_comment_options options = {.x_scale = 2, .y_scale = 1.5};
	worksheet_write_comment_opt(s, m->row, (lxw_col_t)m->column, arena_cstr(k->a, text),
				    &options);
}

static void put_sheet(struct making *k, size_t number)
{
	const struct sheet *sheet = &k->answer->book->sheets[number];
	lxw_worksheet *s = add_sheet(k, number, sheet->name);
	size_t area = (size_t)sheet->n_rows * sheet->n_columns;
	unsigned char *states = arena_alloc(k->a, area + 1);
	memset(states, UNMARKED, area);
	const struct answer_mark **worst = ARENA_ARRAY(k->a, area + 1, const struct answer_mark *);
	for (size_t i = 0; i < k->answer->n_marks; i++) {
		const struct answer_mark *m = &k->answer->marks[i];
		if (m->sheet != number || m->row >= sheet->n_rows || m->column >= sheet->n_columns)
			continue;
		size_t at = (size_t)m->row * sheet->n_columns + m->column;
		if (!worst[at] || m->state > worst[at]->state)
			worst[at] = m;
		states[at] = (unsigned char)worst[at]->state;
	}
	put_merges(k, s, sheet);
	for (size_t at = 0; at < area; at++) {
		put_cell(k, s, (uint32_t)(at / sheet->n_columns), (uint32_t)(at % sheet->n_columns),
			 sheet->cells[at], states[at]);
		if (worst[at])
			put_comment(k, s, worst[at]);
	}
}

static void put_summary(struct making *k)
{
	const struct answer *answer = k->answer;
	lxw_worksheet *s =
		workbook_add_worksheet(k->w, say(k, (struct label){"Kết quả", "Result"}));
	worksheet_set_column(s, 0, 0, 28, NULL);
	worksheet_set_column(s, 1, 1, 90, NULL);
	put_text(k, s, 0, 0,
		 str_of(say(k,
			    (struct label){"Kết quả tiếp nhận số liệu", "Result of the delivery"})),
		 xlsx_out_format(k->w, XLSX_TITLE, 0));
	uint32_t row = 2;
	for (size_t i = 0; i < answer->n_lines; i++, row++) {
		put_text(k, s, row, 0, answer->lines[i].label, k->bold);
		put_text(k, s, row, 1, answer->lines[i].text, k->plain);
	}
	row++;
	for (size_t i = 0; i < ANSWER_STATES; i++, row++) {
		worksheet_write_string(s, row, 0, say(k, state_names[i]), k->formats[i]);
		worksheet_write_number(s, row, 1, (double)k->counts[i], k->plain);
	}
	put_text(
		k, s, row + 1, 0,
		str_of(say(
			k,
			(struct label){
				"Ô màu đỏ bị từ chối, ô màu vàng cần ghi chú; lý do nằm trong chú thích của ô. Sửa ngay trong tệp này rồi nộp lại: chỉ những ô thay đổi được nhận.",
				"Red cells were refused, amber ones need a remark; the comment of the cell says why. Correct this file and send it again: only changed cells are taken."})),
		k->plain);
}

enum err answer_write(const struct answer *answer, struct buf *out, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	int fd;
	struct making k = {.a = a, .answer = answer, .w = xlsx_out_open(&fd)};
	if (!k.w)
		return fail(why, ERR_FULL, "no room for the spreadsheet");
	for (size_t i = 0; i < answer->n_marks; i++)
		k.counts[answer->marks[i].state]++;
	make_formats(&k);
	put_summary(&k);
	for (size_t i = 0; i < answer->book->n; i++)
		put_sheet(&k, i);
	return xlsx_out_close(k.w, fd, out, why);
}
