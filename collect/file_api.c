/* file_api.c - spreadsheets out: the template of what is owed, the sender's own file back, and
 * the layouts that are remembered. */
#include "base/id.h"
#include "collect/answer.h"
#include "collect/memory.h"
#include "collect/owed.h"
#include "collect/template.h"
#include "registry/asked.h"

#define XLSX STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")

static enum err get_file(struct request *req, struct why *why)
{
	struct delivery d;
	struct str content = STR_NULL;
	enum err rc = delivery_of_path(req, &d, why);
	if (rc == OK)
		rc = delivery_file_require(req, &d, why);
	if (rc == OK)
		rc = delivery_content(req->db, &d, req->arena, &content, why);
	if (rc != OK)
		return rc;
	http_answer_file(req, STR("application/octet-stream"),
			 d.filename.ptr ? d.filename : STR("tep"));
	buf_add(&req->out, content);
	return OK;
}

/* -- their own file back -- */
struct marks {
	struct answer_mark *items;
	size_t n;
};

static struct answer_mark *mark_at(struct marks *m, int64_t row, int64_t column)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].row + 1 == row && m->items[i].column + 1 == column)
			return &m->items[i];
	return NULL;
}

/* Every cell that was read is "same" until the store says otherwise. */
static enum err marks_of_mapping(struct request *req, const struct delivery *d,
				 const struct sheet_book *book, struct marks *m, struct why *why)
{
	const struct json *json = NULL;
	const struct view *v = NULL;
	struct mapping mapping;
	struct mapping_result result;
	enum err rc = json_parse(req->arena, d->mapping, &json, why);
	if (rc == OK)
		rc = mapping_parse(req->arena, json, &mapping, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc != OK)
		return rc;
	const struct sheet *sheet = mapping_sheet(&mapping, book);
	if (!sheet)
		return fail(why, ERR_NOT_FOUND, "the sheet that was read is not in the file");
	rc = mapping_apply(req->arena, &mapping, sheet,
			   memory_words(v, d->unit, date_days(date_local(d->received)), req->arena),
			   &result, why);
	if (rc != OK)
		return rc;
	m->items = ARENA_ARRAY(req->arena, result.n_cells, struct answer_mark);
	for (; m->n < result.n_cells; m->n++)
		m->items[m->n] =
			(struct answer_mark){(size_t)(sheet - book->sheets), result.cells[m->n].row,
					     result.cells[m->n].column, ANSWER_SAME, STR_NULL};
	return OK;
}

static enum err mark_accepted(struct request *req, const struct delivery *d, struct marks *m,
			      struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(req->db, SQL("SELECT row_no, column_no FROM figure WHERE delivery = $1"));
	stmt_bind_int(q, 1, d->id);
	while (stmt_row(q)) {
		struct answer_mark *mark = mark_at(m, stmt_int(q, 0), stmt_int(q, 1));
		if (mark)
			mark->state = ANSWER_ACCEPTED;
	}
	return stmt_end(q, why);
}

static struct str explanation(struct request *req, struct str findings)
{
	const struct json *json = NULL;
	const char *name = http_english(req) ? "detail_en" : "detail_vi";
	struct str all = STR("");
	if (json_parse(req->arena, findings, &json, NULL) != OK)
		return all;
	for (size_t i = 0; i < json->n; i++)
		all = arena_fmt(req->arena, STR_FMT "%s" STR_FMT, STR_ARG(all), i ? "\n" : "",
				STR_ARG(json_get_str(&json->items[i], name)));
	return all;
}

static enum err mark_refused(struct request *req, const struct delivery *d, struct marks *m,
			     struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		req->db,
		SQL("SELECT row_no, column_no, state, findings FROM delivery_cell WHERE unit = $1 "
		    "AND delivery = $2"));
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->id);
	while (stmt_row(q)) {
		struct answer_mark *mark = mark_at(m, stmt_int(q, 0), stmt_int(q, 1));
		if (!mark)
			continue;
		mark->state = str_is(stmt_str(q, 2), "refused") ? ANSWER_REFUSED : ANSWER_DOUBTFUL;
		mark->explanation = explanation(req, arena_str(req->arena, stmt_str(q, 3)));
	}
	return stmt_end(q, why);
}

static enum err write_answer(struct request *req, const struct delivery *d,
			     const struct sheet_book *book, const struct marks *m, struct why *why)
{
	bool english = http_english(req);
	struct buf at;
	buf_init(&at, 64);
	time_write(&at, d->received);
	const struct finding *warning = delivery_warning(d);
	struct answer_line lines[] = {
		{english ? STR("File") : STR("Tệp"), d->filename},
		{english ? STR("Received (UTC)") : STR("Thời điểm nhận (UTC)"),
		 arena_str(req->arena, buf_str(&at))},
		{english ? STR("Receipt") : STR("Biên nhận"),
		 arena_fmt(req->arena, "%lld:%lld " STR_FMT, (long long)d->receipt.server,
			   (long long)d->receipt.seq, STR_ARG(d->receipt.hash))},
		{english ? STR("Please note") : STR("Lưu ý"), !warning	? STR_NULL
							      : english ? warning->en
									: warning->vi},
	};
	size_t n = ARRAY_LEN(lines) - (warning ? 0 : 1);
	buf_release(&at);
	struct answer answer = {book, m->n, n, m->items, lines, english};
	http_answer_file(req, XLSX,
			 arena_fmt(req->arena, "ket-qua-" STR_FMT ".xlsx", STR_ARG(d->filename)));
	return answer_write(&answer, &req->out, why);
}

static enum err get_answer(struct request *req, struct why *why)
{
	struct delivery d;
	struct sheet_book book;
	struct marks m = {0};
	struct str content = STR_NULL;
	enum err rc = delivery_of_path(req, &d, why);
	if (rc == OK && (d.waiting || !d.mapping.len))
		rc = fail(why, ERR_NOT_FOUND, "this delivery has no spreadsheet to give back");
	if (rc == OK)
		rc = delivery_file_require(req, &d, why);
	if (rc == OK)
		rc = delivery_content(req->db, &d, req->arena, &content, why);
	if (rc == OK)
		rc = sheet_read(req->app->worker, req->arena, content, &book, NULL, why);
	if (rc == OK)
		rc = marks_of_mapping(req, &d, &book, &m, why);
	if (rc == OK)
		rc = mark_accepted(req, &d, &m, why);
	if (rc == OK)
		rc = mark_refused(req, &d, &m, why);
	return rc == OK ? write_answer(req, &d, &book, &m, why) : rc;
}

/* -- template -- */
static enum err template_row(struct request *req, const struct owed *o, struct str breakdown,
			     struct str breakdown_name, struct template_row *ret, struct why *why)
{
	const struct indicator *i = o->indicator;
	struct figure key = {.unit = o->unit->id,
			     .indicator = i->id,
			     .period = o->period,
			     .breakdown = breakdown};
	struct figure now, *before = NULL;
	size_t n = 0;
	struct arena *a = req->arena;
	enum err rc = figure_current(req->db, &key, a, &now, why);
	bool sent = rc == OK && !now.empty;
	if (rc == OK || rc == ERR_NOT_FOUND)
		rc = figure_history(req->db, &key, 1, a, &before, &n, why);
	if (rc != OK)
		return rc;
	*ret = (struct template_row){
		.indicator = i->code,
		.breakdown = breakdown,
		.name = http_english(req) ? i->name_en : i->name_vi,
		.breakdown_name = breakdown_name,
		.measure = http_english(req) ? i->measure_en : i->measure_vi,
		.period = period_str(a, o->period),
		.previous = n ? decimal_str(a, before[0].value) : STR_NULL,
		.value = sent ? decimal_str(a, now.value) : STR_NULL,
		.low = i->min.given ? decimal_str(a, i->min.value) : STR_NULL,
		.high = i->max.given ? decimal_str(a, i->max.value) : STR_NULL,
		.decimals = i->decimals,
	};
	return OK;
}

#define TEMPLATE_ROWS_MAX 5000

static enum err template_rows(struct request *req, const struct view *v, const struct owed *items,
			      size_t n, struct template *t, struct why *why)
{
	const struct code_item *codes;
	size_t n_codes = view_code_items(v, &codes);
	bool english = http_english(req);
	struct template_row *rows = ARENA_ARRAY(req->arena, TEMPLATE_ROWS_MAX, struct template_row);
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK && t->n_rows < TEMPLATE_ROWS_MAX; i++) {
		const struct indicator *of = items[i].indicator;
		rc = template_row(req, &items[i], STR(""), STR(""), &rows[t->n_rows++], why);
		for (size_t b = 0; b < of->n_breakdowns; b++)
			for (size_t k = 0; k < n_codes && rc == OK && t->n_rows < TEMPLATE_ROWS_MAX;
			     k++)
				if (of->breakdowns[b].required &&
				    str_eq(codes[k].list, of->breakdowns[b].list))
					rc = template_row(req, &items[i],
							  arena_fmt(req->arena, STR_FMT "=" STR_FMT,
								    STR_ARG(codes[k].list),
								    STR_ARG(codes[k].code)),
							  english ? codes[k].name_en
								  : codes[k].name_vi,
							  &rows[t->n_rows++], why);
	}
	t->rows = rows;
	return rc;
}

/* Those not sent yet that are due in the coming month or late, each indicator's newest period. */
static size_t choose(struct owed *items, size_t n, usec now)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++) {
		bool in = owed_open(&items[i]) && period_start(items[i].period) <= now;
		for (size_t k = i + 1; k < n && in; k++) /* a later one stands for it */
			in = items[k].indicator != items[i].indicator ||
			     period_start(items[k].period) > now;
		if (in)
			items[out++] = items[i];
	}
	return out;
}

/* Those whose figures the caller may read: last period's stands in the file. */
static size_t readable(struct request *req, const struct view *v, struct owed *items, size_t n)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++)
		if (figure_may(req->app->access, req->who, VERB_READ, v, items[i].unit->id,
			       items[i].indicator->id))
			items[out++] = items[i];
	return out;
}

static enum err get_template(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct period only;
	struct owed *items = NULL;
	size_t n = 0;
	const struct unit *u = NULL;
	struct str period = http_query(req, "period");
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK && period.ptr)
		rc = period_parse(period, &only, why);
	if (rc == OK)
		rc = asked_unit_for(req, v, VERB_READ, "delivery", &u, why);
	if (rc != OK)
		return rc;
	struct owed_query how = {v, u, req->now - 45 * USEC_DAY, req->now + 100 * USEC_DAY,
				 req->now};
	if (period.ptr) {
		how.from = period_start(only) - 100 * USEC_DAY;
		how.to = period_end(only) + 400 * USEC_DAY;
	}
	if (rc == OK && period.ptr)
		rc = owed_within(req->db, &how, only, req->arena, &items, &n, why);
	else if (rc == OK)
		rc = owed_list(req->db, &how, req->arena, &items, &n, why);
	if (rc != OK)
		return rc;
	if (!period.ptr)
		n = choose(items, n, req->now);
	n = readable(req, v, items, n);
	struct template t = {
		.unit = u->code,
		.unit_name = http_english(req) ? u->name_en : u->name_vi,
		.period_name = period.ptr ? period : STR(""),
		.english = http_english(req),
	};
	rc = template_rows(req, v, items, n, &t, why);
	if (rc != OK)
		return rc;
	http_answer_file(req, XLSX,
			 arena_fmt(req->arena, "mau-" STR_FMT ".xlsx", STR_ARG(u->code)));
	return template_write(&t, &req->out, why);
}

/* -- remembered layouts -- */
static enum err unit_asked(struct request *req, int64_t *ret, struct why *why)
{
	const struct view *v = NULL;
	const struct unit *u = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = asked_unit_for(req, v, VERB_SUBMIT, "figure", &u, why);
	if (rc == OK)
		*ret = u->id;
	return rc;
}

static enum err get_mappings(struct request *req, struct why *why)
{
	struct memory *found = NULL;
	size_t n = 0;
	int64_t unit = 0;
	enum err rc = unit_asked(req, &unit, why);
	if (rc == OK)
		rc = memory_list(req->db, unit, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++) {
		jw_object(&w);
		jw_m_id(&w, "id", found[i].id);
		jw_m_str(&w, "name", found[i].name);
		jw_m_str(&w, "fingerprint", found[i].fingerprint);
		jw_m_time(&w, "changed", found[i].changed);
		jw_m_int(&w, "used", found[i].used);
		jw_name(&w, "mapping");
		jw_raw(&w, found[i].content);
		jw_object_end(&w);
	}
	http_list_end(&w, STR_NULL);
	return OK;
}

struct forget {
	int64_t unit, id;
};

static enum err forget_change(struct request *req, void *arg, struct why *why)
{
	const struct forget *f = arg;
	enum err rc = memory_forget(req->db, f->unit, f->id, why);
	req->status = 204;
	return rc;
}

static enum err delete_mapping(struct request *req, struct why *why)
{
	struct forget *f = ARENA_NEW(req->arena, struct forget);
	enum err rc = unit_asked(req, &f->unit, why);
	if (rc == OK)
		rc = id_parse(http_path(req, "id"), &f->id, why);
	return rc == OK ? http_write(req, forget_change, f, why) : rc;
}

static const struct http_param unit_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .required = true,
	 .max = 64,
	 .help = "Code of the unit"},
	{.name = NULL},
};
static const struct http_param template_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .required = true,
	 .max = 64,
	 .help = "Code of the unit"},
	{.name = "period",
	 .type = PARAM_PERIOD,
	 .help = "Only what is reported for it; default: what is not sent yet"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"remembered", "{id:id name:text fingerprint:text changed:time used:int mapping:mapping}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/deliveries/{id}/file", PERMIT(VERB_READ, "delivery"), get_file,
	      "The file as it was sent", "Nguyên tệp đã gửi", .flags = HTTP_SLOW),
	ROUTE(HTTP_GET, "/api/v1/deliveries/{id}/answer.xlsx", PERMIT(VERB_READ, "delivery"),
	      get_answer, "The sender's own file back, every cell marked",
	      "Tệp của người gửi, đánh dấu từng ô", .flags = HTTP_SLOW),
	ROUTE(HTTP_GET, "/api/v1/template.xlsx", PERMIT(VERB_READ, "delivery"), get_template,
	      "A pre-filled spreadsheet of what a unit owes", "Biểu mẫu Excel điền sẵn của đơn vị",
	      .flags = HTTP_SLOW, .params = template_params),
	ROUTE(HTTP_GET, "/api/v1/mappings", PERMIT(VERB_SUBMIT, "figure"), get_mappings,
	      "Layouts of files that are remembered for a unit",
	      "Các cách đọc tệp đã nhớ của đơn vị", .params = unit_params,
	      .answer = "{items:remembered[] next:text?}"),
	ROUTE(HTTP_DELETE, "/api/v1/mappings/{id}", PERMIT(VERB_SUBMIT, "figure"), delete_mapping,
	      "Forget a layout", "Quên một cách đọc tệp", .params = unit_params),
};
const struct route_table file_routes = {routes, ARRAY_LEN(routes), shapes};
