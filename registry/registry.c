/* registry.c - the holder of the current view, and looking things up in a view. */
#include "registry/view.h"
#include "base/id.h"
#include <pthread.h>
#include <stdlib.h>

struct registry {
	pthread_mutex_t lock; /* guards current; a leaf: nothing is locked under it */
	const struct view *current;
};

struct registry *registry_new(void)
{
	struct registry *r = calloc(1, sizeof(*r));
	assert(r);
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void registry_free(struct registry *r)
{
	if (!r)
		return;
	view_free(r->current);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static const struct view *view_ref(const struct view *v)
{
	if (v)
		atomic_fetch_add_explicit(&((struct view *)(uintptr_t)v)->refs, 1,
					  memory_order_relaxed);
	return v;
}

void view_free(const struct view *v)
{
	struct view *ours = (struct view *)(uintptr_t)v;
	if (ours && atomic_fetch_sub_explicit(&ours->refs, 1, memory_order_acq_rel) == 1)
		arena_free(ours->arena); /* the view itself lies in it */
}

const struct view *registry_current(struct registry *r)
{
	pthread_mutex_lock(&r->lock);
	const struct view *v = view_ref(r->current);
	pthread_mutex_unlock(&r->lock);
	return v;
}

enum err registry_edition(struct db *db, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT n FROM registry_edition"));
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = n;
	return rc;
}

static enum err view_read(struct db *db, const struct view **ret, struct why *why)
{
	struct arena *a = arena_new();
	struct view *v = ARENA_NEW(a, struct view);
	v->arena = a;
	atomic_init(&v->refs, 1);
	enum err rc = registry_edition(db, &v->edition, why);
	if (rc == OK)
		rc = view_load(v, db, why);
	if (rc == OK)
		*ret = v;
	else
		arena_free(a);
	return rc;
}

/* A new view, made of one instant of the store. */
static enum err view_new(struct db *db, const struct view **ret, struct why *why)
{
	if (db_writing(db))
		return view_read(db, ret, why);
	enum err rc = db_snapshot(db, why);
	if (rc != OK)
		return rc;
	rc = view_read(db, ret, why);
	db_snapshot_end(db);
	return rc;
}

static void replace(struct registry *r, const struct view *fresh)
{
	pthread_mutex_lock(&r->lock);
	const struct view *old = r->current;
	bool newer = !old || old->edition < fresh->edition;
	if (newer)
		r->current = view_ref(fresh);
	pthread_mutex_unlock(&r->lock);
	if (newer)
		view_free(old);
}

enum err registry_take(struct registry *r, struct db *db, const struct view **ret, struct why *why)
{
	int64_t edition = 0;
	enum err rc = registry_edition(db, &edition, why);
	if (rc != OK)
		return rc;
	const struct view *view = registry_current(r);
	if (!view || view->edition != edition) {
		view_free(view);
		view = NULL;
		rc = view_new(db, &view, why);
		if (rc != OK)
			return rc;
		if (!db_writing(db)) /* else not committed yet: nobody else may see it */
			replace(r, view);
	}
	*ret = view;
	return OK;
}

static void view_release(void *arg)
{
	view_free(arg);
}

enum err registry_view(struct registry *r, struct db *db, struct arena *a, const struct view **ret,
		       struct why *why)
{
	const struct view *view = NULL;
	enum err rc = registry_take(r, db, &view, why);
	if (rc == OK) {
		arena_defer(a, view_release, (void *)(uintptr_t)view);
		*ret = view;
	}
	return rc;
}

enum err registry_touch(struct db *tx, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("UPDATE registry_edition SET n = n + 1"));
	return stmt_end(q, why);
}

int64_t view_edition(const struct view *v)
{
	return v->edition;
}

bool view_demonstration(const struct view *v)
{
	return v->demonstration;
}

size_t view_units(const struct view *v, const struct unit **ret)
{
	*ret = v->units;
	return v->n_units;
}

size_t view_indicators(const struct view *v, const struct indicator **ret)
{
	*ret = v->indicators;
	return v->n_indicators;
}

size_t view_checks(const struct view *v, const struct check_rule **ret)
{
	*ret = v->checks;
	return v->n_checks;
}

size_t view_code_items(const struct view *v, const struct code_item **ret)
{
	*ret = v->items;
	return v->n_items;
}

size_t view_events(const struct view *v, const struct unit_event **ret)
{
	*ret = v->events;
	return v->n_events;
}

size_t view_domains(const struct view *v, const struct domain **ret)
{
	*ret = v->domains;
	return v->n_domains;
}

/* The arrays are sorted by id, which is every struct's first member. */
static const void *by_id(const void *items, size_t n, size_t size, int64_t id)
{
	size_t low = 0;
	while (n > low) {
		size_t middle = low + (n - low) / 2;
		const void *item = (const char *)items + middle * size;
		int64_t here = *(const int64_t *)item;
		if (here == id)
			return item;
		if (here < id)
			low = middle + 1;
		else
			n = middle;
	}
	return NULL;
}

const struct unit *view_unit_id(const struct view *v, int64_t id)
{
	return by_id(v->units, v->n_units, sizeof(*v->units), id);
}

const struct indicator *view_indicator_id(const struct view *v, int64_t id)
{
	return by_id(v->indicators, v->n_indicators, sizeof(*v->indicators), id);
}

const struct domain *view_domain_id(const struct view *v, int64_t id)
{
	return by_id(v->domains, v->n_domains, sizeof(*v->domains), id);
}

static int64_t id_or_0(struct str s)
{
	int64_t id;
	return id_parse(s, &id, NULL) == OK ? id : 0;
}

const struct unit *view_unit(const struct view *v, struct str code)
{
	size_t low = 0, high = v->n_units;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(v->units_by_code[middle]->code, code);
		if (order == 0)
			return v->units_by_code[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return view_unit_id(v, id_or_0(code));
}

const struct indicator *view_indicator(const struct view *v, struct str code)
{
	size_t low = 0, high = v->n_indicators;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(v->indicators_by_code[middle]->code, code);
		if (order == 0)
			return v->indicators_by_code[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return view_indicator_id(v, id_or_0(code));
}

const struct code_item *view_code_item(const struct view *v, struct str list, struct str code)
{
	for (size_t i = 0; i < v->n_items; i++)
		if (str_eq(v->items[i].code, code) && str_eq(v->items[i].list, list))
			return &v->items[i];
	return NULL;
}
