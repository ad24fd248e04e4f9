/* setting.c - the table of settings, and what is stored of it. */
#include "core/setting.h"
#include "core/outage.h"

const char *const setting_years[] = {"calendar", "rolling", NULL};
const char *const setting_per[] = {"unit", "rule", NULL};
const char *const setting_appeals[] = {"either", "leader", NULL};

static const struct definition {
	const char *name;
	int64_t otherwise, least, most;
	const char *const *words; /* of a choice; ended by NULL */
	struct label label;
} definitions[] = {
#define X(code, name, otherwise, least, most, words, vi, en)                                       \
	[code] = {name, otherwise, least, most, words, {vi, en}},
	SETTING_TABLE(X)
#undef X
};

static const struct wording {
	const char *name, *otherwise;
	struct label label;
} wordings[] = {
#define X(code, name, otherwise, vi, en) [code] = {name, otherwise, {vi, en}},
	SETTING_TEXT_TABLE(X)
#undef X
};

const char *setting_name(enum setting s)
{
	assert(s < SETTINGS);
	return definitions[s].name;
}

static int definition_of(struct str code)
{
	for (int i = 0; i < SETTINGS; i++)
		if (str_is(code, definitions[i].name))
			return i;
	return -1;
}

static int wording_of(struct str code)
{
	for (int i = 0; i < SETTING_TEXTS; i++)
		if (str_is(code, wordings[i].name))
			return i;
	return -1;
}

static enum err value_parse(const struct definition *d, struct str text, int64_t *ret,
			    struct why *why)
{
	if (!d->words)
		return str_int(text, d->least, d->most, ret, why);
	for (int64_t i = 0; d->words[i]; i++)
		if (str_is(text, d->words[i])) {
			*ret = i;
			return OK;
		}
	return fail(why, ERR_INVALID, "is none of the words of %s: see its choices", d->name);
}

enum err settings_read(struct db *db, struct settings *ret, struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT code, value FROM setting WHERE removed = 0"));
	struct settings s;
	for (int i = 0; i < SETTINGS; i++)
		s.value[i] = definitions[i].otherwise;
	while (stmt_row(q)) {
		int i = definition_of(stmt_str(q, 0));
		int64_t value = 0;
		/* One that another version of the program knows is left to that version. */
		if (i >= 0 && value_parse(&definitions[i], stmt_str(q, 1), &value, NULL) == OK)
			s.value[i] = value;
	}
	enum err rc = stmt_end(q, why);
	if (rc == OK)
		*ret = s;
	return rc;
}

enum err setting_texts_read(struct db *db, struct arena *a, struct setting_texts *ret,
			    struct why *why)
{
	AUTO(stmt_free) struct stmt *q =
		db_stmt(db, SQL("SELECT code, value FROM setting WHERE removed = 0"));
	for (int i = 0; i < SETTING_TEXTS; i++)
		ret->value[i] = str_of(wordings[i].otherwise);
	while (stmt_row(q)) {
		int i = wording_of(stmt_str(q, 0));
		if (i >= 0)
			ret->value[i] = arena_str(a, stmt_str(q, 1));
	}
	return stmt_end(q, why);
}

static void value_json(struct jw *w, const char *name, const struct definition *d, int64_t value)
{
	if (d->words)
		jw_m_cstr(w, name, d->words[value]);
	else
		jw_m_int(w, name, value);
}

static void texts_json(struct jw *w, const struct setting_texts *t)
{
	for (int i = 0; i < SETTING_TEXTS; i++) {
		const struct wording *d = &wordings[i];
		jw_object(w);
		jw_m_cstr(w, "code", d->name);
		jw_m_str(w, "value", t->value[i]);
		jw_m_cstr(w, "default", d->otherwise);
		jw_m_int(w, "least", 1);
		jw_m_int(w, "most", SETTING_MAX);
		jw_name(w, "choices");
		jw_array(w);
		jw_array_end(w);
		jw_m_cstr(w, "label_vi", d->label.vi);
		jw_m_cstr(w, "label_en", d->label.en);
		jw_object_end(w);
	}
}

void settings_json(struct jw *w, const struct settings *s, const struct setting_texts *t)
{
	jw_array(w);
	for (int i = 0; i < SETTINGS; i++) {
		const struct definition *d = &definitions[i];
		jw_object(w);
		jw_m_cstr(w, "code", d->name);
		value_json(w, "value", d, s->value[i]);
		value_json(w, "default", d, d->otherwise);
		jw_m_int(w, "least", d->least);
		jw_m_int(w, "most", d->most);
		jw_name(w, "choices");
		jw_array(w);
		for (int k = 0; d->words && d->words[k]; k++)
			jw_cstr(w, d->words[k]);
		jw_array_end(w);
		jw_m_cstr(w, "label_vi", d->label.vi);
		jw_m_cstr(w, "label_en", d->label.en);
		jw_object_end(w);
	}
	texts_json(w, t);
	jw_array_end(w);
}

/* -- the record -- */
static void setting_check(struct db *tx, const struct row *old, const struct row *now,
			  struct problems *p)
{
	(void)tx;
	(void)old;
	if (!now)
		return;
	struct row *row = (struct row *)(uintptr_t)now;
	struct why why = {0};
	int64_t value = 0;
	struct str code = row_value(&setting_record, row, "code")->text;
	int i = definition_of(code);
	if (wording_of(code) >= 0)
		return;
	if (i < 0)
		problem_add(p, STR("/code"),
			    "there is no such setting: /api/v1/settings/known lists them");
	else if (value_parse(&definitions[i], row_value(&setting_record, row, "value")->text,
			     &value, &why) != OK)
		problem_add(p, STR("/value"), BOTH_FMT, WHY_ARG(why));
}

static const struct field setting_fields[] = {
	{.name = NAME("code"),
	 .type = FIELD_CODE,
	 .flags = FIELD_REQUIRED | FIELD_UNIQUE | FIELD_FIXED | FIELD_MAIN,
	 .label = LABEL("Mã", "Code")},
	{.name = NAME("value"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_REQUIRED | FIELD_MAIN,
	 .min = 1,
	 .max = SETTING_MAX,
	 .label = LABEL("Giá trị", "Value")},
	{.name = NAME("note"),
	 .type = FIELD_TEXT,
	 .flags = FIELD_MAIN,
	 .max = 500,
	 .label = LABEL("Lý do, căn cứ", "Why, by which regulation")},
};
const struct record setting_record = {
	.table = NAME("setting"),
	.path = "settings",
	.label = LABEL("Thiết lập", "Setting"),
	.plural = LABEL("Thiết lập", "Settings"),
	RECORD_FIELDS(setting_fields),
	.sort = "code",
	.check = setting_check,
	.after = outages_apply, /* the protected hours may have changed */
};
