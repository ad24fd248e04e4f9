/* image.h - the figures that count, in memory: an immutable picture of every current figure, series
 * by series, shared by all threads.  A picture taken after a commit contains that commit: each taking
 * reads the number of changes to figures in the store (one row) and, when it moved, only what came
 * since; series that did not change are shared with the picture before.  The first taking reads all:
 * about a second and 32 bytes a figure for a million.
 *
 *	const struct image *m = NULL;
 *	rc = image_view(images, req->db, req->arena, &m, why); */
#pragma once
#include "registry/figure.h"

struct images; /* the holder; one per process, thread-safe */
struct image;  /* immutable, reference-counted */

struct point { /* one figure */
	int64_t id, mantissa;
	usec received;
	int32_t period; /* ordinal */
	uint16_t flags; /* enum figure_flag */
	uint8_t scale;
	bool empty : 1, approved : 1;
};
struct series { /* one indicator, unit and breakdown, by the time */
	int64_t indicator, unit;
	enum period_kind kind;
	struct str breakdown;
	size_t n;
	const struct point *points; /* by period, one each */
};

struct images *images_new(void);
void images_free(struct images *h);
DEFINE_AUTO(images_free, struct images *)
MUST_USE enum err image_take(struct images *h, struct db *db, const struct image **ret,
			     struct why *why);
void image_free(const struct image *m);
DEFINE_AUTO(image_free, const struct image *)
/* The same, held until the arena is freed. */
MUST_USE enum err image_view(struct images *h, struct db *db, struct arena *a,
			     const struct image **ret, struct why *why);
/* Of figures that were listed otherwise, such as those known at a time. */
const struct image *image_of(const struct figure *figures, size_t n);

size_t image_figures(const struct image *m);
/* Every series of an indicator, by unit and breakdown; O(log n). */
size_t image_series(const struct image *m, int64_t indicator, const struct series *const **ret);
/* The first point of the period or later; s->n when there is none. */
size_t series_at(const struct series *s, int32_t period);
static inline struct decimal point_value(const struct point *p)
{
	return (struct decimal){p->mantissa, p->scale};
}
