/* quality_ask.c - the question that scores, their cells and the coverage map share. */
#include "operate/quality_ask.h"

#include "registry/asked.h"

static enum err ask_unit(struct request *req, struct quality_ask *q, struct why *why)
{
	int64_t *units = NULL;
	enum err rc = asked_unit(req, q->view, "unit", &q->unit, why);
	if (rc != OK || !q->unit)
		return rc;
	q->how.n_units = view_subtree(q->view, q->unit->id, req->arena, &units);
	q->how.units = units;
	return OK;
}

static void indicators_of(struct request *req, struct quality_ask *q)
{
	const struct indicator *all;
	size_t n = view_indicators(q->view, &all);
	int64_t *ids = ARENA_ARRAY(req->arena, n + 1, int64_t);
	ids[q->how.n_indicators++] = -1; /* a domain without indicators has none, not all */
	for (size_t i = 0; i < n; i++)
		if (all[i].domain == q->domain->id)
			ids[q->how.n_indicators++] = all[i].id;
	q->how.indicators = ids;
}

static enum err ask_what(struct request *req, struct quality_ask *q, struct why *why)
{
	enum err rc = asked_domain(req, q->view, &q->domain, why);
	if (rc == OK && q->domain)
		indicators_of(req, q);
	if (rc == OK)
		rc = asked_indicator(req, q->view, &q->indicator, why);
	if (rc == OK && q->indicator) {
		q->how.indicators = &q->indicator->id;
		q->how.n_indicators = 1;
	}
	return rc;
}

static enum err ask_period(struct request *req, const char *name, struct period *ret,
			   bool *ret_given, struct why *why)
{
	struct str text = http_query(req, name);
	*ret_given = text.ptr != NULL;
	return text.ptr ? period_parse(text, ret, why) : OK;
}

static enum err ask_when(struct request *req, struct quality_ask *q, struct why *why)
{
	struct period one, from, to;
	bool has_one, has_from, has_to;
	struct period month = period_at(PERIOD_MONTHLY, req->now);
	enum err rc = ask_period(req, "period", &one, &has_one, why);
	if (rc == OK)
		rc = ask_period(req, "from", &from, &has_from, why);
	if (rc == OK)
		rc = ask_period(req, "to", &to, &has_to, why);
	if (rc != OK)
		return rc;
	if (has_one && (has_from || has_to))
		return fail_at(why, ERR_INVALID, "period", "give a period, or from and to");
	if (has_one)
		from = to = one;
	else if (!has_to)
		to = month;
	usec end = period_end(to) - 1;
	struct period last = period_at(PERIOD_MONTHLY, end);
	if (!has_one && !has_from)
		from = (struct period){PERIOD_MONTHLY, last.ordinal - QUALITY_MONTHS + 1};
	usec begin = period_start(from);
	if (begin > end)
		return fail_at(why, ERR_INVALID, "from", "from is later than to");
	q->first_month = period_at(PERIOD_MONTHLY, begin).ordinal;
	if (last.ordinal - q->first_month >= QUALITY_MONTHS_MAX)
		return fail_at(why, ERR_INVALID, "from", "ask for at most %d months at once",
			       QUALITY_MONTHS_MAX);
	q->n_months = (size_t)(last.ordinal - q->first_month) + 1;
	q->how.from = date_days(date_local(begin));
	q->how.to = date_days(date_local(end));
	return OK;
}

enum err quality_ask(struct request *req, struct quality_ask *ret, struct why *why)
{
	struct quality_ask *q = ret;
	*q = (struct quality_ask){.how.kind = -1, .now = req->now};
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &q->view, why);
	if (rc == OK)
		rc = ask_unit(req, q, why);
	if (rc == OK)
		rc = ask_what(req, q, why);
	if (rc == OK)
		rc = ask_when(req, q, why);
	if (rc == OK)
		rc = dimensions_read(req->db, req->arena, &q->dimensions, why);
	if (rc == OK)
		q->how.reach =
			figure_reach(req->app->access, req->who, VERB_READ, q->view, req->arena);
	if (rc == OK &&
	    q->how.reach.n_units) /* who has units of his own sees these, not scraps of others */
		q->how.reach.n_open = 0;
	return rc;
}

void jw_m_score(struct jw *w, const char *name, int64_t score)
{
	char text[32];
	if (name)
		jw_name(w, name);
	if (score < 0) {
		jw_null(w);
		return;
	}
	snprintf(text, sizeof(text), "%lld.%02lld", (long long)score / 100, (long long)score % 100);
	jw_raw(w, str_of(text));
}

void dimensions_json(struct jw *w, const struct dimensions *d)
{
	jw_name(w, "dimensions");
	jw_array(w);
	for (size_t i = 0; i < d->n; i++) {
		const struct dimension *one = &d->items[i];
		jw_object(w);
		jw_m_str(w, "code", one->code);
		jw_m_str(w, "name_vi", one->name_vi);
		jw_m_str(w, "name_en", one->name_en);
		jw_m_cstr(w, "measure", quality_measure_name(one->measure));
		jw_m_int(w, "weight", one->weight);
		jw_m_str(w, "description_vi", one->description_vi);
		jw_m_str(w, "description_en", one->description_en);
		jw_object_end(w);
	}
	jw_array_end(w);
}

void mean_json(struct jw *w, const struct mean *m, const struct dimensions *d)
{
	jw_m_score(w, "score", mean_overall(m, d));
	jw_name(w, "scores");
	jw_array(w);
	for (size_t i = 0; i < d->n; i++)
		jw_m_score(w, NULL, mean_score(m, i));
	jw_array_end(w);
	jw_m_int(w, "series", m->series);
}
