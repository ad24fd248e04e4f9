#include "core/testing.h"
#include "base/id.h"

#define NOW ((usec)1780000000 * USEC_SECOND)

static struct author us(struct arena *a)
{
	return (struct author){access_centre(a), NOW};
}

/* What one change does, in JSON: create when id is 0, else update. */
struct edit {
	struct arena *a;
	const struct record *r;
	int64_t id;
	const char *json;
	struct problems p;
	struct row *row;
	int64_t version; /* not 0: pretend that this one was read */
};

static enum err edit_run(struct db *tx, void *arg, struct why *why)
{
	struct edit *e = arg;
	const struct json *in;
	struct row *old = NULL;
	problems_init(&e->p, e->a);
	enum err rc = json_parse(e->a, str_of(e->json), &in, why);
	if (rc == OK && e->id)
		rc = record_get(tx, e->r, e->id, e->a, &old, why);
	if (rc != OK)
		return rc;
	if (old && e->version)
		old->version = e->version;
	struct refs *refs = refs_new(tx, e->a);
	e->row = record_parse(refs, e->r, in, old, &e->p);
	rc = refs_end(refs, why);
	if (rc != OK)
		return rc;
	return old ? record_update(tx, e->r, old, e->row, us(e->a), &e->p, why)
		   : record_create(tx, e->r, e->row, us(e->a), &e->p, why);
}

static int64_t make(struct store *s, struct arena *a, const struct record *r, const char *json)
{
	struct edit e = {.a = a, .r = r, .json = json};
	struct why why = {0};
	assert_ok(store_write(s, edit_run, &e, &why), why);
	return e.row->id;
}

static void expect_problem(struct store *s, struct arena *a, int64_t id, const char *json,
			   const char *at)
{
	struct edit e = {.a = a, .r = &thing_record, .id = id, .json = json};
	struct why why = {0};
	enum err rc = store_write(s, edit_run, &e, &why);
	if (rc != ERR_INVALID || e.p.n != 1)
		fail_msg("%s: %s with %zu problems: %s", json, err_slug(rc), e.p.n, why.text);
	assert_str(e.p.items[0].at, at);
	assert_true(e.p.items[0].text.len > 10);
	assert_string_equal(why.at, at);
}

static struct str json_of(struct store *s, struct arena *a, const struct record *r, int64_t id)
{
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	struct row *row;
	assert_ok(record_get(db, r, id, a, &row, &why), why);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100000);
	struct jw w;
	jw_init(&w, &b);
	struct refs *refs = refs_new(db, a);
	record_json(&w, refs, r, row);
	assert_ok(refs_end(refs, &why), why);
	store_give(db);
	return arena_str(a, buf_str(&b));
}

static bool holds(struct str all, const char *part)
{
	return memmem(all.ptr, all.len, part, strlen(part)) != NULL;
}

#define WHOLE                                                                                                                \
	"{\"code\":\"T-1\",\"name\":\"Đèn  biển\",\"story\":\"a\\nb\",\"count\":7,\"broken\":true,\"weight\":\"12.50\"," \
	"\"made\":\"2026-11-22\",\"seen\":\"2026-11-22T10:00:00.000001+07:00\",\"colour\":\"red\",\"shelf\":\"S1\","         \
	"\"tags\":[\"x\",\"y z\"],\"near\":[\"S2\",\"S1\"],\"extra\":{\"k\":[1,2.50]},\"serial\":\"A9\",\"owner\":11}"

static void all_types_come_back(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	make(s, a, &shelf_record, "{\"code\":\"S1\",\"name\":\"Một\"}");
	make(s, a, &shelf_record, "{\"code\":\"S2\",\"name\":\"Hai\"}");
	int64_t id = make(s, a, &thing_record, WHOLE);
	struct str out = json_of(s, a, &thing_record, id);
	const char *parts[] = {"\"version\":1,",
			       "\"removed\":null,",
			       "\"code\":\"T-1\",",
			       "\"story\":\"a\\nb\",",
			       "\"count\":7,",
			       "\"broken\":true,",
			       "\"weight\":\"12.50\",",
			       "\"made\":\"2026-11-22\",",
			       "\"seen\":\"2026-11-22T03:00:00.000001Z\",",
			       "\"colour\":\"red\",",
			       "\"shelf\":\"S1\",",
			       "\"tags\":[\"x\",\"y z\"],",
			       "\"near\":[\"S2\",\"S1\"],",
			       "\"extra\":{\"k\":[1,2.50]},",
			       "\"owner\":11,",
			       "\"openness\":null,",
			       "\"checked_by\":null}"};
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!holds(out, parts[i]))
			fail_msg("%s is not in " STR_FMT, parts[i], STR_ARG(out));
	assert_false(holds(out, "secret"));
	/* What came out goes in again and changes nothing. */
	struct edit e = {.a = a, .r = &thing_record, .id = id, .json = arena_cstr(a, out)};
	struct why why = {0};
	assert_ok(store_write(s, edit_run, &e, &why), why);
	assert_int_equal(e.row->version, 1);
}

static void bad_input_says_where(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	int64_t id =
		make(s, a, &thing_record, "{\"code\":\"T1\",\"name\":\"n\",\"serial\":\"A1\"}");
	expect_problem(s, a, 0, "{\"code\":\"T2\"}", "/name");
	expect_problem(s, a, 0, "{\"code\":\"T1\",\"name\":\"n\"}", "/code");
	expect_problem(s, a, 0, "{\"code\":\"T2\",\"name\":\"n\",\"serial\":\"A1\"}", "/serial");
	expect_problem(s, a, id, "{\"code\":\"T2\"}", "/code");
	expect_problem(s, a, id, "{\"serial\":\"A2\"}", "/serial");
	expect_problem(s, a, id, "{\"name\":null}", "/name");
	expect_problem(s, a, id, "{\"name\":\"a\\nb\"}", "/name");
	expect_problem(s, a, id, "{\"name\":7}", "/name");
	expect_problem(s, a, id, "{\"count\":1001}", "/count");
	expect_problem(s, a, id, "{\"count\":\"7\"}", "/count");
	expect_problem(s, a, id, "{\"count\":1.5}", "/count");
	expect_problem(s, a, id, "{\"broken\":\"true\"}", "/broken");
	expect_problem(s, a, id, "{\"weight\":\"1e3\"}", "/weight");
	expect_problem(s, a, id, "{\"made\":\"2026-02-30\"}", "/made");
	expect_problem(s, a, id, "{\"seen\":\"yesterday\"}", "/seen");
	expect_problem(s, a, id, "{\"colour\":\"green\"}", "/colour");
	expect_problem(s, a, id, "{\"shelf\":\"S9\"}", "/shelf");
	expect_problem(s, a, id, "{\"tags\":[\"a\",5]}", "/tags/1");
	expect_problem(s, a, id, "{\"near\":[\"S9\"]}", "/near/0");
	expect_problem(s, a, id, "{\"near\":\"S9\"}", "/near");
	expect_problem(s, a, id, "{\"checked_by\":\"me\"}", "/checked_by");
	expect_problem(s, a, id, "{\"secret\":\"x\"}", "/secret");
	expect_problem(s, a, id, "{\"fly\":1}", "/fly");
	expect_problem(s, a, id, "[1]", "");
	struct edit e = {.a = a,
			 .r = &thing_record,
			 .json = "{\"code\":\"bad code\",\"count\":9999,\"made\":1}"};
	assert_err(in_change(s, edit_run, &e), ERR_INVALID);
	assert_int_equal(e.p.n, 3);
}

static int64_t count_journal(struct store *s, const char *kind)
{
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	struct stmt *q = db_stmt(db, SQL("SELECT count(*) FROM journal WHERE kind = $1"));
	stmt_bind(q, 1, str_of(kind));
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : -1;
	assert_ok(stmt_end(q, &why), why);
	stmt_free(q);
	store_give(db);
	return n;
}

struct mark {
	struct arena *a;
	int64_t id;
	bool restore;
};
static enum err mark_run(struct db *tx, void *arg, struct why *why)
{
	struct mark *m = arg;
	struct row *old;
	struct problems p;
	problems_init(&p, m->a);
	enum err rc = record_get(tx, &thing_record, m->id, m->a, &old, why);
	if (rc != OK)
		return rc;
	return m->restore ? record_restore(tx, &thing_record, old, us(m->a), &p, why)
			  : record_remove(tx, &thing_record, old, us(m->a), &p, why);
}

static void versions_removal_and_difference(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	int64_t id = make(s, a, &thing_record,
			  "{\"code\":\"T1\",\"name\":\"cũ\",\"count\":3,\"owner\":11}");
	struct why why = {0};
	struct edit e = {
		.a = a, .r = &thing_record, .id = id, .json = "{\"name\":\"mới\",\"count\":null}"};
	assert_ok(store_write(s, edit_run, &e, &why), why);
	assert_int_equal(e.row->version, 2);
	e.version = 1;
	e.json = "{\"name\":\"khác\"}";
	assert_err(in_change(s, edit_run, &e), ERR_STALE);
	struct mark m = {a, id, false};
	assert_ok(store_write(s, mark_run, &m, &why), why);
	assert_err(in_change(s, mark_run, &m), ERR_CONFLICT);
	e.version = 0;
	assert_err(in_change(s, edit_run, &e), ERR_CONFLICT);
	/* The code is free while its owner is removed, and in the way when he comes back. */
	int64_t other = make(s, a, &thing_record, "{\"code\":\"T1\",\"name\":\"n\"}");
	m.restore = true;
	assert_err(in_change(s, mark_run, &m), ERR_INVALID);
	struct mark away = {a, other, false};
	assert_ok(store_write(s, mark_run, &away, &why), why);
	assert_ok(store_write(s, mark_run, &m, &why), why);
	assert_int_equal(count_journal(s, "system.created"), 2);
	assert_int_equal(count_journal(s, "system.changed"), 1);
	assert_int_equal(count_journal(s, "system.removed"), 2);
	assert_int_equal(count_journal(s, "system.restored"), 1);
	struct mark keep = {a, make(s, a, &thing_record, "{\"code\":\"KEEP\",\"name\":\"n\"}"),
			    false};
	assert_err(in_change(s, mark_run, &keep), ERR_INVALID);

	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	struct journal_page page;
	assert_ok(journal_history(db, STR("system"), id, 10, a, &page, &why), why);
	assert_int_equal(page.n, 4);
	assert_str(page.entries[2].kind, "system.changed");
	assert_str(
		page.entries[2].data,
		"{\"code\":\"T1\",\"before\":{\"name\":\"cũ\",\"count\":3},\"after\":{\"name\":\"mới\",\"count\":null}}");
	assert_int_equal(page.entries[2].unit, 11);
	store_give(db);
}

static void found_by_code_and_id(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	int64_t shelf = make(s, a, &shelf_record, "{\"code\":\"S1\",\"name\":\"Một\"}");
	char text[ID_TEXT + 1];
	id_write(shelf, text);
	int64_t id =
		make(s, a, &thing_record,
		     arena_fmt(a, "{\"code\":\"T1\",\"name\":\"n\",\"shelf\":\"%s\"}", text).ptr);
	assert_true(holds(json_of(s, a, &thing_record, id), "\"shelf\":\"S1\""));
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	int64_t found = 0;
	assert_ok(record_find(db, &shelf_record, STR("S1"), &found, &why), why);
	assert_int_equal(found, shelf);
	assert_ok(record_find(db, &shelf_record, str_of(text), &found, &why), why);
	assert_int_equal(found, shelf);
	assert_err(record_find(db, &shelf_record, STR("S2"), &found, &why), ERR_NOT_FOUND);
	assert_err(record_find(db, &shelf_record, STR("\xff"), &found, &why), ERR_NOT_FOUND);
	/* A long problem is cut between letters. */
	struct problems p;
	problems_init(&p, a);
	char longer[1200];
	for (size_t i = 0; i + 2 < sizeof(longer); i += 3)
		memcpy(longer + i, "\xe1\xba\xbf", 3);
	longer[sizeof(longer) - 1] = 0;
	problem_add(&p, STR("/x"), "%.1197s", longer);
	assert_int_equal(p.items[0].text.len, 765);
	assert_err(record_find(db, &shelf_record, STR("0000000000001"), &found, &why),
		   ERR_NOT_FOUND);
	store_give(db);
}

static void rights_of_a_row(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	static const struct field fields[] = {{.name = NAME("unit"),
					       .type = FIELD_REF,
					       .label = LABEL("Đơn vị", "Unit"),
					       .ref = &shelf_record},
					      {.name = NAME("openness"),
					       .type = FIELD_TEXT,
					       .label = LABEL("Độ mở", "Openness")}};
	static const struct record r = {.table = NAME("figure"),
					.path = "f",
					.label = LABEL("số liệu", "figure"),
					RECORD_FIELDS(fields),
					.unit_field = "unit",
					.open_field = "openness"};
	struct value values[2] = {{.given = true, .number = 12},
				  {.given = true, .text = STR("internal")}};
	struct row row = {.id = 5, .values = values};
	assert_int_equal(record_unit(&r, &row), 12);
	assert_err(record_require(x, access_nobody(a), VERB_READ, &r, &row, NULL), ERR_NOT_FOUND);
	assert_err(record_require(x, principal_of(a, ROLE_ANALYST, 11), VERB_READ, &r, &row, NULL),
		   ERR_NOT_FOUND);
	assert_err(record_require(x, principal_of(a, ROLE_ANALYST, 1), VERB_READ, &r, &row, NULL),
		   OK);
	values[1].text = STR("open");
	assert_err(record_require(x, access_nobody(a), VERB_READ, &r, &row, NULL), OK);
	assert_err(record_require(x, access_nobody(a), VERB_CHANGE, &r, &row, NULL), ERR_NOT_FOUND);
	assert_err(record_require(x, principal_of(a, ROLE_ANALYST, 1), VERB_CHANGE, &r, &row, NULL),
		   ERR_FORBIDDEN);
}

static void description_and_migration_agree(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	const struct record *kinds[] = {&shelf_record, &thing_record, &account_record};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct problems p;
		problems_init(&p, a);
		assert_ok(record_check_table(db, kinds[i], a, &p, &why), why);
		if (p.n)
			fail_msg(STR_FMT ": " STR_FMT, STR_ARG(p.items[0].at),
				 STR_ARG(p.items[0].text));
	}
	/* A description that does not fit is found out, column by column. */
	struct field fields[3] = {shelf_record.fields[0], shelf_record.fields[1],
				  shelf_record.fields[1]};
	fields[0].type = FIELD_INT;
	fields[0].flags = FIELD_SEARCH;
	fields[1].flags = FIELD_SEARCH;
	fields[2].name = (struct sql)NAME("more");
	struct record wrong = shelf_record;
	wrong.fields = fields;
	wrong.n_fields = 3;
	struct problems p;
	problems_init(&p, a);
	assert_ok(record_check_table(db, &wrong, a, &p, &why), why);
	assert_int_equal(p.n, 4);
	assert_str(p.items[0].at, "code_list.code");
	assert_str(p.items[2].at, "code_list.name");
	assert_str(p.items[3].at, "code_list.more");
	assert_err(record_check_table(db, &(struct record){.table = NAME("nothing")}, a, &p, &why),
		   ERR_NOT_FOUND);
	store_give(db);
}

static void schema_and_description(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf b;
	buf_init(&b, 100000);
	struct jw w;
	const struct json *v;
	struct why why = {0};
	jw_init(&w, &b);
	record_schema(&w, &thing_record);
	assert_ok(json_parse(a, buf_str(&b), &v, &why), why);
	assert_int_equal(json_get(v, "required")->n, 2);
	const struct json *colour = json_get(json_get(v, "properties"), "colour");
	assert_int_equal(json_get(colour, "enum")->n, 3);
	assert_null(json_get(json_get(v, "properties"), "secret"));
	buf_clear(&b);
	jw_init(&w, &b);
	record_description(&w, &thing_record);
	assert_ok(json_parse(a, buf_str(&b), &v, &why), why);
	assert_int_equal(json_get(v, "fields")->n, thing_record.n_fields - 1);
	const struct json *shelf = &json_get(v, "fields")->items[9];
	assert_str(json_get_str(shelf, "name"), "shelf");
	assert_str(json_get_str(json_get(shelf, "ref"), "path"), "shelves");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(all_types_come_back),
		ON_EACH_ENGINE(bad_input_says_where),
		ON_EACH_ENGINE(versions_removal_and_difference),
		ON_EACH_ENGINE(found_by_code_and_id),
		cmocka_unit_test(rights_of_a_row),
		ON_EACH_ENGINE(description_and_migration_agree),
		cmocka_unit_test(schema_and_description),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
