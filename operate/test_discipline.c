/* Discipline over ten thousand simulated days, against a second reading of the rules that shares nothing with the first:
 * outages, holidays, excuses, appeals, withdrawals, units that end and begin, year ends, both ways to count a year. */
#include "collect/plan.h"
#include "core/outage.h"
#include "operate/discipline.h"
#include "registry/testing.h"

#include <pthread.h>
#include <stdlib.h>

#define DAY_0 10959 /* Monday, 3 January 2000 */
#define DAYS 10000
#define DAYS_POSTGRES 1500
#define UNITS 5
#define KINDS 3 /* weekly and monthly of communes, monthly of the department */
#define OWED_MAX 12000
#define REMINDERS_MAX_HERE 6000
#define OUTAGES_MAX 800
#define PROTECTED (4 * USEC_HOUR)

static uint64_t seed;
static int64_t chance(int64_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((seed >> 33) % (uint64_t)n);
}

static usec at(int64_t day, usec time)
{
	return (day * 24 - 7) * USEC_HOUR + time;
}

/* -- the reference: what it knows -- */
struct owes {
	int unit, kind;
	struct period period;
	usec due, arrives; /* arrives 0: never */
	usec excused;
	bool sent;
};
struct noted { /* a reminder */
	int unit;
	int64_t week;
	usec cutoff, issued;
	bool annulled, chosen;
	int64_t number, id;
	int owed[40], n;			      /* what it rests on */
	int64_t appeal_day, decide_day, withdraw_day; /* 0: no */
	bool appealed, decided, uphold;
};
static struct ref {
	struct owes owes[OWED_MAX];
	struct noted notes[REMINDERS_MAX_HERE];
	struct outage out[OUTAGES_MAX];
	int n_owes, n_notes, n_out;
	bool holiday[DAYS + 800];
	bool rolling;
} ref;

static const struct {
	const char *code;
	int64_t from, to; /* days */
	bool commune;
} units[UNITS] = {{"X1", 0, 99999, true},
		  {"X2", 0, DAY_0 + 3800, true}, /* merged into X3 */
		  {"X3", DAY_0 + 3800, 99999, true},
		  {"X4", 0, 99999, true},
		  {"SYT", 0, 99999, false}};

static bool alive(int unit, int64_t day)
{
	return units[unit].from <= day && day < units[unit].to;
}

/* The next working day for what falls on a weekend or a holiday. */
static int64_t workday(int64_t day)
{
	while ((day + 3) % 7 >= 5 || (day >= DAY_0 && ref.holiday[day - DAY_0]))
		day++;
	return day;
}

static void owe(int kind, int64_t last_day)
{
	for (int u = 0; u < UNITS; u++) {
		if (units[u].commune == (kind == 2) || !alive(u, last_day))
			continue;
		struct owes *o = &ref.owes[ref.n_owes++];
		int64_t due = kind == 0 ? last_day + 1 : workday(last_day + 10);
		*o = (struct owes){.unit = u, .kind = kind, .due = at(due, 17 * USEC_HOUR)};
		o->period = period_at(kind == 0 ? PERIOD_WEEKLY : PERIOD_MONTHLY,
				      at(last_day, USEC_HOUR));
		int64_t luck = chance(100);
		if (luck < 70)
			o->arrives = o->due - 1 - chance(72) * USEC_HOUR;
		else if (luck < 72)
			o->arrives = o->due; /* to the microsecond */
		else if (luck < 97)
			o->arrives = o->due + chance(30 * 24) * USEC_HOUR + chance(2);
	}
}

/* The deadline grows by all the outage between its protected hours and itself, until nothing more is added. */
static usec until_of(usec due)
{
	usec until = due, before;
	do {
		usec lost = 0;
		before = until;
		for (int i = 0; i < ref.n_out; i++) {
			usec from = ref.out[i].from > due - PROTECTED ? ref.out[i].from
								      : due - PROTECTED;
			usec to = ref.out[i].to < until ? ref.out[i].to : until;
			if (ref.out[i].from < until && ref.out[i].to > due - PROTECTED)
				/* one that has begun is waited for to its end */
				lost += (ref.out[i].to > to ? ref.out[i].to : to) - from;
		}
		until = due + lost;
	} while (until != before);
	return until;
}

static bool counts(const struct owes *o, usec cutoff, usec now)
{
	bool excused = o->excused && o->excused <= now;
	bool came = o->arrives && o->arrives <= cutoff;
	return until_of(o->due) <= cutoff && !excused && !came;
}

static bool counted_elsewhere(int owed, const struct noted *than)
{
	for (int i = 0; i < ref.n_notes; i++) {
		const struct noted *n = &ref.notes[i];
		if (n == than || !n->issued || n->annulled)
			continue;
		for (int k = 0; k < n->n; k++)
			if (n->owed[k] == owed)
				return true;
	}
	return false;
}

/* -- the scene -- */
struct scene {
	struct store *s;
	struct registry *r;
	struct arena *a;
	const struct view *v;
	int64_t unit_ids[UNITS], indicator_ids[KINDS];
	int sent_to; /* duties that came are told in order of time */
	int *order;
	int64_t numbers_of_year[60];
};

static void prepare(struct scene *x)
{
	struct buf csv;
	struct why why = {0};
	registry_load(x->s, &domain_record, "code,position,name_vi,name_en\nD1,1,a,a\n");
	registry_load(x->s, &unit_record,
		      "code,kind,name_vi,name_en,valid_from,valid_to\nX1,commune,a,a,1990-01-01,\n"
		      "X2,commune,a,a,1990-01-01,2010-05-30\nX3,commune,a,a,2010-05-30,\n"
		      "X4,ward,a,a,1990-01-01,\nSYT,department,a,a,1990-01-01,\n");
	registry_load(x->s, &unit_change_record,
		      "on_date,kind,unit,into_unit\n2010-05-30,merge,X2,X3\n");
	registry_load(x->s, &calendar_record, "code,name_vi,name_en,rule\nC,a,a,next_workday\n");
	buf_init(&csv, 1 << 20);
	buf_printf(&csv, "calendar,on_date,name_vi,name_en\n");
	for (int i = 0; i < DAYS + 700; i++) {
		if (chance(60))
			continue;
		struct date d = date_of_days(DAY_0 + i);
		ref.holiday[i] = true;
		buf_printf(&csv, "C,%04d-%02d-%02d,x,x\n", d.year, d.month, d.day);
	}
	registry_load(x->s, &holiday_record, arena_cstr(x->a, buf_str(&csv)));
	buf_release(&csv);
	registry_load(x->s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time,calendar\n"
		      "W,W,W,weekly,1,17:00,\nM,M,M,monthly,10,17:00,C\n");
	registry_load(
		x->s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,scope,owner,decimals,"
		"aggregate_units,aggregate_time,direction,openness,owed_from\n"
		"I0,x,x,D1,n,n,n,weekly,W,commune,,0,sum,last,none,open,2000-01-03\n"
		"I1,x,x,D1,n,n,n,monthly,M,commune,,0,sum,last,none,open,2000-01-03\n"
		"I2,x,x,D1,n,n,n,monthly,M,department,SYT,0,sum,last,none,open,2000-01-03\n");
	registry_load(
		x->s, &ladder_step_record,
		"code,name_vi,name_en,reminders,target\nS1,a,a,1,unit\nS3,a,a,3,leader\nS6,a,a,6,head\n");
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(registry_view(x->r, db, x->a, &x->v, &why), why);
	for (int u = 0; u < UNITS; u++)
		x->unit_ids[u] = view_unit(x->v, str_of(units[u].code))->id;
	for (int k = 0; k < KINDS; k++) {
		char code[4] = {'I', (char)('0' + k), 0};
		x->indicator_ids[k] = view_indicator(x->v, str_of(code))->id;
	}
}

static int by_arrival(const void *a, const void *b)
{
	usec x = ref.owes[*(const int *)a].arrives, y = ref.owes[*(const int *)b].arrives;
	return (x > y) - (x < y);
}

static void draw(struct scene *x, int days)
{
	for (int64_t day = DAY_0; day < DAY_0 + days; day++) {
		struct date d = date_of_days(day + 1);
		if ((day + 3) % 7 == 6)
			owe(0, day);
		if (d.day == 1) {
			owe(1, day);
			owe(2, day);
		}
	}
	x->order = ARENA_ARRAY(x->a, (size_t)ref.n_owes, int);
	for (int i = 0; i < ref.n_owes; i++)
		x->order[i] = i;
	qsort(x->order, (size_t)ref.n_owes, sizeof(int), by_arrival);
}

static struct duty_key key_of(const struct scene *x, const struct owes *o)
{
	return (struct duty_key){x->unit_ids[o->unit], STR(DUTY_FIGURE), x->indicator_ids[o->kind],
				 o->period};
}

/* -- what happens, in changes of the real thing -- */
struct step_of {
	const struct scene *scene;
	usec now;
	int owed;
	struct outage outage;
	struct noted *note;
	enum { ARRIVALS, EXCUSE, OUTAGE, INSPECT, ISSUE, APPEAL, DECIDE, WITHDRAW, ROLLING } what;
	int from, to; /* arrivals */
	struct inspected made;
};

struct given {
	const char *name;
	struct value value;
};
static enum err create(struct db *tx, const struct record *r, usec now, const struct given *given,
		       size_t n, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct problems p;
	struct row row = {.values = ARENA_ARRAY(a, r->n_fields, struct value)};
	problems_init(&p, a);
	memset(row.values, 0, r->n_fields * sizeof(struct value));
	for (size_t i = 0; i < n; i++)
		*row_value(r, &row, given[i].name) = given[i].value;
	return record_create(tx, r, &row, (struct author){access_centre(a), now}, &p, why);
}

static enum err excuse_now(struct db *tx, const struct step_of *s, struct arena *a, struct why *why)
{
	struct duty d;
	struct duty_key key = key_of(s->scene, &ref.owes[s->owed]);
	struct excuse e = {.reason = STR("bão"), .at = s->now, .by = 1};
	enum err rc = duty_find(tx, &key, a, &d, why);
	return rc == OK ? duty_excuse(tx, &d, &e, why) : rc;
}

static enum err outage_now(struct db *tx, const struct step_of *s, struct why *why)
{
	struct given given[] = {{"begins", {true, s->outage.from, STR_NULL}},
				{"ends", {true, s->outage.to, STR_NULL}},
				{"automatic", {true, 0, STR_NULL}},
				{"reason", {true, 0, STR("x")}}};
	return create(tx, &outage_record, s->now, given, ARRAY_LEN(given), why);
}

static enum err rolling_now(struct db *tx, const struct step_of *s, struct why *why)
{
	struct given given[] = {{"code", {true, 0, STR("discipline.year")}},
				{"value", {true, 0, STR("rolling")}}};
	return create(tx, &setting_record, s->now, given, ARRAY_LEN(given), why);
}

static enum err on_reminder(struct db *tx, const struct step_of *s, struct arena *a,
			    struct why *why)
{
	struct reminder r;
	struct act what = {s->now, 1, STR("lý do")};
	enum err rc = reminder_get(tx, s->note->id, a, &r, why);
	if (rc != OK)
		return rc;
	if (s->what == APPEAL)
		return reminder_appeal(tx, &r, &what, why);
	if (s->what == DECIDE)
		return reminder_decide(tx, &r, s->note->uphold, &what, why);
	if (s->what == WITHDRAW)
		return reminder_withdraw(tx, &r, &what, why);
	if (s->note->chosen) {
		rc = reminder_review(tx, &r, true, &what, why);
		if (rc == OK)
			rc = reminder_get(tx, r.id, a, &r, why);
		return rc == OK ? reminder_issue(tx, &r, &what, a, why) : rc;
	}
	return reminder_review(tx, &r, false, &what, why);
}

static enum err step_run(struct db *tx, void *arg, struct why *why)
{
	struct step_of *s = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	switch (s->what) {
	case ARRIVALS:
		for (int i = s->from; i < s->to; i++) {
			const struct owes *o = &ref.owes[s->scene->order[i]];
			struct duty_key key = key_of(s->scene, o);
			if (o->arrives)
				duty_meet(tx, &key, &(struct settlement){o->arrives, i + 1, 0, 1});
		}
		return OK;
	case EXCUSE:
		return excuse_now(tx, s, a, why);
	case OUTAGE:
		return outage_now(tx, s, why);
	case ROLLING:
		return rolling_now(tx, s, why);
	case INSPECT:
		return inspection_compute(tx, s->scene->v, s->now, 0, &s->made, why);
	case ISSUE:
	case APPEAL:
	case DECIDE:
	case WITHDRAW:
		return on_reminder(tx, s, a, why);
	}
	return OK;
}

static void run(struct step_of *s)
{
	struct why why = {0};
	assert_ok(store_write(s->scene->s, step_run, s, &why), why);
}

static void arrivals(struct scene *x, usec now)
{
	struct step_of s = {.scene = x, .now = now, .what = ARRIVALS, .from = x->sent_to};
	while (x->sent_to < ref.n_owes && ref.owes[x->order[x->sent_to]].arrives <= now)
		x->sent_to++;
	s.to = x->sent_to;
	if (s.to > s.from)
		run(&s);
}

static void outages(struct scene *x, int64_t day)
{
	if (chance(40) || ref.n_out == OUTAGES_MAX)
		return;
	usec length = chance(3) ? chance(120) * USEC_MINUTE : chance(40) * USEC_HOUR;
	struct step_of s = {.scene = x, .now = at(day, 6 * USEC_HOUR), .what = OUTAGE};
	s.outage.to = s.now - chance(20) * USEC_HOUR;
	s.outage.from = s.outage.to - length - 1;
	for (int i = 0; i < ref.n_out; i++) /* the reference adds up: they must lie apart */
		if (ref.out[i].to >= s.outage.from && ref.out[i].from <= s.outage.to)
			return;
	run(&s);
	ref.out[ref.n_out++] = s.outage;
}

static void excuses(struct scene *x, int64_t day)
{
	usec now = at(day, 6 * USEC_HOUR + 1);
	for (int i = 0; i < ref.n_owes; i++) {
		struct owes *o = &ref.owes[i];
		if (o->excused || o->due > now || o->due < now - 20 * USEC_DAY || chance(300))
			continue;
		struct step_of s = {.scene = x, .now = now, .what = EXCUSE, .owed = i};
		run(&s);
		o->excused = now;
	}
}

/* -- Monday -- */
static void expect_note(struct noted *n, int unit, usec cutoff)
{
	*n = (struct noted){.unit = unit, .cutoff = cutoff};
	n->week = period_at(PERIOD_WEEKLY, cutoff).ordinal;
	for (int i = 0; i < ref.n_owes && n->n < (int)ARRAY_LEN(n->owed); i++)
		if (ref.owes[i].unit == unit && ref.owes[i].due < cutoff &&
		    counts(&ref.owes[i], cutoff, cutoff) && !counted_elsewhere(i, n))
			n->owed[n->n++] = i;
}

static struct reminder *week_of(struct scene *x, int64_t week, size_t *ret_n)
{
	AUTO(store_give) struct db *db = NULL;
	struct reminder *found = NULL;
	struct why why = {0};
	struct reminder_query how = {.all_units = true, .week_given = true, .week = week};
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(reminder_list(db, &how, x->a, &found, ret_n, &why), why);
	return found;
}

static const struct reminder *draft_of(const struct reminder *r, size_t n, int64_t unit)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].unit == unit)
			return &r[i];
	return NULL;
}

static void issue_one(struct scene *x, struct noted *n, usec now)
{
	struct step_of s = {.scene = x, .now = now, .what = ISSUE, .note = n};
	n->chosen = chance(12) != 0;
	run(&s);
	if (!n->chosen) {
		n->n = 0;
		return;
	}
	int year = date_local(now).year - 2000;
	n->issued = now;
	n->number = ++x->numbers_of_year[year];
	int64_t day = (now / USEC_HOUR + 7) / 24;
	if (chance(5) == 0) {
		n->appeal_day = day + 1 + chance(9);
		n->decide_day = n->appeal_day + 1 + chance(20);
		n->uphold = chance(2);
	}
	if (chance(15) == 0)
		n->withdraw_day = day + 1 + chance(40);
}

static void monday(struct scene *x, int64_t day)
{
	struct why why = {0};
	struct planned p;
	usec cutoff = at(day, 7 * USEC_HOUR);
	struct step_of s = {.scene = x, .now = cutoff, .what = INSPECT};
	struct reminder *drafts;
	size_t n = 0;
	assert_ok(plan_duties(x->s, x->r, cutoff, &p, &why), why);
	arrivals(x, cutoff);
	run(&s);
	drafts = week_of(x, s.made.week, &n);
	for (int u = 0; u < UNITS; u++) {
		struct noted *note = &ref.notes[ref.n_notes];
		const struct reminder *r = draft_of(drafts, n, x->unit_ids[u]);
		expect_note(note, u, cutoff);
		if (!alive(u, day))
			note->n = 0;
		assert_int_equal(r ? r->late : 0, note->n);
		if (!r || !note->n)
			continue;
		usec oldest = INT64_MAX;
		for (int k = 0; k < note->n; k++) {
			usec until = until_of(ref.owes[note->owed[k]].due);
			oldest = until < oldest ? until : oldest;
		}
		assert_int_equal(r->oldest, oldest);
		note->id = r->id;
		ref.n_notes++;
		assert_true(ref.n_notes < REMINDERS_MAX_HERE);
		issue_one(x, note, at(day, 10 * USEC_HOUR));
	}
}

/* Appeals, decisions and withdrawals whose day has come. */
static void follow_up(struct scene *x, int64_t day)
{
	usec now = at(day, 12 * USEC_HOUR);
	for (int i = ref.n_notes > 200 ? ref.n_notes - 200 : 0; i < ref.n_notes; i++) {
		struct noted *n = &ref.notes[i];
		struct step_of s = {.scene = x, .now = now, .note = n};
		if (!n->issued || n->annulled)
			continue;
		if (n->withdraw_day == day) {
			s.what = WITHDRAW;
			run(&s);
			n->annulled = true;
			continue;
		}
		if (n->appeal_day == day) {
			s.what = APPEAL;
			run(&s);
			n->appealed = true;
		}
		if (n->decide_day == day && n->appealed) {
			s.what = DECIDE;
			run(&s);
			n->annulled = n->uphold;
		}
	}
}

/* -- the ladder, read a second time -- */
static bool within_year(usec issued, usec now, bool rolling)
{
	struct date i = date_local(issued), d = date_local(now);
	if (!rolling)
		return i.year == d.year && issued <= now;
	/* the same date and time a year ago counts no more; 29 February becomes 1 March */
	struct civil c = civil_local(now);
	c.date.year--;
	if (!date_valid(c.date))
		c.date = (struct date){c.date.year, 3, 1};
	return issued > civil_usec(c) && issued <= now;
}

static int64_t expect_count(int unit, usec now)
{
	int64_t count = 0;
	for (int i = 0; i < ref.n_notes; i++)
		count += ref.notes[i].unit == unit && ref.notes[i].issued &&
			 !ref.notes[i].annulled &&
			 within_year(ref.notes[i].issued, now, ref.rolling);
	return count;
}

static int64_t expect_reached(int unit, int year, int64_t step, usec now)
{
	for (int i = 0; i < ref.n_notes; i++) {
		const struct noted *n = &ref.notes[i];
		if (n->unit == unit && n->issued && !n->annulled && n->issued <= now &&
		    date_local(n->issued).year == year && expect_count(unit, n->issued) >= step)
			return n->id;
	}
	return 0;
}

static int compare_ladder(struct scene *x, usec now)
{
	static const int64_t steps[] = {1, 3, 6};
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	struct reminder_query all = {.all_units = true};
	struct ladder found = {0};
	struct why why = {0};
	int year = date_local(now).year, reached = 0;
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(ladder_read(db, &all, year, now, a, &found, &why), why);
	for (int u = 0; u < UNITS; u++) {
		const struct standing *s = NULL;
		for (size_t i = 0; i < found.n; i++)
			if (found.items[i].unit == x->unit_ids[u])
				s = &found.items[i];
		assert_int_equal(s ? s->count : 0, expect_count(u, now));
		for (int k = 0; k < 3; k++) {
			int64_t id = expect_reached(u, year, steps[k], now);
			assert_int_equal(s && s->reached[k] ? s->reached[k]->id : 0, id);
			reached += id != 0 && k == 2;
		}
		for (size_t i = 0; s && i < s->n; i++) {
			const struct noted *note = NULL;
			for (int k = 0; k < ref.n_notes; k++)
				if (ref.notes[k].id == s->reminders[i].id)
					note = &ref.notes[k];
			assert_int_equal(note ? note->number : 0, s->reminders[i].number);
		}
	}
	return reached;
}

static void simulate(struct testbed *bed, int days)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a};
	int reached = 0;
	seed = 20261125;
	memset(&ref, 0, sizeof(ref));
	prepare(&x);
	draw(&x, days + 60);
	for (int64_t day = DAY_0; day < DAY_0 + days; day++) {
		struct date d = date_of_days(day);
		arrivals(&x, at(day, 6 * USEC_HOUR - 1));
		if (day > DAY_0 + 30) {
			outages(&x, day);
			if (day % 3 == 0)
				excuses(&x, day);
		}
		if ((day + 3) % 7 == 0)
			monday(&x, day);
		follow_up(&x, day);
		if (d.day == 31 && d.month == 12)
			reached += compare_ladder(&x, at(day + 1, -1));
		else if (day % 97 == 0)
			reached += compare_ladder(&x, at(day, 13 * USEC_HOUR));
		if (day == DAY_0 + days / 2) {
			struct step_of roll = {.scene = &x, .now = at(day, 0), .what = ROLLING};
			run(&roll);
			ref.rolling = true;
		}
	}
	assert_true(ref.n_notes > days / 20);
	assert_true(ref.n_out > days / 100);
	assert_true(reached > 0);
}

static void ten_thousand_days(void **state)
{
	simulate(testbed_of(state), DAYS);
}

static void four_years(void **state)
{
	simulate(testbed_of(state), DAYS_POSTGRES);
}

/* -- two servers -- */
struct server {
	struct store *s;
	const struct view *v;
	usec now;
	int issued, refused;
	pthread_t thread;
	const int64_t *ids;
	size_t n;
};
struct one_issue {
	int64_t id;
	usec now;
};

static enum err issue_run(struct db *tx, void *arg, struct why *why)
{
	const struct one_issue *o = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	struct reminder r;
	struct act what = {o->now, 1, STR_NULL};
	enum err rc = reminder_get(tx, o->id, a, &r, why);
	return rc == OK ? reminder_issue(tx, &r, &what, a, why) : rc;
}

static void *issue_all(void *arg)
{
	struct server *x = arg;
	for (size_t i = 0; i < x->n; i++) {
		struct one_issue o = {x->ids[i], x->now};
		struct why why = {0};
		enum err rc = store_write(x->s, issue_run, &o, &why);
		x->issued += rc == OK;
		x->refused += rc != OK;
	}
	return NULL;
}

static enum err review_run(struct db *tx, void *arg, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct one_issue *o = arg;
	struct reminder r;
	struct act what = {o->now, 1, STR("")};
	enum err rc = reminder_get(tx, o->id, a, &r, why);
	return rc == OK ? reminder_review(tx, &r, true, &what, why) : rc;
}

static void two_servers_never_remind_twice(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *other = testbed_new(true);
	struct testbed there = *bed;
	memcpy(there.dir, other->dir, sizeof(there.dir));
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *one = registry_open(bed), *two = registry_open(&there);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = one, .r = r, .a = a};
	struct planned p;
	struct why why = {0};
	usec now = at(DAY_0 + 70, 7 * USEC_HOUR);
	size_t n = 0;
	seed = 3;
	memset(&ref, 0, sizeof(ref));
	prepare(&x);
	assert_ok(plan_duties(one, r, now, &p, &why), why);
	struct step_of s = {.scene = &x, .now = now, .what = INSPECT};
	run(&s);
	struct reminder *drafts = week_of(&x, s.made.week, &n);
	int64_t ids[UNITS];
	assert_true(n >= 3 && n <= UNITS);
	for (size_t i = 0; i < n; i++) {
		struct one_issue o = {drafts[i].id, now + 1};
		ids[i] = drafts[i].id;
		assert_ok(store_write(one, review_run, &o, &why), why);
	}
	struct server servers[2] = {{.s = one}, {.s = two}};
	for (int i = 0; i < 2; i++) {
		servers[i].now = now + 2;
		servers[i].ids = ids;
		servers[i].n = n;
		assert_int_equal(pthread_create(&servers[i].thread, NULL, issue_all, &servers[i]),
				 0);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(servers[i].thread, NULL);
	assert_int_equal(servers[0].issued + servers[1].issued, n);
	assert_int_equal(servers[0].refused + servers[1].refused, n);
	drafts = week_of(&x, s.made.week, &n);
	bool seen[UNITS + 1] = {false};
	for (size_t i = 0; i < n; i++) {
		assert_true(drafts[i].number >= 1 && drafts[i].number <= (int64_t)n);
		assert_false(seen[drafts[i].number]); /* without gaps and twice */
		seen[drafts[i].number] = true;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_SQLITE(ten_thousand_days),
		ON_POSTGRES(four_years),
		ON_POSTGRES(two_servers_never_remind_twice),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
