/* report.c - the kind of record, and when an edition is due. */
#include "report/report.h"

#include "core/identity.h"
#include "core/schedule.h"
#include "registry/records.h"

static const struct choice languages[] = {
	{"vi", {"Tiếng Việt", "Vietnamese"}},
	{"en", {"Tiếng Anh", "English"}},
	{NULL, {NULL, NULL}},
};
static const struct choice periods[] = {
	{"daily", {"Ngày", "Daily"}},
	{"weekly", {"Tuần", "Weekly"}},
	{"monthly", {"Tháng", "Monthly"}},
	{"quarterly", {"Quý", "Quarterly"}},
	{"half_yearly", {"6 tháng", "Half-yearly"}},
	{"yearly", {"Năm", "Yearly"}},
	{NULL, {NULL, NULL}},
};

static const struct field fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_REQUIRED | FIELD_UNIQUE | FIELD_FIXED | FIELD_SEARCH | FIELD_MAIN,
	 .label = LABEL("Mã", "Code")},
	{.name = NAME("name_vi"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN,
	 .min = 1,
	 .max = 200,
	 .label = LABEL("Tên", "Name (Vietnamese)")},
	{.name = NAME("name_en"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH,
	 .min = 1,
	 .max = 200,
	 .label = LABEL("Tên tiếng Anh", "Name (English)")},
	{.name = NAME("unit"),
	 .type = FIELD_REF,
	 .flags = FIELD_REQUIRED | FIELD_FIXED | FIELD_MAIN,
	 .ref = &unit_record,
	 .label = LABEL("Đơn vị", "Unit"),
	 .help = LABEL("Báo cáo nói về đơn vị này và các đơn vị trực thuộc",
		       "The report is about this unit and those below it")},
	{.name = NAME("language"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED,
	 .choices = languages,
	 .label = LABEL("Ngôn ngữ", "Language")},
	{.name = NAME("period"),
	 .type = FIELD_CHOICE,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .choices = periods,
	 .label = LABEL("Kỳ báo cáo", "Period")},
	{.name = NAME("automatic"),
	 .type = FIELD_BOOL,
	 .flags = FIELD_MAIN,
	 .label = LABEL("Tự lập đúng hẹn", "Made on time")},
	{.name = NAME("days_after"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .max = REPORT_DAYS_AFTER_MAX,
	 .label = LABEL("Lập sau khi hết kỳ (ngày)", "Days after the period")},
	{.name = NAME("at_time"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED,
	 .min = 4,
	 .max = 8,
	 .label = LABEL("Lúc", "At"),
	 .help = LABEL("Ví dụ 07:30", "Such as 07:30")},
	{.name = NAME("formats"),
	 .type = FIELD_LIST,
	 .flags = FIELD_REQUIRED,
	 .label = LABEL("Định dạng", "Formats"),
	 .help = LABEL("pdf, html, xlsx", "pdf, html, xlsx")},
	{.name = NAME("to_roles"),
	 .type = FIELD_LIST,
	 .label = LABEL("Gửi đến vai trò", "To roles")},
	{.name = NAME("to_units"),
	 .type = FIELD_REFS,
	 .ref = &unit_record,
	 .label = LABEL("Gửi đến đơn vị", "To units")},
	{.name = NAME("keep_editions"),
	 .type = FIELD_INT,
	 .flags = FIELD_REQUIRED,
	 .min = 1,
	 .max = REPORT_KEEP_MAX,
	 .label = LABEL("Số kỳ lưu giữ", "Editions kept")},
	{.name = NAME("content"),
	 .type = FIELD_JSON,
	 .flags = FIELD_REQUIRED,
	 .max = CONTENT_MAX,
	 .label = LABEL("Nội dung", "Content")},
	{.name = NAME("owner"),
	 .type = FIELD_REF,
	 .flags = FIELD_OURS | FIELD_AUTHOR,
	 .ref = &account_record,
	 .label = LABEL("Người chịu trách nhiệm", "Owner"),
	 .help = LABEL("Báo cáo lập theo quyền của người sửa sau cùng",
		       "Made with the rights of who changed it last")},
};

static const char *const format_names[] = {
#define X(code, name, type) name,
	FORMAT_TABLE(X)
#undef X
};
static const char *const format_types[] = {
#define X(code, name, type) type,
	FORMAT_TABLE(X)
#undef X
};

const char *format_name(enum format f)
{
	assert(f < FORMATS);
	return format_names[f];
}

struct str format_type(enum format f)
{
	assert(f < FORMATS);
	return str_of(format_types[f]);
}

bool format_parse(struct str name, enum format *ret)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (str_is(name, format_names[i])) {
			*ret = (enum format)i;
			return true;
		}
	return false;
}

/* The texts of a FIELD_LIST or FIELD_REFS. */
static struct texts list_of(struct arena *a, const struct value *v)
{
	const struct json *json = NULL;
	struct texts all = {0};
	if (!v->given || json_parse(a, v->text, &json, NULL) != OK || json->type != JSON_ARRAY)
		return all;
	all.items = ARENA_ARRAY(a, json->n + 1, struct str);
	for (size_t i = 0; i < json->n; i++)
		all.items[all.n++] = json->items[i].text;
	return all;
}

static unsigned formats_of(const struct texts *names, struct problems *p)
{
	unsigned bits = 0;
	for (size_t i = 0; i < names->n; i++) {
		enum format f;
		if (format_parse(names->items[i], &f))
			bits |= 1u << f;
		else if (p)
			problem_add(p, STR("/formats"),
				    "formats are pdf, html and xlsx, not \"" STR_FMT "\"",
				    STR_ARG(names->items[i]));
	}
	return bits;
}

/* Indicators and units of the content must exist. */
static void check_names(struct db *tx, const struct content *c, struct problems *p)
{
	struct refs *refs = refs_new(tx, p->arena);
	for (size_t i = 0; i < c->n; i++) {
		const struct section *s = &c->sections[i];
		for (size_t k = 0; k < s->indicators.n; k++)
			if (!refs_id(refs, &indicator_record, s->indicators.items[k]))
				problem_add(p,
					    arena_fmt(p->arena,
						      "/content/sections/%zu/indicators/%zu", i, k),
					    "there is no indicator \"" STR_FMT "\"",
					    STR_ARG(s->indicators.items[k]));
		if (s->under.ptr && !refs_id(refs, &unit_record, s->under))
			problem_add(p, arena_fmt(p->arena, "/content/sections/%zu/under", i),
				    "there is no unit \"" STR_FMT "\"", STR_ARG(s->under));
	}
	struct why why = {0};
	if (refs_end(refs, &why) != OK)
		problem_add(p, STR("/content"), BOTH_FMT, WHY_ARG(why));
}

static void check_content(struct db *tx, const struct value *v, struct problems *p)
{
	const struct json *json = NULL;
	struct content c;
	struct why why = {0};
	size_t before = p->n;
	if (json_parse(p->arena, v->text, &json, &why) != OK) {
		problem_add(p, STR("/content"), BOTH_FMT, WHY_ARG(why));
		return;
	}
	content_read(p->arena, json, STR("/content"), &c, p);
	if (p->n == before)
		check_names(tx, &c, p);
}

static void check(struct db *tx, const struct row *old, const struct row *now, struct problems *p)
{
	const struct record *r = &report_record;
	struct why why = {0};
	usec at;
	(void)old;
	if (!now)
		return;
	struct row row = *now;
	struct texts formats = list_of(p->arena, row_value(r, &row, "formats"));
	if (!formats_of(&formats, p) && !formats.n)
		problem_add(p, STR("/formats"), "choose at least one of pdf, html and xlsx");
	struct texts roles = list_of(p->arena, row_value(r, &row, "to_roles"));
	for (size_t i = 0; i < roles.n; i++) {
		enum role role;
		if (access_role_parse(roles.items[i], &role, &why) != OK)
			problem_add(p, STR("/to_roles"), BOTH_FMT, WHY_ARG(why));
	}
	if (schedule_time_parse(row_value(r, &row, "at_time")->text, &at, &why) != OK)
		problem_add(p, STR("/at_time"), BOTH_FMT, WHY_ARG(why));
	check_content(tx, row_value(r, &row, "content"), p);
}

const struct record report_record = {
	.table = NAME("report"),
	.path = "reports",
	.label = LABEL("Báo cáo", "Report"),
	.plural = LABEL("Báo cáo", "Reports"),
	RECORD_FIELDS(fields),
	.unit_field = "unit",
	.sort = "code",
	.check = check,
};

enum err report_get(struct db *db, int64_t id, struct arena *a, struct report *ret, struct why *why)
{
	const struct record *r = &report_record;
	struct row *row = NULL;
	enum err rc = record_get(db, r, id, a, &row, why);
	if (rc == OK && row->removed)
		rc = fail(why, ERR_NOT_FOUND, "this report is removed");
	if (rc != OK)
		return rc;
	struct report out = {
		.id = row->id,
		.created = row->created,
		.unit = row_value(r, row, "unit")->number,
		.owner = row_value(r, row, "owner")->number,
		.code = row_value(r, row, "code")->text,
		.name_vi = row_value(r, row, "name_vi")->text,
		.name_en = row_value(r, row, "name_en")->text,
		.text = row_value(r, row, "content")->text,
		.language = str_is(row_value(r, row, "language")->text, "en") ? PAPER_EN : PAPER_VI,
		.automatic = row_value(r, row, "automatic")->number != 0,
		.days_after = row_value(r, row, "days_after")->number,
		.keep = row_value(r, row, "keep_editions")->number,
		.to_roles = list_of(a, row_value(r, row, "to_roles")),
		.to_units = list_of(a, row_value(r, row, "to_units")),
	};
	struct texts formats = list_of(a, row_value(r, row, "formats"));
	out.formats = formats_of(&formats, NULL);
	rc = period_kind_parse(row_value(r, row, "period")->text, &out.period, why);
	if (rc == OK)
		rc = schedule_time_parse(row_value(r, row, "at_time")->text, &out.at, why);
	if (rc == OK)
		*ret = out;
	return rc;
}

usec report_due(const struct report *r, struct period p)
{
	return period_end(p) + r->days_after * USEC_DAY + r->at;
}

struct period report_period(const struct report *r, usec now)
{
	struct period p = period_at(r->period, now);
	p.ordinal--;
	while (report_due(r, p) > now)
		p.ordinal--;
	return p;
}

/* Both empty: addressed to nobody beside those who may read it anyway. */
static bool addressed(const struct report *r, const struct grant *g, const struct view *v)
{
	bool role = r->to_roles.n == 0, unit = r->to_units.n == 0;
	for (size_t i = 0; i < r->to_roles.n && !role; i++)
		role = str_is(r->to_roles.items[i], access_role_name(g->role));
	for (size_t i = 0; i < r->to_units.n && !unit; i++) {
		const struct unit *u = view_unit(v, r->to_units.items[i]);
		unit = u && g->unit == u->id;
	}
	return role && unit && r->to_roles.n + r->to_units.n > 0;
}

bool report_opens(const struct access *x, const struct principal *who, const struct view *v,
		  const struct report *r)
{
	if (access_may(x, who, VERB_READ, "report", r->unit))
		return true;
	for (size_t i = 0; i < who->n_grants && (who->token_verbs & VERB_BIT(VERB_READ)); i++)
		if (addressed(r, &who->grants[i], v))
			return true;
	return false;
}
