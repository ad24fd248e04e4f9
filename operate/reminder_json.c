/* reminder_json.c - reminders as the API shows them. */
#include "operate/reminder_json.h"
#include "base/id.h"
#include "base/text.h"
#include "registry/figure.h"

bool reminder_visible(const struct request *req, const struct reminder *r)
{
	const struct access *x = req->app->access;
	return r->issued.at || access_may(x, req->who, VERB_CHANGE, "reminder", r->unit) ||
	       access_may(x, req->who, VERB_APPROVE, "reminder", r->unit);
}

enum err reminder_of_path(struct request *req, enum verb verb, struct reminder *ret,
			  struct why *why)
{
	int64_t id = 0;
	enum err rc = id_parse(http_path(req, "id"), &id, why);
	if (rc == OK)
		rc = reminder_get(req->db, id, req->arena, ret, why);
	if (rc == OK)
		rc = access_require(req->app->access, req->who, verb, "reminder", ret->unit, why);
	if (rc == OK && !reminder_visible(req, ret))
		rc = fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return rc;
}

void unit_json(struct jw *w, const struct view *v, int64_t id)
{
	const struct unit *u = view_unit_id(v, id);
	jw_m_str(w, "unit", u ? u->code : STR_NULL);
	jw_m_str(w, "unit_vi", u ? u->name_vi : STR_NULL);
	jw_m_str(w, "unit_en", u ? u->name_en : STR_NULL);
}

void indicator_json(struct jw *w, const struct view *v, int64_t id)
{
	const struct indicator *i = view_indicator_id(v, id);
	jw_m_str(w, "indicator", i ? i->code : STR_NULL);
	jw_m_str(w, "name_vi", i ? i->name_vi : STR_NULL);
	jw_m_str(w, "name_en", i ? i->name_en : STR_NULL);
}

void duty_about_json(struct jw *w, const struct view *v, const struct duty *d)
{
	bool figure = str_is(d->key.kind, DUTY_FIGURE);
	indicator_json(w, v, figure ? d->key.subject : 0);
	if (figure)
		jw_m_period(w, "period", d->key.period);
	else
		jw_m_str(w, "period", STR_NULL);
}

void step_json(struct jw *w, const struct step *s)
{
	if (!s) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_str(w, "code", s->code);
	jw_m_int(w, "reminders", s->reminders);
	jw_m_str(w, "target", s->target);
	jw_m_str(w, "name_vi", s->name_vi);
	jw_m_str(w, "name_en", s->name_en);
	jw_m_str(w, "document", s->document);
	jw_m_str(w, "document_number", s->document_number);
	jw_object_end(w);
}

static void act_json(struct jw *w, const char *name, const struct act *a, const char *words)
{
	jw_name(w, name);
	if (!a->at) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_time(w, "at", a->at);
	jw_m_id(w, "by", a->by);
	if (words)
		jw_m_str(w, words, a->text);
	jw_object_end(w);
}

static void evidence_json(struct showing *x, const struct evidence *e)
{
	struct jw *w = &x->w;
	jw_object(w);
	jw_m_id(w, "duty", e->duty);
	indicator_json(w, x->view, e->indicator);
	jw_m_period(w, "period", e->period);
	jw_m_time(w, "deadline", e->until);
	jw_m_str(w, "rule", e->rule);
	jw_m_str(w, "excluded", e->excluded);
	jw_m_str(w, "why", e->why);
	jw_object_end(w);
}

static enum err all_evidence(struct showing *x, const struct reminder *r, struct why *why)
{
	struct evidence *e = NULL;
	size_t n = 0;
	enum err rc = reminder_evidence(x->req->db, r, x->req->arena, &e, &n, why);
	jw_name(&x->w, "evidence");
	jw_array(&x->w);
	for (size_t i = 0; i < n && rc == OK; i++)
		evidence_json(x, &e[i]);
	jw_array_end(&x->w);
	return rc;
}

enum err reminder_json(struct showing *x, const struct reminder *r, bool evidence, struct why *why)
{
	struct jw *w = &x->w;
	jw_m_id(w, "id", r->id);
	unit_json(w, x->view, r->unit);
	jw_m_period(w, "week", (struct period){PERIOD_WEEKLY, (int32_t)r->week});
	jw_m_str(w, "rule", r->rule);
	jw_m_cstr(w, "state", reminder_state_name(reminder_state(r)));
	jw_m_bool(w, "stands", reminder_stands(r));
	jw_m_int(w, "late", r->late);
	jw_m_time(w, "oldest", r->oldest);
	jw_m_int(w, "oldest_days", r->oldest ? (r->cutoff - r->oldest) / USEC_DAY : 0);
	jw_m_time(w, "cutoff", r->cutoff);
	act_json(w, "reviewed", &r->reviewed, "remark");
	jw_m_int(w, "year", r->year);
	jw_m_int(w, "number", r->number);
	act_json(w, "issued", &r->issued, NULL);
	jw_name(w, "journal");
	if (r->issued.at) {
		jw_object(w);
		jw_m_int(w, "server", r->server);
		jw_m_int(w, "seq", r->seq);
		jw_object_end(w);
	} else {
		jw_null(w);
	}
	act_json(w, "acknowledged", &r->acknowledged, NULL);
	act_json(w, "appealed", &r->appealed, "text");
	act_json(w, "decided", &r->decided, "reason");
	jw_m_bool(w, "upheld", r->upheld);
	act_json(w, "withdrawn", &r->withdrawn, "reason");
	return evidence ? all_evidence(x, r, why) : OK;
}

enum err words_of_body(struct request *req, const struct json *body, const char *name,
		       bool required, struct str *ret, struct why *why)
{
	struct str text = str_trim(json_get_str(body, name));
	char at[40];
	snprintf(at, sizeof(at), "/%s", name);
	if ((required && text.len == 0) || text.len > WORDS_MAX)
		return fail_at(why, ERR_INVALID, at, "say it in %d to %d bytes", required ? 1 : 0,
			       WORDS_MAX);
	*ret = text;
	return text.len ? text_clean(req->arena, text, ret, why) : OK;
}
