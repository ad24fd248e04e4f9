/* reports.h - what the operator of the demonstration has set up: each template of a report, made once, and a dashboard. */
#pragma once
#include "demo/client.h"
#include "demo/people.h"

MUST_USE enum err reports_make(struct client *c, const struct people *people, const struct view *v,
			       struct arena *a, struct why *why);
