#include "collect/past.h"

#define PAST_SHOWN 12

static void history_json(struct jw *w, const struct figure *history, size_t n)
{
	jw_name(w, "history");
	jw_array(w);
	for (size_t k = n < PAST_SHOWN ? n : PAST_SHOWN; k-- > 0;) {
		jw_object(w);
		jw_m_period(w, "period", history[k].period);
		jw_name(w, "value");
		figure_json_value(w, &history[k]);
		jw_object_end(w);
	}
	jw_array_end(w);
}

enum err past_json(struct jw *w, struct db *db, const struct indicator *i, const struct figure *key,
		   struct arena *a, struct why *why)
{
	struct figure *history = NULL;
	size_t n = 0;
	double low, high;
	enum err rc = figure_history(db, key, CHECK_HISTORY, a, &history, &n, why);
	if (rc != OK)
		return rc;
	history_json(w, history, n);
	jw_name(w, "range");
	if (!check_expected(i, history, n, &low, &high)) {
		jw_null(w);
		return OK;
	}
	jw_array(w);
	jw_double(w, low);
	jw_double(w, high);
	jw_array_end(w);
	return OK;
}
