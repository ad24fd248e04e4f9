/* Indices: points by each method, the tree, what-if, advice, versions; and how a set comes into force. */
#include "analyze/index.h"
#include "registry/testing.h"

#include <math.h>

struct bench {
	usec now; /* of the next thing said */
	struct store *s;
	struct registry *r;
	struct db *db;
	struct arena *a;
	const struct view *v;
};

#define SETS(rows)                                                                                 \
	"code,index_code,edition,name_vi,name_en,period,valid_from,status,points,demonstration,document\n" rows
#define CRITERIA(rows)                                                                             \
	"criteria_set,code,parent,position,name_vi,name_en,points,method,formula,low,high,steps,effort\n" rows

static struct bench open_bench(struct testbed *bed)
{
	struct bench x = {
		.now = TEST_NOW, .s = registry_open(bed), .r = registry_new(), .a = arena_new()};
	struct why why = {0};
	registry_fill(x.s);
	registry_load(x.s, &document_record,
		      "code,kind,name_vi,status\nQD1,decision,Ban hành,in_force\n");
	registry_load(x.s, &criteria_set_record,
		      SETS("I-1,I,1,Một,One,monthly,2026-01-01,promulgated,30,false,QD1\n"
			   "I-2,I,2,Hai,Two,monthly,2027-01-01,draft,10,false,\n"));
	/* The child stands before its parent in the file. */
	registry_load(x.s, &criterion_record,
		      CRITERIA("I-1,A1,A,3,a,a,10,linear,[POP],0,100,,1\n"
			       "I-1,A,,1,Nhóm,Group,20,group,,,,,\n"
			       "I-1,A2,A,4,b,b,10,steps,[MEAN],,,50:2;80:6;95:10,9\n"
			       "I-1,B,,2,c,c,10,ratio,[TOP],,40,,3\n"
			       "I-2,1,,1,d,d,10,linear,[POP],50,100,,1\n"));
	assert_ok(store_take(x.s, &x.db, &why), why);
	assert_ok(registry_view(x.r, x.db, x.a, &x.v, &why), why);
	return x;
}

static void close_bench(struct bench *x)
{
	store_give(x->db);
	arena_free(x->a);
	registry_free(x->r);
	store_close(x->s);
}

static void give(struct bench *x, const char *indicator, const char *period, const char *value)
{
	struct figure f = figure_of(x->v, "X1", indicator, period, value);
	figure_give(x->s, &f);
}

static struct standpoint october(struct bench *x)
{
	struct standpoint from = {.db = x->db, .view = x->v, .unit = view_unit(x->v, STR("X1"))};
	assert_ok(period_parse(STR("2026-10"), &from.period, &(struct why){0}), (struct why){0});
	return from;
}

static struct criteria_set scored(struct bench *x, const struct standpoint *from,
				  const char *edition)
{
	struct criteria_set set;
	struct why why = {0};
	int64_t day = period_last_day(from->period);
	assert_ok(index_set(x->db, STR("I"), str_of(edition), day, x->a, &set, &why), why);
	assert_ok(index_load(x->db, x->v, x->a, &set, &why), why);
	assert_ok(index_score(&set, from, x->a, &why), why);
	return set;
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-6;
}

static const struct criterion *find(const struct criteria_set *set, const char *code)
{
	for (size_t i = 0; i < set->n; i++)
		if (str_is(set->criteria[i].code, code))
			return &set->criteria[i];
	fail_msg("no criterion %s", code);
	return &set->criteria[0]; /* never: the test has ended */
}

static void points_by_method(void **state)
{
	(void)state;
	struct criterion c = {
		.method = CRITERION_LINEAR, .points = 10, .low = 50, .high = 100, .has_low = true};
	assert_true(near(criterion_score(&c, 40), 0));
	assert_true(near(criterion_score(&c, 75), 5));
	assert_true(near(criterion_score(&c, 120), 10));
	c.low = 5;
	c.high = 2.5; /* lower is better */
	assert_true(near(criterion_score(&c, 2), 10));
	assert_true(near(criterion_score(&c, 3.75), 5));
	assert_true(near(criterion_score(&c, 6), 0));
	c = (struct criterion){.method = CRITERION_RATIO, .points = 10, .high = 40};
	assert_true(near(criterion_score(&c, 10), 2.5));
	assert_true(near(criterion_score(&c, 400), 10));
	assert_true(near(criterion_score(&c, -1), 0));
	c = (struct criterion){.method = CRITERION_YES_NO, .points = 10, .high = 40};
	assert_true(near(criterion_score(&c, 39.9), 0));
	assert_true(near(criterion_score(&c, 40), 10));
	c = (struct criterion){.method = CRITERION_STEPS,
			       .points = 10,
			       .n_steps = 3,
			       .step_values = {50, 80, 95},
			       .step_points = {2, 6, 12}};
	assert_true(near(criterion_score(&c, 49), 0));
	assert_true(near(criterion_score(&c, 80), 6));
	assert_true(near(criterion_score(&c, 99), 10)); /* never above its points */
	c = (struct criterion){.method = CRITERION_STEPS,
			       .points = 10,
			       .n_steps = 2,
			       .step_values = {9, 3},
			       .step_points = {4, 10}};
	assert_true(near(criterion_score(&c, 10), 0));
	assert_true(near(criterion_score(&c, 8), 4));
	assert_true(near(criterion_score(&c, 3), 10));
}

static void the_tree_adds_up(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct standpoint from = october(&x);
	give(&x, "POP", "2026-10", "60");
	give(&x, "MEAN", "2026-10", "85.0");
	struct criteria_set set = scored(&x, &from, NULL);
	assert_string_equal(set.edition.ptr, "1"); /* the promulgated one of that day */
	assert_true(near(find(&set, "A1")->won, 6));
	assert_true(near(find(&set, "A2")->won, 6));
	assert_true(near(find(&set, "A")->won, 12));
	assert_true(near(find(&set, "A")->points, 20));
	const struct criterion *b = find(&set, "B");
	assert_false(b->present);
	assert_int_equal(b->lost.reason, FORMULA_NOT_FILLED);
	struct index_total t = index_total(&set);
	assert_true(near(t.won, 12));
	assert_true(near(t.reachable, 20));
	assert_int_equal(t.missing, 1);
	assert_int_equal(t.leaves, 3);
	/* The other version of the same month. */
	struct criteria_set other = scored(&x, &from, "2");
	assert_true(near(index_total(&other).won, 2));
	/* What if. */
	struct why why = {0};
	assert_ok(index_suppose(&set, STR("B"), 20, &why), why);
	assert_ok(index_suppose(&set, STR("A1"), 100, &why), why);
	index_sum(&set);
	assert_true(near(index_total(&set).won, 21));
	assert_int_equal(index_total(&set).missing, 0);
	assert_err(index_suppose(&set, STR("A"), 1, &why), ERR_INVALID);
	assert_err(index_suppose(&set, STR("Z"), 1, &why), ERR_INVALID);
	assert_err(index_set(x.db, STR("NONE"), STR_NULL, 0, x.a, &set, &why), ERR_NOT_FOUND);
	close_bench(&x);
}

static void the_cheapest_comes_first(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct standpoint from = october(&x);
	struct advice *all = NULL;
	size_t n = 0;
	struct why why = {0};
	give(&x, "POP", "2026-08", "40");
	give(&x, "POP", "2026-09", "50");
	give(&x, "POP", "2026-10", "60");
	give(&x, "MEAN", "2026-09", "78.0");
	give(&x, "MEAN", "2026-10", "85.0");
	give(&x, "TOP", "2026-10", "40");
	struct criteria_set set = scored(&x, &from, NULL);
	assert_ok(index_advice(&set, &from, 2, x.a, &all, &n, &why), why);
	/* B has all its points. Ten a month is usual for POP, so three months bring 90; seven for MEAN. */
	assert_int_equal(n, 2);
	assert_string_equal(all[0].criterion->code.ptr, "A1");
	assert_true(near(all[0].best, 90));
	assert_true(all[0].chosen);
	assert_true(near(all[0].to, 80)); /* two points, not all that is feasible */
	assert_true(near(all[0].gain, 2));
	assert_true(near(all[0].periods, 2));
	assert_false(all[1].chosen);
	assert_string_equal(all[1].criterion->code.ptr, "A2");
	assert_true(near(all[1].to, 95)); /* the next step, not beyond */
	assert_true(near(all[1].gain, 4));
	/* More than the first can give takes the second too. */
	assert_ok(index_advice(&set, &from, 5, x.a, &all, &n, &why), why);
	assert_true(all[0].chosen && all[1].chosen);
	assert_true(near(all[0].to, 90));
	close_bench(&x);
}

/* -- into force -- */
struct saving {
	const struct record *r;
	const char *csv;
	usec now;
	struct problems p;
};

static enum err save_run(struct db *tx, void *arg, struct why *why)
{
	struct saving *s = arg;
	struct import_result result;
	return record_import_csv(tx, s->r, str_of(s->csv),
				 (struct author){access_centre(s->p.arena), s->now}, &result, &s->p,
				 why);
}

/* NULL: it is saved; else a part of the first problem. */
static void save(struct bench *x, const struct record *r, const char *csv, const char *says)
{
	struct saving s = {.r = r, .csv = csv, .now = x->now += USEC_SECOND};
	problems_init(&s.p, x->a);
	enum err rc = store_write(x->s, save_run, &s, &(struct why){0});
	if (says ? rc != ERR_INVALID || !s.p.n || !strstr(s.p.items[0].text.ptr, says) : rc != OK)
		fail_msg("%s: %d %s", csv, rc, s.p.n ? s.p.items[0].text.ptr : "");
}

static enum err again_run(struct db *tx, void *arg, struct why *why)
{
	const struct saving *s = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	struct author by = {access_centre(a), s->now};
	struct row *row = NULL;
	struct problems p;
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("SELECT c.id FROM criteria_comment c JOIN unit u ON u.id = c.unit WHERE u.code = $1"));
	stmt_bind(q, 1, str_of(s->csv));
	int64_t id = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	problems_init(&p, a);
	if (rc == OK)
		rc = record_get(tx, &criteria_comment_record, id, a, &row, why);
	if (rc != OK)
		return rc;
	struct row same = *row;
	return record_update(tx, &criteria_comment_record, row, &same, by, &p, why);
}

/* The unit says the same once more. */
static void again(struct bench *x, const char *unit)
{
	struct saving s = {.csv = unit, .now = x->now += USEC_SECOND};
	assert_ok(store_write(x->s, again_run, &s, &(struct why){0}), (struct why){0});
}

static void a_set_comes_into_force_step_by_step(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	const struct record *sets = &criteria_set_record, *opinions = &criteria_comment_record;
	save(&x, sets, "code,status\nI-2,promulgated\n", "say by which document");
	save(&x, sets, "code,status\nI-2,agreed\n", "cannot become agreed");
	save(&x, sets, "code,status\nI-2,consulting\n", "which units are asked");
	save(&x, opinions, "criteria_set,unit,opinion\nI-2,SYT,agree\n", "not out for comment");
	save(&x, sets, "code,status,asked\nI-2,consulting,SYT;SGD\n", NULL);
	save(&x, sets, "code,status\nI-2,agreed\n", "have not agreed: SYT, SGD");
	save(&x, opinions, "criteria_set,unit,opinion\nI-2,SGD,comment\n", "say what");
	save(&x, opinions, "criteria_set,unit,opinion\nI-2,SGD,object\n", "say what");
	save(&x, opinions,
	     "criteria_set,unit,opinion,comment\nI-2,SYT,agree,\nI-2,SGD,comment,Ít quá\n", NULL);
	save(&x, sets, "code,status\nI-2,agreed\n", "have not agreed: SGD");
	save(&x, opinions,
	     "criteria_set,unit,opinion,comment\nI-2,SGD,agree,\nI-2,X1,object,Không\n", NULL);
	save(&x, sets, "code,status\nI-2,agreed\n",
	     "these object: X1"); /* though nobody asked it */
	save(&x, opinions, "criteria_set,unit,opinion\nI-2,X1,agree\n", NULL);
	save(&x, sets, "code,status\nI-2,agreed\n", NULL);
	save(&x, &criterion_record, CRITERIA("I-2,2,,2,e,e,5,yes_no,[TOP],,1,,\n"),
	     "put it back to consultation");
	save(&x, opinions, "criteria_set,unit,opinion,comment\nI-2,SYT,comment,Khoan\n",
	     "not out for comment");
	save(&x, sets, "code,status\nI-2,consulting\n", NULL);
	save(&x, &criterion_record, CRITERIA("I-2,2,,2,e,e,5,yes_no,[TOP],,1,,\n"), NULL);
	save(&x, sets, "code,status\nI-2,agreed\n", "had spoken: SYT, SGD");
	again(&x, "SYT");
	save(&x, sets, "code,status\nI-2,agreed\n", "had spoken: SGD");
	again(&x, "SGD");
	save(&x, sets, "code,status\nI-2,agreed\n", NULL);
	save(&x, sets, "code,status,document\nI-2,promulgated,QD1\n", "add up to 15 points");
	save(&x, sets, "code,status,document,points\nI-2,promulgated,QD1,15\n", NULL);
	save(&x, &criterion_record, CRITERIA("I-2,2,,2,e,e,6,yes_no,[TOP],,1,,\n"),
	     "stands as it is");
	save(&x, &criterion_record, CRITERIA("I-2,3,,3,e,e,1,yes_no,[TOP],,1,,\n"),
	     "all of them given");
	save(&x, sets, "code,points\nI-2,20\n", "stands as it is");
	save(&x, sets, "code,valid_from\nI-2,2026-01-01\n", "stands as it is");
	save(&x, sets, "code,status\nI-2,draft\n", "cannot become draft");
	save(&x, sets, "code,status\nI-2,replaced\n", NULL);
	close_bench(&x);
}

/* What was in force in the period asked for, also when it was replaced since; never a draft in its stead. */
static void the_version_of_then_is_chosen(void **state)
{
	static const struct {
		struct date day;
		const char *edition; /* NULL: none */
	} faces[] = {{{2025, 12, 31}, NULL},
		     {{2026, 1, 1}, "Một"},
		     {{2026, 6, 30}, "Một"},
		     {{2026, 7, 1}, "Hai"},
		     {{2027, 3, 1}, "Hai"}};
	struct bench x = open_bench(testbed_of(state));
	save(&x, &criteria_set_record, "code,status,valid_to\nI-1,replaced,2026-07-01\n", NULL);
	save(&x, &criteria_set_record,
	     SETS("I-3,I,3,Hai,Two,monthly,2026-07-01,promulgated,10,false,QD1\n"), NULL);
	for (size_t i = 0; i < ARRAY_LEN(faces); i++) {
		struct criteria_set set;
		struct why why = {0};
		enum err rc = index_set(x.db, STR("I"), STR_NULL, date_days(faces[i].day), x.a,
					&set, &why);
		assert_int_equal(rc, faces[i].edition ? OK : ERR_NOT_FOUND);
		if (rc == OK)
			assert_string_equal(set.name_vi.ptr, faces[i].edition);
	}
	close_bench(&x);
}

static void a_criterion_is_whole(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	const struct record *r = &criterion_record;
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,linear,[POP],1,1,,\n"), "two different thresholds");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,ratio,[POP],,0,,\n"), "above zero");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,yes_no,[POP],,,,\n"), "threshold in high");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,steps,[POP],,,50,\n"), "value:points");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,linear,,1,2,,\n"), "where its value comes from");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,linear,[NONE],1,2,,\n"), "no indicator");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,1,group,[POP],,,,\n"), "no value of its own");
	save(&x, r, CRITERIA("I-2,5,,1,f,f,-1,group,,,,,\n"), "not negative");
	save(&x, r, CRITERIA("I-2,G,,1,f,f,1,group,,,,,\nI-2,H,G,1,f,f,1,group,,,,,\n"), NULL);
	save(&x, r, CRITERIA("I-2,G,H,1,f,f,1,group,,,,,\n"), "circle: G → H → G");
	close_bench(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_by_method),
		ON_EACH_ENGINE(the_tree_adds_up),
		ON_EACH_ENGINE(the_cheapest_comes_first),
		ON_EACH_ENGINE(a_set_comes_into_force_step_by_step),
		ON_EACH_ENGINE(a_criterion_is_whole),
		ON_EACH_ENGINE(the_version_of_then_is_chosen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
