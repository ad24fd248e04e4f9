#include "collect/mapping.h"

#include "base/crypt.h"
#include "base/text.h"

static const char *const role_names[] = {"ignore", "indicator", "unit",	  "period",
					 "value",  "breakdown", "remark", "measure"};
static_assert(ARRAY_LEN(role_names) == MAPPING_ROLES, "every role has a name");

struct label mapping_skip_label(enum mapping_skip_why why)
{
#define X(code, vi, en) {vi, en},
	static const struct label labels[] = {MAPPING_SKIP_TABLE(X)};
#undef X
	assert(why < MAPPING_SKIPS);
	return labels[why];
}

const struct sheet *mapping_sheet(const struct mapping *m, const struct sheet_book *book)
{
	for (size_t i = 0; i < book->n; i++)
		if (!m->sheet.ptr || str_eq(book->sheets[i].name, m->sheet))
			return &book->sheets[i];
	return NULL;
}

/* The member as a whole number; `otherwise` when it is absent. */
static enum err read_int(const struct json *o, const char *name, int64_t min, int64_t otherwise,
			 int64_t *ret, struct why *why)
{
	const struct json *v = json_get(o, name);
	if (json_is_null(v)) {
		*ret = otherwise;
		return OK;
	}
	if (v->type != JSON_INT || v->integer < min || v->integer > SHEET_ROWS_MAX)
		return fail_at(why, ERR_INVALID, name, "%s must be a whole number from %d to %d",
			       name, (int)min, SHEET_ROWS_MAX);
	*ret = v->integer;
	return OK;
}

/* Text is in the arena already; what is not given or empty is STR_NULL. */
static enum err read_text(const struct json *o, const char *name, struct str *ret, struct why *why)
{
	const struct json *v = json_get(o, name);
	if (!json_is_null(v) && v->type != JSON_STRING)
		return fail_at(why, ERR_INVALID, name, "%s must be a text", name);
	struct str s = json_get_str(o, name);
	*ret = s.len > 0 ? s : STR_NULL;
	return OK;
}

static bool read_role(struct str text, struct mapping_column *c)
{
	if (str_starts(text, STR("breakdown:"))) {
		c->role = MAPPING_BREAKDOWN;
		c->list = (struct str){text.ptr + 10, text.len - 10};
		return c->list.len > 0;
	}
	for (size_t i = 0; i < MAPPING_ROLES; i++)
		if (str_is(text, role_names[i])) {
			c->role = (enum mapping_role)i;
			return true;
		}
	return false;
}

static enum err read_column(const struct json *v, size_t at, struct mapping_column *c,
			    struct why *why)
{
	char place[40];
	snprintf(place, sizeof(place), "/columns/%zu", at);
	const struct json *column = json_get(v, "column");
	if (!column || column->type != JSON_INT || column->integer < 0 ||
	    column->integer >= SHEET_COLUMNS_MAX)
		return fail_at(why, ERR_INVALID, place,
			       "column must be a whole number from 0 to %d", SHEET_COLUMNS_MAX - 1);
	c->column = (uint32_t)column->integer;
	if (!read_role(json_get_str(v, "role"), c))
		return fail_at(
			why, ERR_INVALID, place,
			"role must be indicator, unit, period, value, breakdown, breakdown:LIST, remark, measure or ignore");
	enum err rc = read_text(v, "indicator", &c->indicator, why);
	if (rc == OK)
		rc = read_text(v, "unit", &c->unit, why);
	if (rc == OK)
		rc = read_text(v, "period", &c->period, why);
	if (rc == OK)
		rc = read_text(v, "breakdown", &c->breakdown, why);
	return rc == OK ? read_text(v, "measure", &c->measure, why) : rc;
}

static enum err read_columns(struct arena *a, const struct json *v, struct mapping *m,
			     struct why *why)
{
	if (!v || v->type != JSON_ARRAY || v->n > MAPPING_COLUMNS_MAX)
		return fail_at(why, ERR_INVALID, "/columns", "columns must be a list of at most %d",
			       MAPPING_COLUMNS_MAX);
	struct mapping_column *columns = ARENA_ARRAY(a, v->n + 1, struct mapping_column);
	for (size_t i = 0; i < v->n; i++) {
		enum err rc = read_column(&v->items[i], i, &columns[i], why);
		if (rc != OK)
			return rc;
	}
	m->columns = columns;
	m->n_columns = v->n;
	return OK;
}

static enum err read_words(struct arena *a, const struct json *v, const char *at,
			   struct mapping_word const **ret, size_t *ret_n, struct why *why)
{
	*ret_n = 0;
	*ret = NULL;
	if (json_is_null(v))
		return OK;
	if (v->type != JSON_OBJECT || v->n > MAPPING_WORDS_MAX)
		return fail_at(why, ERR_INVALID, at,
			       "must be an object of at most %d texts and codes",
			       MAPPING_WORDS_MAX);
	struct mapping_word *words = ARENA_ARRAY(a, v->n + 1, struct mapping_word);
	for (size_t i = 0; i < v->n; i++) {
		if (v->items[i].type != JSON_STRING)
			return fail_at(why, ERR_INVALID, at, "every code must be a text");
		words[i] = (struct mapping_word){v->names[i], v->items[i].text};
	}
	*ret = words;
	*ret_n = v->n;
	return OK;
}

static enum err read_fixed(const struct json *fixed, struct mapping *m, struct why *why)
{
	if (!json_is_null(fixed) && fixed->type != JSON_OBJECT)
		return fail_at(why, ERR_INVALID, "/fixed", "fixed must be an object");
	enum err rc = read_text(fixed, "unit", &m->fixed_unit, why);
	if (rc == OK)
		rc = read_text(fixed, "period", &m->fixed_period, why);
	if (rc == OK)
		rc = read_text(fixed, "indicator", &m->fixed_indicator, why);
	return rc == OK ? read_text(fixed, "measure", &m->fixed_measure, why) : rc;
}

static enum err read_rows(const struct json *json, struct mapping *m, struct why *why)
{
	int64_t year = 0;
	enum err rc = read_int(json, "header_row", -1, -1, &m->header_row, why);
	if (rc == OK)
		rc = read_int(json, "first_row", 0, 0, &m->first_row, why);
	if (rc == OK)
		rc = read_int(json, "last_row", -1, -1, &m->last_row, why);
	if (rc == OK)
		rc = read_int(json, "year", 0, 0, &year, why);
	m->year = (int)year;
	if (rc == OK)
		rc = read_int(json, "proposed_header", 0, 0, &m->proposed_header, why);
	const struct json *ask = json_get(json, "ask_period");
	m->ask_period = ask && ask->type == JSON_BOOL && ask->boolean;
	if (rc == OK && m->last_row >= 0 && m->last_row < m->first_row)
		return fail_at(why, ERR_INVALID, "/last_row", "last_row stands before first_row");
	return rc;
}

enum err mapping_parse(struct arena *a, const struct json *json, struct mapping *ret,
		       struct why *why)
{
	struct mapping m = {.n_columns = 0};
	if (!json || json->type != JSON_OBJECT)
		return fail(why, ERR_INVALID, "mapping must be an object");
	enum err rc = read_text(json, "sheet", &m.sheet, why);
	if (rc == OK)
		rc = read_rows(json, &m, why);
	if (rc == OK)
		rc = read_columns(a, json_get(json, "columns"), &m, why);
	if (rc == OK)
		rc = read_fixed(json_get(json, "fixed"), &m, why);
	if (rc == OK)
		rc = read_words(a, json_get(json, "indicators"), "/indicators", &m.indicators,
				&m.n_indicators, why);
	if (rc == OK)
		rc = read_words(a, json_get(json, "units"), "/units", &m.units, &m.n_units, why);
	if (rc == OK)
		*ret = m;
	return rc;
}

static void write_given(struct jw *w, const char *name, struct str s)
{
	if (s.ptr)
		jw_m_str(w, name, s);
}

static void write_column(struct jw *w, const struct mapping_column *c)
{
	char role[256];
	snprintf(role, sizeof(role), "%s%s" STR_FMT, role_names[c->role],
		 c->list.len > 0 ? ":" : "", STR_ARG(c->list));
	jw_object(w);
	jw_m_int(w, "column", c->column);
	jw_m_cstr(w, "role", role);
	write_given(w, "indicator", c->indicator);
	write_given(w, "unit", c->unit);
	write_given(w, "period", c->period);
	write_given(w, "breakdown", c->breakdown);
	write_given(w, "measure", c->measure);
	jw_object_end(w);
}

/* A text that stands in two rows is one member; members are written by text, not by a literal. */
static void write_words(struct jw *w, const char *name, const struct mapping_word *words, size_t n)
{
	AUTO(arena_free) struct arena *a = arena_new();
	jw_name(w, name);
	jw_object(w);
	for (size_t i = 0; i < n; i++) {
		bool before = false;
		for (size_t j = 0; j < i && !before; j++)
			before = str_eq(words[j].text, words[i].text);
		if (before)
			continue;
		jw_name(w, arena_cstr(a, words[i].text));
		jw_str(w, words[i].code);
	}
	jw_object_end(w);
}

void mapping_write(struct jw *w, const struct mapping *m)
{
	jw_object(w);
	write_given(w, "sheet", m->sheet);
	jw_m_int(w, "header_row", m->header_row);
	jw_m_int(w, "first_row", m->first_row);
	if (m->last_row >= 0)
		jw_m_int(w, "last_row", m->last_row);
	jw_name(w, "columns");
	jw_array(w);
	for (size_t i = 0; i < m->n_columns; i++)
		write_column(w, &m->columns[i]);
	jw_array_end(w);
	jw_name(w, "fixed");
	jw_object(w);
	write_given(w, "unit", m->fixed_unit);
	write_given(w, "period", m->fixed_period);
	write_given(w, "indicator", m->fixed_indicator);
	write_given(w, "measure", m->fixed_measure);
	jw_object_end(w);
	write_words(w, "indicators", m->indicators, m->n_indicators);
	write_words(w, "units", m->units, m->n_units);
	if (m->year)
		jw_m_int(w, "year", m->year);
	if (m->proposed_header)
		jw_m_int(w, "proposed_header", m->proposed_header);
	if (m->ask_period)
		jw_m_bool(w, "ask_period", true);
	jw_object_end(w);
}

/* Letters only: "Tháng 9/2026" and "Tháng 10/2026" are one layout. */
static void add_shape(struct buf *b, struct str folded)
{
	for (size_t i = 0; i < folded.len; i++)
		if (folded.ptr[i] < '0' || folded.ptr[i] > '9')
			buf_add_char(b, folded.ptr[i]);
}

struct str mapping_fingerprint(struct arena *a, const struct sheet *s, int64_t header_row)
{
	struct buf b;
	buf_init(&b, SHEET_COLUMNS_MAX * (SHEET_TEXT_MAX + 16) + 64);
	buf_printf(&b, "%u columns", s->n_columns);
	for (uint32_t c = 0; header_row >= 0 && c < s->n_columns; c++) {
		buf_printf(&b, "\n%u ", c);
		add_shape(&b, text_fold(a, sheet_at_merged(s, (uint32_t)header_row, c).text));
	}
	struct hash h = crypt_sha256(buf_str(&b));
	buf_clear(&b);
	hex_write(&b, (struct str){(const char *)h.bytes, HASH_BYTES});
	struct str ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}
