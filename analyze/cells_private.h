/* cells_private.h - between the files of cells.h: the grid that answers one reference, and which units
 * stand in it. */
#pragma once
#include "analyze/cells.h"
#include "analyze/pivot_units.h"

/* A unit whose figures of an earlier period count for a seat: itself, or what became it. */
struct source {
	size_t seat; /* its place in grid.units */
	int64_t unit;
	const struct unit *what;    /* NULL: gone from the registry */
	enum formula_reason reason; /* of a figure that is not there */
	const struct heirs *heirs;  /* NULL: all of it goes to the seat */
	size_t heir;		    /* which of them the seat is */
};
/* Boundaries do not change within an epoch. */
struct epoch {
	size_t events; /* that had happened by then */
	struct source *sources;
	size_t n, *first; /* sources by seat; first[seat] to first[seat + 1] */
};
/* One place of the window: the indicator's own periods in it, both included. */
struct window_slot {
	int32_t from, to;
	struct str name;
};
struct grid {
	const struct standpoint *s;
	const struct formula_ref *ref;
	const struct indicator *indicator;
	struct arena *arena;
	int64_t day;	/* the last of the period asked about: the boundaries of that day */
	int64_t *units; /* the seats, ascending */
	size_t n_units;
	struct epoch *epochs;
	size_t n_epochs;
	struct window_slot *slots; /* oldest first */
	size_t n_slots;
	struct str *breakdowns;
	size_t n_breakdowns;
	struct figure *found; /* by unit, period, breakdown */
	size_t n_found;
	struct figure *weights; /* of the weighting indicator, likewise */
	size_t n_weights;
	bool weights_read;
	struct formula_cell *cells;
	size_t n, most;
};
/* The units of the reference on the day asked about. */
void grid_units(struct grid *g);
/* Whose figures of a period that ends on the day count for whom. */
const struct epoch *grid_epoch(struct grid *g, int64_t day);
/* Why the unit has no figure of the indicator. */
enum formula_reason grid_reason(const struct grid *g, const struct unit *u,
				const struct indicator *i);
/* The periods of the window. */
void grid_slots(struct grid *g);
