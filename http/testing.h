/* testing.h - a real server on loopback with a small table of routes, and raw sockets to speak to
 * it.  For tests of this floor and those above. */
#pragma once
#include "core/testing.h"
#include "http/http.h"

struct rig {
	struct testbed *bed;
	struct store *store;
	struct access *access;
	struct metrics *metrics;
	struct log *log;
	struct arena *arena;
	struct app_services app;
	struct http *http;
	struct waker *waker;
	char *token; /* of an administrator's session; rig_sign_in() */
};
struct rig_options {
	const struct route_table *tables; /* besides those of shelves, things and accounts */
	size_t n_tables;
	int header_seconds, body_seconds;
	int64_t pace;
	size_t body_total_max;
	unsigned job_threads;
	const char *listen, *tls_key, *tls_cert;
	const struct embedded *(*file)(struct str path);
	const struct first_ask *first;
	size_t n_first;
};
struct rig *rig_start(struct testbed *bed, const struct rig_options *o);
void rig_stop(struct rig *r);
DEFINE_AUTO(rig_stop, struct rig *)
/* Makes the first administrator and opens a session. */
void rig_sign_in(struct rig *r);

int rig_connect(const struct rig *r);
/* The system keeps no more than about receive_buffer bytes unread, from the first on; 0: its default. */
int rig_connect_narrow(const struct rig *r, int receive_buffer);
/* … from another address of this machine: 127.0.0.1 and `other` more. */
int rig_connect_other(const struct rig *r, unsigned other);
void rig_send(int fd, const char *format, ...) PRINTF_LIKE(2, 3);
void rig_send_bytes(int fd, const void *bytes, size_t n);

struct reply {
	int status; /* 0: the connection ended without an answer */
	char *text; /* all that came */
	const char *body;
	size_t body_len;
};
/* Everything up to the end of the connection or the declared end of one answer; at most `seconds`. */
struct reply rig_read(int fd, int seconds);
void reply_free(struct reply r);
DEFINE_AUTO(reply_free, struct reply)
/* Value of a header of the answer, or NULL; in the reply's memory, ended by CR. */
const char *reply_header(const struct reply *r, const char *name);
bool reply_header_is(const struct reply *r, const char *name, const char *value);

/* One request on its own connection, with the session's token when there is one, answered
 * in English unless `more` asks for another language. `more`: further
 * header lines, each ended by CRLF, or "". */
struct reply rig_call(const struct rig *r, const char *method, const char *target, const char *more,
		      const char *body);
