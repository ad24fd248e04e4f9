#include "report/content.h"

#include "base/text.h"

struct reading {
	struct arena *arena;
	struct problems *problems;
};

static struct str below(struct reading *r, struct str at, const char *name)
{
	return arena_fmt(r->arena, STR_FMT "/%s", STR_ARG(at), name);
}

static struct str item_at(struct reading *r, struct str at, size_t i)
{
	return arena_fmt(r->arena, STR_FMT "/%zu", STR_ARG(at), i);
}

/* One text as it may be stored; STR_NULL with a problem when it is none. */
static struct str take_text(struct reading *r, const struct json *v, struct str at)
{
	struct why why = {0};
	struct str clean = STR_NULL;
	if (v->type != JSON_STRING)
		problem_add(r->problems, at, "must be a text");
	else if (text_clean(r->arena, v->text, &clean, &why) != OK)
		problem_add(r->problems, at, BOTH_FMT, WHY_ARG(why));
	else if (text_length(clean) > CONTENT_TEXT_MAX)
		problem_add(r->problems, at, "is longer than %d characters", CONTENT_TEXT_MAX);
	else
		return clean;
	return STR_NULL;
}

static struct str text_member(struct reading *r, const struct json *in, struct str at,
			      const char *name, bool required)
{
	const struct json *v = json_get(in, name);
	if (json_is_null(v)) {
		if (required)
			problem_add(r->problems, below(r, at, name), "is missing");
		return STR_NULL;
	}
	struct str text = take_text(r, v, below(r, at, name));
	if (required && text.ptr && !str_trim(text).len)
		problem_add(r->problems, below(r, at, name), "is empty");
	return text.len ? text : STR_NULL;
}

static struct texts texts_member(struct reading *r, const struct json *in, struct str at,
				 const char *name, size_t max, bool required)
{
	struct texts all = {0};
	struct str here = below(r, at, name);
	const struct json *v = json_get(in, name);
	if (json_is_null(v) && !required)
		return all;
	if (json_is_null(v) || v->type != JSON_ARRAY || (required && v->n == 0)) {
		problem_add(r->problems, here, "must be a list of texts" BOTH_FMT,
			    WORDS_ARG(required ? WORDS(", at least one") : ""));
		return all;
	}
	if (v->n > max) {
		problem_add(r->problems, here, "has more than %zu items", max);
		return all;
	}
	all.items = ARENA_ARRAY(r->arena, v->n + 1, struct str);
	for (size_t i = 0; i < v->n; i++) {
		struct str one = take_text(r, &v->items[i], item_at(r, here, i));
		if (one.ptr)
			all.items[all.n++] = one;
	}
	return all;
}

static int64_t int_member(struct reading *r, const struct json *in, struct str at, const char *name,
			  int64_t min, int64_t max, int64_t otherwise)
{
	const struct json *v = json_get(in, name);
	if (json_is_null(v))
		return otherwise;
	if (v->type == JSON_INT && v->integer >= min && v->integer <= max)
		return v->integer;
	problem_add(r->problems, below(r, at, name), "must be a whole number from %lld to %lld",
		    (long long)min, (long long)max);
	return otherwise;
}

static bool bool_member(struct reading *r, const struct json *in, struct str at, const char *name)
{
	const struct json *v = json_get(in, name);
	if (!json_is_null(v) && v->type != JSON_BOOL)
		problem_add(r->problems, below(r, at, name), "must be true or false");
	return v && v->type == JSON_BOOL && v->boolean;
}

/* An object whose members are all among `known`, a list in one text. */
static bool is_object(struct reading *r, const struct json *v, struct str at, const char *known)
{
	if (v->type != JSON_OBJECT) {
		problem_add(r->problems, at, "must be an object");
		return false;
	}
	for (size_t i = 0; i < v->n; i++) {
		bool found = false;
		for (struct str rest = str_of(known); rest.ptr && !found;)
			found = str_eq(str_until(rest, ' ', &rest), v->names[i]);
		if (!found)
			problem_add(r->problems,
				    arena_fmt(r->arena, STR_FMT "/" STR_FMT, STR_ARG(at),
					      STR_ARG(v->names[i])),
				    "is not known here; known are: %s", known);
	}
	return true;
}

static unsigned columns_member(struct reading *r, const struct json *in, struct str at)
{
	static const char *const names[] = {
#define X(code, name) name,
		COLUMN_TABLE(X)
#undef X
	};
	struct texts given = texts_member(r, in, at, "columns", COLUMNS, false);
	unsigned bits = 0;
	for (size_t i = 0; i < given.n; i++) {
		unsigned c = 0;
		while (c < COLUMNS && !str_is(given.items[i], names[c]))
			c++;
		if (c < COLUMNS)
			bits |= 1u << c;
		else
			problem_add(
				r->problems, item_at(r, below(r, at, "columns"), i),
				"columns are value, previous, change, year_ago, to_date, target, coverage");
	}
	return bits ? bits : COLUMN_VALUE | COLUMN_PREVIOUS | COLUMN_CHANGE | COLUMN_TARGET;
}

static enum paper_chart_kind chart_member(struct reading *r, const struct json *in, struct str at)
{
	static const char *const names[] = {
		[PAPER_LINE] = "line", [PAPER_BARS] = "bars", [PAPER_RANKING] = "ranking"};
	struct str given = text_member(r, in, at, "chart", true);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(given, names[i]))
			return (enum paper_chart_kind)i;
	if (given.ptr)
		problem_add(r->problems, below(r, at, "chart"), "must be line, bars or ranking");
	return PAPER_LINE;
}

/* Which members each kind of section has; some of them are read alike for all. */
static const struct {
	const char *name, *members;
	bool text, title, indicators, items;
} kinds[] = {
	[SECTION_HEADING] = {"heading", "kind text level", .text = true},
	[SECTION_TEXT] = {"text", "kind text", .text = true},
	[SECTION_LIST] = {"list", "kind items numbered", .items = true},
	[SECTION_HIGHLIGHTS] = {"highlights", "kind indicators limit", .indicators = true},
	[SECTION_FIGURES] = {"figures", "kind title indicators columns", .title = true,
			     .indicators = true},
	[SECTION_UNITS] = {"units", "kind title indicators under", .title = true,
			   .indicators = true},
	[SECTION_CHART] = {"chart", "kind chart title indicators periods under", .title = true,
			   .indicators = true},
};

static bool section_kind(struct reading *r, const struct json *in, struct str at, struct section *s)
{
	struct str kind = json_get_str(in, "kind");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_is(kind, kinds[i].name)) {
			s->kind = (enum section_kind)i;
			return is_object(r, in, at, kinds[i].members);
		}
	problem_add(r->problems, below(r, at, "kind"),
		    "must be heading, text, list, highlights, figures, units or chart");
	return false;
}

/* A ranking is of one indicator; the lines or bars of a chart are few. */
static void check_chart(struct reading *r, const struct section *s, struct str at)
{
	size_t most = s->chart == PAPER_RANKING ? 1 : PAPER_SERIES_MAX;
	if (s->indicators.n > most)
		problem_add(r->problems, below(r, at, "indicators"),
			    "such a chart shows %zu at most", most);
}

static void read_section(struct reading *r, const struct json *in, struct str at, struct section *s)
{
	if (!section_kind(r, in, at, s))
		return;
	if (kinds[s->kind].text)
		s->text = text_member(r, in, at, "text", true);
	if (kinds[s->kind].title)
		s->title = text_member(r, in, at, "title", true);
	if (kinds[s->kind].indicators)
		s->indicators = texts_member(r, in, at, "indicators", CONTENT_INDICATORS_MAX, true);
	if (kinds[s->kind].items)
		s->items = texts_member(r, in, at, "items", CONTENT_ITEMS_MAX, true);
	s->level = int_member(r, in, at, "level", 1, 3, 1);
	s->limit = int_member(r, in, at, "limit", 1, CONTENT_INDICATORS_MAX, 5);
	s->periods = int_member(r, in, at, "periods", 2, CONTENT_PERIODS_MAX, 12);
	s->under = text_member(r, in, at, "under", false);
	s->numbered = bool_member(r, in, at, "numbered");
	if (s->kind == SECTION_FIGURES)
		s->columns = columns_member(r, in, at);
	if (s->kind == SECTION_UNITS && s->indicators.n > PAPER_COLUMNS_MAX - 2)
		problem_add(r->problems, below(r, at, "indicators"),
			    "a table has room for %d columns of them", PAPER_COLUMNS_MAX - 2);
	if (s->kind == SECTION_CHART) {
		s->chart = chart_member(r, in, at);
		check_chart(r, s, at);
	}
}

static void read_head(struct reading *r, const struct json *in, struct str at, struct content *c)
{
	if (!is_object(r, in, at, "superior agency number place type abstract to"))
		return;
	c->has_head = true;
	c->superior = text_member(r, in, at, "superior", false);
	c->agency = text_member(r, in, at, "agency", true);
	c->number = text_member(r, in, at, "number", false);
	c->place = text_member(r, in, at, "place", true);
	c->type = text_member(r, in, at, "type", false);
	c->abstract = text_member(r, in, at, "abstract", true);
	c->to = texts_member(r, in, at, "to", CONTENT_ITEMS_MAX, false);
}

static void read_sign(struct reading *r, const struct json *in, struct str at, struct content *c)
{
	if (!is_object(r, in, at, "authority title name recipients"))
		return;
	c->has_sign = true;
	c->authority = text_member(r, in, at, "authority", false);
	c->title = text_member(r, in, at, "title", true);
	c->name = text_member(r, in, at, "name", false);
	c->recipients = texts_member(r, in, at, "recipients", CONTENT_ITEMS_MAX, false);
}

void content_read(struct arena *a, const struct json *json, struct str at, struct content *ret,
		  struct problems *p)
{
	struct reading r = {a, p};
	*ret = (struct content){0};
	if (!is_object(&r, json, at, "head sections sign"))
		return;
	const struct json *head = json_get(json, "head"), *sign = json_get(json, "sign"),
			  *sections = json_get(json, "sections");
	if (!json_is_null(head))
		read_head(&r, head, below(&r, at, "head"), ret);
	if (!json_is_null(sign))
		read_sign(&r, sign, below(&r, at, "sign"), ret);
	struct str here = below(&r, at, "sections");
	if (json_is_null(sections) || sections->type != JSON_ARRAY || sections->n == 0 ||
	    sections->n > CONTENT_SECTIONS_MAX) {
		problem_add(p, here, "must be a list of 1 to %d sections", CONTENT_SECTIONS_MAX);
		return;
	}
	ret->sections = ARENA_ARRAY(a, sections->n, struct section);
	ret->n = sections->n;
	for (size_t i = 0; i < ret->n; i++)
		read_section(&r, &sections->items[i], item_at(&r, here, i), &ret->sections[i]);
}

enum err content_parse(struct arena *a, struct str text, struct content *ret, struct why *why)
{
	const struct json *json = NULL;
	struct problems p;
	struct content c;
	if (text.len > CONTENT_MAX)
		return fail(why, ERR_TOO_LARGE, "a report is described in %d bytes at most",
			    CONTENT_MAX);
	enum err rc = json_parse(a, text, &json, why);
	if (rc != OK)
		return rc;
	problems_init(&p, a);
	content_read(a, json, STR("/content"), &c, &p);
	if (p.n)
		return fail(why, ERR_INVALID, STR_FMT ": " BOTH_FMT, STR_ARG(p.items[0].at),
			    PROBLEM_ARG(p.items[0]));
	*ret = c;
	return OK;
}
