/* view_load.c - reads the registry's tables into a view. */
#include "base/json.h"
#include "registry/view.h"
#include <stdlib.h>

static int choice(struct str s, const char *const *names, int n, int otherwise)
{
	for (int i = 0; i < n; i++)
		if (str_is(s, names[i]))
			return i;
	return otherwise;
}

static const char *const unit_kind_names[] = {
#define X(code, name) name,
	UNIT_KIND_TABLE(X)
#undef X
};
static const char *const aggregate_names[] = {"none", "sum", "mean", "weighted",
					      "last", "max", "min"};
static const char *const scope_names[] = {"province", "department", "commune"};
static const char *const openness_names[] = {"open", "internal", "restricted"};

const char *unit_kind_name(enum unit_kind kind)
{
	return unit_kind_names[kind];
}

static struct str text(struct view *v, struct stmt *q, int column)
{
	return arena_str(v->arena, stmt_str(q, column));
}

static struct limit limit(struct stmt *q, int column)
{
	struct limit l = {0};
	l.given = !stmt_is_null(q, column) &&
		  decimal_parse(stmt_str(q, column), &l.value, NULL) == OK;
	return l;
}

static enum err load_units(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, code, name_vi, name_en, short_vi, org_code, kind, parent, valid_from, "
		    "valid_to, population FROM unit WHERE removed = 0 ORDER BY id"));
	while (stmt_row(q)) {
		struct unit *u = ARENA_APPEND(v->arena, v->units, v->n_units);
		*u = (struct unit){
			.id = stmt_int(q, 0),
			.code = text(v, q, 1),
			.name_vi = text(v, q, 2),
			.name_en = text(v, q, 3),
			.short_vi = text(v, q, 4),
			.org_code = text(v, q, 5),
			.kind = (enum unit_kind)choice(stmt_str(q, 6), unit_kind_names, UNIT_KINDS,
						       0),
			.parent = stmt_int(q, 7),
			.from = stmt_int(q, 8),
			.to = stmt_is_null(q, 9) ? DAY_NEVER : stmt_int(q, 9),
			.population = stmt_int(q, 10),
		};
	}
	return stmt_end(q, why);
}

static enum err load_events(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT on_date, unit, into_unit, old_parent, kind, old_name, share FROM unit_change "
		    "WHERE removed = 0 ORDER BY on_date, id"));
	while (stmt_row(q)) {
		struct unit_event *e = ARENA_APPEND(v->arena, v->events, v->n_events);
		*e = (struct unit_event){
			.day = stmt_int(q, 0),
			.unit = stmt_int(q, 1),
			.into = stmt_int(q, 2),
			.old_parent = stmt_int(q, 3),
			.kind = text(v, q, 4),
			.old_name = text(v, q, 5),
			.share = {str_is(stmt_str(q, 4), "merge"), 0}, /* a split's must be told */
		};
		struct limit share = limit(q, 6);
		if (share.given)
			e->share = share.value;
	}
	return stmt_end(q, why);
}

/* JSON array of strings in column → array; a trailing * is left on. */
static size_t list(struct view *v, struct stmt *q, int column, struct str **ret)
{
	const struct json *json;
	if (stmt_is_null(q, column) || json_parse(v->arena, stmt_str(q, column), &json, NULL) != OK)
		return 0;
	struct str *items = ARENA_ARRAY(v->arena, json->n, struct str);
	for (size_t i = 0; i < json->n; i++)
		items[i] = json->items[i].text;
	*ret = items;
	return json->n;
}

static void load_breakdowns(struct view *v, struct stmt *q, int column, struct indicator *i)
{
	struct str *names = NULL;
	i->n_breakdowns = list(v, q, column, &names);
	i->breakdowns = ARENA_ARRAY(v->arena, i->n_breakdowns, struct breakdown);
	for (size_t n = 0; n < i->n_breakdowns; n++) {
		bool required = str_ends(names[n], STR("*"));
		names[n].len -= required;
		i->breakdowns[n] = (struct breakdown){names[n], required};
	}
}

static void load_indicator(struct view *v, struct stmt *q)
{
	struct indicator *i = ARENA_APPEND(v->arena, v->indicators, v->n_indicators);
	*i = (struct indicator){
		.id = stmt_int(q, 0),
		.code = text(v, q, 1),
		.name_vi = text(v, q, 2),
		.name_en = text(v, q, 3),
		.measure_vi = text(v, q, 4),
		.measure_en = text(v, q, 5),
		.direction = text(v, q, 6),
		.weight = text(v, q, 7),
		.domain = stmt_int(q, 8),
		.schedule = stmt_int(q, 9),
		.owner = stmt_int(q, 10),
		.scope = (enum scope)choice(stmt_str(q, 12), scope_names, 3, SCOPE_PROVINCE),
		.openness = (enum openness)choice(stmt_str(q, 13), openness_names, 3,
						  OPENNESS_RESTRICTED),
		.over_units =
			(enum aggregate)choice(stmt_str(q, 14), aggregate_names, 7, AGGREGATE_NONE),
		.over_time =
			(enum aggregate)choice(stmt_str(q, 15), aggregate_names, 7, AGGREGATE_NONE),
		.decimals = (int)stmt_int(q, 16),
		.min = limit(q, 17),
		.max = limit(q, 18),
		.target = limit(q, 19),
		.jump_z = 6,
		.derived_from = DAY_NEVER,
		.measure = text(v, q, 23),
	};
	if (period_kind_parse(stmt_str(q, 11), &i->period, NULL) != OK)
		i->period = PERIOD_MONTHLY; /* the description's choices allow no other text */
	struct limit jump = limit(q, 20);
	if (jump.given)
		i->jump_z = decimal_double(jump.value);
	load_breakdowns(v, q, 21, i);
	i->n_parts = list(v, q, 22, &i->parts);
	i->owed_from =
		stmt_is_null(q, 24) ? date_days(date_local(stmt_int(q, 25))) : stmt_int(q, 24);
}

static enum err load_indicators(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, code, name_vi, name_en, measure_vi, measure_en, direction, "
		    "weight_indicator, domain, schedule, owner, period, scope, openness, "
		    "aggregate_units, aggregate_time, decimals, min, max, target, jump_z, breakdowns, "
		    "sum_of, unit_of_measure, owed_from, created FROM indicator WHERE removed = 0 ORDER BY id"));
	while (stmt_row(q))
		load_indicator(v, q);
	return stmt_end(q, why);
}

static enum err load_checks(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT indicator, code, kind, argument, message_vi, message_en, severity "
			"FROM check_rule WHERE removed = 0 ORDER BY code"));
	while (stmt_row(q)) {
		struct check_rule *c = ARENA_APPEND(v->arena, v->checks, v->n_checks);
		*c = (struct check_rule){
			.indicator = stmt_int(q, 0),
			.code = text(v, q, 1),
			.kind = text(v, q, 2),
			.argument = text(v, q, 3),
			.message_vi = text(v, q, 4),
			.message_en = text(v, q, 5),
			.hard = str_is(stmt_str(q, 6), "hard"),
		};
	}
	return stmt_end(q, why);
}

static enum err load_items(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT l.code, i.code, i.name_vi, i.name_en, l.name_vi, l.name_en FROM code_item i JOIN code_list l "
		    "ON l.id = i.list WHERE i.removed = 0 AND l.removed = 0 ORDER BY l.code, i.position, "
		    "i.code"));
	while (stmt_row(q)) {
		struct code_item *c = ARENA_APPEND(v->arena, v->items, v->n_items);
		*c = (struct code_item){text(v, q, 0), text(v, q, 1), text(v, q, 2),
					text(v, q, 3), text(v, q, 4), text(v, q, 5)};
	}
	return stmt_end(q, why);
}

static enum err load_domains(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, code, name_vi, name_en FROM domain WHERE removed = 0 ORDER BY id"));
	while (stmt_row(q)) {
		struct domain *d = ARENA_APPEND(v->arena, v->domains, v->n_domains);
		*d = (struct domain){stmt_int(q, 0), text(v, q, 1), text(v, q, 2), text(v, q, 3)};
	}
	return stmt_end(q, why);
}

static int by_code_unit(const void *a, const void *b)
{
	return str_cmp((*(const struct unit *const *)a)->code,
		       (*(const struct unit *const *)b)->code);
}

static int by_code_indicator(const void *a, const void *b)
{
	return str_cmp((*(const struct indicator *const *)a)->code,
		       (*(const struct indicator *const *)b)->code);
}

static void sort_by_code(struct view *v)
{
	v->units_by_code = ARENA_ARRAY(v->arena, v->n_units, const struct unit *);
	for (size_t i = 0; i < v->n_units; i++)
		v->units_by_code[i] = &v->units[i];
	v->indicators_by_code = ARENA_ARRAY(v->arena, v->n_indicators, const struct indicator *);
	for (size_t i = 0; i < v->n_indicators; i++)
		v->indicators_by_code[i] = &v->indicators[i];
	if (v->n_units)
		qsort(v->units_by_code, v->n_units, sizeof(*v->units_by_code), by_code_unit);
	if (v->n_indicators)
		qsort(v->indicators_by_code, v->n_indicators, sizeof(*v->indicators_by_code),
		      by_code_indicator);
}

static enum err load_calendars(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT id, rule FROM calendar WHERE removed = 0 ORDER BY id"));
	while (stmt_row(q)) {
		struct view_calendar *c = ARENA_APPEND(v->arena, v->calendars, v->n_calendars);
		*c = (struct view_calendar){.id = stmt_int(q, 0)};
		if (holiday_rule_parse(stmt_str(q, 1), &c->calendar.rule, NULL) != OK)
			c->calendar.rule =
				HOLIDAY_NONE; /* the description's choices allow no other text */
	}
	return stmt_end(q, why);
}

static struct view_calendar *calendar_of(struct view *v, int64_t id)
{
	for (size_t i = 0; i < v->n_calendars; i++)
		if (v->calendars[i].id == id)
			return &v->calendars[i];
	return NULL;
}

/* Rows come by calendar, so each calendar's days are one piece of a common array. */
static enum err load_holidays(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT calendar, on_date FROM holiday WHERE removed = 0 ORDER BY calendar, on_date"));
	int64_t *days = NULL, *owners = NULL;
	size_t n = 0, n_owners = 0;
	while (stmt_row(q)) {
		*ARENA_APPEND(v->arena, owners, n_owners) = stmt_int(q, 0);
		*ARENA_APPEND(v->arena, days, n) = stmt_int(q, 1);
	}
	for (size_t i = 0; i < n; i++) {
		struct view_calendar *c = calendar_of(v, owners[i]);
		if (!c)
			continue;
		if (!c->calendar.n)
			c->calendar.holidays = &days[i];
		c->calendar.n++;
	}
	return stmt_end(q, why);
}

static enum err load_schedules(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT id, offset_days, at_time, rrule, calendar FROM schedule WHERE removed = 0 "
		    "ORDER BY id"));
	while (stmt_row(q)) {
		struct view_schedule *s = ARENA_APPEND(v->arena, v->schedules, v->n_schedules);
		*s = (struct view_schedule){.id = stmt_int(q, 0)};
		s->rule.offset_days = stmt_int(q, 1);
		if (schedule_time_parse(stmt_str(q, 2), &s->rule.at, NULL) != OK)
			s->rule.at = 17 * USEC_HOUR; /* its check lets no other text in */
		s->rule.rrule = text(v, q, 3);
		const struct view_calendar *c = calendar_of(v, stmt_int(q, 4));
		s->rule.calendar = c ? &c->calendar : NULL;
	}
	return stmt_end(q, why);
}

static enum err load_formulas(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT id, indicator, valid_from, formula FROM formula WHERE removed = 0 "
			"ORDER BY indicator, valid_from"));
	while (stmt_row(q)) {
		struct formula_version *f = ARENA_APPEND(v->arena, v->formulas, v->n_formulas);
		*f = (struct formula_version){stmt_int(q, 0), stmt_int(q, 1), stmt_int(q, 2),
					      text(v, q, 3)};
		for (size_t i = 0; i < v->n_indicators; i++)
			if (v->indicators[i].id == f->indicator &&
			    f->from < v->indicators[i].derived_from)
				v->indicators[i].derived_from = f->from;
	}
	return stmt_end(q, why);
}

static enum err load_demonstration(struct view *v, struct db *db, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db, SQL("SELECT count(*) FROM pack WHERE removed = 0 AND demonstration = 1"));
	v->demonstration = stmt_row(q) && stmt_int(q, 0) > 0;
	return stmt_end(q, why);
}

enum err view_load(struct view *v, struct db *db, struct why *why)
{
	static enum err (*const loads[])(struct view *, struct db *, struct why *) = {
		load_units,	load_events,	 load_domains,	    load_items,
		load_checks,	load_indicators, load_calendars,    load_holidays,
		load_schedules, load_formulas,	 load_demonstration};
	for (size_t i = 0; i < ARRAY_LEN(loads); i++) {
		enum err rc = loads[i](v, db, why);
		if (rc != OK)
			return rc;
	}
	sort_by_code(v);
	return view_load_restricted(v, db, why);
}
