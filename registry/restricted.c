/* restricted.c - indicators whose figures are restricted: those that say so, and what formulas make or once
 * made of them; and whose restricted figures such a figure tells besides those of its own unit. */
#include "base/id.h"
#include "registry/view.h"

#include <stdlib.h>

/* Figures of an indicator are made of those of source; others: of other units than their own. */
struct edge {
	int64_t indicator, source;
	bool others;
};
struct place { /* of an indicator, removed ones too */
	int64_t indicator, owner;
	bool communal; /* each commune gives it, owner has no meaning */
};
struct spreading {
	struct view *v;
	struct arena *arena;
	struct edge *edges;
	struct place *places;
	size_t n_edges, n_places;
};

bool view_restricted(const struct view *v, int64_t indicator)
{
	return id_among(v->restricted, v->n_restricted, indicator);
}

size_t view_restricted_all(const struct view *v, const int64_t **ret)
{
	*ret = v->restricted;
	return v->n_restricted;
}

size_t view_restricted_of(const struct view *v, int64_t indicator, const struct restricted_of **ret)
{
	size_t from = 0, n = 0;
	while (from < v->n_restricted_of && v->restricted_of[from].indicator != indicator)
		from++;
	while (from + n < v->n_restricted_of && v->restricted_of[from + n].indicator == indicator)
		n++;
	*ret = v->restricted_of + from;
	return n;
}

/* -- what is read -- */
static void add_formula(struct spreading *s, const struct formula_version *f, struct arena *a)
{
	struct formula_words words = formula_words_of(s->v);
	struct formula *formula = NULL;
	struct formula_place at;
	const struct formula_ref *refs;
	/* A text that does not compile any more computes nothing; what it made is kept as a source. */
	if (formula_compile(a, f->text, &words, STR_NULL, &formula, &at, NULL) != OK)
		return;
	size_t n = formula_refs(formula, &refs);
	for (size_t i = 0; i < n; i++)
		*ARENA_APPEND(s->arena, s->edges, s->n_edges) = (struct edge){
			f->indicator, refs[i].indicator, refs[i].units != FORMULA_SELF};
}

static enum err read_sources(struct spreading *s, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT indicator, source, others FROM indicator_source"));
	while (stmt_row(q))
		*ARENA_APPEND(s->arena, s->edges, s->n_edges) =
			(struct edge){stmt_int(q, 0), stmt_int(q, 1), stmt_int(q, 2) != 0};
	return stmt_end(q, why);
}

static enum err read_places(struct spreading *s, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, coalesce(owner, 0), scope, openness FROM indicator ORDER BY id"));
	while (stmt_row(q)) {
		*ARENA_APPEND(s->arena, s->places, s->n_places) = (struct place){
			stmt_int(q, 0), stmt_int(q, 1), str_is(stmt_str(q, 2), "commune")};
		if (str_is(stmt_str(q, 3), "restricted"))
			*ARENA_APPEND(s->v->arena, s->v->restricted, s->v->n_restricted) =
				stmt_int(q, 0);
	}
	return stmt_end(q, why);
}

/* -- along the edges -- */
static bool add_restricted(struct view *v, int64_t indicator)
{
	if (view_restricted(v, indicator))
		return false;
	*ARENA_APPEND(v->arena, v->restricted, v->n_restricted) = indicator;
	qsort(v->restricted, v->n_restricted, sizeof(*v->restricted), id_order);
	return true;
}

static bool add_of(struct view *v, int64_t indicator, int64_t unit)
{
	for (size_t i = 0; i < v->n_restricted_of; i++)
		if (v->restricted_of[i].indicator == indicator && v->restricted_of[i].unit == unit)
			return false;
	*ARENA_APPEND(v->arena, v->restricted_of, v->n_restricted_of) =
		(struct restricted_of){indicator, unit};
	return true;
}

/* The source's owner; of a commune's indicator read at other units, every commune. */
static bool add_places(struct spreading *s, const struct edge *e)
{
	struct view *v = s->v;
	size_t at = 0;
	bool news = false;
	while (at < s->n_places && s->places[at].indicator != e->source)
		at++;
	if (at == s->n_places)
		return false;
	if (!s->places[at].communal)
		return add_of(v, e->indicator, s->places[at].owner);
	for (size_t i = 0; e->others && i < v->n_units; i++)
		if (unit_kind_is_commune(v->units[i].kind))
			news = add_of(v, e->indicator, v->units[i].id) || news;
	return news;
}

/* One step along an edge; false: nothing new. */
static bool follow(struct spreading *s, const struct edge *e)
{
	struct view *v = s->v;
	size_t n = v->n_restricted_of;
	if (!view_restricted(v, e->source))
		return false;
	bool news = add_restricted(v, e->indicator);
	news = add_places(s, e) || news;
	for (size_t i = 0; i < n; i++)
		if (v->restricted_of[i].indicator == e->source)
			news = add_of(v, e->indicator, v->restricted_of[i].unit) || news;
	return news;
}

static int by_indicator(const void *left, const void *right)
{
	const struct restricted_of *a = left, *b = right;
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static void spread(struct spreading *s)
{
	for (bool news = true; news;) {
		news = false;
		for (size_t i = 0; i < s->n_edges; i++)
			news = follow(s, &s->edges[i]) || news;
	}
	if (s->v->n_restricted_of)
		qsort(s->v->restricted_of, s->v->n_restricted_of, sizeof(*s->v->restricted_of),
		      by_indicator);
}

enum err view_load_restricted(struct view *v, struct db *db, struct why *why)
{
	AUTO(arena_free) struct arena *arena = arena_new(), *scratch = arena_new();
	struct spreading s = {.v = v, .arena = arena};
	enum err rc = read_places(&s, db, why);
	if (rc != OK || v->n_restricted == 0)
		return rc;
	rc = read_sources(&s, db, why);
	for (size_t i = 0; rc == OK && i < v->n_formulas; i++) {
		arena_reset(scratch);
		add_formula(&s, &v->formulas[i], scratch);
	}
	if (rc == OK)
		spread(&s);
	return rc;
}

/* -- what is kept -- */
enum err indicator_made_of(struct db *tx, int64_t indicator, const struct formula *f,
			   struct why *why)
{
	const struct formula_ref *refs;
	size_t n = formula_refs(f, &refs);
	int64_t added = 0;
	enum err rc = OK;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO indicator_source (indicator, source, others) VALUES "
				"($1, $2, $3) ON CONFLICT DO NOTHING"));
	for (size_t i = 0; i < n && rc == OK; i++) {
		stmt_bind_int(q, 1, indicator);
		stmt_bind_int(q, 2, refs[i].indicator);
		stmt_bind_int(q, 3, refs[i].units != FORMULA_SELF);
		rc = stmt_end(q, why);
		added += rc == OK ? stmt_changed(q) : 0;
	}
	/* A view loaded since the formula was removed knows nothing of it. */
	return rc == OK && added ? registry_touch(tx, why) : rc;
}
