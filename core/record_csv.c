/* CSV out, and in: all rows or none, found by code or natural key. */
#include "core/record_private.h"
#include "base/csv.h"
#include "base/text.h"

bool field_in_files(const struct field *f)
{
	return !(f->flags & (FIELD_OURS | FIELD_HIDDEN));
}

void record_csv_header(struct buf *out, const struct record *r)
{
	bool first = true;
	for (size_t i = 0; i < r->n_fields; i++) {
		if (!field_in_files(&r->fields[i]))
			continue;
		csv_write(out, first, str_of(r->fields[i].name.text));
		first = false;
	}
	buf_add(out, STR("\r\n"));
}

void record_csv_row(struct buf *out, struct refs *refs, const struct record *r,
		    const struct row *row)
{
	bool first = true;
	for (size_t i = 0; i < r->n_fields; i++) {
		if (!field_in_files(&r->fields[i]))
			continue;
		csv_write(out, first, record_cell(refs, &r->fields[i], &row->values[i]));
		first = false;
	}
	buf_add(out, STR("\r\n"));
}

/* -- from JSON -- */
static bool item_gives(const struct record *r, const struct json *item, size_t field)
{
	return field_in_files(&r->fields[field]) && json_get(item, r->fields[field].name.text);
}

static void add_json_cell(struct buf *out, bool first, const struct json *v, struct arena *a)
{
	struct str text = STR("");
	if (v && (v->type == JSON_STRING || v->type == JSON_INT || v->type == JSON_NUMBER))
		text = v->text;
	else if (v && v->type == JSON_BOOL)
		text = v->boolean ? STR("true") : STR("false");
	else if (v && v->type == JSON_ARRAY)
		for (size_t i = 0; i < v->n; i++)
			text = arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(text), i ? ";" : "",
					 STR_ARG(v->items[i].text));
	csv_write(out, first, text);
}

enum err record_csv_of_json(const struct record *r, const struct json *in, struct buf *out,
			    struct why *why)
{
	const struct json *items = json_get(in, "items");
	if (!items || items->type != JSON_ARRAY || items->n == 0)
		return fail_at(why, ERR_INVALID, "/items",
			       "give {\"items\":[{…}]} as the export writes it");
	AUTO(arena_free) struct arena *a = arena_new();
	const struct json *head = &items->items[0];
	bool first = true;
	for (size_t f = 0; f < r->n_fields; f++)
		if (item_gives(r, head, f)) {
			csv_write(out, first, str_of(r->fields[f].name.text));
			first = false;
		}
	for (size_t i = 0; i < items->n; i++) {
		buf_add(out, STR("\r\n"));
		first = true;
		for (size_t f = 0; f < r->n_fields; f++)
			if (item_gives(r, head, f)) {
				add_json_cell(out, first,
					      json_get(&items->items[i], r->fields[f].name.text),
					      a);
				first = false;
			}
	}
	return buf_end(out, why);
}

/* -- import -- */
#define LATER_PASSES 32 /* deeper than any tree of units */

struct import {
	struct db *tx;
	const struct record *r;
	struct author by;
	struct problems *p;
	struct refs *refs;
	struct arena *scratch; /* of one row */
	int *columns;	       /* field of each column */
	size_t n_columns;
	bool keyed;		    /* by FIELD_KEY, not by the code */
	struct later *later, **end; /* rows whose turn comes after the others */
	struct import_result result;
};

struct later {
	struct csv_row row;
	struct later *next;
};

static bool is_key(const struct import *m, size_t field)
{
	const struct field *f = &m->r->fields[field];
	return m->keyed ? f->flags & FIELD_KEY : f->type == FIELD_CODE;
}

static bool header_has(const struct import *m, size_t field)
{
	for (size_t c = 0; c < m->n_columns; c++)
		if (m->columns[c] == (int)field)
			return true;
	return false;
}

static void read_header(struct import *m, const struct csv_row *row)
{
	m->columns = ARENA_ARRAY(m->p->arena, row->n, int);
	for (size_t c = 0; c < row->n; c++) {
		struct str name = str_trim(row->cells[c]);
		int at = record_field(m->r, name);
		struct str where = arena_fmt(m->p->arena, "row %lld, " STR_FMT,
					     (long long)row->number, STR_ARG(name));
		if (at < 0 || !field_in_files(&m->r->fields[at]))
			problem_add(
				m->p, where,
				BOTH_FMT
				" has no column of this name; take the names of the exported file",
				LABEL_ARG(m->r->plural));
		else if (header_has(m, (size_t)at))
			problem_add(m->p, where, "this column stands here twice");
		m->columns[c] = at;
		m->n_columns = c + 1;
	}
	for (size_t i = 0; i < m->r->n_fields; i++)
		if (is_key(m, i) && !header_has(m, i))
			problem_add(m->p,
				    arena_fmt(m->p->arena, "row %lld", (long long)row->number),
				    "the column %s is missing; rows are found by it",
				    m->r->fields[i].name.text);
}

/* Our own export marks what a spreadsheet would take for a formula. */
static struct str unmarked(struct str cell)
{
	bool marked = cell.len > 1 && cell.ptr[0] == '\'' && strchr("=+-@\t", cell.ptr[1]);
	return marked ? (struct str){cell.ptr + 1, cell.len - 1} : cell;
}

static void read_cells(struct import *m, const struct csv_row *row, struct problems *mine,
		       struct row *ret)
{
	for (size_t c = 0; c < m->n_columns; c++) {
		const struct field *f = &m->r->fields[m->columns[c]];
		struct str cell = c < row->n ? unmarked(row->cells[c]) : STR("");
		struct reading in = {m->refs, mine, str_of(f->name.text)};
		struct value v;
		if (value_read(&in, f, cell, &v))
			ret->values[m->columns[c]] = v;
	}
	for (size_t c = m->n_columns; c < row->n; c++)
		if (row->cells[c].len) {
			problem_add(mine, arena_fmt(m->scratch, "column %zu", c + 1),
				    "this cell is beyond the last column of the header");
			break;
		}
}

static enum err find_existing(struct import *m, const struct row *row, struct row **ret,
			      struct why *why)
{
	struct query q;
	query_init(&q, m->scratch);
	query_sql(&q, SQL("SELECT "));
	query_columns(&q, m->r);
	query_sql(&q, SQL(" FROM "));
	query_sql(&q, m->r->table);
	query_sql(&q, SQL(" WHERE removed = 0"));
	for (size_t i = 0; i < m->r->n_fields; i++) {
		if (!is_key(m, i))
			continue;
		query_sql(&q, SQL(" AND "));
		query_sql(&q, m->r->fields[i].name);
		query_sql(&q, row->values[i].given ? SQL(" = ") : SQL(" IS "));
		query_value(&q, &m->r->fields[i], &row->values[i]);
	}
	AUTO(stmt_free) struct stmt *st = query_stmt(&q, m->tx);
	*ret = stmt_row(st) ? row_read(st, m->r, m->scratch) : NULL;
	return stmt_end(st, why);
}

/* Problems of one row, "/name" or "name": the row is said with them. */
static void take_problems(struct import *m, const struct problems *mine, int64_t number)
{
	for (size_t i = 0; i < mine->n; i++) {
		struct str at = mine->items[i].at;
		struct str name =
			str_starts(at, STR("/")) ? (struct str){at.ptr + 1, at.len - 1} : at;
		struct str where = name.len ? arena_fmt(m->scratch, "row %lld, " STR_FMT,
							(long long)number, STR_ARG(name))
					    : arena_fmt(m->scratch, "row %lld", (long long)number);
		problem_add(m->p, where, BOTH_FMT, PROBLEM_ARG(mine->items[i]));
	}
}

static enum err write_row(struct import *m, struct row *row, struct row *old, struct problems *mine,
			  struct why *why)
{
	bool again = m->r->restated && old && !mine->n && record_same(m->r, old, row);
	enum err rc = again ? OK
		      : old ? record_update(m->tx, m->r, old, row, m->by, mine, why)
			    : record_create(m->tx, m->r, row, m->by, mine, why);
	if (rc == OK && !old)
		m->result.created++;
	else if (rc == OK && row->version > old->version)
		m->result.changed++;
	else if (rc == OK)
		m->result.same++;
	return rc == ERR_INVALID && mine->n ? OK : rc;
}

static bool is_blank(const struct csv_row *row)
{
	for (size_t c = 0; c < row->n; c++)
		if (str_trim(row->cells[c]).len)
			return false;
	return true;
}

static enum err import_row(struct import *m, const struct csv_row *cells, struct why *why)
{
	struct problems mine;
	problems_init(&mine, m->scratch);
	struct row *row = row_new(m->r, m->scratch), *old = NULL;
	read_cells(m, cells, &mine, row);
	enum err rc = refs_end(m->refs, why);
	if (rc == OK && mine.n == 0)
		rc = find_existing(m, row, &old, why);
	for (size_t i = 0; rc == OK && old && i < m->r->n_fields; i++)
		if (!header_has(m, i))
			row->values[i] = old->values[i];
	if (rc == OK && mine.n == 0)
		rc = write_row(m, row, old, &mine, why);
	take_problems(m, &mine, cells->number);
	arena_reset(m->scratch);
	return rc;
}

/* Does the row refer to one of its own kind that is not there?  It may stand further down. */
static bool waits(const struct import *m, const struct csv_row *row)
{
	for (size_t c = 0; c < m->n_columns && c < row->n; c++) {
		const struct field *f = &m->r->fields[m->columns[c]];
		struct str code = str_trim(row->cells[c]);
		int64_t id;
		if (f->type == FIELD_REF && f->ref == m->r && code.len &&
		    record_find(m->tx, m->r, code, &id, NULL) == ERR_NOT_FOUND)
			return true;
	}
	return false;
}

static void put_off(struct import *m, const struct csv_row *row)
{
	struct arena *a = m->p->arena;
	struct later *l = ARENA_NEW(a, struct later);
	struct str *cells = ARENA_ARRAY(a, row->n, struct str);
	for (size_t c = 0; c < row->n; c++)
		cells[c] = arena_str(a, row->cells[c]);
	l->row = (struct csv_row){row->number, row->n, cells};
	*m->end = l;
	m->end = &l->next;
}

/* Pass after pass, as long as one more row finds what it refers to; then the rest, for its problems. */
static enum err import_later(struct import *m, struct why *why)
{
	enum err rc = OK;
	bool moved = true;
	for (int pass = 1; rc == OK && m->later && !m->p->cut; pass++) {
		bool last = !moved || pass == LATER_PASSES;
		struct later **at = &m->later;
		moved = false;
		while (*at && rc == OK && !m->p->cut) {
			if (!last && waits(m, &(*at)->row)) {
				at = &(*at)->next;
				continue;
			}
			rc = import_row(m, &(*at)->row, why);
			*at = (*at)->next;
			moved = true;
		}
	}
	return rc;
}

static bool has_key(const struct record *r)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].flags & FIELD_KEY)
			return true;
	return false;
}

static enum err import_rows(struct import *m, struct csv *csv, struct why *why)
{
	struct csv_row row;
	enum err rc = OK;
	int64_t rows = 0;
	while (rc == OK && !m->p->cut && csv_next(csv, &row)) {
		if (is_blank(&row))
			continue;
		if (rows++ == 0)
			read_header(m, &row);
		else if (rows > IMPORT_ROWS_MAX)
			rc = fail(why, ERR_TOO_LARGE,
				  "a file has at most %d rows; cut it in pieces", IMPORT_ROWS_MAX);
		else if (waits(m, &row))
			put_off(m, &row);
		else
			rc = import_row(m, &row, why);
		if (rows == 1 && m->p->n)
			break;
	}
	if (rc == OK)
		rc = csv_end(csv, why);
	if (rc == OK && rows == 0)
		rc = fail(why, ERR_INVALID, "the file is empty; its first row names the columns");
	return rc;
}

enum err record_import_csv(struct db *tx, const struct record *r, struct str text, struct author by,
			   struct import_result *ret, struct problems *p, struct why *why)
{
	if (!text_valid(text))
		return fail(why, ERR_INVALID,
			    "the file is not UTF-8 text; save it as \"CSV UTF-8\"");
	AUTO(arena_free) struct arena *scratch = arena_new();
	struct import m = {.tx = tx,
			   .r = r,
			   .by = by,
			   .p = p,
			   .refs = refs_new(tx, p->arena),
			   .scratch = scratch};
	m.keyed = has_key(r);
	m.end = &m.later;
	enum err rc = import_rows(&m, csv_open(p->arena, text, 0), why);
	if (rc == OK)
		rc = import_later(&m, why);
	if (rc == OK)
		rc = problems_end(p, why);
	if (rc == OK)
		*ret = m.result;
	return rc;
}
