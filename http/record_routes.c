#include "http/record_api.h"

/* One row of the pattern that every kind of record gets. */
struct pattern {
	enum http_method method;
	const char *tail;
	enum verb verb;
	http_handler handler;
	const char *help, *help_vi; /* of the things; the kind's name follows */
	unsigned flags;
	size_t body_max;
	const struct http_param *params;
	const char *answer;
};

static const struct http_param list_params[] = {
	{.name = "q",
	 .type = PARAM_TEXT,
	 .max = 200,
	 .help = "words to look for; accents are ignored"},
	{.name = "sort",
	 .type = PARAM_TEXT,
	 .max = 80,
	 .help = "field to sort by; -field: downwards"},
	HTTP_PAGE_PARAMS(500),
	{.name = "removed", .type = PARAM_BOOL, .help = "the removed instead of the living"},
	{.name = NULL},
};
static const struct http_param export_params[] = {
	{.name = "q",
	 .type = PARAM_TEXT,
	 .max = 200,
	 .help = "words to look for; accents are ignored"},
	{.name = "sort",
	 .type = PARAM_TEXT,
	 .max = 80,
	 .help = "field to sort by; -field: downwards"},
	{.name = "removed", .type = PARAM_BOOL, .help = "the removed instead of the living"},
	{.name = NULL},
};
static const struct http_param import_params[] = {
	{.name = "dry_run", .type = PARAM_BOOL, .help = "true: check only, store nothing"},
	{.name = NULL},
};
static const struct http_param no_params[] = {{.name = NULL}};

#define RECORD_BODY_MAX ((size_t)1 << 20)
#define IMPORT_BODY_MAX ((size_t)64 << 20)

static const struct shape shapes[] = {
	{"label", "{vi:text en:text}"},
	{"row", "{id:id version:int created:time changed:time removed:time? *:json}"},
	{"field",
	 "{name:text type:'text'|'long'|'code'|'int'|'bool'|'decimal'|'date'|'time'|'choice'|'ref'|'list'|"
	 "'refs'|'json' label:label help?:label? min?:number? max?:number? choices?:{value:text "
	 "label:label}[] ref?:{kind:text path:text} required?:bool fixed?:bool ours?:bool search?:bool "
	 "filter?:bool main?:bool}"},
	{"description",
	 "{kind:text path:text label:label plural:label sort:text unit_field:text? fields:field[]}"},
	{NULL, NULL},
};

static const struct pattern patterns[] = {
	{HTTP_GET, "", VERB_READ, record_api_list, "List", "Danh sách", HTTP_ANY_QUERY, 0,
	 list_params, "{items:row[] next:text?}"},
	{HTTP_POST, "", VERB_CREATE, record_api_create, "Create", "Tạo mới", HTTP_IDEMPOTENT,
	 RECORD_BODY_MAX, no_params, "row"},
	{HTTP_GET, "/description", VERB_READ, record_api_description,
	 "Fields, for forms and tables:", "Mô tả các trường:", 0, 0, no_params, "description"},
	{HTTP_POST, "/import", VERB_CREATE, record_api_import,
	 "Create or change many from CSV, XLSX or JSON, all or nothing:",
	 "Nhập nhiều dòng từ CSV, XLSX hoặc JSON, được cả hoặc không:",
	 HTTP_CSV | HTTP_MULTIPART | HTTP_SLOW, IMPORT_BODY_MAX, import_params,
	 "{created:int changed:int same:int}"},
	{HTTP_GET, ".csv", VERB_READ, record_api_csv,
	 "Export as CSV:", "Xuất ra CSV:", HTTP_ANY_QUERY | HTTP_SLOW, 0, export_params, NULL},
	{HTTP_GET, ".xlsx", VERB_READ, record_api_xlsx,
	 "Export as XLSX:", "Xuất ra XLSX:", HTTP_ANY_QUERY | HTTP_SLOW, 0, export_params, NULL},
	{HTTP_GET, ".json", VERB_READ, record_api_json, "Export as JSON:", "Xuất ra JSON:",
	 HTTP_ANY_QUERY | HTTP_SLOW, 0, export_params, "{items:row[] next:text?}"},
	{HTTP_GET, "/{id}", VERB_READ, record_api_get,
	 "One, by code or id:", "Một mục, theo mã hoặc định danh:", 0, 0, no_params, "row"},
	{HTTP_PATCH, "/{id}", VERB_CHANGE, record_api_change, "Change the given fields:",
	 "Sửa các trường được gửi:", HTTP_IF_MATCH, RECORD_BODY_MAX, no_params, "row"},
	{HTTP_DELETE, "/{id}", VERB_REMOVE, record_api_remove,
	 "Remove (can be undone):", "Xóa (khôi phục được):", HTTP_IF_MATCH, 0, no_params, "row"},
	{HTTP_POST, "/{id}/restore", VERB_REMOVE, record_api_restore,
	 "Undo the removal:", "Khôi phục mục đã xóa:", 0, 0, no_params, "row"},
	{HTTP_GET, "/{id}/history", VERB_READ, record_api_history, "What happened to one:",
	 "Lịch sử thay đổi:", 0, 0, no_params, "{items:journal_entry[] next:text?}"},
};

static struct route make_route(const struct pattern *p, const struct record *r, struct arena *a)
{
	return (struct route){
		.method = p->method,
		.path = arena_fmt(a, "/api/v1/%s%s", r->path, p->tail).ptr,
		.permission = PERMIT(p->verb, r->table.text),
		.handler = p->handler,
		.help = arena_fmt(a, "%s %s", p->help, r->plural.en).ptr,
		.help_vi = arena_fmt(a, "%s %s", p->help_vi, r->plural.vi).ptr,
		.flags = p->flags,
		.body_max = p->body_max,
		.params = p->params,
		.record = r,
		.answer = p->answer,
	};
}

struct route_table http_record_routes(const struct record *const *kinds, struct arena *a)
{
	size_t n_kinds = 0, n = 0;
	while (kinds[n_kinds])
		n_kinds++;
	struct route *routes = ARENA_ARRAY(a, n_kinds * ARRAY_LEN(patterns), struct route);
	for (size_t k = 0; k < n_kinds; k++)
		for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
			routes[n++] = make_route(&patterns[i], kinds[k], a);
	return (struct route_table){routes, n, shapes};
}
