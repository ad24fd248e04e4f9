/* queue.h - a bounded queue of pointers between threads.  Any number of senders and takers. */
#pragma once
#include "base/base.h"

struct queue;
struct queue *queue_new(size_t max);
void queue_free(struct queue *q); /* must be empty or its items owned elsewhere */
DEFINE_AUTO(queue_free, struct queue *)
/* false when full or closed; never waits. */
MUST_USE bool queue_put(struct queue *q, void *item);
/* Waits up to `wait` for the first, then takes up to max items that are there.  0 when timed
 * out, or closed and empty. */
size_t queue_take(struct queue *q, void **items, size_t max, usec wait);
void queue_close(struct queue *q); /* wakes takers; they drain what is left */
bool queue_closed(const struct queue *q);
size_t queue_length(const struct queue *q);
