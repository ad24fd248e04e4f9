/* Questions to lists as they come in an address: filters, search, order, limit and cursor of records, cursor and
 * kind of the journal.  Lines "name=value".  Bad ones are refused as such; a page's own cursor continues it. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/embed.h"
#include "base/text.h"
#include "core/access.h"
#include "core/journal.h"
#include "core/record.h"

#define NOW ((usec)1780000000 * USEC_SECOND)
#define FILTERS_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct choice colours[] = {
	{"red", LABEL("đỏ", "red")}, {"blue", LABEL("xanh", "blue")}, {NULL, LABEL("", "")}};
static const struct field fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_SEARCH,
	 .label = LABEL("Mã", "Code")},
	{.name = NAME("name"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 60,
	 .label = LABEL("Tên", "Name")},
	{.name = NAME("count"),
	 .type = FIELD_INT,
	 .flags = FIELD_FILTER,
	 .label = LABEL("Số lượng", "Count")},
	{.name = NAME("weight"),
	 .type = FIELD_DECIMAL,
	 .flags = FIELD_FILTER,
	 .label = LABEL("Khối lượng", "Weight")},
	{.name = NAME("made"),
	 .type = FIELD_DATE,
	 .flags = FIELD_FILTER,
	 .label = LABEL("Ngày làm", "Made")},
	{.name = NAME("seen"),
	 .type = FIELD_TIME,
	 .flags = FIELD_FILTER,
	 .label = LABEL("Lúc thấy", "Seen")},
	{.name = NAME("broken"),
	 .type = FIELD_BOOL,
	 .flags = FIELD_FILTER,
	 .label = LABEL("Hỏng", "Broken")},
	{.name = NAME("colour"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_FILTER,
	 .choices = colours,
	 .label = LABEL("Màu", "Colour")},
};
static const struct record thing = {
	.table = NAME("system"),
	.path = "things",
	.label = LABEL("đồ vật", "thing"),
	.plural = LABEL("Đồ vật", "Things"),
	RECORD_FIELDS(fields),
	.sort = "code",
};
static const char things[] = "code,name,count,weight,made,seen,broken,colour\r\n"
			     "A,Đường Trần Phú,1,10.5,2026-01-02,2026-01-02T03:04:05Z,true,red\r\n"
			     "B,Đền thờ,2,9,,,false,blue\r\n"
			     "C,,,,,,false,\r\n"
			     "D,Cầu,4,100,2025-12-31,,true,blue\r\n"
			     "E,\"Bến, \"\"cảng\"\"\",-3,-3,,2024-02-29T00:00:00Z,false,red\r\n";

static const char table[] =
	"CREATE TABLE system (id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, "
	"changed BIGINT NOT NULL, removed BIGINT NOT NULL, code TEXT NOT NULL, name TEXT, count BIGINT, "
	"weight TEXT, made BIGINT, seen BIGINT, broken BIGINT NOT NULL, colour TEXT, fold TEXT NOT NULL);\n"
	"CREATE UNIQUE INDEX system_code ON system (code) WHERE removed = 0;\n";

static struct store *store;
static struct access *rights;
static struct clock *wall;
static char dir[] = "/tmp/haidang-fuzz-XXXXXX";

static bool nowhere(void *arg, int64_t unit, int64_t root)
{
	(void)arg;
	return unit == root;
}

static size_t alone(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	(void)arg;
	*ret = ARENA_NEW(a, int64_t);
	**ret = root;
	return 1;
}

static enum err fill(struct db *tx, void *arg, struct why *why)
{
	struct problems p;
	struct import_result result;
	problems_init(&p, arg);
	struct author by = {access_centre(arg), NOW};
	return record_import_csv(tx, &thing, str_of(things), by, &result, &p, why);
}

static void remove_files(void)
{
	static const char *const names[] = {"haidang.db", "haidang.db-wal", "haidang.db-shm",
					    "high-water", "lock"};
	store_close(store);
	access_free(rights);
	clock_free(wall);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[sizeof(dir) + 20];
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static void open_once(void)
{
	if (store)
		return;
	const struct embedded *first = embedded_find(EMBED_MIGRATION, STR("0001_core.sql"));
	struct why why = {0};
	assert(first && mkdtemp(dir));
	const struct migration migrations[] = {
		{1, "core", first->plain},
		{2, "things", str_of(table)},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	crypt_init();
	wall = clock_new();
	enum err rc = store_open(&(struct store_options){.dir = dir,
							 .migrations = migrations,
							 .n_migrations = ARRAY_LEN(migrations),
							 .clock = wall},
				 &store, &why);
	if (rc == OK)
		rc = store_write(store, fill, a, &why);
	if (rc != OK)
		fprintf(stderr, "%s %s\n", why.at, why.text);
	assert(rc == OK);
	rights = access_new((struct unit_tree){NULL, nowhere, alone});
	atexit(remove_files);
}

static bool refused(enum err rc)
{
	return rc == ERR_INVALID || rc == ERR_TOO_LARGE || rc == ERR_NOT_FOUND;
}

/* From page to page, each row once: what a cursor of ours leads to comes after it. */
static void list_all(struct db *db, struct record_list how, struct arena *a)
{
	size_t seen = 0;
	struct record_page page;
	enum err rc = record_list(db, &thing, &how, a, &page, &(struct why){0});
	assert(rc == OK || refused(rc));
	while (rc == OK) {
		seen += page.n;
		assert(page.n <= (size_t)(how.limit ? how.limit : 50) && seen <= 5);
		if (!page.next.ptr)
			return;
		assert(page.n > 0);
		how.cursor = page.next;
		rc = record_list(db, &thing, &how, a, &page, &(struct why){0});
		assert(rc == OK);
	}
}

static void read_journal(struct db *db, struct journal_reader how, struct arena *a)
{
	struct journal_page page;
	enum err rc = journal_read(db, &how, a, &page, &(struct why){0});
	assert(rc == OK || refused(rc));
	if (rc != OK)
		return;
	assert(page.n <= how.max);
	how.after = page.next;
	rc = journal_read(db, &how, a, &page, &(struct why){0});
	assert(rc == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	open_once();
	AUTO(arena_free) struct arena *a = arena_new();
	struct record_filter filters[FILTERS_MAX];
	struct record_list how = {.all_units = true, .filters = filters};
	struct journal_reader reader = {.access = rights, .who = access_centre(a), .max = 3};
	struct str rest = {(const char *)data, size};
	while (rest.ptr) {
		struct str line = str_until(rest, '\n', &rest), value = STR_NULL,
			   name = str_until(line, '=', &value);
		if (!text_valid(line) || memchr(line.ptr, 0, line.len))
			continue; /* the query's reader has refused it */
		if (str_is(name, "cursor"))
			how.cursor = reader.after = value;
		else if (str_is(name, "sort"))
			how.sort = value;
		else if (str_is(name, "q"))
			how.q = value;
		else if (str_is(name, "kind"))
			reader.kind = value;
		else if (str_is(name, "backward"))
			reader.backward = true;
		else if (str_is(name, "removed"))
			how.removed = true;
		else if (str_is(name, "limit"))
			how.limit = str_int(value, 1, 500, &how.limit, NULL) == OK ? how.limit : 1;
		else if (how.n_filters < FILTERS_MAX)
			filters[how.n_filters++] = (struct record_filter){name, value};
	}
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(store, &db, &(struct why){0});
	assert(rc == OK);
	list_all(db, how, a);
	read_journal(db, reader, a);
	return 0;
}
