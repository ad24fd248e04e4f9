#include "base/id.h"
#include "core/identity.h"
#include "http/internal.h"

#define SIGN_IN_BODY 4096

static enum err member(const struct json *in, const char *name, bool required, struct str *ret,
		       struct why *why)
{
	*ret = json_get_str(in, name);
	if (!ret->ptr && (required || !json_is_null(json_get(in, name))))
		return fail_at(why, ERR_INVALID, name, "a text \"%s\" is needed", name);
	return OK;
}

static enum err sign_in_open(struct request *req, void *arg, struct why *why)
{
	const struct sign_in *s = arg;
	struct str token = STR_NULL;
	enum err rc = access_sign_in_open(req->db, s, req->now, req->arena, &token, why);
	if (rc != OK)
		return rc;
	http_answer_session(req, token);
	req->status = 201;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "token", token);
	jw_m_bool(&w, "needs_otp", false);
	jw_object_end(&w);
	return OK;
}

/* The failure is committed, and refused: so the answer is a problem though the change is good. */
static enum err sign_in_failed(struct request *req, void *arg, struct why *why)
{
	const struct sign_in *s = arg;
	struct why refused = {0};
	enum err rc = access_sign_in_failed(req->db, s, req->now, why);
	if (rc == OK)
		request_fail(
			req,
			fail(&refused, ERR_UNAUTHENTICATED, "login, password or code is wrong"),
			&refused);
	return rc;
}

static enum err sessions_post(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	struct sign_in *s = ARENA_NEW(req->arena, struct sign_in);
	enum err rc = http_json(req, &in, why);
	if (rc == OK)
		rc = member(in, "login", true, &s->login, why);
	if (rc == OK)
		rc = member(in, "password", true, &s->password.hidden, why);
	if (rc == OK)
		rc = member(in, "otp", false, &s->otp, why);
	if (rc != OK)
		return rc;
	s->address = req->address;
	rc = access_sign_in_check(req->app->access, req->db, s, req->now, req->arena, why);
	if (rc == ERR_LIMIT)
		http_answer_header(req, "Retry-After",
				   arena_fmt(req->arena, "%lld", (long long)s->wait));
	if (rc == ERR_UNAUTHENTICATED)
		return http_write(req, sign_in_failed, s, why);
	if (rc != OK)
		return rc;
	if (!s->needs_otp)
		return http_write(req, sign_in_open, s, why);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_bool(&w, "needs_otp", true);
	jw_object_end(&w);
	return OK;
}

static enum err write_roles(struct request *req, struct db *db, struct jw *w, struct why *why)
{
	const struct app_words *words = req->app->words;
	enum err rc = OK;
	jw_name(w, "roles");
	jw_array(w);
	for (size_t i = 0; i < req->who->n_grants && rc == OK; i++) {
		const struct grant *g = &req->who->grants[i];
		struct unit_words unit = {0};
		if (g->unit && words)
			rc = words->unit(req->app, db, g->unit, req->arena, &unit, why);
		jw_object(w);
		jw_m_cstr(w, "role", access_role_name(g->role));
		jw_m_str(w, "unit", unit.code);
		jw_m_str(w, "unit_vi", unit.name_vi);
		jw_m_str(w, "unit_en", unit.name_en);
		jw_object_end(w);
	}
	jw_array_end(w);
	return rc;
}

static enum err write_session(struct request *req, struct why *why)
{
	struct centre centre = {0};
	enum err rc = OK;
	if (req->app->words)
		rc = req->app->words->centre(req->app, req->db, req->arena, &centre, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "login", req->who->login);
	jw_m_str(&w, "name", req->who->name);
	rc = write_roles(req, req->db, &w, why);
	jw_name(&w, "may");
	access_json(&w, req->app->access, req->who);
	jw_m_bool(&w, "totp", req->who->totp);
	jw_m_bool(&w, "demonstration", centre.demonstration);
	jw_name(&w, "centre");
	jw_object(&w);
	jw_m_str(&w, "name_vi", centre.name_vi);
	jw_m_str(&w, "name_en", centre.name_en);
	jw_object_end(&w);
	jw_m_time(&w, "now", req->now);
	jw_name(&w, "first"); /* what the home asks for */
	jw_array(&w);
	for (const char *const *path = first_asks(req); *path; path++)
		jw_str(&w, str_of(*path));
	jw_array_end(&w);
	jw_object_end(&w);
	return rc;
}

static enum err session_get(struct request *req, struct why *why)
{
	return write_session(req, why);
}

static enum err need_session(const struct request *req, struct why *why)
{
	if (req->who->session)
		return OK;
	return fail(why, ERR_FORBIDDEN, "an API token cannot do this; sign in");
}

static enum err close_session(struct request *req, void *arg, struct why *why)
{
	const int64_t *session = arg;
	req->status = 204;
	return access_session_close(req->db, *session, req->who->user, req->now, why);
}

static enum err session_delete(struct request *req, struct why *why)
{
	int64_t *session = ARENA_NEW(req->arena, int64_t);
	enum err rc = need_session(req, why);
	if (rc != OK)
		return rc;
	*session = req->who->session;
	http_answer_session(req, STR_NULL);
	return http_write(req, close_session, session, why);
}

static enum err session_list(struct request *req, struct why *why)
{
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_name(&w, "items");
	enum err rc = access_session_list(req->db, req->who, req->now, &w, why);
	jw_name(&w, "next");
	jw_null(&w);
	jw_object_end(&w);
	return rc;
}

static enum err session_list_delete(struct request *req, struct why *why)
{
	int64_t *session = ARENA_NEW(req->arena, int64_t);
	enum err rc = id_parse(http_path(req, "id"), session, NULL) == OK
			      ? need_session(req, why)
			      : fail(why, ERR_NOT_FOUND, "there is no such session");
	return rc == OK ? http_write(req, close_session, session, why) : rc;
}

/* -- one's own password -- */

static enum err set_password(struct request *req, void *arg, struct why *why)
{
	const struct str *hash = arg;
	req->status = 204;
	return access_password_set(req->db, req->who->user, *hash, req->who->session,
				   (struct author){req->who, req->now}, why);
}

static enum err password_post(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	struct secret old = {STR_NULL}, new = {STR_NULL};
	struct str *hash = ARENA_NEW(req->arena, struct str);
	enum err rc = need_session(req, why);
	if (rc == OK)
		rc = http_json(req, &in, why);
	if (rc == OK)
		rc = member(in, "old", true, &old.hidden, why);
	if (rc == OK)
		rc = member(in, "new", true, &new.hidden, why);
	if (rc == OK)
		rc = access_password_rules(req->who->login, new, why);
	if (rc == OK)
		rc = access_password_check(req->db, req->who->user, old, req->arena, why);
	/* 401 would say that the session is gone. */
	if (rc == ERR_UNAUTHENTICATED)
		rc = ERR_FORBIDDEN;
	if (rc == OK)
		rc = crypt_password_hash(req->arena, new, hash, why);
	return rc == OK ? http_write(req, set_password, hash, why) : rc;
}

/* -- the second factor -- */

static enum err totp_begin(struct request *req, void *arg, struct why *why)
{
	struct str secret = STR_NULL, uri = STR_NULL;
	(void)arg;
	enum err rc = access_totp_begin(req->db, req->who, req->arena, &secret, &uri, why);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "secret", secret);
	jw_m_str(&w, "uri", uri);
	jw_object_end(&w);
	return rc;
}

static enum err totp_post(struct request *req, struct why *why)
{
	enum err rc = need_session(req, why);
	return rc == OK ? http_write(req, totp_begin, NULL, why) : rc;
}

static enum err totp_confirm(struct request *req, void *arg, struct why *why)
{
	const struct str *otp = arg;
	req->status = 204;
	return access_totp_confirm(req->db, req->who, *otp, req->now, why);
}

static enum err totp_put(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	struct str *otp = ARENA_NEW(req->arena, struct str);
	enum err rc = need_session(req, why);
	if (rc == OK)
		rc = http_json(req, &in, why);
	if (rc == OK)
		rc = member(in, "otp", true, otp, why);
	return rc == OK ? http_write(req, totp_confirm, otp, why) : rc;
}

static enum err totp_remove(struct request *req, void *arg, struct why *why)
{
	(void)arg;
	req->status = 204;
	return access_totp_remove(req->db, req->who->user, (struct author){req->who, req->now},
				  why);
}

static enum err totp_delete(struct request *req, struct why *why)
{
	enum err rc = need_session(req, why);
	return rc == OK ? http_write(req, totp_remove, NULL, why) : rc;
}

/* -- the first administrator -- */

static enum err set_up(struct request *req, void *arg, struct why *why)
{
	const struct setup *s = arg;
	req->status = 204;
	return access_setup(req->db, req->app->dir, s, req->now, req->arena, why);
}

static enum err setup_post(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	struct secret password = {STR_NULL};
	struct setup *s = ARENA_NEW(req->arena, struct setup);
	enum err rc = http_json(req, &in, why);
	if (rc == OK)
		rc = member(in, "token", true, &s->token, why);
	if (rc == OK)
		rc = member(in, "login", true, &s->login, why);
	if (rc == OK)
		rc = member(in, "name", true, &s->name, why);
	if (rc == OK)
		rc = member(in, "password", true, &password.hidden, why);
	if (rc == OK)
		rc = access_password_rules(s->login, password, why);
	if (rc == OK)
		rc = crypt_password_hash(req->arena, password, &s->hash, why);
	return rc == OK ? http_write(req, set_up, s, why) : rc;
}

#define OBJECT(properties) "{\"type\":\"object\",\"properties\":{" properties "}}"
#define TEXT(name) "\"" name "\":{\"type\":\"string\"}"

static const struct shape shapes[] = {
	{"verb", "'read'|'create'|'change'|'remove'|'submit'|'approve'|'administer'"},
	{"role",
	 "'administrator'|'operator'|'leader'|'reporting_officer'|'approver'|'analyst'|'auditor'|'public'"},
	{"grant", "{role:role unit:text? unit_vi:text? unit_en:text?}"},
	{"session",
	 "{login:text name:text roles:grant[] may:{*:verb[]} totp:bool demonstration:bool "
	 "centre:{name_vi:text name_en:text} now:time first:text[]}"},
	{"open_session", "{id:id created:time used:time expires:time address:text current:bool}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_POST, "/api/v1/sessions", ANYONE, sessions_post, "Sign in", "Đăng nhập",
	      .flags = HTTP_SLOW, .body_max = SIGN_IN_BODY,
	      .body = "{login:text password:text otp?:text}",
	      .answer = "{token?:text needs_otp:bool}"),
	ROUTE(HTTP_GET, "/api/v1/session", SIGNED_IN, session_get, "Who am I, and what may I do",
	      "Tôi là ai, được làm gì", .answer = "session"),
	ROUTE(HTTP_DELETE, "/api/v1/session", SIGNED_IN, session_delete, "Sign out", "Đăng xuất"),
	ROUTE(HTTP_GET, "/api/v1/session/list", SIGNED_IN, session_list, "My open sessions",
	      "Các phiên đăng nhập của tôi", .answer = "{items:open_session[] next:text?}"),
	ROUTE(HTTP_DELETE, "/api/v1/session/list/{id}", SIGNED_IN, session_list_delete,
	      "Close one of my sessions", "Đóng một phiên đăng nhập của tôi"),
	ROUTE(HTTP_POST, "/api/v1/session/password", SIGNED_IN, password_post,
	      "Change my password; other sessions are closed",
	      "Đổi mật khẩu; các phiên khác bị đóng", .flags = HTTP_SLOW, .body_max = SIGN_IN_BODY,
	      .body = "{old:text new:text}"),
	ROUTE(HTTP_POST, "/api/v1/session/totp", SIGNED_IN, totp_post,
	      "Begin with a second factor: its secret",
	      "Bắt đầu dùng xác thực hai lớp: khóa bí mật", .body_max = SIGN_IN_BODY,
	      .answer = "{secret:text uri:text}"),
	ROUTE(HTTP_PUT, "/api/v1/session/totp", SIGNED_IN, totp_put,
	      "Confirm the second factor by its first code",
	      "Xác nhận xác thực hai lớp bằng mã đầu tiên", .body_max = SIGN_IN_BODY,
	      .body = "{otp:text}"),
	ROUTE(HTTP_DELETE, "/api/v1/session/totp", SIGNED_IN, totp_delete,
	      "Do without the second factor", "Bỏ xác thực hai lớp"),
	ROUTE(HTTP_POST, "/api/v1/setup", ANYONE, setup_post,
	      "Make the first administrator with the token of the data directory",
	      "Tạo quản trị viên đầu tiên bằng mã trong thư mục dữ liệu", .flags = HTTP_SLOW,
	      .body_max = SIGN_IN_BODY, .body = "{token:text login:text name:text password:text}"),
};
const struct route_table session_routes = {routes, ARRAY_LEN(routes), shapes};
