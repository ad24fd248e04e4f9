/* identity.h - proof of who asks: passwords, second factor, sessions, API tokens, the first
 * administrator.  Tokens are opaque, stored as SHA-256 only; every refusal of a sign-in is the same
 * sentence after the same time.  Hashing a password takes 50 ms and more: never in a change, never
 * on an I/O thread; functions with `tx` run inside a change, those with `db` read. */
#pragma once
#include "core/access.h"
#include "core/record.h"

#define SESSION_HOURS 12	  /* a session's longest life */
#define SESSION_IDLE_HOURS 2	  /* without a request */
#define SESSION_ROTATE_MINUTES 60 /* after which its token is exchanged */
#define SESSION_GRACE_SECONDS 60  /* the exchanged token still holds: requests under way */
#define PASSWORD_CHARS_MIN 10
#define PASSWORD_BYTES_MAX 256
#define SIGN_IN_FREE 5		     /* failures in a row without waiting */
#define SIGN_IN_WAIT_SECONDS_MAX 900 /* the wait doubles up to this */
#define SIGN_IN_LOCK 50		     /* failures in a row that lock the account … */
#define SIGN_IN_LOCK_HOURS 24 /* … for so long, or until an administrator sets a password */
#define TOKEN_PREFIX "hdt_"   /* API tokens begin so: leaked ones can be searched for */

/* Accounts are a record kind (routes /api/v1/accounts); their secrets lie in another table. */
extern const struct record account_record;

/* Sign in, three steps.  1: access_sign_in_check() on a job thread.  2: when it fails with
 * ERR_UNAUTHENTICATED, access_sign_in_failed() inside a change, whoever the login is (same time
 * for all).  3: when it holds and needs_otp is false, access_sign_in_open() inside a change.
 * ERR_LIMIT says how many seconds to wait: too many tries for this login or address. */
struct sign_in {
	struct str login, otp, address;
	struct secret password;
	int64_t account;  /* found by check */
	bool needs_otp;	  /* the password was right, a code is wanted: ask again with otp */
	int64_t otp_step; /* used code's step, may not be used again */
	int64_t wait;	  /* seconds, when check refused with ERR_LIMIT */
};
MUST_USE enum err access_sign_in_check(struct access *x, struct db *db, struct sign_in *s, usec now,
				       struct arena *a, struct why *why);
MUST_USE enum err access_sign_in_failed(struct db *tx, const struct sign_in *s, usec now,
					struct why *why);
/* ERR_UNAUTHENTICATED when the code was used by another sign-in meanwhile. */
MUST_USE enum err access_sign_in_open(struct db *tx, const struct sign_in *s, usec now,
				      struct arena *a, struct str *ret_token, struct why *why);
/* access_identify() without a look at the store, where that would find the same as the last one did;
 * turn: store_turn() now.  NULL: look. */
struct principal *access_recall(struct access *x, int64_t turn, struct str token, usec now,
				struct arena *a);
/* turn: store_turn() of before access_identify(). */
void access_keep(struct access *x, int64_t turn, struct str token, const struct principal *who);
/* Whose token (session's or API token's) is it?  ERR_UNAUTHENTICATED: unknown, expired, revoked,
 * account disabled or removed.  Reads the store every time: revocation holds at once. */
MUST_USE enum err access_identify(struct db *db, struct str token, usec now, struct arena *a,
				  struct principal **ret, struct why *why);
/* Somebody who is not asking now, with his rights of this moment: for what the centre does on his behalf.
 * ERR_NOT_FOUND: the account is removed or disabled. */
MUST_USE enum err access_principal(struct db *db, int64_t account, struct arena *a,
				   struct principal **ret, struct why *why);

/* -- sessions -- */
MUST_USE enum err access_session_touch(struct db *tx, int64_t session, usec now, struct why *why);
MUST_USE enum err access_session_rotate(struct db *tx, int64_t session, usec now, struct arena *a,
					struct str *ret_token, struct why *why);
/* ERR_NOT_FOUND when it is not that account's. */
MUST_USE enum err access_session_close(struct db *tx, int64_t session, int64_t account, usec now,
				       struct why *why);
/* Every session and no API token of the account; keep: one that stays (0 none). */
MUST_USE enum err access_session_close_all(struct db *tx, int64_t account, int64_t keep, usec now,
					   struct why *why);
/* Those alive, newest first: [{"id","created","used","expires","address","current"}]. */
MUST_USE enum err access_session_list(struct db *db, const struct principal *who, usec now,
				      struct jw *w, struct why *why);
/* Forget what expired or was closed more than a day ago (a job). */
MUST_USE enum err access_clean(struct db *tx, usec now, struct why *why);

/* -- API tokens -- */
struct token_wish {
	int64_t account;
	struct str name;
	unsigned verbs; /* VERB_BITs, at least one */
	usec expires;	/* 0: never */
};
MUST_USE enum err access_token_create(struct db *tx, const struct token_wish *wish, usec now,
				      struct arena *a, struct str *ret_token, int64_t *ret_id,
				      struct why *why);
/* account 0: anybody's.  ERR_NOT_FOUND otherwise. */
MUST_USE enum err access_token_revoke(struct db *tx, int64_t token, int64_t account,
				      struct author by, struct why *why);
/* account 0: everybody's.  [{"id","name","login","verbs","created","expires"}] */
MUST_USE enum err access_token_list(struct db *db, int64_t account, struct jw *w, struct why *why);

/* -- roles -- */
MUST_USE enum err access_grants_get(struct db *db, int64_t account, struct grant ret[GRANTS_MAX],
				    size_t *ret_n, struct why *why);
/* Replaces all.  ERR_CONFLICT: the last administrator of the whole centre would be gone. */
MUST_USE enum err access_grants_set(struct db *tx, int64_t account, const struct grant *grants,
				    size_t n, struct author by, struct why *why);

/* -- passwords and second factor -- */
/* ERR_INVALID: too short, too long, too easy (the login, one repeated character). */
MUST_USE enum err access_password_rules(struct str login, struct secret password, struct why *why);
/* hash: from crypt_password_hash().  Closes the account's sessions but `keep`, clears a lock. */
MUST_USE enum err access_password_set(struct db *tx, int64_t account, struct str hash, int64_t keep,
				      struct author by, struct why *why);
/* Is it this account's password?  For changing it. ERR_UNAUTHENTICATED otherwise; slow. */
MUST_USE enum err access_password_check(struct db *db, int64_t account, struct secret password,
					struct arena *a, struct why *why);
/* A password to hand out: 16 readable characters, 80 random bits. */
struct str access_password_make(struct arena *a);

#define TOTP_SECRET_BYTES 20
#define TOTP_SECONDS 30
/* RFC 6238, SHA-1, six digits; also for tests and the demonstration. */
int totp_code(struct str secret, int64_t step);
/* Step of the code within one step of now and after `used`, or 0. */
int64_t totp_match(struct str secret, struct str otp, usec now, int64_t used);
/* New secret, waiting for its first code; *ret_uri "otpauth://totp/…" for the QR code. */
MUST_USE enum err access_totp_begin(struct db *tx, const struct principal *who, struct arena *a,
				    struct str *ret_secret, struct str *ret_uri, struct why *why);
MUST_USE enum err access_totp_confirm(struct db *tx, const struct principal *who, struct str otp,
				      usec now, struct why *why);
/* By the owner, or by an administrator for somebody who lost the device. */
MUST_USE enum err access_totp_remove(struct db *tx, int64_t account, struct author by,
				     struct why *why);

/* -- the first administrator -- */
/* *ret_needed: nobody administers the centre; then dir/setup-token (mode 0600) holds a fresh
 * one-time token, otherwise no such file is left. */
MUST_USE enum err access_setup_prepare(struct db *db, const char *dir, bool *ret_needed,
				       struct why *why);
struct setup {
	struct str token, login, name, hash; /* hash: of the password, made before */
};
/* Creates the administrator and consumes the token.  ERR_UNAUTHENTICATED: wrong token or not wanted. */
MUST_USE enum err access_setup(struct db *tx, const char *dir, const struct setup *s, usec now,
			       struct arena *a, struct why *why);
