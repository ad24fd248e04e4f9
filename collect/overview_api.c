/* overview_api.c - the state of all the caller's units at one glance: what is expected, what came,
 * who is late, who went silent, what was never filled. */
#include "collect/collect.h"
#include "core/duty.h"
#include <stdlib.h>

#define OVERVIEW_BACK (35 * USEC_DAY)
#define OVERVIEW_AHEAD (7 * USEC_DAY)
#define SILENT_AFTER (30 * USEC_DAY)
#define RECENT 10

struct tally { /* of one unit */
	const struct unit *unit;
	struct duty_count count;
	usec last; /* delivery */
};
struct overview {
	struct request *req;
	const struct view *view;
	const struct unit **units;
	struct tally *tallies;
	size_t n;
	struct jw w;
};

static void readable_units(struct overview *o)
{
	const struct unit *units;
	size_t n = view_units(o->view, &units);
	int64_t today = date_days(date_local(o->req->now));
	o->units = ARENA_ARRAY(o->req->arena, n, const struct unit *);
	for (size_t i = 0; i < n; i++)
		if (unit_alive(&units[i], today) && access_may(o->req->app->access, o->req->who,
							       VERB_READ, "delivery", units[i].id))
			o->units[o->n++] = &units[i];
	o->tallies = ARENA_ARRAY(o->req->arena, o->n, struct tally);
	for (size_t i = 0; i < o->n; i++)
		o->tallies[i].unit = o->units[i];
}

static struct tally *tally_of(struct overview *o, int64_t unit)
{
	size_t low = 0, high = o->n;
	while (low < high) { /* units come sorted by id */
		size_t middle = low + (high - low) / 2;
		if (o->units[middle]->id == unit)
			return &o->tallies[middle];
		if (o->units[middle]->id < unit)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static enum err count(struct overview *o, struct why *why)
{
	struct duty_query how = {.kind = STR(DUTY_FIGURE),
				 .state = -1,
				 .from = o->req->now - OVERVIEW_BACK,
				 .to = o->req->now + OVERVIEW_AHEAD,
				 .now = o->req->now};
	struct duty_count *found = NULL;
	int64_t *units = NULL;
	size_t n = 0;
	how.n_units = access_units(o->req->app->access, o->req->who, VERB_READ, "delivery",
				   o->req->arena, &units, &how.all_units);
	how.units = units;
	enum err rc = duty_count(o->req->db, &how, DUTY_BY_UNIT, o->req->arena, &found, &n, why);
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct tally *t = tally_of(o, found[i].of);
		if (t)
			t->count = found[i];
	}
	return rc;
}

/* When each unit's last delivery came that held something good. */
static enum err last_received(struct overview *o, struct why *why)
{
	enum err rc = OK;
	for (size_t i = 0; i < o->n && rc == OK; i++) {
		AUTO(stmt_free) struct stmt *q = db_stmt(
			o->req->db,
			SQL("SELECT received FROM delivery WHERE unit = $1 AND accepted + same > 0 "
			    "ORDER BY id DESC LIMIT 1"));
		stmt_bind_int(q, 1, o->units[i]->id);
		o->tallies[i].last = stmt_row(q) ? stmt_int(q, 0) : 0;
		rc = stmt_end(q, why);
	}
	return rc;
}

static void units_json(struct overview *o)
{
	struct jw *w = &o->w;
	jw_name(w, "units");
	jw_array(w);
	for (size_t i = 0; i < o->n; i++) {
		const struct tally *t = &o->tallies[i];
		const int64_t *states = t->count.states;
		if (states[DUTY_DUE] + states[DUTY_LATE] + states[DUTY_MET] == 0)
			continue;
		jw_object(w);
		jw_m_str(w, "unit", t->unit->code);
		jw_m_str(w, "name_vi", t->unit->name_vi);
		jw_m_str(w, "name_en", t->unit->name_en);
		jw_m_cstr(w, "kind", unit_kind_name(t->unit->kind));
		jw_m_int(w, "due", states[DUTY_DUE]);
		jw_m_int(w, "late", states[DUTY_LATE]);
		jw_m_int(w, "met", states[DUTY_MET]);
		jw_m_int(w, "met_late", t->count.met_late);
		jw_m_int(w, "excused", states[DUTY_EXCUSED]);
		jw_m_time(w, "last", t->last);
		jw_m_time(w, "oldest", t->count.oldest);
		jw_m_bool(w, "silent",
			  states[DUTY_LATE] > 0 && t->last < o->req->now - SILENT_AFTER);
		jw_object_end(w);
	}
	jw_array_end(w);
}

/* Indicators that no unit has ever given. */
static enum err never_filled(struct overview *o, struct why *why)
{
	const struct indicator *indicators;
	size_t n = view_indicators(o->view, &indicators), found = 0;
	int64_t *filled = ARENA_ARRAY(o->req->arena, n, int64_t);
	AUTO(stmt_free) struct stmt *q = db_stmt(
		o->req->db,
		SQL("SELECT i.id FROM indicator i WHERE i.removed = 0 AND EXISTS (SELECT 1 FROM figure "
		    "f WHERE f.indicator = i.id AND f.current = 1) ORDER BY i.id"));
	while (found < n && stmt_row(q))
		filled[found++] = stmt_int(q, 0);
	enum err rc = stmt_end(q, why);
	jw_name(&o->w, "never_filled");
	jw_array(&o->w);
	for (size_t i = 0, k = 0; i < n; i++) { /* both sorted by id */
		while (k < found && filled[k] < indicators[i].id)
			k++;
		if (k < found && filled[k] == indicators[i].id)
			continue;
		const struct domain *d = view_domain_id(o->view, indicators[i].domain);
		jw_object(&o->w);
		jw_m_str(&o->w, "indicator", indicators[i].code);
		jw_m_str(&o->w, "name_vi", indicators[i].name_vi);
		jw_m_str(&o->w, "name_en", indicators[i].name_en);
		jw_m_str(&o->w, "domain", d ? d->code : STR_NULL);
		jw_object_end(&o->w);
	}
	jw_array_end(&o->w);
	return rc;
}

static enum err recent(struct overview *o, struct why *why)
{
	int64_t *ids = ARENA_ARRAY(o->req->arena, o->n, int64_t);
	for (size_t i = 0; i < o->n; i++)
		ids[i] = o->units[i]->id;
	struct delivery *found = NULL;
	size_t n = 0;
	struct delivery_query how = {.units = ids, .n_units = o->n, .limit = RECENT};
	enum err rc = delivery_list(o->req->db, &how, o->req->arena, &found, &n, why);
	jw_name(&o->w, "recent");
	jw_array(&o->w);
	for (size_t i = 0; i < n && rc == OK; i++) {
		jw_object(&o->w);
		delivery_json_head(&o->w, o->view, &found[i]);
		jw_object_end(&o->w);
	}
	jw_array_end(&o->w);
	return rc;
}

static void totals_json(struct overview *o)
{
	struct duty_count sum = {0};
	for (size_t i = 0; i < o->n; i++) {
		for (int k = 0; k < DUTY_STATES; k++)
			sum.states[k] += o->tallies[i].count.states[k];
		sum.met_late += o->tallies[i].count.met_late;
	}
	jw_m_time(&o->w, "now", o->req->now);
	jw_m_int(&o->w, "days", OVERVIEW_BACK / USEC_DAY);
	jw_m_int(&o->w, "expected", sum.states[DUTY_LATE] + sum.states[DUTY_MET]);
	jw_m_int(&o->w, "received", sum.states[DUTY_MET]);
	jw_m_int(&o->w, "received_late", sum.met_late);
	jw_m_int(&o->w, "late", sum.states[DUTY_LATE]);
	jw_m_int(&o->w, "due", sum.states[DUTY_DUE]);
	jw_m_int(&o->w, "excused", sum.states[DUTY_EXCUSED]);
}

static enum err get_overview(struct request *req, struct why *why)
{
	struct overview o = {.req = req};
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &o.view, why);
	if (rc != OK)
		return rc;
	readable_units(&o);
	rc = count(&o, why);
	if (rc == OK)
		rc = last_received(&o, why);
	if (rc != OK)
		return rc;
	o.w = http_jw(req);
	jw_object(&o.w);
	totals_json(&o);
	units_json(&o);
	rc = never_filled(&o, why);
	if (rc == OK)
		rc = recent(&o, why);
	jw_object_end(&o.w);
	return rc;
}

static const struct shape shapes[] = {
	{"unit_tally",
	 "{unit:text name_vi:text name_en:text kind:text due:int late:int met:int met_late:int excused:int last:time? oldest:time? silent:bool}"},
	{"overview",
	 "{now:time days:int expected:int received:int received_late:int late:int due:int excused:int units:unit_tally[] never_filled:{indicator:text name_vi:text name_en:text "
	 "domain:text?}[] recent:delivery_head[]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/overview", PERMIT(VERB_READ, "delivery"), get_overview,
	      "What was expected, what came, who is late, silent or never filled, over your units",
	      "Tổng quan: phải nộp, đã nhận, đơn vị chậm, im lặng, chỉ tiêu chưa từng có số liệu",
	      .flags = HTTP_SLOW, .answer = "overview"),
};
const struct route_table overview_routes = {routes, ARRAY_LEN(routes), shapes};
