/* figure.h - official figures: indicator × unit × period × breakdown, every revision kept.  A
 * value is never overwritten: a correction is a new revision; a decision (approve, return) marks
 * the revision it is about. */
#pragma once
#include "core/access.h"
#include "registry/registry.h"

#define FIGURE_STATUS_TABLE(X)                                                                     \
	X(FIGURE_SUBMITTED, "submitted")                                                           \
	X(FIGURE_APPROVED, "approved")                                                             \
	X(FIGURE_RETURNED, "returned")
#define X(code, name) code,
enum figure_status { FIGURE_STATUS_TABLE(X) FIGURE_STATUSES };
#undef X
const char *figure_status_name(enum figure_status s);

/* X(bit, name in JSON) */
#define FIGURE_FLAG_TABLE(X)                                                                       \
	X(FIGURE_LATE, "late")		   /* the first came after the deadline that counts now */ \
	X(FIGURE_EXPLAINED, "explained")   /* a soft check failed; the remark explains */          \
	X(FIGURE_CORRECTION, "correction") /* not the first revision */                            \
	X(FIGURE_DEMONSTRATION, "demonstration")                                                   \
	X(FIGURE_EARLY, "early") /* received before its period was over */                         \
	X(FIGURE_ESTIMATE, "estimate")                                                             \
	X(FIGURE_DERIVED, "derived") /* computed by a formula */
#define X(bit, name) bit##_BIT,
enum { FIGURE_FLAG_TABLE(X) FIGURE_FLAGS };
#undef X
#define X(bit, name) bit = 1 << bit##_BIT,
enum figure_flag { FIGURE_FLAG_TABLE(X) };
#undef X

struct figure {
	int64_t id, unit, indicator, revision;
	struct period period;
	struct str breakdown; /* "" or "age=0-14;sex=female": lists in alphabetical order */
	bool empty;	      /* said to have no value; the remark says why */
	struct decimal value;
	bool current;
	enum figure_status status;
	unsigned flags;
	struct str remark, reason;     /* reason: of a correction */
	int64_t delivery, row, column; /* where in the delivery; row and column from 1, 0 none */
	struct str sheet;
	int64_t actor;
	usec received;
	usec first_received; /* of the first revision that was not returned: what was on time stays so */
	int64_t decided_by; /* 0: undecided */
	usec decided;
	struct str decision_remark;
};

/* Binds $1 to $5: unit, indicator, kind and number of the period, breakdown. */
void figure_bind_key(struct stmt *q, const struct figure *key);

/* The current revision for the same unit, indicator, period and breakdown as *key.
 * ERR_NOT_FOUND without one. */
MUST_USE enum err figure_current(struct db *db, const struct figure *key, struct arena *a,
				 struct figure *ret, struct why *why);
/* Before the first figure_put() or figure_decide() of a change: waits until the changes that other
 * servers are making to figures are over, so that two never make the same revision. */
MUST_USE enum err figure_turn(struct db *tx, struct why *why);
/* How many such changes are committed.  Every row of a figure keeps the number of the one that wrote
 * it last, so whoever keeps figures in memory asks for what came since. */
MUST_USE enum err figure_turns(struct db *db, int64_t *ret, struct why *why);
/* Every current figure (since 0), or every revision that changes after that one made, replaced or
 * decided: without remarks, delivery and actor, in no order; texts are borrowed for the call. */
MUST_USE enum err figure_scan(struct db *db, int64_t since,
			      void (*each)(void *arg, const struct figure *f), void *arg,
			      struct why *why);
/* Store as the next revision; fills id, revision, current and the correction flag. */
MUST_USE enum err figure_put(struct db *tx, struct figure *f, struct why *why);
/* Values of the same series before the period of *key, newest first, at most max: their periods and
 * values alone, from an index. */
MUST_USE enum err figure_history(struct db *db, const struct figure *key, size_t max,
				 struct arena *a, struct figure **ret, size_t *ret_n,
				 struct why *why);
/* The newest of them, whole.  ERR_NOT_FOUND without one. */
MUST_USE enum err figure_before(struct db *db, const struct figure *key, struct arena *a,
				struct figure *ret, struct why *why);
MUST_USE enum err figure_get(struct db *db, int64_t id, struct arena *a, struct figure *ret,
			     struct why *why);
/* Approve or return the current revision; returning makes the revision before it current
 * again.  ERR_CONFLICT when it is decided already or no longer current. */
MUST_USE enum err figure_decide(struct db *tx, const struct figure *f, enum figure_status decision,
				struct str remark, int64_t by, usec now, struct why *why);

/* Take the computed figures of a cell out of account: what was sent before them counts again, if anything
 * was. */
MUST_USE enum err figure_withdraw_derived(struct db *tx, const struct figure *f, struct str remark,
					  usec now, struct why *why);

/* May `who` do verb with the unit's figures of the indicator?  The one question about a figure: the
 * right to the unit's figures, or to what is open; and of a restricted indicator (view_restricted())
 * the right to the unit's restricted figures besides; to read what was computed, to those of all whose
 * restricted figures it was computed from (view_restricted_of()). */
bool figure_may(const struct access *x, const struct principal *who, enum verb verb,
		const struct view *v, int64_t unit, int64_t indicator);
/* OK, or ERR_NOT_FOUND when `who` may not even read it, or ERR_FORBIDDEN. */
MUST_USE enum err figure_require(const struct access *x, const struct principal *who,
				 enum verb verb, const struct view *v, int64_t unit,
				 int64_t indicator, struct why *why);
/* The same as lists, for many: the figures of all or these units, and those of these openly readable
 * indicators; but of the closed indicators only those of the closed units, and none of the barred, which tell
 * restricted figures of units that are not the asker's.  Every list ascends. */
struct figure_reach {
	bool all;
	const int64_t *units, *open, *closed, *closed_units, *barred;
	size_t n_units, n_open, n_closed, n_closed_units, n_barred;
};
struct figure_reach figure_reach(const struct access *x, const struct principal *who,
				 enum verb verb, const struct view *v, struct arena *a);
bool figure_reached(const struct figure_reach *r, int64_t unit, int64_t indicator);
/* " AND …" about the columns f.unit and f.indicator. */
void query_figure_reach(struct query *q, const struct figure_reach *r);
/* Take out what is not for every reader of an open figure: remarks and reasons, in which people and
 * cases are named, stay among those who may read the unit's deliveries. */
void figure_veil(const struct access *x, const struct principal *who, struct figure *figures,
		 size_t n);

/* Figures that a derived one was computed from: its lineage.  Replaces what was kept; each id once. */
MUST_USE enum err figure_put_inputs(struct db *tx, const struct figure *f, const int64_t *inputs,
				    size_t n, struct why *why);
/* At most FIGURE_INPUTS_MAX, by id. */
#define FIGURE_INPUTS_MAX 5000
MUST_USE enum err figure_inputs(struct db *db, const struct figure *f, struct arena *a,
				int64_t **ret, size_t *ret_n, struct why *why);

struct figure_query {
	struct figure_reach reach;
	const int64_t *indicators, *units; /* n 0: all */
	size_t n_indicators, n_units;
	bool no_units;		      /* n_units 0 means none, not all */
	enum period_kind period_kind; /* with has_from or has_to */
	bool has_from, has_to;
	int32_t from, to;     /* ordinals, both included */
	struct str breakdown; /* STR_NULL: any */
	usec as_of;	      /* 0: today's state; else what was known then */
	bool revisions;	      /* every revision, not only the current */
	bool waiting;	      /* only those not decided */
	int64_t delivery;     /* 0: any */
	int64_t after;	      /* id: only later ones (cursor) */
	size_t limit;
};
/* In the order of their ids. */
MUST_USE enum err figure_list(struct db *db, const struct figure_query *how, struct arena *a,
			      struct figure **ret, size_t *ret_n, struct why *why);

/* Totals over units by the indicator's own aggregation, one for each period that has any value,
 * oldest first. figures: as figure_list() gave them (current, one indicator). */
struct summary {
	struct period period;
	struct decimal value;
	bool defined;	       /* false: the indicator is not aggregated over units */
	size_t n, provisional; /* units that gave a value; of these not yet approved */
	usec updated;
};
struct weight { /* value of the weighting indicator; all of one kind of period */
	int64_t unit;
	struct period period;
	double value;
};
/* Do two breakdowns divide by the same lists?  Of one unit only such parts count together: others
 * divide the same total anew. */
bool breakdown_alike(struct str a, struct str b);
size_t figure_summarise(const struct indicator *i, const struct figure *figures, size_t n,
			const struct weight *weights, size_t n_weights, struct arena *a,
			struct summary **ret);

/* The same, read: of exactly one indicator, for the units and periods of *how (its limit does not
 * count).  ERR_TOO_LARGE beyond FIGURE_TOTALS_MAX figures. */
#define FIGURE_TOTALS_MAX 200000
MUST_USE enum err figure_totals(struct db *db, const struct view *v, const struct figure_query *how,
				struct arena *a, struct summary **ret, size_t *ret_n,
				struct why *why);
/* How many units owe it for a period, among those asked for. */
size_t figure_owing(const struct view *v, const struct figure_query *how, const struct indicator *i,
		    struct period p);

void figure_json(struct jw *w, const struct view *v, const struct figure *f);
void figure_json_members(struct jw *w, const struct view *v,
			 const struct figure *f); /* without braces */
void jw_m_period(struct jw *w, const char *name, struct period p);
void figure_json_value(struct jw *w, const struct figure *f); /* "94.10" or null */
