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

static const struct mapping_column *column_of(const struct mapping *m, uint32_t column)
{
	for (size_t i = 0; i < m->n_columns; i++)
		if (m->columns[i].column == column)
			return &m->columns[i];
	return NULL;
}

struct mapping memory_of(const struct mapping *m, const struct layout_proposal *p)
{
	struct mapping kept = *m;
	kept.proposed_header = p->mapping.header_row + 1;
	kept.ask_period = !str_eq(m->fixed_period, p->mapping.fixed_period);
	if (m->last_row == p->mapping.last_row)
		kept.last_row = -1; /* where each file's own table ends */
	for (size_t i = 0; i < m->n_columns; i++) {
		const struct mapping_column *c = column_of(&p->mapping, m->columns[i].column);
		kept.ask_period =
			kept.ask_period || !str_eq(m->columns[i].period, c ? c->period : STR_NULL);
	}
	return kept;
}

static int64_t moved(int64_t row, int64_t by)
{
	return row < 0 || row + by < 0 ? row : row + by;
}

/* Periods and measures of this file's headings; false: one that was told has none now. */
static bool fit_columns(struct arena *a, struct mapping *m, const struct mapping *now)
{
	bool told = true;
	struct mapping_column *columns = ARENA_ARRAY(a, m->n_columns + 1, struct mapping_column);
	for (size_t i = 0; i < m->n_columns; i++) {
		static const struct mapping_column none;
		const struct mapping_column *c = column_of(now, m->columns[i].column);
		c = c ? c : &none;
		columns[i] = m->columns[i];
		columns[i].measure = c->measure;
		if (!columns[i].period.len)
			continue;
		columns[i].period = c->period;
		told = told && c->period.len;
	}
	m->columns = columns;
	return told;
}

static void fit_rows(struct mapping *m, const struct mapping *now)
{
	int64_t by = m->proposed_header ? now->header_row + 1 - m->proposed_header : 0;
	m->header_row = moved(m->header_row, by);
	m->first_row = moved(m->first_row, by);
	m->last_row = m->last_row < 0 ? now->last_row : moved(m->last_row, by);
}

bool memory_fit(struct arena *a, struct mapping *m, const struct layout_proposal *p, struct str own)
{
	const struct mapping *now = &p->mapping;
	bool told = fit_columns(a, m, now) && !m->ask_period &&
		    (!m->fixed_period.len || now->fixed_period.len);
	bool another = m->fixed_unit.len && !str_eq(m->fixed_unit, own) && !now->fixed_unit.len;
	fit_rows(m, now);
	m->year = now->year ? now->year : m->year;
	m->fixed_measure = now->fixed_measure;
	m->fixed_period = m->ask_period ? STR_NULL : now->fixed_period;
	if (now->fixed_unit.len || another)
		m->fixed_unit = now->fixed_unit;
	return told && !another;
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
	all->year = date_of_days(day).year;
	all->n[LAYOUT_INDICATOR] = indicator_words(v, mine, words[LAYOUT_INDICATOR]);
	if (all->n[LAYOUT_INDICATOR] == 0) /* it reports for others */
		all->n[LAYOUT_INDICATOR] = indicator_words(v, NULL, words[LAYOUT_INDICATOR]);
	all->n[LAYOUT_UNIT] = unit_words(v, day, words[LAYOUT_UNIT]);
	all->n[LAYOUT_ITEM] = item_words(v, words[LAYOUT_ITEM]);
	for (int k = 0; k < LAYOUT_KINDS; k++)
		all->words[k] = words[k];
	return layout_index_new(a, all);
}
