#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "base/crypt.h"
#include "store/backup_file.h"

/* The first byte decides whether the rest is records, which we compress, or a frame as it is. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool put(int fd, const void *bytes, size_t len)
{
	return write(fd, bytes, len) == (ssize_t)len;
}

static bool make_file(struct arena *a, int fd, struct str body)
{
	struct hash_state *sum = hash_new(a);
	hash_add(sum, STR("HAIDANG BACKUP 1\n"));
	hash_add(sum, body);
	struct hash end = hash_end(sum);
	return put(fd, "HAIDANG BACKUP 1\n", 17) && put(fd, body.ptr, body.len) &&
	       put(fd, end.bytes, HASH_BYTES);
}

static struct str frame(struct arena *a, struct str records)
{
	size_t cap = ZSTD_compressBound(records.len);
	char *packed = arena_alloc(a, cap);
	size_t n = ZSTD_compress(packed, cap, records.ptr, records.len, 1);
	return (struct str){packed, ZSTD_isError(n) ? 0 : n};
}

static void read_records(struct backup_in *b)
{
	for (char tag = backup_in_tag(b); tag != 'E'; tag = backup_in_tag(b)) {
		struct bound v;
		backup_in_value(b, &v);
		if (tag == 'M')
			backup_in_number(b);
		if (tag == 'T')
			backup_in_text(b);
	}
	backup_in_number(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	AUTO(arena_free) struct arena *a = arena_new();
	struct str body = {(const char *)data + 1, size - 1};
	int fd = memfd_create("backup", MFD_CLOEXEC);
	assert(fd >= 0);
	bool made = make_file(a, fd, data[0] & 1 ? body : frame(a, body));
	assert(made);
	char path[40];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct why why;
	AUTO(backup_in_free) struct backup_in *b = NULL;
	if (backup_in_open(a, path, &b, &why) == OK) {
		read_records(b);
		enum err rc = backup_in_end(b, &why);
		assert(rc == OK || rc == ERR_INVALID || rc == ERR_UNAVAILABLE);
	}
	close(fd);
	return 0;
}
