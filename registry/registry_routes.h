/* registry_routes.h - the tables of routes of registry/. */
#pragma once
#include "http/http.h"

extern const struct route_table registry_routes, figure_routes, figure_file_routes,
	consultation_routes;
