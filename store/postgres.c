#include <libpq-fe.h>
#include <stdlib.h>

#include "store/inside.h"
#include "store/sqltext.h"

/* Every connection is in libpq's pipeline mode.  A statement that is pushed is sent and waits,
 * unanswered, for the next one that is stepped: one round trip then brings all the answers. */

#define PUSHED_MAX 128	    /* so few that their answers fit into a socket's buffer: nobody blocks */
#define KEEP_VALUE_MAX 4096 /* a value's buffer larger than this is not kept for the next time */
#define VERSION_MIN 150000
#define TYPE_BOOL 16
#define TYPE_BYTEA 17
#define TYPE_INT8 20
#define TYPE_INT2 21
#define TYPE_INT4 23
#define TYPE_TEXT 25
#define TYPE_NUMERIC 1700

struct postgres {
	PGconn *conn;
	int sent; /* statements whose answers have not been read */
	unsigned names;
	unsigned *dead; /* numbers of prepared statements to be closed */
	size_t n_dead, dead_cap;
};

struct value {
	enum bound_kind kind;
	unsigned char number[8]; /* big endian */
	char *copy;
	size_t len, cap;
};

struct prepared {
	unsigned name; /* 0: not prepared on the server */
	struct value *values;
	Oid *types;
	const char **addresses;
	int *lengths, *formats;
	PGresult *result;
	int row;
	bool streams;
	char **decoded; /* bytes of the current row, by column */
	int n_decoded;
};

static struct postgres *native(const struct db *db)
{
	return db->native;
}

static struct prepared *prepared(const struct stmt *q)
{
	return q->native;
}

/* -- errors -- */

static enum err lost(struct db *db, struct why *why)
{
	db->trouble = TROUBLE_LOST;
	const char *text = PQerrorMessage(native(db)->conn);
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
	{"23", ERR_CONFLICT, TROUBLE_NONE},	   /* constraint */
	{"53100", ERR_FULL, TROUBLE_FULL},	   /* disk full */
	{"58030", ERR_FULL, TROUBLE_FULL},	   /* input/output error */
	{"25006", ERR_UNAVAILABLE, TROUBLE_LOST}, /* read-only: this server is not the primary any more */
	{"57014", ERR_TIMEOUT, TROUBLE_NONE},	   /* cancelled */
	{"57P", ERR_UNAVAILABLE, TROUBLE_LOST},   /* shutting down, starting up */
	{"08", ERR_UNAVAILABLE, TROUBLE_LOST},	   /* connection */
	{"53", ERR_UNAVAILABLE, TROUBLE_NONE},	   /* memory, connections */
	{"40", ERR_UNAVAILABLE, TROUBLE_NONE},	   /* deadlock, serialisation: may be sent again */
	{"55P03", ERR_UNAVAILABLE, TROUBLE_NONE}, /* lock not available */
	{"", ERR_INTERNAL, TROUBLE_NONE},
};

static enum err result_fail(struct db *db, const PGresult *result, struct why *why)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (PQstatus(native(db)->conn) == CONNECTION_BAD || !state)
		return lost(db, why);
	const struct state_meaning *m = meanings;
	while (!str_starts(str_of(state), str_of(m->prefix)))
		m++;
	if (m->trouble == TROUBLE_LOST && db->role == DB_READER && strcmp(state, "25006") == 0)
		return fail(why, ERR_INTERNAL, "a reader may not write");
	if (m->trouble != TROUBLE_NONE)
		db->trouble = m->trouble;
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	return fail(why, m->rc, "%.180s%s%.100s", primary ? primary : state, detail ? ": " : "",
		    detail ? detail : "");
}

static bool is_error(ExecStatusType status)
{
	return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE &&
	       status != PGRES_PIPELINE_SYNC && status != PGRES_EMPTY_QUERY;
}

/* -- the pipeline -- */

/* All that belongs to one statement; *ret_last is its last result, for the caller to clear. */
static enum err read_answer(struct db *db, PGresult **ret_last, struct why *why)
{
	enum err rc = OK;
	PGresult *last = NULL, *result;
	while ((result = PQgetResult(native(db)->conn)) != NULL) {
		ExecStatusType status = PQresultStatus(result);
		if (is_error(status) && status != PGRES_PIPELINE_ABORTED && rc == OK)
			rc = result_fail(db, result, why);
		else if (status == PGRES_PIPELINE_ABORTED && rc == OK)
			rc = ERR_INTERNAL; /* an earlier one has told why */
		PQclear(last);
		last = result;
		if (PQstatus(native(db)->conn) == CONNECTION_BAD)
			break;
	}
	*ret_last = last;
	return rc;
}

static enum err end_pipeline(struct db *db, struct why *why)
{
	PGresult *result = PQgetResult(native(db)->conn);
	bool synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
	PQclear(result);
	return synced ? OK : lost(db, why);
}

static enum err send_sync(struct db *db, struct why *why)
{
	return PQpipelineSync(native(db)->conn) ? OK : lost(db, why);
}

/* Answers of everything sent.  The first error is told; *ret_last, if wanted, is the result of
 * the last statement. */
static enum err collect(struct db *db, PGresult **ret_last, struct why *why)
{
	struct postgres *n = native(db);
	enum err rc = send_sync(db, why);
	PGresult *last = NULL;
	for (; n->sent > 0 && PQstatus(n->conn) != CONNECTION_BAD; n->sent--) {
		PQclear(last);
		enum err one = read_answer(db, &last, rc == OK ? why : NULL);
		rc = rc == OK ? one : rc;
	}
	n->sent = 0;
	if (PQstatus(n->conn) == CONNECTION_BAD)
		rc = rc == OK ? lost(db, why) : rc;
	else {
		enum err end = end_pipeline(db, rc == OK ? why : NULL);
		rc = rc == OK ? end : rc;
	}
	if (rc != OK || !ret_last) {
		PQclear(last);
		last = NULL;
	}
	if (ret_last)
		*ret_last = last;
	return rc;
}

static enum err sent(struct db *db, int good, struct why *why)
{
	if (!good)
		return lost(db, why);
	native(db)->sent++;
	return OK;
}

static enum err postgres_drain(struct db *db, struct why *why)
{
	return native(db) && native(db)->sent > 0 ? collect(db, NULL, why) : OK;
}

static enum err send_text(struct db *db, const char *text, struct why *why)
{
	return sent(db, PQsendQueryParams(native(db)->conn, text, 0, NULL, NULL, NULL, NULL, 0), why);
}

static enum err postgres_exec(struct db *db, struct str text, struct why *why)
{
	char *copy = strndup(text.ptr, text.len);
	if (!copy)
		return fail(why, ERR_UNAVAILABLE, "no memory for a statement");
	enum err rc = send_text(db, copy, why);
	if (rc == OK)
		rc = collect(db, NULL, why);
	free(copy);
	return rc;
}

/* -- connecting -- */

static void postgres_disconnect(struct db *db)
{
	struct postgres *n = native(db);
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
	PGconn *conn = native(db)->conn;
	if (PQserverVersion(conn) < VERSION_MIN)
		return fail(why, ERR_CONFLICT, "PostgreSQL 15 or newer is needed, this is %d.%d",
			    PQserverVersion(conn) / 10000, PQserverVersion(conn) % 10000);
	const char *encoding = PQparameterStatus(conn, "server_encoding");
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return fail(why, ERR_CONFLICT, "the database must be made with ENCODING 'UTF8', this one is %s",
			    encoding ? encoding : "unknown");
	PGresult *result = PQexec(
		conn, db->role == DB_WRITER ?
			      "SET synchronous_commit = on; SET bytea_output = hex; SET lock_timeout = '10s'" :
			      "SET default_transaction_read_only = on; SET bytea_output = hex");
	enum err rc = is_error(PQresultStatus(result)) ? result_fail(db, result, why) : OK;
	PQclear(result);
	if (rc == OK && !PQenterPipelineMode(conn))
		rc = lost(db, why);
	return rc;
}

static enum err postgres_connect(struct db *db, bool create, struct why *why)
{
	(void)create; /* the database is made by its administrator; its tables by us */
	const char *const names[] = {"connect_timeout",	     "application_name",  "client_encoding",
				     "keepalives_idle",	     "keepalives_interval", "keepalives_count",
				     "tcp_user_timeout",     "target_session_attrs", "dbname", NULL};
	const char *const values[] = {"5",     "haidang", "UTF8", "10", "5", "3", "15000",
				      db->role == DB_WRITER ? "read-write" : "any", db->store->url, NULL};
	struct postgres *n = calloc(1, sizeof(*n));
	if (!n)
		return fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	db->native = n;
	n->conn = PQconnectdbParams(names, values, 1);
	enum err rc = PQstatus(n->conn) == CONNECTION_OK ? OK : lost(db, why);
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
	PGTransactionStatusType status = PQtransactionStatus(native(db)->conn);
	return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

static enum err postgres_begin_alone(struct db *db, struct why *why)
{
	enum err rc = db_exec(db, db->dialect->begin, why);
	if (rc == OK)
		rc = db_exec(db, SQL("SELECT pg_advisory_xact_lock(hashtext('haidang ' || current_schema()))"),
			     why);
	return rc;
}

/* -- statements -- */

static int count_params(struct str text)
{
	int64_t most = 0, n;
	struct str piece;
	enum sql_token token;
	while ((token = sql_token(&text, &piece)) != SQL_END)
		if (token == SQL_PARAMETER &&
		    str_int((struct str){piece.ptr + 1, piece.len - 1}, 1, 65535, &n, NULL) == OK && n > most)
			most = n;
	return (int)most;
}

static void postgres_finish(struct stmt *q);

/* The server hears of it when the types of its values are known: at the first step. */
static enum err postgres_prepare(struct stmt *q, struct why *why)
{
	q->params = count_params((struct str){q->text, q->len});
	size_t n = (size_t)q->params + 1;
	struct prepared *p = calloc(1, sizeof(*p));
	q->native = p;
	if (p) {
		p->values = calloc(n, sizeof(*p->values));
		p->types = calloc(n, sizeof(*p->types));
		p->addresses = calloc(n, sizeof(*p->addresses));
		p->lengths = calloc(n, sizeof(*p->lengths));
		p->formats = calloc(n, sizeof(*p->formats));
	}
	if (p && p->values && p->types && p->addresses && p->lengths && p->formats)
		return OK;
	if (p)
		postgres_finish(q);
	q->native = NULL;
	return fail(why, ERR_UNAVAILABLE, "no memory for a statement");
}

static enum err postgres_bind(struct stmt *q, int n, const struct bound *v)
{
	struct value *to = &prepared(q)->values[n - 1];
	to->kind = v->kind;
	if (v->kind == BOUND_INT)
		for (int i = 0; i < 8; i++)
			to->number[i] = (unsigned char)((uint64_t)v->number >> (56 - 8 * i));
	if (v->kind == BOUND_INT || v->kind == BOUND_NULL)
		return OK;
	if (v->text.len > INT32_MAX)
		return ERR_TOO_LARGE;
	if (v->text.len + 1 > to->cap) {
		char *grown = realloc(to->copy, v->text.len + 1);
		if (!grown)
			return ERR_UNAVAILABLE;
		to->copy = grown;
		to->cap = v->text.len + 1;
	}
	memcpy(to->copy, v->text.ptr, v->text.len);
	to->len = v->text.len;
	return OK;
}

/* Fills what libpq wants; true: a value's type is not the one the statement was prepared for. */
static bool arrange(struct stmt *q)
{
	static const Oid types[] = {
		[BOUND_NULL] = 0, [BOUND_INT] = TYPE_INT8, [BOUND_TEXT] = TYPE_TEXT, [BOUND_BYTES] = TYPE_BYTEA};
	struct prepared *p = prepared(q);
	bool other = p->name == 0;
	for (int i = 0; i < q->params; i++) {
		struct value *v = &p->values[i];
		bool number = v->kind == BOUND_INT;
		p->addresses[i] = v->kind == BOUND_NULL ? NULL : number ? (char *)v->number : v->copy;
		p->lengths[i] = number ? (int)sizeof(v->number) : (int)v->len;
		p->formats[i] = 1;
		if (v->kind != BOUND_NULL && p->types[i] != types[v->kind]) {
			p->types[i] = types[v->kind];
			other = true;
		}
	}
	return other;
}

static void bury(struct postgres *n, unsigned name)
{
	if (name == 0)
		return;
	if (n->n_dead == n->dead_cap) {
		size_t cap = n->dead_cap ? 2 * n->dead_cap : 16;
		unsigned *grown = realloc(n->dead, cap * sizeof(*grown));
		if (!grown)
			return; /* it stays prepared until the connection ends */
		n->dead = grown;
		n->dead_cap = cap;
	}
	n->dead[n->n_dead++] = name;
}

static enum err close_dead(struct db *db, struct why *why)
{
	struct postgres *n = native(db);
	enum err rc = OK;
	if (PQtransactionStatus(n->conn) == PQTRANS_INERROR)
		return OK; /* another time */
	for (size_t i = 0; i < n->n_dead && rc == OK; i++) {
		char text[40];
		snprintf(text, sizeof(text), "DEALLOCATE s%u", n->dead[i]);
		rc = send_text(db, text, why);
		if (rc == OK && n->sent >= PUSHED_MAX)
			rc = collect(db, NULL, why);
	}
	n->n_dead = 0;
	return rc;
}

static enum err prepare_on_server(struct stmt *q, struct why *why)
{
	struct prepared *p = prepared(q);
	struct postgres *n = native(q->db);
	enum err rc = postgres_drain(q->db, why);
	if (rc == OK)
		rc = close_dead(q->db, why);
	if (rc != OK)
		return rc;
	bury(n, p->name);
	p->name = 0;
	unsigned number = ++n->names;
	char name[24];
	snprintf(name, sizeof(name), "s%u", number);
	rc = sent(q->db, PQsendPrepare(n->conn, name, q->text, q->params, p->types), why);
	if (rc == OK)
		rc = collect(q->db, NULL, why);
	if (rc == OK)
		p->name = number;
	return rc;
}

static enum err send_stmt(struct stmt *q, struct why *why)
{
	struct prepared *p = prepared(q);
	enum err rc = arrange(q) ? prepare_on_server(q, why) : OK;
	if (rc != OK)
		return rc;
	char name[24];
	snprintf(name, sizeof(name), "s%u", p->name);
	return sent(q->db,
		    PQsendQueryPrepared(native(q->db)->conn, name, q->params, p->addresses, p->lengths, p->formats, 0),
		    why);
}

static void forget_row(struct prepared *p)
{
	for (int i = 0; i < p->n_decoded; i++)
		free(p->decoded[i]);
	free(p->decoded);
	p->decoded = NULL;
	p->n_decoded = 0;
}

static enum err run(struct stmt *q, struct why *why)
{
	struct prepared *p = prepared(q);
	enum err rc = send_stmt(q, why);
	if (rc == OK)
		rc = collect(q->db, &p->result, why);
	if (rc != OK)
		return rc;
	p->row = -1;
	/* A COMMIT of a transaction that has failed answers, politely, that it rolled back. */
	if (strcmp(q->text, "COMMIT") == 0 && strcmp(PQcmdStatus(p->result), "COMMIT") != 0)
		return fail(why, ERR_UNAVAILABLE, "the transaction was undone");
	int64_t changed = 0;
	struct str count = str_of(PQcmdTuples(p->result));
	if (count.len > 0)
		rc = str_int(count, 0, INT64_MAX, &changed, why);
	q->changed = changed;
	return rc;
}

static enum err stream_start(struct stmt *q, struct why *why)
{
	enum err rc = postgres_drain(q->db, why);
	if (rc == OK)
		rc = send_stmt(q, why);
	if (rc == OK && !PQsetSingleRowMode(native(q->db)->conn))
		rc = fail(why, ERR_INTERNAL, "rows cannot be streamed");
	prepared(q)->streams = true;
	return rc == OK ? send_sync(q->db, why) : rc;
}

static enum err stream_end(struct stmt *q, struct why *why)
{
	struct prepared *p = prepared(q);
	p->streams = false;
	native(q->db)->sent = 0;
	PGresult *rest;
	enum err rc = read_answer(q->db, &rest, why);
	PQclear(rest);
	enum err end = end_pipeline(q->db, rc == OK ? why : NULL);
	return rc != OK ? rc : end;
}

static enum err stream_next(struct stmt *q, bool *ret_row, struct why *why)
{
	struct prepared *p = prepared(q);
	PQclear(p->result);
	p->result = PQgetResult(native(q->db)->conn);
	p->row = 0;
	ExecStatusType status = PQresultStatus(p->result);
	*ret_row = status == PGRES_SINGLE_TUPLE;
	if (*ret_row)
		return OK;
	enum err rc = is_error(status) ? result_fail(q->db, p->result, why) : OK;
	enum err end = stream_end(q, rc == OK ? why : NULL);
	return rc != OK ? rc : end;
}

static enum err postgres_step(struct stmt *q, bool *ret_row, struct why *why)
{
	struct prepared *p = prepared(q);
	forget_row(p);
	enum err rc = OK;
	if (!p->result && !p->streams)
		rc = q->db->streaming ? stream_start(q, why) : run(q, why);
	if (rc == OK && p->streams)
		return stream_next(q, ret_row, why);
	if (rc != OK)
		return rc;
	*ret_row = ++p->row < PQntuples(p->result);
	return OK;
}

static enum err postgres_push(struct stmt *q, struct why *why)
{
	enum err rc = send_stmt(q, why);
	if (rc == OK && native(q->db)->sent >= PUSHED_MAX)
		rc = collect(q->db, NULL, why);
	return rc;
}

static void forget_values(struct prepared *p, int n)
{
	for (int i = 0; i < n; i++) {
		struct value *v = &p->values[i];
		if (v->cap > KEEP_VALUE_MAX) {
			free(v->copy);
			v->copy = NULL;
			v->cap = 0;
		}
		v->kind = BOUND_NULL;
	}
}

static void postgres_reset(struct stmt *q, bool forget)
{
	struct prepared *p = prepared(q);
	if (p->streams && stream_end(q, NULL) != OK)
		q->db->trouble = TROUBLE_LOST; /* rows nobody wants could not be read away */
	forget_row(p);
	PQclear(p->result);
	p->result = NULL;
	if (forget)
		forget_values(p, q->params);
}

static void postgres_finish(struct stmt *q)
{
	struct prepared *p = prepared(q);
	postgres_reset(q, false);
	if (native(q->db))
		bury(native(q->db), p->name);
	for (int i = 0; p->values && i < q->params; i++)
		free(p->values[i].copy);
	free(p->values);
	free(p->types);
	free(p->addresses);
	free(p->lengths);
	free(p->formats);
	free(p);
}

/* -- columns -- */

static int postgres_width(struct stmt *q)
{
	return PQnfields(prepared(q)->result);
}

static struct str cell(struct stmt *q, int column)
{
	struct prepared *p = prepared(q);
	return (struct str){PQgetvalue(p->result, p->row, column),
			    (size_t)PQgetlength(p->result, p->row, column)};
}

static enum bound_kind postgres_kind(struct stmt *q, int column)
{
	struct prepared *p = prepared(q);
	if (column >= PQnfields(p->result) || PQgetisnull(p->result, p->row, column))
		return BOUND_NULL;
	switch (PQftype(p->result, column)) {
	case TYPE_INT8:
	case TYPE_INT4:
	case TYPE_INT2:
	case TYPE_BOOL:
		return BOUND_INT;
	case TYPE_NUMERIC: /* sums of BIGINT */
		return memchr(cell(q, column).ptr, '.', cell(q, column).len) ? BOUND_TEXT : BOUND_INT;
	case TYPE_BYTEA:
		return BOUND_BYTES;
	default:
		return BOUND_TEXT;
	}
}

/* As SQLite reads a number: what stands before the point; no number is 0. */
static int64_t postgres_number(struct stmt *q, int column)
{
	struct str text = cell(q, column);
	if (PQftype(prepared(q)->result, column) == TYPE_BOOL)
		return str_is(text, "t");
	int64_t value = 0;
	struct str whole = str_until(text, '.', &(struct str){0});
	return str_int(whole, INT64_MIN, INT64_MAX, &value, NULL) == OK ? value : 0;
}

static struct str postgres_text(struct stmt *q, int column)
{
	if (PQftype(prepared(q)->result, column) == TYPE_BOOL)
		return postgres_number(q, column) ? STR("1") : STR("0");
	return cell(q, column);
}

static struct str postgres_bytes(struct stmt *q, int column)
{
	struct prepared *p = prepared(q);
	struct str hex = cell(q, column);
	if (PQftype(p->result, column) != TYPE_BYTEA)
		return hex;
	if (!p->decoded) {
		p->n_decoded = PQnfields(p->result);
		p->decoded = calloc((size_t)p->n_decoded, sizeof(*p->decoded));
	}
	size_t len = hex.len / 2 - 1; /* "\x" and two digits a byte */
	if (p->decoded && !p->decoded[column]) {
		size_t unescaped;
		unsigned char *bytes = PQunescapeBytea((const unsigned char *)hex.ptr, &unescaped);
		p->decoded[column] = (char *)bytes;
	}
	if (!p->decoded || !p->decoded[column]) {
		q->rc = fail(&q->why, ERR_UNAVAILABLE, "no memory for %zu bytes", len);
		return STR_NULL;
	}
	return (struct str){p->decoded[column], len};
}

/* -- the rest -- */

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
			       void (*report)(void *arg, struct str line), void *arg, struct why *why)
{
	if (quick)
		return OK;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, db->dialect->tables);
	while (stmt_row(q)) {
		struct why found = {0};
		if (read_through(db, stmt_str(q, 0), &found) == OK)
			continue;
		report(arg, str_of(found.text));
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
	.columns = {"SELECT a.attname, CASE t.typname WHEN 'int8' THEN 'BIGINT' ELSE upper(t.typname) END, "
		    "a.attnotnull::int, coalesce(array_position(i.indkey::int2[], a.attnum), -1) + 1 "
		    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid "
		    "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
		    "WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 "
		    "AND NOT a.attisdropped ORDER BY a.attnum"},
	.now = {"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"},
	.check = postgres_check,
	.tidy = postgres_tidy,
};
