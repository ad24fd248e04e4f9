/* pack.h - content as files: records of the registry as CSV texts, with a code and an edition.
 * The packs of packs/ travel in the binary; others come as JSON:
 * {"code","version","name":{"vi","en"},"demonstration","files":{"units.csv":"…"}}. */
#pragma once
#include "base/json.h"
#include "core/record.h"

struct pack_file {
	const struct record *record;
	struct str name, csv;
};
struct pack {
	struct str code, edition, name_vi, name_en, description_vi, description_en;
	bool demonstration;
	bool variant; /* puts other rows in the place of another pack's: installed by choice only */
	size_t n_requires, n_files;
	const struct str *requires;
	const struct pack_file *files; /* in the order in which they must be read */
};
/* All packs of the binary, those required first. */
MUST_USE enum err pack_embedded(struct arena *a, struct pack **ret, size_t *ret_n, struct why *why);
MUST_USE enum err pack_parse(struct arena *a, const struct json *json, struct pack *ret,
			     struct why *why);
/* Create and change the records it describes, all or nothing, and note its edition.  ERR_CONFLICT
 * names a pack that it requires and that is not installed; ERR_INVALID with p filled: faults of
 * its rows, each with file, row and column. */
MUST_USE enum err pack_install(struct db *tx, const struct pack *pack, struct author by,
			       struct import_result *ret, struct problems *p, struct why *why);
/* The registry as it stands, as the files of a pack: a JSON object of file names and texts. */
MUST_USE enum err pack_write_files(struct db *db, struct jw *w, struct arena *a, struct why *why);
