/* story.c - plausible figures. */
#include "demo/story.h"
#include "base/embed.h"
#include "base/json.h"
#include <math.h>
#include <stdlib.h>

#define STORY_FILE "khanh-hoa/story.json"
#define YEAR_DAYS 365.25

struct tale { /* of one indicator */
	const struct indicator *indicator;
	double base, spread, trend, noise, times, share;
	double season[12], cumulative[12], week[7];
	bool has_cumulative, has_week;
	enum { SCALE_NONE, SCALE_POPULATION, SCALE_AREA } scale;
	const struct indicator *numerator, *denominator, *whole;
	size_t n_parts;
	const struct indicator **parts;
	const struct json *split;
};
struct story {
	const struct view *view;
	const struct json *json;
	struct tale *tales; /* by the address of their indicator */
	size_t n;
	usec start, base_date;
	double mean_population;
};

uint64_t story_mix(uint64_t a, uint64_t b)
{
	uint64_t x = a * UINT64_C(0x9E3779B97F4A7C15) + b + UINT64_C(0x632BE59BD9B4E019);
	x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
	return x ^ (x >> 31);
}

double story_chance(uint64_t n)
{
	return (double)(n >> 11) * 0x1.0p-53;
}

uint64_t story_key(struct str s)
{
	uint64_t h = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001B3);
	return h;
}

/* Standard normal by Box and Muller. */
static double normal(uint64_t n)
{
	double u = fmax(story_chance(n), 1e-12), v = story_chance(story_mix(n, 7));
	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

static double number(const struct json *v, double otherwise)
{
	if (!v || (v->type != JSON_INT && v->type != JSON_NUMBER))
		return otherwise;
	char text[40];
	snprintf(text, sizeof(text), STR_FMT, STR_ARG(v->text));
	return strtod(text, NULL);
}

static bool numbers(const struct json *v, double *ret, size_t n)
{
	if (!v || v->type != JSON_ARRAY || v->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		ret[i] = number(&v->items[i], 1);
	return true;
}

static const struct indicator *named(const struct story *s, const struct json *v)
{
	return v && v->type == JSON_STRING ? view_indicator(s->view, v->text) : NULL;
}

static void read_parts(struct arena *a, const struct story *s, const struct json *f, struct tale *t)
{
	const struct json *parts = json_get(f, "sum_of"), *ratio = json_get(f, "ratio_of");
	if (parts && parts->type == JSON_ARRAY) {
		t->parts = ARENA_ARRAY(a, parts->n, const struct indicator *);
		for (size_t i = 0; i < parts->n; i++) {
			t->parts[t->n_parts] = named(s, &parts->items[i]);
			t->n_parts += t->parts[t->n_parts] != NULL;
		}
	}
	if (ratio && ratio->type == JSON_ARRAY && ratio->n == 2) {
		t->numerator = named(s, &ratio->items[0]);
		t->denominator = named(s, &ratio->items[1]);
	}
	t->times = number(json_get(f, "times"), 1);
	t->whole = named(s, json_get(f, "part_of"));
	t->share = number(json_get(f, "share"), 1);
	t->split = json_get(f, "split");
}

static struct tale tale_read(struct arena *a, const struct story *s, const struct json *f)
{
	struct tale t = {
		.indicator = named(s, json_get(f, "indicator")),
		.base = number(json_get(f, "base"), 0),
		.spread = number(json_get(f, "spread"), 0),
		.trend = number(json_get(f, "trend_year"), 0),
		.noise = number(json_get(f, "noise"), 0),
	};
	for (int i = 0; i < 12; i++)
		t.season[i] = 1;
	numbers(json_get(f, "season"), t.season, 12);
	t.has_cumulative = numbers(json_get(f, "cumulative"), t.cumulative, 12);
	t.has_week = numbers(json_get(f, "week"), t.week, 7);
	struct str scale = json_get_str(f, "scale_by");
	if (str_is(scale, "population"))
		t.scale = SCALE_POPULATION;
	else if (str_is(scale, "area"))
		t.scale = SCALE_AREA;
	read_parts(a, s, f, &t);
	return t;
}

static int by_indicator(const void *a, const void *b)
{
	const struct tale *left = a, *right = b;
	return (left->indicator > right->indicator) - (left->indicator < right->indicator);
}

static enum err date_member(const struct json *v, const char *name, usec *ret, struct why *why)
{
	struct date d;
	enum err rc = date_parse(json_get_str(v, name), &d, why);
	if (rc == OK)
		*ret = date_start(d);
	return rc;
}

enum err story_read(struct arena *a, const struct view *v, struct story **ret, struct why *why)
{
	const struct embedded *file = embedded_find(EMBED_PACK, STR(STORY_FILE));
	if (!file)
		return fail(why, ERR_INTERNAL, "the program carries no " STORY_FILE);
	struct story *s = ARENA_NEW(a, struct story);
	s->view = v;
	enum err rc = json_parse(a, file->plain, &s->json, why);
	if (rc == OK)
		rc = date_member(json_get(s->json, "history"), "from", &s->start, why);
	if (rc == OK)
		rc = date_member(s->json, "base_date", &s->base_date, why);
	if (rc != OK)
		return rc;
	s->mean_population = number(json_get(s->json, "mean_population"), 30000);
	const struct json *figures = json_get(s->json, "figures");
	s->tales = ARENA_ARRAY(a, figures ? figures->n : 0, struct tale);
	for (size_t i = 0; figures && i < figures->n; i++) {
		s->tales[s->n] = tale_read(a, s, &figures->items[i]);
		s->n += s->tales[s->n].indicator != NULL;
	}
	if (s->n)
		qsort(s->tales, s->n, sizeof(*s->tales), by_indicator);
	*ret = s;
	return OK;
}

usec story_start(const struct story *s)
{
	return s->start;
}

static const struct tale *tale_of(const struct story *s, const struct indicator *i)
{
	struct tale key = {.indicator = i};
	return s->n ? bsearch(&key, s->tales, s->n, sizeof(*s->tales), by_indicator) : NULL;
}

bool story_fills(const struct story *s, const struct indicator *i)
{
	return tale_of(s, i) != NULL;
}

/* Mean of the months that the period touches. */
static double season_of(const struct tale *t, struct period p)
{
	struct date first = date_local(period_start(p)), last = date_local(period_end(p) - 1);
	double sum = 0;
	int n = 0, months = (last.year - first.year) * 12 + last.month - first.month;
	for (int m = 0; m <= months && m < 12; m++, n++)
		sum += t->season[(first.month - 1 + m) % 12];
	return sum / n;
}

static double drawn(const struct story *s, const struct tale *t, const struct unit *u,
		    struct period p)
{
	uint64_t key = story_mix(story_key(u->code), story_key(t->indicator->code));
	double years = (double)(period_start(p) - s->base_date) / (double)USEC_DAY / YEAR_DAYS;
	double x = t->base * pow(1 + t->trend, years) * season_of(t, p);
	if (t->scale != SCALE_NONE && unit_kind_is_commune(u->kind) && u->population > 0)
		x *= (double)u->population / s->mean_population;
	if (t->spread > 0)
		x *= exp(t->spread * normal(key));
	if (t->has_cumulative)
		x *= t->cumulative[date_local(period_end(p) - 1).month - 1];
	if (t->has_week && p.kind == PERIOD_DAILY)
		x *= t->week[date_weekday(date_local(period_start(p))) - 1];
	if (t->noise > 0)
		x *= fmax(0, 1 + t->noise * normal(story_mix(key, (uint64_t)(uint32_t)p.ordinal)));
	return x;
}

static struct decimal rounded(const struct indicator *i, double x)
{
	struct decimal d = {0, i->decimals};
	double power = pow(10, i->decimals);
	if (i->min.given)
		x = fmax(x, decimal_double(i->min.value));
	if (i->max.given)
		x = fmin(x, decimal_double(i->max.value));
	d.mantissa = (int64_t)llround(x * power);
	return d;
}

/* Value of another indicator for the same unit, or summed over the units that owe it. */
static double other(const struct story *s, const struct unit *u, const struct indicator *i,
		    struct period p)
{
	if (!i)
		return 0;
	p = period_at(i->period, period_end(p) - 1);
	if (unit_owes(u, i, p) || i->scope != SCOPE_COMMUNE)
		return decimal_double(story_value(s, u, i, p));
	const struct unit *units;
	size_t n = view_units(s->view, &units);
	double sum = 0;
	for (size_t k = 0; k < n; k++)
		if (unit_owes(&units[k], i, p))
			sum += decimal_double(story_value(s, &units[k], i, p));
	return sum;
}

struct decimal story_value(const struct story *s, const struct unit *u, const struct indicator *i,
			   struct period p)
{
	const struct tale *t = tale_of(s, i);
	if (!t)
		return (struct decimal){0, i->decimals};
	if (t->n_parts) {
		struct decimal sum = {0, i->decimals};
		for (size_t k = 0; k < t->n_parts; k++)
			if (decimal_add(sum, story_value(s, u, t->parts[k], p), &sum, NULL) != OK)
				break; /* beyond 18 digits: no story has such figures */
		return sum;
	}
	if (t->numerator && t->denominator) {
		double below = other(s, u, t->denominator, p);
		return rounded(i, below > 0 ? t->times * other(s, u, t->numerator, p) / below : 0);
	}
	if (t->whole) {
		uint64_t key =
			story_mix(story_key(u->code),
				  story_mix(story_key(i->code), (uint64_t)(uint32_t)p.ordinal));
		double share = fmin(1, t->share * (1 + t->noise * normal(key)));
		double power = pow(10, i->decimals);
		return rounded(i, floor(other(s, u, t->whole, p) * share * power) / power);
	}
	return rounded(i, drawn(s, t, u, p));
}

double story_split(const struct story *s, const struct indicator *i, struct str list,
		   struct str code)
{
	const struct tale *t = tale_of(s, i);
	char name[65];
	if (!t || !t->split)
		return 0;
	snprintf(name, sizeof(name), STR_FMT, STR_ARG(list));
	const struct json *by = json_get(t->split, name);
	snprintf(name, sizeof(name), STR_FMT, STR_ARG(code));
	return number(json_get(by, name), 0);
}

/* "rate" of the unit in the list, or the default. */
static double rate_of(const struct json *of, struct str unit)
{
	const struct json *units = json_get(of, "units");
	for (size_t i = 0; units && i < units->n; i++)
		if (str_eq(json_get_str(&units->items[i], "unit"), unit))
			return number(json_get(&units->items[i], "rate"), 0);
	return number(json_get(of, "default_rate"), 0);
}

double story_late(const struct story *s, struct str unit)
{
	return rate_of(json_get(s->json, "late"), unit);
}

double story_flawed(const struct story *s, struct str unit)
{
	return rate_of(json_get(s->json, "flaws"), unit);
}

int story_late_days(const struct story *s)
{
	return (int)number(json_get(json_get(s->json, "late"), "max_days"), 7);
}

usec story_silent(const struct story *s, struct str unit)
{
	const struct json *units = json_get(s->json, "silent");
	usec since;
	for (size_t i = 0; units && i < units->n; i++)
		if (str_eq(json_get_str(&units->items[i], "unit"), unit) &&
		    date_member(&units->items[i], "since", &since, NULL) == OK)
			return since;
	return INT64_MAX;
}

struct str story_flaw(const struct story *s, uint64_t n)
{
	const struct json *kinds = json_get(json_get(s->json, "flaws"), "kinds");
	double total = 0;
	for (size_t i = 0; kinds && i < kinds->n; i++)
		total += number(json_get(&kinds->items[i], "weight"), 1);
	double at = story_chance(n) * total;
	for (size_t i = 0; kinds && i < kinds->n; i++) {
		at -= number(json_get(&kinds->items[i], "weight"), 1);
		if (at < 0)
			return json_get_str(&kinds->items[i], "kind");
	}
	return STR("decimal_comma");
}

struct str story_remark(const struct story *s, uint64_t n)
{
	const struct json *remarks = json_get(json_get(s->json, "remarks"), "vi");
	return remarks && remarks->n ? remarks->items[n % remarks->n].text : STR("Đã kiểm tra");
}
