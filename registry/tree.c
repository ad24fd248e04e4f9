/* tree.c - the tree of units of any day, and who owes what by when. */
#include "registry/view.h"

bool unit_kind_is_commune(enum unit_kind kind)
{
	return kind == UNIT_COMMUNE || kind == UNIT_WARD || kind == UNIT_SPECIAL_ZONE;
}

bool unit_alive(const struct unit *u, int64_t day)
{
	return u->from <= day && day < u->to;
}

/* The first event of a kind after the day tells what was true until then. */
static const struct unit_event *next_event(const struct view *v, int64_t unit, int64_t day,
					   const char *kind)
{
	for (size_t i = 0; i < v->n_events; i++)
		if (v->events[i].unit == unit && v->events[i].day > day &&
		    str_is(v->events[i].kind, kind))
			return &v->events[i];
	return NULL;
}

struct str unit_name_at(const struct view *v, const struct unit *u, int64_t day)
{
	const struct unit_event *e = next_event(v, u->id, day, "rename");
	return e && e->old_name.len ? e->old_name : u->name_vi;
}

int64_t unit_parent_at(const struct view *v, const struct unit *u, int64_t day)
{
	const struct unit_event *e = next_event(v, u->id, day, "reparent");
	return e ? e->old_parent : u->parent;
}

bool view_within(const struct view *v, int64_t unit, int64_t root)
{
	for (size_t steps = 0; unit && steps <= v->n_units; steps++) {
		if (unit == root)
			return true;
		const struct unit *u = view_unit_id(v, unit);
		unit = u ? u->parent : 0;
	}
	return false;
}

size_t view_subtree(const struct view *v, int64_t root, struct arena *a, int64_t **ret)
{
	int64_t *ids = ARENA_ARRAY(a, v->n_units, int64_t);
	size_t n = 0;
	for (size_t i = 0; i < v->n_units; i++)
		if (view_within(v, v->units[i].id, root))
			ids[n++] = v->units[i].id;
	*ret = ids;
	return n;
}

bool unit_reports(const struct unit *u, const struct indicator *i)
{
	return i->scope == SCOPE_COMMUNE ? unit_kind_is_commune(u->kind) : i->owner == u->id;
}

bool unit_has(const struct unit *u, const struct indicator *i, struct period p)
{
	return p.kind == i->period && unit_reports(u, i) && unit_alive(u, period_last_day(p));
}

bool indicator_derived(const struct indicator *i, struct period p)
{
	return i->derived_from != DAY_NEVER && i->derived_from <= period_last_day(p);
}

bool indicator_begun(const struct indicator *i, struct period p)
{
	return period_last_day(p) >= i->owed_from;
}

bool unit_owes(const struct unit *u, const struct indicator *i, struct period p)
{
	return unit_has(u, i, p) && !indicator_derived(i, p);
}

/* A rule that names no day (its check lets none in) gives the period's own end. */
usec view_deadline(const struct view *v, const struct indicator *i, struct period p)
{
	usec deadline;
	for (size_t k = 0; k < v->n_schedules; k++)
		if (v->schedules[k].id == i->schedule &&
		    schedule_deadline(&v->schedules[k].rule, p, &deadline, NULL) == OK)
			return deadline;
	return period_end(p);
}

#define DEADLINES_KEPT 256 /* a power of two; the days of a usual question */

struct deadlines {
	const struct view *view;
	struct {
		bool known;
		int64_t schedule;
		struct period period;
		usec at;
	} kept[DEADLINES_KEPT];
};

struct deadlines *deadlines_new(struct arena *a, const struct view *v)
{
	struct deadlines *d = ARENA_NEW(a, struct deadlines);
	memset(d, 0, sizeof(*d));
	d->view = v;
	return d;
}

usec deadlines_at(struct deadlines *d, const struct indicator *i, struct period p)
{
	size_t at = ((size_t)i->schedule * 131 + (size_t)p.ordinal) & (DEADLINES_KEPT - 1);
	if (!d->kept[at].known || d->kept[at].schedule != i->schedule ||
	    d->kept[at].period.kind != p.kind || d->kept[at].period.ordinal != p.ordinal) {
		d->kept[at].known = true;
		d->kept[at].schedule = i->schedule;
		d->kept[at].period = p;
		d->kept[at].at = view_deadline(d->view, i, p);
	}
	return d->kept[at].at;
}
