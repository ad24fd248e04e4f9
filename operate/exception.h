/* exception.h - what needs a leader's hand now: rules over facts, ranked.  Nothing here is typed in.
 *
 *	due_soon   an indicator that units have not given and that is due within EXCEPTION_SOON
 *	falling    an index below the period before by EXCEPTION_INDEX_FALL or more, and below the same period a
 *	           year before: what falls every winter is no exception
 *	silent     a unit that owes and from which nothing was met for EXCEPTION_SILENCE
 *	worsening  a unit's indicator beyond its target that grew worse WORSE_PERIODS periods in a row; not of what
 *	           adds up over the year, as its target does
 *	overdue    an indicator that most units are late with
 *	quality    a unit whose score of the last whole month fell by EXCEPTION_FALL or more
 *
 * In this order of rank; within a rule the worst first, and of each rule EXCEPTIONS_EACH at most.
 * Indices are counted by a room beside this one: what it found comes with the query. */
#pragma once
#include "registry/figure.h"
#include "registry/registry.h"

#define EXCEPTIONS_MAX 5
#define EXCEPTIONS_EACH 2
#define EXCEPTION_SOON (3 * USEC_HOUR)
#define EXCEPTION_SILENCE (30 * USEC_DAY)
#define EXCEPTION_BACK (45 * USEC_DAY) /* deadlines that an overdue one is looked for in */
#define EXCEPTION_FALL 1000	       /* hundredths of a point */
#define EXCEPTION_INDEX_FALL 0.5       /* points */
#define WORSE_PERIODS 3

#define RULE_TABLE(X)                                                                              \
	X(RULE_DUE_SOON, "due_soon")                                                               \
	X(RULE_FALLING, "falling")                                                                 \
	X(RULE_SILENT, "silent")                                                                   \
	X(RULE_WORSENING, "worsening")                                                             \
	X(RULE_OVERDUE, "overdue")                                                                 \
	X(RULE_QUALITY, "quality")
#define X(code, name) code,
enum rule { RULE_TABLE(X) RULES };
#undef X
const char *rule_name(enum rule r);

struct dimension;
struct exception {
	enum rule rule;
	double weight; /* within the rule */
	const struct unit *unit;
	const struct indicator *indicator;
	int64_t count; /* units, or figures that are owed */
	/* What the reason is told by, beside the words of the unit and the criterion of an index: */
	int64_t of;	  /* RULE_DUE_SOON, RULE_OVERDUE: units that owe it, of the asker's */
	int64_t reminded; /* RULE_SILENT: reminders that stand, of a year; -1: not for the asker */
	const struct dimension *lost; /* RULE_QUALITY: which dimension fell most, from, to */
	int64_t lost_from, lost_to;
	usec since; /* deadline or last sign; 0: not told */
	struct period period;
	struct decimal value, before; /* RULE_WORSENING: now, and WORSE_PERIODS earlier */
	struct str why;		      /* what the unit itself said, or STR_NULL */
	int64_t score, earlier;	      /* RULE_QUALITY */
	int64_t figure;
	struct index_fall { /* RULE_FALLING */
		struct str code, name_vi, name_en;
		double points, won, by, year_by; /* by: less than 0 */
		struct str worst_vi, worst_en;	 /* the criterion that lost most, and how much */
		double worst_by;
	} index;
};
struct exception_query {
	const struct view *view;
	const int64_t *units; /* the asker's, all of them alive */
	size_t n_units;
	struct figure_reach reach; /* of values and scores */
	usec now;
	const struct exception *more; /* found beside this room, to be ranked with the rest */
	size_t n_more;
};
/* The first *ret_n that matter most; *ret_found is how many there are. */
MUST_USE enum err exceptions_find(struct db *db, const struct exception_query *how, struct arena *a,
				  struct exception **ret, size_t *ret_n, size_t *ret_found,
				  struct why *why);
