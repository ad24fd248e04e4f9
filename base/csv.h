/* csv.h - RFC 4180, streaming, tolerant of ; and tab separators and a byte-order mark.
 * Quote bombs and endless rows end in ERR_INVALID with row and column; no cell beyond
 * CSV_CELL_MAX bytes, no row beyond CSV_COLUMNS_MAX cells. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#define CSV_CELL_MAX 65536
#define CSV_COLUMNS_MAX 4096

struct csv_row {
	int64_t number; /* of the row in the file, from 1 (a quoted newline does not count) */
	size_t n;
	const struct str *cells; /* valid until the next csv_next() */
};
struct csv;
/* text is borrowed; separator 0: found out from the first row.  Everything lives in `a`. */
struct csv *csv_open(struct arena *a, struct str text, char separator);
/* false at the end or on an error; csv_end() tells which. */
bool csv_next(struct csv *c, struct csv_row *ret);
MUST_USE enum err csv_end(const struct csv *c, struct why *why);

/* One cell, quoted when needed, after a comma unless `first`; a text that a spreadsheet would
 * take for a formula (=, +, -, @, tab first, and not a number) gets a leading apostrophe. */
void csv_write(struct buf *b, bool first, struct str cell);
