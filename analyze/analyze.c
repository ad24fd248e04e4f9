/* analyze.c - what is kept in memory, together. */
#include "analyze/analyze.h"
#include "analyze/finder.h"
#include "analyze/image.h"
#include <stdlib.h>

struct analyze *analyze_new(void)
{
	struct analyze *a = calloc(1, sizeof(*a));
	assert(a);
	a->images = images_new();
	a->finders = finders_new();
	return a;
}

void analyze_free(struct analyze *a)
{
	if (!a)
		return;
	images_free(a->images);
	finders_free(a->finders);
	free(a);
}
