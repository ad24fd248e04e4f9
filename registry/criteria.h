/* criteria.h - sets of criteria, and what units that were asked say about them. */
#pragma once
#include "base/arena.h"
#include "base/decimal.h"
#include "store/store.h"

#define CRITERIA_STEPS_MAX 20
/* "50:1;80:3" of a criterion; false: it is not so written. */
bool criteria_steps(struct str text, struct decimal *values, struct decimal *points, size_t max,
		    size_t *ret_n);

/* What a unit said of a set.  It holds for the criteria as they were then: when one of them is changed, added
 * or removed, the unit is asked again. */
struct criteria_opinion {
	int64_t id,
		version; /* of the record, as criteria-comments have it; 0: it said nothing yet */
	struct str unit, opinion, comment;
	usec at;
	bool asked, holds;
};
/* Of all who are asked (a JSON array of codes; STR_NULL: nobody), in that order, then of others who spoke. */
MUST_USE enum err criteria_opinions(struct db *db, int64_t set, struct str asked, struct arena *a,
				    struct criteria_opinion **ret, size_t *ret_n, struct why *why);
bool criteria_agrees(const struct criteria_opinion *o); /* to what stands now */
bool criteria_objects(const struct criteria_opinion *o);
