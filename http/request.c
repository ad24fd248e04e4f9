#include "base/id.h"
#include "http/internal.h"

#include <strings.h>

static const struct route static_route = ROUTE(
	HTTP_GET, "/", ANYONE, static_answer, "The front end", "Giao diện", .flags = HTTP_NO_STORE);

struct request *request_new(struct http *h, struct exchange *x, struct str target)
{
	struct arena *a = arena_new();
	struct request *req = ARENA_NEW(a, struct request);
	struct http_private *p = ARENA_NEW(a, struct http_private);
	struct str all = arena_str(a, target);
	req->arena = a;
	req->app = &h->app;
	req->private = p;
	req->problems.arena = a;
	req->path = str_until(all, '?', &p->raw_query);
	req->address = STR("");
	req->now = clock_now(h->app.clock);
	req->id = h->app.store ? id_next(store_ids(h->app.store), req->now) : 1;
	buf_init(&req->out, HTTP_ANSWER_MAX);
	p->server = h;
	p->exchange = x;
	p->started = clock_monotonic();
	event_begin(&p->event, h->app.log, "http.request");
	return req;
}

void request_free(struct request *req)
{
	if (!req)
		return;
	struct http_private *p = req->private;
	request_read_end(req);
	atomic_fetch_sub(&p->server->body_bytes, p->body_reserved);
	shares_give(p->server->shares, p->share, SHARE_BODIES, p->body_reserved);
	buf_release(&p->body);
	buf_release(&req->out);
	arena_free(req->arena);
}

static bool reserve(struct request *req, size_t n)
{
	struct http_private *p = req->private;
	struct http *h = p->server;
	size_t max = h->options.body_total_max;
	size_t before = atomic_fetch_add(&h->body_bytes, n);
	p->body_reserved += n;
	return shares_take(h->shares, request_share(req), SHARE_BODIES, n, max / 2) &&
	       before + n <= max;
}

static struct str media_type(struct str content_type)
{
	struct str rest = STR_NULL;
	return str_trim(str_until(content_type, ';', &rest));
}

static bool media_is(struct str type, const char *name)
{
	return type.len == strlen(name) && strncasecmp(type.ptr, name, type.len) == 0;
}

static enum err check_media(struct request *req, struct why *why)
{
	unsigned flags = req->route->flags;
	struct str type = media_type(req->content_type);
	if (media_is(type, "application/json") ||
	    ((flags & HTTP_CSV) && media_is(type, "text/csv")) ||
	    ((flags & HTTP_MULTIPART) && media_is(type, "multipart/form-data")))
		return OK;
	return fail_at(why, ERR_MEDIA, "Content-Type", "send application/json%s%s",
		       flags & HTTP_CSV ? ", text/csv" : "",
		       flags & HTTP_MULTIPART ? ", multipart/form-data" : "");
}

static enum err accept_body(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	int64_t length = 0;
	buf_init(&p->body, req->route->body_max);
	if (!headers_body(p->fields, &length))
		return OK;
	if (length > (int64_t)req->route->body_max || req->route->body_max == 0)
		return fail(why, ERR_TOO_LARGE, "at most %zu bytes are taken here",
			    req->route->body_max);
	if (length > 0 && !reserve(req, (size_t)length))
		return fail(why, ERR_UNAVAILABLE,
			    "too much is being sent to the centre; try again in a few seconds");
	return check_media(req, why);
}

static enum err read_conditions(struct request *req, struct why *why)
{
	struct str match = http_header(req, "if-match");
	req->idempotency_key = http_header(req, "idempotency-key");
	if (req->idempotency_key.len > 200)
		return fail_at(why, ERR_INVALID, "Idempotency-Key", "at most 200 bytes");
	if (!match.ptr && (req->route->flags & HTTP_IF_MATCH))
		return fail_at(why, ERR_PRECONDITION, "If-Match",
			       "send the ETag of the version that you change");
	if (!match.ptr)
		return OK;
	if (match.len < 3 || match.ptr[0] != '"' || match.ptr[match.len - 1] != '"')
		return fail_at(why, ERR_INVALID, "If-Match", "must be an ETag like \"3\"");
	match = (struct str){match.ptr + 1, match.len - 2};
	if (str_int(match, 1, INT64_MAX, &req->if_match, NULL) != OK)
		return fail_at(why, ERR_STALE, "If-Match", "is not a version of this");
	return OK;
}

static enum err find_route(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	enum err rc = router_find(p->server->router, req, why);
	bool reading = str_is(req->method, "GET") || str_is(req->method, "HEAD");
	if (rc != ERR_NOT_FOUND || !reading || !static_serves(req->path))
		return rc;
	bool first = str_is(req->path, "/") && str_is(req->method, "GET") &&
		     cookie_session(http_header(req, "cookie")).ptr && p->server->options.n_first;
	req->route = first ? &first_route : &static_route;
	p->raw_query = STR_NULL; /* the front end's own */
	return OK;
}

/* A person's choice stands in a cookie: links to files carry no header of the front end. */
static struct str language_of(const struct request *req)
{
	struct str chosen = cookie_value(http_header(req, "cookie"), "haidang_language");
	struct str asked = chosen.ptr ? chosen : http_header(req, "accept-language");
	return str_starts(asked, STR("en")) ? STR("en") : STR("vi");
}

static enum err accept_steps(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	req->language = language_of(req);
	enum err rc = guard_headers(p->fields, why);
	if (rc != OK) {
		p->close = true;
		return rc;
	}
	req->content_type = http_header(req, "content-type");
	if (atomic_load(&p->server->stopping)) {
		p->close = true;
		return fail(why, ERR_UNAVAILABLE, "the centre is being stopped; try again soon");
	}
	rc = find_route(req, why);
	if (rc == OK)
		rc = request_identify(req, why);
	if (rc == OK)
		rc = request_permit(req, why);
	if (rc == OK)
		rc = query_read(req, why);
	if (rc == OK)
		rc = read_conditions(req, why);
	return rc == OK ? accept_body(req, why) : rc;
}

void request_accept(struct request *req, struct str method)
{
	struct http_private *p = req->private;
	struct why why = {0};
	req->method = arena_str(req->arena, method);
	enum err rc = accept_steps(req, &why);
	p->state = EXCHANGE_BODY;
	if (rc != OK) {
		request_read_end(req);
		request_fail(req, rc, &why);
		p->state = EXCHANGE_READY;
	}
}

bool request_body(struct request *req, struct str piece)
{
	struct http_private *p = req->private;
	struct why why = {0};
	int64_t length = 0;
	enum err rc = OK;
	headers_body(p->fields, &length);
	if (length < 0 && !reserve(req, piece.len))
		rc = fail(&why, ERR_UNAVAILABLE, "too much is being sent to the centre");
	buf_add(&p->body, piece);
	if (rc == OK && p->body.error)
		rc = fail(&why, p->body.error, "at most %zu bytes are taken here",
			  req->route->body_max);
	if (rc != OK) {
		request_fail(req, rc, &why);
		p->close = true;
	}
	return rc == OK;
}

bool request_is_quick(const struct request *req)
{
	int64_t length;
	return !(req->route->flags & (HTTP_SLOW | HTTP_NO_STORE)) && str_is(req->method, "GET") &&
	       !headers_body(req->private->fields, &length);
}

enum err request_read(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	enum err rc = p->db ? OK : store_take(req->app->store, &p->db, why);
	return rc == OK && request_is_quick(req) ? db_one_state(p->db, why) : rc;
}

void request_read_end(struct request *req)
{
	store_give(req->private->db);
	req->private->db = NULL;
}

enum err request_call(struct request *req, enum err (*fn)(struct request *, void *, struct why *),
		      void *arg, struct why *why)
{
	bool reads = !(req->route->flags & HTTP_NO_STORE) && req->app->store;
	enum err rc = reads ? request_read(req, why) : OK;
	req->db = req->private->db;
	if (rc == OK)
		rc = fn(req, arg, why);
	req->db = NULL;
	request_read_end(req);
	return rc;
}

static enum err run_handler(struct request *req, void *arg, struct why *why)
{
	(void)arg;
	return req->route->handler(req, why);
}

static enum err read_body(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	req->body = buf_str(&p->body);
	if (!media_is(media_type(req->content_type), "multipart/form-data") || !req->body.len)
		return OK;
	return multipart_parse(req->arena, req->content_type, req->body, &p->parts, &p->n_parts,
			       why);
}

static enum err submit_pending(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	if (p->pending == PENDING_WRITE)
		return write_submit(req, why);
	return slow_submit(req, why);
}

static void finish(struct request *req, enum err rc, const struct why *why)
{
	struct exchange *x = req->private->exchange;
	if (rc != OK)
		request_fail(req, rc, why);
	req->private->state = EXCHANGE_READY;
	exchange_resume(x);
}

void request_pass_on(struct request *req, enum err rc, const struct why *why)
{
	struct why refused = {0};
	if (rc == OK && req->private->pending != PENDING_NOTHING) {
		rc = submit_pending(req, &refused);
		if (rc == OK)
			return;
		why = &refused;
	}
	finish(req, rc, why);
}

bool request_run(struct request *req)
{
	struct http_private *p = req->private;
	struct why why = {0};
	enum err rc = read_body(req, &why);
	if (rc == OK && (req->route->flags & HTTP_SLOW))
		rc = http_slow(req, run_handler, NULL, &why);
	else if (rc == OK)
		rc = request_call(req, run_handler, NULL, &why);
	if (rc == OK && p->pending != PENDING_NOTHING) {
		/* Suspended first: whoever gets the request may resume it before we return. */
		p->state = EXCHANGE_WAITING;
		exchange_suspend(p->exchange);
		request_pass_on(req, OK, NULL);
		return false;
	}
	if (rc == OK && session_due(req)) {
		p->state = EXCHANGE_WAITING;
		exchange_suspend(p->exchange);
		session_exchange(req);
		return false;
	}
	if (rc != OK)
		request_fail(req, rc, &why);
	p->state = EXCHANGE_READY;
	return true;
}

void request_complete(struct request *req, bool sent)
{
	struct http_private *p = req->private;
	struct http *h = p->server;
	int status = sent ? (req->status ? req->status : 200) : 0;
	if (p->seconds)
		metric_seconds(p->seconds, clock_monotonic() - p->started);
	if (h->answers[0])
		metric_add(h->answers[status / 100 % 6], 1);
	event_int(&p->event, "request", req->id);
	event_str(&p->event, "method", req->method);
	event_str(&p->event, "path", req->path);
	event_int(&p->event, "status", status);
	if (req->who && req->who->user)
		event_str(&p->event, "login", req->who->login);
	event_str(&p->event, "address", req->address);
	event_int(&p->event, "bytes", (int64_t)(p->ready.ptr ? p->ready.len : req->out.len));
	event_end(&p->event, status == 500 ? LEVEL_ERROR : status > 500 ? LEVEL_WARN : LEVEL_INFO);
}
