/* derive.c - programs in their order; computing on a read connection, storing in small changes. */
#include "analyze/derive_private.h"

#include "analyze/words.h"
#include "base/id.h"
#include "core/journal.h"
#include "http/http.h"

#include <stdio.h>
#include <stdlib.h>

#define BATCH 50 /* cells stored in one change */

/* -- programs -- */
static size_t place_of(const struct program *p, size_t n, int64_t indicator)
{
	size_t i = 0;
	while (i < n && p[i].indicator->id != indicator)
		i++;
	return i;
}

static size_t compile_all(const struct view *v, struct arena *a, struct program *programs)
{
	const struct formula_version *versions;
	size_t n = view_formulas(v, &versions), count = 0;
	struct formula_words words = formula_words_of(v);
	for (size_t i = 0; i < n; i++) {
		struct program p = {&versions[i], view_indicator_id(v, versions[i].indicator), NULL,
				    DAY_NEVER};
		struct formula_place at;
		if (i + 1 < n && versions[i + 1].indicator == versions[i].indicator)
			p.until = versions[i + 1].from;
		if (p.indicator &&
		    formula_compile(a, versions[i].text, &words, p.indicator->measure, &p.formula,
				    &at, NULL) == OK)
			programs[count++] = p;
	}
	return count;
}

/* Edges between the first versions of indicators, which are the nodes of all their versions. */
static struct formula_edge *edges_of(const struct program *programs, size_t n, struct arena *a,
				     size_t *ret_n)
{
	struct formula_edge *edges = ARENA_ARRAY(a, n * FORMULA_REFS_MAX + 1, struct formula_edge);
	size_t n_edges = 0;
	for (size_t i = 0; i < n; i++) {
		const struct formula_ref *refs;
		size_t n_refs = formula_refs(programs[i].formula, &refs);
		size_t node = place_of(programs, n, programs[i].indicator->id);
		for (size_t r = 0; r < n_refs; r++) {
			size_t needs = place_of(programs, n, refs[r].indicator);
			if (needs < n)
				edges[n_edges++] = (struct formula_edge){node, needs};
		}
	}
	*ret_n = n_edges;
	return edges;
}

/* Without those of the path, whose codes are told. */
static size_t leave_out(struct program *programs, size_t n, const size_t *path, size_t n_path,
			struct arena *a, struct str *told)
{
	const struct indicator **gone = ARENA_ARRAY(a, n_path, const struct indicator *);
	size_t kept = 0;
	for (size_t i = 0; i < n_path; i++) {
		const char *between = told->len == 0 ? "" : i ? " → " : "; ";
		gone[i] = programs[path[i]].indicator;
		*told = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(*told), between,
				  STR_ARG(gone[i]->code));
	}
	for (size_t i = 0; i < n; i++) {
		bool out = false;
		for (size_t k = 0; k < n_path; k++)
			out |= programs[i].indicator == gone[k];
		if (!out)
			programs[kept++] = programs[i];
	}
	return kept;
}

/* Versions of one indicator stand together, so the first of them is the node of all. */
enum err programs_compile(const struct view *v, struct arena *a, struct program **ret,
			  size_t *ret_n, struct str *ret_circle, struct why *why)
{
	const struct formula_version *versions;
	size_t most = view_formulas(v, &versions), *order = NULL, n_order = 0, out = 0;
	struct program *programs = ARENA_ARRAY(a, most + 1, struct program);
	size_t n = compile_all(v, a, programs);
	enum err rc = ERR_CONFLICT;
	*ret_circle = STR_NULL;
	while (rc == ERR_CONFLICT) {
		size_t n_edges = 0;
		struct formula_edge *edges = edges_of(programs, n, a, &n_edges);
		rc = formula_order(a, n, edges, n_edges, &order, &n_order, why);
		if (rc == ERR_CONFLICT)
			n = leave_out(programs, n, order, n_order, a, ret_circle);
	}
	if (rc != OK)
		return rc;
	struct program *sorted = ARENA_ARRAY(a, n + 1, struct program);
	for (size_t i = 0; i < n_order; i++) {
		size_t first = order[i];
		if (place_of(programs, n, programs[first].indicator->id) != first)
			continue;
		for (size_t k = first; k < n && programs[k].indicator == programs[first].indicator;
		     k++)
			sorted[out++] = programs[k];
	}
	*ret = sorted;
	*ret_n = out;
	return OK;
}

/* -- computing -- */
struct computed {
	struct figure figure;
	int64_t *inputs;
	size_t n_inputs;
	bool changed; /* stored as a new revision, or approved */
	bool sent;    /* somebody sent a figure: that one stands */
};

struct deriving {
	struct store *store;
	struct db *db;
	const struct view *view;
	usec now;
	struct arena *arena; /* of the run */
	struct derive_result result;
	const struct program *program; /* whose cells are in the batch */
	bool sources_kept;	       /* its */
	struct computed *batch;
	size_t n;
	struct arena *a; /* of the batch */
};

static void take_inputs(struct computed *c, const struct formula_result *r, struct arena *a)
{
	size_t most = 0, n = 0, kept = 0;
	for (size_t i = 0; i < r->n_terms; i++)
		most += r->terms[i].n;
	int64_t *ids = ARENA_ARRAY(a, most + 1, int64_t);
	for (size_t i = 0; i < r->n_terms; i++)
		for (size_t k = 0; k < r->terms[i].n; k++)
			if (r->terms[i].cells[k].id && !r->terms[i].cells[k].left_out)
				ids[n++] = r->terms[i].cells[k].id;
	if (n)
		qsort(ids, n, sizeof(*ids), id_order);
	for (size_t i = 0; i < n; i++)
		if (!kept || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	c->inputs = ids;
	c->n_inputs = kept;
}

/* Does it rest on a figure that waits for its approval? */
static bool is_provisional(const struct formula_result *r)
{
	for (size_t i = 0; i < r->n_terms; i++)
		for (size_t k = 0; k < r->terms[i].n; k++) {
			const struct formula_cell *c = &r->terms[i].cells[k];
			if (c->id && !c->left_out && c->provisional)
				return true;
		}
	return false;
}

static enum err compute(struct deriving *d, const struct program *p, struct target t,
			struct why *why)
{
	struct standpoint from = {
		.db = d->db, .view = d->view, .period = {p->indicator->period, t.period}};
	struct formula_data data = cells_of(&from);
	struct formula_result r = {.n_terms = 0};
	struct why fault;
	from.unit = cells_base(d->view, p->indicator, view_unit_id(d->view, t.unit));
	enum err rc = formula_run(p->formula, &data, false, d->a, &r, &fault);
	bool unfit = rc == ERR_INVALID || rc == ERR_TOO_LARGE; /* this formula with these figures */
	if (rc != OK && !unfit)
		return fail(why, rc, BOTH_FMT, WHY_ARG(fault));
	struct computed *c = &d->batch[d->n++];
	*c = (struct computed){.figure = {.unit = t.unit,
					  .indicator = p->indicator->id,
					  .period = from.period,
					  .breakdown = STR(""),
					  .status = FIGURE_APPROVED,
					  .flags = FIGURE_DERIVED,
					  .received = d->now}};
	if (!unfit && r.value.reason == FORMULA_PRESENT &&
	    !number_round(r.value.number, p->indicator->decimals, &c->figure.value))
		r.value.reason = FORMULA_OVERFLOW;
	c->figure.empty = unfit || r.value.reason != FORMULA_PRESENT;
	if (c->figure.empty)
		c->figure.remark = unfit ? arena_str(d->a, str_of(fault.vi))
					 : reason_vi(d->view, &r.value, d->a);
	if (!c->figure.empty && is_provisional(&r))
		c->figure.status = FIGURE_SUBMITTED;
	if (view_demonstration(d->view))
		c->figure.flags |= FIGURE_DEMONSTRATION;
	take_inputs(c, &r, d->a);
	d->result.computed++;
	return OK;
}

/* -- storing -- */
static enum err renew_inputs(struct db *tx, struct computed *c, struct arena *a, struct why *why)
{
	int64_t *kept = NULL;
	size_t n = 0;
	enum err rc = figure_inputs(tx, &c->figure, a, &kept, &n, why);
	if (rc != OK || (n == c->n_inputs && memcmp(kept, c->inputs, n * sizeof(*kept)) == 0))
		return rc;
	return figure_put_inputs(tx, &c->figure, c->inputs, c->n_inputs, why);
}

/* The same value as before; its inputs may have been approved since. */
static enum err keep_one(struct db *tx, struct computed *c, const struct figure *before,
			 struct arena *a, struct why *why)
{
	enum err rc = OK;
	c->figure.id = before->id;
	if (before->status == FIGURE_SUBMITTED && c->figure.status == FIGURE_APPROVED) {
		rc = figure_decide(tx, before, FIGURE_APPROVED, STR(""), 0, c->figure.received,
				   why);
		c->changed = rc == OK;
	}
	return rc == OK ? renew_inputs(tx, c, a, why) : rc;
}

static enum err store_one(struct db *tx, struct computed *c, struct arena *a, struct why *why)
{
	struct figure before;
	struct why none;
	enum err rc = figure_current(tx, &c->figure, a, &before, &none);
	if (rc != OK && rc != ERR_NOT_FOUND)
		return fail(why, rc, BOTH_FMT, WHY_ARG(none));
	bool known = rc == OK;
	c->sent = known && !(before.flags & FIGURE_DERIVED);
	if (c->sent || (!known && c->figure.empty))
		return OK;
	bool same = known && before.empty == c->figure.empty &&
		    (before.empty || decimal_cmp(before.value, c->figure.value) == 0);
	bool less =
		known && before.status == FIGURE_APPROVED && c->figure.status == FIGURE_SUBMITTED;
	if (same && !less)
		return keep_one(tx, c, &before, a, why);
	rc = figure_put(tx, &c->figure, why);
	c->changed = rc == OK;
	return rc == OK ? figure_put_inputs(tx, &c->figure, c->inputs, c->n_inputs, why) : rc;
}

static enum err tell(struct db *tx, struct deriving *d, size_t changed, struct why *why)
{
	const struct indicator *i = view_indicator_id(d->view, d->batch[0].figure.indicator);
	struct journal_entry e = {
		.at = d->now,
		.kind = STR("figure.derived"),
		.subject = STR("figure"),
		.data = arena_fmt(d->a, "{\"indicators\":[\"" STR_FMT "\"],\"figures\":%zu}",
				  STR_ARG(i->code), changed),
	};
	return changed ? journal_append(tx, &e, why) : OK;
}

static enum err store_batch(struct db *tx, void *arg, struct why *why)
{
	struct deriving *d = arg;
	size_t changed = 0;
	enum err rc = figure_turn(tx, why);
	for (size_t i = 0; rc == OK && i < d->n; i++) {
		d->batch[i].changed = false;
		rc = store_one(tx, &d->batch[i], d->a, why);
		changed += d->batch[i].changed;
	}
	if (rc == OK && changed && !d->sources_kept) {
		rc = indicator_made_of(tx, d->program->indicator->id, d->program->formula, why);
		d->sources_kept = rc == OK;
	}
	return rc == OK ? tell(tx, d, changed, why) : rc;
}

/* What was stored touches in its turn what needs it. */
static enum err flush(struct deriving *d, struct touches *t, struct why *why)
{
	if (d->n == 0)
		return OK;
	enum err rc = store_write(d->store, store_batch, d, why);
	for (size_t i = 0; rc == OK && i < d->n; i++) {
		const struct figure *f = &d->batch[i].figure;
		d->result.sent += d->batch[i].sent;
		if (!d->batch[i].changed)
			continue;
		touch_add(t, (struct touch){f->indicator, f->unit, f->period.ordinal,
					    f->period.ordinal});
		d->result.stored++;
		d->result.emptied += f->empty;
	}
	d->n = 0;
	arena_reset(d->a);
	d->batch = ARENA_ARRAY(d->a, BATCH, struct computed);
	return rc;
}

static enum err derive_program(struct deriving *d, const struct program *p, struct touches *t,
			       struct why *why)
{
	struct target *targets = NULL;
	size_t n = 0;
	struct target_ask ask = {d->db, d->view, p, t, d->now};
	d->program = p;
	d->sources_kept = false;
	enum err rc = targets_of(&ask, d->arena, &targets, &n, why);
	for (size_t i = 0; rc == OK && i < n; i++) {
		rc = compute(d, p, targets[i], why);
		if (rc == OK && d->n == BATCH)
			rc = flush(d, t, why);
	}
	return rc == OK ? flush(d, t, why) : rc;
}

/* -- withdrawing -- */
struct withdrawing {
	struct deriving *d;
	int64_t indicator;
	struct figure *items;
	size_t n;
};

/* Current computed figures of an indicator for whose periods no formula stands. */
static enum err read_uncovered(struct withdrawing *w, struct why *why)
{
	struct deriving *d = w->d;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		d->db,
		SQL("SELECT unit, period_kind, period, breakdown FROM figure WHERE indicator = $1 AND "
		    "current = 1 AND (flags & $2) <> 0 ORDER BY unit, period"));
	stmt_bind_int(q, 1, w->indicator);
	stmt_bind_int(q, 2, FIGURE_DERIVED);
	while (stmt_row(q)) {
		struct period p = {(enum period_kind)stmt_int(q, 1), (int32_t)stmt_int(q, 2)};
		int64_t day = period_last_day(p);
		if (view_formula(d->view, w->indicator, day))
			continue;
		*ARENA_APPEND(d->arena, w->items, w->n) =
			(struct figure){.unit = stmt_int(q, 0),
					.indicator = w->indicator,
					.period = p,
					.breakdown = arena_str(d->arena, stmt_str(q, 3))};
	}
	return stmt_end(q, why);
}

static enum err withdraw_change(struct db *tx, void *arg, struct why *why)
{
	const struct withdrawing *w = arg;
	struct deriving *d = w->d;
	const struct indicator *i = view_indicator_id(d->view, w->indicator);
	enum err rc = figure_turn(tx, why);
	for (size_t k = 0; rc == OK && k < w->n; k++)
		rc = figure_withdraw_derived(tx, &w->items[k],
					     STR("Công thức không còn áp dụng cho kỳ này"), d->now,
					     why);
	struct journal_entry e = {
		.at = d->now,
		.kind = STR("figure.derived"),
		.subject = STR("figure"),
		.data = arena_fmt(d->arena,
				  "{\"indicators\":[\"" STR_FMT
				  "\"],\"figures\":0,\"withdrawn\":%zu}",
				  STR_ARG(i->code), w->n),
	};
	return rc == OK ? journal_append(tx, &e, why) : rc;
}

/* Of those whose formulas changed. */
static enum err withdraw_uncovered(struct deriving *d, struct touches *t, struct why *why)
{
	enum err rc = OK;
	for (size_t i = 0; i < t->n_formulas && rc == OK; i++) {
		struct withdrawing w = {.d = d, .indicator = t->formulas[i]};
		if (!view_indicator_id(d->view, w.indicator))
			continue; /* gone with all its figures */
		rc = read_uncovered(&w, why);
		if (rc == OK && w.n)
			rc = store_write(d->store, withdraw_change, &w, why);
		for (size_t k = 0; k < w.n && rc == OK; k++)
			touch_add(t, (struct touch){w.indicator, w.items[k].unit,
						    w.items[k].period.ordinal,
						    w.items[k].period.ordinal});
		d->result.withdrawn += rc == OK ? (int64_t)w.n : 0;
	}
	return rc;
}

/* -- the run -- */
/* How far the journal was read, and up to which time periods were computed: 0 when none was, and everything is to be. */
struct place_in_time {
	struct str cursor;
	usec reached;
};

static enum err read_place(struct db *db, struct arena *a, struct place_in_time *ret,
			   struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT cursor, reached FROM derive_cursor WHERE id = 1"));
	*ret = (struct place_in_time){STR(""), 0};
	if (stmt_row(q))
		*ret = (struct place_in_time){arena_str(a, stmt_str(q, 0)), stmt_int(q, 1)};
	return stmt_end(q, why);
}

static enum err keep_place(struct db *tx, void *arg, struct why *why)
{
	const struct place_in_time *at = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE derive_cursor SET cursor = $1, reached = $2 WHERE id = 1"));
	stmt_bind(q, 1, at->cursor);
	stmt_bind_int(q, 2, at->reached);
	return stmt_end(q, why);
}

static enum err derive_all(struct deriving *d, struct why *why)
{
	struct touches t = {.arena = d->arena};
	struct program *programs = NULL;
	struct place_in_time before, at;
	struct str circle = STR_NULL;
	size_t n = 0;
	enum err rc = read_place(d->db, d->arena, &before, why);
	if (rc != OK)
		return rc;
	at = before;
	t.all = before.reached == 0;
	t.reached = before.reached;
	rc = touches_read(d->db, &at.cursor, &t, &d->result.looked, why);
	if (rc == OK)
		rc = withdraw_uncovered(d, &t, why);
	if (rc == OK)
		rc = programs_compile(d->view, d->arena, &programs, &n, &circle, why);
	snprintf(d->result.circle, sizeof(d->result.circle), STR_FMT, STR_ARG(circle));
	for (size_t i = 0; rc == OK && i < n; i++)
		rc = derive_program(d, &programs[i], &t, why);
	/* a day's begin is a new period's, whatever its kind */
	bool newer = date_days(date_local(before.reached)) < date_days(date_local(d->now));
	at.reached = newer ? d->now : before.reached;
	return rc == OK && (newer || !str_eq(before.cursor, at.cursor))
		       ? store_write(d->store, keep_place, &at, why)
		       : rc;
}

enum err derive_run(struct store *s, struct registry *r, usec now, struct derive_result *ret,
		    struct why *why)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_give) struct db *db = NULL;
	AUTO(view_free) const struct view *v = NULL;
	struct deriving d = {.store = s, .now = now, .arena = arena, .a = a};
	d.batch = ARENA_ARRAY(a, BATCH, struct computed);
	enum err rc = store_take(s, &db, why);
	if (rc == OK)
		rc = registry_take(r, db, &v, why);
	d.db = db;
	d.view = v;
	if (rc == OK)
		rc = derive_all(&d, why);
	*ret = d.result;
	return rc;
}

enum err derive_job(struct job_run *run, struct why *why)
{
	const struct app_services *app = run->arg;
	struct derive_result r = {0};
	enum err rc = derive_run(run->store, app->registry, run->now, &r, why);
	if (rc == OK && (r.computed || r.withdrawn || r.circle[0]))
		snprintf(run->result, sizeof(run->result),
			 "%lld cells computed, %lld changed, %lld withdrawn%s%s",
			 (long long)r.computed, (long long)r.stored, (long long)r.withdrawn,
			 r.circle[0] ? "; left out, in a circle: " : "", r.circle);
	return rc;
}
