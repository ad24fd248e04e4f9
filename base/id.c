#include "base/id.h"

#include <stdatomic.h>
#include <stdlib.h>

#define EPOCH ((usec)1577836800 * USEC_SECOND) /* 2020-01-01T00:00Z */
#define SERVER_BITS 10
#define SEQUENCE_BITS 12
#define MILLISECONDS_MAX (((int64_t)1 << 41) - 1)

struct id_source {
	int64_t server;
	_Atomic int64_t
		last; /* milliseconds and sequence in one number, so that carrying is free */
};

struct id_source *id_source_new(unsigned server)
{
	assert(server < 1u << SERVER_BITS);
	struct id_source *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->server = server;
	return s;
}

void id_source_free(struct id_source *s)
{
	free(s);
}

int64_t id_next(struct id_source *s, usec now)
{
	int64_t ms = (now - EPOCH) / 1000;
	ms = ms < 0 ? 0 : ms > MILLISECONDS_MAX ? MILLISECONDS_MAX : ms;
	int64_t wanted = ms << SEQUENCE_BITS, last = atomic_load(&s->last), next;
	do {
		next = wanted > last ? wanted : last + 1;
	} while (!atomic_compare_exchange_weak(&s->last, &last, next));
	assert(next >> SEQUENCE_BITS <= MILLISECONDS_MAX);
	int64_t sequence = next & ((1 << SEQUENCE_BITS) - 1);
	return (next >> SEQUENCE_BITS) << (SERVER_BITS + SEQUENCE_BITS) |
	       s->server << SEQUENCE_BITS | sequence;
}

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void id_write(int64_t id, char ret[ID_TEXT + 1])
{
	assert(id >= 0);
	for (int i = ID_TEXT - 1; i >= 0; i--, id >>= 5)
		ret[i] = alphabet[id & 31];
	ret[ID_TEXT] = '\0';
}

static int digit_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c & ~0x20);
	const char *found = c ? strchr(alphabet, c) : NULL;
	return found ? (int)(found - alphabet) : -1;
}

enum err id_parse(struct str s, int64_t *ret, struct why *why)
{
	int64_t id = 0;
	bool good = s.len == ID_TEXT && digit_of(s.ptr[0]) < 8;
	for (size_t i = 0; good && i < s.len; i++) {
		int digit = digit_of(s.ptr[i]);
		good = digit >= 0;
		id = good ? id << 5 | digit : 0;
	}
	if (!good || id == 0)
		return fail(why, ERR_INVALID,
			    "an id is %d letters and digits, as the centre gave it", ID_TEXT);
	*ret = id;
	return OK;
}

int id_order(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

bool id_among(const int64_t *sorted, size_t n, int64_t id)
{
	return n && bsearch(&id, sorted, n, sizeof(id), id_order);
}
