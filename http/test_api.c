#include "core/identity.h"
#include "http/testing.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* Sessions, records and the live stream through the front door, on both engines. */

static struct rig *start(void **state)
{
	struct rig *r = rig_start(testbed_of(state), &(struct rig_options){0});
	rig_sign_in(r);
	return r;
}

static void sessions_open_and_close(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply me = rig_call(r, "GET", "/api/v1/session", "", NULL);
	assert_int_equal(me.status, 200);
	assert_non_null(strstr(me.body, "\"login\":\"boss\""));
	assert_non_null(strstr(me.body, "\"may\":{"));
	AUTO(reply_free) struct reply list = rig_call(r, "GET", "/api/v1/session/list", "", NULL);
	assert_int_equal(list.status, 200);
	assert_non_null(strstr(list.body, "\"current\":true"));
	AUTO(reply_free) struct reply gone = rig_call(r, "DELETE", "/api/v1/session", "", NULL);
	assert_int_equal(gone.status, 204);
	assert_non_null(reply_header(&gone, "Set-Cookie"));
	AUTO(reply_free) struct reply after = rig_call(r, "GET", "/api/v1/session", "", NULL);
	assert_int_equal(after.status, 401);
	assert_true(reply_header_is(&after, "WWW-Authenticate", "Bearer"));
	AUTO(reply_free) struct reply again =
		rig_call(r, "POST", "/api/v1/setup", "",
			 "{\"token\":\"x\",\"login\":\"b\",\"name\":\"b\","
			 "\"password\":\"correct horse 43\"}");
	assert_int_equal(again.status, 401);
}

static void wrong_passwords_are_refused_alike(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	free(r->token);
	r->token = NULL;
	AUTO(reply_free) struct reply wrong =
		rig_call(r, "POST", "/api/v1/sessions", "",
			 "{\"login\":\"boss\",\"password\":\"nope nope nope\"}");
	AUTO(reply_free) struct reply nobody =
		rig_call(r, "POST", "/api/v1/sessions", "",
			 "{\"login\":\"ghost\",\"password\":\"nope nope nope\"}");
	AUTO(reply_free) struct reply half =
		rig_call(r, "POST", "/api/v1/sessions", "", "{\"login\":\"boss\"}");
	assert_int_equal(wrong.status, 401);
	assert_int_equal(nobody.status, 401);
	assert_int_equal(half.status, 400);
	size_t same = strcspn(wrong.body, "\0") - strlen("\"request\":\"0000000000000\"}");
	assert_memory_equal(wrong.body, nobody.body, same);
}

static void hasty_ones_are_told_how_long_to_wait(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	int64_t wait = 0;
	for (int i = 0; i < 10; i++) {
		AUTO(reply_free) struct reply reply =
			rig_call(r, "POST", "/api/v1/sessions", "",
				 "{\"login\":\"boss\",\"password\":\"nope nope nope\"}");
		const char *after = reply_header(&reply, "Retry-After");
		assert_int_equal(reply.status, wait || i > 5 ? 429 : 401);
		assert_true((after != NULL) == (reply.status == 429));
		if (!after)
			continue;
		struct str digits = {after, strcspn(after, "\r")};
		struct why why = {0};
		char detail[80];
		assert_ok(str_int(digits, 1, SIGN_IN_WAIT_SECONDS_MAX, &wait, &why), why);
		snprintf(detail, sizeof(detail), "try again in %lld seconds", (long long)wait);
		assert_non_null(strstr(reply.body, detail));
	}
	assert_true(wait > 0);
}

static void the_health_page_tells_of_the_writer(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	bool told = false;
	for (int i = 0; i < 50 && !told; i++) { /* a commit is counted after its answer left */
		AUTO(reply_free) struct reply reply =
			rig_call(r, "GET", "/health/detail", "", NULL);
		assert_int_equal(reply.status, 200);
		assert_non_null(strstr(reply.body, "\"writer\":{\"queued\":0,\"last_group\":"));
		told = strstr(reply.body, "\"last_group\":1,\"last_commit_seconds\":0}");
		usleep(told ? 0 : 20000);
	}
	assert_true(told);
}

static void cookies_need_our_header(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	char cookie[256], guarded[320], twice[512];
	snprintf(cookie, sizeof(cookie), "Cookie: a=b; haidang_session=%s\r\n", r->token);
	snprintf(guarded, sizeof(guarded), "%sX-Haidang: 1\r\n", cookie);
	snprintf(twice, sizeof(twice), "Cookie: haidang_session=x; haidang_session=%s\r\n",
		 r->token);
	free(r->token);
	r->token = NULL;
	AUTO(reply_free) struct reply read = rig_call(r, "GET", "/api/v1/session", cookie, NULL);
	AUTO(reply_free) struct reply forged =
		rig_call(r, "POST", "/api/v1/shelves", cookie, "{\"code\":\"A\",\"name\":\"a\"}");
	AUTO(reply_free) struct reply planted = rig_call(r, "GET", "/api/v1/session", twice, NULL);
	AUTO(reply_free) struct reply meant =
		rig_call(r, "POST", "/api/v1/shelves", guarded, "{\"code\":\"A\",\"name\":\"a\"}");
	assert_int_equal(read.status, 200);
	assert_int_equal(forged.status, 403);
	assert_int_equal(planted.status, 401);
	assert_int_equal(meant.status, 201);
}

static void any_read_exchanges_an_old_token(void **state)
{
	struct testbed *bed = testbed_of(state);
	usec now = clock_now(bed->clock);
	clock_free(bed->clock);
	bed->clock = clock_new_simulated(now);
	AUTO(rig_stop) struct rig *r = start(state);
	char cookie[256], fresh[256];
	snprintf(cookie, sizeof(cookie), "Cookie: haidang_session=%s\r\n", r->token);
	free(r->token);
	r->token = NULL;
	AUTO(reply_free) struct reply young = rig_call(r, "GET", "/api/v1/shelves", cookie, NULL);
	assert_int_equal(young.status, 200);
	assert_null(reply_header(&young, "Set-Cookie"));
	now += (SESSION_ROTATE_MINUTES + 1) * USEC_MINUTE;
	clock_set(bed->clock, now);
	AUTO(reply_free) struct reply old = rig_call(r, "GET", "/api/v1/shelves", cookie, NULL);
	assert_int_equal(old.status, 200);
	assert_non_null(strstr(old.body, "\"items\":["));
	const char *given = reply_header(&old, "Set-Cookie");
	assert_non_null(given);
	snprintf(fresh, sizeof(fresh), "Cookie: %.*s\r\n", (int)strcspn(given, ";"), given);
	assert_string_not_equal(fresh, cookie);
	AUTO(reply_free) struct reply again = rig_call(r, "GET", "/api/v1/session", fresh, NULL);
	assert_int_equal(again.status, 200);
	assert_null(reply_header(&again, "Set-Cookie"));
	/* What was under way with the old one holds for a minute, and clears no cookie. */
	AUTO(reply_free) struct reply late = rig_call(r, "GET", "/api/v1/session", cookie, NULL);
	assert_int_equal(late.status, 200);
	assert_null(reply_header(&late, "Set-Cookie"));
	clock_set(bed->clock, now + (SESSION_GRACE_SECONDS + 1) * USEC_SECOND);
	AUTO(reply_free) struct reply gone = rig_call(r, "GET", "/api/v1/session", cookie, NULL);
	assert_int_equal(gone.status, 401);
}

static void records_live_their_life(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply made =
		rig_call(r, "POST", "/api/v1/shelves", "", "{\"code\":\"A1\",\"name\":\"Kệ Một\"}");
	assert_int_equal(made.status, 201);
	assert_true(reply_header_is(&made, "ETag", "\"1\""));
	AUTO(reply_free) struct reply bad =
		rig_call(r, "POST", "/api/v1/shelves", "", "{\"code\":\"A 1\",\"nam\":\"x\"}");
	assert_int_equal(bad.status, 400);
	assert_non_null(strstr(bad.body, "\"errors\":[{\"at\":\"/"));
	AUTO(reply_free) struct reply twin =
		rig_call(r, "POST", "/api/v1/shelves", "", "{\"code\":\"A1\",\"name\":\"x\"}");
	assert_true(twin.status == 409 || twin.status == 400);
	AUTO(reply_free) struct reply blind =
		rig_call(r, "PATCH", "/api/v1/shelves/A1", "", "{\"name\":\"Hai\"}");
	assert_int_equal(blind.status, 428);
	AUTO(reply_free) struct reply changed = rig_call(
		r, "PATCH", "/api/v1/shelves/A1", "If-Match: \"1\"\r\n", "{\"name\":\"Hai\"}");
	assert_int_equal(changed.status, 200);
	assert_true(reply_header_is(&changed, "ETag", "\"2\""));
	AUTO(reply_free) struct reply stale = rig_call(r, "PATCH", "/api/v1/shelves/A1",
						       "If-Match: \"1\"\r\n", "{\"name\":\"Ba\"}");
	assert_int_equal(stale.status, 412);
	AUTO(reply_free) struct reply found =
		rig_call(r, "GET", "/api/v1/shelves?q=hai&sort=-code&limit=10", "", NULL);
	assert_non_null(strstr(found.body, "\"name\":\"Hai\""));
	AUTO(reply_free) struct reply odd =
		rig_call(r, "GET", "/api/v1/shelves?colour=red", "", NULL);
	assert_int_equal(odd.status, 400);
	AUTO(reply_free) struct reply history =
		rig_call(r, "GET", "/api/v1/shelves/A1/history", "", NULL);
	assert_int_equal(history.status, 200);
	assert_non_null(strstr(history.body, "code_list.created"));
	AUTO(reply_free) struct reply removed =
		rig_call(r, "DELETE", "/api/v1/shelves/A1", "If-Match: \"2\"\r\n", NULL);
	assert_int_equal(removed.status, 200);
	AUTO(reply_free) struct reply none = rig_call(r, "GET", "/api/v1/shelves/A1", "", NULL);
	assert_int_equal(none.status, 404);
	const char *id = strstr(made.body, "\"id\":\"");
	assert_non_null(id);
	char target[80];
	snprintf(target, sizeof(target), "/api/v1/shelves/%.13s/restore", id + strlen("\"id\":\""));
	AUTO(reply_free) struct reply back = rig_call(r, "POST", target, "", NULL);
	assert_int_equal(back.status, 200);
	AUTO(reply_free) struct reply there = rig_call(r, "GET", "/api/v1/shelves/A1", "", NULL);
	assert_int_equal(there.status, 200);
	AUTO(reply_free) struct reply fields =
		rig_call(r, "GET", "/api/v1/things/description", "", NULL);
	assert_int_equal(fields.status, 200);
}

static void strangers_see_nothing(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	free(r->token);
	r->token = NULL;
	static const char *const targets[] = {
		"/api/v1/accounts",	"/api/v1/shelves",	 "/api/v1/journal",
		"/api/v1/accounts.csv", "/api/v1/accounts.xlsx", "/api/v1/live",
		"/api/v1/session",	"/health/detail",	 "/api/v1/tokens"};
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		AUTO(reply_free) struct reply reply = rig_call(r, "GET", targets[i], "", NULL);
		if (reply.status != 401)
			fail_msg("%s: %d", targets[i], reply.status);
		AUTO(reply_free) struct reply bad =
			rig_call(r, "GET", targets[i], "Authorization: Bearer nonsense\r\n", NULL);
		assert_int_equal(bad.status, 401);
	}
}

static void the_same_key_works_once(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	const char *key = "Idempotency-Key: k1\r\n", *body = "{\"code\":\"B1\",\"name\":\"b\"}";
	AUTO(reply_free) struct reply first = rig_call(r, "POST", "/api/v1/shelves", key, body);
	AUTO(reply_free) struct reply second = rig_call(r, "POST", "/api/v1/shelves", key, body);
	AUTO(reply_free) struct reply other =
		rig_call(r, "POST", "/api/v1/shelves", key, "{\"code\":\"B2\",\"name\":\"b\"}");
	assert_int_equal(first.status, 201);
	assert_int_equal(second.status, 201);
	assert_string_equal(first.body, second.body);
	assert_int_equal(other.status, 409);
}

static void files_go_out_and_in(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	const char *csv = "Content-Type: text/csv\r\n", *two = "code,name\nC1,Một\nC2,Hai\n";
	AUTO(reply_free) struct reply dry =
		rig_call(r, "POST", "/api/v1/shelves/import?dry_run=true", csv, two);
	assert_int_equal(dry.status, 200);
	assert_string_equal(dry.body, "{\"created\":2,\"changed\":0,\"same\":0}");
	AUTO(reply_free) struct reply none = rig_call(r, "GET", "/api/v1/shelves/C1", "", NULL);
	assert_int_equal(none.status, 404);
	AUTO(reply_free) struct reply in = rig_call(r, "POST", "/api/v1/shelves/import", csv, two);
	assert_int_equal(in.status, 200);
	AUTO(reply_free) struct reply bad =
		rig_call(r, "POST", "/api/v1/shelves/import", csv, "code,name\nC3,Ba\nC 4,\n");
	assert_int_equal(bad.status, 400);
	assert_non_null(strstr(bad.body, "row 3"));
	AUTO(reply_free) struct reply out =
		rig_call(r, "GET", "/api/v1/shelves.csv?sort=code", "", NULL);
	assert_string_equal(out.body, "\xEF\xBB\xBF"
				      "code,name\r\nC1,Một\r\nC2,Hai\r\n");
	assert_non_null(strstr(reply_header(&out, "Content-Disposition"), "shelves.csv"));
	AUTO(reply_free) struct reply sheet = rig_call(r, "GET", "/api/v1/shelves.xlsx", "", NULL);
	assert_int_equal(sheet.status, 200);
	assert_memory_equal(sheet.body, "PK", 2);
	AUTO(reply_free) struct reply json = rig_call(r, "GET", "/api/v1/shelves.json", "", NULL);
	assert_non_null(strstr(json.body, "\"code\":\"C2\""));
}

/* -- live -- */

static int listen_live(const struct rig *r, const char *more)
{
	int fd = rig_connect(r);
	rig_send(fd, "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n",
		 r->token, more);
	return fd;
}

/* Reads until `text` was seen; false after `seconds` or at the end. */
static bool hears(int fd, const char *text, int seconds, char *all, size_t size)
{
	size_t len = strlen(all);
	usec until = clock_monotonic() + seconds * USEC_SECOND;
	struct timeval step = {0, 50000};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof(step));
	while (!strstr(all, text) && clock_monotonic() < until && len + 1 < size) {
		ssize_t got = recv(fd, all + len, size - len - 1, 0);
		if (got == 0)
			return false;
		len += got > 0 ? (size_t)got : 0;
		all[len] = '\0';
	}
	return strstr(all, text) != NULL;
}

static void make_shelf(const struct rig *r, const char *code)
{
	char body[100];
	snprintf(body, sizeof(body), "{\"code\":\"%s\",\"name\":\"x\"}", code);
	AUTO(reply_free) struct reply made = rig_call(r, "POST", "/api/v1/shelves", "", body);
	assert_int_equal(made.status, 201);
}

static void streams_tell_what_happens(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	char all[3000] = "";
	int fd = listen_live(r, "");
	assert_true(hears(fd, "retry: 2000", 5, all, sizeof(all)));
	make_shelf(r, "L1");
	assert_true(hears(fd, "code_list.created", 5, all, sizeof(all)));
	close(fd);
	char *cursor = strstr(all, "id: ");
	assert_non_null(cursor);
	char more[200];
	snprintf(more, sizeof(more), "Last-Event-ID: %.*s\r\n", (int)strcspn(cursor + 4, "\r\n"),
		 cursor + 4);
	make_shelf(r, "L2");
	/* From the first cursor on: all three, each once. */
	char again[3000] = "";
	fd = listen_live(r, more);
	make_shelf(r, "L3");
	int told = 0;
	hears(fd, "never said", 2, again, sizeof(again));
	for (const char *at = again; (at = strstr(at, "code_list.created")); at++)
		told++;
	assert_int_equal(told, 3);
	close(fd);
	AUTO(reply_free) struct reply bad =
		rig_call(r, "GET", "/api/v1/live?after=nonsense", "", NULL);
	assert_int_equal(bad.status, 400);
}

static void closed_sessions_hear_nothing_more(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	char all[3000] = "";
	int fd = listen_live(r, "");
	assert_true(hears(fd, "retry: 2000", 5, all, sizeof(all)));
	struct reply opened = rig_call(r, "POST", "/api/v1/sessions", "",
				       "{\"login\":\"boss\",\"password\":\"correct horse 42\"}");
	char *token = strstr(opened.text, "\"token\":\"");
	assert_non_null(token);
	AUTO(reply_free) struct reply gone = rig_call(r, "DELETE", "/api/v1/session", "", NULL);
	assert_int_equal(gone.status, 204);
	free(r->token);
	r->token = strndup(token + 9, strcspn(token + 9, "\""));
	reply_free(opened);
	usleep(2200000);
	make_shelf(r, "M1");
	assert_false(hears(fd, "code_list.created", 4, all, sizeof(all)));
	char c;
	assert_int_equal(recv(fd, &c, 1, 0), 0);
	close(fd);
}

static void tokens_are_narrow(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	AUTO(reply_free) struct reply made =
		rig_call(r, "POST", "/api/v1/tokens", "", "{\"name\":\"t\",\"verbs\":[\"read\"]}");
	assert_int_equal(made.status, 201);
	char *token = strstr(made.text, "\"token\":\"");
	assert_non_null(token);
	free(r->token);
	r->token = strndup(token + 9, strcspn(token + 9, "\""));
	AUTO(reply_free) struct reply read = rig_call(r, "GET", "/api/v1/shelves", "", NULL);
	AUTO(reply_free) struct reply write =
		rig_call(r, "POST", "/api/v1/shelves", "", "{\"code\":\"T\",\"name\":\"t\"}");
	AUTO(reply_free) struct reply more = rig_call(
		r, "POST", "/api/v1/tokens", "", "{\"name\":\"u\",\"verbs\":[\"administer\"]}");
	assert_int_equal(read.status, 200);
	assert_int_equal(write.status, 403);
	assert_int_equal(more.status, 403);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(sessions_open_and_close),
		ON_EACH_ENGINE(wrong_passwords_are_refused_alike),
		ON_EACH_ENGINE(hasty_ones_are_told_how_long_to_wait),
		ON_EACH_ENGINE(the_health_page_tells_of_the_writer),
		ON_EACH_ENGINE(cookies_need_our_header),
		ON_SQLITE(any_read_exchanges_an_old_token),
		ON_EACH_ENGINE(records_live_their_life),
		ON_EACH_ENGINE(strangers_see_nothing),
		ON_EACH_ENGINE(the_same_key_works_once),
		ON_EACH_ENGINE(files_go_out_and_in),
		ON_EACH_ENGINE(streams_tell_what_happens),
		ON_EACH_ENGINE(closed_sessions_hear_nothing_more),
		ON_EACH_ENGINE(tokens_are_narrow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
