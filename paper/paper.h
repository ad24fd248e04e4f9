/* paper.h - a document built once and handed over as PDF, as HTML or as XLSX.
 *
 *	struct paper *p = paper_new(a, &info);
 *	paper_head(p, &head);
 *	paper_text(p, STR("Trung tâm điều hành báo cáo …"));
 *	paper_table(p, &table);
 *	paper_sign(p, &sign);
 *	rc = paper_pdf(p, &out, why);
 *
 * The layout is that of administrative papers (Decree 30/2020/NĐ-CP): A4, a Times-like serif, the
 * country's name and motto, agency, number, place and date, type and abstract, signature and
 * recipients.  A document without a head is a plain page with its title.
 *
 * Everything given is copied into the arena of the paper, and may be forgotten by the caller.  Texts
 * need not be clean: bytes that are no UTF-8 become U+FFFD; controls and marks that turn the direction
 * of writing are left out.  What is beyond a limit sticks: the parts that follow are ignored and every
 * writer tells ERR_TOO_LARGE.  The same input gives the same bytes.
 * A paper belongs to one thread; papers of different threads do not meet. */
#pragma once
#include "base/buf.h"
#include "base/clock.h"
#include "base/decimal.h"

#define PAPER_PARTS_MAX 2000		       /* paragraphs, tables, charts … of one paper */
#define PAPER_ROWS_MAX 20000		       /* of all tables together */
#define PAPER_COLUMNS_MAX 24		       /* of one table */
#define PAPER_TEXT_MAX ((size_t)8 << 20)       /* bytes of all texts together */
#define PAPER_PARAGRAPH_MAX ((size_t)64 << 10) /* bytes of one run, item or cell */
#define PAPER_POINTS_MAX 400		       /* labels of one chart */
#define PAPER_SERIES_MAX 6		       /* lines or groups of bars of one chart */
#define PAPER_PAGES_MAX 500		       /* of a PDF */
#define PAPER_FILE_MAX ((size_t)32 << 20)      /* of any file written: a good maximum for *out */

#define PAPER_PDF_TYPE "application/pdf"
#define PAPER_HTML_TYPE "text/html; charset=utf-8"

enum paper_language { PAPER_VI, PAPER_EN };

struct paper_info {
	struct str title; /* of the file, and of the page when there is no head */
	struct str author, subject;
	enum paper_language language;
	usec created;	    /* the date within the file */
	bool demonstration; /* every page and sheet says that its figures are invented */
	bool plain_numbers; /* pages are numbered "2" as on official papers, not "Trang 2/5" */
};
struct paper;
struct paper *paper_new(struct arena *a, const struct paper_info *info);

/* The head of an official paper; at most one, before everything else.  Names are written in
 * capitals where the decree wants them. */
struct paper_head {
	struct str superior; /* "Ủy ban nhân dân tỉnh Khánh Hòa"; STR_NULL: none */
	struct str agency;
	struct str number; /* "12/NN-TTDH"; STR_NULL: room for it is left */
	struct str place;
	struct date date;
	struct str type; /* "Báo cáo"; STR_NULL: a letter, whose abstract stands below its number */
	struct str abstract;  /* "Tình hình kinh tế - xã hội tháng 11 năm 2026" */
	const struct str *to; /* "Kính gửi" */
	size_t n_to;
};
void paper_head(struct paper *p, const struct paper_head *head);

enum paper_style { PAPER_BOLD = 1, PAPER_ITALIC = 2, PAPER_UNDERLINE = 4 };
enum paper_align { PAPER_JUSTIFY, PAPER_LEFT, PAPER_CENTRE, PAPER_RIGHT };
struct paper_run {
	struct str text;
	unsigned style; /* PAPER_… bits */
};
/* level 1..3; stands in the outline. */
void paper_heading(struct paper *p, int level, struct str text);
/* A paragraph: justified, its first line indented.  Line breaks within are kept. */
void paper_text(struct paper *p, struct str text);
void paper_runs(struct paper *p, enum paper_align align, const struct paper_run *runs, size_t n);
/* "1.", "2." … or dashes. */
void paper_list(struct paper *p, bool numbered, const struct str *items, size_t n);

struct paper_number {
	bool given;
	struct decimal value;
};
struct paper_cell {
	struct str text;	    /* shown when no number is given */
	struct paper_number number; /* a number in a spreadsheet, written as the language does */
	unsigned style;
	unsigned span; /* columns it covers; 0 and 1: its own.  The cells it covers are left out */
};
struct paper_column {
	double width; /* relative to the other columns; 0: 1 */
	enum paper_align align;
};
/* cells: row after row, the header's rows first; each row fills all columns (spans counted).  The header
 * is repeated on every page.  totals: the last row is set off. */
struct paper_table {
	struct str caption; /* above it; the sheet's name; STR_NULL: none */
	struct str note;    /* below it: unit of measure, source; STR_NULL: none */
	const struct paper_column *columns;
	size_t n_columns;
	const struct paper_cell *cells;
	size_t n_cells;
	size_t n_header; /* rows of the header, usually 1 */
	bool totals;
};
void paper_table(struct paper *p, const struct paper_table *from);

enum paper_chart_kind {
	PAPER_LINE,    /* over time; with a target: a dashed line across */
	PAPER_BARS,    /* groups of upright bars */
	PAPER_RANKING, /* one series as lying bars, in the order given */
};
struct paper_series {
	struct str name;
	const struct paper_number *values; /* n_labels; those not given leave a gap */
	const bool *provisional;	   /* n_labels or NULL: drawn as estimates: dashed, pale */
};
struct paper_chart {
	enum paper_chart_kind kind;
	struct str title;   /* the figure's caption */
	struct str measure; /* "%", "tỷ đồng" */
	struct str
		words; /* what it shows, for those who do not see it; STR_NULL: made of the data */
	const struct str *labels;
	size_t n_labels;
	const struct paper_series *series;
	size_t n_series;
	struct paper_number target;
};
void paper_chart(struct paper *p, const struct paper_chart *from);

/* Signature to the right, recipients to the left; kept on one page. */
struct paper_sign {
	struct str authority; /* "TM. Ủy ban nhân dân", "KT. Giám đốc"; STR_NULL: none */
	struct str title;     /* "Giám đốc" */
	struct str name;      /* STR_NULL: room for it is left */
	const struct str *recipients; /* "Như trên", "Lưu: VT" */
	size_t n_recipients;
};
void paper_sign(struct paper *p, const struct paper_sign *sign);

/* What follows belongs to an annex, which begins a new page: "Phụ lục I", then its title and the paper
 * that it is attached to. landscape: its pages lie. */
void paper_annex(struct paper *p, struct str title, bool landscape);

/* OK, or ERR_TOO_LARGE that says which limit was passed. */
MUST_USE enum err paper_end(const struct paper *p, struct why *why);
/* Each appends a whole file to *out, whose max bounds it (ERR_TOO_LARGE).
 * pdf: tagged, with outline and the language of the document; takes some milliseconds a page.
 * ERR_UNAVAILABLE: the libraries or fonts are not installed; the sentence names the packages. */
MUST_USE enum err paper_pdf(const struct paper *p, struct buf *out, struct why *why);
/* One self-contained page: styles and drawings within, no script, fit for print. */
MUST_USE enum err paper_html(const struct paper *p, struct buf *out, struct why *why);
/* Every table a sheet, numbers as numbers; the values of a chart are a sheet too. ERR_INVALID: the paper
 * has neither. */
MUST_USE enum err paper_xlsx(const struct paper *p, struct buf *out, struct why *why);

/* A number as the readers of the language write it: "1.234,50" or "1,234.50". */
struct str paper_decimal(struct arena *a, enum paper_language language, struct decimal value);
