/* Whatever compiles runs to an end within its limits, over figures good, odd and missing. */
#include "core/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err find(void *arg, struct str code, struct formula_indicator *ret, struct why *why)
{
	(void)arg;
	(void)why;
	*ret = (struct formula_indicator){code.len ? (unsigned char)code.ptr[0] : 0,
					  STR("coefficient")};
	return OK;
}

static enum err cells(void *arg, const struct formula_ref *ref, struct arena *a,
		      struct formula_cell **ret, size_t *ret_n, struct why *why)
{
	static const struct decimal odd[] = {
		{0, 0}, {1, 0}, {-1, 9}, {INT64_MAX, 0}, {INT64_MIN, 0}, {INT64_MAX, 9}, {25, 1}};
	(void)arg;
	(void)why;
	size_t n = ref->units == FORMULA_SELF ? 1 : (size_t)ref->indicator % 5;
	n *= (size_t)ref->window * (ref->by.len ? 2 : 1);
	struct formula_cell *found = ARENA_ARRAY(a, n + 1, struct formula_cell);
	for (size_t i = 0; i < n; i++) {
		size_t pick = ((size_t)ref->indicator + i + (size_t)ref->back) % 9;
		found[i].reason = pick < ARRAY_LEN(odd) ? FORMULA_PRESENT : FORMULA_NOT_FILLED;
		found[i].value = odd[pick % ARRAY_LEN(odd)];
	}
	*ret = found;
	*ret_n = n;
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct formula_words words = {.indicator = find};
	const struct formula_data figures = {NULL, cells};
	struct formula *f = NULL;
	struct formula_place at;
	struct formula_result r;
	struct str text = {(const char *)data, size};
	struct decimal d;
	if (formula_compile(a, text, &words, STR_NULL, &f, &at, NULL) != OK ||
	    formula_run(f, &figures, true, a, &r, NULL) != OK)
		return 0;
	assert(r.count <= FORMULA_STEPS_MAX);
	bool number = r.value.type == FORMULA_NUMBER && r.value.reason == FORMULA_PRESENT;
	if (number && number_round(r.value.number, 2, &d))
		assert(d.scale == 2);
	return 0;
}
