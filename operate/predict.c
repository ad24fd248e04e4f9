/* predict.c - probabilities of lateness from habits. */
#include "operate/predict.h"
#include <stdlib.h>

struct past { /* one duty, in its group of unit and schedule */
	int64_t unit, schedule;
	const struct duty *duty;
};
struct model {
	const struct view *view;
	struct past *all; /* by unit, schedule, until */
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
	if (a->duty->until != b->duty->until)
		return a->duty->until < b->duty->until ? -1 : 1;
	return (a->duty->id > b->duty->id) - (a->duty->id < b->duty->id);
}

static bool open_before(const struct duty *d, usec lead)
{
	return !d->met.at || d->met.at > d->until - lead;
}

static bool became_late(const struct duty *d)
{
	return !d->met.at || d->met.at >= d->until;
}

struct fraction {
	int64_t n, late;
};

struct habits { /* of the unit's schedule, and of one indicator in it */
	struct fraction schedule, subject;
};

/* Of the past ones among these whose deadline was over at `known`. */
static struct habits habits_of(const struct past *p, size_t n, int64_t subject, usec known,
			       usec lead)
{
	struct habits h = {0};
	for (size_t i = 0; i < n; i++) {
		const struct duty *d = p[i].duty;
		if (d->until > known || d->excused || !open_before(d, lead))
			continue;
		bool late = became_late(d), same = d->key.subject == subject;
		h.schedule.n++;
		h.schedule.late += late;
		h.subject.n += same;
		h.subject.late += same && late;
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

static void learn_usual(const struct model *m, usec known, struct usual *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < m->n; i++) {
		const struct duty *d = m->all[i].duty;
		if (d->until > known || d->excused)
			continue;
		for (int c = 0; c < LEADS; c++) {
			struct fraction *f = &ret->by[d->key.period.kind][c];
			if (!open_before(d, USEC_HOUR << c))
				continue;
			f->n++;
			f->late += became_late(d);
		}
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

static void predict_group(const struct model *m, const struct past *p, size_t n,
			  const struct usual *u, struct predictions *ret)
{
	for (size_t i = 0; i < n; i++) {
		const struct duty *d = p[i].duty;
		if (duty_state(d, m->now) != DUTY_DUE)
			continue;
		usec lead = d->until - m->now;
		ret->items[ret->n++] = (struct prediction){
			*d, probability(habits_of(p, n, d->key.subject, m->now, lead), u,
					d->key.period.kind, lead)};
	}
}

/* Walks forward: each was predicted from what was over a day before its deadline. */
static void test_group(const struct model *m, const struct past *p, size_t n, const struct usual *u,
		       struct predict_score *s)
{
	for (size_t i = 0; i < n; i++) {
		const struct duty *d = p[i].duty;
		if (d->until > m->now || d->until < m->now - PREDICT_TEST || d->excused ||
		    !open_before(d, PREDICT_LEAD))
			continue;
		struct habits own =
			habits_of(p, i, d->key.subject, d->until - PREDICT_LEAD, PREDICT_LEAD);
		double says = probability(own, u, d->key.period.kind, PREDICT_LEAD);
		bool late = became_late(d);
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

static void group(struct model *m, const struct duty *duties, size_t n, struct arena *a)
{
	m->all = ARENA_ARRAY(a, n, struct past);
	for (size_t i = 0; i < n; i++) {
		const struct indicator *of = view_indicator_id(m->view, duties[i].key.subject);
		if (of)
			m->all[m->n++] =
				(struct past){duties[i].key.unit, of->schedule, &duties[i]};
	}
	if (m->n)
		qsort(m->all, m->n, sizeof(*m->all), by_group);
}

enum err predict(struct db *db, const struct view *v, const struct duty_query *whose,
		 struct arena *a, struct predictions *ret, struct why *why)
{
	usec now = whose->now;
	struct duty_query how = *whose;
	struct duty *duties = NULL;
	struct model m = {.view = v, .now = now};
	struct usual today, before;
	size_t n = 0;
	how.kind = STR(DUTY_FIGURE);
	how.state = -1;
	how.from = now - PREDICT_DAYS * USEC_DAY;
	enum err rc = duty_list(db, &how, a, &duties, &n, why);
	if (rc != OK)
		return rc;
	group(&m, duties, n, a);
	*ret = (struct predictions){.items = ARENA_ARRAY(a, n, struct prediction)};
	learn_usual(&m, now, &today);
	learn_usual(&m, now - PREDICT_TEST, &before);
	for (size_t from = 0, to; from < m.n; from = to) {
		for (to = from; to < m.n && m.all[to].unit == m.all[from].unit &&
				m.all[to].schedule == m.all[from].schedule;)
			to++;
		predict_group(&m, m.all + from, to - from, &today, ret);
		test_group(&m, m.all + from, to - from, &before, &ret->score);
	}
	end_score(&ret->score);
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_probability);
	return OK;
}
