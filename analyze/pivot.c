/* pivot.c - from series to cells; see pivot.h. */
#include "analyze/pivot_units.h"
#include <stdlib.h>

static const char *const why_names[] = {
#define X(code, name) name,
	PIVOT_WHY_TABLE(X)
#undef X
};

const char *pivot_why_name(enum pivot_why why)
{
	assert(why < PIVOT_WHYS);
	return why_names[why];
}

/* What one unit gives to one own period. */
struct share {
	bool has, whole, approved, beyond;
	struct decimal value;
	int64_t id;
	usec updated;
	const struct series *parts; /* of which parts it is the sum */
};
/* One of the indicator's own periods. */
struct own {
	int32_t bucket; /* ordinal of the one it belongs to */
	int64_t day;	/* its last one */
	size_t epoch;	/* of boundaries */
};
/* What came together for one member in one own period. */
struct slot {
	struct decimal sum, best;
	double values, weights; /* Σ weight × value, Σ weight */
	int64_t figure;
	usec updated;
	uint32_t n, provisional;
	uint8_t trouble; /* enum pivot_why, 0: none */
};
/* The work on one indicator; slots and shares are used again for the next. */
struct work {
	const struct view *view;
	const struct image *image;
	const struct pivot_question *how;
	struct membership *members;
	size_t n_members;
	const struct indicator *indicator;
	int32_t first; /* own period of slot 0 */
	size_t n_periods;
	struct own *own;		     /* [period] */
	struct share *shares;		     /* [period] */
	struct slot *slots;		     /* [member, total last][period] */
	const struct series *const *weights; /* of the weighting indicator */
	size_t n_weights;
};

/* -- one unit's shares -- */

static struct str breakdown_cut(struct str *rest)
{
	return str_until(*rest, ';', rest);
}

/* Does the series belong to the item "list=code" (list NULL: to the undivided)?  *ret_whole: it
 * stands for it undivided; else it is one of its parts. */
static bool belongs(const struct series *s, struct str list, struct str code, bool *ret_whole)
{
	if (!list.ptr) {
		*ret_whole = s->breakdown.len == 0;
		return true;
	}
	size_t others = 0;
	bool found = false;
	for (struct str rest = s->breakdown; rest.ptr && rest.len;) {
		struct str value, name, part = breakdown_cut(&rest);
		name = str_until(part, '=', &value);
		if (str_eq(name, list) && str_eq(value, code))
			found = true;
		else
			others++;
	}
	*ret_whole = others == 0;
	return found;
}

static void share_add(struct share *to, const struct series *s, const struct point *p, bool whole)
{
	if (!to->has) {
		*to = (struct share){.has = true,
				     .whole = whole,
				     .approved = p->approved,
				     .value = point_value(p),
				     .id = whole ? p->id : 0,
				     .updated = p->received,
				     .parts = s};
		return;
	}
	if (to->whole || !breakdown_alike(to->parts->breakdown, s->breakdown))
		return;
	if (decimal_add(to->value, point_value(p), &to->value, NULL) != OK)
		to->beyond = true;
	to->approved = to->approved && p->approved;
	if (p->received > to->updated)
		to->updated = p->received;
}

/* One pass over a unit's series: the undivided ones, or the parts. */
static void shares_pass(struct work *w, const struct series *const *series, size_t n,
			struct str list, struct str code, bool wholes)
{
	for (size_t k = 0; k < n; k++) {
		const struct series *s = series[k];
		bool whole;
		if (s->kind != w->indicator->period || !belongs(s, list, code, &whole) ||
		    whole != wholes)
			continue;
		for (size_t at = series_at(s, w->first); at < s->n; at++) {
			size_t slot = (size_t)(s->points[at].period - w->first);
			if (slot >= w->n_periods)
				break;
			if (!s->points[at].empty)
				share_add(&w->shares[slot], s, &s->points[at], whole);
		}
	}
}

/* The unit's weight in the period; where weights come in longer or shorter periods, the last that had
 * begun by then.  0: none. */
static double weight_of(const struct work *w, int64_t unit, struct period p)
{
	for (size_t k = 0; k < w->n_weights; k++) {
		const struct series *s = w->weights[k];
		if (s->unit != unit || s->breakdown.len)
			continue;
		if (!figure_reached(&w->how->reach, unit, s->indicator))
			return 0;
		bool same = s->kind == p.kind;
		struct period wanted = same ? p : period_at(s->kind, period_end(p) - 1);
		size_t at = series_at(s, wanted.ordinal + 1);
		if (at == 0 || s->points[at - 1].empty ||
		    (same && s->points[at - 1].period != p.ordinal))
			return 0;
		return decimal_double(point_value(&s->points[at - 1]));
	}
	return 0;
}

/* -- from shares to slots -- */

static bool better(enum aggregate how, const struct share *s, const struct slot *to)
{
	if (how == AGGREGATE_LAST)
		return s->updated > to->updated;
	if (how != AGGREGATE_MAX && how != AGGREGATE_MIN)
		return false;
	int order = decimal_cmp(s->value, to->best);
	return how == AGGREGATE_MAX ? order > 0 : order < 0;
}

static bool averaged(enum aggregate how)
{
	return how == AGGREGATE_MEAN || how == AGGREGATE_WEIGHTED;
}

static void slot_add(struct slot *to, const struct indicator *i, const struct share *s,
		     struct decimal value, double weight)
{
	if (to->n == 0 || better(i->over_units, s, to))
		to->best = s->value;
	if (to->n == 0)
		to->sum = value;
	else if (i->over_units == AGGREGATE_SUM &&
		 decimal_add(to->sum, value, &to->sum, NULL) != OK)
		to->trouble = PIVOT_BEYOND;
	if (s->beyond)
		to->trouble = PIVOT_BEYOND;
	if (averaged(i->over_units)) {
		to->values += weight * decimal_double(value);
		to->weights += weight;
	}
	bool same = value.mantissa == s->value.mantissa && value.scale == s->value.scale;
	to->figure = to->n == 0 && same ? s->id : 0;
	to->n++;
	to->provisional += !s->approved;
	if (s->updated > to->updated)
		to->updated = s->updated;
}

static struct slot *slot_of(const struct work *w, size_t member, size_t period)
{
	return &w->slots[member * w->n_periods + period];
}

/* The part of the value that goes to one of the targets; what rounding leaves goes to the last. */
static struct decimal part_of(const struct share *s, const struct targets *t, size_t at,
			      struct decimal *left, long double all)
{
	struct decimal part = *left;
	bool rest = at + 1 == t->n && all >= HEIRS_WHOLE;
	if (!rest && !pivot_rounded((long double)decimal_double(s->value) * t->items[at].share,
				    s->value.scale, &part))
		part = s->value;
	left->mantissa -= part.mantissa;
	return part;
}

static long double share_sum(const struct targets *t)
{
	long double all = 0;
	for (size_t k = 0; k < t->n; k++)
		all += t->items[k].share;
	return all;
}

/* What becomes of a unit's value: whole, divided, or nobody can say. */
enum fate { FATE_WHOLE, FATE_DIVIDED, FATE_UNKNOWN };

static enum fate fate_of(const struct indicator *i, const struct targets *t, long double all)
{
	if (!t->lost && t->n == 1 && all >= HEIRS_WHOLE)
		return FATE_WHOLE;
	return i->over_units == AGGREGATE_SUM && !t->lost ? FATE_DIVIDED : FATE_UNKNOWN;
}

/* A unit's value counts for its members, and for the total as much as they got. */
static void scatter(struct work *w, int64_t unit, size_t period, const struct share *s)
{
	const struct indicator *i = w->indicator;
	struct period p = {i->period, w->first + (int32_t)period};
	const struct targets *t =
		membership_at(w->members, unit, w->own[period].epoch, w->own[period].day);
	long double all = share_sum(t);
	struct slot *total = slot_of(w, w->n_members, period);
	if (t->n == 0)
		return;
	double weight = i->over_units == AGGREGATE_WEIGHTED ? weight_of(w, unit, p) : 1;
	enum fate fate = fate_of(i, t, all);
	uint8_t unknown = i->over_units == AGGREGATE_SUM ? PIVOT_SHARES : PIVOT_SPLIT;
	struct decimal left = s->value, given = {0, s->value.scale};
	for (size_t k = 0; k < t->n; k++) {
		struct decimal part =
			fate == FATE_DIVIDED ? part_of(s, t, k, &left, all) : s->value;
		given.mantissa += fate == FATE_DIVIDED ? part.mantissa : 0;
		if (t->items[k].member >= w->n_members)
			continue;
		struct slot *to = slot_of(w, t->items[k].member, period);
		slot_add(to, i, s, part, weight);
		if (fate == FATE_UNKNOWN)
			to->trouble = unknown;
	}
	slot_add(total, i, s, fate == FATE_DIVIDED ? given : s->value, weight);
	if (fate == FATE_UNKNOWN && all < HEIRS_WHOLE)
		total->trouble = unknown;
}

/* Every slot of one item of one indicator. */
static void fill_slots(struct work *w, struct str list, struct str code)
{
	const struct series *const *series;
	size_t n = image_series(w->image, w->indicator->id, &series);
	memset(w->slots, 0, (w->n_members + 1) * w->n_periods * sizeof(*w->slots));
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && series[to]->unit == series[from]->unit;)
			to++;
		if (!view_unit_id(w->view, series[from]->unit) ||
		    !figure_reached(&w->how->reach, series[from]->unit, w->indicator->id))
			continue;
		memset(w->shares, 0, w->n_periods * sizeof(*w->shares));
		shares_pass(w, series + from, to - from, list, code, true);
		if (w->indicator->over_units == AGGREGATE_SUM)
			shares_pass(w, series + from, to - from, list, code, false);
		for (size_t p = 0; p < w->n_periods; p++)
			if (w->shares[p].has)
				scatter(w, series[from]->unit, p, &w->shares[p]);
	}
}

/* -- from slots to cells -- */

static struct pivot_cell slot_cell(const struct indicator *i, const struct slot *s)
{
	struct pivot_cell c = {.figure = s->figure,
			       .updated = s->updated,
			       .n = s->n,
			       .provisional = s->provisional,
			       .periods = s->n > 0,
			       .why = s->n ? PIVOT_VALUE : PIVOT_NOTHING};
	if (s->n && s->trouble) {
		c.why = s->trouble;
	} else if (s->n == 1) {
		c.value = s->sum; /* one unit's figure is its own total */
	} else if (s->n > 1) {
		switch (i->over_units) {
		case AGGREGATE_SUM:
			c.value = s->sum;
			break;
		case AGGREGATE_MEAN:
		case AGGREGATE_WEIGHTED:
			if (s->weights <= 0)
				c.why = PIVOT_NO_WEIGHT;
			else if (!pivot_rounded((long double)s->values / (long double)s->weights,
						i->decimals, &c.value))
				c.why = PIVOT_BEYOND;
			break;
		case AGGREGATE_LAST:
		case AGGREGATE_MAX:
		case AGGREGATE_MIN:
			c.value = s->best;
			break;
		case AGGREGATE_NONE:
			c.why = PIVOT_NO_UNITS;
			break;
		}
	}
	return c;
}

/* Cells of successive periods becoming one. */
struct span {
	struct pivot_cell cell;
	long double values, weights;
};

static bool replaces(enum aggregate over_time, const struct pivot_cell *next,
		     const struct pivot_cell *have)
{
	int order = decimal_cmp(next->value, have->value);
	return over_time == AGGREGATE_LAST || (over_time == AGGREGATE_MAX && order > 0) ||
	       (over_time == AGGREGATE_MIN && order < 0);
}

static void span_join(struct pivot_cell *to, const struct pivot_cell *next,
		      enum aggregate over_time)
{
	/* With the last, what was before does not count. */
	if (over_time == AGGREGATE_LAST || next->why != PIVOT_VALUE)
		to->why = next->why;
	if (to->why != PIVOT_VALUE)
		return;
	if (over_time == AGGREGATE_SUM &&
	    decimal_add(to->value, next->value, &to->value, NULL) != OK)
		to->why = PIVOT_BEYOND;
	else if (over_time == AGGREGATE_NONE)
		to->why = PIVOT_NO_TIME;
	else if (replaces(over_time, next, to))
		to->value = next->value;
}

static void span_add(struct span *to, const struct indicator *i, const struct slot *s)
{
	struct pivot_cell next = slot_cell(i, s);
	if (next.why == PIVOT_NOTHING)
		return;
	bool weighted = i->over_time == AGGREGATE_WEIGHTED && i->over_units == AGGREGATE_WEIGHTED;
	long double weight = weighted ? (long double)s->weights : 1;
	to->values += weight * (long double)decimal_double(next.value);
	to->weights += weight;
	if (to->cell.periods == 0) {
		to->cell = next;
		return;
	}
	span_join(&to->cell, &next, i->over_time);
	to->cell.periods++;
	to->cell.figure = 0;
	to->cell.provisional += next.provisional;
	if (next.n > to->cell.n)
		to->cell.n = next.n;
	if (next.updated > to->cell.updated)
		to->cell.updated = next.updated;
}

static struct pivot_cell span_end(const struct span *s, const struct indicator *i)
{
	struct pivot_cell c = s->cell;
	bool mean = i->over_time == AGGREGATE_MEAN || i->over_time == AGGREGATE_WEIGHTED;
	if (c.why != PIVOT_VALUE || c.periods < 2 || !mean)
		return c;
	if (s->weights <= 0)
		c.why = PIVOT_NO_WEIGHT;
	else if (!pivot_rounded(s->values / s->weights, i->decimals, &c.value))
		c.why = PIVOT_BEYOND;
	return c;
}

/* -- the same for figures given one by one -- */

struct roll {
	const struct indicator *indicator;
	struct slot slot;
	struct span span;
};

struct roll *roll_new(struct arena *a, const struct indicator *i)
{
	struct roll *r = ARENA_NEW(a, struct roll);
	*r = (struct roll){.indicator = i};
	return r;
}

void roll_add(struct roll *r, struct decimal value, usec received, double weight)
{
	struct share s = {.has = true, .approved = true, .value = value, .updated = received};
	slot_add(&r->slot, r->indicator, &s, value, weight);
}

void roll_split(struct roll *r)
{
	r->slot.trouble = PIVOT_SPLIT;
}

void roll_period(struct roll *r)
{
	span_add(&r->span, r->indicator, &r->slot);
	r->slot = (struct slot){0};
}

struct pivot_cell roll_end(const struct roll *r)
{
	return span_end(&r->span, r->indicator);
}

/* Buckets of one member: each, and their total without the lead. */
static void fill_cells(const struct work *w, size_t member, struct pivot_cell *cells,
		       size_t n_buckets)
{
	int32_t first = w->how->from - w->how->lead;
	struct span all = {0}, one = {0};
	size_t bucket = n_buckets; /* of `one` */
	for (size_t p = 0; p < w->n_periods; p++) {
		const struct slot *s = slot_of(w, member, p);
		if (s->n == 0)
			continue;
		size_t at = (size_t)(w->own[p].bucket - first);
		if (at >= n_buckets)
			continue;
		if (at != bucket) {
			if (bucket < n_buckets)
				cells[bucket] = span_end(&one, w->indicator);
			one = (struct span){0};
			bucket = at;
		}
		span_add(&one, w->indicator, s);
		if (at >= (size_t)w->how->lead)
			span_add(&all, w->indicator, s);
	}
	if (bucket < n_buckets)
		cells[bucket] = span_end(&one, w->indicator);
	cells[n_buckets] = span_end(&all, w->indicator);
}

/* -- the whole -- */

static size_t at_of(const struct pivot *p, size_t indicator, size_t item, size_t unit,
		    size_t bucket)
{
	return ((indicator * p->n_items + item) * (p->n_units + 1) + unit) * (p->n_buckets + 1) +
	       bucket;
}

const struct pivot_cell *pivot_at(const struct pivot *p, size_t indicator, size_t item, size_t unit,
				  size_t bucket)
{
	return &p->cells[at_of(p, indicator, item, unit, bucket)];
}

static void all_finer(struct pivot *p, size_t indicator)
{
	size_t n = p->n_items * (p->n_units + 1) * (p->n_buckets + 1);
	struct pivot_cell *cells = &p->cells[at_of(p, indicator, 0, 0, 0)];
	for (size_t i = 0; i < n; i++)
		cells[i].why = PIVOT_FINER;
}

static void fill_indicator(struct work *w, struct pivot *p, size_t at)
{
	const struct pivot_question *how = w->how;
	for (size_t k = 0; k < p->n_items; k++) {
		fill_slots(w, how->list, p->items[k] ? p->items[k]->code : STR_NULL);
		for (size_t u = 0; u <= p->n_units; u++)
			fill_cells(w, u, &p->cells[at_of(p, at, k, u, 0)], p->n_buckets);
	}
}

static enum err prepare(struct work *w, const struct indicator *i, size_t n_members,
			struct why *why)
{
	const struct pivot_question *how = w->how;
	int32_t last;
	period_range(i->period, (struct period){how->grain, how->from - how->lead},
		     (struct period){how->grain, how->to}, &w->first, &last);
	w->indicator = i;
	w->n_periods = (size_t)(last - w->first) + 1;
	w->n_members = n_members;
	if ((n_members + 1) * w->n_periods > PIVOT_SLOTS_MAX)
		return fail(why, ERR_TOO_LARGE,
			    "more than %d figures of %.*s: ask for fewer periods or units",
			    PIVOT_SLOTS_MAX, STR_ARG(i->code));
	const struct indicator *by = i->weight.len ? view_indicator(w->view, i->weight) : NULL;
	w->n_weights = by ? image_series(w->image, by->id, &w->weights) : 0;
	w->own = calloc(w->n_periods, sizeof(*w->own));
	w->shares = calloc(w->n_periods, sizeof(*w->shares));
	w->slots = calloc((n_members + 1) * w->n_periods, sizeof(*w->slots));
	assert(w->own && w->shares && w->slots);
	for (size_t k = 0; k < w->n_periods; k++) {
		struct period p = {i->period, w->first + (int32_t)k};
		int64_t day = period_last_day(p);
		w->own[k] = (struct own){period_bucket(p, how->grain).ordinal, day,
					 membership_epoch(w->members, day)};
	}
	return OK;
}

static enum err items_of(const struct view *v, const struct pivot_question *how, struct arena *a,
			 struct pivot *p, struct why *why)
{
	const struct code_item *items;
	size_t n = view_code_items(v, &items);
	p->items = ARENA_ARRAY(a, n + 1, const struct code_item *);
	for (size_t i = 0; i < n && how->list.ptr; i++)
		if (str_eq(items[i].list, how->list) &&
		    (!how->list_code.ptr || str_eq(items[i].code, how->list_code)))
			p->items[p->n_items++] = &items[i];
	if (how->list.ptr && p->n_items == 0)
		return fail_at(why, ERR_INVALID, "breakdown",
			       "there is no code list or item \"%.*s\"", STR_ARG(how->list));
	if (!how->list.ptr)
		p->n_items = 1;
	return OK;
}

static enum err room_for_cells(struct pivot *p, struct arena *a, struct why *why)
{
	const struct pivot_question *how = p->asked;
	size_t n = 0;
	bool over = __builtin_mul_overflow(how->n_indicators * p->n_items * (p->n_units + 1),
					   p->n_buckets + 1, &n);
	if (over || n > PIVOT_CELLS_MAX)
		return fail(why, ERR_TOO_LARGE,
			    "more than %d cells: ask for fewer indicators, units or periods",
			    PIVOT_CELLS_MAX);
	p->cells = ARENA_ARRAY(a, n, struct pivot_cell);
	return OK;
}

enum err pivot_make(const struct view *v, const struct image *m, const struct pivot_question *how,
		    struct arena *a, const struct pivot **ret, struct why *why)
{
	struct pivot *p = ARENA_NEW(a, struct pivot);
	p->asked = how;
	p->n_buckets = (size_t)(how->to - how->from) + 1 + (size_t)how->lead;
	enum err rc = items_of(v, how, a, p, why);
	if (rc != OK)
		return rc;
	struct work w = {.view = v, .image = m, .how = how};
	w.members = membership_new(v, m, how, a);
	p->n_units = membership_units(w.members, &p->units);
	rc = room_for_cells(p, a, why);
	for (size_t i = 0; i < how->n_indicators && rc == OK; i++) {
		if (how->indicators[i]->period > how->grain) {
			all_finer(p, i);
			continue;
		}
		rc = prepare(&w, how->indicators[i], p->n_units, why);
		if (rc == OK)
			fill_indicator(&w, p, i);
		free(w.own);
		free(w.shares);
		free(w.slots);
		w.own = NULL;
		w.shares = NULL;
		w.slots = NULL;
	}
	if (rc == OK)
		*ret = p;
	return rc;
}
