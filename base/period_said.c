/* period_said.c - periods as people say them from where they stand; see period.h. */
#include "base/period.h"
#include "base/text.h"

static const struct {
	const char *words;
	enum period_kind kind;
	int back;
} spoken[] = {
	{"hom nay", PERIOD_DAILY, 0},	       {"today", PERIOD_DAILY, 0},
	{"hom qua", PERIOD_DAILY, 1},	       {"yesterday", PERIOD_DAILY, 1},
	{"hom kia", PERIOD_DAILY, 2},	       {"tuan nay", PERIOD_WEEKLY, 0},
	{"this week", PERIOD_WEEKLY, 0},       {"tuan truoc", PERIOD_WEEKLY, 1},
	{"tuan qua", PERIOD_WEEKLY, 1},	       {"tuan roi", PERIOD_WEEKLY, 1},
	{"last week", PERIOD_WEEKLY, 1},       {"thang nay", PERIOD_MONTHLY, 0},
	{"this month", PERIOD_MONTHLY, 0},     {"thang truoc", PERIOD_MONTHLY, 1},
	{"thang qua", PERIOD_MONTHLY, 1},      {"thang roi", PERIOD_MONTHLY, 1},
	{"last month", PERIOD_MONTHLY, 1},     {"quy nay", PERIOD_QUARTERLY, 0},
	{"this quarter", PERIOD_QUARTERLY, 0}, {"quy truoc", PERIOD_QUARTERLY, 1},
	{"quy roi", PERIOD_QUARTERLY, 1},      {"last quarter", PERIOD_QUARTERLY, 1},
	{"nam nay", PERIOD_YEARLY, 0},	       {"this year", PERIOD_YEARLY, 0},
	{"nam ngoai", PERIOD_YEARLY, 1},       {"nam truoc", PERIOD_YEARLY, 1},
	{"nam roi", PERIOD_YEARLY, 1},	       {"last year", PERIOD_YEARLY, 1},
	{"nam kia", PERIOD_YEARLY, 2},
};

static const char *const month_names[12] = {"january",	 "february", "march",	 "april",
					    "may",	 "june",     "july",	 "august",
					    "september", "october",  "november", "december"};

static bool spoken_find(struct str folded, usec now, struct period *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(spoken); i++) {
		if (!str_is(folded, spoken[i].words))
			continue;
		*ret = period_at(spoken[i].kind, now);
		ret->ordinal -= spoken[i].back;
		return true;
	}
	return false;
}

/* "march 2026" → "month 3 2026", also by the first three letters. */
static struct str month_numbered(struct arena *a, struct str folded)
{
	struct str rest, word = str_until(folded, ' ', &rest);
	for (int m = 0; m < 12; m++) {
		struct str name = str_of(month_names[m]);
		bool said = str_eq(word, name) || (word.len == 3 && str_starts(name, word));
		if (said && (rest.ptr || m != 4))
			return arena_fmt(a, "month %d%s" STR_FMT, m + 1, rest.ptr ? " " : "",
					 STR_ARG(rest));
	}
	return folded;
}

/* "thang 5 nam ngoai" → "thang 5", one year back; -1: no year is said. */
static int years_back(struct str *text)
{
	static const struct {
		const char *end;
		int back;
	} ends[] = {{" nam ngoai", 1},
		    {" nam truoc", 1},
		    {" last year", 1},
		    {" nam nay", 0},
		    {" this year", 0}};
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(*text, str_of(ends[i].end))) {
			text->len -= strlen(ends[i].end);
			return ends[i].back;
		}
	return -1;
}

/* A number alone is no period, and neither is a word alone ("năm", which is "nam" too). */
static bool says_what(struct str given, struct str folded)
{
	bool letter = false, more = false;
	for (size_t i = 0; i < folded.len; i++) {
		letter = letter || (folded.ptr[i] >= 'a' && folded.ptr[i] <= 'z');
		more = more || folded.ptr[i] == ' ' ||
		       (folded.ptr[i] >= '0' && folded.ptr[i] <= '9');
	}
	return (letter && more) || (given.len && memchr(given.ptr, '/', given.len));
}

enum err period_said(struct str s, usec now, struct period *ret, struct why *why)
{
	enum err rc = period_parse(s, ret, why);
	if (rc == OK || s.len == 0 || s.len > 100)
		return rc;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str text = text_fold(a, s);
	if (spoken_find(text, now, ret))
		return OK;
	int back = years_back(&text), year = date_local(now).year;
	text = month_numbered(a, text);
	if (!says_what(s, text))
		return rc;
	struct period p;
	if (back < 0 && period_parse(text, &p, NULL) == OK) {
		*ret = p; /* a month's name with a year */
		return OK;
	}
	struct str dated =
		arena_fmt(a, STR_FMT " %d", STR_ARG(text), back > 0 ? year - back : year);
	if (period_parse(dated, &p, NULL) == OK && back < 0 && period_start(p) > now) {
		dated = arena_fmt(a, STR_FMT " %d", STR_ARG(text), year - 1);
	}
	if (period_parse(dated, &p, NULL) != OK)
		return rc;
	*ret = p;
	return OK;
}
