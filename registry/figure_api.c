/* figure_api.c - reading figures: lists, totals, one figure and its lineage. */
#include "base/id.h"
#include "registry/figure_ask.h"
#include "registry/registry_routes.h"

#define FIGURES_PAGE 1000

static enum err get_figures(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct figure_query how = {0};
	struct figure *found = NULL;
	size_t n = 0;
	enum err rc = figure_ask(req, &v, &how, why);
	how.limit = (size_t)http_query_int(req, "limit", FIGURES_PAGE);
	if (rc == OK)
		rc = figure_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	figure_veil(req->app->access, req->who, found, n);
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++)
		figure_json(&w, v, &found[i]);
	http_list_end_id(&w, n == how.limit && n ? found[n - 1].id : 0);
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
	if (rc == OK &&
	    !figure_may(req->app->access, req->who, VERB_READ, v, ret->unit, ret->indicator))
		rc = fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
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
	figure_veil(req->app->access, req->who, &f, 1);
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

static enum err get_summary(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct figure_query how = {0};
	struct summary *sums = NULL;
	size_t n = 0;
	enum err rc = figure_ask(req, &v, &how, why);
	if (rc == OK && how.n_indicators != 1)
		rc = fail_at(why, ERR_INVALID, "indicator", "ask for exactly one indicator");
	if (rc == OK)
		rc = figure_totals(req->db, v, &how, req->arena, &sums, &n, why);
	if (rc != OK)
		return rc;
	const struct indicator *i = view_indicator_id(v, how.indicators[0]);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "indicator", i->code);
	jw_name(&w, "items");
	jw_array(&w);
	for (size_t k = 0; k < n; k++)
		summary_json(&w, &sums[k], figure_owing(v, &how, i, sums[k].period));
	http_list_end(&w, STR_NULL);
	return OK;
}

static const struct shape shapes[] = {
	{"period_kind", "'daily'|'weekly'|'monthly'|'quarterly'|'half_yearly'|'yearly'"},
	{"figure",
	 "{id:id indicator:text? unit:text? period:text breakdown:text value:text? "
	 "status:'submitted'|'approved'|'returned'|'withdrawn' flags:text[] current:bool revision:int "
	 "received:time remark:text? reason?:text? decision_remark?:text? decided?:time? "
	 "delivery:id?}"},
	{"total", "{period:text value:text? n:int of:int provisional:int updated:time?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/figures", PERMIT(VERB_READ, "figure"), get_figures,
	      "Figures in the order they were received", "Số liệu theo thứ tự nhận",
	      .flags = HTTP_SLOW, .params = figure_params, .answer = "{items:figure[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/figures/summary", PERMIT(VERB_READ, "figure"), get_summary,
	      "Totals of one indicator over units, by its own aggregation",
	      "Số tổng hợp của một chỉ tiêu theo cách tổng hợp của nó", .flags = HTTP_SLOW,
	      .params = figure_params, .answer = "{indicator:text items:total[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/figures/{id}", PERMIT(VERB_READ, "figure"), get_figure,
	      "One figure", "Một số liệu", .answer = "figure"),
};
const struct route_table figure_routes = {routes, ARRAY_LEN(routes), shapes};
