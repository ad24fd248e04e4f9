/* finder_private.h - the inside of an index; for analyze/finder*.c only. */
#pragma once
#include "analyze/finder.h"
#include <stdatomic.h>

struct vocable {
	struct word word;
	size_t things; /* that have it */
	double weight;
};
struct text { /* a name as words of the vocabulary */
	size_t n;
	size_t *words;
};
#define TEXTS_MAX 4
struct indexed {
	struct thing thing;
	size_t n_texts;
	struct text texts[TEXTS_MAX];
};
struct alias {
	int64_t unit;
	struct str fold, spelling;
	bool marked, initials;
};
struct finder {
	struct arena *arena;
	_Atomic int64_t refs;
	int64_t edition;
	size_t n_things, n_vocabulary, n_aliases;
	struct indexed *things;
	struct vocable *vocabulary;
	struct alias *aliases;
};
bool one_slip(struct str a, struct str b);
double word_match(const struct word *asked, const struct word *have);
/* "xã", "x", "phường", "p", … before a unit's name. */
bool word_is_unit_kind(struct str fold);
