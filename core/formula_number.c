#include "core/formula_number.h"

#include <math.h>

__extension__ typedef __int128 wide;

#define ABOVE_INT64 9223372036854775808.0 /* 2^63 */

static const int64_t powers[] = {1,	 10,	  100,	    1000,      10000,
				 100000, 1000000, 10000000, 100000000, 1000000000};
static_assert(ARRAY_LEN(powers) == DECIMAL_SCALE_MAX + 1, "a power for every scale");

struct number number_of(struct decimal d)
{
	assert(d.scale >= 0 && d.scale <= DECIMAL_SCALE_MAX);
	return (struct number){.exact = true, .n = d.mantissa, .d = powers[d.scale]};
}

struct number number_of_int(int64_t n)
{
	return (struct number){.exact = true, .n = n, .d = 1};
}

bool number_of_double(double x, struct number *ret)
{
	if (!isfinite(x))
		return false;
	*ret = (struct number){.x = x, .d = 1};
	return true;
}

double number_double(struct number a)
{
	return a.exact ? (double)a.n / (double)a.d : a.x;
}

static wide size_of(wide a)
{
	return a < 0 ? -a : a;
}

static bool fits(wide a)
{
	return a <= INT64_MAX && a >= -INT64_MAX;
}

/* n / d in 64 bits, cancelled only when it must be; false: it does not fit. */
static bool keep(wide n, wide d, struct number *ret)
{
	if (d < 0) {
		n = -n;
		d = -d;
	}
	if (!fits(n) || !fits(d)) {
		wide a = size_of(n), b = d;
		while (b) {
			wide rest = a % b;
			a = b;
			b = rest;
		}
		n /= a;
		d /= a;
	}
	if (!fits(n) || !fits(d))
		return false;
	*ret = (struct number){.exact = true, .n = (int64_t)n, .d = (int64_t)d};
	return true;
}

/* Both over one denominator: n of a, n of b, and it. */
static bool align(struct number a, struct number b, wide *ret_a, wide *ret_b, wide *ret_d)
{
	if (a.d == b.d) {
		*ret_a = a.n;
		*ret_b = b.n;
		*ret_d = a.d;
	} else if (a.d % b.d == 0) {
		*ret_a = a.n;
		*ret_b = (wide)b.n * (a.d / b.d);
		*ret_d = a.d;
	} else if (b.d % a.d == 0) {
		*ret_a = (wide)a.n * (b.d / a.d);
		*ret_b = b.n;
		*ret_d = b.d;
	} else {
		*ret_a = (wide)a.n * b.d;
		*ret_b = (wide)b.n * a.d;
		*ret_d = (wide)a.d * b.d;
	}
	/* A sum of two must not leave 128 bits. */
	return size_of(*ret_a) < ((wide)1 << 125) && size_of(*ret_b) < ((wide)1 << 125);
}

bool number_add(struct number a, struct number b, struct number *ret)
{
	wide x, y, d;
	if (a.exact && b.exact && align(a, b, &x, &y, &d) && keep(x + y, d, ret))
		return true;
	return number_of_double(number_double(a) + number_double(b), ret);
}

struct number number_negate(struct number a)
{
	if (a.exact && a.n == INT64_MIN)
		return (struct number){.x = ABOVE_INT64 / (double)a.d, .d = 1};
	a.n = a.exact ? -a.n : 0;
	a.x = -a.x;
	return a;
}

bool number_subtract(struct number a, struct number b, struct number *ret)
{
	return number_add(a, number_negate(b), ret);
}

bool number_multiply(struct number a, struct number b, struct number *ret)
{
	if (a.exact && b.exact && keep((wide)a.n * b.n, (wide)a.d * b.d, ret))
		return true;
	return number_of_double(number_double(a) * number_double(b), ret);
}

bool number_divide(struct number a, struct number b, struct number *ret)
{
	if (a.exact && b.exact && b.n && keep((wide)a.n * b.d, (wide)a.d * b.n, ret))
		return true;
	return number_of_double(number_double(a) / number_double(b), ret);
}

int number_cmp(struct number a, struct number b)
{
	wide x, y, d;
	if (a.exact && b.exact && align(a, b, &x, &y, &d))
		return (x > y) - (x < y);
	double p = number_double(a), q = number_double(b);
	return (p > q) - (p < q);
}

bool number_is_zero(struct number a)
{
	return a.exact ? a.n == 0 : fpclassify(a.x) == FP_ZERO;
}

bool number_round(struct number a, int decimals, struct decimal *ret)
{
	assert(decimals >= 0 && decimals <= DECIMAL_SCALE_MAX);
	if (a.exact) {
		wide scaled = size_of((wide)a.n) * powers[decimals];
		wide mantissa = (2 * scaled + a.d) / (2 * (wide)a.d);
		if (mantissa > INT64_MAX)
			return false;
		*ret = (struct decimal){(int64_t)(a.n < 0 ? -mantissa : mantissa), decimals};
		return true;
	}
	double rounded = round(a.x * (double)powers[decimals]);
	if (!(fabs(rounded) < ABOVE_INT64))
		return false;
	*ret = (struct decimal){(int64_t)rounded, decimals};
	return true;
}

struct number number_rounded(struct number a, int digits)
{
	struct number r = a;
	assert(digits >= 0 && digits <= DECIMAL_SCALE_MAX);
	if (a.exact) {
		wide scaled = size_of((wide)a.n) * powers[digits];
		wide whole = (2 * scaled + a.d) / (2 * (wide)a.d);
		/* A value without so many digits is itself. */
		return keep(a.n < 0 ? -whole : whole, powers[digits], &r) ? r : a;
	}
	if (!number_of_double(round(a.x * (double)powers[digits]) / (double)powers[digits], &r))
		return a;
	return r;
}

bool number_decimal(struct number a, struct decimal *ret)
{
	struct decimal d;
	int scale = DECIMAL_SCALE_MAX;
	while (!number_round(a, scale, &d))
		if (--scale < 0)
			return false;
	while (d.scale > 0 && d.mantissa % 10 == 0) {
		d.mantissa /= 10;
		d.scale--;
	}
	*ret = d;
	return true;
}
