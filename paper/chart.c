#include "paper/chart.h"

#include <math.h>

#define LETTERS 8.5	/* size of the words in a chart */
#define LETTER_WIDE 4.3 /* about what one of them takes */
#define INK 0x222222
#define FAINT 0x6b7280
#define GRID 0xd9dde3
#define AIM 0xb45309
#define TICKS_MAX 7
#define FLAT_HEIGHT 190.0
#define BAR_STEP 15.0

/* Told apart without colour too: each series has its own mark. */
static const unsigned colours[PAPER_SERIES_MAX] = {0x1d5a96, 0xb3471d, 0x1b7f5c,
						   0x6c4a9e, 0x8a6d00, 0x4b5563};

static struct op *op_new(const struct paper *p, struct drawing *d, enum op_kind kind, size_t n)
{
	struct op *op = ARENA_APPEND(p->arena, d->ops, d->n);
	*op = (struct op){.kind = kind, .n = n, .colour = INK, .size = 0.6};
	return op;
}

static struct op *line(const struct paper *p, struct drawing *d, double x, double y, double x2,
		       double y2)
{
	struct spot *s = ARENA_ARRAY(p->arena, 2, struct spot);
	struct op *op = op_new(p, d, OP_LINE, 2);
	s[0] = (struct spot){x, y};
	s[1] = (struct spot){x2, y2};
	op->spots = s;
	op->colour = GRID;
	return op;
}

static struct op *box(const struct paper *p, struct drawing *d, double x, double y, double w,
		      double h)
{
	struct spot *s = ARENA_ARRAY(p->arena, 4, struct spot);
	struct op *op = op_new(p, d, OP_SHAPE, 4);
	s[0] = (struct spot){x, y};
	s[1] = (struct spot){x + w, y};
	s[2] = (struct spot){x + w, y + h};
	s[3] = (struct spot){x, y + h};
	op->spots = s;
	return op;
}

static struct op *words(const struct paper *p, struct drawing *d, double x, double y,
			enum paper_align align, struct str text)
{
	struct spot *s = ARENA_NEW(p->arena, struct spot);
	struct op *op = op_new(p, d, OP_TEXT, 1);
	*s = (struct spot){x, y};
	op->spots = s;
	op->align = align;
	op->size = LETTERS;
	op->text = text;
	return op;
}

/* Circle, square, triangle, diamond … of a series. */
static void mark(const struct paper *p, struct drawing *d, size_t series, double x, double y,
		 bool hollow)
{
	static const int corners[PAPER_SERIES_MAX] = {16, 4, 3, 4, 5, 6};
	static const double turn[PAPER_SERIES_MAX] = {0, M_PI / 4, -M_PI / 2, 0, -M_PI / 2, 0};
	for (int pass = 0; pass < (hollow ? 2 : 1); pass++) {
		int n = corners[series];
		double radius = pass ? 1.3 : 2.5;
		struct spot *s = ARENA_ARRAY(p->arena, (size_t)n, struct spot);
		for (int i = 0; i < n; i++) {
			double angle = turn[series] + 2 * M_PI * i / n;
			s[i] = (struct spot){x + radius * cos(angle), y + radius * sin(angle)};
		}
		struct op *op = op_new(p, d, OP_SHAPE, (size_t)n);
		op->spots = s;
		op->colour = pass ? 0xffffff : colours[series];
	}
}

/* -- the scale of values -- */
struct scale {
	double low, high, step;
	int decimals;
	double from, to; /* where low and high lie */
};

static void stretch(struct scale *s, const struct paper_number *v, bool *any)
{
	if (!v->given)
		return;
	double x = decimal_double(v->value);
	s->low = *any && s->low < x ? s->low : x;
	s->high = *any && s->high > x ? s->high : x;
	*any = true;
}

/* Round steps that cover low..high with at most TICKS_MAX lines. */
static void round_steps(struct scale *s)
{
	static const double steps[] = {1, 2, 2.5, 5, 10};
	double raw = (s->high - s->low) / (TICKS_MAX - 2);
	int power = (int)floor(log10(raw));
	double unit = pow(10, power);
	size_t i = 0;
	while (i + 1 < ARRAY_LEN(steps) && steps[i] * unit < raw)
		i++;
	s->step = steps[i] * unit;
	s->decimals = -power + (i == 2);
	if (i == 4)
		s->decimals--;
	if (s->decimals < 0)
		s->decimals = 0;
	if (s->decimals > DECIMAL_SCALE_MAX)
		s->decimals = DECIMAL_SCALE_MAX;
	s->low = floor(s->low / s->step + 1e-9) * s->step;
	s->high = ceil(s->high / s->step - 1e-9) * s->step;
}

/* Bars begin at nothing; a line may begin where its values do. */
static struct scale scale_of(const struct paper_chart *c)
{
	struct scale s = {0};
	bool any = false;
	for (size_t i = 0; i < c->n_series; i++)
		for (size_t k = 0; k < c->n_labels; k++)
			stretch(&s, &c->series[i].values[k], &any);
	stretch(&s, &c->target, &any);
	bool zero = c->kind != PAPER_LINE || (s.low > 0 && s.low < 0.5 * s.high);
	if (zero && s.low > 0)
		s.low = 0;
	if (zero && s.high < 0)
		s.high = 0;
	if (s.high - s.low < 1e-9) {
		double about = fabs(s.high) > 1e-9 ? fabs(s.high) * 0.1 : 1;
		s.low -= zero ? 0 : about;
		s.high += about;
	}
	round_steps(&s);
	return s;
}

static double place(const struct scale *s, double value)
{
	return s->from + (value - s->low) / (s->high - s->low) * (s->to - s->from);
}

static struct str tick_text(const struct paper *p, const struct scale *s, double value)
{
	double scaled = value * pow(10, s->decimals);
	if (fabs(scaled) > 9e17)
		return arena_fmt(p->arena, "%g", value);
	struct decimal d = {llround(scaled), s->decimals};
	return paper_decimal(p->arena, p->info.language, d);
}

static double text_wide(struct str text)
{
	size_t characters = 0;
	for (size_t i = 0; i < text.len; i++)
		characters += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return (double)characters * LETTER_WIDE;
}

/* Cut where its room ends. */
static struct str fit(const struct paper *p, struct str text, double room)
{
	size_t most = room > 2 * LETTER_WIDE ? (size_t)(room / LETTER_WIDE) : 1, characters = 0;
	if (text_wide(text) <= room)
		return text;
	for (size_t i = 0; i < text.len; i++) {
		characters += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
		if (characters == most)
			return arena_fmt(p->arena, STR_FMT "…", (int)i, text.ptr);
	}
	return text;
}

/* -- upright charts -- */
struct plot {
	const struct paper *p;
	const struct paper_chart *c;
	struct drawing *d;
	struct scale scale;
	double left, right, top, bottom;
};

static void draw_legend(const struct plot *f)
{
	double x = f->left, y = 9;
	if (f->c->measure.len)
		words(f->p, f->d, 0, y, PAPER_LEFT,
		      arena_fmt(f->p->arena, "(" STR_FMT ")", STR_ARG(f->c->measure)))
			->colour = FAINT;
	double after = text_wide(f->c->measure) + 20;
	if (after > x)
		x = after;
	for (size_t i = 0; i < f->c->n_series; i++) {
		struct str name = f->c->series[i].name;
		if (!name.len)
			continue;
		mark(f->p, f->d, i, x + 4, y - 3, false);
		words(f->p, f->d, x + 11, y, PAPER_LEFT, fit(f->p, name, f->right - x - 11));
		x += 11 + text_wide(name) + 16;
	}
	if (f->c->target.given) {
		struct op *op = line(f->p, f->d, x, y - 3, x + 16, y - 3);
		op->colour = AIM;
		op->dashed = true;
		op->size = 1.2;
		struct str number =
			paper_decimal(f->p->arena, f->p->info.language, f->c->target.value);
		words(f->p, f->d, x + 20, y, PAPER_LEFT,
		      arena_fmt(f->p->arena, "%s " STR_FMT, paper_words(f->p)->target,
				STR_ARG(number)));
	}
}

static void draw_grid(struct plot *f)
{
	struct scale *s = &f->scale;
	int n = (int)lround((s->high - s->low) / s->step);
	double widest = 0;
	for (int i = 0; i <= n; i++) {
		double wide = text_wide(tick_text(f->p, s, s->low + i * s->step));
		widest = wide > widest ? wide : widest;
	}
	f->left = widest + 8;
	for (int i = 0; i <= n; i++) {
		double value = s->low + i * s->step, y = place(s, value);
		struct op *op = line(f->p, f->d, f->left, y, f->right, y);
		op->colour = i == 0 ? FAINT : GRID;
		words(f->p, f->d, f->left - 4, y + 3, PAPER_RIGHT, tick_text(f->p, s, value))
			->colour = FAINT;
	}
}

/* The middle of the k-th label's band. */
static double middle(const struct plot *f, size_t k)
{
	return f->left + ((double)k + 0.5) * (f->right - f->left) / (double)f->c->n_labels;
}

/* As many labels as have room, the last one always. */
static void draw_labels(const struct plot *f)
{
	double widest = 1,
	       band = (f->right - f->left) / (double)(f->c->n_labels ? f->c->n_labels : 1);
	for (size_t k = 0; k < f->c->n_labels; k++) {
		double wide = text_wide(f->c->labels[k]) + 6;
		widest = wide > widest ? wide : widest;
	}
	size_t every = (size_t)ceil(widest / band);
	for (size_t k = 0; k < f->c->n_labels; k++)
		if ((f->c->n_labels - 1 - k) % every == 0) {
			struct str text = fit(f->p, f->c->labels[k], band * (double)every);
			words(f->p, f->d, middle(f, k), f->bottom + 12, PAPER_CENTRE, text)
				->colour = FAINT;
		}
}

static void draw_target(const struct plot *f)
{
	if (!f->c->target.given)
		return;
	double y = place(&f->scale, decimal_double(f->c->target.value));
	struct op *op = line(f->p, f->d, f->left, y, f->right, y);
	op->colour = AIM;
	op->dashed = true;
	op->size = 1.2;
}

/* On a white ground, so that no line runs through it. */
static void value_word(const struct plot *f, const struct paper_number *v, double x, double y,
		       enum paper_align align)
{
	struct str text = paper_decimal(f->p->arena, f->p->info.language, v->value);
	double wide = text_wide(text) * 1.05, left = align == PAPER_CENTRE ? x - wide / 2 : x - 1;
	box(f->p, f->d, left, y - LETTERS + 1, wide + 1, LETTERS)->colour = 0xffffff;
	words(f->p, f->d, x, y, align, text)->bold = true;
}

/* One piece between two neighbours; dashed when its end is provisional.  Gaps stay gaps. */
static void draw_series(const struct plot *f, size_t series)
{
	const struct paper_series *s = &f->c->series[series];
	size_t last = SIZE_MAX;
	for (size_t k = 0; k < f->c->n_labels; k++) {
		if (!s->values[k].given)
			continue;
		double y = place(&f->scale, decimal_double(s->values[k].value));
		if (last != SIZE_MAX && last + 1 == k) {
			double before = place(&f->scale, decimal_double(s->values[last].value));
			struct op *op = line(f->p, f->d, middle(f, last), before, middle(f, k), y);
			op->colour = colours[series];
			op->size = 1.5;
			op->dashed = s->provisional[k];
		}
		last = k;
	}
	for (size_t k = 0; k < f->c->n_labels; k++)
		if (s->values[k].given)
			mark(f->p, f->d, series, middle(f, k),
			     place(&f->scale, decimal_double(s->values[k].value)),
			     s->provisional[k]);
	if (last != SIZE_MAX)
		value_word(f, &s->values[last], middle(f, last),
			   place(&f->scale, decimal_double(s->values[last].value)) - 6,
			   PAPER_CENTRE);
}

static unsigned paler(unsigned colour)
{
	unsigned r = colour >> 16 & 255, g = colour >> 8 & 255, b = colour & 255;
	return ((r + 255) / 2) << 16 | ((g + 255) / 2) << 8 | (b + 255) / 2;
}

static void draw_bars(const struct plot *f, size_t series)
{
	const struct paper_series *s = &f->c->series[series];
	double band = (f->right - f->left) / (double)f->c->n_labels;
	double wide = band * 0.72 / (double)f->c->n_series;
	wide = wide > 34 ? 34 : wide;
	double base = place(&f->scale, f->scale.low > 0 ? f->scale.low : 0);
	for (size_t k = 0; k < f->c->n_labels; k++) {
		if (!s->values[k].given)
			continue;
		double y = place(&f->scale, decimal_double(s->values[k].value));
		double x = middle(f, k) + ((double)series - (double)f->c->n_series / 2) * wide;
		struct op *op =
			box(f->p, f->d, x + 0.5, y < base ? y : base, wide - 1, fabs(y - base));
		op->colour = s->provisional[k] ? paler(colours[series]) : colours[series];
		struct str text =
			paper_decimal(f->p->arena, f->p->info.language, s->values[k].value);
		if (text_wide(text) < wide * 1.15)
			value_word(f, &s->values[k], x + wide / 2, y < base ? y - 3 : y + 9,
				   PAPER_CENTRE);
	}
}

static void draw_flat(struct plot *f)
{
	f->d->height = FLAT_HEIGHT;
	f->top = 24;
	f->bottom = FLAT_HEIGHT - 18;
	f->right = f->d->width - 4;
	f->scale.from = f->bottom;
	f->scale.to = f->top;
	draw_grid(f);
	draw_legend(f);
	draw_labels(f);
	draw_target(f);
	for (size_t i = 0; i < f->c->n_series; i++) {
		if (f->c->kind == PAPER_LINE)
			draw_series(f, i);
		else
			draw_bars(f, i);
	}
}

/* -- ranking: names to the left, bars to the right -- */
static void draw_ranking(struct plot *f, size_t from, size_t n)
{
	const struct paper_series *s = &f->c->series[0];
	double name = 0;
	for (size_t k = from; k < from + n; k++) {
		double wide = text_wide(f->c->labels[k]) + 8;
		name = wide > name ? wide : name;
	}
	f->left = name > f->d->width * 0.42 ? f->d->width * 0.42 : name;
	f->right = f->d->width - 48;
	f->top = 16;
	f->bottom = f->top + (double)n * BAR_STEP;
	f->d->height = f->bottom + 6;
	f->scale.from = f->left;
	f->scale.to = f->right;
	draw_legend(f);
	double base = place(&f->scale, f->scale.low > 0 ? f->scale.low : 0);
	if (f->c->target.given) {
		double x = place(&f->scale, decimal_double(f->c->target.value));
		struct op *op = line(f->p, f->d, x, f->top, x, f->bottom);
		op->colour = AIM;
		op->dashed = true;
		op->size = 1.2;
	}
	for (size_t k = from; k < from + n; k++) {
		double y = f->top + (double)(k - from) * BAR_STEP;
		words(f->p, f->d, f->left - 5, y + 10.5, PAPER_RIGHT,
		      fit(f->p, f->c->labels[k], f->left - 5));
		if (!s->values[k].given) {
			words(f->p, f->d, base + 4, y + 10.5, PAPER_LEFT, STR("–"))->colour = FAINT;
			continue;
		}
		double x = place(&f->scale, decimal_double(s->values[k].value));
		struct op *op =
			box(f->p, f->d, x < base ? x : base, y + 2.5, fabs(x - base), BAR_STEP - 5);
		op->colour = s->provisional[k] ? paler(colours[0]) : colours[0];
		value_word(f, &s->values[k], (x > base ? x : base) + 4, y + 10.5, PAPER_LEFT);
	}
	line(f->p, f->d, base, f->top, base, f->bottom)->colour = FAINT;
}

size_t chart_pieces(const struct paper_chart *c)
{
	if (c->kind != PAPER_RANKING || c->n_labels == 0)
		return 1;
	return (c->n_labels + RANKING_ROWS - 1) / RANKING_ROWS;
}

struct drawing *chart_draw(const struct paper *p, const struct paper_chart *c, size_t piece,
			   double width)
{
	struct drawing *d = ARENA_NEW(p->arena, struct drawing);
	struct plot f = {.p = p, .c = c, .d = d, .scale = scale_of(c)};
	d->width = width;
	if (c->kind == PAPER_RANKING) {
		size_t from = piece * RANKING_ROWS, left = c->n_labels - from;
		draw_ranking(&f, from, left < RANKING_ROWS ? left : RANKING_ROWS);
	} else {
		draw_flat(&f);
	}
	return d;
}
