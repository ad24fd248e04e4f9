/* evidence.c - what a reminder rests on, and what of it counts as far as is known now. */
#include "operate/reminder_private.h"
#include "core/setting.h"

enum err reminder_evidence(struct db *db, const struct reminder *r, struct arena *a,
			   struct evidence **ret, size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT duty, indicator, period_kind, period, until, excluded, why, rule FROM reminder_duty "
		    "WHERE unit = $1 AND reminder = $2 ORDER BY until, duty"));
	struct evidence *found = NULL;
	size_t n = 0;
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->id);
	while (stmt_row(q)) {
		*ARENA_APPEND(a, found, n) = (struct evidence){
			.duty = stmt_int(q, 0),
			.indicator = stmt_int(q, 1),
			.period = {(enum period_kind)stmt_int(q, 2), (int32_t)stmt_int(q, 3)},
			.until = stmt_int(q, 4),
			.excluded = arena_str(a, stmt_str(q, 5)),
			.why = arena_str(a, stmt_str(q, 6)),
			.rule = arena_str(a, stmt_str(q, 7)),
		};
	}
	*ret = found;
	*ret_n = n;
	return stmt_end(q, why);
}

/* -- weighing -- */
struct weighed { /* one duty of a reminder's evidence */
	struct reminder
		of; /* its unit, id, week, rule, late, year, number, issued, acknowledged, cutoff */
	struct duty duty; /* id 0: not owed any more */
	int64_t id, grace;
	usec until;	     /* as the evidence has it */
	struct str excluded; /* before */
};

struct weighing {
	const struct reminder *only; /* about to be issued; NULL: all that were issued */
	int64_t unit;		     /* then of this one; 0: of all */
	usec now;
};

static void weighed_where(struct query *query, const struct weighing *of)
{
	if (of->only) {
		query_sql(query, SQL("e.excluded IS NULL AND r.unit = "));
		query_int(query, of->only->unit);
		query_sql(query, SQL(" AND r.id = "));
		query_int(query, of->only->id);
		return;
	}
	query_sql(query,
		  SQL("e.stated = 1 AND r.issued > 0 AND r.withdrawn = 0 AND r.upheld = 0 AND "
		      "r.week >= "));
	query_int(query, period_at(PERIOD_WEEKLY, of->now - 2 * INSPECTION_BACK).ordinal);
	if (of->unit) {
		query_sql(query, SQL(" AND r.unit = "));
		query_int(query, of->unit);
	}
}

static enum err read_weighed(struct db *tx, const struct weighing *of, struct arena *a,
			     struct weighed **ret, size_t *ret_n, struct why *why)
{
	struct query query;
	query_init(&query, a);
	query_sql(
		&query,
		SQL("SELECT r.unit, r.week, r.rule, r.id, r.late, r.cutoff, r.year, r.number, r.issued, "
		    "r.acknowledged, e.duty, e.grace, e.until, e.excluded, d.id, d.until, d.met, "
		    "d.excused, d.excuse FROM reminder r JOIN reminder_duty e ON e.unit = r.unit AND "
		    "e.reminder = r.id LEFT JOIN duty d ON d.unit = e.unit AND d.id = e.duty WHERE "));
	weighed_where(&query, of);
	query_sql(&query, SQL(" ORDER BY r.id, e.until, e.duty"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, tx);
	struct weighed *found = NULL;
	size_t n = 0;
	while (stmt_row(q)) {
		*ARENA_APPEND(a, found, n) = (struct weighed){
			.of = {.unit = stmt_int(q, 0),
			       .week = stmt_int(q, 1),
			       .rule = arena_str(a, stmt_str(q, 2)),
			       .id = stmt_int(q, 3),
			       .late = stmt_int(q, 4),
			       .cutoff = stmt_int(q, 5),
			       .year = stmt_int(q, 6),
			       .number = stmt_int(q, 7),
			       .issued = {.at = stmt_int(q, 8)},
			       .acknowledged = {.at = stmt_int(q, 9)}},
			.id = stmt_int(q, 10),
			.grace = stmt_int(q, 11),
			.until = stmt_int(q, 12),
			.excluded = arena_str(a, stmt_str(q, 13)),
			.duty = {.id = stmt_int(q, 14),
				 .until = stmt_int(q, 15),
				 .met = {.at = stmt_int(q, 16)},
				 .excused = stmt_int(q, 17),
				 .excuse = arena_str(a, stmt_str(q, 18))},
		};
	}
	*ret = found;
	*ret_n = n;
	return stmt_end(q, why);
}

/* In how many other reminders that were issued is the duty counted? */
static enum err counted_elsewhere(struct db *tx, const struct weighed *x, int64_t *ret,
				  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT count(*) FROM reminder_duty e JOIN reminder r ON r.unit = e.unit AND r.id = "
		    "e.reminder WHERE e.unit = $1 AND e.duty = $2 AND e.excluded IS NULL AND r.id <> $3 "
		    "AND r.issued > 0 AND r.withdrawn = 0 AND r.upheld = 0"));
	stmt_bind_int(q, 1, x->of.unit);
	stmt_bind_int(q, 2, x->id);
	stmt_bind_int(q, 3, x->of.id);
	*ret = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

/* Why it does not count now; NULL: it does.  What is to count that did not before, or is to be issued, must
 * not count too often. */
static enum err weigh_one(struct db *tx, const struct weighed *x, int64_t most, const char **ret,
			  struct why *why)
{
	int64_t elsewhere = 0;
	*ret = x->duty.id ? inspection_excludes(&x->duty, x->grace, x->of.cutoff) : "withdrawn";
	if (*ret || !most || (x->of.issued.at && !x->excluded.ptr))
		return OK;
	enum err rc = counted_elsewhere(tx, x, &elsewhere, why);
	if (elsewhere >= most)
		*ret = "counted_before";
	return rc;
}

static void write_weighed(struct db *tx, const struct weighed *x, const char *reason)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("UPDATE reminder_duty SET excluded = $4, why = $5, until = $6 WHERE unit = "
			"$1 AND reminder = $2 AND duty = $3"));
	stmt_bind_int(q, 1, x->of.unit);
	stmt_bind_int(q, 2, x->of.id);
	stmt_bind_int(q, 3, x->id);
	stmt_bind(q, 4, reason ? str_of(reason) : STR_NULL);
	stmt_bind(q, 5, x->duty.excused ? x->duty.excuse : STR_NULL);
	stmt_bind_int(q, 6, x->duty.id ? x->duty.until : x->until);
	stmt_push(q);
}

/* The evidence of one reminder; r->late and r->oldest become what they are now, *ret: whether anything changed. */
static enum err weigh(struct db *tx, const struct weighed *x, size_t n, int64_t most,
		      struct reminder *r, bool *ret, struct why *why)
{
	enum err rc = OK;
	r->late = 0;
	r->oldest = 0;
	*ret = false;
	for (size_t i = 0; i < n && rc == OK; i++) {
		const char *reason = NULL;
		usec until = x[i].duty.id ? x[i].duty.until : x[i].until;
		rc = weigh_one(tx, &x[i], most, &reason, why);
		bool same = reason ? str_is(x[i].excluded, reason) : !x[i].excluded.ptr;
		if (rc == OK && (!same || until != x[i].until)) {
			write_weighed(tx, &x[i], reason);
			*ret = true;
		}
		if (reason)
			continue;
		r->late++;
		r->oldest = r->oldest && r->oldest < until ? r->oldest : until;
	}
	return rc;
}

enum err evidence_weigh(struct db *tx, struct reminder *r, usec now, struct arena *a,
			struct why *why)
{
	struct weighed *x = NULL;
	struct settings settings;
	size_t n = 0;
	bool changed = false;
	enum err rc = settings_read(tx, &settings, why);
	if (rc == OK)
		rc = read_weighed(tx, &(struct weighing){.only = r, .now = now}, a, &x, &n, why);
	return rc == OK ? weigh(tx, x, n, settings.value[SETTING_DUTY_REMINDERS], r, &changed, why)
			: rc;
}

void evidence_state(struct db *tx, const struct reminder *r)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE reminder_duty SET stated = 1 WHERE unit = $1 AND reminder "
				"= $2 AND excluded IS NULL"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->id);
	stmt_push(q);
}

/* A reminder whose evidence is not what it was. */
static enum err reweighed(struct db *tx, const struct reminder *r, int64_t before, usec now,
			  struct arena *a, struct why *why)
{
	struct act what = {.at = now};
	struct settlement s;
	struct duty_key key = reminder_acknowledgement(r);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE reminder SET late = $4, oldest = $5 WHERE unit = $1 AND week = $2 AND rule = $3"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->week);
	stmt_bind(q, 3, r->rule);
	stmt_bind_int(q, 4, r->late);
	stmt_bind_int(q, 5, r->oldest);
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		rc = reminder_journal(tx, "reminder.weighed", r, &what, &s, why);
	if (rc != OK || r->acknowledged.at)
		return rc;
	if (!r->late)
		duty_withdraw(tx, &key);
	return r->late && !before ? reminder_owe_acknowledgement(tx, r, now, a, why) : OK;
}

enum err reminders_weigh(struct db *tx, int64_t unit, usec now, int64_t *ret, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct weighed *x = NULL;
	struct settings settings;
	size_t n = 0;
	*ret = 0;
	enum err rc = settings_read(tx, &settings, why);
	if (rc == OK)
		rc = read_weighed(tx, &(struct weighing){NULL, unit, now}, a, &x, &n, why);
	for (size_t from = 0, to; from < n && rc == OK; from = to) {
		struct reminder r = x[from].of;
		bool changed = false;
		for (to = from; to < n && x[to].of.id == x[from].of.id;)
			to++;
		rc = weigh(tx, x + from, to - from, settings.value[SETTING_DUTY_REMINDERS], &r,
			   &changed, why);
		if (rc == OK && changed)
			rc = reweighed(tx, &r, x[from].of.late, now, a, why);
		*ret += changed;
	}
	return rc;
}
