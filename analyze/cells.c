/* cells.c - the figures of a reference: its periods, what stands in each place, several as one. */
#include "analyze/cells_private.h"

#include <stdlib.h>

/* -- which periods -- */

static struct period back_from(const struct formula_ref *ref, struct period p)
{
	p.ordinal -= ref->back;
	return ref->when == FORMULA_SAME_PERIOD ? period_year_before(p) : p;
}

static void slot_add(struct grid *g, struct period p)
{
	struct window_slot *s = ARENA_APPEND(g->arena, g->slots, g->n_slots);
	*s = (struct window_slot){p.ordinal, p.ordinal, period_str(g->arena, p)};
}

/* The whole period, made of the indicator's own. */
static void slot_of_whole(struct grid *g, struct period whole)
{
	enum period_kind kind = g->indicator->period;
	struct window_slot *s = ARENA_APPEND(g->arena, g->slots, g->n_slots);
	period_range(kind, whole, whole, &s->from, &s->to);
	/* Of what is only worth its last, what was before does not count. */
	if (g->indicator->over_time == AGGREGATE_LAST || g->ref->when == FORMULA_LATEST)
		s->from = s->to;
	s->name = period_str(g->arena, s->from < s->to ? whole : (struct period){kind, s->to});
}

/* The indicator's own period at which the reference ends. */
static struct period last_own(const struct grid *g)
{
	enum period_kind kind = g->indicator->period;
	struct period asked = g->s->period, own = {.kind = kind};
	int32_t first;
	if (kind > asked.kind)
		return back_from(g->ref, period_bucket(asked, kind));
	asked = back_from(g->ref, asked);
	period_range(kind, asked, asked, &first, &own.ordinal);
	return own;
}

/* Of the window that ends there. */
static int32_t first_of_window(const struct formula_ref *ref, struct period to)
{
	int32_t from = to.ordinal - ref->window + 1, first = from, last;
	if (ref->year_to_date) {
		struct period year = period_bucket(to, PERIOD_YEARLY);
		period_range(to.kind, year, year, &first, &last);
	}
	return first < from ? first : from;
}

/* The coarser side of a pair: beside each of the other's own periods the one that holds it. */
static void slots_beside(struct grid *g, enum period_kind fine)
{
	enum period_kind kind = g->indicator->period;
	struct period asked = g->s->period, to = {.kind = fine};
	int32_t from, first;
	bool shorter = kind <= asked.kind;
	asked = shorter ? back_from(g->ref, asked) : asked;
	if (fine <= asked.kind)
		period_range(fine, asked, asked, &first, &to.ordinal);
	else
		to = period_bucket(asked, fine);
	from = first_of_window(g->ref, to);
	for (int32_t at = from; at <= to.ordinal; at++) {
		struct period own = period_bucket((struct period){fine, at}, kind);
		slot_add(g, shorter ? own : back_from(g->ref, own));
	}
}

void grid_slots(struct grid *g)
{
	enum period_kind kind = g->indicator->period;
	const struct indicator *other =
		g->ref->paired ? view_indicator_id(g->s->view, g->ref->paired) : NULL;
	if (!g->ref->each && kind <= g->s->period.kind) {
		slot_of_whole(g, back_from(g->ref, g->s->period));
		return;
	}
	if (g->ref->each && other && other->period < kind) {
		slots_beside(g, other->period);
		return;
	}
	struct period to = last_own(g);
	int32_t from = first_of_window(g->ref, to);
	for (int32_t at = from; at <= to.ordinal; at++)
		slot_add(g, (struct period){kind, at});
}

/* -- which breakdowns -- */

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
	if (!g->ref->by.len) {
		g->breakdowns = ARENA_ARRAY(g->arena, 1, struct str);
		g->breakdowns[g->n_breakdowns++] = g->ref->breakdown;
		return;
	}
	size_t n = view_code_items(g->s->view, &items);
	g->breakdowns = ARENA_ARRAY(g->arena, n + 1, struct str);
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].list, g->ref->by))
			g->breakdowns[g->n_breakdowns++] = with_code(g, items[i].code);
}

/* -- reading -- */

static int by_place(const void *a, const void *b)
{
	const struct figure *x = a, *y = b;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->period.ordinal != y->period.ordinal)
		return x->period.ordinal < y->period.ordinal ? -1 : 1;
	return str_cmp(x->breakdown, y->breakdown);
}

static int64_t last_day(enum period_kind kind, int32_t ordinal)
{
	return period_last_day((struct period){kind, ordinal});
}

/* Room for every cell: no more than allowed. */
static enum err make_room(struct grid *g, struct why *why)
{
	size_t most = 0, events = grid_epoch(g, g->day)->events;
	for (size_t s = 0; s < g->n_slots && most <= FORMULA_CELLS_MAX; s++) {
		size_t sources = 0;
		bool several = g->slots[s].from < g->slots[s].to;
		for (int32_t at = g->slots[s].from; at <= g->slots[s].to; at++) {
			const struct epoch *e = grid_epoch(g, last_day(g->indicator->period, at));
			sources += e->n;
			several = several || e->events != events;
		}
		if (several) /* a value and its parts, with their weights */
			sources = sources * (g->indicator->weight.len ? 2 : 1) + g->n_units;
		most += sources * g->n_breakdowns;
	}
	if (most > FORMULA_CELLS_MAX)
		return fail(why, ERR_TOO_LARGE,
			    "[" STR_FMT
			    "] brings more than %d figures: name fewer units or periods",
			    STR_ARG(g->ref->code), FORMULA_CELLS_MAX);
	g->cells = ARENA_ARRAY(g->arena, most + 1, struct formula_cell);
	g->most = most;
	return OK;
}

/* Every unit whose figures may count, ascending and once. */
static size_t all_sources(const struct grid *g, int64_t **ret)
{
	const struct unit *units;
	size_t all = view_units(g->s->view, &units), n = 0;
	if (g->n_epochs == 1 && g->epochs[0].n == g->n_units) {
		*ret = g->units;
		return g->n_units;
	}
	bool *wanted = ARENA_ARRAY(g->arena, all + 1, bool);
	int64_t *ids = ARENA_ARRAY(g->arena, all + 1, int64_t);
	for (size_t e = 0; e < g->n_epochs; e++)
		for (size_t i = 0; i < g->epochs[e].n; i++)
			if (g->epochs[e].sources[i].what)
				wanted[g->epochs[e].sources[i].what - units] = true;
	for (size_t i = 0; i < all; i++)
		if (wanted[i])
			ids[n++] = units[i].id;
	*ret = ids;
	return n;
}

/* Figures to be read of them. */
struct wanted {
	const struct indicator *indicator;
	int32_t from, to; /* from > to: all up to `to` */
	struct str breakdown;
};

/* The current ones, in order. */
static enum err read_figures(struct grid *g, const struct wanted *what, struct figure **ret,
			     size_t *ret_n, struct why *why)
{
	int64_t *units = NULL;
	struct figure_query how = {
		.reach = {.all = true}, /* grid_reason() has hidden what is not the asker's */
		.indicators = &what->indicator->id,
		.n_indicators = 1,
		.period_kind = what->indicator->period,
		.has_from = what->from <= what->to,
		.has_to = true,
		.from = what->from,
		.to = what->to,
		.breakdown = what->breakdown,
		.limit = 4 * FORMULA_CELLS_MAX,
	};
	how.n_units = all_sources(g, &units);
	how.units = units;
	if (how.n_units == 0)
		return OK;
	enum err rc = figure_list(g->s->db, &how, g->arena, ret, ret_n, why);
	if (rc == OK && *ret_n)
		qsort(*ret, *ret_n, sizeof(**ret), by_place);
	return rc;
}

static const struct figure *figure_at(const struct figure *all, size_t n, int64_t unit,
				      int32_t period, struct str breakdown)
{
	struct figure key = {.unit = unit, .period = {.ordinal = period}, .breakdown = breakdown};
	return n ? bsearch(&key, all, n, sizeof(*all), by_place) : NULL;
}

/* -- several figures as one value -- */

struct part { /* of the value of one seat in one slot */
	const struct source *from;
	const struct figure *figure; /* NULL: none came */
	int32_t period;
};
struct parts {
	struct part *items;
	size_t n;
	int64_t seat;
	const struct window_slot *slot;
	struct str breakdown;
};

static void fill(struct formula_cell *c, const struct figure *f)
{
	if (!f || c->reason != FORMULA_NOT_FILLED)
		return;
	c->id = f->id;
	c->provisional = f->status != FIGURE_APPROVED;
	c->value = f->value;
	c->reason = f->empty ? FORMULA_SAID_EMPTY : FORMULA_PRESENT;
}

static struct formula_cell *cell_add(struct grid *g, int64_t unit, const struct indicator *i,
				     struct str period, struct str breakdown)
{
	assert(g->n < g->most);
	struct formula_cell *c = &g->cells[g->n++];
	*c = (struct formula_cell){
		.unit = unit, .indicator = i->id, .period = period, .breakdown = breakdown};
	return c;
}

static struct formula_cell *part_cell(struct grid *g, const struct part *p, const struct parts *of)
{
	enum period_kind kind = g->indicator->period;
	bool alone = of->slot->from == of->slot->to;
	struct str name =
		alone ? of->slot->name : period_str(g->arena, (struct period){kind, p->period});
	struct formula_cell *c = cell_add(g, p->from->unit, g->indicator, name, of->breakdown);
	c->reason = p->from->reason;
	fill(c, p->figure);
	return c;
}

/* The weight of a part as the cube has it: of the same period, or where weights come in other periods
 * the last that had begun by then.  A cell of its own: what it weighs by is an input too. */
static struct formula_cell *weight_cell(struct grid *g, const struct part *p,
					const struct indicator *by)
{
	struct period own = {g->indicator->period, p->period};
	struct period at =
		by->period == own.kind ? own : period_at(by->period, period_end(own) - 1);
	struct formula_cell *c = cell_add(g, p->from->unit, by, period_str(g->arena, at), STR(""));
	const struct figure *f =
		figure_at(g->weights, g->n_weights, p->from->unit, at.ordinal, STR(""));
	for (size_t i = g->n_weights; by->period != own.kind && !f && i-- > 0;)
		if (g->weights[i].unit == p->from->unit &&
		    g->weights[i].period.ordinal < at.ordinal)
			f = &g->weights[i];
	c->reason = grid_reason(g, p->from->what, by);
	fill(c, f);
	return c;
}

static enum err read_weights(struct grid *g, const struct indicator *by, struct why *why)
{
	struct period last = {g->indicator->period, g->slots[g->n_slots - 1].to};
	bool same = by->period == last.kind;
	struct wanted what = {
		.indicator = by,
		.from = same ? g->slots[0].from : INT32_MAX,
		.to = same ? last.ordinal : period_at(by->period, period_end(last) - 1).ordinal,
		.breakdown = STR(""),
	};
	if (g->weights_read)
		return OK;
	g->weights_read = true;
	return read_figures(g, &what, &g->weights, &g->n_weights, why);
}

static enum formula_reason reason_of(enum pivot_why why)
{
	switch ((int)why) {
	case PIVOT_VALUE:
		return FORMULA_PRESENT;
	case PIVOT_NO_WEIGHT:
		return FORMULA_DIVIDED_BY_ZERO;
	case PIVOT_SPLIT:
		return FORMULA_SPLIT;
	case PIVOT_BEYOND:
		return FORMULA_OVERFLOW;
	default:
		return FORMULA_NO_TOTAL;
	}
}

static void roll_part(struct roll *r, const struct indicator *i, const struct part *p,
		      double weight)
{
	struct decimal value = p->figure->value;
	const struct heirs *h = p->from->heirs;
	bool divided = !h || (i->over_units == AGGREGATE_SUM &&
			      heir_value(h, p->from->heir, value, &value));
	roll_add(r, value, p->figure->received, weight);
	if (!divided)
		roll_split(r);
}

/* The part and its weight follow the whole, and go into it; one without value leaves it without. */
static void add_part(struct grid *g, struct formula_cell *whole, const struct part *p,
		     const struct parts *of, const struct indicator *by, struct roll *r)
{
	struct formula_cell *c = part_cell(g, p, of);
	struct formula_cell *weight = by ? weight_cell(g, p, by) : NULL;
	whole->provisional =
		whole->provisional || c->provisional || (weight && weight->provisional);
	if (c->reason == FORMULA_PRESENT && weight)
		c = weight;
	if (c->reason == FORMULA_PRESENT)
		roll_part(r, g->indicator, p, weight ? decimal_double(weight->value) : 1);
	else if (!whole->lost)
		whole->lost = (uint32_t)(c - whole);
}

/* As the cube does: the units of a period by the aggregation over units, then the periods by that
 * over time. */
static enum err whole_cell(struct grid *g, struct parts *of, struct formula_cell *whole,
			   struct why *why)
{
	const struct indicator *i = g->indicator, *by = NULL;
	struct roll *r = roll_new(g->arena, i);
	if (i->over_units == AGGREGATE_WEIGHTED && i->weight.len)
		by = view_indicator(g->s->view, i->weight);
	enum err rc = by ? read_weights(g, by, why) : OK;
	whole->additive = true;
	for (size_t k = 0; rc == OK && k < of->n; k++) {
		whole->additive = whole->additive && !of->items[k].from->heirs;
		add_part(g, whole, &of->items[k], of, by, r);
		if (k + 1 == of->n || of->items[k + 1].period != of->items[k].period)
			roll_period(r);
	}
	whole->parts = (uint32_t)(&g->cells[g->n] - whole - 1);
	struct pivot_cell rolled = roll_end(r);
	whole->reason =
		whole->lost ? whole[whole->lost].reason : reason_of((enum pivot_why)rolled.why);
	whole->value = rolled.value;
	whole->additive = whole->additive && i->over_units == AGGREGATE_SUM &&
			  (i->over_time == AGGREGATE_SUM || of->slot->from == of->slot->to);
	return rc;
}

/* Parts of a seat's own period; a unit that did not stand then counts only with what it gave. */
static void gather(struct grid *g, struct parts *of, size_t seat, int32_t period)
{
	int64_t day = last_day(g->indicator->period, period);
	const struct epoch *e = grid_epoch(g, day);
	for (size_t k = e->first[seat]; k < e->first[seat + 1]; k++) {
		const struct source *s = &e->sources[k];
		struct part p = {s, figure_at(g->found, g->n_found, s->unit, period, of->breakdown),
				 period};
		int64_t by = day < g->day ? day : g->day;
		bool stood = !s->what || unit_alive(s->what, by) || s->reason == FORMULA_NOT_ITS;
		if (stood || p.figure)
			*ARENA_APPEND(g->arena, of->items, of->n) = p;
	}
}

/* What one seat gives in one slot; it may be nothing: it did not exist. */
static enum err put_cell(struct grid *g, size_t seat, size_t slot, size_t item, struct parts *room,
			 struct why *why)
{
	struct parts of = {.items = room->items,
			   .seat = g->units[seat],
			   .slot = &g->slots[slot],
			   .breakdown = g->breakdowns[item]};
	enum err rc = OK;
	for (int32_t at = of.slot->from; at <= of.slot->to; at++)
		gather(g, &of, seat, at);
	room->items = of.items;
	if (of.n == 0)
		return OK;
	struct formula_cell *c;
	if (of.n == 1 && !of.items[0].from->heirs) {
		c = part_cell(g, &of.items[0], &of);
	} else {
		c = cell_add(g, of.seat, g->indicator, of.slot->name, of.breakdown);
		rc = whole_cell(g, &of, c, why);
	}
	bool one = g->ref->units == FORMULA_SELF || g->ref->units == FORMULA_PROVINCE;
	c->seat = one ? 0 : of.seat;
	c->slot = (int32_t)slot - (int32_t)g->n_slots;
	c->item = (int32_t)item;
	return rc;
}

static enum err put_cells(struct grid *g, struct why *why)
{
	struct parts room = {.items = NULL};
	enum err rc = OK;
	for (size_t u = 0; u < g->n_units; u++)
		for (size_t s = 0; s < g->n_slots; s++)
			for (size_t b = 0; rc == OK && b < g->n_breakdowns; b++)
				rc = put_cell(g, u, s, b, &room, why);
	return rc;
}

static enum err window(struct grid *g, struct why *why)
{
	enum err rc = make_room(g, why);
	if (rc != OK || g->n_breakdowns == 0 || g->n_units == 0)
		return rc;
	struct wanted what = {g->indicator, g->slots[0].from, g->slots[g->n_slots - 1].to,
			      g->n_breakdowns == 1 ? g->breakdowns[0] : STR_NULL};
	rc = read_figures(g, &what, &g->found, &g->n_found, why);
	return rc == OK ? put_cells(g, why) : rc;
}

/* -- latest([A]) -- */

/* The newest period, up to the one asked about, with a figure of one of the sources. */
static enum err newest(struct grid *g, const struct epoch *e, size_t seat, size_t item,
		       int32_t until, int32_t *best, struct why *why)
{
	for (size_t k = e->first[seat]; k < e->first[seat + 1]; k++) {
		struct figure found, key = {.unit = e->sources[k].unit,
					    .indicator = g->indicator->id,
					    .period = {g->indicator->period, until + 1},
					    .breakdown = g->breakdowns[item]};
		enum err rc = figure_before(g->s->db, &key, g->arena, &found, why);
		if (rc != OK && rc != ERR_NOT_FOUND)
			return rc;
		if (rc == OK && found.period.ordinal > *best)
			*best = found.period.ordinal;
	}
	return OK;
}

/* One seat and one breakdown: as a window of the one period that is the newest for it. */
static enum err latest_of(struct grid *g, size_t seat, size_t item, struct why *why)
{
	int32_t until = g->slots[0].to, best = INT32_MIN;
	const struct epoch *now = grid_epoch(g, g->day), *first = grid_epoch(g, INT64_MIN);
	enum err rc = newest(g, now, seat, item, until, &best, why);
	if (rc == OK && first->events != now->events)
		rc = newest(g, first, seat, item, until, &best, why);
	best = best == INT32_MIN ? until : best;
	struct grid one = {.s = g->s,
			   .ref = g->ref,
			   .indicator = g->indicator,
			   .arena = g->arena,
			   .day = g->day,
			   .units = &g->units[seat],
			   .n_units = 1,
			   .breakdowns = &g->breakdowns[item],
			   .n_breakdowns = 1};
	slot_add(&one, (struct period){g->indicator->period, best});
	if (rc == OK)
		rc = window(&one, why);
	for (size_t k = 0; rc == OK && k < one.n; k++) {
		struct formula_cell *c = ARENA_APPEND(g->arena, g->cells, g->n);
		*c = one.cells[k];
		c->item = (int32_t)item;
	}
	return rc;
}

static enum err latest(struct grid *g, struct why *why)
{
	enum err rc = OK;
	for (size_t u = 0; u < g->n_units; u++)
		for (size_t b = 0; rc == OK && b < g->n_breakdowns; b++)
			rc = latest_of(g, u, b, why);
	return rc;
}

static enum err cells(void *arg, const struct formula_ref *ref, struct arena *a,
		      struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	const struct standpoint *s = arg;
	struct grid g = {.s = s, .ref = ref, .arena = a, .day = period_last_day(s->period)};
	g.indicator = view_indicator_id(s->view, ref->indicator);
	if (!g.indicator)
		return fail(why, ERR_CONFLICT, "[" STR_FMT "] is no indicator any more",
			    STR_ARG(ref->code));
	grid_units(&g);
	grid_slots(&g);
	find_breakdowns(&g);
	enum err rc = ref->when == FORMULA_LATEST ? latest(&g, why) : window(&g, why);
	if (rc != OK)
		return rc;
	*ret = g.cells ? g.cells : ARENA_NEW(a, struct formula_cell);
	*ret_n = g.n;
	return OK;
}

struct formula_data cells_of(const struct standpoint *s)
{
	return (struct formula_data){(void *)(uintptr_t)s, cells};
}
