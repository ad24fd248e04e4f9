#include "base/text.h"

#include <utf8proc.h>

size_t text_next(struct str s, uint32_t *ret)
{
	if (s.len == 0)
		return 0;
	const unsigned char *p = (const unsigned char *)s.ptr;
	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	size_t n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	static const unsigned char mask[] = {0, 0, 0x1F, 0x0F, 0x07};
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (p[0] < 0xC2 || p[0] > 0xF4 || s.len < n)
		return 0;
	uint32_t c = p[0] & mask[n];
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return 0;
	*ret = c;
	return n;
}

/* Length of the ASCII run at the start, eight bytes at a time. */
static size_t ascii_run(struct str s)
{
	size_t i = 0;
	for (uint64_t word; i + 8 <= s.len; i += 8) {
		memcpy(&word, s.ptr + i, 8);
		if (word & 0x8080808080808080)
			break;
	}
	while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
		i++;
	return i;
}

static struct str skip(struct str s, size_t n)
{
	return n ? (struct str){s.ptr + n, s.len - n} : s;
}

bool text_valid(struct str s)
{
	for (;;) {
		s = skip(s, ascii_run(s));
		if (s.len == 0)
			return true;
		uint32_t c;
		size_t n = text_next(s, &c);
		if (n == 0)
			return false;
		s = skip(s, n);
	}
}

size_t text_length(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
	return n;
}

/* Blocks in which every character is in NFC and none combines with its neighbour: Latin with the
 * Vietnamese letters, dashes and quotes, CJK. */
static bool surely_nfc(uint32_t c)
{
	return c < 0x300 || (c >= 0x1E00 && c <= 0x1EFF) || (c >= 0x2002 && c <= 0x20CF) ||
	       (c >= 0x3400 && c <= 0x9FFF);
}

struct str text_nfc(struct arena *a, struct str in)
{
	struct str rest = skip(in, ascii_run(in));
	uint32_t c;
	for (size_t n; (n = text_next(rest, &c)) > 0 && surely_nfc(c);)
		rest = skip(rest, n);
	if (rest.len == 0)
		return in;
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t len =
		utf8proc_map((const utf8proc_uint8_t *)in.ptr, (utf8proc_ssize_t)in.len, &made,
			     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	assert(len >= 0); /* the text is valid and memory is the arena's kind: never fails */
	struct str ret = arena_str(a, (struct str){(char *)made, (size_t)len});
	free(made);
	return ret;
}

static const char *forbidden(uint32_t c)
{
	if (c == 0)
		return WORDS("a NUL");
	if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0))
		return WORDS("a control character");
	if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
		return WORDS("a character that reverses the direction of text");
	if ((c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE)
		return WORDS("a code that is no character");
	return NULL;
}

/* CR LF becomes newline; there is no other CR. */
static size_t drop_returns(char *text, size_t len)
{
	size_t kept = 0;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\r')
			text[kept++] = text[i];
	return kept;
}

enum err text_clean(struct arena *a, struct str in, struct str *ret, struct why *why)
{
	bool normal = true, returns = false;
	for (size_t i = 0, n; i < in.len; i += n) {
		uint32_t c = (unsigned char)in.ptr[i];
		n = 1;
		if (c >= 0x20 && c < 0x7F)
			continue;
		n = text_next(skip(in, i), &c);
		if (n == 0)
			return fail(why, ERR_INVALID,
				    "byte %zu is not UTF-8; save the text as UTF-8", i + 1);
		normal = normal && surely_nfc(c);
		if (c == '\r' && i + 1 < in.len && in.ptr[i + 1] == '\n') {
			returns = true;
			continue;
		}
		const char *what = forbidden(c);
		if (what)
			return fail(why, ERR_INVALID,
				    "byte %zu is " BOTH_FMT " (U+%04X), which may not be stored",
				    i + 1, WORDS_ARG(what), c);
	}
	struct str made = normal ? in : text_nfc(a, in);
	char *copy = arena_cstr(a, made);
	*ret = (struct str){copy, returns ? drop_returns(copy, made.len) : made.len};
	return OK;
}

enum { FOLD_SPACE = ' ', FOLD_NOTHING = 1, FOLD_SLOW = 2 };

/* U+00A0..U+017F: base letter, space, nothing (1) or "ask utf8proc" (2). */
static const char latin[0x180 - 0xA0 + 1] = "          \2  \1    \2\2 \2   \2\2 \2\2\2 "
					    "aaaaaa\2ceeeeiiiidnooooo \2uuuuy\2\2"
					    "aaaaaa\2ceeeeiiiidnooooo \2uuuuy\2y"
					    "aaaaaaccccccccddddeeeeeeeeeegggg"
					    "gggghh\2\2iiiiiiiii\2\2\2jjkk\2llllll\2"
					    "\2\2\2nnnnnn\2\2\2oooooo\2\2rrrrrrssssss"
					    "sstttt\2\2uuuuuuuuuuuuwwyyyzzzzzzs";

/* U+1EA0..U+1EF9 stand in order of their base letter. */
static char vietnamese_vowel(uint32_t c)
{
	if (c < 0x1EC8)
		return c < 0x1EB8 ? 'a' : 'e';
	if (c < 0x1EE4)
		return c < 0x1ECC ? 'i' : 'o';
	return c < 0x1EF2 ? 'u' : 'y';
}

/* Characters below U+0080: small letters, digits and spaces. */
static char fold_ascii(uint32_t c)
{
	bool capital = c >= 'A' && c <= 'Z';
	bool kept = capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
	return kept ? (char)(capital ? c | 0x20 : c) : FOLD_SPACE;
}

/* The other letters and marks of Vietnamese text.  U+0189 Ɖ looks like Đ (as U+00D0 Ð does, in the
 * table above) and is typed for it. */
static const struct {
	uint32_t first, last;
	char to;
} fold_ranges[] = {
	{0x80, 0x9F, FOLD_SPACE},     {0x189, 0x189, 'd'}, {0x1A0, 0x1A1, 'o'},
	{0x1AF, 0x1B0, 'u'},	      {0x256, 0x256, 'd'}, {0x300, 0x36F, FOLD_NOTHING},
	{0x2010, 0x2027, FOLD_SPACE},
};

/* What one character folds to, for those that Vietnamese text is made of. */
static char fold_fast(uint32_t c)
{
	if (c < 0x80)
		return fold_ascii(c);
	if (c >= 0xA0 && c < 0x180)
		return latin[c - 0xA0];
	if (c >= 0x1EA0 && c < 0x1EFA)
		return vietnamese_vowel(c);
	for (size_t i = 0; i < ARRAY_LEN(fold_ranges); i++)
		if (c >= fold_ranges[i].first && c <= fold_ranges[i].last)
			return fold_ranges[i].to;
	return FOLD_SLOW;
}

/* Case folded and without marks, for any script; at most 16 code points.  Marks go first: the case
 * of U+1FB3 alpha with iota below would make a letter of its mark. */
static size_t fold_slow(uint32_t c, utf8proc_int32_t ret[16])
{
	utf8proc_int32_t bases[4];
	int boundary = 0;
	utf8proc_ssize_t n =
		utf8proc_decompose_char((utf8proc_int32_t)c, bases, ARRAY_LEN(bases),
					UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, &boundary);
	assert(n <= (utf8proc_ssize_t)ARRAY_LEN(bases));
	size_t len = 0;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		utf8proc_ssize_t more = utf8proc_decompose_char(
			bases[i], ret + len, (utf8proc_ssize_t)(16 - len),
			UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, &boundary);
		assert(more >= 0 && len + (size_t)more <= 16);
		len += (size_t)more;
	}
	return len;
}

static char fold_category(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);
	if (category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_CC)
		return FOLD_SPACE;
	return category == UTF8PROC_CATEGORY_CF ? FOLD_NOTHING : FOLD_SLOW;
}

/* Spaces are kept back until a letter follows: so runs become one and the ends are trimmed. */
struct folding {
	char *out;
	size_t len;
	bool space;
};

static void put(struct folding *f, const char *bytes, size_t n)
{
	if (f->space && f->len > 0)
		f->out[f->len++] = ' ';
	f->space = false;
	memcpy(f->out + f->len, bytes, n);
	f->len += n;
}

static void put_slow(struct folding *f, uint32_t c)
{
	utf8proc_int32_t codes[16];
	size_t n = fold_slow(c, codes);
	for (size_t i = 0; i < n; i++) {
		char kind = fold_category(codes[i]);
		if (kind == FOLD_NOTHING)
			continue;
		if (kind == FOLD_SPACE) {
			f->space = true;
			continue;
		}
		utf8proc_uint8_t bytes[4];
		utf8proc_ssize_t len = utf8proc_encode_char(codes[i], bytes);
		put(f, (const char *)bytes, (size_t)len);
	}
}

/* The longest a character of n bytes can become; the worst, three letters of two bytes out of
 * three, is checked over all of Unicode by the tests. */
#define FOLD_GROWTH 3

struct str text_fold(struct arena *a, struct str in)
{
	struct folding f = {.out = arena_array(a, in.len + 1, 1)};
	size_t i = 0;
	bool grown = false;
	while (i < in.len) {
		uint32_t c;
		size_t n = text_next(skip(in, i), &c);
		if (n == 0) {
			i++;
			continue;
		}
		i += n;
		char to = fold_fast(c);
		if (to == FOLD_SPACE) {
			f.space = true;
		} else if (to == FOLD_SLOW) {
			if (!grown) {
				char *larger = arena_array(
					a, f.len + (in.len - i + n) * FOLD_GROWTH + 2, 1);
				memcpy(larger, f.out, f.len);
				f.out = larger;
				grown = true;
			}
			put_slow(&f, c);
		} else if (to != FOLD_NOTHING) {
			put(&f, &to, 1);
		}
	}
	if (!grown)
		return (struct str){f.out, f.len};
	return text_nfc(a, (struct str){f.out, f.len});
}

typedef utf8proc_int32_t change_case(utf8proc_int32_t);

static struct str in_case(struct arena *a, struct str in, char first, char last,
			  change_case *change)
{
	char *out = arena_array(a, in.len + 1, 2);
	size_t len = 0;
	for (size_t i = 0, n; i < in.len; i += n) {
		uint32_t c;
		n = text_next(skip(in, i), &c);
		if (n == 0) {
			n = 1;
			continue;
		}
		if (c < 0x80)
			out[len++] = (char)(c >= (unsigned char)first && c <= (unsigned char)last
						    ? c ^ 0x20
						    : c);
		else
			len += (size_t)utf8proc_encode_char(change((utf8proc_int32_t)c),
							    (utf8proc_uint8_t *)out + len);
	}
	return (struct str){out, len};
}

struct str text_map(struct arena *a, struct str in, int32_t (*change)(int32_t c))
{
	return in_case(a, in, 1, 0, change); /* no letter stands between these */
}

struct str text_lower(struct arena *a, struct str in)
{
	return in_case(a, in, 'A', 'Z', utf8proc_tolower);
}

struct str text_upper(struct arena *a, struct str in)
{
	return in_case(a, in, 'a', 'z', utf8proc_toupper);
}

/* Grave, acute, tilde, hook, dot: the tones; the other marks make letters (ă, ê, ơ). */
static bool is_tone(utf8proc_int32_t c)
{
	return c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323;
}

static size_t put_code(char *out, utf8proc_int32_t c)
{
	return (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out);
}

struct str text_spelling(struct arena *a, struct str in)
{
	struct str small = text_lower(a, in);
	char *out = arena_array(a, small.len + 1, 4); /* a letter comes apart in three at most */
	size_t len = 0;
	utf8proc_int32_t tone = 0;
	for (size_t i = 0, n; i < small.len; i += n) {
		uint32_t c = 0;
		utf8proc_int32_t parts[16];
		int boundary = 0;
		n = text_next(skip(small, i), &c); /* text_lower() leaves valid text */
		utf8proc_ssize_t k = utf8proc_decompose_char((utf8proc_int32_t)c, parts, 16,
							     UTF8PROC_DECOMPOSE, &boundary);
		bool letter = c >= 0x80 || (c >= 'a' && c <= 'z');
		if (!letter && tone) {
			len += put_code(out + len, tone);
			tone = 0;
		}
		for (utf8proc_ssize_t p = 0; p < k && k <= 4; p++)
			if (is_tone(parts[p]))
				tone = parts[p];
			else
				len += put_code(out + len, parts[p]);
	}
	if (tone)
		len += put_code(out + len, tone);
	return text_nfc(a, (struct str){out, len});
}
