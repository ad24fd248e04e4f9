/* letter.h - what one sending says: its figures as a call or as a spreadsheet, with the faults that
 * people make. */
#pragma once
#include "demo/plan.h"

struct line {
	const struct indicator *indicator;
	struct str breakdown, unit, period, value, right; /* right: the value without the fault */
	struct str remark, reason;
};
struct letter {
	const struct sending *sending;
	struct line *lines;
	size_t n;
};
/* The figures of the unit for the schedule and period, one of them spoilt when it is flawed. */
void letter_make(const struct story *s, const struct view *v, const struct sending *sending,
		 struct arena *a, struct letter *ret);
/* {"source","figures":[…]}; only: if given, lines whose flag is set, with their right value: who sent a file mends it in the form. */
struct str letter_json(const struct letter *l, const bool *only, struct arena *a);
/* What the form or the wizard would have measured of the work: "?spent=…&pasted=…", "" for a call. */
#define EFFORT_TEXT 64
void letter_effort(const struct letter *l, const bool *only, char ret[EFFORT_TEXT]);
MUST_USE enum err letter_xlsx(const struct letter *l, struct buf *out, struct why *why);
