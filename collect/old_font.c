#include "collect/old_font.h"

#include "base/text.h"

#define LEAST 4	   /* letters that betray an old font … */
#define SHARE 0.10 /* … and their share of all letters */

/* TCVN 5712:1993, VN1, from A0 on; 0: no letter.  Windows shows its bytes as the same characters of Latin-1. */
static const uint16_t letters[96] = {
	0,	0x0102, 0x00c2, 0x00ca, 0x00d4, 0x01a0, 0x01af, 0x0110, 0x0103, 0x00e2, 0x00ea,
	0x00f4, 0x01a1, 0x01b0, 0x0111, 0x1eb0, 0,	0,	0,	0,	0,	0x00e0,
	0x1ea3, 0x00e3, 0x00e1, 0x1ea1, 0x1eb2, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb4, 0x1eae,
	0x1ea6, 0x1ea8, 0x1eaa, 0x1ea4, 0x1ec0, 0x1eb7, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead,
	0x00e8, 0x1ec2, 0x1ebb, 0x1ebd, 0x00e9, 0x1eb9, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7,
	0x00ec, 0x1ec9, 0x1ec4, 0x1ebe, 0x1ed2, 0x0129, 0x00ed, 0x1ecb, 0x00f2, 0x1ed4, 0x1ecf,
	0x00f5, 0x00f3, 0x1ecd, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9, 0x1edd, 0x1edf, 0x1ee1,
	0x1edb, 0x1ee3, 0x00f9, 0x1ed6, 0x1ee7, 0x0169, 0x00fa, 0x1ee5, 0x1eeb, 0x1eed, 0x1eef,
	0x1ee9, 0x1ef1, 0x1ef3, 0x1ef7, 0x1ef9, 0x00fd, 0x1ef5, 0x1ed0,
};
/* Letters of Latin-1 that Vietnamese in Unicode uses as well. */
static const char both[] = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý";

static uint32_t old_letter(uint32_t c)
{
	return c >= 0xa0 && c <= 0xff ? letters[c - 0xa0] : 0;
}

static bool in_both(struct str letter)
{
	return memmem(both, sizeof(both) - 1, letter.ptr, letter.len) != NULL;
}

/* Vietnamese beyond Latin-1, composed or not. */
static bool of_unicode(uint32_t c)
{
	return (c >= 0x100 && c <= 0x1b0) || (c >= 0x1ea0 && c <= 0x1ef9) ||
	       (c >= 0x300 && c <= 0x323);
}

static bool is_ascii_letter(uint32_t c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* Counts the letters of a text and those that an old font left; false: it is Unicode's Vietnamese.  Only
 * letters of words betray a font, signs ("£", "½", "±") stand alone. */
static bool count(struct str text, size_t *all, size_t *old)
{
	uint32_t c = 0, before = 0;
	for (size_t n; (n = text_next(text, &c)) > 0; before = c) {
		struct str letter = {text.ptr, n};
		text = (struct str){text.ptr + n, text.len - n};
		if (of_unicode(c))
			return false;
		bool in_word = is_ascii_letter(before) ||
			       (text.len > 0 && is_ascii_letter((unsigned char)text.ptr[0]));
		*all += is_ascii_letter(c) || old_letter(c);
		*old += in_word && old_letter(c) && !in_both(letter);
	}
	return true;
}

static bool is_old(const struct sheet *s)
{
	size_t old = 0, all = 0;
	for (size_t i = 0; i < (size_t)s->n_rows * s->n_columns; i++)
		if (s->cells[i].kind == SHEET_TEXT && !count(s->cells[i].text, &all, &old))
			return false;
	return old >= LEAST && (double)old >= SHARE * (double)all;
}

static int32_t into_unicode(int32_t c)
{
	uint32_t letter = old_letter((uint32_t)c);
	return letter ? (int32_t)letter : c;
}

bool old_font_read(struct arena *a, struct sheet_book *book)
{
	struct sheet *sheets = ARENA_ARRAY(a, book->n, struct sheet);
	bool any = false;
	for (size_t i = 0; i < book->n; i++) {
		sheets[i] = book->sheets[i];
		if (!is_old(&sheets[i]))
			continue;
		size_t n = (size_t)sheets[i].n_rows * sheets[i].n_columns;
		struct sheet_cell *cells = ARENA_ARRAY(a, n, struct sheet_cell);
		for (size_t k = 0; k < n; k++) {
			cells[k] = sheets[i].cells[k];
			if (cells[k].kind == SHEET_TEXT)
				cells[k].text = text_map(a, cells[k].text, into_unicode);
		}
		sheets[i].cells = cells;
		any = true;
	}
	if (any)
		book->sheets = sheets;
	return any;
}
