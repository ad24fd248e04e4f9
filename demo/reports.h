/* reports.h - the demonstration's reports: each template taken up by the operator and made once. */
#pragma once
#include "demo/client.h"
#include "demo/people.h"

MUST_USE enum err reports_make(struct client *c, const struct people *people, const struct view *v,
			       struct arena *a, struct why *why);
