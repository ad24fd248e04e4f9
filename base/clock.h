/* clock.h - what time it is, and calendar dates of the centre's zone.
 * `now` is a parameter everywhere; a struct clock is asked only at the edges (a request, a
 * job).  A simulated clock makes a year of deadlines run in seconds. Thread-safe. */
#pragma once
#include "base/buf.h"

struct clock;
struct clock *clock_new(void);		       /* the machine's time */
struct clock *clock_new_simulated(usec start); /* stands still until clock_set() */
void clock_free(struct clock *c);
DEFINE_AUTO(clock_free, struct clock *)
usec clock_now(const struct clock *c);
void clock_set(struct clock *c, usec now); /* simulated only */
usec clock_monotonic(void);		   /* for timers and latencies */
usec clock_steady(void);		   /* never set, runs while the machine sleeps */

/* Asia/Ho_Chi_Minh has been UTC+7 without daylight saving since 1975. */
#define ZONE_OFFSET (7 * USEC_HOUR)

struct date {
	int year, month, day; /* 1..12, 1..31 */
};
struct civil {
	struct date date;
	int hour, minute, second, usec;
};
int64_t date_days(struct date d); /* days since 1970-01-01, proleptic Gregorian */
struct date date_of_days(int64_t days);
int date_weekday(struct date d); /* ISO: 1 Monday .. 7 Sunday */
bool date_valid(struct date d);
struct date date_local(usec t); /* the centre's calendar date */
usec date_start(struct date d); /* first instant of the day, centre's zone */
struct civil civil_local(usec t);
usec civil_usec(struct civil c);
MUST_USE enum err date_parse(struct str s, struct date *ret, struct why *why); /* YYYY-MM-DD */
/* RFC 3339 with Z or offset. */
MUST_USE enum err time_parse(struct str s, usec *ret, struct why *why);
void date_write(struct buf *b, struct date d);
void time_write(struct buf *b, usec t); /* RFC 3339, UTC, six digits */
