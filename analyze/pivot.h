/* pivot.h - figures as a cube: indicator × breakdown × unit × period, rolled up along any of them.
 *
 * One cell holds what figures/summary would say: figures of the units in it are put together by the
 * indicator's own aggregation over units, period by period; then those totals by its own aggregation
 * over time.  Units come first, so the quarter is made of the months that everybody sees, and going
 * down leads to the numbers a total was made of.  What has no total says why:
 *   sum       added exactly; parts of a unit (sex, age …) stand for an undivided figure that is missing
 *   mean      of the units; over time: of the periods
 *   weighted  by the figures of the weighting indicator; over time by the sum of those weights
 *   last      over units the one received last, over time the last period; max, min: as they say
 *   none      one figure stands for itself, several have no total
 *
 * Boundaries.  "then": every unit as it was in the period, under the parent of that day.  "today": what
 * a unit gave before it was merged or split counts for its successors.  A whole unit that went into
 * another joins it as one more unit, whatever the aggregation.  Of a split unit only sums can be divided:
 * by the shares of the unit_change records, one for each unit it went to; the last part gets the rest so
 * that nothing is lost to rounding.  Anything else, or shares that do not tell where all of it went, has
 * no value and says so.
 *
 * Rights: only series within the asker's reach are looked at; a total is of what he may see.
 *
 * Cost: every figure in range is looked at once; memory is that of the cells. */
#pragma once
#include "analyze/image.h"

#define PIVOT_CELLS_MAX 1000000 /* cells of one answer, totals and lead included */
#define PIVOT_SLOTS_MAX 400000	/* units × own periods of one indicator */
#define PIVOT_INDICATORS_MAX 500

enum pivot_units {
	PIVOT_EACH,	/* a member for each unit that gives figures */
	PIVOT_CHILDREN, /* a member for each unit directly below the root, with all below it */
	PIVOT_TOTAL	/* only the total */
};
enum pivot_level { PIVOT_ANY_LEVEL, PIVOT_COMMUNES, PIVOT_NOT_COMMUNES };
struct pivot_question {
	const struct indicator **indicators;
	size_t n_indicators;
	enum period_kind grain; /* of the buckets */
	int32_t from, to;	/* buckets shown, ordinals of grain */
	int32_t lead;		/* buckets before `from` that are computed too, for comparison */
	enum pivot_units by;
	int64_t root; /* 0: every unit */
	enum pivot_level level;
	const int64_t *units; /* n_units 0: all */
	size_t n_units;
	bool today;		   /* boundaries */
	struct str list;	   /* code list of the breakdown axis; STR_NULL: undivided */
	struct str list_code;	   /* with list: only this item; STR_NULL: all of them */
	struct figure_reach reach; /* its lists must live as long as the question */
};

/* X(code, name in JSON) */
#define PIVOT_WHY_TABLE(X)                                                                         \
	X(PIVOT_NOTHING, "nothing")	/* no figure */                                            \
	X(PIVOT_VALUE, "value")		/* has a value */                                          \
	X(PIVOT_NO_UNITS, "no_units")	/* the indicator is not aggregated over units */           \
	X(PIVOT_NO_TIME, "no_time")	/* … over time */                                        \
	X(PIVOT_NO_WEIGHT, "no_weight") /* the weighting indicator has no figure for it */         \
	X(PIVOT_SPLIT, "split")		/* a unit was split and this cannot be divided */          \
	X(PIVOT_SHARES, "shares")	/* … and its shares do not say where all of it went */   \
	X(PIVOT_BEYOND, "beyond")	/* more digits than a figure has */                        \
	X(PIVOT_FINER, "finer")		/* the indicator's own periods are longer than asked */
#define X(code, name) code,
enum pivot_why { PIVOT_WHY_TABLE(X) PIVOT_WHYS };
#undef X
const char *pivot_why_name(enum pivot_why why);

struct pivot_cell {
	struct decimal value; /* with PIVOT_VALUE */
	int64_t figure;	      /* when it is one figure: its id */
	usec updated;	      /* the newest figure in it */
	uint32_t n;	      /* units that gave a value (at most, of its periods) */
	uint32_t provisional; /* figures not yet approved */
	uint16_t periods;     /* own periods with a value */
	uint8_t why;	      /* enum pivot_why */
};
struct pivot {
	const struct pivot_question *asked;
	const struct code_item **items; /* of the breakdown axis */
	size_t n_items;			/* 1 without list */
	const struct unit **units;	/* members, by code */
	size_t n_units;			/* the total stands at n_units */
	size_t n_buckets; /* lead included; the total of those shown stands at n_buckets */
	struct pivot_cell *cells;
};
/* ERR_TOO_LARGE, which says what to narrow; ERR_INVALID: no such list. */
MUST_USE enum err pivot_make(const struct view *v, const struct image *m,
			     const struct pivot_question *how, struct arena *a,
			     const struct pivot **ret, struct why *why);
const struct pivot_cell *pivot_at(const struct pivot *p, size_t indicator, size_t item, size_t unit,
				  size_t bucket);
/* Own periods of the indicator within a bucket: what a complete one has. */
size_t pivot_periods(const struct indicator *i, struct period bucket);

/* Units that have a figure of the indicator for its own period by what they are, and count for what is
 * asked; by PIVOT_TOTAL. */
size_t pivot_owing(const struct view *v, const struct pivot_question *how,
		   const struct indicator *i, struct period own, struct arena *a);

/* -- comparing; all on cells of one pivot, PIVOT_NOTHING when one of the two has no value -- */
struct pivot_cell pivot_change(const struct pivot_cell *now, const struct pivot_cell *then);
/* 100 × a / b in `decimals` digits; none when b is 0. */
struct pivot_cell pivot_percent(struct pivot_cell part, const struct pivot_cell *whole,
				int decimals);
/* Place of a unit among all, 1 is best by the indicator's direction (none: the greatest is first); equal
 * values share a place and the next is left out (1, 2, 2, 4).  0: it has no value. */
size_t pivot_rank(const struct pivot *p, size_t indicator, size_t item, size_t unit, size_t bucket);
