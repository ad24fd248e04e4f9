/* sqltext.h - private to store/: reading SQL just well enough to cut a migration into
 * statements and to spell it for an engine.  Strings, quoted names and comments pass
 * untouched. */
#pragma once
#include "base/buf.h"

enum sql_token { SQL_END, SQL_SPACE, SQL_WORD, SQL_PARAMETER, SQL_OTHER };
/* The next token of *rest, which moves on.  SQL_SPACE is white space and comments, SQL_OTHER a
 * string, a quoted name, a number or one character. */
enum sql_token sql_token(struct str *rest, struct str *ret);

/* The next statement of a script (without its ';', trimmed): false when there is none.  A
 * statement ends at a ';' that is the last thing on its line. */
bool sql_statement(struct str *rest, struct str *ret);

void sql_for_sqlite(struct str statement, struct buf *out);
void sql_for_postgres(struct str statement, struct buf *out);
/* $n becomes ?n, which SQLite numbers as PostgreSQL numbers $n. */
void sql_placeholders(struct str text, struct buf *out);
/* A quoted name. */
void sql_add_name(struct buf *out, struct str name);
