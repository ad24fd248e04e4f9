#include <fcntl.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/testing.h"

/* What a store does when something is not as it left it. */

static const struct migration migrations[] = {
	MIGRATION(1, "start", "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL);\n"),
};

static struct store *open_store(const struct testbed *bed)
{
	return testbed_open(bed, migrations, ARRAY_LEN(migrations));
}

static enum err insert_item(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO item (id, name) VALUES ($1, 'x')"));
	stmt_bind_int(q, 1, *(const int64_t *)arg);
	return stmt_end(q, why);
}

static enum err insert(struct store *s, int64_t id, struct why *why)
{
	return store_write(s, insert_item, &id, why);
}

static int64_t ask(struct store *s, struct sql text)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : -1;
	assert_ok(stmt_end(q, &why), why);
	return n;
}

static void copy_file(const char *from_dir, const char *from, const char *to_dir, const char *to)
{
	char path[160];
	snprintf(path, sizeof(path), "%s/%s", from_dir, from);
	int in = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "%s/%s", to_dir, to);
	int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
	assert_true(in >= 0 && out >= 0);
	char bytes[4096];
	ssize_t n;
	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
}

/* It is kept as it is: read, never written, and the sentence names the way out. */
static void assert_read_only(struct store *s, const char *sentence)
{
	struct why why = {0};
	assert_non_null(store_degraded(s));
	assert_non_null(strstr(store_degraded(s), sentence));
	assert_non_null(strstr(store_degraded(s), "haidang restore"));
	assert_err(insert(s, 99, &why), ERR_UNAVAILABLE);
	assert_string_equal(why.text, store_degraded(s));
	assert_int_equal(ask(s, SQL("SELECT count(*) FROM item WHERE id = 99")), 0);
}

static void count_line(void *arg, const struct why *found)
{
	assert_true(found->text[0] && found->vi[0]);
	++*(int *)arg;
}

static void an_older_database_is_read_only(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	struct store *s = open_store(bed);
	assert_ok(insert(s, 1, &why), why);
	store_close(s);
	copy_file(bed->dir, "haidang.db", bed->dir, "copy");
	s = open_store(bed);
	assert_ok(insert(s, 2, &why), why);
	store_close(s);
	copy_file(bed->dir, "copy", bed->dir, "haidang.db");
	s = open_store(bed);
	assert_read_only(s, "commit 1");
	int lines = 0;
	assert_err(store_verify(s, count_line, &lines, &why), ERR_CONFLICT);
	assert_int_equal(lines, 1);
	assert_int_equal(ask(s, SQL("SELECT count(*) FROM item")), 1);
	store_close(s);
}

static void another_database_is_read_only(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *other = testbed_new(bed->url != NULL);
	store_close(open_store(bed));
	store_close(open_store(other));
	copy_file(other->dir, "high-water", bed->dir, "high-water");
	struct store *s = open_store(bed);
	assert_read_only(s, "belongs to");
	store_close(s);
}

static void a_damaged_mark_is_read_only(void **state)
{
	struct testbed *bed = testbed_of(state);
	store_close(open_store(bed));
	char path[128];
	snprintf(path, sizeof(path), "%s/high-water", bed->dir);
	int fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, "7", 1, 75), 1);
	close(fd);
	struct store *s = open_store(bed);
	assert_read_only(s, "high-water is damaged");
	store_close(s);
}

static void a_lost_database_is_not_begun_anew(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	struct store *s = open_store(bed);
	assert_ok(insert(s, 1, &why), why);
	store_close(s);
	char path[128];
	snprintf(path, sizeof(path), "%s/haidang.db", bed->dir);
	assert_int_equal(unlink(path), 0);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	assert_err(store_open(&o, &s, &why), ERR_UNAVAILABLE);
	assert_non_null(strstr(why.text, "haidang restore"));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(close(open(path, O_WRONLY | O_CREAT, 0640)),
			 0); /* nor an empty one filled */
	assert_err(store_open(&o, &s, &why), ERR_CONFLICT);
	assert_non_null(strstr(why.text, "haidang restore"));
}

/* Flipped bits in the tail of the log make SQLite end it there, silently: the mark knows. */
static void a_damaged_log_is_noticed(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *crashed = testbed_new(false);
	struct why why = {0};
	struct store *s = open_store(bed);
	for (int64_t id = 1; id <= 5; id++)
		assert_ok(insert(s, id, &why), why);
	copy_file(bed->dir, "haidang.db", crashed->dir,
		  "haidang.db"); /* as kill -9 would leave it */
	copy_file(bed->dir, "haidang.db-wal", crashed->dir, "haidang.db-wal");
	copy_file(bed->dir, "high-water", crashed->dir, "high-water");
	store_close(s);
	char path[128];
	snprintf(path, sizeof(path), "%s/haidang.db-wal", crashed->dir);
	int fd = open(path, O_RDWR);
	off_t size = lseek(fd, 0, SEEK_END);
	char byte;
	assert_int_equal(pread(fd, &byte, 1, size - 2000), 1);
	byte = (char)(byte ^ 16);
	assert_int_equal(pwrite(fd, &byte, 1, size - 2000), 1);
	close(fd);
	s = open_store(crashed);
	assert_read_only(s, "acknowledged");
	store_close(s);
}

static void a_damaged_file_is_noticed(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	struct store *s = open_store(bed);
	for (int64_t id = 1; id <= 2000; id++)
		assert_ok(insert(s, id, &why), why);
	store_close(s);
	char path[128];
	snprintf(path, sizeof(path), "%s/haidang.db", bed->dir);
	int fd = open(path, O_RDWR);
	off_t size = lseek(fd, 0, SEEK_END);
	static const char rubbish[64] = "rubbish";
	assert_int_equal(pwrite(fd, rubbish, sizeof(rubbish), size - 4096), sizeof(rubbish));
	close(fd);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	assert_ok(store_open(&o, &s, &why), why);
	assert_non_null(store_degraded(s));
	assert_non_null(strstr(store_degraded(s), "damaged"));
	assert_err(insert(s, 5000, &why), ERR_UNAVAILABLE);
	int lines = 0;
	assert_err(store_verify(s, count_line, &lines, &why), ERR_CONFLICT);
	assert_true(lines > 0);
	store_close(s);
}

/* -- readers -- */

static void a_snapshot_stands_still(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(db_snapshot(db, &why), why);
	assert_ok(insert(s, 1, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT count(*) FROM item"));
	assert_true(stmt_row(q));
	assert_int_equal(stmt_int(q, 0), 0);
	assert_ok(stmt_end(q, &why), why);
	db_snapshot_end(db);
	assert_true(stmt_row(q));
	assert_int_equal(stmt_int(q, 0), 1);
	assert_ok(stmt_end(q, &why), why);
}

static void readers_are_counted_and_cannot_write(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.readers = 2;
	struct store *s = NULL;
	struct why why = {0};
	assert_ok(store_open(&o, &s, &why), why);
	struct db *a = NULL, *b = NULL, *c = NULL;
	assert_ok(store_take(s, &a, &why), why);
	assert_ok(store_take(s, &b, &why), why);
	assert_err(store_take(s, &c, &why), ERR_UNAVAILABLE);
	struct stmt *q = db_stmt(a, SQL("INSERT INTO item (id, name) VALUES (1, 'x')"));
	assert_err(stmt_end(q, &why), ERR_INTERNAL);
	stmt_free(q);
	store_give(a);
	assert_ok(store_take(s, &c, &why), why);
	assert_null(store_degraded(s));
	store_give(b);
	store_give(c);
	store_close(s);
}

static void statements_nest_and_outnumber_the_cache(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	for (int64_t id = 1; id <= 3; id++)
		assert_ok(insert(s, id, &why), why);
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	int pairs = 0;
	AUTO(stmt_free) struct stmt *outer = db_stmt(db, SQL("SELECT id FROM item ORDER BY id"));
	while (stmt_row(outer)) {
		AUTO(stmt_free) struct stmt *inner =
			db_stmt(db, SQL("SELECT id FROM item ORDER BY id"));
		while (stmt_row(inner))
			pairs++;
	}
	assert_int_equal(pairs, 9);
	AUTO(arena_free) struct arena *a = arena_new();
	static const int64_t ids[400] = {3, 1};
	for (size_t n = 0; n < ARRAY_LEN(ids); n++) {
		struct query query;
		query_init(&query, a);
		query_sql(&query, SQL("SELECT count(*) FROM item WHERE id IN "));
		query_ints(&query, ids, n);
		query_sql(&query, SQL(" AND name = "));
		query_str(&query, STR("x"));
		query_sql(&query, SQL(" AND id < "));
		query_int(&query, 100);
		AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
		assert_true(stmt_row(q));
		assert_int_equal(stmt_int(q, 0), n < 2 ? n : 2);
	}
}

static void mistakes_are_told(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	struct stmt *q = db_stmt(db, SQL("SELECT nothing FROM nowhere"));
	assert_false(stmt_row(q));
	assert_err(stmt_end(q, &why), ERR_INTERNAL);
	stmt_free(q);
	q = db_stmt(db, SQL("SELECT id FROM item WHERE id = $1"));
	stmt_bind_int(q, 2, 1);
	assert_false(stmt_row(q));
	assert_err(stmt_end(q, &why), ERR_INTERNAL);
	assert_non_null(strstr(why.text, "$2"));
	stmt_bind_null(q, 1); /* a null first, a number then */
	assert_false(stmt_row(q));
	assert_ok(stmt_end(q, &why), why);
	stmt_bind_int(q, 1, INT64_MAX);
	assert_false(stmt_row(q));
	assert_ok(stmt_end(q, &why), why);
	stmt_free(q);
}

/* -- the server of the database goes away -- */

static enum err backend(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("SELECT pg_backend_pid()"));
	*(int64_t *)arg = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

static void terminate(struct store *s, int64_t pid)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT pg_terminate_backend(CAST($1 AS INTEGER), 2000)"));
	stmt_bind_int(q, 1, pid);
	assert_true(stmt_row(q));
	assert_int_equal(stmt_int(q, 0), 1);
	assert_ok(stmt_end(q, &why), why);
}

static void a_connection_lost_between_changes_is_not_noticed(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	int64_t pid = 0;
	assert_ok(store_write(s, backend, &pid, &why), why);
	terminate(s, pid);
	assert_ok(insert(s, 1, &why), why);
	assert_null(store_degraded(s));
}

struct suicide {
	struct store *store;
	int64_t id;
};

static enum err insert_and_lose(struct db *tx, void *arg, struct why *why)
{
	struct suicide *c = arg;
	int64_t pid = 0;
	enum err rc = insert_item(tx, &c->id, why);
	if (rc == OK)
		rc = backend(tx, &pid, why);
	if (rc == OK)
		terminate(c->store, pid);
	return rc;
}

static void a_connection_lost_before_the_commit_stores_nothing(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	assert_err(store_write(s, insert_and_lose, &(struct suicide){s, 1}, &why), ERR_UNAVAILABLE);
	for (int tries = 0; store_degraded(s) && tries < 50; tries++)
		usleep(100 * 1000);
	assert_int_equal(ask(s, SQL("SELECT count(*) FROM item")), 0);
	assert_ok(insert(s, 1, &why), why);
	assert_int_equal(ask(s, SQL("SELECT count(*) FROM item")), 1);
}

static const struct migration trapped[] = {
	MIGRATION(1, "start", "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL);\n"),
	MIGRATION(
		2, "trap",
		"CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM "
		"pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';\n"
		"CREATE CONSTRAINT TRIGGER trap AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
		"WHEN (NEW.id = 666) EXECUTE FUNCTION trap();\n"),
};

static void a_connection_lost_at_the_commit_is_told_as_unknown(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = testbed_open(bed, trapped, ARRAY_LEN(trapped));
	struct why why = {0};
	assert_err(insert(s, 666, &why), ERR_UNAVAILABLE);
	assert_non_null(strstr(why.text, "not known"));
	for (int tries = 0; store_degraded(s) && tries < 50; tries++)
		usleep(100 * 1000);
	assert_ok(insert(s, 1, &why), why);
	assert_int_equal(ask(s, SQL("SELECT count(*) FROM item")), 1);
}

/* A socket of the same server in the test's own directory, to be taken away. */
static void socket_paths(const struct testbed *bed, char *real, char *ours, size_t size)
{
	const char *host = NULL, *port = "5432";
	PQconninfoOption *all = PQconninfoParse(bed->url, NULL);
	assert_non_null(all);
	for (PQconninfoOption *o = all; o->keyword; o++) {
		if (strcmp(o->keyword, "host") == 0)
			host = o->val;
		if (strcmp(o->keyword, "port") == 0 && o->val)
			port = o->val;
	}
	bool local = host && host[0] == '/';
	snprintf(real, size, "%s/.s.PGSQL.%s", local ? host : "", port);
	snprintf(ours, size, "%s/.s.PGSQL.%s", bed->dir, port);
	PQconninfoFree(all);
	if (!local)
		skip();
}

static void a_lost_server_is_waited_for_then_refused_then_found_again(void **state)
{
	struct testbed *bed = testbed_of(state);
	char real[160], ours[160], url[512];
	socket_paths(bed, real, ours, sizeof(real));
	assert_int_equal(symlink(real, ours), 0);
	snprintf(url, sizeof(url), "%s&host=%s", bed->url, bed->dir);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.url = url;
	struct store *s = NULL;
	struct why why = {0};
	assert_ok(store_open(&o, &s, &why), why);
	int64_t pid = 0;
	assert_ok(store_write(s, backend, &pid, &why), why);
	terminate(s, pid);
	assert_int_equal(unlink(ours), 0);
	usec start = clock_monotonic();
	assert_err(insert(s, 1, &why), ERR_UNAVAILABLE);
	assert_true(clock_monotonic() - start > 2 * USEC_SECOND); /* it was waited for */
	assert_non_null(strstr(store_degraded(s), "cannot be reached"));
	start = clock_monotonic();
	assert_err(insert(s, 1, &why), ERR_UNAVAILABLE);
	assert_true(clock_monotonic() - start < USEC_SECOND / 2); /* and is not any more */
	assert_int_equal(symlink(real, ours), 0);
	for (int tries = 0; store_degraded(s) && tries < 50; tries++)
		usleep(100 * 1000);
	assert_null(store_degraded(s));
	assert_ok(insert(s, 1, &why), why);
	store_close(s);
}

static enum err steal_number(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE store_server SET holder = 'another'"));
	return stmt_end(q, why);
}

static void a_server_whose_number_was_taken_stops(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	assert_err(store_write(s, steal_number, NULL, &why), ERR_UNAVAILABLE);
	assert_non_null(strstr(store_degraded(s), "start this one again"));
	assert_err(insert(s, 1, &why), ERR_UNAVAILABLE);
	assert_int_equal(ask(s, SQL("SELECT count(*) FROM store_server WHERE holder = 'another'")),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_SQLITE(an_older_database_is_read_only),
		ON_EACH_ENGINE(another_database_is_read_only),
		ON_EACH_ENGINE(a_damaged_mark_is_read_only),
		ON_SQLITE(a_lost_database_is_not_begun_anew),
		ON_SQLITE(a_damaged_log_is_noticed),
		ON_SQLITE(a_damaged_file_is_noticed),
		ON_EACH_ENGINE(a_snapshot_stands_still),
		ON_EACH_ENGINE(readers_are_counted_and_cannot_write),
		ON_EACH_ENGINE(statements_nest_and_outnumber_the_cache),
		ON_EACH_ENGINE(mistakes_are_told),
		ON_POSTGRES(a_connection_lost_between_changes_is_not_noticed),
		ON_POSTGRES(a_connection_lost_before_the_commit_stores_nothing),
		ON_POSTGRES(a_connection_lost_at_the_commit_is_told_as_unknown),
		ON_POSTGRES(a_lost_server_is_waited_for_then_refused_then_found_again),
		ON_EACH_ENGINE(a_server_whose_number_was_taken_stops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
