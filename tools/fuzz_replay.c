/* Runs every file of a corpus through a fuzz target, so that any compiler replays what clang's
 * fuzzer found.  Usage: fuzz_ROOM_NAME FOLDER... ; an absent folder is an empty corpus. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *file = fopen(path, "rbe");
	if (!file) {
		perror(path);
		return 1;
	}
	size_t capacity = 1 << 20, size = 0;
	uint8_t *data = malloc(capacity);
	while (data && !feof(file) && !ferror(file)) {
		size += fread(data + size, 1, capacity - size, file);
		if (size < capacity)
			continue;
		capacity *= 2;
		uint8_t *larger = realloc(data, capacity);
		if (!larger)
			free(data);
		data = larger;
	}
	int failed = !data || ferror(file);
	fclose(file);
	if (!failed)
		LLVMFuzzerTestOneInput(data, size);
	else
		perror(path);
	free(data);
	return failed;
}

static int replay_folder(const char *folder)
{
	DIR *directory = opendir(folder);
	if (!directory) {
		if (errno == ENOENT)
			return 0;
		perror(folder);
		return 1;
	}
	int failed = 0;
	size_t files = 0;
	for (struct dirent *entry; (entry = readdir(directory));) {
		if (entry->d_type == DT_DIR)
			continue;
		char path[4096];
		int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		failed |= length < 0 || (size_t)length >= sizeof path || replay_file(path);
		files++;
	}
	closedir(directory);
	printf("%zu files replayed\n", files);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;
	for (int i = 1; i < argc; i++)
		failed |= replay_folder(argv[i]);
	return failed;
}
