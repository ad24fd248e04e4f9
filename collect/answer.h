/* answer.h - the sender's own file back, marked: the same cells in the same places, refused cells
 * red with a comment that explains, doubtful ones amber, kept ones green, and a first sheet
 * "Kết quả" with counts and receipt.  Nothing in it is ever a formula. */
#pragma once
#include "base/buf.h"
#include "collect/sheet.h"

enum answer_state { ANSWER_ACCEPTED, ANSWER_SAME, ANSWER_DOUBTFUL, ANSWER_REFUSED, ANSWER_STATES };
struct answer_mark {
	size_t sheet; /* index in the book */
	uint32_t row, column;
	enum answer_state state;
	struct str explanation; /* in the reader's language; may be empty */
};
/* One line of the summary: label and text, in the reader's language. */
struct answer_line {
	struct str label, text;
};
struct answer {
	const struct sheet_book *book;
	size_t n_marks, n_lines;
	const struct answer_mark *marks; /* any order; of two marks of one cell the worse counts */
	const struct answer_line
		*lines; /* file, unit, receipt, time… ; the counts are added here */
	bool english;
};
#define ANSWER_MAX ((size_t)64 << 20)
/* Appends an XLSX to *out.  Cells outside SHEET_* limits cannot occur; ERR_FULL: no room for the
 * temporary file. */
MUST_USE enum err answer_write(const struct answer *answer, struct buf *out, struct why *why);
