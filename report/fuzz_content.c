/* The description of a report as people and programs send it: read or refused with its place. */
#include "report/content.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct content c;
	struct why why = {0};
	enum err rc = content_parse(a, (struct str){(const char *)data, size}, &c, &why);
	assert(rc == OK || why.text[0]);
	if (rc != OK)
		return 0;
	assert(c.n >= 1 && c.n <= CONTENT_SECTIONS_MAX);
	for (size_t i = 0; i < c.n; i++) {
		assert(c.sections[i].indicators.n <= CONTENT_INDICATORS_MAX);
		assert(c.sections[i].kind < SECTION_HIGHLIGHTS || c.sections[i].indicators.n > 0);
	}
	return 0;
}
