/* nudge.c - nudges: by the centre's own prediction, or by hand. */
#include "operate/nudge.h"
#include "core/journal.h"
#include <stdlib.h>

static int by_unit(const void *left, const void *right)
{
	const struct duty *a = &((const struct nudge *)left)->duty,
			  *b = &((const struct nudge *)right)->duty;
	if (a->key.unit != b->key.unit)
		return a->key.unit < b->key.unit ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

/* Kept, unless one was given today, or at all when the centre itself gives it. */
static enum err keep(struct db *tx, struct nudge *n, int64_t by, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO nudge (unit, duty, day, at, given_by, permille) SELECT $1, $2, "
		    "$3, $4, $5, $6 WHERE $5 <> 0 OR NOT EXISTS (SELECT 1 FROM nudge WHERE unit = "
		    "$1 AND duty = $2) ON CONFLICT (unit, duty, day) DO NOTHING"));
	stmt_bind_int(q, 1, n->duty.key.unit);
	stmt_bind_int(q, 2, n->duty.id);
	stmt_bind_int(q, 3, date_days(date_local(now)));
	stmt_bind_int(q, 4, now);
	stmt_bind_int(q, 5, by);
	if (n->permille < 0)
		stmt_bind_null(q, 6);
	else
		stmt_bind_int(q, 6, n->permille);
	enum err rc = stmt_end(q, why);
	n->at = rc == OK && stmt_changed(q) > 0 ? now : 0;
	n->by = by;
	return rc;
}

static enum err give_unit(struct db *tx, struct nudge *items, size_t n, int64_t by, usec now,
			  int64_t *given, struct why *why)
{
	AUTO(buf_release) struct buf data;
	struct jw w;
	const struct nudge *first = NULL;
	enum err rc = OK;
	buf_init(&data, (size_t)1 << 20);
	jw_init(&w, &data);
	jw_object(&w);
	jw_name(&w, "duties");
	jw_array(&w);
	for (size_t i = 0; i < n && rc == OK; i++) {
		rc = keep(tx, &items[i], by, now, why);
		if (!items[i].at)
			continue;
		first = first ? first : &items[i];
		jw_id(&w, items[i].duty.id);
		(*given)++;
	}
	jw_array_end(&w);
	if (rc != OK || !first)
		return rc;
	jw_m_time(&w, "deadline", first->duty.until);
	jw_object_end(&w);
	struct journal_entry e = {
		.at = now,
		.kind = STR("duty.nudged"),
		.actor = by,
		.unit = first->duty.key.unit,
		.subject = STR("duty"),
		.subject_id = first->duty.id,
		.data = buf_str(&data),
	};
	rc = buf_end(&data, why);
	return rc == OK ? journal_append(tx, &e, why) : rc;
}

enum err nudge_give(struct db *tx, struct nudges *all, int64_t by, usec now, int64_t *ret_given,
		    struct why *why)
{
	enum err rc = OK;
	struct nudge *items = all->items;
	*ret_given = 0;
	if (all->n)
		qsort(items, all->n, sizeof(*items), by_unit);
	for (size_t from = 0, to; from < all->n && rc == OK; from = to) {
		for (to = from;
		     to < all->n && items[to].duty.key.unit == items[from].duty.key.unit;)
			to++;
		rc = give_unit(tx, items + from, to - from, by, now, ret_given, why);
	}
	return rc;
}

enum err nudge_find(struct db *db, const struct view *v, usec now, struct arena *a,
		    struct nudges *ret, struct why *why)
{
	struct settings settings;
	struct predictions found;
	struct duty_query all = {.all_units = true, .now = now};
	*ret = (struct nudges){0};
	enum err rc = settings_read(db, &settings, why);
	if (rc != OK || !settings.value[SETTING_NUDGE_HOURS])
		return rc;
	all.to = now + settings.value[SETTING_NUDGE_HOURS] * USEC_HOUR;
	rc = predict(db, v, &all, false, a, &found, why);
	if (rc != OK)
		return rc;
	double least = (double)settings.value[SETTING_NUDGE_PERCENT] / 100;
	ret->items = ARENA_ARRAY(a, found.n, struct nudge);
	for (; ret->n < found.n && found.items[ret->n].late >= least; ret->n++)
		ret->items[ret->n] =
			(struct nudge){.duty = found.items[ret->n].duty,
				       .permille = (int64_t)(found.items[ret->n].late * 1000)};
	return OK;
}

/* -- what was given -- */
static int by_duty(const void *left, const void *right)
{
	const struct nudge *a = left, *b = right;
	if (a->duty.id != b->duty.id)
		return a->duty.id < b->duty.id ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static void ask_last(struct query *q, const struct duty_query *whose)
{
	query_sql(q, SQL("SELECT d.unit, d.kind, d.subject, d.period_kind, d.period, d.id, d.due, "
			 "d.until, n.at, n.given_by, a.name, COALESCE(n.permille, -1) FROM nudge n "
			 "JOIN duty d ON d.id = n.duty LEFT JOIN account a ON a.id = n.given_by "
			 "WHERE d.met = 0 AND d.excused = 0 AND d.until > "));
	query_int(q, whose->now);
	if (whose->to) {
		query_sql(q, SQL(" AND d.until <= "));
		query_int(q, whose->to);
	}
	if (!whose->all_units) {
		query_sql(q, SQL(" AND n.unit IN "));
		query_ints(q, whose->units, whose->n_units);
	}
}

enum err nudge_last(struct db *db, const struct duty_query *whose, struct arena *a,
		    struct nudges *ret, struct why *why)
{
	struct query query;
	size_t n = 0, kept = 0;
	struct nudge *all = NULL;
	*ret = (struct nudges){0};
	query_init(&query, a);
	ask_last(&query, whose);
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	while (stmt_row(q)) {
		struct duty d = {
			.key = {stmt_int(q, 0),
				arena_str(a, stmt_str(q, 1)),
				stmt_int(q, 2),
				{(enum period_kind)stmt_int(q, 3), (int32_t)stmt_int(q, 4)}},
			.id = stmt_int(q, 5),
			.due = stmt_int(q, 6),
			.until = stmt_int(q, 7)};
		struct str name = stmt_str(q, 10);
		*ARENA_APPEND(a, all, n) = (struct nudge){.duty = d,
							  .at = stmt_int(q, 8),
							  .by = stmt_int(q, 9),
							  .by_name = arena_str(a, name),
							  .permille = stmt_int(q, 11)};
	}
	enum err rc = stmt_end(q, why);
	if (rc != OK || n == 0)
		return rc;
	qsort(all, n, sizeof(*all), by_duty);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || all[i + 1].duty.id != all[i].duty.id)
			all[kept++] = all[i];
	*ret = (struct nudges){all, kept};
	return OK;
}

const struct nudge *nudge_of(const struct nudges *n, int64_t duty)
{
	size_t from = 0, to = n->n;
	while (from < to) {
		size_t at = from + (to - from) / 2;
		if (n->items[at].duty.id < duty)
			from = at + 1;
		else
			to = at;
	}
	return from < n->n && n->items[from].duty.id == duty ? &n->items[from] : NULL;
}
