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
		columns[n++] =
			arena_fmt(a, STR_FMT " " STR_FMT " %s", STR_ARG(stmt_str(q, 0)),
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

struct findings {
	void (*report)(void *arg, const struct why *found);
	void *arg;
	struct arena *arena;
	int64_t n;
	struct why found;
};

static void found_line(void *arg, const struct why *found)
{
	struct findings *f = arg;
	f->n++;
	f->report(f->arg, found);
}
#define finding(f, ...)                                                                            \
	(why_fail(&(f)->found, ERR_CONFLICT, "", __FILE__, __LINE__, __VA_ARGS__),                 \
	 found_line((f), &(f)->found))

/* One that lost commits, or another one altogether. */
static void compare_mark(struct findings *f, const struct mark *mark, const struct schema_state *st)
{
	if (strcmp(mark->identity, st->identity) != 0)
		finding(f, "high-water mark: it belongs to another database");
	else if (st->commits < mark->commits)
		finding(f,
			"high-water mark: the database ends at commit %lld, commit %lld was acknowledged",
			(long long)st->commits, (long long)mark->commits);
}

static enum err verify_mark(struct store *s, struct db *db, struct findings *f, struct why *why)
{
	struct mark mark; /* read before the snapshot: what it says is in there */
	struct why bad = {0};
	enum err marked = mark_open(s->dir, true, &mark, &bad);
	enum err rc = db_snapshot(db, why);
	struct schema_state st;
	if (rc == OK) {
		struct why schema = {0};
		enum err read = schema_read(db, &st, &schema);
		if (read == ERR_CONFLICT) {
			found_line(f, &schema);
		} else if (read != OK) {
			rc = fail(why, read, BOTH_FMT, WHY_ARG(schema));
		} else if (marked == OK && mark.fd >= 0) {
			compare_mark(f, &mark, &st);
		}
	}
	if (marked != OK)
		found_line(f, &bad);
	else
		mark_close(&mark);
	return rc;
}

static enum err compare_columns(struct db *db, struct db *scratch, const char *table,
				struct findings *f, struct why *why)
{
	struct str *expected, *found;
	size_t n_expected = 0, n_found = 0;
	enum err rc = store_columns(scratch, table, f->arena, &expected, &n_expected, why);
	if (rc != OK)
		return rc;
	rc = store_columns(db, table, f->arena, &found, &n_found, why);
	if (rc == ERR_NOT_FOUND) {
		finding(f, "schema: table %s is missing", table);
		return OK;
	}
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < n_expected || i < n_found; i++) {
		struct str want = i < n_expected ? expected[i] : STR("nothing");
		struct str have = i < n_found ? found[i] : STR("nothing");
		if (!str_eq(want, have))
			finding(f,
				"schema: table %s has \"" STR_FMT "\" where \"" STR_FMT
				"\" belongs",
				table, STR_ARG(have), STR_ARG(want));
	}
	return OK;
}

static enum err compare_schema(struct db *db, struct db *scratch, struct findings *f,
			       struct why *why)
{
	enum err rc = OK;
	for (int64_t i = 0; i <= (int64_t)db->store->n_migrations && rc == OK; i++)
		rc = schema_apply(scratch, i, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(scratch, scratch->dialect->tables);
	while (rc == OK && stmt_row(q))
		rc = compare_columns(db, scratch, arena_cstr(f->arena, stmt_str(q, 0)), f, why);
	enum err end = stmt_end(q, rc == OK ? why : NULL);
	return rc != OK ? rc : end;
}

static enum err verify_schema(struct store *s, struct db *db, struct findings *f, struct why *why)
{
	AUTO(db_free) struct db *scratch = db_new(s, DB_SCRATCH);
	if (!scratch)
		return fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	scratch->dialect = &dialect_sqlite;
	enum err rc = db_connect(scratch, true, why);
	return rc == OK ? compare_schema(db, scratch, f, why) : rc;
}

/* A file too damaged to be looked through is a finding as well. */
static enum err verify_engine(struct db *db, struct findings *f, struct why *why)
{
	struct why found = {0};
	enum err rc = db->dialect->check(db, false, found_line, f, &found);
	if (rc == ERR_INTERNAL) {
		found_line(f, &found);
		return OK;
	}
	if (rc != OK && why)
		*why = found;
	return rc;
}

enum err store_verify(struct store *s, void (*report)(void *arg, const struct why *found),
		      void *arg, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct findings f = {.report = report, .arg = arg, .arena = a};
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(s, &db, why);
	if (rc == OK)
		rc = verify_mark(s, db, &f, why);
	if (rc == OK)
		rc = verify_schema(s, db, &f, why);
	if (rc == OK)
		rc = verify_engine(db, &f, why);
	if (rc == OK && f.n > 0)
		return fail(why, ERR_CONFLICT, "%lld findings", (long long)f.n);
	return rc;
}
