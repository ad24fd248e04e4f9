/* internal.h - what the files of http/ share; nobody outside includes it.
 *
 * An exchange is one request on the wire (wire.c, the only file that knows the library), a
 * request is what handlers see.  One thread at a time owns a request: the I/O thread, then, while
 * the exchange is suspended, the writer or a job thread, then the I/O thread again. */
#pragma once
#include "base/crypt.h"
#include "base/embed.h"
#include "base/event.h"
#include "http/http.h"

#include <stdatomic.h>

#define HTTP_CONNECTION_MEMORY 6144 /* request line, headers and answer headers of a connection */
#define HTTP_HEADER_COST 64	    /* that the library needs for each header beside its text */
#define HTTP_HEADERS_MAX (HTTP_CONNECTION_MEMORY * 3 / 5) /* the rest is for the answer's */
#define HTTP_SEGMENTS_MAX 12				  /* of a path */
#define HTTP_PATH_PARAMS_MAX 4
#define HTTP_QUERY_MAX 256 /* parameters of one request */
#define HTTP_ANSWER_HEADERS_MAX 24
#define HTTP_ANSWER_MAX ((size_t)256 << 20)
#define HTTP_JOBS_WAITING_MAX 256
#define HTTP_JOBS_WAITING_ONE 64     /* of one share */
#define HTTP_WRITES_WAITING_ONE 1024 /* of one share, in the writer's line */
#define HTTP_KEEP_ALIVE_SECONDS 60
#define HTTP_RETRY_AFTER "5"  /* seconds, of a 429 or 503 that knows no better */
#define HTTP_DRAIN_MAX 262144 /* of a body that was refused: then the connection is closed */

struct exchange;
struct conn;
struct router;
struct sweeper;
struct crew;
struct shares;
struct live;
struct live_client;
struct MHD_Daemon;

struct header {
	struct str name, value;
};
struct headers {
	struct header *items;
	size_t n;
};

struct http {
	struct http_options options;
	struct app_services app;
	struct arena *arena; /* lives as long as the server */
	struct MHD_Daemon *daemon;
	struct router *router;
	struct sweeper *sweeper;
	struct crew *crew;
	struct shares *shares;
	struct live *live;
	int listen_fd, port;
	bool tls, local; /* local: a Unix socket, whose peer (nginx) may say X-Forwarded-* */
	char *unix_path;
	struct buf openapi, page; /* /openapi.json and /api, made once */
	char openapi_etag[20];
	_Atomic size_t body_bytes; /* of all requests under way */
	_Atomic int under_way;	   /* requests */
	_Atomic int suspended;	   /* of them: waiting for the writer or a job */
	_Atomic bool stopping;
	struct metric *answers[6], *requests_now, *connections_now, *streams_now, *refused;
};

enum exchange_state {
	EXCHANGE_BODY,	  /* its headers, then its body are being read */
	EXCHANGE_WAITING, /* suspended: the writer or a job thread has it */
	EXCHANGE_READY,	  /* the answer may leave */
	EXCHANGE_SENT,
	EXCHANGE_DEAD, /* refused in the middle of its body; what still comes is thrown away */
};

struct task {
	void (*run)(void *arg);
	void *arg;
	int64_t share; /* share_of() */
	uint64_t turn;
	struct task *next;
};
struct http_private {
	struct http *server;
	struct exchange *exchange;
	enum exchange_state state;
	bool accepted; /* request_accept() was called */
	struct db *db; /* from who asks to the handler's end, when nothing is waited for between */
	struct headers fields;
	bool secure; /* came over TLS */
	bool close;  /* the connection ends with this answer */
	enum {
		PENDING_NOTHING,
		PENDING_WRITE,
		PENDING_SLOW
	} pending; /* asked for by the handler */
	struct str raw_query;
	size_t n_query, n_path;
	struct str *query_names, *query_values;
	struct str path_names[HTTP_PATH_PARAMS_MAX], path_values[HTTP_PATH_PARAMS_MAX];
	struct buf body;
	size_t body_reserved;
	int64_t share; /* request_share(); 0: nobody asked yet */
	struct http_part *parts;
	size_t n_parts;
	const struct json *json;
	struct header answer[HTTP_ANSWER_HEADERS_MAX];
	size_t n_answer;
	struct str ready; /* a body that outlives the request (static files), instead of out */
	char etag[24];
	bool cacheable; /* the answer sets its own Cache-Control */
	bool html;	/* a page: gets the policy for pages */
	bool bare;	/* only the headers that are needed: there is little room */
	struct live_client *stream;
	struct str rotated;	/* the session's new token */
	struct metric *seconds; /* of the route */
	usec started;		/* monotonic */
	struct event event;
	/* what continues on another thread */
	enum err (*rest)(struct request *req, void *arg, struct why *why);
	void *rest_arg;
	size_t rest_headers; /* answer headers set before it */
	bool dry, dry_done;  /* the change is to be undone; it succeeded and was */
	struct task task;
};

/* -- guard.c: what the library lets through and we do not -- */
MUST_USE enum err guard_headers(struct headers h, struct why *why);
struct str headers_get(struct headers h, const char *name); /* first; STR_NULL */
bool headers_body(struct headers h, int64_t *ret_length);   /* is there one? length -1: unknown */

/* -- path.c -- */
/* Split into raw segments; false for an empty segment, a dot segment, a trailing slash, anything
 * that is not plain printable ASCII.  "/" has no segments. */
bool path_split(struct str path, struct str segments[HTTP_SEGMENTS_MAX], size_t *ret_n);
/* Percent-decoding, once.  ERR_INVALID: bad escape, NUL or control character, bad UTF-8. */
MUST_USE enum err percent_decode(struct arena *a, struct str in, bool plus, struct str *ret,
				 struct why *why);

/* -- router.c -- */
struct router *router_new(struct arena *a, const struct route_table *tables, size_t n,
			  struct metrics *m);
/* Sets req->route and the path parameters.  ERR_NOT_FOUND, or ERR_METHOD with the header Allow set. */
MUST_USE enum err router_find(const struct router *r, struct request *req, struct why *why);
const char *http_method_name(enum http_method m);

/* -- query.c -- */
MUST_USE enum err query_read(struct request *req, struct why *why); /* split, decode, check */

/* -- multipart.c -- */
#define MULTIPART_PARTS_MAX 64
#define MULTIPART_HEADER_MAX 4096 /* bytes of headers of one part */
MUST_USE enum err multipart_parse(struct arena *a, struct str content_type, struct str body,
				  struct http_part **ret, size_t *ret_n, struct why *why);

/* -- identify.c -- */
MUST_USE enum err request_identify(struct request *req, struct why *why);
MUST_USE enum err request_permit(struct request *req, struct why *why);
/* Shall this answer, which is made, carry a new token?  Any read by cookie does, once an hour. */
bool session_due(const struct request *req);
/* Of a suspended request: puts the new cookie into its answer, then passes it on. */
void session_exchange(struct request *req);
struct str request_token(const struct request *req); /* sent as bearer, else as cookie */
/* Value of a cookie, of our session's; STR_NULL when absent or given twice. */
struct str cookie_value(struct str cookies, const char *name);
struct str cookie_session(struct str cookies);

/* -- request.c: the life of a request; wire.c calls it -- */
struct request *request_new(struct http *h, struct exchange *x, struct str target);
void request_free(struct request *req);
/* Headers are there. Afterwards the state is BODY or READY (refused: the answer is made). */
void request_accept(struct request *req, struct str method);
/* A piece of the body; false: too much, request_refuse_body() has made the answer. */
bool request_body(struct request *req, struct str piece);
/* The body is complete.  true: the answer is made.  false: another thread has the request now,
 * and it may be gone already; exchange_resume() will be called. */
bool request_run(struct request *req);
void request_fail(struct request *req, enum err rc, const struct why *why);
void request_complete(struct request *req, bool sent); /* log line and metrics */
/* Nothing is waited for between who asks and the end of the handler: one connection, one state. */
bool request_is_quick(const struct request *req);
/* A reader's connection in private->db; that of before if it is still there. */
MUST_USE enum err request_read(struct request *req, struct why *why);
void request_read_end(struct request *req);
/* Run it with a reader's connection in req->db. */
MUST_USE enum err request_call(struct request *req,
			       enum err (*fn)(struct request *, void *, struct why *), void *arg,
			       struct why *why);
/* The thread that has a suspended request is done with it: send what is pending on its way, or
 * make the answer leave.  The request must not be touched afterwards. */
void request_pass_on(struct request *req, enum err rc, const struct why *why);

/* -- write.c, slow.c: hand the request over; on an error nothing was handed over -- */
MUST_USE enum err write_submit(struct request *req, struct why *why);
MUST_USE enum err slow_submit(struct request *req, struct why *why);

/* -- share.c: what one unit may hold of what all share, so that one that floods leaves room -- */
enum share_kind { SHARE_BODIES, SHARE_WRITES, SHARE_KINDS }; /* bytes; changes that wait */
/* Whose a request is: the unit's, when its account works for one unit alone, however many accounts and
 * tokens the unit has; else the account's; the address's, when nobody signed in. */
int64_t share_of(const struct principal *who, struct str address);
int64_t request_share(const struct request *req); /* found once */
struct shares *shares_new(void);
void shares_free(struct shares *s);
/* Counts n in any case, to be given back; false: that is more than max. */
bool shares_take(struct shares *s, int64_t share, enum share_kind kind, size_t n, size_t max);
void shares_give(struct shares *s, int64_t share, enum share_kind kind, size_t n);

/* -- answer.c -- */
void answer_problem(struct request *req, enum err rc, const struct why *why);
void answer_finish(struct request *req); /* conditional requests, common headers */
void answer_reset(struct request *req, size_t n_headers);

/* -- static.c -- */
MUST_USE enum err static_answer(struct request *req, struct why *why);
bool static_serves(struct str path);
bool takes_coding(const struct request *req, const char *coding); /* by its Accept-Encoding */

/* -- first.c -- */
extern const struct route first_route;
/* Addresses that the caller's home asks for first; NULL-ended. */
const char *const *first_asks(const struct request *req);

/* -- deadline.c -- */
struct sweeper *sweeper_new(usec step);
void sweeper_free(struct sweeper *s);
struct conn *conn_new(struct sweeper *s, int fd, usec until);
void conn_free(struct sweeper *s, struct conn *c);
void conn_until(struct conn *c, usec until); /* monotonic; 0: no deadline */

/* -- slow.c -- */
struct crew *crew_new(unsigned threads);
void crew_free(struct crew *j); /* runs what waits, then ends the threads */
size_t crew_waiting(struct crew *j);
bool crew_put(struct crew *j, struct task *job); /* borrowed until run; false: full */

/* -- live.c -- */
struct live *live_new(struct http *h);
void live_stop(struct live *l);	 /* ends every stream */
bool live_empty(struct live *l); /* has every stream gone? */
void live_free(struct live *l);
void live_wake(struct live *l);
/* Bytes for the stream; 0: nothing now, the exchange has been suspended; -1: the end. */
ptrdiff_t live_take(struct live_client *c, char *buf, size_t max);
/* The answer has been queued; stream_suspend() and stream_resume() take `connection`. */
void live_start(struct live_client *c, void *connection);
void live_leave(struct live_client *c);

/* -- wire.c -- */
MUST_USE enum err wire_start(struct http *h, struct why *why);
void wire_stop(struct http *h);
void exchange_suspend(struct exchange *x);
void exchange_resume(struct exchange *x);
void stream_suspend(void *connection);
void stream_resume(void *connection);

/* -- server.c -- */
const struct route_table *tables_with_own(struct arena *a, const struct route_table *tables,
					  size_t n, size_t *ret_n);

/* -- listen.c -- */
MUST_USE enum err listen_open(struct http *h, struct why *why);
MUST_USE enum err file_text(const char *path, size_t max, struct arena *a, char **ret,
			    struct why *why);

/* -- this floor's own routes, served after those of the options -- */
extern const struct route_table live_routes, openapi_routes, metrics_routes, session_routes,
	account_routes, journal_routes;
void openapi_write(struct buf *out, const struct route_table *tables, size_t n);
/* The OpenAPI document while it is written. */
struct document {
	struct jw w;
	const struct route_table *tables;
	size_t n;
};
/* A shape as JSON Schema; a name that no table has aborts. */
void shape_write(struct document *d, const char *text);
void api_page(struct buf *out, const struct route_table *tables, size_t n);
