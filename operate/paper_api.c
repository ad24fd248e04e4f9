/* paper_api.c - the reminder and the month's end as papers in the layout of Decree 30/2020/NĐ-CP. They are
 * in Vietnamese, as such papers are. */
#include "operate/notice.h"
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "paper/paper.h"
#include "registry/figure.h"

#define ANNEX_ROWS_MAX 15000

static struct paper *begin(struct request *req, const struct view *v, struct str title,
			   const struct json *letterhead, usec created)
{
	return paper_new(req->arena,
			 &(struct paper_info){.title = title,
					      .author = json_get_str(letterhead, "agency"),
					      .language = PAPER_VI,
					      .created = created,
					      .demonstration = view_demonstration(v),
					      .plain_numbers = true});
}

static void head(struct paper *p, const struct json *letterhead, struct paper_head h)
{
	h.superior = json_get_str(letterhead, "superior");
	h.agency = json_get_str(letterhead, "agency");
	h.place = json_get_str(letterhead, "place");
	paper_head(p, &h);
}

static void sign(struct paper *p, const struct json *letterhead, const struct str recipients[2])
{
	struct str name = json_get_str(letterhead, "signer_name");
	paper_sign(p, &(struct paper_sign){.title = json_get_str(letterhead, "signer_title"),
					   .name = name.len ? name : STR_NULL,
					   .recipients = recipients,
					   .n_recipients = 2});
}

static struct paper_cell text_cell(struct str text)
{
	return (struct paper_cell){.text = text};
}

static struct paper_cell number_cell(int64_t n)
{
	return (struct paper_cell){.number = {true, {n, 0}}};
}

static struct paper_cell member_cell(struct arena *a, const struct json *v)
{
	usec t = 0;
	if (json_is_null(v))
		return text_cell(STR(""));
	if (v->type == JSON_INT)
		return number_cell(v->integer);
	return text_cell(time_parse(v->text, &t, NULL) == OK ? moment_words(a, t) : v->text);
}

static struct paper_cell period_cell(struct arena *a, const struct json *of)
{
	struct period p = {0};
	bool read = period_parse(json_get_str(of, "period"), &p, NULL) == OK;
	return text_cell(read ? period_short(a, true, p) : STR(""));
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
static const struct paper_column duties_columns[] = {{0.5, PAPER_CENTRE},
						     {4, PAPER_LEFT},
						     {1.2, PAPER_CENTRE},
						     {1.8, PAPER_CENTRE},
						     {0.9, PAPER_RIGHT}};

static struct paper_cell days_cell(const struct json *duty)
{
	int64_t n = json_get_int(duty, "days");
	return n > 0 ? number_cell(n) : text_cell(STR("dưới 1"));
}

static void duties_table(struct paper *p, struct arena *a, const struct json *duties)
{
	static const char *const heads[] = {"STT", "Chỉ tiêu", "Kỳ báo cáo", "Hạn nộp",
					    "Số ngày chậm"};
	enum { COLUMNS = ARRAY_LEN(heads) };
	size_t n = duties->n < ANNEX_ROWS_MAX ? duties->n : ANNEX_ROWS_MAX, used = 0;
	struct paper_cell *cells = ARENA_ARRAY(a, (n + 1) * COLUMNS, struct paper_cell);
	for (size_t i = 0; i < COLUMNS; i++)
		cells[used++] = (struct paper_cell){.text = str_of(heads[i]), .style = PAPER_BOLD};
	for (size_t i = 0; i < n; i++) {
		const struct json *d = &duties->items[i];
		struct str name = json_get_str(d, "name_vi");
		cells[used++] = number_cell((int64_t)i + 1);
		cells[used++] = text_cell(name.len ? name : STR("(chỉ tiêu đã bỏ)"));
		cells[used++] = period_cell(a, d);
		cells[used++] = member_cell(a, json_get(d, "deadline"));
		cells[used++] = days_cell(d);
	}
	paper_table(p, &(struct paper_table){.caption = STR("Số liệu chưa nộp đúng hạn"),
					     .columns = duties_columns,
					     .n_columns = COLUMNS,
					     .cells = cells,
					     .n_cells = used,
					     .n_header = 1});
}

/* What became of it, in bold above its text; nothing while it stands as it was issued. */
static void mark(struct paper *p, struct arena *a, const struct reminder *r)
{
	struct paper_run run = {.style = PAPER_BOLD};
	if (r->withdrawn.at)
		run.text = arena_fmt(a, "ĐÃ THU HỒI lúc " STR_FMT ". Lý do: " STR_FMT,
				     STR_ARG(moment_words(a, r->withdrawn.at)),
				     STR_ARG(r->withdrawn.text));
	else if (r->upheld)
		run.text = arena_fmt(a,
				     "ĐÃ HỦY lúc " STR_FMT
				     " do chấp thuận kiến nghị của đơn vị. Lý do: " STR_FMT,
				     STR_ARG(moment_words(a, r->decided.at)),
				     STR_ARG(r->decided.text));
	else if (r->issued.at && !r->late)
		run.text = STR(
			"KHÔNG CÒN HIỆU LỰC: mọi số liệu nêu dưới đây đã được miễn, đã đến đúng hạn, hoặc hạn nộp "
			"đã lùi do hệ thống gián đoạn.");
	else if (!r->issued.at)
		run.text = STR("DỰ THẢO");
	if (run.text.len)
		paper_runs(p, PAPER_CENTRE, &run, 1);
}

static enum err get_reminder_pdf(struct request *req, struct why *why)
{
	const struct str recipients[] = {STR("Như trên"), STR("Lưu: VT")};
	const struct view *v = NULL;
	const struct json *notice = NULL;
	struct reminder r;
	enum err rc = reminder_of_path(req, VERB_READ, &r, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = notice_read(req->db, v, &r, req->now, req->arena, &notice, why);
	if (rc != OK)
		return rc;
	const struct json *letterhead = json_get(notice, "letterhead");
	struct str to = json_get_str(notice, "to"), closing[NOTICE_CLOSING_MAX];
	size_t n = notice_closing(req->arena, notice, closing);
	usec at = r.issued.at ? r.issued.at : req->now;
	struct paper *p = begin(req, v, STR("Nhắc nhở nộp số liệu"), letterhead, at);
	head(p, letterhead,
	     (struct paper_head){.number = notice_number(req->arena, notice),
				 .date = date_local(at),
				 .abstract = STR("V/v nhắc nhở nộp số liệu, báo cáo chậm"),
				 .to = &to,
				 .n_to = 1});
	mark(p, req->arena, &r);
	paper_text(p, notice_opening(req->arena, notice));
	duties_table(p, req->arena, json_get(notice, "duties"));
	for (size_t i = 0; i < n; i++)
		paper_text(p, closing[i]);
	sign(p, letterhead, recipients);
	return send_pdf(req, p,
			arena_fmt(req->arena, "nhac-nho-%02lld-%lld.pdf", (long long)r.number,
				  (long long)date_local(at).year),
			why);
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
	{"Đơn vị", "unit", {2, PAPER_LEFT}},	 {"Chỉ tiêu", "name_vi", {4, PAPER_LEFT}},
	{"Kỳ", "period", {1.2, PAPER_CENTRE}},	 {"Hạn nộp", "deadline", {1.6, PAPER_CENTRE}},
	{"Đã nhận", "met", {1.6, PAPER_CENTRE}},
};
#define COLUMNS_MAX 8

/* A unit is named, as annexes know its code. */
static struct str unit_name(const struct json *units, struct str code)
{
	for (size_t i = 0; i < units->n; i++)
		if (str_eq(json_get_str(&units->items[i], "unit"), code))
			return json_get_str(&units->items[i], "name_vi");
	return code;
}

static struct paper_cell annex_cell(struct arena *a, const struct json *annex,
				    const struct json *row, const char *member)
{
	if (strcmp(member, "unit") == 0)
		return text_cell(unit_name(json_get(annex, "units"), json_get_str(row, member)));
	return strcmp(member, "period") == 0 ? period_cell(a, row)
					     : member_cell(a, json_get(row, member));
}

static void annex_table(struct paper *p, struct arena *a, const struct json *annex,
			const char *which, const struct column_of *columns, size_t n_columns)
{
	const struct json *rows = json_get(annex, which);
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
			cells[used++] = annex_cell(a, annex, &rows->items[i], columns[c].member);
	paper_table(p, &(struct paper_table){.columns = widths,
					     .n_columns = n_columns,
					     .cells = cells,
					     .n_cells = used,
					     .n_header = 1});
}

/* In whose name the month was summed up; of months before letterheads were kept, today's. */
static enum err letterhead_of(struct request *req, const struct view *v, const struct json *annex,
			      const struct json **ret, struct why *why)
{
	struct buf text;
	struct jw w;
	*ret = json_get(annex, "letterhead");
	if (*ret)
		return OK;
	buf_init(&text, 65536);
	jw_init(&w, &text);
	enum err rc = letterhead_json(req->db, v, req->arena, &w, why);
	if (rc == OK)
		rc = json_parse(req->arena, arena_str(req->arena, buf_str(&text)), ret, why);
	buf_release(&text);
	return rc;
}

enum err violation_pdf(struct request *req, const struct month_paper *m, struct why *why)
{
	const struct view *v = NULL;
	const struct json *letterhead = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = letterhead_of(req, v, m->annex, &letterhead, why);
	if (rc != OK)
		return rc;
	struct date first = date_local(period_start(m->month));
	struct str title =
		arena_fmt(req->arena, "Tổng hợp đơn vị chậm nộp số liệu nhiều lần tháng %d năm %d",
			  first.month, first.year);
	const struct str recipients[] = {arena_fmt(req->arena, STR_FMT " (để báo cáo)",
						   STR_ARG(json_get_str(letterhead, "superior"))),
					 STR("Lưu: VT")};
	struct str number = arena_fmt(req->arena, "%02lld/BC-" STR_FMT, (long long)m->number,
				      STR_ARG(json_get_str(letterhead, "abbreviation")));
	struct paper *p = begin(req, v, title, letterhead, m->at);
	head(p, letterhead,
	     (struct paper_head){.number = m->number ? number : STR_NULL,
				 .date = date_local(m->at),
				 .type = STR("Báo cáo"),
				 .abstract = title});
	paper_text(
		p,
		arena_fmt(req->arena,
			  "Trong tháng %d năm %d có %zu đơn vị chậm nộp số liệu từ hai lần trở lên "
			  "hoặc bị nhắc nhở, với %zu lượt chậm hạn:",
			  first.month, first.year, json_get(m->annex, "units")->n,
			  json_get(m->annex, "duties")->n));
	annex_table(p, req->arena, m->annex, "units", unit_columns, ARRAY_LEN(unit_columns));
	paper_text(
		p,
		STR("Danh sách từng lượt chậm hạn tại phụ lục kèm theo. Thời gian hệ thống gián đoạn và "
		    "các trường hợp được miễn không tính cho đơn vị."));
	sign(p, letterhead, recipients);
	paper_annex(p, STR("Các lượt chậm hạn"), true);
	annex_table(p, req->arena, m->annex, "duties", duty_columns, ARRAY_LEN(duty_columns));
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
