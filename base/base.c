#include "base/base.h"

#include <inttypes.h>
#include <stdarg.h>

static const struct {
	int status;
	const char *slug, *title;
} errors[ERR_COUNT] = {
#define X(code, status, slug, title) [code] = {status, slug, title},
	ERR_TABLE(X)
#undef X
};

int err_status(enum err code)
{
	assert(code < ERR_COUNT);
	return errors[code].status;
}

const char *err_slug(enum err code)
{
	assert(code < ERR_COUNT);
	return errors[code].slug;
}

const char *err_title(enum err code)
{
	assert(code < ERR_COUNT);
	return errors[code].title;
}

/* A sentence cut by snprintf() must not end in half a character. */
static void cut_at_character(char *text, size_t size, int wanted)
{
	if (wanted < 0 || (size_t)wanted < size)
		return;
	size_t end = size - 1, start = end;
	while (start > 0 && end - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0 || (unsigned char)text[start - 1] < 0xC0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	if (end - (start - 1) < needed)
		text[start - 1] = '\0';
}

enum err why_fail(struct why *why, enum err code, const char *at, const char *file, int line,
		  const char *format, ...)
{
	assert(code != OK && code < ERR_COUNT);
	if (!why)
		return code;
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int wanted = vsnprintf(why->text, sizeof why->text, format, args);
	cut_at_character(why->text, sizeof why->text, wanted);
	wanted = vsnprintf(why->vi, sizeof why->vi, words_vi(format), again);
	cut_at_character(why->vi, sizeof why->vi, wanted);
	va_end(again);
	va_end(args);
	wanted = snprintf(why->at, sizeof why->at, "%s", at);
	cut_at_character(why->at, sizeof why->at, wanted);
	why->file = file;
	why->line = line;
	return code;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq((struct str){s.ptr, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	if (s.len < suffix.len || suffix.len == 0)
		return suffix.len == 0;
	return str_eq((struct str){s.ptr + (s.len - suffix.len), suffix.len}, suffix);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len > 0 && is_space(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_until(struct str s, char sep, struct str *rest)
{
	const char *at = s.len ? memchr(s.ptr, sep, s.len) : NULL;
	if (!at) {
		*rest = STR_NULL;
		return s;
	}
	size_t n = (size_t)(at - s.ptr);
	*rest = (struct str){at + 1, s.len - n - 1};
	return (struct str){s.ptr, n};
}

static bool read_int(struct str s, int64_t *ret)
{
	bool negative = s.len > 0 && s.ptr[0] == '-';
	size_t i = negative;
	if (i == s.len)
		return false;
	int64_t value = 0;
	for (; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		int digit = s.ptr[i] - '0';
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*ret = negative ? value : -value;
	return true;
}

enum err str_int(struct str s, int64_t min, int64_t max, int64_t *ret, struct why *why)
{
	int64_t value;
	if (!read_int(s, &value) || value < min || value > max)
		return fail(why, ERR_INVALID, "must be a whole number from %" PRId64 " to %" PRId64,
			    min, max);
	*ret = value;
	return OK;
}
