/* testing.h - a store with the small province of registry/testing.h, its view and pictures. */
#pragma once
#include "analyze/image.h"
#include "registry/testing.h"

struct desk {
	struct store *s;
	struct registry *r;
	struct images *images;
	struct db *db;
	struct arena *a;
	const struct view *v;
};
struct desk desk_open(const struct testbed *bed);
void desk_close(struct desk *d);
/* A figure of the breakdown ("" undivided), stored in a change of its own. */
struct figure desk_give(struct desk *d, const char *unit, const char *indicator, const char *period,
			const char *breakdown, const char *value);
/* The picture of now. */
const struct image *desk_image(struct desk *d);
/* The view of now, after the registry changed. */
void desk_renew(struct desk *d);
