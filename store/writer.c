#include <stdlib.h>
#include <unistd.h>

#include "store/inside.h"

#define QUEUE_DEFAULT 4096
#define GROUP_MAX 256		/* changes in one commit */
#define ROUND (1 * USEC_SECOND) /* housekeeping, and between two tries when in trouble */
#define SPOOL (5 * USEC_SECOND) /* so long changes wait for a lost server before they are refused */
#define BACKOFF_FIRST (20 * 1000) /* between two tries within that time, doubled each time */
#define BACKOFF_MOST (1 * USEC_SECOND)
#define RENEW_EVERY (SERVER_LEASE / 4)

struct pending {
	struct change change;
	enum err rc;
	struct why why;
};

struct writer {
	struct store *store;
	struct db *db;
	struct queue *queue;
	pthread_t thread;
	usec next_round, next_renewal;
	_Atomic size_t last_group;
	_Atomic usec last_commit; /* monotonic */
	bool unmarked;		  /* a commit's mark could not be written */
	struct metric *commits, *changes, *refused, *queued, *seconds;
};

/* -- one change -- */

static void change_call(struct db *db, struct pending *p)
{
	db->in_change = true;
	db->failed = OK;
	p->rc = p->change.run(db, p->change.arg, &p->why);
	assert(db->n_in_use == 0); /* statements do not outlive the change */
	struct why why = {0};
	enum err drained = db->dialect->drain(db, &why);
	db->in_change = false;
	if (db->failed == OK && drained != OK) {
		db->failed = drained;
		db->failed_why = why;
	}
	if (p->rc == OK && db->failed != OK) {
		p->rc = db->failed;
		p->why = db->failed_why;
	}
}

/* An error here is the whole transaction's; the change's own is in p->rc. */
static enum err change_run(struct db *db, struct pending *p, struct why *why)
{
	enum err rc = db_push(db, SQL("SAVEPOINT change"), why);
	if (rc != OK)
		return rc;
	change_call(db, p);
	if (db->trouble != TROUBLE_NONE || !db->dialect->in_transaction(db)) {
		if (p->rc != OK && why)
			*why = p->why;
		return p->rc != OK ? p->rc
				   : fail(why, ERR_UNAVAILABLE, "the transaction was undone");
	}
	if (p->rc != OK)
		rc = db_exec(db, SQL("ROLLBACK TO SAVEPOINT change"), why);
	if (rc == OK)
		rc = db_push(db, SQL("RELEASE SAVEPOINT change"), why);
	return rc;
}

/* -- a group of changes -- */

static void forget_connection(struct writer *w)
{
	db_rollback(w->db);
	if (w->db->trouble == TROUBLE_LOST)
		db_disconnect(w->db);
}

static enum err reconnect(struct writer *w, usec until, struct why *why)
{
	usec pause = BACKOFF_FIRST;
	for (;;) {
		struct why tried = {0};
		enum err rc = db_connect(w->db, false, &tried);
		if (rc == OK || clock_monotonic() + pause > until) {
			if (rc != OK && why)
				*why = tried;
			return rc;
		}
		usleep((useconds_t)pause);
		pause = 2 * pause > BACKOFF_MOST ? BACKOFF_MOST : 2 * pause;
	}
}

/* A connection that died while nobody used it is no reason to refuse anything. */
static enum err group_begin(struct writer *w, struct why *why)
{
	struct db *db = w->db;
	struct why lost = {0};
	enum err rc = db->native ? db_exec(db, db->dialect->begin, &lost) : ERR_UNAVAILABLE;
	if (db->native && db->trouble != TROUBLE_LOST) {
		if (rc != OK && why)
			*why = lost;
		return rc;
	}
	db->trouble = TROUBLE_LOST;
	forget_connection(w);
	rc = reconnect(w, clock_monotonic() + SPOOL, why);
	if (rc == OK)
		return db_exec(db, db->dialect->begin, why);
	db->trouble = TROUBLE_LOST;
	return rc;
}

/* Counts the commit.  No row: the server's number is not ours any more. */
static enum err commit_count(struct writer *w, int64_t *ret, struct why *why)
{
	struct store *s = w->store;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		w->db,
		SQL("UPDATE store_state SET commits = commits + 1 WHERE id = 1 AND EXISTS (SELECT 1 FROM "
		    "store_server WHERE number = $1 AND holder = $2) RETURNING commits"));
	stmt_bind_int(q, 1, s->server);
	stmt_bind(q, 2, str_of(s->mark.holder));
	bool counted = stmt_row(q);
	int64_t commits = counted ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (!counted) {
		struct why stolen = {0};
		rc = fail(
			&stolen, ERR_UNAVAILABLE,
			"Another server has taken the number %u of this one while it was cut off: start this one again",
			s->server);
		store_damage(s, &stolen);
		if (why)
			*why = stolen;
		return rc;
	}
	*ret = commits;
	return OK;
}

static enum err group_commit(struct writer *w, struct why *why)
{
	int64_t commits;
	enum err rc = commit_count(w, &commits, why);
	if (rc != OK)
		return rc;
	rc = db_commit(w->db, why);
	if (rc != OK && w->db->trouble == TROUBLE_LOST)
		return fail(
			why, rc,
			"the database was lost at the moment of the commit: it is not known whether the change was "
			"stored; send it again with the same Idempotency-Key");
	if (rc != OK)
		return rc;
	struct why unmarked = {0};
	w->unmarked = mark_write(&w->store->mark, commits, &unmarked) != OK;
	return OK; /* it is durable, with or without its mark */
}

static enum err group_run(struct writer *w, struct pending **p, size_t n, size_t *ret_good,
			  struct why *why)
{
	enum err rc = group_begin(w, why);
	size_t good = 0;
	for (size_t i = 0; i < n && rc == OK; i++) {
		rc = change_run(w->db, p[i], why);
		good += rc == OK && p[i]->rc == OK;
	}
	if (rc == OK && good > 0) {
		rc = group_commit(w, why);
		atomic_fetch_add(&w->store->turn, 1); /* whatever became of it */
	}
	forget_connection(w);
	*ret_good = rc == OK ? good : 0;
	return rc;
}

static void set_trouble(struct writer *w, enum trouble trouble, const struct why *why)
{
	struct store *s = w->store;
	enum trouble before = atomic_load(&s->trouble);
	if (before == TROUBLE_DAMAGED || before == trouble)
		return;
	atomic_compare_exchange_strong(&s->trouble, &before, trouble);
	if (s->log && trouble != TROUBLE_NONE)
		log_line(s->log, LEVEL_ERROR, "store.degraded", "%s", why->text);
	else if (s->log)
		log_line(s->log, LEVEL_INFO, "store.recovered", "changes are stored again");
}

/* What the last transaction has told about the engine as a whole. */
static void settle_trouble(struct writer *w, const struct why *why)
{
	if (w->db->trouble != TROUBLE_NONE)
		set_trouble(w, w->db->trouble, why);
	else if (w->unmarked)
		set_trouble(w, TROUBLE_FULL, why);
}

static void hooks_call(struct store *s)
{
	pthread_mutex_lock(&s->hooks_lock);
	size_t n = s->n_hooks;
	pthread_mutex_unlock(&s->hooks_lock);
	for (size_t i = 0; i < n; i++)
		s->hooks[i].fn(s->hooks[i].arg);
}

static void count_group(struct writer *w, size_t n, size_t good, usec started)
{
	if (good > 0) {
		atomic_store(&w->last_group, good);
		atomic_store(&w->last_commit, clock_monotonic());
	}
	if (!w->commits)
		return;
	metric_add(w->commits, good > 0);
	metric_add(w->changes, (int64_t)good);
	metric_add(w->refused, (int64_t)(n - good));
	metric_set(w->queued, (int64_t)queue_length(w->queue));
	metric_seconds(w->seconds, clock_monotonic() - started);
}

static void group(struct writer *w, struct pending **p, size_t n)
{
	usec started = clock_monotonic();
	struct why why = {0};
	size_t good = 0;
	enum trouble trouble = atomic_load(&w->store->trouble);
	enum err rc = trouble != TROUBLE_NONE ? store_refusal(w->store, trouble, &why)
					      : group_run(w, p, n, &good, &why);
	settle_trouble(w, &why);
	for (size_t i = 0; i < n; i++) {
		if (rc != OK && p[i]->rc == OK) {
			p[i]->rc = rc;
			p[i]->why = why;
		}
		p[i]->change.done(p[i]->change.arg, p[i]->rc, &p[i]->why);
		free(p[i]);
	}
	count_group(w, n, good, started);
	if (good > 0)
		hooks_call(w->store);
}

/* -- housekeeping -- */

static enum err heartbeat(struct writer *w, struct why *why)
{
	enum err rc = db_exec(w->db, w->db->dialect->begin, why);
	if (rc == OK)
		rc = server_renew(w->db, w->store->server, w->store->mark.holder, why);
	if (rc == OK)
		rc = db_commit(w->db, why);
	forget_connection(w);
	return rc;
}

/* Does storing work again?  Proven by a commit with everything that belongs to one. */
static void try_again(struct writer *w)
{
	struct why why = {0};
	w->db->trouble = TROUBLE_NONE;
	enum err rc = w->db->native ? OK : db_connect(w->db, false, &why);
	if (rc == OK)
		rc = db_exec(w->db, w->db->dialect->begin, &why);
	if (rc == OK)
		rc = group_commit(w, &why);
	forget_connection(w);
	if (rc == OK)
		rc = mark_sync(&w->store->mark, &why);
	if (rc == OK)
		rc = w->db->dialect->tidy(w->db, true, &why);
	if (rc == OK && !w->unmarked)
		set_trouble(w, TROUBLE_NONE, &why);
}

static void round_of_housekeeping(struct writer *w, usec now)
{
	struct why why = {0};
	enum err rc = mark_sync(&w->store->mark, &why);
	if (rc != OK)
		set_trouble(w, TROUBLE_FULL, &why);
	bool renew = w->db->dialect->shared && now >= w->next_renewal;
	if (!w->db->native && db_connect(w->db, false, &why) != OK)
		set_trouble(w, TROUBLE_LOST, &why);
	else if (renew && heartbeat(w, &why) == OK)
		w->next_renewal =
			now +
			RENEW_EVERY; /* else in the next round, and a commit tells if it is too late */
	w->next_round = now + ROUND;
}

static void housekeeping(struct writer *w)
{
	usec now = clock_monotonic();
	enum trouble trouble = atomic_load(&w->store->trouble);
	if (trouble == TROUBLE_DAMAGED)
		return;
	if (trouble != TROUBLE_NONE) {
		if (now >= w->next_round) {
			try_again(w);
			w->next_round = clock_monotonic() + ROUND;
		}
		return;
	}
	struct why why = {0};
	if (w->db->native && w->db->dialect->tidy(w->db, false, &why) != OK)
		settle_trouble(w, &why);
	if (now >= w->next_round)
		round_of_housekeeping(w, now);
}

/* -- the thread -- */

static void leave(struct writer *w)
{
	struct store *s = w->store;
	if (atomic_load(&s->trouble) != TROUBLE_NONE || !w->db->native)
		return;
	struct why why = {0};
	enum err rc = db_exec(w->db, w->db->dialect->begin, &why);
	if (rc == OK)
		rc = server_release(w->db, s->server, s->mark.holder, &why);
	if (rc == OK)
		rc = db_commit(w->db, &why);
	forget_connection(w);
	if (rc == OK)
		rc = mark_sync(&s->mark, &why);
	if (rc == OK)
		rc = w->db->dialect->tidy(w->db, true, &why);
	if (rc != OK && s->log) /* nothing that was acknowledged hangs on it */
		log_line(s->log, LEVEL_WARN, "store.close", "%s", why.text);
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;
	void *items[GROUP_MAX];
	struct pending *p[GROUP_MAX];
	for (;;) {
		size_t n = queue_take(w->queue, items, GROUP_MAX, ROUND);
		if (n == 0 && queue_closed(w->queue) && queue_length(w->queue) == 0)
			break;
		for (size_t i = 0; i < n; i++)
			p[i] = items[i];
		if (n > 0)
			group(w, p, n);
		housekeeping(w);
	}
	leave(w);
	return NULL;
}

static void register_metrics(struct writer *w, struct metrics *m)
{
	if (!m)
		return;
	w->commits = metric_counter(m, "haidang_store_commits_total", "", "Durable commits");
	w->changes = metric_counter(m, "haidang_store_changes_total", "", "Changes stored");
	w->refused =
		metric_counter(m, "haidang_store_changes_failed_total", "", "Changes that failed");
	w->queued = metric_gauge(m, "haidang_store_queue", "", "Changes waiting for the writer");
	w->seconds = metric_histogram(m, "haidang_store_commit_seconds", "",
				      "Time of one group of changes");
}

enum err writer_start(struct store *s, struct db *take_db, size_t queue_max, struct why *why)
{
	AUTO(db_free) struct db *db = take_db;
	struct writer *w = calloc(1, sizeof(*w));
	if (!w)
		return fail(why, ERR_UNAVAILABLE, "no memory for the writer");
	*w = (struct writer){.store = s, .db = db, .next_renewal = clock_monotonic() + RENEW_EVERY};
	w->queue = queue_new(queue_max ? queue_max : QUEUE_DEFAULT);
	register_metrics(w, s->metrics);
	int code = pthread_create(&w->thread, NULL, writer_main, w);
	if (code != 0) {
		queue_free(w->queue);
		free(w);
		return fail(why, ERR_UNAVAILABLE, "the writer's thread cannot be started: %s",
			    strerrordesc_np(code));
	}
	db = NULL;
	s->writer = w;
	return OK;
}

void writer_stop(struct store *s)
{
	struct writer *w = s->writer;
	if (!w)
		return;
	queue_close(w->queue);
	pthread_join(w->thread, NULL);
	queue_free(w->queue);
	db_free(w->db);
	free(w);
	s->writer = NULL;
}

/* -- what callers see -- */

int64_t store_turn(const struct store *s)
{
	return s->dialect->shared ? 0 : atomic_load(&s->turn);
}

struct store_load store_load(const struct store *s)
{
	struct writer *w = s->writer;
	if (!w)
		return (struct store_load){0};
	return (struct store_load){queue_length(w->queue), atomic_load(&w->last_group),
				   atomic_load(&w->last_commit)};
}

enum err store_submit(struct store *s, struct change change, struct why *why)
{
	enum trouble trouble = atomic_load(&s->trouble);
	if (trouble != TROUBLE_NONE)
		return store_refusal(s, trouble, why);
	if (!s->writer)
		return fail(why, ERR_UNAVAILABLE, "the store was opened for reading only");
	struct pending *p = calloc(1, sizeof(*p));
	if (!p)
		return fail(why, ERR_UNAVAILABLE, "no memory for a change");
	p->change = change;
	if (queue_put(s->writer->queue, p))
		return OK;
	free(p);
	return fail(why, ERR_UNAVAILABLE,
		    "too many changes are waiting to be stored: try again in a moment");
}

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool over;
	enum err rc;
	struct why why;
	enum err (*run)(struct db *, void *, struct why *);
	void *arg;
};

static enum err waiting_run(struct db *tx, void *arg, struct why *why)
{
	struct waiting *w = arg;
	return w->run(tx, w->arg, why);
}

static void waiting_done(void *arg, enum err rc, const struct why *why)
{
	struct waiting *w = arg;
	pthread_mutex_lock(&w->lock);
	w->rc = rc;
	w->why = *why;
	w->over = true;
	pthread_cond_signal(&w->done);
	pthread_mutex_unlock(&w->lock);
}

enum err store_write(struct store *s, enum err (*run)(struct db *, void *, struct why *why),
		     void *arg, struct why *why)
{
	assert(!s->writer ||
	       !pthread_equal(pthread_self(), s->writer->thread)); /* it would wait for itself */
	struct waiting w = {.lock = PTHREAD_MUTEX_INITIALIZER,
			    .done = PTHREAD_COND_INITIALIZER,
			    .run = run,
			    .arg = arg};
	enum err rc = store_submit(s, (struct change){waiting_run, waiting_done, &w}, why);
	if (rc != OK)
		return rc;
	pthread_mutex_lock(&w.lock);
	while (!w.over)
		pthread_cond_wait(&w.done, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_mutex_destroy(&w.lock);
	pthread_cond_destroy(&w.done);
	if (w.rc != OK && why)
		*why = w.why;
	return w.rc;
}

void store_on_commit(struct store *s, void (*fn)(void *arg), void *arg)
{
	pthread_mutex_lock(&s->hooks_lock);
	assert(s->n_hooks < COMMIT_HOOKS_MAX);
	s->hooks[s->n_hooks].fn = fn;
	s->hooks[s->n_hooks].arg = arg;
	s->n_hooks++;
	pthread_mutex_unlock(&s->hooks_lock);
}
