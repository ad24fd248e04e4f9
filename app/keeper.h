/* keeper.h - what the centre does by itself: signs of life, the journal's head signed hourly,
 * duties written down ahead of time, derived figures kept up, reports that are due made, what has
 * expired cleaned away. */
#pragma once
#include "app/app.h"
#include "core/job.h"

MUST_USE enum err keeper_start(struct app *app, struct jobs **ret, struct why *why);
/* A sign of life at once: the first before anybody is served, the last at a clean stop. */
MUST_USE enum err keeper_beat(struct app *app, struct why *why);
/* What would have been done about deadlines by now by itself; for a clock that is set by hand. */
MUST_USE enum err keeper_catch_up(struct app *app, usec now, struct why *why);
