/* journal_private.h - what appending and verifying share; nobody else includes it. */
#pragma once
#include "core/journal.h"

#define SERVERS_MAX 1024
struct hash journal_hash(struct arena *a, const struct hash *previous,
			 const struct journal_entry *e);
/* The row of a SELECT of server, seq, at, kind, actor, unit, subject, subject_id, data, hash. */
void journal_row(struct stmt *q, struct journal_entry *ret);
