/* outage.c - outages as records, the clock that they stop, and the signs of life. */
#include "core/outage.h"
#include "core/duty.h"
#include "core/setting.h"
#include <stdlib.h>

/* -- the stopped clock -- */
usec outages_until(const struct outages *o, usec due)
{
	usec at = due - o->protect, left = o->protect;
	size_t low = 0, high = o->n;
	while (low < high) { /* the first outage that ends after `at` */
		size_t middle = low + (high - low) / 2;
		if (o->items[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t i = low; i < o->n; i++) {
		usec from = o->items[i].from > at ? o->items[i].from : at;
		/* a deadline on the very beginning of an outage is over before it */
		if (from - at >= left && (left > 0 || o->items[i].from > at))
			break;
		left -= from - at;
		at = o->items[i].to;
	}
	return at + left;
}

static int by_from(const void *a, const void *b)
{
	const struct outage *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

/* Overlapping ones become one. */
static size_t merge(struct outage *items, size_t n)
{
	size_t out = 0;
	if (n)
		qsort(items, n, sizeof(*items), by_from);
	for (size_t i = 0; i < n; i++) {
		if (out && items[i].from <= items[out - 1].to) {
			if (items[i].to > items[out - 1].to)
				items[out - 1].to = items[i].to;
			continue;
		}
		items[out++] = items[i];
	}
	return out;
}

static enum err outage_rows(struct stmt *q, struct arena *a, struct outage **ret, size_t *ret_n,
			    struct why *why)
{
	struct outage *items = NULL;
	size_t n = 0;
	while (stmt_row(q)) {
		*ARENA_APPEND(a, items, n) = (struct outage){stmt_int(q, 0), stmt_int(q, 1)};
	}
	enum err rc = stmt_end(q, why);
	*ret = items;
	*ret_n = n;
	return rc;
}

enum err outages_read(struct db *db, struct arena *a, struct outages *ret, struct why *why)
{
	struct settings settings;
	struct outage *items = NULL;
	size_t n = 0;
	enum err rc = settings_read(db, &settings, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT begins, ends FROM outage WHERE removed = 0"));
	rc = outage_rows(q, a, &items, &n, why);
	if (rc == OK)
		*ret = (struct outages){items, merge(items, n),
					settings.value[SETTING_PROTECTED_HOURS] * USEC_HOUR};
	return rc;
}

/* -- moving the deadlines -- */
struct moving {
	struct db *tx;
	struct arena *arena;
	struct outages outages;
	int64_t moved;
	usec first, last; /* until of those moved, before */
};

static void move(struct moving *m, const struct duty *d)
{
	usec until = outages_until(&m->outages, d->due);
	if (until == d->until)
		return;
	duty_move(m->tx, &d->key, d->due, until);
	m->first = !m->moved || d->until < m->first ? d->until : m->first;
	m->last = !m->moved || d->until > m->last ? d->until : m->last;
	m->moved++;
}

/* Those not moved yet whose protected hours this outage may touch. */
static enum err move_touched(struct moving *m, struct outage o, struct why *why)
{
	struct duty *found = NULL;
	size_t n = 0;
	struct duty_query how = {
		.all_units = true, .state = -1, .from = o.from, .to = o.to + m->outages.protect};
	enum err rc = duty_list(m->tx, &how, m->arena, &found, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++)
		move(m, &found[i]);
	return rc;
}

/* The outages written last, by this change: the others were applied when they were written. */
static enum err move_latest(struct moving *m, struct why *why)
{
	struct outage *latest = NULL;
	size_t n = 0;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		m->tx,
		SQL("SELECT begins, ends FROM outage WHERE removed = 0 AND changed = (SELECT "
		    "max(changed) FROM outage WHERE removed = 0)"));
	enum err rc = outage_rows(q, m->arena, &latest, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++)
		rc = move_touched(m, latest[i], why);
	return rc;
}

/* Those moved before, which may have to come back. */
static enum err move_moved(struct moving *m, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		m->tx, SQL("SELECT unit, kind, subject, period_kind, period, due, until FROM duty "
			   "WHERE until <> due"));
	struct duty *found = NULL;
	size_t n = 0;
	while (stmt_row(q)) {
		*ARENA_APPEND(m->arena, found, n) = (struct duty){
			.key = {stmt_int(q, 0),
				arena_str(m->arena, stmt_str(q, 1)),
				stmt_int(q, 2),
				{(enum period_kind)stmt_int(q, 3), (int32_t)stmt_int(q, 4)}},
			.due = stmt_int(q, 5),
			.until = stmt_int(q, 6),
		};
	}
	enum err rc = stmt_end(q, why);
	for (size_t i = 0; i < n && rc == OK; i++)
		move(m, &found[i]);
	return rc;
}

static enum err journal_moved(const struct moving *m, struct why *why)
{
	struct buf data;
	struct jw w;
	duty_touch(m->tx);
	buf_init(&data, 1024);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_int(&w, "moved", m->moved);
	jw_m_time(&w, "first", m->first);
	jw_m_time(&w, "last", m->last);
	jw_object_end(&w);
	struct journal_entry e = {
		.at = clock_now(store_clock(db_store(m->tx))),
		.kind = STR("duty.deadlines_moved"),
		.subject = STR("duty"),
		.data = buf_str(&data),
	};
	enum err rc = buf_end(&data, why);
	if (rc == OK)
		rc = journal_append(m->tx, &e, why);
	buf_release(&data);
	return rc;
}

static enum err apply(struct db *tx, bool all, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct moving m = {.tx = tx, .arena = a};
	enum err rc = outages_read(tx, a, &m.outages, why);
	if (rc == OK)
		rc = move_moved(&m, why);
	if (rc == OK && !all)
		rc = move_latest(&m, why);
	for (size_t i = 0; all && i < m.outages.n && rc == OK; i++)
		rc = move_touched(&m, m.outages.items[i], why);
	return rc == OK && m.moved ? journal_moved(&m, why) : rc;
}

static enum err apply_latest(struct db *tx, struct why *why)
{
	return apply(tx, false, why);
}

enum err outages_apply(struct db *tx, struct why *why)
{
	return apply(tx, true, why);
}

/* -- the record -- */
static const struct field outage_fields[] = {
	{.name = NAME("begins"),
	 .type = FIELD_TIME,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = LABEL("Từ", "From")},
	{.name = NAME("ends"),
	 .type = FIELD_TIME,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = LABEL("Đến", "To")},
	{.name = NAME("automatic"),
	 .type = FIELD_BOOL,
	 .flags = FIELD_OURS | FIELD_MAIN,
	 .label = LABEL("Hệ thống tự ghi nhận", "Noted by the centre")},
	{.name = NAME("reason"),
	 .type = FIELD_LONG,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = 1,
	 .max = 1000,
	 .label = LABEL("Lý do", "Reason")},
};

static void outage_check(struct db *tx, const struct row *old, const struct row *now,
			 struct problems *p)
{
	(void)tx;
	if (!now)
		return; /* removed: also one that a wrong clock made */
	struct row *row = (struct row *)(uintptr_t)now;
	bool automatic = row_value(&outage_record, row, "automatic")->number != 0;
	usec begins = row_value(&outage_record, row, "begins")->number;
	usec ends = row_value(&outage_record, row, "ends")->number;
	if (ends <= begins)
		problem_add(p, STR("/ends"), "must be after the beginning");
	else if (!automatic && ends - begins > OUTAGE_DAYS_MAX * USEC_DAY)
		problem_add(p, STR("/ends"), "one outage has at most %d days", OUTAGE_DAYS_MAX);
	if (old && automatic)
		problem_add(
			p, STR("/begins"),
			"the centre noted this one itself; declare another beside it, or remove "
			"it when a wrong clock made it");
}

const struct record outage_record = {
	.table = NAME("outage"),
	.path = "outages",
	.label = LABEL("Gián đoạn", "Outage"),
	.plural = LABEL("Gián đoạn của hệ thống", "Outages of the centre"),
	RECORD_FIELDS(outage_fields),
	.sort = "-begins",
	.check = outage_check,
	.after = apply_latest,
};

/* -- signs of life -- */
struct beat {
	struct heart *heart;
	unsigned server;
	usec now, steady;
};

static enum err note(struct db *tx, usec from, usec to, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct problems problems;
	struct row row = {.values = ARENA_ARRAY(a, outage_record.n_fields, struct value)};
	problems_init(&problems, a);
	*row_value(&outage_record, &row, "begins") = (struct value){true, from, STR_NULL};
	*row_value(&outage_record, &row, "ends") = (struct value){true, to, STR_NULL};
	*row_value(&outage_record, &row, "automatic") = (struct value){true, 1, STR_NULL};
	*row_value(&outage_record, &row, "reason") =
		(struct value){true, 0, STR("Không máy chủ nào hoạt động trong thời gian này")};
	return record_create(tx, &outage_record, &row, (struct author){access_centre(a), to},
			     &problems, why);
}

static enum err last_sign(struct db *tx, usec *ret, unsigned *ret_server, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("SELECT at, server FROM alive ORDER BY at DESC, server LIMIT 1"));
	bool found = stmt_row(q);
	*ret = found ? stmt_int(q, 0) : 0;
	*ret_server = found ? (unsigned)stmt_int(q, 1) : 0;
	return stmt_end(q, why);
}

static bool was_silent(const struct beat *b, usec last, unsigned by)
{
	usec silence = b->now - last;
	if (!last)
		return false; /* the first beat of all */
	if (b->heart->beating && b->steady - b->heart->last < HEART_SILENCE)
		return false; /* we were here: if the clock says otherwise it was set */
	return silence >= (!b->heart->beating && by == b->server ? HEART_START : HEART_SILENCE);
}

static enum err beat_change(struct db *tx, void *arg, struct why *why)
{
	const struct beat *b = arg;
	usec last = 0;
	unsigned by = 0;
	enum err rc = last_sign(tx, &last, &by, why);
	if (rc == OK && was_silent(b, last, by))
		rc = note(tx, last, b->now, why);
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("INSERT INTO alive (server, at) VALUES ($1, $2) ON CONFLICT (server) "
			"DO UPDATE SET at = excluded.at"));
	stmt_bind_int(q, 1, b->server);
	stmt_bind_int(q, 2, b->now);
	return stmt_end(q, why);
}

enum err heart_beat(struct store *s, struct heart *h, usec now, usec steady, struct why *why)
{
	struct beat b = {h, store_server(s), now, steady};
	enum err rc = store_write(s, beat_change, &b, why);
	if (rc == OK)
		*h = (struct heart){true, steady};
	return rc;
}
