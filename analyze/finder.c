/* finder.c - the index and its ranking; see finder.h. */
#include "analyze/finder_private.h"
#include <math.h>
#include <stdlib.h>

#define SLIP_LEAST 4 /* letters of a word in which one slip is forgiven */

/* -- comparing words -- */

/* One letter wrong, missing, too many, or two changed places. */
bool one_slip(struct str a, struct str b)
{
	if (a.len > b.len) {
		struct str t = a;
		a = b;
		b = t;
	}
	if (b.len - a.len > 1)
		return false;
	size_t head = 0, tail = 0;
	while (head < a.len && a.ptr[head] == b.ptr[head])
		head++;
	while (tail < a.len - head && a.ptr[a.len - 1 - tail] == b.ptr[b.len - 1 - tail])
		tail++;
	size_t left = a.len - head - tail, right = b.len - head - tail;
	if (left <= 1 && right <= 1)
		return true;
	return left == 2 && right == 2 && a.ptr[head] == b.ptr[head + 1] &&
	       a.ptr[head + 1] == b.ptr[head];
}

double word_match(const struct word *asked, const struct word *have)
{
	if (str_eq(asked->fold, have->fold)) {
		if (!asked->marked || str_eq(asked->spelling, have->spelling))
			return 1;
		return have->marked ? 0.55 : 0.9;
	}
	if (asked->fold.len >= 2 && str_starts(have->fold, asked->fold))
		return 0.75;
	return 0;
}

/* -- ranking -- */

/* How well each word of the question matches each word of the index. */
struct matching {
	size_t n;
	double *quality[FINDER_WORDS_MAX]; /* [word of the index] */
	double weight[FINDER_WORDS_MAX];
};

static void match_word(const struct finder *f, const struct word *w, double *quality,
		       double *ret_weight)
{
	/* what nothing has weighs the most, unless it is hardly begun */
	double best = 0, typed = fmin(1, (double)w->fold.len / SLIP_LEAST);
	*ret_weight = typed * log(1 + (double)f->n_things);
	for (size_t i = 0; i < f->n_vocabulary; i++) {
		double q = word_match(w, &f->vocabulary[i].word);
		quality[i] = q;
		if (q > best) {
			best = q;
			*ret_weight = f->vocabulary[i].weight;
		}
	}
	if (best > 0 || w->fold.len < SLIP_LEAST)
		return;
	for (size_t i = 0; i < f->n_vocabulary; i++)
		if (f->vocabulary[i].word.fold.len >= SLIP_LEAST &&
		    one_slip(w->fold, f->vocabulary[i].word.fold)) {
			quality[i] = 0.6;
			*ret_weight = f->vocabulary[i].weight;
		}
}

static struct matching match_words(struct arena *a, const struct finder *f,
				   const struct word *words, size_t n)
{
	struct matching m = {.n = n < FINDER_WORDS_MAX ? n : FINDER_WORDS_MAX};
	for (size_t i = 0; i < m.n; i++) {
		m.quality[i] = ARENA_ARRAY(a, f->n_vocabulary, double);
		match_word(f, &words[i], m.quality[i], &m.weight[i]);
	}
	return m;
}

/* Where in the text (one of a thing's names) the word is matched best. */
static double best_place(const struct matching *m, size_t word, const struct text *t,
			 size_t *ret_place)
{
	double best = 0;
	for (size_t k = 0; k < t->n; k++)
		if (m->quality[word][t->words[k]] > best) {
			best = m->quality[word][t->words[k]];
			*ret_place = k;
		}
	return best;
}

/* Neighbours that are neighbours count for the order, so "hồ sơ" beats "sơ … hồ". */
static double score_text(const struct finder *f, const struct matching *m, const struct text *t,
			 double *ret_coverage)
{
	double asked = 0, got = 0, own = 0;
	size_t neighbours = 0, last = SIZE_MAX - 1;
	for (size_t i = 0; i < m->n; i++) {
		size_t place = SIZE_MAX - 1;
		double q = best_place(m, i, t, &place);
		asked += m->weight[i];
		got += q * m->weight[i];
		neighbours += q > 0 && last + 1 == place;
		last = q > 0 ? place : SIZE_MAX - 1;
	}
	for (size_t k = 0; k < t->n; k++)
		own += f->vocabulary[t->words[k]].weight;
	double coverage = asked > 0 ? got / asked : 0;
	double precision = own > 0 ? fmin(1, got / own) : 0;
	double order = m->n > 1 ? (double)neighbours / (double)(m->n - 1) : 1;
	*ret_coverage = coverage;
	return coverage < FINDER_COVERAGE ? 0 : coverage * (0.7 + 0.25 * precision + 0.05 * order);
}

/* By the name that fits best. */
static bool score_thing(const struct finder *f, const struct matching *m, const struct indexed *x,
			struct hit *h)
{
	for (size_t t = 0; t < x->n_texts; t++) {
		double coverage = 0, score = score_text(f, m, &x->texts[t], &coverage);
		if (score > h->score) {
			h->score = score;
			h->coverage = coverage;
		}
	}
	if (h->score > 0 && x->thing.whole)
		h->score += 0.1;
	return h->score > 0;
}

static void hit_add(struct hit *hits, size_t *n, size_t max, struct hit h)
{
	size_t at = *n;
	while (at > 0 && hits[at - 1].score < h.score)
		at--;
	if (at == max)
		return;
	size_t kept = *n < max ? *n : max - 1;
	memmove(&hits[at + 1], &hits[at], (kept - at) * sizeof(*hits));
	hits[at] = h;
	*n = kept + 1;
}

size_t finder_rank(const struct finder *f, const struct word *words, size_t n, unsigned kinds,
		   struct hit *ret, size_t max)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct matching m = match_words(a, f, words, n);
	size_t found = 0;
	for (size_t i = 0; i < f->n_things && m.n; i++) {
		struct hit h = {.thing = &f->things[i].thing};
		if (kinds & 1u << h.thing->kind && score_thing(f, &m, &f->things[i], &h))
			hit_add(ret, &found, max, h);
	}
	return found;
}

/* -- units by their names -- */

struct run { /* of words, joined */
	struct str fold;
	bool last; /* it ends the question: may be half typed */
	bool capital;
	bool marked;
	struct str spelling;
};

static bool has_words(struct str s)
{
	return memchr(s.ptr, ' ', s.len) != NULL;
}

/* The last words may be half typed: two of them, or more than half of the name. */
static bool half_typed(const struct run *r, const struct alias *a)
{
	bool enough =
		r->fold.len >= SLIP_LEAST && (has_words(r->fold) || 2 * r->fold.len > a->fold.len);
	return r->last && enough && str_starts(a->fold, r->fold);
}

/* How well a run of words names an alias; 0: not. */
static double alias_match(const struct run *r, const struct alias *a)
{
	if (a->initials)
		return r->capital && str_eq(r->fold, a->fold) ? 0.5 : 0;
	if (str_eq(r->fold, a->fold))
		return !r->marked || !a->marked || str_eq(r->spelling, a->spelling) ? 1 : 0;
	if (half_typed(r, a))
		return !r->marked || str_starts(a->spelling, r->spelling) ? 0.8 : 0;
	bool long_enough = r->fold.len >= SLIP_LEAST + 2 && has_words(r->fold);
	return long_enough && one_slip(r->fold, a->fold) ? 0.7 : 0;
}

static struct run run_of(struct arena *a, const struct word *words, size_t from, size_t to,
			 size_t n)
{
	struct run r = {.last = to == n, .capital = words[from].capital};
	for (size_t i = from; i < to; i++) {
		r.marked = r.marked || words[i].marked;
		r.fold = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(r.fold), i > from ? " " : "",
				   STR_ARG(words[i].fold));
		r.spelling = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(r.spelling),
				       i > from ? " " : "", STR_ARG(words[i].spelling));
	}
	return r;
}

/* Longer names first, then better matches, units that exist, and the more people. */
static double run_score(const struct unit *u, const struct run *r, double quality)
{
	return (double)r->fold.len * 4 * quality + (u->to == DAY_NEVER ? 1 : 0) +
	       log(1 + (double)u->population) / 20;
}

#define RUN_WORDS_MAX 8

const struct unit *finder_unit(const struct finder *f, const struct view *v,
			       const struct word *words, size_t n, size_t *ret_from, size_t *ret_to)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct unit *best = NULL;
	double most = 0;
	for (size_t from = 0; from < n; from++)
		for (size_t to = from + 1; to <= n && to - from <= RUN_WORDS_MAX; to++) {
			struct run r = run_of(a, words, from, to, n);
			for (size_t k = 0; k < f->n_aliases; k++) {
				double quality = alias_match(&r, &f->aliases[k]);
				const struct unit *u =
					quality > 0 ? view_unit_id(v, f->aliases[k].unit) : NULL;
				double score = u ? run_score(u, &r, quality) : 0;
				if (score <= most)
					continue;
				most = score;
				best = u;
				*ret_from = from;
				*ret_to = to;
			}
		}
	if (best && *ret_from > 0 && word_is_unit_kind(words[*ret_from - 1].fold))
		--*ret_from;
	return best;
}
