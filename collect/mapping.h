/* mapping.h - how to read one layout of spreadsheet: which rows and columns hold what.  Proposed
 * by layout.h, corrected by a person once, remembered by its fingerprint, applied to every later
 * file of that layout.  All row and column numbers count from 0 as in the file.
 *
 * JSON: {"sheet","header_row","first_row","last_row"?,"columns":[{"column","role","period"?,
 * "indicator"?,"unit"?,"breakdown"?,"measure"?}],"fixed":{"unit"?,"period"?,"indicator"?,"measure"?},
 * "indicators":{text:CODE},"units":{text:CODE},"year"?,"proposed_header"?,"ask_period"?}; role is indicator | unit | period | value |
 * breakdown | breakdown:LIST | remark | measure | ignore.  A value column's own period, indicator, unit,
 * breakdown, measure hold for its cells ("wide" layouts).  A measure is told by its row's column, by the
 * name of the indicator in brackets, by the value's column or by the title: the first of these counts. */
#pragma once
#include "base/arena.h"
#include "base/json.h"
#include "base/period.h"
#include "collect/sheet.h"

struct layout_index;

enum mapping_role {
	MAPPING_IGNORE,
	MAPPING_INDICATOR,
	MAPPING_UNIT,
	MAPPING_PERIOD,
	MAPPING_VALUE,
	MAPPING_BREAKDOWN,
	MAPPING_REMARK,
	MAPPING_MEASURE,
	MAPPING_ROLES
};
struct mapping_column {
	uint32_t column;
	enum mapping_role role;
	struct str list; /* MAPPING_BREAKDOWN: code list; empty: "sex=female;age=0-14" as written */
	struct str indicator, unit, period, breakdown,
		measure; /* MAPPING_VALUE: fixed for the column, or STR_NULL */
};
/* Their text (as in the file; compared folded) means our code. */
struct mapping_word {
	struct str text, code;
};
struct mapping {
	struct str sheet;	     /* name; STR_NULL: the first */
	int64_t header_row;	     /* last row of the header; -1: none */
	int64_t first_row, last_row; /* last_row -1: to the end */
	size_t n_columns;
	const struct mapping_column *columns;
	struct str fixed_unit, fixed_period, fixed_indicator,
		fixed_measure; /* codes, canonical period, a measure as it stands; or STR_NULL */
	int64_t proposed_header; /* of a remembered one: the header row that was proposed, from 1; 0: unknown */
	bool ask_period; /* of a remembered one: a person told its period, no cell does */
	int year;	 /* for periods written without one ("tháng 9"); 0: unknown */
	size_t n_indicators, n_units;
	const struct mapping_word *indicators, *units;
};
#define MAPPING_COLUMNS_MAX SHEET_COLUMNS_MAX
#define MAPPING_WORDS_MAX 4000
#define MAPPING_CELLS_MAX 50000 /* figures of one sheet */

/* ERR_INVALID names the member that is wrong by JSON pointer.  Strings live in `a`. */
MUST_USE enum err mapping_parse(struct arena *a, const struct json *json, struct mapping *ret,
				struct why *why);
void mapping_write(struct jw *w, const struct mapping *m);

/* One figure's cell, traceable to the file. */
struct mapping_cell {
	uint32_t row, column; /* of the value */
	struct str indicator; /* code, or STR_NULL when indicator_text is not known */
	struct str indicator_text;
	struct str unit; /* likewise */
	struct str unit_text;
	struct str period; /* canonical, or STR_NULL */
	struct str period_text;
	struct str
		breakdown; /* "" or "sex=female;age=0-14", sorted; STR_NULL when a text is not known */
	struct str breakdown_text;
	struct str value;      /* canonical decimal, or STR_NULL when value_text is no number */
	struct str value_text; /* as it stands in the cell */
	bool doubtful;	       /* "1.234" in a text cell: read as 1234 */
	struct str measure;    /* as it stands; STR_NULL: none */
	bool measure_of_all;   /* it is the title's */
	struct str remark;     /* STR_NULL: none */
};
/* X(code, vi, en): why a row holds no figures. */
#define MAPPING_SKIP_TABLE(X)                                                                      \
	X(MAPPING_SKIP_TITLE, "dòng tiêu đề của biểu", "title above the table")                    \
	X(MAPPING_SKIP_HEADER, "dòng tiêu đề cột", "column header")                                \
	X(MAPPING_SKIP_NUMBERING, "dòng đánh số cột", "row that numbers the columns")              \
	X(MAPPING_SKIP_EMPTY, "dòng trống", "empty row")                                           \
	X(MAPPING_SKIP_GROUP, "dòng tên nhóm, không có số liệu", "group heading without figures")  \
	X(MAPPING_SKIP_TOTAL, "dòng cộng", "total")                                                \
	X(MAPPING_SKIP_FOOTER, "phần cuối: ghi chú, nơi nhận, chữ ký", "footer: notes, signature")
#define X(code, vi, en) code,
enum mapping_skip_why { MAPPING_SKIP_TABLE(X) MAPPING_SKIPS };
#undef X
struct label mapping_skip_label(enum mapping_skip_why why);
struct mapping_skip {
	uint32_t row, last_row; /* both included */
	enum mapping_skip_why why;
};
struct mapping_result {
	size_t n_cells, n_skips;
	const struct mapping_cell *cells; /* in order of row, then column */
	const struct mapping_skip *skips; /* in order of row */
};
/* Read a sheet by a mapping.  Texts are resolved by the mapping's own words, then by exact
 * (folded) names and codes of `words`, never by guessing.  ERR_INVALID: the mapping does not fit
 * the sheet (says how); ERR_TOO_LARGE: more than MAPPING_CELLS_MAX figures.  O(cells). */
MUST_USE enum err mapping_apply(struct arena *a, const struct mapping *m, const struct sheet *s,
				const struct layout_index *words, struct mapping_result *ret,
				struct why *why);
bool mapping_is_total(struct arena *scratch, struct str text); /* "Tổng cộng", "Toàn tỉnh" */
/* The sheet that the mapping names, or NULL. */
const struct sheet *mapping_sheet(const struct mapping *m, const struct sheet_book *book);

/* 64 hex characters: equal for files of one layout.  Made of the header rows' folded texts with
 * years, months and numbers left out, and their columns; data and titles do not count. */
struct str mapping_fingerprint(struct arena *a, const struct sheet *s, int64_t header_row);
