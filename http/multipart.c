#include "base/text.h"
#include "http/internal.h"

#include <strings.h>

#define BOUNDARY_MAX 70 /* RFC 2046 */

struct multipart {
	struct arena *arena;
	struct str boundary; /* "--boundary" */
	struct str rest;     /* not read yet */
	struct http_part *parts;
	size_t n;
};

/* A value, quoted or not, from header[*at]; in the arena. */
static struct str take_value(struct arena *a, struct str header, size_t *at)
{
	char *out = arena_alloc(a, header.len - *at + 1);
	bool quoted = *at < header.len && header.ptr[*at] == '"';
	char end = quoted ? '"' : ';';
	size_t n = 0;
	*at += quoted;
	while (*at < header.len && header.ptr[*at] != end) {
		if (quoted && header.ptr[*at] == '\\' && *at + 1 < header.len)
			++*at;
		out[n++] = header.ptr[(*at)++];
	}
	*at += quoted && *at < header.len;
	return (struct str){out, n};
}

/* Value of name=value or name="value" in a header like `form-data; name="a;b"`. */
static struct str parameter(struct arena *a, struct str header, const char *name)
{
	size_t len = strlen(name), at = 0;
	while (at < header.len) {
		size_t start = at;
		if (header.ptr[at] == ';' || header.ptr[at] == ' ') {
			at++;
			continue;
		}
		while (at < header.len && header.ptr[at] != '=' && header.ptr[at] != ';')
			at++;
		if (at == header.len || header.ptr[at] == ';')
			continue;
		bool ours = at - start == len && strncasecmp(header.ptr + start, name, len) == 0;
		at++;
		struct str value = take_value(a, header, &at);
		if (ours)
			return value;
	}
	return STR_NULL;
}

static bool boundary_good(struct str b)
{
	if (b.len == 0 || b.len > BOUNDARY_MAX)
		return false;
	for (size_t i = 0; i < b.len; i++)
		if (b.ptr[i] < ' ' || b.ptr[i] > '~')
			return false;
	return b.ptr[b.len - 1] != ' ';
}

/* Browsers send "C:\\folder\\name.xlsx" and worse: the last part is the name. */
static struct str base_name(struct str s)
{
	for (size_t i = s.len; i > 0; i--)
		if (s.ptr[i - 1] == '/' || s.ptr[i - 1] == '\\')
			return (struct str){s.ptr + i, s.len - i};
	return s;
}

static struct str take_line(struct multipart *m)
{
	const char *end = memmem(m->rest.ptr, m->rest.len, "\r\n", 2);
	if (!end)
		return STR_NULL;
	struct str line = {m->rest.ptr, (size_t)(end - m->rest.ptr)};
	m->rest = (struct str){end + 2, m->rest.len - line.len - 2};
	return line;
}

static enum err read_disposition(struct multipart *m, struct str value, struct http_part *part,
				 struct why *why)
{
	struct str rest = STR_NULL;
	if (!str_is(str_trim(str_until(value, ';', &rest)), "form-data"))
		return fail(why, ERR_INVALID, "part %zu of the form is not form-data", m->n + 1);
	struct str name = parameter(m->arena, rest, "name");
	struct str filename = parameter(m->arena, rest, "filename");
	if (!name.ptr)
		return fail(why, ERR_INVALID, "part %zu of the form has no name", m->n + 1);
	enum err rc = text_clean(m->arena, name, &part->name, why);
	if (rc == OK && filename.ptr)
		rc = text_clean(m->arena, base_name(filename), &part->filename, why);
	return rc;
}

static enum err read_part_headers(struct multipart *m, struct http_part *part, struct why *why)
{
	size_t start = m->rest.len;
	bool done = false;
	while (!done) {
		struct str value = STR_NULL;
		struct str line = take_line(m);
		if (!line.ptr || start - m->rest.len > MULTIPART_HEADER_MAX)
			return fail(why, ERR_INVALID, "part %zu of the form has endless headers",
				    m->n + 1);
		done = line.len == 0;
		struct str name = str_until(line, ':', &value);
		enum err rc = OK;
		if (name.len == 19 && strncasecmp(name.ptr, "content-disposition", 19) == 0)
			rc = read_disposition(m, str_trim(value), part, why);
		else if (name.len == 12 && strncasecmp(name.ptr, "content-type", 12) == 0)
			part->type = str_trim(value);
		if (rc != OK)
			return rc;
	}
	if (!part->name.ptr)
		return fail(why, ERR_INVALID, "part %zu of the form has no name", m->n + 1);
	return OK;
}

/* Up to the next boundary at the start of a line. */
static enum err read_part_data(struct multipart *m, struct http_part *part, struct why *why)
{
	struct str mark = arena_fmt(m->arena, "\r\n" STR_FMT, STR_ARG(m->boundary));
	const char *end = memmem(m->rest.ptr, m->rest.len, mark.ptr, mark.len);
	if (!end)
		return fail(why, ERR_INVALID, "part %zu of the form is cut off", m->n + 1);
	part->data = (struct str){m->rest.ptr, (size_t)(end - m->rest.ptr)};
	m->rest = (struct str){end + mark.len, m->rest.len - part->data.len - mark.len};
	return OK;
}

static enum err read_parts(struct multipart *m, struct why *why)
{
	while (str_starts(m->rest, STR("\r\n"))) {
		struct http_part *part = &m->parts[m->n];
		m->rest = (struct str){m->rest.ptr + 2, m->rest.len - 2};
		if (m->n == MULTIPART_PARTS_MAX)
			return fail(why, ERR_INVALID, "the form has more than %d parts",
				    MULTIPART_PARTS_MAX);
		enum err rc = read_part_headers(m, part, why);
		if (rc == OK)
			rc = read_part_data(m, part, why);
		if (rc != OK)
			return rc;
		m->n++;
	}
	if (!str_is(m->rest, "--") && !str_is(m->rest, "--\r\n"))
		return fail(why, ERR_INVALID, "the form does not end with its boundary");
	return OK;
}

enum err multipart_parse(struct arena *a, struct str content_type, struct str body,
			 struct http_part **ret, size_t *ret_n, struct why *why)
{
	struct str rest = STR_NULL;
	str_until(content_type, ';', &rest);
	struct str boundary = parameter(a, rest, "boundary");
	if (!boundary_good(boundary))
		return fail_at(why, ERR_INVALID, "Content-Type",
			       "multipart/form-data needs a boundary of 1 to %d characters",
			       BOUNDARY_MAX);
	struct multipart m = {.arena = a,
			      .boundary = arena_fmt(a, "--" STR_FMT, STR_ARG(boundary))};
	if (!str_starts(body, m.boundary))
		return fail(why, ERR_INVALID, "the form does not start with its boundary");
	m.rest = (struct str){body.ptr + m.boundary.len, body.len - m.boundary.len};
	m.parts = ARENA_ARRAY(a, MULTIPART_PARTS_MAX + 1, struct http_part);
	enum err rc = read_parts(&m, why);
	if (rc != OK)
		return rc;
	*ret = m.parts;
	*ret_n = m.n;
	return OK;
}
