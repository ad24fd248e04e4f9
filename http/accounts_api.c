#include "base/id.h"
#include "core/identity.h"
#include "http/internal.h"

#define BODY_MAX 16384

static enum err account_id(struct request *req, int64_t *ret, struct why *why)
{
	return record_find(req->db, &account_record, http_path(req, "id"), ret, why);
}

static enum err write_grants(struct request *req, struct db *db, int64_t account, struct why *why)
{
	struct grant grants[GRANTS_MAX];
	size_t n = 0;
	enum err rc = access_grants_get(db, account, grants, &n, why);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "roles");
	jw_array(&w);
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct unit_words unit = {0};
		if (grants[i].unit && req->app->words)
			rc = req->app->words->unit(req->app, db, grants[i].unit, req->arena, &unit,
						   why);
		jw_object(&w);
		jw_m_cstr(&w, "role", access_role_name(grants[i].role));
		jw_m_str(&w, "unit", unit.code);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	return rc;
}

static enum err roles_get(struct request *req, struct why *why)
{
	int64_t account = 0;
	enum err rc = access_require(req->app->access, req->who, VERB_READ, "account", 0, why);
	if (rc == OK)
		rc = account_id(req, &account, why);
	return rc == OK ? write_grants(req, req->db, account, why) : rc;
}

static enum err parse_grant(struct request *req, const struct json *in, struct grant *ret,
			    struct why *why)
{
	struct str unit = json_get_str(in, "unit");
	enum err rc = access_role_parse(json_get_str(in, "role"), &ret->role, why);
	if (rc != OK || !unit.len)
		return rc;
	if (!req->app->words)
		return id_parse(unit, &ret->unit, why);
	return req->app->words->unit_id(req->app, req->db, unit, &ret->unit, why);
}

static enum err set_roles(struct request *req, void *arg, struct why *why)
{
	const struct json *list = arg;
	struct grant grants[GRANTS_MAX] = {0};
	int64_t account = 0;
	enum err rc =
		access_require(req->app->access, req->who, VERB_ADMINISTER, "account", 0, why);
	if (rc == OK)
		rc = account_id(req, &account, why);
	for (size_t i = 0; i < list->n && rc == OK; i++)
		rc = parse_grant(req, &list->items[i], &grants[i], why);
	if (rc == OK)
		rc = access_grants_set(req->db, account, grants, list->n,
				       (struct author){req->who, req->now}, why);
	return rc == OK ? write_grants(req, req->db, account, why) : rc;
}

static enum err roles_put(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	enum err rc = http_json(req, &in, why);
	if (rc != OK)
		return rc;
	const struct json *list = json_get(in, "roles");
	if (!list || list->type != JSON_ARRAY || list->n > GRANTS_MAX)
		return fail_at(why, ERR_INVALID, "/roles", "a list of at most %d roles is needed",
			       GRANTS_MAX);
	return http_write(req, set_roles, (void *)(uintptr_t)list, why);
}

/* -- a password to hand out -- */

struct handed_out {
	struct str password, hash;
};

static enum err set_password(struct request *req, void *arg, struct why *why)
{
	const struct handed_out *h = arg;
	int64_t account = 0;
	enum err rc =
		access_require(req->app->access, req->who, VERB_ADMINISTER, "account", 0, why);
	if (rc == OK)
		rc = account_id(req, &account, why);
	if (rc == OK)
		rc = access_password_set(req->db, account, h->hash, 0,
					 (struct author){req->who, req->now}, why);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "password", h->password);
	jw_object_end(&w);
	return rc;
}

static enum err password_post(struct request *req, struct why *why)
{
	struct handed_out *h = ARENA_NEW(req->arena, struct handed_out);
	h->password = access_password_make(req->arena);
	enum err rc = crypt_password_hash(req->arena, (struct secret){h->password}, &h->hash, why);
	return rc == OK ? http_write(req, set_password, h, why) : rc;
}

static enum err remove_totp(struct request *req, void *arg, struct why *why)
{
	int64_t account = 0;
	(void)arg;
	req->status = 204;
	enum err rc =
		access_require(req->app->access, req->who, VERB_ADMINISTER, "account", 0, why);
	if (rc == OK)
		rc = account_id(req, &account, why);
	if (rc == OK)
		rc = access_totp_remove(req->db, account, (struct author){req->who, req->now}, why);
	return rc;
}

static enum err totp_delete(struct request *req, struct why *why)
{
	return http_write(req, remove_totp, NULL, why);
}

/* -- API tokens -- */

static bool keeps_tokens(const struct request *req)
{
	return access_may(req->app->access, req->who, VERB_ADMINISTER, "api_token", 0);
}

static enum err tokens_get(struct request *req, struct why *why)
{
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "items");
	enum err rc = access_token_list(req->db, keeps_tokens(req) ? 0 : req->who->user, &w, why);
	jw_name(&w, "next");
	jw_null(&w);
	jw_object_end(&w);
	return rc;
}

static enum err create_token(struct request *req, void *arg, struct why *why)
{
	const struct token_wish *wish = arg;
	struct str token = STR_NULL;
	int64_t id = 0;
	enum err rc = access_token_create(req->db, wish, req->now, req->arena, &token, &id, why);
	req->status = 201;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_id(&w, "id", id);
	jw_m_str(&w, "token", token);
	jw_object_end(&w);
	return rc;
}

static enum err read_verbs(const struct json *list, unsigned *ret, struct why *why)
{
	if (!list || list->type != JSON_ARRAY || !list->n)
		return fail_at(why, ERR_INVALID, "/verbs", "a list of verbs is needed");
	for (size_t i = 0; i < list->n; i++) {
		enum verb verb = VERB_READ;
		enum err rc = access_verb_parse(list->items[i].text, &verb, why);
		if (rc != OK)
			return rc;
		*ret |= VERB_BIT(verb);
	}
	return OK;
}

static enum err tokens_post(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	struct token_wish *wish = ARENA_NEW(req->arena, struct token_wish);
	if (!req->who->session) /* a token must not make a mightier one */
		return fail(why, ERR_FORBIDDEN, "an API token cannot make tokens; sign in");
	enum err rc = http_json(req, &in, why);
	if (rc != OK)
		return rc;
	struct str expires = json_get_str(in, "expires");
	wish->account = req->who->user;
	wish->name = json_get_str(in, "name");
	if (!wish->name.len)
		return fail_at(why, ERR_INVALID, "/name", "say what the token is for");
	rc = read_verbs(json_get(in, "verbs"), &wish->verbs, why);
	if (rc == OK && expires.ptr)
		rc = time_parse(expires, &wish->expires, why);
	return rc == OK ? http_write(req, create_token, wish, why) : rc;
}

static enum err revoke_token(struct request *req, void *arg, struct why *why)
{
	int64_t id = 0;
	(void)arg;
	req->status = 204;
	if (id_parse(http_path(req, "id"), &id, NULL) != OK)
		return fail(why, ERR_NOT_FOUND, "there is no such token");
	return access_token_revoke(req->db, id, keeps_tokens(req) ? 0 : req->who->user,
				   (struct author){req->who, req->now}, why);
}

static enum err tokens_delete(struct request *req, struct why *why)
{
	return http_write(req, revoke_token, NULL, why);
}

static const struct shape shapes[] = {
	{"token",
	 "{id:id name:text login?:text? verbs:verb[] created?:time used?:time? expires?:time?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/accounts/{id}/roles", PERMIT(VERB_READ, "account"), roles_get,
	      "Roles of an account", "Vai trò của tài khoản", .answer = "{roles:grant[]}"),
	ROUTE(HTTP_PUT, "/api/v1/accounts/{id}/roles", PERMIT(VERB_ADMINISTER, "account"),
	      roles_put, "Set the roles of an account", "Đặt vai trò của tài khoản",
	      .body_max = BODY_MAX, .body = "{roles:{role:role unit:text?}[]}"),
	ROUTE(HTTP_POST, "/api/v1/accounts/{id}/password", PERMIT(VERB_ADMINISTER, "account"),
	      password_post, "Give an account a new password, shown once",
	      "Cấp mật khẩu mới, chỉ hiện một lần", .flags = HTTP_SLOW, .body_max = BODY_MAX,
	      .answer = "{password:text}"),
	ROUTE(HTTP_DELETE, "/api/v1/accounts/{id}/totp", PERMIT(VERB_ADMINISTER, "account"),
	      totp_delete, "Remove the second factor of somebody who lost the device",
	      "Bỏ xác thực hai lớp của người mất thiết bị"),
	ROUTE(HTTP_GET, "/api/v1/tokens", SIGNED_IN, tokens_get, "API tokens", "Mã truy cập API",
	      .answer = "{items:token[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/tokens", SIGNED_IN, tokens_post, "Make an API token, shown once",
	      "Tạo mã truy cập API, chỉ hiện một lần", .body_max = BODY_MAX,
	      .body = "{name:text verbs:verb[] expires?:text}", .answer = "{id:id token:text}"),
	ROUTE(HTTP_DELETE, "/api/v1/tokens/{id}", SIGNED_IN, tokens_delete,
	      "Revoke an API token at once", "Thu hồi mã truy cập API ngay lập tức"),
};
const struct route_table account_routes = {routes, ARRAY_LEN(routes), shapes};
