/* What the layout itself says, in both languages. */
#include "paper/model.h"

#include "base/text.h"

static const struct paper_words words[] = {
	[PAPER_VI] =
		{
			.lang = "vi-VN",
			.country = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
			.motto = "Độc lập - Tự do - Hạnh phúc",
			.number = "Số:",
			.to = "Kính gửi:",
			.recipients = "Nơi nhận:",
			.annex = "Phụ lục",
			.table = "Bảng",
			.chart = "Biểu đồ",
			.page = "Trang",
			.target = "Mục tiêu",
			.demonstration = "SỐ LIỆU MINH HỌA",
			.invented =
				"Số liệu minh họa, không phải số liệu thật; văn bản này không có giá trị sử dụng",
			.provisional = "sơ bộ",
			.values = "Giá trị",
		},
	[PAPER_EN] =
		{
			.lang = "en",
			.country = "SOCIALIST REPUBLIC OF VIET NAM",
			.motto = "Independence - Freedom - Happiness",
			.number = "No.:",
			.to = "To:",
			.recipients = "Recipients:",
			.annex = "Annex",
			.table = "Table",
			.chart = "Figure",
			.page = "Page",
			.target = "Target",
			.demonstration = "DEMONSTRATION DATA",
			.invented =
				"The figures are invented for demonstration; this document has no validity",
			.provisional = "provisional",
			.values = "Value",
		},
};

const struct paper_words *paper_words(const struct paper *p)
{
	return &words[p->info.language];
}

static struct str date_words(struct arena *a, enum paper_language language, struct date d)
{
	static const char *const months[] = {"January",	  "February", "March",	  "April",
					     "May",	  "June",     "July",	  "August",
					     "September", "October",  "November", "December"};
	if (language == PAPER_EN)
		return arena_fmt(a, "%d %s %d", d.day, months[d.month - 1], d.year);
	return arena_fmt(a, "ngày %02d tháng %s%d năm %d", d.day, d.month < 3 ? "0" : "", d.month,
			 d.year);
}

struct str paper_place_date(struct arena *a, enum paper_language language, struct str place,
			    struct date d)
{
	struct str words_of_date = date_words(a, language, d);
	return arena_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(place), place.len ? ", " : "",
			 STR_ARG(words_of_date));
}

struct str paper_attached_to(const struct paper *p)
{
	const struct paper_head *h = &p->head;
	bool en = p->info.language == PAPER_EN;
	if (!p->has_head)
		return STR_NULL;
	struct str type = h->type.ptr ? h->type : en ? STR("Letter") : STR("Công văn");
	struct str number = h->number.ptr ? h->number : STR("      ");
	struct str day = date_words(p->arena, p->info.language, h->date);
	return arena_fmt(p->arena,
			 en ? "(Attached to " STR_FMT " No. " STR_FMT " of " STR_FMT " by " STR_FMT
			      ")"
			    : "(Kèm theo " STR_FMT " số " STR_FMT " " STR_FMT " của " STR_FMT ")",
			 STR_ARG(type), STR_ARG(number), STR_ARG(day), STR_ARG(h->agency));
}

struct str paper_roman(struct arena *a, unsigned number)
{
	static const struct {
		unsigned value;
		const char *text;
	} parts[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"},
		     {90, "XC"},  {50, "L"},   {40, "XL"}, {10, "X"},	{9, "IX"},
		     {5, "V"},	  {4, "IV"},   {1, "I"}};
	struct str text = STR("");
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		for (; number >= parts[i].value; number -= parts[i].value)
			text = arena_fmt(a, STR_FMT "%s", STR_ARG(text), parts[i].text);
	return text;
}

struct str paper_upper(const struct paper *p, struct str s)
{
	return text_upper(p->arena, s);
}

struct str paper_decimal(struct arena *a, enum paper_language language, struct decimal value)
{
	struct str vi = decimal_vi(a, value);
	if (language == PAPER_VI)
		return vi;
	char *en = arena_cstr(a, vi);
	for (size_t i = 0; i < vi.len; i++)
		en[i] = vi.ptr[i] == '.' ? ',' : vi.ptr[i] == ',' ? '.' : vi.ptr[i];
	return (struct str){en, vi.len};
}

struct str paper_cell_text(const struct paper *p, const struct paper_cell *cell)
{
	if (cell->number.given)
		return paper_decimal(p->arena, p->info.language, cell->number.value);
	return cell->text.ptr ? cell->text : STR("");
}

/* "94,1 % (tháng 10/2026)". */
static struct str value_words(const struct paper *p, const struct paper_chart *c,
			      const struct paper_series *s, size_t i)
{
	struct str number = paper_decimal(p->arena, p->info.language, s->values[i].value);
	return arena_fmt(p->arena, STR_FMT "%s" STR_FMT " (" STR_FMT ")", STR_ARG(number),
			 c->measure.len ? " " : "", STR_ARG(c->measure), STR_ARG(c->labels[i]));
}

static struct str series_words(const struct paper *p, const struct paper_chart *c,
			       const struct paper_series *s)
{
	size_t first = SIZE_MAX, last = 0, high = 0, low = 0;
	bool en = p->info.language == PAPER_EN;
	for (size_t i = 0; i < c->n_labels; i++) {
		if (!s->values[i].given)
			continue;
		if (first == SIZE_MAX)
			first = high = low = i;
		last = i;
		if (decimal_cmp(s->values[i].value, s->values[high].value) > 0)
			high = i;
		if (decimal_cmp(s->values[i].value, s->values[low].value) < 0)
			low = i;
	}
	if (first == SIZE_MAX)
		return arena_fmt(p->arena, STR_FMT ": %s.", STR_ARG(s->name),
				 en ? "no figures" : "chưa có số liệu");
	struct str top = value_words(p, c, s, high), bottom = value_words(p, c, s, low);
	struct str range =
		arena_fmt(p->arena, "%s " STR_FMT ", %s " STR_FMT, en ? "highest" : "cao nhất",
			  STR_ARG(top), en ? "lowest" : "thấp nhất", STR_ARG(bottom));
	if (c->kind != PAPER_LINE)
		return arena_fmt(p->arena, STR_FMT ": " STR_FMT ".", STR_ARG(s->name),
				 STR_ARG(range));
	struct str from = value_words(p, c, s, first), to = value_words(p, c, s, last);
	return arena_fmt(p->arena, STR_FMT ": %s " STR_FMT " %s " STR_FMT "; " STR_FMT ".",
			 STR_ARG(s->name), en ? "from" : "từ", STR_ARG(from), en ? "to" : "đến",
			 STR_ARG(to), STR_ARG(range));
}

struct str paper_chart_words(const struct paper *p, const struct paper_chart *c)
{
	struct str text = STR("");
	for (size_t i = 0; i < c->n_series; i++) {
		struct str one = series_words(p, c, &c->series[i]);
		text = arena_fmt(p->arena, STR_FMT "%s" STR_FMT, STR_ARG(text), i ? " " : "",
				 STR_ARG(one));
	}
	return text;
}
