#include "store/testing.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crypt.h"
#include "store/mark.h"

bool testbed_has_postgres(void)
{
	const char *url = getenv("HAIDANG_TEST_PG");
	return url && *url;
}

static void schema_command(const char *verb, const char *schema, const char *tail)
{
	PGconn *conn = PQconnectdb(getenv("HAIDANG_TEST_PG"));
	char text[160];
	snprintf(text, sizeof(text), "%s SCHEMA %s%s", verb, schema, tail);
	PQclear(PQexec(conn, "SET client_min_messages = error"));
	PGresult *result = PQexec(conn, text);
	bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!good)
		fprintf(stderr, "%s: %s\n", text, PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
	assert_true(good);
}

static char *url_with_schema(const char *schema)
{
	const char *base = getenv("HAIDANG_TEST_PG");
	size_t size = strlen(base) + strlen(schema) + 64;
	char *url = malloc(size);
	assert_non_null(url);
	snprintf(url, size, "%s%coptions=-csearch_path%%3D%s", base, strchr(base, '?') ? '&' : '?',
		 schema);
	return url;
}

struct testbed *testbed_new(bool postgres)
{
	crypt_init();
	struct testbed *bed = calloc(1, sizeof(*bed));
	assert_non_null(bed);
	snprintf(bed->dir, sizeof(bed->dir), "/tmp/haidang-test-XXXXXX");
	assert_non_null(mkdtemp(bed->dir));
	bed->clock = clock_new();
	if (!postgres)
		return bed;
	char name[MARK_ID_TEXT + 1], schema[64];
	mark_random(name);
	snprintf(schema, sizeof(schema), "t_%s", name);
	bed->schema = strdup(schema);
	schema_command("CREATE", schema, "");
	bed->url = url_with_schema(schema);
	return bed;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

void testbed_free(struct testbed *bed)
{
	if (!bed)
		return;
	if (bed->schema)
		schema_command("DROP", bed->schema, " CASCADE");
	assert_int_equal(nftw(bed->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	clock_free(bed->clock);
	free(bed->schema);
	free(bed->url);
	free(bed);
}

int testbed_sqlite(void **state)
{
	*state = testbed_new(false);
	return 0;
}

int testbed_postgres(void **state)
{
	*state = testbed_has_postgres() ? testbed_new(true) : NULL;
	return 0;
}

int testbed_remove(void **state)
{
	testbed_free(*state);
	return 0;
}

struct testbed *testbed_of(void **state)
{
	if (!*state)
		skip();
	return *state;
}

struct store_options testbed_options(const struct testbed *bed, const struct migration *migrations,
				     size_t n)
{
	return (struct store_options){.dir = bed->dir,
				      .url = bed->url,
				      .migrations = migrations,
				      .n_migrations = n,
				      .clock = bed->clock};
}

struct store *testbed_open(const struct testbed *bed, const struct migration *migrations, size_t n)
{
	struct store_options o = testbed_options(bed, migrations, n);
	struct store *s = NULL;
	struct why why = {0};
	assert_ok(store_open(&o, &s, &why), why);
	return s;
}
