#include "collect/table.h"
#include "base/csv.h"

#define TABLE_MAX ((size_t)64 << 20)

static const struct sheet *first_visible(const struct sheet_book *book)
{
	for (size_t i = 0; i < book->n; i++)
		if (!book->sheets[i].hidden && book->sheets[i].n_rows)
			return &book->sheets[i];
	return NULL;
}

enum err table_csv(struct sandbox *sandbox, struct str file, struct arena *a, struct str *ret,
		   struct why *why)
{
	struct sheet_book book;
	enum err rc = sheet_read(sandbox, a, file, &book, NULL, why);
	const struct sheet *s = rc == OK ? first_visible(&book) : NULL;
	if (rc == OK && !s)
		rc = fail(why, ERR_INVALID, "the file has no sheet with rows");
	if (rc != OK)
		return rc;
	AUTO(buf_release) struct buf csv;
	buf_init(&csv, TABLE_MAX);
	for (uint32_t row = 0; row < s->n_rows; row++) {
		for (uint32_t column = 0; column < s->n_columns; column++)
			csv_write(&csv, column == 0, sheet_at(s, row, column).text);
		buf_add(&csv, STR("\r\n"));
	}
	rc = buf_end(&csv, why);
	if (rc == OK)
		*ret = arena_str(a, buf_str(&csv));
	return rc;
}
