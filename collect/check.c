/* check.c - the rules: each looks at one understood cell, with its delivery and its history. */
#include "collect/check.h"
#include "base/json.h"
#include "collect/resolve.h"
#include "core/duty.h"
#include <math.h>
#include <stdlib.h>

static const char *const state_names[] = {"accepted", "same", "doubtful", "refused"};

const char *cell_state_name(enum cell_state s)
{
	return state_names[s];
}

/* All cells of the delivery that are understood, sorted by key: the other values a rule needs
 * are looked for here first, then in the store. */
struct batch {
	const struct check_context *c;
	struct checked **sorted;
	size_t n;
	struct deadlines *deadlines;
};

static int key_order(const struct figure *a, const struct figure *b)
{
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	if (a->period.kind != b->period.kind)
		return a->period.kind < b->period.kind ? -1 : 1;
	if (a->period.ordinal != b->period.ordinal)
		return a->period.ordinal < b->period.ordinal ? -1 : 1;
	return str_cmp(a->breakdown, b->breakdown);
}

static int by_key(const void *a, const void *b)
{
	const struct checked *left = *(struct checked *const *)a,
			     *right = *(struct checked *const *)b;
	int order = key_order(&left->figure, &right->figure);
	if (order)
		return order;
	return left < right ? -1 : 1; /* as they came */
}

/* What this delivery says of the key, or NULL. */
static const struct figure *in_batch(const struct batch *b, const struct figure *key)
{
	size_t low = 0, high = b->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct figure *here = &b->sorted[middle]->figure;
		int order = key_order(here, key);
		if (order == 0)
			return here;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A finding tells the value that it compares with: of a restricted indicator only to who may send it. */
static bool comparable(const struct check_context *c, const struct figure *key)
{
	return !view_restricted(c->view, key->indicator) ||
	       figure_may(c->access, c->who, VERB_SUBMIT, c->view, key->unit, key->indicator);
}

/* Value of the key in this delivery, else in the store. */
static enum err value_of(const struct batch *b, const struct figure *key, bool *ret_found,
			 struct decimal *ret, struct why *why)
{
	const struct figure *here = in_batch(b, key);
	if (here) {
		*ret_found = !here->empty;
		*ret = here->value;
		return OK;
	}
	struct figure stored;
	if (!comparable(b->c, key)) {
		*ret_found = false;
		return OK;
	}
	enum err rc = figure_current(b->c->db, key, b->c->arena, &stored, why);
	*ret_found = rc == OK && !stored.empty;
	if (rc == OK)
		*ret = stored.value;
	return rc == ERR_NOT_FOUND ? OK : rc;
}

/* The centre's own rule of that kind for the indicator, or the one for all, or NULL. */
static const struct check_rule *rule_of(const struct view *v, const struct indicator *i,
					const char *kind)
{
	const struct check_rule *rules, *general = NULL;
	size_t n = view_checks(v, &rules);
	for (size_t k = 0; k < n; k++) {
		if (!str_is(rules[k].kind, kind))
			continue;
		if (rules[k].indicator == i->id)
			return &rules[k];
		if (rules[k].indicator == 0)
			general = &rules[k];
	}
	return general;
}

/* A finding with the severity and words of the centre's rule where it has one. */
static void found(const struct batch *b, struct checked *k, const char *kind, bool hard,
		  struct str vi, struct str en)
{
	const struct check_rule *rule = rule_of(b->c->view, k->indicator, kind);
	if (rule && rule->message_vi.len)
		vi = arena_fmt(b->c->arena, STR_FMT ": " STR_FMT, STR_ARG(rule->message_vi),
			       STR_ARG(vi));
	if (rule && rule->message_en.len)
		en = arena_fmt(b->c->arena, STR_FMT ": " STR_FMT, STR_ARG(rule->message_en),
			       STR_ARG(en));
	finding_add(b->c, k, kind, rule ? rule->hard : hard, vi, en);
}

static void check_range(const struct batch *b, struct checked *k)
{
	const struct indicator *i = k->indicator;
	struct decimal value = k->figure.value;
	struct arena *a = b->c->arena;
	if (i->min.given && decimal_cmp(value, i->min.value) < 0)
		found(b, k, "range", true,
		      arena_fmt(a,
				"nhỏ hơn mức thấp nhất là " STR_FMT
				": kiểm tra lại số và đơn vị tính",
				STR_ARG(decimal_vi(a, i->min.value))),
		      arena_fmt(a,
				"less than the minimum of " STR_FMT
				": check the number and its measure",
				STR_ARG(decimal_str(a, i->min.value))));
	if (i->max.given && decimal_cmp(value, i->max.value) > 0)
		found(b, k, "range", true,
		      arena_fmt(a,
				"lớn hơn mức cao nhất là " STR_FMT
				": kiểm tra lại số và đơn vị tính",
				STR_ARG(decimal_vi(a, i->max.value))),
		      arena_fmt(a,
				"greater than the maximum of " STR_FMT
				": check the number and its measure",
				STR_ARG(decimal_str(a, i->max.value))));
	if (value.scale > i->decimals) {
		struct decimal cut = value;
		while (cut.scale > i->decimals && cut.mantissa % 10 == 0) {
			cut.mantissa /= 10;
			cut.scale--;
		}
		if (cut.scale > i->decimals)
			found(b, k, "integer", true,
			      arena_fmt(
				      a,
				      "chỉ tiêu này lấy nhiều nhất %d chữ số thập phân: làm tròn rồi gửi lại",
				      i->decimals),
			      arena_fmt(
				      a,
				      "this indicator has %d decimals at most: round it and send it again",
				      i->decimals));
	}
	if (value.mantissa == 0 && rule_of(b->c->view, i, "remark_if_zero"))
		found(b, k, "remark_if_zero", false,
		      STR("giá trị bằng 0: nếu đúng thì ghi giải thích"),
		      STR("the value is zero: if right, add a remark"));
}

/* What the parts of one total add up to. */
struct sum {
	struct decimal value;
	size_t known, all;
	bool beyond; /* more digits than a figure has */
};

/* Add the value of the key to the sum, when it is known. */
static enum err sum_add(const struct batch *b, const struct figure *key, struct sum *s,
			struct why *why)
{
	bool have = false;
	struct decimal value = {0, 0};
	enum err rc = value_of(b, key, &have, &value, why);
	if (rc == OK && have && decimal_add(s->value, value, &s->value, NULL) != OK)
		s->beyond = true;
	s->known += have;
	s->all++;
	return rc;
}

/* Does the sum of its parts contradict a total?  Each part may have been rounded by half a step. */
static bool contradicts(const struct sum *s, const struct indicator *i, struct decimal total)
{
	struct decimal minus = {-s->value.mantissa, s->value.scale}, off;
	if (s->all == 0 || s->known < s->all)
		return false;
	if (s->beyond || decimal_add(total, minus, &off, NULL) != OK)
		return true;
	if (off.mantissa < 0)
		off.mantissa = -off.mantissa;
	struct decimal slack = {i->decimals > 0 ? 5 * (int64_t)s->all : 0, i->decimals + 1};
	return decimal_cmp(off, slack) > 0;
}

static struct str sum_str(const struct batch *b, const struct sum *s)
{
	return s->beyond ? STR("> 9·10¹⁸") : decimal_str(b->c->arena, s->value);
}

static struct str sum_vi(const struct batch *b, const struct sum *s)
{
	return s->beyond ? STR("> 9·10¹⁸") : decimal_vi(b->c->arena, s->value);
}

static enum err sum_parts(const struct batch *b, const struct figure *total,
			  const struct indicator *i, struct sum *ret, struct why *why)
{
	enum err rc = OK;
	for (size_t n = 0; n < i->n_parts && rc == OK; n++) {
		const struct indicator *part = view_indicator(b->c->view, i->parts[n]);
		struct figure key = *total;
		key.indicator = part ? part->id : 0;
		rc = sum_add(b, &key, ret, why);
	}
	return rc;
}

static enum err check_sum(const struct batch *b, struct checked *k, struct why *why)
{
	struct sum sum = {0};
	enum err rc = sum_parts(b, &k->figure, k->indicator, &sum, why);
	if (rc != OK || !contradicts(&sum, k->indicator, k->figure.value))
		return rc;
	struct arena *a = b->c->arena;
	struct str is = decimal_str(a, k->figure.value), parts = sum_str(b, &sum);
	found(b, k, "sum_of_parts", true,
	      arena_fmt(a,
			STR_FMT " khác tổng các thành phần là " STR_FMT
				": sửa số tổng hoặc thành phần bị sai",
			STR_ARG(decimal_vi(a, k->figure.value)), STR_ARG(sum_vi(b, &sum))),
	      arena_fmt(a,
			STR_FMT " differs from the sum of its parts, " STR_FMT
				": mend the total or the part that is wrong",
			STR_ARG(is), STR_ARG(parts)));
	return OK;
}

static enum err check_not_greater(const struct batch *b, struct checked *k, struct why *why)
{
	const struct check_rule *rule = rule_of(b->c->view, k->indicator, "not_greater_than");
	const struct indicator *other =
		rule && rule->argument.len ? view_indicator(b->c->view, rule->argument) : NULL;
	if (!other)
		return OK;
	struct figure key = k->figure;
	key.indicator = other->id;
	bool have = false;
	struct decimal limit = {0, 0};
	enum err rc = value_of(b, &key, &have, &limit, why);
	if (rc == OK && have && decimal_cmp(k->figure.value, limit) > 0)
		found(b, k, "not_greater_than", true,
		      arena_fmt(b->c->arena, "lớn hơn “" STR_FMT "” (" STR_FMT "): sửa số bị sai",
				STR_ARG(other->name_vi), STR_ARG(decimal_vi(b->c->arena, limit))),
		      arena_fmt(b->c->arena,
				"greater than “" STR_FMT "” (" STR_FMT "): mend the wrong one",
				STR_ARG(other->name_en), STR_ARG(decimal_str(b->c->arena, limit))));
	return rc;
}

/* Parts by one code list: how many are known and what they add up to. */
static enum err sum_breakdown(const struct batch *b, const struct figure *total, struct str list,
			      struct sum *ret, struct why *why)
{
	const struct code_item *items;
	size_t n = view_code_items(b->c->view, &items);
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		if (!str_eq(items[i].list, list))
			continue;
		struct figure key = *total;
		key.breakdown = arena_fmt(b->c->arena, STR_FMT "=" STR_FMT, STR_ARG(list),
					  STR_ARG(items[i].code));
		rc = sum_add(b, &key, ret, why);
	}
	return rc;
}

/* What people call the code list. */
static void name_of_list(const struct view *v, struct str list, struct str *ret_vi,
			 struct str *ret_en)
{
	const struct code_item *items;
	size_t n = view_code_items(v, &items);
	*ret_vi = *ret_en = list;
	for (size_t i = 0; i < n; i++)
		if (str_eq(items[i].list, list)) {
			*ret_vi = items[i].list_vi;
			*ret_en = items[i].list_en;
			return;
		}
}

static enum err check_breakdowns(const struct batch *b, struct checked *k, struct why *why)
{
	if (k->figure.breakdown.len)
		return OK;
	struct arena *a = b->c->arena;
	for (size_t i = 0; i < k->indicator->n_breakdowns; i++) {
		struct str list = k->indicator->breakdowns[i].list;
		struct str vi, en;
		struct sum sum = {0};
		enum err rc = sum_breakdown(b, &k->figure, list, &sum, why);
		if (rc != OK)
			return rc;
		name_of_list(b->c->view, list, &vi, &en);
		if (sum.known == 0 && k->indicator->breakdowns[i].required)
			found(b, k, "required_breakdown", true,
			      arena_fmt(a,
					"thiếu phân tổ bắt buộc “" STR_FMT
					"”: gửi kèm số liệu của từng mục",
					STR_ARG(vi)),
			      arena_fmt(a,
					"the breakdown “" STR_FMT
					"” is required: send each of its items",
					STR_ARG(en)));
		else if (k->indicator->over_units == AGGREGATE_SUM &&
			 contradicts(&sum, k->indicator, k->figure.value))
			found(b, k, "sum_of_parts", true,
			      arena_fmt(a,
					"khác tổng theo phân tổ “" STR_FMT "” là " STR_FMT
					": sửa số tổng hoặc mục bị sai",
					STR_ARG(vi), STR_ARG(sum_vi(b, &sum))),
			      arena_fmt(a,
					"differs from the sum by “" STR_FMT "”, " STR_FMT
					": mend the total or the item that is wrong",
					STR_ARG(en), STR_ARG(sum_str(b, &sum))));
	}
	return OK;
}

/* A part that comes without its total must fit the total that was sent before. */
static enum err check_total(const struct batch *b, struct checked *k, const struct figure *total,
			    const struct indicator *i, struct why *why)
{
	struct figure stored;
	struct sum sum = {0};
	if (in_batch(b, total) || !comparable(b->c, total)) /* there the total is told */
		return OK;
	enum err rc = figure_current(b->c->db, total, b->c->arena, &stored, why);
	if (rc != OK || stored.empty)
		return rc == ERR_NOT_FOUND ? OK : rc;
	if (i == k->indicator)
		rc = sum_breakdown(b, total, str_until(k->figure.breakdown, '=', &(struct str){0}),
				   &sum, why);
	else
		rc = sum_parts(b, total, i, &sum, why);
	if (rc != OK || !contradicts(&sum, i, stored.value))
		return rc;
	struct arena *a = b->c->arena;
	struct str is = decimal_str(a, stored.value), parts = sum_str(b, &sum);
	finding_add(b->c, k, "sum_of_parts", false,
		    arena_fmt(a,
			      "tổng các thành phần thành " STR_FMT
			      ", khác số tổng đã gửi là " STR_FMT " (“" STR_FMT
			      "”): gửi kèm số tổng đã sửa, hoặc ghi giải thích",
			      STR_ARG(sum_vi(b, &sum)), STR_ARG(decimal_vi(a, stored.value)),
			      STR_ARG(i->name_vi)),
		    arena_fmt(a,
			      "the parts now add up to " STR_FMT
			      ", not to the total sent before, " STR_FMT " (“" STR_FMT
			      "”): send the mended total too, or add a remark",
			      STR_ARG(parts), STR_ARG(is), STR_ARG(i->name_en)));
	return OK;
}

static bool is_part(const struct indicator *part, const struct indicator *total)
{
	for (size_t n = 0; n < total->n_parts; n++)
		if (str_eq(total->parts[n], part->code))
			return true;
	return false;
}

/* Every total that the cell is a part of. */
static enum err check_totals(const struct batch *b, struct checked *k, struct why *why)
{
	const struct indicator *all;
	size_t n = view_indicators(b->c->view, &all);
	struct figure total = k->figure;
	enum err rc = OK;
	for (size_t i = 0; i < n && rc == OK; i++) {
		total.indicator = all[i].id;
		if (is_part(k->indicator, &all[i]))
			rc = check_total(b, k, &total, &all[i], why);
	}
	struct str rest = STR_NULL;
	str_until(k->figure.breakdown, ';', &rest);
	if (rc != OK || k->figure.breakdown.len == 0 || rest.len ||
	    k->indicator->over_units != AGGREGATE_SUM)
		return rc;
	total = k->figure;
	total.breakdown = STR("");
	return check_total(b, k, &total, k->indicator, why);
}

/* As the indicator shows it, as far as a figure reaches. */
static struct decimal rounded(const struct indicator *i, double x)
{
	double shown = fmax(fmin(x * pow(10, i->decimals), 9e18), -9e18);
	return (struct decimal){(int64_t)llround(shown), i->decimals};
}

static enum err check_jump(const struct batch *b, struct checked *k, struct why *why)
{
	struct figure *history = NULL;
	size_t n = 0;
	enum err rc =
		figure_history(b->c->db, &k->figure, CHECK_HISTORY, b->c->arena, &history, &n, why);
	double low, high, x = decimal_double(k->figure.value);
	if (rc != OK || !check_expected(k->indicator, history, n, &low, &high))
		return rc;
	if (x < low || x > high) {
		struct arena *a = b->c->arena;
		struct decimal last = history[0].value, from = rounded(k->indicator, low),
			       to = rounded(k->indicator, high);
		found(b, k, "jump", false,
		      arena_fmt(a,
				"khác thường so với %zu kỳ trước (kỳ gần nhất " STR_FMT
				", thường từ " STR_FMT " đến " STR_FMT
				"): kiểm tra lại, nếu đúng thì ghi giải thích",
				n, STR_ARG(decimal_vi(a, last)), STR_ARG(decimal_vi(a, from)),
				STR_ARG(decimal_vi(a, to))),
		      arena_fmt(a,
				"unusual against %zu earlier periods (last " STR_FMT
				", usually " STR_FMT " to " STR_FMT
				"): check it; if right, add a remark",
				n, STR_ARG(decimal_str(a, last)), STR_ARG(decimal_str(a, from)),
				STR_ARG(decimal_str(a, to))));
	}
	return OK;
}

static bool same_value(const struct figure *a, const struct figure *b)
{
	return a->empty == b->empty && decimal_cmp(a->value, b->value) == 0;
}

/* One figure given n times in one delivery: with one value the first stands for all, with
 * different ones none can be taken. */
static void check_repeated(const struct batch *b, struct checked **cells, size_t n)
{
	bool one_value = true;
	for (size_t i = 1; i < n; i++)
		one_value &= same_value(&cells[0]->figure, &cells[i]->figure);
	for (size_t i = 0; i < n; i++)
		if (!one_value)
			finding_add(
				b->c, cells[i], "twice", true,
				STR("chỉ tiêu này có nhiều giá trị khác nhau trong cùng lần gửi: chỉ để lại giá trị đúng"),
				STR("this figure has different values in one delivery: keep the right one only"));
		else if (i > 0)
			cells[i]->twin = cells[0];
}

static void check_twice(const struct batch *b)
{
	for (size_t from = 0, to; from < b->n; from = to) {
		for (to = from + 1;
		     to < b->n && key_order(&b->sorted[from]->figure, &b->sorted[to]->figure) == 0;)
			to++;
		if (to - from > 1)
			check_repeated(b, b->sorted + from, to - from);
	}
}

/* What is stored already: the same value is not stored twice, another is a correction. */
static enum err check_before(const struct batch *b, struct checked *k, struct why *why)
{
	enum err rc = figure_current(b->c->db, &k->figure, b->c->arena, &k->before, why);
	if (rc == ERR_NOT_FOUND)
		return OK;
	if (rc != OK)
		return rc;
	const struct figure *before = &k->before;
	if (same_value(before, &k->figure)) {
		k->state = CELL_SAME;
		return OK;
	}
	if (!k->figure.reason.ptr)
		k->figure.reason = k->figure.remark;
	if (!k->figure.reason.ptr) {
		struct arena *a = b->c->arena;
		struct str was = before->empty ? STR("-") : decimal_str(a, before->value);
		struct str was_vi = before->empty ? STR("-") : decimal_vi(a, before->value);
		finding_add(b->c, k, "correction", false,
			    arena_fmt(b->c->arena,
				      "khác số đã gửi (" STR_FMT
				      "): nếu số mới đúng thì ghi lý do đính chính",
				      STR_ARG(was_vi)),
			    arena_fmt(b->c->arena,
				      "differs from the figure sent before (" STR_FMT
				      "): if it is right, say why",
				      STR_ARG(was)));
	}
	return OK;
}

static enum err check_one(const struct batch *b, struct checked *k, struct why *why)
{
	enum err rc = k->twin ? OK : check_before(b, k, why);
	if (rc != OK || k->twin || k->state == CELL_SAME || k->figure.empty)
		return rc;
	check_range(b, k);
	rc = check_sum(b, k, why);
	if (rc == OK)
		rc = check_not_greater(b, k, why);
	if (rc == OK)
		rc = check_breakdowns(b, k, why);
	if (rc == OK)
		rc = check_totals(b, k, why);
	if (rc == OK)
		rc = check_jump(b, k, why);
	return rc;
}

static void settle(struct checked *k)
{
	bool hard = false, soft = false;
	for (const struct finding *f = k->findings; f; f = f->next) {
		hard |= f->hard;
		soft |= !f->hard;
	}
	bool explained = k->figure.remark.len > 0 || k->figure.reason.len > 0;
	if (hard)
		k->state = CELL_REFUSED;
	else if (soft && !explained)
		k->state = CELL_DOUBTFUL;
	else if (soft)
		k->figure.flags |= FIGURE_EXPLAINED;
}

/* The deadline that counts, which is later when the centre itself did not work. */
static enum err late_by_duty(const struct batch *b, struct checked *k, usec first, struct why *why)
{
	struct duty_key key = {k->figure.unit, STR(DUTY_FIGURE), k->figure.indicator,
			       k->figure.period};
	struct duty duty;
	enum err rc = duty_find(b->c->db, &key, b->c->arena, &duty, why);
	if (rc == ERR_NOT_FOUND || (rc == OK && first >= duty.until))
		k->figure.flags |= FIGURE_LATE;
	return rc == ERR_NOT_FOUND ? OK : rc;
}

static enum err judge_time(const struct batch *b, struct checked *k, struct why *why)
{
	if (!k->resolved)
		return OK;
	usec deadline = deadlines_at(b->deadlines, k->indicator, k->figure.period);
	usec end = period_end(k->figure.period);
	usec first = k->before.id ? k->before.first_received : b->c->now;
	if (b->c->now < end && end <= deadline)
		k->figure.flags |= FIGURE_EARLY;
	/* a correction of what came in time is not late */
	return first >= deadline ? late_by_duty(b, k, first, why) : OK;
}

/* What is given again shares the fate of the first; alone it would stand for nothing. */
static void follow_twin(struct checked *k)
{
	if (!k->twin || k->state == CELL_REFUSED || k->state == CELL_DOUBTFUL)
		return;
	k->state = k->twin->state == CELL_ACCEPTED ? CELL_SAME : k->twin->state;
	if (k->state != CELL_SAME)
		k->findings = k->twin->findings;
}

/* Whoever reads the figure sees that the file says another number. */
static void tell_conversion(const struct check_context *c, struct checked *k)
{
	struct figure *f = &k->figure;
	if (k->power)
		f->remark = arena_fmt(c->arena, STR_FMT "%sđổi từ " STR_FMT " " STR_FMT,
				      STR_ARG(f->remark), f->remark.len ? "; " : "",
				      STR_ARG(k->cell->value), STR_ARG(k->cell->measure));
}

enum err check_cells(const struct check_context *c, const struct cell *cells, size_t n,
		     struct checked **ret, struct why *why)
{
	struct checked *all = ARENA_ARRAY(c->arena, n, struct checked);
	struct batch b = {c, ARENA_ARRAY(c->arena, n, struct checked *), 0,
			  deadlines_new(c->arena, c->view)};
	for (size_t i = 0; i < n; i++) {
		resolve_cell(c, &cells[i], &all[i]);
		if (all[i].resolved)
			b.sorted[b.n++] = &all[i];
	}
	if (b.n)
		qsort(b.sorted, b.n, sizeof(*b.sorted), by_key);
	check_twice(&b);
	for (size_t i = 0; i < b.n; i++) {
		enum err rc = check_one(&b, b.sorted[i], why);
		if (rc != OK)
			return rc;
	}
	for (size_t i = 0; i < n; i++) {
		settle(&all[i]);
		enum err rc = judge_time(&b, &all[i], why);
		if (rc != OK)
			return rc;
	}
	for (size_t i = 0; i < n; i++) {
		follow_twin(&all[i]);
		tell_conversion(c, &all[i]);
	}
	*ret = all;
	return OK;
}
