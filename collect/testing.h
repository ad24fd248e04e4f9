/* testing.h - spreadsheets made on the spot for the tests of this room. */
#pragma once
#include "base/testing.h"

#include "base/arena.h"
#include "base/buf.h"
#include "collect/sheet.h"

/* A sheet from text: cells end with '|', rows with '\n'.  A cell that starts with '#' is a number
 * of the file, with '@' a date; '^' joins it to the cell above, '<' to the cell left of it. */
struct sheet testing_sheet(struct arena *a, const char *text);

/* A whole file; the bytes live in `a`. */
struct str testing_file(struct arena *a, const char *path);

/* A zip of stored parts: n pairs of name and content. */
struct str testing_zip(struct arena *a, const char *const *parts, size_t n);

/* For the main() of a test that runs sheets through the sandbox: when the process was started as
 * `haidang worker KIND` it serves, and *ret_code is what main returns. */
bool testing_worker(int argc, char **argv, int *ret_code);
