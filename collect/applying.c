/* applying.c - which checks at the door a value undergoes. */
#include "collect/check.h"

static bool has_rule(const struct view *v, const struct indicator *i, const char *kind)
{
	const struct check_rule *rules;
	size_t n = view_checks(v, &rules);
	for (size_t k = 0; k < n; k++)
		if (str_is(rules[k].kind, kind) &&
		    (rules[k].indicator == i->id || rules[k].indicator == 0))
			return true;
	return false;
}

int64_t check_applying(const struct view *v, const struct indicator *i, bool whole)
{
	bool required = false;
	for (size_t b = 0; b < i->n_breakdowns; b++)
		required |= i->breakdowns[b].required;
	bool summed = i->n_parts > 0 || (i->n_breakdowns > 0 && i->over_units == AGGREGATE_SUM);
	int64_t n = 2; /* decimals, jump */
	n += i->min.given || i->max.given;
	n += summed;
	n += has_rule(v, i, "not_greater_than");
	n += has_rule(v, i, "remark_if_zero");
	n += whole && required;
	return n;
}
