#include "base/arena.h"

#include <stdarg.h>

#define ALIGN ((size_t)16)
#define FIRST_BLOCK ((size_t)8 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)

struct block {
	struct block *before;
	size_t size, used;
	_Alignas(16) char bytes[];
};

struct arena {
	struct block *last;
	struct block *first;
	size_t used, held; /* handed out; taken from the machine */
	struct deferred *deferred;
};

struct deferred {
	void (*release)(void *arg);
	void *arg;
	struct deferred *before;
};

static _Noreturn void exhausted(size_t wanted, size_t held)
{
	fprintf(stderr, "arena: no memory for %zu bytes more, %zu held, limit %zu\n", wanted, held,
		ARENA_LIMIT_DEFAULT);
	abort();
}

static struct block *block_new(size_t size, size_t held)
{
	if (size > ARENA_LIMIT_DEFAULT || held + size > ARENA_LIMIT_DEFAULT)
		exhausted(size, held);
	struct block *b = calloc(1, sizeof *b + size);
	if (!b)
		exhausted(size, held);
	b->size = size;
	return b;
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);
	if (!a)
		exhausted(sizeof *a, 0);
	a->first = a->last = block_new(FIRST_BLOCK, 0);
	a->held = FIRST_BLOCK;
	return a;
}

static void run_deferred(struct arena *a)
{
	while (a->deferred) {
		struct deferred *d = a->deferred;
		a->deferred = d->before;
		d->release(d->arg);
	}
}

void arena_reset(struct arena *a)
{
	run_deferred(a);
	while (a->last != a->first) {
		struct block *before = a->last->before;
		free(a->last);
		a->last = before;
	}
	memset(a->first->bytes, 0, a->first->used);
	a->first->used = 0;
	a->used = 0;
	a->held = a->first->size;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	run_deferred(a);
	while (a->last) {
		struct block *before = a->last->before;
		free(a->last);
		a->last = before;
	}
	free(a);
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

/* Blocks come zeroed and are never used twice between resets, so nothing is cleared here. */
static void *block_take(struct block *b, size_t size)
{
	void *p = b->bytes + b->used;
	b->used += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > ARENA_LIMIT_DEFAULT)
		exhausted(size, a->held);
	size = size ? (size + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
	a->used += size;
	if (a->last->size - a->last->used >= size)
		return block_take(a->last, size);
	if (size >= LARGEST_BLOCK / 4 && a->last != a->first) {
		/* A block of its own behind the last, whose rest stays in use. */
		struct block *own = block_new(size, a->held);
		own->before = a->last->before;
		a->last->before = own;
		a->held += size;
		return block_take(own, size);
	}
	size_t next = a->held < LARGEST_BLOCK ? a->held : LARGEST_BLOCK;
	struct block *b = block_new(size > next ? size : next, a->held);
	b->before = a->last;
	a->last = b;
	a->held += b->size;
	return block_take(b, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes))
		exhausted(SIZE_MAX, a->held);
	return arena_alloc(a, bytes);
}

/* Stands before the first item. */
struct room {
	_Alignas(ALIGN) size_t items;
};

void *arena_grown(struct arena *a, void *items, size_t n, size_t size)
{
	size_t had = items ? ((struct room *)items)[-1].items : 0, bytes;
	if (n < had)
		return items;
	size_t has = had ? 2 * had : 8;
	if (__builtin_mul_overflow(has, size, &bytes))
		exhausted(SIZE_MAX, a->held);
	struct room *room = arena_alloc(a, sizeof(*room) + bytes);
	room->items = has;
	if (n)
		memcpy(room + 1, items, n * size);
	return room + 1;
}

char *arena_cstr(struct arena *a, struct str s)
{
	if (s.len == SIZE_MAX)
		exhausted(s.len, a->held);
	char *copy = arena_alloc(a, s.len + 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
	return s.ptr ? (struct str){arena_cstr(a, s), s.len} : STR_NULL;
}

struct str arena_fmt(struct arena *a, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(len >= 0);
	char *text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return (struct str){text, (size_t)len};
}

void arena_defer(struct arena *a, void (*release)(void *arg), void *arg)
{
	struct deferred *d = ARENA_NEW(a, struct deferred);
	*d = (struct deferred){release, arg, a->deferred};
	a->deferred = d;
}
