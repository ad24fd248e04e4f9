#include "core/journal.h"
#include "http/internal.h"

#define LIMIT 100

static enum err journal_get(struct request *req, struct why *why)
{
	struct journal_reader how = {
		.access = req->app->access,
		.who = req->who,
		.after = http_query(req, "after"),
		.backward = str_is(http_query(req, "backward"), "true"),
		.max = (size_t)http_query_int(req, "limit", LIMIT),
		.kind = http_query(req, "kind"),
	};
	struct journal_page page = {0};
	enum err rc = journal_read(req->db, &how, req->arena, &page, why);
	struct jw w = http_list(req);
	for (size_t i = 0; i < page.n; i++)
		journal_json(&w, &page.entries[i]);
	jw_array_end(&w);
	jw_m_str(&w, "next", page.next);
	jw_m_bool(&w, "more", page.more);
	jw_object_end(&w);
	return rc;
}

static const struct http_param params[] = {
	{.name = "after",
	 .type = PARAM_TEXT,
	 .max = 2000,
	 .help = "cursor: `next` of the page before"},
	{.name = "backward", .type = PARAM_BOOL, .help = "newest first"},
	{.name = "limit",
	 .type = PARAM_INT,
	 .min = 1,
	 .max = 1000,
	 .help = "entries of a page; 100"},
	{.name = "kind",
	 .type = PARAM_TEXT,
	 .max = 80,
	 .help = "only \"unit.changed\", or all of \"unit.\""},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"journal_entry",
	 "{server:int seq:int at:time kind:text actor:text? unit:text? subject:text? id:id? "
	 "data:{*:json}? hash:text}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/journal", PERMIT(VERB_READ, "journal"), journal_get,
	      "What happened, in the order of one hash chain per server",
	      "Nhật ký: mọi việc đã xảy ra, theo chuỗi băm của từng máy chủ", .params = params,
	      .answer = "{items:journal_entry[] next:text? more:bool}"),
};
const struct route_table journal_routes = {routes, ARRAY_LEN(routes), shapes};
