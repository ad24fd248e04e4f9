#include "core/idempotency.h"
#include "http/internal.h"

static struct once once_of(const struct request *req)
{
	struct hash_state *h = hash_new(req->arena);
	const struct str parts[] = {req->method, req->path, req->private->raw_query, req->body};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		hash_add(h, arena_fmt(req->arena, "%zu:", parts[i].len));
		hash_add(h, parts[i]);
	}
	return (struct once){req->who->user, req->idempotency_key, hash_end(h)};
}

/* Sent before with the same key: the first answer again. */
static enum err run_once(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	struct once once = once_of(req);
	struct kept_answer *kept = NULL;
	enum err rc = idempotency_find(req->db, &once, req->now, req->arena, &kept, why);
	if (rc != OK)
		return rc;
	if (kept) {
		req->status = (int)kept->status;
		req->type = kept->type;
		buf_add(&req->out, kept->body);
		return OK;
	}
	rc = p->rest(req, p->rest_arg, why);
	int status = req->status ? req->status : 200;
	if (rc != OK || status >= 300)
		return rc;
	struct str type = req->type.ptr ? req->type : STR("application/json");
	struct kept_answer answer = {status, type, buf_str(&req->out)};
	return idempotency_keep(req->db, &once, &answer, req->now, why);
}

/* On the writer's thread, in its transaction; may run again when the store had to undo it. */
static enum err write_run(struct db *tx, void *arg, struct why *why)
{
	struct request *req = arg;
	struct http_private *p = req->private;
	bool once = (req->route->flags & HTTP_IDEMPOTENT) && req->idempotency_key.ptr && !p->dry;
	answer_reset(req, p->rest_headers);
	req->db = tx;
	enum err rc = once ? run_once(req, why) : p->rest(req, p->rest_arg, why);
	req->db = NULL;
	p->dry_done = p->dry && rc == OK;
	return p->dry_done ? fail(why, ERR_CONFLICT, "a trial, undone") : rc;
}

static void write_done(void *arg, enum err rc, const struct why *why)
{
	struct request *req = arg;
	struct http_private *p = req->private;
	p->pending = PENDING_NOTHING;
	shares_give(p->server->shares, request_share(req), SHARE_WRITES, 1);
	request_pass_on(req, p->dry_done ? OK : rc, why);
}

enum err write_submit(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	p->rest_headers = p->n_answer;
	struct shares *shares = p->server->shares;
	int64_t share = request_share(req);
	enum err rc = OK;
	if (!shares_take(shares, share, SHARE_WRITES, 1, HTTP_WRITES_WAITING_ONE))
		rc = fail(
			why, ERR_UNAVAILABLE,
			"too many changes of yours are waiting to be stored: try again in a moment");
	if (rc == OK)
		rc = store_submit(req->app->store, (struct change){write_run, write_done, req},
				  why);
	if (rc != OK)
		shares_give(shares, share, SHARE_WRITES, 1);
	return rc;
}

enum err http_write(struct request *req,
		    enum err (*change)(struct request *req, void *arg, struct why *why), void *arg,
		    struct why *why)
{
	struct http_private *p = req->private;
	(void)why;
	assert(p->pending == PENDING_NOTHING);
	p->pending = PENDING_WRITE;
	p->rest = change;
	p->rest_arg = arg;
	return OK;
}

enum err http_write_dry(struct request *req,
			enum err (*change)(struct request *req, void *arg, struct why *why),
			void *arg, struct why *why)
{
	req->private->dry = true;
	return http_write(req, change, arg, why);
}
