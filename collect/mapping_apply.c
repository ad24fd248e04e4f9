#include <stdlib.h>

#include "base/decimal.h"
#include "base/text.h"
#include "collect/layout.h"
#include "collect/measure.h"

#define LEVEL_MAX 8 /* parts of one breakdown */

struct known {
	struct str folded, code;
};
/* A resolved word; the same texts come in every row. */
struct answer_cache {
	struct str text;
	struct str code;
	const struct layout_word *word;
};
struct walk {
	struct arena *a, *scratch; /* scratch: of one row */
	const struct mapping *m;
	const struct sheet *s;
	const struct layout_index *words;
	struct known *indicators, *units; /* the mapping's own, sorted */
	uint32_t *owner; /* per label column and row: the row where its merged range starts */
	struct mapping_cell *cells;
	struct mapping_skip *skips;
	size_t n_cells, n_skips;
	struct str above, above_text; /* indicator of the last row that named one */
	struct answer_cache last[LAYOUT_KINDS];
	bool too_many;
};

static int compare_known(const void *l, const void *r)
{
	return str_cmp(((const struct known *)l)->folded, ((const struct known *)r)->folded);
}

static struct known *fold_words(struct arena *a, const struct mapping_word *words, size_t n)
{
	struct known *k = ARENA_ARRAY(a, n + 1, struct known);
	for (size_t i = 0; i < n; i++)
		k[i] = (struct known){text_fold(a, words[i].text), words[i].code};
	qsort(k, n, sizeof(*k), compare_known);
	return k;
}

static struct str resolve(struct walk *w, enum layout_kind kind, struct str text,
			  const struct layout_word **ret_word)
{
	struct answer_cache *last = &w->last[kind];
	if (!last->text.ptr || !str_eq(last->text, text)) {
		bool unit = kind == LAYOUT_UNIT;
		const struct known *own = unit ? w->units : w->indicators;
		struct known wanted = {.folded = text_fold(w->a, text)};
		const struct known *hit =
			bsearch(&wanted, own, unit ? w->m->n_units : w->m->n_indicators,
				sizeof(*own), compare_known);
		*last = (struct answer_cache){.text = text, .code = hit ? hit->code : STR_NULL};
		last->word = layout_exact(w->words, kind, hit ? hit->code : text);
		if (!hit && last->word)
			last->code = last->word->code;
	}
	if (ret_word)
		*ret_word = last->word;
	return last->code;
}

/* A label that was merged downwards holds for every row of its range. */
static struct sheet_cell label_at(const struct walk *w, uint32_t row, uint32_t column)
{
	struct sheet_cell c = sheet_at(w->s, row, column);
	if (c.kind != SHEET_EMPTY || !w->owner)
		return c;
	return sheet_at(w->s, w->owner[(size_t)row * w->s->n_columns + column], column);
}

static void find_owners(struct walk *w)
{
	const struct sheet *s = w->s;
	if (s->n_merges == 0)
		return;
	w->owner = ARENA_ARRAY(w->a, (size_t)s->n_rows * s->n_columns + 1, uint32_t);
	for (uint32_t row = 0; row < s->n_rows; row++)
		for (uint32_t column = 0; column < s->n_columns; column++)
			w->owner[(size_t)row * s->n_columns + column] = row;
	for (size_t i = 0; i < s->n_merges; i++) {
		const struct sheet_merge *m = &s->merges[i];
		for (uint32_t row = m->row; row <= m->last_row && row < s->n_rows; row++)
			if (m->column < s->n_columns)
				w->owner[(size_t)row * s->n_columns + m->column] = m->row;
	}
}

static void skip_row(struct walk *w, uint32_t row, enum mapping_skip_why why)
{
	if (w->n_skips > 0 && w->skips[w->n_skips - 1].why == why &&
	    w->skips[w->n_skips - 1].last_row + 1 == row) {
		w->skips[w->n_skips - 1].last_row = row;
		return;
	}
	*ARENA_APPEND(w->a, w->skips, w->n_skips) = (struct mapping_skip){row, row, why};
}

static void keep_cell(struct walk *w, const struct mapping_cell *c)
{
	if (w->n_cells == MAPPING_CELLS_MAX) {
		w->too_many = true;
		return;
	}
	*ARENA_APPEND(w->a, w->cells, w->n_cells) = *c;
}

/* "-", "…", "x" stand for "nothing to report" in printed tables. */
static bool is_nothing(struct sheet_cell c)
{
	static const char *const marks[] = {"-", "–", "—", "…",	 "...", "..",
					    ".", "x", "X", "//", "/"};
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (str_is(c.text, marks[i]))
			return true;
	return c.kind == SHEET_EMPTY;
}

static bool has_values(const struct walk *w, uint32_t row)
{
	for (size_t i = 0; i < w->m->n_columns; i++)
		if (w->m->columns[i].role == MAPPING_VALUE &&
		    !is_nothing(sheet_at(w->s, row, w->m->columns[i].column)))
			return true;
	return false;
}

static bool is_empty_row(const struct walk *w, uint32_t row)
{
	for (uint32_t c = 0; c < w->s->n_columns; c++)
		if (sheet_at(w->s, row, c).kind != SHEET_EMPTY)
			return false;
	return true;
}

/* 1, 2, 3 … or (1), (2), A, B under the header. */
static bool is_numbering(const struct walk *w, uint32_t row)
{
	int64_t before = 0, n;
	size_t steps = 0;
	for (uint32_t c = 0; c < w->s->n_columns; c++) {
		struct str folded = text_fold(w->scratch, sheet_at(w->s, row, c).text);
		if (folded.len == 0 ||
		    (folded.len == 1 && folded.ptr[0] >= 'a' && folded.ptr[0] <= 'z'))
			continue;
		struct str rest, first = str_until(folded, ' ', &rest);
		if (str_int(first, 1, 200, &n, NULL) != OK || n != before + 1)
			return false;
		before = n;
		steps++;
	}
	struct str label = text_fold(w->scratch, sheet_at(w->s, row, 0).text);
	bool letter = label.len == 1 && label.ptr[0] >= 'a' && label.ptr[0] <= 'z';
	return steps >= 3 || (steps == 2 && letter);
}

bool mapping_is_total(struct arena *scratch, struct str text)
{
	static const char *const totals[] = {"tong cong", "cong",    "tong so", "tong",
					     "toan tinh", "toan xa", "total",	"cong tong"};
	struct str folded = text_fold(scratch, text);
	for (size_t i = 0; i < ARRAY_LEN(totals); i++)
		if (str_is(folded, totals[i]))
			return true;
	return false;
}

static bool is_total(const struct walk *w, uint32_t row)
{
	for (uint32_t c = 0; c < w->s->n_columns && c < 4; c++)
		if (mapping_is_total(w->scratch, sheet_at(w->s, row, c).text))
			return true;
	return false;
}

static void read_value(struct walk *w, struct sheet_cell v, struct mapping_cell *c)
{
	struct decimal d;
	c->value_text = v.text;
	bool read = v.kind == SHEET_NUMBER
			    ? decimal_parse(v.text, &d, NULL) == OK
			    : v.kind == SHEET_TEXT &&
				      decimal_read(v.text, &d, &c->doubtful, NULL) == OK;
	if (!read)
		return;
	struct buf b;
	buf_init(&b, 64);
	decimal_write(&b, d);
	c->value = arena_str(w->a, buf_str(&b));
	buf_release(&b);
}

/* A day in a period column of a monthly indicator means its month. */
static struct str fit_period(struct walk *w, struct str period, const struct layout_word *indicator)
{
	struct period p;
	if (!period.ptr || !indicator || !indicator->has_period ||
	    period_parse(period, &p, NULL) != OK || p.kind == indicator->period ||
	    p.kind != PERIOD_DAILY)
		return period;
	struct buf b;
	buf_init(&b, 64);
	period_write(&b, period_at(indicator->period, period_start(p)));
	struct str ret = arena_str(w->a, buf_str(&b));
	buf_release(&b);
	return ret;
}

static int compare_str(const void *l, const void *r)
{
	return str_cmp(*(const struct str *)l, *(const struct str *)r);
}

/* Parts "list=item" in order, without doubles. */
static struct str join_breakdown(struct arena *a, struct str *parts, size_t n)
{
	qsort(parts, n, sizeof(*parts), compare_str);
	struct str all = STR("");
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(parts[i], parts[i - 1]))
			all = all.len > 0 ? arena_fmt(a, STR_FMT ";" STR_FMT, STR_ARG(all),
						      STR_ARG(parts[i]))
					  : parts[i];
	return all;
}

struct row {
	uint32_t row;
	struct mapping_cell base; /* what all cells of the row share */
	const struct layout_word *word;
	struct str parts[LEVEL_MAX];
	size_t n_parts;
	bool breakdown_unknown;
};

static void add_part(struct row *r, struct str part)
{
	if (part.len > 0 && r->n_parts < LEVEL_MAX)
		r->parts[r->n_parts++] = part;
}

static void read_breakdown(struct walk *w, const struct mapping_column *c, struct str text,
			   struct row *r)
{
	static const char *const wholes[] = {"tong so", "chung", "tong", "tat ca",
					     "toan bo", "total", "all"};
	struct str folded = text_fold(w->a, text);
	for (size_t i = 0; i < ARRAY_LEN(wholes); i++)
		if (folded.len == 0 || str_is(folded, wholes[i]))
			return;
	r->base.breakdown_text = text;
	if (c->list.len == 0) {
		struct str rest = text;
		while (rest.ptr)
			add_part(r, str_trim(str_until(rest, ';', &rest)));
		return;
	}
	const struct layout_word *item = layout_exact(w->words, LAYOUT_ITEM, text);
	if (item && str_eq(item->list, c->list))
		add_part(r, arena_fmt(w->a, STR_FMT "=" STR_FMT, STR_ARG(item->list),
				      STR_ARG(item->code)));
	else
		r->breakdown_unknown = true;
}

/* "Trong đó: - Nữ" below "Dân số" is Dân số of women. */
static const struct layout_word *part_of_above(struct walk *w, struct str text)
{
	struct str folded = text_fold(w->a, text);
	static const char *const leads[] = {"trong do ", "chia ra ", "bao gom "};
	for (size_t i = 0; i < ARRAY_LEN(leads); i++)
		if (str_starts(folded, str_of(leads[i])))
			folded = (struct str){folded.ptr + strlen(leads[i]),
					      folded.len - strlen(leads[i])};
	return w->above.ptr ? layout_exact(w->words, LAYOUT_ITEM, folded) : NULL;
}

static void read_indicator(struct walk *w, struct str text, struct row *r)
{
	if (r->base.indicator.ptr || text.len == 0)
		return;
	r->base.indicator_text = text;
	r->base.indicator = resolve(w, LAYOUT_INDICATOR, text, &r->word);
	if (r->base.indicator.ptr) {
		w->above = r->base.indicator;
		w->above_text = text;
		return;
	}
	const struct layout_word *item = part_of_above(w, text);
	if (!item)
		return;
	r->base.indicator = resolve(w, LAYOUT_INDICATOR, w->above_text, &r->word);
	r->base.breakdown_text = text;
	add_part(r, arena_fmt(w->a, STR_FMT "=" STR_FMT, STR_ARG(item->list), STR_ARG(item->code)));
}

static void read_label(struct walk *w, const struct mapping_column *c, struct row *r)
{
	struct sheet_cell cell = label_at(w, r->row, c->column);
	switch (c->role) {
	case MAPPING_INDICATOR:
		read_indicator(w, cell.text, r);
		break;
	case MAPPING_UNIT:
		if (cell.text.len == 0)
			break;
		r->base.unit_text = cell.text;
		r->base.unit = resolve(w, LAYOUT_UNIT, cell.text, NULL);
		break;
	case MAPPING_PERIOD:
		if (cell.text.len == 0)
			break;
		r->base.period_text = cell.text;
		r->base.period = layout_period(w->a, cell.text, w->m->year);
		break;
	case MAPPING_BREAKDOWN:
		read_breakdown(w, c, cell.text, r);
		break;
	case MAPPING_REMARK:
		if (cell.text.len > 0)
			r->base.remark = cell.text;
		break;
	case MAPPING_MEASURE:
		if (cell.text.len > 0)
			r->base.measure = cell.text;
		break;
	case MAPPING_VALUE:
	case MAPPING_IGNORE:
	case MAPPING_ROLES:
		break;
	}
}

static void set_measure(struct walk *w, const struct mapping_column *c, struct mapping_cell *cell)
{
	if (!cell->measure.ptr)
		cell->measure = measure_within(w->a, cell->indicator_text);
	if (!cell->measure.ptr)
		cell->measure = c->measure;
	cell->measure_of_all = !cell->measure.ptr;
	if (!cell->measure.ptr)
		cell->measure = w->m->fixed_measure;
}

static void put_value(struct walk *w, const struct mapping_column *c, const struct row *r)
{
	struct sheet_cell v = sheet_at(w->s, r->row, c->column);
	if (is_nothing(v))
		return;
	struct mapping_cell cell = r->base;
	struct row parts = *r;
	const struct layout_word *word = r->word;
	cell.row = r->row;
	cell.column = c->column;
	if (c->indicator.ptr) {
		cell.indicator = c->indicator;
		cell.indicator_text = STR("");
		word = layout_exact(w->words, LAYOUT_INDICATOR, c->indicator);
	}
	if (c->unit.ptr)
		cell.unit = c->unit;
	if (c->period.ptr)
		cell.period = c->period;
	add_part(&parts, c->breakdown);
	cell.period = fit_period(w, cell.period, word);
	cell.breakdown =
		r->breakdown_unknown ? STR_NULL : join_breakdown(w->a, parts.parts, parts.n_parts);
	read_value(w, v, &cell);
	set_measure(w, c, &cell);
	keep_cell(w, &cell);
}

/* Above the last row of the header: one of its upper rows, or a title. */
static enum mapping_skip_why above_table(const struct walk *w, uint32_t row)
{
	const struct mapping *m = w->m;
	size_t filled = 0;
	if (is_empty_row(w, row))
		return MAPPING_SKIP_EMPTY;
	if (row >= m->header_row)
		return row == m->header_row ? MAPPING_SKIP_HEADER : MAPPING_SKIP_TITLE;
	for (uint32_t c = 0; c < w->s->n_columns; c++) {
		filled += sheet_at(w->s, row, c).kind != SHEET_EMPTY;
		if (w->owner && m->header_row < w->s->n_rows &&
		    w->owner[(size_t)m->header_row * w->s->n_columns + c] <= row)
			return MAPPING_SKIP_HEADER;
	}
	return filled >= 3 && row + 1 == m->header_row ? MAPPING_SKIP_HEADER : MAPPING_SKIP_TITLE;
}

static void read_row(struct walk *w, uint32_t row)
{
	const struct mapping *m = w->m;
	if (is_empty_row(w, row)) {
		skip_row(w, row, MAPPING_SKIP_EMPTY);
		return;
	}
	if (row <= m->first_row + 1 && is_numbering(w, row)) {
		skip_row(w, row, MAPPING_SKIP_NUMBERING);
		return;
	}
	struct row r = {.row = row};
	r.base = (struct mapping_cell){.unit = m->fixed_unit,
				       .period = m->fixed_period,
				       .indicator = m->fixed_indicator,
				       .indicator_text = STR(""),
				       .unit_text = STR(""),
				       .period_text = STR(""),
				       .breakdown_text = STR("")};
	if (m->fixed_indicator.ptr)
		r.word = layout_exact(w->words, LAYOUT_INDICATOR, m->fixed_indicator);
	for (size_t i = 0; i < m->n_columns; i++)
		read_label(w, &m->columns[i], &r);
	bool named = r.base.indicator.ptr && (r.base.unit.ptr || r.base.unit_text.len == 0);
	if (!has_values(w, row)) {
		skip_row(w, row, MAPPING_SKIP_GROUP);
		return;
	}
	if (is_total(w, row) && (!named || r.base.unit_text.len == 0)) {
		skip_row(w, row, MAPPING_SKIP_TOTAL);
		return;
	}
	for (size_t i = 0; i < m->n_columns; i++)
		if (m->columns[i].role == MAPPING_VALUE)
			put_value(w, &m->columns[i], &r);
}

static enum err check_fit(const struct mapping *m, const struct sheet *s, struct why *why)
{
	size_t values = 0;
	for (size_t i = 0; i < m->n_columns; i++) {
		if (m->columns[i].role == MAPPING_IGNORE)
			continue;
		if (m->columns[i].column >= s->n_columns)
			return fail_at(why, ERR_INVALID, "/columns",
				       "the mapping reads column %u, the sheet has only %u",
				       m->columns[i].column + 1, s->n_columns);
		values += m->columns[i].role == MAPPING_VALUE;
	}
	if (values == 0)
		return fail_at(why, ERR_INVALID, "/columns", "the mapping has no value column");
	if (m->first_row >= s->n_rows)
		return fail_at(why, ERR_INVALID, "/first_row",
			       "the mapping starts at row %d, the sheet has only %u",
			       (int)m->first_row + 1, s->n_rows);
	return OK;
}

enum err mapping_apply(struct arena *a, const struct mapping *m, const struct sheet *s,
		       const struct layout_index *words, struct mapping_result *ret,
		       struct why *why)
{
	enum err rc = check_fit(m, s, why);
	if (rc != OK)
		return rc;
	struct walk w = {.a = a, .m = m, .s = s, .words = words};
	w.indicators = fold_words(a, m->indicators, m->n_indicators);
	w.units = fold_words(a, m->units, m->n_units);
	find_owners(&w);
	uint32_t end =
		m->last_row >= 0 && m->last_row < s->n_rows ? (uint32_t)m->last_row + 1 : s->n_rows;
	AUTO(arena_free) struct arena *scratch = arena_new();
	w.scratch = scratch;
	for (uint32_t row = 0; row < s->n_rows && !w.too_many; row++) {
		arena_reset(scratch);
		if (row < m->first_row)
			skip_row(&w, row, above_table(&w, row));
		else if (row >= end)
			skip_row(&w, row, MAPPING_SKIP_FOOTER);
		else
			read_row(&w, row);
	}
	if (w.too_many)
		return fail(why, ERR_TOO_LARGE, "the sheet has more than %d figures; split it",
			    MAPPING_CELLS_MAX);
	*ret = (struct mapping_result){
		.n_cells = w.n_cells, .n_skips = w.n_skips, .cells = w.cells, .skips = w.skips};
	return OK;
}
