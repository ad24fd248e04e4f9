/* delivery.h - one arrival of figures from a form, a file or another system: what was accepted,
 * what was refused and why, and the receipt that the sender keeps as proof. */
#pragma once
#include "base/crypt.h"
#include "collect/check.h"

enum delivery_source { DELIVERY_FORM, DELIVERY_FILE, DELIVERY_API, DELIVERY_SOURCES };
const char *delivery_source_name(enum delivery_source s);

struct receipt { /* where the journal proves it */
	int64_t server, seq;
	usec at;
	struct str hash; /* hex */
};
struct delivery {
	int64_t id, unit; /* unit: of all its cells, else the sender's; 0: the centre's */
	bool waiting;	  /* a file whose layout is not known yet */
	bool checked;	  /* only checked, not stored: there is no receipt */
	enum delivery_source source;
	struct str filename, media_type, note, mapping;
	struct str content; /* the bytes as they came; kept for files */
	int64_t bytes;
	struct str content_hash; /* hex SHA-256 */
	int64_t actor;
	usec received;
	int64_t counts[CELL_STATES];
	int64_t spent;	/* seconds of somebody's work; 0: not known */
	int64_t pasted; /* figures */
	unsigned flags; /* FIGURE_DEMONSTRATION, for all its figures */
	struct receipt receipt;
};

/* A new id, the hash of content, counts of the checked cells, the unit they share. */
void delivery_prepare(struct delivery *d, const struct check_context *c, struct id_source *ids,
		      const struct checked *cells, size_t n);
/* In one change: figures, duties met, the delivery, its refused and doubtful cells, drafts met, journal
 * entry "delivery.received"; fills the receipt and the figures' ids.  A cell that somebody else settled
 * meanwhile the same way becomes CELL_SAME, one that he settled otherwise CELL_DOUBTFUL.  May be
 * run again after it was undone. */
MUST_USE enum err delivery_store(struct db *tx, struct delivery *d, struct checked *cells, size_t n,
				 struct arena *a, struct why *why);
/* A file that waits for its mapping. */
MUST_USE enum err delivery_store_waiting(struct db *tx, const struct delivery *d, struct why *why);
MUST_USE enum err delivery_get(struct db *db, int64_t id, struct arena *a, struct delivery *ret,
			       struct why *why);
MUST_USE enum err delivery_content(struct db *db, const struct delivery *d, struct arena *a,
				   struct str *ret, struct why *why);
struct delivery_query {
	bool all_units; /* else those of these units */
	const int64_t *units;
	size_t n_units;
	int64_t before; /* id: only earlier ones (cursor); 0: from the newest */
	size_t limit;
};
/* Newest first. */
MUST_USE enum err delivery_list(struct db *db, const struct delivery_query *how, struct arena *a,
				struct delivery **ret, size_t *ret_n, struct why *why);

/* What its sender should know about the file as a whole; NULL: nothing. */
const struct finding *delivery_warning(const struct delivery *d);
/* "warnings": the same, as findings. */
void delivery_json_warnings(struct jw *w, const struct delivery *d);
/* The members of a delivery, without braces; of a head those that a list needs. */
void delivery_json_head(struct jw *w, const struct view *v, const struct delivery *d);
void delivery_json(struct jw *w, const struct view *v, const struct delivery *d);
/* [{"check","severity","detail_vi","detail_en"}] */
void findings_json(struct jw *w, const struct finding *f);
/* "rows": refused and doubtful ones; all: every cell. */
void delivery_json_rows(struct jw *w, const struct checked *cells, size_t n, bool all);
/* "rows" of a stored delivery; without value, remark and problems ("withheld") of restricted figures that
 * c->who may not read. */
MUST_USE enum err delivery_json_stored_rows(struct jw *w, const struct check_context *c,
					    const struct delivery *d, struct why *why);
