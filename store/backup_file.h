/* backup_file.h - private to store/: the file that a backup is.
 *
 *	"HAIDANG BACKUP 1\n"
 *	one zstd frame of records
 *	SHA-256 (32 bytes) of everything before it
 *
 * Records: M number name sha256 (a migration the database has had) · T table, columns (name, type),
 * once for each table in alphabetical order · R one value for each column, rows in the order of
 * the table's primary key · E number of rows.  A number is a zigzag LEB128, a text its length and
 * its bytes, a value a letter (N null, I number, T text, B bytes) and what follows it.  Nothing
 * in it says when or by which engine it was made: equal contents give equal files. */
#pragma once
#include "store/dialect.h"

struct backup_out;
/* Writes to path.part; errors stick until backup_out_end(). */
MUST_USE enum err backup_out_open(struct arena *a, const char *path, struct backup_out **ret,
				  struct why *why);
void backup_out_tag(struct backup_out *b, char tag);
void backup_out_number(struct backup_out *b, int64_t v);
void backup_out_text(struct backup_out *b, struct str s);
void backup_out_value(struct backup_out *b, const struct bound *v);
/* Synced and renamed to path. */
MUST_USE enum err backup_out_end(struct backup_out *b, struct why *why);
void backup_out_free(struct backup_out *b); /* without an end the .part is removed */
DEFINE_AUTO(backup_out_free, struct backup_out *)

struct backup_in;
/* Reads the whole file once to compare its sum: ERR_INVALID names what is wrong with it. */
MUST_USE enum err backup_in_open(struct arena *a, const char *path, struct backup_in **ret,
				 struct why *why);
/* Errors stick: then a tag is 'E', a number 0, a text empty. */
char backup_in_tag(struct backup_in *b);
int64_t backup_in_number(struct backup_in *b);
/* Borrowed until the next call. */
struct str backup_in_text(struct backup_in *b);
void backup_in_value(struct backup_in *b, struct bound *ret);
MUST_USE enum err backup_in_end(struct backup_in *b, struct why *why);
void backup_in_free(struct backup_in *b);
DEFINE_AUTO(backup_in_free, struct backup_in *)
