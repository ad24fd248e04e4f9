/* Recurrence rules as people type them: never a crash, never an endless search. */
#include "core/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rule = {(const char *)data, size};
	int64_t from = date_days((struct date){2026, 1, 30}), day = 0;
	if (rrule_first(rule, from, &day, NULL) == OK)
		assert(day >= from && day <= from + RRULE_YEARS_MAX * 366);
	usec at;
	if (schedule_time_parse(rule, &at, NULL) == OK)
		assert(at >= 0 && at <= USEC_DAY);
	return 0;
}
