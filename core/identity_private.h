/* identity_private.h - what the files of identity share; nobody else includes it. */
#pragma once
#include "core/identity.h"
#include "core/kept.h"
#include "core/throttle.h"

struct throttle *access_throttle(struct access *x);
struct kept *access_kept(struct access *x);

/* A journal entry about an account: kind like "session.opened", data a JSON object. */
MUST_USE enum err account_journal(struct db *tx, const char *kind, int64_t actor, int64_t account,
				  usec now, struct str data, struct why *why);
static inline struct str hash_str(const struct hash *h)
{
	return (struct str){(const char *)h->bytes, HASH_BYTES};
}
