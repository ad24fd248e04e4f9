/* record_api.h - handlers of the generic routes of a record kind, which they find in
 * req->route->record. */
#pragma once
#include "http/http.h"

enum err record_api_list(struct request *req, struct why *why);
enum err record_api_get(struct request *req, struct why *why);
enum err record_api_create(struct request *req, struct why *why);
enum err record_api_change(struct request *req, struct why *why);
enum err record_api_remove(struct request *req, struct why *why);
enum err record_api_restore(struct request *req, struct why *why);
enum err record_api_history(struct request *req, struct why *why);
enum err record_api_description(struct request *req, struct why *why);
enum err record_api_import(struct request *req, struct why *why);
enum err record_api_csv(struct request *req, struct why *why);
enum err record_api_xlsx(struct request *req, struct why *why);
enum err record_api_json(struct request *req, struct why *why);

/* The one sentence about {id}, be there none such or may the caller not see it. */
enum err record_api_unknown(struct request *req, const struct record *r, struct why *why);

/* What the address asks for, within what the caller may read. */
struct record_list record_api_query(struct request *req);
