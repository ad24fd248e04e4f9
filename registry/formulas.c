/* formulas.c - the record of formulas and the door it goes through. */
#include "registry/formulas.h"

#include "base/text.h"
#include "registry/records.h"
#include "registry/view.h"

static const struct field formula_fields[] = {
	{.name = NAME("indicator"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .ref = &indicator_record,
	 .label = {"Chỉ tiêu", "Indicator"}},
	{.name = NAME("valid_from"),
	 .type = FIELD_DATE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .label = {"Áp dụng từ", "Valid from"},
	 .help = {"Tính các kỳ kết thúc từ ngày này",
		  "Computes the periods that end on or after it"}},
	{.name = NAME("formula"),
	 .type = FIELD_LONG,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_SEARCH,
	 .min = 1,
	 .max = FORMULA_TEXT_MAX,
	 .label = {"Công thức", "Formula"},
	 .help = {"Ví dụ: [K766.X04] / [K766.X06] * 100",
		  "For example: [K766.X04] / [K766.X06] * 100"}},
	{.name = NAME("document"),
	 .type = FIELD_REF,
	 .ref = &document_record,
	 .label = {"Căn cứ", "Regulation"}},
	{.name = NAME("remark"), .type = FIELD_LONG, .max = 2000, .label = {"Ghi chú", "Remark"}},
};

/* -- names while saving: the transaction knows what the view does not yet -- */
struct saving {
	struct db *tx;
	struct arena *arena;
	int64_t changed; /* indicator about to be of another measure; 0: none */
	struct str measure;
};
struct saved_indicator {
	int64_t id;
	struct str measure, scope;
};

static enum err saved_indicator(struct saving *s, struct str code, int64_t id,
				struct saved_indicator *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		s->tx, SQL("SELECT id, unit_of_measure, scope FROM indicator WHERE removed = 0 AND "
			   "(code = $1 OR id = $2)"));
	stmt_bind(q, 1, code.ptr ? code : STR(""));
	stmt_bind_int(q, 2, id);
	bool found = stmt_row(q);
	if (found)
		*ret = (struct saved_indicator){stmt_int(q, 0), arena_str(s->arena, stmt_str(q, 1)),
						arena_str(s->arena, stmt_str(q, 2))};
	if (found && s->changed == ret->id)
		ret->measure = s->measure;
	enum err rc = stmt_end(q, why);
	return rc == OK && !found ? ERR_NOT_FOUND : rc;
}

/* Removed ones too, as they may come back: of one code the living. */
static enum err find_ever(void *arg, struct str code, struct formula_indicator *ret,
			  struct why *why)
{
	struct saving *s = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(s->tx, SQL("SELECT id, unit_of_measure FROM indicator WHERE code = $1 "
				   "ORDER BY removed LIMIT 1"));
	stmt_bind(q, 1, code);
	bool found = stmt_row(q);
	if (found)
		*ret = (struct formula_indicator){stmt_int(q, 0),
						  arena_str(s->arena, stmt_str(q, 1))};
	enum err rc = stmt_end(q, why);
	return rc == OK && !found ? ERR_NOT_FOUND : rc;
}

static enum err find_indicator(void *arg, struct str code, struct formula_indicator *ret,
			       struct why *why)
{
	struct saved_indicator found;
	enum err rc = saved_indicator(arg, code, 0, &found, why);
	if (rc == OK)
		*ret = (struct formula_indicator){found.id, found.measure};
	return rc;
}

static enum err find_item(void *arg, struct str list, struct str code, struct why *why)
{
	const struct saving *s = arg;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		s->tx, SQL("SELECT 1 FROM code_item i JOIN code_list l ON l.id = i.list WHERE "
			   "l.code = $1 AND ($2 = '' OR i.code = $2) AND i.removed = 0 AND "
			   "l.removed = 0"));
	stmt_bind(q, 1, list);
	stmt_bind(q, 2, code.ptr ? code : STR(""));
	bool found = stmt_row(q);
	enum err rc = stmt_end(q, why);
	return rc == OK && !found ? ERR_NOT_FOUND : rc;
}

/* -- circles -- */
struct network {
	struct str *codes;
	int64_t *ids;
	size_t n;
	struct formula_edge *edges;
	size_t n_edges;
	struct arena *arena;
};

static size_t node_of(struct network *net, int64_t id, struct str code)
{
	size_t i = 0;
	while (i < net->n && net->ids[i] != id)
		i++;
	if (i < net->n)
		return i;
	size_t n = net->n;
	*ARENA_APPEND(net->arena, net->codes, n) = code;
	*ARENA_APPEND(net->arena, net->ids, net->n) = id;
	return i;
}

static void add_needs(struct network *net, size_t of, const struct formula *f)
{
	const struct formula_ref *refs;
	size_t n = formula_refs(f, &refs);
	for (size_t i = 0; i < n; i++) {
		*ARENA_APPEND(net->arena, net->edges, net->n_edges) =
			(struct formula_edge){of, node_of(net, refs[i].indicator, refs[i].code)};
	}
}

struct other {
	int64_t indicator;
	struct str code, text;
	bool removed; /* its indicator */
	struct other *next;
};

/* Every other formula that stands, whatever its day: what was or will be must not go in circles
 * either, nor what comes back when a removed indicator is restored. */
static enum err read_others(struct saving *s, int64_t but, struct other **ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		s->tx,
		SQL("SELECT i.id, i.code, f.formula, i.removed FROM formula f JOIN indicator i ON i.id = f.indicator "
		    "WHERE f.removed = 0 AND f.id <> $1 ORDER BY f.id"));
	stmt_bind_int(q, 1, but);
	while (stmt_row(q)) {
		struct other *o = ARENA_NEW(s->arena, struct other);
		*o = (struct other){stmt_int(q, 0), arena_str(s->arena, stmt_str(q, 1)),
				    arena_str(s->arena, stmt_str(q, 2)), stmt_int(q, 3) != 0, *ret};
		*ret = o;
	}
	return stmt_end(q, why);
}

static enum err add_others(struct saving *s, int64_t but, struct network *net, struct why *why)
{
	struct formula_words words = {s, find_ever, NULL};
	struct other *others = NULL;
	enum err rc = read_others(s, but, &others, why);
	for (struct other *o = others; rc == OK && o; o = o->next) {
		struct formula *f = NULL;
		struct formula_place at;
		struct why fault;
		enum err good =
			formula_compile(s->arena, o->text, &words, STR_NULL, &f, &at, &fault);
		if (good == OK)
			add_needs(net, node_of(net, o->indicator, o->code), f);
		else if (good != ERR_INVALID) /* one that names what is gone needs nothing */
			rc = fail(why, good, BOTH_FMT, WHY_ARG(fault));
	}
	return rc;
}

static void tell_circle(const struct network *net, const size_t *path, size_t n, struct problems *p)
{
	struct str text = STR("");
	for (size_t i = 0; i < n; i++)
		text = arena_fmt(p->arena, STR_FMT "%s" STR_FMT, STR_ARG(text), i ? " → " : "",
				 STR_ARG(net->codes[path[i]]));
	problem_add(p, STR("/formula"), "the formulas need each other in a circle: " STR_FMT,
		    STR_ARG(text));
}

static enum err check_circle(struct saving *s, const struct row *row, const struct formula *f,
			     int64_t indicator, struct problems *p, struct why *why)
{
	struct network net = {.arena = p->arena};
	size_t *path = NULL, n = 0;
	struct str code = STR_NULL;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(s->tx, SQL("SELECT code FROM indicator WHERE id = $1"));
	stmt_bind_int(q, 1, indicator);
	if (stmt_row(q))
		code = arena_str(p->arena, stmt_str(q, 0));
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	add_needs(&net, node_of(&net, indicator, code), f);
	rc = add_others(s, row->id, &net, why);
	if (rc == OK &&
	    formula_order(p->arena, net.n, net.edges, net.n_edges, &path, &n, NULL) == ERR_CONFLICT)
		tell_circle(&net, path, n, p);
	return rc;
}

/* "characters 3 to 9" of the text, for people. */
static struct str place_words(struct arena *a, struct str text, struct formula_place at)
{
	size_t from = text_length((struct str){text.ptr, at.start});
	size_t to = text_length((struct str){text.ptr, at.end});
	return arena_fmt(a, "characters %zu to %zu", from + 1, to > from ? to : from + 1);
}

/* A province's formula that names a commune's indicator must say which communes. */
static enum err check_scope(struct saving *s, const struct saved_indicator *own,
			    const struct formula *f, struct problems *p, struct why *why)
{
	const struct formula_ref *refs;
	size_t n = formula_refs(f, &refs);
	for (size_t i = 0; i < n; i++) {
		struct saved_indicator term;
		if (refs[i].units != FORMULA_SELF || str_is(own->scope, "commune"))
			continue;
		enum err rc = saved_indicator(s, STR_NULL, refs[i].indicator, &term, why);
		if (rc != OK)
			return rc;
		if (str_is(term.scope, "commune"))
			problem_add(p, STR("/formula"),
				    "communes give [" STR_FMT "], so say which: sum([" STR_FMT
				    "], units: communes)",
				    STR_ARG(refs[i].code), STR_ARG(refs[i].code));
	}
	return OK;
}

struct formula *formula_check_text(struct db *tx, struct str text, struct str measure,
				   const char *at, struct problems *p)
{
	struct saving s = {.tx = tx, .arena = p->arena};
	struct formula_words words = {&s, find_indicator, find_item};
	struct formula *f = NULL;
	struct formula_place place;
	struct why why = {.text = ""};
	enum err rc = formula_compile(p->arena, text, &words, measure, &f, &place, &why);
	if (rc == ERR_INVALID)
		problem_add(p, str_of(at), STR_FMT ": " BOTH_FMT,
			    STR_ARG(place_words(p->arena, text, place)), WHY_ARG(why));
	else if (rc != OK)
		problem_add(p, str_of(at), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	return rc == OK ? f : NULL;
}

/* -- what other changes do to formulas -- */
static bool names(const struct formula *f, int64_t indicator)
{
	const struct formula_ref *refs;
	size_t n = formula_refs(f, &refs);
	for (size_t i = 0; i < n; i++)
		if (refs[i].indicator == indicator)
			return true;
	return false;
}

/* One formula that stands, when the indicator goes or gets another measure. */
static enum err check_other(struct saving *s, const struct other *o, int64_t indicator,
			    struct problems *p, struct why *why)
{
	struct formula_words before = {&(struct saving){.tx = s->tx, .arena = s->arena},
				       find_indicator, find_item},
			     after = {s, find_indicator, find_item};
	struct saved_indicator own;
	struct formula *f = NULL;
	struct formula_place at;
	struct why fault = {.text = ""};
	/* One that computes nothing as it is loses nothing. */
	if (formula_compile(s->arena, o->text, &before, STR_NULL, &f, &at, &fault) != OK ||
	    (o->indicator != indicator && !names(f, indicator)))
		return OK;
	if (!s->changed) {
		if (o->indicator != indicator)
			problem_add(p, STR(""),
				    "the formula of " STR_FMT
				    " needs it: change or remove that formula first",
				    STR_ARG(o->code));
		return OK;
	}
	enum err rc = saved_indicator(s, STR_NULL, o->indicator, &own, why);
	if (rc != OK)
		return rc;
	if (formula_compile(s->arena, o->text, &after, own.measure, &f, &at, &fault) != OK)
		problem_add(p, STR("/unit_of_measure"),
			    "the formula of " STR_FMT " would compute nothing any more: " BOTH_FMT,
			    STR_ARG(o->code), WHY_ARG(fault));
	return OK;
}

void formulas_check_indicator(struct db *tx, int64_t indicator, struct str measure,
			      struct problems *p)
{
	struct saving s = {tx, p->arena, measure.ptr ? indicator : 0, measure};
	struct other *others = NULL;
	struct why why = {.text = ""};
	enum err rc = read_others(&s, 0, &others, &why);
	for (struct other *o = others; rc == OK && o; o = o->next)
		if (!o->removed)
			rc = check_other(&s, o, indicator, p, &why);
	if (rc != OK)
		problem_add(p, STR(""), "could not be checked: " BOTH_FMT, WHY_ARG(why));
}

static void check(struct db *tx, const struct row *old, const struct row *now, struct problems *p)
{
	(void)old;
	if (!now)
		return;
	struct row *row = (struct row *)(uintptr_t)now;
	struct saving s = {.tx = tx, .arena = p->arena};
	struct saved_indicator own;
	struct why why = {.text = ""};
	int64_t indicator = row_value(&formula_record, row, "indicator")->number;
	if (saved_indicator(&s, STR_NULL, indicator, &own, &why) != OK) {
		problem_add(p, STR("/indicator"), "there is no such indicator");
		return;
	}
	struct formula *f = formula_check_text(tx, row_value(&formula_record, row, "formula")->text,
					       own.measure, "/formula", p);
	enum err rc = f ? check_scope(&s, &own, f, p, &why) : OK;
	if (rc == OK && f)
		rc = check_circle(&s, row, f, indicator, p, &why);
	if (rc != OK)
		problem_add(p, STR("/formula"), "could not be checked: " BOTH_FMT, WHY_ARG(why));
}

const struct record formula_record = {
	.after = registry_touch,
	.table = NAME("formula"),
	.path = "formulas",
	.label = {"Công thức", "Formula"},
	.plural = {"Công thức", "Formulas"},
	RECORD_FIELDS(formula_fields),
	.sort = "indicator",
	.check = check,
};

/* -- in the view -- */
size_t view_formulas(const struct view *v, const struct formula_version **ret)
{
	*ret = v->formulas;
	return v->n_formulas;
}

const struct formula_version *view_formula(const struct view *v, int64_t indicator, int64_t day)
{
	const struct formula_version *found = NULL;
	for (size_t i = 0; i < v->n_formulas; i++)
		if (v->formulas[i].indicator == indicator && v->formulas[i].from <= day)
			found = &v->formulas[i];
	return found;
}

static enum err view_find(void *arg, struct str code, struct formula_indicator *ret,
			  struct why *why)
{
	(void)why;
	const struct indicator *i = view_indicator(arg, code);
	if (!i)
		return ERR_NOT_FOUND;
	*ret = (struct formula_indicator){i->id, i->measure};
	return OK;
}

static enum err view_find_item(void *arg, struct str list, struct str code, struct why *why)
{
	const struct code_item *items;
	size_t n = code.ptr ? 0 : view_code_items(arg, &items);
	(void)why;
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].list, list))
			return OK;
	return code.ptr && view_code_item(arg, list, code) ? OK : ERR_NOT_FOUND;
}

struct formula_words formula_words_of(const struct view *v)
{
	return (struct formula_words){(void *)(uintptr_t)v, view_find, view_find_item};
}
