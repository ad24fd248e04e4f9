#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "store/testing.h"

static const struct migration migrations[] = {
	MIGRATION(1, "start",
		  "CREATE TABLE unit (\n"
		  "	id BIGINT PRIMARY KEY,\n"
		  "	code TEXT NOT NULL UNIQUE,\n"
		  "	parent BIGINT, -- none; for the root\n"
		  "	seal BYTEA,\n"
		  "	level BIGINT NOT NULL DEFAULT 0 CHECK (level >= 0)\n"
		  ");\n"
		  "CREATE INDEX unit_parent ON unit (parent);\n"),
	MIGRATION(2, "note", "INSERT INTO unit (id, code) VALUES (1, 'BIGINT; it''s\n;');\n"),
};

static struct store *open_store(const struct testbed *bed)
{
	return testbed_open(bed, migrations, ARRAY_LEN(migrations));
}

struct unit {
	int64_t id;
	const char *code;
	int64_t level;
};

static enum err insert_unit(struct db *tx, void *arg, struct why *why)
{
	const struct unit *u = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO unit (code, level, id) VALUES ($2, $3, $1)"));
	stmt_bind_int(q, 1, u->id);
	stmt_bind(q, 2, str_of(u->code));
	stmt_bind_int(q, 3, u->level);
	return stmt_end(q, why);
}

static int64_t count_units(struct store *s)
{
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT count(*) FROM unit"));
	assert_true(stmt_row(q));
	int64_t n = stmt_int(q, 0);
	assert_false(stmt_row(q));
	assert_ok(stmt_end(q, &why), why);
	return n;
}

static void what_is_written_is_read_again(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	struct store *s = open_store(bed);
	assert_ok(store_write(s, insert_unit, &(struct unit){2, "KH.01 – Cam Ranh", 3}, &why), why);
	store_close(s);

	s = open_store(bed);
	struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	struct stmt *q = db_stmt(db, SQL("SELECT id, code, parent, level FROM unit ORDER BY id"));
	assert_true(stmt_row(q));
	assert_str(stmt_str(q, 1), "BIGINT; it's\n;");
	assert_true(stmt_row(q));
	assert_int_equal(stmt_int(q, 0), 2);
	assert_str(stmt_str(q, 1), "KH.01 – Cam Ranh");
	assert_true(stmt_is_null(q, 2));
	assert_null(stmt_str(q, 2).ptr);
	assert_int_equal(stmt_int(q, 3), 3);
	assert_false(stmt_row(q));
	assert_ok(stmt_end(q, &why), why);
	stmt_free(q);
	store_give(db);
	store_close(s);
}

static enum err insert_bytes(struct db *tx, void *arg, struct why *why)
{
	struct str *seal = arg;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("INSERT INTO unit (id, code, seal) VALUES (9, $2, $1) RETURNING id, seal"));
	stmt_bind(q, 2, STR("sealed"));
	stmt_bind_bytes(q, 1, *seal);
	bool same = stmt_row(q) && stmt_int(q, 0) == 9 && str_eq(stmt_bytes(q, 1), *seal);
	enum err rc = stmt_end(q, why);
	return rc == OK && !same ? refuse(why, ERR_INTERNAL, "came back changed") : rc;
}

static void bytes_survive(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	char bytes[256];
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	struct why why = {0};
	assert_ok(store_write(s, insert_bytes, &(struct str){bytes, sizeof(bytes)}, &why), why);
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT seal FROM unit WHERE id = 9"));
	assert_true(stmt_row(q));
	assert_true(str_eq(stmt_bytes(q, 0), (struct str){bytes, sizeof(bytes)}));
}

static void a_conflict_is_named_and_leaves_nothing(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	assert_ok(store_write(s, insert_unit, &(struct unit){2, "A", 0}, &why), why);
	assert_err(store_write(s, insert_unit, &(struct unit){3, "A", 0}, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "code"));
	assert_err(store_write(s, insert_unit, &(struct unit){3, "B", -1}, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "level"));
	assert_int_equal(count_units(s), 2);
	assert_ok(store_write(s, insert_unit, &(struct unit){3, "B", 0}, &why), why);
}

static enum err insert_and_ignore(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	struct why ignored;
	if (insert_unit(tx, &(struct unit){20, "first", 0}, why) != OK)
		return ERR_INTERNAL;
	if (insert_unit(tx, &(struct unit){20, "again", 0}, &ignored) == OK)
		return refuse(why, ERR_INTERNAL, "taken twice");
	if (insert_unit(tx, &(struct unit){21, "after", 0}, &ignored) != ERR_CONFLICT)
		return refuse(why, ERR_INTERNAL, "went on after an error");
	return OK;
}

static void an_error_that_is_ignored_still_undoes_the_change(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	assert_err(store_write(s, insert_and_ignore, NULL, &why), ERR_CONFLICT);
	assert_int_equal(count_units(s), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(what_is_written_is_read_again),
		ON_EACH_ENGINE(bytes_survive),
		ON_EACH_ENGINE(a_conflict_is_named_and_leaves_nothing),
		ON_EACH_ENGINE(an_error_that_is_ignored_still_undoes_the_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
