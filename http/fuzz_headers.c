#include "http/internal.h"

#define HEADERS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines "name:value" as the library hands them on.  What the guard lets through has one length. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct header items[HEADERS_MAX];
	struct headers h = {items, 0};
	struct str rest = {(const char *)data, size};
	int64_t length = 0;
	while (rest.ptr && h.n < HEADERS_MAX) {
		struct str line = str_until(rest, '\n', &rest);
		items[h.n].name = str_until(line, ':', &items[h.n].value);
		if (!items[h.n].value.ptr)
			items[h.n].value = STR("");
		h.n++;
	}
	struct str session = cookie_session(headers_get(h, "cookie"));
	assert(!session.ptr || !memchr(session.ptr, ';', session.len));
	if (guard_headers(h, NULL) == OK) {
		bool body = headers_body(h, &length);
		assert(length >= -1 && body == (length != 0));
		assert(!headers_get(h, "content-length").ptr ||
		       !headers_get(h, "transfer-encoding").ptr);
	}
	return 0;
}
