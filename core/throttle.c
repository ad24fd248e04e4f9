#include "core/throttle.h"
#include "base/crypt.h"
#include "core/identity.h"

#include <pthread.h>
#include <stdlib.h>

#define BUCKETS 1024
#define WAYS 8
#define FORGET_AFTER USEC_HOUR

struct slot {
	uint64_t name; /* 0: free */
	int64_t failures;
	usec last, until;
};
struct throttle {
	pthread_mutex_t lock;
	unsigned char key[32];
	struct slot slots[BUCKETS][WAYS];
};

/* An office of many people shares one address: more tries before it has to wait. */
static const int64_t free_tries[] = {
	[THROTTLE_LOGIN] = SIGN_IN_FREE, [THROTTLE_ADDRESS] = 6 * SIGN_IN_FREE};

struct throttle *throttle_new(void)
{
	struct throttle *t = calloc(1, sizeof(*t));
	assert(t);
	pthread_mutex_init(&t->lock, NULL);
	crypt_random(t->key, sizeof(t->key));
	return t;
}

void throttle_free(struct throttle *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

static uint64_t name_of(const struct throttle *t, enum throttle_kind kind, struct str name)
{
	struct hash inner = crypt_sha256(name);
	unsigned char text[HASH_BYTES + 1];
	memcpy(text, inner.bytes, HASH_BYTES);
	text[HASH_BYTES] = (unsigned char)kind;
	struct hash outer = crypt_hmac_sha256((struct str){(const char *)t->key, sizeof(t->key)},
					      (struct str){(const char *)text, sizeof(text)});
	uint64_t id;
	memcpy(&id, outer.bytes, sizeof(id));
	return id ? id : 1;
}

static struct slot *slot_find(struct throttle *t, uint64_t name)
{
	struct slot *bucket = t->slots[name % BUCKETS];
	for (size_t i = 0; i < WAYS; i++)
		if (bucket[i].name == name)
			return &bucket[i];
	return NULL;
}

static struct slot *slot_take(struct throttle *t, uint64_t name)
{
	struct slot *found = slot_find(t, name);
	if (found)
		return found;
	struct slot *bucket = t->slots[name % BUCKETS], *oldest = bucket;
	for (size_t i = 1; i < WAYS; i++)
		if (bucket[i].last < oldest->last)
			oldest = &bucket[i];
	*oldest = (struct slot){.name = name};
	return oldest;
}

static usec wait_after(int64_t failures, int64_t allowed)
{
	if (failures <= allowed)
		return 0;
	int64_t doublings = failures - allowed - 1;
	int64_t seconds = doublings < 10 ? (int64_t)1 << doublings : SIGN_IN_WAIT_SECONDS_MAX;
	return (seconds < SIGN_IN_WAIT_SECONDS_MAX ? seconds : SIGN_IN_WAIT_SECONDS_MAX) *
	       USEC_SECOND;
}

usec throttle_try(struct throttle *t, enum throttle_kind kind, struct str name, usec now)
{
	uint64_t id = name_of(t, kind, name);
	pthread_mutex_lock(&t->lock);
	struct slot *s = slot_take(t, id);
	/* A clock that stepped back by a year must not lock anybody out for a year. */
	if (now - s->until > FORGET_AFTER ||
	    s->until - now > SIGN_IN_WAIT_SECONDS_MAX * USEC_SECOND)
		*s = (struct slot){.name = id};
	usec wait = s->until > now ? s->until - now : 0;
	s->last = now;
	if (wait == 0) {
		s->failures++;
		s->until = now + wait_after(s->failures, free_tries[kind]);
	}
	pthread_mutex_unlock(&t->lock);
	return wait;
}

void throttle_forgive(struct throttle *t, enum throttle_kind kind, struct str name)
{
	uint64_t id = name_of(t, kind, name);
	pthread_mutex_lock(&t->lock);
	struct slot *s = slot_find(t, id);
	if (s && kind == THROTTLE_LOGIN)
		*s = (struct slot){0};
	else if (s && s->failures > 0) {
		s->failures--;
		s->until = s->last;
	}
	pthread_mutex_unlock(&t->lock);
}
