#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqltext.h"
#include "store/testing.h"

/* -- text -- */

static void assert_spelt(void (*spell)(struct str, struct buf *), const char *in,
			 const char *expected)
{
	AUTO(buf_release) struct buf out;
	buf_init(&out, 4096);
	spell(str_of(in), &out);
	assert_str(buf_str(&out), expected);
}

static void engines_get_their_spelling(void **state)
{
	(void)state;
	assert_spelt(
		sql_for_sqlite,
		"CREATE TABLE a (id BIGINT PRIMARY KEY, b BYTEA, c TEXT DEFAULT 'BIGINT')",
		"CREATE TABLE a (id INTEGER PRIMARY KEY, b BLOB, c TEXT DEFAULT 'BIGINT') STRICT");
	assert_spelt(sql_for_sqlite, "create table if not exists a (\"BYTEA\" bigint) -- BIGINT",
		     "create table if not exists a "
		     "(\"BYTEA\" INTEGER) -- BIGINT STRICT");
	assert_spelt(sql_for_sqlite, "ALTER TABLE a ADD COLUMN d BIGINT",
		     "ALTER TABLE a ADD COLUMN d INTEGER");
	assert_spelt(sql_for_sqlite, "CREATE INDEX i ON a (id)", "CREATE INDEX i ON a (id)");
	assert_spelt(
		sql_for_postgres,
		"CREATE TABLE a (id BIGINT, c TEXT NOT NULL, CHECK (CAST(id AS TEXT) <> 'TEXT'))",
		"CREATE TABLE a (id BIGINT, c TEXT COLLATE \"C\" NOT NULL, CHECK (CAST(id AS TEXT) <> 'TEXT'))");
	assert_spelt(sql_for_postgres, "UPDATE a SET c = 'TEXT'", "UPDATE a SET c = 'TEXT'");
	assert_spelt(sql_placeholders, "SELECT $2, '$1', \"$3\", $10 -- $4\n/* $5 */",
		     "SELECT ?2, '$1', \"$3\", ?10 -- $4\n/* $5 */");
	assert_spelt(sql_placeholders, "SELECT 'it''s $1', $1", "SELECT 'it''s $1', ?1");
	assert_spelt(sql_placeholders, "SELECT 'open $1", "SELECT 'open $1");
}

static void scripts_are_cut_into_statements(void **state)
{
	(void)state;
	struct str rest = STR(
		"-- first;\nINSERT INTO a VALUES ('x;\ny'); -- done\n;\n\nSELECT 1; SELECT 2;\nSELECT 3");
	struct str s;
	assert_true(sql_statement(&rest, &s));
	assert_str(s, "INSERT INTO a VALUES ('x;\ny')");
	assert_true(sql_statement(&rest, &s));
	assert_str(s, "SELECT 1; SELECT 2");
	assert_true(sql_statement(&rest, &s));
	assert_str(s, "SELECT 3");
	assert_false(sql_statement(&rest, &s));
	rest = STR(" -- nothing\n");
	assert_false(sql_statement(&rest, &s));
}

/* -- migrations -- */

#define FIRST MIGRATION(1, "first", "CREATE TABLE a (id BIGINT PRIMARY KEY, name TEXT);\n")
#define SECOND                                                                                     \
	MIGRATION(2, "second",                                                                     \
		  "CREATE TABLE b (id BIGINT PRIMARY KEY);\nINSERT INTO b (id) VALUES (1);\n")
static const struct migration one[] = {FIRST};
static const struct migration two[] = {FIRST, SECOND};
static const struct migration changed[] = {
	MIGRATION(1, "first", "CREATE TABLE a (id BIGINT PRIMARY KEY, title TEXT);\n"), SECOND};
static const struct migration broken[] = {
	FIRST, MIGRATION(2, "broken",
			 "CREATE TABLE b (id BIGINT PRIMARY KEY);\nCREATE TABLE a (id BIGINT);\n")};
static const struct migration gap[] = {
	FIRST, MIGRATION(3, "third", "CREATE TABLE c (id BIGINT PRIMARY KEY);\n")};

static enum err try_open(const struct testbed *bed, const struct migration *m, size_t n,
			 struct why *why)
{
	struct store_options o = testbed_options(bed, m, n);
	struct store *s = NULL;
	enum err rc = store_open(&o, &s, why);
	store_close(s);
	return rc;
}

static int64_t count(struct store *s, struct sql text)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : -1;
	return stmt_end(q, &why) == OK ? n : -1;
}

static void missing_ones_are_applied_and_others_refused(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	assert_ok(try_open(bed, one, 1, &why), why);
	assert_err(try_open(bed, gap, 2, &why), ERR_INTERNAL);
	struct store *s = testbed_open(bed, two, 2);
	assert_int_equal(count(s, SQL("SELECT count(*) FROM b")), 1);
	store_close(s);
	assert_ok(try_open(bed, two, 2, &why), why); /* nothing twice */
	assert_err(try_open(bed, one, 1, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "newer"));
	assert_non_null(strstr(why.text, "second"));
	assert_err(try_open(bed, changed, 2, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "changed"));
	assert_ok(try_open(bed, two, 2, &why), why);
}

static void a_failing_one_leaves_nothing(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	assert_err(try_open(bed, broken, 2, &why), ERR_INTERNAL);
	assert_non_null(strstr(why.text, "broken"));
	struct store *s =
		testbed_open(bed, one, 1); /* the first had been applied, of the second nothing */
	assert_int_equal(count(s, SQL("SELECT count(*) FROM schema_migration")), 2);
	assert_int_equal(count(s, SQL("SELECT count(*) FROM b")), -1);
	store_close(s);
	assert_ok(try_open(bed, two, 2, &why), why);
}

static enum err drop_our_table(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("DROP TABLE schema_migration"));
	return stmt_end(q, why);
}

static void something_elses_database_is_refused(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	struct store *s = testbed_open(bed, one, 1);
	assert_ok(store_write(s, drop_our_table, NULL, &why), why);
	store_close(s);
	assert_err(try_open(bed, one, 1, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "something else"));
}

static void a_look_makes_no_database(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store_options o = testbed_options(bed, one, 1);
	o.read_only = true;
	struct store *s = NULL;
	struct why why = {0};
	assert_int_not_equal(store_open(&o, &s, &why), OK);
	assert_null(s);
	assert_ok(try_open(bed, one, 1, &why), why);
}

/* -- killed -- */

#define FILL                                                                                                           \
	"INSERT INTO fill (id, body) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) " \
	"SELECT i + (SELECT count(*) FROM fill), 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' FROM n;\n"
static const struct migration filling[] = {
	MIGRATION(1, "1", "CREATE TABLE fill (id BIGINT PRIMARY KEY, body TEXT NOT NULL);\n" FILL),
	MIGRATION(2, "2", FILL FILL "CREATE TABLE m2 (id BIGINT PRIMARY KEY);\n"),
	MIGRATION(3, "3", FILL "CREATE TABLE m3 (id BIGINT PRIMARY KEY);\n" FILL),
	MIGRATION(4, "4", "CREATE INDEX fill_body ON fill (body, id);\n" FILL FILL),
};
static const int64_t rows_after[] = {0, 3000, 9000, 15000, 21000};

static void assert_never_mixed(const struct testbed *bed)
{
	struct why why = {0};
	for (size_t n = ARRAY_LEN(filling); n > 0; n--) {
		struct store_options o = testbed_options(bed, filling, n);
		o.read_only = true;
		struct store *s = NULL;
		if (store_open(&o, &s, &why) != OK)
			continue;
		assert_int_equal(count(s, SQL("SELECT count(*) FROM fill")), rows_after[n]);
		assert_int_equal(count(s, SQL("SELECT count(*) FROM m2")) == 0, n >= 2);
		assert_int_equal(count(s, SQL("SELECT count(*) FROM m3")) == 0, n >= 3);
		store_close(s);
		return;
	}
}

static void killed_it_is_old_or_new(void **state)
{
	struct testbed *bed = testbed_of(state);
	int killed = 0;
	for (int i = 0; i < 12; i++) {
		AUTO(testbed_free) struct testbed *fresh = testbed_new(bed->url != NULL);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			struct why why;
			_exit(try_open(fresh, filling, ARRAY_LEN(filling), &why) == OK ? 0 : 1);
		}
		usleep((useconds_t)(3000 + i * 7000));
		kill(child, SIGKILL);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		killed += WIFSIGNALED(status);
		assert_never_mixed(fresh);
		struct store *s = testbed_open(fresh, filling, ARRAY_LEN(filling));
		assert_null(store_degraded(s));
		assert_int_equal(count(s, SQL("SELECT count(*) FROM fill")), rows_after[4]);
		store_close(s);
	}
	assert_true(killed > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engines_get_their_spelling),
		cmocka_unit_test(scripts_are_cut_into_statements),
		ON_EACH_ENGINE(missing_ones_are_applied_and_others_refused),
		ON_EACH_ENGINE(a_failing_one_leaves_nothing),
		ON_EACH_ENGINE(something_elses_database_is_refused),
		ON_EACH_ENGINE(a_look_makes_no_database),
		ON_EACH_ENGINE(killed_it_is_old_or_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
