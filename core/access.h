/* access.h - who may do what: roles = verbs × kinds of record × subtree of units.  There is one
 * policy function, access_may(); lists use access_units() of the same principal. */
#pragma once
#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "store/store.h"

#define VERB_TABLE(X)                                                                              \
	X(VERB_READ, WORDS("read"))                                                                \
	X(VERB_CREATE, WORDS("create"))                                                            \
	X(VERB_CHANGE, WORDS("change"))                                                            \
	X(VERB_REMOVE, WORDS("remove"))                                                            \
	X(VERB_SUBMIT, WORDS("submit"))                                                            \
	X(VERB_APPROVE, WORDS("approve"))                                                          \
	X(VERB_ADMINISTER, WORDS("administer"))
#define X(code, name) code,
enum verb { VERB_TABLE(X) VERBS };
#undef X
#define VERB_BIT(v) (1u << (v))

/* Roles; the table of what each may do is in access_roles.c (documentation is generated from it). */
#define ROLE_TABLE(X)                                                                              \
	X(ROLE_ADMINISTRATOR, "administrator", "Quản trị hệ thống", "Administrator")               \
	X(ROLE_OPERATOR, "operator", "Cán bộ vận hành", "Operator")                                \
	X(ROLE_LEADER, "leader", "Lãnh đạo", "Leader")                                             \
	X(ROLE_REPORTING_OFFICER, "reporting_officer", "Cán bộ báo cáo", "Reporting officer")      \
	X(ROLE_APPROVER, "approver", "Người duyệt số liệu", "Approver")                            \
	X(ROLE_ANALYST, "analyst", "Chuyên viên phân tích", "Analyst")                             \
	X(ROLE_AUDITOR, "auditor", "Kiểm tra, kiểm toán", "Auditor")                               \
	X(ROLE_PUBLIC, "public", "Công chúng", "Public")
#define X(code, name, vi, en) code,
enum role { ROLE_TABLE(X) ROLES };
#undef X

/* What a route needs.  kind is the table's name of a record kind ("unit", "indicator",
 * "figure", "delivery", "journal", "account", …).  A route without one does not compile.
 * PERMIT_ANYONE: no session needed (health, sign-in).  PERMIT_SIGNED_IN: any session; the
 * handler shows only what is the caller's own. */
struct permission {
	enum { PERMIT_KIND = 1, PERMIT_ANYONE, PERMIT_SIGNED_IN } needs;
	enum verb verb;
	const char *kind;
};
/* Initialisers: a compound literal is no constant in a table. */
#define PERMIT(verb, kind)                                                                         \
	{                                                                                          \
		PERMIT_KIND, (verb), (kind)                                                        \
	}
#define ANYONE                                                                                     \
	{                                                                                          \
		PERMIT_ANYONE, VERB_READ, ""                                                       \
	}
#define SIGNED_IN                                                                                  \
	{                                                                                          \
		PERMIT_SIGNED_IN, VERB_READ, ""                                                    \
	}

struct grant { /* one role over one unit and what is below it; unit 0: the whole centre */
	enum role role;
	int64_t unit;
};

#define GRANTS_MAX 16
/* Who asks.  Immutable; lives in the request's arena. user 0: nobody (public). */
struct principal {
	int64_t user, session, token; /* one of session, token is 0 */
	struct str login, name;
	size_t n_grants;
	struct grant grants[GRANTS_MAX];
	unsigned token_verbs; /* VERB_BITs a token is limited to; ~0u for sessions */
	bool session_touch;   /* submit access_session_touch(): its idle time starts anew */
	bool session_rotate;  /* old enough for access_session_rotate(): set the new cookie */
	bool totp;	      /* signs in with a second factor */
	usec until;  /* until then time alone changes nothing of this; 0: it is due for a change */
	bool centre; /* access_centre(): everything is allowed */
};

/* The tree of units, given by floor 4 at start-up: is `unit` at or below `root`? */
struct unit_tree {
	void *arg;
	bool (*within)(void *arg, int64_t unit, int64_t root);
	/* All units at or below root, in the arena. */
	size_t (*subtree)(void *arg, int64_t root, struct arena *a, int64_t **ret);
};
struct access; /* policy + tree + rate limits; one per process, thread-safe */
struct access *access_new(struct unit_tree tree);
void access_free(struct access *x);
DEFINE_AUTO(access_free, struct access *)

/* The policy: does `who` hold, by a role or by what is everybody's, verb on things of this kind
 * that belong to unit (0: a thing of the whole centre)?  Unknown kinds: never. */
bool access_may(const struct access *x, const struct principal *who, enum verb verb,
		const char *kind, int64_t unit);
/* The same for things marked open (an indicator with openness "open" and its figures): some kinds are
 * readable by everybody as far as they are open. */
bool access_may_open(const struct access *x, const struct principal *who, enum verb verb,
		     const char *kind);
/* Is there any thing, open ones included, for which it would hold?  Asked by the router. */
bool access_may_somewhere(const struct access *x, const struct principal *who, enum verb verb,
			  const char *kind);
/* The units for which access_may() holds: *ret_all = true for every unit (then *ret is NULL), else a
 * list in the arena, to be put in SQL by query_ints(). */
size_t access_units(const struct access *x, const struct principal *who, enum verb verb,
		    const char *kind, struct arena *a, int64_t **ret, bool *ret_all);
/* OK, or ERR_NOT_FOUND when `who` may not even read it (existence is not told), or ERR_FORBIDDEN
 * which says who can grant it. */
MUST_USE enum err access_require(const struct access *x, const struct principal *who,
				 enum verb verb, const char *kind, int64_t unit, struct why *why);

/* Everything `who` may do somewhere, as JSON for the screen: {"indicator":["read",…],…}. */
void access_json(struct jw *w, const struct access *x, const struct principal *who);

/* -- the table of roles, for documents and tests -- */
const char *access_kind(size_t i); /* every kind that permissions know; NULL after the last */
const char *access_role_name(enum role role);
struct label access_role_label(enum role role);
const char *access_verb_name(enum verb verb);
MUST_USE enum err access_role_parse(struct str name, enum role *ret, struct why *why);
MUST_USE enum err access_verb_parse(struct str name, enum verb *ret, struct why *why);
/* Markdown table of roles × kinds. */
void access_document(struct buf *out);

/* Person who did not sign in. */
struct principal *access_nobody(struct arena *a);
/* The centre itself: jobs, imports by the command line; may do everything, journaled as actor 0. */
struct principal *access_centre(struct arena *a);
