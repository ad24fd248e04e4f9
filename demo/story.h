/* story.h - how the demonstration's figures behave: packs/khanh-hoa/story.json.  Every value is a
 * pure function of unit, indicator and period, so two runs make the same province. */
#pragma once
#include "registry/registry.h"

struct story;
MUST_USE enum err story_read(struct arena *a, const struct view *v, struct story **ret,
			     struct why *why);
usec story_start(const struct story *s);
/* Is the indicator ever filled? */
bool story_fills(const struct story *s, const struct indicator *i);
/* A plausible figure, rounded to the indicator's decimals. */
struct decimal story_value(const struct story *s, const struct unit *u, const struct indicator *i,
			   struct period p);
/* Share of the breakdown's item in the figure, or 0 when the story does not divide it. */
double story_split(const struct story *s, const struct indicator *i, struct str list,
		   struct str code);
/* Chance 0..1 that the unit is late; that its file has a fault. */
double story_late(const struct story *s, struct str unit);
double story_flawed(const struct story *s, struct str unit);
int story_late_days(const struct story *s);
/* Since when the unit sends nothing; INT64_MAX: it does send. */
usec story_silent(const struct story *s, struct str unit);
/* One of the kinds of fault, by their weights; n is any number. */
struct str story_flaw(const struct story *s, uint64_t n);
struct str story_remark(const struct story *s, uint64_t n);

/* Evenly spread numbers from any mix of keys. */
uint64_t story_mix(uint64_t a, uint64_t b);
double story_chance(uint64_t n); /* 0..1 */
uint64_t story_key(struct str s);
