/* quality_ask.h - from the query of a request to a question about facts; what the routes of quality
 * share. */
#pragma once
#include "http/http.h"
#include "operate/quality.h"

#define QUALITY_MONTHS 12      /* looked back when no time is asked for */
#define QUALITY_MONTHS_MAX 120 /* in one question */

struct quality_ask {
	const struct view *view;
	struct fact_query how;
	struct dimensions dimensions;
	const struct unit *unit; /* asked for, or NULL */
	const struct indicator *indicator;
	const struct domain *domain;
	int32_t first_month; /* ordinals of the months that the days asked for begin and end in */
	size_t n_months;
	usec now;
};
/* ?unit= (with what is below it) &indicator=&domain=, ?period= or ?from=&to=.  Within the asker's
 * reach: all for the centre's people, a unit's people see their own units, the public what is open. */
MUST_USE enum err quality_ask(struct request *req, struct quality_ask *ret, struct why *why);

void jw_m_score(struct jw *w, const char *name, int64_t score); /* 87.25; -1: null */
void dimensions_json(struct jw *w, const struct dimensions *d);
/* "score", "scores", "series" */
void mean_json(struct jw *w, const struct mean *m, const struct dimensions *d);
