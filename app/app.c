#include "app/app.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/analyze.h"
#include "collect/sandbox.h"
#include "core/journal.h"

#define READERS 24 /* I/O threads, job threads, live stream, a few in reserve */

const char *app_dir(const struct args *args)
{
	const char *dir = args_get(args, "data");
	return dir ? dir : "data";
}

static enum err check_dir(struct app *app, unsigned flags, struct why *why)
{
	struct stat st;
	const char *database = arena_fmt(app->arena, "%s/haidang.db", app->dir).ptr;
	if ((flags & APP_NEW) && mkdir(app->dir, 0700) && errno != EEXIST)
		return fail(why, ERR_NOT_FOUND, "cannot make %s: %s", app->dir, strerror(errno));
	if (stat(app->dir, &st) || !S_ISDIR(st.st_mode))
		return fail(why, ERR_NOT_FOUND,
			    "%s is no directory; `haidang init --data %s` makes it", app->dir,
			    app->dir);
	if ((flags & APP_EXISTING) && stat(database, &st))
		return fail(why, ERR_NOT_FOUND,
			    "%s holds no centre; `haidang init --data %s` makes one", app->dir,
			    app->dir);
	return OK;
}

struct store_options app_store_options(const struct app *app, const struct args *args,
				       unsigned flags)
{
	struct store_options o = {
		.dir = app->dir,
		.url = args_get(args, "store"),
		.readers = READERS,
		.read_only = flags & APP_READ_ONLY,
		.building = flags & APP_BUILDING,
		.log = app->log,
		.metrics = app->metrics,
		.clock = app->clock,
	};
	o.migrations = wiring_migrations(app->arena, &o.n_migrations);
	return o;
}

static enum level log_level(const struct args *args)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	const char *text = args_get(args, "log");
	for (size_t i = 0; text && i < ARRAY_LEN(names); i++)
		if (!strcmp(text, names[i]))
			return (enum level)i;
	return LEVEL_INFO;
}

/* The registry is read once, so that access knows the tree of units before anybody asks. */
static enum err load_registry(struct app *app, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	AUTO(view_free) const struct view *view = NULL;
	enum err rc = store_take(app->store, &db, why);
	return rc == OK ? registry_take(app->registry, db, &view, why) : rc;
}

static enum err open_all(struct app *app, struct args *args, unsigned flags, struct why *why)
{
	enum err rc = args_configure(args, app->dir, why);
	if (rc == OK)
		rc = check_dir(app,
			       args_get(args, "store") ? flags & ~(unsigned)APP_EXISTING : flags,
			       why);
	if (rc != OK)
		return rc;
	app->log = log_new(STDERR_FILENO, log_level(args));
	app->metrics = metrics_new();
	app->registry = registry_new();
	app->analyze = analyze_new();
	app->access = access_new(wiring_units(app->registry));
	struct store_options o = app_store_options(app, args, flags);
	rc = store_open(&o, &app->store, why);
	if (rc == OK)
		app->waker = waker_new(app->store);
	if (rc == OK)
		rc = load_registry(app, why);
	app->services = (struct app_services){
		.store = app->store,
		.access = app->access,
		.clock = app->clock,
		.log = app->log,
		.metrics = app->metrics,
		.dir = app->dir,
		.words = &wiring_words,
		.registry = app->registry,
		.analyze = app->analyze,
		.operate = &wiring_operate,
	};
	return rc;
}

static enum err open_with(struct clock *take_clock, struct args *args, unsigned flags,
			  struct app **ret, struct why *why)
{
	struct app *app = calloc(1, sizeof(*app));
	assert(app);
	app->clock = take_clock;
	app->arena = arena_new();
	app->dir = app_dir(args);
	enum err rc = open_all(app, args, flags, why);
	if (rc != OK) {
		app_close(app);
		return rc;
	}
	*ret = app;
	return OK;
}

enum err app_open(struct args *args, unsigned flags, struct app **ret, struct why *why)
{
	return open_with(clock_new(), args, flags, ret, why);
}

enum err app_open_at(struct args *args, unsigned flags, usec start, struct app **ret,
		     struct why *why)
{
	return open_with(clock_new_simulated(start), args, flags, ret, why);
}

enum err app_serve(struct app *app, const struct args *args, const char *listen, int port,
		   struct http **ret, struct why *why)
{
	struct http_options o = {
		.listen = listen,
		.port = port,
		.io_threads = (unsigned)args_int(args, "io-threads", 0),
		.job_threads = (unsigned)args_int(args, "job-threads", 0),
		.tls_key = args_get(args, "tls-key"),
		.tls_cert = args_get(args, "tls-cert"),
		.app = &app->services,
	};
	if (!o.tls_key != !o.tls_cert)
		return fail(why, ERR_INVALID, "--tls-key and --tls-cert belong together");
	app->sandbox = sandbox_new(&(struct sandbox_options){.kind = "sheet"});
	app->services.worker = app->sandbox;
	o.tables = wiring_routes(app->arena, &o.n_tables);
	o.first = wiring_first(&o.n_first);
	enum err rc = http_start(&o, ret, why);
	if (rc == OK)
		waker_set(app->waker, *ret);
	return rc;
}

enum err app_sign(struct app *app, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(app->store, &db, why);
	return rc == OK ? journal_sign(db, app->dir, clock_now(app->clock), why) : rc;
}

void app_close(struct app *app)
{
	if (!app)
		return;
	store_close(app->store);
	waker_free(app->waker);
	sandbox_free(app->sandbox);
	access_free(app->access);
	analyze_free(app->analyze);
	registry_free(app->registry);
	clock_free(app->clock);
	metrics_free(app->metrics);
	log_free(app->log);
	arena_free(app->arena);
	free(app);
}

int app_exit_code(enum err rc)
{
	return rc == OK ? EXIT_DONE : EXIT_FAILED;
}

int app_complain(enum err rc, const struct why *why)
{
	bool vietnamese = vietnamese_asked();
	fprintf(stderr, "haidang: %s%s%s\n", vietnamese ? why->vi : why->text,
		!why->at[0]  ? ""
		: vietnamese ? " – tại "
			     : " at ",
		why->at);
	return app_exit_code(rc);
}
