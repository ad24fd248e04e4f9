/* Sign-in: one answer and one time for every reason of refusal. */
#include "base/text.h"
#include "base/id.h"
#include "core/identity_private.h"

#include <inttypes.h>

#define REFUSED "the login, password or code is wrong, or the account is locked"

struct known {
	int64_t account, totp_step;
	struct str password, totp;
	bool usable;
};

static enum err look_up(struct db *db, struct str login, usec now, struct arena *a,
			struct known *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT a.id, a.disabled, s.password, s.totp, s.totp_step, s.locked_until FROM account a "
		    "JOIN account_secret s ON s.account = a.id WHERE a.login = $1 AND a.removed = 0"));
	stmt_bind(q, 1, login);
	*ret = (struct known){.password = crypt_password_dummy()};
	if (stmt_row(q))
		*ret = (struct known){.account = stmt_int(q, 0),
				      .password = arena_str(a, stmt_str(q, 2)),
				      .totp = arena_str(a, stmt_bytes(q, 3)),
				      .totp_step = stmt_int(q, 4),
				      .usable = stmt_int(q, 1) == 0 && stmt_int(q, 5) <= now};
	return stmt_end(q, why);
}

static enum err too_many(struct sign_in *s, usec wait, struct why *why)
{
	s->wait = (wait + USEC_SECOND - 1) / USEC_SECOND;
	return fail(why, ERR_LIMIT, "too many tries to sign in; try again in %" PRId64 " seconds",
		    s->wait);
}

enum err access_sign_in_check(struct access *x, struct db *db, struct sign_in *s, usec now,
			      struct arena *a, struct why *why)
{
	struct throttle *t = access_throttle(x);
	struct str login = text_lower(a, s->login);
	usec wait = throttle_try(t, THROTTLE_ADDRESS, s->address, now);
	if (wait == 0)
		wait = throttle_try(t, THROTTLE_LOGIN, login, now);
	if (wait > 0)
		return too_many(s, wait, why);
	struct known known;
	enum err rc = look_up(db, login, now, a, &known, why);
	if (rc != OK)
		return rc;
	bool right = s->password.hidden.len <= PASSWORD_BYTES_MAX &&
		     crypt_password_verify(known.password, s->password);
	if (!right || !known.usable)
		return fail(why, ERR_UNAUTHENTICATED, REFUSED);
	s->account = known.account;
	s->needs_otp = known.totp.len > 0 && s->otp.len == 0;
	if (known.totp.len > 0 && !s->needs_otp) {
		s->otp_step = totp_match(known.totp, s->otp, now, known.totp_step);
		if (s->otp_step == 0)
			return fail(why, ERR_UNAUTHENTICATED, REFUSED);
	}
	throttle_forgive(t, THROTTLE_ADDRESS, s->address);
	if (!s->needs_otp)
		throttle_forgive(t, THROTTLE_LOGIN, login);
	return OK;
}

enum err access_sign_in_failed(struct db *tx, const struct sign_in *s, usec now, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE account_secret SET failures = failures + 1, locked_until = CASE WHEN failures + 1 >= $2 "
		    "THEN $3 ELSE locked_until END WHERE account = (SELECT id FROM account WHERE login = $1 AND "
		    "removed = 0) RETURNING account, failures"));
	stmt_bind(q, 1, text_lower(a, s->login));
	stmt_bind_int(q, 2, SIGN_IN_LOCK);
	stmt_bind_int(q, 3, now + SIGN_IN_LOCK_HOURS * USEC_HOUR);
	int64_t account = 0, failures = 0;
	if (stmt_row(q)) {
		account = stmt_int(q, 0);
		failures = stmt_int(q, 1);
	}
	enum err rc = stmt_end(q, why);
	if (rc == OK && failures == SIGN_IN_LOCK)
		rc = account_journal(tx, "account.locked", 0, account, now, STR("{}"), why);
	return rc;
}

/* The account must still be usable and the code unused when the session is written. */
static enum err settle(struct db *tx, const struct sign_in *s, usec now, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE account_secret SET failures = 0, totp_step = CASE WHEN $2 > 0 THEN $2 ELSE totp_step END "
		    "WHERE account = $1 AND ($2 = 0 OR totp_step < $2) AND locked_until <= $3 AND EXISTS "
		    "(SELECT 1 FROM account WHERE id = $1 AND removed = 0 AND disabled = 0)"));
	stmt_bind_int(q, 1, s->account);
	stmt_bind_int(q, 2, s->otp_step);
	stmt_bind_int(q, 3, now);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) != 1)
		return fail(why, ERR_UNAUTHENTICATED, REFUSED);
	return rc;
}

enum err access_sign_in_open(struct db *tx, const struct sign_in *s, usec now, struct arena *a,
			     struct str *ret_token, struct why *why)
{
	assert(s->account && !s->needs_otp);
	enum err rc = settle(tx, s, now, why);
	if (rc != OK)
		return rc;
	struct str token = crypt_token(a, 16);
	struct hash hash = crypt_sha256(token);
	int64_t id = id_next(store_ids(db_store(tx)), now);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO session (id, account, token, created, rotated, used, expires, closed, address) "
		    "VALUES ($1, $2, $3, $4, $4, $4, $5, 0, $6)"));
	stmt_bind_int(q, 1, id);
	stmt_bind_int(q, 2, s->account);
	stmt_bind_bytes(q, 3, hash_str(&hash));
	stmt_bind_int(q, 4, now);
	stmt_bind_int(q, 5, now + SESSION_HOURS * USEC_HOUR);
	stmt_bind(q, 6, s->address.ptr ? s->address : STR(""));
	rc = stmt_end(q, why);
	if (rc == OK)
		rc = account_journal(tx, "session.opened", s->account, s->account, now, STR("{}"),
				     why);
	if (rc == OK)
		*ret_token = token;
	return rc;
}
