#include "base/clock.h"
#include "base/event.h"
#include "base/id.h"
#include "base/json.h"
#include "base/metric.h"
#include "base/queue.h"
#include "base/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS 4
#define ROUNDS 5000

static void run_threads(void *(*body)(void *), void *shared)
{
	pthread_t threads[THREADS];
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, body, shared), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void queue_keeps_order_and_bounds(void **state)
{
	(void)state;
	AUTO(queue_free) struct queue *q = queue_new(3);
	int items[4];
	void *taken[8];
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 3; i++)
			assert_true(queue_put(q, &items[i]));
		assert_false(queue_put(q, &items[3]));
		assert_int_equal(queue_length(q), 3);
		assert_int_equal(queue_take(q, taken, 2, 0), 2);
		assert_ptr_equal(taken[0], &items[0]);
		assert_ptr_equal(taken[1], &items[1]);
		assert_int_equal(queue_take(q, taken, 8, USEC_SECOND), 1);
		assert_ptr_equal(taken[0], &items[2]);
	}
}

static void queue_waits_and_closes(void **state)
{
	(void)state;
	AUTO(queue_free) struct queue *q = queue_new(2);
	void *taken[2];
	int item;
	usec before = clock_monotonic();
	assert_int_equal(queue_take(q, taken, 2, 20000), 0);
	assert_in_range(clock_monotonic() - before, 20000, 5 * USEC_SECOND);
	assert_int_equal(queue_take(q, taken, 2, -5), 0);
	assert_true(queue_put(q, &item));
	queue_close(q);
	assert_true(queue_closed(q));
	assert_false(queue_put(q, &item));
	assert_int_equal(queue_take(q, taken, 2, INT64_MAX), 1);
	assert_int_equal(queue_take(q, taken, 2, INT64_MAX), 0);
}

struct traffic {
	struct queue *q;
	_Atomic int64_t sent, received;
};

static void *send_numbers(void *arg)
{
	struct traffic *t = arg;
	static int64_t numbers[ROUNDS];
	for (size_t i = 0; i < ROUNDS; i++) {
		while (!queue_put(t->q, &numbers[i]))
			sched_yield();
		atomic_fetch_add(&t->sent, 1);
	}
	return NULL;
}

static void *take_numbers(void *arg)
{
	struct traffic *t = arg;
	void *items[7];
	for (size_t n; (n = queue_take(t->q, items, ARRAY_LEN(items), 60 * USEC_SECOND)) > 0;)
		atomic_fetch_add(&t->received, (int64_t)n);
	return NULL;
}

static void queue_loses_nothing_between_threads(void **state)
{
	(void)state;
	AUTO(queue_free) struct queue *q = queue_new(16);
	struct traffic t = {.q = q};
	pthread_t takers[2];
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		assert_int_equal(pthread_create(&takers[i], NULL, take_numbers, &t), 0);
	run_threads(send_numbers, &t);
	queue_close(q);
	for (size_t i = 0; i < ARRAY_LEN(takers); i++)
		assert_int_equal(pthread_join(takers[i], NULL), 0);
	assert_int_equal(atomic_load(&t.sent), THREADS * ROUNDS);
	assert_int_equal(atomic_load(&t.received), THREADS * ROUNDS);
}

static void ids_are_text_and_back(void **state)
{
	(void)state;
	struct why why;
	static const int64_t ids[] = {1, 31, 32, 0x123456789ABCDEF, INT64_MAX};
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		char text[ID_TEXT + 1];
		id_write(ids[i], text);
		int64_t back = 0;
		assert_ok(id_parse(str_of(text), &back, &why), why);
		assert_true(back == ids[i]);
		for (char *p = text; *p; p++)
			*p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
		assert_ok(id_parse(str_of(text), &back, &why), why);
		assert_true(back == ids[i]);
	}
	static const char *const bad[] = {"",
					  "0000000000000",
					  "000000000001",
					  "00000000000001",
					  "8000000000000",
					  "000000000000I",
					  "00000000000L0",
					  "000000000000U",
					  "00000000000 1",
					  "-000000000001",
					  "00000000000\xc3\xa0",
					  "@000000000001",
					  "[000000000001"};
	int64_t id = 77;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_err(id_parse(str_of(bad[i]), &id, NULL), ERR_INVALID);
	assert_int_equal(id, 77);
}

static void ids_are_found_in_their_order(void **state)
{
	(void)state;
	int64_t ids[] = {INT64_MAX, 7, 1, INT64_MAX - 1};
	qsort(ids, 4, sizeof(*ids), id_order);
	assert_true(ids[0] == 1 && ids[1] == 7 && ids[3] == INT64_MAX);
	assert_true(id_among(ids, 4, 7) && id_among(ids, 4, INT64_MAX));
	assert_false(id_among(ids, 4, 2) || id_among(ids, 1, 7) || id_among(NULL, 0, 7));
}

static void ids_grow_even_when_the_clock_does_not(void **state)
{
	(void)state;
	AUTO(id_source_free) struct id_source *s = id_source_new(1023);
	usec now = (usec)1800000000 * USEC_SECOND;
	int64_t last = 0;
	for (int i = 0; i < 20000; i++) {
		int64_t id = id_next(s, i % 3 ? now : now - i * USEC_SECOND);
		assert_true(id > last);
		assert_int_equal(id >> 12 & 1023, 1023);
		last = id;
	}
	assert_int_equal(id_next(s, now + USEC_DAY) >> 22, (now + USEC_DAY) / 1000 - 1577836800000);
	AUTO(id_source_free) struct id_source *early = id_source_new(0);
	assert_int_equal(id_next(early, 0), 1);
}

struct numbering {
	struct id_source *source;
	_Atomic size_t n;
	int64_t ids[THREADS * ROUNDS];
};

static void *make_ids(void *arg)
{
	struct numbering *m = arg;
	for (size_t i = 0; i < ROUNDS; i++)
		m->ids[atomic_fetch_add(&m->n, 1)] = id_next(m->source, 1800000000 * USEC_SECOND);
	return NULL;
}

static void ids_differ_between_threads(void **state)
{
	(void)state;
	static struct numbering m;
	AUTO(id_source_free) struct id_source *s = id_source_new(5);
	m.source = s;
	run_threads(make_ids, &m);
	qsort(m.ids, ARRAY_LEN(m.ids), sizeof m.ids[0], id_order);
	for (size_t i = 1; i < ARRAY_LEN(m.ids); i++)
		assert_true(m.ids[i] > m.ids[i - 1]);
}

/* What went through the pipe so far. */
static struct str drain(struct arena *a, int fd)
{
	size_t size = 16384, len = 0;
	char *memory = arena_alloc(a, size);
	for (ssize_t n; len < size && (n = read(fd, memory + len, size - len)) > 0;)
		len += (size_t)n;
	return (struct str){memory, len};
}

static void events_are_json_lines(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	AUTO(log_free) struct log *l = log_new(ends[1], LEVEL_INFO);
	struct event e;
	struct why why;
	event_begin(&e, l, "http.request");
	event_str(&e, "path", STR("/a\n{\"level\":\"error\"}\xff"));
	event_int(&e, "status", 404);
	event_why(&e, fail_at(&why, ERR_NOT_FOUND, "unit", "no unit \"%s\"", "x"), &why);
	event_end(&e, LEVEL_WARN);
	log_line(l, LEVEL_DEBUG, "job.run", "not shown");
	log_line(l, LEVEL_ERROR, "job.run", "%d figures", 7);
	close(ends[1]);
	AUTO(arena_free) struct arena *a = arena_new();
	struct str first, second, rest, lines = drain(a, ends[0]);
	close(ends[0]);
	first = str_until(lines, '\n', &rest);
	second = str_until(rest, '\n', &rest);
	assert_int_equal(rest.len, 0);
	const struct json *v;
	assert_ok(json_parse(a, first, &v, &why), why);
	assert_str(json_get_str(v, "level"), "warn");
	assert_str(json_get_str(v, "kind"), "http.request");
	assert_str(json_get_str(v, "path"), "/a\n{\"level\":\"error\"}\xef\xbf\xbd");
	assert_int_equal(json_get(v, "status")->integer, 404);
	assert_str(json_get_str(v, "error"), "not-found");
	assert_str(json_get_str(v, "why"), "no unit \"x\"");
	assert_str(json_get_str(v, "where"), "unit");
	assert_in_range(json_get(v, "us")->integer, 0, 10 * USEC_SECOND);
	usec at;
	assert_ok(time_parse(json_get_str(v, "at"), &at, &why), why);
	assert_ok(json_parse(a, second, &v, &why), why);
	assert_str(json_get_str(v, "text"), "7 figures");
	assert_null(json_get(v, "us"));
}

static void hostile_events_are_cut_and_stay_json(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	AUTO(log_free) struct log *l = log_new(ends[1], LEVEL_DEBUG);
	char huge[3000];
	memset(huge, '\x01', sizeof huge);
	struct event e;
	event_begin(&e, l, "http.request");
	event_int(&e, "status", 200);
	event_str(&e, "agent", (struct str){huge, sizeof huge});
	event_int(&e, "late", 1);
	event_end(&e, LEVEL_INFO);
	event_begin(&e, l, "http.request");
	for (int i = 0; i < 300; i++) {
		char name[16];
		snprintf(name, sizeof name, "n%d", i);
		event_int(&e, name, i);
	}
	event_end(&e, LEVEL_INFO);
	log_line(l, LEVEL_INFO, "job.run", "%.*s", 880, huge);
	close(ends[1]);
	AUTO(arena_free) struct arena *a = arena_new();
	struct str lines = drain(a, ends[0]);
	close(ends[0]);
	struct why why;
	const struct json *v;
	struct str line = str_until(lines, '\n', &lines);
	assert_ok(json_parse(a, line, &v, &why), why);
	assert_int_equal(json_get(v, "status")->integer, 200);
	assert_true(json_get(v, "cut")->boolean);
	assert_true(!json_get(v, "agent") && !json_get(v, "late") && json_get(v, "us"));
	line = str_until(lines, '\n', &lines);
	assert_ok(json_parse(a, line, &v, &why), why);
	assert_true(json_get(v, "n90") && !json_get(v, "n120") && json_get(v, "cut")->boolean);
	line = str_until(lines, '\n', &lines);
	assert_ok(json_parse(a, line, &v, &why), why);
	assert_in_range(json_get_str(v, "text").len, 100, 170);
	assert_int_equal(lines.len, 0);
}

struct loud {
	struct log *log;
	struct metric *count, *time;
};

static void *be_loud(void *arg)
{
	struct loud *x = arg;
	for (int i = 0; i < ROUNDS; i++) {
		metric_add(x->count, 1);
		metric_seconds(x->time, i);
		if (i % 50 == 0)
			log_line(x->log, LEVEL_INFO, "test.loud", "line %d", i);
	}
	return NULL;
}

static void threads_share_log_and_metrics(void **state)
{
	(void)state;
	FILE *file = tmpfile();
	assert_non_null(file);
	AUTO(log_free) struct log *l = log_new(fileno(file), LEVEL_INFO);
	AUTO(metrics_free) struct metrics *m = metrics_new();
	struct loud x = {l, metric_counter(m, "a_total", "", "A"),
			 metric_histogram(m, "t_seconds", "", "T")};
	run_threads(be_loud, &x);
	assert_int_equal(metric_value(x.count), THREADS * ROUNDS);
	rewind(file);
	char line[400];
	int lines = 0;
	AUTO(arena_free) struct arena *a = arena_new();
	for (; fgets(line, sizeof line, file); lines++) {
		struct why why;
		const struct json *v;
		assert_ok(json_parse(a, str_of(line), &v, &why), why);
	}
	assert_int_equal(lines, THREADS * ROUNDS / 50);
	fclose(file);
}

static void metrics_are_written_for_prometheus(void **state)
{
	(void)state;
	AUTO(metrics_free) struct metrics *m = metrics_new();
	struct metric *get = metric_counter(m, "requests_total", "method=\"GET\"", "Requests");
	struct metric *open = metric_gauge(m, "open_streams", "", "Streams");
	struct metric *post = metric_counter(m, "requests_total", "method=\"POST\"", "Requests");
	struct metric *took = metric_histogram(m, "took_seconds", "route=\"x\"", "Time");
	metric_add(get, 3);
	metric_add(post, 1);
	metric_set(open, 10);
	metric_add(open, -4);
	metric_seconds(took, 100);
	metric_seconds(took, 101);
	metric_seconds(took, 61 * USEC_SECOND);
	metric_seconds(took, -1);
	assert_int_equal(metric_value(open), 6);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1 << 16);
	metrics_write(m, &b);
	buf_add_char(&b, '\0');
	const char *start =
		"# HELP requests_total Requests\n# TYPE requests_total counter\n"
		"requests_total{method=\"GET\"} 3\nrequests_total{method=\"POST\"} 1\n"
		"# HELP open_streams Streams\n# TYPE open_streams gauge\nopen_streams 6\n"
		"# HELP took_seconds Time\n# TYPE took_seconds histogram\n"
		"took_seconds_bucket{route=\"x\",le=\"0.0001\"} 2\ntook_seconds_bucket{route=\"x\",le=\"0.00025\"} 3\n";
	assert_true(str_starts(buf_str(&b), str_of(start)));
	assert_non_null(strstr(
		b.ptr,
		"took_seconds_bucket{route=\"x\",le=\"60\"} 3\n"
		"took_seconds_bucket{route=\"x\",le=\"+Inf\"} 4\n"
		"took_seconds_sum{route=\"x\"} 61.000201\ntook_seconds_count{route=\"x\"} 4\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queue_keeps_order_and_bounds),
		cmocka_unit_test(queue_waits_and_closes),
		cmocka_unit_test(queue_loses_nothing_between_threads),
		cmocka_unit_test(ids_are_text_and_back),
		cmocka_unit_test(ids_are_found_in_their_order),
		cmocka_unit_test(ids_grow_even_when_the_clock_does_not),
		cmocka_unit_test(ids_differ_between_threads),
		cmocka_unit_test(events_are_json_lines),
		cmocka_unit_test(hostile_events_are_cut_and_stay_json),
		cmocka_unit_test(threads_share_log_and_metrics),
		cmocka_unit_test(metrics_are_written_for_prometheus),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
