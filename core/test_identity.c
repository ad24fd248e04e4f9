#include "core/testing.h"

#include <sys/stat.h>
#include <unistd.h>

#define NOW ((usec)1780000000 * USEC_SECOND)

/* One world for each test: a store, an account "an" with a password, and what a change needs. */
struct world {
	struct store *s;
	struct arena *a;
	struct access *x;
	int64_t account;
	usec now;
	struct sign_in in;
	struct str token;
	int64_t id;
	struct principal *who;
	struct grant grants[4];
	size_t n;
	struct token_wish wish;
	struct setup setup;
	const char *dir, *json;
};
#define PASSWORD "một hai ba bốn"

static struct author by(struct world *w)
{
	return (struct author){access_centre(w->a), w->now};
}

static enum err account_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	const struct json *in;
	struct problems p;
	problems_init(&p, w->a);
	enum err rc = json_parse(w->a, str_of(w->json), &in, why);
	if (rc != OK)
		return rc;
	struct row *row = record_parse(refs_new(tx, w->a), &account_record, in, NULL, &p);
	rc = record_create(tx, &account_record, row, by(w), &p, why);
	w->account = row->id;
	return rc;
}
static enum err password_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	struct str hash;
	enum err rc = crypt_password_hash(w->a, (struct secret){STR(PASSWORD)}, &hash, why);
	return rc == OK ? access_password_set(tx, w->account, hash, w->id, by(w), why) : rc;
}
static enum err grants_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_grants_set(tx, w->account, w->grants, w->n, by(w), why);
}
static enum err open_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_sign_in_open(tx, &w->in, w->now, w->a, &w->token, why);
}
static enum err failed_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_sign_in_failed(tx, &w->in, w->now, why);
}

static void must(struct world *w, enum err (*run)(struct db *, void *, struct why *))
{
	struct why why = {0};
	assert_ok(store_write(w->s, run, w, &why), why);
}

static struct world world_new(const struct testbed *bed)
{
	struct world w = {.s = core_open(bed),
			  .a = arena_new(),
			  .x = access_new(test_tree()),
			  .now = NOW,
			  .dir = bed->dir};
	w.json = "{\"login\":\"an\",\"name\":\"Nguyễn Văn An\"}";
	must(&w, account_run);
	must(&w, password_run);
	w.grants[0] = (struct grant){ROLE_REPORTING_OFFICER, 11};
	w.n = 1;
	must(&w, grants_run);
	return w;
}
static void world_free(struct world *w)
{
	store_close(w->s);
	access_free(w->x);
	arena_free(w->a);
}

static enum err check(struct world *w, const char *login, const char *password, struct why *why)
{
	struct db *db;
	*why = (struct why){0};
	w->in = (struct sign_in){.login = str_of(login),
				 .otp = w->in.otp,
				 .address = STR("10.0.0.1"),
				 .password = {str_of(password)}};
	assert_err(store_take(w->s, &db, why), OK);
	enum err rc = access_sign_in_check(w->x, db, &w->in, w->now, w->a, why);
	store_give(db);
	return rc;
}

/* What is kept is what a look finds, in every test of this file. */
static enum err identify(struct world *w, struct str token)
{
	struct db *db;
	struct why why = {0};
	int64_t turn = store_turn(w->s);
	const struct principal *kept = access_recall(w->x, turn, token, w->now, w->a);
	assert_ok(store_take(w->s, &db, &why), why);
	enum err rc = access_identify(db, token, w->now, w->a, &w->who, &why);
	store_give(db);
	if (kept) {
		assert_err(rc, OK);
		assert_int_equal(kept->user, w->who->user);
		assert_int_equal(kept->session, w->who->session);
		assert_int_equal(kept->token, w->who->token);
		assert_int_equal(kept->token_verbs, w->who->token_verbs);
		assert_int_equal(kept->n_grants, w->who->n_grants);
		assert_memory_equal(kept->grants, w->who->grants, sizeof(kept->grants));
		assert_true(str_eq(kept->login, w->who->login) && str_eq(kept->name, w->who->name));
		assert_false(w->who->session_touch || w->who->session_rotate);
		assert_int_equal(kept->totp, w->who->totp);
	}
	if (rc == OK)
		access_keep(w->x, turn, token, w->who);
	return rc;
}

static void sign_in(struct world *w)
{
	struct why why = {0};
	assert_ok(check(w, "an", PASSWORD, &why), why);
	assert_false(w->in.needs_otp);
	must(w, open_run);
}

static void what_is_kept_holds_until_a_commit(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct principal *kept;
	sign_in(&w);
	assert_err(identify(&w, w.token), OK);
	kept = access_recall(w.x, store_turn(w.s), w.token, w.now, w.a);
	assert_true((kept != NULL) == !store_is_postgres(w.s)); /* others commit there */
	assert_null(access_recall(w.x, store_turn(w.s), STR("AAAAAAAAAAAAAAAAAAAAAA"), w.now, w.a));
	/* Time alone: the session is due for a touch. */
	assert_null(access_recall(w.x, store_turn(w.s), w.token, w.now + USEC_HOUR, w.a));
	must(&w, grants_run);
	assert_null(access_recall(w.x, store_turn(w.s), w.token, w.now, w.a));
	/* A look from before a commit is not taken for one after it. */
	int64_t turn = store_turn(w.s);
	must(&w, grants_run);
	access_keep(w.x, turn, w.token, w.who);
	assert_null(access_recall(w.x, store_turn(w.s), w.token, w.now, w.a));
	world_free(&w);
}

static void signing_in_and_out(void **state)
{
	struct world w = world_new(testbed_of(state));
	sign_in(&w);
	assert_int_equal(w.token.len, 22);
	assert_err(identify(&w, w.token), OK);
	assert_str(w.who->login, "an");
	assert_int_equal(w.who->user, w.account);
	assert_int_equal(w.who->n_grants, 1);
	assert_int_equal(w.who->grants[0].unit, 11);
	assert_false(w.who->session_touch || w.who->session_rotate || w.who->totp);
	assert_err(identify(&w, STR("AAAAAAAAAAAAAAAAAAAAAA")), ERR_UNAUTHENTICATED);
	assert_err(identify(&w, STR_NULL), ERR_UNAUTHENTICATED);
	/* The token is not in the store, only its hash. */
	struct db *db;
	struct why why = {0};
	assert_ok(store_take(w.s, &db, &why), why);
	struct stmt *q = db_stmt(db, SQL("SELECT token FROM session"));
	assert_true(stmt_row(q));
	struct hash hash = crypt_sha256(w.token);
	assert_memory_equal(stmt_bytes(q, 0).ptr, hash.bytes, HASH_BYTES);
	stmt_free(q);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 10000);
	struct jw jw;
	jw_init(&jw, &b);
	assert_ok(access_session_list(db, w.who, w.now, &jw, &why), why);
	store_give(db);
	assert_non_null(memmem(b.ptr, b.len, "\"current\":true", 14));
	world_free(&w);
}

static enum err close_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_session_close(tx, w->who->session, w->id, w->now, why);
}
static enum err touch_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_session_touch(tx, w->who->session, w->now, why);
}
static enum err rotate_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_session_rotate(tx, w->who->session, w->now, w->a, &w->token, why);
}
static enum err clean_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_clean(tx, w->now, why);
}

static void sessions_end(void **state)
{
	struct world w = world_new(testbed_of(state));
	sign_in(&w);
	assert_err(identify(&w, w.token), OK);
	w.id = w.account + 1;
	assert_err(in_change(w.s, close_run, &w), ERR_NOT_FOUND); /* somebody else's */
	w.id = w.account;
	must(&w, close_run);
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED);
	assert_err(in_change(w.s, close_run, &w), ERR_NOT_FOUND);
	/* Idle, and the longest life however busy. */
	sign_in(&w);
	w.now += SESSION_IDLE_HOURS * USEC_HOUR - 1;
	assert_err(identify(&w, w.token), OK);
	assert_true(w.who->session_touch);
	w.now += 1;
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED);
	sign_in(&w);
	usec begun = w.now;
	while (w.now < begun + SESSION_HOURS * USEC_HOUR) {
		assert_err(identify(&w, w.token), OK);
		must(&w, touch_run);
		w.now += USEC_HOUR;
	}
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED);
	w.now += 2 * USEC_DAY;
	must(&w, clean_run);
	/* A new password ends every session. */
	sign_in(&w);
	w.id = 0;
	must(&w, password_run);
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED);
	world_free(&w);
}

static void tokens_rotate(void **state)
{
	struct world w = world_new(testbed_of(state));
	sign_in(&w);
	struct str first = w.token;
	assert_err(identify(&w, first), OK);
	must(&w, rotate_run);
	assert_null(w.token.ptr); /* too young */
	w.now += SESSION_ROTATE_MINUTES * USEC_MINUTE + 1;
	assert_err(identify(&w, first), OK);
	assert_true(w.who->session_rotate);
	must(&w, rotate_run);
	struct str second = w.token;
	assert_int_equal(second.len, 22);
	must(&w, rotate_run);
	assert_null(w.token.ptr); /* two requests at once: one exchange */
	assert_err(identify(&w, second), OK);
	assert_err(identify(&w, first), OK); /* under way */
	w.now += SESSION_GRACE_SECONDS * USEC_SECOND;
	assert_err(identify(&w, first), ERR_UNAUTHENTICATED);
	assert_err(identify(&w, second), OK);
	world_free(&w);
}

static enum err disable_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	struct row *old;
	struct problems p;
	const struct json *in;
	problems_init(&p, w->a);
	enum err rc = record_get(tx, &account_record, w->account, w->a, &old, why);
	if (rc == OK)
		rc = json_parse(w->a, STR("{\"disabled\":true}"), &in, why);
	if (rc != OK)
		return rc;
	struct row *row = record_parse(refs_new(tx, w->a), &account_record, in, old, &p);
	return record_update(tx, &account_record, old, row, by(w), &p, why);
}

static void one_answer_for_every_refusal(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct why wrong, unknown, disabled;
	assert_err(check(&w, "an", "not the password", &wrong), ERR_UNAUTHENTICATED);
	assert_err(check(&w, "binh", PASSWORD, &unknown), ERR_UNAUTHENTICATED);
	assert_string_equal(wrong.text, unknown.text);
	sign_in(&w);
	must(&w, disable_run);
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED); /* at once */
	assert_err(check(&w, "an", PASSWORD, &disabled), ERR_UNAUTHENTICATED);
	assert_string_equal(wrong.text, disabled.text);
	/* Disabled between the two steps. */
	w.in = (struct sign_in){.account = w.account};
	assert_err(in_change(w.s, open_run, &w), ERR_UNAUTHENTICATED);
	world_free(&w);
}

static void tries_are_slowed_down(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct why why;
	for (int i = 0; i <= SIGN_IN_FREE; i++)
		assert_err(check(&w, "an", "wrong wrong", &why), ERR_UNAUTHENTICATED);
	assert_err(check(&w, "AN", PASSWORD, &why),
		   ERR_LIMIT); /* the right one waits too, in any case of letters */
	assert_non_null(strstr(why.text, "1 seconds"));
	w.now += USEC_SECOND;
	assert_err(check(&w, "an", "wrong wrong", &why), ERR_UNAUTHENTICATED);
	w.now += USEC_SECOND;
	assert_err(check(&w, "an", PASSWORD, &why), ERR_LIMIT);
	w.now += USEC_SECOND;
	assert_err(check(&w, "an", PASSWORD, &why), OK);
	assert_err(check(&w, "an", PASSWORD, &why), OK); /* forgiven */
	/* Many logins from one address. */
	int n = 0;
	char login[16];
	do
		snprintf(login, sizeof(login), "u%d", n++);
	while (check(&w, login, "x", &why) == ERR_UNAUTHENTICATED && n < 100);
	assert_in_range(n, 2 * SIGN_IN_FREE, 10 * SIGN_IN_FREE);
	w.now -= 365 * USEC_DAY; /* a clock that steps back locks nobody out */
	assert_err(check(&w, "an", PASSWORD, &why), OK);
	world_free(&w);
}

static void many_failures_lock(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct why why;
	w.in = (struct sign_in){.login = STR("An")};
	for (int i = 0; i < SIGN_IN_LOCK; i++)
		must(&w, failed_run);
	assert_err(check(&w, "an", PASSWORD, &why), ERR_UNAUTHENTICATED);
	w.in = (struct sign_in){.login = STR("nobody")};
	must(&w, failed_run); /* as long and as good for a login that is not there */
	w.now += SIGN_IN_LOCK_HOURS * USEC_HOUR;
	sign_in(&w);
	w.in = (struct sign_in){.login = STR("an")};
	for (int i = 0; i < SIGN_IN_LOCK; i++)
		must(&w, failed_run);
	assert_err(check(&w, "an", PASSWORD, &why), ERR_UNAUTHENTICATED);
	must(&w, password_run); /* an administrator sets a new one */
	sign_in(&w);
	world_free(&w);
}

/* RFC 6238, appendix B, SHA-1, the last six digits. */
static void totp_vectors(void **state)
{
	(void)state;
	const struct {
		int64_t time;
		int code;
	} vectors[] = {{59, 287082},	   {1111111109, 81804},	 {1111111111, 50471},
		       {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
		assert_int_equal(totp_code(STR("12345678901234567890"), vectors[i].time / 30),
				 vectors[i].code);
	struct str secret = STR("12345678901234567890");
	const usec at = (usec)1111111109 * USEC_SECOND;
	assert_int_equal(totp_match(secret, STR("081804"), at, 0), 37037036);
	assert_int_equal(totp_match(secret, STR("081804"), at + 30 * USEC_SECOND, 0), 37037036);
	assert_int_equal(totp_match(secret, STR("081804"), at + 60 * USEC_SECOND, 0), 0);
	assert_int_equal(totp_match(secret, STR("081804"), at, 37037036), 0); /* used */
	assert_int_equal(totp_match(secret, STR("81804"), at, 0), 0);
}

struct totp_arg {
	struct world *w;
	struct str secret, uri, otp;
};
static enum err totp_begin_run(struct db *tx, void *arg, struct why *why)
{
	struct totp_arg *t = arg;
	return access_totp_begin(tx, t->w->who, t->w->a, &t->secret, &t->uri, why);
}
static enum err totp_confirm_run(struct db *tx, void *arg, struct why *why)
{
	struct totp_arg *t = arg;
	return access_totp_confirm(tx, t->w->who, t->otp, t->w->now, why);
}
static enum err totp_remove_run(struct db *tx, void *arg, struct why *why)
{
	struct totp_arg *t = arg;
	return access_totp_remove(tx, t->w->account, by(t->w), why);
}

/* The code of the secret that waits or holds, read from the store. */
static struct str code_of(struct world *w, struct sql sql)
{
	struct db *db;
	struct why why = {0};
	assert_ok(store_take(w->s, &db, &why), why);
	struct stmt *q = db_stmt(db, sql);
	assert_true(stmt_row(q));
	struct str code = arena_fmt(
		w->a, "%06d", totp_code(stmt_bytes(q, 0), w->now / (TOTP_SECONDS * USEC_SECOND)));
	stmt_free(q);
	store_give(db);
	return code;
}

static void second_factor(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct totp_arg t = {.w = &w, .otp = STR("000000")};
	struct why why = {0};
	sign_in(&w);
	assert_err(identify(&w, w.token), OK);
	assert_err(in_change(w.s, totp_confirm_run, &t), ERR_CONFLICT);
	assert_ok(store_write(w.s, totp_begin_run, &t, &why), why);
	assert_int_equal(t.secret.len, 32);
	assert_true(str_starts(t.uri, STR("otpauth://totp/Hai%20Dang:an?secret=")));
	sign_in(&w); /* not confirmed: not asked for */
	t.otp = code_of(&w, SQL("SELECT totp_wanted FROM account_secret"));
	struct totp_arg wrong = {.w = &w,
				 .otp = str_is(t.otp, "000000") ? STR("000001") : STR("000000")};
	assert_err(in_change(w.s, totp_confirm_run, &wrong), ERR_INVALID);
	assert_ok(store_write(w.s, totp_confirm_run, &t, &why), why);
	assert_ok(check(&w, "an", PASSWORD, &why), why);
	assert_true(w.in.needs_otp);
	w.in.otp = t.otp;
	assert_err(check(&w, "an", PASSWORD, &why), ERR_UNAUTHENTICATED); /* used to confirm */
	w.now += TOTP_SECONDS * USEC_SECOND;
	w.in.otp = code_of(&w, SQL("SELECT totp FROM account_secret"));
	sign_in(&w);
	assert_err(in_change(w.s, open_run, &w),
		   ERR_UNAUTHENTICATED); /* the same code by another sign-in */
	assert_err(identify(&w, w.token), OK);
	assert_true(w.who->totp);
	assert_ok(store_write(w.s, totp_remove_run, &t, &why), why);
	assert_err(in_change(w.s, totp_remove_run, &t), ERR_NOT_FOUND);
	w.in.otp = STR_NULL;
	sign_in(&w);
	world_free(&w);
}

static enum err token_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_token_create(tx, &w->wish, w->now, w->a, &w->token, &w->id, why);
}
static enum err revoke_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_token_revoke(tx, w->id, w->wish.account, by(w), why);
}

static void api_tokens(void **state)
{
	struct world w = world_new(testbed_of(state));
	w.wish = (struct token_wish){w.account, STR("script"), VERB_BIT(VERB_READ), NOW + USEC_DAY};
	must(&w, token_run);
	assert_true(str_starts(w.token, STR(TOKEN_PREFIX)));
	assert_err(identify(&w, w.token), OK);
	assert_int_equal(w.who->token, w.id);
	assert_int_equal(w.who->token_verbs, VERB_BIT(VERB_READ));
	assert_true(access_may(w.x, w.who, VERB_READ, "delivery", 11));
	assert_false(access_may(w.x, w.who, VERB_SUBMIT, "delivery", 11));
	w.now += USEC_DAY;
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED);
	w.now = NOW;
	w.wish.account++;
	assert_err(in_change(w.s, revoke_run, &w), ERR_NOT_FOUND);
	w.wish.account = 0; /* an administrator */
	must(&w, revoke_run);
	assert_err(identify(&w, w.token), ERR_UNAUTHENTICATED);
	const struct token_wish bad[] = {{w.account, STR(""), 1, 0},
					 {w.account, STR("n"), 0, 0},
					 {w.account, STR("n"), 1u << VERBS, 0},
					 {w.account, STR("n"), 1, NOW}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		w.wish = bad[i];
		assert_err(in_change(w.s, token_run, &w), ERR_INVALID);
	}
	w.wish = (struct token_wish){12345, STR("n"), 1, 0};
	assert_err(in_change(w.s, token_run, &w), ERR_NOT_FOUND);
	world_free(&w);
}

static enum err setup_run(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	return access_setup(tx, w->dir, &w->setup, w->now, w->a, why);
}

static bool prepare(struct world *w)
{
	struct db *db;
	struct why why = {0};
	bool needed = false;
	assert_ok(store_take(w->s, &db, &why), why);
	assert_ok(access_setup_prepare(db, w->dir, &needed, &why), why);
	store_give(db);
	return needed;
}

static void first_administrator(void **state)
{
	struct world w = world_new(testbed_of(state));
	char path[128], text[128];
	struct stat st;
	assert_true(prepare(&w));
	assert_true(prepare(&w)); /* a fresh one at each start */
	snprintf(path, sizeof(path), "%s/setup-token", w.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	struct why why = {0};
	w.setup = (struct setup){STR("guess"), STR("root"), STR("Quản trị"), STR("")};
	assert_ok(crypt_password_hash(w.a, (struct secret){STR(PASSWORD)}, &w.setup.hash, &why),
		  why);
	assert_err(in_change(w.s, setup_run, &w), ERR_UNAUTHENTICATED);
	w.setup.token = str_trim(str_of(text));
	w.setup.login = STR("bad login");
	assert_err(in_change(w.s, setup_run, &w), ERR_INVALID);
	w.setup.login = STR("root");
	must(&w, setup_run);
	assert_int_not_equal(stat(path, &st), 0);
	assert_err(in_change(w.s, setup_run, &w), ERR_UNAUTHENTICATED); /* consumed */
	assert_false(prepare(&w));
	assert_ok(check(&w, "root", PASSWORD, &why), why);
	must(&w, open_run);
	assert_err(identify(&w, w.token), OK);
	assert_true(access_may(w.x, w.who, VERB_CREATE, "account", 0));
	/* The last administrator can neither be disabled nor lose the role. */
	w.account = w.who->user;
	assert_err(in_change(w.s, disable_run, &w), ERR_INVALID);
	w.n = 0;
	assert_err(in_change(w.s, grants_run, &w), ERR_CONFLICT);
	assert_err(identify(&w, w.token), OK);
	assert_int_equal(w.who->n_grants, 1);
	world_free(&w);
}

static void password_rules(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	const char *bad[] = {"", "short", "aaaaaaaaaaaaaaaa", "xx-nguyen.an-xx",
			     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_err(access_password_rules(STR("nguyen.an"), (struct secret){str_of(bad[i])},
						 NULL),
			   ERR_INVALID);
	assert_err(access_password_rules(STR("an"), (struct secret){STR("đèn biển Hòn Lớn")}, NULL),
		   OK);
	char longest[PASSWORD_BYTES_MAX + 2];
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = (char)('a' + i % 26);
	assert_err(access_password_rules(STR("an"), (struct secret){{longest, PASSWORD_BYTES_MAX}},
					 NULL),
		   OK);
	assert_err(access_password_rules(STR("an"),
					 (struct secret){{longest, PASSWORD_BYTES_MAX + 1}}, NULL),
		   ERR_INVALID);
	struct str one = access_password_make(a), two = access_password_make(a);
	assert_int_equal(one.len, 16);
	assert_false(str_eq(one, two));
}

static void changing_ones_own_password(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct db *db;
	struct why why = {0};
	assert_ok(store_take(w.s, &db, &why), why);
	assert_ok(access_password_check(db, w.account, (struct secret){STR(PASSWORD)}, w.a, &why),
		  why);
	assert_err(access_password_check(db, w.account, (struct secret){STR("x")}, w.a, &why),
		   ERR_UNAUTHENTICATED);
	assert_err(access_password_check(db, 12345, (struct secret){STR(PASSWORD)}, w.a, &why),
		   ERR_UNAUTHENTICATED);
	store_give(db);
	sign_in(&w);
	struct str mine = w.token;
	assert_err(identify(&w, mine), OK);
	w.id = w.who->session;
	must(&w, password_run);
	assert_err(identify(&w, mine), OK); /* the session that asked stays */
	w.json = "{\"login\":\"Upper\",\"name\":\"n\"}";
	assert_err(in_change(w.s, account_run, &w), ERR_INVALID);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(signing_in_and_out),
		ON_EACH_ENGINE(what_is_kept_holds_until_a_commit),
		ON_EACH_ENGINE(sessions_end),
		ON_EACH_ENGINE(tokens_rotate),
		ON_EACH_ENGINE(one_answer_for_every_refusal),
		ON_EACH_ENGINE(tries_are_slowed_down),
		ON_EACH_ENGINE(many_failures_lock),
		cmocka_unit_test(totp_vectors),
		ON_EACH_ENGINE(second_factor),
		ON_EACH_ENGINE(api_tokens),
		ON_EACH_ENGINE(first_administrator),
		cmocka_unit_test(password_rules),
		ON_EACH_ENGINE(changing_ones_own_password),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
