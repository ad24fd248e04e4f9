#include "app/app.h"
#include "app/commands.h"
#include "app/keeper.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/identity.h"

#define STOP_SECONDS 10 /* then the process ends itself: what was acknowledged is durable */

/* Blocked in every thread; the main one waits for them. */
static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a full disk is an error to tell, not an end */
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
		log_line(
			app->log, LEVEL_WARN, "app.setup",
			"nobody administers the centre yet: open /setup with the token in %s/setup-token",
			app->dir);
	return rc;
}

struct running {
	struct http *http;
	struct control *control;
	struct jobs *jobs;
};

/* Before anybody is served: whoever sends first must find that we were away. */
static void wake(struct app *app)
{
	struct why why = {0};
	if (!store_degraded(app->store) && keeper_beat(app, &why) != OK)
		log_line(app->log, LEVEL_WARN, "app.serve", "no sign of life yet: %s", why.text);
}

static enum err start_all(struct app *app, const struct args *args, struct running *r,
			  struct why *why)
{
	enum err rc = tell_setup(app, why);
	if (rc == OK)
		wake(app);
	if (rc == OK)
		rc = keeper_start(app, &r->jobs, why);
	if (rc == OK)
		rc = control_open(app, &r->control, why);
	if (rc == OK)
		rc = app_serve(app, args, args_get(args, "listen"),
			       (int)args_int(args, "port", 8080), &r->http, why);
	if (rc == OK)
		rc = control_start(r->control, why);
	if (rc == OK)
		log_line(app->log, LEVEL_INFO, "app.serve", "version %s, port %d, data in %s",
			 HAIDANG_VERSION, http_port(r->http), app->dir);
	return rc;
}

static enum err stop_all(struct app *app, struct running *r, struct why *why)
{
	alarm(STOP_SECONDS);
	control_stop(r->control);
	waker_set(app->waker, NULL);
	http_stop(r->http);
	jobs_stop(r->jobs);
	if (store_degraded(app->store))
		return OK;
	enum err rc = keeper_beat(app, why);
	return rc == OK ? app_sign(app, why) : rc;
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
