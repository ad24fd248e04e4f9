#include "app/app.h"
#include "app/commands.h"

#include <errno.h>
#include <sys/stat.h>

#include "collect/orphans.h"
#include "core/journal.h"

enum err cmd_backup(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	enum err rc = store_backup(app->store, args->arguments[0], why);
	if (rc == OK)
		buf_printf(out, args_words(args, WORDS("%s holds everything as of now\n")),
			   args->arguments[0]);
	return rc;
}

int cmd_restore(const struct args *given)
{
	struct args args = *given;
	struct why why = {0};
	struct app app = {.arena = args.arena, .dir = app_dir(given)};
	enum err rc = OK;
	if (mkdir(app.dir, 0700) && errno != EEXIST)
		rc = fail(&why, ERR_NOT_FOUND, "cannot make %s: %s", app.dir, strerror(errno));
	if (rc == OK)
		rc = args_configure(&args, app.dir, &why);
	if (rc == OK) {
		AUTO(clock_free) struct clock *clock = clock_new();
		app.clock = clock;
		struct store_options o = app_store_options(&app, &args, 0);
		rc = store_restore(&o, args.arguments[0], &why);
	}
	if (rc != OK)
		return app_complain(rc, &why);
	printf(args_words(&args, WORDS("%s holds the centre of the backup\n")), app.dir);
	return EXIT_DONE;
}

struct lines {
	const struct args *args;
	struct buf *out;
};

static void add_line(void *arg, const struct why *found)
{
	struct lines *to = arg;
	buf_add(to->out, str_of(to->args->vietnamese ? found->vi : found->text));
	buf_add_char(to->out, '\n');
}

/* What is wrong is the answer of this command, so it is told on standard error with its own code. */
enum err cmd_verify(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	struct lines lines = {args, out};
	struct why store_why = {0}, journal_why = {0}, orphans_why = {0};
	enum err rc = store_take(app->store, &db, why);
	if (rc != OK)
		return rc;
	enum err store_rc = store_verify(app->store, add_line, &lines, &store_why);
	enum err journal_rc = journal_verify(db, app->dir, add_line, &lines, &journal_why);
	enum err orphans_rc = orphans_find(db, add_line, &lines, &orphans_why);
	if (store_rc == OK && journal_rc == OK && orphans_rc == OK) {
		buf_printf(out, args_words(args, WORDS("The store and the journal are whole.\n")));
		return OK;
	}
	return fail(why, ERR_CONFLICT, STR_FMT BOTH_FMT BOTH_FMT BOTH_FMT, STR_ARG(buf_str(out)),
		    WHY_ARG(store_why), WHY_ARG(journal_why), WHY_ARG(orphans_why));
}
