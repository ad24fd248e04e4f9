#include "base/period.h"

#include "base/arena.h"
#include "base/text.h"

#define YEAR_MIN 1900
#define YEAR_MAX 2199
#define TEXT_MAX 100

static const char *const kind_names[PERIOD_KINDS] = {
#define X(code, name) [code] = name,
	PERIOD_KIND_TABLE(X)
#undef X
};

const char *period_kind_name(enum period_kind kind)
{
	assert(kind < PERIOD_KINDS);
	return kind_names[kind];
}

enum err period_kind_parse(struct str s, enum period_kind *ret, struct why *why)
{
	for (enum period_kind k = PERIOD_DAILY; k < PERIOD_KINDS; k++) {
		if (str_is(s, kind_names[k])) {
			*ret = k;
			return OK;
		}
	}
	return fail(why, ERR_INVALID,
		    "must be daily, weekly, monthly, quarterly, half_yearly or yearly");
}

/* -- ordinals -- */

static int floor_div(int a, int b)
{
	return a / b - (a % b < 0);
}

/* Months in a period of the kinds that are made of months; 0 for the others. */
static int months_of(enum period_kind kind)
{
	static const int months[PERIOD_KINDS] = {[PERIOD_MONTHLY] = 1,
						 [PERIOD_QUARTERLY] = 3,
						 [PERIOD_HALF_YEARLY] = 6,
						 [PERIOD_YEARLY] = 12};
	return months[kind];
}

/* Week 0 holds 1970-01-01, a Thursday; its Monday is day -3. */
static struct date first_day(struct period p)
{
	int months = months_of(p.kind);
	if (months == 0)
		return date_of_days(p.kind == PERIOD_WEEKLY ? (int64_t)p.ordinal * 7 - 3
							    : p.ordinal);
	int year = floor_div(p.ordinal, 12 / months);
	return (struct date){year, (p.ordinal - year * (12 / months)) * months + 1, 1};
}

static struct period containing(enum period_kind kind, struct date d)
{
	int months = months_of(kind);
	if (months)
		return (struct period){kind, d.year * (12 / months) + (d.month - 1) / months};
	int days = (int)date_days(d);
	return (struct period){kind, kind == PERIOD_WEEKLY ? floor_div(days + 3, 7) : days};
}

usec period_start(struct period p)
{
	return date_start(first_day(p));
}

usec period_end(struct period p)
{
	return period_start((struct period){p.kind, p.ordinal + 1});
}

int64_t period_last_day(struct period p)
{
	struct period next = {p.kind, p.ordinal + 1};
	return p.kind == PERIOD_DAILY ? p.ordinal : date_days(first_day(next)) - 1;
}

struct period period_at(enum period_kind kind, usec t)
{
	assert(kind < PERIOD_KINDS);
	return containing(kind, date_local(t));
}

/* A week belongs to the year of its Thursday. */
static struct period week_one(int year)
{
	return containing(PERIOD_WEEKLY, (struct date){year, 1, 4});
}

static void write_week(struct buf *b, struct period p)
{
	struct date thursday = date_of_days((int64_t)p.ordinal * 7);
	buf_printf(b, "%04d-W%02d", thursday.year, p.ordinal - week_one(thursday.year).ordinal + 1);
}

void period_write(struct buf *b, struct period p)
{
	struct date d = first_day(p);
	switch (p.kind) {
	case PERIOD_DAILY:
		date_write(b, d);
		break;
	case PERIOD_WEEKLY:
		write_week(b, p);
		break;
	case PERIOD_MONTHLY:
		buf_printf(b, "%04d-%02d", d.year, d.month);
		break;
	case PERIOD_QUARTERLY:
		buf_printf(b, "%04d-Q%d", d.year, (d.month - 1) / 3 + 1);
		break;
	case PERIOD_HALF_YEARLY:
		buf_printf(b, "%04d-H%d", d.year, (d.month - 1) / 6 + 1);
		break;
	case PERIOD_YEARLY:
	case PERIOD_KINDS:
		buf_printf(b, "%04d", d.year);
		break;
	}
}

/* -- reading -- */

#define TOKENS_MAX 12

/* The text folded and cut into words and numbers.  The shape has one letter-word or one of
 * Y (a year), N (a number of one or two digits), ? (another number) per token. */
struct tokens {
	size_t n;
	struct str token[TOKENS_MAX];
	char shape[TEXT_MAX * 2];
	int numbers[TOKENS_MAX], n_numbers; /* without years */
	int year;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool split(struct str folded, struct tokens *t)
{
	for (size_t i = 0; i < folded.len;) {
		size_t from = i;
		if (folded.ptr[i] == ' ') {
			i++;
			continue;
		}
		bool digit = is_digit(folded.ptr[i]);
		while (i < folded.len && folded.ptr[i] != ' ' && is_digit(folded.ptr[i]) == digit)
			i++;
		if (t->n == TOKENS_MAX)
			return false;
		t->token[t->n++] = (struct str){folded.ptr + from, i - from};
	}
	return true;
}

/* Numbers as words; only where a number is due, as "năm" is both five and year. */
static int number_word(struct str word)
{
	static const struct {
		const char *word;
		int value;
	} words[] = {
		{"i", 1},   {"ii", 2},	  {"iii", 3}, {"iv", 4},  {"v", 5},    {"vi", 6},
		{"vii", 7}, {"viii", 8},  {"ix", 9},  {"x", 10},  {"xi", 11},  {"xii", 12},
		{"mot", 1}, {"gieng", 1}, {"hai", 2}, {"ba", 3},  {"bon", 4},  {"tu", 4},
		{"nam", 5}, {"sau", 6},	  {"bay", 7}, {"tam", 8}, {"chin", 9}, {"muoi", 10},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i].word))
			return words[i].value;
	return 0;
}

static bool expects_number(struct str word)
{
	static const char *const words[] = {"thang", "quy", "q", "t", "tuan"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* Words that say nothing about which period it is. */
static bool is_filler(struct str word)
{
	static const char *const words[] = {"ky", "bao", "cao", "so", "lieu", "trong", "thu"};
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

static int digits_value(struct str s)
{
	int value = 0;
	for (size_t i = 0; i < s.len; i++)
		value = value * 10 + (s.ptr[i] - '0');
	return value;
}

static void add_shape(struct tokens *t, struct str part)
{
	size_t len = strlen(t->shape);
	snprintf(t->shape + len, sizeof t->shape - len, "%s" STR_FMT, len ? " " : "",
		 STR_ARG(part));
}

static void add_number(struct tokens *t, int value)
{
	t->numbers[t->n_numbers++] = value;
	add_shape(t, STR("N"));
}

/* "mười một" and "mười hai" are the only numbers of two words among months. */
static void add_word(struct tokens *t, size_t *i)
{
	struct str word = t->token[*i];
	int value = *i > 0 && expects_number(t->token[*i - 1]) ? number_word(word) : 0;
	if (value == 10 && *i + 1 < t->n && str_is(word, "muoi")) {
		int more = number_word(t->token[*i + 1]);
		if (more == 1 || more == 2) {
			value += more;
			++*i;
		}
	}
	if (value)
		add_number(t, value);
	else if (!is_filler(word))
		add_shape(t, word);
}

static void shape(struct tokens *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct str token = t->token[i];
		if (!is_digit(token.ptr[0])) {
			add_word(t, &i);
		} else if (token.len == 4) {
			t->year = digits_value(token);
			add_shape(t, STR("Y"));
		} else if (token.len <= 2) {
			add_number(t, digits_value(token));
		} else {
			add_shape(t, STR("?"));
		}
	}
}

/* How the numbers of a shape are meant. */
enum meaning {
	WHOLE_YEAR,
	MONTH,
	QUARTER,
	HALF,
	WEEK,
	DAY_MONTH,
	MONTH_DAY,
	FIRST_MONTHS,
	LAST_MONTHS,
	FIRST_HALF,
	LAST_HALF
};

static const struct {
	const char *shape;
	enum meaning meaning;
} shapes[] = {
	{"Y", WHOLE_YEAR},
	{"nam Y", WHOLE_YEAR},
	{"ca nam Y", WHOLE_YEAR},
	{"year Y", WHOLE_YEAR},
	{"Y N", MONTH},
	{"N Y", MONTH},
	{"thang N Y", MONTH},
	{"thang N nam Y", MONTH},
	{"t N Y", MONTH},
	{"t N nam Y", MONTH},
	{"th N Y", MONTH},
	{"m N Y", MONTH},
	{"month N Y", MONTH},
	{"Y thang N", MONTH},
	{"Y t N", MONTH},
	{"Y m N", MONTH},
	{"nam Y thang N", MONTH},
	{"quy N Y", QUARTER},
	{"quy N nam Y", QUARTER},
	{"q N Y", QUARTER},
	{"q N nam Y", QUARTER},
	{"quarter N Y", QUARTER},
	{"Y q N", QUARTER},
	{"Y quy N", QUARTER},
	{"nam Y quy N", QUARTER},
	{"h N Y", HALF},
	{"Y h N", HALF},
	{"tuan N Y", WEEK},
	{"tuan N nam Y", WEEK},
	{"w N Y", WEEK},
	{"week N Y", WEEK},
	{"Y w N", WEEK},
	{"Y tuan N", WEEK},
	{"nam Y tuan N", WEEK},
	{"N N Y", DAY_MONTH},
	{"ngay N N Y", DAY_MONTH},
	{"ngay N thang N Y", DAY_MONTH},
	{"ngay N thang N nam Y", DAY_MONTH},
	{"N thang N nam Y", DAY_MONTH},
	{"Y N N", MONTH_DAY},
	{"N thang dau nam Y", FIRST_MONTHS},
	{"N thang dau Y", FIRST_MONTHS},
	{"N t dau nam Y", FIRST_MONTHS},
	{"sau thang dau nam Y", FIRST_HALF},
	{"nua dau nam Y", FIRST_HALF},
	{"N thang cuoi nam Y", LAST_MONTHS},
	{"N thang cuoi Y", LAST_MONTHS},
	{"sau thang cuoi nam Y", LAST_HALF},
	{"nua cuoi nam Y", LAST_HALF},
};

static enum err unknown(struct str s, const struct tokens *t, struct why *why)
{
	if (strstr(t->shape, "thang dau nam") || strstr(t->shape, "luy ke") ||
	    strstr(t->shape, "cong don"))
		return fail(why, ERR_INVALID,
			    "\"" STR_FMT
			    "\" is counted from the start of the year and is no period of its own; "
			    "give its last month or quarter, such as 2026-09 or 2026-Q3",
			    STR_ARG(s));
	if (t->year == 0 && t->n_numbers > 0)
		return fail(why, ERR_INVALID,
			    "\"" STR_FMT
			    "\" needs a year of four digits, such as 2026-11 or tháng 11/2026",
			    STR_ARG(s));
	return fail(
		why, ERR_INVALID,
		"\"" STR_FMT
		"\" is no period; write 2026, 2026-H1, 2026-Q3, 2026-11, 2026-W47 or 2026-11-22",
		STR_ARG(s));
}

static enum err part_of_year(struct tokens *t, enum period_kind kind, int most, struct period *ret,
			     struct why *why)
{
	static const char *const names[PERIOD_KINDS] = {[PERIOD_WEEKLY] = WORDS("week"),
							[PERIOD_MONTHLY] = WORDS("month"),
							[PERIOD_QUARTERLY] = WORDS("quarter"),
							[PERIOD_HALF_YEARLY] = WORDS("half")};
	int n = t->numbers[0];
	if (n < 1 || n > most)
		return fail(why, ERR_INVALID, "%d has no " BOTH_FMT " %d (1 to %d)", t->year,
			    WORDS_ARG(names[kind]), n, most);
	int first = kind == PERIOD_WEEKLY ? week_one(t->year).ordinal : t->year * most;
	*ret = (struct period){kind, first + n - 1};
	return OK;
}

static enum err day(const struct tokens *t, int day, int month, struct period *ret, struct why *why)
{
	struct date d = {t->year, month, day};
	if (!date_valid(d))
		return fail(why, ERR_INVALID, "there is no day %d of month %d in %d", day, month,
			    t->year);
	*ret = containing(PERIOD_DAILY, d);
	return OK;
}

static enum err months(struct str s, const struct tokens *t, bool first, struct period *ret,
		       struct why *why)
{
	int n = t->numbers[0];
	if (n == 12) {
		*ret = (struct period){PERIOD_YEARLY, t->year};
	} else if (n == 6) {
		*ret = (struct period){PERIOD_HALF_YEARLY, t->year * 2 + !first};
	} else if (n == 3) {
		*ret = (struct period){PERIOD_QUARTERLY, t->year * 4 + (first ? 0 : 3)};
	} else {
		return fail(why, ERR_INVALID,
			    "\"" STR_FMT "\": %d months are counted from " BOTH_FMT
			    " of the year and are no period of their "
			    "own; give the last month or quarter, such as 2026-09 or 2026-Q3",
			    STR_ARG(s), n,
			    WORDS_ARG(first ? WORDS("the start") : WORDS("the end")));
	}
	return OK;
}

static enum err interpret(struct str s, struct tokens *t, enum meaning meaning, struct period *ret,
			  struct why *why)
{
	switch (meaning) {
	case WHOLE_YEAR:
		*ret = (struct period){PERIOD_YEARLY, t->year};
		return OK;
	case MONTH:
		return part_of_year(t, PERIOD_MONTHLY, 12, ret, why);
	case QUARTER:
		return part_of_year(t, PERIOD_QUARTERLY, 4, ret, why);
	case HALF:
		return part_of_year(t, PERIOD_HALF_YEARLY, 2, ret, why);
	case WEEK:
		return part_of_year(t, PERIOD_WEEKLY,
				    week_one(t->year + 1).ordinal - week_one(t->year).ordinal, ret,
				    why);
	case DAY_MONTH:
		return day(t, t->numbers[0], t->numbers[1], ret, why);
	case MONTH_DAY:
		return day(t, t->numbers[1], t->numbers[0], ret, why);
	case FIRST_MONTHS:
	case LAST_MONTHS:
		return months(s, t, meaning == FIRST_MONTHS, ret, why);
	case FIRST_HALF:
	case LAST_HALF:
		*ret = (struct period){PERIOD_HALF_YEARLY, t->year * 2 + (meaning == LAST_HALF)};
		return OK;
	}
	return unknown(s, t, why);
}

/* Folding drops punctuation; what would change the meaning is refused before. */
static bool misleading(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool decimal = s.ptr[i] == ',' && i + 1 < s.len && is_digit(s.ptr[i + 1]);
		if (decimal || strchr("+*%=<>~^:;!?@#$&|\\\"'`{}[]", s.ptr[i]))
			return true;
	}
	return s.len > 0 && strchr("-/.,", s.ptr[0]);
}

enum err period_parse(struct str s, struct period *ret, struct why *why)
{
	s = str_trim(s);
	if (s.len == 0)
		return fail(why, ERR_INVALID, "no period is given");
	if (s.len > TEXT_MAX || !text_valid(s) || memchr(s.ptr, '\0', s.len))
		return fail(why, ERR_INVALID,
			    "a period is a short text such as 2026-11 or tháng 11/2026");
	AUTO(arena_free) struct arena *a = arena_new();
	struct tokens t = {.n = 0};
	if (!split(text_fold(a, s), &t) || misleading(s))
		return unknown(s, &t, why);
	shape(&t);
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		if (strcmp(t.shape, shapes[i].shape) != 0)
			continue;
		if (t.year < YEAR_MIN || t.year > YEAR_MAX)
			return fail(why, ERR_INVALID, "the year must be %d to %d, not %d", YEAR_MIN,
				    YEAR_MAX, t.year);
		return interpret(s, &t, shapes[i].meaning, ret, why);
	}
	return unknown(s, &t, why);
}

struct str period_str(struct arena *a, struct period p)
{
	char memory[64];
	struct buf b = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	period_write(&b, p);
	return arena_str(a, buf_str(&b));
}

struct period period_bucket(struct period p, enum period_kind longer)
{
	usec at = period_start(p) + (p.kind == PERIOD_WEEKLY ? 3 * USEC_DAY : 0);
	return p.kind == longer ? p : period_at(longer, at);
}

void period_range(enum period_kind kind, struct period from, struct period to, int32_t *ret_first,
		  int32_t *ret_last)
{
	*ret_first = period_at(kind, period_start(from)).ordinal;
	*ret_last = period_at(kind, period_end(to) - 1).ordinal;
	while (period_bucket((struct period){kind, *ret_first}, from.kind).ordinal < from.ordinal)
		++*ret_first;
	while (period_bucket((struct period){kind, *ret_last}, to.kind).ordinal > to.ordinal)
		--*ret_last;
}

static struct period week_before(struct period p)
{
	int year = date_of_days((int64_t)p.ordinal * 7).year;
	int32_t first = week_one(year).ordinal;
	int32_t same = week_one(year - 1).ordinal + p.ordinal - first;
	return (struct period){p.kind, same < first ? same : first - 1};
}

struct period period_year_before(struct period p)
{
	int months = months_of(p.kind);
	if (months)
		return (struct period){p.kind, p.ordinal - 12 / months};
	if (p.kind == PERIOD_WEEKLY)
		return week_before(p);
	struct date d = date_of_days(p.ordinal);
	d.year--;
	if (!date_valid(d))
		d.day = 28;
	return containing(p.kind, d);
}

struct period period_year_after(struct period p)
{
	struct period after = {p.kind, 2 * p.ordinal - period_year_before(p).ordinal + 1};
	while (period_year_before(after).ordinal > p.ordinal)
		after.ordinal--;
	while (period_year_before((struct period){p.kind, after.ordinal + 1}).ordinal <= p.ordinal)
		after.ordinal++;
	return after;
}
