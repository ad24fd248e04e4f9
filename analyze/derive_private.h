/* derive_private.h - between the files of derive. */
#pragma once
#include "analyze/cells.h"
#include "analyze/derive.h"

/* A formula of the registry, compiled. */
struct program {
	const struct formula_version *version;
	const struct indicator *indicator;
	struct formula *formula;
	int64_t until; /* day before which it holds: the next version's */
};
/* In the order in which they must run. Those that no longer compile are left out: what they named is
 * gone, and their figures stay as they were.  So are those in a circle; *ret_circle names them, STR_NULL: none. */
MUST_USE enum err programs_compile(const struct view *v, struct arena *a, struct program **ret,
				   size_t *ret_n, struct str *ret_circle, struct why *why);

/* What changed: figures of an indicator, or a formula as a whole. */
struct touch {
	int64_t indicator, unit; /* unit 0: any */
	int32_t from, to;	 /* ordinals of the indicator's own kind of period */
};
struct touches {
	struct arena *arena;
	struct touch *items;
	size_t n;
	int64_t *formulas; /* indicators whose formula changed */
	size_t n_formulas;
	bool all;     /* units or indicators changed: every formula anew */
	usec reached; /* periods that began since then are new */
};
void touch_add(struct touches *t, struct touch touch);
/* Read the journal on from *cursor, which moves. */
MUST_USE enum err touches_read(struct db *db, struct str *cursor, struct touches *t,
			       int64_t *ret_looked, struct why *why);

/* One cell to compute. */
struct target {
	int64_t unit;
	int32_t period;
};
struct target_ask {
	struct db *db;
	const struct view *view;
	const struct program *program;
	const struct touches *touches;
	usec now;
};
MUST_USE enum err targets_of(const struct target_ask *ask, struct arena *a, struct target **ret,
			     size_t *ret_n, struct why *why);
