#include "base/text.h"
#include "collect/layout.h"

#define TOKENS_MAX 64

/* A folded text cut into words. */
struct tokens {
	size_t n;
	struct str at[TOKENS_MAX];
};

static struct tokens cut_words(struct str folded)
{
	struct tokens t = {.n = 0};
	while (folded.ptr && folded.len > 0 && t.n < TOKENS_MAX)
		t.at[t.n++] = str_until(folded, ' ', &folded);
	return t;
}

static bool word_is(const struct tokens *t, size_t i, const char *word)
{
	return i < t->n && str_is(t->at[i], word);
}

static int number_at(const struct tokens *t, size_t i, int min, int max)
{
	int64_t v;
	return i < t->n && str_int(t->at[i], min, max, &v, NULL) == OK ? (int)v : 0;
}

static int year_at(const struct tokens *t, size_t i)
{
	return number_at(t, i, 1990, 2100);
}

/* "2026" or "nam 2026" at i; *end is behind it. */
static int year_after(const struct tokens *t, size_t i, size_t *end)
{
	if (word_is(t, i, "nam") || word_is(t, i, "year"))
		i++;
	int year = year_at(t, i);
	if (year)
		*end = i + 1;
	return year;
}

static int quarter_at(const struct tokens *t, size_t i)
{
	static const char *const names[] = {"i", "ii", "iii", "iv", "nhat", "hai", "ba", "tu"};
	for (size_t n = 0; n < ARRAY_LEN(names); n++)
		if (word_is(t, i, names[n]))
			return (int)(n % 4) + 1;
	return number_at(t, i, 1, 4);
}

/* "t9", "q3", "w47": a letter glued to its number. */
static int glued(const struct tokens *t, size_t i, char letter, int max)
{
	if (i >= t->n || t->at[i].len < 2 || t->at[i].ptr[0] != letter)
		return 0;
	struct str digits = {t->at[i].ptr + 1, t->at[i].len - 1};
	int64_t v;
	if (str_int(digits, 1, max, &v, NULL) == OK)
		return (int)v;
	struct tokens one = {.n = 1, .at = {digits}};
	return letter == 'q' ? quarter_at(&one, 0) : 0;
}

enum part { PART_NONE, PART_MONTH, PART_QUARTER, PART_HALF, PART_WEEK };
struct found {
	enum part part;
	int number;
	size_t end; /* behind its words */
};

/* "6 thang dau nam": the half of a year. */
static struct found half_at(const struct tokens *t, size_t i)
{
	bool first = word_is(t, i + 2, "dau");
	if (!word_is(t, i, "6") || !word_is(t, i + 1, "thang") ||
	    (!first && !word_is(t, i + 2, "cuoi")))
		return (struct found){PART_NONE, 0, i};
	size_t end = word_is(t, i + 3, "nam") && !year_at(t, i + 4) ? i + 4 : i + 3;
	return (struct found){PART_HALF, first ? 1 : 2, end};
}

static struct found part_at(const struct tokens *t, size_t i)
{
	static const struct {
		const char *word;
		enum part part;
		int max;
	} parts[] = {{"thang", PART_MONTH, 12}, {"month", PART_MONTH, 12},
		     {"quy", PART_QUARTER, 4},	{"quarter", PART_QUARTER, 4},
		     {"tuan", PART_WEEK, 53},	{"week", PART_WEEK, 53}};
	int n;
	for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
		if (!word_is(t, i, parts[p].word))
			continue;
		n = parts[p].part == PART_QUARTER ? quarter_at(t, i + 1)
						  : number_at(t, i + 1, 1, parts[p].max);
		if (n)
			return (struct found){parts[p].part, n, i + 2};
	}
	if ((n = glued(t, i, 't', 12)))
		return (struct found){PART_MONTH, n, i + 1};
	if ((n = glued(t, i, 'q', 4)))
		return (struct found){PART_QUARTER, n, i + 1};
	return half_at(t, i);
}

static struct str write_part(struct arena *a, struct found f, int year)
{
	switch (f.part) {
	case PART_MONTH:
		return arena_fmt(a, "%04d-%02d", year, f.number);
	case PART_QUARTER:
		return arena_fmt(a, "%04d-Q%d", year, f.number);
	case PART_HALF:
		return arena_fmt(a, "%04d-H%d", year, f.number);
	case PART_WEEK:
		return arena_fmt(a, "%04d-W%02d", year, f.number);
	case PART_NONE:
		break;
	}
	return STR_NULL;
}

/* "ngay 30 thang 9 nam 2026": a day, or STR_NULL. */
static struct str day_at(struct arena *a, const struct tokens *t, size_t i)
{
	if (!word_is(t, i, "ngay") || !word_is(t, i + 2, "thang"))
		return STR_NULL;
	size_t end;
	struct date d = {year_after(t, i + 4, &end), number_at(t, i + 3, 1, 12),
			 number_at(t, i + 1, 1, 31)};
	if (!d.year || !date_valid(d))
		return STR_NULL;
	return arena_fmt(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static struct str canonical(struct arena *a, struct str text)
{
	struct period p;
	if (period_parse(text, &p, NULL) != OK)
		return STR_NULL;
	struct buf b;
	buf_init(&b, 32);
	period_write(&b, p);
	struct str ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* "10 thang" without a number behind it: what has come together since January.  Not the half of a year. */
static bool accumulates(const struct tokens *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (number_at(t, i, 2, 12) && word_is(t, i + 1, "thang") &&
		    !number_at(t, i + 2, 1, 12) && half_at(t, i).part == PART_NONE)
			return true;
	return false;
}

bool layout_accumulates(struct arena *a, struct str text)
{
	struct tokens t = cut_words(text_fold(a, text));
	return accumulates(&t);
}

/* The part of a year that begins at a word, with its own year or else the one given. */
static struct str dated_part(struct arena *a, const struct tokens *t, size_t i, int year)
{
	struct found f = part_at(t, i);
	size_t end;
	int own = f.part == PART_NONE ? 0 : year_after(t, f.end, &end);
	return own || year ? write_part(a, f, own ? own : year) : STR_NULL;
}

struct str layout_period_in(struct arena *a, struct str text, int year)
{
	struct tokens t = cut_words(text_fold(a, text));
	struct str part = STR_NULL;
	if (accumulates(&t))
		return part;
	for (size_t i = 0; i < t.n && !part.ptr; i++)
		part = dated_part(a, &t, i, year);
	return part;
}

struct str layout_period(struct arena *a, struct str text, int year)
{
	text = str_trim(text);
	if (text.len == 0 || text.len > 60)
		return STR_NULL;
	struct str known = canonical(a, text);
	if (known.ptr)
		return known;
	struct tokens t = cut_words(text_fold(a, text));
	size_t i = word_is(&t, 0, "ky") || word_is(&t, 0, "thuc") ? 1 : 0;
	struct found f = part_at(&t, i);
	if (f.part == PART_NONE)
		return STR_NULL;
	size_t end = f.end;
	int own = year_after(&t, f.end, &end);
	return end == t.n && (own || year) ? write_part(a, f, own ? own : year) : STR_NULL;
}

/* "Nha Trang, ngày 05 tháng 11 năm 2026": when somebody signed, not what is reported. */
static bool is_signature(struct arena *a, struct str text)
{
	struct str low = text_lower(a, text_nfc(a, text)), day = STR(", ngày ");
	const char *at = low.len ? memmem(low.ptr, low.len, day.ptr, day.len) : NULL;
	if (!at || at - low.ptr > 60)
		return false;
	struct str place = text_fold(a, (struct str){low.ptr, (size_t)(at - low.ptr)});
	return !memmem(place.ptr, place.len, "bao cao", 7) &&
	       !memmem(place.ptr, place.len, "so lieu", 7);
}

/* "kèm theo …", "ban hành …": another document's. */
static bool refers(const struct tokens *t, size_t i)
{
	return (word_is(t, i, "kem") && word_is(t, i + 1, "theo")) ||
	       (word_is(t, i, "ban") && word_is(t, i + 1, "hanh"));
}

/* "Quyết định …", "Số 123/BC-UBND …": a day behind it is that paper's. */
static bool names_paper(const struct tokens *t, size_t i)
{
	static const char *const papers[][2] = {{"quyet", "dinh"}, {"cong", "van"},
						{"thong", "tu"},   {"nghi", "dinh"},
						{"nghi", "quyet"}, {"to", "trinh"}};
	for (size_t p = 0; p < ARRAY_LEN(papers); p++)
		if (word_is(t, i, papers[p][0]) && word_is(t, i + 1, papers[p][1]))
			return true;
	return word_is(t, i, "so") && number_at(t, i + 1, 1, 1000000);
}

/* Of days, months, quarters and so on, the first that is not another paper's. */
static struct str first_part(struct arena *a, const struct tokens *t, int year)
{
	bool paper = false;
	for (size_t i = 0; i < t->n; i++) {
		struct str day = day_at(a, t, i);
		paper = paper || names_paper(t, i);
		if (day.ptr && paper) {
			i += 5; /* "ngay 5 thang 11 nam 2026" */
			continue;
		}
		struct str part = day.ptr ? day : dated_part(a, t, i, year);
		if (part.ptr)
			return part;
	}
	return STR_NULL;
}

struct str layout_title_period(struct arena *a, struct str text, int *ret_year)
{
	*ret_year = 0;
	if (is_signature(a, text))
		return STR_NULL;
	struct tokens t = cut_words(text_fold(a, text));
	int year = 0;
	for (size_t i = 0; i < t.n; i++)
		if (refers(&t, i))
			t.n = i;
	for (size_t i = 0; i < t.n && !year; i++)
		year = year_at(&t, i);
	*ret_year = year;
	struct str part = first_part(a, &t, year);
	for (size_t i = 0; i < t.n && !part.ptr; i++)
		if (word_is(&t, i, "nam") && year_at(&t, i + 1))
			part = arena_fmt(a, "%04d", year_at(&t, i + 1));
	return part;
}
