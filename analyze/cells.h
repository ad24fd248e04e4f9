/* cells.h - the figures behind a formula's references, seen from one unit and period.
 *
 * Where.  An indicator that communes give is read at the unit itself; any other at its owner, wherever
 * one stands.  units: counts from the unit, by the tree of the last day of the period asked about;
 * "communes" are those below the unit, and of one below which none stands (a commune, a department)
 * those of the nearest unit above it that has some: the province's.
 *
 * When.  A reference without window is the period asked about: an indicator of shorter periods is made
 * of all its own within it, by its aggregation over time, as the cube makes it; one of longer periods is
 * read at the one that holds the period (a week: its Thursday).  previous and same_period shift by the
 * periods asked about, of a longer indicator by its own.  A window (last N, ytd) brings the indicator's
 * own periods up to the end of the period asked about, each for itself.
 *
 * Boundaries are those of the last day of the period asked about: what a unit gave before it was merged or
 * split counts for its successors, put together by the aggregation over units as the cube does; a unit has
 * no cell for a time when it did not stand, unless a figure of it came.  One figure of several that is
 * missing leaves the whole missing, and named.  Its parts follow a value: they are its inputs. */
#pragma once
#include "core/access.h"
#include "registry/figure.h"
#include "registry/formulas.h"

struct standpoint {
	struct db *db;
	const struct view *view;
	const struct access *access; /* who NULL: the centre, which sees all */
	const struct principal *who;
	const struct unit *unit;
	struct period period;
};
/* arg of it: the standpoint, which must outlive it. */
struct formula_data cells_of(const struct standpoint *s);
/* From which unit a derived indicator of a unit is computed: a province's from the province, any
 * other from the unit. */
const struct unit *cells_base(const struct view *v, const struct indicator *i,
			      const struct unit *owner);
/* Did the one unit become the other, or a part of it? */
bool cells_became(const struct view *v, int64_t unit, int64_t other);
/* The topmost unit above. */
const struct unit *cells_top(const struct view *v, const struct unit *u);
