/* report_job.c - what is due is made, once. */
#include "report/report.h"

struct due {
	const struct report *report;
	struct edition edition;
};

static enum err keep_change(struct db *tx, void *arg, struct why *why)
{
	struct due *d = arg;
	return edition_store(tx, d->report, &d->edition, why);
}

static enum err slot_done(struct db *db, const struct report *r, usec slot, bool *ret,
			  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id FROM report_edition WHERE unit = $1 AND report = $2 AND slot = $3 AND slot > 0"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->id);
	stmt_bind_int(q, 3, slot);
	*ret = stmt_row(q);
	return stmt_end(q, why);
}

/* The edition due last, unless it was made, or was due before the report existed. */
static enum err make_due(const struct app_services *app, struct db *db, int64_t id, usec now,
			 bool *ret_made, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct report r;
	bool done = false;
	enum err rc = report_get(db, id, a, &r, why);
	if (rc == ERR_NOT_FOUND) /* removed meanwhile */
		return OK;
	if (rc != OK)
		return rc;
	struct period p = report_period(&r, now);
	usec slot = report_due(&r, p);
	if (slot < r.created)
		return OK;
	rc = slot_done(db, &r, slot, &done, why);
	if (rc != OK || done)
		return rc;
	struct due due = {&r, {.period = p, .made = now, .slot = slot}};
	rc = edition_make(app, db, &r, a, &due.edition, why);
	if (rc != OK)
		return rc;
	rc = store_write(app->store, keep_change, &due, why);
	if (rc == ERR_CONFLICT) /* another server was faster */
		return OK;
	*ret_made = rc == OK;
	return rc;
}

static enum err automatic(struct db *db, struct arena *a, int64_t **ret, size_t *ret_n,
			  struct why *why)
{
	size_t n = 0;
	int64_t *ids = NULL;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT id FROM report WHERE removed = 0 AND automatic = 1 ORDER BY id"));
	while (stmt_row(q))
		*ARENA_APPEND(a, ids, n) = stmt_int(q, 0);
	*ret = ids;
	*ret_n = n;
	return stmt_end(q, why);
}

/* One that fails does not keep the others from being made; the first failure is told. */
enum err report_job(struct job_run *run, struct why *why)
{
	const struct app_services *app = run->arg;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	int64_t *ids = NULL;
	size_t n = 0, made = 0;
	enum err first = store_take(run->store, &db, why);
	if (first == OK)
		first = automatic(db, a, &ids, &n, why);
	for (size_t i = 0; i < n && made < REPORTS_AT_ONCE; i++) {
		struct why deep = {0};
		bool done = false;
		enum err rc = make_due(app, db, ids[i], run->now, &done, &deep);
		made += done;
		if (rc != OK && first == OK) {
			first = rc;
			if (why)
				*why = deep;
		}
	}
	snprintf(run->result, sizeof(run->result), "%zu made", made);
	return first;
}
