/* schedule.h - when something is due: RRULE (RFC 5545, libical) in Asia/Ho_Chi_Minh, moved off
 * weekends and holidays by the calendar's rule.  Pure functions of what is passed in. */
#pragma once
#include "base/period.h"

enum calendar_rule { CALENDAR_NONE, CALENDAR_PREVIOUS_WORKDAY, CALENDAR_NEXT_WORKDAY };
struct calendar {
	enum calendar_rule rule;
	size_t n_holidays;
	const int64_t *holidays; /* days since 1970, ascending */
};
/* Monday to Friday and no holiday. */
bool calendar_workday(const struct calendar *c, int64_t day);
/* The day itself, or the workday before or after it by the rule. */
int64_t calendar_move(const struct calendar *c, int64_t day);

struct schedule {
	int64_t offset_days; /* after the last day of the period */
	int hour, minute;    /* of the deadline, centre's time */
	struct str rrule;    /* "" or "FREQ=MONTHLY;BYMONTHDAY=24" */
	const struct calendar *calendar; /* NULL: days are not moved */
};
#define RRULE_STEPS_MAX 1000 /* expansion is capped */
/* Does the text parse as an RRULE that has an occurrence?  ERR_INVALID says what is wrong. */
MUST_USE enum err schedule_check_rrule(struct str rrule, struct why *why);
/* The latest instant that is still on time: the day (last day of the period + offset_days; with an
 * rrule its first occurrence on or after that day), moved by the calendar, at hour:minute. */
usec schedule_deadline(const struct schedule *s, struct period p);
