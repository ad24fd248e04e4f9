#include "analyze/words.h"

static const struct {
	bool names; /* speaks of a figure: unit, indicator, period */
	struct label text;
} words[FORMULA_REASONS] = {
	[FORMULA_NOT_FILLED] = {true, {"chưa nộp", "has not sent"}},
	[FORMULA_SAID_EMPTY] = {true, {"báo không có số liệu", "says there is no value of"}},
	[FORMULA_HIDDEN] = {true,
			    {"có số liệu mà bạn không được xem", "has a figure you may not see:"}},
	[FORMULA_NOT_ITS] = {true, {"không báo cáo", "does not report"}},
	[FORMULA_NO_UNITS] = {false, {"không có đơn vị nào ở cấp này", "no unit stands there"}},
	[FORMULA_NO_TOTAL] = {true,
			      {"không có số tổng hợp của nhiều kỳ hay nhiều đơn vị cho",
			       "has no total of several periods or units of"}},
	[FORMULA_SPLIT] = {true,
			   {"đã chia tách, không chia được số liệu",
			    "was split, and this cannot be divided:"}},
	[FORMULA_UNPAIRED] = {true, {"không có số liệu đi cặp của", "has nothing to pair with of"}},
	[FORMULA_NOTHING] = {false,
			     {"không có giá trị nào để tính", "there is no value to compute with"}},
	[FORMULA_DIVIDED_BY_ZERO] = {false, {"phép chia cho 0", "a division by zero"}},
	[FORMULA_NOT_DEFINED] = {false,
				 {"phép tính không xác định với giá trị này",
				  "not defined for such a value"}},
	[FORMULA_OVERFLOW] = {false,
			      {"kết quả vượt quá giới hạn số",
			       "the result is beyond every number"}},
	[FORMULA_SAID_MISSING] = {false,
				  {"công thức không cho giá trị trong trường hợp này",
				   "the formula gives no value in this case"}},
};

struct str reason_vi(const struct view *v, const struct formula_value *value, struct arena *a)
{
	const struct formula_cell *c = value->cell;
	const struct unit *u = c ? view_unit_id(v, c->unit) : NULL;
	const struct indicator *i = c ? view_indicator_id(v, c->indicator) : NULL;
	const char *text = words[value->reason].text.vi;
	if (!words[value->reason].names || !u || !i)
		return str_of(text ? text : "");
	return arena_fmt(a, STR_FMT " %s “" STR_FMT "” (" STR_FMT ") kỳ " STR_FMT,
			 STR_ARG(u->name_vi), text, STR_ARG(i->name_vi), STR_ARG(i->code),
			 STR_ARG(c->period));
}

struct str reason_en(const struct view *v, const struct formula_value *value, struct arena *a)
{
	const struct formula_cell *c = value->cell;
	const struct unit *u = c ? view_unit_id(v, c->unit) : NULL;
	const struct indicator *i = c ? view_indicator_id(v, c->indicator) : NULL;
	const char *text = words[value->reason].text.en;
	if (!words[value->reason].names || !u || !i)
		return str_of(text ? text : "");
	return arena_fmt(a, STR_FMT " %s “" STR_FMT "” (" STR_FMT ") for " STR_FMT,
			 STR_ARG(u->name_en), text, STR_ARG(i->name_en), STR_ARG(i->code),
			 STR_ARG(c->period));
}

void jw_reason(struct jw *w, const struct view *v, const struct formula_value *value,
	       struct arena *a)
{
	const struct formula_cell *c = value->cell;
	const struct unit *u = c ? view_unit_id(v, c->unit) : NULL;
	const struct indicator *i = c ? view_indicator_id(v, c->indicator) : NULL;
	if (value->reason == FORMULA_PRESENT) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_m_cstr(w, "code", formula_reason_name(value->reason));
	jw_m_str(w, "unit", u ? u->code : STR_NULL);
	jw_m_str(w, "indicator", i ? i->code : STR_NULL);
	jw_m_str(w, "period", c ? c->period : STR_NULL);
	jw_m_str(w, "breakdown", c ? c->breakdown : STR_NULL);
	jw_m_str(w, "vi", reason_vi(v, value, a));
	jw_m_str(w, "en", reason_en(v, value, a));
	jw_object_end(w);
}
