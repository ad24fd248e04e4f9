#include "store/inside.h"

struct query_value {
	struct bound bound;
};

#define QUERY_TEXT_START 512

void query_init(struct query *q, struct arena *a)
{
	*q = (struct query){.arena = a};
}

static void query_add(struct query *q, struct str part)
{
	if (q->len + part.len > q->text_cap) {
		size_t cap = q->text_cap ? q->text_cap : QUERY_TEXT_START;
		while (cap < q->len + part.len)
			cap *= 2;
		char *grown = arena_alloc(q->arena, cap);
		if (q->len)
			memcpy(grown, q->text, q->len);
		q->text = grown;
		q->text_cap = cap;
	}
	memcpy(q->text + q->len, part.ptr, part.len);
	q->len += part.len;
}

static void query_value(struct query *q, struct bound value)
{
	ARENA_APPEND(q->arena, q->values, q->n)->bound = value;
	char name[16];
	int len = snprintf(name, sizeof(name), "$%zu", q->n);
	query_add(q, (struct str){name, (size_t)len});
}

void query_sql(struct query *q, struct sql part)
{
	query_add(q, str_of(part.text));
}

void query_int(struct query *q, int64_t v)
{
	query_value(q, (struct bound){.kind = BOUND_INT, .number = v});
}

void query_str(struct query *q, struct str v)
{
	query_value(q, (struct bound){.kind = v.ptr ? BOUND_TEXT : BOUND_NULL,
				      .text = arena_str(q->arena, v)});
}

void query_ints(struct query *q, const int64_t *v, size_t n)
{
	if (n == 0) {
		query_add(q, STR("(NULL)"));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		query_add(q, i == 0 ? STR("(") : STR(","));
		query_int(q, v[i]);
	}
	query_add(q, STR(")"));
}

struct stmt *query_stmt(struct query *q, struct db *db)
{
	struct stmt *made = db_stmt_text(db, (struct str){q->text, q->len});
	for (size_t i = 0; i < q->n; i++)
		stmt_bind_value(made, (int)i + 1, &q->values[i].bound);
	return made;
}
