/* dashboard_paper.h - a dashboard as a document: its tiles in reading order, each as what it shows. */
#pragma once
#include "core/record.h"
#include "http/http.h"
#include "paper/paper.h"

/* With the rights of who asks, as of ?as_of=; a table keeps so many columns, the newest, and says how many it
 * left out.  A tile that cannot be answered says why in its place. */
MUST_USE enum err dashboard_paper(struct request *req, const struct row *board, size_t columns,
				  struct paper **ret, struct why *why);
