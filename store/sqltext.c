#include "store/sqltext.h"

#include <strings.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static size_t span_quoted(struct str s, char quote)
{
	size_t i = 1;
	while (i < s.len) {
		if (s.ptr[i] != quote)
			i++;
		else if (i + 1 < s.len && s.ptr[i + 1] == quote)
			i += 2;
		else
			return i + 1;
	}
	return s.len;
}

static size_t span_word(struct str s)
{
	size_t i = 1;
	while (i < s.len && (is_letter(s.ptr[i]) || is_digit(s.ptr[i])))
		i++;
	return i;
}

/* 0: no white space and no comment here. */
static size_t span_space(struct str s)
{
	size_t i = 0;
	while (i < s.len && is_space(s.ptr[i]))
		i++;
	if (i > 0)
		return i;
	if (str_starts(s, STR("--"))) {
		const char *end = memchr(s.ptr, '\n', s.len);
		return end ? (size_t)(end - s.ptr) : s.len;
	}
	if (str_starts(s, STR("/*"))) {
		const char *end = memmem(s.ptr + 2, s.len - 2, "*/", 2);
		return end ? (size_t)(end - s.ptr) + 2 : s.len;
	}
	return 0;
}

enum sql_token sql_token(struct str *rest, struct str *ret)
{
	struct str s = *rest;
	if (s.len == 0)
		return SQL_END;
	enum sql_token token = SQL_OTHER;
	size_t n = span_space(s);
	if (n > 0) {
		token = SQL_SPACE;
	} else if (*s.ptr == '\'' || *s.ptr == '"') {
		n = span_quoted(s, *s.ptr);
	} else if (is_letter(*s.ptr)) {
		token = SQL_WORD;
		n = span_word(s);
	} else if (*s.ptr == '$' && s.len > 1 && is_digit(s.ptr[1])) {
		token = SQL_PARAMETER;
		n = span_word(s);
	} else {
		n = is_digit(*s.ptr) ? span_word(s) : 1;
	}
	*ret = (struct str){s.ptr, n};
	*rest = (struct str){s.ptr + n, s.len - n};
	return token;
}

static bool ends_line(struct str rest)
{
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.ptr[i] == '\n')
			return true;
		if (!is_space(rest.ptr[i]))
			return str_starts((struct str){rest.ptr + i, rest.len - i}, STR("--"));
	}
	return true;
}

bool sql_statement(struct str *rest, struct str *ret)
{
	const char *start = NULL;
	struct str piece;
	const char *end = NULL;
	for (;;) {
		enum sql_token token = sql_token(rest, &piece);
		if (token == SQL_END)
			break;
		if (token == SQL_SPACE)
			continue;
		if (str_is(piece, ";") && ends_line(*rest)) {
			if (!start)
				continue;
			break;
		}
		if (!start)
			start = piece.ptr;
		end = piece.ptr + piece.len;
	}
	if (!start)
		return false;
	*ret = (struct str){start, (size_t)(end - start)};
	return true;
}

static bool word_is(struct str s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.ptr, word, s.len) == 0;
}

static bool next_word_is(struct str *rest, const char *word)
{
	struct str piece;
	enum sql_token token = sql_token(rest, &piece);
	while (token == SQL_SPACE)
		token = sql_token(rest, &piece);
	return token == SQL_WORD && word_is(piece, word);
}

static bool makes_table(struct str statement)
{
	struct str rest = statement;
	return next_word_is(&rest, "CREATE") && next_word_is(&rest, "TABLE");
}

static bool changes_table(struct str statement)
{
	struct str rest = statement;
	return next_word_is(&rest, "ALTER") && next_word_is(&rest, "TABLE");
}

void sql_for_sqlite(struct str statement, struct buf *out)
{
	struct str rest = statement, piece;
	enum sql_token token;
	while ((token = sql_token(&rest, &piece)) != SQL_END) {
		if (token == SQL_WORD && word_is(piece, "BIGINT"))
			buf_add(out, STR("INTEGER"));
		else if (token == SQL_WORD && word_is(piece, "BYTEA"))
			buf_add(out, STR("BLOB"));
		else
			buf_add(out, piece);
	}
	if (makes_table(statement))
		buf_add(out, STR(" STRICT"));
}

/* Text sorts and compares by its bytes on every engine, whatever the database's own collation. */
void sql_for_postgres(struct str statement, struct buf *out)
{
	bool columns = makes_table(statement) || changes_table(statement), after_as = false;
	struct str rest = statement, piece;
	enum sql_token token;
	while ((token = sql_token(&rest, &piece)) != SQL_END) {
		buf_add(out, piece);
		if (token == SQL_SPACE)
			continue;
		bool text = token == SQL_WORD && word_is(piece, "TEXT");
		if (columns && text && !after_as)
			buf_add(out, STR(" COLLATE \"C\""));
		after_as = token == SQL_WORD && word_is(piece, "AS");
	}
}

void sql_placeholders(struct str text, struct buf *out)
{
	struct str rest = text, piece;
	enum sql_token token;
	while ((token = sql_token(&rest, &piece)) != SQL_END) {
		if (token == SQL_PARAMETER) {
			buf_add_char(out, '?');
			piece.ptr++;
			piece.len--;
		}
		buf_add(out, piece);
	}
}

void sql_add_name(struct buf *out, struct str name)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, name.ptr[i]);
	}
	buf_add_char(out, '"');
}
