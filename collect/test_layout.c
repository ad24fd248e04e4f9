#include "collect/testing.h"

#include "collect/layout.h"
#include "collect/measure.h"

#define T(literal)                                                                                 \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	} /* in a table that is static */
#define NO                                                                                         \
	{                                                                                          \
		NULL, 0                                                                            \
	}
#define W(code, vi, en, brief)                                                                     \
	{                                                                                          \
		T(code), NO, {T(vi), T(en), brief}, false, PERIOD_DAILY                            \
	}
#define M(code, vi, en)                                                                            \
	{                                                                                          \
		T(code), NO, {T(vi), T(en)}, true, PERIOD_MONTHLY                                  \
	}
static const struct layout_word indicators[] = {
	M("DS01", "Dân số trung bình", "Average population"),
	M("DS02", "Tỷ lệ hộ nghèo", "Poverty rate"),
	M("DS03", "Tỷ lệ hộ cận nghèo", "Near-poverty rate"),
	M("HC01", "Tỷ lệ hồ sơ giải quyết đúng hạn", "Files settled on time"),
	M("NS01", "Thu ngân sách nhà nước trên địa bàn", "Budget revenue"),
	M("YT01", "Số ca mắc sốt xuất huyết", "Dengue cases"),
	M("GD01", "Số học sinh phổ thông", "Pupils"),
};
static const struct layout_word units[] = {
	W("H32-01", "Phường Nha Trang", "Nha Trang ward", T("Nha Trang")),
	W("H32-02", "Phường Bắc Nha Trang", "Bac Nha Trang ward", T("Bắc Nha Trang")),
	W("H32-03", "Xã Diên Khánh", "Dien Khanh commune", T("Diên Khánh")),
	W("H32-04", "Xã Cam Lâm", "Cam Lam commune", T("Cam Lâm")),
	W("H32-05", "Sở Y tế", "Department of Health", NO),
};
static const struct layout_word items[] = {
	{T("male"), T("sex"), {T("Nam"), T("Male")}, false, PERIOD_DAILY},
	{T("female"), T("sex"), {T("Nữ"), T("Female")}, false, PERIOD_DAILY},
	{T("urban"), T("area"), {T("Thành thị"), T("Urban")}, false, PERIOD_DAILY},
	{T("rural"), T("area"), {T("Nông thôn"), T("Rural")}, false, PERIOD_DAILY},
};

static struct layout_index *known(struct arena *a)
{
	static const struct layout_words words = {
		.n = {ARRAY_LEN(indicators), ARRAY_LEN(units), ARRAY_LEN(items)},
		.words = {indicators, units, items}};
	return layout_index_new(a, &words);
}

static void write_cell(struct buf *b, const struct mapping_cell *c)
{
	sheet_cell_name(b, c->row, c->column);
	buf_printf(b, " " STR_FMT " " STR_FMT " " STR_FMT " [" STR_FMT "] " STR_FMT "%s",
		   STR_ARG(c->indicator.ptr ? c->indicator : STR("?")),
		   STR_ARG(c->unit.ptr ? c->unit : STR("?")),
		   STR_ARG(c->period.ptr ? c->period : STR("?")),
		   STR_ARG(c->breakdown.ptr ? c->breakdown : STR("?")),
		   STR_ARG(c->value.ptr ? c->value : STR("?")), c->doubtful ? " doubtful" : "");
	if (c->remark.ptr)
		buf_printf(b, " (" STR_FMT ")", STR_ARG(c->remark));
	buf_add_char(b, '\n');
}

struct stranger {
	const char *name, *sheet, *cells;
};
static const struct stranger strangers[] = {
	{"own layout with merged titles, text numbers and a signature",
	 "UBND XÃ DIÊN KHÁNH|<||CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM|<\n\nBÁO CÁO THÁNG 9/2026|<|<|<|<\n\nSTT|Chỉ tiêu|ĐVT|Thực hiện|Ghi chú\n"
	 "1|Dân số trung bình|người|1.234,5|\n2|Tỷ lệ hộ nghèo|%|2,35|giảm\n\n||||\nNơi nhận:||| Diên Khánh, ngày 05 tháng 10 năm 2026\n- Lưu VT|||CHỦ TỊCH\n",
	 "D6 DS01 H32-03 2026-09 [] 1234.5\nD7 DS02 H32-03 2026-09 [] 2.35 (giảm)\n"},
	{"long: one row per figure",
	 "Đơn vị|Mã chỉ tiêu|Tên chỉ tiêu|Kỳ|Giá trị\nXã Diên Khánh|DS01|Dân số trung bình|2026-09|#12\nPhường Nha Trang|YT01|Số ca mắc sốt xuất huyết|Tháng 8/2026|#3\n",
	 "E2 DS01 H32-03 2026-09 [] 12\nE3 YT01 H32-01 2026-08 [] 3\n"},
	{"indicators by units",
	 "TỔNG HỢP QUÝ III NĂM 2026|<|<|<|<\nTT|Nội dung|Nha Trang|Diên Khánh|Toàn tỉnh\n1|Tỷ lệ hộ nghèo|#1.5|#2.5|#2\n2|Số học sinh phổ thông|#100|#200|#300\n",
	 "C3 DS02 H32-01 2026-Q3 [] 1.5\nD3 DS02 H32-03 2026-Q3 [] 2.5\nC4 GD01 H32-01 2026-Q3 [] 100\nD4 GD01 H32-03 2026-Q3 [] 200\n"},
	{"indicators by months, year in the title",
	 "Xã Cam Lâm - Số liệu năm 2026|<|<|<\nChỉ tiêu|Tháng 1|Tháng 2|T3\nDân số trung bình|#10|#11|#12\nSố ca mắc sốt xuất huyết|#0||#5\n",
	 "B3 DS01 H32-04 2026-01 [] 10\nC3 DS01 H32-04 2026-02 [] 11\nD3 DS01 H32-04 2026-03 [] 12\nB4 YT01 H32-04 2026-01 [] 0\nD4 YT01 H32-04 2026-03 [] 5\n"},
	{"units by indicators with a total row",
	 "Biểu số 01|<|<\nKỳ báo cáo: tháng 10 năm 2026|<|<\nTên xã, phường|Tỷ lệ hộ nghèo (%)|Tỷ lệ hộ cận nghèo (%)\nPhường Nha Trang|1,5|2,5\nPhường Bắc Nha Trang|1,6|2,6\nTổng cộng|1,55|2,55\n",
	 "B4 DS02 H32-01 2026-10 [] 1.5\nC4 DS03 H32-01 2026-10 [] 2.5\nB5 DS02 H32-02 2026-10 [] 1.6\nC5 DS03 H32-02 2026-10 [] 2.6\n"},
	{"quarter columns under a two-level header",
	 "Chỉ tiêu|Đơn vị tính|Năm 2026|<|<\n^|^|Quý I|Quý II|Quý III\nThu ngân sách nhà nước trên địa bàn|tỷ đồng|#41.2|#42.5|#43\n",
	 "C3 NS01 ? 2026-Q1 [] 41.2\nD3 NS01 ? 2026-Q2 [] 42.5\nE3 NS01 ? 2026-Q3 [] 43\n"},
	{"breakdown columns under a two-level header",
	 "PHƯỜNG NHA TRANG|<|<|<\nTháng 9 năm 2026|<|<|<\nChỉ tiêu|Tổng số|Chia ra|<\n^|^|Nam|Nữ\nDân số trung bình|#100|#48|#52\n",
	 "B5 DS01 H32-01 2026-09 [] 100\nC5 DS01 H32-01 2026-09 [sex=male] 48\nD5 DS01 H32-01 2026-09 [sex=female] 52\n"},
	{"breakdown rows below their indicator",
	 "Đơn vị: Xã Diên Khánh|<|<\nTháng 9/2026|<|<\nSTT|Chỉ tiêu|Kết quả\nI|DÂN SỐ|\n1|Dân số trung bình|#100\n|Trong đó: Nam|#48\n|- Nữ|#52\nII|Tỷ lệ hộ nghèo|2,1%\n",
	 "C5 DS01 H32-03 2026-09 [] 100\nC6 DS01 H32-03 2026-09 [sex=male] 48\nC7 DS01 H32-03 2026-09 [sex=female] 52\nC8 DS02 H32-03 2026-09 [] 2.1\n"},
	{"administrative form with numbered columns, plan and comparison",
	 "BIỂU SỐ 02/BC-XH|<|<|<|<|<\nSỞ Y TẾ|<|<|<|<|<\nTháng 11 năm 2026|<|<|<|<|<\nSTT|Tên chỉ tiêu|Đơn vị tính|Kế hoạch năm 2026|Thực hiện tháng 11|So với kế hoạch (%)\n(A)|(B)|(C)|(1)|(2)|(3)\n1|Số ca mắc sốt xuất huyết|ca|#500|#42|#8.4\n",
	 "E6 YT01 H32-05 2026-11 [] 42\n"},
	{"dates as text in a long table, units merged downwards",
	 "Địa phương|Ngày báo cáo|Chỉ tiêu|Số liệu\nNha Trang|30/09/2026|Số ca mắc sốt xuất huyết|7\n^|30/09/2026|Tỷ lệ hộ nghèo|1,2 %\nCam Lâm|@2026-09-30|Số ca mắc sốt xuất huyết|1.024\n",
	 "D2 YT01 H32-01 2026-09 [] 7\nD3 DS02 H32-01 2026-09 [] 1.2\nD4 YT01 H32-04 2026-09 [] 1024 doubtful\n"},
	{"breakdown column",
	 "Số liệu tháng 9/2026|<|<|<\nXã, phường|Giới tính|Tên chỉ tiêu|Giá trị\nXã Cam Lâm|Nam|Dân số trung bình|#5\nXã Cam Lâm|Nữ|Dân số trung bình|#6\nXã Cam Lâm|Tổng số|Dân số trung bình|#11\n",
	 "D3 DS01 H32-04 2026-09 [sex=male] 5\nD4 DS01 H32-04 2026-09 [sex=female] 6\nD5 DS01 H32-04 2026-09 [] 11\n"},
	{"misspelt and abbreviated names, plain ASCII",
	 "ubnd xa dien khanh||\nbao cao thang 9 nam 2026||\nchi tieu|so lieu|ghi chu\nty le ho so giai quyet dung han (%)|95,5|\nThu ngan sach NN tren dia ban|12|\n",
	 "B4 HC01 H32-03 2026-09 [] 95.5\nB5 NS01 H32-03 2026-09 [] 12\n"},
	{"indicators by units and breakdown, nothing-to-report marks, unreadable values",
	 "Kỳ: Quý 2/2026|<|<|<|<\nChỉ tiêu|Nha Trang|<|Diên Khánh|<\n^|Nam|Nữ|Nam|Nữ\nSố học sinh phổ thông|#10|-|chưa có|#13\n",
	 "B4 GD01 H32-01 2026-Q2 [sex=male] 10\nD4 GD01 H32-03 2026-Q2 [sex=male] ?\nE4 GD01 H32-03 2026-Q2 [sex=female] 13\n"},
	{"an unknown indicator and an unknown unit stay in sight",
	 "Đơn vị|Chỉ tiêu|Kỳ|Giá trị\nXã Diên Khánh|Tỷ lệ hộ nghèo|2026-09|#1\nXã Khác Lạ|Sản lượng cá tra|2026-09|#2\n",
	 "D2 DS02 H32-03 2026-09 [] 1\nD3 ? ? 2026-09 [] 2\n"},
	{"a group called after a word of footers, figures after it",
	 "XÃ CAM LÂM|<|<\nTháng 7/2026|<|<\nSTT|Nội dung|Kết quả\nI|Nguồn thu|\n1|Thu ngân sách nhà nước trên địa bàn|#3\n||\n|Nguồn: Chi cục Thuế|\n",
	 "C5 NS01 H32-04 2026-07 [] 3\n"},
	{"English headers, half years",
	 "Indicator|6 tháng đầu năm 2026|6 tháng cuối năm 2026|Remark\nPoverty rate|2.5|2.4|ok\n",
	 "B2 DS02 ? 2026-H1 [] 2.5 (ok)\nC2 DS02 ? 2026-H2 [] 2.4 (ok)\n"},
	{"every value mistyped, the header says where they are",
	 "Chỉ tiêu|Đơn vị|Kỳ báo cáo|Số liệu|Ghi chú\nSố ca mắc sốt xuất huyết|Xã Diên Khánh|2026-09|20 ca|\n",
	 "D2 YT01 H32-03 2026-09 [] ?\n"},
};

static void test_strangers(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct layout_index *x = known(a);
	int failed = 0;
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
		struct sheet s = testing_sheet(a, strangers[i].sheet);
		struct layout_proposal p;
		layout_propose(a, x, &s, &p);
		struct mapping_result r = {.n_cells = 0};
		struct why why = {0};
		enum err rc = mapping_apply(a, &p.mapping, &s, x, &r, &why);
		AUTO(buf_release) struct buf b;
		buf_init(&b, 1 << 16);
		for (size_t c = 0; c < r.n_cells; c++)
			write_cell(&b, &r.cells[c]);
		if (rc == OK && str_is(buf_str(&b), strangers[i].cells) && p.confidence >= 50)
			continue;
		failed++;
		print_error("%s: confidence %d %s\n%.*s--- expected\n%s", strangers[i].name,
			    p.confidence, why.text, STR_ARG(buf_str(&b)), strangers[i].cells);
		for (size_t k = 0; k < p.n_reasons; k++)
			print_error("  %.*s\n", STR_ARG(p.reasons[k].en));
	}
	assert_int_equal(failed, 0);
}

static void test_guesses(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct layout_index *x = known(a);
	assert_str(layout_exact(x, LAYOUT_INDICATOR, STR("1.2. ty le ho ngheo (%)"))->code, "DS02");
	assert_str(layout_exact(x, LAYOUT_INDICATOR, STR("ds02"))->code, "DS02");
	assert_str(layout_exact(x, LAYOUT_UNIT, STR("UBND phường Nha Trang"))->code, "H32-01");
	assert_null(layout_exact(x, LAYOUT_UNIT, STR("Nha")));
	assert_null(layout_exact(x, LAYOUT_UNIT, STR("")));
	struct layout_guess g =
		layout_guess(x, LAYOUT_INDICATOR, STR("Tỉ lệ hồ sơ được giải quyết đúng hạn"));
	assert_str(g.word->code, "HC01");
	assert_in_range(g.confidence, LAYOUT_SURE, 97);
	assert_non_null(g.runner_up);
	assert_true(g.runner_up_confidence < g.confidence);
	assert_in_range(layout_guess(x, LAYOUT_INDICATOR, STR("Sản lượng cá tra")).confidence, 0,
			LAYOUT_SURE - 1);
}

static void test_periods(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int year;
		const char *period;
	} cases[] = {{"tháng 9", 2026, "2026-09"},
		     {"Tháng 9", 0, NULL},
		     {"Quý III", 2026, "2026-Q3"},
		     {"Q2", 2025, "2025-Q2"},
		     {"quý I năm 2026", 0, "2026-Q1"},
		     {"T12", 2026, "2026-12"},
		     {"T13", 2026, NULL},
		     {"6 tháng đầu năm 2026", 0, "2026-H1"},
		     {"2026", 0, "2026"},
		     {"9/2026", 0, "2026-09"},
		     {"30/09/2026", 0, "2026-09-30"},
		     {"2026-09-30", 0, "2026-09-30"},
		     {"Dân số", 2026, NULL},
		     {"", 2026, NULL},
		     {"tháng 9 và tháng 10", 2026, NULL}};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str p = layout_period(a, str_of(cases[i].text), cases[i].year);
		if (!str_eq(p, str_of(cases[i].period)))
			fail_msg("%s: " STR_FMT, cases[i].text, STR_ARG(p));
	}
	int year;
	assert_str(layout_title_period(a, STR("Báo cáo kết quả tháng 9 năm 2026 của xã"), &year),
		   "2026-09");
	assert_str(layout_title_period(a, STR("BÁO CÁO 6 THÁNG ĐẦU NĂM 2026"), &year), "2026-H1");
	assert_str(layout_title_period(a, STR("Số liệu năm 2026"), &year), "2026");
	assert_int_equal(year, 2026);
	assert_null(layout_title_period(a, STR("Xã Diên Khánh"), &year).ptr);
	assert_int_equal(year, 0);
}

/* What a title says of other days than those that are reported. */
static void test_days_of_papers(void **state)
{
	(void)state;
	static const struct {
		const char *text, *period;
		int year;
	} cases[] = {
		{"Nha Trang, ngày 05 tháng 11 năm 2026", NULL, 0},
		{"Khánh Hòa, Ngày 5 tháng 11 năm 2026", NULL, 0},
		{"Số liệu nhanh, ngày 25 tháng 11 năm 2026", "2026-11-25", 2026},
		{"Báo cáo ngày 25 tháng 11 năm 2026", "2026-11-25", 2026},
		{"(Kèm theo Công văn số 12/UBND ngày 05 tháng 11 năm 2026)", NULL, 0},
		{"Báo cáo tháng 10 năm 2026 (ban hành kèm theo Thông tư ngày 01 tháng 02 năm 2024)",
		 "2026-10", 2026},
		{"Thực hiện Nghị quyết số 57 ngày 22 tháng 12 năm 2025, tháng 10 năm 2026",
		 "2026-10", 2025},
		{"Số 123/BC-UBND ngày 05 tháng 11 năm 2026", "2026", 2026},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int year;
		struct str p = layout_title_period(a, str_of(cases[i].text), &year);
		if (!str_eq(p, str_of(cases[i].period)) || year != cases[i].year)
			fail_msg("%s: " STR_FMT " %d", cases[i].text, STR_ARG(p), year);
	}
}

static void test_periods_of_headings(void **state)
{
	(void)state;
	static const struct {
		const char *text, *period;
		bool accumulates;
	} cases[] = {
		{"Giá trị tháng 10/2026", "2026-10", false},
		{"Thực hiện tháng 9", "2026-09", false},
		{"Ước thực hiện quý III", "2026-Q3", false},
		{"Thực hiện 10 tháng năm 2026", NULL, true},
		{"10 tháng đầu năm", NULL, true},
		{"Thực hiện 6 tháng đầu năm 2026", "2026-H1", false},
		{"Giá trị", NULL, false},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str p = layout_period_in(a, str_of(cases[i].text), 2026);
		if (!str_eq(p, str_of(cases[i].period)))
			fail_msg("%s: " STR_FMT, cases[i].text, STR_ARG(p));
		assert_int_equal(layout_accumulates(a, str_of(cases[i].text)),
				 cases[i].accumulates);
	}
}

static void test_measures(void **state)
{
	(void)state;
	static const struct {
		const char *said, *vi, *en;
		enum measure_fit fit;
		int power;
	} cases[] = {
		{"Tỷ đồng", "triệu đồng", "VND million", MEASURE_FITS, 3},
		{"triệu đ", "tỷ đồng", "VND billion", MEASURE_FITS, -3},
		{"Tr.đ", "triệu đồng", "VND million", MEASURE_FITS, 0},
		{"trđ", "triệu đồng", "VND million", MEASURE_FITS, 0},
		{"nghìn tỷ đồng", "tỷ đồng", "VND billion", MEASURE_FITS, 3},
		{"1.000 người", "người", "people", MEASURE_FITS, 3},
		{"VND billion", "triệu đồng", "VND million", MEASURE_FITS, 3},
		{"tấn", "nghìn tấn", "thousand tonnes", MEASURE_FITS, -3},
		{"kg", "tấn", "tonnes", MEASURE_FITS, -3},
		{"tạ", "tấn", "tonnes", MEASURE_FITS, -1},
		{"km²", "ha", "ha", MEASURE_FITS, 2},
		{"m2", "ha", "ha", MEASURE_FITS, -4},
		{"%", "%", "%", MEASURE_FITS, 0},
		{"‰", "%", "%", MEASURE_FITS, -1},
		{"Phần trăm", "%", "%", MEASURE_FITS, 0},
		{"tạ/ha", "tạ/ha", "quintals/ha", MEASURE_FITS, 0},
		{"triệu đồng/người", "nghìn đồng/người", "x", MEASURE_FITS, 3},
		{"ĐVT: tỷ đồng", "triệu đồng", "VND million", MEASURE_FITS, 3},
		{"Trẻ", "người", "people", MEASURE_UNSURE, 0},
		{"HS", "hồ sơ", "dossiers", MEASURE_UNSURE, 0},
		{"", "người", "people", MEASURE_UNSURE, 0},
		{"-", "người", "people", MEASURE_UNSURE, 0},
		{"tỷ đồng", "", "", MEASURE_UNSURE, 0},
		{"triệu đồng", "triệu đồng/người/năm", "VND million/person/year", MEASURE_UNSURE,
		 0},
		{"ha", "triệu đồng", "VND million", MEASURE_DIFFERS, 0},
		{"%", "người", "people", MEASURE_DIFFERS, 0},
		{"%", "điểm", "points", MEASURE_UNSURE, 0},
		{"nghìn trẻ", "người", "people", MEASURE_DIFFERS, 0},
		{"lượt khách", "nghìn lượt", "thousand visits", MEASURE_DIFFERS, 0},
	};
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int power = 0;
		enum measure_fit fit = measure_compare(
			a, str_of(cases[i].said), str_of(cases[i].vi), str_of(cases[i].en), &power);
		if (fit != cases[i].fit || (fit == MEASURE_FITS && power != cases[i].power))
			fail_msg("%s of %s: %d %d", cases[i].said, cases[i].vi, (int)fit, power);
	}
	static const char *const within[][2] = {{"Thu ngân sách (tỷ đồng)", "tỷ đồng"},
						{"Thu ngân sách (dự toán)", NULL},
						{"(Đơn vị tính: Triệu đồng)", "Triệu đồng"},
						{"Đơn vị tính: ha", "ha"},
						{"ĐVT: người", NULL},
						{"Đơn vị: Xã Diên Khánh", NULL},
						{"Sản lượng (tấn) năm", NULL},
						{"", NULL},
						{")", NULL}};
	for (size_t i = 0; i < ARRAY_LEN(within); i++) {
		struct str found = measure_within(a, str_of(within[i][0]));
		if (!str_eq(found, str_of(within[i][1])))
			fail_msg("%s: " STR_FMT, within[i][0], STR_ARG(found));
	}
}

static void test_skips_and_reasons(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet s = testing_sheet(a, strangers[8].sheet);
	struct layout_proposal p;
	layout_propose(a, known(a), &s, &p);
	assert_true(p.n_reasons >= 5);
	for (size_t i = 0; i < p.n_reasons; i++)
		assert_true(p.reasons[i].vi.len > 0 && p.reasons[i].en.len > 0);
	static const enum mapping_skip_why expected[] = {MAPPING_SKIP_TITLE, MAPPING_SKIP_HEADER,
							 MAPPING_SKIP_NUMBERING};
	assert_int_equal(p.n_skips, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_int_equal(p.skips[i].why, expected[i]);
}

static void test_best_sheet(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct sheet sheets[3] = {testing_sheet(a, "Hướng dẫn\n"),
				  testing_sheet(a, strangers[0].sheet),
				  testing_sheet(a, strangers[1].sheet)};
	sheets[2].hidden = true;
	struct sheet_book book = {.n = 3, .sheets = sheets};
	struct layout_proposal p;
	assert_int_equal(layout_propose_best(a, known(a), &book, &p), 1);
	assert_in_range(p.confidence, 50, 100);
	book.n = 1;
	assert_int_equal(layout_propose_best(a, known(a), &book, &p), 0);
	assert_int_equal(p.confidence, 0);
}

static void test_json(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct layout_index *x = known(a);
	struct sheet s = testing_sheet(a, strangers[11].sheet);
	struct layout_proposal p;
	layout_propose(a, x, &s, &p);
	AUTO(buf_release) struct buf b;
	AUTO(buf_release) struct buf again;
	buf_init(&b, 1 << 16);
	buf_init(&again, 1 << 16);
	struct jw w;
	jw_init(&w, &b);
	struct str print = mapping_fingerprint(a, &s, p.mapping.header_row);
	layout_write(&w, &p, print);
	const struct json *json;
	struct why why = {0};
	assert_ok(json_parse(a, buf_str(&b), &json, &why), why);
	assert_str(json_get_str(json, "fingerprint"), arena_cstr(a, print));
	assert_true(json_get(json, "matches")->n > 0);
	struct mapping m;
	assert_ok(mapping_parse(a, json_get(json, "mapping"), &m, &why), why);
	buf_clear(&b);
	jw_init(&w, &b);
	mapping_write(&w, &p.mapping);
	jw_init(&w, &again);
	mapping_write(&w, &m);
	assert_true(b.len > 0 && str_eq(buf_str(&b), buf_str(&again)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_guesses),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_days_of_papers),
		cmocka_unit_test(test_periods_of_headings),
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_skips_and_reasons),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_best_sheet),
	};
	return cmocka_run_group_tests_name("collect/layout", tests, NULL, NULL);
}
