#include "http/testing.h"

#include <arpa/inet.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLY_MAX ((size_t)64 << 20)
#define PATIENCE                                                                                   \
	300 /* seconds for an answer: on a busy machine, under a sanitizer, thousands of rows take their time */
#define LOGIN "boss"
#define PASSWORD "correct horse 42"

struct rig *rig_start(struct testbed *bed, const struct rig_options *o)
{
	static const struct record *const kinds[] = {&shelf_record, &thing_record, &account_record,
						     NULL};
	struct rig *r = calloc(1, sizeof(*r));
	struct why why = {0};
	assert_non_null(r);
	r->bed = bed;
	r->arena = arena_new();
	r->store = core_open(bed);
	r->access = access_new(test_tree());
	r->metrics = metrics_new();
	r->log = log_new(STDERR_FILENO, LEVEL_ERROR);
	r->app = (struct app_services){.store = r->store,
				       .access = r->access,
				       .clock = bed->clock,
				       .log = r->log,
				       .metrics = r->metrics,
				       .dir = bed->dir};
	struct route_table *tables = ARENA_ARRAY(r->arena, o->n_tables + 1, struct route_table);
	for (size_t i = 0; i < o->n_tables; i++)
		tables[i] = o->tables[i];
	tables[o->n_tables] = http_record_routes(kinds, r->arena);
	struct http_options options = {.listen = o->listen ? o->listen : "127.0.0.1",
				       .io_threads = 2,
				       .job_threads = o->job_threads,
				       .header_seconds = o->header_seconds,
				       .body_seconds = o->body_seconds,
				       .pace = o->pace,
				       .tls_key = o->tls_key,
				       .tls_cert = o->tls_cert,
				       .file = o->file,
				       .first = o->first,
				       .n_first = o->n_first,
				       .body_total_max = o->body_total_max,
				       .tables = tables,
				       .n_tables = o->n_tables + 1,
				       .app = &r->app};
	assert_ok(http_start(&options, &r->http, &why), why);
	r->waker = waker_new(r->store);
	waker_set(r->waker, r->http);
	return r;
}

void rig_stop(struct rig *r)
{
	if (!r)
		return;
	waker_set(r->waker, NULL);
	http_stop(r->http);
	store_close(r->store);
	waker_free(r->waker);
	access_free(r->access);
	metrics_free(r->metrics);
	log_free(r->log);
	arena_free(r->arena);
	free(r->token);
	free(r);
}

static int connect_from(const struct rig *r, uint32_t address, int receive_buffer)
{
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)http_port(r->http)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	if (receive_buffer)
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
					    sizeof(receive_buffer)),
				 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

int rig_connect(const struct rig *r)
{
	return connect_from(r, INADDR_LOOPBACK, 0);
}

int rig_connect_narrow(const struct rig *r, int receive_buffer)
{
	return connect_from(r, INADDR_LOOPBACK, receive_buffer);
}

int rig_connect_other(const struct rig *r, unsigned other)
{
	return connect_from(r, INADDR_LOOPBACK + other, 0);
}

void rig_send_bytes(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;
	while (n > 0) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* the server ended it: what it said is still to be read */
		at += sent;
		n -= (size_t)sent;
	}
}

void rig_send(int fd, const char *format, ...)
{
	char text[4096];
	va_list list;
	va_start(list, format);
	int n = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	assert_true(n >= 0 && (size_t)n < sizeof(text));
	rig_send_bytes(fd, text, (size_t)n);
}

const char *reply_header(const struct reply *r, const char *name)
{
	size_t len = strlen(name);
	for (const char *line = r->text; line && line < r->body;) {
		if (strncasecmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 2;
		line = strstr(line, "\r\n");
		line = line ? line + 2 : NULL;
	}
	return NULL;
}

bool reply_header_is(const struct reply *r, const char *name, const char *value)
{
	const char *found = reply_header(r, name);
	size_t len = strlen(value);
	return found && strncmp(found, value, len) == 0 && found[len] == '\r';
}

/* Is one whole answer there?  Chunked ones end with the connection or a chunk of 0. */
static bool complete(struct reply *r, size_t len)
{
	char *end = strstr(r->text, "\r\n\r\n");
	int64_t wanted = -1;
	if (!end)
		return false;
	r->body = end + 4;
	r->body_len = len - (size_t)(r->body - r->text);
	const char *length = reply_header(r, "Content-Length");
	if (!length)
		return strstr(r->body, "\r\n0\r\n\r\n") != NULL;
	struct str digits = {length, (size_t)(strchr(length, '\r') - length)};
	return str_int(digits, 0, INT64_MAX, &wanted, NULL) == OK && (int64_t)r->body_len >= wanted;
}

struct reply rig_read(int fd, int seconds)
{
	struct reply r = {.text = calloc(1, 4096)};
	size_t len = 0, cap = 4096;
	usec until = clock_monotonic() + seconds * USEC_SECOND;
	assert_non_null(r.text);
	while (clock_monotonic() < until && len < REPLY_MAX && !complete(&r, len)) {
		struct pollfd p = {fd, POLLIN, 0};
		if (poll(&p, 1, 50) <= 0)
			continue;
		if (cap - len < 2048) {
			r.text = realloc(r.text, cap *= 2);
			assert_non_null(r.text);
		}
		ssize_t got = recv(fd, r.text + len, cap - len - 1, 0);
		if (got <= 0)
			break;
		len += (size_t)got;
		r.text[len] = '\0';
	}
	complete(&r, len);
	int64_t status = 0;
	if (len > 12 && str_int((struct str){r.text + 9, 3}, 100, 599, &status, NULL) == OK)
		r.status = (int)status;
	if (!r.body)
		r.body = r.text + len;
	return r;
}

void reply_free(struct reply r)
{
	free(r.text);
}

struct reply rig_call(const struct rig *r, const char *method, const char *target, const char *more,
		      const char *body)
{
	int fd = rig_connect(r);
	rig_send(fd, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", method, target);
	if (r->token)
		rig_send(fd, "Authorization: Bearer %s\r\n", r->token);
	if (!strstr(more, "Accept-Language"))
		rig_send(fd, "Accept-Language: en\r\n");
	if (body && !strstr(more, "Content-Type"))
		rig_send(fd, "Content-Type: application/json\r\n");
	if (body)
		rig_send(fd, "Content-Length: %zu\r\n", strlen(body));
	rig_send(fd, "%s\r\n", more);
	if (body)
		rig_send_bytes(fd, body, strlen(body));
	struct reply reply = rig_read(fd, PATIENCE);
	close(fd);
	return reply;
}

void rig_sign_in(struct rig *r)
{
	struct why why = {0};
	struct db *db = NULL;
	char path[128], token[128] = "", body[512];
	bool needed = false;
	assert_ok(store_take(r->store, &db, &why), why);
	assert_ok(access_setup_prepare(db, r->bed->dir, &needed, &why), why);
	store_give(db);
	assert_true(needed);
	snprintf(path, sizeof(path), "%s/setup-token", r->bed->dir);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(token, sizeof(token), file));
	fclose(file);
	token[strcspn(token, "\n")] = '\0';
	snprintf(body, sizeof(body),
		 "{\"token\":\"%s\",\"login\":\"" LOGIN
		 "\",\"name\":\"Boss\",\"password\":\"" PASSWORD "\"}",
		 token);
	struct reply set_up = rig_call(r, "POST", "/api/v1/setup", "", body);
	assert_int_equal(set_up.status, 204);
	reply_free(set_up);
	struct reply opened = rig_call(r, "POST", "/api/v1/sessions", "",
				       "{\"login\":\"" LOGIN "\",\"password\":\"" PASSWORD "\"}");
	assert_int_equal(opened.status, 201);
	const char *start = strstr(opened.body, "\"token\":\"");
	assert_non_null(start);
	start += strlen("\"token\":\"");
	r->token = strndup(start, strcspn(start, "\""));
	reply_free(opened);
}
