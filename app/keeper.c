#include "app/keeper.h"

#include "analyze/derive.h"
#include "collect/plan.h"
#include "core/idempotency.h"
#include "core/identity.h"
#include "core/journal.h"
#include "operate/discipline.h"
#include "operate/jobs.h"
#include "operate/quality.h"
#include "report/report.h"

static enum err sign(struct job_run *run, struct why *why)
{
	const struct app *app = run->arg;
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(run->store, &db, why);
	return rc == OK ? journal_sign(db, app->dir, run->now, why) : rc;
}

static enum err clean_change(struct db *tx, void *arg, struct why *why)
{
	const struct job_run *run = arg;
	enum err rc = access_clean(tx, run->now, why);
	return rc == OK ? idempotency_clean(tx, run->now, why) : rc;
}

static enum err clean(struct job_run *run, struct why *why)
{
	return store_write(run->store, clean_change, run, why);
}

static enum err beat(struct job_run *run, struct why *why)
{
	struct app *app = run->arg;
	return heart_beat(run->store, &app->heart, run->now, clock_steady(), why);
}

/* Those that any server may do, once for all; arg: struct app_services. */
static const struct job common[] = {
	{.name = "access.clean", .at = 3 * USEC_HOUR, .run = clean},
	{.name = "figures.derive", .every = DERIVE_EVERY, .run = derive_job},
	{.name = "report.make", .every = REPORT_JOB_EVERY, .run = report_job},
	{.name = "quality.follow", .edition = quality_edition, .run = quality_job, .quiet = true},
};

/* The same; they alone are what a clock set by hand catches up with. */
static const struct job deadlines[] = {
	{.name = "duty.follow", .edition = registry_edition, .run = plan_job},
	{.name = "duty.plan", .at = 10 * USEC_MINUTE, .run = plan_job},
	{.name = "duty.nudge", .every = USEC_HOUR, .run = nudge_job},
	{.name = "discipline.weigh", .edition = duty_edition, .run = weigh_job, .quiet = true},
	{.name = "discipline.inspect", .at = INSPECTION_TIME, .run = inspection_job},
	{.name = "discipline.sum", .at = USEC_HOUR, .run = violations_job},
};

/* Every server signs the head of its own chain and beats for itself: so the name says whose job it is.
 * arg: struct app. */
static const struct job own[] = {
	{.name = "journal.sign", .every = USEC_HOUR, .run = sign},
	{.name = "alive.beat", .every = HEART_EVERY, .run = beat, .quiet = true},
};

enum err keeper_start(struct app *app, struct jobs **ret, struct why *why)
{
	size_t n = ARRAY_LEN(own) + ARRAY_LEN(common) + ARRAY_LEN(deadlines);
	struct job *jobs = ARENA_ARRAY(app->arena, n, struct job);
	memcpy(jobs, own, sizeof(own));
	memcpy(jobs + ARRAY_LEN(own), common, sizeof(common));
	memcpy(jobs + ARRAY_LEN(own) + ARRAY_LEN(common), deadlines, sizeof(deadlines));
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		jobs[i].name =
			arena_fmt(app->arena, "%s.%u", own[i].name, store_server(app->store)).ptr;
	for (size_t i = 0; i < n; i++)
		jobs[i].arg = i < ARRAY_LEN(own) ? (void *)app : (void *)&app->services;
	return jobs_start(
		&(struct jobs_options){.store = app->store, .log = app->log, .jobs = jobs, .n = n},
		ret, why);
}

enum err keeper_beat(struct app *app, struct why *why)
{
	return heart_beat(app->store, &app->heart, clock_now(app->clock), clock_steady(), why);
}

enum err keeper_catch_up(struct app *app, usec now, struct why *why)
{
	enum err rc = OK;
	for (size_t i = 0; i < ARRAY_LEN(deadlines) && rc == OK; i++) {
		struct job job = deadlines[i];
		enum job_outcome outcome;
		job.arg = &app->services;
		rc = job_do(app->store, &job, now, &outcome, why);
	}
	return rc;
}
