/* Whole rows: from JSON and to JSON; what documents and forms need to know. */
#include "core/record_private.h"

static bool writable(const struct field *f)
{
	return !(f->flags & (FIELD_OURS | FIELD_HIDDEN));
}

static bool fixed(const struct field *f)
{
	return f->flags & FIELD_FIXED || f->type == FIELD_CODE;
}

static const char *const kept_by_us[] = {"id", "version", "created", "changed", "removed"};

/* What record_json() wrote may come back: our own members are skipped. */
static bool is_ours(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(kept_by_us); i++)
		if (str_is(name, kept_by_us[i]))
			return true;
	return false;
}

struct row *record_parse(struct refs *refs, const struct record *r, const struct json *in,
			 const struct row *old, struct problems *p)
{
	struct row *row = row_new(r, p->arena);
	if (old) {
		struct value *values = row->values;
		*row = *old;
		row->values = values;
		memcpy(values, old->values, r->n_fields * sizeof(*values));
	}
	if (!in || in->type != JSON_OBJECT) {
		problem_add(p, STR(""), "send one JSON object with the fields of " BOTH_FMT,
			    LABEL_ARG(r->label));
		return row;
	}
	for (size_t i = 0; i < in->n; i++) {
		int at = record_field(r, in->names[i]);
		struct reading reading = {refs, p,
					  arena_fmt(p->arena, "/" STR_FMT, STR_ARG(in->names[i]))};
		if (at < 0 && is_ours(in->names[i]))
			continue;
		if (at < 0 || r->fields[at].flags & FIELD_HIDDEN) {
			problem_add(p, reading.at, BOTH_FMT " has no field of this name",
				    LABEL_ARG(r->label));
			continue;
		}
		struct value v;
		bool good = value_read_json(&reading, &r->fields[at], &in->items[i], &v);
		if (good && !writable(&r->fields[at]) &&
		    !(old && value_same(&r->fields[at], &v, &old->values[at])))
			problem_add(p, reading.at, BOTH_FMT " is set by the centre; leave it out",
				    LABEL_ARG(r->fields[at].label));
		else if (good)
			row->values[at] = v;
	}
	return row;
}

void row_complete(const struct record *r, const struct row *old, struct row *row,
		  struct problems *p, struct str prefix)
{
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		if (f->type == FIELD_BOOL && !row->values[i].given)
			row->values[i] = (struct value){.given = true};
		struct str at = arena_fmt(p->arena, STR_FMT "%s", STR_ARG(prefix), f->name.text);
		if (field_not_null(f) && !row->values[i].given)
			problem_add(p, at, BOTH_FMT " is required", LABEL_ARG(f->label));
		else if (old && fixed(f) && !value_same(f, &old->values[i], &row->values[i]))
			problem_add(p, at,
				    BOTH_FMT " cannot change; remove this " BOTH_FMT
					     " and create another one",
				    LABEL_ARG(f->label), LABEL_ARG(r->label));
	}
}

void record_json(struct jw *w, struct refs *refs, const struct record *r, const struct row *row)
{
	jw_object(w);
	jw_m_id(w, "id", row->id);
	jw_m_int(w, "version", row->version);
	jw_m_time(w, "created", row->created);
	jw_m_time(w, "changed", row->changed);
	jw_m_time(w, "removed", row->removed);
	for (size_t i = 0; i < r->n_fields; i++) {
		if (r->fields[i].flags & FIELD_HIDDEN)
			continue;
		jw_name(w, r->fields[i].name.text);
		value_json(w, refs, &r->fields[i], &row->values[i]);
	}
	jw_object_end(w);
}

/* -- schema -- */
static const struct {
	const char *name;	   /* for screens */
	const char *type, *format; /* for JSON Schema */
} types[] = {
	[FIELD_TEXT] = {"text", "string", NULL},
	[FIELD_LONG] = {"long", "string", NULL},
	[FIELD_CODE] = {"code", "string", NULL},
	[FIELD_INT] = {"int", "integer", "int64"},
	[FIELD_BOOL] = {"bool", "boolean", NULL},
	[FIELD_DECIMAL] = {"decimal", "string", "decimal"},
	[FIELD_DATE] = {"date", "string", "date"},
	[FIELD_TIME] = {"time", "string", "date-time"},
	[FIELD_CHOICE] = {"choice", "string", NULL},
	[FIELD_REF] = {"ref", "string", NULL},
	[FIELD_LIST] = {"list", "array", NULL},
	[FIELD_REFS] = {"refs", "array", NULL},
	[FIELD_JSON] = {"json", NULL, NULL},
};

static void schema_type(struct jw *w, const struct field *f)
{
	const char *type = types[f->type].type;
	if (!type)
		return;
	jw_name(w, "type");
	if (field_not_null(f)) {
		jw_cstr(w, type);
		return;
	}
	jw_array(w);
	jw_cstr(w, type);
	jw_cstr(w, "null");
	jw_array_end(w);
}

static void schema_limits(struct jw *w, const struct field *f)
{
	bool text = f->type == FIELD_TEXT || f->type == FIELD_LONG;
	if (text && f->min)
		jw_m_int(w, "minLength", f->min);
	if (text && f->max)
		jw_m_int(w, "maxLength", f->max);
	if (f->type == FIELD_INT && (f->min || f->max)) {
		jw_m_int(w, "minimum", f->min);
		jw_m_int(w, "maximum", f->max);
	}
	if (f->type == FIELD_CODE)
		jw_m_cstr(w, "pattern", "^[A-Za-z0-9._-]{1,64}$");
	if (f->type == FIELD_DECIMAL)
		jw_m_cstr(w, "pattern", "^-?[0-9]+(\\.[0-9]+)?$");
}

static void schema_field(struct jw *w, const struct field *f)
{
	jw_name(w, f->name.text);
	jw_object(w);
	schema_type(w, f);
	if (types[f->type].format)
		jw_m_cstr(w, "format", types[f->type].format);
	schema_limits(w, f);
	if (f->type == FIELD_CHOICE) {
		jw_name(w, "enum");
		jw_array(w);
		for (const struct choice *c = f->choices; c->value; c++)
			jw_cstr(w, c->value);
		if (!field_not_null(f))
			jw_null(w);
		jw_array_end(w);
	}
	if (f->type == FIELD_LIST || f->type == FIELD_REFS) {
		jw_name(w, "items");
		jw_object(w);
		jw_m_cstr(w, "type", "string");
		jw_object_end(w);
	}
	if (f->flags & FIELD_OURS)
		jw_m_bool(w, "readOnly", true);
	jw_m_cstr(w, "title", f->label.en ? f->label.en : f->name.text);
	if (f->help.en)
		jw_m_cstr(w, "description", f->help.en);
	jw_object_end(w);
}

static void schema_kept(struct jw *w, const char *name, const char *type, const char *format)
{
	jw_name(w, name);
	jw_object(w);
	if (strcmp(name, "removed") == 0) {
		jw_name(w, "type");
		jw_array(w);
		jw_cstr(w, type);
		jw_cstr(w, "null");
		jw_array_end(w);
	} else {
		jw_m_cstr(w, "type", type);
	}
	if (format)
		jw_m_cstr(w, "format", format);
	jw_m_bool(w, "readOnly", true);
	jw_object_end(w);
}

void record_schema(struct jw *w, const struct record *r)
{
	jw_object(w);
	jw_m_cstr(w, "type", "object");
	jw_m_cstr(w, "title", r->label.en);
	jw_name(w, "required");
	jw_array(w);
	for (size_t i = 0; i < r->n_fields; i++)
		if (field_not_null(&r->fields[i]) && writable(&r->fields[i]) &&
		    r->fields[i].type != FIELD_BOOL)
			jw_cstr(w, r->fields[i].name.text);
	jw_array_end(w);
	jw_name(w, "properties");
	jw_object(w);
	for (size_t i = 0; i < ARRAY_LEN(kept_by_us); i++)
		schema_kept(w, kept_by_us[i], i == 1 ? "integer" : "string",
			    i > 1 ? "date-time" : NULL);
	for (size_t i = 0; i < r->n_fields; i++)
		if (!(r->fields[i].flags & FIELD_HIDDEN))
			schema_field(w, &r->fields[i]);
	jw_object_end(w);
	jw_m_bool(w, "additionalProperties", false);
	jw_object_end(w);
}

/* -- description -- */
static void label_json(struct jw *w, const char *name, struct label label)
{
	if (!label.vi)
		return;
	jw_name(w, name);
	jw_object(w);
	jw_m_cstr(w, "vi", label.vi);
	jw_m_cstr(w, "en", label.en);
	jw_object_end(w);
}

static void describe_links(struct jw *w, const struct field *f)
{
	if (f->ref) {
		jw_name(w, "ref");
		jw_object(w);
		jw_m_cstr(w, "kind", f->ref->table.text);
		jw_m_cstr(w, "path", f->ref->path);
		jw_object_end(w);
	}
	if (!f->choices)
		return;
	jw_name(w, "choices");
	jw_array(w);
	for (const struct choice *c = f->choices; c->value; c++) {
		jw_object(w);
		jw_m_cstr(w, "value", c->value);
		label_json(w, "label", c->label);
		jw_object_end(w);
	}
	jw_array_end(w);
}

bool field_may_filter(const struct field *f)
{
	return f->flags & FIELD_FILTER || f->type == FIELD_CHOICE || f->type == FIELD_REF ||
	       f->type == FIELD_BOOL || f->type == FIELD_CODE;
}

static void describe_field(struct jw *w, const struct field *f)
{
	jw_object(w);
	jw_m_cstr(w, "name", f->name.text);
	jw_m_cstr(w, "type", types[f->type].name);
	label_json(w, "label", f->label);
	label_json(w, "help", f->help);
	jw_m_bool(w, "required", field_not_null(f) && f->type != FIELD_BOOL);
	jw_m_bool(w, "fixed", fixed(f));
	jw_m_bool(w, "ours", f->flags & FIELD_OURS);
	jw_m_bool(w, "filter", field_may_filter(f));
	jw_m_bool(w, "search", f->flags & FIELD_SEARCH);
	jw_m_bool(w, "main", f->flags & FIELD_MAIN);
	if (f->min || f->max) {
		jw_m_int(w, "min", f->min);
		jw_m_int(w, "max", f->max);
	}
	describe_links(w, f);
	jw_object_end(w);
}

void record_description(struct jw *w, const struct record *r)
{
	jw_object(w);
	jw_m_cstr(w, "kind", r->table.text);
	jw_m_cstr(w, "path", r->path);
	label_json(w, "label", r->label);
	label_json(w, "plural", r->plural);
	jw_m_cstr(w, "sort", r->sort ? r->sort : "id");
	jw_m_cstr(w, "unit_field", r->unit_field);
	jw_name(w, "fields");
	jw_array(w);
	for (size_t i = 0; i < r->n_fields; i++)
		if (!(r->fields[i].flags & FIELD_HIDDEN))
			describe_field(w, &r->fields[i]);
	jw_array_end(w);
	jw_object_end(w);
}
