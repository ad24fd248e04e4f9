/* approval_api.c - figures that wait for a decision, and the decision. */
#include "base/id.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/past.h"
#include "collect/plan.h"
#include "core/journal.h"
#include "registry/asked.h"

#define APPROVALS_PAGE 100
#define APPROVALS_MAX 500
#define DECISIONS_MAX 2000
#define REMARK_MAX 1000

/* "sex=female" → the item's names, for one list. */
static void breakdown_json(struct jw *w, const struct view *v, struct str breakdown)
{
	struct str code, list = str_until(breakdown, '=', &code);
	const struct code_item *item = breakdown.len ? view_code_item(v, list, code) : NULL;
	jw_m_str(w, "breakdown_vi", item ? item->name_vi : STR_NULL);
	jw_m_str(w, "breakdown_en", item ? item->name_en : STR_NULL);
}

/* A figure with what the approver compares it to, unless the call does not want it. */
static enum err waiting_json(struct jw *w, struct request *req, const struct view *v,
			     const struct figure *f, struct why *why)
{
	bool past = !str_is(http_query(req, "past"), "false");
	const struct indicator *i = past ? view_indicator_id(v, f->indicator) : NULL;
	enum err rc = OK;
	jw_object(w);
	figure_json_members(w, v, f);
	breakdown_json(w, v, f->breakdown);
	if (i)
		rc = past_json(w, req->db, i, f, req->arena, why);
	jw_object_end(w);
	return rc;
}

static enum err get_approvals(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc != OK)
		return rc;
	struct figure_query how = {
		.reach = figure_reach(req->app->access, req->who, VERB_APPROVE, v, req->arena),
		.waiting = true,
		.limit = (size_t)http_query_int(req, "limit", APPROVALS_PAGE),
	};
	struct str cursor = http_query(req, "cursor");
	const struct unit *u = NULL;
	rc = asked_unit(req, v, "unit", &u, why);
	if (u) {
		how.units = &u->id;
		how.n_units = 1;
	}
	if (rc == OK && cursor.len)
		rc = id_parse(cursor, &how.after, why);
	struct figure *found = NULL;
	size_t n = 0;
	if (rc == OK)
		rc = figure_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n && rc == OK; i++)
		rc = waiting_json(&w, req, v, &found[i], why);
	http_list_end_id(&w, n == how.limit && n ? found[n - 1].id : 0);
	return rc;
}

struct decision {
	int64_t *ids;
	size_t n;
	enum figure_status status;
	struct str remark;
};

/* The remark stays with the figure when that is restricted: the journal has more readers. */
static enum err journal_decision(struct request *req, const struct decision *d,
				 const struct figure *f, bool restricted, struct journal_entry *ret,
				 struct why *why)
{
	AUTO(buf_release) struct buf data;
	buf_init(&data, 8192);
	struct jw w;
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_id(&w, "figure", f->id);
	jw_m_int(&w, "revision", f->revision);
	jw_m_cstr(&w, "decision", figure_status_name(d->status));
	jw_m_str(&w, "remark", restricted ? STR_NULL : d->remark);
	jw_object_end(&w);
	*ret = (struct journal_entry){
		.at = req->now,
		.kind = d->status == FIGURE_APPROVED ? STR("figure.approved")
						     : STR("figure.returned"),
		.actor = req->who->user,
		.unit = f->unit,
		.subject = STR("figure"),
		.subject_id = f->id,
		.data = arena_str(req->arena, buf_str(&data)),
	};
	return buf_end(&data, why);
}

static enum err decide_one(struct request *req, const struct decision *d, const struct view *v,
			   int64_t id, struct journal_entry *ret, struct why *why)
{
	struct figure f;
	enum err rc = figure_get(req->db, id, req->arena, &f, why);
	if (rc == OK)
		rc = figure_require(req->app->access, req->who, VERB_APPROVE, v, f.unit,
				    f.indicator, why);
	if (rc == OK && f.actor == req->who->user)
		rc = fail(why, ERR_FORBIDDEN,
			  "nobody decides on figures that he sent himself: ask another approver");
	if (rc == OK)
		rc = figure_decide(req->db, &f, d->status, d->remark, req->who->user, req->now,
				   why);
	if (rc == OK && d->status == FIGURE_RETURNED)
		rc = plan_settle(req->db, &f, why);
	bool restricted = rc == OK && view_restricted(v, f.indicator);
	return rc == OK ? journal_decision(req, d, &f, restricted, ret, why) : rc;
}

/* All or nothing: a page of decisions that half holds would have to be read again cell by cell. */
static enum err decide_change(struct request *req, void *arg, struct why *why)
{
	const struct decision *d = arg;
	struct journal_entry *entries = ARENA_ARRAY(req->arena, d->n, struct journal_entry);
	const struct view *v = NULL;
	enum err rc = figure_turn(req->db, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	for (size_t i = 0; i < d->n && rc == OK; i++)
		rc = decide_one(req, d, v, d->ids[i], &entries[i], why);
	if (rc == OK)
		rc = journal_append_all(req->db, entries, d->n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_int(&w, "decided", (int64_t)d->n);
	jw_object_end(&w);
	return OK;
}

static enum err decision_word(const struct json *body, struct decision *d, struct why *why)
{
	struct str word = json_get_str(body, "decision");
	if (!str_is(word, "approve") && !str_is(word, "return"))
		return fail_at(why, ERR_INVALID, "/decision", "must be \"approve\" or \"return\"");
	d->status = str_is(word, "approve") ? FIGURE_APPROVED : FIGURE_RETURNED;
	return OK;
}

static enum err decision_remark(struct request *req, const struct json *body, struct decision *d,
				struct why *why)
{
	d->remark = str_trim(json_get_str(body, "remark"));
	if (d->status == FIGURE_RETURNED && d->remark.len == 0)
		return fail_at(why, ERR_INVALID, "/remark",
			       "say why it is returned, so that the unit can mend it");
	if (d->remark.len > REMARK_MAX)
		return fail_at(why, ERR_INVALID, "/remark", "is longer than %d bytes", REMARK_MAX);
	return d->remark.len ? text_clean(req->arena, d->remark, &d->remark, why) : OK;
}

static enum err decision_figures(struct request *req, const struct json *body, struct decision *d,
				 struct why *why)
{
	const struct json *figures = json_get(body, "figures");
	if (!figures || figures->type != JSON_ARRAY || figures->n == 0 ||
	    figures->n > DECISIONS_MAX)
		return fail_at(why, ERR_INVALID, "/figures", "give the ids of 1 to %d figures",
			       DECISIONS_MAX);
	d->ids = ARENA_ARRAY(req->arena, figures->n, int64_t);
	for (; d->n < figures->n; d->n++) {
		enum err rc = id_parse(figures->items[d->n].text, &d->ids[d->n], why);
		if (rc != OK)
			return rc;
	}
	return OK;
}

static enum err post_approvals(struct request *req, struct why *why)
{
	const struct json *body = NULL;
	struct decision *d = ARENA_NEW(req->arena, struct decision);
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = decision_word(body, d, why);
	if (rc == OK)
		rc = decision_remark(req, body, d, why);
	if (rc == OK)
		rc = decision_figures(req, body, d, why);
	return rc == OK ? http_write(req, decide_change, d, why) : rc;
}

static const struct http_param list_params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	HTTP_PAGE_PARAMS(APPROVALS_MAX),
	{.name = "past",
	 .type = PARAM_BOOL,
	 .help = "false: without the history and the usual range of each"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"waiting_figure",
	 "{..figure breakdown_vi:text? breakdown_en:text? history?:past_value[] range?:number[]?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/approvals", PERMIT(VERB_APPROVE, "figure"), get_approvals,
	      "Figures that wait for your decision, with what came before", "Số liệu chờ duyệt",
	      .flags = HTTP_SLOW, .params = list_params,
	      .answer = "{items:waiting_figure[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/approvals", PERMIT(VERB_APPROVE, "figure"), post_approvals,
	      "Approve figures, or return them with a remark",
	      "Duyệt số liệu hoặc trả lại kèm lý do", .flags = HTTP_IDEMPOTENT, .body_max = 65536,
	      .body = "{figures:id[] decision:'approve'|'return' remark?:text}",
	      .answer = "{decided:int}"),
};
const struct route_table approval_routes = {routes, ARRAY_LEN(routes), shapes};
