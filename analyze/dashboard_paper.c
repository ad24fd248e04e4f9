/* dashboard_paper.c - tiles as paragraphs, tables and charts. */
#include "analyze/dashboard_paper.h"
#include "analyze/analyze.h"
#include "analyze/pivot_ask.h"
#include <stdlib.h>

#define RANKS_DRAWN 20

struct painter {
	struct request *req;
	struct arena *a;
	struct paper *p;
	bool english;
	size_t columns; /* of a table */
};

static struct str word(const struct painter *x, const char *vi, const char *en)
{
	return str_of(x->english ? en : vi);
}

/* -- the question behind a tile, as the screen asks it -- */
static bool among(struct str name, const char *const *names)
{
	for (; *names; names++)
		if (str_is(name, *names))
			return true;
	return false;
}

/* The pairs of a query without the named ones; of indicators the first only when `one`. */
static struct str kept(const struct painter *x, struct str query, const char *const *without,
		       bool one, bool *ret_breakdown)
{
	struct str out = STR("");
	bool indicator = false;
	for (struct str rest = query; rest.ptr;) {
		struct str value, pair = str_until(rest, '&', &rest),
				  name = str_until(pair, '=', &value);
		bool again = one && indicator && str_is(name, "indicator");
		if (!pair.len || again || among(name, without))
			continue;
		indicator = indicator || str_is(name, "indicator");
		*ret_breakdown = *ret_breakdown || str_is(name, "breakdown");
		out = arena_fmt(x->a, STR_FMT "%s" STR_FMT, STR_ARG(out), out.len ? "&" : "",
				STR_ARG(pair));
	}
	return out;
}

static enum err ask(const struct painter *x, const struct json *tile,
		    const struct pivot_table **ret, struct why *why)
{
	static const char *const shown[] = {"show", "as_of", NULL}, *const shaped[] = {
									    "show", "as_of", "rows",
									    "columns", NULL};
	struct str kind = json_get_str(tile, "kind"), query = json_get_str(tile, "query"),
		   as_of = http_query(x->req, "as_of");
	bool table = str_is(kind, "table"), ranking = str_is(kind, "ranking"), breakdown = false;
	struct request *again = NULL;
	query = kept(x, query, table ? shown : shaped, ranking, &breakdown);
	if (!table)
		query = arena_fmt(x->a, STR_FMT "&columns=period&rows=%s", STR_ARG(query),
				  ranking     ? "unit"
				  : breakdown ? "indicator,breakdown"
					      : "indicator");
	if (as_of.len)
		query = arena_fmt(x->a, STR_FMT "&as_of=" STR_FMT, STR_ARG(query), STR_ARG(as_of));
	enum err rc = http_ask_again(x->req, pivot_params, query, &again, why);
	return rc == OK ? pivot_ask(again, ret, why) : rc;
}

/* -- readings of the answer -- */
static bool has(const struct pivot_table *t, size_t row, size_t column)
{
	return table_cell(t, table_place(t, row, column), MEASURE_VALUE).why == PIVOT_VALUE;
}

static struct paper_number number(const struct pivot_table *t, size_t row, size_t column)
{
	struct pivot_cell c = table_cell(t, table_place(t, row, column), MEASURE_VALUE);
	return (struct paper_number){c.why == PIVOT_VALUE, c.value};
}

static bool total(const struct pivot_table *t, const struct side *s, size_t member)
{
	struct place at = side_place(t, s, member);
	for (size_t i = 0; i < s->n_axes; i++)
		if ((s->axes[i] == AXIS_PERIOD && at.bucket == t->pivot->n_buckets) ||
		    (s->axes[i] == AXIS_UNIT && at.unit == t->pivot->n_units))
			return true;
	return false;
}

/* The newest column before `end` with a value in the row; end: none. */
static size_t newest(const struct pivot_table *t, size_t row, size_t end)
{
	for (size_t k = end; k-- > 0;)
		if (!total(t, &t->columns, k) && has(t, row, k))
			return k;
	return end;
}

static struct str measure_of(const struct painter *x, const struct pivot_table *t, size_t row)
{
	const struct indicator *i = t->how.indicators[table_place(t, row, 0).indicator];
	return x->english ? i->measure_en : i->measure_vi;
}

/* Tables and charts bear their own titles; a sentence in their place needs one above it. */
static void say(const struct painter *x, struct str title, struct str sentence)
{
	if (title.len)
		paper_heading(x->p, 2, title);
	paper_text(x->p, sentence);
}

static void say_nothing(const struct painter *x, struct str title)
{
	say(x, title, word(x, "Chưa có số liệu.", "No figures yet."));
}

/* -- the kinds of tiles -- */
static void put_numbers(const struct painter *x, const struct pivot_table *t, struct str title)
{
	static const struct paper_column columns[] = {{.width = 4},
						      {.width = 1.4},
						      {.width = 1.6, .align = PAPER_RIGHT},
						      {.width = 1.6, .align = PAPER_RIGHT},
						      {.width = 1.6}};
	size_t n = 0;
	struct paper_cell *cells =
		ARENA_ARRAY(x->a, (t->rows.n + 1) * ARRAY_LEN(columns), struct paper_cell);
	cells[n++].text = word(x, "Chỉ tiêu", "Indicator");
	cells[n++].text = word(x, "Kỳ", "Period");
	cells[n++].text = word(x, "Giá trị", "Value");
	cells[n++].text = word(x, "Kỳ trước", "Before");
	cells[n++].text = word(x, "Đơn vị tính", "Measure");
	for (size_t r = 0; r < t->rows.n; r++) {
		size_t last = newest(t, r, t->columns.n), before = newest(t, r, last);
		cells[n++].text = table_title(t, &t->rows, r, x->english, x->a);
		if (last < t->columns.n) {
			cells[n].text = table_title(t, &t->columns, last, x->english, x->a);
			cells[n + 1] = (struct paper_cell){.number = number(t, r, last),
							   .style = PAPER_BOLD};
		} else {
			cells[n].text = word(x, "chưa có", "none yet");
		}
		if (before < last)
			cells[n + 2].number = number(t, r, before);
		cells[n + 3].text = measure_of(x, t, r);
		n += 4;
	}
	paper_table(x->p, &(struct paper_table){.caption = title,
						.columns = columns,
						.n_columns = ARRAY_LEN(columns),
						.cells = cells,
						.n_cells = n,
						.n_header = 1});
}

/* The columns that are single periods, the newest PAPER_POINTS_MAX of them. */
static size_t *periods_of(const struct painter *x, const struct pivot_table *t, size_t *ret_n)
{
	size_t *all = ARENA_ARRAY(x->a, t->columns.n, size_t), n = 0;
	for (size_t k = 0; k < t->columns.n; k++)
		if (!total(t, &t->columns, k))
			all[n++] = k;
	size_t skip = n > PAPER_POINTS_MAX ? n - PAPER_POINTS_MAX : 0;
	*ret_n = n - skip;
	return all + skip;
}

static void put_lines(const struct painter *x, const struct pivot_table *t, struct str title)
{
	struct paper_series series[PAPER_SERIES_MAX];
	size_t n = 0, n_series = 0, *columns = periods_of(x, t, &n);
	bool any = false;
	struct str *labels = ARENA_ARRAY(x->a, n, struct str);
	for (size_t k = 0; k < n; k++)
		labels[k] = table_title(t, &t->columns, columns[k], x->english, x->a);
	for (size_t r = 0; r < t->rows.n && n_series < PAPER_SERIES_MAX; r++) {
		struct paper_number *values = ARENA_ARRAY(x->a, n, struct paper_number);
		bool *provisional = ARENA_ARRAY(x->a, n, bool);
		for (size_t k = 0; k < n; k++) {
			struct place at = table_place(t, r, columns[k]);
			values[k] = number(t, r, columns[k]);
			provisional[k] = table_cell(t, at, MEASURE_PROVISIONAL).why == PIVOT_VALUE;
			any = any || values[k].given;
		}
		series[n_series++] = (struct paper_series){
			table_title(t, &t->rows, r, x->english, x->a), values, provisional};
	}
	if (!any) {
		say_nothing(x, title);
		return;
	}
	paper_chart(x->p, &(struct paper_chart){.kind = PAPER_LINE,
						.title = title,
						.measure = measure_of(x, t, 0),
						.labels = labels,
						.n_labels = n,
						.series = series,
						.n_series = n_series});
}

struct ranked {
	int64_t rank;
	size_t row;
};

static int by_rank(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

static void put_rank_table(const struct painter *x, const struct pivot_table *t, size_t column,
			   struct str title, const struct ranked *ranks, size_t n)
{
	static const struct paper_column columns[] = {{.width = 0.8, .align = PAPER_CENTRE},
						      {.width = 5},
						      {.width = 2, .align = PAPER_RIGHT}};
	struct paper_cell *cells = ARENA_ARRAY(x->a, 3 * (n + 1), struct paper_cell);
	cells[0].text = word(x, "Hạng", "Rank");
	cells[1].text = word(x, "Đơn vị", "Unit");
	cells[2].text = measure_of(x, t, 0);
	for (size_t i = 0; i < n; i++) {
		cells[3 * i + 3].number = (struct paper_number){true, {ranks[i].rank, 0}};
		cells[3 * i + 4].text = table_title(t, &t->rows, ranks[i].row, x->english, x->a);
		cells[3 * i + 5].number = number(t, ranks[i].row, column);
	}
	paper_table(x->p, &(struct paper_table){.caption = title,
						.columns = columns,
						.n_columns = 3,
						.cells = cells,
						.n_cells = 3 * (n + 1),
						.n_header = 1});
}

static void put_ranking(const struct painter *x, const struct pivot_table *t, struct str title)
{
	struct ranked *ranks = ARENA_ARRAY(x->a, t->rows.n, struct ranked);
	size_t n = 0, column = t->columns.n;
	while (n == 0 && column-- > 0)
		for (size_t r = 0; r < t->rows.n && !total(t, &t->columns, column); r++)
			if (!total(t, &t->rows, r) && has(t, r, column))
				ranks[n++] = (struct ranked){
					table_cell(t, table_place(t, r, column), MEASURE_RANK)
						.value.mantissa,
					r};
	if (n == 0) {
		say_nothing(x, title);
		return;
	}
	qsort(ranks, n, sizeof(*ranks), by_rank);
	size_t drawn = n < RANKS_DRAWN ? n : RANKS_DRAWN;
	struct str labels[RANKS_DRAWN],
		period = table_title(t, &t->columns, column, x->english, x->a);
	struct paper_number values[RANKS_DRAWN];
	for (size_t i = 0; i < drawn; i++) {
		labels[i] = table_title(t, &t->rows, ranks[i].row, x->english, x->a);
		values[i] = number(t, ranks[i].row, column);
	}
	struct paper_series one = {.name = period, .values = values};
	title = arena_fmt(x->a, STR_FMT ", " STR_FMT, STR_ARG(title), STR_ARG(period));
	paper_chart(x->p, &(struct paper_chart){.kind = PAPER_RANKING,
						.title = title,
						.measure = measure_of(x, t, 0),
						.labels = labels,
						.n_labels = drawn,
						.series = &one,
						.n_series = 1});
	if (n > drawn)
		put_rank_table(x, t, column, title, ranks, n);
}

/* Names of a row's members in the first cells; member t->rows.n: what the axes are called. */
static void put_heads(const struct painter *x, const struct pivot_table *t, size_t member,
		      struct paper_cell *cells)
{
	for (size_t k = 0; k < t->rows.n_axes; k++) {
		enum axis axis = t->rows.axes[k];
		struct str code;
		if (member == t->rows.n)
			cells[k].text = word(x, axis_label(axis).vi, axis_label(axis).en);
		else
			table_words(t, axis, side_place(t, &t->rows, member), x->english, x->a,
				    &code, &cells[k].text);
	}
}

static void put_table(const struct painter *x, const struct pivot_table *t, struct str title)
{
	size_t heads = t->rows.n_axes ? t->rows.n_axes : 1, room = x->columns - heads,
	       skip = t->columns.n > room ? t->columns.n - room : 0, n = heads,
	       width = heads + t->columns.n - skip;
	struct paper_column columns[PAPER_COLUMNS_MAX] = {0};
	struct paper_cell *cells = ARENA_ARRAY(x->a, (t->rows.n + 1) * width, struct paper_cell);
	for (size_t k = 0; k < width; k++)
		columns[k] = (struct paper_column){k < heads ? 2.6 : 1,
						   k < heads ? PAPER_LEFT : PAPER_RIGHT};
	put_heads(x, t, t->rows.n, cells);
	for (size_t k = skip; k < t->columns.n; k++)
		cells[n++].text = table_title(t, &t->columns, k, x->english, x->a);
	for (size_t r = 0; r < t->rows.n; r++) {
		put_heads(x, t, r, cells + n);
		n += heads;
		for (size_t k = skip; k < t->columns.n; k++)
			cells[n++].number = number(t, r, k);
	}
	struct str note = STR_NULL;
	if (skip)
		note = arena_fmt(x->a,
				 x->english ? "%zu columns before these are not shown here."
					    : "Còn %zu cột trước đó không in ở đây.",
				 skip);
	paper_table(x->p, &(struct paper_table){.caption = title,
						.note = note,
						.columns = columns,
						.n_columns = width,
						.cells = cells,
						.n_cells = n,
						.n_header = 1,
						.totals = t->rows.n > 1 &&
							  total(t, &t->rows, t->rows.n - 1)});
}

/* -- the whole -- */
static struct str text_of(const struct painter *x, const struct json *tile, const char *vi,
			  const char *en)
{
	struct str first = json_get_str(tile, x->english ? en : vi);
	return first.len ? first : json_get_str(tile, x->english ? vi : en);
}

/* What stays until somebody changes the tile is said in its place. */
static bool stays(enum err rc)
{
	return rc == ERR_INVALID || rc == ERR_TOO_LARGE || rc == ERR_NOT_FOUND ||
	       rc == ERR_FORBIDDEN;
}

static enum err put_tile(const struct painter *x, const struct json *tile, struct why *why)
{
	struct str kind = json_get_str(tile, "kind"),
		   title = text_of(x, tile, "title_vi", "title_en");
	const struct pivot_table *t = NULL;
	struct why deep = {0};
	if (str_is(kind, "text")) {
		say(x, title, json_get_str(tile, "text"));
		return OK;
	}
	enum err rc = ask(x, tile, &t, &deep);
	if (rc != OK && !stays(rc)) {
		*why = deep;
		return rc;
	}
	if (rc != OK)
		say(x, title, str_of(x->english ? deep.text : deep.vi));
	else if (t->rows.n == 0 || t->columns.n == 0)
		say_nothing(x, title);
	else if (str_is(kind, "number"))
		put_numbers(x, t, title);
	else if (str_is(kind, "line"))
		put_lines(x, t, title);
	else if (str_is(kind, "ranking"))
		put_ranking(x, t, title);
	else
		put_table(x, t, title);
	return OK;
}

static int by_place(const void *left, const void *right)
{
	const struct json *a = *(const struct json *const *)left,
			  *b = *(const struct json *const *)right;
	int64_t ay = json_get_int(a, "y"), by = json_get_int(b, "y"), ax = json_get_int(a, "x"),
		bx = json_get_int(b, "x");
	if (ay != by)
		return ay < by ? -1 : 1;
	return (ax > bx) - (ax < bx);
}

static struct str field_of(const struct row *board, const char *name)
{
	struct row *row = (struct row *)(uintptr_t)board;
	return row_value(&dashboard_record, row, name)->text;
}

static void put_head(const struct painter *x)
{
	usec at = x->req->now;
	struct str as_of = http_query(x->req, "as_of");
	struct why none;
	if (as_of.len && time_parse(as_of, &at, &none) != OK)
		at = x->req->now; /* its form was checked with the address */
	struct civil c = civil_local(at);
	paper_text(x->p, arena_fmt(x->a,
				   x->english ? "Figures as known at %02d:%02d on %02d/%02d/%d."
					      : "Số liệu đã biết đến %02d:%02d ngày %02d/%02d/%d.",
				   c.hour, c.minute, c.date.day, c.date.month, c.date.year));
}

enum err dashboard_paper(struct request *req, const struct row *board, size_t columns,
			 struct paper **ret, struct why *why)
{
	const struct json *tiles = NULL;
	const struct view *v = NULL;
	struct painter x = {
		.req = req, .a = req->arena, .english = http_english(req), .columns = columns};
	struct str vi = field_of(board, "name_vi"), en = field_of(board, "name_en");
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = json_parse(x.a, field_of(board, "tiles"), &tiles, why);
	if (rc != OK)
		return rc;
	x.p = paper_new(x.a, &(struct paper_info){.title = x.english && en.len ? en : vi,
						  .language = x.english ? PAPER_EN : PAPER_VI,
						  .created = req->now,
						  .demonstration = view_demonstration(v)});
	put_head(&x);
	const struct json **order = ARENA_ARRAY(x.a, tiles->n, const struct json *);
	for (size_t i = 0; i < tiles->n; i++)
		order[i] = &tiles->items[i];
	if (tiles->n)
		qsort(order, tiles->n, sizeof(*order), by_place);
	for (size_t i = 0; i < tiles->n && rc == OK; i++)
		rc = put_tile(&x, order[i], why);
	if (rc == OK)
		rc = paper_end(x.p, why);
	*ret = x.p;
	return rc;
}
