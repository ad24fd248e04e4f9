#include "base/id.h"
#include "base/period.h"
#include "http/internal.h"

static enum err split(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	struct str rest = p->raw_query;
	if (rest.len == 0)
		return OK;
	p->query_names = ARENA_ARRAY(req->arena, HTTP_QUERY_MAX, struct str);
	p->query_values = ARENA_ARRAY(req->arena, HTTP_QUERY_MAX, struct str);
	while (rest.ptr) {
		struct str value = STR_NULL;
		struct str pair = str_until(rest, '&', &rest);
		if (pair.len == 0)
			continue;
		if (p->n_query == HTTP_QUERY_MAX)
			return fail(why, ERR_INVALID, "more than %d parameters", HTTP_QUERY_MAX);
		struct str name = str_until(pair, '=', &value);
		enum err rc =
			percent_decode(req->arena, name, true, &p->query_names[p->n_query], why);
		if (rc == OK)
			rc = percent_decode(req->arena, value, true, &p->query_values[p->n_query],
					    why);
		if (rc != OK)
			return rc;
		p->n_query++;
	}
	return OK;
}

static enum err check_value(const struct http_param *param, struct str value, struct why *why)
{
	int64_t number = 0;
	struct date date;
	struct period period;
	usec time = 0;
	switch (param->type) {
	case PARAM_INT:
		return str_int(value, param->min, param->max ? param->max : INT64_MAX, &number,
			       why);
	case PARAM_ID:
		return id_parse(value, &number, why);
	case PARAM_BOOL:
		if (str_is(value, "true") || str_is(value, "false"))
			return OK;
		return fail(why, ERR_INVALID, "must be true or false");
	case PARAM_DATE:
		return date_parse(value, &date, why);
	case PARAM_TIME:
		return time_parse(value, &time, why);
	case PARAM_PERIOD:
		return period_parse(value, &period, why);
	case PARAM_TEXT:
		break;
	}
	if (param->max && value.len > (size_t)param->max)
		return fail(why, ERR_INVALID, "must have at most %lld bytes",
			    (long long)param->max);
	return OK;
}

static const struct http_param *known(const struct route *route, struct str name)
{
	for (const struct http_param *k = route->params; k && k->name; k++)
		if (str_is(name, k->name))
			return k;
	return NULL;
}

static void list_known(struct request *req, struct str name)
{
	struct str names = STR("");
	for (const struct http_param *k = req->route->params; k && k->name; k++)
		names = arena_fmt(req->arena, STR_FMT "%s%s", STR_ARG(names), names.len ? ", " : "",
				  k->name);
	if (names.len)
		problem_add(&req->problems, name,
			    "is not a parameter of this address; known: " STR_FMT, STR_ARG(names));
	else
		problem_add(&req->problems, name, "this address takes no parameters");
}

static void check_one(struct request *req, size_t i)
{
	struct http_private *p = req->private;
	struct str name = p->query_names[i];
	const struct http_param *param = known(req->route, name);
	struct why reason = {0};
	if (!param) {
		if (!(req->route->flags & HTTP_ANY_QUERY))
			list_known(req, name);
		return;
	}
	for (size_t before = 0; before < i && !param->repeated; before++)
		if (str_eq(p->query_names[before], name)) {
			problem_add(&req->problems, name, "is given more than once");
			return;
		}
	if (check_value(param, p->query_values[i], &reason) != OK)
		problem_add(&req->problems, name, BOTH_FMT, WHY_ARG(reason));
}

enum err query_read(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	enum err rc = split(req, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < p->n_query; i++)
		check_one(req, i);
	for (const struct http_param *k = req->route->params; k && k->name; k++)
		if (k->required && !http_query(req, k->name).ptr)
			problem_add(&req->problems, str_of(k->name), "is required");
	if (req->problems.n)
		return fail(why, ERR_INVALID, "the address has parameters that cannot be used");
	return OK;
}

enum err http_ask_again(const struct request *req, const struct http_param *params,
			struct str query, struct request **ret, struct why *why)
{
	struct request *again = ARENA_NEW(req->arena, struct request);
	struct http_private *p = ARENA_NEW(req->arena, struct http_private);
	struct route *route = ARENA_NEW(req->arena, struct route);
	*again = *req;
	*p = *req->private;
	*route = *req->route;
	route->params = params;
	p->raw_query = query;
	p->n_query = 0;
	again->private = p;
	again->route = route;
	again->problems = (struct problems){.arena = req->arena};
	enum err rc = query_read(again, why);
	if (again->problems.n)
		return fail(why, ERR_INVALID, STR_FMT ": " BOTH_FMT,
			    STR_ARG(again->problems.items[0].at),
			    PROBLEM_ARG(again->problems.items[0]));
	*ret = again;
	return rc;
}

struct str http_query(const struct request *req, const char *name)
{
	const struct http_private *p = req->private;
	for (size_t i = 0; i < p->n_query; i++)
		if (str_is(p->query_names[i], name))
			return p->query_values[i];
	return STR_NULL;
}

size_t http_query_all(const struct request *req, const char *name, struct str **ret)
{
	const struct http_private *p = req->private;
	size_t n = 0;
	*ret = ARENA_ARRAY(req->arena, p->n_query + 1, struct str);
	for (size_t i = 0; i < p->n_query; i++) {
		size_t same = 0;
		if (!str_is(p->query_names[i], name))
			continue;
		while (same < n && !str_eq((*ret)[same], p->query_values[i]))
			same++;
		if (same == n)
			(*ret)[n++] = p->query_values[i];
	}
	return n;
}

size_t http_query_list(const struct request *req, struct str **ret_names, struct str **ret_values)
{
	*ret_names = req->private->query_names;
	*ret_values = req->private->query_values;
	return req->private->n_query;
}

int64_t http_query_int(const struct request *req, const char *name, int64_t otherwise)
{
	int64_t value = otherwise;
	struct str text = http_query(req, name);
	if (text.ptr && str_int(text, INT64_MIN, INT64_MAX, &value, NULL) != OK)
		return otherwise;
	return value;
}

bool http_query_date(const struct request *req, const char *name, struct date *ret)
{
	struct str text = http_query(req, name);
	return text.ptr && date_parse(text, ret, NULL) == OK;
}
