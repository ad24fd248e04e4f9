/* libs.h - cairo, pango and what they stand on, loaded when the first PDF is made: linked, they would
 * cost every start of the program time and memory (docs/decisions/paper.md).  Private to the room. */
#pragma once
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>
#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>

#include "base/base.h"

#define LIBS_TABLE(X)                                                                              \
	X(FcConfigAppFontAddFile)                                                                  \
	X(FcConfigCreate)                                                                          \
	X(FcConfigDestroy)                                                                         \
	X(FcConfigSetCurrent)                                                                      \
	X(cairo_close_path)                                                                        \
	X(cairo_create)                                                                            \
	X(cairo_destroy)                                                                           \
	X(cairo_fill)                                                                              \
	X(cairo_font_options_create)                                                               \
	X(cairo_font_options_destroy)                                                              \
	X(cairo_font_options_set_antialias)                                                        \
	X(cairo_font_options_set_hint_metrics)                                                     \
	X(cairo_font_options_set_hint_style)                                                       \
	X(cairo_line_to)                                                                           \
	X(cairo_move_to)                                                                           \
	X(cairo_pdf_surface_add_outline)                                                           \
	X(cairo_pdf_surface_create_for_stream)                                                     \
	X(cairo_pdf_surface_set_metadata)                                                          \
	X(cairo_pdf_surface_set_size)                                                              \
	X(cairo_rectangle)                                                                         \
	X(cairo_restore)                                                                           \
	X(cairo_rotate)                                                                            \
	X(cairo_save)                                                                              \
	X(cairo_set_dash)                                                                          \
	X(cairo_set_line_width)                                                                    \
	X(cairo_set_source_rgb)                                                                    \
	X(cairo_show_page)                                                                         \
	X(cairo_status)                                                                            \
	X(cairo_status_to_string)                                                                  \
	X(cairo_stroke)                                                                            \
	X(cairo_surface_destroy)                                                                   \
	X(cairo_surface_finish)                                                                    \
	X(cairo_surface_status)                                                                    \
	X(cairo_tag_begin)                                                                         \
	X(cairo_tag_end)                                                                           \
	X(cairo_translate)                                                                         \
	X(g_object_unref)                                                                          \
	X(pango_attr_list_insert)                                                                  \
	X(pango_attr_list_new)                                                                     \
	X(pango_attr_list_unref)                                                                   \
	X(pango_attr_style_new)                                                                    \
	X(pango_attr_underline_new)                                                                \
	X(pango_attr_weight_new)                                                                   \
	X(pango_cairo_context_set_font_options)                                                    \
	X(pango_cairo_context_set_resolution)                                                      \
	X(pango_cairo_font_map_new_for_font_type)                                                  \
	X(pango_cairo_show_layout_line)                                                            \
	X(pango_context_set_base_dir)                                                              \
	X(pango_context_set_language)                                                              \
	X(pango_context_set_round_glyph_positions)                                                 \
	X(pango_fc_font_map_set_config)                                                            \
	X(pango_font_description_free)                                                             \
	X(pango_font_description_new)                                                              \
	X(pango_font_description_set_family_static)                                                \
	X(pango_font_description_set_size)                                                         \
	X(pango_font_description_set_style)                                                        \
	X(pango_font_description_set_weight)                                                       \
	X(pango_font_map_create_context)                                                           \
	X(pango_language_from_string)                                                              \
	X(pango_layout_get_iter)                                                                   \
	X(pango_layout_get_line_count)                                                             \
	X(pango_layout_get_pixel_size)                                                             \
	X(pango_layout_get_size)                                                                   \
	X(pango_layout_iter_free)                                                                  \
	X(pango_layout_iter_get_baseline)                                                          \
	X(pango_layout_iter_get_line_extents)                                                      \
	X(pango_layout_iter_get_line_readonly)                                                     \
	X(pango_layout_iter_next_line)                                                             \
	X(pango_layout_new)                                                                        \
	X(pango_layout_set_alignment)                                                              \
	X(pango_layout_set_attributes)                                                             \
	X(pango_layout_set_auto_dir)                                                               \
	X(pango_layout_set_font_description)                                                       \
	X(pango_layout_set_indent)                                                                 \
	X(pango_layout_set_justify)                                                                \
	X(pango_layout_set_line_spacing)                                                           \
	X(pango_layout_set_text)                                                                   \
	X(pango_layout_set_width)                                                                  \
	X(pango_layout_set_wrap)

/* Each called as l->cairo_fill(cr). */
struct libs {
	void *handle;
#define X(name) __typeof__(name) *name;
	LIBS_TABLE(X)
#undef X
};
/* ERR_UNAVAILABLE names the package that is missing.  They stay loaded; to be closed all the same. */
MUST_USE enum err libs_open(struct libs *ret, struct why *why);
void libs_close(struct libs *l);
/* Where a face of the serif lies ("Regular", "Bold", …): name in path.  ERR_UNAVAILABLE. */
#define FONT_FAMILY "Liberation Serif"
MUST_USE enum err libs_font(const char *face, char path[128], struct why *why);
