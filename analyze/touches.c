/* touches.c - from the journal to what changed, and from there to the cells of a formula. */
#include "analyze/derive_private.h"

#include "base/id.h"
#include "core/journal.h"

#include <stdlib.h>

#define PAGE 1000

void touch_add(struct touches *t, struct touch touch)
{
	*ARENA_APPEND(t->arena, t->items, t->n) = touch;
}

static void formula_touched(struct touches *t, int64_t indicator)
{
	for (size_t i = 0; i < t->n_formulas; i++)
		if (t->formulas[i] == indicator)
			return;
	*ARENA_APPEND(t->arena, t->formulas, t->n_formulas) = indicator;
}

static enum err touch_delivery(struct db *db, int64_t delivery, struct touches *t, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT DISTINCT indicator, unit, period FROM figure WHERE delivery = $1"));
	stmt_bind_int(q, 1, delivery);
	while (stmt_row(q)) {
		int32_t period = (int32_t)stmt_int(q, 2);
		touch_add(t, (struct touch){stmt_int(q, 0), stmt_int(q, 1), period, period});
	}
	return stmt_end(q, why);
}

static enum err touch_figure(struct db *db, int64_t figure, struct touches *t, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT indicator, unit, period FROM figure WHERE id = $1"));
	stmt_bind_int(q, 1, figure);
	if (stmt_row(q)) {
		int32_t period = (int32_t)stmt_int(q, 2);
		touch_add(t, (struct touch){stmt_int(q, 0), stmt_int(q, 1), period, period});
	}
	return stmt_end(q, why);
}

static enum err touch_formula(struct db *db, int64_t formula, struct touches *t, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT indicator FROM formula WHERE id = $1"));
	stmt_bind_int(q, 1, formula);
	if (stmt_row(q))
		formula_touched(t, stmt_int(q, 0));
	return stmt_end(q, why);
}

static enum err take_entry(struct db *db, const struct journal_entry *e, struct touches *t,
			   struct why *why)
{
	bool about_all = str_is(e->subject, "unit") || str_is(e->subject, "unit_change") ||
			 str_is(e->subject, "indicator") || str_is(e->subject, "code_item");
	if (str_is(e->kind, "delivery.received"))
		return touch_delivery(db, e->subject_id, t, why);
	if (str_is(e->kind, "figure.returned") || str_is(e->kind, "figure.approved"))
		return touch_figure(db, e->subject_id, t, why);
	if (str_is(e->subject, "formula"))
		return touch_formula(db, e->subject_id, t, why);
	t->all = t->all || about_all;
	return OK;
}

enum err touches_read(struct db *db, struct str *cursor, struct touches *t, int64_t *ret_looked,
		      struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct journal_page page = {.more = true};
	struct str at = *cursor;
	enum err rc = OK;
	while (rc == OK && page.more) {
		struct journal_reader how = {.who = access_centre(a), .after = at, .max = PAGE};
		rc = journal_read(db, &how, a, &page, why);
		for (size_t i = 0; rc == OK && i < page.n; i++)
			rc = take_entry(db, &page.entries[i], t, why);
		if (rc != OK)
			return rc;
		*ret_looked += (int64_t)page.n;
		at = arena_str(t->arena, page.next);
		arena_reset(a);
	}
	*cursor = at;
	return rc;
}

/* -- targets -- */
struct gathering {
	const struct view *view;
	const struct program *program;
	struct arena *arena;
	usec now;
	const int64_t *owners; /* units that have the indicator */
	size_t n_owners;
	struct target *items;
	size_t n;
};

static void add_target(struct gathering *g, int64_t unit, int32_t period)
{
	*ARENA_APPEND(g->arena, g->items, g->n) = (struct target){unit, period};
}

/* First and last period of the formula's kind that figures of these can reach through ref.  A shorter
 * indicator is shifted by the formula's periods, a longer one by its own: as in cells.h. */
static bool reach_of(const struct gathering *g, const struct formula_ref *ref,
		     enum period_kind kind, struct touch t, int32_t *ret_from, int32_t *ret_to)
{
	enum period_kind own = g->program->indicator->period;
	struct period first = {kind, t.from}, last = {kind, t.to};
	if (ref->each)
		last.ordinal += ref->window - 1;
	if (ref->year_to_date) {
		struct period year = period_bucket(last, PERIOD_YEARLY);
		int32_t any, end;
		period_range(kind, year, year, &any, &end);
		last.ordinal = end > last.ordinal ? end : last.ordinal;
	}
	if (kind < own) {
		first = period_bucket(first, own);
		last = period_bucket(last, own);
	}
	if (ref->when == FORMULA_SAME_PERIOD) {
		first.ordinal =
			period_year_after((struct period){first.kind, first.ordinal - 1}).ordinal +
			1;
		last = period_year_after(last);
	}
	first.ordinal += ref->back;
	last.ordinal += ref->back;
	struct period now = period_at(own, g->now), from = period_at(own, period_start(first)),
		      to = period_at(own, period_end(last) - 1);
	bool open = ref->when == FORMULA_LATEST || to.ordinal > now.ordinal;
	*ret_from = first.kind == own ? first.ordinal : from.ordinal;
	*ret_to = open ? now.ordinal : first.kind == own ? last.ordinal : to.ordinal;
	return *ret_from <= *ret_to;
}

static void add_reach(struct gathering *g, const struct formula_ref *ref, enum period_kind kind,
		      struct touch t)
{
	int32_t from, to;
	if (!reach_of(g, ref, kind, t, &from, &to))
		return;
	bool communal = g->program->indicator->scope == SCOPE_COMMUNE;
	const struct indicator *term = view_indicator_id(g->view, ref->indicator);
	bool same_unit = communal && t.unit && ref->units == FORMULA_SELF && term &&
			 term->scope == SCOPE_COMMUNE;
	for (size_t u = 0; u < g->n_owners; u++) {
		if (same_unit && g->owners[u] != t.unit &&
		    !cells_became(g->view, t.unit, g->owners[u]))
			continue;
		for (int32_t p = from; p <= to; p++)
			add_target(g, g->owners[u], p);
	}
}

/* A period that began touches every formula of its kind: what counts, takes the latest or says what
 * stands instead needs no figure of it. */
static void add_begun(struct gathering *g, usec reached)
{
	enum period_kind kind = g->program->indicator->period;
	int32_t last = period_at(kind, g->now).ordinal;
	for (int32_t p = period_at(kind, reached).ordinal + 1; p <= last; p++)
		for (size_t u = 0; u < g->n_owners; u++)
			add_target(g, g->owners[u], p);
}

static void find_owners(struct gathering *g)
{
	const struct unit *units;
	size_t n = view_units(g->view, &units);
	int64_t *owners = ARENA_ARRAY(g->arena, n + 1, int64_t);
	for (size_t i = 0; i < n; i++)
		if (unit_reports(&units[i], g->program->indicator))
			owners[g->n_owners++] = units[i].id;
	g->owners = owners;
}

/* All there is of a reference's indicator, and up to now, for a formula that is new. */
static enum err add_whole(struct gathering *g, struct db *db, const struct formula_ref *ref,
			  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT min(period), max(period) FROM figure WHERE indicator = $1 AND period_kind = $2 "
		    "AND current = 1"));
	const struct indicator *term = view_indicator_id(g->view, ref->indicator);
	if (!term)
		return OK;
	stmt_bind_int(q, 1, ref->indicator);
	stmt_bind_int(q, 2, term->period);
	if (stmt_row(q) && !stmt_is_null(q, 0)) {
		int32_t last = (int32_t)stmt_int(q, 1);
		int32_t present = period_at(term->period, g->now).ordinal;
		add_reach(g, ref, term->period,
			  (struct touch){term->id, 0, (int32_t)stmt_int(q, 0),
					 last > present ? last : present});
	}
	return stmt_end(q, why);
}

static int by_place(const void *a, const void *b)
{
	const struct target *x = a, *y = b;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return (x->period > y->period) - (x->period < y->period);
}

/* Once each, in the life of the unit and of this version of the formula. */
static size_t keep_valid(struct gathering *g)
{
	const struct indicator *i = g->program->indicator;
	size_t kept = 0;
	if (g->n)
		qsort(g->items, g->n, sizeof(*g->items), by_place);
	for (size_t k = 0; k < g->n; k++) {
		struct target t = g->items[k];
		struct period p = {i->period, t.period};
		int64_t day = period_last_day(p);
		const struct unit *u = view_unit_id(g->view, t.unit);
		bool twice = kept && by_place(&g->items[kept - 1], &t) == 0;
		if (twice || !u || !unit_has(u, i, p) || day < g->program->version->from ||
		    day >= g->program->until)
			continue;
		g->items[kept++] = t;
	}
	return kept;
}

enum err targets_of(const struct target_ask *ask, struct arena *a, struct target **ret,
		    size_t *ret_n, struct why *why)
{
	const struct touches *t = ask->touches;
	const struct program *p = ask->program;
	struct gathering g = {.view = ask->view, .program = p, .arena = a, .now = ask->now};
	const struct formula_ref *refs;
	size_t n = formula_refs(p->formula, &refs);
	bool whole = t->all;
	enum err rc = OK;
	find_owners(&g);
	for (size_t i = 0; i < t->n_formulas; i++)
		whole = whole || t->formulas[i] == p->indicator->id;
	add_begun(&g, t->reached ? t->reached : ask->now);
	for (size_t i = 0; i < t->n && !whole; i++) /* what people sent in its place was returned */
		if (t->items[i].indicator == p->indicator->id)
			add_target(&g, t->items[i].unit, t->items[i].from);
	for (size_t r = 0; r < n && rc == OK; r++) {
		const struct indicator *term = view_indicator_id(ask->view, refs[r].indicator);
		if (whole)
			rc = add_whole(&g, ask->db, &refs[r], why);
		for (size_t i = 0; term && !whole && i < t->n; i++)
			if (t->items[i].indicator == refs[r].indicator)
				add_reach(&g, &refs[r], term->period, t->items[i]);
	}
	if (rc != OK)
		return rc;
	*ret = g.items;
	*ret_n = keep_valid(&g);
	return OK;
}
