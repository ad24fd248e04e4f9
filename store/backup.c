#include "store/backup_file.h"
#include "store/inside.h"
#include "store/sqltext.h"

#define COLUMNS_MAX 256
#define TEXT_OF_SELECT_MAX 65536

/* Tables that tell how a server runs, not what it knows. */
static bool is_running_state(struct str table)
{
	return str_is(table, "schema_migration") || str_is(table, "store_state") ||
	       str_is(table, "store_server") || str_is(table, "store_lease");
}

struct column {
	struct str name, type;
	int64_t key; /* place in the primary key from 1; 0: none */
};
struct table {
	struct str name;
	size_t n;
	struct column *columns;
};

static enum err read_table(struct db *db, struct str name, struct arena *a, struct table *ret,
			   struct why *why)
{
	struct table t = {.name = arena_str(a, name),
			  .columns = ARENA_ARRAY(a, COLUMNS_MAX, struct column)};
	AUTO(stmt_free) struct stmt *q = db_stmt(db, db->dialect->columns);
	stmt_bind(q, 1, name);
	while (t.n < COLUMNS_MAX && stmt_row(q))
		t.columns[t.n++] = (struct column){arena_str(a, stmt_str(q, 0)),
						   arena_str(a, stmt_str(q, 1)), stmt_int(q, 3)};
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = t;
	return rc;
}

static enum err list_tables(struct db *db, struct arena *a, struct str **ret, size_t *ret_n,
			    struct why *why)
{
	size_t n = 0;
	struct str *names = NULL;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, db->dialect->tables);
	while (stmt_row(q)) {
		if (is_running_state(stmt_str(q, 0)))
			continue;
		*ARENA_APPEND(a, names, n) = arena_str(a, stmt_str(q, 0));
	}
	enum err rc = stmt_end(q, why);
	*ret = names;
	*ret_n = n;
	return rc;
}

static void add_names(struct buf *out, const struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		buf_add(out, i ? STR(", ") : STR(""));
		sql_add_name(out, t->columns[i].name);
	}
}

/* The one at this place of the primary key, or NULL. */
static const struct column *key_column(const struct table *t, int64_t place)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->columns[i].key == place)
			return &t->columns[i];
	return NULL;
}

static void select_text(struct buf *out, const struct table *t)
{
	buf_add(out, STR("SELECT "));
	add_names(out, t);
	buf_add(out, STR(" FROM "));
	sql_add_name(out, t->name);
	buf_add(out, STR(" ORDER BY "));
	const struct column *key;
	for (int64_t place = 1; (key = key_column(t, place)) != NULL; place++) {
		buf_add(out, place > 1 ? STR(", ") : STR(""));
		sql_add_name(out, key->name);
	}
	if (!key_column(t, 1))
		add_names(out, t);
}

/* -- out -- */

static void write_row(struct backup_out *b, struct stmt *q, size_t columns)
{
	backup_out_tag(b, 'R');
	for (size_t i = 0; i < columns; i++) {
		struct bound v = {.kind = stmt_kind(q, (int)i)};
		if (v.kind == BOUND_INT)
			v.number = stmt_int(q, (int)i);
		else if (v.kind == BOUND_TEXT)
			v.text = stmt_str(q, (int)i);
		else if (v.kind == BOUND_BYTES)
			v.text = stmt_bytes(q, (int)i);
		backup_out_value(b, &v);
	}
}

static enum err write_table(struct backup_out *b, struct db *db, const struct table *t,
			    int64_t *rows, struct why *why)
{
	backup_out_tag(b, 'T');
	backup_out_text(b, t->name);
	backup_out_number(b, (int64_t)t->n);
	for (size_t i = 0; i < t->n; i++) {
		backup_out_text(b, t->columns[i].name);
		backup_out_text(b, t->columns[i].type);
	}
	AUTO(buf_release) struct buf text;
	buf_init(&text, TEXT_OF_SELECT_MAX);
	select_text(&text, t);
	enum err rc = buf_end(&text, why);
	if (rc != OK)
		return rc;
	db->streaming = true;
	AUTO(stmt_free) struct stmt *q = db_stmt_text(db, buf_str(&text));
	for (; stmt_row(q); (*rows)++)
		write_row(b, q, t->n);
	rc = stmt_end(q, why);
	db->streaming = false;
	return rc;
}

static enum err write_migrations(struct backup_out *b, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT number, name, sha256 FROM schema_migration ORDER BY number"));
	while (stmt_row(q)) {
		backup_out_tag(b, 'M');
		backup_out_number(b, stmt_int(q, 0));
		backup_out_text(b, stmt_str(q, 1));
		backup_out_text(b, stmt_str(q, 2));
	}
	return stmt_end(q, why);
}

static enum err write_all(struct backup_out *b, struct db *db, struct arena *a, struct why *why)
{
	struct str *names = NULL;
	size_t n = 0;
	int64_t rows = 0;
	enum err rc = write_migrations(b, db, why);
	if (rc == OK)
		rc = list_tables(db, a, &names, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct table t;
		rc = read_table(db, names[i], a, &t, why);
		if (rc == OK)
			rc = write_table(b, db, &t, &rows, why);
	}
	backup_out_tag(b, 'E');
	backup_out_number(b, rows);
	return rc;
}

enum err store_backup(struct store *s, const char *path, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	AUTO(backup_out_free) struct backup_out *b = NULL;
	enum err rc = store_take(s, &db, why);
	if (rc == OK)
		rc = db_snapshot(db, why);
	if (rc == OK)
		rc = backup_out_open(a, path, &b, why);
	if (rc == OK)
		rc = write_all(b, db, a, why);
	return rc == OK ? backup_out_end(b, why) : rc;
}

/* -- in -- */

static enum err restore_migration(struct backup_in *b, struct db *db, int64_t expected,
				  struct why *why)
{
	const struct store *s = db->store;
	int64_t number = backup_in_number(b);
	AUTO(arena_free) struct arena *a = arena_new();
	struct str name = arena_str(a, backup_in_text(b));
	struct str sha256 = arena_str(a, backup_in_text(b));
	enum err rc = backup_in_end(b, why);
	if (rc != OK)
		return rc;
	char ours[65];
	if (number != expected || number > (int64_t)s->n_migrations ||
	    !str_eq(sha256, schema_sha256(schema_migration(s, number), ours)))
		return fail(
			why, ERR_CONFLICT,
			"the backup needs migration %lld (\"" STR_FMT
			"\"), which this program does not have: restore with the version that made it",
			(long long)number, STR_ARG(name));
	return schema_apply(db, number, why);
}

/* The backup's table must be ours, column by column. */
static enum err restore_table_header(struct backup_in *b, struct db *db, struct arena *a,
				     struct table *ret, struct why *why)
{
	struct str name = arena_str(a, backup_in_text(b));
	int64_t n = backup_in_number(b);
	enum err rc = backup_in_end(b, why);
	if (rc == OK)
		rc = read_table(db, name, a, ret, why);
	if (rc != OK)
		return rc;
	bool same = ret->n > 0 && n == (int64_t)ret->n && !is_running_state(name);
	for (size_t i = 0; same && i < ret->n; i++) {
		same = str_eq(backup_in_text(b), ret->columns[i].name);
		same = str_eq(backup_in_text(b), ret->columns[i].type) && same;
	}
	rc = backup_in_end(b, why);
	if (rc == OK && !same)
		return fail(why, ERR_INVALID,
			    "the backup's table \"" STR_FMT "\" is not as its migrations make it",
			    STR_ARG(name));
	return rc;
}

static struct stmt *insert_stmt(struct db *db, const struct table *t)
{
	AUTO(buf_release) struct buf text;
	buf_init(&text, TEXT_OF_SELECT_MAX);
	buf_add(&text, STR("INSERT INTO "));
	sql_add_name(&text, t->name);
	buf_add(&text, STR(" ("));
	add_names(&text, t);
	buf_add(&text, STR(") VALUES ("));
	for (size_t i = 0; i < t->n; i++)
		buf_printf(&text, "%s$%zu", i ? ", " : "", i + 1);
	buf_add(&text, STR(")"));
	return db_stmt_text(db, buf_str(&text));
}

/* What a migration has put there is in the backup too, as it was when it was made. */
static enum err empty_table(struct db *db, const struct table *t, struct why *why)
{
	AUTO(buf_release) struct buf text;
	buf_init(&text, TEXT_OF_SELECT_MAX);
	buf_add(&text, STR("DELETE FROM "));
	sql_add_name(&text, t->name);
	enum err rc = buf_end(&text, why);
	return rc == OK ? db_exec_text(db, buf_str(&text), why) : rc;
}

static enum err restore_row(struct backup_in *b, struct stmt *insert, size_t columns,
			    struct why *why)
{
	for (size_t i = 0; i < columns; i++) {
		struct bound v;
		backup_in_value(b, &v);
		stmt_bind_value(insert, (int)i + 1, &v);
	}
	enum err rc = backup_in_end(b, why);
	if (rc != OK)
		return rc;
	stmt_push(insert);
	struct db *db = insert->db;
	if (db->failed != OK && why)
		*why = db->failed_why;
	return db->failed;
}

/* The rows of one table; *ret_tag is what follows them. */
static enum err restore_table(struct backup_in *b, struct db *db, char *ret_tag, int64_t *rows,
			      struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct table t;
	enum err rc = restore_table_header(b, db, a, &t, why);
	if (rc == OK)
		rc = empty_table(db, &t, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *insert = insert_stmt(db, &t);
	while (rc == OK && (*ret_tag = backup_in_tag(b)) == 'R') {
		rc = restore_row(b, insert, t.n, why);
		++*rows;
	}
	return rc;
}

static enum err restore_all(struct backup_in *b, struct db *db, struct why *why)
{
	enum err rc = OK;
	int64_t rows = 0, migrations = 0;
	char tag = backup_in_tag(b);
	for (; rc == OK && tag == 'M'; tag = backup_in_tag(b))
		rc = restore_migration(b, db, migrations++, why);
	while (rc == OK && tag == 'T')
		rc = restore_table(b, db, &tag, &rows, why);
	if (rc != OK)
		return rc;
	int64_t expected = backup_in_number(b);
	rc = backup_in_end(b, why);
	if (rc == OK && (tag != 'E' || expected != rows || migrations == 0))
		return fail(why, ERR_INVALID, "the backup says it has %lld rows, %lld were found",
			    (long long)expected, (long long)rows);
	return rc == OK ? db->dialect->drain(db, why) : rc;
}

static enum err restore_into(struct db *db, struct backup_in *b, struct why *why)
{
	struct store *s = db->store;
	struct schema_state st;
	enum err rc = schema_read(db, &st, why);
	if (rc == OK && st.exists)
		return fail(
			why, ERR_CONFLICT,
			"there is a database already: a backup is restored into an empty one only");
	db->in_change = true;
	if (rc == OK)
		rc = restore_all(b, db, why);
	db->in_change = false;
	if (rc == OK)
		rc = schema_read(db, &st, why);
	if (rc ==
	    OK) /* before the commit: a mark without a database is recognised, the reverse is not */
		rc = mark_create(s->dir, st.identity, 0, &s->mark, why);
	return rc;
}

enum err store_restore(const struct store_options *o, const char *path, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_destroy) struct store *s = NULL;
	AUTO(db_free) struct db *db = NULL;
	AUTO(backup_in_free) struct backup_in *b = NULL;
	enum err rc = backup_in_open(a, path, &b, why);
	if (rc == OK)
		rc = store_make(o, &s, why);
	if (rc == OK)
		rc = lock_take(s->dir, &s->lock, why);
	if (rc != OK)
		return rc;
	db = db_new(s, DB_WRITER);
	if (!db)
		return fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	rc = db_connect(db, true, why);
	if (rc != OK)
		return rc;
	rc = db->dialect->begin_alone(db, why);
	if (rc == OK)
		rc = restore_into(db, b, why);
	if (rc == OK)
		rc = db_commit(db, why);
	db_rollback(db);
	return rc == OK ? db->dialect->tidy(db, true, why) : rc;
}
