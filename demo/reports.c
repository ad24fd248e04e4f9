/* reports.c - every template of a report is taken up once and made once; a dashboard of public services. */
#include "demo/reports.h"
#include "base/json.h"

/* Whose report it is: the province's, or the first commune's in the order of codes. */
static struct str unit_of(const struct view *v, bool province)
{
	const struct unit *units, *found = NULL;
	size_t n = view_units(v, &units);
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = &units[i];
		bool fits = province ? u->kind == UNIT_PROVINCE : unit_kind_is_commune(u->kind);
		if (fits && u->to == DAY_NEVER && (!found || str_cmp(u->code, found->code) < 0))
			found = u;
	}
	return found ? found->code : STR("");
}

/* What a template says of itself is no part of the report. */
static bool of_report(struct str name)
{
	static const char *const own[] = {"template", "for", "about_vi", "about_en"};
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (str_is(name, own[i]))
			return false;
	return true;
}

static struct str report_of(const struct json *template, const struct view *v, struct arena *a)
{
	struct buf body;
	struct jw w;
	bool province = str_is(json_get_str(template, "for"), "province");
	buf_init(&body, (size_t)1 << 20);
	jw_init(&w, &body);
	jw_object(&w);
	for (size_t i = 0; i < template->n; i++)
		if (of_report(template->names[i])) {
			jw_name(&w, arena_cstr(a, template->names[i]));
			jw_value(&w, &template->items[i]);
		}
	jw_m_str(&w, "code", json_get_str(template, "template"));
	jw_m_str(&w, "unit", unit_of(v, province));
	jw_object_end(&w);
	struct str text = arena_str(a, buf_str(&body));
	buf_release(&body);
	return text;
}

static const char board[] =
	"{\"code\":\"DVC\",\"name_vi\":\"Dịch vụ hành chính công\",\"name_en\":\"Public services\",\"openness\":"
	"\"internal\",\"tiles\":["
	"{\"kind\":\"number\",\"title_vi\":\"Hồ sơ tiếp nhận\",\"title_en\":\"Dossiers received\",\"query\":"
	"\"indicator=K766.X03&rows=indicator&periods=13\",\"x\":0,\"y\":0,\"w\":4,\"h\":3},"
	"{\"kind\":\"number\",\"title_vi\":\"Giải quyết quá hạn\",\"title_en\":\"Settled late\",\"query\":"
	"\"indicator=K766.X05&rows=indicator&periods=13\",\"x\":4,\"y\":0,\"w\":4,\"h\":3},"
	"{\"kind\":\"number\",\"title_vi\":\"Phản ánh, kiến nghị\",\"title_en\":\"Petitions\",\"query\":"
	"\"indicator=K766.X11&rows=indicator&periods=13\",\"x\":8,\"y\":0,\"w\":4,\"h\":3},"
	"{\"kind\":\"line\",\"title_vi\":\"Quá hạn theo tháng\",\"title_en\":\"Settled late, by month\",\"query\":"
	"\"indicator=K766.X05&rows=indicator&periods=18\",\"x\":0,\"y\":3,\"w\":6,\"h\":6},"
	"{\"kind\":\"ranking\",\"title_vi\":\"Đơn vị nhiều hồ sơ quá hạn nhất\",\"title_en\":\"Units with most late dossiers\","
	"\"query\":\"indicator=K766.X05&rows=unit&periods=3\",\"x\":6,\"y\":3,\"w\":6,\"h\":6},"
	"{\"kind\":\"table\",\"title_vi\":\"Tiếp nhận và giải quyết\",\"title_en\":\"Received and settled\",\"query\":"
	"\"indicator=K766.X03&indicator=K766.X06&indicator=K766.X04&indicator=K766.X05&rows=indicator&periods=6\","
	"\"x\":0,\"y\":9,\"w\":12,\"h\":4}]}";

enum err reports_make(struct client *c, const struct people *people, const struct view *v,
		      struct arena *a, struct why *why)
{
	const struct json *templates = NULL, *answer = NULL;
	struct str token = people->operator_;
	enum err rc =
		client_call(c, &(struct call){token, "/api/v1/report-templates", STR_NULL, NULL}, a,
			    &templates, why);
	if (rc == OK)
		rc = client_call(c,
				 &(struct call){token, "/api/v1/dashboards", str_of(board), NULL},
				 a, &answer, why);
	const struct json *items = rc == OK ? json_get(templates, "items") : NULL;
	for (size_t i = 0; items && i < items->n && rc == OK; i++) {
		rc = client_call(c,
				 &(struct call){token, "/api/v1/reports",
						report_of(&items->items[i], v, a), NULL},
				 a, &answer, why);
		if (rc != OK)
			return rc;
		struct str path = arena_fmt(a, "/api/v1/reports/" STR_FMT "/editions",
					    STR_ARG(json_get_str(answer, "id")));
		rc = client_call(c, &(struct call){token, path.ptr, STR("{}"), NULL}, a, &answer,
				 why);
	}
	return rc;
}
