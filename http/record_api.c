#include "http/record_api.h"

#include "core/journal.h"

#define LIMIT 100
#define HISTORY_MAX 500

static const char *const own_names[] = {"q", "sort", "cursor", "limit", "removed"};

static bool is_own(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(own_names); i++)
		if (str_is(name, own_names[i]))
			return true;
	return false;
}

struct record_list record_api_query(struct request *req)
{
	struct str *names = NULL, *values = NULL;
	size_t n = http_query_list(req, &names, &values), n_filters = 0;
	struct record_filter *filters = ARENA_ARRAY(req->arena, n + 1, struct record_filter);
	for (size_t i = 0; i < n; i++)
		if (!is_own(names[i]))
			filters[n_filters++] = (struct record_filter){names[i], values[i]};
	struct record_list how = {
		.q = http_query(req, "q"),
		.sort = http_query(req, "sort"),
		.cursor = http_query(req, "cursor"),
		.limit = http_query_int(req, "limit", LIMIT),
		.removed = str_is(http_query(req, "removed"), "true"),
		.filters = filters,
		.n_filters = n_filters,
	};
	record_list_reach(&how, req->app->access, req->who, req->route->record, req->arena);
	return how;
}

enum err record_api_list(struct request *req, struct why *why)
{
	const struct record *r = req->route->record;
	struct record_list how = record_api_query(req);
	struct record_page page = {0};
	enum err rc = record_list(req->db, r, &how, req->arena, &page, why);
	if (rc != OK)
		return rc;
	struct refs *refs = refs_new(req->db, req->arena);
	struct jw w = http_list(req);
	for (size_t i = 0; i < page.n; i++)
		record_json(&w, refs, r, page.rows[i]);
	http_list_end(&w, page.next);
	return refs_end(refs, why);
}

static enum err answer_row(struct request *req, struct db *db, const struct row *row,
			   struct why *why)
{
	struct refs *refs = refs_new(db, req->arena);
	struct jw w = http_jw(req);
	record_json(&w, refs, req->route->record, row);
	http_answer_etag(req, row->version);
	return refs_end(refs, why);
}

enum err record_api_unknown(struct request *req, const struct record *r, struct why *why)
{
	return fail(why, ERR_NOT_FOUND,
		    "there is no " BOTH_FMT " \"" STR_FMT "\", or you may not see it",
		    LABEL_ARG(r->label), STR_ARG(http_path(req, "id")));
}

enum err http_record_row(struct request *req, const struct record *r, enum verb verb,
			 struct row **ret, struct why *why)
{
	enum err rc = record_named(req->db, r, http_path(req, "id"), req->arena, ret, why);
	if (rc == OK)
		rc = record_require(req->app->access, req->who, verb, r, *ret, why);
	return rc == ERR_NOT_FOUND ? record_api_unknown(req, r, why) : rc;
}

static enum err find_row(struct request *req, enum verb verb, struct row **ret, struct why *why)
{
	return http_record_row(req, req->route->record, verb, ret, why);
}

enum err record_api_get(struct request *req, struct why *why)
{
	struct row *row = NULL;
	enum err rc = find_row(req, VERB_READ, &row, why);
	return rc == OK ? answer_row(req, req->db, row, why) : rc;
}

static struct author author(const struct request *req)
{
	return (struct author){req->who, req->now};
}

/* The body as a row; its faults are told together. */
static enum err parse_row(struct request *req, const struct row *old, struct row **ret,
			  struct why *why)
{
	const struct json *in = NULL;
	enum err rc = http_json(req, &in, why);
	if (rc != OK)
		return rc;
	struct refs *refs = refs_new(req->db, req->arena);
	*ret = record_parse(refs, req->route->record, in, old, &req->problems);
	rc = refs_end(refs, why);
	if (rc == OK && req->problems.n)
		return fail(why, ERR_INVALID, STR_FMT ": " BOTH_FMT,
			    STR_ARG(req->problems.items[0].at),
			    PROBLEM_ARG(req->problems.items[0]));
	return rc;
}

static enum err create(struct request *req, void *arg, struct why *why)
{
	const struct record *r = req->route->record;
	struct row *row = NULL;
	(void)arg;
	enum err rc = parse_row(req, NULL, &row, why);
	if (rc == OK)
		rc = record_require(req->app->access, req->who, VERB_CREATE, r, row, why);
	if (rc == OK)
		rc = record_create(req->db, r, row, author(req), &req->problems, why);
	if (rc == OK)
		rc = answer_row(req, req->db, row, why);
	req->status = 201;
	return rc;
}

enum err record_api_create(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	enum err rc = http_json(req, &in, why);
	return rc == OK ? http_write(req, create, NULL, why) : rc;
}

static enum err check_version(const struct request *req, const struct row *row, struct why *why)
{
	if (!req->if_match || req->if_match == row->version)
		return OK;
	return fail_at(why, ERR_STALE, "If-Match",
		       "changed by somebody else meanwhile: it is version %lld now",
		       (long long)row->version);
}

static enum err change(struct request *req, void *arg, struct why *why)
{
	const struct record *r = req->route->record;
	struct row *old = NULL, *row = NULL;
	(void)arg;
	enum err rc = find_row(req, VERB_CHANGE, &old, why);
	if (rc == OK && old->removed)
		rc = fail(why, ERR_CONFLICT, "it is removed; restore it first");
	if (rc == OK)
		rc = check_version(req, old, why);
	if (rc == OK)
		rc = parse_row(req, old, &row, why);
	/* It may not be moved to where the caller has no say. */
	if (rc == OK)
		rc = record_require(req->app->access, req->who, VERB_CHANGE, r, row, why);
	if (rc == OK)
		rc = record_update(req->db, r, old, row, author(req), &req->problems, why);
	return rc == OK ? answer_row(req, req->db, row, why) : rc;
}

enum err record_api_change(struct request *req, struct why *why)
{
	const struct json *in = NULL;
	enum err rc = http_json(req, &in, why);
	return rc == OK ? http_write(req, change, NULL, why) : rc;
}

/* The row as it is after a removal or a restoration. */
static enum err answer_again(struct request *req, int64_t id, struct why *why)
{
	struct row *row = NULL;
	enum err rc = record_get(req->db, req->route->record, id, req->arena, &row, why);
	return rc == OK ? answer_row(req, req->db, row, why) : rc;
}

static enum err remove_one(struct request *req, void *arg, struct why *why)
{
	struct row *old = NULL;
	(void)arg;
	enum err rc = find_row(req, VERB_REMOVE, &old, why);
	if (rc == OK && old->removed)
		rc = fail(why, ERR_CONFLICT, "it is removed already");
	if (rc == OK)
		rc = check_version(req, old, why);
	if (rc == OK)
		rc = record_remove(req->db, req->route->record, old, author(req), &req->problems,
				   why);
	return rc == OK ? answer_again(req, old->id, why) : rc;
}

enum err record_api_remove(struct request *req, struct why *why)
{
	return http_write(req, remove_one, NULL, why);
}

static enum err restore(struct request *req, void *arg, struct why *why)
{
	struct row *old = NULL;
	(void)arg;
	enum err rc = find_row(req, VERB_REMOVE, &old, why);
	if (rc == OK && !old->removed)
		rc = fail(why, ERR_CONFLICT, "it is not removed");
	if (rc == OK)
		rc = record_restore(req->db, req->route->record, old, author(req), &req->problems,
				    why);
	return rc == OK ? answer_again(req, old->id, why) : rc;
}

enum err record_api_restore(struct request *req, struct why *why)
{
	return http_write(req, restore, NULL, why);
}

enum err record_api_history(struct request *req, struct why *why)
{
	struct row *row = NULL;
	struct journal_page page = {0};
	enum err rc = find_row(req, VERB_READ, &row, why);
	if (rc == OK)
		rc = journal_history(req->db, str_of(req->route->record->table.text), row->id,
				     HISTORY_MAX, req->arena, &page, why);
	if (rc != OK)
		return rc;
	struct jw w = http_list(req);
	for (size_t i = 0; i < page.n; i++)
		journal_json(&w, &page.entries[i]);
	http_list_end(&w, STR_NULL);
	return OK;
}

enum err record_api_description(struct request *req, struct why *why)
{
	(void)why;
	struct jw w = http_jw(req);
	record_description(&w, req->route->record);
	return OK;
}
