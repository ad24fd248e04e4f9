/* Tables over pages: the header again on each, a row split only when it is higher than a page. */
#include "paper/pdf.h"

#define MANY_COLUMNS 7
#define PAD_X 3.5
#define PAD_Y 2.5
#define BORDER 0.5
#define BORDER_COLOUR 0x555555
#define HEADER_FILL 0xeef1f5

struct grid {
	struct pen *k;
	const struct paper_table *t;
	double x[PAPER_COLUMNS_MAX + 1]; /* edges of the columns */
	double size;			 /* of the letters: smaller where columns are many */
	double header;			 /* height of the header's rows */
	size_t body;			 /* first cell after the header */
};
/* One row while it is drawn. */
struct band {
	const struct paper_cell *cells;
	size_t n;
	bool header, total;
	PangoLayout *layouts[PAPER_COLUMNS_MAX];
	double x[PAPER_COLUMNS_MAX + 1];
	int next[PAPER_COLUMNS_MAX]; /* first line not drawn yet */
	double height;
};

static void edges(struct grid *g)
{
	double sum = 0, at = g->k->left;
	for (size_t i = 0; i < g->t->n_columns; i++)
		sum += g->t->columns[i].width > 0 ? g->t->columns[i].width : 1;
	for (size_t i = 0; i < g->t->n_columns; i++) {
		double share = g->t->columns[i].width > 0 ? g->t->columns[i].width : 1;
		g->x[i] = at;
		at += share / sum * (g->k->right - g->k->left);
	}
	g->x[g->t->n_columns] = g->k->right;
}

static double room(double wide)
{
	return wide > 2 * PAD_X + 4 ? wide - 2 * PAD_X : 4;
}

/* The row that begins at cell `at`. */
static void band_open(struct grid *g, size_t at, struct band *b)
{
	*b = (struct band){.cells = &g->t->cells[at], .header = at < g->body};
	b->total = g->t->totals && at >= g->body && at + g->t->n_columns >= g->t->n_cells;
	for (size_t column = 0; column < g->t->n_columns; b->n++) {
		const struct paper_cell *cell = &b->cells[b->n];
		size_t end = column + cell_span(cell);
		bool bold = b->header || b->total || (cell->style & PAPER_BOLD);
		enum paper_align align = g->t->columns[column].align;
		struct look look = {
			.size = g->size,
			.style = (cell->style & ~(unsigned)PAPER_BOLD) | (bold ? PAPER_BOLD : 0u),
			.align = b->header		  ? PAPER_CENTRE
				 : align == PAPER_JUSTIFY ? PAPER_LEFT
							  : align,
			.width = room(g->x[end] - g->x[column]),
			.tight = true,
		};
		b->x[b->n] = g->x[column];
		b->layouts[b->n] = pen_layout(g->k, paper_cell_text(g->k->p, cell), &look);
		double height = pen_layout_height(g->k, b->layouts[b->n]) + 2 * PAD_Y;
		b->height = height > b->height ? height : b->height;
		column = end;
	}
	b->x[b->n] = g->k->right;
}

static void band_close(struct grid *g, struct band *b)
{
	for (size_t i = 0; i < b->n; i++)
		pen_unref(g->k, b->layouts[i]);
}

/* An empty cell of the header's later rows goes on what stands above it: no line between them. */
static void draw_frame(struct grid *g, const struct band *b, double height)
{
	struct pen *k = g->k;
	const struct libs *l = k->l;
	if (!k->draw)
		return;
	for (size_t i = 0; i < b->n; i++) {
		double x = b->x[i], wide = b->x[i + 1] - x;
		bool open = b->header && b->cells > g->t->cells && !b->cells[i].text.len;
		if (b->header) {
			pen_colour(k, HEADER_FILL);
			l->cairo_rectangle(k->cr, x + BORDER / 2, k->y - (open ? BORDER : 0),
					   wide - BORDER, height);
			l->cairo_fill(k->cr);
		}
		pen_colour(k, BORDER_COLOUR);
		l->cairo_set_line_width(k->cr, BORDER);
		l->cairo_move_to(k->cr, x + wide, k->y);
		l->cairo_line_to(k->cr, x + wide, k->y + height);
		l->cairo_line_to(k->cr, x, k->y + height);
		l->cairo_line_to(k->cr, x, k->y);
		if (!open)
			l->cairo_line_to(k->cr, x + wide, k->y);
		l->cairo_stroke(k->cr);
	}
}

/* What of the row fits into height; true when nothing of it is left. */
static bool draw_piece(struct grid *g, struct band *b, double height)
{
	struct pen *k = g->k;
	bool done = true;
	draw_frame(g, b, height);
	pen_tag(k, "TR");
	for (size_t i = 0; i < b->n; i++) {
		double text = pen_layout_height(k, b->layouts[i]), used = 0;
		/* The header's words stand in the middle of its height. */
		double down = b->header && height > text + 2 * PAD_Y ? (height - text) / 2 : PAD_Y;
		pen_tag(k, b->header ? "TH" : "TD");
		pen_colour(k, 0);
		b->next[i] = pen_lines(k, b->layouts[i], b->next[i], height - 2 * PAD_Y,
				       b->x[i] + PAD_X, k->y + down, &used);
		pen_tag_end(k, b->header ? "TH" : "TD");
		done = done && b->next[i] >= k->l->pango_layout_get_line_count(b->layouts[i]);
	}
	pen_tag_end(k, "TR");
	k->y += height;
	return done;
}

static void draw_header(struct grid *g)
{
	pen_tag(g->k, "Table");
	for (size_t at = 0; at < g->body;) {
		struct band b;
		band_open(g, at, &b);
		draw_piece(g, &b, b.height);
		band_close(g, &b);
		at += b.n;
	}
}

static void next_page(struct grid *g)
{
	pen_tag_end(g->k, "Table");
	pen_page(g->k);
	draw_header(g);
}

/* What its lines that are not drawn yet take. */
static double height_left(struct grid *g, const struct band *b)
{
	double most = 0;
	for (size_t i = 0; i < b->n; i++) {
		int n = g->k->l->pango_layout_get_line_count(b->layouts[i]);
		if (b->next[i] >= n)
			continue;
		double height = pen_lines_height(g->k, b->layouts[i], b->next[i], n);
		most = height > most ? height : most;
	}
	return most + 2 * PAD_Y;
}

/* A row higher than what a page has beside the header goes on where the page ends. */
static void put_band(struct grid *g, struct band *b)
{
	struct pen *k = g->k;
	if (k->y + b->height <= k->bottom) {
		draw_piece(g, b, b->height);
		return;
	}
	if (b->height <= k->bottom - k->top - g->header) {
		next_page(g);
		draw_piece(g, b, b->height);
		return;
	}
	for (bool done = false; !done && k->error == OK;) {
		double left = height_left(g, b);
		if (k->bottom - k->y < 3 * SIZE_TABLE)
			next_page(g);
		double here = k->bottom - k->y;
		done = draw_piece(g, b, left < here ? left : here);
	}
}

static void caption_and_header(struct grid *g, const struct part *part)
{
	struct pen *k = g->k;
	struct look look = {.size = 12,
			    .style = PAPER_BOLD,
			    .align = PAPER_CENTRE,
			    .width = k->right - k->left,
			    .tight = true};
	PangoLayout *caption = pen_layout(k, part->text, &look);
	double first = 0, height = pen_layout_height(k, caption) + 4;
	for (size_t at = 0; at < g->body;) {
		struct band b;
		band_open(g, at, &b);
		g->header += b.height;
		band_close(g, &b);
		at += b.n;
	}
	if (g->body < g->t->n_cells) {
		struct band b;
		band_open(g, g->body, &b);
		first = b.height > 100 ? 100 : b.height;
		band_close(g, &b);
	}
	k->y += 4;
	pen_need(k, height + g->header + first);
	pen_colour(k, 0);
	pen_flow(k, caption, k->left, "P");
	pen_unref(k, caption);
	k->y += 4;
	draw_header(g);
}

/* Cells of the header's rows. */
static size_t header_cells(const struct paper_table *t)
{
	size_t at = 0;
	for (size_t row = 0; row < t->n_header; row++)
		for (size_t filled = 0; filled < t->n_columns; at++)
			filled += cell_span(&t->cells[at]);
	return at;
}

void pen_table(struct pen *k, const struct part *part)
{
	struct grid g = {.k = k, .t = &part->table, .body = header_cells(&part->table)};
	g.size = g.t->n_columns > MANY_COLUMNS ? SIZE_TABLE - 1 : SIZE_TABLE;
	edges(&g);
	caption_and_header(&g, part);
	/* A header that leaves no room for rows would never end. */
	if (g.header > (k->bottom - k->top) / 2 && k->error == OK)
		k->error = fail(k->why, ERR_TOO_LARGE,
				"the header of \"" STR_FMT
				"\" takes more than half a page; shorten its words",
				STR_ARG(part->table.caption));
	for (size_t at = g.body; at < g.t->n_cells && k->error == OK;) {
		struct band b;
		band_open(&g, at, &b);
		put_band(&g, &b);
		band_close(&g, &b);
		at += b.n;
	}
	pen_tag_end(k, "Table");
	if (g.t->note.len) {
		struct look look = {.size = SIZE_TABLE,
				    .style = PAPER_ITALIC,
				    .align = PAPER_LEFT,
				    .width = k->right - k->left,
				    .tight = true};
		PangoLayout *note = pen_layout(k, g.t->note, &look);
		k->y += 3;
		pen_colour(k, 0);
		pen_flow(k, note, k->left, "P");
		pen_unref(k, note);
	}
	k->y += 10;
}
