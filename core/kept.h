/* kept.h - what access_identify() found, kept for the next request of the same token.  It holds while
 * nothing was committed since the store was looked at and no instant has passed that changes it by time
 * alone: so revocation holds at once, as with a look.  Of fixed size; thread-safe; tokens are not in it,
 * only their hashes. */
#pragma once
#include "core/access.h"

struct kept;
struct kept *kept_new(void);
void kept_free(struct kept *k);
/* turn: store_turn() now.  NULL: look. */
struct principal *kept_find(struct kept *k, const struct hash *token, int64_t turn, usec now,
			    struct arena *a);
/* turn: store_turn() of before the look. */
void kept_put(struct kept *k, const struct hash *token, int64_t turn, const struct principal *who);
