/* access_roles.h - the table of roles compiled for access.c; nobody else includes it. */
#pragma once
#include "core/access.h"

enum scope {
	SCOPE_SUBTREE,	/* things of the grant's unit and below; a grant of the whole centre: all */
	SCOPE_ANYWHERE, /* whatever unit it belongs to */
	SCOPE_OPEN,	/* anywhere, as far as the thing is marked open */
	SCOPE_UNIT,	/* things of the grant's unit itself, not of those below it */
	SCOPES
};
#define KINDS_MAX 48
/* verbs[role][kind][scope]: VERB_BITs. */
struct roles {
	unsigned verbs[ROLES][KINDS_MAX][SCOPES];
};
void roles_fill(struct roles *ret);
int roles_kind(const char *kind); /* index into the table, or -1 */
