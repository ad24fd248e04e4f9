#include "http/internal.h"

/* A tree of path segments: literal children first, then the parameter. */
struct node {
	struct str segment; /* literal text */
	struct node **literals, *parameter;
	size_t n_literals; /* in the order of their segments */
	struct target {
		const struct route *route;
		struct metric *seconds;
	} targets[HTTP_METHODS];
};

struct router {
	struct node root;
};

static const char *const method_names[HTTP_METHODS] = {
	[HTTP_GET] = "GET",	[HTTP_POST] = "POST",	  [HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method m)
{
	return method_names[m];
}

static bool is_parameter(struct str segment)
{
	return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

/* Where a literal child stands, or would stand. */
static size_t child_place(const struct node *n, struct str segment)
{
	size_t low = 0, high = n->n_literals;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (str_cmp(n->literals[middle]->segment, segment) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct node *child_literal(const struct node *n, struct str segment)
{
	size_t place = child_place(n, segment);
	bool there = place < n->n_literals && str_eq(n->literals[place]->segment, segment);
	return there ? n->literals[place] : NULL;
}

static struct node *child_make(struct arena *a, struct node *n, struct str segment)
{
	if (is_parameter(segment)) {
		if (!n->parameter)
			n->parameter = ARENA_NEW(a, struct node);
		return n->parameter;
	}
	struct node *c = child_literal(n, segment);
	if (!c) {
		c = ARENA_NEW(a, struct node);
		c->segment = segment;
		size_t place = child_place(n, segment);
		(void)ARENA_APPEND(a, n->literals, n->n_literals);
		for (size_t i = n->n_literals - 1; i > place; i--)
			n->literals[i] = n->literals[i - 1];
		n->literals[place] = c;
	}
	return c;
}

static void router_add(struct router *r, struct arena *a, const struct route *route,
		       struct metrics *m)
{
	struct str segments[HTTP_SEGMENTS_MAX];
	size_t n = 0;
	bool good = path_split(str_of(route->path), segments, &n);
	assert(good && route->handler && route->permission.needs && route->help[0]);
	struct node *at = &r->root;
	for (size_t i = 0; i < n; i++)
		at = child_make(a, at, segments[i]);
	struct target *t = &at->targets[route->method];
	if (t->route) /* an earlier table has its own way of answering this */
		return;
	t->route = route;
	const char *labels =
		arena_fmt(a, "method=\"%s\",route=\"%s\"", method_names[route->method], route->path)
			.ptr;
	if (m)
		t->seconds = metric_histogram(m, "haidang_http_request_seconds", labels,
					      "Time from a request's headers to its answer");
}

struct router *router_new(struct arena *a, const struct route_table *tables, size_t n,
			  struct metrics *m)
{
	struct router *r = ARENA_NEW(a, struct router);
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; i < tables[t].n; i++)
			router_add(r, a, &tables[t].routes[i], m);
	return r;
}

struct walk {
	const struct str *segments;
	size_t n;
	struct str values[HTTP_PATH_PARAMS_MAX];
	size_t n_values;
};

static bool has_routes(const struct node *n)
{
	for (size_t i = 0; i < HTTP_METHODS; i++)
		if (n->targets[i].route)
			return true;
	return false;
}

/* At most 2^parameters steps, and tables have at most HTTP_PATH_PARAMS_MAX of them in a row. */
static const struct node *walk_from(const struct node *at, struct walk *w, size_t i)
{
	if (i == w->n)
		return has_routes(at) ? at : NULL;
	const struct node *c = child_literal(at, w->segments[i]);
	const struct node *found = c ? walk_from(c, w, i + 1) : NULL;
	if (found || !at->parameter || w->n_values == HTTP_PATH_PARAMS_MAX)
		return found;
	w->values[w->n_values++] = w->segments[i];
	found = walk_from(at->parameter, w, i + 1);
	if (!found)
		w->n_values--;
	return found;
}

static void allow_header(struct request *req, const struct node *n)
{
	struct str allow = STR("");
	for (size_t i = 0; i < HTTP_METHODS; i++)
		if (n->targets[i].route)
			allow = arena_fmt(req->arena, STR_FMT "%s%s%s", STR_ARG(allow),
					  allow.len ? ", " : "", method_names[i],
					  i == HTTP_GET ? ", HEAD" : "");
	http_answer_header(req, "Allow", allow);
}

static enum err path_parameters(struct request *req, const struct walk *w, struct why *why)
{
	struct http_private *p = req->private;
	struct str segments[HTTP_SEGMENTS_MAX];
	size_t n = 0, filled = 0;
	bool good = path_split(str_of(req->route->path), segments, &n);
	assert(good);
	for (size_t i = 0; i < n; i++) {
		if (!is_parameter(segments[i]))
			continue;
		struct str value = STR_NULL;
		/* A second spelling of a path ("%2f", a broken escape) leads nowhere. */
		if (percent_decode(req->arena, w->values[filled], false, &value, NULL) != OK ||
		    memchr(value.ptr, '/', value.len))
			return fail(why, ERR_NOT_FOUND, "there is nothing at this address");
		p->path_names[filled] = (struct str){segments[i].ptr + 1, segments[i].len - 2};
		p->path_values[filled++] = value;
	}
	p->n_path = filled;
	return OK;
}

enum err router_find(const struct router *r, struct request *req, struct why *why)
{
	struct str segments[HTTP_SEGMENTS_MAX];
	struct walk w = {.segments = segments};
	const struct node *found = NULL;
	if (path_split(req->path, segments, &w.n))
		found = walk_from(&r->root, &w, 0);
	if (!found)
		return fail(why, ERR_NOT_FOUND, "there is nothing at this address");
	struct str method = str_is(req->method, "HEAD") ? STR("GET") : req->method;
	for (size_t i = 0; i < HTTP_METHODS; i++)
		if (found->targets[i].route && str_is(method, method_names[i])) {
			req->route = found->targets[i].route;
			req->private->seconds = found->targets[i].seconds;
			return path_parameters(req, &w, why);
		}
	allow_header(req, found);
	return fail(why, ERR_METHOD, "this address does not take " STR_FMT, STR_ARG(req->method));
}
