#include "app/keeper.h"

#include "core/idempotency.h"
#include "core/identity.h"
#include "core/journal.h"
#include "report/report.h"

#define JOBS 3

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

enum err keeper_start(struct app *app, struct jobs **ret, struct why *why)
{
	struct job *jobs = ARENA_ARRAY(app->arena, JOBS, struct job);
	/* Every server signs the head of its own chain: so the name says whose job it is. */
	jobs[0] = (struct job){
		.name = arena_fmt(app->arena, "journal.sign.%u", store_server(app->store)).ptr,
		.every = USEC_HOUR,
		.run = sign,
		.arg = app,
	};
	jobs[1] = (struct job){.name = "access.clean", .at = 3 * USEC_HOUR, .run = clean};
	jobs[2] = (struct job){
		.name = "report.make",
		.every = REPORT_JOB_EVERY,
		.run = report_job,
		.arg = &app->services,
	};
	return jobs_start(
		&(struct jobs_options){
			.store = app->store, .log = app->log, .jobs = jobs, .n = JOBS},
		ret, why);
}
