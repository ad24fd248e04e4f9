#include "http/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* First line: the Content-Type; the rest: the body.  Parts must lie within the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = STR_NULL, all = {(const char *)data, size};
	struct arena *a = arena_new();
	struct http_part *parts = NULL;
	size_t n = 0;
	struct str type = str_until(all, '\n', &rest);
	if (rest.ptr && multipart_parse(a, type, rest, &parts, &n, NULL) == OK) {
		assert(n <= MULTIPART_PARTS_MAX);
		for (size_t i = 0; i < n; i++) {
			assert(parts[i].name.ptr);
			assert(parts[i].data.ptr >= rest.ptr);
			assert(parts[i].data.ptr + parts[i].data.len <= rest.ptr + rest.len);
		}
	}
	arena_free(a);
	return 0;
}
