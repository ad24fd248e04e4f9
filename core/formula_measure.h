/* formula_measure.h - units of measure and what may be reckoned with them.  A measure is a vector of
 * powers of base units (person, vnd, m, dossier …; every counted thing is a base of its own) and a
 * factor, read from the registry's codes: "vnd_billion" is 10^9 vnd, "hectare" is 10^4 m²,
 * "pupil_per_teacher", "bed_per_10000" (beds to 10^4 persons), "percent" is 10^-2 of nothing.
 *
 * Sums and comparisons need one measure; products and quotients make new ones.  A bare number (a
 * literal) goes with every measure.  A product with a bare number may convert (people to thousands
 * of people, shares to percent) or merely scale, so its factor is no longer known and any fits. */
#pragma once
#include "base/arena.h"

#define MEASURE_BASES_MAX 6

struct measure {
	bool bare;  /* a literal: fits everything */
	bool loose; /* the factor is not known */
	double factor;
	size_t n;
	struct {
		struct str base;
		int power;
	} bases[MEASURE_BASES_MAX]; /* by name */
};

extern const struct measure measure_bare;
/* Of a code of the registry.  Names live as long as the code's text. */
struct measure measure_of(struct str code);
/* Could both be added?  Measures whose names differ only by factor cannot. */
bool measure_fits(const struct measure *a, const struct measure *b);
bool measure_same_bases(const struct measure *a, const struct measure *b);
/* Of a sum, a choice or a set of both, which fit. */
struct measure measure_join(const struct measure *a, const struct measure *b);
/* a·b (sign 1) or a/b (sign -1).  false: too many bases. */
MUST_USE bool measure_product(const struct measure *a, const struct measure *b, int sign,
			      struct measure *ret);
/* For people: "dossier/person", "1000000000·vnd", "1". */
struct str measure_str(struct arena *a, const struct measure *m);
