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

/* Does Accept-Encoding take this coding (q=0 is no)? */
static bool takes(struct str accept, const char *coding)
{
	struct str rest = accept;
	while (rest.ptr) {
		struct str parameters = STR_NULL;
		struct str one = str_until(rest, ',', &rest);
		struct str name = str_trim(str_until(one, ';', &parameters));
		if (str_is(name, coding))
			return !str_is(str_trim(parameters), "q=0");
	}
	return false;
}

static void choose_coding(struct request *req, const struct embedded *file)
{
	struct http_private *p = req->private;
	struct str accept = http_header(req, "accept-encoding");
	const char *suffix = "";
	p->ready = file->plain;
	if (file->brotli.len && takes(accept, "br")) {
		p->ready = file->brotli;
		http_answer_header(req, "Content-Encoding", STR("br"));
		suffix = "b";
	} else if (file->gzip.len && takes(accept, "gzip")) {
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

enum err static_answer(struct request *req, struct why *why)
{
	struct str name = {req->path.ptr + 1, req->path.len - 1};
	bool hashed = str_starts(name, STR("assets/"));
	const struct embedded *file = embedded_find(EMBED_UI, name);
	if (!file && !hashed)
		file = embedded_find(EMBED_UI, STR("index.html"));
	if (!file && hashed)
		return fail(why, ERR_NOT_FOUND, "there is nothing at this address");
	if (!file)
		return fail(why, ERR_NOT_FOUND, "this build has no front end; see /api");
	choose_coding(req, file);
	req->type = file->type;
	req->private->html = true;
	http_answer_header(req, "Cache-Control",
			   hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	return OK;
}
