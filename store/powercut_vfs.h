/* powercut_vfs.h - for tests and measurements: a disk under SQLite that loses power, fills up or
 * fails.  It remembers what was written and not yet synced; when the power is cut, of that
 * nothing stays, or a random half of the sectors.  A sync that fails has lost what it should
 * have brought to the disk for good, as Linux does.  One at a time in a process. */
#pragma once
#include "base/base.h"

enum powercut_keep { POWERCUT_KEEP_NOTHING, POWERCUT_KEEP_HALF };
enum powercut_failure {
	POWERCUT_SOUND,
	POWERCUT_DISK_FULL,
	POWERCUT_WRITE_FAILS,
	POWERCUT_SHORT_WRITE, /* half of it arrives */
	POWERCUT_SYNC_FAILS,
};

struct powercut;
/* From now on SQLite opens its files here. */
struct powercut *powercut_install(uint64_t seed);
void powercut_remove(struct powercut *p);
/* The power fails at the n-th write, truncation or sync from now; 0: never. */
void powercut_after(struct powercut *p, int64_t n);
bool powercut_is_dark(struct powercut *p);
/* Power is back: the files hold what a disk would.  All connections must have been closed. */
void powercut_restore(struct powercut *p, enum powercut_keep keep);
/* Every such call fails until it is SOUND again. */
void powercut_fail(struct powercut *p, enum powercut_failure what);
/* Syncs that reached the disk since the last call. */
int64_t powercut_syncs(struct powercut *p);
