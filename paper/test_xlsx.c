#include "paper/xlsx.h"

#include "base/testing.h"

static void a_sheet_is_written(void **state)
{
	struct xlsx *x = NULL;
	struct why why = {0};
	struct buf out;
	(void)state;
	buf_init(&out, 1 << 20);
	assert_ok(xlsx_new(STR("Chỉ tiêu: [kinh tế/xã hội] và nhiều chữ nữa để quá dài"), &x, &why),
		  why);
	xlsx_head(x, STR("code"), 0);
	xlsx_head(x, STR("value"), 20);
	for (int i = 0; i < 1000; i++) {
		xlsx_row(x);
		xlsx_str(x, STR("=SUM(A1:A9)"));
		xlsx_decimal(x, (struct decimal){9410, 2});
	}
	xlsx_row(x);
	xlsx_str(x, STR_NULL);
	xlsx_int(x, INT64_MAX);
	assert_ok(xlsx_end(x, &out, &why), why);
	xlsx_free(x);
	assert_true(out.len > 4000);
	assert_memory_equal(out.ptr, "PK\3\4", 4);
	buf_release(&out);
}

static void it_ends_where_the_buffer_ends(void **state)
{
	struct xlsx *x = NULL;
	struct why why = {0};
	struct buf out;
	(void)state;
	buf_init(&out, 100);
	assert_ok(xlsx_new(STR("s"), &x, &why), why);
	xlsx_row(x);
	xlsx_int(x, 1);
	assert_err(xlsx_end(x, &out, &why), ERR_TOO_LARGE);
	xlsx_free(x);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sheet_is_written),
		cmocka_unit_test(it_ends_where_the_buffer_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
