/* Codes and ids of referred records, asked once. */
#include "base/id.h"
#include "base/text.h"
#include "core/record_private.h"

#define BUCKETS 64 /* a power of two */
struct known {
	const struct record *record;
	int64_t id;
	struct str code;
	struct known *next_id, *next_code;
};
struct refs {
	struct db *db;
	struct arena *arena;
	struct known *by_id[BUCKETS], *by_code[BUCKETS];
	enum err error;
	struct why why;
};

struct refs *refs_new(struct db *db, struct arena *a)
{
	struct refs *refs = ARENA_NEW(a, struct refs);
	refs->db = db;
	refs->arena = a;
	return refs;
}

enum err refs_end(const struct refs *refs, struct why *why)
{
	if (refs->error != OK && why)
		*why = refs->why;
	return refs->error;
}

struct db *refs_db(const struct refs *refs)
{
	return refs->db;
}

struct arena *refs_arena(const struct refs *refs)
{
	return refs->arena;
}

static size_t bucket_of_id(int64_t id)
{
	return (size_t)(((uint64_t)id * 0x9E3779B97F4A7C15u) >> 58);
}

static size_t bucket_of_code(struct str code)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < code.len; i++)
		h = (h ^ (unsigned char)code.ptr[i]) * 1099511628211u;
	return (size_t)(h % BUCKETS);
}

static void remember(struct refs *refs, const struct record *r, int64_t id, struct str code)
{
	struct known *k = ARENA_NEW(refs->arena, struct known);
	struct known **id_slot = &refs->by_id[bucket_of_id(id)],
		     **code_slot = &refs->by_code[bucket_of_code(code)];
	*k = (struct known){.record = r,
			    .id = id,
			    .code = arena_str(refs->arena, code),
			    .next_id = *id_slot,
			    .next_code = *code_slot};
	*id_slot = *code_slot = k;
}

static void failed(struct refs *refs, enum err rc, const struct why *why)
{
	if (rc != OK && refs->error == OK) {
		refs->error = rc;
		refs->why = *why;
	}
}

struct str refs_code(struct refs *refs, const struct record *r, int64_t id)
{
	for (const struct known *k = refs->by_id[bucket_of_id(id)]; k; k = k->next_id)
		if (k->record == r && k->id == id)
			return k->code;
	AUTO(arena_free) struct arena *scratch = arena_new();
	int code = record_code_field(r);
	char text[ID_TEXT + 1];
	id_write(id, text);
	struct str found = arena_str(refs->arena, str_of(text));
	if (code >= 0 && refs->error == OK) {
		struct query q;
		struct why why = {0};
		query_init(&q, scratch);
		query_sql(&q, SQL("SELECT "));
		query_sql(&q, r->fields[code].name);
		query_sql(&q, SQL(" FROM "));
		query_sql(&q, r->table);
		query_sql(&q, SQL(" WHERE id = "));
		query_int(&q, id);
		AUTO(stmt_free) struct stmt *st = query_stmt(&q, refs->db);
		if (stmt_row(st))
			found = arena_str(refs->arena, stmt_str(st, 0));
		failed(refs, stmt_end(st, &why), &why);
	}
	remember(refs, r, id, found);
	return found;
}

static int64_t ask(struct refs *refs, const struct record *r, struct sql column, struct str code,
		   int64_t id)
{
	AUTO(arena_free) struct arena *scratch = arena_new();
	struct query q;
	struct why why = {0};
	query_init(&q, scratch);
	query_sql(&q, SQL("SELECT id FROM "));
	query_sql(&q, r->table);
	query_sql(&q, SQL(" WHERE removed = 0 AND "));
	query_sql(&q, column);
	query_sql(&q, SQL(" = "));
	if (id)
		query_int(&q, id);
	else
		query_str(&q, code);
	AUTO(stmt_free) struct stmt *st = query_stmt(&q, refs->db);
	int64_t found = stmt_row(st) ? stmt_int(st, 0) : 0;
	failed(refs, stmt_end(st, &why), &why);
	return found;
}

bool refs_askable(struct str text)
{
	return text.len > 0 && text_valid(text) && !memchr(text.ptr, 0, text.len);
}

int64_t refs_id(struct refs *refs, const struct record *r, struct str code_or_id)
{
	if (!refs_askable(code_or_id) || refs->error != OK)
		return 0;
	for (const struct known *k = refs->by_code[bucket_of_code(code_or_id)]; k; k = k->next_code)
		if (k->record == r && str_eq(k->code, code_or_id))
			return k->id;
	int code = record_code_field(r);
	int64_t found = code >= 0 ? ask(refs, r, r->fields[code].name, code_or_id, 0) : 0, id;
	if (!found && code_or_id.len == ID_TEXT && id_parse(code_or_id, &id, NULL) == OK && id)
		return ask(refs, r, SQL("id"), STR_NULL, id);
	if (found && refs->error == OK)
		remember(refs, r, found, code_or_id);
	return found; /* an unknown one is asked again: this call may create it meanwhile */
}
