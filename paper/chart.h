/* chart.h - a chart as lines, shapes and words at places, for whoever draws them: cairo on a page, SVG in
 * HTML.  Lengths in points, y downwards.  Private to the room. */
#pragma once
#include "paper/model.h"

enum op_kind {
	OP_LINE,  /* through the points */
	OP_SHAPE, /* closed and filled */
	OP_TEXT
};
struct spot {
	double x, y;
};
struct op {
	enum op_kind kind;
	const struct spot *spots; /* OP_TEXT: one, on the base line */
	size_t n;
	unsigned colour; /* 0xrrggbb */
	double size;	 /* width of a line, size of letters */
	bool dashed, bold;
	enum paper_align align; /* of a text about its spot */
	struct str text;
};
struct drawing {
	double width, height;
	struct op *ops;
	size_t n;
};

#define RANKING_ROWS 40 /* bars of one drawing; a longer ranking goes on in the next */

size_t chart_pieces(const struct paper_chart *c);
/* One piece, from 0, as wide as said. */
struct drawing *chart_draw(const struct paper *p, const struct paper_chart *c, size_t piece,
			   double width);
