/* arena.h - memory with the lifetime of a request or a job.  Allocation never fails: when the
 * limit given at creation or the machine's memory is exhausted the process aborts, so whatever
 * a user can grow belongs in a struct buf (which has a maximum and an error) instead. */
#pragma once
#include "base/base.h"

struct arena;

#define ARENA_LIMIT_DEFAULT ((size_t)256 << 20)

struct arena *arena_new(void);
void arena_free(struct arena *a);
DEFINE_AUTO(arena_free, struct arena *)
/* Forget everything, keep the first block. */
void arena_reset(struct arena *a);
size_t arena_used(const struct arena *a);
/* release(arg) when the arena is freed or reset; the last deferred first. */
void arena_defer(struct arena *a, void (*release)(void *arg), void *arg);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));
/* n elements, overflow-checked. */
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((returns_nonnull));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* A pointer to one more place at the end of `items`, which began as NULL and has grown by this alone; n
 * counts up.  Both are named more than once.  It doubles, keeps its room when n is set back, and leaves
 * at most as much behind in the arena as it holds. */
#define ARENA_APPEND(a, items, n)                                                                  \
	((items) = arena_grown((a), (items), (n), sizeof(*(items))), &(items)[(n)++])
void *arena_grown(struct arena *a, void *items, size_t n, size_t size)
	__attribute__((returns_nonnull));

struct str arena_str(struct arena *a, struct str s); /* copy; NUL follows; NULL stays NULL */
char *arena_cstr(struct arena *a, struct str s);     /* copy, NUL-terminated */
struct str arena_fmt(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
