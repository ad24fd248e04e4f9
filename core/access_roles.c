#include "core/access_roles.h"

/* Every kind that a permission may name, with the group the rules below speak of.  X(kind, group) */
#define KIND_TABLE(X)                                                                              \
	X("unit", GROUP_REGISTRY)                                                                  \
	X("unit_change", GROUP_REGISTRY)                                                           \
	X("domain", GROUP_REGISTRY)                                                                \
	X("indicator", GROUP_REGISTRY)                                                             \
	X("schedule", GROUP_REGISTRY)                                                              \
	X("calendar", GROUP_REGISTRY)                                                              \
	X("holiday", GROUP_REGISTRY)                                                               \
	X("code_list", GROUP_REGISTRY)                                                             \
	X("code_item", GROUP_REGISTRY)                                                             \
	X("document", GROUP_REGISTRY)                                                              \
	X("system", GROUP_REGISTRY)                                                                \
	X("check_rule", GROUP_REGISTRY)                                                            \
	X("target", GROUP_REGISTRY)                                                                \
	X("pack", GROUP_REGISTRY)                                                                  \
	X("formula", GROUP_REGISTRY)                                                               \
	X("criteria_set", GROUP_REGISTRY)                                                          \
	X("criterion", GROUP_REGISTRY)                                                             \
	X("quality_dimension", GROUP_REGISTRY)                                                     \
	X("outage", GROUP_REGISTRY)                                                                \
	X("inspection_rule", GROUP_REGISTRY)                                                       \
	X("ladder_step", GROUP_REGISTRY)                                                           \
	X("figure", GROUP_FIGURES)                                                                 \
	X("restricted_figure", GROUP_RESTRICTED)                                                   \
	X("delivery", GROUP_FIGURES)                                                               \
	X("draft", GROUP_FIGURES)                                                                  \
	X("approval", GROUP_FIGURES)                                                               \
	X("mapping", GROUP_FIGURES)                                                                \
	X("criteria_comment", GROUP_FIGURES)                                                       \
	X("account", GROUP_KEEPING)                                                                \
	X("api_token", GROUP_KEEPING)                                                              \
	X("journal", GROUP_KEEPING)                                                                \
	X("system_health", GROUP_KEEPING)                                                          \
	X("setting", GROUP_KEEPING)                                                                \
	X("duty", GROUP_DISCIPLINE)                                                                \
	X("reminder", GROUP_DISCIPLINE)                                                            \
	X("nudge", GROUP_DISCIPLINE)                                                               \
	X("report", GROUP_REPORTS)                                                                 \
	X("dashboard", GROUP_SCREENS)
enum group {
	GROUP_REGISTRY,
	GROUP_FIGURES,
	GROUP_RESTRICTED,
	GROUP_KEEPING,
	GROUP_DISCIPLINE,
	GROUP_REPORTS,
	GROUP_SCREENS
};
static const struct {
	const char *name;
	enum group group;
} kinds[] = {
#define X(name, group) {name, group},
	KIND_TABLE(X)
#undef X
};
static const char *const group_names[] = {
	[GROUP_REGISTRY] = "@registry",	    [GROUP_FIGURES] = "@figures",
	[GROUP_RESTRICTED] = "@restricted", [GROUP_KEEPING] = "@keeping",
	[GROUP_DISCIPLINE] = "@discipline", [GROUP_REPORTS] = "@reports",
	[GROUP_SCREENS] = "@screens"};
static_assert(ARRAY_LEN(kinds) <= KINDS_MAX, "room for every kind");

#define R VERB_BIT(VERB_READ)
#define EDIT (VERB_BIT(VERB_CREATE) | VERB_BIT(VERB_CHANGE) | VERB_BIT(VERB_REMOVE))
#define SEND (VERB_BIT(VERB_SUBMIT) | VERB_BIT(VERB_CREATE))
#define APPROVE VERB_BIT(VERB_APPROVE)
#define ADMIN VERB_BIT(VERB_ADMINISTER)

/* Who may do what.  Kinds: names, or a group with @.  What the public may, everybody may.
 * Nobody but approvers approves figures; nobody but reporting officers and operators submits them.  A dashboard is
 * shown to all who work here: the figures in it are each reader's own. */
static const struct rule {
	enum role role;
	const char *kinds;
	unsigned verbs;
	enum scope scope;
} rules[] = {
	{ROLE_ADMINISTRATOR, "@registry @keeping mapping", R | EDIT | ADMIN, SCOPE_SUBTREE},
	{ROLE_ADMINISTRATOR, "@discipline", R, SCOPE_SUBTREE},
	{ROLE_ADMINISTRATOR, "@figures", R | ADMIN, SCOPE_SUBTREE},
	{ROLE_ADMINISTRATOR, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_ADMINISTRATOR, "@screens", EDIT, SCOPE_SUBTREE},
	{ROLE_ADMINISTRATOR, "@screens", R, SCOPE_ANYWHERE},

	{ROLE_OPERATOR, "@registry", R | EDIT, SCOPE_SUBTREE},
	{ROLE_OPERATOR, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_OPERATOR, "@figures @keeping @discipline", R, SCOPE_SUBTREE},
	{ROLE_OPERATOR, "duty", VERB_BIT(VERB_CHANGE), SCOPE_SUBTREE},
	{ROLE_OPERATOR, "nudge", VERB_BIT(VERB_CREATE), SCOPE_SUBTREE},
	{ROLE_OPERATOR, "reminder", VERB_BIT(VERB_CREATE) | VERB_BIT(VERB_CHANGE) | APPROVE,
	 SCOPE_SUBTREE},
	{ROLE_OPERATOR, "figure delivery", SEND, SCOPE_SUBTREE},
	{ROLE_OPERATOR, "draft mapping", EDIT, SCOPE_SUBTREE},
	{ROLE_OPERATOR, "@screens", EDIT, SCOPE_SUBTREE},
	{ROLE_OPERATOR, "@screens", R, SCOPE_ANYWHERE},

	{ROLE_LEADER, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_LEADER, "@figures @discipline journal", R, SCOPE_SUBTREE},
	{ROLE_LEADER, "@screens", EDIT, SCOPE_SUBTREE},
	{ROLE_LEADER, "@screens", R, SCOPE_ANYWHERE},

	{ROLE_LEADER, "reminder", APPROVE, SCOPE_SUBTREE},
	{ROLE_LEADER, "nudge", VERB_BIT(VERB_CREATE), SCOPE_SUBTREE},

	{ROLE_REPORTING_OFFICER, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_REPORTING_OFFICER, "reminder", VERB_BIT(VERB_SUBMIT), SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "@figures @discipline journal", R, SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "figure delivery", SEND, SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "draft mapping", EDIT, SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "@screens", EDIT, SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "@screens", R, SCOPE_ANYWHERE},

	{ROLE_LEADER, "criteria_comment", EDIT, SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "criteria_comment", EDIT, SCOPE_SUBTREE},

	{ROLE_APPROVER, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_APPROVER, "reminder", VERB_BIT(VERB_SUBMIT), SCOPE_SUBTREE},
	{ROLE_APPROVER, "nudge", VERB_BIT(VERB_CREATE), SCOPE_SUBTREE},
	{ROLE_APPROVER, "@figures @discipline journal", R, SCOPE_SUBTREE},
	{ROLE_APPROVER, "figure delivery approval", APPROVE, SCOPE_SUBTREE},
	{ROLE_APPROVER, "@screens", EDIT, SCOPE_SUBTREE},
	{ROLE_APPROVER, "@screens", R, SCOPE_ANYWHERE},

	{ROLE_ANALYST, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_ANALYST, "figure delivery approval duty", R, SCOPE_SUBTREE},

	{ROLE_AUDITOR, "@registry", R, SCOPE_ANYWHERE},
	{ROLE_AUDITOR, "@figures @keeping @discipline", R, SCOPE_SUBTREE},

	/* A report may also be opened by those to whom it is addressed (report/). */
	{ROLE_ADMINISTRATOR, "@reports", R | EDIT, SCOPE_SUBTREE},
	{ROLE_OPERATOR, "@reports", R | EDIT, SCOPE_SUBTREE},
	{ROLE_ANALYST, "@reports", R | EDIT, SCOPE_SUBTREE},
	{ROLE_LEADER, "@reports", R, SCOPE_SUBTREE},
	{ROLE_REPORTING_OFFICER, "@reports", R, SCOPE_SUBTREE},
	{ROLE_APPROVER, "@reports", R, SCOPE_SUBTREE},
	{ROLE_AUDITOR, "@reports", R, SCOPE_SUBTREE},

	{ROLE_ANALYST, "@screens", EDIT, SCOPE_SUBTREE},
	{ROLE_ANALYST, "@screens", R, SCOPE_ANYWHERE},
	{ROLE_AUDITOR, "@screens", R, SCOPE_ANYWHERE},

	/* Figures of restricted indicators, besides the right to figures: the people of the unit itself, those
	 * who approve for it and the leaders above it.  Whoever runs the centre sees that they came, not what they say. */
	{ROLE_REPORTING_OFFICER, "@restricted", R | VERB_BIT(VERB_SUBMIT), SCOPE_UNIT},
	{ROLE_ANALYST, "@restricted", R, SCOPE_UNIT},
	{ROLE_AUDITOR, "@restricted", R, SCOPE_UNIT},
	{ROLE_APPROVER, "@restricted", R | APPROVE, SCOPE_SUBTREE},
	{ROLE_LEADER, "@restricted", R, SCOPE_SUBTREE},

	{ROLE_PUBLIC, "unit domain", R, SCOPE_ANYWHERE},
	{ROLE_PUBLIC, "indicator figure dashboard", R, SCOPE_OPEN},
};

int roles_kind(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, kind) == 0)
			return (int)i;
	return -1;
}

static bool names_kind(struct str pattern, size_t kind)
{
	for (struct str rest = pattern; rest.ptr;) {
		struct str word = str_until(rest, ' ', &rest);
		if (str_is(word, kinds[kind].name) || str_is(word, group_names[kinds[kind].group]))
			return true;
	}
	return false;
}

void roles_fill(struct roles *ret)
{
	*ret = (struct roles){0};
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			if (names_kind(str_of(rules[i].kinds), k))
				ret->verbs[rules[i].role][k][rules[i].scope] |= rules[i].verbs;
}

const char *access_kind(size_t i)
{
	return i < ARRAY_LEN(kinds) ? kinds[i].name : NULL;
}

/* -- names -- */
static const struct {
	const char *name;
	struct label label;
} role_names[] = {
#define X(code, name, vi, en) [code] = {name, {vi, en}},
	ROLE_TABLE(X)
#undef X
};
static const char *const verb_names[] = {
#define X(code, name) [code] = name,
	VERB_TABLE(X)
#undef X
};

const char *access_role_name(enum role role)
{
	assert(role < ROLES);
	return role_names[role].name;
}

struct label access_role_label(enum role role)
{
	assert(role < ROLES);
	return role_names[role].label;
}

const char *access_verb_name(enum verb verb)
{
	assert(verb < VERBS);
	return verb_names[verb];
}

enum err access_role_parse(struct str name, enum role *ret, struct why *why)
{
	for (unsigned i = 0; i < ROLES; i++)
		if (str_is(name, role_names[i].name)) {
			*ret = (enum role)i;
			return OK;
		}
	return fail(
		why, ERR_INVALID,
		"there is no role \"" STR_FMT
		"\"; roles are administrator, operator, leader, reporting_officer, approver, analyst, auditor, public",
		STR_ARG(name));
}

enum err access_verb_parse(struct str name, enum verb *ret, struct why *why)
{
	for (unsigned i = 0; i < VERBS; i++)
		if (str_is(name, verb_names[i])) {
			*ret = (enum verb)i;
			return OK;
		}
	return fail(why, ERR_INVALID,
		    "there is no verb \"" STR_FMT
		    "\"; verbs are read, create, change, remove, submit, approve, administer",
		    STR_ARG(name));
}

/* -- documentation -- */
static void document_cell(struct buf *out, const unsigned verbs[SCOPES])
{
	static const char *const where[] = {[SCOPE_SUBTREE] = "",
					    [SCOPE_ANYWHERE] = " (all units)",
					    [SCOPE_OPEN] = " (open ones)",
					    [SCOPE_UNIT] = " (the unit's own)"};
	buf_printf(out, " |");
	bool first = true;
	for (unsigned s = 0; s < SCOPES; s++)
		for (unsigned v = 0; v < VERBS; v++) {
			if (!(verbs[s] & VERB_BIT(v)))
				continue;
			buf_printf(out, "%s%s%s", first ? " " : ", ", verb_names[v], where[s]);
			first = false;
		}
}

void access_document(struct buf *out)
{
	struct roles roles;
	roles_fill(&roles);
	buf_printf(out, "| kind |");
	for (unsigned r = 0; r < ROLES; r++)
		buf_printf(out, " %s |", role_names[r].name);
	buf_printf(out, "\n|---|");
	for (unsigned r = 0; r < ROLES; r++)
		buf_printf(out, "---|");
	buf_add_char(out, '\n');
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		buf_printf(out, "| %s", kinds[k].name);
		for (unsigned r = 0; r < ROLES; r++)
			document_cell(out, roles.verbs[r][k]);
		buf_printf(out, " |\n");
	}
}
