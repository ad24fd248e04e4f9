/* formula_run.c - the stack machine.  Jumps only lead forward and what a set may hold is bounded, so
 * every evaluation ends; FORMULA_STEPS_MAX says how soon. */
#include "core/formula_private.h"

#include <math.h>

struct vm {
	const struct formula *f;
	const struct formula_data *data;
	struct arena *arena;
	struct formula_result *result;
	bool explain;
	struct formula_value *stack;
	size_t depth;
	struct formula_value *items; /* of the open sets, one after the other */
	size_t n_items;
	struct {
		size_t base, second;   /* first item of the set and of its second half */
		int64_t indicators[2]; /* that the halves are of */
		bool by_parts;
	} * sets;
	size_t n_sets, next;
	struct why *why;
};

static struct formula_value missing(enum formula_reason reason)
{
	return (struct formula_value){.reason = reason};
}

static struct formula_value *top(struct vm *vm)
{
	assert(vm->depth > 0);
	return &vm->stack[vm->depth - 1];
}

/* A value that is lost keeps the place where it was, wherever it is handed on to. */
static void push(struct vm *vm, const struct instr *i, struct formula_value v)
{
	struct formula_result *r = vm->result;
	if (v.reason != FORMULA_PRESENT && v.lost == 0)
		v.lost = (uint32_t)(i - vm->f->code) + 1;
	vm->stack[vm->depth++] = v;
	if (!vm->explain || !i->step)
		return;
	*ARENA_APPEND(vm->arena, r->steps, r->n_steps) = (struct formula_step){i->at, v};
}

static enum err count(struct vm *vm, size_t n)
{
	vm->result->count += (int64_t)n;
	if (vm->result->count > FORMULA_STEPS_MAX)
		return fail(vm->why, ERR_TOO_LARGE,
			    "the formula takes more than %d steps: name fewer units or periods",
			    FORMULA_STEPS_MAX);
	return OK;
}

/* -- figures -- */
static enum err cells(struct vm *vm, uint32_t at, const struct formula_term **ret)
{
	struct formula_term *term = &vm->result->terms[at];
	*ret = term;
	if (term->cells)
		return OK;
	enum err rc = vm->data->cells(vm->data->arg, term->ref, vm->arena, &term->cells, &term->n,
				      vm->why);
	if (rc == OK && term->n > FORMULA_CELLS_MAX)
		return fail(vm->why, ERR_TOO_LARGE,
			    "[" STR_FMT
			    "] brings more than %d figures: name fewer units or periods",
			    STR_ARG(term->ref->code), FORMULA_CELLS_MAX);
	return rc;
}

static struct formula_value cell_value(struct formula_cell *c)
{
	struct formula_value v = {.reason = c->reason, .cell = c};
	if (c->reason == FORMULA_PRESENT)
		v.number = number_of(c->value);
	return v;
}

/* The cell that tells why there is no value. */
static struct formula_cell *blamed(struct formula_cell *c)
{
	return c ? c + c->lost : NULL;
}

static enum err run_figure(struct vm *vm, const struct instr *i)
{
	const struct formula_term *term = NULL;
	enum err rc = cells(vm, i->arg, &term);
	if (rc != OK)
		return rc;
	struct formula_value v = term->n ? cell_value(term->cells) : missing(FORMULA_NO_UNITS);
	push(vm, i, v);
	return count(vm, term->n);
}

static enum err run_constant(struct vm *vm, const struct instr *i)
{
	struct formula_value v = {.type = FORMULA_NUMBER};
	if (i->op == OP_NUMBER) {
		v.number = number_of(vm->f->constants[i->arg]);
	} else if (i->op == OP_TEXT) {
		v.type = FORMULA_TEXT;
		v.text = vm->f->strings[i->arg];
	} else if (i->op == OP_BOOL) {
		v.type = FORMULA_BOOL;
		v.boolean = i->arg != 0;
	} else {
		v.reason = FORMULA_SAID_MISSING;
	}
	push(vm, i, v);
	return OK;
}

/* -- operators -- */
static enum err run_unary(struct vm *vm, const struct instr *i)
{
	struct formula_value v = *top(vm);
	vm->depth--;
	if (v.reason != FORMULA_PRESENT) {
		push(vm, i, v);
		return OK;
	}
	if (i->op == OP_NOT)
		v.boolean = !v.boolean;
	else if (i->op == OP_NEGATE)
		v.number = number_negate(v.number);
	else if (!number_divide(v.number, number_of_int(100), &v.number))
		v = missing(FORMULA_OVERFLOW);
	push(vm, i, v);
	return OK;
}

static int compare(const struct formula_value *a, const struct formula_value *b)
{
	switch (a->type) {
	case FORMULA_NUMBER:
		return number_cmp(a->number, b->number);
	case FORMULA_TEXT:
		return str_cmp(a->text, b->text);
	case FORMULA_BOOL:
		break;
	}
	return (int)a->boolean - (int)b->boolean;
}

static bool holds(enum binary op, int order)
{
	switch ((int)op) {
	case BINARY_EQUAL:
		return order == 0;
	case BINARY_UNEQUAL:
		return order != 0;
	case BINARY_LESS:
		return order < 0;
	case BINARY_LESS_EQUAL:
		return order <= 0;
	case BINARY_MORE:
		return order > 0;
	default:
		return order >= 0;
	}
}

/* false and anything is false, true or anything is true, also where anything is missing. */
static struct formula_value logic(enum binary op, const struct formula_value *a,
				  const struct formula_value *b)
{
	bool decisive = op == BINARY_OR;
	struct formula_value v = {.type = FORMULA_BOOL, .boolean = decisive};
	bool a_decides = a->reason == FORMULA_PRESENT && a->boolean == decisive;
	bool b_decides = b->reason == FORMULA_PRESENT && b->boolean == decisive;
	if (a_decides || b_decides)
		return v;
	if (a->reason != FORMULA_PRESENT)
		return *a;
	if (b->reason != FORMULA_PRESENT)
		return *b;
	v.boolean = !decisive;
	return v;
}

static struct str as_text(struct vm *vm, const struct formula_value *v)
{
	struct decimal d;
	if (v->type == FORMULA_TEXT)
		return v->text;
	if (v->type == FORMULA_BOOL)
		return v->boolean ? STR("đúng") : STR("sai");
	if (number_decimal(v->number, &d))
		return decimal_vi(vm->arena, d);
	return arena_fmt(vm->arena, "%.15g", number_double(v->number));
}

static enum err join(struct vm *vm, const struct formula_value *a, const struct formula_value *b,
		     struct formula_value *ret)
{
	struct str x = as_text(vm, a), y = as_text(vm, b);
	if (x.len + y.len > FORMULA_STRING_MAX)
		return fail(vm->why, ERR_TOO_LARGE, "a text of the formula grew beyond %d bytes",
			    FORMULA_STRING_MAX);
	*ret = (struct formula_value){.type = FORMULA_TEXT};
	ret->text = arena_fmt(vm->arena, STR_FMT STR_FMT, STR_ARG(x), STR_ARG(y));
	return OK;
}

static enum formula_reason raise(struct number a, struct number b, struct number *ret)
{
	double power = number_double(b);
	bool whole = b.exact && power >= 1 && power <= 64 && !(floor(power) < power);
	if (whole) {
		struct number r = a;
		for (int i = 1; i < (int)power; i++)
			if (!number_multiply(r, a, &r))
				return FORMULA_OVERFLOW;
		*ret = r;
		return FORMULA_PRESENT;
	}
	double x = pow(number_double(a), power);
	if (isnan(x) || (number_is_zero(a) && power < 0))
		return FORMULA_NOT_DEFINED;
	return number_of_double(x, ret) ? FORMULA_PRESENT : FORMULA_OVERFLOW;
}

static struct formula_value arithmetic(enum binary op, struct number a, struct number b)
{
	struct formula_value v = {.type = FORMULA_NUMBER};
	bool fits = true;
	switch ((int)op) {
	case BINARY_ADD:
		fits = number_add(a, b, &v.number);
		break;
	case BINARY_SUBTRACT:
		fits = number_subtract(a, b, &v.number);
		break;
	case BINARY_MULTIPLY:
		fits = number_multiply(a, b, &v.number);
		break;
	case BINARY_DIVIDE:
		if (number_is_zero(b))
			return missing(FORMULA_DIVIDED_BY_ZERO);
		fits = number_divide(a, b, &v.number);
		break;
	default:
		v.reason = raise(a, b, &v.number);
		break;
	}
	return fits ? v : missing(FORMULA_OVERFLOW);
}

static enum err run_binary(struct vm *vm, const struct instr *i)
{
	assert(vm->depth >= 2);
	struct formula_value a = vm->stack[vm->depth - 2], b = vm->stack[vm->depth - 1], v;
	enum binary op = (enum binary)i->arg;
	enum err rc = OK;
	vm->depth -= 2;
	if (op == BINARY_OR || op == BINARY_AND)
		v = logic(op, &a, &b);
	else if (a.reason != FORMULA_PRESENT)
		v = a;
	else if (b.reason != FORMULA_PRESENT)
		v = b;
	else if (op == BINARY_JOIN)
		rc = join(vm, &a, &b, &v);
	else if (op < BINARY_JOIN)
		v = (struct formula_value){.type = FORMULA_BOOL,
					   .boolean = holds(op, compare(&a, &b))};
	else
		v = arithmetic(op, a.number, b.number);
	if (rc == OK)
		push(vm, i, v);
	return rc;
}

/* -- jumps -- */
static enum err run_jump(struct vm *vm, const struct instr *i)
{
	if (i->op == OP_JUMP) {
		vm->next = i->arg;
		return OK;
	}
	bool present = top(vm)->reason == FORMULA_PRESENT;
	if (i->op == OP_JUMP_PRESENT) {
		if (present)
			vm->next = i->arg;
		else
			vm->depth--;
		return OK;
	}
	if (!present) { /* the lost condition is the result */
		vm->next = i->other;
		return OK;
	}
	vm->depth--;
	if (!vm->stack[vm->depth].boolean)
		vm->next = i->arg;
	return OK;
}

static enum err run_is_missing(struct vm *vm, const struct instr *i)
{
	bool lost = top(vm)->reason != FORMULA_PRESENT;
	vm->depth--;
	push(vm, i, (struct formula_value){.type = FORMULA_BOOL, .boolean = lost});
	return OK;
}

/* -- calls -- */
static enum err run_call(struct vm *vm, const struct instr *i)
{
	const struct function *f;
	formula_table(&f);
	f += i->arg;
	assert(vm->depth >= i->other);
	vm->depth -= i->other;
	const struct formula_value *args = vm->stack + vm->depth;
	struct formula_value v = {.type = f->type};
	for (uint32_t k = 0; k < i->other && v.reason == FORMULA_PRESENT; k++)
		if (args[k].reason != FORMULA_PRESENT)
			v = args[k];
	if (v.reason == FORMULA_PRESENT) {
		enum formula_reason reason = f->scalar(vm->arena, args, i->other, &v);
		if (reason != FORMULA_PRESENT)
			v = missing(reason);
	}
	push(vm, i, v);
	return OK;
}

static void add_item(struct vm *vm, struct formula_value v)
{
	*ARENA_APPEND(vm->arena, vm->items, vm->n_items) = v;
}

/* A value, or the parts of one that lacks some. */
static void add_items(struct vm *vm, struct formula_cell *c, bool by_parts)
{
	if (!by_parts || !c->additive || !c->lost) {
		add_item(vm, cell_value(c));
		return;
	}
	for (uint32_t k = 1; k <= c->parts; k++)
		add_item(vm, cell_value(&c[k]));
}

static enum err run_set(struct vm *vm, const struct instr *i)
{
	const struct formula_term *term = NULL;
	if (i->op == OP_SET) {
		vm->sets[vm->n_sets].by_parts = i->arg != 0;
		vm->sets[vm->n_sets].base = vm->n_items;
		vm->sets[vm->n_sets++].second = SIZE_MAX;
		return OK;
	}
	if (i->op == OP_SET_NEXT) {
		vm->sets[vm->n_sets - 1].second = vm->n_items;
		return OK;
	}
	if (i->op == OP_SET_VALUE) {
		add_item(vm, *top(vm));
		vm->depth--;
		return OK;
	}
	enum err rc = cells(vm, i->arg, &term);
	bool half = vm->sets[vm->n_sets - 1].second != SIZE_MAX;
	vm->sets[vm->n_sets - 1].indicators[half] = vm->f->refs[i->arg].indicator;
	if (rc == OK)
		rc = count(vm, term->n);
	bool by_parts = vm->sets[vm->n_sets - 1].by_parts;
	for (size_t k = 0; rc == OK && k < term->n; k += 1 + term->cells[k].parts)
		add_items(vm, &term->cells[k], by_parts);
	return rc;
}

static void leave_out(const struct formula_value *v, const struct formula_value *reason)
{
	struct formula_cell *why = blamed(v->reason == FORMULA_PRESENT ? reason->cell : v->cell);
	for (uint32_t k = 0; v->cell && k <= v->cell->parts; k++)
		v->cell[k].left_out = why;
}

/* Take what is missing out, of pairs both sides together, or tell the first of it. */
static struct formula_value sift(struct set *s, struct formula_value *values,
				 struct formula_value *second, bool counts)
{
	size_t kept = 0;
	for (size_t k = 0; k < s->n; k++) {
		const struct formula_value *lost = NULL;
		if (values[k].reason != FORMULA_PRESENT)
			lost = &values[k];
		else if (second && second[k].reason != FORMULA_PRESENT)
			lost = &second[k];
		if (lost && !s->how.skip && !counts)
			return *lost;
		if (lost) {
			leave_out(&values[k], lost);
			if (second)
				leave_out(&second[k], lost);
			continue;
		}
		values[kept] = values[k];
		if (second)
			second[kept] = second[k];
		kept++;
	}
	s->n = kept;
	return (struct formula_value){.type = FORMULA_NUMBER};
}

/* Order of the places of two figures. */
static int place_cmp(const struct formula_cell *a, const struct formula_cell *b)
{
	if (a->seat != b->seat)
		return a->seat < b->seat ? -1 : 1;
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

/* What stands beside a figure that has nothing beside it. */
static struct formula_value unpaired(struct vm *vm, const struct formula_cell *beside,
				     int64_t indicator)
{
	struct formula_cell *c = ARENA_NEW(vm->arena, struct formula_cell);
	*c = (struct formula_cell){.unit = beside->unit,
				   .indicator = indicator,
				   .period = beside->period,
				   .breakdown = beside->breakdown,
				   .reason = FORMULA_UNPAIRED};
	return (struct formula_value){.reason = FORMULA_UNPAIRED, .cell = c};
}

/* Figures of two indicators, each in order of places: beside each other stand those of the same place.
 * Returns how many places there are. */
static size_t pair(struct vm *vm, struct formula_value **values, size_t n,
		   struct formula_value **second, size_t m, const int64_t *indicators)
{
	struct formula_value *a = *values, *b = *second;
	size_t i = 0, k = 0, out = 0;
	while (i < n && n == m && place_cmp(a[i].cell, b[i].cell) == 0)
		i++;
	if (i == n && n == m)
		return n;
	*values = ARENA_ARRAY(vm->arena, n + m, struct formula_value);
	*second = ARENA_ARRAY(vm->arena, n + m, struct formula_value);
	for (i = 0; i < n || k < m; out++) {
		int order = i == n ? 1 : k == m ? -1 : place_cmp(a[i].cell, b[k].cell);
		(*values)[out] = order <= 0 ? a[i] : unpaired(vm, b[k].cell, indicators[0]);
		(*second)[out] = order >= 0 ? b[k] : unpaired(vm, a[i].cell, indicators[1]);
		i += order <= 0;
		k += order >= 0;
	}
	return out;
}

static enum err run_set_call(struct vm *vm, const struct instr *i)
{
	const struct function *f;
	formula_table(&f);
	f += i->arg;
	assert(f->set);
	size_t base = vm->sets[--vm->n_sets].base, second = vm->sets[vm->n_sets].second;
	struct set s = {.arena = vm->arena, .how = {i->other & 1, i->other >> 1 & 1}};
	struct formula_value *values = vm->items + base, *weights = NULL;
	struct formula_value v = {.type = FORMULA_NUMBER};
	s.n = (second == SIZE_MAX ? vm->n_items : second) - base;
	if (second != SIZE_MAX) {
		weights = vm->items + second;
		s.n = pair(vm, &values, s.n, &weights, vm->n_items - second,
			   vm->sets[vm->n_sets].indicators);
	}
	if (f->scalar_place != SCALAR_NONE) {
		v = *top(vm);
		s.scalar = v.number;
		vm->depth--;
	}
	bool counts = f->measure == MEASURE_BARE && f->scalar_place == SCALAR_NONE;
	if (v.reason == FORMULA_PRESENT)
		v = sift(&s, values, weights, counts);
	s.values = values;
	s.second = weights;
	if (v.reason == FORMULA_PRESENT) {
		v = (struct formula_value){.type = FORMULA_NUMBER};
		v.reason = f->set(&s, &v.number);
	}
	vm->n_items = base;
	push(vm, i, v);
	return OK;
}

static enum err (*const handlers[])(struct vm *vm, const struct instr *i) = {
	[OP_NUMBER] = run_constant,   [OP_TEXT] = run_constant,
	[OP_BOOL] = run_constant,     [OP_MISSING] = run_constant,
	[OP_FIGURE] = run_figure,     [OP_NEGATE] = run_unary,
	[OP_NOT] = run_unary,	      [OP_PERCENT] = run_unary,
	[OP_BINARY] = run_binary,     [OP_JUMP] = run_jump,
	[OP_JUMP_FALSE] = run_jump,   [OP_JUMP_PRESENT] = run_jump,
	[OP_CALL] = run_call,	      [OP_IS_MISSING] = run_is_missing,
	[OP_SET] = run_set,	      [OP_SET_VALUE] = run_set,
	[OP_SET_CELLS] = run_set,     [OP_SET_NEXT] = run_set,
	[OP_SET_CALL] = run_set_call,
};
static_assert(ARRAY_LEN(handlers) == OPS, "a handler for every instruction");

static void count_cells(struct formula_result *r)
{
	for (size_t i = 0; i < r->n_terms; i++) {
		struct formula_term *t = &r->terms[i];
		for (size_t k = 0; k < t->n; k += 1 + t->cells[k].parts) {
			t->values++;
			t->missing += t->cells[k].reason != FORMULA_PRESENT;
			t->left_out += t->cells[k].left_out != NULL;
		}
	}
}

enum err formula_run(const struct formula *f, const struct formula_data *data, bool explain,
		     struct arena *a, struct formula_result *ret, struct why *why)
{
	struct formula_result r = {.n_terms = f->n_refs};
	struct vm vm = {
		.f = f, .data = data, .arena = a, .result = &r, .explain = explain, .why = why};
	r.terms = ARENA_ARRAY(a, f->n_refs + 1, struct formula_term);
	for (size_t i = 0; i < f->n_refs; i++)
		r.terms[i].ref = &f->refs[i];
	vm.stack = ARENA_ARRAY(a, f->n_code + 1, struct formula_value);
	vm.items = arena_grown(a, NULL, 0, sizeof(*vm.items));
	vm.sets = arena_array(a, f->n_code + 1, sizeof(*vm.sets));
	enum err rc = OK;
	while (rc == OK && vm.next < f->n_code) {
		const struct instr *i = &f->code[vm.next++];
		rc = count(&vm, 1);
		if (rc == OK)
			rc = handlers[i->op](&vm, i);
	}
	if (rc != OK)
		return rc;
	assert(vm.depth == 1);
	r.value = vm.stack[0];
	if (r.value.reason != FORMULA_PRESENT) {
		assert(r.value.lost > 0 && r.value.lost <= f->n_code);
		r.at = f->code[r.value.lost - 1].at;
		r.value.type = f->type;
		r.value.cell = blamed(r.value.cell);
	}
	count_cells(&r);
	*ret = r;
	return OK;
}
