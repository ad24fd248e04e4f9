/* search.h - what a person's words mean: "hồ sơ quá hạn Diên Khánh tháng 5" is an indicator, a unit and a
 * period, and has an answer.
 *
 * First "9 tháng năm 2026", "first nine months of 2026" is taken out: a year from January on.  "Tháng
 * năm 2026" is May, "5 tháng 9" a day.  Else the period is taken out: the longest run of words that period_said() understands, the last of
 * equals.  Then the unit: finder_unit().  What is left is looked for among indicators; without a unit's
 * name it is looked for everywhere.  Of the indicators that score nearly as well as the best
 * (SEARCH_NEAR) the first that the unit gives itself is taken: "dân số Diên Khánh" means the commune's
 * own, "dân số" the province's.  "May" at the end is the month when nothing is found with it as a word:
 * it is a Vietnamese word, too. */
#pragma once
#include "analyze/finder.h"

#define SEARCH_HITS 12
#define SEARCH_NEAR 0.85
struct search {
	const struct indicator *indicator; /* NULL: no number is asked for */
	const struct unit *unit;	   /* NULL: none is named */
	bool has_period;
	bool from_january; /* the months of the year up to `period`, which have no name of their own */
	struct period period;
	struct hit hits[SEARCH_HITS]; /* things to go to, best first */
	size_t n_hits;
};
/* Who asks of what, and when. */
struct search_from {
	const struct finder *finder;
	const struct view *view;
	usec now;
	bool (*may)(void *arg, const struct thing *t); /* may the thing be shown? */
	void *arg;
};
void search_read(const struct search_from *from, struct str text, struct arena *a,
		 struct search *ret);
