/* Search: real questions to the packs that come along, and what they are expected to mean. */
#include "analyze/search.h"
#include "analyze/testing.h"
#include "registry/pack.h"

struct install {
	const struct pack *pack;
	struct arena *a;
};

static enum err install_run(struct db *tx, void *arg, struct why *why)
{
	const struct install *i = arg;
	struct import_result result;
	struct problems p;
	problems_init(&p, i->a);
	return pack_install(tx, i->pack, (struct author){access_centre(i->a), TEST_NOW}, &result,
			    &p, why);
}

static struct desk desk_with_packs(struct testbed *bed)
{
	struct desk d = {.s = registry_open(bed), .r = registry_new(), .images = images_new()};
	struct pack *packs = NULL;
	struct why why = {0};
	size_t n = 0;
	d.a = arena_new();
	assert_ok(pack_embedded(d.a, &packs, &n, &why), why);
	for (size_t i = 0; i < n; i++) {
		struct install one = {&packs[i], d.a};
		assert_ok(store_write(d.s, install_run, &one, &why), why);
	}
	assert_ok(store_take(d.s, &d.db, &why), why);
	desk_renew(&d);
	return d;
}

static bool everything(void *arg, const struct thing *t)
{
	(void)arg;
	(void)t;
	return true;
}

static bool no_indicators(void *arg, const struct thing *t)
{
	(void)arg;
	return t->kind != THING_INDICATOR;
}

/* Asked on Sunday, 22 November 2026.  "": none is meant. */
static const struct {
	const char *question, *indicator, *unit, *period, *first;
} questions[] = {
	{"hồ sơ quá hạn Diên Khánh tháng 5", "K766.X05", "22651", "2026-05", "K766.X05"},
	{"ho so qua han dien khanh thang 5", "K766.X05", "22651", "2026-05", "K766.X05"},
	{"Diên Khánh tháng 5 hồ sơ trễ hạn", "K766.X05", "22651", "2026-05", "K766.X05"},
	{"hồ sơ trễ hạn dien kahnh", "K766.X05", "22651", "", "K766.X05"},
	{"hồ sơ quá hạn", "D22.09", "", "", "D22.09"},
	{"dân số Ninh Hoà", "D01.X1", "22528", "", "D01.X1"},
	{"dân số Ninh Hòa", "D01.X1", "22528", "", "D01.X1"},
	{"Dân số P. Bắc Nha Trang 2025", "D01.X1", "22333", "2025", "D01.X1"},
	{"NT dân số", "D01.X1", "22366", "", "D01.X1"},
	{"dân số", "D01.05", "", "", "D01.05"},
	{"thu ngân sách quý III", "D06.01", "", "2026-Q3", "D06.01"},
	{"tỷ lệ hồ sơ đúng hạn cấp xã tháng trước", "K766.R03", "", "2026-10", "K766.R03"},
	{"overdue dossiers Dien Khanh May 2026", "D22.X2", "22651", "2026-05", "D22.X2"},
	{"overdue dossiers Dien Khanh May", "D22.X2", "22651", "2026-05", "D22.X2"},
	{"thu ngân sách Nha Trang 9 tháng năm 2026", "D06.X1", "22366", "2026-01..2026-09",
	 "D06.X1"},
	{"thu ngan sach nha trang 9 thang dau nam", "D06.X1", "22366", "2026-01..2026-09",
	 "D06.X1"},
	{"10 tháng thu ngân sách Nha Trang", "D06.X1", "22366", "2026-01..2026-10", "D06.X1"},
	{"thu ngân sách Nha Trang 11 tháng đầu năm ngoái", "D06.X1", "22366", "2025-01..2025-11",
	 "D06.X1"},
	{"thu ngân sách Nha Trang sáu tháng đầu năm 2026", "D06.X1", "22366", "2026-H1", "D06.X1"},
	{"thu ngân sách Nha Trang 3 tháng năm 2026", "D06.X1", "22366", "2026-Q1", "D06.X1"},
	{"population nha trang first nine months of 2026", "D01.X1", "22366", "2026-01..2026-09",
	 "D01.X1"},
	{"thu ngân sách Nha Trang tháng 9 năm 2026", "D06.X1", "22366", "2026-09", "D06.X1"},
	{"thu ngân sách Nha Trang năm 2025 tháng năm", "D06.X1", "22366", "2025-05", "D06.X1"},
	{"thu ngân sách phường Tân Tiến tháng 5/2025", "D06.X1", "22366-CU", "2025-05", "D06.X1"},
	{"sốt xuất huyết hôm qua", "D16.01", "", "2026-11-21", "D16.01"},
	{"sot xuat huyet cam lam", "D16.X1", "22453", "", "D16.X1"},
	{"grdp năm ngoái", "D05.01", "", "2025", "D05.01"},
	{"tai nạn giao thông", "D19.01", "", "", "D19.01"},
	{"trường sa hộ nghèo", "D18.X1", "22736", "", "D18.X1"},
	{"bhyt", "D07.04", "", "", "D07.04"},
	{"khai sinh cam lam 10/2026", "D01.X3", "22453", "2026-10", "D01.X3"},
	{"tàu cá iuu", "D08.17", "", "", "D08.17"},
	{"766", "K766.G0", "", "", "K766.G0"},
	{"D16.X1", "D16.X1", "", "", "D16.X1"},
	{"population nha trang", "D01.X1", "22366", "", "D01.X1"},
	{"diên khánh", "", "22651", "", "22651"},
	{"xã diên khánh", "", "22651", "", "22651"},
	{"dien kh", "", "22651", "", "22651"},
	{"đặc khu trường sa", "", "22736", "", "22736"},
	{"Nam Ninh Hòa", "", "22597", "", "22597"},
	{"Sở Y tế", "", "SYT", "", "SYT"},
	{"so y te", "", "SYT", "", "SYT"},
	{"nghị định 30", "", "", "", "ND30"},
	{"zzzqqq", "", "", "", ""},
};

static void real_questions_are_understood(void **state)
{
	struct desk d = desk_with_packs(testbed_of(state));
	struct finders *h = finders_new();
	const struct finder *f = NULL;
	struct why why = {0};
	size_t wrong = 0;
	assert_ok(finder_view(h, d.db, d.v, d.a, &f, &why), why);
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		struct search s;
		struct search_from from = {f, d.v, TEST_NOW, everything, NULL};
		search_read(&from, str_of(questions[i].question), d.a, &s);
		struct str indicator = s.indicator ? s.indicator->code : STR(""),
			   unit = s.unit ? s.unit->code : STR(""),
			   period = s.has_period ? period_str(d.a, s.period) : STR(""),
			   january = arena_fmt(d.a, "%.4s-01..", period.len > 4 ? period.ptr : ""),
			   first = s.n_hits ? s.hits[0].thing->code : STR("");
		if (s.from_january)
			period = arena_fmt(d.a, STR_FMT STR_FMT, STR_ARG(january), STR_ARG(period));
		if (str_is(indicator, questions[i].indicator) && str_is(unit, questions[i].unit) &&
		    str_is(period, questions[i].period) && str_is(first, questions[i].first))
			continue;
		wrong++;
		print_error("%s: " STR_FMT " | " STR_FMT " | " STR_FMT " | " STR_FMT "\n",
			    questions[i].question, STR_ARG(indicator), STR_ARG(unit),
			    STR_ARG(period), STR_ARG(first));
	}
	assert_int_equal(wrong, 0);
	finders_free(h);
	desk_close(&d);
}

static void what_may_not_be_seen_is_not_meant(void **state)
{
	struct desk d = desk_with_packs(testbed_of(state));
	struct finders *h = finders_new();
	const struct finder *f = NULL;
	struct why why = {0};
	struct search s;
	assert_ok(finder_view(h, d.db, d.v, d.a, &f, &why), why);
	struct search_from from = {f, d.v, TEST_NOW, no_indicators, NULL};
	search_read(&from, STR("hồ sơ quá hạn Diên Khánh"), d.a, &s);
	assert_null(s.indicator);
	for (size_t i = 0; i < s.n_hits; i++)
		assert_int_not_equal(s.hits[i].thing->kind, THING_INDICATOR);
	finders_free(h);
	desk_close(&d);
}

/* What was renamed is found under its new name at once, and no longer under the old one. */
static void an_edition_has_its_own_index(void **state)
{
	struct desk d = desk_open(testbed_of(state));
	struct finders *h = finders_new();
	const struct finder *old = NULL, *fresh = NULL, *again = NULL;
	struct why why = {0};
	struct hit hits[4];
	struct word words[4];
	assert_ok(finder_view(h, d.db, d.v, d.a, &old, &why), why);
	registry_load(d.s, &unit_record,
		      "code,kind,name_vi,name_en,parent,valid_from,valid_to\n"
		      "X2,commune,Xã Suối Dầu,X2,KH,1990-01-01,\n");
	desk_renew(&d);
	assert_ok(finder_view(h, d.db, d.v, d.a, &fresh, &why), why);
	assert_ok(finder_view(h, d.db, d.v, d.a, &again, &why), why);
	assert_ptr_equal(fresh, again);
	size_t n = words_of(d.a, STR("suoi dau"), words, 4);
	assert_int_equal(finder_rank(old, words, n, ~0u, hits, 4), 0);
	assert_int_equal(finder_rank(fresh, words, n, ~0u, hits, 4), 1);
	assert_str(hits[0].thing->code, "X2");
	finders_free(h);
	desk_close(&d);
}

static void words_are_cut_and_bounded(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct word words[FINDER_WORDS_MAX];
	size_t n = words_of(a, STR("  P.Bắc-Nha Trang, TTHC "), words, FINDER_WORDS_MAX);
	assert_int_equal(n, 8); /* p, bac, nha, trang, thu, tuc, hanh, chinh */
	assert_str(words[1].fold, "bac");
	assert_true(words[1].marked);
	assert_str(words[4].fold, "thu");
	char lots[400];
	for (size_t i = 0; i < sizeof(lots); i++)
		lots[i] = i % 2 ? ' ' : 'a';
	n = words_of(a, (struct str){lots, sizeof(lots)}, words, FINDER_WORDS_MAX);
	assert_int_equal(n, FINDER_WORDS_MAX);
	assert_int_equal(words_of(a, STR(" -- "), words, FINDER_WORDS_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(real_questions_are_understood),
		ON_SQLITE(what_may_not_be_seen_is_not_meant),
		ON_EACH_ENGINE(an_edition_has_its_own_index),
		cmocka_unit_test(words_are_cut_and_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
