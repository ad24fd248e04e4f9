/* One record: reading, and writing with checks, version, search key and journal. */
#include "core/record_private.h"
#include "base/id.h"
#include "base/decimal.h"
#include "base/text.h"

#include <stdarg.h>

#define DIFFERENCE_MAX ((size_t)4 << 20)

/* -- problems -- */
void problems_init(struct problems *p, struct arena *a)
{
	*p = (struct problems){.arena = a};
}

static struct str sentence(struct arena *a, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
static struct str sentence(struct arena *a, const char *format, va_list args)
{
	char text[768];
	int n = vsnprintf(text, sizeof(text), format, args);
	bool cut = n >= (int)sizeof(text);
	size_t len = n < 0 ? 0 : cut ? sizeof(text) - 1 : (size_t)n;
	while (cut && len > 0 && !text_valid((struct str){text, len}))
		len--; /* not in the middle of a letter */
	return arena_str(a, (struct str){text, len});
}

void problem_add(struct problems *p, struct str at, const char *format, ...)
{
	if (p->n == PROBLEMS_MAX) {
		p->cut = true;
		return;
	}
	struct problem *made = ARENA_APPEND(p->arena, p->items, p->n);
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	*made = (struct problem){arena_str(p->arena, at), sentence(p->arena, format, args),
				 sentence(p->arena, words_vi(format), again)};
	va_end(again);
	va_end(args);
}

enum err problems_end(const struct problems *p, struct why *why)
{
	if (p->n == 0)
		return OK;
	char at[96];
	snprintf(at, sizeof(at), STR_FMT, STR_ARG(p->items[0].at));
	return fail_at(why, ERR_INVALID, at, BOTH_FMT, PROBLEM_ARG(p->items[0]));
}

/* -- descriptions and rows -- */
int record_field(const struct record *r, struct str name)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (str_is(name, r->fields[i].name.text))
			return (int)i;
	return -1;
}

struct value *row_value(const struct record *r, struct row *row, const char *name)
{
	int i = record_field(r, str_of(name));
	assert(i >= 0);
	return &row->values[i];
}

int record_code_field(const struct record *r)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].type == FIELD_CODE && !(r->fields[i].flags & FIELD_KEY))
			return (int)i;
	return -1;
}

bool field_is_text(const struct field *f)
{
	switch (f->type) {
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_DATE:
	case FIELD_TIME:
	case FIELD_REF:
		return false;
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_DECIMAL:
	case FIELD_CHOICE:
	case FIELD_LIST:
	case FIELD_REFS:
	case FIELD_JSON:
		break;
	}
	return true;
}

bool field_not_null(const struct field *f)
{
	return f->flags & FIELD_REQUIRED || f->type == FIELD_CODE || f->type == FIELD_BOOL;
}

bool value_same(const struct field *f, const struct value *a, const struct value *b)
{
	if (!a->given || !b->given)
		return a->given == b->given;
	struct decimal x, y; /* 12.0690 out of a spreadsheet is 12.069 */
	if (f->type == FIELD_DECIMAL && decimal_parse(a->text, &x, NULL) == OK &&
	    decimal_parse(b->text, &y, NULL) == OK)
		return decimal_cmp(x, y) == 0;
	return field_is_text(f) ? str_eq(a->text, b->text) : a->number == b->number;
}

struct row *row_new(const struct record *r, struct arena *a)
{
	struct row *row = ARENA_NEW(a, struct row);
	row->values = ARENA_ARRAY(a, r->n_fields, struct value);
	return row;
}

int64_t record_unit(const struct record *r, const struct row *row)
{
	if (!r->unit_field)
		return 0;
	if (strcmp(r->unit_field, "id") == 0)
		return row->id;
	int i = record_field(r, str_of(r->unit_field));
	assert(i >= 0);
	return row->values[i].given ? row->values[i].number : 0;
}

enum err record_require(const struct access *x, const struct principal *who, enum verb verb,
			const struct record *r, const struct row *row, struct why *why)
{
	const char *kind = r->table.text;
	if (r->open_field && access_may_open(x, who, verb, kind)) {
		int i = record_field(r, str_of(r->open_field));
		assert(i >= 0);
		if (str_is(row->values[i].text, "open"))
			return OK;
	}
	return access_require(x, who, verb, kind, record_unit(r, row), why);
}

/* -- SQL -- */
void query_columns(struct query *q, const struct record *r)
{
	query_sql(q, SQL("id, version, created, changed, removed"));
	for (size_t i = 0; i < r->n_fields; i++) {
		query_sql(q, SQL(", "));
		query_sql(q, r->fields[i].name);
	}
}

struct row *row_read(struct stmt *q, const struct record *r, struct arena *a)
{
	struct row *row = row_new(r, a);
	row->id = stmt_int(q, 0);
	row->version = stmt_int(q, 1);
	row->created = stmt_int(q, 2);
	row->changed = stmt_int(q, 3);
	row->removed = stmt_int(q, 4);
	for (size_t i = 0; i < r->n_fields; i++) {
		int column = (int)i + 5;
		struct value *v = &row->values[i];
		v->given = !stmt_is_null(q, column);
		if (field_is_text(&r->fields[i]))
			v->text = arena_str(a, stmt_str(q, column));
		else
			v->number = stmt_int(q, column);
	}
	return row;
}

void query_value(struct query *q, const struct field *f, const struct value *v)
{
	if (!v->given)
		query_sql(q, SQL("NULL"));
	else if (field_is_text(f))
		query_str(q, v->text);
	else
		query_int(q, v->number);
}

static struct query row_query(const struct record *r, struct arena *a)
{
	struct query q;
	query_init(&q, a);
	query_sql(&q, SQL("SELECT "));
	query_columns(&q, r);
	query_sql(&q, SQL(" FROM "));
	query_sql(&q, r->table);
	return q;
}

/* NULL: there is none. */
static enum err row_one(struct query *q, struct db *db, const struct record *r, struct arena *a,
			struct row **ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *st = query_stmt(q, db);
	struct row *row = stmt_row(st) ? row_read(st, r, a) : NULL;
	enum err rc = stmt_end(st, why);
	if (rc == OK)
		*ret = row;
	return rc;
}

static enum err row_of_id(struct db *db, const struct record *r, int64_t id, struct arena *a,
			  struct row **ret, struct why *why)
{
	struct query q = row_query(r, a);
	query_sql(&q, SQL(" WHERE id = "));
	query_int(&q, id);
	return row_one(&q, db, r, a, ret, why);
}

enum err record_get(struct db *db, const struct record *r, int64_t id, struct arena *a,
		    struct row **ret, struct why *why)
{
	struct row *row = NULL;
	enum err rc = row_of_id(db, r, id, a, &row, why);
	if (rc == OK && !row)
		return fail(why, ERR_NOT_FOUND, "there is no such " BOTH_FMT, LABEL_ARG(r->label));
	if (rc == OK)
		*ret = row;
	return rc;
}

enum err record_named(struct db *db, const struct record *r, struct str code_or_id, struct arena *a,
		      struct row **ret, struct why *why)
{
	int code = record_code_field(r);
	struct row *row = NULL;
	enum err rc = OK;
	int64_t id;
	if (code >= 0 && refs_askable(code_or_id)) {
		struct query q = row_query(r, a);
		query_sql(&q, SQL(" WHERE removed = 0 AND "));
		query_sql(&q, r->fields[code].name);
		query_sql(&q, SQL(" = "));
		query_str(&q, code_or_id);
		rc = row_one(&q, db, r, a, &row, why);
	}
	if (rc == OK && !row && id_parse(code_or_id, &id, NULL) == OK)
		rc = row_of_id(db, r, id, a, &row, why);
	if (rc == OK && !row)
		return fail(why, ERR_NOT_FOUND, "there is no " BOTH_FMT " \"" STR_FMT "\"",
			    LABEL_ARG(r->label), STR_ARG(code_or_id));
	if (rc == OK)
		*ret = row;
	return rc;
}

enum err record_find(struct db *db, const struct record *r, struct str code_or_id, int64_t *ret_id,
		     struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct row *row = NULL;
	enum err rc = record_named(db, r, code_or_id, a, &row, why);
	if (rc == OK)
		*ret_id = row->id;
	return rc;
}

/* -- search key -- */
static bool searchable(const struct record *r)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].flags & FIELD_SEARCH)
			return true;
	return false;
}

static struct str search_key(const struct record *r, const struct row *row, struct arena *a)
{
	struct str all = STR("");
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].flags & FIELD_SEARCH && row->values[i].given)
			all = arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(all),
					STR_ARG(row->values[i].text));
	return text_fold(a, all);
}

/* -- checks -- */
static enum err taken(struct db *tx, const struct record *r, const struct row *row,
		      unsigned key_flag, size_t field, bool *ret, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct query q;
	query_init(&q, a);
	query_sql(&q, SQL("SELECT id FROM "));
	query_sql(&q, r->table);
	query_sql(&q, SQL(" WHERE removed = 0"));
	for (size_t i = 0; i < r->n_fields; i++) {
		if (key_flag ? !(r->fields[i].flags & key_flag) : i != field)
			continue;
		query_sql(&q, SQL(" AND "));
		query_sql(&q, r->fields[i].name);
		query_sql(&q, row->values[i].given ? SQL(" = ") : SQL(" IS "));
		query_value(&q, &r->fields[i], &row->values[i]);
	}
	query_sql(&q, SQL(" AND id <> "));
	query_int(&q, row->id);
	AUTO(stmt_free) struct stmt *st = query_stmt(&q, tx);
	*ret = stmt_row(st);
	return stmt_end(st, why);
}

static enum err check_unique(struct db *tx, const struct record *r, const struct row *row,
			     struct problems *p, struct why *why)
{
	enum err rc = OK;
	bool keyed = false;
	for (size_t i = 0; rc == OK && i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		keyed |= f->flags & FIELD_KEY;
		bool alone = f->flags & FIELD_UNIQUE ||
			     (f->type == FIELD_CODE && !(f->flags & FIELD_KEY));
		bool used = false;
		if (!alone || !row->values[i].given)
			continue;
		rc = taken(tx, r, row, 0, i, &used, why);
		if (rc == OK && used)
			problem_add(p, arena_fmt(p->arena, "/%s", f->name.text),
				    "another " BOTH_FMT " has this " BOTH_FMT
				    " already; choose another one",
				    LABEL_ARG(r->label), LABEL_ARG(f->label));
	}
	bool used = false;
	if (rc == OK && keyed)
		rc = taken(tx, r, row, FIELD_KEY, 0, &used, why);
	if (rc == OK && used)
		problem_add(p, STR(""), "there is one like this already; change that one");
	return rc;
}

static enum err check_row(struct db *tx, const struct record *r, const struct row *old,
			  struct row *row, struct problems *p, struct why *why)
{
	row_complete(r, old, row, p, STR("/"));
	enum err rc = p->n ? OK : check_unique(tx, r, row, p, why);
	if (rc == OK && r->check && !p->n)
		r->check(tx, old, row, p);
	return rc == OK ? problems_end(p, why) : rc;
}

/* -- journal -- */
static void side_json(struct jw *w, const char *name, struct refs *refs, const struct record *r,
		      const struct row *row, const struct row *other)
{
	jw_name(w, name);
	jw_object(w);
	for (size_t i = 0; row && i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		if (f->flags & FIELD_HIDDEN ||
		    (other ? value_same(f, &row->values[i], &other->values[i])
			   : !row->values[i].given))
			continue;
		jw_name(w, f->name.text);
		value_json(w, refs, f, &row->values[i]);
	}
	jw_object_end(w);
}

/* Every write of a row ends here. */
static enum err journal_difference(struct db *tx, const struct record *r, const char *what,
				   const struct row *old, const struct row *now, struct author by,
				   struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf data;
	buf_init(&data, DIFFERENCE_MAX);
	struct jw w;
	jw_init(&w, &data);
	struct refs *refs = refs_new(tx, a);
	const struct row *row = now ? now : old;
	int code = record_code_field(r);
	jw_object(&w);
	if (code >= 0)
		jw_m_str(&w, "code", row->values[code].text);
	side_json(&w, "before", refs, r, old, now);
	side_json(&w, "after", refs, r, now, old);
	jw_object_end(&w);
	enum err rc = refs_end(refs, why);
	if (rc == OK)
		rc = buf_end(&data, why);
	if (rc != OK)
		return rc;
	struct journal_entry e = {.at = by.now,
				  .kind = arena_fmt(a, "%s.%s", r->table.text, what),
				  .actor = by.who->user,
				  .unit = record_unit(r, row),
				  .subject = str_of(r->table.text),
				  .subject_id = row->id,
				  .data = buf_str(&data)};
	rc = journal_append(tx, &e, why);
	return rc == OK && r->after ? r->after(tx, why) : rc;
}

/* -- writing -- */
static void insert_query(struct query *q, const struct record *r, const struct row *row,
			 struct arena *a)
{
	query_sql(q, SQL("INSERT INTO "));
	query_sql(q, r->table);
	query_sql(q, SQL(" ("));
	query_columns(q, r);
	query_sql(q, searchable(r) ? SQL(", fold) VALUES (") : SQL(") VALUES ("));
	query_int(q, row->id);
	query_sql(q, SQL(", 1, "));
	query_int(q, row->created);
	query_sql(q, SQL(", "));
	query_int(q, row->changed);
	query_sql(q, SQL(", 0"));
	for (size_t i = 0; i < r->n_fields; i++) {
		query_sql(q, SQL(", "));
		query_value(q, &r->fields[i], &row->values[i]);
	}
	if (searchable(r)) {
		query_sql(q, SQL(", "));
		query_str(q, search_key(r, row, a));
	}
	query_sql(q, SQL(")"));
}

static void set_author(const struct record *r, struct row *row, struct author by)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].flags & FIELD_AUTHOR)
			row->values[i] =
				(struct value){.given = by.who->user != 0, .number = by.who->user};
}

enum err record_create(struct db *tx, const struct record *r, struct row *row, struct author by,
		       struct problems *p, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	enum err rc = problems_end(p, why);
	if (rc != OK)
		return rc;
	row->id = id_next(store_ids(db_store(tx)), by.now);
	row->version = 1;
	row->created = row->changed = by.now;
	row->removed = 0;
	set_author(r, row, by);
	rc = check_row(tx, r, NULL, row, p, why);
	if (rc != OK)
		return rc;
	struct query q;
	query_init(&q, a);
	insert_query(&q, r, row, a);
	AUTO(stmt_free) struct stmt *st = query_stmt(&q, tx);
	rc = stmt_end(st, why);
	return rc == OK ? journal_difference(tx, r, "created", NULL, row, by, why) : rc;
}

/* "UPDATE table SET version = …, changed = …"; the caller adds columns, update_run() the rest. */
static void update_begin(struct query *q, struct arena *a, const struct record *r,
			 const struct row *old, usec now)
{
	query_init(q, a);
	query_sql(q, SQL("UPDATE "));
	query_sql(q, r->table);
	query_sql(q, SQL(" SET version = "));
	query_int(q, old->version + 1);
	query_sql(q, SQL(", changed = "));
	query_int(q, now);
}

static enum err update_run(struct query *q, struct db *tx, const struct record *r,
			   const struct row *old, struct why *why)
{
	query_sql(q, SQL(" WHERE id = "));
	query_int(q, old->id);
	query_sql(q, SQL(" AND version = "));
	query_int(q, old->version);
	AUTO(stmt_free) struct stmt *st = query_stmt(q, tx);
	enum err rc = stmt_end(st, why);
	if (rc == OK && stmt_changed(st) != 1)
		return fail(why, ERR_STALE,
			    "somebody else changed this " BOTH_FMT
			    " meanwhile; load it again and repeat your change",
			    LABEL_ARG(r->label));
	return rc;
}

bool record_same(const struct record *r, const struct row *old, const struct row *row)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (!value_same(&r->fields[i], &old->values[i], &row->values[i]))
			return false;
	return true;
}

enum err record_update(struct db *tx, const struct record *r, const struct row *old,
		       struct row *row, struct author by, struct problems *p, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	if (old->removed)
		return fail(why, ERR_CONFLICT, "this " BOTH_FMT " was removed; restore it first",
			    LABEL_ARG(r->label));
	enum err rc = problems_end(p, why);
	if (rc != OK)
		return rc;
	row->id = old->id;
	row->version = old->version;
	row->created = old->created;
	row->changed = old->changed;
	row->removed = 0;
	if (!r->restated && record_same(r, old, row))
		return OK;
	set_author(r, row, by);
	rc = check_row(tx, r, old, row, p, why);
	if (rc != OK)
		return rc;
	struct query q;
	update_begin(&q, a, r, old, by.now);
	for (size_t i = 0; i < r->n_fields; i++) {
		if (value_same(&r->fields[i], &old->values[i], &row->values[i]))
			continue;
		query_sql(&q, SQL(", "));
		query_sql(&q, r->fields[i].name);
		query_sql(&q, SQL(" = "));
		query_value(&q, &r->fields[i], &row->values[i]);
	}
	if (searchable(r)) {
		query_sql(&q, SQL(", fold = "));
		query_str(&q, search_key(r, row, a));
	}
	rc = update_run(&q, tx, r, old, why);
	if (rc != OK)
		return rc;
	row->version = old->version + 1;
	row->changed = by.now;
	return journal_difference(tx, r, "changed", old, row, by, why);
}

static enum err mark_removed(struct db *tx, const struct record *r, const struct row *old,
			     usec removed, struct author by, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct query q;
	update_begin(&q, a, r, old, by.now);
	query_sql(&q, SQL(", removed = "));
	query_int(&q, removed);
	enum err rc = update_run(&q, tx, r, old, why);
	if (rc != OK)
		return rc;
	return removed ? journal_difference(tx, r, "removed", old, NULL, by, why)
		       : journal_difference(tx, r, "restored", NULL, old, by, why);
}

enum err record_remove(struct db *tx, const struct record *r, const struct row *old,
		       struct author by, struct problems *p, struct why *why)
{
	if (old->removed)
		return fail(why, ERR_CONFLICT, "this " BOTH_FMT " was removed already",
			    LABEL_ARG(r->label));
	if (r->check)
		r->check(tx, old, NULL, p);
	enum err rc = problems_end(p, why);
	return rc == OK ? mark_removed(tx, r, old, by.now, by, why) : rc;
}

enum err record_restore(struct db *tx, const struct record *r, const struct row *old,
			struct author by, struct problems *p, struct why *why)
{
	if (!old->removed)
		return fail(why, ERR_CONFLICT, "this " BOTH_FMT " is not removed",
			    LABEL_ARG(r->label));
	struct row now = *old;
	now.removed = 0;
	enum err rc = check_row(tx, r, NULL, &now, p, why);
	return rc == OK ? mark_removed(tx, r, old, 0, by, why) : rc;
}
