/* people.h - the accounts of the demonstration: one person per role who can sign in, and one
 * reporting officer's token for every unit. */
#pragma once
#include "demo/demo.h"
#include "registry/registry.h"

struct people {
	size_t n;
	const struct unit **units;
	struct str *tokens; /* of the reporting officer of each unit */
	struct str approver, operator_, leader;
};
/* Creates them; writes o->logins. */
MUST_USE enum err people_create(const struct demo_options *o, const struct view *v, usec now,
				struct arena *a, struct people *ret, struct why *why);
struct str people_token(const struct people *p, const struct unit *u);
