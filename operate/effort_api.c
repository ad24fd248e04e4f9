/* effort_api.c - what sending costs people, and what each way of sending and each paper that the centre writes saves
 * them: a figure typed by hand is the measure, in seconds of work that forms measured; nothing is said before enough was
 * measured.  A line of a paper (a figure that is late, a unit, a figure about to be late) counts as one figure
 * typed: whoever wrote the paper would type no less.  Reading and signing it is the same work either way. */
#include "collect/delivery.h"
#include "operate/operate.h"
#include "registry/asked.h"
#include "registry/registry.h"
#include <math.h>
#include <stdlib.h>

#define EFFORT_BACK 365	  /* days, unless asked otherwise */
#define MEASURED_LEAST 10 /* deliveries; from fewer no median is told */

/* X(code, name): a figure computed by a formula nobody sends, one of another system no person; from the
 * reminder on papers of lines, that the centre writes */
#define WAY_TABLE(X)                                                                               \
	X(WAY_TYPED, "typed")                                                                      \
	X(WAY_PASTED, "pasted")                                                                    \
	X(WAY_FILE, "file")                                                                        \
	X(WAY_API, "api")                                                                          \
	X(WAY_FORMULA, "formula")                                                                  \
	X(WAY_REMINDER, "reminder")                                                                \
	X(WAY_MONTH, "month")                                                                      \
	X(WAY_NUDGE, "nudge")
#define X(code, name) code,
enum way { WAY_TABLE(X) WAYS };
#undef X
#define X(code, name) name,
static const char *const way_names[WAYS] = {WAY_TABLE(X)};
#undef X

struct sample { /* one measured delivery */
	int64_t spent, figures;
};
struct tally {
	int64_t deliveries, figures;
	int64_t spent;	 /* seconds measured */
	int64_t unknown; /* deliveries whose work was not measured */
};
struct whose { /* units, unless all */
	const int64_t *units;
	size_t n;
	bool all;
};
struct effort {
	struct request *req;
	const struct view *view;
	const struct unit *unit; /* NULL: all that the caller may see */
	usec from, to;
	struct whose senders, reminded; /* those that the caller may read */
	struct tally ways[WAYS];
	struct sample
		*samples[WAYS]; /* of all units: how long things take is the same for everybody */
	size_t n_samples[WAYS];
};

/* "at" is the column that says when. */
static void in_scope(struct query *q, const struct effort *e, struct sql at, const struct whose *w)
{
	query_sql(q, at);
	query_sql(q, SQL(" >= "));
	query_int(q, e->from);
	query_sql(q, SQL(" AND "));
	query_sql(q, at);
	query_sql(q, SQL(" < "));
	query_int(q, e->to);
	if (!w->all) {
		query_sql(q, SQL(" AND unit IN "));
		query_ints(q, w->units, w->n);
	}
}

static enum way way_of(struct str source, bool pasted)
{
	if (str_is(source, delivery_source_name(DELIVERY_API)))
		return WAY_API;
	if (str_is(source, delivery_source_name(DELIVERY_FILE)))
		return WAY_FILE;
	return pasted ? WAY_PASTED : WAY_TYPED;
}

static enum err count_deliveries(struct effort *e, struct why *why)
{
	struct query sql;
	query_init(&sql, e->req->arena);
	query_sql(
		&sql,
		SQL("SELECT source, CASE WHEN pasted > 0 THEN 1 ELSE 0 END, count(*), sum(accepted), "
		    "coalesce(sum(spent), 0), count(*) - count(spent) FROM delivery WHERE "
		    "status = 'done' AND accepted > 0 AND "));
	in_scope(&sql, e, SQL("received"), &e->senders);
	query_sql(&sql, SQL(" GROUP BY 1, 2"));
	AUTO(stmt_free) struct stmt *q = query_stmt(&sql, e->req->db);
	while (stmt_row(q)) {
		struct tally *t = &e->ways[way_of(stmt_str(q, 0), stmt_int(q, 1))];
		t->deliveries += stmt_int(q, 2);
		t->figures += stmt_int(q, 3);
		t->spent += stmt_int(q, 4);
		t->unknown += stmt_int(q, 5);
	}
	return stmt_end(q, why);
}

static enum err count_computed(struct effort *e, struct why *why)
{
	struct query sql;
	query_init(&sql, e->req->arena);
	query_sql(&sql, SQL("SELECT count(*) FROM figure WHERE flags & "));
	query_int(&sql, FIGURE_DERIVED);
	query_sql(&sql, SQL(" <> 0 AND current = 1 AND "));
	in_scope(&sql, e, SQL("received"), &e->senders);
	AUTO(stmt_free) struct stmt *q = query_stmt(&sql, e->req->db);
	if (stmt_row(q))
		e->ways[WAY_FORMULA].figures = stmt_int(q, 0);
	return stmt_end(q, why);
}

static enum err count_lines(struct effort *e, enum way way, struct query *sql, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = query_stmt(sql, e->req->db);
	if (stmt_row(q)) {
		e->ways[way].deliveries = stmt_int(q, 0);
		e->ways[way].figures = stmt_int(q, 1);
	}
	return stmt_end(q, why);
}

/* Issued, by the lines of their evidence. */
static enum err count_reminders(struct effort *e, struct why *why)
{
	struct query sql;
	query_init(&sql, e->req->arena);
	query_sql(&sql,
		  SQL("SELECT count(*), coalesce(sum(n), 0) FROM (SELECT (SELECT count(*) FROM "
		      "reminder_duty d WHERE d.unit = r.unit AND d.reminder = r.id AND "
		      "d.excluded IS NULL) AS n FROM (SELECT unit, id, issued AS at FROM "
		      "reminder WHERE issued > 0) r WHERE "));
	in_scope(&sql, e, SQL("at"), &e->reminded);
	query_sql(&sql, SQL(") counted"));
	return count_lines(e, WAY_REMINDER, &sql, why);
}

/* Summaries of a month, by the units that they list: for who may see all of them. */
static enum err count_months(struct effort *e, struct why *why)
{
	struct query sql;
	if (!e->reminded.all)
		return OK;
	query_init(&sql, e->req->arena);
	query_sql(&sql, SQL("SELECT count(*), coalesce(sum(units), 0) FROM violation_month WHERE "
			    "units > 0 AND "));
	in_scope(&sql, e, SQL("at"), &e->reminded);
	return count_lines(e, WAY_MONTH, &sql, why);
}

/* Given by the centre itself: one message for a unit and a moment. */
static enum err count_nudges(struct effort *e, struct why *why)
{
	struct query sql;
	query_init(&sql, e->req->arena);
	query_sql(&sql, SQL("SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM "
			    "nudge WHERE given_by = 0 AND "));
	in_scope(&sql, e, SQL("at"), &e->reminded);
	query_sql(&sql, SQL(" GROUP BY unit, at) counted"));
	return count_lines(e, WAY_NUDGE, &sql, why);
}

static enum err count_papers(struct effort *e, struct why *why)
{
	const struct access *access = e->req->app->access;
	const struct principal *who = e->req->who;
	struct whose *w = &e->reminded;
	int64_t *units = NULL;
	if (e->unit) {
		w->units = &e->unit->id;
		w->n = access_may(access, who, VERB_READ, "reminder", e->unit->id);
	} else {
		w->n = access_units(access, who, VERB_READ, "reminder", e->req->arena, &units,
				    &w->all);
		w->units = units;
	}
	enum err rc = count_reminders(e, why);
	if (rc == OK)
		rc = count_months(e, why);
	return rc == OK ? count_nudges(e, why) : rc;
}

static enum err take_samples(struct effort *e, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		e->req->db,
		SQL("SELECT source, CASE WHEN pasted > 0 THEN 1 ELSE 0 END, spent, accepted FROM "
		    "delivery WHERE status = 'done' AND accepted > 0 AND spent > 0 AND "
		    "received >= $1 AND received < $2"));
	stmt_bind_int(q, 1, e->from);
	stmt_bind_int(q, 2, e->to);
	while (stmt_row(q)) {
		enum way way = way_of(stmt_str(q, 0), stmt_int(q, 1));
		struct sample *one =
			ARENA_APPEND(e->req->arena, e->samples[way], e->n_samples[way]);
		*one = (struct sample){stmt_int(q, 2), stmt_int(q, 3)};
	}
	return stmt_end(q, why);
}

static int by_figure(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int64_t left = x->spent * y->figures, right = y->spent * x->figures;
	return left < right ? -1 : left > right;
}

static int by_delivery(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	return x->spent < y->spent ? -1 : x->spent > y->spent;
}

/* Median seconds for each figure, or for each delivery; negative: not measured often enough. */
static double median(struct effort *e, enum way way, bool each_figure)
{
	size_t n = e->n_samples[way];
	if (n < MEASURED_LEAST)
		return -1;
	qsort(e->samples[way], n, sizeof(struct sample), each_figure ? by_figure : by_delivery);
	const struct sample *m = &e->samples[way][n / 2];
	return (double)m->spent / (each_figure ? (double)m->figures : 1);
}

static void number_or_null(struct jw *w, const char *name, bool known, double value)
{
	jw_name(w, name);
	if (known)
		jw_double(w, value);
	else
		jw_null(w);
}

struct told { /* seconds */
	bool spent_known, saved_known;
	double spent, saved;
};

static bool by_people(enum way way)
{
	return way < WAY_API;
}

static struct told tell(struct effort *e, enum way way, double hand)
{
	const struct tally *t = &e->ways[way];
	struct told told = {.spent_known = true};
	if (by_people(way)) {
		double each = median(e, way, false);
		told.spent_known = t->unknown == 0 || each >= 0;
		told.spent = (double)t->spent + (double)t->unknown * fmax(each, 0);
	}
	told.saved_known = told.spent_known && way != WAY_TYPED && hand >= 0;
	told.saved = (double)t->figures * hand - told.spent;
	return told;
}

static void way_json(struct jw *w, const struct effort *e, enum way way, const struct told *told)
{
	const struct tally *t = &e->ways[way];
	jw_object(w);
	jw_m_cstr(w, "way", way_names[way]);
	jw_m_int(w, "deliveries", t->deliveries);
	jw_m_int(w, "figures", t->figures);
	jw_m_int(w, "measured", by_people(way) ? t->deliveries - t->unknown : 0);
	number_or_null(w, "spent_minutes", told->spent_known, told->spent / 60);
	number_or_null(w, "saved_minutes", told->saved_known, told->saved / 60);
	jw_object_end(w);
}

static void answer(struct effort *e)
{
	struct jw w = http_jw(e->req);
	double hand = median(e, WAY_TYPED, true), saved = 0;
	jw_object(&w);
	jw_m_time(&w, "from", e->from);
	jw_m_time(&w, "to", e->to);
	jw_m_str(&w, "unit", e->unit ? e->unit->code : STR_NULL);
	number_or_null(&w, "typed_seconds", hand >= 0, hand);
	jw_m_int(&w, "typed_measured", (int64_t)e->n_samples[WAY_TYPED]);
	jw_m_int(&w, "measured_least", MEASURED_LEAST);
	jw_name(&w, "ways");
	jw_array(&w);
	for (enum way way = 0; way < WAYS; way++) {
		struct told told = tell(e, way, hand);
		way_json(&w, e, way, &told);
		saved += told.saved_known ? told.saved : 0;
	}
	jw_array_end(&w);
	number_or_null(&w, "saved_minutes", hand >= 0, saved / 60);
	jw_object_end(&w);
}

static enum err get_effort(struct request *req, struct why *why)
{
	struct effort *e = ARENA_NEW(req->arena, struct effort);
	struct date day;
	*e = (struct effort){.req = req, .from = req->now - EFFORT_BACK * USEC_DAY, .to = req->now};
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &e->view, why);
	if (http_query_date(req, "from", &day))
		e->from = date_start(day);
	if (http_query_date(req, "to", &day))
		e->to = date_start(day) + USEC_DAY;
	if (rc == OK)
		rc = asked_unit(req, e->view, "unit", &e->unit, why);
	if (rc == OK)
		rc = asked_whose(req, e->view, "delivery", &e->senders.units, &e->senders.n,
				 &e->senders.all, why);
	if (rc == OK)
		rc = count_deliveries(e, why);
	if (rc == OK)
		rc = count_computed(e, why);
	if (rc == OK)
		rc = count_papers(e, why);
	if (rc == OK)
		rc = take_samples(e, why);
	if (rc == OK)
		answer(e);
	return rc;
}

static const struct http_param effort_params[] = {
	{.name = "unit", .type = PARAM_TEXT, .max = 64, .help = "Code of the unit"},
	{.name = "from", .type = PARAM_DATE, .help = "First day; default a year ago"},
	{.name = "to", .type = PARAM_DATE, .help = "Last day; default today"},
	{.name = NULL},
};
static const struct shape shapes[] = {
	{"way_effort",
	 "{way:'typed'|'pasted'|'file'|'api'|'formula'|'reminder'|'month'|'nudge' deliveries:int "
	 "figures:int measured:int spent_minutes:number? saved_minutes:number?}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/effort", PERMIT(VERB_READ, "delivery"), get_effort,
	      "What sending cost people, and the minutes that each way of sending and each paper of the centre saved",
	      "Công sức gửi số liệu, và số phút mỗi cách gửi, mỗi loại văn bản tự động đã tiết kiệm",
	      .flags = HTTP_SLOW, .params = effort_params,
	      .answer = "{from:time to:time unit:text? typed_seconds:number? typed_measured:int "
			"measured_least:int ways:way_effort[] saved_minutes:number?}"),
};
const struct route_table effort_routes = {routes, ARRAY_LEN(routes), shapes};
