/* cells.h - the figures behind a formula's references, seen from one unit and period.
 *
 * An indicator that communes give is read at the unit itself; any other at its owner, wherever one
 * stands.  units: counts from the unit, by the tree of the period's last day; "communes" are those
 * below the unit, and of one below which none stands (a commune, a department) those of the nearest
 * unit above it that has some: the province's.  A reference of longer periods is read at the one that holds the last day, one of
 * shorter periods at the last one within. */
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
/* The topmost unit above. */
const struct unit *cells_top(const struct view *v, const struct unit *u);
