/* journal.h - what happened: appended in the transaction of the change it tells of, one
 * SHA-256 hash chain per server.  Live screens, audit, recomputation and links are readers with
 * a cursor; nothing notifies anything by hand.
 *
 * hash = SHA-256(previous hash ‖ canonical bytes of server, seq, at, kind, actor, unit, subject, data):
 * each text preceded by its length as 8 bytes big endian, each number as 8 bytes big endian. */
#pragma once
#include "base/crypt.h"
#include "core/access.h"
#include "store/store.h"

struct journal_entry {
	int64_t server, seq; /* seq from 1 without gaps in one server's chain */
	usec at;
	struct str kind;    /* "unit.changed", "delivery.received": documented in docs/journal.md */
	int64_t actor;	    /* user id, 0: the centre itself */
	int64_t unit;	    /* whose affair it is; 0: the whole centre */
	struct str subject; /* kind of record it is about: a reader needs VERB_READ on it */
	int64_t subject_id;
	struct str data; /* JSON object */
	struct hash hash;
};

/* Append; fills server, seq, hash of *e (the receipt's journal position).  An entry that the engine
 * refuses undoes the change, as with stmt_push(). */
MUST_USE enum err journal_append(struct db *tx, struct journal_entry *e, struct why *why);
/* The same for many of one change, one after the other: the head is taken once. */
MUST_USE enum err journal_append_all(struct db *tx, struct journal_entry *e, size_t n,
				     struct why *why);

/* Cursors are texts over all servers' chains, "3:120,7:33".  Empty: from the start; "now": the end. */
#define JOURNAL_LOOK_MAX 5000 /* entries looked at by one journal_read() */
struct journal_reader {
	const struct access *access;
	const struct principal
		*who; /* sees what it has VERB_READ for: the subject's kind and unit */
	struct str after;
	bool backward;	 /* newest first, entries before the cursor (empty: from the end) */
	size_t max;	 /* 1..1000 */
	struct str kind; /* only this kind ("unit.changed") or these ("unit."); empty: all */
};
struct journal_page {
	struct journal_entry *entries;
	size_t n;
	struct str next; /* cursor after everything looked at, the unseen included */
	bool more;	 /* it stopped before the end: read on from next, also when n is 0 */
};
/* In order of one chain always, of time between chains as far as read.  ERR_INVALID: cursor. */
MUST_USE enum err journal_read(struct db *db, const struct journal_reader *how, struct arena *a,
			       struct journal_page *ret, struct why *why);
/* What happened to one thing, newest first, up to max; the caller has checked the rights. */
MUST_USE enum err journal_history(struct db *db, struct str subject, int64_t subject_id, size_t max,
				  struct arena *a, struct journal_page *ret, struct why *why);
void journal_json(struct jw *w, const struct journal_entry *e);
/* The receipt of an entry: {"server","seq","at","hash"}. */
void journal_receipt_json(struct jw *w, const struct journal_entry *e);

/* Follow every chain; report() names each bad entry, the first bad one first: edited, deleted,
 * truncated below a signed head.  ERR_CONFLICT when any is bad. dir: where heads.log lies. */
MUST_USE enum err journal_verify(struct db *db, const char *dir,
				 void (*report)(void *arg, const struct why *found), void *arg,
				 struct why *why);
/* Sign this server's head (Ed25519; key in dir/journal.key, mode 0600, made on first use, its
 * public half in dir/journal.pub) and append it to dir/heads.log.  Hourly job, and at a clean
 * stop.  One line: "server seq hash at signature\n", hash and signature in hex, at in RFC 3339;
 * signed are the bytes before the signature's leading space. */
MUST_USE enum err journal_sign(struct db *db, const char *dir, usec now, struct why *why);
