/* Clean text is valid and clean again; folding is idempotent, also on bytes that are no text. */
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str s = {(const char *)data, size}, clean, again;
	struct str folded = text_fold(a, s);
	assert(text_valid(folded));
	assert(str_eq(text_fold(a, folded), folded));
	assert(text_valid(text_lower(a, s)));
	assert(text_valid(text_upper(a, s)));
	if (text_clean(a, s, &clean, NULL) != OK)
		return 0;
	assert(text_valid(s) && text_valid(clean));
	enum err rc = text_clean(a, clean, &again, NULL);
	assert(rc == OK && str_eq(clean, again));
	assert(str_eq(text_nfc(a, clean), clean));
	assert(str_eq(text_fold(a, clean), folded));
	return 0;
}
