/* ladder_api.c - the ladder of all units, a unit's own standing, decisions on escalations. */
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "registry/asked.h"

#define AHEAD (7 * USEC_DAY)

struct page {
	struct showing show;
	struct ladder ladder;
	struct settings settings;
};

static enum err open_page(struct request *req, struct page *p, struct why *why)
{
	p->show.req = req;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &p->show.view, why);
	return rc == OK ? settings_read(req->db, &p->settings, why) : rc;
}

static int year_of_query(struct request *req)
{
	return (int)http_query_int(req, "year", date_local(req->now).year);
}

static void steps_json(struct page *p)
{
	struct jw *w = &p->show.w;
	jw_m_cstr(w, "counts", setting_years[p->settings.value[SETTING_YEAR]]);
	jw_name(w, "steps");
	jw_array(w);
	for (size_t i = 0; i < p->ladder.n_steps; i++)
		step_json(w, &p->ladder.steps[i]);
	jw_array_end(w);
}

/* What was decided about a step that was reached; null: nothing yet. */
static enum err decision_json(struct page *p, int64_t unit, int year, struct str step,
			      struct why *why)
{
	struct jw *w = &p->show.w;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		p->show.req->db,
		SQL("SELECT decision, reason, decided, decided_by FROM escalation WHERE unit = $1 AND "
		    "year = $2 AND step = $3"));
	stmt_bind_int(q, 1, unit);
	stmt_bind_int(q, 2, year);
	stmt_bind(q, 3, step);
	jw_name(w, "decision");
	if (!stmt_row(q)) {
		jw_null(w);
		return stmt_end(q, why);
	}
	jw_object(w);
	jw_m_str(w, "decision", stmt_str(q, 0));
	jw_m_str(w, "reason", stmt_str(q, 1));
	jw_m_time(w, "at", stmt_int(q, 2));
	jw_m_id(w, "by", stmt_int(q, 3));
	jw_object_end(w);
	return stmt_end(q, why);
}

/* A step is decided about in the year in which it was reached. */
static int year_of(const struct reminder *reached)
{
	return date_local(reached->issued.at).year;
}

static enum err reached_json(struct page *p, const struct standing *s, struct why *why)
{
	struct jw *w = &p->show.w;
	enum err rc = OK;
	jw_name(w, "reached");
	jw_array(w);
	for (size_t i = 0; i < p->ladder.n_steps && rc == OK; i++) {
		if (!s->reached[i])
			continue;
		jw_object(w);
		jw_name(w, "step");
		step_json(w, &p->ladder.steps[i]);
		jw_m_time(w, "at", s->reached[i]->issued.at);
		jw_m_id(w, "reminder", s->reached[i]->id);
		jw_m_int(w, "number", s->reached[i]->number);
		rc = decision_json(p, s->unit, year_of(s->reached[i]), p->ladder.steps[i].code,
				   why);
		jw_object_end(w);
	}
	jw_array_end(w);
	return rc;
}

static bool is_reached(const struct page *p, const struct standing *s, struct str step)
{
	for (size_t i = 0; i < p->ladder.n_steps; i++)
		if (s->reached[i] && str_eq(p->ladder.steps[i].code, step))
			return true;
	return false;
}

/* Decisions of the year whose ground is gone: too few reminders stand by now. */
static enum err lapsed_json(struct page *p, const struct standing *s, int year, struct why *why)
{
	struct jw *w = &p->show.w;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		p->show.req->db,
		SQL("SELECT step, decision, reason, decided, decided_by FROM escalation WHERE unit = $1 AND "
		    "year = $2 ORDER BY decided"));
	stmt_bind_int(q, 1, s->unit);
	stmt_bind_int(q, 2, year);
	jw_name(w, "lapsed");
	jw_array(w);
	while (stmt_row(q)) {
		if (is_reached(p, s, stmt_str(q, 0)))
			continue;
		jw_object(w);
		jw_m_str(w, "step", stmt_str(q, 0));
		jw_m_str(w, "decision", stmt_str(q, 1));
		jw_m_str(w, "reason", stmt_str(q, 2));
		jw_m_time(w, "at", stmt_int(q, 3));
		jw_m_id(w, "by", stmt_int(q, 4));
		jw_object_end(w);
	}
	jw_array_end(w);
	return stmt_end(q, why);
}

static enum err standing_json(struct page *p, const struct standing *s, int year, struct why *why)
{
	struct jw *w = &p->show.w;
	unit_json(&p->show.w, p->show.view, s->unit);
	jw_m_int(w, "count", s->count);
	jw_name(w, "next");
	step_json(w, s->next);
	jw_m_int(w, "until_next", s->next ? s->next->reminders - s->count : 0);
	enum err rc = reached_json(p, s, why);
	if (rc == OK)
		rc = lapsed_json(p, s, year, why);
	jw_name(w, "reminders");
	jw_array(w);
	for (size_t i = 0; i < s->n; i++) {
		const struct reminder *r = &s->reminders[i];
		jw_object(w);
		jw_m_id(w, "id", r->id);
		jw_m_int(w, "number", r->number);
		jw_m_time(w, "issued", r->issued.at);
		jw_m_int(w, "late", r->late);
		jw_m_cstr(w, "state", reminder_state_name(reminder_state(r)));
		jw_m_int(w, "server", r->server);
		jw_m_int(w, "seq", r->seq);
		jw_object_end(w);
	}
	jw_array_end(w);
	return rc;
}

static enum err get_ladder(struct request *req, struct why *why)
{
	struct page p = {0};
	struct reminder_query whose = {0};
	int year = year_of_query(req);
	enum err rc = open_page(req, &p, why);
	if (rc == OK)
		rc = asked_whose(req, p.show.view, "reminder", &whose.units, &whose.n_units,
				 &whose.all_units, why);
	if (rc == OK)
		rc = ladder_read(req->db, &whose, year, req->now, req->arena, &p.ladder, why);
	if (rc != OK)
		return rc;
	struct jw *w = &p.show.w;
	*w = http_jw(req);
	jw_object(w);
	jw_m_int(w, "year", year);
	steps_json(&p);
	jw_name(w, "items");
	jw_array(w);
	for (size_t i = 0; i < p.ladder.n && rc == OK; i++) {
		jw_object(w);
		rc = standing_json(&p, &p.ladder.items[i], year, why);
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
	return rc;
}

/* -- GET /api/v1/standing: where my unit stands and how to get no further -- */
static enum err avoid_json(struct page *p, const int64_t *unit, struct why *why)
{
	struct request *req = p->show.req;
	struct jw *w = &p->show.w;
	struct duty_count *counts = NULL;
	size_t n = 0;
	struct duty_query how = {.units = unit,
				 .n_units = 1,
				 .kind = STR(DUTY_FIGURE),
				 .state = -1,
				 .from = req->now - 400 * USEC_DAY,
				 .to = req->now + AHEAD,
				 .now = req->now};
	enum err rc = duty_count(req->db, &how, DUTY_WHOLE, req->arena, &counts, &n, why);
	if (rc != OK)
		return rc;
	jw_name(w, "to_do");
	jw_object(w);
	jw_m_int(w, "late", counts[0].states[DUTY_LATE]);
	jw_m_time(w, "oldest", counts[0].oldest);
	jw_m_int(w, "due", counts[0].states[DUTY_DUE]);
	jw_m_int(w, "days", AHEAD / USEC_DAY);
	how.kind = STR(DUTY_ACKNOWLEDGEMENT);
	how.from = how.to = 0;
	rc = duty_count(req->db, &how, DUTY_WHOLE, req->arena, &counts, &n, why);
	if (rc == OK)
		jw_m_int(w, "acknowledgements",
			 counts[0].states[DUTY_DUE] + counts[0].states[DUTY_LATE]);
	jw_object_end(w);
	return rc;
}

/* The next inspection at which what is late would be counted. */
static usec next_inspection(const struct page *p, usec now)
{
	struct date today = date_local(now);
	int64_t ahead = p->settings.value[SETTING_INSPECTION_WEEKDAY] - date_weekday(today);
	usec at = date_start(today) + ahead * USEC_DAY + INSPECTION_TIME;
	return at > now ? at : at + 7 * USEC_DAY;
}

static enum err get_standing(struct request *req, struct why *why)
{
	struct page p = {0};
	struct reminder_query whose = {0};
	struct standing none = {0};
	int year = date_local(req->now).year;
	enum err rc = open_page(req, &p, why);
	if (rc == OK)
		rc = asked_whose(req, p.show.view, "reminder", &whose.units, &whose.n_units,
				 &whose.all_units, why);
	if (rc == OK)
		rc = ladder_read(req->db, &whose, year, req->now, req->arena, &p.ladder, why);
	if (rc != OK)
		return rc;
	none.unit = whose.units[0];
	none.next = p.ladder.n_steps ? &p.ladder.steps[0] : NULL;
	struct jw *w = &p.show.w;
	*w = http_jw(req);
	jw_object(w);
	jw_m_int(w, "year", year);
	steps_json(&p);
	rc = standing_json(&p, p.ladder.n ? &p.ladder.items[0] : &none, year, why);
	if (rc == OK)
		rc = avoid_json(&p, whose.units, why);
	jw_m_time(w, "next_inspection", next_inspection(&p, req->now));
	jw_object_end(w);
	return rc;
}

/* -- POST /api/v1/ladder/decisions -- */
struct deciding {
	int64_t unit;
	int year;
	struct str step, decision, reason;
};

static enum err journal_decision(struct request *req, const struct deciding *d, struct why *why)
{
	struct buf data;
	struct jw w;
	struct act what = {req->now, req->who->user, d->reason};
	buf_init(&data, 8192);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_int(&w, "year", d->year);
	jw_m_str(&w, "step", d->step);
	jw_m_str(&w, "decision", d->decision);
	jw_m_str(&w, "reason", d->reason);
	jw_object_end(&w);
	struct journal_entry e = {.kind = STR("ladder.decided"), .unit = d->unit};
	enum err rc = discipline_journal(req->db, &e, &what, &data, why);
	buf_release(&data);
	return rc;
}

/* By which reminder the step was reached; NULL: it was not. */
static enum err was_reached(struct request *req, const struct deciding *d,
			    const struct reminder **ret, struct why *why)
{
	struct reminder_query whose = {.units = &d->unit, .n_units = 1};
	struct ladder found = {0};
	enum err rc = ladder_read(req->db, &whose, d->year, req->now, req->arena, &found, why);
	*ret = NULL;
	for (size_t i = 0; i < found.n_steps && found.n && rc == OK; i++)
		if (str_eq(found.steps[i].code, d->step))
			*ret = found.items[0].reached[i];
	return rc;
}

static enum err decide_change(struct request *req, void *arg, struct why *why)
{
	struct deciding *d = arg;
	const struct reminder *reached = NULL;
	enum err rc = was_reached(req, d, &reached, why);
	if (rc == OK && !reached)
		rc = fail_at(why, ERR_CONFLICT, "/step",
			     "this unit has not reached that step in %d", d->year);
	if (rc != OK)
		return rc;
	d->year = year_of(reached);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		req->db,
		SQL("INSERT INTO escalation (unit, year, step, decision, reason, decided, decided_by) "
		    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (unit, year, step) DO NOTHING"));
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->year);
	stmt_bind(q, 3, d->step);
	stmt_bind(q, 4, d->decision);
	stmt_bind(q, 5, d->reason);
	stmt_bind_int(q, 6, req->now);
	stmt_bind_int(q, 7, req->who->user);
	rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		rc = fail(why, ERR_CONFLICT, "this was decided already");
	if (rc == OK)
		rc = journal_decision(req, d, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "decision", d->decision);
	jw_object_end(&w);
	return OK;
}

static enum err post_decisions(struct request *req, struct why *why)
{
	const struct json *body = NULL;
	const struct view *v = NULL;
	struct deciding *d = ARENA_NEW(req->arena, struct deciding);
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc != OK)
		return rc;
	const struct unit *u = view_unit(v, json_get_str(body, "unit"));
	const struct json *year = json_get(body, "year");
	rc = access_require(req->app->access, req->who, VERB_APPROVE, "reminder", u ? u->id : 0,
			    why);
	if (rc != OK)
		return rc;
	if (!u || !year || year->type != JSON_INT || year->integer < 2000 || year->integer > 2999)
		return fail_at(why, ERR_INVALID, u ? "/year" : "/unit", "is not known");
	*d = (struct deciding){.unit = u->id,
			       .year = (int)year->integer,
			       .step = json_get_str(body, "step"),
			       .decision = json_get_str(body, "decision")};
	if (!str_is(d->decision, "act") && !str_is(d->decision, "dismiss"))
		return fail_at(why, ERR_INVALID, "/decision", "must be \"act\" or \"dismiss\"");
	rc = words_of_body(req, body, "reason", true, &d->reason, why);
	return rc == OK ? http_write(req, decide_change, d, why) : rc;
}

static const struct http_param ladder_params[] = {
	{.name = "year", .type = PARAM_INT, .min = 2000, .max = 2999, .help = "Default: this year"},
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
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
	{"step", "{code:text reminders:int target:'unit'|'leader'|'head' name_vi:text name_en:text "
		 "document:text? document_number:text?}"},
	{"reached", "{step:step at:time reminder:id number:int decision:{decision:'act'|'dismiss' "
		    "reason:text at:time by:id?}?}"},
	{"standing",
	 "{..of_unit count:int next:step? until_next:int reached:reached[] lapsed:{step:text "
	 "decision:'act'|'dismiss' reason:text at:time by:id?}[] reminders:{id:id "
	 "number:int issued:time late:int state:reminder_state server:int seq:int}[]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/ladder", PERMIT(VERB_READ, "reminder"), get_ladder,
	      "Reminders that stand by unit and year, steps reached with date, evidence and regulation",
	      "Số nhắc nhở còn hiệu lực theo đơn vị và năm, các bậc đã chạm kèm ngày, bằng chứng, căn cứ",
	      .flags = HTTP_SLOW, .params = ladder_params,
	      .answer = "{year:int counts:'calendar'|'rolling' steps:step[] items:standing[]}"),
	ROUTE(HTTP_GET, "/api/v1/standing", PERMIT(VERB_READ, "reminder"), get_standing,
	      "Where a unit stands: its count, what comes next, and how to avoid it",
	      "Tình hình của đơn vị: đã bị nhắc mấy lần, bậc tiếp theo, cần làm gì để tránh",
	      .flags = HTTP_SLOW, .params = unit_params,
	      .answer =
		      "{year:int counts:'calendar'|'rolling' steps:step[] ..standing to_do:{late:int "
		      "oldest:time? due:int days:int acknowledgements:int} next_inspection:time}"),
	ROUTE(HTTP_POST, "/api/v1/ladder/decisions", PERMIT(VERB_APPROVE, "reminder"),
	      post_decisions, "Decide what follows from a step that a unit has reached",
	      "Quyết định xử lý khi đơn vị chạm một bậc", .body_max = 16384,
	      .body = "{unit:text year:int step:text decision:'act'|'dismiss' reason:text}",
	      .answer = "{decision:text}"),
};
const struct route_table ladder_routes = {routes, ARRAY_LEN(routes), shapes};
