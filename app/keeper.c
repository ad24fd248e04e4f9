#include "app/keeper.h"

#include "analyze/derive.h"
#include "collect/plan.h"
#include "core/idempotency.h"
#include "core/identity.h"
#include "core/journal.h"
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

static enum err plan(struct job_run *run, struct why *why)
{
	const struct app *app = run->arg;
	struct planned p = {0};
	enum err rc = plan_duties(run->store, app->registry, run->now, &p, why);
	if (rc == OK)
		snprintf(run->result, sizeof(run->result),
			 "%lld duties added, %lld moved, %lld withdrawn", (long long)p.added,
			 (long long)p.moved, (long long)p.withdrawn);
	return rc;
}

/* A job of a floor below, with what that floor asks for. */
static enum err lend(struct job_run *run, void *arg,
		     enum err (*job)(struct job_run *run, struct why *why), struct why *why)
{
	struct job_run lent = *run;
	lent.arg = arg;
	enum err rc = job(&lent, why);
	memcpy(run->result, lent.result, sizeof(run->result));
	return rc;
}

static enum err derive(struct job_run *run, struct why *why)
{
	const struct app *app = run->arg;
	return lend(run, app->services.registry, derive_job, why);
}

static enum err report(struct job_run *run, struct why *why)
{
	struct app *app = run->arg;
	return lend(run, &app->services, report_job, why);
}

static enum err count_quality(struct job_run *run, struct why *why)
{
	const struct app *app = run->arg;
	struct quality_job job = {app->registry, app->access};
	int64_t steps = 0;
	return quality_follow(run->store, &job, &steps, why);
}

/* Those that any server may do, once for all. */
static const struct job common[] = {
	{.name = "access.clean", .at = 3 * USEC_HOUR, .run = clean},
	{.name = "duty.follow", .edition = registry_edition, .run = plan},
	{.name = "duty.plan", .at = 10 * USEC_MINUTE, .run = plan},
	{.name = "figures.derive", .every = DERIVE_EVERY, .run = derive},
	{.name = "report.make", .every = REPORT_JOB_EVERY, .run = report},
	{.name = "quality.follow", .edition = quality_edition, .run = count_quality, .quiet = true},
};

/* Every server signs the head of its own chain and beats for itself: so the name says whose job it is. */
static const struct job own[] = {
	{.name = "journal.sign", .every = USEC_HOUR, .run = sign},
	{.name = "alive.beat", .every = HEART_EVERY, .run = beat, .quiet = true},
};

enum err keeper_start(struct app *app, struct jobs **ret, struct why *why)
{
	size_t n = ARRAY_LEN(own) + ARRAY_LEN(common);
	struct job *jobs = ARENA_ARRAY(app->arena, n, struct job);
	memcpy(jobs, own, sizeof(own));
	memcpy(jobs + ARRAY_LEN(own), common, sizeof(common));
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		jobs[i].name =
			arena_fmt(app->arena, "%s.%u", own[i].name, store_server(app->store)).ptr;
	for (size_t i = 0; i < n; i++)
		jobs[i].arg = app;
	return jobs_start(
		&(struct jobs_options){.store = app->store, .log = app->log, .jobs = jobs, .n = n},
		ret, why);
}

enum err keeper_rest(struct app *app, struct why *why)
{
	return heart_beat(app->store, &app->heart, clock_now(app->clock), clock_steady(), why);
}

enum err keeper_catch_up(struct app *app, usec now, struct why *why)
{
	enum err rc = OK;
	for (size_t i = 0; i < ARRAY_LEN(common) && rc == OK; i++) {
		struct job job = common[i];
		enum job_outcome outcome;
		job.arg = app;
		rc = job_do(app->store, &job, now, &outcome, why);
	}
	return rc;
}
