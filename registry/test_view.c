/* The snapshot of the registry: every kind's table, the tree as of a day, who owes what by when. */
#include "registry/testing.h"

#include "registry/registry.h"

static int64_t day(int year, int month, int d)
{
	return date_days((struct date){year, month, d});
}

struct rig_view {
	struct store *s;
	struct registry *r;
	struct db *db;
	struct arena *a;
	const struct view *v;
};

static struct rig_view open_view(struct testbed *bed)
{
	struct rig_view x = {.s = registry_open(bed), .r = registry_new(), .a = arena_new()};
	struct why why = {0};
	registry_fill(x.s);
	assert_ok(store_take(x.s, &x.db, &why), why);
	assert_ok(registry_view(x.r, x.db, x.a, &x.v, &why), why);
	return x;
}

static void close_view(struct rig_view *x)
{
	store_give(x->db);
	arena_free(x->a);
	registry_free(x->r);
	store_close(x->s);
}

static void tables_are_as_described(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(store_close) struct store *s = registry_open(bed);
	AUTO(store_give) struct db *db = NULL;
	struct problems p;
	struct why why = {0};
	size_t kinds = 0;
	assert_ok(store_take(s, &db, &why), why);
	problems_init(&p, a);
	for (; registry_records[kinds]; kinds++)
		assert_ok(record_check_table(db, registry_records[kinds], a, &p, &why), why);
	assert_ok(record_check_table(db, &pack_record, a, &p, &why), why);
	assert_ok(record_check_table(db, &account_record, a, &p, &why), why);
	for (size_t i = 0; i < p.n; i++)
		print_error(STR_FMT ": " STR_FMT "\n", STR_ARG(p.items[i].at),
			    STR_ARG(p.items[i].text));
	assert_int_equal(p.n, 0);
	assert_int_equal(kinds, 18);
	/* A description that lies is found. */
	struct record lying = unit_record;
	lying.table = (struct sql)NAME("domain");
	assert_ok(record_check_table(db, &lying, a, &p, &why), why);
	assert_true(p.n > 5);
}

static void tree_of_a_day(void **state)
{
	struct rig_view x = open_view(testbed_of(state));
	const struct unit *old = view_unit(x.v, STR("OLD")), *x2 = view_unit(x.v, STR("X2"));
	const struct unit *zone = view_unit(x.v, STR("DK1")), *kh = view_unit(x.v, STR("KH"));
	const struct unit *sgd = view_unit(x.v, STR("SGD")), *cc = view_unit(x.v, STR("SYT-CC"));
	assert_true(unit_alive(old, day(2025, 6, 30)));
	assert_false(unit_alive(old, day(2025, 7, 1)));
	assert_false(unit_alive(zone, day(2025, 6, 30)));
	assert_true(unit_alive(zone, day(2025, 7, 1)));
	assert_str(unit_name_at(x.v, x2, day(2019, 12, 31)), "Tên cũ");
	assert_str(unit_name_at(x.v, x2, day(2020, 1, 1)), "Xã Hai");
	assert_int_equal(unit_parent_at(x.v, x2, day(2018, 12, 31)), sgd->id);
	assert_int_equal(unit_parent_at(x.v, x2, day(2019, 1, 1)), kh->id);
	assert_true(view_within(x.v, cc->id, kh->id));
	assert_true(view_within(x.v, cc->id, cc->id));
	assert_false(view_within(x.v, cc->id, sgd->id));
	assert_false(view_within(x.v, kh->id, cc->id));
	int64_t *below = NULL;
	assert_int_equal(view_subtree(x.v, view_unit(x.v, STR("SYT"))->id, x.a, &below), 2);
	assert_int_equal(view_subtree(x.v, kh->id, x.a, &below), 9);
	assert_null(view_unit(x.v, STR("NOBODY")));
	close_view(&x);
}

static struct period month(const char *text)
{
	struct period p;
	struct why why = {0};
	assert_ok(period_parse(str_of(text), &p, &why), why);
	return p;
}

static void who_owes_by_when(void **state)
{
	struct rig_view x = open_view(testbed_of(state));
	const struct indicator *pop = view_indicator(x.v, STR("POP"));
	const struct indicator *dept = view_indicator(x.v, STR("DEPT"));
	assert_true(unit_owes(view_unit(x.v, STR("P1")), pop, month("2026-10")));
	assert_false(unit_owes(view_unit(x.v, STR("SYT")), pop, month("2026-10")));
	assert_true(unit_owes(view_unit(x.v, STR("SYT")), dept, month("2026-10")));
	assert_false(unit_owes(view_unit(x.v, STR("SGD")), dept, month("2026-10")));
	assert_false(unit_owes(view_unit(x.v, STR("X1")), pop, month("2026-Q3")));
	/* Alive on the period's last day: OLD ended with June. */
	assert_true(unit_owes(view_unit(x.v, STR("OLD")), pop, month("2025-05")));
	assert_true(unit_owes(view_unit(x.v, STR("OLD")), pop, month("2025-06")));
	assert_false(unit_owes(view_unit(x.v, STR("OLD")), pop, month("2025-07")));
	assert_false(unit_owes(view_unit(x.v, STR("DK1")), pop, month("2025-06")));
	assert_true(unit_owes(view_unit(x.v, STR("DK1")), pop, month("2025-07")));
	usec seventeen = date_start((struct date){2026, 11, 10}) + 17 * 3600 * USEC_SECOND;
	assert_int_equal(view_deadline(x.v, pop, month("2026-10")), seventeen);
	AUTO(arena_free) struct arena *a = arena_new();
	struct deadlines *many = deadlines_new(a, x.v);
	for (int again = 0; again < 2; again++)
		for (struct period p = month("1990-01"); p.ordinal <= month("2026-12").ordinal;
		     p.ordinal++)
			assert_int_equal(deadlines_at(many, pop, p), view_deadline(x.v, pop, p));
	close_view(&x);
}

static void a_view_contains_what_was_committed(void **state)
{
	struct rig_view x = open_view(testbed_of(state));
	const struct view *again = NULL;
	struct why why = {0};
	assert_ok(registry_take(x.r, x.db, &again, &why), why);
	assert_ptr_equal(again, x.v); /* nothing changed: the same one */
	view_free(again);
	assert_null(view_unit(x.v, STR("NEW")));
	registry_load(
		x.s, &unit_record,
		"code,kind,name_vi,name_en,parent,valid_from\nNEW,agency,Mới,New,SYT,2026-01-01\n");
	assert_ok(registry_take(x.r, x.db, &again, &why), why);
	assert_non_null(view_unit(again, STR("NEW")));
	assert_null(view_unit(x.v, STR("NEW"))); /* who holds the old one keeps it */
	view_free(again);
	close_view(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(tables_are_as_described),
		ON_EACH_ENGINE(tree_of_a_day),
		ON_EACH_ENGINE(who_owes_by_when),
		ON_EACH_ENGINE(a_view_contains_what_was_committed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
