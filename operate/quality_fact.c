/* quality_fact.c - facts counted from figures, duties and refused cells. */
#include "collect/check.h"
#include "operate/quality.h"
#include <stdlib.h>

struct count { /* of one scope */
	const struct view *view;
	struct arena *a;
	struct fact *facts;
	size_t n, sorted; /* the first `sorted` stand in order */
	const struct indicator *indicator;
	int64_t checks[2], cells; /* of that indicator: for a part and for the whole; cells owed */
	int64_t gap,
		gap_written; /* handed on from period to period: as counted, as it stood written */
	struct fact_changes *changes;
};

static int key_order(const void *left, const void *right)
{
	const struct fact *a = left, *b = right;
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	if (a->period.kind != b->period.kind)
		return a->period.kind < b->period.kind ? -1 : 1;
	return (a->period.ordinal > b->period.ordinal) - (a->period.ordinal < b->period.ordinal);
}

static struct fact *append(struct count *c, const struct fact *key)
{
	struct fact *f = ARENA_APPEND(c->a, c->facts, c->n);
	*f = *key;
	return f;
}

/* Streams come in order: the fact is the last one added, one of the sorted, or new. */
static struct fact *fact_of(struct count *c, const struct fact *key)
{
	if (c->n > c->sorted && key_order(&c->facts[c->n - 1], key) == 0)
		return &c->facts[c->n - 1];
	struct fact *found =
		c->sorted ? bsearch(key, c->facts, c->sorted, sizeof(*key), key_order) : NULL;
	return found ? found : append(c, key);
}

static void sort(struct count *c)
{
	if (c->n)
		qsort(c->facts, c->n, sizeof(*c->facts), key_order);
	c->sorted = c->n;
}

static void bind_scope(struct stmt *q, const struct fact_scope *s)
{
	bool all = s->indicator == EVERY_INDICATOR;
	stmt_bind_int(q, 1, s->unit);
	stmt_bind_int(q, 2, all ? 0 : s->indicator);
	stmt_bind_int(q, 3, s->indicator);
	stmt_bind_int(q, 4, all ? 0 : s->from.kind);
	stmt_bind_int(q, 5, all ? PERIOD_KINDS : s->from.kind);
	stmt_bind_int(q, 6, all ? INT32_MIN : s->from.ordinal);
	stmt_bind_int(q, 7, all ? INT32_MAX : s->to);
}
#define WITHIN(subject)                                                                            \
	" unit = $1 AND " subject " >= $2 AND " subject " <= $3 AND period_kind >= $4 AND "        \
	"period_kind <= $5 AND period >= $6 AND period <= $7 "

static struct fact key_read(struct stmt *q, int64_t unit)
{
	return (struct fact){
		.unit = unit,
		.indicator = stmt_int(q, 0),
		.period = {(enum period_kind)stmt_int(q, 1), (int32_t)stmt_int(q, 2)},
	};
}

static int64_t items_of(const struct view *v, struct str list)
{
	const struct code_item *items;
	size_t n = view_code_items(v, &items);
	int64_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += str_eq(items[i].list, list);
	return found;
}

/* What holds for every fact of an indicator; false: it is none of the registry's any more. */
static bool turn_to(struct count *c, int64_t indicator)
{
	if (c->indicator && c->indicator->id == indicator)
		return true;
	const struct indicator *i = view_indicator_id(c->view, indicator);
	if (!i)
		return false;
	c->indicator = i;
	c->checks[0] = check_applying(c->view, i, false);
	c->checks[1] = check_applying(c->view, i, true);
	c->cells = 1;
	for (size_t b = 0; b < i->n_breakdowns; b++)
		if (i->breakdowns[b].required)
			c->cells += items_of(c->view, i->breakdowns[b].list);
	return true;
}

/* The figure itself, or an item of a breakdown that must be given. */
static bool is_owed_cell(const struct indicator *i, struct str breakdown)
{
	if (breakdown.len == 0)
		return true;
	struct str rest = STR_NULL, code;
	struct str part = str_until(breakdown, ';', &rest), list = str_until(part, '=', &code);
	for (size_t b = 0; b < i->n_breakdowns && !rest.ptr; b++)
		if (i->breakdowns[b].required && str_eq(i->breakdowns[b].list, list))
			return true;
	return false;
}

static enum err count_duties(struct db *tx, const struct fact_scope *s, struct count *c,
			     struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT subject, period_kind, period, until, excused, met FROM duty WHERE" WITHIN(
			"subject") "AND kind = 'figure' ORDER BY subject, period_kind, period"));
	bind_scope(q, s);
	while (stmt_row(q)) {
		struct fact key = key_read(q, s->unit);
		if (!turn_to(c, key.indicator))
			continue;
		struct fact *f = append(c, &key);
		f->until = stmt_int(q, 3);
		f->excused = stmt_int(q, 4) != 0;
		f->met = stmt_int(q, 5);
		f->owed = c->cells;
	}
	sort(c);
	return stmt_end(q, why);
}

struct revision {
	struct str breakdown;
	bool returned, approved, explained, current, decided, empty;
	usec received;
};

static void count_revision(struct count *c, struct fact *f, const struct revision *r, bool corrects)
{
	f->received++;
	f->decided += r->decided;
	f->returned += r->returned;
	f->corrected += corrects && (!f->until || r->received >= f->until);
	if (!r->current)
		return;
	f->standing++;
	f->approved += r->approved;
	f->explained += r->explained;
	f->checks += r->empty ? 0 : c->checks[r->breakdown.len == 0];
	f->filled += is_owed_cell(c->indicator, r->breakdown);
}

/* Revisions of one cell stand together, the first before the later ones. */
static enum err count_figures(struct db *tx, const struct fact_scope *s, struct count *c,
			      struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT indicator, period_kind, period, breakdown, revision, status, flags, current, "
		    "decided, received, mantissa FROM figure WHERE" WITHIN(
			    "indicator") "ORDER BY indicator, period_kind, period, breakdown, revision"));
	bool stood = false; /* the revision before it was not returned */
	bind_scope(q, s);
	while (stmt_row(q)) {
		struct fact key = key_read(q, s->unit);
		if ((stmt_int(q, 6) & FIGURE_DERIVED) || !turn_to(c, key.indicator))
			continue; /* what a formula computes is nobody's merit or fault */
		struct revision r = {
			.breakdown = stmt_str(q, 3),
			.returned = str_is(stmt_str(q, 5), "returned"),
			.approved = str_is(stmt_str(q, 5), "approved"),
			.explained = (stmt_int(q, 6) & FIGURE_EXPLAINED) != 0,
			.current = stmt_int(q, 7) != 0,
			.decided = !stmt_is_null(q, 8),
			.received = stmt_int(q, 9),
			.empty = stmt_is_null(q, 10),
		};
		count_revision(c, fact_of(c, &key), &r, stmt_int(q, 4) > 1 && stood);
		stood = !r.returned;
	}
	sort(c);
	return stmt_end(q, why);
}

static enum err count_cells(struct db *tx, const struct fact_scope *s, struct count *c,
			    struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT indicator, period_kind, period, fault FROM quality_cell WHERE" WITHIN(
			"indicator") "ORDER BY indicator, period_kind, period"));
	bind_scope(q, s);
	while (stmt_row(q)) {
		struct fact key = key_read(q, s->unit), *f = fact_of(c, &key);
		f->received++;
		f->unclean += stmt_str(q, 3).len > 0;
	}
	sort(c);
	return stmt_end(q, why);
}

/* The gap that stood before the scope begins. */
static enum err gap_before(struct db *tx, const struct fact_scope *s, int64_t *ret, struct why *why)
{
	*ret = 0;
	if (s->indicator == EVERY_INDICATOR)
		return OK;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("SELECT gap FROM quality_fact WHERE unit = $1 AND indicator = $2 AND "
			"period_kind = $3 AND period < $4 ORDER BY period DESC LIMIT 1"));
	stmt_bind_int(q, 1, s->unit);
	stmt_bind_int(q, 2, s->indicator);
	stmt_bind_int(q, 3, s->from.kind);
	stmt_bind_int(q, 4, s->from.ordinal);
	if (stmt_row(q))
		*ret = stmt_int(q, 0);
	return stmt_end(q, why);
}

/* An excused period neither lengthens a gap nor ends it. */
static void count_gaps(struct count *c)
{
	int64_t gap = c->gap;
	for (size_t i = 0; i < c->n; i++) {
		struct fact *f = &c->facts[i];
		const struct fact *before = i ? f - 1 : NULL;
		if (before &&
		    (before->indicator != f->indicator || before->period.kind != f->period.kind))
			gap = 0;
		if (f->standing > 0)
			gap = 0;
		else if (f->until && !f->excused)
			gap++;
		f->gap = gap;
	}
	c->gap = gap;
}

/* -- what is counted against what stands written -- */
#define FACT_COLUMNS                                                                               \
	"unit, indicator, period_kind, period, day, until, excused, met, owed, filled, standing, " \
	"approved, checks, explained, decided, returned, corrected, received, unclean, gap"
#define FACT_VALUES 20

static void fact_values(const struct fact *f, int64_t ret[FACT_VALUES])
{
	const int64_t values[FACT_VALUES] = {
		f->unit,     f->indicator, f->period.kind, f->period.ordinal, f->day,
		f->until,    f->excused,   f->met,	   f->owed,	      f->filled,
		f->standing, f->approved,  f->checks,	   f->explained,      f->decided,
		f->returned, f->corrected, f->received,	   f->unclean,	      f->gap};
	memcpy(ret, values, sizeof(values));
}

static bool fact_same(const struct fact *left, const struct fact *right)
{
	int64_t a[FACT_VALUES], b[FACT_VALUES];
	fact_values(left, a);
	fact_values(right, b);
	return memcmp(a, b, sizeof(a)) == 0;
}

static void put(struct fact_changes *to, const struct fact *f)
{
	*ARENA_APPEND(to->a, to->put, to->n_put) = *f;
}

/* Both in order: only what differs is to be written. */
static enum err compare(struct db *db, const struct fact_scope *s, struct count *c, struct why *why)
{
	struct fact_changes *to = c->changes;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT " FACT_COLUMNS " FROM quality_fact WHERE" WITHIN(
				    "indicator") "ORDER BY indicator, period_kind, period"));
	struct fact old;
	size_t i = 0;
	bind_scope(q, s);
	while (facts_next(q, &old)) {
		c->gap_written = old.gap;
		while (i < c->n && key_order(&c->facts[i], &old) < 0)
			put(to, &c->facts[i++]);
		if (i == c->n || key_order(&c->facts[i], &old) > 0)
			*ARENA_APPEND(to->a, to->gone, to->n_gone) = old;
		else if (fact_same(&c->facts[i++], &old))
			continue;
		else
			put(to, &c->facts[i - 1]);
	}
	while (i < c->n)
		put(to, &c->facts[i++]);
	return stmt_end(q, why);
}

static void write_one(struct db *tx, const struct fact *f)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO quality_fact (" FACT_COLUMNS
		    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
		    "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT (unit, indicator, "
		    "period_kind, period) DO UPDATE SET day = excluded.day, until = excluded.until, "
		    "excused = excluded.excused, met = excluded.met, owed = excluded.owed, "
		    "filled = excluded.filled, standing = excluded.standing, approved = excluded.approved, "
		    "checks = excluded.checks, explained = excluded.explained, decided = excluded.decided, "
		    "returned = excluded.returned, corrected = excluded.corrected, "
		    "received = excluded.received, unclean = excluded.unclean, gap = excluded.gap"));
	int64_t values[FACT_VALUES];
	fact_values(f, values);
	for (int i = 0; i < FACT_VALUES; i++)
		stmt_bind_int(q, i + 1, values[i]);
	stmt_push(q);
}

static void remove_one(struct db *tx, const struct fact *f)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("DELETE FROM quality_fact WHERE unit = $1 AND indicator = $2 AND "
				"period_kind = $3 AND period = $4"));
	stmt_bind_int(q, 1, f->unit);
	stmt_bind_int(q, 2, f->indicator);
	stmt_bind_int(q, 3, f->period.kind);
	stmt_bind_int(q, 4, f->period.ordinal);
	stmt_push(q);
}

void facts_write(struct db *tx, const struct fact_changes *changes)
{
	for (size_t i = 0; i < changes->n_gone; i++)
		remove_one(tx, &changes->gone[i]);
	for (size_t i = 0; i < changes->n_put; i++)
		write_one(tx, &changes->put[i]);
}

static enum err count_scope(struct db *db, const struct fact_scope *scope, struct count *c,
			    struct why *why)
{
	c->facts = NULL;
	c->n = c->sorted = 0;
	enum err rc = count_duties(db, scope, c, why);
	if (rc == OK)
		rc = count_figures(db, scope, c, why);
	if (rc == OK)
		rc = count_cells(db, scope, c, why);
	if (rc != OK)
		return rc;
	count_gaps(c);
	for (size_t i = 0; i < c->n; i++)
		c->facts[i].day = period_last_day(c->facts[i].period);
	return compare(db, scope, c, why);
}

enum err facts_count(struct db *db, const struct view *v, const struct fact_scope *scope,
		     struct arena *a, struct fact_changes *ret, struct why *why)
{
	struct count c = {.view = v, .a = a, .changes = ret};
	enum err rc = gap_before(db, scope, &c.gap, why);
	c.gap_written = c.gap;
	if (rc == OK)
		rc = count_scope(db, scope, &c, why);
	bool ends = scope->indicator == EVERY_INDICATOR || scope->to == INT32_MAX;
	if (rc != OK || ends || c.gap == c.gap_written)
		return rc;
	struct fact_scope rest = *scope;
	rest.from.ordinal = scope->to + 1;
	rest.to = INT32_MAX;
	return count_scope(db, &rest, &c, why);
}

/* -- asking -- */
struct stmt *facts_ask(struct db *db, const struct fact_query *how, struct arena *a)
{
	struct query q;
	query_init(&q, a);
	query_sql(&q, SQL("SELECT " FACT_COLUMNS " FROM quality_fact f WHERE day >= "));
	query_int(&q, how->from);
	query_sql(&q, SQL(" AND day <= "));
	query_int(&q, how->to);
	if (how->n_units) {
		query_sql(&q, SQL(" AND unit IN "));
		query_ints(&q, how->units, how->n_units);
	}
	if (how->n_indicators) {
		query_sql(&q, SQL(" AND indicator IN "));
		query_ints(&q, how->indicators, how->n_indicators);
	}
	if (how->kind >= 0) {
		query_sql(&q, SQL(" AND period_kind = "));
		query_int(&q, how->kind);
	}
	query_figure_reach(&q, &how->reach);
	if (how->after) {
		const int64_t key[] = {how->after->unit, how->after->indicator,
				       how->after->period.kind, how->after->period.ordinal};
		query_sql(&q, SQL(" AND (unit, indicator, period_kind, period) > "));
		query_ints(&q, key, ARRAY_LEN(key));
	}
	query_sql(&q, SQL(" ORDER BY unit, indicator, period_kind, period"));
	return query_stmt(&q, db);
}

bool facts_next(struct stmt *q, struct fact *ret)
{
	if (!stmt_row(q))
		return false;
	*ret = (struct fact){
		.unit = stmt_int(q, 0),
		.indicator = stmt_int(q, 1),
		.period = {(enum period_kind)stmt_int(q, 2), (int32_t)stmt_int(q, 3)},
		.day = stmt_int(q, 4),
		.until = stmt_int(q, 5),
		.excused = stmt_int(q, 6) != 0,
		.met = stmt_int(q, 7),
		.owed = stmt_int(q, 8),
		.filled = stmt_int(q, 9),
		.standing = stmt_int(q, 10),
		.approved = stmt_int(q, 11),
		.checks = stmt_int(q, 12),
		.explained = stmt_int(q, 13),
		.decided = stmt_int(q, 14),
		.returned = stmt_int(q, 15),
		.corrected = stmt_int(q, 16),
		.received = stmt_int(q, 17),
		.unclean = stmt_int(q, 18),
		.gap = stmt_int(q, 19),
	};
	return true;
}
