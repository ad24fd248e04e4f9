/* old_font.h - spreadsheets typed with Vietnamese fonts of before Unicode.
 *
 * Offices keep forms whose letters are those of TCVN 5712:1993 (fonts ".VnTime", ".VnArial", also called
 * ABC): the file says "Sè hå s¬ qu¸ h¹n" and only the font makes "Số hồ sơ quá hạn" of it.  A sheet is taken for
 * such a one when no cell has a letter that only Unicode has for Vietnamese, and letters that Unicode
 * has, but Vietnamese never uses, are every tenth or more of its letters.  O(bytes). */
#pragma once
#include "collect/sheet.h"

/* The texts of such sheets are put into Unicode, in new cells in `a`; false: there was none. */
bool old_font_read(struct arena *a, struct sheet_book *book);
