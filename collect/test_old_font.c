#include "collect/old_font.h"
#include "collect/testing.h"

static struct sheet_book book_of(struct arena *a, const char *const texts[], size_t n)
{
	struct sheet *sheets = ARENA_ARRAY(a, n, struct sheet);
	for (size_t i = 0; i < n; i++)
		sheets[i] = testing_sheet(a, texts[i]);
	return (struct sheet_book){.n = n, .sheets = sheets};
}

static void letters_become_unicode(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	/* Every small letter with its tone, as such a font types them. */
	static const char *const pairs[][2] = {
		{"tµ t¶ t· t¸ t¹ t» t¼ t½ t¾ tÆ tÇ tÈ tÉ tÊ tË|\n",
		 "tà tả tã tá tạ tằ tẳ tẵ tắ tặ tầ tẩ tẫ tấ tậ"},
		{"tÌ tÎ tÏ tÐ tÑ tÒ tÓ tÔ tÕ tÖ t× tØ tÜ tÝ tÞ|\n",
		 "tè tẻ tẽ té tẹ tề tể tễ tế tệ tì tỉ tĩ tí tị"},
		{"tß tá tâ tã tä tå tæ tç tè té tê të tì tí tî|\n",
		 "tò tỏ tõ tó tọ tồ tổ tỗ tố tộ tờ tở tỡ tớ tợ"},
		{"tï tñ tò tó tô tõ tö t÷ tø tù tú tû tü tý tþ|\n",
		 "tù tủ tũ tú tụ từ tử tữ tứ tự tỳ tỷ tỹ tý tỵ"},
		{"t¨ t© tª t« t¬ t\xc2\xad t® t¡ t¢ t£ t¤ t¥ t¦ t§|\n",
		 "tă tâ tê tô tơ tư tđ tĂ tÂ tÊ tÔ tƠ tƯ tĐ"},
		{"Sè hå s¬ qu¸ h¹n 12,5 %|\n", "Số hồ sơ quá hạn 12,5 %"},
	};
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct sheet_book book = book_of(a, &pairs[i][0], 1);
		assert_true(old_font_read(a, &book));
		assert_str(sheet_at(&book.sheets[0], 0, 0).text, pairs[i][1]);
	}
}

static void others_stay_as_they_are(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const char *const texts[] = {
		"Đơn vị|Số hồ sơ|\nXã ®, ©, µ, ½, ×, ÷, §, ¬|12|\n", /* a letter of Unicode is enough */
		"Khánh Hòa|Lê Lai|\nTôn Nữ|Hà Nam|\nLý Tông|Bùi Trí|\n",
		"Cafe\xcc\x81|Ho\xcc\x80"
		"a ® © µ ½ × ÷|\n", /* tones apart */
		"Area (m²)|Cost (£)|\nWater ± 0.5 °C|12 µg · 3 ½|\n",
		"Hotel|Straße|\nHotels in Munich and elsewhere|Größe|\n",
		"Signs alone|¸ ¹ »|\n©, ®, µ, ¬|§ 12|\n",
	};
	struct sheet_book book = book_of(a, texts, ARRAY_LEN(texts));
	const struct sheet *before = book.sheets;
	assert_false(old_font_read(a, &book));
	assert_ptr_equal(book.sheets, before);
}

static void each_sheet_is_judged_by_itself(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	static const char *const texts[] = {"Hướng dẫn|®|\n",
					    "§¬n vÞ|D©n sè trung b×nh|\nX· Cam L©m|77|\n"};
	struct sheet_book book = book_of(a, texts, ARRAY_LEN(texts));
	assert_true(old_font_read(a, &book));
	assert_str(sheet_at(&book.sheets[0], 0, 1).text, "®");
	assert_str(sheet_at(&book.sheets[1], 0, 1).text, "Dân số trung bình");
	assert_str(sheet_at(&book.sheets[1], 1, 0).text, "Xã Cam Lâm");
	assert_str(sheet_at(&book.sheets[1], 1, 1).text, "77");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_become_unicode),
		cmocka_unit_test(others_stay_as_they_are),
		cmocka_unit_test(each_sheet_is_judged_by_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
