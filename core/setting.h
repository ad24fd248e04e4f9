/* setting.h - numbers and choices that a centre lives by and may change.  Each is a row of the
 * table below; what is stored (records of kind "setting", so with versions, history and author) is
 * only what differs from its default. */
#pragma once
#include "core/record.h"

extern const char *const setting_years[], *const setting_per[], *const setting_appeals[];
enum { SETTING_YEAR_CALENDAR, SETTING_YEAR_ROLLING };
enum { SETTING_PER_UNIT, SETTING_PER_RULE };
enum { SETTING_APPEALS_EITHER, SETTING_APPEALS_LEADER };

/* X(code, name, default, least, most, words of a choice or NULL, Vietnamese, English) */
#define SETTING_TABLE(X)                                                                           \
	X(SETTING_PROTECTED_HOURS, "duty.protected_hours", 4, 0, 72, NULL,                         \
	  "Số giờ cuối trước hạn mà hệ thống phải hoạt động",                                      \
	  "Last hours before a deadline in which the centre must have worked")                     \
	X(SETTING_HORIZON_DAYS, "duty.horizon_days", 100, 7, 400, NULL,                            \
	  "Số ngày lập trước nghĩa vụ", "Days ahead for which duties are made")                    \
	X(SETTING_INSPECTION_WEEKDAY, "discipline.inspection_weekday", 1, 1, 7, NULL,              \
	  "Thứ trong tuần kiểm tra (1 là thứ Hai)", "Weekday of the inspection (1 is Monday)")     \
	X(SETTING_YEAR, "discipline.year", SETTING_YEAR_CALENDAR, 0, 1, setting_years,             \
	  "Cách tính năm: năm dương lịch hay 12 tháng gần nhất",                                   \
	  "The year that counts: of the calendar, or the last twelve months")                      \
	X(SETTING_REMINDER_PER, "discipline.reminder_per", SETTING_PER_UNIT, 0, 1, setting_per,    \
	  "Một lần nhắc nhở tính theo đơn vị hay theo từng quy tắc",                               \
	  "One reminder a week for each unit, or for each unit and rule")                          \
	X(SETTING_DUTY_REMINDERS, "discipline.duty_reminders", 1, 0, 52, NULL,                     \
	  "Một nghĩa vụ bị tính nhiều nhất trong bao nhiêu lần nhắc nhở (0: không giới hạn)",      \
	  "In how many reminders one duty may count (0: any number)")                              \
	X(SETTING_APPEALS_BY, "discipline.appeals_by", SETTING_APPEALS_EITHER, 0, 1,               \
	  setting_appeals, "Ai quyết định kiến nghị của đơn vị", "Who decides appeals")            \
	X(SETTING_ACKNOWLEDGE_DAYS, "discipline.acknowledge_days", 3, 1, 60, NULL,                 \
	  "Số ngày để đơn vị xác nhận đã nhận nhắc nhở", "Days to acknowledge a reminder")         \
	X(SETTING_APPEAL_DAYS, "discipline.appeal_days", 10, 0, 365, NULL,                         \
	  "Số ngày để đơn vị kiến nghị", "Days to appeal against a reminder")                      \
	X(SETTING_NUDGE_HOURS, "discipline.nudge_hours", 24, 0, 240, NULL,                         \
	  "Nhắc nhẹ trước hạn bao nhiêu giờ (0: không nhắc)",                                      \
	  "Hours before a deadline for a nudge (0: none)")                                         \
	X(SETTING_NUDGE_PERCENT, "discipline.nudge_percent", 50, 1, 100, NULL,                     \
	  "Nhắc nhẹ khi khả năng chậm từ bao nhiêu phần trăm",                                     \
	  "Nudge from this probability of lateness on, in percent")

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
