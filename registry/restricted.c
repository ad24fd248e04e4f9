/* restricted.c - indicators whose figures are restricted: those that say so, and what formulas make of them, or ever
 * made. */
#include "base/id.h"
#include "registry/view.h"

#include <stdlib.h>

bool view_restricted(const struct view *v, int64_t indicator)
{
	return id_among(v->restricted, v->n_restricted, indicator);
}

size_t view_restricted_all(const struct view *v, const int64_t **ret)
{
	*ret = v->restricted;
	return v->n_restricted;
}

static bool needs_restricted(const struct view *v, const struct formula_version *f, struct arena *a)
{
	struct formula_words words = formula_words_of(v);
	struct formula *formula = NULL;
	struct formula_place at;
	const struct formula_ref *refs;
	/* A text that does not compile any more computes nothing. */
	if (formula_compile(a, f->text, &words, STR_NULL, &formula, &at, NULL) != OK)
		return false;
	size_t n = formula_refs(formula, &refs);
	for (size_t i = 0; i < n; i++)
		if (view_restricted(v, refs[i].indicator))
			return true;
	return false;
}

/* One step along the formulas; false: nobody was added. */
static bool spread(struct view *v)
{
	AUTO(arena_free) struct arena *a = arena_new();
	size_t before = v->n_restricted;
	for (size_t i = 0; i < v->n_formulas; i++) {
		arena_reset(a);
		if (view_restricted(v, v->formulas[i].indicator) ||
		    !needs_restricted(v, &v->formulas[i], a))
			continue;
		v->restricted[v->n_restricted++] = v->formulas[i].indicator;
		qsort(v->restricted, v->n_restricted, sizeof(*v->restricted), id_order);
	}
	return v->n_restricted > before;
}

struct source {
	int64_t indicator, of;
};

static enum err read_sources(struct db *db, struct arena *a, struct source **ret, size_t *ret_n,
			     struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT indicator, source FROM formula_source ORDER BY indicator"));
	while (stmt_row(q))
		*ARENA_APPEND(a, *ret, *ret_n) = (struct source){stmt_int(q, 0), stmt_int(q, 1)};
	return stmt_end(q, why);
}

/* One step along what was ever computed, whatever became of the formula. */
static bool spread_sources(struct view *v, const struct source *s, size_t n)
{
	size_t before = v->n_restricted;
	for (size_t i = 0; i < n; i++) {
		if (view_restricted(v, s[i].indicator) || !view_restricted(v, s[i].of))
			continue;
		v->restricted[v->n_restricted++] = s[i].indicator;
		qsort(v->restricted, v->n_restricted, sizeof(*v->restricted), id_order);
	}
	return v->n_restricted > before;
}

enum err view_load_restricted(struct view *v, struct db *db, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct source *sources = NULL;
	size_t n = 0;
	enum err rc = read_sources(db, a, &sources, &n, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, (SELECT count(*) FROM indicator WHERE openness = 'restricted') FROM "
		    "indicator WHERE openness = 'restricted' ORDER BY id"));
	while (stmt_row(q)) {
		if (!v->restricted)
			v->restricted = ARENA_ARRAY(
				v->arena, (size_t)stmt_int(q, 1) + v->n_formulas + n, int64_t);
		v->restricted[v->n_restricted++] = stmt_int(q, 0);
	}
	while (v->n_restricted && (spread(v) || spread_sources(v, sources, n)))
		;
	return stmt_end(q, why);
}
