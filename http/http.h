/* http.h - requests, answers and the table of routes.  The life of a request: the router finds
 * the row, the session or token says who asks, the row's permission is required, the body is
 * read up to the row's limit, then the handler runs:
 *   - on the I/O thread (default): it reads with req->db and answers; it must not wait;
 *   - on a job thread when the row says HTTP_SLOW (export, spreadsheet, argon2);
 *   - to write, it returns http_write(req, change, arg): the request is suspended, `change` runs
 *     in the writer's transaction and makes the answer, which leaves after the commit.
 * Everything of a request lives in req->arena.  An error is returned as enum err + struct why and
 * becomes application/problem+json (RFC 9457); problems of many cells go into req->problems. */
#pragma once
#include "base/clock.h"
#include "base/json.h"
#include "base/metric.h"
#include "core/access.h"
#include "core/record.h"
#include "store/store.h"

struct http; /* the server */
struct app_services;
struct embedded;
struct centre { /* what the whole centre is called */
	struct str name_vi, name_en;
	bool demonstration;
};
struct unit_words {
	struct str code, name_vi, name_en;
};
/* What this floor must ask of the registry above it; given by app/, results in the arena. */
struct app_words {
	MUST_USE enum err (*centre)(const struct app_services *app, struct db *db, struct arena *a,
				    struct centre *ret, struct why *why);
	/* ERR_NOT_FOUND */
	MUST_USE enum err (*unit)(const struct app_services *app, struct db *db, int64_t id,
				  struct arena *a, struct unit_words *ret, struct why *why);
	MUST_USE enum err (*unit_id)(const struct app_services *app, struct db *db,
				     struct str code_or_id, int64_t *ret, struct why *why);
	/* The first sheet of a foreign spreadsheet as CSV.  Waits: on a job thread only. */
	MUST_USE enum err (*table)(const struct app_services *app, struct str file, struct arena *a,
				   struct str *ret, struct why *why);
	/* Processes of the sandbox begun since the start. */
	int64_t (*workers_started)(const struct app_services *app);
};
struct app_services { /* what handlers may use; borrowed, set once before http_start() */
	struct store *store;
	struct access *access;
	struct clock *clock;
	struct log *log;
	struct metrics *metrics;
	const char *dir;
	const struct app_words *words;
	void *registry;	     /* floor 4's snapshot holder, opaque here */
	void *worker;	     /* floor 5's pool of sandboxed children, opaque here */
	void *analyze;	     /* what floor 6 keeps in memory to analyse, opaque here */
	const void *operate; /* what floor 6's operation asks of others there, opaque here */
};

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_METHODS };

struct http_param { /* documented and checked before the handler runs */
	const char *name;
	enum {
		PARAM_TEXT,
		PARAM_INT,
		PARAM_ID,
		PARAM_BOOL,
		PARAM_DATE,
		PARAM_TIME,
		PARAM_PERIOD
	} type;
	bool required, repeated;
	int64_t min, max;
	const char *help;
};
/* The two rows of every list that is read page by page. */
#define HTTP_PAGE_PARAMS(most)                                                                     \
	{.name = "cursor", .type = PARAM_TEXT, .max = 1000, .help = "`next` of the page before"},  \
	{                                                                                          \
		.name = "limit", .type = PARAM_INT, .min = 1, .max = (most),                       \
		.help = "rows of a page"                                                           \
	}
enum http_flags {
	HTTP_SLOW = 1,	     /* runs on a job thread */
	HTTP_IDEMPOTENT = 2, /* a POST that honours Idempotency-Key */
	HTTP_IF_MATCH = 4,   /* needs If-Match; 428 without */
	HTTP_STREAM = 8,     /* the answer is a live stream */
	HTTP_MULTIPART = 16, /* takes multipart/form-data too */
	HTTP_ANY_QUERY = 32, /* unknown query names are handed on (record filters) */
	HTTP_CSV = 64,	     /* takes text/csv too */
	HTTP_NO_STORE =
		128, /* does not touch the store: answers when that is lost; req->db is NULL */
	HTTP_WHO =
		256, /* anyone may ask; who it is, is looked up: nobody when a session does not hold */
};
struct request;
typedef enum err (*http_handler)(struct request *req, struct why *why);

struct route {
	enum http_method method;
	const char *path; /* "/api/v1/units/{id}"; parameters are one segment */
	struct permission permission;
	http_handler handler;
	const char *help; /* one English sentence, for OpenAPI and the API page */
	const char *help_vi;
	unsigned flags;
	size_t body_max;		 /* 0: no body is taken */
	const struct http_param *params; /* query; ended by name NULL; may be NULL */
	const struct record *record;	 /* the handler finds it here; describes the body */
	const char *body, *answer;	 /* shapes of JSON; NULL: any, or nothing to describe */
};
/* What JSON looks like, for the OpenAPI document and the clients whose types come from it; tests hold answers
 * to it.  A text is a type:
 *	text int number bool id time date json	the plain ones; id: 13 letters and digits, json: anything
 *	'a'|'b'			one of these words
 *	NAME			a shape of any table of routes
 *	{a:TYPE b?:TYPE}	an object, b may be absent; *:TYPE any other member, ..NAME the members of NAME
 *	TYPE[] TYPE? A|B	a list; or null; either.  Both suffixes are of all that stands before. */
struct shape {
	const char *name, *text;
};
/* The only way to write a row: one without permission, handler or help does not compile.  After the
 * permission and the handler: help, help in Vietnamese, then the other members by name. */
#define ROUTE(method_, path_, permission_, handler_, help_, ...)                                   \
	{                                                                                          \
		.method = (method_), .path = (path_), .permission = permission_,                   \
		.handler = (handler_), .help = "" help_ "", .help_vi = "" __VA_ARGS__              \
	}
struct route_table {
	const struct route *routes;
	size_t n;
	const struct shape *shapes; /* those of its answers; ended by name NULL; may be NULL */
};

struct http_part { /* of multipart/form-data */
	struct str name, filename, type, data;
};
struct request {
	const struct app_services *app;
	struct arena *arena;
	struct db *db; /* this request's read connection; inside a change: the writer's */
	const struct principal *who;
	usec now;
	int64_t id; /* request id, in every log line and problem */
	const struct route *route;
	struct str method, path, body, content_type, address, language; /* "vi" or "en" */
	struct str idempotency_key;
	int64_t if_match; /* version from If-Match, 0 none */
	struct problems problems;
	/* the answer */
	int status;	 /* 0: 200 */
	struct str type; /* "application/json" when NULL */
	struct buf out;
	struct http_private *private;
};

bool http_english(const struct request *req);			    /* else Vietnamese */
struct str http_path(const struct request *req, const char *name);  /* {name}, percent-decoded */
struct str http_query(const struct request *req, const char *name); /* STR_NULL when absent */
/* Each value once. */
size_t http_query_all(const struct request *req, const char *name, struct str **ret);
/* Names and values of all query parameters, in order. */
size_t http_query_list(const struct request *req, struct str **ret_names, struct str **ret_values);
int64_t http_query_int(const struct request *req, const char *name, int64_t otherwise);
bool http_query_date(const struct request *req, const char *name,
		     struct date *ret); /* false: not given */
struct str http_header(const struct request *req, const char *name);
MUST_USE enum err http_json(struct request *req, const struct json **ret, struct why *why);
size_t http_parts(struct request *req, struct http_part **ret,
		  struct why *why); /* parsed already */

void http_answer_header(struct request *req, const char *name, struct str value);
void http_answer_etag(struct request *req, int64_t version); /* weak is never used */
void http_answer_file(struct request *req, struct str type, struct str filename); /* download */
/* Start a JSON answer in req->out. */
struct jw http_jw(struct request *req);
/* Every list: {"items":[ … ],"next":cursor}; next STR_NULL or 0: that was all. */
struct jw http_list(struct request *req);
void http_list_end(struct jw *w, struct str next);
void http_list_end_id(struct jw *w, int64_t next);
/* Suspend, run change(tx, req, arg) in the writer, answer after the commit. */
MUST_USE enum err http_write(struct request *req,
			     enum err (*change)(struct request *req, void *arg, struct why *why),
			     void *arg, struct why *why);
/* The same to see what would come of it: the answer leaves, the change is undone. */
MUST_USE enum err http_write_dry(struct request *req,
				 enum err (*change)(struct request *req, void *arg,
						    struct why *why),
				 void *arg, struct why *why);
/* In any handler: the rest of it may wait; continues in `rest` on a job thread. */
MUST_USE enum err http_slow(struct request *req,
			    enum err (*rest)(struct request *req, void *arg, struct why *why),
			    void *arg, struct why *why);
/* Set or clear the session cookie (HttpOnly, SameSite=Strict, Secure behind TLS). */
void http_answer_session(struct request *req, struct str token);

/* -- the server -- */
/* What the home of whoever holds the role asks for first, in order of the table. */
struct first_ask {
	enum role role;
	const char *const *paths; /* with their queries; NULL-ended */
};
struct http_options {
	const char *listen;			/* "127.0.0.1" */
	int port;				/* 0: any free one, see http_port() */
	unsigned io_threads, job_threads;	/* 0: one per core; 4 */
	const char *tls_key, *tls_cert;		/* PEM files or NULL */
	size_t connections_max, body_total_max; /* 0: 12000; 512 MiB over all requests */
	int header_seconds, body_seconds;	/* absolute deadlines; 0: 10, 60 */
	/* Bytes a second that a body or an answer must at least move beside that; 0: 65536. */
	int64_t pace;
	/* Where the front end's files come from; NULL: those in the binary. */
	const struct embedded *(*file)(struct str path);
	const struct route_table *tables;
	size_t n_tables;
	const struct first_ask *first;
	size_t n_first;
	const struct app_services *app;
};
MUST_USE enum err http_start(const struct http_options *o, struct http **ret, struct why *why);
int http_port(const struct http *h);
void http_stop(struct http *h); /* finishes what is under way, up to 10 s */
DEFINE_AUTO(http_stop, struct http *)
/* New journal entries are there: live streams read them.  Cheap; from any thread. */
void http_wake(struct http *h);
/* Between the store, whose hooks stay until it is closed, and servers that come and go: after every
 * commit the server set last is woken.  Freed after the store. */
struct waker;
struct waker *waker_new(struct store *s);
void waker_set(struct waker *w, struct http *h); /* NULL before http_stop() */
void waker_free(struct waker *w);

/* The row that {id} names, for which the caller has the verb. */
MUST_USE enum err http_record_row(struct request *req, const struct record *r, enum verb verb,
				  struct row **ret, struct why *why);
/* The same caller and time with another query, as params describe it: what somebody kept is asked again. */
MUST_USE enum err http_ask_again(const struct request *req, const struct http_param *params,
				 struct str query, struct request **ret, struct why *why);
/* Generic routes of record kinds: list, get, create, change, remove, restore, history, CSV, XLSX and JSON
 * export, CSV import, description.  kinds: NULL-ended. Rows are made in the arena of the process. */
struct route_table http_record_routes(const struct record *const *kinds, struct arena *a);
/* /openapi.json made from the tables and the server's own (also printed by the command line for the front end's types). */
void http_openapi(struct buf *out, const struct route_table *tables, size_t n);
