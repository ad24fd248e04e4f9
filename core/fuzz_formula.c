/* Any text: compiles, or tells a place within it. */
#include "core/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err find(void *arg, struct str code, struct formula_indicator *ret, struct why *why)
{
	static const char *const measures[] = {"person", "percent", "vnd_billion_per_hectare", ""};
	(void)arg;
	(void)why;
	if (code.len == 0 || code.ptr[0] == '?')
		return ERR_NOT_FOUND;
	ret->id = 1;
	ret->measure = str_of(measures[(unsigned char)code.ptr[0] % ARRAY_LEN(measures)]);
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str text = {(const char *)data, size};
	const struct formula_words words = {.indicator = find};
	struct formula *f = NULL;
	struct formula_place at = {0, 0};
	struct why why = {.text = ""};
	if (formula_compile(a, text, &words, STR_NULL, &f, &at, &why) == OK) {
		const struct formula_ref *refs;
		assert(formula_refs(f, &refs) <= FORMULA_REFS_MAX);
	} else {
		assert(why.text[0] && at.start <= at.end && at.end <= size);
	}
	return 0;
}
