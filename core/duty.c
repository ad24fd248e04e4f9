/* duty.c - duties in the store: how they come, move, are settled and excused. */
#include "core/duty.h"
#include "base/id.h"
#include "core/journal.h"

static const char *const state_names[] = {
#define X(code, name) name,
	DUTY_STATE_TABLE(X)
#undef X
};

const char *duty_state_name(enum duty_state s)
{
	assert(s < DUTY_STATES);
	return state_names[s];
}

enum err duty_state_parse(struct str s, enum duty_state *ret, struct why *why)
{
	for (unsigned i = 0; i < DUTY_STATES; i++)
		if (str_is(s, state_names[i])) {
			*ret = (enum duty_state)i;
			return OK;
		}
	return fail(why, ERR_INVALID, "a duty is due, late, met or excused");
}

enum duty_state duty_state(const struct duty *d, usec now)
{
	if (d->excused)
		return DUTY_EXCUSED;
	if (d->met.at)
		return DUTY_MET;
	return now >= d->until ? DUTY_LATE : DUTY_DUE;
}

bool duty_met_late(const struct duty *d)
{
	return !d->excused && d->met.at && d->met.at >= d->until;
}

static void bind_key(struct stmt *q, const struct duty_key *key)
{
	stmt_bind_int(q, 1, key->unit);
	stmt_bind(q, 2, key->kind);
	stmt_bind_int(q, 3, key->subject);
	stmt_bind_int(q, 4, key->period.kind);
	stmt_bind_int(q, 5, key->period.ordinal);
}
#define WHERE_KEY                                                                                  \
	" WHERE unit = $1 AND kind = $2 AND subject = $3 AND period_kind = $4 AND period = $5"

void duty_add(struct db *tx, const struct duty *d, usec now)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO duty (unit, kind, subject, period_kind, period, id, due, until, met, "
		    "met_by, met_server, met_seq, excused, excused_by, excuse, excuse_document) VALUES "
		    "($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, NULL, 0) ON CONFLICT (unit, kind, "
		    "subject, period_kind, period) DO NOTHING"));
	bind_key(q, &d->key);
	stmt_bind_int(q, 6, d->id ? d->id : id_next(store_ids(db_store(tx)), now));
	stmt_bind_int(q, 7, d->due);
	stmt_bind_int(q, 8, d->until);
	stmt_push(q);
}

void duty_move(struct db *tx, const struct duty_key *key, usec due, usec until)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE duty SET due = $6, until = $7" WHERE_KEY));
	bind_key(q, key);
	stmt_bind_int(q, 6, due);
	stmt_bind_int(q, 7, until);
	stmt_push(q);
}

void duty_withdraw(struct db *tx, const struct duty_key *key)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("DELETE FROM duty" WHERE_KEY));
	bind_key(q, key);
	stmt_push(q);
}

static void bind_settlement(struct stmt *q, const struct settlement *s)
{
	stmt_bind_int(q, 6, s->at);
	stmt_bind_int(q, 7, s->by);
	stmt_bind_int(q, 8, s->server);
	stmt_bind_int(q, 9, s->seq);
}

void duty_meet(struct db *tx, const struct duty_key *key, const struct settlement *s)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE duty SET met = $6, met_by = $7, met_server = $8, met_seq = $9" WHERE_KEY
		    " AND (met = 0 OR met > $6)"));
	bind_key(q, key);
	bind_settlement(q, s);
	stmt_push(q);
}

void duty_settle(struct db *tx, const struct duty_key *key, const struct settlement *s)
{
	static const struct settlement open = {0};
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE duty SET met = $6, met_by = $7, met_server = $8, "
				"met_seq = $9" WHERE_KEY));
	bind_key(q, key);
	bind_settlement(q, s ? s : &open);
	stmt_push(q);
}

enum err duty_edition(struct db *db, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT n FROM duty_edition"));
	*ret = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

void duty_touch(struct db *tx)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("UPDATE duty_edition SET n = n + 1"));
	stmt_push(q);
}

static enum err journal_excuse(struct db *tx, const struct duty *d, const struct excuse *e,
			       struct why *why)
{
	struct buf data;
	struct jw w;
	buf_init(&data, 8192);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_str(&w, "kind", d->key.kind);
	jw_m_id(&w, "subject", d->key.subject);
	jw_m_time(&w, "until", d->until);
	jw_m_str(&w, "reason", e->reason);
	jw_m_id(&w, "document", e->document);
	jw_object_end(&w);
	struct journal_entry entry = {
		.at = e->at,
		.kind = e->reason.len ? STR("duty.excused") : STR("duty.excuse_withdrawn"),
		.actor = e->by,
		.unit = d->key.unit,
		.subject = STR("duty"),
		.subject_id = d->id,
		.data = buf_str(&data),
	};
	enum err rc = buf_end(&data, why);
	if (rc == OK)
		rc = journal_append(tx, &entry, why);
	buf_release(&data);
	return rc;
}

enum err duty_excuse(struct db *tx, const struct duty *d, const struct excuse *e, struct why *why)
{
	bool excusing = e->reason.len > 0;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE duty SET excused = $6, excused_by = $7, excuse = $8, excuse_document = $9" WHERE_KEY
		    " AND (excused = 0) = ($6 > 0)"));
	bind_key(q, &d->key);
	stmt_bind_int(q, 6, excusing ? e->at : 0);
	stmt_bind_int(q, 7, excusing ? e->by : 0);
	stmt_bind(q, 8, excusing ? e->reason : STR_NULL);
	stmt_bind_int(q, 9, excusing ? e->document : 0);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_CONFLICT,
			    excusing ? "this duty is excused already: withdraw that first"
				     : "this duty is not excused: there is nothing to withdraw");
	duty_touch(tx);
	return rc == OK ? journal_excuse(tx, d, e, why) : rc;
}
