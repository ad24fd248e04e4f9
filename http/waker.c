#include "http/http.h"

#include <pthread.h>

struct waker {
	pthread_mutex_t lock;
	struct http *http;
};

static void on_commit(void *arg)
{
	struct waker *w = arg;
	pthread_mutex_lock(&w->lock);
	if (w->http)
		http_wake(w->http);
	pthread_mutex_unlock(&w->lock);
}

struct waker *waker_new(struct store *s)
{
	struct waker *w = calloc(1, sizeof(*w));
	assert(w);
	pthread_mutex_init(&w->lock, NULL);
	store_on_commit(s, on_commit, w);
	return w;
}

void waker_set(struct waker *w, struct http *h)
{
	pthread_mutex_lock(&w->lock);
	w->http = h;
	pthread_mutex_unlock(&w->lock);
}

void waker_free(struct waker *w)
{
	if (!w)
		return;
	pthread_mutex_destroy(&w->lock);
	free(w);
}
