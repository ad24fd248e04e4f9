#include "store/postgres.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "store/inside.h"
#include "store/sqltext.h"

#define VERSION_MIN 150000
#define SYNC_WAIT (5 * USEC_SECOND)

/* -- errors -- */

enum err postgres_lost(struct db *db, struct why *why)
{
	db->trouble = TROUBLE_LOST;
	const char *text = PQerrorMessage(postgres_native(db)->conn);
	struct str line = str_until(str_trim(str_of(text)), '\n', &(struct str){0});
	return fail(why, ERR_UNAVAILABLE, "the database server was lost (" STR_FMT ")",
		    line.len < 200 ? (int)line.len : 200, line.ptr ? line.ptr : "");
}

struct state_meaning {
	const char *prefix; /* of the SQLSTATE */
	enum err rc;
	enum trouble trouble;
};
/* The first that fits. */
static const struct state_meaning meanings[] = {
	{"23", ERR_CONFLICT, TROUBLE_NONE},	  /* constraint */
	{"53100", ERR_FULL, TROUBLE_FULL},	  /* disk full */
	{"58030", ERR_FULL, TROUBLE_FULL},	  /* input/output error */
	{"XX001", ERR_INTERNAL, TROUBLE_DAMAGED}, /* a page that does not fit its checksum */
	{"XX002", ERR_INTERNAL, TROUBLE_DAMAGED}, /* an index */
	{"58P01", ERR_INTERNAL, TROUBLE_DAMAGED}, /* a file is gone */
	{"25006", ERR_UNAVAILABLE,
	 TROUBLE_LOST}, /* read-only: this server is not the primary any more */
	{"57014", ERR_TIMEOUT, TROUBLE_NONE},	  /* cancelled */
	{"57P", ERR_UNAVAILABLE, TROUBLE_LOST},	  /* shutting down, starting up */
	{"08", ERR_UNAVAILABLE, TROUBLE_LOST},	  /* connection */
	{"53", ERR_UNAVAILABLE, TROUBLE_NONE},	  /* memory, connections */
	{"40", ERR_UNAVAILABLE, TROUBLE_NONE},	  /* deadlock, serialisation: may be sent again */
	{"55P03", ERR_UNAVAILABLE, TROUBLE_NONE}, /* lock not available */
	{"", ERR_INTERNAL, TROUBLE_NONE},
};

enum err postgres_failed(struct db *db, const PGresult *result, struct why *why)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (PQstatus(postgres_native(db)->conn) == CONNECTION_BAD || !state)
		return postgres_lost(db, why);
	const struct state_meaning *m = meanings;
	while (!str_starts(str_of(state), str_of(m->prefix)))
		m++;
	if (m->trouble == TROUBLE_LOST && db->role == DB_READER && strcmp(state, "25006") == 0)
		return fail(why, ERR_INTERNAL, "a reader may not write");
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (m->trouble == TROUBLE_DAMAGED)
		return store_damaged(db, primary ? primary : state, why);
	if (m->trouble != TROUBLE_NONE)
		db->trouble = m->trouble;
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	return fail(why, m->rc, "%.180s%s%.100s", primary ? primary : state, detail ? ": " : "",
		    detail ? detail : "");
}

bool postgres_is_error(ExecStatusType status)
{
	return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
	       status != PGRES_SINGLE_TUPLE && status != PGRES_PIPELINE_SYNC &&
	       status != PGRES_EMPTY_QUERY;
}

/* -- the pipeline -- */

/* Nothing that was sent will be answered: the connection has ended, or the library has failed (no
 * memory) and its answers cannot be told from one another any more. */
static bool gone(const struct db *db)
{
	return db->trouble == TROUBLE_LOST || PQstatus(postgres_native(db)->conn) == CONNECTION_BAD;
}

enum err postgres_answer(struct db *db, PGresult **ret_last, struct why *why)
{
	enum err rc = OK;
	PGresult *last = NULL, *result;
	while ((result = PQgetResult(postgres_native(db)->conn)) != NULL) {
		ExecStatusType status = PQresultStatus(result);
		if (postgres_is_error(status) && status != PGRES_PIPELINE_ABORTED && rc == OK)
			rc = postgres_failed(db, result, why);
		else if (status == PGRES_PIPELINE_ABORTED && rc == OK)
			rc = ERR_INTERNAL; /* an earlier one has told why */
		PQclear(last);
		last = result;
		if (gone(db))
			break;
	}
	*ret_last = last;
	return rc;
}

/* Once all statements are answered this one follows at once; but the library forgets it when it has
 * no memory for it, and would wait for ever. */
static bool sync_arrives(PGconn *conn)
{
	usec until = clock_monotonic() + SYNC_WAIT;
	while (PQisBusy(conn)) {
		struct pollfd socket = {.fd = PQsocket(conn), .events = POLLIN};
		usec rest = until - clock_monotonic();
		if (rest <= 0 || (poll(&socket, 1, (int)(rest / 1000) + 1) < 0 && errno != EINTR))
			return false;
		if (socket.revents && !PQconsumeInput(conn))
			return false;
	}
	return true;
}

enum err postgres_end_sync(struct db *db, struct why *why)
{
	if (gone(db) || !sync_arrives(postgres_native(db)->conn))
		return postgres_lost(db, why);
	PGresult *result = PQgetResult(postgres_native(db)->conn);
	bool synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
	PQclear(result);
	return synced ? OK : postgres_lost(db, why);
}

enum err postgres_sync(struct db *db, struct why *why)
{
	return PQpipelineSync(postgres_native(db)->conn) ? OK : postgres_lost(db, why);
}

enum err postgres_collect(struct db *db, PGresult **ret_last, struct why *why)
{
	struct postgres *n = postgres_native(db);
	enum err rc = postgres_sync(db, why);
	PGresult *last = NULL;
	for (; n->sent > 0 && !gone(db); n->sent--) {
		PQclear(last);
		enum err one = postgres_answer(db, &last, rc == OK ? why : NULL);
		rc = rc == OK ? one : rc;
	}
	n->sent = 0;
	enum err end = postgres_end_sync(db, rc == OK ? why : NULL);
	rc = rc == OK ? end : rc;
	if (rc != OK || !ret_last) {
		PQclear(last);
		last = NULL;
	}
	if (ret_last)
		*ret_last = last;
	return rc;
}

enum err postgres_sent(struct db *db, int good, struct why *why)
{
	if (!good)
		return postgres_lost(db, why);
	postgres_native(db)->sent++;
	return OK;
}

enum err postgres_drain(struct db *db, struct why *why)
{
	return postgres_native(db) && postgres_native(db)->sent > 0
		       ? postgres_collect(db, NULL, why)
		       : OK;
}

enum err postgres_send_text(struct db *db, const char *text, struct why *why)
{
	return postgres_sent(
		db,
		PQsendQueryParams(postgres_native(db)->conn, text, 0, NULL, NULL, NULL, NULL, 0),
		why);
}

static enum err postgres_exec(struct db *db, struct str text, struct why *why)
{
	char *copy = strndup(text.ptr, text.len);
	if (!copy)
		return fail(why, ERR_UNAVAILABLE, "no memory for a statement");
	enum err rc = postgres_send_text(db, copy, why);
	if (rc == OK)
		rc = postgres_collect(db, NULL, why);
	free(copy);
	return rc;
}

/* -- connecting -- */

static void postgres_disconnect(struct db *db)
{
	struct postgres *n = postgres_native(db);
	PQfinish(n->conn);
	free(n->dead);
	free(n);
	db->native = NULL;
}

static void ignore_notice(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

static enum err settings(struct db *db, struct why *why)
{
	PGconn *conn = postgres_native(db)->conn;
	if (PQserverVersion(conn) < VERSION_MIN)
		return fail(why, ERR_CONFLICT, "PostgreSQL 15 or newer is needed, this is %d.%d",
			    PQserverVersion(conn) / 10000, PQserverVersion(conn) % 10000);
	const char *encoding = PQparameterStatus(conn, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return fail(why, ERR_CONFLICT,
			    "the database must be made with ENCODING 'UTF8', this one is \"%s\"",
			    encoding ? encoding : "");
	PGresult *result = PQexec(
		conn,
		db->role != DB_WRITER
			? "SET default_transaction_read_only = on; SET bytea_output = hex"
		: db->store->building
			? "SET synchronous_commit = off; SET bytea_output = hex; SET lock_timeout = '10s'"
			: "SET synchronous_commit = on; SET bytea_output = hex; SET lock_timeout = '10s'");
	enum err rc =
		postgres_is_error(PQresultStatus(result)) ? postgres_failed(db, result, why) : OK;
	PQclear(result);
	if (rc == OK && !PQenterPipelineMode(conn))
		rc = postgres_lost(db, why);
	return rc;
}

static enum err postgres_connect(struct db *db, bool create, struct why *why)
{
	(void)create; /* the database is made by its administrator; its tables by us */
	const char *const names[] = {"connect_timeout",
				     "application_name",
				     "client_encoding",
				     "keepalives_idle",
				     "keepalives_interval",
				     "keepalives_count",
				     "tcp_user_timeout",
				     "target_session_attrs",
				     "dbname",
				     NULL};
	const char *const values[] = {"5",
				      "haidang",
				      "UTF8",
				      "10",
				      "5",
				      "3",
				      "15000",
				      db->role == DB_WRITER ? "read-write" : "any",
				      db->store->url,
				      NULL};
	struct postgres *n = calloc(1, sizeof(*n));
	if (!n)
		return fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	db->native = n;
	n->conn = PQconnectdbParams(names, values, 1);
	enum err rc = PQstatus(n->conn) == CONNECTION_OK ? OK : postgres_lost(db, why);
	if (rc == OK) {
		PQsetNoticeProcessor(n->conn, ignore_notice, NULL);
		rc = settings(db, why);
	}
	if (rc != OK)
		postgres_disconnect(db);
	return rc;
}

static bool postgres_in_transaction(struct db *db)
{
	PGTransactionStatusType status = PQtransactionStatus(postgres_native(db)->conn);
	return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

static enum err postgres_begin_alone(struct db *db, struct why *why)
{
	enum err rc = db_exec(db, db->dialect->begin, why);
	if (rc == OK)
		rc = db_exec(
			db,
			SQL("SELECT pg_advisory_xact_lock(hashtext('haidang ' || current_schema()))"),
			why);
	return rc;
}

/* The server reads, decompresses and shows each value of the table to itself. */
static enum err read_through(struct db *db, struct str table, struct why *why)
{
	AUTO(buf_release) struct buf text;
	buf_init(&text, 4096);
	buf_add(&text, STR("SELECT coalesce(sum(octet_length(t::text)), 0) FROM "));
	sql_add_name(&text, table);
	buf_add(&text, STR(" t"));
	enum err rc = buf_end(&text, why);
	return rc == OK ? postgres_exec(db, buf_str(&text), why) : rc;
}

static enum err postgres_check(struct db *db, bool quick,
			       void (*report)(void *arg, const struct why *found), void *arg,
			       struct why *why)
{
	if (quick)
		return OK;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, db->dialect->tables);
	while (stmt_row(q)) {
		struct why found = {0};
		if (read_through(db, stmt_str(q, 0), &found) == OK)
			continue;
		report(arg, &found);
		break; /* the snapshot has ended with the error */
	}
	return stmt_end(q, why);
}

static enum err postgres_tidy(struct db *db, bool now, struct why *why)
{
	(void)db; /* the server keeps its own house */
	(void)now;
	(void)why;
	return OK;
}

const struct dialect dialect_postgres = {
	.name = "PostgreSQL",
	.shared = true,
	.begin = {"BEGIN"},
	.begin_snapshot = {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
	.begin_alone = postgres_begin_alone,
	.connect = postgres_connect,
	.disconnect = postgres_disconnect,
	.exec = postgres_exec,
	.in_transaction = postgres_in_transaction,
	.prepare = postgres_prepare,
	.bind = postgres_bind,
	.step = postgres_step,
	.push = postgres_push,
	.drain = postgres_drain,
	.reset = postgres_reset,
	.finish = postgres_finish,
	.width = postgres_width,
	.kind = postgres_kind,
	.number = postgres_number,
	.text = postgres_text,
	.bytes = postgres_bytes,
	.spell = sql_for_postgres,
	.tables = {"SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = "
		   "current_schema()::regnamespace ORDER BY relname COLLATE \"C\""},
	.columns =
		{"SELECT a.attname, CASE t.typname WHEN 'int8' THEN 'BIGINT' ELSE upper(t.typname) END, "
		 "a.attnotnull::int, coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 "
		 "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid "
		 "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
		 "WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 "
		 "AND NOT a.attisdropped ORDER BY a.attnum"},
	.now = {"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"},
	.check = postgres_check,
	.tidy = postgres_tidy,
};
