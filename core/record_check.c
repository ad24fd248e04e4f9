/* Does the table of the migration hold what the description says? */
#include "core/record_private.h"

struct wanted {
	const char *name, *type;
	bool not_null;
};

static size_t wanted_columns(const struct record *r, struct arena *a, struct wanted **ret)
{
	static const struct wanted own[] = {{"id", "BIGINT", true},
					    {"version", "BIGINT", true},
					    {"created", "BIGINT", true},
					    {"changed", "BIGINT", true},
					    {"removed", "BIGINT", true}};
	struct wanted *list = ARENA_ARRAY(a, ARRAY_LEN(own) + r->n_fields + 1, struct wanted);
	memcpy(list, own, sizeof(own));
	size_t n = ARRAY_LEN(own);
	bool fold = false;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		fold |= f->flags & FIELD_SEARCH;
		list[n++] = (struct wanted){f->name.text, field_is_text(f) ? "TEXT" : "BIGINT",
					    field_not_null(f)};
	}
	if (fold)
		list[n++] = (struct wanted){"fold", "TEXT", true};
	*ret = list;
	return n;
}

static void compare(const struct record *r, const struct wanted *want, struct str type,
		    struct str null, struct problems *p)
{
	struct str at = arena_fmt(p->arena, "%s.%s", r->table.text, want->name);
	if (!str_is(type, want->type))
		problem_add(p, at, "the column is " STR_FMT ", the description wants %s",
			    STR_ARG(type), want->type);
	if (str_is(null, "notnull") != want->not_null)
		problem_add(p, at, "the column is " STR_FMT ", the description wants %s",
			    STR_ARG(null), want->not_null ? "notnull" : "null");
}

static void check_field(const struct record *r, const struct field *f, struct problems *p)
{
	struct str at = arena_fmt(p->arena, "%s.%s", r->table.text, f->name.text);
	bool refers = f->type == FIELD_REF || f->type == FIELD_REFS;
	if (f->type == FIELD_CHOICE && !f->choices)
		problem_add(p, at, "a choice without choices");
	if (refers && !f->ref)
		problem_add(p, at, "a reference without the kind it refers to");
	if (f->type == FIELD_REFS && f->ref && record_code_field(f->ref) < 0)
		problem_add(p, at, "a list of references to a kind without code");
	if (!f->label.vi || !f->label.en)
		problem_add(p, at, "a field without label");
}

static bool is_own_column(const char *name)
{
	static const char *const own[] = {"id", "created", "changed", "version"};
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	return false;
}

static void check_description(const struct record *r, struct problems *p)
{
	const char *sort = r->sort ? r->sort : "id";
	sort += sort[0] == '-';
	const struct {
		const char *what, *name;
	} named[] = {{"unit_field", r->unit_field}, {"open_field", r->open_field}, {"sort", sort}};
	for (size_t i = 0; i < r->n_fields; i++)
		check_field(r, &r->fields[i], p);
	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		if (named[i].name && record_field(r, str_of(named[i].name)) < 0 &&
		    !is_own_column(named[i].name))
			problem_add(p, str_of(r->table.text), "%s names %s, which is no field",
				    named[i].what, named[i].name);
	bool known = false;
	for (size_t i = 0; access_kind(i); i++)
		known |= strcmp(access_kind(i), r->table.text) == 0;
	if (!known)
		problem_add(p, str_of(r->table.text),
			    "permissions do not know this kind; add it to access_roles.c");
}

enum err record_check_table(struct db *db, const struct record *r, struct arena *a,
			    struct problems *p, struct why *why)
{
	struct str *columns;
	size_t n;
	enum err rc = store_columns(db, r->table.text, a, &columns, &n, why);
	if (rc != OK)
		return rc;
	check_description(r, p);
	struct wanted *wanted;
	size_t n_wanted = wanted_columns(r, a, &wanted);
	bool *seen = ARENA_ARRAY(a, n_wanted, bool);
	for (size_t c = 0; c < n; c++) {
		struct str rest, null;
		struct str name = str_until(columns[c], ' ', &rest);
		struct str type = str_until(rest, ' ', &null);
		bool known = false;
		for (size_t i = 0; i < n_wanted; i++) {
			if (!str_is(name, wanted[i].name))
				continue;
			known = seen[i] = true;
			compare(r, &wanted[i], type, null, p);
		}
		if (!known)
			problem_add(p, arena_fmt(a, "%s." STR_FMT, r->table.text, STR_ARG(name)),
				    "the description does not know this column");
	}
	for (size_t i = 0; i < n_wanted; i++)
		if (!seen[i])
			problem_add(p, arena_fmt(a, "%s.%s", r->table.text, wanted[i].name),
				    "the table has no such column");
	return OK;
}
