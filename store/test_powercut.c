#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/powercut_vfs.h"
#include "store/testing.h"

#define SUBMITTERS 4
#define ACKNOWLEDGED_MAX 65536
#define CYCLES 60 /* on one database; the command line may ask for more, on others */
#define CONTROL_CYCLES 60
#define OPERATIONS_MOST 200	   /* the power fails somewhere within so many writes and syncs */
#define OPERATIONS_CHECKPOINT 1000 /* after so many the log is being folded back */
#define PAIRS_BEFORE_CLOSE 8

static const struct migration migrations[] = {
	MIGRATION(
		1, "start",
		"CREATE TABLE half (pair BIGINT NOT NULL, side BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (pair, side));\n"),
};

static int64_t cycles = CYCLES;

struct run {
	struct store *store;
	_Atomic int64_t next;
	_Atomic size_t n;
	int64_t pairs_each; /* a submitter stops after so many; 0: in the dark */
	int64_t acknowledged[ACKNOWLEDGED_MAX];
};

/* Two rows that belong together, large enough to touch several pages. */
static enum err insert_pair(struct db *tx, void *arg, struct why *why)
{
	const int64_t *pair = arg;
	char body[700];
	memset(body, 'a' + (int)(*pair % 26), sizeof(body));
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO half (pair, side, body) VALUES ($1, $2, $3)"));
	for (int side = 0; side < 2; side++) {
		stmt_bind_int(q, 1, *pair);
		stmt_bind_int(q, 2, side);
		stmt_bind(q, 3, (struct str){body, sizeof(body)});
		enum err rc = stmt_end(q, why);
		if (rc != OK)
			return rc;
	}
	return OK;
}

static void *submit_until_dark(void *arg)
{
	struct run *r = arg;
	for (int64_t i = 0; r->pairs_each == 0 || i < r->pairs_each; i++) {
		int64_t pair = atomic_fetch_add(&r->next, 1);
		struct why why;
		if (store_write(r->store, insert_pair, &pair, &why) != OK)
			return NULL;
		size_t at = atomic_fetch_add(&r->n, 1);
		if (at >= ACKNOWLEDGED_MAX)
			return NULL;
		r->acknowledged[at] = pair;
	}
	return NULL;
}

static int64_t ask(struct db *db, struct sql text, int64_t value)
{
	struct why why = {0};
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	stmt_bind_int(q, 1, value);
	assert_true(stmt_row(q));
	int64_t n = stmt_int(q, 0);
	assert_ok(stmt_end(q, &why), why);
	return n;
}

/* How many acknowledged pairs are gone.  A half of a pair must not be there in any case. */
static size_t count_lost(struct run *r, struct store *s)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	assert_int_equal(ask(db,
			     SQL("SELECT count(*) FROM (SELECT pair FROM half WHERE pair >= $1 "
				 "GROUP BY pair HAVING count(*) <> 2) AS t"),
			     0),
			 0);
	size_t lost = 0, n = atomic_load(&r->n);
	for (size_t i = 0; i < n && i < ACKNOWLEDGED_MAX; i++)
		lost += ask(db, SQL("SELECT count(*) FROM half WHERE pair = $1"),
			    r->acknowledged[i]) != 2;
	return lost;
}

static void print_finding(void *arg, const struct why *found)
{
	(void)arg;
	print_error("%s\n", found->text);
}

/* Work, cut, restore, look.  *ret_degraded: the store has noticed that it is not what it was. */
static size_t cycle(struct run *r, struct powercut *p, const struct store_options *o, int64_t after,
		    enum powercut_keep keep, bool *ret_degraded)
{
	struct why why = {0};
	assert_ok(store_open(o, &r->store, &why), why);
	if (r->pairs_each == 0)
		powercut_after(p, after);
	pthread_t threads[SUBMITTERS];
	for (size_t i = 0; i < SUBMITTERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, submit_until_dark, r), 0);
	for (size_t i = 0; i < SUBMITTERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(powercut_is_dark(p), r->pairs_each == 0);
	if (r->pairs_each > 0)
		powercut_after(p, after); /* while it closes and folds the log */
	store_close(r->store);
	powercut_restore(p, keep);

	struct store *again = NULL;
	assert_ok(store_open(o, &again, &why), why);
	*ret_degraded = store_degraded(again) != NULL;
	size_t lost = count_lost(r, again);
	if (!*ret_degraded)
		assert_ok(store_verify(again, print_finding, NULL, &why), why);
	store_close(again);
	return lost;
}

/* n cycles on one database: what an early one acknowledged must survive the later ones too. */
static void lose_nothing(int64_t n, uint64_t seed)
{
	static struct run r;
	atomic_store(&r.n, 0);
	AUTO(testbed_free) struct testbed *bed = testbed_new(false);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	struct powercut *p = powercut_install(seed);
	store_close(testbed_open(bed, migrations, ARRAY_LEN(migrations)));
	for (int64_t i = 0; i < n; i++) {
		bool degraded;
		int64_t after = 1 + (i * 37 + (int64_t)seed) % OPERATIONS_MOST;
		if (i % 6 == 5)
			after += OPERATIONS_CHECKPOINT;
		r.pairs_each = i % 3 == 0 ? PAIRS_BEFORE_CLOSE : 0;
		assert_int_equal(cycle(&r, p, &o, after,
				       i % 2 ? POWERCUT_KEEP_HALF : POWERCUT_KEEP_NOTHING,
				       &degraded),
				 0);
		assert_false(degraded);
	}
	assert_true(atomic_load(&r.n) > (size_t)n);
	powercut_remove(p);
}

static void nothing_acknowledged_is_lost(void **state)
{
	(void)state;
	for (int64_t done = 0; done < cycles; done += CYCLES)
		lose_nothing(cycles - done < CYCLES ? cycles - done : CYCLES,
			     (uint64_t)(20261122 + done));
}

/* The control: if a store that does not sync loses nothing here, the test above proves nothing. */
static void without_sync_something_is_lost_and_noticed(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.building = true;
	struct powercut *p = powercut_install(1975);
	size_t lost = 0;
	for (int i = 0; i < CONTROL_CYCLES && lost == 0; i++) {
		static struct run r;
		struct testbed *fresh = testbed_new(false);
		o.dir = fresh->dir;
		atomic_store(&r.n, 0);
		store_close(testbed_open(fresh, migrations, ARRAY_LEN(migrations)));
		bool degraded;
		lost = cycle(&r, p, &o, 20 + i, i % 2 ? POWERCUT_KEEP_HALF : POWERCUT_KEEP_NOTHING,
			     &degraded);
		assert_int_equal(lost > 0, degraded);
		testbed_free(fresh);
	}
	assert_true(lost > 0);
	powercut_remove(p);
}

static const struct migration more_migrations[] = {
	MIGRATION(
		1, "start",
		"CREATE TABLE half (pair BIGINT NOT NULL, side BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (pair, side));\n"),
	MIGRATION(2, "second",
		  "CREATE TABLE second (id BIGINT PRIMARY KEY);\n"
		  "INSERT INTO second (id) SELECT pair FROM half WHERE side = 0;\n"
		  "ALTER TABLE second ADD COLUMN name TEXT;\n"),
};

/* Old or new, for a cut at every write of the migration. */
static void a_cut_while_migrating_leaves_old_or_new(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct powercut *p = powercut_install(9);
	struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	struct why why = {0};
	for (int64_t pair = 1; pair <= 5; pair++)
		assert_ok(store_write(s, insert_pair, &pair, &why), why);
	store_close(s);
	struct store_options o = testbed_options(bed, more_migrations, ARRAY_LEN(more_migrations));
	int cuts = 0, old = 0;
	for (bool done = false; !done; cuts++) {
		powercut_after(p, cuts + 1);
		s = NULL;
		enum err rc = store_open(&o, &s, &why);
		store_close(s);
		done = rc == OK && !powercut_is_dark(p);
		powercut_restore(p, cuts % 2 ? POWERCUT_KEEP_HALF : POWERCUT_KEEP_NOTHING);
		o.read_only = true; /* refuses an old schema, accepts the whole new one */
		rc = store_open(&o, &s, &why);
		o.read_only = false;
		if (rc == OK) {
			AUTO(store_give) struct db *db = NULL;
			assert_ok(store_take(s, &db, &why), why);
			assert_int_equal(
				ask(db,
				    SQL("SELECT count(*) FROM second WHERE id > $1 AND name IS NULL"),
				    0),
				5);
		} else {
			assert_non_null(strstr(why.text, "older schema"));
			old++;
		}
		if (rc == OK)
			store_close(s);
	}
	assert_true(old > 3 && cuts > old);
	powercut_remove(p);
}

/* -- a disk that fails without a cut -- */

static int64_t count_pairs(struct store *s)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	return ask(db, SQL("SELECT count(*) FROM half WHERE pair >= $1"), 0) / 2;
}

static void fail_and_recover(struct testbed *bed, enum powercut_failure failure)
{
	struct powercut *p = powercut_install(7);
	struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	struct why why = {0};
	int64_t first = 1 + 10 * (int64_t)failure, before = count_pairs(s);
	assert_ok(store_write(s, insert_pair, &first, &why), why);

	powercut_fail(p, failure);
	int64_t refused = first + 1;
	assert_err(store_write(s, insert_pair, &refused, &why), ERR_FULL);
	assert_non_null(store_degraded(s));
	assert_err(store_write(s, insert_pair, &refused, &why), ERR_FULL);
	assert_int_equal(count_pairs(s), before + 1); /* reads live */

	powercut_fail(p, POWERCUT_SOUND);
	for (int tries = 0; store_degraded(s) && tries < 50; tries++)
		usleep(100 * 1000);
	assert_null(store_degraded(s));
	assert_ok(store_write(s, insert_pair, &refused, &why), why);
	assert_int_equal(count_pairs(s), before + 2);
	assert_ok(store_verify(s, print_finding, NULL, &why), why);
	store_close(s);
	powercut_remove(p);
}

static void a_failing_disk_stops_writes_only_and_for_its_time(void **state)
{
	struct testbed *bed = testbed_of(state);
	fail_and_recover(bed, POWERCUT_DISK_FULL);
	fail_and_recover(bed, POWERCUT_WRITE_FAILS);
	fail_and_recover(bed, POWERCUT_SHORT_WRITE);
	fail_and_recover(bed, POWERCUT_SYNC_FAILS);
}

/* What a failed sync should have brought to the disk is gone; what is acknowledged afterwards is not. */
static void a_cut_after_a_failed_sync_loses_nothing(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct powercut *p = powercut_install(8);
	struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	struct why why = {0};
	int64_t one = 1, two = 2, three = 3;
	assert_ok(store_write(s, insert_pair, &one, &why), why);
	powercut_fail(p, POWERCUT_SYNC_FAILS);
	assert_err(store_write(s, insert_pair, &two, &why), ERR_FULL);
	powercut_fail(p, POWERCUT_SOUND);
	for (int tries = 0; store_degraded(s) && tries < 50; tries++)
		usleep(100 * 1000);
	assert_ok(store_write(s, insert_pair, &three, &why), why);
	powercut_after(p, 1);
	assert_err(store_write(s, insert_pair, &two, &why), ERR_FULL);
	store_close(s);
	powercut_restore(p, POWERCUT_KEEP_NOTHING);
	s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	assert_null(store_degraded(s));
	assert_int_equal(count_pairs(s), 2);
	store_close(s);
	powercut_remove(p);
}

int main(int argc, char **argv)
{
	struct why why;
	if (argc > 1 && str_int(str_of(argv[1]), 1, INT32_MAX, &cycles, &why) != OK) {
		fprintf(stderr, "usage: %s [CYCLES]: %s\n", argv[0], why.text);
		return 2;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost),
		ON_SQLITE(without_sync_something_is_lost_and_noticed),
		ON_SQLITE(a_cut_while_migrating_leaves_old_or_new),
		ON_SQLITE(a_failing_disk_stops_writes_only_and_for_its_time),
		ON_SQLITE(a_cut_after_a_failed_sync_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
