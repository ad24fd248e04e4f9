/* gather.h - figures for a document: totals of an indicator below a unit, seen with somebody's rights, as the
 * cube says them (analyze/pivot.h): rolled up by the indicator's own aggregation, on today's boundaries, on
 * those of then for a unit that is no more.  Private to the room. */
#pragma once
#include "analyze/pivot.h"
#include "report/report.h"

/* One value of one indicator and period. */
struct reading_of {
	bool given;
	struct decimal value;
	size_t n, of;		    /* units that gave it, that owe it */
	size_t periods, of_periods; /* the indicator's own with a value, and all of them */
	bool provisional;
};
/* The period of the indicator's own kind that ended last by the end of p. */
struct period gather_own(const struct indicator *i, struct period p);
/* p itself, when the indicator can be rolled up to it; else gather_own(). */
struct period gather_period(const struct indicator *i, struct period p);
bool gather_today(const struct composing *c, const struct unit *root);
/* Were units merged or split after the period, so that its boundaries were others? */
bool gather_moved(const struct composing *c, struct period p);
/* Periods first .. last of one kind, the indicator's or a longer one: (*ret)[k] is of first.ordinal + k. */
MUST_USE enum err gather_totals(const struct composing *c, const struct indicator *i,
				const struct unit *root, struct period first, struct period last,
				struct reading_of **ret, struct why *why);
/* Of one period for each of the units. */
MUST_USE enum err gather_units(const struct composing *c, const struct indicator *i,
			       const struct unit *const *units, size_t n, struct period p,
			       struct reading_of **ret, struct why *why);
/* Communes, wards and special zones at or below root, by name: those of today, as gather_today() says, or
 * those that were there at the end of p. */
size_t gather_communes(const struct composing *c, const struct unit *root, struct period p,
		       const struct unit ***ret);
