#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "collect/xml.h"

#define FORMATS_MAX 65536
#define STRINGS_MAX 2000000
#define DAYS_1900 25569 /* serial number of 1970-01-01 */
#define DAYS_1904 24107
#define NO_PLACE UINT32_MAX

enum shown { SHOWN_PLAIN, SHOWN_PERCENT, SHOWN_DATE };
struct format {
	enum shown shown;
	unsigned zeros;
};
struct part {
	struct str name, id, path;
	bool hidden;
};
/* Texts and tables that grow while a part is read. */
struct list {
	struct str *items;
	size_t n, cap;
};
struct xlsx {
	struct arena *a;
	struct sink *sink;
	struct zip zip;
	struct part parts[SHEET_SHEETS_MAX + 1];
	size_t n_parts;
	bool from_1904;
	struct list strings;
	struct format *formats; /* of a cell's style */
	size_t n_formats;
	struct format *customs; /* by number format id */
	struct buf text;
	bool keep_text, in_phonetic, in_styles;
	/* the cell being read */
	uint32_t row, column;
	char type;
	uint32_t style;
};

static void nothing_at_end(void *context, const char *name)
{
	(void)context;
	(void)name;
}

static void keep_text(void *context, struct str text)
{
	struct xlsx *x = context;
	if (x->keep_text && x->text.len + text.len <= x->text.max)
		buf_add(&x->text, text);
}

static void workbook_start(void *context, const char *name, const char **attributes)
{
	struct xlsx *x = context;
	if (strcmp(name, "workbookPr") == 0) {
		struct str from = str_of(xml_attribute(attributes, "date1904"));
		x->from_1904 = str_is(from, "1") || str_is(from, "true");
	}
	if (strcmp(name, "sheet") != 0 || x->n_parts > SHEET_SHEETS_MAX)
		return;
	const char *title = xml_attribute(attributes, "name"),
		   *id = xml_attribute(attributes, "id");
	if (!title || !id)
		return;
	struct str state = str_of(xml_attribute(attributes, "state"));
	x->parts[x->n_parts++] =
		(struct part){.name = arena_str(x->a, str_of(title)),
			      .id = arena_str(x->a, str_of(id)),
			      .hidden = str_is(state, "hidden") || str_is(state, "veryHidden")};
}

static void relation_start(void *context, const char *name, const char **attributes)
{
	struct xlsx *x = context;
	const char *id = xml_attribute(attributes, "Id"),
		   *target = xml_attribute(attributes, "Target");
	if (strcmp(name, "Relationship") != 0 || !id || !target)
		return;
	for (size_t i = 0; i < x->n_parts; i++)
		if (str_is(x->parts[i].id, id))
			x->parts[i].path = target[0] == '/' ? arena_str(x->a, str_of(target + 1))
							    : arena_fmt(x->a, "xl/%s", target);
}

static void strings_start(void *context, const char *name, const char **attributes)
{
	struct xlsx *x = context;
	(void)attributes;
	if (strcmp(name, "si") == 0)
		buf_clear(&x->text);
	else if (strcmp(name, "rPh") == 0)
		x->in_phonetic = true;
	else if (strcmp(name, "t") == 0)
		x->keep_text = !x->in_phonetic;
}

static void strings_end(void *context, const char *name)
{
	struct xlsx *x = context;
	if (strcmp(name, "t") == 0)
		x->keep_text = false;
	if (strcmp(name, "rPh") == 0)
		x->in_phonetic = false;
	if (strcmp(name, "si") != 0)
		return;
	struct list *l = &x->strings;
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 256;
		struct str *items =
			cap > STRINGS_MAX ? NULL : realloc(l->items, cap * sizeof(*items));
		if (!items) {
			sink_refuse(x->sink, ERR_TOO_LARGE,
				    (struct label){"Tệp có quá nhiều chuỗi ký tự.",
						   "The file has too many texts."});
			return;
		}
		l->items = items;
		l->cap = cap;
	}
	l->items[l->n++] = arena_str(x->a, buf_str(&x->text));
}

/* What a format code shows: quoted texts, escapes, colours and paddings are not looked at. */
static struct format read_code(const char *code)
{
	struct format f = {.shown = SHOWN_PLAIN};
	size_t zeros = strspn(code, "0");
	if (zeros > 1 && code[zeros] == 0)
		f.zeros = (unsigned)zeros;
	for (const char *p = code; *p && *p != ';'; p++) {
		if (*p == '"' || *p == '[') {
			const char *close = strchr(p + 1, *p == '"' ? '"' : ']');
			if (!close)
				break;
			p = close;
		} else if ((*p == '\\' || *p == '_' || *p == '*') && p[1]) {
			p++;
		} else if (*p == '%') {
			f.shown = SHOWN_PERCENT;
		} else if (strchr("ymdhsYMDHS", *p)) {
			f.shown = SHOWN_DATE;
		}
	}
	return f;
}

static struct format builtin_format(uint32_t id)
{
	bool date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
		    (id >= 50 && id <= 58);
	bool percent = id == 9 || id == 10;
	return (struct format){.shown = date ? SHOWN_DATE : percent ? SHOWN_PERCENT : SHOWN_PLAIN};
}

static void styles_start(void *context, const char *name, const char **attributes)
{
	struct xlsx *x = context;
	uint32_t id = xml_number(attributes, "numFmtId", FORMATS_MAX - 1, 0);
	if (strcmp(name, "numFmt") == 0) {
		const char *code = xml_attribute(attributes, "formatCode");
		x->customs[id] = read_code(code ? code : "");
	} else if (strcmp(name, "cellXfs") == 0) {
		x->in_styles = true;
	} else if (strcmp(name, "xf") == 0 && x->in_styles && x->n_formats < FORMATS_MAX) {
		x->formats[x->n_formats++] = id < 164 ? builtin_format(id) : x->customs[id];
	}
}

static void styles_end(void *context, const char *name)
{
	struct xlsx *x = context;
	if (strcmp(name, "cellXfs") == 0)
		x->in_styles = false;
}

/* "F14" → row 13, column 5; false when it is no cell. */
static bool read_place(const char **text, uint32_t *ret_row, uint32_t *ret_column)
{
	const char *p = *text;
	uint32_t column = 0, row = 0;
	for (; *p == '$'; p++)
		;
	for (; *p >= 'A' && *p <= 'Z' && column < 100000; p++)
		column = column * 26 + (uint32_t)(*p - 'A') + 1;
	for (; *p == '$'; p++)
		;
	for (; *p >= '0' && *p <= '9' && row < 100000000; p++)
		row = row * 10 + (uint32_t)(*p - '0');
	if (row == 0 || column == 0)
		return false;
	*text = p;
	*ret_row = row - 1;
	*ret_column = column - 1;
	return true;
}

static void read_merge(struct xlsx *x, const char *range)
{
	struct sheet_merge m;
	if (range && read_place(&range, &m.row, &m.column) && *range++ == ':' &&
	    read_place(&range, &m.last_row, &m.last_column))
		sink_merge(x->sink, m);
}

static void cell_start(struct xlsx *x, const char **attributes)
{
	const char *place = xml_attribute(attributes, "r"), *type = xml_attribute(attributes, "t");
	uint32_t row, column;
	if (place && read_place(&place, &row, &column))
		x->column = column;
	else
		x->column++;
	x->type = !type				   ? 'n'
		  : strcmp(type, "str") == 0	   ? 'f'
		  : strcmp(type, "inlineStr") == 0 ? 'f'
						   : type[0];
	x->style = xml_number(attributes, "s", FORMATS_MAX, 0);
	buf_clear(&x->text);
}

static void sheet_start(void *context, const char *name, const char **attributes)
{
	struct xlsx *x = context;
	if (strcmp(name, "row") == 0) {
		uint32_t n = xml_number(attributes, "r", 100000000, 0);
		x->row = n > 0 ? n - 1 : x->row + 1;
		x->column = NO_PLACE;
	} else if (strcmp(name, "c") == 0) {
		cell_start(x, attributes);
	} else if (strcmp(name, "rPh") == 0) {
		x->in_phonetic = true;
	} else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
		x->keep_text = !x->in_phonetic;
	} else if (strcmp(name, "mergeCell") == 0) {
		read_merge(x, xml_attribute(attributes, "ref"));
	}
}

static void put_serial(struct xlsx *x, struct str raw)
{
	char text[64] = "";
	if (raw.len < sizeof(text))
		memcpy(text, raw.ptr, raw.len);
	char *end;
	double serial = strtod(text, &end), days = floor(serial);
	if (end == text || *end || !(serial >= 0 && serial < 2958466)) {
		sink_number(x->sink, x->row, x->column, raw, false, 0);
		return;
	}
	int64_t seconds = (int64_t)round((serial - days) * 86400),
		day = (int64_t)days + seconds / 86400;
	seconds %= 86400;
	int hour = (int)(seconds / 3600), minute = (int)(seconds / 60 % 60),
	    second = (int)(seconds % 60);
	/* The system of 1900 has a 29 February that never was. */
	struct date d = date_of_days(day - (x->from_1904 ? DAYS_1904 : DAYS_1900) +
				     (!x->from_1904 && day < 60));
	if (serial < 1) {
		sink_cell(x->sink, x->row, x->column, SHEET_TEXT,
			  arena_fmt(x->a, "%02d:%02d:%02d", hour, minute, second));
		return;
	}
	struct str iso = seconds == 0 ? arena_fmt(x->a, "%04d-%02d-%02d", d.year, d.month, d.day)
				      : arena_fmt(x->a, "%04d-%02d-%02dT%02d:%02d:%02d", d.year,
						  d.month, d.day, hour, minute, second);
	sink_cell(x->sink, x->row, x->column, SHEET_DATE, iso);
}

static void put_number(struct xlsx *x, struct str raw)
{
	struct format f = x->style < x->n_formats ? x->formats[x->style]
						  : (struct format){.shown = SHOWN_PLAIN};
	if (f.shown == SHOWN_DATE)
		put_serial(x, raw);
	else
		sink_number(x->sink, x->row, x->column, raw, f.shown == SHOWN_PERCENT, f.zeros);
}

static void put_cell(struct xlsx *x)
{
	struct str text = buf_str(&x->text);
	int64_t at;
	switch (x->type) {
	case 'n':
		put_number(x, text);
		return;
	case 's':
		if (str_int(str_trim(text), 0, INT32_MAX, &at, NULL) == OK &&
		    (size_t)at < x->strings.n)
			sink_cell(x->sink, x->row, x->column, SHEET_TEXT, x->strings.items[at]);
		return;
	case 'b':
		sink_cell(x->sink, x->row, x->column, SHEET_TEXT,
			  str_is(text, "1") ? STR("TRUE") : STR("FALSE"));
		return;
	case 'e':
		sink_cell(x->sink, x->row, x->column, SHEET_ERROR, text);
		return;
	case 'd':
		sink_cell(x->sink, x->row, x->column, SHEET_DATE,
			  text.len > 10 && str_ends(text, STR("T00:00:00"))
				  ? (struct str){text.ptr, 10}
				  : text);
		return;
	default:
		sink_cell(x->sink, x->row, x->column, SHEET_TEXT, text);
	}
}

static void sheet_end(void *context, const char *name)
{
	struct xlsx *x = context;
	if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
		x->keep_text = false;
	else if (strcmp(name, "rPh") == 0)
		x->in_phonetic = false;
	else if (strcmp(name, "c") == 0 && x->text.len > 0)
		put_cell(x);
}

static void read_part(struct xlsx *x, const char *path, const struct xml_handlers *handlers,
		      bool needed)
{
	const struct zip_entry *e = zip_find(&x->zip, path);
	if (e)
		xml_read(&x->zip, e, handlers, x, x->sink);
	else if (needed)
		sink_refuse(x->sink, ERR_INVALID,
			    (struct label){"Tệp XLSX thiếu phần nội dung bắt buộc.",
					   "The XLSX file lacks a part it must have."});
}

static void read_sheets(struct xlsx *x)
{
	static const struct xml_handlers handlers = {sheet_start, sheet_end, keep_text};
	for (size_t i = 0; i < x->n_parts && x->sink->error == OK; i++) {
		struct part *p = &x->parts[i];
		x->row = x->column = NO_PLACE;
		/* Charts and macro sheets have no cells; a sheet whose part is lost is a damaged file. */
		bool cells =
			p->path.len == 0 || memmem(p->path.ptr, p->path.len, "worksheets/", 11);
		if (!cells)
			continue;
		sink_sheet(x->sink, p->name, p->hidden);
		read_part(x, p->path.ptr ? p->path.ptr : "", &handlers, true);
	}
}

void sheet_xlsx(struct arena *a, struct str file, struct sink *k)
{
	static const struct xml_handlers workbook = {workbook_start, nothing_at_end, NULL};
	static const struct xml_handlers relations = {relation_start, nothing_at_end, NULL};
	static const struct xml_handlers strings = {strings_start, strings_end, keep_text};
	static const struct xml_handlers styles = {styles_start, styles_end, NULL};
	struct xlsx *x = ARENA_NEW(a, struct xlsx);
	*x = (struct xlsx){.a = a, .sink = k};
	enum err rc = zip_open(a, file, SHEET_UNPACKED_MAX, &x->zip, NULL);
	if (rc != OK) {
		sink_refuse(k, rc,
			    (struct label){"Tệp XLSX bị hỏng hoặc tải lên chưa trọn.",
					   "The XLSX file is damaged or was cut off."});
		return;
	}
	x->formats = ARENA_ARRAY(a, FORMATS_MAX, struct format);
	x->customs = ARENA_ARRAY(a, FORMATS_MAX, struct format);
	buf_init(&x->text, 65536);
	read_part(x, "xl/workbook.xml", &workbook, true);
	read_part(x, "xl/_rels/workbook.xml.rels", &relations, true);
	read_part(x, "xl/sharedStrings.xml", &strings, false);
	read_part(x, "xl/styles.xml", &styles, false);
	read_sheets(x);
	buf_release(&x->text);
	free(x->strings.items);
}
