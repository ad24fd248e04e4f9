/* figure.c - figures in the store. */
#include "registry/figure.h"
#include "base/id.h"

static const char *const status_names[] = {
#define X(code, name) name,
	FIGURE_STATUS_TABLE(X)
#undef X
};

const char *figure_status_name(enum figure_status s)
{
	return status_names[s];
}

static enum figure_status figure_status_of(struct str name)
{
	int s = FIGURE_STATUSES - 1;
	while (s > 0 && !str_is(name, status_names[s]))
		s--;
	return (enum figure_status)s;
}

/* Late is what came at or after the deadline that counts, which an outage declared afterwards moves too;
 * only where nothing was owed does the row itself say it. */
#define FLAGS                                                                                        \
	"coalesce((SELECT CASE WHEN f.first_received >= d.until THEN f.flags | 1 ELSE f.flags & ~1 " \
	"END FROM duty d WHERE d.unit = f.unit AND d.kind = 'figure' AND d.subject = f.indicator "   \
	"AND d.period_kind = f.period_kind AND d.period = f.period), f.flags)"
static_assert(FIGURE_LATE == 1, "the statement above says so");
#define COLUMNS                                                                                     \
	"f.id, f.unit, f.indicator, f.period_kind, f.period, f.breakdown, f.revision, f.mantissa, " \
	"f.scale, f.current, f.status, " FLAGS ", f.remark, f.reason, f.delivery, f.row_no, "       \
	"f.column_no, f.sheet, f.actor, f.received, f.decided_by, f.decided, f.decision_remark, f.first_received "

static struct str text(struct stmt *q, int column, struct arena *a)
{
	return arena_str(a, stmt_str(q, column));
}

static struct figure figure_read(struct stmt *q, struct arena *a)
{
	struct figure f = {
		.id = stmt_int(q, 0),
		.unit = stmt_int(q, 1),
		.indicator = stmt_int(q, 2),
		.period = {(enum period_kind)stmt_int(q, 3), (int32_t)stmt_int(q, 4)},
		.breakdown = text(q, 5, a),
		.revision = stmt_int(q, 6),
		.empty = stmt_is_null(q, 7),
		.value = {stmt_int(q, 7), (int)stmt_int(q, 8)},
		.current = stmt_int(q, 9) != 0,
		.status = figure_status_of(stmt_str(q, 10)),
		.flags = (unsigned)stmt_int(q, 11),
		.remark = text(q, 12, a),
		.reason = text(q, 13, a),
		.delivery = stmt_int(q, 14),
		.row = stmt_int(q, 15),
		.column = stmt_int(q, 16),
		.sheet = text(q, 17, a),
		.actor = stmt_int(q, 18),
		.received = stmt_int(q, 19),
		.decided_by = stmt_int(q, 20),
		.decided = stmt_int(q, 21),
		.decision_remark = text(q, 22, a),
		.first_received = stmt_int(q, 23),
	};
	return f;
}

/* One row or ERR_NOT_FOUND. */
static enum err figure_one(struct stmt *q, struct arena *a, struct figure *ret, struct why *why)
{
	bool found = stmt_row(q);
	if (found)
		*ret = figure_read(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return rc;
}

void figure_bind_key(struct stmt *q, const struct figure *key)
{
	stmt_bind_int(q, 1, key->unit);
	stmt_bind_int(q, 2, key->indicator);
	stmt_bind_int(q, 3, key->period.kind);
	stmt_bind_int(q, 4, key->period.ordinal);
	stmt_bind(q, 5, key->breakdown);
}

enum err figure_current(struct db *db, const struct figure *key, struct arena *a,
			struct figure *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT " COLUMNS "FROM figure f WHERE f.unit = $1 AND f.indicator = $2 AND "
		    "f.period_kind = $3 AND f.period = $4 AND f.breakdown = $5 AND f.current = 1"));
	figure_bind_key(q, key);
	return figure_one(q, a, ret, why);
}

enum err figure_get(struct db *db, int64_t id, struct arena *a, struct figure *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT " COLUMNS "FROM figure f WHERE f.id = $1"));
	stmt_bind_int(q, 1, id);
	return figure_one(q, a, ret, why);
}

#define BEFORE                                                                                       \
	"FROM figure f WHERE unit = $1 AND indicator = $2 AND period_kind = $3 AND period < $4 AND " \
	"breakdown = $5 AND current = 1 AND mantissa IS NOT NULL ORDER BY period DESC LIMIT "

enum err figure_history(struct db *db, const struct figure *key, size_t max, struct arena *a,
			struct figure **ret, size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT period, mantissa, scale " BEFORE "$6"));
	figure_bind_key(q, key);
	stmt_bind_int(q, 6, (int64_t)max);
	struct figure *found = NULL;
	size_t n = 0;
	while (stmt_row(q))
		*ARENA_APPEND(a, found, n) = (struct figure){
			.unit = key->unit,
			.indicator = key->indicator,
			.period = {key->period.kind, (int32_t)stmt_int(q, 0)},
			.breakdown = key->breakdown,
			.value = {stmt_int(q, 1), (int)stmt_int(q, 2)},
		};
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

enum err figure_before(struct db *db, const struct figure *key, struct arena *a, struct figure *ret,
		       struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT " COLUMNS BEFORE "1"));
	figure_bind_key(q, key);
	return figure_one(q, a, ret, why);
}

/* Number of the last revision; when the first came that still stands. */
static enum err last_revision(struct db *tx, const struct figure *key, int64_t *ret,
			      usec *ret_first, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT max(revision), min(CASE WHEN status <> 'returned' THEN received END) FROM figure WHERE unit = $1 AND indicator = $2 AND "
		    "period_kind = $3 AND period = $4 AND breakdown = $5"));
	figure_bind_key(q, key);
	bool found = stmt_row(q);
	int64_t last = found ? stmt_int(q, 0) : 0;
	usec first = found ? stmt_int(q, 1) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = last;
		*ret_first = first;
	}
	return rc;
}

static void unset_current(struct db *tx, const struct figure *key)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE figure SET current = 0, turn = (SELECT n FROM figure_turn) WHERE "
		    "unit = $1 AND indicator = $2 AND period_kind = $3 AND period = $4 AND breakdown = $5 AND current = 1"));
	figure_bind_key(q, key);
	stmt_push(q);
}

static void insert(struct db *tx, const struct figure *f)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO figure (unit, indicator, period_kind, period, breakdown, revision, id, "
		    "mantissa, scale, current, status, flags, remark, reason, delivery, sheet, row_no, "
		    "column_no, actor, received, first_received, turn) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
		    "$9, 1, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, (SELECT n FROM figure_turn))"));
	figure_bind_key(q, f);
	stmt_bind_int(q, 6, f->revision);
	stmt_bind_int(q, 7, f->id);
	if (f->empty)
		stmt_bind_null(q, 8);
	else
		stmt_bind_int(q, 8, f->value.mantissa);
	stmt_bind_int(q, 9, f->value.scale);
	stmt_bind(q, 10, str_of(status_names[f->status]));
	stmt_bind_int(q, 11, f->flags);
	stmt_bind(q, 12, f->remark);
	stmt_bind(q, 13, f->reason);
	stmt_bind_int(q, 14, f->delivery);
	stmt_bind(q, 15, f->sheet);
	stmt_bind_int(q, 16, f->row);
	stmt_bind_int(q, 17, f->column);
	stmt_bind_int(q, 18, f->actor);
	stmt_bind_int(q, 19, f->received);
	stmt_bind_int(q, 20, f->first_received);
	stmt_push(q);
}

enum err figure_turn(struct db *tx, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("UPDATE figure_turn SET n = n + 1"));
	return stmt_end(q, why);
}

enum err figure_turns(struct db *db, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT n FROM figure_turn"));
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = n;
	return rc;
}

/* "+": row by row as they lie; through an index of nearly all of them each would be sought by itself. */
#define SCANNED                                                                                    \
	"SELECT unit, indicator, period_kind, period, breakdown, mantissa, scale, current, "       \
	"status, flags, id, received FROM figure WHERE "

enum err figure_scan(struct db *db, int64_t since, void (*each)(void *arg, const struct figure *f),
		     void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = since ? db_stmt(db, SQL(SCANNED "turn > $1"))
					       : db_stmt(db, SQL(SCANNED "+current = 1"));
	if (since)
		stmt_bind_int(q, 1, since);
	while (stmt_row(q)) {
		struct figure f = {
			.unit = stmt_int(q, 0),
			.indicator = stmt_int(q, 1),
			.period = {(enum period_kind)stmt_int(q, 2), (int32_t)stmt_int(q, 3)},
			.breakdown = stmt_str(q, 4),
			.empty = stmt_is_null(q, 5),
			.value = {stmt_int(q, 5), (int)stmt_int(q, 6)},
			.current = stmt_int(q, 7) != 0,
			.status = figure_status_of(stmt_str(q, 8)),
			.flags = (unsigned)stmt_int(q, 9),
			.id = stmt_int(q, 10),
			.received = stmt_int(q, 11),
		};
		each(arg, &f);
	}
	return stmt_end(q, why);
}

enum err figure_put(struct db *tx, struct figure *f, struct why *why)
{
	int64_t last = 0;
	usec first = 0;
	enum err rc = last_revision(tx, f, &last, &first, why);
	if (rc != OK)
		return rc;
	if (last > 0)
		unset_current(tx, f);
	f->flags &= ~(unsigned)FIGURE_CORRECTION;
	f->flags |= last > 0 ? FIGURE_CORRECTION : 0;
	f->revision = last + 1;
	f->first_received = first ? first : f->received;
	f->id = id_next(store_ids(db_store(tx)), f->received);
	f->current = true;
	insert(tx, f);
	return OK;
}

/* An approval leaves `current` alone: naming it would write its indices anew. */
#define DECIDED                                                                                    \
	"status = $6, decided_by = $7, decided = $8, decision_remark = $9, turn = (SELECT n FROM " \
	"figure_turn) WHERE unit = $1 AND indicator = $2 AND period_kind = $3 AND period = $4 "    \
	"AND breakdown = $5 AND revision = $10 AND status = 'submitted' AND current = 1"

static enum err mark_decided(struct db *tx, const struct figure *f, enum figure_status decision,
			     struct str remark, int64_t by, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, decision == FIGURE_APPROVED ? SQL("UPDATE figure SET " DECIDED)
						: SQL("UPDATE figure SET current = 0, " DECIDED));
	figure_bind_key(q, f);
	stmt_bind(q, 6, str_of(status_names[decision]));
	stmt_bind_int(q, 7, by);
	stmt_bind_int(q, 8, now);
	stmt_bind(q, 9, remark);
	stmt_bind_int(q, 10, f->revision);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_CONFLICT,
			    "this figure was decided or replaced meanwhile: look at it again");
	return rc;
}

/* After a return the newest revision that was not returned counts again. */
static enum err reinstate(struct db *tx, const struct figure *f, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE figure SET current = 1, turn = (SELECT n FROM figure_turn) WHERE unit = $1 AND indicator = $2 AND "
		    "period_kind = $3 AND period = $4 AND breakdown = $5 AND revision = ("
		    "SELECT max(revision) FROM figure WHERE unit = $1 AND indicator = $2 AND "
		    "period_kind = $3 AND period = $4 AND breakdown = $5 AND status <> 'returned')"));
	figure_bind_key(q, f);
	return stmt_end(q, why);
}

enum err figure_decide(struct db *tx, const struct figure *f, enum figure_status decision,
		       struct str remark, int64_t by, usec now, struct why *why)
{
	enum err rc = mark_decided(tx, f, decision, remark, by, now, why);
	if (rc == OK && decision == FIGURE_RETURNED)
		rc = reinstate(tx, f, why);
	return rc;
}

enum err figure_withdraw_derived(struct db *tx, const struct figure *f, struct str remark, usec now,
				 struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE figure SET current = 0, status = 'returned', decided_by = 0, decided = $6, "
		    "decision_remark = $7, turn = (SELECT n FROM figure_turn) WHERE unit = $1 AND indicator = "
		    "$2 AND period_kind = $3 AND period = $4 AND breakdown = $5 AND status <> 'returned' AND "
		    "(flags & $8) <> 0"));
	figure_bind_key(q, f);
	stmt_bind_int(q, 6, now);
	stmt_bind(q, 7, remark);
	stmt_bind_int(q, 8, FIGURE_DERIVED);
	enum err rc = stmt_end(q, why);
	return rc == OK ? reinstate(tx, f, why) : rc;
}

enum err figure_put_inputs(struct db *tx, const struct figure *f, const int64_t *inputs, size_t n,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *forget =
		db_stmt(tx, SQL("DELETE FROM figure_input WHERE unit = $1 AND figure = $2"));
	stmt_bind_int(forget, 1, f->unit);
	stmt_bind_int(forget, 2, f->id);
	enum err rc = stmt_end(forget, why);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("INSERT INTO figure_input (unit, figure, input) VALUES ($1, $2, $3)"));
	for (size_t i = 0; i < n && rc == OK; i++) {
		stmt_bind_int(q, 1, f->unit);
		stmt_bind_int(q, 2, f->id);
		stmt_bind_int(q, 3, inputs[i]);
		rc = stmt_end(q, why);
	}
	return rc;
}

enum err figure_inputs(struct db *db, const struct figure *f, struct arena *a, int64_t **ret,
		       size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT input FROM figure_input WHERE unit = $1 AND figure = $2 ORDER BY input "
		    "LIMIT $3"));
	stmt_bind_int(q, 1, f->unit);
	stmt_bind_int(q, 2, f->id);
	stmt_bind_int(q, 3, FIGURE_INPUTS_MAX);
	int64_t *found = ARENA_ARRAY(a, FIGURE_INPUTS_MAX, int64_t);
	size_t n = 0;
	while (n < FIGURE_INPUTS_MAX && stmt_row(q))
		found[n++] = stmt_int(q, 0);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

/* The newest revision that was known, and not yet returned, at as_of. */
static void query_as_of(struct query *q, usec as_of)
{
	query_sql(q, SQL(" AND f.received <= "));
	query_int(q, as_of);
	query_sql(q, SQL(" AND NOT (f.status = 'returned' AND f.decided <= "));
	query_int(q, as_of);
	query_sql(
		q,
		SQL(") AND NOT EXISTS (SELECT 1 FROM figure g WHERE g.unit = f.unit AND g.indicator = "
		    "f.indicator AND g.period_kind = f.period_kind AND g.period = f.period AND "
		    "g.breakdown = f.breakdown AND g.revision > f.revision AND g.received <= "));
	query_int(q, as_of);
	query_sql(q, SQL(" AND NOT (g.status = 'returned' AND g.decided <= "));
	query_int(q, as_of);
	query_sql(q, SQL("))"));
}

static void query_period(struct query *q, const struct figure_query *how)
{
	if (!how->has_from && !how->has_to)
		return;
	query_sql(q, SQL(" AND f.period_kind = "));
	query_int(q, how->period_kind);
	if (how->has_from) {
		query_sql(q, SQL(" AND f.period >= "));
		query_int(q, how->from);
	}
	if (how->has_to) {
		query_sql(q, SQL(" AND f.period <= "));
		query_int(q, how->to);
	}
}

static void query_where(struct query *q, const struct figure_query *how)
{
	query_sql(q, SQL("f.id > "));
	query_int(q, how->after);
	if (how->n_indicators) {
		query_sql(q, SQL(" AND f.indicator IN "));
		query_ints(q, how->indicators, how->n_indicators);
	}
	if (how->n_units || how->no_units) {
		query_sql(q, SQL(" AND f.unit IN "));
		query_ints(q, how->units, how->n_units);
	}
	query_period(q, how);
	query_figure_reach(q, &how->reach);
	if (how->breakdown.ptr) {
		query_sql(q, SQL(" AND f.breakdown = "));
		query_str(q, how->breakdown);
	}
	if (how->delivery) {
		query_sql(q, SQL(" AND f.delivery = "));
		query_int(q, how->delivery);
	}
	if (how->waiting) {
		query_sql(q, SQL(" AND f.status = 'submitted' AND (f.flags & "));
		query_int(
			q,
			FIGURE_DERIVED); /* a computed one waits for its inputs, not for a person */
		query_sql(q, SQL(") = 0"));
	}
	if (how->as_of)
		query_as_of(q, how->as_of);
	else if (!how->revisions)
		query_sql(q, SQL(" AND f.current = 1"));
}

enum err figure_list(struct db *db, const struct figure_query *how, struct arena *a,
		     struct figure **ret, size_t *ret_n, struct why *why)
{
	struct query query;
	query_init(&query, a);
	query_sql(&query, SQL("SELECT " COLUMNS "FROM figure f WHERE "));
	query_where(&query, how);
	query_sql(&query, SQL(" ORDER BY f.id LIMIT "));
	query_int(&query, (int64_t)how->limit);
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	struct figure *found = NULL;
	size_t n = 0;
	while (stmt_row(q))
		*ARENA_APPEND(a, found, n) = figure_read(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}
