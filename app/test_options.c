#include "app/app.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/testing.h"

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

static enum err parse(const char *line, struct args *ret, struct why *why)
{
	char **argv = ARENA_ARRAY(arena, 32, char *);
	int argc = 0;
	bool done = false;
	for (struct str rest = str_of(line); rest.ptr;)
		argv[argc++] = arena_cstr(arena, str_until(rest, ' ', &rest));
	return args_parse(argc, argv, arena, ret, &done, why);
}

static void command_lines_are_understood(void **state)
{
	struct args args;
	struct why why = {0};
	(void)state;
	assert_ok(parse("haidang serve --data /x --port=81 --listen ::1", &args, &why), why);
	assert_string_equal(args.command->name, "serve");
	assert_string_equal(args_get(&args, "data"), "/x");
	assert_int_equal(args_int(&args, "port", 0), 81);
	assert_string_equal(args_get(&args, "listen"), "::1");
	assert_ok(parse("haidang token create --role operator", &args, &why), why);
	assert_string_equal(args.command->name, "token create");
	assert_ok(parse("haidang import units file.csv --data d", &args, &why), why);
	assert_int_equal(args.n_arguments, 2);
	assert_string_equal(args.arguments[1], "file.csv");
}

static void mistakes_are_refused(void **state)
{
	static const char *const wrong[] = {
		"haidang fly",
		"haidang serve extra",
		"haidang serve --prot 1",
		"haidang serve --port x",
		"haidang serve --port",
		"haidang token",
		"haidang import units",
		"haidang backup --role x f",
		"haidang help --man=yes",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct args args;
		struct why why = {0};
		if (parse(wrong[i], &args, &why) != ERR_INVALID || !why.text[0])
			fail_msg("%s", wrong[i]);
	}
}

static enum err configure(const char *text, const char *line, struct args *ret)
{
	char dir[] = "/tmp/haidang-conf-XXXXXX";
	assert_non_null(mkdtemp(dir));
	const char *path = arena_fmt(arena, "%s/haidang.conf", dir).ptr;
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	struct why why = {0};
	assert_ok(parse(line, ret, &why), why);
	enum err rc = args_configure(ret, dir, &why);
	unlink(path);
	rmdir(dir);
	return rc;
}

static void the_file_fills_what_the_line_leaves_open(void **state)
{
	struct args args;
	(void)state;
	assert_err(
		configure("# note\n\nport = 9000\n listen=::1\n", "haidang serve --port 81", &args),
		OK);
	assert_int_equal(args_int(&args, "port", 0), 81);
	assert_string_equal(args_get(&args, "listen"), "::1");
	assert_err(configure("prot = 1\n", "haidang serve", &args), ERR_INVALID);
	assert_err(configure("port = many\n", "haidang serve", &args), ERR_INVALID);
	assert_err(configure("role = x\n", "haidang serve", &args), ERR_INVALID);
	/* A server's setting is none of another command's business. */
	assert_err(configure("port = 9000\n", "haidang verify", &args), OK);
}

static void papers_name_every_command(void **state)
{
	AUTO(buf_release) struct buf help, man, completion, vi;
	const struct args english = {.vietnamese = false}, vietnamese = {.vietnamese = true};
	(void)state;
	buf_init(&help, 1 << 20);
	buf_init(&man, 1 << 20);
	buf_init(&completion, 1 << 20);
	buf_init(&vi, 1 << 20);
	options_help(&help, &english, NULL);
	options_man(&man, &english);
	options_completion(&completion);
	options_help(&vi, &vietnamese, NULL);
	struct str all[] = {arena_str(arena, buf_str(&help)), arena_str(arena, buf_str(&man)),
			    arena_str(arena, buf_str(&vi))};
	assert_non_null(strstr(all[2].ptr, "chạy trung tâm"));
	assert_null(strstr(all[2].ptr, "serve the centre"));
	for (const struct command *c = commands; c->name; c++)
		for (size_t i = 0; i < ARRAY_LEN(all); i++)
			if (!strstr(all[i].ptr, c->name))
				fail_msg("%s is missing", c->name);
	assert_non_null(strstr(arena_str(arena, buf_str(&completion)).ptr,
			       "complete -o default -F _haidang"));
}

static void every_command_has_one_way_to_run(void **state)
{
	(void)state;
	for (const struct command *c = commands; c->name; c++)
		assert_true(!c->run != !c->act);
}

/* Two tables never disagree over an address: what is special comes first. */
static void every_route_is_wired_soundly(void **state)
{
	size_t n = 0, routes = 0;
	(void)state;
	const struct route_table *tables = wiring_routes(arena, &n);
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].n; i++, routes++) {
			const struct route *r = &tables[t].routes[i];
			const char *kind = r->permission.kind;
			bool known = r->permission.needs != PERMIT_KIND;
			for (size_t k = 0; !known && access_kind(k); k++)
				known = !strcmp(access_kind(k), kind);
			if (!known || !r->help[0] || !r->help_vi[0])
				fail_msg("%s: kind %s", r->path, kind);
		}
	assert_true(routes > 150);
}

int main(void)
{
	crypt_init();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines_are_understood),
		cmocka_unit_test(mistakes_are_refused),
		cmocka_unit_test(the_file_fills_what_the_line_leaves_open),
		cmocka_unit_test(papers_name_every_command),
		cmocka_unit_test(every_command_has_one_way_to_run),
		cmocka_unit_test(every_route_is_wired_soundly),
	};
	return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
