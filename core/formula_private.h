/* formula_private.h - between the files of formula: tokens, the tree, code and functions. */
#pragma once
#include "core/formula.h"

/* -- tokens -- */
enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_TEXT,
	TOKEN_REF,	 /* [CODE], text is CODE */
	TOKEN_BREAKDOWN, /* {…}, text is what stands between */
	TOKEN_WORD,	 /* letters; text is folded, raw is as written */
	TOKEN_SIGN	 /* text is one of the signs */
};
struct token {
	enum token_kind kind;
	struct formula_place at;
	struct str text, raw;
	struct decimal number;
};
/* Where the first fault lies and what it is. */
struct trouble {
	struct formula_place at;
	struct why *why;
};
enum err trouble_at(struct trouble *t, struct formula_place at, const char *format, ...)
	PRINTF_LIKE(3, 4);
MUST_USE enum err formula_lex(struct arena *a, struct str text, struct token **ret, size_t *ret_n,
			      struct trouble *t);

/* -- functions -- */
enum op {
	OP_NUMBER, /* constant at arg */
	OP_TEXT,
	OP_BOOL,
	OP_MISSING,
	OP_FIGURE, /* the one cell of reference arg */
	OP_NEGATE,
	OP_NOT,
	OP_PERCENT,
	OP_BINARY,	 /* arg: enum binary */
	OP_JUMP,	 /* to arg */
	OP_JUMP_FALSE,	 /* takes the condition; missing: result missing at `other` */
	OP_JUMP_PRESENT, /* top is there: jump, else drop it */
	OP_CALL,	 /* scalar function arg with `other` arguments */
	OP_IS_MISSING,
	OP_SET,	      /* begin a set; arg: what is left out of a sum is left out part by part */
	OP_SET_VALUE, /* move the top into the set */
	OP_SET_CELLS, /* cells of reference arg into the set */
	OP_SET_NEXT,  /* what follows is the second set */
	OP_SET_CALL,  /* set function arg; other: struct set_options */
	OPS
};
struct instr {
	enum op op;
	uint32_t arg, other;
	bool step; /* its result is a step of the explanation */
	struct formula_place at;
};
enum binary {
	BINARY_OR,
	BINARY_AND,
	BINARY_EQUAL,
	BINARY_UNEQUAL,
	BINARY_LESS,
	BINARY_LESS_EQUAL,
	BINARY_MORE,
	BINARY_MORE_EQUAL,
	BINARY_JOIN,
	BINARY_ADD,
	BINARY_SUBTRACT,
	BINARY_MULTIPLY,
	BINARY_DIVIDE,
	BINARY_POWER,
	BINARIES
};
struct set_options {
	bool skip, ascending;
};

/* A set while it is reckoned with. */
struct set {
	const struct formula_value *values;
	size_t n;
	const struct formula_value *second; /* of pairs: n of them too */
	struct number scalar;		    /* percentile, rank */
	struct set_options how;
	struct arena *arena;
};
enum function_kind {
	FUNCTION_FORM,	/* if, case … : compiled into jumps */
	FUNCTION_SHIFT, /* previous, same_period, latest: change a reference */
	FUNCTION_SCALAR,
	FUNCTION_SET,
};
enum form { FORM_IF, FORM_CASE, FORM_IF_MISSING, FORM_IS_MISSING };
/* An argument of a set function that is a number by itself. */
enum scalar_place { SCALAR_NONE, SCALAR_FIRST, SCALAR_LAST };
/* What measure the result has. */
enum measure_rule {
	MEASURE_OF_FIRST, /* all arguments must fit the first */
	MEASURE_BARE,
	MEASURE_PERCENT,
	MEASURE_QUOTIENT, /* of a pair */
	MEASURE_ROOT	  /* only of what has none */
};
struct function {
	struct formula_help help;
	const char *folded; /* other names, folded: "tong\0cong\0" */
	enum function_kind kind;
	int min, max;		/* arguments */
	enum formula_type type; /* of the result of scalar functions */
	const char *arguments;	/* types of scalar arguments: n, t; the last repeats */
	enum measure_rule measure;
	int form;			/* enum form or enum formula_when */
	enum scalar_place scalar_place; /* FIRST: the unit's own figure when left out */
	bool pairs;	       /* the second argument is a set, figure by figure beside the first */
	bool adds;	       /* a sum: of parts as well as of wholes */
	bool against_previous; /* second argument when left out: the first, a period before */
	enum formula_reason (*scalar)(struct arena *a, const struct formula_value *args, size_t n,
				      struct formula_value *ret);
	enum formula_reason (*set)(struct set *s, struct number *ret);
};
size_t formula_table(const struct function **ret);
/* By folded name; -1. */
int function_find(struct arena *a, struct str folded);

/* -- the tree -- */
enum node_kind {
	NODE_NUMBER,
	NODE_TEXT,
	NODE_BOOL,
	NODE_MISSING,
	NODE_REF,
	NODE_NEGATE,
	NODE_NOT,
	NODE_PERCENT,
	NODE_BINARY,
	NODE_CALL
};
struct node {
	enum node_kind kind;
	struct formula_place at;
	struct decimal number;
	struct str text;
	bool boolean;
	uint32_t ref; /* NODE_REF */
	enum binary binary;
	int function; /* NODE_CALL */
	struct set_options how;
	bool bracketed;
	struct node **args;
	size_t n;
	enum formula_type type; /* after checking */
	struct measure measure;
};
struct tree {
	struct node *root;
	struct formula_ref *refs;
	size_t n_refs;
};
MUST_USE enum err formula_parse(struct arena *a, struct str text, struct tree *ret,
				struct trouble *t);
/* Names found, types and measures set. */
MUST_USE enum err formula_check(struct arena *a, struct tree *tree,
				const struct formula_words *words, struct trouble *t);

struct formula {
	struct str text;
	struct instr *code;
	size_t n_code, n_constants, n_strings;
	struct decimal *constants;
	struct str *strings;
	struct formula_ref *refs;
	size_t n_refs;
	enum formula_type type;
	struct measure measure;
};
void formula_emit(struct arena *a, const struct tree *tree, struct formula *ret);
/* Folded words "a b" of a table entry's list "x\0a b\0". */
bool folded_in(const char *list, struct str word);
