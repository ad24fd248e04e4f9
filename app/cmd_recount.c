#include "app/app.h"
#include "app/commands.h"

#include "operate/quality.h"

static enum err forget(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	return quality_forget(tx, why);
}

/* A serving centre may be counting too: whoever takes a step, it is taken once, and the other goes on
 * from there. */
enum err cmd_recount(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	struct quality_reader job = {app->registry, app->access, NULL};
	int64_t steps = 0, taken = 0;
	usec began = clock_monotonic();
	enum err rc = store_write(app->store, forget, NULL, why);
	do {
		if (rc == OK || rc == ERR_STALE)
			rc = quality_follow(app->store, &job, &taken, why);
		steps += taken;
	} while (rc == ERR_STALE);
	if (rc == OK)
		buf_printf(out, args_words(args, WORDS("counted anew in %lld steps, %.2f s\n")),
			   (long long)steps,
			   (double)(clock_monotonic() - began) / (double)USEC_SECOND);
	return rc;
}
