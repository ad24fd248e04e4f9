/* predict.c - probabilities of lateness from habits. */
#include "operate/predict.h"
#include "base/id.h"
#include "operate/calibrate.h"
#include <stdlib.h>

enum { OF_UNIT, OF_SCHEDULE, OF_SUBJECT, HABITS };

struct past { /* one duty that nobody excused; those still to come are among them */
	int64_t unit, schedule, subject, id;
	usec until, met; /* met 0: not yet */
	struct period period;
	size_t habit[HABITS]; /* number of its unit, the unit's schedule, the indicator in it */
};
/* Duties of one unit and schedule with one deadline are a sending; these stand together. */
struct model {
	const struct view *view;
	struct arena *a;
	struct past *all; /* by until, unit, schedule, subject */
	size_t n, over;	  /* over: how many have their deadline behind them */
	size_t habits[HABITS];
	bool *asked; /* by number of the unit */
	usec now;
};

static int order(int64_t a, int64_t b)
{
	return id_order(&a, &b);
}

static int by_habit(const void *left, const void *right)
{
	const struct past *a = left, *b = right;
	int by = order(a->unit, b->unit);
	by = by ? by : order(a->schedule, b->schedule);
	return by ? by : order(a->subject, b->subject);
}

static int by_deadline(const void *left, const void *right)
{
	const struct past *a = left, *b = right;
	int by = order(a->until, b->until);
	by = by ? by : by_habit(a, b);
	return by ? by : order(a->id, b->id);
}

static bool open_before(const struct past *p, usec lead)
{
	return !p->met || p->met > p->until - lead;
}

static bool became_late(const struct past *p)
{
	return !p->met || p->met >= p->until;
}

static size_t sending_end(const struct model *m, size_t from, size_t end)
{
	const struct past *p = &m->all[from];
	while (from < end && m->all[from].until == p->until &&
	       m->all[from].habit[OF_SCHEDULE] == p->habit[OF_SCHEDULE])
		from++;
	return from;
}

/* -- scores from habits -- */
struct habit {
	double n, late;
};

static void note(struct habit *h, double late, double kept)
{
	h->n = h->n * kept + 1;
	h->late = h->late * kept + late;
}

static double smooth(const struct habit *h, double prior)
{
	return (h->late + PREDICT_PRIOR * prior) / (h->n + PREDICT_PRIOR);
}

/* Goes through time; what is known is always what was over `lead` before the deadline looked at. */
struct walk {
	const struct model *m;
	usec lead;
	size_t known; /* so many of m->all are noted */
	struct habit usual[PERIOD_KINDS], *of[HABITS];
};

static struct walk walk_new(const struct model *m)
{
	struct walk w = {.m = m};
	for (int i = 0; i < HABITS; i++)
		w.of[i] = ARENA_ARRAY(m->a, m->habits[i] + 1, struct habit);
	return w;
}

static void walk_begin(struct walk *w, usec lead)
{
	w->lead = lead;
	w->known = 0;
	memset(w->usual, 0, sizeof(w->usual));
	for (int i = 0; i < HABITS; i++)
		memset(w->of[i], 0, w->m->habits[i] * sizeof(*w->of[i]));
}

static void note_sending(struct walk *w, size_t from, size_t to)
{
	const struct past *first = &w->m->all[from];
	double n = 0, late = 0;
	for (const struct past *p = first; p < w->m->all + to; p++) {
		if (!open_before(p, w->lead))
			continue;
		n++;
		late += became_late(p);
		note(&w->of[OF_SUBJECT][p->habit[OF_SUBJECT]], became_late(p), PREDICT_FADE);
	}
	if (n == 0)
		return;
	note(&w->usual[first->period.kind], late / n, 1);
	note(&w->of[OF_UNIT][first->habit[OF_UNIT]], late / n, 1);
	note(&w->of[OF_SCHEDULE][first->habit[OF_SCHEDULE]], late / n, PREDICT_FADE);
}

static void walk_to(struct walk *w, usec until)
{
	const struct model *m = w->m;
	while (w->known < m->over && m->all[w->known].until <= until - w->lead) {
		size_t to = sending_end(m, w->known, m->over);
		note_sending(w, w->known, to);
		w->known = to;
	}
}

static double score_of(const struct walk *w, const struct past *p)
{
	const struct habit *usual = &w->usual[p->period.kind];
	double score = (usual->late + 1) / (usual->n + 2);
	for (int i = 0; i < HABITS; i++)
		score = smooth(&w->of[i][p->habit[i]], score);
	return score;
}

/* -- probabilities from scores -- */
static size_t count_open(const struct model *m, size_t from, size_t to, usec lead)
{
	size_t n = 0;
	for (; from < to; from++)
		n += open_before(&m->all[from], lead);
	return n;
}

/* From the first `end`.  The figures of a sending weigh as much as one together. */
static void learn(struct walk *w, usec lead, size_t end, struct calibration *map)
{
	const struct model *m = w->m;
	walk_begin(w, lead);
	memset(map, 0, sizeof(*map));
	for (size_t from = 0, to; from < end; from = to) {
		to = sending_end(m, from, end);
		size_t open = count_open(m, from, to, w->lead);
		walk_to(w, m->all[from].until);
		for (size_t i = from; i < to; i++)
			if (open_before(&m->all[i], w->lead))
				calibration_add(map, score_of(w, &m->all[i]),
						became_late(&m->all[i]), 1 / (double)open);
	}
	calibration_fit(map);
}

static struct duty duty_of(const struct past *p)
{
	return (struct duty){.key = {p->unit, STR(DUTY_FIGURE), p->subject, p->period},
			     .id = p->id,
			     .until = p->until};
}

static bool asked_for(const struct model *m, const struct past *p)
{
	return m->asked[p->habit[OF_UNIT]];
}

/* All that are due at one moment still to come have the same distance to it. */
static void predict_moment(struct walk *w, struct calibration *map, size_t from, size_t to,
			   struct predictions *ret)
{
	const struct model *m = w->m;
	bool learned = false;
	for (size_t i = from; i < to; i++) {
		const struct past *p = &m->all[i];
		if (p->met || !asked_for(m, p))
			continue;
		if (!learned) {
			learn(w, p->until - m->now, m->over, map);
			walk_to(w, p->until);
			learned = true;
		}
		ret->items[ret->n++] =
			(struct prediction){duty_of(p), calibrated(map, score_of(w, p))};
	}
}

static void predict_coming(const struct model *m, struct predictions *ret)
{
	struct walk w = walk_new(m);
	struct calibration *map = ARENA_ARRAY(m->a, 1, struct calibration);
	for (size_t from = m->over, to; from < m->n; from = to) {
		for (to = from; to < m->n && m->all[to].until == m->all[from].until;)
			to++;
		predict_moment(&w, map, from, to, ret);
	}
}

/* -- the back-test -- */
static void count_said(struct predict_score *s, double said, bool late, bool first_of_sending[])
{
	size_t at = (size_t)(said * PREDICT_BINS);
	at = at < PREDICT_BINS ? at : PREDICT_BINS - 1;
	struct predict_bin *b = &s->bins[at];
	double error = said - (late ? 1 : 0);
	s->n++;
	s->brier += error * error;
	s->late += late;
	s->flagged += said >= 0.5;
	s->flagged_late += said >= 0.5 && late;
	b->n++;
	b->late += late;
	b->said += said;
	b->sendings += first_of_sending[at];
	first_of_sending[at] = false;
}

static bool test_sending(struct walk *w, const struct calibration *map, size_t from, size_t to,
			 struct predict_score *s)
{
	const struct model *m = w->m;
	bool first[PREDICT_BINS];
	int64_t before = s->n;
	memset(first, true, sizeof(first));
	walk_to(w, m->all[from].until);
	for (size_t i = from; i < to; i++) {
		const struct past *p = &m->all[i];
		if (asked_for(m, p) && open_before(p, w->lead))
			count_said(s, calibrated(map, score_of(w, p)), became_late(p), first);
	}
	return s->n > before;
}

static void end_score(struct predict_score *s)
{
	double mean = s->n ? (double)s->late / (double)s->n : 0;
	s->brier = s->n ? s->brier / (double)s->n : 0;
	s->base = mean * (1 - mean);
	for (int i = 0; i < PREDICT_BINS; i++) {
		struct predict_bin *b = &s->bins[i];
		b->said = b->n ? b->said / (double)b->n : 0;
		b->came = b->n ? (double)b->late / (double)b->n : 0;
	}
}

static void test_past(const struct model *m, struct predict_score *s)
{
	struct walk w = walk_new(m);
	struct calibration *map = ARENA_ARRAY(m->a, 1, struct calibration);
	usec window = m->over ? (m->now - m->all[0].until) / 3 : 0;
	size_t split = 0;
	int64_t tested = 0;
	while (split < m->over && m->all[split].until < m->now - window)
		split++;
	learn(&w, PREDICT_LEAD, split, map);
	for (size_t from = split, to; from < m->over; from = to) {
		to = sending_end(m, from, m->over);
		tested += test_sending(&w, map, from, to, s);
	}
	end_score(s);
	s->days = (window + USEC_DAY / 2) / USEC_DAY;
	s->learned = (int64_t)(map->weight + 0.5);
	s->enough = s->learned >= PREDICT_ENOUGH && tested >= PREDICT_ENOUGH;
}

/* -- reading -- */
static void add(void *arg, const struct duty *d)
{
	struct model *m = arg;
	const struct indicator *of = view_indicator_id(m->view, d->key.subject);
	if (!of || d->excused)
		return;
	*ARENA_APPEND(m->a, m->all, m->n) = (struct past){.unit = d->key.unit,
							  .schedule = of->schedule,
							  .subject = d->key.subject,
							  .id = d->id,
							  .until = d->until,
							  .met = d->met.at,
							  .period = d->key.period};
}

static void number_habits(struct model *m)
{
	const struct past *before = NULL;
	for (struct past *p = m->all; p < m->all + m->n; before = p++) {
		bool unit = !before || before->unit != p->unit,
		     schedule = unit || before->schedule != p->schedule,
		     subject = schedule || before->subject != p->subject;
		m->habits[OF_UNIT] += unit;
		m->habits[OF_SCHEDULE] += schedule;
		m->habits[OF_SUBJECT] += subject;
		for (int i = 0; i < HABITS; i++)
			p->habit[i] = m->habits[i] - 1;
	}
}

static void mark_asked(struct model *m, const struct duty_query *whose)
{
	int64_t *units = ARENA_ARRAY(m->a, whose->n_units + 1, int64_t);
	m->asked = ARENA_ARRAY(m->a, m->habits[OF_UNIT] + 1, bool);
	for (size_t i = 0; i < whose->n_units; i++)
		units[i] = whose->units[i];
	qsort(units, whose->n_units, sizeof(*units), id_order);
	for (const struct past *p = m->all; p < m->all + m->n; p++)
		m->asked[p->habit[OF_UNIT]] =
			whose->all_units || id_among(units, whose->n_units, p->unit);
}

static enum err read_model(struct db *db, const struct duty_query *whose, struct model *m,
			   struct why *why)
{
	struct duty_query all = {.all_units = true,
				 .kind = STR(DUTY_FIGURE),
				 .state = -1,
				 .from = m->now - PREDICT_DAYS * USEC_DAY,
				 .to = whose->to,
				 .now = m->now};
	enum err rc = duty_scan(db, &all, add, m, why);
	if (rc != OK)
		return rc;
	if (m->n)
		qsort(m->all, m->n, sizeof(*m->all), by_habit);
	number_habits(m);
	mark_asked(m, whose);
	if (m->n)
		qsort(m->all, m->n, sizeof(*m->all), by_deadline);
	while (m->over < m->n && m->all[m->over].until <= m->now)
		m->over++;
	return OK;
}

static int by_probability(const void *left, const void *right)
{
	const struct prediction *a = left, *b = right;
	if (a->late != b->late)
		return a->late > b->late ? -1 : 1;
	int by = order(a->duty.until, b->duty.until);
	return by ? by : order(a->duty.id, b->duty.id);
}

enum err predict(struct db *db, const struct view *v, const struct duty_query *whose, bool tested,
		 struct arena *a, struct predictions *ret, struct why *why)
{
	struct model m = {.view = v, .a = a, .now = whose->now};
	enum err rc = read_model(db, whose, &m, why);
	if (rc != OK)
		return rc;
	*ret = (struct predictions){.items = ARENA_ARRAY(a, m.n - m.over + 1, struct prediction)};
	predict_coming(&m, ret);
	if (tested)
		test_past(&m, &ret->score);
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_probability);
	return OK;
}
