/* formula.h - formulas over figures, as people who know a spreadsheet write them:
 *
 *	[D11.X3] / [D11.X1] * 100
 *	sum([POP], units: children) + 0,5 * [D15.04]{sex=female}
 *	ratio([K766.X04]; [K766.X06], units: communes, missing: skip) * 100
 *	nếu([K766.X06] = 0; 0; [K766.X04] / [K766.X06] * 100)
 *	mean([A], last 3) - trung bình([A], last 3, units: siblings, missing: skip)
 *
 * Text → Pratt parser → checks of types and units of measure → code for a stack machine.  The library
 * knows no table of indicators: names are found, and figures fetched, through callbacks.
 *
 * Grammar (words are case- and accent-blind; English and Vietnamese are equal):
 *	expression  = or of and of not of comparison (= <> < <= > >=) of text joined by & of sums of
 *	              products of powers of signs; a '%' after a term divides it by 100
 *	term        = number | "text" | true | false | missing | reference | call | ( expression )
 *	reference   = [CODE] or CODE (letters, digits, '.', '_'), then any {list=code;list=code}
 *	call        = name ( argument ; argument … ), functions in formula_functions.c
 *	option      = in a call, after its references: units: W | by: LIST | last N | ytd |
 *	              missing: skip | order: ascending
 * Arguments are parted by ';' or ','.  A number takes '.' or ',' as its point; between two digits
 * inside a call ',' could mean either, so there it is a point when the formula has a ';' and
 * refused when not.  Numbers have no separators of thousands.
 *
 * Numbers are exact fractions as long as they fit 64 bits, doubles beyond (formula_number.h); the
 * result is rounded once, to the indicator's decimals, halves away from zero.
 * What is missing makes everything that needs it missing, with the first reason; a set (sum, mean …)
 * can say "missing: skip", in pairs where it has two sides.  Limits: FORMULA_*_MAX; memory is the caller's arena, whose use they bound. */
#pragma once
#include "core/formula_measure.h"
#include "core/formula_number.h"

#define FORMULA_TEXT_MAX 4000	/* bytes */
#define FORMULA_DEPTH_MAX 60	/* of brackets and calls */
#define FORMULA_TOKENS_MAX 1500 /* words, numbers and signs */
#define FORMULA_REFS_MAX 64
#define FORMULA_CELLS_MAX 20000	 /* figures one reference may bring */
#define FORMULA_STEPS_MAX 100000 /* instructions and figures of one evaluation */
#define FORMULA_STRING_MAX 2000	 /* bytes of a text while evaluating */
#define FORMULA_PERIODS_MAX 400	 /* of "last N" and previous(…; N) */

struct formula_place {
	size_t start, end; /* bytes of the text, end excluded */
};

/* X(code, name in the formula, Vietnamese, label vi, label en) */
#define FORMULA_UNITS_TABLE(X)                                                                     \
	X(FORMULA_SELF, "self", "chính đơn vị", "chính đơn vị", "the unit itself")                 \
	X(FORMULA_CHILDREN, "children", "trực thuộc", "các đơn vị trực thuộc, không kể đơn vị",    \
	  "the units directly below, without the unit itself")                                     \
	X(FORMULA_BELOW, "below", "cấp dưới", "mọi đơn vị cấp dưới, không kể đơn vị",              \
	  "all units below, however deep, without the unit itself")                                \
	X(FORMULA_COMMUNES, "communes", "cấp xã",                                                  \
	  "các xã, phường, đặc khu bên dưới; với một xã, một sở: của cả tỉnh",                     \
	  "communes, wards and special zones below; for a commune or a department: those of its "  \
	  "province")                                                                              \
	X(FORMULA_SIBLINGS, "siblings", "cùng cấp",                                                \
	  "các đơn vị cùng đơn vị cấp trên, kể cả đơn vị; xã so với xã, sở so với sở",             \
	  "the units with the same parent, the unit among them; communes with communes, others "   \
	  "with others")                                                                           \
	X(FORMULA_PROVINCE, "province", "tỉnh", "tỉnh", "the province")
#define X(code, name, vi, label_vi, label_en) code,
enum formula_units { FORMULA_UNITS_TABLE(X) FORMULA_UNITS };
#undef X

enum formula_when {
	FORMULA_NOW,	     /* the period; window and back count from it */
	FORMULA_SAME_PERIOD, /* of the year before */
	FORMULA_LATEST	     /* the newest known at the period or before */
};

/* One reference: which figures a term needs, relative to the unit and period asked about. */
struct formula_ref {
	struct formula_place at;
	struct str code;
	int64_t indicator;
	struct str breakdown; /* "", or "age=0-14;sex=female": lists in alphabetical order */
	struct str by;	      /* every code of this list; "" none */
	struct formula_place by_at;
	enum formula_units units;
	enum formula_when when;
	int back;   /* periods before */
	bool each;  /* a window was asked for: the indicator's own periods, each for itself */
	int window; /* so many periods, ending there */
	bool year_to_date; /* from the year's first period */
	int64_t paired;	   /* the indicator of the other side of a pair; 0: none */
};

/* -- names, asked while compiling -- */
struct formula_indicator {
	int64_t id;
	struct str measure; /* code of its unit of measure */
};
struct formula_words {
	void *arg;
	/* ERR_NOT_FOUND: there is none (no reason needed). */
	enum err (*indicator)(void *arg, struct str code, struct formula_indicator *ret,
			      struct why *why);
	/* A code of a code list, STR_NULL: any code of it.  A callback NULL: any will do. */
	enum err (*item)(void *arg, struct str list, struct str code, struct why *why);
};

struct formula; /* compiled; immutable, in the arena */
/* measure: of the indicator it is for; STR_NULL: any.  On ERR_INVALID *ret_at is the place in the
 * text that `why` speaks of. */
MUST_USE enum err formula_compile(struct arena *a, struct str text,
				  const struct formula_words *words, struct str measure,
				  struct formula **ret, struct formula_place *ret_at,
				  struct why *why);
size_t formula_refs(const struct formula *f, const struct formula_ref **ret);
enum formula_type { FORMULA_NUMBER, FORMULA_TEXT, FORMULA_BOOL };
enum formula_type formula_gives(const struct formula *f); /* type of the result */
/* Of the result, as people read it. */
struct str formula_measure(const struct formula *f, struct arena *a);

/* -- evaluation -- */
#define FORMULA_REASON_TABLE(X)                                                                    \
	X(FORMULA_PRESENT, "")                                                                     \
	X(FORMULA_NOT_FILLED, "not_filled") /* no figure was sent */                               \
	X(FORMULA_SAID_EMPTY, "said_empty") /* sent as having no value */                          \
	X(FORMULA_HIDDEN, "hidden")	    /* the asker may not read it */                        \
	X(FORMULA_NOT_ITS, "not_its")	    /* the unit does not give this indicator */            \
	X(FORMULA_NO_UNITS, "no_units")	    /* no unit stands there */                             \
	X(FORMULA_NO_TOTAL, "no_total")	    /* of several periods or units, by its nature */       \
	X(FORMULA_SPLIT, "split")	    /* the unit was split and this cannot be divided */    \
	X(FORMULA_UNPAIRED, "unpaired")	    /* the other side of a pair has nothing there */       \
	X(FORMULA_NOTHING, "nothing")	    /* a set without any value */                          \
	X(FORMULA_DIVIDED_BY_ZERO, "divided_by_zero")                                              \
	X(FORMULA_NOT_DEFINED, "not_defined")	/* root or logarithm of such a number */           \
	X(FORMULA_OVERFLOW, "overflow")		/* beyond every number */                          \
	X(FORMULA_SAID_MISSING, "said_missing") /* the word missing, or no case held */
#define X(code, name) code,
enum formula_reason { FORMULA_REASON_TABLE(X) FORMULA_REASONS };
#undef X
const char *formula_reason_name(enum formula_reason reason);

/* A figure, or the lack of one. */
struct formula_cell {
	int64_t id; /* of the figure; 0: none */
	int64_t unit, indicator;
	struct str period, breakdown;
	enum formula_reason reason; /* FORMULA_PRESENT: value counts */
	bool provisional;
	struct decimal value;
	/* Several figures that are one value here: this cell is the value, `parts` cells after it are
	 * what it was made of; where it is missing, `lost` is the number of the part that is the reason. */
	uint32_t parts, lost;
	bool additive; /* … is the sum of its parts */
	/* Its place among the cells of the reference, by which pairs find each other: the unit (0 where
	 * the reference means one unit only), the place in the window, the code of the list. */
	int64_t seat;
	int32_t slot, item;
	/* Set by formula_run() where a set went on without this one: the missing figure that was the
	 * reason, this one or the other of its pair. */
	struct formula_cell *left_out;
};
struct formula_data {
	void *arg;
	/* Cells of a reference, by seat, then slot (oldest first), then item, each followed by its parts;
	 * at most one value for FORMULA_SELF without window, year to date and list.  What did not exist
	 * then has no cell.  In the arena given. */
	enum err (*cells)(void *arg, const struct formula_ref *ref, struct arena *a,
			  struct formula_cell **ret, size_t *ret_n, struct why *why);
};

struct formula_value {
	enum formula_type type;
	enum formula_reason reason; /* not FORMULA_PRESENT: there is no value */
	struct formula_cell *cell;  /* it was read from, or the reason is about; may be NULL */
	struct number number;
	struct str text;
	bool boolean;
	uint32_t lost; /* the instruction that lost the value, from 1 */
};
struct formula_step {
	struct formula_place at;
	struct formula_value value;
};
struct formula_term { /* one reference with its figures */
	const struct formula_ref *ref;
	struct formula_cell *cells;
	size_t n; /* cells, parts among them */
	size_t values, missing,
		left_out; /* without the parts; of these without value; left out of a set */
};
struct formula_result {
	struct formula_value value;
	struct formula_place at;    /* where the value got lost, when it is missing */
	struct formula_term *terms; /* in the order of the text, also those not reached (n 0) */
	size_t n_terms;
	struct formula_step *steps; /* when asked for */
	size_t n_steps;
	int64_t count; /* instructions and figures */
};
/* ERR_TOO_LARGE: beyond FORMULA_STEPS_MAX or FORMULA_CELLS_MAX.  explain: keep every step. */
MUST_USE enum err formula_run(const struct formula *f, const struct formula_data *data,
			      bool explain, struct arena *a, struct formula_result *ret,
			      struct why *why);

/* -- the table of functions, for editors and documents -- */
struct formula_help {
	const char *name; /* English */
	const char *name_vi;
	struct label parameters; /* "indicator; indicator …" */
	struct label text;
};
const struct formula_help *formula_function(size_t i); /* NULL after the last */
struct label formula_units_label(enum formula_units units);
const char *formula_units_name(enum formula_units units);
const char *formula_units_name_vi(enum formula_units units);
/* Markdown of the functions and options. */
void formula_document(struct buf *out);

/* -- dependencies -- */
struct formula_edge {
	size_t of, needs; /* numbers of nodes */
};
/* Numbers of all n nodes so that each comes after what it needs.  ERR_CONFLICT: there is a cycle; then
 * *ret holds its path, first node repeated at the end. */
MUST_USE enum err formula_order(struct arena *a, size_t n, const struct formula_edge *edges,
				size_t n_edges, size_t **ret, size_t *ret_n, struct why *why);
