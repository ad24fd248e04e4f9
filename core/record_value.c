/* One value: from text and JSON, to JSON and cells. */
#include "core/record_private.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/text.h"

#define TEXT_MAX_DEFAULT 1000
#define LONG_MAX_DEFAULT 20000
#define JSON_MAX_DEFAULT 65536
#define LIST_MAX 1000

static bool refuse(const struct reading *in, const struct why *why)
{
	problem_add(in->p, in->at, BOTH_FMT, WHY_ARG(*why));
	return false;
}

static int64_t upper(const struct field *f, int64_t otherwise)
{
	return f->max ? f->max : otherwise;
}

/* -- text → value, one function for each shape -- */
static bool read_text(const struct reading *in, const struct field *f, struct str text,
		      struct value *ret)
{
	struct why why = {0};
	bool lines = f->type == FIELD_LONG;
	if (lines && memchr(text.ptr, '\r', text.len)) {
		char *copy = arena_alloc(in->p->arena, text.len);
		size_t n = 0;
		for (size_t i = 0; i < text.len; i++)
			if (text.ptr[i] != '\r')
				copy[n++] = text.ptr[i];
		text = (struct str){copy, n};
	}
	if (text_clean(in->p->arena, str_trim(text), &ret->text, &why) != OK)
		return refuse(in, &why);
	if (!lines && (memchr(ret->text.ptr, '\n', ret->text.len) ||
		       memchr(ret->text.ptr, '\t', ret->text.len))) {
		problem_add(in->p, in->at, BOTH_FMT " is one line without tabs",
			    LABEL_ARG(f->label));
		return false;
	}
	int64_t n = (int64_t)text_length(ret->text),
		max = upper(f, lines ? LONG_MAX_DEFAULT : TEXT_MAX_DEFAULT);
	if (n < f->min || n > max) {
		problem_add(in->p, in->at, BOTH_FMT " has %lld to %lld characters, not %lld",
			    LABEL_ARG(f->label), (long long)f->min, (long long)max, (long long)n);
		return false;
	}
	return true;
}

static bool read_code(const struct reading *in, const struct field *f, struct str text,
		      struct value *ret)
{
	size_t max = (size_t)upper(f, 64), min = f->min > 0 ? (size_t)f->min : 1;
	bool good = text.len >= min && text.len <= max;
	for (size_t i = 0; good && i < text.len; i++) {
		char c = text.ptr[i];
		good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		       c == '.' || c == '-' || c == '_';
	}
	if (!good) {
		problem_add(in->p, in->at,
			    BOTH_FMT " is %zu to %zu of the characters A-Z a-z 0-9 . - _",
			    LABEL_ARG(f->label), min, max);
		return false;
	}
	ret->text = arena_str(in->p->arena, text);
	return true;
}

static bool read_number(const struct reading *in, const struct field *f, struct str text,
			struct value *ret)
{
	struct why why = {0};
	bool open = f->min == 0 && f->max == 0;
	if (str_int(text, open ? INT64_MIN : f->min, open ? INT64_MAX : f->max, &ret->number,
		    &why) == OK)
		return true;
	if (open)
		problem_add(in->p, in->at, BOTH_FMT " is a whole number, such as 12",
			    LABEL_ARG(f->label));
	else
		problem_add(in->p, in->at, BOTH_FMT " is a whole number from %lld to %lld",
			    LABEL_ARG(f->label), (long long)f->min, (long long)f->max);
	return false;
}

static bool read_bool(const struct reading *in, const struct field *f, struct str text,
		      struct value *ret)
{
	bool yes = str_is(text, "true") || str_is(text, "1");
	if (!yes && !str_is(text, "false") && !str_is(text, "0")) {
		problem_add(in->p, in->at, BOTH_FMT " is true or false", LABEL_ARG(f->label));
		return false;
	}
	ret->number = yes;
	return true;
}

static bool read_decimal(const struct reading *in, struct str text, struct value *ret)
{
	struct why why = {0};
	struct decimal d;
	if (decimal_parse(text, &d, &why) != OK)
		return refuse(in, &why);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 64);
	decimal_write(&b, d);
	ret->text = arena_str(in->p->arena, buf_str(&b));
	return true;
}

static bool read_time(const struct reading *in, const struct field *f, struct str text,
		      struct value *ret)
{
	struct why why = {0};
	if (f->type == FIELD_TIME)
		return time_parse(text, &ret->number, &why) == OK || refuse(in, &why);
	struct date d;
	if (date_parse(text, &d, &why) != OK)
		return refuse(in, &why);
	ret->number = date_days(d);
	return true;
}

static bool read_choice(const struct reading *in, const struct field *f, struct str text,
			struct value *ret)
{
	AUTO(buf_release) struct buf all;
	buf_init(&all, 4096);
	for (const struct choice *c = f->choices; c->value; c++) {
		if (str_is(text, c->value)) {
			ret->text = str_of(c->value);
			return true;
		}
		buf_printf(&all, "%s%s", c == f->choices ? "" : ", ", c->value);
	}
	problem_add(in->p, in->at, BOTH_FMT " is one of " STR_FMT "; \"" STR_FMT "\" is not",
		    LABEL_ARG(f->label), STR_ARG(buf_str(&all)), STR_ARG(text));
	return false;
}

static bool read_ref(const struct reading *in, const struct field *f, struct str text,
		     struct value *ret)
{
	ret->number = refs_id(in->refs, f->ref, text);
	if (ret->number == 0)
		problem_add(in->p, in->at,
			    "there is no " BOTH_FMT " \"" STR_FMT
			    "\"; create it first or correct the code",
			    LABEL_ARG(f->ref->label), STR_ARG(text));
	return ret->number != 0;
}

/* One element of a LIST or REFS, as it is stored. */
static bool read_element(const struct reading *in, const struct field *f, struct str text,
			 struct str *ret)
{
	struct value v = {0};
	struct field one = {.name = f->name,
			    .label = f->label,
			    .type = FIELD_TEXT,
			    .min = 1,
			    .max = f->max,
			    .ref = f->ref};
	if (f->type == FIELD_LIST) {
		if (!read_text(in, &one, text, &v))
			return false;
		*ret = v.text;
		return true;
	}
	if (!read_ref(in, &one, text, &v))
		return false;
	*ret = refs_code(in->refs, f->ref, v.number);
	return true;
}

struct elements {
	struct buf text;
	struct jw w;
	size_t n;
	bool good;
};

static void elements_begin(struct elements *e)
{
	e->n = 0;
	e->good = true;
	buf_init(&e->text, (size_t)1 << 20);
	jw_init(&e->w, &e->text);
	jw_array(&e->w);
}

static void elements_add(struct elements *e, const struct reading *in, const struct field *f,
			 struct str text)
{
	struct str one;
	if (e->n++ < LIST_MAX && read_element(in, f, text, &one))
		jw_str(&e->w, one);
	else
		e->good = false;
}

static bool elements_end(struct elements *e, const struct reading *in, const struct field *f,
			 struct value *ret)
{
	jw_array_end(&e->w);
	bool fits = e->n <= LIST_MAX && buf_end(&e->text, NULL) == OK;
	if (!fits)
		problem_add(in->p, in->at, BOTH_FMT " has more than %d parts", LABEL_ARG(f->label),
			    LIST_MAX);
	ret->text = arena_str(in->p->arena, buf_str(&e->text));
	buf_release(&e->text);
	return e->good && fits;
}

static bool read_list(const struct reading *in, const struct field *f, struct str text,
		      struct value *ret)
{
	struct elements e;
	elements_begin(&e);
	for (struct str rest = text; rest.ptr;) {
		struct str part = str_trim(str_until(rest, ';', &rest));
		if (part.len)
			elements_add(&e, in, f, part);
	}
	return elements_end(&e, in, f, ret);
}

static bool keep_json(const struct reading *in, const struct field *f, const struct json *v,
		      struct value *ret)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, (size_t)upper(f, JSON_MAX_DEFAULT));
	struct jw w;
	jw_init(&w, &b);
	jw_value(&w, v);
	if (buf_end(&b, NULL) != OK) {
		problem_add(in->p, in->at, BOTH_FMT " is longer than %lld bytes",
			    LABEL_ARG(f->label), (long long)upper(f, JSON_MAX_DEFAULT));
		return false;
	}
	ret->text = arena_str(in->p->arena, buf_str(&b));
	return true;
}

static bool read_json(const struct reading *in, const struct field *f, struct str text,
		      struct value *ret)
{
	struct why why = {0};
	const struct json *v;
	if (json_parse(in->p->arena, text, &v, &why) != OK)
		return refuse(in, &why);
	return keep_json(in, f, v, ret);
}

bool value_read(const struct reading *in, const struct field *f, struct str text, struct value *ret)
{
	struct str trimmed = text.len ? str_trim(text) : text;
	*ret = (struct value){.given = trimmed.len > 0};
	if (!ret->given)
		return true;
	if (!text_valid(trimmed) || memchr(trimmed.ptr, 0, trimmed.len)) {
		problem_add(in->p, in->at, BOTH_FMT " is not UTF-8 text", LABEL_ARG(f->label));
		return false;
	}
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG:
		return read_text(in, f, text, ret);
	case FIELD_CODE:
		return read_code(in, f, trimmed, ret);
	case FIELD_INT:
		return read_number(in, f, trimmed, ret);
	case FIELD_BOOL:
		return read_bool(in, f, trimmed, ret);
	case FIELD_DECIMAL:
		return read_decimal(in, trimmed, ret);
	case FIELD_DATE:
	case FIELD_TIME:
		return read_time(in, f, trimmed, ret);
	case FIELD_CHOICE:
		return read_choice(in, f, trimmed, ret);
	case FIELD_REF:
		return read_ref(in, f, trimmed, ret);
	case FIELD_LIST:
	case FIELD_REFS:
		return read_list(in, f, trimmed, ret);
	case FIELD_JSON:
		break;
	}
	return read_json(in, f, trimmed, ret);
}

/* -- JSON → value -- */
static bool wrong_type(const struct reading *in, const struct field *f, const char *wanted)
{
	problem_add(in->p, in->at, BOTH_FMT " is written as " BOTH_FMT, LABEL_ARG(f->label),
		    WORDS_ARG(wanted));
	return false;
}

static bool read_array(const struct reading *in, const struct field *f, const struct json *v,
		       struct value *ret)
{
	struct elements e;
	elements_begin(&e);
	for (size_t i = 0; i < v->n; i++) {
		struct reading at = *in;
		at.at = arena_fmt(in->p->arena, STR_FMT "/%zu", STR_ARG(in->at), i);
		if (v->items[i].type == JSON_STRING)
			elements_add(&e, &at, f, v->items[i].text);
		else
			e.good = wrong_type(&at, f, WORDS("an array of texts"));
	}
	ret->given = true;
	return elements_end(&e, in, f, ret);
}

bool value_read_json(const struct reading *in, const struct field *f, const struct json *v,
		     struct value *ret)
{
	*ret = (struct value){0};
	if (json_is_null(v))
		return true;
	if (f->type == FIELD_JSON) {
		ret->given = true;
		return keep_json(in, f, v, ret);
	}
	bool list = f->type == FIELD_LIST || f->type == FIELD_REFS;
	if (list)
		return v->type == JSON_ARRAY ? read_array(in, f, v, ret)
					     : wrong_type(in, f, WORDS("an array of texts"));
	if (f->type == FIELD_BOOL) {
		*ret = (struct value){.given = true, .number = v->boolean};
		return v->type == JSON_BOOL ||
		       wrong_type(in, f, WORDS("true or false, without quotes"));
	}
	if (f->type == FIELD_INT)
		return v->type == JSON_INT
			       ? value_read(in, f, v->text, ret)
			       : wrong_type(in, f, WORDS("a whole number, without quotes"));
	bool number = v->type == JSON_INT || v->type == JSON_NUMBER;
	if (f->type == FIELD_DECIMAL && number)
		return value_read(in, f, v->text, ret);
	return v->type == JSON_STRING ? value_read(in, f, v->text, ret)
				      : wrong_type(in, f, WORDS("a text in quotes"));
}

/* -- value → JSON, cell -- */
static struct str day_text(int64_t days, struct arena *a)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, 64);
	date_write(&b, date_of_days(days));
	return arena_str(a, buf_str(&b));
}

void value_json(struct jw *w, struct refs *refs, const struct field *f, const struct value *v)
{
	if (!v->given) {
		jw_null(w);
		return;
	}
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_DECIMAL:
	case FIELD_CHOICE:
		jw_str(w, v->text);
		return;
	case FIELD_INT:
		jw_int(w, v->number);
		return;
	case FIELD_BOOL:
		jw_bool(w, v->number != 0);
		return;
	case FIELD_DATE:
		jw_str(w, day_text(v->number, refs_arena(refs)));
		return;
	case FIELD_TIME:
		jw_time(w, v->number);
		return;
	case FIELD_REF:
		jw_str(w, refs_code(refs, f->ref, v->number));
		return;
	case FIELD_LIST:
	case FIELD_REFS:
	case FIELD_JSON:
		break;
	}
	jw_raw(w, v->text);
}

static struct str list_cell(struct arena *a, struct str text)
{
	const struct json *v;
	if (json_parse(a, text, &v, NULL) != OK || v->type != JSON_ARRAY)
		return text;
	AUTO(buf_release) struct buf b;
	buf_init(&b, (size_t)1 << 20);
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			buf_add_char(&b, ';');
		buf_add(&b, v->items[i].text);
	}
	return arena_str(a, buf_str(&b));
}

static struct str time_text(usec t, struct arena *a)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, 64);
	time_write(&b, t);
	return arena_str(a, buf_str(&b));
}

struct str record_cell(struct refs *refs, const struct field *f, const struct value *v)
{
	struct arena *a = refs_arena(refs);
	if (!v->given)
		return STR("");
	switch (f->type) {
	case FIELD_INT:
		return arena_fmt(a, "%lld", (long long)v->number);
	case FIELD_BOOL:
		return v->number ? STR("true") : STR("false");
	case FIELD_DATE:
		return day_text(v->number, a);
	case FIELD_TIME:
		return time_text(v->number, a);
	case FIELD_REF:
		return refs_code(refs, f->ref, v->number);
	case FIELD_LIST:
	case FIELD_REFS:
		return list_cell(a, v->text);
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_DECIMAL:
	case FIELD_CHOICE:
	case FIELD_JSON:
		break;
	}
	return v->text;
}
