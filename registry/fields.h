/* fields.h - what most kinds of record begin with: a code, and names in both languages of at most
 * so many characters. */
#pragma once
#include "core/record.h"

#define CODE_FIELD                                                                                 \
	{                                                                                          \
		.name = NAME("code"), .type = FIELD_CODE,                                          \
		.flags = FIELD_REQUIRED | FIELD_UNIQUE | FIELD_FIXED | FIELD_SEARCH | FIELD_MAIN,  \
		.label = {                                                                         \
			"Mã",                                                                      \
			"Code"                                                                     \
		}                                                                                  \
	}
#define NAME_FIELDS(longest)                                                                       \
	{.name = NAME("name_vi"),                                                                  \
	 .type = FIELD_TEXT,                                                                       \
	 .flags = FIELD_REQUIRED | FIELD_SEARCH | FIELD_MAIN,                                      \
	 .min = 1,                                                                                 \
	 .max = (longest),                                                                         \
	 .label = {"Tên", "Name (Vietnamese)"}},                                                   \
	{                                                                                          \
		.name = NAME("name_en"), .type = FIELD_TEXT,                                       \
		.flags = FIELD_REQUIRED | FIELD_SEARCH, .min = 1, .max = (longest), .label = {     \
			"Tên tiếng Anh",                                                           \
			"Name (English)"                                                           \
		}                                                                                  \
	}
