/* figure_api.c - reading figures: lists, totals, one figure and its lineage. */
#include "base/id.h"
#include "http/http.h"
#include "registry/figure.h"
#include "registry/registry_routes.h"

#define FIGURES_PAGE 1000
#define FIGURES_MAX 5000
#define SUMMARY_MAX 200000 /* figures read for one total */

/* ?indicator=&unit=&under=&level= → the ids asked for, in *how. */
static enum err ask_indicators(struct request *req, const struct view *v, struct figure_query *how,
			       struct why *why)
{
	struct str *codes = NULL;
	size_t n = http_query_all(req, "indicator", &codes);
	int64_t *ids = ARENA_ARRAY(req->arena, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		const struct indicator *found = view_indicator(v, codes[i]);
		if (!found)
			return fail_at(why, ERR_INVALID, "indicator",
				       "there is no indicator with code \"" STR_FMT "\"", STR_ARG(codes[i]));
		ids[i] = found->id;
		how->period_kind = found->period;
	}
	how->indicators = ids;
	how->n_indicators = n;
	return OK;
}

static enum err ask_units(struct request *req, const struct view *v, struct figure_query *how,
			  struct why *why)
{
	struct str *codes = NULL, under = http_query(req, "under"), level = http_query(req, "level");
	size_t n = http_query_all(req, "unit", &codes);
	const struct unit *units;
	size_t all = view_units(v, &units);
	if (!n && !under.ptr && !level.ptr)
		return OK;
	const struct unit *root = under.ptr ? view_unit(v, under) : NULL;
	if (under.ptr && !root)
		return fail_at(why, ERR_INVALID, "under", "there is no unit with code \"" STR_FMT "\"",
			       STR_ARG(under));
	int64_t *ids = ARENA_ARRAY(req->arena, all + n, int64_t);
	size_t count = 0;
	for (size_t i = 0; i < n; i++) {
		const struct unit *found = view_unit(v, codes[i]);
		if (!found)
			return fail_at(why, ERR_INVALID, "unit", "there is no unit with code \"" STR_FMT "\"",
				       STR_ARG(codes[i]));
		ids[count++] = found->id;
	}
	for (size_t i = 0; i < all && (under.ptr || level.ptr); i++)
		if ((!root || view_within(v, units[i].id, root->id)) &&
		    (!level.ptr || (str_is(level, "commune") == unit_kind_is_commune(units[i].kind))))
			ids[count++] = units[i].id;
	how->units = ids;
	how->n_units = count;
	how->no_units = count == 0;
	return OK;
}

static enum err ask_period(struct request *req, const char *name, bool *ret_has, int32_t *ret,
			   struct figure_query *how, struct why *why)
{
	struct str text = http_query(req, name);
	struct period p;
	if (!text.ptr)
		return OK;
	enum err rc = period_parse(text, &p, why);
	if (rc != OK)
		return rc;
	if (how->n_indicators && p.kind != how->period_kind) /* "2026" for a monthly one: its months */
		p = period_at(how->period_kind,
			      strcmp(name, "from") == 0 ? period_start(p) : period_end(p) - 1);
	if (!how->n_indicators && (how->has_from || how->has_to) && p.kind != how->period_kind)
		return fail_at(why, ERR_INVALID, name, "from and to must be periods of one kind");
	how->period_kind = p.kind;
	*ret_has = true;
	*ret = p.ordinal;
	return OK;
}

static enum err ask(struct request *req, const struct view *v, struct figure_query *how,
		    struct why *why)
{
	struct str as_of = http_query(req, "as_of"), cursor = http_query(req, "cursor");
	enum err rc = ask_indicators(req, v, how, why);
	if (rc == OK)
		rc = ask_units(req, v, how, why);
	if (rc == OK)
		rc = ask_period(req, "from", &how->has_from, &how->from, how, why);
	if (rc == OK)
		rc = ask_period(req, "to", &how->has_to, &how->to, how, why);
	if (rc == OK && as_of.ptr)
		rc = time_parse(as_of, &how->as_of, why);
	if (rc == OK && cursor.len)
		rc = id_parse(cursor, &how->after, why);
	how->breakdown = http_query(req, "breakdown");
	how->revisions = str_is(http_query(req, "revisions"), "all");
	how->waiting = str_is(http_query(req, "status"), "submitted");
	how->reach = figure_reach(req->app->access, req->who, v, req->arena);
	return rc;
}

static enum err get_figures(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct figure_query how = {0};
	struct figure *found = NULL;
	size_t n = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = ask(req, v, &how, why);
	how.limit = (size_t)http_query_int(req, "limit", FIGURES_PAGE);
	if (rc == OK)
		rc = figure_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "items");
	jw_array(&w);
	for (size_t i = 0; i < n; i++)
		figure_json(&w, v, &found[i]);
	jw_array_end(&w);
	jw_m_id(&w, "next", n == how.limit && n ? found[n - 1].id : 0);
	jw_object_end(&w);
	return OK;
}

/* The figure of the path, if the caller may read it; else it does not exist for him. */
static enum err figure_of_path(struct request *req, const struct view *v, struct figure *ret,
			       struct why *why)
{
	int64_t id = 0;
	enum err rc = id_parse(http_path(req, "id"), &id, why);
	if (rc == OK)
		rc = figure_get(req->db, id, req->arena, ret, why);
	if (rc == OK && !figure_readable(req->app->access, req->who, v, ret))
		rc = fail(why, ERR_NOT_FOUND, "there is no such figure");
	return rc;
}

static enum err get_figure(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct figure f;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = figure_of_path(req, v, &f, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	figure_json(&w, v, &f);
	return OK;
}

/* -- totals -- */
static void summary_json(struct jw *w, const struct summary *s, size_t of)
{
	struct figure total = {.value = s->value, .empty = !s->defined};
	jw_object(w);
	jw_m_period(w, "period", s->period);
	jw_name(w, "value");
	figure_json_value(w, &total);
	jw_m_int(w, "n", (int64_t)s->n);
	jw_m_int(w, "of", (int64_t)of);
	jw_m_int(w, "provisional", (int64_t)s->provisional);
	jw_m_time(w, "updated", s->updated);
	jw_object_end(w);
}

/* How many units owe it for a period, among those asked for. */
static size_t owing(const struct view *v, const struct figure_query *how, const struct indicator *i,
		    struct period p)
{
	const struct unit *units;
	size_t n = view_units(v, &units), count = 0;
	for (size_t k = 0; k < n; k++) {
		bool asked = how->n_units == 0 && !how->no_units;
		for (size_t m = 0; m < how->n_units && !asked; m++)
			asked = how->units[m] == units[k].id;
		count += asked && unit_owes(&units[k], i, p);
	}
	return count;
}

/* Values of the weighting indicator for the same question. */
static enum err weights_of(struct request *req, const struct view *v, const struct indicator *i,
			   const struct figure_query *asked, struct weight **ret, size_t *ret_n,
			   struct why *why)
{
	const struct indicator *by = i->weight.len ? view_indicator(v, i->weight) : NULL;
	if (i->over_units != AGGREGATE_WEIGHTED || !by)
		return OK;
	struct figure_query how = *asked;
	struct figure *found = NULL;
	size_t n = 0;
	how.indicators = &by->id;
	how.breakdown = STR("");
	if (by->period != i->period)
		how.has_from = how.has_to = false;
	enum err rc = figure_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	struct weight *weights = ARENA_ARRAY(req->arena, n, struct weight);
	for (size_t k = 0; k < n; k++)
		weights[k] = (struct weight){found[k].unit, found[k].period, decimal_double(found[k].value)};
	*ret = weights;
	*ret_n = n;
	return OK;
}

static enum err get_summary(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct figure_query how = {.limit = SUMMARY_MAX};
	struct figure *found = NULL;
	struct weight *weights = NULL;
	struct summary *sums = NULL;
	size_t n = 0, n_weights = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = ask(req, v, &how, why);
	if (rc == OK && how.n_indicators != 1)
		rc = fail_at(why, ERR_INVALID, "indicator", "ask for exactly one indicator");
	if (rc == OK)
		rc = figure_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	const struct indicator *i = view_indicator_id(v, how.indicators[0]);
	rc = weights_of(req, v, i, &how, &weights, &n_weights, why);
	if (rc != OK)
		return rc;
	n = figure_summarise(i, found, n, weights, n_weights, req->arena, &sums);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "indicator", i->code);
	jw_name(&w, "items");
	jw_array(&w);
	for (size_t k = 0; k < n; k++)
		summary_json(&w, &sums[k], owing(v, &how, i, sums[k].period));
	jw_array_end(&w);
	jw_name(&w, "next");
	jw_null(&w);
	jw_object_end(&w);
	return OK;
}

static const struct http_param list_params[] = {
	{.name = "indicator", .type = PARAM_TEXT, .repeated = true, .max = 64, .help = "Code; may be repeated"},
	{.name = "unit", .type = PARAM_TEXT, .repeated = true, .max = 64, .help = "Code; may be repeated"},
	{.name = "under", .type = PARAM_TEXT, .max = 64, .help = "Code of a unit: it and all below it"},
	{.name = "level", .type = PARAM_TEXT, .max = 16, .help = "commune: communes, wards and special zones"},
	{.name = "from", .type = PARAM_PERIOD, .help = "First period"},
	{.name = "to", .type = PARAM_PERIOD, .help = "Last period"},
	{.name = "as_of", .type = PARAM_TIME, .help = "What was known at that time"},
	{.name = "breakdown", .type = PARAM_TEXT, .max = 200, .help = "sex=female; empty: only undivided"},
	{.name = "revisions", .type = PARAM_TEXT, .max = 8, .help = "all: every revision"},
	{.name = "status", .type = PARAM_TEXT, .max = 16, .help = "submitted: only those not decided"},
	{.name = "cursor", .type = PARAM_TEXT, .max = 64, .help = "From the previous answer's next"},
	{.name = "limit", .type = PARAM_INT, .min = 1, .max = FIGURES_MAX, .help = "At most so many"},
	{.name = NULL},
};

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/figures", PERMIT(VERB_READ, "figure"), get_figures,
	      "Figures in the order they were received", "Số liệu theo thứ tự nhận", .params = list_params),
	ROUTE(HTTP_GET, "/api/v1/figures/summary", PERMIT(VERB_READ, "figure"), get_summary,
	      "Totals of one indicator over units, by its own aggregation",
	      "Số tổng hợp của một chỉ tiêu theo cách tổng hợp của nó", .flags = HTTP_SLOW,
	      .params = list_params),
	ROUTE(HTTP_GET, "/api/v1/figures/{id}", PERMIT(VERB_READ, "figure"), get_figure,
	      "One figure", "Một số liệu"),
};
const struct route_table figure_routes = {routes, ARRAY_LEN(routes)};
