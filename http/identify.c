#include "core/identity.h"
#include "http/internal.h"

#include <strings.h>

struct str cookie_value(struct str cookies, const char *name)
{
	struct str rest = cookies, found = STR_NULL;
	while (rest.ptr) {
		struct str value = STR_NULL;
		struct str pair = str_trim(str_until(rest, ';', &rest));
		if (!str_is(str_until(pair, '=', &value), name))
			continue;
		if (found.ptr) /* a planted second one */
			return STR_NULL;
		found = value;
	}
	return found;
}

struct str cookie_session(struct str cookies)
{
	return cookie_value(cookies, "haidang_session");
}

static struct str bearer(struct str authorization)
{
	if (authorization.len < 7 || strncasecmp(authorization.ptr, "bearer ", 7) != 0)
		return STR_NULL;
	return str_trim((struct str){authorization.ptr + 7, authorization.len - 7});
}

struct str request_token(const struct request *req)
{
	struct str token = bearer(http_header(req, "authorization"));
	return token.ptr ? token : cookie_session(http_header(req, "cookie"));
}

struct touch {
	int64_t session;
	usec now;
};

static enum err touch_run(struct db *tx, void *arg, struct why *why)
{
	const struct touch *t = arg;
	return access_session_touch(tx, t->session, t->now, why);
}

static void touch_done(void *arg, enum err rc, const struct why *why)
{
	(void)rc; /* the session then just ends a little earlier */
	(void)why;
	free(arg);
}

/* Write down that the session is in use: identifying says when it is time. */
static void touch(struct request *req)
{
	if (!req->who->session_touch)
		return;
	struct touch *t = malloc(sizeof(*t));
	if (!t)
		return;
	*t = (struct touch){req->who->session, req->now};
	if (store_submit(req->app->store, (struct change){touch_run, touch_done, t}, NULL) != OK)
		free(t);
}

/* -- the exchange of an old token -- */

bool session_due(const struct request *req)
{
	return req->who->session_rotate && str_is(req->method, "GET") && !req->private->stream &&
	       !http_header(req, "authorization").ptr;
}

static enum err rotate_run(struct db *tx, void *arg, struct why *why)
{
	struct request *req = arg;
	return access_session_rotate(tx, req->who->session, req->now, req->arena,
				     &req->private->rotated, why);
}

static void rotate_done(void *arg, enum err rc, const struct why *why)
{
	struct request *req = arg;
	(void)why; /* the answer is good without it; the next request tries again */
	/* No token: another request of this session was first, and its cookie counts. */
	if (rc == OK && req->private->rotated.len)
		http_answer_session(req, req->private->rotated);
	request_pass_on(req, OK, NULL);
}

void session_exchange(struct request *req)
{
	struct change change = {rotate_run, rotate_done, req};
	if (store_submit(req->app->store, change, NULL) != OK)
		request_pass_on(req, OK, NULL);
}

/* A page of another site can make the browser send our cookie, but not this header. */
static enum err check_forgery(struct request *req, struct why *why)
{
	bool safe = str_is(req->method, "GET") || str_is(req->method, "HEAD");
	if (safe || str_is(http_header(req, "x-haidang"), "1"))
		return OK;
	return fail_at(why, ERR_FORBIDDEN, "X-Haidang",
		       "a change made with the session cookie needs the header X-Haidang: 1");
}

static enum err look_up(struct request *req, struct str token, struct why *why)
{
	struct access *x = req->app->access;
	int64_t turn = store_turn(req->app->store);
	struct principal *who = access_recall(x, turn, token, req->now, req->arena);
	enum err rc = OK;
	if (!who) {
		rc = request_read(req, why);
		if (rc == OK)
			rc = access_identify(req->private->db, token, req->now, req->arena, &who,
					     why);
		if (rc == OK)
			access_keep(x, turn, token, who);
		if (!request_is_quick(req))
			request_read_end(req);
	}
	if (rc == OK)
		req->who = who;
	return rc;
}

enum err request_identify(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	struct str token = bearer(http_header(req, "authorization"));
	bool cookie = !token.ptr;
	if (cookie)
		token = cookie_session(headers_get(p->fields, "cookie"));
	req->who = access_nobody(req->arena);
	/* Who does not need to be known is not looked up: /health answers without the store. */
	bool anyone = req->route->permission.needs == PERMIT_ANYONE;
	if (!token.ptr || (anyone && !(req->route->flags & HTTP_WHO)))
		return OK;
	enum err rc = look_up(req, token, why);
	if (rc != OK)
		return anyone ? OK : rc;
	touch(req);
	return cookie ? check_forgery(req, why) : OK;
}

enum err request_permit(struct request *req, struct why *why)
{
	const struct permission *need = &req->route->permission;
	if (need->needs == PERMIT_ANYONE)
		return OK;
	if (need->needs == PERMIT_KIND &&
	    access_may_somewhere(req->app->access, req->who, need->verb, need->kind))
		return OK;
	if (!req->who->user)
		return fail(why, ERR_UNAUTHENTICATED, "sign in, or send an API token");
	if (need->needs == PERMIT_SIGNED_IN)
		return OK;
	return fail(why, ERR_FORBIDDEN,
		    "your roles do not include this; an administrator can grant it");
}
