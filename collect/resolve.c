/* resolve.c - from the texts of a cell to a figure's key and value. */
#include "collect/resolve.h"
#include "base/text.h"
#include "collect/measure.h"
#include <stdlib.h>

#define BREAKDOWN_LISTS_MAX 8
#define REMARK_MAX 2000
#define MEASURE_MAX 100 /* bytes: longer texts are none */
#define QUOTE_MAX 80	/* bytes of a text that a finding repeats */

void finding_add(const struct check_context *c, struct checked *k, const char *check, bool hard,
		 struct str vi, struct str en)
{
	struct finding *f = ARENA_NEW(c->arena, struct finding);
	*f = (struct finding){check, hard, vi, en, NULL};
	struct finding **end = &k->findings;
	while (*end)
		end = &(*end)->next;
	*end = f;
}
#define REFUSE(c, k, check, vi_, en_, ...)                                                         \
	finding_add((c), (k), (check), true, arena_fmt((c)->arena, (vi_), __VA_ARGS__),            \
		    arena_fmt((c)->arena, (en_), __VA_ARGS__))

/* The beginning of what was sent, for a finding; ends on a whole character. */
static struct str quote(const struct check_context *c, struct str text)
{
	size_t n = QUOTE_MAX;
	if (text.len <= n)
		return text;
	while (n > 0 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80)
		n--;
	return arena_fmt(c->arena, "%.*s…", (int)n, text.ptr);
}

static int part_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool known_list(const struct indicator *i, struct str list)
{
	for (size_t n = 0; n < i->n_breakdowns; n++)
		if (str_eq(i->breakdowns[n].list, list))
			return true;
	return false;
}

bool resolve_breakdown(const struct check_context *c, const struct indicator *i, struct str text,
		       struct str *ret)
{
	struct str parts[BREAKDOWN_LISTS_MAX], rest = str_trim(text);
	size_t n = 0;
	while (rest.len && n < BREAKDOWN_LISTS_MAX) {
		struct str code, list = str_until(str_until(rest, ';', &rest), '=', &code);
		list = str_trim(list);
		code = str_trim(code);
		if (!known_list(i, list) || !view_code_item(c->view, list, code))
			return false;
		for (size_t k = 0; k < n; k++)
			if (str_eq(str_until(parts[k], '=', &(struct str){0}), list))
				return false; /* nobody is in two items of one list */
		parts[n++] = arena_fmt(c->arena, STR_FMT "=" STR_FMT, STR_ARG(list), STR_ARG(code));
	}
	if (rest.len)
		return false;
	if (n)
		qsort(parts, n, sizeof(*parts), part_order);
	struct str joined = n ? parts[0] : STR("");
	for (size_t k = 1; k < n; k++)
		joined = arena_fmt(c->arena, STR_FMT ";" STR_FMT, STR_ARG(joined),
				   STR_ARG(parts[k]));
	*ret = joined;
	return true;
}

static void resolve_unit(const struct check_context *c, struct checked *k)
{
	struct str code = k->cell->unit;
	k->unit = code.len ? view_unit(c->view, code) : NULL;
	if (!code.len)
		finding_add(c, k, "unit", true, STR("chưa ghi đơn vị"), STR("the unit is missing"));
	else if (!k->unit)
		REFUSE(c, k, "unit", "không có đơn vị mã “" STR_FMT "”: xem danh mục đơn vị",
		       "there is no unit with code “" STR_FMT "”: see the list of units",
		       STR_ARG(quote(c, code)));
	else if (!access_may(c->access, c->who, VERB_SUBMIT, "figure", k->unit->id)) {
		REFUSE(c, k, "permission",
		       "tài khoản không được nộp số liệu thay " STR_FMT
		       ": đề nghị quản trị viên cấp quyền",
		       "this account may not submit for " STR_FMT ": ask an administrator",
		       STR_ARG(k->unit->name_vi));
		k->resolved = false; /* no rule may compare it with what that unit has sent */
	}
}

static const struct kind_words {
	const char *vi, *en, *like;
} kind_words[PERIOD_KINDS] = {
	[PERIOD_DAILY] = {"ngày", "day", "2026-09-30"},
	[PERIOD_WEEKLY] = {"tuần", "week", "2026-W40"},
	[PERIOD_MONTHLY] = {"tháng", "month", "2026-09"},
	[PERIOD_QUARTERLY] = {"quý", "quarter", "2026-Q3"},
	[PERIOD_HALF_YEARLY] = {"6 tháng", "half-year", "2026-H1"},
	[PERIOD_YEARLY] = {"năm", "year", "2026"},
};

static void resolve_period(const struct check_context *c, struct checked *k)
{
	struct figure *f = &k->figure;
	struct str text = quote(c, k->cell->period);
	struct why why = {0};
	if (!text.len) {
		finding_add(c, k, "period", true,
			    STR("chưa ghi kỳ báo cáo: viết như 2026-09, 2026-Q3, 2026"),
			    STR("the period is missing: write 2026-09, 2026-Q3 or 2026"));
		k->resolved = false;
		return;
	}
	if (period_parse(k->cell->period, &f->period, &why) != OK) {
		REFUSE(c, k, "period",
		       "không hiểu kỳ “" STR_FMT "”: viết như 2026-09, 2026-Q3, 2026",
		       "the period “" STR_FMT "” is not understood: write 2026-09, 2026-Q3 or 2026",
		       STR_ARG(text));
		k->resolved = false;
		return;
	}
	if (k->indicator && f->period.kind != k->indicator->period) {
		const struct kind_words *words = &kind_words[k->indicator->period];
		finding_add(c, k, "period", true,
			    arena_fmt(c->arena, "chỉ tiêu này báo cáo theo %s: ghi kỳ như %s",
				      words->vi, words->like),
			    arena_fmt(c->arena, "this indicator is reported by the %s: write %s",
				      words->en, words->like));
	} else if (period_start(f->period) > c->now) {
		REFUSE(c, k, "period", "kỳ “" STR_FMT "” chưa bắt đầu: kiểm tra lại kỳ báo cáo",
		       "the period “" STR_FMT "” has not begun: check it", STR_ARG(text));
	} else if (k->indicator && indicator_derived(k->indicator, f->period)) {
		finding_add(
			c, k, "derived", true,
			STR("chỉ tiêu này do hệ thống tính theo công thức, không nhập tay: hãy nộp các "
			    "chỉ tiêu thành phần"),
			STR("a formula computes this indicator, nobody types it: send the indicators it "
			    "is made of"));
	} else if (k->unit && k->indicator && !unit_owes(k->unit, k->indicator, f->period)) {
		REFUSE(c, k, "owed",
		       STR_FMT
		       " không phải nộp chỉ tiêu này cho kỳ đó: kiểm tra lại đơn vị, chỉ tiêu, kỳ",
		       STR_FMT
		       " does not report this indicator for that period: check the unit, the indicator and the period",
		       STR_ARG(k->unit->name_vi));
	}
}

/* From the measure that it was given in to the indicator's: "4,5" in "tỷ đồng" is 4500 in "triệu đồng". */
static void convert(const struct check_context *c, struct checked *k)
{
	struct figure *f = &k->figure;
	struct str said = k->cell->measure;
	const struct indicator *i = k->indicator;
	if (!k->resolved || f->empty || !i || !said.len || said.len > MEASURE_MAX)
		return;
	enum measure_fit fit =
		measure_compare(c->arena, said, i->measure_vi, i->measure_en, &k->power);
	if (fit == MEASURE_UNSURE || (fit == MEASURE_DIFFERS && k->cell->measure_of_all))
		return;
	if (fit == MEASURE_FITS && decimal_shift(f->value, k->power, &f->value, NULL) == OK)
		return;
	k->power = 0;
	finding_add(c, k, "measure", true,
		    arena_fmt(c->arena,
			      "ghi theo “" STR_FMT "” nhưng chỉ tiêu này tính bằng “" STR_FMT
			      "”: đổi số hoặc sửa đơn vị tính",
			      STR_ARG(quote(c, said)), STR_ARG(i->measure_vi)),
		    arena_fmt(c->arena,
			      "is given in “" STR_FMT
			      "” but this indicator is measured in “" STR_FMT
			      "”: convert it or mend the unit of measure",
			      STR_ARG(quote(c, said)), STR_ARG(i->measure_en)));
}

static void resolve_value(const struct check_context *c, struct checked *k)
{
	struct figure *f = &k->figure;
	f->empty = k->cell->no_value;
	if (f->empty) {
		if (!k->cell->remark.len)
			finding_add(c, k, "number", true,
				    STR("không có số liệu thì phải ghi lý do ở phần giải thích"),
				    STR("say in the remark why there is no value"));
		return;
	}
	bool doubtful = false;
	struct why why = {0};
	struct str text = quote(c, k->cell->value);
	if (!text.len) {
		finding_add(
			c, k, "number", true,
			STR("chưa ghi giá trị; nếu không có số liệu thì ghi lý do ở phần giải thích"),
			STR("the value is missing; if there is none, say why in the remark"));
		k->resolved = false;
		return;
	}
	if (!k->cell->typed && decimal_parse(k->cell->value, &f->value, NULL) == OK)
		return;
	if (decimal_read(k->cell->value, &f->value, &doubtful, &why) != OK) {
		REFUSE(c, k, "number",
		       "“" STR_FMT "” không phải là số: viết như 1.234,5 hoặc 1234.5",
		       "“" STR_FMT "” is not a number: write 1.234,5 or 1234.5", STR_ARG(text));
		k->resolved = false;
	} else if (doubtful && !k->cell->remark.len &&
		   !(k->indicator && k->indicator->decimals == 0)) {
		/* Of an indicator in whole numbers "4.700" can only be 4700. */
		struct str as = arena_fmt(c->arena, "%lld", (long long)f->value.mantissa);
		finding_add(c, k, "number", false,
			    arena_fmt(c->arena,
				      "“" STR_FMT "” được hiểu là " STR_FMT
				      "; nếu đúng, ghi giải thích hoặc viết " STR_FMT,
				      STR_ARG(text), STR_ARG(as), STR_ARG(as)),
			    arena_fmt(c->arena,
				      "“" STR_FMT "” was read as " STR_FMT
				      "; if right, add a remark or write " STR_FMT,
				      STR_ARG(text), STR_ARG(as), STR_ARG(as)));
	}
}

static void resolve_indicator(const struct check_context *c, struct checked *k)
{
	struct str code = k->cell->indicator;
	k->indicator = code.len ? view_indicator(c->view, code) : NULL;
	if (!code.len) {
		finding_add(c, k, "indicator", true, STR("chưa ghi chỉ tiêu"),
			    STR("the indicator is missing"));
	} else if (!k->indicator) {
		REFUSE(c, k, "indicator",
		       "không có chỉ tiêu mã “" STR_FMT "”: xem danh mục chỉ tiêu",
		       "there is no indicator with code “" STR_FMT "”: see the list of indicators",
		       STR_ARG(quote(c, code)));
	} else if (!resolve_breakdown(c, k->indicator, k->cell->breakdown, &k->figure.breakdown)) {
		REFUSE(c, k, "breakdown",
		       "phân tổ “" STR_FMT "” không có trong chỉ tiêu này: viết như sex=female",
		       "the breakdown “" STR_FMT "” is not one of this indicator: write sex=female",
		       STR_ARG(quote(c, k->cell->breakdown)));
		k->resolved = false;
	}
}

/* Figures of a restricted indicator are sent by the unit's own people only: the checks tell of what was sent before. */
static void resolve_right(const struct check_context *c, struct checked *k)
{
	if (!k->unit || !k->indicator ||
	    !access_may(c->access, c->who, VERB_SUBMIT, "figure", k->unit->id) ||
	    figure_may(c->access, c->who, VERB_SUBMIT, c->view, k->unit->id, k->indicator->id))
		return;
	REFUSE(c, k, "permission",
	       "số liệu của chỉ tiêu này thuộc loại hạn chế: chỉ cán bộ báo cáo của chính " STR_FMT
	       " được nộp",
	       "the figures of this indicator are restricted: only reporting officers of " STR_FMT
	       " itself may send them",
	       STR_ARG(k->unit->name_vi));
	k->resolved = false;
}

/* What people write is stored in normal form, without control characters. */
static struct str clean(const struct check_context *c, struct checked *k, const char *check,
			struct str text)
{
	struct str good = STR_NULL;
	struct why why = {0};
	if (text.len > REMARK_MAX)
		finding_add(c, k, check, true, arena_fmt(c->arena, "dài quá %d byte", REMARK_MAX),
			    arena_fmt(c->arena, "is longer than %d bytes", REMARK_MAX));
	else if (text.len && text_clean(c->arena, text, &good, &why) != OK)
		finding_add(
			c, k, check, true,
			arena_fmt(c->arena, "có ký tự không được phép (%s)", why.vi),
			arena_fmt(c->arena, "has a character that is not allowed (%s)", why.text));
	return good.len ? good : STR_NULL;
}

void resolve_cell(const struct check_context *c, const struct cell *cell, struct checked *k)
{
	*k = (struct checked){.cell = cell, .resolved = true};
	k->figure.breakdown = STR("");
	resolve_unit(c, k);
	resolve_indicator(c, k);
	resolve_right(c, k);
	resolve_period(c, k);
	resolve_value(c, k);
	convert(c, k);
	k->resolved = k->resolved && k->unit && k->indicator;
	struct figure *f = &k->figure;
	f->unit = k->unit ? k->unit->id : 0;
	f->indicator = k->indicator ? k->indicator->id : 0;
	f->status = FIGURE_SUBMITTED;
	f->remark = clean(c, k, "remark", cell->remark);
	f->reason = clean(c, k, "reason", cell->reason);
	f->sheet = cell->sheet;
	f->row = cell->row;
	f->column = cell->column;
	f->actor = c->who->user;
	f->received = c->now;
}
