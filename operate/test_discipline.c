/* Discipline over ten thousand simulated days, against a second reading of the rules (reference.h): outages declared and
 * taken back, excuses before and after a reminder, files read late, holidays, appeals, withdrawals, merges of units,
 * grace, reminders by unit and by rule, year ends, both ways to count a year. */
#include "collect/plan.h"
#include "core/outage.h"
#include "operate/discipline.h"
#include "operate/reference.h"
#include "registry/testing.h"

#include <pthread.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#define SHARE 5 /* of the days: under the sanitiser memory is judged, not the rules */
#else
#define SHARE 1
#endif

/* -- the scene -- */
struct course { /* of one simulation */
	struct ref_config config;
	int days;
	uint64_t seed;
	bool by_rule,
		rolling; /* at the beginning; the year is counted the other way from the middle on */
	bool turns;	 /* reminders are counted now by unit, now by rule */
};
struct scene {
	struct store *s;
	struct registry *r;
	struct arena *a;
	struct ref *ref;
	const struct view *v;
	const struct course *course;
	bool by_rule, rolling;
	int64_t unit_ids[REF_UNITS], indicator_ids[REF_KINDS];
	int told; /* of the duties in the order in which they are told */
	int *order;
	int fell, rose; /* reminders that stood no more by facts, or again */
};
static const char *const unit_codes[REF_UNITS] = {"X1", "X2", "X3", "X4", "SYT", "X6"};

static void load(struct scene *x, const struct ref_config *c)
{
	struct buf csv;
	registry_load(x->s, &domain_record, "code,position,name_vi,name_en\nD1,1,a,a\n");
	registry_load(x->s, &unit_record,
		      "code,kind,name_vi,name_en,valid_from,valid_to\nX1,commune,a,a,1990-01-01,\n"
		      "X2,commune,a,a,1990-01-01,2010-05-30\nX3,commune,a,a,2010-05-30,\n"
		      "X4,ward,a,a,1990-01-01,\nSYT,department,a,a,1990-01-01,\n"
		      "X6,commune,a,a,1990-01-01,2016-09-15\n");
	registry_load(
		x->s, &unit_change_record,
		"on_date,kind,unit,into_unit\n2010-05-30,merge,X2,X3\n2016-09-15,merge,X6,X4\n");
	registry_load(x->s, &calendar_record, "code,name_vi,name_en,rule\nC,a,a,next_workday\n");
	buf_init(&csv, 1 << 20);
	buf_printf(&csv, "calendar,on_date,name_vi,name_en\n");
	for (int i = 0; i < x->course->days + 200; i++) {
		struct ref_date d = ref_date(REF_DAY_0 + i);
		if (ref_holiday(x->ref, REF_DAY_0 + i))
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
	struct str steps = STR("code,name_vi,name_en,reminders,target\n");
	for (int k = 0; k < REF_STEPS; k++)
		steps = arena_fmt(x->a, STR_FMT "S%d,a,a,%lld,unit\n", STR_ARG(steps), k,
				  (long long)c->steps[k]);
	registry_load(x->s, &ladder_step_record, arena_cstr(x->a, steps));
	if (c->rules)
		registry_load(x->s, &inspection_rule_record,
			      arena_fmt(x->a,
					"code,name_vi,name_en,period,grace_days,target\n"
					"R0,a,a,weekly,%lld,unit\nR1,b,b,,%lld,head\n",
					(long long)c->grace[0], (long long)c->grace[1])
				      .ptr);
}

static void prepare(struct scene *x)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	load(x, &x->course->config);
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(registry_view(x->r, db, x->a, &x->v, &why), why);
	for (int u = 0; u < REF_UNITS; u++)
		x->unit_ids[u] = view_unit(x->v, str_of(unit_codes[u]))->id;
	for (int k = 0; k < REF_KINDS; k++) {
		char code[4] = {'I', (char)('0' + k), 0};
		x->indicator_ids[k] = view_indicator(x->v, str_of(code))->id;
	}
}

static struct ref *telling;
static int by_told(const void *a, const void *b)
{
	ref_time x = ref_duty(telling, *(const int *)a)->told,
		 y = ref_duty(telling, *(const int *)b)->told;
	return (x > y) - (x < y);
}

static void put_in_order(struct scene *x)
{
	int n = ref_duties(x->ref);
	x->order = ARENA_ARRAY(x->a, (size_t)n, int);
	for (int i = 0; i < n; i++)
		x->order[i] = i;
	telling = x->ref;
	qsort(x->order, (size_t)n, sizeof(int), by_told);
}

static struct duty_key key_of(const struct scene *x, const struct ref_duty *d)
{
	return (struct duty_key){
		x->unit_ids[d->unit], STR(DUTY_FIGURE), x->indicator_ids[d->kind],
		period_at(d->kind == 0 ? PERIOD_WEEKLY : PERIOD_MONTHLY, ref_at(d->first, 12))};
}

/* -- what happens, in changes of the real thing -- */
struct happening {
	struct scene *scene;
	usec now;
	int duty; /* of the reference */
	struct ref_outage *outage;
	struct ref_note *note;
	const char *setting, *value;
	bool chosen, uphold;
	enum what_happens {
		TOLD,
		EXCUSE,
		EXCUSE_BACK,
		OUTAGE,
		OUTAGE_BACK,
		SETTING,
		INSPECT,
		ISSUE,
		ACKNOWLEDGE,
		APPEAL,
		DECIDE,
		WITHDRAW
	} what;
	int from, to; /* told */
	bool read_late;
};

struct given {
	const char *name;
	struct value value;
};
static struct row *row_of(struct arena *a, const struct record *r, const struct given *given,
			  size_t n)
{
	struct row *row = ARENA_NEW(a, struct row);
	*row = (struct row){.values = ARENA_ARRAY(a, r->n_fields, struct value)};
	memset(row->values, 0, r->n_fields * sizeof(struct value));
	for (size_t i = 0; i < n; i++)
		*row_value(r, row, given[i].name) = given[i].value;
	return row;
}

static enum err excuse_now(struct db *tx, const struct happening *h, struct arena *a,
			   struct why *why)
{
	struct duty d;
	struct duty_key key = key_of(h->scene, ref_duty(h->scene->ref, h->duty));
	struct excuse e = {
		.reason = h->what == EXCUSE ? STR("bão") : STR(""), .at = h->now, .by = 1};
	enum err rc = duty_find(tx, &key, a, &d, why);
	return rc == OK ? duty_excuse(tx, &d, &e, why) : rc;
}

static enum err outage_now(struct db *tx, struct happening *h, struct arena *a, struct why *why)
{
	struct problems p;
	struct author by = {access_centre(a), h->now};
	struct row *old = NULL;
	problems_init(&p, a);
	if (h->what == OUTAGE_BACK) {
		enum err rc = record_get(tx, &outage_record, h->outage->id, a, &old, why);
		return rc == OK ? record_remove(tx, &outage_record, old, by, &p, why) : rc;
	}
	struct given given[] = {{"begins", {true, h->outage->from, STR_NULL}},
				{"ends", {true, h->outage->to, STR_NULL}},
				{"automatic", {true, 0, STR_NULL}},
				{"reason", {true, 0, STR("x")}}};
	struct row *row = row_of(a, &outage_record, given, ARRAY_LEN(given));
	enum err rc = record_create(tx, &outage_record, row, by, &p, why);
	h->outage->id = row->id;
	return rc;
}

static enum err setting_now(struct db *tx, const struct happening *h, struct arena *a,
			    struct why *why)
{
	struct problems p;
	struct author by = {access_centre(a), h->now};
	struct row *old = NULL;
	struct given given[] = {{"code", {true, 0, str_of(h->setting)}},
				{"value", {true, 0, str_of(h->value)}}};
	struct row *row = row_of(a, &setting_record, given, ARRAY_LEN(given));
	problems_init(&p, a);
	enum err rc = record_named(tx, &setting_record, str_of(h->setting), a, &old, why);
	if (rc != OK)
		return record_create(tx, &setting_record, row, by, &p, why);
	row->id = old->id;
	row->version = old->version;
	return record_update(tx, &setting_record, old, row, by, &p, why);
}

static enum err on_reminder(struct db *tx, const struct happening *h, struct arena *a,
			    struct why *why)
{
	struct reminder r;
	struct act what = {h->now, 1, STR("lý do")};
	enum err rc = reminder_get(tx, h->note->id, a, &r, why);
	if (rc != OK)
		return rc;
	if (h->what == ACKNOWLEDGE)
		return reminder_acknowledge(tx, &r, &what, why);
	if (h->what == APPEAL)
		return reminder_appeal(tx, &r, &what, why);
	if (h->what == DECIDE)
		return reminder_decide(tx, &r, h->uphold, &what, why);
	if (h->what == WITHDRAW)
		return reminder_withdraw(tx, &r, &what, why);
	rc = reminder_review(tx, &r, h->chosen, &what, why);
	if (rc != OK || !h->chosen)
		return rc;
	rc = reminder_get(tx, r.id, a, &r, why);
	return rc == OK ? reminder_issue(tx, h->scene->v, &r, &what, a, why) : rc;
}

static void tell(struct db *tx, const struct happening *h)
{
	for (int i = h->from; i < h->to; i++) {
		const struct ref_duty *d = ref_duty(h->scene->ref, h->scene->order[i]);
		struct duty_key key = key_of(h->scene, d);
		if (d->arrives)
			duty_meet(tx, &key, &(struct settlement){d->arrives, i + 1, 0, 1});
	}
}

static enum err happen_in(struct db *tx, void *arg, struct why *why)
{
	struct happening *h = arg;
	struct inspected made;
	AUTO(arena_free) struct arena *a = arena_new();
	enum err rc = OK;
	if (h->what == TOLD)
		tell(tx, h);
	else if (h->what == EXCUSE || h->what == EXCUSE_BACK)
		rc = excuse_now(tx, h, a, why);
	else if (h->what == OUTAGE || h->what == OUTAGE_BACK)
		rc = outage_now(tx, h, a, why);
	else if (h->what == SETTING)
		rc = setting_now(tx, h, a, why);
	else if (h->what == INSPECT)
		rc = inspection_compute(tx, h->scene->v, h->now, 0, &made, why);
	else
		return on_reminder(tx, h, a, why);
	int64_t changed = 0;
	bool fact = h->what == TOLD ? h->read_late : h->what != INSPECT;
	return rc == OK && fact ? reminders_weigh(tx, 0, h->now, &changed, why) : rc;
}

static enum err try(struct happening *h)
{
	struct why why = {0};
	enum err rc = store_write(h->scene->s, happen_in, h, &why);
	if (rc != OK && rc != ERR_CONFLICT)
		assert_ok(rc, why);
	return rc;
}

static void arrivals(struct scene *x, usec now);
/* And the reference judges again; how many fell and rose is counted, so that we know that it happens. */
static void happen(struct happening *h)
{
	struct scene *x = h->scene;
	if (h->what != TOLD)
		arrivals(x, h->now);
	int n = ref_notes(x->ref);
	bool *stood = ARENA_ARRAY(x->a, (size_t)n + 1, bool);
	assert_int_equal(try(h), OK);
	for (int i = 0; i < n; i++)
		stood[i] = ref_stands(ref_note(x->ref, i));
	ref_weigh(x->ref, h->now);
	for (int i = 0; i < n; i++) {
		bool stands = ref_stands(ref_note(x->ref, i));
		x->fell += stood[i] && !stands;
		x->rose += !stood[i] && stands;
	}
}

static void arrivals(struct scene *x, usec now)
{
	struct happening h = {.scene = x, .now = now, .what = TOLD, .from = x->told};
	while (x->told < ref_duties(x->ref) && ref_duty(x->ref, x->order[x->told])->told <= now) {
		const struct ref_duty *d = ref_duty(x->ref, x->order[x->told++]);
		h.read_late |= d->told > d->arrives;
	}
	h.to = x->told;
	if (h.to > h.from)
		happen(&h);
}

/* Any outage, or one around a deadline that somebody may have been reminded of. */
static void declare(struct scene *x, usec now)
{
	int64_t length = ref_chance(x->ref, 3) ? ref_chance(x->ref, 120) * USEC_MINUTE
					       : ref_chance(x->ref, 240) * USEC_HOUR;
	int64_t ago = ref_chance(x->ref, 3) ? ref_chance(x->ref, 20) : ref_chance(x->ref, 24 * 20);
	struct ref_outage o = {.from = now - ago * USEC_HOUR - length - 1};
	const struct ref_duty *d = ref_duty(x->ref, (int)ref_chance(x->ref, ref_duties(x->ref)));
	for (int tries = 0; tries < 2000 && ref_chance(x->ref, 2000); tries++) {
		d = ref_duty(x->ref, (int)ref_chance(x->ref, ref_duties(x->ref)));
		if (d->due < now - USEC_DAY && d->due > now - 20 * USEC_DAY) {
			o.from = d->due - ref_chance(x->ref, 4) * USEC_HOUR;
			break;
		}
	}
	o.to = o.from + length + 1;
	if (o.to > now || !ref_outage_add(x->ref, o))
		return;
	int n = 0;
	struct ref_outage *all = ref_outages(x->ref, &n);
	struct happening h = {.scene = x, .now = now, .what = OUTAGE, .outage = &all[n - 1]};
	happen(&h);
}

/* One of the last is taken back, as declared by mistake. */
static void take_back(struct scene *x, usec now)
{
	int n = 0;
	struct ref_outage *all = ref_outages(x->ref, &n);
	if (!n)
		return;
	int which = n - 1 - (int)ref_chance(x->ref, n < 4 ? n : 4);
	if (all[which].to < now - 200 * USEC_DAY)
		return;
	struct ref_outage gone = all[which];
	struct happening h = {.scene = x, .now = now, .what = OUTAGE_BACK, .outage = &gone};
	ref_outage_remove(x->ref, which);
	happen(&h);
}

/* One of what was due in the last sixty days in `of` is excused, or its excuse taken back. */
static void excuses(struct scene *x, usec now, int64_t of)
{
	for (int i = 0; i < ref_duties(x->ref); i++) {
		struct ref_duty *d = ref_duty(x->ref, i);
		if (d->due > now || d->due < now - 60 * USEC_DAY ||
		    ref_chance(x->ref, d->excused ? of / 2 : of))
			continue;
		struct happening h = {.scene = x, .now = now, .duty = i};
		h.what = d->excused ? EXCUSE_BACK : EXCUSE;
		d->excused = !d->excused;
		happen(&h);
	}
}

static void set(struct scene *x, usec now, const char *setting, const char *value)
{
	struct happening h = {
		.scene = x, .now = now, .what = SETTING, .setting = setting, .value = value};
	happen(&h);
}

/* -- the inspection -- */
static const struct reminder *draft_of(const struct reminder *r, size_t n, int64_t unit, int rule)
{
	static const char *const codes[] = {"", "R0", "R1"};
	for (size_t i = 0; i < n; i++)
		if (r[i].unit == unit && str_is(r[i].rule, codes[rule + 1]))
			return &r[i];
	return NULL;
}

static struct reminder *week_of(struct scene *x, int64_t week, size_t *ret_n, struct arena *a)
{
	AUTO(store_give) struct db *db = NULL;
	struct reminder *found = NULL;
	struct why why = {0};
	struct reminder_query how = {.all_units = true, .week_given = true, .week = week};
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(reminder_list(db, &how, a, &found, ret_n, &why), why);
	return found;
}

static void plan_fate(struct scene *x, struct ref_note *n)
{
	int64_t day = ref_day(n->cutoff);
	if (ref_chance(x->ref, 4) == 0) {
		n->appeal_day = day + 1 + ref_chance(x->ref, 9);
		n->decide_day = n->appeal_day + 1 + ref_chance(x->ref, 20);
		n->uphold = ref_chance(x->ref, 2);
	}
	if (ref_chance(x->ref, 15) == 0)
		n->withdraw_day = day + 1 + ref_chance(x->ref, 40);
	if (ref_chance(x->ref, 3))
		n->acknowledge_day = day + 1 + ref_chance(x->ref, 12);
}

static void expect_draft(struct scene *x, const struct ref_note *n, const struct reminder *r)
{
	ref_time oldest = INT64_MAX;
	assert_int_equal(r ? r->late : 0, n->n);
	for (int k = 0; k < n->n; k++) {
		ref_time until = ref_until(x->ref, ref_duty(x->ref, n->owed[k]));
		oldest = until < oldest ? until : oldest;
	}
	if (n->n)
		assert_int_equal(r->oldest, oldest);
}

/* What one inspection found, its drafts compared, reviewed and issued an hour or three later. */
static void inspect(struct scene *x, usec cutoff, bool busy)
{
	static struct ref_note found[2 * REF_UNITS];
	AUTO(arena_free) struct arena *a = arena_new();
	struct happening h = {.scene = x, .now = cutoff, .what = INSPECT};
	size_t n = 0, expected = 0;
	happen(&h);
	int64_t week = period_at(PERIOD_WEEKLY, cutoff).ordinal;
	struct reminder *drafts = week_of(x, week, &n, a);
	for (int u = 0; u < REF_UNITS; u++)
		for (int rule = x->by_rule ? 0 : -1; rule < (x->by_rule ? REF_RULES : 0); rule++) {
			struct ref_note *note = ref_inspect(x->ref, u, rule, cutoff);
			if (!note)
				continue;
			const struct reminder *r = draft_of(drafts, n, x->unit_ids[u], rule);
			expect_draft(x, note, r);
			if (!note->n)
				continue;
			found[expected] = *note;
			found[expected++].id = r->id;
		}
	if (busy) { /* the world goes on between the list and the issue */
		excuses(x, cutoff + USEC_HOUR, 40);
		declare(x, cutoff + USEC_HOUR + 1);
	}
	arrivals(x, cutoff + 3 * USEC_HOUR);
	for (size_t i = 0; i < expected; i++) {
		struct happening issue = {.scene = x,
					  .now = cutoff + 3 * USEC_HOUR,
					  .what = ISSUE,
					  .note = &found[i],
					  .chosen = ref_chance(x->ref, 12) != 0};
		enum err rc = try(&issue);
		plan_fate(x, &found[i]);
		bool issued = ref_issue(x->ref, &found[i], issue.chosen, issue.now);
		assert_int_equal(rc, issued || !issue.chosen ? OK : ERR_CONFLICT);
		if (rc == OK)
			continue;
		issue.chosen = false; /* nothing is left of it: ticked out */
		assert_int_equal(try(&issue), OK);
	}
}

/* Done with it, or refused because it stands no more. */
static bool act_on(struct scene *x, struct ref_note *n, usec now, enum what_happens what, bool may)
{
	struct happening h = {.scene = x, .now = now, .note = n, .uphold = n->uphold};
	h.what = what;
	assert_int_equal(try(&h), may ? OK : ERR_CONFLICT);
	return may;
}

/* Acknowledgements, appeals, decisions and withdrawals whose day has come. */
static void follow_up(struct scene *x, int64_t day)
{
	int last = ref_notes(x->ref);
	usec now = ref_at(day, 12);
	arrivals(x, now);
	for (int i = last > 300 ? last - 300 : 0; i < last; i++) {
		struct ref_note *n = ref_note(x->ref, i);
		bool stands = ref_stands(n);
		if (!n->issued)
			continue;
		if (n->withdraw_day == day) {
			n->end = act_on(x, n, now, WITHDRAW, stands) ? REF_WITHDRAWN : n->end;
			if (n->end != REF_STANDS)
				ref_weigh(x->ref, now);
			continue;
		}
		if (n->acknowledge_day == day)
			n->acknowledged = act_on(x, n, now, ACKNOWLEDGE, stands);
		if (n->appeal_day == day)
			n->appealed = act_on(x, n, now, APPEAL, stands);
		if (n->decide_day == day && act_on(x, n, now, DECIDE, stands && n->appealed) &&
		    n->uphold) {
			n->end = REF_UPHELD;
			ref_weigh(x->ref, now);
		}
	}
}

/* -- the ladder, read a second time -- */
static void compare_unit(struct scene *x, int u, const struct standing *s, usec now)
{
	int which[200], n = ref_counted(x->ref, u, now, x->rolling, which, 200);
	assert_int_equal(s ? s->count : 0, n);
	assert_int_equal(s ? s->n : 0, n);
	for (int i = 0; i < n; i++) {
		const struct ref_note *note = ref_note(x->ref, which[i]);
		assert_int_equal(s->reminders[i].id, note->id);
		assert_int_equal(s->reminders[i].number, note->number);
		assert_int_equal(s->reminders[i].year, note->year);
	}
	for (int k = 0; k < REF_STEPS; k++) {
		int by = ref_reached(x->ref, u, k, now, x->rolling);
		assert_int_equal(s && s->reached[k] ? s->reached[k]->id : 0,
				 by < 0 ? 0 : ref_note(x->ref, by)->id);
	}
}

/* What is owed of a reminder is owed as long as it stands, and stays when it was given. */
static void compare_acknowledgements(struct scene *x, struct db *db, usec now, struct arena *a)
{
	for (int i = 0; i < ref_notes(x->ref); i++) {
		const struct ref_note *n = ref_note(x->ref, i);
		if (!n->issued || n->issued < now - 120 * USEC_DAY)
			continue;
		struct duty_key key = {.unit = x->unit_ids[n->unit],
				       .kind = STR(DUTY_ACKNOWLEDGEMENT),
				       .subject = n->id};
		struct duty d;
		struct why why = {0};
		bool owed = duty_find(db, &key, a, &d, &why) == OK;
		assert_int_equal(owed, n->acknowledged || ref_stands(n));
	}
}

static int compare(struct scene *x, usec now)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	struct reminder_query all = {.all_units = true};
	struct ladder found = {0};
	struct why why = {0};
	int reached = 0;
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(ladder_read(db, &all, ref_date(ref_day(now)).year, now, a, &found, &why), why);
	for (int u = 0; u < REF_UNITS; u++) {
		const struct standing *s = NULL;
		for (size_t i = 0; i < found.n; i++)
			if (found.items[i].unit == x->unit_ids[u])
				s = &found.items[i];
		compare_unit(x, u, s, now);
		reached += s && s->reached[REF_STEPS - 1];
	}
	compare_acknowledgements(x, db, now, a);
	return reached;
}

/* -- the days -- */
static void turn_settings(struct scene *x, int64_t day)
{
	if (x->course->turns && day % 31 == 0) {
		x->by_rule = !x->by_rule;
		set(x, ref_at(day, 0), "discipline.reminder_per", x->by_rule ? "rule" : "unit");
	}
	if (day == REF_DAY_0 + x->course->days / 2) {
		x->rolling = !x->rolling;
		set(x, ref_at(day, 0), "discipline.year", x->rolling ? "rolling" : "calendar");
	}
}

static void live(struct scene *x, int64_t day)
{
	bool monday = (day - 4) % 7 == 0, thursday = (day - 4) % 7 == 3;
	usec morning = ref_at(day, 6);
	turn_settings(x, day);
	arrivals(x, morning);
	if (day > REF_DAY_0 + 30) {
		if (ref_chance(x->ref, 12) == 0)
			declare(x, morning);
		if (ref_chance(x->ref, 30) == 0)
			take_back(x, morning + 1);
		if (day % 3 == 0)
			excuses(x, morning + 2, 300);
	}
	if (monday || (thursday && ref_chance(x->ref, 6) == 0)) {
		struct why why = {0};
		struct planned p;
		if (monday)
			assert_ok(plan_duties(x->s, x->r, ref_at(day, 7), &p, &why), why);
		inspect(x, ref_at(day, 7), ref_chance(x->ref, 4) == 0);
	}
	follow_up(x, day);
}

static void begin_settings(struct scene *x, const struct course *c)
{
	usec now = ref_at(REF_DAY_0, 0);
	x->by_rule = c->by_rule;
	x->rolling = c->rolling;
	set(x, now, "discipline.duty_reminders",
	    arena_fmt(x->a, "%lld", (long long)c->config.most).ptr);
	set(x, now, "discipline.reminder_per", c->by_rule ? "rule" : "unit");
	set(x, now, "discipline.year", c->rolling ? "rolling" : "calendar");
}

static void simulate(struct testbed *bed, const struct course *given)
{
	struct course course = *given, *c = &course;
	course.days /= SHARE;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(registry_free) struct registry *r = registry_new();
	struct scene x = {.s = s, .r = r, .a = a, .course = c, .ref = ref_new(&c->config, c->seed)};
	int reached = 0;
	ref_draw(x.ref, c->days + 60);
	prepare(&x);
	put_in_order(&x);
	begin_settings(&x, c);
	for (int64_t day = REF_DAY_0; day < REF_DAY_0 + c->days; day++) {
		struct ref_date d = ref_date(day);
		live(&x, day);
		if (d.day == 31 && d.month == 12)
			reached += compare(&x, ref_at(day, 24) - 1);
		else if (day % 97 == 0)
			reached += compare(&x, ref_at(day, 13));
	}
	assert_true(ref_notes(x.ref) > c->days / 20);
	/* what rests on all that is owed seldom loses all */
	assert_true(SHARE > 1 || reached > 0);
	assert_true(SHARE > 1 || c->config.most == 0 || (x.fell > 15 && x.rose > 5));
	ref_free(x.ref);
}

/* One reminder of a unit in a week, a duty counts once: as the centre is delivered. */
static const struct course plain = {
	.config = {.most = 1, .steps = {1, 3, 6}, .protected_hours = 4},
	.days = REF_DAYS,
	.seed = 20261125,
};
/* By rule, with grace, each duty twice, the last twelve months; a course that changes its mind. */
static const struct course rules = {
	.config = {.rules = true,
		   .grace = {0, 2},
		   .most = 2,
		   .steps = {2, 5, 9},
		   .protected_hours = 4},
	.days = REF_DAYS,
	.seed = 7,
	.by_rule = true,
	.rolling = true,
	.turns = true,
};
/* Every week anew, as long as something is owed. */
static const struct course every_week = {
	.config = {.rules = true,
		   .grace = {1, 0},
		   .most = 0,
		   .steps = {1, 10, 30},
		   .protected_hours = 4},
	.days = 2000,
	.seed = 11,
};

static void ten_thousand_days(void **state)
{
	simulate(testbed_of(state), &plain);
}

static void ten_thousand_days_by_rule(void **state)
{
	simulate(testbed_of(state), &rules);
}

/* The year is counted the other way earlier, while a reminder falls that kept others from counting. */
static void half_the_days_by_rule(void **state)
{
	struct course c = rules;
	c.days /= 2;
	simulate(testbed_of(state), &c);
}

static void reminders_every_week(void **state)
{
	simulate(testbed_of(state), &every_week);
}

static void ten_thousand_days_on_postgres(void **state)
{
	simulate(testbed_of(state), &rules);
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
	const struct view *v;
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
	return rc == OK ? reminder_issue(tx, o->v, &r, &what, a, why) : rc;
}

static void *issue_all(void *arg)
{
	struct server *x = arg;
	for (size_t i = 0; i < x->n; i++) {
		struct one_issue o = {x->v, x->ids[i], x->now};
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
	struct scene x = {
		.s = one, .r = r, .a = a, .course = &plain, .ref = ref_new(&plain.config, 3)};
	struct planned p;
	struct why why = {0};
	usec now = ref_at(REF_DAY_0 + 70, 7);
	size_t n = 0;
	prepare(&x);
	assert_ok(plan_duties(one, r, now, &p, &why), why);
	struct happening h = {.scene = &x, .now = now, .what = INSPECT};
	happen(&h);
	int64_t week = period_at(PERIOD_WEEKLY, now).ordinal;
	struct reminder *drafts = week_of(&x, week, &n, a);
	int64_t ids[REF_UNITS];
	assert_true(n >= 3 && n <= REF_UNITS);
	for (size_t i = 0; i < n; i++) {
		struct one_issue o = {x.v, drafts[i].id, now + 1};
		ids[i] = drafts[i].id;
		assert_ok(store_write(one, review_run, &o, &why), why);
	}
	struct server servers[2] = {{.s = one, .v = x.v}, {.s = two, .v = x.v}};
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
	drafts = week_of(&x, week, &n, a);
	bool seen[REF_UNITS + 1] = {false};
	for (size_t i = 0; i < n; i++) {
		assert_true(drafts[i].number >= 1 && drafts[i].number <= (int64_t)n);
		assert_false(seen[drafts[i].number]); /* without gaps and twice */
		seen[drafts[i].number] = true;
	}
	ref_free(x.ref);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_SQLITE(ten_thousand_days),
		ON_SQLITE(ten_thousand_days_by_rule),
		ON_SQLITE(half_the_days_by_rule),
		ON_SQLITE(reminders_every_week),
		ON_POSTGRES(ten_thousand_days_on_postgres),
		ON_POSTGRES(two_servers_never_remind_twice),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
