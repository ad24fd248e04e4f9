#include "collect/layout.h"

static void write_place(struct jw *w, const char *name, int64_t at)
{
	if (at >= 0)
		jw_m_int(w, name, at);
}

static void write_reasons(struct jw *w, const struct layout_proposal *p)
{
	jw_name(w, "reasons");
	jw_array(w);
	for (size_t i = 0; i < p->n_reasons; i++) {
		const struct layout_reason *r = &p->reasons[i];
		jw_object(w);
		write_place(w, "row", r->row);
		write_place(w, "column", r->column);
		jw_m_str(w, "detail_vi", r->vi);
		jw_m_str(w, "detail_en", r->en);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void write_word(struct jw *w, const char *name, const struct layout_word *word,
		       int confidence)
{
	if (!word)
		return;
	jw_name(w, name);
	jw_object(w);
	jw_m_str(w, "code", word->code);
	jw_m_str(w, "name_vi", word->names[0]);
	jw_m_str(w, "name_en", word->names[1]);
	jw_m_int(w, "confidence", confidence);
	jw_object_end(w);
}

static void write_matches(struct jw *w, const struct layout_proposal *p)
{
	static const char *const kinds[LAYOUT_KINDS] = {"indicator", "unit", "item"};
	jw_name(w, "matches");
	jw_array(w);
	for (size_t i = 0; i < p->n_matches; i++) {
		const struct layout_match *m = &p->matches[i];
		jw_object(w);
		jw_m_cstr(w, "kind", kinds[m->kind]);
		jw_m_str(w, "text", m->text);
		write_word(w, "best", m->guess.word, m->guess.confidence);
		write_word(w, "runner_up", m->guess.runner_up, m->guess.runner_up_confidence);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void write_skips(struct jw *w, const struct layout_proposal *p)
{
	jw_name(w, "skips");
	jw_array(w);
	for (size_t i = 0; i < p->n_skips; i++) {
		struct label why = mapping_skip_label(p->skips[i].why);
		jw_object(w);
		jw_m_int(w, "row", p->skips[i].row);
		jw_m_int(w, "last_row", p->skips[i].last_row);
		jw_m_cstr(w, "detail_vi", why.vi);
		jw_m_cstr(w, "detail_en", why.en);
		jw_object_end(w);
	}
	jw_array_end(w);
}

void layout_write(struct jw *w, const struct layout_proposal *p, struct str fingerprint)
{
	jw_object(w);
	jw_name(w, "mapping");
	mapping_write(w, &p->mapping);
	jw_m_int(w, "confidence", p->confidence);
	write_reasons(w, p);
	write_matches(w, p);
	write_skips(w, p);
	jw_m_str(w, "fingerprint", fingerprint);
	jw_object_end(w);
}
