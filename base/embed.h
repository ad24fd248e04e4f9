/* embed.h - files that travel inside the binary: the built front end, the migrations, the packs.
 * The tables are made at build time by tools/embed.py, sorted by path, and never change; every
 * string here lives as long as the process. */
#pragma once
#include "base/base.h" /* struct str */

enum embed_kind {
	EMBED_UI,	 /* ui/dist: "index.html", "assets/entry-1a2b.js" */
	EMBED_MIGRATION, /* migrations: "0001_start.sql" */
	EMBED_PACK,	 /* packs: "khanh-hoa/units.csv" */
	EMBED_KINDS
};

struct embedded {
	struct str path;	 /* relative to the folder of its kind, '/' between parts */
	struct str type;	 /* MIME type, with charset for text */
	struct str plain;	 /* the bytes as they are in the file */
	struct str gzip, brotli; /* the same precompressed; len 0 where that saves nothing */
	char etag[19]; /* strong validator, quotes included; differs whenever plain differs */
};

/* The files of a kind in order of path; *ret_count may be 0, then the pointer may be NULL. */
const struct embedded *embedded_list(enum embed_kind kind, size_t *ret_count);

/* The file at exactly this path, or NULL.  O(log n). */
const struct embedded *embedded_find(enum embed_kind kind, struct str path);
