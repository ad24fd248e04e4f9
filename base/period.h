/* period.h - reporting periods: "2026", "2026-H1", "2026-Q3", "2026-11", "2026-W47",
 * "2026-11-22".  A period knows its first and last instant in the centre's zone.  `ordinal`
 * numbers the periods of one kind without gaps, so "the previous" is ordinal - 1 and periods
 * sort, store (kind, ordinal) and compare as integers.  Weeks are ISO 8601. */
#pragma once
#include "base/arena.h"
#include "base/clock.h"

#define PERIOD_KIND_TABLE(X)                                                                       \
	X(PERIOD_DAILY, WORDS("daily"))                                                            \
	X(PERIOD_WEEKLY, WORDS("weekly"))                                                          \
	X(PERIOD_MONTHLY, WORDS("monthly"))                                                        \
	X(PERIOD_QUARTERLY, WORDS("quarterly"))                                                    \
	X(PERIOD_HALF_YEARLY, WORDS("half_yearly"))                                                \
	X(PERIOD_YEARLY, WORDS("yearly"))
#define X(code, name) code,
enum period_kind { PERIOD_KIND_TABLE(X) PERIOD_KINDS };
#undef X

struct period {
	enum period_kind kind;
	int32_t ordinal;
};

const char *period_kind_name(enum period_kind kind);
MUST_USE enum err period_kind_parse(struct str s, enum period_kind *ret, struct why *why);
/* Canonical forms above, and what people write: "11/2026", "tháng 11/2026", "T11/2026",
 * "quý III/2026", "Q3 2026", "22/11/2026", "năm 2026", "tuần 47/2026", "6 tháng đầu năm 2026". */
MUST_USE enum err period_parse(struct str s, struct period *ret, struct why *why);
/* The same, and what is said from where one stands: "hôm qua", "tháng trước", "năm ngoái", "last
 * month"; without a year the last one that had begun: "tháng 5", "quý III", "22/11", "6 tháng đầu năm";
 * "tháng 5 năm ngoái"; English names of months ("May" alone is the Vietnamese word too, and refused). */
MUST_USE enum err period_said(struct str s, usec now, struct period *ret, struct why *why);
void period_write(struct buf *b, struct period p);	 /* canonical */
struct str period_str(struct arena *a, struct period p); /* the same, in the arena */
usec period_start(struct period p);
usec period_end(struct period p);	  /* first instant after it */
int64_t period_last_day(struct period p); /* as date_days() counts */
struct period period_at(enum period_kind kind, usec t);
/* The period of a longer kind to which one belongs: a week to that of its Thursday, so that, as ISO 8601
 * has it, a week of two years is of the one that holds most of it. */
struct period period_bucket(struct period p, enum period_kind longer);
/* The periods of a kind that belong to those from `from` to `to`, which are of the same or a longer one;
 * ordinals, both included. */
void period_range(enum period_kind kind, struct period from, struct period to, int32_t *ret_first,
		  int32_t *ret_last);
/* "The same period of the year before", for formulas, tables and reports alike: the same day, month …
 * of the calendar, the week of the same number; 29 February: the 28th, week 53: the last. */
struct period period_year_before(struct period p);
/* The other way: the last period whose year before is p or earlier. */
struct period period_year_after(struct period p);
/* As people read it, in Vietnamese or English: "tháng 10 năm 2026", "October 2026"; short, for the
 * cells of a table: "T10/2026", "10/2026". */
struct str period_words(struct arena *a, bool vi, struct period p);
struct str period_short(struct arena *a, bool vi, struct period p);
