/* base.h - what every file relies on: error codes, the explanation that travels with them,
 * borrowed strings and cleanup.  No function here allocates or blocks. */
#pragma once
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/banned.h"

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((format(printf, at, first)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* AUTO(x_free) struct x *p: x_free(p) when p leaves its scope.  Each module that has an
 * x_free() says DEFINE_AUTO(x_free, struct x *) in its header. */
#define AUTO(fn) __attribute__((cleanup(fn##_auto)))
#define DEFINE_AUTO(fn, type)                                                                      \
	static inline void fn##_auto(type *p)                                                      \
	{                                                                                          \
		fn(*p);                                                                            \
	}

/* Microseconds since 1970-01-01T00:00Z. */
typedef int64_t usec;
#define USEC_SECOND ((usec)1000000)
#define USEC_MINUTE (60 * USEC_SECOND)
#define USEC_HOUR (60 * USEC_MINUTE)
#define USEC_DAY (24 * USEC_HOUR)

/* X(code, HTTP status, slug of the problem type, default title) */
#define ERR_TABLE(X)                                                                               \
	X(OK, 200, "ok", WORDS("OK"))                                                              \
	X(ERR_INVALID, 400, "invalid", WORDS("The request is not valid"))                          \
	X(ERR_UNAUTHENTICATED, 401, "unauthenticated", WORDS("Sign in first"))                     \
	X(ERR_FORBIDDEN, 403, "forbidden", WORDS("Not allowed"))                                   \
	X(ERR_NOT_FOUND, 404, "not-found", WORDS("Not found"))                                     \
	X(ERR_METHOD, 405, "method-not-allowed", WORDS("Method not allowed"))                      \
	X(ERR_CONFLICT, 409, "conflict", WORDS("In conflict with what is stored"))                 \
	X(ERR_STALE, 412, "stale", WORDS("Changed by somebody else meanwhile"))                    \
	X(ERR_TOO_LARGE, 413, "too-large", WORDS("Too large"))                                     \
	X(ERR_MEDIA, 415, "unsupported-media-type", WORDS("Unsupported media type"))               \
	X(ERR_PRECONDITION, 428, "precondition-required", WORDS("If-Match is required"))           \
	X(ERR_LIMIT, 429, "too-many-requests", WORDS("Too many requests"))                         \
	X(ERR_INTERNAL, 500, "internal", WORDS("The centre failed"))                               \
	X(ERR_UNAVAILABLE, 503, "unavailable", WORDS("Not available now"))                         \
	X(ERR_TIMEOUT, 504, "timeout", WORDS("Took too long"))                                     \
	X(ERR_FULL, 507, "storage-full", WORDS("The storage is full or failing"))

#define X(code, status, slug, title) code,
enum err { ERR_TABLE(X) ERR_COUNT };
#undef X

int err_status(enum err code);	      /* HTTP status */
const char *err_slug(enum err code);  /* last part of the problem type's address */
const char *err_title(enum err code); /* default English title */

/* Why something failed: one sentence that says what, where and how to mend it, in both languages:
 * the log takes the English, a person gets his own.  `at` is the place in the input (JSON pointer
 * "/figures/3/value", "row 12, column F", a header's name) or empty.  Written where the fault is
 * found, never overwritten on the way up. */
struct why {
	char text[320];
	char vi[480];
	char at[96];
	const char *file;
	int line;
};

/* The code, where the compiler's analysers see that it is the same. */
static inline enum err err_of(enum err code, enum err told)
{
	(void)told;
	return code;
}

/* return fail(why, ERR_INVALID, "text must be 1 to %d bytes", MAX); why may be NULL.  The format
 * is the key to its Vietnamese in texts/vi.po. */
#define fail(why, code, ...)                                                                       \
	err_of((code), why_fail((why), (code), "", __FILE__, __LINE__, __VA_ARGS__))
/* The same with the place in the input. */
#define fail_at(why, code, at, ...)                                                                \
	err_of((code), why_fail((why), (code), (at), __FILE__, __LINE__, __VA_ARGS__))
enum err why_fail(struct why *why, enum err code, const char *at, const char *file, int line,
		  const char *format, ...) PRINTF_LIKE(6, 7);

/* A sentence or format in Vietnamese; the same pointer when it has none.  O(log n), thread-safe. */
const char *words_vi(const char *english) __attribute__((format_arg(1)));
/* Marks a literal that words_vi() is asked about elsewhere. */
#define WORDS(literal) literal
/* An argument that is itself in two languages: the English format prints the first of the pair,
 * the Vietnamese one ("%.0s%s") the second. */
#define BOTH_FMT "%s%.0s"
#define WORDS_ARG(english) (english), words_vi(english)
#define LABEL_ARG(label) (label).en, (label).vi
#define WHY_ARG(why) (why).text, (why).vi

/* A borrowed piece of bytes, usually UTF-8; not NUL-terminated.  {NULL,0} is "not given",
 * {"",0} is empty. */
struct str {
	const char *ptr;
	size_t len;
};
#define STR(literal) ((struct str){"" literal "", sizeof(literal) - 1})
#define STR_NULL ((struct str){NULL, 0})
#define STR_FMT "%.*s"
#define STR_ARG(s) ((int)(s).len), ((s).ptr ? (s).ptr : "")

static inline struct str str_of(const char *cstring)
{
	return cstring ? (struct str){cstring, strlen(cstring)} : STR_NULL;
}
static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool str_is(struct str a, const char *cstring)
{
	return str_eq(a, str_of(cstring));
}
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b); /* bytewise order */
struct str str_trim(struct str s);	 /* ASCII white space at both ends */
/* Split off what stands before the first `sep`; *rest is what follows it, or STR_NULL when
 * there is no sep. */
struct str str_until(struct str s, char sep, struct str *rest);
/* Whole string as a decimal integer in [min,max]; ERR_INVALID otherwise. */
MUST_USE enum err str_int(struct str s, int64_t min, int64_t max, int64_t *ret, struct why *why);

/* Two languages of one label; literals, never NULL. */
struct label {
	const char *vi, *en;
};
