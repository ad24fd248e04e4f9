/* app.h - one centre in this process: its store, access, registry and clock, opened together. */
#pragma once
#include "app/options.h"
#include "core/access.h"
#include "core/outage.h"
#include "http/http.h"
#include "registry/registry.h"
#include "store/store.h"

struct analyze;
struct sandbox;
struct app {
	struct arena *arena;
	const char *dir;
	struct log *log;
	struct metrics *metrics;
	struct clock *clock;
	struct registry *registry;
	struct analyze *analyze;
	struct access *access;
	struct store *store;
	struct waker *waker;
	struct heart heart;	 /* of the keeper */
	struct sandbox *sandbox; /* the readers of foreign files; serve only */
	struct app_services services;
};

enum app_flags {
	APP_READ_ONLY = 1, /* beside a running server */
	APP_NEW = 2,	   /* the data directory is made when absent */
	APP_EXISTING = 4,  /* refuse a directory without a store */
	APP_BUILDING = 8,  /* nobody relies on what is written until the store is closed */
};
/* With a clock that stands still until it is set; of a demonstration. */
MUST_USE enum err app_open_at(struct args *args, unsigned flags, usec start, struct app **ret,
			      struct why *why);
/* dir comes from --data, settings from DIR/haidang.conf into *args. */
MUST_USE enum err app_open(struct args *args, unsigned flags, struct app **ret, struct why *why);
void app_close(struct app *app);
DEFINE_AUTO(app_close, struct app *)
const char *app_dir(const struct args *args);
struct store_options app_store_options(const struct app *app, const struct args *args,
				       unsigned flags);
int app_exit_code(enum err rc); /* of a failed command */
/* The sentence on standard error; returns the exit code. */
int app_complain(enum err rc, const struct why *why);

/* Start what serves: sandbox, HTTP with every table (listen, port NULL and 0 allowed). */
MUST_USE enum err app_serve(struct app *app, const struct args *args, const char *listen, int port,
			    struct http **ret, struct why *why);
MUST_USE enum err app_sign(struct app *app, struct why *why); /* the journal's head */

/* -- wiring.c: the tables that every floor offers -- */
/* All tables of routes of the product; made in the arena. */
const struct route_table *wiring_routes(struct arena *a, size_t *ret_n);
const struct first_ask *wiring_first(size_t *ret_n); /* what homes ask for first */
/* All kinds of record, ended by NULL. */
const struct record *const *wiring_records(struct arena *a);
const struct record *wiring_record(struct str path_or_kind); /* NULL: unknown */
struct unit_tree wiring_units(struct registry *registry);
extern const struct app_words wiring_words;
extern const struct operate_asks wiring_operate; /* what operate/ asks of analyze/ */
const struct migration *wiring_migrations(struct arena *a, size_t *ret_n);

/* -- control.c: commands for the server that has the data directory --
 * A Unix socket DIR/control.sock (mode 0600), one command a connection: "vi" or "en", then the arguments, each
 * ended by NUL, then the end of the stream; the answer is one byte of exit code, then text: of standard output
 * for code 0, of standard error otherwise. */
struct control;
/* Before anybody is served: from then on who asks waits for control_start, and is answered. */
MUST_USE enum err control_open(struct app *app, struct control **ret, struct why *why);
MUST_USE enum err control_start(struct control *c, struct why *why);
void control_stop(struct control *c);
/* true: a server answered; *ret_code and out hold its answer. */
bool control_ask(const struct args *args, struct buf *out, int *ret_code);
