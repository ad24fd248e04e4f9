/* postgres.h - private to store/postgres*.c: connections in libpq's pipeline mode.  A statement
 * that is pushed is sent and waits, unanswered, for the next one that is stepped: one round trip
 * then brings all the answers. */
#pragma once
#include <libpq-fe.h>

#include "store/dialect.h"

#define PUSHED_MAX 128 /* so few that their answers fit into a socket's buffer: nobody blocks */

struct postgres {
	PGconn *conn;
	int sent; /* statements whose answers have not been read */
	unsigned names;
	unsigned *dead; /* numbers of prepared statements to be closed */
	size_t n_dead, dead_cap;
};

static inline struct postgres *postgres_native(const struct db *db)
{
	return db->native;
}

/* -- postgres.c -- */
enum err postgres_lost(struct db *db, struct why *why);
enum err postgres_failed(struct db *db, const PGresult *result, struct why *why);
bool postgres_is_error(ExecStatusType status);
/* What libpq's sending calls return. */
enum err postgres_sent(struct db *db, int good, struct why *why);
enum err postgres_send_text(struct db *db, const char *text, struct why *why);
enum err postgres_sync(struct db *db, struct why *why);
/* Answers of everything sent.  The first error is told; *ret_last, if wanted, is the result of
 * the last statement, for the caller to clear. */
enum err postgres_collect(struct db *db, PGresult **ret_last, struct why *why);
/* What is left of one statement's answer. */
enum err postgres_answer(struct db *db, PGresult **ret_last, struct why *why);
enum err postgres_end_sync(struct db *db, struct why *why);
enum err postgres_drain(struct db *db, struct why *why);

/* -- postgres_stmt.c: members of the dialect -- */
enum err postgres_prepare(struct stmt *q, struct why *why);
enum err postgres_bind(struct stmt *q, int n, const struct bound *v);
enum err postgres_step(struct stmt *q, bool *ret_row, struct why *why);
enum err postgres_push(struct stmt *q, struct why *why);
void postgres_reset(struct stmt *q, bool forget);
void postgres_finish(struct stmt *q);
int postgres_width(struct stmt *q);
enum bound_kind postgres_kind(struct stmt *q, int column);
int64_t postgres_number(struct stmt *q, int column);
struct str postgres_text(struct stmt *q, int column);
struct str postgres_bytes(struct stmt *q, int column);
