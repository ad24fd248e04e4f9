/* pivot_api.c - the cube over HTTP: as JSON, CSV and XLSX. */
#include "analyze/analyze.h"
#include "analyze/pivot_ask.h"
#include "base/csv.h"
#include "paper/xlsx.h"

/* -- JSON -- */

static void names_json(struct jw *w, const char *name, struct str code, struct str vi,
		       struct str en)
{
	jw_name(w, name);
	jw_object(w);
	jw_m_str(w, "code", code);
	jw_m_str(w, "name_vi", vi);
	jw_m_str(w, "name_en", en);
	jw_object_end(w);
}

/* What a member is on one of its axes; null: the total. */
static void axis_json(struct jw *w, const struct pivot_table *t, enum axis a, struct place at)
{
	const struct pivot *p = t->pivot;
	if ((a == AXIS_UNIT && at.unit == p->n_units) ||
	    (a == AXIS_PERIOD && at.bucket == p->n_buckets)) {
		jw_name(w, axis_name(a));
		jw_null(w);
	} else if (a == AXIS_UNIT) {
		const struct unit *u = p->units[at.unit];
		names_json(w, "unit", u->code, u->name_vi, u->name_en);
	} else if (a == AXIS_PERIOD) {
		jw_m_period(w, "period", table_period(t, at.bucket));
	} else if (a == AXIS_INDICATOR) {
		jw_m_str(w, "indicator", t->how.indicators[at.indicator]->code);
	} else {
		const struct code_item *c = p->items[at.item];
		names_json(w, "breakdown", c->code, c->name_vi, c->name_en);
	}
}

static void side_json(struct jw *w, const struct pivot_table *t, const char *name,
		      const struct side *s)
{
	jw_name(w, name);
	jw_array(w);
	for (size_t k = 0; k < s->n; k++) {
		struct place at = side_place(t, s, k);
		jw_object(w);
		for (size_t i = 0; i < s->n_axes; i++)
			axis_json(w, t, s->axes[i], at);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static const char *aggregate_name(enum aggregate a)
{
	static const char *const names[] = {"none", "sum", "mean", "weighted",
					    "last", "max", "min"};
	return names[a];
}

static void indicators_json(struct jw *w, const struct pivot_table *t)
{
	jw_name(w, "indicators");
	jw_array(w);
	for (size_t k = 0; k < t->how.n_indicators; k++) {
		const struct indicator *i = t->how.indicators[k];
		jw_object(w);
		jw_m_str(w, "code", i->code);
		jw_m_str(w, "name_vi", i->name_vi);
		jw_m_str(w, "name_en", i->name_en);
		jw_m_str(w, "measure_vi", i->measure_vi);
		jw_m_str(w, "measure_en", i->measure_en);
		jw_m_int(w, "decimals", i->decimals);
		jw_m_str(w, "direction", i->direction);
		jw_m_cstr(w, "period", period_kind_name(i->period));
		jw_m_cstr(w, "over_units", aggregate_name(i->over_units));
		jw_m_cstr(w, "over_time", aggregate_name(i->over_time));
		jw_name(w, "breakdowns");
		jw_array(w);
		for (size_t b = 0; b < i->n_breakdowns; b++)
			jw_str(w, i->breakdowns[b].list);
		jw_array_end(w);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void cell_json(struct jw *w, const struct pivot_cell *c, enum measure m)
{
	struct figure f = {.value = c->value, .empty = c->why != PIVOT_VALUE};
	if (m == MEASURE_FIGURE)
		jw_id(w, c->figure);
	else if (m == MEASURE_N || m == MEASURE_PROVISIONAL || m == MEASURE_RANK)
		jw_int(w, c->value.mantissa);
	else
		figure_json_value(w, &f);
}

static void matrix_json(struct jw *w, const struct pivot_table *t, enum measure m)
{
	jw_name(w, measure_name(m));
	jw_array(w);
	for (size_t r = 0; r < t->rows.n; r++) {
		jw_array(w);
		for (size_t k = 0; k < t->columns.n; k++) {
			struct pivot_cell c = table_cell(t, table_place(t, r, k), m);
			cell_json(w, &c, m);
		}
		jw_array_end(w);
	}
	jw_array_end(w);
}

/* Cells that say why they have no value, and those made of only some of their periods. */
static void note_json(struct jw *w, const struct pivot_table *t, size_t row, size_t column)
{
	struct place at = table_place(t, row, column);
	const struct pivot_cell *c = pivot_at(t->pivot, at.indicator, at.item, at.unit, at.bucket);
	const struct indicator *i = t->how.indicators[at.indicator];
	size_t of = 1;
	if (c->why == PIVOT_VALUE && at.bucket < t->pivot->n_buckets && i->period != t->how.grain)
		of = pivot_periods(i, table_period(t, at.bucket));
	bool part = c->why == PIVOT_VALUE && c->periods < of;
	if (c->why == PIVOT_NOTHING || (c->why == PIVOT_VALUE && !part))
		return;
	jw_object(w);
	jw_m_int(w, "row", (int64_t)row);
	jw_m_int(w, "column", (int64_t)column);
	jw_m_cstr(w, "why", part ? "part" : pivot_why_name((enum pivot_why)c->why));
	if (part) {
		jw_m_int(w, "periods", c->periods);
		jw_m_int(w, "of", (int64_t)of);
	}
	jw_object_end(w);
}

static enum err get_pivot(struct request *req, struct why *why)
{
	const struct pivot_table *t = NULL;
	enum err rc = pivot_ask(req, &t, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_cstr(&w, "grain", period_kind_name(t->how.grain));
	jw_m_period(&w, "from", (struct period){t->how.grain, t->how.from});
	jw_m_period(&w, "to", (struct period){t->how.grain, t->how.to});
	jw_m_cstr(&w, "boundaries", t->how.today ? "today" : "then");
	indicators_json(&w, t);
	side_json(&w, t, "rows", &t->rows);
	side_json(&w, t, "columns", &t->columns);
	jw_name(&w, "cells");
	jw_object(&w);
	for (size_t m = 0; m < t->n_measures; m++)
		matrix_json(&w, t, t->measures[m]);
	jw_object_end(&w);
	jw_name(&w, "notes");
	jw_array(&w);
	for (size_t r = 0; r < t->rows.n; r++)
		for (size_t k = 0; k < t->columns.n; k++)
			note_json(&w, t, r, k);
	jw_array_end(&w);
	jw_object_end(&w);
	return OK;
}

/* -- files: the table as it is seen, one column for each column and measure -- */

struct file {
	struct request *req;
	const struct pivot_table *table;
	struct xlsx *xlsx; /* NULL: CSV into req->out */
	bool english, begun;
};

static void file_text(struct file *f, struct str text)
{
	if (f->xlsx)
		xlsx_str(f->xlsx, text);
	else
		csv_write(&f->req->out, !f->begun, text);
	f->begun = true;
}

static void file_head(struct file *f, struct str text)
{
	if (f->xlsx)
		xlsx_head(f->xlsx, text, f->begun ? 0 : 36);
	else
		csv_write(&f->req->out, !f->begun, text);
	f->begun = true;
}

static void file_row_end(struct file *f)
{
	if (!f->xlsx)
		buf_add(&f->req->out, STR("\r\n"));
	f->begun = false;
}

static struct str word(const struct file *f, const char *vi, const char *en)
{
	return str_of(f->english ? en : vi);
}

/* In files a period is its code, which programs read too. */
static void axis_words(const struct file *f, enum axis a, struct place at, struct str *ret_code,
		       struct str *ret_name)
{
	table_words(f->table, a, at, f->english, f->req->arena, ret_code, ret_name);
	if (a == AXIS_PERIOD && ret_code->len)
		*ret_name = *ret_code;
}

/* Title of a column: the names of its axes' members, and the measure where there are several. */
static struct str column_title(const struct file *f, size_t column, enum measure m)
{
	const struct pivot_table *t = f->table;
	struct place at = side_place(t, &t->columns, column);
	struct str title = STR("");
	for (size_t i = 0; i < t->columns.n_axes; i++) {
		struct str code, name;
		axis_words(f, t->columns.axes[i], at, &code, &name);
		title = arena_fmt(f->req->arena, STR_FMT "%s" STR_FMT, STR_ARG(title),
				  title.len ? " · " : "", STR_ARG(name));
	}
	struct label l = measure_label(m);
	if (t->n_measures > 1 || !title.len)
		title = arena_fmt(f->req->arena, STR_FMT "%s%s", STR_ARG(title),
				  title.len ? " · " : "", f->english ? l.en : l.vi);
	return title;
}

static void file_heads(struct file *f)
{
	const struct pivot_table *t = f->table;
	for (size_t i = 0; i < t->rows.n_axes; i++) {
		enum axis a = t->rows.axes[i];
		file_head(f, word(f, axis_label(a).vi, axis_label(a).en));
		if (a != AXIS_PERIOD)
			file_head(f, word(f, "Mã", "Code"));
	}
	for (size_t k = 0; k < t->columns.n; k++)
		for (size_t m = 0; m < t->n_measures; m++)
			file_head(f, column_title(f, k, t->measures[m]));
	file_row_end(f);
}

static void file_cell(struct file *f, const struct pivot_cell *c, enum measure m)
{
	bool value = m == MEASURE_FIGURE ? false : c->why == PIVOT_VALUE;
	if (value && f->xlsx)
		xlsx_decimal(f->xlsx, c->value);
	else if (value)
		file_text(f, decimal_str(f->req->arena, c->value));
	else
		file_text(f, STR(""));
	f->begun = true;
}

static void file_row(struct file *f, size_t row)
{
	const struct pivot_table *t = f->table;
	struct place at = side_place(t, &t->rows, row);
	if (f->xlsx)
		xlsx_row(f->xlsx);
	for (size_t i = 0; i < t->rows.n_axes; i++) {
		struct str code, name;
		axis_words(f, t->rows.axes[i], at, &code, &name);
		file_text(f, name);
		if (t->rows.axes[i] != AXIS_PERIOD)
			file_text(f, code);
	}
	for (size_t k = 0; k < t->columns.n; k++)
		for (size_t m = 0; m < t->n_measures; m++) {
			struct pivot_cell c = table_cell(t, table_place(t, row, k), t->measures[m]);
			file_cell(f, &c, t->measures[m]);
		}
	file_row_end(f);
}

static void file_write(struct file *f)
{
	f->english = str_is(f->req->language, "en");
	file_heads(f);
	for (size_t r = 0; r < f->table->rows.n; r++)
		file_row(f, r);
}

#define SHEET_COLUMNS_MAX 4000 /* of a file; a spreadsheet ends at 16,384 */

static enum err file_ask(struct request *req, struct file *f, struct why *why)
{
	enum err rc = pivot_ask(req, &f->table, why);
	f->req = req;
	if (rc == OK && f->table->columns.n * f->table->n_measures > SHEET_COLUMNS_MAX)
		rc = fail_at(why, ERR_TOO_LARGE, "columns",
			     "more than %d columns: put the longer axis into the rows",
			     SHEET_COLUMNS_MAX);
	return rc;
}

static enum err get_csv(struct request *req, struct why *why)
{
	struct file f = {0};
	enum err rc = file_ask(req, &f, why);
	if (rc != OK)
		return rc;
	http_answer_file(req, STR("text/csv; charset=utf-8"), STR("bang-phan-tich.csv"));
	buf_add(&req->out, STR("\xEF\xBB\xBF")); /* spreadsheets then read it as UTF-8 */
	file_write(&f);
	return OK;
}

static enum err get_xlsx(struct request *req, struct why *why)
{
	struct file f = {0};
	AUTO(xlsx_free) struct xlsx *x = NULL;
	enum err rc = file_ask(req, &f, why);
	if (rc == OK)
		rc = xlsx_new(STR("Phân tích"), &x, why);
	if (rc != OK)
		return rc;
	http_answer_file(req, STR(XLSX_TYPE), STR("bang-phan-tich.xlsx"));
	f.xlsx = x;
	file_write(&f);
	return xlsx_end(x, &req->out, why);
}

static const struct shape shapes[] = {
	{"pivot_member", "{unit?:named? period?:text? indicator?:text breakdown?:named}"},
	{"pivot_indicator",
	 "{code:text name_vi:text name_en:text measure_vi:text measure_en:text decimals:int "
	 "direction:'up'|'down'|'none' period:period_kind over_units:text over_time:text "
	 "breakdowns:text[]}"},
	{"pivot",
	 "{grain:period_kind from:text to:text boundaries:'today'|'then' "
	 "indicators:pivot_indicator[] rows:pivot_member[] columns:pivot_member[] "
	 "cells:{*:text|number?[][]} notes:{row:int column:int why:text periods?:int of?:int}[]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/pivot", PERMIT(VERB_READ, "figure"), get_pivot,
	      "Figures in a table of units, periods, indicators and breakdowns, rolled up by each indicator's own aggregation",
	      "Bảng phân tích theo đơn vị, kỳ, chỉ tiêu, phân tổ; tổng hợp theo cách riêng của từng chỉ tiêu",
	      .flags = HTTP_SLOW, .params = pivot_params, .answer = "pivot"),
	ROUTE(HTTP_GET, "/api/v1/pivot.csv", PERMIT(VERB_READ, "figure"), get_csv,
	      "The same table as CSV", "Bảng phân tích dạng CSV", .flags = HTTP_SLOW,
	      .params = pivot_params),
	ROUTE(HTTP_GET, "/api/v1/pivot.xlsx", PERMIT(VERB_READ, "figure"), get_xlsx,
	      "The same table as a spreadsheet", "Bảng phân tích dạng bảng tính",
	      .flags = HTTP_SLOW, .params = pivot_params),
};
const struct route_table pivot_routes = {routes, ARRAY_LEN(routes), shapes};
