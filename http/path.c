#include "base/text.h"
#include "http/internal.h"

bool path_split(struct str path, struct str segments[HTTP_SEGMENTS_MAX], size_t *ret_n)
{
	size_t n = 0;
	if (path.len == 0 || path.ptr[0] != '/')
		return false;
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] <= ' ' || path.ptr[i] > '~' || path.ptr[i] == '\\')
			return false;
	struct str rest = {path.ptr + 1, path.len - 1};
	if (rest.len == 0) {
		*ret_n = 0;
		return true;
	}
	while (rest.ptr) {
		if (n == HTTP_SEGMENTS_MAX)
			return false;
		struct str one = str_until(rest, '/', &rest);
		if (one.len == 0 || str_is(one, ".") || str_is(one, ".."))
			return false;
		segments[n++] = one;
	}
	*ret_n = n;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One character of `in` from *at; -1: a bad escape. */
static int decode_one(struct str in, size_t *at, bool plus)
{
	char c = in.ptr[(*at)++];
	if (c == '+' && plus)
		return ' ';
	if (c != '%')
		return (unsigned char)c;
	if (in.len - *at < 2)
		return -1;
	int high = hex_digit(in.ptr[*at]), low = hex_digit(in.ptr[*at + 1]);
	*at += 2;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum err percent_decode(struct arena *a, struct str in, bool plus, struct str *ret, struct why *why)
{
	char *out = arena_alloc(a, in.len + 1);
	size_t n = 0;
	for (size_t at = 0; at < in.len;) {
		int c = decode_one(in, &at, plus);
		if (c < 0)
			return fail(why, ERR_INVALID, "a percent escape is not %%XX");
		if (c < ' ' && c != '\t' && c != '\n')
			return fail(why, ERR_INVALID, "a control character is not allowed here");
		out[n++] = (char)c;
	}
	struct str decoded = {out, n};
	if (!text_valid(decoded))
		return fail(why, ERR_INVALID, "the text is not valid UTF-8");
	*ret = decoded;
	return OK;
}
