#include "registry/asked.h"

#include "registry/registry.h"

static enum err find_unit(const struct view *v, const char *name, struct str code,
			  const struct unit **ret, struct why *why)
{
	*ret = view_unit(v, code);
	return *ret ? OK
		    : fail_at(why, ERR_INVALID, name, "there is no unit with code \"" STR_FMT "\"",
			      STR_ARG(code));
}

static enum err find_indicator(const struct view *v, struct str code, const struct indicator **ret,
			       struct why *why)
{
	*ret = view_indicator(v, code);
	return *ret ? OK
		    : fail_at(why, ERR_INVALID, "indicator",
			      "there is no indicator with code \"" STR_FMT "\"", STR_ARG(code));
}

enum err asked_unit(struct request *req, const struct view *v, const char *name,
		    const struct unit **ret, struct why *why)
{
	struct str code = http_query(req, name);
	*ret = NULL;
	return code.ptr ? find_unit(v, name, code, ret, why) : OK;
}

enum err asked_unit_for(struct request *req, const struct view *v, enum verb verb, const char *kind,
			const struct unit **ret, struct why *why)
{
	enum err rc = find_unit(v, "unit", http_query(req, "unit"), ret, why);
	return rc == OK ? access_require(req->app->access, req->who, verb, kind, (*ret)->id, why)
			: rc;
}

enum err asked_indicator(struct request *req, const struct view *v, const struct indicator **ret,
			 struct why *why)
{
	struct str code = http_query(req, "indicator");
	*ret = NULL;
	return code.ptr ? find_indicator(v, code, ret, why) : OK;
}

enum err asked_domain(struct request *req, const struct view *v, const struct domain **ret,
		      struct why *why)
{
	struct str code = http_query(req, "domain");
	const struct domain *all;
	size_t n = view_domains(v, &all);
	*ret = NULL;
	for (size_t i = 0; i < n && code.ptr && !*ret; i++)
		if (str_eq(all[i].code, code))
			*ret = &all[i];
	return *ret || !code.ptr
		       ? OK
		       : fail_at(why, ERR_INVALID, "domain",
				 "there is no domain with code \"" STR_FMT "\"", STR_ARG(code));
}

enum err asked_units(struct request *req, const struct view *v, int64_t **ret, size_t *ret_n,
		     struct why *why)
{
	struct str *codes = NULL;
	const struct unit *found = NULL;
	size_t n = http_query_all(req, "unit", &codes);
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		rc = find_unit(v, "unit", codes[i], &found, why);
		if (rc == OK)
			*ARENA_APPEND(req->arena, *ret, *ret_n) = found->id;
	}
	return rc;
}

enum err asked_indicators(struct request *req, const struct view *v, const struct indicator ***ret,
			  size_t *ret_n, struct why *why)
{
	struct str *codes = NULL;
	const struct indicator *found = NULL;
	size_t n = http_query_all(req, "indicator", &codes);
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		rc = find_indicator(v, codes[i], &found, why);
		if (rc == OK)
			*ARENA_APPEND(req->arena, *ret, *ret_n) = found;
	}
	return rc;
}

enum err asked_whose(struct request *req, const struct view *v, const char *kind,
		     const int64_t **ret, size_t *ret_n, bool *ret_all, struct why *why)
{
	const struct access *access = req->app->access;
	const struct unit *u = NULL;
	int64_t *units = NULL;
	enum err rc = asked_unit(req, v, "unit", &u, why);
	if (rc == OK && u)
		rc = access_require(access, req->who, VERB_READ, kind, u->id, why);
	if (rc != OK)
		return rc;
	if (u) {
		*ret = &u->id;
		*ret_n = 1;
		*ret_all = false;
		return OK;
	}
	*ret_n = access_units(access, req->who, VERB_READ, kind, req->arena, &units, ret_all);
	*ret = units;
	return OK;
}
