#include "http/record_api.h"

#include "base/decimal.h"
#include "paper/xlsx.h"

#define PAGE 500

/* Export: pages of one snapshot, one after the other, so that memory for rows stays small. */
static enum err each_page(struct request *req,
			  enum err (*put)(struct request *req, struct refs *refs,
					  const struct record_page *page, void *arg,
					  struct why *why),
			  void *arg, struct why *why)
{
	const struct record *r = req->route->record;
	struct record_list how = record_api_query(req);
	enum err rc = OK;
	how.limit = PAGE;
	do {
		AUTO(arena_free) struct arena *a = arena_new();
		struct record_page page = {0};
		struct refs *refs = refs_new(req->db, a);
		rc = record_list(req->db, r, &how, a, &page, why);
		if (rc == OK)
			rc = put(req, refs, &page, arg, why);
		if (rc == OK)
			rc = refs_end(refs, why);
		how.cursor = rc == OK ? arena_str(req->arena, page.next) : STR_NULL;
	} while (rc == OK && how.cursor.ptr && !req->out.error);
	return rc;
}

static enum err export(struct request *req,
		       enum err (*put)(struct request *req, struct refs *refs,
				       const struct record_page *page, void *arg, struct why *why),
		       void *arg, struct why *why) {
	enum err rc = db_snapshot(req->db, why); if (rc != OK) return rc;
	rc = each_page(req, put, arg, why);
	db_snapshot_end(req->db);
	return rc;
}

static void name_file(struct request *req, const char *type, const char *suffix)
{
	http_answer_file(req, str_of(type),
			 arena_fmt(req->arena, "%s.%s", req->route->record->path, suffix));
}

static enum err put_csv(struct request *req, struct refs *refs, const struct record_page *page,
			void *arg, struct why *why)
{
	(void)arg;
	(void)why;
	for (size_t i = 0; i < page->n; i++)
		record_csv_row(&req->out, refs, req->route->record, page->rows[i]);
	return OK;
}

enum err record_api_csv(struct request *req, struct why *why)
{
	/* The mark tells spreadsheet programs that this is UTF-8. */
	buf_add(&req->out, STR("\xEF\xBB\xBF"));
	record_csv_header(&req->out, req->route->record);
	name_file(req, "text/csv; charset=utf-8", "csv");
	return export(req, put_csv, NULL, why);
}

static enum err put_json(struct request *req, struct refs *refs, const struct record_page *page,
			 void *arg, struct why *why)
{
	struct jw *w = arg;
	(void)why;
	for (size_t i = 0; i < page->n; i++)
		record_json(w, refs, req->route->record, page->rows[i]);
	return OK;
}

enum err record_api_json(struct request *req, struct why *why)
{
	struct jw w = http_list(req);
	enum err rc = export(req, put_json, &w, why);
	http_list_end(&w, STR_NULL);
	name_file(req, "application/json", "json");
	return rc;
}

static void put_cell(struct xlsx *x, struct refs *refs, const struct field *f,
		     const struct value *v)
{
	struct decimal number;
	if (!v->given)
		xlsx_str(x, STR_NULL);
	else if (f->type == FIELD_INT)
		xlsx_int(x, v->number);
	else if (f->type == FIELD_DECIMAL && decimal_parse(v->text, &number, NULL) == OK)
		xlsx_decimal(x, number);
	else
		xlsx_str(x, record_cell(refs, f, v));
}

static enum err put_xlsx(struct request *req, struct refs *refs, const struct record_page *page,
			 void *arg, struct why *why)
{
	const struct record *r = req->route->record;
	struct xlsx *x = arg;
	(void)why;
	for (size_t i = 0; i < page->n; i++) {
		xlsx_row(x);
		for (size_t f = 0; f < r->n_fields; f++)
			if (field_in_files(&r->fields[f]))
				put_cell(x, refs, &r->fields[f], &page->rows[i]->values[f]);
	}
	return OK;
}

enum err record_api_xlsx(struct request *req, struct why *why)
{
	const struct record *r = req->route->record;
	AUTO(xlsx_free) struct xlsx *x = NULL;
	struct str title = str_of(http_english(req) ? r->plural.en : r->plural.vi);
	enum err rc = xlsx_new(title, &x, why);
	if (rc != OK)
		return rc;
	for (size_t f = 0; f < r->n_fields; f++)
		if (field_in_files(&r->fields[f]))
			xlsx_head(x, str_of(r->fields[f].name.text), 0);
	rc = export(req, put_xlsx, x, why);
	if (rc == OK)
		rc = xlsx_end(x, &req->out, why);
	name_file(req, XLSX_TYPE, "xlsx");
	return rc;
}

/* A dry run does everything and is then undone. */
struct import {
	struct import_result result;
	bool dry;
};

static void answer_import(struct request *req, const struct import_result *result)
{
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_int(&w, "created", result->created);
	jw_m_int(&w, "changed", result->changed);
	jw_m_int(&w, "same", result->same);
	jw_object_end(&w);
}

static enum err import(struct request *req, void *arg, struct why *why)
{
	const struct record *r = req->route->record;
	struct import_result result = {0};
	(void)arg;
	/* Rows of every unit may be in a file: it needs the right over the whole centre. */
	enum err rc =
		access_require(req->app->access, req->who, VERB_CREATE, r->table.text, 0, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_CHANGE, r->table.text, 0, why);
	if (rc == OK)
		rc = record_import_csv(req->db, r, req->body, (struct author){req->who, req->now},
				       &result, &req->problems, why);
	if (rc == OK)
		answer_import(req, &result);
	return rc;
}

/* The spreadsheet among the parts of the form. */
static enum err csv_of_parts(struct request *req, struct str *ret, struct why *why)
{
	struct http_part *parts = NULL;
	size_t n = http_parts(req, &parts, why);
	for (size_t i = 0; i < n; i++)
		if (str_is(parts[i].name, "file"))
			return req->app->words->table(req->app, parts[i].data, req->arena, ret,
						      why);
	return fail_at(why, ERR_INVALID, "file", "send the spreadsheet as the part named \"file\"");
}

static enum err csv_of_json(struct request *req, struct str *ret, struct why *why)
{
	const struct json *body = NULL;
	AUTO(buf_release) struct buf csv;
	buf_init(&csv, req->route->body_max);
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = record_csv_of_json(req->route->record, body, &csv, why);
	if (rc == OK)
		*ret = arena_str(req->arena, buf_str(&csv));
	return rc;
}

/* Whatever came becomes CSV, so there is one way in. */
enum err record_api_import(struct request *req, struct why *why)
{
	enum err rc = OK;
	if (str_starts(req->content_type, STR("multipart/form-data")))
		rc = csv_of_parts(req, &req->body, why);
	else if (!str_starts(req->content_type, STR("text/csv")))
		rc = csv_of_json(req, &req->body, why);
	if (rc != OK)
		return rc;
	if (str_is(http_query(req, "dry_run"), "true"))
		return http_write_dry(req, import, NULL, why);
	return http_write(req, import, NULL, why);
}
