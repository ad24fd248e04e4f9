/* check.h - checks at the door.  What somebody wants to give (texts) is resolved against the
 * registry, then checked: type, range, known unit and period, required breakdowns, sums, and jumps
 * against history.  A hard finding refuses the cell; a soft one asks for a remark.
 *
 * Jump: robust z-score (Iglewicz and Hoaglin 1993): 0.6745·|x − median| / MAD over up to 36 earlier
 * values, at least 6; MAD 0 is replaced by the mean absolute deviation / 1.2533; the scale is
 * never taken below 5 % of the median nor below one step of the indicator's decimals. */
#pragma once
#include "registry/figure.h"

#define CHECK_HISTORY 36
#define CHECK_HISTORY_MIN 6
#define DELIVERY_CELLS_MAX 20000

/* One figure as it came; STR_NULL: not given. */
struct cell {
	struct str sheet;
	int64_t row, column; /* from 1; 0: none */
	struct str indicator, unit, period, breakdown, value, remark, reason;
	struct str measure;  /* in which the value is given */
	bool measure_of_all; /* it is said of all cells, and may be that of others */
	bool no_value;	     /* explicitly none */
	bool typed; /* by a person: "1.234" may mean 1234; else canonical decimals are taken as such */
};
enum cell_state { CELL_ACCEPTED, CELL_SAME, CELL_DOUBTFUL, CELL_REFUSED, CELL_STATES };
const char *cell_state_name(enum cell_state s);

struct finding {
	const char *check; /* "unit", "period", "number", "range", "jump", "sum_of_parts" … */
	bool hard;
	struct str vi, en;
	struct finding *next;
};
struct checked {
	const struct cell *cell;
	const struct unit *unit;	   /* NULL: unknown */
	const struct indicator *indicator; /* NULL: unknown */
	bool resolved;			   /* figure's key and value are known */
	struct figure figure;		   /* as it would be stored */
	struct figure before;		   /* current revision; id 0: none */
	const struct checked *twin; /* the same, further up in this delivery; this one follows it */
	enum cell_state state;
	int power;	/* the value was given in a measure 10^power times the indicator's */
	bool overtaken; /* settled by delivery_store(): somebody was faster */
	struct finding *findings;
};
struct check_context {
	struct db *db;
	const struct view *view;
	const struct access *access;
	const struct principal *who;
	usec now;
	struct arena *arena;
};
/* One checked for each cell, in their order. */
MUST_USE enum err check_cells(const struct check_context *c, const struct cell *cells, size_t n,
			      struct checked **ret, struct why *why);
/* How many of the rules a value of the indicator undergoes: decimals and jump always; range, sums
 * (of parts, or of its breakdowns), not_greater_than, remark_if_zero where there is such a rule; of
 * the whole also its required breakdowns. */
int64_t check_applying(const struct view *v, const struct indicator *i, bool whole);
/* Robust z-score of x against n ≥ 1 earlier values; `least` is the smallest scale. Sorts values. */
double check_robust_z(double x, double *values, size_t n, double least);
/* The range in which a value raises no question: median ± limit·scale.  false: too little history. */
bool check_expected(const struct indicator *i, const struct figure *history, size_t n,
		    double *ret_low, double *ret_high);
