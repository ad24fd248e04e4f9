/* content.h - what a report says, as its owner described it: a small JSON document, read strictly.
 *
 *	{"head": {"superior", "agency", "number", "place", "type", "abstract", "to": […]},
 *	 "sections": [{"kind": "heading", "text", "level"}, {"kind": "text", "text"}, {"kind": "list", "items", "numbered"},
 *	              {"kind": "highlights", "indicators", "limit"}, {"kind": "figures", "title", "indicators", "columns"},
 *	              {"kind": "units", "title", "indicators", "under"},
 *	              {"kind": "chart", "chart", "title", "indicators", "periods", "under"}],
 *	 "sign": {"authority", "title", "name", "recipients": […]}}
 *
 * Texts may hold {period}, {previous}, {unit}, {date}. */
#pragma once
#include "base/json.h"
#include "core/record.h"
#include "paper/paper.h"

#define CONTENT_MAX 65536 /* bytes of the JSON */
#define CONTENT_SECTIONS_MAX 60
#define CONTENT_INDICATORS_MAX 40 /* of one section */
#define CONTENT_ITEMS_MAX 40	  /* of a list, of recipients */
#define CONTENT_TEXT_MAX 4000	  /* characters of one text */
#define CONTENT_PERIODS_MAX 60	  /* of a chart */

enum section_kind {
	SECTION_HEADING,
	SECTION_TEXT,
	SECTION_LIST,
	SECTION_HIGHLIGHTS, /* the indicators that are farthest off their targets, a sentence each */
	SECTION_FIGURES,    /* a row for each indicator */
	SECTION_UNITS,	    /* a row for each commune, a column for each indicator */
	SECTION_CHART
};
/* X(bit, name) columns of a table of figures, in this order */
#define COLUMN_TABLE(X)                                                                            \
	X(COLUMN_VALUE, "value")                                                                   \
	X(COLUMN_PREVIOUS, "previous")                                                             \
	X(COLUMN_CHANGE, "change")                                                                 \
	X(COLUMN_YEAR_AGO, "year_ago")                                                             \
	X(COLUMN_TO_DATE, "to_date") /* of what adds up: since the year began */                   \
	X(COLUMN_TARGET, "target")                                                                 \
	X(COLUMN_COVERAGE, "coverage")
#define X(code, name) code##_BIT,
enum { COLUMN_TABLE(X) COLUMNS };
#undef X
#define X(code, name) code = 1 << code##_BIT,
enum column { COLUMN_TABLE(X) };
#undef X

struct texts {
	struct str *items;
	size_t n;
};
struct section {
	enum section_kind kind;
	struct str text, title, under;
	int64_t level, limit, periods;
	bool numbered;
	struct texts items, indicators;
	unsigned columns;
	enum paper_chart_kind chart;
};
struct content {
	bool has_head, has_sign;
	struct str superior, agency, number, place, type, abstract;
	struct texts to;
	struct section *sections;
	size_t n;
	struct str authority, title, name;
	struct texts recipients;
};

/* Every fault is a problem with its place below `at` ("/content"): unknown members, missing ones, what is too long.
 * Whether indicators and units exist is for the caller to say. */
void content_read(struct arena *a, const struct json *json, struct str at, struct content *ret,
		  struct problems *p);
/* From its text; ERR_INVALID repeats the first problem. */
MUST_USE enum err content_parse(struct arena *a, struct str text, struct content *ret,
				struct why *why);
