/* operate.h - the tables of routes of operate/. */
#pragma once
#include "http/http.h"

struct exception;
struct unit;
struct view;
/* What operate/ must ask of a room beside it; given by app/, handlers find it in req->app->operate. */
struct operate_asks {
	/* Indices that fall (exception.h), seen from a unit with the rights of the caller. */
	MUST_USE enum err (*falls)(struct request *req, const struct view *v, const struct unit *of,
				   struct exception **ret, size_t *ret_n, struct why *why);
};

extern const struct route_table duty_routes, inspection_routes, reminder_routes, ladder_routes,
	violation_routes, predict_routes, nudge_routes, reminder_paper_routes;
extern const struct route_table quality_routes, quality_cell_routes, coverage_routes,
	exception_routes, effort_routes;
