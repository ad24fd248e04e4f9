#include "core/identity.h"
#include "core/journal.h"
#include "http/internal.h"

#include <pthread.h>

/* One thread reads the journal.  Streams of people with the same rights form a group: entries are
 * read and formatted once for a group, into numbered blocks that every member copies from at its
 * own pace.  A new stream first catches up from its own cursor, then joins its group: both ends are
 * read in one snapshot, so nothing is missed or told twice.  Lock order: live.lock, then the
 * library's own. */
#define COALESCE (50 * USEC_SECOND / 1000) /* between two looks into the journal */
#define HEARTBEAT (15 * USEC_SECOND)
#define RECHECK (2 * USEC_SECOND)     /* a revoked session hears nothing after this */
#define BATCH 200		      /* entries of one block */
#define BLOCKS 64		      /* kept for slow readers of a group … */
#define GROUP_BYTES ((size_t)1 << 20) /* … and no more than this */
#define CATCH_UP_BYTES 65536	      /* waiting for one stream that catches up */

static const char gap_event[] = "event: gap\ndata: {}\n\n";

struct live_group {
	struct principal who;
	struct live_group *next;
	size_t members;
	char *cursor;
	uint64_t first, end; /* numbers of the blocks kept: first .. end-1 */
	size_t bytes;
	struct str blocks[BLOCKS];
};

struct live_client {
	struct live *live;
	struct live_client *prev, *next;
	struct live_group *group; /* NULL while it catches up */
	void *connection;	  /* NULL until it has started */
	char *token;		  /* to ask again whether it still holds; NULL for nobody */
	char *cursor;		  /* while catching up */
	struct str own;		  /* bytes for it alone, before those of the group */
	size_t own_at;
	uint64_t block;	 /* of the group, next to send */
	size_t block_at; /* bytes of it that were sent */
	usec checked;
	bool idle, beat, ended, busy,
		gone; /* busy: the thread looks at it, gone: it must free it */
};

struct live {
	struct http *http;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	struct live_client *clients;
	struct live_group *groups; /* made and freed by the thread only */
	bool woken, stop;
};

static void client_free(struct live_client *c)
{
	free(c->token);
	free(c->cursor);
	free((void *)(uintptr_t)c->own.ptr);
	free(c);
}

static char *copy_cstr(struct str s)
{
	char *copy = malloc(s.len + 1);
	assert(copy);
	memcpy(copy, s.ptr ? s.ptr : "", s.len);
	copy[s.len] = '\0';
	return copy;
}

static void set_own(struct live_client *c, struct str text)
{
	free((void *)(uintptr_t)c->own.ptr);
	c->own = (struct str){copy_cstr(text), text.len};
	c->own_at = 0;
}

/* Call with the lock. */
static void nudge(struct live_client *c)
{
	if (!c->idle || !c->connection)
		return;
	c->idle = false;
	stream_resume(c->connection);
}

/* -- the I/O threads' side -- */

static size_t copy_piece(char *buf, size_t max, struct str from, size_t *at)
{
	size_t n = from.len - *at < max ? from.len - *at : max;
	memcpy(buf, from.ptr + *at, n);
	*at += n;
	return n;
}

/* Thousands wait for news: what was sent is not kept for any of them. */
static size_t take_own(struct live_client *c, char *buf, size_t max)
{
	size_t n = copy_piece(buf, max, c->own, &c->own_at);
	if (c->own_at == c->own.len) {
		free((void *)(uintptr_t)c->own.ptr);
		c->own = STR_NULL;
		c->own_at = 0;
	}
	return n;
}

static size_t take_block(struct live_client *c, char *buf, size_t max)
{
	struct live_group *g = c->group;
	if (c->block < g->first) { /* too slow: its next block is not kept any more */
		if (c->block_at) {
			c->ended =
				true; /* in the middle of an event: it reconnects with its cursor */
			return 0;
		}
		c->block = g->first;
		set_own(c, str_of(gap_event));
		return take_own(c, buf, max);
	}
	if (c->block == g->end)
		return 0;
	struct str block = g->blocks[c->block % BLOCKS];
	size_t n = copy_piece(buf, max, block, &c->block_at);
	if (c->block_at == block.len) {
		c->block++;
		c->block_at = 0;
	}
	return n;
}

ptrdiff_t live_take(struct live_client *c, char *buf, size_t max)
{
	struct live *l = c->live;
	size_t n = 0;
	pthread_mutex_lock(&l->lock);
	if (c->own_at < c->own.len)
		n = take_own(c, buf, max);
	else if (c->group)
		n = take_block(c, buf, max);
	if (n == 0 && c->beat && max >= 3) {
		memcpy(buf, ":\n\n", 3);
		n = 3;
	}
	c->beat = c->beat && n == 0;
	bool end = l->stop || c->ended;
	if (n == 0 && !end) {
		c->idle = true;
		stream_suspend(c->connection);
		if (!c->group) { /* has read what there was, wants more of the past */
			l->woken = true;
			pthread_cond_signal(&l->wake);
		}
	}
	pthread_mutex_unlock(&l->lock);
	return end ? -1 : (ptrdiff_t)n;
}

void live_start(struct live_client *c, void *connection)
{
	struct live *l = c->live;
	pthread_mutex_lock(&l->lock);
	c->connection = connection;
	c->next = l->clients;
	if (c->next)
		c->next->prev = c;
	l->clients = c;
	l->woken = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	if (l->http->streams_now)
		metric_add(l->http->streams_now, 1);
}

void live_leave(struct live_client *c)
{
	struct live *l = c->live;
	bool started = c->connection;
	pthread_mutex_lock(&l->lock);
	if (started && c->prev)
		c->prev->next = c->next;
	else if (started)
		l->clients = c->next;
	if (c->next)
		c->next->prev = c->prev;
	if (c->group)
		c->group->members--;
	c->connection = NULL;
	bool busy = c->busy;
	c->gone = true;
	pthread_mutex_unlock(&l->lock);
	if (started && l->http->streams_now)
		metric_add(l->http->streams_now, -1);
	if (!busy)
		client_free(c);
}

void live_wake(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	l->woken = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

/* -- the thread's side -- */

/* The cursor goes with the last entry: it is the one after all of them. */
static void format_entries(struct buf *out, const struct journal_page *page)
{
	const struct journal_entry *entries = page->entries;
	for (size_t i = 0; i < page->n; i++) {
		struct jw w;
		if (i + 1 == page->n)
			buf_printf(out, "id: " STR_FMT "\n", STR_ARG(page->next));
		buf_add(out, STR("event: journal\ndata: "));
		jw_init(&w, out);
		jw_object(&w);
		jw_m_str(&w, "kind", entries[i].kind);
		jw_m_id(&w, "unit", entries[i].unit);
		jw_m_str(&w, "subject", entries[i].subject);
		jw_m_id(&w, "id", entries[i].subject_id);
		jw_m_time(&w, "at", entries[i].at);
		jw_object_end(&w);
		buf_add(out, STR("\n\n"));
	}
}

struct reading {
	struct live *live;
	struct db *db;
	struct arena *arena;
	usec now; /* of the centre */
};

/* The next batch after *cursor, formatted; *cursor moves on. */
static enum err read_batch(struct reading *r, const struct principal *who, char **cursor,
			   struct buf *out, bool *ret_more)
{
	struct journal_reader how = {.access = r->live->http->app.access,
				     .who = who,
				     .after = str_of(*cursor),
				     .max = BATCH};
	struct journal_page page = {0};
	struct why why = {0};
	arena_reset(r->arena);
	enum err rc = journal_read(r->db, &how, r->arena, &page, &why);
	if (rc != OK) {
		log_line(r->live->http->app.log, LEVEL_WARN, "http.live", "%s", why.text);
		return rc;
	}
	format_entries(out, &page);
	free(*cursor);
	*cursor = copy_cstr(page.next);
	*ret_more = page.more;
	return OK;
}

static void drop_block(struct live_group *g)
{
	struct str *oldest = &g->blocks[g->first % BLOCKS];
	g->bytes -= oldest->len;
	free((void *)(uintptr_t)oldest->ptr);
	*oldest = STR_NULL;
	g->first++;
}

/* Call with the lock. */
static void add_block(struct live_group *g, struct str text)
{
	while (g->first < g->end &&
	       (g->end - g->first == BLOCKS || g->bytes + text.len > GROUP_BYTES))
		drop_block(g);
	g->blocks[g->end % BLOCKS] = (struct str){copy_cstr(text), text.len};
	g->bytes += text.len;
	g->end++;
}

static bool advance_group(struct reading *r, struct live_group *g)
{
	AUTO(buf_release) struct buf text;
	bool more = true;
	buf_init(&text, GROUP_BYTES);
	while (more) {
		buf_clear(&text);
		if (read_batch(r, &g->who, &g->cursor, &text, &more) != OK)
			return false;
		if (!text.len)
			continue;
		pthread_mutex_lock(&r->live->lock);
		add_block(g, buf_str(&text));
		pthread_mutex_unlock(&r->live->lock);
	}
	return true;
}

static bool same_rights(const struct principal *a, const struct principal *b)
{
	if (a->user != b->user || a->token_verbs != b->token_verbs || a->n_grants != b->n_grants)
		return false;
	for (size_t i = 0; i < a->n_grants; i++)
		if (a->grants[i].role != b->grants[i].role ||
		    a->grants[i].unit != b->grants[i].unit)
			return false;
	return true;
}

static struct live_group *group_of(struct live *l, const struct principal *who, const char *cursor)
{
	for (struct live_group *g = l->groups; g; g = g->next)
		if (same_rights(&g->who, who))
			return g;
	struct live_group *g = calloc(1, sizeof(*g));
	assert(g);
	g->who = *who; /* rights only: the names lie in a request that ends */
	g->who.login = g->who.name = STR("");
	g->cursor = copy_cstr(str_of(cursor));
	g->next = l->groups;
	l->groups = g;
	return g;
}

static void group_free(struct live_group *g)
{
	while (g->first < g->end)
		drop_block(g);
	free(g->cursor);
	free(g);
}

static void free_empty_groups(struct live *l)
{
	struct live_group **at = &l->groups;
	while (*at) {
		struct live_group *g = *at;
		if (g->members) {
			at = &g->next;
			continue;
		}
		*at = g->next;
		group_free(g);
	}
}

/* Who is it now?  false: its token does not hold any more. */
static bool still_holds(struct reading *r, const struct live_client *c, struct principal *ret)
{
	struct principal *who = NULL;
	arena_reset(r->arena);
	if (!c->token)
		who = access_nobody(r->arena);
	else if (access_identify(r->db, str_of(c->token), r->now, r->arena, &who, NULL) != OK)
		return false;
	*ret = *who;
	return true;
}

/* Read more of the past for one stream; joins its group at the end. */
static void catch_up(struct reading *r, struct live_client *c)
{
	AUTO(buf_release) struct buf text;
	struct principal who;
	bool more = true, good = still_holds(r, c, &who);
	buf_init(&text, GROUP_BYTES);
	while (good && more && text.len < CATCH_UP_BYTES)
		good = read_batch(r, &who, &c->cursor, &text, &more) == OK;
	pthread_mutex_lock(&r->live->lock);
	if (text.len)
		set_own(c, buf_str(&text));
	if (!good) {
		c->ended = true;
	} else if (!more && !c->gone) {
		c->group = group_of(r->live, &who, c->cursor);
		c->group->members++;
		c->block = c->group->end;
		c->checked = clock_monotonic();
		free(c->cursor);
		c->cursor = NULL;
	}
	pthread_mutex_unlock(&r->live->lock);
}

static void recheck(struct reading *r, struct live_client *c)
{
	struct principal who;
	bool good = still_holds(r, c, &who);
	pthread_mutex_lock(&r->live->lock);
	c->checked = clock_monotonic();
	/* With other rights it belongs to another group: it comes back with its cursor. */
	if (!good || (c->group && !same_rights(&who, &c->group->who)))
		c->ended = true;
	pthread_mutex_unlock(&r->live->lock);
}

static bool wants_past(const struct live_client *c)
{
	return !c->group && !c->ended && c->own_at == c->own.len;
}

static bool wants_check(const struct live_client *c, usec now)
{
	bool news = c->group && c->block < c->group->end;
	return c->token && c->group && !c->ended &&
	       c->checked + (news ? RECHECK : HEARTBEAT) <= now;
}

/* Call with the lock; it is given up while work() runs. */
static void look_after(struct reading *r, struct live_client *c,
		       void (*work)(struct reading *, struct live_client *),
		       struct live_client **ret_next)
{
	c->busy = true;
	pthread_mutex_unlock(&r->live->lock);
	work(r, c);
	pthread_mutex_lock(&r->live->lock);
	c->busy = false;
	/* When it left meanwhile its neighbours are unknown: the next turn sees the rest. */
	*ret_next = c->gone ? NULL : c->next;
	if (c->gone)
		client_free(c);
}

static void each_client(struct reading *r, usec now)
{
	struct live_client *next = NULL;
	for (struct live_client *c = r->live->clients; c && !r->live->stop; c = next) {
		next = c->next;
		if (wants_past(c))
			look_after(r, c, catch_up, &next);
		else if (wants_check(c, now))
			look_after(r, c, recheck, &next);
	}
}

static void deliver(struct live *l, bool beat)
{
	for (struct live_client *c = l->clients; c; c = c->next) {
		c->beat = c->beat || beat;
		bool news = c->own_at < c->own.len || (c->group && c->block < c->group->end);
		if (news || c->beat || c->ended || l->stop)
			nudge(c);
	}
}

static void look(struct live *l, bool beat)
{
	AUTO(store_give) struct db *db = NULL;
	AUTO(arena_free) struct arena *a = arena_new();
	struct reading r = {.live = l, .arena = a, .now = clock_now(l->http->app.clock)};
	struct why why = {0};
	bool good = l->http->app.store && store_take(l->http->app.store, &db, &why) == OK &&
		    db_snapshot(db, &why) == OK;
	r.db = db;
	for (struct live_group *g = l->groups; g && good; g = g->next)
		good = advance_group(&r, g);
	pthread_mutex_lock(&l->lock);
	if (good)
		each_client(&r, clock_monotonic());
	deliver(l, beat);
	free_empty_groups(l);
	pthread_mutex_unlock(&l->lock);
	if (db)
		db_snapshot_end(db);
}

/* Waits for news or the heartbeat; false: stop.  At most one look in COALESCE. */
static bool wait_for_news(struct live *l, usec last, usec beat)
{
	pthread_mutex_lock(&l->lock);
	while (!l->stop) {
		usec now = clock_monotonic();
		usec until = l->woken ? last + COALESCE : beat;
		if (until <= now)
			break;
		struct timespec t = {until / USEC_SECOND, until % USEC_SECOND * 1000};
		pthread_cond_timedwait(&l->wake, &l->lock, &t);
	}
	l->woken = false;
	bool more = !l->stop;
	pthread_mutex_unlock(&l->lock);
	return more;
}

static void *live_main(void *arg)
{
	struct live *l = arg;
	usec last = 0, beat = clock_monotonic() + HEARTBEAT;
	while (wait_for_news(l, last, beat)) {
		last = clock_monotonic();
		bool due = beat <= last;
		if (due)
			beat = last + HEARTBEAT;
		look(l, due);
	}
	return NULL;
}

struct live *live_new(struct http *h)
{
	struct live *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;
	assert(l);
	l->http = h;
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->wake, &attr);
	pthread_condattr_destroy(&attr);
	int failed = pthread_create(&l->thread, NULL, live_main, l);
	assert(!failed);
	return l;
}

void live_stop(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	deliver(l, false);
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
}

bool live_empty(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	bool empty = !l->clients;
	pthread_mutex_unlock(&l->lock);
	return empty;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	if (!l->stop)
		live_stop(l);
	assert(!l->clients);
	while (l->groups) {
		struct live_group *g = l->groups;
		l->groups = g->next;
		group_free(g);
	}
	pthread_cond_destroy(&l->wake);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* -- the route -- */

static enum err live_get(struct request *req, struct why *why)
{
	struct str after = http_header(req, "last-event-id");
	if (!after.ptr)
		after = http_query(req, "after");
	bool from_now = after.len == 0;
	struct journal_reader how = {.access = req->app->access,
				     .who = req->who,
				     .after = from_now ? STR("now") : after,
				     .max = 1};
	struct journal_page page = {0};
	enum err rc = journal_read(req->db, &how, req->arena, &page, why);
	if (rc != OK)
		return rc;
	struct live_client *c = calloc(1, sizeof(*c));
	if (!c)
		return fail(why, ERR_UNAVAILABLE, "out of memory");
	struct str token = request_token(req);
	struct str cursor = from_now ? page.next : after;
	c->live = req->private->server->live;
	c->token = req->who->user ? copy_cstr(token) : NULL;
	c->cursor = copy_cstr(cursor);
	set_own(c, arena_fmt(req->arena, "retry: 2000\nid: " STR_FMT "\n\n", STR_ARG(cursor)));
	req->private->stream = c;
	req->private->close = true; /* when it ends, so does the connection */
	req->type = STR("text/event-stream");
	http_answer_header(req, "Cache-Control", STR("no-store"));
	http_answer_header(req, "X-Accel-Buffering", STR("no"));
	return OK;
}

static const struct http_param live_params[] = {
	{.name = "after",
	 .type = PARAM_TEXT,
	 .max = 2000,
	 .help = "cursor of the journal to start after; the header Last-Event-ID goes before it"},
	{.name = NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/api/v1/live", SIGNED_IN, live_get,
	      "What happens, as it happens, as far as you may see it (server-sent events)",
	      "Luồng sự kiện trực tiếp theo quyền của người xem", .flags = HTTP_STREAM,
	      .params = live_params),
};
const struct route_table live_routes = {routes, ARRAY_LEN(routes), NULL};
