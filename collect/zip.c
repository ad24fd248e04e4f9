#include "collect/zip.h"

#include <zlib.h>

#define END_MAGIC 0x06054b50u
#define ENTRY_MAGIC 0x02014b50u
#define LOCAL_MAGIC 0x04034b50u
#define END_SIZE 22
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30
#define PIECE 32768

static uint32_t get16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] | (uint32_t)u[1] << 8;
}

static uint32_t get32(const char *p)
{
	return get16(p) | get16(p + 2) << 16;
}

/* Offset of the end record, which stands last but for a comment. */
static bool find_end(struct str s, size_t *ret)
{
	if (s.len < END_SIZE)
		return false;
	size_t lowest = s.len > END_SIZE + 65535 ? s.len - END_SIZE - 65535 : 0;
	for (size_t at = s.len - END_SIZE + 1; at-- > lowest;)
		if (get32(s.ptr + at) == END_MAGIC) {
			*ret = at;
			return true;
		}
	return false;
}

static enum err read_entry(struct str s, size_t at, struct zip_entry *ret, size_t *ret_next,
			   struct why *why)
{
	if (at > s.len || s.len - at < ENTRY_SIZE || get32(s.ptr + at) != ENTRY_MAGIC)
		return fail(why, ERR_INVALID, "the archive's directory is damaged");
	const char *p = s.ptr + at;
	uint32_t flags = get16(p + 8), method = get16(p + 10), packed = get32(p + 20),
		 local = get32(p + 42);
	size_t name = get16(p + 28), more = (size_t)get16(p + 30) + get16(p + 32);
	if (s.len - at - ENTRY_SIZE < name + more)
		return fail(why, ERR_INVALID, "the archive's directory is damaged");
	if (flags & 1)
		return fail(why, ERR_INVALID, "the archive is encrypted");
	if (method != 0 && method != Z_DEFLATED)
		return fail(why, ERR_INVALID, "the archive uses an unknown compression");
	if (local > s.len || s.len - local < LOCAL_SIZE || get32(s.ptr + local) != LOCAL_MAGIC)
		return fail(why, ERR_INVALID, "a part of the archive is missing");
	size_t data =
		(size_t)local + LOCAL_SIZE + get16(s.ptr + local + 26) + get16(s.ptr + local + 28);
	if (data > s.len || s.len - data < packed)
		return fail(why, ERR_INVALID, "a part of the archive is cut off");
	*ret = (struct zip_entry){.name = {p + ENTRY_SIZE, name},
				  .packed = {s.ptr + data, packed},
				  .deflated = method != 0};
	*ret_next = at + ENTRY_SIZE + name + more;
	return OK;
}

enum err zip_open(struct arena *a, struct str archive, size_t unpacked_max, struct zip *ret,
		  struct why *why)
{
	size_t end;
	if (!find_end(archive, &end))
		return fail(why, ERR_INVALID, "the archive is cut off: it has no end record");
	size_t n = get16(archive.ptr + end + 10), at = get32(archive.ptr + end + 16);
	if (n > ZIP_ENTRIES_MAX)
		return fail(why, ERR_TOO_LARGE, "the archive has more than %d parts",
			    ZIP_ENTRIES_MAX);
	struct zip_entry *entries = ARENA_ARRAY(a, n + 1, struct zip_entry);
	for (size_t i = 0; i < n; i++) {
		enum err rc = read_entry(archive, at, &entries[i], &at, why);
		if (rc != OK)
			return rc;
	}
	*ret = (struct zip){.n = n, .entries = entries, .left = unpacked_max};
	return OK;
}

const struct zip_entry *zip_find(const struct zip *z, const char *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (str_is(z->entries[i].name, name))
			return &z->entries[i];
	return NULL;
}

static enum err inflate_all(struct zip *z, z_stream *stream, zip_sink *sink, void *context,
			    struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	char *piece = arena_alloc(a, PIECE);
	for (;;) {
		stream->next_out = (Bytef *)piece;
		stream->avail_out = PIECE;
		int rc = inflate(stream, Z_NO_FLUSH);
		size_t n = PIECE - stream->avail_out;
		if (rc != Z_OK && rc != Z_STREAM_END)
			return fail(why, ERR_INVALID, "a part of the archive is damaged");
		if (n > z->left)
			return fail(why, ERR_TOO_LARGE, "the archive is too large when unpacked");
		z->left -= n;
		if (!sink(context, piece, n, rc == Z_STREAM_END) || rc == Z_STREAM_END)
			return OK;
		if (n == 0 && stream->avail_in == 0)
			return fail(why, ERR_INVALID, "a part of the archive is cut off");
	}
}

enum err zip_unpack(struct zip *z, const struct zip_entry *e, zip_sink *sink, void *context,
		    struct why *why)
{
	if (!e->deflated) {
		if (e->packed.len > z->left)
			return fail(why, ERR_TOO_LARGE, "the archive is too large when unpacked");
		z->left -= e->packed.len;
		sink(context, e->packed.ptr, e->packed.len, true);
		return OK;
	}
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)e->packed.ptr,
			   .avail_in = (uInt)e->packed.len};
	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return fail(why, ERR_FULL, "no memory to unpack");
	enum err rc = inflate_all(z, &stream, sink, context, why);
	inflateEnd(&stream);
	return rc;
}
