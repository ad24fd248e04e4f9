/* violation.h - the month's end: repeated violations, for the people's committee.  A unit is listed when a
 * reminder of it stands in the month, or when it missed VIOLATIONS_REPEATED deadlines or more.  A deadline
 * at 24:00 of the last day is the month's own, not the next one's. */
#pragma once
#include "operate/discipline.h"

#define VIOLATIONS_REPEATED 2

/* The record of one month (ordinal of PERIOD_MONTHLY), with its annexes as JSON:
 * {"units":[{"unit","name_vi","name_en","missed","late","met_late","excused","reminders","count"}],
 *  "duties":[{"unit","indicator","name_vi","name_en","period","deadline","state","met"}],
 *  "letterhead":{…}}.
 * Made once when the month is over; again on demand, which replaces it but keeps its number in the year.  Journal entry
 * "violations.summed". */
MUST_USE enum err violations_sum(struct db *tx, const struct view *v, int64_t month, usec now,
				 int64_t actor, struct why *why);
