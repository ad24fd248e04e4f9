/* measure.h - what people write as a unit of measure: "tỷ đồng", "Triệu đ", "1.000 người", "tấn", "%", "VND million".
 * Read as a base and a power of ten, so that figures of one thing in two sizes become one.
 * All factors are powers of ten: those of money, length, area, volume, mass, energy and shares that the
 * registry's indicators have.  Other words are counted things ("hộ", "ca"): each a base of its own. */
#pragma once
#include "base/arena.h"

enum measure_fit {
	MEASURE_FITS,	/* a figure of one, times 10^power, is a figure of the other */
	MEASURE_UNSURE, /* words that say nothing against it: taken as the same */
	MEASURE_DIFFERS /* another thing, or a size that cannot be meant */
};
/* A sheet's `text` against an indicator's own, in one of two languages; *ret_power is set when it fits. */
enum measure_fit measure_compare(struct arena *a, struct str text, struct str own_vi,
				 struct str own_en, int *ret_power);
/* The measure that a heading or a name gives besides: "Thu ngân sách (tỷ đồng)", "(ĐVT: Triệu đồng)",
 * "Đơn vị tính: ha"; only what is surely a measure.  STR_NULL: none. */
struct str measure_within(struct arena *a, struct str text);
