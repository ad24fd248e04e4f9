#include "base/metric.h"

#include <pthread.h>
#include <stdatomic.h>

enum metric_kind { COUNTER, GAUGE, HISTOGRAM };

/* Upper bounds of the buckets, and as Prometheus wants them written. */
static const struct {
	usec most;
	const char *seconds;
} buckets[] = {
	{100, "0.0001"},  {250, "0.00025"}, {500, "0.0005"},  {1000, "0.001"},	{2500, "0.0025"},
	{5000, "0.005"},  {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},	{100000, "0.1"},
	{250000, "0.25"}, {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"}, {5000000, "5"},
	{10000000, "10"}, {30000000, "30"}, {60000000, "60"},
};

struct metric {
	struct metric *next;
	enum metric_kind kind;
	const char *name, *labels, *help;
	_Atomic int64_t value;				/* of a histogram: sum in microseconds */
	_Atomic int64_t counts[ARRAY_LEN(buckets) + 1]; /* the last: above all bounds */
};

struct metrics {
	pthread_mutex_t lock; /* of the list; values need none */
	struct metric *first; /* those of one name stand together */
};

struct metrics *metrics_new(void)
{
	struct metrics *m = calloc(1, sizeof *m);
	if (!m)
		abort();
	int rc = pthread_mutex_init(&m->lock, NULL);
	assert(rc == 0);
	return m;
}

void metrics_free(struct metrics *m)
{
	if (!m)
		return;
	while (m->first) {
		struct metric *next = m->first->next;
		free(m->first);
		m->first = next;
	}
	pthread_mutex_destroy(&m->lock);
	free(m);
}

static struct metric *add(struct metrics *m, enum metric_kind kind, const char *name,
			  const char *labels, const char *help)
{
	struct metric *made = calloc(1, sizeof *made);
	if (!made)
		abort();
	made->kind = kind;
	made->name = name;
	made->labels = labels;
	made->help = help;
	pthread_mutex_lock(&m->lock);
	struct metric **at = &m->first;
	bool found = false;
	for (; *at; at = &(*at)->next) {
		bool same = strcmp((*at)->name, name) == 0;
		assert(!same || ((*at)->kind == kind && strcmp((*at)->labels, labels) != 0));
		if (found && !same)
			break;
		found = same;
	}
	made->next = *at;
	*at = made;
	pthread_mutex_unlock(&m->lock);
	return made;
}

struct metric *metric_counter(struct metrics *m, const char *name, const char *labels,
			      const char *help)
{
	return add(m, COUNTER, name, labels, help);
}

struct metric *metric_gauge(struct metrics *m, const char *name, const char *labels,
			    const char *help)
{
	return add(m, GAUGE, name, labels, help);
}

struct metric *metric_histogram(struct metrics *m, const char *name, const char *labels,
				const char *help)
{
	return add(m, HISTOGRAM, name, labels, help);
}

void metric_add(struct metric *c, int64_t n)
{
	assert(c->kind != HISTOGRAM && (n >= 0 || c->kind == GAUGE));
	atomic_fetch_add_explicit(&c->value, n, memory_order_relaxed);
}

void metric_set(struct metric *g, int64_t value)
{
	assert(g->kind == GAUGE);
	atomic_store_explicit(&g->value, value, memory_order_relaxed);
}

void metric_seconds(struct metric *h, usec duration)
{
	assert(h->kind == HISTOGRAM);
	duration = duration < 0 ? 0 : duration;
	size_t i = 0;
	while (i < ARRAY_LEN(buckets) && duration > buckets[i].most)
		i++;
	atomic_fetch_add_explicit(&h->counts[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->value, duration, memory_order_relaxed);
}

int64_t metric_value(const struct metric *c)
{
	return atomic_load_explicit(&c->value, memory_order_relaxed);
}

static void write_labels(struct buf *out, const struct metric *x, const char *suffix,
			 const char *bound)
{
	const char *comma = x->labels[0] && bound ? "," : "";
	buf_printf(out, "%s%s", x->name, suffix);
	if (bound)
		buf_printf(out, "{%s%sle=\"%s\"}", x->labels, comma, bound);
	else if (x->labels[0])
		buf_printf(out, "{%s}", x->labels);
	buf_add_char(out, ' ');
}

static void write_number(struct buf *out, int64_t value)
{
	buf_add_int(out, value);
	buf_add_char(out, '\n');
}

static void write_histogram(struct buf *out, const struct metric *x)
{
	int64_t total = 0;
	for (size_t i = 0; i <= ARRAY_LEN(buckets); i++) {
		total += atomic_load_explicit(&x->counts[i], memory_order_relaxed);
		write_labels(out, x, "_bucket",
			     i < ARRAY_LEN(buckets) ? buckets[i].seconds : "+Inf");
		write_number(out, total);
	}
	int64_t sum = metric_value(x);
	write_labels(out, x, "_sum", NULL);
	buf_printf(out, "%lld.%06lld\n", (long long)(sum / USEC_SECOND),
		   (long long)(sum % USEC_SECOND));
	write_labels(out, x, "_count", NULL);
	write_number(out, total);
}

void metrics_write(struct metrics *m, struct buf *out)
{
	static const char *const types[] = {"counter", "gauge", "histogram"};
	pthread_mutex_lock(&m->lock);
	const char *before = "";
	for (const struct metric *x = m->first; x; x = x->next) {
		if (strcmp(x->name, before) != 0) {
			buf_printf(out, "# HELP %s %s\n", x->name, x->help);
			buf_printf(out, "# TYPE %s %s\n", x->name, types[x->kind]);
		}
		before = x->name;
		if (x->kind == HISTOGRAM) {
			write_histogram(out, x);
		} else {
			write_labels(out, x, "", NULL);
			write_number(out, metric_value(x));
		}
	}
	pthread_mutex_unlock(&m->lock);
}
