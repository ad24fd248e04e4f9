/* gather.h - figures for a document: totals of an indicator below a unit, seen with somebody's rights.
 * Private to the room. */
#pragma once
#include "registry/figure.h"
#include "report/report.h"

/* One value of one indicator and period. */
struct reading_of {
	bool given;
	struct decimal value;
	size_t n, of; /* units that gave it, that owe it */
	bool provisional;
};
/* The period of the indicator's own kind that ended last by the end of p. */
struct period gather_period(const struct indicator *i, struct period p);
/* Periods first .. last, both of the indicator's kind: (*ret)[k] is of first.ordinal + k. */
MUST_USE enum err gather_totals(const struct composing *c, const struct indicator *i,
				const struct unit *root, struct period first, struct period last,
				struct reading_of **ret, struct why *why);
/* Of one period for each of the units. */
MUST_USE enum err gather_units(const struct composing *c, const struct indicator *i,
			       const struct unit *const *units, size_t n, struct period p,
			       struct reading_of **ret, struct why *why);
/* Communes, wards and special zones at or below root that were there at the end of p, by name. */
size_t gather_communes(const struct composing *c, const struct unit *root, struct period p,
		       const struct unit ***ret);
