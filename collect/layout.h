/* layout.h - how a stranger's spreadsheet may be read.  Looks at one sheet with the words that the
 * centre knows and proposes a mapping with reasons in both languages; a person confirms it.
 *
 * Method: texts are folded (accents, case and punctuation removed) and looked up exactly, then by
 * trigram similarity.  The header is the group of rows that ends above the first data row; merged
 * cells are spread over their range.  Columns get a role from header words and from what their
 * cells are; the wide layouts (indicators × units, × periods, units × indicators, breakdowns) are
 * seen when several value columns' headers name words of one kind.  Title rows give a fixed unit,
 * period and year.  O(cells) plus O(distinct texts × postings). */
#pragma once
#include "collect/mapping.h"

enum layout_kind { LAYOUT_INDICATOR, LAYOUT_UNIT, LAYOUT_ITEM, LAYOUT_KINDS };

#define LAYOUT_NAMES 4
struct layout_word {
	struct str code;
	struct str list;		/* LAYOUT_ITEM: code of its code list */
	struct str names[LAYOUT_NAMES]; /* vi, en, short, another; STR_NULL where there is none */
	bool has_period;		/* LAYOUT_INDICATOR: period is given */
	enum period_kind period;
};
struct layout_words {
	int year; /* the current one, for periods written without any; 0: none is supposed */
	size_t n[LAYOUT_KINDS];
	const struct layout_word *words[LAYOUT_KINDS]; /* borrowed until the index is freed */
};

/* Lives in `a`, which must not be reset before it; one thread's. */
struct layout_index *layout_index_new(struct arena *a, const struct layout_words *words);
int layout_year(const struct layout_index *x);
/* The word whose code or one of whose names folds to the same as text; NULL when none or when two
 * different words do. */
const struct layout_word *layout_exact(const struct layout_index *x, enum layout_kind kind,
				       struct str text);

struct layout_guess {
	const struct layout_word *word, *runner_up; /* NULL: none */
	int confidence, runner_up_confidence;	    /* 0..100; 100: exact */
};
#define LAYOUT_SURE 60 /* from here a guess enters the proposed mapping */
struct layout_guess layout_guess(const struct layout_index *x, enum layout_kind kind,
				 struct str text);

struct layout_match {
	enum layout_kind kind;
	struct str text;
	struct layout_guess guess;
};
struct layout_reason {
	int64_t row, column; /* -1: concerns no row, no column */
	struct str vi, en;
};
struct layout_proposal {
	struct mapping mapping;
	int confidence; /* of the whole, 0..100; 0: no table was found */
	size_t n_reasons, n_matches, n_skips;
	const struct layout_reason *reasons; /* one per decision */
	const struct layout_match *matches;  /* texts not matched exactly, worst first */
	const struct mapping_skip *skips;
};
/* Never fails; the worst answer has confidence 0 and an empty mapping. */
void layout_propose(struct arena *a, const struct layout_index *x, const struct sheet *s,
		    struct layout_proposal *ret);
/* The sheet of the book that makes the best proposal. */
size_t layout_propose_best(struct arena *a, const struct layout_index *x,
			   const struct sheet_book *book, struct layout_proposal *ret);
/* {"mapping":…,"confidence","reasons":[…],"matches":[…],"skips":[…],"fingerprint"} */
void layout_write(struct jw *w, const struct layout_proposal *p, struct str fingerprint);

/* "tháng 9/2026", "quý III năm 2026", "9 tháng", "T9" with the year known from elsewhere (0: not);
 * dates too.  STR_NULL when the text is no period.  Canonical, in `a`. */
struct str layout_period(struct arena *a, struct str text, int year);
/* The period within the heading of a column of figures: "Thực hiện tháng 9/2026", "Giá trị quý III". */
struct str layout_period_in(struct arena *a, struct str text, int year);
/* "Thực hiện 10 tháng": what has come together since January. */
bool layout_accumulates(struct arena *a, struct str text);
/* The first period that a title mentions ("Báo cáo tháng 9 năm 2026 của …"), or STR_NULL;
 * *ret_year: the year it mentions, or 0.  When and where it was signed, and the days of other documents
 * ("kèm theo Công văn số 12 ngày …") are no periods. */
struct str layout_title_period(struct arena *a, struct str text, int *ret_year);
