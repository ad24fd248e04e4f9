#include "app/app.h"
#include "app/commands.h"

#include "core/identity.h"

int cmd_init(const struct args *given)
{
	AUTO(app_close) struct app *app = NULL;
	AUTO(store_give) struct db *db = NULL;
	struct args args = *given;
	struct why why = {0};
	bool needed = false;
	enum err rc = app_open(&args, APP_NEW, &app, &why);
	if (rc == OK)
		rc = store_take(app->store, &db, &why);
	if (rc == OK)
		rc = access_setup_prepare(db, app->dir, &needed, &why);
	if (rc != OK)
		return app_complain(rc, &why);
	printf(args_words(&args, WORDS("%s holds a centre.\n")), app->dir);
	if (needed)
		printf(args_words(
			       &args,
			       WORDS("Start it with `haidang serve --data %s` and open /setup; the token for the first\n"
				     "administrator is in %s/setup-token.\n")),
		       app->dir, app->dir);
	return EXIT_DONE;
}
