/* criteria.c - sets of criteria, versioned by regulation, and how a set comes into force: drafted,
 * commented and agreed by departments, promulgated by a document, replaced by the next. */
#include "registry/formulas.h"
#include "registry/records.h"

static const struct choice set_states[] = {
	{"draft", {"Dự thảo", "Draft"}},
	{"consulting", {"Đang lấy ý kiến", "Out for comment"}},
	{"agreed", {"Đã thống nhất", "Agreed"}},
	{"promulgated", {"Đã ban hành", "Promulgated"}},
	{"replaced", {"Đã thay thế", "Replaced"}},
	{NULL, {NULL, NULL}},
};
static const struct choice set_periods[] = {
	{"monthly", {"Tháng", "Monthly"}},
	{"quarterly", {"Quý", "Quarterly"}},
	{"half_yearly", {"6 tháng", "Half-yearly"}},
	{"yearly", {"Năm", "Yearly"}},
	{NULL, {NULL, NULL}},
};
static const struct choice methods[] = {
	{"group", {"Nhóm tiêu chí", "Group"}},
	{"linear", {"Tuyến tính giữa hai ngưỡng", "Linear between thresholds"}},
	{"steps", {"Theo bậc", "Steps"}},
	{"ratio", {"Tỷ lệ so với mục tiêu", "Ratio to the target"}},
	{"yes_no", {"Đạt hoặc không đạt", "Met or not"}},
	{NULL, {NULL, NULL}},
};
static const struct choice opinions[] = {
	{"agree", {"Thống nhất", "Agrees"}},
	{"comment", {"Có ý kiến", "Comments"}},
	{"object", {"Không thống nhất", "Objects"}},
	{NULL, {NULL, NULL}},
};

#define NAMES                                                                                      \
	{.name = NAME("name_vi"),                                                                  \
	 .type = FIELD_TEXT,                                                                       \
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN,                                      \
	 .min = 1,                                                                                 \
	 .max = 300,                                                                               \
	 .label = {"Tên", "Name (Vietnamese)"}},                                                   \
	{                                                                                          \
		.name = NAME("name_en"), .type = FIELD_TEXT,                                       \
		.flags = FIELD_REQUIRED | FIELD_SEARCH, .min = 1, .max = 300, .label = {           \
			"Tên tiếng Anh",                                                           \
			"Name (English)"                                                           \
		}                                                                                  \
	}

static const struct field set_fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_REQUIRED | FIELD_UNIQUE | FIELD_FIXED | FIELD_SEARCH | FIELD_MAIN,
	 .label = {"Mã", "Code"}},
	{.name = NAME("index_code"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_FIXED | FIELD_FILTER | FIELD_MAIN,
	 .min = 1,
	 .max = 40,
	 .label = {"Chỉ số", "Index"},
	 .help = {"Các phiên bản của một chỉ số có chung mã này",
		  "Versions of one index share it"}},
	{.name = NAME("edition"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_FIXED | FIELD_MAIN,
	 .min = 1,
	 .max = 40,
	 .label = {"Phiên bản", "Version"}},
	NAMES,
	{.name = NAME("description_vi"),
	 .type = FIELD_LONG,
	 .max = 2000,
	 .label = {"Mô tả", "Description (Vietnamese)"}},
	{.name = NAME("description_en"),
	 .type = FIELD_LONG,
	 .max = 2000,
	 .label = {"Mô tả tiếng Anh", "Description (English)"}},
	{.name = NAME("period"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = set_periods,
	 .label = {"Kỳ tính", "Period"}},
	{.name = NAME("valid_from"),
	 .type = FIELD_DATE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = {"Áp dụng từ", "Valid from"}},
	{.name = NAME("valid_to"), .type = FIELD_DATE, .label = {"Đến trước ngày", "Until"}},
	{.name = NAME("document"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN,
	 .ref = &document_record,
	 .label = {"Quyết định ban hành", "Promulgated by"}},
	{.name = NAME("status"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = set_states,
	 .label = {"Trạng thái", "Status"}},
	{.name = NAME("points"),
	 .type = FIELD_DECIMAL,
	 .flags = FIELD_REQUIRED,
	 .label = {"Điểm tối đa", "Points"}},
	{.name = NAME("demonstration"),
	 .type = FIELD_BOOL,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = {"Minh họa, chờ thay thế", "Demonstration, to be replaced"}},
};

static const struct field criterion_fields[] = {
	{.name = NAME("criteria_set"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .ref = &criteria_set_record,
	 .label = {"Bộ tiêu chí", "Criteria set"}},
	{.name = NAME("code"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .min = 1,
	 .max = 40,
	 .label = {"Mã", "Code"}},
	{.name = NAME("parent"),
	 .type = FIELD_TEXT,
	 .max = 40,
	 .label = {"Thuộc nhóm", "Parent code"}},
	{.name = NAME("position"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .max = 9999,
	 .label = {"Thứ tự", "Position"}},
	NAMES,
	{.name = NAME("points"),
	 .type = FIELD_DECIMAL,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = {"Điểm tối đa", "Points"}},
	{.name = NAME("method"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = methods,
	 .label = {"Cách chấm", "Method"}},
	{.name = NAME("formula"),
	 .type = FIELD_LONG,
	 .max = FORMULA_TEXT_MAX,
	 .label = {"Công thức của giá trị", "Formula of the value"}},
	{.name = NAME("low"),
	 .type = FIELD_DECIMAL,
	 .label = {"Ngưỡng 0 điểm", "Threshold for none"}},
	{.name = NAME("high"),
	 .type = FIELD_DECIMAL,
	 .label = {"Ngưỡng điểm tối đa", "Threshold for all"},
	 .help = {"Thấp hơn ngưỡng 0 điểm nghĩa là càng thấp càng tốt",
		  "Below the threshold for none means lower is better"}},
	{.name = NAME("steps"),
	 .type = FIELD_TEXT,
	 .max = 400,
	 .label = {"Các bậc", "Steps"},
	 .help = {"Giá trị:điểm, ví dụ 50:1;80:3;95:5", "value:points, such as 50:1;80:3;95:5"}},
	{.name = NAME("effort"),
	 .type = FIELD_INT,
	 .min = 1,
	 .max = 9,
	 .label = {"Độ khó cải thiện (1–9)", "Effort to improve (1–9)"}},
};

static const struct field comment_fields[] = {
	{.name = NAME("criteria_set"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .ref = &criteria_set_record,
	 .label = {"Bộ tiêu chí", "Criteria set"}},
	{.name = NAME("unit"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_FIXED | FIELD_KEY,
	 .ref = &unit_record,
	 .label = {"Đơn vị", "Unit"}},
	{.name = NAME("opinion"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = opinions,
	 .label = {"Ý kiến", "Opinion"}},
	{.name = NAME("comment"),
	 .type = FIELD_LONG,
	 .max = 4000,
	 .label = {"Nội dung", "Comment"}},
};

/* -- rules of a set -- */
struct step_rule {
	const char *from, *to;
};
static const struct step_rule ways[] = {
	{"draft", "consulting"},  {"consulting", "draft"},   {"consulting", "agreed"},
	{"agreed", "consulting"}, {"agreed", "promulgated"}, {"promulgated", "replaced"},
};

static struct value *set_value(const struct row *row, const char *name)
{
	return row_value(&criteria_set_record, (struct row *)(uintptr_t)row, name);
}

/* Opinions on a set: how many agree, how many object. */
static void check_opinions(struct db *tx, int64_t set, struct problems *p)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("SELECT sum(CASE WHEN opinion = 'agree' THEN 1 ELSE 0 END), "
			"sum(CASE WHEN opinion = 'object' THEN 1 ELSE 0 END) FROM criteria_comment "
			"WHERE criteria_set = $1 AND removed = 0"));
	struct why why = {.text = ""};
	stmt_bind_int(q, 1, set);
	bool found = stmt_row(q);
	int64_t agree = found ? stmt_int(q, 0) : 0, object = found ? stmt_int(q, 1) : 0;
	if (stmt_end(q, &why) != OK)
		problem_add(p, STR("/status"), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	else if (agree == 0 || object > 0)
		problem_add(
			p, STR("/status"),
			"%lld departments agree and %lld object: all who were asked must have agreed",
			(long long)agree, (long long)object);
}

/* Points of the criteria that stand alone must make the set's points. */
static void check_points(struct db *tx, const struct row *now, struct problems *p)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("SELECT points FROM criterion WHERE criteria_set = $1 AND removed = 0 AND "
			"method <> 'group'"));
	struct decimal sum = {0, 0}, one, whole;
	struct why why = {.text = ""};
	stmt_bind_int(q, 1, now->id);
	while (stmt_row(q))
		if (decimal_parse(stmt_str(q, 0), &one, NULL) == OK &&
		    decimal_add(sum, one, &sum, &why) != OK)
			problem_add(p, STR("/points"), BOTH_FMT, WHY_ARG(why));
	if (stmt_end(q, &why) != OK)
		problem_add(p, STR("/points"), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	else if (decimal_parse(set_value(now, "points")->text, &whole, NULL) == OK &&
		 decimal_cmp(sum, whole) != 0)
		problem_add(p, STR("/points"), "its criteria add up to " STR_FMT " points",
			    STR_ARG(decimal_str(p->arena, sum)));
}

static void set_check(struct db *tx, const struct row *old, const struct row *now,
		      struct problems *p)
{
	if (!now)
		return;
	struct str to = set_value(now, "status")->text;
	bool live = str_is(to, "promulgated");
	if (live && !set_value(now, "document")->given)
		problem_add(p, STR("/document"), "say by which document it is promulgated");
	if (!old)
		return;
	struct str from = set_value(old, "status")->text;
	bool allowed = str_eq(from, to);
	for (size_t i = 0; i < ARRAY_LEN(ways) && !allowed; i++)
		allowed = str_is(from, ways[i].from) && str_is(to, ways[i].to);
	if (!allowed)
		problem_add(p, STR("/status"), "a set that is " STR_FMT " cannot become " STR_FMT,
			    STR_ARG(from), STR_ARG(to));
	if (str_eq(from, to))
		return;
	if (str_is(to, "agreed"))
		check_opinions(tx, now->id, p);
	if (live)
		check_points(tx, now, p);
}

const struct record criteria_set_record = {
	.after = registry_touch,
	.table = NAME("criteria_set"),
	.path = "criteria-sets",
	.label = {"Bộ tiêu chí", "Criteria set"},
	.plural = {"Bộ tiêu chí", "Criteria sets"},
	RECORD_FIELDS(set_fields),
	.sort = "code",
	.check = set_check,
};

/* -- rules of a criterion -- */
bool criteria_steps(struct str text, struct decimal *values, struct decimal *points, size_t max,
		    size_t *ret_n)
{
	size_t n = 0;
	for (struct str rest = text; rest.ptr && rest.len;) {
		struct str second = STR_NULL, part = str_until(rest, ';', &rest);
		struct str first = str_until(part, ':', &second);
		if (n == max || decimal_parse(str_trim(first), &values[n], NULL) != OK ||
		    decimal_parse(str_trim(second), &points[n], NULL) != OK)
			return false;
		n++;
	}
	*ret_n = n;
	return n > 0;
}

static struct value *of(const struct row *row, const char *name)
{
	return row_value(&criterion_record, (struct row *)(uintptr_t)row, name);
}

static void check_method(const struct row *now, struct problems *p)
{
	struct decimal values[CRITERIA_STEPS_MAX], points[CRITERIA_STEPS_MAX], low, high;
	struct str method = of(now, "method")->text;
	size_t n = 0;
	bool has_low =
		of(now, "low")->given && decimal_parse(of(now, "low")->text, &low, NULL) == OK;
	bool has_high =
		of(now, "high")->given && decimal_parse(of(now, "high")->text, &high, NULL) == OK;
	if (str_is(method, "linear") && (!has_low || !has_high || decimal_cmp(low, high) == 0))
		problem_add(p, STR("/high"), "linear needs two different thresholds, low and high");
	if (str_is(method, "ratio") && (!has_high || high.mantissa <= 0))
		problem_add(p, STR("/high"), "ratio needs its target in high, above zero");
	if (str_is(method, "yes_no") && !has_high)
		problem_add(p, STR("/high"), "met or not needs the threshold in high");
	if (str_is(method, "steps") &&
	    !criteria_steps(of(now, "steps")->text, values, points, CRITERIA_STEPS_MAX, &n))
		problem_add(p, STR("/steps"), "write up to %d steps as value:points;value:points",
			    CRITERIA_STEPS_MAX);
}

/* A promulgated set stands: changes make the next version. */
static void check_frozen(struct db *tx, const struct row *row, struct problems *p)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT 1 FROM criteria_set WHERE id = $1 AND status IN ('promulgated', 'replaced')"));
	struct why why = {.text = ""};
	stmt_bind_int(q, 1, of(row, "criteria_set")->number);
	bool frozen = stmt_row(q);
	if (stmt_end(q, &why) != OK)
		problem_add(p, STR(""), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	else if (frozen)
		problem_add(p, STR(""),
			    "the set is promulgated and stands as it is: make its next version");
}

static void criterion_check(struct db *tx, const struct row *old, const struct row *now,
			    struct problems *p)
{
	if (old)
		check_frozen(tx, old, p);
	if (!now || p->n)
		return;
	bool group = str_is(of(now, "method")->text, "group");
	if (group && of(now, "formula")->given)
		problem_add(p, STR("/formula"), "a group has no value of its own");
	if (!group && !of(now, "formula")->given)
		problem_add(p, STR("/formula"),
			    "say where its value comes from, such as [K766.R01]");
	if (!group)
		check_method(now, p);
	if (of(now, "formula")->given)
		formula_check_text(tx, of(now, "formula")->text, STR_NULL, "/formula", p);
}

const struct record criterion_record = {
	.after = registry_touch,
	.table = NAME("criterion"),
	.path = "criteria",
	.label = {"Tiêu chí", "Criterion"},
	.plural = {"Tiêu chí", "Criteria"},
	RECORD_FIELDS(criterion_fields),
	.sort = "position",
	.check = criterion_check,
};

const struct record criteria_comment_record = {
	.after = registry_touch,
	.table = NAME("criteria_comment"),
	.path = "criteria-comments",
	.label = {"Ý kiến về bộ tiêu chí", "Opinion on a criteria set"},
	.plural = {"Ý kiến về bộ tiêu chí", "Opinions on criteria sets"},
	RECORD_FIELDS(comment_fields),
	.unit_field = "unit",
	.sort = "-changed",
};
