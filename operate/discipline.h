/* discipline.h - the week's inspection, the reminders that follow from it, and the ladder that so many
 * reminders climb.
 *
 * A reminder begins as a draft that the inspection of a week makes for a unit (and a rule, when the
 * centre counts by rule): with the duties that were late at the cutoff as its evidence, and those
 * that were not counted and why.  An operator ticks it in or out, then issues it: only then has it
 * a number, and can the unit see it.  The unit acknowledges it and may appeal; it stands unless it
 * was withdrawn, the appeal was upheld, or nothing that it rests on counts any more.  As with duties, the
 * state follows from facts: when a duty is excused or an outage is noted after the issue, the evidence is
 * weighed again.  What the reminder said stays as it was (notice.h). */
#pragma once
#include "core/duty.h"
#include "core/journal.h"
#include "core/setting.h"
#include "registry/registry.h"

#define INSPECTION_TIME (7 * USEC_HOUR)	 /* of the inspection day, in the centre's zone */
#define INSPECTION_BACK (400 * USEC_DAY) /* what is late for longer is history */
#define WORDS_MAX 2000			 /* bytes of a remark, a reason, an appeal */

#define REMINDER_STATE_TABLE(X)                                                                    \
	X(REMINDER_DRAFT, "draft")                                                                 \
	X(REMINDER_REVIEWED, "reviewed")                                                           \
	X(REMINDER_LEFT_OUT, "left_out")                                                           \
	X(REMINDER_ISSUED, "issued")                                                               \
	X(REMINDER_ACKNOWLEDGED, "acknowledged")                                                   \
	X(REMINDER_APPEALED, "appealed")                                                           \
	X(REMINDER_ANNULLED, "annulled")                                                           \
	X(REMINDER_WITHDRAWN, "withdrawn")
#define X(code, name) code,
enum reminder_state { REMINDER_STATE_TABLE(X) REMINDER_STATES };
#undef X

struct act { /* somebody did something at some time; at 0: nobody did yet */
	usec at;
	int64_t by;
	struct str text; /* with these words */
};
struct reminder {
	int64_t unit, week; /* week: ordinal of PERIOD_WEEKLY */
	struct str rule;    /* code, "" when reminders are counted by unit */
	int64_t id, late;   /* late: how many duties it rests on now; 0: on none */
	usec oldest, cutoff;
	struct act reviewed; /* text: the remark */
	bool chosen;	     /* ticked in */
	int64_t year, number;
	struct act issued;
	int64_t server, seq; /* of the journal, when issued */
	struct act acknowledged, appealed, decided, withdrawn;
	bool upheld;
};
enum reminder_state reminder_state(const struct reminder *r);
const char *reminder_state_name(enum reminder_state s);
/* Issued and not withdrawn, nor annulled by an appeal or by facts: it counts. */
bool reminder_stands(const struct reminder *r);

/* -- the inspection of a week -- */
struct inspected {
	int64_t week, units, duties, excluded;
	usec cutoff;
};
/* Why a duty does not count at the cutoff; NULL: it does.  grace: days.
 *	excused    somebody decided so
 *	received   it came by then
 *	outage     the deadline that counts is later
 *	grace      its days of grace are not over */
const char *inspection_excludes(const struct duty *d, int64_t grace, usec cutoff);
/* Make or renew the drafts of the week of `cutoff`; what was reviewed or issued stays.  Journal entry
 * "inspection.computed". */
MUST_USE enum err inspection_compute(struct db *tx, const struct view *v, usec cutoff,
				     int64_t actor, struct inspected *ret, struct why *why);

struct evidence { /* one duty of a reminder */
	int64_t duty, indicator;
	struct period period;
	usec until;
	struct str rule;
	/* STR_NULL: it counts; else as inspection_excludes() says, or "counted_before" (in other reminders),
	 * "withdrawn" (not owed any more) */
	struct str excluded, why;
};
MUST_USE enum err reminder_evidence(struct db *db, const struct reminder *r, struct arena *a,
				    struct evidence **ret, size_t *ret_n, struct why *why);

/* -- reminders -- */
struct reminder_query {
	bool all_units;
	const int64_t *units;
	size_t n_units;
	bool issued; /* only those issued; else drafts too */
	bool week_given;
	int64_t week;
	usec from, to; /* issued in [from, to); to 0: no end */
	int64_t after; /* id: only later ones (cursor) */
	size_t limit;  /* 0: all */
	bool of_state; /* only those of this state */
	enum reminder_state state;
};
/* In the order of their ids. */
MUST_USE enum err reminder_list(struct db *db, const struct reminder_query *how, struct arena *a,
				struct reminder **ret, size_t *ret_n, struct why *why);
MUST_USE enum err reminder_get(struct db *db, int64_t id, struct arena *a, struct reminder *ret,
			       struct why *why);
/* Each in the caller's change, with a journal entry; ERR_CONFLICT when the state does not allow it.
 * what->text is the remark, the reason, the words of the unit. */
MUST_USE enum err reminder_review(struct db *tx, const struct reminder *r, bool chosen,
				  const struct act *what, struct why *why);
/* Numbered within the year without gaps, its notice fixed.  Evidence that counts no more (excused since,
 * outage noted since) is left out first; ERR_CONFLICT when none is left. */
MUST_USE enum err reminder_issue(struct db *tx, const struct view *v, const struct reminder *r,
				 const struct act *what, struct arena *a, struct why *why);
/* Weigh the evidence of issued reminders again, of one unit or (0) of all: what they stated and a fact now
 * denies counts no more, and counts again when the fact is gone, unless other reminders count it by now.  One
 * that loses all its evidence stands no more, and needs no acknowledgement.  Journal entry "reminder.weighed"
 * for each that changed; *ret: how many. */
MUST_USE enum err reminders_weigh(struct db *tx, int64_t unit, usec now, int64_t *ret,
				  struct why *why);
/* 17:00 of the last day to acknowledge one issued then. */
usec reminder_acknowledge_by(usec issued, const struct settings *s);
MUST_USE enum err reminder_withdraw(struct db *tx, const struct reminder *r, const struct act *what,
				    struct why *why);
MUST_USE enum err reminder_acknowledge(struct db *tx, const struct reminder *r,
				       const struct act *what, struct why *why);
MUST_USE enum err reminder_appeal(struct db *tx, const struct reminder *r, const struct act *what,
				  struct why *why);
MUST_USE enum err reminder_decide(struct db *tx, const struct reminder *r, bool upheld,
				  const struct act *what, struct why *why);
/* The next number of a kind of papers in a year, in the caller's change: whoever else numbers waits. */
MUST_USE enum err paper_next_number(struct db *tx, struct str kind, int64_t year, int64_t *ret,
				    struct why *why);
/* Append e, of which the caller says kind, unit and subject_id: by whom and when is what's, the data is
 * the buffer's. */
MUST_USE enum err discipline_journal(struct db *tx, struct journal_entry *e, const struct act *what,
				     struct buf *data, struct why *why);

/* -- the ladder -- */
struct step {
	struct str code, target, name_vi, name_en;
	struct str document,
		document_number; /* the regulation: its code, and what it is cited by */
	int64_t reminders;
};
#define LADDER_STEPS_MAX 20
struct standing { /* of one unit in one year */
	int64_t unit, count;
	const struct reminder
		*reminders; /* those that stand, oldest first: of the calendar year, or
					   * with the rolling year those that count now */
	size_t n;
	const struct step *next; /* NULL: the last was reached */
	/* for each step the reminder that reached it, NULL: not reached */
	const struct reminder *reached[LADDER_STEPS_MAX];
};
/* How many of a unit's standing reminders (oldest first) count at a time. */
int64_t ladder_count(const struct reminder *r, size_t n, usec at, int64_t year_setting);
struct ladder {
	struct standing *items; /* units with any reminder, ascending */
	size_t n;
	const struct step *steps; /* by number of reminders */
	size_t n_steps;
};
/* Of a calendar year; with the rolling year, of the twelve months before its end or now. */
MUST_USE enum err ladder_read(struct db *db, const struct reminder_query *whose, int year, usec now,
			      struct arena *a, struct ladder *ret, struct why *why);
