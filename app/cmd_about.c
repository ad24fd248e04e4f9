#include "app/app.h"
#include "app/commands.h"

#include "collect/worker.h"

static int print(struct buf *out)
{
	struct why why = {0};
	if (buf_end(out, &why) != OK)
		return app_complain(ERR_FULL, &why);
	fwrite(out->ptr, 1, out->len, stdout);
	return fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
}

int cmd_version(const struct args *args)
{
	(void)args;
	printf("haidang %s\n", HAIDANG_VERSION);
	return EXIT_DONE;
}

int cmd_help(const struct args *args)
{
	AUTO(buf_release) struct buf out;
	buf_init(&out, (size_t)1 << 20);
	if (args_has(args, "man"))
		options_man(&out, args);
	else if (args_has(args, "completion"))
		options_completion(&out);
	else
		options_help(&out, args, NULL);
	return print(&out);
}

int cmd_openapi(const struct args *args)
{
	AUTO(buf_release) struct buf out;
	size_t n = 0;
	const struct route_table *tables = wiring_routes(args->arena, &n);
	buf_init(&out, (size_t)16 << 20);
	http_openapi(&out, tables, n);
	return print(&out);
}

int cmd_worker(const struct args *args)
{
	/* argv[0] of a worker is its kind: "worker" is left out. */
	return collect_worker_main(args->argc - 2, args->argv + 2);
}
