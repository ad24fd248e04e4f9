/* Following the chains, and the signed heads outside the database. */
#include "core/journal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct signed_head {
	int64_t server, seq;
	struct hash hash;
};
struct check {
	struct db *db;
	struct arena *arena;
	void (*report)(void *arg, const struct why *found);
	void *arg;
	struct why found;
	int64_t faults;
	struct signed_head *heads; /* of dir/heads.log, by server and seq */
	size_t n_heads;
};

static void tell(struct check *c)
{
	c->faults++;
	c->report(c->arg, &c->found);
}
#define finding(c, ...)                                                                            \
	(why_fail(&(c)->found, ERR_CONFLICT, "", __FILE__, __LINE__, __VA_ARGS__), tell(c))

/* -- signed heads -- */
static bool hex_exact(struct arena *a, struct str hex, void *ret, size_t len)
{
	struct str bytes;
	if (hex_parse(a, hex, &bytes, NULL) != OK || bytes.len != len)
		return false;
	memcpy(ret, bytes.ptr, len);
	return true;
}

/* "server seq hash at signature" */
static bool head_parse(struct arena *a, struct str line, const unsigned char key[SIGN_PUBLIC_BYTES],
		       struct signed_head *ret)
{
	struct str words[5], rest = line;
	for (size_t i = 0; i < 5; i++) {
		if (!rest.ptr)
			return false;
		words[i] = str_until(rest, ' ', &rest);
	}
	unsigned char signature[SIGN_BYTES];
	if (rest.ptr || str_int(words[0], 0, SERVERS_MAX - 1, &ret->server, NULL) != OK ||
	    str_int(words[1], 1, INT64_MAX, &ret->seq, NULL) != OK ||
	    !hex_exact(a, words[2], ret->hash.bytes, HASH_BYTES) ||
	    !hex_exact(a, words[4], signature, SIGN_BYTES))
		return false;
	struct str message = {line.ptr, (size_t)(words[4].ptr - line.ptr) - 1};
	return sign_check(message, signature, key);
}

static int compare_heads(const void *a, const void *b)
{
	const struct signed_head *l = a, *r = b;
	if (l->server != r->server)
		return l->server < r->server ? -1 : 1;
	return l->seq < r->seq ? -1 : l->seq > r->seq;
}

static void heads_add(struct check *c, struct signed_head head)
{
	*ARENA_APPEND(c->arena, c->heads, c->n_heads) = head;
}

static bool key_read(struct arena *a, const char *path, void *ret, size_t len)
{
	char text[2 * SIGN_SECRET_BYTES + 2];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof(text));
	close(fd);
	return n > 0 && hex_exact(a, str_trim((struct str){text, (size_t)n}), ret, len);
}

static void heads_read(struct check *c, const char *dir)
{
	unsigned char key[SIGN_PUBLIC_BYTES];
	const char *pub = arena_fmt(c->arena, "%s/journal.pub", dir).ptr;
	const char *log = arena_fmt(c->arena, "%s/heads.log", dir).ptr;
	if (access(pub, F_OK) != 0 && access(log, F_OK) != 0)
		return; /* nothing was signed yet */
	FILE *f = fopen(log, "re");
	if (!f || !key_read(c->arena, pub, key, sizeof(key))) {
		finding(c,
			"heads.log or journal.pub is missing or damaged: the signed heads cannot be compared");
		if (f)
			fclose(f);
		return;
	}
	char *line = NULL;
	size_t room = 0;
	int64_t number = 0;
	AUTO(arena_free) struct arena *scratch = arena_new();
	for (ssize_t n; (n = getline(&line, &room, f)) > 0; arena_reset(scratch)) {
		struct signed_head head;
		number++;
		if (head_parse(scratch, str_trim((struct str){line, (size_t)n}), key, &head))
			heads_add(c, head);
		else
			finding(c, "heads.log line %lld: its signature is wrong",
				(long long)number);
	}
	free(line);
	fclose(f);
	if (c->n_heads)
		qsort(c->heads, c->n_heads, sizeof(*c->heads), compare_heads);
	else
		finding(c, "heads.log holds no signed head");
}

/* -- the chains -- */
struct chain {
	int64_t server, seq; /* the last one followed */
	struct hash hash;
	size_t head; /* next signed head to compare */
	bool lost;   /* an entry is missing: say it once */
};

static void chain_begin(struct check *c, struct chain *k, int64_t server)
{
	*k = (struct chain){.server = server};
	while (k->head < c->n_heads && c->heads[k->head].server < server)
		k->head++;
}

/* Signed heads up to the entry just followed must equal it. */
static void compare_signed(struct check *c, struct chain *k)
{
	for (; k->head < c->n_heads && c->heads[k->head].server == k->server &&
	       c->heads[k->head].seq <= k->seq;
	     k->head++)
		if (c->heads[k->head].seq == k->seq &&
		    memcmp(c->heads[k->head].hash.bytes, k->hash.bytes, HASH_BYTES) != 0)
			finding(c,
				"server %lld entry %lld: differs from its signed head (rewritten since it was signed)",
				(long long)k->server, (long long)k->seq);
}

static void follow(struct check *c, struct chain *k, const struct journal_entry *e,
		   struct arena *scratch)
{
	if (e->seq != k->seq + 1)
		finding(c, "server %lld entry %lld: missing (deleted), the next one is %lld",
			(long long)k->server, (long long)k->seq + 1, (long long)e->seq);
	struct hash expected = journal_hash(scratch, &k->hash, e);
	if (memcmp(expected.bytes, e->hash.bytes, HASH_BYTES) != 0)
		finding(c,
			"server %lld entry %lld: changed, or put in another place (its hash does not follow from the one before)",
			(long long)k->server, (long long)e->seq);
	k->seq = e->seq;
	k->hash = e->hash;
	compare_signed(c, k);
}

static enum err chain_end(struct check *c, const struct chain *k, struct why *why)
{
	for (size_t i = k->head; i < c->n_heads && c->heads[i].server == k->server; i++)
		if (c->heads[i].seq > k->seq) {
			finding(c,
				"server %lld entry %lld: missing (truncated), entry %lld was signed",
				(long long)k->server, (long long)k->seq + 1,
				(long long)c->heads[i].seq);
			break;
		}
	AUTO(stmt_free) struct stmt *q =
		db_stmt(c->db, SQL("SELECT seq, hash FROM journal_head WHERE server = $1"));
	stmt_bind_int(q, 1, k->server);
	if (!stmt_row(q))
		finding(c, "server %lld: the row of its head is missing", (long long)k->server);
	else if (stmt_int(q, 0) != k->seq ||
		 !str_eq(stmt_bytes(q, 1), (struct str){(const char *)k->hash.bytes, HASH_BYTES}))
		finding(c,
			"server %lld entry %lld: missing or changed (the head says that %lld is the last)",
			(long long)k->server, (long long)k->seq + 1, (long long)stmt_int(q, 0));
	return stmt_end(q, why);
}

/* A page at a time: constant memory whatever the length. */
static enum err chain_page(struct check *c, struct chain *k, bool *ret_more, struct why *why)
{
	enum { PAGE = 2000 };
	AUTO(arena_free) struct arena *scratch = arena_new();
	AUTO(stmt_free) struct stmt *q = db_stmt(
		c->db,
		SQL("SELECT server, seq, at, kind, actor, unit, subject, subject_id, data, hash FROM journal "
		    "WHERE server = $1 AND seq > $2 ORDER BY seq LIMIT $3"));
	stmt_bind_int(q, 1, k->server);
	stmt_bind_int(q, 2, k->seq);
	stmt_bind_int(q, 3, PAGE);
	int64_t n = 0;
	for (; stmt_row(q); n++) {
		struct journal_entry e;
		journal_row(q, &e);
		follow(c, k, &e, scratch);
		arena_reset(scratch);
	}
	*ret_more = n == PAGE;
	return stmt_end(q, why);
}

static enum err servers(struct check *c, int64_t *ret, size_t *ret_n, struct why *why)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n_heads; i++)
		if (n == 0 || ret[n - 1] != c->heads[i].server)
			ret[n++] = c->heads[i].server;
	size_t of_heads = n;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		c->db,
		SQL("SELECT server FROM journal_head UNION SELECT DISTINCT server FROM journal ORDER BY 1"));
	while (n < 2 * SERVERS_MAX && stmt_row(q)) {
		bool known = false;
		for (size_t i = 0; i < of_heads; i++)
			known |= ret[i] == stmt_int(q, 0);
		if (!known)
			ret[n++] = stmt_int(q, 0);
	}
	*ret_n = n;
	return stmt_end(q, why);
}

static enum err check_all(struct check *c, struct why *why)
{
	int64_t *list = ARENA_ARRAY(c->arena, 2 * SERVERS_MAX, int64_t);
	size_t n = 0;
	enum err rc = servers(c, list, &n, why);
	for (size_t i = 0; rc == OK && i < n; i++) {
		struct chain k;
		bool more = true;
		chain_begin(c, &k, list[i]);
		while (rc == OK && more)
			rc = chain_page(c, &k, &more, why);
		if (rc == OK)
			rc = chain_end(c, &k, why);
	}
	return rc;
}

enum err journal_verify(struct db *db, const char *dir,
			void (*report)(void *arg, const struct why *found), void *arg,
			struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct check c = {.db = db, .arena = a, .report = report, .arg = arg};
	heads_read(&c, dir);
	enum err rc = db_snapshot(db, why);
	if (rc != OK)
		return rc;
	rc = check_all(&c, why);
	db_snapshot_end(db);
	if (rc == OK && c.faults)
		return fail(
			why, ERR_CONFLICT,
			"the journal has %lld faults; restore a backup made before the first one",
			(long long)c.faults);
	return rc;
}

/* -- signing -- */
static enum err file_put(const char *path, int flags, mode_t mode, struct str text, struct why *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode);
	if (fd < 0)
		return fail(why, ERR_FULL, "cannot write %s: %s", path, strerror(errno));
	bool good = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	int cause = errno;
	close(fd);
	return good ? OK : fail(why, ERR_FULL, "cannot write %s: %s", path, strerror(cause));
}

static enum err hex_put(const char *path, mode_t mode, struct str bytes, struct why *why)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1024);
	hex_write(&b, bytes);
	buf_add_char(&b, '\n');
	enum err rc = buf_end(&b, why);
	return rc == OK ? file_put(path, O_EXCL, mode, buf_str(&b), why) : rc;
}

static enum err key_load(struct arena *a, const char *dir, unsigned char ret[SIGN_SECRET_BYTES],
			 struct why *why)
{
	const char *key = arena_fmt(a, "%s/journal.key", dir).ptr;
	const char *pub = arena_fmt(a, "%s/journal.pub", dir).ptr;
	if (key_read(a, key, ret, SIGN_SECRET_BYTES))
		return OK;
	if (access(key, F_OK) == 0 || access(pub, F_OK) == 0)
		return fail(
			why, ERR_INTERNAL,
			"%s is missing or damaged; put it back from a backup of the data directory",
			key);
	unsigned char public[SIGN_PUBLIC_BYTES];
	sign_keys(public, ret);
	enum err rc = hex_put(key, 0600, (struct str){(const char *)ret, SIGN_SECRET_BYTES}, why);
	return rc == OK
		       ? hex_put(pub, 0644, (struct str){(const char *)public, sizeof(public)}, why)
		       : rc;
}

static enum err head_read(struct db *db, int64_t server, struct signed_head *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT seq, hash FROM journal_head WHERE server = $1"));
	stmt_bind_int(q, 1, server);
	*ret = (struct signed_head){.server = server};
	if (stmt_row(q)) {
		ret->seq = stmt_int(q, 0);
		struct str hash = stmt_bytes(q, 1);
		if (hash.len == HASH_BYTES)
			memcpy(ret->hash.bytes, hash.ptr, HASH_BYTES);
	}
	return stmt_end(q, why);
}

enum err journal_sign(struct db *db, const char *dir, usec now, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct signed_head head;
	enum err rc = head_read(db, store_server(db_store(db)), &head, why);
	if (rc != OK || head.seq == 0)
		return rc;
	unsigned char secret[SIGN_SECRET_BYTES], signature[SIGN_BYTES];
	rc = key_load(a, dir, secret, why);
	if (rc != OK)
		return rc;
	AUTO(buf_release) struct buf line;
	buf_init(&line, 1024);
	buf_printf(&line, "%lld %lld ", (long long)head.server, (long long)head.seq);
	hex_write(&line, (struct str){(const char *)head.hash.bytes, HASH_BYTES});
	buf_add_char(&line, ' ');
	time_write(&line, now);
	sign_make(buf_str(&line), secret, signature);
	buf_add_char(&line, ' ');
	hex_write(&line, (struct str){(const char *)signature, sizeof(signature)});
	buf_add_char(&line, '\n');
	rc = buf_end(&line, why);
	return rc == OK ? file_put(arena_fmt(a, "%s/heads.log", dir).ptr, O_APPEND, 0644,
				   buf_str(&line), why)
			: rc;
}
