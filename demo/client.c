/* client.c - libcurl, one easy handle for each caller. */
#include "demo/client.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_MAX ((size_t)64 << 20)
#define TIMEOUT_SECONDS 120L

struct client {
	CURL *curl;
	int port;
	struct buf answer;
};

enum err client_new(int port, struct client **ret, struct why *why)
{
	struct client *c = calloc(1, sizeof(*c));
	if (c)
		c->curl = curl_easy_init();
	if (!c || !c->curl) {
		free(c);
		return fail(why, ERR_FULL, "no memory for a caller");
	}
	c->port = port;
	buf_init(&c->answer, ANSWER_MAX);
	*ret = c;
	return OK;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->curl);
	buf_release(&c->answer);
	free(c);
}

static size_t take(char *bytes, size_t size, size_t n, void *arg)
{
	struct client *c = arg;
	buf_add_bytes(&c->answer, bytes, size * n);
	return c->answer.error == OK ? size * n : 0;
}

/* "Authorization: Bearer …" for its one use, and nothing that stays behind. */
static struct curl_slist *headers(struct str token, const char *type)
{
	char line[200];
	snprintf(line, sizeof(line), "Authorization: Bearer " STR_FMT, STR_ARG(token));
	struct curl_slist *list = curl_slist_append(NULL, line);
	if (type)
		list = curl_slist_append(list, type);
	return curl_slist_append(list, "Expect:");
}

static enum err perform(struct client *c, const char *path, struct arena *a,
			const struct json **ret, struct why *why)
{
	char url[512];
	long status = 0;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", c->port, path);
	buf_clear(&c->answer);
	curl_easy_setopt(c->curl, CURLOPT_URL, url);
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, TIMEOUT_SECONDS);
	CURLcode code = curl_easy_perform(c->curl);
	if (code != CURLE_OK)
		return fail(why, ERR_UNAVAILABLE, "%s: %s", path, curl_easy_strerror(code));
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	enum err rc = json_parse(a, arena_str(a, buf_str(&c->answer)), ret, why);
	if (rc == OK && status >= 400)
		return fail(why, status == 503 ? ERR_UNAVAILABLE : ERR_INVALID, "%s: %ld " STR_FMT,
			    path, status, STR_ARG(json_get_str(*ret, "detail")));
	return rc;
}

static curl_mime *form_of(struct client *c, const struct call *call)
{
	curl_mime *form = curl_mime_init(c->curl);
	curl_mimepart *part = curl_mime_addpart(form);
	curl_mime_name(part, "file");
	curl_mime_filename(part, call->filename);
	curl_mime_data(part, call->body.ptr, call->body.len);
	return form;
}

enum err client_call(struct client *c, const struct call *call, struct arena *a,
		     const struct json **ret, struct why *why)
{
	bool json = call->body.ptr && !call->filename;
	struct curl_slist *list =
		headers(call->token, json ? "Content-Type: application/json" : NULL);
	curl_mime *form = NULL;
	curl_easy_reset(c->curl);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, list);
	if (json) {
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, call->body.ptr);
	} else if (call->filename) {
		form = form_of(c, call);
		curl_easy_setopt(c->curl, CURLOPT_MIMEPOST, form);
	}
	enum err rc = perform(c, call->path, a, ret, why);
	curl_mime_free(form);
	curl_slist_free_all(list);
	return rc;
}
