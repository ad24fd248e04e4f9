/* analyze.h - what analyze/ keeps in memory for its routes; one per process, thread-safe.  Handlers
 * find it in req->app->analyze. */
#pragma once
#include "http/http.h"

struct images;
struct finders;
struct analyze {
	struct images *images;	 /* the figures that count */
	struct finders *finders; /* what search looks in */
};
struct analyze *analyze_new(void);
void analyze_free(struct analyze *a);
DEFINE_AUTO(analyze_free, struct analyze *)

extern const struct route_table dashboard_routes, formula_routes, index_routes, pivot_routes,
	relation_routes, search_routes;
extern const struct record dashboard_record;
