/* records.c - the plain kinds: nothing but descriptions. */
#include "registry/fields.h"
#include "registry/records.h"
#include "registry/registry.h"

#define DESCRIPTION_FIELDS                                                                         \
	{.name = NAME("description_vi"),                                                           \
	 .type = FIELD_LONG,                                                                       \
	 .max = 2000,                                                                              \
	 .label = {"Mô tả", "Description (Vietnamese)"}},                                          \
	{                                                                                          \
		.name = NAME("description_en"), .type = FIELD_LONG, .max = 2000, .label = {        \
			"Mô tả tiếng Anh",                                                         \
			"Description (English)"                                                    \
		}                                                                                  \
	}
#define POSITION_FIELD                                                                             \
	{                                                                                          \
		.name = NAME("position"), .type = FIELD_INT, .flags = FIELD_REQUIRED, .max = 9999, \
		.label = {                                                                         \
			"Thứ tự",                                                                  \
			"Position"                                                                 \
		}                                                                                  \
	}
#define DOCUMENT_FIELD                                                                             \
	{                                                                                          \
		.name = NAME("document"), .type = FIELD_REF, .ref = &document_record, .label = {   \
			"Căn cứ",                                                                  \
			"Regulation"                                                               \
		}                                                                                  \
	}

static const struct choice document_kinds[] = {
	{"law", {"Luật", "Law"}},
	{"decree", {"Nghị định", "Decree"}},
	{"decision", {"Quyết định", "Decision"}},
	{"resolution", {"Nghị quyết", "Resolution"}},
	{"circular", {"Thông tư", "Circular"}},
	{"plan", {"Kế hoạch", "Plan"}},
	{"directive", {"Chỉ thị", "Directive"}},
	{NULL, {NULL, NULL}},
};
static const struct choice document_states[] = {
	{"in_force", {"Còn hiệu lực", "In force"}},
	{"expired", {"Hết hiệu lực", "Expired"}},
	{NULL, {NULL, NULL}},
};
static const struct choice calendar_rules[] = {
	{"previous_workday", {"Lùi về ngày làm việc trước", "Previous workday"}},
	{"next_workday", {"Dời sang ngày làm việc sau", "Next workday"}},
	{"none", {"Giữ nguyên", "Unchanged"}},
	{NULL, {NULL, NULL}},
};
static const struct choice system_kinds[] = {
	{"system", {"Hệ thống thông tin", "Information system"}},
	{"database", {"Cơ sở dữ liệu", "Database"}},
	{"platform", {"Nền tảng", "Platform"}},
	{NULL, {NULL, NULL}},
};

static const struct field domain_fields[] = {
	CODE_FIELD,
	POSITION_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("icon"), .type = FIELD_TEXT, .max = 60, .label = {"Biểu tượng", "Icon"}},
	DESCRIPTION_FIELDS,
};
const struct record domain_record = {
	.after = registry_touch,
	.table = NAME("domain"),
	.path = "domains",
	.label = {"Lĩnh vực", "Domain"},
	.plural = {"Lĩnh vực", "Domains"},
	RECORD_FIELDS(domain_fields),
	.sort = "position",
};

static const struct field document_fields[] = {
	CODE_FIELD,
	{.name = NAME("number"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH | FIELD_MAIN,
	 .max = 80,
	 .label = {"Số, ký hiệu", "Number"}},
	{.name = NAME("kind"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = document_kinds,
	 .label = {"Loại", "Kind"}},
	{.name = NAME("issuer"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 200,
	 .label = {"Cơ quan ban hành", "Issuer"}},
	{.name = NAME("issued_on"),
	 .type = FIELD_DATE,
	 .flags = FIELD_MAIN,
	 .label = {"Ngày ban hành", "Issued on"}},
	{.name = NAME("name_vi"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN,
	 .min = 1,
	 .max = 500,
	 .label = {"Trích yếu", "Subject (Vietnamese)"}},
	{.name = NAME("name_en"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 500,
	 .label = {"Trích yếu tiếng Anh", "Subject (English)"}},
	{.name = NAME("url"), .type = FIELD_TEXT, .max = 500, .label = {"Địa chỉ", "Address"}},
	{.name = NAME("status"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = document_states,
	 .label = {"Hiệu lực", "Status"}},
};
const struct record document_record = {
	.after = registry_touch,
	.table = NAME("document"),
	.path = "documents",
	.label = {"Văn bản", "Document"},
	.plural = {"Văn bản, quy định", "Documents and regulations"},
	RECORD_FIELDS(document_fields),
	.sort = "code",
};

static const struct field calendar_fields[] = {
	CODE_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("rule"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = calendar_rules,
	 .label = {"Hạn rơi vào ngày nghỉ", "Deadline on a day off"}},
};
const struct record calendar_record = {
	.after = registry_touch,
	.table = NAME("calendar"),
	.path = "calendars",
	.label = {"Lịch làm việc", "Calendar"},
	.plural = {"Lịch làm việc", "Calendars"},
	RECORD_FIELDS(calendar_fields),
	.sort = "code",
};

static const struct field holiday_fields[] = {
	{.name = NAME("calendar"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .ref = &calendar_record,
	 .label = {"Lịch", "Calendar"}},
	{.name = NAME("on_date"),
	 .type = FIELD_DATE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .label = {"Ngày", "Date"}},
	NAME_FIELDS(300),
};
const struct record holiday_record = {
	.after = registry_touch,
	.table = NAME("holiday"),
	.path = "holidays",
	.label = {"Ngày nghỉ", "Holiday"},
	.plural = {"Ngày nghỉ", "Holidays"},
	RECORD_FIELDS(holiday_fields),
	.sort = "on_date",
};

static const struct field code_list_fields[] = {CODE_FIELD, NAME_FIELDS(300)};
const struct record code_list_record = {
	.after = registry_touch,
	.table = NAME("code_list"),
	.path = "code-lists",
	.label = {"Danh mục mã", "Code list"},
	.plural = {"Danh mục mã", "Code lists"},
	RECORD_FIELDS(code_list_fields),
	.sort = "code",
};

static const struct field code_item_fields[] = {
	{.name = NAME("list"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .ref = &code_list_record,
	 .label = {"Danh mục", "List"}},
	{.name = NAME("code"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN | FIELD_FILTER | FIELD_KEY,
	 .min = 1,
	 .max = 64,
	 .label = {"Mã", "Code"}},
	POSITION_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("parent"),
	 .type = FIELD_TEXT,
	 .max = 64,
	 .label = {"Mã cấp trên", "Parent code"}},
};
const struct record code_item_record = {
	.after = registry_touch,
	.table = NAME("code_item"),
	.path = "code-items",
	.label = {"Mục của danh mục", "Code"},
	.plural = {"Mục của danh mục", "Codes"},
	RECORD_FIELDS(code_item_fields),
	.sort = "position",
};

static const struct field system_fields[] = {
	CODE_FIELD,
	{.name = NAME("kind"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = system_kinds,
	 .label = {"Loại", "Kind"}},
	NAME_FIELDS(300),
	{.name = NAME("owner"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN,
	 .ref = &unit_record,
	 .label = {"Đơn vị chủ quản", "Owner"}},
	{.name = NAME("level"),
	 .type = FIELD_INT,
	 .min = 1,
	 .max = 5,
	 .label = {"Cấp độ an toàn", "Security level"}},
	DESCRIPTION_FIELDS,
};
const struct record system_record = {
	.after = registry_touch,
	.table = NAME("system"),
	.path = "systems",
	.label = {"Hệ thống, cơ sở dữ liệu", "System or database"},
	.plural = {"Hệ thống, cơ sở dữ liệu", "Systems and databases"},
	RECORD_FIELDS(system_fields),
	.sort = "code",
};

static const struct field target_fields[] = {
	{.name = NAME("indicator"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .ref = &indicator_record,
	 .label = {"Chỉ tiêu", "Indicator"}},
	{.name = NAME("unit"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .ref = &unit_record,
	 .label = {"Đơn vị", "Unit"}},
	{.name = NAME("year"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FILTER | FIELD_KEY,
	 .min = 1990,
	 .max = 2200,
	 .label = {"Năm", "Year"}},
	{.name = NAME("value"),
	 .type = FIELD_DECIMAL,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = {"Mục tiêu", "Target"}},
};
const struct record target_record = {
	.after = registry_touch,
	.table = NAME("target"),
	.path = "targets",
	.label = {"Mục tiêu năm", "Target"},
	.plural = {"Mục tiêu năm", "Targets"},
	RECORD_FIELDS(target_fields),
	.unit_field = "unit",
	.sort = "-year",
};

static const struct choice measures[] = {
	{"right", {"Đúng: kiểm tra đạt trên tổng số lần kiểm tra", "Right: examinations passed"}},
	{"sufficient",
	 {"Đủ: ô có số liệu trên số ô phải nộp", "Sufficient: cells filled of cells owed"}},
	{"clean",
	 {"Sạch: ô không có lỗi hình thức trên số ô nhận được",
	  "Clean: cells without faults of form"}},
	{"live", {"Sống: đúng hạn và còn mới", "Live: on time and fresh"}},
	{"on_time", {"Đúng hạn", "On time"}},
	{"fresh",
	 {"Còn mới: số kỳ liên tiếp chưa có số liệu", "Fresh: periods in a row without a figure"}},
	{"shared",
	 {"Dùng chung: số liệu thuộc chỉ tiêu công khai", "Shared: figures of open indicators"}},
	{"unmeasured", {"Chưa đo được từ dữ liệu hiện có", "Not measurable yet"}},
	{NULL, {NULL, NULL}},
};
static const struct field quality_dimension_fields[] = {
	CODE_FIELD,
	POSITION_FIELD,
	NAME_FIELDS(300),
	{.name = NAME("measure"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = measures,
	 .label = {"Cách tính", "Measure"}},
	{.name = NAME("weight"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .max = 1000,
	 .label = {"Trọng số", "Weight"},
	 .help = {"0: vẫn hiển thị nhưng không tính vào điểm chung",
		  "0: shown, but not part of the overall score"}},
	{.name = NAME("decay_days"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = 366,
	 .label = {"Số ngày chậm thì hết điểm đúng hạn", "Days late after which nothing is left"},
	 .help = {"Mỗi ngày chậm mất một phần đều nhau",
		  "Each day of lateness takes an equal part"}},
	{.name = NAME("fresh_periods"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = 100,
	 .label = {"Số kỳ thiếu liên tiếp thì hết điểm mới",
		   "Missing periods in a row after which it is not fresh at all"}},
	{.name = NAME("on_time_share"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .max = 100,
	 .label = {"Phần của đúng hạn trong “sống” (%)", "Share of on time in “live” (%)"}},
	DESCRIPTION_FIELDS,
};
const struct record quality_dimension_record = {
	.table = NAME("quality_dimension"),
	.path = "quality-dimensions",
	.label = {"Tiêu chí chất lượng", "Dimension of quality"},
	.plural = {"Tiêu chí chất lượng", "Dimensions of quality"},
	RECORD_FIELDS(quality_dimension_fields),
	.sort = "position",
};

static const struct field pack_fields[] = {
	CODE_FIELD,
	{.name = NAME("edition"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = 1,
	 .max = 40,
	 .label = {"Phiên bản", "Version"}},
	NAME_FIELDS(300),
	{.name = NAME("demonstration"),
	 .type = FIELD_BOOL,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = {"Dữ liệu minh họa", "Demonstration data"}},
	{.name = NAME("sha256"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED,
	 .min = 64,
	 .max = 64,
	 .label = {"Dấu SHA-256", "SHA-256"}},
};
const struct record pack_record = {
	.table = NAME("pack"),
	.path = "packs",
	.after = registry_touch,
	.label = {"Gói nội dung", "Pack"},
	.plural = {"Gói nội dung", "Packs"},
	RECORD_FIELDS(pack_fields),
	.sort = "code",
};

const struct record *const registry_records[] = {
	&document_record,	  &domain_record,	&unit_record,
	&unit_change_record,	  &calendar_record,	&holiday_record,
	&code_list_record,	  &code_item_record,	&schedule_record,
	&system_record,		  &indicator_record,	&check_rule_record,
	&formula_record,	  &criteria_set_record, &criterion_record,
	&criteria_comment_record, &target_record,	&quality_dimension_record,
	&inspection_rule_record,  &ladder_step_record,	NULL,
};
