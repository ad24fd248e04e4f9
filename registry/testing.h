/* testing.h - a store with every table of the product and a small registry in it.  For tests of
 * this floor and those above. */
#pragma once
#include "core/testing.h"
#include "registry/figure.h"
#include "registry/records.h"

/* Sunday, 22 November 2026, 10:00 in Vietnam. */
#define TEST_NOW ((usec)1795316400 * USEC_SECOND)

struct store *registry_open(const struct testbed *bed);
/* Rows of a kind as CSV; the test fails when one is refused. */
struct import_result registry_load(struct store *s, const struct record *r, const char *csv);
/* Province KH; departments SYT, SGD; agency SYT-CC under SYT; communes X1, X2, ward P1, special zone DK1 (since
 * 2025-07-01); commune OLD merged into X1 on that day; X2 was called "Tên cũ" until 2020 and stood under SGD until
 * 2019.  Indicators of communes, monthly, due on the tenth at 17:00: POP (sum), RATE (weighted by POP, 2 decimals),
 * MEAN, TOP (max), LOW (min), ALONE (none), LASTV (last), BIRTHS (sum, sex*), PARTA, PARTB, WHOLE (their sum), SOLVED
 * (not greater than WHOLE), ZERO (remark if zero); of SYT: DEPT. */
void registry_fill(struct store *s);

struct figure figure_of(const struct view *v, const char *unit, const char *indicator,
			const char *period, const char *value);
/* In a change of its own. */
void figure_give(struct store *s, struct figure *f);
