#include "analyze/cells.h"
#include "base/id.h"

#include <stdlib.h>

struct grid {
	const struct standpoint *s;
	const struct formula_ref *ref;
	const struct indicator *indicator;
	int64_t *units; /* ascending */
	size_t n_units;
	int32_t from, to; /* ordinals, both included */
	struct str *breakdowns;
	size_t n_breakdowns;
	struct formula_cell *cells;
	size_t n;
	struct arena *arena;
};

/* -- which units -- */
const struct unit *cells_top(const struct view *v, const struct unit *u)
{
	for (int steps = 0; steps < 64 && u->parent; steps++) {
		const struct unit *above = view_unit_id(v, u->parent);
		if (!above)
			break;
		u = above;
	}
	return u;
}

const struct unit *cells_base(const struct view *v, const struct indicator *i,
			      const struct unit *owner)
{
	return i->scope == SCOPE_PROVINCE ? cells_top(v, owner) : owner;
}

/* Does it stand below another on the day? */
static bool below_at(const struct view *v, const struct unit *u, int64_t root, int64_t day)
{
	for (int steps = 0; u && steps < 64; steps++) {
		int64_t above = unit_parent_at(v, u, day);
		if (above == root)
			return true;
		u = above ? view_unit_id(v, above) : NULL;
	}
	return false;
}

/* root: below which communes are looked for. */
static bool wanted(const struct grid *g, const struct unit *u, const struct unit *root, int64_t day)
{
	const struct unit *own = g->s->unit;
	const struct view *v = g->s->view;
	if (!unit_alive(u, day) || !unit_reports(u, g->indicator))
		return false;
	switch (g->ref->units) {
	case FORMULA_CHILDREN:
		return unit_parent_at(v, u, day) == own->id;
	case FORMULA_BELOW:
		return below_at(v, u, own->id, day);
	case FORMULA_COMMUNES:
		return unit_kind_is_commune(u->kind) && below_at(v, u, root->id, day);
	case FORMULA_SIBLINGS:
		return unit_parent_at(v, u, day) == unit_parent_at(v, own, day) &&
		       unit_kind_is_commune(u->kind) == unit_kind_is_commune(own->kind);
	case FORMULA_SELF:
	case FORMULA_PROVINCE:
	case FORMULA_UNITS:
		break;
	}
	return false;
}

static bool has_communes(const struct view *v, const struct unit *root, int64_t day)
{
	const struct unit *units;
	size_t n = view_units(v, &units);
	for (size_t i = 0; i < n; i++)
		if (unit_kind_is_commune(units[i].kind) && unit_alive(&units[i], day) &&
		    below_at(v, &units[i], root->id, day))
			return true;
	return false;
}

/* The nearest of the unit and those above it below which communes stand: a commune is none of its
 * own communes, it is one among those of its province. */
static const struct unit *communes_root(const struct grid *g, int64_t day)
{
	const struct view *v = g->s->view;
	const struct unit *root = g->s->unit;
	for (int steps = 0; steps < 64 && !has_communes(v, root, day); steps++) {
		const struct unit *above = view_unit_id(v, unit_parent_at(v, root, day));
		if (!above)
			break;
		root = above;
	}
	return root;
}

static void find_units(struct grid *g)
{
	const struct unit *units, *own = g->s->unit;
	size_t n = view_units(g->s->view, &units);
	int64_t day = date_days(date_local(period_end(g->s->period) - 1));
	g->units = ARENA_ARRAY(g->arena, n + 1, int64_t);
	if (g->ref->units == FORMULA_SELF || g->ref->units == FORMULA_PROVINCE) {
		const struct unit *u =
			g->ref->units == FORMULA_SELF ? own : cells_top(g->s->view, own);
		bool communal = g->indicator->scope == SCOPE_COMMUNE;
		g->units[g->n_units++] = communal ? u->id : g->indicator->owner;
		return;
	}
	const struct unit *root = g->ref->units == FORMULA_COMMUNES ? communes_root(g, day) : own;
	for (size_t i = 0; i < n; i++) /* the view has them by id */
		if (wanted(g, &units[i], root, day))
			g->units[g->n_units++] = units[i].id;
}

/* -- which periods and breakdowns -- */
static void find_periods(struct grid *g)
{
	enum period_kind kind = g->indicator->period;
	struct period p = period_at(kind, period_end(g->s->period) - 1);
	p.ordinal -= g->ref->back;
	if (g->ref->when == FORMULA_SAME_PERIOD)
		p = period_year_before(p);
	g->to = p.ordinal;
	g->from = p.ordinal - g->ref->window + 1;
	if (g->ref->year_to_date) {
		struct date first = {date_local(period_end(p) - 1).year, 1, 1};
		int32_t january = period_at(kind, date_start(first)).ordinal;
		g->from = january < g->from ? january : g->from;
	}
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The reference's breakdown with one more list=code, lists in alphabetical order. */
static struct str with_code(struct grid *g, struct str code)
{
	struct str parts[17], rest = g->ref->breakdown, joined = STR_NULL;
	size_t n = 0;
	while (rest.len && n < ARRAY_LEN(parts) - 1)
		parts[n++] = str_until(rest, ';', &rest);
	parts[n++] = arena_fmt(g->arena, STR_FMT "=" STR_FMT, STR_ARG(g->ref->by), STR_ARG(code));
	qsort(parts, n, sizeof(*parts), by_text);
	for (size_t i = 0; i < n; i++)
		joined = i ? arena_fmt(g->arena, STR_FMT ";" STR_FMT, STR_ARG(joined),
				       STR_ARG(parts[i]))
			   : parts[i];
	return joined;
}

static void find_breakdowns(struct grid *g)
{
	const struct code_item *items;
	size_t n = view_code_items(g->s->view, &items);
	g->breakdowns = ARENA_ARRAY(g->arena, n + 1, struct str);
	if (!g->ref->by.len) {
		g->breakdowns[g->n_breakdowns++] = g->ref->breakdown;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].list, g->ref->by))
			g->breakdowns[g->n_breakdowns++] = with_code(g, items[i].code);
}

/* -- what stands in the cells -- */
static enum formula_reason reason_of(const struct grid *g, int64_t unit)
{
	const struct unit *u = view_unit_id(g->s->view, unit);
	if (!u || !unit_reports(u, g->indicator))
		return FORMULA_NOT_ITS;
	if (!g->s->who ||
	    figure_may(g->s->access, g->s->who, VERB_READ, g->s->view, unit, g->indicator->id))
		return FORMULA_NOT_FILLED;
	return FORMULA_HIDDEN;
}

static enum err make_cells(struct grid *g, struct why *why)
{
	size_t periods = (size_t)(g->to - g->from) + 1;
	if (g->n_units * g->n_breakdowns > FORMULA_CELLS_MAX / periods)
		return fail(why, ERR_TOO_LARGE,
			    "[" STR_FMT
			    "] brings more than %d figures: name fewer units or periods",
			    STR_ARG(g->ref->code), FORMULA_CELLS_MAX);
	g->cells = ARENA_ARRAY(g->arena, g->n_units * g->n_breakdowns * periods + 1,
			       struct formula_cell);
	struct str *names = ARENA_ARRAY(g->arena, periods, struct str);
	for (size_t p = 0; p < periods; p++)
		names[p] = period_str(g->arena,
				      (struct period){g->indicator->period, g->from + (int32_t)p});
	for (size_t u = 0; u < g->n_units; u++) {
		enum formula_reason reason = reason_of(g, g->units[u]);
		for (size_t p = 0; p < periods; p++)
			for (size_t b = 0; b < g->n_breakdowns; b++)
				g->cells[g->n++] = (struct formula_cell){
					.unit = g->units[u],
					.indicator = g->indicator->id,
					.period = names[p],
					.breakdown = g->breakdowns[b],
					.reason = reason,
				};
	}
	return OK;
}

static void fill(struct formula_cell *c, const struct figure *f)
{
	if (c->reason != FORMULA_NOT_FILLED)
		return;
	c->id = f->id;
	c->provisional = f->status != FIGURE_APPROVED;
	c->value = f->value;
	c->reason = f->empty ? FORMULA_SAID_EMPTY : FORMULA_PRESENT;
}

static void place(struct grid *g, const struct figure *f)
{
	const int64_t *unit = bsearch(&f->unit, g->units, g->n_units, sizeof(*g->units), id_order);
	size_t periods = (size_t)(g->to - g->from) + 1;
	if (!unit)
		return;
	size_t at = ((size_t)(unit - g->units) * periods + (size_t)(f->period.ordinal - g->from)) *
		    g->n_breakdowns;
	for (size_t b = 0; b < g->n_breakdowns; b++)
		if (str_eq(g->breakdowns[b], f->breakdown))
			fill(&g->cells[at + b], f);
}

static enum err read_figures(struct grid *g, struct why *why)
{
	struct figure *found = NULL;
	size_t n = 0;
	struct figure_query how = {
		.reach = {.all = true}, /* reason_of() has hidden what is not the asker's */
		.indicators = &g->indicator->id,
		.n_indicators = 1,
		.units = g->units,
		.n_units = g->n_units,
		.period_kind = g->indicator->period,
		.has_from = true,
		.has_to = true,
		.from = g->from,
		.to = g->to,
		.breakdown = g->n_breakdowns == 1 ? g->breakdowns[0] : STR_NULL,
		.limit = 4 * FORMULA_CELLS_MAX,
	};
	if (g->n == 0)
		return OK;
	enum err rc = figure_list(g->s->db, &how, g->arena, &found, &n, why);
	for (size_t i = 0; rc == OK && i < n; i++)
		place(g, &found[i]);
	return rc;
}

/* latest([A]): of each unit and breakdown the newest up to the period. */
static enum err read_latest(struct grid *g, struct why *why)
{
	for (size_t i = 0; i < g->n; i++) {
		struct figure found, key = {.unit = g->cells[i].unit,
					    .indicator = g->indicator->id,
					    .period = {g->indicator->period, g->to + 1},
					    .breakdown = g->cells[i].breakdown};
		enum err rc = figure_before(g->s->db, &key, g->arena, &found, why);
		if (rc == ERR_NOT_FOUND)
			continue;
		if (rc != OK)
			return rc;
		fill(&g->cells[i], &found);
		g->cells[i].period = period_str(g->arena, found.period);
	}
	return OK;
}

static enum err cells(void *arg, const struct formula_ref *ref, struct arena *a,
		      struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	const struct standpoint *s = arg;
	struct grid g = {.s = s, .ref = ref, .arena = a};
	g.indicator = view_indicator_id(s->view, ref->indicator);
	if (!g.indicator)
		return fail(why, ERR_CONFLICT, "[" STR_FMT "] is no indicator any more",
			    STR_ARG(ref->code));
	find_units(&g);
	find_periods(&g);
	find_breakdowns(&g);
	if (ref->when == FORMULA_LATEST)
		g.from = g.to;
	enum err rc = make_cells(&g, why);
	if (rc == OK)
		rc = ref->when == FORMULA_LATEST ? read_latest(&g, why) : read_figures(&g, why);
	if (rc != OK)
		return rc;
	*ret = g.cells;
	*ret_n = g.n;
	return OK;
}

struct formula_data cells_of(const struct standpoint *s)
{
	return (struct formula_data){(void *)(uintptr_t)s, cells};
}
