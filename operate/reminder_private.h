/* reminder_private.h - what reminder.c and evidence.c know of each other. */
#pragma once
#include "operate/discipline.h"

/* What still counts at the issue: an excuse, an outage or another reminder may have come since the inspection.
 * r->late and r->oldest follow. */
MUST_USE enum err evidence_weigh(struct db *tx, struct reminder *r, usec now, struct arena *a,
				 struct why *why);
/* What counts now is what the reminder states. */
void evidence_state(struct db *tx, const struct reminder *r);

/* Before the issue it is not yet the unit's affair. */
MUST_USE enum err reminder_journal(struct db *tx, const char *kind, const struct reminder *r,
				   const struct act *what, struct settlement *ret, struct why *why);
struct duty_key reminder_acknowledgement(const struct reminder *r);
MUST_USE enum err reminder_owe_acknowledgement(struct db *tx, const struct reminder *r, usec at,
					       struct arena *a, struct why *why);
