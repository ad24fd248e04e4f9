#include "report/report.h"

#include "base/embed.h"
#include "base/testing.h"

static struct problems read(struct arena *a, const char *text, struct content *ret)
{
	const struct json *json = NULL;
	struct problems p;
	struct why why = {0};
	problems_init(&p, a);
	assert_ok(json_parse(a, str_of(text), &json, &why), why);
	content_read(a, json, STR("/content"), ret, &p);
	return p;
}

static void a_whole_description_is_read(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	struct content c;
	struct problems p = read(
		a,
		"{\"head\":{\"agency\":\"TT\",\"place\":\"KH\",\"abstract\":\"A {period}\",\"type\":\"Báo cáo\",\"to\":[\"x\"]},"
		"\"sections\":[{\"kind\":\"heading\",\"text\":\"I\",\"level\":2},{\"kind\":\"text\",\"text\":\"t\"},"
		"{\"kind\":\"list\",\"items\":[\"a\",\"b\"],\"numbered\":true},"
		"{\"kind\":\"highlights\",\"indicators\":[\"X\"],\"limit\":3},"
		"{\"kind\":\"figures\",\"title\":\"T\",\"indicators\":[\"X\",\"Y\"],\"columns\":[\"to_date\",\"value\"]},"
		"{\"kind\":\"units\",\"title\":\"T\",\"indicators\":[\"X\"],\"under\":\"KH\"},"
		"{\"kind\":\"chart\",\"chart\":\"ranking\",\"title\":\"T\",\"indicators\":[\"X\"],\"periods\":7}],"
		"\"sign\":{\"title\":\"Giám đốc\",\"recipients\":[\"Lưu\"]}}",
		&c);
	assert_int_equal(p.n, 0);
	assert_true(c.has_head && c.has_sign);
	assert_int_equal(c.n, 7);
	assert_int_equal(c.sections[0].level, 2);
	assert_true(c.sections[2].numbered);
	assert_int_equal(c.sections[3].limit, 3);
	assert_int_equal(c.sections[4].columns, COLUMN_VALUE | COLUMN_TO_DATE);
	assert_int_equal(c.sections[6].chart, PAPER_RANKING);
	assert_int_equal(c.sections[6].periods, 7);
	assert_str(c.sections[5].under, "KH");
}

static void every_fault_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *at, *words;
	} cases[] = {
		{"[]", "/content", "must be an object"},
		{"{}", "/content/sections", "list of 1 to 60"},
		{"{\"sections\":[]}", "/content/sections", "list of 1 to 60"},
		{"{\"sections\":[{\"kind\":\"song\"}]}", "/content/sections/0/kind",
		 "heading, text"},
		{"{\"sections\":[1]}", "/content/sections/0/kind", "must be heading"},
		{"{\"sections\":[{\"kind\":\"text\"}]}", "/content/sections/0/text", "is missing"},
		{"{\"sections\":[{\"kind\":\"text\",\"text\":\" \"}]}", "/content/sections/0/text",
		 "is empty"},
		{"{\"sections\":[{\"kind\":\"text\",\"text\":3}]}", "/content/sections/0/text",
		 "must be a text"},
		{"{\"sections\":[{\"kind\":\"text\",\"text\":\"x\",\"size\":3}]}",
		 "/content/sections/0/size", "is not known"},
		{"{\"sections\":[{\"kind\":\"heading\",\"text\":\"x\",\"level\":4}]}",
		 "/content/sections/0/level", "from 1 to 3"},
		{"{\"sections\":[{\"kind\":\"list\",\"items\":[]}]}", "/content/sections/0/items",
		 "at least one"},
		{"{\"sections\":[{\"kind\":\"list\",\"items\":[1]}]}",
		 "/content/sections/0/items/0", "must be a text"},
		{"{\"sections\":[{\"kind\":\"figures\",\"title\":\"x\",\"indicators\":[\"X\"],\"columns\":[\"x\"]}]}",
		 "/content/sections/0/columns/0", "columns are"},
		{"{\"sections\":[{\"kind\":\"chart\",\"chart\":\"pie\",\"title\":\"x\",\"indicators\":[\"X\"]}]}",
		 "/content/sections/0/chart", "line, bars or ranking"},
		{"{\"sections\":[{\"kind\":\"chart\",\"chart\":\"ranking\",\"title\":\"x\",\"indicators\":[\"X\",\"Y\"]}]}",
		 "/content/sections/0/indicators", "1 at most"},
		{"{\"sections\":[{\"kind\":\"chart\",\"chart\":\"line\",\"title\":\"x\",\"indicators\":[\"X\"],\"periods\":61}]}",
		 "/content/sections/0/periods", "from 2 to 60"},
		{"{\"head\":{\"place\":\"x\",\"abstract\":\"x\"},\"sections\":[{\"kind\":\"text\",\"text\":\"x\"}]}",
		 "/content/head/agency", "is missing"},
		{"{\"sign\":{},\"sections\":[{\"kind\":\"text\",\"text\":\"x\"}]}",
		 "/content/sign/title", "is missing"},
		{"{\"sections\":[{\"kind\":\"list\",\"items\":[\"x\"],\"numbered\":1}]}",
		 "/content/sections/0/numbered", "true or false"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		struct content c;
		struct problems p = read(a, cases[i].text, &c);
		if (p.n == 0)
			fail_msg("no problem in %s", cases[i].text);
		assert_str(p.items[0].at, cases[i].at);
		if (!strstr(arena_cstr(a, p.items[0].text), cases[i].words))
			fail_msg("%s: " STR_FMT, cases[i].text, STR_ARG(p.items[0].text));
	}
}

static void limits_hold(void **state)
{
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf text;
	struct content c;
	struct why why = {0};
	buf_init(&text, 1 << 20);
	buf_printf(&text, "{\"sections\":[");
	for (int i = 0; i <= CONTENT_SECTIONS_MAX; i++)
		buf_printf(&text, "%s{\"kind\":\"text\",\"text\":\"x\"}", i ? "," : "");
	buf_printf(&text, "]}");
	assert_err(content_parse(a, buf_str(&text), &c, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "1 to 60"));
	buf_clear(&text);
	buf_printf(&text, "{\"sections\":[{\"kind\":\"text\",\"text\":\"%*s\"}]}",
		   CONTENT_TEXT_MAX + 1, "x");
	assert_err(content_parse(a, buf_str(&text), &c, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "longer than 4000"));
	buf_clear(&text);
	buf_printf(&text, "{\"sections\":[{\"kind\":\"highlights\",\"indicators\":[\"X\"");
	for (int i = 0; i < CONTENT_INDICATORS_MAX; i++)
		buf_printf(&text, ",\"X\"");
	buf_printf(&text, "]}]}");
	assert_err(content_parse(a, buf_str(&text), &c, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "more than 40"));
	buf_clear(&text);
	buf_printf(&text, "%*s", CONTENT_MAX + 1, "{}");
	assert_err(content_parse(a, buf_str(&text), &c, &why), ERR_TOO_LARGE);
}

/* What we ship is read by the same reader; indicators are those of the packs. */
static void templates_are_good(void **state)
{
	(void)state;
	size_t n = 0, templates = 0;
	const struct embedded *files = embedded_list(EMBED_PACK, &n);
	for (size_t i = 0; i < n; i++) {
		AUTO(arena_free) struct arena *a = arena_new();
		const struct json *json = NULL;
		struct problems p;
		struct content c;
		struct why why = {0};
		if (!str_starts(files[i].path, STR("reports/")))
			continue;
		templates++;
		problems_init(&p, a);
		assert_ok(json_parse(a, files[i].plain, &json, &why), why);
		assert_true(json_get(json, "content") && json_get_str(json, "name_vi").len &&
			    json_get_str(json, "about_en").len);
		content_read(a, json_get(json, "content"), STR("/content"), &c, &p);
		if (p.n)
			fail_msg(STR_FMT " " STR_FMT ": " STR_FMT, STR_ARG(files[i].path),
				 STR_ARG(p.items[0].at), STR_ARG(p.items[0].text));
		for (size_t s = 0; s < c.n; s++)
			for (size_t k = 0; k < c.sections[s].indicators.n; k++) {
				struct str line =
					arena_fmt(a, "\n" STR_FMT ",",
						  STR_ARG(c.sections[s].indicators.items[k]));
				struct str one =
					embedded_find(EMBED_PACK, STR("statistics/indicators.csv"))
						->plain;
				struct str two =
					embedded_find(EMBED_PACK, STR("index-766/indicators.csv"))
						->plain;
				if (!memmem(one.ptr, one.len, line.ptr, line.len) &&
				    !memmem(two.ptr, two.len, line.ptr, line.len))
					fail_msg("no pack has the indicator" STR_FMT,
						 STR_ARG(line));
			}
	}
	assert_int_equal(templates, 2);
}

static void periods_are_named(void **state)
{
	static const struct {
		const char *period, *vi, *en, *vi_short, *en_short;
	} cases[] = {
		{"2026-11", "tháng 11 năm 2026", "November 2026", "T11/2026", "11/2026"},
		{"2026-Q3", "quý III năm 2026", "quarter 3 of 2026", "Q3/2026", "Q3/2026"},
		{"2026-H1", "6 tháng đầu năm 2026", "first half of 2026", "H1/2026", "H1/2026"},
		{"2026-H2", "6 tháng cuối năm 2026", "second half of 2026", "H2/2026", "H2/2026"},
		{"2026", "năm 2026", "2026", "2026", "2026"},
		{"2026-W01", "tuần 01 năm 2026", "week 01 of 2026", "Tuần 01/2026", "W01/2026"},
		{"2026-02-03", "ngày 03 tháng 02 năm 2026", "3 February 2026", "03/02/2026",
		 "03/02/2026"},
	};
	(void)state;
	AUTO(arena_free) struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct period p;
		struct why why = {0};
		assert_ok(period_parse(str_of(cases[i].period), &p, &why), why);
		assert_str(period_words(a, true, p), cases[i].vi);
		assert_str(period_words(a, false, p), cases[i].en);
		assert_str(period_short(a, true, p), cases[i].vi_short);
		assert_str(period_short(a, false, p), cases[i].en_short);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_description_is_read),
		cmocka_unit_test(every_fault_is_told_with_its_place),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(templates_are_good),
		cmocka_unit_test(periods_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
