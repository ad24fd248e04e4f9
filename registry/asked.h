/* asked.h - what the query of a request names: units, indicators and domains by their codes.  A name that
 * is not known is ERR_INVALID with the parameter's name; one that is not given leaves NULL. */
#pragma once
#include "http/http.h"
struct domain;
struct indicator;
struct unit;
struct view;

MUST_USE enum err asked_unit(struct request *req, const struct view *v, const char *name,
			     const struct unit **ret, struct why *why);
/* It must be given, and the caller may do verb with things of the kind there. */
MUST_USE enum err asked_unit_for(struct request *req, const struct view *v, enum verb verb,
				 const char *kind, const struct unit **ret, struct why *why);
MUST_USE enum err asked_indicator(struct request *req, const struct view *v,
				  const struct indicator **ret, struct why *why);
MUST_USE enum err asked_domain(struct request *req, const struct view *v, const struct domain **ret,
			       struct why *why);
/* All of a repeated ?unit= and ?indicator=; more may be added by ARENA_APPEND. */
MUST_USE enum err asked_units(struct request *req, const struct view *v, int64_t **ret,
			      size_t *ret_n, struct why *why);
MUST_USE enum err asked_indicators(struct request *req, const struct view *v,
				   const struct indicator ***ret, size_t *ret_n, struct why *why);
/* Whose things of a kind a list shows: those of ?unit=, if the caller may read them there (ERR_FORBIDDEN),
 * else of all units where he may. */
MUST_USE enum err asked_whose(struct request *req, const struct view *v, const char *kind,
			      const int64_t **ret, size_t *ret_n, bool *ret_all, struct why *why);
