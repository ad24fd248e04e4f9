/* Formulas evaluated per second, beside the same arithmetic as prepared statements of SQLite in
 * memory (what a program would pick that wants formulas as text).  Figures are there already on both
 * sides; ours are exact fractions rounded once, SQLite's are doubles.  Best of five rounds.
 * Build: cc -O2 -std=gnu17 -D_GNU_SOURCE -I. bench/micro/formula_bench.c core/formula_*.c
 *        base/{arena,base,buf,clock,decimal,text}.c -lsqlite3 -lutf8proc -lm -o formula_bench */
#include "base/clock.h"
#include "core/formula.h"

#include <sqlite3.h>
#include <stdio.h>

#define ROUNDS 5
#define TIMES 20000
#define UNITS 65

static struct formula_cell figures[UNITS];

static enum err find(void *arg, struct str code, struct formula_indicator *ret, struct why *why)
{
	(void)arg;
	(void)why;
	*ret = (struct formula_indicator){code.ptr[0], STR("person")};
	return OK;
}

static enum err cells(void *arg, const struct formula_ref *ref, struct arena *a,
		      struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	(void)arg;
	(void)a;
	(void)why;
	*ret = figures;
	*ret_n = ref->units == FORMULA_SELF ? 1 : UNITS;
	return OK;
}

/* Evaluations per second of ours. */
static double ours(const char *text)
{
	AUTO(arena_free) struct arena *keep = arena_new();
	AUTO(arena_free) struct arena *a = arena_new();
	const struct formula_words words = {.indicator = find};
	const struct formula_data data = {NULL, cells};
	struct formula *f = NULL;
	struct formula_place at;
	struct formula_result r;
	struct decimal d;
	usec least = INT64_MAX;
	if (formula_compile(keep, str_of(text), &words, STR_NULL, &f, &at, NULL) != OK)
		return 0;
	for (int round = 0; round < ROUNDS; round++) {
		usec start = clock_monotonic();
		for (int i = 0; i < TIMES; i++) {
			arena_reset(a);
			if (formula_run(f, &data, false, a, &r, NULL) != OK ||
			    !number_round(r.value.number, 2, &d))
				return 0;
		}
		usec took = clock_monotonic() - start;
		least = took < least ? took : least;
	}
	return TIMES * 1e6 / (double)least;
}

static double theirs(sqlite3 *db, const char *text)
{
	sqlite3_stmt *q = NULL;
	usec least = INT64_MAX;
	if (sqlite3_prepare_v2(db, text, -1, &q, NULL) != SQLITE_OK)
		return 0;
	for (int round = 0; round < ROUNDS; round++) {
		usec start = clock_monotonic();
		for (int i = 0; i < TIMES; i++) {
			for (int k = 1; k <= sqlite3_bind_parameter_count(q); k++)
				sqlite3_bind_int64(q, k, 100 + k);
			sqlite3_step(q);
			sqlite3_column_double(q, 0);
			sqlite3_reset(q);
		}
		usec took = clock_monotonic() - start;
		least = took < least ? took : least;
	}
	sqlite3_finalize(q);
	return TIMES * 1e6 / (double)least;
}

/* Texts compiled per second. */
static double compiled(const char *text)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct formula_words words = {.indicator = find};
	struct formula *f = NULL;
	struct formula_place at;
	usec start = clock_monotonic();
	for (int i = 0; i < TIMES; i++) {
		arena_reset(a);
		if (formula_compile(a, str_of(text), &words, STR_NULL, &f, &at, NULL) != OK)
			return 0;
	}
	return TIMES * 1e6 / (double)(clock_monotonic() - start);
}

int main(void)
{
	static const struct {
		const char *name, *formula, *sql;
	} rows[] = {
		{"share of two figures", "[A] / [B] * 100", "SELECT round(?1 * 1.0 / ?2 * 100, 2)"},
		{"choice and arithmetic",
		 "if([A] = 0; 0; ([A] + [B]) / [A] * 0,3 + [B] / [A] * 0,7)",
		 "SELECT round(CASE WHEN ?1 = 0 THEN 0 ELSE (?1 + ?2) * 1.0 / ?1 * 0.3 + ?2 * 1.0 / ?1 * 0.7 END, 2)"},
		{"sum of 65 units over another",
		 "sum([A], units: communes) / sum([B], units: communes) * 100",
		 "SELECT round(sum(a) * 1.0 / sum(b) * 100, 2) FROM t"},
	};
	sqlite3 *db = NULL;
	sqlite3_open(":memory:", &db);
	sqlite3_exec(db, "CREATE TABLE t (a INTEGER, b INTEGER)", NULL, NULL, NULL);
	for (int i = 0; i < UNITS; i++) {
		figures[i].value = (struct decimal){100 + i, 0};
		sqlite3_exec(db, "INSERT INTO t VALUES (101, 102)", NULL, NULL, NULL);
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		double a = ours(rows[i].formula), b = theirs(db, rows[i].sql);
		printf("%-30s %9.0f/s  SQLite %9.0f/s  ratio %.2f  compiled %8.0f/s\n",
		       rows[i].name, a, b, a / b, compiled(rows[i].formula));
	}
	sqlite3_close(db);
	return 0;
}
