/* formula_graph.c - what must be reckoned before what. */
#include "core/formula.h"

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct walk {
	const struct formula_edge *edges;
	size_t n_edges;
	size_t *first; /* of a node's edges in by_node */
	size_t *by_node;
	unsigned char *marks;
	size_t *path, *next; /* the way down and how far each node on it is */
	size_t depth;
	size_t *order, n_order;
};

static void sort_edges(struct walk *w, size_t n, struct arena *a)
{
	w->first = ARENA_ARRAY(a, n + 2, size_t);
	w->by_node = ARENA_ARRAY(a, w->n_edges + 1, size_t);
	for (size_t i = 0; i < w->n_edges; i++)
		w->first[w->edges[i].of + 2]++;
	for (size_t i = 2; i < n + 2; i++)
		w->first[i] += w->first[i - 1];
	for (size_t i = 0; i < w->n_edges; i++)
		w->by_node[w->first[w->edges[i].of + 1]++] = w->edges[i].needs;
}

static void descend(struct walk *w, size_t node)
{
	w->marks[node] = MARK_OPEN;
	w->path[w->depth] = node;
	w->next[w->depth++] = w->first[node];
}

/* From one node all the way down; true: *ret is the node that closes a circle. */
static bool follow(struct walk *w, size_t start, size_t *ret)
{
	descend(w, start);
	while (w->depth > 0) {
		size_t node = w->path[w->depth - 1];
		if (w->next[w->depth - 1] == w->first[node + 1]) {
			w->marks[node] = MARK_DONE;
			w->order[w->n_order++] = node;
			w->depth--;
			continue;
		}
		size_t needs = w->by_node[w->next[w->depth - 1]++];
		if (w->marks[needs] == MARK_OPEN) {
			*ret = needs;
			return true;
		}
		if (w->marks[needs] == MARK_NEW)
			descend(w, needs);
	}
	return false;
}

enum err formula_order(struct arena *a, size_t n, const struct formula_edge *edges, size_t n_edges,
		       size_t **ret, size_t *ret_n, struct why *why)
{
	struct walk w = {.edges = edges, .n_edges = n_edges};
	sort_edges(&w, n, a);
	w.marks = ARENA_ARRAY(a, n + 1, unsigned char);
	w.path = ARENA_ARRAY(a, n + 1, size_t);
	w.next = ARENA_ARRAY(a, n + 1, size_t);
	w.order = ARENA_ARRAY(a, n + 1, size_t);
	size_t closes = 0;
	for (size_t i = 0; i < n; i++) {
		if (w.marks[i] != MARK_NEW || !follow(&w, i, &closes))
			continue;
		size_t at = 0;
		while (w.path[at] != closes)
			at++;
		w.path[w.depth] = closes;
		*ret = w.path + at;
		*ret_n = w.depth - at + 1;
		return fail(why, ERR_CONFLICT, "formulas need each other in a circle");
	}
	*ret = w.order;
	*ret_n = w.n_order;
	return OK;
}
