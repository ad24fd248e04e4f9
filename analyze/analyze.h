/* analyze.h - the tables of routes of analyze/. */
#pragma once
#include "http/http.h"

extern const struct route_table formula_routes, index_routes;
