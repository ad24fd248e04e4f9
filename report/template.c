/* template.c - reports to begin with: the files of packs/reports. */
#include "report/template.h"

#include "base/embed.h"

#define FOLDER "reports/"

void templates_write(struct jw *w)
{
	size_t n = 0;
	const struct embedded *files = embedded_list(EMBED_PACK, &n);
	for (size_t i = 0; i < n; i++)
		if (str_starts(files[i].path, STR(FOLDER)))
			jw_raw(w, str_trim(files[i].plain));
}
