/* Any order of any parts with any bytes as text: never a crash, and what is written is whole or refused. */
#include "base/text.h"
#include "paper/testing.h"

/* fontconfig keeps patterns where LeakSanitizer does not look in the middle of a run: hundreds of
 * documents leave no more in use than a few. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

struct input {
	const uint8_t *at, *end;
	struct arena *arena;
};

static uint8_t take(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* A length, then as many bytes. */
static struct str take_text(struct input *in)
{
	size_t n = take(in), left = (size_t)(in->end - in->at);
	n = n < left ? n : left;
	struct str s = {(const char *)in->at, n};
	in->at += n;
	return n ? s : STR_NULL;
}

static struct paper_number take_number(struct input *in)
{
	uint8_t b = take(in);
	int64_t mantissa = (int64_t)take(in) - 128;
	for (int i = 0; i < (b & 7); i++)
		mantissa *= 100;
	return (struct paper_number){b & 8, {mantissa, (b >> 4) % (DECIMAL_SCALE_MAX + 1)}};
}

static void add_table(struct input *in, struct paper *p)
{
	size_t columns = take(in) % PAPER_COLUMNS_MAX + 1, rows = take(in) % 9;
	struct paper_column *c = ARENA_ARRAY(in->arena, columns, struct paper_column);
	struct paper_cell *cells = ARENA_ARRAY(in->arena, columns * rows + 1, struct paper_cell);
	size_t n = 0;
	for (size_t i = 0; i < columns; i++)
		c[i] = (struct paper_column){take(in), (enum paper_align)(take(in) % 4)};
	for (size_t row = 0; row < rows; row++)
		for (size_t filled = 0; filled < columns; n++) {
			unsigned span = take(in) % 4;
			cells[n] = (struct paper_cell){take_text(in), take_number(in), take(in) & 7,
						       span <= columns - filled ? span : 1};
			filled += cells[n].span > 1 ? cells[n].span : 1;
		}
	paper_table(p, &(struct paper_table){.caption = take_text(in),
					     .note = take_text(in),
					     .columns = c,
					     .n_columns = columns,
					     .cells = cells,
					     .n_cells = n,
					     .n_header = rows ? take(in) % rows : 0,
					     .totals = take(in) & 1});
}

static void add_chart(struct input *in, struct paper *p)
{
	enum paper_chart_kind kind = (enum paper_chart_kind)(take(in) % 3);
	size_t labels = take(in) % 100,
	       n = kind == PAPER_RANKING ? 1 : take(in) % (PAPER_SERIES_MAX + 1);
	struct str *words = ARENA_ARRAY(in->arena, labels + 1, struct str);
	struct paper_series *series = ARENA_ARRAY(in->arena, n + 1, struct paper_series);
	for (size_t i = 0; i < labels; i++)
		words[i] = take_text(in);
	for (size_t s = 0; s < n; s++) {
		struct paper_number *values =
			ARENA_ARRAY(in->arena, labels + 1, struct paper_number);
		for (size_t i = 0; i < labels; i++)
			values[i] = take_number(in);
		series[s] = (struct paper_series){take_text(in), values, NULL};
	}
	paper_chart(p, &(struct paper_chart){.kind = kind,
					     .title = take_text(in),
					     .measure = take_text(in),
					     .labels = words,
					     .n_labels = labels,
					     .series = series,
					     .n_series = n,
					     .target = take_number(in)});
}

static void add_part(struct input *in, struct paper *p)
{
	struct str texts[] = {take_text(in), take_text(in)};
	switch (take(in) % 7) {
	case 0:
		paper_heading(p, take(in) % 3 + 1, texts[0]);
		break;
	case 1:
		paper_runs(p, (enum paper_align)(take(in) % 4),
			   (const struct paper_run[]){{texts[0], take(in)}, {texts[1], 0}}, 2);
		break;
	case 2:
		paper_list(p, take(in) & 1, texts, 2);
		break;
	case 3:
		add_table(in, p);
		break;
	case 4:
		add_chart(in, p);
		break;
	case 5:
		paper_sign(p, &(struct paper_sign){texts[0], texts[1], take_text(in), texts, 2});
		break;
	default:
		paper_annex(p, texts[0], take(in) & 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	struct input in = {data, data + size, a};
	struct paper_info info = {.title = take_text(&in),
				  .author = take_text(&in),
				  .subject = take_text(&in),
				  .language = (enum paper_language)(take(&in) % 2),
				  .created = 1796601600 * USEC_SECOND,
				  .demonstration = take(&in) & 1,
				  .plain_numbers = take(&in) & 1};
	struct paper *p = paper_new(a, &info);
	if (take(&in) & 1) {
		struct str to[] = {take_text(&in), take_text(&in)};
		paper_head(p, &(struct paper_head){take_text(&in),
						   take_text(&in),
						   take_text(&in),
						   take_text(&in),
						   {2026, take(&in) % 12 + 1, take(&in) % 28 + 1},
						   take_text(&in),
						   take_text(&in),
						   to,
						   take(&in) % 3});
	}
	while (in.at < in.end)
		add_part(&in, p);
	enum err (*const writers[])(const struct paper *, struct buf *,
				    struct why *) = {paper_pdf, paper_html, paper_xlsx};
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		struct why why = {0};
		buf_init(&out, PAPER_FILE_MAX);
		enum err rc = writers[i](p, &out, &why);
		assert(rc == OK || rc == ERR_TOO_LARGE || rc == ERR_INVALID);
		assert(rc == OK || why.text[0]);
		assert(writers[i] != paper_html || text_valid(buf_str(&out)));
		buf_release(&out);
	}
	buf_init(&out, 1);
	return 0;
}
