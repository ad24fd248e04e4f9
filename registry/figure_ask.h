/* figure_ask.h - the question that lists, totals and files of figures share: its parameters and how
 * they become a struct figure_query. */
#pragma once
#include "http/http.h"
#include "registry/figure.h"

extern const struct http_param figure_params[];
/* The caller's view of the registry and his question; his rights are in how->reach. */
MUST_USE enum err figure_ask(struct request *req, const struct view **ret_view,
			     struct figure_query *how, struct why *why);
