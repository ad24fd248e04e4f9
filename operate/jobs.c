/* jobs.c - what operate/ does by itself; each is a row of the keeper's table. */
#include "operate/jobs.h"

#include "http/http.h"
#include "operate/discipline.h"
#include "operate/nudge.h"
#include "operate/quality.h"
#include "operate/violation.h"

/* Work in one change, with the registry as that change sees it. */
struct working {
	struct job_run *run;
	enum err (*work)(struct db *tx, const struct view *v, struct job_run *run, struct why *why);
};

static enum err work_change(struct db *tx, void *arg, struct why *why)
{
	const struct working *w = arg;
	const struct app_services *app = w->run->arg;
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
	/* A slot of last week that nobody ran for is over with it: this week's comes on its own day. */
	if (rc != OK || done || period_at(PERIOD_WEEKLY, run->slot).ordinal != week ||
	    date_weekday(date_local(run->slot)) < settings.value[SETTING_INSPECTION_WEEKDAY])
		return rc;
	rc = inspection_compute(tx, v, run->now, 0, &made, why);
	if (rc == OK)
		snprintf(run->result, sizeof(run->result), "%lld units, %lld duties, %lld excluded",
			 (long long)made.units, (long long)made.duties, (long long)made.excluded);
	return rc;
}

enum err inspection_job(struct job_run *run, struct why *why)
{
	struct working w = {run, inspect_work};
	return store_write(run->store, work_change, &w, why);
}

/* A fact of the past changed: an outage was noted, a deadline moved. */
static enum err weigh_change(struct db *tx, void *arg, struct why *why)
{
	struct job_run *run = arg;
	int64_t changed = 0;
	enum err rc = reminders_weigh(tx, 0, run->now, &changed, why);
	if (rc == OK)
		snprintf(run->result, sizeof(run->result), "%lld reminders", (long long)changed);
	return rc;
}

enum err weigh_job(struct job_run *run, struct why *why)
{
	return store_write(run->store, weigh_change, run, why);
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

enum err violations_job(struct job_run *run, struct why *why)
{
	struct working w = {run, sum_work};
	return store_write(run->store, work_change, &w, why);
}

struct nudging {
	const struct job_run *run;
	struct nudges found;
	int64_t nudged;
};

static enum err nudge_change(struct db *tx, void *arg, struct why *why)
{
	struct nudging *n = arg;
	return nudge_give(tx, &n->found, 0, n->run->now, &n->nudged, why);
}

enum err nudge_job(struct job_run *run, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	const struct app_services *app = run->arg;
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

enum err quality_job(struct job_run *run, struct why *why)
{
	const struct app_services *app = run->arg;
	int64_t steps = 0;
	return quality_follow(run->store, &(struct quality_reader){app->registry, app->access, run},
			      &steps, why);
}
