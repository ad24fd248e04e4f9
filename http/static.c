#include "http/internal.h"

#include <strings.h>

/* First segments that belong to the programs' side: a path below them that no route has is 404,
 * in whatever spelling, and never the front end's page. */
static const char *const reserved[] = {"api", "health", "metrics", "openapi.json", "problems"};

bool static_serves(struct str path)
{
	struct str segments[HTTP_SEGMENTS_MAX];
	size_t n = 0;
	if (!path_split(path, segments, &n))
		return false;
	if (memmem(path.ptr, path.len, "%2f", 3) || memmem(path.ptr, path.len, "%2F", 3))
		return false;
	if (n == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (segments[0].len == strlen(reserved[i]) &&
		    strncasecmp(segments[0].ptr, reserved[i], segments[0].len) == 0)
			return false;
	/* No page's address begins with an escape; another spelling of the above may. */
	return !memchr(segments[0].ptr, '%', segments[0].len);
}

/* Is there a q of 0, 0.0, 0.00 or 0.000? */
static bool refused(struct str parameters)
{
	struct str rest = parameters;
	bool none = false;
	while (rest.ptr) {
		struct str value = STR_NULL;
		struct str name = str_trim(str_until(str_until(rest, ';', &rest), '=', &value));
		if (!str_is(name, "q") && !str_is(name, "Q"))
			continue;
		value = str_trim(value);
		none = value.len > 0;
		for (size_t i = 0; i < value.len; i++)
			none = none && (value.ptr[i] == '0' || value.ptr[i] == '.');
	}
	return none;
}

/* Its own entry counts before that of "*". */
bool takes_coding(const struct request *req, const char *coding)
{
	struct str rest = http_header(req, "accept-encoding");
	bool any = false;
	while (rest.ptr) {
		struct str parameters = STR_NULL;
		struct str one = str_until(rest, ',', &rest);
		struct str name = str_trim(str_until(one, ';', &parameters));
		if (name.len == strlen(coding) && strncasecmp(name.ptr, coding, name.len) == 0)
			return !refused(parameters);
		if (str_is(name, "*"))
			any = !refused(parameters);
	}
	return any;
}

static void choose_coding(struct request *req, const struct embedded *file)
{
	struct http_private *p = req->private;
	const char *suffix = "";
	p->ready = file->plain;
	if (file->brotli.len && takes_coding(req, "br")) {
		p->ready = file->brotli;
		http_answer_header(req, "Content-Encoding", STR("br"));
		suffix = "b";
	} else if (file->gzip.len && takes_coding(req, "gzip")) {
		p->ready = file->gzip;
		http_answer_header(req, "Content-Encoding", STR("gzip"));
		suffix = "g";
	}
	if (file->brotli.len || file->gzip.len)
		http_answer_header(req, "Vary", STR("Accept-Encoding"));
	/* One tag for each form of the bytes. */
	snprintf(p->etag, sizeof(p->etag), "%.*s%s\"", (int)strlen(file->etag) - 1, file->etag,
		 suffix);
}

/* Somebody opens an address; a script or an image that is not there must not get a page. */
static bool is_navigation(const struct request *req)
{
	struct str mode = http_header(req, "sec-fetch-mode"), accept = http_header(req, "accept");
	if (mode.ptr)
		return str_is(mode, "navigate");
	return !accept.ptr || memmem(accept.ptr, accept.len, "text/html", 9) ||
	       memmem(accept.ptr, accept.len, "*/*", 3);
}

enum err static_answer(struct request *req, struct why *why)
{
	const struct http_options *o = &req->private->server->options;
	struct str name = {req->path.ptr + 1, req->path.len - 1};
	bool hashed = str_starts(name, STR("assets/"));
	const struct embedded *file = o->file(name);
	if (!file && !hashed && (name.len == 0 || is_navigation(req)))
		file = o->file(STR("index.html"));
	if (!file && !o->file(STR("index.html")))
		return fail(why, ERR_NOT_FOUND, "this build has no front end; see /api");
	if (!file)
		return fail(why, ERR_NOT_FOUND, "there is nothing at this address");
	choose_coding(req, file);
	req->type = file->type;
	req->private->html = true;
	http_answer_header(req, "Cache-Control",
			   hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	return OK;
}
