#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "collect/layout.h"

#define NONE UINT32_MAX
#define SURE_MAX 97 /* what is not equal is never certain */
#define TOO_CLOSE 4 /* a runner-up this near makes the guess unsure */

struct name {
	const struct layout_word *word;
	enum layout_kind kind;
	struct str folded;
	double weight; /* sum over its trigrams */
	uint32_t next; /* of the same bucket */
};
struct posting {
	uint32_t trigram, name;
};
struct postings { /* made when the first text is not found as it is: most files never ask */
	struct arena *a;
	size_t n;
	struct posting *items; /* sorted by trigram, then name */
};
struct layout_index {
	int year;
	size_t n_names, n_buckets;
	struct name *names;
	uint32_t *buckets;
	struct postings *postings;
};

static size_t hash(enum layout_kind kind, struct str s)
{
	uint64_t h = 1469598103934665603u + (unsigned)kind;
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 29);
}

static void add_name(struct arena *a, struct layout_index *x, enum layout_kind kind,
		     const struct layout_word *word, struct str name)
{
	struct str folded = text_fold(a, name);
	if (folded.len == 0)
		return;
	size_t bucket = hash(kind, folded) % x->n_buckets;
	for (uint32_t i = x->buckets[bucket]; i != NONE; i = x->names[i].next)
		if (x->names[i].kind == kind && x->names[i].word == word &&
		    str_eq(x->names[i].folded, folded))
			return;
	x->names[x->n_names] = (struct name){
		.word = word, .kind = kind, .folded = folded, .next = x->buckets[bucket]};
	x->buckets[bucket] = (uint32_t)x->n_names++;
}

/* Trigrams of " text ", so that the ends of words count. */
static size_t count_trigrams(struct str s)
{
	return s.len;
}

static uint32_t trigram(struct str s, size_t at)
{
	unsigned char before = at == 0 ? ' ' : (unsigned char)s.ptr[at - 1];
	unsigned char after = at + 1 == s.len ? ' ' : (unsigned char)s.ptr[at + 1];
	return (uint32_t)before << 16 | (uint32_t)(unsigned char)s.ptr[at] << 8 | after;
}

static int compare_postings(const void *l, const void *r)
{
	const struct posting *a = l, *b = r;
	if (a->trigram != b->trigram)
		return a->trigram < b->trigram ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

/* First posting of a trigram, and how many there are. */
static size_t find_postings(const struct layout_index *x, uint32_t t, size_t *ret_n)
{
	const struct postings *p = x->postings;
	size_t low = 0, high = p->n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (p->items[middle].trigram < t)
			low = middle + 1;
		else
			high = middle;
	}
	size_t n = 0;
	while (low + n < p->n && p->items[low + n].trigram == t)
		n++;
	*ret_n = n;
	return low;
}

/* Rare trigrams say more. */
static double weigh(const struct layout_index *x, size_t n)
{
	return log2(1 + (double)x->n_names / (double)(n + 1));
}

static void index_trigrams(const struct layout_index *x)
{
	struct postings *p = x->postings;
	size_t total = 0;
	for (size_t i = 0; i < x->n_names; i++)
		total += count_trigrams(x->names[i].folded);
	p->items = ARENA_ARRAY(p->a, total + 1, struct posting);
	for (size_t i = 0; i < x->n_names; i++)
		for (size_t at = 0; at < count_trigrams(x->names[i].folded); at++)
			p->items[p->n++] =
				(struct posting){trigram(x->names[i].folded, at), (uint32_t)i};
	qsort(p->items, p->n, sizeof(*p->items), compare_postings);
	for (size_t from = 0, to; from < p->n; from = to) {
		for (to = from; to < p->n && p->items[to].trigram == p->items[from].trigram;)
			to++;
		for (size_t i = from; i < to; i++)
			x->names[p->items[i].name].weight += weigh(x, to - from);
	}
}

struct layout_index *layout_index_new(struct arena *a, const struct layout_words *words)
{
	struct layout_index *x = ARENA_NEW(a, struct layout_index);
	size_t most = 1;
	x->year = words->year;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++)
		most += words->n[kind] * (LAYOUT_NAMES + 1);
	x->names = ARENA_ARRAY(a, most, struct name);
	x->n_buckets = most * 2;
	x->buckets = ARENA_ARRAY(a, x->n_buckets, uint32_t);
	memset(x->buckets, 0xff, x->n_buckets * sizeof(*x->buckets));
	x->postings = ARENA_NEW(a, struct postings);
	x->postings->a = a;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++)
		for (size_t i = 0; i < words->n[kind]; i++) {
			const struct layout_word *w = &words->words[kind][i];
			add_name(a, x, (enum layout_kind)kind, w, w->code);
			for (size_t j = 0; j < LAYOUT_NAMES; j++)
				add_name(a, x, (enum layout_kind)kind, w, w->names[j]);
		}
	return x;
}

static const struct layout_word *look_up(const struct layout_index *x, enum layout_kind kind,
					 struct str folded)
{
	const struct layout_word *found = NULL;
	if (folded.len == 0)
		return NULL;
	for (uint32_t i = x->buckets[hash(kind, folded) % x->n_buckets]; i != NONE;
	     i = x->names[i].next) {
		const struct name *n = &x->names[i];
		if (n->kind != kind || !str_eq(n->folded, folded))
			continue;
		if (found && found != n->word)
			return NULL;
		found = n->word;
	}
	return found;
}

static bool is_roman(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr("ivx", s.ptr[i]))
			return false;
	return s.len > 0;
}

static bool is_number(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

/* "1.2. Dân số" and "a) Dân số" and "- Dân số" are "Dân số": the numbering goes, one word at a time. */
static struct str without_numbering(struct str folded)
{
	for (;;) {
		struct str rest, first = str_until(folded, ' ', &rest);
		bool numbering = is_number(first) || is_roman(first) ||
				 (first.len == 1 && first.ptr[0] >= 'a' && first.ptr[0] <= 'h');
		if (!rest.ptr || !numbering)
			return folded;
		folded = rest;
	}
}

/* "Dân số (người)" → "Dân số". */
static struct str without_brackets(struct str text)
{
	text = str_trim(text);
	if (text.len == 0 || text.ptr[text.len - 1] != ')')
		return text;
	for (size_t i = text.len; i-- > 1;)
		if (text.ptr[i] == '(')
			return str_trim((struct str){text.ptr, i});
	return text;
}

static struct str without_office(struct str folded)
{
	static const char *const offices[] = {"uy ban nhan dan ", "ubnd ", "don vi "};
	for (size_t i = 0; i < ARRAY_LEN(offices); i++)
		if (str_starts(folded, str_of(offices[i])))
			return (struct str){folded.ptr + strlen(offices[i]),
					    folded.len - strlen(offices[i])};
	return folded;
}

const struct layout_word *layout_exact(const struct layout_index *x, enum layout_kind kind,
				       struct str text)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str tries[4];
	tries[0] = text_fold(a, text);
	tries[1] = without_numbering(tries[0]);
	tries[2] = without_numbering(text_fold(a, without_brackets(text)));
	tries[3] = kind == LAYOUT_UNIT ? without_office(tries[1]) : STR_NULL;
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		const struct layout_word *w = look_up(x, kind, tries[i]);
		if (w)
			return w;
	}
	return NULL;
}

int layout_year(const struct layout_index *x)
{
	return x->year;
}

static void consider(struct layout_guess *g, const struct layout_word *word, int confidence)
{
	if (g->word == word) {
		if (confidence > g->confidence)
			g->confidence = confidence;
	} else if (confidence > g->confidence) {
		g->runner_up = g->word;
		g->runner_up_confidence = g->confidence;
		g->word = word;
		g->confidence = confidence;
	} else if (confidence > g->runner_up_confidence) {
		g->runner_up = word;
		g->runner_up_confidence = confidence;
	}
}

static struct layout_guess guess_folded(const struct layout_index *x, enum layout_kind kind,
					struct str folded, double *common)
{
	double weight = 0;
	for (size_t at = 0; at < count_trigrams(folded); at++) {
		size_t n, first = find_postings(x, trigram(folded, at), &n);
		double w = weigh(x, n);
		weight += w;
		for (size_t i = 0; i < n; i++)
			common[x->postings->items[first + i].name] += w;
	}
	struct layout_guess g = {.word = NULL};
	for (size_t i = 0; i < x->n_names; i++) {
		if (x->names[i].kind != kind || common[i] <= 0)
			continue;
		double score = 2 * common[i] / (weight + x->names[i].weight);
		int confidence = (int)(100 * (score > 1 ? 1 : score));
		consider(&g, x->names[i].word, confidence > SURE_MAX ? SURE_MAX : confidence);
	}
	if (g.runner_up && g.confidence - g.runner_up_confidence < TOO_CLOSE &&
	    g.confidence >= LAYOUT_SURE)
		g.confidence = LAYOUT_SURE - 1;
	return g;
}

struct layout_guess layout_guess(const struct layout_index *x, enum layout_kind kind,
				 struct str text)
{
	const struct layout_word *exact = layout_exact(x, kind, text);
	if (exact)
		return (struct layout_guess){.word = exact, .confidence = 100};
	AUTO(arena_free) struct arena *a = arena_new();
	struct str folded = without_numbering(text_fold(a, text));
	if (folded.len < 4 || folded.len > 400 || is_number(folded))
		return (struct layout_guess){.word = NULL};
	if (!x->postings->items)
		index_trigrams(x);
	return guess_folded(x, kind, folded, ARENA_ARRAY(a, x->n_names + 1, double));
}
