/* Dashboards: what a grid of tiles may be. */
#include "analyze/analyze.h"
#include "registry/testing.h"

struct making {
	const char *json;
	struct arena *a;
	struct problems p;
};

static enum err make_run(struct db *tx, void *arg, struct why *why)
{
	struct making *m = arg;
	const struct json *in = NULL;
	struct refs *refs = refs_new(tx, m->a);
	enum err rc = json_parse(m->a, str_of(m->json), &in, why);
	if (rc != OK)
		return rc;
	struct row *row = record_parse(refs, &dashboard_record, in, NULL, &m->p);
	rc = refs_end(refs, why);
	return rc == OK ? record_create(tx, &dashboard_record, row,
					(struct author){access_centre(m->a), TEST_NOW}, &m->p, why)
			: rc;
}

#define BOARD(code, tiles)                                                                         \
	"{\"code\":\"" code "\",\"name_vi\":\"Bảng\",\"openness\":\"internal\",\"tiles\":" tiles "}"
#define TILE(rest) "{\"kind\":\"number\",\"query\":\"indicator=POP\"," rest "}"

static const struct {
	const char *json, *at; /* NULL: is kept */
} boards[] = {
	{BOARD("A", "[]"), NULL},
	{BOARD("B", "[" TILE("\"x\":0,\"y\":0,\"w\":6,\"h\":2") "," TILE(
			    "\"x\":6,\"y\":0,\"w\":6,\"h\":2") "]"),
	 NULL},
	{BOARD("C", "[{\"kind\":\"text\",\"text\":\"Chào\",\"x\":0,\"y\":0,\"w\":12,\"h\":1}]"),
	 NULL},
	{BOARD("D", "{}"), "/tiles"},
	{BOARD("E", "[" TILE("\"x\":7,\"y\":0,\"w\":6,\"h\":2") "]"), "/tiles/0"},
	{BOARD("F", "[" TILE("\"x\":0,\"y\":0,\"w\":0,\"h\":2") "]"), "/tiles/0"},
	{BOARD("G", "[" TILE("\"x\":0,\"y\":0,\"w\":6,\"h\":2") "," TILE(
			    "\"x\":5,\"y\":1,\"w\":6,\"h\":2") "]"),
	 "/tiles/1"},
	{BOARD("H", "[{\"kind\":\"clock\",\"query\":\"a\",\"x\":0,\"y\":0,\"w\":1,\"h\":1}]"),
	 "/tiles/0"},
	{BOARD("I", "[{\"kind\":\"line\",\"x\":0,\"y\":0,\"w\":1,\"h\":1}]"), "/tiles/0"},
	{BOARD("K", "[{\"kind\":\"text\",\"text\":5,\"x\":0,\"y\":0,\"w\":1,\"h\":1}]"),
	 "/tiles/0"},
};

static void tiles_lie_on_the_grid(void **state)
{
	AUTO(store_close) struct store *s = registry_open(testbed_of(state));
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(boards); i++) {
		struct making m = {.json = boards[i].json, .a = a};
		problems_init(&m.p, a);
		assert_err(in_change(s, make_run, &m), boards[i].at ? ERR_INVALID : OK);
		assert_int_equal(m.p.n, boards[i].at ? 1 : 0);
		if (boards[i].at)
			assert_str(m.p.items[0].at, boards[i].at);
	}
}

static void so_many_tiles_and_no_more(void **state)
{
	AUTO(store_close) struct store *s = registry_open(testbed_of(state));
	AUTO(arena_free) struct arena *a = arena_new();
	struct str tiles = STR("");
	for (int i = 0; i <= 40; i++) {
		struct making m = {.a = a};
		tiles = arena_fmt(a,
				  STR_FMT "%s{\"kind\":\"text\",\"x\":0,\"y\":%d,\"w\":1,\"h\":1}",
				  STR_ARG(tiles), i ? "," : "", i);
		m.json = arena_fmt(a,
				   "{\"code\":\"N%d\",\"name_vi\":\"Bảng\",\"openness\":\"open\","
				   "\"tiles\":[" STR_FMT "]}",
				   i, STR_ARG(tiles))
				 .ptr;
		problems_init(&m.p, a);
		if (i >= 39)
			assert_err(in_change(s, make_run, &m), i == 39 ? OK : ERR_INVALID);
	}
}

static void the_table_is_as_described(void **state)
{
	AUTO(store_close) struct store *s = registry_open(testbed_of(state));
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	struct problems p;
	problems_init(&p, a);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(record_check_table(db, &dashboard_record, a, &p, &why), why);
	assert_int_equal(p.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(tiles_lie_on_the_grid),
		ON_SQLITE(so_many_tiles_and_no_more),
		ON_EACH_ENGINE(the_table_is_as_described),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
