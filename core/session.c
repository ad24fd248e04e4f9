/* Sessions and API tokens: who stands behind the token of a request. */
#include "base/id.h"
#include "core/identity_private.h"

#define TOUCH_AFTER (5 * USEC_MINUTE)
#define UNKNOWN "this session or token does not hold any more; sign in again"

static enum err principal_fill(struct db *db, struct principal *who, struct why *why)
{
	return access_grants_get(db, who->user, who->grants, &who->n_grants, why);
}

static struct principal *person(struct stmt *q, struct arena *a)
{
	struct principal *who = ARENA_NEW(a, struct principal);
	who->user = stmt_int(q, 0);
	who->login = arena_str(a, stmt_str(q, 1));
	who->name = arena_str(a, stmt_str(q, 2));
	who->totp = stmt_int(q, 3) != 0;
	return who;
}

static enum err identify_api(struct db *db, struct str hash, usec now, struct arena *a,
			     struct principal **ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT a.id, a.login, a.name, CASE WHEN s.totp IS NULL THEN 0 ELSE 1 END, t.id, t.verbs, t.expires "
		    "FROM api_token t JOIN account a ON a.id = t.account LEFT JOIN account_secret s ON s.account = a.id "
		    "WHERE t.token = $1 AND t.revoked = 0 AND (t.expires = 0 OR t.expires > $2) AND a.removed = 0 "
		    "AND a.disabled = 0"));
	stmt_bind_bytes(q, 1, hash);
	stmt_bind_int(q, 2, now);
	struct principal *who = NULL;
	if (stmt_row(q)) {
		who = person(q, a);
		who->token = stmt_int(q, 4);
		who->token_verbs = (unsigned)stmt_int(q, 5);
		who->until = stmt_int(q, 6) ? stmt_int(q, 6) : INT64_MAX;
	}
	*ret = who;
	return stmt_end(q, why);
}

static enum err identify_session(struct db *db, struct sql sql, struct str hash, usec now,
				 struct arena *a, struct principal **ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(db, sql);
	stmt_bind_bytes(q, 1, hash);
	stmt_bind_int(q, 2, now);
	stmt_bind_int(q, 3, now - SESSION_IDLE_HOURS * USEC_HOUR);
	struct principal *who = NULL;
	if (stmt_row(q)) {
		who = person(q, a);
		who->session = stmt_int(q, 4);
		who->token_verbs = ~0u;
		usec touch = stmt_int(q, 5) + TOUCH_AFTER,
		     rotate = stmt_int(q, 6) + SESSION_ROTATE_MINUTES * USEC_MINUTE,
		     expires = stmt_int(q, 7);
		who->session_touch = now > touch;
		who->session_rotate = now > rotate;
		who->until = touch < rotate ? touch : rotate;
		who->until = expires < who->until ? expires : who->until;
		who->until = who->session_touch || who->session_rotate ? 0 : who->until;
	}
	*ret = who;
	return stmt_end(q, why);
}

enum err access_principal(struct db *db, int64_t account, struct arena *a, struct principal **ret,
			  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT a.id, a.login, a.name, 0 FROM account a WHERE a.id = $1 AND a.removed = 0 "
		    "AND a.disabled = 0"));
	stmt_bind_int(q, 1, account);
	struct principal *who = stmt_row(q) ? person(q, a) : NULL;
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (!who)
		return fail(why, ERR_NOT_FOUND, "the account is removed or disabled");
	who->token_verbs = ~0u;
	rc = principal_fill(db, who, why);
	if (rc == OK)
		*ret = who;
	return rc;
}

#define SESSION_SELECT                                                                                                  \
	"SELECT a.id, a.login, a.name, CASE WHEN s.totp IS NULL THEN 0 ELSE 1 END, t.id, t.used, t.rotated, t.expires " \
	"FROM session t JOIN account a ON a.id = t.account LEFT JOIN account_secret s ON s.account = a.id "             \
	"WHERE t.closed = 0 AND t.expires > $2 AND t.used > $3 AND a.removed = 0 AND a.disabled = 0 AND "

struct principal *access_recall(struct access *x, int64_t turn, struct str token, usec now,
				struct arena *a)
{
	struct hash hash = crypt_sha256(token);
	return turn ? kept_find(access_kept(x), &hash, turn, now, a) : NULL;
}

void access_keep(struct access *x, int64_t turn, struct str token, const struct principal *who)
{
	struct hash hash = crypt_sha256(token);
	if (turn)
		kept_put(access_kept(x), &hash, turn, who);
}

enum err access_identify(struct db *db, struct str token, usec now, struct arena *a,
			 struct principal **ret, struct why *why)
{
	if (token.len == 0 || token.len > 256)
		return fail(why, ERR_UNAUTHENTICATED, UNKNOWN);
	struct hash hash = crypt_sha256(token);
	struct principal *who = NULL;
	enum err rc;
	if (str_starts(token, STR(TOKEN_PREFIX)))
		rc = identify_api(db, hash_str(&hash), now, a, &who, why);
	else
		rc = identify_session(db, SQL(SESSION_SELECT "t.token = $1"), hash_str(&hash), now,
				      a, &who, why);
	if (rc == OK && !who) {
		/* A request that was under way while another one exchanged the token. */
		rc = identify_session(
			db, SQL(SESSION_SELECT "t.previous = $1 AND t.rotated > $2 - 60000000"),
			hash_str(&hash), now, a, &who, why);
		static_assert(SESSION_GRACE_SECONDS == 60, "the statement above says so");
		if (who)
			who->until = 0;
	}
	if (rc == OK && !who)
		return fail(why, ERR_UNAUTHENTICATED, UNKNOWN);
	if (rc == OK)
		rc = principal_fill(db, who, why);
	if (rc == OK)
		*ret = who;
	return rc;
}

enum err access_session_touch(struct db *tx, int64_t session, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("UPDATE session SET used = $2 WHERE id = $1 AND used < $2 AND closed = 0"));
	stmt_bind_int(q, 1, session);
	stmt_bind_int(q, 2, now);
	return stmt_end(q, why);
}

enum err access_session_rotate(struct db *tx, int64_t session, usec now, struct arena *a,
			       struct str *ret_token, struct why *why)
{
	struct str token = crypt_token(a, 16);
	struct hash hash = crypt_sha256(token);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("UPDATE session SET previous = token, token = $2, rotated = $3, used = $3 "
			"WHERE id = $1 AND closed = 0 AND rotated < $4"));
	stmt_bind_int(q, 1, session);
	stmt_bind_bytes(q, 2, hash_str(&hash));
	stmt_bind_int(q, 3, now);
	stmt_bind_int(q, 4, now - SESSION_ROTATE_MINUTES * USEC_MINUTE);
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret_token = stmt_changed(q) == 1 ? token : STR_NULL;
	return rc;
}

enum err access_session_close(struct db *tx, int64_t session, int64_t account, usec now,
			      struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE session SET closed = $3 WHERE id = $1 AND account = $2 AND closed = 0"));
	stmt_bind_int(q, 1, session);
	stmt_bind_int(q, 2, account);
	stmt_bind_int(q, 3, now);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (stmt_changed(q) != 1)
		return fail(why, ERR_NOT_FOUND, "there is no such session of yours");
	return account_journal(tx, "session.closed", account, account, now, STR("{}"), why);
}

enum err access_session_close_all(struct db *tx, int64_t account, int64_t keep, usec now,
				  struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE session SET closed = $3 WHERE account = $1 AND id <> $2 AND closed = 0"));
	stmt_bind_int(q, 1, account);
	stmt_bind_int(q, 2, keep);
	stmt_bind_int(q, 3, now);
	return stmt_end(q, why);
}

enum err access_session_list(struct db *db, const struct principal *who, usec now, struct jw *w,
			     struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, created, used, expires, address FROM session WHERE account = $1 AND closed = 0 "
		    "AND expires > $2 AND used > $3 ORDER BY created DESC, id DESC"));
	stmt_bind_int(q, 1, who->user);
	stmt_bind_int(q, 2, now);
	stmt_bind_int(q, 3, now - SESSION_IDLE_HOURS * USEC_HOUR);
	jw_array(w);
	while (stmt_row(q)) {
		jw_object(w);
		jw_m_id(w, "id", stmt_int(q, 0));
		jw_m_time(w, "created", stmt_int(q, 1));
		jw_m_time(w, "used", stmt_int(q, 2));
		jw_m_time(w, "expires", stmt_int(q, 3));
		jw_m_str(w, "address", stmt_str(q, 4));
		jw_m_bool(w, "current", stmt_int(q, 0) == who->session);
		jw_object_end(w);
	}
	jw_array_end(w);
	return stmt_end(q, why);
}

enum err access_clean(struct db *tx, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx, SQL("DELETE FROM session WHERE expires < $1 OR (closed > 0 AND closed < $1)"));
	stmt_bind_int(q, 1, now - USEC_DAY);
	return stmt_end(q, why);
}

/* -- API tokens -- */
static void verbs_json(struct jw *w, unsigned verbs)
{
	jw_name(w, "verbs");
	jw_array(w);
	for (unsigned v = 0; v < VERBS; v++)
		if (verbs & VERB_BIT(v))
			jw_cstr(w, access_verb_name((enum verb)v));
	jw_array_end(w);
}

static enum err token_check(const struct token_wish *wish, usec now, struct why *why)
{
	if (wish->name.len == 0 || wish->name.len > 200)
		return fail_at(why, ERR_INVALID, "/name",
			       "a token's name has 1 to 200 bytes; say what it is for");
	if (wish->verbs == 0 || wish->verbs >= VERB_BIT(VERBS))
		return fail_at(why, ERR_INVALID, "/verbs",
			       "a token is limited to at least one verb, such as \"read\"");
	if (wish->expires && wish->expires <= now)
		return fail_at(why, ERR_INVALID, "/expires", "this time has passed already");
	return OK;
}

static enum err token_insert(struct db *tx, const struct token_wish *wish, int64_t id,
			     struct hash hash, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO api_token (id, account, token, name, verbs, created, expires, revoked) "
		    "SELECT $1, id, $3, $4, $5, $6, $7, 0 FROM account WHERE id = $2 AND removed = 0"));
	stmt_bind_int(q, 1, id);
	stmt_bind_int(q, 2, wish->account);
	stmt_bind_bytes(q, 3, hash_str(&hash));
	stmt_bind(q, 4, wish->name);
	stmt_bind_int(q, 5, wish->verbs);
	stmt_bind_int(q, 6, now);
	stmt_bind_int(q, 7, wish->expires);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) != 1)
		return fail(why, ERR_NOT_FOUND, "there is no such account");
	return rc;
}

static enum err token_journal(struct db *tx, const char *kind, int64_t actor, int64_t token,
			      usec now, struct str data, struct why *why)
{
	struct journal_entry e = {.at = now,
				  .kind = str_of(kind),
				  .actor = actor,
				  .subject = STR("api_token"),
				  .subject_id = token,
				  .data = data};
	return journal_append(tx, &e, why);
}

enum err access_token_create(struct db *tx, const struct token_wish *wish, usec now,
			     struct arena *a, struct str *ret_token, int64_t *ret_id,
			     struct why *why)
{
	enum err rc = token_check(wish, now, why);
	if (rc != OK)
		return rc;
	struct str token = arena_fmt(a, TOKEN_PREFIX STR_FMT, STR_ARG(crypt_token(a, 24)));
	int64_t id = id_next(store_ids(db_store(tx)), now);
	rc = token_insert(tx, wish, id, crypt_sha256(token), now, why);
	if (rc != OK)
		return rc;
	AUTO(buf_release) struct buf data;
	buf_init(&data, 8192);
	struct jw w;
	jw_init(&w, &data);
	jw_object(&w);
	jw_m_id(&w, "account", wish->account);
	jw_m_str(&w, "name", wish->name);
	verbs_json(&w, wish->verbs);
	jw_object_end(&w);
	rc = buf_end(&data, why);
	if (rc == OK)
		rc = token_journal(tx, "api_token.created", wish->account, id, now, buf_str(&data),
				   why);
	if (rc == OK) {
		*ret_token = token;
		*ret_id = id;
	}
	return rc;
}

enum err access_token_revoke(struct db *tx, int64_t token, int64_t account, struct author by,
			     struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE api_token SET revoked = $3 WHERE id = $1 AND ($2 = 0 OR account = $2) AND revoked = 0"));
	stmt_bind_int(q, 1, token);
	stmt_bind_int(q, 2, account);
	stmt_bind_int(q, 3, by.now);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (stmt_changed(q) != 1)
		return fail(why, ERR_NOT_FOUND, "there is no such token of yours");
	return token_journal(tx, "api_token.revoked", by.who->user, token, by.now, STR("{}"), why);
}

enum err access_token_list(struct db *db, int64_t account, struct jw *w, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT t.id, t.name, a.login, t.verbs, t.created, t.expires FROM api_token t JOIN account a ON "
		    "a.id = t.account WHERE t.revoked = 0 AND ($1 = 0 OR t.account = $1) ORDER BY t.created DESC, t.id DESC"));
	stmt_bind_int(q, 1, account);
	jw_array(w);
	while (stmt_row(q)) {
		jw_object(w);
		jw_m_id(w, "id", stmt_int(q, 0));
		jw_m_str(w, "name", stmt_str(q, 1));
		jw_m_str(w, "login", stmt_str(q, 2));
		verbs_json(w, (unsigned)stmt_int(q, 3));
		jw_m_time(w, "created", stmt_int(q, 4));
		jw_m_time(w, "expires", stmt_int(q, 5));
		jw_object_end(w);
	}
	jw_array_end(w);
	return stmt_end(q, why);
}
