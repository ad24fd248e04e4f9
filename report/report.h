/* report.h - reports that are made on time: a record says what stands in one, for which periods, when it is
 * made and who gets it; each time it is made leaves an edition with its files.
 * An edition shows what its report's owner may read: the account that changed the report last. */
#pragma once
#include "analyze/image.h"
#include "core/job.h"
#include "http/http.h"
#include "paper/paper.h"
#include "registry/registry.h"
#include "report/content.h"

#define REPORT_FILE_MAX ((size_t)8 << 20) /* bytes of one file of an edition */
#define REPORT_DAYS_AFTER_MAX 60
#define REPORT_KEEP_MAX 200 /* editions of one report */
#define REPORTS_AT_ONCE 40  /* made by one run of the job; the next run goes on */

extern const struct record report_record;
extern const struct route_table report_routes;

/* X(code, name, file extension, media type) */
#define FORMAT_TABLE(X)                                                                            \
	X(FORMAT_PDF, "pdf", PAPER_PDF_TYPE)                                                       \
	X(FORMAT_HTML, "html", PAPER_HTML_TYPE)                                                    \
	X(FORMAT_XLSX, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
#define X(code, name, type) code,
enum format { FORMAT_TABLE(X) FORMATS };
#undef X
const char *format_name(enum format f);
struct str format_type(enum format f);
bool format_parse(struct str name, enum format *ret);

/* A report as its record says. */
struct report {
	int64_t id, unit, owner; /* owner 0: nobody's, it cannot be made */
	struct str code, name_vi, name_en, text;
	enum paper_language language;
	enum period_kind period;
	bool automatic;
	int64_t days_after, keep;
	usec at, created;
	unsigned formats; /* 1 << FORMAT_… */
	struct texts to_roles, to_units;
};
/* ERR_NOT_FOUND for a removed one too. */
MUST_USE enum err report_get(struct db *db, int64_t id, struct arena *a, struct report *ret,
			     struct why *why);
/* When the edition of a period is due; the period whose edition is the last one due at `now`. */
usec report_due(const struct report *r, struct period p);
struct period report_period(const struct report *r, usec now);
/* May he open its editions: by his rights, or because it is addressed to a role of his? */
bool report_opens(const struct access *x, const struct principal *who, const struct view *v,
		  const struct report *r);

/* -- words.c -- */
/* "tháng 11 năm 2026", "quý III năm 2026"; short: "T11/2026", "Q3/2026". */

/* -- compose.c -- */
struct composing {
	struct db *db;
	const struct access *access;
	const struct principal *who; /* with whose rights */
	const struct view *view;
	const struct image *image; /* the figures */
	const struct content *content;
	const struct unit *unit; /* about whom */
	struct str name;
	enum paper_language language;
	struct period period;
	usec now;
	struct arena *arena;
};
/* The document.  ERR_INVALID: an indicator or unit is not known any more. */
MUST_USE enum err report_compose(const struct composing *c, struct paper **ret, struct why *why);

/* -- edition.c -- */
struct edition {
	int64_t unit, id, report, actor, owner;
	struct period period;
	usec slot, made;
	struct str language, name, problem; /* problem: why there are no files */
	bool demonstration;
	struct str files[FORMATS]; /* STR_NULL: not in this format */
};
/* Makes it in memory: its period and `made` are given, all else but slot and actor is filled.  OK also when it
 * cannot be made for a reason that stays, which is then in problem. */
MUST_USE enum err edition_make(const struct app_services *app, struct db *db,
			       const struct report *r, struct arena *a, struct edition *e,
			       struct why *why);
/* Keeps it with an entry in the journal, and forgets those beyond the number to be kept.  ERR_CONFLICT: its
 * slot was made before. */
MUST_USE enum err edition_store(struct db *tx, const struct report *r, struct edition *e,
				struct why *why);
MUST_USE enum err edition_get(struct db *db, int64_t id, struct arena *a, struct edition *ret,
			      struct why *why);
struct edition_query {
	int64_t report; /* 0: of all */
	int64_t before; /* id: only older ones; 0: from the newest */
	size_t limit;
};
/* Newest first, without the files' bytes. */
MUST_USE enum err edition_list(struct db *db, const struct edition_query *how, struct arena *a,
			       struct edition **ret, size_t *ret_n, struct why *why);
MUST_USE enum err edition_file(struct db *db, const struct edition *e, enum format f,
			       struct arena *a, struct str *ret, struct why *why);
/* With the formats it is kept in. */
MUST_USE enum err edition_json(struct jw *w, struct db *db, const struct edition *e,
			       struct why *why);

/* The job: every due edition of every automatic report. arg: struct app_services. */
#define REPORT_JOB_EVERY (5 * USEC_MINUTE)
MUST_USE enum err report_job(struct job_run *run, struct why *why);
