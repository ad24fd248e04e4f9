/* inspection_api.c - the operator's Monday: the week's list, ticking units in and out, issuing. */
#include "base/id.h"
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "registry/asked.h"
#include "registry/figure.h"

#define REVIEWS_MAX 1000

struct monday {
	struct showing show;
	struct ladder ladder;
};

static int64_t count_of(const struct monday *m, int64_t unit)
{
	for (size_t i = 0; i < m->ladder.n; i++)
		if (m->ladder.items[i].unit == unit)
			return m->ladder.items[i].count;
	return 0;
}

/* The step that exactly the next reminder would reach; NULL: none. */
static const struct step *step_at(const struct monday *m, int64_t reminders)
{
	for (size_t i = m->ladder.n_steps; i-- > 0;)
		if (m->ladder.steps[i].reminders == reminders)
			return &m->ladder.steps[i];
	return NULL;
}

static enum err item_json(struct monday *m, const struct reminder *r, struct why *why)
{
	struct jw *w = &m->show.w;
	int64_t count = count_of(m, r->unit);
	jw_object(w);
	enum err rc = reminder_json(&m->show, r, true, why);
	jw_m_int(w, "count", count);
	jw_m_int(w, "would_be", count + !r->issued.at);
	jw_name(w, "would_reach");
	step_json(w, r->issued.at ? NULL : step_at(m, count + 1));
	jw_object_end(w);
	return rc;
}

/* The week asked for, else the newest that was inspected. */
static enum err week_of_query(struct request *req, int64_t *ret, usec *ret_cutoff, struct why *why)
{
	struct period week = {PERIOD_WEEKLY, 0};
	struct str text = http_query(req, "week");
	enum err rc = text.ptr ? period_parse(text, &week, why) : OK;
	if (rc == OK && week.kind != PERIOD_WEEKLY)
		rc = fail_at(why, ERR_INVALID, "week", "name a week like 2026-W47");
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		req->db,
		SQL("SELECT week, cutoff FROM inspection WHERE week = $1 OR $2 = 1 ORDER BY "
		    "week DESC LIMIT 1"));
	stmt_bind_int(q, 1, week.ordinal);
	stmt_bind_int(q, 2, !text.ptr);
	bool found = stmt_row(q);
	*ret = found	  ? stmt_int(q, 0)
	       : text.ptr ? week.ordinal
			  : period_at(PERIOD_WEEKLY, req->now).ordinal;
	*ret_cutoff = found ? stmt_int(q, 1) : 0;
	return stmt_end(q, why);
}

static void sums_json(struct jw *w, const struct reminder *r, size_t n)
{
	int64_t units = 0, late = 0, issued = 0;
	for (size_t i = 0; i < n; i++) {
		units += r[i].late > 0;
		late += r[i].late;
		issued += r[i].issued.at > 0;
	}
	jw_m_int(w, "reminders", units);
	jw_m_int(w, "duties", late);
	jw_m_int(w, "issued", issued);
}

static enum err answer_week(struct monday *m, int64_t week, usec cutoff, struct why *why)
{
	struct request *req = m->show.req;
	struct reminder_query how = {.week_given = true, .week = week}, whose = {0};
	struct reminder *found = NULL;
	size_t n = 0, out = 0;
	enum err rc = asked_whose(req, m->show.view, "reminder", &how.units, &how.n_units,
				  &how.all_units, why);
	whose = (struct reminder_query){
		.all_units = how.all_units, .units = how.units, .n_units = how.n_units};
	if (rc == OK)
		rc = reminder_list(req->db, &how, req->arena, &found, &n, why);
	if (rc == OK)
		rc = ladder_read(req->db, &whose, date_local(req->now).year, req->now, req->arena,
				 &m->ladder, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (reminder_visible(req, &found[i]))
			found[out++] = found[i];
	m->show.w = http_jw(req);
	struct jw *w = &m->show.w;
	jw_object(w);
	jw_m_period(w, "week", (struct period){PERIOD_WEEKLY, (int32_t)week});
	jw_m_time(w, "cutoff", cutoff);
	sums_json(w, found, out);
	jw_name(w, "items");
	jw_array(w);
	for (size_t i = 0; i < out && rc == OK; i++)
		rc = item_json(m, &found[i], why);
	jw_array_end(w);
	jw_object_end(w);
	return rc;
}

static enum err get_inspections(struct request *req, struct why *why)
{
	struct monday m = {.show = {.req = req}};
	int64_t week = 0;
	usec cutoff = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &m.show.view, why);
	if (rc == OK)
		rc = week_of_query(req, &week, &cutoff, why);
	return rc == OK ? answer_week(&m, week, cutoff, why) : rc;
}

static enum err inspect_change(struct request *req, void *arg, struct why *why)
{
	struct inspected *made = arg;
	struct monday m = {.show = {.req = req}};
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &m.show.view, why);
	if (rc == OK)
		rc = inspection_compute(req->db, m.show.view, req->now, req->who->user, made, why);
	return rc == OK ? answer_week(&m, made->week, made->cutoff, why) : rc;
}

static enum err post_inspections(struct request *req, struct why *why)
{
	enum err rc = access_require(req->app->access, req->who, VERB_CREATE, "reminder", 0, why);
	return rc == OK ? http_write(req, inspect_change, ARENA_NEW(req->arena, struct inspected),
				     why)
			: rc;
}

/* -- review and issue: several at once, all or nothing -- */
struct chosen {
	int64_t id;
	bool in;
	struct str remark;
};
struct choosing {
	struct chosen *items;
	size_t n;
};

static enum err choose_one(struct request *req, const struct json *j, bool issue,
			   struct chosen *ret, struct why *why)
{
	struct reminder r;
	const struct json *in = issue ? NULL : json_get(j, "in");
	*ret = (struct chosen){.remark = STR("")};
	enum err rc = id_parse(issue ? j->text : json_get_str(j, "id"), &ret->id, why);
	if (rc == OK)
		rc = reminder_get(req->db, ret->id, req->arena, &r, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_CHANGE, "reminder", r.unit,
				    why);
	if (rc != OK || issue)
		return rc;
	if (!in || in->type != JSON_BOOL)
		return fail_at(why, ERR_INVALID, "/reminders",
			       "say of each {\"id\", \"in\": true or false, \"remark\"}");
	ret->in = in->boolean;
	rc = words_of_body(req, j, "remark", !ret->in, &ret->remark, why);
	return rc;
}

static enum err choosing(struct request *req, bool issue, struct choosing **ret, struct why *why)
{
	const struct json *body = NULL;
	struct choosing *c = ARENA_NEW(req->arena, struct choosing);
	enum err rc = http_json(req, &body, why);
	const struct json *list = rc == OK ? json_get(body, "reminders") : NULL;
	if (rc != OK)
		return rc;
	if (!list || list->type != JSON_ARRAY || list->n == 0 || list->n > REVIEWS_MAX)
		return fail_at(why, ERR_INVALID, "/reminders", "give 1 to %d reminders",
			       REVIEWS_MAX);
	*c = (struct choosing){ARENA_ARRAY(req->arena, list->n, struct chosen), 0};
	for (; c->n < list->n && rc == OK; c->n++)
		rc = choose_one(req, &list->items[c->n], issue, &c->items[c->n], why);
	*ret = c;
	return rc;
}

static enum err answer_all(struct request *req, const struct choosing *c, struct why *why)
{
	struct showing x = {.req = req};
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &x.view, why);
	if (rc != OK)
		return rc;
	x.w = http_list(req);
	for (size_t i = 0; i < c->n && rc == OK; i++) {
		struct reminder r;
		rc = reminder_get(req->db, c->items[i].id, req->arena, &r, why);
		jw_object(&x.w);
		if (rc == OK)
			rc = reminder_json(&x, &r, false, why);
		jw_object_end(&x.w);
	}
	http_list_end(&x.w, STR_NULL);
	return rc;
}

static enum err review_change(struct request *req, void *arg, struct why *why)
{
	const struct choosing *c = arg;
	enum err rc = OK;
	for (size_t i = 0; i < c->n && rc == OK; i++) {
		struct reminder r;
		struct act what = {req->now, req->who->user, c->items[i].remark};
		rc = reminder_get(req->db, c->items[i].id, req->arena, &r, why);
		if (rc == OK)
			rc = reminder_review(req->db, &r, c->items[i].in, &what, why);
	}
	return rc == OK ? answer_all(req, c, why) : rc;
}

static enum err issue_change(struct request *req, void *arg, struct why *why)
{
	const struct choosing *c = arg;
	const struct view *v = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	for (size_t i = 0; i < c->n && rc == OK; i++) {
		struct reminder r;
		struct act what = {req->now, req->who->user, STR_NULL};
		rc = reminder_get(req->db, c->items[i].id, req->arena, &r, why);
		if (rc == OK)
			rc = reminder_issue(req->db, v, &r, &what, req->arena, why);
	}
	return rc == OK ? answer_all(req, c, why) : rc;
}

static enum err post_review(struct request *req, struct why *why)
{
	struct choosing *c = NULL;
	enum err rc = choosing(req, false, &c, why);
	return rc == OK ? http_write(req, review_change, c, why) : rc;
}

static enum err post_issue(struct request *req, struct why *why)
{
	struct choosing *c = NULL;
	enum err rc = choosing(req, true, &c, why);
	return rc == OK ? http_write(req, issue_change, c, why) : rc;
}

static const struct http_param week_params[] = {
	{.name = "week",
	 .type = PARAM_PERIOD,
	 .help = "A week like 2026-W47; default: the newest inspected"},
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"week_item", "{..with_evidence count:int would_be:int would_reach:step?}"},
	{"week", "{week:text cutoff:time? reminders:int duties:int issued:int items:week_item[]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/inspections", PERMIT(VERB_READ, "reminder"), get_inspections,
	      "The inspection of a week: who was late, since when, which time this year, what the next means",
	      "Kiểm tra tuần: đơn vị chậm, chậm bao lâu, lần thứ mấy trong năm, bậc tiếp theo",
	      .flags = HTTP_SLOW, .params = week_params, .answer = "week"),
	ROUTE(HTTP_POST, "/api/v1/inspections", PERMIT(VERB_CREATE, "reminder"), post_inspections,
	      "Inspect now: drafts nobody has reviewed are made anew",
	      "Kiểm tra ngay: lập lại các dự thảo chưa soát xét", .answer = "week"),
	ROUTE(HTTP_POST, "/api/v1/inspections/review", PERMIT(VERB_CHANGE, "reminder"), post_review,
	      "Tick units in, or out with a remark", "Chọn đơn vị để nhắc, hoặc bỏ ra kèm lý do",
	      .body_max = 262144, .body = "{reminders:{id:id in:bool remark?:text}[]}",
	      .answer = "{items:reminder[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/reminders/issue", PERMIT(VERB_CHANGE, "reminder"), post_issue,
	      "Issue reviewed reminders: each gets the next number of the year",
	      "Phát hành các nhắc nhở đã soát xét, đánh số trong năm", .flags = HTTP_IDEMPOTENT,
	      .body_max = 65536, .body = "{reminders:id[]}",
	      .answer = "{items:reminder[] next:text?}"),
};
const struct route_table inspection_routes = {routes, ARRAY_LEN(routes), shapes};
