/* Derived figures: what a delivery touches is computed, and nothing else. */
#include "analyze/cells.h"
#include "analyze/derive.h"
#include "analyze/words.h"
#include "core/journal.h"
#include "registry/testing.h"

struct bench {
	struct store *s;
	struct registry *r;
	struct db *db;
	struct arena *a;
	const struct view *v;
	int64_t deliveries;
};

static void look(struct bench *x)
{
	struct why why = {0};
	assert_ok(registry_view(x->r, x->db, x->a, &x->v, &why), why);
}

#define FORMULAS(rows) "indicator,valid_from,formula\n" rows

static struct bench open_bench(struct testbed *bed)
{
	struct bench x = {.s = registry_open(bed), .r = registry_new(), .a = arena_new()};
	struct why why = {0};
	registry_fill(x.s);
	registry_load(
		x.s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,openness,jump_z,scope,owner,aggregate_units,decimals\n"
		"SHARE,Tỷ lệ,Share,D1,percent,%,%,monthly,M10,last,up,internal,6,province,SYT,mean,1\n"
		"TWICE,Gấp đôi,Twice,D1,percent,%,%,monthly,M10,last,up,internal,6,province,SYT,mean,1\n"
		"GROWTH,Tăng,Growth,D1,percent,%,%,monthly,M10,last,up,internal,6,commune,,mean,1\n"
		"QUARTER,Quý,Quarter,D1,n,n,n,quarterly,M10,last,up,internal,6,province,SYT,sum,0\n");
	registry_load(
		x.s, &formula_record,
		FORMULAS(
			"SHARE,2026-01-01,\"ratio([SOLVED]; [WHOLE], units: communes, missing: skip) * 100\"\n"
			"TWICE,2026-01-01,[SHARE] * 2\n"
			"GROWTH,2026-01-01,tăng trưởng([POP])\n"
			"QUARTER,2026-01-01,\"sum([DEPT]; 3 kỳ gần nhất)\"\n"));
	assert_ok(store_take(x.s, &x.db, &why), why);
	look(&x);
	return x;
}

static void close_bench(struct bench *x)
{
	store_give(x->db);
	arena_free(x->a);
	registry_free(x->r);
	store_close(x->s);
}

static enum err deliver_run(struct db *tx, void *arg, struct why *why)
{
	struct figure *f = arg;
	struct journal_entry e = {.at = TEST_NOW,
				  .kind = STR("delivery.received"),
				  .subject = STR("delivery"),
				  .subject_id = f->delivery,
				  .unit = f->unit,
				  .data = STR("{}")};
	enum err rc = figure_put(tx, f, why);
	return rc == OK ? journal_append(tx, &e, why) : rc;
}

static struct figure deliver(struct bench *x, const char *unit, const char *indicator,
			     const char *period, const char *value)
{
	struct figure f = figure_of(x->v, unit, indicator, period, value);
	struct why why = {0};
	f.delivery = ++x->deliveries;
	assert_ok(store_write(x->s, deliver_run, &f, &why), why);
	return f;
}

static struct derive_result derive_at(struct bench *x, usec now)
{
	struct derive_result r = {0};
	struct why why = {0};
	assert_ok(derive_run(x->s, x->r, now, &r, &why), why);
	return r;
}

static struct derive_result derive(struct bench *x)
{
	return derive_at(x, TEST_NOW);
}

/* "12.5", "empty" or "none". */
static struct str value_of(struct bench *x, const char *unit, const char *indicator,
			   const char *period)
{
	struct figure key = figure_of(x->v, unit, indicator, period, "0"), f;
	if (figure_current(x->db, &key, x->a, &f, &(struct why){0}) != OK)
		return STR("none");
	return f.empty ? STR("empty") : decimal_str(x->a, f.value);
}
#define assert_value(x, unit, indicator, period, text)                                             \
	assert_string_equal(arena_cstr((x)->a, value_of((x), (unit), (indicator), (period))),      \
			    (text))

static void figures_follow_their_inputs(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct figure first = deliver(&x, "X1", "SOLVED", "2026-09", "9");
	deliver(&x, "X1", "WHOLE", "2026-09", "10");
	deliver(&x, "X2", "SOLVED", "2026-09", "3");
	struct figure last = deliver(&x, "X2", "WHOLE", "2026-09", "6");
	derive(&x);
	assert_value(&x, "SYT", "SHARE", "2026-09", "75.0");
	assert_value(&x, "SYT", "TWICE", "2026-09", "150.0");
	struct figure key = figure_of(x.v, "SYT", "SHARE", "2026-09", "0"), f;
	struct why why = {0};
	assert_ok(figure_current(x.db, &key, x.a, &f, &why), why);
	assert_true(f.flags & FIGURE_DERIVED);
	assert_int_equal(f.status, FIGURE_SUBMITTED); /* as are those it came from */
	int64_t *inputs = NULL;
	size_t n = 0;
	assert_ok(figure_inputs(x.db, &f, x.a, &inputs, &n, &why), why);
	assert_int_equal(n, 4);
	assert_int_equal(inputs[0], first.id);
	assert_int_equal(inputs[3], last.id);
	/* Nothing new: nothing is computed; the entry of the derived figures moves the cursor once. */
	assert_int_equal(derive(&x).computed, 0);
	assert_int_equal(derive(&x).looked, 0);
	close_bench(&x);
}

static enum err approve_run(struct db *tx, void *arg, struct why *why)
{
	const struct figure *f = arg;
	struct journal_entry e = {.at = TEST_NOW,
				  .kind = STR("figure.approved"),
				  .subject = STR("figure"),
				  .subject_id = f->id,
				  .unit = f->unit,
				  .data = STR("{}")};
	enum err rc = figure_decide(tx, f, FIGURE_APPROVED, STR(""), 7, TEST_NOW, why);
	return rc == OK ? journal_append(tx, &e, why) : rc;
}

static struct figure current(struct bench *x, const char *unit, const char *indicator,
			     const char *period)
{
	struct figure key = figure_of(x->v, unit, indicator, period, "0"), f;
	struct why why = {0};
	assert_ok(figure_current(x->db, &key, x->a, &f, &why), why);
	return f;
}

static void what_it_rests_on_is_approved_first(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct figure part = deliver(&x, "X1", "SOLVED", "2026-09", "9");
	struct figure whole = deliver(&x, "X1", "WHOLE", "2026-09", "10");
	struct why why = {0};
	derive(&x);
	struct figure before = current(&x, "SYT", "TWICE", "2026-09");
	assert_int_equal(before.status, FIGURE_SUBMITTED);
	assert_ok(store_write(x.s, approve_run, &part, &why), why);
	derive(&x);
	assert_int_equal(current(&x, "SYT", "SHARE", "2026-09").status, FIGURE_SUBMITTED);
	assert_ok(store_write(x.s, approve_run, &whole, &why), why);
	derive(&x);
	assert_int_equal(current(&x, "SYT", "SHARE", "2026-09").status, FIGURE_APPROVED);
	struct figure after = current(&x, "SYT", "TWICE", "2026-09");
	assert_int_equal(after.status, FIGURE_APPROVED);
	assert_int_equal(after.id, before.id); /* no revision for it */
	/* A correction that waits takes it back. */
	deliver(&x, "X1", "SOLVED", "2026-09", "8");
	derive(&x);
	assert_int_equal(current(&x, "SYT", "TWICE", "2026-09").status, FIGURE_SUBMITTED);
	/* Nobody is asked to decide about it. */
	struct figure *found = NULL;
	size_t n = 0;
	struct figure_query how = {.reach = {.all = true}, .waiting = true, .limit = 10};
	assert_ok(figure_list(x.db, &how, x.a, &found, &n, &why), why);
	for (size_t i = 0; i < n; i++)
		assert_false(found[i].flags & FIGURE_DERIVED);
	assert_int_equal(n, 1);
	close_bench(&x);
}

static enum err put_run(struct db *tx, void *arg, struct why *why)
{
	return figure_put(tx, arg, why);
}

static enum err remove_run(struct db *tx, void *arg, struct why *why)
{
	const int64_t *indicator = arg;
	AUTO(arena_free) struct arena *a = arena_new();
	struct problems p;
	struct row *row = NULL;
	problems_init(&p, a);
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("SELECT id FROM formula WHERE indicator = $1 AND removed = 0"));
	stmt_bind_int(q, 1, *indicator);
	int64_t id = stmt_row(q) ? stmt_int(q, 0) : 0;
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		rc = record_get(tx, &formula_record, id, a, &row, why);
	return rc == OK ? record_remove(tx, &formula_record, row,
					(struct author){access_centre(a), TEST_NOW}, &p, why)
			: rc;
}

/* The formula of an indicator that has one. */
static void remove_formula(struct bench *x, const char *indicator)
{
	int64_t id = view_indicator(x->v, str_of(indicator))->id;
	struct why why = {0};
	assert_ok(store_write(x->s, remove_run, &id, &why), why);
	look(x);
}

static void what_was_sent_stands(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct why why = {0};
	deliver(&x, "SYT", "TWICE", "2026-08", "7.0");
	for (int i = 0; i < 2; i++) {
		const char *month = i ? "2026-09" : "2026-08";
		deliver(&x, "X1", "SOLVED", month, "9");
		deliver(&x, "X1", "WHOLE", month, "10");
	}
	assert_int_equal(derive(&x).sent, 1);
	assert_value(&x, "SYT", "TWICE", "2026-08", "7.0");
	assert_value(&x, "SYT", "TWICE", "2026-09", "180.0");
	/* Computed over in the days when that was done: it counts again when the formula is gone. */
	struct figure over = figure_of(x.v, "SYT", "TWICE", "2026-08", "180.0");
	over.flags = FIGURE_DERIVED;
	assert_ok(store_write(x.s, put_run, &over, &why), why);
	assert_value(&x, "SYT", "TWICE", "2026-08", "180.0");
	remove_formula(&x, "TWICE");
	assert_int_equal(derive(&x).withdrawn, 2);
	assert_value(&x, "SYT", "TWICE", "2026-08", "7.0");
	assert_value(&x, "SYT", "TWICE", "2026-09", "none");
	assert_int_equal(derive(&x).withdrawn, 0);
	close_bench(&x);
}

static enum err circle_run(struct db *tx, void *arg, struct why *why)
{
	const struct bench *x = arg;
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("UPDATE formula SET formula = '[TWICE] / 2' WHERE indicator = $1"));
	stmt_bind_int(q, 1, view_indicator(x->v, STR("SHARE"))->id);
	enum err rc = stmt_end(q, why);
	return rc == OK ? registry_touch(tx, why) : rc;
}

static void a_circle_stops_only_itself(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct why why = {0};
	assert_ok(store_write(x.s, circle_run, &x, &why), why);
	deliver(&x, "X1", "POP", "2026-08", "100");
	deliver(&x, "X1", "POP", "2026-09", "110");
	struct derive_result r = derive(&x);
	assert_value(&x, "X1", "GROWTH", "2026-09", "10.0");
	assert_non_null(strstr(r.circle, "SHARE"));
	assert_non_null(strstr(r.circle, "TWICE"));
	close_bench(&x);
}

struct spoiling {
	struct bench *x;
	struct row *old, *now;
	struct problems *p;
};
static enum err spoil_run(struct db *tx, void *arg, struct why *why)
{
	struct spoiling *s = arg;
	struct author by = {access_centre(s->x->a), TEST_NOW};
	return s->now ? record_update(tx, &indicator_record, s->old, s->now, by, s->p, why)
		      : record_remove(tx, &indicator_record, s->old, by, s->p, why);
}

/* What a formula needs is neither removed nor given another measure under it. */
static enum err spoil(struct bench *x, const char *code, const char *measure, struct problems *p)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	struct row *row = NULL;
	assert_ok(store_take(x->s, &db, &why), why);
	assert_ok(record_named(db, &indicator_record, str_of(code), x->a, &row, &why), why);
	problems_init(p, x->a);
	struct row changed = *row;
	changed.values = ARENA_ARRAY(x->a, indicator_record.n_fields, struct value);
	memcpy(changed.values, row->values, indicator_record.n_fields * sizeof(struct value));
	row_value(&indicator_record, &changed, "unit_of_measure")->text =
		str_of(measure ? measure : "n");
	struct spoiling s = {x, row, measure ? &changed : NULL, p};
	return store_write(x->s, spoil_run, &s, &why);
}

static void what_formulas_need_stays_fit(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct problems p;
	assert_err(spoil(&x, "POP", NULL, &p), ERR_INVALID);
	assert_non_null(strstr(p.items[0].text.ptr, "GROWTH"));
	assert_err(spoil(&x, "SOLVED", "VND", &p), ERR_INVALID);
	assert_non_null(strstr(p.items[0].text.ptr, "SHARE"));
	assert_string_equal(arena_cstr(x.a, p.items[0].at), "/unit_of_measure");
	assert_int_equal(spoil(&x, "BIRTHS", "km", &p), OK); /* nobody needs it */
	assert_int_equal(spoil(&x, "TWICE", NULL, &p), OK);
	close_bench(&x);
}

static void only_what_is_touched_is_computed(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	derive(&x);
	deliver(&x, "X1", "POP", "2026-08", "100");
	deliver(&x, "X1", "POP", "2026-09", "110");
	deliver(&x, "X2", "POP", "2026-09", "50");
	struct derive_result r = derive(&x);
	/* X1 August, September, October; X2 September, October: October's change is against September. */
	assert_int_equal(r.computed, 5);
	assert_int_equal(r.stored, 1);
	assert_value(&x, "X1", "GROWTH", "2026-09", "10.0");
	assert_value(&x, "X2", "GROWTH", "2026-09", "none");
	deliver(&x, "P1", "POP", "2026-10", "7");
	assert_int_equal(derive(&x).computed, 2); /* October and the month that runs */
	/* The same value again: no new revision, though its input is another figure. */
	deliver(&x, "X1", "POP", "2026-08", "100");
	r = derive(&x);
	assert_int_equal(r.computed, 2);
	assert_int_equal(r.stored, 0);
	/* A quarter takes the months within it. */
	deliver(&x, "SYT", "DEPT", "2026-07", "1");
	deliver(&x, "SYT", "DEPT", "2026-08", "2");
	deliver(&x, "SYT", "DEPT", "2026-09", "4");
	derive(&x);
	assert_value(&x, "SYT", "QUARTER", "2026-Q3", "7");
	close_bench(&x);
}

static enum err return_run(struct db *tx, void *arg, struct why *why)
{
	const struct figure *f = arg;
	struct journal_entry e = {.at = TEST_NOW,
				  .kind = STR("figure.returned"),
				  .subject = STR("figure"),
				  .subject_id = f->id,
				  .unit = f->unit,
				  .data = STR("{}")};
	enum err rc = figure_decide(tx, f, FIGURE_RETURNED, STR("sai"), 7, TEST_NOW, why);
	return rc == OK ? journal_append(tx, &e, why) : rc;
}

static void what_is_gone_says_why(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct why why = {0};
	deliver(&x, "X1", "POP", "2026-08", "100");
	struct figure f = deliver(&x, "X1", "POP", "2026-09", "110");
	derive(&x);
	assert_value(&x, "X1", "GROWTH", "2026-09", "10.0");
	assert_ok(store_write(x.s, return_run, &f, &why), why);
	struct derive_result r = derive(&x);
	assert_int_equal(r.emptied, 1);
	assert_value(&x, "X1", "GROWTH", "2026-09", "empty");
	struct figure key = figure_of(x.v, "X1", "GROWTH", "2026-09", "0"), now;
	assert_ok(figure_current(x.db, &key, x.a, &now, &why), why);
	assert_string_equal(now.remark.ptr, "Xã Một chưa nộp “POP” (POP) kỳ 2026-09");
	close_bench(&x);
}

/* A commune that lacks one side of a ratio is in neither, and in no lineage. */
static void a_share_is_of_the_same_units(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct why why = {0};
	struct figure part = deliver(&x, "X1", "SOLVED", "2026-09", "9");
	struct figure whole = deliver(&x, "X1", "WHOLE", "2026-09", "10");
	deliver(&x, "X2", "SOLVED", "2026-09", "5");
	derive(&x);
	assert_value(&x, "SYT", "SHARE", "2026-09", "90.0");
	struct figure key = figure_of(x.v, "SYT", "SHARE", "2026-09", "0"), f;
	int64_t *inputs = NULL;
	size_t n = 0;
	assert_ok(figure_current(x.db, &key, x.a, &f, &why), why);
	assert_ok(figure_inputs(x.db, &f, x.a, &inputs, &n, &why), why);
	assert_int_equal(n, 2);
	assert_int_equal(inputs[0], part.id);
	assert_int_equal(inputs[1], whole.id);
	deliver(&x, "X2", "WHOLE", "2026-09", "10");
	derive(&x);
	assert_value(&x, "SYT", "SHARE", "2026-09", "70.0");
	close_bench(&x);
}

/* What is too much for a formula is its own trouble: the others are computed. */
#define MANY "[POP];[POP];[POP];[POP];[POP];[POP];[POP];[POP];[POP];"
static void a_formula_that_cannot_run_stops_no_other(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	struct why why = {0};
	deliver(&x, "X1", "SOLVED", "2026-09", "9");
	deliver(&x, "X1", "WHOLE", "2026-09", "10");
	derive(&x);
	registry_load(x.s, &formula_record,
		      FORMULAS("SHARE,2026-01-01,\"count(" MANY MANY MANY MANY MANY MANY MANY
			       "units: communes, last 400)\"\n"));
	deliver(&x, "X1", "POP", "2026-08", "100");
	deliver(&x, "X1", "POP", "2026-09", "110");
	derive(&x);
	assert_value(&x, "X1", "GROWTH", "2026-09", "10.0");
	assert_value(&x, "SYT", "SHARE", "2026-09", "empty");
	struct figure key = figure_of(x.v, "SYT", "SHARE", "2026-09", "0"), f;
	assert_ok(figure_current(x.db, &key, x.a, &f, &why), why);
	assert_non_null(strstr(f.remark.ptr, "100000"));
	close_bench(&x);
}

/* The calendar decides which day and week of the year before is meant; a delivery finds all that look
 * back at it. */
static void the_same_period_is_the_calendars(void **state)
{
	static const struct {
		const char *indicator, *period, *value;
	} examples[] = {
		{"DAY", "2024-02-28", "28"}, {"DAY", "2024-02-29", "28"},
		{"DAY", "2024-03-01", "1"},  {"DAY", "2025-02-28", "none"},
		{"DAY", "2025-03-01", "11"}, {"WEEK", "2021-W01", "71"},
		{"WEEK", "2021-W52", "72"},  {"WEEK", "2020-W53", "52"},
	};
	struct bench x = open_bench(testbed_of(state));
	registry_load(x.s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\n"
		      "D17,D17,D17,daily,1,17:00\nW17,W17,W17,weekly,1,17:00\n");
#define KEPT(code, kind, schedule)                                                                 \
	code "," code "," code ",D1,n,n,n," kind "," schedule ",last,up,internal,6,commune,,sum,0\n"
	registry_load(
		x.s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,openness,jump_z,scope,owner,aggregate_units,decimals\n" KEPT(
			"FLOW", "daily", "D17") KEPT("DAY", "daily", "D17")
			KEPT("VISITS", "weekly", "W17") KEPT("WEEK", "weekly", "W17"));
	registry_load(x.s, &formula_record,
		      FORMULAS("DAY,2020-01-01,same_period([FLOW])\n"
			       "WEEK,2020-01-01,same_period([VISITS])\n"));
	look(&x);
	derive(&x);
	deliver(&x, "X1", "FLOW", "2023-02-28", "28");
	deliver(&x, "X1", "FLOW", "2023-03-01", "1");
	deliver(&x, "X1", "FLOW", "2024-02-29", "29");
	deliver(&x, "X1", "FLOW", "2024-03-01", "11");
	deliver(&x, "X1", "VISITS", "2019-W52", "52");
	deliver(&x, "X1", "VISITS", "2020-W01", "71");
	deliver(&x, "X1", "VISITS", "2020-W52", "72");
	derive(&x);
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		assert_value(&x, "X1", examples[i].indicator, examples[i].period,
			     examples[i].value);
	close_bench(&x);
}

/* A period that begins is computed by formulas that need no figure of it. */
static void a_new_period_needs_no_figure(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	registry_load(
		x.s, &formula_record,
		FORMULAS(
			"LASTV,2026-01-01,latest([POP])\nTOP,2026-01-01,if_missing([POP]; number(0) * [POP])\n"
			"LOW,2026-01-01,if_missing([POP]; latest([POP]))\n"
			"PARTA,2026-01-01,\"number(count([POP], units: communes)) * latest([POP])\"\n"));
	deliver(&x, "X1", "POP", "2026-09", "7");
	derive(&x); /* in November */
	assert_value(&x, "X1", "LASTV", "2026-11", "7");
	assert_value(&x, "X1", "LOW", "2026-11", "7");
	assert_value(&x, "X1", "PARTA", "2026-09", "7");
	assert_value(&x, "X1", "PARTA", "2026-11", "0");
	assert_value(&x, "X1", "LASTV", "2026-12", "none");
	assert_int_equal(derive_at(&x, TEST_NOW + USEC_DAY).computed, 0);
	struct derive_result r = derive_at(&x, TEST_NOW + 10 * USEC_DAY);
	assert_true(r.computed > 0);
	assert_value(&x, "X1", "LASTV", "2026-12", "7");
	assert_value(&x, "X1", "LOW", "2026-12", "7");
	assert_value(&x, "X1", "PARTA", "2026-12", "0");
	assert_value(&x, "X1", "GROWTH", "2026-12", "none");
	assert_value(&x, "X2", "LASTV", "2026-12", "none");
	/* Months that passed while nobody ran. */
	derive_at(&x, TEST_NOW + 80 * USEC_DAY);
	assert_value(&x, "X1", "LASTV", "2027-01", "7");
	assert_value(&x, "X1", "LASTV", "2027-02", "7");
	assert_int_equal(derive_at(&x, TEST_NOW + 80 * USEC_DAY).computed, 0);
	close_bench(&x);
}

static void a_changed_formula_computes_anew(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	deliver(&x, "X1", "SOLVED", "2026-09", "9");
	deliver(&x, "X1", "WHOLE", "2026-09", "10");
	derive(&x);
	assert_value(&x, "SYT", "TWICE", "2026-09", "180.0");
	registry_load(x.s, &formula_record, FORMULAS("TWICE,2026-01-01,[SHARE] * 3\n"));
	derive(&x);
	assert_value(&x, "SYT", "TWICE", "2026-09", "270.0");
	/* A version from October on leaves September as it was. */
	registry_load(x.s, &formula_record, FORMULAS("TWICE,2026-10-01,[SHARE] * 4\n"));
	deliver(&x, "X1", "SOLVED", "2026-10", "5");
	deliver(&x, "X1", "WHOLE", "2026-10", "10");
	derive(&x);
	assert_value(&x, "SYT", "TWICE", "2026-09", "270.0");
	assert_value(&x, "SYT", "TWICE", "2026-10", "200.0");
	look(&x);
	const struct indicator *i = view_indicator(x.v, STR("TWICE"));
	const struct formula_version *version =
		view_formula(x.v, i->id, date_days((struct date){2026, 9, 30}));
	assert_non_null(version);
	assert_string_equal(version->text.ptr, "[SHARE] * 3");
	assert_null(view_formula(x.v, i->id, date_days((struct date){2025, 12, 31})));
	close_bench(&x);
}

/* What was made of restricted figures keeps its rank when the formula is gone. */
static void what_was_made_stays_restricted(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	registry_load(
		x.s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,openness,jump_z,scope,owner,aggregate_units,decimals\n"
		"DARK,Kín,Dark,D1,n,n,n,monthly,M10,last,up,restricted,6,department,SYT,sum,0\n"
		"TOLD,Lộ,Told,D1,n,n,n,monthly,M10,last,up,open,6,department,SGD,sum,0\n"
		"IDLE,Chờ,Idle,D1,n,n,n,monthly,M10,last,up,open,6,department,SGD,sum,0\n");
	registry_load(x.s, &formula_record,
		      FORMULAS("TOLD,2026-01-01,[DARK] * 2\nIDLE,2027-01-01,[DARK]\n"));
	look(&x);
	deliver(&x, "SYT", "DARK", "2026-09", "7");
	derive(&x);
	assert_value(&x, "SGD", "TOLD", "2026-09", "14");
	remove_formula(&x, "TOLD");
	remove_formula(&x, "IDLE");
	assert_true(view_restricted(x.v, view_indicator(x.v, STR("TOLD"))->id));
	assert_false(view_restricted(x.v, view_indicator(x.v, STR("IDLE"))->id));
	const struct restricted_of *of = NULL;
	assert_int_equal(view_restricted_of(x.v, view_indicator(x.v, STR("TOLD"))->id, &of), 1);
	assert_int_equal(of->unit, view_unit(x.v, STR("SYT"))->id);
	close_bench(&x);
}

struct bad {
	const char *csv;
	struct problems p;
};

static enum err bad_run(struct db *tx, void *arg, struct why *why)
{
	struct bad *b = arg;
	struct import_result result;
	return record_import_csv(tx, &formula_record, str_of(b->csv),
				 (struct author){access_centre(b->p.arena), TEST_NOW}, &result,
				 &b->p, why);
}

static void the_door_refuses(void **state)
{
	static const struct {
		const char *csv, *says;
	} faults[] = {
		{FORMULAS("SHARE,2027-01-01,[TWICE] / 2\n"), "circle: "},
		{FORMULAS("SHARE,2027-01-01,[SHARE]\n"), "SHARE → SHARE"},
		{FORMULAS("GROWTH,2027-01-01,[NONE]\n"), "no indicator \"NONE\""},
		{FORMULAS("GROWTH,2027-01-01,[POP]\n"), "the result is in n"},
		{FORMULAS("GROWTH,2027-01-01,\"[BIRTHS]{sex=other} / [POP] * 100\"\n"), "no code"},
		{FORMULAS("SHARE,2027-01-01,[SOLVED] / [WHOLE] * 100\n"), "communes give [SOLVED]"},
		{FORMULAS("GROWTH,2027-01-01,1 +\n"), "too early"},
	};
	struct bench x = open_bench(testbed_of(state));
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		struct bad b = {.csv = faults[i].csv};
		problems_init(&b.p, x.a);
		assert_err(store_write(x.s, bad_run, &b, &(struct why){0}), ERR_INVALID);
		if (b.p.n == 0 || !strstr(b.p.items[0].text.ptr, faults[i].says))
			fail_msg("%s: %s", faults[i].csv,
				 b.p.n ? b.p.items[0].text.ptr : "nothing");
	}
	/* Nobody owes what is computed, though it is still the unit's. */
	const struct indicator *growth = view_indicator(x.v, STR("GROWTH"));
	const struct unit *x1 = view_unit(x.v, STR("X1"));
	struct period p;
	assert_ok(period_parse(STR("2026-10"), &p, &(struct why){0}), (struct why){0});
	assert_false(unit_owes(x1, growth, p));
	assert_true(unit_has(x1, growth, p));
	assert_ok(period_parse(STR("2025-10"), &p, &(struct why){0}), (struct why){0});
	assert_true(unit_owes(x1, growth, p));
	close_bench(&x);
}

/* -- one formula tried out -- */
static struct str tried(struct bench *x, const char *unit, const char *period, const char *text)
{
	struct standpoint from = {.db = x->db, .view = x->v, .unit = view_unit(x->v, str_of(unit))};
	struct formula_words words = formula_words_of(x->v);
	struct formula_data data = cells_of(&from);
	struct formula *f = NULL;
	struct formula_place at;
	struct formula_result r;
	struct decimal d;
	struct why why = {0};
	assert_ok(period_parse(str_of(period), &from.period, &why), why);
	assert_ok(formula_compile(x->a, str_of(text), &words, STR_NULL, &f, &at, &why), why);
	assert_ok(formula_run(f, &data, false, x->a, &r, &why), why);
	if (r.value.reason != FORMULA_PRESENT)
		return reason_en(x->v, &r.value, x->a);
	assert_true(number_decimal(r.value.number, &d));
	return decimal_str(x->a, d);
}

static void references_find_their_cells(void **state)
{
	static const struct {
		const char *unit, *period, *text, *value;
	} examples[] = {
		{"X1", "2026-10", "[POP]", "30"},
		{"X1", "2026-10", "previous([POP])", "20"},
		{"X1", "2026-10", "same_period([POP])", "5"},
		{"X1", "2026-11", "latest([POP])", "30"},
		{"X1", "2026-10", "sum([POP], last 2)", "50"},
		{"X1", "2026-10", "sum([POP], ytd, missing: skip)", "50"},
		{"X1", "2026-10", "[DEPT]", "8"},
		{"KH", "2026-10", "[DEPT]", "8"},
		{"KH", "2026-10", "sum([POP], units: communes, missing: skip)", "70"},
		{"KH", "2026-10", "sum([POP], units: children, missing: skip)", "70"},
		{"SYT", "2026-10", "sum([POP], units: communes, missing: skip)", "70"},
		{"SYT", "2026-10", "count([POP], units: below)", "0"},
		/* A commune stands among the communes of its province, not alone. */
		{"X1", "2026-10", "sum([POP], units: communes, missing: skip)", "70"},
		{"X1", "2026-10", "rank([POP], units: communes, missing: skip)", "2"},
		{"X1", "2026-10", "[POP] / sum([POP], units: communes, missing: skip) * 70", "30"},
		{"SYT-CC", "2026-10", "sum([POP], units: communes, missing: skip)", "70"},
		{"X1", "2026-10", "sum([POP], units: below)", "there is no value to compute with"},
		{"X1", "2026-10", "sum([POP], units: siblings, missing: skip)", "70"},
		{"X1", "2026-10", "sum([POP], units: self)", "30"},
		{"X2", "2026-10", "rank([POP], missing: skip)", "1"},
		{"X1", "2026-10", "rank([POP], missing: skip)", "2"},
		{"X1", "2026-10", "sum([BIRTHS], by: sex)", "7"},
		{"X1", "2026-10", "[BIRTHS]{sex=female}", "4"},
		{"X1", "2026-Q4", "sum([POP], last 3)", "X1 has not sent “POP” (POP) for 2026-11"},
		{"P1", "2026-10", "[POP] + 1", "P1 has not sent “POP” (POP) for 2026-10"},
		{"SYT", "2026-10", "[POP]", "SYT does not report “POP” (POP) for 2026-10"},
		{"X1", "2026-10", "1 / 0", "a division by zero"},
	};
	struct bench x = open_bench(testbed_of(state));
	deliver(&x, "X1", "POP", "2026-09", "20");
	deliver(&x, "X1", "POP", "2026-10", "30");
	deliver(&x, "X1", "POP", "2025-10", "5");
	deliver(&x, "X2", "POP", "2026-10", "40");
	deliver(&x, "SYT", "DEPT", "2026-10", "8");
	struct figure f = figure_of(x.v, "X1", "BIRTHS", "2026-10", "4");
	f.breakdown = STR("sex=female");
	figure_give(x.s, &f);
	f = figure_of(x.v, "X1", "BIRTHS", "2026-10", "3");
	f.breakdown = STR("sex=male");
	figure_give(x.s, &f);
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		struct str got = tried(&x, examples[i].unit, examples[i].period, examples[i].text);
		if (!str_is(got, examples[i].value))
			fail_msg("%s at %s in %s: " STR_FMT, examples[i].text, examples[i].unit,
				 examples[i].period, STR_ARG(got));
	}
	close_bench(&x);
}

struct
try {
	const char *unit, *period, *text, *value;
};

static void try_all(struct bench *x, const struct try *tries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str got = tried(x, tries[i].unit, tries[i].period, tries[i].text);
		if (!str_is(got, tries[i].value))
			fail_msg("%s at %s in %s: " STR_FMT, tries[i].text, tries[i].unit,
				 tries[i].period, STR_ARG(got));
	}
}

/* OLD went into X1 on 1 July 2025, DK1 began that day: what is asked of July is asked on the boundaries
 * of July, and what was given before counts for whom it became. */
static void windows_go_through_a_merge(void **state)
{
	static const struct try tries[] = {
		{"KH", "2025-07", "sum([POP], units: communes, last 2, missing: skip)", "45"},
		{"KH", "2025-07", "sum([POP], units: communes, ytd, missing: skip)", "45"},
		{"KH", "2025-07", "sum(previous([POP]), units: communes, missing: skip)", "18"},
		{"KH", "2025-06", "sum([POP], units: communes, missing: skip)", "18"},
		{"KH", "2025-06", "count([POP], units: communes)", "3"},
		{"KH", "2026-06", "sum(same_period([POP]), units: communes, missing: skip)", "18"},
		{"KH", "2025-07", "count([POP], units: communes, last 2)", "5"},
		{"KH", "2025-07", "sum([POP], units: communes, last 2)",
		 "P1 has not sent “POP” (POP) for 2025-06"},
		{"X1", "2025-07", "previous([POP])", "17"},
		{"X1", "2025-06", "[POP]", "10"},
		{"X1", "2025-07", "sum([POP], last 2)", "37"},
		{"X1", "2025-07", "[POP] - previous([POP])", "3"},
		{"X1", "2025-07", "previous([MEAN])", "3"},
		{"X1", "2025-07", "previous([TOP])", "9"},
		{"X1", "2025-07", "previous([RATE])", "14.12"},
		{"X1", "2025-07", "previous([ALONE])",
		 "X1 has no total of several periods or units of “ALONE” (ALONE) for 2025-06"},
		{"X1", "2025-07", "previous([PARTA])",
		 "OLD has not sent “PARTA” (PARTA) for 2025-06"},
		{"KH", "2025-07", "sum(previous([PARTA]), units: communes, missing: skip)", "1"},
		{"KH", "2025-07", "mean(previous([PARTA]), units: communes, missing: skip)",
		 "there is no value to compute with"},
		{"DK1", "2025-07", "previous([POP])", "no unit stands there"},
		{"DK1", "2025-08", "sum([POP], last 3, missing: skip)", "5"},
		{"DK1", "2025-08", "sum([POP], last 3)",
		 "DK1 has not sent “POP” (POP) for 2025-08"},
		{"X1", "2025-09", "latest([POP])", "20"},
		{"X1", "2025-09", "latest([PARTB])", "7"},
		{"X2", "2025-09", "latest([PARTB])", "X2 has not sent “PARTB” (PARTB) for 2025-09"},
		{"SYT", "2025-09", "sum(latest([POP]), units: communes, missing: skip)", "27"},
	};
	static const char *const given[][4] = {
		{"X1", "POP", "2025-06", "10"},	  {"OLD", "POP", "2025-06", "7"},
		{"X2", "POP", "2025-06", "1"},	  {"X1", "POP", "2025-07", "20"},
		{"X2", "POP", "2025-07", "2"},	  {"DK1", "POP", "2025-07", "5"},
		{"X1", "MEAN", "2025-06", "2"},	  {"OLD", "MEAN", "2025-06", "4"},
		{"X1", "TOP", "2025-06", "9"},	  {"OLD", "TOP", "2025-06", "8"},
		{"X1", "RATE", "2025-06", "10"},  {"OLD", "RATE", "2025-06", "20"},
		{"X1", "ALONE", "2025-06", "1"},  {"OLD", "ALONE", "2025-06", "1"},
		{"X1", "PARTA", "2025-06", "1"},  {"X1", "PARTB", "2025-06", "3"},
		{"OLD", "PARTB", "2025-06", "4"},
	};
	struct bench x = open_bench(testbed_of(state));
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		deliver(&x, given[i][0], given[i][1], given[i][2], given[i][3]);
	try_all(&x, tries, ARRAY_LEN(tries));
	close_bench(&x);
}

/* A correction of a unit that is gone reaches what its successor has from it. */
static void a_merged_units_figures_reach_its_successor(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	registry_load(x.s, &formula_record, FORMULAS("GROWTH,2025-01-01,tăng trưởng([POP])\n"));
	derive(&x);
	deliver(&x, "X1", "POP", "2025-06", "10");
	deliver(&x, "OLD", "POP", "2025-06", "6");
	deliver(&x, "X1", "POP", "2025-07", "20");
	derive(&x);
	assert_value(&x, "X1", "GROWTH", "2025-07", "25.0");
	struct figure key = figure_of(x.v, "X1", "GROWTH", "2025-07", "0"), f;
	struct why why = {0};
	int64_t *inputs = NULL;
	size_t n = 0;
	assert_ok(figure_current(x.db, &key, x.a, &f, &why), why);
	assert_ok(figure_inputs(x.db, &f, x.a, &inputs, &n, &why), why);
	assert_int_equal(n, 3);
	deliver(&x, "OLD", "POP", "2025-06", "0");
	derive(&x);
	assert_value(&x, "X1", "GROWTH", "2025-07", "100.0");
	close_bench(&x);
}

#define TIMED(code, kind, schedule, time)                                                          \
	code "," code "," code ",D1,n,n,n," kind "," schedule "," time                             \
	     ",up,internal,6,commune,,sum,,1\n"
static void load_timed(struct bench *x)
{
	registry_load(x->s, &schedule_record,
		      "code,name_vi,name_en,period,offset_days,at_time\n"
		      "W17,W17,W17,weekly,1,17:00\nY17,Y17,Y17,yearly,1,17:00\n");
	registry_load(
		x->s, &indicator_record,
		"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time,"
		"direction,openness,jump_z,scope,owner,aggregate_units,weight_indicator,decimals\n" TIMED(
			"FLOW", "monthly", "M10",
			"sum") TIMED("LEVEL", "monthly", "M10",
				     "mean") TIMED("PEAK", "monthly", "M10",
						   "max") TIMED("SINGLE", "monthly", "M10",
								"none") TIMED("WEEKS", "weekly",
									      "W17", "sum")
			TIMED("YEARS", "yearly", "Y17",
			      "last") "SHARED,SHARED,SHARED,D1,percent,%,%,monthly,M10,weighted,up,internal,6,commune,,weighted,FLOW,1\n"
				      "THIRD,THIRD,THIRD,D1,n,n,n,quarterly,M10,sum,up,internal,6,commune,,sum,,1\n");
	registry_load(x->s, &formula_record, FORMULAS("THIRD,2026-01-01,[FLOW]\n"));
	look(x);
	derive(x);
}

/* A longer period is made of the indicator's own by its own aggregation in time, as the tables make
 * it. */
static void a_longer_period_is_rolled_up(void **state)
{
	static const struct try tries[] = {
		{"X1", "2026-Q3", "[FLOW]", "60"},
		{"X1", "2026-Q3", "[LEVEL]", "23.3"},
		{"X1", "2026-Q3", "[PEAK]", "30"},
		{"X1", "2026-Q3", "[POP]", "30"},
		{"X1", "2026-Q3", "[SHARED]", "23.3"},
		{"X1", "2026-Q3", "[SINGLE]",
		 "X1 has no total of several periods or units of “SINGLE” (SINGLE) for 2026-Q3"},
		{"X1", "2026-Q3", "previous([FLOW])", "6"},
		{"X1", "2026-Q3", "percent_change([FLOW])", "900"},
		{"X1", "2027-Q3", "same_period([FLOW])", "60"},
		{"X1", "2026-Q4", "[FLOW]", "X1 has not sent “FLOW” (FLOW) for 2026-10"},
		{"X1", "2026-Q3", "latest([FLOW])", "30"},
		/* A window brings the indicator's own periods. */
		{"X1", "2026-Q3", "sum([FLOW], last 2)", "50"},
		{"X1", "2026-Q3", "max([FLOW], last 6)", "30"},
		{"X1", "2026-Q3", "sum([FLOW], ytd, missing: skip)", "66"},
		{"X1", "2026-Q3", "mean(previous([FLOW]), last 3)", "2"},
		{"KH", "2026-Q3", "sum([FLOW], units: communes, missing: skip)", "163"},
		{"KH", "2026-Q3", "max([FLOW], units: communes, missing: skip)", "60"},
		{"KH", "2026-Q3", "ratio([FLOW]; [FLOW], units: communes, missing: skip)", "1"},
		{"KH", "2026-Q3", "count([FLOW], units: communes)", "2"},
		{"KH", "2026-Q3", "sum([FLOW], units: communes)",
		 "P1 has not sent “FLOW” (FLOW) for 2026-07"},
		/* Weeks belong to the quarter and year of their Thursdays. */
		{"X1", "2026-12", "[WEEKS]", "5"},
		{"X1", "2026-W53", "count([WEEKS], ytd)", "5"},
		{"X1", "2027-W01", "count([WEEKS], ytd)", "1"},
		{"X1", "2027-W01", "sum([WEEKS], ytd)", "1"},
		{"X1", "2026-W53", "[YEARS]", "2026"},
		{"X1", "2027-W01", "previous([YEARS])", "2026"},
		/* Pairs stand beside each other by unit and time, the year's beside each month of it. */
		{"X1", "2026-09", "weighted_mean([FLOW]; [YEARS], last 3)", "20"},
		{"X1", "2026-09", "ratio([FLOW]; [YEARS], last 3) * 2026 * 3", "60"},
		{"X1", "2027-09", "ratio(same_period([FLOW]); previous([YEARS]), last 3) * 6078",
		 "60"},
		{"X1", "2026-09", "ratio([FLOW]; [FLOW], last 3)", "1"},
		{"X1", "2026-Q3", "ratio([FLOW]; previous([FLOW]))", "10"},
		{"X1", "2026-Q3", "ratio([FLOW]; previous([FLOW]), last 3)", "10"},
		{"KH", "2026-09",
		 "ratio([FLOW]; previous([FLOW]), units: communes, missing: skip) * 21", "31"},
		{"KH", "2026-09", "ratio([FLOW]; [DEPT], units: communes)",
		 "X1 has nothing to pair with of “DEPT” (DEPT) for 2026-09"},
		{"X1", "2026-09", "ratio([FLOW]; [DEPT])", "6"},
	};
	static const char *const given[][4] = {
		{"X1", "FLOW", "2026-04", "1"},	   {"X1", "FLOW", "2026-05", "2"},
		{"X1", "FLOW", "2026-06", "3"},	   {"X1", "FLOW", "2026-07", "10"},
		{"X1", "FLOW", "2026-08", "20"},   {"X1", "FLOW", "2026-09", "30"},
		{"X2", "FLOW", "2026-07", "1"},	   {"X2", "FLOW", "2026-08", "1"},
		{"X2", "FLOW", "2026-09", "1"},	   {"P1", "FLOW", "2026-09", "100"},
		{"X1", "LEVEL", "2026-07", "10"},  {"X1", "LEVEL", "2026-08", "20"},
		{"X1", "LEVEL", "2026-09", "40"},  {"X1", "PEAK", "2026-07", "10"},
		{"X1", "PEAK", "2026-08", "30"},   {"X1", "PEAK", "2026-09", "20"},
		{"X1", "POP", "2026-09", "30"},	   {"X1", "SHARED", "2026-07", "10"},
		{"X1", "SHARED", "2026-08", "20"}, {"X1", "SHARED", "2026-09", "30"},
		{"X1", "SINGLE", "2026-07", "1"},  {"X1", "SINGLE", "2026-08", "1"},
		{"X1", "SINGLE", "2026-09", "1"},  {"X1", "WEEKS", "2026-W49", "1"},
		{"X1", "WEEKS", "2026-W50", "1"},  {"X1", "WEEKS", "2026-W51", "1"},
		{"X1", "WEEKS", "2026-W52", "1"},  {"X1", "WEEKS", "2026-W53", "1"},
		{"X1", "WEEKS", "2027-W01", "1"},  {"X1", "YEARS", "2026", "2026"},
		{"SYT", "DEPT", "2026-09", "5"},
	};
	struct bench x = open_bench(testbed_of(state));
	load_timed(&x);
	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		deliver(&x, given[i][0], given[i][1], given[i][2], given[i][3]);
	try_all(&x, tries, ARRAY_LEN(tries));
	derive(&x);
	assert_value(&x, "X1", "THIRD", "2026-Q3", "60.0");
	deliver(&x, "X1", "FLOW", "2026-07", "11");
	derive(&x);
	assert_value(&x, "X1", "THIRD", "2026-Q3", "61.0");
	struct figure key = figure_of(x.v, "X1", "THIRD", "2026-Q3", "0"), f;
	struct why why = {0};
	int64_t *inputs = NULL;
	size_t n = 0;
	assert_ok(figure_current(x.db, &key, x.a, &f, &why), why);
	assert_ok(figure_inputs(x.db, &f, x.a, &inputs, &n, &why), why);
	assert_int_equal(n, 3);
	close_bench(&x);
}

static void others_figures_stay_hidden(void **state)
{
	struct bench x = open_bench(testbed_of(state));
	deliver(&x, "X1", "POP", "2026-10", "30");
	deliver(&x, "X2", "POP", "2026-10", "40");
	AUTO(access_free) struct access *access = access_new(test_tree());
	struct standpoint from = {
		.db = x.db,
		.view = x.v,
		.access = access,
		.who = principal_of(x.a, ROLE_REPORTING_OFFICER, view_unit(x.v, STR("X1"))->id),
		.unit = view_unit(x.v, STR("X1"))};
	static const char *const texts[] = {"sum([POP], units: siblings)",
					    "sum([POP], units: communes)"};
	struct formula_words words = formula_words_of(x.v);
	struct formula_data data = cells_of(&from);
	struct formula *f = NULL;
	struct formula_place at;
	struct formula_result r;
	struct why why = {0};
	assert_ok(period_parse(STR("2026-10"), &from.period, &why), why);
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		assert_ok(formula_compile(x.a, str_of(texts[k]), &words, STR_NULL, &f, &at, &why),
			  why);
		assert_ok(formula_run(f, &data, false, x.a, &r, &why), why);
		assert_int_equal(r.value.reason, FORMULA_HIDDEN);
		for (size_t i = 0; i < r.terms[0].n; i++)
			assert_true(r.terms[0].cells[i].unit == from.unit->id ||
				    r.terms[0].cells[i].id == 0);
	}
	close_bench(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(figures_follow_their_inputs),
		ON_EACH_ENGINE(what_it_rests_on_is_approved_first),
		ON_EACH_ENGINE(what_was_sent_stands),
		ON_EACH_ENGINE(a_circle_stops_only_itself),
		ON_EACH_ENGINE(what_formulas_need_stays_fit),
		ON_EACH_ENGINE(only_what_is_touched_is_computed),
		ON_EACH_ENGINE(what_is_gone_says_why),
		ON_EACH_ENGINE(a_share_is_of_the_same_units),
		ON_EACH_ENGINE(a_formula_that_cannot_run_stops_no_other),
		ON_EACH_ENGINE(the_same_period_is_the_calendars),
		ON_EACH_ENGINE(a_new_period_needs_no_figure),
		ON_EACH_ENGINE(a_changed_formula_computes_anew),
		ON_EACH_ENGINE(what_was_made_stays_restricted),
		ON_EACH_ENGINE(the_door_refuses),
		ON_EACH_ENGINE(references_find_their_cells),
		ON_EACH_ENGINE(windows_go_through_a_merge),
		ON_EACH_ENGINE(a_merged_units_figures_reach_its_successor),
		ON_EACH_ENGINE(a_longer_period_is_rolled_up),
		ON_EACH_ENGINE(others_figures_stay_hidden),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
