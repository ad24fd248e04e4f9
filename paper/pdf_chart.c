#include "paper/pdf.h"

static void path(struct pen *k, const struct op *op, double x, double y)
{
	for (size_t i = 0; i < op->n; i++) {
		if (i == 0)
			k->l->cairo_move_to(k->cr, x + op->spots[i].x, y + op->spots[i].y);
		else
			k->l->cairo_line_to(k->cr, x + op->spots[i].x, y + op->spots[i].y);
	}
}

/* On the base line, from the spot, about it or up to it. */
static void text(struct pen *k, const struct op *op, double x, double y)
{
	const struct libs *l = k->l;
	struct look look = {.size = op->size,
			    .style = op->bold ? PAPER_BOLD : 0u,
			    .align = PAPER_LEFT,
			    .tight = true};
	PangoLayout *layout = pen_layout(k, op->text, &look);
	double wide = pen_layout_width(k, layout);
	double back = op->align == PAPER_CENTRE ? wide / 2 : op->align == PAPER_RIGHT ? wide : 0;
	PangoLayoutIter *iter = l->pango_layout_get_iter(layout);
	l->cairo_move_to(k->cr, x + op->spots[0].x - back, y + op->spots[0].y);
	l->pango_cairo_show_layout_line(k->cr, l->pango_layout_iter_get_line_readonly(iter));
	l->pango_layout_iter_free(iter);
	pen_unref(k, layout);
}

static void draw(struct pen *k, const struct drawing *d, double x, double y)
{
	static const double dashes[] = {4, 3};
	for (size_t i = 0; i < d->n; i++) {
		const struct op *op = &d->ops[i];
		pen_colour(k, op->colour);
		switch (op->kind) {
		case OP_LINE:
			k->l->cairo_set_line_width(k->cr, op->size);
			k->l->cairo_set_dash(k->cr, dashes, op->dashed ? 2 : 0, 0);
			path(k, op, x, y);
			k->l->cairo_stroke(k->cr);
			break;
		case OP_SHAPE:
			path(k, op, x, y);
			k->l->cairo_close_path(k->cr);
			k->l->cairo_fill(k->cr);
			break;
		case OP_TEXT:
			text(k, op, x, y);
			break;
		}
	}
	k->l->cairo_set_dash(k->cr, dashes, 0, 0);
}

void pen_chart(struct pen *k, const struct part *part)
{
	struct look look = {.size = 12,
			    .style = PAPER_BOLD,
			    .align = PAPER_CENTRE,
			    .width = k->right - k->left,
			    .tight = true};
	PangoLayout *caption = pen_layout(k, part->text, &look);
	double under = pen_layout_height(k, caption) + 4;
	size_t pieces = chart_pieces(&part->chart);
	k->y += 6;
	for (size_t i = 0; i < pieces && k->error == OK; i++) {
		const struct drawing *d = chart_draw(k->p, &part->chart, i, k->right - k->left);
		pen_need(k, d->height + (i + 1 == pieces ? under : 0));
		pen_tag(k, "Figure");
		if (k->draw)
			draw(k, d, k->left, k->y);
		pen_tag_end(k, "Figure");
		k->y += d->height + 4;
	}
	pen_colour(k, 0);
	pen_flow(k, caption, k->left, "P");
	pen_unref(k, caption);
	k->y += 10;
}
