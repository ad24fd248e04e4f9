/* A paper as a spreadsheet: its tables and the values of its charts. */
#include "paper/model.h"
#include "paper/xlsx.h"

#include <math.h>

static int column_width(const struct paper_table *t, size_t column)
{
	double sum = 0, wide = t->columns[column].width;
	for (size_t i = 0; i < t->n_columns; i++)
		sum += t->columns[i].width > 0 ? t->columns[i].width : 1;
	int characters = (int)lround((wide > 0 ? wide : 1) / sum * 100);
	return characters < 8 ? 8 : characters;
}

static void put_value(struct xlsx *x, const struct paper_number *v, struct str otherwise)
{
	if (v->given)
		xlsx_decimal(x, v->value);
	else
		xlsx_str(x, otherwise.len ? otherwise : STR_NULL);
}

static void put_table(struct xlsx *x, const struct paper *p, const struct paper_table *t)
{
	size_t row = 0, column = 0;
	for (size_t i = 0; i < t->n_cells; i++) {
		const struct paper_cell *cell = &t->cells[i];
		if (row < t->n_header)
			xlsx_head(x, paper_cell_text(p, cell), column_width(t, column));
		else
			put_value(x, &cell->number, cell->text);
		for (size_t more = 1; more < cell_span(cell); more++) {
			if (row < t->n_header)
				xlsx_head(x, STR(""), column_width(t, column + more));
			else
				xlsx_str(x, STR_NULL);
		}
		column += cell_span(cell);
		if (column < t->n_columns || i + 1 == t->n_cells)
			continue;
		column = 0;
		if (++row < t->n_header)
			xlsx_head_row(x);
		else
			xlsx_row(x);
	}
	if (t->note.len)
		xlsx_note(x, t->note);
}

static void put_chart(struct xlsx *x, const struct paper *p, const struct paper_chart *c)
{
	xlsx_head(x, c->title, 30);
	for (size_t i = 0; i < c->n_series; i++) {
		struct str name =
			c->series[i].name.len ? c->series[i].name : str_of(paper_words(p)->values);
		xlsx_head(x,
			  c->measure.len ? arena_fmt(p->arena, STR_FMT " (" STR_FMT ")",
						     STR_ARG(name), STR_ARG(c->measure))
					 : name,
			  24);
	}
	if (c->target.given)
		xlsx_head(x, str_of(paper_words(p)->target), 14);
	for (size_t k = 0; k < c->n_labels; k++) {
		xlsx_row(x);
		xlsx_str(x, c->labels[k]);
		for (size_t i = 0; i < c->n_series; i++)
			put_value(x, &c->series[i].values[k], STR_NULL);
		if (c->target.given)
			xlsx_decimal(x, c->target.value);
	}
}

enum err paper_xlsx(const struct paper *p, struct buf *out, struct why *why)
{
	AUTO(xlsx_free) struct xlsx *x = NULL;
	enum err rc = paper_end(p, why);
	for (size_t i = 0; i < p->n && rc == OK; i++) {
		const struct part *part = &p->parts[i];
		if (part->kind != PART_TABLE && part->kind != PART_CHART)
			continue;
		if (x) {
			xlsx_sheet(x, part->text);
		} else {
			rc = xlsx_new(part->text, &x, why);
			if (rc != OK)
				return rc;
			xlsx_describe(x, &(struct xlsx_info){
						 .title = arena_cstr(p->arena, p->info.title),
						 .author = arena_cstr(p->arena, p->info.author),
						 .created = p->info.created,
						 .mark = p->info.demonstration
								 ? paper_words(p)->invented
								 : NULL,
					 });
		}
		if (part->kind == PART_TABLE)
			put_table(x, p, &part->table);
		else
			put_chart(x, p, &part->chart);
	}
	if (rc != OK)
		return rc;
	if (!x)
		return fail(
			why, ERR_INVALID,
			"the paper has neither a table nor a chart, so there is nothing for a spreadsheet");
	return xlsx_end(x, out, why);
}
