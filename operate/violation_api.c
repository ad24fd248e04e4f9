/* violation_api.c - the months' summaries, as JSON and as files. */
#include "base/csv.h"
#include "paper/xlsx.h"
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "operate/violation.h"
#include "registry/figure.h"

#define MONTHS_SHOWN 36

/* The month is the whole province's: for whoever may for the centre, and to read for who leads the province. */
static enum err whole_centre(struct request *req, enum verb verb, struct why *why)
{
	const struct view *v = NULL;
	const struct unit *units;
	if (verb != VERB_READ)
		return access_require(req->app->access, req->who, verb, "reminder", 0, why);
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	size_t n = rc == OK ? view_units(v, &units) : 0;
	for (size_t i = 0; i < n; i++)
		if (units[i].kind == UNIT_PROVINCE &&
		    access_may(req->app->access, req->who, verb, "reminder", units[i].id))
			return OK;
	return rc == OK ? access_require(req->app->access, req->who, verb, "reminder", 0, why) : rc;
}

static enum err month_of_query(struct request *req, struct period *ret, struct why *why)
{
	enum err rc = period_parse(http_query(req, "month"), ret, why);
	if (rc == OK && ret->kind != PERIOD_MONTHLY)
		rc = fail_at(why, ERR_INVALID, "month", "name a month like 2026-10");
	return rc;
}

static void head_json(struct jw *w, struct stmt *q)
{
	jw_m_period(w, "month", (struct period){PERIOD_MONTHLY, (int32_t)stmt_int(q, 0)});
	jw_m_id(w, "id", stmt_int(q, 1));
	jw_m_time(w, "at", stmt_int(q, 2));
	jw_m_int(w, "units", stmt_int(q, 3));
	jw_m_int(w, "reminders", stmt_int(q, 4));
	jw_m_int(w, "year", stmt_int(q, 5));
	jw_m_int(w, "number", stmt_int(q, 6));
}

static enum err get_violations(struct request *req, struct why *why)
{
	enum err rc = whole_centre(req, VERB_READ, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		req->db,
		SQL("SELECT month, id, at, units, reminders, year, number FROM violation_month ORDER BY month "
		    "DESC LIMIT $1"));
	stmt_bind_int(q, 1, MONTHS_SHOWN);
	struct jw w = http_list(req);
	while (stmt_row(q)) {
		jw_object(&w);
		head_json(&w, q);
		jw_object_end(&w);
	}
	http_list_end(&w, STR_NULL);
	return stmt_end(q, why);
}

/* The annex of the month asked for; with w its head too, with paper what its letter says of it. */
static enum err annex(struct request *req, struct jw *w, struct month_paper *paper, struct str *ret,
		      struct why *why)
{
	struct period month;
	enum err rc = whole_centre(req, VERB_READ, why);
	if (rc == OK)
		rc = month_of_query(req, &month, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		req->db,
		SQL("SELECT month, id, at, units, reminders, year, number, annex FROM violation_month WHERE "
		    "month = $1"));
	stmt_bind_int(q, 1, month.ordinal);
	bool found = stmt_row(q);
	if (found && w)
		head_json(w, q);
	if (found && paper)
		*paper = (struct month_paper){month, stmt_int(q, 6), stmt_int(q, 2), NULL};
	*ret = found ? arena_str(req->arena, stmt_str(q, 7)) : STR_NULL;
	rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this month was not summed up yet");
	return rc;
}

static enum err get_month(struct request *req, struct why *why)
{
	struct str text = STR_NULL;
	struct jw w = http_jw(req);
	jw_object(&w);
	enum err rc = annex(req, &w, NULL, &text, why);
	if (rc != OK)
		return rc;
	jw_name(&w, "annex");
	jw_raw(&w, text);
	jw_object_end(&w);
	return OK;
}

/* -- files: ?annex=units|duties -- */
static const char *const unit_columns[] = {"unit",     "name_vi", "name_en",   "missed", "late",
					   "met_late", "excused", "reminders", "count",	 NULL};
static const char *const duty_columns[] = {"unit",     "indicator", "name_vi", "name_en", "period",
					   "deadline", "state",	    "met",     NULL};

struct table {
	const char *const *columns;
	const struct json *rows;
};

static enum err table_of(struct request *req, struct table *ret, struct why *why)
{
	struct str text = STR_NULL, which = http_query(req, "annex");
	const struct json *json = NULL;
	bool duties = str_is(which, "duties");
	if (which.ptr && !duties && !str_is(which, "units"))
		return fail_at(why, ERR_INVALID, "annex", "is units or duties");
	enum err rc = annex(req, NULL, NULL, &text, why);
	if (rc == OK)
		rc = json_parse(req->arena, text, &json, why);
	if (rc == OK)
		*ret = (struct table){duties ? duty_columns : unit_columns,
				      json_get(json, duties ? "duties" : "units")};
	return rc;
}

static void name_file(struct request *req, const char *type, const char *ending)
{
	http_answer_file(req, str_of(type),
			 arena_fmt(req->arena, "vi-pham-" STR_FMT ".%s",
				   STR_ARG(http_query(req, "month")), ending));
}

static enum err get_csv(struct request *req, struct why *why)
{
	struct table t;
	enum err rc = table_of(req, &t, why);
	if (rc != OK)
		return rc;
	for (int c = 0; t.columns[c]; c++)
		csv_write(&req->out, c == 0, str_of(t.columns[c]));
	buf_add(&req->out, STR("\r\n"));
	for (size_t i = 0; i < t.rows->n; i++) {
		for (int c = 0; t.columns[c]; c++) {
			const struct json *v = json_get(&t.rows->items[i], t.columns[c]);
			csv_write(&req->out, c == 0, json_is_null(v) ? STR("") : v->text);
		}
		buf_add(&req->out, STR("\r\n"));
	}
	name_file(req, "text/csv; charset=utf-8", "csv");
	return OK;
}

static enum err get_xlsx(struct request *req, struct why *why)
{
	struct table t;
	AUTO(xlsx_free) struct xlsx *x = NULL;
	enum err rc = table_of(req, &t, why);
	if (rc == OK)
		rc = xlsx_new(STR("Vi phạm"), &x, why);
	if (rc != OK)
		return rc;
	for (int c = 0; t.columns[c]; c++)
		xlsx_head(x, str_of(t.columns[c]), 0);
	for (size_t i = 0; i < t.rows->n; i++) {
		xlsx_row(x);
		for (int c = 0; t.columns[c]; c++) {
			const struct json *v = json_get(&t.rows->items[i], t.columns[c]);
			if (v && v->type == JSON_INT)
				xlsx_int(x, v->integer);
			else
				xlsx_str(x, json_is_null(v) ? STR_NULL : v->text);
		}
	}
	rc = xlsx_end(x, &req->out, why);
	name_file(req, XLSX_TYPE, "xlsx");
	return rc;
}

static enum err get_pdf(struct request *req, struct why *why)
{
	struct str text = STR_NULL;
	struct month_paper m;
	enum err rc = annex(req, NULL, &m, &text, why);
	if (rc == OK)
		rc = json_parse(req->arena, text, &m.annex, why);
	return rc == OK ? violation_pdf(req, &m, why) : rc;
}

static enum err sum_change(struct request *req, void *arg, struct why *why)
{
	const struct period *month = arg;
	const struct view *v = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = violations_sum(req->db, v, month->ordinal, req->now, req->who->user, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_period(&w, "month", *month);
	jw_object_end(&w);
	return OK;
}

static enum err post_violations(struct request *req, struct why *why)
{
	struct period *month = ARENA_NEW(req->arena, struct period);
	enum err rc = whole_centre(req, VERB_CREATE, why);
	if (rc == OK)
		rc = month_of_query(req, month, why);
	return rc == OK ? http_write(req, sum_change, month, why) : rc;
}

static const struct http_param month_params[] = {
	{.name = "month", .type = PARAM_PERIOD, .required = true, .help = "A month like 2026-10"},
	{.name = NULL},
};
static const struct http_param file_params[] = {
	{.name = "month", .type = PARAM_PERIOD, .required = true, .help = "A month like 2026-10"},
	{.name = "annex", .type = PARAM_TEXT, .max = 8, .help = "units (default) or duties"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"month_head", "{id:id month:text at:time units:int reminders:int year:int number:int}"},
	{"month_unit",
	 "{unit:text name_vi:text name_en:text missed:int late:int met_late:int excused:int "
	 "reminders:int count:int}"},
	{"month_duty",
	 "{unit:text indicator:text? name_vi:text? name_en?:text? period:text deadline:time state:text "
	 "met:time?}"}, /* records of the first months have no English */
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/violations", PERMIT(VERB_READ, "reminder"), get_violations,
	      "Month-end summaries of repeated violations, newest first",
	      "Tổng hợp vi phạm nhiều lần theo tháng, mới nhất trước",
	      .answer = "{items:month_head[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/violations", PERMIT(VERB_CREATE, "reminder"), post_violations,
	      "Sum a month up now", "Tổng hợp một tháng ngay bây giờ", .params = month_params,
	      .answer = "{month:text}"),
	ROUTE(HTTP_GET, "/api/v1/violations/month", PERMIT(VERB_READ, "reminder"), get_month,
	      "One month's summary with its annexes", "Tổng hợp của một tháng kèm phụ lục",
	      .flags = HTTP_SLOW, .params = month_params,
	      .answer = "{..month_head annex:{units:month_unit[] duties:month_duty[] "
			"letterhead?:letterhead}}"),
	ROUTE(HTTP_GET, "/api/v1/violations.pdf", PERMIT(VERB_READ, "reminder"), get_pdf,
	      "A month's summary as a paper in the layout of Decree 30/2020, with its annex",
	      "Báo cáo tháng theo thể thức Nghị định 30/2020, kèm phụ lục", .flags = HTTP_SLOW,
	      .params = month_params),
	ROUTE(HTTP_GET, "/api/v1/violations.csv", PERMIT(VERB_READ, "reminder"), get_csv,
	      "An annex of a month as CSV", "Phụ lục của tháng dạng CSV", .flags = HTTP_SLOW,
	      .params = file_params),
	ROUTE(HTTP_GET, "/api/v1/violations.xlsx", PERMIT(VERB_READ, "reminder"), get_xlsx,
	      "An annex of a month as XLSX", "Phụ lục của tháng dạng XLSX", .flags = HTTP_SLOW,
	      .params = file_params),
};
const struct route_table violation_routes = {routes, ARRAY_LEN(routes), shapes};
