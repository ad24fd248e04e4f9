/* discipline.c - by which rules the week is inspected, and what so many reminders lead to; with the
 * regulation that each rests on. */
#include "registry/fields.h"
#include "registry/records.h"
#include "registry/registry.h"

static const struct choice period_kinds[] = {
	{"daily", LABEL("Hằng ngày", "Daily")},
	{"weekly", LABEL("Hằng tuần", "Weekly")},
	{"monthly", LABEL("Hằng tháng", "Monthly")},
	{"quarterly", LABEL("Hằng quý", "Quarterly")},
	{"half_yearly", LABEL("6 tháng", "Half-yearly")},
	{"yearly", LABEL("Hằng năm", "Yearly")},
	{NULL, LABEL("", "")},
};
static const struct choice targets[] = {
	{"unit", LABEL("Đơn vị", "The unit")},
	{"leader", LABEL("Lãnh đạo phụ trách", "The leader in charge")},
	{"head", LABEL("Người đứng đầu", "The head")},
	{NULL, LABEL("", "")},
};

#define TARGET_AND_DOCUMENT                                                                        \
	{.name = NAME("target"),                                                                   \
	 .type = FIELD_CHOICE,                                                                     \
	 .flags = FIELD_REQUIRED | FIELD_MAIN,                                                     \
	 .choices = targets,                                                                       \
	 .label = LABEL("Đối tượng", "Whom it concerns")},                                         \
	{                                                                                          \
		.name = NAME("document"), .type = FIELD_REF, .ref = &document_record,              \
		.label = LABEL("Căn cứ", "Regulation")                                             \
	}

static const struct field rule_fields[] = {
	CODE_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("period"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_MAIN,
	 .choices = period_kinds,
	 .label = LABEL("Kỳ báo cáo", "Period"),
	 .help = LABEL("Để trống: các kỳ chưa có quy tắc riêng", "Empty: those without a rule of "
								 "their own")},
	{.name = NAME("grace_days"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .max = 60,
	 .label = LABEL("Số ngày châm chước", "Days of grace")},
	TARGET_AND_DOCUMENT,
};
const struct record inspection_rule_record = {
	.table = NAME("inspection_rule"),
	.path = "inspection-rules",
	.label = LABEL("Quy tắc kiểm tra tuần", "Rule of the weekly inspection"),
	.plural = LABEL("Quy tắc kiểm tra tuần", "Rules of the weekly inspection"),
	RECORD_FIELDS(rule_fields),
	.sort = "code",
	.after = registry_touch,
};

static const struct field step_fields[] = {
	CODE_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("reminders"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = 1,
	 .max = 100,
	 .label = LABEL("Số lần nhắc nhở trong năm", "Reminders in a year")},
	TARGET_AND_DOCUMENT,
};
const struct record ladder_step_record = {
	.table = NAME("ladder_step"),
	.path = "ladder-steps",
	.label = LABEL("Bậc xử lý", "Step of the ladder"),
	.plural = LABEL("Các bậc xử lý", "Steps of the ladder"),
	RECORD_FIELDS(step_fields),
	.sort = "reminders",
	.after = registry_touch,
};
