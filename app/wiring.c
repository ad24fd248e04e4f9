#include "app/app.h"

#include "analyze/analyze.h"
#include "analyze/index.h"
#include "base/embed.h"
#include "collect/collect.h"
#include "collect/sandbox.h"
#include "collect/table.h"
#include "core/identity.h"
#include "core/outage.h"
#include "core/setting.h"
#include "operate/exception.h"
#include "operate/operate.h"
#include "registry/records.h"
#include "registry/registry_routes.h"
#include "report/report.h"

/* Special routes go before the generic ones of the same address. */
static const struct route_table *const own_tables[] = {
	&registry_routes,     &consultation_routes,   &figure_routes,	  &figure_file_routes,
	&delivery_routes,     &effort_routes,	      &upload_routes,	  &grid_routes,
	&approval_routes,     &lineage_routes,	      &overview_routes,	  &file_routes,
	&formula_routes,      &search_routes,	      &pivot_routes,	  &duty_routes,
	&index_routes,	      &relation_routes,	      &report_routes,	  &quality_routes,
	&quality_cell_routes, &coverage_routes,	      &inspection_routes, &reminder_routes,
	&ladder_routes,	      &violation_routes,      &dashboard_routes,  &predict_routes,
	&nudge_routes,	      &reminder_paper_routes, &exception_routes,
};

/* Kinds of record that are not the registry's. */
static const struct record *const own_records[] = {&account_record, &dashboard_record,
						   &outage_record, &report_record, &setting_record};

const struct record *const *wiring_records(struct arena *a)
{
	size_t n = 0;
	while (registry_records[n])
		n++;
	const struct record **all =
		ARENA_ARRAY(a, n + ARRAY_LEN(own_records) + 1, const struct record *);
	memcpy(all, registry_records, n * sizeof(*all));
	memcpy(all + n, own_records, sizeof(own_records));
	return all;
}

static bool is_called(const struct record *r, struct str path_or_kind)
{
	return str_is(path_or_kind, r->path) || str_is(path_or_kind, r->table.text);
}

const struct record *wiring_record(struct str path_or_kind)
{
	for (const struct record *const *r = registry_records; *r; r++)
		if (is_called(*r, path_or_kind))
			return *r;
	for (size_t i = 0; i < ARRAY_LEN(own_records); i++)
		if (is_called(own_records[i], path_or_kind))
			return own_records[i];
	return NULL;
}

const struct route_table *wiring_routes(struct arena *a, size_t *ret_n)
{
	struct route_table *tables = ARENA_ARRAY(a, ARRAY_LEN(own_tables) + 1, struct route_table);
	for (size_t i = 0; i < ARRAY_LEN(own_tables); i++)
		tables[i] = *own_tables[i];
	tables[ARRAY_LEN(own_tables)] = http_record_routes(wiring_records(a), a);
	*ret_n = ARRAY_LEN(own_tables) + 1;
	return tables;
}

/* The first row counts whose role the person holds; ui/src/operate/Home.tsx shows the home. */
static const char *const leaders[] = {"/api/v1/exceptions", "/api/v1/scores?by=domain", NULL};
static const char *const centres[] = {"/api/v1/overview", NULL};
static const struct first_ask firsts[] = {
	{ROLE_LEADER, leaders},	 {ROLE_ADMINISTRATOR, centres}, {ROLE_OPERATOR, centres},
	{ROLE_ANALYST, centres}, {ROLE_AUDITOR, centres},
};

const struct first_ask *wiring_first(size_t *ret_n)
{
	*ret_n = ARRAY_LEN(firsts);
	return firsts;
}

static bool within(void *arg, int64_t unit, int64_t root)
{
	AUTO(view_free) const struct view *v = registry_current(arg);
	return v && view_within(v, unit, root);
}

static size_t subtree(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	AUTO(view_free) const struct view *v = registry_current(arg);
	*ret = NULL;
	return v ? view_subtree(v, root, a, ret) : 0;
}

struct unit_tree wiring_units(struct registry *registry)
{
	return (struct unit_tree){registry, within, subtree};
}

static enum err centre_words(const struct app_services *app, struct db *db, struct arena *a,
			     struct centre *ret, struct why *why)
{
	const struct view *v = NULL;
	const struct unit *units = NULL;
	enum err rc = registry_view(app->registry, db, a, &v, why);
	if (rc != OK)
		return rc;
	*ret = (struct centre){.demonstration = view_demonstration(v)};
	size_t n = view_units(v, &units);
	for (size_t i = 0; i < n && !ret->name_vi.ptr; i++)
		if (units[i].kind == UNIT_PROVINCE) {
			ret->name_vi = units[i].name_vi;
			ret->name_en = units[i].name_en;
		}
	return OK;
}

static enum err unit_words(const struct app_services *app, struct db *db, int64_t id,
			   struct arena *a, struct unit_words *ret, struct why *why)
{
	const struct view *v = NULL;
	enum err rc = registry_view(app->registry, db, a, &v, why);
	if (rc != OK)
		return rc;
	const struct unit *u = view_unit_id(v, id);
	if (!u)
		return fail(why, ERR_NOT_FOUND, "there is no such unit");
	*ret = (struct unit_words){u->code, u->name_vi, u->name_en};
	return OK;
}

static enum err unit_id(const struct app_services *app, struct db *db, struct str code_or_id,
			int64_t *ret, struct why *why)
{
	AUTO(view_free) const struct view *v = NULL;
	enum err rc = registry_take(app->registry, db, &v, why);
	if (rc != OK)
		return rc;
	const struct unit *u = view_unit(v, code_or_id);
	if (!u)
		return fail(why, ERR_INVALID, "there is no unit \"" STR_FMT "\"",
			    STR_ARG(code_or_id));
	*ret = u->id;
	return OK;
}

static enum err table(const struct app_services *app, struct str file, struct arena *a,
		      struct str *ret, struct why *why)
{
	return table_csv(app->worker, file, a, ret, why);
}

static int64_t workers_started(const struct app_services *app)
{
	return app->worker ? sandbox_started(app->worker) : 0;
}

const struct app_words wiring_words = {centre_words, unit_words, unit_id, table, workers_started};

/* -- operate/ asks analyze/ -- */
static enum err falls(struct request *req, const struct view *v, const struct unit *of,
		      struct exception **ret, size_t *ret_n, struct why *why)
{
	struct standpoint from = {
		.db = req->db, .view = v, .access = req->app->access, .who = req->who, .unit = of};
	struct index_move *moves = NULL;
	size_t n = 0;
	enum err rc = index_moves(&from, req->now, req->arena, &moves, &n, why);
	if (rc != OK)
		return rc;
	*ret = ARENA_ARRAY(req->arena, n, struct exception);
	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		const struct index_move *m = &moves[i];
		if (m->set.whose != of || !m->before.known || !m->year.known || m->year.by >= 0 ||
		    m->before.by > -EXCEPTION_INDEX_FALL)
			continue;
		(*ret)[(*ret_n)++] = (struct exception){
			.rule = RULE_FALLING,
			.weight = -m->before.by / m->set.points,
			.unit = of,
			.period = m->period,
			.since = period_end(m->before.then),
			.index = {m->set.index_code, m->set.name_vi, m->set.name_en, m->set.points,
				  m->total.won, m->before.by, m->year.by,
				  m->worst ? m->worst->name_vi : STR_NULL,
				  m->worst ? m->worst->name_en : STR_NULL, m->worst_by}};
	}
	return OK;
}

const struct operate_asks wiring_operate = {falls};

const struct migration *wiring_migrations(struct arena *a, size_t *ret_n)
{
	size_t n = 0;
	const struct embedded *files = embedded_list(EMBED_MIGRATION, &n);
	struct migration *list = ARENA_ARRAY(a, n + 1, struct migration);
	for (size_t i = 0; i < n; i++) {
		struct str rest = STR_NULL;
		int64_t number = 0;
		enum err rc = str_int(str_until(files[i].path, '_', &rest), 1, 9999, &number, NULL);
		assert(rc == OK && number == (int64_t)i + 1);
		list[i] = (struct migration){(int)number, arena_cstr(a, files[i].path),
					     files[i].plain};
	}
	*ret_n = n;
	return list;
}
