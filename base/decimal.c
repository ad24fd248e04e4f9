#include "base/decimal.h"

#include "base/text.h"

#include <inttypes.h>

__extension__ typedef __int128 wide;

static const int64_t powers[] = {1,	 10,	  100,	    1000,      10000,
				 100000, 1000000, 10000000, 100000000, 1000000000};
static_assert(ARRAY_LEN(powers) == DECIMAL_SCALE_MAX + 1, "a power for every scale");

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* From digits and at most one point, as the two readers below leave them. */
static enum err make(struct str digits, bool negative, struct decimal *ret, struct why *why)
{
	int64_t mantissa = 0;
	int scale = 0;
	bool point = false;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] == '.') {
			point = true;
			continue;
		}
		if (point && ++scale > DECIMAL_SCALE_MAX)
			return fail(why, ERR_INVALID, "more than %d digits after the decimal point",
				    DECIMAL_SCALE_MAX);
		if (__builtin_mul_overflow(mantissa, 10, &mantissa) ||
		    __builtin_add_overflow(mantissa, digits.ptr[i] - '0', &mantissa))
			return fail(why, ERR_INVALID,
				    "the number has too many digits (18 are sure to fit)");
	}
	*ret = (struct decimal){negative ? -mantissa : mantissa, scale};
	return OK;
}

enum err decimal_parse(struct str s, struct decimal *ret, struct why *why)
{
	struct str digits = s;
	bool negative = s.len > 0 && s.ptr[0] == '-';
	if (negative)
		digits = (struct str){s.ptr + 1, s.len - 1};
	size_t before = 0, after = 0;
	while (before < digits.len && is_digit(digits.ptr[before]))
		before++;
	bool point = before < digits.len && digits.ptr[before] == '.';
	if (point)
		while (before + 1 + after < digits.len && is_digit(digits.ptr[before + 1 + after]))
			after++;
	bool whole = before + point + after == digits.len;
	bool zero_first = before > 1 && digits.ptr[0] == '0';
	if (before == 0 || (point && after == 0) || !whole || zero_first)
		return fail(why, ERR_INVALID,
			    "must be a decimal number such as -1234.5, without exponent");
	return make(digits, negative, ret, why);
}

/* -- what people type -- */

#define TYPED_MAX 64

/* The number reduced to ASCII: digits, '.', ',' and ' ', without sign and percent. */
struct typed {
	char text[TYPED_MAX];
	size_t len;
	bool negative;
};

static bool is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xA0 || c == 0x202F || (c >= 0x2000 && c <= 0x200A);
}

static bool is_minus(uint32_t c)
{
	return c == '-' || c == 0x2212 || (c >= 0x2010 && c <= 0x2013) || c == 0xFE63 ||
	       c == 0xFF0D;
}

static bool starts_word(struct str s, const char *word)
{
	return str_starts(s, str_of(word));
}

/* What stands where a digit should: the sentence depends on what it most likely means. */
static enum err refuse(struct str all, size_t at, struct why *why)
{
	static const char *const scales[] = {"nghìn", "ngàn", "vạn", "triệu", "tr", "tỷ",
					     "tỉ",    "trăm", "k",   "K",     "M"};
	struct str rest = {all.ptr + at, all.len - at};
	uint32_t c = 0;
	size_t n = text_next(rest, &c);
	if (n == 0)
		return fail(why, ERR_INVALID, "byte %zu is not UTF-8", at + 1);
	for (size_t i = 0; at > 0 && i < ARRAY_LEN(scales); i++)
		if (starts_word(rest, scales[i]))
			return fail(
				why, ERR_INVALID,
				"\"%s\" at character %zu: write the number in full (1500000, not 1,5 triệu) "
				"or in the indicator's own unit of measure",
				scales[i], text_length((struct str){all.ptr, at}) + 1);
	if ((c == 'e' || c == 'E') && at > 0)
		return fail(why, ERR_INVALID,
			    "'%c' at character %zu: write the number without exponent", (char)c,
			    at + 1);
	return fail(why, ERR_INVALID,
		    at > 0 ? "\"%.*s\" at character %zu is not part of a number; "
			     "write the number alone, without its unit of measure"
			   : "\"%.*s\" at character %zu is not part of a number",
		    c < 0x20 ? 0 : (int)n, rest.ptr, text_length((struct str){all.ptr, at}) + 1);
}

static struct str trim(struct str s)
{
	for (uint32_t c; s.len > 0;) {
		size_t n = text_next(s, &c);
		if (n == 0 || !(is_space(c) || c == '\r' || c == '\n'))
			break;
		s = (struct str){s.ptr + n, s.len - n};
	}
	while (s.len > 0) {
		size_t n = 1;
		while (n < 4 && n < s.len && ((unsigned char)s.ptr[s.len - n] & 0xC0) == 0x80)
			n++;
		uint32_t c;
		struct str last = {s.ptr + s.len - n, n};
		if (text_next(last, &c) != n || !(is_space(c) || c == '\r' || c == '\n'))
			break;
		s.len -= n;
	}
	return s;
}

/* Take sign, brackets and percent off; what is left is at ret, a part of s. */
static enum err unwrap(struct str s, struct str *ret, bool *negative, struct why *why)
{
	*negative = false;
	if (s.len > 0 && s.ptr[0] == '(') {
		if (s.ptr[s.len - 1] != ')')
			return fail(why, ERR_INVALID, "the bracket '(' is not closed by ')'");
		s = trim((struct str){s.ptr + 1, s.len - 2});
		*negative = true;
	}
	uint32_t c = 0;
	size_t n = text_next(s, &c);
	if (n > 0 && (is_minus(c) || c == '+')) {
		if (*negative)
			return fail(why, ERR_INVALID,
				    "brackets already mean a negative number; leave the sign out");
		*negative = c != '+';
		s = trim((struct str){s.ptr + n, s.len - n});
	}
	if (s.len > 0 && s.ptr[s.len - 1] == '%')
		s = trim((struct str){s.ptr, s.len - 1});
	*ret = s;
	return OK;
}

static enum err reduce(struct str all, struct str s, struct typed *t, struct why *why)
{
	for (size_t i = 0, n; i < s.len; i += n) {
		struct str rest = {s.ptr + i, s.len - i};
		uint32_t c = 0;
		n = text_next(rest, &c);
		bool space = n > 0 && is_space(c);
		if (n == 0 || !(space || c == '.' || c == ',' || (c >= '0' && c <= '9')))
			return refuse(all, (size_t)(rest.ptr - all.ptr), why);
		if (t->len == TYPED_MAX)
			return fail(why, ERR_INVALID,
				    "the number has too many digits (18 are sure to fit)");
		t->text[t->len++] = space ? ' ' : (char)c;
	}
	if (t->len == 0)
		return fail(why, ERR_INVALID,
			    all.len ? "there is no digit in it" : "no number is given");
	return OK;
}

static size_t count(const struct typed *t, char c)
{
	size_t n = 0;
	for (size_t i = 0; i < t->len; i++)
		n += t->text[i] == c;
	return n;
}

/* Which of '.' and ',' is the decimal point (0: neither). */
static char choose_point(const struct typed *t, bool *doubtful)
{
	size_t dots = count(t, '.'), commas = count(t, ',');
	if (dots + commas == 0)
		return 0;
	if (dots > 0 && commas > 0) {
		size_t i = t->len - 1;
		while (is_digit(t->text[i]) || t->text[i] == ' ')
			i--;
		return t->text[i];
	}
	if (dots + commas > 1)
		return 0;
	char mark = dots ? '.' : ',';
	const char *at = memchr(t->text, mark, t->len);
	assert(at);
	size_t before = (size_t)(at - t->text), after = t->len - before - 1;
	bool group = after == 3 && before >= 1 && before <= 3 && t->text[0] != '0';
	if (!group || count(t, ' ') > 0)
		return mark;
	*doubtful = true;
	return mark == ',' ? mark : 0;
}

static enum err bad_group(size_t group, struct why *why)
{
	return fail(why, ERR_INVALID, "groups of thousands must have three digits, not %zu", group);
}

/* What came before the separator or point that is looked at. */
struct joined {
	char *out;
	size_t len, group; /* digits since the last separator */
	char separator;	   /* of thousands, once there was one */
	bool fraction;
};

/* The separators before the point must all be the same and leave groups of three. */
static enum err join_mark(struct joined *j, char c, char point, struct why *why)
{
	bool other = j->separator && c != j->separator && c != point;
	if (j->fraction || other)
		return fail(why, ERR_INVALID, "'%c' stands where no separator can be", c);
	bool first_group = c == point || (j->group >= 1 && j->group <= 3);
	if (j->separator ? j->group != 3 : !first_group)
		return bad_group(j->group, why);
	j->group = 0;
	if (c == point) {
		j->fraction = true;
		j->out[j->len++] = '.';
	} else {
		j->separator = c;
	}
	return OK;
}

/* Digits with at most one '.', in `out`. */
static enum err join(const struct typed *t, char point, char out[TYPED_MAX], struct str *ret,
		     struct why *why)
{
	struct joined j = {.out = out};
	for (size_t i = 0; i < t->len; i++) {
		if (!is_digit(t->text[i])) {
			enum err rc = join_mark(&j, t->text[i], point, why);
			if (rc != OK)
				return rc;
			continue;
		}
		out[j.len++] = t->text[i];
		j.group++;
	}
	if (j.fraction && j.group == 0)
		return fail(why, ERR_INVALID, "no digit follows the decimal point");
	if (!j.fraction && j.separator && j.group != 3)
		return bad_group(j.group, why);
	*ret = (struct str){out, j.len};
	return OK;
}

enum err decimal_read(struct str s, struct decimal *ret, bool *ret_doubtful, struct why *why)
{
	struct typed t = {.len = 0};
	struct str inner = STR_NULL;
	bool doubtful = false;
	enum err rc = unwrap(trim(s), &inner, &t.negative, why);
	if (rc == OK)
		rc = reduce(s, inner, &t, why);
	if (rc != OK)
		return rc;
	char plain[TYPED_MAX];
	struct str digits = STR_NULL;
	rc = join(&t, choose_point(&t, &doubtful), plain, &digits, why);
	struct decimal d;
	if (rc == OK)
		rc = make(digits, t.negative, &d, why);
	if (rc != OK)
		return rc;
	*ret = d;
	*ret_doubtful = doubtful;
	return OK;
}

void decimal_write(struct buf *b, struct decimal d)
{
	assert(d.scale >= 0 && d.scale <= DECIMAL_SCALE_MAX);
	uint64_t power = (uint64_t)powers[d.scale];
	uint64_t size = d.mantissa < 0 ? 0 - (uint64_t)d.mantissa : (uint64_t)d.mantissa;
	const char *sign = d.mantissa < 0 ? "-" : "";
	if (d.scale == 0)
		buf_printf(b, "%s%" PRIu64, sign, size);
	else
		buf_printf(b, "%s%" PRIu64 ".%0*" PRIu64, sign, size / power, d.scale,
			   size % power);
}

static wide at_scale(struct decimal d, int scale)
{
	return (wide)d.mantissa * powers[scale - d.scale];
}

int decimal_cmp(struct decimal a, struct decimal b)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;
	wide x = at_scale(a, scale), y = at_scale(b, scale);
	return (x > y) - (x < y);
}

enum err decimal_add(struct decimal a, struct decimal b, struct decimal *ret, struct why *why)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;
	wide sum = at_scale(a, scale) + at_scale(b, scale);
	if (sum > INT64_MAX || sum < INT64_MIN)
		return fail(why, ERR_INVALID, "the sum has too many digits");
	*ret = (struct decimal){(int64_t)sum, scale};
	return OK;
}

enum err decimal_shift(struct decimal d, int power, struct decimal *ret, struct why *why)
{
	d.scale -= power;
	while (d.scale > 0 && d.mantissa % 10 == 0) {
		d.mantissa /= 10;
		d.scale--;
	}
	for (; d.scale < 0; d.scale++)
		if (__builtin_mul_overflow(d.mantissa, 10, &d.mantissa))
			return fail(why, ERR_INVALID,
				    "the number has too many digits (18 are sure to fit)");
	if (d.scale > DECIMAL_SCALE_MAX)
		return fail(why, ERR_INVALID, "more than %d digits after the decimal point",
			    DECIMAL_SCALE_MAX);
	*ret = d;
	return OK;
}

double decimal_double(struct decimal d)
{
	return (double)d.mantissa / (double)powers[d.scale];
}

struct str decimal_str(struct arena *a, struct decimal d)
{
	char memory[64];
	struct buf b = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	decimal_write(&b, d);
	return arena_str(a, buf_str(&b));
}

struct str decimal_vi(struct arena *a, struct decimal d)
{
	struct str plain = decimal_str(a, d);
	size_t sign = d.mantissa < 0, whole = plain.len - (d.scale ? (size_t)d.scale + 1 : 0);
	char *text = arena_alloc(a, 2 * plain.len + 1), *to = text;
	for (size_t i = 0; i < plain.len; i++) {
		if (i > sign && i < whole && (whole - i) % 3 == 0)
			*to++ = '.';
		*to++ = plain.ptr[i] == '.' ? ',' : plain.ptr[i];
	}
	return (struct str){text, (size_t)(to - text)};
}
