/* pdf.h - a paper flows over pages.  It flows twice: first to count the pages, then to draw.  Lengths
 * in points, y downwards.  Private to the room. */
#pragma once
#include "paper/libs.h"
#include "paper/chart.h"
#include "paper/model.h"

#define MILLIMETRE (72.0 / 25.4)
#define SIZE_BODY 13.0
#define SIZE_TABLE 11.0
#define LINE_SPACING 1.1f
#define ROOM_ENOUGH 1e9 /* for any number of lines */

struct pen {
	const struct paper *p;
	const struct paper_words *words;
	const struct libs *l;
	cairo_surface_t *surface;
	cairo_t *cr; /* only when it draws */
	PangoContext *context;
	bool draw;
	int page, pages; /* present one from 1; all, known when it draws */
	bool landscape;	 /* of the pages to come */
	double width, height, left, right, top, bottom; /* of the present page: edges of the text */
	double y;
	int outline[4]; /* last entry of each level */
	enum err error;
	struct why *why;
};

/* How a text looks; width 0: one line as long as it is. */
struct look {
	double size, width;
	unsigned style; /* PAPER_… bits */
	enum paper_align align;
	double indent; /* of the first line; negative: of all others */
	bool tight;    /* lines set close, in tables and the head */
	unsigned colour;
};

/* -- pdf_text.c -- */
PangoLayout *pen_layout(struct pen *k, struct str text, const struct look *look);
void pen_unref(struct pen *k, PangoLayout *layout);
double pen_layout_height(struct pen *k, PangoLayout *layout);
double pen_layout_width(struct pen *k, PangoLayout *layout);
/* Lines from the from-th on, as many as room takes, at x, y; *ret_height is what they took.  Returns the
 * first line that had no room.  Draws only when the pen does. */
int pen_lines(struct pen *k, PangoLayout *layout, int from, double room, double x, double y,
	      double *ret_height);
/* Height of the lines from .. to - 1. */
double pen_lines_height(struct pen *k, PangoLayout *layout, int from, int to);
/* The whole at x, y on the present page; returns its height. */
double pen_put(struct pen *k, struct str text, const struct look *look, double x, double y);
/* Flows from the present y on over as many pages as it needs, under the tag of a structure. */
void pen_flow(struct pen *k, PangoLayout *layout, double x, const char *tag);
void pen_heading(struct pen *k, const struct part *part);
void pen_text(struct pen *k, const struct part *part);
void pen_list(struct pen *k, const struct part *part);

/* -- pdf.c -- */
void pen_page(struct pen *k); /* begin the next page */
/* Begin the next page unless so much room is left, or nothing stands on this one yet. */
void pen_need(struct pen *k, double room);
void pen_rule(struct pen *k, double x, double y, double x2, double y2, double width);
void pen_colour(struct pen *k, unsigned colour);
void pen_tag(struct pen *k, const char *tag);
void pen_tag_end(struct pen *k, const char *tag);
/* An entry of the outline that leads to the present place. */
void pen_outline(struct pen *k, int level, struct str text);

/* -- pdf_head.c, pdf_table.c, pdf_chart.c -- */
void pen_head(struct pen *k);
void pen_sign(struct pen *k, const struct paper_sign *sign);
void pen_annex(struct pen *k, const struct part *part);
void pen_table(struct pen *k, const struct part *part);
void pen_chart(struct pen *k, const struct part *part);

/* -- pdf_lang.c -- */
/* The file with the language of the document in its catalogue, appended to *out. */
MUST_USE enum err pdf_with_language(struct str pdf, const char *lang, struct buf *out,
				    struct why *why);
