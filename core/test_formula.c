#include "base/testing.h"
#include "core/formula.h"

#include <math.h>

/* A little world: unit 1 holds 11, 12, 13; period 10 is asked about.  A indicator's figure of unit u
 * in period p is 100·(u mod 10) + p, but for those named below. */
static const struct {
	const char *code, *measure;
	int64_t id;
} indicators[] = {
	{"A", "person", 1},
	{"B", "person", 2},
	{"RATE", "percent", 3},
	{"AREA", "hectare", 4},
	{"KM", "km2", 5},
	{"MONEY", "vnd_billion", 6},
	{"D11.X3", "dossier", 7},
	{"HOLE", "person", 8},
	{"EMPTY", "person", 9},
	{"ZERO", "person", 10},
	{"POINT", "point", 11},
	{"TINY", "coefficient", 12},
	{"INCOME", "vnd_million_per_worker", 13},
	{"HUGE", "person", 14},
	{"22714", "person", 15},
	{"MILLION", "vnd_million", 16},
	{"MINUTES", "minute", 17},
	{"ODD", "person", 18},
};

static enum err find_indicator(void *arg, struct str code, struct formula_indicator *ret,
			       struct why *why)
{
	(void)arg;
	(void)why;
	for (size_t i = 0; i < ARRAY_LEN(indicators); i++)
		if (str_is(code, indicators[i].code)) {
			*ret = (struct formula_indicator){indicators[i].id,
							  str_of(indicators[i].measure)};
			return OK;
		}
	return ERR_NOT_FOUND;
}

static enum err find_item(void *arg, struct str list, struct str code, struct why *why)
{
	(void)arg;
	(void)why;
	return str_is(list, "sex") && (!code.ptr || str_is(code, "male") || str_is(code, "female"))
		       ? OK
		       : ERR_NOT_FOUND;
}

static const struct formula_words words = {NULL, find_indicator, find_item};

static struct formula_cell cell_of(const struct formula_ref *ref, int64_t unit, int64_t period,
				   struct arena *a)
{
	struct formula_cell c = {.id = 1000 + unit, .unit = unit, .indicator = ref->indicator};
	c.period = arena_fmt(a, "%d", (int)period);
	c.value = (struct decimal){100 * (unit % 10) + period, 0};
	if (ref->indicator == 12)
		c.value.scale = 3;
	if (ref->indicator == 10)
		c.value.mantissa = 0;
	if (ref->indicator == 14)
		c.value = (struct decimal){INT64_MAX, 0};
	if (ref->indicator == 8 && unit == 12)
		c.reason = FORMULA_NOT_FILLED;
	if (ref->indicator == 9)
		c.reason = FORMULA_SAID_EMPTY;
	if (ref->breakdown.len)
		c.value.mantissa += 10000;
	return c;
}

static enum err find_cells(void *arg, const struct formula_ref *ref, struct arena *a,
			   struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	static const int64_t below[] = {11, 12, 13};
	static const int64_t none[] = {0};
	static const int64_t self[] = {1};
	(void)arg;
	(void)why;
	const int64_t *units = ref->units == FORMULA_SELF ? self : below;
	size_t n_units = ref->units == FORMULA_SELF ? 1 : ARRAY_LEN(below);
	if (ref->units == FORMULA_PROVINCE) {
		units = none;
		n_units = 0;
	}
	int64_t last = 10 - ref->back - (ref->when == FORMULA_SAME_PERIOD ? 12 : 0);
	size_t window = ref->year_to_date ? 10 : (size_t)ref->window, lists = ref->by.len ? 2 : 1;
	struct formula_cell *cells =
		ARENA_ARRAY(a, n_units * window * lists + 1, struct formula_cell);
	size_t n = 0;
	for (size_t u = 0; u < n_units; u++)
		for (size_t w = 0; w < window; w++)
			for (size_t k = 0; k < lists; k++) {
				struct formula_cell c = cell_of(
					ref, units[u], last - (int64_t)window + 1 + (int64_t)w, a);
				c.seat = n_units == 1 ? 0 : units[u];
				c.slot = (int32_t)w - (int32_t)window;
				c.item = (int32_t)k;
				/* ODD has nothing of unit 12. */
				if (ref->indicator == 18 && units[u] == 12)
					continue;
				cells[n++] = c;
			}
	*ret = cells;
	*ret_n = n;
	return OK;
}
static const struct formula_data data = {NULL, find_cells};

static const struct formula_result *run(struct arena *a, const char *text)
{
	struct why why = {.text = ""};
	struct formula *f = NULL;
	struct formula_place at;
	struct formula_result *r = ARENA_NEW(a, struct formula_result);
	assert_ok(formula_compile(a, str_of(text), &words, STR_NULL, &f, &at, &why), why);
	assert_ok(formula_run(f, &data, true, a, r, &why), why);
	return r;
}

/* The value to `scale` digits, or the reason, or the text. */
static struct str result_of(struct arena *a, const char *text, int scale)
{
	struct formula_value v = run(a, text)->value;
	struct decimal d;
	if (v.reason != FORMULA_PRESENT)
		return str_of(formula_reason_name(v.reason));
	if (v.type == FORMULA_TEXT)
		return v.text;
	if (v.type == FORMULA_BOOL)
		return v.boolean ? STR("true") : STR("false");
	if (!number_round(v.number, scale, &d))
		return arena_fmt(a, "~%.6g", number_double(v.number));
	return decimal_str(a, d);
}

struct example {
	const char *formula;
	int scale;
	const char *result;
};

static void check_all(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct str got = result_of(a, examples[i].formula, examples[i].scale);
		if (!str_is(got, examples[i].result))
			fail_msg("%s gives " STR_FMT ", not %s", examples[i].formula, STR_ARG(got),
				 examples[i].result);
	}
}

static void test_arithmetic(void **state)
{
	static const struct example examples[] = {
		{"1+2*3", 0, "7"},
		{"(1+2)*3", 0, "9"},
		{"(2^3)^2", 0, "64"},
		{"2^(3^2)", 0, "512"},
		{"(-2)^2", 0, "4"},
		{"-(2^2)", 0, "-4"},
		{"7-4-2", 0, "1"},
		{"12/4/3", 0, "1"},
		{"10/4", 1, "2.5"},
		{"1/3+1/3+1/3", 9, "1.000000000"},
		{"0,1+0,2", 9, "0.300000000"},
		{"0.1*3", 1, "0.3"},
		{"1,5*2", 0, "3"},
		{"2 × 3 ÷ 4 − 1", 1, "0.5"},
		{"+5%", 2, "0.05"},
		{"50%*[A]", 0, "55"},
		{"1/0", 0, "divided_by_zero"},
		{"2/3", 0, "1"},
		{"-2/3", 0, "-1"},
		{"5/2", 0, "3"},
		{"-5/2", 0, "-3"},
		{"007+1", 0, "8"},
		{"2^0.5", 4, "1.4142"},
		{"(-1)^0.5", 0, "not_defined"},
		{"0^(-1)", 0, "not_defined"},
		{"9223372036854775807+1", 0, "~9.22337e+18"},
		{"[HUGE]*[HUGE]/[HUGE]/[HUGE]", 6, "1.000000"},
		{"10^60*10^60*10^60*10^60*10^60*10^60", 0, "overflow"},
		{"0,005*100", 2, "0.50"},
	};
	(void)state;
	check_all(examples, ARRAY_LEN(examples));
}

static void test_logic_and_text(void **state)
{
	static const struct example examples[] = {
		{"1<2", 0, "true"},
		{"2<=1", 0, "false"},
		{"1 <> 1", 0, "false"},
		{"0.5 = 1/2", 0, "true"},
		{"not 1=2", 0, "true"},
		{"không (1=1) hoặc đúng", 0, "true"},
		{"1=1 and 2=3 or 4=4", 0, "true"},
		{"sai và [HOLE]>0", 0, "false"},
		{"true or [EMPTY]>0", 0, "true"},
		{"false or [EMPTY]>0", 0, "said_empty"},
		{"if(1>2, 3, 4)", 0, "4"},
		{"nếu(1<2; 1,5; 2)", 1, "1.5"},
		{"NẾU([A]>100;\"nhiều\";\"ít\")", 0, "nhiều"},
		{"if([EMPTY]>1; 1; 2)", 0, "said_empty"},
		{"if(1=1; 5; 1/0)", 0, "5"},
		{"case(1=2; 1; 2=2; 2; 3)", 0, "2"},
		{"trường hợp(1=2; 1; 1=3; 2)", 0, "said_missing"},
		{"if_missing([EMPTY]; 7)", 0, "7"},
		{"nếu trống([A]; 7)", 0, "110"},
		{"is_missing([EMPTY])", 0, "true"},
		{"còn thiếu([A])", 0, "false"},
		{"\"a\"\"b\" & 1,5", 0, "a\"b1,5"},
		{"text(1234.5; 2)", 0, "1.234,50"},
		{"độ dài(\"đường\")", 0, "5"},
		{"contains(\"Đường Trần Phú\"; \"tran phu\")", 0, "true"},
		{"lower(\"ĐÀ\")", 0, "đà"},
		{"\"a\" < \"b\"", 0, "true"},
		{"(1=1) = (2=2)", 0, "true"},
		{"missing", 0, "said_missing"},
		{"if(1=1; missing; 2)", 0, "said_missing"},
		{"abs(-3)+floor(-1/2)+ceiling(-1/2)+floor(7/2)", 0, "5"},
		{"round(2.345; 2)", 3, "2.350"},
		{"round(2.5)", 0, "3"},
		{"round(1; 10)", 0, "not_defined"},
		{"round(10^15; 6)", 0, "1000000000000000"},
		{"round([HUGE]; 2) = [HUGE]", 0, "true"},
		{"round(10^25; 1) = 10^25", 0, "true"},
		{"round(-0.125; 2)", 3, "-0.130"},
		{"round(2^0.5; 3)", 4, "1.4140"},
		{"sqrt(16)+exp(0)+ln(1)", 3, "5.000"},
		{"sqrt(-1)", 0, "not_defined"},
		{"ln(0)", 0, "not_defined"},
	};
	(void)state;
	check_all(examples, ARRAY_LEN(examples));
}

static void test_sets(void **state)
{
	static const struct example examples[] = {
		{"[A]", 0, "110"},
		{"A + number(D11.X3)*0 + [22714]", 0, "220"},
		{"sum([A], units: children)", 0, "630"},
		{"Tổng([A]; đơn vị: trực thuộc)", 0, "630"},
		{"mean([A], last 3)", 0, "109"},
		{"trung bình([A]; 3 kỳ gần nhất)", 0, "109"},
		{"mean([A]; gần nhất 3)", 0, "109"},
		{"sum([A], ytd)", 0, "1055"},
		{"tổng([A]; lũy kế)", 0, "1055"},
		{"max(1; 2; 3) - min(4; 2)", 0, "1"},
		{"max([A],2)", 0, "110"},
		{"first([A], last 3)", 0, "108"},
		{"last([A], last 3)", 0, "110"},
		{"count([HOLE], units: children)", 0, "2"},
		{"đếm([A]; [B])", 0, "2"},
		{"sum([HOLE], units: children)", 0, "not_filled"},
		{"sum([HOLE], units: children, missing: skip)", 0, "420"},
		{"sum([HOLE]; đơn vị: cấp dưới; thiếu: bỏ qua)", 0, "420"},
		{"sum([EMPTY], units: children, missing: skip)", 0, "nothing"},
		{"sum([A], units: province)", 0, "nothing"},
		{"weighted_mean([RATE]; [A], units: children)", 2, "241.75"},
		{"weighted_mean([RATE]; [ZERO], units: children)", 2, "divided_by_zero"},
		{"weighted_mean([HOLE]; [A], units: children, missing: skip)", 2, "257.62"},
		{"ratio([RATE]; [A], units: children)", 2, "1.00"},
		{"ratio([A]; [B], units: children) * 100", 1, "100.0"},
		{"ratio([HOLE]; [A], units: children)", 2, "not_filled"},
		{"ratio([HOLE]; [B], units: children, missing: skip) * 100", 1, "100.0"},
		{"tỷ lệ([A]; [HOLE]; đơn vị: trực thuộc; thiếu: bỏ qua) * 100", 1, "100.0"},
		{"ratio([A]; [HOLE], last 2, units: children, missing: skip) * 100", 1, "100.0"},
		{"ratio([A]; [ZERO], units: children)", 0, "divided_by_zero"},
		{"ratio([ODD]; [A], units: children)", 0, "unpaired"},
		{"ratio([A]; [ODD], units: children)", 0, "unpaired"},
		{"ratio([ODD]; [A], units: children, missing: skip) * 100", 1, "100.0"},
		{"ratio([A]; [ODD], last 3, units: children, missing: skip) * 100", 1, "100.0"},
		{"weighted_mean([ODD]; [HOLE], units: children, missing: skip)", 2, "257.62"},
		{"ratio([A]; previous([A]), units: children)", 4, "1.0048"},
		{"ratio([EMPTY]; [A], units: children, missing: skip)", 0, "nothing"},
		{"sum([A], units: children, missing: skip) / sum([HOLE], units: children, "
		 "missing: skip) * 100",
		 1, "150.0"}, /* each skipping for itself: why there is a ratio */
		{"median([A], units: children)", 0, "210"},
		{"percentile([A]; 25, units: children)", 0, "160"},
		{"percentile([A]; 100, units: children)", 0, "310"},
		{"percentile([A]; 101, units: children)", 0, "not_defined"},
		{"rank([A], units: children)", 0, "3"},
		{"rank([A], units: children, order: ascending)", 0, "1"},
		{"rank(250; [A], units: children)", 0, "2"},
		{"rank([EMPTY], units: children)", 0, "said_empty"},
		{"percent_change([A])", 4, "0.9174"},
		{"tăng trưởng([A]; cùng kỳ([A]))", 4, "12.2449"},
		{"percent_change([A]; [ZERO])", 0, "divided_by_zero"},
		{"previous([A])", 0, "109"},
		{"kỳ trước([A]; 3)", 0, "107"},
		{"previous(same_period([A]))", 0, "97"},
		{"sum(previous([A]), units: children)", 0, "627"},
		{"mới nhất([A])", 0, "110"},
		{"[A]{sex=female}", 0, "10110"},
		{"sum([A], by: sex)", 0, "220"},
		{"sum(sum([A], last 2); [B])", 0, "329"},
		{"[A]/[B]*100", 1, "100.0"},
		{"[HOLE]+[EMPTY]", 0, "said_empty"},
	};
	(void)state;
	check_all(examples, ARRAY_LEN(examples));
}

/* Faults name the place. */
static void test_faults(void **state)
{
	static const struct {
		const char *formula;
		size_t start, end;
		const char *says;
	} faults[] = {
		{"", 0, 0, "empty"},
		{"1+", 2, 2, "too early"},
		{"(1", 0, 1, "not closed"},
		{"1)", 1, 2, "never opened"},
		{"[A", 0, 2, "not closed by ]"},
		{"\"a", 0, 2, "not closed by \""},
		{"[A]{sex", 3, 7, "not closed by }"},
		{"[A]{sex}", 3, 8, "{list=code"},
		{"[A]{sex=other}", 0, 14, "no code"},
		{"{sex=male}", 0, 10, "after an indicator"},
		{"[]", 0, 2, "no indicator's code"},
		{"[NONE]", 0, 6, "no indicator \"NONE\""},
		{"foo([A])", 0, 3, "no function \"foo\""},
		{"max(1,5)", 4, 7, "a comma between two digits"},
		{"1.234.567", 0, 9, "thousands"},
		{"1.234,5", 0, 7, "thousands"},
		{"12A", 0, 2, "letter follows"},
		{"1 2", 2, 3, "operator"},
		{"1 @ 2", 2, 3, "no meaning"},
		{"-2^2", 0, 4, "both ways"},
		{"1<2<3", 3, 4, "two comparisons"},
		{"if(1;2;3)", 3, 4, "true or false is needed"},
		{"if(1=1;2;\"a\")", 9, 12, "a number is needed"},
		{"if(1=1;2)", 0, 9, "more arguments"},
		{"abs(1;2)", 0, 8, "fewer arguments"},
		{"1+\"a\"", 2, 5, "a number is needed"},
		{"not 1", 4, 5, "true or false"},
		{"[A]+[RATE]", 0, 10, "units of measure differ"},
		{"[AREA]+[KM]", 0, 11, "multiplying"},
		{"[A] > [MONEY]", 0, 13, "differ"},
		{"max([A]; [MONEY])", 9, 16, "differ"},
		{"sqrt([A])", 5, 8, "without unit"},
		{"[A]^2.5", 4, 7, "1, 2 or 3"},
		{"2^[A]", 2, 5, "bare number"},
		{"sum([A], units: everybody)", 16, 25, "units: is one of"},
		{"sum([A], colour: red)", 9, 15, "no such option"},
		{"sum(1, units: children)", 7, 22, "options go with"},
		{"abs([A], units: children)", 9, 24, "no options"},
		{"sum([A], missing: zero)", 18, 22, "can be skip"},
		{"rank([A], order: sideways)", 17, 25, "ascending"},
		{"mean([A], last 0)", 15, 16, "whole number"},
		{"mean([A], last 5000)", 15, 19, "whole number"},
		{"previous(1)", 9, 10, "goes with an indicator"},
		{"previous([A]; 0)", 14, 15, "whole number"},
		{"latest(latest([A]))", 0, 19, "once"},
		{"rank(3)", 0, 7, "needs an indicator"},
		{"percent_change(3)", 0, 17, "against what"},
		{"weighted_mean([A]; 2)", 0, 21, "two indicators"},
		{"2^3^2", 0, 5, "both ways"},
		{"sum([A]; [B]*1, units: children)", 9, 14, "by themselves"},
		{"max([A]/1; [B], units: siblings)", 4, 9, "by themselves"},
		{"sum([A]; sum([B], last 2), last 3)", 9, 25, "by themselves"},
		{"sum([A], by: nothing)", 13, 20, "no code list \"nothing\""},
		{"count([A]; by: \"none\")", 15, 21, "no code list"},
		{"sum(latest([A]), last 3)", 17, 23, "latest is one figure"},
		{"sum(latest([A]), ytd)", 17, 20, "latest is one figure"},
		{"rank([A], last 2)", 10, 16, "one figure of each unit"},
		{"rank([A], by: sex)", 10, 17, "one figure of each unit"},
		{"percentile([A]; [B])", 16, 19, "bare number"},
		{"99999999999999999999", 0, 20, "too many digits"},
		{"\xff", 0, 1, "UTF-8"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct why why = {.text = ""};
		struct formula *f = NULL;
		struct formula_place at = {0, 0};
		enum err rc = formula_compile(a, str_of(faults[i].formula), &words, STR_NULL, &f,
					      &at, &why);
		if (rc != ERR_INVALID || !strstr(why.text, faults[i].says) ||
		    at.start != faults[i].start || at.end != faults[i].end)
			fail_msg("%s: %d at %zu-%zu: %s", faults[i].formula, rc, at.start, at.end,
				 why.text);
	}
}

/* The indicator's own unit of measure decides whether a formula is its. */
static void test_measures(void **state)
{
	static const struct {
		const char *formula, *measure, *says; /* says NULL: it fits */
	} examples[] = {
		{"[A]/[B]*100", "percent", NULL},
		{"[A]/[B]", "percent", "multiply by 100"},
		{"ratio([A]; [B], units: children)", "percent", "multiply by 100"},
		{"ratio([A]; [KM], units: children)", "person_per_km2", NULL},
		{"[A]/[B]", "coefficient", NULL},
		{"[A]+[B]", "person", NULL},
		{"[A]", "person_thousand", "multiply by 0.001"},
		{"[A]/1000", "person_thousand", NULL},
		{"[A]/[KM]", "person_per_km2", NULL},
		{"[A]/[AREA]", "person_per_km2", "multiply by 100"},
		{"[A]/[AREA]", "person_per_m2", "multiply by 0.0001"},
		{"[MONEY]/[A]*1000", "vnd_million_per_person", NULL},
		{"[MONEY]/[A]", "vnd_million_per_person", "multiply by 1000"},
		{"[INCOME]", "vnd_million_per_worker", NULL},
		{"[D11.X3]", "person", "is in dossier"},
		{"number([D11.X3])+[A]", "person", NULL},
		{"[D11.X3]/[A]*10000", "dossier_per_10000", NULL},
		{"[AREA]^2/[AREA]", "hectare", NULL},
		{"5", "anything", NULL},
		{"count([A], units: children)", "team", NULL},
		{"percent_change([A])", "percent", NULL},
		{"\"text\"", "person", "must be a number"},
		{"[A]=1", "person", "must be a number"},
		{"if([A]>5; [RATE]; 0)", "percent", NULL},
		{"mean([RATE], last 3)", "percent", NULL},
		{"0,3*[RATE]+0,7*[RATE]", "percent", NULL},
		/* A factor scales, or converts by itself and nothing else. */
		{"1*[MILLION]+[MONEY]", "vnd_billion", "units of measure differ"},
		{"2*[MILLION]+[MONEY]", "vnd_billion", "units of measure differ"},
		{"[MILLION]/1000+[MONEY]", "vnd_billion", NULL},
		{"[MILLION]+1000*[MONEY]", "vnd_million", NULL},
		{"[MILLION]+1000*[MONEY]", "vnd_billion", "multiply by 0.001"},
		{"sum([MILLION]/1000; [MONEY]; [MILLION])", "vnd_billion",
		 "units of measure differ"},
		{"[MILLION]*1 > [MONEY]", "", "units of measure differ"},
		{"7*[MILLION]", "vnd_billion", "multiply by 0.001"},
		{"7*[MILLION]", "vnd_million", NULL},
		{"1000*[A]", "person_thousand", "multiply by 1e-06"},
		{"[MINUTES]/60", "hour", NULL},
		{"[MINUTES]/50", "hour", "is in"},
		{"[A]/[B]*10", "percent", "multiply by 10"},
		{"[A]/[B]*(1000/10)", "percent", NULL},
		{"-100*[A]/[B]", "percent", NULL},
		{"[RATE]%", "coefficient", NULL},
		{"[RATE]%*[A]", "person", NULL},
		{"count([A], units: children)*[A]", "person", NULL},
		{"[RATE]^2", "percent", "multiply by 0.01"},
		{"[RATE]^2/100", "percent", NULL},
		{"[RATE]^1", "percent", NULL},
		{"[TINY]^2.5", "coefficient", NULL},
		{"[RATE]^0.5", "percent", "1, 2 or 3"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct why why = {.text = ""};
		struct formula *f = NULL;
		struct formula_place at;
		enum err rc = formula_compile(a, str_of(examples[i].formula), &words,
					      str_of(examples[i].measure), &f, &at, &why);
		if (examples[i].says ? rc != ERR_INVALID || !strstr(why.text, examples[i].says)
				     : rc != OK)
			fail_msg("%s as %s: %d %s", examples[i].formula, examples[i].measure, rc,
				 why.text);
	}
}

/* What is missing tells which figure, and the place in the text where the value was lost. */
static void test_reasons(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	(void)state;
	struct formula_result r = *run(a, "1 + sum([HOLE], units: children) / 2");
	assert_int_equal(r.value.reason, FORMULA_NOT_FILLED);
	assert_non_null(r.value.cell);
	assert_int_equal(r.value.cell->unit, 12);
	assert_string_equal(r.value.cell->period.ptr, "10");
	assert_int_equal(r.at.start, 4);
	assert_int_equal(r.at.end, 32);
	assert_int_equal(r.n_terms, 1);
	assert_int_equal(r.terms[0].n, 3);
	assert_int_equal(r.terms[0].missing, 1);
	r = *run(a, "if_missing([EMPTY]; 1) + [A]");
	assert_int_equal(r.value.reason, FORMULA_PRESENT);
	assert_int_equal(r.at.end, 0);
	r = *run(a, "[EMPTY] + if_missing([A]; 0)");
	assert_int_equal(r.value.reason, FORMULA_SAID_EMPTY);
	assert_int_equal(r.at.start, 0);
	assert_int_equal(r.at.end, 7);
	r = *run(a, "if_missing([EMPTY]; 1) + [HOLE] * 0 + [EMPTY]");
	assert_int_equal(r.at.start, 38);
	assert_int_equal(r.at.end, 45);
	r = *run(a, "count([HOLE], units: children) + sum([EMPTY], units: children)");
	assert_int_equal(r.at.start, 33);
	r = *run(a, "if(true or [EMPTY] > 1; sum([HOLE], units: children); 1)");
	assert_int_equal(r.at.start, 24);
	r = *run(a, "[A] / [ZERO] * [EMPTY]");
	assert_int_equal(r.value.reason, FORMULA_DIVIDED_BY_ZERO);
	assert_int_equal(r.at.start, 0);
	assert_int_equal(r.at.end, 12);
}

static void test_explanation(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	(void)state;
	struct formula_result r = *run(a, "[A] / [B] * 100");
	assert_int_equal(r.n_steps, 4);
	assert_int_equal(r.steps[2].at.start, 0);
	assert_int_equal(r.steps[2].at.end, 9);
	assert_int_equal(r.steps[3].value.number.n, 100 * r.steps[3].value.number.d);
	assert_int_equal(r.n_terms, 2);
	assert_int_equal(r.terms[1].cells[0].id, 1001);
	/* What a set went on without, both sides of a pair, and for want of what. */
	r = *run(a, "ratio([A]; [HOLE], units: children, missing: skip)");
	struct formula_cell *part = r.terms[0].cells, *whole = r.terms[1].cells;
	assert_int_equal(r.terms[0].missing, 0);
	assert_int_equal(r.terms[1].missing, 1);
	assert_int_equal(r.terms[0].left_out, 1);
	assert_int_equal(r.terms[1].left_out, 1);
	assert_ptr_equal(part[1].left_out, &whole[1]);
	assert_ptr_equal(whole[1].left_out, &whole[1]);
	assert_int_equal(whole[1].unit, 12);
	assert_null(part[0].left_out);
	r = *run(a, "ratio([A]; [ODD], units: children, missing: skip)");
	assert_int_equal(r.terms[0].left_out, 1);
	assert_int_equal(r.terms[1].n, 2);
	assert_int_equal(r.terms[0].cells[1].left_out->reason, FORMULA_UNPAIRED);
	assert_int_equal(r.terms[0].cells[1].left_out->indicator, 18);
	assert_int_equal(r.terms[0].cells[1].left_out->unit, 12);
	r = *run(a, "ratio([A]; [HOLE], units: children)");
	assert_int_equal(r.terms[1].missing, 1);
	assert_int_equal(r.terms[0].left_out + r.terms[1].left_out, 0);
	r = *run(a, "count([HOLE], units: children)");
	assert_int_equal(r.terms[0].left_out, 1);
	/* What is not needed is not fetched. */
	r = *run(a, "if(1=1; [A]; [B])");
	assert_int_equal(r.terms[0].n, 1);
	assert_int_equal(r.terms[1].n, 0);
}

static enum err compile_text(struct arena *a, struct str text, struct formula **ret,
			     struct why *why)
{
	struct formula_place at;
	return formula_compile(a, text, &words, STR_NULL, ret, &at, why);
}

static struct str repeated(struct arena *a, const char *head, const char *part, size_t n,
			   const char *tail)
{
	size_t len = strlen(part), from = strlen(head);
	char *text = arena_alloc(a, from + n * len + strlen(tail) + 1);
	memcpy(text, head, from);
	for (size_t i = 0; i < n; i++)
		memcpy(text + from + i * len, part, len);
	memcpy(text + from + n * len, tail, strlen(tail));
	return str_of(text);
}

static void test_limits(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct formula *f = NULL;
	struct why why = {.text = ""};
	(void)state;
	assert_int_equal(compile_text(a, repeated(a, "1", "+1", 1999, ""), &f, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "words and signs"));
	assert_int_equal(compile_text(a, repeated(a, "1", "+1", 2000, ""), &f, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "longer than"));
	assert_ok(compile_text(a, repeated(a, "1", "+1", 700, ""), &f, &why), why);
	assert_int_equal(compile_text(a, repeated(a, "", "(", 61, "1"), &f, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "brackets within"));
	assert_int_equal(compile_text(a, repeated(a, "", "-", 200, "1"), &f, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "nested too deeply"));
	assert_int_equal(compile_text(a, repeated(a, "[A]", "+[A]", 64, ""), &f, &why),
			 ERR_INVALID);
	assert_non_null(strstr(why.text, "more than 64"));
	/* Three units, 400 periods, 60 terms: beyond the steps of one evaluation. */
	struct formula_result r;
	assert_ok(compile_text(a, repeated(a, "0", "+sum([A],units:children,last 400)", 60, ""), &f,
			       &why),
		  why);
	assert_ok(formula_run(f, &data, false, a, &r, &why), why);
	assert_true(r.count > 60 * 1200);
	const char *doubling = "&[A]&[A]&[A]&[A]&[A]&[A]&[A]&[A]";
	struct str text = repeated(a, "\"", "0123456789", 199, "\"");
	text = arena_fmt(a, STR_FMT "%s", STR_ARG(text), doubling);
	assert_ok(compile_text(a, text, &f, &why), why);
	assert_int_equal(formula_run(f, &data, false, a, &r, &why), ERR_TOO_LARGE);
}

static enum err many_cells(void *arg, const struct formula_ref *ref, struct arena *a,
			   struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	(void)ref;
	(void)why;
	*ret_n = *(size_t *)arg;
	*ret = ARENA_ARRAY(a, *ret_n, struct formula_cell);
	return OK;
}

/* As many as the indicator's number. */
static enum err uneven_cells(void *arg, const struct formula_ref *ref, struct arena *a,
			     struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	size_t n = (size_t)ref->indicator;
	(void)arg;
	return many_cells(&n, ref, a, ret, ret_n, why);
}

static enum err no_cells(void *arg, const struct formula_ref *ref, struct arena *a,
			 struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	(void)arg;
	(void)ref;
	(void)a;
	(void)ret;
	(void)ret_n;
	return why_fail(why, ERR_UNAVAILABLE, "", __FILE__, __LINE__, "gone");
}

static void test_data_limits(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct formula *f = NULL;
	struct formula_result r;
	struct why why = {.text = ""};
	size_t n = FORMULA_CELLS_MAX;
	struct formula_data many = {&n, many_cells}, gone = {NULL, no_cells},
			    uneven = {NULL, uneven_cells};
	(void)state;
	assert_ok(compile_text(a, STR("sum([A], units: below)"), &f, &why), why);
	assert_ok(formula_run(f, &many, false, a, &r, &why), why);
	n++;
	assert_int_equal(formula_run(f, &many, false, a, &r, &why), ERR_TOO_LARGE);
	assert_int_equal(formula_run(f, &gone, false, a, &r, &why), ERR_UNAVAILABLE);
	n = FORMULA_CELLS_MAX;
	assert_ok(compile_text(a, repeated(a, "0", "+sum([A],units:below)", 6, ""), &f, &why), why);
	assert_int_equal(formula_run(f, &many, false, a, &r, &why), ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "steps"));
	/* What has nothing beside it. */
	assert_ok(compile_text(a, STR("weighted_mean([A]; [B])"), &f, &why), why);
	assert_ok(formula_run(f, &many, false, a, &r, &why), why);
	assert_ok(formula_run(f, &uneven, false, a, &r, &why), why);
	assert_int_equal(r.value.reason, FORMULA_UNPAIRED);
	assert_int_equal(r.value.cell->indicator, 1);
}

static void test_order(void **state)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct why why = {.text = ""};
	size_t *order = NULL, n = 0;
	(void)state;
	const struct formula_edge edges[] = {{0, 1}, {1, 2}, {0, 2}, {3, 0}};
	assert_ok(formula_order(a, 5, edges, ARRAY_LEN(edges), &order, &n, &why), why);
	assert_int_equal(n, 5);
	size_t place[5];
	for (size_t i = 0; i < n; i++)
		place[order[i]] = i;
	for (size_t i = 0; i < ARRAY_LEN(edges); i++)
		assert_true(place[edges[i].needs] < place[edges[i].of]);
	const struct formula_edge circle[] = {{4, 0}, {0, 1}, {1, 2}, {2, 0}};
	assert_int_equal(formula_order(a, 5, circle, ARRAY_LEN(circle), &order, &n, &why),
			 ERR_CONFLICT);
	assert_int_equal(n, 4);
	assert_int_equal(order[0], order[3]);
	const struct formula_edge self[] = {{2, 2}};
	assert_int_equal(formula_order(a, 3, self, 1, &order, &n, &why), ERR_CONFLICT);
	assert_int_equal(n, 2);
	assert_int_equal(order[0], 2);
	assert_ok(formula_order(a, 0, NULL, 0, &order, &n, &why), why);
	assert_int_equal(n, 0);
}

static void test_numbers(void **state)
{
	struct number x, least = number_of_int(INT64_MIN);
	struct decimal d;
	(void)state;
	assert_true(number_subtract(number_of_int(0), least, &x));
	assert_false(x.exact);
	assert_false(number_round(x, 0, &d));
	assert_true(number_cmp(least, number_of_int(INT64_MAX)) < 0);
	assert_true(number_multiply(least, least, &x));
	assert_false(x.exact);
	assert_false(number_decimal(x, &d));
	assert_false(number_of_double((double)INFINITY, &x));
	assert_false(number_of_double((double)NAN, &x));
	assert_true(number_divide(number_of_int(1), number_of_int(3), &x));
	assert_true(number_decimal(x, &d));
	assert_int_equal(d.scale, 9);
	assert_int_equal(d.mantissa, 333333333);
	assert_true(number_divide(number_of_int(INT64_MAX), number_of_int(2), &x));
	assert_true(number_decimal(x, &d));
	assert_int_equal(d.scale, 0);
}

static void test_document(void **state)
{
	struct buf out;
	(void)state;
	buf_init(&out, 1 << 16);
	formula_document(&out);
	size_t n = 0;
	for (const struct formula_help *h; (h = formula_function(n)); n++)
		assert_non_null(memmem(out.ptr, out.len, h->name, strlen(h->name)));
	assert_true(n > 25);
	for (unsigned u = 0; u < FORMULA_UNITS; u++)
		assert_true(formula_units_label((enum formula_units)u).vi[0] != '\0');
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arithmetic),  cmocka_unit_test(test_logic_and_text),
		cmocka_unit_test(test_sets),	    cmocka_unit_test(test_faults),
		cmocka_unit_test(test_measures),    cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_explanation), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_data_limits), cmocka_unit_test(test_order),
		cmocka_unit_test(test_numbers),	    cmocka_unit_test(test_document),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
