/* record_private.h - what the files of record share; nobody else includes it. */
#pragma once
#include "core/record.h"

bool field_is_text(const struct field *f);
bool field_may_filter(const struct field *f);
bool field_not_null(const struct field *f);
/* Index of the field that names a record (a CODE unique by itself), or -1. */
int record_code_field(const struct record *r);
bool value_same(const struct field *f, const struct value *a, const struct value *b);
bool record_same(const struct record *r, const struct row *old, const struct row *row);
struct row *row_new(const struct record *r, struct arena *a);

/* "id, version, created, changed, removed, field, …" */
void query_columns(struct query *q, const struct record *r);
struct row *row_read(struct stmt *q, const struct record *r, struct arena *a);
/* Placeholder with the value as the column stores it; NULL when not given. */
void query_value(struct query *q, const struct field *f, const struct value *v);

/* Where a value comes from, for its problem. */
struct reading {
	struct refs *refs;
	struct problems *p;
	struct str at;
};
/* Text of a cell or JSON string → value; "" is not given.  A fault becomes a problem: false. */
bool value_read(const struct reading *in, const struct field *f, struct str text,
		struct value *ret);
bool value_read_json(const struct reading *in, const struct field *f, const struct json *v,
		     struct value *ret);
void value_json(struct jw *w, struct refs *refs, const struct field *f, const struct value *v);
/* Required fields are there, fixed ones are as they were (old NULL on creation). */
void row_complete(const struct record *r, const struct row *old, struct row *row,
		  struct problems *p, struct str prefix);
struct db *refs_db(const struct refs *refs);
struct arena *refs_arena(const struct refs *refs);
/* ERR_INVALID with the first problem, or OK when there is none. */
MUST_USE enum err problems_end(const struct problems *p, struct why *why);
/* A text that may be given to the store. */
bool refs_askable(struct str text);
