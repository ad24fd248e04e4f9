/* predict.h - who is about to be late, as a probability that keeps its word: of what is said to be late
 * with 30 %, three in ten come late.
 *
 * First a score from habits: of what at the same distance from its deadline had not come either, which
 * part became late?  Each habit leans on a wider one, as if this were PREDICT_PRIOR more observations:
 *
 *	this indicator of the unit  ->  its schedule  ->  all that the unit owes  ->  what is usual
 *
 * usual is what all units do with that kind of period.  What a unit owes by one deadline of a schedule
 * mostly comes, or does not, in one sending, so schedule, unit and usual count sendings, not figures.  The first
 * two fade by PREDICT_FADE with each sending: who has just fallen silent is soon known for it.
 *
 * Then the score is brought to what became of such scores (calibrate.h), learned anew for each distance from the
 * history itself: every past deadline is scored from what was over at that distance before it.
 *
 * Habits of units, what is usual and the map are always learned from all units, whoever is asked for: an
 * answer does not depend on the question.  Only what is asked for is told, and tested.
 *
 * The back-test (after Dawid, "The prequential approach", 1984) says the same a day before each deadline of
 * the last third of the history, from what was over then and with a map learned from the first two
 * thirds alone.  Same facts, same answer: nothing is drawn by lot.
 *
 * Nudges belong to the history: what is said is how probable lateness is as the centre works, nudges included. */
#pragma once
#include "operate/discipline.h"

#define PREDICT_DAYS 180 /* of history */
#define PREDICT_PRIOR 4
#define PREDICT_FADE 0.9
#define PREDICT_LEAD USEC_DAY /* of the back-test */
#define PREDICT_ENOUGH 30 /* sendings learned from, and as many tested: else nothing is claimed */
#define PREDICT_BINS 10

struct prediction {
	struct duty duty;
	double late; /* probability */
};
struct predict_bin {	   /* what was said with bin/PREDICT_BINS or more, but less than the next */
	int64_t n, late;   /* figures; of these late */
	int64_t sendings;  /* in which these were owed: figures of one share their fate */
	double said, came; /* means; 0 when there are none */
};
struct predict_score {
	bool enough;	       /* else the rest is too little to rest a claim on */
	int64_t days, learned; /* days tested; sendings that the map was learned from */
	int64_t n;
	double brier, base;		     /* mean squared error; of always saying the mean */
	int64_t flagged, flagged_late, late; /* said ≥ 50 %; of these late; late in all */
	struct predict_bin bins[PREDICT_BINS];
};
struct predictions {
	struct prediction *items; /* most likely first */
	size_t n;
	struct predict_score score;
};
/* Of the duties that whose asks for, those that are still open at whose->now and due by whose->to.  Takes
 * O(duties of PREDICT_DAYS) for each moment at which one of these is due.
 * tested: with the score of the back-test, of the units that whose asks for. */
MUST_USE enum err predict(struct db *db, const struct view *v, const struct duty_query *whose,
			  bool tested, struct arena *a, struct predictions *ret, struct why *why);
