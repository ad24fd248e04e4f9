/* derive.h - derived figures: every formula of the registry, kept up with the figures it needs.
 *
 * A reader of the journal with its cursor in the store.  What a delivery, a returned figure or a
 * changed formula touches is followed through the formulas in the order of their needs; only the cells
 * that can have changed are computed again, and only a changed value is stored, as a figure of the
 * centre: approved, flagged "derived", with the figures it came from.  What can no longer be computed
 * becomes an empty figure whose remark says why. */
#pragma once
#include "core/job.h"
#include "registry/figure.h"

#define DERIVE_EVERY (10 * USEC_SECOND)

struct derive_result {
	int64_t looked, computed, stored, emptied;
};
/* Up to the journal's present end.  One at a time: the job is leased. */
MUST_USE enum err derive_run(struct store *s, struct registry *r, usec now,
			     struct derive_result *ret, struct why *why);
/* Jobs of this floor: arg is the struct registry. */
/* arg: struct app_services. */
MUST_USE enum err derive_job(struct job_run *run, struct why *why);
