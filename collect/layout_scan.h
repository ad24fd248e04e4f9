/* layout_scan.h - what a sheet looks like before anybody says what it means: its header rows, the
 * region of its data and what the cells of each column are. */
#pragma once
#include "collect/layout.h"

#define SCAN_HEAD 60	/* rows in which a header is looked for */
#define SCAN_LEVELS 4	/* rows of one header */
#define SCAN_SAMPLE 300 /* data rows that columns are judged by */

/* What words of a header say about their column. */
enum scan_hint {
	HINT_NONE,
	HINT_NUMBERING,
	HINT_CODE,
	HINT_INDICATOR,
	HINT_UNIT,
	HINT_PERIOD,
	HINT_VALUE,
	HINT_OTHER_VALUE, /* plan, comparison, accumulated */
	HINT_TOTAL,
	HINT_MEASURE,
	HINT_REMARK
};
struct scan_column {
	struct str header[SCAN_LEVELS]; /* distinct texts from top to bottom */
	size_t n_header;
	enum scan_hint hint;
	size_t filled, numbers, periods, words, indicators, units, items;
	struct str list; /* of the items */
};
struct scan {
	struct arena *a, *scratch; /* scratch: of one row, gone when the scan ends */
	const struct sheet *s;
	const struct layout_index *x;
	const struct sheet_cell *head; /* first rows with merged ranges spread out */
	uint32_t n_head;
	int64_t header_top, header_bottom; /* -1: none */
	uint32_t first_row, last_row;	   /* of the data; first > last: none */
	struct scan_column *columns;
};
void scan_sheet(struct arena *a, const struct layout_index *x, const struct sheet *s,
		struct scan *ret);
enum scan_hint scan_hint_of(struct arena *a, struct str text);
bool scan_is_number(struct sheet_cell c);
