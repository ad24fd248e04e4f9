#include "store/inside.h"

#include <stdlib.h>

static uint64_t hash_text(struct str text)
{
	uint64_t h = 14695981039346656037ULL;
	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.ptr[i]) * 1099511628211ULL;
	return h;
}

/* An error in a change is the change's error: PostgreSQL refuses what follows in the same
 * transaction, and so do we on every engine. */
static void stmt_failed(struct stmt *q, enum err rc, const struct why *why)
{
	q->rc = rc;
	q->why = *why;
	if (q->db->in_change && q->db->failed == OK) {
		q->db->failed = rc;
		q->db->failed_why = *why;
	}
}

static bool change_failed(struct stmt *q)
{
	if (!q->db->in_change || q->db->failed == OK)
		return false;
	q->rc = q->db->failed;
	q->why = q->db->failed_why;
	return true;
}

static void stmt_destroy(struct stmt *q)
{
	if (q->native)
		q->db->dialect->finish(q);
	free(q->text);
	free(q);
}

/* Where a literal's statement is remembered: a literal stays where it is and what it is. */
static struct stmt **place_of(struct db *db, const char *literal)
{
	uint64_t h = (uint64_t)(uintptr_t)literal * 0x9e3779b97f4a7c15ULL;
	return &db->places[h >> 32 & (STMT_PLACES - 1)];
}

static void place_forget(struct stmt *q)
{
	if (q->literal && *place_of(q->db, q->literal) == q)
		*place_of(q->db, q->literal) = NULL;
}

static void cache_remove(struct db *db, struct stmt *q)
{
	place_forget(q);
	struct stmt **at = &db->buckets[q->hash % STMT_BUCKETS];
	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	db->n_cached--;
}

static void cache_evict_oldest(struct db *db)
{
	struct stmt *oldest = NULL;
	for (size_t i = 0; i < STMT_BUCKETS; i++)
		for (struct stmt *q = db->buckets[i]; q; q = q->next)
			if (!q->in_use && (!oldest || q->used < oldest->used))
				oldest = q;
	if (!oldest)
		return;
	cache_remove(db, oldest);
	stmt_destroy(oldest);
}

void db_forget_statements(struct db *db)
{
	assert(db->n_in_use == 0);
	memset(db->places, 0, sizeof(db->places));
	for (size_t i = 0; i < STMT_BUCKETS; i++) {
		while (db->buckets[i]) {
			struct stmt *q = db->buckets[i];
			db->buckets[i] = q->next;
			stmt_destroy(q);
		}
	}
	db->n_cached = 0;
}

static struct stmt *stmt_make(struct db *db, struct str text, uint64_t hash)
{
	struct stmt *q = calloc(1, sizeof(*q));
	char *copy = malloc(text.len + 1);
	if (!q || !copy) {
		free(q);
		free(copy);
		return NULL;
	}
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	*q = (struct stmt){.db = db, .text = copy, .len = text.len, .hash = hash};
	return q;
}

static struct stmt *stmt_broken(struct db *db)
{
	db->broken = (struct stmt){.db = db};
	db->broken.rc = fail(&db->broken.why, ERR_UNAVAILABLE, "no memory for a statement");
	return &db->broken;
}

static struct stmt *stmt_prepare(struct db *db, struct str text, uint64_t hash)
{
	struct stmt *q = stmt_make(db, text, hash);
	if (!q)
		return stmt_broken(db);
	q->in_use = true;
	db->n_in_use++;
	struct why why = {0};
	enum err rc = store_faulty(db->store) ? store_fault(&why)
		      : db->native	      ? db->dialect->prepare(q, &why)
				   : fail(&why, ERR_UNAVAILABLE, "the database is not connected");
	if (rc != OK)
		stmt_failed(q, rc, &why);
	return q;
}

static struct stmt *stmt_use(struct stmt *q)
{
	q->in_use = true;
	q->db->n_in_use++;
	return q;
}

struct stmt *db_stmt_text(struct db *db, struct str text)
{
	uint64_t hash = hash_text(text);
	struct stmt **bucket = &db->buckets[hash % STMT_BUCKETS];
	bool busy = false;
	for (struct stmt *q = *bucket; q; q = q->next) {
		if (q->hash != hash || !str_eq((struct str){q->text, q->len}, text))
			continue;
		busy = q->in_use;
		if (busy)
			break;
		return stmt_use(q);
	}
	struct stmt *q = stmt_prepare(db, text, hash);
	if (!q->native ||
	    busy) /* a failed one, or one nested in itself, is made for this use only */
		return q;
	if (db->n_cached >= STMT_CACHED_MAX)
		cache_evict_oldest(db);
	q->cached = true;
	q->next = *bucket;
	*bucket = q;
	db->n_cached++;
	return q;
}

struct stmt *db_stmt(struct db *db, struct sql text)
{
	struct stmt **place = place_of(db, text.text), *q = *place;
	if (q && q->literal == text.text && !q->in_use)
		return stmt_use(q);
	q = db_stmt_text(db, str_of(text.text));
	if (q->cached) {
		place_forget(q);
		q->literal = text.text;
		*place = q;
	}
	return q;
}

static void stmt_rewind(struct stmt *q, bool forget_values)
{
	if (q->native) {
		q->db->dialect->reset(q, forget_values);
		q->rc = OK; /* one that was never prepared keeps its error */
	}
	q->started = q->done = false;
}

void stmt_free(struct stmt *q)
{
	if (!q || q == &q->db->broken)
		return;
	struct db *db = q->db;
	db->n_in_use--;
	if (!q->cached) {
		stmt_destroy(q);
		return;
	}
	stmt_rewind(q, true);
	q->in_use = false;
	q->used = ++db->tick;
}

void stmt_bind_value(struct stmt *q, int n, const struct bound *value)
{
	if (q->rc != OK)
		return;
	assert(!q->started); /* stmt_end() first */
	struct why why;
	enum err rc = OK;
	if (n < 1 || n > q->params)
		rc = fail(&why, ERR_INTERNAL, "the statement has no $%d: %.200s", n, q->text);
	else
		rc = q->db->dialect->bind(q, n, value);
	if (rc == ERR_UNAVAILABLE)
		rc = fail(&why, rc, "no memory for a value");
	if (rc != OK)
		stmt_failed(q, rc, &why);
}

void stmt_bind(struct stmt *q, int n, struct str text)
{
	stmt_bind_value(q, n,
			&(struct bound){.kind = text.ptr ? BOUND_TEXT : BOUND_NULL, .text = text});
}

void stmt_bind_bytes(struct stmt *q, int n, struct str bytes)
{
	stmt_bind_value(
		q, n, &(struct bound){.kind = bytes.ptr ? BOUND_BYTES : BOUND_NULL, .text = bytes});
}

void stmt_bind_int(struct stmt *q, int n, int64_t v)
{
	stmt_bind_value(q, n, &(struct bound){.kind = BOUND_INT, .number = v});
}

void stmt_bind_null(struct stmt *q, int n)
{
	stmt_bind_value(q, n, &(struct bound){.kind = BOUND_NULL});
}

void stmt_bind_id(struct stmt *q, int n, int64_t id)
{
	stmt_bind_value(q, n, &(struct bound){.kind = id ? BOUND_INT : BOUND_NULL, .number = id});
}

/* Counts the call; false: it must not happen. */
static bool stmt_start(struct stmt *q)
{
	q->started = true;
	if (change_failed(q))
		return false;
	struct why why;
	if (store_faulty(q->db->store)) {
		stmt_failed(q, store_fault(&why), &why);
		return false;
	}
	return true;
}

bool stmt_row(struct stmt *q)
{
	if (q->rc != OK || q->done)
		return false;
	if (!q->started && !stmt_start(q))
		return false;
	struct why why;
	bool row = false;
	enum err rc = q->db->dialect->step(q, &row, &why);
	if (rc != OK)
		stmt_failed(q, rc, &why);
	q->done = rc != OK || !row;
	return !q->done;
}

enum err stmt_end(struct stmt *q, struct why *why)
{
	if (!q->started || q->writes)
		while (stmt_row(q))
			;
	enum err rc = q->rc;
	if (rc != OK && why)
		*why = q->why;
	stmt_rewind(q, false);
	return rc;
}

void stmt_push(struct stmt *q)
{
	assert(q->db->in_change);
	if (q->rc == OK && stmt_start(q)) {
		struct why why;
		enum err rc = q->db->dialect->push(q, &why);
		if (rc != OK)
			stmt_failed(q, rc, &why);
	}
	stmt_rewind(q, false);
}

int64_t stmt_changed(struct stmt *q)
{
	return q->changed;
}

static bool has_row(struct stmt *q)
{
	return q->started && !q->done && q->rc == OK;
}

int stmt_width(struct stmt *q)
{
	return has_row(q) ? q->db->dialect->width(q) : 0;
}

enum bound_kind stmt_kind(struct stmt *q, int column)
{
	return has_row(q) ? q->db->dialect->kind(q, column) : BOUND_NULL;
}

bool stmt_is_null(struct stmt *q, int column)
{
	return stmt_kind(q, column) == BOUND_NULL;
}

struct str stmt_str(struct stmt *q, int column)
{
	return has_row(q) ? q->db->dialect->text(q, column) : STR_NULL;
}

struct str stmt_bytes(struct stmt *q, int column)
{
	return stmt_is_null(q, column) ? STR_NULL : q->db->dialect->bytes(q, column);
}

int64_t stmt_int(struct stmt *q, int column)
{
	return has_row(q) ? q->db->dialect->number(q, column) : 0;
}

enum err db_exec_text(struct db *db, struct str text, struct why *why)
{
	if (store_faulty(db->store))
		return store_fault(why);
	if (!db->native)
		return fail(why, ERR_UNAVAILABLE, "the database is not connected");
	return db->dialect->exec(db, text, why);
}

enum err db_exec(struct db *db, struct sql text, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	return stmt_end(q, why);
}

enum err db_push(struct db *db, struct sql text, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	if (q->rc != OK)
		return stmt_end(q, why);
	if (store_faulty(db->store))
		return store_fault(why);
	q->started = true;
	return db->dialect->push(q, why);
}

enum err db_commit(struct db *db, struct why *why)
{
	return db_exec(db, SQL("COMMIT"), why);
}

void db_rollback(struct db *db)
{
	struct why why;
	if (!db->native || !db->dialect->in_transaction(db))
		return;
	if (db_exec(db, SQL("ROLLBACK"), &why) != OK || db->dialect->in_transaction(db))
		db_disconnect(db); /* the engine undoes what is open on a closed connection */
}

enum err db_int(struct db *db, struct sql text, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	int64_t value = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = value;
	return rc;
}

struct store *db_store(struct db *db)
{
	return db->store;
}

bool db_writing(const struct db *db)
{
	return db->in_change;
}
