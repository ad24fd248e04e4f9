/* nudge_api.c - nudges by hand, and those that a unit was given. */
#include "base/id.h"
#include "operate/nudge.h"
#include "operate/operate.h"
#include "operate/reminder_json.h"
#include "registry/asked.h"
#include "registry/figure.h"

#define NUDGES_MAX 500

static void nudge_json(struct showing *x, const struct nudge *n)
{
	struct jw *w = &x->w;
	const struct duty *d = &n->duty;
	jw_object(w);
	unit_json(w, x->view, d->key.unit);
	jw_m_id(w, "duty", d->id);
	jw_m_str(w, "kind", d->key.kind);
	duty_about_json(w, x->view, d);
	jw_m_time(w, "deadline", d->until);
	jw_m_time(w, "at", n->at);
	jw_m_id(w, "by", n->by);
	jw_m_str(w, "by_name", n->by_name);
	jw_object_end(w);
}

static enum err get_nudges(struct request *req, struct why *why)
{
	struct showing x = {.req = req};
	struct duty_query whose = {.now = req->now};
	struct nudges found;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &x.view, why);
	if (rc == OK)
		rc = asked_whose(req, x.view, "reminder", &whose.units, &whose.n_units,
				 &whose.all_units, why);
	if (rc == OK)
		rc = nudge_last(req->db, &whose, req->arena, &found, why);
	if (rc != OK)
		return rc;
	x.w = http_list(req);
	for (size_t i = 0; i < found.n; i++)
		nudge_json(&x, &found.items[i]);
	http_list_end(&x.w, STR_NULL);
	return OK;
}

/* Only what is still due is nudged about; each of the others says what became of it. */
static enum err nudge_change(struct request *req, void *arg, struct why *why)
{
	struct nudges *all = arg, due = {.items = ARENA_ARRAY(req->arena, all->n, struct nudge)};
	int64_t given = 0;
	enum err rc = OK;
	for (size_t i = 0; i < all->n && rc == OK; i++) {
		struct nudge *n = &all->items[i];
		rc = duty_get(req->db, n->duty.id, req->arena, &n->duty, why);
		if (rc == OK && duty_state(&n->duty, req->now) == DUTY_DUE)
			due.items[due.n++] = *n;
	}
	if (rc == OK)
		rc = nudge_give(req->db, &due, req->who->user, req->now, &given, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_int(&w, "nudged", given);
	jw_m_int(&w, "today", (int64_t)due.n - given);
	jw_m_int(&w, "not_due", (int64_t)(all->n - due.n));
	jw_object_end(&w);
	return OK;
}

static enum err read_one(struct request *req, const struct json *id, struct nudge *ret,
			 struct why *why)
{
	*ret = (struct nudge){.permille = -1};
	if (id->type != JSON_STRING)
		return fail_at(why, ERR_INVALID, "/duties", "give the ids of duties as texts");
	enum err rc = id_parse(id->text, &ret->duty.id, why);
	if (rc == OK)
		rc = duty_get(req->db, ret->duty.id, req->arena, &ret->duty, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, VERB_CREATE, "nudge",
				    ret->duty.key.unit, why);
	return rc;
}

static enum err post_nudges(struct request *req, struct why *why)
{
	const struct json *body = NULL;
	struct nudges *all = ARENA_NEW(req->arena, struct nudges);
	enum err rc = http_json(req, &body, why);
	if (rc != OK)
		return rc;
	const struct json *duties = json_get(body, "duties");
	if (!duties || duties->type != JSON_ARRAY || duties->n == 0 || duties->n > NUDGES_MAX)
		return fail_at(why, ERR_INVALID, "/duties", "name 1 to %d duties that are due soon",
			       NUDGES_MAX);
	*all = (struct nudges){ARENA_ARRAY(req->arena, duties->n, struct nudge), duties->n};
	for (size_t i = 0; i < duties->n && rc == OK; i++)
		rc = read_one(req, &duties->items[i], &all->items[i], why);
	return rc == OK ? http_write(req, nudge_change, all, why) : rc;
}

static const struct http_param unit_params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"nudge", "{duty:id ..of_unit kind:text ..of_indicator period:text? deadline:time at:time "
		  "by:id? by_name:text?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/nudges", PERMIT(VERB_READ, "nudge"), get_nudges,
	      "The last nudge about each duty that is still due: when, and by whom",
	      "Lần nhắc nhẹ gần nhất về từng nghĩa vụ chưa đến hạn: lúc nào, do ai",
	      .params = unit_params, .answer = "{items:nudge[] next:text?}"),
	ROUTE(HTTP_POST, "/api/v1/nudges", PERMIT(VERB_CREATE, "nudge"), post_nudges,
	      "Nudge units about what is due soon, at most once a day for each duty",
	      "Nhắc nhẹ các đơn vị về việc sắp đến hạn, mỗi nghĩa vụ một lần trong ngày",
	      .flags = HTTP_IDEMPOTENT, .body_max = 65536, .body = "{duties:id[]}",
	      .answer = "{nudged:int today:int not_due:int}"),
};
const struct route_table nudge_routes = {routes, ARRAY_LEN(routes), shapes};
