#include "http/internal.h"

#include <strings.h>

/* RFC 9110 token characters. */
static bool token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool same_name(struct str a, const char *name)
{
	return a.len == strlen(name) && strncasecmp(a.ptr, name, a.len) == 0;
}

struct str headers_get(struct headers h, const char *name)
{
	for (size_t i = 0; i < h.n; i++)
		if (same_name(h.items[i].name, name))
			return h.items[i].value;
	return STR_NULL;
}

/* Two of these mean two readings of one request: what smugglers live on. */
static const char *const once[] = {
	"host",		"content-length", "transfer-encoding", "authorization",
	"content-type", "if-match",	  "idempotency-key",   "last-event-id",
	"x-haidang",	"origin",	  "content-range",     "expect",
};

static size_t count(struct headers h, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < h.n; i++)
		n += same_name(h.items[i].name, name);
	return n;
}

static enum err check_spelling(struct headers h, struct why *why)
{
	for (size_t i = 0; i < h.n; i++) {
		struct str name = h.items[i].name, value = h.items[i].value;
		if (name.len == 0)
			return fail(why, ERR_INVALID, "a header without a name");
		for (size_t at = 0; at < name.len; at++)
			if (!token_char(name.ptr[at]))
				return fail(
					why, ERR_INVALID,
					"a header's name has a character that is not allowed there");
		for (size_t at = 0; at < value.len; at++)
			if ((unsigned char)value.ptr[at] < ' ' && value.ptr[at] != '\t')
				return fail(why, ERR_INVALID,
					    "the header " STR_FMT " has a control character",
					    STR_ARG(name));
	}
	return OK;
}

enum err guard_headers(struct headers h, struct why *why)
{
	enum err rc = check_spelling(h, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < ARRAY_LEN(once); i++)
		if (count(h, once[i]) > 1)
			return fail_at(why, ERR_INVALID, once[i], "the header %s is given twice",
				       once[i]);
	struct str length = headers_get(h, "content-length");
	struct str coding = headers_get(h, "transfer-encoding");
	int64_t ignored = 0;
	if (length.ptr && coding.ptr)
		return fail(why, ERR_INVALID, "give Content-Length or Transfer-Encoding, not both");
	if (coding.ptr && !(coding.len == 7 && strncasecmp(coding.ptr, "chunked", 7) == 0))
		return fail_at(why, ERR_INVALID, "transfer-encoding", "only chunked is understood");
	if (length.ptr && str_int(length, 0, INT64_MAX, &ignored, NULL) != OK)
		return fail_at(why, ERR_INVALID, "content-length", "is not a number");
	if (length.ptr && (length.len == 0 || length.ptr[0] < '0' || length.ptr[0] > '9'))
		return fail_at(why, ERR_INVALID, "content-length", "is not plain digits");
	return OK;
}

bool headers_body(struct headers h, int64_t *ret_length)
{
	struct str length = headers_get(h, "content-length");
	*ret_length = 0;
	if (headers_get(h, "transfer-encoding").ptr) {
		*ret_length = -1;
		return true;
	}
	if (!length.ptr || str_int(length, 0, INT64_MAX, ret_length, NULL) != OK)
		return false;
	return *ret_length > 0;
}
