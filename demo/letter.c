/* letter.c - figures as people send them. */
#include "demo/letter.h"
#include "base/json.h"
#include "paper/xlsx.h"
#include <stdlib.h>

#define PASTED_SHARE 0.35 /* of forms */
#define LETTER_MAX ((size_t)4 << 20)

static void add(struct letter *l, struct arena *a, const struct indicator *i, struct str breakdown,
		struct decimal value)
{
	struct str text = decimal_str(a, value);
	l->lines[l->n++] = (struct line){
		.indicator = i,
		.breakdown = breakdown,
		.unit = l->sending->unit->code,
		.period = period_str(a, l->sending->period),
		.value = text,
		.right = text,
	};
}

/* The items of a required breakdown; the last one takes what rounding leaves. */
static void add_parts(struct letter *l, const struct story *s, const struct view *v,
		      struct arena *a, const struct indicator *i, struct str list,
		      struct decimal total)
{
	const struct code_item *items;
	size_t n = view_code_items(v, &items), last = n;
	int64_t left = total.mantissa;
	for (size_t k = 0; k < n; k++)
		if (str_eq(items[k].list, list))
			last = k;
	for (size_t k = 0; k < n; k++) {
		if (!str_eq(items[k].list, list))
			continue;
		double share = story_split(s, i, list, items[k].code);
		int64_t part = k == last ? left : (int64_t)((double)total.mantissa * share);
		left -= part;
		add(l, a, i,
		    arena_fmt(a, STR_FMT "=" STR_FMT, STR_ARG(list), STR_ARG(items[k].code)),
		    (struct decimal){part, total.scale});
	}
}

static struct str with_comma(struct arena *a, struct str value)
{
	char *text = arena_cstr(a, value);
	for (char *c = text; *c; c++)
		if (*c == '.')
			*c = ',';
	return str_of(text);
}

static struct decimal tenfold(struct decimal d)
{
	d.mantissa *= 10;
	return d;
}

static struct str words_of_period(struct arena *a, struct period p)
{
	struct date first = date_local(period_start(p));
	switch (p.kind) {
	case PERIOD_MONTHLY:
		return arena_fmt(a, "Tháng %d năm %d", first.month, first.year);
	case PERIOD_QUARTERLY:
		return arena_fmt(a, "Quý %d/%d", (first.month + 2) / 3, first.year);
	case PERIOD_YEARLY:
		return arena_fmt(a, "Năm %d", first.year);
	case PERIOD_DAILY:
		return arena_fmt(a, "%02d/%02d/%d", first.day, first.month, first.year);
	case PERIOD_WEEKLY:
	case PERIOD_HALF_YEARLY:
	case PERIOD_KINDS:
		break;
	}
	return period_str(a, p);
}

/* One line gets the fault that the story chose. */
static void spoil(struct letter *l, const struct story *s, struct arena *a)
{
	uint64_t seed = story_mix(l->sending->seed, 11);
	struct line *line = &l->lines[seed % l->n];
	struct str flaw = story_flaw(s, seed);
	struct decimal value =
		story_value(s, l->sending->unit, line->indicator, l->sending->period);
	struct period next = l->sending->period;
	next.ordinal += 2;
	if (str_is(flaw, "text_in_number"))
		line->value = arena_fmt(a, STR_FMT " " STR_FMT, STR_ARG(line->right),
					STR_ARG(line->indicator->measure_vi));
	else if (str_is(flaw, "date_as_text"))
		line->period = words_of_period(a, l->sending->period);
	else if (str_is(flaw, "future_period"))
		line->period = period_str(a, next);
	else if (str_is(flaw, "negative"))
		line->value = arena_fmt(a, "-" STR_FMT, STR_ARG(line->right));
	else if (str_is(flaw, "old_unit_name"))
		line->unit = STR("Xã cũ chưa sắp xếp");
	else if (str_is(flaw, "missing_breakdown") && line->breakdown.len)
		line->breakdown = STR("");
	else if (str_is(flaw, "tenfold") || str_is(flaw, "wrong_total") ||
		 str_is(flaw, "part_over_whole"))
		line->value = decimal_str(a, tenfold(value));
	else
		line->value = with_comma(a, line->right);
}

void letter_make(const struct story *s, const struct view *v, const struct sending *sending,
		 struct arena *a, struct letter *ret)
{
	const struct indicator *all;
	size_t n = view_indicators(v, &all);
	*ret = (struct letter){.sending = sending, .lines = ARENA_ARRAY(a, 8 * n, struct line)};
	for (size_t i = 0; i < n; i++) {
		if (all[i].schedule != sending->schedule || !story_fills(s, &all[i]) ||
		    !unit_owes(sending->unit, &all[i], sending->period))
			continue;
		struct decimal value = story_value(s, sending->unit, &all[i], sending->period);
		add(ret, a, &all[i], STR(""), value);
		for (size_t b = 0; b < all[i].n_breakdowns; b++)
			if (all[i].breakdowns[b].required)
				add_parts(ret, s, v, a, &all[i], all[i].breakdowns[b].list, value);
	}
	if (sending->flawed && ret->n)
		spoil(ret, s, a);
}

static void line_json(struct jw *w, const struct line *l, bool right, struct str unit,
		      struct str period)
{
	jw_object(w);
	jw_m_str(w, "indicator", l->indicator->code);
	jw_m_str(w, "unit", right ? unit : l->unit);
	jw_m_str(w, "period", right ? period : l->period);
	if (l->breakdown.len)
		jw_m_str(w, "breakdown", l->breakdown);
	jw_m_str(w, "value", right ? l->right : l->value);
	if (l->remark.len)
		jw_m_str(w, "remark", l->remark);
	if (l->reason.len)
		jw_m_str(w, "reason", l->reason);
	jw_object_end(w);
}

struct str letter_json(const struct letter *l, const bool *only, struct arena *a)
{
	struct buf out;
	struct jw w;
	buf_init(&out, LETTER_MAX);
	jw_init(&w, &out);
	struct str period = period_str(a, l->sending->period);
	jw_object(&w);
	jw_m_cstr(&w, "source", l->sending->way == SENDING_CALL ? "api" : "form");
	jw_name(&w, "figures");
	jw_array(&w);
	for (size_t i = 0; i < l->n; i++)
		if (!only || only[i])
			line_json(&w, &l->lines[i], only != NULL, l->sending->unit->code, period);
	jw_array_end(&w);
	jw_object_end(&w);
	struct str text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}

void letter_effort(const struct letter *l, const bool *only, char ret[EFFORT_TEXT])
{
	size_t n = 0;
	double pace = story_chance(story_mix(l->sending->seed, 31));
	bool pasted = story_chance(story_mix(l->sending->seed, 32)) < PASTED_SHARE;
	ret[0] = 0;
	for (size_t i = 0; i < l->n; i++)
		n += !only || only[i];
	if (l->sending->way == SENDING_FILE && !only)
		snprintf(ret, EFFORT_TEXT, "?spent=%d", 60 + (int)(pace * 180));
	else if (l->sending->way != SENDING_CALL && pasted && !only)
		snprintf(ret, EFFORT_TEXT, "?spent=%d&pasted=%zu",
			 30 + (int)((double)n * (1 + 2 * pace)), n);
	else if (l->sending->way != SENDING_CALL)
		snprintf(ret, EFFORT_TEXT, "?spent=%d", 15 + (int)((double)n * (7 + 8 * pace)));
}

enum err letter_xlsx(const struct letter *l, struct buf *out, struct why *why)
{
	static const struct {
		const char *head;
		int width;
	} columns[] = {{"STT", 6},	   {"Chỉ tiêu", 60}, {"Đơn vị tính", 14}, {"Đơn vị", 24},
		       {"Kỳ báo cáo", 18}, {"Phân tổ", 14},  {"Số liệu", 16},	  {"Ghi chú", 30}};
	AUTO(xlsx_free) struct xlsx *x = NULL;
	enum err rc = xlsx_new(STR("Báo cáo"), &x, why);
	if (rc != OK)
		return rc;
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		xlsx_head(x, str_of(columns[i].head), columns[i].width);
	for (size_t i = 0; i < l->n; i++) {
		const struct line *line = &l->lines[i];
		struct decimal number;
		xlsx_row(x);
		xlsx_int(x, (int64_t)i + 1);
		xlsx_str(x, line->indicator->name_vi);
		xlsx_str(x, line->indicator->measure_vi);
		xlsx_str(x, line->unit);
		xlsx_str(x, line->period);
		xlsx_str(x, line->breakdown.len ? line->breakdown : STR_NULL);
		if (decimal_parse(line->value, &number, NULL) == OK)
			xlsx_decimal(x, number);
		else
			xlsx_str(x, line->value);
		xlsx_str(x, line->remark);
	}
	return xlsx_end(x, out, why);
}
