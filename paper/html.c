/* One self-contained page.  Everything that was given leaves through escaped(). */
#include "paper/chart.h"
#include "paper/model.h"

#define CHART_WIDTH 640

struct page {
	const struct paper *p;
	const struct paper_words *words;
	struct buf *out;
};

static const char style[] =
	"<style>\n"
	"@page{size:A4;margin:20mm 15mm 20mm 30mm}\n"
	"body{margin:0;background:#f1f3f5;color:#111;font:13pt/1.45 \"Times New Roman\",\"Liberation Serif\",Tinos,serif}\n"
	"main{box-sizing:border-box;max-width:210mm;margin:0 auto;padding:20mm 15mm 20mm 30mm;background:#fff}\n"
	"h1,h2,h3,h4{font-size:13pt;line-height:1.35;margin:1em 0 .4em}h1{font-size:14pt;text-align:center}h4{font-style:italic}\n"
	"p{margin:.45em 0;text-align:justify;overflow-wrap:anywhere}p.in{text-indent:1cm}\n"
	"header{display:flex;flex-wrap:wrap;gap:0 1em;text-align:center;line-height:1.3}\n"
	"header>div{flex:1 1 13em}header>div:last-child{flex:1.35 1 18em}header p{margin:0 0 .2em;text-align:center}\n"
	".line{width:33%;margin:.15em auto .5em;border:0;border-top:1px solid #111}.wide{width:60%}\n"
	".pre{white-space:pre-wrap}.small{font-size:12pt}.type{margin-bottom:0}.c{text-align:center}.r{text-align:right}.l{text-align:left}\n"
	".table{overflow-x:auto;margin:.8em 0}table{border-collapse:collapse;width:100%;font-size:11pt;line-height:1.3}\n"
	"caption,figcaption{font-size:12pt;font-weight:bold;padding:.4em 0;text-align:center}\n"
	"th,td{border:1px solid #555;padding:.25em .45em;vertical-align:top;text-align:left;overflow-wrap:anywhere}\n"
	"th{background:#eef1f5;text-align:center;vertical-align:middle}td.j,td.l{text-align:left}td.r{font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	"th.r,td.r{text-align:right}th.c,td.c{text-align:center}thead th{text-align:center}tr.total td{font-weight:bold;border-top-width:2px}\n"
	".note{font-size:11pt;font-style:italic}figure{margin:1em 0;break-inside:avoid}figure svg{width:100%;height:auto}\n"
	".sign{display:flex;flex-wrap:wrap;gap:1em;margin-top:1.5em;break-inside:avoid}.sign>div{flex:1 1 14em}.sign ul{list-style:none;margin:0;padding:0;font-size:11pt}\n"
	".sign .who{text-align:center}.sign .who p{text-align:center;margin:0}.room{height:5em}\n"
	".mark{margin:0 0 1em;padding:.4em .8em;border:1px solid #b45309;color:#8a3c05;background:#fff8ed;font-size:11pt;text-align:center}\n"
	".annex{break-before:page}\n"
	"@media(max-width:640px){main{padding:1.2em}}\n"
	"@media print{body{background:#fff}main{padding:0;max-width:none}thead{display:table-header-group}tr{break-inside:avoid}}\n"
	"</style>\n";

static void escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		switch (s.ptr[i]) {
		case '&':
			buf_add(out, STR("&amp;"));
			break;
		case '<':
			buf_add(out, STR("&lt;"));
			break;
		case '>':
			buf_add(out, STR("&gt;"));
			break;
		case '"':
			buf_add(out, STR("&quot;"));
			break;
		case '\'':
			buf_add(out, STR("&#39;"));
			break;
		case '\n':
			buf_add(out, STR("<br>"));
			break;
		default:
			buf_add_char(out, s.ptr[i]);
		}
}

/* before, the text, after: both literals of ours. */
static void put(struct page *h, const char *before, struct str text, const char *after)
{
	buf_add(h->out, str_of(before));
	escaped(h->out, text);
	buf_add(h->out, str_of(after));
}

static void put_styled(struct page *h, struct str text, unsigned style_bits)
{
	buf_add(h->out, str_of(style_bits & PAPER_BOLD ? "<strong>" : ""));
	buf_add(h->out, str_of(style_bits & PAPER_ITALIC ? "<em>" : ""));
	buf_add(h->out, str_of(style_bits & PAPER_UNDERLINE ? "<u>" : ""));
	escaped(h->out, text);
	buf_add(h->out, str_of(style_bits & PAPER_UNDERLINE ? "</u>" : ""));
	buf_add(h->out, str_of(style_bits & PAPER_ITALIC ? "</em>" : ""));
	buf_add(h->out, str_of(style_bits & PAPER_BOLD ? "</strong>" : ""));
}

static const char *align_class(enum paper_align align)
{
	static const char *const names[] = {[PAPER_JUSTIFY] = "j",
					    [PAPER_LEFT] = "l",
					    [PAPER_CENTRE] = "c",
					    [PAPER_RIGHT] = "r"};
	return names[align];
}

static void put_addressees(struct page *h, const struct paper_head *head)
{
	if (head->n_to == 1) {
		buf_printf(h->out, "<p class=\"c\">%s ", h->words->to);
		put(h, "", head->to[0], "</p>\n");
	} else if (head->n_to > 1) {
		buf_printf(h->out, "<p class=\"c\">%s</p>\n<ul>\n", h->words->to);
		for (size_t i = 0; i < head->n_to; i++)
			put(h, "<li>", head->to[i], "</li>\n");
		buf_add(h->out, STR("</ul>\n"));
	}
}

static void put_head(struct page *h)
{
	const struct paper *p = h->p;
	const struct paper_head *head = &p->head;
	buf_add(h->out, STR("<header>\n<div>\n"));
	if (head->superior.len)
		put(h, "<p class=\"small\">", paper_upper(p, head->superior), "</p>\n");
	put(h, "<p class=\"small\"><strong>", paper_upper(p, head->agency),
	    "</strong></p>\n<hr class=\"line\">\n");
	buf_printf(h->out, "<p class=\"pre\">%s ", h->words->number);
	put(h, "", head->number.ptr ? head->number : STR("        "), "</p>\n");
	if (!head->type.ptr && head->abstract.len)
		put(h, "<p class=\"small\">", head->abstract, "</p>\n");
	buf_printf(
		h->out,
		"</div>\n<div>\n<p class=\"small\"><strong>%s</strong></p>\n<p><strong>%s</strong></p>\n<hr class=\"line wide\">\n",
		h->words->country, h->words->motto);
	put(h, "<p><em>", paper_place_date(p->arena, p->info.language, head->place, head->date),
	    "</em></p>\n</div>\n</header>\n");
	if (head->type.ptr) {
		put(h, "<h1 class=\"type\">", paper_upper(p, head->type), "");
		put(h, "<br>", head->abstract, "</h1>\n<hr class=\"line\">\n");
	}
	put_addressees(h, head);
}

static void put_cell(struct page *h, const struct paper_table *t, const struct paper_cell *cell,
		     size_t column, bool header)
{
	size_t span = cell_span(cell);
	if (header)
		buf_printf(h->out, "<th scope=\"%s\"", span > 1 ? "colgroup" : "col");
	else
		buf_printf(h->out, "<td class=\"%s\"", align_class(t->columns[column].align));
	if (span > 1)
		buf_printf(h->out, " colspan=\"%zu\"", span);
	buf_add_char(h->out, '>');
	put_styled(h, paper_cell_text(h->p, cell), header ? 0 : cell->style);
	buf_add(h->out, str_of(header ? "</th>" : "</td>"));
}

static void put_rows(struct page *h, const struct paper_table *t)
{
	size_t row = 0, column = 0;
	buf_add(h->out, str_of(t->n_header ? "<thead>\n" : "<tbody>\n"));
	for (size_t i = 0; i < t->n_cells; i++) {
		bool last = t->totals && i + t->n_columns >= t->n_cells && row >= t->n_header;
		if (column == 0)
			buf_add(h->out, str_of(last ? "<tr class=\"total\">" : "<tr>"));
		put_cell(h, t, &t->cells[i], column, row < t->n_header);
		column += cell_span(&t->cells[i]);
		if (column < t->n_columns)
			continue;
		buf_add(h->out, STR("</tr>\n"));
		column = 0;
		if (++row == t->n_header)
			buf_add(h->out, STR("</thead>\n<tbody>\n"));
	}
	buf_add(h->out, STR("</tbody>\n"));
}

static void put_table(struct page *h, const struct part *part)
{
	const struct paper_table *t = &part->table;
	/* A wide table scrolls by itself: so it must be reachable by the keyboard. */
	put(h, "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"", part->text,
	    "\">\n<table>\n");
	put(h, "<caption>", part->text, "</caption>\n");
	put_rows(h, t);
	buf_add(h->out, STR("</table>\n"));
	if (t->note.len)
		put(h, "<p class=\"note\">", t->note, "</p>\n");
	buf_add(h->out, STR("</div>\n"));
}

static void put_spots(struct buf *out, const struct op *op)
{
	for (size_t i = 0; i < op->n; i++)
		buf_printf(out, "%s%.1f,%.1f", i ? " " : "", op->spots[i].x, op->spots[i].y);
}

static void put_op(struct page *h, const struct op *op)
{
	static const char *const anchors[] = {[PAPER_JUSTIFY] = "start",
					      [PAPER_LEFT] = "start",
					      [PAPER_CENTRE] = "middle",
					      [PAPER_RIGHT] = "end"};
	switch (op->kind) {
	case OP_LINE:
		buf_printf(
			h->out,
			"<polyline fill=\"none\" stroke=\"#%06x\" stroke-width=\"%.1f\"%s points=\"",
			op->colour, op->size, op->dashed ? " stroke-dasharray=\"4 3\"" : "");
		put_spots(h->out, op);
		buf_add(h->out, STR("\"/>\n"));
		break;
	case OP_SHAPE:
		buf_printf(h->out, "<polygon fill=\"#%06x\" points=\"", op->colour);
		put_spots(h->out, op);
		buf_add(h->out, STR("\"/>\n"));
		break;
	case OP_TEXT:
		buf_printf(
			h->out,
			"<text x=\"%.1f\" y=\"%.1f\" fill=\"#%06x\" font-size=\"%.1f\" text-anchor=\"%s\"%s>",
			op->spots[0].x, op->spots[0].y, op->colour, op->size, anchors[op->align],
			op->bold ? " font-weight=\"bold\"" : "");
		put(h, "", op->text, "</text>\n");
		break;
	}
}

static void put_chart(struct page *h, const struct part *part)
{
	const struct paper_chart *c = &part->chart;
	buf_add(h->out, STR("<figure>\n"));
	for (size_t piece = 0; piece < chart_pieces(c); piece++) {
		const struct drawing *d = chart_draw(h->p, c, piece, CHART_WIDTH);
		buf_printf(h->out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
			   d->width, d->height);
		put(h, "", c->words, "\">\n");
		for (size_t i = 0; i < d->n; i++)
			put_op(h, &d->ops[i]);
		buf_add(h->out, STR("</svg>\n"));
	}
	put(h, "<figcaption>", part->text, "</figcaption>\n</figure>\n");
}

static void put_list(struct page *h, const struct part *part)
{
	buf_add(h->out, str_of(part->numbered ? "<ol>\n" : "<ul>\n"));
	for (size_t i = 0; i < part->n_items; i++)
		put(h, "<li>", part->items[i], "</li>\n");
	buf_add(h->out, str_of(part->numbered ? "</ol>\n" : "</ul>\n"));
}

static void put_sign(struct page *h, const struct paper_sign *s)
{
	buf_add(h->out, STR("<div class=\"sign\">\n<div>\n"));
	if (s->n_recipients) {
		buf_printf(h->out, "<p class=\"l small\"><strong><em>%s</em></strong></p>\n<ul>\n",
			   h->words->recipients);
		for (size_t i = 0; i < s->n_recipients; i++)
			put(h, "<li>- ", s->recipients[i],
			    i + 1 < s->n_recipients ? ";</li>\n" : ".</li>\n");
		buf_add(h->out, STR("</ul>\n"));
	}
	buf_add(h->out, STR("</div>\n<div class=\"who\">\n"));
	if (s->authority.len)
		put(h, "<p><strong>", paper_upper(h->p, s->authority), "</strong></p>\n");
	put(h, "<p><strong>", paper_upper(h->p, s->title),
	    "</strong></p>\n<div class=\"room\"></div>\n");
	put(h, "<p><strong>", s->name, "</strong></p>\n</div>\n</div>\n");
}

static void put_annex(struct page *h, const struct part *part)
{
	buf_printf(h->out, "<h1 class=\"annex\">%s ", h->words->annex);
	put(h, "", paper_roman(h->p->arena, part->number), "<br>");
	put(h, "", paper_upper(h->p, part->text), "</h1>\n");
	struct str attached = paper_attached_to(h->p);
	if (attached.len)
		put(h, "<p class=\"c\"><em>", attached, "</em></p>\n");
}

static void put_text(struct page *h, const struct part *part)
{
	buf_printf(h->out, "<p class=\"%s\">", part->indent ? "in" : align_class(part->align));
	for (size_t i = 0; i < part->n_runs; i++)
		put_styled(h, part->runs[i].text, part->runs[i].style);
	buf_add(h->out, STR("</p>\n"));
}

static void put_part(struct page *h, const struct part *part)
{
	switch (part->kind) {
	case PART_HEADING:
		buf_printf(h->out, "<h%d>", part->level + 1);
		escaped(h->out, part->text);
		buf_printf(h->out, "</h%d>\n", part->level + 1);
		break;
	case PART_TEXT:
		put_text(h, part);
		break;
	case PART_LIST:
		put_list(h, part);
		break;
	case PART_TABLE:
		put_table(h, part);
		break;
	case PART_CHART:
		put_chart(h, part);
		break;
	case PART_SIGN:
		put_sign(h, &part->sign);
		break;
	case PART_ANNEX:
		put_annex(h, part);
		break;
	}
}

enum err paper_html(const struct paper *p, struct buf *out, struct why *why)
{
	enum err rc = paper_end(p, why);
	if (rc != OK)
		return rc;
	struct page h = {p, paper_words(p), out};
	buf_printf(out,
		   "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		   "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n",
		   h.words->lang);
	put(&h, "<title>", p->info.title, "</title>\n");
	put(&h, "<meta name=\"author\" content=\"", p->info.author, "\">\n");
	buf_add(out, STR("<meta name=\"generator\" content=\"Hải Đăng\">\n"));
	buf_add(out, (struct str){style, sizeof(style) - 1});
	buf_add(out, STR("</head>\n<body>\n<main>\n"));
	if (p->info.demonstration)
		buf_printf(out, "<p class=\"mark\"><strong>%s.</strong> %s.</p>\n",
			   h.words->demonstration, h.words->invented);
	if (p->has_head)
		put_head(&h);
	else
		put(&h, "<h1>", p->info.title, "</h1>\n");
	for (size_t i = 0; i < p->n; i++)
		put_part(&h, &p->parts[i]);
	buf_add(out, STR("</main>\n</body>\n</html>\n"));
	return buf_end(out, why);
}
