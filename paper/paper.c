#include "paper/model.h"

#include "base/text.h"

#define CHARACTER_UNKNOWN "\xef\xbf\xbd"

static void too_large(struct paper *p, const char *what, int64_t max)
{
	if (p->error == OK)
		p->error = fail(&p->why, ERR_TOO_LARGE,
				"a paper holds %lld " BOTH_FMT
				" at most; choose fewer, or make two papers",
				(long long)max, WORDS_ARG(what));
}

/* Controls, and marks that turn the direction of writing: a name must not rearrange the line. */
static bool is_left_out(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
	       c == 0x61c || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0xfeff || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static struct str clean(struct paper *p, struct str s)
{
	char *out = arena_array(p->arena, s.len + 1, 3);
	size_t len = 0;
	for (size_t i = 0, n; i < s.len; i += n) {
		uint32_t c = 0;
		n = text_next((struct str){s.ptr + i, s.len - i}, &c);
		const char *from = n ? s.ptr + i : CHARACTER_UNKNOWN;
		size_t bytes = n ? n : 3;
		if (n == 0)
			n = 1;
		else if (c == '\t')
			from = " ";
		else if (is_left_out(c))
			continue;
		memcpy(out + len, from, bytes);
		len += bytes;
	}
	return arena_str(p->arena, text_nfc(p->arena, (struct str){out, len}));
}

/* A clean copy, counted; once the paper is too large nothing is copied any more. */
static struct str keep(struct paper *p, struct str s)
{
	if (!s.ptr)
		return STR_NULL;
	p->text += s.len;
	if (s.len > PAPER_PARAGRAPH_MAX)
		too_large(p, WORDS("bytes in one piece of text"), (int64_t)PAPER_PARAGRAPH_MAX);
	if (p->text > PAPER_TEXT_MAX)
		too_large(p, WORDS("bytes of text"), (int64_t)PAPER_TEXT_MAX);
	return p->error == OK ? clean(p, s) : STR("");
}

static struct str *keep_all(struct paper *p, const struct str *from, size_t n)
{
	struct str *all = ARENA_ARRAY(p->arena, n + 1, struct str);
	for (size_t i = 0; i < n && p->error == OK; i++)
		all[i] = keep(p, from[i]);
	return all;
}

struct paper *paper_new(struct arena *a, const struct paper_info *info)
{
	struct paper *p = ARENA_NEW(a, struct paper);
	p->arena = a;
	p->info = *info;
	p->info.title = keep(p, info->title);
	p->info.author = keep(p, info->author);
	p->info.subject = keep(p, info->subject);
	return p;
}

/* Room for one more part; NULL once a limit was passed. */
static struct part *part_new(struct paper *p, enum part_kind kind)
{
	if (p->n == PAPER_PARTS_MAX)
		too_large(p, WORDS("paragraphs, tables and charts"), PAPER_PARTS_MAX);
	if (p->error != OK)
		return NULL;
	struct part *part = ARENA_APPEND(p->arena, p->parts, p->n);
	*part = (struct part){.kind = kind};
	return part;
}

void paper_head(struct paper *p, const struct paper_head *head)
{
	assert(!p->has_head && p->n == 0);
	p->has_head = true;
	p->head = *head;
	p->head.superior = keep(p, head->superior);
	p->head.agency = keep(p, head->agency);
	p->head.number = keep(p, head->number);
	p->head.place = keep(p, head->place);
	p->head.type = keep(p, head->type);
	p->head.abstract = keep(p, head->abstract);
	if (head->n_to > PAPER_PARTS_MAX)
		too_large(p, WORDS("addressees"), PAPER_PARTS_MAX);
	p->head.n_to = p->error == OK ? head->n_to : 0;
	p->head.to = keep_all(p, head->to, p->head.n_to);
}

void paper_heading(struct paper *p, int level, struct str text)
{
	assert(level >= 1 && level <= 3);
	struct part *part = part_new(p, PART_HEADING);
	if (!part)
		return;
	part->level = level;
	part->text = keep(p, text);
}

/* A paragraph with room for n runs, or fewer when the paper is too large; NULL: no room for it. */
static struct part *paragraph(struct paper *p, enum paper_align align, size_t n)
{
	struct part *part = part_new(p, PART_TEXT);
	if (!part)
		return NULL;
	part->align = align;
	part->indent = align == PAPER_JUSTIFY;
	if (n > PAPER_PARTS_MAX)
		too_large(p, WORDS("pieces in one paragraph"), PAPER_PARTS_MAX);
	part->n_runs = p->error == OK ? n : 0;
	part->runs = ARENA_ARRAY(p->arena, part->n_runs + 1, struct paper_run);
	return part;
}

void paper_runs(struct paper *p, enum paper_align align, const struct paper_run *runs, size_t n)
{
	struct part *part = paragraph(p, align, n);
	for (size_t i = 0; part && i < part->n_runs; i++)
		part->runs[i] = (struct paper_run){keep(p, runs[i].text), runs[i].style};
}

void paper_text(struct paper *p, struct str text)
{
	struct part *part = paragraph(p, PAPER_JUSTIFY, 1);
	if (part && part->n_runs)
		part->runs[0].text = keep(p, text);
}

void paper_list(struct paper *p, bool numbered, const struct str *items, size_t n)
{
	struct part *part = part_new(p, PART_LIST);
	if (!part)
		return;
	if (n > PAPER_ROWS_MAX)
		too_large(p, WORDS("items of one list"), PAPER_ROWS_MAX);
	part->numbered = numbered;
	part->n_items = p->error == OK ? n : 0;
	part->items = keep_all(p, items, part->n_items);
}

static struct str caption(struct paper *p, const char *word, unsigned number, struct str text)
{
	struct str kept = keep(p, text);
	return kept.len ? arena_fmt(p->arena, "%s %u. " STR_FMT, word, number, STR_ARG(kept))
			: arena_fmt(p->arena, "%s %u", word, number);
}

/* Rows that fill all columns exactly; anything else is a fault of the caller. */
static size_t count_rows(const struct paper_table *t)
{
	size_t rows = 0, filled = 0;
	for (size_t i = 0; i < t->n_cells; i++) {
		filled += cell_span(&t->cells[i]);
		assert(filled <= t->n_columns);
		if (filled == t->n_columns) {
			rows++;
			filled = 0;
		}
	}
	assert(filled == 0 && rows >= t->n_header);
	return rows;
}

void paper_table(struct paper *p, const struct paper_table *from)
{
	struct part *part = part_new(p, PART_TABLE);
	if (!part)
		return;
	if (from->n_columns > PAPER_COLUMNS_MAX) {
		too_large(p, WORDS("columns in a table"), PAPER_COLUMNS_MAX);
		return;
	}
	assert(from->n_columns > 0);
	p->rows += count_rows(from);
	if (p->rows > PAPER_ROWS_MAX) {
		too_large(p, WORDS("rows of tables"), PAPER_ROWS_MAX);
		return;
	}
	struct paper_table *t = &part->table;
	*t = *from;
	part->number = ++p->tables;
	part->text = caption(p, paper_words(p)->table, part->number, from->caption);
	t->caption = keep(p, from->caption);
	t->note = keep(p, from->note);
	struct paper_column *columns = ARENA_ARRAY(p->arena, t->n_columns, struct paper_column);
	memcpy(columns, from->columns, t->n_columns * sizeof(*columns));
	struct paper_cell *cells = ARENA_ARRAY(p->arena, t->n_cells + 1, struct paper_cell);
	for (size_t i = 0; i < t->n_cells; i++) {
		cells[i] = from->cells[i];
		cells[i].text = keep(p, from->cells[i].text);
	}
	t->columns = columns;
	t->cells = cells;
}

static void keep_series(struct paper *p, struct paper_series *to, const struct paper_series *from,
			size_t n)
{
	struct paper_number *values = ARENA_ARRAY(p->arena, n + 1, struct paper_number);
	bool *provisional = ARENA_ARRAY(p->arena, n + 1, bool);
	to->name = keep(p, from->name);
	if (n) {
		memcpy(values, from->values, n * sizeof(*values));
		if (from->provisional)
			memcpy(provisional, from->provisional, n * sizeof(*provisional));
	}
	to->values = values;
	to->provisional = provisional;
}

void paper_chart(struct paper *p, const struct paper_chart *from)
{
	struct part *part = part_new(p, PART_CHART);
	if (!part)
		return;
	assert(from->kind != PAPER_RANKING || from->n_series == 1);
	if (from->n_labels > PAPER_POINTS_MAX)
		too_large(p, WORDS("points in a chart"), PAPER_POINTS_MAX);
	if (from->n_series > PAPER_SERIES_MAX)
		too_large(p, WORDS("lines in a chart"), PAPER_SERIES_MAX);
	if (p->error != OK)
		return;
	struct paper_chart *c = &part->chart;
	*c = *from;
	part->number = ++p->charts;
	part->text = caption(p, paper_words(p)->chart, part->number, from->title);
	c->title = keep(p, from->title);
	c->measure = keep(p, from->measure);
	c->labels = keep_all(p, from->labels, c->n_labels);
	struct paper_series *series = ARENA_ARRAY(p->arena, c->n_series + 1, struct paper_series);
	for (size_t i = 0; i < c->n_series; i++)
		keep_series(p, &series[i], &from->series[i], c->n_labels);
	c->series = series;
	c->words = from->words.ptr ? keep(p, from->words) : paper_chart_words(p, c);
}

void paper_sign(struct paper *p, const struct paper_sign *sign)
{
	struct part *part = part_new(p, PART_SIGN);
	if (!part)
		return;
	struct paper_sign *s = &part->sign;
	s->authority = keep(p, sign->authority);
	s->title = keep(p, sign->title);
	s->name = keep(p, sign->name);
	if (sign->n_recipients > PAPER_PARTS_MAX)
		too_large(p, WORDS("recipients"), PAPER_PARTS_MAX);
	s->n_recipients = p->error == OK ? sign->n_recipients : 0;
	s->recipients = keep_all(p, sign->recipients, s->n_recipients);
}

void paper_annex(struct paper *p, struct str title, bool landscape)
{
	struct part *part = part_new(p, PART_ANNEX);
	if (!part)
		return;
	part->number = ++p->annexes;
	part->landscape = landscape;
	part->text = keep(p, title);
}

enum err paper_end(const struct paper *p, struct why *why)
{
	if (p->error != OK && why)
		*why = p->why;
	return p->error;
}
