/* memory.c - remembered mappings in the store, and the words that layouts are read with. */
#include "collect/memory.h"
#include "base/id.h"

static struct memory read_row(struct stmt *q, struct arena *a)
{
	return (struct memory){
		.unit = stmt_int(q, 0),
		.id = stmt_int(q, 1),
		.fingerprint = arena_str(a, stmt_str(q, 2)),
		.name = arena_str(a, stmt_str(q, 3)),
		.content = arena_str(a, stmt_str(q, 4)),
		.actor = stmt_int(q, 5),
		.changed = stmt_int(q, 6),
		.used = stmt_int(q, 7),
	};
}

enum err memory_find(struct db *db, int64_t unit, struct str fingerprint, struct arena *a,
		     struct memory *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT unit, id, fingerprint, name, content, actor, changed, used FROM mapping "
		    "WHERE unit = $1 AND fingerprint = $2"));
	stmt_bind_int(q, 1, unit);
	stmt_bind(q, 2, fingerprint);
	bool found = stmt_row(q);
	if (found)
		*ret = read_row(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK && !found)
		return fail(why, ERR_NOT_FOUND, "this layout is not known yet");
	return rc;
}

enum err memory_put(struct db *tx, const struct memory *m, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		tx,
		SQL("INSERT INTO mapping (unit, fingerprint, id, name, content, actor, changed, used) "
		    "VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (unit, fingerprint) DO UPDATE SET "
		    "name = excluded.name, content = excluded.content, actor = excluded.actor, "
		    "changed = excluded.changed, used = mapping.used + 1"));
	stmt_bind_int(q, 1, m->unit);
	stmt_bind(q, 2, m->fingerprint);
	stmt_bind_int(q, 3, id_next(store_ids(db_store(tx)), m->changed));
	stmt_bind(q, 4, m->name.ptr ? m->name : STR(""));
	stmt_bind(q, 5, m->content);
	stmt_bind_int(q, 6, m->actor);
	stmt_bind_int(q, 7, m->changed);
	return stmt_end(q, why);
}

#define MEMORIES_MAX 500

enum err memory_list(struct db *db, int64_t unit, struct arena *a, struct memory **ret,
		     size_t *ret_n, struct why *why)
{
	AUTO(stmt_free) struct stmt *q = db_stmt(
		db,
		SQL("SELECT unit, id, fingerprint, name, content, actor, changed, used FROM mapping "
		    "WHERE unit = $1 ORDER BY changed DESC LIMIT $2"));
	stmt_bind_int(q, 1, unit);
	stmt_bind_int(q, 2, MEMORIES_MAX);
	struct memory *found = ARENA_ARRAY(a, MEMORIES_MAX, struct memory);
	size_t n = 0;
	while (n < MEMORIES_MAX && stmt_row(q))
		found[n++] = read_row(q, a);
	enum err rc = stmt_end(q, why);
	if (rc == OK) {
		*ret = found;
		*ret_n = n;
	}
	return rc;
}

enum err memory_forget(struct db *tx, int64_t unit, int64_t id, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(tx, SQL("DELETE FROM mapping WHERE unit = $1 AND id = $2"));
	stmt_bind_int(q, 1, unit);
	stmt_bind_int(q, 2, id);
	enum err rc = stmt_end(q, why);
	if (rc == OK && stmt_changed(q) == 0)
		return fail(why, ERR_NOT_FOUND, "there is no such remembered layout");
	return rc;
}

struct layout_index *memory_words(const struct view *v, struct arena *a)
{
	const struct indicator *indicators;
	const struct unit *units;
	const struct code_item *items;
	struct layout_words *all = ARENA_NEW(a, struct layout_words);
	size_t *n = all->n;
	n[LAYOUT_INDICATOR] = view_indicators(v, &indicators);
	n[LAYOUT_UNIT] = view_units(v, &units);
	n[LAYOUT_ITEM] = view_code_items(v, &items);
	struct layout_word *words[LAYOUT_KINDS];
	for (int k = 0; k < LAYOUT_KINDS; k++)
		all->words[k] = words[k] = ARENA_ARRAY(a, n[k], struct layout_word);
	for (size_t i = 0; i < n[LAYOUT_INDICATOR]; i++)
		words[LAYOUT_INDICATOR][i] = (struct layout_word){
			.code = indicators[i].code,
			.names = {indicators[i].name_vi, indicators[i].name_en},
			.has_period = true,
			.period = indicators[i].period,
		};
	for (size_t i = 0; i < n[LAYOUT_UNIT]; i++)
		words[LAYOUT_UNIT][i] = (struct layout_word){
			.code = units[i].code,
			.names = {units[i].name_vi, units[i].name_en, units[i].short_vi,
				  units[i].org_code},
		};
	for (size_t i = 0; i < n[LAYOUT_ITEM]; i++)
		words[LAYOUT_ITEM][i] = (struct layout_word){
			.code = items[i].code,
			.list = items[i].list,
			.names = {items[i].name_vi, items[i].name_en},
		};
	return layout_index_new(a, all);
}
