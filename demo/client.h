/* client.h - a caller of the centre's own front door, over HTTP on the loopback interface.  One
 * struct per thread; the connection is kept. */
#pragma once
#include "base/json.h"

struct client;
MUST_USE enum err client_new(int port, struct client **ret, struct why *why);
void client_free(struct client *c);
DEFINE_AUTO(client_free, struct client *)
struct call {
	struct str token;
	const char *path;
	struct str body;      /* JSON; STR_NULL: GET */
	const char *filename; /* not NULL: body is sent as multipart/form-data, part "file" */
};
/* The answer's JSON lives in `a`; a status of 400 and more is an error that repeats the problem's
 * detail. */
MUST_USE enum err client_call(struct client *c, const struct call *call, struct arena *a,
			      const struct json **ret, struct why *why);
