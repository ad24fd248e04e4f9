#include "store/inside.h"

#define COLUMNS_MAX 256

enum err store_columns(struct db *db, const char *table, struct arena *a, struct str **ret,
		       size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, db->dialect->columns);
	stmt_bind(q, 1, str_of(table));
	struct str *columns = ARENA_ARRAY(a, COLUMNS_MAX, struct str);
	size_t n = 0;
	while (n < COLUMNS_MAX && stmt_row(q))
		columns[n++] = arena_fmt(a, STR_FMT " " STR_FMT " %s", STR_ARG(stmt_str(q, 0)),
					 STR_ARG(stmt_str(q, 1)), stmt_int(q, 2) ? "notnull" : "null");
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (n == 0)
		return fail(why, ERR_NOT_FOUND, "there is no table %s", table);
	*ret = columns;
	*ret_n = n;
	return OK;
}
