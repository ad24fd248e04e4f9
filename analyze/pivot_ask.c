/* pivot_ask.c - from the query of a request to a table; see pivot_ask.h. */
#include "analyze/pivot_ask.h"
#include "analyze/analyze.h"
#include "registry/asked.h"

#define AS_OF_MAX 300000 /* figures read for a table of what was known then */
#define BUCKETS_DEFAULT 12

/* -- what is asked -- */

static enum err ask_indicators(struct request *req, const struct view *v, struct pivot_question *q,
			       struct why *why)
{
	const struct indicator *all;
	const struct domain *domain = NULL;
	size_t n = view_indicators(v, &all);
	enum err rc = asked_indicators(req, v, &q->indicators, &q->n_indicators, why);
	if (rc == OK)
		rc = asked_domain(req, v, &domain, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < n && domain; i++)
		if (all[i].domain == domain->id)
			*ARENA_APPEND(req->arena, q->indicators, q->n_indicators) = &all[i];
	if (q->n_indicators == 0)
		return fail_at(why, ERR_INVALID, "indicator",
			       "name at least one indicator, or a domain that has some");
	if (q->n_indicators > PIVOT_INDICATORS_MAX)
		return fail_at(why, ERR_TOO_LARGE, "indicator", "at most %d indicators at once",
			       PIVOT_INDICATORS_MAX);
	return OK;
}

/* One of the words, or the first when none is given. */
static enum err ask_word(struct request *req, const char *name, const char *const *words, int n,
			 int *ret, struct why *why)
{
	struct str given = http_query(req, name);
	*ret = 0;
	for (int i = 0; i < n && given.ptr; i++)
		if (str_is(given, words[i])) {
			*ret = i;
			return OK;
		}
	return !given.ptr ? OK
			  : fail_at(why, ERR_INVALID, name,
				    "\"" STR_FMT "\" is not known here; try \"%s\" or \"%s\"",
				    STR_ARG(given), words[0], words[1]);
}

static enum err ask_units(struct request *req, const struct view *v, struct pivot_question *q,
			  struct why *why)
{
	static const char *const boundaries[] = {"today", "then"},
				 *const by[] = {"each", "children"},
				 *const levels[] = {"any", "commune", "other"};
	const struct unit *root = NULL;
	int64_t *ids = NULL;
	int word = 0;
	enum err rc = asked_unit(req, v, "under", &root, why);
	if (rc == OK)
		rc = asked_units(req, v, &ids, &q->n_units, why);
	q->root = root ? root->id : 0;
	q->units = ids;
	if (rc == OK)
		rc = ask_word(req, "boundaries", boundaries, 2, &word, why);
	q->today = word == 0;
	if (rc == OK)
		rc = ask_word(req, "units", by, 2, &word, why);
	q->by = word ? PIVOT_CHILDREN : PIVOT_EACH;
	if (rc == OK)
		rc = ask_word(req, "level", levels, 3, &word, why);
	q->level = (enum pivot_level)word;
	return rc;
}

/* The grain: as asked, else the longest of the indicators' own periods; then from and to in it. */
static enum err ask_periods(struct request *req, struct pivot_question *q, struct why *why)
{
	struct str grain = http_query(req, "grain"), from = http_query(req, "from"),
		   to = http_query(req, "to"), as_of = http_query(req, "as_of");
	struct period first, last;
	q->grain = PERIOD_DAILY;
	for (size_t i = 0; i < q->n_indicators; i++)
		if (q->indicators[i]->period > q->grain)
			q->grain = q->indicators[i]->period;
	enum err rc = grain.ptr ? period_kind_parse(grain, &q->grain, why) : OK;
	if (rc == OK && to.ptr)
		rc = period_parse(to, &last, why);
	if (rc == OK && from.ptr)
		rc = period_parse(from, &first, why);
	if (rc != OK)
		return rc;
	usec now = req->now;
	rc = as_of.ptr ? time_parse(as_of, &now, why) : OK;
	if (rc != OK)
		return rc;
	q->to = period_at(q->grain, to.ptr ? period_end(last) - 1 : now).ordinal;
	q->from = from.ptr ? period_at(q->grain, period_start(first)).ordinal
			   : q->to + 1 - (int32_t)http_query_int(req, "periods", BUCKETS_DEFAULT);
	if (q->from > q->to)
		return fail_at(why, ERR_INVALID, "from", "must not be later than \"to\"");
	if (q->to - q->from >= PIVOT_CELLS_MAX)
		return fail_at(why, ERR_TOO_LARGE, "from", "too many periods: ask for fewer");
	return OK;
}

static void ask_breakdown(struct request *req, struct pivot_question *q)
{
	struct str given = http_query(req, "breakdown"), code = STR_NULL;
	if (given.len)
		q->list = str_until(given, '=', &code);
	q->list_code = code;
}

static enum err ask_side(struct request *req, const char *name, const char *otherwise,
			 struct side *s, struct why *why)
{
	struct str given = http_query(req, name);
	for (struct str rest = given.ptr ? given : str_of(otherwise); rest.len;) {
		struct str word = str_until(rest, ',', &rest);
		int a = 0;
		while (a < AXES && !str_is(word, axis_name((enum axis)a)))
			a++;
		if (a == AXES || s->n_axes == AXES)
			return fail_at(why, ERR_INVALID, name,
				       "is a list of unit, period, indicator and breakdown");
		s->axes[s->n_axes++] = (enum axis)a;
	}
	return OK;
}

static bool on_side(const struct side *s, enum axis a)
{
	for (size_t i = 0; i < s->n_axes; i++)
		if (s->axes[i] == a)
			return true;
	return false;
}

static enum err ask_axes(struct request *req, struct pivot_table *t, const char *rows,
			 const char *columns, struct why *why)
{
	enum err rc = ask_side(req, "rows", rows, &t->rows, why);
	if (rc == OK)
		rc = ask_side(req, "columns", columns, &t->columns, why);
	if (rc != OK)
		return rc;
	int on[AXES];
	for (int a = 0; a < AXES; a++) {
		on[a] = on_side(&t->rows, (enum axis)a) + on_side(&t->columns, (enum axis)a);
		if (on[a] > 1)
			return fail_at(why, ERR_INVALID, "columns",
				       "%s stands in rows and in columns: choose one",
				       axis_name((enum axis)a));
	}
	if (!on[AXIS_INDICATOR] && t->how.n_indicators > 1)
		return fail_at(why, ERR_INVALID, "rows",
			       "several indicators have no common total: put indicator in rows or "
			       "columns, or ask for one");
	if (!on[AXIS_BREAKDOWN] && t->how.list.ptr && !t->how.list_code.ptr)
		return fail_at(why, ERR_INVALID, "breakdown",
			       "put breakdown in rows or columns, or name one item such as "
			       "sex=female");
	if (on[AXIS_BREAKDOWN] && !t->how.list.ptr)
		return fail_at(why, ERR_INVALID, "breakdown",
			       "name the code list that the axis breakdown is made of");
	if (!on[AXIS_UNIT])
		t->how.by = PIVOT_TOTAL;
	return OK;
}

static enum err ask_measures(struct request *req, struct pivot_table *t, struct why *why)
{
	struct str *names = NULL;
	size_t n = http_query_all(req, "show", &names);
	for (size_t i = 0; i < n; i++) {
		int m = 0;
		while (m < MEASURES && !str_is(names[i], measure_name((enum measure)m)))
			m++;
		if (m == MEASURES)
			return fail_at(why, ERR_INVALID, "show",
				       "there is no measure \"" STR_FMT "\"", STR_ARG(names[i]));
		for (size_t k = 0; k < t->n_measures; k++)
			if (t->measures[k] == (enum measure)m)
				return fail_at(why, ERR_INVALID, "show",
					       "\"%s\" is asked for twice",
					       measure_name((enum measure)m));
		t->measures[t->n_measures++] = (enum measure)m;
	}
	if (n == 0)
		t->measures[t->n_measures++] = MEASURE_VALUE;
	return OK;
}

/* Buckets before the first that the measures compare with. */
static int32_t lead_of(const struct pivot_table *t)
{
	struct period first = {t->how.grain, t->how.from};
	int32_t lead = 0;
	for (size_t i = 0; i < t->n_measures; i++) {
		enum measure m = t->measures[i];
		int32_t needs = m == MEASURE_PREVIOUS || m == MEASURE_CHANGE ||
				m == MEASURE_PERCENT || m == MEASURE_CONTRIBUTION;
		if (m == MEASURE_YEAR_AGO || m == MEASURE_YEAR_CHANGE || m == MEASURE_YEAR_PERCENT)
			needs = first.ordinal - period_year_before(first).ordinal;
		if (needs > lead)
			lead = needs;
	}
	return lead;
}

/* -- the whole question -- */

/* What was known at a time, as a picture of its own. */
static enum err image_then(struct request *req, struct pivot_table *t, struct str as_of,
			   const struct image **ret, struct why *why)
{
	struct figure_query how = {.limit = AS_OF_MAX + 1, .reach = t->how.reach};
	struct figure *found = NULL;
	size_t n = 0, n_ids = 0;
	int64_t *ids = ARENA_ARRAY(req->arena, 2 * t->how.n_indicators, int64_t);
	for (size_t i = 0; i < t->how.n_indicators; i++) {
		const struct indicator *by = view_indicator(t->view, t->how.indicators[i]->weight);
		ids[n_ids++] = t->how.indicators[i]->id;
		if (by)
			ids[n_ids++] = by->id;
	}
	how.indicators = ids;
	how.n_indicators = n_ids;
	enum err rc = time_parse(as_of, &how.as_of, why);
	if (rc == OK)
		rc = figure_list(req->db, &how, req->arena, &found, &n, why);
	if (rc == OK && n > AS_OF_MAX)
		rc = fail_at(why, ERR_TOO_LARGE, "as_of",
			     "more than %d figures: ask for fewer indicators", AS_OF_MAX);
	if (rc == OK)
		*ret = image_of(found, n);
	return rc;
}

static void release(void *arg)
{
	image_free(arg);
}

static enum err image_asked(struct request *req, struct pivot_table *t, const struct image **ret,
			    struct why *why)
{
	const struct analyze *own = req->app->analyze;
	struct str as_of = http_query(req, "as_of");
	if (!as_of.ptr)
		return image_view(own->images, req->db, req->arena, ret, why);
	t->as_of = true;
	enum err rc = image_then(req, t, as_of, ret, why);
	if (rc == OK)
		arena_defer(req->arena, release, (void *)(uintptr_t)*ret);
	return rc;
}

static enum err ask_question(struct request *req, struct pivot_table *t, const char *rows,
			     const char *columns, struct why *why)
{
	enum err rc = ask_indicators(req, t->view, &t->how, why);
	if (rc == OK)
		rc = ask_units(req, t->view, &t->how, why);
	if (rc == OK)
		rc = ask_periods(req, &t->how, why);
	ask_breakdown(req, &t->how);
	if (rc == OK)
		rc = ask_axes(req, t, rows, columns, why);
	if (rc == OK)
		rc = ask_measures(req, t, why);
	return rc;
}

enum err pivot_ask(struct request *req, const struct pivot_table **ret, struct why *why)
{
	return pivot_ask_shape(req, "unit", "period", ret, why);
}

enum err pivot_ask_shape(struct request *req, const char *rows, const char *columns,
			 const struct pivot_table **ret, struct why *why)
{
	struct pivot_table *t = ARENA_NEW(req->arena, struct pivot_table);
	const struct image *m = NULL;
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &t->view, why);
	if (rc == OK)
		rc = ask_question(req, t, rows, columns, why);
	if (rc != OK)
		return rc;
	t->how.lead = lead_of(t);
	t->how.reach = figure_reach(req->app->access, req->who, VERB_READ, t->view, req->arena);
	rc = image_asked(req, t, &m, why);
	if (rc == OK)
		rc = pivot_make(t->view, m, &t->how, req->arena, &t->pivot, why);
	if (rc == OK)
		rc = table_aims(req, t, why);
	if (rc != OK)
		return rc;
	t->rows.n = table_side_size(t, &t->rows);
	t->columns.n = table_side_size(t, &t->columns);
	*ret = t;
	return OK;
}

const struct http_param pivot_params[] = {
	{.name = "indicator",
	 .type = PARAM_TEXT,
	 .repeated = true,
	 .max = 64,
	 .help = "Code; may be repeated"},
	{.name = "domain",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "Code: every indicator of the domain"},
	{.name = "rows",
	 .type = PARAM_TEXT,
	 .max = 80,
	 .help = "Axes of the rows: unit, period, indicator, breakdown, joined by commas; default unit"},
	{.name = "columns",
	 .type = PARAM_TEXT,
	 .max = 80,
	 .help = "Axes of the columns; default period"},
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .repeated = true,
	 .max = 64,
	 .help = "Only these units; may be repeated"},
	{.name = "under", .type = PARAM_TEXT, .max = 64, .help = "Only this unit and all below it"},
	{.name = "level",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "commune: communes, wards and special zones; other: the rest"},
	{.name = "units",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "each (default) or children: one member for each unit directly below `under`"},
	{.name = "from",
	 .type = PARAM_PERIOD,
	 .help = "First period; default eleven before the last"},
	{.name = "periods",
	 .type = PARAM_INT,
	 .min = 1,
	 .max = 10000,
	 .help = "Instead of from: so many up to the last"},
	{.name = "to",
	 .type = PARAM_PERIOD,
	 .help = "Last period; default that of now, or of as_of"},
	{.name = "grain",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "daily, weekly, monthly, quarterly, half_yearly or yearly; default the longest of the indicators"},
	{.name = "breakdown",
	 .type = PARAM_TEXT,
	 .max = 130,
	 .help = "sex: the axis breakdown; sex=female: only that item"},
	{.name = "boundaries",
	 .type = PARAM_TEXT,
	 .max = 8,
	 .help = "today (default): old units count for their successors; then: as they were"},
	{.name = "as_of", .type = PARAM_TIME, .help = "What was known at that time"},
	{.name = "show",
	 .type = PARAM_TEXT,
	 .repeated = true,
	 .max = 20,
	 .help = "Measures, default value; also n, provisional, previous, change, change_percent, year_ago, year_change, year_percent, target, target_percent, share, contribution, rank, figure"},
	{.name = NULL},
};
