/* quality_score.c - from facts to scores; the formulas of quality.h. */
#include "operate/quality.h"

static const char *const measure_names[] = {
#define X(code, name) name,
	MEASURE_TABLE(X)
#undef X
};

const char *quality_measure_name(enum measure m)
{
	return measure_names[m];
}

#define WHOLE 1000 /* parts of one figure's timeliness */

/* Was it owed by now, and does it count? */
static bool counts(const struct fact *f, usec now)
{
	return f->until && !f->excused && f->until <= now;
}

static int64_t on_time(const struct fact *f, int64_t decay_days)
{
	if (!f->met)
		return 0;
	if (f->met < f->until)
		return WHOLE;
	int64_t days = (f->met - f->until) / USEC_DAY + 1;
	return days >= decay_days ? 0 : WHOLE * (decay_days - days) / decay_days;
}

static int64_t fresh(const struct fact *f, int64_t periods)
{
	return f->gap >= periods ? 0 : WHOLE * (periods - f->gap) / periods;
}

static struct share timeliness(const struct fact *f, const struct dimension *d, usec now)
{
	if (!counts(f, now))
		return (struct share){0};
	int64_t share = d->measure == MEASURE_ON_TIME ? 100
			: d->measure == MEASURE_FRESH ? 0
						      : d->on_time_share;
	return (struct share){on_time(f, d->decay_days) * share +
				      fresh(f, d->fresh_periods) * (100 - share),
			      100 * WHOLE};
}

struct share fact_share(const struct fact *f, const struct dimension *d, const struct indicator *i,
			usec now)
{
	int64_t all;
	switch (d->measure) {
	case MEASURE_RIGHT:
		all = f->checks + f->decided + f->corrected;
		return (struct share){all - f->explained - f->returned - f->corrected, all};
	case MEASURE_SUFFICIENT:
		return counts(f, now) ? (struct share){f->filled, f->owed} : (struct share){0};
	case MEASURE_CLEAN:
		return (struct share){f->received - f->unclean, f->received};
	case MEASURE_LIVE:
	case MEASURE_ON_TIME:
	case MEASURE_FRESH:
		return timeliness(f, d, now);
	case MEASURE_SHARED:
		return (struct share){i && indicator_open(i) ? f->standing : 0, f->standing};
	case MEASURE_NONE:
	case MEASURES:
		break;
	}
	return (struct share){0};
}

static int64_t rounded(int64_t sum, int64_t n)
{
	return (2 * sum + n) / (2 * n);
}

int64_t share_score(struct share s)
{
	int64_t good = s.good > 0 ? s.good : 0;
	return s.all > 0 ? rounded(10000 * good, s.all) : -1;
}

void mean_add(struct mean *m, const struct dimensions *d, const struct share *shares)
{
	bool any = false;
	for (size_t i = 0; i < d->n; i++) {
		int64_t score = share_score(shares[i]);
		if (score < 0)
			continue;
		m->sum[i] += score;
		m->n[i]++;
		any = true;
	}
	m->series += any;
}

int64_t mean_score(const struct mean *m, size_t dimension)
{
	return m->n[dimension] ? rounded(m->sum[dimension], m->n[dimension]) : -1;
}

int64_t mean_overall(const struct mean *m, const struct dimensions *d)
{
	int64_t sum = 0, weights = 0;
	for (size_t i = 0; i < d->n; i++) {
		int64_t score = mean_score(m, i);
		if (score < 0)
			continue;
		sum += d->items[i].weight * score;
		weights += d->items[i].weight;
	}
	return weights ? rounded(sum, weights) : -1;
}

enum err dimensions_read(struct db *db, struct arena *a, struct dimensions *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT code, name_vi, name_en, description_vi, description_en, measure, weight, "
		    "decay_days, fresh_periods, on_time_share FROM quality_dimension WHERE removed = 0 "
		    "ORDER BY position, code"));
	ret->n = 0;
	while (ret->n < DIMENSIONS_MAX && stmt_row(q)) {
		struct dimension *d = &ret->items[ret->n++];
		*d = (struct dimension){
			.code = arena_str(a, stmt_str(q, 0)),
			.name_vi = arena_str(a, stmt_str(q, 1)),
			.name_en = arena_str(a, stmt_str(q, 2)),
			.description_vi = arena_str(a, stmt_str(q, 3)),
			.description_en = arena_str(a, stmt_str(q, 4)),
			.measure = MEASURE_NONE,
			.weight = stmt_int(q, 6),
			.decay_days = stmt_int(q, 7),
			.fresh_periods = stmt_int(q, 8),
			.on_time_share = stmt_int(q, 9),
		};
		for (int m = 0; m < MEASURES; m++)
			if (str_is(stmt_str(q, 5), measure_names[m]))
				d->measure = (enum measure)m;
	}
	return stmt_end(q, why);
}
