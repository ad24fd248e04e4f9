/* notice.h - what a reminder says, and in whose name.  It is made of facts when the reminder is issued and stays as it
 * was then, whatever happens later: the letter (PDF), the message and the screen all read it, and the journal's entry
 * of the issue has its SHA-256.  Before the issue it is made anew at each look.
 *
 *	{"number","year","issued","cutoff","unit","unit_vi","target","to","late","nth","counts","rules":[{"code",
 *	 "name_vi","name_en","target","document_number"}],"duties":[{"indicator","name_vi","name_en","period","deadline",
 *	 "days"}],"reached":step,"next":step,"acknowledge_by","appeal_by","letterhead":{…}}
 *
 * nth: which reminder of the unit it is in the year, or in the last twelve months.  target: whom it concerns, by the
 * gravest of its rules. */
#pragma once
#include "operate/discipline.h"

/* r as it is, or is about to be issued. */
MUST_USE enum err notice_compose(struct db *db, const struct view *v, const struct reminder *r,
				 usec now, struct arena *a, struct str *ret, struct why *why);
/* As it was issued; of a draft as it would be. */
MUST_USE enum err notice_read(struct db *db, const struct view *v, const struct reminder *r,
			      usec now, struct arena *a, const struct json **ret, struct why *why);
/* "06/TTGSĐH-NV"; STR_NULL before the issue. */
struct str notice_number(struct arena *a, const struct json *notice);
/* The sentences before and after the list of duties, in Vietnamese as papers are. */
struct str notice_opening(struct arena *a, const struct json *notice);
#define NOTICE_CLOSING_MAX 6
size_t notice_closing(struct arena *a, const struct json *notice,
		      struct str ret[NOTICE_CLOSING_MAX]);
/* The whole as plain text, to be sent by any messenger. */
struct str notice_message(struct arena *a, const struct json *notice);

/* -- letterhead -- */
/* {"superior","agency","abbreviation","drafted_by","place","signer_title","signer_name"} */
MUST_USE enum err letterhead_json(struct db *db, const struct view *v, struct arena *a,
				  struct jw *w, struct why *why);
struct str moment_words(struct arena *a, usec t); /* "17:00, 10/11/2026" */
