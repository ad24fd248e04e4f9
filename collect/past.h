/* past.h - what came before a figure, as the screens show it beside the cell. */
#pragma once
#include "collect/check.h"

/* "history": up to 12 earlier values, oldest first; "range": what raises no question, or null. */
MUST_USE enum err past_json(struct jw *w, struct db *db, const struct indicator *i,
			    const struct figure *key, struct arena *a, struct why *why);
