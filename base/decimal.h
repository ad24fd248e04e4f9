/* decimal.h - exact decimals: value = mantissa / 10^scale.  An official figure is one of these,
 * never a double, and is shown as it was given. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#define DECIMAL_SCALE_MAX 9

struct decimal {
	int64_t mantissa;
	int scale; /* 0..DECIMAL_SCALE_MAX: digits after the point, trailing zeros kept */
};

/* "1234.5", "-0.50", "1e3" is refused.  Canonical form: what the API speaks. */
MUST_USE enum err decimal_parse(struct str s, struct decimal *ret, struct why *why);

/* What people type: "1.234,5", "1,234.5", "1 234,5", "1234.5", "12 %", "(5)" negative,
 * non-breaking spaces.  One separator alone followed by exactly three digits ("1.234") is
 * ambiguous: Vietnamese reading (thousands for '.', point for ',') is taken and *ret_doubtful set.
 * ERR_INVALID says which character is wrong. */
MUST_USE enum err decimal_read(struct str s, struct decimal *ret, bool *ret_doubtful,
			       struct why *why);

void decimal_write(struct buf *b, struct decimal d);	   /* canonical, scale kept: "12.50" */
struct str decimal_str(struct arena *a, struct decimal d); /* the same, in the arena */
struct str decimal_vi(struct arena *a, struct decimal d);  /* for Vietnamese readers: "1.234,50" */
int decimal_cmp(struct decimal a, struct decimal b);	   /* by value: 1.0 == 1.00 */
/* Exact; ERR_INVALID when the result does not fit. */
MUST_USE enum err decimal_add(struct decimal a, struct decimal b, struct decimal *ret,
			      struct why *why);
/* Times 10^power, exact, without zeros at the end that it did not need; ERR_INVALID when it does not fit. */
MUST_USE enum err decimal_shift(struct decimal d, int power, struct decimal *ret, struct why *why);
double decimal_double(struct decimal d);
