/* jobs.h - the jobs of operate/; their arg is the struct app_services. */
#pragma once
#include "core/job.h"

/* Weekly inspection: on the weekday that the centre has chosen, or as soon after it as somebody runs. */
MUST_USE enum err weigh_job(struct job_run *run, struct why *why);
MUST_USE enum err inspection_job(struct job_run *run, struct why *why);
/* Violations of the month before, once it is over. */
MUST_USE enum err violations_job(struct job_run *run, struct why *why);
/* A word to those who are about to be late, never twice for one duty. */
MUST_USE enum err nudge_job(struct job_run *run, struct why *why);
/* Facts of quality follow the journal. */
MUST_USE enum err quality_job(struct job_run *run, struct why *why);
