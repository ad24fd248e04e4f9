/* duty_api.c - what is owed, over all the reader's units; excuses; settings and what they mean. */
#include "base/id.h"
#include "base/text.h"
#include "collect/plan.h"
#include "core/duty.h"
#include "core/setting.h"
#include "operate/nudge.h"
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "registry/asked.h"
#include "registry/records.h"

#define DUTIES_PAGE 100
#define DUTIES_MAX 1000
#define DUTIES_BACK (45 * USEC_DAY)

/* -- GET /api/v1/duties -- */
struct asked {
	const struct view *view;
	struct refs *refs;
	struct duty_query how;
	struct nudges nudged;
};

static enum err ask_what(struct request *req, struct asked *q, struct why *why)
{
	struct str state = http_query(req, "state");
	const struct indicator *i = NULL;
	enum duty_state wanted;
	q->how.state = -1;
	q->how.kind = http_query(req, "kind");
	if (state.ptr) {
		enum err rc = duty_state_parse(state, &wanted, why);
		if (rc != OK)
			return rc;
		q->how.state = (int)wanted;
	}
	enum err rc = asked_indicator(req, q->view, &i, why);
	if (rc == OK && i) {
		q->how.subject = i->id;
		q->how.kind = STR(DUTY_FIGURE);
	}
	return rc;
}

/* What is open is few whatever its age; the rest is shown as far back as asked for. */
static enum err ask_when(struct request *req, struct asked *q, struct why *why)
{
	struct duty last;
	struct str cursor = http_query(req, "cursor");
	struct date day;
	enum err rc = OK;
	bool open = q->how.state == DUTY_DUE || q->how.state == DUTY_LATE;
	q->how.now = req->now;
	q->how.from = open ? 0 : req->now - DUTIES_BACK;
	if (http_query_date(req, "from", &day))
		q->how.from = date_start(day);
	q->how.to = http_query_date(req, "to", &day) ? date_start(day) + USEC_DAY - 1 : 0;
	if (cursor.len)
		rc = id_parse(cursor, &q->how.after, why);
	if (rc == OK && cursor.len)
		rc = duty_get(req->db, q->how.after, req->arena, &last, why);
	if (rc == ERR_NOT_FOUND)
		rc = fail_at(why, ERR_INVALID, "cursor",
			     "this place in the list is gone: begin again");
	if (rc == OK && cursor.len)
		q->how.after_until = last.until;
	return rc;
}

static void met_json(struct jw *w, const struct duty *d)
{
	jw_m_time(w, "met", d->met.at);
	jw_m_bool(w, "met_late", duty_met_late(d));
	jw_m_id(w, "met_by", d->met.by);
	jw_name(w, "evidence");
	if (!d->met.at) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_int(w, "server", d->met.server);
	jw_m_int(w, "seq", d->met.seq);
	jw_object_end(w);
}

static void excuse_json(struct jw *w, const struct asked *q, const struct duty *d)
{
	jw_name(w, "excuse");
	if (!d->excused) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_time(w, "at", d->excused);
	jw_m_id(w, "by", d->excused_by);
	jw_m_str(w, "reason", d->excuse);
	jw_m_str(w, "document",
		 d->excuse_document ? refs_code(q->refs, &document_record, d->excuse_document)
				    : STR_NULL);
	jw_object_end(w);
}

static void duty_json(struct jw *w, const struct asked *q, const struct duty *d)
{
	const struct nudge *nudged = nudge_of(&q->nudged, d->id);
	jw_object(w);
	jw_m_id(w, "id", d->id);
	unit_json(w, q->view, d->key.unit);
	jw_m_str(w, "kind", d->key.kind);
	jw_m_id(w, "subject", d->key.subject);
	duty_about_json(w, q->view, d);
	jw_m_time(w, "due", d->due);
	jw_m_time(w, "deadline", d->until);
	jw_m_bool(w, "moved_by_outage", d->until != d->due);
	jw_m_cstr(w, "state", duty_state_name(duty_state(d, q->how.now)));
	met_json(w, d);
	excuse_json(w, q, d);
	jw_m_time(w, "nudged", nudged ? nudged->at : 0);
	jw_object_end(w);
}

static enum err counts_json(struct request *req, struct jw *w, const struct asked *q,
			    struct why *why)
{
	struct duty_count *counts = NULL;
	size_t n = 0;
	struct duty_query whole = q->how;
	whole.after = 0;
	enum err rc = duty_count(req->db, &whole, DUTY_WHOLE, req->arena, &counts, &n, why);
	if (rc != OK)
		return rc;
	jw_name(w, "counts");
	jw_object(w);
	for (int s = 0; s < DUTY_STATES; s++)
		jw_m_int(w, duty_state_name((enum duty_state)s), counts[0].states[s]);
	jw_m_int(w, "met_late", counts[0].met_late);
	jw_m_time(w, "oldest", counts[0].oldest);
	jw_object_end(w);
	return OK;
}

static enum err get_duties(struct request *req, struct why *why)
{
	struct asked q = {.refs = refs_new(req->db, req->arena)};
	struct duty *found = NULL;
	size_t n = 0;
	bool followed = false;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &q.view, why);
	if (rc == OK)
		rc = asked_whose(req, q.view, "duty", &q.how.units, &q.how.n_units,
				 &q.how.all_units, why);
	if (rc == OK)
		rc = ask_what(req, &q, why);
	if (rc == OK)
		rc = ask_when(req, &q, why);
	q.how.limit = (size_t)http_query_int(req, "limit", DUTIES_PAGE);
	if (rc == OK)
		rc = plan_followed(req->db, &followed, why);
	if (rc == OK)
		rc = duty_list(req->db, &q.how, req->arena, &found, &n, why);
	if (rc == OK)
		rc = nudge_last(req->db, &q.how, req->arena, &q.nudged, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++)
		duty_json(&w, &q, &found[i]);
	jw_array_end(&w);
	jw_m_id(&w, "next", n == q.how.limit && n ? found[n - 1].id : 0);
	rc = counts_json(req, &w, &q, why);
	jw_m_bool(&w, "followed", followed); /* do they follow the registry as it stands? */
	jw_m_time(&w, "now", req->now);
	jw_object_end(&w);
	return rc == OK ? refs_end(q.refs, why) : rc;
}

/* -- excuses -- */
struct excusing {
	int64_t duty;
	struct str reason, document;
};

static enum err excuse_change(struct request *req, void *arg, struct why *why)
{
	const struct excusing *x = arg;
	struct duty d;
	struct excuse e = {.reason = x->reason, .by = req->who->user, .at = req->now};
	enum err rc = duty_get(req->db, x->duty, req->arena, &d, why);
	if (rc == OK && x->document.len)
		rc = record_find(req->db, &document_record, x->document, &e.document, why);
	int64_t changed = 0;
	if (rc == OK)
		rc = duty_excuse(req->db, &d, &e, why);
	if (rc == OK) /* whoever excuses sees at once what falls with it */
		rc = reminders_weigh(req->db, d.key.unit, req->now, &changed, why);
	if (rc == OK)
		rc = duty_get(req->db, x->duty, req->arena, &d, why);
	struct asked q = {.refs = refs_new(req->db, req->arena), .how = {.now = req->now}};
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &q.view, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	duty_json(&w, &q, &d);
	return refs_end(q.refs, why);
}

/* The duty of the path, if the caller may excuse it. */
static enum err excuse_of_path(struct request *req, struct excusing **ret, struct why *why)
{
	struct excusing *x = ARENA_NEW(req->arena, struct excusing);
	struct duty d;
	*x = (struct excusing){.reason = STR("")};
	enum err rc = id_parse(http_path(req, "id"), &x->duty, why);
	if (rc == OK)
		rc = duty_get(req->db, x->duty, req->arena, &d, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_CHANGE, "duty", d.key.unit,
				    why);
	*ret = x;
	return rc;
}

static enum err post_excuse(struct request *req, struct why *why)
{
	const struct json *body = NULL;
	struct excusing *x = NULL;
	enum err rc = excuse_of_path(req, &x, why);
	if (rc == OK)
		rc = http_json(req, &body, why);
	if (rc != OK)
		return rc;
	x->reason = str_trim(json_get_str(body, "reason"));
	x->document = json_get_str(body, "document");
	if (x->reason.len == 0 || x->reason.len > EXCUSE_MAX)
		return fail_at(why, ERR_INVALID, "/reason",
			       "say in 1 to %d bytes why this does not count against the unit",
			       EXCUSE_MAX);
	rc = text_clean(req->arena, x->reason, &x->reason, why);
	return rc == OK ? http_write(req, excuse_change, x, why) : rc;
}

static enum err delete_excuse(struct request *req, struct why *why)
{
	struct excusing *x = NULL;
	enum err rc = excuse_of_path(req, &x, why);
	return rc == OK ? http_write(req, excuse_change, x, why) : rc;
}

/* -- settings -- */
static enum err get_settings(struct request *req, struct why *why)
{
	struct settings s;
	struct setting_texts t;
	enum err rc = settings_read(req->db, &s, why);
	if (rc == OK)
		rc = setting_texts_read(req->db, req->arena, &t, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "items");
	settings_json(&w, &s, &t);
	jw_object_end(&w);
	return OK;
}

static const struct http_param duties_params[] = {
	{.name = "state", .type = PARAM_TEXT, .max = 16, .help = "due, late, met or excused"},
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	{.name = "indicator", .type = PARAM_TEXT, .max = 64, .help = "Code of the indicator"},
	{.name = "kind", .type = PARAM_TEXT, .max = 32, .help = "figure, acknowledgement"},
	{.name = "from",
	 .type = PARAM_DATE,
	 .help = "First day of the deadlines; default 45 days ago, for what is open: any"},
	{.name = "to", .type = PARAM_DATE, .help = "Last day of the deadlines"},
	{.name = "cursor",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "From the previous answer's next"},
	{.name = "limit",
	 .type = PARAM_INT,
	 .min = 1,
	 .max = DUTIES_MAX,
	 .help = "At most so many"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"of_unit", "{unit:text? unit_vi:text? unit_en:text?}"},
	{"of_indicator", "{indicator:text? name_vi:text? name_en:text?}"},
	{"duty", "{id:id ..of_unit kind:text subject:id? ..of_indicator period:text? due:time "
		 "deadline:time moved_by_outage:bool state:'due'|'late'|'met'|'excused' met:time? "
		 "met_late:bool met_by:id? evidence:{server:int seq:int}? excuse:{at:time by:id? "
		 "reason:text document:text?}? nudged:time?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/duties", PERMIT(VERB_READ, "duty"), get_duties,
	      "What your units owe by when: due, late, met, excused; with counts and evidence",
	      "Nghĩa vụ của các đơn vị: chưa đến hạn, chậm, đã nộp, được miễn; kèm bằng chứng",
	      .flags = HTTP_SLOW, .params = duties_params,
	      .answer =
		      "{items:duty[] next:text? counts:{due:int late:int met:int excused:int met_late:int "
		      "oldest:time?} followed:bool now:time}"),
	ROUTE(HTTP_POST, "/api/v1/duties/{id}/excuse", PERMIT(VERB_CHANGE, "duty"), post_excuse,
	      "Do not count one duty against its unit, with a reason and a document",
	      "Miễn một nghĩa vụ cho đơn vị, kèm lý do và văn bản", .body_max = 8192,
	      .body = "{reason:text document?:text}", .answer = "duty"),
	ROUTE(HTTP_DELETE, "/api/v1/duties/{id}/excuse", PERMIT(VERB_CHANGE, "duty"), delete_excuse,
	      "Withdraw an excuse: the duty counts again",
	      "Rút lại việc miễn: nghĩa vụ được tính lại", .answer = "duty"),
	ROUTE(HTTP_GET, "/api/v1/settings/known", PERMIT(VERB_READ, "setting"), get_settings,
	      "Every setting with its present value, default and limits",
	      "Mọi thiết lập: giá trị hiện tại, mặc định và giới hạn"),
};
const struct route_table duty_routes = {routes, ARRAY_LEN(routes), shapes};
