/* exception_api.c - the leader's five exceptions. */
#include "operate/discipline.h"
#include "operate/exception.h"
#include "operate/operate.h"
#include "operate/quality.h"
#include "operate/quality_ask.h"
#include <stdio.h>

#define REMINDED_BACK (365 * USEC_DAY)

static void ask_units(struct request *req, struct exception_query *q)
{
	const struct unit *units;
	size_t n = view_units(q->view, &units);
	int64_t today = date_days(date_local(req->now));
	int64_t *ids = ARENA_ARRAY(req->arena, n, int64_t);
	for (size_t i = 0; i < n; i++)
		if (unit_alive(&units[i], today) &&
		    access_may(req->app->access, req->who, VERB_READ, "delivery", units[i].id))
			ids[q->n_units++] = units[i].id;
	q->units = ids;
}

/* The topmost of the asker's units: the indices are seen from there. */
static const struct unit *top_unit(const struct exception_query *q)
{
	const struct unit *top = NULL;
	for (size_t i = 0; i < q->n_units; i++) {
		const struct unit *u = view_unit_id(q->view, q->units[i]);
		if (!top || view_within(q->view, top->id, u->id))
			top = u;
	}
	return top;
}

static enum err ask_indices(struct request *req, struct exception_query *q, struct why *why)
{
	const struct operate_asks *asks = req->app->operate;
	const struct unit *of = top_unit(q);
	struct exception *found = NULL;
	if (!of || !access_may_somewhere(req->app->access, req->who, VERB_READ, "criteria_set"))
		return OK;
	enum err rc = asks->falls(req, q->view, of, &found, &q->n_more, why);
	q->more = found;
	return rc;
}

static void names_json(struct jw *w, const char *name, struct str code, struct str vi,
		       struct str en)
{
	jw_name(w, name);
	jw_object(w);
	jw_m_str(w, "code", code);
	jw_m_str(w, "name_vi", vi);
	jw_m_str(w, "name_en", en);
	jw_object_end(w);
}

static void decimal_json(struct jw *w, const char *name, struct arena *a, struct decimal d)
{
	jw_m_str(w, name, decimal_str(a, d));
}

/* Where the cells lie that the sentence rests on. */
static struct str evidence(struct arena *a, const struct exception *e)
{
	struct str unit = e->unit ? e->unit->code : STR(""),
		   code = e->indicator ? e->indicator->code : STR("");
	switch (e->rule) {
	case RULE_DUE_SOON:
	case RULE_OVERDUE:
		return arena_fmt(a, "/coverage?by=unit&indicator=" STR_FMT, STR_ARG(code));
	case RULE_WORSENING:
		return arena_fmt(a, "/indicators/" STR_FMT "?unit=" STR_FMT, STR_ARG(code),
				 STR_ARG(unit));
	case RULE_FALLING:
		return arena_fmt(a, "/indices/" STR_FMT "?unit=" STR_FMT "&period=" STR_FMT,
				 STR_ARG(e->index.code), STR_ARG(unit),
				 STR_ARG(period_str(a, e->period)));
	case RULE_SILENT:
		return arena_fmt(a, "/quality?unit=" STR_FMT "&dimension=live", STR_ARG(unit));
	case RULE_QUALITY:
		return arena_fmt(a, "/quality?unit=" STR_FMT "&period=" STR_FMT, STR_ARG(unit),
				 STR_ARG(period_str(a, e->period)));
	case RULES:
		break;
	}
	return STR_NULL;
}

static void points_json(struct jw *w, const char *name, double points)
{
	char text[32];
	snprintf(text, sizeof(text), "%.2f", points);
	jw_name(w, name);
	jw_raw(w, str_of(text));
}

static void fall_json(struct jw *w, const struct exception *e)
{
	const struct index_fall *f = &e->index;
	names_json(w, "index", f->code, f->name_vi, f->name_en);
	jw_m_period(w, "period", e->period);
	points_json(w, "score", f->won);
	points_json(w, "points", f->points);
	points_json(w, "by", f->by);
	points_json(w, "year_by", f->year_by);
	if (f->worst_by < 0) {
		names_json(w, "worst", STR_NULL, f->worst_vi, f->worst_en);
		points_json(w, "worst_by", f->worst_by);
	}
}

static void exception_json(struct jw *w, struct request *req, const struct view *v,
			   const struct exception *e)
{
	struct arena *a = req->arena;
	const struct indicator *i = e->indicator;
	const struct unit *owner = e->unit ? e->unit : i ? view_unit_id(v, i->owner) : NULL;
	jw_object(w);
	jw_m_cstr(w, "rule", rule_name(e->rule));
	if (e->unit)
		names_json(w, "unit", e->unit->code, e->unit->name_vi, e->unit->name_en);
	if (i)
		names_json(w, "indicator", i->code, i->name_vi, i->name_en);
	if (owner)
		names_json(w, "owner", owner->code, owner->name_vi, owner->name_en);
	jw_m_int(w, "count", e->count);
	jw_m_time(w, "since", e->since);
	jw_m_str(w, "why", e->why.len ? e->why : STR_NULL);
	if (e->of)
		jw_m_int(w, "of", e->of);
	if (e->rule == RULE_SILENT && e->reminded >= 0)
		jw_m_int(w, "reminded", e->reminded);
	if (e->lost) {
		names_json(w, "lost", e->lost->code, e->lost->name_vi, e->lost->name_en);
		jw_m_score(w, "lost_from", e->lost_from);
		jw_m_score(w, "lost_to", e->lost_to);
	}
	if (e->rule == RULE_WORSENING && i) {
		jw_m_period(w, "period", e->period);
		decimal_json(w, "value", a, e->value);
		decimal_json(w, "before", a, e->before);
		decimal_json(w, "target", a, i->target.value);
		jw_m_str(w, "direction", i->direction);
		jw_m_str(w, "measure_vi", i->measure_vi);
		jw_m_str(w, "measure_en", i->measure_en);
		jw_m_id(w, "figure", e->figure);
	}
	if (e->rule == RULE_FALLING)
		fall_json(w, e);
	if (e->rule == RULE_QUALITY) {
		jw_m_period(w, "period", e->period);
		jw_m_score(w, "score", e->score);
		jw_m_score(w, "earlier", e->earlier);
	}
	jw_m_str(w, "href", evidence(a, e));
	jw_object_end(w);
}

/* Units of the asker's that have to give it, of the period that ended before the deadline. */
static int64_t owing(const struct exception_query *q, const struct exception *e)
{
	struct period p = period_at(e->indicator->period, e->since);
	int64_t n = 0;
	p.ordinal--;
	for (size_t i = 0; i < q->n_units; i++) {
		const struct unit *u = view_unit_id(q->view, q->units[i]);
		n += u && unit_owes(u, e->indicator, p);
	}
	return n > e->count ? n : e->count;
}

static enum err count_reminders(struct request *req, struct exception *e, struct why *why)
{
	struct reminder_query how = {.units = &e->unit->id,
				     .n_units = 1,
				     .issued = true,
				     .from = req->now - REMINDED_BACK};
	struct reminder *all = NULL;
	size_t n = 0;
	e->reminded = -1;
	if (!access_may(req->app->access, req->who, VERB_READ, "reminder", e->unit->id))
		return OK;
	enum err rc = reminder_list(req->db, &how, req->arena, &all, &n, why);
	if (rc == OK)
		e->reminded = 0;
	for (size_t i = 0; rc == OK && i < n; i++)
		e->reminded += reminder_stands(&all[i]);
	return rc;
}

/* What the reasons of those that are told are counted from. */
static enum err find_reasons(struct request *req, const struct exception_query *q,
			     struct exception *found, size_t n, struct why *why)
{
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		struct exception *e = &found[i];
		if (e->rule == RULE_DUE_SOON || e->rule == RULE_OVERDUE)
			e->of = owing(q, e);
		if (e->rule == RULE_SILENT)
			rc = count_reminders(req, e, why);
	}
	return rc;
}

static enum err get_exceptions(struct request *req, struct why *why)
{
	struct exception_query q = {.now = req->now};
	struct exception *found = NULL;
	size_t n = 0, all = 0;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &q.view, why);
	if (rc != OK)
		return rc;
	ask_units(req, &q);
	q.reach = figure_reach(req->app->access, req->who, VERB_READ, q.view, req->arena);
	rc = ask_indices(req, &q, why);
	if (rc == OK)
		rc = exceptions_find(req->db, &q, req->arena, &found, &n, &all, why);
	if (rc == OK)
		rc = find_reasons(req, &q, found, n, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < n; i++)
		exception_json(&w, req, q.view, &found[i]);
	jw_array_end(&w);
	jw_m_id(&w, "next", 0);
	jw_m_int(&w, "found", (int64_t)all);
	jw_m_time(&w, "now", req->now);
	jw_object_end(&w);
	return OK;
}

static const struct shape shapes[] = {
	{"named", "{code:text name_vi:text name_en:text}"},
	{"exception",
	 "{rule:'due_soon'|'falling'|'silent'|'worsening'|'overdue'|'quality' unit?:named indicator?:named "
	 "owner?:named count:int since:time? why:text? period?:text value?:text before?:text "
	 "target?:text direction?:text measure_vi?:text measure_en?:text score?:number figure?:id? "
	 "of?:int reminded?:int lost?:named lost_from?:number lost_to?:number earlier?:number index?:named points?:number by?:number year_by?:number worst?:{code:text? name_vi:text name_en:text} worst_by?:number href:text}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/exceptions", PERMIT(VERB_READ, "delivery"), get_exceptions,
	      "The five things that need a hand most, over your units, each with its evidence",
	      "Năm việc cần chỉ đạo nhất, kèm căn cứ", .flags = HTTP_SLOW,
	      .answer = "{items:exception[] next:text? found:int now:time}"),
};
const struct route_table exception_routes = {routes, ARRAY_LEN(routes), shapes};
