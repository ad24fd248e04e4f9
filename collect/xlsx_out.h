/* xlsx_out.h - what the two writers of spreadsheets share: a workbook that ends in memory. */
#pragma once
#include "base/buf.h"

struct lxw_workbook;
struct lxw_format;

/* A workbook that has no name in any folder; NULL when there is no room for it. */
struct lxw_workbook *xlsx_out_open(int *ret_fd);
/* Closes workbook and descriptor, appends the file. */
MUST_USE enum err xlsx_out_close(struct lxw_workbook *w, int fd, struct buf *out, struct why *why);

enum xlsx_look { XLSX_PLAIN, XLSX_BOLD, XLSX_HEAD, XLSX_INPUT, XLSX_TITLE };
/* border, wrap, colour 0xRRGGBB (0: none) */
struct lxw_format *xlsx_out_format(struct lxw_workbook *w, enum xlsx_look look, uint32_t colour);
