/* operate.h - the tables of routes of operate/. */
#pragma once
#include "http/http.h"

extern const struct route_table duty_routes, inspection_routes, reminder_routes, ladder_routes,
	violation_routes, predict_routes, nudge_routes, reminder_paper_routes;
extern const struct route_table quality_routes, quality_cell_routes, coverage_routes,
	exception_routes;
