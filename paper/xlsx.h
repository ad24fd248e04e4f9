/* xlsx.h - tables as an XLSX file: a sheet each, bold frozen header with filter buttons.  Rows are
 * written as they come, in constant memory, through a temporary file.  Text stays text: nothing in
 * it is ever a formula.  Errors stick until xlsx_end(). */
#pragma once
#include "base/buf.h"
#include "base/decimal.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define XLSX_ROWS_MAX 1048575 /* beside the header */

struct xlsx;
/* sheet: its name, shortened and cleaned of what a sheet's name may not have. */
MUST_USE enum err xlsx_new(struct str sheet, struct xlsx **ret, struct why *why);
void xlsx_free(struct xlsx *x); /* removes the temporary file */
DEFINE_AUTO(xlsx_free, struct xlsx *)

/* What the file says of itself, after xlsx_new(); without, the machine's time is written into it.  The
 * texts outlive x. */
struct xlsx_info {
	char *title, *author;
	usec created;
	const char *mark; /* printed above every sheet; NULL: nothing */
};
void xlsx_describe(struct xlsx *x, const struct xlsx_info *info);
/* Begin the next sheet; its name must differ from the others' in its first 31 characters. */
void xlsx_sheet(struct xlsx *x, struct str name);

/* The header, from the left, before the first row; width in characters, 0: of the text. */
void xlsx_head(struct xlsx *x, struct str text, int width);
void xlsx_head_row(struct xlsx *x); /* begin another row of the header */
void xlsx_row(struct xlsx *x);	    /* begin the next row */
/* The next cell of the row. */
void xlsx_str(struct xlsx *x, struct str text); /* STR_NULL leaves it empty */
void xlsx_int(struct xlsx *x, int64_t v);
/* A number with its own decimals; as text when a spreadsheet could not hold it exactly. */
void xlsx_decimal(struct xlsx *x, struct decimal v);
/* After the last row of a sheet: a line below the table. */
void xlsx_note(struct xlsx *x, struct str text);
/* Appends the file to *out. */
MUST_USE enum err xlsx_end(struct xlsx *x, struct buf *out, struct why *why);
