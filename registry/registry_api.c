/* registry_api.c - what the generic routes of records cannot say: units as of a date, packs. */
#include "base/text.h"
#include "http/record_api.h"
#include "registry/pack.h"
#include "registry/records.h"
#include "registry/registry.h"
#include "registry/registry_routes.h"

#define PACK_BODY_MAX ((size_t)64 << 20)

/* -- units of a day -- */
static void unit_json(struct jw *w, const struct view *v, const struct unit *u, int64_t day)
{
	const struct unit *parent = view_unit_id(v, unit_parent_at(v, u, day));
	jw_object(w);
	jw_m_id(w, "id", u->id);
	jw_m_str(w, "code", u->code);
	jw_m_cstr(w, "kind", unit_kind_name(u->kind));
	jw_m_str(w, "name_vi", unit_name_at(v, u, day));
	jw_m_str(w, "name_en", u->name_en);
	jw_m_str(w, "short_vi", u->short_vi);
	jw_m_str(w, "parent", parent ? parent->code : STR_NULL);
	jw_m_int(w, "population", u->population);
	jw_object_end(w);
}

static enum err get_tree(struct request *req, struct why *why)
{
	const struct view *v = NULL;
	const struct unit *units;
	struct date day;
	struct str kind = http_query(req, "kind");
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc != OK)
		return rc;
	if (!http_query_date(req, "as_of", &day))
		day = date_local(req->now);
	size_t n = view_units(v, &units);
	int64_t days = date_days(day);
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++)
		if (unit_alive(&units[i], days) &&
		    (!kind.ptr || str_is(kind, unit_kind_name(units[i].kind))))
			unit_json(&w, v, &units[i], days);
	http_list_end(&w, STR_NULL);
	return OK;
}

/* The list of units as the generic route gives it; as of a day when one is asked for. */
static enum err get_units(struct request *req, struct why *why)
{
	return http_query(req, "as_of").ptr ? get_tree(req, why) : record_api_list(req, why);
}

/* -- packs -- */
/* Edition of the pack that is installed; STR_NULL: none. */
static enum err installed_edition(struct request *req, struct str code, struct str *ret,
				  struct why *why)
{
	struct row *row = NULL;
	*ret = STR_NULL;
	enum err rc = record_named(req->db, &pack_record, code, req->arena, &row, why);
	if (rc == ERR_NOT_FOUND)
		return OK;
	if (rc == OK)
		*ret = row_value(&pack_record, row, "edition")->text;
	return rc;
}

static enum err pack_json(struct jw *w, struct request *req, const struct pack *pack,
			  struct why *why)
{
	struct str installed;
	enum err rc = installed_edition(req, pack->code, &installed, why);
	jw_object(w);
	jw_m_str(w, "code", pack->code);
	jw_m_str(w, "version", pack->edition);
	jw_m_str(w, "installed", installed);
	jw_m_str(w, "name_vi", pack->name_vi);
	jw_m_str(w, "name_en", pack->name_en);
	jw_m_str(w, "description_vi", pack->description_vi);
	jw_m_str(w, "description_en", pack->description_en);
	jw_m_bool(w, "demonstration", pack->demonstration);
	jw_name(w, "requires");
	jw_array(w);
	for (size_t k = 0; k < pack->n_requires; k++)
		jw_str(w, pack->requires[k]);
	jw_array_end(w);
	jw_object_end(w);
	return rc;
}

static enum err get_available(struct request *req, struct why *why)
{
	struct pack *packs = NULL;
	size_t n = 0;
	enum err rc = pack_embedded(req->arena, &packs, &n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n && rc == OK; i++)
		rc = pack_json(&w, req, &packs[i], why);
	http_list_end(&w, STR_NULL);
	return rc;
}

static enum err install_change(struct request *req, void *arg, struct why *why)
{
	const struct pack *pack = arg;
	struct import_result r = {0};
	/* A pack holds rows of every unit: it needs the right over the whole centre. */
	enum err rc = access_require(req->app->access, req->who, VERB_CREATE, "pack", 0, why);
	if (rc == OK)
		rc = pack_install(req->db, pack, (struct author){req->who, req->now}, &r,
				  &req->problems, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "code", pack->code);
	jw_m_str(&w, "version", pack->edition);
	jw_m_int(&w, "created", r.created);
	jw_m_int(&w, "changed", r.changed);
	jw_m_int(&w, "same", r.same);
	jw_object_end(&w);
	return OK;
}

static enum err post_install(struct request *req, struct why *why)
{
	struct pack *packs = NULL;
	size_t n = 0;
	struct str code = http_path(req, "code");
	enum err rc = pack_embedded(req->arena, &packs, &n, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (str_eq(packs[i].code, code))
			return http_write(req, install_change, &packs[i], why);
	return fail(why, ERR_NOT_FOUND, "there is no pack with code \"" STR_FMT "\"",
		    STR_ARG(code));
}

static enum err post_pack(struct request *req, struct why *why)
{
	const struct json *body = NULL;
	struct pack *pack = ARENA_NEW(req->arena, struct pack);
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = pack_parse(req->arena, body, pack, why);
	return rc == OK ? http_write(req, install_change, pack, why) : rc;
}

static enum err get_export(struct request *req, struct why *why)
{
	struct str code = http_query(req, "code"), version = http_query(req, "version");
	http_answer_file(req, STR("application/json"),
			 arena_fmt(req->arena, STR_FMT ".json", STR_ARG(code)));
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_str(&w, "code", code);
	jw_m_str(&w, "version", version);
	jw_name(&w, "name");
	jw_object(&w);
	jw_m_str(&w, "vi", code);
	jw_m_str(&w, "en", code);
	jw_object_end(&w);
	jw_m_bool(&w, "demonstration", false);
	jw_name(&w, "files");
	enum err rc = pack_write_files(req->db, &w, req->arena, why);
	jw_object_end(&w);
	return rc;
}

static const struct http_param tree_params[] = {
	{.name = "as_of",
	 .type = PARAM_DATE,
	 .help = "Units, names and parents of that day; default today"},
	{.name = "kind", .type = PARAM_TEXT, .max = 20, .help = "Only units of this kind"},
	{.name = NULL},
};
static const struct http_param export_params[] = {
	{.name = "code",
	 .type = PARAM_TEXT,
	 .required = true,
	 .min = 1,
	 .max = 64,
	 .help = "Code of the new pack"},
	{.name = "version",
	 .type = PARAM_TEXT,
	 .required = true,
	 .min = 1,
	 .max = 40,
	 .help = "Its version"},
	{.name = NULL},
};
static const struct http_param units_params[] = {
	{.name = "as_of", .type = PARAM_DATE, .help = "Units, names and parents of that day"},
	{.name = "q",
	 .type = PARAM_TEXT,
	 .max = 200,
	 .help = "Words to look for; accents are ignored"},
	{.name = "sort",
	 .type = PARAM_TEXT,
	 .max = 80,
	 .help = "Field to sort by; -field: downwards"},
	HTTP_PAGE_PARAMS(500),
	{.name = "removed", .type = PARAM_BOOL, .help = "The removed instead of the living"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"unit_then",
	 "{id:id code:text kind:text name_vi:text name_en:text short_vi:text? parent:text? "
	 "population:int?}"},
	{"pack", "{code:text version:text name_vi:text name_en:text description_vi:text "
		 "description_en:text demonstration:bool requires:text[] installed?:text?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/units", PERMIT(VERB_READ, "unit"), get_units,
	      "List units, today's or as of a day", "Danh sách đơn vị, hiện nay hoặc tại một ngày",
	      .flags = HTTP_ANY_QUERY, .params = units_params, .record = &unit_record),
	ROUTE(HTTP_GET, "/api/v1/units/tree", PERMIT(VERB_READ, "unit"), get_tree,
	      "Units as of a day, under the names and parents of that day",
	      "Đơn vị tại một ngày, theo tên và cấp trên của ngày đó", .params = tree_params,
	      .answer = "{items:unit_then[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/packs/available", PERMIT(VERB_READ, "pack"), get_available,
	      "Packs that come with this program", "Các gói nội dung có sẵn",
	      .answer = "{items:pack[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/packs/{code}/install", PERMIT(VERB_CREATE, "pack"), post_install,
	      "Install or update a pack that comes with this program",
	      "Cài đặt hoặc cập nhật một gói có sẵn", .flags = HTTP_SLOW,
	      .answer = "{code:text version:text created:int changed:int same:int}"),
	ROUTE(HTTP_POST, "/api/v1/packs/import", PERMIT(VERB_CREATE, "pack"), post_pack,
	      "Install a pack given as JSON", "Cài đặt một gói dạng JSON", .flags = HTTP_SLOW,
	      .body_max = PACK_BODY_MAX),
	ROUTE(HTTP_GET, "/api/v1/packs/export", PERMIT(VERB_READ, "pack"), get_export,
	      "The registry as it stands, as a pack",
	      "Xuất toàn bộ danh mục hiện tại thành một gói", .flags = HTTP_SLOW,
	      .params = export_params),
};
const struct route_table registry_routes = {routes, ARRAY_LEN(routes), shapes};
