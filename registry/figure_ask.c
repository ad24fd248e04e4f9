/* figure_ask.c - from the query of a request to a question about figures. */
#include "registry/figure_ask.h"
#include "base/id.h"
#include "registry/asked.h"

#define FIGURES_MAX 5000

static enum err ask_indicators(struct request *req, const struct view *v, struct figure_query *how,
			       struct why *why)
{
	const struct indicator **found = NULL;
	size_t n = 0;
	enum err rc = asked_indicators(req, v, &found, &n, why);
	if (rc != OK)
		return rc;
	int64_t *ids = ARENA_ARRAY(req->arena, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		ids[i] = found[i]->id;
		how->period_kind = found[i]->period;
	}
	how->indicators = ids;
	how->n_indicators = n;
	return OK;
}

/* ?unit=, and of ?under= and ?level= the units of a subtree, of the communes' level or of both. */
static enum err ask_units(struct request *req, const struct view *v, struct figure_query *how,
			  struct why *why)
{
	struct str level = http_query(req, "level");
	const struct unit *units, *root = NULL;
	int64_t *ids = NULL;
	size_t n = 0, all = view_units(v, &units);
	bool communes = str_is(level, "commune");
	enum err rc = asked_unit(req, v, "under", &root, why);
	if (rc == OK)
		rc = asked_units(req, v, &ids, &n, why);
	if (rc != OK || (!n && !root && !level.ptr))
		return rc;
	for (size_t i = 0; i < all && (root || level.ptr); i++)
		if ((!root || view_within(v, units[i].id, root->id)) &&
		    (!level.ptr || communes == unit_kind_is_commune(units[i].kind)))
			*ARENA_APPEND(req->arena, ids, n) = units[i].id;
	how->units = ids;
	how->n_units = n;
	how->no_units = n == 0;
	return OK;
}

static enum err ask_period(struct request *req, const char *name, bool *ret_has, int32_t *ret,
			   struct figure_query *how, struct why *why)
{
	struct str text = http_query(req, name);
	struct period p;
	if (!text.ptr)
		return OK;
	enum err rc = period_parse(text, &p, why);
	if (rc != OK)
		return rc;
	if (how->n_indicators &&
	    p.kind != how->period_kind) /* "2026" for a monthly one: its months */
		p = period_at(how->period_kind,
			      strcmp(name, "from") == 0 ? period_start(p) : period_end(p) - 1);
	if (!how->n_indicators && (how->has_from || how->has_to) && p.kind != how->period_kind)
		return fail_at(why, ERR_INVALID, name, "from and to must be periods of one kind");
	how->period_kind = p.kind;
	*ret_has = true;
	*ret = p.ordinal;
	return OK;
}

enum err figure_ask(struct request *req, const struct view **ret_view, struct figure_query *how,
		    struct why *why)
{
	const struct view *v = NULL;
	struct str as_of = http_query(req, "as_of"), cursor = http_query(req, "cursor");
	enum err rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
	if (rc == OK)
		rc = ask_indicators(req, v, how, why);
	if (rc == OK)
		rc = ask_units(req, v, how, why);
	if (rc == OK)
		rc = ask_period(req, "from", &how->has_from, &how->from, how, why);
	if (rc == OK)
		rc = ask_period(req, "to", &how->has_to, &how->to, how, why);
	if (rc == OK && as_of.ptr)
		rc = time_parse(as_of, &how->as_of, why);
	if (rc == OK && cursor.len)
		rc = id_parse(cursor, &how->after, why);
	how->breakdown = http_query(req, "breakdown");
	how->revisions = str_is(http_query(req, "revisions"), "all");
	how->waiting = str_is(http_query(req, "status"), "submitted");
	if (rc != OK)
		return rc;
	how->reach = figure_reach(req->app->access, req->who, VERB_READ, v, req->arena);
	*ret_view = v;
	return OK;
}

const struct http_param figure_params[] = {
	{.name = "indicator",
	 .type = PARAM_TEXT,
	 .repeated = true,
	 .max = 64,
	 .help = "Code; may be repeated"},
	{.name = "unit",
	 .type = PARAM_TEXT,
	 .repeated = true,
	 .max = 64,
	 .help = "Code; may be repeated"},
	{.name = "under",
	 .type = PARAM_TEXT,
	 .max = 64,
	 .help = "Code of a unit: it and all below it"},
	{.name = "level",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "commune: communes, wards and special zones"},
	{.name = "from", .type = PARAM_PERIOD, .help = "First period"},
	{.name = "to", .type = PARAM_PERIOD, .help = "Last period"},
	{.name = "as_of", .type = PARAM_TIME, .help = "What was known at that time"},
	{.name = "breakdown",
	 .type = PARAM_TEXT,
	 .max = 200,
	 .help = "sex=female; empty: only undivided"},
	{.name = "revisions", .type = PARAM_TEXT, .max = 8, .help = "all: every revision"},
	{.name = "status",
	 .type = PARAM_TEXT,
	 .max = 16,
	 .help = "submitted: only those not decided"},
	HTTP_PAGE_PARAMS(FIGURES_MAX),
	{.name = NULL},
};
