/* The parent's reader of what a child wrote. */
#include "collect/old_font.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet_book book;
	struct sheet_refusal refusal;
	if (sheet_unpack(a, (struct str){(const char *)data, size}, &book, &refusal, NULL) == OK) {
		(void)old_font_read(a, &book);
		for (size_t i = 0; i < book.n; i++)
			(void)sheet_at_merged(&book.sheets[i], 3, 3);
	}
	return 0;
}
