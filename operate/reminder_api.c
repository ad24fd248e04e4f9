/* reminder_api.c - reminders: lists, and what operator, unit and leader do with one. */
#include "base/id.h"
#include "operate/notice.h"
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "registry/asked.h"

#define REMINDERS_PAGE 100
#define REMINDERS_MAX 1000

/* -- GET /api/v1/reminders -- */
static enum err ask_state(struct request *req, struct reminder_query *how, struct why *why)
{
	struct str state = http_query(req, "state");
	for (int i = 0; i < REMINDER_STATES && state.ptr; i++)
		if (str_is(state, reminder_state_name((enum reminder_state)i))) {
			how->of_state = true;
			how->state = (enum reminder_state)i;
		}
	if (state.ptr && !how->of_state)
		return fail_at(why, ERR_INVALID, "state",
			       "a reminder is draft, reviewed, left_out, issued, acknowledged, "
			       "appealed, annulled or withdrawn");
	return OK;
}

static enum err ask(struct request *req, struct reminder_query *how, struct why *why)
{
	struct str cursor = http_query(req, "cursor");
	int64_t year = http_query_int(req, "year", 0);
	how->limit = (size_t)http_query_int(req, "limit", REMINDERS_PAGE);
	if (year) {
		how->from = date_start((struct date){(int)year, 1, 1});
		how->to = date_start((struct date){(int)year + 1, 1, 1});
		how->issued = true;
	}
	bool drafts = access_may_somewhere(req->app->access, req->who, VERB_CHANGE, "reminder") ||
		      access_may_somewhere(req->app->access, req->who, VERB_APPROVE, "reminder");
	if (!drafts)
		how->issued = true;
	return cursor.len ? id_parse(cursor, &how->after, why) : OK;
}

static enum err get_reminders(struct request *req, struct why *why)
{
	struct showing x = {.req = req};
	struct reminder_query how = {0};
	struct reminder *found = NULL;
	size_t n = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &x.view, why);
	if (rc == OK)
		rc = asked_whose(req, x.view, "reminder", &how.units, &how.n_units, &how.all_units,
				 why);
	if (rc == OK)
		rc = ask_state(req, &how, why);
	if (rc == OK)
		rc = ask(req, &how, why);
	if (rc == OK)
		rc = reminder_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	x.w = http_list(req);
	for (size_t i = 0; i < n && rc == OK; i++) {
		if (!reminder_visible(req, &found[i]))
			continue;
		jw_object(&x.w);
		rc = reminder_json(&x, &found[i], false, why);
		jw_object_end(&x.w);
	}
	http_list_end_id(&x.w, n == how.limit && n ? found[n - 1].id : 0);
	return rc;
}

/* What it says, as it was issued, and the same as a message. */
static enum err notice_json(struct showing *x, const struct reminder *r, struct why *why)
{
	struct request *req = x->req;
	const struct json *notice = NULL;
	enum err rc = notice_read(req->db, x->view, r, req->now, req->arena, &notice, why);
	if (rc != OK)
		return rc;
	jw_name(&x->w, "notice");
	jw_value(&x->w, notice);
	jw_m_str(&x->w, "message", notice_message(req->arena, notice));
	return OK;
}

static enum err answer_one(struct request *req, int64_t id, struct why *why)
{
	struct showing x = {.req = req};
	struct reminder r;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &x.view, why);
	if (rc == OK)
		rc = reminder_get(req->db, id, req->arena, &r, why);
	if (rc != OK)
		return rc;
	x.w = http_jw(req);
	jw_object(&x.w);
	rc = reminder_json(&x, &r, true, why);
	if (rc == OK)
		rc = notice_json(&x, &r, why);
	jw_object_end(&x.w);
	return rc;
}

static enum err get_reminder(struct request *req, struct why *why)
{
	struct reminder r;
	enum err rc = reminder_of_path(req, VERB_READ, &r, why);
	return rc == OK ? answer_one(req, r.id, why) : rc;
}

/* -- what is done with one -- */
struct doing {
	int64_t id;
	struct str text;
	bool upheld;
	enum err (*verb)(struct db *tx, const struct reminder *r, const struct act *what,
			 struct why *why); /* NULL: decide */
};

static enum err do_change(struct request *req, void *arg, struct why *why)
{
	const struct doing *d = arg;
	struct reminder r;
	struct act what = {req->now, req->who->user, d->text};
	enum err rc = reminder_get(req->db, d->id, req->arena, &r, why);
	if (rc == OK)
		rc = d->verb ? d->verb(req->db, &r, &what, why)
			     : reminder_decide(req->db, &r, d->upheld, &what, why);
	return rc == OK ? answer_one(req, d->id, why) : rc;
}

/* The reminder of the path and the words of the body. */
static enum err doing(struct request *req, enum verb verb, const char *words, struct doing **ret,
		      const struct json **ret_body, struct why *why)
{
	struct reminder r;
	struct doing *d = ARENA_NEW(req->arena, struct doing);
	*d = (struct doing){.text = STR_NULL};
	enum err rc = reminder_of_path(req, verb, &r, why);
	if (rc == OK && words)
		rc = http_json(req, ret_body, why);
	if (rc == OK && words)
		rc = words_of_body(req, *ret_body, words, true, &d->text, why);
	if (rc != OK)
		return rc;
	d->id = r.id;
	*ret = d;
	return OK;
}

static enum err post_withdrawal(struct request *req, struct why *why)
{
	struct doing *d = NULL;
	const struct json *body = NULL;
	enum err rc = doing(req, VERB_CHANGE, "reason", &d, &body, why);
	if (rc != OK)
		return rc;
	d->verb = reminder_withdraw;
	return http_write(req, do_change, d, why);
}

static enum err post_acknowledgement(struct request *req, struct why *why)
{
	struct doing *d = NULL;
	enum err rc = doing(req, VERB_SUBMIT, NULL, &d, NULL, why);
	if (rc != OK)
		return rc;
	d->verb = reminder_acknowledge;
	return http_write(req, do_change, d, why);
}

static enum err post_appeal(struct request *req, struct why *why)
{
	struct doing *d = NULL;
	const struct json *body = NULL;
	enum err rc = doing(req, VERB_SUBMIT, "text", &d, &body, why);
	if (rc != OK)
		return rc;
	d->verb = reminder_appeal;
	return http_write(req, do_change, d, why);
}

static bool is_leader(const struct principal *who)
{
	for (size_t i = 0; i < who->n_grants; i++)
		if (who->grants[i].role == ROLE_LEADER)
			return true;
	return false;
}

static enum err post_decision(struct request *req, struct why *why)
{
	struct doing *d = NULL;
	const struct json *body = NULL;
	struct settings settings;
	enum err rc = doing(req, VERB_APPROVE, "reason", &d, &body, why);
	if (rc == OK)
		rc = settings_read(req->db, &settings, why);
	if (rc != OK)
		return rc;
	if (settings.value[SETTING_APPEALS_BY] == SETTING_APPEALS_LEADER && !is_leader(req->who))
		return fail(why, ERR_FORBIDDEN,
			    "this centre leaves appeals to its leaders: ask one to decide");
	struct str word = json_get_str(body, "decision");
	if (!str_is(word, "uphold") && !str_is(word, "reject"))
		return fail_at(why, ERR_INVALID, "/decision", "must be \"uphold\" or \"reject\"");
	d->upheld = str_is(word, "uphold");
	return http_write(req, do_change, d, why);
}

static const struct http_param list_params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	{.name = "year",
	 .type = PARAM_INT,
	 .min = 2000,
	 .max = 2999,
	 .help = "Only those issued in this year"},
	{.name = "state",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "draft, reviewed, left_out, issued, acknowledged, appealed, annulled, withdrawn"},
	{.name = "cursor",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "From the previous answer's next"},
	{.name = "limit",
	 .type = PARAM_INT,
	 .min = 1,
	 .max = REMINDERS_MAX,
	 .help = "At most so many are looked at"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"reminder_state",
	 "'draft'|'reviewed'|'left_out'|'issued'|'acknowledged'|'appealed'|'annulled'|'withdrawn'"},
	{"act", "{at:time by:id?}"},
	{"act_with_reason", "{at:time by:id? reason:text?}"},
	{"reminder",
	 "{id:id ..of_unit week:text rule:text "
	 "state:reminder_state "
	 "stands:bool late:int oldest:time? oldest_days:int cutoff:time reviewed:{at:time by:id? "
	 "remark:text?}? year:int number:int issued:act? journal:{server:int seq:int}? "
	 "acknowledged:act? appealed:{at:time by:id? text:text?}? decided:act_with_reason? "
	 "upheld:bool withdrawn:act_with_reason?}"},
	{"evidence",
	 "{duty:id ..of_indicator period:text deadline:time rule:text excluded:text? why:text?}"},
	{"with_evidence", "{..reminder evidence:evidence[]}"},
	{"letterhead", "{superior:text agency:text abbreviation:text drafted_by:text place:text "
		       "signer_title:text signer_name:text}"},
	{"notice",
	 "{number:int year:int issued:time? cutoff:time unit:text? unit_vi:text late:int "
	 "rules:{code:text name_vi:text name_en:text target:'unit'|'leader'|'head' "
	 "document_number:text?}[] target:'unit'|'leader'|'head' to:text duties:{..of_indicator "
	 "period:text deadline:time days:int}[] nth:int counts:'calendar'|'rolling' reached:step? "
	 "next:step? acknowledge_by:time appeal_by:time letterhead:letterhead}"},
	{"reminder_page", "{..with_evidence notice:notice message:text}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/reminders", PERMIT(VERB_READ, "reminder"), get_reminders,
	      "Reminders: a unit sees its own once issued, the operator drafts too",
	      "Các nhắc nhở: đơn vị thấy của mình khi đã phát hành, người vận hành thấy cả dự thảo",
	      .flags = HTTP_SLOW, .params = list_params, .answer = "{items:reminder[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/reminders/{id}", PERMIT(VERB_READ, "reminder"), get_reminder,
	      "One reminder with its evidence", "Một nhắc nhở kèm bằng chứng",
	      .answer = "reminder_page"),
	ROUTE(HTTP_POST, "/api/v1/reminders/{id}/withdrawal", PERMIT(VERB_CHANGE, "reminder"),
	      post_withdrawal, "Withdraw a reminder: it does not count any more",
	      "Thu hồi nhắc nhở: không còn được tính", .body_max = 16384, .body = "{reason:text}",
	      .answer = "reminder_page"),
	ROUTE(HTTP_POST, "/api/v1/reminders/{id}/acknowledgement", PERMIT(VERB_SUBMIT, "reminder"),
	      post_acknowledgement, "The unit has seen it", "Đơn vị xác nhận đã nhận nhắc nhở",
	      .answer = "reminder_page"),
	ROUTE(HTTP_POST, "/api/v1/reminders/{id}/appeal", PERMIT(VERB_SUBMIT, "reminder"),
	      post_appeal, "The unit says why it should not count",
	      "Đơn vị kiến nghị xem xét lại nhắc nhở", .body_max = 16384, .body = "{text:text}",
	      .answer = "reminder_page"),
	ROUTE(HTTP_POST, "/api/v1/reminders/{id}/decision", PERMIT(VERB_APPROVE, "reminder"),
	      post_decision,
	      "Decide an appeal: uphold it, then the reminder does not count, or reject it",
	      "Quyết định kiến nghị: chấp thuận thì nhắc nhở không được tính, hoặc bác",
	      .body_max = 16384, .body = "{decision:'uphold'|'reject' reason:text}",
	      .answer = "reminder_page"),
};
const struct route_table reminder_routes = {routes, ARRAY_LEN(routes), shapes};
