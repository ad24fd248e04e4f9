/* inspection.c - the week's inspection: which units were late at the cutoff, by which rule, and what
 * was not counted against them. */
#include "base/id.h"
#include "operate/discipline.h"
#include <stdlib.h>

struct rule {
	struct str code, period; /* period "": those without a rule of their own */
	int64_t grace;		 /* days */
};
struct found { /* one late or excluded duty */
	struct duty duty;
	struct rule rule;
	struct str counted_by; /* the rule, when reminders are counted by rule */
	struct str excluded, why;
};
struct counted { /* how many other reminders count a duty */
	int64_t unit, duty, n;
};
struct inspecting {
	struct db *tx;
	const struct view *view;
	struct arena *a;
	struct settings settings;
	usec cutoff;
	int64_t week, actor;
	struct rule *rules;
	size_t n_rules;
	struct counted *counted; /* by unit, duty */
	size_t n_counted;
	struct found *found;
	size_t n;
	struct inspected result;
};

const char *inspection_excludes(const struct duty *d, int64_t grace, usec cutoff)
{
	if (d->excused)
		return "excused";
	if (d->met.at && d->met.at <= cutoff)
		return "received";
	if (d->until > cutoff)
		return "outage";
	return d->until + grace * USEC_DAY > cutoff ? "grace" : NULL;
}

static enum err read_rules(struct inspecting *x, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("SELECT code, coalesce(period, ''), grace_days FROM inspection_rule WHERE "
		    "removed = 0 ORDER BY code"));
	while (stmt_row(q)) {
		*ARENA_APPEND(x->a, x->rules, x->n_rules) =
			(struct rule){arena_str(x->a, stmt_str(q, 0)),
				      arena_str(x->a, stmt_str(q, 1)), stmt_int(q, 2)};
	}
	return stmt_end(q, why);
}

/* The rule for this kind of period, else the one for the rest; without any, every duty counts. */
static struct rule rule_of(const struct inspecting *x, enum period_kind kind)
{
	struct rule rest = {STR(""), STR(""), 0};
	for (size_t i = 0; i < x->n_rules; i++) {
		if (str_is(x->rules[i].period, period_kind_name(kind)))
			return x->rules[i];
		if (x->rules[i].period.len == 0)
			rest = x->rules[i];
	}
	return rest;
}

static void add(struct inspecting *x, const struct duty *d, const char *excluded, struct str why)
{
	const struct unit *u = view_unit_id(x->view, d->key.unit);
	if (!u || !unit_alive(u, date_days(date_local(x->cutoff))))
		return; /* whoever is no more is not reminded */
	bool by_rule = x->settings.value[SETTING_REMINDER_PER] == SETTING_PER_RULE;
	struct rule rule = rule_of(x, d->key.period.kind);
	*ARENA_APPEND(x->a, x->found, x->n) =
		(struct found){.duty = *d,
			       .rule = rule,
			       .counted_by = by_rule ? rule.code : STR(""),
			       .excluded = str_of(excluded),
			       .why = why};
}

/* In how many issued reminders each duty counts that this inspection can meet; an outage may have moved
 * a deadline since it was counted. */
static enum err read_counted(struct inspecting *x, struct why *why)
{
	if (!x->settings.value[SETTING_DUTY_REMINDERS])
		return OK;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("SELECT unit, duty, count(*) FROM reminder_duty WHERE (unit, reminder) IN (SELECT unit, id "
		    "FROM reminder WHERE issued > 0 AND withdrawn = 0 AND upheld = 0 AND cutoff >= $1) AND "
		    "excluded IS NULL GROUP BY unit, duty ORDER BY unit, duty"));
	stmt_bind_int(q, 1, x->cutoff - 2 * INSPECTION_BACK);
	while (stmt_row(q))
		*ARENA_APPEND(x->a, x->counted, x->n_counted) =
			(struct counted){stmt_int(q, 0), stmt_int(q, 1), stmt_int(q, 2)};
	return stmt_end(q, why);
}

static int by_duty(const void *left, const void *right)
{
	const struct counted *a = left, *b = right;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return (a->duty > b->duty) - (a->duty < b->duty);
}

static void judge(struct inspecting *x, const struct duty *d)
{
	int64_t most = x->settings.value[SETTING_DUTY_REMINDERS];
	struct rule rule = rule_of(x, d->key.period.kind);
	struct counted wanted = {d->key.unit, d->id, 0};
	const struct counted *before =
		x->n_counted ? bsearch(&wanted, x->counted, x->n_counted, sizeof(wanted), by_duty)
			     : NULL;
	if (most && before && before->n >= most)
		return; /* reminded of already: it says nothing new */
	add(x, d, inspection_excludes(d, rule.grace, x->cutoff), STR_NULL);
}

static enum err read_late(struct inspecting *x, struct why *why)
{
	struct duty *late = NULL;
	size_t n = 0;
	struct duty_query how = {.all_units = true,
				 .kind = STR(DUTY_FIGURE),
				 .state = DUTY_LATE,
				 .from = x->cutoff - INSPECTION_BACK,
				 .now = x->cutoff};
	enum err rc = duty_list(x->tx, &how, x->a, &late, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++)
		judge(x, &late[i]);
	return rc;
}

/* Deadlines of the past week that would have been missed. */
static enum err read_excluded(struct inspecting *x, struct why *why)
{
	struct duty *some = NULL;
	size_t n = 0;
	struct duty_query how = {.all_units = true,
				 .kind = STR(DUTY_FIGURE),
				 .state = DUTY_EXCUSED,
				 .from = x->cutoff - 7 * USEC_DAY,
				 .to = x->cutoff,
				 .now = x->cutoff};
	enum err rc = duty_list(x->tx, &how, x->a, &some, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++)
		if (!some[i].met.at || some[i].met.at >= some[i].until)
			add(x, &some[i], "excused", some[i].excuse);
	how.state = -1;
	how.moved = true;
	how.to = x->cutoff + 30 * USEC_DAY;
	if (rc == OK)
		rc = duty_list(x->tx, &how, x->a, &some, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++) {
		const struct duty *d = &some[i];
		bool missed = d->due <= x->cutoff && (!d->met.at || d->met.at >= d->due);
		if (missed && !d->excused && !duty_met_late(d) &&
		    inspection_excludes(d, 0, x->cutoff))
			add(x, d, "outage", STR_NULL);
	}
	return rc;
}

static int by_unit_rule(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	if (a->duty.key.unit != b->duty.key.unit)
		return a->duty.key.unit < b->duty.key.unit ? -1 : 1;
	int order = str_cmp(a->counted_by, b->counted_by);
	if (order)
		return order;
	if (a->duty.until != b->duty.until)
		return a->duty.until < b->duty.until ? -1 : 1;
	return (a->duty.id > b->duty.id) - (a->duty.id < b->duty.id);
}

/* Drafts of this week that nobody looked at yet are made anew. */
static enum err forget_drafts(struct inspecting *x, struct why *why)
{
	AUTO(stmt_free) struct stmt *evidence = db_stmt(
		x->tx,
		SQL("DELETE FROM reminder_duty WHERE (unit, reminder) IN (SELECT unit, id FROM "
		    "reminder WHERE week = $1 AND reviewed = 0 AND issued = 0)"));
	stmt_bind_int(evidence, 1, x->week);
	enum err rc = stmt_end(evidence, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *drafts = db_stmt(
		x->tx, SQL("DELETE FROM reminder WHERE week = $1 AND reviewed = 0 AND issued = 0"));
	stmt_bind_int(drafts, 1, x->week);
	return stmt_end(drafts, why);
}

static void insert_evidence(struct inspecting *x, int64_t reminder, const struct found *f)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("INSERT INTO reminder_duty (unit, reminder, duty, indicator, period_kind, period, "
		    "until, excluded, why, rule, grace, stated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
		    "$9, $10, $11, 0)"));
	stmt_bind_int(q, 1, f->duty.key.unit);
	stmt_bind_int(q, 2, reminder);
	stmt_bind_int(q, 3, f->duty.id);
	stmt_bind_int(q, 4, f->duty.key.subject);
	stmt_bind_int(q, 5, f->duty.key.period.kind);
	stmt_bind_int(q, 6, f->duty.key.period.ordinal);
	stmt_bind_int(q, 7, f->duty.until);
	stmt_bind(q, 8, f->excluded);
	stmt_bind(q, 9, f->why);
	stmt_bind(q, 10, f->rule.code);
	stmt_bind_int(q, 11, f->rule.grace);
	stmt_push(q);
}

/* One draft; nothing when this unit's was looked at before. */
static enum err insert_draft(struct inspecting *x, const struct found *f, size_t n, struct why *why)
{
	int64_t id = id_next(store_ids(db_store(x->tx)), x->cutoff), late = 0;
	usec oldest = 0;
	for (size_t i = 0; i < n; i++) {
		if (f[i].excluded.ptr)
			continue;
		late++;
		oldest = oldest ? oldest : f[i].duty.until;
	}
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("INSERT INTO reminder (unit, week, rule, id, late, oldest, cutoff, reviewed, "
		    "reviewed_by, chosen, year, number, issued, issued_by, server, seq, acknowledged, "
		    "acknowledged_by, appealed, appealed_by, decided, decided_by, upheld, withdrawn, "
		    "withdrawn_by) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
		    "0, 0, 0, 0, 0, 0) ON CONFLICT (unit, week, rule) DO NOTHING"));
	stmt_bind_int(q, 1, f->duty.key.unit);
	stmt_bind_int(q, 2, x->week);
	stmt_bind(q, 3, f->counted_by);
	stmt_bind_int(q, 4, id);
	stmt_bind_int(q, 5, late);
	stmt_bind_int(q, 6, oldest);
	stmt_bind_int(q, 7, x->cutoff);
	enum err rc = stmt_end(q, why);
	if (rc != OK || stmt_changed(q) == 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		insert_evidence(x, id, &f[i]);
	x->result.units += late > 0;
	x->result.duties += late;
	x->result.excluded += (int64_t)n - late;
	return OK;
}

/* Its row first: who inspects the same week on another server waits here, with nothing in his hands. */
static enum err take_week(struct inspecting *x, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("INSERT INTO inspection (week, cutoff, actor) VALUES ($1, $2, $3) ON CONFLICT (week) "
		    "DO UPDATE SET cutoff = excluded.cutoff, actor = excluded.actor"));
	stmt_bind_int(q, 1, x->week);
	stmt_bind_int(q, 2, x->cutoff);
	stmt_bind_int(q, 3, x->actor);
	return stmt_end(q, why);
}

static enum err note(struct inspecting *x, struct why *why)
{
	struct buf data;
	struct jw w;
	struct act what = {x->cutoff, x->actor, STR_NULL};
	buf_init(&data, 1024);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_str(&w, "week", period_str(x->a, (struct period){PERIOD_WEEKLY, (int32_t)x->week}));
	jw_m_int(&w, "units", x->result.units);
	jw_m_int(&w, "duties", x->result.duties);
	jw_m_int(&w, "excluded", x->result.excluded);
	jw_object_end(&w);
	struct journal_entry e = {.kind = STR("inspection.computed")};
	enum err rc = discipline_journal(x->tx, &e, &what, &data, why);
	buf_release(&data);
	return rc;
}

static enum err read_all(struct inspecting *x, struct why *why)
{
	enum err rc = settings_read(x->tx, &x->settings, why);
	if (rc == OK)
		rc = read_rules(x, why);
	if (rc == OK)
		rc = read_counted(x, why);
	if (rc == OK)
		rc = read_late(x, why);
	return rc == OK ? read_excluded(x, why) : rc;
}

enum err inspection_compute(struct db *tx, const struct view *v, usec cutoff, int64_t actor,
			    struct inspected *ret, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct inspecting x = {.tx = tx, .view = v, .a = a, .cutoff = cutoff, .actor = actor};
	x.week = period_at(PERIOD_WEEKLY, cutoff).ordinal;
	x.result = (struct inspected){.week = x.week, .cutoff = cutoff};
	enum err rc = take_week(&x, why);
	if (rc == OK)
		rc = read_all(&x, why);
	if (rc == OK)
		rc = forget_drafts(&x, why);
	if (rc == OK && x.n)
		qsort(x.found, x.n, sizeof(*x.found), by_unit_rule);
	for (size_t from = 0, to; from < x.n && rc == OK; from = to) {
		for (to = from; to < x.n &&
				x.found[to].duty.key.unit == x.found[from].duty.key.unit &&
				str_eq(x.found[to].counted_by, x.found[from].counted_by);)
			to++;
		rc = insert_draft(&x, x.found + from, to - from, why);
	}
	if (rc == OK)
		rc = note(&x, why);
	if (rc == OK)
		*ret = x.result;
	return rc;
}
