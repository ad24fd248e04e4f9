/* owed.h - what one unit owes by when and whether it came: its duties of kind "figure" in the words
 * of the registry, with the figures that settle them. */
#pragma once
#include "core/duty.h"
#include "registry/figure.h"

struct owed {
	const struct unit *unit;
	const struct indicator *indicator;
	struct period period;
	usec deadline; /* the one that counts */
	enum duty_state state;
	bool met_late;	/* DUTY_MET, but after the deadline */
	usec met;	/* received; 0: not yet */
	int64_t duty;	/* its id; 0: the figure may be sent, but nobody asks for it */
	int64_t figure; /* newest of those that settle it */
	enum figure_status status;
};
struct owed_query {
	const struct view *view;
	const struct unit *unit;
	usec from, to, now; /* deadlines in [from, to]; now decides what is late */
};
/* In the order of deadline, indicator.  Two statements. */
MUST_USE enum err owed_list(struct db *db, const struct owed_query *how, struct arena *a,
			    struct owed **ret, size_t *ret_n, struct why *why);
/* Everything that the unit may send for the periods within `only`, owed or not. */
MUST_USE enum err owed_within(struct db *db, const struct owed_query *how, struct period only,
			      struct arena *a, struct owed **ret, size_t *ret_n, struct why *why);
static inline bool owed_open(const struct owed *o)
{
	return o->state != DUTY_MET;
}
