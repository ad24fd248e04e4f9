/* testing.h - a store with the core's tables, a kind to try records on, and principals.  For tests
 * of this floor and those above. */
#pragma once
#include "core/identity.h"
#include "store/testing.h"

/* "thing": every type of field, refers to "shelf" (code, name), belongs to a unit by owner. */
extern const struct record shelf_record, thing_record;

/* Opens the store with migration 1 and the two tables above as migration 2. */
struct store *core_open(const struct testbed *bed);
/* Runs fn in a change and waits. */
#define in_change(s, fn, arg) store_write((s), (fn), (arg), &(struct why){0})

/* A tree of units: 1 holds 11 and 12; 11 holds 111; 2 holds 21. */
struct unit_tree test_tree(void);
struct principal *principal_of(struct arena *a, enum role role, int64_t unit);
