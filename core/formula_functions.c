/* formula_functions.c - the one table of functions: the evaluator, the editor's completion and the
 * documentation read it. */
#include "core/formula_private.h"

#include "base/text.h"

#include <math.h>

/* -- scalar functions: arguments are present and of the types in the table -- */
static enum formula_reason put(bool fits)
{
	return fits ? FORMULA_PRESENT : FORMULA_OVERFLOW;
}

static enum formula_reason put_double(double x, struct formula_value *ret)
{
	if (isnan(x))
		return FORMULA_NOT_DEFINED;
	return put(number_of_double(x, &ret->number));
}

static enum formula_reason do_abs(struct arena *a, const struct formula_value *args, size_t n,
				  struct formula_value *ret)
{
	(void)a;
	(void)n;
	bool below = number_cmp(args[0].number, number_of_int(0)) < 0;
	ret->number = below ? number_negate(args[0].number) : args[0].number;
	return FORMULA_PRESENT;
}

/* Digits 0 to DECIMAL_SCALE_MAX. */
static bool digits_of(const struct formula_value *v, int *ret)
{
	double x = number_double(v->number);
	if (!(x >= 0 && x <= DECIMAL_SCALE_MAX && floor(x) >= x))
		return false;
	*ret = (int)x;
	return true;
}

static enum formula_reason do_round(struct arena *a, const struct formula_value *args, size_t n,
				    struct formula_value *ret)
{
	(void)a;
	int digits = 0;
	if (n > 1 && !digits_of(&args[1], &digits))
		return FORMULA_NOT_DEFINED;
	ret->number = number_rounded(args[0].number, digits);
	return FORMULA_PRESENT;
}

/* The whole number at or below. */
static enum formula_reason whole_below(struct number x, struct number *ret)
{
	if (!x.exact)
		return put(number_of_double(floor(x.x), ret));
	int64_t whole = x.n / x.d;
	*ret = number_of_int(whole - (x.n % x.d < 0));
	return FORMULA_PRESENT;
}

static enum formula_reason do_floor(struct arena *a, const struct formula_value *args, size_t n,
				    struct formula_value *ret)
{
	(void)a;
	(void)n;
	return whole_below(args[0].number, &ret->number);
}

static enum formula_reason do_ceiling(struct arena *a, const struct formula_value *args, size_t n,
				      struct formula_value *ret)
{
	(void)a;
	(void)n;
	enum formula_reason reason = whole_below(number_negate(args[0].number), &ret->number);
	ret->number = number_negate(ret->number);
	return reason;
}

static enum formula_reason do_sqrt(struct arena *a, const struct formula_value *args, size_t n,
				   struct formula_value *ret)
{
	(void)a;
	(void)n;
	return put_double(sqrt(number_double(args[0].number)), ret);
}

static enum formula_reason do_ln(struct arena *a, const struct formula_value *args, size_t n,
				 struct formula_value *ret)
{
	(void)a;
	(void)n;
	double x = number_double(args[0].number);
	return x > 0 ? put_double(log(x), ret) : FORMULA_NOT_DEFINED;
}

static enum formula_reason do_exp(struct arena *a, const struct formula_value *args, size_t n,
				  struct formula_value *ret)
{
	(void)a;
	(void)n;
	return put_double(exp(number_double(args[0].number)), ret);
}

static enum formula_reason do_number(struct arena *a, const struct formula_value *args, size_t n,
				     struct formula_value *ret)
{
	(void)a;
	(void)n;
	ret->number = args[0].number;
	return FORMULA_PRESENT;
}

static enum formula_reason do_change(struct arena *a, const struct formula_value *args, size_t n,
				     struct formula_value *ret)
{
	struct number before, change;
	struct formula_value size;
	(void)n;
	if (number_is_zero(args[1].number))
		return FORMULA_DIVIDED_BY_ZERO;
	before = args[1].number;
	enum formula_reason reason = do_abs(a, args + 1, 1, &size);
	bool fits = reason == FORMULA_PRESENT && number_subtract(args[0].number, before, &change) &&
		    number_divide(change, size.number, &change) &&
		    number_multiply(change, number_of_int(100), &ret->number);
	return put(fits);
}

static enum formula_reason do_text(struct arena *a, const struct formula_value *args, size_t n,
				   struct formula_value *ret)
{
	struct decimal d;
	int digits = 0;
	if (n > 1 && !digits_of(&args[1], &digits))
		return FORMULA_NOT_DEFINED;
	bool fits = n > 1 ? number_round(args[0].number, digits, &d)
			  : number_decimal(args[0].number, &d);
	if (fits)
		ret->text = decimal_vi(a, d);
	return put(fits);
}

static enum formula_reason do_length(struct arena *a, const struct formula_value *args, size_t n,
				     struct formula_value *ret)
{
	(void)a;
	(void)n;
	ret->number = number_of_int((int64_t)text_length(args[0].text));
	return FORMULA_PRESENT;
}

static enum formula_reason do_contains(struct arena *a, const struct formula_value *args, size_t n,
				       struct formula_value *ret)
{
	(void)n;
	struct str in = text_fold(a, args[0].text), what = text_fold(a, args[1].text);
	ret->boolean = what.len == 0 || memmem(in.ptr, in.len, what.ptr, what.len) != NULL;
	return FORMULA_PRESENT;
}

static enum formula_reason do_lower(struct arena *a, const struct formula_value *args, size_t n,
				    struct formula_value *ret)
{
	(void)n;
	ret->text = text_lower(a, args[0].text);
	return FORMULA_PRESENT;
}

/* -- functions of sets: missing values are gone; n may be 0 -- */
static enum formula_reason set_sum(struct set *s, struct number *ret)
{
	struct number sum = number_of_int(0);
	for (size_t i = 0; i < s->n; i++)
		if (!number_add(sum, s->values[i].number, &sum))
			return FORMULA_OVERFLOW;
	*ret = sum;
	return s->n ? FORMULA_PRESENT : FORMULA_NOTHING;
}

static enum formula_reason set_mean(struct set *s, struct number *ret)
{
	struct number sum;
	enum formula_reason reason = set_sum(s, &sum);
	if (reason != FORMULA_PRESENT)
		return reason;
	return put(number_divide(sum, number_of_int((int64_t)s->n), ret));
}

static enum formula_reason set_weighted(struct set *s, struct number *ret)
{
	struct number sum = number_of_int(0), weights = number_of_int(0), part;
	for (size_t i = 0; i < s->n; i++)
		if (!number_multiply(s->values[i].number, s->second[i].number, &part) ||
		    !number_add(sum, part, &sum) ||
		    !number_add(weights, s->second[i].number, &weights))
			return FORMULA_OVERFLOW;
	if (s->n == 0)
		return FORMULA_NOTHING;
	if (number_is_zero(weights))
		return FORMULA_DIVIDED_BY_ZERO;
	return put(number_divide(sum, weights, ret));
}

static enum formula_reason set_ratio(struct set *s, struct number *ret)
{
	struct set whole = {.values = s->second, .n = s->n};
	struct number part, of;
	enum formula_reason reason = set_sum(s, &part);
	if (reason == FORMULA_PRESENT)
		reason = set_sum(&whole, &of);
	if (reason != FORMULA_PRESENT)
		return reason;
	return number_is_zero(of) ? FORMULA_DIVIDED_BY_ZERO : put(number_divide(part, of, ret));
}

static enum formula_reason set_extreme(struct set *s, int sign, struct number *ret)
{
	for (size_t i = 0; i < s->n; i++)
		if (i == 0 || sign * number_cmp(s->values[i].number, *ret) > 0)
			*ret = s->values[i].number;
	return s->n ? FORMULA_PRESENT : FORMULA_NOTHING;
}

static enum formula_reason set_max(struct set *s, struct number *ret)
{
	return set_extreme(s, 1, ret);
}

static enum formula_reason set_min(struct set *s, struct number *ret)
{
	return set_extreme(s, -1, ret);
}

static enum formula_reason set_first(struct set *s, struct number *ret)
{
	if (s->n)
		*ret = s->values[0].number;
	return s->n ? FORMULA_PRESENT : FORMULA_NOTHING;
}

static enum formula_reason set_last(struct set *s, struct number *ret)
{
	if (s->n)
		*ret = s->values[s->n - 1].number;
	return s->n ? FORMULA_PRESENT : FORMULA_NOTHING;
}

static enum formula_reason set_count(struct set *s, struct number *ret)
{
	*ret = number_of_int((int64_t)s->n);
	return FORMULA_PRESENT;
}

static enum formula_reason set_rank(struct set *s, struct number *ret)
{
	int64_t before = 0;
	int sign = s->how.ascending ? -1 : 1;
	for (size_t i = 0; i < s->n; i++)
		before += sign * number_cmp(s->values[i].number, s->scalar) > 0;
	*ret = number_of_int(before + 1);
	return FORMULA_PRESENT;
}

static int by_number(const void *a, const void *b)
{
	const struct number *x = a, *y = b;
	return number_cmp(*x, *y);
}

/* Linear between the two nearest, as spreadsheets do it. */
static enum formula_reason quantile(struct set *s, struct number share, struct number *ret)
{
	if (s->n == 0)
		return FORMULA_NOTHING;
	struct number *sorted = ARENA_ARRAY(s->arena, s->n, struct number);
	for (size_t i = 0; i < s->n; i++)
		sorted[i] = s->values[i].number;
	qsort(sorted, s->n, sizeof(*sorted), by_number);
	struct number place, below, part;
	if (!number_multiply(share, number_of_int((int64_t)s->n - 1), &place) ||
	    whole_below(place, &below) != FORMULA_PRESENT)
		return FORMULA_OVERFLOW;
	size_t at = (size_t)number_double(below);
	if (at + 1 >= s->n) {
		*ret = sorted[s->n - 1];
		return FORMULA_PRESENT;
	}
	return put(number_subtract(place, below, &part) &&
		   number_subtract(sorted[at + 1], sorted[at], ret) &&
		   number_multiply(*ret, part, ret) && number_add(sorted[at], *ret, ret));
}

static enum formula_reason set_percentile(struct set *s, struct number *ret)
{
	struct number share;
	if (number_cmp(s->scalar, number_of_int(0)) < 0 ||
	    number_cmp(s->scalar, number_of_int(100)) > 0)
		return FORMULA_NOT_DEFINED;
	if (!number_divide(s->scalar, number_of_int(100), &share))
		return FORMULA_OVERFLOW;
	return quantile(s, share, ret);
}

static enum formula_reason set_median(struct set *s, struct number *ret)
{
	return quantile(s, (struct number){.exact = true, .n = 1, .d = 2}, ret);
}

/* -- the table -- */
#define MANY 200
#define SET(en, vi, folded_, fn, least, most, params_vi, params_en, text_vi, text_en, ...)         \
	{                                                                                          \
		.help = {en, vi, {params_vi, params_en}, {text_vi, text_en}},                      \
		.folded = folded_ "\0", .kind = FUNCTION_SET, .min = (least), .max = (most),       \
		.set = (fn), __VA_ARGS__                                                           \
	}
#define SCALAR(en, vi, folded_, fn, least, most, params_vi, params_en, text_vi, text_en, ...)      \
	{                                                                                          \
		.help = {en, vi, {params_vi, params_en}, {text_vi, text_en}},                      \
		.folded = folded_ "\0", .kind = FUNCTION_SCALAR, .min = (least), .max = (most),    \
		.scalar = (fn), __VA_ARGS__                                                        \
	}
#define FORM(en, vi, folded_, kind_, form_, least, most, params_vi, params_en, text_vi, text_en)   \
	{                                                                                          \
		.help = {en, vi, {params_vi, params_en}, {text_vi, text_en}},                      \
		.folded = folded_ "\0", .kind = (kind_), .form = (int)(form_), .min = (least),     \
		.max = (most)                                                                      \
	}

static const struct function functions[] = {
	SET("sum", "tổng", "cong", set_sum, 1, MANY, "chỉ tiêu; …", "indicator; …",
	    "Cộng các giá trị.", "Adds the values.", .adds = true),
	SET("mean", "trung bình", "average\0avg\0binh quan", set_mean, 1, MANY, "chỉ tiêu; …",
	    "indicator; …", "Trung bình cộng.", "Arithmetic mean."),
	SET("weighted_mean", "bình quân gia quyền", "trung binh gia quyen", set_weighted, 2, 2,
	    "chỉ tiêu; quyền số", "indicator; weight",
	    "Trung bình có quyền số: từng giá trị nhân quyền số của chính đơn vị và kỳ đó.",
	    "Mean by weights: each value times the weight of the same unit and period.",
	    .pairs = true),
	SET("ratio", "tỷ lệ", "ti le\0ty so\0ti so", set_ratio, 2, 2, "tử số; mẫu số",
	    "part; whole",
	    "Tổng tử số chia tổng mẫu số của cùng những đơn vị và kỳ: thiếu một trong hai thì "
	    "missing: skip bỏ ra cả hai.",
	    "Sum of the one by sum of the other, over the same units and periods: where either is "
	    "missing, missing: skip leaves out both.",
	    .pairs = true, .measure = MEASURE_QUOTIENT),
	SET("min", "nhỏ nhất", "thap nhat", set_min, 1, MANY, "chỉ tiêu; …", "indicator; …",
	    "Giá trị nhỏ nhất.", "The least value."),
	SET("max", "lớn nhất", "cao nhat", set_max, 1, MANY, "chỉ tiêu; …", "indicator; …",
	    "Giá trị lớn nhất.", "The greatest value."),
	SET("first", "đầu tiên", "dau ky", set_first, 1, MANY, "chỉ tiêu", "indicator",
	    "Giá trị đầu tiên trong các kỳ.", "The first value of the periods."),
	SET("last", "cuối cùng", "cuoi ky", set_last, 1, MANY, "chỉ tiêu", "indicator",
	    "Giá trị cuối cùng trong các kỳ.", "The last value of the periods."),
	SET("count", "đếm", "so luong", set_count, 1, MANY, "chỉ tiêu; …", "indicator; …",
	    "Đếm số giá trị đã có; không tính chỗ còn thiếu.",
	    "Counts the values that are there; what is missing does not count.",
	    .measure = MEASURE_BARE),
	SET("rank", "xếp hạng", "thu hang", set_rank, 1, MANY, "[giá trị;] chỉ tiêu",
	    "[value;] indicator",
	    "Thứ hạng của đơn vị (1 là lớn nhất; order: ascending thì 1 là nhỏ nhất).",
	    "The unit's place (1 is the greatest; order: ascending makes 1 the least).",
	    .measure = MEASURE_BARE, .scalar_place = SCALAR_FIRST),
	SET("percentile", "phân vị", "bach phan vi", set_percentile, 2, MANY, "chỉ tiêu; 0 đến 100",
	    "indicator; 0 to 100", "Phân vị, nội suy tuyến tính như bảng tính.",
	    "Percentile, linear between neighbours as in spreadsheets.",
	    .scalar_place = SCALAR_LAST),
	SET("median", "trung vị", "", set_median, 1, MANY, "chỉ tiêu; …", "indicator; …",
	    "Giá trị đứng giữa.", "The value in the middle."),

	FORM("if", "nếu", "", FUNCTION_FORM, FORM_IF, 3, 3, "điều kiện; khi đúng; khi sai",
	     "condition; then; else", "Chọn theo điều kiện.", "Chooses by a condition."),
	FORM("case", "trường hợp", "ifs\0chon", FUNCTION_FORM, FORM_CASE, 2, MANY,
	     "điều kiện; giá trị; …; [còn lại]", "condition; value; …; [otherwise]",
	     "Giá trị của điều kiện đúng đầu tiên.",
	     "The value of the first condition that holds."),
	FORM("if_missing", "nếu thiếu", "ifna\0neu trong\0coalesce", FUNCTION_FORM, FORM_IF_MISSING,
	     2, 2, "giá trị; thay bằng", "value; instead", "Giá trị thay thế khi còn thiếu.",
	     "Another value when the first is missing."),
	FORM("is_missing", "còn thiếu", "isna\0bi thieu", FUNCTION_FORM, FORM_IS_MISSING, 1, 1,
	     "giá trị", "value", "Đúng khi giá trị còn thiếu.", "True when the value is missing."),
	FORM("previous", "kỳ trước", "before", FUNCTION_SHIFT, FORMULA_NOW, 1, 2,
	     "chỉ tiêu; [số kỳ]", "indicator; [periods]", "Chỉ tiêu ở kỳ trước.",
	     "The indicator a period (or several) before."),
	FORM("same_period", "cùng kỳ", "cung ky nam truoc", FUNCTION_SHIFT, FORMULA_SAME_PERIOD, 1,
	     1, "chỉ tiêu", "indicator", "Chỉ tiêu cùng kỳ năm trước.",
	     "The indicator in the same period of the year before."),
	FORM("latest", "mới nhất", "hien co", FUNCTION_SHIFT, FORMULA_LATEST, 1, 1, "chỉ tiêu",
	     "indicator", "Số liệu mới nhất đã có, đến hết kỳ này.",
	     "The newest figure there is, up to this period."),

	SCALAR("percent_change", "tăng trưởng", "phan tram thay doi\0toc do tang", do_change, 1, 2,
	       "giá trị; [so với]", "value; [against]",
	       "Thay đổi tính bằng phần trăm; để trống \"so với\": so với kỳ trước.",
	       "Change in per cent; against the period before when nothing else is given.",
	       .arguments = "nn", .measure = MEASURE_PERCENT, .against_previous = true),
	SCALAR("abs", "trị tuyệt đối", "gia tri tuyet doi", do_abs, 1, 1, "số", "number",
	       "Trị tuyệt đối.", "Absolute value.", .arguments = "n"),
	SCALAR("round", "làm tròn", "", do_round, 1, 2, "số; [chữ số]", "number; [digits]",
	       "Làm tròn; nửa thì xa số không.", "Rounds; halves away from zero.",
	       .arguments = "nn"),
	SCALAR("floor", "làm tròn xuống", "rounddown", do_floor, 1, 1, "số", "number",
	       "Số nguyên lớn nhất không vượt quá.", "The whole number at or below.",
	       .arguments = "n"),
	SCALAR("ceiling", "làm tròn lên", "roundup", do_ceiling, 1, 1, "số", "number",
	       "Số nguyên nhỏ nhất không nhỏ hơn.", "The whole number at or above.",
	       .arguments = "n"),
	SCALAR("sqrt", "căn", "can bac hai", do_sqrt, 1, 1, "số", "number", "Căn bậc hai.",
	       "Square root.", .arguments = "n", .measure = MEASURE_ROOT),
	SCALAR("ln", "lôga", "log", do_ln, 1, 1, "số", "number", "Lôgarit tự nhiên.",
	       "Natural logarithm.", .arguments = "n", .measure = MEASURE_ROOT),
	SCALAR("exp", "mũ e", "", do_exp, 1, 1, "số", "number", "Lũy thừa của e.", "Power of e.",
	       .arguments = "n", .measure = MEASURE_ROOT),
	SCALAR("number", "số", "value", do_number, 1, 1, "giá trị", "value",
	       "Bỏ đơn vị tính, chỉ giữ con số.", "The bare number, without its unit of measure.",
	       .arguments = "n", .measure = MEASURE_BARE),
	SCALAR("text", "chữ", "", do_text, 1, 2, "số; [chữ số]", "number; [digits]",
	       "Viết số thành chữ theo kiểu Việt Nam.",
	       "The number as text, written the Vietnamese way.", .type = FORMULA_TEXT,
	       .arguments = "nn"),
	SCALAR("length", "độ dài", "len", do_length, 1, 1, "chữ", "text", "Số ký tự.",
	       "Characters.", .arguments = "t", .measure = MEASURE_BARE),
	SCALAR("contains", "có chứa", "", do_contains, 2, 2, "chữ; cần tìm", "text; wanted",
	       "Đúng khi có chứa, không phân biệt dấu và hoa thường.",
	       "True when it is in the text, whatever case and marks.", .type = FORMULA_BOOL,
	       .arguments = "tt"),
	SCALAR("lower", "chữ thường", "", do_lower, 1, 1, "chữ", "text", "Viết thường.",
	       "Lower case.", .type = FORMULA_TEXT, .arguments = "t"),
};

size_t formula_table(const struct function **ret)
{
	*ret = functions;
	return ARRAY_LEN(functions);
}

const struct formula_help *formula_function(size_t i)
{
	return i < ARRAY_LEN(functions) ? &functions[i].help : NULL;
}

bool folded_in(const char *list, struct str word)
{
	for (; *list; list += strlen(list) + 1)
		if (str_is(word, list))
			return true;
	return false;
}

/* Is word the name, folded?  Names are short, so a small buffer holds their folding. */
static bool is_name(const char *name, struct str word, struct arena *scratch)
{
	return str_eq(text_fold(scratch, str_of(name)), word);
}

int function_find(struct arena *a, struct str folded)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++)
		if (folded_in(functions[i].folded, folded) ||
		    is_name(functions[i].help.name, folded, a) ||
		    is_name(functions[i].help.name_vi, folded, a))
			return (int)i;
	return -1;
}

static const struct {
	const char *name, *name_vi;
	struct label label;
} units_words[] = {
#define X(code, name, vi, label_vi, label_en) [code] = {name, vi, {label_vi, label_en}},
	FORMULA_UNITS_TABLE(X)
#undef X
};

struct label formula_units_label(enum formula_units units)
{
	return units_words[units].label;
}

const char *formula_units_name(enum formula_units units)
{
	return units_words[units].name;
}

const char *formula_units_name_vi(enum formula_units units)
{
	return units_words[units].name_vi;
}

const char *formula_reason_name(enum formula_reason reason)
{
	static const char *const names[] = {
#define X(code, name) [code] = name,
		FORMULA_REASON_TABLE(X)
#undef X
	};
	return names[reason];
}

void formula_document(struct buf *out)
{
	buf_printf(out, "| function | Vietnamese | arguments | does |\n|---|---|---|---|\n");
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		const struct formula_help *h = &functions[i].help;
		buf_printf(out, "| `%s` | `%s` | %s | %s |\n", h->name, h->name_vi,
			   h->parameters.en, h->text.en);
	}
	buf_printf(out, "\n| units: | Vietnamese | which |\n|---|---|---|\n");
	for (size_t i = 0; i < FORMULA_UNITS; i++)
		buf_printf(out, "| `%s` | `%s` | %s |\n", units_words[i].name,
			   units_words[i].name_vi, units_words[i].label.en);
}
