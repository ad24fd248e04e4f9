/* derive.h - derived figures: every formula of the registry, kept up with the figures it needs.
 *
 * A reader of the journal with its cursor in the store.  What a delivery, a returned figure or a
 * changed formula touches is followed through the formulas in the order of their needs; only the cells
 * that can have changed are computed again, and only a changed value is stored, as a figure of the
 * centre: flagged "derived", approved as soon as all figures it came from are, which are its lineage.  What can
 * no longer be computed becomes an empty figure whose remark says why.  A figure that a person sent stands: it
 * is never computed over.  When no formula covers a period any more, what was computed for it is withdrawn, and
 * what was sent before counts again.  Formulas that need each other in a circle are left out and named; the
 * others go on. */
#pragma once
#include "core/job.h"
#include "registry/figure.h"

#define DERIVE_EVERY (10 * USEC_SECOND)

struct derive_result {
	int64_t looked, computed, stored, emptied;
	int64_t sent; /* left alone, as somebody sent a figure */
	int64_t withdrawn;
	char circle[60]; /* codes of those that need each other; "": none */
};
/* Up to the journal's present end.  One at a time: the job is leased. */
MUST_USE enum err derive_run(struct store *s, struct registry *r, usec now,
			     struct derive_result *ret, struct why *why);
/* Jobs of this floor: arg is the struct registry. */
/* arg: struct app_services. */
MUST_USE enum err derive_job(struct job_run *run, struct why *why);
