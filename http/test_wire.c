#include "http/testing.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the library lets through and what stalls: each refused on a raw socket. */

static enum err echo(struct request *req, struct why *why)
{
	(void)why;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "id", http_path(req, "id"));
	jw_m_str(&w, "word", http_query(req, "word"));
	jw_m_int(&w, "n", http_query_int(req, "n", -1));
	jw_m_int(&w, "length", (int64_t)req->body.len);
	jw_object_end(&w);
	return OK;
}

#define BIG_PIECE 64
#define BIG_PIECES 100000
static enum err big(struct request *req, struct why *why)
{
	(void)why;
	req->type = STR("text/plain");
	for (int i = 0; i < BIG_PIECES; i++)
		buf_add(&req->out,
			STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
	return OK;
}

static enum err tagged(struct request *req, struct why *why)
{
	(void)why;
	http_answer_etag(req, 7);
	buf_add(&req->out, STR("{}"));
	return OK;
}

static enum err changed(struct request *req, struct why *why)
{
	(void)why;
	buf_printf(&req->out, "%lld", (long long)req->if_match);
	return OK;
}

static enum err form(struct request *req, struct why *why)
{
	struct http_part *parts = NULL;
	size_t n = http_parts(req, &parts, why);
	struct jw w = http_jw(req);
	jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		jw_str(&w, parts[i].name);
		jw_str(&w, parts[i].filename);
		jw_str(&w, parts[i].data);
	}
	jw_array_end(&w);
	return OK;
}

static enum err nap(struct request *req, struct why *why)
{
	(void)why;
	usleep(200000);
	buf_add(&req->out, STR("\"slept\""));
	return OK;
}

static enum err nothing(struct request *req, struct why *why)
{
	(void)req;
	return refuse(why, ERR_INTERNAL, "secret reason");
}

static const struct http_param params[] = {
	{.name = "word", .type = PARAM_TEXT, .max = 20, .help = "a word"},
	{.name = "n", .type = PARAM_INT, .min = 1, .max = 10, .help = "a number"},
	{.name = "day", .type = PARAM_DATE, .help = "a day"},
	{.name = NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/t/{id}", ANYONE, echo, "echo", "vọng", .flags = HTTP_NO_STORE,
	      .params = params),
	ROUTE(HTTP_POST, "/api/t", ANYONE, echo, "echo", "vọng", .flags = HTTP_NO_STORE | HTTP_CSV,
	      .body_max = 1000),
	ROUTE(HTTP_POST, "/api/large", ANYONE, echo, "echo", "vọng", .flags = HTTP_NO_STORE,
	      .body_max = 1 << 20),
	ROUTE(HTTP_GET, "/api/big", ANYONE, big, "big", "lớn", .flags = HTTP_NO_STORE),
	ROUTE(HTTP_GET, "/api/tagged", ANYONE, tagged, "tagged", "có nhãn", .flags = HTTP_NO_STORE),
	ROUTE(HTTP_PATCH, "/api/tagged", ANYONE, changed, "tagged", "có nhãn",
	      .flags = HTTP_NO_STORE | HTTP_IF_MATCH, .body_max = 100),
	ROUTE(HTTP_POST, "/api/form", ANYONE, form, "form", "biểu mẫu",
	      .flags = HTTP_NO_STORE | HTTP_MULTIPART, .body_max = 10000),
	ROUTE(HTTP_GET, "/api/nap", ANYONE, nap, "nap", "ngủ", .flags = HTTP_NO_STORE | HTTP_SLOW),
	ROUTE(HTTP_GET, "/api/broken", ANYONE, nothing, "broken", "hỏng", .flags = HTTP_NO_STORE),
	ROUTE(HTTP_GET, "/api/mine", SIGNED_IN, echo, "mine", "của tôi"),
	ROUTE(HTTP_GET, "/api/keep", PERMIT(VERB_ADMINISTER, "account"), echo, "keep", "giữ"),
};
static const struct route_table table = {routes, ARRAY_LEN(routes), NULL};

static struct rig *start(void **state)
{
	return rig_start(testbed_of(state), &(struct rig_options){.tables = &table,
								  .n_tables = 1,
								  .header_seconds = 1,
								  .body_seconds = 1,
								  .body_total_max = 1 << 20});
}

static int status_of(const struct rig *r, const char *request)
{
	int fd = rig_connect(r);
	rig_send_bytes(fd, request, strlen(request));
	AUTO(reply_free) struct reply reply = rig_read(fd, 5);
	close(fd);
	return reply.status;
}

static void health_answers(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply reply = rig_call(r, "GET", "/health", "", NULL);
	assert_int_equal(reply.status, 200);
	assert_non_null(strstr(reply.body, "\"status\":\"ok\""));
	assert_true(reply_header_is(&reply, "X-Content-Type-Options", "nosniff"));
	assert_true(reply_header_is(&reply, "Cache-Control", "no-store"));
	assert_non_null(reply_header(&reply, "Content-Security-Policy"));
	assert_null(reply_header(&reply, "Server"));
	assert_null(reply_header(&reply, "Strict-Transport-Security"));
}

#define LINE "GET /api/t/1 HTTP/1.1\r\n"
static void doubtful_framing_is_refused(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	assert_int_equal(status_of(r, LINE "Host: x\r\n\r\n"), 200);
	assert_int_equal(status_of(r, LINE "Host: x\r\nHost: y\r\n\r\n"), 400);
	assert_int_equal(status_of(r, LINE "\r\n"), 400);
#define POST "POST /api/t HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	assert_int_equal(status_of(r, POST "Content-Length: 2\r\n\r\n{}"), 200);
	assert_int_equal(status_of(r, POST "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
			 400);
	assert_int_equal(status_of(r, POST "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
			 400);
	assert_int_equal(status_of(r, POST "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
					   "2\r\n{}\r\n0\r\n\r\n"),
			 400);
	assert_int_equal(status_of(r, POST "Content-Length : 2\r\n\r\n{}"), 400);
	assert_int_equal(status_of(r, POST "Content-Length: +2\r\n\r\n{}"), 400);
	assert_int_equal(status_of(r, POST "Transfer-Encoding: gzip\r\n\r\n"), 400);
	assert_int_equal(
		status_of(r, POST "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), 200);
	assert_int_equal(status_of(r, LINE "Host: x\r\nbad name: 1\r\n\r\n"), 400);
	assert_int_equal(
		status_of(r, LINE "Host: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"), 400);
}

static void a_second_request_hidden_in_a_refused_one_is_not_run(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int fd = rig_connect(r);
	rig_send(fd, "POST /api/t HTTP/1.1\r\nHost: x\r\nContent-Length : 40\r\n\r\n"
		     "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
	AUTO(reply_free) struct reply reply = rig_read(fd, 3);
	AUTO(reply_free) struct reply second = rig_read(fd, 2);
	close(fd);
	assert_int_equal(reply.status, 400);
	assert_null(strstr(reply.text, "\"ok\""));
	assert_int_equal(second.status, 0);
}

static void too_many_headers_are_refused(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int fd = rig_connect(r);
	rig_send(fd, LINE "Host: x\r\n");
	for (int i = 0; i < 100000; i++)
		rig_send(fd, "X-%d: y\r\n", i);
	rig_send(fd, "\r\n");
	AUTO(reply_free) struct reply reply = rig_read(fd, 5);
	close(fd);
	assert_int_equal(reply.status, 431);
	AUTO(buf_release) struct buf few;
	buf_init(&few, 65536);
	buf_printf(&few, LINE "Host: x\r\n");
	for (int i = 0; i < 400; i++)
		buf_printf(&few, "X-%d: y\r\n", i);
	buf_printf(&few, "\r\n%c", 0);
	assert_int_equal(status_of(r, few.ptr), 431);
}

static void bodies_have_a_limit(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	assert_int_equal(status_of(r, POST "Content-Length: 1001\r\n\r\n"), 413);
	assert_int_equal(status_of(r, POST "Content-Length: 99999999999999999999\r\n\r\n"), 413);
	assert_int_equal(
		status_of(r, "GET /api/t/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
		413);
	int fd = rig_connect(r);
	rig_send(fd, POST "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 100; i++)
		rig_send(fd, "64\r\n%0100d\r\n", i);
	AUTO(reply_free) struct reply reply = rig_read(fd, 5);
	close(fd);
	assert_int_equal(reply.status, 413);
	assert_non_null(strstr(reply.body, "/problems/too-large"));
}

/* Sends chunks until the connection breaks; how many bytes went. */
static size_t send_without_end(int fd)
{
	static char chunk[8 + 65536 + 2];
	size_t total = 0;
	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk, "010000\r\n", 8);
	memcpy(chunk + sizeof(chunk) - 2, "\r\n", 2);
	for (;;) {
		ssize_t sent = send(fd, chunk, sizeof(chunk), MSG_NOSIGNAL);
		if (sent != (ssize_t)sizeof(chunk))
			return total;
		total += (size_t)sent;
		assert_true(total < (size_t)64 << 20);
	}
}

static void an_endless_body_is_cut_off(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int fd = rig_connect(r);
	usec started = clock_monotonic();
	rig_send(fd, POST "Transfer-Encoding: chunked\r\n\r\n");
	/* What was taken, and what fits into the system's buffers on both sides. */
	assert_true(send_without_end(fd) < (size_t)16 << 20);
	assert_true(clock_monotonic() - started < USEC_SECOND);
	AUTO(reply_free) struct reply reply = rig_read(fd, 5);
	close(fd);
	assert_int_equal(reply.status, 413);
}

static int begin_body(const struct rig *r, unsigned address, size_t length)
{
	int fd = rig_connect_other(r, address);
	rig_send(fd,
		 "POST /api/large HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
		 "Content-Length: %zu\r\n\r\n{",
		 length);
	return fd;
}

static void assert_refused(int fd)
{
	AUTO(reply_free) struct reply full = rig_read(fd, 5);
	assert_int_equal(full.status, 503);
	assert_non_null(reply_header(&full, "Retry-After"));
	close(fd);
}

/* Of one mebibyte: half for one sender, so that another finds room, and all of it for all. */
static void memory_of_all_bodies_has_a_limit(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int first = begin_body(r, 0, 500000);
	usleep(100000);
	assert_refused(begin_body(r, 0, 100000));
	int second = begin_body(r, 1, 500000);
	usleep(100000);
	assert_refused(begin_body(r, 2, 100000));
	close(first);
	close(second);
	usleep(300000);
	assert_int_equal(
		status_of(
			r,
			"POST /api/large HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
			"Content-Length: 2\r\n\r\n{}"),
		200);
}

static void media_types_are_checked(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply text =
		rig_call(r, "POST", "/api/t", "Content-Type: text/plain\r\n", "{}");
	AUTO(reply_free) struct reply csv =
		rig_call(r, "POST", "/api/t", "Content-Type: text/csv\r\n", "a");
	AUTO(reply_free) struct reply json = rig_call(
		r, "POST", "/api/t", "Content-Type: Application/JSON; charset=utf-8\r\n", "{}");
	assert_int_equal(text.status, 415);
	assert_int_equal(csv.status, 200);
	assert_int_equal(json.status, 200);
}

static usec time_to_end(int fd)
{
	usec started = clock_monotonic();
	AUTO(reply_free) struct reply reply = rig_read(fd, 10);
	assert_int_equal(reply.status, 0);
	return clock_monotonic() - started;
}

static void slow_senders_are_cut_off(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int silent = rig_connect(r);
	assert_true(time_to_end(silent) < 3 * USEC_SECOND);
	close(silent);
	int drops = rig_connect(r);
	usec started = clock_monotonic();
	for (int i = 0; i < 50 && clock_monotonic() - started < 5 * USEC_SECOND; i++) {
		rig_send(drops, "%c",
			 "GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"[i]);
		usleep(100000);
		char c;
		if (recv(drops, &c, 1, MSG_DONTWAIT) == 0)
			break;
	}
	assert_true(clock_monotonic() - started < 4 * USEC_SECOND);
	close(drops);
	int body = rig_connect(r);
	rig_send(body, POST "Content-Length: 100\r\n\r\n{");
	assert_true(time_to_end(body) < 4 * USEC_SECOND);
	close(body);
}

/* When the peer has thrown away the connection, though nobody reads what lies there. */
static usec time_to_reset(int fd)
{
	usec started = clock_monotonic();
	struct pollfd p = {.fd = fd};
	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_true(p.revents & POLLHUP);
	return clock_monotonic() - started;
}

static void a_stalled_reader_is_cut_off(void **state)
{
	AUTO(rig_stop) struct rig *r =
		rig_start(testbed_of(state), &(struct rig_options){.tables = &table,
								   .n_tables = 1,
								   .header_seconds = 1,
								   .body_seconds = 1,
								   .pace = BIG_PIECE * BIG_PIECES});
	int fd = rig_connect_narrow(r, 4096);
	rig_send(fd, "GET /api/big HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_int_equal(status_of(r, LINE "Host: x\r\n\r\n"), 200);
	/* One second, and one for its size. */
	usec took = time_to_reset(fd);
	assert_in_range(took, 3 * USEC_SECOND / 2, 4 * USEC_SECOND);
	close(fd);
	int reader = rig_connect(r);
	rig_send(reader, "GET /api/big HTTP/1.1\r\nHost: x\r\n\r\n");
	AUTO(reply_free) struct reply whole = rig_read(reader, 5);
	close(reader);
	assert_int_equal(whole.body_len, BIG_PIECE * BIG_PIECES);
}

static void paths_have_one_spelling(void **state)
{
	static const char *const wrong[] = {
		"/api//t/1",  "/api/t/1/",  "/api/./t/1",   "/api/t/../t/1", "/API/t/1",
		"/api/T/1",   "//api/t/1",  "/api/t/a%2fb", "/api/t/a%2Fb",  "/api%2ft/1",
		"/%61pi/t/1", "/api/%74/1", "/api/t/%zz",   "/api/t/%00",    "/api/t/%ff",
		"/api/t",     "/api/t/1/2", "/health/",	    "/Health",	     "/metrics/x",
		"/api/t/1%",
	};
	AUTO(rig_stop) struct rig *r = start(state);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		AUTO(reply_free) struct reply reply = rig_call(r, "GET", wrong[i], "", NULL);
		if (reply.status != (strcmp(wrong[i], "/api/t") ? 404 : 405))
			fail_msg("%s: %d", wrong[i], reply.status);
	}
	AUTO(reply_free) struct reply good = rig_call(r, "GET", "/api/t/%C4%91%20a", "", NULL);
	assert_int_equal(good.status, 200);
	assert_non_null(strstr(good.body, "\"id\":\"đ a\""));
}

static void methods_are_told(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply wrong = rig_call(r, "DELETE", "/api/tagged", "", NULL);
	assert_int_equal(wrong.status, 405);
	assert_true(reply_header_is(&wrong, "Allow", "GET, HEAD, PATCH"));
	AUTO(reply_free) struct reply head = rig_call(r, "HEAD", "/api/tagged", "", NULL);
	assert_int_equal(head.status, 200);
	assert_int_equal(head.body_len, 0);
}

static void queries_are_checked(void **state)
{
	static const struct {
		const char *target;
		int status;
		const char *says;
	} cases[] = {
		{"/api/t/1?word=a%20b+c&n=3", 200, "\"word\":\"a b c\",\"n\":3"},
		{"/api/t/1?n=0", 400, "\"at\":\"n\""},
		{"/api/t/1?n=11", 400, "\"at\":\"n\""},
		{"/api/t/1?n=x", 400, "\"at\":\"n\""},
		{"/api/t/1?n=1&n=2", 400, "more than once"},
		{"/api/t/1?day=2026-02-30", 400, "\"at\":\"day\""},
		{"/api/t/1?wrod=a", 400, "known: word, n, day"},
		{"/api/t/1?word=aaaaaaaaaaaaaaaaaaaaa", 400, "\"at\":\"word\""},
		{"/api/t/1?word=%zz", 400, "percent"},
		{"/api/t/1?word=%00", 400, "control"},
		{"/api/t/1?word=%c3%28", 400, "UTF-8"},
		{"/api/t/1?", 200, "\"id\":\"1\""},
	};
	AUTO(rig_stop) struct rig *r = start(state);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(reply_free) struct reply reply = rig_call(r, "GET", cases[i].target, "", NULL);
		if (reply.status != cases[i].status || !strstr(reply.body, cases[i].says))
			fail_msg("%s: %d %s", cases[i].target, reply.status, reply.body);
	}
	char many[12 + 4 * 256 + 1] = "/api/t/1?n=1";
	for (size_t at = 12; at + 4 < sizeof(many); at += 4)
		memcpy(many + at, "&n=1", 5);
	AUTO(reply_free) struct reply more = rig_call(r, "GET", many, "", NULL);
	assert_int_equal(more.status, 400);
	assert_non_null(strstr(more.body, "more than 256 parameters"));
	many[sizeof(many) - 5] = 0;
	AUTO(reply_free) struct reply most = rig_call(r, "GET", many, "", NULL);
	assert_int_equal(most.status, 400);
	assert_non_null(strstr(most.body, "more than once"));
}

static void conditions_are_honoured(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply same =
		rig_call(r, "GET", "/api/tagged", "If-None-Match: \"1\", W/\"7\"\r\n", NULL);
	AUTO(reply_free) struct reply other =
		rig_call(r, "GET", "/api/tagged", "If-None-Match: \"8\"\r\n", NULL);
	AUTO(reply_free) struct reply without = rig_call(r, "PATCH", "/api/tagged", "", "{}");
	AUTO(reply_free) struct reply bad =
		rig_call(r, "PATCH", "/api/tagged", "If-Match: 7\r\n", "{}");
	AUTO(reply_free) struct reply good =
		rig_call(r, "PATCH", "/api/tagged", "If-Match: \"7\"\r\n", "{}");
	assert_int_equal(same.status, 304);
	assert_int_equal(same.body_len, 0);
	assert_true(reply_header_is(&same, "ETag", "\"7\""));
	assert_int_equal(other.status, 200);
	assert_int_equal(without.status, 428);
	assert_int_equal(bad.status, 400);
	assert_int_equal(good.status, 200);
	assert_string_equal(good.body, "7");
}

static void forms_are_parsed(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply good = rig_call(
		r, "POST", "/api/form", "Content-Type: multipart/form-data; boundary=xYz\r\n",
		"--xYz\r\nContent-Disposition: form-data; name=\"unit\"\r\n\r\n22333\r\n"
		"--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\báo cáo.csv\"\r\n"
		"Content-Type: text/csv\r\n\r\na,b\r\n--xY\r\n\r\n--xYz--\r\n");
	AUTO(reply_free) struct reply cut = rig_call(
		r, "POST", "/api/form", "Content-Type: multipart/form-data; boundary=xYz\r\n",
		"--xYz\r\nContent-Disposition: form-data; name=\"unit\"\r\n\r\n22333\r\n");
	assert_int_equal(good.status, 200);
	assert_string_equal(
		good.body,
		"[\"unit\",null,\"22333\",\"file\",\"báo cáo.csv\",\"a,b\\r\\n--xY\\r\\n\"]");
	assert_int_equal(cut.status, 400);
}

static void one_connection_serves_many(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int fd = rig_connect(r);
	for (int i = 0; i < 20; i++) {
		rig_send(fd, "GET /api/t/%d HTTP/1.1\r\nHost: x\r\n\r\n", i);
		AUTO(reply_free) struct reply reply = rig_read(fd, 5);
		assert_int_equal(reply.status, 200);
		rig_send(fd, "GET /api/none HTTP/1.1\r\nHost: x\r\n\r\n");
		AUTO(reply_free) struct reply missing = rig_read(fd, 5);
		assert_int_equal(missing.status, 404);
	}
	rig_send(fd, "GET /api/nap HTTP/1.1\r\nHost: x\r\n\r\n");
	AUTO(reply_free) struct reply slow = rig_read(fd, 5);
	assert_int_equal(slow.status, 200);
	rig_send(fd, LINE "Host: x\r\n\r\n");
	AUTO(reply_free) struct reply after = rig_read(fd, 5);
	assert_int_equal(after.status, 200);
	close(fd);
}

static void insides_are_not_told(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply reply = rig_call(r, "GET", "/api/broken", "", NULL);
	assert_int_equal(reply.status, 500);
	assert_null(strstr(reply.text, "secret"));
	assert_non_null(strstr(reply.body, "\"request\":"));
}

static void slow_work_is_fair(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int fds[12];
	usec started = clock_monotonic();
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = rig_connect(r);
		rig_send(fds[i], "GET /api/nap HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	/* I/O goes on; and one account has two of the four threads: six turns of 0.2 s. */
	assert_int_equal(status_of(r, LINE "Host: x\r\n\r\n"), 200);
	assert_true(clock_monotonic() - started < 200000);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		AUTO(reply_free) struct reply reply = rig_read(fds[i], 10);
		assert_int_equal(reply.status, 200);
		close(fds[i]);
	}
	assert_true(clock_monotonic() - started >= 1100000);
}

static void too_much_slow_work_is_refused(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int fds[90], busy = 0;
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		fds[i] = rig_connect(r);
		rig_send(fds[i], "GET /api/nap HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		AUTO(reply_free) struct reply reply = rig_read(fds[i], 15);
		busy += reply.status == 503 && reply_header(&reply, "Retry-After");
		assert_true(reply.status == 503 || reply.status == 200);
		close(fds[i]);
	}
	assert_true(busy >= 10 && busy <= 30);
}

static void a_stop_finishes_what_is_under_way(void **state)
{
	struct rig *r = start(state);
	int fd = rig_connect(r);
	rig_send(fd, "GET /api/nap HTTP/1.1\r\nHost: x\r\n\r\n");
	usleep(50000);
	rig_stop(r);
	AUTO(reply_free) struct reply reply = rig_read(fd, 5);
	close(fd);
	assert_int_equal(reply.status, 200);
}

struct knocker {
	int port;
	atomic_int let_in;
	atomic_bool done;
};
/* Connects again and again until told to stop; nobody has to answer. */
static void *knock(void *arg)
{
	struct knocker *k = arg;
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)k->port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	while (!atomic_load(&k->done)) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
			atomic_fetch_add(&k->let_in, 1);
		close(fd);
	}
	return NULL;
}

/* Its threads stand at the door while it is shut. */
static void a_stop_among_new_connections_is_calm(void **state)
{
	for (int i = 0; i < 100; i++) {
		struct rig *r = start(state);
		struct knocker k = {.port = http_port(r->http)};
		pthread_t thread;
		assert_int_equal(pthread_create(&thread, NULL, knock, &k), 0);
		while (atomic_load(&k.let_in) < 20)
			usleep(100);
		rig_stop(r);
		atomic_store(&k.done, true);
		assert_int_equal(pthread_join(thread, NULL), 0);
	}
}

static void pages_and_documents_are_served(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply page = rig_call(r, "GET", "/api", "", NULL);
	assert_int_equal(page.status, 200);
	assert_non_null(strstr(page.body, "/api/v1/things/{id}/history"));
	assert_null(strstr(page.body, "<script"));
	AUTO(reply_free) struct reply document = rig_call(r, "GET", "/openapi.json", "", NULL);
	const struct json *v = NULL;
	struct why why = {0};
	assert_int_equal(document.status, 200);
	assert_ok(json_parse(r->arena, (struct str){document.body, document.body_len}, &v, &why),
		  why);
	assert_str(json_get_str(v, "openapi"), "3.1.0");
	assert_non_null(json_get(json_get(json_get(v, "paths"), "/api/v1/things"), "post"));
	assert_non_null(json_get(json_get(json_get(v, "components"), "schemas"), "system"));
	AUTO(reply_free) struct reply metrics = rig_call(r, "GET", "/metrics", "", NULL);
	assert_int_equal(metrics.status, 200);
	assert_non_null(
		strstr(metrics.body,
		       "haidang_http_request_seconds_count{method=\"GET\",route=\"/api\"} 1"));
	AUTO(reply_free) struct reply none =
		rig_call(r, "GET", "/assets/nothing-here.js", "", NULL);
	assert_int_equal(none.status, 404);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		ON_SQLITE(health_answers),
		ON_SQLITE(doubtful_framing_is_refused),
		ON_SQLITE(a_second_request_hidden_in_a_refused_one_is_not_run),
		ON_SQLITE(too_many_headers_are_refused),
		ON_SQLITE(bodies_have_a_limit),
		ON_SQLITE(an_endless_body_is_cut_off),
		ON_SQLITE(memory_of_all_bodies_has_a_limit),
		ON_SQLITE(media_types_are_checked),
		ON_SQLITE(slow_senders_are_cut_off),
		ON_SQLITE(a_stalled_reader_is_cut_off),
		ON_SQLITE(paths_have_one_spelling),
		ON_SQLITE(methods_are_told),
		ON_SQLITE(queries_are_checked),
		ON_SQLITE(conditions_are_honoured),
		ON_SQLITE(forms_are_parsed),
		ON_SQLITE(one_connection_serves_many),
		ON_SQLITE(insides_are_not_told),
		ON_SQLITE(slow_work_is_fair),
		ON_SQLITE(too_much_slow_work_is_refused),
		ON_SQLITE(a_stop_finishes_what_is_under_way),
		ON_SQLITE(a_stop_among_new_connections_is_calm),
		ON_SQLITE(pages_and_documents_are_served),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
