/* index.c - sets of criteria, read, scored and summed. */
#include "analyze/index.h"

#include <math.h>

#define SETS_MAX 200

static double number_of_text(struct str text, double otherwise)
{
	struct decimal d;
	return text.ptr && decimal_parse(text, &d, NULL) == OK ? decimal_double(d) : otherwise;
}

static const char *const method_names[] = {[CRITERION_GROUP] = "group",
					   [CRITERION_LINEAR] = "linear",
					   [CRITERION_STEPS] = "steps",
					   [CRITERION_RATIO] = "ratio",
					   [CRITERION_YES_NO] = "yes_no"};

/* -- reading -- */
enum err index_sets(struct db *db, struct str code, struct arena *a, struct criteria_set **ret,
		    size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, code, index_code, edition, name_vi, name_en, description_vi, "
		    "description_en, status, period, valid_from, valid_to, document, points, "
		    "demonstration FROM criteria_set WHERE removed = 0 AND ($1 = '' OR index_code = $1 OR "
		    "code = $1) ORDER BY index_code, valid_from DESC, id DESC LIMIT $2"));
	stmt_bind(q, 1, code.ptr ? code : STR(""));
	stmt_bind_int(q, 2, SETS_MAX);
	struct criteria_set *sets = ARENA_ARRAY(a, SETS_MAX, struct criteria_set);
	size_t n = 0;
	while (n < SETS_MAX && stmt_row(q)) {
		struct str texts[8];
		for (int i = 0; i < 8; i++)
			texts[i] = arena_str(a, stmt_str(q, i + 1));
		sets[n] = (struct criteria_set){
			.id = stmt_int(q, 0),
			.code = texts[0],
			.index_code = texts[1],
			.edition = texts[2],
			.name_vi = texts[3],
			.name_en = texts[4],
			.description_vi = texts[5],
			.description_en = texts[6],
			.status = texts[7],
			.from = stmt_int(q, 10),
			.to = stmt_is_null(q, 11) ? DAY_NEVER : stmt_int(q, 11),
			.document = stmt_int(q, 12),
			.points = number_of_text(stmt_str(q, 13), 0),
			.demonstration = stmt_int(q, 14) != 0,
		};
		if (period_kind_parse(stmt_str(q, 9), &sets[n].period, NULL) != OK)
			sets[n].period = PERIOD_MONTHLY; /* its choices allow no other text */
		n++;
	}
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = sets;
		*ret_n = n;
	}
	return rc;
}

static bool was_live(const struct criteria_set *s)
{
	return str_is(s->status, "promulgated") || str_is(s->status, "replaced");
}

/* Of the versions, newest first: the one named, else the one in force on that day; of an index that is still
 * being drafted its newest draft. */
static const struct criteria_set *choose(const struct criteria_set *sets, size_t n,
					 struct str edition, int64_t day, bool *ret_promulgated)
{
	for (size_t i = 0; i < n; i++) {
		const struct criteria_set *s = &sets[i];
		*ret_promulgated |= was_live(s);
		if (edition.ptr ? str_eq(s->edition, edition) || str_eq(s->code, edition)
				: was_live(s) && s->from <= day && day < s->to)
			return s;
	}
	return edition.ptr || *ret_promulgated || !n ? NULL : &sets[0];
}

enum err index_set(struct db *db, struct str code, struct str edition, int64_t day, struct arena *a,
		   struct criteria_set *ret, struct why *why)
{
	struct criteria_set *sets = NULL;
	size_t n = 0;
	bool promulgated = false;
	enum err rc = index_sets(db, code, a, &sets, &n, why);
	if (rc != OK)
		return rc;
	const struct criteria_set *found = choose(sets, n, edition, day, &promulgated);
	if (!found && !edition.ptr && promulgated)
		return fail(why, ERR_NOT_FOUND,
			    "no version of this index was in force then: name one with version=");
	if (!found)
		return fail(why, ERR_NOT_FOUND, "there is no such index or version");
	*ret = *found;
	return OK;
}

/* What is known of the values that are possible. */
static void find_range(struct criterion *c, const struct view *v)
{
	const struct formula_ref *refs;
	size_t n = formula_refs(c->formula, &refs);
	const struct indicator *i = n == 1 ? view_indicator_id(v, refs[0].indicator) : NULL;
	c->truth = formula_gives(c->formula) == FORMULA_BOOL;
	c->has_least = c->truth || (i && i->min.given);
	c->has_most = c->truth || (i && i->max.given);
	c->least = c->truth || !c->has_least ? 0 : decimal_double(i->min.value);
	c->most = c->truth || !c->has_most ? 1 : decimal_double(i->max.value);
}

static void read_criterion(struct stmt *q, struct arena *a, struct criterion *c)
{
	struct decimal values[CRITERIA_STEPS_MAX] = {{0, 0}}, points[CRITERIA_STEPS_MAX] = {{0, 0}};
	*c = (struct criterion){
		.id = stmt_int(q, 0),
		.code = arena_str(a, stmt_str(q, 1)),
		.parent = arena_str(a, stmt_str(q, 2)),
		.name_vi = arena_str(a, stmt_str(q, 3)),
		.name_en = arena_str(a, stmt_str(q, 4)),
		.points = number_of_text(stmt_str(q, 5), 0),
		.formula_text = arena_str(a, stmt_str(q, 7)),
		.has_low = !stmt_is_null(q, 8),
		.low = number_of_text(stmt_str(q, 8), 0),
		.high = number_of_text(stmt_str(q, 9), 0),
		.effort = stmt_is_null(q, 11) ? 3 : (double)stmt_int(q, 11),
		.up = -1,
	};
	for (size_t m = 0; m < ARRAY_LEN(method_names); m++)
		if (str_is(stmt_str(q, 6), method_names[m]))
			c->method = (enum criterion_method)m;
	if (c->method == CRITERION_STEPS &&
	    !criteria_steps(stmt_str(q, 10), values, points, CRITERIA_STEPS_MAX, &c->n_steps))
		c->n_steps = 0; /* its check lets no other text in */
	for (size_t i = 0; i < c->n_steps; i++) {
		c->step_values[i] = decimal_double(values[i]);
		c->step_points[i] = decimal_double(points[i]);
	}
}

/* Parents before children; one whose parent is gone stands at the top. */
static void order_tree(struct criteria_set *set, struct arena *a)
{
	struct criterion *sorted = ARENA_ARRAY(a, set->n + 1, struct criterion);
	bool *done = ARENA_ARRAY(a, set->n + 1, bool);
	size_t n = 0;
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < set->n; i++) {
			struct criterion *c = &set->criteria[i];
			bool known = !c->parent.len, exists = false;
			for (size_t k = 0; k < set->n; k++)
				exists = exists ||
					 (k != i && str_eq(set->criteria[k].code, c->parent));
			for (size_t k = 0; k < n; k++)
				if (c->parent.len && str_eq(sorted[k].code, c->parent)) {
					known = true;
					c->up = (int)k;
				}
			if (done[i] || (!known && exists))
				continue;
			done[i] = more = true;
			sorted[n++] = *c;
		}
	}
	set->criteria = sorted;
	set->n = n;
}

enum err index_load(struct db *db, const struct view *v, struct arena *a, struct criteria_set *set,
		    struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, code, parent, name_vi, name_en, points, method, formula, low, high, steps, "
		    "effort FROM criterion WHERE criteria_set = $1 AND removed = 0 "
		    "ORDER BY position, code LIMIT $2"));
	struct formula_words words = formula_words_of(v);
	stmt_bind_int(q, 1, set->id);
	stmt_bind_int(q, 2, INDEX_CRITERIA_MAX);
	set->criteria = ARENA_ARRAY(a, INDEX_CRITERIA_MAX, struct criterion);
	while (set->n < INDEX_CRITERIA_MAX && stmt_row(q))
		read_criterion(q, a, &set->criteria[set->n++]);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < set->n; i++) {
		struct criterion *c = &set->criteria[i];
		struct formula_place at;
		struct why fault;
		if (c->method != CRITERION_GROUP &&
		    formula_compile(a, c->formula_text, &words, STR_NULL, &c->formula, &at,
				    &fault) != OK)
			c->formula = NULL; /* it names what is gone: its value is missing */
		if (c->formula)
			find_range(c, v);
	}
	order_tree(set, a);
	index_sum(set);
	return OK;
}

/* -- points -- */
double criterion_score(const struct criterion *c, double value)
{
	double share = 0, best = 0;
	switch (c->method) {
	case CRITERION_GROUP:
		return 0;
	case CRITERION_LINEAR:
		share = (value - c->low) / (c->high - c->low);
		break;
	case CRITERION_RATIO:
		share = value / c->high;
		break;
	case CRITERION_YES_NO:
		if (c->truth)
			return value > 0 ? c->points : 0;
		share = (c->has_low && c->low > c->high) ? value <= c->high : value >= c->high;
		break;
	case CRITERION_STEPS:
		for (size_t i = 0; i < c->n_steps; i++) {
			bool rising = c->step_values[c->n_steps - 1] >= c->step_values[0];
			bool reached =
				rising ? value >= c->step_values[i] : value <= c->step_values[i];
			if (reached && c->step_points[i] > best)
				best = c->step_points[i];
		}
		return fmin(best, c->points);
	}
	return c->points * fmin(fmax(share, 0), 1);
}

/* Half a hundredth goes up; what doubles lose of a decimal does not decide. */
static double hundredths(double points)
{
	return floor(points * 100 + 0.5 + 1e-7) / 100;
}

void index_sum(struct criteria_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct criterion *c = &set->criteria[i];
		bool leaf = c->method != CRITERION_GROUP;
		c->leaves = leaf;
		c->missing = leaf && !c->present;
		c->reachable = leaf && c->present ? c->points : 0;
		c->won = leaf && c->present ? hundredths(criterion_score(c, c->value)) : 0;
		c->points = leaf ? c->points : 0;
	}
	for (size_t i = set->n; i-- > 0;) {
		struct criterion *c = &set->criteria[i];
		if (c->up < 0)
			continue;
		struct criterion *up = &set->criteria[c->up];
		up->points += c->points;
		up->won += c->won;
		up->reachable += c->reachable;
		up->missing += c->missing;
		up->leaves += c->leaves;
	}
}

struct index_total index_total(const struct criteria_set *set)
{
	struct index_total t = {0};
	for (size_t i = 0; i < set->n; i++) {
		const struct criterion *c = &set->criteria[i];
		if (c->up >= 0)
			continue;
		t.won += c->won;
		t.reachable += c->reachable;
		t.missing += c->missing;
		t.leaves += c->leaves;
	}
	return t;
}

static double value_double(const struct formula_value *v)
{
	return v->type == FORMULA_BOOL ? v->boolean : number_double(v->number);
}

static enum err read_value(struct criterion *c, const struct standpoint *from, struct arena *a,
			   struct why *why)
{
	struct formula_result r;
	struct formula_data data = cells_of(from);
	c->present = false;
	c->lost = (struct formula_value){.reason = FORMULA_NOT_DEFINED};
	if (!c->formula)
		return OK;
	enum err rc = formula_run(c->formula, &data, false, a, &r, why);
	if (rc != OK)
		return rc;
	c->lost = r.value;
	c->present = r.value.reason == FORMULA_PRESENT && r.value.type != FORMULA_TEXT;
	if (!c->present && r.value.reason == FORMULA_PRESENT)
		c->lost = (struct formula_value){.reason = FORMULA_NOT_DEFINED};
	if (c->present)
		c->value = value_double(&r.value);
	if (r.n_terms == 1 && r.terms[0].n == 1)
		c->figure = r.terms[0].cells[0].id;
	return OK;
}

static bool reads_of_others(const struct criterion *c, const struct view *v, const struct unit *u)
{
	const struct formula_ref *refs = NULL;
	size_t n = c->formula ? formula_refs(c->formula, &refs) : 0;
	for (size_t i = 0; i < n; i++) {
		const struct indicator *of = view_indicator_id(v, refs[i].indicator);
		if (of && of->scope != SCOPE_COMMUNE && of->owner != u->id)
			return true;
	}
	return false;
}

static const struct unit *whose(const struct criteria_set *set, const struct standpoint *from)
{
	for (size_t i = 0; i < set->n; i++)
		if (reads_of_others(&set->criteria[i], from->view, from->unit))
			return cells_top(from->view, from->unit);
	return from->unit;
}

enum err index_score(struct criteria_set *set, const struct standpoint *from, struct arena *a,
		     struct why *why)
{
	struct standpoint at = *from;
	enum err rc = OK;
	set->whose = at.unit = whose(set, from);
	for (size_t i = 0; rc == OK && i < set->n; i++)
		if (set->criteria[i].method != CRITERION_GROUP)
			rc = read_value(&set->criteria[i], &at, a, why);
	index_sum(set);
	return rc;
}

static enum err out_of_range(const struct criterion *c, struct why *why)
{
	if (!c->has_most)
		return fail_at(why, ERR_INVALID, "/values",
			       "the value of " STR_FMT " cannot be less than %.10g",
			       STR_ARG(c->code), c->least);
	if (!c->has_least)
		return fail_at(why, ERR_INVALID, "/values",
			       "the value of " STR_FMT " cannot be more than %.10g",
			       STR_ARG(c->code), c->most);
	return fail_at(why, ERR_INVALID, "/values",
		       "the value of " STR_FMT " lies between %.10g and %.10g", STR_ARG(c->code),
		       c->least, c->most);
}

enum err index_suppose(struct criteria_set *set, struct str code, double value, struct why *why)
{
	for (size_t i = 0; i < set->n; i++) {
		struct criterion *c = &set->criteria[i];
		if (c->method == CRITERION_GROUP || !str_eq(c->code, code))
			continue;
		if (c->truth && value != 0 && value != 1)
			return fail_at(why, ERR_INVALID, "/values",
				       STR_FMT " is true or false: give 1 or 0", STR_ARG(code));
		if ((c->has_least && value < c->least) || (c->has_most && value > c->most))
			return out_of_range(c, why);
		c->value = value;
		c->present = c->supposed = true;
		return OK;
	}
	return fail_at(why, ERR_INVALID, "/values",
		       "there is no criterion \"" STR_FMT "\" with a value", STR_ARG(code));
}
