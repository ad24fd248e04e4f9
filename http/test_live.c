#include "http/testing.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* Readers of the live stream that fall behind: told so, and nothing is lost to who comes back. */

#define ROWS 9000 /* more than is kept for the readers of a group */
#define IDS_MAX (4 * ROWS)
#define ID_LEN 13
#define PATIENCE 300 /* seconds: then it will never come */

static struct rig *start(void **state)
{
	struct rig *r = rig_start(testbed_of(state), &(struct rig_options){0});
	rig_sign_in(r);
	return r;
}

struct id {
	char text[ID_LEN];
};

/* One shelf; its id. */
static struct id add_shelf(const struct rig *r, const char *code)
{
	static const char mark[] = "\"id\":\"";
	struct id id;
	char body[64];
	snprintf(body, sizeof(body), "{\"code\":\"%s\",\"name\":\"x\"}", code);
	AUTO(reply_free) struct reply made = rig_call(r, "POST", "/api/v1/shelves", "", body);
	assert_int_equal(made.status, 201);
	const char *at = strstr(made.body, mark);
	assert_non_null(at);
	memcpy(id.text, at + strlen(mark), ID_LEN);
	return id;
}

/* n shelves in one change. */
static void import_shelves(const struct rig *r, char first, int n)
{
	AUTO(buf_release) struct buf csv;
	buf_init(&csv, (size_t)8 << 20);
	buf_printf(&csv, "code,name\n");
	for (int i = 0; i < n; i++)
		buf_printf(&csv, "%c%d,x\n", first, i);
	buf_add_char(&csv, '\0');
	AUTO(reply_free) struct reply in = rig_call(r, "POST", "/api/v1/shelves/import",
						    "Content-Type: text/csv\r\n", csv.ptr);
	assert_int_equal(in.status, 200);
}

/* What a browser makes of a stream: only whole events count, and a cursor with the event it came
 * with.  What follows a gap is read but not kept. */
struct reader {
	int fd;
	struct buf raw, plain; /* what came and is not yet used up; without headers and chunks */
	bool body;	       /* its headers are past */
	char cursor[512];      /* to come back with */
	bool gap, ended;
	struct id *ids;	    /* of all things heard, in every connection … */
	size_t n_ids, sure; /* … of which so many lie before the cursor */
	struct id last;	    /* thing heard, after a gap too */
};

/* receive_buffer: bytes that the system keeps for it unread, 0: as many as it likes. */
static void reader_open(struct reader *s, const struct rig *r, int receive_buffer)
{
	struct timeval patience = {PATIENCE, 0};
	s->fd = rig_connect_narrow(r, receive_buffer);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	s->ended = s->gap = s->body = false;
	s->last = (struct id){""};
	s->n_ids = s->sure; /* what came after the cursor comes again */
	rig_send(s->fd, "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n",
		 r->token);
	if (s->cursor[0])
		rig_send(s->fd, "Last-Event-ID: %s\r\n", s->cursor);
	rig_send(s->fd, "\r\n");
	buf_init(&s->raw, (size_t)1 << 20);
	buf_init(&s->plain, (size_t)32 << 20);
}

static void reader_close(struct reader *s)
{
	close(s->fd);
	buf_release(&s->raw);
	buf_release(&s->plain);
}

static void use_up(struct buf *b, const char *until)
{
	size_t left = (size_t)(buf_str(b).ptr + b->len - until);
	if (left)
		memmove(b->ptr, until, left);
	b->len = left;
}

/* The whole chunks of what came. */
static void read_chunks(struct reader *s)
{
	struct str raw = buf_str(&s->raw);
	const char *at = raw.ptr, *end = at + raw.len, *data;
	if (!s->body && (data = memmem(at, raw.len, "\r\n\r\n", 4))) {
		s->body = true;
		at = data + 4;
	}
	while (s->body && (data = memmem(at, (size_t)(end - at), "\r\n", 2))) {
		size_t len = strtoul(at, NULL, 16); /* ends at CR */
		data += 2;
		if ((size_t)(end - data) < len + 2)
			break;
		buf_add(&s->plain, (struct str){data, len});
		at = data + len + 2;
	}
	use_up(&s->raw, at);
}

static void hear_event(struct reader *s, struct str event)
{
	static const char mark[] = "\"id\":\"";
	struct str line, rest = event, id = STR_NULL;
	s->gap = s->gap || str_starts(event, STR("event: gap"));
	const char *at = memmem(event.ptr, event.len, mark, strlen(mark));
	if (at) {
		memcpy(s->last.text, at + strlen(mark), ID_LEN);
		assert_true(s->n_ids < IDS_MAX);
		if (!s->gap)
			s->ids[s->n_ids++] = s->last;
	}
	while (rest.ptr) {
		line = str_until(rest, '\n', &rest);
		if (str_starts(line, STR("id: ")))
			id = (struct str){line.ptr + 4, line.len - 4};
	}
	if (id.ptr && !s->gap) {
		snprintf(s->cursor, sizeof(s->cursor), STR_FMT, STR_ARG(id));
		s->sure = s->n_ids;
	}
}

static void take(struct reader *s)
{
	static char piece[65536];
	ssize_t got = recv(s->fd, piece, sizeof(piece), 0);
	assert_true(got >= 0);
	s->ended = got == 0;
	buf_add(&s->raw, (struct str){piece, (size_t)got});
	read_chunks(s);
	assert_true(s->raw.error == OK && s->plain.error == OK);
	struct str plain = buf_str(&s->plain);
	const char *at = plain.ptr, *end = at + plain.len, *blank;
	while ((blank = memmem(at, (size_t)(end - at), "\n\n", 2))) {
		hear_event(s, (struct str){at, (size_t)(blank - at)});
		at = blank + 2;
	}
	use_up(&s->plain, at);
}

/* Reads on until it hears of this thing or the stream ends; heartbeats end neither. */
static void hear(struct reader *s, struct id wanted)
{
	usec until = clock_monotonic() + PATIENCE * USEC_SECOND;
	while (!s->ended && memcmp(s->last.text, wanted.text, ID_LEN) != 0) {
		take(s);
		assert_true(clock_monotonic() < until);
	}
}

/* Once it was greeted with a cursor nothing passes it by; of two things one after the other it caught up
 * with the first at the latest, so the second came to it through its group. */
static void join(struct reader *s, const struct rig *r, const char *first, const char *second)
{
	while (!s->cursor[0] && !s->ended)
		take(s);
	hear(s, add_shelf(r, first));
	hear(s, add_shelf(r, second));
	assert_false(s->gap || s->ended);
	assert_int_equal(s->n_ids, 2);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, ID_LEN);
}

/* It comes back with its cursor, after a gap or the end: now it has heard everything, each once. */
static void come_back(struct reader *s, const struct rig *r, struct id last, size_t all)
{
	assert_true(s->cursor[0]);
	reader_close(s);
	reader_open(s, r, 0);
	hear(s, last);
	assert_false(s->gap || s->ended);
	assert_int_equal(s->n_ids, all);
	qsort(s->ids, s->n_ids, sizeof(s->ids[0]), by_bytes);
	for (size_t i = 1; i < s->n_ids; i++)
		assert_true(by_bytes(&s->ids[i - 1], &s->ids[i]) < 0);
	reader_close(s);
	free(s->ids);
}

static void a_gap_is_told_and_can_be_filled(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	struct reader s = {.ids = calloc(IDS_MAX, sizeof(struct id))};
	assert_non_null(s.ids);
	reader_open(&s, r, 0);
	join(&s, r, "first", "second");
	import_shelves(r, 'A', ROWS); /* in one change: more than is kept */
	struct id last = add_shelf(r, "last");
	hear(&s, last);
	assert_true(s.gap);
	assert_false(s.ended); /* the stream goes on for who can do without */
	come_back(&s, r, last, 2 + ROWS + 1);
}

static void a_reader_left_behind_misses_nothing(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	struct reader s = {.ids = calloc(IDS_MAX, sizeof(struct id))},
		      quick = {.ids = calloc(IDS_MAX, sizeof(struct id))};
	size_t all = 2;
	int wide = 1 << 20;
	struct id last;
	assert_true(s.ids && quick.ids);
	reader_open(&s, r, 4096);
	join(&s, r, "first", "second");
	reader_open(&quick, r,
		    0); /* another of its group: hears all that the slow one is offered */
	join(&quick, r, "third", "fourth");
	all += 2;
	for (int i = 0; i < 4; i++) { /* each fits into what is kept, together they do not */
		char end[] = {'e', 'n', 'd', (char)('A' + i), '\0'};
		import_shelves(r, end[3], ROWS / 3);
		hear(&quick, last = add_shelf(r, end));
		all += ROWS / 3 + 1;
		assert_int_equal(quick.n_ids, all - 2);
	}
	assert_false(quick.gap || quick.ended);
	reader_close(&quick);
	free(quick.ids);
	setsockopt(s.fd, SOL_SOCKET, SO_RCVBUF, &wide, sizeof(wide));
	hear(&s, last);
	assert_true(s.gap || s.ended);
	assert_true(s.n_ids < all);
	come_back(&s, r, last, all);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		ON_SQLITE(a_gap_is_told_and_can_be_filled),
		ON_SQLITE(a_reader_left_behind_misses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
