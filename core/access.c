#include "core/access_roles.h"
#include "core/identity_private.h"

#include <stdlib.h>

struct access {
	struct unit_tree tree;
	struct roles roles;
	struct throttle *throttle;
	struct kept *kept;
};

struct access *access_new(struct unit_tree tree)
{
	struct access *x = calloc(1, sizeof(*x));
	assert(x);
	x->tree = tree;
	x->throttle = throttle_new();
	x->kept = kept_new();
	roles_fill(&x->roles);
	return x;
}

void access_free(struct access *x)
{
	if (!x)
		return;
	throttle_free(x->throttle);
	kept_free(x->kept);
	free(x);
}

struct throttle *access_throttle(struct access *x)
{
	return x->throttle;
}

struct kept *access_kept(struct access *x)
{
	return x->kept;
}

static bool holds(const struct access *x, enum role role, int kind, enum scope scope,
		  enum verb verb)
{
	return x->roles.verbs[role][kind][scope] & VERB_BIT(verb);
}

/* Is verb within what the token was limited to, on a kind that exists?  Its index, or -1. */
static int admitted(const struct principal *who, enum verb verb, const char *kind)
{
	assert(verb < VERBS);
	return who->token_verbs & VERB_BIT(verb) ? roles_kind(kind) : -1;
}

bool access_may(const struct access *x, const struct principal *who, enum verb verb,
		const char *kind, int64_t unit)
{
	int k = admitted(who, verb, kind);
	if (k < 0)
		return false;
	if (who->centre || holds(x, ROLE_PUBLIC, k, SCOPE_ANYWHERE, verb))
		return true;
	for (size_t i = 0; i < who->n_grants; i++) {
		const struct grant *g = &who->grants[i];
		if (holds(x, g->role, k, SCOPE_ANYWHERE, verb))
			return true;
		if (holds(x, g->role, k, SCOPE_SUBTREE, verb) &&
		    (g->unit == 0 || (unit != 0 && x->tree.within(x->tree.arg, unit, g->unit))))
			return true;
		if (holds(x, g->role, k, SCOPE_UNIT, verb) && unit != 0 && unit == g->unit)
			return true;
	}
	return false;
}

bool access_may_open(const struct access *x, const struct principal *who, enum verb verb,
		     const char *kind)
{
	int k = admitted(who, verb, kind);
	if (k < 0)
		return false;
	bool may = who->centre || holds(x, ROLE_PUBLIC, k, SCOPE_OPEN, verb);
	for (size_t i = 0; !may && i < who->n_grants; i++)
		may = holds(x, who->grants[i].role, k, SCOPE_OPEN, verb);
	return may;
}

bool access_may_somewhere(const struct access *x, const struct principal *who, enum verb verb,
			  const char *kind)
{
	int k = admitted(who, verb, kind);
	if (k < 0)
		return false;
	if (access_may_open(x, who, verb, kind) || holds(x, ROLE_PUBLIC, k, SCOPE_ANYWHERE, verb))
		return true;
	for (size_t i = 0; i < who->n_grants; i++)
		if (holds(x, who->grants[i].role, k, SCOPE_ANYWHERE, verb) ||
		    holds(x, who->grants[i].role, k, SCOPE_SUBTREE, verb) ||
		    (holds(x, who->grants[i].role, k, SCOPE_UNIT, verb) && who->grants[i].unit))
			return true;
	return false;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t left, right;
	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return left < right ? -1 : left > right;
}

size_t access_units(const struct access *x, const struct principal *who, enum verb verb,
		    const char *kind, struct arena *a, int64_t **ret, bool *ret_all)
{
	*ret = NULL;
	*ret_all = access_may(x, who, verb, kind, 0);
	int k = admitted(who, verb, kind);
	if (*ret_all || k < 0)
		return 0;
	size_t n = 0;
	for (size_t i = 0; i < who->n_grants; i++) {
		const struct grant *g = &who->grants[i];
		int64_t own = g->unit, *below = &own;
		size_t m = own && holds(x, g->role, k, SCOPE_UNIT, verb) ? 1 : 0;
		if (holds(x, g->role, k, SCOPE_SUBTREE, verb))
			m = x->tree.subtree(x->tree.arg, g->unit, a, &below);
		int64_t *both = ARENA_ARRAY(a, n + m + 1, int64_t);
		if (n)
			memcpy(both, *ret, n * sizeof(*both));
		if (m)
			memcpy(both + n, below, m * sizeof(*both));
		*ret = both;
		n += m;
	}
	if (n == 0)
		return 0;
	qsort(*ret, n, sizeof(**ret), compare_ids);
	size_t kept = 1;
	for (size_t i = 1; i < n; i++)
		if ((*ret)[i] != (*ret)[kept - 1])
			(*ret)[kept++] = (*ret)[i];
	return kept;
}

enum err access_require(const struct access *x, const struct principal *who, enum verb verb,
			const char *kind, int64_t unit, struct why *why)
{
	if (access_may(x, who, verb, kind, unit))
		return OK;
	if (!access_may(x, who, VERB_READ, kind, unit))
		return fail(why, ERR_NOT_FOUND, "this does not exist, or you may not see it");
	return fail(why, ERR_FORBIDDEN,
		    "you may not " BOTH_FMT
		    " this; an administrator of the centre can give you a role that may",
		    WORDS_ARG(access_verb_name(verb)));
}

void access_json(struct jw *w, const struct access *x, const struct principal *who)
{
	jw_object(w);
	for (size_t k = 0; access_kind(k); k++) {
		bool any = false;
		for (unsigned v = 0; v < VERBS; v++) {
			if (!access_may_somewhere(x, who, (enum verb)v, access_kind(k)))
				continue;
			if (!any) {
				jw_name(w, access_kind(k));
				jw_array(w);
			}
			any = true;
			jw_cstr(w, access_verb_name((enum verb)v));
		}
		if (any)
			jw_array_end(w);
	}
	jw_object_end(w);
}

struct principal *access_nobody(struct arena *a)
{
	struct principal *who = ARENA_NEW(a, struct principal);
	who->token_verbs = VERB_BIT(VERB_READ);
	return who;
}

struct principal *access_centre(struct arena *a)
{
	struct principal *who = ARENA_NEW(a, struct principal);
	who->centre = true;
	who->login = STR("centre");
	who->name = STR("Trung tâm");
	who->token_verbs = ~0u;
	return who;
}
