/* store.h - the one door to SQL.  SQLite (one file, one writer thread with group commit) or
 * PostgreSQL 15+; nobody above knows which.  The same SQL text runs on both: placeholders are
 * $1, $2 …; types are BIGINT, TEXT, BYTEA; what the engines spell differently is in store_sql_*
 * below.  SQL text is made of literals only: SQL(variable) does not compile.
 *
 * Reading: take a connection, make statements, give it back.  Writing: hand a struct change to
 * the writer; it runs inside the writer's transaction, in a savepoint of its own, together with
 * other people's changes, and `done` is called after the commit is durable. */
#pragma once
#include "base/arena.h"
#include "base/clock.h"
#include "base/event.h"
#include "base/metric.h"

struct store;
struct db; /* a connection: a reader's, or the writer's inside a change */
struct stmt;

struct sql {
	const char *text; /* a literal; only SQL() makes one */
};
#define SQL(literal) ((struct sql){"" literal ""})

struct migration {
	int number; /* 1, 2, 3 … without gaps */
	const char *name;
	struct str text; /* statements ended by ';' at a line's end */
};

struct store_options {
	const char *dir; /* data directory, exists */
	const char *url; /* libpq connection string; NULL: SQLite in dir/haidang.db */
	const struct migration *migrations;
	size_t n_migrations;
	unsigned readers; /* connections kept for readers; 0: 8 */
	size_t queue_max; /* changes waiting for the writer; 0: 4096 */
	bool read_only;	  /* for backup, verify, export beside a running server: takes no lock */
	bool building;	  /* nothing is acknowledged to anybody yet: commits become durable
				      * together, at checkpoints and at store_close() */
	struct log *log;  /* may be NULL */
	struct metrics *metrics; /* may be NULL */
	struct clock *clock;
	const struct store_testing *testing; /* NULL but in tests */
};
struct store_testing {
	int64_t fault_at; /* as store_fault_at(), from the first call of store_open() on */
};

/* crypt_init() comes first.  Opens, takes the data directory's lock (ERR_CONFLICT names the holder: a second server is
 * refused), compares the high-water mark kept in dir/high-water with the database (a database
 * older than its mark is damaged or restored by hand: opened read-only, store_degraded() says
 * why), applies missing migrations, each atomic; refuses a schema newer than ours. */
MUST_USE enum err store_open(const struct store_options *o, struct store **ret, struct why *why);
void store_close(struct store *s); /* waits for the changes already submitted */
DEFINE_AUTO(store_close, struct store *)
/* NULL when writes are accepted; otherwise one sentence why not (damage, full disk, lost
 * server). A full disk or lost server is tried again every second. */
const char *store_degraded(struct store *s);
const char *store_degraded_vi(struct store *s);
bool store_is_postgres(const struct store *s); /* for reports and tests, never for branching */
unsigned store_server(const struct store *s);  /* number of this server, leased in SQL, 0..1023 */
/* What the writer is doing; from any thread.  Zeros when the store was opened for reading only. */
struct store_load {
	size_t queued;	   /* changes that wait */
	size_t last_group; /* changes in the last commit */
	usec last_commit;  /* monotonic; 0: none yet */
};
struct store_load store_load(const struct store *s);
/* Grows with every commit, before anybody is told of it; 0: others commit too, so look. */
int64_t store_turn(const struct store *s);
struct id_source *store_ids(struct store *s);
struct clock *store_clock(struct store *s);

/* -- reading -- */
/* A reader's connection; waits a moment if all are taken, then ERR_UNAVAILABLE. */
MUST_USE enum err store_take(struct store *s, struct db **ret, struct why *why);
void store_give(struct db *db);
DEFINE_AUTO(store_give, struct db *)
/* From here to db_snapshot_end() every statement sees the same state: of now, or that of the snapshot
 * this one is in. */
MUST_USE enum err db_snapshot(struct db *db, struct why *why);
void db_snapshot_end(struct db *db);
/* The same from the next statement to store_give(), on an engine where that saves work (SQLite). */
MUST_USE enum err db_one_state(struct db *db, struct why *why);
struct store *db_store(struct db *db);
bool db_writing(const struct db *db); /* inside a change? */

/* -- statements (prepared and cached by their text) -- */
struct stmt *db_stmt(struct db *db, struct sql text);
void stmt_free(struct stmt *q); /* resets and returns it to the cache; also without stmt_end() */
DEFINE_AUTO(stmt_free, struct stmt *)
/* Values for $1.. are copied.  STR_NULL binds NULL.  Errors stick. */
void stmt_bind(struct stmt *q, int n, struct str text);
void stmt_bind_bytes(struct stmt *q, int n, struct str bytes);
void stmt_bind_int(struct stmt *q, int n, int64_t v);
void stmt_bind_null(struct stmt *q, int n);
void stmt_bind_id(struct stmt *q, int n, int64_t id); /* 0 binds NULL */
/* Next row; the first call executes.  false: no more, or an error that stmt_end() tells. */
bool stmt_row(struct stmt *q);
/* Columns from 0; text is borrowed until the next stmt_row/stmt_end; NULL gives STR_NULL / 0. */
struct str stmt_str(struct stmt *q, int column);
struct str stmt_bytes(struct stmt *q, int column);
int64_t stmt_int(struct stmt *q, int column);
bool stmt_is_null(struct stmt *q, int column);
/* Executes if stmt_row() was never called; tells every error that stuck.  ERR_CONFLICT: a
 * unique index or CHECK refused (why names it).  May be bound and run again afterwards. */
MUST_USE enum err stmt_end(struct stmt *q, struct why *why);
int64_t stmt_changed(struct stmt *q); /* rows changed, valid after stmt_end() */
/* Inside a change, for rows by the thousand: executes like stmt_end() without waiting for the
 * answer (PostgreSQL answers once for many).  An error undoes the change and is told by a later
 * stmt_end() or, at the latest, to the change's done(). */
void stmt_push(struct stmt *q);

/* -- SQL put together from literals at run time (lists, filters) -- */
struct query {
	struct arena *arena;
	char *text;
	size_t len, text_cap;
	struct query_value *values;
	size_t n;
};
void query_init(struct query *q, struct arena *a);
void query_sql(struct query *q, struct sql part);
void query_int(struct query *q, int64_t v); /* appends the next placeholder and its value */
void query_str(struct query *q, struct str v);
void query_ints(struct query *q, const int64_t *v, size_t n); /* "($4,$5,$6)"; n = 0: "(NULL)" */
struct stmt *query_stmt(struct query *q, struct db *db);      /* bound, ready for stmt_row() */

/* -- writing -- */
struct change {
	/* In the writer's transaction.  An error undoes this change alone.  Once a statement of
	 * it has failed, every further one fails too and so does the change, whatever run() says. */
	enum err (*run)(struct db *tx, void *arg, struct why *why);
	/* After the commit is durable (rc OK), or when the change failed.  On the writer's thread:
	 * must not wait.  Called exactly once. */
	void (*done)(void *arg, enum err rc, const struct why *why);
	void *arg;
};
/* ERR_UNAVAILABLE or ERR_FULL: refused, done will not be called. */
MUST_USE enum err store_submit(struct store *s, struct change change, struct why *why);
/* Submit and wait: for job threads, the command line and tests, never for an I/O thread. */
MUST_USE enum err store_write(struct store *s, enum err (*run)(struct db *, void *, struct why *),
			      void *arg, struct why *why);
/* Called on the writer's thread after every commit that changed something. Must not wait. */
void store_on_commit(struct store *s, void (*fn)(void *arg), void *arg);

/* -- the keeper's tools -- */
/* One file (zstd, SHA-256 at its end) with every table as of one instant, while the server
 * runs; the same format from both engines, so a province moves from one to the other by it. */
MUST_USE enum err store_backup(struct store *s, const char *path, struct why *why);
/* Into an empty data directory or database only. */
MUST_USE enum err store_restore(const struct store_options *o, const char *path, struct why *why);
/* Integrity of the engine's file, schema against migrations, high-water mark.  `report` gets
 * a sentence for each finding; ERR_CONFLICT when something is wrong. */
MUST_USE enum err store_verify(struct store *s, void (*report)(void *arg, const struct why *found),
			       void *arg, struct why *why);
/* For the test that compares descriptions and migrations: columns of a table as the engine
 * knows them, in order, "code TEXT notnull", "parent BIGINT null", "seal BYTEA null".
 * ERR_NOT_FOUND: no such table. */
MUST_USE enum err store_columns(struct db *db, const char *table, struct arena *a, struct str **ret,
				size_t *ret_n, struct why *why);
/* For tests: the n-th call into the engine from now fails once (0 switches off). Returns how many
 * calls were counted since the last call. */
int64_t store_fault_at(struct store *s, int64_t n);
