/* duty_list.c - lists and counts of duties.  What is open is asked through partial indices, the
 * rest through (unit, until) or (until). */
#include "core/duty.h"

#define COLUMNS                                                                                    \
	"unit, kind, subject, period_kind, period, id, due, until, met, met_by, met_server, "      \
	"met_seq, excused, excused_by, excuse, excuse_document "

static struct duty duty_read(struct stmt *q, struct arena *a)
{
	return (struct duty){
		.key = {stmt_int(q, 0),
			arena_str(a, stmt_str(q, 1)),
			stmt_int(q, 2),
			{(enum period_kind)stmt_int(q, 3), (int32_t)stmt_int(q, 4)}},
		.id = stmt_int(q, 5),
		.due = stmt_int(q, 6),
		.until = stmt_int(q, 7),
		.met = {stmt_int(q, 8), stmt_int(q, 9), stmt_int(q, 10), stmt_int(q, 11)},
		.excused = stmt_int(q, 12),
		.excused_by = stmt_int(q, 13),
		.excuse = arena_str(a, stmt_str(q, 14)),
		.excuse_document = stmt_int(q, 15),
	};
}

static enum err duty_one(struct stmt *q, struct arena *a, struct duty *ret, struct why *why)
{
	bool found = stmt_row(q);
	if (found)
		*ret = duty_read(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return rc;
}

enum err duty_get(struct db *db, int64_t id, struct arena *a, struct duty *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT " COLUMNS "FROM duty WHERE id = $1"));
	stmt_bind_int(q, 1, id);
	return duty_one(q, a, ret, why);
}

enum err duty_find(struct db *db, const struct duty_key *key, struct arena *a, struct duty *ret,
		   struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT " COLUMNS "FROM duty WHERE unit = $1 AND kind = $2 AND "
				"subject = $3 AND period_kind = $4 AND period = $5"));
	stmt_bind_int(q, 1, key->unit);
	stmt_bind(q, 2, key->kind);
	stmt_bind_int(q, 3, key->subject);
	stmt_bind_int(q, 4, key->period.kind);
	stmt_bind_int(q, 5, key->period.ordinal);
	return duty_one(q, a, ret, why);
}

/* The words of the partial indices, so that both engines use them. */
static void query_state(struct query *q, const struct duty_query *how)
{
	switch (how->state) {
	case DUTY_DUE:
		query_sql(q, SQL(" AND met = 0 AND excused = 0 AND until > "));
		query_int(q, how->now);
		break;
	case DUTY_LATE:
		query_sql(q, SQL(" AND met = 0 AND excused = 0 AND until <= "));
		query_int(q, how->now);
		break;
	case DUTY_MET:
		query_sql(q, SQL(" AND met > 0 AND excused = 0"));
		break;
	case DUTY_EXCUSED:
		query_sql(q, SQL(" AND excused > 0"));
		break;
	default:
		break;
	}
	if (how->moved)
		query_sql(q, SQL(" AND until <> due"));
	if (how->met_late)
		query_sql(q, SQL(" AND met >= until AND excused = 0"));
}

static void query_where(struct query *q, const struct duty_query *how)
{
	query_sql(q, SQL(" WHERE until >= "));
	query_int(q, how->from);
	if (how->to) {
		query_sql(q, SQL(" AND until <= "));
		query_int(q, how->to);
	}
	if (!how->all_units) {
		query_sql(q, SQL(" AND unit IN "));
		query_ints(q, how->units, how->n_units);
	}
	if (how->kind.ptr) {
		query_sql(q, SQL(" AND kind = "));
		query_str(q, how->kind);
	}
	if (how->subject) {
		query_sql(q, SQL(" AND subject = "));
		query_int(q, how->subject);
	}
	query_state(q, how);
	if (how->after) {
		query_sql(q, SQL(" AND (until, id) > ("));
		query_int(q, how->after_until);
		query_sql(q, SQL(", "));
		query_int(q, how->after);
		query_sql(q, SQL(")"));
	}
}

enum err duty_list(struct db *db, const struct duty_query *how, struct arena *a, struct duty **ret,
		   size_t *ret_n, struct why *why)
{
	struct query query;
	query_init(&query, a);
	query_sql(&query, SQL("SELECT " COLUMNS "FROM duty"));
	query_where(&query, how);
	query_sql(&query, SQL(" ORDER BY until, id"));
	if (how->limit) {
		query_sql(&query, SQL(" LIMIT "));
		query_int(&query, (int64_t)how->limit);
	}
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	struct duty *found = NULL;
	size_t n = 0;
	while (stmt_row(q))
		*ARENA_APPEND(a, found, n) = duty_read(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

enum err duty_scan(struct db *db, const struct duty_query *how,
		   void (*each)(void *arg, const struct duty *d), void *arg, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct query query;
	query_init(&query, a);
	query_sql(&query, SQL("SELECT unit, subject, period_kind, period, id, due, until, met, "
			      "excused FROM duty"));
	query_where(&query, how);
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	while (stmt_row(q)) {
		struct duty d = {
			.key = {stmt_int(q, 0),
				how->kind,
				stmt_int(q, 1),
				{(enum period_kind)stmt_int(q, 2), (int32_t)stmt_int(q, 3)}},
			.id = stmt_int(q, 4),
			.due = stmt_int(q, 5),
			.until = stmt_int(q, 6),
			.met = {.at = stmt_int(q, 7)},
			.excused = stmt_int(q, 8),
		};
		each(arg, &d);
	}
	return stmt_end(q, why);
}

static void query_sums(struct query *q, usec now)
{
	query_sql(q,
		  SQL(", sum(CASE WHEN met = 0 AND excused = 0 THEN 1 ELSE 0 END), sum(CASE WHEN "
		      "met = 0 AND excused = 0 AND until <= "));
	query_int(q, now);
	query_sql(q, SQL(" THEN 1 ELSE 0 END), sum(CASE WHEN met > 0 AND excused = 0 THEN 1 ELSE 0 "
			 "END), sum(CASE WHEN excused > 0 THEN 1 ELSE 0 END), sum(CASE WHEN met >= "
			 "until AND excused = 0 THEN 1 ELSE 0 END), min(CASE WHEN met = 0 AND "
			 "excused = 0 AND until <= "));
	query_int(q, now);
	query_sql(q, SQL(" THEN until END) FROM duty"));
}

static struct duty_count count_read(struct stmt *q)
{
	struct duty_count c = {
		.of = stmt_int(q, 0),
		.states = {[DUTY_DUE] = stmt_int(q, 1) - stmt_int(q, 2),
			   [DUTY_LATE] = stmt_int(q, 2),
			   [DUTY_MET] = stmt_int(q, 3),
			   [DUTY_EXCUSED] = stmt_int(q, 4)},
		.met_late = stmt_int(q, 5),
		.oldest = stmt_int(q, 6),
	};
	return c;
}

enum err duty_count(struct db *db, const struct duty_query *how, enum duty_group by,
		    struct arena *a, struct duty_count **ret, size_t *ret_n, struct why *why)
{
	struct query query;
	query_init(&query, a);
	query_sql(&query, by == DUTY_BY_UNIT	  ? SQL("SELECT unit")
			  : by == DUTY_BY_SUBJECT ? SQL("SELECT subject")
						  : SQL("SELECT 0"));
	query_sums(&query, how->now);
	query_where(&query, how);
	query_sql(&query, by == DUTY_BY_UNIT	  ? SQL(" GROUP BY unit ORDER BY unit")
			  : by == DUTY_BY_SUBJECT ? SQL(" GROUP BY subject ORDER BY subject")
						  : SQL(""));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	struct duty_count *found = NULL;
	size_t n = 0;
	while (stmt_row(q))
		*ARENA_APPEND(a, found, n) = count_read(q);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}
