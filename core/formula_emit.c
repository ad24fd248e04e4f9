/* formula_emit.c - the checked tree to code; and formula_compile(), which runs all the stages. */
#include "core/formula_private.h"

struct emitter {
	struct formula *f;
	struct arena *arena;
};

static size_t put(struct emitter *e, struct instr i)
{
	struct formula *f = e->f;
	*ARENA_APPEND(e->arena, f->code, f->n_code) = i;
	return f->n_code - 1;
}

static void emit(struct emitter *e, const struct node *n);

static void land(struct emitter *e, size_t jump)
{
	e->f->code[jump].arg = (uint32_t)e->f->n_code;
}

/* A missing condition makes the whole missing: JUMP_FALSE then leaves for `other`. */
static void emit_case(struct emitter *e, const struct node *n)
{
	size_t pairs = n->n / 2;
	size_t *ends = ARENA_ARRAY(e->arena, pairs + 1, size_t);
	size_t *tests = ARENA_ARRAY(e->arena, pairs + 1, size_t);
	for (size_t i = 0; i < pairs; i++) {
		emit(e, n->args[2 * i]);
		tests[i] = put(e, (struct instr){.op = OP_JUMP_FALSE, .at = n->args[2 * i]->at});
		emit(e, n->args[2 * i + 1]);
		ends[i] = put(e, (struct instr){.op = OP_JUMP, .at = n->at});
		land(e, tests[i]);
	}
	if (n->n % 2)
		emit(e, n->args[n->n - 1]);
	else
		put(e, (struct instr){.op = OP_MISSING, .at = n->at});
	for (size_t i = 0; i < pairs; i++) {
		land(e, ends[i]);
		e->f->code[tests[i]].other = (uint32_t)e->f->n_code;
	}
}

static void emit_form(struct emitter *e, const struct function *f, const struct node *n)
{
	if (f->form == FORM_IF || f->form == FORM_CASE) {
		emit_case(e, n);
		return;
	}
	emit(e, n->args[0]);
	if (f->form == FORM_IS_MISSING) {
		put(e, (struct instr){.op = OP_IS_MISSING, .at = n->at, .step = true});
		return;
	}
	size_t jump = put(e, (struct instr){.op = OP_JUMP_PRESENT, .at = n->at});
	emit(e, n->args[1]);
	land(e, jump);
}

static void emit_set(struct emitter *e, const struct function *f, const struct node *n)
{
	bool first = f->scalar_place == SCALAR_FIRST, last = f->scalar_place == SCALAR_LAST;
	size_t from = first, to = n->n - last;
	if (first || last)
		emit(e, n->args[first ? 0 : n->n - 1]);
	put(e, (struct instr){.op = OP_SET, .arg = f->adds && n->how.skip, .at = n->at});
	for (size_t i = from; i < to; i++) {
		if (f->pairs && i == 1)
			put(e, (struct instr){.op = OP_SET_NEXT, .at = n->at});
		const struct node *arg = n->args[i];
		if (arg->kind == NODE_REF) {
			put(e, (struct instr){.op = OP_SET_CELLS, .arg = arg->ref, .at = arg->at});
			continue;
		}
		emit(e, arg);
		put(e, (struct instr){.op = OP_SET_VALUE, .at = arg->at});
	}
	put(e, (struct instr){.op = OP_SET_CALL,
			      .arg = (uint32_t)n->function,
			      .other = (uint32_t)(n->how.skip | n->how.ascending << 1),
			      .step = true,
			      .at = n->at});
}

static void emit_call(struct emitter *e, const struct node *n)
{
	const struct function *f;
	formula_table(&f);
	f += n->function;
	if (f->kind == FUNCTION_FORM) {
		emit_form(e, f, n);
		return;
	}
	if (f->kind == FUNCTION_SET) {
		emit_set(e, f, n);
		return;
	}
	for (size_t i = 0; i < n->n; i++)
		emit(e, n->args[i]);
	put(e, (struct instr){.op = OP_CALL,
			      .arg = (uint32_t)n->function,
			      .other = (uint32_t)n->n,
			      .step = true,
			      .at = n->at});
}

static uint32_t constant(struct emitter *e, const struct node *n)
{
	if (n->kind == NODE_TEXT) {
		e->f->strings[e->f->n_strings] = n->text;
		return (uint32_t)e->f->n_strings++;
	}
	e->f->constants[e->f->n_constants] = n->number;
	return (uint32_t)e->f->n_constants++;
}

static void emit(struct emitter *e, const struct node *n)
{
	struct instr i = {.at = n->at, .step = true};
	if (n->kind == NODE_CALL) {
		emit_call(e, n);
		return;
	}
	for (size_t k = 0; k < n->n; k++)
		emit(e, n->args[k]);
	switch (n->kind) {
	case NODE_NUMBER:
	case NODE_TEXT:
		i.op = n->kind == NODE_TEXT ? OP_TEXT : OP_NUMBER;
		i.arg = constant(e, n);
		i.step = false;
		break;
	case NODE_BOOL:
		i.op = OP_BOOL;
		i.arg = n->boolean;
		i.step = false;
		break;
	case NODE_MISSING:
		i.op = OP_MISSING;
		i.step = false;
		break;
	case NODE_REF:
		i.op = OP_FIGURE;
		i.arg = n->ref;
		break;
	case NODE_NEGATE:
		i.op = OP_NEGATE;
		break;
	case NODE_NOT:
		i.op = OP_NOT;
		break;
	case NODE_PERCENT:
		i.op = OP_PERCENT;
		break;
	case NODE_BINARY:
	case NODE_CALL:
		i.op = OP_BINARY;
		i.arg = (uint32_t)n->binary;
		break;
	}
	put(e, i);
}

static size_t count_nodes(const struct node *n)
{
	size_t sum = 1;
	for (size_t i = 0; i < n->n; i++)
		sum += count_nodes(n->args[i]);
	return sum;
}

void formula_emit(struct arena *a, const struct tree *tree, struct formula *ret)
{
	size_t nodes = count_nodes(tree->root);
	ret->constants = ARENA_ARRAY(a, nodes, struct decimal);
	ret->strings = ARENA_ARRAY(a, nodes, struct str);
	ret->refs = tree->refs;
	ret->n_refs = tree->n_refs;
	ret->type = tree->root->type;
	ret->measure = tree->root->measure;
	struct emitter e = {.f = ret, .arena = a};
	emit(&e, tree->root);
}

/* The result must be a number in the indicator's own unit of measure. */
static enum err check_result(struct arena *a, const struct tree *tree, struct str measure,
			     struct trouble *t)
{
	const struct node *root = tree->root;
	if (!measure.ptr)
		return OK;
	if (root->type != FORMULA_NUMBER)
		return trouble_at(t, root->at, "the result must be a number");
	struct measure wanted = measure_of(measure);
	if (measure_fits(&root->measure, &wanted))
		return OK;
	struct str is = measure_str(a, &root->measure), must = measure_str(a, &wanted);
	if (!measure_same_bases(&root->measure, &wanted))
		return trouble_at(t, root->at,
				  "the result is in " STR_FMT ", but the indicator is in " STR_FMT,
				  STR_ARG(is), STR_ARG(must));
	return trouble_at(t, root->at,
			  "the result is in " STR_FMT ", but the indicator is in " STR_FMT
			  ": multiply by %.10g",
			  STR_ARG(is), STR_ARG(must), measure_ratio(&root->measure, &wanted));
}

enum err formula_compile(struct arena *a, struct str text, const struct formula_words *words,
			 struct str measure, struct formula **ret, struct formula_place *ret_at,
			 struct why *why)
{
	struct why spare;
	struct trouble t = {.why = why ? why : &spare};
	struct tree tree = {.root = NULL};
	struct str own = arena_str(a, text.ptr ? text : STR(""));
	enum err rc = formula_parse(a, own, &tree, &t);
	if (rc == OK)
		rc = formula_check(a, &tree, words, &t);
	if (rc == OK)
		rc = check_result(a, &tree, measure, &t);
	*ret_at = t.at;
	if (rc != OK)
		return rc;
	struct formula *f = ARENA_NEW(a, struct formula);
	f->text = own;
	formula_emit(a, &tree, f);
	*ret = f;
	return OK;
}

size_t formula_refs(const struct formula *f, const struct formula_ref **ret)
{
	*ret = f->refs;
	return f->n_refs;
}

enum formula_type formula_gives(const struct formula *f)
{
	return f->type;
}

struct str formula_measure(const struct formula *f, struct arena *a)
{
	return measure_str(a, &f->measure);
}
