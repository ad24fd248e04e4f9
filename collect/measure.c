#include "collect/measure.h"

#include "base/buf.h"
#include "base/text.h"

/* Names as they are when folded; of one base what differs by size only. */
static const struct {
	const char *name, *base;
	int power;
} known[] = {
	{"dong", "dong", 0},   {"vnd", "dong", 0},     {"d", "dong", 0},
	{"usd", "usd", 0},     {"do la", "usd", 0},    {"do la my", "usd", 0},
	{"phan tram", "%", 0}, {"percent", "%", 0},    {"phan nghin", "%", -1},
	{"m2", "m2", 0},       {"met vuong", "m2", 0}, {"ha", "m2", 4},
	{"hec ta", "m2", 4},   {"hecta", "m2", 4},     {"hectares", "m2", 4},
	{"km2", "m2", 6},      {"m", "m", 0},	       {"met", "m", 0},
	{"km", "m", 3},	       {"m3", "m3", 0},	       {"met khoi", "m3", 0},
	{"lit", "m3", -3},     {"litres", "m3", -3},   {"kg", "kg", 0},
	{"yen", "kg", 1},      {"ta", "kg", 2},	       {"quintals", "kg", 2},
	{"tan", "kg", 3},      {"tonnes", "kg", 3},    {"kwh", "kwh", 0},
	{"mwh", "kwh", 3},     {"gwh", "kwh", 6},      {"trd", "dong", 6},
};
static const struct {
	const char *word;
	int power;
} sizes[] = {{"nghin", 3}, {"ngan", 3},	   {"1000", 3}, {"thousand", 3}, {"trieu", 6},
	     {"tr", 6},	   {"million", 6}, {"ty", 9},	{"ti", 9},	 {"billion", 9}};

struct said {
	struct str base; /* folded; of what is known its own name */
	struct str per;	 /* folded: of "đồng/người" the people */
	int power;
	bool known, sized; /* a base of the table; a word of size was there */
};

/* The signs that folding would lose, as words; a point between digits goes: "1.000 người". */
static struct str in_words(struct arena *a, struct str text)
{
	static const struct {
		const char *sign, *words;
	} signs[] = {{"%", " phan tram "}, {"‰", " phan nghin "}, {"²", "2"}, {"³", "3"}};
	struct buf b;
	buf_init(&b, 4096);
	for (size_t i = 0, s; i < text.len;) {
		struct str rest = {text.ptr + i, text.len - i};
		for (s = 0; s < ARRAY_LEN(signs) && !str_starts(rest, str_of(signs[s].sign)); s++)
			;
		bool point = rest.len > 1 && i > 0 && (rest.ptr[0] == '.' || rest.ptr[0] == ',') &&
			     rest.ptr[-1] >= '0' && rest.ptr[-1] <= '9' && rest.ptr[1] >= '0' &&
			     rest.ptr[1] <= '9';
		if (s < ARRAY_LEN(signs))
			buf_add(&b, str_of(signs[s].words));
		else if (!point)
			buf_add_char(&b, rest.ptr[0]);
		i += s < ARRAY_LEN(signs) ? strlen(signs[s].sign) : 1;
	}
	struct str ret = text_fold(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* A word of size at the front or the back goes; what is left. */
static bool take_size(struct str *words, int *power)
{
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct str w = str_of(sizes[i].word);
		if (words->len < w.len || str_is(*words, "ty le") ||
		    str_starts(*words, STR("ty le ")))
			continue;
		bool alone = words->len == w.len;
		if (str_starts(*words, w) && (alone || words->ptr[w.len] == ' '))
			*words = str_trim((struct str){words->ptr + w.len, words->len - w.len});
		else if (str_ends(*words, w) && words->ptr[words->len - w.len - 1] == ' ')
			*words = (struct str){words->ptr, words->len - w.len - 1};
		else
			continue;
		*power += sizes[i].power;
		return true;
	}
	return false;
}

static bool look_up(struct said *said)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (str_is(said->base, known[i].name)) {
			said->base = str_of(known[i].base);
			said->power += known[i].power;
			return true;
		}
	return false;
}

static struct said read(struct arena *a, struct str text)
{
	static const char *const leads[] = {"don vi tinh ", "don vi ", "dvt ", "dv tinh "};
	struct str per = STR_NULL, over = str_until(text, '/', &per);
	struct said said = {.base = in_words(a, over), .per = in_words(a, per)};
	for (size_t i = 0; i < ARRAY_LEN(leads); i++)
		if (str_starts(said.base, str_of(leads[i])))
			said.base = (struct str){said.base.ptr + strlen(leads[i]),
						 said.base.len - strlen(leads[i])};
	/* "phần nghìn" is known before its "nghìn" is taken for a size. */
	while (!(said.known = look_up(&said)) && take_size(&said.base, &said.power))
		said.sized = true;
	return said;
}

/* Of a hundred, as people say "%" of them. */
static bool is_score(struct str base)
{
	return str_is(base, "diem") || str_is(base, "points") || str_is(base, "he so") ||
	       str_is(base, "coefficient");
}

static enum measure_fit fit(const struct said *said, const struct said *own, int *ret_power)
{
	*ret_power = 0;
	if (!own->base.len || (!said->base.len && !said->sized))
		return MEASURE_UNSURE;
	if (str_eq(said->base, own->base) && str_eq(said->per, own->per)) {
		*ret_power = said->power - own->power;
		return MEASURE_FITS;
	}
	if (str_eq(said->base, own->base)) /* "đồng" of "đồng/người/năm": the size still counts */
		return said->power == own->power ? MEASURE_UNSURE : MEASURE_DIFFERS;
	if (str_is(said->base, "%") && is_score(own->base))
		return MEASURE_UNSURE;
	if (said->known || said->power != own->power)
		return MEASURE_DIFFERS;
	return MEASURE_UNSURE;
}

enum measure_fit measure_compare(struct arena *a, struct str text, struct str own_vi,
				 struct str own_en, int *ret_power)
{
	struct said said = read(a, text), vi = read(a, own_vi), en = read(a, own_en);
	enum measure_fit best = fit(&said, &vi, ret_power);
	int power;
	if (best != MEASURE_FITS && fit(&said, &en, &power) == MEASURE_FITS) {
		*ret_power = power;
		return MEASURE_FITS;
	}
	return best;
}

static bool is_surely(struct arena *a, struct str text)
{
	struct said said = read(a, text);
	return said.known || (said.sized && said.base.len > 0 && text.len < 40);
}

struct str measure_within(struct arena *a, struct str text)
{
	text = str_trim(text);
	for (size_t i = text.len; i-- > 0 && text.ptr[text.len - 1] == ')';)
		if (text.ptr[i] == '(') {
			struct str inside =
				str_trim((struct str){text.ptr + i + 1, text.len - i - 2});
			if (memchr(inside.ptr, ':', inside.len))
				return measure_within(a, inside);
			return is_surely(a, inside) ? inside : STR_NULL;
		}
	struct str after, lead = str_until(text, ':', &after);
	if (!after.ptr)
		return STR_NULL;
	struct str folded = text_fold(a, lead);
	bool named = str_ends(folded, STR("don vi tinh")) || str_ends(folded, STR("dvt")) ||
		     str_ends(folded, STR("unit"));
	after = str_trim(after);
	return named && is_surely(a, after) ? after : STR_NULL;
}
