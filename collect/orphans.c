/* orphans.c - one count for each sort of orphan. */
#include "collect/orphans.h"

enum { ORPHAN_SORTS = 6 };

static struct stmt *count_of(struct db *db, int sort)
{
	switch (sort) {
	case 0:
		return db_stmt(db,
			       SQL("SELECT count(*) FROM figure f WHERE f.delivery <> 0 AND NOT "
				   "EXISTS (SELECT 1 FROM delivery d WHERE d.id = f.delivery)"));
	case 1:
		return db_stmt(db,
			       SQL("SELECT count(*) FROM figure f WHERE NOT EXISTS (SELECT 1 FROM "
				   "indicator i WHERE i.id = f.indicator)"));
	case 2:
		return db_stmt(db,
			       SQL("SELECT count(*) FROM figure f WHERE NOT EXISTS (SELECT 1 FROM "
				   "unit u WHERE u.id = f.unit)"));
	case 3:
		return db_stmt(
			db, SQL("SELECT count(*) FROM delivery_cell c WHERE NOT EXISTS (SELECT 1 "
				"FROM delivery d WHERE d.unit = c.unit AND d.id = c.delivery)"));
	case 4:
		return db_stmt(db,
			       SQL("SELECT count(*) FROM figure_input i WHERE NOT EXISTS (SELECT 1 "
				   "FROM figure f WHERE f.id = i.figure) OR NOT EXISTS (SELECT 1 "
				   "FROM figure f WHERE f.id = i.input)"));
	default:
		return db_stmt(
			db, SQL("SELECT count(*) FROM delivery_file c WHERE NOT EXISTS (SELECT 1 "
				"FROM delivery d WHERE d.unit = c.unit AND d.id = c.delivery)"));
	}
}

enum err orphans_find(struct db *db, void (*say)(void *arg, const struct why *found), void *arg,
		      struct why *why)
{
	static const char *const names[ORPHAN_SORTS] = {
		WORDS("figures without a delivery"), WORDS("figures without an indicator"),
		WORDS("figures without a unit"),     WORDS("cells of no delivery"),
		WORDS("inputs of no figure"),	     WORDS("files of no delivery")};
	int64_t total = 0;
	for (int sort = 0; sort < ORPHAN_SORTS; sort++) {
		AUTO(stmt_free) struct stmt *q = count_of(db, sort);
		int64_t n = stmt_row(q) ? stmt_int(q, 0) : 0;
		enum err rc = stmt_end(q, why);
		if (rc != OK)
			return rc;
		struct why found;
		(void)fail(&found, ERR_CONFLICT, "%lld " BOTH_FMT, (long long)n,
			   WORDS_ARG(names[sort]));
		if (n)
			say(arg, &found);
		total += n;
	}
	if (total)
		return fail(why, ERR_CONFLICT, "%lld rows have lost their owner", (long long)total);
	return OK;
}
