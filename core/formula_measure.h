/* formula_measure.h - units of measure and what may be reckoned with them.  A measure is a vector of
 * powers of base units (person, vnd, m, dossier …; every counted thing is a base of its own) and a
 * factor, read from the registry's codes: "vnd_billion" is 10^9 vnd, "hectare" is 10^4 m²,
 * "pupil_per_teacher", "bed_per_10000" (beds to 10^4 persons), "percent" is 10^-2 of nothing.
 *
 * Sums and comparisons need one measure; products and quotients make new ones.  A bare number (a
 * literal, count(), number(…)) goes with every measure.  A literal factor c either scales (3 times the
 * people are people) or converts by just c (people / 1000 are thousands of people, a share * 100 is per
 * cent), so a measure may have several possible factors, never any other; two fit when they have one in
 * common. */
#pragma once
#include "base/arena.h"

#define MEASURE_BASES_MAX 6
#define MEASURE_FACTORS_MAX 8

struct measure {
	bool bare;	  /* fits everything */
	double value;	  /* bare: of a literal; 0: not known before it runs */
	size_t n_factors; /* 1 but after literal factors; the first is that of no conversion */
	double factors[MEASURE_FACTORS_MAX];
	size_t n;
	struct {
		struct str base;
		int power;
	} bases[MEASURE_BASES_MAX]; /* by name */
};

extern const struct measure measure_bare;
struct measure measure_literal(double value);
/* Of a code of the registry.  Names live as long as the code's text. */
struct measure measure_of(struct str code);
/* Could both be added?  Measures that differ by a factor cannot. */
bool measure_fits(const struct measure *a, const struct measure *b);
bool measure_same_bases(const struct measure *a, const struct measure *b);
/* Of a sum, a choice or a set of both, which fit: the factors both may have. */
struct measure measure_join(const struct measure *a, const struct measure *b);
/* a·b (sign 1) or a/b (sign -1).  false: too many bases. */
MUST_USE bool measure_product(const struct measure *a, const struct measure *b, int sign,
			      struct measure *ret);
/* A factor that `of` must be multiplied by to be `wanted`, which has one factor: a power of ten if any. */
double measure_ratio(const struct measure *of, const struct measure *wanted);
/* For people: "dossier/person", "1000000000·vnd", "1". */
struct str measure_str(struct arena *a, const struct measure *m);
