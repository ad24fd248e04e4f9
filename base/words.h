/* words.h - the table behind words_vi(): every sentence in both languages, made at build time from
 * texts/vi.po by tools/words.py, sorted by the English bytes, never changing. */
#pragma once
#include "base/base.h" /* words_vi() */

struct words {
	const char *en, *vi; /* formats with the same arguments */
};
extern const struct words words_table[];
extern const size_t words_n;
