/* formulas.h - which indicators are computed, and by which text at which time.  A formula belongs to an
 * indicator from a day on; the newest that holds on a period's last day computes that period.  Saving
 * one compiles it, checks its unit of measure, refuses circles with their path. */
#pragma once
#include "core/formula.h"
#include "core/record.h"
#include "registry/registry.h"

/* Problems of an indicator about to get another measure, or (STR_NULL) to be removed: formulas that would compute
 * nothing any more. */
void formulas_check_indicator(struct db *tx, int64_t indicator, struct str measure,
			      struct problems *p);

struct formula_version {
	int64_t id, indicator;
	int64_t from; /* day, included */
	struct str text;
};
/* By indicator, then day. */
size_t view_formulas(const struct view *v, const struct formula_version **ret);
/* NULL: nobody computes it on that day. */
const struct formula_version *view_formula(const struct view *v, int64_t indicator, int64_t day);
/* Figures of the indicator were made by the formula: keeps of what, for as long as there are figures, so
 * that they stay restricted when the formula is gone. */
MUST_USE enum err indicator_made_of(struct db *tx, int64_t indicator, const struct formula *f,
				    struct why *why);
/* Compile a text of a record that is being saved; a fault becomes a problem at `at`.  measure as in
 * formula_compile().  NULL when there was one. */
struct formula *formula_check_text(struct db *tx, struct str text, struct str measure,
				   const char *at, struct problems *p);

/* Names as the view has them; lives as long as it. */
struct formula_words formula_words_of(const struct view *v);
