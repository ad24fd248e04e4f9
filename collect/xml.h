/* xml.h - one XML part of a zip archive as a stream of events, for the child that reads
 * spreadsheets.  A document type declaration is refused, so there are no entities to expand and
 * nothing outside to fetch; nesting is bounded.  Names come without their prefix. */
#pragma once
#include "collect/sheet_sink.h"
#include "collect/zip.h"

#define XML_DEPTH_MAX 200

struct xml_handlers {
	void (*start)(void *context, const char *name, const char **attributes);
	void (*end)(void *context, const char *name);
	void (*text)(void *context, struct str text); /* in pieces; may be NULL */
};
/* What is wrong ends in k; nothing is called once k has an error. */
void xml_read(struct zip *z, const struct zip_entry *e, const struct xml_handlers *handlers,
	      void *context, struct sink *k);
/* Value of the attribute by its name without prefix, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);
/* Its value as a number in [0, max], or otherwise when absent or none. */
uint32_t xml_number(const char **attributes, const char *name, uint32_t max, uint32_t otherwise);
