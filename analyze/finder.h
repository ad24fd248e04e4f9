/* finder.h - words to things: an index in memory of indicators, units, domains, documents, systems and
 * dashboards, made once for each edition of the registry and shared by all threads.
 *
 * Words.  Text is cut into words; each has its folded form (no accents) and its spelling (with them,
 * "Hoà" and "Hòa" alike).  What people call by several names is brought to one on both sides
 * ("trễ hạn" → "quá hạn", "tthc" → "thủ tục hành chính").
 *
 * Ranking.  A word of the question matches a word of a name, best first:
 *   1.00 the same word, or the question has no accents     0.75 it begins so (two letters or more)
 *   0.90 the name has no accents (English, codes)           0.60 one slip: a letter wrong, missing,
 *   0.55 the same letters, other accents                         doubled or changed places (from 4 letters)
 * Each word weighs log(1 + things / things that have it).  A thing's score is
 *   coverage × (0.7 + 0.25 × precision + 0.05 × order)
 * coverage: weight matched of the weight asked; precision: of the weight of its own name; order: share
 * of neighbours in the question that are neighbours in the name.  Below FINDER_COVERAGE it is not shown; a number is answered from FINDER_SURE on. */
#pragma once
#include "registry/registry.h"

#define FINDER_WORDS_MAX 24 /* of one question; further ones are not looked at */
#define FINDER_COVERAGE 0.6
#define FINDER_SURE 0.75

enum thing_kind {
	THING_INDICATOR,
	THING_UNIT,
	THING_DOMAIN,
	THING_DOCUMENT,
	THING_SYSTEM,
	THING_DASHBOARD,
	THING_KINDS
};
struct thing {
	enum thing_kind kind;
	int64_t id;
	struct str code, name_vi, name_en;
	bool open;  /* a dashboard for everybody */
	bool whole; /* the sum of others, which come after it */
};
struct word {
	struct str fold, spelling;
	bool marked;  /* has accents */
	bool capital; /* written in capitals only: an abbreviation */
};
/* Words of a text, at most max; what is beyond is left out. */
size_t words_of(struct arena *a, struct str text, struct word *ret, size_t max);

struct finders; /* the holder */
struct finder;	/* immutable, reference-counted */
struct finders *finders_new(void);
void finders_free(struct finders *h);
/* The index of the view's edition, held until the arena is freed. */
MUST_USE enum err finder_view(struct finders *h, struct db *db, const struct view *v,
			      struct arena *a, const struct finder **ret, struct why *why);

struct hit {
	const struct thing *thing;
	double score, coverage;
};
/* Best first, at most max, of the kinds in the bit set. */
size_t finder_rank(const struct finder *f, const struct word *words, size_t n, unsigned kinds,
		   struct hit *ret, size_t max);
/* The unit named by the longest run of the words, with what stands before it for its kind ("xã", "P.");
 * NULL: none.  The run is [*ret_from, *ret_to). */
const struct unit *finder_unit(const struct finder *f, const struct view *v,
			       const struct word *words, size_t n, size_t *ret_from,
			       size_t *ret_to);
