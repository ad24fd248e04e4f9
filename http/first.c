/* first.c - the address "/" of somebody who is signed in: the front end's page, with the answer inside that his home
 * asks for first, so that the first answer over a slow line brings figures.  It is what the route itself answers to the
 * same caller; what fails is left out, and the page asks for it as before. */
#include "http/internal.h"

#include <zlib.h>

#define ANSWERS_MAX ((size_t)256 << 10)
#define MARK "<script src=\"/first.js\">"

const char *const *first_asks(const struct request *req)
{
	static const char *const none[] = {NULL};
	const struct http_options *o = &req->private->server->options;
	for (size_t i = 0; i < o->n_first; i++)
		for (size_t g = 0; g < req->who->n_grants; g++)
			if (req->who->grants[g].role == o->first[i].role)
				return o->first[i].paths;
	return none;
}

/* Found, permitted, checked and answered by the same row as if it came alone, or left out.  Written by json.h it holds
 * no '<', which would end what it stands in. */
static void add_answer(struct request *req, const char *target, struct buf *out)
{
	struct request *inner = ARENA_NEW(req->arena, struct request);
	struct http_private *p = ARENA_NEW(req->arena, struct http_private);
	struct why why = {0};
	*inner = *req;
	*p = *req->private;
	inner->private = p;
	inner->problems = (struct problems){.arena = req->arena};
	inner->path = str_until(str_of(target), '?', &p->raw_query);
	p->n_query = p->n_answer = 0;
	buf_init(&inner->out, ANSWERS_MAX);
	bool good = router_find(p->server->router, inner, &why) == OK &&
		    request_permit(inner, &why) == OK && query_read(inner, &why) == OK &&
		    !inner->problems.n && inner->route->handler(inner, &why) == OK &&
		    p->pending == PENDING_NOTHING && !p->ready.ptr && inner->status <= 200 &&
		    buf_end(&inner->out, &why) == OK &&
		    !memchr(inner->out.ptr, '<', inner->out.len);
	if (good)
		buf_printf(out, "%s\"%s\":", out->len > 1 ? "," : "", target);
	if (good)
		buf_add(out, buf_str(&inner->out));
	else
		event_str(&req->private->event, "left_out", str_of(target));
	buf_release(&inner->out);
}

/* Without memory for it, it goes out as it is. */
static void squeeze(struct request *req, struct str page)
{
	z_stream z = {0};
	if (deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	size_t room = deflateBound(&z, page.len);
	z.next_in = (void *)(uintptr_t)page.ptr;
	z.avail_in = (uInt)page.len;
	z.next_out = arena_alloc(req->arena, room);
	z.avail_out = (uInt)room;
	req->private->ready.ptr = (const char *)z.next_out;
	int code = deflate(&z, Z_FINISH);
	req->private->ready.len = z.total_out;
	deflateEnd(&z);
	assert(code == Z_STREAM_END); /* there was room for the whole */
	http_answer_header(req, "Content-Encoding", STR("gzip"));
}

static const struct embedded *page_of(const struct request *req)
{
	return req->private->server->options.file(STR("index.html"));
}

static const char *mark_in(const struct embedded *page)
{
	return page ? memmem(page->plain.ptr, page->plain.len, MARK, strlen(MARK)) : NULL;
}

static enum err page_with_answers(struct request *req, void *arg, struct why *why)
{
	const struct embedded *page = page_of(req);
	const char *at = mark_in(page);
	AUTO(buf_release) struct buf answers;
	(void)arg;
	assert(page && at); /* first_get() saw them */
	buf_init(&answers, ANSWERS_MAX);
	buf_add_char(&answers, '{');
	add_answer(req, "/api/v1/session", &answers);
	/* Only the first: the rest is asked for meanwhile, the page does not wait for it. */
	const char *asked = *first_asks(req);
	if (asked)
		add_answer(req, asked, &answers);
	buf_add_char(&answers, '}');
	enum err rc = buf_end(&answers, why);
	if (rc != OK)
		return rc;
	size_t before = (size_t)(at - page->plain.ptr);
	buf_clear(&req->out);
	buf_add(&req->out, (struct str){page->plain.ptr, before});
	buf_add(&req->out, STR("<script type=\"application/json\" id=\"answers\">"));
	buf_add(&req->out, buf_str(&answers));
	buf_add(&req->out, STR("</script>"));
	buf_add(&req->out, (struct str){at, page->plain.len - before});
	req->type = page->type;
	req->private->html = true;
	http_answer_header(req, "Cache-Control", STR("no-store"));
	http_answer_header(req, "Vary", STR("Accept-Encoding, Cookie"));
	if (takes_coding(req, "gzip"))
		squeeze(req, buf_str(&req->out));
	return OK;
}

/* A page is never refused for want of threads: when much waits, it comes without answers. */
static enum err first_get(struct request *req, struct why *why)
{
	bool busy = crew_waiting(req->private->server->crew) > HTTP_JOBS_WAITING_ONE / 2;
	if (!req->who->session || busy || !mark_in(page_of(req)))
		return static_answer(req, why);
	return http_slow(req, page_with_answers, NULL, why);
}

const struct route first_route = ROUTE(
	HTTP_GET, "/", ANYONE, first_get, "The front end, with what its reader's home asks for",
	"Giao diện, kèm những gì trang chủ của người đọc cần", .flags = HTTP_WHO);
