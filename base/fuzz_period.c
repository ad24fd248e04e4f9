/* A period that was read is written canonically and reads back as itself; times and dates too. */
#include "base/period.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};
	struct why why = {.text = ""};
	char memory[64];
	struct buf out = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	struct period p, again;
	if (period_parse(s, &p, &why) == OK) {
		assert(period_start(p) < period_end(p));
		assert(period_at(p.kind, period_start(p)).ordinal == p.ordinal);
		period_write(&out, p);
		enum err rc = period_parse(buf_str(&out), &again, &why);
		assert(rc == OK && again.kind == p.kind && again.ordinal == p.ordinal);
	} else {
		assert(why.text[0]);
	}
	usec t, t_again;
	if (time_parse(s, &t, NULL) == OK) {
		buf_clear(&out);
		time_write(&out, t);
		enum err rc = time_parse(buf_str(&out), &t_again, NULL);
		struct civil c = civil_local(t);
		assert(rc == OK && (t_again == t || c.date.year < 2 || c.date.year > 9998));
	}
	struct date d;
	if (date_parse(s, &d, NULL) == OK)
		assert(date_valid(d) && date_days(date_of_days(date_days(d))) == date_days(d));
	return 0;
}
