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

/* -- rules: only parts that stay within days and end are given to the library -- */
static bool part_known(struct str name)
{
	static const char *const names[] = {"FREQ",	  "INTERVAL",  "BYDAY",
					    "BYMONTHDAY", "BYMONTH",   "BYSETPOS",
					    "BYWEEKNO",	  "BYYEARDAY", "WKST"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool value_known(struct str name, struct str value)
{
	static const char *const frequencies[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	int64_t number;
	if (str_is(name, "INTERVAL"))
		return str_int(value, 1, 366, &number, NULL) == OK;
	if (str_is(name, "FREQ")) {
		for (size_t i = 0; i < ARRAY_LEN(frequencies); i++)
			if (str_is(value, frequencies[i]))
				return true;
		return false;
	}
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == ',' || c == '-' ||
		      c == '+'))
			return false;
	}
	return value.len > 0;
}

static enum err rule_parse(struct str rule, struct icalrecurrencetype *ret, struct why *why)
{
	if (rule.len == 0 || rule.len > RRULE_MAX)
		return fail(why, ERR_INVALID,
			    "a rule has 1 to %d bytes, such as FREQ=MONTHLY;BYMONTHDAY=25",
			    RRULE_MAX);
	bool frequency = false;
	for (struct str rest = rule; rest.ptr;) {
		struct str value, name = str_until(str_until(rest, ';', &rest), '=', &value);
		if (!value.ptr || !part_known(name) || !value_known(name, value))
			return fail(why, ERR_INVALID,
				    "the part \"" STR_FMT "\" of the rule is not understood; "
				    "write it like FREQ=MONTHLY;BYMONTHDAY=25",
				    STR_ARG(name));
		frequency |= str_is(name, "FREQ");
	}
	if (!frequency)
		return fail(
			why, ERR_INVALID,
			"the rule has no FREQ; begin it with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY");
	char text[RRULE_MAX + 1];
	memcpy(text, rule.ptr, rule.len);
	text[rule.len] = 0;
	*ret = icalrecurrencetype_from_string(text);
	if (ret->freq == ICAL_NO_RECURRENCE)
		return fail(why, ERR_INVALID, "this rule does not follow RFC 5545: %s", text);
	return OK;
}

enum err rrule_check(struct str rule, struct why *why)
{
	struct icalrecurrencetype parsed;
	return rule_parse(rule, &parsed, why);
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

/* -- deadlines -- */
enum err schedule_time_parse(struct str s, usec *ret, struct why *why)
{
	struct str rest, seconds, parts[3];
	parts[0] = str_until(s, ':', &rest);
	parts[1] = rest.ptr ? str_until(rest, ':', &seconds) : STR_NULL;
	parts[2] = rest.ptr && seconds.ptr ? seconds : STR("00");
	int64_t v[3];
	bool good = true;
	static const int64_t most[] = {24, 59, 59};
	for (size_t i = 0; good && i < 3; i++)
		good = parts[i].len == 2 && str_int(parts[i], 0, most[i], &v[i], NULL) == OK;
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
	int64_t day = date_days(date_local(period_end(p) - 1)) + s->offset_days;
	enum err rc = s->rrule.len ? rrule_first(s->rrule, day, &day, why) : OK;
	if (rc == OK && s->calendar)
		rc = calendar_move(s->calendar, day, &day, why);
	if (rc == OK)
		*ret = date_start(date_of_days(day)) + s->at;
	return rc;
}
