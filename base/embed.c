#include "base/embed.h"

#include <string.h>

extern const struct embedded *const embed_tables[EMBED_KINDS];
extern const size_t embed_counts[EMBED_KINDS];

static int path_compare(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

const struct embedded *embedded_list(enum embed_kind kind, size_t *ret_count)
{
	*ret_count = embed_counts[kind];
	return embed_tables[kind];
}

const struct embedded *embedded_find(enum embed_kind kind, struct str path)
{
	size_t low = 0, high = embed_counts[kind];
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct embedded *candidate = &embed_tables[kind][middle];
		int order = path_compare(path, candidate->path);
		if (order == 0)
			return candidate;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
