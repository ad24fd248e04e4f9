#include "base/clock.h"
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"

#include <math.h>

void jw_init(struct jw *w, struct buf *out)
{
	*w = (struct jw){.out = out};
}

static void before_value(struct jw *w)
{
	if (w->comma)
		buf_add_char(w->out, ',');
	w->comma = true;
}

static void begin(struct jw *w, char bracket)
{
	before_value(w);
	buf_add_char(w->out, bracket);
	w->depth++;
	w->comma = false;
}

static void end(struct jw *w, char bracket)
{
	assert(w->depth > 0);
	buf_add_char(w->out, bracket);
	w->depth--;
	w->comma = true;
}

void jw_object(struct jw *w)
{
	begin(w, '{');
}

void jw_object_end(struct jw *w)
{
	end(w, '}');
}

void jw_array(struct jw *w)
{
	begin(w, '[');
}

void jw_array_end(struct jw *w)
{
	end(w, ']');
}

/* Bytes that need no look: everything ASCII but controls, quote, backslash and '<', which would
 * end a script element. */
static size_t plain_run(struct str s)
{
	const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
	size_t i = 0;
	for (uint64_t w; i + 8 <= s.len; i += 8) {
		memcpy(&w, s.ptr + i, 8);
		uint64_t quote = w ^ (ones * '"'), slash = w ^ (ones * '\\'),
			 less = w ^ (ones * '<');
		uint64_t hit = w | ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
			       ((less - ones) & ~less) | (w - ones * 0x20);
		if (hit & high)
			break;
	}
	for (; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\' || c == '<')
			break;
	}
	return i;
}

static void write_escape(struct buf *b, uint32_t c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *found = c && c < 0x80 ? strchr(from, (int)c) : NULL;
	if (found) {
		buf_add_char(b, '\\');
		buf_add_char(b, to[found - from]);
		return;
	}
	static const char hex[] = "0123456789abcdef";
	char escape[6] = {'\\',	      'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15],
			  hex[c & 15]};
	buf_add_bytes(b, escape, sizeof escape);
}

static bool must_escape(uint32_t c)
{
	return c < 0x20 || c == '"' || c == '\\' || c == '<' || c == 0x2028 || c == 0x2029;
}

/* Bytes at the start of s that may be copied: plain ones and valid characters. */
static size_t copy_run(struct str s)
{
	size_t n = 0;
	for (size_t step = 1; step > 0 && n < s.len;) {
		size_t plain = plain_run((struct str){s.ptr + n, s.len - n});
		uint32_t c = 0;
		step = text_next((struct str){s.ptr + n + plain, s.len - n - plain}, &c);
		step = must_escape(c) ? 0 : step;
		n += plain + step;
	}
	return n;
}

/* Bytes that are not UTF-8 become U+FFFD, so that what leaves is always JSON. */
static void write_quoted(struct buf *b, struct str s)
{
	buf_add_char(b, '"');
	while (s.len > 0) {
		size_t n = copy_run(s);
		buf_add_bytes(b, s.ptr, n);
		s = (struct str){s.ptr + n, s.len - n};
		uint32_t c;
		size_t special = text_next(s, &c);
		if (special > 0)
			write_escape(b, c);
		else if (s.len > 0)
			buf_add(b, STR("\xef\xbf\xbd"));
		special = special || s.len == 0 ? special : 1;
		s = (struct str){s.ptr + special, s.len - special};
	}
	buf_add_char(b, '"');
}

void jw_name(struct jw *w, const char *name)
{
	before_value(w);
	write_quoted(w->out, str_of(name));
	buf_add_char(w->out, ':');
	w->comma = false;
}

void jw_str(struct jw *w, struct str s)
{
	before_value(w);
	if (s.ptr)
		write_quoted(w->out, s);
	else
		buf_add(w->out, STR("null"));
}

void jw_cstr(struct jw *w, const char *s)
{
	jw_str(w, str_of(s));
}

void jw_int(struct jw *w, int64_t v)
{
	before_value(w);
	buf_add_int(w->out, v);
}

void jw_bool(struct jw *w, bool v)
{
	jw_raw(w, v ? STR("true") : STR("false"));
}

void jw_null(struct jw *w)
{
	jw_raw(w, STR("null"));
}

void jw_double(struct jw *w, double v)
{
	if (!isfinite(v)) {
		jw_null(w);
		return;
	}
	char text[32];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, v);
		double back = strtod(text, NULL);
		if (memcmp(&back, &v, sizeof v) == 0)
			break;
	}
	jw_raw(w, str_of(text));
}

void jw_raw(struct jw *w, struct str json)
{
	before_value(w);
	buf_add(w->out, json);
}

void jw_id(struct jw *w, int64_t id)
{
	char text[ID_TEXT + 1];
	if (id)
		id_write(id, text);
	jw_cstr(w, id ? text : NULL);
}

void jw_time(struct jw *w, usec t)
{
	if (t == 0) {
		jw_null(w);
		return;
	}
	before_value(w);
	buf_add_char(w->out, '"');
	time_write(w->out, t);
	buf_add_char(w->out, '"');
}

static void write_members(struct jw *w, const struct json *v)
{
	for (size_t i = 0; i < v->n; i++) {
		if (v->type == JSON_OBJECT) {
			before_value(w);
			write_quoted(w->out, v->names[i]);
			buf_add_char(w->out, ':');
			w->comma = false;
		}
		jw_value(w, &v->items[i]);
	}
}

void jw_value(struct jw *w, const struct json *v)
{
	switch (v->type) {
	case JSON_NULL:
		jw_null(w);
		break;
	case JSON_BOOL:
		jw_bool(w, v->boolean);
		break;
	case JSON_INT:
	case JSON_NUMBER:
		jw_raw(w, v->text);
		break;
	case JSON_STRING:
		jw_str(w, v->text);
		break;
	case JSON_ARRAY:
		jw_array(w);
		write_members(w, v);
		jw_array_end(w);
		break;
	case JSON_OBJECT:
		jw_object(w);
		write_members(w, v);
		jw_object_end(w);
		break;
	}
}

void jw_m_str(struct jw *w, const char *name, struct str s)
{
	jw_name(w, name);
	jw_str(w, s);
}

void jw_m_cstr(struct jw *w, const char *name, const char *s)
{
	jw_name(w, name);
	jw_cstr(w, s);
}

void jw_m_int(struct jw *w, const char *name, int64_t v)
{
	jw_name(w, name);
	jw_int(w, v);
}

void jw_m_bool(struct jw *w, const char *name, bool v)
{
	jw_name(w, name);
	jw_bool(w, v);
}

void jw_m_id(struct jw *w, const char *name, int64_t id)
{
	jw_name(w, name);
	jw_id(w, id);
}

void jw_m_time(struct jw *w, const char *name, usec t)
{
	jw_name(w, name);
	jw_time(w, t);
}
