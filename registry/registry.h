/* registry.h - what the words mean, in memory: an immutable view of units, indicators, schedules,
 * code lists and checks, shared by every thread and replaced as a whole when one of them changes.
 *
 *	const struct view *v = NULL;
 *	rc = registry_view(req->app->registry, req->db, req->arena, &v, why);
 *
 * A view taken after a commit contains that commit.  Everything found in a view lives as long as
 * the view is held. */
#pragma once
#include "base/decimal.h"
#include "base/period.h"
#include "store/store.h"

struct registry; /* the holder; one per process, thread-safe */
struct view;	 /* immutable, reference-counted */

struct registry *registry_new(void);
void registry_free(struct registry *r);
DEFINE_AUTO(registry_free, struct registry *)
MUST_USE enum err registry_take(struct registry *r, struct db *db, const struct view **ret,
				struct why *why);
/* The same, held until the arena is freed. */
MUST_USE enum err registry_view(struct registry *r, struct db *db, struct arena *a,
				const struct view **ret, struct why *why);
/* The view of the last registry_take(), without looking into the store; NULL before the first.  To
 * be given back by view_free(). */
const struct view *registry_current(struct registry *r);
void view_free(const struct view *v);
DEFINE_AUTO(view_free, const struct view *)
/* Grows with every change of the registry: what was computed from it is compared by it. */
MUST_USE enum err registry_edition(struct db *db, int64_t *ret, struct why *why);
/* In the transaction of a change of any registry record (struct record's `after`). */
MUST_USE enum err registry_touch(struct db *tx, struct why *why);

#define DAY_NEVER INT64_MAX
#define UNIT_KIND_TABLE(X)                                                                         \
	X(UNIT_PROVINCE, "province")                                                               \
	X(UNIT_DEPARTMENT, "department")                                                           \
	X(UNIT_AGENCY, "agency")                                                                   \
	X(UNIT_PUBLIC_SERVICE, "public_service")                                                   \
	X(UNIT_COMMUNE, "commune")                                                                 \
	X(UNIT_WARD, "ward")                                                                       \
	X(UNIT_SPECIAL_ZONE, "special_zone")
#define X(code, name) code,
enum unit_kind { UNIT_KIND_TABLE(X) UNIT_KINDS };
#undef X
const char *unit_kind_name(enum unit_kind kind);
bool unit_kind_is_commune(enum unit_kind kind); /* commune, ward or special zone */

struct unit {
	int64_t id;
	struct str code, name_vi, name_en, short_vi, org_code;
	enum unit_kind kind;
	int64_t parent;	  /* id or 0 */
	int64_t from, to; /* days since 1970; to is excluded, DAY_NEVER: still there */
	int64_t population;
};
struct unit_event {
	int64_t day, unit, into, old_parent;
	struct str kind, old_name;
	struct decimal share;
};

enum aggregate {
	AGGREGATE_NONE,
	AGGREGATE_SUM,
	AGGREGATE_MEAN,
	AGGREGATE_WEIGHTED,
	AGGREGATE_LAST,
	AGGREGATE_MAX,
	AGGREGATE_MIN
};
enum scope { SCOPE_PROVINCE, SCOPE_DEPARTMENT, SCOPE_COMMUNE };
enum openness { OPENNESS_OPEN, OPENNESS_INTERNAL, OPENNESS_RESTRICTED };

struct breakdown { /* of an indicator by a code list */
	struct str list;
	bool required;
};
struct limit {
	bool given;
	struct decimal value;
};
struct indicator {
	int64_t id;
	struct str code, name_vi, name_en, measure, measure_vi, measure_en, direction, weight;
	int64_t domain, schedule, owner;
	enum period_kind period;
	enum scope scope;
	enum openness openness;
	enum aggregate over_units, over_time;
	int decimals;
	struct limit min, max, target;
	double jump_z;	      /* robust z-score limit */
	int64_t derived_from; /* day from which a formula computes it; DAY_NEVER: people give it */
	size_t n_breakdowns, n_parts;
	struct breakdown *breakdowns;
	struct str *parts; /* codes of the indicators whose sum it is */
	int64_t owed_from; /* day: periods that end earlier were never owed here */
};
struct check_rule {
	int64_t indicator; /* 0: all */
	struct str code, kind, argument, message_vi, message_en;
	bool hard;
};
struct code_item {
	struct str list, code, name_vi, name_en, list_vi, list_en; /* list_…: the list's name */
};
struct domain {
	int64_t id;
	struct str code, name_vi, name_en;
};

int64_t view_edition(const struct view *v);    /* grows with every change of the registry */
bool view_demonstration(const struct view *v); /* is a demonstration pack installed? */
/* Are its figures only for those whose role names restricted figures?  So it is with an indicator whose
 * openness says so, also when it was removed, and with what a formula computes, or ever computed, from one. */
bool view_restricted(const struct view *v, int64_t indicator);
size_t view_restricted_all(const struct view *v, const int64_t **ret); /* ids, ascending */
/* Whose restricted figures a figure of the indicator tells, besides those of its own unit: it is for those only
 * who may read the restricted figures of all these units too. */
struct restricted_of {
	int64_t indicator, unit;
};
size_t view_restricted_of(const struct view *v, int64_t indicator,
			  const struct restricted_of **ret);
size_t view_units(const struct view *v, const struct unit **ret);
size_t view_indicators(const struct view *v, const struct indicator **ret);
size_t view_checks(const struct view *v, const struct check_rule **ret);
size_t view_code_items(const struct view *v, const struct code_item **ret);
size_t view_events(const struct view *v, const struct unit_event **ret);
size_t view_domains(const struct view *v, const struct domain **ret);
/* NULL when unknown. */
const struct unit *view_unit(const struct view *v, struct str code_or_id);
const struct unit *view_unit_id(const struct view *v, int64_t id);
const struct indicator *view_indicator(const struct view *v, struct str code_or_id);
const struct indicator *view_indicator_id(const struct view *v, int64_t id);
const struct domain *view_domain_id(const struct view *v, int64_t id);
const struct code_item *view_code_item(const struct view *v, struct str list, struct str code);

/* -- the tree of units, today's or of any day -- */
bool unit_alive(const struct unit *u, int64_t day);
struct str unit_name_at(const struct view *v, const struct unit *u, int64_t day);
int64_t unit_parent_at(const struct view *v, const struct unit *u, int64_t day);
bool view_within(const struct view *v, int64_t unit, int64_t root); /* today's tree */
size_t view_subtree(const struct view *v, int64_t root, struct arena *a, int64_t **ret);

/* -- who owes what by when -- */
/* Is the indicator the unit's at all, given by people or computed for it? */
bool unit_reports(const struct unit *u, const struct indicator *i);
/* Has the unit a figure of the indicator for the period (alive on the period's last day, and it is its)? */
bool unit_has(const struct unit *u, const struct indicator *i, struct period p);
/* Does a formula compute the indicator for the period?  Then nobody gives it. */
bool indicator_derived(const struct indicator *i, struct period p);
/* Does unit owe indicator for the period: has it, and people give it? */
/* Whether the centre asks for it at all is said by indicator_begun(). */
bool unit_owes(const struct unit *u, const struct indicator *i, struct period p);
/* Was the indicator owed here at all when the period ended? */
bool indicator_begun(const struct indicator *i, struct period p);
/* Deadline of one period of an indicator: what arrives at that instant or later is late. */
usec view_deadline(const struct view *v, const struct indicator *i, struct period p);
/* The same for many: indicators share schedules, and following a rule costs tens of microseconds.
 * Lives in an arena, serves one thread and one view. */
struct deadlines *deadlines_new(struct arena *a, const struct view *v);
usec deadlines_at(struct deadlines *d, const struct indicator *i, struct period p);
/* May anybody read its figures without signing in? */
static inline bool indicator_open(const struct indicator *i)
{
	return i->openness == OPENNESS_OPEN;
}
