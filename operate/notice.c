/* notice.c - what a reminder says: made once, told in three ways. */
#include "operate/notice.h"
#include "base/text.h"
#include "operate/reminder_json.h"
#include "registry/figure.h"

#define NOTICE_MAX ((size_t)8 << 20)
#define MESSAGE_DUTIES 20 /* named in a message; the rest are counted */

/* -- letterhead -- */
static struct str province(const struct view *v)
{
	const struct unit *units;
	size_t n = view_units(v, &units);
	for (size_t i = 0; i < n; i++)
		if (units[i].kind == UNIT_PROVINCE)
			return units[i].name_vi;
	return STR("");
}

/* How much of a name says its kind: of "Tỉnh Khánh Hòa" "Tỉnh ". */
static size_t kind_length(struct str name)
{
	static const char *const kinds[] = {"Tỉnh ", "Thành phố ", "Xã ", "Phường ", "Đặc khu "};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_starts(name, str_of(kinds[i])))
			return strlen(kinds[i]);
	return 0;
}

/* "Khánh Hòa": where a paper is written. */
static struct str place(struct str name)
{
	size_t n = kind_length(name);
	return (struct str){name.ptr + n, name.len - n};
}

/* "tỉnh Khánh Hòa": a name within a sentence. */
static struct str within(struct arena *a, struct str name)
{
	struct str kind = text_lower(a, (struct str){name.ptr, kind_length(name)});
	return arena_fmt(a, STR_FMT STR_FMT, STR_ARG(kind), STR_ARG(place(name)));
}

enum err letterhead_json(struct db *db, const struct view *v, struct arena *a, struct jw *w,
			 struct why *why)
{
	struct setting_texts t;
	enum err rc = setting_texts_read(db, a, &t, why);
	if (rc != OK)
		return rc;
	struct str of = province(v), superior = t.value[SETTING_SUPERIOR];
	jw_object(w);
	jw_m_str(w, "superior",
		 superior.len ? superior
			      : arena_fmt(a, "Ủy ban nhân dân " STR_FMT, STR_ARG(within(a, of))));
	jw_m_str(w, "agency", t.value[SETTING_AGENCY]);
	jw_m_str(w, "abbreviation", t.value[SETTING_ABBREVIATION]);
	jw_m_str(w, "drafted_by", t.value[SETTING_DRAFTED_BY]);
	jw_m_str(w, "place", t.value[SETTING_PLACE].len ? t.value[SETTING_PLACE] : place(of));
	jw_m_str(w, "signer_title", t.value[SETTING_SIGNER_TITLE]);
	jw_m_str(w, "signer_name", t.value[SETTING_SIGNER_NAME]);
	jw_object_end(w);
	return OK;
}

/* -- making it -- */
struct making {
	struct db *db;
	const struct view *view;
	const struct reminder *of;
	usec at; /* of the issue, or now */
	struct arena *a;
	struct evidence *evidence;
	size_t n;
	struct settings settings;
	struct jw w;
};

static bool rests_on_rule(const struct making *m, struct str rule)
{
	for (size_t i = 0; i < m->n; i++)
		if (!m->evidence[i].excluded.ptr && str_eq(m->evidence[i].rule, rule))
			return true;
	return false;
}

static const struct target {
	const char *code, *to; /* before the unit's name */
} targets[] = {{"unit", ""}, {"leader", "Lãnh đạo phụ trách "}, {"head", "Người đứng đầu "}};

static size_t gravity(struct str target)
{
	for (size_t i = ARRAY_LEN(targets); i-- > 1;)
		if (str_is(target, targets[i].code))
			return i;
	return 0;
}

/* Who answers for a unit: of a commune its people's committee. */
static struct str addressee(struct arena *a, const struct unit *u)
{
	if (!u)
		return STR("");
	return unit_kind_is_commune(u->kind)
		       ? arena_fmt(a, "Ủy ban nhân dân " STR_FMT, STR_ARG(within(a, u->name_vi)))
		       : u->name_vi;
}

static enum err rules_json(struct making *m, size_t *ret_target, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		m->db,
		SQL("SELECT r.code, r.name_vi, r.name_en, r.target, coalesce(d.number, d.code) FROM "
		    "inspection_rule r LEFT JOIN document d ON d.id = r.document WHERE r.removed = 0 ORDER "
		    "BY r.code"));
	*ret_target = 0;
	jw_name(&m->w, "rules");
	jw_array(&m->w);
	while (stmt_row(q)) {
		if (!rests_on_rule(m, stmt_str(q, 0)))
			continue;
		size_t target = gravity(stmt_str(q, 3));
		*ret_target = target > *ret_target ? target : *ret_target;
		jw_object(&m->w);
		jw_m_str(&m->w, "code", stmt_str(q, 0));
		jw_m_str(&m->w, "name_vi", stmt_str(q, 1));
		jw_m_str(&m->w, "name_en", stmt_str(q, 2));
		jw_m_str(&m->w, "target", stmt_str(q, 3));
		jw_m_str(&m->w, "document_number", stmt_str(q, 4));
		jw_object_end(&m->w);
	}
	jw_array_end(&m->w);
	return stmt_end(q, why);
}

static void duties_json(struct making *m)
{
	jw_name(&m->w, "duties");
	jw_array(&m->w);
	for (size_t i = 0; i < m->n; i++) {
		const struct evidence *e = &m->evidence[i];
		if (e->excluded.ptr)
			continue;
		jw_object(&m->w);
		indicator_json(&m->w, m->view, e->indicator);
		jw_m_period(&m->w, "period", e->period);
		jw_m_time(&m->w, "deadline", e->until);
		jw_m_int(&m->w, "days", (m->of->cutoff - e->until) / USEC_DAY);
		jw_object_end(&m->w);
	}
	jw_array_end(&m->w);
}

/* Which one it is, what that means and what the next step would be. */
static enum err steps_json(struct making *m, struct why *why)
{
	struct reminder_query whose = {.units = &m->of->unit, .n_units = 1};
	struct ladder ladder = {0};
	const struct step *reached = NULL, *next = NULL;
	enum err rc = ladder_read(m->db, &whose, date_local(m->at).year, m->at, m->a, &ladder, why);
	if (rc != OK)
		return rc;
	int64_t nth = 1;
	for (size_t i = 0; ladder.n && i < ladder.items[0].n; i++)
		nth += ladder.items[0].reminders[i].id != m->of->id &&
		       ladder.items[0].reminders[i].issued.at <= m->at;
	for (size_t i = 0; i < ladder.n_steps && !next; i++)
		if (ladder.steps[i].reminders <= nth)
			reached = &ladder.steps[i];
		else
			next = &ladder.steps[i];
	jw_m_int(&m->w, "nth", nth);
	jw_m_cstr(&m->w, "counts", setting_years[m->settings.value[SETTING_YEAR]]);
	jw_name(&m->w, "reached");
	step_json(&m->w, reached);
	jw_name(&m->w, "next");
	step_json(&m->w, next);
	return OK;
}

static enum err make(struct making *m, struct why *why)
{
	const struct reminder *r = m->of;
	const struct unit *u = view_unit_id(m->view, r->unit);
	struct str name = addressee(m->a, u);
	size_t target = 0;
	jw_object(&m->w);
	jw_m_int(&m->w, "number", r->number);
	jw_m_int(&m->w, "year", date_local(m->at).year);
	jw_m_time(&m->w, "issued", r->issued.at);
	jw_m_time(&m->w, "cutoff", r->cutoff);
	jw_m_str(&m->w, "unit", u ? u->code : STR_NULL);
	jw_m_str(&m->w, "unit_vi", u ? u->name_vi : STR(""));
	jw_m_int(&m->w, "late", r->late);
	enum err rc = rules_json(m, &target, why);
	jw_m_cstr(&m->w, "target", targets[target].code);
	jw_m_str(&m->w, "to", arena_fmt(m->a, "%s" STR_FMT, targets[target].to, STR_ARG(name)));
	duties_json(m);
	if (rc == OK)
		rc = steps_json(m, why);
	jw_m_time(&m->w, "acknowledge_by", reminder_acknowledge_by(m->at, &m->settings));
	jw_m_time(&m->w, "appeal_by", m->at + m->settings.value[SETTING_APPEAL_DAYS] * USEC_DAY);
	jw_name(&m->w, "letterhead");
	if (rc == OK)
		rc = letterhead_json(m->db, m->view, m->a, &m->w, why);
	jw_object_end(&m->w);
	return rc;
}

enum err notice_compose(struct db *db, const struct view *v, const struct reminder *r, usec now,
			struct arena *a, struct str *ret, struct why *why)
{
	struct making m = {.db = db, .view = v, .of = r, .a = a};
	AUTO(buf_release) struct buf text;
	m.at = r->issued.at ? r->issued.at : now;
	buf_init(&text, NOTICE_MAX);
	jw_init(&m.w, &text);
	enum err rc = reminder_evidence(db, r, a, &m.evidence, &m.n, why);
	if (rc == OK)
		rc = settings_read(db, &m.settings, why);
	if (rc == OK)
		rc = make(&m, why);
	if (rc == OK)
		rc = buf_end(&text, why);
	if (rc == OK)
		*ret = arena_str(a, buf_str(&text));
	return rc;
}

static enum err kept(struct db *db, const struct reminder *r, struct arena *a, struct str *ret,
		     struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT notice FROM reminder WHERE unit = $1 AND week = $2 AND rule = $3"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->week);
	stmt_bind(q, 3, r->rule);
	*ret = stmt_row(q) ? arena_str(a, stmt_str(q, 0)) : STR_NULL;
	return stmt_end(q, why);
}

enum err notice_read(struct db *db, const struct view *v, const struct reminder *r, usec now,
		     struct arena *a, const struct json **ret, struct why *why)
{
	struct str text = STR_NULL;
	enum err rc = r->issued.at ? kept(db, r, a, &text, why) : OK;
	if (rc == OK && !text.ptr) /* a draft, or issued before notices were kept */
		rc = notice_compose(db, v, r, now, a, &text, why);
	return rc == OK ? json_parse(a, text, ret, why) : rc;
}

/* -- telling it -- */
static usec instant(const struct json *of, const char *name)
{
	usec t = 0;
	return time_parse(json_get_str(of, name), &t, NULL) == OK ? t : 0;
}

struct str moment_words(struct arena *a, usec t)
{
	struct civil c = civil_local(t);
	return arena_fmt(a, "%02d:%02d, %02d/%02d/%04d", c.hour, c.minute, c.date.day, c.date.month,
			 c.date.year);
}

struct str notice_number(struct arena *a, const struct json *notice)
{
	const struct json *of = json_get(notice, "letterhead");
	struct str us = json_get_str(of, "abbreviation"), by = json_get_str(of, "drafted_by");
	return json_get_int(notice, "number") ? arena_fmt(a, "%02lld/" STR_FMT "-" STR_FMT,
							  (long long)json_get_int(notice, "number"),
							  STR_ARG(us), STR_ARG(by))
					      : STR_NULL;
}

struct str notice_opening(struct arena *a, const struct json *notice)
{
	return arena_fmt(a,
			 "Qua kiểm tra tuần lúc " STR_FMT ", " STR_FMT
			 " có %lld số liệu chưa nộp đúng hạn như sau:",
			 STR_ARG(moment_words(a, instant(notice, "cutoff"))),
			 STR_ARG(json_get_str(notice, "unit_vi")),
			 (long long)json_get_int(notice, "late"));
}

static struct str rules_words(struct arena *a, const struct json *rules)
{
	struct str all = STR("Quy tắc kiểm tra: ");
	for (size_t i = 0; i < rules->n; i++) {
		const struct json *r = &rules->items[i];
		struct str by = json_get_str(r, "document_number");
		all = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(all), i ? "; " : "",
				STR_ARG(json_get_str(r, "name_vi")));
		if (by.len)
			all = arena_fmt(a, STR_FMT " (căn cứ: " STR_FMT ")", STR_ARG(all),
					STR_ARG(by));
	}
	return arena_fmt(a, STR_FMT ".", STR_ARG(all));
}

static struct str step_words(struct arena *a, const char *before, const struct json *step)
{
	struct str by = json_get_str(step, "document_number");
	struct str basis = by.len ? arena_fmt(a, " (căn cứ: " STR_FMT ")", STR_ARG(by)) : STR("");
	return arena_fmt(a, "%s %lld: " STR_FMT STR_FMT ".", before,
			 (long long)json_get_int(step, "reminders"),
			 STR_ARG(json_get_str(step, "name_vi")), STR_ARG(basis));
}

static struct str nth_words(struct arena *a, const struct json *notice)
{
	long long nth = json_get_int(notice, "nth");
	return str_is(json_get_str(notice, "counts"), setting_years[SETTING_YEAR_ROLLING])
		       ? arena_fmt(
				 a,
				 "Đây là lần nhắc nhở thứ %lld của đơn vị trong 12 tháng gần nhất.",
				 nth)
		       : arena_fmt(a, "Đây là lần nhắc nhở thứ %lld của đơn vị trong năm %lld.",
				   nth, (long long)json_get_int(notice, "year"));
}

size_t notice_closing(struct arena *a, const struct json *notice,
		      struct str ret[NOTICE_CLOSING_MAX])
{
	const struct json *rules = json_get(notice, "rules"),
			  *reached = json_get(notice, "reached"), *next = json_get(notice, "next");
	size_t n = 0;
	ret[n++] = STR(
		"Thời điểm tính là thời điểm hệ thống nhận được số liệu. Thời gian hệ thống gián đoạn và các "
		"trường hợp được miễn không tính cho đơn vị.");
	if (rules->n)
		ret[n++] = rules_words(a, rules);
	ret[n++] = nth_words(a, notice);
	if (!json_is_null(reached))
		ret[n++] = step_words(a, "Số lần nhắc nhở đã đến mức", reached);
	if (!json_is_null(next))
		ret[n++] = step_words(a, "Đến lần thứ", next);
	ret[n++] = arena_fmt(
		a,
		"Đề nghị đơn vị nộp bổ sung và xác nhận đã nhận văn bản này trên hệ thống trước " STR_FMT
		"; nếu có lý do chính đáng, gửi kiến nghị trước " STR_FMT " để được xem xét.",
		STR_ARG(moment_words(a, instant(notice, "acknowledge_by"))),
		STR_ARG(moment_words(a, instant(notice, "appeal_by"))));
	return n;
}

static void add_duty(struct buf *to, struct arena *a, size_t i, const struct json *d)
{
	struct period p = {0};
	struct str name = json_get_str(d, "name_vi");
	bool read = period_parse(json_get_str(d, "period"), &p, NULL) == OK;
	buf_printf(to, "%zu. " STR_FMT ", " STR_FMT ", hạn " STR_FMT "\n", i + 1,
		   STR_ARG(name.len ? name : STR("(chỉ tiêu đã bỏ)")),
		   STR_ARG(read ? period_short(a, true, p) : STR("")),
		   STR_ARG(moment_words(a, instant(d, "deadline"))));
}

struct str notice_message(struct arena *a, const struct json *notice)
{
	AUTO(buf_release) struct buf to;
	struct str closing[NOTICE_CLOSING_MAX], number = notice_number(a, notice);
	const struct json *duties = json_get(notice, "duties");
	size_t n = notice_closing(a, notice, closing);
	size_t named = duties->n < MESSAGE_DUTIES ? duties->n : MESSAGE_DUTIES;
	buf_init(&to, NOTICE_MAX);
	buf_printf(&to, "NHẮC NHỞ nộp số liệu" STR_FMT STR_FMT "\nKính gửi: " STR_FMT "\n",
		   STR_ARG(number.len ? STR(" số ") : STR("")), STR_ARG(number),
		   STR_ARG(json_get_str(notice, "to")));
	buf_printf(&to, STR_FMT "\n", STR_ARG(notice_opening(a, notice)));
	for (size_t i = 0; i < named; i++)
		add_duty(&to, a, i, &duties->items[i]);
	if (duties->n > named)
		buf_printf(&to, "… và %zu số liệu khác\n", duties->n - named);
	for (size_t i = 0; i < n; i++)
		buf_printf(&to, STR_FMT "%s", STR_ARG(closing[i]), i + 1 < n ? "\n" : "");
	return arena_str(a, buf_str(&to));
}
