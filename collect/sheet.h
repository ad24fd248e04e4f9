/* sheet.h - foreign spreadsheets as tables of typed cells.  XLSX, ODS, XLS, CSV, TSV (UTF-8 or
 * UTF-16) are told apart by their content, not by their name, and are read in the sandbox only;
 * here one sees the result.  Rows and columns count from 0 as in the file; nothing is skipped, so
 * row 13, column 5 is the file's own F14. */
#pragma once
#include "base/arena.h"
#include "collect/sandbox.h"

#define SHEET_FILE_MAX ((size_t)16 << 20)      /* bytes of the file */
#define SHEET_UNPACKED_MAX ((size_t)128 << 20) /* of all its parts once unpacked */
#define SHEET_SHEETS_MAX 64
#define SHEET_ROWS_MAX 100000
#define SHEET_COLUMNS_MAX 1024
#define SHEET_CELLS_MAX 1000000 /* rows × columns, all sheets together */
#define SHEET_TEXT_MAX 8192	/* bytes of one cell; the rest is cut */
#define SHEET_MERGES_MAX 2000
#define SHEET_OUTPUT_MAX ((size_t)48 << 20)

enum sheet_cell_kind {
	SHEET_EMPTY,
	SHEET_TEXT,   /* as written: "01" stays "01", "1.234,5" stays so */
	SHEET_NUMBER, /* a number of the file: canonical decimal text, "94.1"; percent formats are
			 multiplied out (12,5 % is "12.5"); leading zeros that the format shows are kept */
	SHEET_DATE,   /* "2026-09-30" or "2026-09-30T16:42:00" */
	SHEET_ERROR,  /* "#DIV/0!" */
	SHEET_KINDS
};

struct sheet_cell {
	enum sheet_cell_kind kind;
	struct str text; /* valid UTF-8, trimmed; empty only when SHEET_EMPTY */
};
/* A merged range, both corners included; its value stands in the first cell. */
struct sheet_merge {
	uint32_t row, column, last_row, last_column;
};
struct sheet {
	struct str name;
	uint32_t n_rows, n_columns;	/* up to the last cell that is not empty */
	const struct sheet_cell *cells; /* n_rows × n_columns, row by row */
	size_t n_merges;
	const struct sheet_merge *merges;
	bool hidden;
};
enum sheet_format { SHEET_XLSX, SHEET_ODS, SHEET_XLS, SHEET_CSV, SHEET_FORMATS };
struct sheet_book {
	enum sheet_format format;
	size_t n;
	const struct sheet *sheets;
};

/* What a file of that format is, whatever its sender calls it. */
struct str sheet_media_type(enum sheet_format format);

/* The cell, or an empty one outside the sheet. */
struct sheet_cell sheet_at(const struct sheet *s, uint32_t row, uint32_t column);
/* The same, or the first cell of the merged range that covers it. */
struct sheet_cell sheet_at_merged(const struct sheet *s, uint32_t row, uint32_t column);
/* "F14" */
void sheet_cell_name(struct buf *b, uint32_t row, uint32_t column);

/* Why a file could not be read, for its sender. */
struct sheet_refusal {
	struct str vi, en;
};

/* Parse a file in the sandbox.  Everything returned lives in `a`.  ERR_INVALID: not a
 * spreadsheet or a damaged one; ERR_TOO_LARGE, ERR_TIMEOUT, ERR_UNAVAILABLE as in sandbox.h; then
 * *ret_refusal (when not NULL) says why in both languages. */
MUST_USE enum err sheet_read(struct sandbox *sandbox, struct arena *a, struct str file,
			     struct sheet_book *ret, struct sheet_refusal *ret_refusal,
			     struct why *why);

/* The binary table that the child writes (sheet.c): bounded and checked as foreign bytes. */
MUST_USE enum err sheet_unpack(struct arena *a, struct str bytes, struct sheet_book *ret,
			       struct sheet_refusal *ret_refusal, struct why *why);
