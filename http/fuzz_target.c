#include "base/text.h"
#include "http/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err answer(struct request *req, struct why *why)
{
	(void)req;
	(void)why;
	return OK;
}

static const struct http_param params[] = {
	{.name = "n", .type = PARAM_INT, .min = 1, .max = 9, .help = "a number"},
	{.name = "d", .type = PARAM_DATE, .repeated = true, .help = "days"},
	{.name = "t", .type = PARAM_TIME, .help = "a time"},
	{.name = "p", .type = PARAM_PERIOD, .help = "a period"},
	{.name = "i", .type = PARAM_ID, .help = "an id"},
	{.name = "b", .type = PARAM_BOOL, .help = "a choice"},
	{.name = NULL},
};
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/", ANYONE, answer, "root", "gốc", .params = params),
	ROUTE(HTTP_GET, "/a/b", ANYONE, answer, "two", "hai", .params = params),
	ROUTE(HTTP_GET, "/a/{x}", ANYONE, answer, "one", "một", .params = params),
	ROUTE(HTTP_GET, "/a/{x}/c/{y}", ANYONE, answer, "two", "hai", .params = params),
	ROUTE(HTTP_POST, "/{x}/{y}/{z}", ANYONE, answer, "three", "ba", .params = params),
};

/* A request's target: router, path parameters and query. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct route_table table = {routes, ARRAY_LEN(routes), NULL};
	struct arena *a = arena_new();
	struct router *router = router_new(a, &table, 1, NULL);
	struct http_private p = {0};
	struct request req = {
		.arena = a, .method = STR("GET"), .private = &p, .problems = {.arena = a}};
	struct str target = {(const char *)data, size};
	req.path = str_until(target, '?', &p.raw_query);
	bool page = static_serves(req.path);
	if (router_find(router, &req, NULL) == OK) {
		for (size_t i = 0; i < p.n_path; i++)
			assert(text_valid(p.path_values[i]) &&
			       !memchr(p.path_values[i].ptr, '/', p.path_values[i].len));
		if (query_read(&req, NULL) == OK)
			for (size_t i = 0; i < p.n_query; i++)
				assert(text_valid(p.query_values[i]));
	}
	assert(!page || req.path.ptr[0] == '/');
	arena_free(a);
	return 0;
}
