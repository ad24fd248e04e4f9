/* client.h - a caller of the centre's own front door, over HTTP on the loopback interface.  One
 * struct per thread; the connection is kept. */
#pragma once
#include "base/json.h"

struct client;
MUST_USE enum err client_new(int port, struct client **ret, struct why *why);
void client_free(struct client *c);
DEFINE_AUTO(client_free, struct client *)
/* body STR_NULL: GET.  The answer's JSON lives in `a`; a status of 400 and more is an error that
 * repeats the problem's detail. */
MUST_USE enum err client_call(struct client *c, struct str token, const char *path, struct str body,
			      struct arena *a, const struct json **ret, struct why *why);
/* multipart/form-data with the part "file". */
MUST_USE enum err client_file(struct client *c, struct str token, const char *path,
			      const char *filename, struct str content, struct arena *a,
			      const struct json **ret, struct why *why);
