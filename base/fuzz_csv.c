/* Rows stay within their limits; cells written by us read back as they were (but for the
 * apostrophe before formulas). */
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round(struct arena *a, const struct csv_row *row)
{
	AUTO(buf_release) struct buf out;
	buf_init(&out, 16 << 20);
	for (size_t i = 0; i < row->n; i++)
		csv_write(&out, i == 0, row->cells[i]);
	buf_add(&out, STR("\r\n"));
	struct csv *c = csv_open(a, buf_str(&out), ',');
	struct csv_row again;
	/* A mark at the very start, an endless quoted cell: the text is not ours to keep. */
	if (buf_str(&out).len > CSV_CELL_MAX || str_starts(buf_str(&out), STR("\xef\xbb\xbf")) ||
	    str_starts(buf_str(&out), STR("\xff\xfe")) ||
	    str_starts(buf_str(&out), STR("\xfe\xff")))
		return;
	bool there = csv_next(c, &again);
	assert(there && again.n == row->n);
	for (size_t i = 0; i < row->n; i++) {
		struct str was = row->cells[i], is = again.cells[i];
		if (is.len == was.len + 1 && is.ptr[0] == '\'')
			is = (struct str){is.ptr + 1, is.len - 1};
		assert(str_eq(was, is));
	}
	there = csv_next(c, &again);
	assert(!there);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char separators[] = {0, ',', ';', '\t'};
	if (size == 0)
		return 0;
	AUTO(arena_free) struct arena *a = arena_new();
	struct csv *c = csv_open(a, (struct str){(const char *)data + 1, size - 1},
				 separators[data[0] % 4]);
	struct csv_row row;
	int64_t number = 0;
	while (csv_next(c, &row)) {
		assert(row.number == ++number && row.n >= 1 && row.n <= CSV_COLUMNS_MAX);
		for (size_t i = 0; i < row.n; i++)
			assert(row.cells[i].len <= CSV_CELL_MAX);
		if (number <= 8)
			check_round(a, &row);
	}
	struct why why = {.text = ""};
	assert(csv_end(c, &why) == OK || why.text[0]);
	return 0;
}
