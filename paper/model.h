/* model.h - a paper as the writers see it: its parts in order, every text clean and in the paper's
 * arena.  Private to the room. */
#pragma once
#include "base/arena.h"
#include "paper/paper.h"

enum part_kind {
	PART_HEADING,
	PART_TEXT,
	PART_LIST,
	PART_TABLE,
	PART_CHART,
	PART_SIGN,
	PART_ANNEX
};
struct part {
	enum part_kind kind;
	enum paper_align align;
	int level;	 /* of a heading */
	unsigned number; /* of a table, chart or annex among its kind, from 1 */
	bool numbered;	 /* list */
	bool landscape;	 /* annex */
	bool indent;	 /* text: its first line is set in */
	struct str text; /* of a heading, an annex; a caption with its number */
	struct paper_run *runs;
	size_t n_runs;
	struct str *items;
	size_t n_items;
	struct paper_table table;
	struct paper_chart chart;
	struct paper_sign sign;
};
struct paper {
	struct arena *arena;
	struct paper_info info;
	bool has_head;
	struct paper_head head;
	struct part *parts;
	size_t n;
	size_t text, rows; /* used so far */
	unsigned tables, charts, annexes;
	enum err error;
	struct why why;
};

/* Words that the layout itself brings, in the paper's language. */
struct paper_words {
	const char *lang; /* "vi-VN" */
	const char *country, *motto, *number, *to, *recipients, *annex, *table, *chart, *page,
		*target;
	const char *demonstration, *invented, *provisional, *contents, *values;
};
const struct paper_words *paper_words(const struct paper *p);
/* "Khánh Hòa, ngày 07 tháng 12 năm 2026": days below 10 and the months 1 and 2 with a zero. */
struct str paper_place_date(struct arena *a, enum paper_language language, struct str place,
			    struct date d);
/* "(Kèm theo Báo cáo số 12/BC-TTDH ngày 07 tháng 12 năm 2026 của …)"; STR_NULL without a head. */
struct str paper_attached_to(const struct paper *p);
/* "I", "II" … of an annex. */
struct str paper_roman(struct arena *a, unsigned number);
/* What a cell shows. */
struct str paper_cell_text(const struct paper *p, const struct paper_cell *cell);
static inline size_t cell_span(const struct paper_cell *c)
{
	return c->span > 1 ? c->span : 1;
}
/* In capitals for readers. */
struct str paper_upper(const struct paper *p, struct str s);
/* What a chart shows, in words. */
struct str paper_chart_words(const struct paper *p, const struct paper_chart *chart);
