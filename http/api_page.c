#include "http/internal.h"

static const char head[] =
	"<!doctype html>\n<html lang=\"vi\"><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	"<title>Hải Đăng · API</title>\n<style>\n"
	":root{color-scheme:light dark}\n"
	"body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"td,th{padding:.4rem .6rem;border-bottom:1px solid #8886;text-align:left;vertical-align:top}\n"
	"code{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}\n"
	".en{opacity:.75}\n</style>\n"
	"<h1>Giao diện lập trình của Hải Đăng</h1>\n"
	"<p>Bản mô tả đầy đủ: <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1). Đăng nhập bằng "
	"<code>POST /api/v1/sessions</code>, rồi gửi <code>Authorization: Bearer …</code>. Danh sách trả về "
	"<code>{\"items\":[…],\"next\":…}</code>; lỗi là <code>application/problem+json</code>.\n"
	"<p class=\"en\" lang=\"en\">Sign in with <code>POST /api/v1/sessions</code>, then send "
	"<code>Authorization: Bearer …</code>. Lists answer <code>{\"items\":[…],\"next\":…}</code>, "
	"refusals are <code>application/problem+json</code>.\n"
	"<table><thead><tr><th>Lệnh <span class=\"en\" lang=\"en\">Method</span><th>Địa chỉ <span class=\"en\" lang=\"en\">Address</span>"
	"<th>Việc <span class=\"en\" lang=\"en\">What</span><th>Quyền <span class=\"en\" lang=\"en\">Permission</span></thead>\n<tbody>\n";

static void add_text(struct buf *out, const char *text)
{
	for (; *text; text++)
		if (*text == '<')
			buf_add(out, STR("&lt;"));
		else if (*text == '&')
			buf_add(out, STR("&amp;"));
		else
			buf_add_char(out, *text);
}

static void add_permission(struct buf *out, const struct permission *p)
{
	static const char *const verbs[VERBS] = {
#define X(code, name) [code] = name,
		VERB_TABLE(X)
#undef X
	};
	if (p->needs == PERMIT_ANYONE)
		buf_add(out, STR("mọi người · anyone"));
	else if (p->needs == PERMIT_SIGNED_IN)
		buf_add(out, STR("đã đăng nhập · signed in"));
	else
		buf_printf(out, "%s %s", verbs[p->verb], p->kind);
}

static void add_params(struct buf *out, const struct http_param *p)
{
	for (; p && p->name; p++) {
		buf_printf(out, "<br><code>%s</code>%s ", p->name, p->required ? " *" : "");
		add_text(out, words_vi(p->help));
		buf_add(out, STR(" <span class=\"en\" lang=\"en\">"));
		add_text(out, p->help);
		buf_add(out, STR("</span>"));
	}
}

static void add_route(struct buf *out, const struct route *r)
{
	buf_printf(out, "<tr><td><code>%s</code><td><code>", http_method_name(r->method));
	add_text(out, r->path);
	buf_add(out, STR("</code><td>"));
	add_text(out, r->help_vi);
	buf_add(out, STR("<br><span class=\"en\" lang=\"en\">"));
	add_text(out, r->help);
	buf_add(out, STR("</span>"));
	add_params(out, r->params);
	buf_add(out, STR("<td>"));
	add_permission(out, &r->permission);
	buf_add_char(out, '\n');
}

void api_page(struct buf *out, const struct route_table *tables, size_t n)
{
	buf_add(out, str_of(head));
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].n; i++)
			add_route(out, &tables[t].routes[i]);
	buf_add(out, STR("</tbody></table>\n"));
}
