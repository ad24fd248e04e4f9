/* compose.c - the document of one report: its sections, filled with figures. */
#include "report/gather.h"

#include <math.h>
#include <stdlib.h>

struct composer {
	const struct composing *c;
	struct paper *p;
	struct arena *arena;
	bool vi;
};

static struct str name_of(const struct composer *m, const struct indicator *i)
{
	return m->vi ? i->name_vi : i->name_en;
}

static struct str measure_of(const struct composer *m, const struct indicator *i)
{
	return m->vi ? i->measure_vi : i->measure_en;
}

static struct str unit_name(const struct composer *m, const struct unit *u)
{
	return m->vi ? u->name_vi : u->name_en;
}

/* -- {period}, {previous}, {unit}, {date} -- */
static struct str word_of(const struct composer *m, struct str name)
{
	const struct composing *c = m->c;
	struct period before = {c->period.kind, c->period.ordinal - 1};
	if (str_is(name, "period"))
		return period_words(m->arena, c->language == PAPER_VI, c->period);
	if (str_is(name, "previous"))
		return period_words(m->arena, c->language == PAPER_VI, before);
	if (str_is(name, "unit"))
		return unit_name(m, c->unit);
	if (str_is(name, "date"))
		return period_words(m->arena, c->language == PAPER_VI,
				    period_at(PERIOD_DAILY, c->now));
	return STR_NULL;
}

static struct str fill(const struct composer *m, struct str text)
{
	struct str out = STR(""), rest = text;
	if (!text.ptr)
		return text;
	while (rest.ptr) {
		struct str after = STR_NULL, before = str_until(rest, '{', &after);
		struct str tail = STR_NULL,
			   name = after.ptr ? str_until(after, '}', &tail) : STR_NULL;
		struct str word = tail.ptr ? word_of(m, name) : STR_NULL;
		out = arena_fmt(m->arena, STR_FMT STR_FMT "%s" STR_FMT, STR_ARG(out),
				STR_ARG(before), after.ptr && !word.ptr ? "{" : "", STR_ARG(word));
		rest = word.ptr ? tail : after;
	}
	return out;
}

static struct str *fill_all(const struct composer *m, const struct texts *texts)
{
	struct str *all = ARENA_ARRAY(m->arena, texts->n + 1, struct str);
	for (size_t i = 0; i < texts->n; i++)
		all[i] = fill(m, texts->items[i]);
	return all;
}

static enum err indicator_of(const struct composer *m, struct str code,
			     const struct indicator **ret, struct why *why)
{
	*ret = view_indicator(m->c->view, code);
	return *ret ? OK
		    : fail(why, ERR_INVALID, "there is no indicator \"" STR_FMT "\" any more",
			   STR_ARG(code));
}

static enum err root_of(const struct composer *m, const struct section *s, const struct unit **ret,
			struct why *why)
{
	*ret = s->under.ptr ? view_unit(m->c->view, s->under) : m->c->unit;
	return *ret ? OK
		    : fail(why, ERR_INVALID, "there is no unit \"" STR_FMT "\" any more",
			   STR_ARG(s->under));
}

/* -- what a row or sentence needs of one indicator -- */
struct facts {
	const struct indicator *i;
	struct period period;
	struct reading_of now, before, year_ago;
	struct paper_number to_date; /* since the year began, of what adds up over time */
};

static bool whole(const struct reading_of *r)
{
	return r->given && r->periods >= r->of_periods;
}

/* A sum of only some of the periods is none. */
static struct paper_number sum_of(const struct indicator *i, const struct reading_of *all,
				  int32_t n)
{
	struct paper_number sum = {.given = n > 0 && i->over_time == AGGREGATE_SUM};
	for (int32_t k = 0; k < n && sum.given; k++)
		sum.given = whole(&all[k]) &&
			    decimal_add(sum.value, all[k].value, &sum.value, NULL) == OK;
	return sum;
}

static enum err facts_of(const struct composer *m, struct str code, struct facts *ret,
			 struct why *why)
{
	struct facts f = {0};
	struct reading_of *all = NULL;
	enum err rc = indicator_of(m, code, &f.i, why);
	if (rc != OK)
		return rc;
	f.period = gather_period(f.i, m->c->period);
	struct period year = period_year_before(f.period);
	struct period first = {f.period.kind, f.period.ordinal - 1 < year.ordinal
						      ? f.period.ordinal - 1
						      : year.ordinal};
	rc = gather_totals(m->c, f.i, m->c->unit, first, f.period, &all, why);
	if (rc != OK)
		return rc;
	f.now = all[f.period.ordinal - first.ordinal];
	f.before = all[f.period.ordinal - 1 - first.ordinal];
	f.year_ago = all[year.ordinal - first.ordinal];
	int32_t since, last;
	struct period this_year = period_bucket(f.period, PERIOD_YEARLY);
	period_range(f.period.kind, this_year, this_year, &since, &last);
	if (since >= first.ordinal && since <= f.period.ordinal)
		f.to_date = sum_of(f.i, &all[since - first.ordinal], f.period.ordinal - since + 1);
	*ret = f;
	return OK;
}

static struct paper_number number_of(const struct reading_of *r)
{
	return (struct paper_number){r->given, r->value};
}

/* Shares change by points, everything else by percent of what it was. */
static bool by_points(const struct facts *f)
{
	return str_is(f->i->measure_vi, "%") || str_is(f->i->measure_vi, "điểm");
}

/* Ten months are not compared with twelve. */
static bool alike(const struct reading_of *a, const struct reading_of *b)
{
	return (whole(a) && whole(b)) || a->periods == b->periods;
}

static bool change_of(const struct facts *f, struct decimal *ret)
{
	if (!f->now.given || !f->before.given)
		return false;
	if (!alike(&f->now, &f->before))
		return false;
	if (by_points(f)) {
		struct decimal minus = {-f->before.value.mantissa, f->before.value.scale};
		return decimal_add(f->now.value, minus, ret, NULL) == OK;
	}
	double before = decimal_double(f->before.value);
	if (before == 0)
		return false;
	double percent = (decimal_double(f->now.value) - before) / fabs(before) * 100;
	if (fabs(percent) > 1e6)
		return false;
	*ret = (struct decimal){llround(percent * 10), 1};
	return true;
}

/* A target is of the year: what adds up over time cannot be judged by one period of it. */
static struct paper_number target_of(const struct indicator *i, enum period_kind kind)
{
	bool fits = i->over_time != AGGREGATE_SUM || kind == PERIOD_YEARLY;
	return (struct paper_number){i->target.given && fits, i->target.value};
}

static bool judged(const struct facts *f)
{
	bool sided = str_is(f->i->direction, "up") || str_is(f->i->direction, "down");
	bool enough = f->i->over_time != AGGREGATE_SUM ? f->now.given : whole(&f->now);
	return enough && sided && target_of(f->i, f->period.kind).given;
}

/* Less than nothing: on the wrong side of its target; relative, so that unlike indicators compare. */
static double off_target(const struct facts *f)
{
	if (!judged(f))
		return 0;
	double target = decimal_double(f->i->target.value), value = decimal_double(f->now.value);
	double room = str_is(f->i->direction, "down") ? target - value : value - target;
	return room / (fabs(target) > 1e-9 ? fabs(target) : 1);
}

/* -- highlights -- */
static struct str change_words(const struct composer *m, const struct facts *f)
{
	struct decimal change;
	if (!change_of(f, &change))
		return STR("");
	struct str before = period_short(m->arena, m->c->language == PAPER_VI,
					 (struct period){f->period.kind, f->period.ordinal - 1});
	const char *verb =
		change.mantissa > 0 ? (m->vi ? "tăng" : "up") : (m->vi ? "giảm" : "down");
	if (change.mantissa == 0)
		return arena_fmt(m->arena, m->vi ? ", bằng %.*s" : ", the same as in %.*s",
				 STR_ARG(before));
	change.mantissa = change.mantissa < 0 ? -change.mantissa : change.mantissa;
	struct str much = paper_decimal(m->arena, m->c->language, change);
	const char *points = m->vi ? " điểm" : " points";
	return arena_fmt(m->arena,
			 m->vi ? ", %s " STR_FMT "%s so với " STR_FMT
			       : ", %s " STR_FMT "%s on " STR_FMT,
			 verb, STR_ARG(much), by_points(f) ? points : " %", STR_ARG(before));
}

static struct str target_words(const struct composer *m, const struct facts *f)
{
	if (!judged(f))
		return STR("");
	struct str target = paper_decimal(m->arena, m->c->language, f->i->target.value);
	bool missed = off_target(f) < 0;
	struct str measure = measure_of(m, f->i);
	return arena_fmt(m->arena, "; %s " STR_FMT " " STR_FMT,
			 missed ? (m->vi ? "chưa đạt mục tiêu" : "short of its target of")
				: (m->vi ? "đạt mục tiêu" : "meets its target of"),
			 STR_ARG(target), STR_ARG(measure));
}

/* What must be said of a value beside the period of the report: its own, or how much of it there is. */
static struct str when_words(const struct composer *m, const struct facts *f, bool in_short)
{
	bool vi = m->c->language == PAPER_VI;
	if (f->period.kind != m->c->period.kind)
		return arena_fmt(m->arena, " (" STR_FMT ")",
				 STR_ARG(in_short ? period_short(m->arena, vi, f->period)
						  : period_words(m->arena, vi, f->period)));
	if (!f->now.given || whole(&f->now))
		return STR("");
	return arena_fmt(m->arena, m->vi ? " (mới có %zu/%zu kỳ)" : " (%zu of %zu periods so far)",
			 f->now.periods, f->now.of_periods);
}

static struct str sentence(const struct composer *m, const struct facts *f)
{
	struct str value = paper_decimal(m->arena, m->c->language, f->now.value),
		   measure = measure_of(m, f->i);
	struct str change = change_words(m, f), target = target_words(m, f),
		   when = when_words(m, f, false);
	return arena_fmt(m->arena, STR_FMT STR_FMT ": " STR_FMT " " STR_FMT STR_FMT STR_FMT,
			 STR_ARG(name_of(m, f->i)), STR_ARG(when), STR_ARG(value), STR_ARG(measure),
			 STR_ARG(change), STR_ARG(target));
}

struct ranked {
	struct str text;
	double off;
	size_t order;
};

static int by_off(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static enum err put_highlights(const struct composer *m, const struct section *s, struct why *why)
{
	struct ranked all[CONTENT_INDICATORS_MAX];
	struct str texts[CONTENT_INDICATORS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < s->indicators.n; i++) {
		struct facts f;
		enum err rc = facts_of(m, s->indicators.items[i], &f, why);
		if (rc != OK)
			return rc;
		if (f.now.given) {
			all[n] = (struct ranked){sentence(m, &f), off_target(&f), n};
			n++;
		}
	}
	if (n)
		qsort(all, n, sizeof(*all), by_off);
	n = n < (size_t)s->limit ? n : (size_t)s->limit;
	for (size_t i = 0; i < n; i++)
		texts[i] = all[i].text;
	if (n)
		paper_list(m->p, false, texts, n);
	else
		paper_text(m->p, m->vi ? STR("Chưa có số liệu của kỳ này.")
				       : STR("There are no figures of this period yet."));
	return OK;
}

/* -- a table of figures -- */
static struct str column_head(const struct composer *m, unsigned column)
{
	struct period p = m->c->period;
	switch (1u << column) {
	case COLUMN_VALUE:
		break;
	case COLUMN_PREVIOUS:
		return m->vi ? STR("Kỳ trước") : STR("Previous");
	case COLUMN_CHANGE:
		return m->vi ? STR("Tăng, giảm") : STR("Change");
	case COLUMN_YEAR_AGO:
		return m->vi ? STR("Cùng kỳ năm trước") : STR("Year before");
	case COLUMN_TO_DATE:
		return m->vi ? STR("Lũy kế từ đầu năm") : STR("Year to date");
	case COLUMN_TARGET:
		return m->vi ? STR("Mục tiêu năm") : STR("Target of the year");
	case COLUMN_COVERAGE:
		return m->vi ? STR("Đơn vị đã gửi") : STR("Units that gave it");
	default:
		break;
	}
	return period_short(m->arena, m->c->language == PAPER_VI, p);
}

static struct str change_cell(const struct composer *m, const struct facts *f)
{
	struct decimal change;
	if (!change_of(f, &change))
		return STR("–");
	struct str much = paper_decimal(m->arena, m->c->language, change);
	return arena_fmt(m->arena, "%s" STR_FMT "%s", change.mantissa > 0 ? "+" : "", STR_ARG(much),
			 by_points(f) ? (m->vi ? " điểm" : " pt") : " %");
}

static struct paper_cell column_cell(const struct composer *m, const struct facts *f,
				     unsigned column)
{
	struct paper_cell cell = {.text = STR("–")};
	switch (1u << column) {
	case COLUMN_VALUE:
		cell.number = number_of(&f->now);
		cell.style = f->now.provisional ? PAPER_ITALIC : 0u;
		break;
	case COLUMN_PREVIOUS:
		cell.number = number_of(&f->before);
		break;
	case COLUMN_CHANGE:
		cell.text = change_cell(m, f);
		break;
	case COLUMN_YEAR_AGO:
		cell.number = number_of(&f->year_ago);
		break;
	case COLUMN_TO_DATE:
		cell.number = f->to_date;
		break;
	case COLUMN_TARGET:
		cell.number = (struct paper_number){f->i->target.given, f->i->target.value};
		break;
	case COLUMN_COVERAGE:
		cell.text = arena_fmt(m->arena, "%zu/%zu", f->now.n, f->now.of);
		break;
	default:
		break;
	}
	return cell;
}

static struct str provisional_note(const struct composer *m)
{
	return m->vi ? STR("Số in nghiêng là số sơ bộ, chưa được duyệt.")
		     : STR("Figures in italics are provisional, not approved yet.");
}

static struct str indicator_label(const struct composer *m, const struct facts *f)
{
	return arena_fmt(m->arena, STR_FMT STR_FMT, STR_ARG(name_of(m, f->i)),
			 STR_ARG(when_words(m, f, true)));
}

static struct str table_note(const struct composer *m, bool provisional, bool moved)
{
	struct str note = provisional ? provisional_note(m) : STR("");
	if (moved)
		note = arena_fmt(m->arena, STR_FMT "%s%s", STR_ARG(note), note.len ? " " : "",
				 m->vi ? "Các kỳ đều tính theo địa giới hiện nay."
				       : "All periods are within the boundaries of today.");
	return note.len ? note : STR_NULL;
}

static enum err put_figures(const struct composer *m, const struct section *s, struct why *why)
{
	struct paper_column columns[COLUMNS + 3] = {
		{.width = 0.8, .align = PAPER_CENTRE}, {.width = 3.6}, {.width = 1.4}};
	size_t width = 3, n = 0;
	for (unsigned c = 0; c < COLUMNS; c++)
		if (s->columns & (1u << c))
			columns[width++] =
				(struct paper_column){.width = 1.7, .align = PAPER_RIGHT};
	struct paper_cell *cells =
		ARENA_ARRAY(m->arena, width * (s->indicators.n + 1), struct paper_cell);
	cells[n++].text = m->vi ? STR("TT") : STR("No.");
	cells[n++].text = m->vi ? STR("Chỉ tiêu") : STR("Indicator");
	cells[n++].text = m->vi ? STR("Đơn vị tính") : STR("Measure");
	for (unsigned c = 0; c < COLUMNS; c++)
		if (s->columns & (1u << c))
			cells[n++].text = column_head(m, c);
	bool provisional = false, moved = false;
	for (size_t i = 0; i < s->indicators.n; i++) {
		struct facts f;
		enum err rc = facts_of(m, s->indicators.items[i], &f, why);
		if (rc != OK)
			return rc;
		provisional |= f.now.provisional;
		moved |= gather_today(m->c, m->c->unit) &&
			 gather_moved(m->c, period_year_before(f.period));
		cells[n++].number = (struct paper_number){true, {(int64_t)i + 1, 0}};
		cells[n++].text = indicator_label(m, &f);
		cells[n++].text = measure_of(m, f.i);
		for (unsigned c = 0; c < COLUMNS; c++)
			if (s->columns & (1u << c))
				cells[n++] = column_cell(m, &f, c);
	}
	paper_table(m->p, &(struct paper_table){.caption = fill(m, s->title),
						.note = table_note(m, provisional, moved),
						.columns = columns,
						.n_columns = width,
						.cells = cells,
						.n_cells = n,
						.n_header = 1});
	return OK;
}

/* -- a table of units -- */
static enum err put_units(const struct composer *m, const struct section *s, struct why *why)
{
	struct paper_column columns[PAPER_COLUMNS_MAX] = {{.width = 0.7, .align = PAPER_CENTRE},
							  {.width = 4}};
	const struct unit *root = NULL, **units = NULL;
	enum err rc = root_of(m, s, &root, why);
	if (rc != OK)
		return rc;
	size_t n = gather_communes(m->c, root, m->c->period, &units), width = s->indicators.n + 2;
	struct paper_cell *cells = ARENA_ARRAY(m->arena, width * (n + 1), struct paper_cell);
	cells[0].text = m->vi ? STR("TT") : STR("No.");
	cells[1].text = m->vi ? STR("Đơn vị") : STR("Unit");
	bool provisional = false;
	for (size_t u = 0; u < n; u++) {
		cells[(u + 1) * width].number = (struct paper_number){true, {(int64_t)u + 1, 0}};
		cells[(u + 1) * width + 1].text = unit_name(m, units[u]);
	}
	for (size_t i = 0; i < s->indicators.n; i++) {
		const struct indicator *indicator = NULL;
		struct reading_of *all = NULL;
		rc = indicator_of(m, s->indicators.items[i], &indicator, why);
		if (rc == OK)
			rc = gather_units(m->c, indicator, units, n,
					  gather_period(indicator, m->c->period), &all, why);
		if (rc != OK)
			return rc;
		columns[i + 2] = (struct paper_column){.width = 1.6, .align = PAPER_RIGHT};
		cells[i + 2].text = arena_fmt(m->arena, STR_FMT " (" STR_FMT ")",
					      STR_ARG(name_of(m, indicator)),
					      STR_ARG(measure_of(m, indicator)));
		for (size_t u = 0; u < n; u++) {
			provisional |= all[u].provisional;
			cells[(u + 1) * width + i + 2] = (struct paper_cell){
				.text = STR("–"),
				.number = number_of(&all[u]),
				.style = all[u].provisional ? PAPER_ITALIC : 0u};
		}
	}
	paper_table(m->p, &(struct paper_table){
				  .caption = fill(m, s->title),
				  .note = table_note(m, provisional,
						     gather_today(m->c, root) &&
							     gather_moved(m->c, m->c->period)),
				  .columns = columns,
				  .n_columns = width,
				  .cells = cells,
				  .n_cells = width * (n + 1),
				  .n_header = 1});
	return OK;
}

/* -- charts -- */
struct bar {
	struct str name;
	struct reading_of value;
	bool falling; /* the least first */
};

static int by_value(const void *left, const void *right)
{
	const struct bar *a = left, *b = right;
	if (a->value.given != b->value.given)
		return b->value.given - a->value.given;
	int order = decimal_cmp(b->value.value, a->value.value);
	return a->falling ? -order : order;
}

static enum err put_ranking(const struct composer *m, const struct section *s, struct why *why)
{
	const struct unit *root = NULL, **units = NULL;
	const struct indicator *i = NULL;
	struct reading_of *all = NULL;
	enum err rc = root_of(m, s, &root, why);
	if (rc == OK)
		rc = indicator_of(m, s->indicators.items[0], &i, why);
	if (rc != OK)
		return rc;
	size_t n = gather_communes(m->c, root, m->c->period, &units);
	n = n < PAPER_POINTS_MAX ? n : PAPER_POINTS_MAX;
	rc = gather_units(m->c, i, units, n, gather_period(i, m->c->period), &all, why);
	if (rc != OK)
		return rc;
	struct bar *bars = ARENA_ARRAY(m->arena, n + 1, struct bar);
	struct str *labels = ARENA_ARRAY(m->arena, n + 1, struct str);
	struct paper_number *values = ARENA_ARRAY(m->arena, n + 1, struct paper_number);
	bool *provisional = ARENA_ARRAY(m->arena, n + 1, bool);
	for (size_t k = 0; k < n; k++)
		bars[k] =
			(struct bar){unit_name(m, units[k]), all[k], str_is(i->direction, "down")};
	if (n)
		qsort(bars, n, sizeof(*bars), by_value);
	for (size_t k = 0; k < n; k++) {
		labels[k] = bars[k].name;
		values[k] = number_of(&bars[k].value);
		provisional[k] = bars[k].value.provisional;
	}
	struct paper_series series = {name_of(m, i), values, provisional};
	paper_chart(m->p, &(struct paper_chart){
				  .kind = PAPER_RANKING,
				  .title = fill(m, s->title),
				  .measure = measure_of(m, i),
				  .labels = labels,
				  .n_labels = n,
				  .series = &series,
				  .n_series = 1,
				  .target = target_of(i, gather_period(i, m->c->period).kind)});
	return OK;
}

static enum err read_series(const struct composer *m, const struct indicator *i,
			    const struct unit *root, size_t n, struct paper_series *ret,
			    struct why *why)
{
	struct period last = gather_own(i, m->c->period),
		      first = {last.kind, last.ordinal - (int32_t)n + 1};
	struct reading_of *all = NULL;
	enum err rc = gather_totals(m->c, i, root, first, last, &all, why);
	if (rc != OK)
		return rc;
	struct paper_number *values = ARENA_ARRAY(m->arena, n, struct paper_number);
	bool *provisional = ARENA_ARRAY(m->arena, n, bool);
	for (size_t k = 0; k < n; k++) {
		values[k] = number_of(&all[k]);
		provisional[k] = all[k].provisional;
	}
	*ret = (struct paper_series){name_of(m, i), values, provisional};
	return OK;
}

static enum err put_chart(const struct composer *m, const struct section *s, struct why *why)
{
	struct paper_series series[PAPER_SERIES_MAX];
	const struct indicator *first = NULL, *i = NULL;
	const struct unit *root = NULL;
	size_t n = (size_t)s->periods;
	if (s->chart == PAPER_RANKING)
		return put_ranking(m, s, why);
	enum err rc = root_of(m, s, &root, why);
	if (rc == OK)
		rc = indicator_of(m, s->indicators.items[0], &first, why);
	for (size_t k = 0; k < s->indicators.n && rc == OK; k++) {
		rc = indicator_of(m, s->indicators.items[k], &i, why);
		if (rc == OK && i->period != first->period)
			rc = fail(why, ERR_INVALID,
				  "the indicators of \"" STR_FMT
				  "\" have periods of different kinds; make two charts",
				  STR_ARG(s->title));
		if (rc == OK)
			rc = read_series(m, i, root, n, &series[k], why);
	}
	if (rc != OK)
		return rc;
	struct str *labels = ARENA_ARRAY(m->arena, n, struct str);
	struct period last = gather_own(first, m->c->period);
	for (size_t k = 0; k < n; k++)
		labels[k] = period_short(
			m->arena, m->c->language == PAPER_VI,
			(struct period){last.kind, last.ordinal - (int32_t)(n - 1 - k)});
	bool alone = s->indicators.n == 1;
	paper_chart(m->p, &(struct paper_chart){
				  .kind = s->chart,
				  .title = fill(m, s->title),
				  .measure = measure_of(m, first),
				  .labels = labels,
				  .n_labels = n,
				  .series = series,
				  .n_series = s->indicators.n,
				  .target = alone ? target_of(first, first->period)
						  : (struct paper_number){0},
			  });
	return OK;
}

static enum err put_section(const struct composer *m, const struct section *s, struct why *why)
{
	switch (s->kind) {
	case SECTION_HEADING:
		paper_heading(m->p, (int)s->level, fill(m, s->text));
		return OK;
	case SECTION_TEXT:
		paper_text(m->p, fill(m, s->text));
		return OK;
	case SECTION_LIST:
		paper_list(m->p, s->numbered, fill_all(m, &s->items), s->items.n);
		return OK;
	case SECTION_HIGHLIGHTS:
		return put_highlights(m, s, why);
	case SECTION_FIGURES:
		return put_figures(m, s, why);
	case SECTION_UNITS:
		return put_units(m, s, why);
	case SECTION_CHART:
		return put_chart(m, s, why);
	}
	return OK;
}

static void put_head(const struct composer *m)
{
	const struct content *c = m->c->content;
	paper_head(m->p, &(struct paper_head){
				 .superior = fill(m, c->superior),
				 .agency = fill(m, c->agency),
				 .number = fill(m, c->number),
				 .place = fill(m, c->place),
				 .date = date_local(m->c->now),
				 .type = fill(m, c->type),
				 .abstract = fill(m, c->abstract),
				 .to = fill_all(m, &c->to),
				 .n_to = c->to.n,
			 });
}

enum err report_compose(const struct composing *c, struct paper **ret, struct why *why)
{
	struct composer m = {.c = c, .arena = c->arena, .vi = c->language == PAPER_VI};
	struct str title =
		arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(c->name),
			  STR_ARG(period_words(c->arena, c->language == PAPER_VI, c->period)));
	m.p = paper_new(c->arena, &(struct paper_info){
					  .title = title,
					  .author = c->content->has_head ? c->content->agency
									 : unit_name(&m, c->unit),
					  .language = c->language,
					  .created = c->now,
					  .demonstration = view_demonstration(c->view),
				  });
	if (c->content->has_head)
		put_head(&m);
	enum err rc = OK;
	for (size_t i = 0; i < c->content->n && rc == OK; i++)
		rc = put_section(&m, &c->content->sections[i], why);
	if (rc == OK && c->content->has_sign)
		paper_sign(m.p, &(struct paper_sign){
					.authority = fill(&m, c->content->authority),
					.title = fill(&m, c->content->title),
					.name = fill(&m, c->content->name),
					.recipients = fill_all(&m, &c->content->recipients),
					.n_recipients = c->content->recipients.n,
				});
	if (rc == OK)
		rc = paper_end(m.p, why);
	if (rc == OK)
		*ret = m.p;
	return rc;
}
