/* reminder_json.h - what the handlers of operate/ share: who sees which reminder, and how it is shown. */
#pragma once
#include "http/http.h"
#include "operate/discipline.h"

struct showing {
	struct request *req;
	const struct view *view;
	struct jw w;
};
/* Of those whose unit is within the caller's reach: drafts are for who makes or decides them. */
bool reminder_visible(const struct request *req, const struct reminder *r);
/* The reminder of the path, if the caller may do verb with it. */
MUST_USE enum err reminder_of_path(struct request *req, enum verb verb, struct reminder *ret,
				   struct why *why);
/* Members, without braces; evidence: its duties too. */
MUST_USE enum err reminder_json(struct showing *x, const struct reminder *r, bool evidence,
				struct why *why);
void unit_json(struct jw *w, const struct view *v, int64_t id); /* "unit", "unit_vi", "unit_en" */
void indicator_json(struct jw *w, const struct view *v,
		    int64_t id); /* "indicator", "name_vi", "name_en" */
/* "indicator", "name_vi", "name_en", "period": what a duty is about; null unless it is a figure. */
void duty_about_json(struct jw *w, const struct view *v, const struct duty *d);
void step_json(struct jw *w, const struct step *s);
/* A text of the body, trimmed, 1..WORDS_MAX bytes; "" allowed when not required. */
MUST_USE enum err words_of_body(struct request *req, const struct json *body, const char *name,
				bool required, struct str *ret, struct why *why);
/* The summary of a month as a paper; annex as violations_sum() makes it. */
struct month_paper {
	struct period month;
	int64_t number; /* of the reports of its year; 0: none */
	usec at;
	const struct json *annex;
};
MUST_USE enum err violation_pdf(struct request *req, const struct month_paper *m, struct why *why);
