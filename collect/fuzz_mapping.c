/* A mapping that somebody sends, applied to a sheet. */
#include "collect/layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	const struct json *json;
	struct mapping m;
	if (json_parse(a, (struct str){(const char *)data, size}, &json, NULL) != OK ||
	    mapping_parse(a, json, &m, NULL) != OK)
		return 0;
	struct sheet_cell cells[12];
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		cells[i] = (struct sheet_cell){i % 3 ? SHEET_NUMBER : SHEET_TEXT,
					       i % 3 ? STR("1.5") : STR("DS01")};
	struct sheet sheet = {.name = STR("a"), .n_rows = 4, .n_columns = 3, .cells = cells};
	struct layout_word word = {.code = STR("DS01"), .names = {STR("Dân số")}};
	struct layout_index *x = layout_index_new(
		a, &(struct layout_words){.n = {1, 1, 1}, .words = {&word, &word, &word}});
	struct mapping_result result;
	if (mapping_apply(a, &m, &sheet, x, &result, NULL) == OK)
		for (size_t i = 0; i < result.n_cells; i++)
			assert(result.cells[i].row < 4 && result.cells[i].column < 3);
	AUTO(buf_release) struct buf b;
	buf_init(&b, 1 << 22);
	struct jw w;
	jw_init(&w, &b);
	mapping_write(&w, &m);
	return 0;
}
