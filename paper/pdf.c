#include "paper/pdf.h"

#include <math.h>

#define PAGE_WIDE (210 * MILLIMETRE)
#define PAGE_HIGH (297 * MILLIMETRE)
#define MARGIN_TOP (20 * MILLIMETRE)
#define MARGIN_BOTTOM (20 * MILLIMETRE)
#define MARGIN_LEFT (30 * MILLIMETRE)
#define MARGIN_RIGHT (15 * MILLIMETRE)
#define MARK_COLOUR 0x8a3c05
#define WATER_COLOUR 0xf0eeeb

void pen_colour(struct pen *k, unsigned colour)
{
	if (k->draw)
		k->l->cairo_set_source_rgb(k->cr, (colour >> 16 & 255) / 255.0,
					   (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0);
}

void pen_rule(struct pen *k, double x, double y, double x2, double y2, double width)
{
	if (!k->draw)
		return;
	pen_colour(k, 0);
	k->l->cairo_set_line_width(k->cr, width);
	k->l->cairo_move_to(k->cr, x, y);
	k->l->cairo_line_to(k->cr, x2, y2);
	k->l->cairo_stroke(k->cr);
}

void pen_tag(struct pen *k, const char *tag)
{
	if (k->draw)
		k->l->cairo_tag_begin(k->cr, tag, NULL);
}

void pen_tag_end(struct pen *k, const char *tag)
{
	if (k->draw)
		k->l->cairo_tag_end(k->cr, tag);
}

void pen_outline(struct pen *k, int level, struct str text)
{
	if (!k->draw)
		return;
	int parent = CAIRO_PDF_OUTLINE_ROOT;
	for (int i = 1; i < level; i++)
		parent = k->outline[i] ? k->outline[i] : parent;
	struct str to = arena_fmt(k->p->arena, "page=%d pos=[%.1f %.1f]", k->page, k->left, k->y);
	k->outline[level] = k->l->cairo_pdf_surface_add_outline(
		k->surface, parent, arena_cstr(k->p->arena, text), to.ptr,
		CAIRO_PDF_OUTLINE_FLAG_OPEN);
	for (int i = level + 1; i <= 3; i++)
		k->outline[i] = 0;
}

/* Behind everything, and in words at the foot. */
static void demonstration_mark(struct pen *k)
{
	struct look big = {.size = 50, .style = PAPER_BOLD, .tight = true, .colour = WATER_COLOUR};
	struct look small = {.size = 9,
			     .style = PAPER_ITALIC,
			     .align = PAPER_CENTRE,
			     .width = k->right - k->left,
			     .tight = true,
			     .colour = MARK_COLOUR};
	PangoLayout *layout = pen_layout(k, str_of(k->words->demonstration), &big);
	double wide = pen_layout_width(k, layout), high = pen_layout_height(k, layout), used = 0;
	k->l->cairo_save(k->cr);
	k->l->cairo_translate(k->cr, k->width / 2, k->height / 2);
	k->l->cairo_rotate(k->cr, -atan2(k->height, k->width));
	pen_colour(k, big.colour);
	pen_lines(k, layout, 0, ROOM_ENOUGH, -wide / 2, -high / 2, &used);
	k->l->cairo_restore(k->cr);
	pen_unref(k, layout);
	pen_put(k, str_of(k->words->invented), &small, k->left, k->height - 12 * MILLIMETRE);
}

/* In the middle of the upper margin; an official paper's first page has none. */
static void page_number(struct pen *k)
{
	struct look look = {.size = SIZE_BODY,
			    .align = PAPER_CENTRE,
			    .width = k->right - k->left,
			    .tight = true};
	if (k->page == 1 && k->p->has_head)
		return;
	struct str text = k->p->info.plain_numbers ? arena_fmt(k->p->arena, "%d", k->page)
						   : arena_fmt(k->p->arena, "%s %d/%d",
							       k->words->page, k->page, k->pages);
	pen_put(k, text, &look, k->left, 10 * MILLIMETRE);
}

void pen_page(struct pen *k)
{
	if (k->page == PAPER_PAGES_MAX && k->error == OK)
		k->error = fail(
			k->why, ERR_TOO_LARGE,
			"a PDF has %d pages at most; choose fewer units, periods or tables, or take the spreadsheet",
			PAPER_PAGES_MAX);
	if (k->error != OK)
		return;
	if (k->draw && k->page > 0)
		k->l->cairo_show_page(k->cr);
	k->page++;
	k->width = k->landscape ? PAGE_HIGH : PAGE_WIDE;
	k->height = k->landscape ? PAGE_WIDE : PAGE_HIGH;
	/* Lying, the paper is turned with its margins: the wide one is for the binding. */
	k->left = k->landscape ? MARGIN_TOP : MARGIN_LEFT;
	k->right = k->width - (k->landscape ? MARGIN_BOTTOM : MARGIN_RIGHT);
	k->top = MARGIN_TOP;
	k->bottom = k->height - MARGIN_BOTTOM;
	k->y = k->top;
	if (!k->draw)
		return;
	k->l->cairo_pdf_surface_set_size(k->surface, k->width, k->height);
	if (k->p->info.demonstration)
		demonstration_mark(k);
	page_number(k);
}

void pen_need(struct pen *k, double room)
{
	if (k->y > k->top && k->y + room > k->bottom)
		pen_page(k);
}

static void put_title(struct pen *k)
{
	struct look look = {.size = 16,
			    .style = PAPER_BOLD,
			    .align = PAPER_CENTRE,
			    .width = k->right - k->left};
	PangoLayout *layout = pen_layout(k, k->p->info.title, &look);
	pen_colour(k, 0);
	pen_flow(k, layout, k->left, "H1");
	pen_unref(k, layout);
	k->y += 10;
}

static void put_part(struct pen *k, const struct part *part)
{
	switch (part->kind) {
	case PART_HEADING:
		pen_heading(k, part);
		break;
	case PART_TEXT:
		pen_text(k, part);
		break;
	case PART_LIST:
		pen_list(k, part);
		break;
	case PART_TABLE:
		pen_table(k, part);
		break;
	case PART_CHART:
		pen_chart(k, part);
		break;
	case PART_SIGN:
		pen_sign(k, &part->sign);
		break;
	case PART_ANNEX:
		pen_annex(k, part);
		break;
	}
}

static void flow(struct pen *k)
{
	k->page = 0;
	k->landscape = false;
	pen_page(k);
	if (k->p->has_head)
		pen_head(k);
	else
		put_title(k);
	for (size_t i = 0; i < k->p->n && k->error == OK; i++)
		put_part(k, &k->p->parts[i]);
}

/* -- the surface -- */
static cairo_status_t take_bytes(void *to, const unsigned char *bytes, unsigned n)
{
	struct buf *out = to;
	buf_add_bytes(out, bytes, n);
	return out->error == OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void put_metadata(struct pen *k)
{
	const struct paper_info *info = &k->p->info;
	struct buf day;
	const struct {
		cairo_pdf_metadata_t what;
		struct str text;
	} texts[] = {{CAIRO_PDF_METADATA_TITLE, info->title},
		     {CAIRO_PDF_METADATA_AUTHOR, info->author},
		     {CAIRO_PDF_METADATA_SUBJECT, info->subject},
		     {CAIRO_PDF_METADATA_CREATOR, STR("Hải Đăng")}};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i].text.len)
			k->l->cairo_pdf_surface_set_metadata(
				k->surface, texts[i].what, arena_cstr(k->p->arena, texts[i].text));
	buf_init(&day, 64);
	time_write(&day, info->created / USEC_SECOND * USEC_SECOND);
	/* To the second: cairo reads no fractions. */
	struct str text = buf_str(&day);
	struct str seconds =
		arena_fmt(k->p->arena, STR_FMT "Z", text.len > 19 ? 19 : (int)text.len, text.ptr);
	k->l->cairo_pdf_surface_set_metadata(k->surface, CAIRO_PDF_METADATA_CREATE_DATE,
					     seconds.ptr);
	buf_release(&day);
}

/* The second flow, into *pdf. */
static enum err draw(struct pen *k, struct buf *pdf, struct why *why)
{
	const struct libs *l = k->l;
	k->surface = l->cairo_pdf_surface_create_for_stream(take_bytes, pdf, PAGE_WIDE, PAGE_HIGH);
	put_metadata(k);
	k->cr = l->cairo_create(k->surface);
	k->draw = true;
	k->pages = k->page;
	flow(k);
	l->cairo_show_page(k->cr);
	cairo_status_t status = l->cairo_status(k->cr);
	l->cairo_destroy(k->cr);
	l->cairo_surface_finish(k->surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = l->cairo_surface_status(k->surface);
	l->cairo_surface_destroy(k->surface);
	if (k->error != OK)
		return k->error;
	if (pdf->error != OK)
		return buf_end(pdf, why);
	if (status != CAIRO_STATUS_SUCCESS)
		return fail(why, ERR_INTERNAL, "the PDF cannot be drawn: %s",
			    l->cairo_status_to_string(status));
	return OK;
}

/* A context that knows our four faces and nothing of the machine's other fonts: the same paper looks the
 * same everywhere. */
static enum err fonts_open(const struct libs *l, FcConfig **ret, struct why *why)
{
	static const char *const faces[] = {"Regular", "Bold", "Italic", "BoldItalic"};
	FcConfig *config = l->FcConfigCreate();
	enum err rc = config ? OK : fail(why, ERR_FULL, "out of memory");
	for (size_t i = 0; i < ARRAY_LEN(faces) && rc == OK; i++) {
		char path[128];
		rc = libs_font(faces[i], path, why);
		if (rc == OK && !l->FcConfigAppFontAddFile(config, (const FcChar8 *)path))
			rc = fail(why, ERR_UNAVAILABLE, "the font %s cannot be read", path);
	}
	/* Pango would read all fonts of the machine when none is current. */
	if (rc == OK && !l->FcConfigSetCurrent(config))
		rc = fail(why, ERR_FULL, "out of memory");
	if (rc == OK)
		*ret = config;
	else if (config)
		l->FcConfigDestroy(config);
	return rc;
}

static PangoContext *context_new(const struct libs *l, PangoFontMap *map, const char *lang)
{
	PangoContext *context = l->pango_font_map_create_context(map);
	cairo_font_options_t *options = l->cairo_font_options_create();
	l->cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	l->cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	l->cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	l->pango_cairo_context_set_font_options(context, options);
	l->cairo_font_options_destroy(options);
	l->pango_cairo_context_set_resolution(context, 72);
	l->pango_context_set_round_glyph_positions(context, FALSE);
	l->pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
	l->pango_context_set_language(context, l->pango_language_from_string(lang));
	return context;
}

enum err paper_pdf(const struct paper *p, struct buf *out, struct why *why)
{
	struct libs l;
	FcConfig *config = NULL;
	enum err rc = paper_end(p, why);
	if (rc != OK)
		return rc;
	rc = libs_open(&l, why);
	if (rc != OK)
		return rc;
	rc = fonts_open(&l, &config, why);
	if (rc == OK) {
		AUTO(buf_release) struct buf pdf;
		struct why deep = {0};
		struct pen k = {.p = p, .words = paper_words(p), .l = &l, .why = &deep};
		PangoFontMap *map = l.pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
		l.pango_fc_font_map_set_config((PangoFcFontMap *)(void *)map, config);
		l.FcConfigDestroy(config);
		k.context = context_new(&l, map, k.words->lang);
		buf_init(&pdf, PAPER_FILE_MAX);
		flow(&k);
		rc = k.error == OK ? draw(&k, &pdf, &deep) : k.error;
		if (rc == OK)
			rc = pdf_with_language(buf_str(&pdf), k.words->lang, out, &deep);
		/* A map that goes does not let go of its configuration by itself. */
		l.pango_fc_font_map_set_config((PangoFcFontMap *)(void *)map, NULL);
		l.g_object_unref(k.context);
		l.g_object_unref(map);
		if (rc != OK && why)
			*why = deep;
	}
	l.FcConfigSetCurrent(NULL);
	libs_close(&l);
	return rc;
}
