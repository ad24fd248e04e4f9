#include "collect/testing.h"

#include <errno.h>
#include <zlib.h>

#include "collect/worker.h"

#define ROWS 200
#define COLUMNS 40

static bool holds(const struct sheet_merge *m, uint32_t row, uint32_t column)
{
	return row >= m->row && row <= m->last_row && column >= m->column &&
	       column <= m->last_column;
}

static void join(struct sheet *s, struct sheet_merge *merges, struct sheet_merge pair)
{
	for (size_t i = 0; i < s->n_merges; i++)
		if (holds(&merges[i], pair.row, pair.column)) {
			if (pair.last_row > merges[i].last_row)
				merges[i].last_row = pair.last_row;
			if (pair.last_column > merges[i].last_column)
				merges[i].last_column = pair.last_column;
			return;
		}
	merges[s->n_merges++] = pair;
}

static void set_cell(struct sheet *s, struct sheet_cell *cells, struct sheet_merge *merges,
		     uint32_t row, uint32_t column, struct str text)
{
	struct sheet_cell *c = &cells[row * COLUMNS + column];
	*c = (struct sheet_cell){SHEET_EMPTY, STR("")};
	text = str_trim(text);
	if (str_is(text, "^"))
		join(s, merges, (struct sheet_merge){row - 1, column, row, column});
	else if (str_is(text, "<"))
		join(s, merges, (struct sheet_merge){row, column - 1, row, column});
	if (text.len == 0 || str_is(text, "^") || str_is(text, "<"))
		return;
	c->kind = text.ptr[0] == '#' ? SHEET_NUMBER : text.ptr[0] == '@' ? SHEET_DATE : SHEET_TEXT;
	c->text = c->kind == SHEET_TEXT ? text : (struct str){text.ptr + 1, text.len - 1};
	if (row >= s->n_rows)
		s->n_rows = row + 1;
	if (column >= s->n_columns)
		s->n_columns = column + 1;
}

struct sheet testing_sheet(struct arena *a, const char *text)
{
	struct sheet s = {.name = STR("Sheet1")};
	struct sheet_cell *cells = ARENA_ARRAY(a, ROWS * COLUMNS, struct sheet_cell);
	struct sheet_merge *merges = ARENA_ARRAY(a, ROWS, struct sheet_merge);
	struct str rest = str_of(text);
	for (uint32_t row = 0; rest.ptr && row < ROWS; row++) {
		struct str line = str_until(rest, '\n', &rest);
		for (uint32_t column = 0; line.ptr && column < COLUMNS; column++)
			set_cell(&s, cells, merges, row, column, str_until(line, '|', &line));
	}
	struct sheet_cell *packed =
		ARENA_ARRAY(a, (size_t)s.n_rows * s.n_columns + 1, struct sheet_cell);
	for (uint32_t row = 0; row < s.n_rows; row++)
		for (uint32_t column = 0; column < s.n_columns; column++) {
			struct sheet_cell c = cells[row * COLUMNS + column];
			packed[row * s.n_columns + column] =
				c.text.ptr ? c : (struct sheet_cell){SHEET_EMPTY, STR("")};
		}
	s.cells = packed;
	s.merges = merges;
	return s;
}

struct str testing_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rbe");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	char *bytes = arena_alloc(a, 1 << 20);
	size_t n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return (struct str){bytes, n};
}

static void put16(struct buf *b, size_t v)
{
	buf_add_char(b, (char)(v & 255));
	buf_add_char(b, (char)(v >> 8 & 255));
}

static void put32(struct buf *b, size_t v)
{
	put16(b, v & 65535);
	put16(b, v >> 16);
}

static void put_header(struct buf *b, struct str content, struct str name)
{
	put16(b, 20);
	put16(b, 0); /* flags */
	put16(b, 0); /* stored */
	put32(b, 0); /* time, date */
	put32(b, crc32(0, (const Bytef *)content.ptr, (uInt)content.len));
	put32(b, content.len);
	put32(b, content.len);
	put16(b, name.len);
	put16(b, 0);
}

struct str testing_zip(struct arena *a, const char *const *parts, size_t n)
{
	struct buf out, directory;
	buf_init(&out, 1 << 24);
	buf_init(&directory, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		struct str name = str_of(parts[2 * i]), content = str_of(parts[2 * i + 1]);
		size_t at = out.len;
		put32(&out, 0x04034b50);
		put_header(&out, content, name);
		buf_add(&out, name);
		buf_add(&out, content);
		put32(&directory, 0x02014b50);
		put16(&directory, 20);
		put_header(&directory, content, name);
		put16(&directory, 0);
		put32(&directory, 0);
		put32(&directory, 0);
		put32(&directory, at);
		buf_add(&directory, name);
	}
	size_t at = out.len, size = directory.len;
	buf_add(&out, buf_str(&directory));
	buf_release(&directory);
	put32(&out, 0x06054b50);
	put32(&out, 0);
	put16(&out, n);
	put16(&out, n);
	put32(&out, size);
	put32(&out, at);
	put16(&out, 0);
	assert_int_equal(out.error, OK);
	struct str ret = arena_str(a, buf_str(&out));
	buf_release(&out);
	return ret;
}

bool testing_worker(int argc, char **argv, int *ret_code)
{
	if (argc < 3 || strcmp(argv[1], "worker") != 0)
		return false;
	*ret_code = collect_worker_main(argc - 2, argv + 2);
	return true;
}
