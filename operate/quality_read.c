/* quality_read.c - the reader of the journal that keeps the facts: each entry touches the facts it is
 * about, nothing else.  A step looks at the store as a reader, so that the writer is free meanwhile: what
 * came after its look is told by entries that come after its page, and is counted then. */
#include "core/journal.h"
#include "operate/quality.h"
#include <stdlib.h>

#define STEP_ENTRIES 500
#define STEP_TOUCHED 4000 /* no more entries are taken once they touch so many facts */

struct place { /* the one row of quality_reader */
	struct str cursor;
	bool recount;	 /* everything is to be counted anew */
	int64_t counted; /* the last unit for which that is done */
};
struct step {
	const struct quality_reader *job;
	struct arena *a;
	struct place was, now;
	struct journal_page page;
	const struct view *view;
	struct fact_scope *touched;
	struct door *doors;
	size_t n, n_doors;
	struct fact_changes changes;
};

enum err quality_edition(struct db *db, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT CAST(sum(seq) AS BIGINT) FROM journal_head"));
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = n;
	return rc;
}

static enum err place_read(struct db *db, struct arena *a, struct place *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT cursor, recount, counted FROM quality_reader WHERE id = 1"));
	bool found = stmt_row(q);
	if (found)
		*ret = (struct place){arena_str(a, stmt_str(q, 0)), stmt_int(q, 1) != 0,
				      stmt_int(q, 2)};
	enum err rc = stmt_end(q, why);
	return rc == OK && !found
		       ? fail(why, ERR_INTERNAL, "the reader of quality has lost its place")
		       : rc;
}

/* From the place we began at, else somebody else has been here and his step is the one that counts. */
static enum err place_move(struct db *tx, const struct step *s, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE quality_reader SET cursor = $1, recount = $2, counted = $3 WHERE id = 1 AND "
		    "cursor = $4 AND recount = $5 AND counted = $6"));
	const struct place *places[] = {&s->now, &s->was};
	for (int i = 0; i < 2; i++) {
		stmt_bind(q, 3 * i + 1, places[i]->cursor);
		stmt_bind_int(q, 3 * i + 2, places[i]->recount);
		stmt_bind_int(q, 3 * i + 3, places[i]->counted);
	}
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_STALE, "another server is counting the quality of data");
	return rc;
}

enum err quality_followed(struct db *db, bool *ret, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct place place = {0};
	AUTO(buf_release) struct buf end;
	buf_init(&end, 1 << 16);
	enum err rc = place_read(db, a, &place, why);
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT server, seq FROM journal_head ORDER BY server"));
	while (rc == OK && stmt_row(q))
		buf_printf(&end, "%s%lld:%lld", end.len ? "," : "", (long long)stmt_int(q, 0),
			   (long long)stmt_int(q, 1));
	enum err told = stmt_end(q, rc == OK ? why : NULL);
	if (rc == OK)
		rc = told;
	if (rc == OK)
		rc = buf_end(&end, why);
	if (rc == OK)
		*ret = !place.recount && str_eq(place.cursor, buf_str(&end));
	return rc;
}

enum err quality_forget(struct db *tx, struct why *why)
{
	const struct sql all[] = {
		SQL("DELETE FROM quality_fact"),
		SQL("DELETE FROM quality_cell"),
		SQL("UPDATE quality_reader SET cursor = '', recount = 1, counted = 0"),
	};
	enum err rc = OK;
	for (size_t i = 0; i < ARRAY_LEN(all) && rc == OK; i++) {
		AUTO(stmt_free) struct stmt *q = db_stmt(tx, all[i]);
		rc = stmt_end(q, why);
	}
	return rc;
}

/* -- what an entry touches -- */
static void touch(struct step *s, int64_t unit, int64_t indicator, struct period period)
{
	*ARENA_APPEND(s->a, s->touched, s->n) =
		(struct fact_scope){unit, indicator, period, period.ordinal};
}

/* Rows of unit, indicator, kind, period; $1 is the entry's subject. */
static enum err touch_rows(struct step *s, struct db *db, struct sql text, int64_t subject,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	stmt_bind_int(q, 1, subject);
	while (stmt_row(q))
		touch(s, stmt_int(q, 0), stmt_int(q, 1),
		      (struct period){(enum period_kind)stmt_int(q, 2), (int32_t)stmt_int(q, 3)});
	return stmt_end(q, why);
}

static const char *const faults_of_form[] = {"unit",   "indicator", "period", "breakdown", "owed",
					     "number", "twice",	    "remark", "reason"};

struct door { /* a cell that was refused or doubtful */
	int64_t delivery, n, unit, indicator;
	struct period period;
	struct str fault; /* of form; empty: none */
	bool foreign;	  /* it named a unit that is not the sender's to write for */
};

static enum err faults_read(struct arena *a, struct str findings, struct door *c, struct why *why)
{
	const struct json *list = NULL;
	enum err rc = json_parse(a, findings, &list, why);
	c->fault = STR("");
	for (size_t i = 0; rc == OK && i < list->n; i++) {
		struct str check = json_get_str(&list->items[i], "check");
		c->foreign |= str_is(check, "permission");
		for (size_t k = 0; k < ARRAY_LEN(faults_of_form) && !c->fault.len; k++)
			if (str_is(check, faults_of_form[k]))
				c->fault = check;
	}
	return rc;
}

/* Which fact it counts for: that of the figure it named, else the sender's month. */
static void door_place(const struct view *v, struct door *c, int64_t sender, usec received,
		       struct str texts[3])
{
	const struct indicator *i = texts[0].len ? view_indicator(v, texts[0]) : NULL;
	const struct unit *u = texts[1].len ? view_unit(v, texts[1]) : NULL;
	c->unit = u && !c->foreign ? u->id : sender;
	if (i && u && !c->foreign && texts[2].len &&
	    period_parse(texts[2], &c->period, NULL) == OK && c->period.kind == i->period) {
		c->indicator = i->id;
		return;
	}
	c->indicator = 0;
	c->period = period_at(PERIOD_MONTHLY, received);
}

static void door_insert(struct db *tx, const struct door *c)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO quality_cell (unit, indicator, period_kind, period, delivery, n, fault) "
		    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"));
	const int64_t values[] = {c->unit,	     c->indicator, c->period.kind,
				  c->period.ordinal, c->delivery,  c->n};
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		stmt_bind_int(q, (int)i + 1, values[i]);
	stmt_bind(q, 7, c->fault);
	stmt_push(q);
}

static enum err take_cells(struct step *s, struct db *db, const struct journal_entry *e,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT n, indicator, of_unit, period, findings FROM delivery_cell WHERE unit = $1 AND "
		    "delivery = $2"));
	enum err rc = OK;
	stmt_bind_int(q, 1, e->unit);
	stmt_bind_int(q, 2, e->subject_id);
	while (rc == OK && stmt_row(q)) {
		struct door c = {.delivery = e->subject_id, .n = stmt_int(q, 0)};
		struct str texts[3] = {stmt_str(q, 1), stmt_str(q, 2), stmt_str(q, 3)};
		rc = faults_read(s->a, stmt_str(q, 4), &c, why);
		door_place(s->view, &c, e->unit, e->at, texts);
		if (!c.unit) /* sent by the centre and naming nobody */
			continue;
		*ARENA_APPEND(s->a, s->doors, s->n_doors) = c;
		touch(s, c.unit, c.indicator, c.period);
	}
	enum err end = stmt_end(q, rc == OK ? why : NULL);
	return rc == OK ? end : rc;
}

/* After these every fact may be another. */
static bool asks_for_all(struct str kind)
{
	static const char *const kinds[] = {
		"duty.planned", "duty.deadlines_moved", "indicator.", "check_rule.",
		"code_item.",	"code_list.",		"unit.",      "pack."};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_starts(kind, str_of(kinds[i])))
			return true;
	return false;
}

static enum err take_entry(struct step *s, struct db *db, const struct journal_entry *e,
			   struct why *why)
{
	enum err rc = OK;
	if (asks_for_all(e->kind)) {
		s->now.recount = true;
		s->now.counted = 0;
	} else if (str_is(e->kind, "delivery.received")) {
		rc = take_cells(s, db, e, why);
		if (rc == OK)
			rc = touch_rows(
				s, db,
				SQL("SELECT DISTINCT unit, indicator, period_kind, period FROM "
				    "figure WHERE delivery = $1"),
				e->subject_id, why);
	} else if (str_is(e->kind, "figure.approved") || str_is(e->kind, "figure.returned")) {
		rc = touch_rows(
			s, db,
			SQL("SELECT unit, indicator, period_kind, period FROM figure WHERE id = $1"),
			e->subject_id, why);
	} else if (str_is(e->kind, "duty.excused") || str_is(e->kind, "duty.excuse_withdrawn")) {
		rc = touch_rows(
			s, db,
			SQL("SELECT unit, subject, period_kind, period FROM duty WHERE id = "
			    "$1 AND kind = 'figure'"),
			e->subject_id, why);
	}
	return rc;
}

static int scope_order(const void *left, const void *right)
{
	const struct fact_scope *a = left, *b = right;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	if (a->from.kind != b->from.kind)
		return a->from.kind < b->from.kind ? -1 : 1;
	return (a->from.ordinal > b->from.ordinal) - (a->from.ordinal < b->from.ordinal);
}

static bool same_series(const struct fact_scope *a, const struct fact_scope *b)
{
	return a->unit == b->unit && a->indicator == b->indicator && a->from.kind == b->from.kind;
}

/* One count for each series, from its first touched period to its last. */
static enum err count_touched(struct step *s, struct db *db, struct why *why)
{
	enum err rc = OK;
	AUTO(arena_free) struct arena *a = arena_new();
	if (s->n)
		qsort(s->touched, s->n, sizeof(*s->touched), scope_order);
	for (size_t i = 0, end; i < s->n && rc == OK; i = end) {
		struct fact_scope scope = s->touched[i];
		for (end = i + 1; end < s->n && same_series(&s->touched[end], &scope); end++)
			scope.to = s->touched[end].to;
		rc = facts_count(db, s->view, &scope, a, &s->changes, why);
		arena_reset(a);
	}
	return rc;
}

static enum err read_page(struct step *s, struct db *db, size_t max, struct why *why)
{
	struct journal_reader how = {
		.access = s->job->access,
		.who = access_centre(s->a),
		.after = s->was.cursor,
		.max = max,
	};
	enum err rc = journal_read(db, &how, s->a, &s->page, why);
	s->now.cursor = s->page.next;
	return rc;
}

/* As many entries as one step takes. */
static enum err take_entries(struct step *s, struct db *db, struct why *why)
{
	enum err rc = read_page(s, db, STEP_ENTRIES, why);
	size_t taken = 0;
	while (rc == OK && taken < s->page.n && s->n < STEP_TOUCHED)
		rc = take_entry(s, db, &s->page.entries[taken++], why);
	return rc == OK && taken < s->page.n ? read_page(s, db, taken, why) : rc;
}

/* The cells refused at the door, before they are counted; any number of times. */
static enum err write_doors(struct db *tx, void *arg, struct why *why)
{
	const struct step *s = arg;
	(void)why;
	for (size_t i = 0; i < s->n_doors; i++)
		door_insert(tx, &s->doors[i]);
	return OK;
}

/* -- counting everything anew, unit by unit -- */
static enum err forget_gone(const struct step *s, struct db *tx, struct why *why)
{
	const struct unit *units;
	size_t n = view_units(s->view, &units);
	struct query query;
	query_init(&query, s->a);
	query_sql(&query, SQL("DELETE FROM quality_fact WHERE unit NOT IN (0"));
	for (size_t i = 0; i < n; i++) {
		query_sql(&query, SQL(","));
		query_int(&query, units[i].id);
	}
	query_sql(&query, SQL(")"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, tx);
	return stmt_end(q, why);
}

/* The next unit, or the end of it. */
static enum err count_unit(struct step *s, struct db *db, struct why *why)
{
	const struct unit *units;
	size_t n = view_units(s->view, &units), next = 0;
	while (next < n && units[next].id <= s->was.counted)
		next++;
	s->now.recount = next < n;
	s->now.counted = next < n ? units[next].id : 0;
	if (next == n)
		return OK;
	AUTO(arena_free) struct arena *a = arena_new();
	struct fact_scope all = {.unit = units[next].id, .indicator = EVERY_INDICATOR};
	return facts_count(db, s->view, &all, a, &s->changes, why);
}

/* -- the job -- */
static enum err look(struct store *st, struct step *s, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(st, &db, why);
	if (rc == OK)
		rc = db_snapshot(db, why);
	if (rc == OK)
		rc = place_read(db, s->a, &s->was, why);
	s->now = s->was;
	if (rc == OK)
		rc = registry_view(s->job->registry, db, s->a, &s->view, why);
	if (rc == OK)
		rc = take_entries(s, db, why);
	return rc;
}

static bool has_read(const struct step *s)
{
	return !str_eq(s->now.cursor, s->was.cursor);
}

static enum err count(struct store *st, struct step *s, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(st, &db, why);
	if (rc == OK)
		rc = db_snapshot(db, why);
	if (rc == OK && !has_read(s))
		return count_unit(s, db, why);
	/* When all are counted anew from the first unit on, these come by themselves. */
	if (rc == OK && !(s->now.recount && s->now.counted == 0))
		rc = count_touched(s, db, why);
	return rc;
}

static enum err write_step(struct db *tx, void *arg, struct why *why)
{
	const struct step *s = arg;
	facts_write(tx, &s->changes);
	enum err rc = s->was.recount && !s->now.recount ? forget_gone(s, tx, why) : OK;
	return rc == OK ? place_move(tx, s, why) : rc;
}

static enum err step(struct store *st, struct step *s, bool *ret_done, struct why *why)
{
	enum err rc = look(st, s, why);
	*ret_done = rc == OK && !has_read(s) && !s->was.recount;
	if (rc != OK || *ret_done)
		return rc;
	if (s->n_doors)
		rc = store_write(st, write_doors, s, why);
	if (rc == OK)
		rc = count(st, s, why);
	return rc == OK ? store_write(st, write_step, s, why) : rc;
}

enum err quality_follow(struct store *st, const struct quality_reader *job, int64_t *ret_steps,
			struct why *why)
{
	enum err rc = OK;
	bool done = false;
	*ret_steps = 0;
	while (rc == OK && !done) {
		if (job->run && job_stopping(job->run))
			return job_stopped(why);
		AUTO(arena_free) struct arena *a = arena_new();
		struct step s = {.job = job, .a = a, .changes = {.a = a}};
		rc = step(st, &s, &done, why);
		*ret_steps += rc == OK && !done;
	}
	return rc;
}
