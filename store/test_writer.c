#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "store/testing.h"

static const struct migration migrations[] = {
	MIGRATION(1, "start",
		  "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE);\n"),
};

static struct store *open_store(const struct testbed *bed)
{
	return testbed_open(bed, migrations, ARRAY_LEN(migrations));
}

/* A door in the writer's way, so that a test decides what it finds in its queue. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool reached, open;
};

static enum err wait_at_gate(struct db *tx, void *arg, struct why *why)
{
	(void)tx;
	(void)why;
	struct gate *g = arg;
	pthread_mutex_lock(&g->lock);
	g->reached = true;
	pthread_cond_broadcast(&g->changed);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	return OK;
}

static void ignore(void *arg, enum err rc, const struct why *why)
{
	(void)arg;
	(void)rc;
	(void)why;
}

static void gate_close(struct store *s, struct gate *g)
{
	*g = (struct gate){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
	struct why why = {0};
	assert_ok(store_submit(s, (struct change){wait_at_gate, ignore, g}, &why), why);
	pthread_mutex_lock(&g->lock);
	while (!g->reached)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

struct item {
	int64_t id;
	char name[24];
	_Atomic int called;
	enum err rc;
	struct why why;
};

static enum err insert_item(struct db *tx, void *arg, struct why *why)
{
	struct item *it = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO item (id, name) VALUES ($1, $2)"));
	stmt_bind_int(q, 1, it->id);
	stmt_bind(q, 2, str_of(it->name));
	return stmt_end(q, why);
}

static void note(void *arg, enum err rc, const struct why *why)
{
	struct item *it = arg;
	it->rc = rc;
	it->why = *why;
	atomic_fetch_add(&it->called, 1);
}

static void submit(struct store *s, struct item *it)
{
	struct why why = {0};
	assert_ok(store_submit(s, (struct change){insert_item, note, it}, &why), why);
}

static void wait_called(struct item *it)
{
	for (int i = 0; atomic_load(&it->called) == 0 && i < 10000; i++)
		usleep(1000);
	assert_int_equal(atomic_load(&it->called), 1);
}

static int64_t ask(struct store *s, struct sql text)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = db_stmt(db, text);
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : -1;
	assert_ok(stmt_end(q, &why), why);
	return n;
}

static int64_t count_items(struct store *s)
{
	return ask(s, SQL("SELECT count(*) FROM item"));
}

static int64_t count_commits(struct store *s)
{
	return ask(s, SQL("SELECT commits FROM store_state"));
}

#define MANY 100

static void what_waits_is_committed_together(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	static struct item items[MANY];
	struct gate g;
	int64_t before = count_commits(s);
	gate_close(s, &g);
	for (int i = 0; i < MANY; i++) {
		items[i] = (struct item){.id = i + 1};
		snprintf(items[i].name, sizeof(items[i].name), "item %d", i);
		submit(s, &items[i]);
	}
	gate_open(&g);
	for (int i = 0; i < MANY; i++) {
		wait_called(&items[i]);
		assert_ok(items[i].rc, items[i].why);
	}
	assert_int_equal(count_items(s), MANY);
	assert_int_equal(count_commits(s) - before,
			 2); /* the gate's own, and one for all of them */
}

static void a_failing_change_undoes_itself_alone(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct item items[] = {{.id = 1, .name = "a"},
			       {.id = 2, .name = "a"},
			       {.id = 3, .name = "c"},
			       {.id = 3, .name = "d"},
			       {.id = 5, .name = "e"}};
	struct gate g;
	gate_close(s, &g);
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		submit(s, &items[i]);
	gate_open(&g);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		wait_called(&items[i]);
		assert_err(items[i].rc, i == 1 || i == 3 ? ERR_CONFLICT : OK);
	}
	assert_int_equal(ask(s, SQL("SELECT sum(id) FROM item")), 1 + 3 + 5);
}

static void a_full_queue_refuses(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.queue_max = 2;
	struct store *s = NULL;
	struct why why = {0};
	assert_ok(store_open(&o, &s, &why), why);
	struct item items[] = {
		{.id = 1, .name = "a"}, {.id = 2, .name = "b"}, {.id = 3, .name = "c"}};
	struct gate g;
	gate_close(s, &g);
	submit(s, &items[0]);
	submit(s, &items[1]);
	assert_err(store_submit(s, (struct change){insert_item, note, &items[2]}, &why),
		   ERR_UNAVAILABLE);
	gate_open(&g);
	store_close(s);
	assert_int_equal(atomic_load(&items[0].called), 1);
	assert_int_equal(atomic_load(&items[1].called), 1);
	assert_int_equal(atomic_load(&items[2].called), 0);
}

static void closing_drains(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store *s = open_store(bed);
	static struct item items[MANY];
	struct gate g;
	gate_close(s, &g);
	for (int i = 0; i < MANY; i++) {
		items[i] = (struct item){.id = i + 1};
		snprintf(items[i].name, sizeof(items[i].name), "item %d", i);
		submit(s, &items[i]);
	}
	gate_open(&g);
	store_close(s);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(atomic_load(&items[i].called), 1);
	s = open_store(bed);
	assert_int_equal(count_items(s), MANY);
	store_close(s);
}

static void a_second_server_is_refused_and_told_by_whom(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	assert_null(store_degraded(s));
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	struct store *second = NULL;
	struct why why = {0};
	assert_err(store_open(&o, &second, &why), ERR_CONFLICT);
	char pid[24];
	snprintf(pid, sizeof(pid), "process %d", getpid());
	assert_non_null(strstr(why.text, pid));
	assert_null(second);
	o.read_only = true;
	assert_ok(store_open(&o, &second, &why), why);
	assert_int_equal(count_items(second), 0);
	struct item it = {.id = 1, .name = "x"};
	assert_err(store_write(second, insert_item, &it, &why), ERR_UNAVAILABLE);
	store_close(second);
}

static void count_call(void *arg)
{
	atomic_fetch_add((_Atomic int *)arg, 1);
}

static void readers_of_the_journal_are_woken(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct store *s = open_store(bed);
	_Atomic int calls = 0;
	store_on_commit(s, count_call, &calls);
	struct why why = {0};
	struct item good = {.id = 1, .name = "a"}, bad = {.id = 2, .name = "a"};
	assert_ok(store_write(s, insert_item, &good, &why), why);
	assert_err(store_write(s, insert_item, &bad, &why), ERR_CONFLICT);
	store_close(s);
	assert_int_equal(atomic_load(&calls), 1);
}

static void commits_are_measured(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(metrics_free) struct metrics *m = metrics_new();
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.metrics = m;
	struct store *s = NULL;
	struct why why = {0};
	assert_ok(store_open(&o, &s, &why), why);
	struct item good = {.id = 1, .name = "a"}, bad = {.id = 2, .name = "a"};
	assert_ok(store_write(s, insert_item, &good, &why), why);
	assert_err(store_write(s, insert_item, &bad, &why), ERR_CONFLICT);
	store_close(s);
	AUTO(buf_release) struct buf out;
	buf_init(&out, 65536);
	metrics_write(m, &out);
	buf_add_char(&out, '\0');
	assert_non_null(strstr(out.ptr, "haidang_store_commits_total 1\n"));
	assert_non_null(strstr(out.ptr, "haidang_store_changes_total 1\n"));
	assert_non_null(strstr(out.ptr, "haidang_store_changes_failed_total 1\n"));
}

struct bulk {
	int64_t from, to;
};

static enum err push_items(struct db *tx, void *arg, struct why *why)
{
	(void)why;
	struct bulk *b = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO item (id, name) VALUES ($1, $2)"));
	for (int64_t id = b->from; id < b->to; id++) {
		char name[24];
		int n = snprintf(name, sizeof(name), "item %d", (int)id);
		stmt_bind_int(q, 1, id);
		stmt_bind(q, 2, (struct str){name, (size_t)n});
		stmt_push(q);
	}
	return OK;
}

static void pushed_rows_are_all_there_or_none(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = open_store(bed);
	struct why why = {0};
	assert_ok(store_write(s, push_items, &(struct bulk){1, 1001}, &why), why);
	assert_int_equal(count_items(s), 1000);
	assert_err(store_write(s, push_items, &(struct bulk){1500, 1501}, &why), OK);
	for (int64_t from = 1200; from < 1500;
	     from += 97) { /* the conflict early, late, in the middle */
		assert_err(store_write(s, push_items, &(struct bulk){from, 1600}, &why),
			   ERR_CONFLICT);
		assert_non_null(strstr(why.text, "item"));
		assert_int_equal(count_items(s), 1001);
	}
	assert_ok(store_write(s, push_items, &(struct bulk){2000, 2001}, &why), why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(what_waits_is_committed_together),
		ON_EACH_ENGINE(a_failing_change_undoes_itself_alone),
		ON_EACH_ENGINE(a_full_queue_refuses),
		ON_EACH_ENGINE(closing_drains),
		ON_EACH_ENGINE(a_second_server_is_refused_and_told_by_whom),
		ON_EACH_ENGINE(readers_of_the_journal_are_woken),
		ON_EACH_ENGINE(commits_are_measured),
		ON_EACH_ENGINE(pushed_rows_are_all_there_or_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
