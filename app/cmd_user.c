#include "app/app.h"
#include "app/commands.h"

#include "base/text.h"
#include "core/identity.h"

#define LIST_MAX 500

/* A new account, or an existing one when `reuse` allows it, with roles and maybe a password. */
struct account_wish {
	struct app *app;
	struct str login, name, hash; /* hash NULL: no password is set */
	struct grant grants[GRANTS_MAX];
	size_t n_grants;
	bool reuse;
	int64_t id; /* out */
};

static enum err parse_role(struct app *app, struct db *db, struct str text, const char *unit,
			   struct grant *ret, struct why *why)
{
	struct str code = STR_NULL;
	enum err rc = access_role_parse(str_until(text, ':', &code), &ret->role, why);
	if (!code.ptr)
		code = str_of(unit);
	if (rc == OK && code.len)
		rc = wiring_words.unit_id(&app->services, db, code, &ret->unit, why);
	return rc;
}

/* --role role[:unit],role[:unit] with --unit for those without one. */
static enum err parse_roles(struct app *app, const struct args *args, struct account_wish *wish,
			    struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	struct str rest = str_of(args_get(args, "role"));
	enum err rc = store_take(app->store, &db, why);
	if (rc == OK && !rest.len)
		rc = fail(why, ERR_INVALID, "--role is needed; see haidang user add --help");
	while (rc == OK && rest.ptr) {
		struct str one = str_until(rest, ',', &rest);
		if (wish->n_grants == GRANTS_MAX)
			return fail(why, ERR_INVALID, "at most %d roles", GRANTS_MAX);
		rc = parse_role(app, db, one, args_get(args, "unit"), &wish->grants[wish->n_grants],
				why);
		wish->n_grants++;
	}
	return rc;
}

static enum err create_account(struct db *tx, struct account_wish *wish, struct author by,
			       struct arena *a, struct why *why)
{
	AUTO(buf_release) struct buf text;
	struct problems problems;
	const struct json *in = NULL;
	struct jw w;
	problems_init(&problems, a);
	buf_init(&text, 65536);
	jw_init(&w, &text);
	jw_object(&w);
	jw_m_str(&w, "login", wish->login);
	jw_m_str(&w, "name", wish->name);
	jw_object_end(&w);
	enum err rc = json_parse(a, buf_str(&text), &in, why);
	if (rc != OK)
		return rc;
	struct refs *refs = refs_new(tx, a);
	struct row *row = record_parse(refs, &account_record, in, NULL, &problems);
	rc = refs_end(refs, why);
	if (rc == OK && problems.n)
		return fail(why, ERR_INVALID, STR_FMT ": " BOTH_FMT, STR_ARG(problems.items[0].at),
			    PROBLEM_ARG(problems.items[0]));
	if (rc == OK)
		rc = record_create(tx, &account_record, row, by, &problems, why);
	if (rc == OK)
		wish->id = row->id;
	return rc;
}

static enum err account_run(struct db *tx, void *arg, struct why *why)
{
	struct account_wish *wish = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	struct author by = {access_centre(a), clock_now(wish->app->clock)};
	enum err rc = ERR_NOT_FOUND;
	if (wish->reuse)
		rc = record_find(tx, &account_record, wish->login, &wish->id, NULL);
	if (rc == ERR_NOT_FOUND)
		rc = create_account(tx, wish, by, a, why);
	if (rc == OK)
		rc = access_grants_set(tx, wish->id, wish->grants, wish->n_grants, by, why);
	if (rc == OK && wish->hash.ptr)
		rc = access_password_set(tx, wish->id, wish->hash, 0, by, why);
	return rc;
}

enum err cmd_user_add(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	const char *name = args_get(args, "name");
	struct account_wish wish = {.app = app, .login = str_of(args->arguments[0])};
	struct str password = access_password_make(args->arena);
	wish.name = name ? str_of(name) : wish.login;
	enum err rc = parse_roles(app, args, &wish, why);
	if (rc == OK)
		rc = crypt_password_hash(args->arena, (struct secret){password}, &wish.hash, why);
	if (rc == OK)
		rc = store_write(app->store, account_run, &wish, why);
	if (rc == OK)
		buf_printf(out, STR_FMT "\n", STR_ARG(password));
	return rc;
}

struct new_password {
	struct app *app;
	struct str login, hash;
};

static enum err password_run(struct db *tx, void *arg, struct why *why)
{
	const struct new_password *p = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	int64_t account = 0;
	enum err rc = record_find(tx, &account_record, p->login, &account, why);
	if (rc == OK)
		rc = access_password_set(
			tx, account, p->hash, 0,
			(struct author){access_centre(a), clock_now(p->app->clock)}, why);
	return rc;
}

enum err cmd_user_password(struct app *app, const struct args *args, struct buf *out,
			   struct why *why)
{
	struct new_password p = {.app = app, .login = str_of(args->arguments[0])};
	struct str password = access_password_make(args->arena);
	enum err rc = crypt_password_hash(args->arena, (struct secret){password}, &p.hash, why);
	if (rc == OK)
		rc = store_write(app->store, password_run, &p, why);
	if (rc == OK)
		buf_printf(out, STR_FMT "\n", STR_ARG(password));
	return rc;
}

static enum err list_roles(struct app *app, struct db *db, int64_t account, struct arena *a,
			   struct buf *out, struct why *why)
{
	struct grant grants[GRANTS_MAX];
	size_t n = 0;
	enum err rc = access_grants_get(db, account, grants, &n, why);
	for (size_t i = 0; rc == OK && i < n; i++) {
		struct unit_words unit = {0};
		if (grants[i].unit)
			rc = wiring_words.unit(&app->services, db, grants[i].unit, a, &unit, why);
		buf_printf(out, "%s%s%s" STR_FMT, i ? "," : "", access_role_name(grants[i].role),
			   unit.code.len ? ":" : "", STR_ARG(unit.code));
	}
	return rc;
}

enum err cmd_user_list(struct app *app, const struct args *args, struct buf *out, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	struct record_list how = {.limit = LIST_MAX, .all_units = true};
	enum err rc = store_take(app->store, &db, why);
	do {
		struct record_page page = {0};
		if (rc == OK)
			rc = record_list(db, &account_record, &how, args->arena, &page, why);
		for (size_t i = 0; rc == OK && i < page.n; i++) {
			struct row *row = page.rows[i];
			buf_printf(out, STR_FMT "\t" STR_FMT "\t",
				   STR_ARG(row_value(&account_record, row, "login")->text),
				   STR_ARG(row_value(&account_record, row, "name")->text));
			rc = list_roles(app, db, row->id, args->arena, out, why);
			buf_add_char(out, '\n');
		}
		how.cursor = page.next;
	} while (rc == OK && how.cursor.ptr);
	return rc;
}

/* -- tokens -- */

struct token_run {
	struct account_wish account;
	struct token_wish token;
	struct arena *arena;
	struct str text; /* out */
};

static enum err token_run(struct db *tx, void *arg, struct why *why)
{
	struct token_run *t = arg;
	int64_t id = 0;
	enum err rc = account_run(tx, &t->account, why);
	t->token.account = t->account.id;
	if (rc == OK)
		rc = access_token_create(tx, &t->token, clock_now(t->account.app->clock), t->arena,
					 &t->text, &id, why);
	return rc;
}

static enum err parse_verbs(const char *list, unsigned *ret, struct why *why)
{
	struct str rest = str_of(list);
	*ret = list ? 0 : VERB_BIT(VERBS) - 1;
	while (rest.ptr) {
		enum verb verb = VERB_READ;
		enum err rc = access_verb_parse(str_until(rest, ',', &rest), &verb, why);
		if (rc != OK)
			return rc;
		*ret |= VERB_BIT(verb);
	}
	return OK;
}

/* Tokens belong to an account without a password, one for each role and unit: "api.operator". */
enum err cmd_token_create(struct app *app, const struct args *args, struct buf *out,
			  struct why *why)
{
	const char *role = args_get(args, "role"), *unit = args_get(args, "unit");
	const char *name = args_get(args, "name");
	struct token_run t = {.account = {.app = app, .reuse = true}, .arena = args->arena};
	enum err rc = parse_roles(app, args, &t.account, why);
	if (rc == OK && t.account.n_grants > 1)
		rc = fail(why, ERR_INVALID, "a token has one role");
	if (rc == OK)
		rc = parse_verbs(args_get(args, "verbs"), &t.token.verbs, why);
	if (rc != OK)
		return rc;
	t.account.login = text_lower(args->arena, arena_fmt(args->arena, "api.%s%s%s", role,
							    unit ? "." : "", unit ? unit : ""));
	t.account.name = arena_fmt(args->arena, "API %s %s", role, unit ? unit : "");
	t.account.name = str_trim(t.account.name);
	t.token.name = name ? str_of(name) : STR("command line");
	rc = store_write(app->store, token_run, &t, why);
	if (rc == OK)
		buf_printf(out, STR_FMT "\n", STR_ARG(t.text));
	return rc;
}
