/* The first administrator: whoever can read a file of mode 0600 in the data directory. */
#include "base/id.h"
#include "core/identity_private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static enum err nobody_administers(struct db *db, bool *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT 1 FROM account_role r JOIN account a ON a.id = r.account WHERE r.role = 'administrator' "
		    "AND r.unit = 0 AND a.removed = 0 LIMIT 1"));
	bool found = stmt_row(q);
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = !found;
	return rc;
}

static enum err file_write(const char *path, struct str text, struct why *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(why, ERR_FULL, "cannot create %s: %s", path, strerror(errno));
	bool good = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	int cause = errno;
	close(fd);
	return good ? OK : fail(why, ERR_FULL, "cannot write %s: %s", path, strerror(cause));
}

static const char *token_path(struct arena *a, const char *dir)
{
	return arena_fmt(a, "%s/setup-token", dir).ptr;
}

enum err access_setup_prepare(struct db *db, const char *dir, bool *ret_needed, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const char *path = token_path(a, dir);
	bool needed = false;
	enum err rc = nobody_administers(db, &needed, why);
	if (rc != OK)
		return rc;
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(why, ERR_FULL, "cannot remove %s: %s", path, strerror(errno));
	if (needed)
		rc = file_write(path, arena_fmt(a, STR_FMT "\n", STR_ARG(crypt_token(a, 16))), why);
	if (rc == OK)
		*ret_needed = needed;
	return rc;
}

static bool token_right(const char *path, struct str token)
{
	char text[128];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text));
	close(fd);
	struct str wanted = n > 0 ? str_trim((struct str){text, (size_t)n}) : STR_NULL;
	return wanted.len > 0 && crypt_equal(wanted, token);
}

static enum err administrator_create(struct db *tx, const struct setup *s, usec now,
				     struct arena *a, int64_t *ret, struct why *why)
{
	struct problems p;
	problems_init(&p, a);
	AUTO(buf_release) struct buf text;
	buf_init(&text, 16384);
	struct jw w;
	jw_init(&w, &text);
	jw_object(&w);
	jw_m_str(&w, "login", s->login);
	jw_m_str(&w, "name", s->name);
	jw_object_end(&w);
	const struct json *in;
	enum err rc = buf_end(&text, why);
	if (rc == OK)
		rc = json_parse(a, buf_str(&text), &in, why);
	if (rc != OK)
		return rc;
	struct refs *refs = refs_new(tx, a);
	struct row *row = record_parse(refs, &account_record, in, NULL, &p);
	rc = refs_end(refs, why);
	if (rc == OK)
		rc = record_create(tx, &account_record, row, (struct author){access_centre(a), now},
				   &p, why);
	if (rc == OK)
		*ret = row->id;
	return rc;
}

enum err access_setup(struct db *tx, const char *dir, const struct setup *s, usec now,
		      struct arena *a, struct why *why)
{
	const char *path = token_path(a, dir);
	bool needed = false;
	enum err rc = nobody_administers(tx, &needed, why);
	if (rc != OK)
		return rc;
	if (!needed || !token_right(path, s->token))
		return fail_at(
			why, ERR_UNAUTHENTICATED, "/token",
			"the one-time token is the text of the file setup-token in the data directory, "
			"as long as the centre has no administrator");
	struct author by = {access_centre(a), now};
	int64_t account = 0;
	rc = administrator_create(tx, s, now, a, &account, why);
	if (rc == OK)
		rc = access_password_set(tx, account, s->hash, 0, by, why);
	struct grant grant = {ROLE_ADMINISTRATOR, 0};
	if (rc == OK)
		rc = access_grants_set(tx, account, &grant, 1, by, why);
	if (rc == OK && unlink(path) != 0)
		rc = fail(why, ERR_FULL, "cannot remove %s: %s", path, strerror(errno));
	return rc;
}
