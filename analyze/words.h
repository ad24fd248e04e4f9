/* words.h - why a value is missing, in sentences: "xã X chưa nộp K766.X04 kỳ 2026-10". */
#pragma once
#include "base/json.h"
#include "registry/formulas.h"

struct str reason_vi(const struct view *v, const struct formula_value *value, struct arena *a);
struct str reason_en(const struct view *v, const struct formula_value *value, struct arena *a);
/* {"code","unit","indicator","period","breakdown","vi","en"}, or null when there is a value. */
void jw_reason(struct jw *w, const struct view *v, const struct formula_value *value,
	       struct arena *a);
