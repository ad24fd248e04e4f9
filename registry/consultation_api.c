/* consultation_api.c - sets of criteria that are out for comment: who is asked, who has answered, and what.  An
 * opinion itself is a record (criteria-comments). */
#include "http/record_api.h"
#include "registry/criteria.h"
#include "registry/records.h"
#include "registry/registry.h"
#include "registry/registry_routes.h"

struct set {
	struct str code, index, edition, name_vi, name_en, status, asked;
	int64_t id, version;
};

/* Those that are out, or one by its code. */
static enum err read_sets(struct request *req, struct set **ret, size_t *ret_n, struct why *why)
{
	struct str one = http_query(req, "set");
	AUTO(stmt_free) struct stmt *q = db_stmt(
		req->db,
		SQL("SELECT id, version, code, index_code, edition, name_vi, name_en, status, "
		    "coalesce(asked, '[]') FROM criteria_set WHERE removed = 0 AND (code = $1 OR "
		    "($1 = '' AND status IN ('consulting', 'agreed'))) ORDER BY code"));
	stmt_bind(q, 1, one.ptr ? one : STR(""));
	while (stmt_row(q)) {
		struct str text[7];
		for (int i = 0; i < 7; i++)
			text[i] = arena_str(req->arena, stmt_str(q, i + 2));
		*ARENA_APPEND(req->arena, *ret, *ret_n) = (struct set){.id = stmt_int(q, 0),
								       .version = stmt_int(q, 1),
								       .code = text[0],
								       .index = text[1],
								       .edition = text[2],
								       .name_vi = text[3],
								       .name_en = text[4],
								       .status = text[5],
								       .asked = text[6]};
	}
	return stmt_end(q, why);
}

static bool may(const struct request *req, enum verb verb, const struct unit *u)
{
	return u && access_may(req->app->access, req->who, verb, "criteria_comment", u->id);
}

static const char *standing(const struct criteria_opinion *o)
{
	return !o->id ? "silent" : o->holds ? "given" : "outdated";
}

static void opinion_json(struct request *req, struct jw *w, const struct view *v,
			 const struct criteria_opinion *o, bool out)
{
	const struct unit *u = view_unit(v, o->unit);
	bool read = o->id && may(req, VERB_READ, u);
	jw_object(w);
	jw_m_str(w, "unit", o->unit);
	jw_m_str(w, "name_vi", u ? u->name_vi : o->unit);
	jw_m_str(w, "name_en", u ? u->name_en : o->unit);
	jw_m_bool(w, "asked", o->asked);
	jw_m_cstr(w, "standing", standing(o));
	jw_m_str(w, "opinion", read ? o->opinion : STR_NULL);
	jw_m_str(w, "comment", read ? o->comment : STR_NULL);
	jw_m_time(w, "at", o->at);
	jw_m_bool(w, "yours", out && may(req, VERB_CREATE, u));
	jw_m_id(w, "id", read ? o->id : 0);
	jw_m_int(w, "version", read ? o->version : 0);
	jw_object_end(w);
}

static enum err set_json(struct request *req, struct jw *w, const struct view *v,
			 const struct set *s, struct why *why)
{
	struct criteria_opinion *all = NULL;
	size_t n = 0, open = 0, against = 0;
	bool out = str_is(s->status, "consulting");
	enum err rc = criteria_opinions(req->db, s->id, s->asked, req->arena, &all, &n, why);
	if (rc != OK)
		return rc;
	jw_object(w);
	jw_m_str(w, "code", s->code);
	jw_m_int(w, "version", s->version);
	jw_m_str(w, "index", s->index);
	jw_m_str(w, "edition", s->edition);
	jw_m_str(w, "name_vi", s->name_vi);
	jw_m_str(w, "name_en", s->name_en);
	jw_m_str(w, "status", s->status);
	jw_name(w, "opinions");
	jw_array(w);
	for (size_t i = 0; i < n; i++) {
		opinion_json(req, w, v, &all[i], out);
		open += all[i].asked && !criteria_agrees(&all[i]);
		against += criteria_objects(&all[i]);
	}
	jw_array_end(w);
	jw_m_int(w, "open", (int64_t)open);
	jw_m_int(w, "objections", (int64_t)against);
	jw_object_end(w);
	return OK;
}

static enum err get_consultations(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	struct set *sets = NULL;
	size_t n = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = read_sets(req, &sets, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n && rc == OK; i++)
		rc = set_json(req, &w, v, &sets[i], why);
	http_list_end(&w, STR_NULL);
	return rc;
}

static const struct http_param params[] = {
	{.name = "set", .type = PARAM_TEXT, .max = 64, .help = "One set, whatever its state"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"consulted",
	 "{unit:text name_vi:text name_en:text asked:bool standing:'silent'|'given'|'outdated' "
	 "opinion:'agree'|'comment'|'object'? comment:text? at:time? yours:bool id:id? version:int}"},
	{"consultation", "{code:text version:int index:text edition:text name_vi:text name_en:text "
			 "status:'draft'|'consulting'|'agreed'|'promulgated'|'replaced' "
			 "opinions:consulted[] open:int objections:int}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/consultations", PERMIT(VERB_READ, "criteria_set"),
	      get_consultations,
	      "Sets of criteria out for comment: who is asked and who has answered",
	      "Bộ tiêu chí đang lấy ý kiến: hỏi đơn vị nào, đơn vị nào đã trả lời",
	      .params = params, .answer = "{items:consultation[] next:text?}"),
};
const struct route_table consultation_routes = {routes, ARRAY_LEN(routes), shapes};
