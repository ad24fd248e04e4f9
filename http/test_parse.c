#include "core/testing.h"
#include "http/internal.h"

#include <unistd.h>

static struct arena *arena;

static int make_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int drop_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void cookies_are_found(void **state)
{
	(void)state;
	assert_str(cookie_session(STR("haidang_session=abc")), "abc");
	assert_str(cookie_session(STR("a=1; haidang_session=abc;b=2")), "abc");
	assert_null(cookie_session(STR("xhaidang_session=abc")).ptr);
	assert_null(cookie_session(STR("haidang_session=a; haidang_session=a")).ptr);
	assert_null(cookie_session(STR("")).ptr);
	assert_null(cookie_session(STR_NULL).ptr);
}

static enum err parse(const char *type, const char *body, struct http_part **ret, size_t *ret_n)
{
	return multipart_parse(arena, str_of(type), str_of(body), ret, ret_n, NULL);
}

#define PART "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n"
static void forms_are_strict(void **state)
{
	struct http_part *parts = NULL;
	size_t n = 0;
	(void)state;
	assert_err(parse("multipart/form-data; boundary=b", PART "x\r\n--b--\r\n", &parts, &n), OK);
	assert_int_equal(n, 1);
	assert_str(parts[0].data, "x");
	assert_null(parts[0].filename.ptr);
	assert_err(parse("multipart/form-data; boundary=\"b\"", PART "\r\n--b--", &parts, &n), OK);
	assert_str(parts[0].data, "");
	assert_err(
		parse("multipart/form-data; boundary=b",
		      "--b\r\ncontent-disposition: form-data; x=\"name=\\\"q\"; filename=\"/etc/passwd\"; name=n\r\n\r\n"
		      "\r\n--b--",
		      &parts, &n),
		OK);
	assert_str(parts[0].name, "n");
	assert_str(parts[0].filename, "passwd");
	static const char *const wrong[][2] = {
		{"multipart/form-data", PART "x\r\n--b--"},
		{"multipart/form-data; boundary=", PART "x\r\n--b--"},
		{"multipart/form-data; boundary=c", PART "x\r\n--b--"},
		{"multipart/form-data; boundary=b", "preamble\r\n" PART "x\r\n--b--"},
		{"multipart/form-data; boundary=b", PART "x\r\n--b"},
		{"multipart/form-data; boundary=b", PART "x\r\n--b-- and more"},
		{"multipart/form-data; boundary=b", PART "x"},
		{"multipart/form-data; boundary=b",
		 "--b\r\nContent-Type: text/csv\r\n\r\nx\r\n--b--"},
		{"multipart/form-data; boundary=b",
		 "--b\r\nContent-Disposition: attachment; name=n\r\n\r\nx\r\n--b--"},
		{"multipart/form-data; boundary=b",
		 "--b\r\nContent-Disposition: form-data; name=n"},
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (parse(wrong[i][0], wrong[i][1], &parts, &n) != ERR_INVALID)
			fail_msg("%s | %s", wrong[i][0], wrong[i][1]);
}

static void a_form_has_a_limit_of_parts(void **state)
{
	struct http_part *parts = NULL;
	size_t n = 0;
	struct buf b;
	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < MULTIPART_PARTS_MAX; i++)
		buf_add(&b, STR(PART "x\r\n"));
	buf_printf(&b, "--b--%c", 0);
	assert_err(parse("multipart/form-data; boundary=b", b.ptr, &parts, &n), OK);
	assert_int_equal(n, MULTIPART_PARTS_MAX);
	buf_clear(&b);
	for (int i = 0; i <= MULTIPART_PARTS_MAX; i++)
		buf_add(&b, STR(PART "x\r\n"));
	buf_printf(&b, "--b--%c", 0);
	assert_err(parse("multipart/form-data; boundary=b", b.ptr, &parts, &n), ERR_INVALID);
	buf_release(&b);
}

static void front_end_addresses_are_told_apart(void **state)
{
	static const char *const served[] = {"/", "/units/22333", "/assets/entry-1.js", "/apis",
					     "/sign-in"};
	static const char *const kept[] = {
		"/api",	  "/API/v1", "/Api",	"/health/x", "/METRICS", "/openapi.json",
		"//",	  "/a//b",   "/a/../b", "/a/",	     "/%61pi",	 "/a%2fb",
		"/a%2Fb", "",	     "a",	"/a\\b",     "/a b"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(served); i++)
		if (!static_serves(str_of(served[i])))
			fail_msg("%s", served[i]);
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (static_serves(str_of(kept[i])))
			fail_msg("%s", kept[i]);
}

static void a_unit_is_one_however_many_accounts_it_has(void **state)
{
	struct principal one = {.user = 7, .n_grants = 2, .grants = {{.unit = 30}, {.unit = 30}}};
	struct principal other = {.user = 8, .n_grants = 1, .grants = {{.unit = 30}}};
	struct principal both = {.user = 9, .n_grants = 2, .grants = {{.unit = 30}, {.unit = 31}}};
	struct principal centre = {.user = 30, .n_grants = 1};
	struct principal nobody = {0};
	struct str here = STR("192.0.2.1"), there = STR("192.0.2.2");
	(void)state;
	assert_true(share_of(&one, here) == share_of(&other, there));
	assert_true(share_of(&both, here) != share_of(&one, here));
	assert_true(share_of(&both, here) != share_of(&centre, here));
	assert_true(share_of(&centre, here) != share_of(&one, here));
	assert_true(share_of(&centre, here) == share_of(&centre, there));
	assert_true(share_of(&nobody, here) != share_of(&nobody, there));
}

static void a_share_is_given_back(void **state)
{
	struct shares *s = shares_new();
	(void)state;
	assert_true(shares_take(s, 1, SHARE_WRITES, 2, 2));
	assert_true(shares_take(s, 1, SHARE_BODIES, 2, 2));
	assert_false(shares_take(s, 1, SHARE_WRITES, 1, 2));
	assert_true(shares_take(s, 2, SHARE_WRITES, 1, 2));
	shares_give(s, 1, SHARE_WRITES, 2);
	assert_true(shares_take(s, 1, SHARE_WRITES, 1, 2));
	for (int64_t i = 10; i < 3000; i++) /* more than are told apart: the later ones are one */
		assert_true(shares_take(s, i, SHARE_WRITES, 1, i < 1000 ? 1 : 3000));
	assert_false(shares_take(s, 3001, SHARE_WRITES, 1, 100));
	for (int64_t i = 10; i < 1000; i++)
		shares_give(s, i, SHARE_WRITES, 1);
	assert_false(shares_take(s, 3001, SHARE_WRITES, 1, 100)); /* is not in two places */
	for (int64_t i = 1000; i < 3000; i++)
		shares_give(s, i, SHARE_WRITES, 1);
	shares_give(s, 3001, SHARE_WRITES, 2);
	assert_true(shares_take(s, 3001, SHARE_WRITES, 1, 1));
	shares_free(s);
}

struct counted {
	struct task task;
	_Atomic int *running, *most;
};

static void count_running(void *arg)
{
	struct counted *c = arg;
	int now = atomic_fetch_add(c->running, 1) + 1;
	int most = atomic_load(c->most);
	while (now > most && !atomic_compare_exchange_weak(c->most, &most, now))
		continue;
	usleep(20000);
	atomic_fetch_sub(c->running, 1);
}

/* One account has at most half of the threads; another one gets in beside it. */
static void the_crew_is_fair(void **state)
{
	_Atomic int running[2] = {0}, most[2] = {0};
	struct counted all[16];
	struct crew *crew = crew_new(4);
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		size_t who = i >= 12;
		all[i] = (struct counted){
			{.run = count_running, .arg = &all[i], .share = 1 + (int64_t)who},
			&running[who],
			&most[who]};
		assert_true(crew_put(crew, &all[i].task));
	}
	crew_free(crew);
	assert_int_equal(most[0], 2);
	assert_true(most[1] >= 1 && most[1] <= 2);
}

struct ordered {
	struct task task;
	_Atomic int *done, place;
};

static void note_order(void *arg)
{
	struct ordered *o = arg;
	atomic_store(&o->place, atomic_fetch_add(o->done, 1) + 1);
}

static void hold_up(void *arg)
{
	while (!atomic_load((_Atomic int *)arg))
		usleep(1000);
}

/* Two shares with long lines: a third one stands behind one job of each, not behind all. */
static void who_comes_late_with_little_does_not_wait_for_all(void **state)
{
	_Atomic int go = 0, done = 0;
	struct task first = {.run = hold_up, .arg = &go, .share = 9};
	struct ordered all[41];
	struct crew *crew = crew_new(1);
	(void)state;
	assert_true(crew_put(crew, &first));
	while (crew_waiting(crew) > 0)
		usleep(1000);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		int64_t share = i == 40 ? 3 : i < 20 ? 1 : 2;
		all[i] = (struct ordered){
			{.run = note_order, .arg = &all[i], .share = share}, &done, 0};
		assert_true(crew_put(crew, &all[i].task));
	}
	atomic_store(&go, 1);
	crew_free(crew);
	assert_int_equal(atomic_load(&done), 41);
	assert_int_equal(atomic_load(&all[40].place), 3);
	assert_int_equal(atomic_load(&all[20].place), 2);
	assert_int_equal(atomic_load(&all[19].place), 40);
}

static void shapes_become_schemas(void **state)
{
	static const struct shape shapes[] = {
		{"named", "{code:text name?:text?}"},
		{"colour", "'red'|'blue'"},
		{NULL, NULL},
	};
	static const struct route_table table = {NULL, 0, shapes};
	static const char *const examples[][2] = {
		{"text", "{\"type\":\"string\"}"},
		{"int?", "{\"type\":[\"integer\",\"null\"]}"},
		{"json", "{}"},
		{"number?[]", "{\"type\":\"array\",\"items\":{\"type\":[\"number\",\"null\"]}}"},
		{"bool[]?", "{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"boolean\"}}"},
		{"'a'|'b'?", "{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",\"b\",null]}"},
		{"colour", "{\"$ref\":\"#/components/schemas/colour\"}"},
		{"named?",
		 "{\"anyOf\":[{\"$ref\":\"#/components/schemas/named\"},{\"type\":\"null\"}]}"},
		{"text|number", "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]}"},
		{"{..named more:{at:date}[]}",
		 "{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},\"name\":{\"type\":["
		 "\"string\",\"null\"]},\"more\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
		 "\"properties\":{\"at\":{\"type\":\"string\",\"format\":\"date\"}},\"required\":[\"at\"]}}},"
		 "\"required\":[\"code\",\"more\"]}"},
		{"{*:int}",
		 "{\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":{"
		 "\"type\":\"integer\"}}"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		AUTO(buf_release) struct buf out;
		struct document d = {.tables = &table, .n = 1};
		buf_init(&out, 4096);
		jw_init(&d.w, &out);
		shape_write(&d, examples[i][0]);
		assert_str(buf_str(&out), examples[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookies_are_found),
		cmocka_unit_test(forms_are_strict),
		cmocka_unit_test(a_form_has_a_limit_of_parts),
		cmocka_unit_test(front_end_addresses_are_told_apart),
		cmocka_unit_test(a_unit_is_one_however_many_accounts_it_has),
		cmocka_unit_test(a_share_is_given_back),
		cmocka_unit_test(the_crew_is_fair),
		cmocka_unit_test(who_comes_late_with_little_does_not_wait_for_all),
		cmocka_unit_test(shapes_become_schemas),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
