/* units.c - units and what happens to them. */
#include "registry/fields.h"
#include "registry/records.h"
#include "registry/registry.h"

static const struct choice unit_kinds[] = {
	{"province", {"Tỉnh", "Province"}},
	{"department", {"Sở", "Department"}},
	{"agency", {"Cơ quan", "Agency"}},
	{"public_service", {"Đơn vị sự nghiệp", "Public service unit"}},
	{"commune", {"Xã", "Commune"}},
	{"ward", {"Phường", "Ward"}},
	{"special_zone", {"Đặc khu", "Special zone"}},
	{NULL, {NULL, NULL}},
};

static const struct choice change_kinds[] = {
	{"merge", {"Sáp nhập", "Merge"}},
	{"split", {"Chia tách", "Split"}},
	{"rename", {"Đổi tên", "Rename"}},
	{"reparent", {"Đổi đơn vị cấp trên", "Move to another parent"}},
	{"create", {"Thành lập", "Create"}},
	{"dissolve", {"Giải thể", "Dissolve"}},
	{NULL, {NULL, NULL}},
};

static const struct field unit_fields[] = {
	CODE_FIELD,
	{.name = NAME("kind"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .label = {"Loại", "Kind"},
	 .choices = unit_kinds},
	NAME_FIELDS(200),
	{.name = NAME("short_vi"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 80,
	 .label = {"Tên ngắn", "Short name"}},
	{.name = NAME("parent"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN,
	 .ref = &unit_record,
	 .label = {"Đơn vị cấp trên", "Parent"}},
	{.name = NAME("valid_from"),
	 .type = FIELD_DATE,
	 .flags = FIELD_REQUIRED,
	 .label = {"Có từ ngày", "Valid from"}},
	{.name = NAME("valid_to"),
	 .type = FIELD_DATE,
	 .label = {"Đến trước ngày", "Valid until (excluded)"}},
	{.name = NAME("org_code"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_SEARCH,
	 .max = 35,
	 .label = {"Mã định danh", "Organisation code"},
	 .help = {"Mã định danh điện tử theo Quyết định 20/2020/QĐ-TTg",
		  "Electronic identifier by Decision 20/2020/QĐ-TTg"}},
	{.name = NAME("lat"), .type = FIELD_DECIMAL, .label = {"Vĩ độ", "Latitude"}},
	{.name = NAME("lon"), .type = FIELD_DECIMAL, .label = {"Kinh độ", "Longitude"}},
	{.name = NAME("area_km2"),
	 .type = FIELD_DECIMAL,
	 .label = {"Diện tích (km²)", "Area (km²)"}},
	{.name = NAME("population"),
	 .type = FIELD_INT,
	 .max = 200000000,
	 .label = {"Dân số", "Population"}},
};

static const struct field change_fields[] = {
	{.name = NAME("on_date"),
	 .type = FIELD_DATE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .label = {"Từ ngày", "On"}},
	{.name = NAME("kind"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .choices = change_kinds,
	 .label = {"Loại thay đổi", "Kind"}},
	{.name = NAME("unit"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_MAIN | FIELD_KEY,
	 .ref = &unit_record,
	 .label = {"Đơn vị", "Unit"}},
	{.name = NAME("into_unit"),
	 .type = FIELD_REF,
	 .flags = FIELD_MAIN | FIELD_KEY,
	 .ref = &unit_record,
	 .label = {"Thành đơn vị", "Into"}},
	{.name = NAME("share"),
	 .type = FIELD_DECIMAL,
	 .label = {"Tỷ phần (0 đến 1)", "Share (0 to 1)"},
	 .help = {"Phần của đơn vị cũ chuyển sang đơn vị mới; chia cho nhiều đơn vị thì mỗi đơn vị "
		  "một dòng, cộng lại bằng 1",
		  "Part of the old unit that went to the new one; split into several: a row for "
		  "each, together 1"}},
	{.name = NAME("old_name"),
	 .type = FIELD_TEXT,
	 .max = 200,
	 .label = {"Tên cũ", "Name before"}},
	{.name = NAME("old_parent"),
	 .type = FIELD_REF,
	 .ref = &unit_record,
	 .label = {"Cấp trên cũ", "Parent before"}},
	{.name = NAME("document"),
	 .type = FIELD_REF,
	 .ref = &document_record,
	 .label = {"Văn bản", "Document"}},
};

/* A parent must not be the unit itself or below it, and must end no earlier. */
static void unit_check_parent(struct db *tx, const struct row *now, int64_t parent,
			      struct problems *p)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("WITH RECURSIVE above (id, parent) AS ("
			"SELECT id, parent FROM unit WHERE id = $1 "
			"UNION SELECT u.id, u.parent FROM unit u JOIN above a ON u.id = a.parent) "
			"SELECT id FROM above WHERE id = $2"));
	stmt_bind_int(q, 1, parent);
	stmt_bind_int(q, 2, now->id);
	bool circle = stmt_row(q);
	struct why why;
	if (stmt_end(q, &why) != OK)
		problem_add(p, STR("/parent"), "the tree of units could not be read: " BOTH_FMT,
			    WHY_ARG(why));
	else if (circle)
		problem_add(p, STR("/parent"),
			    "a unit cannot stand below itself: choose a parent that is not one of "
			    "its own subordinates");
}

static void unit_check(struct db *tx, const struct row *old, const struct row *now,
		       struct problems *p)
{
	(void)old;
	if (!now)
		return;
	struct row *row = (struct row *)(uintptr_t)now;
	const struct value *from = row_value(&unit_record, row, "valid_from");
	const struct value *to = row_value(&unit_record, row, "valid_to");
	if (to->given && to->number <= from->number)
		problem_add(p, STR("/valid_to"), "must be later than valid_from");
	const struct value *parent = row_value(&unit_record, row, "parent");
	if (parent->given)
		unit_check_parent(tx, now, parent->number, p);
}

/* What is recorded already of where the unit went on that day, this row left out. */
static enum err other_shares(struct db *tx, struct row *row, struct decimal *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("SELECT share, kind FROM unit_change WHERE removed = 0 AND unit = $1 AND "
			"on_date = $2 AND kind IN ('merge', 'split') AND id <> $3"));
	stmt_bind_int(q, 1, row_value(&unit_change_record, row, "unit")->number);
	stmt_bind_int(q, 2, row_value(&unit_change_record, row, "on_date")->number);
	stmt_bind_int(q, 3, row->id);
	struct decimal sum = {0, 0};
	enum err rc = OK;
	while (stmt_row(q) && rc == OK) {
		struct decimal share = {str_is(stmt_str(q, 1), "merge"), 0};
		if (!stmt_is_null(q, 0))
			rc = decimal_parse(stmt_str(q, 0), &share, why);
		if (rc == OK)
			rc = decimal_add(sum, share, &sum, why);
	}
	enum err end = stmt_end(q, why);
	*ret = sum;
	return rc == OK ? end : rc;
}

/* A unit can go nowhere more than once: its shares of one day are 1 at most. */
static void change_check_share(struct db *tx, struct row *row, bool merge, struct problems *p)
{
	const struct decimal all = {1, 0};
	struct decimal share = {merge, 0}, others = {0, 0}, sum = {0, 0};
	const struct value *given = row_value(&unit_change_record, row, "share");
	struct why why = {0};
	if (given->given && decimal_parse(given->text, &share, NULL) != OK)
		return; /* the field says it */
	if (given->given && (share.mantissa <= 0 || decimal_cmp(share, all) > 0)) {
		problem_add(p, STR("/share"), "must be greater than 0 and at most 1");
		return;
	}
	enum err rc = other_shares(tx, row, &others, &why);
	if (rc == OK)
		rc = decimal_add(share, others, &sum, &why);
	if (rc != OK)
		problem_add(p, STR("/share"), "the shares of this day could not be read: " BOTH_FMT,
			    WHY_ARG(why));
	else if (decimal_cmp(sum, all) > 0)
		problem_add(p, STR("/share"),
			    "with " STR_FMT " that went elsewhere on that day the shares are "
			    "together " STR_FMT "; all of a unit is 1",
			    STR_ARG(decimal_str(p->arena, others)),
			    STR_ARG(decimal_str(p->arena, sum)));
}

static void change_check(struct db *tx, const struct row *old, const struct row *now,
			 struct problems *p)
{
	(void)old;
	if (!now)
		return;
	struct row *row = (struct row *)(uintptr_t)now;
	struct str kind = row_value(&unit_change_record, row, "kind")->text;
	bool into = row_value(&unit_change_record, row, "into_unit")->given;
	if ((str_is(kind, "merge") || str_is(kind, "split") || str_is(kind, "reparent")) && !into)
		problem_add(p, STR("/into_unit"),
			    "is needed for a merger, a split or a move below another unit");
	if (into && (str_is(kind, "merge") || str_is(kind, "split")))
		change_check_share(tx, row, str_is(kind, "merge"), p);
	if (str_is(kind, "rename") && !row_value(&unit_change_record, row, "old_name")->given)
		problem_add(p, STR("/old_name"), "is needed for a rename");
}

const struct record unit_record = {
	.after = registry_touch,
	.table = NAME("unit"),
	.path = "units",
	.label = {"Đơn vị", "Unit"},
	.plural = {"Đơn vị", "Units"},
	RECORD_FIELDS(unit_fields),
	.unit_field = "id",
	.sort = "code",
	.check = unit_check,
};

const struct record unit_change_record = {
	.after = registry_touch,
	.table = NAME("unit_change"),
	.path = "unit-changes",
	.label = {"Thay đổi đơn vị", "Change of a unit"},
	.plural = {"Thay đổi đơn vị", "Changes of units"},
	RECORD_FIELDS(change_fields),
	.sort = "-on_date",
	.check = change_check,
};
