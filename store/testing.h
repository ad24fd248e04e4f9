/* testing.h - a fresh place for a store, once for each engine.  One test file, two rows:
 *
 *	static void a_test(void **state)
 *	{
 *		struct testbed *bed = testbed_of(state); // skips where the engine is not here
 *		struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
 *		...
 *	}
 *	const struct CMUnitTest tests[] = {ON_EACH_ENGINE(a_test), ...};
 *
 * PostgreSQL is here when HAIDANG_TEST_PG holds a libpq URL of a user who may create schemas;
 * each test gets a schema of its own. */
#pragma once
#include "base/testing.h"
#include "store/store.h"

/* fail() of base.h, whose name cmocka takes. */
#define refuse(why, code, ...) why_fail((why), (code), "", __FILE__, __LINE__, __VA_ARGS__)

struct testbed {
	char dir[64]; /* fresh and empty */
	char *url;    /* NULL: SQLite */
	char *schema; /* dropped at the end */
	struct clock *clock;
};

/* cmocka's setup and teardown */
int testbed_sqlite(void **state);
int testbed_postgres(void **state);
int testbed_remove(void **state);
#define ON_EACH_ENGINE(fn)                                                                         \
	{#fn " on SQLite", fn, testbed_sqlite, testbed_remove, NULL},                              \
	{                                                                                          \
#fn " on PostgreSQL", fn, testbed_postgres, testbed_remove, NULL                   \
	}
#define ON_SQLITE(fn)                                                                              \
	{                                                                                          \
#fn " on SQLite", fn, testbed_sqlite, testbed_remove, NULL                         \
	}
#define ON_POSTGRES(fn)                                                                            \
	{                                                                                          \
#fn " on PostgreSQL", fn, testbed_postgres, testbed_remove, NULL                   \
	}

struct testbed *testbed_of(void **state);
/* One more of the same engine, or of the other; the caller frees it. */
struct testbed *testbed_new(bool postgres);
void testbed_free(struct testbed *bed);
DEFINE_AUTO(testbed_free, struct testbed *)
bool testbed_has_postgres(void);
struct store_options testbed_options(const struct testbed *bed, const struct migration *migrations,
				     size_t n);
struct store *testbed_open(const struct testbed *bed, const struct migration *migrations, size_t n);
#define MIGRATION(number, name, text)                                                              \
	{                                                                                          \
		number, name,                                                                      \
		{                                                                                  \
			"" text "", sizeof(text) - 1                                               \
		}                                                                                  \
	}
