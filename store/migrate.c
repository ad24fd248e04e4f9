#include "store/inside.h"

#include "base/crypt.h"
#include "store/sqltext.h"

#define STATEMENT_MAX ((size_t)1 << 20)

/* What the store itself keeps.  Later changes of these tables are ordinary migrations. */
static const char own_tables[] = "CREATE TABLE schema_migration (\n"
				 "	number BIGINT PRIMARY KEY,\n"
				 "	name TEXT NOT NULL,\n"
				 "	sha256 TEXT NOT NULL\n"
				 ");\n"
				 "CREATE TABLE store_state (\n"
				 "	id BIGINT PRIMARY KEY CHECK (id = 1),\n"
				 "	identity TEXT NOT NULL,\n"
				 "	commits BIGINT NOT NULL\n"
				 ");\n"
				 "CREATE TABLE store_server (\n"
				 "	number BIGINT PRIMARY KEY,\n"
				 "	holder TEXT NOT NULL UNIQUE,\n"
				 "	until BIGINT NOT NULL\n"
				 ");\n"
				 "CREATE TABLE store_lease (\n"
				 "	name TEXT PRIMARY KEY,\n"
				 "	holder BIGINT NOT NULL,\n"
				 "	term BIGINT NOT NULL,\n"
				 "	until BIGINT NOT NULL\n"
				 ");\n";
static const struct migration own = {
	0, "the store's own tables", {own_tables, sizeof(own_tables) - 1}};

const struct migration *schema_migration(const struct store *s, int64_t number)
{
	return number == 0 ? &own : &s->migrations[number - 1];
}

struct str schema_sha256(const struct migration *m, char ret[65])
{
	struct hash sum = crypt_sha256(m->text);
	for (size_t i = 0; i < HASH_BYTES; i++)
		snprintf(ret + 2 * i, 3, "%02x", (unsigned)sum.bytes[i]);
	return (struct str){ret, 64};
}

/* The migrations that the database has must be ours, unchanged and without a gap. */
static enum err schema_compare(struct db *db, int64_t *ret_last, struct why *why)
{
	const struct store *s = db->store;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT number, name, sha256 FROM schema_migration ORDER BY number"));
	int64_t last = -1;
	enum err rc = OK;
	char sha256[65];
	while (rc == OK && stmt_row(q)) {
		int64_t number = stmt_int(q, 0);
		struct str name = stmt_str(q, 1);
		if (number > (int64_t)s->n_migrations)
			rc = fail(
				why, ERR_CONFLICT,
				"the database is newer than this program (it has migration %lld, \"" STR_FMT
				"\"; we know %zu): install the newer version",
				(long long)number, STR_ARG(name), s->n_migrations);
		else if (number != last + 1)
			rc = fail(why, ERR_CONFLICT, "migration %lld is missing in the database",
				  (long long)last + 1);
		else if (!str_eq(stmt_str(q, 2),
				 schema_sha256(schema_migration(s, number), sha256)))
			rc = fail(why, ERR_CONFLICT,
				  "migration %lld (\"" STR_FMT
				  "\") has changed since it was applied",
				  (long long)number, STR_ARG(name));
		last = number;
	}
	enum err end = stmt_end(q, rc == OK ? why : NULL);
	if (rc != OK || end != OK)
		return rc != OK ? rc : end;
	*ret_last = last;
	return OK;
}

static enum err schema_exists(struct db *db, bool *ret, struct why *why)
{
	bool ours = false, any = false;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, db->dialect->tables);
	while (stmt_row(q)) {
		any = true;
		ours = ours || str_is(stmt_str(q, 0), "schema_migration");
	}
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (any && !ours)
		return fail(why, ERR_CONFLICT, "the database holds tables of something else");
	*ret = ours;
	return OK;
}

enum err schema_read(struct db *db, struct schema_state *ret, struct why *why)
{
	struct schema_state st = {.number = -1};
	enum err rc = schema_exists(db, &st.exists, why);
	if (rc != OK)
		return rc;
	if (st.exists) {
		rc = schema_compare(db, &st.number, why);
		if (rc != OK)
			return rc;
		AUTO(stmt_free) struct stmt *q =
			db_stmt(db, SQL("SELECT identity, commits FROM store_state WHERE id = 1"));
		if (stmt_row(q)) {
			struct str identity = stmt_str(q, 0);
			if (identity.len == MARK_ID_TEXT)
				memcpy(st.identity, identity.ptr, MARK_ID_TEXT);
			st.commits = stmt_int(q, 1);
		}
		rc = stmt_end(q, why);
		if (rc != OK)
			return rc;
		if (!st.identity[0])
			return fail(why, ERR_CONFLICT,
				    "the database has lost its identity (table store_state)");
	}
	*ret = st;
	return OK;
}

static enum err insert_state(struct db *db, struct why *why)
{
	char identity[MARK_ID_TEXT + 1];
	mark_random(identity);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("INSERT INTO store_state (id, identity, commits) VALUES (1, $1, 0)"));
	stmt_bind(q, 1, str_of(identity));
	return stmt_end(q, why);
}

static enum err run_script(struct db *db, const struct migration *m, struct why *why)
{
	AUTO(buf_release) struct buf text;
	buf_init(&text, STATEMENT_MAX);
	struct str rest = m->text, statement;
	while (sql_statement(&rest, &statement)) {
		buf_clear(&text);
		db->dialect->spell(statement, &text);
		enum err rc = buf_end(&text, why);
		struct why inner = {0};
		if (rc == OK)
			rc = db_exec_text(db, buf_str(&text), &inner);
		if (rc != OK)
			return inner.text[0]
				       ? fail(why, rc, "migration %d (\"%s\"): %.200s", m->number,
					      m->name, inner.text)
				       : fail(why, rc,
					      "migration %d (\"%s\"): a statement is too long",
					      m->number, m->name);
	}
	return OK;
}

enum err schema_apply(struct db *db, int64_t number, struct why *why)
{
	const struct migration *m = schema_migration(db->store, number);
	enum err rc = run_script(db, m, why);
	if (rc == OK && number == 0)
		rc = insert_state(db, why);
	if (rc != OK)
		return rc;
	char sha256[65];
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)"));
	stmt_bind_int(q, 1, number);
	stmt_bind(q, 2, str_of(m->name));
	stmt_bind(q, 3, schema_sha256(m, sha256));
	return stmt_end(q, why);
}

/* The next one, unless another server has just applied it; *ret_done: none is left. */
static enum err migrate_next(struct db *db, int64_t last, bool *ret_done, struct why *why)
{
	enum err rc = db->dialect->begin_alone(db, why);
	struct schema_state st;
	if (rc == OK)
		rc = schema_read(db, &st, why);
	bool done = rc == OK && st.number >= last;
	if (rc == OK && !done)
		rc = schema_apply(db, st.number + 1, why);
	if (rc == OK)
		rc = db_commit(db, why);
	db_rollback(db);
	if (rc == OK)
		*ret_done = done;
	return rc;
}

enum err schema_migrate(struct db *db, int64_t last, struct why *why)
{
	for (size_t i = 0; i < db->store->n_migrations; i++)
		if (db->store->migrations[i].number != (int)i + 1)
			return fail(why, ERR_INTERNAL,
				    "migrations must be numbered 1, 2, 3 …; \"%s\" is not",
				    db->store->migrations[i].name);
	bool done = false;
	enum err rc = OK;
	while (rc == OK && !done)
		rc = migrate_next(db, last, &done, why);
	return rc;
}
