#include "core/job.h"
#include "core/journal.h"
#include "http/internal.h"

#include <sys/statvfs.h>

static const char *reason_of(const struct request *req)
{
	return http_english(req) ? store_degraded(req->app->store)
				 : store_degraded_vi(req->app->store);
}

static enum err health_get(struct request *req, struct why *why)
{
	(void)why;
	const char *reason = req->app->store ? reason_of(req) : NULL;
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_cstr(&w, "status", reason ? "degraded" : "ok");
	jw_m_cstr(&w, "version", HAIDANG_VERSION);
	if (reason)
		jw_m_cstr(&w, "reason", reason);
	jw_object_end(&w);
	return OK;
}

static void write_disk(struct jw *w, const char *dir)
{
	struct statvfs disk;
	if (!dir || statvfs(dir, &disk))
		return;
	jw_name(w, "disk");
	jw_object(w);
	jw_m_int(w, "free_bytes", (int64_t)(disk.f_bavail * disk.f_frsize));
	jw_m_int(w, "total_bytes", (int64_t)(disk.f_blocks * disk.f_frsize));
	jw_object_end(w);
}

static enum err write_journal(struct request *req, struct jw *w, struct why *why)
{
	struct journal_reader how = {
		.access = req->app->access, .who = req->who, .after = STR("now"), .max = 1};
	struct journal_page page = {0};
	enum err rc = journal_read(req->db, &how, req->arena, &page, why);
	if (rc == OK)
		jw_m_str(w, "journal", page.next);
	return rc;
}

static void write_server(struct request *req, struct jw *w)
{
	struct http *h = req->private->server;
	jw_name(w, "server");
	jw_object(w);
	jw_m_int(w, "number", store_server(req->app->store));
	jw_m_int(w, "requests_under_way", atomic_load(&h->under_way));
	jw_m_int(w, "requests_waiting", atomic_load(&h->suspended));
	jw_m_int(w, "jobs_waiting", (int64_t)crew_waiting(h->crew));
	jw_m_int(w, "body_bytes", (int64_t)atomic_load(&h->body_bytes));
	if (h->connections_now) {
		jw_m_int(w, "connections", metric_value(h->connections_now));
		jw_m_int(w, "streams", metric_value(h->streams_now));
	}
	jw_object_end(w);
}

static void write_writer(struct request *req, struct jw *w)
{
	struct store_load load = store_load(req->app->store);
	jw_name(w, "writer");
	jw_object(w);
	jw_m_int(w, "queued", (int64_t)load.queued);
	jw_m_int(w, "last_group", (int64_t)load.last_group);
	jw_name(w, "last_commit_seconds");
	if (load.last_commit)
		jw_int(w, (clock_monotonic() - load.last_commit) / USEC_SECOND);
	else
		jw_null(w);
	jw_object_end(w);
}

static void write_workers(struct request *req, struct jw *w)
{
	const struct app_words *words = req->app->words;
	if (words && words->workers_started)
		jw_m_int(w, "workers_started", words->workers_started(req->app));
}

static enum err health_detail(struct request *req, struct why *why)
{
	const char *reason = reason_of(req);
	struct jw w = http_jw(req);
	jw_object(&w);
	jw_m_cstr(&w, "status", reason ? "degraded" : "ok");
	jw_m_cstr(&w, "version", HAIDANG_VERSION);
	jw_m_cstr(&w, "reason", reason);
	jw_m_time(&w, "now", req->now);
	jw_m_cstr(&w, "store", store_is_postgres(req->app->store) ? "PostgreSQL" : "SQLite");
	write_server(req, &w);
	write_writer(req, &w);
	write_workers(req, &w);
	write_disk(&w, req->app->dir);
	enum err rc = write_journal(req, &w, why);
	jw_name(&w, "jobs");
	if (rc == OK)
		rc = jobs_json(req->db, &w, why);
	jw_object_end(&w);
	return rc;
}

static enum err metrics_get(struct request *req, struct why *why)
{
	if (!req->app->metrics)
		return fail(why, ERR_NOT_FOUND, "this server keeps no metrics");
	metrics_write(req->app->metrics, &req->out);
	req->type = STR("text/plain; version=0.0.4; charset=utf-8");
	return OK;
}

static const struct route routes[] = {
	ROUTE(HTTP_GET, "/health", ANYONE, health_get, "Is the centre well?",
	      "Hệ thống có hoạt động tốt không?", .flags = HTTP_NO_STORE,
	      .answer = "{status:'ok'|'degraded' version:text reason?:text}"),
	ROUTE(HTTP_GET, "/health/detail", PERMIT(VERB_READ, "system_health"), health_detail,
	      "Store, queues, disk and journal, for who runs the centre",
	      "Kho dữ liệu, hàng đợi, đĩa và nhật ký, dành cho người vận hành",
	      .answer =
		      "{status:'ok'|'degraded' version:text reason:text? now:time store:text server:{*:int} "
		      "disk?:{free_bytes:int total_bytes:int} journal?:text *:json}"),
	ROUTE(HTTP_GET, "/metrics", ANYONE, metrics_get,
	      "Measurements in the text format of Prometheus",
	      "Số đo theo định dạng văn bản của Prometheus", .flags = HTTP_NO_STORE),
};
const struct route_table metrics_routes = {routes, ARRAY_LEN(routes), NULL};
