#include "core/testing.h"

#define NOW ((usec)1780000000 * USEC_SECOND)

struct import_arg {
	struct arena *a;
	const struct record *r;
	const char *csv;
	struct import_result result;
	struct problems p;
};
static enum err import_run(struct db *tx, void *arg, struct why *why)
{
	struct import_arg *m = arg;
	problems_init(&m->p, m->a);
	struct author by = {access_centre(m->a), NOW};
	return record_import_csv(tx, m->r, str_of(m->csv), by, &m->result, &m->p, why);
}

static struct import_result import(struct store *s, struct arena *a, const struct record *r,
				   const char *csv)
{
	struct import_arg m = {.a = a, .r = r, .csv = csv};
	struct why why = {0};
	enum err rc = store_write(s, import_run, &m, &why);
	if (rc != OK)
		fail_msg("%s: %s %s", err_slug(rc), why.at, why.text);
	return m.result;
}

#define THINGS                                                                                     \
	"code,name,weight,owner,colour,openness,tags,count\r\n"                                    \
	"A,Đường Trần Phú,10.5,11,red,open,x;y,1\r\n"                                       \
	"B,Đền thờ,9,12,blue,internal,,2\r\n"                                                 \
	"C,Duong Hung Vuong,,21,red,,,\r\n"                                                        \
	"D,Cầu,100,,blue,open,,4\r\n"                                                            \
	"E,\"Bến, \"\"cảng\"\"\",-3,111,red,internal,z,\r\n"

/* The codes of all pages, read with a small limit, in one text. */
static struct str codes(struct store *s, struct arena *a, struct record_list how)
{
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	struct str all = STR("");
	struct record_page page;
	do {
		assert_ok(record_list(db, &thing_record, &how, a, &page, &why), why);
		for (size_t i = 0; i < page.n; i++)
			all = arena_fmt(a, STR_FMT STR_FMT, STR_ARG(all),
					STR_ARG(page.rows[i]->values[0].text));
		how.cursor = page.next;
	} while (page.next.ptr);
	store_give(db);
	return all;
}

static void order_and_cursor(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	import(s, a, &thing_record, THINGS);
	const struct {
		const char *sort, *expected;
	} cases[] = {{"", "ABCDE"},	    {"-code", "EDCBA"}, {"weight", "EBADC"},
		     {"-weight", "DABEC"},  {"count", "ABDCE"}, {"-count", "DBACE"},
		     {"id", "ABCDE"},	    {"-id", "EDCBA"},	{"colour", "BDACE"},
		     {"-created", "ABCDE"}, {"name", "ECDAB"},	{"owner", "ABCED"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int64_t limit = 1; limit <= 6; limit++) {
			struct record_list how = {
				.sort = str_of(cases[i].sort), .limit = limit, .all_units = true};
			struct str found = codes(s, a, how);
			/* Names sort by bytes: only that every row comes once is promised beyond ASCII. */
			if (strcmp(cases[i].sort, "name") == 0)
				assert_int_equal(found.len, 5);
			else
				assert_str(found, cases[i].expected);
		}
}

static void search_filters_and_reach(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	import(s, a, &thing_record, THINGS);
#define LIST(...) codes(s, a, (struct record_list){.limit = 2, __VA_ARGS__})
	assert_str(LIST(.all_units = true, .q = STR("duong")), "AC");
	assert_str(LIST(.all_units = true, .q = STR("TRẦN đường")), "A");
	assert_str(LIST(.all_units = true, .q = STR("%_")), "ABCDE");
	assert_str(LIST(.all_units = true, .q = STR("khong co")), "");
	const struct record_filter red[] = {
		{STR("colour"), STR("red")}, {STR("owner"), STR("11")}, {STR("owner"), STR("111")}};
	assert_str(LIST(.all_units = true, .filters = red, .n_filters = 1), "ACE");
	assert_str(LIST(.all_units = true, .filters = red, .n_filters = 3), "AE");
	const struct record_filter none[] = {{STR("openness"), STR("")}};
	assert_str(LIST(.all_units = true, .filters = none, .n_filters = 1), "C");
	const int64_t units[] = {11, 111, 12};
	assert_str(LIST(.units = units, .n_units = 3), "ABE");
	assert_str(LIST(.units = units, .n_units = 1, .open = true), "AD");
	assert_str(LIST(.open = true), "AD");
	assert_str(LIST(.n_units = 0), "");
	assert_str(LIST(.all_units = true, .removed = true), "");
#undef LIST
}

static void refuse_list(struct db *db, struct arena *a, struct record_list how, const char *at)
{
	struct record_page page;
	struct why why = {0};
	how.all_units = true;
	assert_err(record_list(db, &thing_record, &how, a, &page, &why), ERR_INVALID);
	assert_string_equal(why.at, at);
}

static void foolish_lists_are_refused(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	import(s, a, &thing_record, THINGS);
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	struct record_page page;
	struct record_list two = {.limit = 2, .all_units = true, .sort = STR("weight")};
	assert_ok(record_list(db, &thing_record, &two, a, &page, &why), why);
	refuse_list(db, a, (struct record_list){.cursor = page.next, .sort = STR("count")},
		    "cursor");
	const char *cursors[] = {"x",
				 "0000000000001",
				 "0000000000001-",
				 "0000000000001=5",
				 "0000000000001~zz",
				 "0000000000001~00",
				 "0000000000001~ff",
				 "000000000000U~41"};
	for (size_t i = 0; i < ARRAY_LEN(cursors); i++)
		refuse_list(db, a, (struct record_list){.cursor = str_of(cursors[i])}, "cursor");
	refuse_list(db, a,
		    (struct record_list){.cursor = STR("0000000000001~41"), .sort = STR("weight")},
		    "cursor");
	refuse_list(db, a, (struct record_list){.sort = STR("secret")}, "sort");
	refuse_list(db, a, (struct record_list){.sort = STR("story")}, "sort");
	refuse_list(db, a, (struct record_list){.sort = STR("1; DROP TABLE system")}, "sort");
	refuse_list(db, a, (struct record_list){.limit = 501}, "limit");
	refuse_list(db, a, (struct record_list){.limit = -1}, "limit");
	const struct record_filter bad[] = {{STR("secret"), STR("x")},
					    {STR("colour"), STR("green")},
					    {STR("name"), STR("x")},
					    {STR("shelf"), STR("\xff")},
					    {STR("shelf"), {"S\0", 2}}};
	refuse_list(db, a, (struct record_list){.filters = bad, .n_filters = 1}, "secret");
	refuse_list(db, a, (struct record_list){.filters = bad + 1, .n_filters = 1}, "colour");
	refuse_list(db, a, (struct record_list){.filters = bad + 2, .n_filters = 1}, "name");
	refuse_list(db, a, (struct record_list){.filters = bad + 3, .n_filters = 1}, "shelf");
	refuse_list(db, a, (struct record_list){.filters = bad + 4, .n_filters = 1}, "shelf");
	store_give(db);
}

static struct str exported(struct store *s, struct arena *a)
{
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	struct record_page page;
	struct record_list how = {.all_units = true, .limit = 500};
	assert_ok(record_list(db, &thing_record, &how, a, &page, &why), why);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1000000);
	struct refs *refs = refs_new(db, a);
	record_csv_header(&b, &thing_record);
	for (size_t i = 0; i < page.n; i++)
		record_csv_row(&b, refs, &thing_record, page.rows[i]);
	assert_ok(refs_end(refs, &why), why);
	store_give(db);
	return arena_str(a, buf_str(&b));
}

static void assert_holds(struct str all, const char *part)
{
	if (!memmem(all.ptr, all.len, part, strlen(part)))
		fail_msg("%s is not in " STR_FMT, part, STR_ARG(all));
}

static void csv_goes_round(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	import(s, a, &shelf_record, "code;name\nS1;Một\nS2;Hai\n");
	struct import_result r = import(s, a, &thing_record, THINGS "F,=1+1,,,,,,\r\n,,,,,,,\r\n");
	assert_int_equal(r.created, 6);
	struct str out = exported(s, a);
	assert_true(str_starts(
		out,
		STR("code,name,story,count,broken,weight,made,seen,colour,shelf,tags,near,extra,serial,owner,openness\r\n")));
	assert_holds(out, "F,'=1+1,");
	assert_holds(out, "E,\"Bến, \"\"cảng\"\"\",");
	r = import(s, a, &thing_record, arena_cstr(a, out));
	assert_int_equal(r.same, 6);
	assert_int_equal(r.created + r.changed, 0);
	/* A column left out keeps, an empty cell clears. */
	r = import(s, a, &thing_record, "code,count,near\nA,,S2;S1\nB,2,\n");
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.same, 1);
	out = exported(s, a);
	assert_holds(out, "A,Đường Trần Phú,,,false,10.5,,,red,,\"x;y\",\"S2;S1\",,,11,open\r\n");
}

static void expect_import(struct store *s, struct arena *a, const char *csv, size_t n,
			  const char *at)
{
	struct import_arg m = {.a = a, .r = &thing_record, .csv = csv};
	struct why why = {0};
	assert_err(store_write(s, import_run, &m, &why), ERR_INVALID);
	if (m.p.n != n)
		fail_msg("%s: %zu problems, first " STR_FMT ": " STR_FMT, csv, m.p.n,
			 STR_ARG(m.p.n ? m.p.items[0].at : STR("")),
			 STR_ARG(m.p.n ? m.p.items[0].text : STR("")));
	if (n)
		assert_str(m.p.items[n - 1].at, at);
}

static void all_rows_or_none(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	expect_import(s, a, "code,name,count\nA,good,1\nB,,2\nC,good,x\n", 2, "row 4, count");
	expect_import(s, a, "code,name,fly\nA,n,1\n", 1, "row 1, fly");
	expect_import(s, a, "code,name,name\nA,n,1\n", 1, "row 1, name");
	expect_import(s, a, "name\nn\n", 1, "row 1");
	expect_import(s, a, "code,name,checked_by\nA,n,1\n", 1, "row 1, checked_by");
	expect_import(s, a, "code,name\nA,n,more\n", 1, "row 2, column 3");
	expect_import(s, a, "code,name,serial\nA,n,X\nB,n,X\n", 1, "row 3, serial");
	expect_import(s, a, "code,name,shelf\nA,n,S9\n", 1, "row 2, shelf");
	expect_import(s, a, "", 0, "");
	expect_import(s, a, "code,name\nA,\xff\n", 0, "");
	assert_int_equal(
		exported(s, a).len,
		strlen("code,name,story,count,broken,weight,made,seen,colour,shelf,tags,near,extra,serial,owner,openness\r\n"));
	/* The list of problems is bounded. */
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1000000);
	buf_printf(&b, "code,name,count\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "C%d,n,x\n", i);
	struct import_arg m = {.a = a, .r = &thing_record, .csv = arena_cstr(a, buf_str(&b))};
	assert_err(in_change(s, import_run, &m), ERR_INVALID);
	assert_int_equal(m.p.n, PROBLEMS_MAX);
	assert_true(m.p.cut);
}

static void natural_keys(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	/* The same table seen as a kind without a code of its own: owner and name are the key. */
	struct field fields[32];
	memcpy(fields, thing_record.fields, thing_record.n_fields * sizeof(*fields));
	fields[0].type = FIELD_TEXT;
	fields[0].flags = FIELD_REQUIRED;
	fields[1].flags |= FIELD_KEY;
	fields[14].flags |= FIELD_KEY;
	struct record keyed = thing_record;
	keyed.fields = fields;
	keyed.check = NULL;
	struct import_result r =
		import(s, a, &keyed, "owner,name,code,count\n11,x,A,1\n12,x,B,2\n,x,C,3\n");
	assert_int_equal(r.created, 3);
	r = import(s, a, &keyed, "owner,name,count\n12,x,5\n,x,6\n11,x,1\n");
	assert_int_equal(r.changed, 2);
	assert_int_equal(r.same, 1);
	struct import_arg m = {.a = a, .r = &keyed, .csv = "name,code\nx,D\n"};
	assert_err(in_change(s, import_run, &m), ERR_INVALID);
	assert_int_equal(m.p.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(order_and_cursor),	   ON_EACH_ENGINE(search_filters_and_reach),
		ON_EACH_ENGINE(foolish_lists_are_refused), ON_EACH_ENGINE(csv_goes_round),
		ON_EACH_ENGINE(all_rows_or_none),	   ON_EACH_ENGINE(natural_keys),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
