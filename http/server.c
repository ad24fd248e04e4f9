#include "http/internal.h"

#include <unistd.h>

#define STOP_WAIT (10 * USEC_SECOND)

static const struct embedded *embedded_page(struct str path)
{
	return embedded_find(EMBED_UI, path);
}

static void set_defaults(struct http_options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (!o->io_threads)
		o->io_threads = cores > 0 ? (unsigned)cores : 1;
	if (!o->job_threads)
		o->job_threads = 4;
	if (!o->connections_max)
		o->connections_max = 12000;
	if (!o->body_total_max)
		o->body_total_max = (size_t)512 << 20;
	if (!o->header_seconds)
		o->header_seconds = 10;
	if (!o->body_seconds)
		o->body_seconds = 60;
	if (!o->pace)
		o->pace = 65536;
	if (!o->file)
		o->file = embedded_page;
}

static void register_metrics(struct http *h)
{
	static const char *const classes[] = {"class=\"none\"", "class=\"1xx\"", "class=\"2xx\"",
					      "class=\"3xx\"",	"class=\"4xx\"", "class=\"5xx\""};
	struct metrics *m = h->app.metrics;
	if (!m)
		return;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		h->answers[i] = metric_counter(m, "haidang_http_answers_total", classes[i],
					       "Answers by class of status; none: the peer left");
	h->connections_now =
		metric_gauge(m, "haidang_http_connections", "", "Connections that are open");
	h->streams_now = metric_gauge(m, "haidang_http_streams", "", "Live streams that are open");
	h->refused = metric_counter(m, "haidang_http_cut_total", "",
				    "Connections ended for sending too much or too slowly");
}

/* The caller's tables first: what they answer in their own way is not taken from ours. */
const struct route_table *tables_with_own(struct arena *a, const struct route_table *tables,
					  size_t n, size_t *ret_n)
{
	static const struct route_table *const own[] = {&session_routes, &account_routes,
							&journal_routes, &live_routes,
							&openapi_routes, &metrics_routes};
	struct route_table *all = ARENA_ARRAY(a, n + ARRAY_LEN(own), struct route_table);
	for (size_t i = 0; i < n; i++)
		all[i] = tables[i];
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		all[n + i] = *own[i];
	*ret_n = n + ARRAY_LEN(own);
	return all;
}

static void take_tables(struct http *h)
{
	size_t n = 0;
	const struct route_table *tables =
		tables_with_own(h->arena, h->options.tables, h->options.n_tables, &n);
	h->router = router_new(h->arena, tables, n, h->app.metrics);
	buf_init(&h->openapi, (size_t)8 << 20);
	openapi_write(&h->openapi, tables, n);
	buf_init(&h->page, (size_t)8 << 20);
	api_page(&h->page, tables, n);
	struct hash hash = crypt_sha256(buf_str(&h->openapi));
	snprintf(h->openapi_etag, sizeof(h->openapi_etag), "\"%02x%02x%02x%02x%02x%02x\"",
		 hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3], hash.bytes[4],
		 hash.bytes[5]);
}

static usec sweep_step(const struct http_options *o)
{
	int shortest = o->header_seconds < o->body_seconds ? o->header_seconds : o->body_seconds;
	return shortest > 4 ? USEC_SECOND : shortest * USEC_SECOND / 8;
}

static void release(struct http *h)
{
	crew_free(h->crew);
	shares_free(h->shares);
	live_free(h->live);
	sweeper_free(h->sweeper);
	if (h->listen_fd >= 0)
		close(h->listen_fd);
	if (h->unix_path)
		unlink(h->unix_path);
	buf_release(&h->openapi);
	buf_release(&h->page);
	arena_free(h->arena);
	free(h);
}

enum err http_start(const struct http_options *o, struct http **ret, struct why *why)
{
	struct http *h = calloc(1, sizeof(*h));
	if (!h)
		return fail(why, ERR_FULL, "out of memory");
	h->options = *o;
	h->app = *o->app;
	h->arena = arena_new();
	h->listen_fd = -1;
	h->tls = o->tls_key != NULL;
	set_defaults(&h->options);
	enum err rc = listen_open(h, why);
	if (rc != OK) {
		release(h);
		return rc;
	}
	register_metrics(h);
	take_tables(h);
	h->sweeper = sweeper_new(sweep_step(&h->options));
	h->crew = crew_new(h->options.job_threads);
	h->shares = shares_new();
	h->live = live_new(h);
	rc = wire_start(h, why);
	if (rc != OK) {
		release(h);
		return rc;
	}
	*ret = h;
	return OK;
}

int http_port(const struct http *h)
{
	return h->port;
}

void http_wake(struct http *h)
{
	live_wake(h->live);
}

void http_stop(struct http *h)
{
	if (!h)
		return;
	usec until = clock_monotonic() + STOP_WAIT;
	atomic_store(&h->stopping, true);
	live_stop(h->live);
	while ((atomic_load(&h->under_way) > 0 || !live_empty(h->live)) &&
	       clock_monotonic() < until)
		usleep(5000);
	/* A request that still waits is held by a job or a change, whose end is waited for, however
	 * long; a program that cannot wait ends itself by an alarm. */
	while (atomic_load(&h->suspended) > 0)
		usleep(5000);
	wire_stop(h);
	release(h);
}
