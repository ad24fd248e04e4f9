#include "core/testing.h"

#include "base/embed.h"

static const struct field shelf_fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_SEARCH,
	 .label = LABEL("Mã", "Code")},
	{.name = NAME("name"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH,
	 .label = LABEL("Tên", "Name")},
};
const struct record shelf_record = {
	.table = NAME("code_list"),
	.path = "shelves",
	.label = LABEL("kệ", "shelf"),
	.plural = LABEL("Kệ", "Shelves"),
	RECORD_FIELDS(shelf_fields),
	.sort = "code",
};

static const struct choice colours[] = {
	{"red", LABEL("đỏ", "red")}, {"blue", LABEL("xanh", "blue")}, {NULL, LABEL("", "")}};
static const struct choice openness[] = {{"open", LABEL("mở", "open")},
					 {"internal", LABEL("nội bộ", "internal")},
					 {NULL, LABEL("", "")}};

static const struct field thing_fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_SEARCH | FIELD_MAIN,
	 .label = LABEL("Mã", "Code")},
	{.name = NAME("name"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH,
	 .label = LABEL("Tên", "Name"),
	 .min = 1,
	 .max = 60},
	{.name = NAME("story"), .type = FIELD_LONG, .label = LABEL("Mô tả", "Story"), .max = 500},
	{.name = NAME("count"),
	 .type = FIELD_INT,
	 .label = LABEL("Số lượng", "Count"),
	 .min = -5,
	 .max = 1000},
	{.name = NAME("broken"), .type = FIELD_BOOL, .label = LABEL("Hỏng", "Broken")},
	{.name = NAME("weight"), .type = FIELD_DECIMAL, .label = LABEL("Khối lượng", "Weight")},
	{.name = NAME("made"), .type = FIELD_DATE, .label = LABEL("Ngày làm", "Made")},
	{.name = NAME("seen"), .type = FIELD_TIME, .label = LABEL("Lúc thấy", "Seen")},
	{.name = NAME("colour"),
	 .type = FIELD_CHOICE,
	 .label = LABEL("Màu", "Colour"),
	 .choices = colours},
	{.name = NAME("shelf"),
	 .type = FIELD_REF,
	 .label = LABEL("Kệ", "Shelf"),
	 .ref = &shelf_record},
	{.name = NAME("tags"), .type = FIELD_LIST, .label = LABEL("Nhãn", "Tags")},
	{.name = NAME("near"),
	 .type = FIELD_REFS,
	 .label = LABEL("Gần", "Near"),
	 .ref = &shelf_record},
	{.name = NAME("extra"), .type = FIELD_JSON, .label = LABEL("Thêm", "Extra"), .max = 2000},
	{.name = NAME("serial"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_UNIQUE | FIELD_FIXED,
	 .label = LABEL("Số sê-ri", "Serial")},
	{.name = NAME("owner"),
	 .type = FIELD_INT,
	 .flags = FIELD_FILTER,
	 .label = LABEL("Đơn vị", "Owner")},
	{.name = NAME("openness"),
	 .type = FIELD_CHOICE,
	 .label = LABEL("Độ mở", "Openness"),
	 .choices = openness},
	{.name = NAME("checked_by"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_OURS,
	 .label = LABEL("Người kiểm", "Checked by")},
	{.name = NAME("secret"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_HIDDEN,
	 .label = LABEL("Bí mật", "Secret")},
};

static void check_thing(struct db *tx, const struct row *old, const struct row *now,
			struct problems *p)
{
	(void)tx;
	if (old && !now && str_is(old->values[0].text, "KEEP"))
		problem_add(p, STR(""), "this one is needed");
}

const struct record thing_record = {
	.table = NAME("system"),
	.path = "things",
	.label = LABEL("đồ vật", "thing"),
	.plural = LABEL("Đồ vật", "Things"),
	RECORD_FIELDS(thing_fields),
	.unit_field = "owner",
	.open_field = "openness",
	.sort = "code",
	.check = check_thing,
};

struct store *core_open(const struct testbed *bed)
{
	const struct embedded *first = embedded_find(EMBED_MIGRATION, STR("0001_core.sql"));
	assert_non_null(first);
	const struct migration migrations[] = {
		{1, "core", first->plain},
		MIGRATION(
			2, "things",
			"CREATE TABLE code_list (id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, "
			"changed BIGINT NOT NULL, removed BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, "
			"fold TEXT NOT NULL);\n"
			"CREATE UNIQUE INDEX code_list_code ON code_list (code) WHERE removed = 0;\n"
			"CREATE TABLE system (id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, "
			"changed BIGINT NOT NULL, removed BIGINT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, story TEXT, "
			"count BIGINT, broken BIGINT NOT NULL, weight TEXT, made BIGINT, seen BIGINT, colour TEXT, "
			"shelf BIGINT, tags TEXT, near TEXT, extra TEXT, serial TEXT, owner BIGINT, openness TEXT, "
			"checked_by TEXT, secret TEXT, fold TEXT NOT NULL);\n"
			"CREATE UNIQUE INDEX system_code ON system (code) WHERE removed = 0;\n"
			"CREATE UNIQUE INDEX system_serial ON system (serial) WHERE removed = 0;\n"),
	};
	return testbed_open(bed, migrations, ARRAY_LEN(migrations));
}

/* -- units -- */
static const struct {
	int64_t unit, parent;
} units[] = {{1, 0}, {11, 1}, {12, 1}, {111, 11}, {2, 0}, {21, 2}};

static bool within(void *arg, int64_t unit, int64_t root)
{
	(void)arg;
	while (unit && unit != root) {
		int64_t parent = 0;
		for (size_t i = 0; i < ARRAY_LEN(units); i++)
			if (units[i].unit == unit)
				parent = units[i].parent;
		unit = parent;
	}
	return unit == root;
}

static size_t subtree(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	size_t n = 0;
	*ret = ARENA_ARRAY(a, ARRAY_LEN(units), int64_t);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (within(arg, units[i].unit, root))
			(*ret)[n++] = units[i].unit;
	return n;
}

struct unit_tree test_tree(void)
{
	return (struct unit_tree){NULL, within, subtree};
}

struct principal *principal_of(struct arena *a, enum role role, int64_t unit)
{
	struct principal *who = ARENA_NEW(a, struct principal);
	who->user = 1000 + (int64_t)role;
	who->token_verbs = ~0u;
	who->n_grants = 1;
	who->grants[0] = (struct grant){role, unit};
	return who;
}
