/* edition.c - one report made once: in memory, then kept with its files. */
#include "analyze/analyze.h"
#include "report/report.h"

#include "base/crypt.h"
#include "base/id.h"
#include "core/identity.h"
#include "core/journal.h"

/* Reasons that stay until somebody changes something become the edition's problem. */
static bool stays(enum err rc)
{
	return rc == ERR_INVALID || rc == ERR_TOO_LARGE || rc == ERR_NOT_FOUND ||
	       rc == ERR_FORBIDDEN;
}

static enum err owner_of(const struct app_services *app, struct db *db, const struct report *r,
			 struct arena *a, struct principal **ret, struct why *why)
{
	if (!r->owner)
		return fail(why, ERR_NOT_FOUND,
			    "the report has no owner; somebody with the rights must save it");
	enum err rc = access_principal(db, r->owner, a, ret, why);
	if (rc == OK && !access_may(app->access, *ret, VERB_READ, "report", r->unit))
		rc = fail(
			why, ERR_FORBIDDEN,
			"the report's owner may not see this unit any more; somebody with the rights must save it");
	return rc;
}

static enum err write_files(const struct paper *p, const struct report *r, struct arena *a,
			    struct edition *e, struct why *why)
{
	static enum err (*const writers[FORMATS])(const struct paper *, struct buf *,
						  struct why *) = {
		[FORMAT_PDF] = paper_pdf, [FORMAT_HTML] = paper_html, [FORMAT_XLSX] = paper_xlsx};
	enum err rc = OK;
	for (unsigned f = 0; f < FORMATS && rc == OK; f++) {
		AUTO(buf_release) struct buf out;
		buf_init(&out, REPORT_FILE_MAX);
		if (!(r->formats & (1u << f)))
			continue;
		rc = writers[f](p, &out, why);
		if (rc == OK)
			e->files[f] = arena_str(a, buf_str(&out));
	}
	return rc;
}

static enum err make(const struct app_services *app, struct db *db, const struct report *r,
		     struct arena *a, struct edition *e, struct why *why)
{
	struct principal *owner = NULL;
	const struct view *v = NULL;
	struct content content = {0};
	struct paper *p = NULL;
	enum err rc = registry_view(app->registry, db, a, &v, why);
	if (rc != OK)
		return rc;
	e->demonstration = view_demonstration(v);
	rc = owner_of(app, db, r, a, &owner, why);
	if (rc == OK)
		rc = content_parse(a, r->text, &content, why);
	const struct unit *unit = view_unit_id(v, r->unit);
	if (rc == OK && !unit)
		rc = fail(why, ERR_NOT_FOUND, "the report's unit is removed");
	const struct analyze *own = app->analyze;
	const struct image *image = NULL;
	if (rc == OK)
		rc = image_view(own->images, db, a, &image, why);
	struct composing c = {.db = db,
			      .access = app->access,
			      .who = owner,
			      .view = v,
			      .image = image,
			      .content = &content,
			      .unit = unit,
			      .name = e->name,
			      .language = r->language,
			      .period = e->period,
			      .now = e->made,
			      .arena = a};
	if (rc == OK)
		rc = report_compose(&c, &p, why);
	return rc == OK ? write_files(p, r, a, e, why) : rc;
}

enum err edition_make(const struct app_services *app, struct db *db, const struct report *r,
		      struct arena *a, struct edition *e, struct why *why)
{
	struct why deep = {0};
	e->unit = r->unit;
	e->report = r->id;
	e->owner = r->owner;
	e->language = r->language == PAPER_EN ? STR("en") : STR("vi");
	e->name = r->language == PAPER_EN ? r->name_en : r->name_vi;
	enum err rc = make(app, db, r, a, e, &deep);
	if (rc != OK && !stays(rc)) {
		if (why)
			*why = deep;
		return rc;
	}
	if (rc != OK) {
		e->problem = arena_str(a, str_of(deep.text));
		memset(e->files, 0, sizeof(e->files));
	}
	return OK;
}

/* -- keeping -- */
static enum err insert_edition(struct db *tx, const struct edition *e, struct str period,
			       struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO report_edition (unit, id, report, period, slot, made, actor, owner, language, name, "
		    "demonstration, problem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"));
	stmt_bind_int(q, 1, e->unit);
	stmt_bind_int(q, 2, e->id);
	stmt_bind_int(q, 3, e->report);
	stmt_bind(q, 4, period);
	stmt_bind_int(q, 5, e->slot);
	stmt_bind_int(q, 6, e->made);
	stmt_bind_int(q, 7, e->actor);
	stmt_bind_int(q, 8, e->owner);
	stmt_bind(q, 9, e->language);
	stmt_bind(q, 10, e->name);
	stmt_bind_int(q, 11, e->demonstration);
	stmt_bind(q, 12, e->problem);
	return stmt_end(q, why);
}

static enum err insert_files(struct db *tx, const struct edition *e, struct arena *a,
			     struct why *why)
{
	enum err rc = OK;
	for (unsigned f = 0; f < FORMATS && rc == OK; f++) {
		if (!e->files[f].ptr)
			continue;
		struct hash hash = crypt_sha256(e->files[f]);
		AUTO(stmt_free) struct stmt *q = db_stmt(
			tx,
			SQL("INSERT INTO report_file (unit, edition, format, bytes, sha256, content) VALUES ($1, $2, $3, "
			    "$4, $5, $6)"));
		stmt_bind_int(q, 1, e->unit);
		stmt_bind_int(q, 2, e->id);
		stmt_bind(q, 3, str_of(format_name((enum format)f)));
		stmt_bind_int(q, 4, (int64_t)e->files[f].len);
		stmt_bind(q, 5, hash_hex(a, &hash));
		stmt_bind_bytes(q, 6, e->files[f]);
		rc = stmt_end(q, why);
	}
	return rc;
}

/* Newer slots than one that is made by hand do not count: the newest by id stay. */
static enum err forget_old(struct db *tx, const struct report *r, int64_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *files = db_stmt(
		tx,
		SQL("DELETE FROM report_file WHERE unit = $1 AND edition IN (SELECT id FROM report_edition WHERE unit = $1 "
		    "AND report = $2 AND id <= $3)"));
	AUTO(stmt_free) struct stmt *editions = db_stmt(
		tx, SQL("DELETE FROM report_edition WHERE unit = $1 AND report = $2 AND id <= $3"));
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT id FROM report_edition WHERE unit = $1 AND report = $2 ORDER BY id DESC LIMIT 1 OFFSET $3"));
	stmt_bind_int(q, 1, r->unit);
	stmt_bind_int(q, 2, r->id);
	stmt_bind_int(q, 3, r->keep);
	int64_t last = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc != OK || !last)
		return rc;
	struct stmt *both[] = {files, editions};
	for (size_t i = 0; i < ARRAY_LEN(both) && rc == OK; i++) {
		stmt_bind_int(both[i], 1, r->unit);
		stmt_bind_int(both[i], 2, r->id);
		stmt_bind_int(both[i], 3, last);
		rc = stmt_end(both[i], why);
	}
	*ret_n = stmt_changed(editions);
	return rc;
}

static enum err tell(struct db *tx, const struct report *r, const struct edition *e,
		     struct str period, int64_t forgotten, struct why *why)
{
	AUTO(buf_release) struct buf data;
	struct jw w;
	buf_init(&data, 4096);
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_str(&w, "code", r->code);
	jw_m_id(&w, "edition", e->id);
	jw_m_str(&w, "period", period);
	jw_m_time(&w, "slot", e->slot);
	jw_name(&w, "formats");
	jw_array(&w);
	for (unsigned f = 0; f < FORMATS; f++)
		if (e->files[f].ptr)
			jw_cstr(&w, format_name((enum format)f));
	jw_array_end(&w);
	jw_m_int(&w, "forgotten", forgotten);
	if (e->problem.ptr)
		jw_m_str(&w, "problem", e->problem);
	jw_object_end(&w);
	enum err rc = buf_end(&data, why);
	struct journal_entry entry = {.at = e->made,
				      .kind = e->problem.ptr ? STR("report.failed")
							     : STR("report.made"),
				      .actor = e->actor,
				      .unit = e->unit,
				      .subject = STR("report"),
				      .subject_id = r->id,
				      .data = buf_str(&data)};
	return rc == OK ? journal_append(tx, &entry, why) : rc;
}

enum err edition_store(struct db *tx, const struct report *r, struct edition *e, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str period = period_str(a, e->period);
	int64_t forgotten = 0;
	e->id = id_next(store_ids(db_store(tx)), e->made);
	enum err rc = insert_edition(tx, e, period, why);
	if (rc == OK)
		rc = insert_files(tx, e, a, why);
	if (rc == OK)
		rc = forget_old(tx, r, &forgotten, why);
	return rc == OK ? tell(tx, r, e, period, forgotten, why) : rc;
}

/* -- reading -- */
#define EDITION_SELECT                                                                                            \
	"SELECT unit, id, report, period, slot, made, actor, owner, language, name, demonstration, problem FROM " \
	"report_edition "

static enum err edition_row(struct stmt *q, struct arena *a, struct edition *e, struct why *why)
{
	*e = (struct edition){
		.unit = stmt_int(q, 0),
		.id = stmt_int(q, 1),
		.report = stmt_int(q, 2),
		.slot = stmt_int(q, 4),
		.made = stmt_int(q, 5),
		.actor = stmt_int(q, 6),
		.owner = stmt_int(q, 7),
		.language = arena_str(a, stmt_str(q, 8)),
		.name = arena_str(a, stmt_str(q, 9)),
		.demonstration = stmt_int(q, 10) != 0,
		.problem = arena_str(a, stmt_str(q, 11)),
	};
	return period_parse(stmt_str(q, 3), &e->period, why);
}

enum err edition_get(struct db *db, int64_t id, struct arena *a, struct edition *ret,
		     struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, SQL(EDITION_SELECT "WHERE id = $1"));
	struct edition e = {0};
	stmt_bind_int(q, 1, id);
	enum err rc = stmt_row(q) ? edition_row(q, a, &e, why) : OK;
	if (rc == OK)
		rc = stmt_end(q, why);
	if (rc == OK && !e.id)
		rc = fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	if (rc == OK)
		*ret = e;
	return rc;
}

enum err edition_list(struct db *db, const struct edition_query *how, struct arena *a,
		      struct edition **ret, size_t *ret_n, struct why *why)
{
	struct edition *all = ARENA_ARRAY(a, how->limit + 1, struct edition);
	struct query q;
	size_t n = 0;
	enum err rc = OK;
	query_init(&q, a);
	query_sql(&q, SQL(EDITION_SELECT "WHERE id < "));
	query_int(&q, how->before ? how->before : INT64_MAX);
	if (how->report) {
		query_sql(&q, SQL(" AND report = "));
		query_int(&q, how->report);
	}
	query_sql(&q, SQL(" ORDER BY id DESC LIMIT "));
	query_int(&q, (int64_t)how->limit);
	AUTO(stmt_free) struct stmt *st = query_stmt(&q, db);
	while (rc == OK && n < how->limit && stmt_row(st))
		rc = edition_row(st, a, &all[n++], why);
	if (rc == OK)
		rc = stmt_end(st, why);
	*ret = all;
	*ret_n = n;
	return rc;
}

enum err edition_file(struct db *db, const struct edition *e, enum format f, struct arena *a,
		      struct str *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT content FROM report_file WHERE unit = $1 AND edition = $2 AND format = $3"));
	stmt_bind_int(q, 1, e->unit);
	stmt_bind_int(q, 2, e->id);
	stmt_bind(q, 3, str_of(format_name(f)));
	struct str content = stmt_row(q) ? arena_str(a, stmt_bytes(q, 0)) : STR_NULL;
	enum err rc = stmt_end(q, why);
	if (rc == OK && !content.ptr)
		rc = fail(why, ERR_NOT_FOUND, "this edition is not kept as %s", format_name(f));
	if (rc == OK)
		*ret = content;
	return rc;
}

static enum err files_json(struct jw *w, struct db *db, const struct edition *e, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT format, bytes, sha256 FROM report_file WHERE unit = $1 AND edition = $2 ORDER BY format"));
	stmt_bind_int(q, 1, e->unit);
	stmt_bind_int(q, 2, e->id);
	jw_name(w, "files");
	jw_array(w);
	while (stmt_row(q)) {
		jw_object(w);
		jw_m_str(w, "format", stmt_str(q, 0));
		jw_m_int(w, "bytes", stmt_int(q, 1));
		jw_m_str(w, "sha256", stmt_str(q, 2));
		jw_object_end(w);
	}
	jw_array_end(w);
	return stmt_end(q, why);
}

enum err edition_json(struct jw *w, struct db *db, const struct edition *e, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	jw_object(w);
	jw_m_id(w, "id", e->id);
	jw_m_id(w, "report", e->report);
	jw_m_str(w, "name", e->name);
	jw_m_str(w, "period", period_str(a, e->period));
	jw_m_time(w, "due", e->slot);
	jw_m_time(w, "made", e->made);
	jw_m_str(w, "language", e->language);
	jw_m_bool(w, "demonstration", e->demonstration);
	jw_m_str(w, "problem", e->problem);
	enum err rc = files_json(w, db, e, why);
	jw_object_end(w);
	return rc;
}
