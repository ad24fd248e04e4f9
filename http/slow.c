#include "http/internal.h"

#include <pthread.h>

/* A bounded line of jobs for a few threads.  A job stands behind as many of every other share as its
 * own share has before it, and no share has more than half of the threads: so one unit's exports never
 * hold up everybody, nor do those of several units. */
struct crew {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t *threads;
	int64_t *busy_with; /* share of the job on each thread, IDLE when none */
	unsigned n, most;
	size_t waiting;
	uint64_t turn;	    /* of the job taken last */
	struct task *first; /* in order of their turns */
	bool stop;
};
#define IDLE 0

struct seat {
	struct crew *crew;
	unsigned number;
};

static unsigned busy_for(const struct crew *j, int64_t share)
{
	unsigned n = 0;
	for (unsigned i = 0; i < j->n; i++)
		n += j->busy_with[i] == share;
	return n;
}

static struct task *take_fair(struct crew *j)
{
	for (struct task **at = &j->first; *at; at = &(*at)->next) {
		struct task *task = *at;
		if (busy_for(j, task->share) >= j->most)
			continue;
		*at = task->next;
		j->turn = task->turn > j->turn ? task->turn : j->turn;
		j->waiting--;
		return task;
	}
	return NULL;
}

static void *job_main(void *arg)
{
	struct seat seat = *(struct seat *)arg;
	struct crew *j = seat.crew;
	free(arg);
	pthread_mutex_lock(&j->lock);
	while (!j->stop || j->first) {
		struct task *task = take_fair(j);
		if (!task) {
			pthread_cond_wait(&j->wake, &j->lock);
			continue;
		}
		j->busy_with[seat.number] = task->share;
		pthread_mutex_unlock(&j->lock);
		task->run(task->arg);
		pthread_mutex_lock(&j->lock);
		j->busy_with[seat.number] = IDLE;
		pthread_cond_broadcast(&j->wake);
	}
	pthread_mutex_unlock(&j->lock);
	return NULL;
}

struct crew *crew_new(unsigned threads)
{
	struct crew *j = calloc(1, sizeof(*j));
	assert(j);
	j->threads = calloc(threads, sizeof(*j->threads));
	j->busy_with = calloc(threads, sizeof(*j->busy_with));
	assert(j->threads && j->busy_with);
	j->n = threads;
	j->most = threads > 1 ? threads / 2 : 1;
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, NULL);
	for (unsigned i = 0; i < threads; i++) {
		struct seat *seat = calloc(1, sizeof(*seat));
		assert(seat);
		*seat = (struct seat){j, i};
		int failed = pthread_create(&j->threads[i], NULL, job_main, seat);
		assert(!failed);
	}
	return j;
}

void crew_free(struct crew *j)
{
	if (!j)
		return;
	pthread_mutex_lock(&j->lock);
	j->stop = true;
	pthread_cond_broadcast(&j->wake);
	pthread_mutex_unlock(&j->lock);
	for (unsigned i = 0; i < j->n; i++)
		pthread_join(j->threads[i], NULL);
	pthread_cond_destroy(&j->wake);
	pthread_mutex_destroy(&j->lock);
	free(j->threads);
	free(j->busy_with);
	free(j);
}

size_t crew_waiting(struct crew *j)
{
	pthread_mutex_lock(&j->lock);
	size_t n = j->waiting;
	pthread_mutex_unlock(&j->lock);
	return n;
}

/* Its turn and its place in line; false: its share has enough there. */
static bool line_up(struct crew *j, struct task *task)
{
	size_t n = 0;
	task->turn = j->turn;
	for (const struct task *t = j->first; t; t = t->next)
		if (t->share == task->share) {
			task->turn = t->turn + 1;
			n++;
		}
	if (n == HTTP_JOBS_WAITING_ONE)
		return false;
	struct task **at = &j->first;
	while (*at && (*at)->turn <= task->turn)
		at = &(*at)->next;
	task->next = *at;
	*at = task;
	j->waiting++;
	return true;
}

bool crew_put(struct crew *j, struct task *task)
{
	assert(task->share != IDLE);
	pthread_mutex_lock(&j->lock);
	bool taken = !j->stop && j->waiting < HTTP_JOBS_WAITING_MAX && line_up(j, task);
	if (taken)
		pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
	return taken;
}

static void slow_run(void *arg)
{
	struct request *req = arg;
	struct http_private *p = req->private;
	struct why why = {0};
	p->pending = PENDING_NOTHING;
	enum err rc = request_call(req, p->rest, p->rest_arg, &why);
	request_pass_on(req, rc, &why);
}

enum err slow_submit(struct request *req, struct why *why)
{
	struct http_private *p = req->private;
	p->task = (struct task){.run = slow_run, .arg = req, .share = request_share(req)};
	if (crew_put(p->server->crew, &p->task))
		return OK;
	return fail(why, ERR_UNAVAILABLE, "too much work is waiting; try again in a few seconds");
}

enum err http_slow(struct request *req,
		   enum err (*rest)(struct request *req, void *arg, struct why *why), void *arg,
		   struct why *why)
{
	struct http_private *p = req->private;
	(void)why;
	assert(p->pending == PENDING_NOTHING);
	p->pending = PENDING_SLOW;
	p->rest = rest;
	p->rest_arg = arg;
	return OK;
}
