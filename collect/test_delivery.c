/* Deliveries in the store: counts, receipts, drafts; and with each call into the engine failing once, nothing half
 * done. */
#include "base/id.h"
#include "collect/delivery.h"
#include "collect/draft.h"
#include "collect/orphans.h"
#include "core/journal.h"
#include "registry/registry.h"
#include "registry/testing.h"

#define CALLS_MAX 300

struct desk {
	struct store *s;
	struct registry *r;
	struct arena *a;
	struct access *access;
};

static void desk_open(struct desk *d, struct testbed *bed)
{
	*d = (struct desk){.s = registry_open(bed), .r = registry_new(), .a = arena_new()};
	d->access = access_new(test_tree());
	registry_fill(d->s);
}

static void desk_close(struct desk *d)
{
	access_free(d->access);
	arena_free(d->a);
	registry_free(d->r);
	store_close(d->s);
}

static int64_t count(struct desk *d, struct stmt *(*ask)(struct db *db))
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(d->s, &db, &why), why);
	AUTO(stmt_free) struct stmt *q = ask(db);
	int64_t n = stmt_row(q) ? stmt_int(q, 0) : -1;
	assert_ok(stmt_end(q, &why), why);
	return n;
}

static struct stmt *figures(struct db *db)
{
	return db_stmt(db, SQL("SELECT count(*) FROM figure"));
}
static struct stmt *deliveries(struct db *db)
{
	return db_stmt(db, SQL("SELECT count(*) FROM delivery"));
}
static struct stmt *cells_kept(struct db *db)
{
	return db_stmt(db, SQL("SELECT count(*) FROM delivery_cell"));
}
static struct stmt *drafts(struct db *db)
{
	return db_stmt(db, SQL("SELECT count(*) FROM draft"));
}
static struct stmt *receipts(struct db *db)
{
	return db_stmt(db, SQL("SELECT count(*) FROM journal WHERE kind = 'delivery.received'"));
}

struct send { /* one delivery from check to store */
	struct desk *desk;
	struct delivery d;
	struct checked *cells;
	size_t n;
};

static enum err send_run(struct db *tx, void *arg, struct why *why)
{
	struct send *s = arg;
	return delivery_store(tx, &s->d, s->cells, s->n, s->desk->a, why);
}

static const struct cell five[] = {
	{.row = 1,
	 .indicator = {"POP", 3},
	 .unit = {"X1", 2},
	 .period = {"2026-10", 7},
	 .value = {"5", 1}},
	{.row = 2,
	 .indicator = {"TOP", 3},
	 .unit = {"X1", 2},
	 .period = {"2026-10", 7},
	 .value = {"7", 1}},
	{.row = 3,
	 .indicator = {"TOP", 3},
	 .unit = {"X1", 2},
	 .period = {"2026-10", 7},
	 .value = {"7.0", 3}},
	{.row = 4,
	 .indicator = {"ZERO", 4},
	 .unit = {"X1", 2},
	 .period = {"2026-10", 7},
	 .value = {"0", 1}},
	{.row = 5,
	 .indicator = {"POP", 3},
	 .unit = {"SYT", 3},
	 .period = {"2026-10", 7},
	 .value = {"5", 1}},
};

/* Checks and stores; what was checked is built anew each time, as a repeated request would. */
static enum err send(struct desk *d, struct send *ret, struct why *why)
{
	AUTO(store_give) struct db *db = NULL;
	enum err rc = store_take(d->s, &db, why);
	struct check_context c = {.db = db,
				  .access = d->access,
				  .who = access_centre(d->a),
				  .now = TEST_NOW,
				  .arena = d->a};
	*ret = (struct send){.desk = d, .n = ARRAY_LEN(five)};
	ret->d.source = DELIVERY_FILE;
	ret->d.content = STR("nội dung");
	if (rc == OK)
		rc = registry_view(d->r, db, d->a, &c.view, why);
	if (rc == OK)
		rc = check_cells(&c, five, ARRAY_LEN(five), &ret->cells, why);
	if (rc != OK)
		return rc;
	delivery_prepare(&ret->d, &c, store_ids(d->s), ret->cells, ret->n);
	return store_write(d->s, send_run, ret, why);
}

static void counts_and_receipt(void **state)
{
	struct desk d;
	struct send one, two;
	struct delivery read;
	struct str content;
	struct why why = {0};
	desk_open(&d, testbed_of(state));
	assert_ok(send(&d, &one, &why), why);
	assert_int_equal(one.d.counts[CELL_ACCEPTED], 2);
	assert_int_equal(one.d.counts[CELL_SAME], 1);
	assert_int_equal(one.d.counts[CELL_DOUBTFUL], 1);
	assert_int_equal(one.d.counts[CELL_REFUSED], 1);
	assert_int_equal(count(&d, figures), 2);
	assert_int_equal(count(&d, cells_kept), 2);
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(d.s, &db, &why), why);
	assert_ok(delivery_get(db, one.d.id, d.a, &read, &why), why);
	assert_int_equal(read.receipt.seq, one.d.receipt.seq);
	assert_true(str_eq(read.receipt.hash, one.d.receipt.hash));
	assert_memory_equal(read.counts, one.d.counts, sizeof(read.counts));
	assert_ok(delivery_content(db, &read, d.a, &content, &why), why);
	assert_str(content, "nội dung");
	assert_ok(send(&d, &two, &why), why);
	assert_int_equal(two.d.counts[CELL_ACCEPTED], 0);
	assert_int_equal(two.d.counts[CELL_SAME], 3);
	assert_int_equal(count(&d, figures), 2);
	assert_true(two.d.receipt.seq > one.d.receipt.seq);
	store_give(db);
	db = NULL;
	desk_close(&d);
}

static enum err put_run(struct db *tx, void *arg, struct why *why)
{
	return draft_put(tx, arg, why);
}

static struct draft draft(struct desk *d, const char *indicator, const char *value)
{
	struct why why = {0};
	AUTO(store_give) struct db *db = NULL;
	const struct view *v = NULL;
	assert_ok(store_take(d->s, &db, &why), why);
	assert_ok(registry_view(d->r, db, d->a, &v, &why), why);
	struct draft one = {.key = figure_of(v, "X1", indicator, "2026-10", "1"),
			    .value = str_of(value),
			    .remark = STR(""),
			    .actor = 1,
			    .changed = TEST_NOW};
	assert_ok(store_write(d->s, put_run, &one, &why), why);
	return one;
}

static void drafts_last_until_sent(void **state)
{
	struct desk d;
	struct send one;
	struct why why = {0};
	desk_open(&d, testbed_of(state));
	draft(&d, "POP", "4");
	struct draft pop = draft(&d, "POP", "5");
	draft(&d, "LOW", "1");
	assert_int_equal(count(&d, drafts), 2);
	AUTO(store_give) struct db *db = NULL;
	struct draft *list = NULL;
	size_t n = 0;
	assert_ok(store_take(d.s, &db, &why), why);
	assert_ok(draft_list(db, pop.key.unit, d.a, &list, &n, &why), why);
	assert_int_equal(n, 2);
	const struct draft *kept = draft_find(list, n, &pop.key);
	assert_non_null(kept);
	assert_str(kept ? kept->value : STR_NULL, "5");
	assert_ok(send(&d, &one, &why), why);
	assert_int_equal(count(&d, drafts), 1); /* LOW was not sent */
	draft(&d, "LOW", "");
	assert_int_equal(count(&d, drafts), 0);
	store_give(db);
	db = NULL;
	desk_close(&d);
}

static void nothing_half_done(void **state)
{
	struct desk d;
	struct send one;
	int64_t n = 0;
	desk_open(&d, testbed_of(state));
	draft(&d, "POP", "5");
	enum err rc = ERR_INTERNAL;
	for (; rc != OK; n++) {
		assert_true(n < CALLS_MAX);
		struct why why = {0};
		store_fault_at(d.s, n + 1);
		rc = send(&d, &one, &why);
		store_fault_at(d.s, 0);
		int64_t whole = rc == OK;
		assert_int_equal(count(&d, figures), 2 * whole);
		assert_int_equal(count(&d, deliveries), whole);
		assert_int_equal(count(&d, cells_kept), 2 * whole);
		assert_int_equal(count(&d, receipts), whole);
		assert_int_equal(count(&d, drafts), 1 - whole);
	}
	assert_true(n > 20); /* so many different calls failed */
	desk_close(&d);
}

static void say_nothing(void *arg, const struct why *found)
{
	size_t *lines = arg;
	*lines += found->text[0] != 0;
}

static enum err rob_run(struct db *tx, void *arg, struct why *why)
{
	(void)arg;
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, SQL("DELETE FROM delivery"));
	return stmt_end(q, why);
}

static void orphans_are_counted(void **state)
{
	struct desk d;
	struct send one;
	struct why why = {0};
	size_t lines = 0;
	desk_open(&d, testbed_of(state));
	assert_ok(send(&d, &one, &why), why);
	AUTO(store_give) struct db *db = NULL;
	assert_ok(store_take(d.s, &db, &why), why);
	assert_ok(orphans_find(db, say_nothing, &lines, &why), why);
	assert_int_equal(lines, 0);
	assert_ok(store_write(d.s, rob_run, NULL, &why), why);
	assert_err(orphans_find(db, say_nothing, &lines, &why), ERR_CONFLICT);
	assert_int_equal(lines, 3); /* figures, cells, file */
	store_give(db);
	db = NULL;
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(counts_and_receipt),
		ON_EACH_ENGINE(drafts_last_until_sent),
		ON_EACH_ENGINE(nothing_half_done),
		ON_EACH_ENGINE(orphans_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
