/* Appending to the chain and reading it with a cursor. */
#include "core/journal_private.h"

static void add_number(struct hash_state *s, int64_t v)
{
	unsigned char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)v >> (8 * (7 - i)));
	hash_add(s, (struct str){(const char *)bytes, sizeof(bytes)});
}

static void add_text(struct hash_state *s, struct str text)
{
	add_number(s, (int64_t)text.len);
	hash_add(s, text);
}

struct hash journal_hash(struct arena *a, const struct hash *previous,
			 const struct journal_entry *e)
{
	struct hash_state *s = hash_new(a);
	hash_add(s, (struct str){(const char *)previous->bytes, HASH_BYTES});
	add_number(s, e->server);
	add_number(s, e->seq);
	add_number(s, e->at);
	add_text(s, e->kind);
	add_number(s, e->actor);
	add_number(s, e->unit);
	add_text(s, e->subject);
	add_number(s, e->subject_id);
	add_text(s, e->data);
	return hash_end(s);
}

/* -- appending -- */

/* The next n places in this server's chain: the last of them, and the hash before the first.  The row's
 * lock makes appenders wait for each other. */
static enum err head_take(struct db *tx, int64_t server, size_t n, int64_t *ret_last,
			  struct hash *ret_previous, struct why *why)
{
	static const struct hash start = {{0}};
	AUTO(stmt_free) struct stmt *take = db_stmt(
		tx, SQL("INSERT INTO journal_head (server, seq, hash) VALUES ($1, $3, $2) ON "
			"CONFLICT (server) DO UPDATE SET seq = journal_head.seq + $3"));
	stmt_bind_int(take, 1, server);
	stmt_bind_bytes(take, 2, (struct str){(const char *)start.bytes, HASH_BYTES});
	stmt_bind_int(take, 3, (int64_t)n);
	stmt_push(take);
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("SELECT seq, hash FROM journal_head WHERE server = $1"));
	stmt_bind_int(q, 1, server);
	bool found = stmt_row(q);
	struct str hash = found ? stmt_bytes(q, 1) : STR_NULL;
	*ret_last = found ? stmt_int(q, 0) : 0;
	found = hash.len == HASH_BYTES;
	if (found)
		memcpy(ret_previous->bytes, hash.ptr, HASH_BYTES);
	enum err rc = stmt_end(q, why);
	return rc == OK && !found ? fail(why, ERR_INTERNAL, "the head of the journal is damaged")
				  : rc;
}

static void head_put(struct db *tx, const struct journal_entry *e)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE journal_head SET hash = $2 WHERE server = $1"));
	stmt_bind_int(q, 1, e->server);
	stmt_bind_bytes(q, 2, (struct str){(const char *)e->hash.bytes, HASH_BYTES});
	stmt_push(q);
}

static void entry_insert(struct db *tx, const struct journal_entry *e)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO journal (server, seq, at, kind, actor, unit, subject, subject_id, data, hash) "
		    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"));
	stmt_bind_int(q, 1, e->server);
	stmt_bind_int(q, 2, e->seq);
	stmt_bind_int(q, 3, e->at);
	stmt_bind(q, 4, e->kind);
	stmt_bind_int(q, 5, e->actor);
	stmt_bind_int(q, 6, e->unit);
	stmt_bind(q, 7, e->subject);
	stmt_bind_int(q, 8, e->subject_id);
	stmt_bind(q, 9, e->data);
	stmt_bind_bytes(q, 10, (struct str){(const char *)e->hash.bytes, HASH_BYTES});
	stmt_push(q);
}

enum err journal_append_all(struct db *tx, struct journal_entry *e, size_t n, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t server = store_server(db_store(tx)), last;
	struct hash previous;
	assert(db_writing(tx));
	enum err rc = n ? head_take(tx, server, n, &last, &previous, why) : OK;
	if (rc != OK || n == 0)
		return rc;
	for (size_t i = 0; i < n; i++) {
		assert(e[i].kind.len && e[i].subject.len && e[i].data.len);
		e[i].server = server;
		e[i].seq = last - (int64_t)(n - 1 - i);
		previous = e[i].hash = journal_hash(a, &previous, &e[i]);
		entry_insert(tx, &e[i]);
		arena_reset(a);
	}
	head_put(tx, &e[n - 1]);
	return OK;
}

enum err journal_append(struct db *tx, struct journal_entry *e, struct why *why)
{
	return journal_append_all(tx, e, 1, why);
}

/* -- cursors -- */
struct place {
	int64_t server, seq;
	size_t at, n; /* of what was fetched, the next to be looked at */
	struct journal_entry *entries;
	bool full; /* there may be more than was fetched */
};

static enum err heads(struct db *db, struct arena *a, struct place **ret, size_t *ret_n,
		      struct why *why)
{
	struct place *places = ARENA_ARRAY(a, SERVERS_MAX, struct place);
	size_t n = 0;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT server, seq FROM journal_head ORDER BY server"));
	while (n < SERVERS_MAX && stmt_row(q))
		places[n++] = (struct place){.server = stmt_int(q, 0), .seq = stmt_int(q, 1)};
	*ret = places;
	*ret_n = n;
	return stmt_end(q, why);
}

static enum err cursor_part(struct str part, struct place *places, size_t n, struct why *why)
{
	struct str seq_text;
	struct str server_text = str_until(part, ':', &seq_text);
	int64_t server, seq;
	if (str_int(server_text, 0, SERVERS_MAX - 1, &server, NULL) != OK ||
	    str_int(seq_text, 0, INT64_MAX, &seq, NULL) != OK)
		return fail_at(
			why, ERR_INVALID, "after",
			"this is not a place in the journal; take it from an earlier answer's next, or leave it out");
	for (size_t i = 0; i < n; i++)
		if (places[i].server == server)
			places[i].seq = seq;
	return OK;
}

static enum err cursor_read(struct str cursor, bool backward, struct place *places, size_t n,
			    struct why *why)
{
	if (str_is(cursor, "now"))
		return OK;
	bool empty = cursor.len == 0;
	for (size_t i = 0; i < n;
	     i++) /* a chain the cursor does not name is read from its beginning */
		places[i].seq = backward ? (empty ? places[i].seq + 1 : 1) : 0;
	enum err rc = OK;
	for (struct str rest = cursor; rc == OK && !empty && rest.ptr;)
		rc = cursor_part(str_until(rest, ',', &rest), places, n, why);
	return rc;
}

static enum err cursor_write(const struct place *places, size_t n, struct arena *a, struct str *ret,
			     struct why *why)
{
	AUTO(buf_release) struct buf b;
	buf_init(&b, SERVERS_MAX * 32);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%lld:%lld", i ? "," : "", (long long)places[i].server,
			   (long long)places[i].seq);
	*ret = arena_str(a, buf_str(&b));
	return buf_end(&b, why);
}

/* -- reading -- */
void journal_row(struct stmt *q, struct journal_entry *ret)
{
	*ret = (struct journal_entry){.server = stmt_int(q, 0),
				      .seq = stmt_int(q, 1),
				      .at = stmt_int(q, 2),
				      .kind = stmt_str(q, 3),
				      .actor = stmt_int(q, 4),
				      .unit = stmt_int(q, 5),
				      .subject = stmt_str(q, 6),
				      .subject_id = stmt_int(q, 7),
				      .data = stmt_str(q, 8)};
	struct str hash = stmt_bytes(q, 9);
	if (hash.len == HASH_BYTES)
		memcpy(ret->hash.bytes, hash.ptr, HASH_BYTES);
}

static struct journal_entry keep(struct arena *a, struct journal_entry e)
{
	e.kind = arena_str(a, e.kind);
	e.subject = arena_str(a, e.subject);
	e.data = arena_str(a, e.data);
	return e;
}

static bool visible(const struct journal_reader *how, const struct journal_entry *e)
{
	if (how->kind.len && !(str_ends(how->kind, STR(".")) ? str_starts(e->kind, how->kind)
							     : str_eq(e->kind, how->kind)))
		return false;
	char subject[64];
	if (e->subject.len >= sizeof(subject))
		return false;
	memcpy(subject, e->subject.ptr, e->subject.len);
	subject[e->subject.len] = 0;
	return access_may(how->access, how->who, VERB_READ, subject, e->unit);
}

#define JOURNAL_SELECT                                                                             \
	"SELECT server, seq, at, kind, actor, unit, subject, subject_id, data, hash FROM journal "

/* Fetches what follows p->seq; entries the reader may not see keep no text, only their place. */
static enum err fetch(struct db *db, const struct journal_reader *how, size_t max, struct arena *a,
		      struct place *p, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, how->backward ? SQL(JOURNAL_SELECT
					"WHERE server = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3")
				  : SQL(JOURNAL_SELECT
					"WHERE server = $1 AND seq > $2 ORDER BY seq LIMIT $3"));
	stmt_bind_int(q, 1, p->server);
	stmt_bind_int(q, 2, p->seq);
	stmt_bind_int(q, 3, JOURNAL_LOOK_MAX);
	p->entries = ARENA_ARRAY(a, max + 1, struct journal_entry);
	size_t looked = 0;
	int64_t last = p->seq;
	p->full = true;
	while (looked < JOURNAL_LOOK_MAX && p->n < max) {
		struct journal_entry e;
		if (!stmt_row(q)) {
			p->full = false;
			break;
		}
		looked++;
		journal_row(q, &e);
		last = e.seq;
		if (visible(how, &e))
			p->entries[p->n++] = keep(a, e);
	}
	/* A last entry without kind stands for the unseen ones looked at after the seen. */
	p->entries[p->n] = (struct journal_entry){.seq = last};
	return stmt_end(q, why);
}

static struct place *first_place(struct place *places, size_t n, bool backward)
{
	struct place *best = NULL;
	for (size_t i = 0; i < n; i++) {
		struct place *p = &places[i];
		if (p->at >= p->n)
			continue;
		usec mine = p->entries[p->at].at, least = best ? best->entries[best->at].at : 0;
		if (!best || (backward ? mine > least : mine < least))
			best = p;
	}
	return best;
}

enum err journal_read(struct db *db, const struct journal_reader *how, struct arena *a,
		      struct journal_page *ret, struct why *why)
{
	size_t max = how->max < 1 ? 1 : how->max > 1000 ? 1000 : how->max, n = 0;
	struct place *places;
	enum err rc = heads(db, a, &places, &n, why);
	if (rc == OK)
		rc = cursor_read(how->after, how->backward, places, n, why);
	for (size_t i = 0; rc == OK && i < n; i++)
		rc = fetch(db, how, max, a, &places[i], why);
	if (rc != OK)
		return rc;
	struct journal_page page = {.entries = ARENA_ARRAY(a, max, struct journal_entry)};
	for (struct place *p; page.n < max && (p = first_place(places, n, how->backward));
	     p->at++) {
		page.entries[page.n++] = p->entries[p->at];
		p->seq = p->entries[p->at].seq;
	}
	for (size_t i = 0; i < n; i++) {
		struct place *p = &places[i];
		page.more |= p->full || p->at < p->n;
		if (p->at == p->n)
			p->seq = p->entries[p->n].seq;
	}
	rc = cursor_write(places, n, a, &page.next, why);
	if (rc == OK)
		*ret = page;
	return rc;
}

enum err journal_history(struct db *db, struct str subject, int64_t subject_id, size_t max,
			 struct arena *a, struct journal_page *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL(JOURNAL_SELECT
		    "WHERE subject = $1 AND subject_id = $2 ORDER BY at DESC, seq DESC LIMIT $3"));
	stmt_bind(q, 1, subject);
	stmt_bind_int(q, 2, subject_id);
	stmt_bind_int(q, 3, (int64_t)max + 1);
	struct journal_page page = {.entries = ARENA_ARRAY(a, max, struct journal_entry)};
	while (!page.more && stmt_row(q)) {
		page.more = page.n == max;
		if (page.more)
			break;
		journal_row(q, &page.entries[page.n]);
		page.entries[page.n] = keep(a, page.entries[page.n]);
		page.n++;
	}
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = page;
	return rc;
}

/* -- JSON -- */
static void place_json(struct jw *w, const struct journal_entry *e)
{
	char hex[2 * HASH_BYTES + 1];
	for (size_t i = 0; i < HASH_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", e->hash.bytes[i]);
	jw_m_int(w, "server", e->server);
	jw_m_int(w, "seq", e->seq);
	jw_m_time(w, "at", e->at);
	jw_m_cstr(w, "hash", hex);
}

void journal_json(struct jw *w, const struct journal_entry *e)
{
	jw_object(w);
	place_json(w, e);
	jw_m_str(w, "kind", e->kind);
	jw_m_id(w, "actor", e->actor);
	jw_m_id(w, "unit", e->unit);
	jw_m_str(w, "subject", e->subject);
	jw_m_id(w, "id", e->subject_id);
	jw_name(w, "data");
	jw_raw(w, e->data);
	jw_object_end(w);
}

void journal_receipt_json(struct jw *w, const struct journal_entry *e)
{
	jw_object(w);
	place_json(w, e);
	jw_object_end(w);
}
