/* criteria.c - sets of criteria, versioned by regulation, and how a set comes into force: drafted,
 * commented and agreed by departments, promulgated by a document, replaced by the next. */
#include "registry/criteria.h"
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
	{.name = NAME("asked"),
	 .type = FIELD_REFS,
	 .ref = &unit_record,
	 .label = {"Đơn vị được lấy ý kiến", "Units asked"},
	 .help = {"Chỉ thống nhất khi mọi đơn vị được hỏi đã thống nhất",
		  "It is agreed when all of them agree"}},
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

/* -- opinions -- */
bool criteria_agrees(const struct criteria_opinion *o)
{
	return o->holds && str_is(o->opinion, "agree");
}

bool criteria_objects(const struct criteria_opinion *o)
{
	return o->holds && str_is(o->opinion, "object");
}

static struct criteria_opinion *of_unit(struct criteria_opinion *all, size_t n, struct str unit)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].unit, unit))
			return &all[i];
	return NULL;
}

enum err criteria_opinions(struct db *db, int64_t set, struct str asked, struct arena *a,
			   struct criteria_opinion **ret, size_t *ret_n, struct why *why)
{
	const struct json *codes = NULL;
	enum err rc = asked.len ? json_parse(a, asked, &codes, why) : OK;
	for (size_t i = 0; rc == OK && codes && i < codes->n; i++)
		*ARENA_APPEND(a, *ret, *ret_n) = (struct criteria_opinion){
			.unit = arena_str(a, codes->items[i].text), .asked = true};
	if (rc != OK)
		return rc;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT u.code, c.opinion, coalesce(c.comment, ''), c.id, c.version, c.changed, "
		    "CASE WHEN c.changed >= (SELECT coalesce(max(changed), 0) FROM criterion k WHERE "
		    "k.criteria_set = c.criteria_set) THEN 1 ELSE 0 END FROM criteria_comment c JOIN "
		    "unit u ON u.id = c.unit WHERE c.criteria_set = $1 AND c.removed = 0 ORDER BY u.code"));
	stmt_bind_int(q, 1, set);
	while (stmt_row(q)) {
		struct str unit = arena_str(a, stmt_str(q, 0));
		struct criteria_opinion *o = of_unit(*ret, *ret_n, unit);
		bool named = o != NULL;
		if (!o)
			o = ARENA_APPEND(a, *ret, *ret_n);
		*o = (struct criteria_opinion){.unit = unit,
					       .opinion = arena_str(a, stmt_str(q, 1)),
					       .comment = arena_str(a, stmt_str(q, 2)),
					       .id = stmt_int(q, 3),
					       .version = stmt_int(q, 4),
					       .at = stmt_int(q, 5),
					       .asked = named,
					       .holds = stmt_int(q, 6) != 0};
	}
	return stmt_end(q, why);
}

static struct str named(struct arena *a, struct str so_far, struct str unit)
{
	return arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(so_far), so_far.len ? ", " : "",
			 STR_ARG(unit));
}

/* All who were asked agree to what stands, and nobody objects. */
static void check_opinions(struct db *tx, const struct row *now, struct problems *p)
{
	struct criteria_opinion *all = NULL;
	struct str open = STR(""), against = STR(""), again = STR("");
	size_t n = 0;
	struct why why = {.text = ""};
	enum err rc = criteria_opinions(tx, now->id, set_value(now, "asked")->text, p->arena, &all,
					&n, &why);
	if (rc != OK) {
		problem_add(p, STR("/status"), "could not be checked: " BOTH_FMT, WHY_ARG(why));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (all[i].id && !all[i].holds && all[i].asked)
			again = named(p->arena, again, all[i].unit);
		else if (all[i].asked && !criteria_agrees(&all[i]))
			open = named(p->arena, open, all[i].unit);
		if (criteria_objects(&all[i]))
			against = named(p->arena, against, all[i].unit);
	}
	if (open.len)
		problem_add(p, STR("/status"), "these were asked and have not agreed: " STR_FMT,
			    STR_ARG(open));
	if (again.len)
		problem_add(p, STR("/status"),
			    "the criteria were changed after these had spoken: " STR_FMT,
			    STR_ARG(again));
	if (against.len)
		problem_add(p, STR("/status"), "these object: " STR_FMT, STR_ARG(against));
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

static bool is_live(struct str status)
{
	return str_is(status, "promulgated") || str_is(status, "replaced");
}

/* A decision says how many points from when on by what: it is followed, not corrected. */
static void check_promulgated(const struct row *old, const struct row *now, struct problems *p)
{
	static const char *const fixed[] = {"points", "valid_from", "document", "period"};
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++) {
		const struct value *was = set_value(old, fixed[i]), *is = set_value(now, fixed[i]);
		if (was->given != is->given || was->number != is->number ||
		    !str_eq(was->text, is->text))
			problem_add(p, arena_fmt(p->arena, "/%s", fixed[i]),
				    "the set is promulgated and stands as it is: make its next "
				    "version");
	}
}

static void check_way(const struct row *old, const struct row *now, struct problems *p)
{
	struct str from = set_value(old, "status")->text, to = set_value(now, "status")->text;
	bool allowed = str_eq(from, to);
	for (size_t i = 0; i < ARRAY_LEN(ways) && !allowed; i++)
		allowed = str_is(from, ways[i].from) && str_is(to, ways[i].to);
	if (!allowed)
		problem_add(p, STR("/status"), "a set that is " STR_FMT " cannot become " STR_FMT,
			    STR_ARG(from), STR_ARG(to));
}

static void check_named(const struct row *now, struct str status, struct problems *p)
{
	if (is_live(status) && !set_value(now, "document")->given)
		problem_add(p, STR("/document"), "say by which document it is promulgated");
	if (str_is(status, "consulting") && !set_value(now, "asked")->given)
		problem_add(p, STR("/asked"), "say which units are asked");
}

/* A set begins as a draft, or is entered as somebody else has promulgated it: by its document. */
static void set_check(struct db *tx, const struct row *old, const struct row *now,
		      struct problems *p)
{
	if (!now) {
		if (is_live(set_value(old, "status")->text))
			problem_add(p, STR(""),
				    "the set is promulgated: it becomes replaced, not removed");
		return;
	}
	struct str to = set_value(now, "status")->text;
	bool moved = !old || !str_eq(set_value(old, "status")->text, to);
	check_named(now, to, p);
	if (old)
		check_way(old, now, p);
	if (old && is_live(set_value(old, "status")->text))
		check_promulgated(old, now, p);
	if (moved && str_is(to, "agreed"))
		check_opinions(tx, now, p);
	if (old && moved && str_is(to, "promulgated"))
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

/* What the formula gives must be what the method counts. */
static void check_gives(const struct row *now, const struct formula *f, struct problems *p)
{
	bool met_or_not = str_is(of(now, "method")->text, "yes_no");
	if (formula_gives(f) == FORMULA_TEXT)
		problem_add(p, STR("/formula"),
			    "it gives a text: a criterion needs a number, or true or false");
	if (formula_gives(f) != FORMULA_BOOL)
		return;
	if (!met_or_not)
		problem_add(p, STR("/method"),
			    "the formula is true or false: such a criterion is met or not");
	else if (of(now, "low")->given || of(now, "high")->given)
		problem_add(p, STR("/high"),
			    "the formula is true or false: it has no threshold to reach");
}

static void check_steps(const struct row *now, struct problems *p)
{
	struct decimal values[CRITERIA_STEPS_MAX], points[CRITERIA_STEPS_MAX];
	size_t n = 0;
	if (!criteria_steps(of(now, "steps")->text, values, points, CRITERIA_STEPS_MAX, &n))
		problem_add(p, STR("/steps"), "write up to %d steps as value:points;value:points",
			    CRITERIA_STEPS_MAX);
}

static bool threshold(const struct row *now, const char *name, struct decimal *ret)
{
	const struct value *v = of(now, name);
	return v->given && decimal_parse(v->text, ret, NULL) == OK;
}

/* f: of its value; NULL: none that could be read. */
static void check_method(const struct row *now, const struct formula *f, struct problems *p)
{
	struct decimal low, high;
	struct str method = of(now, "method")->text;
	bool has_low = threshold(now, "low", &low), has_high = threshold(now, "high", &high);
	if (f)
		check_gives(now, f, p);
	if (str_is(method, "linear") && (!has_low || !has_high || decimal_cmp(low, high) == 0))
		problem_add(p, STR("/high"), "linear needs two different thresholds, low and high");
	if (str_is(method, "ratio") && (!has_high || high.mantissa <= 0))
		problem_add(p, STR("/high"), "ratio needs its target in high, above zero");
	if (str_is(method, "yes_no") && !has_high && !(f && formula_gives(f) == FORMULA_BOOL))
		problem_add(p, STR("/high"), "met or not needs the threshold in high");
	if (str_is(method, "steps"))
		check_steps(now, p);
}

/* Points that the criteria of a set have without this one; groups add nothing. */
static enum err points_beside(struct db *tx, const struct row *row, struct decimal *ret,
			      struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("SELECT points FROM criterion WHERE criteria_set = $1 AND removed = 0 AND "
			"method <> 'group' AND id <> $2"));
	enum err rc = OK;
	*ret = (struct decimal){0, 0};
	stmt_bind_int(q, 1, of(row, "criteria_set")->number);
	stmt_bind_int(q, 2, row->id);
	while (rc == OK && stmt_row(q)) {
		struct decimal one;
		if (decimal_parse(stmt_str(q, 0), &one, NULL) == OK)
			rc = decimal_add(*ret, one, ret, why);
	}
	enum err end = stmt_end(q, why);
	return rc == OK ? end : rc;
}

/* A promulgated set is typed in up to the points that its document gives, and stands then. */
static void check_room(struct db *tx, const struct row *now, struct str points, struct problems *p)
{
	struct decimal sum, own, whole;
	struct why why = {.text = ""};
	enum err rc = points_beside(tx, now, &sum, &why);
	if (rc == OK && !str_is(of(now, "method")->text, "group") &&
	    decimal_parse(of(now, "points")->text, &own, NULL) == OK)
		rc = decimal_add(sum, own, &sum, &why);
	if (rc != OK)
		problem_add(p, STR("/points"), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	else if (decimal_parse(points, &whole, NULL) == OK && decimal_cmp(sum, whole) > 0)
		problem_add(p, STR("/points"),
			    "the set is promulgated with " STR_FMT
			    " points, all of them given: make its next version",
			    STR_ARG(points));
}

/* An agreed set is what was agreed; a promulgated one stands: changes make the next version. */
static void check_frozen(struct db *tx, const struct row *old, const struct row *now,
			 struct problems *p)
{
	const struct row *row = now ? now : old;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("SELECT status, points FROM criteria_set WHERE id = $1"));
	struct why why = {.text = ""};
	stmt_bind_int(q, 1, of(row, "criteria_set")->number);
	bool found = stmt_row(q);
	struct str status = found ? arena_str(p->arena, stmt_str(q, 0)) : STR("");
	struct str points = found ? arena_str(p->arena, stmt_str(q, 1)) : STR("");
	if (stmt_end(q, &why) != OK)
		problem_add(p, STR(""), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	else if (str_is(status, "agreed"))
		problem_add(p, STR(""),
			    "the set is agreed as it is: put it back to consultation first");
	else if (is_live(status) && old)
		problem_add(p, STR(""),
			    "the set is promulgated and stands as it is: make its next version");
	else if (is_live(status))
		check_room(tx, now, points, p);
}

#define DEPTH_MAX 50
/* No group is within itself. */
static void check_parents(struct db *tx, const struct row *now, struct problems *p)
{
	struct str code = of(now, "code")->text, path = code, at = of(now, "parent")->text;
	struct why why = {.text = ""};
	for (int i = 0; i < DEPTH_MAX && at.len; i++) {
		AUTO(stmt_free) struct stmt *q = db_stmt(
			tx, SQL("SELECT coalesce(parent, '') FROM criterion WHERE criteria_set = "
				"$1 AND code = $2 AND removed = 0"));
		path = arena_fmt(p->arena, STR_FMT " → " STR_FMT, STR_ARG(path), STR_ARG(at));
		if (str_eq(at, code)) {
			problem_add(p, STR("/parent"), "the groups stand in a circle: " STR_FMT,
				    STR_ARG(path));
			return;
		}
		stmt_bind_int(q, 1, of(now, "criteria_set")->number);
		stmt_bind(q, 2, at);
		at = stmt_row(q) ? arena_str(p->arena, stmt_str(q, 0)) : STR("");
		if (stmt_end(q, &why) != OK)
			problem_add(p, STR("/parent"), "could not be checked: " BOTH_FMT,
				    WHY_ARG(why));
	}
}

static void criterion_check(struct db *tx, const struct row *old, const struct row *now,
			    struct problems *p)
{
	struct decimal points;
	check_frozen(tx, old, now, p);
	if (!now || p->n)
		return;
	check_parents(tx, now, p);
	if (decimal_parse(of(now, "points")->text, &points, NULL) == OK && points.mantissa < 0)
		problem_add(p, STR("/points"), "points are not negative");
	bool group = str_is(of(now, "method")->text, "group");
	if (group && of(now, "formula")->given)
		problem_add(p, STR("/formula"), "a group has no value of its own");
	if (!group && !of(now, "formula")->given)
		problem_add(p, STR("/formula"),
			    "say where its value comes from, such as [K766.R01]");
	const struct formula *f = NULL;
	if (of(now, "formula")->given)
		f = formula_check_text(tx, of(now, "formula")->text, STR_NULL, "/formula", p);
	if (!group)
		check_method(now, f, p);
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

static struct value *opinion_value(const struct row *row, const char *name)
{
	return row_value(&criteria_comment_record, (struct row *)(uintptr_t)row, name);
}

/* Somebody speaks when a set is out for comment; what was said then stays as it was said. */
static void comment_check(struct db *tx, const struct row *old, const struct row *now,
			  struct problems *p)
{
	const struct row *row = now ? now : old;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("SELECT status FROM criteria_set WHERE id = $1"));
	struct why why = {.text = ""};
	stmt_bind_int(q, 1, opinion_value(row, "criteria_set")->number);
	bool out = stmt_row(q) && str_is(stmt_str(q, 0), "consulting");
	if (stmt_end(q, &why) != OK)
		problem_add(p, STR(""), "could not be checked: " BOTH_FMT, WHY_ARG(why));
	else if (!out)
		problem_add(p, STR("/criteria_set"), "this set is not out for comment now");
	else if (now && !str_is(opinion_value(now, "opinion")->text, "agree") &&
		 !opinion_value(now, "comment")->given)
		problem_add(p, STR("/comment"), "say what should be otherwise");
}

const struct record criteria_comment_record = {
	.after = registry_touch,
	.table = NAME("criteria_comment"),
	.path = "criteria-comments",
	.label = {"Ý kiến về bộ tiêu chí", "Opinion on a criteria set"},
	.plural = {"Ý kiến về bộ tiêu chí", "Opinions on criteria sets"},
	RECORD_FIELDS(comment_fields),
	.unit_field = "unit",
	.sort = "-changed",
	.check = comment_check,
	.restated = true,
};
