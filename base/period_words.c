/* period_words.c - periods as people read them. */
#include "base/period.h"

#define ROMANS                                                                                     \
	{                                                                                          \
		"I", "II", "III", "IV"                                                             \
	}

static const char *const months_en[] = {"January",   "February", "March",    "April",
					"May",	     "June",	 "July",     "August",
					"September", "October",	 "November", "December"};

/* What stands after "W" in 2026-W47. */
static struct str week_of(struct arena *a, struct period p, struct str *ret_year)
{
	struct str week = STR_NULL;
	*ret_year = str_until(period_str(a, p), '-', &week);
	return (struct str){week.ptr + 1, week.len - 1};
}

struct str period_words(struct arena *a, bool vi, struct period p)
{
	static const char *const quarters[] = ROMANS;
	struct date d = date_local(period_start(p));
	struct str year = STR_NULL;
	switch (p.kind) {
	case PERIOD_DAILY:
		return vi ? arena_fmt(a, "ngày %02d tháng %02d năm %d", d.day, d.month, d.year)
			  : arena_fmt(a, "%d %s %d", d.day, months_en[d.month - 1], d.year);
	case PERIOD_WEEKLY: {
		struct str week = week_of(a, p, &year);
		return vi ? arena_fmt(a, "tuần " STR_FMT " năm " STR_FMT, STR_ARG(week),
				      STR_ARG(year))
			  : arena_fmt(a, "week " STR_FMT " of " STR_FMT, STR_ARG(week),
				      STR_ARG(year));
	}
	case PERIOD_MONTHLY:
		return vi ? arena_fmt(a, "tháng %d năm %d", d.month, d.year)
			  : arena_fmt(a, "%s %d", months_en[d.month - 1], d.year);
	case PERIOD_QUARTERLY:
		return vi ? arena_fmt(a, "quý %s năm %d", quarters[(d.month - 1) / 3], d.year)
			  : arena_fmt(a, "quarter %d of %d", (d.month - 1) / 3 + 1, d.year);
	case PERIOD_HALF_YEARLY:
		return vi ? arena_fmt(a, "6 tháng %s năm %d", d.month < 7 ? "đầu" : "cuối", d.year)
			  : arena_fmt(a, "%s half of %d", d.month < 7 ? "first" : "second", d.year);
	case PERIOD_YEARLY:
	case PERIOD_KINDS:
		break;
	}
	return arena_fmt(a, vi ? "năm %d" : "%d", d.year);
}

struct str period_short(struct arena *a, bool vi, struct period p)
{
	struct date d = date_local(period_start(p));
	struct str year = STR_NULL, week;
	switch (p.kind) {
	case PERIOD_DAILY:
		return arena_fmt(a, "%02d/%02d/%d", d.day, d.month, d.year);
	case PERIOD_WEEKLY:
		week = week_of(a, p, &year);
		return arena_fmt(a, "%s" STR_FMT "/" STR_FMT, vi ? "Tuần " : "W", STR_ARG(week),
				 STR_ARG(year));
	case PERIOD_MONTHLY:
		return arena_fmt(a, "%s%d/%d", vi ? "T" : "", d.month, d.year);
	case PERIOD_QUARTERLY:
		return arena_fmt(a, "Q%d/%d", (d.month - 1) / 3 + 1, d.year);
	case PERIOD_HALF_YEARLY:
		return arena_fmt(a, "H%d/%d", d.month < 7 ? 1 : 2, d.year);
	case PERIOD_YEARLY:
	case PERIOD_KINDS:
		break;
	}
	return arena_fmt(a, "%d", d.year);
}
