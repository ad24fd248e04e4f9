/* monday.c - who is reminded, and how units answer.  Plausible and always the same: it follows from
 * codes and ids. */
#include "demo/monday.h"
#include "base/json.h"
#include "demo/story.h"

/* How many reminders a unit of each sort gets in a year: most none, a few enough for every step. */
static const int temper[] = {7, 6, 5, 4, 3, 3, 2, 2, 1, 1, 1, 1,
			     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
#define WEEKS 46 /* of a year in which reminders are spread */

static enum err call(struct monday *m, struct str token, const char *path, struct str body,
		     struct arena *a, const struct json **ret, struct why *why)
{
	return client_call(m->client, &(struct call){token, path, body, NULL}, a, ret, why);
}

static struct str words(struct arena *a, const char *name, const char *text, const char *more)
{
	return arena_fmt(a, "{\"%s\":\"%s\"%s}", name, text, more);
}

static bool due_now(const struct json *item, usec now)
{
	int64_t count = json_get_int(item, "count");
	int target = temper[story_key(json_get_str(item, "unit")) % ARRAY_LEN(temper)];
	usec begin = date_start((struct date){date_local(now).year, 1, 1});
	int64_t week = (now - begin) / (7 * USEC_DAY);
	return json_get_int(item, "late") > 0 && count < target &&
	       week >= (count + 1) * WEEKS / (target + 1);
}

/* -- the week's list -- */
static enum err review(struct monday *m, const struct json *items, usec now, struct arena *a,
		       struct str *ret_issue, struct why *why)
{
	struct buf in, issue;
	struct jw w, v;
	size_t n = 0, chosen = 0;
	const struct json *answer = NULL;
	buf_init(&in, (size_t)1 << 20);
	buf_init(&issue, (size_t)1 << 18);
	jw_init(&w, &in);
	jw_init(&v, &issue);
	jw_object(&w);
	jw_name(&w, "reminders");
	jw_array(&w);
	jw_object(&v);
	jw_name(&v, "reminders");
	jw_array(&v);
	for (size_t i = 0; items && i < items->n; i++) {
		const struct json *item = &items->items[i];
		bool take = due_now(item, now);
		if (!str_is(json_get_str(item, "state"), "draft"))
			continue;
		jw_object(&w);
		jw_m_str(&w, "id", json_get_str(item, "id"));
		jw_m_bool(&w, "in", take);
		jw_m_cstr(&w, "remark", take ? "" : "Đơn vị đã giải trình, đang bổ sung số liệu");
		jw_object_end(&w);
		n++;
		if (!take)
			continue;
		jw_str(&v, json_get_str(item, "id"));
		chosen++;
	}
	jw_array_end(&w);
	jw_object_end(&w);
	jw_array_end(&v);
	jw_object_end(&v);
	*ret_issue = chosen ? arena_str(a, buf_str(&issue)) : STR_NULL;
	enum err rc = n ? call(m, m->people->operator_, "/api/v1/inspections/review", buf_str(&in),
			       a, &answer, why)
			: OK;
	m->issued += (int64_t)chosen;
	buf_release(&in);
	buf_release(&issue);
	return rc;
}

static enum err inspect(struct monday *m, usec now, struct arena *a, struct why *why)
{
	const struct json *week = NULL, *answer = NULL;
	struct str issue = STR_NULL;
	enum err rc = call(m, m->people->operator_, "/api/v1/inspections", STR_NULL, a, &week, why);
	/* what is left for later weeks of the story's last Monday shows drafts that wait */
	if (rc == OK && now + 7 * USEC_DAY <= m->until)
		rc = review(m, json_get(week, "items"), now, a, &issue, why);
	if (rc == OK && issue.ptr)
		rc = call(m, m->people->operator_, "/api/v1/reminders/issue", issue, a, &answer,
			  why);
	return rc;
}

/* -- what follows -- */
static enum err post_to(struct monday *m, struct str token, struct str id, const char *verb,
			struct str body, struct arena *a, struct why *why)
{
	const struct json *answer = NULL;
	const char *path = arena_fmt(a, "/api/v1/reminders/" STR_FMT "/%s", STR_ARG(id), verb).ptr;
	return call(m, token, path, body, a, &answer, why);
}

/* The same in every demonstration, as ids are not. */
static uint64_t luck_of(const struct json *reminder, uint64_t of)
{
	return story_mix(story_mix(story_key(json_get_str(reminder, "unit")),
				   story_key(json_get_str(reminder, "week"))),
			 of);
}

/* A unit's answer to a reminder of an earlier week. */
static enum err answer(struct monday *m, const struct json *r, struct arena *a, struct why *why)
{
	struct str id = json_get_str(r, "id");
	uint64_t luck = luck_of(r, 71);
	const struct unit *u = view_unit(m->view, json_get_str(r, "unit"));
	struct str token = u ? people_token(m->people, u) : STR_NULL;
	if (!token.len || luck % 10 == 0)
		return OK; /* not yet */
	enum err rc = post_to(m, token, id, "acknowledgement", STR(""), a, why);
	if (rc == OK && luck % 10 < 4) {
		rc = post_to(
			m, token, id, "appeal",
			words(a, "text", "Mưa bão làm mất điện nhiều ngày; đề nghị xem xét", ""), a,
			why);
		m->appeals++;
	}
	if (rc == OK && luck % 40 == 5)
		rc = post_to(m, m->people->operator_, id, "withdrawal",
			     words(a, "reason", "Đơn vị đã nộp qua văn bản giấy trước hạn", ""), a,
			     why);
	return rc;
}

static enum err decide(struct monday *m, const struct json *r, struct arena *a, struct why *why)
{
	struct str id = json_get_str(r, "id");
	uint64_t luck = luck_of(r, 72);
	const struct unit *u = view_unit(m->view, json_get_str(r, "unit"));
	const struct unit *province = view_unit(m->view, STR("56"));
	bool uphold = luck % 2;
	/* The chair decides for his province, the operator for what stands outside its tree. */
	bool his = u && province && view_within(m->view, u->id, province->id);
	if (luck % 4 == 0)
		return OK; /* waits */
	return post_to(
		m, his ? m->people->leader : m->people->operator_, id, "decision",
		words(a, "reason",
		      uphold ? "Lý do chính đáng, chấp thuận" : "Các xã cùng địa bàn vẫn nộp đủ",
		      uphold ? ",\"decision\":\"uphold\"" : ",\"decision\":\"reject\""),
		a, why);
}

static enum err each(struct monday *m, const char *state, usec now,
		     enum err (*what)(struct monday *, const struct json *, struct arena *,
				      struct why *),
		     struct arena *a, struct why *why)
{
	const struct json *list = NULL;
	const char *path = arena_fmt(a, "/api/v1/reminders?limit=1000&state=%s&year=%d", state,
				     date_local(now).year)
				   .ptr;
	enum err rc = call(m, m->people->operator_, path, STR_NULL, a, &list, why);
	const struct json *items = rc == OK ? json_get(list, "items") : NULL;
	for (size_t i = 0; items && i < items->n && rc == OK; i++)
		rc = what(m, &items->items[i], a, why);
	return rc;
}

/* Once in a while a duty is excused, and the centre itself stood still one afternoon. */
static enum err excuse_one(struct monday *m, struct arena *a, struct why *why)
{
	const struct json *list = NULL, *answer = NULL;
	enum err rc =
		call(m, m->people->operator_, "/api/v1/duties?state=late&kind=figure&limit=400",
		     STR_NULL, a, &list, why);
	const struct json *items = rc == OK ? json_get(list, "items") : NULL;
	if (!items || items->n == 0)
		return rc;
	const struct json *duty = &items->items[items->n - 1];
	const char *path =
		arena_fmt(a, "/api/v1/duties/" STR_FMT "/excuse", STR_ARG(json_get_str(duty, "id")))
			.ptr;
	m->excused++;
	return call(m, m->people->operator_, path,
		    words(a, "reason", "Thiên tai, địa bàn bị chia cắt", ",\"document\":\"LPCTT\""),
		    a, &answer, why);
}

static enum err stand_still(struct monday *m, usec now, struct arena *a, struct why *why)
{
	const struct json *answer = NULL;
	struct buf body;
	struct jw w;
	usec friday = date_start(date_local(now)) - 3 * USEC_DAY;
	buf_init(&body, 4096);
	jw_init(&w, &body);
	jw_object(&w);
	jw_m_time(&w, "begins", friday + 15 * USEC_HOUR);
	jw_m_time(&w, "ends", friday + 18 * USEC_HOUR + 30 * USEC_MINUTE);
	jw_m_cstr(&w, "reason", "Bảo trì đột xuất đường truyền của trung tâm dữ liệu");
	jw_object_end(&w);
	enum err rc =
		call(m, m->people->operator_, "/api/v1/outages", buf_str(&body), a, &answer, why);
	buf_release(&body);
	m->outages++;
	return rc;
}

/* The leader decides about the first step that needs him, once in four weeks. */
static enum err escalate(struct monday *m, usec now, struct arena *a, struct why *why)
{
	const struct json *list = NULL, *done = NULL;
	enum err rc = call(m, m->people->leader, "/api/v1/ladder", STR_NULL, a, &list, why);
	const struct json *items = rc == OK ? json_get(list, "items") : NULL;
	for (size_t i = 0; items && i < items->n; i++) {
		const struct json *reached = json_get(&items->items[i], "reached");
		for (size_t k = 0; reached && k < reached->n; k++) {
			const struct json *step = json_get(&reached->items[k], "step");
			if (json_get_int(step, "reminders") < 3 ||
			    !json_is_null(json_get(&reached->items[k], "decision")))
				continue;
			struct str body = arena_fmt(
				a,
				"{\"unit\":\"" STR_FMT "\",\"year\":%d,\"step\":\"" STR_FMT
				"\",\"decision\":\"act\",\"reason\":\"Yêu cầu lãnh đạo đơn vị giải trình "
				"bằng văn bản\"}",
				STR_ARG(json_get_str(&items->items[i], "unit")),
				date_local(now).year, STR_ARG(json_get_str(step, "code")));
			return call(m, m->people->leader, "/api/v1/ladder/decisions", body, a,
				    &done, why);
		}
	}
	return rc;
}

enum err monday_work(struct monday *m, usec now, struct arena *a, struct why *why)
{
	int64_t week = period_at(PERIOD_WEEKLY, now).ordinal;
	enum err rc = each(m, "issued", now, answer, a, why); /* of the weeks before */
	if (rc == OK)
		rc = each(m, "appealed", now, decide, a, why);
	if (rc == OK && week % 26 == 9)
		rc = stand_still(m, now, a, why);
	if (rc == OK && week % 8 == 3)
		rc = excuse_one(m, a, why);
	if (rc == OK)
		rc = inspect(m, now, a, why);
	if (rc == OK && week % 4 == 0)
		rc = escalate(m, now, a, why);
	return rc;
}
