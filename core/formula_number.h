/* formula_number.h - numbers as formulas reckon with them: a fraction of two integers as long as
 * it fits, so that sums, differences, products and quotients of official figures are exact and are
 * rounded once, at the end; beyond that a double, which says that it is one. */
#pragma once
#include "base/decimal.h"

struct number {
	bool exact;
	int64_t n, d; /* exact: n / d, d > 0, not always in lowest terms */
	double x;     /* otherwise; always finite */
};

struct number number_of(struct decimal d);
struct number number_of_int(int64_t n);
/* false: the result is no finite number; *ret is untouched. */
MUST_USE bool number_of_double(double x, struct number *ret);
double number_double(struct number a);

MUST_USE bool number_add(struct number a, struct number b, struct number *ret);
MUST_USE bool number_subtract(struct number a, struct number b, struct number *ret);
MUST_USE bool number_multiply(struct number a, struct number b, struct number *ret);
/* b is not zero. */
MUST_USE bool number_divide(struct number a, struct number b, struct number *ret);
struct number number_negate(struct number a);
int number_cmp(struct number a, struct number b); /* by value */
bool number_is_zero(struct number a);

/* To so many digits after the point, halves away from zero.  false: does not fit a decimal. */
MUST_USE bool number_round(struct number a, int decimals, struct decimal *ret);
/* The same, as a number: what is too large for a decimal of so many digits is rounded all the same. */
struct number number_rounded(struct number a, int digits);
/* The exact decimal if there is one of at most DECIMAL_SCALE_MAX digits, without trailing zeros; else
 * rounded to that.  For showing intermediate results.  false: does not fit. */
MUST_USE bool number_decimal(struct number a, struct decimal *ret);
