#include "store/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/crypt.h"

#define MAGIC "HAIDANG BACKUP 1\n"
#define MAGIC_LEN (sizeof(MAGIC) - 1)
#define CHUNK ((size_t)128 << 10)
#define TEXT_MAX ((size_t)1 << 30) /* of one value */
#define LEVEL 3

/* -- writing -- */

struct backup_out {
	int fd;
	char *path, *part;
	ZSTD_CCtx *zstd;
	struct hash_state *sum;
	char *plain, *packed; /* CHUNK each */
	size_t n;
	enum err rc;
	struct why why;
};

enum err backup_out_open(struct arena *a, const char *path, struct backup_out **ret,
			 struct why *why)
{
	AUTO(backup_out_free) struct backup_out *b = ARENA_NEW(a, struct backup_out);
	b->path = arena_cstr(a, str_of(path));
	b->part = arena_cstr(a, arena_fmt(a, "%s.part", path));
	b->plain = arena_alloc(a, CHUNK);
	b->packed = arena_alloc(a, CHUNK);
	b->sum = hash_new(a);
	b->fd = open(b->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (b->fd < 0)
		return fail(why, ERR_UNAVAILABLE, "%s cannot be made: %s", b->part,
			    strerrordesc_np(errno));
	b->zstd = ZSTD_createCCtx();
	if (!b->zstd ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(b->zstd, ZSTD_c_compressionLevel, LEVEL)))
		return fail(why, ERR_UNAVAILABLE, "no memory for the compression");
	hash_add(b->sum, STR(MAGIC));
	if (write(b->fd, MAGIC, MAGIC_LEN) != (ssize_t)MAGIC_LEN)
		return fail(why, ERR_FULL, "%s cannot be written: %s", b->part,
			    strerrordesc_np(errno));
	*ret = b;
	b = NULL;
	return OK;
}

static void out_write(struct backup_out *b, const char *bytes, size_t len)
{
	while (len > 0 && b->rc == OK) {
		ssize_t n = write(b->fd, bytes, len);
		if (n < 0 && errno != EINTR)
			b->rc = fail(&b->why, ERR_FULL, "%s cannot be written: %s", b->part,
				     strerrordesc_np(errno));
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

static void out_flush(struct backup_out *b, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = {b->plain, b->n, 0};
	size_t left = 1;
	while (b->rc == OK && (in.pos < in.size || (how == ZSTD_e_end && left > 0))) {
		ZSTD_outBuffer out = {b->packed, CHUNK, 0};
		left = ZSTD_compressStream2(b->zstd, &out, &in, how);
		if (ZSTD_isError(left)) {
			b->rc = fail(&b->why, ERR_INTERNAL, "compression: %s",
				     ZSTD_getErrorName(left));
			return;
		}
		hash_add(b->sum, (struct str){b->packed, out.pos});
		out_write(b, b->packed, out.pos);
	}
	b->n = 0;
}

static void out_add(struct backup_out *b, struct str s)
{
	while (s.len > 0 && b->rc == OK) {
		size_t n = s.len < CHUNK - b->n ? s.len : CHUNK - b->n;
		memcpy(b->plain + b->n, s.ptr, n);
		b->n += n;
		s.ptr += n;
		s.len -= n;
		if (b->n == CHUNK)
			out_flush(b, ZSTD_e_continue);
	}
}

void backup_out_tag(struct backup_out *b, char tag)
{
	out_add(b, (struct str){&tag, 1});
}

void backup_out_number(struct backup_out *b, int64_t v)
{
	uint64_t rest = ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0);
	char bytes[10];
	size_t n = 0;
	do {
		bytes[n++] = (char)((rest & 127) | (rest > 127 ? 128 : 0));
		rest >>= 7;
	} while (rest > 0);
	out_add(b, (struct str){bytes, n});
}

void backup_out_text(struct backup_out *b, struct str s)
{
	if (s.len > TEXT_MAX && b->rc == OK)
		b->rc = fail(&b->why, ERR_TOO_LARGE, "a value of %zu bytes", s.len);
	backup_out_number(b, (int64_t)s.len);
	out_add(b, s);
}

void backup_out_value(struct backup_out *b, const struct bound *v)
{
	static const char letters[] = {
		[BOUND_NULL] = 'N', [BOUND_INT] = 'I', [BOUND_TEXT] = 'T', [BOUND_BYTES] = 'B'};
	backup_out_tag(b, letters[v->kind]);
	if (v->kind == BOUND_INT)
		backup_out_number(b, v->number);
	else if (v->kind != BOUND_NULL)
		backup_out_text(b, v->text);
}

/* So that the new name survives a power cut too. */
static enum err sync_parent(struct backup_out *b)
{
	char *slash = strrchr(b->part, '/');
	if (slash)
		slash[slash == b->part ? 1 : 0] = '\0';
	int folder = open(slash ? b->part : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = folder < 0 || fsync(folder) < 0;
	if (folder >= 0)
		close(folder);
	return failed ? fail(&b->why, ERR_FULL, "the folder of %s cannot be synced: %s", b->path,
			     strerrordesc_np(errno))
		      : OK;
}

enum err backup_out_end(struct backup_out *b, struct why *why)
{
	out_flush(b, ZSTD_e_end);
	struct hash sum = hash_end(b->sum);
	out_write(b, (const char *)sum.bytes, HASH_BYTES);
	if (b->rc == OK && fsync(b->fd) < 0)
		b->rc = fail(&b->why, ERR_FULL, "%s cannot be synced: %s", b->part,
			     strerrordesc_np(errno));
	if (b->rc == OK && rename(b->part, b->path) < 0)
		b->rc = fail(&b->why, ERR_FULL, "%s cannot be renamed: %s", b->part,
			     strerrordesc_np(errno));
	if (b->rc == OK) {
		close(b->fd);
		b->fd = -1;
		b->rc = sync_parent(b);
	}
	if (b->rc != OK && why)
		*why = b->why;
	return b->rc;
}

void backup_out_free(struct backup_out *b)
{
	if (!b)
		return;
	ZSTD_freeCCtx(b->zstd);
	if (b->fd < 0)
		return;
	close(b->fd);
	unlink(b->part);
}

/* -- reading -- */

struct backup_in {
	int fd;
	const char *path;
	ZSTD_DCtx *zstd;
	uint64_t left; /* bytes of the frame not yet read */
	char *packed;
	ZSTD_inBuffer in;
	struct buf plain; /* of the current record, and what follows it */
	size_t at;
	enum err rc;
	struct why why;
};

static void in_bad(struct backup_in *b, const char *what)
{
	if (b->rc == OK)
		b->rc = fail(&b->why, ERR_INVALID, "%s is damaged: " BOTH_FMT, b->path,
			     WORDS_ARG(what));
}

static size_t read_some(struct backup_in *b, size_t want)
{
	ssize_t n;
	do
		n = read(b->fd, b->packed, want);
	while (n < 0 && errno == EINTR);
	if (n <= 0 && b->rc == OK)
		b->rc = n < 0 ? fail(&b->why, ERR_UNAVAILABLE, "%s cannot be read: %s", b->path,
				     strerrordesc_np(errno))
			      : fail(&b->why, ERR_UNAVAILABLE, "%s cannot be read: it is too short",
				     b->path);
	return n > 0 ? (size_t)n : 0;
}

static void in_check_sum(struct backup_in *b, struct arena *a, uint64_t size)
{
	struct hash_state *sum = hash_new(a);
	for (uint64_t left = size - HASH_BYTES; left > 0 && b->rc == OK;) {
		size_t n = read_some(b, left < CHUNK ? (size_t)left : CHUNK);
		hash_add(sum, (struct str){b->packed, n});
		left -= n;
	}
	struct hash expected = hash_end(sum);
	if (b->rc == OK && (read_some(b, HASH_BYTES) != HASH_BYTES ||
			    memcmp(expected.bytes, b->packed, HASH_BYTES) != 0))
		in_bad(b, WORDS("its SHA-256 is another one than it should have"));
}

static void in_start(struct backup_in *b, struct arena *a)
{
	struct stat st;
	char magic[MAGIC_LEN];
	if (fstat(b->fd, &st) < 0 || (uint64_t)st.st_size < MAGIC_LEN + HASH_BYTES ||
	    pread(b->fd, magic, MAGIC_LEN, 0) != (ssize_t)MAGIC_LEN ||
	    memcmp(magic, MAGIC, MAGIC_LEN) != 0) {
		b->rc = fail(&b->why, ERR_INVALID, "%s is not a backup of ours", b->path);
		return;
	}
	in_check_sum(b, a, (uint64_t)st.st_size);
	b->left = (uint64_t)st.st_size - MAGIC_LEN - HASH_BYTES;
	if (b->rc == OK && lseek(b->fd, (off_t)MAGIC_LEN, SEEK_SET) < 0)
		b->rc = fail(&b->why, ERR_UNAVAILABLE, "%s cannot be read: %s", b->path,
			     strerrordesc_np(errno));
}

enum err backup_in_open(struct arena *a, const char *path, struct backup_in **ret, struct why *why)
{
	AUTO(backup_in_free) struct backup_in *b = ARENA_NEW(a, struct backup_in);
	b->path = arena_cstr(a, str_of(path));
	b->packed = arena_alloc(a, CHUNK);
	b->in = (ZSTD_inBuffer){b->packed, 0, 0};
	buf_init(&b->plain, TEXT_MAX + 4 * CHUNK);
	b->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (b->fd < 0)
		return fail(why, ERR_NOT_FOUND, "%s cannot be opened: %s", path,
			    strerrordesc_np(errno));
	b->zstd = ZSTD_createDCtx();
	if (!b->zstd)
		return fail(why, ERR_UNAVAILABLE, "no memory for the compression");
	in_start(b, a);
	if (b->rc != OK) {
		if (why)
			*why = b->why;
		return b->rc;
	}
	*ret = b;
	b = NULL;
	return OK;
}

static void in_unpack(struct backup_in *b)
{
	if (b->in.pos == b->in.size && b->left > 0) {
		size_t n = read_some(b, b->left < CHUNK ? (size_t)b->left : CHUNK);
		b->left -= n;
		b->in = (ZSTD_inBuffer){b->packed, n, 0};
	}
	char *room = buf_room(&b->plain, CHUNK);
	if (!room || b->rc != OK) {
		in_bad(b, WORDS("a record is too long"));
		return;
	}
	ZSTD_outBuffer out = {room, CHUNK, 0};
	size_t before = b->in.pos;
	size_t hint = ZSTD_decompressStream(b->zstd, &out, &b->in);
	buf_grew(&b->plain, out.pos);
	if (ZSTD_isError(hint))
		in_bad(b, ZSTD_getErrorName(hint));
	else if (out.pos == 0 && before == b->in.pos && b->left == 0)
		in_bad(b, WORDS("it ends in the middle"));
}

static void in_forget_taken(struct backup_in *b)
{
	size_t rest = b->plain.len - b->at;
	if (rest > 0)
		memmove(b->plain.ptr, b->plain.ptr + b->at, rest);
	buf_clear(&b->plain);
	buf_grew(&b->plain, rest);
	b->at = 0;
}

/* The next n bytes, until the next call; NULL on error. */
static const char *in_take(struct backup_in *b, size_t n)
{
	if (b->at > 0 && b->plain.len - b->at < n)
		in_forget_taken(b);
	while (b->rc == OK && b->plain.len - b->at < n)
		in_unpack(b);
	if (b->rc != OK)
		return NULL;
	const char *bytes = b->plain.ptr + b->at;
	b->at += n;
	return bytes;
}

char backup_in_tag(struct backup_in *b)
{
	const char *tag = in_take(b, 1);
	return tag ? *tag : 'E';
}

int64_t backup_in_number(struct backup_in *b)
{
	uint64_t v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		const char *byte = in_take(b, 1);
		if (!byte)
			return 0;
		v |= (uint64_t)(*byte & 127) << shift;
		if (!(*byte & 128))
			return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
	}
	in_bad(b, WORDS("a number is too long"));
	return 0;
}

struct str backup_in_text(struct backup_in *b)
{
	int64_t len = backup_in_number(b);
	if (len < 0 || (uint64_t)len > TEXT_MAX)
		in_bad(b, WORDS("a length is out of range"));
	size_t n = b->rc == OK ? (size_t)len : 0;
	const char *bytes = in_take(b, n);
	return bytes ? (struct str){bytes, n} : STR("");
}

void backup_in_value(struct backup_in *b, struct bound *ret)
{
	*ret = (struct bound){.kind = BOUND_NULL};
	switch (backup_in_tag(b)) {
	case 'N':
		return;
	case 'I':
		*ret = (struct bound){.kind = BOUND_INT, .number = backup_in_number(b)};
		return;
	case 'T':
		*ret = (struct bound){.kind = BOUND_TEXT, .text = backup_in_text(b)};
		return;
	case 'B':
		*ret = (struct bound){.kind = BOUND_BYTES, .text = backup_in_text(b)};
		return;
	default:
		in_bad(b, WORDS("a value of unknown kind"));
	}
}

enum err backup_in_end(struct backup_in *b, struct why *why)
{
	if (b->rc != OK && why)
		*why = b->why;
	return b->rc;
}

void backup_in_free(struct backup_in *b)
{
	if (!b)
		return;
	ZSTD_freeDCtx(b->zstd);
	buf_release(&b->plain);
	if (b->fd >= 0)
		close(b->fd);
}
