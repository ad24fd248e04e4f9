#include "store/mark.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypt.h"

#define MARK_LINE_MAX 256
#define MARK_SUM_TEXT 16

static void close_auto(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int open_in(const char *dir, const char *name, int flags)
{
	int folder __attribute__((cleanup(close_auto))) =
		open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -1;
	return openat(folder, name, flags | O_CLOEXEC, 0640);
}

static enum err sync_folder(const char *dir, struct why *why)
{
	int folder __attribute__((cleanup(close_auto))) =
		open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || fsync(folder) < 0)
		return fail(why, ERR_FULL, "%s cannot be synced: %s", dir, strerrordesc_np(errno));
	return OK;
}

static enum err lock_refused(const char *dir, int fd, struct why *why)
{
	if (errno != EWOULDBLOCK)
		return fail(why, ERR_UNAVAILABLE, "%s/lock cannot be locked: %s", dir,
			    strerrordesc_np(errno));
	char pid[24] = "";
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);
	struct str holder = str_trim((struct str){pid, n > 0 ? (size_t)n : 0});
	return fail(why, ERR_CONFLICT,
		    "%s is in use by process " STR_FMT ": stop it first, or use another directory",
		    dir, STR_ARG(holder));
}

enum err lock_take(const char *dir, int *ret_fd, struct why *why)
{
	int fd __attribute__((cleanup(close_auto))) = open_in(dir, "lock", O_RDWR | O_CREAT);
	if (fd < 0)
		return fail(why, ERR_UNAVAILABLE, "%s/lock cannot be opened: %s", dir,
			    strerrordesc_np(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return lock_refused(dir, fd, why);
	char pid[24];
	int n = snprintf(pid, sizeof(pid), "%d\n", getpid());
	if (ftruncate(fd, 0) < 0 || pwrite(fd, pid, (size_t)n, 0) != n)
		return fail(why, ERR_FULL, "%s/lock cannot be written: %s", dir,
			    strerrordesc_np(errno));
	*ret_fd = fd;
	fd = -1;
	return OK;
}

void mark_random(char ret[MARK_ID_TEXT + 1])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[MARK_ID_TEXT / 2];
	crypt_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		ret[2 * i] = digits[bytes[i] >> 4];
		ret[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret[MARK_ID_TEXT] = '\0';
}

/* One line of fixed length, well below a sector: a power cut leaves the old or the new one. */
static void mark_line(const struct mark *m, struct buf *out)
{
	buf_printf(out, "haidang-high-water 1 database %s commits %020lld holder %s sum ",
		   m->identity, (long long)m->commits, m->holder);
	struct hash sum = crypt_sha256(buf_str(out));
	hex_write(out, (struct str){(const char *)sum.bytes, MARK_SUM_TEXT / 2});
	buf_add_char(out, '\n');
}

static bool take_word(struct str *line, const char *expected, struct str *ret)
{
	struct str word = str_until(*line, ' ', line);
	if (expected)
		return str_is(word, expected);
	*ret = word;
	return true;
}

static bool mark_parse(struct str line, struct mark *ret)
{
	struct str rest = line, identity, commits, holder, version;
	if (!take_word(&rest, "haidang-high-water", NULL) || !take_word(&rest, NULL, &version) ||
	    !take_word(&rest, "database", NULL) || !take_word(&rest, NULL, &identity) ||
	    !take_word(&rest, "commits", NULL) || !take_word(&rest, NULL, &commits) ||
	    !take_word(&rest, "holder", NULL) || !take_word(&rest, NULL, &holder))
		return false;
	if (identity.len != MARK_ID_TEXT || holder.len != MARK_ID_TEXT || !str_is(version, "1") ||
	    str_int(commits, 0, INT64_MAX, &ret->commits, NULL) != OK)
		return false;
	memcpy(ret->identity, identity.ptr, MARK_ID_TEXT);
	memcpy(ret->holder, holder.ptr, MARK_ID_TEXT);
	ret->identity[MARK_ID_TEXT] = ret->holder[MARK_ID_TEXT] = '\0';

	AUTO(buf_release) struct buf again;
	buf_init(&again, MARK_LINE_MAX);
	mark_line(ret, &again);
	return again.error == OK && str_eq(buf_str(&again), line);
}

enum err mark_open(const char *dir, bool read_only, struct mark *ret, struct why *why)
{
	*ret = (struct mark){.fd = -1};
	int fd __attribute__((cleanup(close_auto))) =
		open_in(dir, "high-water", read_only ? O_RDONLY : O_RDWR);
	if (fd < 0 && errno == ENOENT)
		return OK;
	char line[MARK_LINE_MAX];
	ssize_t n = fd < 0 ? -1 : pread(fd, line, sizeof(line), 0);
	if (n < 0)
		return fail(why, ERR_UNAVAILABLE, "%s/high-water cannot be read: %s", dir,
			    strerrordesc_np(errno));
	if (!mark_parse((struct str){line, (size_t)n}, ret))
		return fail(why, ERR_CONFLICT, "the mark %s/high-water is damaged", dir);
	ret->fd = fd;
	fd = -1;
	return OK;
}

enum err mark_create(const char *dir, const char *identity, int64_t commits, struct mark *ret,
		     struct why *why)
{
	assert(strlen(identity) == MARK_ID_TEXT);
	struct mark m = {.fd = -1, .unsynced = true};
	memcpy(m.identity, identity, sizeof(m.identity));
	mark_random(m.holder);
	int fd __attribute__((cleanup(close_auto))) =
		open_in(dir, "high-water", O_RDWR | O_CREAT | O_TRUNC);
	if (fd < 0)
		return fail(why, ERR_FULL, "%s/high-water cannot be made: %s", dir,
			    strerrordesc_np(errno));
	m.fd = fd;
	enum err rc = mark_write(&m, commits, why);
	if (rc == OK)
		rc = mark_sync(&m, why);
	if (rc == OK)
		rc = sync_folder(dir, why);
	if (rc != OK)
		return rc;
	*ret = m;
	fd = -1;
	return OK;
}

enum err mark_write(struct mark *m, int64_t commits, struct why *why)
{
	m->commits = commits;
	AUTO(buf_release) struct buf line;
	buf_init(&line, MARK_LINE_MAX);
	mark_line(m, &line);
	enum err rc = buf_end(&line, why);
	if (rc != OK)
		return rc;
	if (pwrite(m->fd, line.ptr, line.len, 0) != (ssize_t)line.len)
		return fail(why, ERR_FULL, "the high-water mark cannot be written: %s",
			    strerrordesc_np(errno));
	m->unsynced = true;
	return OK;
}

enum err mark_sync(struct mark *m, struct why *why)
{
	if (m->fd < 0 || !m->unsynced)
		return OK;
	if (fdatasync(m->fd) < 0)
		return fail(why, ERR_FULL, "the high-water mark cannot be synced: %s",
			    strerrordesc_np(errno));
	m->unsynced = false;
	return OK;
}

void mark_close(struct mark *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}
