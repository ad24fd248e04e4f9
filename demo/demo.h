/* demo.h - the demonstration province: packs and people are put into an empty centre, then real
 * files and calls go through its front door at simulated times, from the start of the story until
 * now.  The server under it runs with a simulated clock, which only this drives. */
#pragma once
#include "http/http.h"

struct demo_options {
	const struct app_services *app; /* store, registry, access; clock is simulated */
	int port;			/* of the running server on 127.0.0.1 */
	usec until;			/* usually the machine's time */
	int64_t days;	    /* 0: from the start of the story; else only so many days back */
	const char *logins; /* file to be written (mode 0600): role, login, password */
	/* What the centre does by itself, due by now: at the beginning, each Monday, at the end. */
	enum err (*keep)(void *arg, usec now, struct why *why);
	void *keep_arg;
	void (*progress)(void *arg, const char *what, int percent); /* may be NULL */
	void *arg;
};
struct demo_result {
	int64_t deliveries, files, accepted, same, doubtful, refused, approved, returned;
	int64_t reminders;
};
/* ERR_CONFLICT: the centre is not empty. */
MUST_USE enum err demo_create(const struct demo_options *o, struct demo_result *ret,
			      struct why *why);
