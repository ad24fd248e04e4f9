/* collect.h - what the files of collect/ share, and its tables of routes. */
#pragma once
#include "collect/delivery.h"
#include "collect/sandbox.h"
#include "http/http.h"

extern const struct route_table delivery_routes, upload_routes, grid_routes, approval_routes,
	lineage_routes, overview_routes, file_routes;

struct memory;

/* A delivery on its way through one request. */
struct submission {
	struct delivery delivery;
	struct checked *cells;
	size_t n;
	const struct view *view;
	const struct memory *remember; /* how the file was read; NULL: not to be remembered */
	bool all, dry_run;
};
/* What any way of sending may say of the work it was: ?spent=&pasted= of a route. */
#define EFFORT_PARAMS                                                                              \
	{.name = "spent",                                                                          \
	 .type = PARAM_INT,                                                                        \
	 .min = 0,                                                                                 \
	 .max = 86400,                                                                             \
	 .help = "Seconds of work that the figures took"},                                         \
	{                                                                                          \
		.name = "pasted", .type = PARAM_INT, .min = 0, .max = DELIVERY_CELLS_MAX,          \
		.help = "How many of the figures were pasted"                                      \
	}
/* Check the cells, store what is good, answer. */
MUST_USE enum err submission_run(struct request *req, struct submission *s,
				 const struct cell *cells, size_t n, struct why *why);
void submission_answer(struct request *req, const struct submission *s);
/* The delivery named by {id}, if the caller may read it. */
MUST_USE enum err delivery_of_path(struct request *req, struct delivery *ret, struct why *why);
/* May the caller have its file?  Nobody knows before it is read whether it holds restricted figures, so
 * the files of units that report such are for its sender and for who reads the unit's restricted figures. */
MUST_USE enum err delivery_file_require(struct request *req, const struct delivery *d,
					struct why *why);
