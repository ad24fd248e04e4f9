/* paper_api.c - the reminder and the month's end as papers in the layout of Decree 30/2020/NĐ-CP. They are
 * in Vietnamese, as such papers are. */
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "paper/paper.h"
#include "registry/figure.h"

#define AGENCY STR("Trung tâm giám sát, điều hành thông minh")
#define ANNEX_ROWS_MAX 15000

static struct str province(const struct view *v)
{
	const struct unit *units;
	size_t n = view_units(v, &units);
	for (size_t i = 0; i < n; i++)
		if (units[i].kind == UNIT_PROVINCE)
			return units[i].name_vi;
	return STR("");
}

static struct paper *begin(struct request *req, const struct view *v, struct str title)
{
	return paper_new(req->arena, &(struct paper_info){.title = title,
							  .author = AGENCY,
							  .language = PAPER_VI,
							  .created = req->now,
							  .demonstration = view_demonstration(v),
							  .plain_numbers = true});
}

/* "Tỉnh Khánh Hòa" → "Khánh Hòa": where a paper is written. */
static struct str place(struct str name)
{
	static const char *const kinds[] = {"Tỉnh ", "Thành phố "};
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_starts(name, str_of(kinds[i])))
			return (struct str){name.ptr + strlen(kinds[i]),
					    name.len - strlen(kinds[i])};
	return name;
}

static void head(struct paper *p, struct arena *a, const struct view *v, struct paper_head h)
{
	struct str name = province(v);
	h.superior = arena_fmt(a, "Ủy ban nhân dân " STR_FMT, STR_ARG(name));
	h.agency = AGENCY;
	h.place = place(name);
	paper_head(p, &h);
}

static void sign(struct paper *p)
{
	static const struct str recipients[] = {{"Như trên", sizeof("Như trên") - 1},
						{"Lưu: VT", sizeof("Lưu: VT") - 1}};
	paper_sign(p, &(struct paper_sign){.title = STR("Giám đốc"),
					   .recipients = recipients,
					   .n_recipients = ARRAY_LEN(recipients)});
}

/* "17:00, 10/11/2026" */
static struct str moment(struct arena *a, usec t)
{
	struct civil c = civil_local(t);
	return arena_fmt(a, "%02d:%02d, %02d/%02d/%04d", c.hour, c.minute, c.date.day, c.date.month,
			 c.date.year);
}

static struct paper_cell text_cell(struct str text)
{
	return (struct paper_cell){.text = text};
}

static struct paper_cell number_cell(int64_t n)
{
	return (struct paper_cell){.number = {true, {n, 0}}};
}

static enum err send_pdf(struct request *req, const struct paper *p, struct str name,
			 struct why *why)
{
	enum err rc = paper_end(p, why);
	if (rc == OK)
		rc = paper_pdf(p, &req->out, why);
	if (rc == OK)
		http_answer_file(req, STR(PAPER_PDF_TYPE), name);
	return rc;
}

/* -- a reminder -- */
static const struct paper_column evidence_columns[] = {{0.5, PAPER_CENTRE},
						       {4, PAPER_LEFT},
						       {1.2, PAPER_CENTRE},
						       {1.8, PAPER_CENTRE},
						       {0.9, PAPER_RIGHT}};

static void evidence_table(struct paper *p, struct request *req, const struct view *v,
			   const struct reminder *r, const struct evidence *e, size_t n)
{
	static const char *const heads[] = {"STT", "Chỉ tiêu", "Kỳ báo cáo", "Hạn nộp",
					    "Số ngày chậm"};
	enum { COLUMNS = ARRAY_LEN(heads) };
	struct paper_cell *cells = ARENA_ARRAY(req->arena, (n + 1) * COLUMNS, struct paper_cell);
	size_t used = 0;
	int64_t row = 0;
	for (size_t i = 0; i < COLUMNS; i++)
		cells[used++] = (struct paper_cell){.text = str_of(heads[i]), .style = PAPER_BOLD};
	for (size_t i = 0; i < n; i++) {
		const struct indicator *of = view_indicator_id(v, e[i].indicator);
		if (e[i].excluded.ptr)
			continue;
		cells[used++] = number_cell(++row);
		cells[used++] = text_cell(of ? of->name_vi : STR("(chỉ tiêu đã bỏ)"));
		cells[used++] = text_cell(period_short(req->arena, true, e[i].period));
		cells[used++] = text_cell(moment(req->arena, e[i].until));
		cells[used++] = number_cell((r->cutoff - e[i].until) / USEC_DAY);
	}
	paper_table(p, &(struct paper_table){.caption = STR("Số liệu chưa nộp đúng hạn"),
					     .columns = evidence_columns,
					     .n_columns = COLUMNS,
					     .cells = cells,
					     .n_cells = used,
					     .n_header = 1});
}

/* Which time it is, what that means and what the next step would be, by which regulation. */
static enum err consequences(struct paper *p, struct request *req, const struct reminder *r,
			     struct why *why)
{
	struct reminder_query whose = {.units = &r->unit, .n_units = 1};
	struct ladder ladder = {0};
	const struct step *reached = NULL, *next = NULL;
	usec at = r->issued.at ? r->issued.at : req->now;
	enum err rc =
		ladder_read(req->db, &whose, date_local(at).year, at, req->arena, &ladder, why);
	if (rc != OK)
		return rc;
	int64_t count = (ladder.n ? ladder.items[0].count : 0) + !r->issued.at;
	paper_text(p, arena_fmt(req->arena, "Đây là lần nhắc nhở thứ %lld của đơn vị trong năm %d.",
				(long long)count, date_local(at).year));
	for (size_t i = 0; i < ladder.n_steps && !next; i++)
		if (ladder.steps[i].reminders <= count)
			reached = &ladder.steps[i];
		else
			next = &ladder.steps[i];
	if (reached)
		paper_text(p, arena_fmt(req->arena,
					"Số lần nhắc nhở đã đến mức %lld: " STR_FMT
					" (căn cứ: " STR_FMT ").",
					(long long)reached->reminders, STR_ARG(reached->name_vi),
					STR_ARG(reached->document_number)));
	if (next)
		paper_text(p, arena_fmt(req->arena,
					"Đến lần thứ %lld: " STR_FMT " (căn cứ: " STR_FMT ").",
					(long long)next->reminders, STR_ARG(next->name_vi),
					STR_ARG(next->document_number)));
	return OK;
}

static enum err get_reminder_pdf(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct reminder r;
	struct evidence *e = NULL;
	size_t n = 0;
	enum err rc = reminder_of_path(req, VERB_READ, &r, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = reminder_evidence(req->db, &r, req->arena, &e, &n, why);
	if (rc != OK)
		return rc;
	const struct unit *u = view_unit_id(v, r.unit);
	struct str to = u ? u->name_vi : STR("");
	struct str number =
		r.issued.at ? arena_fmt(req->arena, "%lld/NN-TTĐH", (long long)r.number) : STR_NULL;
	struct paper *p = begin(req, v, STR("Nhắc nhở nộp số liệu"));
	head(p, req->arena, v,
	     (struct paper_head){.number = number,
				 .date = date_local(r.issued.at ? r.issued.at : req->now),
				 .abstract = STR("V/v nhắc nhở nộp số liệu, báo cáo chậm"),
				 .to = &to,
				 .n_to = 1});
	paper_text(p, arena_fmt(req->arena,
				"Qua kiểm tra tuần lúc " STR_FMT ", " STR_FMT
				" có %lld số liệu chưa nộp đúng hạn như sau:",
				STR_ARG(moment(req->arena, r.cutoff)), STR_ARG(to),
				(long long)r.late));
	evidence_table(p, req, v, &r, e, n);
	paper_text(
		p,
		STR("Thời điểm tính là thời điểm hệ thống nhận được số liệu. Thời gian hệ thống gián "
		    "đoạn và các trường hợp được miễn không tính cho đơn vị."));
	rc = consequences(p, req, &r, why);
	paper_text(
		p,
		STR("Đề nghị đơn vị nộp bổ sung, xác nhận đã nhận văn bản này trên hệ thống; nếu có lý do "
		    "chính đáng, gửi kiến nghị để được xem xét."));
	sign(p);
	return rc == OK ? send_pdf(req, p,
				   arena_fmt(req->arena, "nhac-nho-%lld-%lld.pdf",
					     (long long)r.number, (long long)r.year),
				   why)
			: rc;
}

/* -- the month's end -- */
struct column_of {
	const char *head, *member;
	struct paper_column column;
};
static const struct column_of unit_columns[] = {
	{"Đơn vị", "name_vi", {3, PAPER_LEFT}},
	{"Chậm hạn", "missed", {1, PAPER_RIGHT}},
	{"Chưa nộp", "late", {1, PAPER_RIGHT}},
	{"Nộp muộn", "met_late", {1, PAPER_RIGHT}},
	{"Được miễn", "excused", {1, PAPER_RIGHT}},
	{"Nhắc nhở trong tháng", "reminders", {1.2, PAPER_RIGHT}},
	{"Lũy kế năm", "count", {1, PAPER_RIGHT}},
};
static const struct column_of duty_columns[] = {
	{"Đơn vị", "unit", {1, PAPER_LEFT}},	 {"Chỉ tiêu", "name_vi", {4, PAPER_LEFT}},
	{"Kỳ", "period", {1.2, PAPER_CENTRE}},	 {"Hạn nộp", "deadline", {1.6, PAPER_CENTRE}},
	{"Đã nhận", "met", {1.6, PAPER_CENTRE}},
};
#define COLUMNS_MAX 8

static struct paper_cell member_cell(struct arena *a, const struct json *v)
{
	usec t = 0;
	if (json_is_null(v))
		return text_cell(STR(""));
	if (v->type == JSON_INT)
		return number_cell(v->integer);
	return text_cell(time_parse(v->text, &t, NULL) == OK ? moment(a, t) : v->text);
}

static void annex_table(struct paper *p, struct arena *a, const struct json *rows,
			const struct column_of *columns, size_t n_columns)
{
	struct paper_column widths[COLUMNS_MAX];
	size_t n = rows->n < ANNEX_ROWS_MAX ? rows->n : ANNEX_ROWS_MAX, used = 0;
	struct paper_cell *cells = ARENA_ARRAY(a, (n + 1) * n_columns, struct paper_cell);
	for (size_t c = 0; c < n_columns; c++) {
		widths[c] = columns[c].column;
		cells[used++] =
			(struct paper_cell){.text = str_of(columns[c].head), .style = PAPER_BOLD};
	}
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < n_columns; c++)
			cells[used++] =
				member_cell(a, json_get(&rows->items[i], columns[c].member));
	paper_table(p, &(struct paper_table){.columns = widths,
					     .n_columns = n_columns,
					     .cells = cells,
					     .n_cells = used,
					     .n_header = 1});
}

enum err violation_pdf(struct request *req, struct period month, const struct json *annex,
		       struct why *why)
{
	const struct view *v = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc != OK)
		return rc;
	const struct json *units = json_get(annex, "units"), *duties = json_get(annex, "duties");
	struct date first = date_local(period_start(month));
	struct str title =
		arena_fmt(req->arena, "Tổng hợp đơn vị chậm nộp số liệu nhiều lần tháng %d năm %d",
			  first.month, first.year);
	struct paper *p = begin(req, v, title);
	head(p, req->arena, v,
	     (struct paper_head){
		     .date = date_local(req->now), .type = STR("Báo cáo"), .abstract = title});
	paper_text(
		p,
		arena_fmt(req->arena,
			  "Trong tháng %d năm %d có %zu đơn vị chậm nộp số liệu từ hai lần trở lên "
			  "hoặc bị nhắc nhở, với %zu lượt chậm hạn:",
			  first.month, first.year, units->n, duties->n));
	annex_table(p, req->arena, units, unit_columns, ARRAY_LEN(unit_columns));
	paper_text(
		p,
		STR("Danh sách từng lượt chậm hạn tại phụ lục kèm theo. Thời gian hệ thống gián đoạn và "
		    "các trường hợp được miễn không tính cho đơn vị."));
	sign(p);
	paper_annex(p, STR("Các lượt chậm hạn"), true);
	annex_table(p, req->arena, duties, duty_columns, ARRAY_LEN(duty_columns));
	return send_pdf(req, p,
			arena_fmt(req->arena, "vi-pham-%04d-%02d.pdf", first.year, first.month),
			why);
}

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/reminders/{id}/pdf", PERMIT(VERB_READ, "reminder"),
	      get_reminder_pdf, "The reminder as a paper in the layout of Decree 30/2020",
	      "Văn bản nhắc nhở theo thể thức Nghị định 30/2020", .flags = HTTP_SLOW),
};
const struct route_table reminder_paper_routes = {routes, ARRAY_LEN(routes), NULL};
