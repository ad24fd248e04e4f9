/* ladder.c - how many reminders of a unit stand in a year, and which steps they reached. */
#include "operate/discipline.h"
#include <stdlib.h>

static enum err read_steps(struct db *db, struct arena *a, struct step **ret, size_t *ret_n,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT s.code, s.target, s.name_vi, s.name_en, d.code, s.reminders, coalesce(d.number, d.code) FROM ladder_step s "
		    "LEFT JOIN document d ON d.id = s.document WHERE s.removed = 0 ORDER BY s.reminders, "
		    "s.code"));
	struct step *steps = ARENA_ARRAY(a, LADDER_STEPS_MAX, struct step);
	size_t n = 0;
	while (n < LADDER_STEPS_MAX && stmt_row(q))
		steps[n++] = (struct step){
			.code = arena_str(a, stmt_str(q, 0)),
			.target = arena_str(a, stmt_str(q, 1)),
			.name_vi = arena_str(a, stmt_str(q, 2)),
			.name_en = arena_str(a, stmt_str(q, 3)),
			.document = arena_str(a, stmt_str(q, 4)),
			.document_number = arena_str(a, stmt_str(q, 6)),
			.reminders = stmt_int(q, 5),
		};
	*ret = steps;
	*ret_n = n;
	return stmt_end(q, why);
}

/* The same moment a year before; 29 February becomes 1 March. */
static usec year_before(usec t)
{
	struct date d = date_local(t), before = {d.year - 1, d.month, d.day};
	usec into = t - date_start(d);
	if (!date_valid(before))
		before = (struct date){d.year - 1, 3, 1};
	return date_start(before) + into;
}

/* The instant from which reminders count at `at`. */
static usec counted_from(usec at, int64_t year_setting)
{
	return year_setting == SETTING_YEAR_ROLLING
		       ? year_before(at) + 1
		       : date_start((struct date){date_local(at).year, 1, 1});
}

int64_t ladder_count(const struct reminder *r, size_t n, usec at, int64_t year_setting)
{
	usec from = counted_from(at, year_setting);
	int64_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += reminder_stands(&r[i]) && r[i].issued.at >= from && r[i].issued.at <= at;
	return count;
}

static int by_unit_issued(const void *left, const void *right)
{
	const struct reminder *a = left, *b = right;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->issued.at != b->issued.at)
		return a->issued.at < b->issued.at ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

struct reading {
	int64_t year_setting;
	usec from, until; /* the year, up to now */
	const struct step *steps;
	size_t n_steps;
};

/* r: one unit's, oldest first, with those that counted when the first of them was issued. */
static struct standing climb(const struct reading *x, const struct reminder *r, size_t n)
{
	struct standing s = {.unit = r->unit};
	usec from = x->year_setting == SETTING_YEAR_ROLLING
			    ? counted_from(x->until, SETTING_YEAR_ROLLING)
			    : x->from;
	size_t first = 0;
	while (first < n && r[first].issued.at < from)
		first++;
	s.reminders = r + first;
	s.n = n - first;
	s.count = ladder_count(r, n, x->until, x->year_setting);
	for (size_t i = first; i < n; i++) {
		int64_t count = ladder_count(r, i + 1, r[i].issued.at, x->year_setting);
		for (size_t k = 0; k < x->n_steps; k++)
			if (!s.reached[k] && count >= x->steps[k].reminders)
				s.reached[k] = &r[i];
	}
	for (size_t k = 0; k < x->n_steps && !s.next; k++)
		if (s.count < x->steps[k].reminders)
			s.next = &x->steps[k];
	return s;
}

static size_t only_standing(struct reminder *r, size_t n)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++)
		if (reminder_stands(&r[i]))
			r[out++] = r[i];
	return out;
}

enum err ladder_read(struct db *db, const struct reminder_query *whose, int year, usec now,
		     struct arena *a, struct ladder *ret, struct why *why)
{
	struct reminder_query how = *whose;
	struct reminder *all = NULL;
	struct settings settings;
	struct step *steps = NULL;
	size_t n = 0, out = 0;
	struct reading x = {.from = date_start((struct date){year, 1, 1})};
	usec end = date_start((struct date){year + 1, 1, 1});
	x.until = now < end ? now : end - 1;
	how.issued = true;
	how.from = year_before(year_before(x.until));
	how.to = end;
	enum err rc = settings_read(db, &settings, why);
	if (rc == OK)
		rc = read_steps(db, a, &steps, &x.n_steps, why);
	if (rc == OK)
		rc = reminder_list(db, &how, a, &all, &n, why);
	if (rc != OK)
		return rc;
	x.year_setting = settings.value[SETTING_YEAR];
	x.steps = steps;
	n = only_standing(all, n);
	if (n)
		qsort(all, n, sizeof(*all), by_unit_issued);
	struct standing *found = ARENA_ARRAY(a, n, struct standing);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && all[to].unit == all[from].unit;)
			to++;
		struct standing s = climb(&x, all + from, to - from);
		if (s.n || s.count)
			found[out++] = s;
	}
	*ret = (struct ladder){found, out, x.steps, x.n_steps};
	return OK;
}
