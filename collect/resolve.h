/* resolve.h - inside of check.h: from the texts of a cell to a figure's key and value. */
#pragma once
#include "collect/check.h"

void finding_add(const struct check_context *c, struct checked *k, const char *check, bool hard,
		 struct str vi, struct str en);
/* Fills unit, indicator, figure; adds findings for what cannot be understood or is not allowed. */
void resolve_cell(const struct check_context *c, const struct cell *cell, struct checked *k);
/* "age=0-14; sex = female" → sorted canonical; false when a list or code is unknown. */
bool resolve_breakdown(const struct check_context *c, const struct indicator *i, struct str text,
		       struct str *ret);
