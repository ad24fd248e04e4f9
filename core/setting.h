/* setting.h - numbers and choices that a centre lives by and may change.  Each is a row of the
 * table below; what is stored (records of kind "setting", so with versions, history and author) is
 * only what differs from its default. */
#pragma once
#include "core/record.h"

/* X(code, name, default, least, most, words of a choice or NULL, Vietnamese, English) */
#define SETTING_TABLE(X)                                                                           \
	X(SETTING_PROTECTED_HOURS, "duty.protected_hours", 4, 0, 72, NULL,                         \
	  "Số giờ cuối trước hạn mà hệ thống phải hoạt động",                                      \
	  "Last hours before a deadline in which the centre must have worked")                     \
	X(SETTING_HORIZON_DAYS, "duty.horizon_days", 100, 7, 400, NULL,                            \
	  "Số ngày lập trước nghĩa vụ", "Days ahead for which duties are made")

#define X(code, name, otherwise, least, most, words, vi, en) code,
enum setting { SETTING_TABLE(X) SETTINGS };
#undef X

struct settings {
	int64_t value[SETTINGS]; /* a number, or the index of the chosen word */
};
/* All of them as they stand: stored ones, defaults for the rest.  One statement. */
MUST_USE enum err settings_read(struct db *db, struct settings *ret, struct why *why);
const char *setting_name(enum setting s);
/* [{"code","value","default","least","most","choices","label_vi","label_en"}] */
void settings_json(struct jw *w, const struct settings *s);

extern const struct record setting_record;
