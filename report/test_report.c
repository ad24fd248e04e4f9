/* Reports that are made: when, by whose rights, once, and for whom. */
#include "report/report.h"

#include "analyze/analyze.h"

#include "core/identity.h"
#include "core/journal.h"
#include "registry/testing.h"

struct world {
	struct store *s;
	struct arena *a;
	struct registry *registry;
	struct access *access;
	struct analyze *analyze;
	struct app_services app;
	int64_t all, officer; /* accounts: operator of everything, operator of X1 */
	int64_t report;
};

static bool within(void *arg, int64_t unit, int64_t root)
{
	AUTO(view_free) const struct view *v = registry_current(arg);
	return v && view_within(v, unit, root);
}

static size_t subtree(void *arg, int64_t root, struct arena *a, int64_t **ret)
{
	AUTO(view_free) const struct view *v = registry_current(arg);
	return v ? view_subtree(v, root, a, ret) : 0;
}

static const struct view *view_of(struct world *w)
{
	AUTO(store_give) struct db *db = NULL;
	const struct view *v = NULL;
	struct why why = {0};
	assert_ok(store_take(w->s, &db, &why), why);
	assert_ok(registry_view(w->registry, db, w->a, &v, &why), why);
	return v;
}

/* -- changes -- */
struct edit {
	struct world *w;
	const struct record *r;
	int64_t id, by; /* account; 0: the centre */
	const char *json;
	struct problems p;
	enum role role;
	const char *unit;
};

static enum err edit_run(struct db *tx, void *arg, struct why *why)
{
	struct edit *e = arg;
	struct row *old = NULL;
	const struct json *in = NULL;
	struct principal *who = access_centre(e->w->a);
	problems_init(&e->p, e->w->a);
	who->user = e->by;
	enum err rc = json_parse(e->w->a, str_of(e->json), &in, why);
	if (rc == OK && e->id)
		rc = record_get(tx, e->r, e->id, e->w->a, &old, why);
	if (rc != OK)
		return rc;
	struct row *row = record_parse(refs_new(tx, e->w->a), e->r, in, old, &e->p);
	struct author by = {who, TEST_NOW};
	rc = old ? record_update(tx, e->r, old, row, by, &e->p, why)
		 : record_create(tx, e->r, row, by, &e->p, why);
	e->id = row->id;
	return rc;
}

static int64_t save(struct world *w, const struct record *r, int64_t id, int64_t by,
		    const char *json)
{
	struct edit e = {.w = w, .r = r, .id = id, .by = by, .json = json};
	struct why why = {0};
	assert_ok(store_write(w->s, edit_run, &e, &why), why);
	return e.id;
}

static void expect_problem(struct world *w, const char *json, const char *at)
{
	struct edit e = {.w = w, .r = &report_record, .id = w->report, .by = w->all, .json = json};
	struct why why = {0};
	if (store_write(w->s, edit_run, &e, &why) != ERR_INVALID || e.p.n == 0)
		fail_msg("%s is taken", json);
	assert_str(e.p.items[0].at, at);
}

static enum err grant_run(struct db *tx, void *arg, struct why *why)
{
	struct edit *e = arg;
	const struct unit *u = e->unit ? view_unit(view_of(e->w), str_of(e->unit)) : NULL;
	struct grant g = {e->role, u ? u->id : 0};
	return access_grants_set(tx, e->id, &g, 1,
				 (struct author){access_centre(e->w->a), TEST_NOW}, why);
}

static int64_t account(struct world *w, const char *login, enum role role, const char *unit)
{
	struct edit e = {.w = w, .role = role, .unit = unit};
	struct why why = {0};
	e.id = save(w, &account_record, 0, 0,
		    arena_fmt(w->a, "{\"login\":\"%s\",\"name\":\"Người %s\"}", login, login).ptr);
	assert_ok(store_write(w->s, grant_run, &e, &why), why);
	return e.id;
}

#define CONTENT                                                                                                   \
	"{\"sections\":[{\"kind\":\"text\",\"text\":\"Của {unit} {period} {lạ}\"},"                           \
	"{\"kind\":\"highlights\",\"indicators\":[\"POP\",\"WHOLE\"]},"                                           \
	"{\"kind\":\"figures\",\"title\":\"Bảng {period}\",\"indicators\":[\"POP\",\"MEAN\",\"DEPT\"],"         \
	"\"columns\":[\"value\",\"previous\",\"change\",\"year_ago\",\"to_date\",\"coverage\"]},"                 \
	"{\"kind\":\"units\",\"title\":\"Xã\",\"indicators\":[\"POP\"]},"                                        \
	"{\"kind\":\"chart\",\"chart\":\"line\",\"title\":\"Dân số\",\"indicators\":[\"POP\"],\"periods\":3}," \
	"{\"kind\":\"chart\",\"chart\":\"ranking\",\"title\":\"Xếp hạng\",\"indicators\":[\"POP\"]}]}"
#define REPORT(unit, rest)                                                                                       \
	"{\"code\":\"BC\",\"name_vi\":\"Báo cáo tháng\",\"name_en\":\"Monthly\",\"unit\":\"" unit                \
	"\",\"language\":\"vi\",\"period\":\"monthly\",\"automatic\":true,\"days_after\":6,"                     \
	"\"at_time\":\"07:00\",\"formats\":[\"html\",\"xlsx\",\"pdf\"],\"keep_editions\":2,\"content\":" CONTENT \
		rest "}"

static struct world world_new(const struct testbed *bed)
{
	static const struct {
		const char *unit, *indicator, *period, *value;
	} figures[] = {
		{"X1", "POP", "2026-10", "1000"}, {"X2", "POP", "2026-10", "2345"},
		{"X1", "POP", "2026-09", "900"},  {"X2", "POP", "2026-09", "2000"},
		{"X1", "POP", "2025-10", "800"},  {"X1", "MEAN", "2026-10", "7.5"},
		{"X2", "MEAN", "2026-10", "8.5"}, {"SYT", "DEPT", "2026-10", "7"},
	};
	struct world w = {.s = registry_open(bed), .a = arena_new(), .registry = registry_new()};
	registry_fill(w.s);
	w.access = access_new((struct unit_tree){w.registry, within, subtree});
	w.analyze = analyze_new();
	w.app = (struct app_services){
		.store = w.s, .access = w.access, .registry = w.registry, .analyze = w.analyze};
	const struct view *v = view_of(&w);
	for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
		struct figure f = figure_of(v, figures[i].unit, figures[i].indicator,
					    figures[i].period, figures[i].value);
		figure_give(w.s, &f);
	}
	w.all = account(&w, "tatca", ROLE_OPERATOR, NULL);
	w.officer = account(&w, "xamot", ROLE_OPERATOR, "X1");
	w.report = save(&w, &report_record, 0, w.all, REPORT("KH", ""));
	return w;
}

static void world_free(struct world *w)
{
	analyze_free(w->analyze);
	access_free(w->access);
	store_close(w->s);
	registry_free(w->registry);
	arena_free(w->a);
}

/* Runs the job; how many it made. */
static int64_t run(struct world *w, usec now)
{
	struct job_run job = {.store = w->s, .arg = &w->app, .now = now};
	struct why why = {0};
	int64_t n = -1;
	assert_ok(report_job(&job, &why), why);
	assert_ok(str_int(str_until(str_of(job.result), ' ', &(struct str){0}), 0, 99, &n, &why),
		  why);
	return n;
}

static size_t editions(struct world *w, struct edition **ret)
{
	AUTO(store_give) struct db *db = NULL;
	struct why why = {0};
	size_t n = 0;
	assert_ok(store_take(w->s, &db, &why), why);
	assert_ok(edition_list(db, &(struct edition_query){.report = w->report, .limit = 100}, w->a,
			       ret, &n, &why),
		  why);
	return n;
}

static struct str file(struct world *w, const struct edition *e, enum format f)
{
	AUTO(store_give) struct db *db = NULL;
	struct str content = STR_NULL;
	struct why why = {0};
	assert_ok(store_take(w->s, &db, &why), why);
	assert_ok(edition_file(db, e, f, w->a, &content, &why), why);
	return content;
}

static void expect(struct str text, const char *part)
{
	if (!memmem(text.ptr, text.len, part, strlen(part)))
		fail_msg("\"%s\" is not in\n" STR_FMT, part, STR_ARG(text));
}

static void expect_not(struct str text, const char *part)
{
	if (memmem(text.ptr, text.len, part, strlen(part)))
		fail_msg("\"%s\" is in the page", part);
}

static usec day(int month, int d, int hour)
{
	return date_start((struct date){month > 12 ? 2027 : 2026, month > 12 ? month - 12 : month,
					d}) +
	       hour * USEC_HOUR;
}

static void it_is_made_when_it_is_due_and_once(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct edition *all = NULL;
	/* October's edition was due on 7 November, before the report existed. */
	assert_int_equal(run(&w, TEST_NOW), 0);
	assert_int_equal(run(&w, day(12, 7, 7) - 1), 0);
	assert_int_equal(run(&w, day(12, 7, 7)), 1);
	assert_int_equal(run(&w, day(12, 7, 7)), 0);
	assert_int_equal(run(&w, day(12, 20, 0)), 0);
	assert_int_equal(editions(&w, &all), 1);
	assert_str(period_str(w.a, all[0].period), "2026-11");
	assert_true(all[0].slot == day(12, 7, 7) && all[0].made == day(12, 7, 7) &&
		    !all[0].problem.ptr);
	assert_memory_equal(file(&w, &all[0], FORMAT_PDF).ptr, "%PDF-", 5);
	assert_memory_equal(file(&w, &all[0], FORMAT_XLSX).ptr, "PK\3\4", 4);
	/* A month nobody was there for is not made later; the last one is. */
	assert_int_equal(run(&w, day(14, 10, 0)), 1);
	assert_int_equal(editions(&w, &all), 2);
	assert_str(period_str(w.a, all[0].period), "2027-01");
	/* Two are kept. */
	assert_int_equal(run(&w, day(15, 10, 0)), 1);
	assert_int_equal(editions(&w, &all), 2);
	assert_str(period_str(w.a, all[1].period), "2027-01");
	world_free(&w);
}

static struct report report_now(struct world *w)
{
	AUTO(store_give) struct db *db = NULL;
	struct report r = {0};
	struct why why = {0};
	assert_ok(store_take(w->s, &db, &why), why);
	assert_ok(report_get(db, w->report, w->a, &r, &why), why);
	return r;
}

/* Of the period, made by hand. */
static struct str made_of(struct world *w, const char *period, struct edition *e)
{
	AUTO(store_give) struct db *db = NULL;
	struct report r = report_now(w);
	struct period p;
	struct why why = {0};
	assert_ok(period_parse(str_of(period), &p, &why), why);
	assert_ok(store_take(w->s, &db, &why), why);
	*e = (struct edition){.period = p, .made = TEST_NOW};
	assert_ok(edition_make(&w->app, db, &r, w->a, e, &why), why);
	return e->files[FORMAT_HTML];
}

static struct str october(struct world *w, struct edition *e)
{
	return made_of(w, "2026-10", e);
}

/* The week that begins in December and ends in January is of the year of its Thursday. */
static void a_year_of_weeks_is_iso_8601s(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct edition e;
	registry_load(w.s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\nW,W,W,weekly,1,17:00\n");
	registry_load(
		w.s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,openness,jump_z,scope,owner,aggregate_units,decimals\n"
		"VISITS,Lượt,Visits,D1,n,lượt,visits,weekly,W,sum,none,internal,6,department,SYT,sum,0\n");
	const struct view *v = view_of(&w);
	struct figure week = figure_of(v, "SYT", "VISITS", "2026-W01", "100");
	for (int i = 0; i < 54; i++, week.period.ordinal++) {
		week.id = 0;
		figure_give(w.s, &week);
	}
	w.report = save(
		&w, &report_record, 0, w.all,
		"{\"code\":\"W\",\"name_vi\":\"w\",\"name_en\":\"w\",\"unit\":\"KH\",\"language\":\"en\",\"period\":"
		"\"weekly\",\"automatic\":false,\"days_after\":0,\"at_time\":\"07:00\",\"formats\":[\"html\"],"
		"\"keep_editions\":2,\"content\":{\"sections\":[{\"kind\":\"figures\",\"title\":\"T\","
		"\"indicators\":[\"VISITS\"],\"columns\":[\"to_date\"]}]}}");
	expect(made_of(&w, "2026-W53", &e), ">5,300<");
	struct str text = made_of(&w, "2027-W01", &e);
	expect(text, ">100<");
	expect_not(text, ">200<");
	world_free(&w);
}

static void it_says_what_the_figures_are(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct edition e;
	struct str text = october(&w, &e);
	expect(text, "Của Tỉnh tháng 10 năm 2026 {lạ}");
	expect(text, "POP: 3.345 số, tăng 15,3 % so với T9/2026");
	expect(text,
	       "<td class=\"r\"><em>3.345</em></td><td class=\"r\">2.900</td><td class=\"r\">+15,3 %</td>"
	       "<td class=\"r\">800</td><td class=\"r\">–</td><td class=\"r\">2/4</td>");
	expect(text, "<em>8,0</em>"); /* the mean of 7.5 and 8.5 */
	expect(text, "Bảng 1. Bảng tháng 10 năm 2026");
	expect(text, "Xã Hai</td>");
	expect(text, "Số in nghiêng là số sơ bộ");
	expect(text, "POP: cao nhất 2.345 số (Xã Hai), thấp nhất 1.000 số (Xã Một).");
	expect_not(text, "Xã Cũ");
	world_free(&w);
}

/* OLD went into X1 on 1 July 2025: what both gave before is compared with what X1 gives since. */
static void a_merger_is_no_growth(void **state)
{
	struct world w = world_new(testbed_of(state));
	const struct view *v = view_of(&w);
	static const char *const given[][3] = {
		{"OLD", "2025-06", "40"}, {"X1", "2025-06", "60"}, {"X1", "2025-07", "101"}};
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		struct figure f = figure_of(v, given[i][0], "POP", given[i][1], given[i][2]);
		figure_give(w.s, &f);
	}
	struct edition e;
	struct str text = made_of(&w, "2025-07", &e);
	expect(text, "POP: 101 số, tăng 1,0 % so với T6/2025");
	expect(text, "<td class=\"r\"><em>101</em></td><td class=\"r\">100</td>");
	expect(text, "Các kỳ đều tính theo địa giới hiện nay.");
	expect_not(october(&w, &e), "địa giới");
	world_free(&w);
}

/* A quarter of months: by each indicator's own aggregation over time. */
static void a_longer_period_is_rolled_up(void **state)
{
	struct world w = world_new(testbed_of(state));
	registry_load(w.s, &indicator_record,
		      "code,aggregate_time\nPOP,sum\nMEAN,mean\nTOP,none\n");
	const struct view *v = view_of(&w);
	static const char *const given[][3] = {
		{"POP", "2026-01", "10"},   {"POP", "2026-02", "20"},	{"POP", "2026-03", "30"},
		{"POP", "2026-04", "40"},   {"POP", "2026-05", "50"},	{"MEAN", "2026-01", "4.0"},
		{"MEAN", "2026-02", "5.0"}, {"MEAN", "2026-03", "6.0"}, {"TOP", "2026-02", "7"},
		{"TOP", "2026-03", "9"}};
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		struct figure f = figure_of(v, "X1", given[i][0], given[i][1], given[i][2]);
		figure_give(w.s, &f);
	}
	w.report = save(
		&w, &report_record, 0, w.all,
		"{\"code\":\"Q\",\"name_vi\":\"q\",\"name_en\":\"q\",\"unit\":\"X1\",\"language\":\"vi\",\"period\":"
		"\"quarterly\",\"automatic\":false,\"days_after\":0,\"at_time\":\"07:00\",\"formats\":[\"html\"],"
		"\"keep_editions\":2,\"content\":{\"sections\":[{\"kind\":\"figures\",\"title\":\"t\",\"indicators\":[\"POP\","
		"\"MEAN\",\"TOP\"],\"columns\":[\"value\",\"change\",\"to_date\"]}]}}");
	struct edition e;
	struct str text = made_of(&w, "2026-Q1", &e);
	expect(text, ">POP</td>");
	expect(text, "<em>60</em></td><td class=\"r\">–</td><td class=\"r\">60</td>");
	expect(text, "<em>5,0</em>");
	expect(text, "TOP (T3/2026)");
	expect(text, "<em>9</em>");
	/* two of three months are no whole quarter: said, and not compared */
	text = made_of(&w, "2026-Q2", &e);
	expect(text, "POP (mới có 2/3 kỳ)");
	expect(text, "<em>90</em></td><td class=\"r\">–</td><td class=\"r\">–</td>");
	world_free(&w);
}

static void it_shows_what_its_owner_may_see(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct edition e;
	/* An operator of X1 changes it: it is his now, and of the province's figures it shows only those of X1. */
	save(&w, &report_record, w.report, w.officer, "{\"keep_editions\":3}");
	struct str text = october(&w, &e);
	assert_null(text.ptr);
	expect(e.problem, "the report's owner may not see this unit");
	w.report = save(
		&w, &report_record, 0, w.officer,
		"{\"code\":\"X\",\"name_vi\":\"x\",\"name_en\":\"x\",\"unit\":\"X1\",\"language\":\"en\",\"period\":"
		"\"monthly\",\"automatic\":false,\"days_after\":0,\"at_time\":\"07:00\",\"formats\":[\"html\"],"
		"\"keep_editions\":2,\"content\":{\"sections\":[{\"kind\":\"units\",\"title\":\"All\",\"indicators\":[\"POP\"],"
		"\"under\":\"KH\"},{\"kind\":\"chart\",\"chart\":\"line\",\"title\":\"T\",\"under\":\"KH\",\"indicators\":[\"POP\"]}]}}");
	text = october(&w, &e);
	expect(text, "1,000");
	expect_not(text, "2,345");
	expect_not(text, "3,345");
	world_free(&w);
}

static void a_report_without_its_owner_tells_why(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct edition *all = NULL;
	save(&w, &account_record, w.all, 0, "{\"disabled\":true}");
	assert_int_equal(run(&w, day(12, 8, 0)), 1);
	assert_int_equal(editions(&w, &all), 1);
	expect(all[0].problem, "removed or disabled");
	/* It is not tried again for the same slot. */
	assert_int_equal(run(&w, day(12, 9, 0)), 0);
	/* Imported by the centre, it is nobody's. */
	w.report = save(&w, &report_record, w.report, 0, "{\"keep_editions\":5}");
	struct edition e;
	october(&w, &e);
	expect(e.problem, "no owner");
	world_free(&w);
}

static void it_is_addressed_to_roles_and_units(void **state)
{
	struct world w = world_new(testbed_of(state));
	const struct view *v = view_of(&w);
	int64_t x2 = view_unit(v, STR("X2"))->id, x1 = view_unit(v, STR("X1"))->id;
	struct principal *leader = principal_of(w.a, ROLE_LEADER, x2),
			 *sender = principal_of(w.a, ROLE_REPORTING_OFFICER, x2),
			 *other = principal_of(w.a, ROLE_LEADER, x1);
	struct report r = report_now(&w);
	assert_false(report_opens(w.access, leader, v, &r));
	save(&w, &report_record, w.report, w.all,
	     "{\"to_roles\":[\"leader\"],\"to_units\":[\"X2\"]}");
	r = report_now(&w);
	assert_true(report_opens(w.access, leader, v, &r));
	assert_false(report_opens(w.access, sender, v, &r));
	assert_false(report_opens(w.access, other, v, &r));
	assert_false(report_opens(w.access, access_nobody(w.a), v, &r));
	save(&w, &report_record, w.report, w.all, "{\"to_roles\":[]}");
	r = report_now(&w);
	assert_true(report_opens(w.access, sender, v, &r));
	world_free(&w);
}

static void wrong_descriptions_are_refused_with_their_place(void **state)
{
	struct world w = world_new(testbed_of(state));
	expect_problem(&w, "{\"formats\":[\"doc\"]}", "/formats");
	expect_problem(&w, "{\"formats\":[]}", "/formats");
	expect_problem(&w, "{\"to_roles\":[\"king\"]}", "/to_roles");
	expect_problem(&w, "{\"at_time\":\"25:00\"}", "/at_time");
	expect_problem(&w, "{\"days_after\":61}", "/days_after");
	expect_problem(&w, "{\"owner\":\"xamot\"}", "/owner");
	expect_problem(
		&w,
		"{\"content\":{\"sections\":[{\"kind\":\"highlights\",\"indicators\":[\"NO\"]}]}}",
		"/content/sections/0/indicators/0");
	expect_problem(
		&w,
		"{\"content\":{\"sections\":[{\"kind\":\"units\",\"title\":\"t\",\"indicators\":[\"POP\"],\"under\":\"NO\"}]}}",
		"/content/sections/0/under");
	expect_problem(&w, "{\"content\":{\"sections\":[{\"kind\":\"song\"}]}}",
		       "/content/sections/0/kind");
	world_free(&w);
}

static enum err store_twice(struct db *tx, void *arg, struct why *why)
{
	struct world *w = arg;
	struct report r;
	struct edition e = {.unit = 1,
			    .report = w->report,
			    .period = period_at(PERIOD_MONTHLY, TEST_NOW),
			    .slot = 77,
			    .made = TEST_NOW,
			    .language = STR("vi"),
			    .name = STR("x")};
	enum err rc = report_get(tx, w->report, w->a, &r, why);
	return rc == OK ? edition_store(tx, &r, &e, why) : rc;
}

static void two_servers_never_make_one_slot_twice(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct why why = {0};
	assert_ok(store_write(w.s, store_twice, &w, &why), why);
	assert_err(store_write(w.s, store_twice, &w, &why), ERR_CONFLICT);
	world_free(&w);
}

static enum err check_table(struct db *tx, void *arg, struct why *why)
{
	struct problems *p = arg;
	return record_check_table(tx, &report_record, p->arena, p, why);
}

static void description_and_table_agree(void **state)
{
	struct world w = world_new(testbed_of(state));
	struct problems p;
	struct why why = {0};
	problems_init(&p, w.a);
	assert_ok(store_write(w.s, check_table, &p, &why), why);
	if (p.n)
		fail_msg(STR_FMT ": " STR_FMT, STR_ARG(p.items[0].at), STR_ARG(p.items[0].text));
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(it_is_made_when_it_is_due_and_once),
		ON_EACH_ENGINE(a_year_of_weeks_is_iso_8601s),
		ON_EACH_ENGINE(it_says_what_the_figures_are),
		ON_EACH_ENGINE(a_merger_is_no_growth),
		ON_SQLITE(a_longer_period_is_rolled_up),
		ON_EACH_ENGINE(it_shows_what_its_owner_may_see),
		ON_EACH_ENGINE(a_report_without_its_owner_tells_why),
		ON_EACH_ENGINE(it_is_addressed_to_roles_and_units),
		ON_EACH_ENGINE(wrong_descriptions_are_refused_with_their_place),
		ON_EACH_ENGINE(two_servers_never_make_one_slot_twice),
		ON_EACH_ENGINE(description_and_table_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
