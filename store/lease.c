#include "store/lease.h"

#include "store/inside.h"

static enum err lease_read(struct db *db, struct str name, struct lease *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT term, holder, until FROM store_lease WHERE name = $1"));
	stmt_bind(q, 1, name);
	struct lease found = {0};
	if (stmt_row(q))
		found = (struct lease){
			.term = stmt_int(q, 0), .holder = stmt_int(q, 1), .until = stmt_int(q, 2)};
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = found;
	return rc;
}

enum err lease_take(struct db *tx, struct str name, usec now, usec until, struct lease *ret,
		    struct why *why)
{
	assert(until > now);
	int64_t us = store_server(tx->store);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO store_lease (name, holder, term, until) VALUES ($1, $2, 1, $3) "
		    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, "
		    "term = store_lease.term + CASE WHEN store_lease.holder = excluded.holder THEN 0 ELSE 1 END "
		    "WHERE store_lease.until <= $4 OR store_lease.holder = excluded.holder RETURNING term"));
	stmt_bind(q, 1, name);
	stmt_bind_int(q, 2, us);
	stmt_bind_int(q, 3, until);
	stmt_bind_int(q, 4, now);
	struct lease taken = {.got = stmt_row(q), .holder = us, .until = until};
	taken.term = taken.got ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK && !taken.got)
		rc = lease_read(tx, name, &taken, why);
	if (rc == OK)
		*ret = taken;
	return rc;
}

enum err lease_check(struct db *tx, struct str name, int64_t term, struct why *why)
{
	/* An update, not a look: until our commit no other server can take it. */
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE store_lease SET term = term WHERE name = $1 AND holder = $2 AND term = $3"));
	stmt_bind(q, 1, name);
	stmt_bind_int(q, 2, store_server(tx->store));
	stmt_bind_int(q, 3, term);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_STALE, "another server has taken over \"" STR_FMT "\"",
			    STR_ARG(name));
	return rc;
}

enum err lease_give(struct db *tx, struct str name, int64_t term, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE store_lease SET until = 0 WHERE name = $1 AND holder = $2 AND term = $3"));
	stmt_bind(q, 1, name);
	stmt_bind_int(q, 2, store_server(tx->store));
	stmt_bind_int(q, 3, term);
	return stmt_end(q, why);
}

/* -- the server's own number -- */

/* Ours from before, else the lowest that is free or has run out. */
static enum err server_pick(struct db *db, const char *holder, usec now, int64_t *ret,
			    struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT number, holder, until FROM store_server ORDER BY number"));
	int64_t ours = -1, expired = -1, gap = 0;
	while (stmt_row(q)) {
		int64_t number = stmt_int(q, 0);
		if (str_is(stmt_str(q, 1), holder))
			ours = number;
		if (expired < 0 && stmt_int(q, 2) <= now)
			expired = number;
		if (gap == number)
			gap++;
	}
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (ours < 0)
		ours = expired >= 0 ? expired : gap;
	if (ours >= SERVER_NUMBERS)
		return fail(why, ERR_LIMIT, "%d servers share this database already",
			    SERVER_NUMBERS);
	*ret = ours;
	return OK;
}

static enum err server_take(struct db *db, const char *holder, int64_t *ret, struct why *why)
{
	usec now;
	enum err rc = db_int(db, db->dialect->now, &now, why);
	if (rc == OK)
		rc = server_pick(db, holder, now, ret, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("INSERT INTO store_server (number, holder, until) VALUES ($1, $2, $3) "
		    "ON CONFLICT (number) DO UPDATE SET holder = excluded.holder, until = excluded.until"));
	stmt_bind_int(q, 1, *ret);
	stmt_bind(q, 2, str_of(holder));
	stmt_bind_int(q, 3, now + SERVER_LEASE);
	return stmt_end(q, why);
}

enum err server_lease(struct db *db, const char *holder, unsigned *ret, struct why *why)
{
	int64_t number = 0;
	enum err rc = db->dialect->begin_alone(db, why);
	if (rc == OK)
		rc = server_take(db, holder, &number, why);
	if (rc == OK)
		rc = db_commit(db, why);
	db_rollback(db);
	if (rc == OK)
		*ret = (unsigned)number;
	return rc;
}

static enum err server_set(struct db *db, unsigned server, const char *holder, usec until,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("UPDATE store_server SET until = $3 WHERE number = $1 AND holder = $2"));
	stmt_bind_int(q, 1, server);
	stmt_bind(q, 2, str_of(holder));
	stmt_bind_int(q, 3, until);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_STALE, "another server has taken the number %u of this one",
			    server);
	return rc;
}

enum err server_renew(struct db *db, unsigned server, const char *holder, struct why *why)
{
	usec now;
	enum err rc = db_int(db, db->dialect->now, &now, why);
	return rc == OK ? server_set(db, server, holder, now + SERVER_LEASE, why) : rc;
}

enum err server_release(struct db *db, unsigned server, const char *holder, struct why *why)
{
	return server_set(db, server, holder, 0, why);
}
