/* quality.h - how good the data are: right, sufficient, clean, live.
 *
 * Facts are counted, one row for each unit × indicator × period (`quality_fact`), from what stands in
 * the store: figures with their revisions and decisions, duties with their deadlines and excuses,
 * cells that were refused or doubtful at the door.  Nothing in a fact depends on the present time, on
 * weights or on decay; so a score is a sum over facts, and a changed weight holds at once.
 *
 * Figures that a formula computes are nobody's merit or fault: they are not counted.
 *
 * The measures, each good parts of counted parts:
 *
 *	right       examinations passed ÷ examinations undergone.  Each cell that stands underwent the
 *	            checks at the door that apply to it; each decision of an approver and each later
 *	            correction is one more.  Not passed: a soft check that had to be explained, a return, a
 *	            correction of the value after its deadline (before it, who corrects only takes care).
 *	sufficient  cells filled ÷ cells owed, of what was owed by now: the figure itself and every item of
 *	            its required breakdowns.  A cell said to have no value, with the reason, is filled.
 *	clean       cells received without fault of form ÷ cells received.  Faults of form: unknown unit,
 *	            indicator, period or breakdown, not the unit's to give, no number, forbidden
 *	            characters, one figure twice with different values.  A cell refused for its value is
 *	            clean; a repetition of what is stored already is neither.
 *	on_time     1 for what came before the deadline that counts; late it loses 1/decay_days for each
 *	            day begun; 0 while it is not there.  What is excused does not count, and the centre's
 *	            own outages have moved the deadline already.
 *	fresh       1 when the period owed last is filled, less 1/fresh_periods for each period in a row
 *	            that is missing before and including it: the age of the last figure, in its periods.
 *	live        on_time and fresh together, on_time_share of the first.
 *	shared      figures of open indicators ÷ figures.
 *	unmeasured  a dimension that no fact of the centre tells; it says so and counts nowhere.
 *
 * A score is in hundredths of a point, 0..10000, rounded half up.  That of one series (unit × indicator)
 * pools its periods.  Above it every series weighs the same, whether daily or yearly: a unit, a
 * domain, an indicator, the province is the mean of its series that have anything to count. */
#pragma once
#include "core/job.h"
#include "registry/figure.h"

struct access;

struct fact {
	int64_t unit,
		indicator; /* indicator 0: cells that name none; the period is the month they came in */
	struct period period;
	int64_t day; /* last of the period */
	usec until;  /* the deadline that counts; 0: not owed */
	bool excused;
	usec met;	      /* 0: not there */
	int64_t owed, filled; /* cells */
	int64_t standing, approved;
	int64_t checks, explained; /* at the door, of the cells that stand */
	int64_t decided, returned, corrected;
	int64_t received, unclean;
	int64_t gap; /* periods in a row without a figure, this one included */
};

/* -- facts in the store -- */
#define EVERY_INDICATOR INT64_MAX
struct fact_scope {
	int64_t unit, indicator; /* EVERY_INDICATOR: all the unit has */
	struct period from;	 /* of one indicator: from this … */
	int32_t to; /* … to the period of this number; what follows where its gaps change */
};
struct fact_changes {
	struct arena *a; /* the facts live in it */
	struct fact *put, *gone;
	size_t n_put, n_gone;
};
/* Count the scope anew, and add to *ret what that changes of the facts that stand written; `scratch` may
 * be reset after each.  The scopes of one set of changes do not overlap. */
MUST_USE enum err facts_count(struct db *db, const struct view *v, const struct fact_scope *scope,
			      struct arena *scratch, struct fact_changes *ret, struct why *why);
/* In a change; nobody else may have written facts since they were counted. */
void facts_write(struct db *tx, const struct fact_changes *changes);

struct fact_query {
	struct figure_reach reach;
	const int64_t *units, *indicators;
	size_t n_units, n_indicators; /* 0: all */
	int64_t from, to;	      /* days, both included */
	int kind;		      /* of period; -1: all */
	const struct fact *after;     /* only those behind this one; NULL: from the first */
};
/* In the order of unit, indicator, kind, period. */
struct stmt *facts_ask(struct db *db, const struct fact_query *how, struct arena *a);
bool facts_next(struct stmt *q, struct fact *ret);

/* -- the reader of the journal -- */
struct quality_reader {
	struct registry *registry;
	const struct access *access;
	const struct job_run *run; /* asked between steps whether to go on; NULL: to the end */
};
/* Follow the journal to its end, then count anew what a change of duties or of the registry asks for.
 * A step is counted from one look at the store, while others write; what it changes and how far it came
 * are one change: killed anywhere, it goes on from there. */
MUST_USE enum err quality_follow(struct store *s, const struct quality_reader *job,
				 int64_t *ret_steps, struct why *why);
/* Forget all facts; the next quality_follow() counts everything from the beginning. */
MUST_USE enum err quality_forget(struct db *tx, struct why *why);
/* Do the facts follow the journal to its end? */
MUST_USE enum err quality_followed(struct db *db, bool *ret, struct why *why);
/* Grows with every entry of every chain: when to follow. */
MUST_USE enum err quality_edition(struct db *db, int64_t *ret, struct why *why);

/* -- scores -- */
#define MEASURE_TABLE(X)                                                                           \
	X(MEASURE_RIGHT, "right")                                                                  \
	X(MEASURE_SUFFICIENT, "sufficient")                                                        \
	X(MEASURE_CLEAN, "clean")                                                                  \
	X(MEASURE_LIVE, "live")                                                                    \
	X(MEASURE_ON_TIME, "on_time")                                                              \
	X(MEASURE_FRESH, "fresh")                                                                  \
	X(MEASURE_SHARED, "shared")                                                                \
	X(MEASURE_NONE, "unmeasured")
#define X(code, name) code,
enum measure { MEASURE_TABLE(X) MEASURES };
#undef X
const char *quality_measure_name(enum measure m);

struct dimension { /* a record of kind quality_dimension */
	struct str code, name_vi, name_en, description_vi, description_en;
	enum measure measure;
	int64_t weight, decay_days, fresh_periods, on_time_share; /* share in % */
};
#define DIMENSIONS_MAX 16
struct dimensions {
	size_t n;
	struct dimension items[DIMENSIONS_MAX];
};
/* In their order; the first DIMENSIONS_MAX. */
MUST_USE enum err dimensions_read(struct db *db, struct arena *a, struct dimensions *ret,
				  struct why *why);

struct share {
	int64_t good, all; /* good of all; all 0: nothing to count */
};
/* What one fact adds to a dimension. */
struct share fact_share(const struct fact *f, const struct dimension *d, const struct indicator *i,
			usec now);
/* good ÷ all in hundredths of a point; -1: nothing to count. */
int64_t share_score(struct share s);

struct mean { /* over series, one of each dimension */
	int64_t sum[DIMENSIONS_MAX], n[DIMENSIONS_MAX], series;
};
void mean_add(struct mean *m, const struct dimensions *d, const struct share *shares);
int64_t mean_score(const struct mean *m, size_t dimension); /* -1: nothing to count */
/* All dimensions by their weights; -1: none is measured. */
int64_t mean_overall(const struct mean *m, const struct dimensions *d);
