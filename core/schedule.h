/* schedule.h - when something is due, in the centre's zone (Asia/Ho_Chi_Minh), to the microsecond.
 * A deadline is a day and a time of day.  The day: the last day of the period plus offset_days;
 * with a recurrence rule, the first day on or after that one which the rule names; then moved off
 * holidays as the calendar says.  Pure functions, thread-safe. */
#pragma once
#include "base/period.h"

enum holiday_rule { HOLIDAY_PREVIOUS_WORKDAY, HOLIDAY_NEXT_WORKDAY, HOLIDAY_NONE };
MUST_USE enum err holiday_rule_parse(struct str s, enum holiday_rule *ret,
				     struct why *why); /* "next_workday" */

/* Work is done Monday to Friday but on holidays. */
struct calendar {
	enum holiday_rule rule;
	const int64_t *holidays; /* days since 1970, ascending */
	size_t n;
};
bool calendar_workday(const struct calendar *c, int64_t day);
/* The day itself, or the workday the rule moves it to. ERR_INVALID: none within a year. */
MUST_USE enum err calendar_move(const struct calendar *c, int64_t day, int64_t *ret,
				struct why *why);

/* RRULE of RFC 5545, days only: FREQ DAILY, WEEKLY, MONTHLY or YEARLY, first, with INTERVAL, BYDAY and
 * WKST; from MONTHLY on BYMONTHDAY, BYMONTH, BYSETPOS; with YEARLY BYWEEKNO, BYYEARDAY.  ERR_INVALID
 * says what is not understood, or that the rule never names a day.  Check a rule when it is entered:
 * finding out that there is no such day may take a second. */
#define RRULE_MAX 300	   /* bytes */
#define RRULE_YEARS_MAX 12 /* a rule that names no day for so long names none */
MUST_USE enum err rrule_check(struct str rule, struct why *why);
/* The first day on or after `from` that the rule, begun on `from`, names. */
MUST_USE enum err rrule_first(struct str rule, int64_t from, int64_t *ret, struct why *why);

#define SCHEDULE_OFFSET_MAX 3660
struct schedule {
	int64_t offset_days;		 /* after the period's last day; may be negative */
	usec at;			 /* time of day, 0..24 h */
	struct str rrule;		 /* empty: none */
	const struct calendar *calendar; /* NULL: none */
};
MUST_USE enum err schedule_time_parse(struct str s, usec *ret,
				      struct why *why); /* "17:00", "17:00:30" */
MUST_USE enum err schedule_deadline(const struct schedule *s, struct period p, usec *ret,
				    struct why *why);
/* "Before 17:00": what arrives at 17:00:00.000000 is late. */
static inline bool schedule_late(usec received, usec deadline)
{
	return received >= deadline;
}
