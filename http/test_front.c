#include "base/embed.h"
#include "http/testing.h"

#include <gnutls/x509.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

/* Files of the front end as browsers ask for them, and the same server behind TLS. */

/* -- files -- */

#define PIECE(literal)                                                                             \
	{                                                                                          \
		"" literal "", sizeof(literal) - 1                                                 \
	}
static const struct embedded files[] = {
	{.path = PIECE("index.html"),
	 .type = PIECE("text/html; charset=utf-8"),
	 .plain = PIECE("<p>plain"),
	 .gzip = PIECE("gzipped"),
	 .brotli = PIECE("brotlied"),
	 .etag = "\"0123456789abcdef\""},
	{.path = PIECE("sw.js"),
	 .type = PIECE("text/javascript; charset=utf-8"),
	 .plain = PIECE("self"),
	 .etag = "\"1123456789abcdef\""},
	{.path = PIECE("assets/entry-1a2b.js"),
	 .type = PIECE("text/javascript; charset=utf-8"),
	 .plain = PIECE("entry"),
	 .gzip = PIECE("gzipped entry"),
	 .etag = "\"2123456789abcdef\""},
};

static const struct embedded *file(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (str_eq(files[i].path, path))
			return &files[i];
	return NULL;
}

static struct rig *start(void **state)
{
	return rig_start(testbed_of(state), &(struct rig_options){.file = file});
}

static void codings_are_chosen_as_wished(void **state)
{
	static const struct {
		const char *target, *accept, *coding, *body;
	} cases[] = {
		{"/", "", NULL, "<p>plain"},
		{"/", "Accept-Encoding: gzip, deflate, br\r\n", "br", "brotlied"},
		{"/", "Accept-Encoding: gzip\r\n", "gzip", "gzipped"},
		{"/", "Accept-Encoding: br;q=0, GZIP;q=0.5\r\n", "gzip", "gzipped"},
		{"/", "Accept-Encoding: br; q=0.000, gzip;x=1;q=0\r\n", NULL, "<p>plain"},
		{"/", "Accept-Encoding: *\r\n", "br", "brotlied"},
		{"/", "Accept-Encoding: *;q=0\r\n", NULL, "<p>plain"},
		{"/", "Accept-Encoding: br;q=0, *\r\n", "gzip", "gzipped"},
		{"/", "Accept-Encoding: brr, gzipp, identity\r\n", NULL, "<p>plain"},
		{"/sw.js", "Accept-Encoding: gzip, br\r\n", NULL, "self"},
		{"/assets/entry-1a2b.js", "Accept-Encoding: br, gzip\r\n", "gzip", "gzipped entry"},
	};
	AUTO(rig_stop) struct rig *r = start(state);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(reply_free) struct reply reply =
			rig_call(r, "GET", cases[i].target, cases[i].accept, NULL);
		assert_int_equal(reply.status, 200);
		assert_string_equal(reply.body, cases[i].body);
		assert_true(cases[i].coding
				    ? reply_header_is(&reply, "Content-Encoding", cases[i].coding)
				    : !reply_header(&reply, "Content-Encoding"));
		assert_true(reply_header_is(&reply, "Vary", "Accept-Encoding") ==
			    (strcmp(cases[i].target, "/sw.js") != 0));
	}
}

static void each_form_has_its_own_tag(void **state)
{
	static const struct {
		const char *more;
		int status;
	} cases[] = {
		{"If-None-Match: \"0123456789abcdef\"\r\n", 304},
		{"If-None-Match: \"x\", W/\"0123456789abcdef\"\r\n", 304},
		{"If-None-Match: *\r\n", 304},
		{"If-None-Match: \"0123456789abcdefb\"\r\n", 200},
		{"Accept-Encoding: br\r\nIf-None-Match: \"0123456789abcdefb\"\r\n", 304},
		{"Accept-Encoding: br\r\nIf-None-Match: \"0123456789abcdef\"\r\n", 200},
		{"Accept-Encoding: gzip\r\nIf-None-Match: \"0123456789abcdefg\"\r\n", 304},
	};
	AUTO(rig_stop) struct rig *r = start(state);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(reply_free) struct reply reply = rig_call(r, "GET", "/", cases[i].more, NULL);
		if (reply.status != cases[i].status)
			fail_msg("%s: %d", cases[i].more, reply.status);
		assert_true((reply.body_len == 0) == (reply.status == 304));
		assert_non_null(reply_header(&reply, "ETag"));
		assert_true(reply_header_is(&reply, "Cache-Control", "no-cache"));
		assert_true(reply_header_is(&reply, "Vary", "Accept-Encoding"));
	}
}

static void only_hashed_names_stay_in_caches(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply hashed =
		rig_call(r, "GET", "/assets/entry-1a2b.js", "", NULL);
	AUTO(reply_free) struct reply worker = rig_call(r, "GET", "/sw.js", "", NULL);
	AUTO(reply_free) struct reply page = rig_call(r, "GET", "/index.html", "", NULL);
	AUTO(reply_free) struct reply deep = rig_call(r, "GET", "/collect/tasks", "", NULL);
	assert_true(
		reply_header_is(&hashed, "Cache-Control", "public, max-age=31536000, immutable"));
	assert_true(reply_header_is(&worker, "Cache-Control", "no-cache"));
	assert_true(reply_header_is(&page, "Cache-Control", "no-cache"));
	assert_true(reply_header_is(&deep, "Cache-Control", "no-cache"));
}

static void pages_answer_navigations_only(void **state)
{
	static const struct {
		const char *method, *target, *more;
		int status;
	} cases[] = {
		{"GET", "/collect/tasks", "", 200},
		{"GET", "/collect/tasks", "Accept: text/html,application/xhtml+xml\r\n", 200},
		{"GET", "/collect/tasks", "Accept: */*\r\n", 200},
		{"GET", "/collect/tasks", "Sec-Fetch-Mode: navigate\r\nAccept: x/y\r\n", 200},
		{"HEAD", "/collect/tasks", "", 200},
		{"HEAD", "/", "Accept-Encoding: br\r\n", 200},
		{"GET", "/logo.png", "Accept: image/avif,image/webp\r\n", 404},
		{"GET", "/data.json", "Sec-Fetch-Mode: cors\r\nAccept: */*\r\n", 404},
		{"GET", "/assets/entry-old.js", "Sec-Fetch-Mode: navigate\r\n", 404},
		{"GET", "/api/v1/nothing", "Accept: text/html\r\n", 404},
		{"POST", "/collect/tasks", "Accept: text/html\r\n", 404},
		{"DELETE", "/", "Accept: text/html\r\n", 404},
	};
	AUTO(rig_stop) struct rig *r = start(state);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(reply_free) struct reply reply =
			rig_call(r, cases[i].method, cases[i].target, cases[i].more, NULL);
		if (reply.status != cases[i].status)
			fail_msg("%s %s: %d", cases[i].method, cases[i].target, reply.status);
		if (strcmp(cases[i].method, "HEAD") == 0) {
			assert_int_equal(reply.body_len, 0);
			assert_true(reply_header_is(&reply, "Content-Length", "8"));
		} else if (reply.status == 200) {
			assert_string_equal(reply.body, "<p>plain");
		}
	}
}

/* -- the page with its first answers -- */

#define BEFORE "<head>"
#define AFTER "<script src=\"/first.js\"></script>"
#define OPENS "<script type=\"application/json\" id=\"answers\">"
static const struct embedded first_page = {
	.path = PIECE("index.html"),
	.type = PIECE("text/html; charset=utf-8"),
	.plain = PIECE(BEFORE AFTER),
	.gzip = PIECE("gzipped"),
	.etag = "\"3123456789abcdef\"",
};

static const struct embedded *first_file(struct str path)
{
	return str_eq(path, first_page.path) ? &first_page : NULL;
}

static const char *const shelves[] = {"/api/v1/shelves?limit=5", NULL};
static const char *const unknown[] = {"/api/v1/nothing", NULL};
static const char *const wrong[] = {"/api/v1/shelves?limit=many", NULL};
static const struct first_ask first_shelves[] = {{ROLE_LEADER, unknown},
						 {ROLE_ADMINISTRATOR, shelves}};
static const struct first_ask first_unknown[] = {{ROLE_ADMINISTRATOR, unknown}};
static const struct first_ask first_wrong[] = {{ROLE_ADMINISTRATOR, wrong}};

/* Signed in; what stands in `cookie` (256 bytes) is the session's. */
static struct rig *start_first(void **state, const struct first_ask *first, size_t n, char *cookie)
{
	struct rig *r =
		rig_start(testbed_of(state),
			  &(struct rig_options){.file = first_file, .first = first, .n_first = n});
	rig_sign_in(r);
	snprintf(cookie, 256, "Cookie: haidang_session=%s\r\n", r->token);
	return r;
}

static void without_token(struct rig *r)
{
	free(r->token);
	r->token = NULL;
}

static void the_page_brings_what_its_reader_asks_first(void **state)
{
	char cookie[256], zipped[300];
	AUTO(rig_stop) struct rig *r = start_first(state, first_shelves, 2, cookie);
	AUTO(reply_free) struct reply made = rig_call(r, "POST", "/api/v1/shelves", "",
						      "{\"code\":\"A\",\"name\":\"</script><b>\"}");
	assert_int_equal(made.status, 201);
	AUTO(reply_free) struct reply alone = rig_call(r, "GET", shelves[0], "", NULL);
	without_token(r);
	AUTO(reply_free) struct reply page = rig_call(r, "GET", "/?x=1", cookie, NULL);
	assert_int_equal(page.status, 200);
	assert_true(reply_header_is(&page, "Cache-Control", "no-store"));
	assert_true(reply_header_is(&page, "Vary", "Accept-Encoding, Cookie"));
	assert_null(reply_header(&page, "ETag"));
	const char *answers = page.body + strlen(BEFORE OPENS);
	assert_memory_equal(page.body, BEFORE OPENS, strlen(BEFORE OPENS));
	assert_non_null(strstr(answers, "\"first\":[\"/api/v1/shelves?limit=5\"]"));
	const char *brought = strstr(answers, "\"/api/v1/shelves?limit=5\":{");
	assert_non_null(brought);
	brought = strchr(brought, '{');
	/* The same answer as by itself; nothing in it ends the element around it. */
	const char *end = strchr(brought, '<');
	assert_string_equal(end, "</script>" AFTER);
	assert_int_equal(end - 1 - brought, alone.body_len);
	assert_memory_equal(brought, alone.body, alone.body_len);
	snprintf(zipped, sizeof(zipped), "%sAccept-Encoding: br, gzip\r\n", cookie);
	AUTO(reply_free) struct reply small = rig_call(r, "GET", "/", zipped, NULL);
	assert_true(reply_header_is(&small, "Content-Encoding", "gzip"));
	z_stream z = {.next_in = (void *)(uintptr_t)small.body, .avail_in = (uInt)small.body_len};
	char plain[4096] = "";
	z.next_out = (void *)plain;
	z.avail_out = sizeof(plain) - 1;
	assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	inflateEnd(&z);
	assert_memory_equal(plain, BEFORE OPENS, strlen(BEFORE OPENS));
	assert_non_null(strstr(plain, "</script>" AFTER));
}

static void others_get_the_page_alone(void **state)
{
	char cookie[256], wire[300];
	static const struct {
		const char *method, *target;
		bool signed_in;
		const char *more;
	} cases[] = {
		{"GET", "/", false, ""},
		{"GET", "/", false, "Cookie: haidang_session=nobodys\r\n"},
		{"GET", "/index.html", true, ""},
		{"GET", "/registry", true, ""},
		{"HEAD", "/", true, ""},
	};
	AUTO(rig_stop) struct rig *r = start_first(state, first_shelves, 2, cookie);
	char *token = r->token;
	r->token = NULL;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(wire, sizeof(wire), "%s%s", cases[i].signed_in ? cookie : "",
			 cases[i].more);
		AUTO(reply_free) struct reply page =
			rig_call(r, cases[i].method, cases[i].target, wire, NULL);
		if (page.status != 200 || !reply_header(&page, "ETag"))
			fail_msg("%zu: %d", i, page.status);
		assert_string_equal(page.body, strcmp(cases[i].method, "HEAD") ? BEFORE AFTER : "");
	}
	r->token = token;
	AUTO(reply_free) struct reply closed = rig_call(r, "DELETE", "/api/v1/session", "", NULL);
	assert_int_equal(closed.status, 204);
	without_token(r);
	AUTO(reply_free) struct reply revoked = rig_call(r, "GET", "/", cookie, NULL);
	assert_string_equal(revoked.body, BEFORE AFTER);
}

static void leaves_out(void **state, const struct first_ask *first, const char *member)
{
	char cookie[256];
	AUTO(rig_stop) struct rig *r = start_first(state, first, 1, cookie);
	without_token(r);
	AUTO(reply_free) struct reply page = rig_call(r, "GET", "/", cookie, NULL);
	assert_int_equal(page.status, 200);
	assert_non_null(strstr(page.body, "{\"/api/v1/session\":{\"login\""));
	assert_null(strstr(page.body, member));
}

static void an_unknown_question_is_left_out(void **state)
{
	leaves_out(state, first_unknown, "\"/api/v1/nothing\":");
}

static void a_wrong_question_is_left_out(void **state)
{
	leaves_out(state, first_wrong, "\"/api/v1/shelves?limit=many\":");
}

/* -- TLS -- */

static enum err cookie(struct request *req, struct why *why)
{
	(void)why;
	http_answer_session(req, STR("abc"));
	req->status = 204;
	return OK;
}

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/cookie", ANYONE, cookie, "cookie", "cookie", .flags = HTTP_NO_STORE),
	ROUTE(HTTP_POST, "/api/cookie", ANYONE, cookie, "cookie", "cookie", .flags = HTTP_NO_STORE,
	      .body_max = 1000),
};
static const struct route_table table = {routes, ARRAY_LEN(routes), NULL};

static void write_pem(const char *path, gnutls_datum_t pem)
{
	FILE *out = fopen(path, "we");
	assert_non_null(out);
	assert_int_equal(fwrite(pem.data, 1, pem.size, out), pem.size);
	assert_int_equal(fclose(out), 0);
	gnutls_free(pem.data);
}

/* A key and a certificate that it signed itself. */
static void make_certificate(const char *key_path, const char *cert_path)
{
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t pem;
	time_t now = time(NULL);
	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(
		gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		0);
	assert_int_equal(gnutls_x509_crt_set_version(crt, 3), 0);
	assert_int_equal(gnutls_x509_crt_set_serial(crt, "\x01", 1), 0);
	assert_int_equal(gnutls_x509_crt_set_dn(crt, "CN=localhost", NULL), 0);
	assert_int_equal(gnutls_x509_crt_set_activation_time(crt, now - 60), 0);
	assert_int_equal(gnutls_x509_crt_set_expiration_time(crt, now + 3600), 0);
	assert_int_equal(gnutls_x509_crt_set_key(crt, key), 0);
	assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(key_path, pem);
	assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(cert_path, pem);
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(key);
}

static struct rig *start_tls(void **state)
{
	struct testbed *bed = testbed_of(state);
	char key[128], cert[128];
	snprintf(key, sizeof(key), "%s/key.pem", bed->dir);
	snprintf(cert, sizeof(cert), "%s/cert.pem", bed->dir);
	make_certificate(key, cert);
	return rig_start(bed, &(struct rig_options){.tables = &table,
						    .n_tables = 1,
						    .file = file,
						    .tls_key = key,
						    .tls_cert = cert});
}

struct tls {
	int fd;
	gnutls_session_t session;
	gnutls_certificate_credentials_t trust;
};

static struct tls tls_open(const struct rig *r)
{
	struct tls t = {.fd = rig_connect(r)};
	struct timeval most = {10, 0};
	setsockopt(t.fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	assert_int_equal(gnutls_certificate_allocate_credentials(&t.trust), 0);
	assert_int_equal(gnutls_init(&t.session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL), 0);
	assert_int_equal(gnutls_set_default_priority(t.session), 0);
	assert_int_equal(gnutls_credentials_set(t.session, GNUTLS_CRD_CERTIFICATE, t.trust), 0);
	gnutls_transport_set_int(t.session, t.fd);
	assert_int_equal(gnutls_handshake(t.session), 0);
	return t;
}

static void tls_close(struct tls t)
{
	gnutls_deinit(t.session);
	gnutls_certificate_free_credentials(t.trust);
	close(t.fd);
}

/* Sends the text; all that comes back until the connection ends, NUL-terminated. */
static void tls_call(const struct rig *r, const char *text, char *ret, size_t size)
{
	struct tls t = tls_open(r);
	size_t n = 0;
	ssize_t got = 1;
	assert_int_equal(gnutls_record_send(t.session, text, strlen(text)), strlen(text));
	while (n + 1 < size && (got = gnutls_record_recv(t.session, ret + n, size - n - 1)) > 0)
		n += (size_t)got;
	ret[n] = '\0';
	tls_close(t);
}

#define SECURE_HOST "Host: x\r\nConnection: close\r\n"
#define HSTS "Strict-Transport-Security: max-age=31536000\r\n"

static void tls_is_said_and_kept(void **state)
{
	AUTO(rig_stop) struct rig *r = start_tls(state);
	char all[4096];
	tls_call(r, "GET / HTTP/1.1\r\n" SECURE_HOST "\r\n", all, sizeof(all));
	assert_memory_equal(all, "HTTP/1.1 200", 12);
	assert_non_null(strstr(all, HSTS));
	assert_non_null(strstr(all, "\r\n\r\n<p>plain"));
	tls_call(r, "GET /api/cookie HTTP/1.1\r\n" SECURE_HOST "\r\n", all, sizeof(all));
	assert_memory_equal(all, "HTTP/1.1 204", 12);
	assert_non_null(
		strstr(all, "haidang_session=abc; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"));
	AUTO(reply_free) struct reply plain = rig_call(r, "GET", "/", "", NULL);
	assert_int_equal(plain.status, 0); /* not without TLS on the same port */
}

static void limits_hold_over_tls(void **state)
{
	AUTO(rig_stop) struct rig *r = start_tls(state);
	AUTO(buf_release) struct buf text;
	char all[4096];
#define SECURE_POST "POST /api/cookie HTTP/1.1\r\n" SECURE_HOST "Content-Type: application/json\r\n"
	tls_call(r, SECURE_POST "Content-Length: 1001\r\n\r\n", all, sizeof(all));
	assert_memory_equal(all, "HTTP/1.1 413", 12);
	assert_non_null(strstr(all, "/problems/too-large"));
	buf_init(&text, 65536);
	buf_printf(&text, "GET / HTTP/1.1\r\n" SECURE_HOST);
	for (int i = 0; i < 60; i++)
		buf_printf(&text, "X-%d: y\r\n", i);
	buf_printf(&text, "\r\n%c", 0);
	tls_call(r, text.ptr, all, sizeof(all));
	assert_memory_equal(all, "HTTP/1.1 431", 12);
	assert_non_null(strstr(all, "/problems/headers-too-large"));
	/* In the middle of a body that does not end. */
	buf_clear(&text);
	buf_printf(&text, SECURE_POST "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 20; i++)
		buf_printf(&text, "64\r\n%0100d\r\n", i);
	buf_add_char(&text, '\0');
	usec started = clock_monotonic();
	tls_call(r, text.ptr, all, sizeof(all));
	assert_memory_equal(all, "HTTP/1.1 413", 12);
	assert_non_null(strstr(all, "/problems/too-large"));
	assert_true(clock_monotonic() - started < 4 * USEC_SECOND);
}

static void an_endless_body_is_cut_off_over_tls(void **state)
{
	AUTO(rig_stop) struct rig *r = start_tls(state);
	struct tls t = tls_open(r);
	static char chunk[6 + 0x2000 + 2];
	size_t total = 0;
	ssize_t sent =
		gnutls_record_send(t.session, SECURE_POST "Transfer-Encoding: chunked\r\n\r\n",
				   strlen(SECURE_POST "Transfer-Encoding: chunked\r\n\r\n"));
	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk, "2000\r\n", 6);
	memcpy(chunk + sizeof(chunk) - 2, "\r\n", 2);
	while (sent > 0 && total < (size_t)64 << 20) {
		sent = gnutls_record_send(t.session, chunk, sizeof(chunk));
		total += sent > 0 ? (size_t)sent : 0;
	}
	tls_close(t);
	assert_true(total < (size_t)16 << 20);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		ON_SQLITE(codings_are_chosen_as_wished),
		ON_SQLITE(each_form_has_its_own_tag),
		ON_SQLITE(only_hashed_names_stay_in_caches),
		ON_SQLITE(pages_answer_navigations_only),
		ON_SQLITE(the_page_brings_what_its_reader_asks_first),
		ON_SQLITE(others_get_the_page_alone),
		ON_SQLITE(an_unknown_question_is_left_out),
		ON_SQLITE(a_wrong_question_is_left_out),
		ON_SQLITE(tls_is_said_and_kept),
		ON_SQLITE(limits_hold_over_tls),
		ON_SQLITE(an_endless_body_is_cut_off_over_tls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
