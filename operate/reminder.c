/* reminder.c - reminders in the store: what may follow what, and the numbers of a year. */
#include "operate/discipline.h"
#include "base/crypt.h"
#include "core/journal.h"
#include "core/outage.h"
#include "operate/notice.h"
#include "operate/reminder_private.h"

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
	if (r->upheld || (r->issued.at && !r->late))
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
#define STATE_SQL                                                                                                                \
	"CASE WHEN withdrawn > 0 THEN 7 WHEN upheld <> 0 OR (issued > 0 AND late = 0) THEN 6 WHEN "                              \
	"appealed > 0 AND decided = 0 THEN 5 WHEN acknowledged > 0 THEN 4 WHEN issued > 0 THEN 3 WHEN reviewed = 0 THEN 0 WHEN " \
	"chosen <> 0 THEN 1 ELSE 2 END"
static_assert(REMINDER_DRAFT == 0 && REMINDER_LEFT_OUT == 2 && REMINDER_WITHDRAWN == 7,
	      "states are numbered as STATE_SQL says");

bool reminder_stands(const struct reminder *r)
{
	return r->issued.at && r->late && !r->withdrawn.at && !r->upheld;
}
/* The same of a row. */
#define STANDS_SQL " issued > 0 AND late > 0 AND withdrawn = 0 AND upheld = 0 "

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

/* Before the issue it is not yet the unit's affair.  notice: what was said, to prove it by; STR_NULL: nothing. */
static enum err journal_notice(struct db *tx, const char *kind, const struct reminder *r,
			       const struct act *what, struct str notice, struct settlement *ret,
			       struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf data;
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
	if (notice.ptr) {
		struct hash h = crypt_sha256(notice);
		jw_m_str(&w, "notice_sha256", hash_hex(a, &h));
	}
	jw_object_end(&w);
	*ret = (struct settlement){.at = what->at, .by = what->by};
	struct journal_entry e = {
		.kind = str_of(kind), .unit = r->issued.at ? r->unit : 0, .subject_id = r->id};
	enum err rc = discipline_journal(tx, &e, what, &data, why);
	ret->server = e.server;
	ret->seq = e.seq;
	return rc;
}

enum err reminder_journal(struct db *tx, const char *kind, const struct reminder *r,
			  const struct act *what, struct settlement *ret, struct why *why)
{
	return journal_notice(tx, kind, r, what, STR_NULL, ret, why);
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
	return rc == OK ? reminder_journal(tx, "reminder.reviewed", &now, what, &s, why) : rc;
}

enum err paper_next_number(struct db *tx, struct str kind, int64_t year, int64_t *ret,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO paper_number (kind, year, last) VALUES ($1, $2, 1) ON CONFLICT (kind, year) "
		    "DO UPDATE SET last = paper_number.last + 1 RETURNING last"));
	stmt_bind(q, 1, kind);
	stmt_bind_int(q, 2, year);
	*ret = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

usec reminder_acknowledge_by(usec issued, const struct settings *s)
{
	return date_start(date_local(issued)) + s->value[SETTING_ACKNOWLEDGE_DAYS] * USEC_DAY +
	       17 * USEC_HOUR;
}

struct duty_key reminder_acknowledgement(const struct reminder *r)
{
	return (struct duty_key){
		.unit = r->unit, .kind = STR(DUTY_ACKNOWLEDGEMENT), .subject = r->id};
}

enum err reminder_owe_acknowledgement(struct db *tx, const struct reminder *r, usec at,
				      struct arena *a, struct why *why)
{
	struct settings settings;
	struct outages outages;
	struct duty d = {.key = reminder_acknowledgement(r)};
	enum err rc = settings_read(tx, &settings, why);
	if (rc == OK)
		rc = outages_read(tx, a, &outages, why);
	if (rc != OK)
		return rc;
	d.due = reminder_acknowledge_by(at, &settings);
	d.until = outages_until(&outages, d.due);
	duty_add(tx, &d, at);
	return OK;
}

static enum err write_issue(struct db *tx, const struct reminder *r, const struct act *what,
			    struct str notice, const struct settlement *s, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE reminder SET issued = $4, issued_by = $5, year = $6, number = $7, server = $8, "
		    "seq = $9, late = $10, oldest = $11, notice = $12" WHERE_KEY
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
	stmt_bind(q, 12, notice);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_CONFLICT,
			    "this reminder was issued meanwhile, or is not reviewed: look again");
	return rc;
}

enum err reminder_issue(struct db *tx, const struct view *v, const struct reminder *r,
			const struct act *what, struct arena *a, struct why *why)
{
	struct reminder now = *r;
	struct settlement s = {0};
	struct str notice = STR_NULL;
	if (reminder_state(r) != REMINDER_REVIEWED)
		return fail(why, ERR_CONFLICT, "only what was reviewed and ticked in is issued");
	now.year = date_local(what->at).year;
	enum err rc = paper_next_number(tx, STR("reminder"), now.year, &now.number, why);
	if (rc == OK)
		rc = evidence_weigh(tx, &now, what->at, a, why);
	if (rc == OK && now.late == 0)
		rc = fail(
			why, ERR_CONFLICT,
			"everything it rests on was excused or fell into an outage since: tick it "
			"out");
	now.issued = *what;
	if (rc == OK)
		rc = notice_compose(tx, v, &now, what->at, a, &notice, why);
	if (rc == OK)
		rc = journal_notice(tx, "reminder.issued", &now, what, notice, &s, why);
	if (rc == OK)
		rc = write_issue(tx, &now, what, notice, &s, why);
	if (rc != OK)
		return rc;
	evidence_state(tx, &now);
	return reminder_owe_acknowledgement(tx, &now, what->at, a, why);
}

/* It counts no more: nothing is owed for it, and what it alone kept from counting in the unit's other reminders
 * counts in them. */
static enum err fall(struct db *tx, const struct reminder *r, usec at, struct why *why)
{
	struct duty_key key = reminder_acknowledgement(r);
	int64_t changed = 0;
	if (!r->acknowledged.at)
		duty_withdraw(tx, &key);
	return reminders_weigh(tx, r->unit, at, &changed, why);
}

enum err reminder_withdraw(struct db *tx, const struct reminder *r, const struct act *what,
			   struct why *why)
{
	struct settlement s;
	enum err rc = write_act(
		tx,
		SQL("UPDATE reminder SET withdrawn = $4, withdrawn_by = $5, withdrawal = $6" WHERE_KEY
		    "AND" STANDS_SQL "AND withdrawn = $7"),
		r, what, 0, WORDS("only a reminder that stands is withdrawn"), why);
	if (rc == OK)
		rc = reminder_journal(tx, "reminder.withdrawn", r, what, &s, why);
	return rc == OK ? fall(tx, r, what->at, why) : rc;
}

enum err reminder_acknowledge(struct db *tx, const struct reminder *r, const struct act *what,
			      struct why *why)
{
	struct settlement s;
	struct duty_key key = reminder_acknowledgement(r);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("UPDATE reminder SET acknowledged = $4, acknowledged_by = $5" WHERE_KEY
			"AND" STANDS_SQL "AND acknowledged = 0"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->week);
	stmt_bind(q, 3, r->rule);
	stmt_bind_int(q, 4, what->at);
	stmt_bind_int(q, 5, what->by);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		rc = fail(why, ERR_CONFLICT,
			  "this reminder was acknowledged already, or stands no more");
	if (rc == OK)
		rc = reminder_journal(tx, "reminder.acknowledged", r, what, &s, why);
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
			    "AND" STANDS_SQL "AND appealed = $7"),
			r, what, 0,
			WORDS("this reminder was appealed against already, or stands no more"),
			why);
	return rc == OK ? reminder_journal(tx, "reminder.appealed", r, what, &s, why) : rc;
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
		    "AND appealed > 0 AND decided = 0 AND" STANDS_SQL),
		r, what, upheld, WORDS("there is no appeal that waits for a decision"), why);
	if (rc == OK)
		rc = reminder_journal(tx, "reminder.appeal_decided", &now, what, &s, why);
	return rc == OK && upheld ? fall(tx, r, what->at, why) : rc;
}
