#include "base/queue.h"

#include <pthread.h>
#include <stdatomic.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	size_t max, first;
	_Atomic size_t length; /* changed under the lock only; atomic for those who just look */
	atomic_bool closed;
	void *items[];
};

struct queue *queue_new(size_t max)
{
	assert(max > 0 && max < SIZE_MAX / 2 / sizeof(void *));
	struct queue *q = calloc(1, sizeof *q + max * sizeof q->items[0]);
	if (!q)
		abort();
	q->max = max;
	pthread_condattr_t monotonic;
	int rc = pthread_condattr_init(&monotonic);
	rc = rc ? rc : pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	rc = rc ? rc : pthread_cond_init(&q->filled, &monotonic);
	rc = rc ? rc : pthread_mutex_init(&q->lock, NULL);
	assert(rc == 0);
	pthread_condattr_destroy(&monotonic);
	return q;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool queue_put(struct queue *q, void *item)
{
	pthread_mutex_lock(&q->lock);
	size_t length = atomic_load_explicit(&q->length, memory_order_relaxed);
	bool room = !atomic_load(&q->closed) && length < q->max;
	if (room) {
		q->items[(q->first + length) % q->max] = item;
		atomic_store(&q->length, length + 1);
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return room;
}

static struct timespec deadline_in(usec wait)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	wait = wait < 0 ? 0 : wait > 365 * USEC_DAY ? 365 * USEC_DAY : wait;
	usec fraction = t.tv_nsec / 1000 + wait % USEC_SECOND;
	t.tv_sec += (time_t)(wait / USEC_SECOND + fraction / USEC_SECOND);
	t.tv_nsec = (long)(fraction % USEC_SECOND * 1000 + t.tv_nsec % 1000);
	return t;
}

size_t queue_take(struct queue *q, void **items, size_t max, usec wait)
{
	struct timespec deadline = deadline_in(wait);
	pthread_mutex_lock(&q->lock);
	for (int rc = 0; rc == 0 && atomic_load(&q->length) == 0 && !atomic_load(&q->closed);)
		rc = pthread_cond_timedwait(&q->filled, &q->lock, &deadline);
	size_t length = atomic_load(&q->length), n = length < max ? length : max;
	for (size_t i = 0; i < n; i++)
		items[i] = q->items[(q->first + i) % q->max];
	q->first = (q->first + n) % q->max;
	atomic_store(&q->length, length - n);
	/* The signal for what is left may have been spent on us. */
	if (length > n)
		pthread_cond_signal(&q->filled);
	pthread_mutex_unlock(&q->lock);
	return n;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	atomic_store(&q->closed, true);
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

bool queue_closed(const struct queue *q)
{
	return atomic_load(&q->closed);
}

size_t queue_length(const struct queue *q)
{
	return atomic_load(&q->length);
}
