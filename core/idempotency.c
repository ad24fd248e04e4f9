#include "core/idempotency.h"

static struct str bytes_of(const struct hash *h)
{
	return (struct str){(const char *)h->bytes, HASH_BYTES};
}

static enum err check_key(struct str key, struct why *why)
{
	bool good = key.len > 0 && key.len <= IDEMPOTENCY_KEY_MAX;
	for (size_t i = 0; good && i < key.len; i++)
		good = key.ptr[i] > ' ' && key.ptr[i] < 127;
	return good ? OK
		    : fail_at(why, ERR_INVALID, "Idempotency-Key",
			      "the key is 1 to %d visible ASCII characters", IDEMPOTENCY_KEY_MAX);
}

enum err idempotency_find(struct db *tx, const struct once *once, usec now, struct arena *a,
			  struct kept_answer **ret, struct why *why)
{
	enum err rc = check_key(once->key, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT request, status, type, body FROM idempotency WHERE account = $1 AND key = $2 AND created > $3"));
	stmt_bind_int(q, 1, once->account);
	stmt_bind(q, 2, once->key);
	stmt_bind_int(q, 3, now - IDEMPOTENCY_HOURS * USEC_HOUR);
	struct kept_answer *kept = NULL;
	bool other = false;
	if (stmt_row(q)) {
		other = !str_eq(stmt_bytes(q, 0), bytes_of(&once->request));
		kept = ARENA_NEW(a, struct kept_answer);
		*kept = (struct kept_answer){stmt_int(q, 1), arena_str(a, stmt_str(q, 2)),
					     arena_str(a, stmt_bytes(q, 3))};
	}
	rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (other)
		return fail_at(why, ERR_CONFLICT, "Idempotency-Key",
			       "this key was used for another request; make a new one");
	*ret = kept;
	return OK;
}

enum err idempotency_keep(struct db *tx, const struct once *once, const struct kept_answer *answer,
			  usec now, struct why *why)
{
	/* Only one that is older than a day may be replaced; a younger one is a conflict. */
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO idempotency (account, key, request, status, type, body, created) VALUES ($1, $2, $3, $4, $5, "
		    "$6, $7) ON CONFLICT (account, key) DO UPDATE SET request = excluded.request, status = excluded.status, "
		    "type = excluded.type, body = excluded.body, created = excluded.created WHERE idempotency.created <= $8"));
	stmt_bind_int(q, 1, once->account);
	stmt_bind(q, 2, once->key);
	stmt_bind_bytes(q, 3, bytes_of(&once->request));
	stmt_bind_int(q, 4, answer->status);
	stmt_bind(q, 5, answer->type);
	stmt_bind_bytes(q, 6, answer->body.ptr ? answer->body : STR(""));
	stmt_bind_int(q, 7, now);
	stmt_bind_int(q, 8, now - IDEMPOTENCY_HOURS * USEC_HOUR);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) != 1)
		return fail_at(why, ERR_CONFLICT, "Idempotency-Key",
			       "the same call is being done at this moment; repeat it");
	return rc;
}

enum err idempotency_clean(struct db *tx, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("DELETE FROM idempotency WHERE created <= $1"));
	stmt_bind_int(q, 1, now - IDEMPOTENCY_HOURS * USEC_HOUR);
	return stmt_end(q, why);
}
