/* reference.c - the rules of discipline, read a second time. */
#include "operate/reference.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HOUR INT64_C(3600000000)
#define DAY (24 * HOUR)
#define ZONE (7 * HOUR)
#define BEFORE 800 /* days of the calendar before and after the simulated ones */
#define DAYS_KNOWN (REF_DAYS + 2 * BEFORE)
#define DUTIES_MAX 14000
#define NOTES_MAX 12000
#define OUTAGES_MAX 1200
#define HISTORY (400 * DAY) /* what is late for longer is not inspected */

struct ref {
	struct ref_config config;
	uint64_t seed;
	bool holiday[DAYS_KNOWN];
	struct ref_duty duties[DUTIES_MAX];
	struct ref_note notes[NOTES_MAX], draft;
	struct ref_outage outages[OUTAGES_MAX];
	int n_duties, n_notes, n_outages;
	int64_t numbers[100]; /* of the years since 2000 */
};

static struct ref_date known[DAYS_KNOWN];

static const struct {
	int64_t from, to; /* days */
	bool commune;
} units[REF_UNITS] = {
	{0, REF_NEVER, true},
	{0, REF_DAY_0 + 3800, true}, /* merged with another into the next, a new one */
	{REF_DAY_0 + 3800, REF_NEVER, true},
	{0, REF_NEVER, true},
	{0, REF_NEVER, false},
	{0, REF_DAY_0 + 6100, true}}; /* merged into the fourth, which lives on */

static void fill_calendar(void)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct ref_date d = {1997, 1, 1}; /* day 9862 */
	int64_t day = 9862;
	while (day < REF_DAY_0 - BEFORE + DAYS_KNOWN) {
		bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
		if (day >= REF_DAY_0 - BEFORE)
			known[day - (REF_DAY_0 - BEFORE)] = d;
		day++;
		if (++d.day <= lengths[d.month - 1] + (d.month == 2 && leap))
			continue;
		d.day = 1;
		if (++d.month <= 12)
			continue;
		d.month = 1;
		d.year++;
	}
}

struct ref *ref_new(const struct ref_config *c, uint64_t seed)
{
	struct ref *r = calloc(1, sizeof(*r));
	assert(r);
	r->config = *c;
	r->seed = seed;
	fill_calendar();
	return r;
}

void ref_free(struct ref *r)
{
	free(r);
}

int64_t ref_chance(struct ref *r, int64_t n)
{
	r->seed = r->seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((r->seed >> 33) % (uint64_t)n);
}

/* -- the calendar -- */
ref_time ref_at(int64_t day, int64_t hour)
{
	return day * DAY - ZONE + hour * HOUR;
}

int64_t ref_day(ref_time t)
{
	return (t + ZONE) / DAY;
}

struct ref_date ref_date(int64_t day)
{
	assert(day >= REF_DAY_0 - BEFORE && day < REF_DAY_0 - BEFORE + DAYS_KNOWN);
	return known[day - (REF_DAY_0 - BEFORE)];
}

bool ref_alive(int unit, int64_t day)
{
	return units[unit].from <= day && day < units[unit].to;
}

bool ref_holiday(const struct ref *r, int64_t day)
{
	return r->holiday[day - (REF_DAY_0 - BEFORE)];
}

/* The next working day for what falls on a weekend or a holiday; day 4 was a Monday. */
static int64_t workday(const struct ref *r, int64_t day)
{
	while ((day - 4) % 7 >= 5 || ref_holiday(r, day))
		day++;
	return day;
}

/* -- what is so -- */
static void owe(struct ref *r, int kind, int64_t first, int64_t last)
{
	for (int u = 0; u < REF_UNITS; u++) {
		if (units[u].commune == (kind == 2) || !ref_alive(u, last))
			continue;
		assert(r->n_duties < DUTIES_MAX);
		int64_t day = kind == 0 ? last + 1 : workday(r, last + 10);
		struct ref_duty d = {.unit = u, .kind = kind, .first = first, .last = last};
		d.due = ref_at(day, 17);
		int64_t luck = ref_chance(r, 100);
		if (luck < 70)
			d.arrives = d.due - 1 - ref_chance(r, 72) * HOUR;
		else if (luck < 72)
			d.arrives = d.due; /* to the microsecond */
		else if (luck < 97)
			d.arrives = d.due + ref_chance(r, 30 * 24) * HOUR + ref_chance(r, 2);
		d.told = d.arrives;
		if (d.arrives && ref_chance(r, 25) == 0)
			d.told += 1 + ref_chance(r, 240) * HOUR; /* a file that waited to be read */
		r->duties[r->n_duties++] = d;
	}
}

void ref_draw(struct ref *r, int days)
{
	int64_t month = REF_DAY_0, first_of = 0;
	for (int64_t day = REF_DAY_0; day < REF_DAY_0 + days + BEFORE / 2; day++)
		r->holiday[day - (REF_DAY_0 - BEFORE)] = ref_chance(r, 60) == 0;
	for (int64_t day = REF_DAY_0; day < REF_DAY_0 + days; day++) {
		if (ref_date(day).day == 1)
			first_of = month = day;
		if ((day - 4) % 7 == 6)
			owe(r, 0, day - 6, day);
		if (ref_date(day + 1).day != 1)
			continue;
		owe(r, 1, first_of ? month : REF_DAY_0 - 2, day); /* the first begins before us */
		owe(r, 2, first_of ? month : REF_DAY_0 - 2, day);
	}
}

int ref_duties(const struct ref *r)
{
	return r->n_duties;
}

struct ref_duty *ref_duty(struct ref *r, int i)
{
	return &r->duties[i];
}

struct ref_outage *ref_outages(struct ref *r, int *ret_n)
{
	*ret_n = r->n_outages;
	return r->outages;
}

bool ref_outage_add(struct ref *r, struct ref_outage o)
{
	for (int i = 0; i < r->n_outages; i++)
		if (r->outages[i].to >= o.from && r->outages[i].from <= o.to)
			return false;
	if (r->n_outages == OUTAGES_MAX)
		return false;
	r->outages[r->n_outages++] = o;
	return true;
}

void ref_outage_remove(struct ref *r, int i)
{
	r->n_outages--;
	memmove(&r->outages[i], &r->outages[i + 1],
		(size_t)(r->n_outages - i) * sizeof(r->outages[0]));
}

/* The deadline grows by all the outage between its protected hours and itself, until nothing more is added. */
ref_time ref_until(const struct ref *r, const struct ref_duty *d)
{
	ref_time until = d->due, begin = d->due - r->config.protected_hours * HOUR, before;
	do {
		ref_time lost = 0;
		before = until;
		for (int i = 0; i < r->n_outages; i++) {
			const struct ref_outage *o = &r->outages[i];
			if (o->from < until &&
			    o->to > begin) /* one that has begun is waited for to its end */
				lost += o->to - (o->from > begin ? o->from : begin);
		}
		until = d->due + lost;
	} while (until != before);
	return until;
}

static int rule_of(const struct ref_duty *d)
{
	return d->kind == 0 ? 0 : 1;
}

/* Late at the cutoff, as far as is known now. */
static bool counts(const struct ref *r, const struct ref_duty *d, ref_time cutoff, ref_time now)
{
	int64_t grace = r->config.rules ? r->config.grace[rule_of(d)] : 0;
	bool came = d->arrives && d->told <= now && d->arrives <= cutoff;
	return !d->excused && !came && ref_until(r, d) + grace * DAY <= cutoff;
}

/* In how many other reminders that were issued and neither withdrawn nor annulled by an appeal does it count? */
static int64_t elsewhere(const struct ref *r, int owed, const struct ref_note *than)
{
	int64_t count = 0;
	for (int i = 0; i < r->n_notes; i++) {
		const struct ref_note *n = &r->notes[i];
		if (n == than || n->unit != r->duties[owed].unit || !n->issued ||
		    n->end != REF_STANDS)
			continue;
		for (int k = 0; k < n->n; k++)
			count += n->owed[k] == owed && n->in[k];
	}
	return count;
}

static bool too_often(const struct ref *r, int owed, const struct ref_note *than)
{
	return r->config.most && elsewhere(r, owed, than) >= r->config.most;
}

void ref_weigh(struct ref *r, ref_time now)
{
	for (int i = 0; i < r->n_notes; i++) {
		struct ref_note *n = &r->notes[i];
		if (!n->issued || n->end != REF_STANDS || n->cutoff < now - 2 * HISTORY)
			continue;
		for (int k = 0; k < n->n; k++) {
			bool is = counts(r, &r->duties[n->owed[k]], n->cutoff, now);
			n->in[k] = is && (n->in[k] || !too_often(r, n->owed[k], n));
		}
	}
}

/* -- reminders -- */
struct ref_note *ref_inspect(struct ref *r, int unit, int rule, ref_time cutoff)
{
	struct ref_note *n = &r->draft;
	int64_t day = ref_day(cutoff);
	*n = (struct ref_note){.unit = unit,
			       .rule = rule,
			       .cutoff = cutoff,
			       .week = day - (day - 4) % 7,
			       .appeal_day = REF_NEVER,
			       .decide_day = REF_NEVER,
			       .withdraw_day = REF_NEVER,
			       .acknowledge_day = REF_NEVER};
	for (int i = 0; i < r->n_notes; i++)
		if (r->notes[i].unit == unit && r->notes[i].rule == rule &&
		    r->notes[i].week == n->week)
			return NULL;
	for (int i = 0; i < r->n_duties && ref_alive(unit, day); i++) {
		const struct ref_duty *d = &r->duties[i];
		if (d->unit != unit || (rule >= 0 && rule_of(d) != rule) || d->due > cutoff ||
		    ref_until(r, d) < cutoff - HISTORY || !counts(r, d, cutoff, cutoff) ||
		    too_often(r, i, NULL))
			continue;
		assert(n->n < REF_OWED);
		n->owed[n->n++] = i;
	}
	return n;
}

bool ref_issue(struct ref *r, struct ref_note *n, bool chosen, ref_time now)
{
	int left = 0;
	assert(r->n_notes < NOTES_MAX);
	struct ref_note *kept = &r->notes[r->n_notes++];
	*kept = *n;
	for (int k = 0; k < n->n && chosen; k++)
		if (counts(r, &r->duties[n->owed[k]], n->cutoff, now) &&
		    !too_often(r, n->owed[k], kept))
			kept->owed[left++] = n->owed[k];
	kept->n = left;
	memset(kept->in, true, sizeof(kept->in));
	if (!left)
		return false;
	kept->issued = now;
	kept->year = ref_date(ref_day(now)).year;
	kept->number = ++r->numbers[kept->year - 2000];
	return true;
}

int ref_notes(const struct ref *r)
{
	return r->n_notes;
}

struct ref_note *ref_note(struct ref *r, int i)
{
	return &r->notes[i];
}

bool ref_stands(const struct ref_note *n)
{
	bool any = false;
	for (int k = 0; k < n->n; k++)
		any |= n->in[k];
	return n->issued && any && n->end == REF_STANDS;
}

/* -- the ladder -- */
/* The same day and hour a year before; 29 February becomes 1 March. */
static ref_time year_before(ref_time t)
{
	int64_t day = ref_day(t), before = day - 300;
	struct ref_date d = ref_date(day);
	bool leap_day = d.month == 2 && d.day == 29;
	struct ref_date wanted = {d.year - 1, leap_day ? 3 : d.month, leap_day ? 1 : d.day};
	while (ref_date(before).year != wanted.year || ref_date(before).month != wanted.month ||
	       ref_date(before).day != wanted.day)
		before--;
	return t - (day - before) * DAY;
}

static bool within(const struct ref_note *n, ref_time now, bool rolling)
{
	if (n->issued > now)
		return false;
	return rolling ? n->issued > year_before(now) : n->year == ref_date(ref_day(now)).year;
}

int ref_counted(const struct ref *r, int unit, ref_time now, bool rolling, int *ret, int most)
{
	int count = 0;
	for (int i = 0; i < r->n_notes; i++)
		if (r->notes[i].unit == unit && ref_stands(&r->notes[i]) &&
		    within(&r->notes[i], now, rolling)) {
			assert(count < most);
			ret[count++] = i;
		}
	return count;
}

int64_t ref_count(const struct ref *r, int unit, ref_time now, bool rolling)
{
	int which[200];
	return ref_counted(r, unit, now, rolling, which, 200);
}

int ref_reached(const struct ref *r, int unit, int step, ref_time now, bool rolling)
{
	int which[200], then[200];
	int n = ref_counted(r, unit, now, rolling, which, 200);
	for (int i = 0; i < n; i++) {
		/* those that counted when this one was issued, up to itself */
		int m = ref_counted(r, unit, r->notes[which[i]].issued, rolling, then, 200);
		while (m && then[m - 1] > which[i])
			m--;
		if (m >= r->config.steps[step])
			return which[i];
	}
	return -1;
}
