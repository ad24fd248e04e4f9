#include "paper/libs.h"

#include <dlfcn.h>
#include <unistd.h>

#define LIBRARY "libpangocairo-1.0.so.0" /* brings pango, cairo, fontconfig and GLib with it */

static const struct {
	const char *name;
	size_t at;
} table[] = {
#define X(name) {#name, offsetof(struct libs, name)},
	LIBS_TABLE(X)
#undef X
};

enum err libs_open(struct libs *ret, struct why *why)
{
	struct libs l = {0};
	/* GLib keeps threads and types for good: it must never be unloaded. */
	l.handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!l.handle)
		return fail(why, ERR_UNAVAILABLE,
			    "a PDF needs " LIBRARY "; install the package libpangocairo-1.0-0");
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		void *found = dlsym(l.handle, table[i].name);
		if (!found) {
			libs_close(&l);
			return fail(why, ERR_UNAVAILABLE,
				    LIBRARY " has no %s; upgrade the package libpangocairo-1.0-0",
				    table[i].name);
		}
		memcpy((char *)&l + table[i].at, &found, sizeof(found));
	}
	*ret = l;
	return OK;
}

void libs_close(struct libs *l)
{
	if (l->handle)
		dlclose(l->handle);
	l->handle = NULL;
}

enum err libs_font(const char *face, char path[128], struct why *why)
{
	/* Debian's second edition, then that of its next release. */
	static const char *const dirs[] = {"liberation2", "liberation"};
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		snprintf(path, 128, "/usr/share/fonts/truetype/%s/LiberationSerif-%s.ttf", dirs[i],
			 face);
		if (access(path, R_OK) == 0)
			return OK;
	}
	return fail(why, ERR_UNAVAILABLE,
		    "a PDF needs the font Liberation Serif; install the package fonts-liberation2");
}
