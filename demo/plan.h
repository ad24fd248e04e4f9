/* plan.h - who sends what when: one sending for each unit, schedule and period. */
#pragma once
#include "demo/story.h"

enum sending_way { SENDING_CALL, SENDING_FORM, SENDING_FILE };
struct sending {
	usec at;
	const struct unit *unit;
	int64_t schedule;
	struct period period;
	enum sending_way way;
	bool flawed;   /* something in it is wrong */
	uint64_t seed; /* for what else is left to chance */
};
/* Everything sent in [from, until], in order of time. */
size_t plan_make(const struct story *s, const struct view *v, usec from, usec until,
		 struct arena *a, struct sending **ret);
