#include "analyze/testing.h"

void desk_renew(struct desk *d)
{
	struct why why = {0};
	assert_ok(registry_view(d->r, d->db, d->a, &d->v, &why), why);
}

struct desk desk_open(const struct testbed *bed)
{
	struct desk d = {.s = registry_open(bed),
			 .r = registry_new(),
			 .images = images_new(),
			 .a = arena_new()};
	struct why why = {0};
	registry_fill(d.s);
	assert_ok(store_take(d.s, &d.db, &why), why);
	desk_renew(&d);
	return d;
}

void desk_close(struct desk *d)
{
	store_give(d->db);
	arena_free(d->a);
	images_free(d->images);
	registry_free(d->r);
	store_close(d->s);
}

struct figure desk_give(struct desk *d, const char *unit, const char *indicator, const char *period,
			const char *breakdown, const char *value)
{
	struct figure f = figure_of(d->v, unit, indicator, period, value);
	f.breakdown = str_of(breakdown);
	figure_give(d->s, &f);
	return f;
}

const struct image *desk_image(struct desk *d)
{
	const struct image *m = NULL;
	struct why why = {0};
	assert_ok(image_view(d->images, d->db, d->a, &m, &why), why);
	return m;
}
