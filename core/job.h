/* job.h - work that the centre does by itself at set times.  A table of jobs; each has slots (every
 * so often, daily at a time of day in the centre's zone, or whenever an edition grew).  A slot is done once, whatever the
 * number of servers on one database: a lease decides who does it, and its result is recorded only
 * while the lease holds.  A slot missed while nobody ran is done at the next start, once; a failed
 * one is recorded and waits for its next slot. */
#pragma once
#include "base/event.h"
#include "base/json.h"
#include "store/store.h"

#include <stdatomic.h>

#define JOB_LEASE                                                                                  \
	(15 * USEC_MINUTE) /* a job that takes longer may be done twice, but counts once */
#define JOB_RESULT_MAX 160

struct job_run {
	struct store *store;
	void *arg;		     /* of the job */
	usec now;		     /* when it began, by the store's clock */
	usec slot;		     /* the time it was due; the edition it follows */
	char result[JOB_RESULT_MAX]; /* one sentence for the health page; "" is fine */
	const _Atomic bool *stop;    /* NULL: nobody stops it */
};
/* The server ends: a long job returns job_stopped() between two steps, and its slot stays undone. */
bool job_stopping(const struct job_run *run);
MUST_USE enum err job_stopped(struct why *why);
struct job {
	const char *name; /* "journal.sign" */
	usec every;	  /* slots at multiples of it; 0: daily */
	usec at;	  /* then: time of day */
	/* Given: the slots are the values of this number, which only grows. */
	enum err (*edition)(struct db *db, int64_t *ret, struct why *why);
	bool quiet; /* no log line for a good run */
	enum err (*run)(struct job_run *run, struct why *why);
	void *arg;
};

struct jobs_options {
	struct store *store;
	struct log *log;	/* may be NULL */
	const struct job *jobs; /* live as long as struct jobs */
	size_t n;
	unsigned threads; /* 0: 2 */
};
struct jobs;
MUST_USE enum err jobs_start(const struct jobs_options *o, struct jobs **ret, struct why *why);
void jobs_stop(struct jobs *j); /* waits for those that run */
DEFINE_AUTO(jobs_stop, struct jobs *)

/* Latest slot of the job that is not after now; of one without an edition. */
usec job_slot(const struct job *job, usec now);
enum job_outcome {
	JOB_RAN,
	JOB_DONE_BEFORE,
	JOB_HELD /* another server is at it: ask again later */
};
/* Do the job's present slot now, unless it was done or somebody is at it; the job's own error when
 * it ran and failed.  What the threads call; also for tests and the command line. */
MUST_USE enum err job_do(struct store *s, const struct job *job, usec now, enum job_outcome *ret,
			 struct why *why);
/* Last run of every job, of all servers: [{"name","slot","started","ended","good","result","server"}]. */
MUST_USE enum err jobs_json(struct db *db, struct jw *w, struct why *why);
