/* pivot_ask.h - a pivot as it is asked for and laid out: axes, measures and the cell at each place; what
 * the JSON answer and the files share. */
#pragma once
#include "analyze/pivot.h"
#include "http/http.h"

enum axis { AXIS_UNIT, AXIS_PERIOD, AXIS_INDICATOR, AXIS_BREAKDOWN, AXES };
/* X(code, name, Vietnamese, English) */
#define MEASURE_TABLE(X)                                                                           \
	X(MEASURE_VALUE, "value", "Giá trị", "Value")                                              \
	X(MEASURE_N, "n", "Số đơn vị", "Units")                                                    \
	X(MEASURE_PROVISIONAL, "provisional", "Chưa duyệt", "Not yet approved")                    \
	X(MEASURE_PREVIOUS, "previous", "Kỳ trước", "Previous period")                             \
	X(MEASURE_CHANGE, "change", "Tăng, giảm", "Change")                                        \
	X(MEASURE_PERCENT, "change_percent", "Tăng, giảm (%)", "Change (%)")                       \
	X(MEASURE_YEAR_AGO, "year_ago", "Cùng kỳ năm trước", "A year before")                      \
	X(MEASURE_YEAR_CHANGE, "year_change", "So với cùng kỳ", "Change on a year before")         \
	X(MEASURE_YEAR_PERCENT, "year_percent", "So với cùng kỳ (%)",                              \
	  "Change on a year before (%)")                                                           \
	X(MEASURE_TARGET, "target", "Mục tiêu", "Target")                                          \
	X(MEASURE_TARGET_PERCENT, "target_percent", "So với mục tiêu (%)", "Of the target (%)")    \
	X(MEASURE_SHARE, "share", "Tỷ trọng (%)", "Share (%)")                                     \
	X(MEASURE_CONTRIBUTION, "contribution", "Đóng góp (điểm %)", "Contribution (points)")      \
	X(MEASURE_RANK, "rank", "Thứ hạng", "Rank")                                                \
	X(MEASURE_FIGURE, "figure", "Mã số liệu", "Figure")
#define X(code, name, vi, en) code,
enum measure { MEASURE_TABLE(X) MEASURES };
#undef X
const char *measure_name(enum measure m);
struct label measure_label(enum measure m);
const char *axis_name(enum axis a);

struct place { /* of a cell; unit n_units and bucket n_buckets are totals */
	size_t indicator, item, unit, bucket;
};
struct side {		  /* rows or columns */
	size_t n_axes, n; /* n: members */
	enum axis axes[AXES];
};
struct pivot_table {
	const struct view *view;
	const struct pivot *pivot;
	struct pivot_question how;
	bool as_of;
	struct side rows, columns;
	size_t n_measures;
	enum measure measures[MEASURES];
	struct aim *aims; /* targets of the units, by indicator, unit and year */
	size_t n_aims;
};
extern const struct http_param pivot_params[];
/* The table that a request asks for, in its arena; may wait. */
MUST_USE enum err pivot_ask(struct request *req, const struct pivot_table **ret, struct why *why);
/* The same with other axes where the request names none. */
MUST_USE enum err pivot_ask_shape(struct request *req, const char *rows, const char *columns,
				  const struct pivot_table **ret, struct why *why);
/* Where a row and a column meet. */
struct place table_place(const struct pivot_table *t, size_t row, size_t column);
/* Only what the axes of one side say, the rest being totals. */
struct place side_place(const struct pivot_table *t, const struct side *s, size_t member);
/* What a measure says there.  N, PROVISIONAL and RANK are whole numbers; FIGURE is in .figure. */
struct pivot_cell table_cell(const struct pivot_table *t, struct place at, enum measure m);
struct period table_period(const struct pivot_table *t, size_t bucket);
/* The code and the name of a member on an axis, as people read them; the total has no code. */
void table_words(const struct pivot_table *t, enum axis axis, struct place at, bool english,
		 struct arena *a, struct str *ret_code, struct str *ret_name);
/* The names on all axes of a side: "Xã Diên Khánh · T10/2026"; "" when it has none. */
struct str table_title(const struct pivot_table *t, const struct side *s, size_t member,
		       bool english, struct arena *a);
/* What the axis is called. */
struct label axis_label(enum axis a);
/* For pivot_ask.c: the targets of its units; how many members a side has. */
MUST_USE enum err table_aims(struct request *req, struct pivot_table *t, struct why *why);
size_t table_side_size(const struct pivot_table *t, const struct side *s);
