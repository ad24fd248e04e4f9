/* violation.c - who missed deadlines again and again in a month. */
#include "operate/violation.h"
#include "base/id.h"
#include "operate/notice.h"
#include "registry/figure.h"

struct summing {
	struct db *tx;
	const struct view *view;
	struct arena *a;
	usec from, to, now; /* the month */
	struct duty_count *counts;
	struct ladder ladder;
	struct reminder *issued;
	size_t n_counts, n_issued;
	const struct unit **listed;
	size_t n_listed;
	int64_t reminders;
	struct jw w;
};

static int64_t missed(const struct duty_count *c)
{
	return c->states[DUTY_LATE] + c->met_late;
}

static const struct duty_count *count_of(const struct summing *x, int64_t unit)
{
	static const struct duty_count none = {0};
	for (size_t i = 0; i < x->n_counts; i++)
		if (x->counts[i].of == unit)
			return &x->counts[i];
	return &none;
}

static int64_t reminders_of(const struct summing *x, int64_t unit)
{
	int64_t n = 0;
	for (size_t i = 0; i < x->n_issued; i++)
		n += x->issued[i].unit == unit && reminder_stands(&x->issued[i]);
	return n;
}

static int64_t standing_of(const struct summing *x, int64_t unit)
{
	for (size_t i = 0; i < x->ladder.n; i++)
		if (x->ladder.items[i].unit == unit)
			return x->ladder.items[i].count;
	return 0;
}

static enum err read(struct summing *x, struct why *why)
{
	struct duty_query duties = {.all_units = true,
				    .kind = STR(DUTY_FIGURE),
				    .state = -1,
				    .from = x->from + 1,
				    .to = x->to,
				    .now = x->now};
	struct reminder_query all = {.all_units = true},
			      month = {.all_units = true, .issued = true};
	enum err rc = duty_count(x->tx, &duties, DUTY_BY_UNIT, x->a, &x->counts, &x->n_counts, why);
	month.from = x->from;
	month.to = x->to;
	if (rc == OK)
		rc = reminder_list(x->tx, &month, x->a, &x->issued, &x->n_issued, why);
	if (rc == OK)
		rc = ladder_read(x->tx, &all, date_local(x->to - 1).year, x->to - 1, x->a,
				 &x->ladder, why);
	return rc;
}

static void unit_json(struct summing *x, const struct unit *u)
{
	const struct duty_count *c = count_of(x, u->id);
	jw_object(&x->w);
	jw_m_str(&x->w, "unit", u->code);
	jw_m_str(&x->w, "name_vi", u->name_vi);
	jw_m_str(&x->w, "name_en", u->name_en);
	jw_m_int(&x->w, "missed", missed(c));
	jw_m_int(&x->w, "late", c->states[DUTY_LATE]);
	jw_m_int(&x->w, "met_late", c->met_late);
	jw_m_int(&x->w, "excused", c->states[DUTY_EXCUSED]);
	jw_m_int(&x->w, "reminders", reminders_of(x, u->id));
	jw_m_int(&x->w, "count", standing_of(x, u->id));
	jw_object_end(&x->w);
}

static void units_json(struct summing *x)
{
	const struct unit *units;
	size_t n = view_units(x->view, &units);
	x->listed = ARENA_ARRAY(x->a, n, const struct unit *);
	jw_name(&x->w, "units");
	jw_array(&x->w);
	for (size_t i = 0; i < n; i++) {
		int64_t reminders = reminders_of(x, units[i].id);
		if (!reminders && missed(count_of(x, units[i].id)) < VIOLATIONS_REPEATED)
			continue;
		unit_json(x, &units[i]);
		x->listed[x->n_listed++] = &units[i];
		x->reminders += reminders;
	}
	jw_array_end(&x->w);
}

static void duty_json(struct summing *x, const struct unit *u, const struct duty *d)
{
	const struct indicator *i = view_indicator_id(x->view, d->key.subject);
	jw_object(&x->w);
	jw_m_str(&x->w, "unit", u->code);
	jw_m_str(&x->w, "indicator", i ? i->code : STR_NULL);
	jw_m_str(&x->w, "name_vi", i ? i->name_vi : STR_NULL);
	jw_m_str(&x->w, "name_en", i ? i->name_en : STR_NULL);
	jw_m_period(&x->w, "period", d->key.period);
	jw_m_time(&x->w, "deadline", d->until);
	jw_m_cstr(&x->w, "state", duty_state_name(duty_state(d, x->now)));
	jw_m_time(&x->w, "met", d->met.at);
	jw_object_end(&x->w);
}

static enum err duties_json(struct summing *x, struct why *why)
{
	enum err rc = OK;
	jw_name(&x->w, "duties");
	jw_array(&x->w);
	for (size_t u = 0; u < x->n_listed && rc == OK; u++) {
		struct duty *all = NULL;
		size_t n = 0;
		struct duty_query how = {.units = &x->listed[u]->id,
					 .n_units = 1,
					 .kind = STR(DUTY_FIGURE),
					 .state = -1,
					 .from = x->from + 1,
					 .to = x->to,
					 .now = x->now};
		rc = duty_list(x->tx, &how, x->a, &all, &n, why);
		for (size_t i = 0; i < n && rc == OK; i++)
			if (duty_met_late(&all[i]) || duty_state(&all[i], x->now) == DUTY_LATE)
				duty_json(x, x->listed[u], &all[i]);
	}
	jw_array_end(&x->w);
	return rc;
}

/* The number that this month's report has, else the next of the year. */
static enum err number_of(struct summing *x, int64_t month, int64_t *ret_year, int64_t *ret,
			  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("SELECT year, number FROM violation_month WHERE month = $1 AND number > 0"));
	stmt_bind_int(q, 1, month);
	bool found = stmt_row(q);
	*ret_year = found ? stmt_int(q, 0) : date_local(x->now).year;
	*ret = found ? stmt_int(q, 1) : 0;
	enum err rc = stmt_end(q, why);
	return rc == OK && !found ? paper_next_number(x->tx, STR("violations"), *ret_year, ret, why)
				  : rc;
}

static enum err store(struct summing *x, int64_t month, struct str annex, int64_t *ret_id,
		      struct why *why)
{
	int64_t year = 0, number = 0;
	enum err rc = number_of(x, month, &year, &number, why);
	if (rc != OK)
		return rc;
	*ret_id = id_next(store_ids(db_store(x->tx)), x->now);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		x->tx,
		SQL("INSERT INTO violation_month (month, id, at, units, reminders, annex, year, number) "
		    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (month) DO UPDATE SET id = "
		    "excluded.id, at = excluded.at, units = excluded.units, reminders = excluded.reminders, "
		    "annex = excluded.annex, year = excluded.year, number = excluded.number"));
	stmt_bind_int(q, 1, month);
	stmt_bind_int(q, 2, *ret_id);
	stmt_bind_int(q, 3, x->now);
	stmt_bind_int(q, 4, (int64_t)x->n_listed);
	stmt_bind_int(q, 5, x->reminders);
	stmt_bind(q, 6, annex);
	stmt_bind_int(q, 7, year);
	stmt_bind_int(q, 8, number);
	return stmt_end(q, why);
}

static enum err note(struct summing *x, int64_t month, int64_t id, int64_t actor, struct why *why)
{
	struct buf data;
	struct jw w;
	struct act what = {x->now, actor, STR_NULL};
	buf_init(&data, 1024);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_period(&w, "month", (struct period){PERIOD_MONTHLY, (int32_t)month});
	jw_m_int(&w, "units", (int64_t)x->n_listed);
	jw_m_int(&w, "reminders", x->reminders);
	jw_object_end(&w);
	struct journal_entry e = {.kind = STR("violations.summed"), .subject_id = id};
	enum err rc = discipline_journal(x->tx, &e, &what, &data, why);
	buf_release(&data);
	return rc;
}

#define ANNEX_MAX ((size_t)32 << 20)

enum err violations_sum(struct db *tx, const struct view *v, int64_t month, usec now, int64_t actor,
			struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct period p = {PERIOD_MONTHLY, (int32_t)month};
	struct summing x = {.tx = tx,
			    .view = v,
			    .a = a,
			    .from = period_start(p),
			    .to = period_end(p),
			    .now = now};
	struct buf annex;
	int64_t id = 0;
	if (now < x.to)
		return fail(why, ERR_CONFLICT, "this month is not over yet");
	buf_init(&annex, ANNEX_MAX);
	jw_init(&x.w, &annex);
	enum err rc = read(&x, why);
	jw_object(&x.w);
	units_json(&x);
	if (rc == OK)
		rc = duties_json(&x, why);
	jw_name(&x.w, "letterhead");
	if (rc == OK)
		rc = letterhead_json(tx, v, a, &x.w, why);
	jw_object_end(&x.w);
	if (rc == OK)
		rc = buf_end(&annex, why);
	if (rc == OK)
		rc = store(&x, month, buf_str(&annex), &id, why);
	if (rc == OK)
		rc = note(&x, month, id, actor, why);
	buf_release(&annex);
	return rc;
}
