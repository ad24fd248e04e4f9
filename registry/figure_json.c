/* figure_json.c - how a figure is written. */
#include "registry/figure.h"

static const char *const flag_names[] = {
#define X(bit, name) name,
	FIGURE_FLAG_TABLE(X)
#undef X
};

void figure_json_value(struct jw *w, const struct figure *f)
{
	if (f->empty) {
		jw_null(w);
		return;
	}
	char memory[64];
	struct buf text = {.ptr = memory, .cap = sizeof(memory), .max = sizeof(memory)};
	decimal_write(&text, f->value);
	jw_str(w, buf_str(&text));
}

void jw_m_period(struct jw *w, const char *name, struct period p)
{
	char memory[64];
	struct buf text = {.ptr = memory, .cap = sizeof(memory), .max = sizeof(memory)};
	period_write(&text, p);
	jw_m_str(w, name, buf_str(&text));
}

static void figure_json_flags(struct jw *w, unsigned flags)
{
	jw_name(w, "flags");
	jw_array(w);
	for (int i = 0; i < FIGURE_FLAGS; i++)
		if (flags & (1u << i))
			jw_cstr(w, flag_names[i]);
	jw_array_end(w);
}

void figure_json_members(struct jw *w, const struct view *v, const struct figure *f)
{
	const struct indicator *i = view_indicator_id(v, f->indicator);
	const struct unit *u = view_unit_id(v, f->unit);
	jw_m_id(w, "id", f->id);
	jw_m_str(w, "indicator", i ? i->code : STR_NULL);
	jw_m_str(w, "unit", u ? u->code : STR_NULL);
	jw_m_period(w, "period", f->period);
	jw_m_str(w, "breakdown", f->breakdown);
	jw_name(w, "value");
	figure_json_value(w, f);
	jw_m_cstr(w, "status", figure_status_name(f->status));
	figure_json_flags(w, f->flags);
	jw_m_int(w, "revision", f->revision);
	jw_m_bool(w, "current", f->current);
	jw_m_time(w, "received", f->received);
	jw_m_str(w, "remark", f->remark);
	jw_m_str(w, "reason", f->reason);
	jw_m_id(w, "delivery", f->delivery);
	jw_m_time(w, "decided", f->decided);
	jw_m_str(w, "decision_remark", f->decision_remark);
}

void figure_json(struct jw *w, const struct view *v, const struct figure *f)
{
	jw_object(w);
	figure_json_members(w, v, f);
	jw_object_end(w);
}
