/* duty.h - something that a unit owes by a deadline: a figure, an acknowledgement, later a task or
 * an answer to a citizen.  One row each.  Its state is never stored: it follows from facts
 * (until, met, excused) and `now`, so nothing has to be done at midnight.
 *
 *	excused   somebody decided that it does not count
 *	met       it was settled; late when at or after `until`
 *	late      now ≥ until ("before 17:00" excludes 17:00:00.000000)
 *	due       else
 *
 * `due` is the deadline as the schedule says, `until` the one that counts: later when the centre
 * itself did not work (outage.h).  What settles a duty counts from the server's receipt; its
 * evidence is the place in the journal.  Of two settlements the earlier counts, whichever was
 * told first.  A change is the caller's transaction; statements go out by stmt_push(), so thousands
 * are cheap and an error comes with a later stmt_end() or the change's end. */
#pragma once
#include "base/json.h"
#include "base/period.h"
#include "store/store.h"

#define DUTY_FIGURE "figure"		       /* subject: an indicator */
#define DUTY_ACKNOWLEDGEMENT "acknowledgement" /* subject: a reminder; no period (zeros) */

struct duty_key {
	int64_t unit;
	struct str kind;
	int64_t subject;
	struct period period;
};
struct settlement {
	usec at;	     /* receipt by the server */
	int64_t by;	     /* id of what settled it: a figure, … */
	int64_t server, seq; /* of the journal */
};
struct duty {
	struct duty_key key;
	int64_t id;
	usec due, until;
	struct settlement met; /* at 0: not yet */
	usec excused;	       /* 0: not */
	int64_t excused_by, excuse_document;
	struct str excuse;
};

#define DUTY_STATE_TABLE(X)                                                                        \
	X(DUTY_DUE, "due") X(DUTY_LATE, "late") X(DUTY_MET, "met") X(DUTY_EXCUSED, "excused")
#define X(code, name) code,
enum duty_state { DUTY_STATE_TABLE(X) DUTY_STATES };
#undef X
const char *duty_state_name(enum duty_state s);
MUST_USE enum err duty_state_parse(struct str s, enum duty_state *ret, struct why *why);
enum duty_state duty_state(const struct duty *d, usec now);
bool duty_met_late(const struct duty *d); /* met, not excused, at or after until */

/* -- changes -- */
/* One that is there already stays as it is.  d->id 0: a new one is made. */
void duty_add(struct db *tx, const struct duty *d, usec now);
void duty_move(struct db *tx, const struct duty_key *key, usec due, usec until);
/* It is not owed any more. */
void duty_withdraw(struct db *tx, const struct duty_key *key);
/* Settled, unless something earlier settled it.  Without such a duty nothing happens. */
void duty_meet(struct db *tx, const struct duty_key *key, const struct settlement *s);
/* Settled by exactly this; NULL: open again. */
void duty_settle(struct db *tx, const struct duty_key *key, const struct settlement *s);
/* Does not count, because…; journal entry "duty.excused", or "duty.excuse_withdrawn" when reason
 * is empty.  ERR_CONFLICT: it is so already. */
#define EXCUSE_MAX 1000 /* bytes */
struct excuse {
	struct str reason;
	int64_t document, by;
	usec at;
};
MUST_USE enum err duty_excuse(struct db *tx, const struct duty *d, const struct excuse *e,
			      struct why *why);

/* -- second thoughts --
 * Whoever judged duties (a reminder, a score) judges them again when this grew: it grows with every change of a
 * fact of the past, as an excuse, an outage that moves deadlines, a figure that came in time and was read late. */
MUST_USE enum err duty_edition(struct db *db, int64_t *ret, struct why *why);
void duty_touch(struct db *tx);

/* -- questions -- */
MUST_USE enum err duty_get(struct db *db, int64_t id, struct arena *a, struct duty *ret,
			   struct why *why);
/* The duty of a key; ERR_NOT_FOUND. */
MUST_USE enum err duty_find(struct db *db, const struct duty_key *key, struct arena *a,
			    struct duty *ret, struct why *why);

struct duty_query {
	bool all_units; /* else those of these */
	const int64_t *units;
	size_t n_units;
	struct str kind; /* STR_NULL: every */
	int64_t subject; /* 0: every */
	int state;	 /* enum duty_state, or -1: every */
	bool met_late;	 /* only those met late */
	bool moved;	 /* only those that an outage moved */
	usec from, to;	 /* until in [from, to]; to 0: no end */
	usec now;
	usec after_until; /* cursor: only those behind this place */
	int64_t after;
	size_t limit; /* of duty_list(); 0: all */
};
/* In the order of until, id. */
MUST_USE enum err duty_list(struct db *db, const struct duty_query *how, struct arena *a,
			    struct duty **ret, size_t *ret_n, struct why *why);
/* The same one by one and in no order, without what settled it, who excused it and why: for those who
 * look at tens of thousands.  how->kind is given. */
MUST_USE enum err duty_scan(struct db *db, const struct duty_query *how,
			    void (*each)(void *arg, const struct duty *d), void *arg,
			    struct why *why);
struct duty_count {
	int64_t of; /* unit or subject; 0 for the whole */
	int64_t states[DUTY_STATES];
	int64_t met_late;
	usec oldest; /* until of the longest late; 0: none */
};
enum duty_group { DUTY_WHOLE, DUTY_BY_UNIT, DUTY_BY_SUBJECT };
/* Counts of what duty_list() would give, groups ascending; the whole is always one row. */
MUST_USE enum err duty_count(struct db *db, const struct duty_query *how, enum duty_group by,
			     struct arena *a, struct duty_count **ret, size_t *ret_n,
			     struct why *why);
