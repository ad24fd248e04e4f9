#include "base/arena.h"
#include "base/buf.h"
#include "base/testing.h"

#include <sys/wait.h>
#include <unistd.h>

static bool all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static void arena_memory_is_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const size_t sizes[] = {0, 1, 15, 16, 17, 4000, 9000, 70000, 300000, 3000000};
	for (int round = 0; round < 3; round++) {
		char *given[200];
		for (size_t i = 0; i < ARRAY_LEN(given); i++) {
			size_t size = sizes[(i * 7 + (size_t)round) % ARRAY_LEN(sizes)];
			given[i] = arena_alloc(a, size);
			assert_int_equal((uintptr_t)given[i] % 16, 0);
			assert_true(all_zero(given[i], size));
			memset(given[i], (int)i | 1, size);
		}
		for (size_t i = 0; i < ARRAY_LEN(given); i++) {
			size_t size = sizes[(i * 7 + (size_t)round) % ARRAY_LEN(sizes)];
			for (size_t j = 0; j < size; j += 97)
				assert_int_equal((unsigned char)given[i][j], (int)i | 1);
		}
		assert_true(arena_used(a) > 3000000);
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
}

static void arena_copies_strings(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str copy = arena_str(a, (struct str){"abcdef", 3});
	assert_string_equal(copy.ptr, "abc");
	assert_null(arena_str(a, STR_NULL).ptr);
	assert_non_null(arena_str(a, STR("")).ptr);
	assert_string_equal(arena_cstr(a, STR_NULL), "");
	assert_str(arena_fmt(a, "%s-%d", "đ", 7), "đ-7");
	int64_t *numbers = ARENA_ARRAY(a, 10, int64_t);
	assert_int_equal(numbers[9], 0);
}

static bool dies(void (*act)(void))
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		assert_non_null(freopen("/dev/null", "w", stderr));
		act();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) || WEXITSTATUS(status) != 0;
}

static void take_too_much(void)
{
	struct arena *a = arena_new();
	for (;;)
		arena_alloc(a, 1 << 20);
}

static void overflow(void)
{
	struct arena *a = arena_new();
	volatile size_t n = SIZE_MAX / 2;
	arena_array(a, n, 4);
}

static void use_a_little(void)
{
	struct arena *a = arena_new();
	arena_alloc(a, 1 << 20);
	arena_free(a);
}

static void arena_aborts_at_its_limit(void **state)
{
	(void)state;
	assert_true(dies(take_too_much));
	assert_true(dies(overflow));
	assert_false(dies(use_a_little));
}

static void buffer_grows_to_its_maximum_and_the_error_sticks(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1000);
	assert_str(buf_str(&b), "");
	for (int i = 0; i < 1000; i++)
		buf_add_char(&b, 'x');
	assert_ok(buf_end(&b, &why), why);
	assert_int_equal(b.len, 1000);
	buf_add_char(&b, 'y');
	assert_err(buf_end(&b, &why), ERR_TOO_LARGE);
	assert_string_equal(why.text, "more than 1000 bytes");
	buf_clear(&b);
	buf_add(&b, (struct str){"", 0});
	buf_add_bytes(&b, "ab", 2);
	assert_str(buf_str(&b), "ab");
	assert_null(buf_room(&b, 999));
	buf_add_char(&b, 'c');
	assert_int_equal(b.len, 2);
}

static void buffer_writes_numbers_and_formats(void **state)
{
	(void)state;
	struct why why;
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4096);
	buf_add_int(&b, INT64_MIN);
	buf_add_char(&b, ' ');
	buf_add_int(&b, 0);
	buf_printf(&b, " %s=%d", "n", 42);
	char *room = buf_room(&b, 3);
	assert_non_null(room);
	memcpy(room, "!?.", 3);
	buf_grew(&b, 2);
	assert_ok(buf_end(&b, &why), why);
	assert_str(buf_str(&b), "-9223372036854775808 0 n=42!?");
}

static void buffer_over_borrowed_memory_never_allocates(void **state)
{
	(void)state;
	char memory[8];
	struct buf b = {.ptr = memory, .cap = sizeof memory, .max = sizeof memory};
	buf_add(&b, STR("12345678"));
	assert_int_equal(buf_end(&b, NULL), OK);
	buf_add_char(&b, '9');
	assert_err(buf_end(&b, NULL), ERR_TOO_LARGE);
	assert_ptr_equal(b.ptr, memory);
}

static void note_release(void *arg)
{
	struct buf *notes = arg;
	buf_add_char(notes, (char)('a' + (int)notes->len));
}

static void arena_releases_what_was_deferred_to_it(void **state)
{
	(void)state;
	struct buf notes;
	buf_init(&notes, 16);
	struct arena *a = arena_new();
	arena_defer(a, note_release, &notes);
	arena_defer(a, note_release, &notes);
	arena_reset(a);
	assert_str(buf_str(&notes), "ab");
	arena_defer(a, note_release, &notes);
	arena_free(a);
	assert_str(buf_str(&notes), "abc");
	buf_release(&notes);
}

static void arrays_grow_by_appending(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t *items = NULL;
	size_t n = 0;
	for (int64_t i = 0; i < 1000; i++)
		*ARENA_APPEND(a, items, n) = i;
	assert_int_equal(n, 1000);
	for (int64_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	/* Set back and filled again, it stays where it is. */
	int64_t *before = items;
	size_t used = arena_used(a);
	for (int round = 0; round < 100; round++)
		for (n = 8; n < 1000;)
			*ARENA_APPEND(a, items, n) = 0;
	assert_ptr_equal(items, before);
	assert_int_equal(arena_used(a), used);
	assert_int_equal(items[7], 7);
	assert_true(used < 3 * 1024 * sizeof(*items));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_grow_by_appending),
		cmocka_unit_test(arena_memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(arena_copies_strings),
		cmocka_unit_test(arena_releases_what_was_deferred_to_it),
		cmocka_unit_test(arena_aborts_at_its_limit),
		cmocka_unit_test(buffer_grows_to_its_maximum_and_the_error_sticks),
		cmocka_unit_test(buffer_writes_numbers_and_formats),
		cmocka_unit_test(buffer_over_borrowed_memory_never_allocates),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
