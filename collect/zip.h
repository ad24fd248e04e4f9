/* zip.h - the parts of a zip archive that lies in memory, for the child that reads spreadsheets.
 * Nothing is ever written to a disk: names only select parts.  Every part and their sum are bounded
 * by what is really unpacked, whatever the archive says of itself. */
#pragma once
#include "base/arena.h"

#define ZIP_ENTRIES_MAX 4096

struct zip_entry {
	struct str name;
	struct str packed; /* the bytes in the archive */
	bool deflated;
};
struct zip {
	size_t n;
	const struct zip_entry *entries;
	size_t left; /* bytes that may still be unpacked */
};
/* ERR_INVALID: damaged, encrypted, or no zip.  The archive is borrowed. */
MUST_USE enum err zip_open(struct arena *a, struct str archive, size_t unpacked_max,
			   struct zip *ret, struct why *why);
const struct zip_entry *zip_find(const struct zip *z, const char *name);

/* Receives a part piece by piece; false stops. */
typedef bool zip_sink(void *context, const char *piece, size_t len, bool last);
/* ERR_TOO_LARGE: more than unpacked_max in all; ERR_INVALID: damaged; a sink that stops is OK. */
MUST_USE enum err zip_unpack(struct zip *z, const struct zip_entry *e, zip_sink *sink,
			     void *context, struct why *why);
