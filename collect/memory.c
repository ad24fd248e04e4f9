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

static size_t indicator_words(const struct view *v, const struct unit *u, struct layout_word *words)
{
	const struct indicator *all;
	size_t n = view_indicators(v, &all), count = 0;
	for (size_t i = 0; i < n; i++)
		if (!u || unit_reports(u, &all[i]))
			words[count++] = (struct layout_word){
				.code = all[i].code,
				.names = {all[i].name_vi, all[i].name_en},
				.has_period = true,
				.period = all[i].period,
			};
	return count;
}

static size_t unit_words(const struct view *v, int64_t day, struct layout_word *words)
{
	const struct unit *all;
	size_t n = view_units(v, &all), count = 0;
	for (size_t i = 0; i < n; i++)
		if (unit_alive(&all[i], day))
			words[count++] = (struct layout_word){
				.code = all[i].code,
				.names = {all[i].name_vi, all[i].name_en, all[i].short_vi,
					  all[i].org_code},
			};
	return count;
}

static size_t item_words(const struct view *v, struct layout_word *words)
{
	const struct code_item *all;
	size_t n = view_code_items(v, &all);
	for (size_t i = 0; i < n; i++)
		words[i] = (struct layout_word){
			.code = all[i].code,
			.list = all[i].list,
			.names = {all[i].name_vi, all[i].name_en},
		};
	return n;
}

struct layout_index *memory_words(const struct view *v, int64_t unit, int64_t day, struct arena *a)
{
	const struct indicator *indicators;
	const struct unit *units, *mine = view_unit_id(v, unit);
	const struct code_item *items;
	struct layout_words *all = ARENA_NEW(a, struct layout_words);
	struct layout_word *words[LAYOUT_KINDS] = {
		[LAYOUT_INDICATOR] =
			ARENA_ARRAY(a, view_indicators(v, &indicators), struct layout_word),
		[LAYOUT_UNIT] = ARENA_ARRAY(a, view_units(v, &units), struct layout_word),
		[LAYOUT_ITEM] = ARENA_ARRAY(a, view_code_items(v, &items), struct layout_word),
	};
	all->n[LAYOUT_INDICATOR] = indicator_words(v, mine, words[LAYOUT_INDICATOR]);
	if (all->n[LAYOUT_INDICATOR] == 0) /* it reports for others */
		all->n[LAYOUT_INDICATOR] = indicator_words(v, NULL, words[LAYOUT_INDICATOR]);
	all->n[LAYOUT_UNIT] = unit_words(v, day, words[LAYOUT_UNIT]);
	all->n[LAYOUT_ITEM] = item_words(v, words[LAYOUT_ITEM]);
	for (int k = 0; k < LAYOUT_KINDS; k++)
		all->words[k] = words[k];
	return layout_index_new(a, all);
}
