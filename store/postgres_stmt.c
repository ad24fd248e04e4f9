#include "store/postgres.h"

#include <stdlib.h>

#include "store/inside.h"
#include "store/sqltext.h"

#define KEEP_VALUE_MAX 4096 /* a value's buffer larger than this is not kept for the next time */
#define TYPE_BOOL 16
#define TYPE_BYTEA 17
#define TYPE_INT8 20
#define TYPE_INT2 21
#define TYPE_INT4 23
#define TYPE_TEXT 25
#define TYPE_NUMERIC 1700

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

static struct prepared *prepared(const struct stmt *q)
{
	return q->native;
}

static int count_params(struct str text)
{
	int64_t most = 0, n;
	struct str piece;
	enum sql_token token;
	while ((token = sql_token(&text, &piece)) != SQL_END)
		if (token == SQL_PARAMETER &&
		    str_int((struct str){piece.ptr + 1, piece.len - 1}, 1, 65535, &n, NULL) == OK &&
		    n > most)
			most = n;
	return (int)most;
}

/* The server hears of it when the types of its values are known: at the first step. */
enum err postgres_prepare(struct stmt *q, struct why *why)
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

enum err postgres_bind(struct stmt *q, int n, const struct bound *v)
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
	static const Oid types[] = {[BOUND_NULL] = 0,
				    [BOUND_INT] = TYPE_INT8,
				    [BOUND_TEXT] = TYPE_TEXT,
				    [BOUND_BYTES] = TYPE_BYTEA};
	struct prepared *p = prepared(q);
	bool other = p->name == 0;
	for (int i = 0; i < q->params; i++) {
		struct value *v = &p->values[i];
		bool number = v->kind == BOUND_INT;
		p->addresses[i] = v->kind == BOUND_NULL ? NULL
				  : number		? (char *)v->number
							: v->copy;
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
	struct postgres *n = postgres_native(db);
	enum err rc = OK;
	if (PQtransactionStatus(n->conn) == PQTRANS_INERROR)
		return OK; /* another time */
	for (size_t i = 0; i < n->n_dead && rc == OK; i++) {
		char text[40];
		snprintf(text, sizeof(text), "DEALLOCATE s%u", n->dead[i]);
		rc = postgres_send_text(db, text, why);
		if (rc == OK && n->sent >= PUSHED_MAX)
			rc = postgres_collect(db, NULL, why);
	}
	n->n_dead = 0;
	return rc;
}

static enum err prepare_on_server(struct stmt *q, struct why *why)
{
	struct prepared *p = prepared(q);
	struct postgres *n = postgres_native(q->db);
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
	rc = postgres_sent(q->db, PQsendPrepare(n->conn, name, q->text, q->params, p->types), why);
	if (rc == OK)
		rc = postgres_collect(q->db, NULL, why);
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
	return postgres_sent(q->db,
			     PQsendQueryPrepared(postgres_native(q->db)->conn, name, q->params,
						 p->addresses, p->lengths, p->formats, 0),
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
		rc = postgres_collect(q->db, &p->result, why);
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
	if (rc == OK && !PQsetSingleRowMode(postgres_native(q->db)->conn))
		rc = fail(why, ERR_INTERNAL, "rows cannot be streamed");
	prepared(q)->streams = true;
	return rc == OK ? postgres_sync(q->db, why) : rc;
}

static enum err stream_end(struct stmt *q, struct why *why)
{
	struct prepared *p = prepared(q);
	p->streams = false;
	postgres_native(q->db)->sent = 0;
	PGresult *rest;
	enum err rc = postgres_answer(q->db, &rest, why);
	PQclear(rest);
	enum err end = postgres_end_sync(q->db, rc == OK ? why : NULL);
	return rc != OK ? rc : end;
}

static enum err stream_next(struct stmt *q, bool *ret_row, struct why *why)
{
	struct prepared *p = prepared(q);
	PQclear(p->result);
	p->result = PQgetResult(postgres_native(q->db)->conn);
	p->row = 0;
	ExecStatusType status = PQresultStatus(p->result);
	*ret_row = status == PGRES_SINGLE_TUPLE;
	if (*ret_row)
		return OK;
	enum err rc = postgres_is_error(status) ? postgres_failed(q->db, p->result, why) : OK;
	enum err end = stream_end(q, rc == OK ? why : NULL);
	return rc != OK ? rc : end;
}

enum err postgres_step(struct stmt *q, bool *ret_row, struct why *why)
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

enum err postgres_push(struct stmt *q, struct why *why)
{
	enum err rc = send_stmt(q, why);
	if (rc == OK && postgres_native(q->db)->sent >= PUSHED_MAX)
		rc = postgres_collect(q->db, NULL, why);
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

void postgres_reset(struct stmt *q, bool forget)
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

void postgres_finish(struct stmt *q)
{
	struct prepared *p = prepared(q);
	postgres_reset(q, false);
	if (postgres_native(q->db))
		bury(postgres_native(q->db), p->name);
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

int postgres_width(struct stmt *q)
{
	return PQnfields(prepared(q)->result);
}

/* STR_NULL for NULL. */
static struct str cell(struct stmt *q, int column)
{
	struct prepared *p = prepared(q);
	if (column >= PQnfields(p->result) || PQgetisnull(p->result, p->row, column))
		return STR_NULL;
	return (struct str){PQgetvalue(p->result, p->row, column),
			    (size_t)PQgetlength(p->result, p->row, column)};
}

enum bound_kind postgres_kind(struct stmt *q, int column)
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
		return memchr(cell(q, column).ptr, '.', cell(q, column).len) ? BOUND_TEXT
									     : BOUND_INT;
	case TYPE_BYTEA:
		return BOUND_BYTES;
	default:
		return BOUND_TEXT;
	}
}

/* As SQLite reads a number: what stands before the point; no number is 0. */
int64_t postgres_number(struct stmt *q, int column)
{
	struct str text = cell(q, column);
	if (!text.ptr)
		return 0;
	if (PQftype(prepared(q)->result, column) == TYPE_BOOL)
		return str_is(text, "t");
	int64_t value = 0;
	struct str whole = str_until(text, '.', &(struct str){0});
	return str_int(whole, INT64_MIN, INT64_MAX, &value, NULL) == OK ? value : 0;
}

struct str postgres_text(struct stmt *q, int column)
{
	struct str text = cell(q, column);
	if (text.ptr && PQftype(prepared(q)->result, column) == TYPE_BOOL)
		return postgres_number(q, column) ? STR("1") : STR("0");
	return text;
}

struct str postgres_bytes(struct stmt *q, int column)
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
