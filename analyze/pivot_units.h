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
/* What a unit of that day became by today, following merges and splits. */
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

/* -- pivot_compare.c -- */
/* The bucket an own period belongs to; a week belongs to that of its Thursday. */
struct period pivot_bucket(struct period own, enum period_kind grain);
/* Own periods of a kind that belong to the buckets [from, to]. */
void pivot_own_range(enum period_kind kind, struct period from, struct period to,
		     int32_t *ret_first, int32_t *ret_last);
/* false: it has more digits than a figure. */
MUST_USE bool pivot_rounded(long double value, int scale, struct decimal *ret);
