#include "app/app.h"
#include "app/commands.h"
#include "app/keeper.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "collect/sandbox.h"
#include "core/identity.h"
#include "core/journal.h"

#define STOP_SECONDS 10 /* then the process ends itself: what was acknowledged is durable */

/* Blocked in every thread; the main one waits for them. */
static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* As many connections as the machine allows us. */
static void raise_limits(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static enum err tell_setup(struct app *app, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	bool needed = false;
	enum err rc = store_take(app->store, &db, why);
	if (rc == OK)
		rc = access_setup_prepare(db, app->dir, &needed, why);
	if (rc == OK && needed)
		log_line(app->log, LEVEL_WARN, "app.setup",
			 "nobody administers the centre yet: open /setup with the token in %s/setup-token",
			 app->dir);
	return rc;
}

static void on_commit(void *arg)
{
	http_wake(arg);
}

static enum err start_http(struct app *app, const struct args *args, struct http **ret,
			   struct why *why)
{
	struct http_options o = {
		.listen = args_get(args, "listen"),
		.port = (int)args_int(args, "port", 8080),
		.io_threads = (unsigned)args_int(args, "io-threads", 0),
		.job_threads = (unsigned)args_int(args, "job-threads", 0),
		.tls_key = args_get(args, "tls-key"),
		.tls_cert = args_get(args, "tls-cert"),
		.app = &app->services,
	};
	if (!o.tls_key != !o.tls_cert)
		return fail(why, ERR_INVALID, "--tls-key and --tls-cert belong together");
	o.tables = wiring_routes(app->arena, &o.n_tables);
	enum err rc = http_start(&o, ret, why);
	if (rc == OK)
		store_on_commit(app->store, on_commit, *ret);
	return rc;
}

static enum err sign_head(struct app *app, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(app->store, &db, why);
	return rc == OK ? journal_sign(db, app->dir, clock_now(app->clock), why) : rc;
}

struct running {
	struct http *http;
	struct control *control;
	struct jobs *jobs;
};

static enum err start_all(struct app *app, const struct args *args, struct running *r,
			  struct why *why)
{
	app->sandbox = sandbox_new(&(struct sandbox_options){.kind = "sheet"});
	app->services.worker = app->sandbox;
	enum err rc = tell_setup(app, why);
	if (rc == OK)
		rc = keeper_start(app, &r->jobs, why);
	if (rc == OK)
		rc = start_http(app, args, &r->http, why);
	if (rc == OK)
		rc = control_start(app, &r->control, why);
	if (rc == OK)
		log_line(app->log, LEVEL_INFO, "app.serve", "version %s, port %d, data in %s",
			 HAIDANG_VERSION, http_port(r->http), app->dir);
	return rc;
}

static enum err stop_all(struct app *app, struct running *r, struct why *why)
{
	alarm(STOP_SECONDS);
	control_stop(r->control);
	store_on_commit(app->store, NULL, NULL);
	http_stop(r->http);
	jobs_stop(r->jobs);
	return store_degraded(app->store) ? OK : sign_head(app, why);
}

int cmd_serve(const struct args *given)
{
	AUTO(app_close) struct app *app = NULL;
	struct args args = *given;
	struct running running = {0};
	struct why why = {0}, stop_why = {0};
	sigset_t signals;
	int number = 0;
	block_signals(&signals);
	raise_limits();
	enum err rc = app_open(&args, APP_EXISTING, &app, &why);
	if (rc != OK) {
		app_complain(rc, &why);
		return rc == ERR_CONFLICT ? EXIT_BUSY : EXIT_FAILED;
	}
	rc = start_all(app, &args, &running, &why);
	if (rc == OK)
		sigwait(&signals, &number);
	enum err stopped = stop_all(app, &running, &stop_why);
	if (rc != OK)
		return app_complain(rc, &why);
	if (stopped != OK)
		return app_complain(stopped, &stop_why);
	log_line(app->log, LEVEL_INFO, "app.stop", "stopped cleanly");
	return EXIT_DONE;
}
