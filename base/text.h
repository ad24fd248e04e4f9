/* text.h - Vietnamese text: normal form, folding for search, what may be stored.
 * Method: Unicode NFC and NFD with utf8proc; đ/Đ folded to d by us. */
#pragma once
#include "base/arena.h"

/* Valid UTF-8 without NUL, controls (but tab and newline; CR LF becomes newline), bidi overrides
 * and non-characters, returned in NFC, in `a`.  ERR_INVALID says at which byte. */
MUST_USE enum err text_clean(struct arena *a, struct str in, struct str *ret, struct why *why);

/* Search key: NFC, marks removed, đ→d, case folded, runs of white space and punctuation one
 * space, trimmed.  "Đường Trần-Phú" → "duong tran phu".  Never fails (bad bytes are skipped). */
struct str text_fold(struct arena *a, struct str in);

/* NFC of valid UTF-8; `in` itself when it is in NFC already (then nothing is allocated). */
struct str text_nfc(struct arena *a, struct str in);

/* How a word is spelled, whatever the fashion: small letters in NFC, the tone of each syllable moved to
 * its end, so that "Hòa" and "Hoà" are one.  For telling words apart that fold alike ("sở", "sơ"). */
struct str text_spelling(struct arena *a, struct str in);
size_t text_length(struct str s); /* characters (code points) of valid UTF-8 */
bool text_valid(struct str s);	  /* valid UTF-8 */
/* Bytes of the valid UTF-8 character at the start of s and its code point, 0 when there is none:
 * for all who walk over text. */
size_t text_next(struct str s, uint32_t *ret);
/* Every character beyond ASCII as `change` makes it; none may take more than twice its bytes. */
struct str text_map(struct arena *a, struct str in, int32_t (*change)(int32_t c));
/* Lower and upper case, with Vietnamese letters. */
struct str text_lower(struct arena *a, struct str in);
struct str text_upper(struct arena *a, struct str in);
