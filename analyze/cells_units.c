/* cells_units.c - which units a reference means, and whose earlier figures count for them. */
#include "analyze/cells_private.h"

#include "base/id.h"

#include <stdlib.h>

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

/* -- which units -- */

static int64_t parent_at(const struct grid *g, const struct unit *u)
{
	const struct unit_event *events;
	size_t n = view_events(g->s->view, &events);
	bool later = n && events[n - 1].day > g->day; /* they stand by the day */
	return later ? unit_parent_at(g->s->view, u, g->day) : u->parent;
}

/* Does it stand below the other on the day? */
static bool below(const struct grid *g, const struct unit *u, int64_t root)
{
	for (int steps = 0; u && steps < 64; steps++) {
		int64_t above = parent_at(g, u);
		if (above == root)
			return true;
		u = above ? view_unit_id(g->s->view, above) : NULL;
	}
	return false;
}

/* root: below which communes are looked for. */
static bool wanted(const struct grid *g, const struct unit *u, const struct unit *root)
{
	const struct unit *own = g->s->unit;
	if (!unit_alive(u, g->day) || !unit_reports(u, g->indicator))
		return false;
	switch (g->ref->units) {
	case FORMULA_CHILDREN:
		return parent_at(g, u) == own->id;
	case FORMULA_BELOW:
		return below(g, u, own->id);
	case FORMULA_COMMUNES:
		return unit_kind_is_commune(u->kind) && below(g, u, root->id);
	case FORMULA_SIBLINGS:
		return parent_at(g, u) == parent_at(g, own) &&
		       unit_kind_is_commune(u->kind) == unit_kind_is_commune(own->kind);
	case FORMULA_SELF:
	case FORMULA_PROVINCE:
	case FORMULA_UNITS:
		break;
	}
	return false;
}

static bool has_communes(const struct grid *g, const struct unit *root)
{
	const struct unit *units;
	size_t n = view_units(g->s->view, &units);
	for (size_t i = 0; i < n; i++)
		if (unit_kind_is_commune(units[i].kind) && unit_alive(&units[i], g->day) &&
		    below(g, &units[i], root->id))
			return true;
	return false;
}

/* The nearest of the unit and those above it below which communes stand: a commune is none of its
 * own communes, it is one among those of its province. */
static const struct unit *communes_root(const struct grid *g)
{
	const struct unit *root = g->s->unit;
	for (int steps = 0; steps < 64 && !has_communes(g, root); steps++) {
		const struct unit *above = view_unit_id(g->s->view, parent_at(g, root));
		if (!above)
			break;
		root = above;
	}
	return root;
}

void grid_units(struct grid *g)
{
	const struct unit *units, *own = g->s->unit;
	size_t n = view_units(g->s->view, &units);
	if (g->ref->units == FORMULA_SELF || g->ref->units == FORMULA_PROVINCE) {
		const struct unit *u =
			g->ref->units == FORMULA_SELF ? own : cells_top(g->s->view, own);
		bool communal = g->indicator->scope == SCOPE_COMMUNE;
		g->units = ARENA_ARRAY(g->arena, 1, int64_t);
		g->units[g->n_units++] = communal ? u->id : g->indicator->owner;
		return;
	}
	g->units = ARENA_ARRAY(g->arena, n + 1, int64_t);
	const struct unit *root = g->ref->units == FORMULA_COMMUNES ? communes_root(g) : own;
	for (size_t i = 0; i < n; i++) /* the view has them by id */
		if (wanted(g, &units[i], root))
			g->units[g->n_units++] = units[i].id;
}

/* -- whose figures count for them -- */

bool cells_became(const struct view *v, int64_t unit, int64_t other)
{
	const struct unit *u = view_unit_id(v, unit);
	struct heirs h = {.n = 0};
	if (u)
		heirs_of(v, unit, u->from, &h);
	for (size_t k = 0; k < h.n; k++)
		if (h.items[k].unit == other)
			return true;
	return false;
}

enum formula_reason grid_reason(const struct grid *g, const struct unit *u,
				const struct indicator *i)
{
	if (!u || !unit_reports(u, i))
		return FORMULA_NOT_ITS;
	if (!g->s->who || figure_may(g->s->access, g->s->who, VERB_READ, g->s->view, u->id, i->id))
		return FORMULA_NOT_FILLED;
	return FORMULA_HIDDEN;
}

static int by_seat(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	if (x->seat != y->seat)
		return x->seat < y->seat ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

static void source_add(struct grid *g, struct epoch *e, size_t seat, int64_t unit,
		       const struct heirs *heirs, size_t heir)
{
	const struct unit *u = view_unit_id(g->s->view, unit);
	*ARENA_APPEND(g->arena, e->sources, e->n) =
		(struct source){seat, unit, u, grid_reason(g, u, g->indicator), heirs, heir};
}

static void add_heirs(struct grid *g, struct epoch *e, const struct unit *u, int64_t day)
{
	struct heirs h;
	heirs_between(g->s->view, u->id, day, g->day, &h);
	for (size_t k = 0; k < h.n; k++) {
		const int64_t *seat = bsearch(&h.items[k].unit, g->units, g->n_units,
					      sizeof(*g->units), id_order);
		if (!seat)
			continue;
		bool all = h.n == 1 && !h.lost && h.items[0].share >= HEIRS_WHOLE;
		struct heirs *kept = all ? NULL : ARENA_NEW(g->arena, struct heirs);
		if (kept)
			*kept = h;
		source_add(g, e, (size_t)(seat - g->units), u->id, kept, k);
	}
}

/* Events up to the day. */
static size_t events_by(const struct grid *g, int64_t day)
{
	const struct unit_event *events;
	size_t n = view_events(g->s->view, &events), to = 0;
	while (to < n && events[to].day <= day)
		to++;
	return to;
}

static void gather_sources(struct grid *g, struct epoch *e, int64_t day)
{
	const struct unit *units;
	size_t n = view_units(g->s->view, &units);
	if (e->events == events_by(g, g->day)) {
		for (size_t i = 0; i < g->n_units; i++)
			source_add(g, e, i, g->units[i], NULL, 0);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (unit_reports(&units[i], g->indicator) ||
		    bsearch(&units[i].id, g->units, g->n_units, sizeof(*g->units), id_order))
			add_heirs(g, e, &units[i], day);
	if (e->n)
		qsort(e->sources, e->n, sizeof(*e->sources), by_seat);
}

const struct epoch *grid_epoch(struct grid *g, int64_t day)
{
	day = day < g->day ? day : g->day;
	size_t events = events_by(g, day);
	for (size_t i = 0; i < g->n_epochs; i++)
		if (g->epochs[i].events == events)
			return &g->epochs[i];
	struct epoch *e = ARENA_APPEND(g->arena, g->epochs, g->n_epochs);
	*e = (struct epoch){.events = events};
	gather_sources(g, e, day);
	e->first = ARENA_ARRAY(g->arena, g->n_units + 2, size_t);
	for (size_t i = 0; i < e->n; i++)
		e->first[e->sources[i].seat + 1]++;
	for (size_t i = 0; i < g->n_units; i++)
		e->first[i + 1] += e->first[i];
	return e;
}
