/* demo.c - the demonstration province: packs, people, then every sending in order of its time.
 * The sendings of one half hour go out side by side through the front door. */
#include "demo/demo.h"
#include "demo/client.h"
#include "demo/letter.h"
#include "demo/monday.h"
#include "demo/people.h"
#include "demo/reports.h"
#include "registry/pack.h"
#include "registry/records.h"
#include <pthread.h>
#include <stdatomic.h>

#define CALLERS 16
#define SLOT (30 * USEC_MINUTE)
#define DECIDE_AFTER (6 * USEC_DAY) /* figures are looked at some days after they came */
#define MONDAY_AT (7 * USEC_HOUR + 30 * USEC_MINUTE)
#define MENDED 0.85    /* of faults: sent again at once */
#define CORRECTED 0.01 /* of sendings: one figure is corrected at once */

struct demo {
	const struct demo_options *o;
	const struct view *view;
	struct story *story;
	struct people people;
	struct sending *plan;
	size_t n;
	struct client *clients[CALLERS];
	/* one slot's work, shared by the callers */
	size_t from, to;
	_Atomic size_t next;
	_Atomic bool failed;
	pthread_mutex_t lock; /* guards result, why; a leaf */
	struct demo_result result;
	struct why why;
	enum err rc;
};

static void give_up(struct demo *d, enum err rc, const struct why *why)
{
	pthread_mutex_lock(&d->lock);
	if (!atomic_exchange(&d->failed, true)) {
		d->rc = rc;
		d->why = *why;
	}
	pthread_mutex_unlock(&d->lock);
}

static void count(struct demo *d, const struct json *answer, bool file)
{
	static const char *const names[] = {"accepted", "same", "doubtful", "refused"};
	pthread_mutex_lock(&d->lock);
	int64_t *const sums[] = {&d->result.accepted, &d->result.same, &d->result.doubtful,
				 &d->result.refused};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct json *n = json_get(answer, names[i]);
		*sums[i] += n ? n->integer : 0;
	}
	d->result.deliveries++;
	d->result.files += file;
	pthread_mutex_unlock(&d->lock);
}

/* Which lines of the letter the answer did not take. */
static size_t not_taken(const struct letter *l, const struct json *answer, bool *ret)
{
	const struct json *rows = json_get(answer, "rows");
	size_t n = 0;
	bool file = l->sending->way == SENDING_FILE;
	for (size_t i = 0; rows && i < rows->n; i++) {
		const struct json *row = json_get(&rows->items[i], "row");
		int64_t at = row ? row->integer - 1 - file : -1; /* a file has a header row */
		if (at >= 0 && (size_t)at < l->n && !ret[at]) {
			ret[at] = true;
			n++;
		}
	}
	return n;
}

static const char *address(const struct letter *l, const bool *only, struct arena *a)
{
	char path[100], effort[EFFORT_TEXT];
	letter_effort(l, only, effort);
	snprintf(path, sizeof(path), "/api/v1/deliveries%s", effort);
	return arena_str(a, str_of(path)).ptr;
}

static enum err send_file(struct client *c, struct str token, const struct letter *l,
			  struct arena *a, const struct json **ret, struct why *why)
{
	struct buf file;
	char name[120], path[160], effort[EFFORT_TEXT];
	letter_effort(l, NULL, effort);
	buf_init(&file, (size_t)16 << 20);
	enum err rc = letter_xlsx(l, &file, why);
	snprintf(name, sizeof(name), "baocao_" STR_FMT "_" STR_FMT ".xlsx",
		 STR_ARG(l->sending->unit->code), STR_ARG(l->lines[0].period));
	if (rc == OK)
		rc = client_call(c,
				 &(struct call){token, address(l, NULL, a), buf_str(&file), name},
				 a, ret, why);
	buf_release(&file);
	const struct json *ask = rc == OK ? json_get(*ret, "needs_mapping") : NULL;
	if (rc != OK || !ask)
		return rc;
	/* The first file of a unit: the officer agrees to the proposal. */
	struct buf body;
	struct jw w;
	buf_init(&body, (size_t)4 << 20);
	jw_init(&w, &body);
	jw_object(&w);
	jw_name(&w, "mapping");
	jw_value(&w, json_get(json_get(*ret, "proposal"), "mapping"));
	jw_object_end(&w);
	snprintf(path, sizeof(path), "/api/v1/uploads/" STR_FMT "/deliver%s",
		 STR_ARG(json_get_str(*ret, "upload")), effort);
	rc = client_call(c, &(struct call){token, path, buf_str(&body), NULL}, a, ret, why);
	buf_release(&body);
	return rc;
}

/* A line that no other has to agree with; l->n: none. */
static size_t lone_line(const struct letter *l)
{
	size_t at = l->sending->seed % l->n;
	for (size_t tries = 0; tries < l->n; tries++, at = (at + 1) % l->n) {
		const struct indicator *i = l->lines[at].indicator;
		if (i->n_parts == 0 && i->n_breakdowns == 0)
			return at;
	}
	return l->n;
}

/* Somebody finds that he took the wrong line of his papers. */
static enum err correct(struct demo *d, struct client *c, struct letter *l, struct arena *a,
			struct why *why)
{
	size_t at = lone_line(l);
	const struct json *answer = NULL;
	struct decimal value;
	if (at == l->n)
		return OK;
	enum err rc = decimal_parse(l->lines[at].right, &value, why);
	if (rc != OK)
		return rc;
	value.mantissa += value.mantissa > 0 ? -1 : 1;
	l->lines[at].right = decimal_str(a, value);
	l->lines[at].reason = STR("Đính chính: nhập nhầm dòng trong sổ theo dõi");
	bool *only = ARENA_ARRAY(a, l->n, bool);
	only[at] = true;
	rc = client_call(c,
			 &(struct call){people_token(&d->people, l->sending->unit),
					address(l, only, a), letter_json(l, only, a), NULL},
			 a, &answer, why);
	if (rc == OK)
		count(d, answer, false);
	return rc;
}

static enum err send(struct demo *d, struct client *c, const struct sending *s, struct arena *a,
		     struct why *why)
{
	struct letter l;
	const struct json *answer = NULL;
	struct str token = people_token(&d->people, s->unit);
	letter_make(d->story, d->view, s, a, &l);
	if (l.n == 0)
		return OK;
	enum err rc = s->way == SENDING_FILE
			      ? send_file(c, token, &l, a, &answer, why)
			      : client_call(c,
					    &(struct call){token, address(&l, NULL, a),
							   letter_json(&l, NULL, a), NULL},
					    a, &answer, why);
	if (rc != OK)
		return rc;
	count(d, answer, s->way == SENDING_FILE);
	bool *again = ARENA_ARRAY(a, l.n, bool);
	size_t bad = not_taken(&l, answer, again);
	if (bad == 0 && story_chance(story_mix(s->seed, 22)) < CORRECTED)
		return correct(d, c, &l, a, why);
	if (bad == 0 || story_chance(story_mix(s->seed, 21)) > MENDED)
		return OK;
	for (size_t i = 0; i < l.n; i++)
		l.lines[i].remark = story_remark(d->story, story_mix(s->seed, i));
	rc = client_call(
		c, &(struct call){token, address(&l, again, a), letter_json(&l, again, a), NULL}, a,
		&answer, why);
	if (rc == OK)
		count(d, answer, false);
	return rc;
}

struct caller {
	struct demo *demo;
	struct client *client;
};

static void *call(void *arg)
{
	struct caller *self = arg;
	struct demo *d = self->demo;
	struct arena *a = arena_new();
	size_t i;
	while (!atomic_load(&d->failed) && (i = atomic_fetch_add(&d->next, 1)) < d->to) {
		struct why why = {0};
		enum err rc = send(d, self->client, &d->plan[i], a, &why);
		if (rc != OK)
			give_up(d, rc, &why);
		arena_reset(a);
	}
	arena_free(a);
	return NULL;
}

/* All sendings of one slot, side by side, at one time of the simulated clock. */
static enum err run_slot(struct demo *d, struct why *why)
{
	pthread_t threads[CALLERS];
	struct caller callers[CALLERS];
	size_t n = d->to - d->from < CALLERS ? d->to - d->from : CALLERS, started = 0;
	clock_set(d->o->app->clock, d->plan[d->from].at);
	atomic_store(&d->next, d->from);
	for (; started < n; started++) {
		callers[started] = (struct caller){d, d->clients[started]};
		if (pthread_create(&threads[started], NULL, call, &callers[started]) != 0)
			break;
	}
	if (started == 0)
		return fail(why, ERR_FULL, "no thread could be started");
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	if (!atomic_load(&d->failed))
		return OK;
	*why = d->why;
	return d->rc;
}

/* -- the approver's Friday -- */
/* The same in every demonstration, as ids are not. */
static uint64_t luck_of(const struct json *figure)
{
	return story_mix(story_mix(story_key(json_get_str(figure, "unit")),
				   story_key(json_get_str(figure, "indicator"))),
			 story_mix(story_key(json_get_str(figure, "period")),
				   story_key(json_get_str(figure, "breakdown"))));
}

static enum err decide(struct demo *d, const struct json *items, const char *decision,
		       bool return_some, struct arena *a, struct why *why)
{
	struct buf body;
	struct jw w;
	const struct json *answer = NULL;
	int64_t n = 0;
	buf_init(&body, (size_t)1 << 20);
	jw_init(&w, &body);
	jw_object(&w);
	jw_m_cstr(&w, "decision", decision);
	jw_m_cstr(&w, "remark", return_some ? "Đề nghị kiểm tra lại với bộ phận chuyên môn" : NULL);
	jw_name(&w, "figures");
	jw_array(&w);
	for (size_t i = 0; i < items->n; i++) {
		struct str id = json_get_str(&items->items[i], "id"),
			   at = json_get_str(&items->items[i], "received");
		usec received = 0;
		bool doubtful = luck_of(&items->items[i]) % 400 == 0;
		if (time_parse(at, &received, why) != OK ||
		    received > clock_now(d->o->app->clock) - DECIDE_AFTER ||
		    doubtful != return_some)
			continue;
		jw_str(&w, id);
		n++;
	}
	jw_array_end(&w);
	jw_object_end(&w);
	enum err rc = n ? client_call(d->clients[0],
				      &(struct call){d->people.approver, "/api/v1/approvals",
						     buf_str(&body), NULL},
				      a, &answer, why)
			: OK;
	buf_release(&body);
	if (rc == OK)
		*(return_some ? &d->result.returned : &d->result.approved) += n;
	return rc;
}

static enum err approve(struct demo *d, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct str next = STR("");
	enum err rc = OK;
	do {
		const struct json *answer = NULL;
		char path[120];
		snprintf(path, sizeof(path),
			 "/api/v1/approvals?past=false&limit=500&cursor=" STR_FMT, STR_ARG(next));
		rc = client_call(d->clients[0],
				 &(struct call){d->people.approver, path, STR_NULL, NULL}, a,
				 &answer, why);
		const struct json *items = rc == OK ? json_get(answer, "items") : NULL;
		if (items)
			rc = decide(d, items, "approve", false, a, why);
		if (rc == OK && items)
			rc = decide(d, items, "return", true, a, why);
		next = rc == OK ? json_get_str(answer, "next") : STR_NULL;
	} while (rc == OK && next.len);
	return rc;
}

/* -- the keeper and the operator -- */
static usec monday_after(usec t)
{
	struct date d = date_local(t);
	return date_start(d) + (8 - date_weekday(d)) * USEC_DAY + MONDAY_AT;
}

static enum err keep(struct demo *d, usec now, struct why *why)
{
	clock_set(d->o->app->clock, now);
	return d->o->keep(d->o->keep_arg, now, why);
}

static enum err work_monday(struct demo *d, usec now, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct monday m = {.client = d->clients[0],
			   .people = &d->people,
			   .view = d->view,
			   .until = d->o->until};
	enum err rc = keep(d, now, why);
	if (rc == OK)
		rc = monday_work(&m, now, a, why);
	d->result.reminders += m.issued;
	return rc;
}

static enum err run(struct demo *d, struct why *why)
{
	usec monday = d->n ? monday_after(d->plan[0].at) : 0;
	usec friday = d->n ? d->plan[0].at + 7 * USEC_DAY : 0;
	int percent = -1;
	enum err rc = OK;
	for (d->from = 0; d->from < d->n && rc == OK; d->from = d->to) {
		usec slot = d->plan[d->from].at / SLOT;
		for (d->to = d->from; d->to < d->n && d->plan[d->to].at / SLOT == slot;)
			d->to++;
		for (; d->plan[d->from].at >= monday && rc == OK; monday += 7 * USEC_DAY)
			rc = work_monday(d, monday, why);
		if (rc == OK && d->plan[d->from].at > friday) {
			rc = approve(d, why);
			friday += 7 * USEC_DAY;
		}
		if (rc == OK)
			rc = run_slot(d, why);
		int now = (int)(100 * d->to / d->n);
		if (now != percent && d->o->progress)
			d->o->progress(d->o->arg, "figures", now);
		percent = now;
	}
	return rc;
}

/* -- before the first figure -- */
struct installing {
	const struct pack *packs;
	size_t n;
	struct arena *a;
	usec now;
	const struct view *view;
};

static enum err install(struct db *tx, void *arg, struct why *why)
{
	const struct installing *i = arg;
	struct problems problems;
	enum err rc = OK;
	problems_init(&problems, i->a);
	for (size_t k = 0; k < i->n && rc == OK; k++) {
		struct import_result result;
		if (i->packs[k].variant)
			continue;
		rc = pack_install(tx, &i->packs[k], (struct author){access_centre(i->a), i->now},
				  &result, &problems, why);
	}
	if (rc == ERR_INVALID && problems.n)
		return fail(why, rc, STR_FMT ": " BOTH_FMT, STR_ARG(problems.items[0].at),
			    PROBLEM_ARG(problems.items[0]));
	return rc;
}

/* What was owed before the story begins is not owed. */
static enum err owe_from(struct db *tx, void *arg, struct why *why)
{
	const struct installing *i = arg;
	struct problems problems;
	struct import_result result;
	struct buf csv;
	struct date day = date_local(i->now);
	const struct indicator *indicators;
	size_t n = view_indicators(i->view, &indicators);
	buf_init(&csv, (size_t)1 << 20);
	problems_init(&problems, i->a);
	buf_printf(&csv, "code,owed_from\n");
	for (size_t k = 0; k < n; k++)
		buf_printf(&csv, STR_FMT ",%04d-%02d-%02d\n", STR_ARG(indicators[k].code), day.year,
			   day.month, day.day);
	enum err rc = record_import_csv(tx, &indicator_record, buf_str(&csv),
					(struct author){access_centre(i->a), i->now}, &result,
					&problems, why);
	buf_release(&csv);
	return rc;
}

static enum err prepare(struct demo *d, struct db *db, struct arena *a, struct why *why)
{
	struct pack *packs = NULL;
	size_t n = 0;
	usec begin = clock_now(d->o->app->clock);
	enum err rc = pack_embedded(a, &packs, &n, why);
	struct installing installing = {.packs = packs, .n = n, .a = a, .now = begin};
	if (rc == OK)
		rc = store_write(d->o->app->store, install, &installing, why);
	if (rc == OK)
		rc = registry_view(d->o->app->registry, db, a, &d->view, why);
	if (rc == OK)
		rc = story_read(a, d->view, &d->story, why);
	if (rc == OK)
		rc = people_create(d->o, d->view, begin, a, &d->people, why);
	for (size_t i = 0; i < CALLERS && rc == OK; i++)
		rc = client_new(d->o->port, &d->clients[i], why);
	if (rc != OK)
		return rc;
	usec from = story_start(d->story), earliest = d->o->until - d->o->days * USEC_DAY;
	if (d->o->days && earliest > from)
		from = earliest;
	d->n = plan_make(d->story, d->view, from, d->o->until, a, &d->plan);
	installing.view = d->view;
	installing.now = from;
	rc = store_write(d->o->app->store, owe_from, &installing, why);
	return rc == OK ? keep(d, from, why) : rc;
}

enum err demo_create(const struct demo_options *o, struct demo_result *ret, struct why *why)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct demo d = {.o = o};
	struct db *db = NULL;
	pthread_mutex_init(&d.lock, NULL);
	if (o->progress)
		o->progress(o->arg, "packs", 0);
	enum err rc = store_take(o->app->store, &db, why);
	if (rc == OK)
		rc = prepare(&d, db, a, why);
	store_give(db);
	if (rc == OK)
		rc = run(&d, why);
	if (rc == OK)
		rc = keep(&d, o->until, why);
	clock_set(o->app->clock, o->until);
	if (rc == OK)
		rc = reports_make(d.clients[0], &d.people, d.view, a, why);
	for (size_t i = 0; i < CALLERS; i++)
		client_free(d.clients[i]);
	pthread_mutex_destroy(&d.lock);
	if (rc == OK)
		*ret = d.result;
	return rc;
}
