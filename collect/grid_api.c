/* grid_api.c - what a unit owes and the grid in which it is typed: owed, grid, drafts. */
#include "base/id.h"
#include "base/text.h"
#include "collect/draft.h"
#include "collect/owed.h"
#include "collect/past.h"
#include "collect/resolve.h"
#include "registry/asked.h"

#define GRID_BACK (45 * USEC_DAY)
#define GRID_AHEAD (100 * USEC_DAY)

/* The unit of ?unit=, if the caller may do verb with its figures. */
static enum err unit_of_query(struct request *req, enum verb verb, const struct view **ret_view,
			      const struct unit **ret, struct why *why)
{
	enum err rc = registry_view(req->app->registry, req->db, req->arena, ret_view, why);
	return rc == OK ? asked_unit_for(req, *ret_view, verb, "figure", ret, why) : rc;
}

/* -- GET /api/v1/owed -- */
static void owed_json(struct jw *w, const struct owed *o)
{
	jw_object(w);
	jw_m_str(w, "unit", o->unit->code);
	jw_m_str(w, "indicator", o->indicator->code);
	jw_m_str(w, "name_vi", o->indicator->name_vi);
	jw_m_str(w, "name_en", o->indicator->name_en);
	jw_m_period(w, "period", o->period);
	jw_m_time(w, "deadline", o->deadline);
	jw_m_cstr(w, "state", duty_state_name(o->state));
	jw_m_id(w, "duty", o->duty);
	jw_m_bool(w, "met_late", o->met_late);
	jw_m_time(w, "met", o->met);
	jw_m_id(w, "figure", o->figure);
	jw_name(w, "status");
	if (o->met)
		jw_cstr(w, figure_status_name(o->status));
	else
		jw_null(w);
	jw_object_end(w);
}

static void owed_answer(struct request *req, const struct owed *items, size_t n)
{
	int64_t counts[DUTY_STATES] = {0}, late_met = 0;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++) {
		owed_json(&w, &items[i]);
		counts[items[i].state]++;
		late_met += items[i].met_late;
	}
	jw_array_end(&w);
	jw_name(&w, "next");
	jw_null(&w);
	jw_name(&w, "summary");
	jw_object(&w);
	for (int s = 0; s < DUTY_STATES; s++)
		jw_m_int(&w, duty_state_name((enum duty_state)s), counts[s]);
	jw_m_int(&w, "met_late", late_met);
	jw_object_end(&w);
	jw_object_end(&w);
}

static enum err get_owed(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	const struct unit *u = NULL;
	struct date day;
	enum err rc = unit_of_query(req, VERB_READ, &v, &u, why);
	if (rc != OK)
		return rc;
	struct owed_query how = {v, u, req->now - GRID_BACK, req->now + GRID_AHEAD, req->now};
	if (http_query_date(req, "from", &day))
		how.from = date_start(day);
	if (http_query_date(req, "to", &day))
		how.to = date_start(day) + USEC_DAY - 1;
	if (how.to - how.from > 800 * USEC_DAY)
		rc = fail_at(why, ERR_INVALID, "from", "ask for at most 800 days at a time");
	struct owed *items = NULL;
	size_t n = 0;
	if (rc == OK)
		rc = owed_list(req->db, &how, req->arena, &items, &n, why);
	if (rc == OK)
		owed_answer(req, items, n);
	return rc;
}

/* -- GET /api/v1/grid -- */
struct grid {
	struct request *req;
	const struct view *view;
	const struct unit *unit;
	const struct draft *drafts;
	size_t n_drafts;
	struct jw w;
};

static void limit_json(struct jw *w, const char *name, struct limit l)
{
	struct figure f = {.value = l.value, .empty = !l.given};
	jw_name(w, name);
	figure_json_value(w, &f);
}

static void draft_json(struct grid *g, const struct figure *key)
{
	const struct draft *d = draft_find(g->drafts, g->n_drafts, key);
	jw_name(&g->w, "draft");
	if (!d) {
		jw_null(&g->w);
		return;
	}
	jw_object(&g->w);
	jw_m_str(&g->w, "value", d->value);
	jw_m_str(&g->w, "remark", d->remark);
	jw_m_time(&g->w, "changed", d->changed);
	jw_object_end(&g->w);
}

static void row_head(struct grid *g, const struct owed *o, struct str breakdown,
		     const struct code_item *item)
{
	struct jw *w = &g->w;
	const struct indicator *i = o->indicator;
	const struct domain *d = view_domain_id(g->view, i->domain);
	jw_m_str(w, "indicator", i->code);
	jw_m_str(w, "name_vi", i->name_vi);
	jw_m_str(w, "name_en", i->name_en);
	jw_m_str(w, "domain", d ? d->code : STR_NULL);
	jw_m_str(w, "measure_vi", i->measure_vi);
	jw_m_str(w, "measure_en", i->measure_en);
	jw_m_period(w, "period", o->period);
	jw_m_str(w, "breakdown", breakdown);
	jw_m_str(w, "breakdown_vi", item ? item->name_vi : STR_NULL);
	jw_m_str(w, "breakdown_en", item ? item->name_en : STR_NULL);
	jw_m_time(w, "deadline", o->deadline);
	jw_m_int(w, "decimals", i->decimals);
	limit_json(w, "min", i->min);
	limit_json(w, "max", i->max);
	jw_name(w, "sum_of");
	jw_array(w);
	for (size_t k = 0; k < i->n_parts; k++)
		jw_str(w, i->parts[k]);
	jw_array_end(w);
}

static enum err row_json(struct grid *g, const struct owed *o, struct str breakdown,
			 const struct code_item *item, struct why *why)
{
	struct figure key = {.unit = g->unit->id,
			     .indicator = o->indicator->id,
			     .period = o->period,
			     .breakdown = breakdown};
	struct figure now = {0};
	enum err rc = figure_current(g->req->db, &key, g->req->arena, &now, why);
	bool sent = rc == OK;
	if (rc != OK && rc != ERR_NOT_FOUND)
		return rc;
	jw_object(&g->w);
	row_head(g, o, breakdown, item);
	rc = past_json(&g->w, g->req->db, o->indicator, &key, g->req->arena, why);
	jw_name(&g->w, "current");
	if (sent)
		figure_json(&g->w, g->view, &now);
	else
		jw_null(&g->w);
	draft_json(g, &key);
	jw_m_cstr(&g->w, "state",
		  sent ? figure_status_name(now.status) : duty_state_name(o->state));
	jw_object_end(&g->w);
	return rc;
}

/* Those of figures that the caller may send: what is not sent yet is nobody else's business. */
static enum err drafts_of(struct request *req, const struct view *v, const struct unit *u,
			  struct draft **ret, size_t *ret_n, struct why *why)
{
	size_t n = 0;
	enum err rc = draft_list(req->db, u->id, req->arena, ret, &n, why);
	*ret_n = 0;
	for (size_t i = 0; i < n && rc == OK; i++)
		if (figure_may(req->app->access, req->who, VERB_SUBMIT, v, u->id,
			       (*ret)[i].key.indicator))
			(*ret)[(*ret_n)++] = (*ret)[i];
	return rc;
}

/* The undivided figure, then the items of its required breakdowns. */
static enum err rows_json(struct grid *g, const struct owed *o, struct why *why)
{
	const struct code_item *items;
	size_t n = view_code_items(g->view, &items);
	enum err rc = row_json(g, o, STR(""), NULL, why);
	for (size_t b = 0; b < o->indicator->n_breakdowns && rc == OK; b++) {
		struct breakdown by = o->indicator->breakdowns[b];
		for (size_t i = 0; i < n && by.required && rc == OK; i++)
			if (str_eq(items[i].list, by.list))
				rc = row_json(g, o,
					      arena_fmt(g->req->arena, STR_FMT "=" STR_FMT,
							STR_ARG(by.list), STR_ARG(items[i].code)),
					      &items[i], why);
	}
	return rc;
}

/* Of one indicator's periods (they come by deadline): the newest that has begun, and the one
 * before it as long as it was not sent. */
static bool wanted(const struct owed *items, size_t n, size_t at, usec now)
{
	const struct owed *o = &items[at];
	int later = 0;
	for (size_t i = at + 1; i < n; i++)
		later += items[i].indicator == o->indicator && period_start(items[i].period) <= now;
	if (period_start(o->period) > now)
		return false;
	return later == 0 || (later == 1 && owed_open(o));
}

static enum err grid_rows(struct grid *g, const struct period *only, struct why *why)
{
	usec now = g->req->now, from = now - GRID_BACK, to = now + GRID_AHEAD;
	if (only) {
		from = period_start(*only) - GRID_AHEAD;
		to = period_end(*only) + 400 * USEC_DAY;
	}
	struct owed_query how = {g->view, g->unit, from, to, now};
	struct owed *items = NULL;
	size_t n = 0;
	const struct access *x = g->req->app->access;
	enum err rc = only ? owed_within(g->req->db, &how, *only, g->req->arena, &items, &n, why)
			   : owed_list(g->req->db, &how, g->req->arena, &items, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++)
		if ((only || wanted(items, n, i, now)) &&
		    figure_may(x, g->req->who, VERB_READ, g->view, g->unit->id,
			       items[i].indicator->id))
			rc = rows_json(g, &items[i], why);
	return rc;
}

static enum err get_grid(struct request *req, struct why *why)
{
	struct grid g = {.req = req};
	struct draft *drafts = NULL;
	struct period only;
	enum err rc = unit_of_query(req, VERB_READ, &g.view, &g.unit, why);
	struct str period = http_query(req, "period");
	if (rc == OK && period.ptr)
		rc = period_parse(period, &only, why);
	if (rc != OK)
		return rc;
	bool may_submit = access_may(req->app->access, req->who, VERB_SUBMIT, "figure", g.unit->id);
	rc = drafts_of(req, g.view, g.unit, &drafts, &g.n_drafts, why);
	if (rc != OK)
		return rc;
	g.drafts = drafts;
	g.w = http_jw(req);
	jw_object(&g.w);
	jw_m_str(&g.w, "unit", g.unit->code);
	jw_m_str(&g.w, "name_vi", g.unit->name_vi);
	jw_m_str(&g.w, "name_en", g.unit->name_en);
	jw_m_bool(&g.w, "may_submit", may_submit);
	jw_m_time(&g.w, "now", req->now);
	jw_name(&g.w, "rows");
	jw_array(&g.w);
	rc = grid_rows(&g, period.ptr ? &only : NULL, why);
	jw_array_end(&g.w);
	jw_object_end(&g.w);
	return rc;
}

/* -- drafts -- */
static enum err draft_of_body(struct request *req, struct draft *d, struct why *why)
{
	const struct json *body = NULL;
	const struct view *v = NULL;
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc != OK)
		return rc;
	const struct unit *u = view_unit(v, json_get_str(body, "unit"));
	const struct indicator *i = view_indicator(v, json_get_str(body, "indicator"));
	if (!u || !i)
		return fail_at(why, ERR_INVALID, u ? "/indicator" : "/unit", "is not known");
	rc = figure_require(req->app->access, req->who, VERB_SUBMIT, v, u->id, i->id, why);
	if (rc != OK)
		return rc;
	*d = (struct draft){
		.key = {.unit = u->id, .indicator = i->id},
		.value = json_get_str(body, "value"),
		.remark = json_get_str(body, "remark"),
		.actor = req->who->user,
		.changed = req->now,
	};
	const struct check_context c = {.view = v, .arena = req->arena};
	if (!resolve_breakdown(&c, i, json_get_str(body, "breakdown"), &d->key.breakdown))
		return fail_at(why, ERR_INVALID, "/breakdown",
			       "is not one of this indicator: write it like sex=female");
	if (d->value.len > DRAFT_VALUE_MAX || d->remark.len > DRAFT_REMARK_MAX)
		return fail_at(why, ERR_INVALID, "/value",
			       "a draft holds at most %d bytes of value and %d of remark",
			       DRAFT_VALUE_MAX, DRAFT_REMARK_MAX);
	if (d->remark.len)
		rc = text_clean(req->arena, d->remark, &d->remark, why);
	if (rc == OK && d->value.len)
		rc = text_clean(req->arena, d->value, &d->value, why);
	return rc == OK ? period_parse(json_get_str(body, "period"), &d->key.period, why) : rc;
}

static enum err put_draft_change(struct request *req, void *arg, struct why *why)
{
	const struct draft *d = arg;
	enum err rc = draft_put(req->db, d, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_time(&w, "changed", d->changed);
	jw_object_end(&w);
	return OK;
}

static enum err put_draft(struct request *req, struct why *why)
{
	struct draft *d = ARENA_NEW(req->arena, struct draft);
	enum err rc = draft_of_body(req, d, why);
	return rc == OK ? http_write(req, put_draft_change, d, why) : rc;
}

static enum err get_drafts(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	const struct unit *u = NULL;
	struct draft *drafts = NULL;
	size_t n = 0;
	enum err rc = unit_of_query(req, VERB_SUBMIT, &v, &u, why);
	if (rc == OK)
		rc = drafts_of(req, v, u, &drafts, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t k = 0; k < n; k++) {
		const struct indicator *i = view_indicator_id(v, drafts[k].key.indicator);
		jw_object(&w);
		jw_m_str(&w, "unit", u->code);
		jw_m_str(&w, "indicator", i ? i->code : STR_NULL);
		jw_m_period(&w, "period", drafts[k].key.period);
		jw_m_str(&w, "breakdown", drafts[k].key.breakdown);
		jw_m_str(&w, "value", drafts[k].value);
		jw_m_str(&w, "remark", drafts[k].remark);
		jw_m_time(&w, "changed", drafts[k].changed);
		jw_object_end(&w);
	}
	http_list_end(&w, STR_NULL);
	return OK;
}

static const struct http_param owed_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .required = true,
	 .max = 64,
	 .help = "Code of the unit"},
	{.name = "from",
	 .type = PARAM_DATE,
	 .help = "First day of the deadlines; default 45 days ago"},
	{.name = "to",
	 .type = PARAM_DATE,
	 .help = "Last day of the deadlines; default in 100 days"},
	{.name = NULL},
};
static const struct http_param grid_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .required = true,
	 .max = 64,
	 .help = "Code of the unit"},
	{.name = "period",
	 .type = PARAM_PERIOD,
	 .help = "Only what is reported for it; default: what is due now"},
	{.name = NULL},
};
static const struct http_param unit_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .required = true,
	 .max = 64,
	 .help = "Code of the unit"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"owed_item",
	 "{unit:text indicator:text name_vi:text name_en:text period:text deadline:time "
	 "state:'due'|'late'|'met'|'excused' duty:id? met_late:bool met:time? figure:id? "
	 "status:text?}"},
	{"past_value", "{period:text value:text?}"},
	{"grid_row",
	 "{indicator:text name_vi:text name_en:text domain:text? measure_vi:text measure_en:text "
	 "period:text breakdown:text breakdown_vi:text? breakdown_en:text? deadline:time "
	 "decimals:int min:text? max:text? sum_of:text[] history:past_value[] range:number[]? "
	 "current:figure? draft:{value:text? remark:text? changed:time}? state:text}"},
	{"grid", "{unit:text name_vi:text name_en:text may_submit:bool now:time rows:grid_row[]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/owed", PERMIT(VERB_READ, "figure"), get_owed,
	      "What a unit owes by when, and what came", "Đơn vị còn nợ gì, hạn nào, đã nộp gì",
	      .flags = HTTP_SLOW, .params = owed_params,
	      .answer =
		      "{items:owed_item[] next:text? summary:{due:int late:int met:int met_late:int "
		      "excused?:int}}"),
	ROUTE(HTTP_GET, "/api/v1/grid", PERMIT(VERB_READ, "figure"), get_grid,
	      "The entry grid of a unit: what is due, with history and drafts",
	      "Bảng nhập của đơn vị: chỉ tiêu đến hạn, lịch sử và bản nháp", .flags = HTTP_SLOW,
	      .params = grid_params, .answer = "grid"),
	ROUTE(HTTP_PUT, "/api/v1/drafts", PERMIT(VERB_SUBMIT, "figure"), put_draft,
	      "Keep one cell that is not sent yet; an empty one is forgotten",
	      "Lưu nháp một ô chưa gửi; ô trống thì xóa nháp", .body_max = 16384,
	      .body = "{unit:text indicator:text period:text breakdown:text value:text remark:text}",
	      .answer = "{changed:time}"),
	ROUTE(HTTP_GET, "/api/v1/drafts", PERMIT(VERB_SUBMIT, "figure"), get_drafts,
	      "Cells of a unit that are not sent yet", "Các ô chưa gửi của đơn vị",
	      .params = unit_params),
};
const struct route_table grid_routes = {routes, ARRAY_LEN(routes), shapes};
