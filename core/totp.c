/* Second factor: RFC 6238 over RFC 4226. */
#include "core/identity_private.h"

#include <inttypes.h>

int totp_code(struct str secret, int64_t step)
{
	unsigned char message[8], mac[20];
	for (int i = 0; i < 8; i++)
		message[i] = (unsigned char)((uint64_t)step >> (8 * (7 - i)));
	crypt_hmac_sha1(secret, (struct str){(const char *)message, sizeof(message)}, mac);
	unsigned at = mac[19] & 15u;
	uint32_t bits = ((uint32_t)(mac[at] & 0x7f) << 24) | ((uint32_t)mac[at + 1] << 16) |
			((uint32_t)mac[at + 2] << 8) | mac[at + 3];
	return (int)(bits % 1000000);
}

int64_t totp_match(struct str secret, struct str otp, usec now, int64_t used)
{
	char digits[8];
	if (otp.len != 6)
		return 0;
	int64_t middle = now / (TOTP_SECONDS * USEC_SECOND), found = 0;
	/* Every step is compared, so that time tells nothing. */
	for (int64_t step = middle - 1; step <= middle + 1; step++) {
		snprintf(digits, sizeof(digits), "%06d", totp_code(secret, step));
		if (crypt_equal((struct str){digits, 6}, otp) && step > used)
			found = step;
	}
	return found;
}

static void percent_write(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			     (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
		if (plain)
			buf_add_char(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

enum err access_totp_begin(struct db *tx, const struct principal *who, struct arena *a,
			   struct str *ret_secret, struct str *ret_uri, struct why *why)
{
	unsigned char random[TOTP_SECRET_BYTES];
	crypt_random(random, sizeof(random));
	struct str secret = {(const char *)random, sizeof(random)};
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE account_secret SET totp_wanted = $2 WHERE account = $1"));
	stmt_bind_int(q, 1, who->user);
	stmt_bind_bytes(q, 2, secret);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (stmt_changed(q) != 1)
		return fail(why, ERR_NOT_FOUND,
			    "this account has no password yet, so it can have no second factor");
	AUTO(buf_release) struct buf text;
	buf_init(&text, 1024);
	base32_write(&text, secret);
	*ret_secret = arena_str(a, buf_str(&text));
	buf_clear(&text);
	buf_printf(&text, "otpauth://totp/Hai%%20Dang:");
	percent_write(&text, who->login);
	buf_printf(&text,
		   "?secret=" STR_FMT "&issuer=Hai%%20Dang&algorithm=SHA1&digits=6&period=%d",
		   STR_ARG(*ret_secret), TOTP_SECONDS);
	*ret_uri = arena_str(a, buf_str(&text));
	return buf_end(&text, why);
}

static enum err wanted_secret(struct db *tx, int64_t account, struct arena *a, struct str *ret,
			      struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT totp_wanted FROM account_secret WHERE account = $1 AND totp_wanted IS NOT NULL"));
	stmt_bind_int(q, 1, account);
	*ret = stmt_row(q) ? arena_str(a, stmt_bytes(q, 0)) : STR_NULL;
	return stmt_end(q, why);
}

enum err access_totp_confirm(struct db *tx, const struct principal *who, struct str otp, usec now,
			     struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str secret;
	enum err rc = wanted_secret(tx, who->user, a, &secret, why);
	if (rc != OK)
		return rc;
	if (!secret.ptr)
		return fail(why, ERR_CONFLICT, "ask for a new secret first, then send its code");
	int64_t step = totp_match(secret, otp, now, 0);
	if (step == 0)
		return fail_at(
			why, ERR_INVALID, "/otp",
			"this is not the code of this moment; is the telephone's clock right?");
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE account_secret SET totp = totp_wanted, totp_wanted = NULL, totp_step = $2 WHERE account = $1"));
	stmt_bind_int(q, 1, who->user);
	stmt_bind_int(q, 2, step);
	rc = stmt_end(q, why);
	return rc == OK ? account_journal(tx, "account.totp_added", who->user, who->user, now,
					  STR("{}"), why)
			: rc;
}

enum err access_totp_remove(struct db *tx, int64_t account, struct author by, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("UPDATE account_secret SET totp = NULL, totp_wanted = NULL WHERE account = $1 AND totp IS NOT NULL"));
	stmt_bind_int(q, 1, account);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (stmt_changed(q) != 1)
		return fail(why, ERR_NOT_FOUND, "this account has no second factor");
	return account_journal(tx, "account.totp_removed", by.who->user, account, by.now, STR("{}"),
			       why);
}
