#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"
#include "store/testing.h"

static const struct migration migrations[] = {
	MIGRATION(1, "start",
		  "CREATE TABLE code (id BIGINT PRIMARY KEY, code TEXT NOT NULL);\n"
		  "INSERT INTO code (id, code) VALUES (1, 'seed');\n"),
	MIGRATION(
		2, "values",
		"CREATE TABLE fact (unit BIGINT NOT NULL, period TEXT NOT NULL, n BIGINT, note TEXT, file BYTEA,\n"
		"	PRIMARY KEY (unit, period));\n"
		"CREATE TABLE bare (n BIGINT, \"select\" TEXT);\n"),
};

static struct store *open_store(const struct testbed *bed)
{
	return testbed_open(bed, migrations, ARRAY_LEN(migrations));
}

struct batch {
	int64_t unit, n;
};

static enum err insert_facts(struct db *tx, void *arg, struct why *why)
{
	struct batch *b = arg;
	char bytes[300];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO fact (unit, period, n, note, file) VALUES ($1, $2, $3, $4, $5)"));
	for (int64_t i = 0; i < b->n; i++) {
		char period[24];
		int len = snprintf(period, sizeof(period), "%s%d", i % 2 ? "tháng " : "T", (int)i);
		stmt_bind_int(q, 1, b->unit);
		stmt_bind(q, 2, (struct str){period, (size_t)len});
		stmt_bind_int(q, 3, i % 3 ? -i * 1000003 : INT64_MIN + i);
		stmt_bind(q, 4, i % 4 ? STR("Số liệu \"đúng\"") : i % 8 ? STR("") : STR_NULL);
		stmt_bind_bytes(q, 5,
				i % 5 ? (struct str){bytes, (size_t)i % sizeof(bytes)} : STR_NULL);
		stmt_push(q);
	}
	AUTO(stmt_free) struct stmt *bare =
		db_stmt(tx, SQL("INSERT INTO bare (n, \"select\") VALUES ($1, 'x')"));
	stmt_bind_int(bare, 1, b->unit);
	return stmt_end(bare, why);
}

static enum err remove_seed(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("DELETE FROM code WHERE id = 1"));
	return stmt_end(q, why);
}

static struct str read_file(struct arena *a, const char *path)
{
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	off_t size = lseek(fd, 0, SEEK_END);
	char *bytes = arena_alloc(a, (size_t)size + 1);
	assert_int_equal(pread(fd, bytes, (size_t)size, 0), size);
	close(fd);
	return (struct str){bytes, (size_t)size};
}

static void write_file(const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
	close(fd);
}

static struct str backup(struct store *s, struct arena *a, const struct testbed *bed)
{
	struct str path = arena_fmt(a, "%s/b.backup", bed->dir);
	struct why why = {0};
	assert_ok(store_backup(s, path.ptr, &why), why);
	struct str part = arena_fmt(a, "%s.part", path.ptr);
	assert_int_equal(access(part.ptr, F_OK), -1);
	return path;
}

static enum err restore(const struct testbed *bed, const char *path, struct why *why)
{
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	return store_restore(&o, path, why);
}

static void fill(struct store *s)
{
	struct why why = {0};
	assert_ok(store_write(s, remove_seed, NULL, &why), why);
	for (int64_t unit = 1; unit <= 20; unit++)
		assert_ok(store_write(s, insert_facts, &(struct batch){unit, 40}, &why), why);
}

static void assert_restores_equal(struct arena *a, struct str path, bool postgres)
{
	struct why why = {0};
	AUTO(testbed_free) struct testbed *to = testbed_new(postgres);
	assert_ok(restore(to, path.ptr, &why), why);
	AUTO(store_close) struct store *s = open_store(to);
	assert_null(store_degraded(s));
	struct str again = backup(s, a, to);
	assert_true(str_eq(read_file(a, path.ptr), read_file(a, again.ptr)));
	assert_ok(store_write(s, insert_facts, &(struct batch){1000, 3}, &why), why);
}

static void a_backup_is_the_same_on_either_engine(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_store(bed);
	fill(s);
	struct str path = backup(s, a, bed);
	assert_restores_equal(a, path, false);
	if (testbed_has_postgres())
		assert_restores_equal(a, path, true);
}

/* -- under load -- */

struct load {
	struct store *store;
	_Atomic bool stop;
};

static void *keep_writing(void *arg)
{
	struct load *l = arg;
	struct why why;
	for (int64_t unit = 100; !atomic_load(&l->stop); unit++)
		if (store_write(l->store, insert_facts, &(struct batch){unit, 7}, &why) != OK)
			return arg;
	return NULL;
}

/* Taken while others write, it is one instant: whole batches only, and it restores to itself. */
static void under_load_it_is_one_instant(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct load load = {.store = open_store(bed)};
	fill(load.store);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, keep_writing, &load), 0);
	usleep(50 * 1000);
	struct str path = backup(load.store, a, bed);
	atomic_store(&load.stop, true);
	void *failed;
	pthread_join(thread, &failed);
	assert_null(failed);
	store_close(load.store);

	AUTO(testbed_free) struct testbed *to =
		testbed_new(bed->url == NULL && testbed_has_postgres());
	struct why why = {0};
	assert_ok(restore(to, path.ptr, &why), why);
	AUTO(store_close) struct store *s = open_store(to);
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT count(*), sum(CASE WHEN n IN (7, 40) THEN 1 ELSE 0 END), (SELECT count(*) FROM bare) FROM "
		    "(SELECT count(*) AS n FROM fact GROUP BY unit) AS t"));
	assert_true(stmt_row(q));
	assert_true(stmt_int(q, 0) > 20);
	assert_int_equal(stmt_int(q, 0), stmt_int(q, 1));
	assert_int_equal(stmt_int(q, 0), stmt_int(q, 2));
	assert_false(stmt_row(q));
	assert_true(str_eq(read_file(a, path.ptr), read_file(a, backup(s, a, to).ptr)));
}

/* -- refused -- */

static void it_goes_into_an_empty_one_only(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct store *s = open_store(bed);
	fill(s);
	struct str path = backup(s, a, bed);
	struct why why = {0};
	assert_err(restore(bed, path.ptr, &why), ERR_CONFLICT); /* in use */
	store_close(s);
	assert_err(restore(bed, path.ptr, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "empty"));
	s = open_store(bed);
	assert_null(store_degraded(s));
	store_close(s);
}

static void another_programs_backup_is_refused(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct store *s = open_store(bed);
	struct str path = backup(s, a, bed);
	store_close(s);
	AUTO(testbed_free) struct testbed *to = testbed_new(bed->url != NULL);
	struct store_options o = testbed_options(to, migrations, 1);
	struct why why = {0};
	assert_err(store_restore(&o, path.ptr, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "migration 2"));
	assert_ok(restore(to, path.ptr, &why), why); /* nothing was left behind */
}

static void a_damaged_one_is_refused(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	struct store *s = open_store(bed);
	fill(s);
	struct str path = backup(s, a, bed);
	store_close(s);
	struct str good = read_file(a, path.ptr);
	char *bytes = arena_cstr(a, good);
	AUTO(testbed_free) struct testbed *to = testbed_new(false);
	struct why why = {0};
	for (size_t at = 0; at < good.len; at += good.len / 23) {
		bytes[at] = (char)(bytes[at] ^ 4);
		write_file(path.ptr, (struct str){bytes, good.len});
		assert_err(restore(to, path.ptr, &why), ERR_INVALID);
		bytes[at] = (char)(bytes[at] ^ 4);
		write_file(path.ptr, (struct str){bytes, at});
		assert_err(restore(to, path.ptr, &why), ERR_INVALID);
	}
	write_file(path.ptr, good);
	assert_ok(restore(to, path.ptr, &why), why);
}

/* -- verify -- */

static void count_line(void *arg, const struct why *found)
{
	assert_true(found->text[0] && found->vi[0]);
	++*(int *)arg;
}

static enum err spoil_schema(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("ALTER TABLE bare ADD COLUMN extra TEXT"));
	return stmt_end(q, why);
}

static void verify_finds_a_schema_that_is_not_ours(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	fill(s);
	struct why why = {0};
	int lines = 0;
	assert_ok(store_verify(s, count_line, &lines, &why), why);
	assert_int_equal(lines, 0);
	assert_ok(store_write(s, spoil_schema, NULL, &why), why);
	assert_err(store_verify(s, count_line, &lines, &why), ERR_CONFLICT);
	assert_int_equal(lines, 1);
}

static void columns_are_told_alike(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = open_store(bed);
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	assert_ok(store_take(s, &db, &why), why);
	struct str *columns = NULL;
	size_t n = 0;
	assert_ok(store_columns(db, "fact", a, &columns, &n, &why), why);
	assert_int_equal(n, 5);
	assert_str(columns[0], "unit BIGINT notnull");
	assert_str(columns[1], "period TEXT notnull");
	assert_str(columns[2], "n BIGINT null");
	assert_str(columns[4], "file BYTEA null");
	assert_err(store_columns(db, "nothing", a, &columns, &n, &why), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(a_backup_is_the_same_on_either_engine),
		ON_EACH_ENGINE(under_load_it_is_one_instant),
		ON_EACH_ENGINE(it_goes_into_an_empty_one_only),
		ON_EACH_ENGINE(another_programs_backup_is_refused),
		ON_EACH_ENGINE(a_damaged_one_is_refused),
		ON_EACH_ENGINE(verify_finds_a_schema_that_is_not_ours),
		ON_EACH_ENGINE(columns_are_told_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
