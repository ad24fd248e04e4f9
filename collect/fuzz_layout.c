/* A proposal for any CSV sheet, then that proposal applied. */
#include "collect/layout.h"
#include "collect/sheet_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf out;
	buf_init(&out, 1 << 24);
	AUTO(sink_release) struct sink sink;
	sink_init(&sink, SHEET_CSV);
	sheet_csv(a, (struct str){(const char *)data, size < 20000 ? size : 20000}, &sink);
	sink_merge(&sink, (struct sheet_merge){1, 0, 2, 0});
	sink_merge(&sink, (struct sheet_merge){0, 0, 0, 3});
	sink_end(&sink, &out);
	struct sheet_book book;
	if (sheet_unpack(a, buf_str(&out), &book, NULL, NULL) != OK)
		return 0;
	struct layout_word words[3] = {
		{.code = STR("DS01"), .names = {STR("Dân số")}},
		{.code = STR("U1"), .names = {STR("Xã Diên Khánh")}},
		{.code = STR("male"), .list = STR("sex"), .names = {STR("Nam")}}};
	struct layout_index *x = layout_index_new(
		a,
		&(struct layout_words){.n = {1, 1, 1}, .words = {&words[0], &words[1], &words[2]}});
	struct layout_proposal p;
	layout_propose_best(a, x, &book, &p);
	assert(p.confidence >= 0 && p.confidence <= 100);
	buf_clear(&out);
	struct jw w;
	jw_init(&w, &out);
	layout_write(&w, &p, STR(""));
	return 0;
}
