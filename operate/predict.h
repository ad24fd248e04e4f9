/* predict.h - who is about to be late.  Of the duties that at the same distance from their deadline
 * had not come either, which part came late?
 *
 *	p = (k + PREDICT_PRIOR · q) / (n + PREDICT_PRIOR)
 *
 * n of the unit's last PREDICT_DAYS for this indicator were still open so long before the deadline, k of
 * these became late; q is the same fraction, smoothed the same way, for the unit's whole schedule, and
 * behind that stands what is usual over all units for that kind of period.  So it knows the habits of the
 * unit and how far the time has run, and for a unit without history it says what is usual.  It is
 * back-tested the same way: each past duty is predicted a day before its deadline from what was
 * known then. */
#pragma once
#include "operate/discipline.h"

#define PREDICT_DAYS 120 /* of history */
#define PREDICT_PRIOR 4
#define PREDICT_LEAD USEC_DAY	     /* of the back-test */
#define PREDICT_TEST (56 * USEC_DAY) /* deadlines that are back-tested */

struct prediction {
	struct duty duty;
	double late; /* probability */
};
struct predict_score { /* of the back-test */
	int64_t n;
	double brier, base;		     /* mean squared error; of always saying the mean */
	int64_t flagged, flagged_late, late; /* said ≥ 50 %; of these late; late in all */
};
struct predictions {
	struct prediction *items; /* most likely first */
	size_t n;
	struct predict_score score;
};
/* Of the duties that whose asks for, those that are still open at whose->now and due by whose->to.
 * tested: with the score of the back-test, which costs O(duties of the last days, per unit and schedule
 * squared), more than the predictions themselves. */
MUST_USE enum err predict(struct db *db, const struct view *v, const struct duty_query *whose,
			  bool tested, struct arena *a, struct predictions *ret, struct why *why);
