#include "http/internal.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define TLS_FILE_MAX 262144
#define REFUSED_LINGER (2 * USEC_SECOND) /* to let a refused sender read the refusal */
#define STREAM_UNSENT_MAX 65536		 /* bytes in the system's hands */
#define STREAM_BLOCK 64			 /* unused by chunked answers, but asked for */

struct exchange {
	struct http *server;
	struct MHD_Connection *connection;
	struct conn *conn;
	struct request *request; /* NULL once a live stream took over */
	struct live_client *stream;
	size_t drained; /* of its body, after it was refused */
	bool sent;
};

void exchange_suspend(struct exchange *x)
{
	atomic_fetch_add(&x->server->suspended, 1);
	MHD_suspend_connection(x->connection);
}

void exchange_resume(struct exchange *x)
{
	struct http *h = x->server;
	MHD_resume_connection(x->connection);
	atomic_fetch_sub(&h->suspended, 1);
}

void stream_suspend(void *connection)
{
	MHD_suspend_connection(connection);
}

void stream_resume(void *connection)
{
	MHD_resume_connection(connection);
}

static usec after(int seconds)
{
	return clock_monotonic() + seconds * USEC_SECOND;
}

/* When a body or an answer of so many bytes must have moved; -1: unknown. */
static usec until_moved(const struct http *h, int64_t bytes)
{
	const struct http_options *o = &h->options;
	return after(o->body_seconds + (int)(bytes > 0 ? bytes / o->pace : 0));
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http *h = cls;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		*socket_context =
			conn_new(h->sweeper, info->connect_fd, after(h->options.header_seconds));
	} else {
		conn_free(h->sweeper, *socket_context);
	}
	if (h->connections_now)
		metric_add(h->connections_now, what == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1);
}

static void *on_request_line(void *cls, const char *target, struct MHD_Connection *connection)
{
	struct http *h = cls;
	struct exchange *x = calloc(1, sizeof(*x));
	if (!x)
		return NULL;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	x->server = h;
	x->connection = connection;
	x->conn = info->socket_context;
	x->request = request_new(h, x, str_of(target));
	conn_until(x->conn, after(h->options.header_seconds));
	/* The query is ours now.  The library keeps 64 bytes of its own for each parameter and, when there
	 * is no room for them, neither answers nor closes: it is left an empty one to take apart. */
	char *query = strchr(target, '?');
	if (query)
		query[1] = 0;
	return x;
}

/* The library would decode paths and queries its own way; we do it strictly. */
static size_t leave_as_it_is(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
				   size_t name_len, const char *value, size_t value_len)
{
	struct headers *h = cls;
	(void)kind;
	h->items[h->n++] = (struct header){{name, name_len}, {value ? value : "", value_len}};
	return MHD_YES;
}

static void read_headers(struct exchange *x)
{
	struct headers *fields = &x->request->private->fields;
	int n = MHD_get_connection_values(x->connection, MHD_HEADER_KIND, NULL, NULL);
	fields->items = ARENA_ARRAY(x->request->arena, (size_t)(n > 0 ? n : 0) + 1, struct header);
	MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, take_header, fields);
}

static struct str last_of(struct str list)
{
	struct str rest = list, one = STR_NULL;
	while (rest.ptr)
		one = str_trim(str_until(rest, ',', &rest));
	return one;
}

static void read_peer(struct exchange *x)
{
	struct request *req = x->request;
	struct http_private *p = req->private;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char text[INET6_ADDRSTRLEN] = "";
	p->secure = x->server->tls;
	if (x->server->local) { /* only the program in front of us can speak here */
		req->address = arena_str(req->arena, last_of(http_header(req, "x-forwarded-for")));
		p->secure = str_is(http_header(req, "x-forwarded-proto"), "https");
		return;
	}
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	if (info && info->client_addr && info->client_addr->sa_family == AF_INET) {
		memcpy(&v4, info->client_addr, sizeof(v4));
		inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
	} else if (info && info->client_addr && info->client_addr->sa_family == AF_INET6) {
		memcpy(&v6, info->client_addr, sizeof(v6));
		inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
	}
	req->address = arena_str(req->arena, str_of(text));
}

static ssize_t on_stream(void *cls, uint64_t at, char *buf, size_t max)
{
	struct exchange *x = cls;
	(void)at;
	ptrdiff_t n = live_take(x->stream, buf, max);
	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static struct MHD_Response *make_response(struct exchange *x)
{
	struct request *req = x->request;
	struct http_private *p = req->private;
	struct MHD_Response *r = NULL;
	answer_finish(req);
	if (p->stream) {
		r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_stream, x,
						      NULL);
	} else {
		struct str body = p->ready.ptr ? p->ready : buf_str(&req->out);
		r = MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr,
						    MHD_RESPMEM_PERSISTENT);
	}
	for (size_t i = 0; r && i < p->n_answer; i++)
		if (MHD_add_response_header(r, arena_cstr(req->arena, p->answer[i].name),
					    arena_cstr(req->arena, p->answer[i].value)) != MHD_YES)
			event_str(&p->event, "header_dropped", p->answer[i].name);
	return r;
}

static void end_request(struct exchange *x)
{
	bool counted = x->request->private->accepted;
	request_complete(x->request, x->sent);
	request_free(x->request);
	x->request = NULL;
	if (counted)
		atomic_fetch_sub(&x->server->under_way, 1);
}

/* The system would else keep megabytes for each reader of a stream that is slow. */
static void bound_stream(struct exchange *x)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const int most = STREAM_UNSENT_MAX;
	setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof(most));
}

static enum MHD_Result send_answer(struct exchange *x)
{
	struct request *req = x->request;
	struct http_private *p = req->private;
	struct MHD_Response *r = make_response(x);
	if (!r)
		return MHD_NO;
	size_t len = p->ready.ptr ? p->ready.len : req->out.len;
	x->stream = p->stream;
	conn_until(x->conn, x->stream ? 0 : until_moved(x->server, (int64_t)len));
	enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)req->status, r);
	MHD_destroy_response(r);
	x->sent = queued == MHD_YES;
	p->state = EXCHANGE_SENT;
	if (x->stream && x->sent) {
		bound_stream(x);
		live_start(x->stream, x->connection);
		end_request(x);
	}
	return queued;
}

static bool send_raw(struct exchange *x, struct str text)
{
	const union MHD_ConnectionInfo *info;
	if (x->server->tls) {
		info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
		gnutls_session_t session = info->tls_session;
		return gnutls_record_send(session, text.ptr, text.len) > 0 &&
		       gnutls_bye(session, GNUTLS_SHUT_WR) == GNUTLS_E_SUCCESS;
	}
	info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	bool sent = send(info->connect_fd, text.ptr, text.len, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
	shutdown(info->connect_fd, SHUT_WR);
	return sent;
}

/* Past the library: for when it cannot answer. */
static void answer_raw(struct exchange *x)
{
	struct request *req = x->request;
	struct http_private *p = req->private;
	AUTO(buf_release) struct buf head;
	p->bare = true;
	answer_finish(req);
	buf_init(&head, HTTP_ANSWER_MAX);
	buf_printf(&head, "HTTP/1.1 %d Refused\r\nContent-Length: %zu\r\n", req->status,
		   req->out.len);
	for (size_t i = 0; i < p->n_answer; i++)
		buf_printf(&head, STR_FMT ": " STR_FMT "\r\n", STR_ARG(p->answer[i].name),
			   STR_ARG(p->answer[i].value));
	buf_add(&head, STR("\r\n"));
	buf_add(&head, buf_str(&req->out));
	x->sent = send_raw(x, buf_str(&head));
}

/* The library would answer 431 only when its memory is full, and nothing at all when just the headers
 * of the answer do not fit. */
static bool headers_fit(struct exchange *x)
{
	struct request *req = x->request;
	struct http_private *p = req->private;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (info->header_size + p->fields.n * HTTP_HEADER_COST <= HTTP_HEADERS_MAX)
		return true;
	req->status = 431;
	req->type = STR("application/problem+json");
	buf_add(&req->out, STR("{\"type\":\"/problems/headers-too-large\",\"title\":\"Headers too "
			       "large\",\"status\":431}"));
	p->close = true;
	return false;
}

static enum MHD_Result on_headers(struct exchange *x, const char *method)
{
	struct request *req = x->request;
	struct http_private *p = req->private;
	int64_t length = 0;
	atomic_fetch_add(&x->server->under_way, 1);
	read_headers(x);
	read_peer(x);
	if (!headers_fit(x)) {
		answer_raw(x);
		p->state = EXCHANGE_DEAD;
		return MHD_NO;
	}
	request_accept(req, str_of(method));
	bool body = headers_body(p->fields, &length);
	if (p->state == EXCHANGE_READY && (body || p->close)) {
		p->close = true;
		return send_answer(
			x); /* refused before its body: the library ends the connection */
	}
	conn_until(x->conn, until_moved(x->server, length));
	return MHD_YES;
}

/* The library answers before or after a body, not within: so we write the refusal ourselves. */
static void refuse_in_body(struct exchange *x)
{
	x->request->private->state = EXCHANGE_DEAD;
	if (x->server->refused)
		metric_add(x->server->refused, 1);
	conn_until(x->conn, clock_monotonic() + REFUSED_LINGER);
	answer_raw(x);
}

/* What follows a refusal is read for a while, so that its sender gets to reading the refusal. */
static enum MHD_Result on_body(struct exchange *x, const char *data, size_t *size)
{
	struct http_private *p = x->request->private;
	if (p->state == EXCHANGE_BODY && !request_body(x->request, (struct str){data, *size}))
		refuse_in_body(x);
	else if (p->state == EXCHANGE_DEAD)
		x->drained += *size;
	*size = 0;
	return x->drained > HTTP_DRAIN_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **context)
{
	struct exchange *x = *context;
	(void)cls;
	(void)connection;
	(void)url;
	(void)version;
	if (!x || !x->request)
		return MHD_NO;
	struct http_private *p = x->request->private;
	if (!p->accepted) {
		p->accepted = true;
		return on_headers(x, method);
	}
	if (*size)
		return on_body(x, data, size);
	if (p->state == EXCHANGE_DEAD)
		return MHD_NO;
	conn_until(x->conn, 0);
	if (p->state == EXCHANGE_BODY && !request_run(x->request))
		return MHD_YES; /* suspended; called again when the answer is made */
	return send_answer(x);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *context;
	(void)cls;
	(void)connection;
	if (!x)
		return;
	*context = NULL;
	conn_until(x->conn, after(HTTP_KEEP_ALIVE_SECONDS));
	if (x->stream)
		live_leave(x->stream);
	if (how != MHD_REQUEST_TERMINATED_COMPLETED_OK && x->request &&
	    x->request->private->state != EXCHANGE_DEAD)
		x->sent = false;
	if (x->request)
		end_request(x);
	free(x);
}

/* Nobody new is let in while it stops.  Not by MHD_quiesce_daemon(): with epoll its caller and the daemon's
 * threads take the listening socket out of the same sets, and who comes second ends the program. */
static enum MHD_Result on_knock(void *cls, const struct sockaddr *address, socklen_t length)
{
	const struct http *h = cls;
	(void)address;
	(void)length;
	return atomic_load(&h->stopping) ? MHD_NO : MHD_YES;
}

static enum err add_tls(struct http *h, struct MHD_OptionItem *options, size_t *n, struct why *why)
{
	char *key = NULL, *cert = NULL;
	enum err rc = file_text(h->options.tls_key, TLS_FILE_MAX, h->arena, &key, why);
	if (rc == OK)
		rc = file_text(h->options.tls_cert, TLS_FILE_MAX, h->arena, &cert, why);
	if (rc != OK)
		return rc;
	options[(*n)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, key};
	options[(*n)++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, cert};
	return OK;
}

enum err wire_start(struct http *h, struct why *why)
{
	struct MHD_OptionItem more[4] = {{MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
	size_t n = 0;
	if (h->tls) {
		flags |= MHD_USE_TLS;
		enum err rc = add_tls(h, more, &n, why);
		if (rc != OK)
			return rc;
	}
	if (h->options.io_threads > 1)
		more[n++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE,
						    h->options.io_threads, NULL};
	more[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	h->daemon = MHD_start_daemon(
		flags, 0, on_knock, h, on_request, h, MHD_OPTION_LISTEN_SOCKET, h->listen_fd,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)h->options.connections_max,
		MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, h, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, h,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, MHD_OPTION_ARRAY, more,
		MHD_OPTION_END);
	if (!h->daemon)
		return fail(why, ERR_UNAVAILABLE,
			    "the HTTP server cannot start: too few file descriptors or memory, or "
			    "TLS files that do not fit together");
	return OK;
}

void wire_stop(struct http *h)
{
	MHD_stop_daemon(h->daemon);
	h->listen_fd = -1; /* closed with it */
}
