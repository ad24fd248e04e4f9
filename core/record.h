/* record.h - a kind of thing that we keep, described once.  SQL, JSON in and out, problem
 * messages, OpenAPI schema, CSV and XLSX columns, access, audit difference, change feed and the
 * screen's form all read this description.  A plain kind costs one description and one
 * migration.
 *
 * Every table has: id BIGINT PRIMARY KEY, version BIGINT NOT NULL (1.. ; the ETag), created, changed
 * BIGINT NOT NULL (usec), removed BIGINT NOT NULL (0 while alive), then the described columns, and
 * `fold TEXT NOT NULL` (search key made of the FIELD_SEARCH fields) when it has any.
 *
 * A reference is written in JSON, CSV and XLSX as the target's code; its id is accepted too.
 * Columns are NOT NULL exactly for FIELD_REQUIRED, FIELD_CODE and FIELD_BOOL (false when left out). */
#pragma once
#include "core/access.h"
#include "core/journal.h"
#include "store/store.h"

enum field_type {
	FIELD_TEXT,    /* TEXT, NFC, one line; min..max characters */
	FIELD_LONG,    /* TEXT with line breaks */
	FIELD_CODE,    /* TEXT [A-Za-z0-9._-]{1,64}, unique among the living, never changes */
	FIELD_INT,     /* BIGINT, min..max */
	FIELD_BOOL,    /* BIGINT 0/1 */
	FIELD_DECIMAL, /* TEXT in canonical form of base/decimal.h; min..max not used */
	FIELD_DATE,    /* BIGINT days since 1970; JSON "2026-11-22" */
	FIELD_TIME,    /* BIGINT usec; JSON RFC 3339 */
	FIELD_CHOICE,  /* TEXT, one of choices */
	FIELD_REF,     /* BIGINT id of a record of kind ref */
	FIELD_LIST,    /* TEXT: JSON array of strings; CSV a;b;c */
	FIELD_REFS,    /* TEXT: JSON array of codes of records of kind ref */
	FIELD_JSON,    /* TEXT: any JSON up to max bytes */
};
enum field_flags {
	FIELD_REQUIRED = 1,
	FIELD_UNIQUE = 2,  /* among the living; the migration has the partial unique index */
	FIELD_FIXED = 4,   /* may be given on creation only */
	FIELD_OURS = 8,	   /* set by the centre; refused from outside */
	FIELD_SEARCH = 16, /* part of the fold key */
	FIELD_AUTHOR =
		512, /* with OURS: the account that changed the row last, NULL for the centre */
	FIELD_HIDDEN = 32, /* never leaves (password hash) */
	FIELD_FILTER = 64, /* ?name=value in lists; CHOICE, REF, BOOL, CODE always may */
	FIELD_MAIN = 128,  /* shown in the table of the screen */
	FIELD_KEY = 256, /* part of the natural key, together unique among the living (the migration
			     * has the index).  A CODE with it is unique only within that key, and such kinds
			     * are referred to by id.  CSV finds rows by it; without one, by the code. */
};
/* Names and labels inside static tables: SQL() is no constant expression for gcc -Wpedantic. */
#define NAME(literal)                                                                              \
	{                                                                                          \
		"" literal ""                                                                      \
	}
#define LABEL(vi_, en_)                                                                            \
	{                                                                                          \
		"" vi_ "", "" en_ ""                                                               \
	}
struct choice {
	const char *value;
	struct label label;
};
struct record;
struct field {
	struct sql name; /* column, JSON member, CSV and XLSX header */
	enum field_type type;
	unsigned flags;
	struct label label;
	int64_t min, max;
	const struct choice *choices; /* ended by value NULL */
	const struct record *ref;
	struct label help;
};

/* One value; which member counts is said by the field's type. */
struct value {
	bool given; /* false: NULL / left out */
	int64_t number;
	struct str text;
};
struct row {
	int64_t id, version;
	usec created, changed, removed;
	struct value *values; /* one for each field of the description */
};

/* Every problem of one input, not only the first. */
struct problem {
	struct str at;	     /* JSON pointer or "row 12, name_vi" */
	struct str text, vi; /* one sentence in both languages */
};
struct problems {
	struct arena *arena;
	struct problem *items;
	size_t n;
	bool cut; /* more than PROBLEMS_MAX */
};
#define PROBLEMS_MAX 200
void problems_init(struct problems *p, struct arena *a);
void problem_add(struct problems *p, struct str at, const char *format, ...) PRINTF_LIKE(3, 4);
#define PROBLEM_ARG(problem) (problem).text.ptr, (problem).vi.ptr

struct record {
	struct sql table; /* "indicator"; also the kind in permissions and the journal */
	const char *path; /* "indicators": /api/v1/indicators */
	struct label label, plural;
	const struct field *fields;
	size_t n_fields;
	const char *
		unit_field; /* name of the FIELD_REF that says whose it is; "id" for units; NULL: the centre's */
	const char *
		open_field; /* name of the CHOICE whose value "open" lets everybody read it; NULL: none */
	const char *sort; /* default order: name of a field, "-changed", … */
	/* Rules that span fields or look into the store; old NULL on creation, now NULL on removal. */
	void (*check)(struct db *tx, const struct row *old, const struct row *now,
		      struct problems *p);
	/* After a row was written, in the same transaction: marks what was computed from the kind as
	 * stale.  May be NULL. */
	enum err (*after)(struct db *tx, struct why *why);
	/* Somebody's word: said again as it stands it is said anew, with its time; not by an import. */
	bool restated;
};
#define RECORD_FIELDS(array) .fields = (array), .n_fields = ARRAY_LEN(array)

int record_field(const struct record *r, struct str name); /* index or -1 */
struct value *row_value(const struct record *r, struct row *row,
			const char *name); /* asserts it exists */

/* Codes and ids of referred records, each asked of the store once for the life of this object:
 * one for each request, page, export or import.  Errors of the store stick until refs_end(). */
struct refs;
struct refs *refs_new(struct db *db, struct arena *a);
MUST_USE enum err refs_end(const struct refs *refs, struct why *why);
/* Code of the record, or its id's 13 characters when the kind has no code or the record is gone. */
struct str refs_code(struct refs *refs, const struct record *r, int64_t id);
/* Id of a living record by code or id; 0: there is none. */
int64_t refs_id(struct refs *refs, const struct record *r, struct str code_or_id);

/* -- one -- */
MUST_USE enum err record_get(struct db *db, const struct record *r, int64_t id, struct arena *a,
			     struct row **ret,
			     struct why *why); /* ERR_NOT_FOUND; removed ones too */
/* By code or 13-character id; by id removed ones are found too. */
MUST_USE enum err record_named(struct db *db, const struct record *r, struct str code_or_id,
			       struct arena *a, struct row **ret, struct why *why);
MUST_USE enum err record_find(struct db *db, const struct record *r, struct str code_or_id,
			      int64_t *ret_id, struct why *why);
/* Whose it is (0: the centre's), and what it is called in messages (code, else id). */
int64_t record_unit(const struct record *r, const struct row *row);
/* access_require() for this row, open rows included. */
MUST_USE enum err record_require(const struct access *x, const struct principal *who,
				 enum verb verb, const struct record *r, const struct row *row,
				 struct why *why);
/* JSON object → row (old given: only the named members change), in the arena of p.  Every fault
 * of the input is a problem; a failing store sticks in refs. */
struct row *record_parse(struct refs *refs, const struct record *r, const struct json *in,
			 const struct row *old, struct problems *p);
/* Insert, update (version is checked: ERR_STALE), remove (a mark, can be undone) and restore; checks,
 * search key and a journal entry "<kind>.created|changed|removed|restored" with the difference
 * are included.  ERR_INVALID with p filled when the rules refuse; why then repeats the first.
 * create and update fill id, version, created, changed of row.  A change of nothing writes nothing. */
struct author {
	const struct principal *who;
	usec now;
};
MUST_USE enum err record_create(struct db *tx, const struct record *r, struct row *row,
				struct author by, struct problems *p, struct why *why);
MUST_USE enum err record_update(struct db *tx, const struct record *r, const struct row *old,
				struct row *row, struct author by, struct problems *p,
				struct why *why);
MUST_USE enum err record_remove(struct db *tx, const struct record *r, const struct row *old,
				struct author by, struct problems *p, struct why *why);
MUST_USE enum err record_restore(struct db *tx, const struct record *r, const struct row *old,
				 struct author by, struct problems *p, struct why *why);
void record_json(struct jw *w, struct refs *refs, const struct record *r, const struct row *row);

/* -- many -- */
struct record_list {
	struct str q;	   /* search, folded by us */
	struct str sort;   /* field or -field */
	struct str cursor; /* from the previous answer's next */
	int64_t limit;	   /* 1..500 */
	bool removed;	   /* list the removed instead */
	const struct record_filter {
		struct str name, value; /* ?domain=D05 ; several of one name: any of them */
	} * filters;
	size_t n_filters;
	bool all_units; /* else only rows of these units */
	const int64_t *units;
	size_t n_units;
	bool open; /* and, beside those units', the openly readable rows (open_field) */
};
struct record_page {
	struct row **rows;
	size_t n;
	struct str next; /* STR_NULL: that was all */
};
MUST_USE enum err record_list(struct db *db, const struct record *r, const struct record_list *how,
			      struct arena *a, struct record_page *ret, struct why *why);
/* Sets all_units, units, n_units and open to what `who` may read. */
void record_list_reach(struct record_list *how, const struct access *x, const struct principal *who,
		       const struct record *r, struct arena *a);

/* -- descriptions, for documents and screens -- */
void record_schema(struct jw *w, const struct record *r); /* JSON Schema for OpenAPI 3.1 */
void record_description(struct jw *w,
			const struct record *r); /* what the screen's form and table need */
/* Tables and columns agree with the description? Every difference is reported. */
MUST_USE enum err record_check_table(struct db *db, const struct record *r, struct arena *a,
				     struct problems *p, struct why *why);
/* CSV: header row and one row each.  Import creates or changes by code (or FIELD_KEY), all or
 * nothing: on ERR_INVALID p says what is wrong in which row and the change must be undone (return the
 * error from it).  An empty cell clears; a column left out keeps. OURS and HIDDEN are no columns. */
bool field_in_files(const struct field *f);
/* The text of one cell, as CSV and XLSX show it and import reads it. */
struct str record_cell(struct refs *refs, const struct field *f, const struct value *v);
void record_csv_header(struct buf *out, const struct record *r);
void record_csv_row(struct buf *out, struct refs *refs, const struct record *r,
		    const struct row *row);
/* The members of {"items":[…]} (as lists and the JSON export write them) as the CSV that import reads. */
MUST_USE enum err record_csv_of_json(const struct record *r, const struct json *in, struct buf *out,
				     struct why *why);
struct import_result {
	int64_t created, changed, same;
};
#define IMPORT_ROWS_MAX 100000
MUST_USE enum err record_import_csv(struct db *tx, const struct record *r, struct str csv,
				    struct author by, struct import_result *ret, struct problems *p,
				    struct why *why);
