#include "store/lease.h"
#include "store/testing.h"

static const struct migration migrations[] = {
	MIGRATION(1, "start", "CREATE TABLE done (job BIGINT PRIMARY KEY, by BIGINT NOT NULL);\n"),
};

struct call {
	usec now, until;
	int64_t term;
	struct lease lease;
};

static enum err take(struct db *tx, void *arg, struct why *why)
{
	struct call *c = arg;
	return lease_take(tx, STR("job:reminders"), c->now, c->until, &c->lease, why);
}

static enum err check(struct db *tx, void *arg, struct why *why)
{
	struct call *c = arg;
	return lease_check(tx, STR("job:reminders"), c->term, why);
}

static enum err give(struct db *tx, void *arg, struct why *why)
{
	struct call *c = arg;
	return lease_give(tx, STR("job:reminders"), c->term, why);
}

static struct lease taken(struct store *s, usec now, usec until)
{
	struct call c = {.now = now, .until = until};
	struct why why = {0};
	assert_ok(store_write(s, take, &c, &why), why);
	return c.lease;
}

static void one_server_takes_prolongs_and_gives(void **state)
{
	struct testbed *bed = testbed_of(state);
	struct why why = {0};
	struct store *s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	struct lease l = taken(s, 1000, 2000);
	assert_true(l.got);
	assert_int_equal(l.term, 1);
	assert_int_equal(l.holder, store_server(s));
	l = taken(s, 1500, 2500); /* prolonged: the same term */
	assert_true(l.got);
	assert_int_equal(l.term, 1);
	assert_ok(store_write(s, check, &(struct call){.term = 1}, &why), why);
	assert_err(store_write(s, check, &(struct call){.term = 2}, &why), ERR_STALE);
	assert_ok(store_write(s, give, &(struct call){.term = 1}, &why), why);
	store_close(s);
	s = testbed_open(bed, migrations, ARRAY_LEN(migrations));
	assert_int_equal(store_server(s), l.holder); /* the number stays with the directory */
	store_close(s);
}

/* Two servers on one database. */
static struct store *open_second(const struct testbed *bed, const struct testbed *other_dir)
{
	struct store_options o = testbed_options(bed, migrations, ARRAY_LEN(migrations));
	o.dir = other_dir->dir;
	struct store *s = NULL;
	struct why why = {0};
	assert_ok(store_open(&o, &s, &why), why);
	return s;
}

static void of_two_servers_one_gets_it(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *dir = testbed_new(false);
	struct why why = {0};
	struct store *a = testbed_open(bed, migrations, ARRAY_LEN(migrations)),
		     *b = open_second(bed, dir);
	assert_int_not_equal(store_server(a), store_server(b));
	assert_true(taken(a, 1000, 2000).got);
	struct lease l = taken(b, 1999, 3000);
	assert_false(l.got);
	assert_int_equal(l.holder, store_server(a));
	assert_int_equal(l.until, 2000);
	l = taken(b, 2000, 3000); /* it ran out */
	assert_true(l.got);
	assert_int_equal(l.term, 2);
	assert_err(store_write(a, check, &(struct call){.term = 1}, &why), ERR_STALE);
	assert_ok(store_write(a, give, &(struct call){.term = 1}, &why), why); /* no effect */
	assert_false(taken(a, 2500, 3500).got);
	assert_ok(store_write(b, give, &(struct call){.term = 2}, &why), why);
	assert_true(taken(a, 2500, 3500).got);
	store_close(a);
	store_close(b);
}

struct job {
	int64_t number;
};

static enum err record_job(struct db *tx, void *arg, struct why *why)
{
	struct job *j = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("INSERT INTO done (job, by) VALUES ($1, $2)"));
	stmt_bind_int(q, 1, j->number);
	stmt_bind_int(q, 2, store_server(db_store(tx)));
	return stmt_end(q, why);
}

struct fenced {
	struct job *job;
	int64_t term;
};

static enum err finish_job(struct db *tx, void *arg, struct why *why)
{
	struct fenced *f = arg;
	enum err rc = lease_check(tx, STR("job:reminders"), f->term, why);
	return rc == OK ? record_job(tx, f->job, why) : rc;
}

/* A server that was stopped in the middle of a job wakes up after another has done it. */
static void a_sleeper_cannot_do_it_again(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(testbed_free) struct testbed *dir = testbed_new(false);
	struct why why = {0};
	struct store *a = testbed_open(bed, migrations, ARRAY_LEN(migrations)),
		     *b = open_second(bed, dir);
	for (int64_t i = 1; i <= 10; i++) {
		usec now = i * 10000;
		struct job job = {.number = i};
		struct lease sleeper = taken(a, now, now + 1000),
			     waker = taken(b, now + 1000, now + 2000);
		assert_true(sleeper.got && waker.got);
		assert_ok(store_write(b, finish_job, &(struct fenced){&job, waker.term}, &why),
			  why);
		assert_err(store_write(a, finish_job, &(struct fenced){&job, sleeper.term}, &why),
			   ERR_STALE);
	}
	store_close(a);
	store_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(one_server_takes_prolongs_and_gives),
		ON_POSTGRES(of_two_servers_one_gets_it),
		ON_POSTGRES(a_sleeper_cannot_do_it_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
