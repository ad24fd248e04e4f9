#include "http/internal.h"

/* On the writer's thread, in its transaction; may run again when the store had to undo it. */
static enum err write_run(struct db *tx, void *arg, struct why *why)
{
	struct request *req = arg;
	struct http_private *p = req->private;
	answer_reset(req, p->rest_headers);
	req->db = tx;
	enum err rc = p->rest(req, p->rest_arg, why);
	req->db = NULL;
	p->dry_done = p->dry && rc == OK;
	return p->dry_done ? fail(why, ERR_CONFLICT, "a trial, undone") : rc;
}

static void write_done(void *arg, enum err rc, const struct why *why)
{
	struct request *req = arg;
	req->private->pending = PENDING_NOTHING;
	request_pass_on(req, req->private->dry_done ? OK : rc, why);
}

enum err write_submit(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	p->rest_headers = p->n_answer;
	return store_submit(req->app->store, (struct change){write_run, write_done, req}, why);
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
