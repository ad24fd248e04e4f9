/* event.h - one thing that happens at an edge (a request, a job, a commit): its end gives one
 * log line (JSON on stderr), a latency and a count.  Only edges make events; libraries return
 * errors.  Values are quoted; a struct secret does not compile here. */
#pragma once
#include "base/base.h"

enum level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARN, LEVEL_ERROR };
struct log; /* where lines go; thread-safe */
struct log *log_new(int fd, enum level least);
void log_free(struct log *l);
DEFINE_AUTO(log_free, struct log *)

struct event {
	struct log *log;
	const char *kind; /* "http.request", "job.run" */
	usec started;	  /* monotonic */
	size_t len;
	char fields[1024]; /* JSON members so far; what does not fit is dropped, marked "cut" */
};
void event_begin(struct event *e, struct log *l, const char *kind);
void event_str(struct event *e, const char *name, struct str value);
void event_int(struct event *e, const char *name, int64_t value);
void event_why(struct event *e, enum err code, const struct why *why);
void event_end(struct event *e, enum level level); /* writes the line with its duration */
/* A line without a duration. */
void log_line(struct log *l, enum level level, const char *kind, const char *format, ...)
	PRINTF_LIKE(4, 5);
