/* view.h - inside of a view; for registry/ only. */
#pragma once
#include "core/schedule.h"
#include "registry/formulas.h"
#include <stdatomic.h>

struct view_schedule {
	int64_t id;
	struct schedule rule;
};
struct view_calendar {
	int64_t id;
	struct calendar calendar;
};
struct view {
	struct arena *arena;
	_Atomic int64_t refs;
	int64_t edition;
	bool demonstration;
	size_t n_units, n_indicators, n_checks, n_items, n_events, n_domains, n_schedules,
		n_calendars, n_formulas, n_restricted, n_restricted_of;
	struct unit *units; /* by id */
	const struct unit **units_by_code;
	struct indicator *indicators; /* by id */
	const struct indicator **indicators_by_code;
	struct check_rule *checks;
	struct code_item *items;	     /* by list and code */
	struct unit_event *events;	     /* by day */
	struct domain *domains;		     /* by id */
	struct view_schedule *schedules;     /* by id */
	struct view_calendar *calendars;     /* by id */
	struct formula_version *formulas;    /* by indicator and day */
	int64_t *restricted;		     /* ids, ascending; of removed indicators too */
	struct restricted_of *restricted_of; /* by indicator and unit */
};
/* Read everything into an empty view. */
MUST_USE enum err view_load(struct view *v, struct db *db, struct why *why);
/* Its part about restricted indicators; after the formulas. */
MUST_USE enum err view_load_restricted(struct view *v, struct db *db, struct why *why);
