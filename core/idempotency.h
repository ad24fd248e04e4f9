/* idempotency.h - a creating call that is sent twice is done once.  The answer of the first is kept
 * for a day under the caller's key.  Both functions run inside the change that does the work, so two
 * calls at the same moment cannot both do it. */
#pragma once
#include "base/crypt.h"
#include "store/store.h"

#define IDEMPOTENCY_HOURS 24
#define IDEMPOTENCY_KEY_MAX 200 /* bytes */

struct kept_answer {
	int64_t status;
	struct str type, body;
};
/* *ret NULL: not seen before, go on and keep the answer.  ERR_CONFLICT: the key was used for another
 * request (hash over method, path and body).  ERR_INVALID: no usable key. */
struct once {
	int64_t account;
	struct str key;	     /* Idempotency-Key */
	struct hash request; /* of method, path and body */
};
MUST_USE enum err idempotency_find(struct db *tx, const struct once *once, usec now,
				   struct arena *a, struct kept_answer **ret, struct why *why);
MUST_USE enum err idempotency_keep(struct db *tx, const struct once *once,
				   const struct kept_answer *answer, usec now, struct why *why);
/* Forget the old ones (a job). */
MUST_USE enum err idempotency_clean(struct db *tx, usec now, struct why *why);
