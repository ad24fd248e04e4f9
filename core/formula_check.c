/* formula_check.c - names found, types and units of measure agreed. */
#include "core/formula_private.h"

#include <math.h>

struct checker {
	struct arena *arena;
	struct tree *tree;
	const struct formula_words *words;
	struct trouble *trouble;
};

static enum err check(struct checker *c, struct node *n);

static const char *const type_names[] = {[FORMULA_NUMBER] = WORDS("a number"),
					 [FORMULA_TEXT] = WORDS("a text"),
					 [FORMULA_BOOL] = WORDS("true or false")};

static enum err want(struct checker *c, const struct node *n, enum formula_type type)
{
	if (n->type == type || n->kind == NODE_MISSING)
		return OK;
	return trouble_at(c->trouble, n->at, BOTH_FMT " is needed here, this is " BOTH_FMT,
			  WORDS_ARG(type_names[type]), WORDS_ARG(type_names[n->type]));
}

/* Sums, comparisons and choices need one measure: that of a so far, which takes in b's. */
static enum err agree(struct checker *c, struct measure *a, const struct node *b,
		      struct formula_place at)
{
	if (b->kind == NODE_MISSING)
		return OK;
	if (measure_fits(a, &b->measure)) {
		*a = measure_join(a, &b->measure);
		return OK;
	}
	struct str x = measure_str(c->arena, a), y = measure_str(c->arena, &b->measure);
	const char *hint = measure_same_bases(a, &b->measure)
				   ? WORDS("convert one of them by multiplying")
				   : WORDS("number(…) takes a value without its unit of measure");
	return trouble_at(c->trouble, at,
			  "units of measure differ: " STR_FMT " here, " STR_FMT " there; " BOTH_FMT,
			  STR_ARG(x), STR_ARG(y), WORDS_ARG(hint));
}

static enum err check_list(struct checker *c, const struct formula_ref *ref)
{
	if (!c->words->item || !ref->by.len)
		return OK;
	enum err rc = c->words->item(c->words->arg, ref->by, STR_NULL, c->trouble->why);
	return rc != ERR_NOT_FOUND ? rc
				   : trouble_at(c->trouble, ref->by_at,
						"there is no code list \"" STR_FMT "\" with codes",
						STR_ARG(ref->by));
}

static enum err check_items(struct checker *c, const struct formula_ref *ref)
{
	for (struct str rest = ref->breakdown; c->words->item && rest.len > 0;) {
		struct str code = STR_NULL, part = str_until(rest, ';', &rest);
		struct str list = str_until(part, '=', &code);
		enum err rc = c->words->item(c->words->arg, list, code, c->trouble->why);
		if (rc == ERR_NOT_FOUND)
			return trouble_at(c->trouble, ref->at,
					  "there is no code \"" STR_FMT "\" in a list \"" STR_FMT
					  "\"",
					  STR_ARG(code), STR_ARG(list));
		if (rc != OK)
			return rc;
	}
	return check_list(c, ref);
}

static enum err check_ref(struct checker *c, struct node *n)
{
	struct formula_ref *ref = &c->tree->refs[n->ref];
	struct formula_indicator found = {.id = 0};
	enum err rc = c->words->indicator(c->words->arg, ref->code, &found, c->trouble->why);
	if (rc == ERR_NOT_FOUND)
		return trouble_at(c->trouble, ref->at, "there is no indicator \"" STR_FMT "\"",
				  STR_ARG(ref->code));
	if (rc != OK)
		return rc;
	ref->indicator = found.id;
	n->measure = measure_of(found.measure);
	return check_items(c, ref);
}

static enum err check_power(struct checker *c, struct node *n)
{
	struct node *base = n->args[0], *power = n->args[1];
	const struct measure *m = &base->measure;
	if (!power->measure.bare)
		return trouble_at(c->trouble, power->at, "a power is a bare number");
	if (m->bare) {
		n->measure = measure_bare;
		return OK;
	}
	n->measure = *m;
	if (m->n == 0 && m->n_factors == 1 && fabs(m->factors[0] - 1) < 1e-9)
		return OK;
	bool whole = power->kind == NODE_NUMBER && power->number.scale == 0 &&
		     power->number.mantissa >= 1 && power->number.mantissa <= 3;
	if (!whole)
		return trouble_at(c->trouble, power->at,
				  "what has a unit of measure can be raised to 1, 2 or 3 only");
	for (int64_t i = 1; i < power->number.mantissa; i++)
		if (!measure_product(&n->measure, m, 1, &n->measure))
			return trouble_at(c->trouble, n->at, "too many units of measure");
	return OK;
}

/* sign 1: the product; -1: the quotient. */
static enum err check_product(struct checker *c, struct node *n, int sign)
{
	if (!measure_product(&n->args[0]->measure, &n->args[1]->measure, sign, &n->measure))
		return trouble_at(c->trouble, n->at,
				  "the product has more than %d units of measure in it",
				  MEASURE_BASES_MAX);
	return OK;
}

static enum err check_arithmetic(struct checker *c, struct node *n)
{
	struct node *a = n->args[0], *b = n->args[1];
	enum err rc = want(c, a, FORMULA_NUMBER);
	if (rc == OK)
		rc = want(c, b, FORMULA_NUMBER);
	if (rc != OK)
		return rc;
	if (n->binary == BINARY_POWER)
		return check_power(c, n);
	if (n->binary == BINARY_ADD || n->binary == BINARY_SUBTRACT) {
		n->measure = a->measure;
		rc = agree(c, &n->measure, b, n->at);
		n->measure = n->measure.bare ? measure_bare : n->measure;
		return rc;
	}
	return check_product(c, n, n->binary == BINARY_MULTIPLY ? 1 : -1);
}

static enum err check_binary(struct checker *c, struct node *n)
{
	struct node *a = n->args[0], *b = n->args[1];
	enum err rc = OK;
	if (n->binary >= BINARY_ADD)
		return check_arithmetic(c, n);
	if (n->binary == BINARY_OR || n->binary == BINARY_AND) {
		n->type = FORMULA_BOOL;
		rc = want(c, a, FORMULA_BOOL);
		return rc == OK ? want(c, b, FORMULA_BOOL) : rc;
	}
	if (n->binary == BINARY_JOIN) {
		n->type = FORMULA_TEXT;
		return OK;
	}
	n->type = FORMULA_BOOL;
	struct measure common = a->measure;
	rc = want(c, b, a->kind == NODE_MISSING ? b->type : a->type);
	return rc == OK ? agree(c, &common, b, n->at) : rc;
}

/* Is argument i one of the values, not a condition? */
static bool is_choice(const struct function *f, size_t i, size_t n)
{
	if (f->form == FORM_IF_MISSING)
		return true;
	return f->form == FORM_IF ? i > 0 : i % 2 == 1 || i + 1 == n;
}

/* One more of the values that n is made of: of the type of the first, in one measure with all before. */
static enum err takes(struct checker *c, const struct node **first, struct node *n,
		      const struct node *arg)
{
	enum err rc = *first ? want(c, arg, (*first)->type) : OK;
	if (rc == OK && *first)
		rc = agree(c, &n->measure, arg, arg->at);
	if (rc != OK || *first || arg->kind == NODE_MISSING)
		return rc;
	n->measure = arg->measure;
	*first = arg;
	return OK;
}

/* if, case, if_missing: conditions are true or false, the values alike. */
static enum err check_form(struct checker *c, const struct function *f, struct node *n)
{
	const struct node *first = NULL;
	if (f->form == FORM_IS_MISSING) {
		n->type = FORMULA_BOOL;
		return OK;
	}
	for (size_t i = 0; i < n->n; i++) {
		enum err rc = is_choice(f, i, n->n) ? takes(c, &first, n, n->args[i])
						    : want(c, n->args[i], FORMULA_BOOL);
		if (rc != OK)
			return rc;
	}
	n->type = first ? first->type : n->type;
	n->measure = n->measure.bare ? measure_bare : n->measure;
	return OK;
}

/* Arguments that are no part of the set: the percentile, the other side of pairs. */
static bool stands_apart(const struct function *f, const struct node *n, size_t i)
{
	return (f->scalar_place == SCALAR_LAST && i + 1 == n->n) || (f->pairs && i == 1);
}

static enum err check_set(struct checker *c, const struct function *f, struct node *n)
{
	const struct node *first = NULL;
	for (size_t i = 0; i < n->n; i++) {
		struct node *arg = n->args[i];
		enum err rc = want(c, arg, FORMULA_NUMBER);
		bool apart = stands_apart(f, n, i);
		if (rc == OK && apart && !f->pairs && !arg->measure.bare)
			return trouble_at(c->trouble, arg->at, "a bare number stands here");
		if (rc == OK && !apart)
			rc = takes(c, &first, n, arg);
		if (rc != OK)
			return rc;
	}
	if (f->measure == MEASURE_BARE || n->measure.bare)
		n->measure = measure_bare;
	return f->measure == MEASURE_QUOTIENT ? check_product(c, n, -1) : OK;
}

static enum err check_pairs(struct checker *c, const struct function *f, const struct node *n)
{
	if (!f->pairs)
		return OK;
	if (n->args[0]->kind != NODE_REF || n->args[1]->kind != NODE_REF)
		return trouble_at(c->trouble, n->at, "%s goes with two indicators: %s([A]; [B], …)",
				  f->help.name, f->help.name);
	struct formula_ref *one = &c->tree->refs[n->args[0]->ref],
			   *other = &c->tree->refs[n->args[1]->ref];
	one->paired = other->indicator;
	other->paired = one->indicator;
	return OK;
}

static enum err check_scalar(struct checker *c, const struct function *f, struct node *n)
{
	size_t n_types = strlen(f->arguments);
	struct measure common = n->args[0]->measure;
	n->type = f->type;
	for (size_t i = 0; i < n->n; i++) {
		char type = f->arguments[i < n_types ? i : n_types - 1];
		enum err rc = want(c, n->args[i], type == 'n' ? FORMULA_NUMBER : FORMULA_TEXT);
		if (rc == OK && i > 0 && type == 'n')
			rc = agree(c, &common, n->args[i], n->args[i]->at);
		if (rc != OK)
			return rc;
	}
	struct measure *m = &n->args[0]->measure;
	if (f->measure == MEASURE_ROOT && m->n > 0)
		return trouble_at(
			c->trouble, n->args[0]->at,
			"%s takes a number without unit of measure; number(…) takes it away",
			f->help.name);
	n->measure = f->measure == MEASURE_PERCENT		  ? measure_of(STR("percent"))
		     : f->measure == MEASURE_OF_FIRST && !m->bare ? *m
								  : measure_bare;
	return OK;
}

/* a% is a * 0.01. */
static enum err check_percent(struct checker *c, struct node *n)
{
	struct measure hundredth = measure_literal(0.01);
	if (!measure_product(&n->args[0]->measure, &hundredth, 1, &n->measure))
		return trouble_at(c->trouble, n->at, "too many units of measure");
	return want(c, n->args[0], FORMULA_NUMBER);
}

static enum err check_call(struct checker *c, struct node *n)
{
	const struct function *f;
	formula_table(&f);
	f += n->function;
	if (f->kind == FUNCTION_FORM)
		return check_form(c, f, n);
	if (f->kind == FUNCTION_SCALAR)
		return check_scalar(c, f, n);
	enum err rc = check_pairs(c, f, n);
	return rc == OK ? check_set(c, f, n) : rc;
}

static enum err check(struct checker *c, struct node *n)
{
	n->measure = measure_bare;
	for (size_t i = 0; i < n->n; i++) {
		enum err rc = check(c, n->args[i]);
		if (rc != OK)
			return rc;
	}
	switch (n->kind) {
	case NODE_TEXT:
		n->type = FORMULA_TEXT;
		return OK;
	case NODE_BOOL:
		n->type = FORMULA_BOOL;
		return OK;
	case NODE_NUMBER:
		n->measure = measure_literal(decimal_double(n->number));
		return OK;
	case NODE_MISSING:
		return OK;
	case NODE_REF:
		return check_ref(c, n);
	case NODE_NEGATE:
		n->measure = n->args[0]->measure;
		return want(c, n->args[0], FORMULA_NUMBER);
	case NODE_PERCENT:
		return check_percent(c, n);
	case NODE_NOT:
		n->type = FORMULA_BOOL;
		return want(c, n->args[0], FORMULA_BOOL);
	case NODE_BINARY:
		return check_binary(c, n);
	case NODE_CALL:
		break;
	}
	return check_call(c, n);
}

enum err formula_check(struct arena *a, struct tree *tree, const struct formula_words *words,
		       struct trouble *t)
{
	struct checker c = {a, tree, words, t};
	return check(&c, tree->root);
}
