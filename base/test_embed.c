#include "base/embed.h"
#include "base/testing.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const folders[EMBED_KINDS] = {"ui/dist", "migrations", "packs"};

static void assert_same_as_on_disk(const char *folder, const struct embedded *e)
{
	char path[512];
	snprintf(path, sizeof path, "%s/" STR_FMT, folder, STR_ARG(e->path));
	FILE *file = fopen(path, "rbe");
	assert_non_null(file);
	char *bytes = malloc(e->plain.len + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, e->plain.len + 1, file), e->plain.len);
	assert_memory_equal(bytes, e->plain.ptr, e->plain.len);
	free(bytes);
	fclose(file);
}

static void every_file_is_found_by_its_path(void **state)
{
	(void)state;
	for (int kind = 0; kind < EMBED_KINDS; kind++) {
		size_t count;
		const struct embedded *list = embedded_list((enum embed_kind)kind, &count);
		for (size_t i = 0; i < count; i++)
			assert_ptr_equal(embedded_find((enum embed_kind)kind, list[i].path),
					 &list[i]);
	}
}

static void nothing_else_is_found(void **state)
{
	(void)state;
	const char *absent[] = {"", "/", "0001", "0001_", "zzzz", "../meson.build", "\xff"};
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		assert_null(embedded_find(EMBED_MIGRATION, str_of(absent[i])));
	size_t count;
	const struct embedded *first = embedded_list(EMBED_MIGRATION, &count);
	struct str shorter = {first->path.ptr, first->path.len - 1};
	assert_null(embedded_find(EMBED_MIGRATION, shorter));
	assert_null(embedded_find(EMBED_UI, first->path));
}

static void bytes_are_those_of_the_files(void **state)
{
	(void)state;
	size_t count;
	const struct embedded *list = embedded_list(EMBED_MIGRATION, &count);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		assert_same_as_on_disk(folders[EMBED_MIGRATION], &list[i]);
}

static void compressed_forms_are_smaller_and_marked(void **state)
{
	(void)state;
	size_t count;
	const struct embedded *list = embedded_list(EMBED_MIGRATION, &count);
	for (size_t i = 0; i < count; i++) {
		assert_str(list[i].type, "application/sql");
		assert_int_equal(strlen(list[i].etag), sizeof list[i].etag - 1);
		assert_int_equal(list[i].etag[0], '"');
		if (list[i].gzip.len == 0)
			continue;
		assert_true(list[i].gzip.len < list[i].plain.len);
		assert_memory_equal(list[i].gzip.ptr, "\x1f\x8b", 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_is_found_by_its_path),
		cmocka_unit_test(nothing_else_is_found),
		cmocka_unit_test(bytes_are_those_of_the_files),
		cmocka_unit_test(compressed_forms_are_smaller_and_marked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
