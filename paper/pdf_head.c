/* The parts whose places the decree fixes: head, signature and recipients, annex. */
#include "paper/pdf.h"

#define LEFT_SHARE 0.42 /* of the width: agency; the rest: the country's name */
#define SIGN_ROOM 64.0

/* Makes it as narrow as it can be without another line, so that the last one is no single word; returns that
 * width. */
static double balance(struct pen *k, PangoLayout *layout, double width)
{
	const struct libs *l = k->l;
	int lines = l->pango_layout_get_line_count(layout), low = 0,
	    high = (int)(width * PANGO_SCALE);
	while (lines > 1 && high - low > PANGO_SCALE) {
		int middle = low + (high - low) / 2;
		l->pango_layout_set_width(layout, middle);
		if (l->pango_layout_get_line_count(layout) > lines)
			low = middle;
		else
			high = middle;
	}
	l->pango_layout_set_width(layout, high);
	return (double)high / PANGO_SCALE;
}

/* A centred block in the column x .. x + width; *ret_wide is how wide its longest line is. */
static double block(struct pen *k, struct str text, const struct look *look, double x, double y,
		    double *ret_wide)
{
	double height = 0;
	PangoLayout *layout = pen_layout(k, text, look);
	double width = balance(k, layout, look->width);
	pen_colour(k, 0);
	pen_tag(k, "P");
	pen_lines(k, layout, 0, ROOM_ENOUGH, x + (look->width - width) / 2, y, &height);
	pen_tag_end(k, "P");
	*ret_wide = pen_layout_width(k, layout);
	pen_unref(k, layout);
	return height;
}

static double agency(struct pen *k, double x, double width, double y)
{
	const struct paper_head *h = &k->p->head;
	struct look look = {.size = 12, .width = width, .align = PAPER_CENTRE, .tight = true};
	double wide = 0, middle = x + width / 2;
	if (h->superior.len)
		y += block(k, paper_upper(k->p, h->superior), &look, x, y, &wide);
	look.style = PAPER_BOLD;
	y += block(k, paper_upper(k->p, h->agency), &look, x, y, &wide);
	wide *= 0.4;
	pen_rule(k, middle - wide / 2, y + 2, middle + wide / 2, y + 2, 0.7);
	return y + 8;
}

static double country(struct pen *k, double x, double width, double y)
{
	struct look look = {.size = 12,
			    .width = width,
			    .align = PAPER_CENTRE,
			    .tight = true,
			    .style = PAPER_BOLD};
	double wide = 0, middle = x + width / 2;
	y += block(k, str_of(k->words->country), &look, x, y, &wide);
	look.size = SIZE_BODY;
	y += block(k, str_of(k->words->motto), &look, x, y, &wide);
	pen_rule(k, middle - wide / 2, y + 2, middle + wide / 2, y + 2, 0.7);
	return y + 8;
}

/* "Số: …" under the agency, place and date under the motto; a letter's abstract below its number. */
static double number_and_date(struct pen *k, double split, double y)
{
	const struct paper_head *h = &k->p->head;
	double wide = 0, left = split - k->left;
	struct look look = {.size = SIZE_BODY, .width = left, .align = PAPER_CENTRE, .tight = true};
	struct str number = h->number.ptr ? h->number : STR("          ");
	double low =
		y + block(k,
			  arena_fmt(k->p->arena, "%s " STR_FMT, k->words->number, STR_ARG(number)),
			  &look, k->left, y, &wide);
	look.width = k->right - split;
	look.style = PAPER_ITALIC;
	struct str day = paper_place_date(k->p->arena, k->p->info.language, h->place, h->date);
	double high = y + block(k, day, &look, split, y, &wide);
	if (!h->type.ptr && h->abstract.len) {
		look = (struct look){
			.size = 12, .width = left, .align = PAPER_CENTRE, .tight = true};
		low += 2 + block(k, h->abstract, &look, k->left, low + 2, &wide);
	}
	return low > high ? low : high;
}

static void type_and_abstract(struct pen *k)
{
	const struct paper_head *h = &k->p->head;
	double wide = 0, width = k->right - k->left, middle = (k->left + k->right) / 2;
	struct look look = {.size = 14,
			    .width = width,
			    .align = PAPER_CENTRE,
			    .style = PAPER_BOLD,
			    .tight = true};
	k->y += block(k, paper_upper(k->p, h->type), &look, k->left, k->y, &wide);
	if (h->abstract.len) {
		k->y += block(k, h->abstract, &look, k->left, k->y + 1, &wide) + 1;
		wide = wide * 0.4 < 60 ? 60 : wide * 0.4;
		pen_rule(k, middle - wide / 2, k->y + 3, middle + wide / 2, k->y + 3, 0.7);
	}
	k->y += 14;
}

static void addressees(struct pen *k)
{
	const struct paper_head *h = &k->p->head;
	if (!h->n_to)
		return;
	struct str text = arena_fmt(k->p->arena, "%s", k->words->to);
	for (size_t i = 0; i < h->n_to; i++)
		text = arena_fmt(k->p->arena, STR_FMT "%s" STR_FMT "%s", STR_ARG(text),
				 h->n_to > 1 ? "\n- " : " ", STR_ARG(h->to[i]),
				 h->n_to == 1	   ? ""
				 : i + 1 < h->n_to ? ";"
						   : ".");
	/* One is centred; several stand below each other, a little in. */
	double in = h->n_to > 1 ? (k->right - k->left) * 0.25 : 0;
	struct look look = {.size = SIZE_BODY,
			    .width = k->right - k->left - in,
			    .align = h->n_to > 1 ? PAPER_LEFT : PAPER_CENTRE};
	PangoLayout *layout = pen_layout(k, text, &look);
	pen_colour(k, 0);
	pen_flow(k, layout, k->left + in, "P");
	pen_unref(k, layout);
	k->y += 10;
}

void pen_head(struct pen *k)
{
	double split = k->left + (k->right - k->left) * LEFT_SHARE;
	double a = agency(k, k->left, split - k->left, k->y);
	double b = country(k, split, k->right - split, k->y);
	k->y = number_and_date(k, split, a > b ? a : b) + 16;
	if (k->p->head.type.ptr)
		type_and_abstract(k);
	addressees(k);
}

/* "Nơi nhận" with its lines. */
static PangoLayout *recipients(struct pen *k, const struct paper_sign *s, double width)
{
	struct str text = STR("");
	for (size_t i = 0; i < s->n_recipients; i++)
		text = arena_fmt(k->p->arena, STR_FMT "%s- " STR_FMT "%s", STR_ARG(text),
				 i ? "\n" : "", STR_ARG(s->recipients[i]),
				 i + 1 < s->n_recipients ? ";" : ".");
	struct look look = {.size = 11, .width = width, .align = PAPER_LEFT, .tight = true};
	return pen_layout(k, text, &look);
}

static double signer(struct pen *k, const struct paper_sign *s, double x, double width, double y)
{
	struct look look = {.size = SIZE_BODY,
			    .width = width,
			    .align = PAPER_CENTRE,
			    .style = PAPER_BOLD,
			    .tight = true};
	double wide = 0, from = y;
	if (s->authority.len)
		y += block(k, paper_upper(k->p, s->authority), &look, x, y, &wide);
	y += block(k, paper_upper(k->p, s->title), &look, x, y, &wide);
	y += SIGN_ROOM;
	if (s->name.len)
		y += block(k, s->name, &look, x, y, &wide);
	return y - from;
}

void pen_sign(struct pen *k, const struct paper_sign *s)
{
	double width = k->right - k->left, left = width * 0.46, height = 0;
	PangoLayout *layout = recipients(k, s, left);
	bool draw = k->draw;
	k->draw = false;
	double right_height = signer(k, s, 0, width - left, 0);
	k->draw = draw;
	double left_height = pen_layout_height(k, layout) + 16;
	k->y += 8;
	/* Together, unless the recipients fill more than a page by themselves. */
	pen_need(k, left_height > k->bottom - k->top || left_height < right_height ? right_height
										   : left_height);
	double from = k->y;
	int page = k->page;
	signer(k, s, k->left + left, width - left, from);
	if (s->n_recipients) {
		struct look look = {.size = 12, .style = PAPER_BOLD | PAPER_ITALIC, .tight = true};
		height = pen_put(k, str_of(k->words->recipients), &look, k->left, from);
		k->y = from + height;
		pen_flow(k, layout, k->left, "P");
	}
	pen_unref(k, layout);
	if (k->page == page && k->y < from + right_height)
		k->y = from + right_height;
	k->y += 10;
}

void pen_annex(struct pen *k, const struct part *part)
{
	struct look look = {.size = 14, .align = PAPER_CENTRE, .style = PAPER_BOLD};
	k->landscape = part->landscape;
	pen_page(k);
	if (k->error != OK)
		return;
	look.width = k->right - k->left;
	struct str name = arena_fmt(k->p->arena, "%s " STR_FMT, k->words->annex,
				    STR_ARG(paper_roman(k->p->arena, part->number)));
	pen_outline(
		k, 1,
		arena_fmt(k->p->arena, STR_FMT ". " STR_FMT, STR_ARG(name), STR_ARG(part->text)));
	double wide = 0;
	k->y += block(k, name, &look, k->left, k->y, &wide);
	look.size = SIZE_BODY;
	k->y += block(k, paper_upper(k->p, part->text), &look, k->left, k->y, &wide);
	look.style = PAPER_ITALIC;
	struct str attached = paper_attached_to(k->p);
	if (attached.len)
		k->y += block(k, attached, &look, k->left, k->y, &wide);
	double middle = (k->left + k->right) / 2;
	pen_rule(k, middle - 60, k->y + 4, middle + 60, k->y + 4, 0.7);
	k->y += 14;
}
