/* plan.c - which figures are owed by when, written down as duties. */
#include "collect/plan.h"
#include "core/duty.h"
#include "core/journal.h"
#include "core/outage.h"
#include "core/setting.h"
#include "http/http.h"
#include <stdlib.h>

#define CHUNK 4000 /* duties in one change, so that the writer has time for others */

struct begun { /* how far one indicator was planned */
	int64_t indicator, from;
	usec to;
};
struct standing { /* a duty whose deadline is still to come */
	int64_t unit, indicator;
	struct period period;
	usec due;
	bool met;
};
struct step { /* a duty to be added, moved or withdrawn */
	struct duty_key key;
	usec due;
	enum step_what { STEP_ADD, STEP_MOVE, STEP_WITHDRAW } what;
};
struct plan {
	struct arena *a;
	const struct view *view;
	struct deadlines *deadlines;
	int64_t edition;
	bool followed; /* this edition was planned before: what it asked for stands */
	usec now, horizon;
	struct begun *begun; /* by indicator */
	size_t n_begun;
	struct standing *future; /* by key */
	size_t n_future;
	struct step *steps; /* by indicator */
	size_t n_steps;
	struct planned sums;
};

/* -- what stands -- */
static int key_cmp(const struct duty_key *a, const struct duty_key *b)
{
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->period.kind != b->period.kind)
		return a->period.kind < b->period.kind ? -1 : 1;
	return (a->period.ordinal > b->period.ordinal) - (a->period.ordinal < b->period.ordinal);
}

static struct duty_key key_of(const struct standing *s)
{
	return (struct duty_key){s->unit, STR(DUTY_FIGURE), s->indicator, s->period};
}

static int by_key(const void *a, const void *b)
{
	struct duty_key left = key_of(a), right = key_of(b);
	return key_cmp(&left, &right);
}

static enum err read_begun(struct plan *p, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT indicator, begun, planned FROM duty_plan ORDER BY indicator"));
	while (stmt_row(q)) {
		*ARENA_APPEND(p->a, p->begun, p->n_begun) =
			(struct begun){stmt_int(q, 0), stmt_int(q, 1), stmt_int(q, 2)};
	}
	return stmt_end(q, why);
}

static void add_standing(void *arg, const struct duty *d)
{
	struct plan *p = arg;
	*ARENA_APPEND(p->a, p->future, p->n_future) = (struct standing){
		d->key.unit, d->key.subject, d->key.period, d->due, d->met.at != 0};
}

static enum err read_all(struct plan *p, struct registry *r, struct db *db, struct why *why)
{
	struct settings settings;
	struct duty_query how = {.all_units = true,
				 .kind = STR(DUTY_FIGURE),
				 .state = -1,
				 .from = p->now + 1,
				 .now = p->now};
	enum err rc = registry_edition(db, &p->edition, why);
	if (rc == OK)
		rc = registry_view(r, db, p->a, &p->view, why);
	if (rc == OK)
		rc = settings_read(db, &settings, why);
	if (rc == OK)
		rc = read_begun(p, db, why);
	if (rc == OK)
		rc = plan_followed(db, &p->followed, why);
	if (rc == OK && !p->followed)
		rc = duty_scan(db, &how, add_standing, p, why);
	if (rc != OK)
		return rc;
	p->horizon = p->now + settings.value[SETTING_HORIZON_DAYS] * USEC_DAY;
	p->deadlines = deadlines_new(p->a, p->view);
	if (p->n_future)
		qsort(p->future, p->n_future, sizeof(*p->future), by_key);
	return OK;
}

static bool stands(const struct plan *p, const struct duty_key *key)
{
	struct standing wanted = {key->unit, key->subject, key->period, 0, false};
	return p->n_future &&
	       bsearch(&wanted, p->future, p->n_future, sizeof(*p->future), by_key) != NULL;
}

static const struct begun *begun_of(const struct plan *p, int64_t indicator)
{
	size_t low = 0, high = p->n_begun;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (p->begun[middle].indicator < indicator)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->n_begun && p->begun[low].indicator == indicator ? &p->begun[low] : NULL;
}

/* -- what should -- */
static void step(struct plan *p, const struct duty_key *key, usec due, enum step_what what)
{
	*ARENA_APPEND(p->a, p->steps, p->n_steps) =
		(struct step){.key = *key, .due = due, .what = what};
}

/* Those units that owe one period and have no duty yet. */
static void add_period(struct plan *p, const struct indicator *i, struct period at, usec due)
{
	const struct unit *units;
	size_t n = view_units(p->view, &units);
	for (size_t u = 0; u < n; u++) {
		struct duty_key key = {units[u].id, STR(DUTY_FIGURE), i->id, at};
		if (!unit_owes(&units[u], i, at) || (due > p->now && stands(p, &key)))
			continue;
		step(p, &key, due, STEP_ADD);
		p->sums.added++;
	}
}

/* Is a deadline that is over to be written down nevertheless: the indicator is new, is owed from an
 * earlier day than before, or nobody planned for a long time? */
static bool past_wanted(const struct begun *b, const struct indicator *i, struct period at,
			usec due)
{
	struct indicator before = {.owed_from = b ? b->from : 0};
	return !b || due > b->to || (i->owed_from < b->from && !indicator_begun(&before, at));
}

/* Deadlines grow with the period; one that is due before its period begins is looked at first.  When the
 * registry is as it was, only what the horizon has reached since is new. */
static void add_indicator(struct plan *p, const struct indicator *i)
{
	const struct begun *b = begun_of(p, i->id);
	bool whole = !b || i->owed_from < b->from;
	struct period at = period_at(i->period, p->horizon);
	usec back_to = whole || (b->to > p->now && !p->followed) ? p->now : b->to;
	for (at.ordinal++; indicator_begun(i, at); at.ordinal--) {
		usec due = deadlines_at(p->deadlines, i, at);
		if (due <= back_to && !whole)
			return;
		if (due <= p->horizon && (due > p->now || past_wanted(b, i, at, due)))
			add_period(p, i, at, due);
	}
}

/* What stands for the future and does not agree. */
static void follow(struct plan *p, const struct standing *s)
{
	const struct unit *u = view_unit_id(p->view, s->unit);
	const struct indicator *i = view_indicator_id(p->view, s->indicator);
	struct duty_key key = key_of(s);
	if (s->due <= p->now)
		return; /* only the centre's outage keeps it open */
	bool owed = u && i && unit_owes(u, i, s->period) && indicator_begun(i, s->period);
	if (!owed && !s->met) {
		step(p, &key, s->due, STEP_WITHDRAW);
		p->sums.withdrawn++;
	}
	if (!owed)
		return;
	usec due = deadlines_at(p->deadlines, i, s->period);
	if (due != s->due && due > p->now) {
		step(p, &key, due, STEP_MOVE);
		p->sums.moved++;
	}
}

static int by_step(const void *a, const void *b)
{
	return key_cmp(&((const struct step *)a)->key, &((const struct step *)b)->key);
}

/* -- settling -- */
/* The first figure that came and was not returned; ERR_NOT_FOUND: none. */
static enum err settlement_of(struct db *tx, const struct duty_key *key, struct settlement *ret,
			      struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT f.received, f.id, d.server, d.seq FROM figure f LEFT JOIN delivery d ON "
		    "d.id = f.delivery WHERE f.unit = $1 AND f.indicator = $2 AND f.period_kind = $3 AND "
		    "f.period = $4 AND f.status <> 'returned' ORDER BY f.received, f.id LIMIT 1"));
	stmt_bind_int(q, 1, key->unit);
	stmt_bind_int(q, 2, key->subject);
	stmt_bind_int(q, 3, key->period.kind);
	stmt_bind_int(q, 4, key->period.ordinal);
	bool found = stmt_row(q);
	struct settlement s = {0};
	if (found)
		s = (struct settlement){stmt_int(q, 0), stmt_int(q, 1), stmt_int(q, 2),
					stmt_int(q, 3)};
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "nothing settles this duty");
	*ret = s;
	return rc;
}

enum err plan_settle(struct db *tx, const struct figure *f, struct why *why)
{
	struct duty_key key = {f->unit, STR(DUTY_FIGURE), f->indicator, f->period};
	struct settlement s;
	enum err rc = settlement_of(tx, &key, &s, why);
	if (rc != OK && rc != ERR_NOT_FOUND)
		return rc;
	duty_settle(tx, &key, rc == OK ? &s : NULL);
	return OK;
}

/* Units and periods of one indicator for which figures have come, within what is to be added. */
static enum err came(struct db *tx, const struct step *steps, size_t n, struct arena *a,
		     struct duty **ret, size_t *ret_n, struct why *why)
{
	int32_t low = steps[0].key.period.ordinal, high = low;
	for (size_t i = 1; i < n; i++) {
		int32_t at = steps[i].key.period.ordinal;
		low = at < low ? at : low;
		high = at > high ? at : high;
	}
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("SELECT DISTINCT unit, period FROM figure WHERE indicator = $1 AND "
			"period_kind = $2 AND period >= $3 AND period <= $4 AND current = 1"));
	stmt_bind_int(q, 1, steps[0].key.subject);
	stmt_bind_int(q, 2, steps[0].key.period.kind);
	stmt_bind_int(q, 3, low);
	stmt_bind_int(q, 4, high);
	struct duty *found = ARENA_ARRAY(a, n, struct duty);
	size_t count = 0;
	while (stmt_row(q)) {
		struct step wanted = {.key = steps[0].key};
		wanted.key.unit = stmt_int(q, 0);
		wanted.key.period.ordinal = (int32_t)stmt_int(q, 1);
		if (bsearch(&wanted, steps, n, sizeof(*steps), by_step))
			found[count++].key = wanted.key;
	}
	*ret = found;
	*ret_n = count;
	return stmt_end(q, why);
}

static enum err settle_added(struct db *tx, const struct step *steps, size_t n, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	enum err rc = OK;
	for (size_t from = 0, to; from < n && rc == OK; from = to) {
		struct duty *found = NULL;
		size_t count = 0;
		for (to = from; to < n && steps[to].key.subject == steps[from].key.subject;)
			to++;
		rc = came(tx, steps + from, to - from, a, &found, &count, why);
		for (size_t i = 0; i < count && rc == OK; i++) {
			struct settlement s;
			rc = settlement_of(tx, &found[i].key, &s, why);
			if (rc == OK)
				duty_meet(tx, &found[i].key, &s);
		}
	}
	return rc;
}

/* -- writing -- */
struct writing {
	const struct plan *plan;
	const struct step *steps;
	size_t n;
};

static void write_step(struct db *tx, const struct step *s, const struct outages *o, usec now)
{
	struct duty d = {.key = s->key, .due = s->due, .until = outages_until(o, s->due)};
	switch (s->what) {
	case STEP_ADD:
		duty_add(tx, &d, now);
		break;
	case STEP_MOVE:
		duty_move(tx, &d.key, d.due, d.until);
		break;
	case STEP_WITHDRAW:
		duty_withdraw(tx, &d.key);
		break;
	}
}

static enum err write_steps(struct db *tx, void *arg, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct writing *w = arg;
	struct outages outages;
	enum err rc = figure_turn(tx, why); /* no figure comes between our look and our commit */
	if (rc == OK)
		rc = outages_read(tx, a, &outages, why);
	for (size_t i = 0; i < w->n && rc == OK; i++)
		write_step(tx, &w->steps[i], &outages, w->plan->now);
	return rc == OK ? settle_added(tx, w->steps, w->n, why) : rc;
}

/* Write down what was computed so far; whole indicators only. */
static enum err flush(struct store *s, struct plan *p, struct why *why)
{
	enum err rc = OK;
	if (p->n_steps)
		qsort(p->steps, p->n_steps, sizeof(*p->steps), by_step);
	for (size_t at = 0; at < p->n_steps && rc == OK; at += CHUNK) {
		size_t n = p->n_steps - at < CHUNK ? p->n_steps - at : CHUNK;
		struct writing w = {.plan = p, .steps = p->steps + at, .n = n};
		rc = store_write(s, write_steps, &w, why);
	}
	p->n_steps = 0;
	return rc;
}

static enum err run(struct store *s, struct plan *p, struct why *why)
{
	const struct indicator *indicators;
	size_t n = view_indicators(p->view, &indicators);
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		add_indicator(p, &indicators[i]);
		if (p->n_steps >= CHUNK)
			rc = flush(s, p, why);
	}
	for (size_t i = 0; i < p->n_future; i++)
		follow(p, &p->future[i]);
	return rc == OK ? flush(s, p, why) : rc;
}

static void write_begun(struct db *tx, const struct plan *p)
{
	const struct indicator *indicators;
	size_t n = view_indicators(p->view, &indicators);
	for (size_t i = 0; i < n; i++) {
		const struct begun *b = begun_of(p, indicators[i].id);
		int64_t from = indicators[i].owed_from;
		AUTO(stmt_free) struct stmt *q = db_stmt(
			tx,
			SQL("INSERT INTO duty_plan (indicator, begun, planned) VALUES ($1, $2, $3) ON "
			    "CONFLICT (indicator) DO UPDATE SET begun = excluded.begun, planned = "
			    "excluded.planned"));
		stmt_bind_int(q, 1, indicators[i].id);
		stmt_bind_int(q, 2, b && b->from < from ? b->from : from);
		stmt_bind_int(q, 3, p->horizon);
		stmt_push(q);
	}
}

static enum err journal_planned(struct db *tx, const struct plan *p, struct why *why)
{
	struct buf data;
	struct jw w;
	buf_init(&data, 1024);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_int(&w, "added", p->sums.added);
	jw_m_int(&w, "moved", p->sums.moved);
	jw_m_int(&w, "withdrawn", p->sums.withdrawn);
	jw_m_int(&w, "edition", p->edition);
	jw_object_end(&w);
	struct journal_entry e = {
		.at = p->now,
		.kind = STR("duty.planned"),
		.subject = STR("duty"),
		.data = buf_str(&data),
	};
	enum err rc = buf_end(&data, why);
	if (rc == OK)
		rc = journal_append(tx, &e, why);
	buf_release(&data);
	return rc;
}

static enum err write_end(struct db *tx, void *arg, struct why *why)
{
	const struct plan *p = arg;
	write_begun(tx, p);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("INSERT INTO duty_planned (id, edition, at) VALUES (1, $1, $2) ON CONFLICT "
			"(id) DO UPDATE SET edition = excluded.edition, at = excluded.at"));
	stmt_bind_int(q, 1, p->edition);
	stmt_bind_int(q, 2, p->now);
	enum err rc = stmt_end(q, why);
	bool any = p->sums.added + p->sums.moved + p->sums.withdrawn > 0;
	return rc == OK && any ? journal_planned(tx, p, why) : rc;
}

enum err plan_duties(struct store *s, struct registry *r, usec now, struct planned *ret,
		     struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct plan p = {.a = a, .now = now};
	struct db *db = NULL;
	enum err rc = store_take(s, &db, why);
	if (rc == OK)
		rc = read_all(&p, r, db, why);
	store_give(db);
	if (rc != OK)
		return rc;
	rc = run(s, &p, why);
	if (rc == OK)
		rc = store_write(s, write_end, &p, why);
	if (rc == OK)
		*ret = p.sums;
	return rc;
}

enum err plan_followed(struct db *db, bool *ret, struct why *why)
{
	int64_t edition = 0;
	enum err rc = registry_edition(db, &edition, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL("SELECT edition FROM duty_planned"));
	bool found = stmt_row(q);
	*ret = found && stmt_int(q, 0) >= edition;
	return stmt_end(q, why);
}

enum err plan_job(struct job_run *run, struct why *why)
{
	const struct app_services *app = run->arg;
	struct planned p = {0};
	enum err rc = plan_duties(run->store, app->registry, run->now, &p, why);
	if (rc == OK)
		snprintf(run->result, sizeof(run->result),
			 "%lld duties added, %lld moved, %lld withdrawn", (long long)p.added,
			 (long long)p.moved, (long long)p.withdrawn);
	return rc;
}
