/* What the store costs: changes a second, one by one and in groups, and rows a second in bulk, on
 * SQLite and, where HAIDANG_TEST_PG is set, on PostgreSQL.  Each figure is one run of its own on
 * a fresh database in the directory for temporary files; put that on the disk that matters.
 * The power-cut test runs as long as one likes by itself: test_store_powercut CYCLES
 * Build: meson compile in any build folder, then cc -O2 -std=gnu17 -D_GNU_SOURCE -I. bench/store_bench.c
 * $B/libstore_testing.a $B/libstore.a $B/libbase.a -lcmocka -lsqlite3 -lpq -lzstd -lsodium -lgnutls -lutf8proc -ljansson
 * -lm -o store_bench */
#include <pthread.h>
#include <stdatomic.h>

#include "store/testing.h"

#define SUBMITTERS 64
#define RUN_TIME (4 * USEC_SECOND)
#define BULK_ROWS 300000
#define BULK_CHANGE 10000 /* rows in one change */

static const struct migration migrations[] = {
	MIGRATION(
		1, "start",
		"CREATE TABLE figure (unit BIGINT NOT NULL, period BIGINT NOT NULL, id BIGINT NOT NULL, mantissa BIGINT NOT NULL,\n"
		"	scale BIGINT NOT NULL, status TEXT NOT NULL, remark TEXT, PRIMARY KEY (unit, period));\n"),
};

struct work {
	struct store *store;
	_Atomic int64_t next, stored;
	usec until;
};

static struct stmt *insert(struct db *tx)
{
	return db_stmt(
		tx,
		SQL("INSERT INTO figure (unit, period, id, mantissa, scale, status, remark) VALUES "
		    "($1, $2, $3, $4, $5, $6, $7)"));
}

static void bind(struct stmt *q, int64_t n)
{
	stmt_bind_int(q, 1, n % 1000);
	stmt_bind_int(q, 2, n / 1000);
	stmt_bind_int(q, 3, n);
	stmt_bind_int(q, 4, n * 7919 % 1000003);
	stmt_bind_int(q, 5, 2);
	stmt_bind(q, 6, STR("submitted"));
	stmt_bind(q, 7, STR_NULL);
}

static enum err one_row(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = insert(tx);
	bind(q, *(const int64_t *)arg);
	return stmt_end(q, why);
}

static void *submit(void *arg)
{
	struct work *w = arg;
	while (clock_monotonic() < w->until) {
		int64_t n = atomic_fetch_add(&w->next, 1);
		struct why why = {0};
		assert_ok(store_write(w->store, one_row, &n, &why), why);
		atomic_fetch_add(&w->stored, 1);
	}
	return NULL;
}

static double changes_per_second(bool postgres, size_t submitters)
{
	AUTO(testbed_free) struct testbed *bed = testbed_new(postgres);
	AUTO(store_close) struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	usec start = clock_monotonic();
	struct work w = {.store = s, .until = start + RUN_TIME};
	pthread_t threads[SUBMITTERS];
	for (size_t i = 0; i < submitters; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, submit, &w), 0);
	for (size_t i = 0; i < submitters; i++)
		pthread_join(threads[i], NULL);
	return (double)atomic_load(&w.stored) * 1e6 / (double)(clock_monotonic() - start);
}

struct bulk {
	int64_t from;
	bool wait; /* for the answer to each row */
};

static enum err many_rows(struct db *tx, void *arg, struct why *why)
{
	const struct bulk *b = arg;
	AUTO(stmt_free) struct stmt *q = insert(tx);
	enum err rc = OK;
	for (int64_t n = b->from; n < b->from + BULK_CHANGE && rc == OK; n++) {
		bind(q, n);
		if (b->wait)
			rc = stmt_end(q, why);
		else
			stmt_push(q);
	}
	return rc;
}

static double rows_per_second(bool postgres, bool wait)
{
	AUTO(testbed_free) struct testbed *bed = testbed_new(postgres);
	AUTO(store_close) struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	usec start = clock_monotonic();
	for (int64_t from = 0; from < BULK_ROWS; from += BULK_CHANGE) {
		struct why why = {0};
		assert_ok(store_write(s, many_rows, &(struct bulk){from, wait}, &why), why);
	}
	return BULK_ROWS * 1e6 / (double)(clock_monotonic() - start);
}

static void measure(bool postgres)
{
	const char *name = postgres ? "PostgreSQL" : "SQLite";
	double alone = changes_per_second(postgres, 1),
	       together = changes_per_second(postgres, SUBMITTERS);
	printf("%s: changes/s one by one %.0f, %d submitters %.0f, ratio %.1f\n", name, alone,
	       SUBMITTERS, together, together / alone);
	double waited = rows_per_second(postgres, true), pushed = rows_per_second(postgres, false);
	printf("%s: bulk rows/s answered one by one %.0f, pushed %.0f, ratio %.1f\n", name, waited,
	       pushed, pushed / waited);
}

int main(void)
{
	measure(false);
	if (testbed_has_postgres())
		measure(true);
	return 0;
}
