/* What an account is, its roles and its password. */
#include "base/text.h"
#include "core/identity_private.h"

static const struct field account_fields[] = {
	{.name = NAME("login"),
	 .type = FIELD_CODE,
	 .flags = FIELD_REQUIRED | FIELD_FIXED | FIELD_SEARCH | FIELD_MAIN,
	 .label = LABEL("Tên đăng nhập", "Login"),
	 .min = 2,
	 .max = 64,
	 .help = LABEL("Chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới",
		       "Lower-case letters, digits, dot, hyphen, underscore")},
	{.name = NAME("name"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN,
	 .label = LABEL("Họ và tên", "Name"),
	 .min = 1,
	 .max = 200},
	{.name = NAME("email"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_MAIN,
	 .label = LABEL("Thư điện tử", "E-mail"),
	 .min = 3,
	 .max = 254},
	{.name = NAME("phone"),
	 .type = FIELD_TEXT,
	 .label = LABEL("Điện thoại", "Telephone"),
	 .min = 3,
	 .max = 32},
	{.name = NAME("disabled"),
	 .type = FIELD_BOOL,
	 .flags = FIELD_MAIN,
	 .label = LABEL("Đã khóa", "Disabled"),
	 .help = LABEL(
		 "Người dùng bị khóa không đăng nhập được và mọi phiên, khóa truy cập ngừng có hiệu lực ngay",
		 "A disabled person cannot sign in; sessions and tokens stop holding at once")},
};

static enum err last_administrator(struct db *tx, int64_t leaving, bool *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT count(*) FROM account_role r JOIN account a ON a.id = r.account WHERE "
		    "r.role = 'administrator' AND r.unit = 0 AND a.removed = 0 AND a.disabled = 0 AND a.id <> $1"));
	stmt_bind_int(q, 1, leaving);
	bool none = stmt_row(q) && stmt_int(q, 0) == 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = none;
	return rc;
}

static enum err administers(struct db *db, int64_t account, bool *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT 1 FROM account_role WHERE account = $1 AND role = 'administrator' AND unit = 0"));
	stmt_bind_int(q, 1, account);
	bool found = stmt_row(q);
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = found;
	return rc;
}

static void check_login(const struct row *account, struct problems *p)
{
	struct str login = account->values[record_field(&account_record, STR("login"))].text;
	for (size_t i = 0; i < login.len; i++)
		if (login.ptr[i] >= 'A' && login.ptr[i] <= 'Z') {
			problem_add(p, STR("/login"), "a login is written in lower case");
			return;
		}
}

static void check_account(struct db *tx, const struct row *old, const struct row *now,
			  struct problems *p)
{
	if (now)
		check_login(now, p);
	int disabled = record_field(&account_record, STR("disabled"));
	bool leaves = !now || now->values[disabled].number;
	if (!old || !leaves)
		return;
	struct why why = {0};
	bool admin = false, last = false;
	if (administers(tx, old->id, &admin, &why) != OK ||
	    last_administrator(tx, old->id, &last, &why) != OK)
		problem_add(p, STR(""), BOTH_FMT, WHY_ARG(why));
	else if (admin && last)
		problem_add(p, STR("/disabled"),
			    "this is the last administrator of the centre; make another one first");
}

const struct record account_record = {
	.table = NAME("account"),
	.path = "accounts",
	.label = LABEL("Người dùng", "Account"),
	.plural = LABEL("Người dùng", "Accounts"),
	RECORD_FIELDS(account_fields),
	.sort = "login",
	.check = check_account,
};

enum err account_journal(struct db *tx, const char *kind, int64_t actor, int64_t account, usec now,
			 struct str data, struct why *why)
{
	struct journal_entry e = {.at = now,
				  .kind = str_of(kind),
				  .actor = actor,
				  .subject = STR("account"),
				  .subject_id = account,
				  .data = data};
	return journal_append(tx, &e, why);
}

/* -- roles -- */
enum err access_grants_get(struct db *db, int64_t account, struct grant ret[GRANTS_MAX],
			   size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT role, unit FROM account_role WHERE account = $1 ORDER BY role, unit"));
	stmt_bind_int(q, 1, account);
	size_t n = 0;
	while (n < GRANTS_MAX && stmt_row(q)) {
		/* A role this version does not know gives no right. */
		if (access_role_parse(stmt_str(q, 0), &ret[n].role, NULL) == OK)
			ret[n++].unit = stmt_int(q, 1);
	}
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret_n = n;
	return rc;
}

static void grants_json(struct jw *w, const char *name, const struct grant *grants, size_t n)
{
	jw_name(w, name);
	jw_array(w);
	for (size_t i = 0; i < n; i++) {
		jw_object(w);
		jw_m_cstr(w, "role", access_role_name(grants[i].role));
		jw_m_id(w, "unit", grants[i].unit);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static enum err grants_write(struct db *tx, int64_t account, const struct grant *grants, size_t n,
			     struct why *why)
{
	AUTO(stmt_free) struct stmt *del =
		db_stmt(tx, SQL("DELETE FROM account_role WHERE account = $1"));
	stmt_bind_int(del, 1, account);
	enum err rc = stmt_end(del, why);
	for (size_t i = 0; rc == OK && i < n; i++) {
		AUTO(stmt_free) struct stmt *q = db_stmt(
			tx,
			SQL("INSERT INTO account_role (account, role, unit) VALUES ($1, $2, $3) "
			    "ON CONFLICT (account, role, unit) DO NOTHING"));
		stmt_bind_int(q, 1, account);
		stmt_bind(q, 2, str_of(access_role_name(grants[i].role)));
		stmt_bind_int(q, 3, grants[i].unit);
		rc = stmt_end(q, why);
	}
	return rc;
}

enum err access_grants_set(struct db *tx, int64_t account, const struct grant *grants, size_t n,
			   struct author by, struct why *why)
{
	if (n > GRANTS_MAX)
		return fail_at(why, ERR_INVALID, "/roles", "an account has at most %d roles",
			       GRANTS_MAX);
	struct grant before[GRANTS_MAX];
	size_t n_before = 0;
	bool was = false, is = false, last = false;
	enum err rc = access_grants_get(tx, account, before, &n_before, why);
	if (rc == OK)
		rc = grants_write(tx, account, grants, n, why);
	for (size_t i = 0; i < n_before; i++)
		was |= before[i].role == ROLE_ADMINISTRATOR && before[i].unit == 0;
	for (size_t i = 0; i < n; i++)
		is |= grants[i].role == ROLE_ADMINISTRATOR && grants[i].unit == 0;
	if (rc == OK && was && !is)
		rc = last_administrator(tx, account, &last, why);
	if (rc != OK)
		return rc;
	if (last)
		return fail_at(
			why, ERR_CONFLICT, "/roles",
			"this is the last administrator of the centre; make another one first");
	AUTO(buf_release) struct buf data;
	buf_init(&data, 65536);
	struct jw w;
	jw_init(&w, &data);
	jw_object(&w);
	grants_json(&w, "before", before, n_before);
	grants_json(&w, "after", grants, n);
	jw_object_end(&w);
	rc = buf_end(&data, why);
	return rc == OK ? account_journal(tx, "account.roles_changed", by.who->user, account,
					  by.now, buf_str(&data), why)
			: rc;
}

/* -- password -- */
enum err access_password_rules(struct str login, struct secret password, struct why *why)
{
	struct str s = password.hidden;
	if (!text_valid(s) || s.len > PASSWORD_BYTES_MAX)
		return fail_at(why, ERR_INVALID, "/password",
			       "a password is text of at most %d bytes", PASSWORD_BYTES_MAX);
	if (text_length(s) < PASSWORD_CHARS_MIN)
		return fail_at(why, ERR_INVALID, "/password",
			       "a password has at least %d characters", PASSWORD_CHARS_MIN);
	bool same = true, like_login = login.len >= 4 && memmem(s.ptr, s.len, login.ptr, login.len);
	for (size_t i = 1; i < s.len; i++)
		same &= s.ptr[i] == s.ptr[0];
	if (same || like_login)
		return fail_at(
			why, ERR_INVALID, "/password",
			"this password is too easy to guess: it repeats one character or holds the login");
	return OK;
}

enum err access_password_set(struct db *tx, int64_t account, struct str hash, int64_t keep,
			     struct author by, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO account_secret (account, password, totp_step, failures, locked_until) "
		    "SELECT id, $2, 0, 0, 0 FROM account WHERE id = $1 AND removed = 0 "
		    "ON CONFLICT (account) DO UPDATE SET password = excluded.password, failures = 0, locked_until = 0"));
	stmt_bind_int(q, 1, account);
	stmt_bind(q, 2, hash);
	enum err rc = stmt_end(q, why);
	if (rc != OK)
		return rc;
	if (stmt_changed(q) != 1)
		return fail(why, ERR_NOT_FOUND, "there is no such account");
	rc = access_session_close_all(tx, account, keep, by.now, why);
	return rc == OK ? account_journal(tx, "account.password_changed", by.who->user, account,
					  by.now, STR("{}"), why)
			: rc;
}

enum err access_password_check(struct db *db, int64_t account, struct secret password,
			       struct arena *a, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT password FROM account_secret WHERE account = $1"));
	stmt_bind_int(q, 1, account);
	struct str stored = stmt_row(q) ? arena_str(a, stmt_str(q, 0)) : crypt_password_dummy();
	enum err rc = stmt_end(q, why);
	if (rc == OK && !crypt_password_verify(stored, password))
		return fail_at(why, ERR_UNAUTHENTICATED, "/old",
			       "this is not the present password");
	return rc;
}

struct str access_password_make(struct arena *a)
{
	static const char letters[] =
		"abcdefghjkmnpqrstuvwxyz23456789-"; /* 32, none looks like another */
	unsigned char random[16];
	crypt_random(random, sizeof(random));
	char *text = arena_alloc(a, sizeof(random) + 1);
	for (size_t i = 0; i < sizeof(random); i++)
		text[i] = letters[random[i] % 32];
	return (struct str){text, sizeof(random)};
}
