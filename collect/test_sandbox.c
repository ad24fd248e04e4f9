#include "base/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "collect/sandbox.h"
#include "collect/sandbox_wire.h"

/* What the child does is written in its input. */
static void burn(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static void eat(void)
{
	for (;;) {
		char *p = malloc(1 << 20);
		if (!p)
			abort();
		memset(p, 1, 1 << 20);
		__asm__ volatile("" : : "r"(p) : "memory");
	}
}

static void report_limits(struct buf *output)
{
	struct rusage usage;
	buf_printf(output, "env=%s fd4=%d usage=%d open=%d", getenv("PATH") ? "kept" : "none",
		   dup(4) < 0 ? errno : 0, getrusage(RUSAGE_SELF, &usage),
		   open("/etc/passwd", O_RDONLY) < 0 ? errno : 0);
}

static void misbehave(struct str input, struct buf *output)
{
	if (str_is(input, "loop"))
		burn();
	else if (str_is(input, "eat"))
		eat();
	else if (str_is(input, "abort"))
		abort();
	else if (str_is(input, "segv"))
		raise(SIGSEGV);
	else if (str_is(input, "socket"))
		socket(AF_INET, SOCK_STREAM, 0);
	else if (str_is(input, "exec"))
		execl("/bin/true", "true", (char *)NULL);
	else if (str_is(input, "fork"))
		(void)!fork();
	else if (str_is(input, "kill"))
		kill(getppid(), SIGKILL);
	else if (str_is(input, "exit"))
		_exit(3);
	else if (str_is(input, "flood"))
		for (int i = 0; i < 100; i++)
			buf_add(output, STR("0123456789012345678901234567890123456789"));
	else if (str_is(input, "limits"))
		report_limits(output);
	else
		buf_add(output, input);
}

static struct sandbox *start(usec deadline, unsigned children)
{
	return sandbox_new(&(struct sandbox_options){.kind = "misbehave",
						     .children = children,
						     .deadline = deadline,
						     .memory = (size_t)256 << 20});
}

static enum sandbox_end run(struct sandbox *s, const char *input, struct buf *output)
{
	struct why why = {0};
	enum sandbox_end end = SANDBOX_ENDS;
	buf_clear(output);
	enum err rc = sandbox_run(s, str_of(input), output, &end, &why);
	assert_int_equal(rc == OK, end == SANDBOX_DONE);
	if (rc != OK)
		assert_non_null(strstr(why.text, sandbox_end_label(end).en));
	return end;
}

static void test_echo(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s = start(0, 1);
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(run(s, "xin chào", &out), SANDBOX_DONE);
		assert_str(buf_str(&out), "xin chào");
	}
	assert_int_equal(run(s, "", &out), SANDBOX_DONE);
	assert_int_equal(out.len, 0);
	assert_int_equal(sandbox_started(s), 1); /* one warm helper served them all */
}

static void test_every_end_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *input;
		enum sandbox_end end;
	} cases[] = {{"abort", SANDBOX_CRASHED},  {"exit", SANDBOX_CRASHED},
		     {"socket", SANDBOX_REFUSED}, {"exec", SANDBOX_REFUSED},
		     {"fork", SANDBOX_REFUSED},	  {"kill", SANDBOX_REFUSED},
		     {"flood", SANDBOX_OUTPUT},	  {"loop", SANDBOX_TIMED_OUT},
		     {"segv", SANDBOX_CRASHED}};
	AUTO(sandbox_free) struct sandbox *s = start(USEC_SECOND / 2, 1);
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		enum sandbox_end end = run(s, cases[i].input, &out);
		if (end != cases[i].end)
			fail_msg("%s: %s", cases[i].input, sandbox_end_label(end).en);
		assert_int_equal(run(s, "after", &out), SANDBOX_DONE);
	}
}

#if !SANDBOX_SHADOWED
static void test_memory(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s = start(10 * USEC_SECOND, 1);
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	assert_int_equal(run(s, "eat", &out), SANDBOX_MEMORY);
	assert_int_equal(run(s, "after", &out), SANDBOX_DONE);
	assert_int_equal(sandbox_started(s), 1);
}
#endif

static void test_child_is_naked(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s = start(0, 1);
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	int leak = open("/dev/null", O_RDONLY); /* not close-on-exec, on purpose */
	assert_true(leak > 0);
	assert_int_equal(run(s, "limits", &out), SANDBOX_DONE);
	close(leak);
	AUTO(arena_free) struct arena *a = arena_new();
	assert_str(buf_str(&out),
		   arena_fmt(a, "env=none fd4=%d usage=0 open=%d", EBADF, EACCES).ptr);
}

/* A helper that died between two jobs is replaced unnoticed. */
static void test_helper_is_replaced(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s = start(USEC_SECOND / 5, 1);
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	assert_int_equal(run(s, "loop", &out), SANDBOX_TIMED_OUT);
	assert_int_equal(run(s, "loop", &out), SANDBOX_TIMED_OUT);
	assert_int_equal(run(s, "a", &out), SANDBOX_DONE);
	assert_int_equal(sandbox_started(s), 3);
}

/* This helper is ended by its alarm while it waits. */
static void test_idle_death_is_unnoticed(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s =
		sandbox_new(&(struct sandbox_options){.kind = "fickle", .children = 1});
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	assert_int_equal(run(s, "a", &out), SANDBOX_DONE);
	usleep(1500000);
	assert_int_equal(run(s, "b", &out), SANDBOX_DONE);
	assert_str(buf_str(&out), "b");
	assert_int_equal(sandbox_started(s), 2);
}

static void test_cannot_start(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s = sandbox_new(
		&(struct sandbox_options){.kind = "misbehave", .executable = "/nonexistent"});
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1000);
	assert_int_equal(run(s, "a", &out), SANDBOX_UNSTARTED);
	AUTO(sandbox_free) struct sandbox *t =
		sandbox_new(&(struct sandbox_options){.kind = "no-such-kind"});
	assert_int_not_equal(run(t, "a", &out), SANDBOX_DONE);
}

struct crowd {
	struct sandbox *sandbox;
	int good;
};

static void *member(void *p)
{
	struct crowd *c = p;
	struct buf out;
	buf_init(&out, 1000);
	for (int i = 0; i < 20; i++) {
		struct why why;
		enum sandbox_end end;
		buf_clear(&out);
		bool bad = i % 7 == 3;
		enum err rc =
			sandbox_run(c->sandbox, bad ? STR("segv") : STR("hello"), &out, &end, &why);
		bool right = bad ? rc == ERR_INVALID && end == SANDBOX_CRASHED
				 : rc == OK && str_is(buf_str(&out), "hello");
		if (right)
			__atomic_add_fetch(&c->good, 1, __ATOMIC_RELAXED);
	}
	buf_release(&out);
	return NULL;
}

static void test_many_threads(void **state)
{
	(void)state;
	AUTO(sandbox_free) struct sandbox *s = start(0, 2);
	struct crowd crowd = {.sandbox = s};
	pthread_t threads[6];
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, member, &crowd), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(crowd.good, 20 * ARRAY_LEN(threads));
	assert_int_equal(sandbox_started(s), 2);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[2], "fickle") == 0) {
		alarm(1);
		return sandbox_serve(misbehave);
	}
	if (argc == 3 && strcmp(argv[1], "worker") == 0)
		return strcmp(argv[2], "misbehave") == 0 ? sandbox_serve(misbehave) : 2;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo),
		cmocka_unit_test(test_every_end_is_told),
#if !SANDBOX_SHADOWED
		cmocka_unit_test(test_memory),
#endif
		cmocka_unit_test(test_child_is_naked),
		cmocka_unit_test(test_helper_is_replaced),
		cmocka_unit_test(test_idle_death_is_unnoticed),
		cmocka_unit_test(test_cannot_start),
		cmocka_unit_test(test_many_threads),
	};
	return cmocka_run_group_tests_name("collect/sandbox", tests, NULL, NULL);
}
