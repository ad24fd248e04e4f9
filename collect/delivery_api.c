/* delivery_api.c - sending figures: POST /api/v1/deliveries and what can be asked afterwards. */
#include "base/csv.h"
#include "base/id.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/delivery.h"
#include "collect/memory.h"
#include "collect/upload.h"
#include "http/http.h"
#include "registry/asked.h"
#include "registry/registry.h"

#define DELIVERY_BODY_MAX ((size_t)20 << 20)
#define DELIVERIES_PAGE 50

static enum err context_of(struct request *req, struct check_context *c, struct why *why)
{
	*c = (struct check_context){req->db,  NULL,	req->app->access,
				    req->who, req->now, req->arena};
	return registry_view(req->app->registry, req->db, req->arena, &c->view, why);
}

static enum err submission_change(struct request *req, void *arg, struct why *why)
{
	struct submission *s = arg;
	enum err rc = delivery_store(req->db, &s->delivery, s->cells, s->n, req->arena, why);
	const int64_t *counts = s->delivery.counts;
	if (rc == OK && s->remember && counts[CELL_ACCEPTED] + counts[CELL_SAME] > 0)
		rc = memory_put(req->db, s->remember, why);
	if (rc == OK)
		submission_answer(req, s);
	return rc;
}

void submission_answer(struct request *req, const struct submission *s)
{
	struct jw w = http_jw(req);
	jw_object(&w);
	delivery_json(&w, s->view, &s->delivery);
	delivery_json_rows(&w, s->cells, s->n, s->all);
	jw_object_end(&w);
	req->status = s->dry_run ? 200 : 201;
}

enum err submission_run(struct request *req, struct submission *s, const struct cell *cells,
			size_t n, struct why *why)
{
	struct check_context c;
	enum err rc = context_of(req, &c, why);
	if (rc == OK && n > DELIVERY_CELLS_MAX)
		return fail(why, ERR_TOO_LARGE,
			    "%zu figures in one delivery: send at most %d at a time", n,
			    DELIVERY_CELLS_MAX);
	if (rc == OK)
		rc = db_snapshot(req->db, why); /* one state for every rule, and read once */
	if (rc == OK)
		rc = check_cells(&c, cells, n, &s->cells, why);
	db_snapshot_end(req->db);
	if (rc != OK)
		return rc;
	s->n = n;
	s->view = c.view;
	s->all = str_is(http_query(req, "all"), "true");
	s->dry_run = str_is(http_query(req, "dry_run"), "true");
	s->delivery.spent = http_query_int(req, "spent", 0);
	s->delivery.pasted = http_query_int(req, "pasted", 0);
	if (view_demonstration(c.view))
		s->delivery.flags |= FIGURE_DEMONSTRATION;
	delivery_prepare(&s->delivery, &c, store_ids(req->app->store), s->cells, n);
	if (s->dry_run) {
		s->delivery.checked = true;
		submission_answer(req, s);
		return OK;
	}
	return http_write(req, submission_change, s, why);
}

/* A member that may be a string or a number: its text as written. */
static struct str text_of(const struct json *v)
{
	if (!v || (v->type != JSON_STRING && v->type != JSON_INT && v->type != JSON_NUMBER))
		return STR_NULL;
	return v->text;
}

static enum err cells_of_json(struct request *req, const struct json *body, struct cell **ret,
			      size_t *ret_n, struct why *why)
{
	bool typed = str_is(json_get_str(body, "source"), "form");
	const struct json *figures = json_get(body, "figures");
	if (!figures || figures->type != JSON_ARRAY)
		return fail_at(
			why, ERR_INVALID, "/figures",
			"give {\"figures\":[{\"indicator\",\"unit\",\"period\",\"value\"}]}");
	struct cell *cells = ARENA_ARRAY(req->arena, figures->n, struct cell);
	for (size_t i = 0; i < figures->n; i++) {
		const struct json *f = &figures->items[i];
		char at[40];
		snprintf(at, sizeof(at), "/figures/%zu", i);
		if (f->type != JSON_OBJECT)
			return fail_at(why, ERR_INVALID, at, "each figure must be an object");
		const struct json *value = json_get(f, "value");
		cells[i] = (struct cell){
			.row = (int64_t)i + 1,
			.indicator = json_get_str(f, "indicator"),
			.unit = json_get_str(f, "unit"),
			.period = text_of(json_get(f, "period")),
			.breakdown = json_get_str(f, "breakdown"),
			.value = text_of(value),
			.remark = json_get_str(f, "remark"),
			.reason = json_get_str(f, "reason"),
			.no_value = value && json_is_null(value),
			.typed = typed,
		};
	}
	*ret = cells;
	*ret_n = figures->n;
	return OK;
}

static const char *const csv_names[] = {"indicator", "unit",   "period", "value",
					"breakdown", "remark", "reason"};
enum { CSV_NAMES = ARRAY_LEN(csv_names), CSV_NEEDED = 4 };

static enum err csv_columns(const struct csv_row *header, int columns[CSV_NAMES], struct why *why)
{
	for (int i = 0; i < CSV_NAMES; i++) {
		columns[i] = -1;
		for (size_t k = 0; k < header->n; k++)
			if (str_is(str_trim(header->cells[k]), csv_names[i]))
				columns[i] = (int)k;
		if (columns[i] < 0 && i < CSV_NEEDED)
			return fail_at(
				why, ERR_INVALID, "row 1",
				"the first row must name the columns indicator, unit, period, value "
				"(and may name breakdown, remark, reason); “%s” is missing",
				csv_names[i]);
	}
	return OK;
}

static struct str csv_cell(struct request *req, const struct csv_row *row, int column)
{
	if (column < 0 || (size_t)column >= row->n || row->cells[column].len == 0)
		return STR_NULL;
	return arena_str(req->arena, str_trim(row->cells[column]));
}

static enum err cells_of_csv(struct request *req, struct cell **ret, size_t *ret_n, struct why *why)
{
	struct str text;
	struct csv_row row;
	int columns[CSV_NAMES] = {0};
	enum err rc = text_clean(req->arena, req->body, &text, why);
	if (rc != OK)
		return rc;
	struct csv *csv = csv_open(req->arena, text, 0);
	if (!csv_next(csv, &row)) {
		rc = csv_end(csv, why);
		return rc != OK ? rc : fail(why, ERR_INVALID, "the file is empty");
	}
	rc = csv_columns(&row, columns, why);
	if (rc != OK)
		return rc;
	struct cell *cells = ARENA_ARRAY(req->arena, DELIVERY_CELLS_MAX + 1, struct cell);
	size_t n = 0;
	while (n <= DELIVERY_CELLS_MAX && csv_next(csv, &row)) {
		struct str value = csv_cell(req, &row, columns[3]);
		cells[n++] = (struct cell){
			.row = row.number,
			.column = columns[3] + 1,
			.indicator = csv_cell(req, &row, columns[0]),
			.unit = csv_cell(req, &row, columns[1]),
			.period = csv_cell(req, &row, columns[2]),
			.value = value,
			.breakdown = csv_cell(req, &row, columns[4]),
			.remark = csv_cell(req, &row, columns[5]),
			.reason = csv_cell(req, &row, columns[6]),
			.no_value = value.len == 0,
		};
	}
	*ret = cells;
	*ret_n = n;
	return n > DELIVERY_CELLS_MAX ? OK : csv_end(csv, why);
}

static enum err post_deliveries(struct request *req, struct why *why)
{
	struct submission *s = ARENA_NEW(req->arena, struct submission);
	struct cell *cells = NULL;
	size_t n = 0;
	s->delivery.source = DELIVERY_API;
	if (str_starts(req->content_type, STR("multipart/form-data")))
		return upload_post(req, s, why);
	s->delivery.content = req->body;
	s->delivery.media_type = req->content_type;
	enum err rc;
	if (str_starts(req->content_type, STR("text/csv"))) {
		rc = cells_of_csv(req, &cells, &n, why);
	} else {
		const struct json *body = NULL;
		rc = http_json(req, &body, why);
		if (rc != OK)
			return rc;
		if (str_is(json_get_str(body, "source"), "form"))
			s->delivery.source = DELIVERY_FORM;
		s->delivery.note = json_get_str(body, "note");
		if (s->delivery.note.len)
			rc = text_clean(req->arena, s->delivery.note, &s->delivery.note, why);
		if (rc != OK)
			return rc;
		rc = cells_of_json(req, body, &cells, &n, why);
	}
	return rc == OK ? submission_run(req, s, cells, n, why) : rc;
}

/* The delivery of the path, if the caller may read it. */
enum err delivery_of_path(struct request *req, struct delivery *ret, struct why *why)
{
	int64_t id = 0;
	enum err rc = id_parse(http_path(req, "id"), &id, why);
	if (rc == OK)
		rc = delivery_get(req->db, id, req->arena, ret, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_READ, "delivery", ret->unit,
				    why);
	return rc;
}

/* Does the unit, or one below it, report a restricted indicator? */
static bool reports_restricted(const struct view *v, int64_t unit)
{
	const int64_t *ids;
	const struct unit *units;
	size_t n = view_restricted_all(v, &ids), n_units = view_units(v, &units);
	for (size_t k = 0; k < n; k++) {
		const struct indicator *i = view_indicator_id(v, ids[k]);
		for (size_t u = 0; u < n_units && i; u++)
			if ((!unit || view_within(v, units[u].id, unit)) &&
			    unit_reports(&units[u], i))
				return true;
	}
	return false;
}

/* Did it bring a restricted figure, be it of an indicator that was removed since? */
static enum err brought_restricted(struct request *req, const struct view *v,
				   const struct delivery *d, bool *ret, struct why *why)
{
	struct query query;
	const int64_t *ids;
	size_t n = view_restricted_all(v, &ids);
	query_init(&query, req->arena);
	query_sql(&query, SQL("SELECT count(*) FROM figure WHERE delivery = "));
	query_int(&query, d->id);
	query_sql(&query, SQL(" AND indicator IN "));
	query_ints(&query, ids, n);
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, req->db);
	*ret = stmt_row(q) && stmt_int(q, 0) > 0;
	return stmt_end(q, why);
}

enum err delivery_file_require(struct request *req, const struct delivery *d, struct why *why)
{
	const struct view *v = NULL;
	bool holds = false;
	if (d->actor == req->who->user)
		return OK;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = brought_restricted(req, v, d, &holds, why);
	return rc == OK && (holds || reports_restricted(v, d->unit))
		       ? access_require(req->app->access, req->who, VERB_READ, "restricted_figure",
					d->unit, why)
		       : rc;
}

static enum err get_delivery(struct request *req, struct why *why)
{
	struct delivery d;
	struct check_context c;
	enum err rc = delivery_of_path(req, &d, why);
	if (rc == OK)
		rc = context_of(req, &c, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	delivery_json(&w, c.view, &d);
	rc = delivery_json_stored_rows(&w, &c, &d, why);
	jw_object_end(&w);
	return rc;
}

/* Which deliveries: ?unit=&cursor=&limit= and what the caller may read. */
static enum err ask_deliveries(struct request *req, const struct view *v,
			       struct delivery_query *how, struct why *why)
{
	struct str cursor = http_query(req, "cursor");
	how->limit = (size_t)http_query_int(req, "limit", DELIVERIES_PAGE);
	enum err rc =
		asked_whose(req, v, "delivery", &how->units, &how->n_units, &how->all_units, why);
	return rc == OK && cursor.len ? id_parse(cursor, &how->before, why) : rc;
}

static enum err get_deliveries(struct request *req, struct why *why)
{
	struct check_context c;
	struct delivery_query how = {0};
	struct delivery *found = NULL;
	size_t n = 0;
	enum err rc = context_of(req, &c, why);
	if (rc == OK)
		rc = ask_deliveries(req, c.view, &how, why);
	if (rc == OK)
		rc = delivery_list(req->db, &how, req->arena, &found, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++) {
		jw_object(&w);
		delivery_json(&w, c.view, &found[i]);
		jw_object_end(&w);
	}
	http_list_end_id(&w, n == how.limit && n ? found[n - 1].id : 0);
	return OK;
}

static enum err get_receipt(struct request *req, struct why *why)
{
	struct delivery d;
	struct check_context c;
	enum err rc = delivery_of_path(req, &d, why);
	if (rc == OK)
		rc = context_of(req, &c, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	delivery_json(&w, c.view, &d);
	jw_m_cstr(&w, "journal", "/api/v1/journal");
	jw_object_end(&w);
	return OK;
}

static const struct http_param post_params[] = {
	{.name = "dry_run", .type = PARAM_BOOL, .help = "Check only, store nothing"},
	{.name = "all",
	 .type = PARAM_BOOL,
	 .help = "Answer every row, not only refused and doubtful ones"},
	EFFORT_PARAMS,
	{.name = NULL},
};
static const struct http_param list_params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the sending unit"},
	HTTP_PAGE_PARAMS(500),
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"finding", "{check:text severity:'hard'|'soft' detail_vi:text detail_en:text}"},
	{"delivery_row",
	 "{sheet:text? row:int column:int status:'accepted'|'same'|'doubtful'|'refused' "
	 "indicator:text? unit:text? period:text? breakdown:text? value:text? read_as?:text? "
	 "remark?:text? figure?:id? withheld?:bool problems:finding[]}"},
	{"receipt", "{server:int seq:int at:time hash:text}"},
	{"delivery_head",
	 "{id:id status:'done'|'waiting'|'checked' unit:text? source:'form'|'file'|'api' "
	 "filename:text? note:text? received:time accepted:int same:int doubtful:int refused:int}"},
	{"delivery", "{..delivery_head bytes:int content_hash:text? warnings:finding[] actor:text? "
		     "receipt:receipt?}"},
	{"delivered", "{..delivery rows:delivery_row[]}"},
	{"new_figure",
	 "{indicator:text unit:text period:text breakdown?:text value:text|number? remark?:text "
	 "reason?:text}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_POST, "/api/v1/deliveries", PERMIT(VERB_SUBMIT, "figure"), post_deliveries,
	      "Send figures as JSON, CSV or a spreadsheet; every cell is answered",
	      "Gửi số liệu bằng JSON, CSV hoặc bảng tính; trả lời từng ô",
	      .flags = HTTP_SLOW | HTTP_IDEMPOTENT | HTTP_MULTIPART | HTTP_CSV,
	      .body_max = DELIVERY_BODY_MAX, .params = post_params,
	      .body = "{figures:new_figure[] source?:'form' note?:text}",
	      .answer = "delivered|waiting"),
	ROUTE(HTTP_GET, "/api/v1/deliveries", PERMIT(VERB_READ, "delivery"), get_deliveries,
	      "Deliveries, newest first", "Các lần gửi, mới nhất trước", .params = list_params,
	      .answer = "{items:delivery[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/deliveries/{id}", PERMIT(VERB_READ, "delivery"), get_delivery,
	      "One delivery with its refused and doubtful cells",
	      "Một lần gửi cùng các ô bị từ chối hoặc cần giải thích", .flags = HTTP_SLOW,
	      .answer = "delivered"),
	ROUTE(HTTP_GET, "/api/v1/deliveries/{id}/receipt", PERMIT(VERB_READ, "delivery"),
	      get_receipt, "The receipt: when it was received and where the journal proves it",
	      "Biên nhận: thời điểm nhận và vị trí trong nhật ký",
	      .answer = "{..delivery journal:text}"),
};
const struct route_table delivery_routes = {routes, ARRAY_LEN(routes), shapes};
