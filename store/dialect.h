/* dialect.h - private to store/: what an engine must know how to do, and the connections and
 * statements it does it with.  Everything else in store/ is written once, over this table. */
#pragma once
#include <stdatomic.h>

#include "store/store.h"

/* What an engine's error means for the store as a whole. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_FULL,	 /* disk full, failing or read-only: tried again every second */
	TROUBLE_LOST,	 /* no server: tried again every second */
	TROUBLE_DAMAGED, /* for good: a human has to restore */
};

enum db_role {
	DB_READER,
	DB_WRITER,
	DB_SCRATCH, /* SQLite in memory: what the migrations make of an empty database */
};

#define STMT_BUCKETS 128
#define STMT_CACHED_MAX 256 /* statements kept prepared on one connection */
#define STMT_PLACES 512	    /* of literals, where the statement is found without reading its text */

struct stmt {
	struct db *db;
	struct stmt *next; /* in its bucket */
	char *text;
	size_t len;
	const char *literal; /* the one it was last asked for by; NULL: none */
	uint64_t hash, used; /* db->tick when last given back */
	bool in_use, cached, started, done;
	bool writes; /* must run to its end to take effect */
	int params;
	enum err rc; /* the error that sticks */
	struct why why;
	int64_t changed;
	void *native; /* the engine's; NULL: could not be prepared */
};

struct db {
	struct store *store;
	const struct dialect *dialect;
	enum db_role role;
	void *native;	      /* the engine's connection; NULL: not connected */
	enum trouble trouble; /* of the last error that was more than the statement's own */
	bool in_change;
	unsigned snapshots; /* begun within one another: the first decides what is seen */
	bool streaming;	    /* rows arrive one by one: for results larger than memory */
	enum err failed;    /* of the running change */
	struct why failed_why;
	struct stmt *buckets[STMT_BUCKETS], *places[STMT_PLACES];
	unsigned n_cached, n_in_use;
	uint64_t tick;
	struct stmt broken; /* handed out when there is no memory for a statement */
	struct db *next;    /* in the pool */
};

enum bound_kind { BOUND_NULL, BOUND_INT, BOUND_TEXT, BOUND_BYTES };
struct bound {
	enum bound_kind kind;
	int64_t number;
	struct str text;
};

struct dialect {
	const char *name;
	bool shared;		   /* several servers may use one database at the same time */
	bool lock_free;		   /* a snapshot costs less than the statements in it save */
	struct sql begin;	   /* the writer's transaction */
	struct sql begin_snapshot; /* a reader's */
	/* The writer's, and no other server in one of these: migrations, server numbers. */
	enum err (*begin_alone)(struct db *db, struct why *why);
	/* Opens db->native for db->role; creates the database if `create`. */
	enum err (*connect)(struct db *db, bool create, struct why *why);
	void (*disconnect)(struct db *db);
	/* One statement without parameters; rows are ignored. */
	enum err (*exec)(struct db *db, struct str text, struct why *why);
	bool (*in_transaction)(
		struct db *db); /* begun and neither ended nor undone by the engine */
	enum err (*prepare)(struct stmt *q, struct why *why);
	enum err (*bind)(struct stmt *q, int n, const struct bound *value);
	enum err (*step)(struct stmt *q, bool *ret_row, struct why *why);
	enum err (*push)(struct stmt *q, struct why *why);
	enum err (*drain)(struct db *db, struct why *why); /* waits for what was pushed */
	void (*reset)(struct stmt *q, bool forget_values);
	void (*finish)(struct stmt *q);
	int (*width)(struct stmt *q); /* number of columns of the current row */
	enum bound_kind (*kind)(struct stmt *q, int column);
	int64_t (*number)(struct stmt *q, int column);	/* NULL: 0 */
	struct str (*text)(struct stmt *q, int column); /* NULL: STR_NULL */
	struct str (*bytes)(struct stmt *q, int column);
	/* Spells one statement of a migration. */
	void (*spell)(struct str statement, struct buf *out);
	/* "name", in alphabetical order; one column. */
	struct sql tables;
	/* $1 = table: name, type (BIGINT, TEXT, BYTEA or the engine's), notnull 0/1, place in the
	 * primary key from 1 or 0; in order. */
	struct sql columns;
	struct sql now; /* microseconds since 1970 by the database's own clock */
	/* Integrity of what is on the disk; report gets a line for each finding. */
	enum err (*check)(struct db *db, bool quick,
			  void (*report)(void *arg, const struct why *found), void *arg,
			  struct why *why);
	/* The writer's housekeeping between transactions; `now`: whatever it costs. */
	enum err (*tidy)(struct db *db, bool now, struct why *why);
};
extern const struct dialect dialect_sqlite, dialect_postgres;
