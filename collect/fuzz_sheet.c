/* The child's readers of XLSX, ODS and CSV, without the sandbox around them; XLS reads descriptor 0. */
#include "collect/sheet_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str file = {(const char *)data, size};
	if (size > 200000 || str_starts(file, STR("\xd0\xcf\x11\xe0")))
		return 0;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	buf_init(&out, SHEET_OUTPUT_MAX + 1024);
	sheet_job(file, &out);
	struct sheet_book book;
	enum err rc = sheet_unpack(a, buf_str(&out), &book, NULL, NULL);
	assert(rc != ERR_INTERNAL); /* what the child writes the parent understands */
	return 0;
}
