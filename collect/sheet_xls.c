#include <freexl.h>

#include "collect/sheet_sink.h"

static void put_value(struct sink *k, uint32_t row, uint32_t column, const FreeXL_CellValue *v)
{
	char text[40];
	struct str s;
	switch (v->type) {
	case FREEXL_CELL_INT:
		s = (struct str){text,
				 (size_t)snprintf(text, sizeof(text), "%d", v->value.int_value)};
		sink_number(k, row, column, s, false, 0);
		return;
	case FREEXL_CELL_DOUBLE:
		s = (struct str){
			text, (size_t)snprintf(text, sizeof(text), "%.17g", v->value.double_value)};
		sink_number(k, row, column, s, false, 0);
		return;
	case FREEXL_CELL_TEXT:
	case FREEXL_CELL_SST_TEXT:
	case FREEXL_CELL_TIME:
		s = str_of(v->value.text_value);
		sink_cell(k, row, column,
			  s.len > 0 && s.ptr[0] == '#' && str_ends(s, STR("!")) ? SHEET_ERROR
										: SHEET_TEXT,
			  s);
		return;
	case FREEXL_CELL_DATE:
	case FREEXL_CELL_DATETIME:
		s = str_of(v->value.text_value);
		if (s.len > 10 && str_ends(s, STR("00:00:00")))
			s.len = 10;
		sink_cell(k, row, column, SHEET_DATE, s);
		return;
	default:
		return;
	}
}

static bool read_cells(const void *book, struct sink *k)
{
	unsigned rows;
	unsigned short columns;
	if (freexl_worksheet_dimensions(book, &rows, &columns) != FREEXL_OK)
		return false;
	for (unsigned row = 0; row < rows && k->error == OK; row++)
		for (unsigned short column = 0; column < columns; column++) {
			FreeXL_CellValue value;
			if (freexl_get_cell_value(book, row, column, &value) != FREEXL_OK)
				return false;
			put_value(k, row, column, &value);
		}
	return true;
}

static bool read_book(const void *book, struct sink *k)
{
	unsigned sheets;
	if (freexl_get_info(book, FREEXL_BIFF_SHEET_COUNT, &sheets) != FREEXL_OK ||
	    sheets > UINT16_MAX)
		return false;
	for (unsigned short i = 0; i < sheets && k->error == OK; i++) {
		const char *name;
		if (freexl_get_worksheet_name(book, i, &name) != FREEXL_OK ||
		    freexl_select_active_worksheet(book, i) != FREEXL_OK)
			return false;
		sink_sheet(k, str_of(name ? name : ""), false);
		if (!read_cells(book, k))
			return false;
	}
	return true;
}

void sheet_xls(struct sink *k)
{
	const void *book = NULL;
	bool ok = freexl_open("/proc/self/fd/0", &book) == FREEXL_OK && read_book(book, k);
	if (!ok)
		sink_refuse(
			k, ERR_INVALID,
			(struct label){
				"Tệp XLS bị hỏng, có mật khẩu hoặc quá cũ; hãy lưu lại thành XLSX.",
				"The XLS file is damaged, protected or too old; save it as XLSX."});
	/* The child ends here, and with it all that the library holds; sheet names belong to it. */
}
