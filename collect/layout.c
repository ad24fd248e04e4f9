#include "collect/layout_scan.h"

#include <stdlib.h>

#include "base/text.h"
#include "collect/measure.h"

#define REASONS_MAX 400
#define MATCHES_MAX 400

/* What the header of a value column names. */
struct named {
	const struct layout_word *indicator, *unit, *item;
	struct str period;
};
struct plan {
	struct arena *a;
	const struct sheet *s;
	const struct layout_index *x;
	struct scan scan;
	struct mapping_column *columns; /* one per column of the sheet */
	struct named *named;
	int indicator, unit, period; /* columns, or -1 */
	struct layout_proposal *p;
	struct layout_reason *reasons;
	struct layout_match *matches;
	struct mapping_word *words[2];
	size_t n_words[2];
	bool wide_indicator, wide_unit, wide_period;
	bool year_told; /* by a title or by a header */
};

static void explain(struct plan *n, int64_t row, int64_t column, struct str vi, struct str en)
{
	if (n->p->n_reasons < REASONS_MAX)
		n->reasons[n->p->n_reasons++] = (struct layout_reason){row, column, vi, en};
}

static void explain_column(struct plan *n, uint32_t c, const char *vi, const char *en)
{
	const struct scan_column *k = &n->scan.columns[c];
	struct str header = k->n_header > 0 ? k->header[k->n_header - 1] : STR("");
	explain(n, -1, c, arena_fmt(n->a, "“" STR_FMT "”: %s", STR_ARG(header), vi),
		arena_fmt(n->a, "“" STR_FMT "”: %s", STR_ARG(header), en));
}

/* The column with the most hits among those that are mostly hits, or whose header says so. */
static int best_column(const struct plan *n, enum scan_hint hint,
		       size_t (*hits)(const struct scan_column *))
{
	int best = -1;
	size_t best_score = 0;
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		const struct scan_column *k = &n->scan.columns[c];
		size_t filled = hits(k) * 2 >= k->filled ? k->filled : 0;
		size_t score = 4 * (filled ? hits(k) : 0) +
			       (k->hint == hint && k->filled > 0 ? 2 + hits(k) : 0);
		if (n->columns[c].role == MAPPING_IGNORE && score > best_score) {
			best = (int)c;
			best_score = score;
		}
	}
	return best;
}

static size_t indicator_hits(const struct scan_column *k)
{
	bool other = k->hint == HINT_UNIT || k->hint == HINT_VALUE || k->hint == HINT_NUMBERING ||
		     k->units > k->indicators;
	return other ? 0 : k->indicators;
}

static size_t unit_hits(const struct scan_column *k)
{
	return k->hint == HINT_INDICATOR || k->hint == HINT_MEASURE || k->indicators > k->units
		       ? 0
		       : k->units;
}

/* Whole years and days count only where the header does not speak of figures. */
static size_t period_hits(const struct scan_column *k)
{
	bool figures = k->hint == HINT_VALUE || k->hint == HINT_OTHER_VALUE ||
		       k->hint == HINT_NUMBERING || k->hint == HINT_REMARK;
	return figures || (k->periods < k->filled && k->hint != HINT_PERIOD) ? 0 : k->periods;
}

static void set_role(struct plan *n, int column, enum mapping_role role)
{
	if (column >= 0)
		n->columns[column].role = role;
}

static void find_labels(struct plan *n)
{
	n->period = best_column(n, HINT_PERIOD, period_hits);
	if (n->period >= 0 && n->scan.columns[n->period].periods == 0)
		n->period = -1;
	set_role(n, n->period, MAPPING_PERIOD);
	n->indicator = best_column(n, HINT_INDICATOR, indicator_hits);
	set_role(n, n->indicator, MAPPING_INDICATOR);
	n->unit = best_column(n, HINT_UNIT, unit_hits);
	if (n->unit >= 0 && n->scan.columns[n->unit].units == 0 && n->indicator >= 0) {
		n->scan.columns[n->unit].hint = HINT_MEASURE; /* "Đơn vị" was the unit of measure */
		n->unit = -1;
	}
	set_role(n, n->unit, MAPPING_UNIT);
	if (n->indicator >= 0)
		explain_column(n, (uint32_t)n->indicator, "cột chỉ tiêu", "the indicator column");
	if (n->unit >= 0)
		explain_column(n, (uint32_t)n->unit, "cột đơn vị", "the unit column");
	if (n->period >= 0)
		explain_column(n, (uint32_t)n->period, "cột kỳ báo cáo", "the period column");
}

static void find_breakdowns(struct plan *n)
{
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		const struct scan_column *k = &n->scan.columns[c];
		if (n->columns[c].role != MAPPING_IGNORE)
			continue;
		if (k->items > 0 && k->items * 2 >= k->words && k->words * 2 > k->filled) {
			n->columns[c].role = MAPPING_BREAKDOWN;
			n->columns[c].list = k->list;
			explain_column(n, c, "cột phân tổ", "a breakdown column");
		} else if (k->hint == HINT_REMARK) {
			n->columns[c].role = MAPPING_REMARK;
			explain_column(n, c, "cột ghi chú", "the remark column");
		} else if (k->hint == HINT_MEASURE) {
			n->columns[c].role = MAPPING_MEASURE;
			explain_column(
				n, c, "cột đơn vị tính: số được đổi ra đơn vị của chỉ tiêu",
				"the unit of measure: figures are converted to the indicator's");
		}
	}
}

static void match(struct plan *n, enum layout_kind kind, struct str text, struct layout_guess g)
{
	if (g.confidence < 100 && n->p->n_matches < MATCHES_MAX)
		n->matches[n->p->n_matches++] = (struct layout_match){kind, text, g};
}

/* "Năm 2026" over "Quý I", or the other way round: the year belongs to both. */
static int header_year(struct plan *n, const struct scan_column *k)
{
	int year = 0;
	for (size_t i = 0; i < k->n_header && !year; i++)
		layout_title_period(n->a, k->header[i], &year);
	n->year_told = n->year_told || year;
	return year ? year : n->p->mapping.year;
}

static void name_by_words(struct plan *n, struct str text, struct named *d)
{
	const struct layout_word *item = layout_exact(n->x, LAYOUT_ITEM, text);
	struct layout_guess unit = layout_guess(n->x, LAYOUT_UNIT, text);
	struct layout_guess indicator = layout_guess(n->x, LAYOUT_INDICATOR, text);
	if (n->unit < 0 && unit.confidence == 100)
		d->unit = unit.word;
	else if (n->indicator < 0 && indicator.confidence >= LAYOUT_SURE)
		d->indicator = indicator.word;
	else if (item)
		d->item = item;
	if (n->indicator < 0 && !d->unit && !item && indicator.word)
		match(n, LAYOUT_INDICATOR, text, indicator);
}

/* "Hồ sơ tiếp nhận" over "Trực tuyến" may be an indicator of that name, not a part of one. */
static void name_by_all(struct plan *n, const struct scan_column *k, struct named *d)
{
	struct str all = STR("");
	if (k->n_header < 2 || n->indicator >= 0)
		return;
	for (size_t i = 0; i < k->n_header; i++)
		if (scan_hint_of(n->a, k->header[i]) == HINT_NONE)
			all = all.len ? arena_fmt(n->a, STR_FMT " " STR_FMT, STR_ARG(all),
						  STR_ARG(k->header[i]))
				      : k->header[i];
	struct layout_guess g = layout_guess(n->x, LAYOUT_INDICATOR, all);
	if (g.confidence < LAYOUT_SURE || g.word == d->indicator)
		return;
	d->indicator = g.word;
	d->item = NULL;
	match(n, LAYOUT_INDICATOR, all, g);
}

static struct named name_column(struct plan *n, uint32_t c)
{
	const struct scan_column *k = &n->scan.columns[c];
	struct named d = {.period = STR_NULL};
	int year = header_year(n, k);
	for (size_t i = 0; i < k->n_header; i++) {
		struct str period = layout_period(n->a, k->header[i], year);
		enum scan_hint hint = scan_hint_of(n->a, k->header[i]);
		if (!period.ptr && hint == HINT_VALUE)
			period = layout_period_in(n->a, k->header[i], year);
		if (period.ptr)
			d.period = period.len > 4 || !d.period.ptr ? period : d.period;
		else if (hint == HINT_NONE || hint == HINT_TOTAL)
			name_by_words(n, k->header[i], &d);
	}
	name_by_all(n, k, &d);
	return d;
}

static bool is_bare(const struct named *d)
{
	return !d->indicator && !d->unit && !d->item && !d->period.ptr;
}

static bool is_label(const struct plan *n, uint32_t c)
{
	const struct scan_column *k = &n->scan.columns[c];
	return n->columns[c].role != MAPPING_IGNORE || k->hint == HINT_NUMBERING ||
	       k->hint == HINT_CODE || k->hint == HINT_MEASURE ||
	       (k->filled == 0 && k->n_header == 0);
}

/* A figure of a quarter is in a column of its own: "Quý I" over "Nam", "Nữ". */
static void name_columns(struct plan *n)
{
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		const struct scan_column *k = &n->scan.columns[c];
		if (is_label(n, c))
			continue;
		struct named d = name_column(n, c);
		n->named[c] = d;
		n->wide_indicator = n->wide_indicator || d.indicator;
		n->wide_unit = n->wide_unit || d.unit;
		n->wide_period = n->wide_period || d.period.ptr;
		if (!is_bare(&d) || (k->numbers > 0 && k->numbers * 2 >= k->filled))
			n->columns[c].role = MAPPING_VALUE;
	}
}

/* A column that calls itself the values holds them, even when every cell of it is mistyped ("20 vụ"):
 * then each can be answered, instead of the whole file. */
static void value_by_name(struct plan *n)
{
	for (uint32_t c = 0; c < n->s->n_columns; c++)
		if (n->columns[c].role == MAPPING_VALUE)
			return;
	for (uint32_t c = 0; c < n->s->n_columns; c++)
		if (!is_label(n, c) && n->scan.columns[c].hint == HINT_VALUE) {
			n->columns[c].role = MAPPING_VALUE;
			return;
		}
}

/* Of value columns that nothing tells apart one is taken: the one that calls itself the result. */
static int choose_plain(const struct plan *n)
{
	int best = -1;
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		if (n->columns[c].role != MAPPING_VALUE || !is_bare(&n->named[c]))
			continue;
		enum scan_hint hint = n->scan.columns[c].hint;
		if (hint == HINT_OTHER_VALUE)
			continue;
		if (best < 0 || (hint == HINT_VALUE && n->scan.columns[best].hint != HINT_VALUE))
			best = (int)c;
	}
	return best;
}

/* Why a column of figures is left out, or NULL when it is kept. */
static const struct label *refuse_value(const struct plan *n, uint32_t c, int plain)
{
	static const struct label other = {"bỏ qua: kế hoạch, lũy kế hoặc so sánh",
					   "left out: plan, accumulated or comparison"};
	static const struct label no_indicator = {"bỏ qua: không nhận ra chỉ tiêu nào",
						  "left out: names no known indicator"};
	static const struct label total = {"bỏ qua: cột tổng", "left out: a total"};
	static const struct label no_unit = {"bỏ qua: không nhận ra đơn vị nào",
					     "left out: names no known unit"};
	static const struct label no_period = {"bỏ qua: không phải kỳ báo cáo",
					       "left out: no period"};
	static const struct label second = {"bỏ qua: đã có cột giá trị khác",
					    "left out: another column holds the values"};
	const struct named *d = &n->named[c];
	enum scan_hint hint = n->scan.columns[c].hint;
	if (hint == HINT_OTHER_VALUE)
		return &other;
	if (n->wide_indicator && !d->indicator)
		return &no_indicator;
	if (n->wide_unit && !d->unit)
		return hint == HINT_TOTAL ? &total : &no_unit;
	if (n->wide_period && !d->period.ptr)
		return &no_period;
	return is_bare(d) && (int)c != plain ? &second : NULL;
}

static struct str column_measure(struct plan *n, uint32_t c)
{
	const struct scan_column *k = &n->scan.columns[c];
	struct str measure = STR_NULL;
	for (size_t i = k->n_header; i-- > 0 && !measure.ptr;)
		measure = measure_within(n->a, k->header[i]);
	return measure;
}

static void settle_values(struct plan *n)
{
	value_by_name(n);
	int plain = choose_plain(n);
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		struct mapping_column *m = &n->columns[c];
		struct named *d = &n->named[c];
		if (m->role != MAPPING_VALUE)
			continue;
		const struct label *refused = refuse_value(n, c, plain);
		if (refused) {
			m->role = MAPPING_IGNORE;
			explain_column(n, c, refused->vi, refused->en);
			continue;
		}
		m->indicator = d->indicator ? d->indicator->code : STR_NULL;
		m->unit = d->unit ? d->unit->code : STR_NULL;
		m->period = n->period < 0 ? d->period : STR_NULL;
		if (d->item)
			m->breakdown = arena_fmt(n->a, STR_FMT "=" STR_FMT, STR_ARG(d->item->list),
						 STR_ARG(d->item->code));
		m->measure = column_measure(n, c);
		explain_column(n, c, "cột giá trị", "a value column");
	}
}

/* A unit whose name a title contains: the longest. */
static const struct layout_word *unit_in(struct plan *n, struct str text)
{
	struct str folded = text_fold(n->a, text);
	/* Ever shorter runs of words, from the left: at most 12 words make a name. */
	for (size_t words = 12; words >= 1; words--) {
		struct str from = folded;
		while (from.ptr && from.len > 0) {
			size_t end = 0, count = 0;
			while (end < from.len && count < words) {
				while (end < from.len && from.ptr[end] != ' ')
					end++;
				if (++count < words && end < from.len)
					end++;
			}
			const struct layout_word *w =
				count == words && end > 3
					? layout_exact(n->x, LAYOUT_UNIT,
						       (struct str){from.ptr, end})
					: NULL;
			if (w)
				return w;
			str_until(from, ' ', &from);
		}
	}
	return NULL;
}

static void read_title(struct plan *n, int64_t row, struct str text)
{
	struct mapping *m = &n->p->mapping;
	int year;
	struct str period = layout_title_period(n->a, text, &year);
	if (!m->year)
		m->year = year;
	if (period.ptr && !m->fixed_period.ptr) {
		m->fixed_period = period;
		explain(n, row, -1,
			arena_fmt(n->a, "Kỳ báo cáo " STR_FMT " lấy từ tiêu đề", STR_ARG(period)),
			arena_fmt(n->a, "Period " STR_FMT " taken from the title",
				  STR_ARG(period)));
	}
	struct str measure = measure_within(n->a, text);
	if (measure.ptr && !m->fixed_measure.ptr) {
		m->fixed_measure = measure;
		explain(n, row, -1,
			arena_fmt(n->a, "Đơn vị tính “" STR_FMT "” lấy từ tiêu đề",
				  STR_ARG(measure)),
			arena_fmt(n->a, "Unit of measure “" STR_FMT "” taken from the title",
				  STR_ARG(measure)));
	}
	const struct layout_word *unit =
		m->fixed_unit.ptr || text.len > 300 ? NULL : unit_in(n, text);
	if (unit) {
		m->fixed_unit = unit->code;
		explain(n, row, -1,
			arena_fmt(n->a, "Đơn vị “" STR_FMT "” lấy từ tiêu đề",
				  STR_ARG(unit->names[0])),
			arena_fmt(n->a, "Unit “" STR_FMT "” taken from the title",
				  STR_ARG(unit->names[0])));
	}
}

static void read_titles(struct plan *n)
{
	int64_t end = n->scan.header_top >= 0 ? n->scan.header_top : n->scan.first_row;
	for (int64_t row = 0; row < end && row < n->scan.n_head; row++)
		for (uint32_t c = 0; c < n->s->n_columns; c++)
			if (sheet_at(n->s, (uint32_t)row, c).kind == SHEET_TEXT)
				read_title(n, row, sheet_at(n->s, (uint32_t)row, c).text);
	read_title(n, -1, n->s->name);
}

/* Not the heading of a group, nor a sum. */
static bool says_figures(const struct plan *n, uint32_t row)
{
	bool figures = false;
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		struct sheet_cell cell = sheet_at(n->s, row, c);
		figures = figures ||
			  (n->columns[c].role == MAPPING_VALUE && cell.kind != SHEET_EMPTY);
		if (n->columns[c].role != MAPPING_VALUE && mapping_is_total(n->a, cell.text))
			return false;
	}
	return figures;
}

static void explain_year(struct plan *n)
{
	struct mapping *m = &n->p->mapping;
	if (!m->year || n->year_told || (!n->wide_period && n->period < 0))
		return;
	explain(n, -1, -1, arena_fmt(n->a, "Kỳ ghi không có năm được hiểu là của năm %d", m->year),
		arena_fmt(n->a, "A period written without a year is taken as of %d", m->year));
}

/* Texts of a label column that are not equal to a word but surely near one. */
static void learn_words(struct plan *n, int column, enum layout_kind kind)
{
	size_t *count = &n->n_words[kind];
	n->words[kind] = ARENA_ARRAY(n->a, MATCHES_MAX, struct mapping_word);
	for (uint32_t row = n->scan.first_row;
	     column >= 0 && row <= n->scan.last_row && *count < MATCHES_MAX; row++) {
		struct sheet_cell cell = sheet_at(n->s, row, (uint32_t)column);
		bool seen = cell.kind != SHEET_TEXT || scan_is_number(cell);
		for (size_t i = 0; i < n->p->n_matches && !seen; i++)
			seen = n->matches[i].kind == kind && str_eq(n->matches[i].text, cell.text);
		if (seen || !says_figures(n, row))
			continue;
		struct layout_guess g = layout_guess(n->x, kind, cell.text);
		if (g.word)
			match(n, kind, cell.text, g);
		if (g.confidence < 100 && g.confidence >= LAYOUT_SURE)
			n->words[kind][(*count)++] = (struct mapping_word){cell.text, g.word->code};
	}
}

static int compare_matches(const void *l, const void *r)
{
	const struct layout_match *a = l, *b = r;
	return a->guess.confidence - b->guess.confidence;
}

/* A table must say what, who and when somewhere, and have values. */
static int judge(const struct plan *n, const struct mapping_result *r)
{
	const struct mapping *m = &n->p->mapping;
	size_t good = 0, named = 0;
	for (size_t i = 0; i < r->n_cells; i++) {
		named += r->cells[i].indicator.ptr != NULL;
		good += r->cells[i].indicator.ptr && r->cells[i].value.ptr;
	}
	if (named == 0)
		return 0;
	int confidence = 40 + (int)(40 * good / r->n_cells);
	confidence += n->unit >= 0 || n->wide_unit || m->fixed_unit.ptr ? 10 : 0;
	confidence += n->period >= 0 || n->wide_period || m->fixed_period.ptr ? 10 : 0;
	return confidence;
}

static void finish(struct plan *n)
{
	struct mapping *m = &n->p->mapping;
	size_t kept = 0;
	for (uint32_t c = 0; c < n->s->n_columns; c++) {
		n->columns[c].column = c;
		if (n->columns[c].role != MAPPING_IGNORE || n->scan.columns[c].filled > 0)
			n->columns[kept++] = n->columns[c];
	}
	m->columns = n->columns;
	m->n_columns = kept;
	m->sheet = n->s->name;
	m->header_row = n->scan.header_bottom;
	m->first_row = n->scan.first_row;
	m->last_row = n->scan.last_row + 1 < n->s->n_rows ? (int64_t)n->scan.last_row : -1;
	m->indicators = n->words[LAYOUT_INDICATOR];
	m->n_indicators = n->n_words[LAYOUT_INDICATOR];
	m->units = n->words[LAYOUT_UNIT];
	m->n_units = n->n_words[LAYOUT_UNIT];
	if (n->unit >= 0 || n->wide_unit)
		m->fixed_unit = STR_NULL;
	if (n->period >= 0 || n->wide_period)
		m->fixed_period = STR_NULL;
	qsort(n->matches, n->p->n_matches, sizeof(*n->matches), compare_matches);
	struct mapping_result r = {.n_cells = 0};
	if (mapping_apply(n->a, m, n->s, n->x, &r, NULL) == OK) {
		n->p->skips = r.skips;
		n->p->n_skips = r.n_skips;
	}
	n->p->confidence = judge(n, &r);
}

void layout_propose(struct arena *a, const struct layout_index *x, const struct sheet *s,
		    struct layout_proposal *ret)
{
	*ret = (struct layout_proposal){.mapping = {.header_row = -1, .last_row = -1}};
	struct plan n = {
		.a = a, .s = s, .x = x, .p = ret, .indicator = -1, .unit = -1, .period = -1};
	n.reasons = ARENA_ARRAY(a, REASONS_MAX, struct layout_reason);
	n.matches = ARENA_ARRAY(a, MATCHES_MAX, struct layout_match);
	ret->reasons = n.reasons;
	ret->matches = n.matches;
	ret->mapping.sheet = s->name;
	if (s->n_rows == 0 || s->n_columns == 0)
		return;
	n.columns = ARENA_ARRAY(a, s->n_columns, struct mapping_column);
	n.named = ARENA_ARRAY(a, s->n_columns, struct named);
	scan_sheet(a, x, s, &n.scan);
	if (n.scan.header_bottom >= 0)
		explain(&n, n.scan.header_bottom, -1, STR("Dòng tiêu đề cột"),
			STR("The header row"));
	read_titles(&n);
	n.year_told = ret->mapping.year != 0;
	if (!n.year_told)
		ret->mapping.year = layout_year(x);
	find_labels(&n);
	find_breakdowns(&n);
	name_columns(&n);
	settle_values(&n);
	explain_year(&n);
	learn_words(&n, n.indicator, LAYOUT_INDICATOR);
	learn_words(&n, n.unit, LAYOUT_UNIT);
	finish(&n);
}

size_t layout_propose_best(struct arena *a, const struct layout_index *x,
			   const struct sheet_book *book, struct layout_proposal *ret)
{
	size_t best = 0;
	int confidence = -1;
	for (size_t i = 0; i < book->n && book->n > 1; i++) {
		AUTO(arena_free) struct arena *trial = arena_new();
		struct layout_proposal p;
		if (book->sheets[i].hidden)
			continue;
		layout_propose(trial, x, &book->sheets[i], &p);
		if (p.confidence > confidence) {
			confidence = p.confidence;
			best = i;
		}
	}
	layout_propose(a, x, &book->sheets[best], ret);
	return best;
}
