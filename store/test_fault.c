#include <unistd.h>

#include "store/testing.h"

/* Each call into the engine fails once, until nothing fails any more. */

#define CALLS_MAX 400

static const struct migration migrations[] = {
	MIGRATION(
		1, "start",
		"CREATE TABLE pair (id BIGINT NOT NULL, side BIGINT NOT NULL, PRIMARY KEY (id, side));\n"),
	MIGRATION(
		2, "more",
		"INSERT INTO pair (id, side) VALUES (0, 0);\nINSERT INTO pair (id, side) VALUES (0, 1);\n"),
};

static int64_t count_pairs(struct store *s)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT count(*) - 2 * count(DISTINCT id), count(DISTINCT id) FROM pair"));
	assert_true(stmt_row(q));
	assert_int_equal(stmt_int(q, 0), 0); /* no halves */
	int64_t n = stmt_int(q, 1);
	assert_false(stmt_row(q));
	assert_ok(stmt_end(q, &why), why);
	return n;
}

static void opening(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store_testing testing = {0};
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.testing = &testing;
	struct store *s = NULL;
	int64_t n = 0;
	for (enum err rc = ERR_INTERNAL; rc != OK; n++) {
		assert_true(n < CALLS_MAX);
		AUTO(testbed_free) struct testbed *fresh = testbed_new(bed->url != NULL);
		o.dir = fresh->dir;
		o.url = fresh->url;
		testing.fault_at = n + 1;
		struct why why = {0};
		rc = store_open(&o, &s, &why);
		if (rc == OK) {
			store_close(s);
			continue;
		}
		assert_err(rc, ERR_UNAVAILABLE);
		assert_non_null(strstr(why.text, "fault"));
		s = testbed_open(fresh, migrations,
				 ARRAY_LEN(migrations)); /* as if nothing had been */
		assert_null(store_degraded(s));
		assert_int_equal(count_pairs(s), 1);
		store_close(s);
	}
	assert_true(n > 20);
}

static enum err insert_pair(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO pair (id, side) VALUES ($1, $2)"));
	stmt_bind_int(q, 1, *(int64_t *)arg);
	stmt_bind_int(q, 2, 0);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	stmt_bind_int(q, 2, 1);
	stmt_push(q);
	return OK;
}

static enum err remove_pair(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("DELETE FROM pair WHERE id = $1"));
	stmt_bind_int(q, 1, *(int64_t *)arg);
	enum err rc = stmt_end(q, why);
	return rc == OK && stmt_changed(q) != 2 ? refuse(why, ERR_INTERNAL, "half a pair") : rc;
}

static void writing(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	int64_t n = 0, id = 1;
	struct why why = {0};
	for (enum err rc = ERR_INTERNAL; rc != OK; n++) {
		assert_true(n < CALLS_MAX);
		store_fault_at(s, n + 1);
		rc = store_write(s, insert_pair, &id, &why);
		int64_t calls = store_fault_at(s, 0);
		if (rc != OK)
			assert_non_null(strstr(why.text, "fault"));
		assert_true(calls > 0);
		assert_int_equal(count_pairs(s), rc == OK ? 2 : 1);
		id += rc == OK;
		assert_ok(store_write(s, insert_pair, &(int64_t){1000 + n}, &why),
			  why); /* the writer lives */
		assert_int_equal(count_pairs(s), rc == OK ? 3 : 2);
		assert_ok(store_write(s, remove_pair, &(int64_t){1000 + n}, &why), why);
	}
	assert_true(n > 5);
}

static enum err read_pairs(struct store *s, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(s, &db, why);
	if (rc == OK)
		rc = db_snapshot(db, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT id FROM pair"));
	int rows = 0;
	while (stmt_row(q))
		rows++;
	rc = stmt_end(q, why);
	assert_true(rc != OK || rows == 2); /* never silently short */
	return rc;
}

static void reading(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	int64_t n = 0;
	for (enum err rc = ERR_INTERNAL; rc != OK; n++) {
		assert_true(n < CALLS_MAX);
		struct why why = {0};
		store_fault_at(s, n + 1);
		rc = read_pairs(s, &why);
		store_fault_at(s, 0);
		if (rc != OK)
			assert_non_null(strstr(why.text, "fault"));
		assert_ok(read_pairs(s, &why), why);
	}
	assert_true(n > 3);
}

static void backing_up_and_restoring(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	char path[128], part[140];
	snprintf(path, sizeof(path), "%s/b.backup", bed->dir);
	snprintf(part, sizeof(part), "%s.part", path);
	struct why why = {0};
	int64_t n = 0;
	for (enum err rc = ERR_INTERNAL; rc != OK; n++) {
		assert_true(n < CALLS_MAX);
		store_fault_at(s, n + 1);
		rc = store_backup(s, path, &why);
		store_fault_at(s, 0);
		assert_int_equal(access(path, F_OK) == 0, rc == OK);
		assert_int_equal(access(part, F_OK), -1);
	}
	assert_true(n > 5);

	AUTO(testbed_free) struct testbed *to = testbed_new(bed->url != NULL);
	struct store_testing testing = {0};
	struct store_options o = testbed_options(to, migrations, ARRAY_LEN(migrations));
	o.testing = &testing;
	n = 0;
	for (enum err rc = ERR_INTERNAL; rc != OK;
	     n++) { /* into the same place: nothing is left behind */
		assert_true(n < CALLS_MAX);
		testing.fault_at = n + 1;
		rc = store_restore(&o, path, &why);
		if (rc != OK)
			assert_non_null(strstr(why.text, "fault"));
	}
	assert_true(n > 5);
	struct store *restored = testbed_open(to, migrations, ARRAY_LEN(migrations));
	assert_null(store_degraded(restored));
	assert_int_equal(count_pairs(restored), 1);
	store_close(restored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(opening),
		ON_EACH_ENGINE(writing),
		ON_EACH_ENGINE(reading),
		ON_EACH_ENGINE(backing_up_and_restoring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
