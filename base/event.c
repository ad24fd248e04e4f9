#include "base/event.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <unistd.h>

struct log {
	int fd;
	enum level least;
	pthread_mutex_t lock;
};

#define CUT ",\"cut\":true"
#define LINE_MAX_BYTES 2048

struct log *log_new(int fd, enum level least)
{
	struct log *l = calloc(1, sizeof *l);
	if (!l)
		abort();
	*l = (struct log){.fd = fd, .least = least};
	int rc = pthread_mutex_init(&l->lock, NULL);
	assert(rc == 0);
	return l;
}

void log_free(struct log *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* A log that cannot be written has nobody left to tell; the lock keeps lines whole where one
 * write() is not enough. */
static void write_all(struct log *l, struct str line)
{
	pthread_mutex_lock(&l->lock);
	while (line.len > 0) {
		ssize_t n = write(l->fd, line.ptr, line.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		line = (struct str){line.ptr + n, line.len - (size_t)n};
	}
	pthread_mutex_unlock(&l->lock);
}

static void write_line(struct log *l, enum level level, const char *kind, struct str fields)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	if (level < l->least)
		return;
	char memory[LINE_MAX_BYTES];
	struct buf line = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	struct jw w;
	jw_init(&w, &line);
	jw_object(&w);
	jw_m_time(&w, "at", (usec)now.tv_sec * USEC_SECOND + now.tv_nsec / 1000);
	jw_m_cstr(&w, "level", names[level]);
	jw_m_cstr(&w, "kind", kind);
	buf_add(&line, fields);
	jw_object_end(&w);
	buf_add_char(&line, '\n');
	assert(line.error == OK);
	write_all(l, buf_str(&line));
}

void event_begin(struct event *e, struct log *l, const char *kind)
{
	assert(strlen(kind) < 100);
	e->log = l;
	e->kind = kind;
	e->started = clock_monotonic();
	e->len = 0;
}

/* Members are written behind what is there and kept only when they fit, with room left for the
 * mark that some did not. */
struct member {
	struct buf out;
	struct jw w;
};

static bool is_cut(const struct event *e)
{
	return str_ends((struct str){e->fields, e->len}, STR(CUT));
}

static void member_begin(struct member *m, struct event *e, const char *name)
{
	size_t room = is_cut(e) ? 0 : sizeof e->fields - e->len - strlen(CUT);
	m->out = (struct buf){.ptr = e->fields + e->len, .cap = room, .max = room};
	jw_init(&m->w, &m->out);
	m->w.comma = true;
	jw_name(&m->w, name);
}

static void member_end(struct member *m, struct event *e)
{
	if (m->out.error == OK) {
		e->len += m->out.len;
	} else if (!is_cut(e)) {
		memcpy(e->fields + e->len, CUT, strlen(CUT));
		e->len += strlen(CUT);
	}
}

void event_str(struct event *e, const char *name, struct str value)
{
	struct member m;
	member_begin(&m, e, name);
	jw_str(&m.w, value);
	member_end(&m, e);
}

void event_int(struct event *e, const char *name, int64_t value)
{
	struct member m;
	member_begin(&m, e, name);
	jw_int(&m.w, value);
	member_end(&m, e);
}

void event_why(struct event *e, enum err code, const struct why *why)
{
	event_str(e, "error", str_of(err_slug(code)));
	if (code == OK || !why)
		return;
	event_str(e, "why", str_of(why->text));
	if (why->at[0])
		event_str(e, "where", str_of(why->at));
	event_str(e, "file", str_of(why->file));
	event_int(e, "line", why->line);
}

void event_end(struct event *e, enum level level)
{
	char memory[sizeof e->fields + 32];
	struct buf fields = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	usec took = clock_monotonic() - e->started;
	buf_add(&fields, (struct str){e->fields, e->len});
	buf_printf(&fields, ",\"us\":%lld", (long long)took);
	write_line(e->log, level, e->kind, buf_str(&fields));
}

void log_line(struct log *l, enum level level, const char *kind, const char *format, ...)
{
	char text[900];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct event e;
	event_begin(&e, l, kind);
	struct str kept = str_of(text);
	event_str(&e, "text", kept);
	/* Escapes can make it six times as long: half a text says more than none. */
	while (is_cut(&e) && kept.len > 0) {
		kept.len /= 2;
		e.len = 0;
		event_str(&e, "text", kept);
	}
	write_line(l, level, kind, (struct str){e.fields, e.len});
}
