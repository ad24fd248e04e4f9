#include "base/clock.h"

#include <stdatomic.h>

struct clock {
	bool simulated;
	_Atomic usec now;
};

static usec read_machine(clockid_t id)
{
	struct timespec t;
	int rc = clock_gettime(id, &t);
	assert(rc == 0);
	return (usec)t.tv_sec * USEC_SECOND + t.tv_nsec / 1000;
}

static struct clock *make(bool simulated, usec now)
{
	struct clock *c = calloc(1, sizeof *c);
	if (!c)
		abort();
	c->simulated = simulated;
	atomic_init(&c->now, now);
	return c;
}

struct clock *clock_new(void)
{
	return make(false, 0);
}

struct clock *clock_new_simulated(usec start)
{
	return make(true, start);
}

void clock_free(struct clock *c)
{
	free(c);
}

usec clock_now(const struct clock *c)
{
	return c->simulated ? atomic_load(&c->now) : read_machine(CLOCK_REALTIME);
}

void clock_set(struct clock *c, usec now)
{
	assert(c->simulated);
	atomic_store(&c->now, now);
}

usec clock_monotonic(void)
{
	return read_machine(CLOCK_MONOTONIC);
}

usec clock_steady(void)
{
	return read_machine(CLOCK_BOOTTIME);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;
	return a % b < 0 ? q - 1 : q;
}

/* Years count from March, so that the leap day is the last of its year; 400 years are 146097
 * days; 719468 days lie between 0000-03-01 and 1970-01-01. */
int64_t date_days(struct date d)
{
	int64_t year = d.month > 2 ? d.year : (int64_t)d.year - 1;
	int64_t era = floor_div(year, 400), of_era = year - era * 400;
	int64_t month = d.month > 2 ? d.month - 3 : d.month + 9;
	int64_t of_year = (153 * month + 2) / 5 + d.day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date date_of_days(int64_t days)
{
	days += 719468;
	int64_t era = floor_div(days, 146097), of_era = days - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int64_t day = of_year - (153 * month + 2) / 5 + 1;
	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	return (struct date){(int)year, (int)month, (int)day};
}

int date_weekday(struct date d)
{
	int64_t since_monday = date_days(d) + 3;
	return (int)(since_monday - floor_div(since_monday, 7) * 7) + 1;
}

bool date_valid(struct date d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (d.year < 1 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1)
		return false;
	bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
	return d.day <= days[d.month - 1] + (d.month == 2 && leap);
}

struct date date_local(usec t)
{
	return date_of_days(floor_div(t + ZONE_OFFSET, USEC_DAY));
}

usec date_start(struct date d)
{
	return date_days(d) * USEC_DAY - ZONE_OFFSET;
}

/* Calendar fields of a time already moved to its zone. */
static struct civil civil_of(usec t)
{
	int64_t days = floor_div(t, USEC_DAY);
	usec rest = t - days * USEC_DAY;
	return (struct civil){
		.date = date_of_days(days),
		.hour = (int)(rest / USEC_HOUR),
		.minute = (int)(rest % USEC_HOUR / USEC_MINUTE),
		.second = (int)(rest % USEC_MINUTE / USEC_SECOND),
		.usec = (int)(rest % USEC_SECOND),
	};
}

struct civil civil_local(usec t)
{
	return civil_of(t + ZONE_OFFSET);
}

usec civil_usec(struct civil c)
{
	return date_start(c.date) + c.hour * USEC_HOUR + c.minute * USEC_MINUTE +
	       c.second * USEC_SECOND + c.usec;
}

/* n digits at the start of *s, which moves behind them; -1 when they are not there. */
static int take_digits(struct str *s, size_t n)
{
	if (s->len < n)
		return -1;
	int value = 0;
	for (size_t i = 0; i < n; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return -1;
		value = value * 10 + (s->ptr[i] - '0');
	}
	*s = (struct str){s->ptr + n, s->len - n};
	return value;
}

static bool take_char(struct str *s, char c)
{
	if (s->len == 0 || s->ptr[0] != c)
		return false;
	*s = (struct str){s->ptr + 1, s->len - 1};
	return true;
}

static bool take_date(struct str *s, struct date *ret)
{
	ret->year = take_digits(s, 4);
	bool first = take_char(s, '-');
	ret->month = take_digits(s, 2);
	bool second = take_char(s, '-');
	ret->day = take_digits(s, 2);
	return first && second && ret->day >= 0 && date_valid(*ret);
}

enum err date_parse(struct str s, struct date *ret, struct why *why)
{
	struct date d;
	if (!take_date(&s, &d) || s.len != 0)
		return fail(why, ERR_INVALID,
			    "must be a date of the calendar as YYYY-MM-DD, such as 2026-11-22");
	*ret = d;
	return OK;
}

/* ".5" to ".123456789…": microseconds, what is finer is cut. */
static bool take_fraction(struct str *s, int *ret)
{
	*ret = 0;
	if (!take_char(s, '.'))
		return true;
	int scale = 100000, digit = take_digits(s, 1);
	if (digit < 0)
		return false;
	for (; digit >= 0; digit = take_digits(s, 1), scale /= 10)
		*ret += digit * scale;
	return true;
}

static bool take_offset(struct str *s, usec *ret)
{
	*ret = 0;
	if (take_char(s, 'Z') || take_char(s, 'z'))
		return true;
	bool minus = take_char(s, '-');
	if (!minus && !take_char(s, '+'))
		return false;
	int hours = take_digits(s, 2);
	bool colon = take_char(s, ':');
	int minutes = take_digits(s, 2);
	if (hours < 0 || hours > 23 || !colon || minutes < 0 || minutes > 59)
		return false;
	*ret = (hours * USEC_HOUR + minutes * USEC_MINUTE) * (minus ? -1 : 1);
	return true;
}

/* HH:MM:SS; a leap second (60) is the second after it. */
static bool take_time(struct str *s, struct civil *ret)
{
	ret->hour = take_digits(s, 2);
	bool first = take_char(s, ':');
	ret->minute = take_digits(s, 2);
	bool second = take_char(s, ':');
	ret->second = take_digits(s, 2);
	bool in_day = ret->hour >= 0 && ret->hour < 24 && ret->minute >= 0 && ret->minute < 60;
	return first && second && in_day && ret->second >= 0 && ret->second <= 60;
}

static bool take_date_end(struct str *s)
{
	return take_char(s, 'T') || take_char(s, 't') || take_char(s, ' ');
}

enum err time_parse(struct str s, usec *ret, struct why *why)
{
	struct civil c;
	usec offset;
	if (!take_date(&s, &c.date) || !take_date_end(&s) || !take_time(&s, &c) ||
	    !take_fraction(&s, &c.usec) || !take_offset(&s, &offset) || s.len != 0)
		return fail(
			why, ERR_INVALID,
			"must be a time as RFC 3339 with its zone, such as 2026-11-22T16:42:07+07:00");
	*ret = civil_usec(c) + ZONE_OFFSET - offset;
	return OK;
}

void date_write(struct buf *b, struct date d)
{
	buf_printf(b, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static char *two(char *p, int v)
{
	p[0] = (char)('0' + v / 10 % 10);
	p[1] = (char)('0' + v % 10);
	return p + 2;
}

void time_write(struct buf *b, usec t)
{
	/* RFC 3339 knows the years 0001 to 9999 only. */
	const usec first = date_days((struct date){1, 1, 1}) * USEC_DAY;
	const usec end = date_days((struct date){10000, 1, 1}) * USEC_DAY;
	struct civil c = civil_of(t < first ? first : t >= end ? end - 1 : t);
	char text[27] = "0000-00-00T00:00:00.000000Z";
	two(two(text, c.date.year / 100), c.date.year);
	two(text + 5, c.date.month);
	two(text + 8, c.date.day);
	two(text + 11, c.hour);
	two(text + 14, c.minute);
	two(text + 17, c.second);
	two(two(two(text + 20, c.usec / 10000), c.usec / 100), c.usec);
	buf_add_bytes(b, text, sizeof text);
}
