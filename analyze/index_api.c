/* index_api.c - indices: their versions, points won and lost, what-if, advice, history. */
#include "analyze/analyze.h"
#include "analyze/index.h"
#include "analyze/words.h"
#include "registry/records.h"

#include <math.h>
#include <stdio.h>

#define HISTORY_MAX 36
#define HISTORY_USUAL 12
#define SUPPOSED_MAX 100

struct asked {
	struct request *req;
	const struct view *view;
	struct criteria_set set;
	struct standpoint from;
	struct jw w;
};

static void points_json(struct jw *w, const char *name, double x)
{
	char text[64];
	snprintf(text, sizeof(text), "%.2f", fabs(x) < 0.005 ? 0.0 : x);
	if (name)
		jw_name(w, name);
	jw_raw(w, str_of(text));
}

static void value_json(struct jw *w, const char *name, bool given, double x)
{
	char text[64];
	jw_name(w, name);
	if (!given) {
		jw_null(w);
		return;
	}
	snprintf(text, sizeof(text), "%.4f", x);
	size_t n = strlen(text);
	while (n > 0 && text[n - 1] == '0')
		n--;
	n -= n > 0 && text[n - 1] == '.';
	jw_raw(w, (struct str){text, n});
}

static void day_json(struct jw *w, const char *name, int64_t day)
{
	char memory[32];
	struct buf out = {.ptr = memory, .cap = sizeof(memory), .max = sizeof(memory)};
	if (day != DAY_NEVER)
		date_write(&out, date_of_days(day));
	jw_m_str(w, name, day == DAY_NEVER ? STR_NULL : buf_str(&out));
}

static enum err set_json(struct asked *k, const struct criteria_set *s, struct why *why)
{
	struct jw *w = &k->w;
	struct refs *refs = refs_new(k->req->db, k->req->arena);
	jw_m_str(w, "code", s->code);
	jw_m_str(w, "index", s->index_code);
	jw_m_str(w, "version", s->edition);
	jw_m_str(w, "name_vi", s->name_vi);
	jw_m_str(w, "name_en", s->name_en);
	jw_m_str(w, "description_vi", s->description_vi);
	jw_m_str(w, "description_en", s->description_en);
	jw_m_str(w, "status", s->status);
	jw_m_cstr(w, "period_kind", period_kind_name(s->period));
	day_json(w, "valid_from", s->from);
	day_json(w, "valid_to", s->to);
	jw_m_str(w, "document",
		 s->document ? refs_code(refs, &document_record, s->document) : STR_NULL);
	points_json(w, "points", s->points);
	jw_m_bool(w, "demonstration", s->demonstration);
	return refs_end(refs, why);
}

/* -- the question -- */
static enum err ask_unit(struct asked *k, struct str unit, struct why *why)
{
	const struct unit *units;
	size_t n = view_units(k->view, &units);
	k->from = (struct standpoint){.db = k->req->db,
				      .view = k->view,
				      .access = k->req->app->access,
				      .who = k->req->who};
	k->from.unit = unit.len ? view_unit(k->view, unit) : NULL;
	for (size_t i = 0; i < n && !unit.len && !k->from.unit; i++)
		if (units[i].kind == UNIT_PROVINCE)
			k->from.unit = &units[i];
	if (!k->from.unit)
		return fail_at(why, ERR_INVALID, "unit", "there is no unit \"" STR_FMT "\"",
			       STR_ARG(unit));
	return OK;
}

static enum err ask_place(struct asked *k, struct str unit, struct str period, struct why *why)
{
	enum err rc = ask_unit(k, unit, why);
	if (rc != OK)
		return rc;
	k->from.period = period_at(k->set.period, k->req->now);
	k->from.period.ordinal--;
	if (!period.len)
		return OK;
	rc = period_parse(period, &k->from.period, why);
	if (rc == OK && k->from.period.kind != k->set.period)
		rc = fail_at(why, ERR_INVALID, "period",
			     "this index is counted " BOTH_FMT ": give such a period",
			     WORDS_ARG(period_kind_name(k->set.period)));
	return rc;
}

/* Which version holds is a matter of the period's last day, and that of the version's kind: so the
 * newest is found first, and once more when the period is known. */
static enum err ask(struct asked *k, struct str version, struct str unit, struct str period,
		    struct why *why)
{
	struct request *req = k->req;
	struct str code = http_path(req, "code");
	int64_t day = date_days(date_local(req->now));
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &k->view, why);
	struct period p;
	if (rc == OK && period.len && period_parse(period, &p, NULL) == OK)
		day = period_last_day(p);
	if (rc == OK)
		rc = index_set(req->db, code, version, day, req->arena, &k->set, why);
	if (rc == OK)
		rc = ask_place(k, unit, period, why);
	return rc == OK ? index_load(req->db, k->view, req->arena, &k->set, why) : rc;
}

static enum err ask_query(struct asked *k, struct why *why)
{
	struct str version = http_query(k->req, "version");
	return ask(k, version.len ? version : STR_NULL, http_query(k->req, "unit"),
		   http_query(k->req, "period"), why);
}

/* -- answers -- */
static void source_json(struct asked *k, const struct criterion *c)
{
	const struct formula_ref *refs = NULL;
	size_t n = c->formula ? formula_refs(c->formula, &refs) : 0;
	const struct indicator *i = n ? view_indicator_id(k->view, refs[0].indicator) : NULL;
	bool one = n == 1 && i && !c->truth;
	jw_m_str(&k->w, "indicator", i ? i->code : STR_NULL);
	jw_m_str(&k->w, "measure_vi", one ? i->measure_vi : STR_NULL);
	jw_m_str(&k->w, "measure_en", one ? i->measure_en : STR_NULL);
	jw_m_bool(&k->w, "truth", c->truth);
	value_json(&k->w, "min", c->has_least, c->least);
	value_json(&k->w, "max", c->has_most, c->most);
}

static void leaf_json(struct asked *k, const struct criterion *c)
{
	struct jw *w = &k->w;
	jw_m_str(w, "formula", c->formula_text);
	value_json(w, "value", c->present, c->value);
	jw_m_bool(w, "supposed", c->supposed);
	jw_name(w, "reason");
	if (c->present)
		jw_null(w);
	else
		jw_reason(w, k->view, &c->lost, k->req->arena);
	jw_m_id(w, "figure", c->figure);
	value_json(w, "low", c->has_low, c->low);
	value_json(w, "high", c->method != CRITERION_STEPS && !c->truth, c->high);
	jw_name(w, "steps");
	jw_array(w);
	for (size_t i = 0; i < c->n_steps; i++) {
		jw_object(w);
		value_json(w, "value", true, c->step_values[i]);
		points_json(w, "points", c->step_points[i]);
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_m_int(w, "effort", (int64_t)c->effort);
	source_json(k, c);
}

static void criterion_json(struct asked *k, const struct criterion *c)
{
	static const char *const methods[] = {"group", "linear", "steps", "ratio", "yes_no"};
	struct jw *w = &k->w;
	jw_object(w);
	jw_m_str(w, "code", c->code);
	jw_m_str(w, "parent", c->up < 0 ? STR_NULL : c->parent);
	jw_m_str(w, "name_vi", c->name_vi);
	jw_m_str(w, "name_en", c->name_en);
	jw_m_cstr(w, "method", methods[c->method]);
	points_json(w, "points", c->points);
	points_json(w, "won", c->won);
	points_json(w, "lost", c->points - c->won);
	jw_m_int(w, "missing", (int64_t)c->missing);
	jw_m_int(w, "leaves", (int64_t)c->leaves);
	if (c->method != CRITERION_GROUP)
		leaf_json(k, c);
	jw_object_end(w);
}

static void total_json(struct jw *w, struct index_total t)
{
	points_json(w, "won", t.won);
	points_json(w, "reachable", t.reachable);
	jw_m_int(w, "missing", (int64_t)t.missing);
	jw_m_int(w, "leaves", (int64_t)t.leaves);
}

/* The unit whose index it is, and the one that was asked about. */
static void whose_json(struct asked *k, const struct unit *whose)
{
	jw_m_str(&k->w, "unit", whose->code);
	jw_m_str(&k->w, "unit_name_vi", whose->name_vi);
	jw_m_str(&k->w, "unit_name_en", whose->name_en);
	jw_m_str(&k->w, "asked", k->from.unit->code);
}

static enum err tree_json(struct asked *k, const struct index_total *before, struct why *why)
{
	struct request *req = k->req;
	struct criteria_set *sets = NULL;
	size_t n = 0;
	enum err rc = index_sets(req->db, k->set.index_code, req->arena, &sets, &n, why);
	if (rc != OK)
		return rc;
	struct jw *w = &k->w;
	k->w = http_jw(req);
	jw_object(w);
	rc = set_json(k, &k->set, why);
	whose_json(k, k->set.whose);
	jw_m_str(w, "period", period_str(req->arena, k->from.period));
	total_json(w, index_total(&k->set));
	if (before) {
		jw_name(w, "before");
		jw_object(w);
		total_json(w, *before);
		jw_object_end(w);
	}
	jw_name(w, "criteria");
	jw_array(w);
	for (size_t i = 0; i < k->set.n; i++)
		criterion_json(k, &k->set.criteria[i]);
	jw_array_end(w);
	jw_name(w, "versions");
	jw_array(w);
	for (size_t i = 0; i < n && rc == OK; i++) {
		jw_object(w);
		rc = set_json(k, &sets[i], why);
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
	return rc;
}

static enum err get_index(struct request *req, struct why *why)
{
	struct asked k = {.req = req};
	enum err rc = ask_query(&k, why);
	if (rc == OK)
		rc = index_score(&k.set, &k.from, req->arena, why);
	return rc == OK ? tree_json(&k, NULL, why) : rc;
}

static enum err get_indices(struct request *req, struct why *why)
{
	struct asked k = {.req = req};
	struct criteria_set *sets = NULL;
	size_t n = 0;
	enum err rc = index_sets(req->db, STR_NULL, req->arena, &sets, &n, why);
	if (rc != OK)
		return rc;
	k.w = http_list(req);
	for (size_t i = 0; i < n && rc == OK; i++) {
		jw_object(&k.w);
		rc = set_json(&k, &sets[i], why);
		jw_object_end(&k.w);
	}
	http_list_end(&k.w, STR_NULL);
	return rc;
}

/* -- what if -- */
static enum err read_value(struct asked *k, struct str code, const struct json *v, struct why *why)
{
	struct decimal d;
	bool number = v->type == JSON_INT || v->type == JSON_NUMBER || v->type == JSON_STRING;
	if (!number || decimal_parse(v->text, &d, NULL) != OK)
		return fail_at(why, ERR_INVALID, "/values",
			       "the value of " STR_FMT " must be a number such as 97.5",
			       STR_ARG(code));
	return index_suppose(&k->set, code, decimal_double(d), why);
}

static enum err post_simulate(struct request *req, struct why *why)
{
	struct asked k = {.req = req};
	const struct json *body = NULL;
	enum err rc = http_json(req, &body, why);
	if (rc != OK)
		return rc;
	struct str version = json_get_str(body, "version");
	const struct json *values = json_get(body, "values");
	if (!values || values->type != JSON_OBJECT || values->n > SUPPOSED_MAX)
		return fail_at(why, ERR_INVALID, "/values",
			       "give up to %d values by the codes of their criteria", SUPPOSED_MAX);
	rc = ask(&k, version.len ? version : STR_NULL, json_get_str(body, "unit"),
		 json_get_str(body, "period"), why);
	if (rc == OK)
		rc = index_score(&k.set, &k.from, req->arena, why);
	struct index_total before = index_total(&k.set);
	for (size_t i = 0; rc == OK && i < values->n; i++)
		rc = read_value(&k, values->names[i], &values->items[i], why);
	if (rc != OK)
		return rc;
	index_sum(&k.set);
	return tree_json(&k, &before, why);
}

/* -- advice -- */
static void advice_json(struct jw *w, const struct advice *one)
{
	jw_object(w);
	jw_m_str(w, "criterion", one->criterion->code);
	jw_m_str(w, "name_vi", one->criterion->name_vi);
	jw_m_str(w, "name_en", one->criterion->name_en);
	value_json(w, "from", true, one->from);
	value_json(w, "to", true, one->to);
	value_json(w, "best", true, one->best);
	points_json(w, "gain", one->gain);
	value_json(w, "periods", true, one->periods);
	value_json(w, "cost", true, one->cost);
	jw_m_int(w, "effort", (int64_t)one->criterion->effort);
	jw_m_bool(w, "chosen", one->chosen);
	jw_object_end(w);
}

static enum err get_advice(struct request *req, struct why *why)
{
	struct asked k = {.req = req};
	struct advice *all = NULL;
	struct decimal wanted = {2, 0};
	size_t n = 0;
	struct str text = http_query(req, "want");
	if (text.len && (decimal_parse(text, &wanted, NULL) != OK || wanted.mantissa <= 0))
		return fail_at(why, ERR_INVALID, "want",
			       "say how many points are wanted, such as 2");
	enum err rc = ask_query(&k, why);
	if (rc == OK)
		rc = index_score(&k.set, &k.from, req->arena, why);
	if (rc == OK)
		rc = index_advice(&k.set, &k.from, decimal_double(wanted), req->arena, &all, &n,
				  why);
	if (rc != OK)
		return rc;
	double reached = 0;
	for (size_t i = 0; i < n; i++)
		reached += all[i].chosen ? all[i].gain : 0;
	k.w = http_jw(req);
	jw_object(&k.w);
	whose_json(&k, k.set.whose);
	total_json(&k.w, index_total(&k.set));
	points_json(&k.w, "wanted", decimal_double(wanted));
	points_json(&k.w, "reached", reached);
	jw_name(&k.w, "items");
	jw_array(&k.w);
	for (size_t i = 0; i < n; i++)
		advice_json(&k.w, &all[i]);
	jw_array_end(&k.w);
	jw_object_end(&k.w);
	return OK;
}

/* -- history -- */
static enum err version_history(struct asked *k, struct str version, int64_t periods,
				struct why *why)
{
	struct str place = http_query(k->req, "unit"), last = http_query(k->req, "period");
	enum err rc = ask(k, version, place, last, why);
	if (rc != OK)
		return rc;
	struct jw *w = &k->w;
	jw_object(w);
	jw_m_str(w, "version", k->set.edition);
	jw_m_str(w, "status", k->set.status);
	points_json(w, "points", k->set.points);
	jw_name(w, "items");
	jw_array(w);
	int32_t end = k->from.period.ordinal;
	for (int64_t i = periods - 1; rc == OK && i >= 0; i--) {
		k->from.period.ordinal = end - (int32_t)i;
		rc = index_score(&k->set, &k->from, k->req->arena, why);
		jw_object(w);
		jw_m_str(w, "period", period_str(k->req->arena, k->from.period));
		total_json(w, index_total(&k->set));
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
	return rc;
}

static enum err get_history(struct request *req, struct why *why)
{
	struct str *versions = NULL;
	size_t n = http_query_all(req, "version", &versions);
	int64_t periods = http_query_int(req, "periods", HISTORY_USUAL);
	struct asked k = {.req = req};
	enum err rc = OK;
	k.w = http_list(req);
	for (size_t i = 0; rc == OK && (i < n || i == 0); i++)
		rc = version_history(&k, n ? versions[i] : STR_NULL, periods, why);
	http_list_end(&k.w, STR_NULL);
	return rc;
}

/* -- where they stand -- */
static void change_json(struct jw *w, const char *name, const struct index_change *c)
{
	jw_name(w, name);
	if (!c->known) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_period(w, "period", c->then);
	points_json(w, "by", c->by);
	jw_object_end(w);
}

static void move_json(struct asked *k, const struct index_move *m)
{
	struct jw *w = &k->w;
	jw_object(w);
	whose_json(k, m->set.whose);
	jw_m_str(w, "code", m->set.index_code);
	jw_m_str(w, "version", m->set.edition);
	jw_m_str(w, "name_vi", m->set.name_vi);
	jw_m_str(w, "name_en", m->set.name_en);
	points_json(w, "points", m->set.points);
	jw_m_bool(w, "demonstration", m->set.demonstration);
	jw_m_period(w, "period", m->period);
	total_json(w, m->total);
	change_json(w, "before", &m->before);
	change_json(w, "year_before", &m->year);
	jw_name(w, "trend");
	jw_array(w);
	for (int i = 0; i < MOVE_TREND; i++) {
		if (m->known[i])
			points_json(w, NULL, m->trend[i]);
		else
			jw_null(w);
	}
	jw_array_end(w);
	jw_object_end(w);
}

static enum err get_moves(struct request *req, struct why *why)
{
	struct asked k = {.req = req};
	struct index_move *moves = NULL;
	size_t n = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &k.view, why);
	if (rc == OK)
		rc = ask_unit(&k, http_query(req, "unit"), why);
	if (rc == OK)
		rc = index_moves(&k.from, req->now, req->arena, &moves, &n, why);
	if (rc != OK)
		return rc;
	k.w = http_list(req);
	for (size_t i = 0; i < n; i++)
		move_json(&k, &moves[i]);
	http_list_end(&k.w, STR_NULL);
	return OK;
}

#define PLACE_PARAMS                                                                               \
	{.name = "period",                                                                         \
	 .type = PARAM_PERIOD,                                                                     \
	 .help = "Of the index' kind; else the last whole one"},                                   \
	{                                                                                          \
		.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code; else the province"   \
	}
static const struct http_param index_params[] = {
	PLACE_PARAMS,
	{.name = "version", .type = PARAM_TEXT, .max = 64, .help = "Else the one in force"},
	{.name = NULL},
};
static const struct http_param advice_params[] = {
	PLACE_PARAMS,
	{.name = "version", .type = PARAM_TEXT, .max = 64, .help = "Else the one in force"},
	{.name = "want", .type = PARAM_TEXT, .max = 20, .help = "Points wanted; else 2"},
	{.name = NULL},
};
static const struct http_param history_params[] = {
	PLACE_PARAMS,
	{.name = "version",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .repeated = true,
	 .help = "Versions side by side"},
	{.name = "periods", .type = PARAM_INT, .min = 1, .max = HISTORY_MAX, .help = "Else 12"},
	{.name = NULL},
};
static const struct http_param move_params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code; else the province"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"index_move",
	 "{..named ..index_whose version:text points:number demonstration:bool period:text ..index_total "
	 "before:{period:text by:number}? year_before:{period:text by:number}? trend:number?[]}"},
	{"index_set",
	 "{code:text index:text version:text name_vi:text name_en:text description_vi:text? "
	 "description_en:text? status:'draft'|'consulting'|'agreed'|'promulgated'|'replaced' "
	 "period_kind:period_kind valid_from:date valid_to:date? document:text? points:number "
	 "demonstration:bool}"},
	{"index_total", "{won:number reachable:number missing:int leaves:int}"},
	{"index_criterion",
	 "{code:text parent:text? name_vi:text name_en:text "
	 "method:'group'|'linear'|'steps'|'ratio'|'yes_no' points:number won:number lost:number "
	 "missing:int leaves:int formula?:text value?:number? supposed?:bool reason?:reason? "
	 "figure?:id? low?:number? high?:number? steps?:{value:number points:number}[] "
	 "effort?:int indicator?:text? measure_vi?:text? measure_en?:text? truth?:bool min?:number? "
	 "max?:number?}"},
	{"index_whose", "{unit:text unit_name_vi:text unit_name_en:text asked:text}"},
	{"index_tree", "{..index_set ..index_total ..index_whose period:text before?:index_total "
		       "criteria:index_criterion[] versions:index_set[]}"},
	{"advice",
	 "{criterion:text name_vi:text name_en:text from:number to:number best:number gain:number "
	 "periods:int cost:number effort:int chosen:bool}"},
	{"version_history",
	 "{version:text status:text points:number items:{period:text ..index_total}[]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/indices", PERMIT(VERB_READ, "criteria_set"), get_indices,
	      "Indices with their versions", "Các chỉ số tổng hợp và các phiên bản",
	      .answer = "{items:index_set[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/index-moves", PERMIT(VERB_READ, "criteria_set"), get_moves,
	      "Where the indices in force stand, against the period before and a year before",
	      "Các chỉ số đang áp dụng: điểm, so với kỳ trước và cùng kỳ năm trước",
	      .flags = HTTP_SLOW, .params = move_params,
	      .answer = "{items:index_move[] next:text?}"),
	ROUTE(HTTP_GET, "/api/v1/indices/{code}", PERMIT(VERB_READ, "criteria_set"), get_index,
	      "Points won and lost, criterion by criterion",
	      "Điểm đạt và điểm mất theo từng tiêu chí", .flags = HTTP_SLOW, .params = index_params,
	      .answer = "index_tree"),
	ROUTE(HTTP_POST, "/api/v1/indices/{code}/simulate", PERMIT(VERB_READ, "criteria_set"),
	      post_simulate, "The index with other values of its criteria",
	      "Tính thử chỉ số với giá trị giả định", .flags = HTTP_SLOW, .body_max = 32768,
	      .body = "{period?:text unit?:text version?:text values:{*:text|number}}",
	      .answer = "index_tree"),
	ROUTE(HTTP_GET, "/api/v1/indices/{code}/advice", PERMIT(VERB_READ, "criteria_set"),
	      get_advice, "What raises the index by so many points, cheapest first",
	      "Làm gì để tăng điểm, việc dễ nhất trước", .flags = HTTP_SLOW,
	      .params = advice_params,
	      .answer =
		      "{..index_whose ..index_total wanted:number reached:number items:advice[]}"),
	ROUTE(HTTP_GET, "/api/v1/indices/{code}/history", PERMIT(VERB_READ, "criteria_set"),
	      get_history, "Its points over time, by one version or several",
	      "Diễn biến điểm theo một hoặc nhiều phiên bản", .flags = HTTP_SLOW,
	      .params = history_params, .answer = "{items:version_history[] next:text?}"),
};
const struct route_table index_routes = {routes, ARRAY_LEN(routes), shapes};
