#include "http/internal.h"

#include <pthread.h>

#define SHARES_MAX 1024
#define SHARE_ACCOUNT ((int64_t)1 << 62) /* bits that no unit's and no account's number has */
#define SHARE_ADDRESS INT64_MIN

/* Whoever holds something now.  When more than fit do, the later ones count as one, `others`, until
 * these hold nothing: so nobody is ever counted in both. */
struct held {
	int64_t share;
	size_t n[SHARE_KINDS];
};
struct shares {
	pthread_mutex_t lock;
	size_t used;
	struct held others, held[SHARES_MAX];
};

int64_t share_of(const struct principal *who, struct str address)
{
	int64_t unit = who->n_grants ? who->grants[0].unit : 0;
	for (size_t i = 1; i < who->n_grants; i++)
		unit = who->grants[i].unit == unit ? unit : 0;
	if (unit)
		return unit;
	if (who->user)
		return SHARE_ACCOUNT | who->user;
	struct hash hash = crypt_sha256(address);
	int64_t share;
	memcpy(&share, hash.bytes, sizeof(share));
	return SHARE_ADDRESS | share;
}

int64_t request_share(const struct request *req)
{
	struct http_private *p = req->private;
	if (!p->share)
		p->share = share_of(req->who, req->address);
	return p->share;
}

struct shares *shares_new(void)
{
	struct shares *s = calloc(1, sizeof(*s));
	assert(s);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void shares_free(struct shares *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static bool holds(const struct held *held)
{
	for (size_t i = 0; i < SHARE_KINDS; i++)
		if (held->n[i])
			return true;
	return false;
}

static struct held *find(struct shares *s, int64_t share)
{
	for (size_t i = 0; i < s->used; i++)
		if (s->held[i].share == share)
			return &s->held[i];
	return NULL;
}

bool shares_take(struct shares *s, int64_t share, enum share_kind kind, size_t n, size_t max)
{
	pthread_mutex_lock(&s->lock);
	struct held *held = find(s, share);
	if (!held && (s->used == SHARES_MAX || holds(&s->others)))
		held = &s->others;
	if (!held) {
		held = &s->held[s->used++];
		*held = (struct held){.share = share};
	}
	held->n[kind] += n;
	bool within = held->n[kind] <= max;
	pthread_mutex_unlock(&s->lock);
	return within;
}

void shares_give(struct shares *s, int64_t share, enum share_kind kind, size_t n)
{
	if (n == 0)
		return;
	pthread_mutex_lock(&s->lock);
	struct held *held = find(s, share);
	if (!held)
		held = &s->others;
	assert(held->n[kind] >= n);
	held->n[kind] -= n;
	if (held != &s->others && !holds(held))
		*held = s->held[--s->used];
	pthread_mutex_unlock(&s->lock);
}
