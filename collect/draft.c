/* draft.c - drafts in the store. */
#include "collect/draft.h"

void draft_forget(struct db *tx, const struct figure *key)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("DELETE FROM draft WHERE unit = $1 AND indicator = $2 AND period_kind = $3 AND "
		    "period = $4 AND breakdown = $5"));
	figure_bind_key(q, key);
	stmt_push(q);
}

enum err draft_put(struct db *tx, const struct draft *d, struct why *why)
{
	if (d->value.len == 0 && d->remark.len == 0) {
		draft_forget(tx, &d->key);
		return OK;
	}
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO draft (unit, indicator, period_kind, period, breakdown, value, remark, "
		    "actor, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (unit, "
		    "indicator, period_kind, period, breakdown) DO UPDATE SET value = excluded.value, "
		    "remark = excluded.remark, actor = excluded.actor, changed = excluded.changed"));
	figure_bind_key(q, &d->key);
	stmt_bind(q, 6, d->value.ptr ? d->value : STR(""));
	stmt_bind(q, 7, d->remark);
	stmt_bind_int(q, 8, d->actor);
	stmt_bind_int(q, 9, d->changed);
	return stmt_end(q, why);
}

#define DRAFTS_MAX 2000

enum err draft_list(struct db *db, int64_t unit, struct arena *a, struct draft **ret, size_t *ret_n,
		    struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT indicator, period_kind, period, breakdown, value, remark, actor, changed "
		    "FROM draft WHERE unit = $1 ORDER BY changed DESC LIMIT $2"));
	stmt_bind_int(q, 1, unit);
	stmt_bind_int(q, 2, DRAFTS_MAX);
	struct draft *found = NULL;
	size_t n = 0;
	while (stmt_row(q))
		*ARENA_APPEND(a, found, n) = (struct draft){
			.key = {.unit = unit,
				.indicator = stmt_int(q, 0),
				.period = {(enum period_kind)stmt_int(q, 1),
					   (int32_t)stmt_int(q, 2)},
				.breakdown = arena_str(a, stmt_str(q, 3))},
			.value = arena_str(a, stmt_str(q, 4)),
			.remark = arena_str(a, stmt_str(q, 5)),
			.actor = stmt_int(q, 6),
			.changed = stmt_int(q, 7),
		};
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

const struct draft *draft_find(const struct draft *drafts, size_t n, const struct figure *key)
{
	for (size_t i = 0; i < n; i++)
		if (drafts[i].key.indicator == key->indicator &&
		    drafts[i].key.period.kind == key->period.kind &&
		    drafts[i].key.period.ordinal == key->period.ordinal &&
		    str_eq(drafts[i].key.breakdown, key->breakdown))
			return &drafts[i];
	return NULL;
}
