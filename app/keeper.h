/* keeper.h - what the centre does by itself: hourly the journal's head is signed, daily what has
 * expired is cleaned away, reports that are due are made. */
#pragma once
#include "app/app.h"
#include "core/job.h"

MUST_USE enum err keeper_start(struct app *app, struct jobs **ret, struct why *why);
