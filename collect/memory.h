/* memory.h - mappings that a person confirmed once, remembered by unit and layout. */
#pragma once
#include "collect/collect.h"
#include "collect/layout.h"

struct memory {
	int64_t unit, id;
	struct str fingerprint, name,
		content; /* name: of the file it was made with; content: JSON */
	int64_t actor, used;
	usec changed;
};
/* ERR_NOT_FOUND: nothing remembered. */
MUST_USE enum err memory_find(struct db *db, int64_t unit, struct str fingerprint, struct arena *a,
			      struct memory *ret, struct why *why);
/* Remember, or remember anew and count the use. */
MUST_USE enum err memory_put(struct db *tx, const struct memory *m, struct why *why);
MUST_USE enum err memory_list(struct db *db, int64_t unit, struct arena *a, struct memory **ret,
			      size_t *ret_n, struct why *why);
MUST_USE enum err memory_forget(struct db *tx, int64_t unit, int64_t id, struct why *why);

/* What is remembered of a mapping that a person confirmed for a file of which `p` was proposed. */
struct mapping memory_of(const struct mapping *m, const struct layout_proposal *p);
/* A remembered mapping for another file of its layout, of which `p` is proposed now: rows, title, periods and
 * measures are this file's.  false: the file does not tell its period, or its unit, which is not the sender's
 * `own`; then these are empty, for a person to say. */
bool memory_fit(struct arena *a, struct mapping *m, const struct layout_proposal *p,
		struct str own);

/* What the centre knows, for reading strangers' files; lives in `a` with the view.  Of a unit that
 * reports indicators only those count: other levels have indicators of nearly the same names.  Units
 * are those of the day. */
struct layout_index *memory_words(const struct view *v, int64_t unit, int64_t day, struct arena *a);
