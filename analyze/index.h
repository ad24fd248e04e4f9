/* index.h - composite indices: a set of criteria scored for a unit and a period, what it would be with
 * other values, and what would raise it cheapest. */
#pragma once
#include "analyze/cells.h"
#include "registry/criteria.h"

#define INDEX_CRITERIA_MAX 400

enum criterion_method {
	CRITERION_GROUP,
	CRITERION_LINEAR, /* none at low, all at high, straight between */
	CRITERION_STEPS,  /* the points of the last step reached */
	CRITERION_RATIO,  /* value / high, at most all */
	CRITERION_YES_NO  /* high reached; of a formula that is true or false: true */
};
struct criterion {
	int64_t id;
	struct str code, parent, name_vi, name_en, formula_text;
	enum criterion_method method;
	double points; /* at most; of a group: of its leaves */
	double low, high;
	bool has_low;
	bool truth; /* its value is 1 or 0: true or false */
	bool has_least,
		has_most; /* values that are possible: the range of the one indicator read */
	double least, most;
	size_t n_steps;
	double step_values[CRITERIA_STEPS_MAX], step_points[CRITERIA_STEPS_MAX];
	double effort; /* 1 easy .. 9 hard */
	struct formula *formula;
	int up; /* index of the parent, -1: none */
	/* after scoring */
	bool present, supposed;
	double value, won;
	struct formula_value lost; /* why there is no value */
	int64_t figure;		   /* when the value is one figure */
	double reachable;	   /* points of its leaves that have a value */
	size_t missing, leaves;
};
struct criteria_set {
	int64_t id, document;
	struct str code, index_code, edition, name_vi, name_en, description_vi, description_en,
		status;
	enum period_kind period;
	int64_t from, to; /* days; to DAY_NEVER: open */
	double points;
	bool demonstration;
	const struct unit *whose;   /* after index_score() */
	struct criterion *criteria; /* parents before children */
	size_t n;
};

/* Sets of an index (code of the index or of a set; STR_NULL: all), newest first, without criteria. */
MUST_USE enum err index_sets(struct db *db, struct str code, struct arena *a,
			     struct criteria_set **ret, size_t *ret_n, struct why *why);
/* The set that holds on the day; edition STR_NULL: the promulgated one of that day, else the newest.
 * ERR_NOT_FOUND. */
MUST_USE enum err index_set(struct db *db, struct str code, struct str edition, int64_t day,
			    struct arena *a, struct criteria_set *ret, struct why *why);
/* Its criteria, compiled. */
MUST_USE enum err index_load(struct db *db, const struct view *v, struct arena *a,
			     struct criteria_set *set, struct why *why);

/* Points of a leaf for a value, as exact as numbers are. */
double criterion_score(const struct criterion *c, double value);
/* Values read from figures, points counted up the tree: those won by a leaf in hundredths, as they are
 * told, so that every sum of them is the sum of what stands below it.
 *
 * An index is a unit's when all that its criteria read is the unit's own: figures that it gives, or that
 * a commune gives and the unit is one.  Seen from any other unit it is that of the topmost unit above, as
 * set->whose tells. */
MUST_USE enum err index_score(struct criteria_set *set, const struct standpoint *from,
			      struct arena *a, struct why *why);
/* Another value for a leaf; then index_sum(). ERR_INVALID: no such leaf, or beyond what is possible. */
MUST_USE enum err index_suppose(struct criteria_set *set, struct str code, double value,
				struct why *why);
void index_sum(struct criteria_set *set);
struct index_total {
	double won, reachable;
	size_t missing, leaves;
};
struct index_total index_total(const struct criteria_set *set);

/* -- what raises it -- */
struct advice {
	const struct criterion *criterion;
	double from, to; /* value now and proposed */
	double gain;	 /* points */
	double best; /* feasible: best of its history and three of its best steps, within its range */
	double periods; /* so many of its usual steps */
	double cost;	/* effort × periods a point */
	bool chosen;	/* among the cheapest that together make what is wanted */
};
/* Changes of single criteria, cheapest a point first; the chosen ones reach `wanted` if that is feasible. */
MUST_USE enum err index_advice(struct criteria_set *set, const struct standpoint *from,
			       double wanted, struct arena *a, struct advice **ret, size_t *ret_n,
			       struct why *why);

/* -- where the indices stand -- */
#define MOVE_TREND 12
struct index_change { /* points won more than then, over the criteria that have a value both times */
	bool known;   /* these are worth half of all points at least */
	struct period then;
	double by;
};
struct index_move {
	struct criteria_set set; /* the promulgated version that holds */
	struct period
		period; /* the newest whole one with values worth half the points, of the last three */
	struct index_total total;
	struct index_change before, year; /* the period before, the same one a year before */
	const struct criterion *worst;	  /* lost most since the period before; NULL: none lost */
	double worst_by;
	double trend[MOVE_TREND]; /* points won, oldest first, `period` last */
	bool known[MOVE_TREND];
};
/* Every index that holds now, seen from a unit.  One without enough values has no known change. */
MUST_USE enum err index_moves(const struct standpoint *from, usec now, struct arena *a,
			      struct index_move **ret, size_t *ret_n, struct why *why);
