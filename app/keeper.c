#include "app/keeper.h"

#include "analyze/derive.h"
#include "collect/plan.h"
#include "core/idempotency.h"
#include "core/identity.h"
#include "core/journal.h"
#include "operate/discipline.h"
#include "operate/predict.h"
#include "operate/violation.h"
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

/* -- discipline: each in one change, with the registry as that change sees it -- */
struct working {
	struct job_run *run;
	enum err (*work)(struct db *tx, const struct view *v, struct job_run *run, struct why *why);
};

static enum err work_change(struct db *tx, void *arg, struct why *why)
{
	const struct working *w = arg;
	const struct app *app = w->run->arg;
	AUTO(view_free) const struct view *v = NULL;
	enum err rc = registry_take(app->registry, tx, &v, why);
	return rc == OK ? w->work(tx, v, w->run, why) : rc;
}

static enum err is_there(struct db *tx, struct sql text, int64_t key, bool *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, text);
	stmt_bind_int(q, 1, key);
	*ret = stmt_row(q);
	return stmt_end(q, why);
}

/* On the day of the week that the centre has chosen, or as soon after it as somebody runs. */
static enum err inspect_work(struct db *tx, const struct view *v, struct job_run *run,
			     struct why *why)
{
	struct settings settings;
	struct inspected made;
	bool done = false;
	int64_t week = period_at(PERIOD_WEEKLY, run->now).ordinal;
	enum err rc = settings_read(tx, &settings, why);
	if (rc == OK)
		rc = is_there(tx, SQL("SELECT 1 FROM inspection WHERE week = $1"), week, &done,
			      why);
	if (rc != OK || done ||
	    date_weekday(date_local(run->slot)) < settings.value[SETTING_INSPECTION_WEEKDAY])
		return rc;
	rc = inspection_compute(tx, v, run->now, 0, &made, why);
	if (rc == OK)
		snprintf(run->result, sizeof(run->result), "%lld units, %lld duties, %lld excluded",
			 (long long)made.units, (long long)made.duties, (long long)made.excluded);
	return rc;
}

static enum err inspect(struct job_run *run, struct why *why)
{
	struct working w = {run, inspect_work};
	return store_write(run->store, work_change, &w, why);
}

/* The month before, once it is over. */
static enum err sum_work(struct db *tx, const struct view *v, struct job_run *run, struct why *why)
{
	bool done = false;
	int64_t before = period_at(PERIOD_MONTHLY, run->now).ordinal - 1;
	enum err rc = is_there(tx, SQL("SELECT 1 FROM violation_month WHERE month = $1"), before,
			       &done, why);
	return rc == OK && !done ? violations_sum(tx, v, before, run->now, 0, why) : rc;
}

static enum err sum_month(struct job_run *run, struct why *why)
{
	struct working w = {run, sum_work};
	return store_write(run->store, work_change, &w, why);
}

struct nudging {
	const struct job_run *run;
	struct predictions found;
	int64_t nudged;
};

static enum err nudge_change(struct db *tx, void *arg, struct why *why)
{
	struct nudging *n = arg;
	return nudge_write(tx, &n->found, n->run->now, &n->nudged, why);
}

static enum err nudge_units(struct job_run *run, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	const struct app *app = run->arg;
	const struct view *v = NULL;
	struct nudging n = {.run = run};
	enum err rc = store_take(run->store, &db, why);
	if (rc == OK)
		rc = registry_view(app->registry, db, a, &v, why);
	if (rc == OK)
		rc = nudge_find(db, v, run->now, a, &n.found, why);
	if (rc == OK && n.found.n)
		rc = store_write(run->store, nudge_change, &n, why);
	if (rc == OK)
		snprintf(run->result, sizeof(run->result), "%lld duties", (long long)n.nudged);
	return rc;
}

static enum err count_quality(struct job_run *run, struct why *why)
{
	const struct app *app = run->arg;
	struct quality_job job = {app->registry, app->access, run};
	int64_t steps = 0;
	return quality_follow(run->store, &job, &steps, why);
}

/* Those that any server may do, once for all. */
static const struct job common[] = {
	{.name = "access.clean", .at = 3 * USEC_HOUR, .run = clean},
	{.name = "figures.derive", .every = DERIVE_EVERY, .run = derive},
	{.name = "report.make", .every = REPORT_JOB_EVERY, .run = report},
	{.name = "quality.follow", .edition = quality_edition, .run = count_quality, .quiet = true},
};

/* The same; they alone are what a clock set by hand catches up with. */
static const struct job deadlines[] = {
	{.name = "duty.follow", .edition = registry_edition, .run = plan},
	{.name = "duty.plan", .at = 10 * USEC_MINUTE, .run = plan},
	{.name = "duty.nudge", .every = USEC_HOUR, .run = nudge_units},
	{.name = "discipline.inspect", .at = INSPECTION_TIME, .run = inspect},
	{.name = "discipline.sum", .at = USEC_HOUR, .run = sum_month},
};

/* Every server signs the head of its own chain and beats for itself: so the name says whose job it is. */
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
	for (size_t i = 0; i < ARRAY_LEN(deadlines) && rc == OK; i++) {
		struct job job = deadlines[i];
		enum job_outcome outcome;
		job.arg = app;
		rc = job_do(app->store, &job, now, &outcome, why);
	}
	return rc;
}
