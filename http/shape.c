/* shape.c - what JSON looks like, from one line of text to JSON Schema; see struct shape. */
#include "http/internal.h"

static const struct {
	const char *name, *schema, *or_null;
} plain[] = {
#define PLAIN(name, type, more)                                                                    \
	{                                                                                          \
		name, "{\"type\":\"" type "\"" more "}",                                           \
			"{\"type\":[\"" type "\",\"null\"]" more "}"                               \
	}
	PLAIN("text", "string", ""),
	PLAIN("int", "integer", ""),
	PLAIN("number", "number", ""),
	PLAIN("bool", "boolean", ""),
	PLAIN("id", "string", ",\"pattern\":\"^[0-9A-Za-z]{13}$\""),
	PLAIN("time", "string", ",\"format\":\"date-time\""),
	PLAIN("date", "string", ",\"format\":\"date\""),
	{"json", "{}", "{}"},
#undef PLAIN
};

static struct str text_of(const struct document *d, struct str name)
{
	for (size_t t = 0; t < d->n; t++)
		for (const struct shape *one = d->tables[t].shapes; one && one->name; one++)
			if (str_is(name, one->name))
				return str_of(one->text);
	fprintf(stderr, "no shape \"" STR_FMT "\"\n", STR_ARG(name));
	abort();
}

/* Up to sep outside braces; *rest is STR_NULL after the last. */
static struct str cut(struct str *rest, char sep)
{
	struct str s = *rest;
	int depth = 0;
	for (size_t i = 0; i < s.len; i++) {
		depth += (s.ptr[i] == '{') - (s.ptr[i] == '}');
		if (depth == 0 && s.ptr[i] == sep) {
			*rest = (struct str){s.ptr + i + 1, s.len - i - 1};
			return (struct str){s.ptr, i};
		}
	}
	*rest = STR_NULL;
	return s;
}

static struct str inside(struct str s, size_t before, size_t behind)
{
	assert(s.len >= before + behind);
	return (struct str){s.ptr + before, s.len - before - behind};
}

static void type_write(struct document *d, struct str t, bool or_null);

/* 'a'|'b' */
static void words_write(struct document *d, struct str t, bool or_null)
{
	jw_object(&d->w);
	jw_name(&d->w, "type");
	jw_raw(&d->w, or_null ? STR("[\"string\",\"null\"]") : STR("\"string\""));
	jw_name(&d->w, "enum");
	jw_array(&d->w);
	while (t.ptr)
		jw_str(&d->w, inside(cut(&t, '|'), 1, 1));
	if (or_null)
		jw_null(&d->w);
	jw_array_end(&d->w);
	jw_object_end(&d->w);
}

enum pass { PROPERTIES, REQUIRED, OTHERS };

/* name:type name?:type *:type ..shape */
static void members_write(struct document *d, struct str text, enum pass pass)
{
	while (text.ptr) {
		struct str type = cut(&text, ' ');
		if (str_starts(type, STR(".."))) {
			struct str more = text_of(d, inside(type, 2, 0));
			members_write(d, inside(more, 1, 1), pass);
			continue;
		}
		struct str name = str_until(type, ':', &type);
		bool other = str_is(name, "*"), optional = str_ends(name, STR("?"));
		if (name.len == 0 || other != (pass == OTHERS))
			continue;
		if (pass == REQUIRED) {
			if (!optional)
				jw_str(&d->w, name);
			continue;
		}
		char member[64] = "additionalProperties";
		if (!other)
			snprintf(member, sizeof(member), STR_FMT,
				 STR_ARG(inside(name, 0, optional)));
		jw_name(&d->w, member);
		type_write(d, type, false);
	}
}

static void object_write(struct document *d, struct str text)
{
	jw_object(&d->w);
	jw_m_cstr(&d->w, "type", "object");
	jw_name(&d->w, "properties");
	jw_object(&d->w);
	members_write(d, text, PROPERTIES);
	jw_object_end(&d->w);
	jw_name(&d->w, "required");
	jw_array(&d->w);
	members_write(d, text, REQUIRED);
	jw_array_end(&d->w);
	members_write(d, text, OTHERS);
	jw_object_end(&d->w);
}

static void ref_write(struct document *d, struct str name)
{
	char ref[128];
	(void)text_of(d, name);
	snprintf(ref, sizeof(ref), "#/components/schemas/" STR_FMT, STR_ARG(name));
	jw_object(&d->w);
	jw_m_cstr(&d->w, "$ref", ref);
	jw_object_end(&d->w);
}

static void choice_write(struct document *d, struct str t, bool or_null)
{
	jw_object(&d->w);
	jw_name(&d->w, "anyOf");
	jw_array(&d->w);
	while (t.ptr)
		type_write(d, cut(&t, '|'), false);
	if (or_null)
		jw_raw(&d->w, STR("{\"type\":\"null\"}"));
	jw_array_end(&d->w);
	jw_object_end(&d->w);
}

static void list_write(struct document *d, struct str of, bool or_null)
{
	jw_object(&d->w);
	jw_name(&d->w, "type");
	jw_raw(&d->w, or_null ? STR("[\"array\",\"null\"]") : STR("\"array\""));
	jw_name(&d->w, "items");
	type_write(d, of, false);
	jw_object_end(&d->w);
}

static void type_write(struct document *d, struct str t, bool or_null)
{
	struct str rest = t;
	(void)cut(&rest, '|');
	if (str_ends(t, STR("?"))) {
		type_write(d, inside(t, 0, 1), true);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (str_is(t, plain[i].name)) {
			jw_raw(&d->w, str_of(or_null ? plain[i].or_null : plain[i].schema));
			return;
		}
	if (str_ends(t, STR("[]")))
		list_write(d, inside(t, 0, 2), or_null);
	else if (str_starts(t, STR("'")))
		words_write(d, t, or_null);
	else if (rest.ptr || or_null)
		choice_write(d, t, or_null);
	else if (str_starts(t, STR("{")))
		object_write(d, inside(t, 1, 1));
	else
		ref_write(d, t);
}

void shape_write(struct document *d, const char *text)
{
	type_write(d, str_of(text), false);
}
