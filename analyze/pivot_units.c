/* pivot_units.c - units of then and today; see pivot_units.h. */
#include "analyze/pivot_units.h"
#include <stdlib.h>

/* -- what became of a unit -- */

static void heir_add(struct heirs *h, int64_t unit, long double share)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->items[i].unit == unit) {
			h->items[i].share += share;
			return;
		}
	if (h->n == HEIRS_MAX)
		h->lost = true;
	else
		h->items[h->n++] = (struct heir){unit, share};
}

static bool moves(const struct unit_event *e)
{
	return e->into && (str_is(e->kind, "merge") || str_is(e->kind, "split"));
}

#define SHARE_LEAST 1e-12L /* less than that is rounding */

/* The events [from, to) of one day, applied to what each unit held in the morning. */
static void heirs_day(const struct view *v, const struct unit_event *events, size_t n,
		      struct heirs *h)
{
	struct heirs evening = {.lost = h->lost};
	for (size_t i = 0; i < h->n; i++) {
		long double rest = h->items[i].share;
		bool moved = false;
		for (size_t k = 0; k < n; k++) {
			if (events[k].unit != h->items[i].unit || !moves(&events[k]))
				continue;
			evening.lost = evening.lost || events[k].share.mantissa <= 0;
			moved = true;
			bool whole = decimal_cmp(events[k].share, (struct decimal){1, 0}) == 0;
			long double part =
				h->items[i].share *
				(whole ? 1 : (long double)decimal_double(events[k].share));
			heir_add(&evening, events[k].into, part);
			rest -= part;
		}
		if (moved && rest <= SHARE_LEAST)
			continue;
		const struct unit *u = view_unit_id(v, h->items[i].unit);
		if (u && u->to <= events[0].day)
			evening.lost = true;
		heir_add(&evening, h->items[i].unit, rest);
	}
	*h = evening;
}

void heirs_between(const struct view *v, int64_t unit, int64_t day, int64_t until,
		   struct heirs *ret)
{
	const struct unit_event *events;
	size_t n = view_events(v, &events), from = 0;
	*ret = (struct heirs){.n = 1, .items = {{unit, 1}}};
	while (from < n && events[from].day <= day)
		from++;
	for (size_t to; from < n && events[from].day <= until; from = to) {
		for (to = from + 1; to < n && events[to].day == events[from].day;)
			to++;
		heirs_day(v, events + from, to - from, ret);
	}
}

void heirs_of(const struct view *v, int64_t unit, int64_t day, struct heirs *ret)
{
	heirs_between(v, unit, day, DAY_NEVER, ret);
}

bool heir_value(const struct heirs *h, size_t at, struct decimal value, struct decimal *ret)
{
	long double all = 0;
	struct decimal left = value, part = value;
	for (size_t k = 0; k < h->n; k++)
		all += h->items[k].share;
	for (size_t k = 0; k <= at; k++) {
		bool rest = k + 1 == h->n && all >= HEIRS_WHOLE;
		part = left;
		if (!rest && !pivot_rounded((long double)decimal_double(value) * h->items[k].share,
					    value.scale, &part))
			return false;
		left.mantissa -= part.mantissa;
	}
	*ret = part;
	return !h->lost;
}

/* -- members of the axis -- */

struct membership {
	const struct view *view;
	const struct pivot_question *how;
	const struct unit **members;
	size_t n_members;
	int64_t *days; /* on which something happened to units */
	size_t n_days;
	const struct unit *units; /* of the view, by id */
	size_t n_units;
	struct targets **known; /* [unit][epoch]; NULL: not asked yet */
	struct arena *arena;
};

static int64_t parent_of(const struct membership *s, const struct unit *u, int64_t day)
{
	return s->how->today ? u->parent : unit_parent_at(s->view, u, day);
}

/* The unit, or the one above it that stands directly below `root`; 0: it is not below. */
static int64_t child_below(const struct membership *s, int64_t unit, int64_t root, int64_t day)
{
	for (size_t steps = 0; unit && steps <= s->n_units; steps++) {
		const struct unit *u = view_unit_id(s->view, unit);
		int64_t parent = u ? parent_of(s, u, day) : 0;
		if (parent == root)
			return unit;
		unit = parent;
	}
	return 0;
}

static bool asked_for(const struct membership *s, const struct unit *u, int64_t day)
{
	const struct pivot_question *how = s->how;
	bool listed = how->n_units == 0;
	for (size_t i = 0; i < how->n_units && !listed; i++)
		listed = how->units[i] == u->id;
	bool commune = unit_kind_is_commune(u->kind);
	return listed &&
	       (how->level == PIVOT_ANY_LEVEL || commune == (how->level == PIVOT_COMMUNES)) &&
	       (!how->root || u->id == how->root || child_below(s, u->id, how->root, day));
}

/* The member's unit that a figure of u counts for; 0: none. */
static int64_t member_of(const struct membership *s, int64_t unit, int64_t day)
{
	const struct unit *u = view_unit_id(s->view, unit);
	if (!u || !asked_for(s, u, day))
		return 0;
	if (s->how->by != PIVOT_CHILDREN || unit == s->how->root)
		return unit;
	return child_below(s, unit, s->how->root, day);
}

static int by_code(const void *a, const void *b)
{
	return str_cmp((*(const struct unit *const *)a)->code,
		       (*(const struct unit *const *)b)->code);
}

static size_t index_of(const struct membership *s, int64_t unit)
{
	const struct unit *u = view_unit_id(s->view, unit);
	const struct unit **found = u && s->n_members ? bsearch(&u, s->members, s->n_members,
								sizeof(*s->members), by_code)
						      : NULL;
	return found ? (size_t)(found - s->members) : s->n_members;
}

size_t membership_epoch(const struct membership *s, int64_t day)
{
	size_t e = 0;
	while (e < s->n_days && s->days[e] <= day)
		e++;
	return e;
}

static const struct targets *targets_of(struct membership *s, int64_t unit, int64_t day)
{
	struct targets *t = ARENA_NEW(s->arena, struct targets);
	struct heirs h = {.n = 1, .items = {{unit, 1}}};
	if (s->how->today)
		heirs_of(s->view, unit, day, &h);
	t->lost = h.lost;
	for (size_t i = 0; i < h.n; i++) {
		int64_t member = member_of(s, h.items[i].unit, day);
		if (!member)
			continue;
		size_t at = s->how->by == PIVOT_TOTAL ? 0 : index_of(s, member), k = 0;
		while (k < t->n && t->items[k].member != at)
			k++;
		if (k == t->n)
			t->items[t->n++] = (struct target){at, 0};
		t->items[k].share += h.items[i].share;
	}
	return t;
}

const struct targets *membership_at(struct membership *s, int64_t unit, size_t epoch, int64_t day)
{
	const struct unit *u = view_unit_id(s->view, unit);
	static const struct targets none;
	if (!u)
		return &none;
	struct targets **known = &s->known[(size_t)(u - s->units) * (s->n_days + 1) + epoch];
	if (!*known)
		*known = (struct targets *)(uintptr_t)targets_of(s, unit, day);
	return *known;
}

/* Has the unit a series of an indicator of the question? */
static void mark_givers(const struct image *m, const struct membership *s, bool *gives)
{
	for (size_t i = 0; i < s->how->n_indicators; i++) {
		const struct series *const *series;
		size_t n = image_series(m, s->how->indicators[i]->id, &series);
		for (size_t k = 0; k < n; k++) {
			const struct unit *u = view_unit_id(s->view, series[k]->unit);
			if (u)
				gives[u - s->units] = true;
		}
	}
}

static bool should_give(const struct membership *s, const struct unit *u, int64_t day)
{
	bool reports = false;
	for (size_t i = 0; i < s->how->n_indicators && !reports; i++)
		reports = unit_reports(u, s->how->indicators[i]);
	return reports && unit_alive(u, day);
}

static void member_add(struct membership *s, int64_t unit)
{
	const struct unit *u = view_unit_id(s->view, unit);
	for (size_t i = 0; i < s->n_members; i++)
		if (s->members[i] == u)
			return;
	if (u)
		s->members[s->n_members++] = u;
}

static void members_find(struct membership *s, const struct image *m)
{
	bool *gives = ARENA_ARRAY(s->arena, s->n_units, bool);
	int64_t first = period_last_day((struct period){s->how->grain, s->how->from}),
		last = period_last_day((struct period){s->how->grain, s->how->to});
	mark_givers(m, s, gives);
	for (size_t i = 0; i < s->n_units; i++) {
		const struct unit *u = &s->units[i];
		if (!gives[i] && !should_give(s, u, last))
			continue;
		if (!s->how->today && (u->to <= first || u->from > last))
			continue;
		struct heirs h = {.n = 1, .items = {{u->id, 1}}};
		if (s->how->today)
			heirs_of(s->view, u->id, u->to == DAY_NEVER ? last : u->to - 1, &h);
		for (size_t k = 0; k < h.n; k++)
			member_add(s, member_of(s, h.items[k].unit, last));
	}
	if (s->n_members)
		qsort(s->members, s->n_members, sizeof(*s->members), by_code);
}

struct membership *membership_new(const struct view *v, const struct image *m,
				  const struct pivot_question *how, struct arena *a)
{
	struct membership *s = ARENA_NEW(a, struct membership);
	const struct unit_event *events;
	size_t n_events = view_events(v, &events);
	*s = (struct membership){.view = v, .how = how, .arena = a};
	s->n_units = view_units(v, &s->units);
	s->members = ARENA_ARRAY(a, s->n_units, const struct unit *);
	s->days = ARENA_ARRAY(a, n_events, int64_t);
	for (size_t i = 0; i < n_events; i++)
		if (!s->n_days || s->days[s->n_days - 1] != events[i].day)
			s->days[s->n_days++] = events[i].day;
	s->known = ARENA_ARRAY(a, s->n_units * (s->n_days + 1), struct targets *);
	if (how->by != PIVOT_TOTAL)
		members_find(s, m);
	return s;
}

size_t membership_units(const struct membership *s, const struct unit ***ret)
{
	*ret = s->members;
	return s->n_members;
}

size_t pivot_owing(const struct view *v, const struct pivot_question *how,
		   const struct indicator *i, struct period own, struct arena *a)
{
	assert(how->by == PIVOT_TOTAL);
	struct membership *s = membership_new(v, NULL, how, a);
	int64_t day = period_last_day(own);
	size_t epoch = membership_epoch(s, day), n = 0;
	for (size_t k = 0; k < s->n_units; k++)
		n += unit_has(&s->units[k], i, own) &&
		     membership_at(s, s->units[k].id, epoch, day)->n > 0;
	return n;
}
