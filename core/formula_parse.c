/* formula_parse.c - tokens to a tree, by precedence (Pratt). */
#include "core/formula_private.h"

#include "base/text.h"

#include <stdlib.h>

#define NAME_WORDS_MAX 5

struct parser {
	struct arena *arena;
	const struct token *tokens;
	size_t n, at;
	int depth;
	struct tree *tree;
	struct trouble *trouble;
};

static enum err expression(struct parser *p, int power, struct node **ret);

static const struct token *token(const struct parser *p, size_t ahead)
{
	size_t at = p->at + ahead;
	return &p->tokens[at < p->n ? at : p->n - 1];
}

static bool is_sign(const struct token *t, const char *sign)
{
	return t->kind == TOKEN_SIGN && str_is(t->text, sign);
}

static bool is_word(const struct token *t, const char *list)
{
	return t->kind == TOKEN_WORD && folded_in(list, t->text);
}

static struct node *make(struct parser *p, enum node_kind kind, struct formula_place at)
{
	struct node *n = ARENA_NEW(p->arena, struct node);
	n->kind = kind;
	n->at = at;
	return n;
}

/* -- references -- */
static enum err add_ref(struct parser *p, struct formula_ref ref, struct node **ret)
{
	if (p->tree->n_refs == FORMULA_REFS_MAX)
		return trouble_at(p->trouble, ref.at, "the formula names more than %d figures",
				  FORMULA_REFS_MAX);
	*ret = make(p, NODE_REF, ref.at);
	(*ret)->ref = (uint32_t)p->tree->n_refs;
	p->tree->refs[p->tree->n_refs++] = ref;
	return OK;
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* "{sex=female}{age=0-14}" to "age=0-14;sex=female". */
static enum err breakdown(struct parser *p, struct formula_ref *ref)
{
	struct str parts[16];
	size_t n = 0, bytes = 0;
	for (; token(p, 0)->kind == TOKEN_BREAKDOWN; p->at++) {
		const struct token *t = token(p, 0);
		for (struct str rest = t->text; rest.ptr && n < ARRAY_LEN(parts);) {
			struct str part = str_trim(str_until(rest, ';', &rest)), code = STR_NULL;
			struct str list = str_trim(str_until(part, '=', &code));
			code = str_trim(code);
			if (list.len == 0 || code.len == 0)
				return trouble_at(p->trouble, t->at,
						  "write a breakdown as {list=code;list=code}");
			parts[n++] = arena_fmt(p->arena, STR_FMT "=" STR_FMT, STR_ARG(list),
					       STR_ARG(code));
			bytes += parts[n - 1].len + 1;
		}
		ref->at.end = t->at.end;
	}
	qsort(parts, n, sizeof(parts[0]), by_text);
	char *text = arena_alloc(p->arena, bytes + 1);
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			text[len++] = ';';
		memcpy(text + len, parts[i].ptr, parts[i].len);
		len += parts[i].len;
	}
	ref->breakdown = (struct str){text, len};
	return OK;
}

static enum err reference(struct parser *p, struct node **ret)
{
	const struct token *t = token(p, 0);
	struct formula_ref ref = {.at = t->at, .window = 1};
	ref.code = t->kind == TOKEN_REF ? t->text : t->raw;
	if (ref.code.len == 0)
		return trouble_at(p->trouble, t->at, "the brackets hold no indicator's code");
	p->at++;
	enum err rc = breakdown(p, &ref);
	return rc == OK ? add_ref(p, ref, ret) : rc;
}

/* -- options of a call -- */
struct options {
	bool any, units, by, window, to_date, skip, order;
	struct formula_place at;
	struct formula_ref ref; /* the members they set */
};

static enum err whole_number(struct parser *p, int max, int *ret)
{
	const struct token *t = token(p, 0);
	if (t->kind != TOKEN_NUMBER || t->number.scale || t->number.mantissa < 1 ||
	    t->number.mantissa > max)
		return trouble_at(p->trouble, t->at, "a whole number from 1 to %d stands here",
				  max);
	*ret = (int)t->number.mantissa;
	p->at++;
	return OK;
}

/* Up to NAME_WORDS_MAX words in a row, folded and joined; how many. */
static size_t words(const struct parser *p, struct str *ret)
{
	struct str name = STR_NULL;
	size_t n = 0;
	for (; n < NAME_WORDS_MAX && token(p, n)->kind == TOKEN_WORD; n++)
		name = n ? arena_fmt(p->arena, STR_FMT " " STR_FMT, STR_ARG(name),
				     STR_ARG(token(p, n)->text))
			 : token(p, n)->text;
	*ret = name;
	return n;
}

static enum err option_units(struct parser *p, struct options *o)
{
	struct str name;
	struct formula_place at = token(p, 0)->at;
	size_t n = words(p, &name);
	for (unsigned u = 0; u < FORMULA_UNITS; u++)
		if (str_is(name, formula_units_name(u)) ||
		    str_eq(name, text_fold(p->arena, str_of(formula_units_name_vi(u))))) {
			o->ref.units = (enum formula_units)u;
			o->units = true;
			p->at += n;
			return OK;
		}
	return trouble_at(p->trouble, at,
			  "units: is one of self, children, below, communes, siblings, province");
}

static enum err option_by(struct parser *p, struct options *o)
{
	const struct token *t = token(p, 0);
	if (t->kind != TOKEN_WORD && t->kind != TOKEN_TEXT)
		return trouble_at(p->trouble, t->at, "by: needs the code of a code list");
	o->ref.by = t->kind == TOKEN_TEXT ? t->text : t->raw;
	o->ref.by_at = t->at;
	o->by = true;
	p->at++;
	return OK;
}

static enum err option_missing(struct parser *p, struct options *o)
{
	struct str name;
	size_t n = words(p, &name);
	if (!folded_in("skip\0bo qua\0", name))
		return trouble_at(
			p->trouble, token(p, 0)->at,
			"missing: can be skip; without it, what is missing makes the whole missing");
	o->skip = true;
	p->at += n;
	return OK;
}

static enum err option_order(struct parser *p, struct options *o)
{
	struct str name;
	size_t n = words(p, &name);
	bool up = folded_in("ascending\0tang dan\0", name);
	if (!up && !folded_in("descending\0giam dan\0", name))
		return trouble_at(p->trouble, token(p, 0)->at, "order: is ascending or descending");
	o->order = up;
	p->at += n;
	return OK;
}

static const struct {
	const char *names;
	enum err (*read)(struct parser *p, struct options *o);
} named_options[] = {
	{"units\0don vi\0", option_units},
	{"by\0theo\0", option_by},
	{"missing\0thieu\0", option_missing},
	{"order\0thu tu\0", option_order},
};

/* "last 3", "3 kỳ", "gần nhất 3". */
static enum err option_window(struct parser *p, struct options *o, bool *ret)
{
	struct str name;
	size_t n = words(p, &name);
	bool before =
		n > 0 && folded_in("last\0gan nhat\0", name) && token(p, n)->kind == TOKEN_NUMBER;
	bool after = token(p, 0)->kind == TOKEN_NUMBER && is_word(token(p, 1), "ky\0periods\0");
	*ret = before || after;
	if (!*ret)
		return OK;
	p->at += before ? n : 0;
	enum err rc = whole_number(p, FORMULA_PERIODS_MAX, &o->ref.window);
	if (rc == OK && after) {
		p->at++;
		n = words(p, &name);
		p->at += folded_in("gan nhat\0", name) ? n : 0;
	}
	o->window = true;
	return rc;
}

/* "units: children" and the like: n words, then a colon. */
static enum err option_named(struct parser *p, struct options *o, struct str name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(named_options); i++)
		if (folded_in(named_options[i].names, name)) {
			p->at += n + 1;
			return named_options[i].read(p, o);
		}
	return trouble_at(p->trouble, token(p, 0)->at,
			  "there is no such option; options are units:, by:, missing:, order:");
}

/* *ret: there was one. */
static enum err option(struct parser *p, struct options *o, bool *ret)
{
	struct formula_place at = token(p, 0)->at;
	struct str name;
	size_t n = words(p, &name);
	enum err rc = option_window(p, o, ret);
	if (rc != OK || *ret) {
		/* a window, or a bad one */
	} else if (folded_in("ytd\0luy ke\0", name) && !is_sign(token(p, n), "(")) {
		p->at += n;
		*ret = o->to_date = true;
	} else if (n > 0 && is_sign(token(p, n), ":")) {
		*ret = true;
		rc = option_named(p, o, name, n);
	}
	if (*ret && !o->any) {
		o->any = true;
		o->at = at;
	}
	if (*ret)
		o->at.end = token(p, 0)->at.start;
	return rc;
}

/* -- calls -- */
static void apply(struct formula_ref *ref, const struct options *o)
{
	if (o->units)
		ref->units = o->ref.units;
	if (o->by) {
		ref->by = o->ref.by;
		ref->by_at = o->ref.by_at;
	}
	if (o->window)
		ref->window = o->ref.window;
	ref->year_to_date = ref->year_to_date || o->to_date;
	ref->each = ref->each || o->window || o->to_date;
}

static bool is_set_argument(const struct function *f, size_t i, size_t n)
{
	if (f->scalar_place == SCALAR_FIRST)
		return i > 0;
	return f->scalar_place != SCALAR_LAST || i + 1 < n;
}

/* rank([A], …) is rank([A]; [A], …) with the unit's own figure first. */
static enum err own_first(struct parser *p, struct node *call)
{
	struct node *own = NULL;
	for (size_t i = 1; i < call->n; i++)
		if (call->args[i]->kind == NODE_REF)
			p->tree->refs[call->args[i]->ref].units = FORMULA_SIBLINGS;
	if (call->n > 1)
		return OK;
	if (call->args[0]->kind != NODE_REF)
		return trouble_at(p->trouble, call->at,
				  "rank needs an indicator, or a value and an indicator: "
				  "rank([A], units: siblings)");
	struct formula_ref ref = p->tree->refs[call->args[0]->ref];
	ref.units = FORMULA_SELF;
	enum err rc = add_ref(p, ref, &own);
	if (rc != OK)
		return rc;
	p->tree->refs[call->args[0]->ref].units = FORMULA_SIBLINGS;
	struct node **args = ARENA_ARRAY(p->arena, 2, struct node *);
	args[0] = own;
	args[1] = call->args[0];
	call->args = args;
	call->n = 2;
	return OK;
}

/* The first indicator named within; NULL: none. */
static const struct node *names_figures(const struct node *n)
{
	if (n->kind == NODE_REF)
		return n;
	for (size_t i = 0; i < n->n; i++) {
		const struct node *found = names_figures(n->args[i]);
		if (found)
			return found;
	}
	return NULL;
}

/* The indicator of an argument takes the call's options; what is reckoned from indicators cannot. */
static enum err give_options(struct parser *p, struct node *arg, const struct options *o,
			     bool *used)
{
	if (arg->kind != NODE_REF)
		return names_figures(arg)
			       ? trouble_at(
					 p->trouble, arg->at,
					 "the options of a call are for indicators that stand in "
					 "it by themselves; this one is reckoned with: give it "
					 "options of its own, or take the reckoning out")
			       : OK;
	struct formula_ref *ref = &p->tree->refs[arg->ref];
	if (ref->when == FORMULA_LATEST && (o->window || o->to_date))
		return trouble_at(p->trouble, o->at,
				  "latest is one figure: last N and ytd do not go with it");
	apply(ref, o);
	*used = true;
	return OK;
}

static enum err finish_set(struct parser *p, const struct function *f, struct node *call,
			   const struct options *o)
{
	bool ranks = f->scalar_place == SCALAR_FIRST;
	if (ranks && (o->by || o->window || o->to_date))
		return trouble_at(
			p->trouble, o->at,
			"%s compares one figure of each unit: last N, ytd and by: do not go "
			"with it",
			f->help.name);
	enum err rc = ranks ? own_first(p, call) : OK;
	bool any = o->units || o->by || o->window || o->to_date, used = !any;
	for (size_t i = 0; rc == OK && any && i < call->n; i++)
		if (is_set_argument(f, i, call->n))
			rc = give_options(p, call->args[i], o, &used);
	if (rc == OK && !used)
		return trouble_at(p->trouble, o->at,
				  "options go with an indicator named in the call itself: "
				  "sum([A], units: children)");
	call->how = (struct set_options){.skip = o->skip, .ascending = o->order};
	return rc;
}

/* previous([A]; 2), same_period([A]), latest([A]): the reference, changed. */
static enum err finish_shift(struct parser *p, const struct function *f, struct node *call,
			     struct node **ret)
{
	struct node *of = call->args[0];
	if (of->kind != NODE_REF)
		return trouble_at(p->trouble, of->at, "%s goes with an indicator: %s([A])",
				  f->help.name, f->help.name);
	struct formula_ref *ref = &p->tree->refs[of->ref];
	if (f->form != FORMULA_NOW) {
		if (ref->when != FORMULA_NOW)
			return trouble_at(p->trouble, call->at,
					  "same_period and latest go once with an indicator");
		ref->when = (enum formula_when)f->form;
	} else {
		int64_t back = 1;
		if (call->n > 1) {
			const struct node *number = call->args[1];
			if (number->kind != NODE_NUMBER || number->number.scale ||
			    number->number.mantissa < 1 ||
			    number->number.mantissa > FORMULA_PERIODS_MAX)
				return trouble_at(p->trouble, number->at,
						  "a whole number from 1 to %d stands here",
						  FORMULA_PERIODS_MAX);
			back = number->number.mantissa;
		}
		if (ref->back + back > FORMULA_PERIODS_MAX)
			return trouble_at(p->trouble, call->at, "more than %d periods back",
					  FORMULA_PERIODS_MAX);
		ref->back += (int)back;
	}
	ref->at = call->at;
	of->at = call->at;
	*ret = of;
	return OK;
}

/* percent_change([A]) is against the period before. */
static enum err against_previous(struct parser *p, struct node *call)
{
	if (call->n > 1)
		return OK;
	if (call->args[0]->kind != NODE_REF)
		return trouble_at(p->trouble, call->at,
				  "say against what: percent_change(value; against)");
	struct formula_ref ref = p->tree->refs[call->args[0]->ref];
	ref.back++;
	struct node **args = ARENA_ARRAY(p->arena, 2, struct node *);
	args[0] = call->args[0];
	call->args = args;
	call->n = 2;
	return add_ref(p, ref, &args[1]);
}

static enum err finish_call(struct parser *p, struct node *call, const struct options *o,
			    struct node **ret)
{
	const struct function *f;
	formula_table(&f);
	f += call->function;
	if (call->n < (size_t)f->min || call->n > (size_t)f->max)
		return trouble_at(p->trouble, call->at,
				  call->n < (size_t)f->min ? "%s takes more arguments: " BOTH_FMT
							   : "%s takes fewer arguments: " BOTH_FMT,
				  f->help.name, LABEL_ARG(f->help.parameters));
	*ret = call;
	if (f->kind == FUNCTION_SET)
		return finish_set(p, f, call, o);
	if (o->any)
		return trouble_at(p->trouble, o->at,
				  "%s takes no options; sum, mean and their like do", f->help.name);
	if (f->kind == FUNCTION_SHIFT)
		return finish_shift(p, f, call, ret);
	return f->against_previous ? against_previous(p, call) : OK;
}

static enum err arguments(struct parser *p, struct node *call, struct options *o)
{
	if (is_sign(token(p, 0), ")"))
		return OK;
	for (;;) {
		bool was_option = false;
		enum err rc = option(p, o, &was_option);
		if (rc == OK && !was_option) {
			struct node *arg = NULL;
			rc = expression(p, 0, &arg);
			if (rc == OK)
				*ARENA_APPEND(p->arena, call->args, call->n) = arg;
		}
		if (rc != OK)
			return rc;
		if (!is_sign(token(p, 0), ";") && !is_sign(token(p, 0), ","))
			return OK;
		p->at++;
	}
}

static enum err close_bracket(struct parser *p, struct formula_place open)
{
	if (is_sign(token(p, 0), ")")) {
		p->at++;
		return OK;
	}
	if (token(p, 0)->kind == TOKEN_END)
		return trouble_at(p->trouble, open, "this bracket is not closed");
	return trouble_at(p->trouble, token(p, 0)->at,
			  "an operator, \";\" or \")\" is expected here");
}

static enum err call(struct parser *p, size_t n_words, struct str name, struct node **ret)
{
	struct formula_place at = {token(p, 0)->at.start, token(p, n_words - 1)->at.end};
	int function = function_find(p->arena, name);
	if (function < 0)
		return trouble_at(p->trouble, at, "there is no function \"" STR_FMT "\"",
				  STR_ARG(name));
	struct node *node = make(p, NODE_CALL, at);
	struct options o = {.any = false};
	node->function = function;
	p->at += n_words;
	struct formula_place open = token(p, 0)->at;
	p->at++;
	enum err rc = arguments(p, node, &o);
	if (rc == OK)
		rc = close_bracket(p, open);
	if (rc != OK)
		return rc;
	node->at.end = p->tokens[p->at - 1].at.end;
	return finish_call(p, node, &o, ret);
}

/* -- terms -- */
static enum err word(struct parser *p, struct node **ret)
{
	const struct token *t = token(p, 0);
	struct str name;
	size_t n = words(p, &name);
	if (is_sign(token(p, n), "("))
		return call(p, n, name, ret);
	bool yes = is_word(t, "true\0dung\0"), no = is_word(t, "false\0sai\0");
	if (yes || no) {
		*ret = make(p, NODE_BOOL, t->at);
		(*ret)->boolean = yes;
	} else if (is_word(t, "missing\0thieu\0null\0")) {
		*ret = make(p, NODE_MISSING, t->at);
	} else {
		return reference(p, ret);
	}
	p->at++;
	return OK;
}

static enum err bracket(struct parser *p, struct node **ret)
{
	struct formula_place open = token(p, 0)->at;
	p->at++;
	enum err rc = expression(p, 0, ret);
	if (rc != OK)
		return rc;
	(*ret)->bracketed = true;
	return close_bracket(p, open);
}

/* How tightly operators bind, loosest first; a prefix binds what follows with its own power. */
enum {
	POWER_OR = 1,
	POWER_AND,
	POWER_NOT,
	POWER_COMPARE,
	POWER_JOIN,
	POWER_ADD,
	POWER_MULTIPLY,
	POWER_SIGN,
	POWER_POWER
};

static enum err prefixed(struct parser *p, enum node_kind kind, int power, struct node **ret)
{
	struct formula_place at = token(p, 0)->at;
	struct node *of = NULL;
	p->at++;
	enum err rc = expression(p, power, &of);
	if (rc != OK)
		return rc;
	assert(of);
	bool power_of = of->kind == NODE_BINARY && of->binary == BINARY_POWER && !of->bracketed;
	if (kind == NODE_NEGATE && power_of)
		return trouble_at(p->trouble, (struct formula_place){at.start, of->at.end},
				  "write (-a)^b or -(a^b): -a^b is read in both ways");
	if (kind == NODE_REF) { /* a plus sign says nothing */
		*ret = of;
		return OK;
	}
	*ret = make(p, kind, (struct formula_place){at.start, of->at.end});
	(*ret)->args = ARENA_ARRAY(p->arena, 1, struct node *);
	(*ret)->args[0] = of;
	(*ret)->n = 1;
	return OK;
}

static enum err term(struct parser *p, struct node **ret)
{
	const struct token *t = token(p, 0);
	switch (t->kind) {
	case TOKEN_NUMBER:
		*ret = make(p, NODE_NUMBER, t->at);
		(*ret)->number = t->number;
		p->at++;
		return OK;
	case TOKEN_TEXT:
		*ret = make(p, NODE_TEXT, t->at);
		(*ret)->text = t->text;
		p->at++;
		return OK;
	case TOKEN_REF:
		return reference(p, ret);
	case TOKEN_WORD:
		return is_word(t, "not\0khong\0") ? prefixed(p, NODE_NOT, POWER_NOT, ret)
						  : word(p, ret);
	case TOKEN_SIGN:
		if (is_sign(t, "("))
			return bracket(p, ret);
		if (is_sign(t, "-"))
			return prefixed(p, NODE_NEGATE, POWER_SIGN, ret);
		if (is_sign(t, "+"))
			return prefixed(p, NODE_REF, POWER_SIGN, ret);
		break;
	case TOKEN_BREAKDOWN:
		return trouble_at(p->trouble, t->at,
				  "a breakdown stands after an indicator: [A]{…}");
	case TOKEN_END:
		break;
	}
	return trouble_at(p->trouble, t->at,
			  t->kind == TOKEN_END
				  ? "the formula ends too early: a value is missing here"
				  : "a number, an indicator or a function is expected here");
}

/* -- operators between -- */
static const struct {
	const char *sign, *word;
	enum binary binary;
	int power;
} operators[] = {
	{"", "or\0hoac\0", BINARY_OR, POWER_OR},  {"", "and\0va\0", BINARY_AND, POWER_AND},
	{"=", "", BINARY_EQUAL, POWER_COMPARE},	  {"<>", "", BINARY_UNEQUAL, POWER_COMPARE},
	{"<", "", BINARY_LESS, POWER_COMPARE},	  {"<=", "", BINARY_LESS_EQUAL, POWER_COMPARE},
	{">", "", BINARY_MORE, POWER_COMPARE},	  {">=", "", BINARY_MORE_EQUAL, POWER_COMPARE},
	{"&", "", BINARY_JOIN, POWER_JOIN},	  {"+", "", BINARY_ADD, POWER_ADD},
	{"-", "", BINARY_SUBTRACT, POWER_ADD},	  {"*", "", BINARY_MULTIPLY, POWER_MULTIPLY},
	{"/", "", BINARY_DIVIDE, POWER_MULTIPLY}, {"^", "", BINARY_POWER, POWER_POWER},
};

static size_t operator_at(const struct token *t)
{
	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if ((operators[i].sign[0] && is_sign(t, operators[i].sign)) ||
		    (operators[i].word[0] && is_word(t, operators[i].word)))
			return i;
	return ARRAY_LEN(operators);
}

static void percent(struct parser *p, struct node **left)
{
	struct node *node = make(p, NODE_PERCENT, (*left)->at);
	node->at.end = token(p, 0)->at.end;
	node->args = ARENA_ARRAY(p->arena, 1, struct node *);
	node->args[0] = *left;
	node->n = 1;
	*left = node;
	p->at++;
}

static enum err binary(struct parser *p, size_t op, struct node **left)
{
	struct formula_place at = token(p, 0)->at;
	struct node *right = NULL;
	p->at++;
	enum err rc = expression(p, operators[op].power, &right);
	if (rc != OK)
		return rc;
	assert(*left && right);
	if (operators[op].power == POWER_COMPARE && (*left)->kind == NODE_BINARY &&
	    !(*left)->bracketed && (*left)->binary >= BINARY_EQUAL &&
	    (*left)->binary <= BINARY_MORE_EQUAL)
		return trouble_at(p->trouble, at,
				  "join two comparisons by \"and\": a < b and b < c");
	struct formula_place whole = {(*left)->at.start, right->at.end};
	if (operators[op].power == POWER_POWER && (*left)->kind == NODE_BINARY &&
	    !(*left)->bracketed && (*left)->binary == BINARY_POWER)
		return trouble_at(p->trouble, whole,
				  "write (a^b)^c or a^(b^c): a^b^c is read in both ways");
	struct node *node = make(p, NODE_BINARY, whole);
	node->binary = operators[op].binary;
	node->args = ARENA_ARRAY(p->arena, 2, struct node *);
	node->args[0] = *left;
	node->args[1] = right;
	node->n = 2;
	*left = node;
	return OK;
}

static enum err expression(struct parser *p, int power, struct node **ret)
{
	if (++p->depth > 3 * FORMULA_DEPTH_MAX)
		return trouble_at(p->trouble, token(p, 0)->at, "the formula is nested too deeply");
	struct node *left = NULL;
	enum err rc = term(p, &left);
	while (rc == OK) {
		assert(left);
		if (is_sign(token(p, 0), "%")) {
			percent(p, &left);
			continue;
		}
		size_t op = operator_at(token(p, 0));
		if (op == ARRAY_LEN(operators) || operators[op].power <= power)
			break;
		rc = binary(p, op, &left);
	}
	p->depth--;
	if (rc == OK)
		*ret = left;
	return rc;
}

enum err formula_parse(struct arena *a, struct str text, struct tree *ret, struct trouble *t)
{
	struct token *tokens = NULL;
	struct parser p = {.arena = a, .tree = ret, .trouble = t};
	enum err rc = formula_lex(a, text, &tokens, &p.n, t);
	if (rc != OK)
		return rc;
	p.tokens = tokens;
	if (p.n == 1)
		return trouble_at(t, (struct formula_place){0, text.len}, "the formula is empty");
	ret->refs = ARENA_ARRAY(a, FORMULA_REFS_MAX, struct formula_ref);
	rc = expression(&p, 0, &ret->root);
	if (rc == OK && token(&p, 0)->kind != TOKEN_END)
		return trouble_at(t, token(&p, 0)->at,
				  is_sign(token(&p, 0), ")") ? "this bracket was never opened"
							     : "an operator is expected here");
	return rc;
}
