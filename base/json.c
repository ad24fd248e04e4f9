#include "base/json.h"

#include "base/text.h"

#include <math.h>

/* A document within these fits an arena, strings normalised and all; a larger one is a file. */
#define TEXT_MAX ((size_t)32 << 20)
#define VALUES_MAX ((size_t)1 << 20)
#define NUMBER_MAX 1024

/* Values of the containers still open lie on one stack and move to the arena when theirs closes. */
struct slot {
	struct str name;
	struct json value;
};

struct parser {
	struct arena *arena;
	const char *source;    /* as given */
	char *start, *p, *end; /* a copy in the arena, NUL after it; strings are decoded in place */
	struct slot *slots;
	size_t n_slots, max_slots, values;
	unsigned depth;
	struct why *why;
};

struct place {
	size_t line, column;
	char text[64];
};

/* Looked up in the source: decoding has changed the copy. */
static struct place place_of(const struct parser *s)
{
	struct place at = {.line = 1, .column = 1};
	const char *place = s->source + (s->p - s->start);
	for (const char *p = s->source; p < place; p++) {
		bool newline = *p == '\n';
		at.line += newline;
		at.column = newline ? 1 : at.column + (((unsigned char)*p & 0xC0) != 0x80);
	}
	snprintf(at.text, sizeof at.text, "line %zu, column %zu", at.line, at.column);
	return at;
}

static enum err parse_fail(const struct parser *s, const char *what)
{
	struct place at = place_of(s);
	return fail_at(s->why, ERR_INVALID, at.text, "JSON, line %zu, column %zu: " BOTH_FMT,
		       at.line, at.column, WORDS_ARG(what));
}

static void skip_space(struct parser *s)
{
	while (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t')
		s->p++;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The first quote, backslash, control or non-ASCII byte, eight at a time.  A borrow can mark bytes
 * above a true hit but never below one, so the lowest mark is exact (little endian). */
static char *plain_run(char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
	for (uint64_t w; p + 8 <= end; p += 8) {
		memcpy(&w, p, 8);
		uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\');
		uint64_t hit = w | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
			       (w - ones * 0x20);
		if (hit & high)
			return p + (__builtin_ctzll(hit & high) >> 3);
	}
	while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "plain_run() counts from the low end");

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits after \u, or -1.  The NUL behind the text stops it. */
static int32_t hex4(const char *p)
{
	int32_t v = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

static char *put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xC0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xE0 | c >> 12);
		} else {
			*out++ = (char)(0xF0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 0x3F));
		}
		*out++ = (char)(0x80 | (c >> 6 & 0x3F));
	}
	*out++ = (char)(0x80 | (c & 0x3F));
	return out;
}

/* At \u: one or, for a surrogate pair, two escapes. */
static enum err parse_unicode(struct parser *s, char **out)
{
	int32_t c = hex4(s->p + 2), low;
	if (c < 0)
		return parse_fail(s, WORDS("\\u needs four hexadecimal digits"));
	if (c == 0)
		return parse_fail(s, WORDS("a text may not hold a NUL (\\u0000)"));
	size_t n = 6;
	if (c >= 0xD800 && c < 0xDC00 && s->p[6] == '\\' && s->p[7] == 'u' &&
	    (low = hex4(s->p + 8)) >= 0xDC00 && low < 0xE000) {
		c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
		n = 12;
	}
	if (c >= 0xD800 && c < 0xE000)
		return parse_fail(s, WORDS("half of a surrogate pair"));
	s->p += n;
	*out = put_utf8(*out, (uint32_t)c);
	return OK;
}

static enum err parse_escape(struct parser *s, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	if (s->p[1] == 'u')
		return parse_unicode(s, out);
	const char *found = s->p[1] ? strchr(from, s->p[1]) : NULL;
	if (!found)
		return parse_fail(s, WORDS("unknown escape; write a backslash as \\\\"));
	*(*out)++ = to[found - from];
	s->p += 2;
	return OK;
}

static enum err parse_special(struct parser *s, char **out, bool *wide)
{
	unsigned char c = (unsigned char)*s->p;
	if (c == '\\') {
		enum err rc = parse_escape(s, out);
		*wide |= rc == OK && (unsigned char)(*out)[-1] >= 0x80;
		return rc;
	}
	if (s->p >= s->end)
		return parse_fail(s, WORDS("the text is not closed by \""));
	if (c < 0x20)
		return parse_fail(
			s, WORDS("a control character must be written as an escape such as \\n"));
	*wide = true;
	while ((unsigned char)*s->p >= 0x80) {
		uint32_t code;
		size_t n = text_next((struct str){s->p, (size_t)(s->end - s->p)}, &code);
		if (n == 0)
			return parse_fail(s, WORDS("not UTF-8"));
		if (*out != s->p)
			memmove(*out, s->p, n);
		*out += n;
		s->p += n;
	}
	return OK;
}

/* At the opening quote. */
static enum err parse_string(struct parser *s, struct str *ret)
{
	char *from = ++s->p, *out = from;
	bool wide = false;
	for (;;) {
		char *next = plain_run(s->p, s->end);
		size_t n = (size_t)(next - s->p);
		if (out != s->p)
			memmove(out, s->p, n);
		out += n;
		s->p = next;
		if (*next == '"')
			break;
		enum err rc = parse_special(s, &out, &wide);
		if (rc != OK)
			return rc;
	}
	s->p++;
	*ret = (struct str){from, (size_t)(out - from)};
	if (wide)
		*ret = text_nfc(s->arena, *ret);
	return OK;
}

static char *digits_end(char *p)
{
	while (is_digit(*p))
		p++;
	return p;
}

/* Behind the digits before the point: *ret is the end of the number. */
static enum err parse_tail(struct parser *s, char *p, char **ret)
{
	if (*p == '.') {
		if (!is_digit(*++p))
			return parse_fail(s, WORDS("a digit must follow the decimal point"));
		p = digits_end(p);
	}
	bool exponent = *p == 'e' || *p == 'E';
	if (exponent) {
		p++;
		p += *p == '+' || *p == '-';
		if (!is_digit(*p))
			return parse_fail(s, WORDS("a digit must follow the exponent"));
		p = digits_end(p);
	}
	/* Only these can be beyond a double: whoever reads it as one must not get infinity. */
	size_t n = (size_t)(p - s->p);
	if (n > NUMBER_MAX || ((exponent || n > 300) && isinf(strtod(s->p, NULL))))
		return parse_fail(s, WORDS("the number is too large"));
	*ret = p;
	return OK;
}

static bool read_int(const char *p, const char *end, bool negative, int64_t *ret)
{
	int64_t value = 0;
	for (; p < end; p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *p - '0', &value))
			return false;
	if (!negative && value == INT64_MIN)
		return false;
	*ret = negative ? value : -value;
	return true;
}

static enum err parse_number(struct parser *s, struct json *v)
{
	bool negative = *s->p == '-';
	char *first = s->p + negative, *last = digits_end(first), *end = last;
	if (first == last)
		return parse_fail(s, WORDS("a number needs a digit"));
	if (*first == '0' && last - first > 1)
		return parse_fail(s, WORDS("a number may not start with 0"));
	enum err rc = parse_tail(s, last, &end);
	if (rc != OK)
		return rc;
	int64_t integer;
	v->text = (struct str){s->p, (size_t)(end - s->p)};
	v->type = JSON_NUMBER;
	if (end == last && read_int(first, last, negative, &integer)) {
		v->type = JSON_INT;
		v->integer = integer;
	}
	s->p = end;
	return OK;
}

static enum err parse_word(struct parser *s, struct json *v)
{
	static const struct {
		const char *word;
		size_t len;
		struct json value;
	} words[] = {
		{"true", 4, {.type = JSON_BOOL, .boolean = true}},
		{"false", 5, {.type = JSON_BOOL}},
		{"null", 4, {.type = JSON_NULL}},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strncmp(s->p, words[i].word, words[i].len) == 0) {
			*v = words[i].value;
			s->p += words[i].len;
			return OK;
		}
	}
	return parse_fail(s, s->p == s->end ? WORDS("the text ends too early")
					    : WORDS("a value is expected here"));
}

static int name_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static enum err duplicate(const struct parser *s, struct str name)
{
	struct place at = place_of(s);
	return fail_at(
		s->why, ERR_INVALID, at.text,
		"JSON, line %zu, column %zu: the member \"%.*s\" is there twice in this object",
		at.line, at.column, (int)(name.len < 60 ? name.len : 60), name.ptr);
}

static enum err check_names(const struct parser *s, const struct str *names, size_t n)
{
	if (n <= 16) {
		for (size_t i = 1; i < n; i++)
			for (size_t j = 0; j < i; j++)
				if (str_eq(names[i], names[j]))
					return duplicate(s, names[i]);
		return OK;
	}
	struct str *sorted = malloc(n * sizeof *sorted);
	if (!sorted)
		return fail(s->why, ERR_FULL, "no memory to read the JSON text");
	memcpy(sorted, names, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, name_order);
	enum err rc = OK;
	for (size_t i = 1; i < n && rc == OK; i++)
		if (str_eq(sorted[i], sorted[i - 1]))
			rc = duplicate(s, sorted[i]);
	free(sorted);
	return rc;
}

/* Move the slots above `base` into the arena as the children of v; s->p is behind the bracket. */
static enum err close_container(struct parser *s, size_t base, struct json *v)
{
	size_t n = s->n_slots - base;
	struct json *items = n ? ARENA_ARRAY(s->arena, n, struct json) : NULL;
	struct str *names =
		n && v->type == JSON_OBJECT ? ARENA_ARRAY(s->arena, n, struct str) : NULL;
	for (size_t i = 0; i < n; i++) {
		items[i] = s->slots[base + i].value;
		if (names)
			names[i] = s->slots[base + i].name;
	}
	v->n = n;
	v->items = items;
	v->names = names;
	s->n_slots = base;
	s->p++;
	s->depth--;
	return names ? check_names(s, names, n) : OK;
}

static enum err push(struct parser *s, struct str name, const struct json *v)
{
	if (++s->values > VALUES_MAX)
		return fail(s->why, ERR_TOO_LARGE,
			    "the JSON text has more than %zu values; send it in parts", VALUES_MAX);
	if (s->n_slots == s->max_slots) {
		size_t max = s->max_slots ? s->max_slots * 2 : 64;
		struct slot *larger = realloc(s->slots, max * sizeof *larger);
		if (!larger)
			return fail(s->why, ERR_FULL, "no memory to read the JSON text");
		s->slots = larger;
		s->max_slots = max;
	}
	s->slots[s->n_slots++] = (struct slot){name, *v};
	return OK;
}

static enum err parse_value(struct parser *s, struct json *v);

static enum err parse_name(struct parser *s, struct str *ret)
{
	if (*s->p != '"')
		return parse_fail(s, WORDS("a member's name in \"…\" is expected here"));
	enum err rc = parse_string(s, ret);
	if (rc != OK)
		return rc;
	skip_space(s);
	if (*s->p != ':')
		return parse_fail(s, WORDS("':' is expected after a member's name"));
	s->p++;
	skip_space(s);
	return OK;
}

/* At the opening bracket. */
static enum err parse_container(struct parser *s, struct json *v)
{
	bool object = *s->p == '{';
	char closing = object ? '}' : ']';
	if (++s->depth > JSON_DEPTH_MAX)
		return parse_fail(s, WORDS("nested too deeply"));
	*v = (struct json){.type = object ? JSON_OBJECT : JSON_ARRAY};
	size_t base = s->n_slots;
	s->p++;
	skip_space(s);
	while (*s->p != closing || s->n_slots != base) {
		struct str name = STR_NULL;
		struct json child;
		enum err rc = object ? parse_name(s, &name) : OK;
		if (rc == OK)
			rc = parse_value(s, &child);
		if (rc == OK)
			rc = push(s, name, &child);
		if (rc != OK)
			return rc;
		skip_space(s);
		if (*s->p == closing)
			break;
		if (*s->p != ',')
			return parse_fail(s, object ? WORDS("',' or '}' is expected here")
						    : WORDS("',' or ']' is expected here"));
		s->p++;
		skip_space(s);
	}
	return close_container(s, base, v);
}

static enum err parse_value(struct parser *s, struct json *v)
{
	*v = (struct json){.type = JSON_NULL};
	char c = *s->p;
	if (c == '"') {
		v->type = JSON_STRING;
		return parse_string(s, &v->text);
	}
	if (c == '{' || c == '[')
		return parse_container(s, v);
	return c == '-' || is_digit(c) ? parse_number(s, v) : parse_word(s, v);
}

enum err json_parse(struct arena *a, struct str text, const struct json **ret, struct why *why)
{
	if (text.len > TEXT_MAX)
		return fail(why, ERR_TOO_LARGE,
			    "JSON text of more than %zu bytes; send it in parts", TEXT_MAX);
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = (struct str){text.ptr + 3, text.len - 3};
	char *copy = arena_cstr(a, text);
	struct parser s = {.arena = a,
			   .source = text.len ? text.ptr : copy,
			   .start = copy,
			   .p = copy,
			   .end = copy + text.len,
			   .why = why};
	struct json *v = ARENA_NEW(a, struct json);
	skip_space(&s);
	enum err rc = parse_value(&s, v);
	if (rc == OK) {
		skip_space(&s);
		if (s.p != s.end)
			rc = parse_fail(&s, WORDS("something follows the end of the value"));
	}
	free(s.slots);
	if (rc == OK)
		*ret = v;
	return rc;
}

const struct json *json_get(const struct json *v, const char *name)
{
	if (!v || v->type != JSON_OBJECT)
		return NULL;
	struct str wanted = str_of(name);
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->names[i], wanted))
			return &v->items[i];
	return NULL;
}

struct str json_get_str(const struct json *v, const char *name)
{
	const struct json *member = json_get(v, name);
	return member && member->type == JSON_STRING ? member->text : STR_NULL;
}

int64_t json_get_int(const struct json *v, const char *name)
{
	const struct json *member = json_get(v, name);
	return member && member->type == JSON_INT ? member->integer : 0;
}

bool json_is_null(const struct json *v)
{
	return !v || v->type == JSON_NULL;
}
