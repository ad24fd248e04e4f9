/* formula_lex.c - text to tokens. */
#include "core/formula_private.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

enum err trouble_at(struct trouble *t, struct formula_place at, const char *format, ...)
{
	char text[sizeof(t->why->text)], vi[sizeof(t->why->vi)];
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	vsnprintf(text, sizeof text, format, args);
	vsnprintf(vi, sizeof vi, words_vi(format), again);
	va_end(again);
	va_end(args);
	t->at = at;
	return fail(t->why, ERR_INVALID, BOTH_FMT, text, vi);
}

/* Longer signs first; the second column is what the parser knows. */
static const struct {
	const char *written, *sign;
} signs[] = {
	{"<>", "<>"}, {"<=", "<="}, {">=", ">="}, {"!=", "<>"}, {"==", "="}, {"≠", "<>"},
	{"≤", "<="},  {"≥", ">="},  {"×", "*"},	  {"÷", "/"},	{"−", "-"},  {"–", "-"},
	{"+", "+"},   {"-", "-"},   {"*", "*"},	  {"/", "/"},	{"^", "^"},  {"%", "%"},
	{"&", "&"},   {"=", "="},   {"<", "<"},	  {">", ">"},	{"(", "("},  {")", ")"},
	{";", ";"},   {",", ","},   {":", ":"},
};

struct lexer {
	struct arena *arena;
	struct str text;
	size_t at;
	bool semicolons;
	uint64_t calls; /* a bit for each open bracket: is it a call's? */
	int depth;
	struct token *tokens;
	size_t n;
	struct trouble *trouble;
};

static char peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->text.len ? l->text.ptr[l->at + ahead] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str rest(const struct lexer *l)
{
	return (struct str){l->text.ptr + l->at, l->text.len - l->at};
}

static size_t sign_at(const struct lexer *l, const char **ret)
{
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (str_starts(rest(l), str_of(signs[i].written))) {
			*ret = signs[i].sign;
			return strlen(signs[i].written);
		}
	return 0;
}

/* Bytes of white space here: ASCII and the non-breaking ones. */
static size_t space_at(const struct lexer *l)
{
	uint32_t c = 0;
	size_t n = text_next(rest(l), &c);
	bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x202F ||
		     (c >= 0x2000 && c <= 0x200A);
	return space ? n : 0;
}

/* Bytes of a letter, digit or mark here. */
static size_t letter_at(const struct lexer *l)
{
	uint32_t c = 0;
	size_t n = text_next(rest(l), &c);
	const char *sign;
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
				       (c >= '0' && c <= '9')
			       ? n
			       : 0;
	return space_at(l) || sign_at(l, &sign) ? 0 : n;
}

static struct token *add(struct lexer *l, enum token_kind kind, size_t start)
{
	struct token *t = &l->tokens[l->n++];
	t->kind = kind;
	t->at = (struct formula_place){start, l->at};
	t->raw = (struct str){l->text.ptr + start, l->at - start};
	return t;
}

/* May the mark here be the point of a number?  Both neighbours are digits. */
static enum err is_point(struct lexer *l, size_t start, bool *ret)
{
	char c = peek(l, 0);
	*ret = (c == '.' || c == ',') && is_digit(peek(l, 1));
	bool in_call = l->depth > 0 && (l->calls & 1);
	if (*ret && c == ',' && in_call && !l->semicolons)
		return trouble_at(
			l->trouble, (struct formula_place){start, l->at + 2},
			"a comma between two digits may part two arguments or be a decimal point: "
			"part arguments with \";\", or write the number with a point");
	return OK;
}

static enum err lex_number(struct lexer *l)
{
	size_t start = l->at, n = 0;
	char digits[64];
	int points = 0;
	for (bool point = false;; point = false) {
		if (n < sizeof(digits) && is_digit(peek(l, 0))) {
			digits[n++] = peek(l, 0);
			l->at++;
			continue;
		}
		enum err rc = is_point(l, start, &point);
		if (rc != OK)
			return rc;
		if (!point || n == sizeof(digits))
			break;
		digits[n++] = '.';
		points++;
		l->at++;
	}
	struct formula_place at = {start, l->at};
	if (points > 1)
		return trouble_at(
			l->trouble, at,
			"write numbers without separators of thousands: 1234567,5 or 1234567.5");
	if (letter_at(l))
		return trouble_at(
			l->trouble, at,
			"a letter follows the number; a code that begins with a digit stands in "
			"brackets: [%.*s…]",
			(int)(l->at - start), l->text.ptr + start);
	struct str text = {digits, n};
	while (text.len > 1 && text.ptr[0] == '0' && text.ptr[1] != '.')
		text = (struct str){text.ptr + 1, text.len - 1};
	struct decimal d;
	struct why why = {.text = ""};
	if (decimal_parse(text, &d, &why) != OK)
		return trouble_at(l->trouble, at, BOTH_FMT, WHY_ARG(why));
	add(l, TOKEN_NUMBER, start)->number = d;
	return OK;
}

/* What stands between here and the closing mark, which is doubled inside a text. */
static enum err lex_enclosed(struct lexer *l, char close, enum token_kind kind, const char *fault)
{
	size_t start = l->at++;
	char *inner = arena_alloc(l->arena, l->text.len - start + 1);
	size_t n = 0;
	for (; l->at < l->text.len; l->at++) {
		bool doubled = kind == TOKEN_TEXT && peek(l, 0) == close && peek(l, 1) == close;
		if (peek(l, 0) == close && !doubled) {
			l->at++;
			struct str text = {inner, n};
			add(l, kind, start)->text = kind == TOKEN_TEXT ? text : str_trim(text);
			return OK;
		}
		l->at += doubled;
		inner[n++] = peek(l, 0);
	}
	return trouble_at(l->trouble, (struct formula_place){start, l->text.len}, BOTH_FMT,
			  WORDS_ARG(fault));
}

static void lex_word(struct lexer *l)
{
	size_t start = l->at;
	for (size_t n; (n = letter_at(l)) > 0 || peek(l, 0) == '.'; l->at += n ? n : 1) {
		if (n > 0)
			continue;
		l->at++; /* a dot belongs to a code only before a letter or digit */
		bool more = letter_at(l) > 0;
		l->at--;
		if (!more)
			break;
	}
	struct token *t = add(l, TOKEN_WORD, start);
	t->text = text_fold(l->arena, t->raw);
}

static enum err lex_sign(struct lexer *l)
{
	const char *sign = NULL;
	size_t n = sign_at(l, &sign), start = l->at;
	uint32_t c = 0;
	if (n == 0) {
		n = text_next(rest(l), &c);
		return trouble_at(l->trouble, (struct formula_place){start, start + (n ? n : 1)},
				  "this sign has no meaning in a formula");
	}
	if (sign[0] == '(') {
		if (l->depth == FORMULA_DEPTH_MAX)
			return trouble_at(l->trouble, (struct formula_place){start, start + n},
					  "more than %d brackets within each other",
					  FORMULA_DEPTH_MAX);
		bool call = l->n > 0 && l->tokens[l->n - 1].kind == TOKEN_WORD;
		l->calls = l->calls << 1 | call;
		l->depth++;
	} else if (sign[0] == ')' && l->depth > 0) {
		l->calls >>= 1;
		l->depth--;
	}
	l->at += n;
	add(l, TOKEN_SIGN, start)->text = str_of(sign);
	return OK;
}

static enum err lex_one(struct lexer *l)
{
	switch (peek(l, 0)) {
	case '"':
		return lex_enclosed(l, '"', TOKEN_TEXT, WORDS("the text is not closed by \""));
	case '[':
		return lex_enclosed(l, ']', TOKEN_REF,
				    WORDS("the indicator's code is not closed by ]"));
	case '{':
		return lex_enclosed(l, '}', TOKEN_BREAKDOWN,
				    WORDS("the breakdown is not closed by }"));
	default:
		break;
	}
	if (is_digit(peek(l, 0)))
		return lex_number(l);
	if (letter_at(l) == 0)
		return lex_sign(l);
	lex_word(l);
	return OK;
}

/* A ';' that is no part of a text, code or breakdown. */
static bool has_semicolon(struct str text)
{
	char close = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (close)
			close = c == close ? 0 : close;
		else if (c == ';')
			return true;
		else if (c == '"' || c == '[' || c == '{')
			close = c == '[' ? ']' : c == '{' ? '}' : c;
	}
	return false;
}

enum err formula_lex(struct arena *a, struct str text, struct token **ret, size_t *ret_n,
		     struct trouble *t)
{
	if (text.len > FORMULA_TEXT_MAX)
		return trouble_at(t, (struct formula_place){FORMULA_TEXT_MAX, text.len},
				  "the formula is longer than %d bytes", FORMULA_TEXT_MAX);
	if (!text_valid(text))
		return trouble_at(t, (struct formula_place){0, text.len}, "the text is not UTF-8");
	struct lexer l = {
		.arena = a, .text = text, .trouble = t, .semicolons = has_semicolon(text)};
	size_t most = text.len < FORMULA_TOKENS_MAX ? text.len : FORMULA_TOKENS_MAX;
	l.tokens = ARENA_ARRAY(a, most + 1, struct token);
	enum err rc = OK;
	while (rc == OK) {
		for (size_t n; (n = space_at(&l)) > 0;)
			l.at += n;
		if (l.at == text.len)
			break;
		rc = l.n < FORMULA_TOKENS_MAX
			     ? lex_one(&l)
			     : trouble_at(t, (struct formula_place){l.at, text.len},
					  "the formula has more than %d words and signs",
					  FORMULA_TOKENS_MAX);
	}
	if (rc != OK)
		return rc;
	add(&l, TOKEN_END, l.at);
	*ret = l.tokens;
	*ret_n = l.n;
	return OK;
}
