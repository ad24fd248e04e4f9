/* pivot_table.c - a table's layout, and what each measure says at a place; see pivot_ask.h. */
#include "analyze/pivot_ask.h"
#include <stdlib.h>

#define PERCENT_DECIMALS 2

static const char *const axis_names[] = {"unit", "period", "indicator", "breakdown"};
static const struct {
	const char *name;
	struct label label;
} measures[] = {
#define X(code, name, vi, en) {name, {vi, en}},
	MEASURE_TABLE(X)
#undef X
};

const char *measure_name(enum measure m)
{
	return measures[m].name;
}

struct label measure_label(enum measure m)
{
	return measures[m].label;
}

const char *axis_name(enum axis a)
{
	return axis_names[a];
}

/* -- words -- */
struct label axis_label(enum axis a)
{
	static const struct label labels[AXES] = {{"Đơn vị", "Unit"},
						  {"Kỳ", "Period"},
						  {"Chỉ tiêu", "Indicator"},
						  {"Phân tổ", "Breakdown"}};
	return labels[a];
}

void table_words(const struct pivot_table *t, enum axis axis, struct place at, bool english,
		 struct arena *a, struct str *ret_code, struct str *ret_name)
{
	const struct pivot *p = t->pivot;
	*ret_code = STR("");
	*ret_name = english ? STR("Total") : STR("Tổng");
	if (axis == AXIS_UNIT && at.unit < p->n_units) {
		const struct unit *u = p->units[at.unit];
		*ret_code = u->code;
		*ret_name = english ? u->name_en : u->name_vi;
	} else if (axis == AXIS_PERIOD && at.bucket < p->n_buckets) {
		*ret_code = period_str(a, table_period(t, at.bucket));
		*ret_name = period_short(a, !english, table_period(t, at.bucket));
	} else if (axis == AXIS_INDICATOR) {
		const struct indicator *i = t->how.indicators[at.indicator];
		*ret_code = i->code;
		*ret_name = english ? i->name_en : i->name_vi;
	} else if (axis == AXIS_BREAKDOWN) {
		const struct code_item *c = p->items[at.item];
		*ret_code = c->code;
		*ret_name = english ? c->name_en : c->name_vi;
	}
}

struct str table_title(const struct pivot_table *t, const struct side *s, size_t member,
		       bool english, struct arena *a)
{
	struct place at = side_place(t, s, member);
	struct str title = STR("");
	for (size_t i = 0; i < s->n_axes; i++) {
		struct str code, name;
		table_words(t, s->axes[i], at, english, a, &code, &name);
		title = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(title), title.len ? " · " : "",
				  STR_ARG(name));
	}
	return title;
}

/* -- targets -- */

struct aim {
	int64_t indicator, unit, year;
	struct decimal value;
};

static int by_aim(const void *left, const void *right)
{
	const struct aim *a = left, *b = right;
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->year > b->year) - (a->year < b->year);
}

enum err table_aims(struct request *req, struct pivot_table *t, struct why *why)
{
	int64_t *ids = ARENA_ARRAY(req->arena, t->how.n_indicators, int64_t);
	struct query query;
	for (size_t i = 0; i < t->how.n_indicators; i++)
		ids[i] = t->how.indicators[i]->id;
	query_init(&query, req->arena);
	query_sql(
		&query,
		SQL("SELECT indicator, unit, year, value FROM target WHERE removed = 0 AND indicator IN "));
	query_ints(&query, ids, t->how.n_indicators);
	query_sql(&query, SQL(" ORDER BY indicator, unit, year"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, req->db);
	while (stmt_row(q)) {
		struct aim *a = ARENA_APPEND(req->arena, t->aims, t->n_aims);
		*a = (struct aim){stmt_int(q, 0), stmt_int(q, 1), stmt_int(q, 2), {0, 0}};
		if (decimal_parse(stmt_str(q, 3), &a->value, NULL) != OK)
			t->n_aims--;
	}
	return stmt_end(q, why);
}

/* A unit's own target of the year, else the indicator's; of the total: the root's or the province's. */
static struct pivot_cell target_cell(const struct pivot_table *t, struct place at)
{
	struct pivot_cell none = {.why = PIVOT_NOTHING};
	if (at.bucket >= t->pivot->n_buckets)
		return none;
	const struct indicator *i = t->how.indicators[at.indicator];
	const struct unit *units;
	size_t n = view_units(t->view, &units);
	int64_t unit = at.unit < t->pivot->n_units ? t->pivot->units[at.unit]->id : t->how.root;
	for (size_t k = 0; k < n && !unit; k++)
		if (units[k].kind == UNIT_PROVINCE && units[k].to == DAY_NEVER)
			unit = units[k].id;
	struct aim key = {.indicator = i->id, .unit = unit};
	key.year = date_local(period_start(table_period(t, at.bucket))).year;
	const struct aim *found =
		t->n_aims ? bsearch(&key, t->aims, t->n_aims, sizeof(key), by_aim) : NULL;
	if (found)
		return (struct pivot_cell){.why = PIVOT_VALUE, .value = found->value};
	return i->target.given ? (struct pivot_cell){.why = PIVOT_VALUE, .value = i->target.value}
			       : none;
}

/* -- the layout -- */

static size_t axis_size(const struct pivot_table *t, enum axis a)
{
	const struct pivot *p = t->pivot;
	size_t shown = p->n_buckets - (size_t)t->how.lead;
	switch (a) {
	case AXIS_UNIT:
		return p->n_units + 1;
	case AXIS_PERIOD:
		return shown > 1 ? shown + 1 : 1;
	case AXIS_INDICATOR:
		return t->how.n_indicators;
	case AXIS_BREAKDOWN:
	case AXES:
		break;
	}
	return p->n_items;
}

size_t table_side_size(const struct pivot_table *t, const struct side *s)
{
	size_t n = 1;
	for (size_t i = 0; i < s->n_axes; i++)
		n *= axis_size(t, s->axes[i]);
	return n;
}

static void place_set(const struct pivot_table *t, const struct side *s, size_t member,
		      struct place *at)
{
	for (size_t i = s->n_axes; i-- > 0;) {
		size_t n = axis_size(t, s->axes[i]), k = member % n;
		member /= n;
		switch (s->axes[i]) {
		case AXIS_UNIT:
			at->unit = k;
			break;
		case AXIS_PERIOD:
			at->bucket = k + (size_t)t->how.lead;
			break;
		case AXIS_INDICATOR:
			at->indicator = k;
			break;
		case AXIS_BREAKDOWN:
		case AXES:
			at->item = k;
			break;
		}
	}
}

struct place side_place(const struct pivot_table *t, const struct side *s, size_t member)
{
	size_t shown = t->pivot->n_buckets - (size_t)t->how.lead;
	struct place at = {.unit = t->pivot->n_units,
			   .bucket = shown > 1 ? t->pivot->n_buckets : (size_t)t->how.lead};
	place_set(t, s, member, &at);
	return at;
}

struct place table_place(const struct pivot_table *t, size_t row, size_t column)
{
	struct place at = side_place(t, &t->rows, row);
	place_set(t, &t->columns, column, &at);
	return at;
}

struct period table_period(const struct pivot_table *t, size_t bucket)
{
	return (struct period){t->how.grain, t->how.from - t->how.lead + (int32_t)bucket};
}

/* -- measures -- */

static const struct pivot_cell *cell_of(const struct pivot_table *t, struct place at)
{
	return pivot_at(t->pivot, at.indicator, at.item, at.unit, at.bucket);
}

/* The cell `back` buckets before; nothing for totals over time and before the lead. */
static const struct pivot_cell *cell_before(const struct pivot_table *t, struct place at, bool year)
{
	static const struct pivot_cell nothing = {.why = PIVOT_NOTHING};
	if (at.bucket >= t->pivot->n_buckets)
		return &nothing;
	struct period p = table_period(t, at.bucket);
	int32_t back = year ? p.ordinal - period_year_before(p).ordinal : 1;
	if ((size_t)back > at.bucket)
		return &nothing;
	at.bucket -= (size_t)back;
	return cell_of(t, at);
}

static struct pivot_cell counted(size_t n)
{
	return (struct pivot_cell){.why = n ? PIVOT_VALUE : PIVOT_NOTHING,
				   .value = {(int64_t)n, 0}};
}

/* Of all units together: in percent of their total, for what is added up. */
static struct pivot_cell share_cell(const struct pivot_table *t, struct place at,
				    const struct pivot_cell *now)
{
	struct place all = at;
	all.unit = t->pivot->n_units;
	if (t->how.indicators[at.indicator]->over_units != AGGREGATE_SUM)
		return (struct pivot_cell){.why = PIVOT_NO_UNITS};
	return pivot_percent(*now, cell_of(t, all), PERCENT_DECIMALS);
}

static struct pivot_cell contribution_cell(const struct pivot_table *t, struct place at,
					   const struct pivot_cell *now)
{
	struct place all = at;
	all.unit = t->pivot->n_units;
	if (t->how.indicators[at.indicator]->over_units != AGGREGATE_SUM)
		return (struct pivot_cell){.why = PIVOT_NO_UNITS};
	return pivot_percent(pivot_change(now, cell_before(t, at, false)),
			     cell_before(t, all, false), PERCENT_DECIMALS);
}

static struct pivot_cell change_cell(const struct pivot_table *t, struct place at, bool year,
				     bool percent)
{
	const struct pivot_cell *then = cell_before(t, at, year);
	struct pivot_cell change = pivot_change(cell_of(t, at), then);
	return percent ? pivot_percent(change, then, PERCENT_DECIMALS) : change;
}

struct pivot_cell table_cell(const struct pivot_table *t, struct place at, enum measure m)
{
	const struct pivot_cell *now = cell_of(t, at);
	struct pivot_cell aim;
	switch (m) {
	case MEASURE_VALUE:
	case MEASURE_FIGURE:
	case MEASURES:
		break;
	case MEASURE_N:
		return counted(now->n);
	case MEASURE_PROVISIONAL:
		return counted(now->provisional);
	case MEASURE_PREVIOUS:
		return *cell_before(t, at, false);
	case MEASURE_CHANGE:
		return change_cell(t, at, false, false);
	case MEASURE_PERCENT:
		return change_cell(t, at, false, true);
	case MEASURE_YEAR_AGO:
		return *cell_before(t, at, true);
	case MEASURE_YEAR_CHANGE:
		return change_cell(t, at, true, false);
	case MEASURE_YEAR_PERCENT:
		return change_cell(t, at, true, true);
	case MEASURE_TARGET:
		return target_cell(t, at);
	case MEASURE_TARGET_PERCENT:
		aim = target_cell(t, at);
		return pivot_percent(*now, &aim, PERCENT_DECIMALS);
	case MEASURE_SHARE:
		return share_cell(t, at, now);
	case MEASURE_CONTRIBUTION:
		return contribution_cell(t, at, now);
	case MEASURE_RANK:
		return counted(pivot_rank(t->pivot, at.indicator, at.item, at.unit, at.bucket));
	}
	return *now;
}
