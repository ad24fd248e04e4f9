/* inside.h - private to store/: the store itself, and its calls into the engine, each of which
 * counts as one for fault injection. */
#pragma once
#include <pthread.h>

#include "base/id.h"
#include "base/queue.h"
#include "store/dialect.h"
#include "store/mark.h"

#define COMMIT_HOOKS_MAX 16

struct store {
	const struct dialect *dialect;
	char *dir, *url;
	const struct migration *migrations;
	size_t n_migrations;
	bool read_only, building;
	struct log *log;
	struct metrics *metrics;
	struct clock *clock;

	int lock; /* file descriptor of dir/lock, -1: not held */
	struct mark mark;
	unsigned server;
	struct id_source *ids;

	_Atomic(enum trouble) trouble;
	pthread_mutex_t damage_lock;
	char *damage, *damage_vi; /* the sentence; set once, before trouble */

	pthread_mutex_t pool_lock;
	pthread_cond_t pool_given;
	struct db *pool;
	unsigned readers_open, readers_max;

	struct writer *writer;

	pthread_mutex_t hooks_lock;
	size_t n_hooks;
	struct {
		void (*fn)(void *arg);
		void *arg;
	} hooks[COMMIT_HOOKS_MAX];

	_Atomic int64_t turn;
	_Atomic int64_t calls, fault_at;
};

/* -- store.c -- */
struct db *db_new(struct store *s, enum db_role role); /* NULL: no memory */
void db_free(struct db *db);
DEFINE_AUTO(db_free, struct db *)
MUST_USE enum err db_connect(struct db *db, bool create, struct why *why);
void db_disconnect(struct db *db);
bool store_faulty(struct store *s); /* counts a call; true: it is the one that shall fail */
enum err store_fault(struct why *why);
/* From now on read-only, with the sentence of `why` and how to restore. */
void store_damage(struct store *s, const struct why *why);
/* The same, for what an engine has found while reading or writing; ERR_INTERNAL. */
enum err store_damaged(struct db *db, const char *message, struct why *why);
/* What a refused writer is told. */
enum err store_refusal(struct store *s, enum trouble trouble, struct why *why);
/* A store that is neither locked nor opened: its options checked and copied. */
MUST_USE enum err store_make(const struct store_options *o, struct store **ret, struct why *why);
void store_destroy(struct store *s);
DEFINE_AUTO(store_destroy, struct store *)

/* -- stmt.c -- */
MUST_USE enum err db_exec(struct db *db, struct sql text, struct why *why);
MUST_USE enum err db_exec_text(struct db *db, struct str text, struct why *why);
/* The same without waiting for the answer: an error is told later. */
MUST_USE enum err db_push(struct db *db, struct sql text, struct why *why);
MUST_USE enum err db_commit(struct db *db, struct why *why);
void db_rollback(struct db *db); /* whatever it takes: drops the connection if it must */
void db_forget_statements(struct db *db);
struct stmt *db_stmt_text(struct db *db, struct str text); /* text made by store/ itself */
enum bound_kind stmt_kind(struct stmt *q, int column);
int stmt_width(struct stmt *q);
void stmt_bind_value(struct stmt *q, int n, const struct bound *value);
/* First column of the only row, 0 without one. */
MUST_USE enum err db_int(struct db *db, struct sql text, int64_t *ret, struct why *why);

/* -- writer.c -- */
MUST_USE enum err writer_start(struct store *s, struct db *take_db, size_t queue_max,
			       struct why *why);
void writer_stop(struct store *s); /* drains */

/* -- migrate.c -- */
struct schema_state {
	bool exists;	/* any of our tables? */
	int64_t number; /* of the last migration applied */
	char identity[MARK_ID_TEXT + 1];
	int64_t commits;
};
MUST_USE enum err schema_read(struct db *db, struct schema_state *ret, struct why *why);
/* Everything up to the last, or to `last` if that is less. */
MUST_USE enum err schema_migrate(struct db *db, int64_t last, struct why *why);
/* In a transaction of the caller's. */
MUST_USE enum err schema_apply(struct db *db, int64_t number, struct why *why);
struct str schema_sha256(const struct migration *m, char ret[65]);
const struct migration *schema_migration(const struct store *s, int64_t number);

/* -- lease.c -- */
#define SERVER_LEASE (60 * USEC_SECOND)
#define SERVER_NUMBERS 1024
/* The number this server had, or the lowest that is free, held for SERVER_LEASE. */
MUST_USE enum err server_lease(struct db *db, const char *holder, unsigned *ret, struct why *why);
/* Inside a commit: still ours?  Prolongs it. */
MUST_USE enum err server_renew(struct db *db, unsigned server, const char *holder, struct why *why);
MUST_USE enum err server_release(struct db *db, unsigned server, const char *holder,
				 struct why *why);
