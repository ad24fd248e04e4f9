/* finder_build.c - cutting text into words, and building the index of an edition. */
#include "analyze/finder_private.h"
#include "base/text.h"
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* -- words -- */

/* What goes by several names, folded; a phrase becomes the one on the right. */
static const struct {
	const char *said, *means;
} synonyms[] = {
	{"tre han", "qua han"},
	{"cham han", "qua han"},
	{"tre hen", "qua han"},
	{"overdue", "late"},
	{"ti le", "ty le"},
	{"phan tram", "ty le"},
	{"xu ly", "giai quyet"},
	{"tthc", "thu tuc hanh chinh"},
	{"dvc", "dich vu cong"},
	{"dvctt", "dich vu cong truc tuyen"},
	{"bhyt", "bao hiem y te"},
	{"bhxh", "bao hiem xa hoi"},
	{"nsnn", "ngan sach nha nuoc"},
	{"pakn", "phan anh kien nghi"},
	{"ubnd", "uy ban nhan dan"},
	{"hdnd", "hoi dong nhan dan"},
	{"tngt", "tai nan giao thong"},
	{"qsdd", "quyen su dung dat"},
};

static bool in_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c > 0xBF && (c < 0x2000 || c > 0x206F);
}

static bool capitals(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < 'A' || s.ptr[i] > 'Z')
			return false;
	return s.len >= 2;
}

static struct word word_of(struct arena *a, struct str s)
{
	struct word w = {
		.fold = text_fold(a, s), .spelling = text_spelling(a, s), .capital = capitals(s)};
	w.marked = !str_eq(w.fold, w.spelling);
	return w;
}

/* Does the phrase stand at words[at]?  Returns how many words it has. */
static size_t phrase_at(const struct word *words, size_t n, size_t at, const char *phrase)
{
	size_t k = 0;
	for (struct str rest = str_of(phrase); rest.len; k++) {
		struct str word = str_until(rest, ' ', &rest);
		if (at + k >= n || !str_eq(words[at + k].fold, word))
			return 0;
	}
	return k;
}

static size_t put_phrase(const char *phrase, struct word *ret, size_t n, size_t max)
{
	for (struct str rest = str_of(phrase); rest.len && n < max;) {
		struct str word = str_until(rest, ' ', &rest);
		ret[n++] = (struct word){.fold = word, .spelling = word};
	}
	return n;
}

#define WORDS_CUT 64 /* of one text, before phrases are replaced */

static size_t synonyms_replace(const struct word *words, size_t n, struct word *ret, size_t max)
{
	size_t out = 0;
	for (size_t i = 0; i < n && out < max;) {
		size_t k = 0, s = 0;
		for (; s < ARRAY_LEN(synonyms) && !k; s++)
			k = phrase_at(words, n, i, synonyms[s].said);
		if (k)
			out = put_phrase(synonyms[s - 1].means, ret, out, max);
		else
			ret[out++] = words[i];
		i += k ? k : 1;
	}
	return out;
}

size_t words_of(struct arena *a, struct str text, struct word *ret, size_t max)
{
	struct word words[WORDS_CUT];
	size_t n = 0, i = 0;
	text = text_nfc(a, text);
	while (i < text.len && n < WORDS_CUT) {
		size_t from = i, step;
		uint32_t c;
		while (i < text.len &&
		       (step = text_next((struct str){text.ptr + i, text.len - i}, &c)) > 0 &&
		       in_word(c))
			i += step;
		if (i > from)
			words[n++] = word_of(a, (struct str){text.ptr + from, i - from});
		else
			i += i < text.len ? (step ? step : 1) : 0;
	}
	return synonyms_replace(words, n, ret, max);
}

bool word_is_unit_kind(struct str fold)
{
	static const char *const kinds[] = {"xa", "x",	"phuong", "p",	"khu",	   "tinh", "tp",
					    "tx", "tt", "ward",	  "so", "commune", "huyen"};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_is(fold, kinds[i]))
			return true;
	return false;
}

/* -- building -- */

/* The index while it grows; tables double. */
struct building {
	struct finder *f;
	size_t *slots; /* hash of the vocabulary: position + 1 */
	size_t n_slots;
};

static size_t hash_of(const struct word *w)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < w->spelling.len; i++)
		h = (h ^ (unsigned char)w->spelling.ptr[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static void slots_double(struct building *b)
{
	b->n_slots = b->n_slots ? 2 * b->n_slots : 1024;
	b->slots = ARENA_ARRAY(b->f->arena, b->n_slots, size_t);
	for (size_t i = 0; i < b->f->n_vocabulary; i++) {
		size_t at = hash_of(&b->f->vocabulary[i].word) & (b->n_slots - 1);
		while (b->slots[at])
			at = (at + 1) & (b->n_slots - 1);
		b->slots[at] = i + 1;
	}
}

static size_t vocable(struct building *b, const struct word *w)
{
	if (2 * b->f->n_vocabulary >= b->n_slots)
		slots_double(b);
	size_t at = hash_of(w) & (b->n_slots - 1);
	for (; b->slots[at]; at = (at + 1) & (b->n_slots - 1))
		if (str_eq(b->f->vocabulary[b->slots[at] - 1].word.spelling, w->spelling))
			return b->slots[at] - 1;
	struct finder *f = b->f;
	*ARENA_APPEND(f->arena, f->vocabulary, f->n_vocabulary) = (struct vocable){.word = *w};
	b->slots[at] = f->n_vocabulary;
	return f->n_vocabulary - 1;
}

static void text_add(struct building *b, struct indexed *to, struct str text)
{
	struct word words[WORDS_CUT];
	size_t n = words_of(b->f->arena, text, words, WORDS_CUT);
	if (n == 0 || to->n_texts == TEXTS_MAX)
		return;
	struct text *t = &to->texts[to->n_texts++];
	*t = (struct text){n, ARENA_ARRAY(b->f->arena, n, size_t)};
	for (size_t i = 0; i < n; i++) {
		t->words[i] = vocable(b, &words[i]);
		b->f->vocabulary[t->words[i]].things++;
	}
}

static void thing_add(struct building *b, struct thing thing, struct str more)
{
	struct finder *f = b->f;
	struct indexed *to = ARENA_APPEND(f->arena, f->things, f->n_things);
	thing.code = arena_str(f->arena, thing.code);
	thing.name_vi = arena_str(f->arena, thing.name_vi);
	thing.name_en = arena_str(f->arena, thing.name_en);
	*to = (struct indexed){.thing = thing};
	text_add(b, to, thing.name_vi);
	text_add(b, to, thing.name_en);
	text_add(b, to, thing.code);
	text_add(b, to, more);
}

static void alias_add(struct building *b, int64_t unit, const struct word *words, size_t n)
{
	struct finder *f = b->f;
	struct alias a = {.unit = unit};
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		a.marked = a.marked || words[i].marked;
		a.fold = arena_fmt(f->arena, STR_FMT "%s" STR_FMT, STR_ARG(a.fold), i ? " " : "",
				   STR_ARG(words[i].fold));
		a.spelling = arena_fmt(f->arena, STR_FMT "%s" STR_FMT, STR_ARG(a.spelling),
				       i ? " " : "", STR_ARG(words[i].spelling));
	}
	*ARENA_APPEND(f->arena, f->aliases, f->n_aliases) = a;
}

/* "NT" for Nha Trang: the first letters, where there are two words or more. */
static void initials_add(struct building *b, int64_t unit, const struct word *words, size_t n)
{
	char letters[WORDS_CUT];
	if (n < 2)
		return;
	for (size_t i = 0; i < n; i++)
		letters[i] = words[i].fold.ptr[0];
	struct word w = {.fold = arena_str(b->f->arena, (struct str){letters, n})};
	w.spelling = w.fold;
	alias_add(b, unit, &w, 1);
	b->f->aliases[b->f->n_aliases - 1].initials = true;
}

/* Words before the name proper: "Xã", "Đặc khu", "Tỉnh". */
static size_t kind_words(const struct word *words, size_t n)
{
	if (n > 2 && str_is(words[0].fold, "dac") && str_is(words[1].fold, "khu"))
		return 2;
	return n > 1 && word_is_unit_kind(words[0].fold) ? 1 : 0;
}

static void unit_names(struct building *b, const struct unit *u, struct str name)
{
	struct word words[WORDS_CUT];
	size_t n = words_of(b->f->arena, name, words, WORDS_CUT), kind = 0;
	alias_add(b, u->id, words, n);
	/* "y tế" alone is no department; "Diên Khánh" alone is a commune */
	if (unit_kind_is_commune(u->kind) || u->kind == UNIT_PROVINCE)
		kind = kind_words(words, n);
	if (kind)
		alias_add(b, u->id, words + kind, n - kind);
	if (u->to == DAY_NEVER)
		initials_add(b, u->id, words + kind, n - kind);
}

static void unit_add(struct building *b, const struct unit *u)
{
	struct word words[4];
	thing_add(b,
		  (struct thing){THING_UNIT, u->id, u->code, u->name_vi, u->name_en, false, false},
		  u->short_vi);
	unit_names(b, u, u->name_vi);
	unit_names(b, u, u->name_en);
	if (u->short_vi.len)
		unit_names(b, u, u->short_vi);
	alias_add(b, u->id, words, words_of(b->f->arena, u->code, words, ARRAY_LEN(words)));
	if (u->kind == UNIT_PROVINCE && u->to == DAY_NEVER)
		alias_add(b, u->id, words,
			  words_of(b->f->arena, STR("toàn tỉnh"), words, ARRAY_LEN(words)));
}

/* Rows of id, code, names, one more text, whether it is open, whether it is a whole. */
static enum err rows_add(struct building *b, struct stmt *q, enum thing_kind kind, struct why *why)
{
	while (stmt_row(q))
		thing_add(b,
			  (struct thing){kind, stmt_int(q, 0), stmt_str(q, 1), stmt_str(q, 2),
					 stmt_str(q, 3), stmt_int(q, 5) != 0, stmt_int(q, 6) != 0},
			  stmt_str(q, 4));
	return stmt_end(q, why);
}

static enum err stored_add(struct building *b, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *tags = db_stmt(
		db,
		SQL("SELECT id, code, name_vi, name_en, COALESCE(tags, ''), "
		    "0, CASE WHEN sum_of IS NULL OR sum_of = '[]' THEN 0 ELSE 1 END FROM indicator "
		    "WHERE removed = 0 ORDER BY id"));
	enum err rc = rows_add(b, tags, THING_INDICATOR, why);
	AUTO(stmt_free) struct stmt *documents = db_stmt(
		db,
		SQL("SELECT id, code, name_vi, COALESCE(name_en, ''), CASE kind WHEN 'law' THEN 'Luật ' "
		    "WHEN 'decree' THEN 'Nghị định ' WHEN 'decision' THEN 'Quyết định ' WHEN 'resolution' THEN "
		    "'Nghị quyết ' WHEN 'circular' THEN 'Thông tư ' ELSE '' END || COALESCE(number, ''), "
		    "0, 0 FROM "
		    "document WHERE removed = 0 ORDER BY id"));
	if (rc == OK)
		rc = rows_add(b, documents, THING_DOCUMENT, why);
	AUTO(stmt_free) struct stmt *systems = db_stmt(
		db, SQL("SELECT id, code, name_vi, name_en, '', 0, 0 FROM system WHERE removed = "
			"0 ORDER BY id"));
	if (rc == OK)
		rc = rows_add(b, systems, THING_SYSTEM, why);
	AUTO(stmt_free) struct stmt *dashboards = db_stmt(
		db,
		SQL("SELECT id, code, name_vi, COALESCE(name_en, ''), '', CASE openness WHEN 'open' THEN 1 ELSE 0 END, 0 "
		    "FROM dashboard WHERE removed = 0 ORDER BY id"));
	return rc == OK ? rows_add(b, dashboards, THING_DASHBOARD, why) : rc;
}

static enum err finder_build(struct building *b, struct db *db, const struct view *v,
			     struct why *why)
{
	const struct unit *units;
	const struct domain *domains;
	size_t n = view_units(v, &units), n_domains = view_domains(v, &domains);
	for (size_t i = 0; i < n; i++)
		unit_add(b, &units[i]);
	for (size_t i = 0; i < n_domains; i++)
		thing_add(b,
			  (struct thing){THING_DOMAIN, domains[i].id, domains[i].code,
					 domains[i].name_vi, domains[i].name_en, false, false},
			  STR_NULL);
	enum err rc = stored_add(b, db, why);
	for (size_t i = 0; i < b->f->n_vocabulary; i++)
		b->f->vocabulary[i].weight =
			log(1 + (double)b->f->n_things / (double)b->f->vocabulary[i].things);
	return rc;
}

/* -- the holder -- */

struct finders {
	pthread_mutex_t lock; /* guards current; a leaf: nothing is locked under it */
	const struct finder *current;
};

struct finders *finders_new(void)
{
	struct finders *h = calloc(1, sizeof(*h));
	assert(h);
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

static void finder_free(const struct finder *f)
{
	struct finder *ours = (struct finder *)(uintptr_t)f;
	if (ours && atomic_fetch_sub_explicit(&ours->refs, 1, memory_order_acq_rel) == 1)
		arena_free(ours->arena);
}

static const struct finder *finder_ref(const struct finder *f)
{
	if (f)
		atomic_fetch_add_explicit(&((struct finder *)(uintptr_t)f)->refs, 1,
					  memory_order_relaxed);
	return f;
}

void finders_free(struct finders *h)
{
	if (!h)
		return;
	finder_free(h->current);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static void release(void *arg)
{
	finder_free(arg);
}

static void replace(struct finders *h, const struct finder *fresh)
{
	pthread_mutex_lock(&h->lock);
	const struct finder *old = h->current;
	bool newer = !old || old->edition < fresh->edition;
	if (newer)
		h->current = finder_ref(fresh);
	pthread_mutex_unlock(&h->lock);
	if (newer)
		finder_free(old);
}

enum err finder_view(struct finders *h, struct db *db, const struct view *v, struct arena *a,
		     const struct finder **ret, struct why *why)
{
	pthread_mutex_lock(&h->lock);
	const struct finder *f = finder_ref(h->current);
	pthread_mutex_unlock(&h->lock);
	if (f && f->edition != view_edition(v)) {
		finder_free(f);
		f = NULL;
	}
	if (!f) {
		struct arena *own = arena_new();
		struct building b = {.f = ARENA_NEW(own, struct finder)};
		b.f->arena = own;
		b.f->edition = view_edition(v);
		atomic_init(&b.f->refs, 1);
		enum err rc = finder_build(&b, db, v, why);
		if (rc != OK) {
			arena_free(own);
			return rc;
		}
		replace(h, b.f);
		f = b.f;
	}
	arena_defer(a, release, (void *)(uintptr_t)f);
	*ret = f;
	return OK;
}
