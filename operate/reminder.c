/* reminder.c - reminders in the store: what may follow what, and the numbers of a year. */
#include "operate/discipline.h"
#include "core/journal.h"
#include "core/outage.h"

static const char *const state_names[] = {
#define X(code, name) name,
	REMINDER_STATE_TABLE(X)
#undef X
};

const char *reminder_state_name(enum reminder_state s)
{
	assert(s < REMINDER_STATES);
	return state_names[s];
}

enum reminder_state reminder_state(const struct reminder *r)
{
	if (r->withdrawn.at)
		return REMINDER_WITHDRAWN;
	if (r->upheld)
		return REMINDER_ANNULLED;
	if (r->appealed.at && !r->decided.at)
		return REMINDER_APPEALED;
	if (r->acknowledged.at)
		return REMINDER_ACKNOWLEDGED;
	if (r->issued.at)
		return REMINDER_ISSUED;
	if (!r->reviewed.at)
		return REMINDER_DRAFT;
	return r->chosen ? REMINDER_REVIEWED : REMINDER_LEFT_OUT;
}

/* The same of a row; its numbers are those of the states. */
#define STATE_SQL                                                                                   \
	"CASE WHEN withdrawn > 0 THEN 7 WHEN upheld <> 0 THEN 6 WHEN appealed > 0 AND decided = 0 " \
	"THEN 5 WHEN acknowledged > 0 THEN 4 WHEN issued > 0 THEN 3 WHEN reviewed = 0 THEN 0 WHEN " \
	"chosen <> 0 THEN 1 ELSE 2 END"
static_assert(REMINDER_DRAFT == 0 && REMINDER_LEFT_OUT == 2 && REMINDER_WITHDRAWN == 7,
	      "states are numbered as STATE_SQL says");

bool reminder_stands(const struct reminder *r)
{
	return r->issued.at && !r->withdrawn.at && !r->upheld;
}

/* -- reading -- */
#define COLUMNS                                                                                     \
	"unit, week, rule, id, late, oldest, cutoff, reviewed, reviewed_by, remark, chosen, year, " \
	"number, issued, issued_by, server, seq, acknowledged, acknowledged_by, appealed, "         \
	"appealed_by, appeal, decided, decided_by, decision, upheld, withdrawn, withdrawn_by, "     \
	"withdrawal "

static struct reminder reminder_read(struct stmt *q, struct arena *a)
{
	return (struct reminder){
		.unit = stmt_int(q, 0),
		.week = stmt_int(q, 1),
		.rule = arena_str(a, stmt_str(q, 2)),
		.id = stmt_int(q, 3),
		.late = stmt_int(q, 4),
		.oldest = stmt_int(q, 5),
		.cutoff = stmt_int(q, 6),
		.reviewed = {stmt_int(q, 7), stmt_int(q, 8), arena_str(a, stmt_str(q, 9))},
		.chosen = stmt_int(q, 10) != 0,
		.year = stmt_int(q, 11),
		.number = stmt_int(q, 12),
		.issued = {stmt_int(q, 13), stmt_int(q, 14), STR_NULL},
		.server = stmt_int(q, 15),
		.seq = stmt_int(q, 16),
		.acknowledged = {stmt_int(q, 17), stmt_int(q, 18), STR_NULL},
		.appealed = {stmt_int(q, 19), stmt_int(q, 20), arena_str(a, stmt_str(q, 21))},
		.decided = {stmt_int(q, 22), stmt_int(q, 23), arena_str(a, stmt_str(q, 24))},
		.upheld = stmt_int(q, 25) != 0,
		.withdrawn = {stmt_int(q, 26), stmt_int(q, 27), arena_str(a, stmt_str(q, 28))},
	};
}

enum err reminder_get(struct db *db, int64_t id, struct arena *a, struct reminder *ret,
		      struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT " COLUMNS "FROM reminder WHERE id = $1"));
	stmt_bind_int(q, 1, id);
	bool found = stmt_row(q);
	if (found)
		*ret = reminder_read(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return rc;
}

static void query_where(struct query *q, const struct reminder_query *how)
{
	query_sql(q, SQL("id > "));
	query_int(q, how->after);
	if (!how->all_units) {
		query_sql(q, SQL(" AND unit IN "));
		query_ints(q, how->units, how->n_units);
	}
	if (how->issued)
		query_sql(q, SQL(" AND issued > 0"));
	if (how->of_state) {
		query_sql(q, SQL(" AND " STATE_SQL " = "));
		query_int(q, how->state);
	}
	if (how->week_given) {
		query_sql(q, SQL(" AND week = "));
		query_int(q, how->week);
	}
	if (how->from) {
		query_sql(q, SQL(" AND issued >= "));
		query_int(q, how->from);
	}
	if (how->to) {
		query_sql(q, SQL(" AND issued < "));
		query_int(q, how->to);
	}
}

enum err reminder_list(struct db *db, const struct reminder_query *how, struct arena *a,
		       struct reminder **ret, size_t *ret_n, struct why *why)
{
	struct query query;
	query_init(&query, a);
	query_sql(&query, SQL("SELECT " COLUMNS "FROM reminder WHERE "));
	query_where(&query, how);
	query_sql(&query, SQL(" ORDER BY id"));
	if (how->limit) {
		query_sql(&query, SQL(" LIMIT "));
		query_int(&query, (int64_t)how->limit);
	}
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	struct reminder *found = NULL;
	size_t n = 0;
	while (stmt_row(q))
		*ARENA_APPEND(a, found, n) = reminder_read(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

enum err reminder_evidence(struct db *db, const struct reminder *r, struct arena *a,
			   struct evidence **ret, size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT duty, indicator, period_kind, period, until, excluded, why FROM reminder_duty "
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
		};
	}
	*ret = found;
	*ret_n = n;
	return stmt_end(q, why);
}

/* -- changes -- */
enum err discipline_journal(struct db *tx, struct journal_entry *e, const struct act *what,
			    struct buf *data, struct why *why)
{
	e->at = what->at;
	e->actor = what->by;
	if (!e->subject.ptr)
		e->subject = STR("reminder");
	e->data = buf_str(data);
	enum err rc = buf_end(data, why);
	return rc == OK ? journal_append(tx, e, why) : rc;
}

/* unit 0: not yet the unit's affair. */
static enum err journal(struct db *tx, const char *kind, const struct reminder *r, int64_t unit,
			const struct act *what, struct settlement *ret, struct why *why)
{
	struct buf data;
	struct jw w;
	buf_init(&data, 16384);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_int(&w, "number", r->number);
	jw_m_int(&w, "year", r->year);
	jw_m_int(&w, "late", r->late);
	jw_m_bool(&w, "upheld", r->upheld);
	jw_m_bool(&w, "chosen", r->chosen);
	jw_m_str(&w, "text", what->text);
	jw_object_end(&w);
	*ret = (struct settlement){.at = what->at, .by = what->by};
	struct journal_entry e = {.kind = str_of(kind), .unit = unit, .subject_id = r->id};
	enum err rc = discipline_journal(tx, &e, what, &data, why);
	ret->server = e.server;
	ret->seq = e.seq;
	buf_release(&data);
	return rc;
}

/* One UPDATE that says in its condition what must be so; $1..$3 the key, $4.. what was done. */
static enum err write_act(struct db *tx, struct sql text, const struct reminder *r,
			  const struct act *what, int64_t more, const char *otherwise,
			  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, text);
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->week);
	stmt_bind(q, 3, r->rule);
	stmt_bind_int(q, 4, what->at);
	stmt_bind_int(q, 5, what->by);
	stmt_bind(q, 6, what->text);
	stmt_bind_int(q, 7, more);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_CONFLICT, BOTH_FMT, WORDS_ARG(otherwise));
	return rc;
}
#define WHERE_KEY " WHERE unit = $1 AND week = $2 AND rule = $3 "

enum err reminder_review(struct db *tx, const struct reminder *r, bool chosen,
			 const struct act *what, struct why *why)
{
	struct reminder now = *r;
	struct settlement s;
	if (r->late == 0 && chosen)
		return fail(why, ERR_CONFLICT,
			    "nothing of this unit's counts: there is nothing to remind of");
	now.chosen = chosen;
	enum err rc = write_act(
		tx,
		SQL("UPDATE reminder SET reviewed = $4, reviewed_by = $5, remark = $6, chosen = $7" WHERE_KEY
		    "AND issued = 0"),
		r, what, chosen, WORDS("this reminder was issued already: withdraw it instead"),
		why);
	return rc == OK ? journal(tx, "reminder.reviewed", &now, 0, what, &s, why) : rc;
}

/* The next number of the year; whoever else issues waits for our commit. */
static enum err next_number(struct db *tx, int64_t year, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO reminder_number (year, last) VALUES ($1, 1) ON CONFLICT (year) DO "
		    "UPDATE SET last = reminder_number.last + 1 RETURNING last"));
	stmt_bind_int(q, 1, year);
	*ret = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

static void exclude(struct db *tx, const struct reminder *r, const struct duty *d,
		    const char *reason)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE reminder_duty SET excluded = $4, why = $5 WHERE unit = $1 "
				"AND reminder = $2 AND duty = $3"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->id);
	stmt_bind_int(q, 3, d->id);
	stmt_bind(q, 4, str_of(reason));
	stmt_bind(q, 5, d->excuse);
	stmt_push(q);
}

/* In how many standing reminders of other weeks was the duty counted? */
static enum err reminder_counted(struct db *tx, int64_t unit, int64_t duty, int64_t week,
				 int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT count(*) FROM reminder_duty e JOIN reminder r ON r.unit = e.unit AND r.id = "
		    "e.reminder WHERE e.unit = $1 AND e.duty = $2 AND e.excluded IS NULL AND r.week <> $3 "
		    "AND r.issued > 0 AND r.withdrawn = 0 AND r.upheld = 0"));
	stmt_bind_int(q, 1, unit);
	stmt_bind_int(q, 2, duty);
	stmt_bind_int(q, 3, week);
	*ret = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

/* Why one duty of the evidence counts no more; NULL: it does. */
static enum err weigh_one(struct db *tx, const struct reminder *r, const struct duty *d,
			  int64_t most, const char **ret, struct why *why)
{
	int64_t before = 0;
	*ret = NULL;
	if (!inspection_counts(d, r->cutoff)) {
		*ret = d->excused ? "excused" : "outage";
		return OK;
	}
	enum err rc = most ? reminder_counted(tx, r->unit, d->id, r->week, &before, why) : OK;
	if (most && before >= most)
		*ret = "counted_before";
	return rc;
}

/* What still counts: an excuse, an outage or another reminder may have come since the inspection. */
static enum err weigh_again(struct db *tx, struct reminder *r, struct arena *a, struct why *why)
{
	struct evidence *e = NULL;
	struct settings settings;
	size_t n = 0;
	enum err rc = reminder_evidence(tx, r, a, &e, &n, why);
	if (rc == OK)
		rc = settings_read(tx, &settings, why);
	r->late = 0;
	r->oldest = 0;
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct duty d;
		const char *reason = NULL;
		if (e[i].excluded.ptr)
			continue;
		rc = duty_get(tx, e[i].duty, a, &d, why);
		if (rc == OK)
			rc = weigh_one(tx, r, &d, settings.value[SETTING_DUTY_REMINDERS], &reason,
				       why);
		if (rc == OK && reason) {
			exclude(tx, r, &d, reason);
			continue;
		}
		r->late++;
		r->oldest = r->oldest ? r->oldest : e[i].until;
	}
	return rc;
}

static usec acknowledge_by(usec issued, const struct settings *s)
{
	return date_start(date_local(issued)) + s->value[SETTING_ACKNOWLEDGE_DAYS] * USEC_DAY +
	       17 * USEC_HOUR;
}

static struct duty_key acknowledgement(const struct reminder *r)
{
	return (struct duty_key){
		.unit = r->unit, .kind = STR(DUTY_ACKNOWLEDGEMENT), .subject = r->id};
}

static enum err owe_acknowledgement(struct db *tx, const struct reminder *r, usec at,
				    struct arena *a, struct why *why)
{
	struct settings settings;
	struct outages outages;
	struct duty d = {.key = acknowledgement(r)};
	enum err rc = settings_read(tx, &settings, why);
	if (rc == OK)
		rc = outages_read(tx, a, &outages, why);
	if (rc != OK)
		return rc;
	d.due = acknowledge_by(at, &settings);
	d.until = outages_until(&outages, d.due);
	duty_add(tx, &d, at);
	return OK;
}

static enum err write_issue(struct db *tx, const struct reminder *r, const struct act *what,
			    const struct settlement *s, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE reminder SET issued = $4, issued_by = $5, year = $6, number = $7, server = $8, "
		    "seq = $9, late = $10, oldest = $11" WHERE_KEY
		    "AND issued = 0 AND reviewed > 0 AND chosen = 1"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->week);
	stmt_bind(q, 3, r->rule);
	stmt_bind_int(q, 4, what->at);
	stmt_bind_int(q, 5, what->by);
	stmt_bind_int(q, 6, r->year);
	stmt_bind_int(q, 7, r->number);
	stmt_bind_int(q, 8, s->server);
	stmt_bind_int(q, 9, s->seq);
	stmt_bind_int(q, 10, r->late);
	stmt_bind_int(q, 11, r->oldest);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_CONFLICT,
			    "this reminder was issued meanwhile, or is not reviewed: look again");
	return rc;
}

enum err reminder_issue(struct db *tx, const struct reminder *r, const struct act *what,
			struct arena *a, struct why *why)
{
	struct reminder now = *r;
	struct settlement s = {0};
	if (reminder_state(r) != REMINDER_REVIEWED)
		return fail(why, ERR_CONFLICT, "only what was reviewed and ticked in is issued");
	now.year = date_local(what->at).year;
	enum err rc = next_number(tx, now.year, &now.number, why);
	if (rc == OK)
		rc = weigh_again(tx, &now, a, why);
	if (rc == OK && now.late == 0)
		rc = fail(
			why, ERR_CONFLICT,
			"everything it rests on was excused or fell into an outage since: tick it "
			"out");
	if (rc == OK)
		rc = journal(tx, "reminder.issued", &now, r->unit, what, &s, why);
	if (rc == OK)
		rc = write_issue(tx, &now, what, &s, why);
	return rc == OK ? owe_acknowledgement(tx, &now, what->at, a, why) : rc;
}

enum err reminder_withdraw(struct db *tx, const struct reminder *r, const struct act *what,
			   struct why *why)
{
	struct settlement s;
	struct duty_key key = acknowledgement(r);
	enum err rc = write_act(
		tx,
		SQL("UPDATE reminder SET withdrawn = $4, withdrawn_by = $5, withdrawal = $6" WHERE_KEY
		    "AND issued > 0 AND withdrawn = $7 AND upheld = 0"),
		r, what, 0, WORDS("only a reminder that stands is withdrawn"), why);
	if (rc == OK)
		rc = journal(tx, "reminder.withdrawn", r, r->unit, what, &s, why);
	if (rc == OK && !r->acknowledged.at)
		duty_withdraw(tx, &key);
	return rc;
}

enum err reminder_acknowledge(struct db *tx, const struct reminder *r, const struct act *what,
			      struct why *why)
{
	struct settlement s;
	struct duty_key key = acknowledgement(r);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("UPDATE reminder SET acknowledged = $4, acknowledged_by = $5" WHERE_KEY
			"AND issued > 0 AND withdrawn = 0 AND acknowledged = 0"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->week);
	stmt_bind(q, 3, r->rule);
	stmt_bind_int(q, 4, what->at);
	stmt_bind_int(q, 5, what->by);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		rc = fail(why, ERR_CONFLICT,
			  "this reminder was acknowledged already, or withdrawn");
	if (rc == OK)
		rc = journal(tx, "reminder.acknowledged", r, r->unit, what, &s, why);
	if (rc == OK)
		duty_meet(tx, &key, &s);
	return rc;
}

enum err reminder_appeal(struct db *tx, const struct reminder *r, const struct act *what,
			 struct why *why)
{
	struct settings settings;
	struct settlement s;
	enum err rc = settings_read(tx, &settings, why);
	if (rc == OK && what->at > r->issued.at + settings.value[SETTING_APPEAL_DAYS] * USEC_DAY)
		rc = fail(why, ERR_CONFLICT, "the %lld days for an appeal are over",
			  (long long)settings.value[SETTING_APPEAL_DAYS]);
	if (rc == OK)
		rc = write_act(
			tx,
			SQL("UPDATE reminder SET appealed = $4, appealed_by = $5, appeal = $6" WHERE_KEY
			    "AND issued > 0 AND withdrawn = 0 AND appealed = $7"),
			r, what, 0,
			WORDS("this reminder was appealed against already, or withdrawn"), why);
	return rc == OK ? journal(tx, "reminder.appealed", r, r->unit, what, &s, why) : rc;
}

enum err reminder_decide(struct db *tx, const struct reminder *r, bool upheld,
			 const struct act *what, struct why *why)
{
	struct reminder now = *r;
	struct settlement s;
	now.upheld = upheld;
	enum err rc = write_act(
		tx,
		SQL("UPDATE reminder SET decided = $4, decided_by = $5, decision = $6, upheld = $7" WHERE_KEY
		    "AND appealed > 0 AND decided = 0 AND withdrawn = 0"),
		r, what, upheld, WORDS("there is no appeal that waits for a decision"), why);
	return rc == OK ? journal(tx, "reminder.appeal_decided", &now, r->unit, what, &s, why) : rc;
}
