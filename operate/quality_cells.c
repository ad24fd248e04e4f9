/* quality_cells.c - which figures cost points, why, and the one thing that mends each. */
#include "operate/operate.h"
#include "operate/quality_ask.h"
#include "operate/reminder_json.h"

#define CELLS_PAGE 100
#define CELLS_MAX 500

/* X(code, name, what mends it) */
#define COST_TABLE(X)                                                                              \
	X(COST_MISSING, "missing", "send")			 /* nothing came */                \
	X(COST_BREAKDOWN, "breakdown_missing", "fill_breakdown") /* not every cell owed */         \
	X(COST_LATE, "late", "ask_excuse")			 /* it came after the deadline */  \
	X(COST_RETURNED, "returned", "correct")			 /* and nothing stands now */      \
	X(COST_EXPLAINED, "explained", "confirm")		 /* a soft check failed */         \
	X(COST_REWORKED, "reworked", "take_care")		 /* returned or corrected once */  \
	X(COST_FORM, "form_faults", "use_form") /* cells refused for their form */                 \
	X(COST_CLOSED, "not_open", "open")
#define X(code, name, mends) code,
enum cost { COST_TABLE(X) COSTS };
#undef X
static const struct {
	const char *name, *mends;
} costs[] = {
#define X(code, name, mends) [code] = {name, mends},
	COST_TABLE(X)
#undef X
};

static enum cost cost_of(const struct fact *f, enum measure m)
{
	switch (m) {
	case MEASURE_RIGHT:
		if (f->returned && !f->standing)
			return COST_RETURNED;
		return f->explained ? COST_EXPLAINED : COST_REWORKED;
	case MEASURE_SUFFICIENT:
		return f->filled ? COST_BREAKDOWN : COST_MISSING;
	case MEASURE_CLEAN:
		return COST_FORM;
	case MEASURE_LIVE:
	case MEASURE_ON_TIME:
	case MEASURE_FRESH:
		return f->met && f->standing ? COST_LATE : COST_MISSING;
	case MEASURE_SHARED:
	case MEASURE_NONE:
	case MEASURES:
		break;
	}
	return COST_CLOSED;
}

struct listing {
	struct request *req;
	struct quality_ask q;
	struct str dimension; /* STR_NULL: all */
	struct jw w;
	struct fact last;
	size_t n, limit;
};

static bool may(const struct listing *l, enum verb verb, const char *kind, int64_t unit)
{
	return access_may(l->req->app->access, l->req->who, verb, kind, unit);
}

/* Latest delivery with a fault of form for the fact. */
static enum err faulty_delivery(struct db *db, const struct fact *f, int64_t *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT max(delivery) FROM quality_cell WHERE unit = $1 AND indicator = $2 AND "
		    "period_kind = $3 AND period = $4 AND fault <> ''"));
	stmt_bind_int(q, 1, f->unit);
	stmt_bind_int(q, 2, f->indicator);
	stmt_bind_int(q, 3, f->period.kind);
	stmt_bind_int(q, 4, f->period.ordinal);
	*ret = stmt_row(q) ? stmt_int(q, 0) : 0;
	return stmt_end(q, why);
}

static bool able(const struct listing *l, const struct fact *f, enum cost c)
{
	switch (c) {
	case COST_MISSING:
	case COST_BREAKDOWN:
	case COST_RETURNED:
	case COST_EXPLAINED:
		return may(l, VERB_SUBMIT, "figure", f->unit);
	case COST_REWORKED:
		return false; /* it is mended; what remains is care */
	case COST_LATE:
		return may(l, VERB_CHANGE, "duty", f->unit);
	case COST_FORM:
		return may(l, VERB_READ, "delivery", f->unit);
	case COST_CLOSED:
		return may(l, VERB_CHANGE, "indicator", 0);
	case COSTS:
		break;
	}
	return false;
}

/* Where the one who can do it does it; nobody else gets a link. */
static void action_json(struct listing *l, const struct fact *f, enum cost c, int64_t delivery)
{
	struct arena *a = l->req->arena;
	const struct unit *u = view_unit_id(l->q.view, f->unit);
	const struct indicator *i = view_indicator_id(l->q.view, f->indicator);
	struct str unit = u ? u->code : STR(""), code = i ? i->code : STR(""), href;
	bool can = able(l, f, c);
	if (c == COST_LATE)
		href = arena_fmt(a, "/units/" STR_FMT, STR_ARG(unit));
	else if (c == COST_CLOSED)
		href = arena_fmt(a, "/registry/indicators?q=" STR_FMT, STR_ARG(code));
	else
		href = arena_fmt(a, "/entry?unit=" STR_FMT "&period=" STR_FMT "&focus=" STR_FMT,
				 STR_ARG(unit), STR_ARG(period_str(a, f->period)), STR_ARG(code));
	struct jw *w = &l->w;
	jw_name(w, "action");
	jw_object(w);
	jw_m_cstr(w, "do", costs[c].mends);
	jw_m_bool(w, "may", can);
	jw_m_str(w, "href", can && c != COST_FORM ? href : STR_NULL);
	jw_m_id(w, "delivery", can && c == COST_FORM ? delivery : 0);
	jw_object_end(w);
}

static void counts_json(struct jw *w, const struct fact *f)
{
	jw_m_time(w, "deadline", f->until);
	jw_m_time(w, "met", f->met);
	jw_m_bool(w, "excused", f->excused);
	jw_m_int(w, "owed", f->owed);
	jw_m_int(w, "filled", f->filled);
	jw_m_int(w, "checks", f->checks + f->decided + f->corrected);
	jw_m_int(w, "explained", f->explained);
	jw_m_int(w, "returned", f->returned);
	jw_m_int(w, "corrected", f->corrected);
	jw_m_int(w, "received", f->received);
	jw_m_int(w, "unclean", f->unclean);
	jw_m_int(w, "gap", f->gap);
}

static enum err cost_json(struct listing *l, const struct fact *f, const struct dimension *d,
			  int64_t score, struct why *why)
{
	struct jw *w = &l->w;
	enum cost c = cost_of(f, d->measure);
	int64_t delivery = 0;
	enum err rc = c == COST_FORM ? faulty_delivery(l->req->db, f, &delivery, why) : OK;
	jw_object(w);
	unit_json(w, l->q.view, f->unit);
	indicator_json(w, l->q.view, f->indicator);
	jw_m_period(w, "period", f->period);
	jw_m_str(w, "dimension", d->code);
	jw_m_score(w, "lost", 10000 - score);
	jw_m_cstr(w, "reason", costs[c].name);
	action_json(l, f, c, delivery);
	counts_json(w, f);
	jw_object_end(w);
	l->n++;
	return rc;
}

static enum err list_fact(struct listing *l, const struct fact *f, struct why *why)
{
	const struct dimensions *all = &l->q.dimensions;
	const struct indicator *i = view_indicator_id(l->q.view, f->indicator);
	enum err rc = OK;
	for (size_t k = 0; k < all->n && rc == OK; k++) {
		const struct dimension *d = &all->items[k];
		int64_t score = share_score(fact_share(f, d, i, l->q.now));
		if (score < 0 || score == 10000 ||
		    (l->dimension.ptr && !str_eq(l->dimension, d->code)))
			continue;
		rc = cost_json(l, f, d, score, why);
	}
	return rc;
}

/* "unit.indicator.kind.period" */
static enum err cursor_parse(struct str text, struct fact *ret, struct why *why)
{
	int64_t n[4] = {0};
	struct str rest = text;
	enum err rc = OK;
	for (size_t i = 0; i < ARRAY_LEN(n) && rc == OK; i++)
		rc = str_int(str_until(rest, '.', &rest), INT32_MIN, INT64_MAX, &n[i], NULL);
	if (rc != OK || rest.ptr || n[2] < 0 || n[2] >= PERIOD_KINDS || n[3] > INT32_MAX)
		return fail_at(
			why, ERR_INVALID, "cursor",
			"this is not a place in the list: take it from an earlier answer's next");
	*ret = (struct fact){
		.unit = n[0], .indicator = n[1], .period = {(enum period_kind)n[2], (int32_t)n[3]}};
	return OK;
}

static struct str cursor_write(struct arena *a, const struct fact *f)
{
	return arena_fmt(a, "%lld.%lld.%d.%d", (long long)f->unit, (long long)f->indicator,
			 (int)f->period.kind, (int)f->period.ordinal);
}

static enum err known_dimension(struct listing *l, struct why *why)
{
	l->dimension = http_query(l->req, "dimension");
	for (size_t i = 0; i < l->q.dimensions.n; i++)
		if (str_eq(l->dimension, l->q.dimensions.items[i].code))
			return OK;
	return l->dimension.ptr
		       ? fail_at(why, ERR_INVALID, "dimension",
				 "there is no dimension of quality with code \"" STR_FMT "\"",
				 STR_ARG(l->dimension))
		       : OK;
}

static enum err get_cells(struct request *req, struct why *why)
{
	struct listing *l = ARENA_NEW(req->arena, struct listing);
	struct str cursor = http_query(req, "cursor");
	struct fact after, f;
	l->req = req;
	l->limit = (size_t)http_query_int(req, "limit", CELLS_PAGE);
	enum err rc = quality_ask(req, &l->q, why);
	if (rc == OK)
		rc = known_dimension(l, why);
	if (rc == OK && cursor.len)
		rc = cursor_parse(cursor, &after, why);
	if (rc != OK)
		return rc;
	l->q.how.after = cursor.len ? &after : NULL;
	l->w = http_list(req);
	bool more = false;
	AUTO(stmt_free) struct stmt *q = facts_ask(req->db, &l->q.how, req->arena);
	while (rc == OK && !more && facts_next(q, &f)) {
		more = l->n >= l->limit;
		if (more)
			break;
		rc = list_fact(l, &f, why);
		l->last = f;
	}
	enum err end = stmt_end(q, rc == OK ? why : NULL);
	http_list_end(&l->w, more ? cursor_write(req->arena, &l->last) : STR_NULL);
	return rc == OK ? end : rc;
}

static const struct http_param cells_params[] = {
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "Code of the unit; what is below it counts too"},
	{.name = "indicator", .type = PARAM_TEXT, .max = 64, .help = "Code of the indicator"},
	{.name = "domain", .type = PARAM_TEXT, .max = 64, .help = "Code of the domain"},
	{.name = "period",
	 .type = PARAM_PERIOD,
	 .help = "Figures whose period ends in it; default: the last twelve months"},
	{.name = "from", .type = PARAM_PERIOD, .help = "From the first day of this period"},
	{.name = "to", .type = PARAM_PERIOD, .help = "To the last day of this period"},
	{.name = "dimension", .type = PARAM_TEXT, .max = 64, .help = "Code of one dimension"},
	{.name = "cursor",
	 .type = PARAM_TEXT,
	 .max = 120,
	 .help = "From the previous answer's next"},
	{.name = "limit",
	 .type = PARAM_INT,
	 .min = 1,
	 .max = CELLS_MAX,
	 .help = "At least so many"},
	{.name = NULL},
};

static const struct shape shapes[] = {
	{"cost_cell",
	 "{..of_unit ..of_indicator period:text dimension:text lost:number reason:text "
	 "action:{do:text may:bool href:text? delivery:id?} deadline:time? met:time? excused:bool owed:int filled:int checks:int explained:int returned:int corrected:int received:int unclean:int gap:int}"},
	{NULL, NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/scores/cells", PERMIT(VERB_READ, "figure"), get_cells,
	      "Figures that cost points, why, and the one action that mends each",
	      "Số liệu làm mất điểm, vì sao, và việc cần làm", .flags = HTTP_SLOW,
	      .params = cells_params, .answer = "{items:cost_cell[] next:text?}"),
};
const struct route_table quality_cell_routes = {routes, ARRAY_LEN(routes), shapes};
