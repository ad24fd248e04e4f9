#include "base/csv.h"

#include "base/decimal.h"

struct csv {
	struct arena *arena;
	const char *p, *end;
	char separator;
	int64_t row;
	struct str *cells;
	size_t n;
	char *scratch; /* cells with doubled quotes are undone here, anew for each row */
	size_t scratch_len, scratch_max;
	enum err error;
	struct why why;
};

/* The separator that the first row has most of, quoted text aside. */
static char find_separator(const char *p, const char *end)
{
	static const char candidates[] = {',', ';', '\t', '|'};
	size_t counts[ARRAY_LEN(candidates)] = {0}, best = 0;
	bool quoted = false;
	for (; p < end && (quoted || (*p != '\n' && *p != '\r')); p++) {
		quoted ^= *p == '"';
		for (size_t i = 0; i < ARRAY_LEN(candidates); i++)
			counts[i] += !quoted && *p == candidates[i];
	}
	for (size_t i = 1; i < ARRAY_LEN(candidates); i++)
		if (counts[i] > counts[best])
			best = i;
	return candidates[best];
}

struct csv *csv_open(struct arena *a, struct str text, char separator)
{
	struct csv *c = ARENA_NEW(a, struct csv);
	c->arena = a;
	if (str_starts(text, STR("\xff\xfe")) || str_starts(text, STR("\xfe\xff")))
		c->error =
			fail(&c->why, ERR_INVALID, "the file is UTF-16; save it as \"CSV UTF-8\"");
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = (struct str){text.ptr + 3, text.len - 3};
	c->p = text.ptr ? text.ptr : "";
	c->end = c->p + text.len;
	c->separator = separator ? separator : find_separator(c->p, c->end);
	return c;
}

static bool csv_fail(struct csv *c, const char *what)
{
	char at[64];
	snprintf(at, sizeof at, "row %lld, column %zu", (long long)c->row, c->n + 1);
	c->error = fail_at(&c->why, ERR_INVALID, at, "row %lld, column %zu: " BOTH_FMT,
			   (long long)c->row, c->n + 1, WORDS_ARG(what));
	return false;
}

static bool add_cell(struct csv *c, struct str cell)
{
	if (cell.len > CSV_CELL_MAX)
		return csv_fail(c, WORDS("the cell is too long; is a closing quote missing?"));
	if (c->n == CSV_COLUMNS_MAX)
		return csv_fail(c, WORDS("the row has too many columns"));
	*ARENA_APPEND(c->arena, c->cells, c->n) = cell;
	return true;
}

/* The text between quotes with doubled ones made single.  Cells already undone in this row stay
 * where they are when the scratch is replaced by a larger one. */
static struct str undo_quotes(struct csv *c, const char *from, size_t len)
{
	if (c->scratch_max - c->scratch_len < len) {
		c->scratch_max = c->scratch_max * 2 > len ? c->scratch_max * 2 : len;
		c->scratch = arena_alloc(c->arena, c->scratch_max);
		c->scratch_len = 0;
	}
	char *out = c->scratch + c->scratch_len;
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		out[n++] = from[i];
		i += from[i] == '"';
	}
	c->scratch_len += n;
	return (struct str){out, n};
}

static bool ends_cell(const struct csv *c, char b)
{
	return b == c->separator || b == '\n' || b == '\r';
}

/* At the opening quote. */
static bool take_quoted(struct csv *c)
{
	const char *from = ++c->p;
	bool doubled = false;
	for (;;) {
		const char *quote = memchr(c->p, '"', (size_t)(c->end - c->p));
		if (!quote)
			return csv_fail(c, WORDS("the quote that opens this cell is never closed"));
		if (quote - from > 2 * CSV_CELL_MAX)
			return csv_fail(c,
					WORDS("the cell is too long; is a closing quote missing?"));
		c->p = quote + 1;
		if (c->p == c->end || *c->p != '"') {
			struct str cell = {from, (size_t)(quote - from)};
			if (doubled)
				cell = undo_quotes(c, cell.ptr, cell.len);
			if (c->p < c->end && !ends_cell(c, *c->p))
				return csv_fail(
					c,
					WORDS("after the closing quote the cell must end; a quote within "
					      "a text is written twice"));
			return add_cell(c, cell);
		}
		doubled = true;
		c->p++;
	}
}

static bool take_plain(struct csv *c)
{
	const char *from = c->p;
	while (c->p < c->end && !ends_cell(c, *c->p))
		c->p++;
	return add_cell(c, (struct str){from, (size_t)(c->p - from)});
}

static void take_line_end(struct csv *c)
{
	c->p += c->p < c->end && *c->p == '\r';
	c->p += c->p < c->end && *c->p == '\n';
}

bool csv_next(struct csv *c, struct csv_row *ret)
{
	if (c->error != OK || c->p == c->end)
		return false;
	c->row++;
	c->n = 0;
	c->scratch_len = 0;
	for (;;) {
		bool quoted = c->p < c->end && *c->p == '"';
		if (!(quoted ? take_quoted(c) : take_plain(c)))
			return false;
		if (c->p == c->end || *c->p != c->separator)
			break;
		c->p++;
	}
	take_line_end(c);
	*ret = (struct csv_row){c->row, c->n, c->cells};
	return true;
}

enum err csv_end(const struct csv *c, struct why *why)
{
	if (c->error != OK && why)
		*why = c->why;
	return c->error;
}

static bool is_formula(struct str cell)
{
	struct decimal number;
	return cell.len > 0 && memchr("=+-@\t\r", cell.ptr[0], 6) &&
	       decimal_parse(cell, &number, NULL) != OK;
}

static bool needs_quotes(struct str cell)
{
	for (size_t i = 0; i < cell.len; i++)
		if (memchr(",;\t|\"\r\n", cell.ptr[i], 7))
			return true;
	return cell.len > 0 && (cell.ptr[0] == ' ' || cell.ptr[cell.len - 1] == ' ');
}

void csv_write(struct buf *b, bool first, struct str cell)
{
	if (!first)
		buf_add_char(b, ',');
	bool quotes = needs_quotes(cell), formula = is_formula(cell);
	if (quotes)
		buf_add_char(b, '"');
	if (formula)
		buf_add_char(b, '\'');
	while (quotes && cell.len > 0) {
		struct str rest, part = str_until(cell, '"', &rest);
		buf_add(b, part);
		if (rest.ptr)
			buf_add(b, STR("\"\""));
		cell = rest;
	}
	buf_add(b, cell);
	if (quotes)
		buf_add_char(b, '"');
}
