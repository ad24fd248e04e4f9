/* coverage_api.c - the map of what is there: indicators, units or domains by period, each square the
 * counts of its series' states. */
#include "operate/operate.h"
#include "operate/quality_ask.h"

#define COVERAGE_PERIODS 18 /* when no time is asked for */
#define COVERAGE_PERIODS_MAX 120

/* X(code, name); of one series in one period */
#define STATE_TABLE(X)                                                                             \
	X(STATE_NEVER, "never")		    /* owed, and the unit never gave any */                \
	X(STATE_STOPPED, "stopped")	    /* none since STOPPED_AFTER periods or more */         \
	X(STATE_LATE, "late")		    /* past its deadline, not there */                     \
	X(STATE_PROVISIONAL, "provisional") /* there, not all of it or not all approved */         \
	X(STATE_COMPLETE, "complete")                                                              \
	X(STATE_EXCUSED, "excused")                                                                \
	X(STATE_DUE, "due") /* not there, its deadline is to come */
#define X(code, name) code,
enum state { STATE_TABLE(X) STATES };
#undef X
static const char *const state_names[] = {
#define X(code, name) name,
	STATE_TABLE(X)
#undef X
};
#define STOPPED_AFTER 2

struct line {
	struct str code, name_vi, name_en;
	int64_t series, never, stopped;
	int32_t since; /* the first period that is missing, of the series that stopped first */
	int64_t (*squares)[STATES];
};
enum by { BY_DOMAIN, BY_INDICATOR, BY_UNIT, BYS };
static const char *const by_names[] = {"domain", "indicator", "unit"};

struct map {
	struct quality_ask q;
	enum by by;
	enum period_kind kind;
	int32_t from, to; /* ordinals */
	size_t width;
	struct line *lines;
	size_t n;
	/* the series at hand */
	int64_t unit, indicator;
	bool ever;
	int64_t missing;      /* in a row, at its end */
	int32_t missing_from; /* where they begin */
	int *states;	      /* -1: nothing was owed */
};

static void make_lines(struct map *m, struct arena *a)
{
	const struct unit *units;
	const struct domain *domains;
	const struct indicator *indicators;
	size_t n[BYS] = {view_domains(m->q.view, &domains), view_indicators(m->q.view, &indicators),
			 view_units(m->q.view, &units)};
	m->n = n[m->by];
	m->lines = ARENA_ARRAY(a, m->n, struct line);
	m->states = ARENA_ARRAY(a, m->width, int);
	for (size_t i = 0; i < m->n; i++) {
		struct line *l = &m->lines[i];
		if (m->by == BY_DOMAIN)
			*l = (struct line){.code = domains[i].code,
					   .name_vi = domains[i].name_vi,
					   .name_en = domains[i].name_en};
		else if (m->by == BY_INDICATOR)
			*l = (struct line){.code = indicators[i].code,
					   .name_vi = indicators[i].name_vi,
					   .name_en = indicators[i].name_en};
		else
			*l = (struct line){.code = units[i].code,
					   .name_vi = units[i].name_vi,
					   .name_en = units[i].name_en};
	}
}

static struct line *line_of(struct map *m)
{
	const struct indicator *i = view_indicator_id(m->q.view, m->indicator), *indicators;
	const struct unit *u = view_unit_id(m->q.view, m->unit), *units;
	const struct domain *d = i ? view_domain_id(m->q.view, i->domain) : NULL, *domains;
	view_units(m->q.view, &units);
	view_indicators(m->q.view, &indicators);
	view_domains(m->q.view, &domains);
	if (!i || !u || !d)
		return NULL;
	return m->by == BY_DOMAIN      ? &m->lines[d - domains]
	       : m->by == BY_INDICATOR ? &m->lines[i - indicators]
				       : &m->lines[u - units];
}

static void begin_series(struct map *m, const struct fact *f)
{
	m->unit = f->unit;
	m->indicator = f->indicator;
	m->ever = false;
	m->missing = 0;
	for (size_t i = 0; i < m->width; i++)
		m->states[i] = -1;
}

/* What is missing is told by the whole series: was there ever any, has it stopped? */
static int told_by_series(const struct map *m, size_t at, bool stopped)
{
	int state = m->states[at];
	if (state == STATE_LATE && !m->ever)
		return STATE_NEVER;
	if (state == STATE_LATE && stopped && m->from + (int32_t)at >= m->missing_from)
		return STATE_STOPPED;
	return state;
}

static void end_series(struct map *m, struct arena *a)
{
	struct line *l = m->unit ? line_of(m) : NULL;
	bool seen = false, stopped = m->ever && m->missing >= STOPPED_AFTER;
	for (size_t i = 0; l && i < m->width; i++) {
		if (m->states[i] < 0)
			continue;
		if (!l->squares)
			l->squares = arena_array(a, m->width, sizeof(*l->squares));
		l->squares[i][told_by_series(m, i, stopped)]++;
		seen = true;
	}
	if (!seen)
		return;
	l->series++;
	l->never += !m->ever && m->missing > 0;
	if (stopped && (l->stopped++ == 0 || m->missing_from < l->since))
		l->since = m->missing_from;
}

static int state_of(const struct fact *f, usec now)
{
	if (f->standing)
		return f->approved == f->standing && f->filled >= f->owed ? STATE_COMPLETE
									  : STATE_PROVISIONAL;
	if (!f->until)
		return -1;
	if (f->excused)
		return STATE_EXCUSED;
	return f->until <= now ? STATE_LATE : STATE_DUE;
}

static void take(struct map *m, const struct fact *f, struct arena *a)
{
	if (f->unit != m->unit || f->indicator != m->indicator) {
		end_series(m, a);
		begin_series(m, f);
	}
	int state = state_of(f, m->q.now);
	if (f->standing) {
		m->ever = true;
		m->missing = 0;
	} else if (state == STATE_LATE && m->missing++ == 0) {
		m->missing_from = f->period.ordinal;
	}
	if (f->period.ordinal >= m->from && f->period.ordinal <= m->to)
		m->states[f->period.ordinal - m->from] = state;
}

static enum err fill(struct map *m, struct request *req, struct why *why)
{
	struct fact f;
	m->q.how.kind = (int)m->kind;
	m->q.how.from = 0; /* whether a series was ever filled is told by its whole past */
	m->q.how.to = period_last_day((struct period){m->kind, m->to});
	AUTO(stmt_free) struct stmt *q = facts_ask(req->db, &m->q.how, req->arena);
	while (facts_next(q, &f))
		take(m, &f, req->arena);
	end_series(m, req->arena);
	return stmt_end(q, why);
}

static enum err ask_squares(struct request *req, struct map *m, struct why *why)
{
	struct str by = http_query(req, "by"), kind = http_query(req, "kind");
	bool asked = http_query(req, "period").ptr || http_query(req, "from").ptr;
	m->kind = m->q.indicator ? m->q.indicator->period : PERIOD_MONTHLY;
	enum err rc = kind.ptr ? period_kind_parse(kind, &m->kind, why) : OK;
	if (rc != OK)
		return rc;
	for (int i = 0; by.ptr && i <= BYS; i++) {
		if (i == BYS)
			return fail_at(why, ERR_INVALID, "by", "must be domain, indicator or unit");
		if (!str_is(by, by_names[i]))
			continue;
		m->by = (enum by)i;
		break;
	}
	m->to = period_at(m->kind, date_start(date_of_days(m->q.how.to))).ordinal;
	m->from = asked ? period_at(m->kind, date_start(date_of_days(m->q.how.from))).ordinal
			: m->to - COVERAGE_PERIODS + 1;
	if (m->to - m->from >= COVERAGE_PERIODS_MAX)
		return fail_at(why, ERR_INVALID, "from", "ask for at most %d periods at once",
			       COVERAGE_PERIODS_MAX);
	m->width = (size_t)(m->to - m->from) + 1;
	return OK;
}

static void line_json(struct jw *w, const struct map *m, const struct line *l)
{
	jw_object(w);
	jw_m_str(w, "code", l->code);
	jw_m_str(w, "name_vi", l->name_vi);
	jw_m_str(w, "name_en", l->name_en);
	jw_m_int(w, "series", l->series);
	jw_m_int(w, "never", l->never);
	jw_m_int(w, "stopped", l->stopped);
	if (l->stopped)
		jw_m_period(w, "since", (struct period){m->kind, l->since});
	jw_name(w, "squares");
	jw_array(w);
	for (size_t i = 0; i < m->width; i++) {
		jw_array(w);
		for (int s = 0; s < STATES; s++)
			jw_int(w, l->squares[i][s]);
		jw_array_end(w);
	}
	jw_array_end(w);
	jw_object_end(w);
}

static void head_json(struct jw *w, const struct map *m, struct arena *a)
{
	jw_m_time(w, "now", m->q.now);
	jw_m_cstr(w, "by", by_names[m->by]);
	jw_m_cstr(w, "kind", period_kind_name(m->kind));
	jw_name(w, "periods");
	jw_array(w);
	for (size_t i = 0; i < m->width; i++)
		jw_str(w, period_str(a, (struct period){m->kind, m->from + (int32_t)i}));
	jw_array_end(w);
	jw_name(w, "states");
	jw_array(w);
	for (int s = 0; s < STATES; s++)
		jw_cstr(w, state_names[s]);
	jw_array_end(w);
}

static enum err get_coverage(struct request *req, struct why *why)
{
	struct map *m = ARENA_NEW(req->arena, struct map);
	enum err rc = quality_ask(req, &m->q, why);
	if (rc == OK)
		rc = ask_squares(req, m, why);
	if (rc != OK)
		return rc;
	make_lines(m, req->arena);
	rc = fill(m, req, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < m->n; i++)
		if (m->lines[i].squares)
			line_json(&w, m, &m->lines[i]);
	jw_array_end(&w);
	jw_m_id(&w, "next", 0);
	head_json(&w, m, req->arena);
	jw_object_end(&w);
	return OK;
}

static const struct http_param coverage_params[] = {
	{.name = "by",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "domain (default), indicator or unit"},
	{.name = "kind",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "Of period: monthly (default), daily …; of an indicator: its own"},
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "Code of the unit; what is below it counts too"},
	{.name = "indicator", .type = PARAM_TEXT, .max = 64, .help = "Code of the indicator"},
	{.name = "domain", .type = PARAM_TEXT, .max = 64, .help = "Code of the domain"},
	{.name = "period", .type = PARAM_PERIOD, .help = "The periods in it"},
	{.name = "from",
	 .type = PARAM_PERIOD,
	 .help = "From this period; default: the last eighteen"},
	{.name = "to", .type = PARAM_PERIOD, .help = "To this period"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"coverage_row",
	 "{code:text name_vi:text name_en:text series:int never:int stopped:int since?:text "
	 "squares:int[][]}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/coverage", PERMIT(VERB_READ, "figure"), get_coverage,
	      "Coverage map: what was never filled, stopped, is late, provisional, complete, excused",
	      "Bản đồ phủ số liệu: chưa từng có, đã ngừng, chậm, tạm thời, đầy đủ, được miễn",
	      .flags = HTTP_SLOW, .params = coverage_params,
	      .answer =
		      "{items:coverage_row[] next:text? now:time by:text kind:text periods:text[] "
		      "states:text[]}"),
};
const struct route_table coverage_routes = {routes, ARRAY_LEN(routes), shapes};
