/* draft.h - what somebody typed and has not sent yet: kept on the server, so it survives a closed
 * browser and is there on the next machine.  One per unit, indicator, period and breakdown. */
#pragma once
#include "collect/collect.h"

#define DRAFT_VALUE_MAX 100
#define DRAFT_REMARK_MAX 1000

struct draft {
	struct figure key; /* unit, indicator, period, breakdown */
	struct str value, remark;
	int64_t actor;
	usec changed;
};
/* An empty value and remark forget the draft. */
MUST_USE enum err draft_put(struct db *tx, const struct draft *d, struct why *why);
void draft_forget(struct db *tx, const struct figure *key);
MUST_USE enum err draft_list(struct db *db, int64_t unit, struct arena *a, struct draft **ret,
			     size_t *ret_n, struct why *why);
/* The draft of that key among n, or NULL. */
const struct draft *draft_find(const struct draft *drafts, size_t n, const struct figure *key);
