/* lease.h - which of several servers that share one database does a job.
 * A lease has a name ("job:reminders"), a holder (the server's number), an end, and a term that
 * grows by one whenever the holder changes.  Taken inside a change, it is decided by the
 * database: of two servers exactly one gets it.  To do a job once and no more:
 *
 *   1. lease_take() in a change; not got: somebody else is at it
 *   2. do the job (outside of any change if it is long), calling lease_take() again to prolong
 *   3. in the change that records the result: lease_check() with the term got in 1.  If the
 *      lease ran out meanwhile and another server took it, ERR_STALE undoes this change, and the
 *      other server's result is the only one
 *
 * What leaves the centre (a message, a call) belongs behind a record made in step 3.
 * `now` comes from the caller; servers' clocks may differ by less than the length of the lease.
 * A server that restarts holds its leases still. */
#pragma once
#include "store/store.h"

struct lease {
	bool got;
	int64_t term;
	int64_t holder; /* server number */
	usec until;
};

/* Take, or prolong if it is ours already, until `until`. */
MUST_USE enum err lease_take(struct db *tx, struct str name, usec now, usec until,
			     struct lease *ret, struct why *why);
/* Still ours, in this term?  ERR_STALE: no. */
MUST_USE enum err lease_check(struct db *tx, struct str name, int64_t term, struct why *why);
/* Anybody may take it now.  Nothing happens if it is not ours in this term. */
MUST_USE enum err lease_give(struct db *tx, struct str name, int64_t term, struct why *why);
