/* indicators.c - what is measured, when it is due and how it is checked. */
#include "base/decimal.h"
#include "core/schedule.h"
#include "registry/fields.h"
#include "registry/formulas.h"
#include "registry/records.h"
#include "registry/registry.h"

static const struct choice periods[] = {
	{"daily", {"Ngày", "Daily"}},
	{"weekly", {"Tuần", "Weekly"}},
	{"monthly", {"Tháng", "Monthly"}},
	{"quarterly", {"Quý", "Quarterly"}},
	{"half_yearly", {"6 tháng", "Half-yearly"}},
	{"yearly", {"Năm", "Yearly"}},
	{NULL, {NULL, NULL}},
};
static const struct choice scopes[] = {
	{"province", {"Cấp tỉnh", "Province"}},
	{"department", {"Sở, ngành", "Department"}},
	{"commune", {"Xã, phường, đặc khu", "Commune, ward, special zone"}},
	{NULL, {NULL, NULL}},
};
static const struct choice unit_aggregates[] = {
	{"sum", {"Cộng", "Sum"}},
	{"mean", {"Trung bình", "Mean"}},
	{"weighted", {"Trung bình có trọng số", "Weighted mean"}},
	{"none", {"Không tổng hợp", "None"}},
	{"last", {"Giá trị cuối", "Last"}},
	{"max", {"Lớn nhất", "Maximum"}},
	{"min", {"Nhỏ nhất", "Minimum"}},
	{NULL, {NULL, NULL}},
};
static const struct choice directions[] = {
	{"up", {"Càng cao càng tốt", "Higher is better"}},
	{"down", {"Càng thấp càng tốt", "Lower is better"}},
	{"none", {"Không đánh giá", "Neither"}},
	{NULL, {NULL, NULL}},
};
static const struct choice openness[] = {
	{"open", {"Công khai", "Open"}},
	{"internal", {"Nội bộ", "Internal"}},
	{"restricted", {"Hạn chế", "Restricted"}},
	{NULL, {NULL, NULL}},
};
static const struct choice check_kinds[] = {
	{"range", {"Khoảng giá trị", "Range"}},
	{"jump", {"Biến động bất thường", "Jump against history"}},
	{"sum_of_parts", {"Tổng các thành phần", "Sum of parts"}},
	{"required_breakdown", {"Phân tổ bắt buộc", "Required breakdown"}},
	{"not_greater_than", {"Không lớn hơn", "Not greater than"}},
	{"integer", {"Số nguyên", "Integer"}},
	{"remark_if_zero", {"Giải thích khi bằng 0", "Remark when zero"}},
	{NULL, {NULL, NULL}},
};
static const struct choice severities[] = {
	{"hard", {"Từ chối", "Refuse"}},
	{"soft", {"Cần giải thích", "Needs a remark"}},
	{NULL, {NULL, NULL}},
};

static const struct field schedule_fields[] = {
	CODE_FIELD,
	NAME_FIELDS(200),
	{.name = NAME("period"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = periods,
	 .label = {"Kỳ", "Period"}},
	{.name = NAME("offset_days"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = -366,
	 .max = 366,
	 .label = {"Số ngày sau kỳ", "Days after the period"},
	 .help = {"0 là ngày cuối của kỳ", "0 is the last day of the period"}},
	{.name = NAME("at_time"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = 5,
	 .max = 5,
	 .label = {"Giờ", "Time"},
	 .help = {"HH:MM, giờ Việt Nam", "HH:MM, Vietnam time"}},
	{.name = NAME("rrule"),
	 .type = FIELD_TEXT,
	 .max = 500,
	 .label = {"Quy tắc lặp (RRULE)", "RRULE"},
	 .help = {"Hạn là ngày đầu tiên theo quy tắc, kể từ ngày tính được ở trên",
		  "The deadline is the first day it names on or after the day above"}},
	{.name = NAME("calendar"),
	 .type = FIELD_REF,
	 .ref = &calendar_record,
	 .label = {"Lịch làm việc", "Calendar"}},
	{.name = NAME("document"),
	 .type = FIELD_REF,
	 .ref = &document_record,
	 .label = {"Căn cứ", "Regulation"}},
};

static void schedule_check(struct db *tx, const struct row *old, const struct row *now,
			   struct problems *p)
{
	(void)tx;
	(void)old;
	if (!now)
		return;
	struct row *row = (struct row *)(uintptr_t)now;
	const struct value *rule = row_value(&schedule_record, row, "rrule");
	struct why why;
	usec at;
	if (schedule_time_parse(row_value(&schedule_record, row, "at_time")->text, &at, &why) != OK)
		problem_add(p, STR("/at_time"), BOTH_FMT, WHY_ARG(why));
	int64_t first;
	if (rule->given &&
	    rrule_first(rule->text, date_days((struct date){2026, 1, 1}), &first, &why) != OK)
		problem_add(p, STR("/rrule"), BOTH_FMT, WHY_ARG(why));
}

const struct record schedule_record = {
	.after = registry_touch,
	.table = NAME("schedule"),
	.path = "schedules",
	.label = {"Lịch nộp", "Schedule"},
	.plural = {"Lịch nộp", "Schedules"},
	RECORD_FIELDS(schedule_fields),
	.sort = "code",
	.check = schedule_check,
};

static const struct field indicator_fields[] = {
	CODE_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("domain"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .ref = &domain_record,
	 .label = {"Lĩnh vực", "Domain"}},
	{.name = NAME("unit_of_measure"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = 40,
	 .label = {"Mã đơn vị tính", "Unit of measure code"}},
	{.name = NAME("measure_vi"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = 1,
	 .max = 60,
	 .label = {"Đơn vị tính", "Unit of measure"}},
	{.name = NAME("measure_en"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = 60,
	 .label = {"Đơn vị tính (tiếng Anh)", "Unit of measure (English)"}},
	{.name = NAME("period"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED,
	 .choices = periods,
	 .label = {"Kỳ", "Period"}},
	{.name = NAME("schedule"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED,
	 .ref = &schedule_record,
	 .label = {"Lịch nộp", "Schedule"}},
	{.name = NAME("scope"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = scopes,
	 .label = {"Cấp nộp", "Owed by"}},
	{.name = NAME("owner"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN,
	 .ref = &unit_record,
	 .label = {"Đơn vị chủ trì", "Responsible unit"}},
	{.name = NAME("breakdowns"),
	 .type = FIELD_LIST,
	 .max = 400,
	 .label = {"Phân tổ", "Breakdowns"},
	 .help = {"Mã danh mục; thêm * nếu bắt buộc",
		  "Codes of code lists; * after one that is required"}},
	{.name = NAME("decimals"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .max = DECIMAL_SCALE_MAX,
	 .label = {"Số chữ số thập phân", "Decimals"}},
	{.name = NAME("min"), .type = FIELD_DECIMAL, .label = {"Nhỏ nhất", "Minimum"}},
	{.name = NAME("max"), .type = FIELD_DECIMAL, .label = {"Lớn nhất", "Maximum"}},
	{.name = NAME("aggregate_units"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = unit_aggregates,
	 .label = {"Tổng hợp theo đơn vị", "Aggregation over units"}},
	{.name = NAME("weight_indicator"),
	 .type = FIELD_TEXT,
	 .max = 64,
	 .label = {"Chỉ tiêu trọng số", "Weight"},
	 .help = {"Mã chỉ tiêu làm trọng số", "Code of the indicator used as weight"}},
	{.name = NAME("aggregate_time"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = unit_aggregates,
	 .label = {"Tổng hợp theo thời gian", "Aggregation over time"}},
	{.name = NAME("direction"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = directions,
	 .label = {"Chiều tốt", "Direction"}},
	{.name = NAME("target"), .type = FIELD_DECIMAL, .label = {"Mục tiêu", "Target"}},
	{.name = NAME("jump_z"),
	 .type = FIELD_DECIMAL,
	 .label = {"Ngưỡng biến động", "Jump limit"},
	 .help = {"Điểm z bền vững so với lịch sử; mặc định 6",
		  "Robust z-score against history; 6 by default"}},
	{.name = NAME("sum_of"),
	 .type = FIELD_LIST,
	 .max = 4000,
	 .label = {"Tổng của", "Sum of"},
	 .help = {"Mã các chỉ tiêu thành phần", "Codes of the parts"}},
	{.name = NAME("document"),
	 .type = FIELD_REF,
	 .ref = &document_record,
	 .label = {"Căn cứ", "Regulation"}},
	{.name = NAME("openness"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = openness,
	 .label = {"Mức công khai", "Openness"},
	 .help = {"Công khai: mọi người đọc số liệu; nội bộ: người làm việc với số liệu của đơn vị; hạn chế: "
		  "chỉ người của chính đơn vị, người duyệt và lãnh đạo phụ trách",
		  "Open: anybody reads its figures; internal: whoever works with the unit's figures; "
		  "restricted: the unit's own people, its approvers and the leaders above it"}},
	{.name = NAME("owed_from"),
	 .type = FIELD_DATE,
	 .label = {"Phải nộp từ ngày", "Owed from"},
	 .help = {"Kỳ đầu tiên phải nộp là kỳ kết thúc từ ngày này; để trống: ngày lập chỉ tiêu",
		  "The first period owed is the one that ends on or after this day; empty: the day "
		  "the indicator was created"}},
	{.name = NAME("definition_vi"),
	 .type = FIELD_LONG,
	 .max = 4000,
	 .label = {"Định nghĩa", "Definition (Vietnamese)"}},
	{.name = NAME("definition_en"),
	 .type = FIELD_LONG,
	 .max = 4000,
	 .label = {"Định nghĩa tiếng Anh", "Definition (English)"}},
	{.name = NAME("source_code"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 40,
	 .label = {"Mã quốc gia", "National code"}},
	{.name = NAME("tags"), .type = FIELD_LIST, .max = 1000, .label = {"Nhãn", "Tags"}},
};

static void indicator_check(struct db *tx, const struct row *old, const struct row *now,
			    struct problems *p)
{
	struct row *row = (struct row *)(uintptr_t)now, *before = (struct row *)(uintptr_t)old;
	if (!now) {
		formulas_check_indicator(tx, old->id, STR_NULL, p);
		return;
	}
	struct str measure = row_value(&indicator_record, row, "unit_of_measure")->text;
	if (old && !str_eq(measure, row_value(&indicator_record, before, "unit_of_measure")->text))
		formulas_check_indicator(tx, old->id, measure, p);
	const struct value *min = row_value(&indicator_record, row, "min");
	const struct value *max = row_value(&indicator_record, row, "max");
	struct decimal low, high;
	if (min->given && max->given && decimal_parse(min->text, &low, NULL) == OK &&
	    decimal_parse(max->text, &high, NULL) == OK && decimal_cmp(low, high) > 0)
		problem_add(p, STR("/max"), "must not be less than min");
	if (!str_is(row_value(&indicator_record, row, "scope")->text, "commune") &&
	    !row_value(&indicator_record, row, "owner")->given)
		problem_add(
			p, STR("/owner"),
			"say which unit owes it, or set scope to commune: every commune then owes it");
	if (str_is(row_value(&indicator_record, row, "aggregate_units")->text, "weighted") &&
	    !row_value(&indicator_record, row, "weight_indicator")->given)
		problem_add(p, STR("/weight_indicator"), "is needed for a weighted mean");
}

const struct record indicator_record = {
	.after = registry_touch,
	.table = NAME("indicator"),
	.path = "indicators",
	.open_field = "openness",
	.label = {"Chỉ tiêu", "Indicator"},
	.plural = {"Chỉ tiêu", "Indicators"},
	RECORD_FIELDS(indicator_fields),
	.sort = "code",
	.check = indicator_check,
};

static const struct field check_fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_REQUIRED | FIELD_UNIQUE | FIELD_FIXED | FIELD_MAIN,
	 .label = {"Mã", "Code"}},
	{.name = NAME("indicator"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN,
	 .ref = &indicator_record,
	 .label = {"Chỉ tiêu", "Indicator"},
	 .help = {"Để trống: mọi chỉ tiêu", "Empty: every indicator"}},
	{.name = NAME("kind"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = check_kinds,
	 .label = {"Loại", "Kind"}},
	{.name = NAME("severity"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = severities,
	 .label = {"Mức", "Severity"}},
	{.name = NAME("argument"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_MAIN,
	 .max = 400,
	 .label = {"Tham số", "Argument"}},
	{.name = NAME("message_vi"),
	 .type = FIELD_TEXT,
	 .max = 400,
	 .label = {"Thông báo", "Message (Vietnamese)"}},
	{.name = NAME("message_en"),
	 .type = FIELD_TEXT,
	 .max = 400,
	 .label = {"Thông báo tiếng Anh", "Message (English)"}},
	{.name = NAME("document"),
	 .type = FIELD_REF,
	 .ref = &document_record,
	 .label = {"Căn cứ", "Regulation"}},
};

const struct record check_rule_record = {
	.after = registry_touch,
	.table = NAME("check_rule"),
	.path = "check-rules",
	.label = {"Quy tắc kiểm tra", "Check"},
	.plural = {"Quy tắc kiểm tra", "Checks"},
	RECORD_FIELDS(check_fields),
	.sort = "code",
};
