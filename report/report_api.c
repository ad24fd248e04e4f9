#include "analyze/analyze.h"
#include "report/report.h"

#include "base/id.h"
#include "http/record_api.h"
#include "report/template.h"

#define EDITIONS_PAGE 50
#define PREVIEW_BODY_MAX ((size_t)128 << 10)
#define LOOK_MAX 1000 /* editions looked at for those that somebody may open */

/* -- templates -- */
static enum err get_templates(struct request *req, struct why *why)
{
	(void)why;
	struct jw w = http_list(req);
	templates_write(&w);
	http_list_end(&w, STR_NULL);
	return OK;
}

/* -- the report of the path -- */
static enum err report_of_path(struct request *req, struct report *ret, struct why *why)
{
	int64_t id = 0;
	enum err rc = record_find(req->db, &report_record, http_path(req, "id"), &id, why);
	if (rc == OK)
		rc = report_get(req->db, id, req->arena, ret, why);
	return rc == ERR_NOT_FOUND ? record_api_unknown(req, &report_record, why) : rc;
}

/* Those to whom it is addressed may open it too; for others it does not exist. */
static enum err report_to_open(struct request *req, struct report *ret, struct why *why)
{
	const struct view *v = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = report_of_path(req, ret, why);
	if (rc == OK && !report_opens(req->app->access, req->who, v, ret))
		rc = record_api_unknown(req, &report_record, why);
	return rc;
}

/* -- editions -- */
static enum err get_editions(struct request *req, struct why *why)
{
	struct report r = {0};
	struct edition *all = NULL;
	size_t n = 0;
	enum err rc = report_to_open(req, &r, why);
	struct edition_query how = {.report = r.id,
				    .limit = (size_t)http_query_int(req, "limit", EDITIONS_PAGE)};
	if (rc == OK && http_query(req, "cursor").len)
		rc = id_parse(http_query(req, "cursor"), &how.before, why);
	if (rc == OK)
		rc = edition_list(req->db, &how, req->arena, &all, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n && rc == OK; i++)
		rc = edition_json(&w, req->db, &all[i], why);
	http_list_end_id(&w, n == how.limit && n ? all[n - 1].id : 0);
	return rc;
}

/* The newest of all reports that the caller may open. */
static enum err get_received(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct edition *all = NULL;
	struct edition_query how = {.limit = LOOK_MAX};
	size_t n = 0, shown = 0, limit = (size_t)http_query_int(req, "limit", EDITIONS_PAGE);
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = edition_list(req->db, &how, req->arena, &all, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n && shown < limit && rc == OK; i++) {
		struct report r;
		rc = report_get(req->db, all[i].report, req->arena, &r, why);
		if (rc == ERR_NOT_FOUND) {
			rc = OK;
			continue;
		}
		if (rc == OK && report_opens(req->app->access, req->who, v, &r)) {
			rc = edition_json(&w, req->db, &all[i], why);
			shown++;
		}
	}
	http_list_end(&w, STR_NULL);
	return rc;
}

static enum err get_file(struct request *req, struct why *why)
{
	struct report r = {0};
	struct edition e = {0};
	struct str content = STR_NULL, format_text = http_path(req, "format");
	enum format f = FORMAT_PDF;
	int64_t id = 0;
	enum err rc = report_to_open(req, &r, why);
	if (rc == OK)
		rc = id_parse(http_path(req, "edition"), &id, why);
	if (rc == OK)
		rc = edition_get(req->db, id, req->arena, &e, why);
	if (rc == OK && e.report != r.id)
		rc = fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	if (rc == OK && !format_parse(format_text, &f))
		rc = fail(why, ERR_NOT_FOUND, "formats are pdf, html and xlsx");
	if (rc == OK)
		rc = edition_file(req->db, &e, f, req->arena, &content, why);
	if (rc != OK)
		return rc;
	http_answer_file(req, format_type(f),
			 arena_fmt(req->arena, STR_FMT "-" STR_FMT ".%s", STR_ARG(r.code),
				   STR_ARG(period_str(req->arena, e.period)), format_name(f)));
	buf_add(&req->out, content);
	return buf_end(&req->out, why);
}

/* -- made by hand -- */
struct by_hand {
	struct report report;
	struct edition edition;
};

static enum err keep_change(struct request *req, void *arg, struct why *why)
{
	struct by_hand *h = arg;
	enum err rc = edition_store(req->db, &h->report, &h->edition, why);
	if (rc != OK)
		return rc;
	req->status = 201;
	struct jw w = http_jw(req);
	return edition_json(&w, req->db, &h->edition, why);
}

/* {"period": "2026-11"}; without: the one due last. */
static enum err period_wanted(struct request *req, const struct report *r, struct period *ret,
			      struct why *why)
{
	const struct json *in = NULL;
	*ret = report_period(r, req->now);
	if (!req->body.len)
		return OK;
	enum err rc = http_json(req, &in, why);
	struct str text = rc == OK ? json_get_str(in, "period") : STR_NULL;
	if (rc != OK || !text.ptr)
		return rc;
	rc = period_parse(text, ret, why);
	if (rc == OK && ret->kind != r->period)
		return fail_at(why, ERR_INVALID, "/period",
			       "this report is about periods of another kind: " BOTH_FMT,
			       WORDS_ARG(period_kind_name(r->period)));
	if (rc == OK && period_start(*ret) > req->now)
		return fail_at(why, ERR_INVALID, "/period", "this period has not begun yet");
	return rc;
}

static enum err post_edition(struct request *req, struct why *why)
{
	struct by_hand *h = ARENA_NEW(req->arena, struct by_hand);
	struct period p = {0};
	enum err rc = report_of_path(req, &h->report, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_CHANGE, "report",
				    h->report.unit, why);
	if (rc == ERR_NOT_FOUND)
		rc = record_api_unknown(req, &report_record, why);
	if (rc == OK)
		rc = period_wanted(req, &h->report, &p, why);
	h->edition = (struct edition){.period = p, .made = req->now, .actor = req->who->user};
	if (rc == OK)
		rc = edition_make(req->app, req->db, &h->report, req->arena, &h->edition, why);
	if (rc != OK)
		return rc;
	return http_write(req, keep_change, h, why);
}

/* -- a look at what is not saved yet -- */
static enum err preview_of(struct request *req, const struct json *in, struct composing *c,
			   struct why *why)
{
	struct content *content = ARENA_NEW(req->arena, struct content);
	const struct json *described = json_get(in, "content");
	struct str period = json_get_str(in, "period");
	enum err rc = OK;
	c->unit = view_unit(c->view, json_get_str(in, "unit"));
	if (!c->unit)
		return fail_at(why, ERR_INVALID, "/unit", "there is no such unit");
	rc = access_require(req->app->access, req->who, VERB_CREATE, "report", c->unit->id, why);
	if (rc == OK)
		rc = period_parse(period, &c->period, why);
	if (rc != OK)
		return rc;
	if (!described)
		return fail_at(why, ERR_INVALID, "/content", "is missing");
	content_read(req->arena, described, STR("/content"), content, &req->problems);
	if (req->problems.n)
		return fail(why, ERR_INVALID, STR_FMT ": " BOTH_FMT,
			    STR_ARG(req->problems.items[0].at),
			    PROBLEM_ARG(req->problems.items[0]));
	c->content = content;
	c->language = str_is(json_get_str(in, "language"), "en") ? PAPER_EN : PAPER_VI;
	c->name = json_get_str(in, "name");
	return OK;
}

static enum err post_preview(struct request *req, struct why *why)
{
	const struct analyze *own = req->app->analyze;
	const struct json *in = NULL;
	struct paper *p = NULL;
	struct composing c = {.db = req->db,
			      .access = req->app->access,
			      .who = req->who,
			      .now = req->now,
			      .arena = req->arena};
	enum err rc = http_json(req, &in, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &c.view, why);
	if (rc == OK)
		rc = preview_of(req, in, &c, why);
	if (rc == OK)
		rc = image_view(own->images, req->db, req->arena, &c.image, why);
	if (rc == OK)
		rc = report_compose(&c, &p, why);
	if (rc != OK)
		return rc;
	req->type = STR(PAPER_HTML_TYPE);
	return paper_html(p, &req->out, why);
}

static const struct http_param pages[] = {
	{.name = "limit", .type = PARAM_INT, .min = 1, .max = 200, .help = "At most so many"},
	{.name = "cursor",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "From the previous answer's next"},
	{.name = NULL},
};
static const struct http_param limits[] = {
	{.name = "limit", .type = PARAM_INT, .min = 1, .max = 200, .help = "At most so many"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"edition",
	 "{id:id report:text name:text period:text due:time? made:time language:'vi'|'en' "
	 "demonstration:bool problem:text? files:{format:'pdf'|'html'|'xlsx' bytes:int "
	 "sha256:text}[]}"},
	{"report_content",
	 "{head?:{*:json}? sections:{kind:'heading'|'text'|'list'|'highlights'|'figures'|'units'|'chart' *:json}[] "
	 "sign?:{*:json}? *:json}"},
	{"template",
	 "{template:text for:'province'|'commune' name_vi:text name_en:text about_vi:text "
	 "about_en:text content:report_content *:json}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/report-templates", PERMIT(VERB_READ, "report"), get_templates,
	      "Reports to begin with", "Mẫu báo cáo", .answer = "{items:template[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/report-preview", PERMIT(VERB_CREATE, "report"), post_preview,
	      "How a report would look, as HTML, with your rights", "Xem trước báo cáo",
	      .flags = HTTP_SLOW, .body_max = PREVIEW_BODY_MAX,
	      .body = "{unit:text name:text language:text period:text content:report_content}"),
	ROUTE(HTTP_GET, "/api/v1/report-editions", PERMIT(VERB_READ, "report"), get_received,
	      "The newest editions of all reports that you may open",
	      "Các kỳ báo cáo mới nhất mà bạn được xem", .flags = HTTP_SLOW, .params = limits,
	      .answer = "{items:edition[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/reports/{id}/editions", PERMIT(VERB_READ, "report"), get_editions,
	      "Editions of a report, the newest first", "Các kỳ của một báo cáo", .params = pages,
	      .answer = "{items:edition[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/reports/{id}/editions", PERMIT(VERB_CHANGE, "report"),
	      post_edition, "Make an edition now", "Lập báo cáo ngay",
	      .flags = HTTP_SLOW | HTTP_IDEMPOTENT, .body_max = 1024, .answer = "edition"),
	ROUTE(HTTP_GET, "/api/v1/reports/{id}/editions/{edition}/{format}",
	      PERMIT(VERB_READ, "report"), get_file, "An edition as pdf, html or xlsx",
	      "Tải một kỳ báo cáo: pdf, html hoặc xlsx", .flags = HTTP_SLOW),
};
const struct route_table report_routes = {routes, ARRAY_LEN(routes), shapes};
