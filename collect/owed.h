/* owed.h - which figures units owe by when, and whether they came: computed from schedules and
 * figures, for any span of deadlines. */
#pragma once
#include "registry/figure.h"

enum owed_state { OWED_DUE, OWED_LATE, OWED_MET, OWED_STATES };
const char *owed_state_name(enum owed_state s);

struct owed {
	const struct unit *unit;
	const struct indicator *indicator;
	struct period period;
	usec deadline;
	enum owed_state state;
	bool met_late;	/* OWED_MET, but after the deadline */
	usec met;	/* received; 0: not yet */
	int64_t figure; /* that met it */
	enum figure_status status;
};
struct owed_query {
	const struct view *view;
	const struct unit *const *units;
	size_t n_units;
	usec from, to, now; /* deadlines in [from, to]; now decides what is late */
};
/* Everything the units owe whose deadline lies in [from, to], ordered by deadline, unit,
 * indicator.  O(owed + figures of those periods). */
MUST_USE enum err owed_list(struct db *db, const struct owed_query *how, struct arena *a,
			    struct owed **ret, size_t *ret_n, struct why *why);
