#include "core/formula_measure.h"

#include "base/buf.h"

#include <math.h>

const struct measure measure_bare = {.bare = true, .n_factors = 1, .factors = {1}};

struct measure measure_literal(double value)
{
	struct measure m = measure_bare;
	m.value = value;
	return m;
}

/* Codes that are not a thing counted by itself. */
static const struct {
	const char *code;
	double factor;
	const char *base; /* NULL: of nothing */
	int power;
} known[] = {
	{"percent", 0.01, NULL, 0},  {"per_mille", 0.001, NULL, 0},
	{"coefficient", 1, NULL, 0}, {"ratio", 1, NULL, 0},
	{"hectare", 1e4, "m", 2},    {"km2", 1e6, "m", 2},
	{"m2", 1, "m", 2},	     {"m3", 1, "m", 3},
	{"litre", 1e-3, "m", 3},     {"km", 1e3, "m", 1},
	{"kg", 1, "kg", 1},	     {"quintal", 100, "kg", 1},
	{"tonne", 1e3, "kg", 1},     {"kwh", 1, "kwh", 1},
	{"mwh", 1e3, "kwh", 1},	     {"minute", 60, "second", 1},
	{"hour", 3600, "second", 1}, {"day", 86400, "second", 1},
	{"month", 1, "month", 1},    {"quarter", 3, "month", 1},
	{"year", 12, "month", 1},    {"vnd", 1, "vnd", 1},
	{"usd", 1, "usd", 1},	     {"person", 1, "person", 1},
};

static const struct {
	const char *word;
	double factor;
} scales[] = {{"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}};

static void raise(struct measure *m, struct str base, int power)
{
	size_t at = 0;
	while (at < m->n && str_cmp(m->bases[at].base, base) < 0)
		at++;
	if (at < m->n && str_eq(m->bases[at].base, base)) {
		m->bases[at].power += power;
		if (m->bases[at].power)
			return;
		m->n--;
		memmove(m->bases + at, m->bases + at + 1, (m->n - at) * sizeof(m->bases[0]));
		return;
	}
	assert(m->n < MEASURE_BASES_MAX);
	memmove(m->bases + at + 1, m->bases + at, (m->n - at) * sizeof(m->bases[0]));
	m->bases[at].base = base;
	m->bases[at].power = power;
	m->n++;
}

/* Take "_thousand" or "thousand_" off; its factor. */
static double take_scale(struct str *word)
{
	for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
		struct str scale = str_of(scales[i].word);
		if (word->len <= scale.len + 1)
			continue;
		size_t left = word->len - scale.len;
		if (str_ends(*word, scale) && word->ptr[left - 1] == '_') {
			word->len = left - 1;
			return scales[i].factor;
		}
		if (str_starts(*word, scale) && word->ptr[scale.len] == '_') {
			*word = (struct str){word->ptr + scale.len + 1, left - 1};
			return scales[i].factor;
		}
	}
	return 1;
}

/* One factor of a code: "vnd_million", "hectare", "10000", "100_female". */
static void read_word(struct measure *m, struct str word, int sign)
{
	double factor = take_scale(&word);
	size_t digits = 0;
	while (digits < word.len && word.ptr[digits] >= '0' && word.ptr[digits] <= '9')
		digits++;
	int64_t count = 0;
	if (digits > 0 &&
	    str_int((struct str){word.ptr, digits}, 1, 1000000000, &count, NULL) == OK) {
		factor *= (double)count;
		bool alone = digits == word.len;
		word = alone ? STR("person")
			     : (struct str){word.ptr + digits + 1, word.len - digits - 1};
	}
	size_t i = 0;
	while (i < ARRAY_LEN(known) && !str_is(word, known[i].code))
		i++;
	if (i == ARRAY_LEN(known)) {
		raise(m, word, sign);
	} else {
		factor *= known[i].factor;
		if (known[i].base)
			raise(m, str_of(known[i].base), sign * known[i].power);
	}
	m->factors[0] *= sign > 0 ? factor : 1 / factor;
}

/* First place of "_per_", or the whole length. */
static size_t find_per(struct str code)
{
	struct str per = STR("_per_");
	for (size_t i = 1; i + per.len < code.len; i++)
		if (memcmp(code.ptr + i, per.ptr, per.len) == 0)
			return i;
	return code.len;
}

struct measure measure_of(struct str code)
{
	struct measure m = {.n_factors = 1, .factors = {1}};
	int sign = 1;
	for (size_t words = 0; words < MEASURE_BASES_MAX && code.len > 0; words++) {
		size_t per = find_per(code);
		read_word(&m, (struct str){code.ptr, per}, sign);
		if (per == code.len)
			break;
		code = (struct str){code.ptr + per + 5, code.len - per - 5};
		sign = -1;
	}
	return m;
}

bool measure_same_bases(const struct measure *a, const struct measure *b)
{
	bool same = a->n == b->n;
	for (size_t i = 0; same && i < a->n; i++)
		same = a->bases[i].power == b->bases[i].power &&
		       str_eq(a->bases[i].base, b->bases[i].base);
	return same;
}

static bool same_factor(double a, double b)
{
	return fabs(a / b - 1) < 1e-9;
}

static bool may_be(const struct measure *m, double factor)
{
	for (size_t i = 0; i < m->n_factors; i++)
		if (same_factor(m->factors[i], factor))
			return true;
	return false;
}

static void add_factor(struct measure *m, double factor)
{
	if (m->n_factors < MEASURE_FACTORS_MAX && !may_be(m, factor))
		m->factors[m->n_factors++] = factor;
}

bool measure_fits(const struct measure *a, const struct measure *b)
{
	if (a->bare || b->bare)
		return true;
	if (!measure_same_bases(a, b))
		return false;
	for (size_t i = 0; i < a->n_factors; i++)
		if (may_be(b, a->factors[i]))
			return true;
	return false;
}

struct measure measure_join(const struct measure *a, const struct measure *b)
{
	if (a->bare && b->bare)
		return measure_bare;
	if (a->bare || b->bare)
		return a->bare ? *b : *a;
	struct measure m = *a;
	m.n_factors = 0;
	for (size_t i = 0; i < a->n_factors; i++)
		if (may_be(b, a->factors[i]))
			add_factor(&m, a->factors[i]);
	return m;
}

/* A bare factor scales, and a literal may convert by itself instead. */
static struct measure scaled(const struct measure *a, double by)
{
	struct measure m = *a;
	for (size_t i = 0; by > 0 && i < a->n_factors; i++)
		add_factor(&m, a->factors[i] / by);
	return m;
}

static struct measure product_of_bare(const struct measure *a, const struct measure *b, int sign)
{
	if (a->value == 0 || b->value == 0)
		return measure_bare;
	return measure_literal(sign > 0 ? a->value * b->value : a->value / b->value);
}

bool measure_product(const struct measure *a, const struct measure *b, int sign,
		     struct measure *ret)
{
	struct measure m = *a;
	if (a->bare && b->bare) {
		*ret = product_of_bare(a, b, sign);
		return true;
	}
	if (b->bare) {
		double by = fabs(b->value);
		*ret = scaled(a, by > 0 && sign < 0 ? 1 / by : by);
		return true;
	}
	m.bare = false;
	m.n_factors = 0;
	for (size_t i = 0; i < a->n_factors; i++)
		for (size_t k = 0; k < b->n_factors; k++)
			add_factor(&m, sign > 0 ? a->factors[i] * b->factors[k]
						: a->factors[i] / b->factors[k]);
	for (size_t i = 0; i < b->n; i++) {
		if (m.n == MEASURE_BASES_MAX)
			return false;
		raise(&m, b->bases[i].base, sign * b->bases[i].power);
	}
	*ret = a->bare ? scaled(&m, fabs(a->value)) : m;
	return true;
}

double measure_ratio(const struct measure *of, const struct measure *wanted)
{
	for (size_t i = of->n_factors; i-- > 0;) {
		double ratio = of->factors[i] / wanted->factors[0];
		if (same_factor(ratio, pow(10, round(log10(ratio)))))
			return ratio;
	}
	return of->factors[0] / wanted->factors[0];
}

static void write_side(struct buf *out, const struct measure *m, int sign)
{
	const char *between = "";
	for (size_t i = 0; i < m->n; i++) {
		int power = sign * m->bases[i].power;
		if (power <= 0)
			continue;
		buf_printf(out, "%s" STR_FMT, between, STR_ARG(m->bases[i].base));
		if (power > 1)
			buf_printf(out, "^%d", power);
		between = "·";
	}
}

struct str measure_str(struct arena *a, const struct measure *m)
{
	char memory[512];
	struct buf out = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	bool over = false, under = false;
	for (size_t i = 0; i < m->n; i++) {
		over = over || m->bases[i].power > 0;
		under = under || m->bases[i].power < 0;
	}
	bool shown = m->n_factors == 1 && !m->bare && fabs(m->factors[0] - 1) > 1e-9;
	if (shown)
		buf_printf(&out, "%.10g%s", m->factors[0], over ? "·" : "");
	else if (!over)
		buf_add_char(&out, '1');
	write_side(&out, m, 1);
	if (under)
		buf_add_char(&out, '/');
	write_side(&out, m, -1);
	return arena_str(a, buf_str(&out));
}
