#include "core/job.h"

#include "store/lease.h"

#include <pthread.h>
#include <stdlib.h>

#define LOOK_EVERY_MS 200
#define AGAIN_AFTER (10 * USEC_SECOND)	 /* the store refused */
#define EDITIONS_EVERY (USEC_SECOND / 2) /* looks at what has grown */

/* -- one slot -- */
usec job_slot(const struct job *job, usec now)
{
	if (job->every > 0)
		return now - now % job->every;
	usec today = date_start(date_local(now)) + job->at;
	return today <= now ? today : today - USEC_DAY;
}

static enum err edition_slot(struct store *s, const struct job *job, usec *ret, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(s, &db, why);
	return rc == OK ? job->edition(db, ret, why) : rc;
}

struct attempt {
	const struct job *job;
	struct job_run *run;
	char name[80];
	struct lease lease;
	enum job_outcome outcome;
	bool good;
	usec ended;
};

/* Done already?  A recorded slot far ahead comes from a clock that was wrong. */
static enum err slot_done(struct db *tx, const struct attempt *t, bool *ret, struct why *why)
{
	usec length = t->job->every > 0 ? t->job->every : USEC_DAY;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("SELECT planned FROM job_run WHERE name = $1"));
	stmt_bind(q, 1, str_of(t->job->name));
	usec planned = stmt_row(q) ? stmt_int(q, 0) : INT64_MIN;
	enum err rc = stmt_end(q, why);
	*ret = planned >= t->run->slot && planned <= t->run->now + 2 * length;
	return rc;
}

static enum err begin(struct db *tx, void *arg, struct why *why)
{
	struct attempt *t = arg;
	bool done = false;
	enum err rc = slot_done(tx, t, &done, why);
	if (rc == OK && done)
		t->outcome = JOB_DONE_BEFORE;
	if (rc != OK || done)
		return rc;
	rc = lease_take(tx, str_of(t->name), t->run->now, t->run->now + JOB_LEASE, &t->lease, why);
	if (rc != OK || !t->lease.got)
		return rc;
	/* Who had the lease may have ended between our look and our taking it. */
	rc = slot_done(tx, t, &done, why);
	t->outcome = done ? JOB_DONE_BEFORE : JOB_RAN;
	return rc == OK && done ? lease_give(tx, str_of(t->name), t->lease.term, why) : rc;
}

static enum err finish(struct db *tx, void *arg, struct why *why)
{
	struct attempt *t = arg;
	enum err rc = lease_check(tx, str_of(t->name), t->lease.term, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO job_run (name, planned, started, ended, good, result, server) VALUES ($1, $2, $3, $4, $5, $6, $7) "
		    "ON CONFLICT (name) DO UPDATE SET planned = excluded.planned, started = excluded.started, "
		    "ended = excluded.ended, good = excluded.good, result = excluded.result, server = excluded.server"));
	stmt_bind(q, 1, str_of(t->job->name));
	stmt_bind_int(q, 2, t->run->slot);
	stmt_bind_int(q, 3, t->run->now);
	stmt_bind_int(q, 4, t->ended);
	stmt_bind_int(q, 5, t->good);
	stmt_bind(q, 6, str_of(t->run->result));
	stmt_bind_int(q, 7, store_server(db_store(tx)));
	rc = stmt_end(q, why);
	return rc == OK ? lease_give(tx, str_of(t->name), t->lease.term, why) : rc;
}

/* It was stopped: somebody else may do the slot at once. */
static enum err let_go(struct db *tx, void *arg, struct why *why)
{
	const struct attempt *t = arg;
	return lease_give(tx, str_of(t->name), t->lease.term, why);
}

bool job_stopping(const struct job_run *run)
{
	return run->stop && atomic_load(run->stop);
}

enum err job_stopped(struct why *why)
{
	return fail(why, ERR_UNAVAILABLE, "the server ends; the job goes on at its next start");
}

static enum err do_slot(struct store *s, const struct job *job, usec now, const _Atomic bool *stop,
			enum job_outcome *ret, struct why *why)
{
	struct job_run run = {.store = s, .arg = job->arg, .now = now, .stop = stop};
	struct attempt t = {.job = job, .run = &run, .outcome = JOB_HELD};
	snprintf(t.name, sizeof(t.name), "job:%s", job->name);
	enum err rc = OK;
	if (job->edition)
		rc = edition_slot(s, job, &run.slot, why);
	else
		run.slot = job_slot(job, now);
	if (rc == OK)
		rc = store_write(s, begin, &t, why);
	*ret = t.outcome;
	if (rc != OK || t.outcome != JOB_RAN)
		return rc;
	struct why cause = {0};
	enum err result = job->run(&run, &cause);
	if (result != OK && job_stopping(&run)) {
		*ret = JOB_HELD;
		return store_write(s, let_go, &t, why);
	}
	t.good = result == OK;
	t.ended = clock_now(store_clock(s));
	if (!t.good)
		snprintf(run.result, sizeof(run.result), "%.*s", JOB_RESULT_MAX - 1, cause.text);
	rc = store_write(s, finish, &t, why);
	if (rc == OK && result != OK && why)
		*why = cause;
	return rc == OK ? result : rc;
}

enum err job_do(struct store *s, const struct job *job, usec now, enum job_outcome *ret,
		struct why *why)
{
	return do_slot(s, job, now, NULL, ret, why);
}

enum err jobs_json(struct db *db, struct jw *w, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT name, planned, started, ended, good, result, server FROM job_run ORDER BY name"));
	jw_array(w);
	while (stmt_row(q)) {
		jw_object(w);
		jw_m_str(w, "name", stmt_str(q, 0));
		jw_m_time(w, "slot", stmt_int(q, 1));
		jw_m_time(w, "started", stmt_int(q, 2));
		jw_m_time(w, "ended", stmt_int(q, 3));
		jw_m_bool(w, "good", stmt_int(q, 4) != 0);
		jw_m_str(w, "result", stmt_str(q, 5));
		jw_m_int(w, "server", stmt_int(q, 6));
		jw_object_end(w);
	}
	jw_array_end(w);
	return stmt_end(q, why);
}

/* -- the threads -- */
struct state { /* of one job, under the lock */
	bool running;
	usec slot;	  /* the present one of a job with an edition */
	usec looked_slot; /* the slot this server has dealt with */
	usec not_before;  /* monotonic */
};
struct jobs {
	struct jobs_options o;
	pthread_mutex_t lock;
	pthread_cond_t stopping;
	_Atomic bool stop;
	usec editions_at; /* monotonic: when editions are looked at again */
	struct state *states;
	pthread_t *threads;
	unsigned started;
};

static usec slot_of(const struct jobs *j, size_t i, usec now)
{
	return j->o.jobs[i].edition ? j->states[i].slot : job_slot(&j->o.jobs[i], now);
}

/* A job whose slot this server has not looked at yet, or -1. */
static int pick(struct jobs *j, usec now)
{
	usec monotonic = clock_monotonic();
	for (size_t i = 0; i < j->o.n; i++) {
		const struct state *s = &j->states[i];
		if (!s->running && s->not_before <= monotonic &&
		    s->looked_slot != slot_of(j, i, now))
			return (int)i;
	}
	return -1;
}

/* Under the lock, which is let go for the reading. */
static void look_at_editions(struct jobs *j)
{
	usec monotonic = clock_monotonic();
	if (monotonic < j->editions_at)
		return;
	j->editions_at = monotonic + EDITIONS_EVERY;
	for (size_t i = 0; i < j->o.n; i++) {
		const struct job *job = &j->o.jobs[i];
		usec slot = 0;
		if (!job->edition)
			continue;
		pthread_mutex_unlock(&j->lock);
		enum err rc = edition_slot(j->o.store, job, &slot, NULL);
		pthread_mutex_lock(&j->lock);
		if (rc == OK) /* else the store is away: its own log says so, we look again */
			j->states[i].slot = slot;
	}
}

static void log_run(struct jobs *j, const struct job *job, enum err rc, const struct why *why,
		    struct event *e)
{
	if (!j->o.log)
		return;
	event_str(e, "job", str_of(job->name));
	if (rc != OK)
		event_why(e, rc, why);
	event_end(e, rc == OK ? LEVEL_INFO : LEVEL_WARN);
}

static void do_one(struct jobs *j, size_t i, usec now, usec slot)
{
	const struct job *job = &j->o.jobs[i];
	struct why why = {0};
	struct event e;
	enum job_outcome outcome = JOB_HELD;
	if (j->o.log)
		event_begin(&e, j->o.log, "job.run");
	enum err rc = do_slot(j->o.store, job, now, &j->stop, &outcome, &why);
	if ((outcome == JOB_RAN && !job->quiet) || rc != OK)
		log_run(j, job, rc, &why, &e);
	pthread_mutex_lock(&j->lock);
	j->states[i].running = false;
	if (outcome != JOB_HELD)
		j->states[i].looked_slot = slot;
	else
		j->states[i].not_before = clock_monotonic() + AGAIN_AFTER;
	pthread_mutex_unlock(&j->lock);
}

static void wait_a_little(struct jobs *j)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_EVERY_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&j->stopping, &j->lock, &until);
}

static void *work(void *arg)
{
	struct jobs *j = arg;
	pthread_mutex_lock(&j->lock);
	while (!j->stop) {
		look_at_editions(j);
		usec now = clock_now(store_clock(j->o.store));
		int i = pick(j, now);
		if (i < 0) {
			wait_a_little(j);
			continue;
		}
		usec slot = slot_of(j, (size_t)i, now);
		j->states[i].running = true;
		pthread_mutex_unlock(&j->lock);
		do_one(j, (size_t)i, now, slot);
		pthread_mutex_lock(&j->lock);
	}
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

enum err jobs_start(const struct jobs_options *o, struct jobs **ret, struct why *why)
{
	struct jobs *j = calloc(1, sizeof(*j));
	unsigned threads = o->threads ? o->threads : 2;
	pthread_condattr_t monotonic;
	assert(j);
	j->o = *o;
	j->states = calloc(o->n ? o->n : 1, sizeof(*j->states));
	j->threads = calloc(threads, sizeof(*j->threads));
	assert(j->states && j->threads);
	for (size_t i = 0; i < o->n; i++)
		j->states[i].looked_slot = INT64_MIN;
	pthread_mutex_init(&j->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&j->stopping, &monotonic);
	pthread_condattr_destroy(&monotonic);
	for (; j->started < threads; j->started++)
		if (pthread_create(&j->threads[j->started], NULL, work, j) != 0) {
			jobs_stop(j);
			return fail(why, ERR_UNAVAILABLE, "the machine gives no more threads");
		}
	*ret = j;
	return OK;
}

void jobs_stop(struct jobs *j)
{
	if (!j)
		return;
	pthread_mutex_lock(&j->lock);
	j->stop = true;
	pthread_cond_broadcast(&j->stopping);
	pthread_mutex_unlock(&j->lock);
	for (unsigned i = 0; i < j->started; i++)
		pthread_join(j->threads[i], NULL);
	pthread_cond_destroy(&j->stopping);
	pthread_mutex_destroy(&j->lock);
	free(j->states);
	free(j->threads);
	free(j);
}
