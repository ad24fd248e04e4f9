/* plan.c - who sends what when. */
#include "demo/plan.h"
#include <stdlib.h>

#define FILE_SHARE 0.30 /* of monthly and rarer sendings */
#define FORM_SHARE 0.40
#define FORGOTTEN 0.004 /* never sent at all */

struct planner {
	const struct story *story;
	const struct view *view;
	usec from, until;
	struct arena *a;
	struct sending *items;
	size_t n;
};

static void append(struct planner *p, struct sending s)
{
	*ARENA_APPEND(p->a, p->items, p->n) = s;
}

/* Officers send in the hours before the deadline; the late ones on a later working morning. */
static usec time_of(const struct planner *p, const struct unit *u, usec deadline,
		    struct period period, uint64_t seed)
{
	double chance = story_chance(story_mix(seed, 1)), when = story_chance(story_mix(seed, 2));
	if (chance < story_late(p->story, u->code)) {
		usec days = 1 + (usec)(when * (story_late_days(p->story) - 1));
		if (period.kind == PERIOD_DAILY)
			return deadline + (usec)(when * 20) * USEC_HOUR + USEC_HOUR;
		return deadline + days * USEC_DAY -
		       (usec)(story_chance(story_mix(seed, 3)) * 7) * USEC_HOUR;
	}
	usec lead = period.kind == PERIOD_DAILY	   ? 3 * USEC_HOUR
		    : period.kind == PERIOD_WEEKLY ? 8 * USEC_HOUR
						   : 3 * USEC_DAY;
	usec at = deadline - USEC_MINUTE - (usec)(when * when * (double)lead);
	struct civil c = civil_local(at);
	if (c.hour < 7 || c.hour > 18) { /* nobody is at the desk */
		c.hour = 8 + (int)(seed % 8);
		at = civil_usec(c);
	}
	return at < deadline ? at : deadline - USEC_MINUTE;
}

static enum sending_way way_of(struct period period, uint64_t seed)
{
	double chance = story_chance(story_mix(seed, 4));
	if (period.kind != PERIOD_DAILY && period.kind != PERIOD_WEEKLY && chance < FILE_SHARE)
		return SENDING_FILE;
	return chance < FILE_SHARE + FORM_SHARE ? SENDING_FORM : SENDING_CALL;
}

static void plan_schedule(struct planner *p, const struct unit *u, const struct indicator *i)
{
	usec silent = story_silent(p->story, u->code);
	struct period period = period_at(i->period, p->until);
	for (;; period.ordinal--) {
		usec deadline = view_deadline(p->view, i, period);
		if (deadline < p->from)
			return;
		if (period_start(period) > p->until || !unit_owes(u, i, period) ||
		    deadline > silent)
			continue;
		uint64_t seed = story_mix(
			story_mix(story_key(u->code), story_key(i->code)),
			story_mix((uint64_t)period.kind, (uint64_t)(uint32_t)period.ordinal));
		usec at = time_of(p, u, deadline, period, seed);
		if (at > p->until || at < p->from || story_chance(story_mix(seed, 5)) < FORGOTTEN)
			continue;
		append(p, (struct sending){.at = at,
					   .unit = u,
					   .schedule = i->schedule,
					   .period = period,
					   .way = way_of(period, seed),
					   .flawed = story_chance(story_mix(seed, 6)) <
						     story_flawed(p->story, u->code),
					   .seed = seed});
	}
}

static void plan_unit(struct planner *p, const struct unit *u)
{
	const struct indicator *indicators;
	size_t n = view_indicators(p->view, &indicators), n_done = 0;
	int64_t *done = ARENA_ARRAY(p->a, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		bool mine =
			unit_reports(u, &indicators[i]) && indicators[i].derived_from == DAY_NEVER;
		for (size_t k = 0; k < n_done && mine; k++)
			mine = done[k] != indicators[i].schedule;
		if (!mine || !story_fills(p->story, &indicators[i]))
			continue;
		done[n_done++] = indicators[i].schedule;
		plan_schedule(p, u, &indicators[i]);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct sending *left = a, *right = b;
	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return (left->seed > right->seed) - (left->seed < right->seed);
}

size_t plan_make(const struct story *s, const struct view *v, usec from, usec until,
		 struct arena *a, struct sending **ret)
{
	struct planner p = {.story = s, .view = v, .from = from, .until = until, .a = a};
	const struct unit *units;
	size_t n = view_units(v, &units);
	for (size_t i = 0; i < n; i++)
		plan_unit(&p, &units[i]);
	if (p.n)
		qsort(p.items, p.n, sizeof(*p.items), by_time);
	*ret = p.items;
	return p.n;
}
