/* upload.h - spreadsheets in: recognised by their marker or fingerprint, else held until a person
 * has confirmed how to read them. */
#pragma once
#include "collect/collect.h"

/* POST /api/v1/deliveries as multipart: file, and optionally unit, period, mapping. */
MUST_USE enum err upload_post(struct request *req, struct submission *s, struct why *why);
