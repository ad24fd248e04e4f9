/* upload.c - spreadsheets in. */
#include "collect/upload.h"
#include "base/id.h"
#include "base/text.h"
#include "collect/memory.h"
#include "collect/old_font.h"
#include "collect/template.h"

#define PREVIEW_ROWS 60
#define UPLOAD_JSON_MAX ((size_t)4 << 20)

/* A file on its way: read, and the way to read it once it is known. */
struct upload {
	struct request *req;
	struct submission *submission;
	struct sheet_book book;
	struct layout_index *words;
	struct layout_proposal proposal;
	struct mapping mapping;
	struct str fingerprint;
	bool remember, old_font;
};

static enum err read_book(struct upload *u, struct why *why)
{
	struct request *req = u->req;
	struct sheet_refusal refusal = {STR_NULL, STR_NULL};
	struct delivery *d = &u->submission->delivery;
	enum err rc = sheet_read(req->app->worker, req->arena, d->content, &u->book, &refusal, why);
	if (rc == OK) {
		d->media_type = sheet_media_type(u->book.format);
		u->old_font = old_font_read(req->arena, &u->book);
	}
	return rc != OK && refusal.vi.len ? fail(why, rc, BOTH_FMT, refusal.en.ptr, refusal.vi.ptr)
					  : rc;
}

static enum err read_words(struct upload *u, struct why *why)
{
	struct request *req = u->req;
	enum err rc =
		registry_view(req->app->registry, req->db, req->arena, &u->submission->view, why);
	if (rc == OK)
		u->words = memory_words(u->submission->view, u->submission->delivery.unit,
					date_days(date_local(req->now)), req->arena);
	return rc;
}

static enum err parse_mapping(struct upload *u, struct str text, struct why *why)
{
	const struct json *json = NULL;
	enum err rc = json_parse(u->req->arena, text, &json, why);
	return rc == OK ? mapping_parse(u->req->arena, json, &u->mapping, why) : rc;
}

/* NULL: the centre itself. */
static const struct unit *sender(const struct upload *u)
{
	return view_unit_id(u->submission->view, u->submission->delivery.unit);
}

/* A file that names no unit is about the unit that sends it; that unit's code, when it came to that. */
static struct str default_unit(const struct upload *u, struct mapping *m)
{
	bool named = m->fixed_unit.len > 0;
	for (size_t i = 0; i < m->n_columns && !named; i++)
		named = m->columns[i].role == MAPPING_UNIT || m->columns[i].unit.len > 0;
	const struct unit *unit = sender(u);
	if (named || !unit)
		return STR_NULL;
	return m->fixed_unit = unit->code;
}

static void explain(struct upload *u, struct str vi, struct str en)
{
	struct layout_proposal *p = &u->proposal;
	struct layout_reason *reasons =
		ARENA_ARRAY(u->req->arena, p->n_reasons + 1, struct layout_reason);
	for (size_t i = 0; i < p->n_reasons; i++)
		reasons[i] = p->reasons[i];
	reasons[p->n_reasons++] = (struct layout_reason){-1, -1, vi, en};
	p->reasons = reasons;
}

static void propose(struct upload *u)
{
	struct arena *a = u->req->arena;
	size_t best = layout_propose_best(a, u->words, &u->book, &u->proposal);
	u->fingerprint =
		mapping_fingerprint(a, &u->book.sheets[best], u->proposal.mapping.header_row);
	if (u->old_font)
		explain(u, STR("Chữ gõ bằng phông cũ (.VnTime, TCVN3) được đọc thành Unicode"),
			STR("Letters of an old font (.VnTime, TCVN3) are read as Unicode"));
}

/* To be looked at, unlike a unit that a person once told for such a file: that is asked for again. */
static void propose_unit(struct upload *u)
{
	if (default_unit(u, &u->proposal.mapping).len)
		explain(u, STR("Tệp không nêu đơn vị nào: số liệu là của đơn vị gửi"),
			STR("The file names no unit: the figures are of the unit that sends it"));
}

/* Known without asking: our own template, or a layout confirmed before. *ret false: ask. */
static enum err recognise(struct upload *u, bool *ret, struct why *why)
{
	struct arena *a = u->req->arena;
	*ret = false;
	for (size_t i = 0; i < u->book.n && !*ret; i++)
		*ret = template_recognise(a, &u->book.sheets[i], &u->mapping);
	if (*ret)
		return OK;
	propose(u);
	struct memory known;
	enum err rc = memory_find(u->req->db, u->submission->delivery.unit, u->fingerprint, a,
				  &known, why);
	if (rc == ERR_NOT_FOUND) {
		propose_unit(u);
		return OK;
	}
	if (rc == OK)
		rc = parse_mapping(u, known.content, why);
	if (rc != OK)
		return rc;
	const struct unit *own = sender(u);
	*ret = memory_fit(a, &u->mapping, &u->proposal, own ? own->code : STR_NULL);
	if (!*ret)
		u->proposal.mapping = u->mapping;
	return OK;
}

static void sheet_json(struct jw *w, const struct sheet *s)
{
	jw_object(w);
	jw_m_str(w, "name", s->name);
	jw_m_int(w, "rows_total", s->n_rows);
	jw_m_int(w, "columns_total", s->n_columns);
	jw_m_bool(w, "hidden", s->hidden);
	jw_name(w, "rows");
	jw_array(w);
	for (uint32_t r = 0; r < s->n_rows && r < PREVIEW_ROWS; r++) {
		jw_array(w);
		for (uint32_t c = 0; c < s->n_columns; c++) {
			struct sheet_cell cell = sheet_at(s, r, c);
			jw_str(w, cell.kind == SHEET_EMPTY ? STR("") : cell.text);
		}
		jw_array_end(w);
	}
	jw_array_end(w);
	jw_name(w, "merges");
	jw_array(w);
	for (size_t i = 0; i < s->n_merges && i < 200; i++) {
		jw_array(w);
		jw_int(w, s->merges[i].row);
		jw_int(w, s->merges[i].column);
		jw_int(w, s->merges[i].last_row);
		jw_int(w, s->merges[i].last_column);
		jw_array_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
}

/* The file as it is, with our proposal drawn on it. */
static void ask_mapping(struct upload *u)
{
	struct jw w = http_jw(u->req);
	jw_object(&w);
	jw_m_bool(&w, "needs_mapping", true);
	jw_m_id(&w, "upload", u->submission->delivery.id);
	jw_m_str(&w, "filename", u->submission->delivery.filename);
	const struct unit *unit = sender(u);
	jw_m_str(&w, "unit", unit ? unit->code : STR_NULL);
	delivery_json_warnings(&w, &u->submission->delivery);
	jw_name(&w, "sheets");
	jw_array(&w);
	for (size_t i = 0; i < u->book.n; i++)
		sheet_json(&w, &u->book.sheets[i]);
	jw_array_end(&w);
	jw_name(&w, "proposal");
	layout_write(&w, &u->proposal, u->fingerprint);
	jw_object_end(&w);
}

static enum err hold_change(struct request *req, void *arg, struct why *why)
{
	struct upload *u = arg;
	enum err rc = delivery_store_waiting(req->db, &u->submission->delivery, why);
	if (rc == OK)
		ask_mapping(u);
	return rc;
}

/* Keep the file and ask how to read it. */
static enum err hold(struct upload *u, struct why *why)
{
	struct request *req = u->req;
	struct check_context c = {req->db,  u->submission->view, req->app->access, req->who,
				  req->now, req->arena};
	struct delivery *d = &u->submission->delivery;
	delivery_prepare(d, &c, store_ids(req->app->store), NULL, 0);
	d->waiting = true;
	return http_write(req, hold_change, u, why);
}

static struct cell cell_of(const struct mapping_cell *m, struct str sheet)
{
	return (struct cell){
		.sheet = sheet,
		.row = (int64_t)m->row + 1,
		.column = (int64_t)m->column + 1,
		.indicator = m->indicator.ptr ? m->indicator : m->indicator_text,
		.unit = m->unit.ptr ? m->unit : m->unit_text,
		.period = m->period.ptr ? m->period : m->period_text,
		.breakdown = m->breakdown.ptr ? m->breakdown : m->breakdown_text,
		.value = m->value.ptr && !m->doubtful ? m->value : m->value_text,
		.remark = m->remark,
		.measure = m->measure,
		.measure_of_all = m->measure_of_all,
		.typed = m->doubtful || !m->value.ptr,
	};
}

static struct str mapping_text(struct arena *a, const struct mapping *m)
{
	struct buf text;
	struct jw w;
	buf_init(&text, UPLOAD_JSON_MAX);
	jw_init(&w, &text);
	mapping_write(&w, m);
	struct str s = arena_str(a, buf_str(&text));
	buf_release(&text);
	return s;
}

/* Read the file by its mapping and run it like any delivery. */
static enum err deliver(struct upload *u, struct why *why)
{
	struct request *req = u->req;
	struct mapping_result result;
	const struct sheet *sheet = mapping_sheet(&u->mapping, &u->book);
	if (!sheet)
		return fail_at(why, ERR_INVALID, "/mapping/sheet",
			       "the file has no sheet of that name");
	default_unit(u, &u->mapping);
	enum err rc = mapping_apply(req->arena, &u->mapping, sheet, u->words, &result, why);
	if (rc != OK)
		return rc;
	if (result.n_cells == 0)
		return fail(why, ERR_INVALID,
			    "no cell with a figure was found: look at the columns' roles");
	struct cell *cells = ARENA_ARRAY(req->arena, result.n_cells, struct cell);
	for (size_t i = 0; i < result.n_cells; i++)
		cells[i] = cell_of(&result.cells[i], sheet->name);
	u->submission->delivery.mapping = mapping_text(req->arena, &u->mapping);
	return submission_run(req, u->submission, cells, result.n_cells, why);
}

static enum err part_unit(struct upload *u, struct str code, struct why *why)
{
	const struct unit *unit = view_unit(u->submission->view, code);
	if (!unit)
		return fail_at(why, ERR_INVALID, "unit",
			       "there is no unit with code \"" STR_FMT "\"", STR_ARG(code));
	u->submission->delivery.unit = unit->id;
	return access_require(u->req->app->access, u->req->who, VERB_SUBMIT, "figure", unit->id,
			      why);
}

static enum err take_parts(struct upload *u, struct str *ret_mapping, struct why *why)
{
	struct http_part *parts = NULL;
	size_t n = http_parts(u->req, &parts, why);
	struct delivery *d = &u->submission->delivery;
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		if (str_is(parts[i].name, "file")) {
			d->content = parts[i].data;
			rc = text_clean(u->req->arena, parts[i].filename, &d->filename, why);
		} else if (str_is(parts[i].name, "unit") && parts[i].data.len) {
			rc = part_unit(u, parts[i].data, why);
		} else if (str_is(parts[i].name, "mapping")) {
			*ret_mapping = parts[i].data;
		} else if (str_is(parts[i].name, "note")) {
			rc = text_clean(u->req->arena, parts[i].data, &d->note, why);
		}
	}
	if (rc == OK && !d->content.ptr)
		rc = fail_at(why, ERR_INVALID, "file",
			     "send the spreadsheet as the part named \"file\"");
	if (rc == OK && d->content.len > SHEET_FILE_MAX)
		rc = fail_at(why, ERR_TOO_LARGE, "file", "is larger than %zu MB",
			     SHEET_FILE_MAX >> 20);
	return rc;
}

enum err upload_post(struct request *req, struct submission *s, struct why *why)
{
	struct upload *u = ARENA_NEW(req->arena, struct upload);
	struct str mapping = STR_NULL;
	bool known = false;
	u->req = req;
	u->submission = s;
	s->delivery.source = DELIVERY_FILE;
	if (req->who->n_grants)
		s->delivery.unit = req->who->grants[0].unit;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &s->view, why);
	if (rc == OK)
		rc = take_parts(u, &mapping, why);
	if (rc == OK)
		rc = read_words(u, why);
	if (rc == OK)
		rc = read_book(u, why);
	if (rc == OK && mapping.ptr) {
		known = true;
		rc = parse_mapping(u, mapping, why);
	} else if (rc == OK) {
		rc = recognise(u, &known, why);
	}
	if (rc != OK)
		return rc;
	return known ? deliver(u, why) : hold(u, why);
}

/* -- a file that waited -- */
static enum err waiting_of_path(struct upload *u, struct why *why)
{
	struct request *req = u->req;
	struct delivery *d = &u->submission->delivery;
	enum err rc = delivery_of_path(req, d, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_SUBMIT, "figure", d->unit,
				    why);
	if (rc == OK)
		rc = delivery_file_require(req, d, why);
	if (rc == OK)
		rc = delivery_content(req->db, d, req->arena, &d->content, why);
	if (rc == OK && !d->waiting)
		rc = fail(why, ERR_CONFLICT, "this file was delivered already: look at its result");
	if (rc == OK)
		rc = read_words(u, why);
	return rc == OK ? read_book(u, why) : rc;
}

static struct upload *upload_new(struct request *req)
{
	struct upload *u = ARENA_NEW(req->arena, struct upload);
	u->req = req;
	u->submission = ARENA_NEW(req->arena, struct submission);
	return u;
}

static enum err get_upload(struct request *req, struct why *why)
{
	struct upload *u = upload_new(req);
	bool known = false;
	enum err rc = waiting_of_path(u, why);
	if (rc == OK)
		rc = recognise(u, &known, why);
	if (rc == OK)
		ask_mapping(u);
	return rc;
}

/* What is to be remembered with the delivery, when it brings something good. */
static enum err remember(struct upload *u, struct why *why)
{
	struct request *req = u->req;
	const struct delivery *d = &u->submission->delivery;
	if (!mapping_sheet(&u->mapping, &u->book))
		return fail_at(why, ERR_INVALID, "/mapping/sheet",
			       "the file has no sheet of that name");
	propose(u);
	struct mapping kept = memory_of(&u->mapping, &u->proposal);
	struct memory *m = ARENA_NEW(req->arena, struct memory);
	*m = (struct memory){
		.unit = d->unit,
		.fingerprint = u->fingerprint,
		.name = d->filename,
		.content = mapping_text(req->arena, &kept),
		.actor = req->who->user,
		.changed = req->now,
	};
	u->submission->remember = m;
	return OK;
}

static enum err post_deliver(struct request *req, struct why *why)
{
	struct upload *u = upload_new(req);
	const struct json *body = NULL, *mapping;
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = waiting_of_path(u, why);
	mapping = rc == OK ? json_get(body, "mapping") : NULL;
	if (rc == OK && !mapping)
		return fail_at(why, ERR_INVALID, "/mapping", "say how to read the file");
	if (rc == OK)
		rc = mapping_parse(req->arena, mapping, &u->mapping, why);
	const struct json *keep = rc == OK ? json_get(body, "remember") : NULL;
	bool dry_run = str_is(http_query(req, "dry_run"), "true");
	if (rc == OK && !dry_run && (!keep || keep->boolean))
		rc = remember(u, why);
	return rc == OK ? deliver(u, why) : rc;
}

static const struct http_param deliver_params[] = {
	{.name = "dry_run", .type = PARAM_BOOL, .help = "Check only, store nothing"},
	{.name = "all", .type = PARAM_BOOL, .help = "Answer every row"},
	EFFORT_PARAMS,
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"mapping",
	 "{sheet?:text header_row:int first_row:int last_row?:int columns:{column:int role:text "
	 "period?:text indicator?:text unit?:text breakdown?:text measure?:text}[] fixed:{unit?:text "
	 "period?:text indicator?:text measure?:text} indicators:{*:text} units:{*:text} year?:int "
	 "proposed_header?:int ask_period?:bool}"},
	{"guess", "{code:text name_vi:text name_en:text confidence:number}"},
	{"match", "{kind:'indicator'|'unit'|'item' text:text best?:guess runner_up?:guess}"},
	{"proposal",
	 "{mapping:mapping confidence:number reasons:{row?:int column?:int detail_vi:text "
	 "detail_en:text}[] matches:match[] skips:{row:int last_row:int detail_vi:text "
	 "detail_en:text}[] fingerprint:text}"},
	{"sheet",
	 "{name:text rows_total:int columns_total:int hidden:bool rows:text[][] merges:int[][]}"},
	{"waiting", "{needs_mapping:bool upload:id filename:text? unit:text? warnings:finding[] "
		    "sheets:sheet[] proposal:proposal}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/uploads/{id}", PERMIT(VERB_SUBMIT, "figure"), get_upload,
	      "A file that waits for its mapping, with our proposal",
	      "Tệp chờ xác nhận cách đọc, kèm đề xuất", .flags = HTTP_SLOW, .answer = "waiting"),
	ROUTE(HTTP_POST, "/api/v1/uploads/{id}/deliver", PERMIT(VERB_SUBMIT, "figure"),
	      post_deliver, "Deliver a waiting file by the mapping given, which is remembered",
	      "Nộp tệp đang chờ theo cách đọc đã xác nhận; lần sau được nhớ",
	      .flags = HTTP_SLOW | HTTP_IDEMPOTENT, .body_max = UPLOAD_JSON_MAX,
	      .params = deliver_params, .body = "{mapping:mapping remember?:bool}",
	      .answer = "delivered"),
};
const struct route_table upload_routes = {routes, ARRAY_LEN(routes), shapes};
