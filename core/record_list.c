/* Many records: filters, folded search, order, and paging by the last one's place in that order. */
#include "core/record_private.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/decimal.h"
#include "base/id.h"
#include "base/text.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX 500
#define SEARCH_WORDS_MAX 12

/* What is sorted by: a field, or one of the columns that every table has. */
struct order {
	struct sql column;
	const struct field *field; /* NULL: an own column, a number, never NULL */
	int at;			   /* of the field */
	bool down;
};
static const struct sql own_columns[] = {NAME("id"), NAME("created"), NAME("changed"),
					 NAME("version")};

static bool sortable(const struct field *f)
{
	return !(f->flags & FIELD_HIDDEN) && f->type != FIELD_LONG && f->type != FIELD_LIST &&
	       f->type != FIELD_REFS && f->type != FIELD_JSON;
}

static enum err order_parse(const struct record *r, struct str text, struct order *ret,
			    struct why *why)
{
	struct order o = {.down = str_starts(text, STR("-")), .at = -1};
	struct str name = o.down ? (struct str){text.ptr + 1, text.len - 1} : text;
	for (size_t i = 0; i < ARRAY_LEN(own_columns); i++)
		if (str_is(name, own_columns[i].text))
			o.column = own_columns[i];
	if (!o.column.text) {
		o.at = record_field(r, name);
		if (o.at < 0 || !sortable(&r->fields[o.at]))
			return fail_at(why, ERR_INVALID, "sort",
				       BOTH_FMT " cannot be sorted by \"" STR_FMT
						"\"; take the name of a field, "
						"or -name for the other direction",
				       LABEL_ARG(r->plural), STR_ARG(name));
		o.field = &r->fields[o.at];
		o.column = o.field->name;
	}
	*ret = o;
	return OK;
}

static bool nullable(const struct order *o)
{
	return o->field && !field_not_null(o->field);
}

static void order_column(struct query *q, const struct order *o)
{
	bool decimal = o->field && o->field->type == FIELD_DECIMAL;
	query_sql(q, decimal ? SQL("CAST(") : SQL(""));
	query_sql(q, o->column);
	query_sql(q, decimal ? SQL(" AS NUMERIC)") : SQL(""));
}

static void order_value(struct query *q, const struct order *o, const struct value *v)
{
	bool decimal = o->field && o->field->type == FIELD_DECIMAL;
	query_sql(q, decimal ? SQL("CAST(") : SQL(""));
	if (o->field && field_is_text(o->field))
		query_str(q, v->text);
	else
		query_int(q, v->number);
	query_sql(q, decimal ? SQL(" AS NUMERIC)") : SQL(""));
}

/* -- cursor: id, then "-" for NULL, "=" and the number, or "~" and the text in hex -- */
static struct value order_key(const struct order *o, const struct row *row)
{
	if (o->field)
		return row->values[o->at];
	const char *name = o->column.text;
	struct value v = {.given = true, .number = row->id};
	if (strcmp(name, "created") == 0)
		v.number = row->created;
	else if (strcmp(name, "changed") == 0)
		v.number = row->changed;
	else if (strcmp(name, "version") == 0)
		v.number = row->version;
	return v;
}

static struct str cursor_write(const struct order *o, const struct row *row, struct arena *a)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, (size_t)1 << 20);
	char id[ID_TEXT + 1];
	id_write(row->id, id);
	buf_add(&b, str_of(id));
	struct value v = order_key(o, row);
	if (!v.given) {
		buf_add_char(&b, '-');
	} else if (o->field && field_is_text(o->field)) {
		buf_add_char(&b, '~');
		hex_write(&b, v.text);
	} else {
		buf_add_char(&b, '=');
		buf_add_int(&b, v.number);
	}
	return arena_str(a, buf_str(&b));
}

/* The sort value behind the mark; as text it must be what the column may hold. */
static bool cursor_value(const struct order *o, char mark, struct str rest, struct arena *a,
			 struct value *ret)
{
	bool is_text = o->field && field_is_text(o->field);
	*ret = (struct value){.given = mark != '-', .text = STR("")};
	if (mark == '-')
		return rest.len == 0 && nullable(o);
	if (mark == '=')
		return !is_text && str_int(rest, INT64_MIN, INT64_MAX, &ret->number, NULL) == OK;
	if (mark != '~' || !is_text)
		return false;
	if (rest.len && (hex_parse(a, rest, &ret->text, NULL) != OK || !text_valid(ret->text) ||
			 memchr(ret->text.ptr, 0, ret->text.len)))
		return false;
	struct decimal d;
	return o->field->type != FIELD_DECIMAL || decimal_parse(ret->text, &d, NULL) == OK;
}

static enum err cursor_read(const struct order *o, struct str text, struct arena *a,
			    int64_t *ret_id, struct value *ret, struct why *why)
{
	bool good =
		text.len > ID_TEXT && id_parse((struct str){text.ptr, ID_TEXT}, ret_id, NULL) == OK;
	struct str rest =
		good ? (struct str){text.ptr + ID_TEXT + 1, text.len - ID_TEXT - 1} : STR_NULL;
	if (good && cursor_value(o, text.ptr[ID_TEXT], rest, a, ret))
		return OK;
	return fail_at(
		why, ERR_INVALID, "cursor",
		"this cursor does not belong to this list and order; begin again without it");
}

static void query_after(struct query *q, const struct order *o, int64_t id, const struct value *v)
{
	query_sql(q, SQL(" AND ("));
	if (!v->given) {
		query_sql(q, o->column);
		query_sql(q, SQL(" IS NULL AND id > "));
		query_int(q, id);
	} else {
		order_column(q, o);
		query_sql(q, o->down ? SQL(" < ") : SQL(" > "));
		order_value(q, o, v);
		query_sql(q, SQL(" OR ("));
		order_column(q, o);
		query_sql(q, SQL(" = "));
		order_value(q, o, v);
		query_sql(q, SQL(" AND id > "));
		query_int(q, id);
		query_sql(q, SQL(")"));
		if (nullable(o)) {
			query_sql(q, SQL(" OR "));
			query_sql(q, o->column);
			query_sql(q, SQL(" IS NULL"));
		}
	}
	query_sql(q, SQL(")"));
}

static void query_order(struct query *q, const struct order *o)
{
	query_sql(q, SQL(" ORDER BY "));
	if (nullable(o)) {
		query_sql(q, SQL("CASE WHEN "));
		query_sql(q, o->column);
		query_sql(q, SQL(" IS NULL THEN 1 ELSE 0 END, "));
	}
	order_column(q, o);
	query_sql(q, o->down ? SQL(" DESC, id") : SQL(", id"));
}

/* -- conditions -- */
static enum err query_filter(struct query *q, struct refs *refs, const struct field *f,
			     struct str text, struct why *why)
{
	struct problems p;
	problems_init(&p, refs_arena(refs));
	struct reading in = {refs, &p, str_of(f->name.text)};
	struct value v;
	if (!value_read(&in, f, text, &v))
		return problems_end(&p, why);
	query_sql(q, f->name);
	query_sql(q, v.given ? SQL(" = ") : SQL(" IS "));
	query_value(q, f, &v);
	return OK;
}

/* Several values of one name: any of them.  Each name is written once, at its first value. */
static enum err query_filters(struct query *q, struct refs *refs, const struct record *r,
			      const struct record_list *how, struct why *why)
{
	for (size_t i = 0; i < how->n_filters; i++) {
		int at = record_field(r, how->filters[i].name);
		bool first = true, may = at >= 0 && field_may_filter(&r->fields[at]) &&
					 !(r->fields[at].flags & FIELD_HIDDEN);
		if (!may) {
			char name[64];
			snprintf(name, sizeof(name), STR_FMT, STR_ARG(how->filters[i].name));
			return fail_at(why, ERR_INVALID, name,
				       BOTH_FMT " cannot be filtered by \"%s\"",
				       LABEL_ARG(r->plural), name);
		}
		for (size_t j = 0; j < i; j++)
			first &= !str_eq(how->filters[j].name, how->filters[i].name);
		if (!first)
			continue;
		query_sql(q, SQL(" AND ("));
		for (size_t j = i; j < how->n_filters; j++) {
			if (!str_eq(how->filters[j].name, how->filters[i].name))
				continue;
			if (j > i)
				query_sql(q, SQL(" OR "));
			enum err rc =
				query_filter(q, refs, &r->fields[at], how->filters[j].value, why);
			if (rc != OK)
				return rc;
		}
		query_sql(q, SQL(")"));
	}
	return OK;
}

static enum err query_search(struct query *q, const struct record *r, struct str text,
			     struct arena *a, struct why *why)
{
	bool folded = false;
	for (size_t i = 0; i < r->n_fields; i++)
		folded |= r->fields[i].flags & FIELD_SEARCH;
	if (!folded)
		return fail_at(why, ERR_INVALID, "q", BOTH_FMT " cannot be searched by text",
			       LABEL_ARG(r->plural));
	if (text.len > 500)
		return fail_at(why, ERR_INVALID, "q", "search for at most 500 bytes");
	int words = 0;
	for (struct str rest = text_fold(a, text); rest.ptr && words < SEARCH_WORDS_MAX;) {
		struct str word = str_until(rest, ' ', &rest);
		if (word.len == 0 || memchr(word.ptr, '%', word.len) ||
		    memchr(word.ptr, '_', word.len))
			continue;
		query_sql(q, SQL(" AND fold LIKE "));
		query_str(q, arena_fmt(a, "%%" STR_FMT "%%", STR_ARG(word)));
		words++;
	}
	return OK;
}

static void query_reach(struct query *q, const struct record *r, const struct record_list *how)
{
	if (how->all_units)
		return;
	query_sql(q, SQL(" AND ("));
	if (r->unit_field) {
		query_sql(q, strcmp(r->unit_field, "id") == 0
				     ? SQL("id")
				     : r->fields[record_field(r, str_of(r->unit_field))].name);
		query_sql(q, SQL(" IN "));
		query_ints(q, how->units, how->n_units);
	} else {
		query_sql(q, SQL("1 = 0"));
	}
	if (how->open && r->open_field) {
		query_sql(q, SQL(" OR "));
		query_sql(q, r->fields[record_field(r, str_of(r->open_field))].name);
		query_sql(q, SQL(" = 'open'"));
	}
	query_sql(q, SQL(")"));
}

void record_list_reach(struct record_list *how, const struct access *x, const struct principal *who,
		       const struct record *r, struct arena *a)
{
	int64_t *units;
	how->n_units = access_units(x, who, VERB_READ, r->table.text, a, &units, &how->all_units);
	how->units = units;
	how->open = access_may_open(x, who, VERB_READ, r->table.text);
}

static enum err query_build(struct query *q, struct db *db, const struct record *r,
			    const struct record_list *how, const struct order *o, struct why *why)
{
	struct arena *a = q->arena;
	query_sql(q, SQL("SELECT "));
	query_columns(q, r);
	query_sql(q, SQL(" FROM "));
	query_sql(q, r->table);
	query_sql(q, how->removed ? SQL(" WHERE removed <> 0") : SQL(" WHERE removed = 0"));
	query_reach(q, r, how);
	struct refs *refs = refs_new(db, a);
	enum err rc = query_filters(q, refs, r, how, why);
	enum err store = refs_end(refs, why);
	if (store != OK)
		return store;
	if (rc == OK && how->q.len)
		rc = query_search(q, r, how->q, a, why);
	if (rc == OK && how->cursor.len) {
		int64_t id;
		struct value v;
		rc = cursor_read(o, how->cursor, a, &id, &v, why);
		if (rc == OK)
			query_after(q, o, id, &v);
	}
	return rc;
}

enum err record_list(struct db *db, const struct record *r, const struct record_list *how,
		     struct arena *a, struct record_page *ret, struct why *why)
{
	struct order o;
	struct str sort = how->sort.len ? how->sort : str_of(r->sort ? r->sort : "id");
	int64_t limit = how->limit ? how->limit : LIMIT_DEFAULT;
	enum err rc = order_parse(r, sort, &o, why);
	if (rc != OK)
		return rc;
	if (limit < 1 || limit > LIMIT_MAX)
		return fail_at(why, ERR_INVALID, "limit", "limit is 1 to %d", LIMIT_MAX);
	struct query q;
	query_init(&q, a);
	rc = query_build(&q, db, r, how, &o, why);
	if (rc != OK)
		return rc;
	query_order(&q, &o);
	query_sql(&q, SQL(" LIMIT "));
	query_int(&q, limit + 1);
	struct record_page page = {.rows = ARENA_ARRAY(a, (size_t)limit, struct row *)};
	AUTO(stmt_free) struct stmt *st = query_stmt(&q, db);
	bool more = false;
	while (!more && stmt_row(st)) {
		more = page.n == (size_t)limit;
		if (!more)
			page.rows[page.n++] = row_read(st, r, a);
	}
	rc = stmt_end(st, why);
	if (rc != OK)
		return rc;
	if (more)
		page.next = cursor_write(&o, page.rows[page.n - 1], a);
	*ret = page;
	return OK;
}
