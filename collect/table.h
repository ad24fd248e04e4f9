/* table.h - a foreign spreadsheet as the CSV text of its first visible sheet, for imports of records. */
#pragma once
#include "collect/sheet.h"

/* Parsed in the sandbox; *ret lives in `a`.  Errors as sheet_read(). */
MUST_USE enum err table_csv(struct sandbox *sandbox, struct str file, struct arena *a,
			    struct str *ret, struct why *why);
