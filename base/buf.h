/* buf.h - bytes that grow up to a maximum.  Errors stick: after the first failed append every
 * further one does nothing, and buf_end() tells.  So a writer appends freely and checks once. */
#pragma once
#include "base/base.h"

struct buf {
	char *ptr;
	size_t len, cap, max;
	enum err error; /* OK, ERR_TOO_LARGE or ERR_FULL (no memory) */
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* frees; the struct may be initialised again */
static inline void buf_release_auto(struct buf *b)
{
	buf_release(b);
}
void buf_clear(struct buf *b); /* empty, error forgotten, memory kept */

void buf_add(struct buf *b, struct str s);
void buf_add_char(struct buf *b, char c);
void buf_add_bytes(struct buf *b, const void *bytes, size_t len);
void buf_add_int(struct buf *b, int64_t value);
/* Needs room for the NUL that printf writes; it is not kept. */
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/* Room for n more bytes to be written by the caller, who then says buf_grew(). NULL on error. */
char *buf_room(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);

static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->ptr ? b->ptr : "", b->len};
}
MUST_USE enum err buf_end(const struct buf *b, struct why *why);
