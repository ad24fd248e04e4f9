/* search.c - from words to an indicator, a unit and a period; see search.h. */
#include "analyze/search.h"
#include "base/text.h"

#define RANKED 64 /* looked at before what may not be shown is left out */

static struct str joined(struct arena *a, const struct word *words, size_t from, size_t to)
{
	struct str s = STR("");
	for (size_t i = from; i < to; i++)
		s = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(s), i > from ? " " : "",
			      STR_ARG(words[i].spelling));
	return s;
}

static size_t words_cut(struct word *words, size_t n, size_t from, size_t to)
{
	memmove(&words[from], &words[to], (n - to) * sizeof(*words));
	return n - (to - from);
}

/* "số liệu tháng 5" is the period "tháng 5" with words around it that mean nothing to it. */
static bool is_empty_word(struct str fold)
{
	static const char *const empty[] = {"so", "lieu", "bao", "cao", "ky", "thu", "trong"};
	for (size_t i = 0; i < ARRAY_LEN(empty); i++)
		if (str_is(fold, empty[i]))
			return true;
	return false;
}

#define PERIOD_WORDS_MAX 7

static size_t take_period(struct word *words, size_t n, usec now, struct arena *a,
			  struct search *ret)
{
	size_t best_from = 0, best_to = 0;
	for (size_t from = 0; from < n; from++)
		for (size_t to = from + 1; to <= n && to - from <= PERIOD_WORDS_MAX; to++) {
			struct period p;
			if (to - from < best_to - best_from || is_empty_word(words[from].fold) ||
			    period_said(joined(a, words, from, to), now, &p, NULL) != OK)
				continue;
			ret->has_period = true;
			ret->period = p;
			best_from = from;
			best_to = to;
		}
	return words_cut(words, n, best_from, best_to);
}

/* -- the first months of a year -- */

static int count_of(struct str fold, bool *ret_digits)
{
	static const char *const words[][2] = {{"hai", "two"},	 {"ba", "three"},  {"bon", "four"},
					       {"nam", "five"},	 {"sau", "six"},   {"bay", "seven"},
					       {"tam", "eight"}, {"chin", "nine"}, {"muoi", "ten"}};
	int64_t n = 0;
	*ret_digits = str_int(fold, 1, 12, &n, NULL) == OK;
	for (size_t i = 0; i < ARRAY_LEN(words) && !n; i++)
		if (str_is(fold, words[i][0]) || str_is(fold, words[i][1]))
			n = (int64_t)i + 2;
	return (int)n;
}

static bool word_is(const struct word *words, size_t n, size_t at, const char *fold)
{
	return at < n && str_is(words[at].fold, fold);
}

/* "2026", "nay", "ngoái", "this year" … at words[at]; how many words say it, 0: none. */
static size_t year_at(const struct word *words, size_t n, size_t at, int this_year, int *ret)
{
	static const struct {
		const char *said, *then; /* the word after it; NULL: none */
		int back;
	} spoken[] = {{"nay", NULL, 0},
		      {"ngoai", NULL, 1},
		      {"truoc", NULL, 1},
		      {"this", "year", 0},
		      {"last", "year", 1}};
	int64_t year = 0;
	if (at >= n)
		return 0;
	if (words[at].fold.len == 4 && str_int(words[at].fold, 1990, 2100, &year, NULL) == OK) {
		*ret = (int)year;
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(spoken); i++) {
		const char *then = spoken[i].then;
		if (!word_is(words, n, at, spoken[i].said) ||
		    (then && !word_is(words, n, at + 1, then)))
			continue;
		*ret = this_year - spoken[i].back;
		return then ? 2 : 1;
	}
	return 0;
}

/* "9 tháng", "first nine months", "9 tháng đầu" at words[from]. */
struct counted_months {
	size_t end; /* the word after them; 0: it says nothing so */
	int months;
	bool vi, digits, sure; /* sure: "đầu" or "first" says that it begins the year */
};
static struct counted_months months_counted(const struct word *words, size_t n, size_t from)
{
	size_t at = from + word_is(words, n, from, "first");
	struct counted_months c = {.sure = at > from};
	c.months = at < n ? count_of(words[at].fold, &c.digits) : 0;
	c.vi = word_is(words, n, at + 1, "thang");
	if (c.months < 2 || !(c.vi || word_is(words, n, at + 1, "months")))
		return c;
	c.end = at + 2;
	if (c.vi && word_is(words, n, c.end, "dau")) {
		c.sure = true;
		c.end++;
	}
	return c;
}

/* "9 tháng", "9 tháng đầu năm 2026", "first nine months of 2026" at words[from]: how many words, 0: no. */
static size_t months_said(const struct word *words, size_t n, size_t from, usec now,
			  int *ret_months, int *ret_year)
{
	struct counted_months c = months_counted(words, n, from);
	int this_year = date_local(now).year;
	int64_t day = 0;
	if (!c.end)
		return 0;
	size_t at = c.end + word_is(words, n, c.end, c.vi ? "nam" : "of");
	*ret_months = c.months;
	size_t year = year_at(words, n, at, this_year, ret_year);
	if (year)
		return at + year - from;
	if (at > c.end && !c.sure) /* "5 tháng năm": a day of May */
		return 0;
	bool dated = at == c.end && at < n && str_int(words[at].fold, 1, 12, &day, NULL) == OK;
	*ret_year = date_local(now).month < c.months ? this_year - 1 : this_year;
	return (c.digits || c.sure) && !dated ? (c.sure ? at : c.end) - from : 0;
}

static bool take_months(struct word *words, size_t *n, usec now, struct search *ret)
{
	for (size_t from = 0; from < *n; from++) {
		int months = 0, year = 0;
		size_t said = months_said(words, *n, from, now, &months, &year);
		if (!said)
			continue;
		struct date last = {year, months, 1};
		enum period_kind kind = months == 3    ? PERIOD_QUARTERLY
					: months == 6  ? PERIOD_HALF_YEARLY
					: months == 12 ? PERIOD_YEARLY
						       : PERIOD_MONTHLY;
		ret->has_period = true;
		ret->from_january = kind == PERIOD_MONTHLY;
		ret->period = period_at(kind, date_start(last));
		*n = words_cut(words, *n, from, from + said);
		return true;
	}
	return false;
}

/* 22/11 is cut into words like any text; as one it says a day. */
static struct str slashes_kept(struct arena *a, struct str text)
{
	char *out = arena_cstr(a, text);
	for (size_t i = 1; i + 1 < text.len; i++)
		if (out[i] == '/' && out[i - 1] >= '0' && out[i - 1] <= '9' && out[i + 1] >= '0' &&
		    out[i + 1] <= '9')
			out[i] = ' ';
	return (struct str){out, text.len};
}

static size_t allowed(struct hit *hits, size_t n, const struct search_from *from, size_t max)
{
	size_t kept = 0;
	for (size_t i = 0; i < n && kept < max; i++)
		if (from->may(from->arg, hits[i].thing))
			hits[kept++] = hits[i];
	return kept;
}

/* A commune's own indicator when a commune is named, the province's when none or the province is. */
static bool fits(const struct unit *u, const struct indicator *i)
{
	return u && u->kind != UNIT_PROVINCE ? unit_reports(u, i) : i->scope == SCOPE_PROVINCE;
}

/* The hit whose number is meant comes first; false: none is meant for sure. */
static bool choose(const struct view *v, const struct unit *u, struct hit *hits, size_t n)
{
	size_t at = 0;
	for (size_t i = 0; i < n && hits[i].score >= hits[0].score * SEARCH_NEAR; i++) {
		const struct indicator *found = view_indicator_id(v, hits[i].thing->id);
		if (!found || !fits(u, found) || hits[i].coverage < FINDER_SURE)
			continue;
		at = i;
		break;
	}
	if (n == 0 || hits[at].coverage < FINDER_SURE)
		return false;
	struct hit chosen = hits[at];
	memmove(&hits[1], &hits[0], at * sizeof(*hits));
	hits[0] = chosen;
	return true;
}

static void hits_add(struct search *s, const struct hit *hits, size_t n)
{
	for (size_t i = 0; i < n && s->n_hits < SEARCH_HITS; i++) {
		bool known = false;
		for (size_t k = 0; k < s->n_hits && !known; k++)
			known = s->hits[k].thing == hits[i].thing;
		if (!known)
			s->hits[s->n_hits++] = hits[i];
	}
}

/* The unit and the indicator among the words, the period being taken out. */
static void search_words(const struct search_from *from, const struct word *words, size_t n,
			 struct search *ret)
{
	struct word rest[FINDER_WORDS_MAX];
	struct hit hits[RANKED];
	size_t first = 0, end = 0;
	ret->unit = finder_unit(from->finder, from->view, words, n, &first, &end);
	memcpy(rest, words, n * sizeof(*words));
	size_t left = ret->unit ? words_cut(rest, n, first, end) : n;
	size_t found = finder_rank(from->finder, rest, left, 1u << THING_INDICATOR, hits, RANKED);
	found = allowed(hits, found, from, RANKED);
	if (choose(from->view, ret->unit, hits, found))
		ret->indicator = view_indicator_id(from->view, hits[0].thing->id);
	if (ret->indicator) /* the indicators, then whatever else the words may mean */
		hits_add(ret, hits, found < SEARCH_HITS / 2 ? found : SEARCH_HITS / 2);
	found = finder_rank(from->finder, words, n, ~0u, hits, RANKED);
	hits_add(ret, hits, allowed(hits, found, from, SEARCH_HITS));
}

void search_read(const struct search_from *from, struct str text, struct arena *a,
		 struct search *ret)
{
	struct word words[FINDER_WORDS_MAX];
	*ret = (struct search){0};
	size_t n = words_of(a, slashes_kept(a, text), words, FINDER_WORDS_MAX);
	if (!take_months(words, &n, from->now, ret))
		n = take_period(words, n, from->now, a, ret);
	search_words(from, words, n, ret);
	if (ret->indicator || ret->has_period || n < 2 || words[n - 1].marked ||
	    !str_is(words[n - 1].fold, "may"))
		return;
	struct search may = {.has_period = true};
	struct date day = date_local(from->now);
	may.period = period_at(PERIOD_MONTHLY,
			       date_start((struct date){day.year - (day.month < 5), 5, 1}));
	search_words(from, words, n - 1, &may);
	if (may.indicator)
		*ret = may;
}
