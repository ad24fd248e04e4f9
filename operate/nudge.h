/* nudge.h - a message to a unit about what is due soon.  It is no reminder: it counts for nothing.
 *
 * The centre nudges by itself when a unit will probably miss a deadline, once for each duty; a person who may
 * (VERB_CREATE on "nudge") nudges about what is due, at most once a day for each duty.  Who gave one is kept. */
#pragma once
#include "operate/predict.h"

struct nudge {
	struct duty duty;
	int64_t permille;   /* how probable lateness is; -1: nobody asked */
	usec at;	    /* 0: none was given */
	int64_t by;	    /* an account, 0: the centre itself */
	struct str by_name; /* STR_NULL: as above, or the account is gone */
};
struct nudges {
	struct nudge *items;
	size_t n;
};
/* To be given now: what is due within `discipline.nudge_hours` and is late with at least
 * `discipline.nudge_percent`.  Reads much: not for the writer. */
MUST_USE enum err nudge_find(struct db *db, const struct view *v, usec now, struct arena *a,
			     struct nudges *ret, struct why *why);
/* Gives those that may be given; the `at` of the others becomes 0.  One journal entry
 * "duty.nudged" for each unit.  They are put in the order of their units. */
MUST_USE enum err nudge_give(struct db *tx, struct nudges *n, int64_t by, usec now,
			     int64_t *ret_given, struct why *why);
/* The last one of each duty that whose asks for, of what is still due at whose->now. */
MUST_USE enum err nudge_last(struct db *db, const struct duty_query *whose, struct arena *a,
			     struct nudges *ret, struct why *why);
/* Among those of nudge_last(), the one of a duty; NULL: none. */
const struct nudge *nudge_of(const struct nudges *n, int64_t duty);
