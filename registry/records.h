/* records.h - the kinds of record that say what the words of the centre mean.  Descriptions
 * only; each is explained by its fields. */
#pragma once
#include "core/record.h"

extern const struct record unit_record, unit_change_record, domain_record, indicator_record,
	schedule_record, calendar_record, holiday_record, code_list_record, code_item_record,
	document_record, system_record, check_rule_record, target_record, formula_record,
	criteria_set_record, criterion_record, criteria_comment_record, quality_dimension_record,
	pack_record, inspection_rule_record, ladder_step_record;

/* All of them, in the order in which a pack must be read (what is referred to comes first);
 * ended by NULL. */
extern const struct record *const registry_records[];
