#include "app/app.h"

#include <unistd.h>

/* The running server has another working directory: file names are made absolute. */
static void name_file(struct args *args)
{
	char here[4096];
	unsigned n = args->command->file;
	if (!n || args->arguments[n - 1][0] == '/' || !getcwd(here, sizeof(here)))
		return;
	const char *given = args->arguments[n - 1];
	char *full = arena_cstr(args->arena, arena_fmt(args->arena, "%s/%s", here, given));
	for (int i = 1; i < args->argc; i++)
		if (args->argv[i] == given)
			args->argv[i] = full;
	args->arguments[n - 1] = full;
}

static int act(struct args *args)
{
	AUTO(buf_release) struct buf out;
	AUTO(app_close) struct app *app = NULL;
	struct why why = {0};
	int code = EXIT_DONE;
	buf_init(&out, (size_t)1 << 30);
	name_file(args);
	if (!control_ask(args, &out, &code)) {
		unsigned flags = APP_EXISTING | (args->command->read_only ? APP_READ_ONLY : 0u);
		enum err rc = app_open(args, flags, &app, &why);
		if (rc == OK)
			rc = args->command->act(app, args, &out, &why);
		if (rc == OK)
			rc = buf_end(&out, &why);
		if (rc != OK)
			code = app_complain(rc, &why);
	}
	fwrite(out.ptr, 1, out.len, code == EXIT_DONE ? stdout : stderr);
	return fflush(stdout) ? EXIT_FAILED : code;
}

int main(int argc, char **argv)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct args args;
	struct why why = {0};
	bool done = false;
	crypt_init();
	if (args_parse(argc, argv, a, &args, &done, &why) != OK) {
		app_complain(ERR_INVALID, &why);
		return EXIT_USAGE;
	}
	if (done)
		return EXIT_DONE;
	return args.command->run ? args.command->run(&args) : act(&args);
}
