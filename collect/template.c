#include "collect/template.h"

#include <math.h>
#include <stdlib.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "collect/xlsx_out.h"

#define MARKER "haidang-template-1"
#define KEY_ROW 1 /* hidden: what each column holds, so that columns may be moved */
#define TITLE_ROW 2
#define HEAD_ROW 5
#define FIRST_ROW 6

enum column {
	CODE,
	PERIOD_CODE,
	BREAKDOWN_CODE,
	NAME,
	BREAKDOWN,
	MEASURE,
	PERIOD,
	PREVIOUS,
	RANGE,
	VALUE,
	REMARK,
	COLUMNS
};
struct heading {
	struct label label;
	const char *key; /* of the columns that are read back */
	enum mapping_role role;
	double width; /* 0: hidden */
};
static const struct heading headings[COLUMNS] = {
	[CODE] = {{"Mã", "Code"}, "indicator", MAPPING_INDICATOR, 0},
	[PERIOD_CODE] = {{"Mã kỳ", "Period code"}, "period", MAPPING_PERIOD, 0},
	[BREAKDOWN_CODE] = {{"Mã phân tổ", "Breakdown code"}, "breakdown", MAPPING_BREAKDOWN, 0},
	[NAME] = {{"Chỉ tiêu", "Indicator"}, "", MAPPING_IGNORE, 52},
	[BREAKDOWN] = {{"Phân tổ", "Breakdown"}, "", MAPPING_IGNORE, 18},
	[MEASURE] = {{"Đơn vị tính", "Unit of measure"}, "", MAPPING_IGNORE, 14},
	[PERIOD] = {{"Kỳ", "Period"}, "", MAPPING_IGNORE, 12},
	[PREVIOUS] = {{"Kỳ trước", "Previous"}, "", MAPPING_IGNORE, 14},
	[RANGE] = {{"Khoảng cho phép", "Allowed range"}, "", MAPPING_IGNORE, 20},
	[VALUE] = {{"Giá trị", "Value"}, "value", MAPPING_VALUE, 16},
	[REMARK] = {{"Ghi chú", "Remark"}, "remark", MAPPING_REMARK, 40},
};

struct making {
	struct arena *a;
	const struct template *t;
	lxw_worksheet *s;
	lxw_format *plain, *input, *title, *head;
	lxw_format *values[DECIMAL_SCALE_MAX + 1]; /* by decimals */
};

static const char *say(const struct making *k, struct label l)
{
	return k->t->english ? l.en : l.vi;
}

/* As a text, never as a formula. */
static void put(struct making *k, uint32_t row, uint32_t column, struct str text, lxw_format *f)
{
	if (text.len > 0)
		worksheet_write_string(k->s, row, (lxw_col_t)column, arena_cstr(k->a, text), f);
	else
		worksheet_write_blank(k->s, row, (lxw_col_t)column, f);
}

static bool number(struct str text, double *ret)
{
	struct decimal d;
	if (text.len == 0 || decimal_parse(text, &d, NULL) != OK)
		return false;
	*ret = decimal_double(d);
	return true;
}

static void put_number(struct making *k, uint32_t row, uint32_t column, struct str text,
		       lxw_format *f)
{
	double v;
	if (number(text, &v))
		worksheet_write_number(k->s, row, (lxw_col_t)column, v, f);
	else
		put(k, row, column, STR(""), f);
}

/* A warning, not a wall: the centre judges, and "1.234,5" typed as a text is understood there. */
static void guard_values(struct making *k, uint32_t first, uint32_t last,
			 const struct template_row *r)
{
	double low, high;
	bool has_low = number(r->low, &low), has_high = number(r->high, &high);
	lxw_data_validation v = {.validate = LXW_VALIDATION_TYPE_DECIMAL,
				 .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING,
				 .ignore_blank = LXW_VALIDATION_ON};
	v.criteria = has_low && has_high ? LXW_VALIDATION_CRITERIA_BETWEEN
		     : has_high		 ? LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO
					 : LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO;
	v.minimum_number = has_low ? low : -1e15;
	v.maximum_number = has_high ? high : 1e15;
	v.value_number = has_high && !has_low ? high : v.minimum_number;
	static char title_vi[] = "Ngoài khoảng cho phép", title_en[] = "Out of range";
	v.error_title = k->t->english ? title_en : title_vi;
	worksheet_data_validation_range(k->s, first, VALUE, last, VALUE, &v);
}

/* Rows below one another with the same range share one guard. */
static void guard_all(struct making *k)
{
	const struct template_row *rows = k->t->rows;
	for (size_t from = 0, to; from < k->t->n_rows; from = to) {
		for (to = from + 1; to < k->t->n_rows && str_eq(rows[to].low, rows[from].low) &&
				    str_eq(rows[to].high, rows[from].high);)
			to++;
		guard_values(k, FIRST_ROW + (uint32_t)from, FIRST_ROW + (uint32_t)to - 1,
			     &rows[from]);
	}
}

static struct str range_text(struct making *k, const struct template_row *r)
{
	if (r->low.len > 0 && r->high.len > 0)
		return arena_fmt(k->a, STR_FMT " … " STR_FMT, STR_ARG(r->low), STR_ARG(r->high));
	if (r->low.len > 0)
		return arena_fmt(k->a, "≥ " STR_FMT, STR_ARG(r->low));
	return r->high.len > 0 ? arena_fmt(k->a, "≤ " STR_FMT, STR_ARG(r->high)) : STR("");
}

static void put_row(struct making *k, uint32_t row, const struct template_row *r)
{
	const struct str texts[COLUMNS] = {[CODE] = r->indicator,
					   [PERIOD_CODE] = r->period,
					   [BREAKDOWN_CODE] = r->breakdown,
					   [NAME] = r->name,
					   [BREAKDOWN] = r->breakdown_name,
					   [MEASURE] = r->measure,
					   [PERIOD] = r->period,
					   [RANGE] = range_text(k, r)};
	for (uint32_t c = 0; c < COLUMNS; c++)
		if (c != VALUE && c != PREVIOUS)
			put(k, row, c, texts[c], c == REMARK ? k->input : k->plain);
	int decimals = r->decimals < 0			 ? 0
		       : r->decimals > DECIMAL_SCALE_MAX ? DECIMAL_SCALE_MAX
							 : r->decimals;
	put_number(k, row, PREVIOUS, r->previous, k->plain);
	put_number(k, row, VALUE, r->value, k->values[decimals]);
}

static void put_head(struct making *k)
{
	const struct template *t = k->t;
	put(k, 0, 0, STR(MARKER), NULL);
	put(k, 0, 1, t->unit, NULL);
	put(k, TITLE_ROW, NAME, t->unit_name, k->title);
	put(k, TITLE_ROW + 1, NAME, t->period_name, k->plain);
	put(k, TITLE_ROW + 2, NAME,
	    str_of(say(
		    k,
		    (struct label){
			    "Chỉ nhập vào hai cột màu vàng: Giá trị và Ghi chú. “1.234,5” và “1234.5” đều hiểu được. Để trống nghĩa là chưa có số liệu.",
			    "Type into the two yellow columns only: Value and Remark. “1.234,5” and “1234.5” are both understood. Empty means not yet known."})),
	    k->plain);
	lxw_row_col_options hidden = {.hidden = 1};
	worksheet_set_row_opt(k->s, 0, LXW_DEF_ROW_HEIGHT, NULL, &hidden);
	worksheet_set_row_opt(k->s, KEY_ROW, LXW_DEF_ROW_HEIGHT, NULL, &hidden);
	for (lxw_col_t c = 0; c < (lxw_col_t)COLUMNS; c++) {
		const struct heading *h = &headings[c];
		if (h->width > 0)
			worksheet_set_column(k->s, c, c, h->width, NULL);
		else
			worksheet_set_column_opt(k->s, c, c, LXW_DEF_COL_WIDTH, NULL, &hidden);
		put(k, KEY_ROW, c, str_of(h->key), NULL);
		put(k, HEAD_ROW, c, str_of(say(k, h->label)), k->head);
	}
	worksheet_freeze_panes(k->s, FIRST_ROW, NAME + 1);
}

enum err template_write(const struct template *t, struct buf *out, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	int fd;
	lxw_workbook *w = xlsx_out_open(&fd);
	if (!w)
		return fail(why, ERR_FULL, "no room for the spreadsheet");
	struct making k = {.a = a, .t = t};
	k.s = workbook_add_worksheet(w, say(&k, (struct label){"Số liệu", "Figures"}));
	k.plain = xlsx_out_format(w, XLSX_PLAIN, 0);
	k.input = xlsx_out_format(w, XLSX_INPUT, 0xFFF9DB);
	k.title = xlsx_out_format(w, XLSX_TITLE, 0);
	k.head = xlsx_out_format(w, XLSX_HEAD, 0xDDE7F3);
	for (int i = 0; i <= DECIMAL_SCALE_MAX; i++) {
		k.values[i] = xlsx_out_format(w, XLSX_INPUT, 0xFFF9DB);
		format_set_num_format(
			k.values[i], arena_fmt(a, "#,##0%s%.*s", i ? "." : "", i, "000000000").ptr);
	}
	put_head(&k);
	for (size_t i = 0; i < t->n_rows; i++)
		put_row(&k, FIRST_ROW + (uint32_t)i, &t->rows[i]);
	guard_all(&k);
	lxw_protection open = {.format_cells = 1,
			       .format_columns = 1,
			       .format_rows = 1,
			       .sort = 1,
			       .autofilter = 1};
	worksheet_protect(k.s, NULL, &open);
	return xlsx_out_close(w, fd, out, why);
}

bool template_recognise(struct arena *a, const struct sheet *s, struct mapping *ret)
{
	struct sheet_cell unit = sheet_at(s, 0, 1);
	if (!str_is(sheet_at(s, 0, 0).text, MARKER) || unit.kind == SHEET_EMPTY)
		return false;
	struct mapping_column *columns = ARENA_ARRAY(a, s->n_columns + 1, struct mapping_column);
	size_t n = 0, values = 0;
	for (uint32_t c = 0; c < s->n_columns; c++) {
		struct str key = sheet_at(s, KEY_ROW, c).text;
		for (size_t i = 0; i < COLUMNS && key.len > 0; i++)
			if (str_is(key, headings[i].key)) {
				columns[n++] = (struct mapping_column){.column = c,
								       .role = headings[i].role};
				values += headings[i].role == MAPPING_VALUE;
			}
	}
	*ret = (struct mapping){.sheet = s->name,
				.header_row = HEAD_ROW,
				.first_row = FIRST_ROW,
				.last_row = -1,
				.n_columns = n,
				.columns = columns,
				.fixed_unit = unit.text};
	return values == 1;
}
