#include "http/internal.h"

#include <pthread.h>
#include <sys/socket.h>

/* Every connection is in one list; a thread looks through it and shuts down the sockets whose
 * time is over.  The library then sees the end of the stream and frees the connection; conn_free()
 * comes before it closes the descriptor, so a descriptor that was given out anew is never hit. */
struct conn {
	int fd;
	_Atomic usec until;
	struct conn *prev, *next;
};
struct sweeper {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	struct conn *first;
	usec step;
	bool stop;
};

/* What it would not take is dropped by the system too, when the library closes the socket. */
static void cut(int fd)
{
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	shutdown(fd, SHUT_RDWR);
}

static void sweep(struct sweeper *s)
{
	usec now = clock_monotonic();
	for (struct conn *c = s->first; c; c = c->next) {
		usec until = atomic_load_explicit(&c->until, memory_order_relaxed);
		if (until && until < now) {
			atomic_store_explicit(&c->until, 0, memory_order_relaxed);
			cut(c->fd);
		}
	}
}

static void *sweeper_main(void *arg)
{
	struct sweeper *s = arg;
	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		usec until = clock_monotonic() + s->step;
		struct timespec t = {until / USEC_SECOND, until % USEC_SECOND * 1000};
		pthread_cond_timedwait(&s->wake, &s->lock, &t);
		sweep(s);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

struct sweeper *sweeper_new(usec step)
{
	struct sweeper *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;
	assert(s);
	s->step = step;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	int failed = pthread_create(&s->thread, NULL, sweeper_main, s);
	assert(!failed);
	return s;
}

void sweeper_free(struct sweeper *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	assert(!s->first);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

struct conn *conn_new(struct sweeper *s, int fd, usec until)
{
	struct conn *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->fd = fd;
	atomic_init(&c->until, until);
	pthread_mutex_lock(&s->lock);
	c->next = s->first;
	if (c->next)
		c->next->prev = c;
	s->first = c;
	pthread_mutex_unlock(&s->lock);
	return c;
}

void conn_free(struct sweeper *s, struct conn *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&s->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	pthread_mutex_unlock(&s->lock);
	free(c);
}

void conn_until(struct conn *c, usec until)
{
	if (c)
		atomic_store_explicit(&c->until, until, memory_order_relaxed);
}
