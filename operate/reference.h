/* reference.h - a second reading of the rules of discipline, for test_discipline.c.  It is slow and plain, keeps all it
 * knows in arrays, has its own calendar, and shares no line with what it judges: neither periods, dates and outages of
 * base/ and core/, nor a query.  Times are usec since 1970, days are counted since 1970 in the centre's zone. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define REF_DAY_0 10959 /* Monday, 3 January 2000 */
#define REF_DAYS 10000
#define REF_UNITS 6
#define REF_KINDS 3 /* weekly and monthly of communes, monthly of the department */
#define REF_RULES 2 /* for weekly and for monthly figures */
#define REF_STEPS 3
#define REF_OWED 200 /* of one reminder */
#define REF_NEVER INT64_MAX

typedef int64_t ref_time;

struct ref_config {
	bool rules;		  /* are there any? */
	int64_t grace[REF_RULES]; /* days */
	int64_t most;		  /* reminders that one duty may count in; 0: any number */
	int64_t steps[REF_STEPS]; /* reminders */
	int64_t protected_hours;
};
struct ref_duty {
	int unit, kind;
	int64_t first, last;   /* days of its period */
	ref_time due, arrives; /* arrives 0: never */
	ref_time told;	       /* when the centre has read what arrived */
	bool excused;
};
struct ref_outage {
	ref_time from, to; /* excluded */
	int64_t id;
};
enum ref_end { REF_STANDS, REF_WITHDRAWN, REF_UPHELD };
struct ref_note {		 /* a reminder that was reviewed */
	int unit, rule;		 /* rule -1: counted by unit */
	int64_t week;		 /* its Monday, a day */
	ref_time cutoff, issued; /* issued 0: left out, or nothing was left at the issue */
	int64_t number, year, id;
	int owed[REF_OWED], n; /* what it stated */
	bool in[REF_OWED];     /* and what of it counts now */
	enum ref_end end;
	bool appealed, decided, acknowledged;
	int64_t appeal_day, decide_day, withdraw_day, acknowledge_day; /* REF_NEVER: no */
	bool uphold;
};
struct ref_date {
	int year, month, day;
};

struct ref; /* everything */
struct ref *ref_new(const struct ref_config *c, uint64_t seed);
void ref_free(struct ref *r);
int64_t ref_chance(struct ref *r, int64_t n); /* 0 .. n-1, always the same */

/* -- the calendar -- */
ref_time ref_at(int64_t day, int64_t hour);
struct ref_date ref_date(int64_t day);
int64_t ref_day(ref_time t);
bool ref_alive(int unit, int64_t day);
bool ref_holiday(const struct ref *r, int64_t day);

/* -- what is so -- */
void ref_draw(struct ref *r, int days); /* holidays and duties */
int ref_duties(const struct ref *r);
struct ref_duty *ref_duty(struct ref *r, int i);
struct ref_outage *ref_outages(struct ref *r, int *ret_n);
/* False: it would touch another, which the reference does not add up. */
bool ref_outage_add(struct ref *r, struct ref_outage o);
void ref_outage_remove(struct ref *r, int i);
ref_time ref_until(const struct ref *r, const struct ref_duty *d);
/* What was judged is judged again; after every event. */
void ref_weigh(struct ref *r, ref_time now);

/* -- reminders -- */
/* Those that an inspection at `cutoff` finds for this unit and rule, not yet among the notes; NULL: this week's was
 * reviewed already. */
struct ref_note *ref_inspect(struct ref *r, int unit, int rule, ref_time cutoff);
/* It was reviewed: kept; chosen: issued too, unless nothing is left of it (false). */
bool ref_issue(struct ref *r, struct ref_note *n, bool chosen, ref_time now);
int ref_notes(const struct ref *r);
struct ref_note *ref_note(struct ref *r, int i);
bool ref_stands(const struct ref_note *n);

/* -- the ladder -- */
/* How many of a unit's reminders count at a time. */
int64_t ref_count(const struct ref *r, int unit, ref_time now, bool rolling);
/* Those that count, and the one by which a step was reached (-1: none). */
int ref_counted(const struct ref *r, int unit, ref_time now, bool rolling, int *ret, int most);
int ref_reached(const struct ref *r, int unit, int step, ref_time now, bool rolling);
