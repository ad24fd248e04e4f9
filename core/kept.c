#include "core/kept.h"

#include <pthread.h>
#include <stdlib.h>

#define SLOTS 512 /* a later token of the same slot takes it over */
#define NAME_MAX 128

struct slot {
	struct hash token;
	int64_t turn; /* 0: free */
	struct principal who;
	char login[NAME_MAX], name[NAME_MAX];
};
struct kept {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
};

struct kept *kept_new(void)
{
	struct kept *k = calloc(1, sizeof(*k));
	assert(k);
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void kept_free(struct kept *k)
{
	if (!k)
		return;
	pthread_mutex_destroy(&k->lock);
	free(k);
}

static struct slot *slot_of(struct kept *k, const struct hash *token)
{
	return &k->slots[(token->bytes[0] << 8 | token->bytes[1]) % SLOTS];
}

struct principal *kept_find(struct kept *k, const struct hash *token, int64_t turn, usec now,
			    struct arena *a)
{
	struct principal *who = NULL;
	struct slot *s = slot_of(k, token);
	pthread_mutex_lock(&k->lock);
	if (turn && s->turn == turn && now < s->who.until &&
	    memcmp(&s->token, token, sizeof(*token)) == 0) {
		who = ARENA_NEW(a, struct principal);
		*who = s->who;
		who->login = arena_str(a, who->login);
		who->name = arena_str(a, who->name);
	}
	pthread_mutex_unlock(&k->lock);
	return who;
}

static struct str copy(char room[NAME_MAX], struct str text)
{
	memcpy(room, text.ptr, text.len);
	return (struct str){room, text.len};
}

void kept_put(struct kept *k, const struct hash *token, int64_t turn, const struct principal *who)
{
	if (!turn || !who->until || who->login.len > NAME_MAX || who->name.len > NAME_MAX)
		return;
	struct slot *s = slot_of(k, token);
	pthread_mutex_lock(&k->lock);
	s->token = *token;
	s->turn = turn;
	s->who = *who;
	s->who.login = copy(s->login, who->login);
	s->who.name = copy(s->name, who->name);
	pthread_mutex_unlock(&k->lock);
}
