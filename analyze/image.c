/* image.c - pictures of the figures that count; see image.h. */
#include "analyze/image.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A series in memory: its points and breakdown lie in the same piece. */
struct kept {
	struct series series; /* first: what readers see */
	_Atomic int64_t refs;
};
struct image {
	_Atomic int64_t refs;
	int64_t turn;
	size_t n, n_figures;
	const struct series *series[]; /* struct kept, by indicator, unit, breakdown, kind */
};
struct images {
	pthread_mutex_t lock; /* guards current; a leaf: nothing is locked under it */
	const struct image *current;
};

static struct kept *kept_of(const struct series *s)
{
	return (struct kept *)(uintptr_t)s;
}

static void series_unref(const struct series *s)
{
	if (atomic_fetch_sub_explicit(&kept_of(s)->refs, 1, memory_order_acq_rel) == 1)
		free(kept_of(s));
}

static const struct series *series_ref(const struct series *s)
{
	atomic_fetch_add_explicit(&kept_of(s)->refs, 1, memory_order_relaxed);
	return s;
}

static struct image *image_new(size_t room)
{
	struct image *m = calloc(1, sizeof(*m) + room * sizeof(const struct series *));
	assert(m);
	atomic_init(&m->refs, 1);
	return m;
}

void image_free(const struct image *m)
{
	struct image *ours = (struct image *)(uintptr_t)m;
	if (!ours || atomic_fetch_sub_explicit(&ours->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < ours->n; i++)
		series_unref(ours->series[i]);
	free(ours);
}

static const struct image *image_ref(const struct image *m)
{
	if (m)
		atomic_fetch_add_explicit(&((struct image *)(uintptr_t)m)->refs, 1,
					  memory_order_relaxed);
	return m;
}

struct images *images_new(void)
{
	struct images *h = calloc(1, sizeof(*h));
	assert(h);
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void images_free(struct images *h)
{
	if (!h)
		return;
	image_free(h->current);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* -- what was read from the store, on its way into series -- */
struct news {
	struct series key; /* n 0; the breakdown lies in `texts` or is the caller's */
	struct point point;
	bool current;
};
struct reading {
	struct news *items;
	size_t n, cap;
	struct arena *texts;
	struct str last; /* breakdown copied last: most rows have none or the same */
};

static void news_add(void *arg, const struct figure *f)
{
	struct reading *r = arg;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 1024;
		r->items = realloc(r->items, r->cap * sizeof(*r->items));
		assert(r->items);
	}
	if (f->breakdown.len && !str_eq(f->breakdown, r->last))
		r->last = arena_str(r->texts, f->breakdown);
	r->items[r->n++] = (struct news){
		.key = {.indicator = f->indicator,
			.unit = f->unit,
			.kind = f->period.kind,
			.breakdown = f->breakdown.len ? r->last : STR("")},
		.point = {.id = f->id,
			  .mantissa = f->value.mantissa,
			  .received = f->received,
			  .period = f->period.ordinal,
			  .flags = (uint16_t)f->flags,
			  .scale = (uint8_t)f->value.scale,
			  .empty = f->empty,
			  .approved = f->status == FIGURE_APPROVED},
		.current = f->current,
	};
}

static int series_cmp(const struct series *a, const struct series *b)
{
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	int order = str_cmp(a->breakdown, b->breakdown);
	return order ? order : (int)a->kind - (int)b->kind;
}

/* By series and period; of one period what no longer counts comes first. */
static int news_cmp(const void *left, const void *right)
{
	const struct news *a = left, *b = right;
	int order = series_cmp(&a->key, &b->key);
	if (order == 0)
		order = (a->point.period > b->point.period) - (a->point.period < b->point.period);
	return order ? order : (int)a->current - (int)b->current;
}

/* What stands for one period: the point before (may be NULL) unless its news say otherwise. */
static const struct point *point_renew(const struct point *before, const struct news *news,
				       size_t n)
{
	const struct point *last = before;
	for (size_t j = 0; j < n; j++)
		if (news[j].current)
			last = &news[j].point;
		else if (last && last->id == news[j].point.id)
			last = NULL;
	return last;
}

static const struct point *next_point(const struct series *old, size_t i)
{
	return old && i < old->n ? &old->points[i] : NULL;
}

/* Points of the series before (may be NULL) and its news, both by period, become one list. */
static size_t points_merge(const struct series *old, const struct news *news, size_t n,
			   struct point *ret)
{
	size_t out = 0, i = 0, j = 0;
	for (const struct point *p; (p = next_point(old, i)) || j < n;) {
		if (j == n || (p && p->period < news[j].point.period)) {
			ret[out++] = *p;
			i++;
			continue;
		}
		size_t from = j;
		while (j < n && news[j].point.period == news[from].point.period)
			j++;
		bool same = p && p->period == news[from].point.period;
		const struct point *last = point_renew(same ? p : NULL, news + from, j - from);
		if (last)
			ret[out++] = *last;
		i += same;
	}
	return out;
}

/* A series out of the one before (may be NULL) and its news.  NULL: nothing is left. */
static const struct series *series_renew(const struct series *old, const struct news *news,
					 size_t n)
{
	size_t room = (old ? old->n : 0) + n, len = news->key.breakdown.len;
	struct kept *k = malloc(sizeof(*k) + room * sizeof(struct point) + len + 1);
	assert(k);
	struct point *points = (struct point *)(void *)(k + 1);
	size_t out = points_merge(old, news, n, points);
	if (out == 0) {
		free(k);
		return NULL;
	}
	char *breakdown = (char *)(points + room);
	if (len)
		memcpy(breakdown, news->key.breakdown.ptr, len);
	breakdown[len] = '\0';
	k->series = news->key;
	k->series.breakdown = (struct str){breakdown, len};
	k->series.n = out;
	k->series.points = points;
	atomic_init(&k->refs, 1);
	return &k->series;
}

static void image_add(struct image *m, const struct series *s)
{
	if (!s)
		return;
	m->series[m->n++] = s;
	m->n_figures += s->n;
}

/* A picture out of the one before (may be NULL) and sorted news. */
static struct image *image_renew(const struct image *old, const struct news *news, size_t n)
{
	size_t i = 0, n_old = old ? old->n : 0, fresh = n > 0;
	for (size_t k = 1; k < n; k++)
		fresh += series_cmp(&news[k - 1].key, &news[k].key) != 0;
	struct image *m = image_new(n_old + fresh);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && series_cmp(&news[from].key, &news[to].key) == 0;)
			to++;
		int order = 1;
		while (i < n_old && (order = series_cmp(old->series[i], &news[from].key)) < 0)
			image_add(m, series_ref(old->series[i++]));
		const struct series *before = i < n_old && order == 0 ? old->series[i++] : NULL;
		image_add(m, series_renew(before, news + from, to - from));
	}
	while (i < n_old)
		image_add(m, series_ref(old->series[i++]));
	return m;
}

static struct image *image_read_end(struct reading *r, const struct image *old)
{
	if (r->n)
		qsort(r->items, r->n, sizeof(*r->items), news_cmp);
	struct image *m = image_renew(old, r->items, r->n);
	free(r->items);
	arena_free(r->texts);
	return m;
}

const struct image *image_of(const struct figure *figures, size_t n)
{
	struct reading r = {.texts = arena_new()};
	for (size_t i = 0; i < n; i++) {
		struct figure f = figures[i];
		f.current = true; /* it counted then */
		news_add(&r, &f);
	}
	return image_read_end(&r, NULL);
}

/* One instant of the store: its number of changes, and what they did since the picture before. */
static enum err image_read(struct db *db, const struct image *old, struct image **ret,
			   struct why *why)
{
	int64_t turn = 0;
	struct reading r = {.texts = arena_new()};
	enum err rc = db_snapshot(db, why);
	if (rc == OK) {
		rc = figure_turns(db, &turn, why);
		if (rc == OK)
			rc = figure_scan(db, old ? old->turn : 0, news_add, &r, why);
		db_snapshot_end(db);
	}
	struct image *m = image_read_end(&r, old);
	m->turn = turn;
	if (rc == OK)
		*ret = m;
	else
		image_free(m);
	return rc;
}

static const struct image *images_current(struct images *h)
{
	pthread_mutex_lock(&h->lock);
	const struct image *m = image_ref(h->current);
	pthread_mutex_unlock(&h->lock);
	return m;
}

static void replace(struct images *h, const struct image *fresh)
{
	pthread_mutex_lock(&h->lock);
	const struct image *old = h->current;
	bool newer = !old || old->turn < fresh->turn;
	if (newer)
		h->current = image_ref(fresh);
	pthread_mutex_unlock(&h->lock);
	if (newer)
		image_free(old);
}

enum err image_take(struct images *h, struct db *db, const struct image **ret, struct why *why)
{
	int64_t turn = 0;
	enum err rc = figure_turns(db, &turn, why);
	if (rc != OK)
		return rc;
	const struct image *current = images_current(h);
	if (!current || current->turn != turn) {
		struct image *fresh = NULL;
		/* since 0 would read everything, and is what an empty centre has */
		rc = image_read(db, current && current->turn > 0 ? current : NULL, &fresh, why);
		image_free(current);
		if (rc != OK)
			return rc;
		replace(h, fresh);
		current = fresh;
	}
	*ret = current;
	return OK;
}

static void release(void *arg)
{
	image_free(arg);
}

enum err image_view(struct images *h, struct db *db, struct arena *a, const struct image **ret,
		    struct why *why)
{
	const struct image *m = NULL;
	enum err rc = image_take(h, db, &m, why);
	if (rc == OK) {
		arena_defer(a, release, (void *)(uintptr_t)m);
		*ret = m;
	}
	return rc;
}

size_t image_figures(const struct image *m)
{
	return m->n_figures;
}

size_t image_series(const struct image *m, int64_t indicator, const struct series *const **ret)
{
	size_t low = 0, high = m->n, end;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (m->series[middle]->indicator < indicator)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < m->n && m->series[end]->indicator == indicator;)
		end++;
	*ret = m->series + low;
	return end - low;
}

size_t series_at(const struct series *s, int32_t period)
{
	size_t low = 0, high = s->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->points[middle].period < period)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
