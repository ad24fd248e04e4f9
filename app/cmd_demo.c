#include "app/app.h"
#include "app/commands.h"

#include <errno.h>
#include <unistd.h>

#include "collect/sandbox.h"
#include "core/journal.h"
#include "demo/demo.h"

#define SMALL_DAYS 60
#define YEAR_DAYS 366
#define LEAD_DAYS 600 /* the clock begins before the story does */

static void show(void *arg, const char *what, int percent)
{
	(void)arg;
	if (isatty(STDOUT_FILENO))
		printf("\r%s %d %% ", what, percent);
	else if (percent % 10 == 0)
		printf("%s %d %%\n", what, percent);
	fflush(stdout);
}

/* A clock of its own, and no line of log for each of its calls. */
static void prepare(struct args *args, usec now)
{
	struct buf text;
	buf_init(&text, 64);
	time_write(&text, now - LEAD_DAYS * USEC_DAY);
	args_set(args, "simulated-time", arena_cstr(args->arena, buf_str(&text)));
	if (!args_get(args, "log"))
		args_set(args, "log", "error");
	buf_release(&text);
}

static enum err sign_head(struct app *app, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(app->store, &db, why);
	return rc == OK ? journal_sign(db, app->dir, clock_now(app->clock), why) : rc;
}

static enum err create(struct app *app, const struct args *args, usec now, struct why *why)
{
	AUTO(http_stop) struct http *http = NULL;
	struct http_options h = {.listen = "127.0.0.1", .app = &app->services};
	struct demo_options d = {
		.app = &app->services,
		.until = now,
		.days = args_get(args, "small") ? SMALL_DAYS : args_get(args, "year") ? YEAR_DAYS : 0,
		.logins = arena_fmt(app->arena, "%s/logins.txt", app->dir).ptr,
		.progress = show,
	};
	struct demo_result r = {0};
	h.tables = wiring_routes(app->arena, &h.n_tables);
	enum err rc = http_start(&h, &http, why);
	if (rc != OK)
		return rc;
	d.port = http_port(http);
	rc = demo_create(&d, &r, why);
	if (rc == OK)
		rc = sign_head(app, why);
	if (rc == OK)
		printf("\n%lld deliveries (%lld files): %lld figures accepted, %lld doubtful, %lld refused, "
		       "%lld approved, %lld returned\n",
		       (long long)r.deliveries, (long long)r.files, (long long)r.accepted,
		       (long long)r.doubtful, (long long)r.refused, (long long)r.approved,
		       (long long)r.returned);
	return rc;
}

int cmd_demo(const struct args *given)
{
	AUTO(app_close) struct app *app = NULL;
	AUTO(clock_free) struct clock *machine = clock_new();
	struct args args = *given;
	struct why why = {0};
	usec now = clock_now(machine);
	prepare(&args, now);
	const char *logins = arena_fmt(args.arena, "%s/logins.txt", app_dir(&args)).ptr;
	enum err rc = access(logins, F_OK) == 0
			      ? fail(&why, ERR_CONFLICT, "%s holds a demonstration already", app_dir(&args))
			      : app_open(&args, APP_NEW, &app, &why);
	if (rc == OK) {
		app->sandbox = sandbox_new(&(struct sandbox_options){.kind = "sheet"});
		app->services.worker = app->sandbox;
		rc = create(app, &args, now, &why);
	}
	return rc == OK ? EXIT_DONE : app_complain(rc, &why);
}
