/* predict_api.c - who is about to be late, and how good such predictions were. */
#include "operate/operate.h"
#include "operate/nudge.h"
#include "operate/reminder_json.h"
#include "registry/asked.h"
#include "registry/figure.h"

#define PREDICTIONS_SHOWN 200

static int64_t permille(double part)
{
	return (int64_t)(part * 1000 + 0.5);
}

/* What was said and what came of it; nothing as long as it would be chance. */
static void reliability_json(struct jw *w, const struct predict_score *s)
{
	jw_name(w, "reliability");
	jw_array(w);
	for (int i = 0; i < PREDICT_BINS && s->enough; i++) {
		const struct predict_bin *b = &s->bins[i];
		if (b->n == 0)
			continue;
		jw_object(w);
		jw_m_int(w, "from", i * 1000 / PREDICT_BINS);
		jw_m_int(w, "said", permille(b->said));
		jw_m_int(w, "came", permille(b->came));
		jw_m_int(w, "n", b->n);
		jw_m_int(w, "sendings", b->sendings);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void score_json(struct jw *w, const struct predict_score *s)
{
	jw_name(w, "score");
	jw_object(w);
	jw_m_bool(w, "enough", s->enough);
	jw_m_int(w, "n", s->n);
	jw_name(w, "brier");
	jw_double(w, s->brier);
	jw_name(w, "brier_of_mean");
	jw_double(w, s->base);
	jw_m_int(w, "flagged", s->flagged);
	jw_m_int(w, "flagged_late", s->flagged_late);
	jw_m_int(w, "late", s->late);
	jw_m_int(w, "days", s->days);
	jw_m_int(w, "learned", s->learned);
	reliability_json(w, s);
	jw_object_end(w);
}

static void item_json(struct showing *x, const struct prediction *p, const struct nudges *nudged)
{
	const struct nudge *n = nudge_of(nudged, p->duty.id);
	struct jw *w = &x->w;
	jw_object(w);
	unit_json(w, x->view, p->duty.key.unit);
	jw_m_id(w, "duty", p->duty.id);
	indicator_json(w, x->view, p->duty.key.subject);
	jw_m_period(w, "period", p->duty.key.period);
	jw_m_time(w, "deadline", p->duty.until);
	jw_m_int(w, "permille", permille(p->late));
	jw_m_time(w, "nudged", n ? n->at : 0);
	jw_object_end(w);
}

static enum err get_predictions(struct request *req, struct why *why)
{
	struct showing x = {.req = req};
	struct predictions found;
	struct nudges nudged;
	struct duty_query whose = {.now = req->now,
				   .to = req->now + http_query_int(req, "hours", 72) * USEC_HOUR};
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &x.view, why);
	if (rc == OK)
		rc = asked_whose(req, x.view, "reminder", &whose.units, &whose.n_units,
				 &whose.all_units, why);
	if (rc == OK)
		rc = predict(req->db, x.view, &whose, true, req->arena, &found, why);
	if (rc == OK)
		rc = nudge_last(req->db, &whose, req->arena, &nudged, why);
	if (rc != OK)
		return rc;
	x.w = http_jw(req);
	jw_object(&x.w);
	score_json(&x.w, &found.score);
	jw_m_int(&x.w, "open", (int64_t)found.n);
	jw_name(&x.w, "items");
	jw_array(&x.w);
	for (size_t i = 0; i < found.n && i < PREDICTIONS_SHOWN; i++)
		item_json(&x, &found.items[i], &nudged);
	jw_array_end(&x.w);
	jw_object_end(&x.w);
	return OK;
}

static const struct http_param params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	{.name = "hours", .type = PARAM_INT, .min = 1, .max = 720, .help = "Ahead; default 72"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"prediction",
	 "{..of_unit duty:id ..of_indicator period:text deadline:time permille:int nudged:time?}"},
	{"reliability", "{from:int said:int came:int n:int sendings:int}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/predictions", PERMIT(VERB_READ, "reminder"), get_predictions,
	      "What will probably be late, most likely first, with the score of past predictions",
	      "Nghĩa vụ có khả năng chậm, kèm độ chính xác của dự báo đã qua", .flags = HTTP_SLOW,
	      .params = params,
	      .answer =
		      "{score:{enough:bool n:int brier:number brier_of_mean:number flagged:int "
		      "flagged_late:int late:int days:int learned:int reliability:reliability[]} open:int items:prediction[]}"),
};
const struct route_table predict_routes = {routes, ARRAY_LEN(routes), shapes};
