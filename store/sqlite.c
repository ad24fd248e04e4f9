#include <sqlite3.h>
#include <stdlib.h>

#include "store/inside.h"
#include "store/sqltext.h"

#define BUSY_MS 5000
#define RESTART_BUSY_MS 100	/* the writer waits no longer than this for readers */
#define CHECKPOINT_PAGES 1000	/* of the log: fold it back into the database */
#define BUILDING_PAGES 8000	/* the same while nobody waits for an answer to last */
#define RESTART_PAGES 16384	/* so many that readers are asked to let go of it */
#define QUICK_CHECK_PAGES 16384 /* larger databases are not read through at each start */
#define READER_CACHE                                                                               \
	"-3000" /* KiB; each commit empties it, and the machine keeps the file anyway */
#define WRITER_CACHE "-16000" /* its own commits leave it alone */
#define LOG_SIZE_LIMIT "67108864"
#define SQL_TEXT_MAX ((size_t)1 << 20)

struct sqlite {
	sqlite3 *handle;
	int pages; /* in the log, after the last commit */
	int checkpoint_every, checkpoint_at;
};

static struct sqlite *native(const struct db *db)
{
	return db->native;
}

static sqlite3_stmt *native_stmt(const struct stmt *q)
{
	return q->native;
}

static enum err failing(struct db *db, struct why *why, const char *message)
{
	if (db->role == DB_WRITER)
		db->trouble = TROUBLE_FULL;
	return fail(why, ERR_FULL, "the disk is full or failing (%s)", message);
}

/* The engine's result code in our words. */
static enum err sqlite_fail(struct db *db, int code, struct why *why)
{
	const char *message =
		native(db) ? sqlite3_errmsg(native(db)->handle) : sqlite3_errstr(code);
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return fail(why, code == SQLITE_CONSTRAINT_DATATYPE ? ERR_INTERNAL : ERR_CONFLICT,
			    "%s", message);
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return failing(db, why, message);
	case SQLITE_READONLY:
		return db->role == DB_WRITER ? failing(db, why, message)
					     : fail(why, ERR_INTERNAL, "a reader may not write");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return store_damaged(db, message, why);
	case SQLITE_CANTOPEN:
		return fail(why, ERR_UNAVAILABLE,
			    "the database in %s cannot be opened (%s): if it is gone, restore a "
			    "backup with: haidang restore --data %s FILE",
			    db->store->dir, message, db->store->dir);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_NOMEM:
		return fail(why, ERR_UNAVAILABLE, "the database is busy (%s)", message);
	case SQLITE_INTERRUPT:
		return fail(why, ERR_TIMEOUT, "the statement took too long");
	case SQLITE_TOOBIG:
		return fail(why, ERR_TOO_LARGE, "a value is too large for the database");
	default:
		return fail(why, ERR_INTERNAL, "SQLite: %s", message);
	}
}

static enum err sqlite_exec(struct db *db, struct str text, struct why *why)
{
	sqlite3_stmt *q = NULL;
	int code = sqlite3_prepare_v2(native(db)->handle, text.ptr, (int)text.len, &q, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW)
		code = sqlite3_step(q);
	enum err rc = code == SQLITE_DONE ? OK : sqlite_fail(db, code, why);
	sqlite3_finalize(q);
	return rc;
}

static int count_pages(void *arg, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	struct sqlite *n = arg;
	n->pages = pages;
	return SQLITE_OK;
}

static enum err set_pragmas(struct db *db, struct why *why)
{
	static const char *const everyone[] = {
		"PRAGMA foreign_keys=OFF",     "PRAGMA case_sensitive_like=ON",
		"PRAGMA trusted_schema=OFF",   "PRAGMA cell_size_check=ON",
		"PRAGMA wal_autocheckpoint=0",
	};
	for (size_t i = 0; i < ARRAY_LEN(everyone); i++) {
		enum err rc = sqlite_exec(db, str_of(everyone[i]), why);
		if (rc != OK)
			return rc;
	}
	if (db->role == DB_READER) {
		enum err rc = sqlite_exec(db, STR("PRAGMA temp_store=MEMORY"), why);
		if (rc == OK)
			rc = sqlite_exec(db, STR("PRAGMA cache_size=" READER_CACHE), why);
		return rc == OK ? sqlite_exec(db, STR("PRAGMA query_only=ON"), why) : rc;
	}
	enum err rc = sqlite_exec(db, STR("PRAGMA cache_size=" WRITER_CACHE), why);
	if (rc != OK)
		return rc;
	/* The writer's savepoints go to a file once they are large: in memory the library walks a
	 * list of all their pieces after every statement, which made big changes quadratic. */
	return sqlite_exec(db, STR("PRAGMA journal_size_limit=" LOG_SIZE_LIMIT), why);
}

static enum err set_journal(struct db *db, struct why *why)
{
	if (db->role != DB_WRITER)
		return OK;
	sqlite3_stmt *q = NULL;
	int code = sqlite3_prepare_v2(native(db)->handle, "PRAGMA journal_mode=WAL", -1, &q, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(q);
	enum err rc = OK;
	if (code != SQLITE_ROW)
		rc = sqlite_fail(db, code, why);
	else if (strcmp((const char *)sqlite3_column_text(q, 0), "wal") != 0)
		rc = fail(why, ERR_UNAVAILABLE,
			  "the file system of %s cannot keep a write-ahead log", db->store->dir);
	sqlite3_finalize(q);
	if (rc != OK)
		return rc;
	return sqlite_exec(db,
			   db->store->building ? STR("PRAGMA synchronous=NORMAL")
					       : STR("PRAGMA synchronous=FULL"),
			   why);
}

static void sqlite_disconnect(struct db *db)
{
	struct sqlite *n = native(db);
	int code = sqlite3_close(n->handle);
	assert(code == SQLITE_OK); /* no statement is left */
	free(n);
	db->native = NULL;
}

static int open_flags(const struct db *db, bool create)
{
	if (db->role == DB_READER)
		return SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	return SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
}

/* The library's count of its memory is nobody's here, and takes a lock of all threads at each allocation. */
static void sqlite_settle(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err sqlite_connect(struct db *db, bool create, struct why *why)
{
	static pthread_once_t settled = PTHREAD_ONCE_INIT;
	pthread_once(&settled, sqlite_settle);
	AUTO(buf_release) struct buf path;
	buf_init(&path, 4096);
	if (db->role == DB_SCRATCH)
		buf_add(&path, STR(":memory:"));
	else
		buf_printf(&path, "%s/haidang.db", db->store->dir);
	buf_add_char(&path, '\0');
	enum err rc = buf_end(&path, why);
	if (rc != OK)
		return rc;
	struct sqlite *n = calloc(1, sizeof(*n));
	if (!n)
		return fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	n->checkpoint_every = db->store->building ? BUILDING_PAGES : CHECKPOINT_PAGES;
	n->checkpoint_at = n->checkpoint_every;
	int code = sqlite3_open_v2(path.ptr, &n->handle, open_flags(db, create), NULL);
	db->native = n;
	if (code != SQLITE_OK) {
		rc = sqlite_fail(db, code, why);
		sqlite_disconnect(db);
		return rc;
	}
	sqlite3_extended_result_codes(n->handle, 1);
	sqlite3_busy_timeout(n->handle, BUSY_MS);
	/* Checkpoints are the writer's, never a side effect of closing. */
	sqlite3_db_config(n->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	rc = set_pragmas(db, why);
	if (rc == OK)
		rc = set_journal(db, why);
	if (rc != OK)
		sqlite_disconnect(db);
	else
		sqlite3_wal_hook(n->handle, count_pages,
				 n); /* after wal_autocheckpoint, which is one too */
	return rc;
}

static bool sqlite_in_transaction(struct db *db)
{
	return !sqlite3_get_autocommit(native(db)->handle);
}

static enum err sqlite_begin_alone(struct db *db, struct why *why)
{
	return db_exec(db, db->dialect->begin, why);
}

static enum err sqlite_prepare(struct stmt *q, struct why *why)
{
	AUTO(buf_release) struct buf text;
	buf_init(&text, SQL_TEXT_MAX);
	sql_placeholders((struct str){q->text, q->len}, &text);
	enum err rc = buf_end(&text, why);
	if (rc != OK)
		return rc;
	sqlite3_stmt *made = NULL;
	int code = sqlite3_prepare_v3(native(q->db)->handle, text.ptr, (int)text.len,
				      SQLITE_PREPARE_PERSISTENT, &made, NULL);
	if (code != SQLITE_OK)
		return sqlite_fail(q->db, code, why);
	if (!made)
		return fail(why, ERR_INTERNAL, "an empty statement");
	q->native = made;
	q->params = sqlite3_bind_parameter_count(made);
	q->writes = !sqlite3_stmt_readonly(made);
	return OK;
}

static enum err sqlite_bind(struct stmt *q, int n, const struct bound *v)
{
	sqlite3_stmt *s = native_stmt(q);
	int code = SQLITE_OK;
	switch (v->kind) {
	case BOUND_NULL:
		code = sqlite3_bind_null(s, n);
		break;
	case BOUND_INT:
		code = sqlite3_bind_int64(s, n, v->number);
		break;
	case BOUND_TEXT:
		code = sqlite3_bind_text64(s, n, v->text.ptr, v->text.len, SQLITE_TRANSIENT,
					   SQLITE_UTF8);
		break;
	case BOUND_BYTES:
		code = sqlite3_bind_blob64(s, n, v->text.ptr, v->text.len, SQLITE_TRANSIENT);
		break;
	}
	if (code == SQLITE_TOOBIG)
		return ERR_TOO_LARGE;
	return code == SQLITE_OK ? OK : ERR_UNAVAILABLE;
}

static enum err sqlite_step(struct stmt *q, bool *ret_row, struct why *why)
{
	sqlite3 *handle = native(q->db)->handle;
	int code = sqlite3_step(native_stmt(q));
	*ret_row = code == SQLITE_ROW;
	if (code == SQLITE_DONE)
		q->changed = q->writes ? sqlite3_changes64(handle) : 0;
	return code == SQLITE_ROW || code == SQLITE_DONE ? OK : sqlite_fail(q->db, code, why);
}

static enum err sqlite_push(struct stmt *q, struct why *why)
{
	bool row = true;
	enum err rc = OK;
	while (rc == OK && row)
		rc = sqlite_step(q, &row, why);
	return rc;
}

static enum err sqlite_drain(struct db *db, struct why *why)
{
	(void)db; /* nothing waits: a push is done when it returns */
	(void)why;
	return OK;
}

static void sqlite_reset(struct stmt *q, bool forget_values)
{
	sqlite3_reset(native_stmt(q)); /* repeats the error that step has told */
	if (forget_values)
		sqlite3_clear_bindings(native_stmt(q));
}

static void sqlite_finish(struct stmt *q)
{
	sqlite3_finalize(native_stmt(q));
}

static int sqlite_width(struct stmt *q)
{
	return sqlite3_data_count(native_stmt(q));
}

static enum bound_kind sqlite_kind(struct stmt *q, int column)
{
	switch (sqlite3_column_type(native_stmt(q), column)) {
	case SQLITE_NULL:
		return BOUND_NULL;
	case SQLITE_INTEGER:
		return BOUND_INT;
	case SQLITE_BLOB:
		return BOUND_BYTES;
	default:
		return BOUND_TEXT;
	}
}

static int64_t sqlite_number(struct stmt *q, int column)
{
	return sqlite3_column_int64(native_stmt(q), column);
}

static struct str sqlite_text(struct stmt *q, int column)
{
	const void *text = sqlite3_column_text(native_stmt(q), column);
	return (struct str){text, (size_t)sqlite3_column_bytes(native_stmt(q), column)};
}

static struct str sqlite_bytes(struct stmt *q, int column)
{
	const void *bytes = sqlite3_column_blob(native_stmt(q), column);
	size_t len = (size_t)sqlite3_column_bytes(native_stmt(q), column);
	return (struct str){bytes ? bytes : "", len}; /* an empty one has no address there */
}

static enum err sqlite_check(struct db *db, bool quick,
			     void (*report)(void *arg, const struct why *found), void *arg,
			     struct why *why)
{
	int64_t pages = 0;
	enum err rc = quick ? db_int(db, SQL("PRAGMA page_count"), &pages, why) : OK;
	if (rc != OK || pages > QUICK_CHECK_PAGES)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, quick ? SQL("PRAGMA quick_check(1)")
							   : SQL("PRAGMA integrity_check(50)"));
	while (stmt_row(q)) {
		struct str line = stmt_str(q, 0);
		struct why found;
		if (str_is(line, "ok"))
			continue;
		(void)fail(&found, ERR_CONFLICT, STR_FMT, STR_ARG(line));
		report(arg, &found);
	}
	return stmt_end(q, why);
}

static enum err sqlite_tidy(struct db *db, bool now, struct why *why)
{
	struct sqlite *n = native(db);
	if (n->pages == 0 || (!now && n->pages < n->checkpoint_at))
		return OK;
	bool restart = n->pages >= RESTART_PAGES;
	int mode = now	     ? SQLITE_CHECKPOINT_TRUNCATE
		   : restart ? SQLITE_CHECKPOINT_RESTART
			     : SQLITE_CHECKPOINT_PASSIVE;
	int in_log = 0, folded = 0;
	sqlite3_busy_timeout(n->handle, RESTART_BUSY_MS);
	int code = sqlite3_wal_checkpoint_v2(n->handle, NULL, mode, &in_log, &folded);
	sqlite3_busy_timeout(n->handle, BUSY_MS);
	/* A reader that stays in the log is no error: the rest is folded when it has left. */
	n->checkpoint_at = (in_log > folded ? n->pages : 0) + n->checkpoint_every;
	if (code == SQLITE_OK && in_log <= folded)
		n->pages = 0;
	return code == SQLITE_OK || code == SQLITE_BUSY ? OK : sqlite_fail(db, code, why);
}

const struct dialect dialect_sqlite = {
	.name = "SQLite",
	.lock_free = true,
	.begin = {"BEGIN IMMEDIATE"},
	.begin_snapshot = {"BEGIN"},
	.begin_alone = sqlite_begin_alone,
	.connect = sqlite_connect,
	.disconnect = sqlite_disconnect,
	.exec = sqlite_exec,
	.in_transaction = sqlite_in_transaction,
	.prepare = sqlite_prepare,
	.bind = sqlite_bind,
	.step = sqlite_step,
	.push = sqlite_push,
	.drain = sqlite_drain,
	.reset = sqlite_reset,
	.finish = sqlite_finish,
	.width = sqlite_width,
	.kind = sqlite_kind,
	.number = sqlite_number,
	.text = sqlite_text,
	.bytes = sqlite_bytes,
	.spell = sql_for_sqlite,
	.tables =
		{"SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' "
		 "ORDER BY name"},
	.columns =
		{"SELECT name, CASE upper(type) WHEN 'INTEGER' THEN 'BIGINT' WHEN 'BLOB' THEN 'BYTEA' "
		 "ELSE upper(type) END, CASE WHEN \"notnull\" <> 0 OR pk > 0 THEN 1 ELSE 0 END, pk "
		 "FROM pragma_table_info($1) ORDER BY cid"},
	.now = {"SELECT unixepoch() * 1000000"},
	.check = sqlite_check,
	.tidy = sqlite_tidy,
};
