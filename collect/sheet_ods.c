#include "collect/xml.h"

#define REPEAT_MAX 16777216
#define ROW_CELLS_MAX 4096

struct cell {
	uint32_t column, repeat;
	enum sheet_cell_kind kind;
	bool percent;
	unsigned zeros;
	struct str text;
};
struct ods {
	struct arena *a;
	struct sink *sink;
	struct zip zip;
	struct arena *row_texts;
	uint32_t row, row_repeat, column, column_repeat;
	struct cell cells[ROW_CELLS_MAX]; /* of the row being read, without the empty ones */
	size_t n_cells;
	const char *type; /* of the cell being read: a literal */
	struct str value;
	struct buf text;
	int paragraphs, skipping; /* inside text:p; inside an annotation or a drawing */
	bool in_cell;
};

static const char *const types[] = {"float", "currency", "percentage", "date",
				    "time",  "boolean",	 "string"};

static void cell_start(struct ods *o, const char **attributes)
{
	o->in_cell = true;
	o->column_repeat = xml_number(attributes, "number-columns-repeated", REPEAT_MAX, 1);
	o->type = NULL;
	const char *type = xml_attribute(attributes, "value-type");
	for (size_t i = 0; type && i < ARRAY_LEN(types); i++)
		if (strcmp(type, types[i]) == 0)
			o->type = types[i];
	const char *value = xml_attribute(attributes, "date-value");
	if (!value)
		value = xml_attribute(attributes, "value");
	o->value = arena_str(o->row_texts, str_of(value));
	buf_clear(&o->text);
	o->paragraphs = 0;
	uint32_t columns = xml_number(attributes, "number-columns-spanned", REPEAT_MAX, 1);
	uint32_t rows = xml_number(attributes, "number-rows-spanned", REPEAT_MAX, 1);
	if ((columns > 1 || rows > 1) && columns > 0 && rows > 0)
		sink_merge(o->sink, (struct sheet_merge){o->row, o->column, o->row + rows - 1,
							 o->column + columns - 1});
}

static void add_text(struct ods *o, struct str s)
{
	if (o->in_cell && o->skipping == 0 && o->text.len + s.len <= o->text.max)
		buf_add(&o->text, s);
}

static void ods_start(void *context, const char *name, const char **attributes)
{
	struct ods *o = context;
	if (strcmp(name, "annotation") == 0 || strcmp(name, "shape") == 0 ||
	    strcmp(name, "frame") == 0)
		o->skipping++;
	if (o->skipping > 0)
		return;
	if (strcmp(name, "table") == 0) {
		sink_sheet(o->sink, arena_str(o->a, str_of(xml_attribute(attributes, "name"))),
			   false);
		o->row = 0;
	} else if (strcmp(name, "table-row") == 0) {
		o->row_repeat = xml_number(attributes, "number-rows-repeated", REPEAT_MAX, 1);
		o->column = 0;
		o->n_cells = 0;
		arena_reset(o->row_texts);
	} else if (strcmp(name, "table-cell") == 0 || strcmp(name, "covered-table-cell") == 0) {
		cell_start(o, attributes);
	} else if (strcmp(name, "p") == 0 && o->paragraphs++ > 0) {
		add_text(o, STR("\n"));
	} else if (strcmp(name, "s") == 0 || strcmp(name, "tab") == 0) {
		add_text(o, STR(" "));
	}
}

static void ods_text(void *context, struct str text)
{
	struct ods *o = context;
	if (o->paragraphs > 0)
		add_text(o, text);
}

/* A number shown as "007" is a code: its zeros count. */
static unsigned leading_zeros(struct str shown)
{
	if (shown.len < 2 || shown.ptr[0] != '0')
		return 0;
	for (size_t i = 0; i < shown.len; i++)
		if (shown.ptr[i] < '0' || shown.ptr[i] > '9')
			return 0;
	return (unsigned)shown.len;
}

static void cell_end(struct ods *o)
{
	struct str shown = buf_str(&o->text);
	struct cell c = {.column = o->column, .repeat = o->column_repeat, .kind = SHEET_TEXT};
	bool number =
		o->type && (o->type == types[0] || o->type == types[1] || o->type == types[2]);
	if (number && o->value.len > 0) {
		c.kind = SHEET_NUMBER;
		c.percent = o->type == types[2];
		c.zeros = leading_zeros(shown);
		c.text = o->value;
	} else if (o->type == types[3] && o->value.len >= 10) {
		c.kind = SHEET_DATE;
		c.text = str_ends(o->value, STR("T00:00:00")) ? (struct str){o->value.ptr, 10}
							      : o->value;
	} else {
		if (shown.len > 1 && shown.ptr[0] == '#' && str_ends(shown, STR("!")))
			c.kind = SHEET_ERROR;
		c.text = arena_str(o->row_texts, shown);
	}
	if (c.text.len > 0 && o->n_cells < ROW_CELLS_MAX)
		o->cells[o->n_cells++] = c;
	o->column = o->column + o->column_repeat < REPEAT_MAX ? o->column + o->column_repeat
							      : REPEAT_MAX;
	o->in_cell = false;
}

static void put_row(struct ods *o, uint32_t row)
{
	for (size_t i = 0; i < o->n_cells && o->sink->error == OK; i++) {
		const struct cell *c = &o->cells[i];
		for (uint32_t r = 0; r < c->repeat && o->sink->error == OK; r++) {
			if (c->kind == SHEET_NUMBER)
				sink_number(o->sink, row, c->column + r, c->text, c->percent,
					    c->zeros);
			else
				sink_cell(o->sink, row, c->column + r, c->kind, c->text);
		}
	}
}

static void ods_end(void *context, const char *name)
{
	struct ods *o = context;
	if (strcmp(name, "annotation") == 0 || strcmp(name, "shape") == 0 ||
	    strcmp(name, "frame") == 0)
		o->skipping--;
	if (o->skipping > 0)
		return;
	if (strcmp(name, "table-cell") == 0 || strcmp(name, "covered-table-cell") == 0) {
		cell_end(o);
	} else if (strcmp(name, "table-row") == 0) {
		for (uint32_t r = 0; o->n_cells > 0 && r < o->row_repeat && o->sink->error == OK;
		     r++)
			put_row(o, o->row + r);
		o->row = o->row + o->row_repeat < REPEAT_MAX ? o->row + o->row_repeat : REPEAT_MAX;
	}
}

void sheet_ods(struct arena *a, struct str file, struct sink *k)
{
	static const struct xml_handlers handlers = {ods_start, ods_end, ods_text};
	struct ods *o = ARENA_NEW(a, struct ods);
	*o = (struct ods){.a = a, .sink = k};
	enum err rc = zip_open(a, file, SHEET_UNPACKED_MAX, &o->zip, NULL);
	const struct zip_entry *e = rc == OK ? zip_find(&o->zip, "content.xml") : NULL;
	if (!e) {
		sink_refuse(k, rc == ERR_TOO_LARGE ? rc : ERR_INVALID,
			    (struct label){"Tệp ODS bị hỏng hoặc tải lên chưa trọn.",
					   "The ODS file is damaged or was cut off."});
		return;
	}
	o->row_texts = arena_new();
	buf_init(&o->text, 65536);
	xml_read(&o->zip, e, &handlers, o, k);
	buf_release(&o->text);
	arena_free(o->row_texts);
}
