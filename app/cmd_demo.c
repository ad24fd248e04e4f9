#include "analyze/derive.h"
#include "app/app.h"
#include "app/commands.h"
#include "app/keeper.h"

#include <unistd.h>

#include "demo/demo.h"

#define LEAD_DAYS 600 /* the clock begins before the story does */
#define DERIVE_DAY 12 /* of a month: most of the month before has come */

static void show(void *arg, const char *what, int percent)
{
	(void)arg;
	if (isatty(STDOUT_FILENO))
		printf("\r%s %d %% ", what, percent);
	else if (percent % 10 == 0)
		printf("%s %d %%\n", what, percent);
	fflush(stdout);
}

/* The end of the day that --until names, but never after now. */
static enum err history_end(const struct args *args, usec now, usec *ret, struct why *why)
{
	const char *text = args_get(args, "until");
	struct date day = date_local(now);
	enum err rc = text ? date_parse(str_of(text), &day, why) : OK;
	if (rc != OK)
		return rc;
	if (date_start(day) > now)
		return fail(why, ERR_INVALID, "--until %s is still to come; name a day up to today",
			    text);
	usec end = date_start(day) + USEC_DAY - 1;
	*ret = end < now ? end : now;
	return OK;
}

/* What the centre does by itself on the days of the story. */
struct keeping {
	struct app *app;
	int64_t derived;
	int month; /* last in which formulas were computed; 0: none yet */
};

static enum err derive(struct keeping *k, usec now, struct why *why)
{
	struct derive_result made = {0};
	enum err rc = derive_run(k->app->store, k->app->services.registry, now, &made, why);
	k->derived += made.stored;
	return rc;
}

/* Formulas once a month, after its first deadlines, so that what they said then is there to be asked for. */
static enum err keep(void *arg, usec now, struct why *why)
{
	struct keeping *k = arg;
	struct date today = date_local(now);
	enum err rc = keeper_catch_up(k->app, now, why);
	if (rc != OK || today.day < DERIVE_DAY || k->month == today.month)
		return rc;
	k->month = today.month;
	return derive(k, now, why);
}

static enum err create(struct app *app, const struct args *args, usec until, struct why *why)
{
	AUTO(http_stop) struct http *http = NULL;
	struct keeping keeping = {.app = app};
	struct demo_options d = {
		.app = &app->services,
		.until = until,
		.days = args_get(args, "year") ? 365 : args_int(args, "days", 0),
		.keep = keep,
		.keep_arg = &keeping,
		.logins = arena_fmt(app->arena, "%s/logins.txt", app->dir).ptr,
		.progress = show,
	};
	struct demo_result r = {0};
	enum err rc = app_serve(app, args, "127.0.0.1", 0, &http, why);
	if (rc != OK)
		return rc;
	d.port = http_port(http);
	rc = demo_create(&d, &r, why);
	if (rc == OK)
		rc = derive(&keeping, d.until, why);
	if (rc == OK)
		rc = app_sign(app, why);
	if (rc == OK)
		printf(args_words(
			       args,
			       WORDS("\n%lld deliveries (%lld files): %lld figures accepted, %lld doubtful, %lld refused, "
				     "%lld approved, %lld returned, %lld derived, %lld reminders issued\n")),
		       (long long)r.deliveries, (long long)r.files, (long long)r.accepted,
		       (long long)r.doubtful, (long long)r.refused, (long long)r.approved,
		       (long long)r.returned, (long long)keeping.derived, (long long)r.reminders);
	return rc;
}

int cmd_demo(const struct args *given)
{
	AUTO(app_close) struct app *app = NULL;
	AUTO(clock_free) struct clock *machine = clock_new();
	struct args args = *given;
	struct why why = {0};
	usec now = clock_now(machine), until = now;
	args_set(&args, "log", "error"); /* no line for each of its calls */
	const char *logins = arena_fmt(args.arena, "%s/logins.txt", app_dir(&args)).ptr;
	enum err rc = history_end(&args, now, &until, &why);
	if (rc == OK && access(logins, F_OK) == 0)
		rc = fail(&why, ERR_CONFLICT, "%s holds a demonstration already", app_dir(&args));
	if (rc == OK)
		rc = app_open_at(&args, APP_NEW | APP_BUILDING, now - LEAD_DAYS * USEC_DAY, &app,
				 &why);
	if (rc == OK)
		rc = create(app, &args, until, &why);
	return rc == OK ? EXIT_DONE : app_complain(rc, &why);
}
