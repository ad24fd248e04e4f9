/* json.h - reading JSON strictly and writing it as a stream.
 * Reading refuses duplicate keys, bad UTF-8, NUL in strings, NaN, numbers beyond a double, nesting
 * deeper than JSON_DEPTH_MAX; ERR_INVALID says line and column.  More than 32 MiB or 2^20 values:
 * ERR_TOO_LARGE.  Integers of 64 bits are JSON_INT; larger ones, and all with a point or exponent,
 * are JSON_NUMBER and keep their text exactly.  Strings are NFC, but not yet fit to be stored:
 * that is for text_clean() to say. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#define JSON_DEPTH_MAX 64

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/* Immutable value, all of it in the arena it was parsed into.  Members keep their order. */
struct json {
	enum json_type type;
	bool boolean;	 /* JSON_BOOL */
	int64_t integer; /* JSON_INT */
	struct str text; /* JSON_STRING: decoded, NFC; JSON_INT and JSON_NUMBER: as written */
	size_t n;	 /* JSON_ARRAY, JSON_OBJECT */
	const struct json *items; /* n values */
	const struct str *names;  /* JSON_OBJECT: n names */
};

MUST_USE enum err json_parse(struct arena *a, struct str text, const struct json **ret,
			     struct why *why);
/* Member of an object, or NULL (also when v is NULL or no object). */
const struct json *json_get(const struct json *v, const char *name);
/* Text of a string member, STR_NULL when absent or null or no string. */
struct str json_get_str(const struct json *v, const char *name);
/* A whole-number member, 0 when absent or null or no whole number. */
int64_t json_get_int(const struct json *v, const char *name);
bool json_is_null(const struct json *v); /* NULL or JSON_NULL */

/* Writing: commas and escapes are its business.  Output goes to a struct buf, whose sticky
 * error is the only one.  jw_name() before each member of an object. */
struct jw {
	struct buf *out;
	unsigned depth;
	bool comma;
};
void jw_init(struct jw *w, struct buf *out);
void jw_object(struct jw *w);
void jw_object_end(struct jw *w);
void jw_array(struct jw *w);
void jw_array_end(struct jw *w);
void jw_name(struct jw *w, const char *name);
void jw_str(struct jw *w, struct str s); /* STR_NULL writes null */
void jw_cstr(struct jw *w, const char *s);
void jw_int(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_double(struct jw *w, double v);	    /* shortest that reads back; NaN and Inf are null */
void jw_raw(struct jw *w, struct str json); /* trusted JSON or a number's text, as it is */
void jw_id(struct jw *w, int64_t id);	    /* 13-character string; 0 is null */
void jw_time(struct jw *w, usec t);	    /* "2026-11-22T16:42:07.123456Z"; 0 is null */
void jw_value(struct jw *w, const struct json *v);
/* name and value at once */
void jw_m_str(struct jw *w, const char *name, struct str s);
void jw_m_cstr(struct jw *w, const char *name, const char *s);
void jw_m_int(struct jw *w, const char *name, int64_t v);
void jw_m_bool(struct jw *w, const char *name, bool v);
void jw_m_id(struct jw *w, const char *name, int64_t id);
void jw_m_time(struct jw *w, const char *name, usec t);
