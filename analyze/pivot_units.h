/* pivot_units.h - what the files of the cube share: which members of the unit axis a figure counts for,
 * and periods within periods; for analyze/pivot*.c only. */
#pragma once
#include "analyze/pivot.h"

struct heir { /* one unit a figure counts for, and how much of it */
	int64_t unit;
	long double share; /* 1: all of it */
};
#define HEIRS_MAX 16
struct heirs {
	size_t n;
	bool lost; /* a part went nowhere that is known */
	struct heir items[HEIRS_MAX];
};
#define HEIRS_WHOLE 0.9999999999L /* a share of at least that is all of it */
/* What a unit of that day became by another, both days included, following merges and splits. */
void heirs_between(const struct view *v, int64_t unit, int64_t day, int64_t until,
		   struct heirs *ret);
/* … by today. */
void heirs_of(const struct view *v, int64_t unit, int64_t day, struct heirs *ret);

struct target { /* a member of the axis */
	size_t member;
	long double share;
};
struct targets {
	size_t n;
	bool lost;
	struct target items[HEIRS_MAX];
};
struct membership;
/* Members of the axis: those of the question that should give figures or have given some.  The
 * arena keeps everything. */
struct membership *membership_new(const struct view *v, const struct image *m,
				  const struct pivot_question *how, struct arena *a);
size_t membership_units(const struct membership *s, const struct unit ***ret);
/* Boundaries do not change within an epoch; that of the day. */
size_t membership_epoch(const struct membership *s, int64_t day);
/* Where a unit's figure of a period that ends on the day, in its epoch, counts. */
const struct targets *membership_at(struct membership *s, int64_t unit, size_t epoch, int64_t day);

/* -- pivot.c: figures given one by one, put together as a cell of the cube is -- */
struct roll;
struct roll *roll_new(struct arena *a, const struct indicator *i);
/* One unit's value of the period; weight counts where the indicator is weighted over units. */
void roll_add(struct roll *r, struct decimal value, usec received, double weight);
/* It cannot be divided. */
void roll_split(struct roll *r);
/* All units of one of the indicator's own periods were given; the next begins. */
void roll_period(struct roll *r);
struct pivot_cell roll_end(const struct roll *r);
/* Of a value of the heirs, that of one; what rounding leaves goes to the last.  false: nobody can say. */
MUST_USE bool heir_value(const struct heirs *h, size_t at, struct decimal value,
			 struct decimal *ret);

/* -- pivot_compare.c -- */
/* false: it has more digits than a figure. */
MUST_USE bool pivot_rounded(long double value, int scale, struct decimal *ret);
