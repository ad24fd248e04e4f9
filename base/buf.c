#include "base/buf.h"

#include <stdarg.h>

#define SMALLEST ((size_t)256)

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
	free(b->ptr);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->error = OK;
}

/* Room for n more bytes; a buffer over borrowed memory has cap == max and never grows. */
static bool reserve(struct buf *b, size_t n)
{
	if (b->error != OK)
		return false;
	if (n <= b->cap - b->len)
		return true;
	if (n > b->max - b->len) {
		b->error = ERR_TOO_LARGE;
		return false;
	}
	size_t cap = b->cap < SMALLEST / 2 ? SMALLEST : b->cap > b->max / 2 ? b->max : b->cap * 2;
	if (cap < b->len + n)
		cap = b->len + n;
	if (cap > b->max)
		cap = b->max;
	char *larger = realloc(b->ptr, cap);
	if (!larger) {
		b->error = ERR_FULL;
		return false;
	}
	b->ptr = larger;
	b->cap = cap;
	return true;
}

char *buf_room(struct buf *b, size_t n)
{
	if (!reserve(b, n ? n : 1))
		return NULL;
	return b->ptr + b->len;
}

void buf_grew(struct buf *b, size_t n)
{
	assert(n <= b->cap - b->len);
	b->len += n;
}

void buf_add_bytes(struct buf *b, const void *bytes, size_t len)
{
	if (len == 0 || !reserve(b, len))
		return;
	memcpy(b->ptr + b->len, bytes, len);
	b->len += len;
}

void buf_add(struct buf *b, struct str s)
{
	buf_add_bytes(b, s.ptr, s.len);
}

void buf_add_char(struct buf *b, char c)
{
	if (reserve(b, 1))
		b->ptr[b->len++] = c;
}

void buf_add_int(struct buf *b, int64_t value)
{
	char digits[20];
	size_t at = sizeof digits;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[--at] = '-';
	buf_add_bytes(b, digits + at, sizeof digits - at);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	if (b->error != OK)
		return;
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(len >= 0);
	/* One byte more for the NUL that vsnprintf() insists on; it is not kept. */
	char *text = buf_room(b, (size_t)len + 1);
	if (text) {
		vsnprintf(text, (size_t)len + 1, format, again);
		buf_grew(b, (size_t)len);
	}
	va_end(again);
}

enum err buf_end(const struct buf *b, struct why *why)
{
	if (b->error == ERR_TOO_LARGE)
		return fail(why, ERR_TOO_LARGE, "more than %zu bytes", b->max);
	if (b->error != OK)
		return fail(why, b->error, "no memory for more than %zu bytes", b->cap);
	return OK;
}
