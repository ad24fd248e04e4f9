/* What millions of duties cost: written and met a second, and the questions that screens ask, on SQLite and, where
 * HAIDANG_TEST_PG is set, on PostgreSQL.  duty_bench [DUTIES]
 * Build: meson compile in any build folder B, then cc -O2 -std=gnu17 -D_GNU_SOURCE -I. bench/duty_bench.c $B/libcore_testing.a
 * $B/libstore_testing.a $B/libcore.a $B/libstore.a $B/libbase.a $B/libembed.a $B/libwords.a -lcmocka -lsqlite3 -lpq -lzstd -lsodium -lgnutls
 * -lutf8proc -lical -lxlsxwriter -lm -o duty_bench */
#include "base/embed.h"
#include "core/duty.h"
#include "core/testing.h"

#include <stdlib.h>

#define UNITS 3400 /* communes and provinces of the country */
#define SUBJECTS 60
#define CHUNK 10000
#define TIMES 20
#define START ((usec)1700000000 * USEC_SECOND)

struct batch {
	int64_t from, n;
	bool meet;
};

static struct duty_key key_of(int64_t i)
{
	int64_t unit = i % UNITS, at = i / UNITS;
	return (struct duty_key){unit + 1,
				 STR(DUTY_FIGURE),
				 at % SUBJECTS + 1,
				 {PERIOD_MONTHLY, (int32_t)(at / SUBJECTS)}};
}

static enum err batch_run(struct db *tx, void *arg, struct why *why)
{
	(void)why;
	const struct batch *b = arg;
	for (int64_t i = b->from; i < b->from + b->n; i++) {
		struct duty d = {.key = key_of(i)};
		d.due = d.until =
			START + d.key.period.ordinal * 30 * USEC_DAY + d.key.subject * USEC_HOUR;
		struct settlement s = {d.due - USEC_HOUR, i, 0, i};
		if (!b->meet)
			duty_add(tx, &d, d.due);
		else if (i % 50) /* one in fifty never comes */
			duty_meet(tx, &d.key, &s);
	}
	return OK;
}

static void fill(struct store *s, int64_t n, bool meet)
{
	struct why why = {0};
	usec began = clock_monotonic();
	for (int64_t at = 0; at < n; at += CHUNK) {
		struct batch b = {at, n - at < CHUNK ? n - at : CHUNK, meet};
		assert_ok(store_write(s, batch_run, &b, &why), why);
	}
	double seconds = (double)(clock_monotonic() - began) / 1e6;
	printf("  %s %lld duties: %.1f s, %.0f a second\n", meet ? "met" : "added", (long long)n,
	       seconds, (double)n / seconds);
}

static void ask(struct store *s, const char *what, const struct duty_query *how, int group)
{
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	usec best = INT64_MAX;
	size_t n = 0;
	assert_ok(store_take(s, &db, &why), why);
	for (int i = 0; i < TIMES; i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct duty *list = NULL;
		struct duty_count *counts = NULL;
		usec began = clock_monotonic();
		if (group < 0)
			assert_ok(duty_list(db, how, a, &list, &n, &why), why);
		else
			assert_ok(duty_count(db, how, (enum duty_group)group, a, &counts, &n, &why),
				  why);
		usec took = clock_monotonic() - began;
		best = took < best ? took : best;
	}
	printf("  %-58s %8.2f ms, %zu rows\n", what, (double)best / 1e3, n);
}

static void questions(struct store *s, int64_t n)
{
	int64_t unit = 17;
	usec end = START + (n / UNITS / SUBJECTS) * 30 * USEC_DAY, now = end - 40 * USEC_DAY;
	struct duty_query one = {.units = &unit, .n_units = 1, .state = -1, .now = now};
	struct duty_query all = {.all_units = true, .state = -1, .now = now, .limit = 100};
	one.state = DUTY_LATE;
	ask(s, "late ones of a unit, all of its past", &one, -1);
	ask(s, "counted", &one, DUTY_WHOLE);
	one.state = -1;
	one.from = now - 45 * USEC_DAY;
	one.to = now + 100 * USEC_DAY;
	ask(s, "a unit's home: 145 days", &one, -1);
	all.state = DUTY_LATE;
	ask(s, "late ones of all units, the first hundred", &all, -1);
	all.state = DUTY_DUE;
	ask(s, "next due of all units, the first hundred", &all, -1);
	all.state = -1;
	all.from = now - 35 * USEC_DAY;
	all.to = now + 7 * USEC_DAY;
	ask(s, "counts by unit over 42 days, the country", &all, DUTY_BY_UNIT);
}

static void run(void **state)
{
	struct testbed *bed = testbed_of(state);
	const struct embedded *core = embedded_find(EMBED_MIGRATION, STR("0001_core.sql"));
	size_t n_files = 0;
	const struct embedded *files = embedded_list(EMBED_MIGRATION, &n_files), *duty = NULL;
	for (size_t i = 0; i < n_files; i++)
		duty = str_ends(files[i].path, STR("_duty.sql")) ? &files[i] : duty;
	const struct migration list[] = {{1, "core", core->plain}, {2, "duty", duty->plain}};
	AUTO(store_close) struct store *s = testbed_open(bed, list, 2);
	const char *wanted = getenv("DUTIES");
	int64_t n = 2000000;
	if (wanted)
		assert_int_equal(str_int(str_of(wanted), UNITS, 1000000000, &n, NULL), OK);
	printf("%s\n", store_is_postgres(s) ? "PostgreSQL" : "SQLite");
	fill(s, n, false);
	fill(s, n, true);
	questions(s, n);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {ON_EACH_ENGINE(run)};
	crypt_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1)
		setenv("DUTIES", argv[1], 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
