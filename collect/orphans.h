/* orphans.h - rows whose owner is gone: a figure without its delivery, unit or indicator, the file
 * or the cells of no delivery.  The program never makes them; somebody with the database's password may. */
#pragma once
#include "store/store.h"

/* say() is called with a sentence for each sort that is found; ERR_CONFLICT then. */
MUST_USE enum err orphans_find(struct db *db, void (*say)(void *arg, const struct why *found),
			       void *arg, struct why *why);
