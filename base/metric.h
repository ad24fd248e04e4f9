/* metric.h - numbers for /metrics (Prometheus text 0.0.4).  Registered once at start, updated
 * without locks (relaxed atomics), never removed. */
#pragma once
#include "base/buf.h"

struct metrics;
struct metric; /* a counter, gauge or histogram */
struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);
DEFINE_AUTO(metrics_free, struct metrics *)
/* names and labels are literals that outlive m; labels like `method="GET"` or "" */
struct metric *metric_counter(struct metrics *m, const char *name, const char *labels,
			      const char *help);
struct metric *metric_gauge(struct metrics *m, const char *name, const char *labels,
			    const char *help);
struct metric *metric_histogram(struct metrics *m, const char *name, const char *labels,
				const char *help);
void metric_add(struct metric *c, int64_t n);	      /* counter, gauge */
void metric_set(struct metric *g, int64_t value);     /* gauge */
void metric_seconds(struct metric *h, usec duration); /* histogram; 100 µs .. 60 s buckets */
int64_t metric_value(const struct metric *c);
void metrics_write(struct metrics *m, struct buf *out);
