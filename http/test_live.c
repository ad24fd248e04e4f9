#include "http/testing.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* Readers of the live stream that fall behind: told so, and nothing is lost to who comes back. */

#define ROWS 9000 /* more than is kept for the readers of a group */
#define IDS_MAX (4 * ROWS)
#define ID_LEN 13

static struct rig *start(void **state)
{
	struct rig *r = rig_start(testbed_of(state), &(struct rig_options){0});
	rig_sign_in(r);
	return r;
}

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

struct reader {
	int fd;
	struct buf raw, plain; /* as it came; without headers and the marks of chunks */
	char cursor[512];      /* of the last "id:" */
	bool gap, ended;
	char (*ids)[ID_LEN]; /* of all subjects heard, in every connection */
	size_t n_ids;
};

static void reader_open(struct reader *s, const struct rig *r, int receive_buffer)
{
	s->fd = rig_connect(r);
	s->ended = s->gap = false;
	if (receive_buffer)
		setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
	rig_send(s->fd, "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n",
		 r->token);
	if (s->cursor[0])
		rig_send(s->fd, "Last-Event-ID: %s\r\n", s->cursor);
	rig_send(s->fd, "\r\n");
	buf_init(&s->raw, (size_t)32 << 20);
	buf_init(&s->plain, (size_t)32 << 20);
}

static void reader_close(struct reader *s)
{
	close(s->fd);
	buf_release(&s->raw);
	buf_release(&s->plain);
}

static void read_chunks(struct reader *s)
{
	struct str all = buf_str(&s->raw);
	const char *at = memmem(all.ptr, all.len, "\r\n\r\n", 4), *end = all.ptr + all.len;
	assert_non_null(at);
	at += 4;
	while (at < end) {
		char *data;
		size_t len = strtoul(at, &data, 16); /* ends at CR: the buffer holds whole lines */
		data += 2;
		if (data >= end)
			break;
		size_t there = (size_t)(end - data);
		buf_add(&s->plain, (struct str){data, len < there ? len : there});
		at = data + len + 2;
	}
}

static void keep_ids(struct reader *s, struct str text)
{
	static const char mark[] = "\"id\":\"";
	const char *at = text.ptr, *end = text.ptr + text.len;
	while ((at = memmem(at, (size_t)(end - at), mark, strlen(mark)))) {
		at += strlen(mark);
		if (end - at < ID_LEN)
			return;
		assert_true(s->n_ids < IDS_MAX);
		memcpy(s->ids[s->n_ids++], at, ID_LEN);
	}
}

/* The cursor of the last line "id: …" that is whole. */
static void keep_cursor(struct reader *s, struct str text)
{
	struct str rest = text;
	while (rest.ptr) {
		struct str line = str_until(rest, '\n', &rest);
		if (rest.ptr && str_starts(line, STR("id: ")))
			snprintf(s->cursor, sizeof(s->cursor), STR_FMT,
				 STR_ARG(((struct str){line.ptr + 4, line.len - 4})));
	}
}

/* Reads until the stream ends or says nothing for two seconds; what comes after a gap is left. */
static void reader_take(struct reader *s)
{
	static char piece[65536];
	struct timeval most = {2, 0};
	ssize_t got = 1;
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	while ((got = recv(s->fd, piece, sizeof(piece), 0)) > 0)
		buf_add(&s->raw, (struct str){piece, (size_t)got});
	s->ended = got == 0;
	buf_add_char(&s->raw, '\0');
	s->raw.len--;
	read_chunks(s);
	assert_int_equal(s->plain.error, OK);
	struct str text = buf_str(&s->plain);
	const char *gap = memmem(text.ptr, text.len, "event: gap", 10);
	s->gap = gap != NULL;
	if (gap)
		text.len = (size_t)(gap - text.ptr);
	keep_ids(s, text);
	keep_cursor(s, text);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, ID_LEN);
}

static size_t different_ids(struct reader *s)
{
	size_t n = 0;
	qsort(s->ids, s->n_ids, ID_LEN, by_bytes);
	for (size_t i = 0; i < s->n_ids; i++)
		n += i == 0 || by_bytes(s->ids[i - 1], s->ids[i]) != 0;
	return n;
}

static void come_back_until_all_is_heard(struct reader *s, const struct rig *r)
{
	for (int i = 0; i < 5 && (s->gap || s->ended); i++) {
		reader_close(s);
		reader_open(s, r, 0);
		reader_take(s);
	}
	assert_false(s->gap || s->ended);
}

static void a_gap_is_told_and_can_be_filled(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	struct reader s = {.ids = calloc(IDS_MAX, ID_LEN)};
	assert_non_null(s.ids);
	reader_open(&s, r, 0);
	usleep(200000);		      /* it has caught up and waits */
	import_shelves(r, 'A', ROWS); /* in one change: more than is kept */
	reader_take(&s);
	assert_true(s.gap);
	assert_false(s.ended); /* the stream goes on for who can do without */
	assert_true(s.cursor[0]);
	come_back_until_all_is_heard(&s, r);
	assert_int_equal(different_ids(&s), ROWS);
	assert_int_equal(s.n_ids, ROWS); /* each once */
	reader_close(&s);
	free(s.ids);
}

static void a_reader_left_behind_misses_nothing(void **state)
{
	AUTO(rig_stop) struct rig *r = start(state);
	struct reader s = {.ids = calloc(IDS_MAX, ID_LEN)};
	assert_non_null(s.ids);
	reader_open(&s, r, 4096);
	usleep(200000);
	for (int i = 0; i < 4; i++) { /* each fits into what is kept, together they do not */
		import_shelves(r, (char)('A' + i), ROWS / 3);
		usleep(300000);
	}
	reader_take(&s);
	assert_true(s.gap || s.ended);
	assert_true(s.n_ids < 4 * ROWS / 3);
	come_back_until_all_is_heard(&s, r);
	assert_int_equal(different_ids(&s), 4 * ROWS / 3);
	reader_close(&s);
	free(s.ids);
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
