/* sheet_sink.h - where the child's readers of each format put what they find.  The first thing
 * that is too much or wrong sticks; later calls do nothing, and sink_end() tells. */
#pragma once
#include "collect/sheet.h"

struct sink {
	struct arena *scratch; /* of one cell */
	struct buf out, cells, merges;
	enum sheet_format format;
	struct str name;
	bool open, hidden;
	uint32_t n_sheets, n_rows, n_columns, n_cells, n_merges;
	size_t area; /* rows × columns of the sheets that ended */
	enum err error;
	struct label why;
};
void sink_init(struct sink *k, enum sheet_format format);
void sink_release(struct sink *k);
static inline void sink_release_auto(struct sink *k)
{
	sink_release(k);
}
/* The first refusal counts; the labels are literals. */
void sink_refuse(struct sink *k, enum err error, struct label why);
/* Ends the sheet before, if any.  The name must outlive the sheet. */
void sink_sheet(struct sink *k, struct str name, bool hidden);
/* White space around text is dropped, and a cell without text is not kept.  The text is made valid. */
void sink_cell(struct sink *k, uint32_t row, uint32_t column, enum sheet_cell_kind kind,
	       struct str text);
/* A number of the file, as its own text; percent multiplies by 100; zeros: shown with so many digits. */
void sink_number(struct sink *k, uint32_t row, uint32_t column, struct str raw, bool percent,
		 unsigned zeros);
void sink_merge(struct sink *k, struct sheet_merge range);
/* Writes the whole answer, the table or the refusal. */
void sink_end(struct sink *k, struct buf *output);

/* The readers; `file` is borrowed, everything else lives in `a`. */
void sheet_xlsx(struct arena *a, struct str file, struct sink *k);
void sheet_ods(struct arena *a, struct str file, struct sink *k);
void sheet_xls(struct sink *k); /* reads descriptor 0, in the sandbox only */
void sheet_csv(struct arena *a, struct str file, struct sink *k);

/* The job of `haidang worker sheet`: file in, binary table out. */
void sheet_job(struct str file, struct buf *output);

#define SHEET_MAGIC "HDS1"
