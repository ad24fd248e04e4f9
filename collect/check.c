/* check.c - the rules: each looks at one understood cell, with its delivery and its history. */
#include "collect/check.h"
#include "base/json.h"
#include "collect/resolve.h"
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

/* Value of the key in this delivery, else in the store. */
static enum err value_of(const struct batch *b, const struct figure *key, bool *ret_found,
			 struct decimal *ret, struct why *why)
{
	size_t low = 0, high = b->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct figure *here = &b->sorted[middle]->figure;
		int order = key_order(here, key);
		if (order == 0) {
			*ret_found = !here->empty;
			*ret = here->value;
			return OK;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	struct figure stored;
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
		      arena_fmt(a, "nhỏ hơn mức thấp nhất là " STR_FMT,
				STR_ARG(decimal_str(a, i->min.value))),
		      arena_fmt(a, "less than the minimum of " STR_FMT,
				STR_ARG(decimal_str(a, i->min.value))));
	if (i->max.given && decimal_cmp(value, i->max.value) > 0)
		found(b, k, "range", true,
		      arena_fmt(a, "lớn hơn mức cao nhất là " STR_FMT,
				STR_ARG(decimal_str(a, i->max.value))),
		      arena_fmt(a, "greater than the maximum of " STR_FMT,
				STR_ARG(decimal_str(a, i->max.value))));
	if (value.scale > i->decimals) {
		struct decimal cut = value;
		while (cut.scale > i->decimals && cut.mantissa % 10 == 0) {
			cut.mantissa /= 10;
			cut.scale--;
		}
		if (cut.scale > i->decimals)
			found(b, k, "integer", true,
			      arena_fmt(a, "chỉ tiêu này lấy %d chữ số thập phân", i->decimals),
			      arena_fmt(a, "this indicator has %d decimals", i->decimals));
	}
	if (value.mantissa == 0 && rule_of(b->c->view, i, "remark_if_zero"))
		found(b, k, "remark_if_zero", false, STR("giá trị bằng 0 cần giải thích"),
		      STR("a value of zero needs a remark"));
}

/* Sum of the given parts; *ret_known false when one of them is missing. */
static enum err sum_parts(const struct batch *b, const struct checked *k, bool *ret_known,
			  struct decimal *ret, struct why *why)
{
	*ret_known = k->indicator->n_parts > 0;
	*ret = (struct decimal){0, 0};
	for (size_t n = 0; n < k->indicator->n_parts && *ret_known; n++) {
		const struct indicator *part = view_indicator(b->c->view, k->indicator->parts[n]);
		struct figure key = k->figure;
		struct decimal value = {0, 0};
		bool have = false;
		key.indicator = part ? part->id : 0;
		enum err rc = part ? value_of(b, &key, &have, &value, why) : OK;
		if (rc == OK && have)
			rc = decimal_add(*ret, value, ret, why);
		if (rc != OK)
			return rc;
		*ret_known = have;
	}
	return OK;
}

static enum err check_sum(const struct batch *b, struct checked *k, struct why *why)
{
	bool known = false;
	struct decimal sum;
	enum err rc = sum_parts(b, k, &known, &sum, why);
	if (rc != OK || !known)
		return rc;
	/* Each part may have been rounded by half a step. */
	double step = pow(10, -k->indicator->decimals) * 0.5 * (double)k->indicator->n_parts;
	double slack = k->indicator->decimals > 0 ? step : 0;
	if (fabs(decimal_double(sum) - decimal_double(k->figure.value)) > slack + 1e-9) {
		struct str is = decimal_str(b->c->arena, k->figure.value);
		struct str parts = decimal_str(b->c->arena, sum);
		found(b, k, "sum_of_parts", true,
		      arena_fmt(b->c->arena, STR_FMT " khác tổng các thành phần là " STR_FMT,
				STR_ARG(is), STR_ARG(parts)),
		      arena_fmt(b->c->arena, STR_FMT " differs from the sum of its parts, " STR_FMT,
				STR_ARG(is), STR_ARG(parts)));
	}
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
		      arena_fmt(b->c->arena, "lớn hơn “" STR_FMT "” (" STR_FMT ")",
				STR_ARG(other->name_vi), STR_ARG(decimal_str(b->c->arena, limit))),
		      arena_fmt(b->c->arena, "greater than “" STR_FMT "” (" STR_FMT ")",
				STR_ARG(other->name_en), STR_ARG(decimal_str(b->c->arena, limit))));
	return rc;
}

/* Parts by one code list: how many are known and what they add up to. */
static enum err sum_breakdown(const struct batch *b, const struct checked *k, struct str list,
			      size_t *ret_known, size_t *ret_all, struct decimal *ret,
			      struct why *why)
{
	const struct code_item *items;
	size_t n = view_code_items(b->c->view, &items);
	*ret_known = *ret_all = 0;
	*ret = (struct decimal){0, 0};
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(items[i].list, list))
			continue;
		struct figure key = k->figure;
		key.breakdown = arena_fmt(b->c->arena, STR_FMT "=" STR_FMT, STR_ARG(list),
					  STR_ARG(items[i].code));
		bool have = false;
		struct decimal value = {0, 0};
		enum err rc = value_of(b, &key, &have, &value, why);
		if (rc == OK && have)
			rc = decimal_add(*ret, value, ret, why);
		if (rc != OK)
			return rc;
		*ret_known += have;
		*ret_all += 1;
	}
	return OK;
}

static enum err check_breakdowns(const struct batch *b, struct checked *k, struct why *why)
{
	if (k->figure.breakdown.len)
		return OK;
	struct arena *a = b->c->arena;
	for (size_t i = 0; i < k->indicator->n_breakdowns; i++) {
		struct str list = k->indicator->breakdowns[i].list;
		size_t known = 0, all = 0;
		struct decimal sum;
		enum err rc = sum_breakdown(b, k, list, &known, &all, &sum, why);
		if (rc != OK)
			return rc;
		if (known == 0 && k->indicator->breakdowns[i].required)
			found(b, k, "required_breakdown", true,
			      arena_fmt(a, "thiếu phân tổ bắt buộc “" STR_FMT "”: gửi kèm từng mục",
					STR_ARG(list)),
			      arena_fmt(a,
					"the breakdown “" STR_FMT
					"” is required: send each of its items",
					STR_ARG(list)));
		else if (all > 0 && known == all && k->indicator->over_units == AGGREGATE_SUM &&
			 decimal_cmp(sum, k->figure.value) != 0)
			found(b, k, "sum_of_parts", true,
			      arena_fmt(a, "khác tổng theo phân tổ “" STR_FMT "” là " STR_FMT,
					STR_ARG(list), STR_ARG(decimal_str(a, sum))),
			      arena_fmt(a, "differs from the sum by “" STR_FMT "”, " STR_FMT,
					STR_ARG(list), STR_ARG(decimal_str(a, sum))));
	}
	return OK;
}

static int double_order(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return left < right ? -1 : left > right;
}

static double median_of(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), double_order);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Median of values and the scale in which distances from it are counted. */
static double centre_and_scale(double *values, size_t n, double least, double *ret_scale)
{
	double median = median_of(values, n), total = 0;
	for (size_t i = 0; i < n; i++) {
		values[i] = fabs(values[i] - median);
		total += values[i];
	}
	double mad = median_of(values, n);
	double scale = mad > 0 ? mad / 0.6745 : 1.2533 * total / (double)n;
	scale = fmax(scale, 0.05 * fabs(median));
	*ret_scale = fmax(scale, least);
	return median;
}

double check_robust_z(double x, double *values, size_t n, double least)
{
	double scale, median = centre_and_scale(values, n, least, &scale);
	return fabs(x - median) / scale;
}

static size_t history_values(const struct figure *history, size_t n, double *values)
{
	for (size_t i = 0; i < n; i++)
		values[i] = decimal_double(history[i].value);
	return n;
}

bool check_expected(const struct indicator *i, const struct figure *history, size_t n,
		    double *ret_low, double *ret_high)
{
	double values[CHECK_HISTORY], scale;
	if (n < CHECK_HISTORY_MIN || n > CHECK_HISTORY)
		return false;
	history_values(history, n, values);
	double median = centre_and_scale(values, n, pow(10, -i->decimals), &scale);
	*ret_low = median - i->jump_z * scale;
	*ret_high = median + i->jump_z * scale;
	return true;
}

static enum err check_jump(const struct batch *b, struct checked *k, struct why *why)
{
	struct figure *history = NULL;
	size_t n = 0;
	enum err rc =
		figure_before(b->c->db, &k->figure, CHECK_HISTORY, b->c->arena, &history, &n, why);
	double low, high, x = decimal_double(k->figure.value);
	if (rc != OK || !check_expected(k->indicator, history, n, &low, &high))
		return rc;
	if (x < low || x > high) {
		struct str last = decimal_str(b->c->arena, history[0].value);
		found(b, k, "jump", false,
		      arena_fmt(
			      b->c->arena,
			      "khác thường so với %zu kỳ trước (kỳ gần nhất " STR_FMT
			      ", thường từ %.*f đến %.*f): kiểm tra lại, nếu đúng thì ghi giải thích",
			      n, STR_ARG(last), k->indicator->decimals, low, k->indicator->decimals,
			      high),
		      arena_fmt(b->c->arena,
				"unusual against %zu earlier periods (last " STR_FMT
				", usually %.*f to %.*f): check it; if right, add a remark",
				n, STR_ARG(last), k->indicator->decimals, low,
				k->indicator->decimals, high));
	}
	return OK;
}

/* Two different values for one key in one delivery: neither can be taken. */
static void check_twice(const struct batch *b)
{
	for (size_t i = 1; i < b->n; i++) {
		struct checked *one = b->sorted[i - 1], *two = b->sorted[i];
		if (key_order(&one->figure, &two->figure) != 0)
			continue;
		if (one->figure.empty == two->figure.empty &&
		    decimal_cmp(one->figure.value, two->figure.value) == 0) {
			if (two->state == CELL_ACCEPTED)
				two->state = CELL_SAME;
			continue;
		}
		struct str
			vi = STR(
				"chỉ tiêu này xuất hiện hai lần với giá trị khác nhau trong cùng lần gửi"),
			en = STR("this figure stands twice with different values in one delivery");
		finding_add(b->c, one, "twice", true, vi, en);
		finding_add(b->c, two, "twice", true, vi, en);
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
	if (before->empty == k->figure.empty && decimal_cmp(before->value, k->figure.value) == 0) {
		k->state = CELL_SAME;
		return OK;
	}
	if (!k->figure.reason.ptr)
		k->figure.reason = k->figure.remark;
	if (!k->figure.reason.ptr) {
		struct str was = before->empty ? STR("-") : decimal_str(b->c->arena, before->value);
		finding_add(b->c, k, "correction", false,
			    arena_fmt(b->c->arena,
				      "thay số đã gửi (" STR_FMT "): ghi lý do đính chính",
				      STR_ARG(was)),
			    arena_fmt(b->c->arena,
				      "replaces the figure sent before (" STR_FMT "): say why",
				      STR_ARG(was)));
	}
	return OK;
}

static enum err check_one(const struct batch *b, struct checked *k, struct why *why)
{
	enum err rc = check_before(b, k, why);
	if (rc != OK || k->state == CELL_SAME || k->figure.empty)
		return rc;
	check_range(b, k);
	rc = check_sum(b, k, why);
	if (rc == OK)
		rc = check_not_greater(b, k, why);
	if (rc == OK)
		rc = check_breakdowns(b, k, why);
	if (rc == OK)
		rc = check_jump(b, k, why);
	return rc;
}

/* A total whose required parts were refused cannot stand alone, so states are settled last. */
static void settle(const struct batch *b, struct checked *k)
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
	if (!k->resolved)
		return;
	usec deadline = view_deadline(b->c->view, k->indicator, k->figure.period);
	usec end = period_end(k->figure.period);
	if (b->c->now >= deadline)
		k->figure.flags |= FIGURE_LATE;
	if (b->c->now < end && end <= deadline)
		k->figure.flags |= FIGURE_EARLY;
}

enum err check_cells(const struct check_context *c, const struct cell *cells, size_t n,
		     struct checked **ret, struct why *why)
{
	struct checked *all = ARENA_ARRAY(c->arena, n, struct checked);
	struct batch b = {c, ARENA_ARRAY(c->arena, n, struct checked *), 0};
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
	for (size_t i = 0; i < n; i++)
		settle(&b, &all[i]);
	*ret = all;
	return OK;
}
