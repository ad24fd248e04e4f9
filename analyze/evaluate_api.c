/* evaluate_api.c - a formula tried out, with everything an editor shows beside it. */
#include "analyze/analyze.h"
#include "analyze/cells.h"
#include "analyze/words.h"
#include "base/text.h"

struct evaluation {
	struct request *req;
	const struct view *view;
	struct standpoint from;
	const struct indicator *for_indicator; /* whose formula it would be; may be NULL */
	struct str text;
	struct formula *formula;
	struct jw w;
};

/* Places are counted as browsers count: UTF-16 units. */
static int64_t browser_place(struct str text, size_t byte)
{
	int64_t n = 0;
	for (size_t at = 0, len; at < byte && at < text.len; at += len) {
		uint32_t c = 0;
		len = text_next((struct str){text.ptr + at, text.len - at}, &c);
		if (len == 0)
			break;
		n += c > 0xFFFF ? 2 : 1;
	}
	return n;
}

static void place_json(struct evaluation *e, struct formula_place at)
{
	jw_m_int(&e->w, "start", browser_place(e->text, at.start));
	jw_m_int(&e->w, "end", browser_place(e->text, at.end));
}

/* Rounded to `decimals`, or as exact as a decimal can be when that is negative. */
static void number_json(struct evaluation *e, struct number n, int decimals)
{
	struct decimal d;
	bool fits = decimals >= 0 ? number_round(n, decimals, &d) : number_decimal(n, &d);
	jw_str(&e->w, fits ? decimal_str(e->req->arena, d)
			   : arena_fmt(e->req->arena, "%.15g", number_double(n)));
}

static void value_json(struct evaluation *e, const struct formula_value *v, int decimals)
{
	if (v->reason != FORMULA_PRESENT)
		jw_null(&e->w);
	else if (v->type == FORMULA_TEXT)
		jw_str(&e->w, v->text);
	else if (v->type == FORMULA_BOOL)
		jw_bool(&e->w, v->boolean);
	else
		number_json(e, v->number, decimals);
}

/* Why a set went on without a figure; null: it did not. */
static void left_out_json(struct evaluation *e, struct formula_cell *reason)
{
	struct formula_value lost = {.reason = reason ? reason->reason : FORMULA_PRESENT,
				     .cell = reason};
	jw_reason(&e->w, e->view, &lost, e->req->arena);
}

/* part: of the value before it. */
static void cell_json(struct evaluation *e, struct formula_cell *c, bool part)
{
	const struct unit *u = view_unit_id(e->view, c->unit);
	struct formula_value lost = {.reason = c->reason, .cell = c + c->lost};
	struct jw *w = &e->w;
	jw_object(w);
	jw_m_id(w, "figure", c->id);
	jw_m_str(w, "unit", u ? u->code : STR_NULL);
	jw_m_str(w, "unit_vi", u ? u->name_vi : STR_NULL);
	jw_m_str(w, "unit_en", u ? u->name_en : STR_NULL);
	jw_m_str(w, "period", c->period);
	jw_m_str(w, "breakdown", c->breakdown);
	jw_name(w, "value");
	if (c->reason == FORMULA_PRESENT)
		jw_str(w, decimal_str(e->req->arena, c->value));
	else
		jw_null(w);
	jw_m_bool(w, "provisional", c->provisional);
	jw_m_bool(w, "part", part);
	jw_name(w, "reason");
	jw_reason(w, e->view, &lost, e->req->arena);
	jw_name(w, "left_out");
	left_out_json(e, c->left_out);
	jw_object_end(w);
}

#define CELLS_SHOWN 200 /* of each term; and of what was left out */

static void term_json(struct evaluation *e, const struct formula_term *t)
{
	const struct indicator *i = view_indicator_id(e->view, t->ref->indicator);
	struct jw *w = &e->w;
	jw_object(w);
	place_json(e, t->ref->at);
	jw_m_str(w, "indicator", i ? i->code : t->ref->code);
	jw_m_str(w, "name_vi", i ? i->name_vi : STR_NULL);
	jw_m_str(w, "name_en", i ? i->name_en : STR_NULL);
	jw_m_str(w, "measure_vi", i ? i->measure_vi : STR_NULL);
	jw_m_str(w, "measure_en", i ? i->measure_en : STR_NULL);
	jw_m_cstr(w, "units", formula_units_name(t->ref->units));
	jw_m_int(w, "count", (int64_t)t->values);
	jw_m_int(w, "missing", (int64_t)t->missing);
	jw_m_int(w, "left_out", (int64_t)t->left_out);
	jw_name(w, "cells");
	jw_array(w);
	size_t parts = 0; /* still to come of the value before */
	for (size_t k = 0; k < t->n && k < CELLS_SHOWN; k++) {
		cell_json(e, &t->cells[k], parts > 0);
		parts = parts ? parts - 1 : t->cells[k].parts;
	}
	jw_array_end(w);
	jw_object_end(w);
}

/* Did a set go on without it, for want of this very figure or of one beside it? */
static bool tells_left_out(const struct formula_cell *c, bool part)
{
	return c->left_out &&
	       (c->left_out == c || (!part && c->left_out->reason == FORMULA_UNPAIRED));
}

/* The missing figures that sets went on without: which units, and why. */
static void all_left_out_json(struct evaluation *e, const struct formula_result *r)
{
	size_t shown = 0;
	jw_name(&e->w, "left_out");
	jw_array(&e->w);
	for (size_t i = 0; i < r->n_terms; i++) {
		size_t parts = 0; /* still to come of the value before */
		for (size_t k = 0; k < r->terms[i].n && shown < CELLS_SHOWN; k++) {
			struct formula_cell *c = &r->terms[i].cells[k];
			if (tells_left_out(c, parts > 0)) {
				left_out_json(e, c->left_out);
				shown++;
			}
			parts = parts ? parts - 1 : c->parts;
		}
	}
	jw_array_end(&e->w);
}

static void result_json(struct evaluation *e, const struct formula_result *r)
{
	struct jw *w = &e->w;
	bool present = r->value.reason == FORMULA_PRESENT;
	const struct indicator *i = e->for_indicator;
	jw_name(w, "value");
	value_json(e, &r->value, i ? i->decimals : -1);
	jw_m_str(w, "measure", formula_measure(e->formula, e->req->arena));
	jw_name(w, "reason");
	jw_reason(w, e->view, &r->value, e->req->arena);
	jw_name(w, "lost");
	if (present) {
		jw_null(w);
	} else {
		jw_object(w);
		place_json(e, r->at);
		jw_object_end(w);
	}
	jw_m_int(w, "steps", r->count);
	jw_name(w, "terms");
	jw_array(w);
	for (size_t k = 0; k < r->n_terms; k++)
		term_json(e, &r->terms[k]);
	jw_array_end(w);
	all_left_out_json(e, r);
	jw_name(w, "explanation");
	jw_array(w);
	for (size_t k = 0; k < r->n_steps; k++) {
		jw_object(w);
		place_json(e, r->steps[k].at);
		jw_name(w, "value");
		value_json(e, &r->steps[k].value, -1);
		jw_object_end(w);
	}
	jw_array_end(w);
	jw_m_str(w, "period", period_str(e->req->arena, e->from.period));
	jw_m_str(w, "unit", e->from.unit->code);
}

/* -- the question -- */
static enum err read_unit(struct evaluation *e, const struct json *body, struct why *why)
{
	struct str unit = json_get_str(body, "unit"), own = json_get_str(body, "indicator");
	e->for_indicator = own.len ? view_indicator(e->view, own) : NULL;
	if (own.len && !e->for_indicator)
		return fail_at(why, ERR_INVALID, "/indicator",
			       "there is no indicator \"" STR_FMT "\"", STR_ARG(own));
	const struct unit *u = view_unit(e->view, unit);
	if (!unit.len && e->for_indicator && e->for_indicator->scope != SCOPE_COMMUNE)
		u = view_unit_id(e->view, e->for_indicator->owner);
	if (!u)
		return fail_at(why, ERR_INVALID, "/unit", "there is no unit \"" STR_FMT "\"",
			       STR_ARG(unit));
	e->from.unit = e->for_indicator ? cells_base(e->view, e->for_indicator, u) : u;
	return OK;
}

static enum err read_question(struct evaluation *e, struct why *why)
{
	const struct json *body = NULL;
	struct request *req = e->req;
	enum err rc = http_json(req, &body, why);
	if (rc == OK)
		rc = registry_view(req->app->registry, req->db, req->arena, &e->view, why);
	if (rc == OK)
		rc = read_unit(e, body, why);
	if (rc != OK)
		return rc;
	e->text = json_get_str(body, "formula");
	if (!e->text.ptr)
		return fail_at(why, ERR_INVALID, "/formula", "give the formula as a text");
	if (period_parse(json_get_str(body, "period"), &e->from.period, why) != OK)
		return fail_at(why, ERR_INVALID, "/period", "write 2026-10, 2026-Q3 or 2026");
	e->from.db = req->db;
	e->from.view = e->view;
	e->from.access = req->app->access;
	e->from.who = req->who;
	return OK;
}

/* A formula with a fault is an answer, not an error: the editor asks while it is being typed. */
static void fault_json(struct evaluation *e, struct formula_place at, const struct why *fault)
{
	jw_name(&e->w, "value");
	jw_null(&e->w);
	jw_name(&e->w, "fault");
	jw_object(&e->w);
	jw_m_cstr(&e->w, "text", http_english(e->req) ? fault->text : fault->vi);
	place_json(e, at);
	jw_object_end(&e->w);
}

static enum err post_evaluate(struct request *req, struct why *why)
{
	struct evaluation e = {.req = req};
	struct formula_place at = {0, 0};
	struct formula_result r;
	struct why fault = {.text = ""};
	enum err rc = read_question(&e, why);
	if (rc != OK)
		return rc;
	struct formula_words words = formula_words_of(e.view);
	struct formula_data data = cells_of(&e.from);
	enum err good = formula_compile(req->arena, e.text, &words,
					e.for_indicator ? e.for_indicator->measure : STR_NULL,
					&e.formula, &at, &fault);
	if (good == OK)
		rc = formula_run(e.formula, &data, true, req->arena, &r, why);
	if (rc != OK)
		return rc;
	e.w = http_jw(req);
	jw_object(&e.w);
	if (good == OK) {
		result_json(&e, &r);
		jw_name(&e.w, "fault");
		jw_null(&e.w);
	} else {
		fault_json(&e, at, &fault);
	}
	jw_object_end(&e.w);
	return OK;
}

static enum err get_functions(struct request *req, struct why *why)
{
	(void)why;
	struct jw w = http_list(req);
	for (size_t i = 0; formula_function(i); i++) {
		const struct formula_help *h = formula_function(i);
		jw_object(&w);
		jw_m_cstr(&w, "name", h->name);
		jw_m_cstr(&w, "name_vi", h->name_vi);
		jw_m_cstr(&w, "parameters_vi", h->parameters.vi);
		jw_m_cstr(&w, "parameters_en", h->parameters.en);
		jw_m_cstr(&w, "text_vi", h->text.vi);
		jw_m_cstr(&w, "text_en", h->text.en);
		jw_m_cstr(&w, "kind", "function");
		jw_object_end(&w);
	}
	for (unsigned u = 0; u < FORMULA_UNITS; u++) {
		struct label label = formula_units_label((enum formula_units)u);
		jw_object(&w);
		jw_m_str(&w, "name",
			 arena_fmt(req->arena, "units: %s",
				   formula_units_name((enum formula_units)u)));
		jw_m_str(&w, "name_vi",
			 arena_fmt(req->arena, "đơn vị: %s",
				   formula_units_name_vi((enum formula_units)u)));
		jw_m_cstr(&w, "text_vi", label.vi);
		jw_m_cstr(&w, "text_en", label.en);
		jw_m_cstr(&w, "kind", "option");
		jw_object_end(&w);
	}
	http_list_end(&w, STR_NULL);
	return OK;
}

static const struct shape shapes[] = {
	{"reason",
	 "{code:text unit:text? indicator:text? period:text? breakdown:text? vi:text en:text}"},
	{"term_cell",
	 "{figure:id? unit:text? unit_vi:text? unit_en:text? period:text breakdown:text value:text? "
	 "provisional:bool part:bool reason:reason? left_out:reason?}"},
	{"term",
	 "{start:int end:int indicator:text name_vi:text? name_en:text? measure_vi:text? "
	 "measure_en:text? units:text count:int missing:int left_out:int cells:term_cell[]}"},
	{"evaluation",
	 "{value:text|bool? fault:{text:text start:int end:int}? measure?:text reason?:reason? "
	 "lost?:{start:int end:int}? steps?:int terms?:term[] left_out?:reason[] "
	 "explanation?:{start:int end:int value:text|bool?}[] period?:text unit?:text}"},
	{"formula_word",
	 "{name:text name_vi:text parameters_vi?:text parameters_en?:text text_vi:text "
	 "text_en:text kind:'function'|'option'}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_POST, "/api/v1/formulas/evaluate", PERMIT(VERB_READ, "formula"), post_evaluate,
	      "Try a formula out: value, terms with their figures, steps, or the place of its fault",
	      "Tính thử công thức: giá trị, từng thành phần, các bước, hoặc chỗ sai",
	      .flags = HTTP_SLOW, .body_max = 16384,
	      .body = "{formula:text unit?:text period:text indicator?:text}",
	      .answer = "evaluation"),
	ROUTE(HTTP_GET, "/api/v1/formulas/functions", PERMIT(VERB_READ, "formula"), get_functions,
	      "Functions and options of formulas, for completion",
	      "Các hàm và tùy chọn của công thức, để gợi ý khi gõ",
	      .answer = "{items:formula_word[] next:text?}"),
};
const struct route_table formula_routes = {routes, ARRAY_LEN(routes), shapes};
