#include "core/testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW ((usec)1780000000 * USEC_SECOND)

struct append {
	const char *kind, *subject;
	int64_t unit;
	int n;
	bool fail_at_last;
	struct journal_entry last;
};
static enum err append_run(struct db *tx, void *arg, struct why *why)
{
	struct append *p = arg;
	for (int i = 0; i < p->n; i++) {
		p->last = (struct journal_entry){.at = NOW + i,
						 .kind = str_of(p->kind),
						 .actor = 7,
						 .unit = p->unit,
						 .subject = str_of(p->subject),
						 .subject_id = 100 + i,
						 .data = STR("{\"a\":\"đ\"}")};
		enum err rc = journal_append(tx, &p->last, why);
		if (rc != OK)
			return rc;
	}
	return p->fail_at_last ? refuse(why, ERR_INVALID, "changed my mind") : OK;
}

static struct journal_entry append(struct store *s, const char *kind, const char *subject,
				   int64_t unit, int n)
{
	struct append p = {.kind = kind, .subject = subject, .unit = unit, .n = n};
	struct why why = {0};
	assert_ok(store_write(s, append_run, &p, &why), why);
	return p.last;
}

struct findings {
	int n;
	char first[320];
};
static void report(void *arg, const struct why *found)
{
	struct findings *f = arg;
	if (f->n++ == 0)
		snprintf(f->first, sizeof(f->first), "%s", found->text);
}

static enum err verify(struct store *s, const struct testbed *bed, struct findings *f)
{
	struct why why = {0};
	struct db *db;
	*f = (struct findings){0};
	assert_ok(store_take(s, &db, &why), why);
	enum err rc = journal_verify(db, bed->dir, report, f, &why);
	store_give(db);
	return rc;
}

static void sign(struct store *s, const struct testbed *bed)
{
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(journal_sign(db, bed->dir, NOW, &why), why);
	store_give(db);
}

static enum err sql_run(struct db *tx, void *arg, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(tx, *(const struct sql *)arg);
	return stmt_end(q, why);
}
static void tamper(struct store *s, struct sql sql)
{
	struct why why = {0};
	assert_ok(store_write(s, sql_run, &sql, &why), why);
}

static void a_whole_chain_is_good(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	struct findings f;
	sign(s, bed); /* nothing to sign yet */
	assert_err(verify(s, bed, &f), OK);
	struct journal_entry e = append(s, "unit.changed", "unit", 0, 5);
	assert_int_equal(e.seq, 5);
	sign(s, bed);
	struct append undone = {
		.kind = "unit.changed", .subject = "unit", .n = 3, .fail_at_last = true};
	assert_err(in_change(s, append_run, &undone), ERR_INVALID);
	e = append(s, "unit.changed", "unit", 0, 4500);
	assert_int_equal(e.seq, 4505);
	sign(s, bed);
	assert_err(verify(s, bed, &f), OK);
	assert_int_equal(f.n, 0);
	struct stat st;
	char path[128];
	snprintf(path, sizeof(path), "%s/journal.key", bed->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* The hash of a known entry, made from the words of the header with another program. */
static enum err append_all_run(struct db *tx, void *arg, struct why *why)
{
	return journal_append_all(tx, arg, 3, why);
}

/* Many of one change follow each other as if each had been appended by itself. */
static void many_at_once_are_one_chain(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	struct findings f;
	struct why why = {0};
	struct journal_entry many[3];
	append(s, "unit.changed", "unit", 0, 2);
	for (int i = 0; i < 3; i++)
		many[i] = (struct journal_entry){.at = NOW + i,
						 .kind = STR("figure.approved"),
						 .subject = STR("figure"),
						 .subject_id = i + 1,
						 .data = STR("{}")};
	assert_ok(store_write(s, append_all_run, many, &why), why);
	assert_int_equal(many[0].seq, 3);
	assert_int_equal(many[2].seq, 5);
	assert_int_equal(append(s, "unit.changed", "unit", 0, 1).seq, 6);
	sign(s, bed);
	assert_err(verify(s, bed, &f), OK);
	assert_int_equal(f.n, 0);
}

static void the_hash_is_as_documented(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	AUTO(arena_free) struct arena *a = arena_new();
	struct journal_entry e = append(s, "unit.changed", "unit", 5, 1);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 4096);
	static const unsigned char zero[32];
	buf_add_bytes(&b, zero, 32);
	const int64_t numbers[] = {e.server, 1, NOW};
	unsigned char eight[8];
#define NUMBER(v)                                                                                  \
	do {                                                                                       \
		for (int k = 0; k < 8; k++)                                                        \
			eight[k] = (unsigned char)((uint64_t)(v) >> (56 - 8 * k));                 \
		buf_add_bytes(&b, eight, 8);                                                       \
	} while (0)
	for (size_t i = 0; i < 3; i++)
		NUMBER(numbers[i]);
	NUMBER(12);
	buf_add(&b, STR("unit.changed"));
	NUMBER(7);
	NUMBER(5);
	NUMBER(4);
	buf_add(&b, STR("unit"));
	NUMBER(100);
	NUMBER(10);
	buf_add(&b, STR("{\"a\":\"đ\"}"));
	struct hash expected = crypt_sha256(buf_str(&b));
	assert_memory_equal(expected.bytes, e.hash.bytes, HASH_BYTES);
	buf_clear(&b);
	struct jw w;
	jw_init(&w, &b);
	journal_json(&w, &e);
	const struct json *v;
	struct why why = {0};
	assert_ok(json_parse(a, buf_str(&b), &v, &why), why);
	assert_int_equal(json_get_str(v, "hash").len, 64);
	assert_str(json_get_str(json_get(v, "data"), "a"), "đ");
}

static void expect_finding(void **state, struct sql crime, const char *what)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.changed", "unit", 0, 9);
	tamper(s, crime);
	struct findings f;
	enum err rc = verify(s, bed, &f);
	if (rc != ERR_CONFLICT || !strstr(f.first, what))
		fail_msg("%s: %s, %d findings, first: %s", crime.text, err_slug(rc), f.n, f.first);
}

static void an_edit_is_found(void **state)
{
	expect_finding(state, SQL("UPDATE journal SET actor = 8 WHERE seq = 4"),
		       "entry 4: changed");
}
static void a_deletion_is_found(void **state)
{
	expect_finding(state, SQL("DELETE FROM journal WHERE seq = 4"),
		       "entry 4: missing (deleted)");
}
static void a_lost_beginning_is_found(void **state)
{
	expect_finding(state, SQL("DELETE FROM journal WHERE seq = 1"),
		       "entry 1: missing (deleted)");
}
static void a_lost_end_is_found(void **state)
{
	expect_finding(state, SQL("DELETE FROM journal WHERE seq > 6"), "entry 7: missing");
}
static void a_lost_head_is_found(void **state)
{
	expect_finding(state, SQL("DELETE FROM journal_head"), "head is missing");
}
static void everything_lost_is_found(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.changed", "unit", 0, 9);
	sign(s, bed);
	tamper(s, SQL("DELETE FROM journal"));
	tamper(s, SQL("DELETE FROM journal_head"));
	struct findings f;
	assert_err(verify(s, bed, &f), ERR_CONFLICT);
	assert_non_null(strstr(f.first, "entry 1: missing (truncated), entry 9 was signed"));
}

/* The owner of the database rewrites the chain with right hashes: only the signed head tells. */
static void a_rewritten_chain_is_found(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.changed", "unit", 0, 9);
	sign(s, bed);
	tamper(s, SQL("DELETE FROM journal"));
	tamper(s, SQL("DELETE FROM journal_head"));
	append(s, "unit.changed", "unit", 1, 6);
	struct findings f;
	assert_err(verify(s, bed, &f), ERR_CONFLICT);
	assert_non_null(strstr(f.first, "entry 7: missing (truncated)"));
	append(s, "unit.changed", "unit", 1, 6);
	assert_err(verify(s, bed, &f), ERR_CONFLICT);
	assert_non_null(strstr(f.first, "entry 9: differs from its signed head"));
}

static void two_are_swapped(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.changed", "unit", 0, 9);
	tamper(s, SQL("UPDATE journal SET seq = 1000 WHERE seq = 4"));
	tamper(s, SQL("UPDATE journal SET seq = 4 WHERE seq = 5"));
	tamper(s, SQL("UPDATE journal SET seq = 5 WHERE seq = 1000"));
	struct findings f;
	assert_err(verify(s, bed, &f), ERR_CONFLICT);
	assert_non_null(strstr(f.first, "entry 4: changed, or put in another place"));
}

static void heads_log_is_guarded(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.changed", "unit", 0, 3);
	sign(s, bed);
	char path[128], text[512];
	snprintf(path, sizeof(path), "%s/heads.log", bed->dir);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text));
	assert_true(n > 200);
	text[4] = text[4] == '0' ? '1' : '0'; /* in the hash */
	assert_int_equal(pwrite(fd, text, (size_t)n, 0), n);
	close(fd);
	struct findings f;
	assert_err(verify(s, bed, &f), ERR_CONFLICT);
	assert_non_null(strstr(f.first, "heads.log line 1: its signature is wrong"));
	assert_int_equal(unlink(path), 0);
	assert_err(verify(s, bed, &f), ERR_CONFLICT);
	assert_non_null(strstr(f.first, "missing or damaged"));
}

/* -- reading -- */
static struct journal_page page_of(struct store *s, struct arena *a, struct journal_reader how)
{
	struct why why = {0};
	struct db *db;
	struct journal_page page;
	assert_ok(store_take(s, &db, &why), why);
	assert_ok(journal_read(db, &how, a, &page, &why), why);
	store_give(db);
	return page;
}

static void reading_with_rights(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "account.locked", "account", 0, 2);
	append(s, "delivery.received", "delivery", 11, 3);
	append(s, "delivery.received", "delivery", 12, 2);
	append(s, "unit.changed", "unit", 12, 1);
	struct journal_reader auditor = {
		.access = x, .who = principal_of(a, ROLE_AUDITOR, 0), .max = 100};
	struct journal_page all = page_of(s, a, auditor);
	assert_int_equal(all.n, 8);
	assert_false(all.more);
	struct journal_reader officer = {
		.access = x, .who = principal_of(a, ROLE_REPORTING_OFFICER, 11), .max = 2};
	struct journal_page mine = page_of(s, a, officer);
	assert_int_equal(mine.n, 2);
	assert_int_equal(mine.entries[0].seq, 3);
	assert_true(mine.more);
	officer.after = mine.next;
	mine = page_of(s, a, officer);
	assert_int_equal(mine.n, 2);
	assert_int_equal(mine.entries[0].seq, 5);
	assert_str(mine.entries[1].kind, "unit.changed");
	officer.after = mine.next;
	mine = page_of(s, a, officer);
	assert_int_equal(mine.n, 0);
	assert_false(mine.more);
	/* What nobody may see moves the cursor too. */
	append(s, "account.locked", "account", 0, 2);
	officer.after = mine.next;
	mine = page_of(s, a, officer);
	assert_int_equal(mine.n, 0);
	assert_false(str_eq(mine.next, officer.after));
	officer.after = mine.next;
	append(s, "delivery.received", "delivery", 111, 1);
	assert_int_equal(page_of(s, a, officer).n, 1);
	struct journal_reader nobody = {.access = x, .who = access_nobody(a), .max = 100};
	mine = page_of(s, a, nobody);
	assert_int_equal(mine.n, 1); /* units are everybody's */
}

static void cursors_kinds_and_backwards(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(access_free) struct access *x = access_new(test_tree());
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.created", "unit", 0, 3);
	append(s, "domain.created", "domain", 0, 3);
	append(s, "unit.changed", "unit", 0, 1);
	struct journal_reader how = {
		.access = x, .who = access_centre(a), .max = 100, .kind = STR("unit.")};
	assert_int_equal(page_of(s, a, how).n, 4);
	how.kind = STR("unit.created");
	assert_int_equal(page_of(s, a, how).n, 3);
	how.kind = STR_NULL;
	how.after = STR("now");
	struct journal_page end = page_of(s, a, how);
	assert_int_equal(end.n, 0);
	append(s, "unit.changed", "unit", 0, 1);
	how.after = end.next;
	assert_int_equal(page_of(s, a, how).n, 1);
	how.after = STR_NULL;
	how.backward = true;
	how.max = 5;
	struct journal_page back = page_of(s, a, how);
	assert_int_equal(back.n, 5);
	assert_int_equal(back.entries[0].seq, 8);
	assert_int_equal(back.entries[4].seq, 4);
	how.after = back.next;
	back = page_of(s, a, how);
	assert_int_equal(back.n, 3);
	assert_int_equal(back.entries[2].seq, 1);
	how.after = back.next;
	assert_int_equal(page_of(s, a, how).n, 0);
	const char *bad[] = {"x",      "1",    "1:",
			     ":1",     "1:-1", "1:1;2:2",
			     "9999:1", "1:1,", "1:99999999999999999999"};
	struct why why = {0};
	struct db *db;
	assert_ok(store_take(s, &db, &why), why);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		how.after = str_of(bad[i]);
		assert_err(journal_read(db, &how, a, &back, &why), ERR_INVALID);
	}
	store_give(db);
}

/* A store call that fails anywhere leaves the chain whole. */
static void no_failure_breaks_the_chain(void **state)
{
	struct testbed *bed = testbed_of(state);
	AUTO(store_close) struct store *s = core_open(bed);
	append(s, "unit.changed", "unit", 0, 1);
	bool done = false;
	int failures = 0;
	for (int64_t n = 1; !done && n < 100; n++) {
		struct append p = {.kind = "unit.changed", .subject = "unit", .n = 2};
		store_fault_at(s, n);
		enum err rc = in_change(s, append_run, &p);
		done = store_fault_at(s, 0) < n;
		failures += rc != OK;
		struct findings f;
		if (!store_degraded(s))
			assert_err(verify(s, bed, &f), OK);
	}
	assert_true(done);
	assert_true(failures > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH_ENGINE(a_whole_chain_is_good),
		ON_EACH_ENGINE(many_at_once_are_one_chain),
		ON_EACH_ENGINE(the_hash_is_as_documented),
		ON_EACH_ENGINE(an_edit_is_found),
		ON_EACH_ENGINE(a_deletion_is_found),
		ON_EACH_ENGINE(a_lost_beginning_is_found),
		ON_EACH_ENGINE(a_lost_end_is_found),
		ON_EACH_ENGINE(a_lost_head_is_found),
		ON_EACH_ENGINE(everything_lost_is_found),
		ON_EACH_ENGINE(a_rewritten_chain_is_found),
		ON_EACH_ENGINE(two_are_swapped),
		ON_EACH_ENGINE(heads_log_is_guarded),
		ON_EACH_ENGINE(reading_with_rights),
		ON_EACH_ENGINE(cursors_kinds_and_backwards),
		ON_EACH_ENGINE(no_failure_breaks_the_chain),
	};
	crypt_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
