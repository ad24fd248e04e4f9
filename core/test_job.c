#include "core/idempotency.h"
#include "core/job.h"
#include "core/testing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define NOW ((usec)1780000000 * USEC_SECOND)

struct counter {
	atomic_int runs;
	enum err answer;
	usec slot;
};
static enum err count(struct job_run *run, struct why *why)
{
	struct counter *c = run->arg;
	c->slot = run->slot;
	atomic_fetch_add(&c->runs, 1);
	snprintf(run->result, sizeof(run->result), "counted");
	return c->answer == OK ? OK : refuse(why, c->answer, "out of numbers");
}

static void slots(void **state)
{
	(void)state;
	struct job hourly = {.every = USEC_HOUR}, nightly = {.at = 2 * USEC_HOUR};
	usec two = date_start((struct date){2026, 11, 22}) + 2 * USEC_HOUR;
	assert_int_equal(job_slot(&nightly, two), two);
	assert_int_equal(job_slot(&nightly, two - 1), two - USEC_DAY);
	assert_int_equal(job_slot(&nightly, two + 23 * USEC_HOUR), two);
	assert_int_equal(job_slot(&hourly, two + 5), two);
	assert_int_equal(job_slot(&hourly, two - 1), two - USEC_HOUR);
}

static struct str health(struct store *s, struct arena *a)
{
	struct why why = {0};
	struct db *db;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 10000);
	struct jw w;
	jw_init(&w, &b);
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(jobs_json(db, &w, &why), why);
	store_give(db);
	return arena_str(a, buf_str(&b));
}

static void a_slot_is_done_once(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	struct counter c = {.answer = OK};
	struct job job = {.name = "test", .every = USEC_HOUR, .run = count, .arg = &c};
	enum job_outcome out;
	struct why why = {0};
	usec slot = NOW - NOW % USEC_HOUR;
	assert_ok(job_do(s, &job, slot + 1, &out, &why), why);
	assert_int_equal(out, JOB_RAN);
	assert_int_equal(c.slot, slot);
	assert_ok(job_do(s, &job, slot + 2, &out, &why), why);
	assert_int_equal(out, JOB_DONE_BEFORE);
	assert_ok(job_do(s, &job, slot + USEC_HOUR, &out, &why), why);
	assert_int_equal(out, JOB_RAN);
	/* A clock that stepped back a little changes nothing; one that was a year ahead is forgotten. */
	assert_ok(job_do(s, &job, slot + 1, &out, &why), why);
	assert_int_equal(out, JOB_DONE_BEFORE);
	assert_ok(job_do(s, &job, slot - 365 * USEC_DAY, &out, &why), why);
	assert_int_equal(out, JOB_RAN);
	assert_int_equal(c.runs, 3);
	c.answer = ERR_UNAVAILABLE;
	assert_err(job_do(s, &job, slot + 2 * USEC_HOUR, &out, &why), ERR_UNAVAILABLE);
	struct str h = health(s, a);
	assert_non_null(memmem(h.ptr, h.len, "\"good\":false,\"result\":\"out of numbers\"", 38));
	assert_ok(job_do(s, &job, slot + 2 * USEC_HOUR + 5, &out, &why), why);
	assert_int_equal(out, JOB_DONE_BEFORE);
}

static enum err other_holds(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, *(const struct sql *)arg);
	return stmt_end(q, why);
}

/* While it runs, another server's lease takes over: the result is not recorded. */
static enum err lose_lease(struct job_run *run, struct why *why)
{
	struct sql sql = SQL(
		"UPDATE store_lease SET holder = holder + 1, term = term + 1 WHERE name = 'job:test'");
	return store_write(run->store, other_holds, &sql, why);
}

static void another_server_has_it(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	struct counter c = {.answer = OK};
	struct job loses = {.name = "test", .every = USEC_HOUR, .run = lose_lease};
	struct job job = {.name = "test", .every = USEC_HOUR, .run = count, .arg = &c};
	enum job_outcome out;
	struct why why = {0};
	assert_err(job_do(s, &loses, NOW, &out, &why), ERR_STALE);
	assert_str(health(s, a), "[]");
	assert_ok(job_do(s, &job, NOW + 1, &out, &why), why);
	assert_int_equal(out, JOB_HELD);
	assert_ok(job_do(s, &job, NOW + JOB_LEASE + 1, &out, &why), why); /* it died */
	assert_int_equal(out, JOB_RAN);
	assert_int_equal(c.runs, 1);
}

struct keeper { /* one server's thread, at a set time */
	struct store *store;
	const struct job *job;
	usec now;
	int ran;
	pthread_t thread;
};
static void *keep(void *arg)
{
	struct keeper *k = arg;
	enum job_outcome out = JOB_HELD;
	while (out == JOB_HELD) {
		struct why why = {0};
		enum err rc = job_do(k->store, k->job, k->now, &out, &why);
		if (rc != OK)
			return k; /* seen by the assertion on the other side */
		k->ran += out == JOB_RAN;
		usleep(1000);
	}
	return NULL;
}

#define SLOTS 50
#define SERVERS 2
static void servers_do_a_slot_once(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *other = testbed_new(true);
	struct testbed there = *bed; /* the same database, another data directory */
	memcpy(there.dir, other->dir, sizeof(there.dir));
	AUTO(store_close) struct store *one = core_open(bed), *two = core_open(&there);
	struct counter c = {.answer = OK};
	struct job job = {.name = "keep", .every = USEC_HOUR, .run = count, .arg = &c};
	for (int slot = 1; slot <= SLOTS; slot++) {
		usec now = NOW - NOW % USEC_HOUR + slot * USEC_HOUR;
		struct keeper keepers[SERVERS] = {{.store = one, .job = &job, .now = now},
						  {.store = two, .job = &job, .now = now}};
		for (int i = 0; i < SERVERS; i++)
			assert_int_equal(
				pthread_create(&keepers[i].thread, NULL, keep, &keepers[i]), 0);
		for (int i = 0; i < SERVERS; i++) {
			void *failed = NULL;
			assert_int_equal(pthread_join(keepers[i].thread, &failed), 0);
			assert_null(failed);
		}
		assert_int_equal(keepers[0].ran + keepers[1].ran, 1);
		assert_int_equal(c.runs, slot);
		assert_int_equal(c.slot, now);
	}
}

static atomic_llong edition = 3;
static enum err present(struct db *db, int64_t *ret, struct why *why)
{
	(void)db;
	(void)why;
	*ret = atomic_load(&edition);
	return OK;
}

static void an_edition_is_followed_once(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	struct counter c = {.answer = OK};
	struct job job = {.name = "follow", .edition = present, .run = count, .arg = &c};
	enum job_outcome out;
	struct why why = {0};
	atomic_store(&edition, 3);
	assert_ok(job_do(s, &job, NOW, &out, &why), why);
	assert_int_equal(out, JOB_RAN);
	assert_int_equal(c.slot, 3);
	assert_ok(job_do(s, &job, NOW + USEC_DAY, &out, &why), why);
	assert_int_equal(out, JOB_DONE_BEFORE);
	struct jobs_options o = {.store = s, .jobs = &job, .n = 1};
	struct jobs *running = NULL;
	atomic_store(&edition, 5);
	assert_ok(jobs_start(&o, &running, &why), why);
	for (int i = 0; i < 100 && c.runs < 2; i++)
		usleep(50000);
	atomic_store(&edition, 6);
	for (int i = 0; i < 100 && c.runs < 3; i++)
		usleep(50000);
	jobs_stop(running);
	assert_int_equal(c.runs, 3);
	assert_int_equal(c.slot, 6);
}

static void threads_do_them(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	struct counter c[3] = {{.answer = OK}, {.answer = OK}, {.answer = ERR_INTERNAL}};
	struct job jobs[3] = {{.name = "one", .every = 10 * USEC_DAY, .run = count, .arg = &c[0]},
			      {.name = "two", .every = 300000, .run = count, .arg = &c[1]},
			      {.name = "bad", .every = 10 * USEC_DAY, .run = count, .arg = &c[2]}};
	struct jobs_options o = {.store = s, .jobs = jobs, .n = 3};
	struct jobs *running = NULL;
	struct why why = {0};
	assert_ok(jobs_start(&o, &running, &why), why);
	for (int i = 0; i < 100 && !(c[1].runs >= 3 && c[0].runs && c[2].runs); i++)
		usleep(50000);
	jobs_stop(running);
	assert_int_equal(c[0].runs, 1);
	assert_int_equal(c[2].runs, 1);
	assert_true(c[1].runs >= 3);
}

/* A job without end; the counter says that it began. */
static enum err endless(struct job_run *run, struct why *why)
{
	struct counter *c = run->arg;
	atomic_fetch_add(&c->runs, 1);
	for (int i = 0; i < 1000 && !job_stopping(run); i++)
		usleep(10000);
	return job_stopped(why);
}

static void who_is_stopped_leaves_the_slot(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	struct counter c = {.answer = OK};
	struct job job = {.name = "long", .every = 10 * USEC_DAY, .run = endless, .arg = &c};
	struct jobs_options o = {.store = s, .jobs = &job, .n = 1};
	struct jobs *running = NULL;
	struct why why = {0};
	enum job_outcome out;
	assert_ok(jobs_start(&o, &running, &why), why);
	for (int i = 0; i < 100 && !c.runs; i++)
		usleep(50000);
	jobs_stop(running);
	assert_int_equal(c.runs, 1);
	job.run = count;
	assert_ok(job_do(s, &job, clock_now(store_clock(s)), &out, &why), why);
	assert_int_equal(out, JOB_RAN); /* neither done nor held */
}

/* -- idempotency -- */
struct call {
	struct once once;
	usec now;
	struct arena *a;
	int done;
	struct kept_answer *kept;
};
static enum err call_run(struct db *tx, void *arg, struct why *why)
{
	struct call *c = arg;
	enum err rc = idempotency_find(tx, &c->once, c->now, c->a, &c->kept, why);
	if (rc != OK || c->kept)
		return rc;
	c->done++;
	struct kept_answer answer = {201, STR("application/json"), STR("{\"id\":1}")};
	return idempotency_keep(tx, &c->once, &answer, c->now, why);
}
static enum err keep_run(struct db *tx, void *arg, struct why *why)
{
	struct call *c = arg;
	struct kept_answer answer = {201, STR("text/plain"), STR("other")};
	return idempotency_keep(tx, &c->once, &answer, c->now, why);
}
static enum err clean_run(struct db *tx, void *arg, struct why *why)
{
	return idempotency_clean(tx, *(usec *)arg, why);
}

static void twice_is_once(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = core_open(bed);
	struct why why = {0};
	struct call c = {
		.once = {5, STR("key-1"), crypt_sha256(STR("POST /x {}"))}, .now = NOW, .a = a};
	assert_ok(store_write(s, call_run, &c, &why), why);
	assert_null(c.kept);
	assert_ok(store_write(s, call_run, &c, &why), why);
	assert_int_equal(c.done, 1);
	assert_int_equal(c.kept->status, 201);
	assert_str(c.kept->body, "{\"id\":1}");
	assert_str(c.kept->type, "application/json");
	assert_err(in_change(s, keep_run, &c), ERR_CONFLICT);
	c.once.request = crypt_sha256(STR("POST /x {1}"));
	assert_err(in_change(s, call_run, &c), ERR_CONFLICT);
	c.once.account = 6; /* keys of others do not meet */
	assert_ok(store_write(s, call_run, &c, &why), why);
	assert_int_equal(c.done, 2);
	c.now = NOW + IDEMPOTENCY_HOURS * USEC_HOUR; /* a day later the key is free */
	assert_ok(store_write(s, call_run, &c, &why), why);
	assert_int_equal(c.done, 3);
	usec later = c.now + IDEMPOTENCY_HOURS * USEC_HOUR;
	assert_ok(store_write(s, clean_run, &later, &why), why);
	assert_ok(store_write(s, call_run, &c, &why), why);
	assert_int_equal(c.done, 4);
	c.once.key = STR("two words");
	assert_err(in_change(s, call_run, &c), ERR_INVALID);
	c.once.key = STR_NULL;
	assert_err(in_change(s, call_run, &c), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots),
		ON_EACH_ENGINE(a_slot_is_done_once),
		ON_EACH_ENGINE(another_server_has_it),
		ON_POSTGRES(servers_do_a_slot_once),
		ON_EACH_ENGINE(an_edition_is_followed_once),
		ON_EACH_ENGINE(threads_do_them),
		ON_EACH_ENGINE(who_is_stopped_leaves_the_slot),
		ON_EACH_ENGINE(twice_is_once),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
