/* delivery_read.c - deliveries out of the store, and as JSON. */
#include "base/id.h"
#include "collect/delivery.h"
#include "collect/sheet.h"

#define COLUMNS                                                                                        \
	"unit, id, status, source, filename, media_type, bytes, content_hash, note, actor, received, " \
	"accepted, same, doubtful, refused, server, seq, entry_hash, mapping, flags "

static struct str text(struct stmt *q, int column, struct arena *a)
{
	return arena_str(a, stmt_str(q, column));
}

static struct delivery read_row(struct stmt *q, struct arena *a)
{
	struct delivery d = {
		.unit = stmt_int(q, 0),
		.id = stmt_int(q, 1),
		.waiting = str_is(stmt_str(q, 2), "waiting"),
		.filename = text(q, 4, a),
		.media_type = text(q, 5, a),
		.bytes = stmt_int(q, 6),
		.content_hash = text(q, 7, a),
		.note = text(q, 8, a),
		.actor = stmt_int(q, 9),
		.received = stmt_int(q, 10),
		.receipt = {stmt_int(q, 15), stmt_int(q, 16), stmt_int(q, 10), text(q, 17, a)},
		.mapping = text(q, 18, a),
		.flags = (unsigned)stmt_int(q, 19),
	};
	for (int s = 0; s < DELIVERY_SOURCES; s++)
		if (str_is(stmt_str(q, 3), delivery_source_name((enum delivery_source)s)))
			d.source = (enum delivery_source)s;
	for (int s = 0; s < CELL_STATES; s++)
		d.counts[s] = stmt_int(q, 11 + s);
	return d;
}

enum err delivery_get(struct db *db, int64_t id, struct arena *a, struct delivery *ret,
		      struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT " COLUMNS "FROM delivery WHERE id = $1"));
	stmt_bind_int(q, 1, id);
	bool found = stmt_row(q);
	if (found)
		*ret = read_row(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return rc;
}

enum err delivery_content(struct db *db, const struct delivery *d, struct arena *a, struct str *ret,
			  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT content FROM delivery_file WHERE unit = $1 AND delivery = $2"));
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->id);
	bool found = stmt_row(q);
	struct str content = found ? arena_str(a, stmt_bytes(q, 0)) : STR_NULL;
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this delivery did not come as a file");
	if (rc == OK)
		*ret = content;
	return rc;
}

enum err delivery_list(struct db *db, const struct delivery_query *how, struct arena *a,
		       struct delivery **ret, size_t *ret_n, struct why *why)
{
	struct query query;
	query_init(&query, a);
	query_sql(&query, SQL("SELECT " COLUMNS "FROM delivery WHERE id < "));
	query_int(&query, how->before ? how->before : INT64_MAX);
	if (!how->all_units) { /* of many units the newest are found by id, of one by its own key */
		query_sql(&query,
			  how->n_units == 1 ? SQL(" AND unit IN ") : SQL(" AND unit + 0 IN "));
		query_ints(&query, how->units, how->n_units);
	}
	query_sql(&query, SQL(" ORDER BY id DESC LIMIT "));
	query_int(&query, (int64_t)how->limit);
	AUTO(stmt_free) struct stmt *q = query_stmt(&query, db);
	struct delivery *found = ARENA_ARRAY(a, how->limit, struct delivery);
	size_t n = 0;
	while (n < how->limit && stmt_row(q))
		found[n++] = read_row(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

static void receipt_json(struct jw *w, const struct delivery *d)
{
	jw_name(w, "receipt");
	if (d->waiting || d->checked) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_int(w, "server", d->receipt.server);
	jw_m_int(w, "seq", d->receipt.seq);
	jw_m_time(w, "at", d->receipt.at);
	jw_m_str(w, "hash", d->receipt.hash);
	jw_object_end(w);
}

const struct finding *delivery_warning(const struct delivery *d)
{
	static const char vi[] =
		"Tệp XLS (Excel 97–2003) không cho biết ô nào định dạng phần trăm và không giữ kết quả công thức: "
		"12,5% được đọc là 0,125, ô công thức coi như trống. Hãy mở tệp bằng Excel hoặc LibreOffice, "
		"lưu lại thành .xlsx rồi nộp tệp đó; nếu vẫn dùng tệp XLS, hãy kiểm tra từng tỷ lệ và từng ô công thức.";
	static const char en[] =
		"An XLS file (Excel 97–2003) does not tell which cells are percentages and does not keep the results "
		"of formulas: 12.5% is read as 0.125, a formula as an empty cell. Open it in Excel or LibreOffice, "
		"save it as .xlsx and send that; if you keep to the XLS file, check every rate and every formula.";
	static const struct finding old_file = {
		.check = "old_spreadsheet", .vi = {vi, sizeof(vi) - 1}, .en = {en, sizeof(en) - 1}};
	bool old = d->source == DELIVERY_FILE && str_eq(d->media_type, sheet_media_type(SHEET_XLS));
	return old ? &old_file : NULL;
}

void delivery_json_warnings(struct jw *w, const struct delivery *d)
{
	jw_name(w, "warnings");
	findings_json(w, delivery_warning(d));
}

void delivery_json_head(struct jw *w, const struct view *v, const struct delivery *d)
{
	const struct unit *u = view_unit_id(v, d->unit);
	jw_m_id(w, "id", d->id);
	jw_m_cstr(w, "status", d->checked ? "checked" : d->waiting ? "waiting" : "done");
	jw_m_str(w, "unit", u ? u->code : STR_NULL);
	jw_m_cstr(w, "source", delivery_source_name(d->source));
	jw_m_str(w, "filename", d->filename);
	jw_m_str(w, "note", d->note);
	jw_m_time(w, "received", d->received);
	for (int s = 0; s < CELL_STATES; s++)
		jw_m_int(w, cell_state_name((enum cell_state)s), d->counts[s]);
}

void delivery_json(struct jw *w, const struct view *v, const struct delivery *d)
{
	delivery_json_head(w, v, d);
	jw_m_int(w, "bytes", d->bytes);
	jw_m_str(w, "content_hash", d->content_hash);
	delivery_json_warnings(w, d);
	jw_m_id(w, "actor", d->actor);
	receipt_json(w, d);
}

static void row_open(struct jw *w, struct str sheet, int64_t row, int64_t column, struct str state)
{
	jw_object(w);
	jw_m_str(w, "sheet", sheet);
	jw_m_int(w, "row", row);
	jw_m_int(w, "column", column);
	jw_m_str(w, "status", state);
}

void findings_json(struct jw *w, const struct finding *f)
{
	jw_array(w);
	for (; f; f = f->next) {
		jw_object(w);
		jw_m_cstr(w, "check", f->check);
		jw_m_cstr(w, "severity", f->hard ? "hard" : "soft");
		jw_m_str(w, "detail_vi", f->vi);
		jw_m_str(w, "detail_en", f->en);
		jw_object_end(w);
	}
	jw_array_end(w);
}

/* Of the figure that says what the cell says; 0: none. */
static int64_t figure_of(const struct checked *k)
{
	if (k->twin && k->state == CELL_SAME)
		k = k->twin;
	return k->state == CELL_SAME && !k->overtaken ? k->before.id : k->figure.id;
}

void delivery_json_rows(struct jw *w, const struct checked *cells, size_t n, bool all)
{
	jw_name(w, "rows");
	jw_array(w);
	for (size_t i = 0; i < n; i++) {
		const struct checked *k = &cells[i];
		if (!all && (k->state == CELL_ACCEPTED || k->state == CELL_SAME))
			continue;
		const struct cell *c = k->cell;
		row_open(w, c->sheet, c->row, c->column, str_of(cell_state_name(k->state)));
		jw_m_str(w, "indicator", k->indicator ? k->indicator->code : c->indicator);
		jw_m_str(w, "unit", k->unit ? k->unit->code : c->unit);
		jw_m_str(w, "period", c->period);
		jw_m_str(w, "breakdown", c->breakdown);
		jw_m_str(w, "value", c->value);
		jw_name(w, "read_as");
		if (k->resolved)
			figure_json_value(w, &k->figure);
		else
			jw_null(w);
		jw_m_id(w, "figure", figure_of(k));
		jw_name(w, "problems");
		findings_json(w, k->findings);
		jw_object_end(w);
	}
	jw_array_end(w);
}

/* Is the row about a restricted figure that the reader may read neither of its unit nor of the sender's? */
static bool row_withheld(const struct check_context *c, const struct delivery *d,
			 struct str indicator, struct str unit)
{
	const struct indicator *i = view_indicator(c->view, indicator);
	const struct unit *u = view_unit(c->view, unit);
	return i && view_restricted(c->view, i->id) &&
	       !figure_may(c->access, c->who, VERB_READ, c->view, d->unit, i->id) &&
	       !(u && figure_may(c->access, c->who, VERB_READ, c->view, u->id, i->id));
}

enum err delivery_json_stored_rows(struct jw *w, const struct check_context *c,
				   const struct delivery *d, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		c->db,
		SQL("SELECT sheet, row_no, column_no, state, indicator, of_unit, period, breakdown, value, "
		    "remark, findings FROM delivery_cell WHERE unit = $1 AND delivery = $2 ORDER BY n"));
	stmt_bind_int(q, 1, d->unit);
	stmt_bind_int(q, 2, d->id);
	jw_name(w, "rows");
	jw_array(w);
	while (stmt_row(q)) {
		row_open(w, stmt_str(q, 0), stmt_int(q, 1), stmt_int(q, 2), stmt_str(q, 3));
		static const char *const names[] = {"indicator", "unit",  "period",
						    "breakdown", "value", "remark"};
		bool withheld = row_withheld(c, d, stmt_str(q, 4), stmt_str(q, 5));
		for (int i = 0; i < (int)ARRAY_LEN(names); i++)
			jw_m_str(w, names[i], withheld && i >= 4 ? STR_NULL : stmt_str(q, 4 + i));
		jw_m_bool(w, "withheld", withheld);
		jw_name(w, "problems");
		jw_raw(w, withheld ? STR("[]") : arena_str(c->arena, stmt_str(q, 10)));
		jw_object_end(w);
	}
	jw_array_end(w);
	return stmt_end(q, why);
}
