/* plan.h - figures owed, written down ahead of time as duties (core/duty.h), and settled by the
 * figures that come.
 *
 * Planning compares what units, indicators, schedules and calendars of today say with the duties
 * that stand, for deadlines up to `duty.horizon_days` ahead.  Future duties follow: added, moved,
 * withdrawn.  What is past stays as it was; a future deadline that a new schedule would put into
 * the past keeps its old time.  The first time an indicator is met, everything owed since its
 * `owed_from` is written down, past deadlines too. */
#pragma once
#include "core/job.h"
#include "registry/figure.h"

struct planned {
	int64_t added, moved, withdrawn;
};
/* Any number of times, by any number of servers: what stands already is left alone.  A journal entry
 * "duty.planned" when anything changed.  For a job thread. */
MUST_USE enum err plan_duties(struct store *s, struct registry *r, usec now, struct planned *ret,
			      struct why *why);
/* The same as a job; arg: struct app_services. */
MUST_USE enum err plan_job(struct job_run *run, struct why *why);
/* Do the duties follow the registry as it stands? */
MUST_USE enum err plan_followed(struct db *db, bool *ret, struct why *why);
/* In the transaction of a decision, after it: what settles the figure's duty now, or nothing. */
MUST_USE enum err plan_settle(struct db *tx, const struct figure *f, struct why *why);
