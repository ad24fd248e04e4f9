/* relation_api.c - correlation with lag and seasonal decomposition of rolled-up series. */
#include "analyze/analyze.h"
#include "analyze/pivot_ask.h"
#include "analyze/statistics.h"
#include <math.h>

#define LAG_MAX 60

/* The series of the question's total, of one of its indicators, as numbers. */
static double *numbers_of(struct request *req, const struct pivot_table *t, size_t indicator)
{
	const struct pivot *p = t->pivot;
	double *x = ARENA_ARRAY(req->arena, p->n_buckets, double);
	for (size_t b = 0; b < p->n_buckets; b++) {
		const struct pivot_cell *c = pivot_at(p, indicator, 0, p->n_units, b);
		x[b] = c->why == PIVOT_VALUE ? decimal_double(c->value) : (double)NAN;
	}
	return x;
}

/* The table of the request, without the unit axis: indicators by period. */
static enum err ask(struct request *req, size_t n, const struct pivot_table **ret, struct why *why)
{
	enum err rc = pivot_ask_shape(req, "indicator", "period", ret, why);
	if (rc == OK && (*ret)->how.n_indicators != n)
		rc = fail_at(why, ERR_INVALID, "indicator", "exactly %zu must be named", n);
	return rc;
}

static void head_json(struct jw *w, const struct pivot_table *t)
{
	jw_object(w);
	jw_m_cstr(w, "grain", period_kind_name(t->how.grain));
	jw_m_period(w, "from", (struct period){t->how.grain, t->how.from});
	jw_m_period(w, "to", (struct period){t->how.grain, t->how.to});
}

static void number(struct jw *w, const char *name, double v)
{
	jw_name(w, name);
	jw_double(w, v);
}

static enum err get_correlation(struct request *req, struct why *why)
{
	const struct pivot_table *t = NULL;
	int max = (int)http_query_int(req, "max_lag", 12);
	bool differences = str_is(http_query(req, "changes"), "true");
	enum err rc = ask(req, 2, &t, why);
	if (rc != OK)
		return rc;
	struct correlation *c = ARENA_ARRAY(req->arena, (size_t)(2 * max + 1), struct correlation);
	correlate(numbers_of(req, t, 0), numbers_of(req, t, 1), t->pivot->n_buckets, max,
		  differences, c);
	struct jw w = http_jw(req);
	head_json(&w, t);
	jw_m_str(&w, "x", t->how.indicators[0]->code);
	jw_m_str(&w, "y", t->how.indicators[1]->code);
	jw_m_bool(&w, "changes", differences);
	jw_name(&w, "items");
	jw_array(&w);
	for (int i = 0; i <= 2 * max; i++) {
		jw_object(&w);
		jw_m_int(&w, "lag", c[i].lag);
		jw_m_int(&w, "n", (int64_t)c[i].n);
		number(&w, "r", c[i].r);
		number(&w, "low", c[i].low);
		number(&w, "high", c[i].high);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	return OK;
}

static size_t season_of(enum period_kind kind)
{
	static const size_t a_year[PERIOD_KINDS] = {
		[PERIOD_DAILY] = 7,	[PERIOD_WEEKLY] = 52,	  [PERIOD_MONTHLY] = 12,
		[PERIOD_QUARTERLY] = 4, [PERIOD_HALF_YEARLY] = 2, [PERIOD_YEARLY] = 1};
	return a_year[kind];
}

static enum err get_decomposition(struct request *req, struct why *why)
{
	const struct pivot_table *t = NULL;
	struct decomposition d;
	enum err rc = ask(req, 1, &t, why);
	if (rc != OK)
		return rc;
	const double *x = numbers_of(req, t, 0);
	size_t n = t->pivot->n_buckets, season = season_of(t->how.grain);
	rc = decompose(x, n, season, req->arena, &d, why);
	if (rc != OK)
		return rc;
	struct jw w = http_jw(req);
	head_json(&w, t);
	jw_m_str(&w, "indicator", t->how.indicators[0]->code);
	jw_m_int(&w, "season", (int64_t)season);
	number(&w, "strength", d.strength);
	jw_name(&w, "items");
	jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		jw_object(&w);
		jw_m_period(&w, "period", table_period(t, i));
		number(&w, "value", x[i]);
		number(&w, "trend", d.trend[i]);
		number(&w, "seasonal", d.seasonal[i]);
		number(&w, "remainder", d.remainder[i]);
		jw_m_bool(&w, "bridged", d.bridged[i]);
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	return OK;
}

#define SERIES_PARAMS                                                                              \
	{.name = "indicator",                                                                      \
	 .type = PARAM_TEXT,                                                                       \
	 .required = true,                                                                         \
	 .repeated = true,                                                                         \
	 .max = 64,                                                                                \
	 .help = "Code"},                                                                          \
		{.name = "unit",                                                                   \
		 .type = PARAM_TEXT,                                                               \
		 .repeated = true,                                                                 \
		 .max = 64,                                                                        \
		 .help = "Only these units; may be repeated"},                                     \
		{.name = "under",                                                                  \
		 .type = PARAM_TEXT,                                                               \
		 .max = 64,                                                                        \
		 .help = "Only this unit and all below it"},                                       \
		{.name = "from", .type = PARAM_PERIOD, .help = "First period"},                    \
		{.name = "to", .type = PARAM_PERIOD, .help = "Last period; default that of now"},  \
		{.name = "grain",                                                                  \
		 .type = PARAM_TEXT,                                                               \
		 .max = 16,                                                                        \
		 .help = "Length of the periods; default the longest of the indicators"},          \
	{                                                                                          \
		.name = "boundaries", .type = PARAM_TEXT, .max = 8,                                \
		.help = "today (default) or then"                                                  \
	}

static const struct http_param correlation_params[] = {
	SERIES_PARAMS,
	{.name = "max_lag",
	 .type = PARAM_INT,
	 .min = 0,
	 .max = LAG_MAX,
	 .help = "Lags from minus this to this many periods; default 12"},
	{.name = "changes",
	 .type = PARAM_BOOL,
	 .help = "true: correlate the changes from period to period"},
	{.name = NULL},
};
static const struct http_param decomposition_params[] = {SERIES_PARAMS, {.name = NULL}};

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/pivot/correlation", PERMIT(VERB_READ, "figure"), get_correlation,
	      "Correlation of two indicators at each lag, with 95 % intervals",
	      "Tương quan của hai chỉ tiêu theo độ trễ, kèm khoảng tin cậy 95 %",
	      .flags = HTTP_SLOW, .params = correlation_params),
	ROUTE(HTTP_GET, "/api/v1/pivot/decomposition", PERMIT(VERB_READ, "figure"),
	      get_decomposition, "Trend, season and remainder of an indicator",
	      "Xu thế, mùa vụ và phần còn lại của một chỉ tiêu", .flags = HTTP_SLOW,
	      .params = decomposition_params),
};
const struct route_table relation_routes = {routes, ARRAY_LEN(routes), NULL};
