/* cairo 1.16 knows no language of a document and does not say that it is tagged.  Its catalogue is the last
 * object before the table of places: what is put into it moves nothing but that table. */
#include "paper/pdf.h"

/* Where `word` begins for the last time; SIZE_MAX: nowhere. */
static size_t find_last(struct str in, const char *word)
{
	size_t len = strlen(word);
	for (size_t i = in.len >= len ? in.len - len + 1 : 0; i-- > 0;)
		if (memcmp(in.ptr + i, word, len) == 0)
			return i;
	return SIZE_MAX;
}

enum err pdf_with_language(struct str pdf, const char *lang, struct buf *out, struct why *why)
{
	static const char catalogue[] = "<< /Type /Catalog\n", start[] = "startxref\n";
	size_t at = find_last(pdf, catalogue), end = find_last(pdf, start), table = SIZE_MAX;
	int64_t place = 0;
	if (at != SIZE_MAX && end != SIZE_MAX) {
		struct str digits = {pdf.ptr + end + sizeof(start) - 1,
				     pdf.len - end - sizeof(start) + 1};
		if (str_int(str_until(digits, '\n', &digits), 0, (int64_t)pdf.len, &place, NULL) ==
		    OK)
			table = (size_t)place;
	}
	if (table == SIZE_MAX || table < at || end < table)
		return fail(why, ERR_INTERNAL,
			    "cairo wrote a PDF whose catalogue is not where we look for it");
	at += sizeof(catalogue) - 1;
	size_t before = out->len;
	buf_add(out, (struct str){pdf.ptr, at});
	buf_printf(
		out,
		"   /Lang (%s)\n   /MarkInfo << /Marked true >>\n   /ViewerPreferences << /DisplayDocTitle true >>\n",
		lang);
	size_t more = out->len - before - at;
	buf_add(out, (struct str){pdf.ptr + at, end - at});
	buf_printf(out, "%s%zu\n%%%%EOF\n", start, table + more);
	return buf_end(out, why);
}
