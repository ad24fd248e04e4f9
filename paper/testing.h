/* testing.h - a paper with everything in it, for the tests of the room. */
#pragma once
#include "base/arena.h"
#include "paper/paper.h"

/* A text in a static table, where STR() is no constant. */
#define TEXT(literal)                                                                              \
	{                                                                                          \
		"" literal "", sizeof(literal) - 1                                                 \
	}

/* A monthly report: head, headings, runs, lists, a table of `rows` rows, three charts, signature, an annex. */
struct paper *testing_report(struct arena *a, const struct paper_info *info, size_t rows);
/* A reminder as a letter, on one page. */
struct paper *testing_reminder(struct arena *a);
/* What a program prints about the file that is given to it as its last argument; fails the test when the
 * program does. */
struct str testing_run(struct arena *a, struct str file, const char *const argv[]);
