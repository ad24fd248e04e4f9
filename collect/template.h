/* template.h - the pre-filled spreadsheet of what a unit owes, and the recognition of one that
 * comes back.  One sheet; hidden first row (marker, unit) and hidden code columns; only the value
 * and remark columns are meant to be typed into. */
#pragma once
#include "base/buf.h"
#include "collect/mapping.h"

struct template_row {
	struct str indicator, breakdown; /* code; "" or "sex=female" */
	struct str name, breakdown_name; /* in the reader's language */
	struct str measure;
	struct str period;    /* canonical */
	struct str previous;  /* canonical decimal or STR_NULL */
	struct str value;     /* already sent, or STR_NULL */
	struct str low, high; /* allowed range, canonical decimals; STR_NULL: open */
	int decimals;
};
struct template
{
	struct str unit, unit_name; /* code, name */
	struct str period_name;	    /* "Tháng 9/2026" */
	size_t n_rows;
	const struct template_row *rows;
	bool english;
};
#define TEMPLATE_MAX ((size_t)32 << 20)
MUST_USE enum err template_write(const struct template *t, struct buf *out, struct why *why);

/* Whether a sheet is one of ours (its marker); then *ret is how to read it.  Needs no words. */
bool template_recognise(struct arena *a, const struct sheet *s, struct mapping *ret);
