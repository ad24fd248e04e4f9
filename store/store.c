#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/inside.h"

#define READERS_DEFAULT 8
#define TAKE_WAIT (2 * USEC_SECOND)

/* -- faults, on purpose -- */

bool store_faulty(struct store *s)
{
	int64_t call = atomic_fetch_add(&s->calls, 1) + 1;
	return call == atomic_load(&s->fault_at);
}

enum err store_fault(struct why *why)
{
	return fail(why, ERR_UNAVAILABLE, "a fault was asked for here");
}

int64_t store_fault_at(struct store *s, int64_t n)
{
	atomic_store(&s->turn, 1);
	atomic_store(&s->fault_at, n);
	return atomic_exchange(&s->calls, 0);
}

/* -- connections -- */

struct db *db_new(struct store *s, enum db_role role)
{
	struct db *db = calloc(1, sizeof(*db));
	if (db)
		*db = (struct db){.store = s, .dialect = s->dialect, .role = role};
	return db;
}

enum err db_connect(struct db *db, bool create, struct why *why)
{
	assert(!db->native);
	if (store_faulty(db->store))
		return store_fault(why);
	db->trouble = TROUBLE_NONE;
	return db->dialect->connect(db, create, why);
}

void db_disconnect(struct db *db)
{
	db_forget_statements(db);
	if (db->native)
		db->dialect->disconnect(db);
}

void db_free(struct db *db)
{
	if (!db)
		return;
	db_disconnect(db);
	free(db);
}

static struct timespec deadline_in(usec wait)
{
	usec at = clock_monotonic() + wait;
	return (struct timespec){.tv_sec = at / USEC_SECOND, .tv_nsec = at % USEC_SECOND * 1000};
}

/* An idle one, or leave to make one: then *ret is NULL. */
static enum err pool_take(struct store *s, struct db **ret, struct why *why)
{
	struct timespec until = deadline_in(TAKE_WAIT);
	enum err rc = OK;
	pthread_mutex_lock(&s->pool_lock);
	while (!s->pool && s->readers_open >= s->readers_max && rc == OK)
		if (pthread_cond_timedwait(&s->pool_given, &s->pool_lock, &until) == ETIMEDOUT)
			rc = fail(why, ERR_UNAVAILABLE, "all %u connections for reading are busy",
				  s->readers_max);
	if (s->pool) {
		rc = OK;
		*ret = s->pool;
		s->pool = s->pool->next;
	} else if (rc == OK) {
		*ret = NULL;
		s->readers_open++;
	}
	pthread_mutex_unlock(&s->pool_lock);
	return rc;
}

static void pool_forget_one(struct store *s)
{
	pthread_mutex_lock(&s->pool_lock);
	s->readers_open--;
	pthread_cond_signal(&s->pool_given);
	pthread_mutex_unlock(&s->pool_lock);
}

enum err store_take(struct store *s, struct db **ret, struct why *why)
{
	struct db *db = NULL;
	enum err rc = pool_take(s, &db, why);
	if (rc != OK)
		return rc;
	if (!db) {
		db = db_new(s, DB_READER);
		rc = db ? db_connect(db, false, why)
			: fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	}
	if (rc != OK) {
		db_free(db);
		pool_forget_one(s);
		return rc;
	}
	*ret = db;
	return OK;
}

void store_give(struct db *db)
{
	if (!db)
		return;
	assert(db->role == DB_READER && db->n_in_use == 0);
	struct store *s = db->store;
	db->snapshots = db->snapshots > 0;
	db_snapshot_end(db);
	if (!db->native || db->trouble != TROUBLE_NONE) {
		db_free(db);
		pool_forget_one(s);
		return;
	}
	pthread_mutex_lock(&s->pool_lock);
	db->next = s->pool;
	s->pool = db;
	pthread_cond_signal(&s->pool_given);
	pthread_mutex_unlock(&s->pool_lock);
}

enum err db_snapshot(struct db *db, struct why *why)
{
	assert(!db->in_change);
	if (db->snapshots++ > 0)
		return OK;
	enum err rc = db_exec(db, db->dialect->begin_snapshot, why);
	int64_t commits;
	if (rc == OK) /* the first look decides what is seen */
		rc = db_int(db, SQL("SELECT commits FROM store_state WHERE id = 1"), &commits, why);
	if (rc != OK)
		db_snapshot_end(db);
	return rc;
}

enum err db_one_state(struct db *db, struct why *why)
{
	if (!db->dialect->lock_free || db->snapshots > 0)
		return OK;
	enum err rc = db_exec(db, db->dialect->begin_snapshot, why);
	db->snapshots = rc == OK;
	return rc;
}

void db_snapshot_end(struct db *db)
{
	if (db->snapshots > 0 && --db->snapshots == 0 && db_commit(db, NULL) != OK)
		db_rollback(db);
}

/* -- what state it is in -- */

void store_damage(struct store *s, const struct why *why)
{
	pthread_mutex_lock(&s->damage_lock);
	if (!s->damage) {
		s->damage = strdup(why->text);
		s->damage_vi = strdup(why->vi);
		atomic_store(&s->trouble, TROUBLE_DAMAGED);
	}
	bool told = s->damage != NULL;
	pthread_mutex_unlock(&s->damage_lock);
	assert(told);
	if (s->log)
		log_line(s->log, LEVEL_ERROR, "store.damaged", "%s", why->text);
}

static void restore_hint(struct why *why)
{
	struct why what = *why;
	fail(why, ERR_CONFLICT,
	     BOTH_FMT
	     "; nothing more is written to it; restore a backup: haidang restore --data NEW_DIRECTORY FILE",
	     WHY_ARG(what));
}

enum err store_damaged(struct db *db, const char *message, struct why *why)
{
	struct why damage = {0};
	enum err rc = fail(&damage, ERR_INTERNAL, "The database is damaged (%.80s)", message);
	db->trouble = TROUBLE_DAMAGED;
	restore_hint(&damage);
	store_damage(db->store, &damage);
	if (why)
		*why = damage;
	return rc;
}

static const char *trouble_sentence(struct store *s, enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_NONE:
		return NULL;
	case TROUBLE_FULL:
		return WORDS(
			"The disk is full or failing: nothing new is stored until there is room; it is tried again "
			"every second.");
	case TROUBLE_LOST:
		return WORDS("The database cannot be reached; it is tried again every second.");
	case TROUBLE_DAMAGED:
		return s->damage;
	}
	return NULL;
}

const char *store_degraded(struct store *s)
{
	return trouble_sentence(s, atomic_load(&s->trouble));
}

static const char *trouble_sentence_vi(struct store *s, enum trouble trouble)
{
	const char *sentence = trouble_sentence(s, trouble);
	return trouble == TROUBLE_DAMAGED ? s->damage_vi : sentence ? words_vi(sentence) : NULL;
}

const char *store_degraded_vi(struct store *s)
{
	return trouble_sentence_vi(s, atomic_load(&s->trouble));
}

enum err store_refusal(struct store *s, enum trouble trouble, struct why *why)
{
	const char *sentence = trouble_sentence(s, trouble);
	assert(sentence);
	return fail(why, trouble == TROUBLE_FULL ? ERR_FULL : ERR_UNAVAILABLE, BOTH_FMT, sentence,
		    trouble_sentence_vi(s, trouble));
}

bool store_is_postgres(const struct store *s)
{
	return s->dialect == &dialect_postgres;
}

unsigned store_server(const struct store *s)
{
	return s->server;
}

struct id_source *store_ids(struct store *s)
{
	return s->ids;
}

struct clock *store_clock(struct store *s)
{
	return s->clock;
}

/* -- opening -- */

static void init_locks(struct store *s)
{
	pthread_mutex_init(&s->damage_lock, NULL);
	pthread_mutex_init(&s->pool_lock, NULL);
	pthread_mutex_init(&s->hooks_lock, NULL);
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->pool_given, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

enum err store_make(const struct store_options *o, struct store **ret, struct why *why)
{
	struct store *s = calloc(1, sizeof(*s));
	if (!s)
		return fail(why, ERR_UNAVAILABLE, "no memory for the store");
	*s = (struct store){
		.dialect = o->url ? &dialect_postgres : &dialect_sqlite,
		.dir = strdup(o->dir),
		.url = o->url ? strdup(o->url) : NULL,
		.migrations = o->migrations,
		.n_migrations = o->n_migrations,
		.read_only = o->read_only,
		.building = o->building,
		.log = o->log,
		.metrics = o->metrics,
		.clock = o->clock,
		.lock = -1,
		.mark = {.fd = -1},
		.readers_max = o->readers ? o->readers : READERS_DEFAULT,
	};
	init_locks(s);
	atomic_store(&s->fault_at, o->testing ? o->testing->fault_at : 0);
	if (!s->dir || (o->url && !s->url)) {
		store_destroy(s);
		return fail(why, ERR_UNAVAILABLE, "no memory for the store");
	}
	*ret = s;
	return OK;
}

void store_destroy(struct store *s)
{
	if (!s)
		return;
	while (s->pool) {
		struct db *db = s->pool;
		s->pool = db->next;
		s->readers_open--;
		db_free(db);
	}
	assert(s->readers_open == 0); /* all were given back */
	mark_close(&s->mark);
	if (s->lock >= 0)
		close(s->lock);
	id_source_free(s->ids);
	pthread_mutex_destroy(&s->damage_lock);
	pthread_mutex_destroy(&s->pool_lock);
	pthread_mutex_destroy(&s->hooks_lock);
	pthread_cond_destroy(&s->pool_given);
	free(s->damage);
	free(s->damage_vi);
	free(s->dir);
	free(s->url);
	free(s);
}

/* A database that is not what its mark says is kept as it is, for a human to look at. */
static void compare_mark(struct store *s, const struct schema_state *st)
{
	struct why why = {0};
	if (strcmp(st->identity, s->mark.identity) != 0)
		fail(&why, ERR_CONFLICT,
		     "The database is not the one that the mark %s/high-water belongs to", s->dir);
	else if (st->commits < s->mark.commits)
		fail(&why, ERR_CONFLICT,
		     "The database is damaged or was restored by hand: it ends at commit %lld, but commit %lld was "
		     "acknowledged",
		     (long long)st->commits, (long long)s->mark.commits);
	else
		return;
	restore_hint(&why);
	store_damage(s, &why);
}

static void found_damage(void *arg, const struct why *found)
{
	struct store *s = arg;
	struct why why = {0};
	fail(&why, ERR_CONFLICT, "The database file is damaged (%.*s)", 80, found->text);
	restore_hint(&why);
	store_damage(s, &why);
}

static enum err open_mark(struct store *s, struct why *why)
{
	struct why found = {0};
	enum err rc = mark_open(s->dir, s->read_only, &s->mark, &found);
	if (rc == ERR_CONFLICT) { /* unreadable: it can vouch for nothing */
		restore_hint(&found);
		store_damage(s, &found);
		return OK;
	}
	if (rc != OK && why)
		*why = found;
	return rc;
}

static enum err check_found(struct store *s, struct db *db, struct schema_state *st,
			    struct why *why)
{
	enum err rc = schema_read(db, st, why);
	if (rc == OK && !st->exists && s->mark.fd >= 0)
		return fail(
			why, ERR_CONFLICT,
			"the database is empty, but %lld commits were acknowledged in it: restore a backup with: "
			"haidang restore --data %s FILE",
			(long long)s->mark.commits, s->dir);
	if (rc != OK || !st->exists)
		return rc;
	if (s->mark.fd >= 0)
		compare_mark(s, st);
	return db->dialect->check(db, true, found_damage, s, why);
}

/* The database is sound: bring it to our schema and become one of its servers. */
static enum err settle(struct store *s, struct db *db, struct why *why)
{
	enum err rc = schema_migrate(db, (int64_t)s->n_migrations, why);
	struct schema_state st;
	if (rc == OK)
		rc = schema_read(db, &st, why);
	if (rc == OK && s->mark.fd < 0)
		rc = mark_create(s->dir, st.identity, st.commits, &s->mark, why);
	if (rc == OK)
		rc = server_lease(db, s->mark.holder, &s->server, why);
	return rc;
}

static enum err open_database(struct store *s, struct db **ret_writer, struct why *why)
{
	AUTO(db_free) struct db *db = db_new(s, s->read_only ? DB_READER : DB_WRITER);
	if (!db)
		return fail(why, ERR_UNAVAILABLE, "no memory for a connection");
	bool sound = atomic_load(&s->trouble) == TROUBLE_NONE;
	enum err rc = db_connect(db, sound && !s->read_only && s->mark.fd < 0, why);
	struct schema_state st;
	if (rc == OK)
		rc = check_found(s, db, &st, why);
	if (rc != OK)
		return rc;
	if (s->read_only && st.number != (int64_t)s->n_migrations)
		return fail(why, ERR_CONFLICT,
			    "the database in %s has an older schema: start the server on it first",
			    s->dir);
	if (s->read_only || atomic_load(&s->trouble) != TROUBLE_NONE)
		return OK;
	rc = settle(s, db, why);
	if (rc == OK) {
		*ret_writer = db;
		db = NULL;
	}
	return rc;
}

enum err store_open(const struct store_options *o, struct store **ret, struct why *why)
{
	AUTO(store_destroy) struct store *s = NULL;
	AUTO(db_free) struct db *db = NULL;
	enum err rc = store_make(o, &s, why);
	if (rc == OK && !s->read_only)
		rc = lock_take(s->dir, &s->lock, why);
	if (rc == OK)
		rc = open_mark(s, why);
	if (rc == OK)
		rc = open_database(s, &db, why);
	if (rc != OK)
		return rc;
	s->ids = id_source_new(s->server);
	if (db) {
		struct db *writer = db;
		db = NULL;
		rc = writer_start(s, writer, o->queue_max, why);
	}
	if (rc == OK) {
		*ret = s;
		s = NULL;
	}
	return rc;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	writer_stop(s);
	store_destroy(s);
}
