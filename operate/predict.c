/* predict.c - probabilities of lateness from habits. */
#include "operate/predict.h"
#include <stdlib.h>

struct past { /* one duty that nobody excused, in its group of unit and schedule */
	int64_t unit, schedule, subject, id;
	usec until, met; /* met 0: not yet */
	struct period period;
};
struct model {
	const struct view *view;
	struct arena *a;
	struct past *all; /* by unit, schedule, until, subject */
	size_t n;
	usec now;
};

static int by_group(const void *left, const void *right)
{
	const struct past *a = left, *b = right;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->schedule != b->schedule)
		return a->schedule < b->schedule ? -1 : 1;
	if (a->until != b->until)
		return a->until < b->until ? -1 : 1;
	return (a->subject > b->subject) - (a->subject < b->subject);
}

static bool open_before(const struct past *p, usec lead)
{
	return !p->met || p->met > p->until - lead;
}

static bool became_late(const struct past *p)
{
	return !p->met || p->met >= p->until;
}

struct fraction {
	int64_t n, late;
};

static void count(struct fraction *f, bool late)
{
	f->n++;
	f->late += late;
}

struct habits { /* of the unit's schedule, and of one indicator in it */
	struct fraction schedule, subject;
};

/* Of those among these whose deadline was over at `known`. */
static struct habits habits_of(const struct past *p, size_t n, int64_t subject, usec known,
			       usec lead)
{
	struct habits h = {0};
	for (size_t i = 0; i < n && p[i].until <= known; i++) {
		if (!open_before(&p[i], lead))
			continue;
		count(&h.schedule, became_late(&p[i]));
		if (p[i].subject == subject)
			count(&h.subject, became_late(&p[i]));
	}
	return h;
}

/* Over all units and kinds of period: what is usual this long before a deadline. */
#define LEADS 12
struct usual {
	struct fraction by[PERIOD_KINDS][LEADS];
};

static int lead_class(usec lead) /* 1 h, 2 h, 4 h … 85 days */
{
	int class = 0;
	while (class < LEADS - 1 && lead > (USEC_HOUR << class))
		class ++;
	return class;
}

/* What was open at one distance from its deadline was open at every greater one. */
static void learn_usual(const struct model *m, usec known, struct usual *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < m->n; i++) {
		const struct past *p = &m->all[i];
		int first = 0;
		while (first < LEADS && !open_before(p, USEC_HOUR << first))
			first++;
		if (p->until <= known && first < LEADS)
			count(&ret->by[p->period.kind][first], became_late(p));
	}
	for (int kind = 0; kind < PERIOD_KINDS; kind++)
		for (int c = 1; c < LEADS; c++) {
			ret->by[kind][c].n += ret->by[kind][c - 1].n;
			ret->by[kind][c].late += ret->by[kind][c - 1].late;
		}
}

static double smooth(struct fraction f, double prior)
{
	return ((double)f.late + PREDICT_PRIOR * prior) / ((double)f.n + PREDICT_PRIOR);
}

static double probability(struct habits own, const struct usual *u, enum period_kind kind,
			  usec lead)
{
	struct fraction f = u->by[kind][lead_class(lead)];
	double usual = ((double)f.late + 1) / ((double)f.n + 2);
	return smooth(own.subject, smooth(own.schedule, usual));
}

/* The first of these, which are of one deadline, that is not before the subject. */
static size_t subject_in(const struct past *p, size_t n, int64_t subject)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (p[middle].subject < subject)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct duty duty_of(const struct past *p)
{
	return (struct duty){.key = {p->unit, STR(DUTY_FIGURE), p->subject, p->period},
			     .id = p->id,
			     .until = p->until};
}

/* Duties of one deadline that is still to come have the same distance to it: the group's habits are
 * counted once for all of them. */
static void predict_deadline(const struct model *m, const struct past *group,
			     const struct past *due, size_t n, const struct usual *u,
			     struct predictions *ret)
{
	usec lead = due->until - m->now;
	struct fraction schedule = {0}, *own = ARENA_ARRAY(m->a, n, struct fraction);
	for (const struct past *p = group; p < due && p->until <= m->now; p++) {
		if (!open_before(p, lead))
			continue;
		size_t at = subject_in(due, n, p->subject);
		count(&schedule, became_late(p));
		if (at < n && due[at].subject == p->subject)
			count(&own[at], became_late(p));
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && due[i].subject == due[i - 1].subject)
			own[i] = own[i - 1];
		if (!due[i].met)
			ret->items[ret->n++] = (struct prediction){
				duty_of(&due[i]), probability((struct habits){schedule, own[i]}, u,
							      due[i].period.kind, lead)};
	}
}

static void predict_group(const struct model *m, const struct past *p, size_t n,
			  const struct usual *u, struct predictions *ret)
{
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && p[to].until == p[from].until;)
			to++;
		if (p[from].until > m->now)
			predict_deadline(m, p, p + from, to - from, u, ret);
	}
}

/* Walks forward: each was predicted from what was over a day before its deadline. */
static void test_group(const struct model *m, const struct past *p, size_t n, const struct usual *u,
		       struct predict_score *s)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i].until > m->now || p[i].until < m->now - PREDICT_TEST ||
		    !open_before(&p[i], PREDICT_LEAD))
			continue;
		struct habits own =
			habits_of(p, i, p[i].subject, p[i].until - PREDICT_LEAD, PREDICT_LEAD);
		double says = probability(own, u, p[i].period.kind, PREDICT_LEAD);
		bool late = became_late(&p[i]);
		double error = says - (late ? 1 : 0);
		s->n++;
		s->brier += error * error;
		s->late += late;
		s->flagged += says >= 0.5;
		s->flagged_late += says >= 0.5 && late;
	}
}

static void end_score(struct predict_score *s)
{
	double mean = s->n ? (double)s->late / (double)s->n : 0;
	s->brier = s->n ? s->brier / (double)s->n : 0;
	s->base = mean * (1 - mean);
}

static int by_probability(const void *left, const void *right)
{
	const struct prediction *a = left, *b = right;
	if (a->late != b->late)
		return a->late > b->late ? -1 : 1;
	return (a->duty.until > b->duty.until) - (a->duty.until < b->duty.until);
}

static void add(void *arg, const struct duty *d)
{
	struct model *m = arg;
	const struct indicator *of = view_indicator_id(m->view, d->key.subject);
	if (!of || d->excused)
		return;
	*ARENA_APPEND(m->a, m->all, m->n) =
		(struct past){d->key.unit, of->schedule, d->key.subject, d->id,
			      d->until,	   d->met.at,	 d->key.period};
}

static enum err read_model(struct db *db, const struct duty_query *whose, struct model *m,
			   struct why *why)
{
	struct duty_query how = *whose;
	how.kind = STR(DUTY_FIGURE);
	how.state = -1;
	how.from = m->now - PREDICT_DAYS * USEC_DAY;
	enum err rc = duty_scan(db, &how, add, m, why);
	if (rc == OK && m->n)
		qsort(m->all, m->n, sizeof(*m->all), by_group);
	return rc;
}

static void each_group(const struct model *m, const struct usual *today, const struct usual *before,
		       struct predictions *ret)
{
	for (size_t from = 0, to; from < m->n; from = to) {
		for (to = from; to < m->n && m->all[to].unit == m->all[from].unit &&
				m->all[to].schedule == m->all[from].schedule;)
			to++;
		predict_group(m, m->all + from, to - from, today, ret);
		if (before)
			test_group(m, m->all + from, to - from, before, &ret->score);
	}
}

static size_t n_open(const struct model *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		n += !m->all[i].met && m->all[i].until > m->now;
	return n;
}

enum err predict(struct db *db, const struct view *v, const struct duty_query *whose, bool tested,
		 struct arena *a, struct predictions *ret, struct why *why)
{
	struct model m = {.view = v, .a = a, .now = whose->now};
	struct usual today, before;
	enum err rc = read_model(db, whose, &m, why);
	if (rc != OK)
		return rc;
	*ret = (struct predictions){.items = ARENA_ARRAY(a, n_open(&m), struct prediction)};
	learn_usual(&m, m.now, &today);
	if (tested)
		learn_usual(&m, m.now - PREDICT_TEST, &before);
	each_group(&m, &today, tested ? &before : NULL, ret);
	end_score(&ret->score);
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_probability);
	return OK;
}
