#include "paper/pdf.h"

#define AFTER_PARAGRAPH 6.0
#define INDENT (10 * MILLIMETRE)

static double points(int pango_units)
{
	return (double)pango_units / PANGO_SCALE;
}

PangoLayout *pen_layout(struct pen *k, struct str text, const struct look *look)
{
	static const PangoAlignment aligns[] = {[PAPER_JUSTIFY] = PANGO_ALIGN_LEFT,
						[PAPER_LEFT] = PANGO_ALIGN_LEFT,
						[PAPER_CENTRE] = PANGO_ALIGN_CENTER,
						[PAPER_RIGHT] = PANGO_ALIGN_RIGHT};
	const struct libs *l = k->l;
	PangoLayout *layout = l->pango_layout_new(k->context);
	PangoFontDescription *font = l->pango_font_description_new();
	l->pango_font_description_set_family_static(font, FONT_FAMILY);
	l->pango_font_description_set_size(font, (int)(look->size * PANGO_SCALE));
	l->pango_font_description_set_weight(font, look->style & PAPER_BOLD ? PANGO_WEIGHT_BOLD
									    : PANGO_WEIGHT_NORMAL);
	l->pango_font_description_set_style(font, look->style & PAPER_ITALIC ? PANGO_STYLE_ITALIC
									     : PANGO_STYLE_NORMAL);
	l->pango_layout_set_font_description(layout, font);
	l->pango_font_description_free(font);
	/* A name in another script does not turn the line around. */
	l->pango_layout_set_auto_dir(layout, FALSE);
	l->pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	if (look->width > 0)
		l->pango_layout_set_width(layout, (int)(look->width * PANGO_SCALE));
	l->pango_layout_set_alignment(layout, aligns[look->align]);
	l->pango_layout_set_justify(layout, look->align == PAPER_JUSTIFY);
	l->pango_layout_set_indent(layout, (int)(look->indent * PANGO_SCALE));
	if (!look->tight)
		l->pango_layout_set_line_spacing(layout, LINE_SPACING);
	l->pango_layout_set_text(layout, text.ptr ? text.ptr : "", (int)text.len);
	return layout;
}

void pen_unref(struct pen *k, PangoLayout *layout)
{
	k->l->g_object_unref(layout);
}

double pen_layout_height(struct pen *k, PangoLayout *layout)
{
	int height = 0;
	k->l->pango_layout_get_size(layout, NULL, &height);
	return points(height);
}

double pen_layout_width(struct pen *k, PangoLayout *layout)
{
	int width = 0;
	k->l->pango_layout_get_size(layout, &width, NULL);
	return points(width);
}

int pen_lines(struct pen *k, PangoLayout *layout, int from, double room, double x, double y,
	      double *ret_height)
{
	const struct libs *l = k->l;
	PangoLayoutIter *iter = l->pango_layout_get_iter(layout);
	int line = 0;
	double first = 0, height = 0;
	do {
		PangoRectangle box;
		if (line < from)
			continue;
		l->pango_layout_iter_get_line_extents(iter, NULL, &box);
		if (line == from)
			first = points(box.y);
		double end = points(box.y + box.height) - first;
		if (end > room + 0.01)
			break;
		height = end;
		if (!k->draw)
			continue;
		double base = points(l->pango_layout_iter_get_baseline(iter)) - first;
		l->cairo_move_to(k->cr, x + points(box.x), y + base);
		l->pango_cairo_show_layout_line(k->cr,
						l->pango_layout_iter_get_line_readonly(iter));
	} while (line++, l->pango_layout_iter_next_line(iter));
	l->pango_layout_iter_free(iter);
	*ret_height = height;
	return line;
}

double pen_put(struct pen *k, struct str text, const struct look *look, double x, double y)
{
	double height = 0;
	PangoLayout *layout = pen_layout(k, text, look);
	pen_colour(k, look->colour);
	pen_lines(k, layout, 0, ROOM_ENOUGH, x, y, &height);
	pen_unref(k, layout);
	return height;
}

/* How many lines go on this page, when all have no room: none stands alone. */
static int lines_here(struct pen *k, PangoLayout *layout, int from, int n)
{
	double height = 0;
	bool draw = k->draw;
	k->draw = false;
	int to = pen_lines(k, layout, from, k->bottom - k->y, 0, 0, &height);
	k->draw = draw;
	if (to >= n)
		return n;
	if (n - to == 1 && to - from > 2)
		to--;
	if (to - from == 1 && n > 1 && k->y > k->top)
		to = from;
	return to;
}

double pen_lines_height(struct pen *k, PangoLayout *layout, int from, int to)
{
	PangoLayoutIter *iter = k->l->pango_layout_get_iter(layout);
	double begin = 0, end = 0;
	int line = 0;
	do {
		PangoRectangle box;
		k->l->pango_layout_iter_get_line_extents(iter, NULL, &box);
		if (line == from)
			begin = points(box.y);
		end = points(box.y + box.height);
	} while (++line < to && k->l->pango_layout_iter_next_line(iter));
	k->l->pango_layout_iter_free(iter);
	return end - begin;
}

void pen_flow(struct pen *k, PangoLayout *layout, double x, const char *tag)
{
	int n = k->l->pango_layout_get_line_count(layout), from = 0;
	while (from < n && k->error == OK) {
		int to = lines_here(k, layout, from, n);
		if (to == from && k->y > k->top) {
			pen_page(k);
			continue;
		}
		/* One line that is higher than a page is drawn all the same. */
		to = to == from ? from + 1 : to;
		double height = pen_lines_height(k, layout, from, to);
		pen_tag(k, tag);
		from = pen_lines(k, layout, from, height, x, k->y, &height);
		pen_tag_end(k, tag);
		k->y += height;
		if (from < n)
			pen_page(k);
	}
}

void pen_heading(struct pen *k, const struct part *part)
{
	static const char *const tags[] = {"", "H1", "H2", "H3"};
	static const unsigned styles[] = {0, PAPER_BOLD, PAPER_BOLD, PAPER_BOLD | PAPER_ITALIC};
	struct look look = {.size = SIZE_BODY,
			    .style = styles[part->level],
			    .align = PAPER_LEFT,
			    .width = k->right - k->left};
	PangoLayout *layout = pen_layout(k, part->text, &look);
	if (k->y > k->top)
		k->y += part->level == 1 ? 6 : 3;
	/* Not without two lines of what it is about. */
	pen_need(k, pen_layout_height(k, layout) + 3 * SIZE_BODY);
	pen_outline(k, part->level, part->text);
	pen_colour(k, 0);
	pen_flow(k, layout, k->left, tags[part->level]);
	pen_unref(k, layout);
	k->y += 4;
}

/* One piece after the other: the text of all runs, and where each is bold, italic, underlined. */
static PangoLayout *runs_layout(struct pen *k, const struct part *part, const struct look *look)
{
	const struct libs *l = k->l;
	size_t len = 0;
	for (size_t i = 0; i < part->n_runs; i++)
		len += part->runs[i].text.len;
	char *text = arena_array(k->p->arena, len + 1, 1);
	PangoAttrList *list = l->pango_attr_list_new();
	size_t at = 0;
	for (size_t i = 0; i < part->n_runs; i++) {
		const struct paper_run *run = &part->runs[i];
		PangoAttribute *some[] = {
			run->style & PAPER_BOLD ? l->pango_attr_weight_new(PANGO_WEIGHT_BOLD)
						: NULL,
			run->style & PAPER_ITALIC ? l->pango_attr_style_new(PANGO_STYLE_ITALIC)
						  : NULL,
			run->style & PAPER_UNDERLINE
				? l->pango_attr_underline_new(PANGO_UNDERLINE_SINGLE)
				: NULL,
		};
		for (size_t s = 0; s < ARRAY_LEN(some); s++)
			if (some[s]) {
				some[s]->start_index = (guint)at;
				some[s]->end_index = (guint)(at + run->text.len);
				l->pango_attr_list_insert(list, some[s]);
			}
		if (run->text.len)
			memcpy(text + at, run->text.ptr, run->text.len);
		at += run->text.len;
	}
	PangoLayout *layout = pen_layout(k, (struct str){text, len}, look);
	l->pango_layout_set_attributes(layout, list);
	l->pango_attr_list_unref(list);
	return layout;
}

void pen_text(struct pen *k, const struct part *part)
{
	struct look look = {.size = SIZE_BODY,
			    .align = part->align,
			    .width = k->right - k->left,
			    .indent = part->indent ? INDENT : 0};
	PangoLayout *layout = runs_layout(k, part, &look);
	pen_colour(k, 0);
	pen_flow(k, layout, k->left, "P");
	pen_unref(k, layout);
	k->y += AFTER_PARAGRAPH;
}

void pen_list(struct pen *k, const struct part *part)
{
	for (size_t i = 0; i < part->n_items && k->error == OK; i++) {
		struct str mark =
			part->numbered ? arena_fmt(k->p->arena, "%zu. ", i + 1) : STR("- ");
		struct look look = {.size = SIZE_BODY,
				    .align = PAPER_JUSTIFY,
				    .indent = INDENT,
				    .width = k->right - k->left};
		PangoLayout *layout = pen_layout(k,
						 arena_fmt(k->p->arena, STR_FMT STR_FMT,
							   STR_ARG(mark), STR_ARG(part->items[i])),
						 &look);
		pen_colour(k, 0);
		pen_flow(k, layout, k->left, "P");
		pen_unref(k, layout);
		k->y += AFTER_PARAGRAPH / 2;
	}
	k->y += AFTER_PARAGRAPH / 2;
}
