#include "base/words.h"

const char *words_vi(const char *english)
{
	size_t low = 0, high = words_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(english, words_table[middle].en);
		if (order == 0)
			return words_table[middle].vi;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return english;
}
