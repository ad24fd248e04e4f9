/* setting.h - numbers, choices and words that a centre lives by and may change.  Each is a row of a
 * table below; what is stored (records of kind "setting", so with versions, history and author) is
 * only what differs from its default. */
#pragma once
#include "core/record.h"

#define SETTING_MAX 200 /* characters of a value */

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

/* What stands on the centre's papers (Decree 30/2020); X(code, name, default, Vietnamese, English).  An
 * empty superior and place are the province's. */
#define SETTING_TEXT_TABLE(X)                                                                      \
	X(SETTING_SUPERIOR, "paper.superior", "", "Văn bản: cơ quan chủ quản trực tiếp",           \
	  "Papers: superior agency")                                                               \
	X(SETTING_AGENCY, "paper.agency", "Trung tâm giám sát, điều hành thông minh",              \
	  "Văn bản: cơ quan ban hành", "Papers: issuing agency")                                   \
	X(SETTING_ABBREVIATION, "paper.abbreviation", "TTGSĐH",                                    \
	  "Văn bản: chữ viết tắt tên cơ quan ban hành", "Papers: abbreviation of the agency")      \
	X(SETTING_DRAFTED_BY, "paper.drafted_by", "NV",                                            \
	  "Văn bản: chữ viết tắt tên đơn vị soạn thảo", "Papers: abbreviation of who drafts them") \
	X(SETTING_PLACE, "paper.place", "", "Văn bản: địa danh", "Papers: place")                  \
	X(SETTING_SIGNER_TITLE, "paper.signer_title", "Giám đốc", "Văn bản: chức vụ người ký",     \
	  "Papers: title of who signs")                                                            \
	X(SETTING_SIGNER_NAME, "paper.signer_name", "", "Văn bản: họ tên người ký",                \
	  "Papers: name of who signs")

#define X(code, name, otherwise, vi, en) code,
enum setting_text { SETTING_TEXT_TABLE(X) SETTING_TEXTS };
#undef X

#define X(code, name, otherwise, least, most, words, vi, en) code,
enum setting { SETTING_TABLE(X) SETTINGS };
#undef X

struct settings {
	int64_t value[SETTINGS]; /* a number, or the index of the chosen word */
};
/* All of them as they stand: stored ones, defaults for the rest.  One statement. */
MUST_USE enum err settings_read(struct db *db, struct settings *ret, struct why *why);
struct setting_texts {
	struct str value[SETTING_TEXTS];
};
MUST_USE enum err setting_texts_read(struct db *db, struct arena *a, struct setting_texts *ret,
				     struct why *why);
const char *setting_name(enum setting s);
/* [{"code","value","default","least","most","choices","label_vi","label_en"}]; of a text least and most are
 * its lengths in characters. */
void settings_json(struct jw *w, const struct settings *s, const struct setting_texts *t);

extern const struct record setting_record;
