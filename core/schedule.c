#include "core/schedule.h"

#include <libical/ical.h>

/* -- calendars -- */
enum err holiday_rule_parse(struct str s, enum holiday_rule *ret, struct why *why)
{
	static const char *const names[] = {[HOLIDAY_PREVIOUS_WORKDAY] = "previous_workday",
					    [HOLIDAY_NEXT_WORKDAY] = "next_workday",
					    [HOLIDAY_NONE] = "none"};
	for (unsigned i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(s, names[i])) {
			*ret = (enum holiday_rule)i;
			return OK;
		}
	return fail(why, ERR_INVALID,
		    "a calendar's rule is previous_workday, next_workday or none");
}

bool calendar_workday(const struct calendar *c, int64_t day)
{
	if (date_weekday(date_of_days(day)) > 5)
		return false;
	size_t low = 0, high = c->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->holidays[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low == c->n || c->holidays[low] != day;
}

enum err calendar_move(const struct calendar *c, int64_t day, int64_t *ret, struct why *why)
{
	int64_t step = c->rule == HOLIDAY_NEXT_WORKDAY ? 1 : -1, moved = day;
	for (int days = 0; c->rule != HOLIDAY_NONE && !calendar_workday(c, moved);
	     days++, moved += step)
		if (days == 366)
			return fail(why, ERR_INVALID,
				    "the calendar has no workday within a year of this day");
	*ret = moved;
	return OK;
}

/* -- rules: only parts and numbers that cannot make the library search without end are given to it -- */
enum frequency { DAILY, WEEKLY, MONTHLY, YEARLY, FREQUENCIES };
static const char *const frequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
static const struct part {
	const char *name;
	int64_t most; /* of each number; 0: weekdays */
	bool is_signed;
	enum frequency least; /* the shortest frequency it may refine */
} parts[] = {
	{"BYDAY", 0, true, DAILY},	 {"WKST", 0, false, DAILY},
	{"INTERVAL", 366, false, DAILY}, {"BYMONTHDAY", 31, true, MONTHLY},
	{"BYMONTH", 12, false, MONTHLY}, {"BYSETPOS", 366, true, MONTHLY},
	{"BYWEEKNO", 53, true, YEARLY},	 {"BYYEARDAY", 366, true, YEARLY},
};

static bool number_known(struct str text, int64_t most, bool is_signed)
{
	int64_t number;
	bool negative = is_signed && str_starts(text, STR("-"));
	struct str digits = negative ? (struct str){text.ptr + 1, text.len - 1} : text;
	return digits.len <= 3 && str_int(digits, 1, most, &number, NULL) == OK;
}

/* "MO", and for months and years "2TU", "-1FR". */
static bool weekday_known(struct str text, bool is_signed, enum frequency f)
{
	static const char *const days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
	bool known = false;
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		known |= str_ends(text, str_of(days[i]));
	struct str ordinal = {text.ptr, text.len - 2 * known};
	if (!known || ordinal.len == 0)
		return known;
	return is_signed && f >= MONTHLY && number_known(ordinal, f == MONTHLY ? 5 : 53, true);
}

static bool part_known(struct str name, struct str value, enum frequency f)
{
	const struct part *part = NULL;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (str_is(name, parts[i].name))
			part = &parts[i];
	if (!part || f < part->least)
		return false;
	for (struct str rest = value; rest.ptr;) {
		struct str one = str_until(rest, ',', &rest);
		if (part->most ? !number_known(one, part->most, part->is_signed)
			       : !weekday_known(one, part->is_signed, f))
			return false;
	}
	return true;
}

static bool frequency_parse(struct str part, enum frequency *ret)
{
	struct str value, name = str_until(part, '=', &value);
	for (unsigned i = 0; str_is(name, "FREQ") && i < FREQUENCIES; i++)
		if (str_is(value, frequencies[i])) {
			*ret = (enum frequency)i;
			return true;
		}
	return false;
}

static enum err rule_parse(struct str rule, struct icalrecurrencetype *ret, struct why *why)
{
	if (rule.len == 0 || rule.len > RRULE_MAX)
		return fail(why, ERR_INVALID,
			    "a rule has 1 to %d bytes, such as FREQ=MONTHLY;BYMONTHDAY=25",
			    RRULE_MAX);
	enum frequency f;
	struct str rest;
	if (!frequency_parse(str_until(rule, ';', &rest), &f))
		return fail(why, ERR_INVALID,
			    "a rule begins with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY");
	while (rest.ptr) {
		struct str value, name = str_until(str_until(rest, ';', &rest), '=', &value);
		if (!value.ptr || !part_known(name, value, f))
			return fail(why, ERR_INVALID,
				    "the part \"" STR_FMT
				    "\" of the rule is not understood, or not for this FREQ; "
				    "write it like FREQ=MONTHLY;BYMONTHDAY=25",
				    STR_ARG(name));
	}
	char text[RRULE_MAX + 1];
	memcpy(text, rule.ptr, rule.len);
	text[rule.len] = 0;
	*ret = icalrecurrencetype_from_string(text);
	if (ret->freq == ICAL_NO_RECURRENCE)
		return fail(why, ERR_INVALID, "this rule does not follow RFC 5545: %s", text);
	return OK;
}

static struct icaltimetype ical_day(int64_t day)
{
	struct date d = date_of_days(day);
	struct icaltimetype t =
		icaltime_null_time(); /* a "null date" has hours of -1, with which it never ends */
	t.year = d.year;
	t.month = d.month;
	t.day = d.day;
	t.is_date = 1;
	return t;
}

enum err rrule_first(struct str rule, int64_t from, int64_t *ret, struct why *why)
{
	struct icalrecurrencetype parsed;
	enum err rc = rule_parse(rule, &parsed, why);
	if (rc != OK)
		return rc;
	/* The library searches on for centuries; the end of its search is ours. */
	parsed.until = ical_day(from + RRULE_YEARS_MAX * 366);
	icalrecur_iterator *it = icalrecur_iterator_new(parsed, ical_day(from));
	struct icaltimetype t = it ? icalrecur_iterator_next(it) : icaltime_null_time();
	if (it)
		icalrecur_iterator_free(it);
	if (icaltime_is_null_time(t))
		return fail(why, ERR_INVALID, "this rule names no day within %d years",
			    RRULE_YEARS_MAX);
	*ret = date_days((struct date){t.year, t.month, t.day});
	return OK;
}

enum err rrule_check(struct str rule, struct why *why)
{
	int64_t day;
	return rrule_first(rule, date_days((struct date){2026, 1, 1}), &day, why);
}

/* -- deadlines -- */
enum err schedule_time_parse(struct str s, usec *ret, struct why *why)
{
	struct str rest, seconds, words[3];
	words[0] = str_until(s, ':', &rest);
	words[1] = rest.ptr ? str_until(rest, ':', &seconds) : STR_NULL;
	words[2] = rest.ptr && seconds.ptr ? seconds : STR("00");
	int64_t v[3] = {0};
	bool good = true;
	static const int64_t most[] = {24, 59, 59};
	for (size_t i = 0; good && i < 3; i++)
		good = words[i].len == 2 && str_int(words[i], 0, most[i], &v[i], NULL) == OK;
	if (!good || (v[0] == 24 && (v[1] || v[2])))
		return fail(why, ERR_INVALID,
			    "a time of day is written like 17:00 or 17:00:30, up to 24:00");
	*ret = v[0] * USEC_HOUR + v[1] * USEC_MINUTE + v[2] * USEC_SECOND;
	return OK;
}

enum err schedule_deadline(const struct schedule *s, struct period p, usec *ret, struct why *why)
{
	if (s->offset_days < -SCHEDULE_OFFSET_MAX || s->offset_days > SCHEDULE_OFFSET_MAX ||
	    s->at < 0 || s->at > USEC_DAY)
		return fail(why, ERR_INVALID,
			    "a deadline is within %d days of the period and at a time of day",
			    SCHEDULE_OFFSET_MAX);
	int64_t day = period_last_day(p) + s->offset_days;
	enum err rc = s->rrule.len ? rrule_first(s->rrule, day, &day, why) : OK;
	if (rc == OK && s->calendar)
		rc = calendar_move(s->calendar, day, &day, why);
	if (rc == OK)
		*ret = date_start(date_of_days(day)) + s->at;
	return rc;
}
