/* template.h - reports to begin with. */
#pragma once
#include "base/json.h"

/* Items of a list, each as it stands in its file: the fields of a report but its unit, and what it is for. */
void templates_write(struct jw *w);
