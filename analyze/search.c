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

void search_read(const struct search_from *from, struct str text, struct arena *a,
		 struct search *ret)
{
	struct word words[FINDER_WORDS_MAX], rest[FINDER_WORDS_MAX];
	struct hit hits[RANKED];
	size_t first = 0, end = 0;
	*ret = (struct search){0};
	size_t n = words_of(a, slashes_kept(a, text), words, FINDER_WORDS_MAX);
	n = take_period(words, n, from->now, a, ret);
	ret->unit = finder_unit(from->finder, from->view, words, n, &first, &end);
	memcpy(rest, words, sizeof(words));
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
