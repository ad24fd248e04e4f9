#include "base/id.h"
#include "http/internal.h"

/* Scripts, fonts and data from this server only; nothing inline but styles (the component library
 * computes them); nobody may put us in a frame. */
#define POLICY_PAGE                                                                                \
	"default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; "                      \
	"style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "                   \
	"form-action 'self'; frame-ancestors 'none'"
#define INTERNAL WORDS("the log of the centre says why, under this request")
#define FILENAME_SHOWN 200 /* bytes of a download's name */
#define POLICY_DATA "default-src 'none'; frame-ancestors 'none'"

static void put(struct request *req, const char *name, struct str value)
{
	struct http_private *p = req->private;
	for (size_t i = 0; i < p->n_answer; i++)
		if (str_is(p->answer[i].name, name)) {
			p->answer[i].value = value;
			return;
		}
	assert(p->n_answer < HTTP_ANSWER_HEADERS_MAX);
	p->answer[p->n_answer++] = (struct header){str_of(name), value};
}

void http_answer_header(struct request *req, const char *name, struct str value)
{
	if (str_is(str_of(name), "Cache-Control"))
		req->private->cacheable = true;
	put(req, name, arena_str(req->arena, value));
}

void http_answer_etag(struct request *req, int64_t version)
{
	struct http_private *p = req->private;
	snprintf(p->etag, sizeof(p->etag), "\"%lld\"", (long long)version);
}

static bool plain_in_name(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       memchr(".-_", c, 3);
}

/* RFC 8187: a plain name for old readers, then the whole one in UTF-8. */
static struct str disposition(struct request *req, struct str filename)
{
	AUTO(buf_release) struct buf b;
	size_t n = filename.len < FILENAME_SHOWN ? filename.len : FILENAME_SHOWN;
	buf_init(&b, 4096);
	buf_printf(&b, "attachment; filename=\"");
	for (size_t i = 0; i < n; i++)
		buf_add_char(&b,
			     plain_in_name((unsigned char)filename.ptr[i]) ? filename.ptr[i] : '_');
	buf_printf(&b, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)filename.ptr[i];
		if (plain_in_name(c))
			buf_add_char(&b, (char)c);
		else
			buf_printf(&b, "%%%02X", c);
	}
	return arena_str(req->arena, buf_str(&b));
}

void http_answer_file(struct request *req, struct str type, struct str filename)
{
	req->type = type;
	put(req, "Content-Disposition", disposition(req, filename));
}

void http_answer_session(struct request *req, struct str token)
{
	const char *secure = req->private->secure ? "; Secure" : "";
	put(req, "Set-Cookie",
	    token.len
		    ? arena_fmt(req->arena,
				"haidang_session=" STR_FMT "; Path=/; HttpOnly; SameSite=Strict%s",
				STR_ARG(token), secure)
		    : arena_fmt(req->arena,
				"haidang_session=; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=0",
				secure));
}

bool http_english(const struct request *req)
{
	return str_is(req->language, "en");
}

struct jw http_jw(struct request *req)
{
	struct jw w;
	buf_clear(&req->out);
	jw_init(&w, &req->out);
	return w;
}

struct jw http_list(struct request *req)
{
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "items");
	jw_array(&w);
	return w;
}

void http_list_end(struct jw *w, struct str next)
{
	jw_array_end(w);
	jw_m_str(w, "next", next);
	jw_object_end(w);
}

void http_list_end_id(struct jw *w, int64_t next)
{
	jw_array_end(w);
	jw_m_id(w, "next", next);
	jw_object_end(w);
}

void answer_reset(struct request *req, size_t n_headers)
{
	struct http_private *p = req->private;
	buf_clear(&req->out);
	req->status = 0;
	req->type = STR_NULL;
	req->problems = (struct problems){.arena = req->arena};
	p->n_answer = n_headers;
	p->etag[0] = '\0';
	p->ready = STR_NULL;
	p->stream = NULL;
	p->html = false;
}

static void write_errors(struct jw *w, const struct problems *problems, bool english)
{
	jw_name(w, "errors");
	jw_array(w);
	for (size_t i = 0; i < problems->n; i++) {
		jw_object(w);
		jw_m_str(w, "at", problems->items[i].at);
		jw_m_str(w, "detail", english ? problems->items[i].text : problems->items[i].vi);
		jw_object_end(w);
	}
	jw_array_end(w);
	if (problems->cut)
		jw_m_bool(w, "cut", true);
}

void answer_problem(struct request *req, enum err rc, const struct why *why)
{
	struct problems problems = req->problems;
	char id[ID_TEXT + 1];
	bool english = http_english(req);
	answer_reset(req, req->private->n_answer);
	req->status = err_status(rc);
	req->type = STR("application/problem+json");
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "type");
	jw_str(&w, arena_fmt(req->arena, "/problems/%s", err_slug(rc)));
	jw_m_cstr(&w, "title", english ? err_title(rc) : words_vi(err_title(rc)));
	jw_m_int(&w, "status", req->status);
	/* What went wrong inside is for the log, not for the world. */
	if (rc == ERR_INTERNAL)
		jw_m_cstr(&w, "detail", english ? INTERNAL : words_vi(INTERNAL));
	else if (why && why->text[0])
		jw_m_cstr(&w, "detail", english ? why->text : why->vi);
	if (why && why->at[0])
		jw_m_cstr(&w, "at", why->at);
	if (problems.n)
		write_errors(&w, &problems, english);
	id_write(req->id, id);
	jw_m_cstr(&w, "request", id);
	jw_object_end(&w);
}

static bool answers(const struct request *req, const char *name)
{
	const struct http_private *p = req->private;
	for (size_t i = 0; i < p->n_answer; i++)
		if (str_is(p->answer[i].name, name))
			return true;
	return false;
}

void request_fail(struct request *req, enum err rc, const struct why *why)
{
	answer_problem(req, rc, why);
	event_why(&req->private->event, rc, why);
	if (rc == ERR_UNAUTHENTICATED)
		put(req, "WWW-Authenticate", STR("Bearer"));
	if ((rc == ERR_UNAVAILABLE || rc == ERR_LIMIT) && !answers(req, "Retry-After"))
		put(req, "Retry-After", STR(HTTP_RETRY_AFTER));
}

/* Is the tag among those of If-None-Match? */
static bool has_tag(struct str list, const char *etag)
{
	struct str rest = list;
	while (rest.ptr) {
		struct str one = str_trim(str_until(rest, ',', &rest));
		if (str_starts(one, STR("W/")))
			one = (struct str){one.ptr + 2, one.len - 2};
		if (str_is(one, etag) || str_is(one, "*"))
			return true;
	}
	return false;
}

static void put_policy(struct request *req)
{
	struct http_private *p = req->private;
	put(req, "X-Content-Type-Options", STR("nosniff"));
	if (p->stream || p->bare) /* thousands are open, and each keeps its headers */
		return;
	put(req, "Content-Security-Policy", p->html ? STR(POLICY_PAGE) : STR(POLICY_DATA));
	put(req, "Referrer-Policy", STR("no-referrer"));
	if (p->html) {
		put(req, "Cross-Origin-Opener-Policy", STR("same-origin"));
		put(req, "Permissions-Policy",
		    STR("camera=(), microphone=(), geolocation=(self), payment=(), usb=()"));
	}
	put(req, "Cross-Origin-Resource-Policy", STR("same-origin"));
	if (p->secure)
		put(req, "Strict-Transport-Security", STR("max-age=31536000"));
}

void answer_finish(struct request *req)
{
	struct http_private *p = req->private;
	if (req->out.error) {
		struct why why = {0};
		request_fail(req,
			     fail(&why, ERR_TOO_LARGE, "the answer is too large; ask for less"),
			     &why);
	}
	if (!req->status)
		req->status = 200;
	bool reading = str_is(req->method, "GET") || str_is(req->method, "HEAD");
	if (p->etag[0]) {
		put(req, "ETag", arena_str(req->arena, str_of(p->etag)));
		struct str list = headers_get(p->fields, "if-none-match");
		if (reading && req->status == 200 && list.ptr && has_tag(list, p->etag)) {
			req->status = 304;
			p->ready = STR("");
		}
	}
	if (req->status != 304 && req->status != 204)
		put(req, "Content-Type", req->type.ptr ? req->type : STR("application/json"));
	if (!p->cacheable)
		put(req, "Cache-Control", p->etag[0] ? STR("private, no-cache") : STR("no-store"));
	if (p->close)
		put(req, "Connection", STR("close"));
	put_policy(req);
}

struct str http_path(const struct request *req, const char *name)
{
	const struct http_private *p = req->private;
	for (size_t i = 0; i < p->n_path; i++)
		if (str_is(p->path_names[i], name))
			return p->path_values[i];
	return STR_NULL;
}

struct str http_header(const struct request *req, const char *name)
{
	return headers_get(req->private->fields, name);
}

enum err http_json(struct request *req, const struct json **ret, struct why *why)
{
	struct http_private *p = req->private;
	if (!p->json) {
		enum err rc = json_parse(req->arena, req->body, &p->json, why);
		if (rc != OK)
			return rc;
	}
	*ret = p->json;
	return OK;
}

size_t http_parts(struct request *req, struct http_part **ret, struct why *why)
{
	(void)why;
	*ret = req->private->parts;
	return req->private->n_parts;
}
