/* id.h - names for things: 63-bit ids sortable by time (41 bits of milliseconds since
 * 2020-01-01, 10 of server, 12 of sequence), written as 13 characters of Crockford's base 32
 * (numbers above 2^53 do not survive browsers). 0 is "no id". */
#pragma once
#include "base/base.h"

#define ID_TEXT 13

struct id_source; /* one per process; thread-safe */
struct id_source *id_source_new(unsigned server /* 0..1023 */);
void id_source_free(struct id_source *s);
DEFINE_AUTO(id_source_free, struct id_source *)
/* Always greater than the one before, even when `now` steps back. */
int64_t id_next(struct id_source *s, usec now);

void id_write(int64_t id, char ret[ID_TEXT + 1]);
MUST_USE enum err id_parse(struct str s, int64_t *ret, struct why *why); /* case-insensitive */

/* The order of ids, for qsort() and bsearch(). */
int id_order(const void *left, const void *right);
bool id_among(const int64_t *sorted, size_t n, int64_t id);
