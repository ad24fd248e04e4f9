/* monday.h - the operator's Monday of each simulated week: inspects, ticks in and out, issues; units
 * acknowledge and appeal, the leader decides.  Through the front door, so that the demonstration
 * shows every state. */
#pragma once
#include "demo/client.h"
#include "demo/people.h"

struct monday {
	struct client *client;
	const struct people *people;
	const struct view *view;
	usec until; /* the end of the story */
	int64_t issued, appeals, excused, outages;
};
/* What is done at `now`, to which the clock is set. */
MUST_USE enum err monday_work(struct monday *m, usec now, struct arena *a, struct why *why);
