/* mark.h - private to store/: what lies beside the database.  dir/lock keeps a second server
 * out; dir/high-water says how many commits the database has seen, so that one which lost some
 * is recognised.  The mark is written after a commit is durable and before it is acknowledged,
 * and synced lazily: after a power cut it may be behind the database, never ahead of it. */
#pragma once
#include "base/base.h"

#define MARK_ID_TEXT 32 /* hexadecimal digits of 128 random bits */

struct mark {
	int fd; /* -1: none */
	bool unsynced;
	char identity[MARK_ID_TEXT + 1]; /* of the database this mark belongs to */
	char holder[MARK_ID_TEXT + 1];	 /* of this data directory, for the server's lease */
	int64_t commits;
};

/* ERR_CONFLICT names the holder. */
MUST_USE enum err lock_take(const char *dir, int *ret_fd, struct why *why);

/* ret->fd is -1 when there is no mark.  ERR_CONFLICT: there is one and it cannot be read. */
MUST_USE enum err mark_open(const char *dir, bool read_only, struct mark *ret, struct why *why);
/* Makes one, durable when this returns. */
MUST_USE enum err mark_create(const char *dir, const char *identity, int64_t commits,
			      struct mark *ret, struct why *why);
MUST_USE enum err mark_write(struct mark *m, int64_t commits, struct why *why);
MUST_USE enum err mark_sync(struct mark *m, struct why *why);
void mark_close(struct mark *m);
void mark_random(char ret[MARK_ID_TEXT + 1]);
