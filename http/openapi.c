#include "http/internal.h"

static const char *const param_schemas[] = {
	[PARAM_TEXT] = "{\"type\":\"string\"}",
	[PARAM_INT] = "{\"type\":\"integer\"}",
	[PARAM_ID] = "{\"type\":\"string\",\"pattern\":\"^[0-9A-Za-z]{13}$\"}",
	[PARAM_BOOL] = "{\"type\":\"boolean\"}",
	[PARAM_DATE] = "{\"type\":\"string\",\"format\":\"date\"}",
	[PARAM_TIME] = "{\"type\":\"string\",\"format\":\"date-time\"}",
	[PARAM_PERIOD] = "{\"type\":\"string\",\"examples\":[\"2026\",\"2026-Q3\",\"2026-11\"]}",
};

static void write_name(struct jw *w, struct str name)
{
	char text[256];
	snprintf(text, sizeof(text), STR_FMT, STR_ARG(name));
	jw_name(w, text);
}

static void write_path_params(struct jw *w, const char *path)
{
	struct str rest = {path + 1, strlen(path) - 1};
	while (rest.ptr) {
		struct str one = str_until(rest, '/', &rest);
		if (one.len < 3 || one.ptr[0] != '{')
			continue;
		jw_object(w);
		jw_m_str(w, "name", (struct str){one.ptr + 1, one.len - 2});
		jw_m_cstr(w, "in", "path");
		jw_m_bool(w, "required", true);
		jw_name(w, "schema");
		jw_raw(w, STR("{\"type\":\"string\"}"));
		jw_object_end(w);
	}
}

static void write_header_param(struct jw *w, const char *name, bool required, const char *help)
{
	jw_object(w);
	jw_m_cstr(w, "name", name);
	jw_m_cstr(w, "in", "header");
	jw_m_bool(w, "required", required);
	jw_m_cstr(w, "description", help);
	jw_name(w, "schema");
	jw_raw(w, STR("{\"type\":\"string\"}"));
	jw_object_end(w);
}

static void write_query_param(struct jw *w, const struct http_param *p)
{
	jw_object(w);
	jw_m_cstr(w, "name", p->name);
	jw_m_cstr(w, "in", "query");
	jw_m_bool(w, "required", p->required);
	jw_m_cstr(w, "description", p->help);
	jw_m_cstr(w, "x-description-vi", words_vi(p->help));
	jw_name(w, "schema");
	if (p->repeated) {
		jw_object(w);
		jw_m_cstr(w, "type", "array");
		jw_name(w, "items");
	}
	jw_raw(w, str_of(param_schemas[p->type]));
	if (p->repeated)
		jw_object_end(w);
	jw_object_end(w);
}

static void write_params(struct jw *w, const struct route *r)
{
	jw_name(w, "parameters");
	jw_array(w);
	write_path_params(w, r->path);
	for (const struct http_param *p = r->params; p && p->name; p++)
		write_query_param(w, p);
	if (r->flags & HTTP_IF_MATCH)
		write_header_param(w, "If-Match", true, "ETag of the version that is changed");
	if (r->flags & HTTP_IDEMPOTENT)
		write_header_param(w, "Idempotency-Key", false,
				   "Sent again with the same key, the request is done once");
	jw_array_end(w);
}

static void write_media(struct jw *w, const char *type, const char *schema)
{
	jw_name(w, type);
	jw_object(w);
	jw_name(w, "schema");
	jw_raw(w, str_of(schema));
	jw_object_end(w);
}

/* shape NULL: any. */
static void write_json(struct document *d, const char *shape)
{
	jw_name(&d->w, "application/json");
	jw_object(&d->w);
	jw_name(&d->w, "schema");
	shape_write(d, shape ? shape : "json");
	jw_object_end(&d->w);
}

static void write_record(struct jw *w, const struct record *r)
{
	char ref[160];
	snprintf(ref, sizeof(ref), "{\"$ref\":\"#/components/schemas/" STR_FMT "\"}",
		 STR_ARG(str_of(r->table.text)));
	write_media(w, "application/json", ref);
}

static void write_request_body(struct document *d, const struct route *r)
{
	struct jw *w = &d->w;
	if (!r->body_max)
		return;
	jw_name(w, "requestBody");
	jw_object(w);
	jw_name(w, "content");
	jw_object(w);
	if (r->record && !(r->flags & HTTP_CSV))
		write_record(w, r->record);
	else
		write_json(d, r->body);
	if (r->flags & HTTP_CSV)
		write_media(w, "text/csv", "{\"type\":\"string\"}");
	if (r->flags & HTTP_MULTIPART)
		write_media(w, "multipart/form-data",
			    "{\"type\":\"object\",\"properties\":{\"file\":{\"type\":\"string\","
			    "\"format\":\"binary\"}}}");
	jw_object_end(w);
	jw_object_end(w);
}

static void write_responses(struct document *d, const struct route *r)
{
	struct jw *w = &d->w;
	jw_name(w, "responses");
	jw_object(w);
	jw_name(w, r->flags & HTTP_IDEMPOTENT ? "201" : "200");
	jw_object(w);
	jw_m_cstr(w, "description", "Done");
	jw_name(w, "content");
	jw_object(w);
	write_json(d, r->answer);
	jw_object_end(w);
	jw_object_end(w);
	jw_name(w, "default");
	jw_raw(w, STR("{\"$ref\":\"#/components/responses/problem\"}"));
	jw_object_end(w);
}

/* "get_api_v1_units_id": stable, made of the method and the path. */
static void write_operation_id(struct jw *w, const struct route *r)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1024);
	for (const char *c = http_method_name(r->method); *c; c++)
		buf_add_char(&b, (char)(*c | 0x20));
	for (const char *c = r->path; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			     (*c >= '0' && *c <= '9');
		if (plain || *c == '/' || *c == '-' || *c == '.')
			buf_add_char(&b, plain ? *c : '_');
	}
	jw_m_str(w, "operationId", buf_str(&b));
}

static void write_operation(struct document *d, const struct route *r)
{
	struct jw *w = &d->w;
	static const char *const verbs[VERBS] = {
#define X(code, name) [code] = name,
		VERB_TABLE(X)
#undef X
	};
	char name[8];
	size_t n = 0;
	for (const char *c = http_method_name(r->method); *c; c++)
		name[n++] = (char)(*c | 0x20);
	name[n] = '\0';
	jw_name(w, name);
	jw_object(w);
	write_operation_id(w, r);
	jw_m_cstr(w, "summary", r->help);
	jw_m_cstr(w, "x-summary-vi", r->help_vi);
	if (r->record)
		jw_m_cstr(w, "x-record", r->record->table.text);
	if (r->permission.needs == PERMIT_KIND) {
		jw_name(w, "x-permission");
		jw_object(w);
		jw_m_cstr(w, "verb", verbs[r->permission.verb]);
		jw_m_cstr(w, "kind", r->permission.kind);
		jw_object_end(w);
	}
	if (r->permission.needs == PERMIT_ANYONE) {
		jw_name(w, "security");
		jw_raw(w, STR("[]"));
	}
	write_params(w, r);
	write_request_body(d, r);
	write_responses(d, r);
	jw_object_end(w);
}

/* Is there a row of this path before it, and of this method too? */
static bool seen(const struct route_table *tables, size_t table, size_t row, bool same_method)
{
	const struct route *r = &tables[table].routes[row];
	for (size_t t = 0; t <= table; t++)
		for (size_t i = 0; i < tables[t].n; i++) {
			const struct route *other = &tables[t].routes[i];
			if (other == r)
				return false;
			if (str_is(str_of(other->path), r->path) &&
			    (!same_method || other->method == r->method))
				return true;
		}
	return false;
}

static void write_path(struct document *d, const char *path)
{
	write_name(&d->w, str_of(path));
	jw_object(&d->w);
	for (size_t t = 0; t < d->n; t++)
		for (size_t i = 0; i < d->tables[t].n; i++)
			if (str_is(str_of(d->tables[t].routes[i].path), path) &&
			    !seen(d->tables, t, i, true))
				write_operation(d, &d->tables[t].routes[i]);
	jw_object_end(&d->w);
}

static bool record_seen(const struct route_table *tables, size_t table, size_t row)
{
	for (size_t t = 0; t <= table; t++)
		for (size_t i = 0; i < tables[t].n && (t < table || i < row); i++)
			if (tables[t].routes[i].record == tables[table].routes[row].record)
				return true;
	return false;
}

static void write_components(struct document *d)
{
	const struct route_table *tables = d->tables;
	struct jw *w = &d->w;
	jw_name(w, "components");
	jw_object(w);
	jw_name(w, "securitySchemes");
	jw_raw(w, STR("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"cookie\":{\"type\":"
		      "\"apiKey\",\"in\":\"cookie\",\"name\":\"haidang_session\"}}"));
	jw_name(w, "responses");
	jw_raw(w,
	       STR("{\"problem\":{\"description\":\"What went wrong (RFC 9457)\",\"headers\":{"
		   "\"Retry-After\":{\"description\":\"Of 429 and 503: seconds after which to try "
		   "again\",\"schema\":{\"type\":\"integer\"}}},\"content\":{"
		   "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/"
		   "problem\"}}}}}"));
	jw_name(w, "schemas");
	jw_object(w);
	jw_name(w, "problem");
	jw_raw(w,
	       STR("{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\"],"
		   "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
		   "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},\"at\":{"
		   "\"type\":\"string\"},\"request\":{\"type\":\"string\"},\"errors\":{\"type\":"
		   "\"array\",\"items\":{\"type\":\"object\",\"required\":[\"at\",\"detail\"],\"properties\":{\"at\":{\"type\":"
		   "\"string\"},\"detail\":{\"type\":\"string\"}}}}}}"));
	for (size_t t = 0; t < d->n; t++) {
		for (const struct shape *s = tables[t].shapes; s && s->name; s++) {
			jw_name(w, s->name);
			shape_write(d, s->text);
		}
		for (size_t i = 0; i < tables[t].n; i++) {
			const struct record *r = tables[t].routes[i].record;
			if (!r || record_seen(tables, t, i))
				continue;
			jw_name(w, r->table.text);
			record_schema(w, r);
		}
	}
	jw_object_end(w);
	jw_object_end(w);
}

void openapi_write(struct buf *out, const struct route_table *tables, size_t n)
{
	struct document d = {.tables = tables, .n = n};
	struct jw *w = &d.w;
	jw_init(w, out);
	jw_object(w);
	jw_m_cstr(w, "openapi", "3.1.0");
	jw_name(w, "info");
	jw_object(w);
	jw_m_cstr(w, "title", "Hải Đăng");
	jw_m_cstr(w, "version", HAIDANG_VERSION);
	jw_m_cstr(w, "summary", "Open intelligent operations centre of a province");
	jw_object_end(w);
	jw_name(w, "servers");
	jw_raw(w, STR("[{\"url\":\"/\"}]"));
	jw_name(w, "security");
	jw_raw(w, STR("[{\"bearer\":[]},{\"cookie\":[]}]"));
	jw_name(w, "paths");
	jw_object(w);
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].n; i++)
			if (!seen(tables, t, i, false))
				write_path(&d, tables[t].routes[i].path);
	jw_object_end(w);
	write_components(&d);
	jw_object_end(w);
}

void http_openapi(struct buf *out, const struct route_table *tables, size_t n)
{
	AUTO(arena_free) struct arena *a = arena_new();
	size_t n_all = 0;
	const struct route_table *all = tables_with_own(a, tables, n, &n_all);
	openapi_write(out, all, n_all);
}

static enum err openapi_get(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	(void)why;
	p->ready = buf_str(&p->server->openapi);
	snprintf(p->etag, sizeof(p->etag), "%s", p->server->openapi_etag);
	return OK;
}

static enum err page_get(struct request *req, struct why *why)
{
	(void)why;
	req->private->ready = buf_str(&req->private->server->page);
	req->private->html = true;
	req->type = STR("text/html; charset=utf-8");
	http_answer_header(req, "Cache-Control", STR("no-cache"));
	return OK;
}

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/openapi.json", ANYONE, openapi_get, "This interface, as OpenAPI 3.1",
	      "Mô tả giao diện này theo OpenAPI 3.1", .flags = HTTP_NO_STORE),
	ROUTE(HTTP_GET, "/api", ANYONE, page_get, "This interface, as a page to read",
	      "Trang mô tả giao diện lập trình", .flags = HTTP_NO_STORE),
};
const struct route_table openapi_routes = {routes, ARRAY_LEN(routes), NULL};
