/* outage.h - when the centre itself did not work, and what that means for deadlines.
 *
 * The rule of the stopped clock: before a deadline a unit must have had the last
 * `duty.protected_hours` of a working centre.  An outage in these hours stops the clock: the
 * deadline that counts is the first moment at which, counted from due − protected, as many hours of
 * a working centre have passed.  Five seconds of outage at 16:00 move 17:00 by five seconds; an
 * outage from noon to the next day's noon moves it to 16:00 of that day.  With 0 hours only a
 * deadline that itself falls into an outage moves: to the outage's end.
 *
 * Outages are records: the centre notes its own (heart_beat()), operators declare others.  Every
 * change moves the deadlines of all duties it concerns, met and late ones too, in the same
 * transaction. */
#pragma once
#include "core/record.h"

#define OUTAGE_DAYS_MAX 60 /* of a declared one */

struct outage {
	usec from, to; /* to is excluded */
};
struct outages { /* ascending, apart from each other */
	const struct outage *items;
	size_t n;
	usec protect;
};
MUST_USE enum err outages_read(struct db *db, struct arena *a, struct outages *ret,
			       struct why *why);
/* The deadline that counts; never before due.  Pure. */
usec outages_until(const struct outages *o, usec due);
/* Did the centre not work for some of the time that counts for this deadline? */
static inline bool outages_touch(usec due, usec until)
{
	return until != due;
}
/* Bring `until` of every duty to what outages and settings say; a journal entry
 * "duty.deadlines_moved" tells how many changed.  In the transaction of a change of settings; a
 * change of an outage does it for that one by itself. */
MUST_USE enum err outages_apply(struct db *tx, struct why *why);

extern const struct record outage_record;

/* -- signs of life --
 * Every server beats every HEART_EVERY by a commit, so that a full disk, a lost database, a
 * sleeping machine and a stopped process all look alike: nobody beat.  Whoever beats next notes
 * the silence as an outage. */
#define HEART_EVERY (20 * USEC_SECOND)
#define HEART_SILENCE (3 * HEART_EVERY) /* with other servers about: nobody is alive */
#define HEART_START (2 * USEC_SECOND)	/* at a start, when we were the last alive */
struct heart {				/* of one server; zero it */
	bool beating;
	usec last; /* this process's last beat, by the clock that no one sets */
};
/* now: the store's clock; steady: a clock that is never set but runs while the machine sleeps.
 * A jump of the first without the second is no outage. */
MUST_USE enum err heart_beat(struct store *s, struct heart *h, usec now, usec steady,
			     struct why *why);
